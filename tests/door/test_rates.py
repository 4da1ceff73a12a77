"""One write key sends so many events a second and no more, and is told when it may go on."""

from __future__ import annotations

import asyncio

import pytest
from tests.door.shop import NOW, seconds, track

from hundredfold.app.door.assembly import Settings
from hundredfold.app.door.limits import Limits, Rate, Rates
from hundredfold.words.calendar import SECOND


def test_without_a_limit_everything_is_let_in():
    assert Rates(None).wait("k", 1_000_000, 0) == 0


def test_a_burst_is_let_in_and_then_the_rate():
    rates = Rates(Rate(events=10, burst=30))

    burst = [rates.wait("k", 1, 0) for _ in range(30)]
    refused = rates.wait("k", 1, 0)
    second = [rates.wait("k", 1, SECOND) for _ in range(11)]

    assert burst == [0] * 30
    assert refused == 1
    assert second == [0] * 10 + [1]


def test_what_was_not_used_is_saved_up_to_the_burst_only():
    rates = Rates(Rate(events=10, burst=30))
    assert rates.wait("k", 30, 0) == 0

    after_an_hour = [rates.wait("k", 1, 3600 * SECOND) for _ in range(31)]

    assert after_an_hour == [0] * 30 + [1]


def test_a_batch_larger_than_the_burst_gets_through_and_is_paid_for():
    rates = Rates(Rate(events=10, burst=20))

    assert rates.wait("k", 100, 0) == 0
    assert rates.wait("k", 1, 0) == 9
    assert rates.wait("k", 1, 8 * SECOND) > 0
    assert rates.wait("k", 1, 9 * SECOND) == 0


def test_who_is_refused_is_put_off_behind_the_others_and_never_beyond_a_minute():
    rates = Rates(Rate(events=10, burst=10))
    assert rates.wait("k", 10, 0) == 0

    waits = [rates.wait("k", 1, 0) for _ in range(1000)]

    assert waits[:10] == [1] * 10
    assert waits[10:20] == [2] * 10
    assert waits == sorted(waits)
    assert waits[-1] == 60


def test_those_who_come_back_when_told_are_all_let_in_within_a_few_tries():
    rates = Rates(Rate(events=10, burst=10))
    due = dict.fromkeys(range(400), 0)
    tries = dict.fromkeys(due, 0)

    while due:
        now = min(due.values())
        for sender in [sender for sender, at in due.items() if at == now]:
            tries[sender] += 1
            wait = rates.wait("k", 1, now)
            if wait:
                due[sender] = now + wait * SECOND
            else:
                del due[sender]

    assert max(tries.values()) <= 3


def test_keys_do_not_share_and_a_clock_set_back_gives_nothing_away():
    rates = Rates(Rate(events=1, burst=1))

    assert [rates.wait("a", 1, seconds(100)), rates.wait("b", 1, seconds(100))] == [0, 0]
    assert rates.wait("a", 1, 0) == 1
    assert rates.wait("a", 1, SECOND) == 0


@pytest.fixture
def limited(opened):
    return opened(settings=Settings(limits=Limits(rate=Rate(events=2, burst=4))))


def test_a_key_that_sends_too_much_is_told_when_to_go_on(limited):
    async def play():
        first = await limited.send("/v1/batch", {"batch": [track(n) for n in range(6)]})
        refused = await limited.send("/v1/track", track(7), headers={"Origin": "https://shop.example"})
        other = await limited.send("/v1/track", track(8), limited.browser_key)
        limited.now += seconds(int(refused.headers["Retry-After"]))
        again = await limited.send("/v1/track", track(7))
        metrics = (await limited.ask("GET", "/metrics")).text
        return first, refused, other, again, metrics

    first, refused, other, again, metrics = asyncio.run(play())

    assert [answer.status_code for answer in (first, refused, other, again)] == [200, 429, 200, 200]
    assert refused.headers["retry-after"] == "2"
    assert refused.headers["x-ratelimit-reset"] == str(NOW // SECOND + 2)
    assert "retry-after" in refused.headers["access-control-expose-headers"]
    assert refused.json()["code"] == "rate_limited"
    assert 'hf_ingest_limited_total{trust="server"} 1.0' in metrics
    assert sorted(row["message_id"] for row in limited.stored()) == [f"m000{n}" for n in range(9) if n != 6]


def test_messages_that_no_known_key_sends_cost_nobody(limited):
    async def play():
        for _ in range(10):
            assert (await limited.send("/v1/track", track(1), "wrong")).status_code == 401
        return await limited.send("/v1/track", track(1))

    assert asyncio.run(play()).status_code == 200
