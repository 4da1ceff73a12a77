"""What an attribute said, and since when: one row for each time that it came into force otherwise than before."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, Final

from hundredfold.store.queries import open_database, queries

FILE: Final = "versions.sqlite"
"""Its name in a workspace's store."""
_SQL: Final = queries("versions")


@dataclass(frozen=True, slots=True)
class Version:
    """A version of an attribute. `at` is microseconds UTC, `fields` what its document said; None where it was gone."""

    attribute: str
    at: int
    who: str
    way: str
    fields: dict[str, Any] | None
    number: int = 0
    """From 1 for each attribute; given by the store."""


class Versions:
    """The versions of a workspace's attributes, in one SQLite file that several processes may share."""

    def __init__(self, path: Path) -> None:
        self._lock = Lock()
        self._database = open_database(path, _SQL["schema"])

    def add(self, versions: Iterable[Version]) -> None:
        """Adds versions in this order, each behind the others of its attribute."""
        rows = [
            {
                "attribute": one.attribute,
                "at": one.at,
                "who": one.who,
                "way": one.way,
                "fields": None if one.fields is None else json.dumps(one.fields, ensure_ascii=False),
            }
            for one in versions
        ]
        with self._lock:
            for row in rows:
                self._database.execute(_SQL["add"], row)

    def of(self, attribute: str) -> list[Version]:
        """An attribute's versions, newest first."""
        with self._lock:
            rows = self._database.execute(_SQL["of"], {"attribute": attribute}).fetchall()
        return [_version(row) for row in rows]

    def newest(self) -> dict[str, Version]:
        """The newest version of every attribute that has any."""
        with self._lock:
            rows = self._database.execute(_SQL["newest"]).fetchall()
        return {row[0]: _version(row) for row in rows}

    def close(self) -> None:
        """Lets go of the file."""
        with self._lock:
            self._database.close()


def _version(row: tuple[Any, ...]) -> Version:
    attribute, at, who, way, fields, number = row
    return Version(attribute, at, who, way, None if fields is None else json.loads(fields), number)
