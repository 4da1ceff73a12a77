"""The mirror: what the topic holds, in the embedded log's own files, at the broker's offsets.

It is a cache. It is not synced, and when it is lost or damaged it is made anew from what the broker has; so a process
that only reads (a batch beside the server) opens it as any embedded log.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

import numpy as np
import orjson
import pyarrow as pa

from hundredfold.errors import LogError
from hundredfold.log.base import Vector, positions_of, vector
from hundredfold.log.disk import Disk, replace_file
from hundredfold.log.embedded import EmbeddedLog
from hundredfold.log.kafka.record import passed_over
from hundredfold.log.stored import Positions

_FILL: Final = 65_536
"""Rows of a gap that are written at once."""


class Unsynced(Disk):
    """The real disk, without waiting for it: what a power cut takes is fetched again."""

    def sync(self, file: int) -> None:
        """Does nothing."""

    def sync_folder(self, folder: Path) -> None:
        """Does nothing."""


class Mirror:
    """The mirror in a folder. `log` is what is read; one thread writes.

    A topic is known by its id: `known` is a small file beside the folder, so that a mirror that is lost is made anew
    from the topic that the workspace has always followed, or not at all.
    """

    def __init__(self, folder: Path, partitions: int, holder: str) -> None:
        self.folder, self._partitions, self._holder = folder, partitions, holder
        self.log: EmbeddedLog | None = None

    @property
    def known(self) -> Path:
        """Where it is written which topic this is."""
        return known_of(self.folder)

    def identify(self, name: str, topic_id: str) -> None:
        """Takes note of the topic. Raises LogError when it is another one than it was."""
        if self.known.exists():
            told = orjson.loads(self.known.read_bytes())
            if told["id"] != topic_id:
                raise LogError(
                    f"the topic {name} is not the one that this workspace has followed ({told['topic']}): it was "
                    "deleted and made anew, or another cluster answers. Name the right one, restore the topic, or "
                    "begin a new workspace; hf restore --embedded makes one of a backup. "
                    f"({self.known} holds the topic's id.)"
                )
            return
        self.known.parent.mkdir(parents=True, exist_ok=True)
        replace_file(self.known, orjson.dumps({"topic": name, "id": topic_id}))

    def open(self, start: Positions) -> EmbeddedLog:
        """Opens the mirror; one that is damaged, or ends before the topic's `start`, is made anew from there."""
        try:
            log = self._opened(start)
        except LogError:
            return self.anew(start)
        ends = vector(log.end(), self._partitions)
        if log.partitions != self._partitions or (ends < vector(start, self._partitions)).any():
            log.close()
            return self.anew(start)
        self.log = log
        return log

    def anew(self, start: Positions) -> EmbeddedLog:
        """Throws the files away and begins at the topic's start."""
        if self.log is not None:
            self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.log = self._opened(start)
        return self.log

    def _opened(self, start: Positions) -> EmbeddedLog:
        return EmbeddedLog(self.folder, partitions=self._partitions, base=start, holder=self._holder, disk=Unsynced())

    def append(self, table: pa.Table) -> None:
        """Stores consumed rows. What is there already is left out; where offsets are missing, the gap is filled."""
        log = self._open_log()
        ends = vector(log.end(), self._partitions)
        partitions, offsets = table["partition"].to_numpy(), table["offset"].to_numpy()
        if _follow(partitions, offsets, ends):
            log.append_placed(table)
            return
        for partition in np.unique(partitions).tolist():
            rows = np.flatnonzero((partitions == partition) & (offsets >= ends[partition]))
            for run in np.split(rows, np.flatnonzero(np.diff(offsets[rows]) != 1) + 1):
                if len(run):
                    self.fill(partition, int(offsets[run[0]]))
                    log.append_placed(table.take(pa.array(run)))

    def fill(self, partition: int, upto: int) -> None:
        """Fills a partition up to an offset with rows that every reader passes over."""
        log = self._open_log()
        at = log.end()[partition]
        for first in range(at, upto, _FILL):
            rows = passed_over(partition, range(first, min(first + _FILL, upto)))
            log.append_placed(pa.Table.from_batches([rows]))

    def _open_log(self) -> EmbeddedLog:
        assert self.log is not None
        return self.log

    def close(self) -> None:
        """Lets go of the files."""
        if self.log is not None:
            self.log.close()


def known_of(folder: Path) -> Path:
    """The file that says of which topic a folder is the mirror."""
    return folder.with_name(folder.name + ".json")


def _follow(partitions: Vector, offsets: Vector, ends: Vector) -> bool:
    """Whether rows are the next ones of each partition, without a gap."""
    due = ends.copy()
    for partition in positions_of(ends):
        own = offsets[partitions == partition]
        if len(own) and not (own[0] == due[partition] and (np.diff(own) == 1).all()):
            return False
    return True
