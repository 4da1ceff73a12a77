"""The history: sorted by customer, below a position, published whole or not at all."""

from __future__ import annotations

import json
from itertools import pairwise
from random import Random

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs
from tests.log.messages import digest, entry, numbers_in

from hundredfold.errors import LogError
from hundredfold.log import history as history_module
from hundredfold.log import part as part_module
from hundredfold.log.history import History
from hundredfold.log.memory import MemoryLog
from hundredfold.log.part import Came
from hundredfold.log.stored import STORED

ORDER = ("key", "time", "message_id", "partition", "offset")


def stored(*messages, log=None):
    """The messages as the log holds them, and the positions behind them."""
    log = log or MemoryLog(3)
    before = log.end()
    log.append(messages)
    return pa.concat_tables(log.read(before)), log.end()


def numbered(*numbers, log=None):
    return stored(*map(entry, numbers), log=log)


def everything(history, columns=None):
    return [row for bucket in range(history.buckets) for row in history.scan(bucket, columns).to_pylist()]


def in_order(rows):
    return sorted(
        rows,
        key=lambda row: (row["key"].encode(), row["time"], row["message_id"].encode(), row["partition"], row["offset"]),
    )


def test_what_was_appended_is_read_back_whole_and_sorted(tmp_path):
    numbers = list(range(200))
    Random(3).shuffle(numbers)
    table, end = numbered(*numbers)
    history = History(tmp_path, group_rows=16)

    history.append(table, end)

    assert (history.rows, history.positions) == (200, end)
    for bucket in range(16):
        rows = history.scan(bucket)
        assert rows.schema == STORED
        assert {history.bucket_of(key) for key in rows["key"].to_pylist()} <= {bucket}
        expected = [row for row in table.to_pylist() if history.bucket_of(row["key"]) == bucket]
        assert rows.to_pylist() == in_order(expected)


def test_ties_in_time_go_by_the_bytes_of_the_message_id(tmp_path):
    ids = ["é", "z", "Z", "a", "aa", "\U0001f600", "\uffff"]
    messages = [entry(1) for _ in ids]
    for message, name in zip(messages, ids, strict=True):
        structs.force_setattr(message, "message_id", name)
    history = History(tmp_path)

    history.append(*stored(*messages))

    assert [row["message_id"] for row in everything(history)] == sorted(ids, key=str.encode)


def test_a_history_opened_again_is_the_same(tmp_path):
    log = MemoryLog(3)
    history = History(tmp_path, buckets=4)
    history.append(*numbered(*range(50), log=log))
    history.append(*numbered(*range(50, 70), log=log))

    again = History(tmp_path)

    assert (again.buckets, again.rows, again.positions) == (4, 70, log.end())
    assert everything(again) == everything(history)


def test_several_appends_read_as_one_sorted_table_and_compact_to_one_part(tmp_path):
    log, history = MemoryLog(3), History(tmp_path, buckets=2)
    for first in (60, 0, 30):
        history.append(*numbered(*range(first, first + 30), log=log))
    before = [history.scan(bucket).to_pylist() for bucket in range(2)]
    assert all(rows == in_order(rows) for rows in before)
    assert history.parts_in(0) == 3

    for bucket in range(2):
        history.compact(bucket)

    assert [history.parts_in(bucket) for bucket in range(2)] == [1, 1]
    assert [history.scan(bucket).to_pylist() for bucket in range(2)] == before
    assert len(list(tmp_path.rglob("*.parquet"))) == 2
    assert everything(History(tmp_path)) == everything(history)


def test_several_tables_in_one_append_are_one_step(tmp_path):
    log, history = MemoryLog(3), History(tmp_path)
    tables = [numbered(*range(first, first + 10), log=log)[0] for first in (0, 10, 20)]

    history.append(iter(tables), log.end())

    assert sorted(numbers_in([pa.Table.from_pylist(everything(history))])) == list(range(30))


def test_history_and_the_log_behind_it_hold_every_message_once(tmp_path):
    log, history = MemoryLog(3), History(tmp_path)
    for first in range(0, 100, 20):
        log.append([entry(n) for n in range(first, first + 20)])
        if first in (20, 60):
            history.append(pa.concat_tables(log.read(history.positions)), log.end())
        rows = everything(history) + [row for table in log.read(history.positions) for row in table.to_pylist()]
        assert sorted(json.loads(row["payload"])["n"] for row in rows) == list(range(first + 20))


# Keys.


@settings(max_examples=40, deadline=None)
@given(
    numbers=st.lists(st.integers(0, 300), max_size=120),
    asked=st.lists(st.integers(0, 6).map(lambda n: f"u:c{n}") | st.just("u:nobody"), max_size=5),
    cuts=st.lists(st.integers(0, 120), max_size=3),
)
def test_the_rows_of_keys_are_those_a_full_reading_finds(tmp_path_factory, numbers, asked, cuts):
    history, log = History(tmp_path_factory.mktemp("history"), buckets=2, group_rows=4), MemoryLog(2)
    bounds = [0, *sorted(cuts), 120]
    for first, last in pairwise(bounds):
        log.append([entry(n) for n in numbers[first:last]])
        history.append([*log.read(history.positions)], log.end())

    found = history.rows_of(asked).to_pylist()

    assert found == [row for row in everything(history) if row["key"] in asked]
    assert history.rows_of(asked, ["time", "key"]).to_pylist() == [
        {"time": row["time"], "key": row["key"]} for row in found
    ]


def test_a_key_reads_only_the_row_groups_that_may_hold_it(tmp_path, monkeypatch):
    history = History(tmp_path, buckets=1, group_rows=10)
    history.append(*stored(*(entry(n, key=f"u:c{n // 10:03d}") for n in range(1_000))))
    part = next(iter(history._published._open.values()))
    asked = []
    reading = part._read
    monkeypatch.setattr(part, "_read", lambda groups, columns: (asked.append(groups), reading(groups, columns))[1])

    rows = history.rows_of(["u:c042"])

    assert rows.num_rows == 10
    assert asked == [[42]]


# Further columns.


def test_further_columns_are_kept_and_can_be_chosen(tmp_path):
    table, end = numbered(*range(40))
    total = pa.array([json.loads(text)["n"] * 10 for text in table["payload"].to_pylist()], pa.int64())
    history = History(tmp_path)

    history.append(table.append_column("properties.total", total), end)

    rows = everything(history, ["properties.total", "payload"])
    assert len(rows) == 40
    assert all(row["properties.total"] == json.loads(row["payload"])["n"] * 10 for row in rows)


def test_a_column_that_only_some_parts_have_is_null_elsewhere_and_stays_so_when_they_become_one(tmp_path):
    log, history = MemoryLog(3), History(tmp_path, buckets=1)
    history.append(*numbered(*range(10), log=log))
    table, end = numbered(*range(10, 20), log=log)
    history.append(table.append_column("n", pa.array(numbers_in([table]), pa.int64())), end)

    for _ in range(2):
        found = history.scan(0, ["payload", "n"])
        assert [n for n in found["n"].to_pylist() if n is not None] == [n for n in numbers_in([found]) if n >= 10]
        assert pa.concat_tables(history.pieces(0, ["payload", "n", "m"], 7)).equals(found)
        history.compact(0)

    assert history.parts_in(0) == 1
    with pytest.raises(LogError, match="no part"):
        history.scan(0, ["m"])


# The newest first.


@pytest.mark.parametrize("told", [True, False], ids=["with statistics", "a file without any"])
def test_backwards_no_later_stretch_has_a_newer_message_and_all_together_have_every_row(tmp_path, monkeypatch, told):
    if not told:  # as files were before
        write = part_module.pq.write_table
        monkeypatch.setattr(
            part_module.pq, "write_table", lambda *a, **said: write(*a, **said | {"write_statistics": ["key"]})
        )
    log, history = MemoryLog(3), History(tmp_path, buckets=4, group_rows=16)
    chance = Random(3)
    for start in (0, 400):
        sent = [entry(n, key=f"u:c{n % 90}", received=chance.randrange(10**6)) for n in range(start, start + 400)]
        history.append(*stored(*sent, log=log))
    gone = entry(900, received=70)
    table, end = stored(gone, entry(901, received=80), log=log)
    history.append(table, end, replaced=copies(gone))

    backwards = history.backwards()

    found = [backwards.rows(n, ["message_id", *Came._fields]).to_pylist() for n in range(len(backwards))]
    assert len(found) > 40
    newest = [backwards.newest(n) for n in range(len(backwards))]
    assert newest == sorted(newest, reverse=True)
    for rows, at in zip(found, newest, strict=True):
        assert all((row["received"], row["partition"], row["offset"]) <= at for row in rows)
        assert not rows or max(row["received"] for row in rows) == at.received
    names = [row["message_id"] for rows in found for row in rows]
    assert sorted(names) == sorted(f"m{n}" for n in [*range(800), 901])


# Replaced copies.


def test_a_replaced_copy_is_read_no_more_and_leaves_with_compacting(tmp_path):
    log, history = MemoryLog(3), History(tmp_path, buckets=1)
    history.append(*stored(entry(1, received=90), entry(2, received=90), log=log))
    table, end = stored(entry(1, received=80), entry(3), log=log)

    history.append(table, end, replaced=copies(entry(1, received=90)))

    def counted():
        return [(row["message_id"], row["received"]) for row in history.scan(0, ["message_id", "received"]).to_pylist()]

    assert counted() == [("m1", 80), ("m2", 90), ("m3", 3_000_005)] == sorted(counted())
    assert (history.rows_of(["u:c1"]).num_rows, history.rows) == (1, 4)
    again = History(tmp_path)
    assert again.scan(0).num_rows == 3
    again.compact(0)
    assert again.rows == 3
    assert [path.name for path in tmp_path.glob("replaced-*")] == []
    assert again.scan(0).num_rows == 3


def test_a_copy_replaced_within_one_append_is_not_read(tmp_path):
    history = History(tmp_path)
    table, end = stored(entry(1, received=90), entry(1, received=80))

    history.append(table, end, replaced=copies(entry(1, received=90)))

    assert [row["received"] for row in everything(history)] == [80]


def test_replaced_copies_add_up_over_appends_and_partial_compacting(tmp_path):
    log, history = MemoryLog(3), History(tmp_path, buckets=4)
    history.append(*stored(*(entry(n, received=900) for n in range(40)), log=log))
    for number in range(40):
        table, end = stored(entry(number, received=800), log=log)
        history.append(table, end, replaced=copies(entry(number, received=900)))
        history.compact(number % 4)

    assert [row["received"] for row in everything(history)] == [800] * 40
    assert sorted(row["message_id"] for row in everything(History(tmp_path))) == sorted(f"m{n}" for n in range(40))


def copies(*messages):
    table, _ = stored(*messages)
    return table.select(["hash", "received", "content"])


# Erasure.


def test_erasing_empties_payloads_below_the_position_and_leaves_no_trace_on_disk(tmp_path):
    log, history = MemoryLog(1), History(tmp_path, group_rows=4)
    secret = b'{"name":"Canary-4711"}'
    table, end = stored(*(entry(n, key=f"u:c{n % 3}", payload=secret) for n in range(12)), log=log)
    history.append(table.append_column("name", pa.array(["Canary-4711"] * 12)), end)
    table, end = stored(entry(12, key="u:c1", payload=b'{"later":1}'), log=log)
    history.append(table.append_column("name", pa.array(["Later"])), end)
    before = {row["offset"]: row for row in everything(history)}

    history.erase({"u:c1": {0: 12}, "u:c2": {0: 12}, "u:c0": {0: 12}, "u:other": {0: 99}})

    after = {row["offset"]: row for row in everything(history)}
    assert {offset: row["payload"] for offset, row in after.items()} == dict.fromkeys(range(12), b"{}") | {
        12: b'{"later":1}'
    }
    assert [row["name"] for _, row in sorted(after.items())] == [None] * 12 + ["Later"]
    for offset, row in after.items():
        assert {k: v for k, v in row.items() if k not in ("payload", "name")} == {
            k: v for k, v in before[offset].items() if k not in ("payload", "name")
        }
    assert everything(History(tmp_path)) == everything(history)
    assert len(list(tmp_path.rglob("*.parquet"))) == sum(history.parts_in(bucket) for bucket in range(16))


def test_erasing_touches_no_other_customer_and_a_second_erasure_rewrites_nothing(tmp_path):
    history = History(tmp_path, buckets=1)
    history.append(*numbered(*range(70)))
    others = [row for row in everything(history) if row["key"] != "u:c3"]

    history.erase({"u:c3": history.positions})
    files = sorted(tmp_path.rglob("*.parquet"))
    history.erase({"u:c3": history.positions})

    assert [row for row in everything(history) if row["key"] != "u:c3"] == others
    assert {row["payload"] for row in history.rows_of(["u:c3"]).to_pylist()} == {b"{}"}
    assert sorted(tmp_path.rglob("*.parquet")) == files


# Refusals and crashes.


def test_a_message_outside_of_the_positions_is_refused_and_changes_nothing(tmp_path):
    log, history = MemoryLog(1), History(tmp_path)
    first, end = numbered(*range(10), log=log)
    history.append(first, end)
    second, later = numbered(*range(10, 20), log=log)

    for table, upto in ((first, later), (second, {0: 15}), (second, {0: 5}), (second, {})):
        with pytest.raises(LogError, match=r"does not lie between|cannot go back"):
            history.append(table, upto)

    assert (history.rows, history.positions) == (10, end)
    assert len(list(tmp_path.rglob("*.parquet"))) == len({history.bucket_of(f"u:c{n}") for n in range(7)})


def test_a_crash_before_the_manifest_leaves_the_old_state_and_its_files_are_swept(tmp_path, monkeypatch):
    log, history = MemoryLog(3), History(tmp_path)
    history.append(*numbered(*range(20), log=log))
    before = everything(history)
    table, end = numbered(*range(20, 40), log=log)

    with monkeypatch.context() as patch:
        patch.setattr(history_module, "replace_file", killed)
        with pytest.raises(Killed):
            history.append(table, end)

    again = History(tmp_path)
    assert everything(again) == before == everything(history)
    again.append(table, end)
    assert sorted(numbers_in([pa.Table.from_pylist(everything(again))])) == list(range(40))
    assert len(list(tmp_path.rglob("*.parquet"))) == sum(again.parts_in(bucket) for bucket in range(16))


class Killed(BaseException):
    pass


def killed(*_):
    raise Killed


def test_a_reader_reads_on_while_its_files_are_replaced(tmp_path):
    log, history = MemoryLog(3), History(tmp_path, buckets=1)
    history.append(*numbered(*range(20), log=log))
    history.append(*numbered(*range(20, 40), log=log))
    view = history._published
    expected = history.scan(0).to_pylist()

    history.compact(0)

    assert view.table(view.parts_of(0)).to_pylist() == expected


@pytest.mark.parametrize("what", ["missing", "damaged"])
def test_a_part_or_manifest_that_is_not_as_written_is_told(tmp_path, what):
    history = History(tmp_path)
    history.append(*numbered(1))
    [part] = tmp_path.rglob("*.parquet")
    if what == "missing":
        part.unlink()
    else:
        (tmp_path / "history.json").write_text("{")

    with pytest.raises(LogError, match=what):
        History(tmp_path)


def test_the_number_of_buckets_is_a_power_of_two(tmp_path):
    with pytest.raises(ValueError, match="power of two"):
        History(tmp_path, buckets=12)


def test_a_table_without_a_column_is_refused(tmp_path):
    table, end = numbered(*range(3))

    with pytest.raises(LogError, match="lacks the columns hash"):
        History(tmp_path).append(table.drop_columns(["hash"]), end)


def test_an_empty_history_has_no_rows_and_all_columns(tmp_path):
    history = History(tmp_path)

    assert (history.rows, dict(history.positions)) == (0, {})
    assert history.scan(3).schema == STORED
    assert history.rows_of(["u:c1"]).num_rows == history.rows_of([]).num_rows == 0
    history.compact(3)
    history.erase({"u:c1": {0: 1}})
    assert history.scan(3, ["key", "time"]).column_names == ["key", "time"]


def test_the_hash_of_an_erased_message_is_still_there(tmp_path):
    history = History(tmp_path)
    history.append(*numbered(1))

    history.erase({"u:c1": history.positions})

    assert everything(history, ["hash", "payload"]) == [{"hash": digest("m1"), "payload": b"{}"}]
