"""The one fold: counted events to cells, on whole columns.

Batch, live side and every later engine use this function and no other. Families that count the same rows pick them
once; each family sorts them by cell (they mostly are) and reduces each state with one pass over the sorted rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from hundredfold.attribute.cells import Cells
from hundredfold.attribute.column import MISSING, NUMBER, TEXT, TIME, Column, Ints, Mask, is_scalar
from hundredfold.attribute.evaluate import evaluate, holds
from hundredfold.attribute.facts import Events
from hundredfold.attribute.plan import TRAIT_MODES, Family, Plan
from hundredfold.attribute.reach import Reach
from hundredfold.attribute.rows import Rows, Surroundings
from hundredfold.attribute.sorting import AT_ONCE, is_sorted, stable_order, starts_of
from hundredfold.attribute.states import Hits
from hundredfold.definition import syntax as s


@dataclass(slots=True)
class Picked:
    """The rows that some families count, in their order, their sent ids, and the columns of their values and keys."""

    places: Ints
    sid: Ints
    value: Column | None
    key: Column | None


def fold(
    events: Events,
    plan: Plan,
    around: Surroundings,
    covered: Mapping[str, Ints] | None = None,
    reach: Reach | None = None,
) -> dict[Family, Cells]:
    """The cells of every family.

    `covered` gives, for each foreign attribute, the time up to which another system's value covers each sent id
    (microseconds by `sid`); later events of that source count. `reach` gives the first buckets that are still needed.
    """
    shared = _shared(plan)
    cells: dict[Family, list[Cells]] = {family: [] for family in plan.families}
    for part in events.parts(AT_ONCE):
        for each, selections in shared.items():
            rows = Rows(part, around, each)
            for selection, families in selections.items():
                picked = _picked(selection, rows, plan, around, covered or {})
                for family in families:
                    cells[family].append(_cells(family, plan, rows, picked, reach or {}))
    # The parts follow each other in the order of sent ids and share none.
    return {family: Cells.concatenate(cells.pop(family)) for family in plan.families}


def _shared(plan: Plan) -> dict[str | None, dict[Family, list[Family]]]:
    """The families by the list that they unfold and by the rows that they count."""
    shared: dict[str | None, dict[Family, list[Family]]] = {}
    for family in plan.families:
        shared.setdefault(family.source.each, {}).setdefault(family.selection, []).append(family)
    return shared


def _cells(family: Family, plan: Plan, rows: Rows, picked: Picked, reach: Reach) -> Cells:
    places, sid = picked.places, picked.sid
    if family in reach and family.bucket is not None:
        needed = np.flatnonzero(rows.bucket(family.bucket).take(places) >= reach[family])
        places, sid = places.take(needed), sid.take(needed)
    if len(places) == 0:
        return Cells.empty(plan.merges(family), bucket=family.bucket is not None, key=family.key is not None)
    groups = [sid]  # in order, as the rows are
    if family.bucket is not None:
        groups.append(rows.bucket(family.bucket).take(places))
    if family.key is not None:
        groups.append(_keys(family, rows, picked, places))
    if len(groups) > 1 and not is_sorted(groups):
        order = stable_order(groups)
        places, groups = places.take(order), [group.take(order) for group in groups]
    starts = starts_of(groups)
    hits = Hits(rows, places, picked.value, starts)
    heads = [group.take(starts) for group in groups]
    return Cells(
        heads[0],
        None if family.bucket is None else heads[1],
        None if family.key is None else heads[-1],
        {name: array for state in plan.families[family] for name, array in state.fold(hits).items()},
    )


def _keys(family: Family, rows: Rows, picked: Picked, places: Ints) -> Ints:
    match family.key:
        case "event":
            return rows.ref(places)
        case "time":
            return rows.time.take(places)
        case "value":
            assert picked.value is not None
            return picked.value.take(places).tagged()
        case _:
            assert picked.key is not None
            return picked.key.take(places).tagged()


def _picked(family: Family, rows: Rows, plan: Plan, around: Surroundings, covered: Mapping[str, Ints]) -> Picked:
    """Which rows count, and their values and keys."""
    hit = rows.chosen(family.source.selectors)
    if family.trait is not None:
        stated = rows.trait(family.trait, TRAIT_MODES[family.accepts])
        return _those(hit & (stated.kind != MISSING), rows, stated, None)
    if family.where is not None:
        hit = hit & holds(family.where, rows.conditions)
    value = key = None
    if family.value is not None:
        value = found = _value(family.value, family, rows)
        hit = hit & rows.mask((family.value, family.accepts), lambda: _accepted(family, found))
    if family.by is not None:
        key = by = rows.column(family.by)
        hit = hit & rows.mask(("by", family.by), lambda: is_scalar(by.kind))
    if family.foreign is not None:
        source = around.pool.code(plan.foreign[family.foreign])
        hit = hit & (rows.source() == source)
        if family.foreign in covered:
            hit = hit & (rows.time > covered[family.foreign][rows.sid])
    return _those(hit, rows, value, key)


def _those(hit: Mask, rows: Rows, value: Column | None, key: Column | None) -> Picked:
    places = np.flatnonzero(hit)
    return Picked(places, rows.sid.take(places), value, key)


def _value(expression: s.Expression, family: Family, rows: Rows) -> Column:
    if family.accepts == "text":
        assert isinstance(expression, s.Name)
        return rows.text(expression.path)
    return evaluate(expression, rows.amounts)


def _accepted(family: Family, value: Column) -> Mask:
    match family.accepts:
        case "number":
            mask: Mask = value.kind == NUMBER
        case "time":
            mask = value.kind == TIME
        case "text":
            mask = value.kind == TEXT
        case _:
            mask = is_scalar(value.kind)
    return mask
