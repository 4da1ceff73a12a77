"""What every log can do, whatever keeps it: messages in order per partition, durable once they have a place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hundredfold.errors import LogError
from hundredfold.log.stored import Positions
from hundredfold.words.message import Entry

Place: TypeAlias = tuple[int, int]
"""Where a message lies: (partition, offset)."""

Vector: TypeAlias = npt.NDArray[np.int64]
"""An offset for every partition."""

CHUNK_ROWS: Final = 65_536
CHUNK_BYTES: Final = 64 << 20


class Log(Protocol):
    """Messages in order per partition. Every method may be called from any thread.

    Errors: LogFull when there is no room, LogUnavailable when a broker does not answer in time, LogError when the log
    cannot be read or written or is closed.

    "All or none" is about acknowledgement: on Kafka, which is written without transactions, a call that raises may have
    stored some of its messages. Its sender repeats it, and each counts once by its message id.
    """

    @property
    def partitions(self) -> int:
        """How many partitions the log has; it never changes."""

    def append(self, entries: Sequence[Entry]) -> list[Place]:
        """Stores messages and returns their places, in order, once they are durable: all of one call or none."""

    def append_table(self, table: pa.Table) -> Positions:
        """Stores a table of `STORED` columns without `partition` and `offset`, all or none; returns the end after."""

    def mark(self, name: str, payload: Mapping[str, Any], *, time: int = 0) -> Positions:
        """Writes one marker into every partition, atomically, and returns the markers' places.

        Everything at earlier positions is what the marker covers. `time` (microseconds UTC) stamps it.
        """

    def read(
        self, after: Positions, *, limit_rows: int = CHUNK_ROWS, limit_bytes: int = CHUNK_BYTES
    ) -> Iterator[pa.Table]:
        """The messages from `after` (inclusive; a partition not named: from 0) to the end as it is now.

        In order per partition, in tables of `STORED` columns with at most `limit_rows` rows and about `limit_bytes`.
        Raises LogError when retention already took some of them: start at `start()` to read what there is.
        """

    def fetch(self, places: Sequence[Place]) -> pa.Table:
        """The messages at these places, in the order asked for. Raises LogError for a place without a message."""

    def start(self) -> Positions:
        """The first positions that can still be read."""

    def end(self) -> Positions:
        """The offset of the next message of every partition."""

    def wait(self, after: Positions, timeout: float) -> bool:
        """Waits at most `timeout` seconds for a message at or behind `after`; tells whether there is one."""

    def trim(self, before: Positions) -> None:
        """Allows the log to forget messages before these positions; it forgets when that is cheap."""

    def close(self) -> None:
        """Stores what was submitted and lets go of the log."""


def advanced(positions: Positions, table: pa.Table) -> dict[int, int]:
    """The positions behind a chunk that was read from `positions`."""
    after = dict(positions)
    partitions = table["partition"].to_numpy()
    offsets = table["offset"].to_numpy()
    for partition in np.unique(partitions).tolist():
        after[partition] = max(after.get(partition, 0), int(offsets[partitions == partition].max()) + 1)
    return after


def within(positions: Positions, limits: Positions) -> bool:
    """Whether positions reach nowhere beyond others."""
    return all(offset <= limits.get(partition, 0) for partition, offset in positions.items())


def vector(positions: Positions, partitions: int) -> Vector:
    """Positions as an array by partition; a partition not named stands at 0. Raises LogError for one too many."""
    found = np.zeros(partitions, np.int64)
    for partition, offset in positions.items():
        if not 0 <= partition < partitions:
            raise LogError(f"positions name partition {partition}, and the log has {partitions}. Is it another log's?")
        found[partition] = offset
    return found


def positions_of(array: Vector) -> dict[int, int]:
    """The inverse of `vector`."""
    return dict(enumerate(array.tolist()))
