"""Who changed what: one row a change, which nothing ever alters or deletes, and which names no customer."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from pathlib import Path
from threading import Lock
from typing import Final, Literal

from hundredfold.store.queries import open_database, queries

Way = Literal["session", "token", "command", "server"]
"""Somebody logged in, a program with a token, a command without a server, or the server by itself."""

FILE: Final = "changes.sqlite"
"""Its file among the stores."""
LONGEST: Final = 300
"""Characters of an object, and of what it was before and after: a change is told in short."""

_SQL: Final = queries("changes")
_LAST: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Change:
    """A change. `at` is microseconds UTC; `before` and `after` are short texts where there is something to tell."""

    at: int
    who: str
    way: Way
    what: str
    """Such as `user.added`: what kind of thing, and what was done to it."""
    object: str
    before: str | None = None
    after: str | None = None
    id: int | None = None
    """Given by the store."""


class Changes:
    """The changes of a workspace, in one SQLite file that several processes may share."""

    def __init__(self, path: Path) -> None:
        self._lock = Lock()
        self._database = open_database(path, _SQL["schema"])

    def add(self, change: Change) -> None:
        """Notes a change; long texts are cut. Raises sqlite3.Error when the file cannot be written."""
        *plain, thing, before, after, _ = astuple(change)
        with self._lock:
            self._database.execute(_SQL["add"], (*plain, _short(thing), _short(before), _short(after)))

    def newest(self, limit: int = 100, before: int | None = None) -> list[Change]:
        """At most `limit` of them, newest first; `before` is the id behind which a page begins."""
        with self._lock:
            rows = self._database.execute(_SQL["newest"], {"before": before or _LAST, "limit": limit}).fetchall()
        return [Change(*row) for row in rows]

    def close(self) -> None:
        """Lets go of the file."""
        with self._lock:
            self._database.close()


def _short(text: str | None) -> str | None:
    return text if text is None or len(text) <= LONGEST else text[: LONGEST - 1] + "…"
