"""Only what messages may have changed is read: the table and the feed are right all the same, at every step."""

from __future__ import annotations

import numpy as np
import pytest
from tests.live.shadow import Shadow, current, read_everybody, steady
from tests.live.shop import ORDER, Shop, identify, order, unmerge, view

from hundredfold.attribute.plan import ZONES
from hundredfold.live.engine import Engine
from hundredfold.live.touched import Reached, Touched
from hundredfold.words.calendar import DAY, HOUR, MINUTE, iso

FURTHER = {
    "views": {"event": "Product Viewed", "aggregate": "count"},
    "pace": {"formula": "views / max(orders, 1)"},
    "doubled": {"formula": "pace * 2"},
    "looks_today": {"event": "Product Viewed", "aggregate": "count", "window": "today", "zone": "customer"},
    "pages_of_a_kind": {"event": "Product Viewed", "by": "properties.kind", "aggregate": "top", "k": 3},
    "days_gone": {"formula": "days_since(last_at)"},
    "last_at": {"event": ORDER, "value": "timestamp", "aggregate": "max"},
}


def opened(folder):
    made = Shop(folder, attributes=FURTHER)
    made.settle()
    return made


def test_of_a_page_that_was_viewed_nothing_of_orders_is_read(tmp_path, monkeypatch):
    shop = opened(tmp_path)
    shop.send(order("c1"), view("c1"))
    shop.settle()
    asked, real = [], Engine.read

    def read(self, labels, clock, *, only=None, known=None):
        asked.append(only)
        return real(self, labels, clock, only=only, known=known)

    monkeypatch.setattr(Engine, "read", read)
    shop.send(view("c1"))
    shop.settle()

    (only,) = asked
    assert only.isdisjoint({"orders", "spent", "last_at", "country"})
    assert only >= {"views", "pace", "doubled", "looks_today"}
    shop.close()


def wrong_in(folder, seed, steps=50):
    """At which step of a random life of a shop the table or the feed is not what the engine reads; None: at none."""
    made, shop = np.random.default_rng(seed), opened(folder)
    plan = shop.engine.compiled.plan
    shadow = Shadow(shop.feed.subscribe(), lambda: read_everybody(shop.engine, {}), plan.clocked)
    for step in range(steps):
        shop.now += int(made.choice([1, 1, MINUTE, 4 * MINUTE, HOUR, DAY // 3]))
        shop.send(*(message(made, shop) for _ in range(made.integers(0, 4))))
        shop.settle()
        try:
            shadow.catch_up()
        except AssertionError:
            return step
        truth = steady(read_everybody(shop.engine, {}), plan.clocked)
        if (
            not truth
            == steady(shadow.profiles, plan.clocked)
            == steady(current(shop.live.following, shop.engine), plan.clocked)
        ):
            return step
    shop.close()
    return None


def message(made, shop):
    """Something that a customer does."""
    customer, days = f"c{made.integers(0, 5)}", int(made.integers(0, 3))
    match int(made.integers(0, 10)):
        case 8:
            return {"type": "track", "event": "Product Viewed", "anonymousId": f"v{days}", "properties": {}}
        case 9:
            return unmerge(customer, f"v{days}")
        case 0 | 1:
            return order(customer, float(made.integers(0, 120)), coupon=str(made.choice(["a", "b"])))
        case 2 | 3:
            return view(customer)
        case 4:
            return {**order(customer, 5.0), "timestamp": iso(shop.now - days * DAY)}
        case 5:
            return {**view(customer), "timestamp": iso(shop.now + days * HOUR)}
        case 6:
            return identify(customer, timezone=str(made.choice(["Asia/Tokyo", "America/New_York"])))
        case _:
            return identify(customer, anonymous=f"v{days}" if made.random() < 0.5 else None, country="PT")


@pytest.mark.parametrize("seed", range(6))
def test_the_table_and_the_feed_are_what_the_engine_reads(tmp_path, seed):
    assert wrong_in(tmp_path, seed) is None


FAULTS = {
    "a family": lambda reached, families, only: only - reached._read_from[max(families, key=lambda one: one.name)],
    "what follows": lambda reached, families, only: only - set(reached._plan.formulas),
    "days of a new zone": lambda reached, families, only: (
        only - {"looks_today", "local_orders"} if ZONES in families else only
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_not_read_again_is_found(tmp_path, monkeypatch, fault):
    real = Reached.by
    monkeypatch.setattr(
        Reached,
        "by",
        lambda self, families: (
            FAULTS[fault](self, families, real(self, families)) if families else real(self, families)
        ),
    )

    assert any(wrong_in(tmp_path / str(seed), seed) is not None for seed in range(40))


def test_a_change_of_who_is_who_that_is_taken_for_an_event_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr("hundredfold.live.engine.Touched", lambda sids, families=frozenset(): Touched(sids, families))

    assert any(wrong_in(tmp_path / str(seed), seed) is not None for seed in range(40))
