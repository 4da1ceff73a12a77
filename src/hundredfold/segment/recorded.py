"""Members whose moves are recorded: known from before the start, and compared with what they are then.

The first one of a process goes on from what the store holds: whoever is on another side has moved meanwhile. One for an
engine that takes over records nothing until it does, and then compares itself with the one before.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias, cast

import numpy as np

from hundredfold.attribute.column import Bytes, Ints
from hundredfold.definition.syntax import Expression
from hundredfold.live.blocks import BLOCK
from hundredfold.live.changes import Rows
from hundredfold.live.current import Current
from hundredfold.live.engine import Engine
from hundredfold.live.following import Cuts
from hundredfold.live.grown import grown
from hundredfold.live.moves import Moves, Waiting
from hundredfold.segment.members import NOBODY, Members
from hundredfold.segment.membership import Membership
from hundredfold.segment.recording import Recording, goes_on_from, meaning_of
from hundredfold.store.movements import NOBODY as NAMELESS

MembersBefore: TypeAlias = Callable[[int], Ints]
"""The customers who were in a segment, as they are numbered here; it is asked once for each."""


class Recorder:
    """Makes the members of each engine in turn, and knows whose moves are recorded."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.active: Recorded | None = None

    def members_of(self, engine: Engine, current: Current, cuts: Cuts) -> Recorded:
        """Those of the segments that an engine's definitions declare."""
        return Recorded(self, engine, current, cuts)


class Recorded(Members):
    """The members of segments, whose moves go to a recording as well as to whoever asks."""

    def __init__(self, recorder: Recorder, engine: Engine, current: Current, cuts: Cuts) -> None:
        setup = engine.compiled.setup
        super().__init__(setup.definitions.conditions, current, engine.compiled.pool, setup.zone, cuts)
        self._recorder, self._recording, self._engine = recorder, recorder.recording, engine
        self._meanings = {name: meaning_of(setup.definitions, name) for name in self.names}
        self._stretch = np.zeros(len(self.names), np.int64)
        """The stretch that each segment is recorded as; 0: it has not begun."""
        self._number: Ints = np.zeros(len(engine.sids), np.int64)
        """The number of each sent id's customer; 0: he has none yet."""
        self._noted = -1
        self._lost: list[tuple[int, Ints]] = []
        """The numbers of members of segments who have no messages any more."""
        self._recalled = 0
        """The last block of which moments are known."""
        self._took_up = False
        """Whether it goes on from what the store holds, or from the one before."""
        if recorder.active is None:
            recorder.active = self
        else:
            self._take_numbers(recorder.active)
            self._continue()
            self._recall()

    @property
    def _told_here(self) -> bool:
        return self._recorder.active is self

    # --- as for every one who keeps members --------------------------------------------------------------------------

    def watch(self, conditions: Iterable[Expression]) -> bool:
        """As `Members.watch`: what was recorded is known, too."""
        more = super().watch(conditions)
        if more:
            self._recalled = 0
            self._recall()
        return more

    def begin(self, clock: Callable[[], int], waiting: Waiting) -> Iterator[Moves]:
        """As `Members.begin`; who has another name since he was recorded is in what he was in."""
        if self._told_here:
            if not self._took_up:
                self._go_on()
            self._rename_known()
        for moves in super().begin(clock, waiting):
            yield self._note(moves)

    def open(self) -> Moves:
        """From here on these are the members that count: segments begin, or go on by other names, or end."""
        recording, at = self._recording, self._engine.state.clock
        found = NOBODY
        if not self._told_here:
            outgoing, self._recorder.active = self._recorder.active, self
            assert outgoing is not None
            before = self._kept_by(outgoing) if outgoing._took_up else self._stored()
            self._took_up = True
            self.ask_again(self._recall(), at)
            found = self._note(self._since(before, at))
        else:
            asked = {first // BLOCK for first, _ in self._current.blocks()}
            self._note(self.membership.empty([number for number in self.membership.blocks if number not in asked]))
        self._leave_lost()
        known = {one.number: one.segment for one in recording.current.values()}
        for name, stretch in zip(self.names, self._stretch.tolist(), strict=True):
            if stretch and known[stretch] != name:
                recording.goes_on_as(known[stretch], name)
        for name in recording.current.keys() - self.names:
            recording.end(name, at)
        self._start(np.flatnonzero(self._stretch == 0), at)
        return found

    def rename(self, gone: Ints, into: Ints) -> None:
        """As `Members.rename`."""
        super().rename(gone, into)
        if not self._told_here:
            return
        self._grow_numbers()
        new, one = np.unique(into, return_index=True)
        for old, name in zip(gone[one].tolist(), new.tolist(), strict=True):
            number, instead = int(self._number[old]), int(self._number[name])
            if number:
                self._number[name], self._number[old] = number, 0
                self._recording.rename(number, self._engine.sids.text(name), instead)

    def read(self, rows: Rows, gone: Ints, at: int) -> Moves:
        """As `Members.read`."""
        return self._note(super().read(rows, gone, at))

    def tick(self, at: int, waiting: Waiting) -> Moves:
        """As `Members.tick`; customers who were erased, and read since, are forgotten."""
        moves = self._note(super().tick(at, waiting))
        if not self._told_here:
            return moves
        forgotten = self._forget(waiting)
        self._recording.stands(at, self._engine.positions)
        if not self.moments or len(forgotten) == 0:
            return moves
        return Moves.together([moves, self._note(self.ask_again(forgotten, at))])

    # --- recording ---------------------------------------------------------------------------------------------------

    def _note(self, moves: Moves) -> Moves:
        if not self._told_here:
            return NOBODY
        if len(moves):
            engine = self._engine
            self._recording.moves(
                engine.state.clock,
                engine.positions,
                self._stretch[moves.segment],
                self._numbers(moves.customer),
                moves.entered,
            )
        return moves

    def _numbers(self, customers: Ints) -> Ints:
        """The numbers of customers, new ones for those who have none."""
        self._grow_numbers()
        new = np.unique(customers[self._number[customers] == 0])
        if len(new):
            self._number[new] = self._recording.names(self._engine.sids.texts(new))
        return self._number[customers]

    def _grow_numbers(self) -> None:
        self._number = cast(Ints, grown(self._number, len(self._engine.sids), 0))

    def _start(self, segments: Ints, at: int) -> None:
        """Begins to record segments, with the members that they have now."""
        if len(segments) == 0:
            return
        self._numbers(self._current.everybody())
        number, membership = self._number.copy(), self.membership.copied()
        for place in segments.tolist():
            name, size = self.names[place], int(membership.counts[place])
            bits = _by_number(membership, place, number)
            self._stretch[place] = self._recording.start(name, self._meanings[name], at, size, bits)

    def _continue(self) -> list[int]:
        """The segments that are recorded already, as what they mean now."""
        found, left = [], dict(self._recording.current)
        self._stretch[:] = 0
        for place, name in enumerate(self.names):
            known = goes_on_from(left, self._places, name, self._meanings[name])
            if known is not None:
                del left[known.segment]
                self._stretch[place] = known.number
                found.append(place)
        return found

    # --- from before the start ---------------------------------------------------------------------------------------

    def _go_on(self) -> None:
        """Takes up what the store holds of the segments that mean what they meant."""
        self._took_up = True
        members = self._stored()
        for place in self._continue():
            self.membership.enter(place, members(place))
            self._fresh[place] = False
        self._recall()

    def _stored(self) -> MembersBefore:
        """Takes up the numbers that the store holds; gives the members of segments, as they were recorded."""
        self._grow_numbers()
        self._recording.write()
        self._recalled = 0
        store, sids = self._recording.store, self._engine.sids
        numbers, keys = store.customers()
        known = np.array([-1 if (sid := sids.known(key)) is None else sid for key in keys], np.int64)
        self._number[known[known >= 0]] = numbers[known >= 0]
        sid_of = np.full(int(numbers.max(initial=0)) + 1, -1)
        sid_of[numbers] = known
        members = store.members()

        def of(place: int) -> Ints:
            inside = np.flatnonzero(np.unpackbits(members[int(self._stretch[place])], bitorder="little"))
            whose = sid_of[inside]
            self._lost.append((place, inside[whose < 0]))
            return np.sort(whose[whose >= 0])

        return of

    def _recall(self) -> Ints:
        """Takes up moments behind those that are known already; gives the customers who have moved, ascending."""
        if not self.moments:
            return np.empty(0, np.int64)
        self._recording.write()
        sid_of = np.full(int(self._number.max(initial=0)) + 1, -1)
        numbered = np.flatnonzero(self._number)
        sid_of[self._number[numbered]] = numbered
        wanted = self.moments.segments
        wanted = wanted[self._stretch[wanted] > 0]
        moved = [np.empty(0, np.int64)]
        for block in self._recording.store.behind_block(self._recalled):
            place_of = np.full(int(max(block.stretch.max(), self._stretch.max(initial=0))) + 1, -1)
            place_of[self._stretch[wanted]] = wanted
            number = np.where(block.customer < len(sid_of), block.customer, NAMELESS)
            segment, customer = place_of[block.stretch], sid_of[number]
            some = (segment >= 0) & (customer >= 0)
            self.moments.recall(Moves(segment[some], customer[some], block.entered[some]), block.at[some])
            moved.append(customer[some])
            self._recalled = block.number
        return np.unique(np.concatenate(moved))

    def _rename_known(self) -> None:
        """Customers who go by a name now that nobody was recorded under go on under it."""
        self._grow_numbers()
        people = self._engine.state.people
        recorded = np.flatnonzero(self._number)
        old = recorded[~self._current.knows(recorded)]
        names = [people.customer(int(label)) for label in people.labels(old).tolist()]
        new = np.array([-1 if name is None else name for name in names], np.int64)
        some = new >= 0
        some[some] &= (self._number[new[some]] == 0) & self._current.knows(new[some])
        if some.any():
            self.rename(old[some], new[some])

    def _leave_lost(self) -> None:
        """Whoever is recorded as a member and has no messages any more has left."""
        lost, self._lost = [(place, some) for place, some in self._lost if len(some)], []
        if lost:
            engine = self._engine
            segment = np.concatenate([np.full(len(some), self._stretch[place]) for place, some in lost])
            customer = np.concatenate([some for _, some in lost])
            self._recording.moves(
                engine.state.clock, engine.positions, segment, customer, np.zeros(len(customer), np.uint8)
            )
            self._recording.forget(np.unique(customer))

    # --- from one engine to the next ---------------------------------------------------------------------------------

    def _take_numbers(self, outgoing: Recorded) -> Ints:
        """Takes over the numbers of customers; gives each sent id of the one before as it is here, -1: it is not."""
        number = outgoing._number
        self._number = np.zeros(len(self._engine.sids), np.int64)
        old = np.flatnonzero(number)
        texts = outgoing._engine.sids.texts(old)
        known = np.array([-1 if (sid := self._engine.sids.known(key)) is None else sid for key in texts], np.int64)
        self._number[known[known >= 0]] = number[old[known >= 0]]
        self._noted = -1
        here = np.full(len(number), -1)
        here[old] = known
        return here

    def _kept_by(self, outgoing: Recorded) -> MembersBefore:
        """Takes over the numbers of the one before; gives its members of segments. An undo may have taken some away."""
        here = self._take_numbers(outgoing)
        self._continue()

        def of(place: int) -> Ints:
            theirs = outgoing.membership.members(int(np.flatnonzero(outgoing._stretch == self._stretch[place])[0]))
            whose = here[theirs]
            self._lost.append((place, outgoing._number[theirs[whose < 0]]))
            return whose[whose >= 0]

        return of

    def _since(self, before: MembersBefore, at: int) -> Moves:
        """Who is on another side than before."""
        found: list[Moves] = []
        for level in np.unique(self.moments.levels).tolist():
            if level:  # whose times have just become others
                self.ask_again(self.moments.concerned(Moves.together(found), level)[0], at)
            some = np.flatnonzero((self._stretch > 0) & (self.moments.levels == level))
            found.append(self._differing(before, some))
            self.moments.note(found[-1], at)
        return Moves.together(found)

    def _differing(self, before: MembersBefore, segments: Ints) -> Moves:
        parts = []
        for place in segments.tolist():
            there = np.zeros(len(self._engine.sids), np.bool_)
            there[before(place)] = True
            now = self.membership.members(place)
            entered = now[~there[now]]
            there[now] = False
            left = np.flatnonzero(there)
            parts.append(
                Moves(
                    np.full(len(entered) + len(left), place),
                    np.concatenate([entered, left]),
                    np.repeat(np.array([1, 0], np.uint8), [len(entered), len(left)]),
                )
            )
        return Moves.together(parts)

    # --- who is erased -----------------------------------------------------------------------------------------------

    def _forget(self, waiting: Waiting) -> Ints:
        """Takes erased customers out of what was recorded, as soon as they have left what they were in; gives them."""
        deletions, forgotten = self._engine.state.deletions, [np.empty(0, np.int64)]
        if len(deletions) == self._noted:
            return forgotten[0]
        apart = waiting()
        seen: dict[str, int] = {}
        whole = True
        for one in deletions:
            place = json.dumps(sorted(one.positions.items()))
            seen[place] = seen.get(place, 0) + 1
            if seen[place] <= self._recording.seen_to(place):
                continue
            sids = np.array(sorted(one.sids), np.int64)
            if np.isin(sids, apart).any():
                whole = False
                continue
            self._forget_one(sids, place)
            forgotten.append(sids)
        self._noted = len(deletions) if whole else -1
        return np.unique(np.concatenate(forgotten))

    def _forget_one(self, sids: Ints, place: str) -> None:
        self._grow_numbers()
        self.moments.forget(sids)
        theirs = sids[self._number[sids] > 0]
        numbers, self._number[theirs] = self._number[theirs], 0
        parts = []
        for sid, number in zip(theirs.tolist(), numbers.tolist(), strict=True):
            # Who has come back since is a new customer: he is in what he is in as somebody else.
            inside = self.membership.of(sid)
            if len(inside):
                other = self._numbers(np.array([sid]))[0]
                parts.append((self._stretch[inside], number, 0))
                parts.append((self._stretch[inside], other, 1))
                came = Moves(inside, np.full(len(inside), sid), np.ones(len(inside), np.uint8))
                self.moments.note(came, self._engine.state.clock)
        if parts:
            engine, sizes = self._engine, [len(stretch) for stretch, _, _ in parts]
            self._recording.moves(
                engine.state.clock,
                engine.positions,
                np.concatenate([stretch for stretch, _, _ in parts]),
                np.repeat([number for _, number, _ in parts], sizes),
                np.repeat(np.array([came for _, _, came in parts], np.uint8), sizes),
            )
        self._recording.forget(numbers, place)


def _by_number(membership: Membership, place: int, number: Ints) -> Callable[[], Bytes]:
    """What gives the members of a segment as bits by their numbers, when it is asked."""

    def bits() -> Bytes:
        marks = np.zeros(int(number.max(initial=0)) + 1, np.uint8)
        marks[number[membership.members(place)]] = 1
        return np.packbits(marks, bitorder="little")

    return bits
