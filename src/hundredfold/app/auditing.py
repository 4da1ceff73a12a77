"""The audit in service: customers recomputed from raw messages, row by row, and compared with what the engine says."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from random import Random
from typing import Final

import numpy as np

from hundredfold.app.documents import Document, plain
from hundredfold.app.evidence import Stored, everything, evidence
from hundredfold.app.opened import OpenWorkspace
from hundredfold.app.runbook import Runbook, Running
from hundredfold.attribute.aggregate import Lists
from hundredfold.attribute.column import Column, Ints, Pool
from hundredfold.attribute.read import Profiles
from hundredfold.attribute.values import profile_values
from hundredfold.audit import AuditedProfile, Run, Setting, Tables, audit
from hundredfold.definition.model import Definitions
from hundredfold.ingest.bulk import Progress
from hundredfold.live.names import Names
from hundredfold.live.setup import Setup
from hundredfold.words.calendar import iso
from hundredfold.words.message import Message

SHOWN: Final = 20
"""How many differences are shown."""
AT_ONCE: Final = 20_000
"""How many customers are recomputed together."""


@dataclass(frozen=True)
class Served:
    """What the engine says of everybody at an instant, and what that was made of.

    `keys` are the sent ids that name the persons, in the order of `profiles`; `stored` gives the messages.
    """

    at: int
    keys: list[str]
    profiles: Profiles
    pool: Pool
    setup: Setup
    runs: Sequence[Run]
    stored: Stored


def audited(
    opened: OpenWorkspace,
    *,
    sample: int | None = None,
    progress: Progress | None = None,
    running: Running | None = None,
) -> Document:
    """Recomputes `sample` customers, drawn by the clock, or all (None), and compares every attribute at one instant.

    The engine is only kept from its work while its values are read; what comes in later is left out. It is noted as a
    run, which may be one that goes on already.
    """
    book = Runbook(opened.workspace.runbook, opened.workspace.now)
    with book.within("audit", running) as noted:
        found = _audited(opened, sample, progress)
        noted.outcome |= {"customers": found["checked"], "mismatches": found["mismatches"]}
    return found


def _audited(opened: OpenWorkspace, sample: int | None, progress: Progress | None) -> Document:
    served = _served(opened)
    rows = range(len(served.keys))
    every = sample is None or sample >= len(rows)
    chosen = rows if every else sorted(Random(served.at).sample(rows, sample or 0))  # noqa: S311
    examples: list[Document] = []
    wrong = 0
    for first in range(0, len(chosen), AT_ONCE):
        some = chosen[first : first + AT_ONCE]
        for found in _differences(served, some):
            wrong += 1
            examples += [found] if len(examples) < SHOWN else []
        if progress is not None:
            progress(first + len(some), len(chosen))
    if every:
        strangers = _not_served(served)
        wrong += len(strangers)
        examples += strangers[: SHOWN - len(examples)]
    return {
        "checked": len(chosen),
        "mismatches": wrong,
        "examples": examples,
        "customers": len(rows),
        "at": iso(served.at),
    }


@contextmanager
def _without_collector() -> Iterator[None]:
    """Holds the search for circles of garbage off: among millions of rows that live, it takes a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _served(opened: OpenWorkspace) -> Served:
    with opened.clock_held() as at:
        engine = opened.engine()
        people = engine.state.people
        found = opened.answers().everybody()
        names = engine.sids.texts(Names(engine.sids).settle(people, people.everybody()).names)
        assert [name[2:] for name in names] == found.customers, "both list persons by their names"
        upto, compiled = dict(engine.positions), engine.compiled
        return Served(
            at,
            names,
            Profiles(len(names), dict(found.values)),
            compiled.pool,
            compiled.setup,
            opened.audited_runs(),
            lambda: opened.raw_messages(upto),
        )


def _differences(served: Served, rows: Sequence[int]) -> Iterator[Document]:
    """The customers of some rows whose values are not what their raw messages say."""
    keys = [served.keys[row] for row in rows]
    every = len(rows) == len(served.keys)
    messages = everything(served.stored) if every else evidence(served.stored, served.setup.definitions, keys)
    recomputed = _audit(served, served.setup.definitions, messages, keys)
    values = profile_values(_taken(served.profiles, rows), served.pool)
    for key, own in zip(keys, values, strict=True):
        judged = recomputed.get(key)
        theirs = {} if judged is None else judged.values
        other = {
            name: {"served": plain(own.get(name)), "recomputed": plain(theirs.get(name))}
            for name in sorted(own.keys() | theirs.keys())
            if own.get(name) != theirs.get(name)
        }
        if other or judged is None:
            yield {"customer_id": key[2:], "exists": judged is not None, "attributes": other}


def _not_served(served: Served) -> list[Document]:
    """Customers whom the raw messages know and the engine does not."""
    known = set(served.keys)
    nothing = replace(served.setup.definitions, attributes={}, segments={})
    found = _audit(served, nothing, everything(served.stored), None)
    return [{"customer_id": key[2:], "exists": True, "attributes": {}} for key in sorted(found) if key not in known]


def _audit(
    served: Served, definitions: Definitions, messages: Iterable[Message], only: list[str] | None
) -> dict[str, AuditedProfile]:
    setup = served.setup
    setting = Setting(setup.zone, setup.currency, setup.shared_over, setup.undone)
    tables = Tables(setup.lookups, setup.rates)
    return audit(messages, definitions, setting, tables, at=served.at, only=only, runs=served.runs, models=setup.models)


def _taken(profiles: Profiles, rows: Sequence[int]) -> Profiles:
    """The profiles of some rows."""
    chosen = np.array(rows, np.int64)
    return Profiles(len(chosen), {name: _some(found, chosen) for name, found in profiles.values.items()})


def _some(found: Column | Lists, rows: Ints) -> Column | Lists:
    if isinstance(found, Column):
        return found.take(rows)
    first, sizes = found.offsets[rows], np.diff(found.offsets)[rows]
    ends = np.cumsum(sizes)
    items = np.repeat(first - (ends - sizes), sizes) + np.arange(int(sizes.sum()))
    return Lists(np.concatenate(([0], ends)), found.items.take(items))
