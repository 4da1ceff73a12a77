"""Profiles from raw messages at any (T, K), in the order of semantics section 4, on whole columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import orjson
import pyarrow as pa

from hundredfold.attribute.anew import first_messages, fold_anew, last_times, statements_of
from hundredfold.attribute.block import Block, block_of
from hundredfold.attribute.column import Ints, Mask, Pool
from hundredfold.attribute.decode import Decoder
from hundredfold.attribute.facts import winning_messages
from hundredfold.attribute.order import before, in_order
from hundredfold.attribute.plan import Plan
from hundredfold.attribute.reach import reach_of
from hundredfold.attribute.read import Clock, Profiles, Reader, last_of, owned
from hundredfold.attribute.rows import Surroundings
from hundredfold.identity.persons import Persons, active_links, person_labels, persons
from hundredfold.log.once import without_duplicates
from hundredfold.words.message import KINDS

_DELETE: Final = KINDS.index("delete")


@dataclass(frozen=True)
class Erasure:
    """A deletion: the sent ids, the positions before which their messages are void, and the keys voided with them."""

    keys: frozenset[str]
    positions: Mapping[int, int]
    void_keys: frozenset[tuple[str, str]] = frozenset()


@dataclass(slots=True)
class Rebuilt:
    """All profiles, with the persons they belong to."""

    profiles: Profiles
    persons: Persons
    sids: Pool


def rebuild(
    stored: pa.Table,
    plan: Plan,
    around: Surroundings,
    clock: Clock,
    *,
    known_at: int | None = None,
    shared_over: int = 50,
    erasures: Sequence[Erasure] | None = None,
) -> Rebuilt:
    """The profiles of all persons at `clock.at`, from what had been received by `known_at` (default: everything).

    `stored` holds every message that bears on these persons, in any order. `erasures`: those of the whole workspace;
    without them, `stored` holds everything and they are found in it.
    """
    sids = Pool()
    stored = without_duplicates(stored)
    block = block_of(stored, Decoder(plan.wanted, around.pool, around.zone), sids, around.pool)
    if erasures is None:
        erasures = _erasures_in(block, stored, sids, around)
    kept = ~_voided(block, sids, erasures) & (block.time <= clock.at)
    if known_at is not None:  # of the copies of a message the one that counts was the first to be known
        kept &= block.received <= known_at
    stored, block = stored.filter(pa.array(kept)), block.take(np.flatnonzero(kept))
    found = persons_of(block, stored, sids, shared_over)
    void = {key for erasure in erasures for key in erasure.void_keys}
    cells, _ = fold_anew(block, stored, plan, around, len(sids), void=void, reach=reach_of(plan, clock.reads_from))

    def last() -> Ints:
        return last_of(found.person, len(found), last_times(block, len(sids)))

    reader = Reader(plan, around, lambda family: owned(cells[family], found.person), block.ids, last)
    return Rebuilt(reader.read(len(found), clock), found, sids)


def persons_of(block: Block, stored: pa.Table, sids: Pool, shared_over: int) -> Persons:
    """The persons of messages that count."""
    statements = statements_of(block, stored, sids)
    user = np.fromiter((key.startswith("u:") for key in sids.all), np.bool_, len(sids))

    def order(time: Ints, tie: Ints, ref: Ints, *groups: Ints) -> Ints:
        return in_order(time, tie, ref, block.ids, *groups)

    labels = person_labels(active_links(statements, order, shared_over, len(sids)), user)
    return persons(labels, first_messages(block), user, sids.all, order)


def _erasures_in(block: Block, stored: pa.Table, sids: Pool, around: Surroundings) -> list[Erasure]:
    """The erasures among all messages of a workspace, and the keys that each voids (semantics 12, S6)."""
    found = []
    for payload in stored.filter(pa.array(block.kind == _DELETE))["payload"].to_pylist():
        message = orjson.loads(payload)
        positions = {int(partition): int(offset) for partition, offset in message["positions"].items()}
        keys = frozenset(str(key) for key in message["ids"])
        erased = set(sids.codes(sorted(keys)).tolist())
        rows = np.flatnonzero(before(block.ref, positions))
        winners = winning_messages(block, rows, around.definitions.events, around.pool)
        void = frozenset((event, key) for event, key, row in winners if int(block.sid[row]) in erased)
        found.append(Erasure(keys, positions, void))
    return found


def _voided(block: Block, sids: Pool, erasures: Sequence[Erasure]) -> Mask:
    void = np.zeros(len(block), np.bool_)
    for erasure in erasures:
        void |= np.isin(block.sid, sids.codes(sorted(erasure.keys))) & before(block.ref, erasure.positions)
    return void
