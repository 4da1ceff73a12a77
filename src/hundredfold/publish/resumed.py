"""From published states on: later events are folded as the engine folds them, and added to the cells of the states."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pyarrow as pa

from hundredfold.attribute.arithmetic import rows_in
from hundredfold.attribute.block import NEVER, Block, block_of, coded
from hundredfold.attribute.cells import Cells, array_names, merged, united
from hundredfold.attribute.column import TEXT, Column, Ints, Pool
from hundredfold.attribute.facts import counted
from hundredfold.attribute.fold import fold
from hundredfold.attribute.order import LINE_BITS, Ids, ref_of, ties
from hundredfold.attribute.plan import Family, Plan
from hundredfold.attribute.read import Clock, Profiles, Reader, owned
from hundredfold.errors import HundredfoldError
from hundredfold.live.setup import Compiled
from hundredfold.log.undone import without_withdrawn
from hundredfold.publish.numbers import Sections
from hundredfold.publish.state import FORM, HEAD, ends_of, families_of, layout, made_under

_SPACES: Final = ("u:", "a:")
"""What kind of id 0 and 1 stand for."""


class StateError(HundredfoldError):
    """A state with which nobody can go on; the text says why and what to do."""


@dataclass(slots=True)
class Resumed:
    """The cells of some customers, by sent id, as they were at their records' `at` and `covers`.

    `sids` are the sent ids that are known, `owner` the place of each one's customer. `until`: for each customer the
    time up to which his state suffices; a message that had come before lies at that time, and is in no state.
    """

    compiled: Compiled
    sids: Pool
    owner: Ints
    until: list[int | None]
    cells: dict[Family, Cells]
    _covered: dict[str, tuple[Ints, Ints]]
    _names: dict[int, str] = field(repr=False)
    """Message ids by ref."""

    def covered(self) -> dict[str, Ints]:
        """For each foreign attribute the time up to which another system's value covers each sent id."""
        found = {}
        for name, (sids, times) in self._covered.items():
            found[name] = np.full(len(self.sids), NEVER)
            found[name][sids] = times
        return found

    def profiles(self, later: pa.Table, clock: Clock) -> Profiles:
        """The values of the customers at a clock, in their order.

        `later` are all messages behind the records' `covers` (columns of `log.stored.STORED`) that are no copies of
        others; those behind the clock do not count. Raises StateError when a state does not suffice at this clock.
        """
        for until in self.until:
            if until is not None and until <= clock.at:
                raise StateError(
                    "a message of a customer had come before the batch run and counts only now, so that it is not in "
                    "the state. Take the record of the next batch run, or that in the topic `profiles`."
                )
        plan, around = self.compiled.plan, self.compiled.around
        later = without_withdrawn(later, self.compiled.setup.undone)
        block = block_of(later, self.compiled.decoder, self.sids, self.compiled.pool)
        block = block.take(np.flatnonzero(block.time <= clock.at))
        events = counted(block, around.definitions.events, around.pool)
        cells = fold(events, plan, around, self.covered())
        ids = self._ids(block)
        owner = np.full(len(self.sids), -1)
        owner[: len(self.owner)] = self.owner
        together = {
            family: owned(merged([self.cells[family], some], plan.merges(family), ids), owner)
            for family, some in cells.items()
        }
        return Reader(plan, around, together.__getitem__, ids).read(len(self.until), clock)

    def _ids(self, block: Block) -> Ids:
        def ids(refs: Ints) -> Sequence[str]:
            known = dict(zip(block.ref.tolist(), block.message_ids.to_pylist(), strict=True)) | self._names
            return [known[ref] for ref in (refs >> LINE_BITS << LINE_BITS).tolist()]

        return ids


def resumed(records: Iterable[tuple[Sequence[str], bytes]], compiled: Compiled, sids: Pool | None = None) -> Resumed:
    """The states of records, each given with the record's `ids`.

    Sent ids get codes of `sids`, texts those of `compiled.pool`. Raises StateError for a state of another form, made
    under other definitions or settings than `compiled` has, or damaged, and for records that share an id.
    """
    given, sids = list(records), Pool() if sids is None else sids
    made = made_under(compiled.setup)
    opened = [_opened(state, made) for _, state in given]
    try:
        return _resumed([ids for ids, _ in given], opened, compiled, sids)
    except (ValueError, IndexError) as error:
        raise _damaged(error) from None


def _resumed(
    ids: Sequence[Sequence[str]], opened: Sequence[tuple[bytes, bytes]], compiled: Compiled, sids: Pool
) -> Resumed:
    plan, sections = compiled.plan, Sections([numbers for numbers, _ in opened])
    members = _Whose(np.array([len(own) for own in ids], np.int64))
    kinds = sections.amounts(members.counts, most=1).tolist()
    plain = (name for own in ids for name in own)
    own = sids.codes([_SPACES[kind] + name for kind, name in zip(kinds, plain, strict=True)])
    if len(np.unique(own)) < len(own):
        raise StateError("two records have an id in common. Give one record of each customer, the newest.")
    waiting, (first,) = sections.counted(1)
    until: list[int | None] = [None] * len(ids)
    for customer, time in zip(np.repeat(np.arange(len(ids)), waiting).tolist(), first.tolist(), strict=True):
        until[customer] = time
    covered = {}
    for name in sorted(plan.foreign):
        counts, (places, times) = sections.counted(2)
        covered[name] = own[members.rows(places, counts)], times
    text_counts, (text_sizes,) = sections.counted(1)
    event_counts, (times, partition, offset, id_sizes) = sections.counted(4)
    texts, message_ids = _texts([rest for _, rest in opened], (text_counts, text_sizes), (event_counts, id_sizes))
    events = _Events(
        _Whose(event_counts),
        times,
        ties(message_ids),
        ref_of(partition, offset),
        _Whose(text_counts),
        coded(pa.chunked_array([texts]), compiled.pool),
    )
    cells = {}
    for family in families_of(plan):
        each = sections.amounts(members.counts)
        counts = members.summed(each)
        columns = {name: sections.take(counts) for name in layout(plan, family)}
        cells[family] = _cells(family, plan, np.repeat(own, each), counts, columns, events)
    sections.must_be_done()
    owner = np.full(len(sids), -1)
    owner[own] = np.repeat(np.arange(len(ids)), members.counts)
    names = dict(zip(events.ref.tolist(), message_ids.to_pylist(), strict=True))
    return Resumed(compiled, sids, owner, until, cells, covered, names)


def _damaged(why: object) -> StateError:
    return StateError(f"a state is damaged: {why}. Take the customer's record from the topic again.")


def _opened(state: bytes, made: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    """The numbers of a state, and what is behind them."""
    if len(state) < HEAD.size:
        raise _damaged("it is cut short")
    form, *under, size = HEAD.unpack_from(state)
    if form != FORM:
        raise StateError(
            f"a state has form {form}, and this version of hundredfold knows form {FORM}. Use the version that "
            "published it, or take a record that this one published."
        )
    for mine, theirs, what in zip(made, under, ("definitions", "zone, currency, tables or rates"), strict=True):
        if mine != theirs:
            raise StateError(
                f"a state was made with other {what} ({theirs.hex()}) than those given ({mine.hex()}). "
                "Take the records of a batch run with these, or give those of the record."
            )
    return state[HEAD.size : HEAD.size + size], state[HEAD.size + size :]


class _Whose:
    """Things of customers, one customer's after the other's; `counts` says how many each has."""

    def __init__(self, counts: Ints) -> None:
        self.counts, self._first = counts, np.cumsum(counts) - counts

    def rows(self, places: Ints, counts: Ints) -> Ints:
        """The rows of things that are named by their places among their customer's; `counts`: how many names."""
        if ((places < 0) | (places >= np.repeat(self.counts, counts))).any():
            raise ValueError("it names what is not there")
        found: Ints = places + np.repeat(self._first, counts)
        return found

    def summed(self, values: Ints) -> Ints:
        """The sum of one value for each thing, by customer."""
        upto = np.append(0, np.cumsum(values))
        found: Ints = upto[self._first + self.counts] - upto[self._first]
        return found


@dataclass(frozen=True, slots=True)
class _Events:
    """The events that cells tell of, and the texts in cells as codes."""

    whose: _Whose
    time: Ints
    tie: Ints
    ref: Ints
    texts: _Whose
    codes: Ints


def _texts(content: Sequence[bytes], *parts: tuple[Ints, Ints]) -> list[pa.Array]:
    """Texts out of each customer's bytes, part by part: how many each customer has, and their sizes."""
    totals = np.sum([counts for counts, _ in parts], axis=0)
    sizes, at, rows = np.empty(int(totals.sum()), np.int64), np.cumsum(totals) - totals, []
    for counts, own in parts:
        rows.append(rows_in(at, counts))
        sizes[rows[-1]] = own
        at = at + counts
    lengths = np.array([len(own) for own in content], np.int64)
    if (sizes < 0).any() or (_Whose(totals).summed(sizes) != lengths).any():
        raise ValueError("its texts have other sizes than it says")
    ends = pa.py_buffer(np.append(0, np.cumsum(sizes)))
    texts = pa.LargeStringArray.from_buffers(len(sizes), ends, pa.py_buffer(b"".join(content)))
    texts.validate(full=True)
    return [texts.take(pa.array(own)) for own in rows]


def _cells(family: Family, plan: Plan, sid: Ints, counts: Ints, columns: dict[str, Ints], events: _Events) -> Cells:
    """The cells of a family: those of one customer after the other's, as states have them."""
    nothing = np.zeros(len(sid), np.int64)
    for name in ends_of(plan, family):
        at = events.whose.rows(columns[f"{name}.event"], counts)
        columns |= {f"{name}.time": events.time[at], f"{name}.tie": events.tie[at]}
        columns[f"{name}.ref"] = events.ref[at] | columns.get(f"{name}.line", nothing)
        columns[f"{name}.value"] = _with_codes(columns.get(f"{name}.value", nothing), counts, events)
    bucket = key = None
    if family.bucket is not None:
        upto = np.cumsum(columns["bucket"])
        first = np.flatnonzero(np.append(True, sid[1:] != sid[:-1])[: len(sid)])
        bucket = upto - np.repeat((upto - columns["bucket"])[first], np.diff(np.append(first, len(sid))))
    if family.key == "event":
        key = columns["last.ref"]
    elif family.key is not None:
        key = columns["key"] if family.key == "time" else _with_codes(columns["key"], counts, events)
    states = plan.merges(family)
    cells = Cells(sid, bucket, key, {name: columns[name] for name in array_names(states)})
    # Sent ids and texts have other numbers here, so cells come in another order.
    return united(cells, states, _nothing_is_equal)


def _with_codes(tagged: Ints, counts: Ints, events: _Events) -> Ints:
    """Kinds and values in one; texts, which are places, get the pool's codes."""
    column = Column.of_tagged(tagged)
    text = column.kind == TEXT
    if text.any():
        theirs = np.bincount(np.repeat(np.arange(len(counts)), counts)[text], minlength=len(counts))
        column.data[text] = events.codes[events.texts.rows(column.data[text], theirs)]
    return column.tagged()


def _nothing_is_equal(refs: Ints) -> Sequence[str]:
    raise _damaged("it has a cell twice")
