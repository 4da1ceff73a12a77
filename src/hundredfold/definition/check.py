"""Checks across definitions: every name is declared, nothing is defined by itself, no event has two meanings.

And what follows from the whole: the order of formulas, the version, the difference between two versions.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any, Final

from hundredfold.definition.canonical import document_of
from hundredfold.definition.mistakes import DefinitionErrors, did_you_mean
from hundredfold.definition.model import Definitions, Formula
from hundredfold.definition.spelling import names_in
from hundredfold.definition.syntax import Expression
from hundredfold.errors import DefinitionError

SECTIONS: Final = {"events": "event", "lookups": "lookup", "attributes": "attribute", "segments": "segment"}
"""The sections of a document, each with what one entry of it is called."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong between definitions: the entry and field where it is mended, and what to do.

    `word` is the name within the field's expression that the fault is about.
    """

    section: str
    name: str
    field: str
    problem: str
    word: str | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """What is new, other and gone between two versions, as `section.name`, sorted."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def faults(definitions: Definitions, broken: Collection[str] = ()) -> list[Fault]:
    """Everything wrong between definitions. `broken` names are declared, but could not be read; they count as known."""
    return [
        *_clashing_names(definitions),
        *_clashing_events(definitions),
        *_unknown_names(definitions, broken),
        *_circles(definitions),
    ]


def check(definitions: Definitions) -> None:
    """Raises DefinitionErrors when something is wrong between definitions that did not come from a document."""
    found = faults(definitions)
    if found:
        errors = [DefinitionError(f"{SECTIONS[fault.section]} {fault.name}: {fault.problem}") for fault in found]
        raise DefinitionErrors(errors)


def formula_order(definitions: Definitions) -> list[str]:
    """The formulas, each behind those that it names; the same for the same definitions in any order.

    Raises DefinitionError for a circle.
    """
    try:
        return list(TopologicalSorter(_graph(definitions)).static_order())
    except CycleError as error:
        raise DefinitionError(f"formulas go in a circle: {_circle(error.args[1])}") from None


def with_what_they_need(definitions: Definitions, names: Iterable[str]) -> set[str]:
    """Some attributes, and all that their formulas go back to."""
    found: set[str] = set()
    asked = set(names) & definitions.attributes.keys()
    while asked:
        found |= asked
        formulas = [one for name in asked if isinstance(one := definitions.attributes[name], Formula)]
        named = {name for formula in formulas for name in names_in(formula.expression)}
        asked = (named & definitions.attributes.keys()) - found
    return found


def fingerprint(definitions: Definitions) -> str:
    """The version of definitions: equal for definitions that give equal values. 32 hexadecimal digits.

    Order, spelling, comments, labels, descriptions and groups do not matter.
    """
    written = json.dumps(
        document_of(definitions, notes=False), sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )
    return hashlib.blake2b(written.encode(), digest_size=16).hexdigest()


def difference(old: Definitions, new: Definitions) -> Difference:
    """What must be done to come from `old` to `new`, labels included."""
    before, after = _entries(old), _entries(new)
    return Difference(
        added=tuple(sorted(after.keys() - before.keys())),
        changed=tuple(sorted(name for name in before.keys() & after.keys() if before[name] != after[name])),
        removed=tuple(sorted(before.keys() - after.keys())),
    )


def _entries(definitions: Definitions) -> dict[str, Any]:
    document = document_of(definitions)
    return {f"{section}.{name}": fields for section, entries in document.items() for name, fields in entries.items()}


def _clashing_names(definitions: Definitions) -> Iterator[Fault]:
    """Attributes and segments share one name space, in which case does not tell names apart (as in SQL)."""
    seen: dict[str, str] = {}
    for section, names in (("attributes", definitions.attributes), ("segments", definitions.segments)):
        for name in names:
            first = seen.setdefault(name.lower(), f"{SECTIONS[section]} {name}")
            if first != f"{SECTIONS[section]} {name}":
                yield Fault(section, name, "", f"the name clashes with {first}; rename one of them")


def _clashing_events(definitions: Definitions) -> Iterator[Fault]:
    """An event that belongs to another's facts cannot have facts of its own, nor belong to two."""
    owner: dict[str, str] = {}
    for rule in definitions.events.values():
        for field, names in (("also", rule.also), ("removed_by", rule.removed_by)):
            for name in names:
                own = definitions.events.get(name)
                if own is not None and own.key is not None and name != rule.name:
                    problem = f"{name!r} has a `key` of its own and cannot stand in `{field}`; remove one of the two"
                    yield Fault("events", rule.name, field, problem)
        for name in rule.also:
            first = owner.setdefault(name, rule.name)
            if first != rule.name:
                yield Fault("events", rule.name, "also", f"{name!r} already stands in `also` of {first!r}; remove one")


def _unknown_names(definitions: Definitions, broken: Collection[str]) -> Iterator[Fault]:
    for section, name, field, expression in _expressions(definitions):
        for wanted in names_in(expression):
            if wanted not in definitions.attributes and wanted not in broken:
                yield Fault(section, name, field, _unknown(wanted, definitions, broken), wanted)


def _unknown(wanted: str, definitions: Definitions, broken: Collection[str]) -> str:
    if wanted in definitions.segments:
        return f"`{wanted}` is a segment; write its condition here, or a formula that both can use"
    return f"no attribute is called `{wanted}`. {did_you_mean(wanted, {*definitions.attributes, *broken}, 'Declared')}"


def _expressions(definitions: Definitions) -> Iterator[tuple[str, str, str, Expression]]:
    for name, attribute in definitions.attributes.items():
        if isinstance(attribute, Formula):
            yield "attributes", name, "formula", attribute.expression
    for name, segment in definitions.segments.items():
        yield "segments", name, "where", segment.where


def _circles(definitions: Definitions) -> Iterator[Fault]:
    graph = _graph(definitions)
    while True:
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            *circle, _ = error.args[1]
            start = circle.index(min(circle))
            around = [*circle[start:], *circle[: start + 1]]
            first, used = around[-1], around[-2]
            yield Fault("attributes", first, "formula", f"formulas go in a circle: {_circle(around)}. Break it", used)
            graph = {
                name: [other for other in needed if other != first] for name, needed in graph.items() if name != first
            }
        else:
            return


def _circle(names: Sequence[str]) -> str:
    """The way around, from a formula to what it needs."""
    return " -> ".join(reversed(names))


def _graph(definitions: Definitions) -> dict[str, list[str]]:
    """Each formula with the formulas that it names, in the order of names."""
    formulas = {name: one for name, one in sorted(definitions.attributes.items()) if isinstance(one, Formula)}
    return {name: [used for used in names_in(one.expression) if used in formulas] for name, one in formulas.items()}
