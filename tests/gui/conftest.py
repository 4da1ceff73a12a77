"""A served workspace, and a browser's page on it that suffers nothing: no stranger, no error, no dialog."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from tests.app.serving import opened_for_serving
from tests.app.shop import hf, orders_of_march, shop_in
from tests.gui.crawl import quiet

from hundredfold.app.gui.files import Built
from hundredfold.app.serving import Served, in_background

expect.set_options(timeout=30_000)  # a machine that is busy is no fault of a page

CHROMIUM = shutil.which("chromium")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SCREENS = os.environ.get("HF_SCREENS")
"""The folder for a picture of every screen; none are taken without it."""
SLOW = os.environ.get("HF_SLOW")
"""Milliseconds by which every answer comes later; it finds what a test reads before it waits for it."""


@pytest.fixture(scope="session", autouse=True)
def _browser_and_pages():
    """A browser and built pages; without them the tests are skipped, unless they must run."""
    lacking = [*([] if CHROMIUM else ["chromium"]), *([] if Built().is_built else ["the built pages"])]
    if lacking:
        wanted = os.environ.get("HF_REQUIRE_BROWSER") == "1"
        (pytest.fail if wanted else pytest.skip)(f"no {' and no '.join(lacking)} here")


@pytest.fixture(scope="session")
def browser_type_launch_args():
    return {"executable_path": CHROMIUM, "args": list(FLAGS)}


@pytest.fixture
def shop(tmp_path) -> Path:
    """A workspace with a few customers that lets in whoever works on this machine."""
    folder = shop_in(tmp_path / "shop", orders_of_march(), page="true")
    assert hf("batch", folder=folder).code == 0
    return folder


@contextmanager
def serving(folder: Path, port: int = 0) -> Iterator[Served]:
    """A real server on a workspace; port 0 takes a free one."""
    with opened_for_serving(folder) as opened, in_background(opened, port) as served:
        yield served


@pytest.fixture
def served(shop) -> Iterator[Served]:
    """The workspace, served."""
    with serving(shop) as found:
        yield found


@pytest.fixture
def provoked() -> list[str]:
    """Parts of console errors that a test provokes, such as the status of a refused request."""
    return []


@pytest.fixture
def page(page: Page, provoked: list[str]) -> Iterator[Page]:
    """A page that must not ask a stranger, fail, break the content security policy or open a dialog."""
    if SLOW:
        late(page, int(SLOW))
    with harmless(page, provoked):
        yield page


def late(page: Page, milliseconds: int) -> None:
    """Every answer that the page asks for comes later by so much."""
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    conditions = {"offline": False, "latency": milliseconds, "downloadThroughput": -1, "uploadThroughput": -1}
    network.send("Network.emulateNetworkConditions", conditions)


@contextmanager
def harmless(page: Page, provoked: Collection[str] = ()) -> Iterator[None]:
    """Fails when a page asks a stranger, fails, breaks the content security policy or opens a dialog meanwhile."""
    wrong: list[str] = []
    asked: set[str] = set()
    heard: dict[Any, Any] = {
        "request": lambda request: asked.add(urlsplit(request.url).hostname or ""),
        "console": lambda said: wrong.append(f"{said.type}: {said.text}") if said.type == "error" else None,
        "weberror": lambda failed: wrong.append(f"error: {failed.error}"),
        "dialog": lambda dialog: (wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()),
    }
    # The whole context: what holds for the page holds for further tabs that a test opens.
    context = page.context
    for name, hear in heard.items():
        context.on(name, hear)
    yield
    for name, hear in heard.items():
        context.remove_listener(name, hear)
    assert not [one for one in wrong if not any(text in one for text in provoked)]
    assert asked - {""} <= {"127.0.0.1"}


MANNERS = [(language, theme) for language in ("en", "pt") for theme in ("light", "dark")]


def looked_at(page: Page, name: str) -> None:
    """The screen as it stands, in both languages and appearances: nothing that axe finds; a picture of each."""
    for language, theme in MANNERS:
        with quiet(page):
            speaks = page.get_by_label("Language", exact=True).or_(page.get_by_label("Idioma", exact=True))
            speaks.select_option(language)
            page.get_by_label("Appearance", exact=True).or_(page.get_by_label("Aspeto", exact=True)).select_option(
                theme
            )
        found = Axe().run(page)
        assert found.violations_count == 0, f"{name}, {language}, {theme}:\n{found.generate_report()}"
        pictured(page, f"{name}-{language}-{theme}")


def in_english(page: Page) -> None:
    """From Portuguese back to English; when this returns nothing is on its way that was asked for anew."""
    with quiet(page):
        page.get_by_label("Idioma", exact=True).select_option("en")


def pictured(page: Page, name: str) -> None:
    """Saves a picture of the screen as it stands, where pictures are wanted."""
    if SCREENS:
        Path(SCREENS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{SCREENS}/{name}.png", full_page=True)
