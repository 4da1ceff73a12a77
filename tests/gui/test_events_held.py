"""What was refused and held back, in a browser: why, where it is wrong, mended and sent again, let in, discarded."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager

import httpx
import pytest
from playwright.sync_api import expect
from tests.app.shop import order, orders_of_march, shop_in
from tests.gui.conftest import in_english, looked_at, serving
from tests.gui.keyboard import confirmed, dialogs, misbehaving
from tests.gui.reading import comes_to, data, numbers

HOSTILE = "<img src=x onerror=alert(1)> ‮evil 🛒 " + "x" * 150
PLAN = """\
# What the shop sends.
mode: quarantine
events:
  Order Completed:  # from the ERP
    properties:
      order_id: {required: true}
      total: {required: true, type: number}
"""


class Sender:
    """A source with a server's key."""

    def __init__(self, served):
        self.url, self.auth = served.url, (served.tokens.create("server", "web shop")[0], "")

    def send(self, *messages):
        answer = httpx.post(f"{self.url}/v1/batch", json={"batch": list(messages)}, auth=self.auth)
        assert answer.status_code == 200
        return answer.json()


@contextmanager
def shop_with_a_plan(tmp_path, plan=PLAN):
    """A served workspace that asks for no login and holds back what is against its plan."""
    planned = {"files": {"plan.yaml": plan}, "page": "true", "tracking_plan": "plan.yaml"}
    folder = shop_in(tmp_path / "shop", orders_of_march(), **planned)
    with serving(folder) as served:
        yield served


@pytest.fixture(scope="module")
def there(tmp_path_factory):
    with shop_with_a_plan(tmp_path_factory.mktemp("held")) as served:
        yield served


@pytest.fixture(scope="module")
def sender(there):
    return Sender(there)


def total_of(there, customer):
    asked = {"headers": {"Authorization": f"Bearer {there.token}"}}
    found = httpx.get(f"{there.url}/api/v1/profiles/{customer}", **asked).json()
    return found["attributes"]["total_purchase_value"]


def row(page, said):
    return page.locator(".held-item").filter(has=page.get_by_role("button", name=said))


def test_a_refused_event_is_explained_mended_by_keyboard_and_counts(page, there, sender):
    page.goto(f"{there.url}/events?tab=held")
    expect(page.get_by_text("Nothing was refused")).to_be_visible()
    looked_at(page, "events-held-empty")
    in_english(page)

    late = order(700, "c1", "soon", 7) | {"context": {HOSTILE: HOSTILE}}
    sender.send(late, *({"type": "track", "userId": "c2", "event": ""} for _ in range(2)), {"type": HOSTILE})
    # Who waits before an empty list sees the first ones without asking.
    counts = page.get_by_role("region", name="What is wrong most often").locator("rect")
    expect(counts).to_have_count(3)
    comes_to(lambda: numbers(counts, "count"), [2, 1, 1])
    comes_to(lambda: counts.evaluate_all("all => all.map(one => +one.getAttribute('width'))"), [100, 50, 50])

    opened = row(page, "A time is not valid")
    opened.get_by_role("button").first.press("Enter")
    expect(opened.get_by_text("Send ISO 8601, such as 2026-11-22T10:00:00Z.", exact=True)).to_be_visible()
    expect(opened.locator("mark")).to_have_text(["timestamp", '"soon"'])
    looked_at(page, "events-held-refused")
    in_english(page)
    opened.get_by_role("button", name="As sent").click()
    expect(opened.locator("pre")).to_contain_text('"messageId":"m700"')

    opened.get_by_role("button", name="Edit and send").press("Enter")
    editor = opened.get_by_label("The event, to be mended")
    expect(editor).to_be_focused()
    editor.fill("{")
    expect(opened.get_by_role("button", name="Send it")).to_be_disabled()
    mended = late | {"timestamp": "yesterday"}
    editor.fill(json.dumps(mended))
    opened.get_by_role("button", name="Send it").press("Enter")
    expect(opened.get_by_role("alert")).to_contain_text("Refused again")
    looked_at(page, "events-held-mend")
    in_english(page)
    before = total_of(there, "c1")
    editor.fill(json.dumps(mended | {"timestamp": "2026-03-05T10:00:00Z"}))
    opened.get_by_role("button", name="Send it").press("Enter")

    expect(page.get_by_text("1 counts now")).to_be_visible()
    expect(page.get_by_role("button", name="A time is not valid")).to_have_count(0)
    assert total_of(there, "c1") == before + 7
    sender.send({"type": "page"})
    page.get_by_role("button", name="1 new one has come in. Show").click()
    expect(row(page, "No userId and no anonymousId")).to_be_visible()
    assert page.locator("main img").count() == 0


def test_what_is_held_back_is_mended_chosen_let_in_and_discarded(page, there, sender):
    sender.send(order(800, "c3", "2026-03-01T10:00:00Z", 5))
    wrong = [order(801 + n, "c3", "2026-03-01T10:00:00Z", "5") for n in range(3)]
    twice = order(801, "c3", "2026-03-02T10:00:00Z", "6")
    lacking = order(810, HOSTILE[:60], "2026-03-02T10:00:00Z", 1)
    mended = order(811, "c3", "2026-03-02T10:00:00Z", 40)
    for one, number in ((lacking, 810), (mended, 811)):
        sender.send(one | {"messageId": f"m{number}", "properties": {"total": one["properties"]["total"]}})
    told = sender.send(*wrong, twice)
    assert len(told["quarantined"]) == 4

    page.goto(f"{there.url}/events?tab=held&list=quarantine")
    page.get_by_role("button", name="properties.order_id is missing").first.click()
    expect(page).to_have_url(re.compile("reason=properties.order_id"))
    expect(page.locator(".held-item")).to_have_count(2)
    page.locator(".held-item").first.get_by_role("button").first.click()
    expect(page.locator(".held-item mark")).to_have_text(["order_id: is missing here"])
    looked_at(page, "events-held-quarantine")
    in_english(page)
    before = total_of(there, "c3")
    page.get_by_role("button", name="Edit and send").press("Enter")
    page.get_by_role("button", name="Send it").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Not yet as planned")
    looked_at(page, "events-held-quarantine-mend")
    in_english(page)
    page.get_by_label("The event, to be mended").fill(json.dumps(mended))
    page.get_by_role("button", name="Send it").press("Enter")
    expect(page.get_by_text("1 counts now")).to_be_visible()
    expect(page.locator(".held-item")).to_have_count(1)
    assert total_of(there, "c3") == before + 40
    page.locator(".held-became").get_by_role("button", name="Close").click()
    page.get_by_label(re.compile("^Select: properties.order_id")).check()
    ((_, discard),) = dialogs(page)
    assert misbehaving(page, discard) == []
    discard.press("Enter")
    confirmed(page, "Discard")
    expect(page.get_by_text("1 event was discarded.")).to_be_visible()
    page.get_by_role("button", name="Show all").click()
    expect(page.locator(".held-item")).to_have_count(4)
    page.get_by_label("Select all that are shown").check()
    expect(page.get_by_text("4 events selected")).to_be_visible()
    page.get_by_role("button", name="Let in").press("Enter")

    became = page.locator("[data-became]")
    comes_to(lambda: data(became, "became"), ["counted", "duplicate"])
    comes_to(lambda: numbers(became, "count"), [3, 1])
    expect(page.locator(".held-item")).to_have_count(0)


def test_who_sees_no_personal_data_sees_no_payload(there):
    token = there.tokens.create("api", "viewer", scope="read")[0]
    asked = {"headers": {"Authorization": f"Bearer {token}"}}
    Sender(there).send({"type": "track", "messageId": "nobodys", "event": "Order Completed"})

    found = httpx.get(f"{there.url}/api/v1/ingest/rejected", **asked).json()

    assert found
    assert {(one["payload"], one["message_id"]) for one in found} == {(None, None)}
