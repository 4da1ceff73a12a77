"""The events of a shop: seeded, vectorised, the same from any slice.

**Shape.** `events` events of `customers` customers over two years (2024-07-01 to 2026-06-30 18:00 UTC, which is also
the clock at which values are read), times in whole milliseconds. A customer's share of the events falls with rank as
1 / (rank + customers / 1000) ** 0.8, ranks shuffled: at ten events a customer 98% have some, the busiest some 670.
30 track names (`definitions.EVENTS`), the n-th (from 1) with weight 1 / (n + 3). Properties:

| property | type | present on | values |
|---|---|---|---|
| channel | text | every event | web 45%, app 35%, store 12%, partner 8% |
| device | text | every event | mobile 60%, desktop 30%, tablet 10% |
| amount | decimal, 2 digits | the 14 product events, 46% | log-normal, median 30, at most 5,000 |
| quantity | integer | the 14 product events | 1 + geometric, mean 1.7, at most 12 |
| category | text, 40 values | the 14 product events | category-00 ..., weight 1 / (n + 3) |
| brand | text, 200 values | the 14 product events | brand-000 ..., weight 1 / (n + 20) |
| seconds | integer | the other 16 events, 54% | exponential, mean 60, 1 to 300 |

**State families** (`definitions.FAMILIES`): 60 different (event, where, value, by). 20 listen to every track event, the
others to groups of 2 to 10 names or to one name; 34 have a condition on channel, device, category or a number; 6 are
keyed. A family is *hit* by an event that passes its event names and condition and has its `value` and `by`.
Every event hits 12 of the 60 on average (a mean selectivity of 20%, from 0.8% to 100%).

**Attributes** (200): 165 lifetime numbers, 25 windowed (today 5, 7 days 5, 30 days 5, 90 days 4, previous 30 days 3,
this month 3; calendar days of the workspace's zone, UTC; 15 families have them), 10 keyed (distinct 2, most_frequent 2,
top 1, unique_list 2, median 2, quantile 1). The small workload has 10 lifetime attributes over 5 families.

Events are drawn customer bucket by customer bucket (`bucket` = splitmix64(customer) mod `buckets`), each from its own
seed and in order of (customer, time): 50 M events need no more memory than one bucket.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Final, TypeAlias

import numpy as np

from benchmarks.definitions import EVENTS, PRODUCT
from benchmarks.rules import DAY

Ints: TypeAlias = np.ndarray[Any, np.dtype[Any]]

STARTS: Final = 1_719_792_000_000_000
"""2024-07-01T00:00:00Z in microseconds: no event is earlier."""
ENDS: Final = STARTS + 729 * DAY + DAY * 3 // 4
"""2026-06-30T18:00:00Z: every event is earlier, and values are read at this time."""
CHANNELS: Final = ("web", "app", "store", "partner")
DEVICES: Final = ("mobile", "desktop", "tablet")
CATEGORIES: Final = tuple(f"category-{n:02d}" for n in range(40))
BRANDS: Final = tuple(f"brand-{n:03d}" for n in range(200))
TEXTS: Final = {"channel": CHANNELS, "device": DEVICES, "category": CATEGORIES, "brand": BRANDS}
"""The values behind the codes of the text properties."""
NUMBERS: Final = ("amount", "quantity", "seconds")
ABSENT: Final = 255
"""The code of a text property that an event lacks; a number that it lacks is -1."""

_EVENT_WEIGHT: Final = 1 / np.arange(4, 4 + len(EVENTS))
_IS_PRODUCT: Final = np.isin(np.array(EVENTS), PRODUCT)


@dataclass(frozen=True, slots=True)
class Columns:
    """Events as columns of one length.

    `number` is the event's own (its message id follows from it), `customer` from 0, `time` microseconds UTC, `event`
    and the text properties codes (`EVENTS`, `TEXTS`; 255 = absent), the numbers whole millionths (-1 = absent).
    """

    number: Ints
    customer: Ints
    time: Ints
    event: Ints
    channel: Ints
    device: Ints
    category: Ints
    brand: Ints
    amount: Ints
    quantity: Ints
    seconds: Ints

    def __len__(self) -> int:
        return len(self.customer)

    def take(self, rows: Any) -> Columns:
        """The rows at an index, a slice or a mask."""
        return Columns(*(getattr(self, field.name)[rows] for field in fields(self)))


@dataclass(frozen=True)
class Workload:
    """A number of events of a number of customers, the same for the same seed, wherever it is drawn."""

    events: int
    customers: int
    seed: int = 20
    buckets: int = 16

    def bucket(self, number: int) -> Columns:
        """The events of the customers of one bucket, in order of (customer, time)."""
        members = np.flatnonzero(self._bucket_of == number)
        owner = np.repeat(members, self._counts[members])
        n = len(owner)
        rng = np.random.default_rng([self.seed, number])
        milliseconds = rng.integers(0, (ENDS - STARTS) // 1000, n)
        order = np.sort((owner.astype(np.int64) << 36) | milliseconds)
        first = int(self._counts[self._bucket_of < number].sum())
        return Columns(
            np.arange(first, first + n),
            (order >> 36).astype(np.int32),
            STARTS + 1000 * (order & (1 << 36) - 1),
            **_contents(rng, n),
        )

    def in_order_of_time(self) -> Columns:
        """All events at once, as a stream brings them."""
        parts = [self.bucket(number) for number in range(self.buckets)]
        every = Columns(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Columns)))
        return every.take(np.argsort(every.time, kind="stable"))

    def chunks(self, size: int = 1_000_000) -> Iterator[Columns]:
        """All events bucket by bucket, in pieces of at most `size`."""
        for number in range(self.buckets):
            columns = self.bucket(number)
            for start in range(0, len(columns), size):
                yield columns.take(slice(start, start + size))

    @property
    def active(self) -> Ints:
        """The customers that have any events, ascending."""
        return np.flatnonzero(self._counts)

    @cached_property
    def _bucket_of(self) -> Ints:
        return (mixed(np.arange(self.customers, dtype=np.uint64)) % np.uint64(self.buckets)).astype(np.int32)

    @cached_property
    def _counts(self) -> Ints:
        rng = np.random.default_rng([self.seed, 1 << 20])
        weight = 1 / (rng.permutation(self.customers) + 1 + self.customers / 1000) ** 0.8
        return rng.multinomial(self.events, weight / weight.sum())


def mixed(numbers: Ints) -> Ints:
    """splitmix64 of whole numbers: 64 well-mixed bits each."""
    with np.errstate(over="ignore"):
        bits = numbers.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
        bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return bits ^ (bits >> np.uint64(31))


def _contents(rng: np.random.Generator, n: int) -> dict[str, Ints]:
    event = _drawn(rng, n, _EVENT_WEIGHT)
    product = _IS_PRODUCT[event]
    cents = np.minimum(np.rint(rng.lognormal(3.4, 1.0, n) * 100), 500_000).astype(np.int64)
    quantity = np.minimum(rng.geometric(0.6, n), 12)
    seconds = np.clip(rng.standard_exponential(n, dtype=np.float32) * 60, 1, 300).astype(np.int64)
    absent = np.uint8(ABSENT)
    return {
        "event": event,
        "channel": _drawn(rng, n, np.array([0.45, 0.35, 0.12, 0.08])),
        "device": _drawn(rng, n, np.array([0.6, 0.3, 0.1])),
        "category": np.where(product, _drawn(rng, n, 1 / np.arange(4, 44)), absent),
        "brand": np.where(product, _drawn(rng, n, 1 / np.arange(21, 221)), absent),
        "amount": np.where(product, cents * 10_000, -1),
        "quantity": np.where(product, quantity * 1_000_000, -1),
        "seconds": np.where(product, -1, seconds * 1_000_000),
    }


def _drawn(rng: np.random.Generator, n: int, weight: Ints) -> Ints:
    """Codes by weight, to the nearest of 65,536 parts."""
    bounds = np.rint(np.cumsum(weight) / weight.sum() * 65_536).astype(np.int64)
    table = np.repeat(np.arange(len(weight), dtype=np.uint8), np.diff(bounds, prepend=0))
    return table[rng.integers(0, 65_536, n, dtype=np.uint16)]
