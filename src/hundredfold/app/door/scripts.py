"""Segment's analytics.js as its makers built it, for web pages that load it from this server."""

from __future__ import annotations

from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from hundredfold.app.door.asgi import Scope, header
from hundredfold.app.door.problem import Answer, Headers, Problem
from hundredfold.app.door.text import VARY, Text

BY_KEY: Final = "/analytics.js/v1/"
PARTS: Final = "/analytics-next/bundles/"
_MAIN: Final = "analytics.min.js"
_JAVASCRIPT: Final = b"text/javascript; charset=utf-8"
# Any page may run it, with `crossorigin` too, and one that lets in only what agrees to it.
_ANYWHERE: Final[Headers] = (
    (b"access-control-allow-origin", b"*"),
    (b"cross-origin-resource-policy", b"cross-origin"),
    (b"x-content-type-options", b"nosniff"),
    VARY,
)
# The main script's address stays when it is updated; the names of its parts are made from what is in them.
_DAY: Final = (b"cache-control", b"public, max-age=86400")
_FOR_EVER: Final = (b"cache-control", b"public, max-age=31536000, immutable")


class Scripts:
    """Answers with the scripts that `make web` has put beside this file; there are none where it did not run."""

    def __init__(self, folder: Traversable | None = None) -> None:
        folder = files("hundredfold.app.door").joinpath("carried") if folder is None else folder
        self._files = {entry.name: Text(entry.read_bytes()) for entry in folder.iterdir()} if folder.is_dir() else {}

    @staticmethod
    def serves(path: str) -> bool:
        """Whether a path is one of a script."""
        return path.startswith((BY_KEY, PARTS))

    def answer(self, scope: Scope) -> Answer:
        """The answer to a request for a script. Raises Problem 404 and 405."""
        if scope["method"] not in ("GET", "HEAD"):
            raise Problem(405, "method_not_allowed", "scripts are read with GET", {"Allow": "GET, HEAD, OPTIONS"})
        if not self._files:
            raise Problem(
                404,
                "not_built",
                "this server was built without analytics.js; install Node 20 or later where it is built, run make web",
            )
        path = scope["path"]
        name = path.rpartition("/")[2]
        if path.startswith(PARTS):
            if name == _MAIN or path != f"{PARTS}{name}" or name not in self._files:
                raise Problem(404, "unknown_script", "analytics.js has no such part here; load the page anew")
            return self._told(scope, name, _FOR_EVER)
        if name != _MAIN:
            raise Problem(404, "unknown_script", f"the script of a source is {BY_KEY}WRITE_KEY/{_MAIN}")
        return self._told(scope, name, _DAY)

    def _told(self, scope: Scope, name: str, kept: tuple[bytes, bytes]) -> Answer:
        body, packed = self._files[name].sent(scope)
        tag = b'"%s"' % sha256(body).hexdigest()[:32].encode()
        headers = (*_ANYWHERE, kept, (b"etag", tag))
        if tag in (header(scope, b"if-none-match") or b""):
            return Answer(304, b"", _JAVASCRIPT, headers)
        return Answer(200, body, _JAVASCRIPT, (*headers, *packed))


def key_of(path: str) -> str | None:
    """The write key that a script's path names; None for the path of a part."""
    return path.removeprefix(BY_KEY).partition("/")[0] if path.startswith(BY_KEY) else None
