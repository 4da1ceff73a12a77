"""`gui-first-load`: how many bytes come over the wire when somebody opens a screen for the first time."""

from __future__ import annotations

from typing import Any, Final

from playwright.sync_api import Browser

from benchmarks.gui_pages import browsing, cold, demo, url
from benchmarks.harness import Bar, result

BARS: Final = (Bar("most_bytes", "bytes", most=200_000),)


def run(quick: bool) -> dict[str, Any]:
    """Every screen of the navigation, each in a new context."""
    with demo(quick) as one, browsing() as browser:
        with cold(browser) as page:
            page.goto(url(one), wait_until="networkidle")
            paths = page.locator("header nav a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
        loads = {path: loaded(browser, f"{url(one)}{path}") for path in paths}
    figures = {f"{path.strip('/') or 'home'}_bytes": float(size) for path, size in loads.items()}
    return result("gui-first-load", figures | {"most_bytes": max(figures.values())}, {}, BARS, quick)


def loaded(browser: Browser, address: str) -> int:
    """Bytes of all answers to a load, as they were sent, with their heads."""
    with cold(browser) as page:
        sizes: list[int] = []
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.loadingFinished", lambda told: sizes.append(int(told["encodedDataLength"])))
        page.goto(address, wait_until="networkidle")
        return sum(sizes)
