"""`gui-pixel`: an event is posted at the door; how long until the number has moved on a customer's screen, painted.

Twenty events a second, all of the customer who is looked at. A number that a later one has overtaken counts as shown
when the later one is.
"""

from __future__ import annotations

import json
import time
from typing import Any, Final

from playwright.sync_api import Page

from benchmarks.client import Connection, post
from benchmarks.gui_pages import browsing, cold, demo, ranked, seen, url, waited
from benchmarks.harness import Bar, BenchmarkFailed, result
from benchmarks.shop import Shop

BARS: Final = (Bar("p95_ms", "ms", most=250),)
A_SECOND: Final = 20
NUMBER: Final = 'tr[data-attribute="orders"] td[data-part="now"]'
WATCH: Final = """
find => {
    const number = () => Number(document.querySelector(find).textContent.replace(/\\D/g, ''));
    window.shown = [[number(), 0]];
    const look = () => {
        const now = number();
        if (now !== window.shown.at(-1)[0]) window.shown.push([now, performance.timeOrigin + performance.now()]);
        requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
}
"""


def run(quick: bool) -> dict[str, Any]:
    """One page, one customer, events one after the other."""
    events = A_SECOND * (3 if quick else 60)
    with demo(quick) as one, browsing() as browser, cold(browser) as page:
        customer = json.loads(one.get("/api/v1/customers/search?limit=1")[1])["customers"][0]["customer_id"]
        seen(page, f"{url(one)}/customers?id={customer}", NUMBER)
        page.evaluate(WATCH, NUMBER)
        before = page.evaluate("window.shown[0][0]")
        sent = posted(one, page, customer, events)
        shown = waited(page, f"window.shown.at(-1)[0] >= {before + events} && window.shown")
    late = [next(at for number, at in shown if number > before + place) - began for place, began in enumerate(sent)]
    figures = ranked(late, p50=50, p95=95, p99=99, most=100) | {"paints": float(len(shown) - 1)}
    return result("gui-pixel", figures, {}, BARS, quick, events=events)


def posted(one: Shop, page: Page, customer: str, events: int) -> list[float]:
    """Posts orders at an even pace; when each was sent, in milliseconds of the clock on the wall."""
    door, due, sent = Connection("127.0.0.1", one.port), time.perf_counter(), []
    for number in range(events):
        page.wait_for_timeout(max(0.0, due - time.perf_counter()) * 1000)
        properties = {"order_id": f"pixel-{number}", "total": 1, "currency": "GBP"}
        message = {"type": "track", "event": "Order Completed", "userId": customer, "properties": properties}
        sent.append(time.time() * 1000)
        status, answer, _ = door.ask(post("/v1/track", json.dumps(message).encode(), one.write_key))
        if status != 200:
            raise BenchmarkFailed(f"an event was answered {status}: {answer[:200]!r}")
        due += 1 / A_SECOND
    return sent
