"""Killed, stopped and cut-off processes and brokers: every acknowledged order counts once, and all say the same."""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random, SystemRandom

import pytest
from tests.kafka.cluster import PARTITIONS, Found, cluster_of
from tests.kafka.conftest import Broker
from tests.kafka.faults import (
    FAULTS,
    an_ingest_process_is_killed,
    connections_are_reset,
    rounds_of_faults,
    still,
)
from tests.kafka.proxy import Proxy

PLANTED = Path(__file__).with_name("planted.py")


@pytest.fixture(scope="module")
def proxy():
    proxy = Proxy()
    yield proxy
    proxy.close()


@pytest.fixture(scope="module")
def behind(proxy, tmp_path_factory):
    """A broker that is reached through the proxy only."""
    broker = Broker(tmp_path_factory.mktemp("behind"), proxy)
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture
def cluster(behind, proxy, tmp_path):
    with cluster_of(behind, proxy, tmp_path / "shop") as cluster:
        yield cluster


def planted(fault):
    return [sys.executable, str(PLANTED), fault]


@pytest.mark.timeout(1800)
def test_faults_lose_nothing_acknowledged_and_double_nothing(cluster):
    wrong = rounds_of_faults(cluster, len(FAULTS), 1)  # every fault once

    assert not wrong
    assert cluster.topic.copies > 0
    assert cluster.proxy.cuts > 0
    assert {PARTITIONS} < {len(partitions) for partitions in cluster.topic.markers.values()}


@pytest.mark.slow
@pytest.mark.timeout(21600)
def test_two_hundred_faults_lose_nothing_and_double_nothing(cluster):
    assert not rounds_of_faults(cluster, 200, SystemRandom().randrange(1_000_000_000))


STILL = {
    "ingest": lambda cluster: cluster.ingests[0].process.pid,
    "live": lambda cluster: cluster.live.process.pid,
    "broker": lambda cluster: cluster.broker.process,
}


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("process", STILL.values(), ids=STILL)
def test_a_minute_without_a_sign_of_life_loses_nothing(cluster, process):
    cluster.round(lambda cluster, _: still(process(cluster), 60), Random(1))

    assert cluster.found() == Found()


@pytest.mark.timeout(900)
def test_the_faults_find_a_process_that_acknowledges_before_it_is_durable(behind, proxy, tmp_path):
    early = planted("acknowledges_before_it_is_durable")
    with cluster_of(behind, proxy, tmp_path / "shop", ingests=1, ingest=early, kafka="{linger.ms: 200}") as cluster:
        cluster.round(an_ingest_process_is_killed, Random(1))

        assert cluster.found().lost


@pytest.mark.timeout(900)
def test_the_faults_find_duplicates_that_are_counted(behind, proxy, tmp_path):
    twice = planted("counts_duplicates")
    with cluster_of(behind, proxy, tmp_path / "shop", ingests=1, live=twice) as cluster:
        while not cluster.topic.copies:
            cluster.round(connections_are_reset, Random(1))
            found = cluster.found()

        assert found.differing
        assert found.mismatches
        assert not found.lost
