"""The scheduler: does what is due, once, whoever else looks at the same clock, and tries again what failed.

What was missed while nobody looked is caught up by one run, for the latest of the times. What was done is in a file, so
that a new process goes on where the last one ended, however that ended.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import tzinfo
from pathlib import Path
from typing import Final

import msgspec

from hundredfold.app.runbook import Runbook, Running
from hundredfold.app.schedule.cron import parse_cron
from hundredfold.app.schedule.jobs import JOBS, Job, Schedule
from hundredfold.errors import WorkspaceError
from hundredfold.log.disk import FolderLock, replace_file
from hundredfold.words.calendar import HOUR, MINUTE, iso

LONGEST_PAUSE: Final = HOUR
SET_BACK: Final = HOUR
"""A clock that lies so far before what was done last was set back on purpose: the schedule begins anew."""
_FILE: Final = "done.json"

Do = Callable[[Job, Running], None]
"""Does a job and notes what came of it."""


class _Done(msgspec.Struct):
    """How far a job is: the last scheduled time that was begun, and the attempts at it if it has not succeeded."""

    cron: str
    handled: int
    attempt: int = 0
    again: int | None = None
    """When to try again, in microseconds UTC."""


def pause(attempt: int) -> int:
    """How long to wait behind a failed attempt, from 1: one minute, five, 25, then an hour; in microseconds."""
    return min(MINUTE * (1, 5, 25, 125)[min(attempt, 4) - 1], LONGEST_PAUSE)


class Scheduler:
    """The jobs of a workspace. `folder` keeps the lock and what was done; `now` is microseconds UTC.

    `failed` is told of an attempt that failed, for the logbook.
    """

    def __init__(
        self,
        schedule: Schedule,
        zone: tzinfo,
        folder: Path,
        book: Runbook,
        now: Callable[[], int],
        work: Mapping[str, Do],
        failed: Callable[[str, Exception], object],
    ) -> None:
        self._zone, self._folder, self._book, self._now, self._failed = zone, folder, book, now, failed
        self._work, self._leaving = work, False
        self._jobs = {name: job for name in JOBS if (job := schedule.job(name)) is not None}
        self._lock: FolderLock | None = None

    def tick(self) -> int:
        """Does what is due now, one job after the other; returns how many runs there were."""
        return sum(self._look(name, job) for name, job in self._jobs.items() if self._mine())

    def leave(self) -> None:
        """No job is begun any more."""
        self._leaving = True

    def close(self) -> None:
        """As `leave`, and another process may go on."""
        self.leave()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _mine(self) -> bool:
        """Whether this process is the one that runs jobs; it becomes so when the one before has ended."""
        if self._lock is None and not self._leaving:
            self._folder.mkdir(parents=True, exist_ok=True)
            try:
                self._lock = FolderLock(self._folder, "a scheduler")
            except WorkspaceError:
                return False
        return not self._leaving

    def _look(self, name: str, job: Job) -> bool:
        now, done = self._now(), self._read().get(name)
        latest = parse_cron(job.at).latest(now, self._zone)
        if done is None or done.cron != job.at or done.handled > now + SET_BACK:
            self._note(name, _Done(job.at, latest))
            return False
        if latest > done.handled:
            self._run(name, job, _Done(job.at, latest, attempt=1, again=now))
        elif done.again is not None and done.again <= now:
            self._run(name, job, msgspec.structs.replace(done, attempt=done.attempt + 1, again=now))
        else:
            return False
        return True

    def _run(self, name: str, job: Job, trying: _Done) -> None:
        # Noted before: a process that is killed meanwhile has made an attempt, and the next one makes another.
        last = trying.attempt > job.retries
        self._note(name, msgspec.structs.replace(trying, again=None if last else trying.again))
        again: int | None = None
        try:
            with self._book.run(name, scheduled=iso(trying.handled), attempt=trying.attempt) as running:
                try:
                    self._work[name](job, running)
                except Exception:
                    if not last:
                        again = self._now() + pause(trying.attempt)
                        running.outcome["retry"] = iso(again)
                    raise
        except Exception as error:  # noqa: BLE001 - it is in the book of runs, and the next job has its own right
            self._failed(name, error)
        self._note(name, msgspec.structs.replace(trying, again=again))

    def _read(self) -> dict[str, _Done]:
        return _read(self._folder)

    def _note(self, name: str, done: _Done) -> None:
        replace_file(self._folder / _FILE, msgspec.json.encode(self._read() | {name: done}))


def upcoming(schedule: Schedule, zone: tzinfo, now: int) -> dict[str, int]:
    """When each job is due next, in microseconds UTC."""
    jobs = {name: schedule.job(name) for name in JOBS}
    return {name: parse_cron(job.at).after(now, zone) for name, job in jobs.items() if job is not None}


def missed(schedule: Schedule, zone: tzinfo, folder: Path, now: int) -> dict[str, int]:
    """The jobs whose latest time has passed and that nobody has begun, with that time; in microseconds UTC."""
    latest = {name: (job.at, parse_cron(job.at).latest(now, zone)) for name in JOBS if (job := schedule.job(name))}
    done = _read(folder)
    return {
        name: due
        for name, (cron, due) in latest.items()
        if name in done and done[name].cron == cron and done[name].handled < due
    }


def _read(folder: Path) -> dict[str, _Done]:
    path = folder / _FILE
    return msgspec.json.decode(path.read_bytes(), type=dict[str, _Done]) if path.exists() else {}
