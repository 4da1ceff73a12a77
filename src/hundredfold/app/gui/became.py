"""What became of messages that were stored: whether they count, or another copy of the same message does."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from hundredfold.app.door.held_shown import Became
from hundredfold.app.opened import OpenWorkspace
from hundredfold.words.message import Entry


def became(opened: OpenWorkspace, entries: Sequence[Entry]) -> list[Became]:
    """What became of each. One that the engine has not met yet is only known to be stored."""
    hashes = pa.array([entry.hash for entry in entries], pa.binary(16))
    contents = pa.array([entry.content for entry in entries], pa.binary(16))
    received = pa.array([entry.received for entry in entries], pa.int64())
    with opened.guard:
        seen = opened.engine().seen
        known = seen.known(hashes, received, contents).known
        counts = seen.counting(hashes, received, contents)
    return [("counted" if own else "duplicate") if met else "stored" for met, own in zip(known, counts, strict=True)]
