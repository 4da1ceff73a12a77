"""The bulk path as a whole: ids, occurrences, stamps, rejections, files and folders."""

import gzip
import json
from hashlib import blake2b

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hundredfold.errors import ImportFailed
from hundredfold.ingest import bulk
from hundredfold.ingest.message import content_hash, id_hash
from hundredfold.ingest.occurrence import Occurrences
from ingest_files.shelf import STARTED, Shelf, imported, written

LINE = {"type": "track", "event": "Seen", "userId": "c1", "timestamp": "2026-01-01T00:00:00Z"}
EVENTS = "{kind: events, userId: who, event: what, properties: {x: x}}"


def lines(*messages):
    return "".join(json.dumps(message) + "\n" for message in messages)


def test_importing_twice_changes_nothing(tmp_path):
    path = written(tmp_path, "e.csv", "who,what,x\n" + "".join(f"c{n % 7},e,{n % 5}\n" for n in range(100)))

    first, shelf = imported(path, EVENTS)
    again, _ = imported(path, EVENTS, shelf)

    assert (first.stored, first.duplicates) == (100, 0)
    assert (again.stored, again.duplicates) == (0, 100)


def test_equal_rows_of_one_import_are_different_messages(tmp_path):
    path = written(tmp_path, "e.csv", "who,what,x\nc,e,1\nc,e,2\nc,e,1\n")

    report, shelf = imported(path, EVENTS)

    assert report.stored == 3
    assert len({row["content"] for row in shelf.rows}) == 2


def test_the_path_and_the_size_of_chunks_are_no_part_of_an_id(tmp_path):
    text = "who,what,x\n" + "c,e,1\n" * 50 + "d,e,2\n" * 50
    here, there = written(tmp_path, "a.csv", text), written(tmp_path, "deep/b.csv", text)

    _, shelf = imported(here, EVENTS)
    report, _ = imported(there, EVENTS, shelf, chunk=7)

    assert (report.stored, report.duplicates) == (0, 100)


def test_the_source_is_a_part_of_an_id(tmp_path):
    path = written(tmp_path, "e.csv", "who,what,x\nc,e,1\n")

    _, shelf = imported(path, EVENTS, source="erp")
    report, _ = imported(path, EVENTS, shelf, source="shop")

    assert report.stored == 1
    assert {row["source"] for row in shelf.rows} == {"erp", "shop"}


def test_an_id_is_the_hash_of_source_type_content_and_occurrence(tmp_path):
    path = written(tmp_path, "m.ndjson", lines(LINE, LINE))

    _, shelf = imported(path)

    content = content_hash(LINE)
    expected = ["i-" + blake2b(b"import\0track\0" + content + n, digest_size=16).hexdigest() for n in (b"0", b"1")]
    assert list(shelf.messages) == expected
    assert [row["hash"] for row in shelf.rows] == [id_hash(name) for name in expected]
    assert {row["content"] for row in shelf.rows} == {content}


def test_a_message_with_an_id_keeps_it(tmp_path):
    path = written(tmp_path, "m.ndjson", lines({**LINE, "messageId": "m1"}, {**LINE, "messageId": ""}, LINE))

    _, shelf = imported(path)

    assert next(iter(shelf.messages)) == "m1"
    assert len(shelf.messages) == 3


def test_ids_may_come_from_a_column(tmp_path):
    path = written(tmp_path, "e.csv", "who,what,x,id\nc,e,1,m1\nc,e,1,\n")

    _, shelf = imported(path, "{kind: events, userId: who, event: what, messageId: id}")

    assert [name[:2] for name in shelf.messages] == ["m1", "i-"]
    assert [json.loads(row["payload"]) for row in shelf.rows] == [{"type": "track", "event": "e", "userId": "c"}] * 2


def test_the_reception_is_the_mapped_one_but_never_after_the_start(tmp_path):
    path = written(tmp_path, "e.csv", "who,what,arrived\nc,e,2020-01-01\nc,e,2099-01-01\nc,e,\n")

    _, shelf = imported(path, "{kind: events, userId: who, event: what, receivedAt: arrived}")

    assert [row["received"] for row in shelf.rows] == [1_577_836_800_000_000, STARTED, STARTED]
    assert [row["time"] for row in shelf.rows] == [row["received"] for row in shelf.rows]


def test_the_reception_of_a_line_is_its_field(tmp_path):
    path = written(tmp_path, "m.ndjson", lines({**LINE, "receivedAt": "2026-01-02T00:00:00Z"}, LINE))

    _, shelf = imported(path)

    assert [row["received"] for row in shelf.rows] == [1_767_312_000_000_000, STARTED]
    assert {row["time"] for row in shelf.rows} == {1_767_225_600_000_000}


def test_a_sent_time_never_moves_an_imported_event(tmp_path):
    path = written(tmp_path, "m.ndjson", lines({**LINE, "sentAt": "2026-05-01T00:00:00Z"}))

    _, shelf = imported(path)

    assert (shelf.rows[0]["time"], shelf.rows[0]["sent"]) == (1_767_225_600_000_000, 1_777_593_600_000_000)


def test_a_line_is_stored_as_it_was_sent(tmp_path):
    text = '{"userId": "c", "type":"track",  "event":"e","properties":{"b":1.0,"a":"\\u00e9"}}'
    path = written(tmp_path, "m.ndjson", "\ufeff" + text + "\r\n\n")

    _, shelf = imported(path)

    assert [row["payload"] for row in shelf.rows] == [text.encode()]


def test_bad_lines_are_rejected_with_number_and_reason(tmp_path):
    path = written(
        tmp_path, "m.ndjson", lines(LINE) + "{nonsense\n\n[1]\n" + lines({"type": "track"}, {**LINE, "event": "z"})
    )

    report, shelf = imported(path)

    assert [payload["event"] for payload in shelf.payloads] == ["Seen", "z"]
    assert [(rejection.row, rejection.reason) for rejection in report.rejections] == [
        (2, "bad_json"),
        (4, "bad_json"),
        (5, "no_id"),
    ]
    assert (report.read, report.stored, report.rejected) == (5, 2, 3)


def test_a_line_that_is_no_text_is_rejected_alone(tmp_path):
    path = tmp_path / "m.ndjson"
    path.write_bytes(lines(LINE).encode() + b'{"type":"track","event":"\xff","userId":"c"}\n')

    report, _ = imported(path)

    assert (report.stored, report.reasons) == (1, {"bad_json": 1})


def test_the_zone_of_a_mapping_goes_into_the_message(tmp_path):
    path = written(tmp_path, "m.ndjson", lines({**LINE, "timestamp": "2026-07-01T12:00:00"}, LINE))

    _, shelf = imported(path, "{kind: messages, timezone: Europe/Lisbon}")

    assert [payload["timestamp"] for payload in shelf.payloads] == ["2026-07-01T11:00:00Z", "2026-01-01T00:00:00Z"]


def test_only_the_first_thousand_rejections_are_listed_but_all_are_counted(tmp_path):
    path = written(tmp_path, "e.csv", "who,what,x\n" + ",e,1\n" * 1_500)

    report, _ = imported(path, EVENTS)

    assert (report.rejected, len(report.rejections)) == (1_500, 1_000)


def test_messages_of_erased_customers_are_refused(tmp_path):
    path = written(tmp_path, "e.csv", "who,what,x\ngone,e,1\nc,e,1\ngone,e,2\n")

    report, shelf = imported(path, EVENTS, erased={"u:gone"}.__contains__)

    assert report.reasons == {"erased": 2}
    assert [row["key"] for row in shelf.rows] == ["u:c"]


def test_a_folder_imports_its_files_in_order_and_ignores_others(tmp_path):
    written(tmp_path, "b.ndjson", lines({**LINE, "messageId": "b"}))
    written(tmp_path, "sub/c.ndjson", lines({**LINE, "messageId": "c"}))
    written(tmp_path, "notes.md", "# hello")
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(lines({**LINE, "messageId": "a"}).encode()))

    report, shelf = imported(tmp_path)

    assert list(shelf.messages) == ["a", "b", "c"]
    assert report.read == 3


def test_an_unreadable_file_of_a_folder_fails_before_anything_is_stored(tmp_path):
    written(tmp_path, "a.ndjson", lines(LINE))
    written(tmp_path, "b.parquet", "this is no Parquet")
    shelf = Shelf()

    with pytest.raises(ImportFailed, match=r"b\.parquet"):
        imported(tmp_path, shelf=shelf)

    assert shelf.rows == []


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("x.csv", "", "is empty"),
        ("x.csv", "who,who\n", "two columns"),
        ("x.csv", "who,when\nc,1\n", "no column 'what'"),
        ("x.xlsx", "", "no known ending"),
        ("x.ndjson", lines(LINE), "kind: messages"),
    ],
)
def test_a_file_that_cannot_be_imported_says_why(tmp_path, name, text, said):
    path = written(tmp_path, name, text)

    with pytest.raises(ImportFailed, match=said):
        imported(path, EVENTS)


def test_a_path_that_is_not_there_fails(tmp_path):
    with pytest.raises(ImportFailed, match="no file or folder"):
        imported(tmp_path / "nothing")


def test_progress_is_told_in_rows(tmp_path):
    pl.DataFrame({"user_id": ["c"] * 25, "event": ["e"] * 25}).write_parquet(tmp_path / "e.parquet")
    told = []

    imported(tmp_path / "e.parquet", chunk=10, progress=lambda done, total: told.append((done, total)))

    assert told == [(10, 25), (20, 25), (25, 25)]


def test_a_file_too_long_to_gather_at_once_gives_the_same_orders(tmp_path, monkeypatch):
    rows = [{"order": n % 40, "customer": f"c{n % 40 % 7}", "total": 1.25} for n in range(200)]
    pl.DataFrame(rows).write_parquet(tmp_path / "o.parquet")
    mapping = "{kind: orders, order_id: order, userId: customer, total: total, lines: {amount: total}}"
    whole, shelf = imported(tmp_path / "o.parquet", mapping)

    monkeypatch.setattr(bulk, "GATHERED", 60)
    in_parts, _ = imported(tmp_path / "o.parquet", mapping, shelf, chunk=33)

    assert (whole.read, whole.stored) == (200, 40)
    assert (in_parts.read, in_parts.stored, in_parts.duplicates) == (200, 0, 40)


@given(st.lists(st.lists(st.sampled_from([b"a" * 16, b"a" * 8 + b"b" * 8, b"c" * 16, b"\xff" * 16])), max_size=6))
def test_occurrences_are_counted_over_all_chunks(chunks):
    occurrences, seen = Occurrences(), {}

    for chunk in (chunk for chunk in chunks if chunk):
        expected = []
        for content in chunk:
            expected.append(seen.get(content, 0))
            seen[content] = expected[-1] + 1

        assert occurrences.number(chunk).tolist() == expected
