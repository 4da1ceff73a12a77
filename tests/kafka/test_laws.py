"""The laws of a log, held against Kafka: the same tests as for the other backends."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from tests.kafka.making import kafka_log
from tests.log.test_every_log import *  # noqa: F403 - the laws
from tests.log.test_every_log import POSITIONS, STEPS, reads_as_lists


@pytest.fixture
def log(broker, tmp_path):
    with kafka_log(broker, tmp_path / "mirror") as log:
        yield log


@settings(max_examples=10)
@given(steps=STEPS, where=POSITIONS)
def test_any_log_reads_as_a_list_for_each_partition(broker, tmp_path_factory, steps, where):
    with kafka_log(broker, tmp_path_factory.mktemp("log") / "mirror") as log:
        reads_as_lists(log, steps, where)
