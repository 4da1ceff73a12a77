"""A look at written definitions before they come into force: exact values of a sample of customers, old beside new.

The sample is all customers of as many of the history's buckets as it takes (a bucket is a hash of the id), thinned to
stretches of neighbouring ids, so that few row groups hold all of their messages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pyarrow as pa

from hundredfold.app.applying import planned, sentences
from hundredfold.app.documents import Document, plain
from hundredfold.app.opened import OpenWorkspace, setup_of
from hundredfold.attribute.block import block_of
from hundredfold.attribute.column import Ints
from hundredfold.attribute.facts import keyed_rows
from hundredfold.attribute.read import Clock
from hundredfold.attribute.typed import columns_of
from hundredfold.attribute.values import profile_values
from hundredfold.definition.model import Definitions, Formula
from hundredfold.definition.spelling import names_in
from hundredfold.errors import WorkspaceError
from hundredfold.live.engine import Engine
from hundredfold.live.setup import Compiled, compiled
from hundredfold.log.ahead import ahead
from hundredfold.log.partition import partitions_of
from hundredfold.profile.answers import Answers
from hundredfold.profile.rebuild import Erasure, rebuild
from hundredfold.words.calendar import iso
from hundredfold.words.value import Moment, Number, Value

SAMPLE: Final = 10_000
"""Customers that are looked at."""
SHOWN: Final = 5
"""Customers that are shown for each attribute."""
_STRETCHES: Final = 8
_AT_ONCE: Final = 1_000
"""Customers that are read together: while they are, nobody else can use the engine."""


@dataclass
class _Found:
    """What comes of an attribute: its new values, and those that differ, by customer."""

    values: list[Value] = field(default_factory=list)
    changed: list[tuple[str, Value, Value]] = field(default_factory=list)
    nulls_before: int = 0


def previewed(opened: OpenWorkspace, *, sample: int = SAMPLE) -> Document:
    """What the written definitions would change, for a sample of customers; nothing is applied.

    Raises DefinitionErrors, and WorkspaceError where the business keys of events differ from those in force.
    """
    plan = planned(opened.workspace)
    written = plan.definitions
    with opened.guard:
        served = opened.engine().compiled.setup
        at = opened.engine().state.clock
        labels = opened.engine().state.people.everybody()
        keys = opened.engine().sids.texts(labels)
    _must_have_one_key(served.definitions, written)
    names = _to_show(served.definitions, written)
    new = compiled(setup_of(opened.workspace, written, tell=opened.tell).of(names))
    old = compiled(served.of(names))
    clock = Clock(at, opened.cuts())
    found = {name: _Found() for name in names}
    customers = 0
    typed = sorted({*columns_of(old.decoder), *columns_of(new.decoder)})
    slices = _slices(labels, keys, opened.history.buckets, sample)
    for messages in ahead(_Messages.of(opened, some, typed) for some in slices):
        before, after = messages.values(old, clock), messages.values(new, clock)
        customers += len(after)
        for customer, values in after.items():
            for name in names:
                _note(found[name], customer, before.get(customer, {}).get(name), values[name])
    return {
        "customers": customers,
        "of": len(labels),
        "at": iso(at),
        "attributes": {name: _told(found[name], name in served.definitions.attributes) for name in names},
        "removed": sorted(served.definitions.attributes.keys() - written.attributes.keys()),
        "plan": sentences(plan.difference),
        "applied": False,
    }


def _must_have_one_key(served: Definitions, written: Definitions) -> None:
    def keys(definitions: Definitions) -> dict[str, object]:
        return {
            name: (rule.key, rule.also, rule.removed_by, rule.revision)
            for name, rule in definitions.events.items()
            if rule.key is not None
        }

    old, new = keys(served), keys(written)
    differing = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
    if differing:
        raise WorkspaceError(
            f"the business key of {differing[0]} differs from the one in force, and which messages are one fact is "
            "only known once it is. Apply that first; a preview is of attributes."
        )


def _to_show(served: Definitions, written: Definitions) -> list[str]:
    """The attributes that are new or written otherwise, and the formulas that follow from those."""
    known = served.attributes
    found = {name for name, attribute in written.attributes.items() if known.get(name) != attribute}
    while more := {
        name
        for name, attribute in written.attributes.items()
        if name not in found and isinstance(attribute, Formula) and found & set(names_in(attribute.expression))
    }:
        found |= more
    return sorted(found)


# --- who -------------------------------------------------------------------------------------------------------------


def _slices(labels: Ints, keys: Sequence[str], buckets: int, sample: int) -> Iterator[Ints]:
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
    for first in range(0, len(rows), _AT_ONCE):
        yield labels[rows[first : first + _AT_ONCE]]


@dataclass(frozen=True)
class _Messages:
    """The messages that bear on some customers, as they stood at one moment; `keys` names each by a sent id."""

    keys: Sequence[str]
    stored: pa.Table
    erasures: Sequence[Erasure]

    @staticmethod
    def of(opened: OpenWorkspace, labels: Ints, typed: Sequence[str]) -> _Messages:
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
            return _Messages(engine.sids.texts(labels), stored, erasures)

    def values(self, ready: Compiled, clock: Clock) -> dict[str, Mapping[str, Value]]:
        """The values of each customer who exists at the clock."""
        if not ready.plan.definitions.attributes:
            return {}
        over = ready.setup.shared_over
        made = rebuild(self.stored, ready.plan, ready.around, clock, shared_over=over, erasures=self.erasures)
        values = profile_values(made.profiles, ready.pool)
        found: dict[str, Mapping[str, Value]] = {}
        for key in self.keys:
            sid = made.sids.known(key)
            person = -1 if sid is None else int(made.persons.person[sid])
            if person >= 0:
                found[made.sids.text(int(made.persons.customer[person]))] = values[person]
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


# --- what ------------------------------------------------------------------------------------------------------------


def _note(found: _Found, customer: str, old: Value, new: Value) -> None:
    found.values.append(new)
    found.nulls_before += old is None
    if old != new:
        found.changed.append((customer, old, new))


def _told(found: _Found, was_there: bool) -> Document:
    ordered = sorted(
        (value for value in found.values if isinstance(value, Number | Moment)),
        key=lambda value: value.millionths if isinstance(value, Number) else value.micros,
    )
    middle = ordered[(len(ordered) - 1) // 2] if ordered else None
    return {
        "new": not was_there,
        "changed": len(found.changed),
        "nulls": sum(value is None for value in found.values),
        "nulls_before": found.nulls_before if was_there else None,
        "min": plain(ordered[0]) if ordered else None,
        "median": plain(middle),
        "max": plain(ordered[-1]) if ordered else None,
        "examples": [
            {"customer_id": customer[2:], "old": plain(old), "new": plain(new)}
            for customer, old, new in found.changed[:SHOWN]
        ],
    }
