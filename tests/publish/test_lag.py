"""How long profiles have been on their way: of those who wait, and of those who wait once more."""

from __future__ import annotations

import time

import numpy as np

from hundredfold.publish.waiting import Waiting

LONG = 1000.0


def names(*those):
    return np.array(those, np.int64)


def lag(waiting):
    return waiting.measure()[1]


def long_ago(times=1.0):
    return time.monotonic() - times * LONG


def test_whoever_changes_without_end_does_not_age_the_others():
    waiting = Waiting()
    waiting.add(names(1), since=long_ago())
    waiting.add(names(2))
    assert LONG <= lag(waiting) < 2 * LONG

    taken, _ = waiting.take(lambda loud: loud == 1)

    assert taken.tolist() == [1]
    assert lag(waiting) < LONG


def test_one_who_changes_again_has_waited_since_the_first_time():
    waiting = Waiting()
    for times in (1, 3, 2):
        waiting.add(names(1), since=long_ago(times))
    waiting.take(lambda loud: loud != 1)

    assert 3 * LONG <= lag(waiting) < 4 * LONG
    assert waiting.measure()[0] == 1


def test_who_may_have_been_lost_on_the_way_has_waited_until_everybody_has_come_again():
    waiting = Waiting()
    waiting.add_everybody(since=long_ago())
    waiting.add_everybody(since=long_ago(0.5))
    waiting.add_everybody()
    assert lag(waiting) >= LONG

    waiting.take_in(lambda: np.arange(4000))
    waiting.take(np.isfinite)
    assert lag(waiting) >= LONG
    waiting.take(np.isfinite)

    assert waiting.measure() == (0, 0.0)
