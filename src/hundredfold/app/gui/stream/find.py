"""All stored copies of a message, wherever they lie, whatever has become of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from hundredfold.app.opened import OpenWorkspace
from hundredfold.ingest.message import id_hash
from hundredfold.log.stored import STORED
from hundredfold.words.message import KINDS

_MARKER: Final = KINDS.index("marker")


def copies(opened: OpenWorkspace, message_id: str) -> pa.Table:
    """The copies of a message in the order of their places: one pass through the log, and one column of the history."""
    wanted = pa.array([id_hash(message_id)], pa.binary(16))
    table = pa.concat_tables([STORED.empty_table(), *_of_log(opened, wanted), *_of_history(opened, wanted)])
    table = table.filter(pc.not_equal(table["kind"], _MARKER)).sort_by(
        [("partition", "ascending"), ("offset", "ascending")]
    )
    # What a batch has covered lately lies in the log and in the history.
    places = list(zip(table["partition"].to_pylist(), table["offset"].to_pylist(), strict=True))
    return table.filter(pa.array([place not in places[:number] for number, place in enumerate(places)], pa.bool_()))


def _of_log(opened: OpenWorkspace, wanted: pa.Array) -> Iterator[pa.Table]:
    for table in opened.log.read(opened.log.start()):
        yield table.filter(pc.is_in(table["hash"], wanted))


def _of_history(opened: OpenWorkspace, wanted: pa.Array) -> Iterator[pa.Table]:
    history = opened.history
    for bucket in range(history.buckets):
        hashes = history.scan(bucket, ["hash", "key"])
        keys = hashes.filter(pc.is_in(hashes["hash"], wanted))["key"].unique().to_pylist()
        if keys:
            table = history.rows_of(keys, STORED.names)
            yield table.filter(pc.is_in(table["hash"], wanted)).cast(STORED)
