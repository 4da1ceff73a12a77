"""The few calls by which the log touches a disk; a test hands in a disk that fails."""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path

from hundredfold.errors import WorkspaceError


class Disk:
    """The real one. `file` is an open file's number; sizes are bytes. Errors are OSError."""

    def open(self, path: Path, *, create: bool = False) -> int:
        """Opens a file for reading and writing; with `create` it must not exist yet."""
        return os.open(path, os.O_RDWR | os.O_CLOEXEC | (os.O_CREAT | os.O_EXCL if create else 0), 0o644)

    def write(self, file: int, content: bytes | memoryview, at: int) -> int:
        """Writes at a position and returns how many bytes were taken, which may be fewer."""
        return os.pwrite(file, content, at)

    def truncate(self, file: int, length: int) -> None:
        """Cuts a file to a length."""
        os.ftruncate(file, length)

    def sync(self, file: int) -> None:
        """Returns when the file's content would survive a power cut."""
        os.fdatasync(file)

    def sync_folder(self, folder: Path) -> None:
        """Returns when the folder's names would survive a power cut."""
        file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(file)
        finally:
            os.close(file)

    def free(self, folder: Path) -> int:
        """The room left for ordinary users on the folder's file system."""
        room = os.statvfs(folder)
        return room.f_bavail * room.f_frsize


def write_all(disk: Disk, file: int, content: bytes | memoryview, at: int) -> int:
    """Writes all of `content` at a position and returns the position behind it."""
    rest = memoryview(content).cast("B")
    while rest:
        taken = disk.write(file, rest, at)
        if taken <= 0:
            raise OSError("the disk took no bytes")
        at, rest = at + taken, rest[taken:]
    return at


def replace_file(path: Path, content: bytes) -> None:
    """Replaces a small file as a whole: after a crash it holds the old or the new content, never a part."""
    fresh = path.with_name(path.name + ".new")
    with fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    Disk().sync_folder(path.parent)


class FolderLock:
    """One holder a folder, kept by the operating system: a killed holder's lock is free at once.

    `holder` is a text about the holder (its command, its address); a second one is told it in a WorkspaceError.
    """

    def __init__(self, folder: Path, holder: str = "") -> None:
        self._file = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            said = os.pread(self._file, 4096, 0)
            os.close(self._file)
            raise WorkspaceError(
                f"{folder} is in use by {_spoken(said)}. Stop it, go through it, or open for reading only."
            ) from None
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, json.dumps({"pid": os.getpid(), "holder": holder}).encode(), 0)

    @property
    def file(self) -> int:
        """The open file that holds the lock: a child process that inherits it holds the lock, too, until it ends."""
        return self._file

    def release(self) -> None:
        """Frees the folder; a second call does nothing."""
        if self._file >= 0:
            os.ftruncate(self._file, 0)
            os.close(self._file)
            self._file = -1


def _spoken(said: bytes) -> str:
    try:
        told = json.loads(said)
        return " ".join(filter(None, (str(told["holder"]), f"(process {told['pid']})")))
    except (ValueError, KeyError, TypeError):
        return "another process"
