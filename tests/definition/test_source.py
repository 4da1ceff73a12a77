"""The fast parser reads what the parser of YAML 1.2 reads, or leaves it to that one."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hundredfold.definition.mistakes import DefinitionErrors
from hundredfold.definition.source import Source, read_at_once, read_source, read_with_places

PIECES = [
    "a", "b", "1", ": ", ":", "- ", "-", "[", "]", "{", "}", ",", "\n", "\n  ", "  ", '"', "'", "#", " #", "|", ">",
    "|\n  ", "é", "\\", "\\n", "\\/", "!", "&", "*", "%", "@", "?", "? ", "---\n", "...\n", "null", "~", "<<", "\t",
    "\r\n", "\x85", "\u2028", "\ufeff", "😀", "a: 1\n", "- b\n", "  c: d\n",
]  # fmt: skip
READ: Counter[str] = Counter()


def slowly(text: str) -> Source | None:
    try:
        return read_with_places(text, "it")
    except DefinitionErrors:
        return None


@settings(max_examples=1_000)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_what_is_read_at_once_is_what_is_read_with_places(text):
    fast = read_at_once(text, "it")
    if fast is not None:
        READ["fast"] += 1
        slow = slowly(text)
        assert slow is not None
        assert (fast.data, fast.keys.keys()) == (slow.data, slow.keys.keys())
        assert [place.line for place in fast.keys.values()] == [place.line for place in slow.keys.values()]
        assert [place.offset for place in fast.keys.values()] == [place.offset for place in slow.keys.values()]
    elif slowly(text) is not None:
        READ["slow"] += 1


def test_both_parsers_had_something_to_read():
    assert READ["fast"] > 100
    assert READ["slow"] > 0


def test_mistakes_are_worded_by_the_one_that_knows_the_places():
    with pytest.raises(DefinitionErrors) as caught:
        read_source("a: [1,", "it")
    assert (caught.value.errors[0].line, caught.value.errors[0].column) == (1, 7)
