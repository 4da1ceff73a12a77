"""The customers' screen in a browser: from a search to the events behind a number, back in time, and to the erasure."""

from __future__ import annotations

import re

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from tests.app.gui.past_shop import shop_served
from tests.app.shop import order
from tests.door.shop import bearer
from tests.gui.conftest import in_english, looked_at
from tests.gui.crawl import quiet
from tests.gui.keyboard import confirmed
from tests.gui.reading import comes_to, numbers

SUM = "total_purchase_value"
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "\u202egnirts a\u202c",
    "x" * 10_000,
    "\U0001f469\u200d\U0001f4bb\U0001f600",
    "javascript:alert(1)",
]


@pytest.fixture(scope="module")
def past(tmp_path_factory):
    """A shop for tests that change nothing."""
    with shop_served(tmp_path_factory.mktemp("customers"), page=True) as served:
        yield served


@pytest.fixture
def fresh(tmp_path):
    """A shop of one's own."""
    with shop_served(tmp_path, page=True) as served:
        yield served


def row(page, attribute):
    return page.locator(f'tr[data-attribute="{attribute}"]')


def part(page, attribute, name):
    return row(page, attribute).locator(f'td[data-part="{name}"]')


def opened(page, served, address="c17", **further):
    query = "".join(f"&{name}={value}" for name, value in further.items())
    page.goto(f"{served.url}/customers?id={address}{query}")
    expect(page.get_by_role("heading", level=1)).to_have_text(address)


def test_a_search_leads_to_what_the_batch_knew_and_what_has_come_since(page, past):
    page.goto(f"{past.url}/customers")
    expect(page.get_by_text("3 customers are known")).to_be_visible()
    looked_at(page, "customers")
    page.get_by_label("Procurar clientes").fill("joao")
    expect(page.get_by_role("row").filter(has_text="c17")).to_contain_text("João Ninguém")
    in_english(page)

    page.get_by_label("Search customers").press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("c17")
    expect(part(page, SUM, "until")).to_have_text("€1,241.50")
    expect(part(page, SUM, "since")).to_have_text("-€2.00")
    expect(part(page, SUM, "now")).to_have_text("€1,239.50")
    expect(page).to_have_url(re.compile("id=c17"))
    looked_at(page, "customer")


def test_the_events_behind_a_number_add_up_to_it_and_the_others_say_why_not(page, past):
    opened(page, past)
    part(page, SUM, "now").get_by_role("button").click()
    behind = page.locator(f'[data-behind="{SUM}"]')
    expect(behind.get_by_text("2 events add up to €1,239.50")).to_be_visible()

    adds = [39, 1200.5]
    comes_to(lambda: numbers(behind.locator("td[data-adds]"), "adds"), adds)
    comes_to(lambda: numbers(behind.locator("[data-sum]"), "sum"), [sum(adds)])
    expect(page).to_have_url(re.compile(f"behind={SUM}"))
    for table in page.locator(".table-box").all():
        assert table.evaluate("box => box.scrollWidth <= box.clientWidth")
    looked_at(page, "customer-behind")
    behind.get_by_role("radio").nth(1).check()
    expect(behind.locator('tr[data-reason="cancelled"]')).to_contain_text("Order Cancelled")
    expect(behind.locator('tr[data-reason="replaced"]')).to_contain_text("Order Updated")


def test_a_formula_leads_to_the_numbers_that_it_is_made_of(page, past):
    opened(page, past, behind="average")

    page.locator('[data-behind="average"]').get_by_role("button", name="orders").click()

    expect(page.locator('[data-behind="orders"]').get_by_text("2 events add up to 2")).to_be_visible()


def test_attributes_are_found_by_name_whatever_their_accents(page, past):
    opened(page, past)

    page.get_by_label("Find an attribute").fill("PURCHÀSE")

    expect(page.locator("tr[data-attribute]")).to_have_count(1)
    expect(row(page, SUM)).to_be_visible()


def test_the_slider_goes_back_in_time_by_keyboard_and_the_address_keeps_it(page, past):
    opened(page, past, at="2026-03-11T12:00:00.000Z")
    expect(part(page, "orders", "now")).to_have_text("3")
    expect(page.get_by_text("You see the past.")).to_be_visible()

    page.get_by_label("What happened until").press("Home")

    expect(part(page, "orders", "now")).to_have_text("0")
    expect(page).to_have_url(re.compile("at=.*2026-02-27"))
    page.go_back()
    expect(part(page, "orders", "now")).to_have_text("3")
    page.get_by_role("button", name="Back to now").click()
    expect(part(page, "orders", "now")).to_have_text("2")


def test_what_was_known_is_a_clock_of_its_own(page, past):
    asked = {"customer": "c17", "known_at": "2026-03-01T00:00:00Z"}
    told = httpx.get(f"{past.url}/api/v1/customers/profile", params=asked, headers=bearer(past.token)).json()
    orders = next(one["value"] for one in told["attributes"] if one["name"] == "orders")
    opened(page, past)
    expect(part(page, "orders", "now")).to_have_text("2")

    page.get_by_text("And what we knew").click()
    page.get_by_label("What we knew at").press("Home")

    expect(part(page, "orders", "now")).to_have_text(str(int(orders)))
    assert orders != 2
    expect(page.get_by_text("You see the past.").first).to_be_visible()
    expect(page).to_have_url(re.compile("known="))
    page.reload()
    expect(page.get_by_label("What we knew at")).to_have_value("0")
    looked_at(page, "customer-known")
    in_english(page)
    page.get_by_role("button", name="Back to now").click()
    expect(part(page, "orders", "now")).to_have_text("2")


def test_the_bars_are_the_messages_of_the_server(page, past):
    told = httpx.get(
        f"{past.url}/api/v1/customers/timeline", params={"customer": "c17"}, headers=bearer(past.token)
    ).json()

    opened(page, past)

    marks = page.locator("svg.activity rect")
    comes_to(lambda: numbers(marks, "count"), [bar["count"] for bar in told["bars"]])


def test_the_timeline_tells_what_has_become_of_each_message_and_filters_by_kind(page, past):
    opened(page, past, tab="timeline")
    entries = page.locator("li[data-message]")
    expect(entries).to_have_count(7)
    expect(page.locator('li[data-message="m3"]')).to_have_attribute("data-fate", "cancelled")

    page.locator('li[data-message="m1"]').get_by_role("button").click()
    expect(page.locator('li[data-message="m1"]')).to_contain_text('"order_id": "o1"')
    looked_at(page, "customer-timeline")
    page.get_by_label("Página vista").check()

    expect(entries).to_have_count(1)
    expect(page.locator('li[data-message="p1"]')).to_be_visible()
    page.reload()
    expect(entries).to_have_count(1)


def test_ids_are_parted_and_joined_again(page, fresh):
    opened(page, fresh, tab="ids")
    looked_at(page, "customer-ids")
    in_english(page)

    page.get_by_role("button", name="Part c17 and anon-9").click()

    expect(page.get_by_text("The two ids are two customers now.")).to_be_visible()
    page.get_by_role("button", name="Join c17 and anon-9 again").click()
    expect(page.get_by_text("The two ids are one customer again.")).to_be_visible()


def test_a_person_is_erased_when_the_id_was_typed(page, fresh):
    opened(page, fresh)
    page.get_by_role("button", name="Erase…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("anon-9")
    expect(dialog.get_by_role("button", name="Erase for ever")).to_be_disabled()
    assert Axe().run(page).violations_count == 0

    dialog.get_by_role("textbox").fill("c1")
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    dialog.get_by_role("textbox").fill("c17")
    confirmed(page, "Erase for ever")

    expect(page.get_by_text("Nothing is known of this customer any more.")).to_be_visible()
    expect(part(page, "orders", "now")).to_have_text("0")


def test_a_number_moves_while_somebody_looks(page, fresh):
    opened(page, fresh)
    expect(part(page, "orders", "now")).to_have_text("2")
    key, _ = fresh.tokens.create("server", "shop")

    httpx.post(f"{fresh.url}/v1/track", json=order(20, "c17", "2026-03-13T10:00:00Z", 37), auth=(key, ""))

    expect(part(page, "orders", "now")).to_have_text("3")
    expect(part(page, SUM, "now")).to_have_text("€1,276.50")


def test_whoever_may_not_see_personal_data_sees_numbers_only(page, past):
    asked = {"name": "rui", "role": "viewer", "personal_data": False}
    made = httpx.post(f"{past.url}/api/v1/users", json=asked, headers=bearer(past.token)).json()
    page.request.post(
        f"{past.url}/api/v1/session",
        data={"name": "rui", "password": made["password"]},
        headers={"X-Hundredfold-CSRF": "1"},
    )

    opened(page, past, tab="timeline")

    page.locator('li[data-message="m1"]').get_by_role("button").click()
    expect(page.locator('li[data-message="m1"]')).to_contain_text("is personal data")
    page.get_by_role("button", name="Ids").click()
    expect(page.get_by_text("Ids are personal data, which you may not see.")).to_be_visible()
    page.get_by_role("button", name="Profile").click()
    expect(part(page, SUM, "now")).to_have_text("€1,239.50")
    expect(row(page, "email")).to_have_count(0)
    expect(page.get_by_text("joana@shop.example")).to_have_count(0)
    expect(page.get_by_role("link", name="Export")).to_have_count(0)
    expect(page.get_by_role("button", name="Erase…")).to_have_count(0)


def test_everything_about_a_person_is_a_file(page, past):
    opened(page, past)

    with page.expect_download() as saved:
        page.get_by_role("link", name="Export").click()

    assert '"total_purchase_value":1239.5' in saved.value.path().read_text()


def test_hostile_text_is_text(page, tmp_path):
    orders = [
        order(100 + n, text[:200], f"2026-03-1{n}T10:00:00Z", 1, note=text) | {"event": text[:200]}
        for n, text in enumerate(HOSTILE)
    ]
    names = [
        {"type": "identify", "messageId": f"h{n}", "userId": text[:200], "traits": {"full_name": text, "email": text}}
        for n, text in enumerate(HOSTILE)
    ]
    with shop_served(tmp_path, [*orders, *names], page=True) as served:
        for text in HOSTILE:
            page.goto(f"{served.url}/customers")
            found = page.get_by_role("button", name=text[:200], exact=True)
            with quiet(page), page.expect_response(re.compile(r"[?&]q=.")):  # rows move when they come
                page.get_by_label("Search customers").fill(text[:40])
            found.first.click()
            expect(page.get_by_role("heading", level=1)).to_have_text(text[:200])
            page.get_by_role("button", name="What happened").click()
            page.locator("li[data-message] button").first.click()
            expect(page.locator(".entry-body pre").first).to_be_visible()
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
