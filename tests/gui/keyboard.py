"""Goes through a place with the Tab key alone, and says what cannot be used that way."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

NAMELESS = {"generic", "none", "RootWebArea", "main"}
"""Roles of what has the focus only to be scrolled, or to be read on from."""
SCROLLED = 20
"""So many boxes may have the focus only to be scrolled."""
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
    const all = [...document.querySelectorAll(wanted)].filter(one => seen(one) && stop(one));
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
    window.stops.end = () => document.removeEventListener('focusin', hear);
    document.activeElement?.blur();
    getSelection().removeAllRanges();
    return all.length;
}
"""
ALL = "() => new Set(window.stops.went).size === window.stops.all.length"
ENDED = "() => { window.stops.end(); const { all, went, ringless } = window.stops; return { all, went, ringless }; }"


def unreachable(page: Page) -> list[str]:
    """What somebody without a mouse misses at this place, in words: controls, their order, their ring, their names."""
    page.mouse.click(0, 0)
    count = page.evaluate(WATCH)
    for press in range(count + SCROLLED):
        if press >= count and page.evaluate(ALL):
            break
        page.keyboard.press("Tab")
    told = page.evaluate(ENDED)
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
