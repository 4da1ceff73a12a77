"""Which text everybody had on which day: an entry a day, so that two days can be laid side by side.

An entry is a file of columns: a hash of each customer's id, and the number of his text of every attribute. What it
counts, what groups were called, and who moved since the entry before, stand in its note, which is read alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from threading import Lock
from typing import Any, Final

import numpy as np
import orjson
from numpy.typing import NDArray

from hundredfold.attribute.column import Ints, Pool
from hundredfold.live.columns import mapped_columns, note_of, write_columns
from hundredfold.log.disk import Disk
from hundredfold.predict.microsegments.migration import NOBODY, Migration, Numbered
from hundredfold.segment.crowd import Crowd
from hundredfold.words.calendar import DAY

FORMAT: Final = 1
DAYS: Final = 35
"""Entries of so many days are kept, and the first one of every month before."""
MONTHS: Final = 24

Keys = NDArray[np.uint64]
Numbers = NDArray[np.int32]


@dataclass(frozen=True)
class Held:
    """Everybody's text of one attribute: `texts`, and by customer the number of his (NOBODY: none).

    `called` are the names of those texts that have any, by language; `version` tells the model apart from others.
    """

    texts: Sequence[str]
    numbers: Numbers
    called: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    version: str = ""

    def counts(self) -> dict[str, int]:
        """How many have each text, the texts that nobody has left out."""
        found = np.bincount(self.numbers[self.numbers != NOBODY], minlength=len(self.texts)).tolist()
        return {text: count for text, count in zip(self.texts, found, strict=True) if count}


@dataclass(frozen=True)
class Day:
    """Everybody's texts at an instant (microseconds UTC). `keys` (n,) are hashes of customers' ids, ascending."""

    at: int
    keys: Keys
    held: Mapping[str, Held]

    def numbered(self, name: str) -> Numbered:
        """Everybody's text of an attribute, as migrations take it."""
        own = self.held[name]
        return Numbered(self.keys, own.numbers, own.texts)


@dataclass(frozen=True)
class Told:
    """What is told of a text on a day without reading it: see `Held`; `moves` since the day before of the same kind."""

    counts: Mapping[str, int]
    called: Mapping[str, Mapping[str, str]]
    version: str
    since: int | None
    moves: Migration


class Days:
    """The entries of a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._notes: dict[str, dict[str, Any]] = {}

    def instants(self, name: str) -> list[int]:
        """When an attribute's texts were kept, ascending."""
        return [at for at, note in self._all() if name in note["held"]]

    def told(self, name: str, since: int) -> list[tuple[int, Told]]:
        """What is told of an attribute from an instant on, in order of time."""
        return [(at, _told(note["held"][name])) for at, note in self._all() if at >= since and name in note["held"]]

    def read(self, at: int, name: str) -> Day:
        """The entry of an instant with one attribute. Raises KeyError where there is none."""
        note = self._note(self._path(at)) if self._path(at).exists() else {"held": {}}
        own = note["held"][name]
        (columns,) = mapped_columns(self._path(at))
        held = Held(own["texts"], columns[f"of {own['column']}"], own["called"], own["version"])
        return Day(at, columns["key"], {name: held})

    def between(self, at: int, day: Day, name: str) -> Migration:
        """Who moved from one text of an attribute to which, between an entry's instant and a day."""
        return Migration.of(self.read(at, name).numbered(name), day.numbered(name))

    def put(self, day: Day) -> None:
        """Keeps a day, with who has moved since the entry before it, and lets go of what is too old."""
        self._folder.mkdir(parents=True, exist_ok=True)
        held = {}
        for place, (name, own) in enumerate(day.held.items()):
            before = max((at for at in self.instants(name) if at < day.at), default=None)
            moves = {} if before is None else self.between(before, day, name).customers
            held[name] = {
                "column": place,
                "texts": list(own.texts),
                "counts": own.counts(),
                "called": own.called,
                "version": own.version,
                "since": before,
                "moves": [[one, other, count] for (one, other), count in moves.items()],
            }
        columns: dict[str, NDArray[Any]] = {
            "key": day.keys,
            **{f"of {n}": own.numbers for n, own in enumerate(day.held.values())},
        }
        self._write(day.at, columns, {"format": FORMAT, "held": held})
        self._tidy(day.at)

    def erase(self, keys: Collection[int]) -> int:
        """Takes customers, by their hashes, out of all entries; returns out of how many. Counts stay what they were."""
        gone, found = np.array(sorted(keys), np.uint64), 0
        for at, note in self._all():
            (columns,) = mapped_columns(self._path(at))
            kept = ~np.isin(columns["key"], gone)
            if not kept.all():
                found += 1
                self._write(at, {name: column[kept] for name, column in columns.items()}, note)
        return found

    def _write(self, at: int, columns: Mapping[str, NDArray[Any]], note: Mapping[str, Any]) -> None:
        fresh = self._folder / "fresh"
        write_columns(fresh, [columns], {"day": orjson.dumps(note).decode()})
        fresh.replace(self._path(at))
        Disk().sync_folder(self._folder)

    def _tidy(self, now: int) -> None:
        months: set[str] = set()
        for at, _ in self._all():
            month = f"{datetime.fromtimestamp(at / 1e6, UTC):%Y-%m}"
            first, age = month not in months, (now - at) // DAY
            months.add(month)
            if age > DAYS and not (first and age <= 31 * MONTHS):
                self._path(at).unlink()

    def _all(self) -> list[tuple[int, dict[str, Any]]]:
        return [(int(path.stem), self._note(path)) for path in paths(self._folder)]

    def _note(self, path: Path) -> dict[str, Any]:
        if path.name not in self._notes:  # whom an entry tells of may change, what it tells does not
            self._notes[path.name] = note(path)
        return self._notes[path.name]

    def _path(self, at: int) -> Path:
        return self._folder / f"{at:020d}.arrow"


def paths(folder: Path) -> list[Path]:
    """The entries' files, in order of time."""
    return sorted(folder.glob("*.arrow"))


def note(path: Path) -> dict[str, Any]:
    """What stands in an entry's note."""
    found: dict[str, Any] = orjson.loads(note_of(path)["day"])
    return found


def keys_of(ids: Iterable[str]) -> Keys:
    """What stands for customers in entries: 64 bits of a hash of each id."""
    hashes = b"".join(blake2b(one.encode(), digest_size=8).digest() for one in ids)
    return np.frombuffer(hashes, "<u8").astype(np.uint64)


def day_of(people: Crowd, keys: Keys, texts: Pool) -> Day:
    """Some customers' texts, of all attributes that were taken; `keys` are theirs."""
    order = np.argsort(keys)
    held = {}
    for name in people.columns:
        codes, number = np.unique(people.codes(name)[order], return_inverse=True)
        nobody = int(len(codes) > 0 and codes[0] < 0)
        held[name] = Held(texts.texts(codes[nobody:]), (number - nobody).astype(np.int32))
    return Day(people.at, keys[order], held)


class Keyed:
    """What stands for customers in entries, worked out once for each sent id. It may be used by several threads."""

    def __init__(self) -> None:
        self._turn = Lock()
        self._sids: Pool | None = None
        self._keys: Keys = np.empty(0, np.uint64)

    def of(self, sids: Pool, who: Ints) -> Keys:
        """The keys of some sent ids, given by their numbers."""
        with self._turn:
            if self._sids is not sids:
                self._sids, self._keys = sids, np.empty(0, np.uint64)
            self._keys = np.concatenate([self._keys, keys_of(sids.all[len(self._keys) :])])
            found: Keys = self._keys[who]
            return found


def _told(note: Mapping[str, Any]) -> Told:
    moves = {(one, other): count for one, other, count in note["moves"]}
    return Told(note["counts"], note["called"], note["version"], note["since"], Migration(moves))
