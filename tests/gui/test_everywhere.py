"""What must hold at every place of the pages, whatever it is; the places are found by following what leads on."""

from __future__ import annotations

from collections import Counter

import pytest
from playwright.sync_api import expect
from tests.gui.conftest import harmless
from tests.gui.crawl import places, shown
from tests.gui.hostile import HOSTILE, hostile_shop
from tests.gui.keyboard import unreachable

TELEPHONE = {"width": 390, "height": 800}
"""In pixels; the other tests have a screen of 1280 x 720."""
MARKUP = "[onerror], [onload], main script, iframe, a[href^='javascript:']"
"""What would only be there if a text had become markup."""
FAULTS = {
    "a text that becomes markup": "document.querySelector('main').innerHTML = '<img src=x onerror=alert(1)>'",
    "a dialog": "alert(1)",
    "a stranger": "fetch('https://stranger.example/').catch(() => undefined)",
    "a script of somebody else": "document.body.append(Object.assign(document.createElement('script'), "
    "{ src: 'https://stranger.example/x.js' }))",
    "an error": "setTimeout(() => { throw new Error('thrown') })",
}
UNUSABLE = {
    "Tab does not reach": "document.querySelector('main').append(Object.assign(document.createElement('button'), "
    "{ textContent: 'by mouse only', tabIndex: -1 }))",
    "another way than the page is read": "document.querySelector('header select').tabIndex = 7",
    "cannot be seen": "document.styleSheets[0].insertRule(':focus-visible { outline: none !important }', "
    "document.styleSheets[0].cssRules.length)",
    "has no name": "document.querySelector('main').append(document.createElement('button'))",
}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    with hostile_shop(tmp_path_factory.mktemp("hostile")) as (served, further):
        yield served.url, further


@pytest.fixture(
    scope="module",
    params=[pytest.param(False, id="screens"), pytest.param(True, id="everything", marks=pytest.mark.slow)],
)
def crawled(request, hostile, browser):
    """The places, and what was wrong at them."""
    url, further = hostile
    wrong: list[str] = []
    texts: Counter[str] = Counter()
    context = browser.new_context(viewport=TELEPHONE)
    page = context.new_page()

    def look(where: str) -> None:
        wrong.extend(f"{where}: {one}" for one in too_wide(page))
        if page.locator(MARKUP).count():
            wrong.append(f"{where}: a text has become markup")
        said = page.locator("body").inner_text() + "".join(
            page.locator("main input").evaluate_all("all => all.map(one => one.value)")
        )
        texts.update(text for text in HOSTILE if text in said)

    found = []
    with harmless(page):
        for start in (f"{url}/", *(f"{url}{path}" for path in further)):
            for address in places(page, start, deep=request.param, look=look):
                look(address)
                found.append(address)
    context.close()
    return found, wrong, texts


def too_wide(page):
    """What is wider than its window, in words."""
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [f"it is {wide} pixels too wide: {widest(page)}"] if wide > 0 else []


def widest(page):
    """What reaches farthest beyond the window."""
    return page.evaluate(
        """() => [...document.querySelectorAll('body *')]
            .filter(one => one.getBoundingClientRect().right > innerWidth)
            .map(one => `${one.tagName}.${one.className}`).slice(0, 8).join(' ')"""
    )


def test_hostile_text_is_text_everywhere(crawled):
    found, wrong, texts = crawled

    assert not wrong, "\n".join(wrong)
    assert {address.split("?")[0].rpartition("/")[2] for address in found} >= {"", "tour", "customers", "settings"}
    for text in HOSTILE[:3]:
        assert texts[text] > 10, f"{text} was hardly shown"


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_a_page_is_found(browser, hostile, fault):
    page = browser.new_page()
    shown(page, f"{hostile[0]}/customers")

    def planted():
        with harmless(page):
            page.evaluate(FAULTS[fault])
            page.wait_for_timeout(200)

    with pytest.raises(AssertionError):
        planted()
    page.close()


def test_everything_is_reached_named_and_seen_by_keyboard(page, crawled):
    found, _, _ = crawled
    wrong = []
    for address in dict.fromkeys(found):
        shown(page, address)
        wrong += [f"{address}: {one}" for one in [*unreachable(page), *too_wide(page)]]

    assert not wrong, "\n".join(wrong)


def test_what_the_keyboard_cannot_do_is_found(page, hostile):
    for told, fault in UNUSABLE.items():
        shown(page, f"{hostile[0]}/attributes")
        assert unreachable(page) == []
        page.evaluate(fault)
        assert any(told in one for one in unreachable(page)), told


def test_a_dialog_is_left_by_escape_and_answered_by_enter(page, hostile):
    shown(page, f"{hostile[0]}/settings?part=keys")
    row = page.get_by_role("row").filter(has_text=HOSTILE[2])
    revoke = row.get_by_role("button")
    dialog = page.get_by_role("dialog")

    revoke.focus()
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    for _ in range(5):  # the focus stays within
        page.keyboard.press("Tab")
        assert page.evaluate(
            "document.activeElement === document.body || document.activeElement.closest('dialog') !== null"
        )
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(revoke).to_be_focused()

    page.keyboard.press("Enter")
    dialog.get_by_role("button", name="Revoke").focus()
    page.keyboard.press("Enter")
    expect(row).to_be_hidden()
