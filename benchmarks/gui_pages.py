"""The demo, served, and a browser that has never been there: for the benchmarks of the pages."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.harness import BenchmarkFailed
from benchmarks.shop import Shop, command

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
SEEN = """
([find, digits]) => {
    const look = () => {
        const found = [...document.querySelectorAll(find)].some(one => new RegExp(digits).test(one.textContent));
        // What stands there is painted by the next frame.
        if (found) requestAnimationFrame(() => { window.seenAfter = performance.now(); });
        else requestAnimationFrame(look);
    };
    look();
}
"""


@contextmanager
def browsing() -> Iterator[Browser]:
    """A Chromium without a window. Raises BenchmarkFailed where there is none."""
    found = shutil.which("chromium")
    if found is None:
        raise BenchmarkFailed("no chromium here; deploy/dev/browser install puts it in place")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()


@contextmanager
def cold(browser: Browser) -> Iterator[Page]:
    """A page in a context of its own: nothing is kept from before but that the tour was seen, so that Home is Home."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.add_init_script("localStorage.setItem('hundredfold-toured', '1')")
    yield context.new_page()
    context.close()


@contextmanager
def demo(quick: bool) -> Iterator[Shop]:
    """The demo's workspace, served by a process of its own; `quick` replays three days of it."""
    with TemporaryDirectory(prefix="hundredfold-bench-") as folder:
        place = Path(folder) / "demo-shop"
        command("demo", str(place), "--no-serve", *(["--days", "3"] if quick else []))
        with Shop(place).running() as one:
            one.serve()
            one.opened()
            yield one


def url(one: Shop) -> str:
    """Where the pages of a shop are."""
    return f"http://127.0.0.1:{one.port}"


def seen(page: Page, address: str, find: str, digits: str = r"\d") -> float:
    """Milliseconds from the beginning of a load until a text with a digit stands in an element, painted."""
    page.add_init_script(f"({SEEN})({[find, digits]!r})")
    page.goto(address, wait_until="commit")
    return float(waited(page, "window.seenAfter"))


def waited(page: Page, script: str, patience: float = 30) -> Any:
    """What a script gives, as soon as it gives anything; the policy of the pages lets no waiting in the page itself."""
    ends = time.perf_counter() + patience
    while not (found := page.evaluate(script)):
        if time.perf_counter() > ends:
            raise BenchmarkFailed(f"the page did not come to {script} within {patience:.0f} s")
        page.wait_for_timeout(20)
    return found


def ranked(milliseconds: Sequence[float], **shares: int) -> dict[str, float]:
    """The values at ranks: `ranked(found, p50=50, p95=95)`."""
    ordered = sorted(milliseconds)
    return {f"{name}_ms": round(ordered[-(-share * len(ordered) // 100) - 1], 1) for name, share in shares.items()}
