"""Packed cells are the cells, whatever the numbers."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hundredfold.live.packed import SentIds, packed, packed_refs

STEPS = st.sampled_from([1, 2, 10_000, 1 << 16, 1 << 56])
NUMBERS = st.one_of(st.integers(0, 3), st.integers(-(1 << 40), 1 << 40), st.integers(-(1 << 63), (1 << 63) - 1))


@given(st.lists(NUMBERS, max_size=20), STEPS)
def test_numbers_are_what_they_were(numbers, step):
    array = np.array([max(n // step, -(1 << 63) // step + 1) * step for n in numbers], np.int64)

    small = packed(array)

    assert np.asarray(small).tolist() == array.tolist()
    assert small[::2].tolist() == array[::2].tolist()
    assert small.nbytes <= array.nbytes


@given(st.lists(st.tuples(st.integers(0, 31), st.integers(0, 1 << 40), st.integers(0, 3)), max_size=20))
def test_refs_are_what_they_were(places):
    refs = np.array([(p << 56) | (o % (1 << 40) << 16) | line for p, o, line in places], np.int64)

    assert np.asarray(packed_refs(refs)).tolist() == refs.tolist()


def test_amounts_in_cents_take_what_cents_take():
    assert packed(np.array([0, 1_000_000, 2_550_000], np.int64)).nbytes == 3
    assert packed(np.array([0, 36 * 10**12, 123_456_789], np.int64)).nbytes == 18


@given(st.lists(st.integers(0, 200), max_size=30), st.lists(st.integers(0, 300), unique=True, max_size=30))
def test_sent_ids_are_found_where_their_cells_begin(sids, asked):
    sids, asked = np.sort(np.array(sids, np.int64)), np.sort(np.array(asked, np.int64))

    index = SentIds.of(sids)
    low, sizes = index.places(asked)

    assert np.asarray(index).tolist() == sids.tolist()
    assert sizes.tolist() == np.bincount(sids, minlength=301)[asked].tolist()
    there = sizes > 0
    assert low[there].tolist() == np.searchsorted(sids, asked)[there].tolist()
