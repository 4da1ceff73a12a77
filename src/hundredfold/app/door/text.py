"""Texts that are served as they are, or packed for whoever unpacks them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from gzip import compress
from typing import Final

from hundredfold.app.door.asgi import Scope, header
from hundredfold.app.door.problem import Headers

VARY: Final = (b"vary", b"accept-encoding")
"""What every answer with such a text says."""
_PACKED: Final[Headers] = ((b"content-encoding", b"gzip"),)


@dataclass(frozen=True)
class Text:
    """A text, packed when that is first asked for: no server waits for it when it starts."""

    plain: bytes

    def sent(self, scope: Scope) -> tuple[bytes, Headers]:
        """What a request is answered with, and the header that says how that is packed."""
        packs = b"gzip" in (header(scope, b"accept-encoding") or b"")
        return (self._packed, _PACKED) if packs else (self.plain, ())

    @cached_property
    def _packed(self) -> bytes:
        return compress(self.plain, mtime=0)
