"""A shop whose customers have a past: corrected and cancelled orders, linked ids, names; half of it before a batch."""

from __future__ import annotations

from contextlib import contextmanager

import httpx
from tests.app.serving import until
from tests.app.shop import hf, order, write_lines

from hundredfold.app import work
from hundredfold.app.lock import WorkspaceLock, lock_or_server
from hundredfold.app.opened import OpenWorkspace
from hundredfold.app.serving import in_background
from hundredfold.app.settings import with_setting
from hundredfold.app.workspace import Workspace

DEFINITIONS = """\
events:
  Order Completed:
    key: properties.order_id
    also: [Order Updated]
    removed_by: [Order Cancelled]
    currency: properties.currency
    money: [properties.total]
attributes:
  total_purchase_value:
    label: {en: Total purchase value, pt: Valor total das compras}
    group: Orders
    event: Order Completed
    value: properties.total
    aggregate: sum
  orders: {event: Order Completed, aggregate: count}
  largest_order: {event: Order Completed, value: properties.total, aggregate: max}
  large_orders: {event: Order Completed, where: properties.total >= 100, aggregate: count}
  last_order_at: {event: Order Completed, value: timestamp, aggregate: max}
  average: {formula: total_purchase_value / orders}
  share: {formula: largest_order / total_purchase_value}
  email: {trait: email}
  name: {trait: full_name}
"""


def identify(number, customer, anonymous, **traits):
    return {
        "type": "identify", "messageId": f"i{number}", "userId": customer, "anonymousId": anonymous,
        "timestamp": "2026-03-01T09:00:00Z", "traits": traits,
    }  # fmt: skip


MESSAGES = [
    order(1, "c17", "2026-03-09T10:00:00Z", 1200.5),
    order(2, "c17", "2026-03-10T10:00:00Z", 41),
    order(3, "c17", "2026-03-11T10:00:00Z", 99),
    order(4, "c17", "2026-03-12T10:00:00Z", 39, order_id="o2") | {"event": "Order Updated"},
    order(5, "c17", "2026-03-12T11:00:00Z", 0, order_id="o3") | {"event": "Order Cancelled"},
    order(6, "c18", "2026-03-09T09:00:00Z", 0.1),
    identify(1, "c17", "anon-9", email="joana@shop.example", full_name="João Ninguém"),
    identify(2, "c18", "visitor-1", email="maria@shop.example", full_name="Maria Joana Silva"),
    {"type": "page", "name": "Shoes", "messageId": "p1", "anonymousId": "anon-9", "timestamp": "2026-02-27T10:00:00Z"},
    order(7, "c/17?", "2026-03-09T09:00:00Z", 5),
]  # fmt: skip


class Api:
    """The control API of a running server, for somebody with these rights."""

    def __init__(self, served, scope, *, personal_data):
        secret, _ = served.tokens.create("api", "test", scope=scope, personal_data=personal_data)
        self._url, self._headers = f"{served.url}/api/v1", {"Authorization": f"Bearer {secret}"}

    def get(self, path, status=200, **query):
        return self.answer("GET", path, status, params=query).json()

    def post(self, path, status=200, **body):
        return self.answer("POST", path, status, json=body).json()

    def answer(self, method, path, status=200, headers=None, **asked):
        headers = self._headers | (headers or {})
        answer = httpx.request(method, f"{self._url}{path}", headers=headers, timeout=60, **asked)
        assert answer.status_code == status, answer.text
        return answer


@contextmanager
def shop_served(folder, further=(), *, page=False):
    """A shop that serves, the first messages of which a batch has covered; `further` ones come at the end.

    With `page` whoever works on this machine is let in without a login.
    """
    assert hf("init", folder / "shop", "--timezone", "Europe/Lisbon").code == 0
    settings = folder / "shop" / "hundredfold.yaml"
    settings.write_text(with_setting(settings.read_text(), "page", "true" if page else "false"))
    workspace = Workspace.open(folder / "shop")
    (workspace.folder / "definitions" / "shop.yaml").write_text(DEFINITIONS)
    lock = lock_or_server(workspace.data, "a test", 1)
    assert isinstance(lock, WorkspaceLock)
    with OpenWorkspace(workspace, lock, holder="a test") as opened:
        work.apply(opened)
        work.import_data(opened, path=str(write_lines(folder / "a.ndjson", MESSAGES[:2])))
        work.batch(opened)
        work.import_data(opened, path=str(write_lines(folder / "b.ndjson", [*MESSAGES[2:], *further])))
        with in_background(opened) as served:
            api = Api(served, "admin", personal_data=True)
            until(lambda: api.get("/customers/search", q="joana@")["customers"])  # values are followed
            yield served
