"""Which messages somebody wants to see: what is asked in an address or in a topic, and what fits it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs

import pyarrow as pa
import pyarrow.compute as pc

from hundredfold.app.door.problem import Problem
from hundredfold.app.gui.messages import named
from hundredfold.audit.messages import Heard
from hundredfold.ingest.decode import encode
from hundredfold.said import said
from hundredfold.store.tokens import Grant
from hundredfold.words.message import KINDS

SHOWN: Final = KINDS[:-1]
"""Markers are no messages of anybody's."""
MOST_TEXT: Final = 256
MOST_FILTERS: Final = 100
_NAMES: Final = frozenset({"source", "kind", "event", "customer", "text"})


@dataclass(frozen=True)
class Wanted:
    """Which messages: an empty filter lets everything through; of several values one must fit."""

    sources: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    customer: str | None = None
    """A sent id, as the customer's system knows it."""
    text: str | None = None
    """What stands somewhere in the payload, as compact JSON, whatever its case."""

    @classmethod
    def of(
        cls,
        grant: Grant,
        sources: Iterable[str] = (),
        kinds: Iterable[str] = (),
        events: Iterable[str] = (),
        customer: str | None = None,
        text: str | None = None,
    ) -> Wanted:
        """What somebody asks for. Raises Problem 403 for a filter on personal data without the right to see it."""
        if (customer or text) and not grant.personal_data:
            raise Problem(
                403, "not_allowed", said("ids and payloads are personal data; ask an admin for the right to see it")
            )
        kinds = tuple(kinds)
        if unknown := [kind for kind in kinds if kind not in SHOWN]:
            raise Problem(
                422,
                "bad_filter",
                said(
                    "no message has the type {unknown!r}; there are {shown}", unknown=unknown[0], shown=", ".join(SHOWN)
                ),
            )
        return cls(tuple(sources), kinds, tuple(events), customer or None, text.casefold() if text else None)

    @classmethod
    def said(cls, query: str, grant: Grant) -> Wanted:
        """What a topic asks for: `source=web&event=Order+Completed`. Raises Problem."""
        try:
            told = parse_qs(query, max_num_fields=MOST_FILTERS)
        except ValueError:
            raise Problem(
                422, "bad_filter", said("at most {most} filters at once; leave some out", most=MOST_FILTERS)
            ) from None
        if unknown := sorted(told.keys() - _NAMES):
            raise Problem(
                422,
                "bad_filter",
                said(
                    "there is no filter {unknown!r}; there are {known}",
                    unknown=unknown[0],
                    known=", ".join(sorted(_NAMES)),
                ),
            )
        customer, text = (next(iter(told.get(name, ())), None) for name in ("customer", "text"))
        return cls.of(grant, told.get("source", ()), told.get("kind", ()), told.get("event", ()), customer, text)

    @property
    def looks_inside(self) -> bool:
        """Whether payloads must be read to know what fits."""
        return bool(self.events) or self.text is not None

    def columns(self, table: pa.Table) -> pa.Table:
        """The rows that fit as far as the columns `kind`, `source` and `key` tell."""
        kinds = self.kinds or SHOWN
        table = _among(table, "kind", [KINDS.index(kind) for kind in kinds], pa.uint8())
        if self.sources:
            table = _among(table, "source", list(self.sources), pa.string())
        if self.customer is not None:
            table = _among(table, "key", [f"u:{self.customer}", f"a:{self.customer}"], pa.string())
        return table

    def fits(self, heard: Heard) -> bool:
        """Whether a message fits that fits as far as its columns tell."""
        if self.events and named(heard) not in self.events:
            return False
        return self.text is None or self.text in encode(heard.message.payload).decode().casefold()


def _among(table: pa.Table, name: str, values: list[int] | list[str], kind: pa.DataType) -> pa.Table:
    return table.filter(pc.is_in(table[name], value_set=pa.array(values, kind)))
