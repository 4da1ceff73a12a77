from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hundredfold.attribute import cells as module
from hundredfold.attribute.cells import Cells, Merge, merged

ROWS = st.dictionaries(st.tuples(st.integers(0, 30), st.integers(0, 2)), st.integers(1, 9), max_size=25)


def cells_of(rows: dict[tuple[int, int], int]) -> Cells:
    """Cells of one count each, by sid and bucket."""
    found = np.array([[*place, rows[place]] for place in sorted(rows)], np.int64).reshape(-1, 3)
    return Cells(found[:, 0], found[:, 1], None, {"count": found[:, 2]})


@given(st.lists(ROWS, min_size=1, max_size=4), st.sampled_from([1, 4, 1000]))
def test_parts_merge_to_what_all_of_them_hold_however_they_are_cut(parts, at_once):
    usual = module.AT_ONCE
    module.AT_ONCE = at_once
    try:
        found = merged([cells_of(part) for part in parts], {"count": Merge.ADD}, lambda refs: [])
    finally:
        module.AT_ONCE = usual

    expected: Counter[tuple[int, int]] = Counter()
    for part in parts:
        expected.update(part)
    assert found.same_as(cells_of(expected))
