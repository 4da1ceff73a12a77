"""What lies in topics of profiles: the keys, so that nobody is forgotten when he must go, and the newest whole run."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from threading import Lock
from typing import Final

from hundredfold.store.queries import open_database, queries

FILE: Final = "sent.sqlite"
"""Its name in a workspace's store."""
_SQL: Final = queries("sent")


class Sent:
    """Keys by topic, in one SQLite file that several processes may share."""

    def __init__(self, path: Path) -> None:
        self._lock = Lock()
        self._database = open_database(path, _SQL["schema"])

    def add(self, topic: str, keys: Iterable[str]) -> None:
        """Notes keys, before anything is sent under them; durable when this returns."""
        self._change("add", topic, keys)

    def remove(self, topic: str, keys: Iterable[str]) -> None:
        """Lets go of keys, behind which nothing is left in the topic."""
        self._change("remove", topic, keys)

    def keys(self, topic: str) -> set[str]:
        """All keys of a topic."""
        with self._lock:
            return {key for (key,) in self._database.execute(_SQL["keys"], {"topic": topic})}

    def empty(self, topic: str) -> bool:
        """Whether no key of a topic is known."""
        with self._lock:
            return not self._database.execute(_SQL["some"], {"topic": topic}).fetchone()[0]

    def known(self, topic: str, key: str) -> bool:
        """Whether something may lie in a topic under a key."""
        with self._lock:
            count = self._database.execute(_SQL["known"], {"topic": topic, "key": key}).fetchone()[0]
        return bool(count)

    def finish(self, topic: str, run: int) -> None:
        """Notes that everybody's profile of a run, given by its cut, is in the topic."""
        with self._lock:
            self._database.execute(_SQL["finish"], {"topic": topic, "run": run})

    def finished(self, topic: str) -> int | None:
        """The cut of the newest run that is whole in the topic."""
        with self._lock:
            row = self._database.execute(_SQL["finished"], {"topic": topic}).fetchone()
        return None if row is None else int(row[0])

    def close(self) -> None:
        """Lets go of the file."""
        with self._lock:
            self._database.close()

    def _change(self, query: str, topic: str, keys: Iterable[str]) -> None:
        with self._lock:
            self._database.execute(_SQL["begin"])
            try:
                self._database.executemany(_SQL[query], ((topic, key) for key in keys))
                self._database.execute(_SQL["commit"])
            except BaseException:
                self._database.execute(_SQL["rollback"])
                raise
