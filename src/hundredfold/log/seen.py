"""Duplicates without horizon: of all copies of a message ever seen, the one that counts (semantics 3)."""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hundredfold.errors import LogError
from hundredfold.log.copies import Copies, Mask, Rows, earlier, halves, joined, merged, order_by_hash, unlike
from hundredfold.log.disk import Disk, replace_file
from hundredfold.log.run import Run, filter_bits, write_run

NEW: Final = 0
DUPLICATE: Final = 1
REPLACES: Final = 2

MEMORY_ROWS: Final = 1 << 19
"""Copies kept in memory before they become a run."""
_SMALL: Final = 4_096
_SAME_SIZE: Final = 4
"""So many runs of one size become one of the next."""
_MOST_RUNS: Final = 24


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What became of the copies of a chunk, row by row.

    `verdict`: NEW (the first copy), DUPLICATE (another copy counts) or REPLACES (the copy that counted so far no
    longer does). `conflict`: its content differs from the copy that it lost to or replaces. `replaced` are the copies
    that no longer count, in the order of the rows that replace them: columns `hash`, `received`, `content`.
    """

    verdict: npt.NDArray[np.uint8]
    conflict: Mask
    replaced: pa.Table

    @property
    def counts(self) -> Mask:
        """The rows that count now."""
        counts: Mask = self.verdict != DUPLICATE
        return counts


class Known(NamedTuple):
    """What is known of some copies, row by row.

    `known`: of their messages there is a copy. `loses`: that one counts, not this. `differs`: that one says otherwise.
    """

    known: Mask
    loses: Mask
    differs: Mask


class Seen:
    """The memory of all message ids in one folder, which it owns while it is open.

    In memory are the newest copies; the rest lies in sorted files. The folder is scratch: what lasts is a `snapshot`.
    `check`, `tidy` and `snapshot` may be called from different threads.
    """

    def __init__(self, folder: Path, *, memory_rows: int = MEMORY_ROWS) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self._folder, self._memory_rows = folder, memory_rows
        self._recent: list[Copies] = []
        self._runs: list[Run] = []
        self._made = self._known = 0
        self._lock, self._tidying = threading.RLock(), threading.Lock()

    @classmethod
    def open(cls, snapshot: Path, folder: Path, *, memory_rows: int = MEMORY_ROWS) -> Seen:
        """Begins in `folder` with the state of a snapshot, which stays as it is."""
        seen = cls(folder, memory_rows=memory_rows)
        try:
            told = json.loads((snapshot / "seen.json").read_bytes())
            for name in told["runs"]:
                seen._runs.append(Run(_linked(snapshot / name, seen._next_path())))
            seen._known = told["known"]
        except (FileNotFoundError, ValueError, KeyError) as error:
            raise LogError(f"{snapshot} is no snapshot of seen messages ({error}). Take an older one.") from error
        return seen

    def __len__(self) -> int:
        return self._known

    def check(self, hashes: Any, received: Any, contents: Any) -> Verdicts:
        """Judges a chunk of copies, in the log's order, and remembers them.

        `hashes` and `contents` are Arrow columns of binary(16), `received` int64 (Arrow or NumPy).
        """
        chunk = _copies(hashes, received, contents)
        order, first = order_by_hash(chunk)
        survivors = chunk.take(order[first])
        with self._lock:
            found, stored = self._stored(survivors)
            replaces = found.copy()
            replaces[found] = earlier(survivors.take(found), stored)
            self._remember(survivors.take(~found | replaces) if found.any() else survivors)
            self._known += len(survivors) - int(found.sum())
        return _verdicts(chunk, order, first, survivors, found, replaces, stored)

    def counting(self, hashes: Any, received: Any, contents: Any) -> Mask:
        """Which of these copies are, by (received, content), the one that counts; changes nothing.

        Equal copies count alike: who has two of them takes the one with the earlier place.
        """
        asked = _copies(hashes, received, contents)
        order = np.lexsort((asked.lo, asked.hi))
        ordered = asked.take(order)
        with self._lock:
            found, stored = self._stored(ordered)
        own = ordered.take(found)
        counts = np.zeros(len(asked), bool)
        counts[order[found]] = (own.received == stored.received) & ~unlike(own, stored)
        return counts

    def known(self, hashes: Any, received: Any, contents: Any) -> Known:
        """Which of these copies are of messages known before, and how they compare; changes nothing."""
        asked = _copies(hashes, received, contents)
        order = np.lexsort((asked.lo, asked.hi))
        ordered = asked.take(order)
        with self._lock:
            found, stored = self._stored(ordered)
        known, loses, differs = (np.zeros(len(asked), bool) for _ in range(3))
        known[order] = found
        loses[order[found]] = ~earlier(ordered.take(found), stored)
        differs[order[found]] = unlike(ordered.take(found), stored)
        return Known(known, loses, differs)

    def _stored(self, asked: Copies) -> tuple[Mask, Copies]:
        """Which of the sorted hashes are known, and for those the copies that count, in their order."""
        found = np.zeros(len(asked), bool)
        best = asked.blank()
        for rows, copies in self._hits(asked):
            better = ~found[rows] | earlier(copies, best.take(rows))
            for column, values in zip(best.columns()[2:], copies.columns()[2:], strict=True):
                column[rows[better]] = values[better]
            found[rows] = True
        return found, best.take(found)

    def _hits(self, asked: Copies) -> Iterator[tuple[Rows, Copies]]:
        # A replaced copy stays in its run until runs merge, so a hash may be hit more than once: the least counts.
        bits = filter_bits(asked.lo)
        parts: list[Copies | Run] = [*self._recent, *self._runs]
        for part in parts:
            at = part.find(asked.hi, asked.lo) if isinstance(part, Copies) else part.find(asked.hi, asked.lo, bits)
            rows = np.flatnonzero(at >= 0)
            if len(rows):
                own = at[rows]
                yield rows, part.take(own) if isinstance(part, Copies) else part.at(own, asked.hi[rows], asked.lo[rows])

    def _remember(self, copies: Copies) -> None:
        if not len(copies):
            return
        recent = [*self._recent, copies]
        while len(recent) > 1 and len(recent[-2]) <= max(2 * len(recent[-1]), _SMALL):
            recent[-2:] = [merged(recent[-2:])]
        self._recent = recent
        if sum(map(len, recent)) >= self._memory_rows:
            self.flush()
            if len(self._runs) > _MOST_RUNS:
                self.tidy()

    def flush(self) -> None:
        """Moves what is in memory into a run."""
        with self._lock:
            if self._recent:
                self._runs = [*self._runs, write_run(self._next_path(), [merged(self._recent)])]
                self._recent = []

    def tidy(self) -> None:
        """Merges runs of like size into larger ones, beside `check` when another thread calls it."""
        with self._tidying:
            while due := self._due():
                run = write_run(self._next_path(), due)
                with self._lock:
                    self._runs = [run, *(kept for kept in self._runs if kept not in due)]
                for old in due:
                    old.path.unlink()

    def _due(self) -> list[Run]:
        sizes: dict[int, list[Run]] = {}
        with self._lock:
            for run in self._runs:
                sizes.setdefault(max(len(run), 1).bit_length() // 2, []).append(run)
        return next((runs for _, runs in sorted(sizes.items()) if len(runs) >= _SAME_SIZE), [])

    def _next_path(self) -> Path:
        with self._lock:
            self._made += 1
            return self._folder / f"run-{self._made:06d}.seen"

    def snapshot(self, target: Path) -> None:
        """Writes the state to a new folder: all of it or, after a crash, none. Runs are linked, not copied."""
        fresh = target.with_name(target.name + ".new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        with self._lock:
            self.flush()
            names = [run.path.name for run in self._runs]
            for run in self._runs:
                run.sync()
                _linked(run.path, fresh / run.path.name)
            told = {"runs": names, "known": self._known}
        replace_file(fresh / "seen.json", json.dumps(told).encode())
        fresh.rename(target)
        Disk().sync_folder(target.parent)


def _linked(path: Path, target: Path) -> Path:
    try:
        os.link(path, target)
    except OSError:  # another file system, or one without links
        shutil.copyfile(path, target)
    return target


def _copies(hashes: Any, received: Any, contents: Any) -> Copies:
    times = received if isinstance(received, np.ndarray) else received.to_numpy(zero_copy_only=False)
    hi, lo = halves(hashes)
    content_hi, content_lo = halves(contents)
    return Copies(hi, lo, np.asarray(times, np.int64), content_hi, content_lo)


def _verdicts(
    chunk: Copies,
    order: Rows,
    first: Mask,
    survivors: Copies,
    found: Mask,
    replaces: Mask,
    stored: Copies,
) -> Verdicts:
    own = np.where(replaces, REPLACES, np.where(found, DUPLICATE, NEW)).astype(np.uint8)
    verdict, conflict = np.full(len(chunk), DUPLICATE, np.uint8), np.zeros(len(chunk), bool)
    verdict[order[first]] = own
    conflict[order[first][found]] = unlike(survivors.take(found), stored)
    if not first.all():
        # A later copy in the chunk lost to what counts now: the survivor, or the stored copy when that one won.
        winners = survivors.take(np.arange(len(survivors)))
        lost = found & ~replaces
        for column, values in zip(winners.columns(), stored.columns(), strict=True):
            column[lost] = values[lost[found]]
        behind = order[~first]
        conflict[behind] = unlike(chunk.take(behind), winners.take((np.cumsum(first) - 1)[~first]))
    gone = stored.take(replaces[found])
    rows = np.argsort(order[first][replaces])
    gone = gone.take(rows)
    table = pa.table(
        {
            "hash": joined(gone.hi, gone.lo),
            "received": pa.array(gone.received, pa.int64()),
            "content": joined(gone.content_hi, gone.content_lo),
        }
    )
    return Verdicts(verdict, conflict, table)
