"""The formats of what a workspace stores: which versions this program reads, which one it writes, and what lies there.

Every format carries its version. One that is newer than the program knows is refused before anything is opened, so
that nothing is taken for damage, cut away or written over.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias
from urllib.parse import quote

from hundredfold.app import backed_up, import_book, in_force, load_book
from hundredfold.app.workspace import Workspace
from hundredfold.batch import run
from hundredfold.errors import WorkspaceError, newer
from hundredfold.live import manifest as snapshot
from hundredfold.log import frame, published, segment
from hundredfold.log import run as seen
from hundredfold.segment import days
from hundredfold.store import queries

Found: TypeAlias = Iterator[tuple[Path, int]]


@dataclass(frozen=True, slots=True)
class Format:
    """A format. `oldest` to `version` are read, `version` is written; `where` names the module that reads it.

    `found` gives the files of a workspace that have it, with their versions. What is older than `oldest` is made anew.
    """

    name: str
    oldest: int
    version: int
    where: str
    found: Callable[[Workspace], Found]


def _segments(workspace: Workspace) -> Found:
    for path in _log(workspace):
        own, _ = segment.versions(path)
        if own is not None:
            yield path, own


def _frames(workspace: Workspace) -> Found:
    for path in _log(workspace):
        _, own = segment.versions(path)
        if own is not None:
            yield path, own


def _log(workspace: Workspace) -> list[Path]:
    return segment.segment_paths(workspace.log_folder) if workspace.log_folder.is_dir() else []


def _history(workspace: Workspace) -> Found:
    yield from _told(workspace.history_folder / published.MANIFEST, "version")


def _snapshots(workspace: Workspace) -> Found:
    for folder in snapshot.snapshots(workspace.snapshots):
        yield from _told(folder / snapshot.MANIFEST, "format")


def _seen(workspace: Workspace) -> Found:
    for folder in snapshot.snapshots(workspace.snapshots):
        for path in sorted(folder.glob("seen/*.seen")):
            version = seen.version(path)
            if version is not None:
                yield path, version


def _in_force(workspace: Workspace) -> Found:
    yield from _told(workspace.data / "in-force" / in_force.FILE, "format", unsaid=in_force.FORMAT)


def _runs(workspace: Workspace) -> Found:
    for path in sorted(workspace.runs_folder.glob("*.json")):
        yield from _told(path, "format", unsaid=run.FORMAT)


def _days(workspace: Workspace) -> Found:
    for path in days.paths(workspace.days):
        with suppress(OSError, ValueError, KeyError):
            yield path, int(days.note(path)["format"])


def _imports(workspace: Workspace) -> Found:
    for path in sorted(workspace.imports.glob(f"*/{import_book.FILE}")):
        yield from _told(path, "format")


def _loads(workspace: Workspace) -> Found:
    for path in sorted(workspace.loads.glob("*.json")):
        yield from _told(path, "format")


def _stores(workspace: Workspace) -> Found:
    for path in sorted(workspace.store.glob("*.sqlite")):
        with (
            suppress(sqlite3.Error),
            closing(sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro", uri=True)) as database,
        ):
            # 0: it is just being made, or was made before the stores were numbered.
            yield path, int(database.execute("PRAGMA user_version").fetchone()[0]) or queries.VERSION


def _nowhere(_: Workspace) -> Found:
    yield from ()


def _told(path: Path, field: str, unsaid: int | None = None) -> Found:
    """The version that a file of JSON tells; nothing for a missing or damaged one, of which its reader tells more."""
    with suppress(OSError, ValueError, TypeError, AttributeError):
        version = json.loads(path.read_bytes()).get(field, unsaid)
        if isinstance(version, int):
            yield path, version


FORMATS: Final = (
    Format("log segment", 1, segment.VERSION, "log/segment.py", _segments),
    Format("log frame", 1, frame.VERSION, "log/frame.py", _frames),
    Format("history", 1, published.VERSION, "log/published.py", _history),
    Format("snapshot", snapshot.FORMAT, snapshot.FORMAT, "live/manifest.py", _snapshots),
    Format("duplicates", seen.VERSION, seen.VERSION, "log/run.py", _seen),
    Format("definitions", 1, in_force.FORMAT, "app/in_force.py", _in_force),
    Format("batch run", 1, run.FORMAT, "batch/run.py", _runs),
    Format("day", 1, days.FORMAT, "segment/days.py", _days),
    Format("import", 1, import_book.FORMAT, "app/import_book.py", _imports),
    Format("source", 1, load_book.FORMAT, "app/load_book.py", _loads),
    Format("store", 1, queries.VERSION, "store/queries.py", _stores),
    Format("backup", 1, backed_up.FORMAT, "app/backed_up.py", _nowhere),
)


def must_be_known(workspace: Workspace) -> None:
    """Raises WorkspaceError when something in a workspace has a newer format than this program knows."""
    for one in FORMATS:
        for path, version in one.found(workspace):
            if version > one.version:
                raise WorkspaceError(newer(path, one.name, version, one.version))


def looked_at(workspace: Workspace) -> dict[str, Any]:
    """What lies in a workspace, format by format: `found` versions, what is read and written, and what is to do.

    `newer` and `older` name the formats of which something is newer than the program knows, or older than it reads.
    """
    formats = []
    for one in FORMATS:
        found = sorted({version for _, version in one.found(workspace)})
        todo = (
            "newer" if any(v > one.version for v in found) else "rebuild" if any(v < one.oldest for v in found) else ""
        )
        formats.append(
            {
                "name": one.name,
                "found": found,
                "reads": list(range(one.oldest, one.version + 1)),
                "writes": one.version,
                "where": one.where,
                "todo": todo,
            }
        )
    return {
        "formats": formats,
        "newer": [one["name"] for one in formats if one["todo"] == "newer"],
        "older": [one["name"] for one in formats if one["todo"] == "rebuild"],
    }


def outdated(workspace: Workspace) -> list[Path]:
    """The snapshots that are of an older format than this program reads, or hold something that is."""
    old = {path.parent for path, version in _snapshots(workspace) if version < snapshot.FORMAT}
    return sorted(old | {path.parents[1] for path, version in _seen(workspace) if version < seen.VERSION})
