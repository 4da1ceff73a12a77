"""The book of runs remembers how each ended, also those that never did."""

from __future__ import annotations

import json

import pytest

from hundredfold.app.runbook import CUT_OFF, Runbook
from hundredfold.app.sources.attempts import newest_attempts
from hundredfold.errors import LogFull
from hundredfold.said import said
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


def test_sources_that_a_run_came_to_are_told_while_it_goes_on_and_when_it_failed_in_one(book):
    def come_to_three(running):
        running.come_to("till")
        running.left("till")
        running.come_to("mail")
        running.left("mail", said("{name} is full", name="the disk"))
        running.come_to("erp")
        told.append(newest_attempts(book.runs()))
        raise KeyError("u:secret")

    told = []
    with pytest.raises(KeyError), book.run("load") as running:
        come_to_three(running)
    told.append(newest_attempts(book.runs()))
    with book.run("load") as running:
        running.come_to("mail")
        running.left("mail")
    told.append(newest_attempts(book.runs()))

    errors = [{name: one["failed"] and one["failed"]["error"] for name, one in each.items()} for each in told]
    assert told[0]["erp"]["going"]["read"] == 0
    assert [each["erp"]["going"] is None for each in told] == [False, True, True]
    assert errors == [
        {"till": None, "mail": "the disk is full", "erp": None},
        {"till": None, "mail": "the disk is full", "erp": "KeyError"},
        {"till": None, "mail": None, "erp": "KeyError"},
    ]
    assert told[1]["mail"]["failed"]["error"].in_words({"{name} is full": "{name} está cheio"}) == "the disk está cheio"


def test_an_error_is_kept_so_that_it_can_be_told_in_any_language(book):
    with pytest.raises(LogFull), book.run("batch"):
        raise LogFull(said("{name} is full", name="the disk"))

    (run,) = book.runs()
    assert run["error"] == "the disk is full"
    assert run["error"].in_words({"{name} is full": "{name} está cheio"}) == "the disk está cheio"
    assert "told" not in run


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
