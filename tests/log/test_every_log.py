"""The laws of a log, held against every backend."""

from __future__ import annotations

import threading
from random import Random

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs
from tests.log.messages import by_partition, entries, entry, numbers_in, table_of

from hundredfold.errors import LogError
from hundredfold.log.base import Log, advanced
from hundredfold.log.embedded import EmbeddedLog
from hundredfold.log.memory import MemoryLog
from hundredfold.log.partition import partition_of
from hundredfold.log.rows import MARKER
from hundredfold.log.stored import STORED

BACKENDS = ("memory", "memory, shuffled", "embedded", "embedded, tiny segments")


def opened(backend, folder, partitions=3) -> Log:
    match backend:
        case "memory":
            return MemoryLog(partitions)
        case "memory, shuffled":
            return MemoryLog(partitions, shuffle=Random(7))
        case "embedded":
            return EmbeddedLog(folder, partitions=partitions, reserve_bytes=0)
    return EmbeddedLog(folder, partitions=partitions, reserve_bytes=0, segment_bytes=3_000)


@pytest.fixture(params=BACKENDS)
def log(request, tmp_path):
    log = opened(request.param, tmp_path / "log")
    yield log
    log.close()


def test_a_message_is_read_as_it_was_stored(log):
    message = entry(8, payload='{"city":"São Paulo"}'.encode())

    [(partition, offset)] = log.append([message])

    [table] = log.read({})
    assert table.schema == STORED
    row = table.to_pylist()[0]
    assert (row.pop("partition"), row.pop("offset")) == (partition, offset) == (partition_of("u:c1", 3), 0)
    assert row == {name: getattr(message, name) for name in row}


def test_offsets_count_every_partition_without_a_hole_and_keep_the_order_of_appending(log):
    for first in range(0, 60, 6):
        log.append(entries(*range(first, first + 6)))

    found = by_partition(log.read({}))

    for partition, messages in found.items():
        expected = [f"m{n}" for n in range(60) if partition_of(f"u:c{n % 7}", 3) == partition]
        assert messages == list(enumerate(expected))
    assert log.end() == {partition: len(found.get(partition, [])) for partition in range(3)}


def test_the_places_returned_are_where_the_messages_lie(log):
    messages = entries(*range(20))

    places = log.append(messages)

    found = {
        (partition, offset): name for partition, rows in by_partition(log.read({})).items() for offset, name in rows
    }
    assert [found[place] for place in places] == [message.message_id for message in messages]


def test_a_second_reading_equals_the_first(log):
    for number in range(30):
        log.append([entry(number)])

    first, second = by_partition(log.read({})), by_partition(log.read({}))

    assert first == second
    assert sum(len(rows) for rows in first.values()) == 30


def test_reading_on_from_where_a_chunk_ended_gives_every_message_once(log):
    log.append_table(table_of(range(50)))
    log.append(entries(*range(50, 70)))
    position, seen = {}, []

    while chunk := next(log.read(position, limit_rows=4), None):
        assert 1 <= chunk.num_rows <= 4
        seen.append(chunk)
        position = advanced(position, chunk)

    assert sorted(numbers_in(seen)) == list(range(70))
    assert position == {p: n for p, n in log.end().items() if n}


def test_chunks_have_at_most_the_rows_asked_for_and_leave_nothing_out(log):
    for first in range(0, 40, 5):
        log.append(entries(*range(first, first + 5)))

    chunks = list(log.read({}, limit_rows=7))

    assert all(chunk.num_rows <= 7 for chunk in chunks)
    assert sorted(numbers_in(chunks)) == list(range(40))


def test_a_small_limit_of_bytes_gives_small_chunks(log):
    for number in range(12):
        log.append([entry(number, payload=b'{"n":%d}' % number + b" " * 500)])

    chunks = list(log.read({}, limit_bytes=2_000))

    assert len(chunks) >= 3
    assert sum(chunk.num_rows for chunk in chunks) == 12


def test_a_reader_sees_its_own_write_at_once(log):
    for number in range(10):
        end = log.end()
        log.append([entry(number)])

        assert numbers_in(log.read(end)) == [number]


def test_a_reading_ends_where_the_log_ended_when_it_began(log):
    log.append(entries(1, 2))

    reading = log.read({})
    log.append(entries(3))

    assert sorted(numbers_in(reading)) == [1, 2]


def test_appending_nothing_changes_nothing(log):
    assert log.append([]) == []
    assert log.append_table(table_of([])) == {0: 0, 1: 0, 2: 0}
    assert list(log.read({})) == []


def test_one_bad_message_among_good_ones_stores_none_of_them(log):
    log.append(entries(1))
    broken = entry(3, payload=b"{}")
    structs.force_setattr(broken, "time", "noon")

    with pytest.raises((LogError, pa.ArrowException)):
        log.append([entry(2), broken, entry(4)])
    structs.force_setattr(broken, "time", None)
    with pytest.raises((LogError, ValueError)):
        log.append([entry(2), broken, entry(4)])

    assert numbers_in(log.read({})) == [1]
    log.append(entries(5))
    assert sorted(numbers_in(log.read({}))) == [1, 5]


def test_a_table_is_split_by_the_keys_of_its_rows(log):
    end = log.append_table(table_of(range(40)))

    tables = list(log.read({}))

    assert end == log.end()
    for table in tables:
        assert table["partition"].to_pylist() == [partition_of(key, 3) for key in table["key"].to_pylist()]
    assert sorted(numbers_in(tables)) == list(range(40))


def test_a_table_that_lacks_a_column_is_refused_by_name(log):
    with pytest.raises(LogError, match="content"):
        log.append_table(table_of(range(3)).drop_columns(["content"]))

    assert log.end() == {0: 0, 1: 0, 2: 0}


def test_only_the_time_of_sending_may_be_missing(log):
    table = table_of(range(3))
    n = table.schema.get_field_index("received")

    with pytest.raises(LogError, match="received"):
        log.append_table(table.set_column(n, table.field(n), pa.nulls(3, pa.int64())))

    assert list(log.read({})) == []


def test_a_marker_lies_in_every_partition_behind_what_it_covers(log):
    log.append(entries(*range(10)))
    before = log.end()

    covered = log.mark("batch-1", {"cut": 17}, time=99)
    log.append(entries(*range(10, 20)))

    assert covered == before
    markers = {}
    for table in log.read({}):
        for row in table.to_pylist():
            if row["kind"] == MARKER:
                markers[row["partition"]] = row["offset"]
                assert (row["message_id"], row["payload"], row["received"]) == ("batch-1", b'{"cut":17}', 99)
            else:
                n = int(row["payload"][5:-1])
                assert (row["offset"] < covered[row["partition"]]) == (n < 10)
    assert markers == covered


def test_fetching_returns_the_messages_in_the_order_asked_for(log):
    places = dict(zip(range(40), log.append(entries(*range(40))), strict=True))
    asked = [31, 2, 2, 17, 0, 39]

    table = log.fetch([places[n] for n in asked])

    assert numbers_in([table]) == asked
    assert log.fetch([]).num_rows == 0


@pytest.mark.parametrize("place", [(0, 1_000), (0, -1), (3, 0), (-1, 0)])
def test_fetching_a_place_without_a_message_is_refused(log, place):
    log.append(entries(*range(10)))

    with pytest.raises(LogError, match="no message"):
        log.fetch([place])


def test_trimming_keeps_everything_behind_and_tells_where_the_log_begins(log):
    for first in range(0, 60, 10):
        log.append(entries(*range(first, first + 10)))
    whole = by_partition(log.read({}))
    cut = {partition: offset // 2 for partition, offset in log.end().items()}

    log.trim(cut)

    begins = log.start()
    assert all(begins[partition] <= cut[partition] for partition in cut)
    kept = by_partition(log.read(begins))
    assert kept == {p: [row for row in rows if row[0] >= begins[p]] for p, rows in whole.items()}


def test_trimming_beyond_the_end_keeps_the_next_offsets(log):
    log.append(entries(*range(10)))
    end = log.end()

    log.trim({partition: offset + 100 for partition, offset in end.items()})

    assert log.end() == end
    places = log.append(entries(*range(10, 20)))
    assert min(offset for _, offset in places) >= min(end.values())


def test_reading_what_retention_took_is_refused_and_not_skipped(log):
    for number in range(60):
        log.append([entry(number)])
    log.trim(log.end())

    if any(log.start().values()):
        with pytest.raises(LogError, match="begins at"):
            log.read({})


def test_positions_of_another_log_are_refused(log):
    with pytest.raises(LogError, match="partition 3"):
        log.read({3: 1})


def test_waiting_ends_at_once_when_a_message_comes(log):
    end, woken = log.end(), []
    waiting = threading.Thread(target=lambda: woken.append(log.wait(end, 60)))
    waiting.start()

    log.append(entries(1))

    waiting.join(30)
    assert woken == [True]


def test_waiting_for_what_is_there_returns_at_once_and_for_nothing_ends_with_the_time(log):
    log.append(entries(1))

    assert log.wait({}, 60) is True
    assert log.wait(log.end(), 0.01) is False


def test_many_threads_append_without_loss_and_each_keeps_its_order(log):
    def write(writer):
        for turn in range(20):
            log.append([entry(writer * 1_000 + turn, key=f"u:w{writer}")])

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    numbers = numbers_in(log.read({}))
    assert len(numbers) == 160
    for writer in range(8):
        assert [n % 1_000 for n in numbers if n // 1_000 == writer] == list(range(20))


def test_a_closed_log_refuses_messages(log):
    log.append(entries(1))
    log.close()

    with pytest.raises(LogError, match="closed"):
        log.append(entries(2))


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("append"), st.integers(0, 5)),
        st.tuples(st.just("table"), st.integers(0, 9)),
        st.tuples(st.just("mark"), st.just(0)),
        st.tuples(st.just("trim"), st.integers(0, 20)),
    ),
    max_size=25,
)
POSITIONS = st.lists(st.integers(0, 40), min_size=3, max_size=3)


@pytest.mark.parametrize("backend", BACKENDS)
@settings(max_examples=25, deadline=None)
@given(steps=STEPS, where=POSITIONS)
def test_any_log_reads_as_a_list_for_each_partition(tmp_path_factory, backend, steps, where):
    log = opened(backend, tmp_path_factory.mktemp("log"))
    reads_as_lists(log, steps, where)
    log.close()


def reads_as_lists(log, steps, where):
    """Goes through steps and holds the log against a list for each partition."""
    model, number = {0: [], 1: [], 2: []}, 0
    for what, size in steps:
        made = [entry(number + n) for n in range(size)]
        match what:
            case "append":
                log.append(made)
            case "table":
                log.append_table(table_of(range(number, number + size)))
            case "mark":
                assert log.mark(f"k{number}", {}) == {p: len(rows) for p, rows in model.items()}
                for rows in model.values():
                    rows.append(f"k{number}")
                number += 1
            case "trim":
                log.trim(dict.fromkeys(model, size))
        if what in ("append", "table"):
            for message in made:
                model[partition_of(message.key, 3)].append(message.message_id)
            number += size

    begins = log.start()
    after = {p: max(begins[p], offset) for p, offset in enumerate(where)}
    found = by_partition(log.read(after, limit_rows=6))

    assert log.end() == {p: len(rows) for p, rows in model.items()}
    expected = {p: list(enumerate(rows))[after[p] :] for p, rows in model.items()}
    assert found == {p: rows for p, rows in expected.items() if rows}
