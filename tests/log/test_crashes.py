"""Killed processes, torn files and full disks: what was acknowledged is there, once, in order."""

from __future__ import annotations

import os
import shutil
import signal
import time
from contextlib import suppress
from itertools import pairwise
from multiprocessing import get_context
from random import Random

import pytest
from tests.log.appending import append_numbers
from tests.log.messages import entries, numbers_in

from hundredfold.log.embedded import EmbeddedLog
from hundredfold.log.segment import segment_paths

PROCESSES = get_context("forkserver")
"""Processes that begin where the log has been imported already: a thousand of them take a minute, not half an hour."""
PROCESSES.set_forkserver_preload(["__main__", "hundredfold.log.embedded"])


def test_a_killed_process_loses_nothing_acknowledged_and_doubles_nothing(tmp_path):
    lost, doubled, unordered, acknowledged = rounds_of_killing(tmp_path, 20, Random(1))

    assert (lost, doubled, unordered) == (0, 0, 0)
    assert acknowledged > 100


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_thousand_kills_lose_nothing_and_double_nothing(tmp_path):
    lost, doubled, unordered, acknowledged = rounds_of_killing(tmp_path, 1_000, Random(2))

    assert (lost, doubled, unordered) == (0, 0, 0)
    assert acknowledged > 5_000


def test_the_killing_finds_a_process_that_acknowledges_before_it_stores(tmp_path):
    lost, _, _, _ = rounds_of_killing(tmp_path, 10, Random(3), acknowledge_first=True)

    assert lost > 0


def rounds_of_killing(folder, rounds, random, *, acknowledge_first=False):
    """Lost, doubled and unordered messages, and how many were acknowledged, over rounds on one and the same log."""
    acknowledged = []
    for turn in range(rounds):
        acknowledged += killed_at_a_random_moment(folder / "log", turn * 1_000_000, random, acknowledge_first)
    with EmbeddedLog(folder / "log", reserve_bytes=0) as log:
        stored = numbers_in(log.read({}))
    lost = len(set(acknowledged) - set(stored))
    unordered = sum(
        sum(later <= earlier for earlier, later in pairwise(own))
        for own in ([n for n in stored if n % 2 == writer] for writer in range(2))
    )
    return lost, len(stored) - len(set(stored)), unordered, len(acknowledged)


def killed_at_a_random_moment(folder, first, random, acknowledge_first):
    """The numbers that a process told of before it was killed with signal 9."""
    hear, told = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=append_numbers, args=(folder, first, told, acknowledge_first))
    process.start()
    told.close()
    with hear:
        assert hear.recv_bytes() == b"ready"
        heard = [hear.recv_bytes() for _ in range(random.randint(1, 30))]
        time.sleep(random.random() / 100)
        process.kill()
        process.join()
        assert process.exitcode == -signal.SIGKILL
        # What was in the pipe was told. A last one that is torn was told nobody.
        with suppress(EOFError, OSError):
            while True:
                heard.append(hear.recv_bytes())
    return [int(number) for number in heard]


def test_a_log_cut_at_any_byte_of_its_last_frame_opens_with_all_frames_before(tmp_path):
    whole, end_of_first, end_of_last = two_frames(tmp_path / "whole")

    for cut in range(end_of_first, end_of_last):
        folder = tmp_path / "cut"
        shutil.copytree(whole, folder)
        os.truncate(segment_paths(folder)[0], cut)
        with EmbeddedLog(folder, reserve_bytes=0) as log:
            assert numbers_in(log.read({})) == [1, 2], cut
            assert segment_paths(folder)[0].stat().st_size == end_of_first
        shutil.rmtree(folder)


def test_a_log_whose_tail_was_cut_goes_on_where_the_whole_frames_end(tmp_path):
    folder, end_of_first, _ = two_frames(tmp_path / "log")
    os.truncate(segment_paths(folder)[0], end_of_first + 100)

    with EmbeddedLog(folder, reserve_bytes=0) as log:
        log.append(entries(7, 8))

    with EmbeddedLog(folder, reserve_bytes=0) as log:
        assert numbers_in(log.read({})) == [1, 2, 7, 8]


def test_zeros_behind_the_last_frame_are_a_torn_tail(tmp_path):
    folder, end_of_first, _ = two_frames(tmp_path / "log")
    with segment_paths(folder)[0].open("r+b") as file:
        file.truncate(end_of_first)
        file.truncate(end_of_first + 8_192)

    with EmbeddedLog(folder, reserve_bytes=0) as log:
        assert numbers_in(log.read({})) == [1, 2]


def two_frames(folder):
    with EmbeddedLog(folder, partitions=1, reserve_bytes=0) as log:
        log.append(entries(1, 2))
        end_of_first = segment_paths(folder)[0].stat().st_size
        log.append(entries(3))
    return folder, end_of_first, segment_paths(folder)[0].stat().st_size
