"""The moment of a backup: which files make up the workspace just now, held fast so that they can be copied in peace.

Files that never change get a second name in a staging folder, which keeps them whatever the workspace deletes
meanwhile. What is small and is written to is copied there at once. Nobody waits but for that.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

from hundredfold.app.backup.writing import Item
from hundredfold.app.opened import OpenWorkspace
from hundredfold.errors import WorkspaceError
from hundredfold.live.manifest import Manifest as Snapshot
from hundredfold.live.manifest import snapshots
from hundredfold.log.published import MANIFEST as HISTORY
from hundredfold.log.published import Manifest as Published
from hundredfold.log.stored import Positions

_OWN: Final = ("log", "log-mirror", "history", "snapshots", "store")
"""What is taken in its own way; everything else below `data` is copied as it stands."""
_NOT_TAKEN: Final = ("lock", "server.json")
_ATTEMPTS: Final = 5
_SQLITE: Final = ".sqlite"


@dataclass(frozen=True)
class Fixed:
    """All files below `data`, and where the log ends in them."""

    items: tuple[Item, ...]
    position: Positions


class _Gone(Exception):
    """A file was replaced by a newer one while it was taken."""


@contextmanager
def fixed(opened: OpenWorkspace, staged: Path) -> Iterator[Fixed]:
    """The workspace's files as they are now; the staging folder is gone when the block ends.

    Raises WorkspaceError when a file is missing that should be there.
    """
    try:
        yield _fixed(opened, staged)
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _fixed(opened: OpenWorkspace, staged: Path) -> Fixed:
    gone: Exception | None = None
    for _ in range(_ATTEMPTS):
        shutil.rmtree(staged, ignore_errors=True)
        staged.mkdir(parents=True)
        try:
            return _Taking(opened, staged).all()
        except (FileNotFoundError, _Gone) as error:
            gone = error
    raise WorkspaceError(f"the backup was not taken: {gone}. Look what hf doctor says, and ask again.")


class _Taking:
    """One attempt. The log comes last: everything else stands at its end or before it."""

    def __init__(self, opened: OpenWorkspace, staged: Path) -> None:
        self._workspace, self._opened, self._staged = opened.workspace, opened, staged
        self._items: list[Item] = []

    def all(self) -> Fixed:
        # What is released from quarantine is in the log first: so the stores are older than the log.
        self._stores()
        # A log on Kafka waits here, with nothing held, until its mirror has what was acknowledged; below it need not.
        self._opened.log.durable()
        with self._opened.files_held():
            self._others()
            self._snapshots()
            covered = self._history()
            position = self._log(covered)
        return Fixed(tuple(self._items), position)

    def _stores(self) -> None:
        for path in _files(self._workspace.store):
            if path.suffix == _SQLITE:
                target = self._place(path)
                address = f"file:{quote(str(path.resolve()))}?mode=ro"
                with closing(sqlite3.connect(address, uri=True)) as live, closing(sqlite3.connect(target)) as copy:
                    live.backup(copy)
                self._items.append(Item(self._name(path), str(target), None, fixed=False))
            elif _SQLITE not in path.suffixes and not path.name.endswith((f"{_SQLITE}-wal", f"{_SQLITE}-shm")):
                self._copy(path)

    def _others(self) -> None:
        for path in sorted(self._workspace.data.iterdir()):
            if path.name in (*_OWN, *_NOT_TAKEN) or path.name.startswith("scratch"):
                continue
            for file in _files(path):
                if file.suffix == ".parquet":  # what imports left out never changes, and may be large
                    self._link(file)
                elif file.suffix != ".new":
                    self._copy(file)

    def _snapshots(self) -> None:
        """The newest, and the newest canonical one: from them the engine and the next batch go on."""
        wanted: dict[bool, Path] = {}
        for folder in reversed(snapshots(self._workspace.snapshots)):
            with suppress(WorkspaceError):
                canonical = Snapshot.read(folder).canonical
                if canonical not in wanted and (canonical or not wanted):
                    wanted[canonical] = folder
        for folder in wanted.values():
            for path in _files(folder):
                self._link(path)

    def _history(self) -> Positions:
        folder = self._workspace.history_folder
        if not (folder / HISTORY).exists():
            return {}
        self._copy(folder / HISTORY)
        told = Published.read(self._staged / self._name(folder / HISTORY))
        for name in (*(part.name for part in told.parts), *filter(None, [told.replaced])):
            self._link(folder / name)
        return told.positions

    def _log(self, covered: Positions) -> Positions:
        log = self._opened.log
        (*sealed, (last, size)), position = log.durable()
        if any(start > covered.get(partition, 0) for partition, start in log.start().items()):
            raise _Gone("the log was trimmed while it was taken")
        for path, _ in sealed:
            self._link(path)
            index = path.with_suffix(".index")
            if index.exists():
                self._link(index)
        self._link(last, size=size)
        return position

    # One file.

    def _link(self, path: Path, *, size: int | None = None) -> None:
        """A second name for a file that stays as it is (up to `size`); on a disk that knows no links, a copy."""
        target = self._place(path)
        try:
            os.link(path, target)
        except FileNotFoundError:
            raise
        except OSError:
            shutil.copyfile(path, target)
        self._items.append(Item(self._name(path), str(target), size, fixed=size is None))

    def _copy(self, path: Path) -> None:
        target = self._place(path)
        shutil.copyfile(path, target)
        self._items.append(Item(self._name(path), str(target), None, fixed=False))

    def _name(self, path: Path) -> str:
        return (Path("data") / path.relative_to(self._workspace.data)).as_posix()

    def _place(self, path: Path) -> Path:
        target = self._staged / self._name(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        return target


def _files(folder: Path) -> list[Path]:
    if folder.is_file():
        return [folder]
    return sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []
