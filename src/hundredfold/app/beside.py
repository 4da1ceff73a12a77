"""Work beside the server, in a process of its own: what takes long leaves the live side its turns and its core.

The process is told its task as a line of JSON on standard input, which stays open: when that closes, because the
server ended in whatever way, the process ends, too. It answers on standard output, line by line: how far it is, at last
its result or what went wrong. It holds the folder's lock as well: no other server begins while it still writes.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import Final

import orjson

from hundredfold.app.documents import Document
from hundredfold.batch.process import Progress
from hundredfold.errors import WorkspaceError
from hundredfold.said import recalled, said

# -P: the folder in which the server happens to run is no place to import from.
_COMMAND: Final = (sys.executable, "-P", "-m", "hundredfold.app.worker")


class Beside:
    """One process at a time that works for this one. `place` is its scratch folder, `held` the file of a lock."""

    def __init__(self, place: Path, held: int) -> None:
        self.place, self._held = place, held
        self._turn, self._guard = Lock(), Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._task = ""
        self._left = False

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Waits until no other work is done beside; none begins before the block ends. Its scratch is gone then."""
        with self._turn:
            try:
                yield
            finally:
                shutil.rmtree(self.place, ignore_errors=True)

    @property
    def busy(self) -> bool:
        """Whether something works beside."""
        return self._turn.locked()

    def run(self, task: str, told: Document, progress: Progress = lambda done, of: None) -> Document:
        """Has a task done, within a `turn`, and returns its result.

        Raises WorkspaceError for what went wrong, also when the process was ended.
        """
        shutil.rmtree(self.place, ignore_errors=True)
        self.place.mkdir(parents=True)
        with self._started(task) as child:
            try:
                found = _answer(child, {"task": task, "scratch": str(self.place), **told}, progress)
            finally:
                child.kill()
                self._child = None
        if found is None:
            raise WorkspaceError(
                said(
                    "the process that worked beside the server was ended before it was done; nothing of it "
                    "counts. Look for what ended it, such as a lack of memory, and ask again."
                )
            )
        if "error" in found:
            raise WorkspaceError(recalled(found["error"]))
        result: Document = found["result"]
        return result

    def stop(self, task: str | None = None) -> None:
        """Ends what works beside, if it is at this task (None: at any); whoever waits for it is told so."""
        with self._guard:
            if self._child is not None and task in (None, self._task):
                self._child.kill()

    def leave(self) -> None:
        """As `stop`, and nothing begins any more."""
        self._left = True
        self.stop()

    def _started(self, task: str) -> subprocess.Popen[bytes]:
        with self._guard:
            if self._left:
                raise WorkspaceError(said("the server is about to stop. Ask again when it serves."))
            self._task = task
            self._child = subprocess.Popen(  # noqa: S603 - this very interpreter, without a shell
                _COMMAND,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                pass_fds=(self._held,),
                # A Ctrl-C in the terminal is for the server, which ends this process in its own way.
                start_new_session=True,
            )
            return self._child


def _answer(child: subprocess.Popen[bytes], task: Document, progress: Progress) -> Document | None:
    """What the process says last: `result` or `error`; None when it ends without a word."""
    assert child.stdin is not None
    assert child.stdout is not None
    with suppress(BrokenPipeError):
        child.stdin.write(orjson.dumps(task) + b"\n")
        child.stdin.flush()
    for line in child.stdout:
        said: Document = orjson.loads(line)
        if "done" not in said:
            return said
        progress(said["done"], said["of"])
    return None
