"""The book of runs remembers how each ended, also those that never did."""

from __future__ import annotations

import json

import pytest

from hundredfold.app.runbook import CUT_OFF, Runbook
from hundredfold.errors import LogFull
from hundredfold.words.calendar import SECOND


@pytest.fixture
def book(tmp_path):
    times = iter(range(0, 1_000 * SECOND, 2 * SECOND))
    return Runbook(tmp_path / "data" / "runs.ndjson", lambda: next(times))


def test_a_run_that_ended_says_how_long_it_took_and_what_it_did(book):
    with book.run("batch") as running:
        running.outcome["customers"] = 3

    (run,) = book.runs()
    assert (run["number"], run["kind"], run["seconds"], run["customers"], run["error"]) == (1, "batch", 2.0, 3, None)


def test_a_run_that_failed_says_why_and_the_error_goes_on(book):
    with pytest.raises(LogFull), book.run("batch"):
        raise LogFull("no room")
    with pytest.raises(KeyError), book.run("batch"):
        raise KeyError("u:secret")

    assert [run["error"] for run in book.runs()] == ["KeyError", "no room"]


def test_a_run_whose_process_died_is_not_taken_for_a_running_one(book, tmp_path):
    path = tmp_path / "data" / "runs.ndjson"
    path.parent.mkdir()
    path.write_text(json.dumps({"number": 7, "kind": "batch", "started": "x", "process": 2**22 + 1}) + '\n{"numb')

    with book.run("batch"):
        during = book.runs()

    assert [run["number"] for run in during] == [8, 7]
    assert during[1]["error"] == CUT_OFF
    assert "error" not in during[0]
    assert book.runs()[0]["number"] == 8
