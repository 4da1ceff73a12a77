"""Values of customers, old beside new, as a histogram or as the commonest: nobody is lost and nobody counted twice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hundredfold.profile.distribution import BINS, spread
from hundredfold.words.value import Moment, Number

numbers = st.one_of(st.none(), st.builds(Number, st.integers(-(10**15), 10**15)), st.builds(Number, st.integers(0, 9)))
times = st.one_of(st.none(), st.builds(Moment, st.integers(-(10**15), 9 * 10**15)))


@given(st.one_of(*(st.lists(st.tuples(one, one), min_size=1, max_size=60) for one in (numbers, times))))
def test_every_value_lies_in_exactly_one_bin(pairs):
    new, old = [pair[0] for pair in pairs], [pair[1] for pair in pairs]

    found = spread(new, old)

    there = [value for value in new if value is not None]
    assert found.null == len(new) - len(there)
    assert found.null_before == sum(value is None for value in old)
    if there:
        assert len(found.bins) <= BINS
        assert sum(one.before for one in found.bins) == sum(value is not None for value in old)
        for one in found.bins:
            inside = [v for v in there if (one.low is None or one.low <= v) and (one.high is None or v < one.high)]
            assert one.count == len(inside)
        for one, following in zip(found.bins, found.bins[1:], strict=False):
            assert one.high == following.low
        assert (found.least, found.greatest) == (min(there), max(there))
        assert found.middle == sorted(there)[(len(there) - 1) // 2]


def test_whole_numbers_have_bins_of_whole_numbers():
    found = spread([Number(n * 1_000_000) for n in range(6)], [])

    assert [one.count for one in found.bins[:5]] == [1] * 5
    assert found.bins[1].low == Number(1_000_000)


def test_texts_and_lists_are_told_by_how_many_have_them():
    texts = spread(["a", "b", "a", None], ["b", "b", None, None])
    lists = spread([("a", "b", "a"), ("b",)], [])

    assert [(one.value, one.count, one.before) for one in texts.tops] == [("a", 2, 0), ("b", 1, 2)]
    assert (texts.kind, texts.null, texts.other) == ("text", 1, 0)
    assert [(one.value, one.count) for one in lists.tops] == [("b", 2), ("a", 1)]
    assert lists.kind == "list"


def test_texts_that_few_have_are_not_told():
    found = spread(["joana@shop.example", "x", "x", True], [], at_least=2)

    assert [one.value for one in found.tops] == ["x", True]
    assert found.other == 1
