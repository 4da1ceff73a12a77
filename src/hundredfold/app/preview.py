"""A look at written definitions before they come into force: exact values of a sample of customers, old beside new."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from hundredfold.app.applying import planned, sentences
from hundredfold.app.documents import Document, plain
from hundredfold.app.leaving import left_by_the_files
from hundredfold.app.opened import OpenWorkspace, setup_of
from hundredfold.app.sample import Messages, slices
from hundredfold.attribute.typed import columns_of
from hundredfold.definition.check import named_by
from hundredfold.definition.model import Definitions
from hundredfold.errors import WorkspaceError
from hundredfold.live.setup import compiled
from hundredfold.log.ahead import ahead
from hundredfold.words.calendar import iso
from hundredfold.words.value import Moment, Number, Value

SAMPLE: Final = 10_000
"""Customers that are looked at."""
SHOWN: Final = 5
"""Customers that are shown for each attribute."""


@dataclass
class _Found:
    """What comes of an attribute: its new values, and those that differ, by customer."""

    values: list[Value] = field(default_factory=list)
    changed: list[tuple[str, Value, Value]] = field(default_factory=list)
    nulls_before: int = 0


def previewed(opened: OpenWorkspace, *, sample: int = SAMPLE) -> Document:
    """What the written definitions would change, for a sample of customers; nothing is applied.

    Raises DefinitionErrors, and WorkspaceError where the business keys of events differ from those in force.
    """
    plan = planned(opened.workspace)
    written = plan.definitions
    with opened.guard:
        served = opened.engine().compiled.setup
        at = opened.engine().state.clock
        labels = opened.engine().state.people.everybody()
        keys = opened.engine().sids.texts(labels)
    _must_have_one_key(served.definitions, written)
    names = _to_show(served.definitions, written)
    new = compiled(setup_of(opened.workspace, written, tell=opened.tell).of(names))
    old = compiled(served.of(names))
    clock = opened.clock(at)
    found = {name: _Found() for name in names}
    customers = 0
    typed = sorted({*columns_of(old.decoder), *columns_of(new.decoder)})
    some_at_once = slices(labels, keys, opened.history.buckets, sample)
    for messages in ahead(Messages.of(opened, some, typed) for some in some_at_once):
        before, after = messages.values(old, clock), messages.values(new, clock)
        customers += len(after)
        for customer, values in after.items():
            for name in names:
                _note(found[name], customer, before.get(customer, {}).get(name), values[name])
    return {
        "customers": customers,
        "of": len(labels),
        "at": iso(at),
        "attributes": {name: _told(found[name], name in served.definitions.attributes) for name in names},
        "removed": sorted(served.definitions.attributes.keys() - written.attributes.keys()),
        "plan": sentences(plan.difference),
        "leaving": [
            {
                "event": one.event,
                "path": one.path,
                "sentence": one.sentence,
                "attributes": [name for name, _ in one.lineage.attributes],
                "segments": list(one.lineage.segments),
            }
            for one in left_by_the_files(opened.workspace)
        ],
        "applied": False,
    }


def _must_have_one_key(served: Definitions, written: Definitions) -> None:
    def keys(definitions: Definitions) -> dict[str, object]:
        return {
            name: (rule.key, rule.also, rule.removed_by, rule.revision)
            for name, rule in definitions.events.items()
            if rule.key is not None
        }

    old, new = keys(served), keys(written)
    differing = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
    if differing:
        raise WorkspaceError(
            f"the business key of {differing[0]} differs from the one in force, and which messages are one fact is "
            "only known once it is. Apply that first; a preview is of attributes."
        )


def _to_show(served: Definitions, written: Definitions) -> list[str]:
    """The attributes that are new or written otherwise, and the formulas and scores that follow from those."""
    known = served.attributes
    found = {name for name, attribute in written.attributes.items() if known.get(name) != attribute}
    while more := {
        name for name, attribute in written.attributes.items() if name not in found and found & set(named_by(attribute))
    }:
        found |= more
    return sorted(found)


# --- what ------------------------------------------------------------------------------------------------------------


def _note(found: _Found, customer: str, old: Value, new: Value) -> None:
    found.values.append(new)
    found.nulls_before += old is None
    if old != new:
        found.changed.append((customer, old, new))


def _told(found: _Found, was_there: bool) -> Document:
    ordered = sorted(
        (value for value in found.values if isinstance(value, Number | Moment)),
        key=lambda value: value.millionths if isinstance(value, Number) else value.micros,
    )
    middle = ordered[(len(ordered) - 1) // 2] if ordered else None
    return {
        "new": not was_there,
        "changed": len(found.changed),
        "nulls": sum(value is None for value in found.values),
        "nulls_before": found.nulls_before if was_there else None,
        "min": plain(ordered[0]) if ordered else None,
        "median": plain(middle),
        "max": plain(ordered[-1]) if ordered else None,
        "examples": [
            {"customer_id": customer[2:], "old": plain(old), "new": plain(new)}
            for customer, old, new in found.changed[:SHOWN]
        ],
    }
