"""The engine: the log's messages into exact profiles, a chunk at a time.

A message is normally folded once and never looked at again. Whenever that could be wrong (a second message of one
business key, an erasure, a smaller copy of a duplicate, another system's batch value), the sent ids concerned are
folded anew from their raw messages, by the same fold. So there is one way to be right and a fast way to the same place.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Final, Protocol

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from hundredfold.attribute.anew import fold_anew, loud, statements_of
from hundredfold.attribute.block import NEVER, Block, block_of
from hundredfold.attribute.cells import Cells
from hundredfold.attribute.column import Ints, Pool
from hundredfold.attribute.facts import counted, keyed_rows, winning_messages
from hundredfold.attribute.fold import fold
from hundredfold.attribute.order import before
from hundredfold.attribute.plan import Family
from hundredfold.attribute.reach import Reach, reach_of
from hundredfold.attribute.read import Clock, Profiles, Reader
from hundredfold.attribute.values import profile_values
from hundredfold.definition.model import EventRule
from hundredfold.live.people import People
from hundredfold.live.raw import Past, Raw
from hundredfold.live.setup import Setup, compiled
from hundredfold.live.state import Deletion, State, filtered
from hundredfold.live.touched import Touched
from hundredfold.live.waiting import Waiting
from hundredfold.log.base import Log, advanced, within
from hundredfold.log.once import without_duplicates
from hundredfold.log.seen import Seen
from hundredfold.log.stored import Positions
from hundredfold.log.undone import without_withdrawn
from hundredfold.words.calendar import DAY
from hundredfold.words.message import KINDS
from hundredfold.words.value import Value

_DELETE: Final = KINDS.index("delete")
_PROFILE: Final = KINDS.index("profile")
_MARKER: Final = KINDS.index("marker")


class Profile(Protocol):
    """A profile that was read before."""

    @property
    def values(self) -> dict[str, Value]:
        """The values by attribute."""

    @property
    def errors(self) -> dict[str, str]:
        """Why some attributes have none."""


class Follower(Protocol):
    """Who keeps everybody's current values behind an engine."""

    def profile(self, sid: int, clock: Clock) -> Profile | None:
        """The profile of the customer of a sent id, as `Engine.read` gives it; None when it must be read there."""


class Engine:
    """Applies messages and keeps the state; it is not thread-safe: one thread drives it.

    `folder` is scratch for the index of duplicates. `now` gives the clock in microseconds UTC. What is known
    already, from a snapshot, comes as `sids`, `pool` and `seen`.
    """

    def __init__(
        self,
        setup: Setup,
        log: Log,
        past: Past | None,
        folder: Path,
        now: Callable[[], int],
        *,
        sids: Pool | None = None,
        pool: Pool | None = None,
        seen: Seen | None = None,
    ) -> None:
        self.sids = Pool() if sids is None else sids
        self.log, self.past, self.now = log, past, now
        self.compiled = compiled(setup, pool)
        self.raw = Raw(log, past, self.sids, setup.undone)
        self.seen = Seen(folder) if seen is None else seen
        self.state = State(self.compiled, People(self.sids, setup.shared_over, self.raw.ids), self.sids)
        self.state.clock = now()
        self.scored_at: int | None = None
        """The cut of the run whose models count, once it is known: scores are read with the clock as early as that."""
        self._waiting = Waiting(self.state, self.stored)
        self._reached: tuple[int, Reach] = (-1, {})
        self.positions: dict[int, int] = {}
        self._marks: list[tuple[Positions, int]] = []
        """The positions before each batch's markers came, and the epoch at which they stood."""
        self.changed: list[Touched] = []
        """Whose persons may have changed, and what of them, since somebody last took note."""
        self.refolded = 0
        """How many sent ids were folded anew, since the start."""
        self.follower: Follower | None = None
        self.snapshot: Path | None = None
        """The snapshot that the state was last written to as it stood, or came from; the next takes files over."""

    def catch_up(self) -> int:
        """Applies everything that the log holds; returns the number of messages."""
        self.advance(self.now())
        done = 0
        for table in self.log.read(self.positions):
            done += table.num_rows
            self.apply(table)
        self.advance(self.now())
        return done

    def apply(self, table: pa.Table) -> None:
        """Applies a chunk of the log: the messages that follow `positions`."""
        if not self._marks or (table["kind"].to_numpy() == _MARKER).any():
            self._marks.append((self.positions, self.state.epoch))
        self.positions = advanced(self.positions, table)
        self._take_in(table, in_log=True)

    def absorb(self, table: pa.Table) -> None:
        """Applies a chunk of history, in any order."""
        self._take_in(table, in_log=False)

    def _take_in(self, table: pa.Table, *, in_log: bool) -> None:
        table = without_withdrawn(filtered(table, table["kind"].to_numpy() != _MARKER), self.compiled.setup.undone)
        if table.num_rows == 0:
            return
        verdicts = self.seen.check(table["hash"], table["received"], table["content"])
        table = filtered(table, verdicts.counts)
        block = self.block(table)
        if in_log:
            self.raw.note(block.sid, block.ref)
        dirty = [self._contested(block), self._forget_replaced(verdicts.replaced)]
        dirty.append(self._erase(block, table, again=verdicts.replaced.num_rows > 0))
        later = block.time > self.state.clock
        if later.any():
            self.state.wait_for(block.time[later], block.sid[later], block.ref[later])
            block, table = block.take(np.flatnonzero(~later)), filtered(table, ~later)
        self._count(block, table, np.unique(np.concatenate(dirty)))

    def advance(self, clock: int) -> None:
        """Moves the clock: messages that were in the future come due."""
        if clock <= self.state.clock:
            return
        self.state.clock = clock
        sids, refs = self.state.due(clock)
        if len(sids):
            block, table = self._counting_messages(np.unique(sids))
            due = np.isin(block.ref, refs)
            self._hear(block.take(np.flatnonzero(due)), filtered(table, due))
            self._renew(self.sharing_keys(block.take(np.flatnonzero(due)), np.unique(sids)))

    def read(
        self, labels: Ints, clock: Clock, *, only: Container[str] | None = None, known: Profiles | None = None
    ) -> Profiles:
        """The values of persons, given by their labels, from the state; `clock.at` is not before the state's clock.

        `only` some attributes, added to what is `known` of others.
        """
        sids, owner = self.state.people.members_of(labels)
        order = np.argsort(sids)
        sids, owner = sids[order], owner[order]

        @cache  # attributes with other windows over the same family
        def cells(family: Family) -> Cells:
            found = self.state.runs[family].of(sids, self.state.since)
            return Cells(owner[np.searchsorted(sids, found.sid)], found.bucket, found.key, found.arrays)

        def last() -> Ints:
            found = np.full(len(labels), NEVER)
            np.maximum.at(found, owner, self.state.people.last_time[sids])
            return found

        reader = Reader(self.compiled.plan, self.compiled.around, cells, self.raw.ids, last)
        return reader.read(len(labels), clock, only=only, known=known)

    def read_nobody(self, clock: Clock, *, only: Container[str] | None = None) -> Profiles:
        """The values of a person without messages."""
        return Reader(self.compiled.plan, self.compiled.around, self.state.empty, self.raw.ids).read(
            1, clock, only=only
        )

    @cached_property
    def nobody(self) -> dict[str, Value]:
        """The values of the aggregates where there are no messages, which no clock changes."""
        profiles = self.read_nobody(Clock(self.state.clock), only=self.compiled.plan.readings)
        return profile_values(profiles, self.compiled.pool)[0]

    def waiting_pairs(self) -> Ints:
        """The sent ids that pending statements name, (2, n)."""
        return self._waiting.pairs(self.refolded)

    def stands_since(self, covers: Positions, sids: Ints) -> bool:
        """Whether surely no message behind some positions bears on what some sent ids have done."""
        if self.past is not None and not within(self.past.positions, covers):
            return False
        stood = [*self._marks, (self.positions, self.state.epoch)]
        epoch = next((epoch for positions, epoch in reversed(stood) if within(positions, covers)), 0)
        # Where a message of somebody else's bears on theirs, by a fact that both tell of, theirs were folded anew.
        return bool((self.state.since[sids] <= epoch).all() and before(self.raw.tail.values(sids), covers).all())

    # --- the fast way ------------------------------------------------------------------------------------------------

    def block(self, table: pa.Table) -> Block:
        """The decoded columns of stored messages."""
        block = block_of(table, self.compiled.decoder, self.sids, self.compiled.pool)
        self.state.grow()
        return block

    def _count(self, block: Block, table: pa.Table, dirty: Ints) -> None:
        """Counts messages, but folds the dirty sent ids anew."""
        alive = ~self.state.voided(block)
        if not alive.all():
            block, table = block.take(np.flatnonzero(alive)), filtered(table, alive)
        self._hear(block, table)
        dirty = np.union1d(dirty, block.sid[block.kind == _PROFILE])
        clean = block.take(np.flatnonzero(~np.isin(block.sid, dirty))) if len(dirty) else block
        events = counted(clean, self._rules, self.compiled.pool)
        cells = fold(events, self.compiled.plan, self.compiled.around, self.state.covered, self._reach)
        self.state.add(cells)
        added = frozenset(family for family, some in cells.items() if len(some))
        self.changed.append(Touched(np.unique(clean.sid), added))
        self._renew(dirty)

    def _hear(self, block: Block, table: pa.Table) -> None:
        """Persons: who exists, and who is linked."""
        by = loud(block)
        self.state.people.heard(block.sid[by], block.time[by], block.tie[by], block.ref[by])
        said = statements_of(block, table, self.sids)
        self.state.grow()
        self.changed.append(Touched(self.state.people.state(said)))

    def _contested(self, block: Block) -> Ints:
        """The sent ids of messages whose business key has other messages, here or before."""
        rows, hashes = keyed_rows(block, self._rules, self.compiled.pool)
        if len(rows) == 0:
            return rows
        known = self.state.keys.known(hashes)
        values, counts = np.unique(hashes, return_counts=True)
        known |= np.isin(hashes, values[counts > 1])
        self.state.keys.add(hashes, block.sid[rows])
        return self.state.keys.values(np.unique(hashes[known]))

    # --- the sure way ------------------------------------------------------------------------------------------------

    def refold(self, sids: Ints) -> None:
        """Works out anew what raw messages of sent ids say: persons, links and cells, whatever the state holds now."""
        self._hear_anew(sids)
        self._renew(sids)

    def _renew(self, sids: Ints) -> None:
        """Folds sent ids anew from their raw messages."""
        if len(sids) == 0:
            return
        self.refolded += len(sids)
        block, table = self._counting_messages(sids)
        around = self.sharing_keys(block, sids)
        if len(around) > len(sids):
            block, table = self._counting_messages(around)
        cells, foreign = fold_anew(
            block,
            table,
            self.compiled.plan,
            self.compiled.around,
            len(self.sids),
            void=self.state.void_keys,
            only=sids,
            reach=self._reach,
        )
        for name, covered in foreign.covered.items():
            self.state.covered[name][sids] = covered[sids]
        self.state.renew(sids, cells)
        self.changed.append(Touched(sids))

    @property
    def reads_from(self) -> int:
        """The earliest clock with which anything is still read, in microseconds UTC."""
        return self.state.clock if self.scored_at is None else min(self.scored_at, self.state.clock)

    @property
    def _reach(self) -> Reach:
        """The buckets that windows can still reach; worked out once a day of the clock."""
        day = self.reads_from // DAY
        if self._reached[0] != day:
            self._reached = day, reach_of(self.compiled.plan, day * DAY)
        return self._reached[1]

    @property
    def _rules(self) -> Mapping[str, EventRule]:
        return self.compiled.setup.definitions.events

    def sharing_keys(self, block: Block, sids: Ints) -> Ints:
        """Some sent ids, and those that have messages of a business key of theirs."""
        mine = block.take(np.flatnonzero(np.isin(block.sid, sids)))
        _, hashes = keyed_rows(mine, self._rules, self.compiled.pool)
        return np.union1d(sids, self.state.keys.values(np.unique(hashes)))

    def _counting_messages(self, sids: Ints) -> tuple[Block, pa.Table]:
        """The messages of sent ids that were applied and count now."""
        table = self.stored(sids)
        block = self.block(table)
        kept = ~self.state.voided(block) & (block.time <= self.state.clock)
        return block.take(np.flatnonzero(kept)), filtered(table, kept)

    def stored(self, sids: Ints, typed: Sequence[str] = ()) -> pa.Table:
        """All applied messages of sent ids that are no duplicates: void and pending ones, too.

        With those `typed` columns that the history has; where few messages are asked for, the JSON is decoded sooner.
        """
        return self.counting(self.raw.rows_of(sids, typed))

    def counting(self, table: pa.Table) -> pa.Table:
        """Those of stored messages that are no duplicates; any thread may ask."""
        counts = self.seen.counting(table["hash"], table["received"], table["content"])
        return without_duplicates(filtered(table, counts))

    def _forget_replaced(self, replaced: pa.Table) -> Ints:
        """What a smaller copy replaces was counted before: its sent ids are heard and folded anew."""
        if replaced.num_rows == 0:
            return np.empty(0, np.int64)
        sids = self.sids.codes(self.raw.keys_of(replaced["hash"].to_pylist()))
        self.state.replaced.update(sids.tolist())
        self.state.grow()
        table = self.raw.rows_of(sids)
        sids = np.union1d(sids, self._take_back_erasures(table, replaced))
        self._hear_anew(sids)
        # A replaced copy may have taken part in facts of others.
        return self.sharing_keys(self.block(self.raw.rows_of(sids)), sids)

    def _take_back_erasures(self, table: pa.Table, replaced: pa.Table) -> Ints:
        """Drops erasures whose message is among replaced copies; returns the sent ids that they had voided."""
        counts = self.seen.counting(table["hash"], table["received"], table["content"])
        gone = pc.is_in(table["hash"], replaced["hash"].combine_chunks()).to_numpy() & ~counts
        gone &= table["kind"].to_numpy() == _DELETE
        freed = [np.empty(0, np.int64)]
        for payload in table["payload"].filter(pa.array(gone)).to_pylist():
            erasure = self._deletion(payload)
            if erasure in self.state.deletions:
                freed.append(self._void_keys(erasure))
                self.state.deletions = [each for each in self.state.deletions if each != erasure]
        return np.unique(np.concatenate(freed))

    def _deletion(self, payload: bytes) -> Deletion:
        message = orjson.loads(payload)
        sids = frozenset(self.sids.codes([str(key) for key in message["ids"]]).tolist())
        self.state.grow()
        return Deletion(sids, {int(partition): int(offset) for partition, offset in message["positions"].items()})

    def _erase(self, block: Block, table: pa.Table, *, again: bool) -> Ints:
        """Notes erasures; returns the sent ids whose values they touch. `again`: what counted before has changed."""
        touched = [np.empty(0, np.int64)]
        rows = np.flatnonzero(block.kind == _DELETE)
        for payload in table["payload"].take(pa.array(rows)).to_pylist():
            erasure = self._deletion(payload)
            self.state.deletions.append(erasure)
            self._hear_anew(np.array(sorted(erasure.sids), np.int64))
        for deletion in self.state.deletions:
            # What lies before an erasure may still come, from another partition: the keys it voids are settled then.
            if again or len(rows) or before(block.ref, deletion.positions).any():
                touched.append(self._void_keys(deletion))
        return np.unique(np.concatenate(touched))

    def _void_keys(self, deletion: Deletion) -> Ints:
        """Works out the keys that an erasure voids; returns all sent ids that have to do with it."""
        sids = np.array(sorted(deletion.sids), np.int64)
        around = self.sharing_keys(self.block(self.stored(sids)), sids)
        block = self.block(self.stored(around))
        rows = np.flatnonzero(before(block.ref, deletion.positions))
        deletion.void_keys = {
            (event, key)
            for event, key, row in winning_messages(block, rows, self._rules, self.compiled.pool)
            if int(block.sid[row]) in deletion.sids
        }
        return around

    def _hear_anew(self, sids: Ints) -> None:
        """Works out anew what messages of some sent ids say of persons."""
        people = self.state.people
        self.changed += [Touched(people.circle(sids)), Touched(people.withdraw(sids))]
        people.forget(sids)
        self._hear(*self._counting_messages(sids))
