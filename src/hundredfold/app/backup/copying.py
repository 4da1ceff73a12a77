"""Files copied or linked into a folder that appears under its name as a whole, or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Final

from hundredfold.errors import WorkspaceError
from hundredfold.log.disk import Disk

_AT_ONCE: Final = 4 << 20
PRIVATE: Final = 0o700


def unfinished(target: Path) -> Path:
    """Where a folder is made before it gets its name."""
    return target.with_name(f".{target.name}.hundredfold-unfinished")


def must_be_free(target: Path, what: str) -> None:
    """Raises WorkspaceError unless nothing, or an empty folder, lies at the target."""
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise WorkspaceError(f"{target} is no folder. Name a new folder for {what}; nothing was changed.")
    if target.is_dir() and any(target.iterdir()):
        raise WorkspaceError(f"{target} is not empty. Name a new folder for {what}; nothing was changed.")


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """A private folder that takes the target's name when the block ends well, durable; else nothing is left of it."""
    fresh = unfinished(target)
    try:
        shutil.rmtree(fresh, ignore_errors=True)  # of one that was killed
        fresh.mkdir(parents=True)
        fresh.chmod(PRIVATE)
        yield fresh
        for folder, _, _ in os.walk(fresh):
            Disk().sync_folder(Path(folder))
        fresh.rename(target)
        Disk().sync_folder(target.parent)
    except OSError as error:
        raise WorkspaceError(f"{target} could not be written: {error}. Nothing is left of it.") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def copied(source: Path, target: Path, *, size: int | None = None, link: bool = False) -> tuple[int, str]:
    """Copies a file, durably, or links it where it may be linked; its size and SHA-256.

    `size`: so many of its first bytes, which it must have. Raises OSError.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    linked = False
    if link:
        with suppress(OSError):  # another disk, or one that knows no links
            os.link(source, target)
            linked = True
    with source.open("rb") as file:
        if linked:
            os.fsync(file.fileno())  # whoever wrote it may not have: a mirror of a topic is not synced
            return _through(file.fileno(), None, size)
        with target.open("xb") as out:
            done = _through(file.fileno(), out.fileno(), size)
            os.fsync(out.fileno())
            return done


def _through(source: int, target: int | None, size: int | None) -> tuple[int, str]:
    digest, buffer, done = sha256(), bytearray(_AT_ONCE), 0
    view = memoryview(buffer)
    while size is None or done < size:
        wanted = _AT_ONCE if size is None else min(_AT_ONCE, size - done)
        count = os.readv(source, [view[:wanted]])
        if not count:
            break
        digest.update(view[:count])
        if target is not None:
            _write(target, view[:count])
        done += count
    if size is not None and done < size:
        raise OSError(f"a file has {done} bytes and should have {size}")
    return done, digest.hexdigest()


def _write(target: int, rest: memoryview) -> None:
    while rest:
        rest = rest[os.write(target, rest) :]
