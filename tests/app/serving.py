"""A workspace that is open as for a server, and the process that works beside it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from hundredfold.app.lock import WorkspaceLock, lock_or_server
from hundredfold.app.opened import OpenWorkspace
from hundredfold.app.workspace import Workspace

Found = TypeVar("Found")


def opened_for_serving(folder: Path) -> OpenWorkspace:
    """The workspace, as if somebody waited for answers."""
    workspace = Workspace.open(folder)
    lock = lock_or_server(workspace.data, "a test", 1)
    assert isinstance(lock, WorkspaceLock)
    opened = OpenWorkspace(workspace, lock, holder="a test")
    opened.engine()
    opened.serve_with(lambda engine: lambda: None)
    return opened


@contextmanager
def standing_still(folder: Path) -> Iterator[None]:
    """Whoever asks for the definitions in force waits for ever: a pipe that nobody writes to lies in their place."""
    path = folder / "data" / "in-force" / "definitions.json"
    aside = path.with_suffix(".aside")
    path.rename(aside)
    os.mkfifo(path)
    try:
        yield
    finally:
        aside.replace(path)


def until(there: Callable[[], Found | None], seconds: float = 120) -> Found:
    """What there is, as soon as it is."""
    ends = time.monotonic() + seconds
    while not (found := there()):
        assert time.monotonic() < ends, "it did not come"
        time.sleep(0.005)
    return found


def worker_of(server: int) -> int | None:
    """The process that works beside a server, by its number, once it has been given its name."""
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, IndexError):
            parent = int((path / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == server and b"hundredfold.app.worker" in (path / "cmdline").read_bytes():
                return int(path.name)
    return None


def gone(process: int) -> bool:
    """Whether a process has ended."""
    with suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    return True
