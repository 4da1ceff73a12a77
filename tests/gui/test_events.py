"""The event debugger in a browser: what arrives, what one message did, and an event that is tried out."""

from __future__ import annotations

import json
import re

import httpx
import pytest
from playwright.sync_api import expect
from tests.app.gui.past_shop import shop_served
from tests.app.shop import hf, order
from tests.door.shop import basic
from tests.gui.conftest import in_english, looked_at, serving
from tests.gui.reading import comes_to, numbers
from tests.gui.test_customers import HOSTILE

from hundredfold.app.settings import with_setting


@pytest.fixture(scope="module")
def past(tmp_path_factory):
    """A shop with a past."""
    with shop_served(tmp_path_factory.mktemp("events"), page=True) as served:
        yield served


def sender(served, name="web shop"):
    """Sends messages as a shop does, with a write key of its own."""
    key, _ = served.tokens.create("server", name)

    def send(message):
        path = f"{served.url}/v1/{message['type']}"
        answer = httpx.post(path, json=message, headers=basic(key))
        assert answer.status_code == 200, answer.text

    return send


def row(page, message_id):
    return page.locator(f'tr[data-message="{message_id}"]')


def bought(number, customer, total):
    return order(number, customer, "2026-03-20T10:00:00Z", total)


def test_an_event_appears_as_it_is_sent_waits_while_it_is_paused_and_is_traced_to_what_it_changed(page, past):
    send = sender(past)
    page.goto(f"{past.url}/events")
    expect(row(page, "m1")).to_be_visible()
    expect(page.locator(".stream-now")).to_have_text("Live")

    send(bought(101, "c17", 10))
    expect(row(page, "m101")).to_contain_text("web shop")
    expect(row(page, "m101")).to_contain_text("c17")

    page.get_by_role("button", name="Pause").click()
    send(bought(102, "c17", "a lot"))
    send(bought(103, "c18", 7))
    expect(page.get_by_role("button", name="2 new: show them")).to_be_visible()
    expect(row(page, "m103")).to_have_count(0)
    page.get_by_role("button", name="Go on").click()
    expect(row(page, "m102")).to_contain_text("2 problems")
    expect(row(page, "m103")).to_contain_text("fits")
    looked_at(page, "events")
    in_english(page)

    page.get_by_label("Customer id").fill("c17")
    expect(row(page, "m103")).to_have_count(0)
    expect(page).to_have_url(re.compile("customer=c17"))
    page.reload()
    expect(row(page, "m102")).to_be_visible()
    expect(row(page, "m103")).to_have_count(0)

    # By keyboard: down to the older one, open it, look at its trace, back to its row.
    row(page, "m102").get_by_role("button").focus()
    page.keyboard.press("ArrowDown")
    expect(row(page, "m101").get_by_role("button")).to_be_focused()
    page.keyboard.press("Enter")
    detail = page.get_by_role("complementary", name="Order Completed")
    expect(detail.get_by_text("It fits all that reads it.")).to_be_visible()
    looked_at(page, "event-pretty")
    in_english(page)
    detail.get_by_role("button", name="Trace").click()
    expect(page).to_have_url(re.compile("side=trace"))
    cells = detail.locator('tr[data-attribute="total_purchase_value"] td[data-value]')
    profile = httpx.get(f"{past.url}/api/v1/profiles/c17", headers={"Authorization": f"Bearer {past.token}"}).json()
    now = profile["attributes"]["total_purchase_value"]
    comes_to(lambda: numbers(cells, "value"), [now - 10, now])
    expect(detail.locator('tr[data-attribute="average"]')).to_contain_text("worked out of total_purchase_value, orders")
    expect(detail.get_by_text(re.compile("Record \\d+ of the feed"))).to_be_visible()
    looked_at(page, "event-trace")
    page.get_by_label("Aspeto").select_option("light")
    in_english(page)
    detail.get_by_role("button", name="Raw").focus()
    page.keyboard.press("Enter")
    expect(detail.locator("pre")).to_contain_text('"order_id":"o101"')
    page.keyboard.press("Escape")
    expect(detail).to_have_count(0)
    expect(row(page, "m101").get_by_role("button")).to_be_focused()

    # The same order from somebody else is no longer the first one's, and its trace says so.
    send(bought(101, "c20", 30) | {"messageId": "m120"})
    page.get_by_label("Customer id").fill("c20")
    row(page, "m120").get_by_role("button").click()
    detail.get_by_role("button", name="Trace").click()
    other = detail.locator("[data-other=shares]")
    expect(other.get_by_role("link", name="c17")).to_be_visible()
    cells = other.locator('tr[data-attribute="total_purchase_value"] td[data-value]')
    comes_to(lambda: numbers(cells, "value"), [now, now - 10])
    looked_at(page, "event-trace-others")


def test_a_test_event_is_checked_sent_and_traced_and_a_field_of_it_becomes_an_attribute(page, past):
    page.goto(f"{past.url}/events")
    page.get_by_role("button", name="Send a test event…").click()
    form = page.get_by_role("complementary", name="Test event")
    expect(form.get_by_text("A test event is real.")).to_be_visible()
    field = form.get_by_label("Event, as JSON")
    field.fill('{"type": "track", "event": "Order Completed", "userId": "tester", "properties": {"total": NaN}}')
    form.get_by_role("button", name="Check only").click()
    expect(form.get_by_text("It would be taken in.")).to_be_visible()
    expect(form.get_by_text("becomes null")).to_be_visible()
    expect(form.get_by_text("Nothing is there that counts for Total purchase value")).to_be_visible()
    expect(form.get_by_text("properties.order_id is missing")).to_be_visible()
    looked_at(page, "event-test")
    in_english(page)
    field.fill("{")
    form.get_by_role("button", name="Check only").click()
    expect(form.get_by_text("It is refused:")).to_be_visible()

    message = {"type": "track", "event": "Order Completed", "userId": "tester"}
    field.fill(json.dumps(message | {"properties": {"order_id": "t1", "total": 12.5, "shipping": 3}}))
    form.get_by_role("button", name="Send it").click()

    detail = page.get_by_role("complementary", name="Order Completed")
    total = detail.locator('tr[data-attribute="total_purchase_value"] td[data-value]')
    expect(total.nth(1)).to_have_text("€12.50")
    expect(page).to_have_url(re.compile("side=trace"))
    detail.get_by_role("button", name="Pretty").click()
    detail.get_by_role("link", name="Add an attribute from properties.shipping").click()
    expect(page.get_by_role("heading", level=2, name="order_completed_shipping")).to_be_visible()
    expect(page.get_by_label("Value", exact=True)).to_have_value("properties.shipping")
    expect(page.get_by_label("YAML")).to_have_value(re.compile("aggregate: sum"))


def test_hostile_text_in_every_field_of_a_message_is_text(page, past):
    send = sender(past, HOSTILE[1])
    for number, text in enumerate(HOSTILE):
        short = text[:250]
        properties = {"order_id": short, text[:200]: text, "list": [{"x": short}, text], "total": short}
        send({"type": "track", "event": short, "userId": short, "messageId": f"h{number}", "properties": properties})
    page.goto(f"{past.url}/events?customer=javascript:alert(1)")
    expect(row(page, "h5")).to_be_visible()
    expect(row(page, "h4")).to_have_count(0)
    page.get_by_role("button", name="Clear filters").click()
    for number, text in enumerate(HOSTILE):
        row(page, f"h{number}").get_by_role("button").click()
        detail = page.locator("aside.stream-detail")
        expect(detail.locator("h2")).to_have_text(text[:250])
        for side in ("Raw", "Trace", "Pretty"):
            detail.get_by_role("button", name=side).click()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    looked_at(page, "event-hostile")


def test_what_was_shown_stays_when_the_server_starts_anew_and_the_first_event_finds_an_empty_list(
    page, tmp_path, provoked
):
    provoked += ["WebSocket connection", "ERR_CONNECTION_REFUSED", "Failed to load resource"]
    folder = tmp_path / "new"
    assert hf("init", folder).code == 0
    settings = folder / "hundredfold.yaml"
    settings.write_text(with_setting(settings.read_text(), "page", "true"))
    with serving(folder) as served:
        port = int(served.url.rpartition(":")[2])
        page.goto(f"{served.url}/events")
        expect(page.get_by_text("No event yet")).to_be_visible()
        looked_at(page, "events-empty")
        in_english(page)
        expect(page.get_by_role("link", name="Connect a source")).to_have_attribute("href", re.compile("part=connect"))
        sender(served)(bought(1, "c1", 1))
        expect(row(page, "m1")).to_be_visible()
    expect(page.get_by_text("The connection to the server is lost.")).to_be_visible()
    expect(row(page, "m1")).to_be_visible()

    with serving(folder, port) as served:
        sender(served)(bought(2, "c1", 1))
        expect(row(page, "m2")).to_be_visible(timeout=20_000)
        expect(row(page, "m1")).to_be_visible()
        sender(served)(bought(3, "c1", 1))
        expect(row(page, "m3")).to_be_visible()
