"""What a workspace's messages make of the catalogue: which attributes say something, and what the others lack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from hundredfold.app.documents import Document
from hundredfold.app.models import switched_off
from hundredfold.app.opened import OpenWorkspace, setup_of
from hundredfold.app.sample import Messages, slices
from hundredfold.attribute.cells import Cells
from hundredfold.attribute.read import Clock, Reader
from hundredfold.attribute.values import profile_values
from hundredfold.batch.run import Run
from hundredfold.catalogue.book import Book, book
from hundredfold.catalogue.needs import Need, needs, selectors
from hundredfold.definition.model import Aggregate, Definitions, Trait
from hundredfold.definition.syntax import IsNull, Name, Not
from hundredfold.live.setup import Compiled, compiled
from hundredfold.log.ahead import ahead
from hundredfold.predict.models import FAMILIES
from hundredfold.words.calendar import iso
from hundredfold.words.value import Number, Value

SAMPLE: Final = 10_000
"""Customers that are looked at."""
_PROBE: Final = "catalogue_probe_"


def catalogue_filled(opened: OpenWorkspace, *, sample: int = SAMPLE) -> Document:
    """The catalogue's attributes worked out for a sample of customers, whether they are in force or not.

    An attribute is filled for a customer when it says something that it does not say of somebody without messages.
    `distinct` counts its different values, `same_as` names an earlier attribute with the same values, and `needs` what
    never came. Where the workspace has an attribute of its own of that name, that one is looked at.
    """
    with opened.guard:
        served = opened.engine().compiled.setup.definitions
        at = opened.engine().state.clock
        labels = opened.engine().state.people.everybody()
        keys = opened.engine().sids.texts(labels)
    ours = book()
    names = list(ours.definitions.attributes)
    asked = {name: needs(ours.definitions, [name], FAMILIES) for name in names}
    probes = {
        need: f"{_PROBE}{n}"
        for n, need in enumerate(
            sorted({_always(one) for all_ in asked.values() for one in all_ if not one.trains}, key=str)
        )
    }
    both = _both(ours, served, probes)
    ready = compiled(setup_of(opened.workspace, both).of([*names, *probes.values()]))
    clock = opened.clock(at)
    values: dict[str, list[Value]] = {name: [] for name in (*names, *probes.values())}
    for messages in ahead(
        Messages.of(opened, some, ()) for some in slices(labels, keys, opened.history.buckets, sample)
    ):
        for customer in messages.values(ready, clock).values():
            for name, column in values.items():
                column.append(customer[name])
    nobody = _nobody(ready, clock)
    runs = opened.runs()
    missing = {need: not any(map(_says, values[probe])) for need, probe in probes.items()}
    told = {
        name: {
            "group": ours.group_of[name].name,
            "in_force": name in served.attributes,
            **_filled(values[name], nobody[name]),
            "needs": [
                *_lacking([need for need in asked[name] if not need.trains and _misses(need, missing)]),
                *([] if any(map(_says, values[name])) else _untrained(asked[name], both, name, runs)),
            ],
        }
        for name in names
    }
    _note_twins(told, values)
    return {"customers": len(values[names[0]]), "of": len(labels), "at": iso(at), "attributes": told}


def _both(ours: Book, served: Definitions, probes: Mapping[Need, str]) -> Definitions:
    """The definitions in force, the catalogue's behind them, and a count for each need. Facts are as in force."""
    return replace(
        served,
        lookups={**ours.definitions.lookups, **served.lookups},
        attributes={
            **ours.definitions.attributes,
            **served.attributes,
            **{name: _probe(ours.definitions, need, name) for need, name in probes.items()},
        },
        segments={},
    )


def _probe(ours: Definitions, need: Need, name: str) -> Aggregate | Trait:
    if need.events == ("identify",) and need.path is not None:
        return Trait(name, need.path)
    where = None if need.path is None else Not(IsNull(Name(need.path)))
    return Aggregate(name, selectors(ours, need), "count", each=need.each, where=where)


def _nobody(ready: Compiled, clock: Clock) -> Mapping[str, Value]:
    empty = {
        family: Cells.empty(ready.plan.merges(family), bucket=family.bucket is not None, key=family.key is not None)
        for family in ready.plan.families
    }
    return profile_values(
        Reader(ready.plan, ready.around, empty.__getitem__, lambda refs: ()).read(1, clock), ready.pool
    )[0]


def _says(value: Value) -> bool:
    return value is not None and value != Number(0)


def _filled(values: Sequence[Value], nobody: Value) -> Document:
    saying = [value for value in values if value is not None and value != nobody]
    return {
        "filled": len(saying),
        "share": round(len(saying) / len(values), 4) if values else 0.0,
        "distinct": len(set(saying)),
    }


def _always(need: Need) -> Need:
    return replace(need, if_any=False)


def _misses(need: Need, missing: Mapping[Need, bool]) -> bool:
    return missing[_always(need)] and not (need.if_any and missing[Need(need.events)])


def _untrained(asked: Sequence[Need], definitions: Definitions, name: str, runs: Sequence[Run]) -> list[str]:
    """Why there is no score: what batches have said of its models, else what they need."""
    return [str(one) for one in (switched_off(definitions, [name], runs) or (need for need in asked if need.trains))]


def _lacking(missing: Sequence[Need]) -> list[str]:
    """What to send, each event once: where it never came, its fields go without saying."""
    events = {need.events for need in missing if need.path is None}
    return [str(need) for need in missing if need.path is None or need.events not in events]


def _note_twins(told: Mapping[str, Document], values: Mapping[str, Sequence[Value]]) -> None:
    first: dict[tuple[Value, ...], str] = {}
    for name, one in told.items():
        other = first.setdefault(tuple(values[name]), name) if one["filled"] else name
        one["same_as"] = None if other == name else other
