"""`gui-ready`: from the address to the first number on Home and on the tour, in a browser that is new there."""

from __future__ import annotations

from typing import Any, Final

from benchmarks.gui_pages import browsing, cold, demo, ranked, seen, url
from benchmarks.harness import Bar, result

BARS: Final = (Bar("home_p95_ms", "ms", most=1_500), Bar("tour_p95_ms", "ms", most=1_500))
PLACES: Final = {"home": ("/", "main dd"), "tour": ("/tour", "[data-term=now]")}


def run(quick: bool) -> dict[str, Any]:
    """Load by load, each in a new context."""
    loads, figures = 3 if quick else 20, {}
    with demo(quick) as one, browsing() as browser:
        for name, (path, number) in PLACES.items():
            found = []
            for _ in range(loads):
                with cold(browser) as page:
                    found.append(seen(page, f"{url(one)}{path}", number))
            figures |= {f"{name}_{figure}": value for figure, value in ranked(found, p50=50, p95=95, most=100).items()}
    return result("gui-ready", figures, {}, BARS, quick, loads=loads)
