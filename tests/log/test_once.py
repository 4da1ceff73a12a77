"""Of equal copies the earliest counts, in whatever order they are read."""

from __future__ import annotations

import pyarrow as pa

from hundredfold.log.once import without_duplicates

COPIES = [
    {"hash": b"a" * 16, "received": 5, "content": b"x" * 16, "partition": 1, "offset": 3},
    {"hash": b"a" * 16, "received": 5, "content": b"x" * 16, "partition": 0, "offset": 7},
    {"hash": b"a" * 16, "received": 5, "content": b"x" * 16, "partition": 0, "offset": 9},
    {"hash": b"b" * 16, "received": 1, "content": b"x" * 16, "partition": 0, "offset": 1},
]
SCHEMA = pa.schema(
    {"hash": pa.binary(16), "received": pa.int64(), "content": pa.binary(16)}
    | {"partition": pa.int32(), "offset": pa.int64()}
)


def test_the_earliest_of_equal_copies_counts():
    for rows in (COPIES, COPIES[::-1], COPIES[2:] + COPIES[:2]):
        found = without_duplicates(pa.Table.from_pylist(rows, SCHEMA))

        assert {(one["partition"], one["offset"]) for one in found.to_pylist()} == {(0, 7), (0, 1)}
