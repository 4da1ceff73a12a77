"""Checks across definitions: every name is declared, nothing is defined by itself, no event has two meanings.

And what follows from the whole: the order of formulas, the version, the difference between two versions.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any, Final

from hundredfold.definition.canonical import document_of
from hundredfold.definition.functions import FUNCTIONS
from hundredfold.definition.mistakes import DefinitionErrors, did_you_mean
from hundredfold.definition.model import Attribute, Definitions, Formula, Score, Segment
from hundredfold.definition.nested import extents
from hundredfold.definition.spelling import names_in, walk
from hundredfold.definition.syntax import Call, Expression, Name
from hundredfold.errors import DefinitionError, NotFound
from hundredfold.said import Said, said

SECTIONS: Final = {
    "events": said("event"),
    "lookups": said("lookup"),
    "attributes": said("attribute"),
    "segments": said("segment"),
}
"""The sections of a document, each with what one entry of it is called."""
_TOO_GREAT: Final = said(
    "with all the segments that are named in it, and in these, the condition is too long. "
    "Name fewer of them, or make a formula of what many share"
)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong between definitions: the entry and field where it is mended, and what to do.

    `word` is the name within the field's expression that the fault is about.
    """

    section: str
    name: str
    field: str
    problem: Said
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
        *(list(_circles(definitions)) or _too_great(definitions)),
    ]


def check(definitions: Definitions) -> None:
    """Raises DefinitionErrors when something is wrong between definitions that did not come from a document."""
    found = faults(definitions)
    if found:
        errors = [
            DefinitionError(fault.problem, subject=said("{kind} {name}", kind=SECTIONS[fault.section], name=fault.name))
            for fault in found
        ]
        raise DefinitionErrors(errors)


def formula_order(definitions: Definitions) -> list[str]:
    """The formulas and scores, each behind those that it names; the same for the same definitions in any order.

    Raises DefinitionError for a circle.
    """
    try:
        return list(TopologicalSorter(_graph(definitions)).static_order())
    except CycleError as error:
        raise DefinitionError(said("formulas go in a circle: {circle}", circle=_circle(error.args[1]))) from None


def with_what_they_need(definitions: Definitions, names: Iterable[str], *, scores: bool = True) -> set[str]:
    """Some attributes, and all that their formulas and models go back to; without `scores` their formulas alone."""
    found: set[str] = set()
    asked = set(names) & definitions.attributes.keys()
    while asked:
        found |= asked
        followed = [
            how for how in map(definitions.attributes.__getitem__, asked) if scores or not isinstance(how, Score)
        ]
        asked = ({other for how in followed for other in named_by(how)} & definitions.attributes.keys()) - found
    return found


def named_by(attribute: Attribute) -> list[str]:
    """The other attributes that an attribute is made of, each once, in the order in which it names them."""
    match attribute:
        case Formula():
            return names_in(attribute.expression)
        case Score():
            return list(dict.fromkeys(attribute.inputs.values()))
        case _:
            return []


def model_key(score: Score) -> str:
    """The name under which a run keeps what a model has learnt: equal for scores that say the same."""
    return json.dumps([score.model, score.inputs, score.options], sort_keys=True, ensure_ascii=False)


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
    seen: dict[str, tuple[str, str]] = {}
    for section, names in (("attributes", definitions.attributes), ("segments", definitions.segments)):
        for name in names:
            other, first = seen.setdefault(name.lower(), (section, name))
            if (other, first) != (section, name):
                problem = said(
                    "the name clashes with {kind} {name}; rename one of them", kind=SECTIONS[other], name=first
                )
                yield Fault(section, name, "", problem)


def _clashing_events(definitions: Definitions) -> Iterator[Fault]:
    """An event that belongs to another's facts cannot have facts of its own, nor belong to two."""
    owner: dict[str, str] = {}
    for rule in definitions.events.values():
        for field, names in (("also", rule.also), ("removed_by", rule.removed_by)):
            for name in names:
                own = definitions.events.get(name)
                if own is not None and own.key is not None and name != rule.name:
                    problem = said(
                        "{name!r} has a `key` of its own and cannot stand in `{field}`; remove one of the two",
                        name=name,
                        field=field,
                    )
                    yield Fault("events", rule.name, field, problem)
        for name in rule.also:
            first = owner.setdefault(name, rule.name)
            if first != rule.name:
                yield Fault(
                    "events",
                    rule.name,
                    "also",
                    said("{name!r} already stands in `also` of {first!r}; remove one", name=name, first=first),
                )


def _unknown_names(definitions: Definitions, broken: Collection[str]) -> Iterator[Fault]:
    for section, name, field, expression in _expressions(definitions):
        known = {*definitions.attributes, *(definitions.segments if section == "segments" else ()), *broken}
        for wanted, problem in name_faults(expression, definitions, known):
            yield Fault(section, name, field, problem, wanted)
    for name, attribute in definitions.attributes.items():
        if isinstance(attribute, Score):
            for wanted in named_by(attribute):
                if wanted not in definitions.attributes and wanted not in broken:
                    known = {*definitions.attributes, *broken}
                    yield Fault("attributes", name, "inputs", unknown_name(wanted, definitions, known))


def _moments(expression: Expression) -> Iterator[tuple[str, str]]:
    """The segments of which an expression asks when somebody entered or left them, with the function."""
    for part in walk(expression):
        if isinstance(part, Call) and FUNCTIONS[part.function].of_segments:
            (segment,) = part.arguments
            assert isinstance(segment, Name)
            yield part.function, segment.path


def name_faults(expression: Expression, definitions: Definitions, known: Collection[str]) -> Iterator[tuple[str, Said]]:
    """The names of an expression that stand for nothing, or for the wrong thing, each with what is wrong with it."""
    moments = {wanted: function for function, wanted in _moments(expression)}
    for wanted in names_in(expression):
        if wanted in moments and (wanted in definitions.attributes or wanted not in known):
            hint, way = did_you_mean(wanted, definitions.segments, said("Segments")), moments[wanted]
            if wanted in definitions.attributes:
                yield (
                    wanted,
                    said(
                        "`{wanted}` is an attribute, and `{function}` asks for a segment. {hint}",
                        wanted=wanted,
                        function=way,
                        hint=hint,
                    ),
                )
            else:
                yield wanted, said("no segment is called `{wanted}`. {hint}", wanted=wanted, hint=hint)
        elif wanted not in known:
            yield wanted, unknown_name(wanted, definitions, known)


def unknown_name(wanted: str, definitions: Definitions, known: Collection[str]) -> Said:
    """What is wrong with a name that nothing has, of those that are `known` where it stands."""
    if wanted in definitions.segments:
        return said("`{wanted}` is a segment; write its condition here, or a formula that both can use", wanted=wanted)
    return _no_attribute(wanted, known)


def must_be_declared(definitions: Definitions, attributes: Iterable[str]) -> None:
    """Raises NotFound for an attribute that there is none of."""
    for name in attributes:
        if name not in definitions.attributes:
            raise NotFound(_no_attribute(name, definitions.attributes))


def _no_attribute(wanted: str, known: Collection[str]) -> Said:
    hint = did_you_mean(wanted, known, said("Declared"))
    return said("no attribute is called `{wanted}`. {hint}", wanted=wanted, hint=hint)


def _expressions(definitions: Definitions) -> Iterator[tuple[str, str, str, Expression]]:
    for name, attribute in definitions.attributes.items():
        if isinstance(attribute, Formula):
            yield "attributes", name, "formula", attribute.expression
    for name, segment in definitions.segments.items():
        yield "segments", name, "where", segment.where


def _circles(definitions: Definitions) -> Iterator[Fault]:
    for around in _ways_around(_graph(definitions)):
        scored = isinstance(definitions.attributes[around[-1]], Score)
        yield Fault(
            "attributes",
            around[-1],
            "inputs" if scored else "formula",
            said("formulas go in a circle: {circle}. Break it", circle=_circle(around)),
            None if scored else around[-2],
        )
    for around in _ways_around(_named_segments({name: one.where for name, one in definitions.segments.items()})):
        yield Fault("segments", around[-1], "where", _segments_circle(around), around[-2])


def _too_great(definitions: Definitions) -> Iterator[Fault]:
    """The segments, of which none goes in a circle, that become too much by those that they name."""
    segments = {name: one.where for name, one in definitions.segments.items()}
    great = {name for name, extent in extents(segments).items() if extent.too_great}
    for name in sorted(great):
        named = [one for one in names_in(segments[name]) if one in segments]
        if great.isdisjoint(named):
            yield Fault("segments", name, "where", _TOO_GREAT, named[0] if named else None)


def segment_circle(segments: Mapping[str, Segment], name: str, where: Expression) -> tuple[Said, str] | None:
    """What is wrong where a segment's condition leads back to itself, and the name in it that does; None: it does not.

    The other segments go in no circle.
    """
    own = {**segments, name: Segment(name, where)}
    named = _named_segments(named_through(own, [where]) | {name: where})
    around = next(_ways_around(named), None)
    if around is None:
        return None
    first = around.index(name)
    return _segments_circle(around), around[first - 1] if first else around[-2]


def too_much(segments: Mapping[str, Segment], where: Expression) -> Said | None:
    """What is wrong with a condition that becomes too much by the segments that it names, which go in no circle."""
    return _TOO_GREAT if extents({**named_through(segments, [where]), "": where})[""].too_great else None


def named_through(segments: Mapping[str, Segment], conditions: Iterable[Expression]) -> dict[str, Expression]:
    """The segments that some conditions name, by themselves or through others, with their conditions."""
    found, waiting = dict[str, Expression](), list(conditions)
    while waiting:
        new = {one: segments[one].where for one in names_in(waiting.pop()) if one in segments and one not in found}
        found |= new
        waiting += new.values()
    return found


def _named_segments(conditions: Mapping[str, Expression]) -> dict[str, list[str]]:
    """Each segment with those that it names, in the order of names."""
    return {name: [one for one in names_in(conditions[name]) if one in conditions] for name in sorted(conditions)}


def _segments_circle(around: Sequence[str]) -> Said:
    return said("segments go in a circle: {circle}. Break it", circle=_circle(around))


def _ways_around(graph: dict[str, list[str]]) -> Iterator[list[str]]:
    """The circles of a graph: each name is needed by the one behind it, and the last one is the first."""
    while True:
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            *circle, _ = error.args[1]
            start = circle.index(min(circle))
            around = [*circle[start:], *circle[: start + 1]]
            yield around
            graph = {
                name: [other for other in needed if other != around[-1]]
                for name, needed in graph.items()
                if name != around[-1]
            }
        else:
            return


def _circle(names: Sequence[str]) -> str:
    """The way around, from a formula to what it needs."""
    return " -> ".join(reversed(names))


def _graph(definitions: Definitions) -> dict[str, list[str]]:
    """Each formula and score with those that it names, in the order of names."""
    made = {name: one for name, one in sorted(definitions.attributes.items()) if isinstance(one, Formula | Score)}
    return {name: [used for used in named_by(one) if used in made] for name, one in made.items()}
