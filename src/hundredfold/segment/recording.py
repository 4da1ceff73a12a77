"""What is recorded of segments: gathered while the engine is in use, written down in blocks by whoever has time.

A crash loses what was not written yet, a second at most, and nothing that counts: the next start compares with the
members of the last block, so whoever is on another side then has moved, once, at that instant.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from threading import Lock
from typing import Final, TypeAlias

import numpy as np

from hundredfold.attribute.column import Bytes, Ints
from hundredfold.definition.check import fingerprint, with_what_they_need
from hundredfold.definition.model import Aggregate, Attribute, Definitions, Segment
from hundredfold.definition.readers import paths_in
from hundredfold.definition.spelling import names_in, replaced
from hundredfold.definition.syntax import Name
from hundredfold.live.loop import Logbook
from hundredfold.live.stoppable import Stoppable
from hundredfold.log.stored import Positions
from hundredfold.store.movements import Block, Head, Movements, Stretch

WRITE_SECONDS: Final = 1.0
KEEP_AFTER: Final = 4_000_000
"""So many moves behind the members that were written down last are worth doing that again."""
MOST: Final = 1_000_000
"""Moves of a block, if they were not told together."""


@dataclass(frozen=True, slots=True)
class _Told:
    """Moves that were told together."""

    at: int
    positions: Positions
    stretch: Ints
    customer: Ints
    entered: Bytes


Note: TypeAlias = Callable[[Movements], None]
"""What is to be written besides moves."""


class Recording:
    """Takes notes for a store, in their order. Notes are made by whoever has the turn with the engine."""

    def __init__(self, store: Movements) -> None:
        self.store = store
        self._own, self._writing = Lock(), Lock()
        self._queue: list[_Told | Note] = []
        self._stand: tuple[int, Positions] | None = None
        self._forgot = False
        stretches, (numbers, _) = store.stretches(), store.customers()
        self.current: dict[str, Stretch] = {one.segment: one for one in stretches if one.ended is None}
        """What each segment is recorded as now; its counts as they were when the program began."""
        self._next_stretch = 1 + max((one.number for one in stretches), default=0)
        self._next_customer = 1 + int(numbers.max(initial=0))
        self._at = max((one.begun for one in stretches), default=0)
        stood = store.stand()
        self._at = max(self._at, 0 if stood is None else stood[0])
        self._forgotten = Counter(store.forgotten())

    # --- notes -------------------------------------------------------------------------------------------------------

    def moves(self, at: int, positions: Positions, stretch: Ints, customer: Ints, entered: Bytes) -> None:
        """Moves that are told now."""
        self._put(_Told(self._not_before(at), dict(positions), stretch, customer, entered))

    def stands(self, at: int, positions: Positions) -> None:
        """Everything up to here was noted."""
        with self._own:
            self._stand = self._not_before(at), dict(positions)

    def names(self, keys: Sequence[str]) -> Ints:
        """New numbers for customers."""
        numbers = np.arange(self._next_customer, self._next_customer + len(keys))
        self._next_customer += len(keys)
        self._put(lambda store: store.name(numbers.tolist(), keys))
        return numbers

    def rename(self, number: int, key: str, instead: int) -> None:
        """A customer goes by another key; who went by it before, if `instead` is not 0, is not named any more."""
        self._put(lambda store: store.name([number], [key]))
        if instead:
            self.forget(np.array([instead]))

    def start(self, segment: str, condition: str, at: int, size: int, bits: Callable[[], Bytes]) -> int:
        """Begins a stretch, and ends the one before; `bits` is asked for its members when there is time."""
        self.end(segment, at)
        number, self._next_stretch = self._next_stretch, self._next_stretch + 1
        begun = self._not_before(at)
        self.current[segment] = Stretch(number, segment, condition, begun, size, size, None)
        self._put(lambda store: store.start(number, segment, condition, begun, bits(), size))
        return number

    def end(self, segment: str, at: int) -> None:
        """Ends what a segment is recorded as, if it is."""
        found = self.current.pop(segment, None)
        if found is not None:
            ended = self._not_before(at)
            self._put(lambda store: store.end(found.number, ended))

    def goes_on_as(self, segment: str, name: str) -> None:
        """A segment that is recorded has another name."""
        self.current[name] = replace(self.current.pop(segment), segment=name)
        self._put(lambda store: store.rename(segment, name))

    def seen_to(self, positions: str) -> int:
        """How many deletions with certain positions have been seen to."""
        return self._forgotten[positions]

    def forget(self, numbers: Ints, positions: str | None = None) -> None:
        """Customers, who are in nothing, are not named any more; `positions` are those of their deletion."""
        self._forgot = self._forgot or len(numbers) > 0
        if positions is not None:
            self._forgotten[positions] += 1
        self._put(lambda store: store.forget(numbers, positions))

    def _not_before(self, at: int) -> int:
        """What is recorded goes forward, also where a clock was set back."""
        self._at = max(self._at, at)
        return self._at

    def _put(self, note: _Told | Note) -> None:
        with self._own:
            self._queue.append(note)

    # --- writing -----------------------------------------------------------------------------------------------------

    def write(self) -> None:
        """Writes down what was noted: all of it, or nothing, and then it stays noted."""
        with self._writing:
            with self._own:
                some, self._queue = self._queue, []
                stand, self._stand, forgot, self._forgot = self._stand, None, self._forgot, False
            if not some and stand is None:
                return
            try:
                with self.store.writing():
                    for is_note, group in groupby(some, callable):
                        notes = list(group)
                        if is_note:
                            for note in notes:
                                assert not isinstance(note, _Told)
                                note(self.store)
                        else:
                            for block in _blocks([one for one in notes if isinstance(one, _Told)]):
                                self.store.add(block)
                    if stand is not None:
                        self.store.put_stand(*stand)
            except BaseException:
                with self._own:
                    self._queue = some + self._queue
                    self._stand, self._forgot = self._stand or stand, self._forgot or forgot
                raise
            if forgot:
                self.store.empty_journal()
            if self.store.behind() >= KEEP_AFTER:
                with self.store.writing():
                    self.store.keep_members()


class Writer(Stoppable):
    """Writes what was noted, now and then; what cannot be written just now is tried again."""

    def __init__(
        self, recording: Recording, logbook: Logbook, fault: Callable[[BaseException], dict[str, str]]
    ) -> None:
        super().__init__("moves")
        self._recording, self._logbook, self._fault = recording, logbook, fault

    def stop(self) -> None:
        """Ends when everything is written."""
        super().stop()
        self._write()

    def _run(self) -> None:
        while not self._stop.wait(WRITE_SECONDS):
            self._write()

    def _write(self) -> None:
        try:
            self._recording.write()
        except Exception as error:  # noqa: BLE001 - moves go on; they stay noted until the disk takes them
            self._logbook.error("moves could not be written", **self._fault(error))


def goes_on_from(recorded: Mapping[str, Stretch], declared: Container[str], name: str, meaning: str) -> Stretch | None:
    """What a segment is recorded as already, with the meaning that it has now, among what is recorded by name.

    One of which nothing is recorded goes on from one that is declared no more and meant the same: it has another name.
    """
    own = recorded.get(name)
    if own is not None:
        return own if own.condition == meaning else None
    return next((one for one in recorded.values() if one.segment not in declared and one.condition == meaning), None)


def meaning_of(definitions: Definitions, name: str) -> str:
    """A short text that changes when a segment means something else, by its condition or by what that asks for.

    Names of segments do not matter: they are numbered as they come, from the segment itself on.
    """
    numbered, waiting = {name: _number(0)}, [name]
    while waiting:
        for one in names_in(definitions.segments[waiting.pop(0)].where):
            if one in definitions.segments and one not in numbered:
                numbered[one] = _number(len(numbered))
                waiting.append(one)
    asked = {one for segment in numbered for one in names_in(definitions.segments[segment].where)}
    needed = with_what_they_need(definitions, asked)
    attributes = {one: how for one, how in definitions.attributes.items() if one in needed}
    instead = {one: Name(number) for one, number in numbered.items()}
    part = Definitions(
        {one: rule for one, rule in definitions.events.items() if _bears_on(one, attributes)},
        {one: rule for one, rule in definitions.lookups.items() if one in _roots(attributes)},
        attributes,
        {
            number: Segment(number, replaced(definitions.segments[one].where, instead))
            for one, number in numbered.items()
        },
    )
    return fingerprint(part)


def _number(number: int) -> str:
    """No attribute has such a name."""
    return f"#{number}"


def _bears_on(event: str, attributes: Mapping[str, Attribute]) -> bool:
    return any(isinstance(how, Aggregate) and how.selects("track", event) for how in attributes.values())


def _roots(attributes: Mapping[str, Attribute]) -> set[str]:
    """The first parts of all paths that attributes name, of which lookups are some."""
    return {
        path.partition(".")[0] for how in attributes.values() if isinstance(how, Aggregate) for path in paths_in(how)
    }


def _blocks(told: Sequence[_Told]) -> list[Block]:
    """Moves as blocks."""
    groups: list[list[_Told]] = [[]]
    size = 0
    for one in told:
        if size and size + len(one.stretch) > MOST:
            groups.append([])
            size = 0
        groups[-1].append(one)
        size += len(one.stretch)
    return [
        Block(
            tuple(Head(one.at, one.positions, len(one.stretch)) for one in group),
            np.concatenate([one.stretch for one in group]),
            np.concatenate([one.customer for one in group]),
            np.concatenate([one.entered for one in group]),
        )
        for group in groups
    ]
