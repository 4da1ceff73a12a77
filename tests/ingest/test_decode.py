"""Strict JSON: mended where the meaning is plain, refused where it is not, never a crash."""

from __future__ import annotations

import pytest

from hundredfold.errors import MessageRejected
from hundredfold.ingest.decode import decode, encode


@pytest.mark.parametrize(
    ("text", "value", "mended"),
    [
        (b'{"a": 1}', {"a": 1}, []),
        (b'{"a": NaN}', {"a": None}, ["not_finite"]),
        (b"[Infinity, -Infinity, 1e999, -1e999]", [None] * 4, ["not_finite"] * 4),
        (b'{"a": 1, "a": 2}', {"a": 2}, []),
        (b'"\\ud800x"', "\ufffdx", ["surrogate"]),
        (b'{"\\udfff": "\\ud83d\\ude00"}', {"\ufffd": "😀"}, ["surrogate"]),
        (b'["a\\u0000b"]', ["a\ufffdb"], ["nul"]),
        (b"12345678901234567890123", 12345678901234567890123, []),
        (b"1" * 5000, None, ["huge_integer"]),
        (b'[NaN, "\\\\u0000"]', [None, "\\u0000"], ["not_finite"]),
    ],
)
def test_what_clients_send_by_mistake_is_mended_and_counted(text, value, mended):
    told = []

    assert decode(text, told.append) == value
    assert told == mended


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", "bad_json"),
        (b"{", "bad_json"),
        (b"{'a': 1}", "bad_json"),
        (b"[1,]", "bad_json"),
        (b'"a\nb"', "bad_json"),
        (b'"\xff"', "bad_json"),
        (b'"\xed\xa0\x80"', "bad_json"),
        (b"\xef\xbb\xbf{}", "bad_json"),
        (b"01", "bad_json"),
        (b"{} {}", "bad_json"),
        (b"[" * 200_000, "too_deep"),
        (b'{"a":' * 100_000, "too_deep"),
        (b"[" * 100_000 + b"NaN" + b"]" * 100_000, "too_deep"),
    ],
)
def test_what_is_no_json_is_refused_with_its_reason(text, reason):
    with pytest.raises(MessageRejected) as refused:
        decode(text)

    assert refused.value.reason == reason


@pytest.mark.parametrize("value", ["\ud800", {"a": 10**5000}, object()])
def test_what_json_does_not_have_is_refused_on_writing(value):
    with pytest.raises(MessageRejected) as refused:
        encode(value)

    assert refused.value.reason == "bad_json"
