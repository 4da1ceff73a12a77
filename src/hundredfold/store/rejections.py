"""What the door refused, newest first: bounded, so that nobody can fill the disk with nonsense."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, Final

from hundredfold.errors import NotFound
from hundredfold.said import kept, recalled, said
from hundredfold.store.queries import open_database, queries

KEPT: Final = 10_000
KEPT_BYTES: Final = 32 * 1024
"""So much of a refused message's text is kept."""

_SQL: Final = queries("rejections")
_LAST: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Rejection:
    """A message that was refused. `received` is microseconds UTC; `payload` its text as sent, or its beginning."""

    received: int
    source: str
    reason: str
    text: str
    message_id: str | None
    payload: bytes
    id: int | None = None
    """Given by the store."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many messages of a source were kept back for a reason: the newest's reception (microseconds UTC) and id."""

    reason: str
    source: str
    count: int
    received: int
    newest: int


class Rejections:
    """The newest refused messages, in a SQLite file; `kept` of them at most."""

    def __init__(self, path: Path, *, kept: int = KEPT) -> None:
        self._kept, self._lock = kept, Lock()
        self._database = open_database(path, _SQL["schema"], synchronous="NORMAL")

    def add(self, rejections: Sequence[Rejection]) -> None:
        """Keeps these and forgets the oldest beyond the bound. Raises sqlite3.Error when the file cannot be written."""
        rows = [
            (item.received, item.source, item.reason, kept(item.text), item.message_id, item.payload[:KEPT_BYTES])
            for item in rejections
        ]
        with self._lock, self._database:
            self._database.execute("BEGIN IMMEDIATE")
            self._database.executemany(_SQL["add"], rows)
            self._database.execute(_SQL["prune"], (self._kept,))

    def newest(
        self, limit: int = 100, before: int | None = None, *, source: str | None = None, reason: str | None = None
    ) -> list[Rejection]:
        """At most `limit` of them, newest first; `before` is the id behind which a page begins.

        With `source` and `reason` only those of that source, refused for that.
        """
        wanted = {"before": before or _LAST, "limit": limit, "source": source, "reason": reason}
        with self._lock:
            rows = self._database.execute(_SQL["newest"], wanted).fetchall()
        return [_rejection(row) for row in rows]

    def one(self, number: int) -> Rejection:
        """The one with this id. Raises NotFound when it is not there any more."""
        with self._lock:
            row = self._database.execute(_SQL["one"], (number,)).fetchone()
        if row is None:
            raise NotFound(
                said(
                    "no refused message is kept under {number}. List them anew; only the newest are kept.",
                    number=number,
                )
            )
        return _rejection(row)

    def remove(self, number: int) -> None:
        """Forgets one."""
        with self._lock:
            self._database.execute(_SQL["remove"], (number,))

    def tally(self) -> list[Tally]:
        """How many are kept, by reason and source."""
        with self._lock:
            return [Tally(*row) for row in self._database.execute(_SQL["tally"]).fetchall()]

    def clear(self) -> None:
        """Forgets all: refused text cannot be searched for a person, so an erasure takes the whole list."""
        with self._lock:
            self._database.execute(_SQL["clear"])

    def __len__(self) -> int:
        with self._lock:
            return int(self._database.execute(_SQL["count"]).fetchone()[0])

    def close(self) -> None:
        """Lets go of the file."""
        with self._lock:
            self._database.close()


def _rejection(row: tuple[Any, ...]) -> Rejection:
    number, received, source, reason, text, message_id, payload = row
    return Rejection(received, source, reason, recalled(text), message_id, payload, number)
