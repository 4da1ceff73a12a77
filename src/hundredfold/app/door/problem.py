"""Answers: JSON, and problem documents (RFC 9457) that say what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

import msgspec

from hundredfold.app.door.language import spoken

Headers = tuple[tuple[bytes, bytes], ...]

JSON: Final = b"application/json"
PROBLEM: Final = b"application/problem+json"


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: status, headers beside content type and length, body."""

    status: int
    body: bytes = b""
    content_type: bytes = JSON
    headers: Headers = ()


@dataclass(eq=False)
class Problem(Exception):
    """A request that is not answered as asked. `code` is a short name, `detail` a sentence with the next step."""

    status: int
    code: str
    detail: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """The problem document. `code` and `message` are where the tracking clients look."""
        detail = spoken(self.detail)
        return {
            "type": f"urn:hundredfold:problem:{self.code}",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": detail,
            "code": self.code,
            "message": detail,
        }

    def answer(self) -> Answer:
        """The problem as an answer."""
        headers = tuple((name.lower().encode(), value.encode()) for name, value in self.headers.items())
        return Answer(self.status, msgspec.json.encode(self.document()), PROBLEM, headers)


def answer_json(value: Any, *, headers: Headers = ()) -> Answer:
    """A value as an answer with status 200."""
    return Answer(200, msgspec.json.encode(value), JSON, headers)
