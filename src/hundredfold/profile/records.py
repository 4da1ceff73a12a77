"""Records of the feed: made from columns of changes, for those who want them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, Protocol

import numpy as np

from hundredfold.attribute.column import Ints, Pool
from hundredfold.live.changes import Changes
from hundredfold.live.moves import Moved
from hundredfold.words.amount import MILLION
from hundredfold.words.value import Number, Value, to_json

Record = dict[str, Any]
"""What a reader gets: JSON."""

_BATCH_SIZE: Final = 32
"""What a batch takes by itself, in changed values."""


@dataclass(frozen=True)
class Wish:
    """What a reader wants to hear of: None means everything. Customers by their plain ids.

    Who asks for attributes only hears nothing of segments, and the other way round. Without `personal_data` no traits
    are told, no segments that ask for traits, and not into whom a customer was merged.
    """

    customers: frozenset[str] | None = None
    attributes: frozenset[str] | None = None
    segments: frozenset[str] | None = None
    personal_data: bool = True

    def attribute(self, name: str) -> bool:
        """Whether an attribute is wished."""
        return self.segments is None if self.attributes is None else name in self.attributes

    def segment(self, name: str) -> bool:
        """Whether a segment is wished."""
        return self.attributes is None if self.segments is None else name in self.segments

    @staticmethod
    def of(
        customers: Collection[str] | None = None,
        attributes: Collection[str] | None = None,
        segments: Collection[str] | None = None,
        *,
        personal_data: bool = True,
    ) -> Wish:
        """A wish, from any collections."""
        who, what, where = (None if some is None else frozenset(some) for some in (customers, attributes, segments))
        return Wish(who, what, where, personal_data)


class Content(Protocol):
    """What a batch tells, as it came."""

    def __len__(self) -> int:
        """How many records it makes."""

    @property
    def size(self) -> int:
        """How much room it takes, about, in changed values."""

    @property
    def customers(self) -> tuple[Pool, Ints] | None:
        """Of whom each record tells; None where it is of nobody in particular."""

    def record(self, place: int) -> Record:
        """A record, whole."""

    def wanted(self, record: Record, wish: Wish) -> Record | None:
        """What is wished of a record; None for nothing."""


@dataclass(frozen=True)
class News:
    """One record without customers: a day's turn."""

    news: Record
    size: ClassVar[int] = 0
    customers: ClassVar[None] = None

    def __len__(self) -> int:
        return 1

    def record(self, place: int) -> Record:
        """The record."""
        return self.news

    def wanted(self, record: Record, wish: Wish) -> Record | None:
        """Everybody is told."""
        return record


@dataclass(frozen=True)
class Values:
    """What has changed of customers' attributes; `counts` are attributes that count, `traits` those that are traits."""

    changes: Changes
    counts: frozenset[str]
    traits: frozenset[str]

    def __len__(self) -> int:
        return len(self.changes)

    @property
    def size(self) -> int:
        """The changed values."""
        return len(self.changes) + len(self.changes.attribute)

    @property
    def customers(self) -> tuple[Pool, Ints]:
        """Who has changed, and who is gone."""
        return self.changes.sids, np.concatenate([self.changes.customers, self.changes.gone])

    def record(self, place: int) -> Record:
        """A customer's new values beside the old ones, or what has become of his name."""
        found = self.changes
        if place < len(found.customers):
            return {
                **_customer(found.sids.text(int(found.customers[place]))),
                "changes": {
                    name: {"old": self._json(name, old), "new": self._json(name, new)}
                    for name, old, new in found.of(place)
                },
            }
        gone = place - len(found.customers)
        into = int(found.into[gone])
        return {
            **_customer(found.sids.text(int(found.gone[gone]))),
            "gone": "erased" if into < 0 else ("merged" if found.joined[gone] else "renamed"),
            "into": None if into < 0 else found.sids.text(into)[2:],
        }

    def wanted(self, record: Record, wish: Wish) -> Record | None:
        """Without attributes that are not wished."""
        if "changes" not in record:
            return record if wish.personal_data else {**record, "into": None}
        if wish.attributes is None and wish.segments is None and wish.personal_data:
            return record
        hidden = frozenset() if wish.personal_data else self.traits
        kept = {n: change for n, change in record["changes"].items() if n not in hidden and wish.attribute(n)}
        return {**record, "changes": kept} if kept or (wish.attributes is None and wish.segments is None) else None

    def _json(self, name: str, value: Value) -> Any:
        if isinstance(value, Number) and name in self.counts and value.millionths % MILLION == 0:
            return value.millionths // MILLION
        return to_json(value)


@dataclass(frozen=True)
class Members:
    """Who has come into segments and left them."""

    moved: Moved

    def __len__(self) -> int:
        return len(self.moved)

    @property
    def size(self) -> int:
        """The moves."""
        return len(self.moved) + len(self.moved.segment)

    @property
    def customers(self) -> tuple[Pool, Ints]:
        """Who has moved."""
        return self.moved.sids, self.moved.customers

    def record(self, place: int) -> Record:
        """The segments that a customer has come into, and those that he has left."""
        moves = list(self.moved.of_one(place))
        return {
            **_customer(self.moved.sids.text(int(self.moved.customers[place]))),
            "entered": [name for name, entered in moves if entered],
            "left": [name for name, entered in moves if not entered],
        }

    def wanted(self, record: Record, wish: Wish) -> Record | None:
        """Without segments that are not wished."""
        hidden = frozenset() if wish.personal_data else self.moved.personal
        kept = {
            way: [name for name in record[way] if name not in hidden and wish.segment(name)]
            for way in ("entered", "left")
        }
        return {**record, **kept} if any(kept.values()) else None


@dataclass
class Batch:
    """Records that came together: `first` is the sequence number of the first one."""

    first: int
    head: Record
    content: Content
    ready: dict[int, Record] | None = field(default_factory=dict)
    """Records made already, for the next reader; None for an old batch, which hardly anybody will read."""

    def __len__(self) -> int:
        return len(self.content)

    @property
    def size(self) -> int:
        """How much room it takes, about, in changed values."""
        return _BATCH_SIZE + self.content.size

    def records(self, start: int, wish: Wish) -> Iterator[tuple[int, Record | None]]:
        """The records from a place on, each with its place; None for one in which nothing is left of what is wanted."""
        for place in self._places(start, wish):
            yield place, self.content.wanted(self._whole(place), wish)

    def _places(self, start: int, wish: Wish) -> Iterator[int]:
        """Which records may be wanted."""
        about = self.content.customers
        if wish.customers is None or about is None:
            yield from range(start, len(self))
            return
        sids, people = about
        keys = (key for name in wish.customers for key in (f"u:{name}", f"a:{name}"))
        codes = np.array([code for key in keys if (code := sids.known(key)) is not None], np.int64)
        yield from (place for place in np.flatnonzero(np.isin(people, codes)).tolist() if place >= start)

    def _whole(self, place: int) -> Record:
        ready = self.ready
        whole = ready.get(place) if ready is not None else None
        if whole is None:
            whole = {**self.head, "sequence": self.first + place, **self.content.record(place)}
            if ready is not None:
                ready[place] = whole
        return whole


def _customer(key: str) -> Record:
    """Who it is; a user and an anonymous visitor may have ids with the same text."""
    return {"customer_id": key[2:]} if key.startswith("u:") else {"customer_id": key[2:], "anonymous": True}
