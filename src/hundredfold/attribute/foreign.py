"""Another system's batch values, and up to when they cover a customer (semantics 29, S26, S34)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
import numpy as np

from hundredfold.attribute.block import NEVER, Block
from hundredfold.attribute.cells import Cells, Merge, array_names
from hundredfold.attribute.column import BOOLEAN, NUMBER, TEXT, TIME, Column, Ints, column_of
from hundredfold.attribute.decode import as_text, moment, times_of
from hundredfold.attribute.functions import with_numbers
from hundredfold.attribute.order import in_order
from hundredfold.attribute.plan import Family, Plan
from hundredfold.attribute.rows import Surroundings
from hundredfold.words.amount import MILLION
from hundredfold.words.message import KINDS

_PROFILE: Final = KINDS.index("profile")


@dataclass(slots=True)
class ForeignValues:
    """For each foreign attribute the time up to which each sent id is covered, and the batch values as cells."""

    covered: dict[str, Ints] = field(default_factory=dict)
    cells: dict[Family, Cells] = field(default_factory=dict)


def foreign_values(
    block: Block, payloads: Sequence[bytes], plan: Plan, around: Surroundings, sids: int
) -> ForeignValues:
    """What the profile messages of a block say; `payloads` are those of its rows of that kind, in order."""
    found = ForeignValues()
    if not plan.foreign:
        return found
    rows = np.flatnonzero(block.kind == _PROFILE)
    messages = [msgspec.json.decode(payload) for payload in payloads]
    for name, source in plan.foreign.items():
        reading = plan.readings[name]
        speaking = np.array(
            [i for i, m in enumerate(messages) if m.get("source") == source and name in _values(m)], np.int64
        )
        newest = _newest(block, rows[speaking])
        mine = rows[speaking[newest]]
        covered = np.full(sids, NEVER)
        covered[block.sid[mine]] = block.time[mine]
        found.covered[name] = covered
        values = [_values(messages[i])[name] for i in speaking[newest].tolist()]
        ended = any(merge in (Merge.EARLIEST, Merge.LATEST) for merge in plan.merges(reading.family).values())
        times = [moment(v.get("at"), around.zone) if isinstance(v, dict) else None for v in values]
        if ended:
            values = [v.get("value") if isinstance(v, dict) else None for v in values]
        column = _typed(values, reading.family, around)
        if reading.aggregate.name == "count":
            column = _whole(column)
        good = np.isin(column.kind, _accepted(reading.family))
        if ended:
            good &= np.array([t is not None for t in times], np.bool_)
        kept = np.flatnonzero(good)
        at = np.array([times[i] or 0 for i in kept.tolist()], np.int64)
        found.cells[reading.family] = _cells(block, mine[kept], column.take(kept), at, plan.merges(reading.family))
    return found


def _values(message: dict[str, Any]) -> dict[str, Any]:
    values = message.get("values")
    return values if isinstance(values, dict) else {}


def _newest(block: Block, rows: Ints) -> Ints:
    """Of some rows, the places of the newest of each sent id."""
    order = in_order(block.time[rows], block.tie[rows], block.ref[rows], block.ids, block.sid[rows])
    sid = block.sid[rows[order]]
    newest: Ints = order[np.append(sid[1:] != sid[:-1], True)[: len(sid)]]
    return newest


def _typed(values: list[Any], family: Family, around: Surroundings) -> Column:
    """The batch values, read like a `value` of the events."""
    if family.accepts == "time":
        return times_of(values, around.zone)
    if family.accepts == "text":
        return column_of([as_text(value) for value in values], around.pool)
    return with_numbers(column_of(values, around.pool), around.pool)


def _whole(column: Column) -> Column:
    return Column.where((column.kind == NUMBER) & (column.data % MILLION == 0), NUMBER, column.data // MILLION)


def _accepted(family: Family) -> tuple[int, ...]:
    match family.accepts:
        case "time":
            return (TIME,)
        case "text":
            return (TEXT,)
        case "any":
            return (BOOLEAN, NUMBER, TEXT, TIME)
        case _:
            return (NUMBER,)


def _cells(block: Block, rows: Ints, values: Column, at: Ints, states: dict[str, Merge]) -> Cells:
    """The values as cells of one row each; a batch value at its time is like an event of the profile message."""
    arrays = {}
    for name in array_names(states):
        _, _, part = name.partition(".")
        arrays[name] = {
            "": values.data,
            "time": at,
            "tie": block.tie[rows],
            "ref": block.ref[rows],
            "value": values.tagged(),
        }[part]
    order = np.argsort(block.sid[rows], kind="stable")
    return Cells(block.sid[rows], None, None, arrays).take(order)
