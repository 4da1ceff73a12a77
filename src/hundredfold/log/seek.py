"""Finding messages of the embedded log by their places, through the vectors of segments and frames."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from hundredfold.errors import LogError
from hundredfold.log.base import Vector
from hundredfold.log.segment import Segment


def frames_from(segment: Segment, frames: int, wanted: Vector) -> Iterator[pa.RecordBatch]:
    """The rows of a segment at or behind `wanted`, frame after frame."""
    vectors = segment.vectors[: frames + 1]
    behind = vectors[-1] > wanted
    if not behind.any():
        return
    asked = np.flatnonzero(behind).tolist()
    first = min(int(np.searchsorted(vectors[:, p], wanted[p], side="right")) - 1 for p in asked)
    whole_from = max(int(np.searchsorted(vectors[:, p], wanted[p], side="left")) for p in range(len(wanted)))
    for frame in range(max(first, 0), frames):
        batch = segment.read(frame)
        if frame < whole_from:
            batch = batch.filter(pa.array(batch.column(1).to_numpy() >= wanted[batch.column(0).to_numpy()]))
        yield batch


def must_lie_in(asked: Vector, start: Vector, end: Vector) -> None:
    """Raises LogError for a place, a row (partition, offset), that is not between the log's start and end."""
    for partition, offset in asked[(asked[:, 0] < 0) | (asked[:, 0] >= len(end))].tolist():
        raise LogError(
            f"the log has no message at partition {partition}, offset {offset}: it has {len(end)} partitions."
        )
    outside = (asked[:, 1] < start[asked[:, 0]]) | (asked[:, 1] >= end[asked[:, 0]])
    for partition, offset in asked[outside].tolist():
        raise LogError(
            f"the log has no message at partition {partition}, offset {offset}: "
            f"there it holds {start[partition]} to {end[partition]}."
        )


def by_segment(segments: list[Segment], asked: Vector) -> Iterator[tuple[Segment, Vector]]:
    """The segments that hold places asked for, each with the indices of those places."""
    bases = np.array([segment.base for segment in segments])
    lies_in = (bases[:, asked[:, 0]] <= asked[:, 1]).sum(axis=0) - 1
    for number in np.unique(lies_in).tolist():
        yield segments[number], np.flatnonzero(lies_in == number)


def by_frame(segment: Segment, asked: Vector) -> Iterator[tuple[int, Vector]]:
    """The frames of a segment that hold places asked for, each with the indices of those places."""
    vectors, lies_in = segment.vectors, np.empty(len(asked), np.int64)
    for partition in np.unique(asked[:, 0]).tolist():
        own = asked[:, 0] == partition
        lies_in[own] = np.searchsorted(vectors[:, partition], asked[own, 1], side="right") - 1
    order = np.argsort(lies_in, kind="stable")
    frames, firsts = np.unique(lies_in[order], return_index=True)
    return zip(frames.tolist(), np.split(order, firsts[1:]), strict=True)


def rows_at(batch: pa.RecordBatch, asked: Vector) -> pa.RecordBatch:
    """The rows of places in their frame, in the order asked for."""
    if len(asked) == batch.num_rows == 1:
        return batch
    partitions, offsets = batch.column(0).to_numpy(), batch.column(1).to_numpy()
    if len(asked) == 1:
        return batch.slice(int(((offsets == asked[0, 1]) & (partitions == asked[0, 0])).argmax()), 1)
    order = np.lexsort((offsets, partitions))
    first = np.searchsorted(partitions[order], asked[:, 0])
    # Within a partition a frame holds offsets without gaps.
    return batch.take(pa.array(order[first + asked[:, 1] - offsets[order[first]]]))
