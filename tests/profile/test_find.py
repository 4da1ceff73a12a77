"""The search looks through chunks of folded texts and numbers, and finds what a plain look at every text finds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hundredfold.attribute.column import Pool
from hundredfold.profile import find
from hundredfold.profile.find import Finder, folded

WORDS = st.sampled_from(
    ["João", "joana", "ÉVORA", "Ninguém", "silva-santos", "ab", "abcdefgh", "abcdefghi", "😀", "عمر", ""]
)
TEXTS = st.lists(st.lists(WORDS, max_size=3).map(" ".join), max_size=30)
TYPED = WORDS.flatmap(lambda word: st.integers(1, 12).map(lambda length: word[:length]))


@given(TEXTS, TEXTS, TYPED)
def test_it_finds_all_that_begin_so_and_no_others_also_after_more_have_come(first, later, typed):
    ids, texts, finder = Pool(), Pool(first), Finder()
    finder.fitting(ids, texts, "x")
    texts.codes(later)
    ids.codes([f"u:{text}" for text in later])

    by_id, by_text = finder.fitting(ids, texts, typed)

    wanted = folded(typed)
    assert by_id.tolist() == [n for n, text in enumerate(ids.all) if folded(text[2:]).startswith(wanted)]
    assert by_text.tolist() == [
        n for n, text in enumerate(texts.all) if folded(text).startswith(wanted) or f" {wanted}" in folded(text)
    ]


def test_pools_of_another_engine_take_the_place_of_the_old_ones():
    finder = Finder()
    finder.fitting(Pool(["u:old"]), Pool(["old"]), "o")

    by_id, by_text = finder.fitting(Pool(["u:new", "u:older"]), Pool(["new"]), "o")

    assert (by_id.tolist(), by_text.tolist()) == ([1], [])


@pytest.mark.parametrize("size", [1, 2, 7])
def test_small_chunks_and_large_ones_find_the_same(monkeypatch: pytest.MonkeyPatch, size):
    texts = Pool([f"customer {n % 13}-{n}" for n in range(50)])
    expected = Finder().fitting(Pool(), texts, "3-")[1].tolist()
    monkeypatch.setattr(find, "_AT_ONCE", size)

    found = Finder().fitting(Pool(), texts, "3-")[1].tolist()

    assert found == expected == [3, 16, 29, 42]
