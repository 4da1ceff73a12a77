"""The built front end: its files as they are, and its one page for every address that is a screen's."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from mimetypes import guess_type
from typing import Final

from hundredfold.app.door.asgi import Scope, header
from hundredfold.app.door.problem import Answer
from hundredfold.app.door.text import VARY, Text

_HTML: Final = b"text/html; charset=utf-8"
_HEADERS: Final = (
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        b"manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
# Behind these names lies what its name was made from: it never changes.
_NAMED: Final = "/assets/"
_FOR_EVER: Final = (b"cache-control", b"public, max-age=31536000, immutable")
_NOT_BUILT: Final = b"""<!doctype html><html lang="en"><meta charset="utf-8"><title>hundredfold</title>
<h1>hundredfold serves, and its pages are not built</h1>
<p>The control API answers under <code>/api/v1</code>, see <a href="/openapi.json">/openapi.json</a>.
For the pages install Node 20 or later, run <code>make web</code>, and start the server again.</p></html>"""
# Addresses of others, below which no screen lies.
_TAKEN: Final = ("/api", "/v1", "/analytics.js", "/subjects", "/schemas")


class Built:
    """Answers with the front end. All of it is read when the server starts: some hundred kilobytes."""

    def __init__(self, folder: Traversable | None = None) -> None:
        folder = files("hundredfold.app.gui").joinpath("built") if folder is None else folder
        self._files = dict(_read(folder, "")) if folder.is_dir() else {}
        self._page, _ = self._files.pop("/index.html", (Text(_NOT_BUILT), _HTML))

    @property
    def is_built(self) -> bool:
        """Whether there is more than a page that says how to build it."""
        return bool(self._files)

    def answer(self, scope: Scope) -> Answer | None:
        """The answer to a request for a file or a screen; None for everything else."""
        path = scope["path"]
        if scope["method"] not in ("GET", "HEAD"):
            return None
        if path in self._files:
            body, kind = self._files[path]
            kept = (_FOR_EVER,) if path.startswith(_NAMED) else ()
            if b"utf-8" not in kind:
                return Answer(200, body.plain, kind, (*_HEADERS, *kept))
            sent, packed = body.sent(scope)
            return Answer(200, sent, kind, (*_HEADERS, VARY, *packed, *kept))
        wanted = header(scope, b"accept") or b""
        if b"text/html" not in wanted or path.startswith(_TAKEN) or "." in path.rpartition("/")[2]:
            return None
        return Answer(200, self._page.plain, _HTML, _HEADERS)


def _read(folder: Traversable, below: str) -> list[tuple[str, tuple[Text, bytes]]]:
    found = []
    for entry in folder.iterdir():
        path = f"{below}/{entry.name}"
        if entry.is_dir():
            found += _read(entry, path)
        else:
            kind = guess_type(entry.name)[0] or "application/octet-stream"
            text = (
                "; charset=utf-8"
                if kind.startswith("text/") or kind.endswith(("javascript", "json", "svg+xml"))
                else ""
            )
            found.append((path, (Text(entry.read_bytes()), f"{kind}{text}".encode())))
    return found
