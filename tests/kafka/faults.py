"""What goes wrong in a cluster, one thing in each round. Each fault leaves everything started again."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from random import Random

from tests.app.shop import hf
from tests.kafka.cluster import PARTITIONS, PATIENCE, Found


def an_ingest_process_is_killed(cluster, random):
    part = random.choice(cluster.ingests)
    part.end(signal.SIGKILL)
    part.start()


def the_live_process_is_killed(cluster, random):
    cluster.live.end(signal.SIGKILL)
    time.sleep(random.random() / 5)
    cluster.live.start()


def the_broker_is_killed(cluster, random):
    cluster.broker.kill()
    time.sleep(random.random() / 5)
    cluster.broker.start()


def everything_is_killed(cluster, random):
    victims = [*(lambda part=part: part.end(signal.SIGKILL) for part in cluster.parts), cluster.broker.kill]
    random.shuffle(victims)
    for kill in victims:
        kill()
    cluster.broker.start()
    for part in cluster.parts:
        part.start()


def a_process_stands_still(cluster, random):
    still(random.choice(cluster.parts).process.pid, random.random())


def the_broker_stands_still(cluster, random):
    still(cluster.broker.process, random.random())


def still(process, seconds):
    os.kill(process, signal.SIGSTOP)
    time.sleep(seconds)
    os.kill(process, signal.SIGCONT)


def connections_are_reset(cluster, random):
    for _ in range(random.randint(1, 5)):
        cluster.proxy.cut()
        time.sleep(random.random() / 5)


def connections_stall(cluster, random):
    """What was sent arrives late, perhaps when its sender is dead, or never."""
    cluster.proxy.hold()
    time.sleep(random.random() / 2)
    dead = random.choice([None, *cluster.ingests])
    if dead is not None:
        dead.end(signal.SIGKILL)
    if random.random() < 0.5:
        cluster.proxy.cut()
    cluster.proxy.go_on()
    if dead is not None:
        dead.start()


def the_live_process_is_killed_while_it_marks(cluster, random):
    """The marker of a batch is in some partitions only."""
    cluster.proxy.hold_after(random.randint(1, PARTITIONS - 1), b"batch-")
    with ThreadPoolExecutor(1) as pool:
        batch = pool.submit(cluster.batch)
        assert cluster.proxy.held.wait(PATIENCE)
        cluster.live.end(signal.SIGKILL)
        cluster.proxy.cut()
        cluster.proxy.go_on()
        batch.result()
    cluster.live.start()


def the_live_process_is_killed_in_a_batch(cluster, random):
    with ThreadPoolExecutor(1) as pool:
        batch = pool.submit(cluster.batch)
        time.sleep(random.random())
        cluster.live.end(signal.SIGKILL)
        batch.result()
    cluster.live.start()


def something_else_fails_during_a_batch(cluster, random):
    with ThreadPoolExecutor(1) as pool:
        batch = pool.submit(cluster.batch)
        time.sleep(random.random() / 5)
        random.choice([connections_are_reset, connections_stall, the_broker_stands_still, the_broker_is_killed])(
            cluster, random
        )
        batch.result()


FAULTS = [
    an_ingest_process_is_killed,
    the_live_process_is_killed_while_it_marks,
    the_broker_is_killed,
    connections_are_reset,
    the_live_process_is_killed,
    a_process_stands_still,
    connections_stall,
    the_broker_stands_still,
    something_else_fails_during_a_batch,
    the_live_process_is_killed_in_a_batch,
    everything_is_killed,
]


def rounds_of_faults(cluster, rounds, first_seed):
    """Rounds on one and the same cluster, each from a seed of its own; by the seed, what was wrong after a round."""
    wrong = {}
    for turn in range(rounds):
        seed, fault = first_seed + turn, FAULTS[turn % len(FAULTS)]
        began = time.monotonic()
        cluster.round(fault, Random(seed))
        found = cluster.found()
        print(f"seed {seed}: {fault.__name__}, {time.monotonic() - began:.1f} s, {found}")
        if found != Found():
            wrong[seed] = fault.__name__, found
    assert hf("batch", folder=cluster.folder).code == 0
    found = cluster.found()
    return wrong if found == Found() else {**wrong, None: ("the batch at last", found)}
