"""The mirror is a cache: lost, damaged or behind, it is made anew from what the broker has."""

from __future__ import annotations

import shutil

import pytest
from tests.kafka.making import kafka_log, made, made_anew
from tests.log.messages import by_partition, entries, numbers_in, table_of

from hundredfold.errors import LogError
from hundredfold.log.embedded import EmbeddedLog
from hundredfold.log.kafka.log import KafkaLog


@pytest.fixture
def written(broker, tmp_path):
    """A client, and the folder of a mirror of 100 messages."""
    client = made(broker)
    with KafkaLog(client, tmp_path / "mirror", partitions=3) as log:
        log.append_table(table_of(range(100)))
        assert len(numbers_in(log.read({}))) == 100
    return client, tmp_path / "mirror"


def damage(folder, place=None):
    """Turns a bit of a segment, in its middle or at some byte."""
    path = max(folder.glob("segment-*.log"))
    content = bytearray(path.read_bytes())
    content[len(content) // 2 if place is None else place] ^= 1
    path.write_bytes(content)


def read_for_ever(log):
    while True:
        list(log.read(log.end()))


def test_another_process_goes_on_where_the_mirror_ends(written):
    client, folder = written
    with KafkaLog(client, folder, partitions=3) as log:
        log.append(entries(100, 101))

        assert sorted(numbers_in(log.read({}))) == list(range(102))


def test_a_lost_mirror_is_made_anew_at_the_same_places(written):
    client, folder = written
    with KafkaLog(client, folder, partitions=3) as log:
        before = by_partition(log.read({}))
    shutil.rmtree(folder)

    with KafkaLog(client, folder, partitions=3) as log:
        assert by_partition(log.read({})) == before


def test_a_mirror_that_is_found_damaged_at_the_start_is_made_anew(written):
    client, folder = written
    damage(folder)

    with KafkaLog(client, folder, partitions=3) as log:
        assert sorted(numbers_in(log.read({}))) == list(range(100))


def test_a_mirror_that_is_damaged_while_it_is_used_is_made_anew(written):
    client, folder = written
    with KafkaLog(client, folder, partitions=3) as log:
        places = log.append(entries(100))
        log.append(entries(101))
        damage(folder, place=0)  # what a frame begins with is looked at each time, its rows only the first time

        assert sorted(numbers_in(log.read({}))) == list(range(102))
        assert numbers_in([log.fetch(places)]) == [100]


def test_a_process_beside_reads_the_mirror_as_an_embedded_log(written):
    client, folder = written
    with KafkaLog(client, folder, partitions=3) as log, EmbeddedLog(folder, read_only=True) as beside:
        marker = log.mark("batch-1", {}, time=5)

        assert beside.end() == {partition: offset + 1 for partition, offset in marker.items()}
        assert sorted(numbers_in(beside.read({}))) == list(range(100))


def test_a_new_mirror_begins_where_the_broker_does(written):
    client, folder = written
    with KafkaLog(client, folder, partitions=3) as log:
        cut = {partition: offset // 2 for partition, offset in log.end().items()}
        whole = by_partition(log.read({}))
        log.trim(cut)
    shutil.rmtree(folder)

    with KafkaLog(client, folder, partitions=3) as log:
        assert log.start() == cut
        assert by_partition(log.read(cut)) == {p: rows[cut[p] :] for p, rows in whole.items()}
        with pytest.raises(LogError, match="begins at"):
            log.read({})


def test_a_mirror_that_ends_before_what_the_broker_still_has_is_made_anew(written, tmp_path):
    client, folder = written
    with KafkaLog(client, tmp_path / "other", partitions=3) as log:
        log.append(entries(*range(100, 160)))
        end = log.end()
        log.trim(end)

    with KafkaLog(client, folder, partitions=3) as log:
        assert log.start() == log.end() == end


def test_what_another_process_appends_is_read(broker, tmp_path):
    client = made(broker)
    with (
        KafkaLog(client, tmp_path / "one", partitions=3) as one,
        KafkaLog(client, tmp_path / "other", partitions=3) as other,
    ):
        for number in range(5):
            one.append(entries(number))

            assert numbers_in(other.read({}))[-1:] != []
            assert sorted(numbers_in(other.read({}))) == list(range(number + 1))
            assert (other.behind, other.trouble) == (0, "")


def test_a_topic_that_was_made_anew_is_not_taken_for_the_old_one(written):
    client, folder = written
    made_anew(client)

    with pytest.raises(LogError, match="made anew"):
        KafkaLog(client, folder, partitions=3)


def test_a_topic_that_is_made_anew_under_a_running_log_is_told(broker, tmp_path):
    with kafka_log(broker, tmp_path / "mirror", patience=5) as log:
        log.append(entries(*range(50)))
        assert len(numbers_in(log.read({}))) == 50
        made_anew(log.client)

        with pytest.raises(LogError, match="made anew"):
            read_for_ever(log)
