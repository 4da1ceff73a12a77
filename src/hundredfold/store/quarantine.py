"""Messages that the tracking plan holds back: kept whole and durably, to be released when somebody has looked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, Final

from hundredfold.errors import NotFound
from hundredfold.said import said
from hundredfold.store.queries import open_database, queries
from hundredfold.store.rejections import Tally
from hundredfold.words.message import Trust

_SQL: Final = queries("quarantine")
_LAST: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Held:
    """A message held back, with the stamps of its reception: released, it is what it would have been.

    Times are microseconds UTC. `payload` is its JSON text.
    """

    key: str
    """The sent id, `u:...` or `a:...`."""
    message_id: str
    content: bytes
    """Its content hash: a resend of what waits is not kept twice."""
    received: int
    sent: int | None
    trust: Trust
    source: str
    reasons: tuple[str, ...]
    payload: bytes
    released: int | None = None
    id: int = 0
    """Given by the store."""


class Quarantine:
    """The messages held back, in a SQLite file. A commit survives a power cut, as the log's does."""

    def __init__(self, path: Path) -> None:
        self._lock = Lock()
        self._database = open_database(path, _SQL["schema"])

    def add(self, messages: Sequence[Held]) -> None:
        """Keeps these, all or none. Raises sqlite3.Error when the file cannot be written."""
        rows = [
            (
                item.key,
                item.message_id,
                item.content,
                item.received,
                item.sent,
                item.trust,
                item.source,
                "\n".join(item.reasons),
                item.payload,
            )
            for item in messages
        ]
        with self._lock, self._database:
            self._database.execute("BEGIN IMMEDIATE")
            self._database.executemany(_SQL["add"], rows)

    def waiting(
        self, limit: int = 100, before: int | None = None, *, source: str | None = None, reason: str | None = None
    ) -> list[Held]:
        """At most `limit` messages not yet released, newest first; `before` is the id behind which a page begins.

        With `source` and `reason` only those of that source, for which that is one of the reasons.
        """
        wanted = {"before": before or _LAST, "limit": limit, "source": source, "reason": reason}
        with self._lock:
            rows = self._database.execute(_SQL["waiting"], wanted).fetchall()
        return [_held(row) for row in rows]

    def ids(self, limit: int, *, source: str | None = None, reason: str | None = None) -> list[int]:
        """The ids of the messages that `waiting` would list, oldest first."""
        wanted = {"limit": limit, "source": source, "reason": reason}
        with self._lock:
            return [number for (number,) in self._database.execute(_SQL["ids"], wanted).fetchall()]

    def still(self, ids: Sequence[int]) -> list[Held]:
        """Those of these messages that wait still, in that order."""
        with self._lock:
            rows = [self._database.execute(_SQL["one"], (number,)).fetchone() for number in ids]
        return [_held(row) for row in rows if row is not None and row[-1] is None]

    def tally(self) -> list[Tally]:
        """How many wait, by reason and source; a message with several reasons stands under each."""
        with self._lock:
            rows = self._database.execute(_SQL["tally"]).fetchall()
        found: dict[tuple[str, str], Tally] = {}
        for reasons, source, count, received, newest in rows:
            for reason in reasons.split("\n"):
                known = found.get((reason, source), Tally(reason, source, 0, 0, 0))
                found[reason, source] = Tally(
                    reason, source, known.count + count, max(known.received, received), max(known.newest, newest)
                )
        return list(found.values())

    def fetch(self, ids: Sequence[int]) -> list[Held]:
        """The messages with these ids that wait. Raises NotFound when one is unknown or was released before."""
        found = self.still(ids)
        there = {message.id for message in found}
        for number in ids:
            if number not in there:
                raise NotFound(
                    said(
                        "no message waits in quarantine under {number}. List the quarantine to see what does.",
                        number=number,
                    )
                )
        return found

    def release(self, ids: Sequence[int], at: int) -> None:
        """Marks messages as released; call it when they are durable in the log, never before."""
        with self._lock, self._database:
            self._database.execute("BEGIN IMMEDIATE")
            self._database.executemany(_SQL["release"], [(at, number) for number in ids])

    def discard(self, ids: Sequence[int]) -> None:
        """Deletes messages for ever."""
        with self._lock, self._database:
            self._database.execute("BEGIN IMMEDIATE")
            self._database.executemany(_SQL["discard"], [(number,) for number in ids])

    def erase(self, keys: Iterable[str]) -> int:
        """Deletes all messages of these sent ids, released ones included; returns how many there were."""
        with self._lock, self._database:
            self._database.execute("BEGIN IMMEDIATE")
            done = self._database.executemany(_SQL["erase"], [(key,) for key in keys])
            return max(done.rowcount, 0)

    def __len__(self) -> int:
        with self._lock:
            return int(self._database.execute(_SQL["count"]).fetchone()[0])

    def close(self) -> None:
        """Lets go of the file."""
        with self._lock:
            self._database.close()


def _held(row: tuple[Any, ...]) -> Held:
    number, key, message_id, content, received, sent, trust, source, reasons, payload, released = row
    lines = tuple(reasons.split("\n"))
    return Held(key, message_id, content, received, sent, trust, source, lines, payload, released, number)
