"""What somebody is still writing: one draft for each user and attribute, or segment, kept until it is published."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from pathlib import Path
from threading import Lock
from typing import Final

from hundredfold.store.queries import open_database, queries

FILES: Final = {"attributes": "drafts.sqlite", "segments": "segment-drafts.sqlite"}
"""Their names in a workspace's store, by what is written."""
_SQL: Final = queries("drafts")


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft. `at` is microseconds UTC."""

    who: str
    attribute: str
    base: str | None
    """The version of the written attribute from which it went out; None where there was none."""
    text: str
    """Its YAML as it is typed, which may have mistakes; empty where the attribute is to go."""
    at: int


class Drafts:
    """The drafts of a workspace, in one SQLite file that several processes may share."""

    def __init__(self, path: Path) -> None:
        self._lock = Lock()
        self._database = open_database(path, _SQL["schema"], synchronous="NORMAL")

    def put(self, draft: Draft) -> None:
        """Keeps a draft in the place of the one that its user had of the attribute."""
        with self._lock:
            self._database.execute(_SQL["put"], astuple(draft))

    def get(self, who: str, attribute: str) -> Draft | None:
        """A user's draft of an attribute."""
        with self._lock:
            row = self._database.execute(_SQL["get"], {"who": who, "attribute": attribute}).fetchone()
        return None if row is None else Draft(*row)

    def all(self) -> list[Draft]:
        """Everybody's drafts, by attribute."""
        with self._lock:
            return [Draft(*row) for row in self._database.execute(_SQL["all"]).fetchall()]

    def remove(self, who: str, attribute: str) -> None:
        """Forgets a draft; one that is not there is no mistake."""
        with self._lock:
            self._database.execute(_SQL["remove"], {"who": who, "attribute": attribute})

    def close(self) -> None:
        """Lets go of the file."""
        with self._lock:
            self._database.close()
