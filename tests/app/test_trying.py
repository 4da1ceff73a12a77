"""Attributes tried out: whose turn a try takes, and what it reads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.app.serving import opened_for_serving
from tests.app.shop import DEFINITIONS, PRODUCTS, hf, order, write_lines

from hundredfold.app.gui.definitions.writing import Writing
from hundredfold.app.trying import Trying
from hundredfold.attribute.decode import Decoder

TRIES = {
    "sum": "{event: Order Completed, value: properties.total, aggregate: sum}",
    "web": "{event: Order Completed, where: properties.channel = 'web', value: properties.total, aggregate: max}",
    "channel": "{event: Order Completed, value: properties.channel, aggregate: last}",
    "lines": "{event: Order Completed, each: properties.products, value: price * quantity, aggregate: sum}",
    "listed": "{event: Order Completed, value: properties.products, aggregate: count}",
    "categories": "{event: Order Completed, each: properties.products, by: product.category, aggregate: unique_list}",
    "key": "{event: Order Completed, value: properties.order_id, aggregate: unique_list}",
    "mail": "{trait: email}",
    "mail_as_text": "{trait: email, type: text}",
    "mean": "{formula: round(average)}",
}


@pytest.fixture
def opened(tmp_path):
    """A shop of five customers, open as for a server."""
    folder = tmp_path / "shop"
    assert hf("init", folder).code == 0
    (folder / "definitions" / "shop.yaml").write_text(DEFINITIONS)
    (folder / "products.csv").write_text(PRODUCTS)
    assert hf("apply", folder=folder).code == 0
    sold = [
        order(n, f"c{n % 5}", f"2026-03-{n:02}T10:00:00Z", n / 4, channel="web" if n % 3 else 7) for n in range(1, 29)
    ]
    sold += [
        {"type": "identify", "messageId": f"i{n}", "userId": f"c{n}", "timestamp": "2026-03-01T09:00:00Z",
         "traits": {"email": email}}
        for n, email in enumerate(["a@shop.example", 17, None, ["b"]])
    ]  # fmt: skip
    assert hf("import", write_lines(tmp_path / "a.ndjson", sold), folder=folder).code == 0
    with opened_for_serving(folder) as opened:
        yield opened


def tried(trying, opened, name):
    definitions = Writing(opened).checked(name, f"{name}: {TRIES[name]}").definitions
    assert definitions is not None
    return trying.tried(definitions, name).rows


def test_a_try_goes_on_while_somebody_else_has_the_engine(opened):
    trying = Trying(opened)
    first = tried(trying, opened, "sum")

    with ThreadPoolExecutor(1) as beside, opened.guard:
        second = beside.submit(tried, trying, opened, "sum").result(60)

    assert second == first
    assert len(first) == 5


def test_a_try_says_the_same_whatever_was_tried_before(opened):
    one = Trying(opened)

    for name in [*TRIES, *reversed(TRIES)]:
        assert tried(one, opened, name) == tried(Trying(opened), opened, name), name


def test_what_a_try_has_read_of_the_messages_the_next_one_does_not_read_again(opened, monkeypatch):
    trying = Trying(opened)
    before = tried(trying, opened, "web")
    read = []
    decode = Decoder.decode
    monkeypatch.setattr(Decoder, "decode", lambda self, *given: read.append(self.wanted) or decode(self, *given))

    again = tried(trying, opened, "web")
    fewer = tried(trying, opened, "sum")

    assert read == []
    assert again == before
    assert {customer: new.millionths for customer, _, new in fewer} == {
        f"u:c{n}": sum(250_000 * m for m in range(1, 29) if m % 5 == n) for n in range(5)
    }
