"""Who waits to be published: nobody is forgotten, nobody comes twice for nothing, and nobody keeps the others away."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hundredfold.publish import waiting as module
from hundredfold.publish.waiting import AT_ONCE, Waiting

NAMES = st.sets(st.integers(0, 40), max_size=30)
STEPS = st.lists(st.tuples(st.sampled_from(("change", "leave", "everybody", "take")), NAMES), max_size=30)


def ints(names):
    return np.array(sorted(names), np.int64)


def anybody(names):
    return np.ones(len(names), np.bool_)


def nobody(names):
    return np.zeros(len(names), np.bool_)


@given(STEPS)
def test_whoever_changed_is_taken_once_he_is_ready_and_everybody_in_the_end(steps):
    waiting, loud, quiet, gone, everybody = Waiting(), set(), set(), {}, set()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "AT_ONCE", 8)
        patch.setattr(module, "_COMPACT", 3)
        for step, names in [*steps, *[("take", set())] * 100]:
            match step:
                case "change":
                    waiting.add(ints(names))
                    loud |= names
                case "leave":
                    left = {name: name % 2 == 0 for name in names}
                    waiting.add(ints(()), left)
                    gone |= left
                case "everybody":
                    waiting.add_everybody()
                    waiting.take_in(lambda names=names: ints(names))
                    quiet = everybody = names
                case "take":
                    found, left = waiting.take(lambda loud, names=names: ~np.isin(loud, ints(names)))
                    taken, first = set(found.tolist()), set(sorted(loud - names)[:8])
                    assert len(found) == len(taken)
                    assert first <= taken <= first | everybody
                    assert left == gone
                    loud, quiet, gone = loud - first, quiet - taken, {}
    assert not waiting
    assert not loud | quiet


def test_whoever_is_published_again_comes_along_however_many_change():
    waiting = Waiting()
    waiting.add_everybody()
    waiting.take_in(lambda: np.arange(AT_ONCE))

    waiting.add(np.arange(10 * AT_ONCE, 20 * AT_ONCE))
    taken, _ = waiting.take(anybody)

    assert (taken < AT_ONCE).sum() == AT_ONCE // 8
    assert (taken >= AT_ONCE).sum() == AT_ONCE


def test_who_everybody_is_is_asked_only_when_it_is_wanted():
    waiting = Waiting()

    waiting.take_in(lambda: pytest.fail("nobody wanted to know"))

    assert not waiting


def test_whoever_may_not_be_published_yet_waits_on():
    waiting = Waiting()
    waiting.add(np.array([3, 5]))

    taken, _ = waiting.take(nobody)

    assert len(taken) == 0
    assert waiting.measure()[0] == 2
    assert waiting.take(anybody)[0].tolist() == [3, 5]
    assert waiting.measure() == (0, 0.0)
