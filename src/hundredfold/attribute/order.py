"""The total order of events: event time, message id as UTF-8 bytes, line number (semantics 19).

An event's place in that order is kept as three int64: its time, its `tie` (the first eight bytes of the message id,
mapped so that integers compare like bytes) and its `ref` (which message, which line). Where two messages agree in time
and tie, their whole ids decide; these are looked up by `ref`, which hardly ever happens.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

import numpy as np
import pyarrow as pa

from hundredfold.attribute.column import Ints, Mask
from hundredfold.attribute.sorting import is_sorted, stable_order

LINE_BITS: Final = 16
OFFSET_BITS: Final = 40
_FIRST_BYTES: Final = np.array([(1 << 64) - (1 << (64 - 8 * size)) for size in range(9)], np.uint64)
"""What leaves the first bytes of eight, by how many."""
Ids: TypeAlias = Callable[[Ints], Sequence[str]]
"""The message ids of refs."""


def ref_of(partition: Ints, offset: Ints) -> Ints:
    """The ref of messages by their places in the log; the line number is 0."""
    result: Ints = (partition.astype(np.int64) << (OFFSET_BITS + LINE_BITS)) | (offset.astype(np.int64) << LINE_BITS)
    return result


def refs_of(stored: pa.Table) -> Ints:
    """The refs of a table of stored messages."""
    return ref_of(stored["partition"].to_numpy(), stored["offset"].to_numpy())


def place_of(ref: Ints) -> tuple[Ints, Ints]:
    """Partition and offset of refs."""
    return ref >> (OFFSET_BITS + LINE_BITS), (ref >> LINE_BITS) & ((1 << OFFSET_BITS) - 1)


def ties(ids: pa.Array | Sequence[str]) -> Ints:
    """The ties of message ids.

    >>> a, b, c = ties(["m1", "m10", "z"]); bool(a < b < c)
    True
    """
    array = ids if isinstance(ids, pa.Array) else pa.array(ids, pa.large_string())
    array = array.cast(pa.large_string())
    n = len(array)
    if n == 0:
        return np.empty(0, np.int64)
    _, places, letters = array.buffers()
    offsets = np.frombuffer(places, np.int64, n + 1, array.offset * 8)
    text = np.zeros(int(offsets[-1]) + 8, np.uint8)  # so that eight bytes can be read from each beginning
    if letters is not None:
        text[:-8] = np.frombuffer(letters, np.uint8, int(offsets[-1]))
    eight = np.ndarray(len(text) - 7, ">u8", text, strides=(1,))
    tie = eight[offsets[:-1]].astype(np.uint64)
    tie &= _FIRST_BYTES[np.minimum(np.diff(offsets), 8)]
    return (tie ^ np.uint64(1 << 63)).view(np.int64)


def in_order(time: Ints, tie: Ints, ref: Ints, ids: Ids, *groups: Ints) -> Ints:
    """The permutation that sorts events by groups (first the first one), then by the total order."""
    return in_order_with_time(time, tie, ref, ids, *groups)[0]


def in_order_with_time(time: Ints, tie: Ints, ref: Ints, ids: Ids, *groups: Ints) -> tuple[Ints, Ints]:
    """As `in_order`, and the times in that order, which it needs anyhow."""
    by_time = [*groups, time]
    order: Ints = np.arange(len(time)) if is_sorted(by_time) else stable_order(by_time)
    ordered = time.take(order)
    equal = np.flatnonzero(ordered[1:] == ordered[:-1])
    for group in groups:
        equal = equal[group[order[equal]] == group[order[equal + 1]]]
    if len(equal):
        places, run = _runs(equal)
        rows = order[places]
        order[places] = rows[_in_order_of_ids(run, tie[rows], ref[rows], ids)]
    return order, ordered


def _runs(equal: Ints) -> tuple[Ints, Ints]:
    """The places that are equal to a neighbour, where `equal` lists those that equal the next; and a number a run."""
    places = np.union1d(equal, equal + 1)
    begins = ~np.isin(places - 1, equal, assume_unique=True)
    return places, np.cumsum(begins)


def _in_order_of_ids(run: Ints, tie: Ints, ref: Ints, ids: Ids) -> Ints:
    """The permutation that sorts events of one time by run, message id and line."""
    order = stable_order((run, tie, ref))
    run, tie, message = run[order], tie[order], ref[order] >> LINE_BITS
    same = (run[1:] == run[:-1]) & (tie[1:] == tie[:-1])
    if not (same & (message[1:] != message[:-1])).any():
        return order
    places, beginning = _runs(np.flatnonzero(same))
    rows = order[places]
    names = [name.encode() for name in ids(ref[rows])]
    keys = list(zip(beginning.tolist(), names, ref[rows].tolist(), strict=True))
    order[places] = rows[sorted(range(len(keys)), key=keys.__getitem__)]
    return order


def before(ref: Ints, positions: Mapping[int, int]) -> Mask:
    """Which messages lie before a vector of positions."""
    partition, offset = place_of(ref)
    ends = np.zeros(int(partition.max(initial=0)) + 1, np.int64)
    for number, end in positions.items():
        if number < len(ends):
            ends[number] = end
    result: Mask = offset < ends[partition]
    return result
