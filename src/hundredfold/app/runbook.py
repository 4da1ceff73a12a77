"""The book of runs: what was started, for when, how it ended, how long it took."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import orjson

from hundredfold.app.documents import Document
from hundredfold.errors import HundredfoldError
from hundredfold.said import Said, kept, recalled, said
from hundredfold.words.calendar import SECOND, iso

CUT_OFF: Final = said("the process ended before the run did")
TELL_SECONDS: Final = 5.0
"""How often a run that goes on tells how far it is."""


class Running:
    """A run that goes on. What is put into `outcome` is noted at its end."""

    def __init__(self, number: int, note: Callable[[Document], None]) -> None:
        self.number = number
        self.outcome: Document = {}
        self._note, self._told = note, time.monotonic()
        self._loaded: list[str] = []
        self._failed: dict[str, str] = {}

    def come_to(self, source: str) -> None:
        """Notes that this source is being loaded now."""
        self._told = time.monotonic()
        self._note({"loading": source, "done": 0, "of": None})

    def left(self, source: str, error: str | None = None) -> None:
        """Notes that this source is loaded, or why it could not be: also of a run that is cut off at a later one."""
        if error is None:
            self._loaded.append(source)
        else:
            self._failed[source] = kept(error)
        self._note({"loading": None, "loaded": self._loaded, "failed": self._failed})

    def tell(self, done: int, of: int | None) -> None:
        """Notes now and then how far it is; `of` is None where nobody knows how much there is."""
        if time.monotonic() - self._told >= TELL_SECONDS:
            self._told = time.monotonic()
            self._note({"done": done, **({} if of is None else {"of": of})})


class Runbook:
    """One line when a run starts and one when it ends, in a file that only grows. `now` is microseconds UTC."""

    def __init__(self, path: Path, now: Callable[[], int]) -> None:
        self._path, self._now = path, now

    @contextmanager
    def run(self, kind: str, **occasion: Any) -> Iterator[Running]:
        """Notes a run: its start and its `occasion`, how far it is, and at its end what came of it, an error too."""
        began = self._now()
        with self._alone():
            number = max((run["number"] for run in self.runs()), default=0) + 1
            self._write({"number": number, "kind": kind, "started": iso(began), "process": os.getpid(), **occasion})
        running = Running(number, lambda note: self._write({"number": number, **note}))
        error: str | None = None
        told: Document | None = None
        try:
            yield running
        except BaseException as failure:
            # A sentence of ours names no customer; a foreign one might.
            error = str(failure) if isinstance(failure, HundredfoldError) else type(failure).__name__
            told = error.plain() if isinstance(error, Said) else None
            raise
        finally:
            ended = self._now()
            self._write(
                {
                    "number": number,
                    "ended": iso(ended),
                    "seconds": round((ended - began) / SECOND, 3),
                    "error": error,
                    **({} if told is None else {"told": told}),
                    **running.outcome,
                }
            )

    def runs(self) -> list[Document]:
        """All runs, newest first, errors as they were said. One that was cut off says so."""
        found: dict[int, Document] = {}
        lines = self._path.read_bytes().splitlines() if self._path.exists() else []
        for line in lines:
            try:
                note = orjson.loads(line)
            except ValueError:
                continue  # the torn end of a line that was being written when the machine stopped
            if told := note.pop("told", None):
                note["error"] = Said.from_plain(told)
            if "failed" in note:
                note["failed"] = {source: recalled(error) for source, error in note["failed"].items()}
            found.setdefault(note["number"], {}).update(note)
        runs = [found[number] for number in sorted(found, reverse=True)]
        for run in runs:
            if "ended" not in run and not _runs(run.pop("process", 0)):
                run["error"] = CUT_OFF
            if "ended" in run or "error" in run:
                run.pop("done", None), run.pop("of", None)
        return [{name: part for name, part in run.items() if name != "process"} for run in runs]

    def failed(self) -> list[Document]:
        """The newest run of each kind that is over, where it failed and will not be tried again by itself."""
        newest: dict[str, Document] = {}
        for run in self.runs():
            if ("ended" in run or run.get("error")) and not run.get("retry"):
                newest.setdefault(run["kind"], run)
        return [run for run in newest.values() if run.get("error")]

    @contextmanager
    def within(self, kind: str, running: Running | None) -> Iterator[Running]:
        """A run that goes on already, or else a new one."""
        if running is not None:
            yield running
            return
        with self.run(kind) as new:
            yield new

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """No other run, of this process or of another, is given a number meanwhile."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _write(self, note: Document) -> None:
        torn = self._path.exists() and not self._path.read_bytes().endswith(b"\n")
        with self._path.open("ab") as file:
            file.write((b"\n" if torn else b"") + orjson.dumps(note) + b"\n")
            file.flush()
            os.fsync(file.fileno())


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return process > 0
