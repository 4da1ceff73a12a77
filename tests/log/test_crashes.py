"""Killed processes, torn files and full disks: what was acknowledged is there, once, in order."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from tests.log.messages import entries, numbers_in

from hundredfold.log.embedded import EmbeddedLog
from hundredfold.log.segment import segment_paths

ROOT = Path(__file__).parents[2]


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
    lost, _, _, _ = rounds_of_killing(tmp_path, 10, Random(3), "--acknowledge-first")

    assert lost > 0


def rounds_of_killing(folder, rounds, random, *options):
    """Lost, doubled and unordered messages, and how many were acknowledged, over rounds on one and the same log."""
    acknowledged = []
    for turn in range(rounds):
        acknowledged += killed_at_a_random_moment(folder / "log", turn * 1_000_000, random, options)
    with EmbeddedLog(folder / "log", reserve_bytes=0) as log:
        stored = numbers_in(log.read({}))
    lost = len(set(acknowledged) - set(stored))
    unordered = sum(
        sum(later <= earlier for earlier, later in pairwise(own))
        for own in ([n for n in stored if n % 2 == writer] for writer in range(2))
    )
    return lost, len(stored) - len(set(stored)), unordered, len(acknowledged)


def killed_at_a_random_moment(folder, first, random, options):
    command = [sys.executable, str(ROOT / "tests/log/appending.py"), str(folder), str(first), *options]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout.readline() == b"ready\n"
        heard = [process.stdout.readline() for _ in range(random.randint(1, 30))]
        time.sleep(random.random() / 100)
        process.kill()
        heard += process.stdout.read().splitlines(keepends=True)
    # The last line may itself be torn: then nobody was told its number.
    return [int(line) for line in heard if line.endswith(b"\n")]


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
