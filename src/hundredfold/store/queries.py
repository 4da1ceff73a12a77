"""SQL that lives in files: each query under its name, nothing put together from text at run time."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from importlib.resources import files
from pathlib import Path
from typing import Final

from hundredfold.errors import WorkspaceError, newer

VERSION: Final = 1
"""The format of the stores, as `PRAGMA user_version` tells it."""
_NAME = re.compile(r"^-- name: (\w+)\s*$", re.MULTILINE)


def queries(name: str) -> Mapping[str, str]:
    """The queries of `name`.sql beside this file, by the names that their `-- name: ...` lines give.

    >>> sorted(queries("rejections"))[:2]
    ['add', 'clear']
    """
    text = files("hundredfold.store").joinpath(f"{name}.sql").read_text("utf-8")
    parts = _NAME.split(text)
    return dict(zip(parts[1::2], (part.strip() for part in parts[2::2]), strict=True))


def open_database(path: Path, schema: str, *, synchronous: str = "FULL") -> sqlite3.Connection:
    """A database with this schema, made if there is none, that several threads may use one after the other.

    `synchronous` is FULL where a commit must survive a power cut, else NORMAL. Raises WorkspaceError for a file of a
    newer format.
    """
    database = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10.0)
    with closing(database.cursor()) as cursor:
        found = int(cursor.execute("PRAGMA user_version").fetchone()[0])
        if found > VERSION:
            database.close()
            raise WorkspaceError(newer(path, "store", found, VERSION))
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL" if synchronous == "FULL" else "PRAGMA synchronous = NORMAL")
        cursor.executescript(schema)
        if found < VERSION:  # 0: just made
            cursor.execute(f"PRAGMA user_version = {VERSION}")
    return database
