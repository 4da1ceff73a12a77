"""Publishing goes through standstills and crashes of the broker, and through midnight: the topic ends up right."""

from __future__ import annotations

import json
from contextlib import contextmanager, suppress
from itertools import count
from threading import Event, Thread

import httpx
import pytest
from tests.app.serving import until
from tests.app.shop import hf, order, write_lines
from tests.kafka.processes import shop_on
from tests.kafka.test_profiles import NEWEST, attributes, serving

from hundredfold.app.workspace import Workspace
from hundredfold.publish.outlet import Outlet
from hundredfold.words.calendar import DAY, MINUTE, iso, parse_time

DEFINITIONS = """\
attributes:
  orders: {event: Order Completed, aggregate: count}
  spent: {event: Order Completed, value: properties.total, aggregate: sum}
  recent: {event: Order Completed, aggregate: count, window: 30 minutes}
  today: {event: Order Completed, aggregate: count, window: today}
  before: {event: Order Completed, aggregate: count, window: previous 1 days}
"""
CUSTOMERS = [f"c{n}" for n in range(12)]
SECONDS = 120
LATE = 1.5
"""Seconds of lag that only a fault makes."""


@pytest.fixture
def shop(broker, tmp_path):
    """A workspace at whose clock it is noon."""
    folder = shop_on(broker, tmp_path / "shop", DEFINITIONS, profiles="{form: json, registry: null}")
    Workspace.open(folder).set_clock(parse_time("2027-03-01T12:00Z"))
    return folder


class Clock:
    """The workspace's clock, which can be moved on."""

    def __init__(self, workspace):
        self._real, self._late = workspace._real_now, 0
        workspace._real_now = lambda: self._real() + self._late
        self.now = workspace.now

    def move(self, micros):
        self._late += micros


@contextmanager
def buying(running, clock, numbers):
    """Everybody buys again and again, as long as the block runs; gives the numbers of the orders that were taken."""
    over, bought = Event(), []

    def buy():
        with httpx.Client(headers=running.behind, timeout=30) as http:
            for number in numbers:
                message = order(number, CUSTOMERS[number % len(CUSTOMERS)], iso(clock.now()), number)
                while http.post(f"{running.served.url}/v1/track", json=message).status_code != 200:
                    if over.wait(0.05):
                        return
                bought.append(number)
                if over.is_set():
                    return

    thread = Thread(target=buy)
    thread.start()
    try:
        yield bought
    finally:
        over.set()
        thread.join()


def lag(running):
    """How long a profile has been on its way, as Prometheus is told it."""
    lines = httpx.get(f"{running.served.url}/metrics", timeout=30).text.splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith("hf_publish_lag_seconds "))


def differing(running, follower):
    """What the topic has at last that is not the profile served, by customer."""
    served = {customer: attributes(running, customer) for customer in CUSTOMERS}

    def wrong(found):
        there = {customer: profile["values"] for customer, profile in found.items()}
        everybody = {*there, *served}
        return {one: (there.get(one), served.get(one)) for one in everybody if there.get(one) != served.get(one)}

    with suppress(AssertionError):  # it did not come
        follower.until(lambda found: not wrong(found))
    return wrong(follower.newest)


def stopped(broker):
    broker.pause()
    return broker.resume


def killed(broker):
    broker.kill()
    return broker.start


def test_after_a_standstill_and_a_crash_of_the_broker_everybodys_newest_record_is_the_profile_served(shop, broker):
    with serving(shop) as running:
        clock, numbers = Clock(running.opened.workspace), count()
        for fault in (stopped, killed):
            with buying(running, clock, numbers) as bought:
                until(lambda bought=bought: len(bought) > 2 * len(CUSTOMERS), SECONDS)
            assert attributes(running, CUSTOMERS[0])["recent"] > 0  # and so everything is applied
            mend = fault(broker)
            try:
                clock.move(31 * MINUTE)  # everybody's `recent` changes
                until(lambda: lag(running) > LATE, SECONDS)
            except BaseException:
                mend()
                raise
            with buying(running, clock, numbers) as bought:  # refused at first
                mend()
                until(lambda bought=bought: len(bought) > len(CUSTOMERS), SECONDS)
            until(lambda: lag(running) < LATE, SECONDS)

        assert differing(running, running.follow(NEWEST, json.loads)) == {}


def test_a_publisher_that_forgets_somebody_is_found(shop, monkeypatch):
    def forgetful(outlet, topic, key, value):
        return key == CUSTOMERS[3] or sent(outlet, topic, key, value)

    sent = Outlet.send
    monkeypatch.setattr(Outlet, "send", forgetful)
    monkeypatch.setattr("tests.kafka.consuming.SECONDS", 3)
    with serving(shop) as running:
        with buying(running, Clock(running.opened.workspace), count()) as bought:
            until(lambda: len(bought) > len(CUSTOMERS), SECONDS)

        assert differing(running, running.follow(NEWEST, json.loads)).keys() == {CUSTOMERS[3]}


def test_a_day_that_turns_publishes_everybodys_new_values(shop, tmp_path):
    noon = iso(parse_time("2027-03-01T11:59Z"))
    orders = [order(number, customer, noon, number) for number, customer in enumerate(CUSTOMERS)]
    orders.append(order(99, "c99", "2027-01-01", 1))  # whose windows do not move
    assert hf("import", write_lines(tmp_path / "a.ndjson", orders), folder=shop).code == 0
    with serving(shop) as running:
        clock, follower = Clock(running.opened.workspace), running.follow(NEWEST, json.loads)
        first = dict(follower.until(lambda found: len(found) == 13))
        clock.move(DAY // 2)
        midnight = "2027-03-02T00:00:00Z"
        then = follower.until(lambda found: all(profile["at"] >= midnight for profile in found.values()))

        served = {customer: attributes(running, customer) for customer in then}

    assert {customer: profile["values"] for customer, profile in then.items()} == served
    for customer, before in ((CUSTOMERS[0], 1), ("c99", 0)):
        assert (first[customer]["values"]["today"], first[customer]["values"]["before"]) == (before, 0)
        assert (then[customer]["values"]["today"], then[customer]["values"]["before"]) == (0, before)
