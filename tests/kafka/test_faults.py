"""Brokers that go away and come back: what was acknowledged is there, what was not was refused in time."""

from __future__ import annotations

import threading
import time

import pytest
from tests.kafka.making import append_when_it_answers, kafka_log, made
from tests.log.messages import entries, entry, numbers_in

from hundredfold.errors import LogError, LogUnavailable
from hundredfold.log.kafka.client import EVENTS, Client
from hundredfold.log.kafka.log import KafkaLog
from hundredfold.log.kafka.topics import Topics


def test_a_broker_that_is_killed_and_started_again_loses_nothing_that_was_acknowledged(broker, tmp_path):
    acknowledged, refused = [], []

    def write(log, over):
        number = 0
        while not over.is_set():
            number += 1
            try:
                log.append([entry(number)])
                acknowledged.append(number)
            except LogUnavailable:
                refused.append(number)

    with kafka_log(broker, tmp_path / "mirror") as log:
        over = threading.Event()
        writing = threading.Thread(target=write, args=(log, over))
        writing.start()
        while len(acknowledged) < 20:
            time.sleep(0.01)
        broker.restart()
        before = len(acknowledged)
        while len(acknowledged) < before + 20:
            time.sleep(0.01)
        over.set()
        writing.join()

        stored = numbers_in(log.read({}))

    assert len(stored) == len(set(stored))
    assert set(acknowledged) <= set(stored) <= {*acknowledged, *refused}


def test_a_broker_that_does_not_answer_is_told_in_time_and_everything_goes_on_afterwards(broker, tmp_path):
    with kafka_log(broker, tmp_path / "mirror", patience=1, **{"delivery.timeout.ms": 1_000}) as log:
        log.append(entries(1))
        assert numbers_in(log.read({})) == [1]
        broker.pause()
        try:
            began = time.monotonic()
            with pytest.raises(LogUnavailable):
                log.append(entries(2))
            with pytest.raises(LogUnavailable):
                list(log.read({}))
            assert numbers_in([log.fetch([(p, 0) for p, end in log.end().items() if end])]) == [1]
            assert log.wait(log.end(), 0.01) is False
            assert time.monotonic() - began < 30
        finally:
            broker.resume()

        append_when_it_answers(log, entries(3))

        assert {1, 3} <= set(numbers_in(log.read({}))) <= {1, 2, 3}


def test_a_broker_that_has_answered_and_is_gone_does_not_answer_rather_than_refuse(broker):
    topics = Topics(made(broker), patience=1)
    begins = topics.start(EVENTS, 3)
    broker.kill()
    try:
        for _ in range(2):
            with pytest.raises(LogUnavailable):
                topics.end(EVENTS, 3)
    finally:
        broker.start()

    while True:
        try:
            assert topics.end(EVENTS, 3) == begins
            break
        except LogUnavailable:
            continue


def test_where_nobody_listens_opening_says_so(broker, tmp_path):
    with pytest.raises(LogUnavailable, match=r"127\.0\.0\.1:1"):
        KafkaLog(Client("127.0.0.1:1"), tmp_path / "mirror", partitions=3, patience=0.5)


def test_a_closed_log_has_stored_what_was_submitted(broker, tmp_path):
    log = kafka_log(broker, tmp_path / "mirror")
    futures = [log.submit(entries(number)) for number in range(50)]

    log.close()

    assert all(future.result(0) for future in futures)
    with pytest.raises(LogError, match="closed"):
        log.submit(entries(51))
