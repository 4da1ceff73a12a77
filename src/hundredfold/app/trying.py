"""An attribute tried out while it is written: its values for a sample of customers, beside those that it has now.

The messages of the sample are kept for a while, so that a try reads nothing and holds up nobody: neither what comes in
nor who asks. What has come since the sample was taken is not in it; it says when it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from threading import Lock, Thread
from typing import Final

import numpy as np
import pyarrow as pa

from hundredfold.app.opened import OpenWorkspace
from hundredfold.app.sample import Messages, slices
from hundredfold.attribute.column import Pool
from hundredfold.attribute.decode import Decoder, Wanted
from hundredfold.attribute.lookup import LookupTable
from hundredfold.attribute.money import Rates
from hundredfold.attribute.plan import plan
from hundredfold.attribute.read import Clock
from hundredfold.attribute.rows import Surroundings
from hundredfold.attribute.typed import names, typed
from hundredfold.definition.check import with_what_they_need
from hundredfold.definition.model import Attribute, Definitions
from hundredfold.errors import HundredfoldError
from hundredfold.live.setup import Compiled, Setup
from hundredfold.log.stored import STORED
from hundredfold.words.calendar import SECOND
from hundredfold.words.value import Value

CUSTOMERS: Final = 2_000
"""The customers of a sample, at most."""
MESSAGES: Final = 20_000
"""With so many messages a sample is large enough, however few customers they are of."""
FRESH: Final = 60 * SECOND
"""After so long a sample is taken anew, while the old one is still tried on."""
_AT_ONCE: Final = 200
"""Customers that are read together: while they are, nobody else can use the engine."""


@dataclass
class Sample:
    """Some customers, everything that bears on them, and what was worked out of it."""

    setup: Setup
    messages: Messages
    clock: Clock
    of: int
    """How many customers there are."""
    pool: Pool = field(default_factory=Pool)
    tables: dict[str, LookupTable] = field(default_factory=dict)
    current: dict[str, tuple[Attribute, Mapping[str, Value]]] = field(default_factory=dict)
    """The values in force of attributes that were tried, by customer."""

    def values(self, definitions: Definitions, name: str) -> dict[str, Value]:
        """The values of an attribute, by customer. Raises DefinitionError for what only its aggregate knows."""
        if not self.messages.keys:
            return {}
        ready = self._compiled(definitions, name)
        self._decode(ready.decoder)
        found = self.messages.values(ready, self.clock)
        return {customer: values[name] for customer, values in found.items()}

    def now(self, name: str) -> Mapping[str, Value]:
        """The values that an attribute has by the definitions in force; none for one that is new."""
        served = self.setup.definitions
        if name not in served.attributes:
            return {}
        held = self.current.get(name)
        if held is None:
            held = self.current[name] = served.attributes[name], self.values(served, name)
        return held[1]

    def _compiled(self, definitions: Definitions, name: str) -> Compiled:
        # Which messages are one fact, and what tables say, is as in force: only attributes are tried.
        served = replace(self.setup, definitions=replace(definitions, events=self.setup.definitions.events))
        setup = served.of([name])
        found = plan(setup.definitions, self.pool, setup.models)
        tables = {one: self._table(one, setup) for one in setup.definitions.lookups}
        around = Surroundings(setup.definitions, self.pool, setup.zone, tables, Rates(setup.rates, setup.currency))
        return Compiled(setup, self.pool, found, around, Decoder(found.wanted, self.pool, setup.zone))

    def _decode(self, decoder: Decoder) -> None:
        # Who writes asks for the same paths again and again: as columns beside the messages they are read once.
        stored = self.messages.stored
        there = set(stored.column_names)
        missing = frozenset(one for one in decoder.wanted.root if names(*one, decoder.zone).kind not in there)
        if missing:
            self.messages = replace(self.messages, stored=typed(stored, decoder.of(Wanted(missing)), self.pool))

    def _table(self, name: str, setup: Setup) -> LookupTable:
        if name not in self.tables:
            rule = setup.definitions.lookups[name]
            self.tables[name] = LookupTable(setup.lookups.get(name, ()), rule.key, self.pool, setup.zone)
        return self.tables[name]


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of a try: customer, value now and value then, of each customer of the sample."""

    rows: Sequence[tuple[str, Value, Value]]
    of: int
    messages: int
    at: int
    new: bool
    """Whether no attribute has this name yet."""
    needs: frozenset[str]
    """The attribute, and those that it is worked out of."""

    @property
    def changed(self) -> list[tuple[str, Value, Value]]:
        """Those whose value would be another."""
        return [row for row in self.rows if row[1] != row[2]]


class Trying:
    """Tries attributes out. Its methods may be called from any thread."""

    def __init__(self, opened: OpenWorkspace) -> None:
        self._opened = opened
        self._sample: Sample | None = None
        self._working, self._taking = Lock(), Lock()

    def tried(self, definitions: Definitions, name: str) -> Trial:
        """What an attribute would be by some definitions. Raises DefinitionError."""
        sample = self._sampled()
        needs = with_what_they_need(definitions, [name])
        with self._working:
            now, then = sample.now(name), sample.values(definitions, name)
        rows = [(customer, now.get(customer), then[customer]) for customer in sorted(then)]
        new = name not in sample.setup.definitions.attributes
        return Trial(rows, sample.of, len(sample.messages.stored), sample.clock.at, new, frozenset(needs))

    def prepare(self) -> None:
        """Has a sample taken, if there is none that is fresh; does not wait for it."""
        if not self._fresh(self._sample) and not self._taking.locked():
            Thread(target=copy_context().run, args=(self._take_quietly,), name="sample", daemon=True).start()

    def _sampled(self) -> Sample:
        held = self._sample
        if held is None or held.setup is not self._opened.served_setup:
            return self._take()
        self.prepare()
        return held

    def _fresh(self, sample: Sample | None) -> bool:
        return sample is not None and self._opened.workspace.now() - sample.clock.at < FRESH

    def _take_quietly(self) -> None:
        try:
            self._take()
        except HundredfoldError as error:
            self._opened.tell(f"no sample of customers could be taken: {error}")

    def _take(self) -> Sample:
        with self._taking:
            held = self._sample
            if held is not None and self._fresh(held) and held.setup is self._opened.served_setup:
                return held  # somebody else has just taken it
            self._sample = taken(self._opened)
            return self._sample


def taken(opened: OpenWorkspace) -> Sample:
    """A sample of customers as they are now; the engine is held for moments only."""
    with opened.guard:
        engine = opened.engine()
        setup, at = engine.compiled.setup, engine.state.clock
        labels = engine.state.people.everybody()
    keys = engine.sids.texts(labels)
    parts: list[Messages] = []
    for some in slices(labels, keys, opened.history.buckets, CUSTOMERS, at_once=_AT_ONCE):
        parts.append(Messages.of(opened, some, ()))
        if sum(len(part.stored) for part in parts) >= MESSAGES:
            break
    if not parts:
        return Sample(setup, Messages((), STORED.empty_table(), ()), Clock(at), 0)
    stored = pa.concat_tables([part.stored for part in parts], promote_options="default")
    # Customers that share a business key bring each other's messages along.
    places = np.stack([stored["partition"].to_numpy(), stored["offset"].to_numpy()], axis=1)
    once = np.unique(places, axis=0, return_index=True)[1]
    messages = Messages(
        [key for part in parts for key in part.keys], stored.take(pa.array(np.sort(once))), parts[-1].erasures
    )
    return Sample(setup, messages, opened.clock(at), len(labels))
