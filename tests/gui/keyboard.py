"""Goes through a place with the Tab key alone, and says what cannot be used that way."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page, Request

NAMELESS = {"generic", "none", "RootWebArea", "main"}
"""Roles of what has the focus only to be scrolled, or to be read on from."""
SCROLLED = 20
"""So many boxes may have the focus only to be scrolled."""
AGAIN = 3
"""So often a place is gone through anew when its controls changed on the way: an answer may come late."""
CONTROLS = 10
"""So many controls a dialog has at most."""
WATCH = """
() => {
    const wanted = 'button, a[href], input:not([type=hidden]), select, textarea, summary, [tabindex]';
    const seen = one => one.checkVisibility({ visibilityProperty: true }) && one.closest('[inert]') === null;
    const stop = one => {
        if (one.disabled || one.tabIndex < 0 && !one.matches('button, a, input')) return false;
        if (one.matches('input[type=radio]')) {
            const radios = [...document.querySelectorAll('input[type=radio]')];
            const group = radios.filter(each => each.name === one.name);
            return one === (group.find(each => each.checked) ?? group[0]);
        }
        // Of the rows of a long list one is a stop; arrows lead to the others.
        const row = one.tabIndex < 0 && one.closest('tbody, [role=listbox], [role=grid], [role=toolbar]');
        if (row && row.querySelector('[tabindex="0"]') !== null) return false;
        return one.closest('fieldset:disabled') === null;
    };
    const said = one => `${one.tagName.toLowerCase()} ${one.ariaLabel ?? one.textContent.slice(0, 40)}`;
    const now = () => [...document.querySelectorAll(wanted)].filter(one => seen(one) && stop(one));
    const all = now();
    window.stops = { all: all.map(said), went: [], ringless: [] };
    const hear = ({ target }) => {
        const place = all.indexOf(target);
        const ring = ['', '::after'].some(part => {
            const { outlineStyle, outlineWidth } = getComputedStyle(target, part);
            return outlineStyle !== 'none' && parseFloat(outlineWidth) > 0;
        });
        if (!ring) window.stops.ringless.push(said(target));
        if (place >= 0 && window.stops.went.at(-1) !== place) window.stops.went.push(place);
    };
    document.addEventListener('focusin', hear);
    window.stops.end = () => {
        document.removeEventListener('focusin', hear);
        const { all: stops, went, ringless } = window.stops;
        const after = now();
        const stood = after.length === all.length && all.every((one, place) => one === after[place]);
        return { all: stops, went, ringless, stood };
    };
    document.activeElement?.blur();
    getSelection().removeAllRanges();
    return all.length;
}
"""
ALL = "() => new Set(window.stops.went).size === window.stops.all.length"
ENDED = "() => window.stops.end()"
OPENERS = """
() => {
    // The first button of each kind that opens a dialog: where it stands among them, by what it says.
    const all = [...document.querySelectorAll('[aria-haspopup=dialog]')];
    const kinds = new Map();
    for (const [place, one] of all.entries()) {
        if (one.checkVisibility() && !one.disabled && !kinds.has(one.textContent)) kinds.set(one.textContent, place);
    }
    return [...kinds];
}
"""
WITHIN = """
() => {
    const dialog = document.querySelector('dialog[open]');
    const at = document.activeElement;
    const controls = [...dialog.querySelectorAll('button:enabled, input:enabled, select, textarea, a[href]')];
    // Past its last control the focus may go to the browser's own, which is the page's body, and comes back.
    return [at === document.body || dialog.contains(at), controls.indexOf(at), controls.length];
}
"""
NAMED = """
() => {
    const named = document.querySelector('dialog[open]').getAttribute('aria-labelledby');
    return named !== null && document.getElementById(named).textContent.trim() !== '';
}
"""
OPEN = "() => document.querySelector('dialog[open]') !== null"
HAS_FOCUS = "one => one === document.activeElement"


def dialogs(page: Page) -> list[tuple[str, Locator]]:
    """The buttons of this place that open a dialog, the first of each kind, with what they say."""
    buttons = page.locator("[aria-haspopup=dialog]")
    return [(said, buttons.nth(place)) for said, place in page.evaluate(OPENERS)]


def misbehaving(page: Page, opener: Locator) -> list[str]:
    """What is wrong with the dialog that a button opens, for somebody without a mouse; nothing is done by it."""
    changes: list[str] = []

    def heard(request: Request) -> None:
        changes.extend([request.url] if request.method != "GET" else [])

    page.on("request", heard)
    told = [*_opened(page, opener), *_kept_in(page), *_left_by(page, opener, "Escape")]
    # Enter right behind the click does nothing that cannot be taken back.
    told += _opened(page, opener)
    if _at_danger(page):
        return [*told, "its first control is dangerous"]
    page.keyboard.press("Enter")
    page.wait_for_timeout(50)
    told += _left_by(page, opener, "Escape") if page.evaluate(OPEN) else _returned(opener, "Enter")
    page.remove_listener("request", heard)
    return [*told, *(f"it asks {url} though nothing was said" for url in changes)]


def confirmed(page: Page, said: str) -> None:
    """Answers the dialog that is open by the button of this name: Tab leads there, nothing is asked of the server on
    the way, and Enter does it.
    """
    changes: list[str] = []

    def heard(request: Request) -> None:
        changes.extend([request.url] if request.method != "GET" else [])

    page.on("request", heard)
    button = page.get_by_role("dialog").get_by_role("button", name=said, exact=True)
    for _ in range(CONTROLS):
        if button.evaluate(HAS_FOCUS):
            break
        page.keyboard.press("Tab")
    assert button.evaluate(HAS_FOCUS), f"Tab does not reach {said}"
    page.wait_for_timeout(50)
    page.remove_listener("request", heard)
    assert changes == [], changes
    page.keyboard.press("Enter")


def _opened(page: Page, opener: Locator) -> list[str]:
    opener.focus()
    page.keyboard.press("Enter")
    page.wait_for_function(OPEN)
    inside, at, _ = page.evaluate(WITHIN)
    return [
        *([] if inside and at >= 0 else ["the focus does not go in"]),
        *([] if page.evaluate(NAMED) else ["it has no name"]),
    ]


def _kept_in(page: Page) -> list[str]:
    """Tab goes to each of its controls, there and back, and to nothing else."""
    told = []
    for key in ("Tab", "Shift+Tab"):
        _, at, count = page.evaluate(WITHIN)
        seen = {at}
        for _ in range(2 * count + 2):
            page.keyboard.press(key)
            inside, at, count = page.evaluate(WITHIN)
            seen.add(at)
            if not inside:
                told.append(f"{key} leads out of it")
        if seen - {-1} != set(range(count)):
            told.append(f"{key} does not reach all of its controls")
    return told


def _left_by(page: Page, opener: Locator, key: str) -> list[str]:
    page.keyboard.press(key)
    page.wait_for_timeout(50)
    if page.evaluate(OPEN):
        return [f"{key} does not close it"]
    return _returned(opener, key)


def _returned(opener: Locator, key: str) -> list[str]:
    return [] if opener.evaluate(HAS_FOCUS) else [f"the focus does not return to its button after {key}"]


def _at_danger(page: Page) -> bool:
    return bool(page.evaluate("() => document.activeElement.matches('.danger, [type=submit]')"))


def unreachable(page: Page) -> list[str]:
    """What somebody without a mouse misses at this place, in words: controls, their order, their ring, their names."""
    told = _walked(page)
    for _ in range(AGAIN):
        if told["stood"]:
            break
        told = _walked(page)
    went = told["went"]
    turned = went.index(min(went))
    once = list(dict.fromkeys([*went[turned:], *went[:turned]]))
    missed = [name for place, name in enumerate(told["all"]) if place not in went]
    return [
        *(f"Tab does not reach {name}" for name in missed),
        *([] if once == sorted(once) else [f"Tab goes another way than the page is read: {once}"]),
        *(f"it cannot be seen that this has the focus: {name}" for name in dict.fromkeys(told["ringless"])),
        *nameless(page),
    ]


def _walked(page: Page) -> dict[str, Any]:
    """Once around by Tab: all stops, those that were reached in their order, and whether they stood still meanwhile."""
    page.mouse.click(0, 0)
    count = page.evaluate(WATCH)
    for press in range(count + SCROLLED):
        if press >= count and page.evaluate(ALL):
            break
        page.keyboard.press("Tab")
    told: dict[str, Any] = page.evaluate(ENDED)
    return told


def nameless(page: Page) -> list[str]:
    """Controls that are not read aloud by a name."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    return [f"a {_text(node, 'role')} has no name" for node in nodes if _focusable(node) and not _text(node, "name")]


def _focusable(node: dict[str, Any]) -> bool:
    properties = {one["name"]: one["value"].get("value") for one in node.get("properties", ())}
    return bool(properties.get("focusable")) and _text(node, "role") not in NAMELESS


def _text(node: dict[str, Any], name: str) -> str:
    return str(node.get(name, {}).get("value", "")).strip()
