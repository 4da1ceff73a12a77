"""Strict JSON in, JSON out: what clients send by mistake is mended and named, what cannot be mended is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

import msgspec

from hundredfold.errors import MessageRejected
from hundredfold.said import said

MAX_DIGITS: Final = 4300
"""An integer with more digits is taken as null; it is beyond every double."""

BACKSLASH: Final = ord("\\")
"""As a number: in bytes, `in` finds it five times as fast as a text, which it first tries as a number."""
_DECODER: Final = msgspec.json.Decoder()
_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
_WRONG: Final = {
    str(one): one
    for one in (
        said("Expecting value"),
        said("Expecting ',' delimiter"),
        said("Expecting ':' delimiter"),
        said("Expecting property name enclosed in double quotes"),
        said("Illegal trailing comma before end of object"),
        said("Illegal trailing comma before end of array"),
        said("Extra data"),
        said("Unterminated string starting at"),
        said("Invalid control character at"),
        said("Invalid \\escape"),
        said("Invalid \\uXXXX escape"),
    )
}
"""What Python's reader of JSON finds wrong, as it says it."""

Mend = Callable[[str], None]
"""Is told the name of each kind of mending: `not_finite`, `huge_integer`, `surrogate`, `nul`."""


def decode(raw: bytes, mended: Mend | None = None) -> Any:
    """The value of a JSON text.

    NaN, infinities and numbers beyond a double become null, lone surrogates and NUL characters become U+FFFD, and
    `mended` is told. Of equal keys in one object the last counts. Integers are exact.

    Raises MessageRejected with `bad_json` or `too_deep`.

    >>> decode(b'{"a": NaN, "b": 1, "b": 2}')
    {'a': None, 'b': 2}
    """
    if BACKSLASH not in raw or b"\\u0000" not in raw:
        try:
            return _DECODER.decode(raw)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            # Bare NaN is what both Python clients send for a missing number: the slow way knows it.
            pass
    return _decode_tolerantly(raw, mended or _untold)


def encode(value: Any) -> bytes:
    """The JSON text of a value, in UTF-8, without blanks and line breaks. NaN and infinities are null.

    Raises MessageRejected with `bad_json` for text that is no Unicode, or for what JSON does not have.

    >>> encode({"a": [1, 2.5, None]})
    b'{"a":[1,2.5,null]}'
    """
    try:
        return msgspec.json.encode(value)
    except RecursionError:
        raise _too_deep() from None
    except (UnicodeEncodeError, TypeError, ValueError):
        raise MessageRejected(
            "bad_json", said("the message holds something JSON cannot; send text, numbers, lists and objects")
        ) from None


def _decode_tolerantly(raw: bytes, mended: Mend) -> Any:
    def integer(digits: str) -> int | None:
        if len(digits) <= MAX_DIGITS:
            return int(digits)
        mended("huge_integer")
        return None

    def number(text: str) -> float | None:
        value = float(text)
        if value - value == 0.0:
            return value
        mended("not_finite")
        return None

    def constant(_name: str) -> None:
        mended("not_finite")

    try:
        value = json.loads(raw.decode(), parse_int=integer, parse_float=number, parse_constant=constant)
        if b"\\u" in raw:
            value = _clean(value, mended)
    except RecursionError:
        raise _too_deep() from None
    except UnicodeDecodeError as error:
        raise MessageRejected(
            "bad_json", said("byte {place} is not UTF-8; send the JSON text as UTF-8", place=error.start)
        ) from None
    except json.JSONDecodeError as error:
        raise MessageRejected(
            "bad_json",
            said(
                "no JSON at character {place}: {problem}; send one JSON object",
                place=error.pos,
                problem=_WRONG.get(error.msg, error.msg),
            ),
        ) from None
    return value


def _clean(value: Any, mended: Mend) -> Any:
    """The value without lone surrogates and NUL characters, in keys and values."""
    if isinstance(value, str):
        return _clean_text(value, mended)
    if isinstance(value, list):
        return [_clean(item, mended) for item in value]
    if isinstance(value, dict):
        return {_clean_text(key, mended): _clean(item, mended) for key, item in value.items()}
    return value


def _clean_text(text: str, mended: Mend) -> str:
    if "\0" in text:
        mended("nul")
        text = text.replace("\0", _REPLACEMENT)
    try:
        text.encode()
    except UnicodeEncodeError:
        mended("surrogate")
        text = "".join(_REPLACEMENT if "\ud800" <= c <= "\udfff" else c for c in text)
    return text


def _untold(_what: str) -> None:
    return None


def _too_deep() -> MessageRejected:
    return MessageRejected("too_deep", said("the JSON is nested too deeply; 32 levels are allowed"))
