"""Records of the feed: made from columns of changes, for those who want them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from hundredfold.live.current import Changes
from hundredfold.words.amount import MILLION
from hundredfold.words.value import Number, Value, to_json

Record = dict[str, Any]
"""What a reader gets: JSON."""

_BATCH_SIZE: Final = 32
"""What a batch takes by itself, in changed values."""


@dataclass(frozen=True)
class Wish:
    """What a reader wants to hear of: None means everything. Customers by their plain ids.

    Without `personal_data` no traits are told, and not into whom a customer was merged.
    """

    customers: frozenset[str] | None = None
    attributes: frozenset[str] | None = None
    personal_data: bool = True

    @staticmethod
    def of(
        customers: Collection[str] | None = None,
        attributes: Collection[str] | None = None,
        *,
        personal_data: bool = True,
    ) -> Wish:
        """A wish, from any collections."""
        return Wish(
            None if customers is None else frozenset(customers),
            None if attributes is None else frozenset(attributes),
            personal_data,
        )


@dataclass
class Batch:
    """Records that came together: `first` is the sequence number of the first one."""

    first: int
    head: Record
    changes: Changes | None = None
    news: Record | None = None
    """The one record of a batch without changes: a day's turn, a reset."""
    counts: frozenset[str] = frozenset()
    traits: frozenset[str] = frozenset()
    ready: dict[int, Record] | None = field(default_factory=dict)
    """Records made already, for the next reader; None for an old batch, which hardly anybody will read."""

    def __len__(self) -> int:
        return 1 if self.changes is None else len(self.changes)

    @property
    def size(self) -> int:
        """How much room it takes, about, in changed values."""
        return _BATCH_SIZE + (0 if self.changes is None else len(self.changes) + len(self.changes.attribute))

    def records(self, start: int, wish: Wish) -> Iterator[tuple[int, Record | None]]:
        """The records from a place on, each with its place; None for one in which nothing is left of what is wanted."""
        if self.changes is None:
            yield 0, self._stamped(0, self.news or {})
            return
        for place in self._places(start, wish):
            yield place, self._wanted(place, wish)

    def _places(self, start: int, wish: Wish) -> Iterator[int]:
        """Which records may be wanted."""
        assert self.changes is not None
        if wish.customers is None:
            yield from range(start, len(self))
            return
        sids, people = self.changes.sids, np.concatenate([self.changes.customers, self.changes.gone])
        keys = (key for name in wish.customers for key in (f"u:{name}", f"a:{name}"))
        codes = np.array([code for key in keys if (code := sids.known(key)) is not None], np.int64)
        yield from (place for place in np.flatnonzero(np.isin(people, codes)).tolist() if place >= start)

    def _wanted(self, place: int, wish: Wish) -> Record | None:
        ready = self.ready
        whole = ready.get(place) if ready is not None else None
        if whole is None:
            whole = self._record(place)
            if ready is not None:
                ready[place] = whole
        if "changes" in whole:
            if wish.attributes is None and wish.personal_data:
                return whole
            hidden = frozenset() if wish.personal_data else self.traits
            kept = {
                name: change
                for name, change in whole["changes"].items()
                if name not in hidden and (wish.attributes is None or name in wish.attributes)
            }
            return {**whole, "changes": kept} if kept or wish.attributes is None else None
        return whole if wish.personal_data else {**whole, "into": None}

    def _record(self, place: int) -> Record:
        found = self.changes
        assert found is not None
        if place < len(found.customers):
            return self._stamped(
                place,
                {
                    **_customer(found.sids.text(int(found.customers[place]))),
                    "changes": {
                        name: {"old": self._json(name, old), "new": self._json(name, new)}
                        for name, old, new in found.of(place)
                    },
                },
            )
        gone = place - len(found.customers)
        into = int(found.into[gone])
        how = "erased" if into < 0 else ("merged" if found.joined[gone] else "renamed")
        return self._stamped(
            place,
            {
                **_customer(found.sids.text(int(found.gone[gone]))),
                "gone": how,
                "into": None if into < 0 else found.sids.text(into)[2:],
            },
        )

    def _stamped(self, place: int, rest: Record) -> Record:
        return {**self.head, "sequence": self.first + place, **rest}

    def _json(self, name: str, value: Value) -> Any:
        if isinstance(value, Number) and name in self.counts and value.millionths % MILLION == 0:
            return value.millionths // MILLION
        return to_json(value)


def _customer(key: str) -> Record:
    """Who it is; a user and an anonymous visitor may have ids with the same text."""
    return {"customer_id": key[2:]} if key.startswith("u:") else {"customer_id": key[2:], "anonymous": True}
