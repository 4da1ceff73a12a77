"""How good the data is, source by source: what is missing, what is against the plan, what was told again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import orjson
import polars as pl
import pyarrow as pa

from hundredfold.definition.model import EventRule
from hundredfold.ingest.catalogue import Catalogue, Event, Field
from hundredfold.ingest.heard import Senders
from hundredfold.ingest.tracking_plan import TrackingPlan
from hundredfold.ingest.unpriced import Pricing, Unpriced, joined
from hundredfold.log.undone import WHERE
from hundredfold.words.message import KINDS

COLUMNS: Final = tuple(dict.fromkeys(("kind", "key", "time", "received", "payload", "source", *WHERE)))
"""What is looked at of stored messages."""
_TRACK: Final = KINDS.index("track")
Ints = npt.NDArray[np.int64]


@dataclass
class OfSource:
    """What came from one source. `against` counts what the plan has against its messages, by event and sentence."""

    catalogue: Catalogue
    unpriced: dict[str, Unpriced] = field(default_factory=dict)
    against: Counter[tuple[str, str]] = field(default_factory=Counter)


@dataclass
class Facts:
    """The facts of an event with a business key: by key, the sources (as bits) that told of it."""

    sources: dict[Any, int] = field(default_factory=dict)
    messages: int = 0

    @property
    def again(self) -> int:
        """Messages that told of a fact that was known: corrections, and what a second system says, too."""
        return self.messages - len(self.sources)

    @property
    def of_several(self) -> int:
        """Facts of which more than one source told."""
        return sum(bits.bit_count() > 1 for bits in self.sources.values())


class Quality:
    """Takes in stored messages that count, and tells how good they are. `day_of` gives the local days of times."""

    def __init__(
        self, day_of: Callable[[Ints], Ints], plan: TrackingPlan, rules: Mapping[str, EventRule], pricing: Pricing
    ) -> None:
        self._day_of, self._plan, self._pricing = day_of, plan, pricing
        self.sources: dict[str, OfSource] = {}
        self.senders = Senders()
        self.facts: dict[str, Facts] = {name: Facts() for name, rule in rules.items() if rule.key}
        keyed = {name: rule for name, rule in rules.items() if rule.key}
        self._keys = {own: (name, str(rule.key)) for name, rule in keyed.items() for own in (name, *rule.also)}

    def take(self, table: pa.Table, today: int) -> None:
        """Takes in a chunk with `COLUMNS`; `today` is the local day of the clock (from 1970-01-01)."""
        self.senders.take(table)
        names = table["source"].combine_chunks().dictionary_encode()
        codes = names.indices.to_numpy()
        for code, name in enumerate(names.dictionary.to_pylist()):
            own = table.filter(pa.array(codes == code))
            known = self.sources.setdefault(name, OfSource(Catalogue(self._day_of)))
            known.catalogue.take(own, today)
            frame = pl.DataFrame(pl.from_arrow(own.select(["kind", "time", "payload"])))
            known.unpriced = joined(known.unpriced, self._pricing.unpriced(frame.with_columns(rows=pl.lit(1))))
            self._look(known, 1 << list(self.sources).index(name), own)

    def _look(self, known: OfSource, bit: int, table: pa.Table) -> None:
        """Looks into the messages that the plan, or a business key, asks for."""
        if not self._keys and not self._plan.expects_something:
            return
        for payload in table.filter(pa.array(table["kind"].to_numpy() == _TRACK))["payload"].to_pylist():
            message = orjson.loads(payload)
            finding = self._plan.check(message)
            for text in () if finding is None else finding.violations:
                known.against[message["event"], text] += 1
            fact, path = self._keys.get(message["event"], (None, ""))
            if fact is not None and (key := _at(message, path)) is not None:
                facts = self.facts[fact]
                facts.messages += 1
                facts.sources[key] = facts.sources.get(key, 0) | bit


def _at(value: Any, path: str) -> str | None:
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return None if value is None or isinstance(value, dict | list) else str(value)


def missing_share(event: Event, each: str | None, one: Field) -> float:
    """The share of the messages, or lines, that were looked into in which a field is not there, or null."""
    share = event.share(each, one)
    if share is None:
        return 0.0
    nulls = one.types["null"] / one.present if one.present else 0.0
    return max(0.0, 1.0 - share * (1.0 - nulls))
