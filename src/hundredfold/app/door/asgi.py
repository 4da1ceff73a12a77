"""The few words of ASGI that the hot path speaks."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Awaitable, Callable, Collection, Iterable, MutableMapping
from typing import Any, TypeAlias
from urllib.parse import parse_qs, urlsplit

from hundredfold.app.door.problem import Answer, Headers

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]


async def reply(send: Send, answer: Answer, headers: Headers = ()) -> None:
    """Sends an answer with further headers; it is not to be kept unless it says so itself."""
    # An answer that says "as before" has no body, and must not tell its length.
    sized = () if answer.status in (204, 304) else ((b"content-length", b"%d" % len(answer.body)),)
    fixed = ((b"content-type", answer.content_type), *sized)
    kept = () if any(name == b"cache-control" for name, _ in answer.headers) else ((b"cache-control", b"no-store"),)
    everything = [*fixed, *kept, *answer.headers, *headers]
    await send({"type": "http.response.start", "status": answer.status, "headers": everything})
    await send({"type": "http.response.body", "body": answer.body})


def header(scope: Scope, name: bytes) -> bytes | None:
    """The first header of this name (in small letters)."""
    headers: Iterable[tuple[bytes, bytes]] = scope["headers"]
    for key, value in headers:
        if key == name:
            return value
    return None


def may_open(origin: str | None, host: str | None, allowed: Collection[str]) -> bool:
    """Whether a page of this origin may open a WebSocket here: our own, at the host asked for, or an allowed one.

    Programs send no origin, browsers always do: a strange page must not use what its visitor may.
    """
    return origin is None or urlsplit(origin).netloc == host or origin in allowed


def query(scope: Scope, name: str) -> str | None:
    """The first query parameter of this name."""
    found = parse_qs(scope["query_string"].decode("latin-1")).get(name)
    return found[0] if found else None


def bearer(value: bytes | None) -> str | None:
    """The token of an `Authorization: Bearer` header's value."""
    scheme, _, token = (value or b"").partition(b" ")
    return token.strip().decode("latin-1") if scheme.lower() == b"bearer" and token.strip() else None


def basic_user(value: bytes | None) -> str | None:
    """The user name of an `Authorization: Basic` header's value; write keys come as one, with or without a colon."""
    scheme, _, credentials = (value or b"").partition(b" ")
    if scheme.lower() != b"basic":
        return None
    try:
        user = b64decode(credentials.strip(), validate=True).partition(b":")[0].decode()
    except ValueError:
        return None
    return user or None
