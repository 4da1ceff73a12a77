"""Customers folded anew from their raw messages, in the state that is served.

The batch with `--full` folds everybody in an engine of its own. This mends in place one customer, or those of whom
something was received since a time, and tells how many had other values before.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias

import numpy as np
import pyarrow.compute as pc

from hundredfold.app.documents import Document
from hundredfold.app.erasure import key_of, linked_ids
from hundredfold.app.opened import OpenWorkspace
from hundredfold.app.runbook import Runbook
from hundredfold.attribute.column import Ints
from hundredfold.attribute.read import Clock
from hundredfold.attribute.values import profile_values
from hundredfold.ingest.bulk import Progress
from hundredfold.live.engine import Engine
from hundredfold.words.calendar import iso
from hundredfold.words.message import KINDS
from hundredfold.words.value import Value

AT_ONCE: Final = 1_000
"""So many sent ids are folded in one turn; then others may use the engine."""
_MARKER: Final = KINDS.index("marker")

_Person: TypeAlias = tuple[int | None, dict[str, Value]]


def refolded(
    opened: OpenWorkspace,
    *,
    customer: str | None = None,
    since: int | None = None,
    progress: Progress | None = None,
) -> Document:
    """Folds anew one customer, or those of whom something was received since a time (microseconds UTC), or everybody.

    What was stored, and which copies of a message count, is taken as it is. It is noted as a run. Raises NotFound.
    """
    book = Runbook(opened.workspace.runbook, opened.workspace.now)
    with book.run("refold") as running:
        keys = _keys(opened, customer, since)
        differed = 0
        for first in range(0, len(keys), AT_ONCE):
            differed += _fold(opened, keys[first : first + AT_ONCE])
            running.tell(first, len(keys))
            if progress is not None:
                progress(min(first + AT_ONCE, len(keys)), len(keys))
        if differed:  # a process that starts later is not to go on from what was wrong
            with opened.guard:
                opened.write(opened.engine(), canonical=False)
        running.outcome |= {"customers": len(keys), "differed": differed}
    return {"ids": len(keys), "differed": differed, "since": None if since is None else iso(since)}


def _keys(opened: OpenWorkspace, customer: str | None, since: int | None) -> list[str]:
    """The sent ids to fold, in a fixed order."""
    if customer is not None:
        with opened.guard:
            engine = opened.engine()
            return linked_ids(engine, key_of(engine, customer))
    return sorted(set(_received(opened, since)))


def _received(opened: OpenWorkspace, since: int | None) -> Iterator[str]:
    columns = ["key", "kind", "received"]
    history = opened.history
    parts = (history.scan(bucket, columns) for bucket in range(history.buckets))
    for tables in (parts, opened.log.read(history.positions)):
        for table in tables:
            wanted = pc.not_equal(table["kind"], _MARKER)
            if since is not None:
                wanted = pc.and_(wanted, pc.greater_equal(table["received"], since))
            yield from pc.unique(table["key"].filter(wanted)).to_pylist()


def _fold(opened: OpenWorkspace, keys: list[str]) -> int:
    """Folds some sent ids anew; returns how many customers had other values, another name or other ids before."""
    with opened.clock_held() as now:
        engine = opened.engine()
        sids = np.unique(engine.sids.codes(keys))
        engine.state.grow()
        clock = opened.clock(now)
        before = _persons(engine, sids, clock)
        engine.refold(sids)
        after = _persons(engine, sids, clock)
    return sum(before[members] != after.get(members) for members in before)


def _persons(engine: Engine, sids: Ints, clock: Clock) -> dict[tuple[int, ...], _Person]:
    """The customers of sent ids, by their ids: the one that names each, and the values."""
    people = engine.state.people
    labels = np.unique(people.labels(sids))
    values = profile_values(engine.read(labels, clock), engine.compiled.pool)
    return {
        tuple(people.members(label)): (people.customer(label), mine)
        for label, mine in zip(labels.tolist(), values, strict=True)
    }
