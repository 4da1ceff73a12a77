"""Which attributes read a field of an event."""

from __future__ import annotations

from collections.abc import Iterator

from hundredfold.definition.model import Aggregate, Definitions, EventRule, Selector, Trait
from hundredfold.definition.spelling import names_in


def readers(definitions: Definitions, event: Selector, each: str | None, path: str) -> list[str]:
    """The attributes that read a field, by a path in the message, or in the lines of its list `each`, in their order.

    >>> from hundredfold.definition.load import load_text
    >>> text = "attributes: {spent: {event: Order Completed, value: properties.total, aggregate: sum}}"
    >>> readers(load_text(text), Selector("track", "Order Completed"), None, "properties.total")
    ['spent']
    """
    found = []
    for name, how in definitions.attributes.items():
        if isinstance(how, Trait):
            reads = event.kind == "identify" and each is None and path == f"traits.{how.path}"
        else:
            reads = (
                isinstance(how, Aggregate)
                and how.selects(event.kind, event.name)
                and _reads(definitions, how, each, path)
            )
        if reads:
            found.append(name)
    return found


def _reads(definitions: Definitions, how: Aggregate, each: str | None, path: str) -> bool:
    # In lines a path looks into the line first; which of the two it means only the messages tell.
    if each is not None and how.each != each:
        return False
    named = set(_named(definitions, how))
    if each is None:
        rules = [rule for one in how.events if (rule := definitions.events.get(one.name or "")) is not None]
        named |= {how.each or "", *(part for rule in rules for part in of_rule(rule))}
    return path in named


def _named(definitions: Definitions, how: Aggregate) -> Iterator[str]:
    for path in paths_in(how):
        lookup = definitions.lookups.get(path.partition(".")[0])
        yield path if lookup is None else lookup.source


def paths_in(how: Aggregate) -> list[str]:
    """The paths that an attribute names: by what it goes, what it adds up, and where."""
    return [*([how.by] if how.by else []), *(p for part in (how.value, how.where) if part for p in names_in(part))]


def of_rule(rule: EventRule) -> Iterator[str]:
    """The paths that make facts of an event's messages."""
    yield from (part for part in (rule.key, rule.revision, rule.currency) if part)
