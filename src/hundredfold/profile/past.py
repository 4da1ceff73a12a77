"""Everybody's profiles at any (T, K): all raw messages folded, a part of the sent ids at a time.

Who was never stated to be anybody else's, and whose business keys nobody else has, is a customer of his own whatever
(T, K): he is read when his part is folded, and his cells are let go. The cells of all others are kept up to the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Final, TypeVar

import numpy as np
import pyarrow as pa

from hundredfold.attribute.aggregate import Lists
from hundredfold.attribute.anew import first_messages, fold_anew, last_times, statements_of
from hundredfold.attribute.block import NEVER, Block, block_of
from hundredfold.attribute.cells import Cells
from hundredfold.attribute.column import Column, Ints, Mask
from hundredfold.attribute.facts import counted, keyed_rows
from hundredfold.attribute.fold import fold
from hundredfold.attribute.order import Ids, before, in_order, refs_of
from hundredfold.attribute.plan import Family
from hundredfold.attribute.reach import reach_of
from hundredfold.attribute.read import Clock, Profiles, Reader, last_of, owned
from hundredfold.attribute.typed import columns_of
from hundredfold.identity.persons import Firsts, Statements, active_links, person_labels, persons
from hundredfold.live.engine import Engine
from hundredfold.live.setup import Compiled
from hundredfold.log.once import without_duplicates
from hundredfold.log.stored import STORED

ROWS: Final = 1 << 18
"""Messages that are folded together."""

Part = TypeVar("Part", Firsts, Statements)


def joined_ids(engine: Engine) -> Ints:
    """The sent ids that statements, pending ones included, may join with others at any (T, K)."""
    said = engine.state.people.statements()
    return np.unique(np.concatenate([said.one, said.other, *engine.waiting_pairs()]))


class Past:
    """What an engine's messages say of everybody at a clock, as far as it was received by `known_at`.

    `joined` are sent ids that statements may join with others, at any (T, K). `part` is what of everything is read;
    None: all of it.
    """

    def __init__(
        self, engine: Engine, clock: Clock, known_at: int | None, joined: Ints, part: Compiled | None = None
    ) -> None:
        self._engine, self._clock, self._known_at = engine, clock, known_at
        self._compiled = compiled = part or engine.compiled
        state = engine.state
        self._plan, self._around, self._rules = compiled.plan, compiled.around, compiled.setup.definitions.events
        self._reach, self._void = reach_of(self._plan, clock.reads_from), state.void_keys
        sharing = state.keys.shared()
        self._shares, self._together = _mask(sharing, len(engine.sids)), _mask(joined, len(engine.sids))
        self._together |= self._shares
        # Of those who are read at the end: cells, first messages and statements; and all messages of shared keys.
        # Families keep what this plan asks for: that of the engine, of which this may be a part, may ask for more.
        self._cells: dict[Family, list[Cells]] = {
            family: [
                Cells.empty(self._plan.merges(family), bucket=family.bucket is not None, key=family.key is not None)
            ]
            for family in self._plan.families
        }
        nothing = np.empty(0, np.int64)
        self._firsts = [Firsts(nothing, nothing, nothing, nothing)]
        self._statements = [Statements(nothing, nothing, np.empty(0, np.bool_), nothing, nothing, nothing)]
        self._facts: list[pa.Table] = []
        self._covered = {name: np.full(len(engine.sids), NEVER) for name in self._plan.foreign}
        self._last = np.full(len(engine.sids), NEVER)
        self._read: list[tuple[Ints, Profiles]] = []

    def everybody(self) -> tuple[Ints, Profiles]:
        """The sent ids that name the customers, and their profiles."""
        columns = [*STORED.names, *columns_of(self._compiled.decoder)]
        for table in self._engine.raw.parts(columns, ROWS):
            self._fold(table)
        self._read_the_rest()
        return np.concatenate([names for names, _ in self._read]), joined_profiles([found for _, found in self._read])

    def _fold(self, table: pa.Table) -> None:
        engine = self._engine
        applied = before(refs_of(table), engine.positions)
        table = table if applied.all() else table.filter(pa.array(applied))
        counts = engine.seen.counting(table["hash"], table["received"], table["content"])
        table = without_duplicates(table.filter(pa.array(counts)))
        block = self._block(table)
        kept = ~engine.state.voided(block) & (block.time <= self._clock.at)
        if self._known_at is not None:  # of the copies of a message the one that counts was the first to be known
            kept &= block.received <= self._known_at
        table, block = table.filter(pa.array(kept)), block.take(np.flatnonzero(kept))
        np.maximum(self._last, last_times(block, len(self._last)), out=self._last)
        firsts = first_messages(block)
        of_others = np.flatnonzero(self._together[firsts.sid])
        self._firsts.append(Firsts(*(part[of_others] for part in (firsts.sid, firsts.time, firsts.tie, firsts.ref))))
        self._statements.append(statements_of(block, table, engine.sids))
        rows, _ = keyed_rows(block, self._rules, engine.compiled.pool)
        facts = np.zeros(len(block), np.bool_)
        facts[rows] = self._shares[block.sid[rows]]
        if facts.any():
            self._facts.append(table.filter(pa.array(facts)).select(STORED.names))
            table, block = table.filter(pa.array(~facts)), block.take(np.flatnonzero(~facts))
        cells, foreign = fold_anew(
            block, table, self._plan, self._around, len(engine.sids), void=self._void, reach=self._reach
        )
        for name, covered in foreign.covered.items():
            np.maximum(self._covered[name], covered, out=self._covered[name])
        for family, some in cells.items():
            later = self._together[some.sid]
            if later.any():
                self._cells[family].append(some.take(later))
        alone = firsts.sid[~self._together[firsts.sid]]
        if len(alone):
            self._add(alone, cells, _numbered(alone, len(engine.sids)), len(alone), block.ids)

    def _block(self, table: pa.Table) -> Block:
        block = block_of(table, self._compiled.decoder, self._engine.sids, self._compiled.pool)
        self._engine.state.grow()
        return block

    def _read_the_rest(self) -> None:
        engine = self._engine
        block = self._block(pa.concat_tables([STORED.empty_table(), *self._facts]))
        events = counted(block, self._rules, engine.compiled.pool, self._void)
        for family, some in fold(events, self._plan, self._around, self._covered, self._reach).items():
            self._cells[family].append(some)
        user = np.fromiter((key.startswith("u:") for key in engine.sids.all), np.bool_, len(engine.sids))

        def order(time: Ints, tie: Ints, ref: Ints, *groups: Ints) -> Ints:
            return in_order(time, tie, ref, engine.raw.ids, *groups)

        links = active_links(
            _concatenated(Statements, self._statements), order, engine.compiled.setup.shared_over, len(user)
        )
        firsts = _concatenated(Firsts, self._firsts)
        found = persons(person_labels(links, user), firsts, user, engine.sids.all, order)
        cells = {family: Cells.concatenate(self._cells.pop(family)) for family in list(self._cells)}
        self._add(found.customer, cells, found.person, len(found), engine.raw.ids)

    def _add(self, names: Ints, cells: dict[Family, Cells], owner: Ints, persons: int, ids: Ids) -> None:
        reader = Reader(
            self._plan,
            self._around,
            lambda family: owned(cells[family], owner),
            ids,
            lambda: last_of(owner, persons, self._last),
        )
        self._read.append((names, reader.read(persons, self._clock)))


def joined_profiles(parts: Sequence[Profiles]) -> Profiles:
    """The profiles of some persons, then those of others."""
    found = Profiles(sum(part.persons for part in parts))
    for name in list(parts[0].values):
        columns = [part.values.pop(name) for part in parts]
        lists = [one for one in columns if isinstance(one, Lists)]
        found.values[name] = (
            _joined_lists(lists) if lists else Column.concatenate([one for one in columns if isinstance(one, Column)])
        )
    return found


def _joined_lists(parts: Sequence[Lists]) -> Lists:
    ends = np.cumsum([0, *(part.offsets[-1] for part in parts)])
    offsets = [part.offsets[1:] + end for part, end in zip(parts, ends.tolist(), strict=False)]
    return Lists(np.concatenate([np.zeros(1, np.int64), *offsets]), Column.concatenate([part.items for part in parts]))


def _concatenated(kind: type[Part], parts: Sequence[Part]) -> Part:
    return kind(*(np.concatenate([getattr(part, each.name) for part in parts]) for each in fields(kind)))


def _mask(rows: Ints, size: int) -> Mask:
    mask = np.zeros(size, np.bool_)
    mask[rows] = True
    return mask


def _numbered(sids: Ints, size: int) -> Ints:
    """For each sent id its number among some, -1 for others."""
    number = np.full(size, -1)
    number[sids] = np.arange(len(sids))
    return number
