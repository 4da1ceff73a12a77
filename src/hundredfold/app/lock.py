"""One process serves one workspace: the lock on its folder, and where the process that holds it can be reached."""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson

from hundredfold.errors import WorkspaceError
from hundredfold.log.disk import FolderLock

SERVER: Final = "server.json"
PATIENCE: Final = 5.0
"""Seconds that a command waits for another one to finish."""
_AGAIN: Final = 0.05


@dataclass(frozen=True)
class Server:
    """A running server of a workspace: its address and a token of its own for the commands on this machine."""

    url: str
    token: str
    pid: int


class WorkspaceLock:
    """The right to work in a workspace's folder. The operating system frees it when its holder ends, however it ends.

    Raises WorkspaceError, which names the holder, when another process has it.
    """

    def __init__(self, data: Path, holder: str) -> None:
        data.mkdir(parents=True, exist_ok=True)
        self._told = data / SERVER
        self._lock = FolderLock(data, holder)
        # A server that was killed could not take this away.
        self._told.unlink(missing_ok=True)

    def announce(self, url: str, token: str) -> None:
        """Tells where this process serves, to this user only."""
        fresh = self._told.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(file, "wb") as out:
            out.write(orjson.dumps({"url": url, "token": token, "pid": os.getpid()}))
        fresh.replace(self._told)

    @property
    def file(self) -> int:
        """The open file that holds the lock: a child process that inherits it keeps others out, too, until it ends."""
        return self._lock.file

    def release(self) -> None:
        """Frees the folder."""
        self._told.unlink(missing_ok=True)
        self._lock.release()


def lock_or_server(data: Path, holder: str, patience: float = PATIENCE) -> WorkspaceLock | Server:
    """The lock on a workspace's data; or its server, when one is running.

    Waits `patience` seconds for a short command to finish. Raises WorkspaceError when it does not.
    """
    until = time.monotonic() + patience
    while True:
        try:
            return WorkspaceLock(data, holder)
        except WorkspaceError:
            server = announced(data)
            if server is not None:
                return server
            if time.monotonic() >= until:
                raise
        time.sleep(_AGAIN)


def announced(data: Path) -> Server | None:
    """The server that says it serves this workspace, if the process that holds the lock is the one that said so."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        told = orjson.loads((data / SERVER).read_bytes())
        holder = orjson.loads((data / "lock").read_bytes())
        if told["pid"] == holder["pid"] and _alive(told["pid"]):
            return Server(str(told["url"]), str(told["token"]), int(told["pid"]))
    return None


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
