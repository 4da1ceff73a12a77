"""The tour: a purchase moves the number at once, the orders behind it are there, and all of it is taken back."""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import expect
from tests.app.shop import DEFINITIONS, hf
from tests.gui.conftest import in_english, late, looked_at, serving
from tests.gui.crawl import quiet
from tests.gui.reading import comes_to

KEY = "key: properties.order_id"
TAKEN_BACK = DEFINITIONS.replace(KEY, f"{KEY}, removed_by: [Order Cancelled]")


@pytest.fixture
def toured(shop):
    """The demo's shop, where a cancelled order is none, served."""
    (shop / "definitions" / "shop.yaml").write_text(TAKEN_BACK)
    assert hf("apply", folder=shop).code == 0
    assert hf("batch", folder=shop).code == 0
    with serving(shop) as served:
        yield served


def figures(page):
    """Until the batch, since, now, in hundredths, as they stand on the screen."""
    return [hundredths(page.locator(f"[data-term={term}]").inner_text()) for term in ("until", "since", "now")]


def hundredths(text):
    return int(re.sub(r"\D", "", text))


def profile(served, customer):
    headers = {"Authorization": f"Bearer {served.token}"}
    return httpx.get(f"{served.url}/api/v1/profiles/{customer}", headers=headers).json()


def test_a_purchase_rolls_the_number_and_taking_it_back_rolls_it_back(page, toured):
    page.goto(f"{toured.url}/tour")
    expect(page.get_by_role("heading", name="A shop with two years behind it")).to_be_visible()
    until, since, now = figures(page)
    assert (since, until) == (0, now)
    looked_at(page, "tour")
    in_english(page)
    customer = page.get_by_role("button", pressed=True).inner_text()

    page.get_by_role("button", name="Buy as this customer").click()
    expect(page.locator("[data-term=now]")).to_have_text(re.compile(euros(now + 3_700)))

    comes_to(lambda: figures(page), [until, 3_700, now + 3_700])
    expect(page.get_by_text(re.compile(r"^Counted: .* ms after the click"))).to_be_visible()
    values = profile(toured, customer)["parts"]["total_purchase_value"]
    assert (round(values["until_batch"] * 100), round(values["since"] * 100)) == (until, 3_700)

    page.reload()
    page.get_by_role("button", name="Take 1 purchase back").click()
    expect(page.locator("[data-term=now]")).to_have_text(re.compile(euros(now)))
    comes_to(lambda: figures(page), [until, 0, now])
    expect(page.get_by_text("Taken back.")).to_be_visible()


def test_the_orders_behind_the_number_are_those_that_make_it(page, toured):
    page.goto(f"{toured.url}/tour?customer=c1")
    page.get_by_role("button", name="Buy as this customer").click()
    expect(page.locator("[data-term=since]")).to_have_text(re.compile(euros(3_700)))

    page.locator("[data-term=now]").click()

    rows = page.get_by_role("row").filter(has=page.get_by_role("cell"))
    expect(rows.first).to_contain_text("bought here")
    expect(rows.first).to_contain_text("since the batch")
    comes_to(lambda: sum(map(hundredths, rows.locator("td:last-child").all_inner_texts())), figures(page)[2])
    expect(page).to_have_url(re.compile("behind=true"))
    looked_at(page, "tour-orders")


def test_whoever_leaves_before_it_is_there_is_not_called_back(page, toured):
    late(page, 300)
    page.goto(f"{toured.url}/tour")
    with quiet(page):
        page.get_by_role("link", name="Home").click()

    expect(page).to_have_url(f"{toured.url}/")
    expect(page.get_by_role("heading", name="Home", level=1)).to_be_visible()


def test_everything_is_done_by_keyboard(page, toured):
    page.goto(f"{toured.url}/tour?customer=c2")
    expect(page.locator("[data-term=now]")).to_be_visible()
    page.get_by_label(re.compile("^Amount")).focus()

    page.keyboard.press("Control+A")
    page.keyboard.type("12.50")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[data-term=since]")).to_have_text(re.compile(euros(1_250)))
    page.locator("[data-term=now]").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("region", name="The orders behind it")).to_be_focused()


def test_a_server_that_starts_again_under_the_page_is_told_and_survived(page, shop, provoked):
    provoked += ["ERR_CONNECTION_REFUSED", "401 (Unauthorized)", "WebSocket connection"]
    with serving(shop) as first:
        page.goto(f"{first.url}/tour?customer=c3")
        expect(page.locator("[data-term=now]")).to_be_visible()
        port = urlsplit(first.url).port
    lost = page.get_by_text("The connection to the server is lost.")
    expect(lost).to_be_visible()

    with serving(shop, port) as again:
        expect(lost).to_be_hidden(timeout=20_000)
        before = figures(page)
        page.get_by_role("button", name="Buy as this customer").click()
        expect(page.locator("[data-term=now]")).to_have_text(re.compile(euros(before[2] + 3_700)))
        assert round(profile(again, "c3")["attributes"]["total_purchase_value"] * 100) == before[2] + 3_700


def test_a_workspace_without_a_tour_says_so(shop):
    settings = shop / "hundredfold.yaml"
    settings.write_text(settings.read_text().replace("page: true", "page: false"))
    with serving(shop) as served:
        answer = httpx.get(f"{served.url}/api/v1/tour", headers={"Authorization": f"Bearer {served.token}"})

    assert (answer.status_code, json.loads(answer.text)["code"]) == (404, "no_tour")


def euros(amount):
    """Hundredths as an English page writes them, as a pattern."""
    return re.escape(f"{amount // 100:,}.{amount % 100:02}")
