"""Messages as records: every column comes back, and what is no message is passed over and told."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from hypothesis import given
from hypothesis import strategies as st
from tests.app.serving import until
from tests.kafka.making import kafka_log, made
from tests.log.messages import digest, entries, entry, numbers_in

from hundredfold.errors import LogError
from hundredfold.log.kafka.client import EVENTS
from hundredfold.log.kafka.log import KafkaLog
from hundredfold.log.kafka.record import MOST_BYTES, Raw, Raws, record_of, records_of, rows_of
from hundredfold.log.rows import MARKER, UNPLACED, columns_of
from hundredfold.log.stored import STORED
from hundredfold.words.message import KINDS, TRUSTS, Entry

TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)
TIMES = st.integers(-(2**63), 2**63 - 1)
HASHES = st.binary(min_size=16, max_size=16)
ENTRIES = st.builds(
    Entry,
    kind=st.integers(0, len(KINDS) - 1),
    key=TEXTS,
    message_id=TEXTS,
    hash=HASHES,
    content=HASHES,
    time=TIMES,
    received=TIMES,
    sent=st.none() | TIMES,
    trust=st.integers(0, len(TRUSTS) - 1),
    source=TEXTS,
    payload=st.binary(max_size=30),
    flagged=st.booleans(),
)


def consumed(records):
    return columns([Raw(n % 3, n // 3, record.key, record.value, record.header) for n, record in enumerate(records)])


def columns(records):
    return Raws(*zip(*records, strict=True)) if records else Raws((), (), (), (), ())


@given(st.lists(ENTRIES, max_size=8))
def test_every_column_comes_back_from_records_of_entries_and_of_tables(messages):
    batch = columns_of(messages)

    from_entries = list(map(record_of, messages))
    from_table = list(records_of(pa.Table.from_batches([batch])))
    table = rows_of(consumed(from_entries), poisoned=pytest.fail)

    assert from_entries == from_table
    assert table.schema == STORED
    table.validate(full=True)
    assert table.select(UNPLACED.names).to_pylist() == batch.to_pylist()
    assert table["offset"].to_pylist() == [n // 3 for n in range(len(messages))]


BROKEN = {
    "no header": Raw(0, 0, b"u:c1", b"{}", None),
    "no value": Raw(0, 0, b"u:c1", None, record_of(entry(1)).header),
    "no key": Raw(0, 0, None, b"{}", record_of(entry(1)).header),
    "an empty header": Raw(0, 0, b"u:c1", b"{}", b""),
    "a header cut off": Raw(0, 0, b"u:c1", b"{}", record_of(entry(1)).header[:-1]),
    "a header that goes on": Raw(0, 0, b"u:c1", b"{}", record_of(entry(1)).header + b"x"),
    "a newer version": Raw(0, 0, b"u:c1", b"{}", b"\x02" + record_of(entry(1)).header[1:]),
    "an unknown kind": Raw(0, 0, b"u:c1", b"{}", b"\x01\xc8" + record_of(entry(1)).header[2:]),
    "an unknown trust": Raw(0, 0, b"u:c1", b"{}", b"\x01\x00\xc8" + record_of(entry(1)).header[3:]),
    "a key that is no text": Raw(0, 0, b"\xff\xfe", b"{}", record_of(entry(1)).header),
    "an id that is no text": Raw(0, 0, b"u:c1", b"{}", record_of(entry(1)).header[:-1] + b"\xff"),
    "a value too large": Raw(0, 0, b"u:c1", bytes(MOST_BYTES + 1), record_of(entry(1)).header),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("place", [0, 3, 7])
def test_what_is_no_message_is_passed_over_and_told_and_what_stands_around_it_is_read(broken, place):
    records = [Raw(0, n, *record_of(entry(n))) for n in range(8)]
    records[place] = broken._replace(offset=place)
    told = []

    table = rows_of(columns(records), told.append)

    assert [(poison.partition, poison.offset) for poison in told] == [(0, place)]
    assert told[0].reason
    assert table["offset"].to_pylist() == list(range(8))
    assert table["kind"].to_pylist() == [MARKER if n == place else 0 for n in range(8)]
    assert numbers_in([table]) == [n for n in range(8) if n != place]


def test_the_reason_of_a_newer_version_says_what_to_do():
    told = []

    rows_of(columns([BROKEN["a newer version"]]), told.append)

    assert "version 2" in told[0].reason
    assert "newer" in told[0].reason


def test_a_stock_consumer_sees_the_id_and_the_json(broker, tmp_path):
    client = made(broker)
    with KafkaLog(client, tmp_path / "mirror", partitions=3) as log:
        [(partition, offset)] = log.append([entry(8, payload='{"city":"São Paulo"}'.encode())])

    consumer = Consumer({"bootstrap.servers": broker.address, "group.id": "somebody"})
    consumer.assign([TopicPartition(client.topic(EVENTS), partition, offset)])
    message = consumer.poll(30)
    consumer.close()

    assert message.key() == b"u:c1"
    assert json.loads(message.value()) == {"city": "São Paulo"}
    assert [name for name, _ in message.headers()] == ["hf"]


def test_poison_in_the_topic_does_not_stop_anybody(broker, tmp_path):
    client, told = made(broker), []
    producer = Producer({"bootstrap.servers": broker.address})
    with KafkaLog(client, tmp_path / "mirror", partitions=3, poisoned=told.append) as log:
        log.append(entries(1, 2, 3))
        for number in range(3):
            producer.produce(client.topic(EVENTS), b"not ours", b"key", number % 3)
        producer.flush()
        log.append(entries(4, 5, 6))

        tables = list(log.read({}))

        assert sorted(numbers_in(tables)) == [1, 2, 3, 4, 5, 6]
        assert len(told) == 3
        assert told[0].value == b"not ours"
        assert {p: log.fetch([(p, one.offset)])["kind"].to_pylist() for p, one in ((t.partition, t) for t in told)} == {
            p: [MARKER] for p in range(3)
        }


def test_a_message_that_kafka_would_not_take_is_refused_before_anything_is_sent(broker, tmp_path):
    with kafka_log(broker, tmp_path / "mirror") as log:
        with pytest.raises(LogError, match="bytes"):
            log.append([entry(1), entry(2, payload=bytes(MOST_BYTES + 1))])

        assert list(log.read({})) == []


def end_of(broker, topic):
    """Where the only partition of a topic ends."""
    consumer = Consumer({"bootstrap.servers": broker.address, "group.id": "end"})
    try:
        return consumer.get_watermark_offsets(TopicPartition(topic, 0), timeout=30)[1]
    finally:
        consumer.close()


def test_offsets_that_a_transaction_takes_are_filled(broker, tmp_path):
    client = made(broker, 1)
    producer = Producer({"bootstrap.servers": broker.address, "transactional.id": client.prefix})
    producer.init_transactions(60)
    with KafkaLog(client, tmp_path / "mirror", partitions=1) as log:
        for number, end in ((1, producer.commit_transaction), (2, producer.abort_transaction)):
            producer.begin_transaction()
            record = record_of(entry(number))
            producer.produce(client.topic(EVENTS), record.value, record.key, 0, headers=[("hf", record.header)])
            producer.flush()
            end()
            # The coordinator writes the marker of an end in its own time.
            until(lambda both=2 * number: end_of(broker, client.topic(EVENTS)) == both)
        last = log.append([entry(3)])

        tables = list(log.read({}))

        assert numbers_in(tables) == [1, 3]
        assert last == [(0, 4)]
        assert np.concatenate([table["offset"].to_numpy() for table in tables]).tolist() == [0, 1, 2, 3, 4]


def test_the_end_of_a_topic_may_be_no_message(broker, tmp_path):
    client = made(broker, 1)
    producer = Producer({"bootstrap.servers": broker.address, "transactional.id": client.prefix})
    producer.init_transactions(60)
    producer.begin_transaction()
    record = record_of(entry(1))
    producer.produce(client.topic(EVENTS), record.value, record.key, 0, headers=[("hf", record.header)])
    producer.commit_transaction()

    with KafkaLog(client, tmp_path / "mirror", partitions=1) as log:
        assert numbers_in(log.read({})) == [1]
        assert log.end() == {0: 2}


def test_a_message_id_with_another_digest_is_kept_as_it_is():
    message = entry(1)

    [row] = rows_of(columns([Raw(0, 0, *record_of(message))]), pytest.fail).to_pylist()

    assert row["hash"] == digest("m1")
