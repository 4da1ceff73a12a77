"""What entries need before they say anything: events, fields of their messages, traits, tables, training."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from hundredfold.definition.check import with_what_they_need
from hundredfold.definition.model import Aggregate, Definitions, Score, Selector, Trait
from hundredfold.definition.spelling import names_in
from hundredfold.said import Said, said

_ALWAYS = ("timestamp", "receivedAt", "sentAt")
"""Every message has these."""


@dataclass(frozen=True, order=True)
class Need:
    """Something that must be sent: one of some events, in which a path (of a list's lines) is there; or a trait.

    With `table` the path leads into that file, which must have the column. No events: a batch run, which trains it.
    """

    events: tuple[str, ...]
    path: str | None = None
    each: str | None = None
    table: str | None = None

    def __str__(self) -> str:
        return str(self.told)

    @property
    def told(self) -> Said:
        """What must be sent, for people."""
        if not self.events:
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


TRAINING: Final = Need(())
"""What every predictive model needs."""


def needs(definitions: Definitions, names: Iterable[str]) -> list[Need]:
    """What some attributes need, formulas through what they name; sorted."""
    wanted = with_what_they_need(definitions, names)
    return sorted({need for name in wanted for need in _own(definitions, name)}, key=str)


def _own(definitions: Definitions, name: str) -> Iterator[Need]:
    attribute = definitions.attributes[name]
    if isinstance(attribute, Trait):
        yield Need(("identify",), attribute.path)
    elif isinstance(attribute, Score):
        yield TRAINING
    elif isinstance(attribute, Aggregate):
        events = tuple(map(_shown, attribute.events))
        yield Need(events)
        asked = [path for e in (attribute.where, attribute.value) if e is not None for path in names_in(e)]
        for path in (*asked, *([attribute.by] if attribute.by else [])):
            if path not in _ALWAYS:
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
