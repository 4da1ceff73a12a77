"""How the cells of files are read: encodings, separators, decimal signs, times."""

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from hundredfold.errors import ImportFailed
from ingest_files.shelf import imported, written

EVENTS = "{kind: events, userId: who, event: {constant: e}, timestamp: when, %s}"


def stamps(shelf):
    return [payload["timestamp"] for payload in shelf.payloads]


def test_decimal_commas_and_thousands_are_read_as_declared(tmp_path):
    path = written(tmp_path, "e.csv", "who;when;x\nc;2026-01-01;1.234,50\nc;2026-01-02;0,1\nc;2026-01-03;7\n")

    _, shelf = imported(path, EVENTS % 'decimal: ",", thousands: ".", properties: {x: {column: x, type: number}}')

    assert [payload["properties"]["x"] for payload in shelf.payloads] == [1234.5, 0.1, 7]


def test_a_number_with_undeclared_thousands_is_rejected_not_guessed(tmp_path):
    path = written(tmp_path, "e.csv", 'who,when,x\nc,2026-01-01,"1,234"\n')

    report, _ = imported(path, EVENTS % "properties: {x: {column: x, type: number}}")

    assert report.reasons == {"bad_number": 1}
    assert "thousands" in report.rejections[0].text


def test_a_text_stays_a_text_also_when_it_looks_like_a_number(tmp_path):
    path = written(tmp_path, "e.csv", "who,when,x\n007,2026-01-01,0012\n")

    _, shelf = imported(path, EVENTS % "properties: {x: x}")

    assert (shelf.payloads[0]["userId"], shelf.payloads[0]["properties"]) == ("007", {"x": "0012"})


def test_an_id_may_be_read_as_an_integer(tmp_path):
    path = written(tmp_path, "e.csv", "who,when\n12346.0,2026-01-01\n1.5,2026-01-01\n0,2026-01-01\n")
    mapping = "{kind: events, userId: {column: who, type: integer, missing: ['0']}, event: {constant: e}}"

    report, shelf = imported(path, mapping)

    assert [payload["userId"] for payload in shelf.payloads] == ["12346"]
    assert report.reasons == {"bad_number": 1, "no_id": 1}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16"])
def test_the_encoding_is_the_declared_one(tmp_path, encoding):
    path = written(tmp_path, "e.csv", "who,when,größe\nJosé,2026-01-01,weiß\n", encoding)

    _, shelf = imported(path, EVENTS % f"encoding: {encoding}, properties: {{g: größe}}")

    assert (shelf.payloads[0]["userId"], shelf.payloads[0]["properties"]) == ("José", {"g": "weiß"})


def test_a_wrong_encoding_fails_before_anything_is_stored(tmp_path):
    path = written(tmp_path, "e.csv", "who,when\n" + "c,2026-01-01\n" * 300_000 + "José,2026-01-01\n", "latin-1")

    with pytest.raises(ImportFailed, match="encoding"):
        imported(path, EVENTS % "properties: {}", lookups=None)


def test_quoted_cells_may_hold_separators_quotes_and_line_breaks(tmp_path):
    path = written(tmp_path, "e.csv", 'who,when,x\nc,2026-01-01,"a, ""b""\nc"\n')

    _, shelf = imported(path, EVENTS % "properties: {x: x}")

    assert shelf.payloads[0]["properties"]["x"] == 'a, "b"\nc'


def test_a_row_with_too_many_cells_is_rejected_alone_with_its_number(tmp_path):
    path = written(tmp_path, "e.csv", "who,when\nc,2026-01-01\nc,2026-01-02,x\nc,2026-01-03\nd\n")

    report, shelf = imported(path, EVENTS % "properties: {}")

    assert stamps(shelf) == ["2026-01-01T00:00:00Z", "2026-01-03T00:00:00Z"]
    assert [(rejection.row, rejection.reason) for rejection in report.rejections] == [(2, "bad_row"), (4, "bad_row")]
    assert report.read == 4


def test_days_before_months_are_read_by_their_format(tmp_path):
    path = written(tmp_path, "e.csv", "who,when\nc,03/02/2026 14:30\nc,13/02/2026 00:00\nc,2026-02-13\n")
    mapping = "{kind: events, userId: who, event: {constant: e}, timestamp: {column: when, format: '%d/%m/%Y %H:%M'}}"

    report, shelf = imported(path, mapping)

    assert stamps(shelf) == ["2026-02-03T14:30:00Z", "2026-02-13T00:00:00Z"]
    assert report.reasons == {"bad_time": 1}


def test_seconds_and_milliseconds_since_1970_are_read_when_declared(tmp_path):
    path = written(tmp_path, "e.csv", "who,when\nc,1700000000\nc,1700000000000\n")
    mapping = "{kind: events, userId: who, event: {constant: e}, timestamp: {column: when, format: epoch}}"

    _, shelf = imported(path, mapping)

    assert set(stamps(shelf)) == {"2023-11-14T22:13:20Z"}


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ("2026-07-01 12:00", "2026-07-01T11:00:00Z"),
        ("2026-10-25 01:30", "2026-10-25T00:30:00Z"),  # twice: the earlier
        ("2026-03-29 01:30", "2026-03-29T01:30:00Z"),  # never: moved forward
        ("2026-01-01", "2026-01-01T00:00:00Z"),
    ],
)
def test_a_time_without_zone_is_local_to_the_mapping_or_the_workspace(tmp_path, local, utc):
    path = written(tmp_path, "e.csv", f"who,when\nc,{local}\n")
    london = ZoneInfo("Europe/London")

    _, by_mapping = imported(path, EVENTS % "timezone: Europe/London", zone=UTC)
    _, by_workspace = imported(path, EVENTS % "properties: {}", zone=london)

    assert stamps(by_mapping) == stamps(by_workspace) == [utc]


def test_an_import_takes_the_future_as_it_stands(tmp_path):
    path = written(tmp_path, "e.csv", "who,when\nc,2031-01-01\n")

    _, shelf = imported(path, EVENTS % "properties: {}")

    assert shelf.rows[0]["time"] == 1_924_992_000_000_000
    assert not shelf.rows[0]["flagged"]
