from __future__ import annotations

from itertools import groupby

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hundredfold.attribute.cells import grouped
from hundredfold.attribute.order import in_order, ref_of, ties
from hundredfold.attribute.sorting import distinct, is_sorted, stable_order, stretches

INT64 = st.integers(-(2**63), 2**63 - 1)
NUMBERS = st.one_of(st.integers(0, 2), st.integers(-5, 5), st.integers(0, 2**40), INT64)
IDS = st.builds(
    str.__add__, st.sampled_from(["", "order-2026-", "order-2026-ü", "order-20"]), st.text("ab\0é", max_size=3)
)


def arrays(rows: list[tuple[int, ...]], width: int) -> list[np.ndarray]:
    """The columns of rows as int64 arrays."""
    return [np.array([row[i] for row in rows], np.int64) for i in range(width)]


@st.composite
def tables(draw: st.DrawFn) -> list[tuple[int, ...]]:
    width = draw(st.integers(1, 4))
    rows = draw(st.lists(st.tuples(*[NUMBERS] * width), max_size=30))
    return sorted(rows) if draw(st.booleans()) else rows


@given(tables())
def test_rows_are_sorted_like_a_plain_stable_sort(rows):
    columns = arrays(rows, len(rows[0]) if rows else 1)

    order = stable_order(columns)

    assert order.tolist() == sorted(range(len(rows)), key=lambda i: rows[i])
    assert is_sorted(columns) == (rows == sorted(rows))


@given(tables())
def test_groups_are_those_of_a_plain_sort(rows):
    columns = arrays(rows, len(rows[0]) if rows else 1)

    order, starts = grouped(columns)

    sizes = np.diff(np.append(starts, len(rows))).tolist()
    assert order.tolist() == sorted(range(len(rows)), key=lambda i: rows[i])
    assert sizes == [len(list(same)) for _, same in groupby(sorted(rows))]


@given(st.lists(st.one_of(st.integers(-3, 9), INT64), max_size=30))
def test_every_value_finds_its_place_among_the_different_ones(values):
    found, places = distinct(np.array(values, np.int64))

    assert found.tolist() == sorted(set(values))
    assert found[places].tolist() == values


@given(st.lists(st.integers(0, 6), max_size=40).map(sorted), st.integers(1, 9))
def test_stretches_cover_everything_and_divide_no_equal_values(values, size):
    found = list(stretches(np.array(values, np.int64), size))

    assert [values[i] for start, end in found for i in range(start, end)] == values
    assert all(values[end - 1] != values[end] for _, end in found[:-1])
    assert all(end - start >= size for start, end in found[:-1])


@given(
    st.lists(st.tuples(st.integers(0, 2), st.sampled_from([0, 1, 10**15]), IDS, st.integers(0, 2)), max_size=25),
    st.booleans(),
)
def test_events_are_in_the_total_order_also_when_their_ids_begin_alike(events, by_time):
    events = [event for i, event in enumerate(events) if event[2:] not in [e[2:] for e in events[:i]]]
    events = sorted(events, key=lambda e: e[1]) if by_time else events
    names = sorted({name for *_, name, _ in events}, key=hash)
    group, time, line = (np.array([e[i] for e in events], np.int64) for i in (0, 1, 3))
    message = np.array([names.index(e[2]) for e in events], np.int64)
    ref = ref_of(np.zeros_like(message), message) | line

    def ids(refs: np.ndarray) -> list[str]:
        return [names[r >> 16] for r in refs.tolist()]

    order = in_order(time, ties([e[2] for e in events]), ref, ids, group)

    expected = sorted(events, key=lambda e: (e[0], e[1], e[2].encode(), e[3]))
    assert [events[i] for i in order.tolist()] == expected
