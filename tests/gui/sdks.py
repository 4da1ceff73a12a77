"""The clients of Segment and RudderStack as their users get them: in web pages and in programs of a shop."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import SHUT_RDWR
from threading import Thread
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect
from tests.app.serving import opened_for_serving, until
from tests.app.shop import hf, shop_in

from hundredfold.app.opened import OpenWorkspace
from hundredfold.app.serving import in_background
from hundredfold.words.message import KINDS, TRUSTS

PACKAGES = Path(__file__).parents[1] / "sdk" / "node_modules"
BUNDLER = Path(__file__).parents[2] / "web" / "node_modules" / ".bin" / "vite"
NODE = shutil.which("node")

Row = dict[str, object]


def needs_clients() -> None:
    """Skips what cannot run without Node and the clients; fails it where they must be."""
    here = {"Node": NODE is not None, "clients in tests/sdk": PACKAGES.is_dir(), "built pages": BUNDLER.exists()}
    if missing := [name for name, there in here.items() if not there]:
        wanted = os.environ.get("HF_REQUIRE_NODE") == "1"
        (pytest.fail if wanted else pytest.skip)(f"no {' and no '.join(missing)} here; make test installs what can be")


def open_shop(folder: Path, **settings: str) -> Path:
    """A shop that lets in whoever works on this machine."""
    shop = shop_in(folder / "shop", page="true", **settings)
    assert hf("batch", folder=shop).code == 0
    return shop


def ids(rows: list[Row]) -> set[object]:
    """The ids of messages, each once."""
    return {row["message_id"] for row in rows}


@dataclass(frozen=True)
class Receiving:
    """A served workspace, and what it has received."""

    url: str
    token: str
    opened: OpenWorkspace

    def messages(self, source: str) -> list[Row]:
        """What a source has brought, in the order of its arrival, payloads read."""
        rows = [row for table in self.opened.log.read({}) for row in table.to_pylist() if row["source"] == source]
        for row in rows:
            row |= {
                "payload": json.loads(row["payload"]),
                "kind": KINDS[row["kind"]],
                "trust": TRUSTS[row["trust"]],
            }
        return rows

    def arrived(self, source: str, count: int, seconds: float = 30) -> list[Row]:
        """What a source has brought, as soon as it is that many."""
        return until(lambda: rows if len(rows := self.messages(source)) >= count else None, seconds)

    def shows(self, customer: str, **values: object) -> bool:
        """Whether a customer comes to have these values, and no others in their place."""
        ends, found = time.monotonic() + 10, None
        while found != values and time.monotonic() < ends:
            found = self._values(customer, values)
        assert found == values, f"{customer} has {found}"
        # What has arrived late must not change it.
        until(lambda: not self.waiting())
        return self._values(customer, values) == values

    def _values(self, customer: str, names: Iterable[str]) -> dict[str, object]:
        asked = {"headers": {"Authorization": f"Bearer {self.token}"}}
        answer = httpx.get(f"{self.url}/api/v1/profiles/{customer}", **asked)
        return {name: answer.json()["attributes"][name] for name in names} if answer.status_code == 200 else {}

    def waiting(self) -> float:
        """How many messages the log has that are not counted yet."""
        return self._metric("hf_live_lag_messages")

    def _metric(self, name: str) -> float:
        lines = httpx.get(f"{self.url}/metrics").text.splitlines()
        return sum(float(line.split()[-1]) for line in lines if line.startswith((f"{name}{{", f"{name} ")))


@contextmanager
def receiving(folder: Path, port: int = 0) -> Iterator[Receiving]:
    """A real server on a workspace; port 0 takes a free one."""
    with opened_for_serving(folder) as opened, in_background(opened, port) as served:
        yield Receiving(served.url, served.token, opened)


def shown(page: Page, url: str, client: str, source: str) -> str:
    """The lines that the settings show for a client, with a new key for its source."""
    page.goto(f"{url}/settings?part=connect")
    page.get_by_label("How", exact=True).select_option(client)
    page.get_by_label("Source", exact=True).fill(source)
    page.get_by_role("button", name="Make a write key").click()
    expect(page.get_by_text(f"Waiting for the first event of {source}…")).to_be_visible()
    return page.locator("pre").inner_text()


@dataclass
class Website:
    """The shop's own web server, which is another origin than the server that its pages send to."""

    url: str
    folder: Path
    files: dict[str, bytes] = field(default_factory=dict)

    def put(self, path: str, head: str) -> str:
        """A page with these lines in its head; gives its address."""
        self.files[path] = document(head)
        return f"{self.url}{path}"

    def build(self, name: str, program: str) -> str:
        """A page with a program that imports packages, bundled as front ends are; gives its address."""
        folder = self.folder / name
        folder.mkdir()
        (folder / "node_modules").symlink_to(PACKAGES)
        (folder / "main.js").write_text(program)
        (folder / "index.html").write_bytes(document('<script type="module" src="./main.js"></script>'))
        subprocess.run(
            [BUNDLER, "build", folder, "--base", f"/{name}/", "--logLevel", "error"],
            check=True,
            cwd=folder,
            timeout=120,
        )
        built = folder / "dist"
        for file in built.rglob("*.*"):
            self.files[f"/{name}/{file.relative_to(built).as_posix()}"] = file.read_bytes()
        return f"{self.url}/{name}/index.html"


def document(head: str) -> bytes:
    """An HTML page with these lines in its head."""
    shop = '<meta charset="utf-8"><link rel="icon" href="data:,"><title>Shoes</title>'
    return f'<!doctype html><html lang="en"><head>{shop}{head}</head><body><h1>Shoes</h1></body></html>'.encode()


@contextmanager
def website(folder: Path) -> Iterator[Website]:
    """The shop's own web server."""
    site = Website("", folder)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            body = site.files.get(path)
            self.send_response(404 if body is None else 200)
            kind = "text/javascript" if path.endswith(".js") else "text/html; charset=utf-8"
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            pass

    with _in_background(Handler) as site.url:
        yield site


@dataclass(frozen=True)
class Post:
    """A request with messages: when its answer came, and whether the sender got it."""

    at: float
    headers: Message
    body: dict[str, Any]
    status: int


@dataclass
class Wire:
    """The way to the server, on which answers are lost: the server has done what was asked, and nobody hears of it."""

    url: str
    lose: int = 0
    """How many answers to messages are lost from now on."""
    posts: list[Post] = field(default_factory=list)


@contextmanager
def wire(url: str) -> Iterator[Wire]:
    """A way to a server."""
    way = Wire("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            answer = client.request(self.command, f"{url}{self.path}", headers=dict(self.headers), content=body)
            if body:
                way.posts.append(Post(time.monotonic(), self.headers, json.loads(body), answer.status_code))
            if body and way.lose and answer.status_code == 200:
                way.lose -= 1
                self.close_connection = True
                self.connection.shutdown(SHUT_RDWR)
                return
            self.send_response(answer.status_code)
            for name, value in answer.headers.items():
                if name not in ("content-encoding", "content-length", "date"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        do_GET = do_OPTIONS = do_POST

        def log_message(self, *_: object) -> None:
            pass

    with httpx.Client() as client, _in_background(Handler) as way.url:
        yield way


@contextmanager
def _in_background(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def node(folder: Path, program: str) -> subprocess.Popen[str]:
    """Runs a program with the clients for Node.js."""
    folder.mkdir()
    (folder / "node_modules").symlink_to(PACKAGES)
    (folder / "main.mjs").write_text(program)
    return subprocess.Popen([NODE, "main.mjs"], cwd=folder, stdout=subprocess.PIPE, text=True)


def run(client: str, program: str, folder: Path) -> None:
    """Runs the lines for a server or a terminal as they stand."""
    if client == "node":
        with node(folder, program) as running:
            assert running.wait(60) == 0
    elif client == "curl":
        subprocess.run(["sh", "-c", program], check=True, timeout=60, stdout=subprocess.DEVNULL)
    else:
        subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
