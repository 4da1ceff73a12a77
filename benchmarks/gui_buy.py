"""`gui-buy`: from the click on "Buy as this customer" to the number as it is to be, rolled to its end."""

from __future__ import annotations

from typing import Any, Final

from playwright.sync_api import Page

from benchmarks.gui_pages import browsing, cold, demo, ranked, seen, url
from benchmarks.harness import Bar, result

BARS: Final = (Bar("p95_ms", "ms", most=1_000),)
BUY: Final = """
() => new Promise(done => {
    const number = () => Number(document.querySelector('[data-term=now]').textContent.replace(/\\D/g, ''));
    const [wanted, began] = [number() + 3700, performance.now()];
    let first = 0;
    const look = () => {
        if (first === 0 && number() !== wanted - 3700) first = performance.now() - began;
        if (number() === wanted) requestAnimationFrame(() => done([first, performance.now() - began]));
        else requestAnimationFrame(look);
    };
    document.querySelector('.tour-form button[type=submit]').click();
    look();
})
"""


def run(quick: bool) -> dict[str, Any]:
    """Purchase by purchase, on one page."""
    purchases = 3 if quick else 20
    with demo(quick) as one, browsing() as browser, cold(browser) as page:
        seen(page, f"{url(one)}/tour", "[data-term=now]")
        found = [bought(page) for _ in range(purchases)]
    moved = {f"moved_{name}": value for name, value in ranked([first for first, _ in found], p50=50, p95=95).items()}
    figures = moved | ranked([last for _, last in found], p50=50, p95=95, most=100)
    return result("gui-buy", figures, {}, BARS, quick, purchases=purchases)


def bought(page: Page) -> tuple[float, float]:
    """Milliseconds until the number began to move, and until it was there."""
    first, last = page.evaluate(BUY)
    page.wait_for_timeout(200)
    return float(first), float(last)
