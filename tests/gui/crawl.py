"""Finds every place of the pages by itself: from the navigation on, by links, and by buttons that lead on or show more.

A screen that is new is found like all others; nothing here names one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import Page, Request, expect

LINKED, PRESSED = 8, 3
"""So many of one kind are looked at that links and buttons lead to: a list of a hundred customers is one kind."""
CALM = 4
"""So often nothing is on its way, 20 ms apart, before a place is taken to stand still."""
CHANGES = ".primary, .danger, [type=submit], :disabled, [aria-disabled=true]"
"""Buttons that do something; the others lead somewhere or show something."""
OPENERS = """
changes => {
    for (const folded of document.querySelectorAll('main details')) folded.open = true;
    // The first button of each kind: where it stands, and how it looks, not what it says. Of a few that stand beside
    // one another, one of which is chosen, each is a kind.
    const kinds = new Map();
    const chosen = '[aria-current], [aria-selected], [aria-pressed], [aria-expanded=true]';
    const beside = button => {
        const row = button.closest('nav, ul, [role=tablist]') ?? button.parentElement;
        return row.querySelector(chosen) !== null && row.querySelectorAll('button').length < 8;
    };
    for (const [place, button] of [...document.querySelectorAll('main button')].entries()) {
        if (button.matches(changes) || button.offsetParent === null) continue;
        const kind = [];
        for (let at = button; at.tagName !== 'MAIN'; at = at.parentElement) kind.push(`${at.tagName}.${at.className}`);
        if (beside(button)) kind.push(button.textContent);
        if (!kinds.has(kind.join(' '))) kinds.set(kind.join(' '), place);
    }
    return [...kinds.values()];
}
"""
LINKS = "() => [...document.querySelectorAll('nav a[href], main a[href]:not([download])')].map(one => one.href)"


def places(page: Page, url: str, *, deep: bool, look: Callable[[str], None]) -> Iterator[str]:
    """The addresses of all kinds of places, each when it is shown; `look` is told of what a button there shows, too.

    Addresses are of one kind when they have the same path and fields. It presses the buttons of the screens as they are
    opened; `deep` those where a link has led to, and of the first of a kind, too.
    """
    waiting, home = [(url, LINKED)], "/".join(url.split("/")[:3])
    seen: set[str] = set()
    kinds: Counter[tuple[str, ...]] = Counter()
    while waiting:
        address, most = waiting.pop(0)
        if address in seen or kinds[kind(address)] >= most or not address.startswith(home):
            continue
        seen.add(address)
        kinds[kind(address)] += 1
        shown(page, address)
        yield address
        waiting += [(link, LINKED) for link in page.evaluate(LINKS)]
        if "?" not in address or (deep and (most == LINKED or kinds[kind(address)] == 1)):
            waiting += [(there, PRESSED if deep else 1) for there in _behind_buttons(page, address, look)]


def kind(address: str) -> tuple[str, ...]:
    """What an address has in common with those of its kind."""
    parts = urlsplit(address)
    return parts.path, *sorted(name for name, _ in parse_qsl(parts.query, keep_blank_values=True))


def shown(page: Page, address: str) -> None:
    """Opens a place, and waits until it stands still."""
    with quiet(page):
        page.goto(address)
        # Not visible: it may be the name of somebody that consists of invisible characters.
        expect(page.get_by_role("heading").first).to_be_attached()


@contextmanager
def quiet(page: Page) -> Iterator[None]:
    """When the block is over, what it has begun to ask is answered. The socket does not count: it stays."""
    asked: set[Request] = set()

    def answered(request: Request) -> None:
        asked.discard(request)

    heard: dict[Any, Any] = {"requestfinished": answered, "requestfailed": answered}
    heard["request"] = lambda request: asked.add(request)
    for name, hear in heard.items():
        page.on(name, hear)
    yield
    calm = 0
    while calm < CALM:
        page.wait_for_timeout(20)
        calm = 0 if asked else calm + 1
    for name, hear in heard.items():
        page.remove_listener(name, hear)


def _behind_buttons(page: Page, address: str, look: Callable[[str], None]) -> list[str]:
    """Where the buttons of a place lead."""
    found = []
    for place in page.evaluate(OPENERS, CHANGES):
        button = page.locator("main button").nth(place)
        if button.count() == 0 or not (button.is_visible() and button.is_enabled()):
            continue  # the one before has put another thing here
        with quiet(page):
            button.click()
        look(f"{address}, button {place}")
        if page.url != address:
            found.append(page.url)
            with quiet(page):
                page.go_back()
        if page.url != address or page.locator("dialog[open]").count():
            shown(page, address)
    return found
