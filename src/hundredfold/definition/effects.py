"""What an event does: which attributes it updates, and how. The definitions, looked at from the event's side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from hundredfold.definition.check import named_by
from hundredfold.definition.model import Aggregate, Definitions, Selector, Trait
from hundredfold.definition.readers import paths_in

How = Literal["counts", "corrects", "removes", "sets", "follows"]
"""An event counts in an attribute, corrects a fact that counts, takes one away, sets a trait; a formula follows."""
_PERSONS: Final = ("traits", "context.traits", "context.ip", "userId", "anonymousId", "previousId", "groupId")
"""Where messages name persons, or say what they are."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What an event does to an attribute. `through` are the facts or the attributes by which it reaches it."""

    attribute: str
    how: How
    through: tuple[str, ...] = ()


def effects(definitions: Definitions, event: Selector) -> list[Effect]:
    """Everything that an event updates, in the order of the definitions; formulas come after what they follow from."""
    direct: dict[str, Effect] = {}
    for effect in _direct(definitions, event):
        direct.setdefault(effect.attribute, effect)
    return list(and_what_follows(definitions, direct).values())


def telling(definitions: Definitions) -> frozenset[str]:
    """The attributes that tell of persons: traits, what is made of ids or traits in messages, what follows of these.

    >>> from hundredfold.definition.load import load_text
    >>> text = '''
    ... attributes:
    ...   email: {trait: email}
    ...   is_ana: {formula: "email = 'ana@shop.example'"}
    ...   of_ana: {event: {type: identify}, where: "traits.email = 'ana@shop.example'", aggregate: count}
    ...   spent: {event: Order Completed, value: properties.total, aggregate: sum}
    ... '''
    >>> sorted(telling(load_text(text)))
    ['email', 'is_ana', 'of_ana']
    """
    direct = {
        name: Effect(name, "sets")
        for name, how in definitions.attributes.items()
        if isinstance(how, Trait) or (isinstance(how, Aggregate) and _names_persons(definitions, how))
    }
    return frozenset(and_what_follows(definitions, direct))


def personal(definitions: Definitions) -> frozenset[str]:
    """The segments that ask for what tells of persons, by themselves or through others: being in one tells of it."""
    return frozenset(segments_of(definitions, dict.fromkeys(telling(definitions))))


def _names_persons(definitions: Definitions, how: Aggregate) -> bool:
    """Whether an attribute reads, or looks up by, what names persons in messages."""
    read = [*paths_in(how), *([how.each] if how.each is not None else [])]
    sources = [rule.source for name, rule in definitions.lookups.items() if any(_in(one, name) for one in read)]
    return any(_in(one, where) for one in (*read, *sources) for where in _PERSONS)


def _in(path: str, where: str) -> bool:
    return path == where or path.startswith((f"{where}.", f"{where}["))


def segments_of(definitions: Definitions, attributes: Mapping[str, object]) -> list[str]:
    """The segments that some attributes decide."""
    return [name for name, asked in definitions.asked.items() if attributes.keys() & set(asked)]


def known_events(definitions: Definitions) -> list[Selector]:
    """Every event that the definitions name, by name; types as such come last."""
    rules = definitions.events.values()
    named = {name for rule in rules for name in (rule.name, *rule.also, *rule.removed_by)}
    asked = {one for how in definitions.attributes.values() if isinstance(how, Aggregate) for one in how.events}
    named |= {one.name for one in asked if one.name is not None}
    kinds = {one.kind for one in asked if one.name is None}
    kinds |= {"identify"} if any(isinstance(one, Trait) for one in definitions.attributes.values()) else set()
    return [*(Selector("track", name) for name in sorted(named)), *(Selector(kind) for kind in sorted(kinds))]


def _direct(definitions: Definitions, event: Selector) -> Iterator[Effect]:
    facts = _facts(definitions, event)
    for name, how in definitions.attributes.items():
        if isinstance(how, Trait):
            if event.kind == "identify":
                yield Effect(name, "sets")
        elif isinstance(how, Aggregate):
            for effect, fact in facts:
                if any(_selects(one, fact) for one in how.events):
                    yield Effect(name, effect, () if effect == "counts" else (fact.name or fact.kind,))


def _facts(definitions: Definitions, event: Selector) -> list[tuple[How, Selector]]:
    """The facts that an event makes, corrects or takes away."""
    rules = definitions.events.values() if event.kind == "track" and event.name is not None else ()
    corrected = [rule.name for rule in rules if event.name in rule.also]
    removed = [rule.name for rule in rules if event.name in rule.removed_by]
    # A message that belongs to another event's facts is no event under its own name.
    own: list[tuple[How, Selector]] = [] if corrected else [("counts", event)]
    return [
        *own,
        *(("corrects", Selector("track", name)) for name in corrected),
        *(("removes", Selector("track", name)) for name in removed),
    ]


def _selects(one: Selector, event: Selector) -> bool:
    return one.kind == event.kind and (one.name is None or event.name is None or one.name == event.name)


def and_what_follows(definitions: Definitions, direct: Mapping[str, Effect]) -> dict[str, Effect]:
    """Some effects, and those on the formulas that follow from their attributes."""
    found = dict(direct)
    while True:
        more = {effect.attribute: effect for effect in _following(definitions, found) if effect.attribute not in found}
        if not more:
            return found
        found |= more


def _following(definitions: Definitions, found: Mapping[str, Effect]) -> Iterator[Effect]:
    for name, how in definitions.attributes.items():
        if through := [one for one in named_by(how) if one in found]:
            yield Effect(name, "follows", tuple(through))
