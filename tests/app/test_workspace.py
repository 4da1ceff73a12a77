"""A workspace says what it is, where its file is wrong, and what time it is."""

from __future__ import annotations

import pytest
from tests.app.shop import hf

from hundredfold.app.settings import TEMPLATE, parse_settings, with_clock_offset
from hundredfold.app.workspace import NoWorkspace, Workspace
from hundredfold.definition.mistakes import DefinitionErrors
from hundredfold.errors import WorkspaceError
from hundredfold.words.calendar import SECOND, parse_time

NOON = parse_time("2026-11-22T12:00:00Z")


def test_a_new_workspace_has_a_file_that_explains_every_field(tmp_path):
    workspace = Workspace.create(tmp_path / "shop", "Europe/Lisbon", "GBP")

    text = (workspace.folder / "hundredfold.yaml").read_text()
    assert (workspace.settings.timezone, workspace.settings.currency) == ("Europe/Lisbon", "GBP")
    lines = text.splitlines()
    for name in type(workspace.settings).model_fields:
        (number,) = [n for n, line in enumerate(lines) if line.startswith(f"{name}:")]
        assert lines[number - 1].startswith("# ")


def test_what_a_new_file_shows_are_the_values_that_hold_without_it():
    written = parse_settings(TEMPLATE.format(timezone="UTC", currency="EUR"))

    assert written == parse_settings("")


def test_a_workspace_is_never_made_twice(tmp_path):
    Workspace.create(tmp_path / "shop")
    before = (tmp_path / "shop" / "hundredfold.yaml").read_text()

    with pytest.raises(WorkspaceError, match="already"):
        Workspace.create(tmp_path / "shop", "Asia/Tokyo")

    assert (tmp_path / "shop" / "hundredfold.yaml").read_text() == before


def test_a_folder_that_is_no_workspace_is_told_how_to_become_one(tmp_path):
    with pytest.raises(NoWorkspace, match="hf init"):
        Workspace.open(tmp_path)


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("timezone: UTC\ntimzone: UTC\n", (2, 1), "Did you mean `timezone`?"),
        ("timezone: Mars/Base\n", (1, 11), "no time zone is called 'Mars/Base'"),
        ("# money\ncurrency: EURO\n", (2, 11), "Did you mean EUR?"),
        ("shared_over: many\n", (1, 14), "integer"),
        ("- a\n", (1, None), "write fields with values"),
        ("rate_limit: {events: 100, burst: 20}\n", (1, 34), "at least as many as `events`"),
        ("foreign_topics: {crm: crm.profiles}\n", (1, 17), "the log is on Kafka"),
        (
            "log: kafka://127.0.0.1:9092\nforeign_topics: {crm: profiles, erp: profiles}\n",
            (2, 17),
            "each source needs a topic",
        ),
    ],
)
def test_a_mistake_in_the_file_is_told_with_its_place(text, place, said):
    with pytest.raises(DefinitionErrors) as raised:
        parse_settings(text)

    (error,) = raised.value.errors
    assert (error.line, error.column) == place
    assert said in error.message


def test_the_clock_runs_on_from_where_it_was_set_and_comments_stay(tmp_path):
    now = [NOON]
    created = Workspace.create(tmp_path / "shop")
    workspace = Workspace.open(created.folder, lambda: now[0])

    workspace.set_clock(parse_time("2010-12-01T08:26:00.000001Z"))
    now[0] += 90 * SECOND

    again = Workspace.open(created.folder, lambda: now[0])
    assert workspace.now() == again.now() == parse_time("2010-12-01T08:27:30.000001Z")
    assert "# A hundredfold workspace." in (created.folder / "hundredfold.yaml").read_text()


def test_a_clock_offset_is_added_where_the_file_has_none():
    assert with_clock_offset("timezone: UTC", -1.5) == "timezone: UTC\nclock_offset: -1.5\n"


def test_times_without_a_zone_are_the_workspaces(empty):
    workspace = Workspace.open(empty, lambda: NOON)

    assert workspace.time("2026-07-01T00:00") == parse_time("2026-06-30T23:00:00Z")
    assert workspace.time("now") == NOON
    assert workspace.time("yesterday") is None


def test_init_answers_with_the_folder_and_refuses_unknown_zones(tmp_path):
    made = hf("init", tmp_path / "a", "--json")
    refused = hf("init", tmp_path / "b", "--timezone", "Europe/Lisbonn", "--json")

    assert made.code == 0
    assert made.json["workspace"] == str(tmp_path / "a")
    assert refused.code == 2
    assert "Europe/Lisbon" in refused.json["error"]
    assert not (tmp_path / "b").exists()
