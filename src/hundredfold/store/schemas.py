"""Schemas with ids, and the versions of each subject: what a registry keeps, in one SQLite file.

Ids are made of the schemas' texts. Whoever restores an older file, and registers anew what came behind it, gives the
ids that records in topics already have; and no id ever comes to mean another schema.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from threading import Lock
from typing import Any, Final

from hundredfold.store.queries import open_database, queries

MOST: Final = 2**31 - 1
"""The greatest id: in a record it has four bytes, which readers take for a number with a sign."""
_SQL: Final = queries("schemas")


def number_of(text: str) -> int:
    """The id that a schema should have, 1 to `MOST`: of its text alone, so it is the same everywhere and at all times.

    >>> number_of('{"type":"string"}')
    315111777
    """
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest()) % MOST + 1


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a subject, counted from 1, and its schema."""

    subject: str
    version: int
    id: int
    text: str


class Schemas:
    """The schemas of a workspace; several processes may share the file. Equal texts have one id in all subjects.

    `number` is the id that a text should have; one that another schema has already is passed over for the next.
    """

    def __init__(self, path: Path, number: Callable[[str], int] = number_of) -> None:
        self._lock, self._number = Lock(), number
        self._database = open_database(path, _SQL["schema"])

    def register(self, subject: str, text: str, fits: Callable[[str], None]) -> Version:
        """The version of a subject with this schema, a new one if need be.

        `fits` is given the text of the newest version before another one is added, and may raise: then none is.
        """
        with self._lock:
            self._database.execute(_SQL["begin"])
            try:
                found = self._find(subject, text)
                if found is None:
                    newest = self._one("newest", subject=subject)
                    if newest is not None:
                        fits(newest.text)
                    self._database.execute(_SQL["add"], {"id": self._free(text), "text": text})
                    self._database.execute(_SQL["add_version"], {"subject": subject, "text": text})
                    found = self._find(subject, text)
                self._database.execute(_SQL["commit"])
            except BaseException:
                self._database.execute(_SQL["rollback"])
                raise
        assert found is not None
        return found

    def text(self, schema_id: int) -> str | None:
        """The schema of an id; None where there is none."""
        found = self._all("text", id=schema_id)
        return found[0][0] if found else None

    def used(self, schema_id: int) -> list[tuple[str, int]]:
        """The subjects and versions that have the schema of an id."""
        return [(subject, version) for subject, version in self._all("of_schema", id=schema_id)]

    def subjects(self) -> list[str]:
        """All subjects, by name."""
        return [subject for (subject,) in self._all("subjects")]

    def versions(self, subject: str) -> list[int]:
        """The versions of a subject; none for one that is not known."""
        return [version for (version,) in self._all("versions", subject=subject)]

    def version(self, subject: str, version: int | None = None) -> Version | None:
        """A version of a subject, the newest by default; None where there is none."""
        with self._lock:
            if version is None:
                return self._one("newest", subject=subject)
            return self._one("one", subject=subject, version=version)

    def find(self, subject: str, text: str) -> Version | None:
        """The version of a subject that has this schema."""
        with self._lock:
            return self._find(subject, text)

    def close(self) -> None:
        """Lets go of the file."""
        with self._lock:
            self._database.close()

    def _free(self, text: str) -> int:
        """The id for a schema: its number, or the next one that no other schema has."""
        found = self._number(text)
        while (row := self._database.execute(_SQL["text"], {"id": found}).fetchone()) and row[0] != text:
            found = found % MOST + 1
        return found

    def _find(self, subject: str, text: str) -> Version | None:
        return self._one("find", subject=subject, text=text)

    def _one(self, query: str, **arguments: Any) -> Version | None:
        row = self._database.execute(_SQL[query], arguments).fetchone()
        return None if row is None else Version(*row)

    def _all(self, query: str, **arguments: Any) -> list[tuple[Any, ...]]:
        with self._lock:
            rows: sqlite3.Cursor = self._database.execute(_SQL[query], arguments)
            return rows.fetchall()
