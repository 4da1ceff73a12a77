"""What entries need before they say anything: events, fields of their messages, traits, tables, training."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from hundredfold.definition.check import with_what_they_need
from hundredfold.definition.model import Aggregate, Definitions, Formula, Score, Selector, Trait
from hundredfold.definition.spelling import children, names_in
from hundredfold.definition.syntax import Binary, Expression, Name
from hundredfold.definition.times import of_times
from hundredfold.said import Said, said
from hundredfold.words.model import Model

_AMOUNTS = ("count", "sum")
"""Aggregates that are 0 for whoever has no such event."""


@dataclass(frozen=True, order=True)
class Need:
    """Something that must be sent: one of some events, in which a path (of a list's lines) is there; or a trait.

    With `table` the path leads into that file, which must have the column. No events: a batch run, which trains it, of
    customers of `days` ago where these are not 0. With `if_any` it is about an amount that is only taken off, such as
    refunds; where no such event came, nothing is.
    """

    events: tuple[str, ...]
    path: str | None = None
    each: str | None = None
    table: str | None = None
    if_any: bool = False
    days: int = 0

    def __str__(self) -> str:
        return str(self.told)

    @property
    def trains(self) -> bool:
        """Whether it is no message that is needed, but a batch run."""
        return not self.events

    @property
    def told(self) -> Said:
        """What must be sent, for people."""
        plain = self._plain
        return said("{need}, if there are any", need=plain) if self.if_any and self.path is None else plain

    @property
    def _plain(self) -> Said:
        if self.trains and self.days:
            return said(
                "a batch run on customers of {days} days ago (off where a naive guess is as good)",
                days=self.days,
            )
        if self.trains:
            return said("a batch run, which trains it")
        events = _either(self.events)
        if self.path is None:
            return said("{events} events", events=events)
        if self.events == ("identify",):
            return said("the trait {path}", path=self.path)
        if self.table is not None:
            column = self.path.partition(".")[2]
            return said("the column {column} in the table {table}", column=column, table=self.table)
        if self.each is not None:
            return said("{path} in the lines of {each} in {events}", path=self.path, each=self.each, events=events)
        return said("{path} in {events}", path=self.path, events=events)


def needs(definitions: Definitions, names: Iterable[str], families: Mapping[str, Model]) -> list[Need]:
    """What some attributes need, formulas and models through what they name and cannot do without; sorted.

    `families` are those of the models, by name.
    """
    asked = list(names)
    left, wanted = (_reached(definitions, asked, families, taken_off=way) for way in (False, True))
    must = {need for name in left for need in _own(definitions, name, families)}
    may = {need for name in wanted - left for need in _own(definitions, name, families)} - must
    told = {*must, *(replace(need, if_any=True) for need in may)}
    if any(need.days for need in told):
        told -= {Need(())}  # it is the same batch run
    return sorted(told, key=str)


def _reached(
    definitions: Definitions, names: Iterable[str], families: Mapping[str, Model], *, taken_off: bool
) -> set[str]:
    """Some attributes and all that they go back to; amounts that are only taken off where `taken_off` says so."""
    found, waiting = set[str](), list(names)
    while waiting:
        name = waiting.pop()
        how = definitions.attributes.get(name)
        if how is None or name in found:
            continue
        found.add(name)
        if isinstance(how, Formula):
            waiting += names_in(how.expression) if taken_off else _kept(definitions, how.expression)
        elif isinstance(how, Score):
            roles = families[how.model].roles
            waiting += [one for role, one in how.inputs.items() if roles[role].needed]
    return found


def _kept(definitions: Definitions, expression: Expression) -> Iterator[str]:
    """The names in an expression, but for amounts that are taken off and are about other events than the rest."""
    match expression:
        case Name(path):
            yield path
        case Binary("-", left, Name(path)) if _amount_apart(definitions, path, left):
            yield from _kept(definitions, left)
        case _:
            for part in children(expression):
                yield from _kept(definitions, part)


def _amount_apart(definitions: Definitions, name: str, left: Expression) -> bool:
    how = definitions.attributes.get(name)
    if not isinstance(how, Aggregate) or how.aggregate not in _AMOUNTS:
        return False
    beside = map(definitions.attributes.__getitem__, with_what_they_need(definitions, names_in(left)))
    return not any(isinstance(one, Aggregate) and set(one.events) & set(how.events) for one in beside)


def _own(definitions: Definitions, name: str, families: Mapping[str, Model]) -> Iterator[Need]:
    attribute = definitions.attributes[name]
    if isinstance(attribute, Trait):
        yield Need(("identify",), attribute.path)
    elif isinstance(attribute, Score):
        family = families[attribute.model]
        days = family.checked(attribute.options).get("horizon_days", 0)
        yield Need((), days=family.horizons * days)
    elif isinstance(attribute, Aggregate):
        events = tuple(map(_shown, attribute.events))
        yield Need(events)
        asked = [path for e in (attribute.where, attribute.value) if e is not None for path in names_in(e)]
        for path in (*asked, *([attribute.by] if attribute.by else [])):
            if not of_times(path):
                lookup = definitions.lookups.get(path.partition(".")[0])
                yield Need(events, path, attribute.each, None if lookup is None else lookup.file)


def selectors(definitions: Definitions, need: Need) -> tuple[Selector, ...]:
    """The events of a need as definitions have them."""
    found = known_selectors(definitions)
    return tuple(found[name] for name in need.events)


def known_selectors(definitions: Definitions) -> dict[str, Selector]:
    """The events that definitions have, as needs name them."""
    return {_shown(one): one for a in definitions.attributes.values() if isinstance(a, Aggregate) for one in a.events}


def _either(names: Sequence[str]) -> str:
    first, *others = names
    for other in others:
        first = said("{first} or {second}", first=first, second=other)
    return first


def _shown(one: Selector) -> str:
    return one.name or one.kind
