"""Paths into JSON, and JSON as text."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final

from hundredfold.words.value import is_finite, number_text


class _Missing:
    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = _Missing()
"""What a path gives that leads nowhere; `None` is a null that is there."""

JSON_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")


@cache
def parts(path: str) -> tuple[str, ...]:
    """The keys along a dotted path."""
    return tuple(path.split("."))


def walk(root: Any, path: str) -> Any:
    """S10: what lies at a path; a path that meets an array or a scalar before its end is missing."""
    here = root
    for part in parts(path):
        if not isinstance(here, dict) or part not in here:
            return MISSING
        here = here[part]
    return here


def as_text(raw: Any) -> str | None:
    """S7: a JSON value as text; None for missing, null, empty text, objects and arrays."""
    match raw:
        case str():
            return raw or None
        case bool():
            return "true" if raw else "false"
        case int() | float() if is_finite(raw):
            return number_text(raw)
        case _:
            return None


def text_number(text: str) -> float | None:
    """Rule 14: the number that a text is, by JSON's grammar; infinite when it is too large for a double."""
    return float(text) if JSON_NUMBER.fullmatch(text) else None
