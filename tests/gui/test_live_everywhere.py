"""Connections at every screen: many tabs, a server that starts again, a session that is over."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import expect
from tests.app.shop import hf, order
from tests.gui.conftest import serving
from tests.gui.guarded import guarded
from tests.gui.reading import comes_to

TABS = 8
PLACES = [
    "/tour?customer=c1",
    "/customers?id=c1",
    "/attributes?attribute=orders",
    "/attributes?view=events",
    "/events?tab=live",
    "/import",
    "/settings?part=runs",
    "/",
]
LOST = "The connection to the server is lost."


def bought(page):
    """Where the customer's number of orders stands on his screen."""
    return page.locator('tr[data-attribute="orders"] td[data-part="now"]')


def test_eight_tabs_at_once_show_the_same_change(page, served):
    tabs = [page, *(page.context.new_page() for _ in range(TABS - 1))]
    for tab in tabs:
        tab.goto(f"{served.url}/customers?id=c1")
    for tab in tabs:
        expect(bought(tab)).to_have_text("5")
    key, _ = served.tokens.create("server", "shop")

    answer = httpx.post(f"{served.url}/v1/track", json=order(99, "c1", "2026-03-30T10:00:00Z", 37), auth=(key, ""))

    assert answer.status_code == 200
    for tab in tabs:
        expect(bought(tab)).to_have_text("6")


def test_a_server_that_starts_again_under_every_screen_is_told_and_survived(page, shop, provoked):
    provoked += ["ERR_CONNECTION_REFUSED", "401 (Unauthorized)", "WebSocket connection"]
    tabs = [page, *(page.context.new_page() for _ in PLACES[1:])]
    with serving(shop) as first:
        port = urlsplit(first.url).port
        for tab, place in zip(tabs, PLACES, strict=True):
            tab.goto(f"{first.url}{place}")
        before = []
        for tab in tabs:
            expect(tab.get_by_role("heading", level=1)).to_be_visible()
            tab.wait_for_load_state("networkidle")
            tab.evaluate("window.untouched = true")
            before.append((tab.url, tab.get_by_role("heading").all_inner_texts()))
    for tab in tabs[:2]:
        expect(tab.get_by_text(LOST)).to_be_visible()
    meanwhile = shop.parent / "meanwhile.jsonl"
    meanwhile.write_text(json.dumps(order(98, "c1", "2026-03-29T10:00:00Z", 12)))
    assert hf("import", meanwhile, folder=shop).code == 0

    with serving(shop, port) as again:
        for tab in tabs:
            expect(tab.get_by_text(LOST)).to_be_hidden()
        expect(bought(tabs[1])).to_have_text("6")
        key, _ = again.tokens.create("server", "shop")
        httpx.post(f"{again.url}/v1/track", json=order(99, "c1", "2026-03-30T10:00:00Z", 37), auth=(key, ""))

        expect(bought(tabs[1])).to_have_text("7")
        comes_to(lambda: [(tab.url, tab.get_by_role("heading").all_inner_texts()) for tab in tabs], before)
        assert all(tab.evaluate("window.untouched") for tab in tabs), "a page was loaded anew"


@pytest.fixture(scope="module")
def there(tmp_path_factory):
    with guarded(tmp_path_factory.mktemp("guarded") / "shop") as there:
        yield there


def test_a_session_that_is_over_is_begun_anew_where_one_was(page, there, provoked):
    provoked += ["status of 401", "WebSocket connection"]
    places = ["/customers", "/attributes?view=events", "/events?tab=plan", "/import", "/settings?part=workspace", "/"]
    name = there.user("dora")
    there.log_in(page, name)
    for place in places:
        page.goto(f"{there.url}{place}")
        heading = page.get_by_role("heading", level=1)
        expect(heading).to_be_visible()
        was = heading.inner_text()

        there.logins.sessions.end_of(there.logins.users.named(name).id)
        page.reload()
        expect(page.get_by_role("heading", name="Log in")).to_be_visible()
        there.enter(page, name)

        expect(page.get_by_role("heading", name=was, level=1)).to_be_visible()
        expect(page).to_have_url(f"{there.url}{place}")
