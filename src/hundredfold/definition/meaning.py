"""From the shape of a document's part to what it means: expressions, paths and windows are read and checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final, TypeVar

from hundredfold.definition.document import (
    AggregatePart,
    AttributePart,
    EventKind,
    EventPart,
    ForeignPart,
    FormulaPart,
    LookupPart,
    ModelPart,
    SegmentPart,
    TraitPart,
)
from hundredfold.definition.functions import FUNCTIONS
from hundredfold.definition.model import (
    Aggregate,
    Attribute,
    EventRule,
    Formula,
    LookupRule,
    Score,
    Segment,
    Selector,
    Trait,
)
from hundredfold.definition.parser import (
    parse_condition,
    parse_formula,
    parse_key,
    parse_path,
    parse_segment,
    parse_value,
)
from hundredfold.definition.syntax import Boolean, Expression, Number
from hundredfold.definition.tokens import KEYWORDS
from hundredfold.definition.window import parse_window
from hundredfold.errors import DefinitionError
from hundredfold.said import Said, said
from hundredfold.words.amount import millionths

Read = TypeVar("Read")

_MESSAGE = (
    "anonymousId context event groupId messageId previousId properties receivedAt sentAt timestamp traits type userId"
)
MESSAGE_FIELDS: Final = frozenset(_MESSAGE.split())
"""First parts of paths into a message; no lookup may hide them."""
RESERVED: Final = frozenset({"customer_id"})
"""Columns of every table of profiles."""


@dataclass
class Findings:
    """What reading a part's fields found wrong, by field."""

    found: list[tuple[str, DefinitionError]] = field(default_factory=list)

    def add(self, name: str, problem: Said) -> None:
        """Notes a problem of a field; the empty name stands for the whole part."""
        self.found.append((name, DefinitionError(problem)))

    def read(self, name: str, text: str | None, parse: Callable[[str], Read]) -> Read | None:
        """What a field's text means; None when there is none or it cannot be read."""
        if text is None:
            return None
        try:
            return parse(text)
        except DefinitionError as error:
            self.found.append((name, error))
            return None

    def paths(self, name: str, texts: Iterable[str]) -> tuple[str, ...]:
        """The paths of a field that holds one or several."""
        return tuple(path for text in texts if (path := self.read(name, text, parse_path)) is not None)


def check_name(name: str) -> Said | None:
    """What is wrong with the name of an attribute or segment; None when nothing is."""
    if name.lower() in KEYWORDS:
        return said("`{name}` is a word of the language; choose another name, such as `is_{name}`", name=name)
    if name.lower() in FUNCTIONS and not FUNCTIONS[name.lower()].of_segments:
        return said("`{name}` is a function of formulas; choose another name, such as `{name}_value`", name=name)
    if name.lower() in RESERVED:
        return said("`{name}` is a column of every table of profiles; choose another name", name=name)
    return None


def event_rule(name: str, part: EventPart, findings: Findings) -> EventRule:
    """The rule of an event type; what is wrong with it goes to the findings."""
    also, removed_by = _several(part.also), _several(part.removed_by)
    for given in ("also", "removed_by", "revision"):
        if part.key is None and getattr(part, given):
            findings.add(
                given, said("`{given}` needs a business key; add `key: properties.order_id` or the like", given=given)
            )
    if part.currency is not None and not part.money:
        findings.add(
            "currency", said("`currency` says what the `money` paths are in; name them: `money: [properties.total]`")
        )
    for names, given in ((also, "also"), (removed_by, "removed_by")):
        for twice in _repeated(names):
            findings.add(given, said("{twice!r} stands twice in `{given}`; remove one", twice=twice, given=given))
        if name in names:
            findings.add(given, said("{name!r} cannot stand in its own `{given}`; remove it", name=name, given=given))
    for both in sorted(set(also) & set(removed_by)):
        findings.add(
            "removed_by", said("{both!r} stands in `also` and in `removed_by`; it can only do one of them", both=both)
        )
    return EventRule(
        name=name,
        key=findings.read("key", part.key, parse_path),
        also=also,
        removed_by=removed_by,
        revision=findings.read("revision", part.revision, parse_path),
        currency=findings.read("currency", part.currency, parse_path),
        money=findings.paths("money", _several(part.money)),
    )


def lookup_rule(name: str, part: LookupPart, findings: Findings) -> LookupRule:
    """The rule of a lookup table."""
    if name in MESSAGE_FIELDS:
        findings.add(
            "",
            said("`{name}` is a field of every message, which this lookup would hide; choose another name", name=name),
        )
    file = PurePosixPath(part.file)
    if file.is_absolute() or ".." in file.parts or "\\" in part.file or ":" in part.file:
        findings.add(
            "file",
            said(
                "{file!r} leaves the workspace; expected a path below its folder, such as products.csv", file=part.file
            ),
        )
    source = findings.read("from", part.source, parse_path)
    return LookupRule(name=name, file=part.file, key=part.key, source=source or "")


def attribute(name: str, part: AttributePart, findings: Findings) -> Attribute:
    """The attribute that a part declares."""
    problem = check_name(name)
    if problem is not None:
        findings.add("", problem)
    match part:
        case TraitPart():
            return Trait(name, findings.read("trait", part.trait, parse_path) or "", part.type)
        case FormulaPart():
            return Formula(name, _expression("formula", part.formula, parse_formula, findings))
        case ModelPart():
            return Score(name, part.model, dict(part.inputs), dict(part.options))
        case AggregatePart() | ForeignPart():
            return _aggregate(name, part, findings)


def segment(name: str, part: SegmentPart, findings: Findings) -> Segment:
    """The segment that a part declares."""
    problem = check_name(name)
    if problem is not None:
        findings.add("", problem)
    return Segment(name, _expression("where", part.where, parse_segment, findings))


def _aggregate(name: str, part: AggregatePart | ForeignPart, findings: Findings) -> Aggregate:
    own = _own_fields(part, findings) if isinstance(part, AggregatePart) else Aggregate(name, (), part.aggregate)
    return Aggregate(
        name=name,
        events=_selectors(part, findings),
        aggregate=part.aggregate,
        each=findings.read("each", part.each, parse_path),
        where=None if part.where is None else _expression("where", part.where, parse_condition, findings),
        value=None if part.value is None else _expression("value", part.value, parse_value, findings),
        by=own.by,
        window=own.window,
        zone=own.zone,
        k=own.k,
        q=own.q,
        of=own.of,
        as_text=part.type == "text",
        foreign=part.foreign if isinstance(part, ForeignPart) else None,
    )


def _own_fields(part: AggregatePart, findings: Findings) -> Aggregate:
    """The fields that only an aggregate of our own has, on an aggregate without events."""
    window = findings.read("window", part.window, parse_window)
    if part.zone == "customer" and part.window is None:
        findings.add(
            "zone", said("`zone: customer` chooses the calendar of a window; add a `window`, or leave `zone` out")
        )
    elif part.zone == "customer" and window is not None and not window.calendar:
        findings.add(
            "zone", said("hours and minutes are the same in every zone; leave `zone` out, or take a window of days")
        )
    return Aggregate(
        "", (), part.aggregate,
        by=findings.read("by", part.by, parse_key),
        window=window, zone=part.zone, k=part.k,
        q=None if part.q is None else millionths(part.q),
        of=_measured(part.of, findings),
    )  # fmt: skip


def _measured(of: str | bool | int | float | None, findings: Findings) -> str | int | bool | None:
    if of is None or isinstance(of, str | bool):
        return of
    found = millionths(of)
    if found is None:
        findings.add("of", said("{of} is too large; expected a number up to 1,000,000,000", of=of))
    return found


def _selectors(part: AggregatePart | ForeignPart, findings: Findings) -> tuple[Selector, ...]:
    listed = part.event if isinstance(part.event, list) else [part.event]
    found = [Selector(one.type) if isinstance(one, EventKind) else Selector("track", one) for one in listed]
    for twice in _repeated(found):
        findings.add("event", said("{twice!r} stands twice in `event`; remove one", twice=twice.name or twice.kind))
    return tuple(found)


def _expression(
    name: str, written: str | int | float | bool, parse: Callable[[str], Expression], findings: Findings
) -> Expression:
    """The expression of a field; YAML reads `17` and `true` as a number and a boolean before we see them."""
    if isinstance(written, bool):
        return Boolean(written)
    if isinstance(written, str):
        return findings.read(name, written, parse) or Boolean(False)
    amount = millionths(written)
    if amount is None:
        findings.add(name, said("{written} is too large; expected a number up to 1,000,000,000", written=written))
    return Number(amount or 0)


def _several(written: str | list[str]) -> tuple[str, ...]:
    return (written,) if isinstance(written, str) else tuple(written)


def _repeated(found: Iterable[Read]) -> Iterator[Read]:
    seen = set()
    for one in found:
        if one in seen:
            yield one
        seen.add(one)
