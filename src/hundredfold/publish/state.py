"""A customer's state: the cells behind the values, by which whoever has later events goes on without the history.

A state is `HEAD` (form, definitions, setting, bytes of numbers), numbers, texts and message ids. Numbers are varints,
zigzag, in sections: for many customers at once a section is one array.

1. For each id of the record 0 (a user) or 1 (a visitor). Then *counted* sections: how many there are, then columns.
2. The first event time of messages that had come, but lay in the future.
3. For each foreign attribute: places of ids, and the times up to which another system's value covers them.
4. Sizes of texts in bytes. Cells name texts by their place here.
5. Events that are the first or last of cells: time, partition, offset, size of the message id in bytes.
6. For each family, by name: for each id the number of its cells, then the columns of `layout`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from struct import Struct
from typing import Final

import numpy as np
import pyarrow as pa

from hundredfold.attribute.block import NEVER
from hundredfold.attribute.cells import Cells, Merge, grouped, united
from hundredfold.attribute.column import TEXT, Column, Ints
from hundredfold.attribute.order import LINE_BITS, place_of, refs_of
from hundredfold.attribute.plan import Family, Plan
from hundredfold.attribute.reach import reach_of
from hundredfold.attribute.sorting import distinct, is_sorted, stable_order
from hundredfold.definition.check import fingerprint
from hundredfold.errors import LogError
from hundredfold.live.canonical import text_arrays
from hundredfold.live.engine import Engine
from hundredfold.live.manifest import setting_fingerprint
from hundredfold.live.setup import Setup
from hundredfold.publish.numbers import Numbers

FORM: Final = 1
HEAD: Final = Struct("<B16s16sI")
AT_ONCE: Final = 4096
"""Customers whose numbers are in memory together."""
_ENDS: Final = (Merge.EARLIEST, Merge.LATEST)
_LINES: Final = (1 << LINE_BITS) - 1
_PLACED: Final = ["partition", "offset", "message_id"]


def made_under(setup: Setup) -> tuple[bytes, bytes]:
    """What a state depends on beside messages: the definitions, and zone, currency, tables and rates."""
    return bytes.fromhex(fingerprint(setup.definitions)), bytes.fromhex(setting_fingerprint(setup))


def families_of(plan: Plan) -> list[Family]:
    """The families in the order in which states have them."""
    return sorted(plan.families, key=lambda family: family.name)


def layout(plan: Plan, family: Family) -> list[str]:
    """The columns of a family's cells; what follows from others is left out.

    `bucket` is the difference to the cell before of the same id, `NAME.event` a place among the events.
    """
    names = [] if family.bucket is None else ["bucket"]
    names += [] if family.key in (None, "event") else ["key"]
    valued = family.value is not None or family.trait is not None
    for name, merge in plan.merges(family).items():
        if merge in _ENDS:
            names += [f"{name}.event"] + [f"{name}.line"] * (family.source.each is not None)
            names += [f"{name}.value"] * valued
        else:
            names.append(name)
    return names


def ends_of(plan: Plan, family: Family) -> list[str]:
    """The states of a family that keep a first or last event."""
    return [name for name, merge in plan.merges(family).items() if merge in _ENDS]


class States:
    """Writes the states of an engine's customers, as the engine is now."""

    def __init__(self, engine: Engine) -> None:
        self._engine, plan = engine, engine.compiled.plan
        self._plan, self._families = plan, families_of(plan)
        self._made_under = made_under(engine.compiled.setup)
        self._reach = reach_of(plan, engine.state.clock)
        time, sid, _ = engine.state.pending
        self._waiting, first = np.unique(sid, return_index=True)  # they are sorted by time
        self._due = time[first]

    def of(self, sids: Ints, offsets: Ints) -> Iterator[bytes]:
        """The states of customers: the sent ids of customer i are `sids[offsets[i]:offsets[i + 1]]`."""
        for first in range(0, len(offsets) - 1, AT_ONCE):
            some = offsets[first : first + AT_ONCE + 1]
            yield from self._states(sids[some[0] : some[-1]], some - some[0])

    def _states(self, sids: Ints, offsets: Ints) -> Iterator[bytes]:
        owner = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
        cells = self._cells(sids)
        numbers = Numbers(len(offsets) - 1)
        visitors = np.fromiter((not key.startswith("u:") for key in self._engine.sids.texts(sids)), np.int64, len(sids))
        numbers.add(np.diff(offsets), visitors)
        self._add_waiting(numbers, sids, owner)
        self._add_covered(numbers, sids, offsets, owner)
        texts = _own_texts(cells, owner, self._engine)
        numbers.counted(texts.counts, texts.sizes)
        events = self._own_events(cells, sids, owner)
        numbers.counted(events.ids.counts, events.time, *place_of(events.ref), events.ids.sizes)
        for one in cells:
            each = np.bincount(one.member, minlength=len(sids))
            numbers.add(np.diff(offsets), each)
            counts = np.add.reduceat(each, offsets[:-1])
            for name in layout(self._plan, one.family):
                numbers.add(counts, one.columns[name])
        content, ends = numbers.content()
        yield from self._joined(content, ends, [texts.bytes_of(), events.ids.bytes_of()])

    def _joined(self, numbers: bytes, ends: Ints, behind: Sequence[tuple[bytes, Ints]]) -> Iterator[bytes]:
        rest = [(content, [0, *np.cumsum(sizes).tolist()]) for content, sizes in behind]
        begin = 0
        for customer, end in enumerate(ends.tolist()):
            parts = [content[places[customer] : places[customer + 1]] for content, places in rest]
            yield b"".join([HEAD.pack(FORM, *self._made_under, end - begin), numbers[begin:end], *parts])
            begin = end

    def _cells(self, sids: Ints) -> list[_Own]:
        """The cells of each family, sorted by the places of their sent ids among `sids`."""
        state, order = self._engine.state, np.argsort(sids)
        found = []
        for family in self._families:
            cells = state.runs[family].of(sids[order], state.since)
            if family in self._reach and len(cells):
                assert cells.bucket is not None
                cells = cells.take(cells.bucket >= self._reach[family])
            cells = united(cells, self._plan.merges(family), self._engine.raw.ids)
            member = order[np.searchsorted(sids, cells.sid, sorter=order)]
            if not is_sorted([member]):
                by_member = stable_order([member])
                member, cells = member[by_member], cells.take(by_member)
            found.append(_Own(family, member, cells))
        return found

    def _add_waiting(self, numbers: Numbers, sids: Ints, owner: Ints) -> None:
        rows = np.flatnonzero(np.isin(sids, self._waiting))
        first = np.full(numbers.customers, np.iinfo(np.int64).max)
        np.minimum.at(first, owner[rows], self._due[np.searchsorted(self._waiting, sids[rows])])
        some = np.isin(np.arange(numbers.customers), owner[rows])
        numbers.counted(some.astype(np.int64), first[some])

    def _add_covered(self, numbers: Numbers, sids: Ints, offsets: Ints, owner: Ints) -> None:
        for name in sorted(self._engine.state.covered):
            covered = self._engine.state.covered[name][sids]
            rows = np.flatnonzero(covered != NEVER)
            counts = np.bincount(owner[rows], minlength=numbers.customers)
            numbers.counted(counts, rows - offsets[owner[rows]], covered[rows])

    def _own_events(self, cells: Sequence[_Own], sids: Ints, owner: Ints) -> _Events:
        """The events that cells tell of, each once for a customer; cells then have their places."""
        asked = [(one, name) for one in cells for name in ends_of(self._plan, one.family)]
        nothing = np.empty(0, np.int64)
        whose = np.concatenate([nothing, *(owner[one.member] for one, _ in asked)])
        time, ref = (
            np.concatenate([nothing, *(one.columns[f"{name}.{part}"] for one, name in asked)])
            for part in ("time", "ref")
        )
        message = ref >> LINE_BITS << LINE_BITS
        order, starts = grouped((whose, time, message)) if len(ref) else (nothing, nothing)
        place = np.empty(len(ref), np.int64)
        place[order] = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(ref))))
        once = order[starts]
        place -= np.searchsorted(whose[once], whose)
        done = 0
        for one, name in asked:
            rows = slice(done, done + len(one.member))
            one.columns[f"{name}.event"], one.columns[f"{name}.line"] = place[rows], ref[rows] & _LINES
            done = rows.stop
        names = _message_ids(self._engine, sids, message[once])
        return _Events(time[once], message[once], _Texts.of(names, whose[once], int(owner[-1]) + 1))


def _message_ids(engine: Engine, sids: Ints, refs: Ints) -> pa.Array:
    """The ids of messages of some sent ids, which lie in the history, as a rule."""
    places = engine.raw.places(sids)
    tables = [engine.log.fetch(places.tail).select(_PLACED)] if places.tail else []
    tables += [] if engine.past is None else [engine.past.rows_of(places.keys, _PLACED)]
    if len(refs) == 0 or not tables:
        return pa.array([], pa.large_string())
    found = pa.concat_tables(tables, promote_options="default")
    there = refs_of(found)
    order = np.argsort(there)
    rows = order[np.minimum(np.searchsorted(there, refs, sorter=order), len(order) - 1)]
    if (there[rows] != refs).any():
        raise LogError("messages that profiles rest on are neither in the history nor in the log; see `hf doctor`.")
    names: pa.Array = found["message_id"].combine_chunks().take(pa.array(rows)).cast(pa.large_string())
    return names


class _Own:
    """The cells of a family as columns of their own: `member` is the place of each cell's sent id."""

    def __init__(self, family: Family, member: Ints, cells: Cells) -> None:
        self.family, self.member = family, member
        self.columns = dict(cells.arrays)
        if cells.key is not None:
            self.columns["key"] = cells.key
        if cells.bucket is not None:
            same = np.append(False, member[1:] == member[:-1])[: len(cells)]
            self.columns["bucket"] = np.where(same, np.diff(cells.bucket, prepend=0), cells.bucket)
        self.texted = [name or "key" for name in text_arrays(family, cells)]


@dataclass(frozen=True, slots=True)
class _Texts:
    """Texts of customers, one customer's after the other's: how many each has, their sizes in bytes, their bytes."""

    counts: Ints
    sizes: Ints
    content: bytes

    @staticmethod
    def of(texts: pa.Array, whose: Ints, customers: int) -> _Texts:
        """Texts (large_string, not a slice) of the customers `whose`, which ascend."""
        _, places, letters = texts.buffers()
        offsets = np.frombuffer(places, np.int64)[: len(texts) + 1] if len(texts) else np.zeros(1, np.int64)
        content = b"" if letters is None else letters.to_pybytes()[: int(offsets[-1])]
        return _Texts(np.bincount(whose, minlength=customers), np.diff(offsets), content)

    def bytes_of(self) -> tuple[bytes, Ints]:
        """The bytes, and how many each customer has of them."""
        upto = np.concatenate(([0], np.cumsum(self.sizes)))
        ends = np.cumsum(self.counts)
        return self.content, upto[ends] - upto[ends - self.counts]


@dataclass(frozen=True, slots=True)
class _Events:
    """Events of customers, one customer's after the other's: their times, refs without lines, and message ids."""

    time: Ints
    ref: Ints
    ids: _Texts


def _own_texts(cells: Sequence[_Own], owner: Ints, engine: Engine) -> _Texts:
    """The texts in cells, each once for a customer; cells then have their places instead of the pool's codes."""
    pool, customers = engine.compiled.pool, int(owner[-1]) + 1
    asked = []
    pairs = [np.empty(0, np.int64)]
    for one in cells:
        for name in one.texted:
            column = Column.of_tagged(one.columns[name])
            rows = np.flatnonzero(column.kind == TEXT)
            asked.append((one, name, rows))
            pairs.append(owner[one.member[rows]] * len(pool) + column.data[rows])
    found, place = distinct(np.concatenate(pairs))
    whose, codes = np.divmod(found, max(len(pool), 1))
    place = place - np.searchsorted(whose, np.arange(customers))[whose[place]]
    done = 0
    for one, name, rows in asked:
        one.columns[name] = one.columns[name].copy()
        mine = place[done : done + len(rows)]
        one.columns[name][rows] = Column(np.full(len(rows), TEXT, np.uint8), mine).tagged()
        done += len(rows)
    used, at = distinct(codes)
    texts = pa.array(pool.texts(used), pa.large_string()).take(pa.array(at))
    return _Texts.of(texts, whose, customers)
