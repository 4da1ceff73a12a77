"""The scheduler does what is due once: behind a pause, a crash, a failure, or beside another one."""

from __future__ import annotations

import os
import subprocess
import sys

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hundredfold.app.runbook import Runbook
from hundredfold.app.schedule.jobs import Schedule
from hundredfold.app.schedule.scheduler import Scheduler, missed, pause
from hundredfold.errors import WorkspaceError
from hundredfold.words.calendar import DAY, HOUR, MINUTE, iso, parse_time, zone_named

LISBON = zone_named("Europe/Lisbon")
START = parse_time("2026-11-20T12:00Z")
NIGHTLY = Schedule.model_validate({"batch": {"at": "0 3 * * *"}})


class Night:
    """A workspace's schedule, its clock, and how often each job was done; `fails` says which attempts fail."""

    def __init__(self, folder, schedule=NIGHTLY, zone=LISBON):
        self.folder, self.schedule, self.zone = folder, schedule, zone
        self.now, self.done, self.fails, self.told = START, [], 0, []
        self.book = Runbook(folder / "runs.ndjson", lambda: self.now)
        self.scheduler = self.begun()

    def begun(self):
        return Scheduler(
            self.schedule,
            self.zone,
            self.folder / "schedule",
            self.book,
            lambda: self.now,
            {"batch": self.do("batch"), "audit": self.do("audit")},
            lambda name, error: self.told.append((name, str(error))),
        )

    def do(self, name):
        def work(_job, running):
            self.done.append((name, iso(self.now)))
            if self.fails:
                self.fails -= 1
                raise WorkspaceError("the disk is away")
            running.outcome["customers"] = 7

        return work

    def at(self, text):
        self.now = parse_time(text)
        return self.scheduler.tick()

    def restart(self):
        self.scheduler.close()
        self.scheduler = self.begun()


@pytest.fixture
def night(tmp_path):
    return Night(tmp_path)


def test_a_job_is_done_once_when_it_is_due_and_the_book_of_runs_tells_of_it(night):
    assert [night.at(t) for t in ("2026-11-20T12:00Z", "2026-11-21T02:59:59Z", "2026-11-21T03:00Z")] == [0, 0, 1]
    assert [night.at(t) for t in ("2026-11-21T03:00:01Z", "2026-11-21T23:00Z")] == [0, 0]

    (run,) = night.book.runs()
    told = {name: run[name] for name in ("kind", "scheduled", "attempt", "started", "customers", "error")}
    assert told == {
        "kind": "batch",
        "scheduled": "2026-11-21T03:00:00Z",
        "attempt": 1,
        "started": "2026-11-21T03:00:00Z",
        "customers": 7,
        "error": None,
    }


def test_what_was_missed_while_nobody_looked_is_caught_up_once(night):
    night.at("2026-11-20T12:00Z")
    night.restart()

    assert night.at("2026-11-25T10:30Z") == 1
    assert night.at("2026-11-25T10:30:01Z") == 0
    assert [run["scheduled"] for run in night.book.runs()] == ["2026-11-25T03:00:00Z"]
    assert night.at("2026-11-26T03:00Z") == 1


def test_a_failure_is_tried_again_behind_growing_pauses_and_then_given_up_until_the_next_night(night):
    night.at("2026-11-20T12:00Z")
    night.fails = 4

    times = []
    for minute in range(3 * 60):
        night.now = parse_time("2026-11-21T03:00Z") + minute * MINUTE
        times += [minute] * night.scheduler.tick()

    assert times == [0, 1, 6, 31]
    runs = night.book.runs()[::-1]
    assert [run["attempt"] for run in runs] == [1, 2, 3, 4]
    retries = ["2026-11-21T03:01:00Z", "2026-11-21T03:06:00Z", "2026-11-21T03:31:00Z", None]
    assert [run.get("retry") for run in runs] == retries
    assert {run["error"] for run in runs} == {"the disk is away"}
    assert night.told == [("batch", "the disk is away")] * 4
    assert night.at("2026-11-22T03:00Z") == 1
    assert night.book.runs()[0]["error"] is None


def test_an_attempt_that_succeeds_ends_the_trying(night):
    night.at("2026-11-20T12:00Z")
    night.fails = 1
    night.at("2026-11-21T03:00Z")
    night.restart()

    assert night.at("2026-11-21T03:01Z") == 1
    assert night.at("2026-11-21T09:00Z") == 0


def test_a_process_that_is_killed_in_a_run_has_made_an_attempt(night):
    night.at("2026-11-20T12:00Z")

    def killed(_job, _running):
        raise KeyboardInterrupt

    night.do = lambda name: killed
    night.restart()
    for text in ("2026-11-21T03:00Z", "2026-11-21T03:01Z", "2026-11-21T03:02Z", "2026-11-21T03:03Z"):
        with pytest.raises(KeyboardInterrupt):
            night.at(text)
        night.restart()

    assert night.at("2026-11-21T03:04Z") == 0
    assert [run["attempt"] for run in night.book.runs()] == [4, 3, 2, 1]


def test_a_new_time_begins_anew_and_so_does_a_clock_that_was_set_back(night):
    night.at("2026-11-20T12:00Z")
    night.schedule = Schedule.model_validate({"batch": {"at": "0 11 * * *"}})
    night.restart()

    assert night.at("2026-11-20T12:30Z") == 0
    assert night.at("2026-11-21T11:00Z") == 1
    assert night.at("2026-11-21T10:59:30Z") == 0  # a small step back does nothing twice
    assert night.at("2026-11-21T11:00Z") == 0
    assert night.at("2020-01-01T12:00Z") == 0
    assert night.at("2020-01-02T11:00Z") == 1


def test_the_audit_comes_behind_the_batch_and_what_leaves_begins_nothing(tmp_path):
    both = Schedule.model_validate({"audit": {"at": "0 3 * * *"}, "batch": {"at": "0 3 * * *"}})
    night = Night(tmp_path, both)
    night.at("2026-11-20T12:00Z")

    assert night.at("2026-11-21T03:00Z") == 2
    assert [name for name, _ in night.done] == ["batch", "audit"]
    night.scheduler.leave()
    assert night.at("2026-11-22T03:00Z") == 0


STEPS = st.lists(st.tuples(st.integers(0, 30 * 60), st.sampled_from(["tick", "restart", "fail"])), max_size=12)


def every_time_succeeds_at_most_once_and_the_newest_does(night, steps, retries):
    night.schedule = Schedule.model_validate({"batch": {"at": "0 */6 * * *", "retries": retries}})
    night.restart()
    night.scheduler.tick()
    for minutes, what in steps:
        night.now += minutes * MINUTE
        night.fails = 1 if what == "fail" else 0
        night.scheduler.tick()
        if what == "restart":
            night.restart()
    night.fails = 0
    night.now += DAY
    night.scheduler.tick()
    night.scheduler.close()

    good = [run["scheduled"] for run in night.book.runs() if run["error"] is None]
    assert len(good) == len(set(good))
    assert good[0] == iso(night.now // (6 * HOUR) * 6 * HOUR)
    failed = [run["scheduled"] for run in night.book.runs() if run["error"]]
    assert all(failed.count(time) <= retries + 1 for time in failed)


@given(STEPS, st.integers(0, 3))
@settings(max_examples=40)
def test_no_scheduled_time_ever_succeeds_twice_and_the_newest_is_always_done(tmp_path_factory, steps, retries):
    night = Night(tmp_path_factory.mktemp("night"), zone=zone_named("UTC"))

    every_time_succeeds_at_most_once_and_the_newest_does(night, steps, retries)


def test_a_scheduler_that_forgets_what_it_did_is_found_out(tmp_path, monkeypatch):
    real = Scheduler._note

    def forgetful(self, name, done):
        real(self, name, msgspec.structs.replace(done, handled=done.handled - 1))

    monkeypatch.setattr(Scheduler, "_note", forgetful)
    with pytest.raises(AssertionError):
        every_time_succeeds_at_most_once_and_the_newest_does(
            Night(tmp_path, zone=zone_named("UTC")), [(400, "tick"), (1, "restart"), (1, "tick")], 0
        )


RUNNER = """
import sys, time
from pathlib import Path
from hundredfold.app.runbook import Runbook
from hundredfold.app.schedule.jobs import Schedule
from hundredfold.app.schedule.scheduler import Scheduler
from hundredfold.words.calendar import MINUTE, UTC
folder, now = Path(sys.argv[1]), [int(sys.argv[2])]
def work(job, running):
    time.sleep(0.001)
schedule = Schedule.model_validate({"batch": {"at": "* * * * *"}})
book = Runbook(folder / "runs.ndjson", lambda: now[0])
each = Scheduler(schedule, UTC, folder / "schedule", book, lambda: now[0], {"batch": work}, print)
each.tick()
print("ready", flush=True)
sys.stdin.readline()
for _ in range(60):
    now[0] += MINUTE
    each.tick()
print("done", flush=True)
sys.stdin.readline()
"""


def test_of_two_processes_only_one_runs_a_due_job_and_the_other_goes_on_when_that_is_killed(tmp_path):
    def process():
        return subprocess.Popen(
            [sys.executable, "-c", RUNNER, str(tmp_path), str(START)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )

    with process() as one, process() as other:
        for each in (one, other):
            assert each.stdout.readline() == "ready\n"
        for each in (one, other):
            each.stdin.write("go\n")
            each.stdin.flush()
        for each in (one, other):
            assert each.stdout.readline() == "done\n"
        runs = Runbook(tmp_path / "runs.ndjson", lambda: START).runs()
        for each in (one, other):
            each.kill()

    scheduled = [run["scheduled"] for run in runs]
    assert scheduled == [iso(START + n * MINUTE) for n in range(60, 0, -1)]

    with process() as later:
        assert later.stdout.readline() == "ready\n"
        later.communicate("go\nend\n")
    assert len(Runbook(tmp_path / "runs.ndjson", lambda: START).runs()) == 60


def test_pauses_grow_up_to_an_hour():
    assert [pause(n) // MINUTE for n in range(1, 7)] == [1, 5, 25, 60, 60, 60]


def test_a_time_that_nobody_has_begun_is_missed_until_somebody_does(tmp_path):
    night = Night(tmp_path)
    night.at("2026-11-20T12:00Z")

    def told(text):
        return missed(NIGHTLY, LISBON, tmp_path / "schedule", parse_time(text))

    assert told("2026-11-21T02:59Z") == {}
    assert told("2026-11-21T09:00Z") == {"batch": parse_time("2026-11-21T03:00Z")}
    night.at("2026-11-21T09:30Z")
    assert told("2026-11-21T09:31Z") == {}
