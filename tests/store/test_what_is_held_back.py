"""Rejections are bounded, quarantine is whole, and neither keeps what it must forget."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hundredfold.errors import NotFound
from hundredfold.store.quarantine import Held, Quarantine
from hundredfold.store.rejections import KEPT_BYTES, Rejection, Rejections

HELD = Held("u:c1", "m1", b"c" * 16, 5, None, "server", "backend", ("properties.total is missing",), b'{"a":1}')


def rejection(number, payload=b"{}"):
    return Rejection(number, "web", "bad_id", "userId is neither text nor an integer", f"m{number}", payload)


def test_the_newest_rejections_are_kept_and_listed_first(tmp_path):
    store = Rejections(tmp_path / "r.sqlite", kept=5)

    for number in range(4):
        store.add([rejection(2 * number), rejection(2 * number + 1, b"x" * 100_000)])

    newest = store.newest(limit=3)
    assert [item.received for item in newest] == [7, 6, 5]
    assert [item.received for item in store.newest(before=newest[-1].id)] == [4, 3]
    assert len(store) == 5
    assert len(newest[0].payload) == KEPT_BYTES
    store.clear()
    assert store.newest() == []
    store.close()


def test_what_is_held_comes_back_as_it_was_and_only_once(tmp_path):
    store = Quarantine(tmp_path / "q.sqlite")
    store.add([HELD, replace(HELD, message_id="m2", sent=3, trust="browser")])
    store.add([HELD])

    second, first = store.waiting()

    assert replace(first, id=0) == HELD
    assert (second.sent, second.trust) == (3, "browser")
    assert store.fetch([first.id]) == [first]
    store.release([first.id], 9)
    assert store.waiting() == [second]
    with pytest.raises(NotFound):
        store.fetch([first.id])
    store.close()


def test_a_resend_of_what_was_released_is_not_held_again(tmp_path):
    store = Quarantine(tmp_path / "q.sqlite")
    store.add([HELD])
    store.release([1], 9)

    store.add([HELD])

    assert len(store) == 0
    store.close()


def test_an_erasure_reaches_the_quarantine(tmp_path):
    store = Quarantine(tmp_path / "q.sqlite")
    store.add([HELD, replace(HELD, message_id="m2", key="a:x"), replace(HELD, message_id="m3", key="u:other")])

    assert store.erase(["u:c1", "a:x"]) == 2

    assert [item.key for item in store.waiting()] == ["u:other"]
    store.discard([3])
    assert len(store) == 0
    store.close()
