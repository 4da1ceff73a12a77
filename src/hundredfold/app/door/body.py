"""Reads a request's body: unpacked while it comes in, never larger than allowed."""

from __future__ import annotations

import asyncio
import zlib
from dataclasses import dataclass
from typing import Final, Protocol

from hundredfold.app.door.asgi import Receive, Scope, header
from hundredfold.app.door.limits import Backlog, Limits
from hundredfold.app.door.problem import Problem

_MIN_RESERVED: Final = 4096
"""What a request counts at least, so that a million tiny ones are bounded too."""


class Disconnected(Exception):
    """The sender went away before the body was complete."""


@dataclass(slots=True)
class Reserved:
    """Room in the backlog that one request holds until its messages are durable."""

    backlog: Backlog
    limits: Limits
    size: int = 0

    def grow(self, to: int) -> None:
        """Holds room for so many bytes. Raises Problem 429 when there is none."""
        more = max(to, _MIN_RESERVED) - self.size
        if more <= 0:
            return
        if not self.backlog.take(more):
            raise Problem(
                429,
                "overload",
                "more messages wait for the log than the server keeps; send the same again after Retry-After seconds",
                {"Retry-After": str(self.limits.retry_after)},
            )
        self.size += more

    def release(self) -> None:
        """Gives all room back."""
        self.backlog.give(self.size)
        self.size = 0


async def read_body(scope: Scope, receive: Receive, limit: int, reserved: Reserved) -> bytes:
    """The whole body, unpacked, of at most `limit` bytes.

    Raises Problem: 400 for a broken gzip, 408 when it comes too slowly, 413 when it is too large, 415 for another
    encoding, 429 without room; and Disconnected.
    """
    unpack = _unpacker(header(scope, b"content-encoding"))
    announced = header(scope, b"content-length")
    if announced is not None and announced.isdigit() and int(announced) > limit:
        raise _too_large(limit)
    reserved.grow(0)
    try:
        async with asyncio.timeout(reserved.limits.body_seconds):
            return await _read(receive, unpack, limit, reserved)
    except TimeoutError:
        raise Problem(408, "too_slow", "the body did not arrive in time; send it again") from None


async def _read(receive: Receive, unpack: _Unpacker, limit: int, reserved: Reserved) -> bytes:
    parts: list[bytes] = []
    size = sent = 0
    more = True
    while more:
        event = await receive()
        if event["type"] == "http.disconnect":
            raise Disconnected
        more = event.get("more_body", False)
        sent += len(event.get("body", b""))
        part = unpack.take(event.get("body", b""), limit + 1 - size)
        size += len(part)
        if size > limit or sent > limit:
            raise _too_large(limit)
        reserved.grow(size)
        parts.append(part)
    unpack.end()
    return parts[0] if len(parts) == 1 else b"".join(parts)


class _Unpacker(Protocol):
    def take(self, part: bytes, room: int) -> bytes: ...

    def end(self) -> None: ...


class _Plain:
    def take(self, part: bytes, room: int) -> bytes:
        return part

    def end(self) -> None:
        return None


class _Gzip:
    """Unpacks as far as there is room, so that a bomb costs no more than the limit."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(wbits=31)

    def take(self, part: bytes, room: int) -> bytes:
        try:
            unpacked = self._stream.decompress(part, room)
        except zlib.error:
            raise _broken() from None
        # A second stream behind the first is allowed by gzip and sent by nobody; thousands of them would be costly.
        if self._stream.unused_data:
            raise _broken()
        return unpacked

    def end(self) -> None:
        if not self._stream.eof:
            raise _broken()


def _unpacker(encoding: bytes | None) -> _Unpacker:
    match (encoding or b"identity").strip().lower():
        case b"identity" | b"":
            return _Plain()
        case b"gzip" | b"x-gzip":
            return _Gzip()
        case _:
            raise Problem(415, "unknown_encoding", "Content-Encoding must be gzip or absent")


def _broken() -> Problem:
    return Problem(400, "bad_gzip", "the gzip stream is broken or cut off; pack the body again, or send it unpacked")


def _too_large(limit: int) -> Problem:
    return Problem(413, "too_large", f"the body is larger than {limit} bytes; send fewer events at once")
