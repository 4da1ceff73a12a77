"""The promise itself, with the messages on Kafka: some lives of `tests/test_exact.py` over a real topic each."""

from __future__ import annotations

from hypothesis import given, settings
from tests.kafka.making import made

from hundredfold.log.kafka.log import KafkaLog
from hundredfold.log.kafka.record import records_of
from hundredfold.log.kafka.sender import Sender
from hundredfold.log.rows import UNPLACED
from lives import agree
from worlds import NUMBERS, World, many_worlds


@settings(max_examples=5)
@given(many_worlds(), NUMBERS)
def test_engine_rebuild_and_audit_agree(broker, tmp_path_factory, world: World, seed: int):
    client = made(broker, world.partitions)
    sender = Sender(client, client.topic("events"), world.partitions)
    rows = world.table.sort_by([("partition", "ascending"), ("offset", "ascending")])
    sender.send(records_of(rows.select(UNPLACED.names)), rows["partition"].to_pylist())
    sender.close()

    with KafkaLog(client, tmp_path_factory.mktemp("log") / "mirror", partitions=world.partitions) as log:
        assert sum(table.num_rows for table in log.read({})) == rows.num_rows
        agree(world, seed, log)
