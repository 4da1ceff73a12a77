"""The profiles of a batch run, customer by customer, to their topic.

A run is whole in the topic when all its records have arrived; until then the next start sends it again from its
beginning. Every record stands for itself, so whoever has read half of a run has half of right profiles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from hundredfold.attribute.column import Ints, Pool
from hundredfold.attribute.read import Clock
from hundredfold.batch.run import Run
from hundredfold.definition.check import fingerprint
from hundredfold.live.engine import Engine
from hundredfold.live.names import Names
from hundredfold.log.kafka.client import BATCH_PROFILES
from hundredfold.log.kafka.topics import MESSAGE_BYTES
from hundredfold.publish.outlet import Outlet
from hundredfold.publish.records import Encoder, Portion, Stamp, members_of, named
from hundredfold.publish.state import States
from hundredfold.store.sent import Sent

AT_ONCE: Final = 8192
"""Customers that are read and encoded together."""

MOST: Final = MESSAGE_BYTES // 2
"""The bytes of the largest state: a larger one is left out, so that the values find room in a record."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Published:
    """How many profiles were sent, how many customers were taken out, and how many profiles no record could hold."""

    profiles: int
    removed: int
    too_large: int


def publish_run(
    engine: Engine,
    run: Run,
    clock: Clock,
    encoder: Encoder,
    outlet: Outlet,
    sent: Sent,
    progress: Progress = lambda done, of: None,
    *,
    state: bool = False,
) -> Published:
    """Publishes everybody's profile of a run; the engine has applied what the run covers, and nothing more.

    `clock` is that of the run's cut; with `state` records have states, too. Raises
    NotPublished; what has arrived stays.
    """
    topic = outlet.topic(BATCH_PROFILES)
    engine.advance(run.cut)
    labels, names = everybody(engine)
    keys = {key[2:] for key in engine.sids.texts(names)}
    before = sent.keys(topic)
    sent.add(topic, keys - before)
    version = fingerprint(engine.compiled.setup.definitions)
    stamp = Stamp(run.cut, run.cut, run.published, run.cut, version, run.covers)
    done = too_large = 0
    for portion in portions(engine, labels, names, clock, state=state):
        for name, record in zip(portion.customers.names, encoder.encode(portion, stamp), strict=True):
            too_large += not outlet.send(topic, name, record)
        outlet.poll()
        done += len(portion.customers)
        progress(done, len(labels))
    gone = before - keys
    for name in sorted(gone):
        outlet.send(topic, name, None)
    outlet.settled()
    sent.remove(topic, gone)
    # One may have been erased, and let go of, while his profile was on its way.
    sent.add(topic, keys - sent.keys(topic))
    sent.finish(topic, run.cut)
    return Published(done - too_large, len(gone), too_large)


def portions(engine: Engine, labels: Ints, names: Ints, clock: Clock, *, state: bool = False) -> Iterator[Portion]:
    """The profiles of customers, read from the engine's cells; with their states, but those of more than `MOST`."""
    states = States(engine) if state else None
    for first in range(0, len(labels), AT_ONCE):
        some = slice(first, first + AT_ONCE)
        values = engine.read(labels[some], clock).values
        members, offsets = members_of(engine, labels[some], names[some])
        customers = named(engine, names[some], members, offsets)
        found = None
        if states is not None:
            found = [one if len(one) <= MOST else None for one in states.of(members, offsets)]
        yield Portion(customers, values, engine.compiled.pool, found)


def everybody(engine: Engine) -> tuple[Ints, Ints]:
    """Everybody's label and name. Of a user and a visitor whose ids have the same text, the user has the key."""
    found = Names(engine.sids).settle(engine.state.people, engine.state.people.everybody())
    keys = engine.sids.texts(found.names)
    users = {key[2:] for key in keys if key.startswith("u:")}
    own = np.fromiter((key.startswith("u:") or key[2:] not in users for key in keys), np.bool_, len(keys))
    return found.labels[own], found.names[own]


def alive(engine: Engine) -> Ints:
    """The sent ids behind which there is somebody; those of erased customers are not among them."""
    people = engine.state.people
    there = np.zeros(len(engine.sids), np.bool_)
    there[people.everybody()] = True
    return np.flatnonzero(there[people.labels(np.arange(len(engine.sids)))])


def vanished(keys: set[str], sids: Pool, living: Ints) -> list[str]:
    """Those of some plain customer ids behind which there is nobody any more."""
    return sorted(keys - {key[2:] for key in sids.texts(living)}) if keys else []
