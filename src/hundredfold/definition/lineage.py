"""Where a field goes: attributes that read it, formulas that follow from them, segments that they decide; and back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hundredfold.definition.check import named_by
from hundredfold.definition.effects import Effect, and_what_follows, effects, segments_of
from hundredfold.definition.meaning import MESSAGE_FIELDS
from hundredfold.definition.model import Aggregate, Definitions, Selector, Trait
from hundredfold.definition.readers import of_rule, paths_in
from hundredfold.definition.spelling import names_in


@dataclass(frozen=True, slots=True)
class Lineage:
    """What depends on something: attributes by name, with the ones through which they do, and segments."""

    attributes: tuple[tuple[str, tuple[str, ...]], ...]
    segments: tuple[str, ...]


def of_field(definitions: Definitions, event: Selector | None, path: str) -> Lineage:
    """What breaks when a field gets another name: `path` from the message, also into lines; None: of any event.

    The fields of a lookup are `product.category` and the like.

    >>> from hundredfold.definition.load import load_text
    >>> text = '''
    ... attributes:
    ...   spent: {event: Order Completed, value: properties.total, aggregate: sum}
    ...   rich: {formula: spent > 1000}
    ... segments: {best: {where: rich}}
    ... '''
    >>> of_field(load_text(text), None, "properties.total")
    Lineage(attributes=(('spent', ()), ('rich', ('spent',))), segments=('best',))
    """
    direct = {name: Effect(name, "counts") for name in _readers(definitions, event, path)}
    return _behind(definitions, direct)


def of_event(definitions: Definitions, event: Selector) -> Lineage:
    """What depends on an event altogether."""
    return _behind(definitions, {one.attribute: one for one in effects(definitions, event)})


def of_attribute(definitions: Definitions, name: str) -> Lineage:
    """What depends on an attribute."""
    found = _behind(definitions, {name: Effect(name, "counts")})
    return Lineage(tuple(one for one in found.attributes if one[0] != name), found.segments)


def of_segment(definitions: Definitions, name: str) -> Lineage:
    """What depends on a segment: those that name it, by themselves or through others."""
    reached = {name}
    while more := {one for one in definitions.segments if reached & set(_named(definitions, one))} - reached:
        reached |= more
    return Lineage((), tuple(one for one in definitions.segments if one in reached and one != name))


def read_by(definitions: Definitions, name: str) -> list[str]:
    """What an attribute or a segment is made of: fields such as `events.Order Completed.total`, attributes, segments.

    >>> from hundredfold.definition.load import load_text
    >>> text = '''
    ... attributes: {spent: {event: Order Completed, value: properties.total, aggregate: sum}}
    ... segments: {rich: {where: spent > 1000}, others: {where: not rich}}
    ... '''
    >>> [read_by(load_text(text), one) for one in ("spent", "rich", "others")]
    [['events.Order Completed.total'], ['spent'], ['rich']]
    """
    if name in definitions.segments:
        return _named(definitions, name)
    match definitions.attributes.get(name):
        case None:
            return []
        case Trait(path=path):
            return [f"traits.{path}"]
        case Aggregate() as how:
            return list(dict.fromkeys(one for event in how.events for one in _fields_read(definitions, how, event)))
        case how:
            return named_by(how)


def joined(found: list[Lineage]) -> Lineage:
    """All of several, each once."""
    attributes = {name: through for one in found for name, through in one.attributes}
    return Lineage(tuple(attributes.items()), tuple(dict.fromkeys(name for one in found for name in one.segments)))


def _behind(definitions: Definitions, direct: dict[str, Effect]) -> Lineage:
    reached = and_what_follows(definitions, direct)
    attributes = tuple((name, one.through if one.how == "follows" else ()) for name, one in reached.items())
    return Lineage(attributes, tuple(segments_of(definitions, reached)))


def _readers(definitions: Definitions, event: Selector | None, path: str) -> Iterator[str]:
    for name, how in definitions.attributes.items():
        if isinstance(how, Trait):
            reads = (event is None or event.kind == "identify") and _touches(f"traits.{how.path}", path)
        else:
            reads = (
                isinstance(how, Aggregate)
                and (event is None or how.selects(event.kind, event.name) or _is_fact(definitions, how, event))
                and any(_touches(one, path) for one in _paths(definitions, how))
            )
        if reads:
            yield name


def _is_fact(definitions: Definitions, how: Aggregate, event: Selector) -> bool:
    """Whether an event corrects or removes facts that an attribute counts."""
    rules = (definitions.events.get(one.name or "") for one in how.events)
    return any(rule is not None and event.name in (*rule.also, *rule.removed_by) for rule in rules)


def _touches(named: str, path: str) -> bool:
    """Whether what is named is the path, or lies inside of it."""
    return named == path or named.startswith(f"{path}.")


def _named(definitions: Definitions, segment: str) -> list[str]:
    return names_in(definitions.segments[segment].where)


def _fields_read(definitions: Definitions, how: Aggregate, event: Selector) -> Iterator[str]:
    """The fields of an event that an attribute reads; the event itself, where it reads none."""
    rule = definitions.events.get(event.name or "")
    paths = [*([how.each] if how.each else []), *paths_in(how), *(of_rule(rule) if rule is not None else ())]
    paths += [definitions.lookups[first].source for one in paths if (first := _first(one)) in definitions.lookups]
    if not paths and event.name is not None:
        yield f"events.{event.name}"
    for path in paths:
        if _first(path) in definitions.lookups:
            yield path
        else:
            whole = path if how.each is None or _first(path) in MESSAGE_FIELDS else f"{how.each}.{path}"
            yield whole if event.name is None else f"events.{event.name}.{_short(whole)}"


def _short(path: str) -> str:
    """A field of an event as people write it: `total` stands for `properties.total`."""
    inside = path.removeprefix("properties.")
    return path if _first(inside) in MESSAGE_FIELDS else inside


def _first(path: str) -> str:
    return path.partition(".")[0]


def _paths(definitions: Definitions, how: Aggregate) -> Iterator[str]:
    """Every path that an attribute reads; one of a line as it is, and from the message, for either may be meant."""
    named = paths_in(how)
    lookups = [definitions.lookups[first] for one in named if (first := one.partition(".")[0]) in definitions.lookups]
    for one in (*named, *(lookup.source for lookup in lookups)):
        yield one
        if how.each is not None:
            yield f"{how.each}.{one}"
    if how.each is not None:
        yield how.each
    for selector in how.events:
        rule = definitions.events.get(selector.name or "")
        if rule is not None:
            yield from of_rule(rule)
