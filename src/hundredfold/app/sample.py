"""A sample of customers, and all messages that bear on them: what a preview is worked out from.

The sample is all customers of as many of the history's buckets as it takes (a bucket is a hash of the id), thinned to
stretches of neighbouring ids, so that few row groups hold all of their messages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from hundredfold.app.opened import OpenWorkspace
from hundredfold.attribute.block import block_of
from hundredfold.attribute.column import Ints
from hundredfold.attribute.facts import keyed_rows
from hundredfold.attribute.read import Clock
from hundredfold.attribute.values import profile_values
from hundredfold.live.engine import Engine
from hundredfold.live.setup import Compiled, compiled
from hundredfold.log.partition import partitions_of
from hundredfold.profile.answers import Answers
from hundredfold.profile.rebuild import Erasure, rebuild
from hundredfold.words.value import Value

_STRETCHES: Final = 8
_AT_ONCE: Final = 1_000
"""Customers that are read together: while they are, nobody else can use the engine."""


def slices(labels: Ints, keys: Sequence[str], buckets: int, sample: int, *, at_once: int = _AT_ONCE) -> Iterator[Ints]:
    """The sample of customers, who are given by a sent id each, a few at once."""
    texts = np.array([*keys, ""], object)[:-1]
    of = partitions_of(pa.array(keys, pa.string()), buckets)
    chosen: list[Ints] = []
    for bucket in range(buckets):
        own = np.flatnonzero(of == bucket)
        chosen.append(own[np.argsort(texts[own], kind="stable")])
        if sum(map(len, chosen)) >= sample:
            break
    rows = np.concatenate(chosen)
    if len(rows) > sample:
        parts = np.array_split(rows, _STRETCHES)
        rows = np.concatenate([part[: -(-sample // _STRETCHES)] for part in parts])[:sample]
    for first in range(0, len(rows), at_once):
        yield labels[rows[first : first + at_once]]


@dataclass(frozen=True)
class Messages:
    """The messages that bear on some customers, as they stood at one moment; `keys` names each by a sent id."""

    keys: Sequence[str]
    stored: pa.Table
    erasures: Sequence[Erasure]

    @staticmethod
    def of(opened: OpenWorkspace, labels: Ints, typed: Sequence[str]) -> Messages:
        """Reads them while nobody else uses the engine."""
        with opened.guard:
            engine = opened.engine()
            circle = Answers(engine).circle(engine.state.people.members_of(labels)[0])
            stored = engine.stored(circle, typed)
            around = _sharing_keys(engine, stored, circle)
            stored = stored if len(around) == len(circle) else engine.stored(around, typed)
            texts = engine.sids.text
            erasures = [
                Erasure(frozenset(texts(sid) for sid in one.sids), one.positions, frozenset(one.void_keys))
                for one in engine.state.deletions
            ]
            return Messages(engine.sids.texts(labels), stored, erasures)

    def values(self, ready: Compiled, clock: Clock) -> dict[str, Mapping[str, Value]]:
        """The values of each customer who exists at the clock."""
        if not ready.plan.definitions.attributes:
            return {}
        over = ready.setup.shared_over
        made = rebuild(self.stored, ready.plan, ready.around, clock, shared_over=over, erasures=self.erasures)
        values = profile_values(made.profiles, ready.pool)
        person_of, customer_of = made.persons.person.tolist(), made.persons.customer.tolist()
        found: dict[str, Mapping[str, Value]] = {}
        for key in self.keys:
            sid = made.sids.known(key)
            person = -1 if sid is None else person_of[sid]
            if person >= 0:
                found[made.sids.text(customer_of[person])] = values[person]
        return found


def _sharing_keys(engine: Engine, stored: pa.Table, sids: Ints) -> Ints:
    """Some sent ids, and those that have told of a business key of theirs."""
    setup = engine.compiled.setup
    if all(rule.key is None for rule in setup.definitions.events.values()):
        return sids
    ready = compiled(setup.of(()))
    block = block_of(stored, ready.decoder, engine.sids, ready.pool)
    engine.state.grow()
    _, hashes = keyed_rows(block, setup.definitions.events, ready.pool)
    return np.union1d(sids, engine.state.keys.values(np.unique(hashes)))
