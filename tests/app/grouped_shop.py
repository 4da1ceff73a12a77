"""A shop whose customers are in micro-segments: some order often and some seldom, big baskets and small ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import numpy as np
from tests.app.shop import hf, order, shop_in

from hundredfold.segment.days import Day, Days, Held, keys_of

CUSTOMERS = 320
NOW = datetime(2026, 3, 10, 15, tzinfo=UTC)
"""When the shop is opened: at another hour its customers would be grouped otherwise."""
DEFINITIONS = """\
attributes:
  first_order_at: {event: Order Completed, value: timestamp, aggregate: min}
  spent_90d:
    label: {en: Spent in 90 days, pt: Gasto em 90 dias}
    event: Order Completed
    value: properties.total
    aggregate: sum
    window: 90 days
  stage:
    label: {en: Stage of life, pt: Fase de vida}
    formula: >-
      case when orders = 0 then null when days_since(last_order_at) > 120 then 'lapsed'
           when orders = 1 then 'new' else 'active' end
  micro_segment:
    label: {en: Micro-segment, pt: Microssegmento}
    model: microsegment
    inputs:
      {stage: stage, spent: total_purchase_value, recent_spent: spent_90d, order_value: average, orders: orders,
       last_order: last_order_at, first_order: first_order_at}
    options: {groups: 14, smallest: 12, horizon_days: 60}
"""


def grouped_shop(folder: Path, *, definitions: str = DEFINITIONS, **settings: str) -> Path:
    """The shop with two years of orders until `NOW`, by which its clock begins, after a batch."""
    settings["clock_offset"] = str((NOW - datetime.now(UTC)).total_seconds())
    made = shop_in(folder, bought(), files={"definitions/groups.yaml": definitions}, **settings)
    assert hf("batch", folder=made).code == 0
    return made


def bought() -> list[dict]:
    """Orders of two years: every third customer stopped coming, and what a basket is worth differs fivefold."""
    random, sent = Random(5), []
    for customer in range(CUSTOMERS):
        pace, basket = 15 + 30 * (customer % 5), 20.0 * (1 + customer % 4 + random.random())
        ago = random.uniform(200, 700)
        stops = 150 if customer % 3 == 0 else 1
        while ago > stops:
            sent.append((ago, f"c{customer}", round(basket * random.uniform(0.7, 1.4), 2)))
            ago -= random.expovariate(1 / pace)
            if customer % 7 == 0:
                break
    sent += [(random.uniform(2, 60), f"n{customer}", random.randrange(10, 120)) for customer in range(60)]
    return [order(n, who, (NOW - timedelta(days=ago)).isoformat(), total) for n, (ago, who, total) in enumerate(sent)]


def with_days_before(folder: Path, days: int = 12) -> None:
    """Entries of the days before: each day some more of the new customers have become active ones."""
    kept, stages = Days(folder / "data" / "days"), ["active", "lapsed", "new"]
    keys = np.sort(keys_of(f"u:c{number}" for number in range(CUSTOMERS)))
    for ago in range(days, 0, -1):
        at = int((NOW - timedelta(days=ago)).timestamp() * 1_000_000)
        stage = np.arange(CUSTOMERS) % 3
        stage[: 4 * (days - ago)][stage[: 4 * (days - ago)] == 2] = 0
        kept.put(Day(at, keys, {"stage": Held(stages, stage.astype(np.int32))}))
