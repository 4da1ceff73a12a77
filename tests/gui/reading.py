"""What is read off a page: a page is drawn anew with every answer that comes, so a test waits for what it expects."""

from __future__ import annotations

import time
from collections.abc import Callable

from playwright.sync_api import Locator

SECONDS = 30.0


def comes_to(read: Callable[[], object], expected: object, seconds: float = SECONDS) -> None:
    """Waits until what is read is what is expected; fails with the last that was read."""
    ends = time.monotonic() + seconds
    while (found := read()) != expected and time.monotonic() < ends:
        time.sleep(0.02)
    assert found == expected, f"the page says\n{found!r}\nand not\n{expected!r}"


def data(locator: Locator, name: str) -> list[str | None]:
    """One `data-` attribute of each element, in their order; None where it has none."""
    found: list[str | None] = locator.evaluate_all(
        "(all, name) => all.map(one => one.getAttribute(name))", f"data-{name}"
    )
    return found


def numbers(locator: Locator, name: str) -> list[float]:
    """A `data-` attribute of each element that has a number there."""
    return [float(one) for one in data(locator, name) if one is not None]
