"""The plan: what the definitions ask of the engine, worked out once.

Attributes that count the same events share a *family*; each attribute keeps how it reads that family's cells.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cached_property
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from hundredfold.attribute.aggregate import AGGREGATES, Aggregate
from hundredfold.attribute.cells import Merge
from hundredfold.attribute.column import BOOLEAN, NUMBER, TEXT, Column, Pool
from hundredfold.attribute.decode import Mode, Wanted
from hundredfold.attribute.score import Families, Scoring, scoring_of
from hundredfold.attribute.states import LAST, State
from hundredfold.attribute.zones import Bucket
from hundredfold.definition import model
from hundredfold.definition import syntax as s
from hundredfold.definition.check import formula_order
from hundredfold.definition.functions import CLOCKED
from hundredfold.definition.spelling import names_in, text_of, walk
from hundredfold.definition.times import TIMES, of_times
from hundredfold.errors import DefinitionError
from hundredfold.said import Said, said
from hundredfold.words.calendar import Window

Accepts: TypeAlias = Literal["nothing", "number", "time", "any", "text"]
"""Which values a family counts."""
CellKey: TypeAlias = Literal["by", "value", "time", "event"]
_CLOCKED_AGGREGATES: Final = frozenset({"time_since_first", "time_since_last"})
TIMEZONE = "timezone"
"""The trait that names a customer's zone."""


@dataclass(frozen=True, slots=True)
class Source:
    """Which rows a family looks at: some events, whole or line by line; or the identify messages of a trait."""

    selectors: frozenset[model.Selector]
    each: str | None = None


@dataclass(frozen=True, eq=False)
class Family:
    """Attributes that count the same rows and keep them in the same cells. Equal families have equal names."""

    source: Source
    where: s.Expression | None = None
    value: s.Expression | None = None
    accepts: Accepts = "nothing"
    by: str | None = None
    key: CellKey | None = None
    bucket: Bucket | None = None
    trait: str | None = None
    foreign: str | None = None
    """For the events after another system's batch value: the attribute's name (its cut differs from others')."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Family) and self.name == other.name

    def __hash__(self) -> int:
        return hash(self.name)  # a text remembers its hash; families are looked up at every read

    @cached_property
    def selection(self) -> Family:
        """What stands for all families that count the same rows, however they divide them into cells."""
        return replace(self, key=None, bucket=None)

    @cached_property
    def name(self) -> str:
        """A text that identifies the family, the same in every process."""
        parts = (
            sorted([e.kind, e.name] if e.name is not None else [e.kind] for e in self.source.selectors),
            self.source.each,
            None if self.where is None else text_of(self.where),
            None if self.value is None else text_of(self.value),
            self.accepts,
            self.by,
            self.key,
            self.bucket,
            self.trait,
            self.foreign,
        )
        return json.dumps(parts, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Reading:
    """How an attribute is read from its family's cells."""

    attribute: str
    family: Family
    aggregate: Aggregate
    window: Window | None = None
    customer_zone: bool = False


@dataclass(frozen=True)
class Plan:
    """Everything the engine does for some definitions."""

    definitions: model.Definitions
    families: dict[Family, tuple[State, ...]]
    readings: dict[str, Reading]
    traits: dict[str, Family]
    """Trait attribute to its family."""
    formulas: tuple[str, ...]
    """The formulas in an order in which each comes after what it needs."""
    wanted: Wanted
    foreign: dict[str, str] = field(default_factory=dict)
    """Foreign attribute to the source of its batch values."""
    models: dict[str, Scoring] = field(default_factory=dict)
    """Score to how it is made."""
    derived: tuple[str, ...] = ()
    """The formulas and the scores, in such an order."""

    @cached_property
    def clocked(self) -> frozenset[str]:
        """The attributes whose values run with the clock, without an event and without a window."""
        found = {name for name, reading in self.readings.items() if reading.aggregate.name in _CLOCKED_AGGREGATES}
        return self.and_what_follows(found, CLOCKED)

    @cached_property
    def timed(self) -> frozenset[str]:
        """The attributes that may be other values at another clock, though nothing else has come."""
        windowed = {name for name, reading in self.readings.items() if reading.window is not None}
        return self.and_what_follows(windowed | self.clocked, CLOCKED)

    @cached_property
    def lists(self) -> frozenset[str]:
        """The attributes whose values are lists."""
        found = {name for name, one in self.readings.items() if one.aggregate.result == "list"}
        return frozenset(found | {name for name, one in self.models.items() if one.family.result == "list"})

    def and_what_follows(self, found: AbstractSet[str], calls: AbstractSet[str]) -> frozenset[str]:
        """Some attributes, the formulas with certain calls, and all formulas that name any of them."""
        result = set(found)
        for name, (named, called) in self._formulas.items():
            if not (named.isdisjoint(result) and called.isdisjoint(calls)):
                result.add(name)
        return frozenset(result)

    @cached_property
    def _formulas(self) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
        """The formulas in order, each with the attributes that it names and the functions that it calls."""
        found = {}
        for name in self.formulas:
            formula = self.definitions.attributes[name]
            assert isinstance(formula, model.Formula)
            calls = (part.function for part in walk(formula.expression) if isinstance(part, s.Call))
            found[name] = frozenset(names_in(formula.expression)), frozenset(calls)
        return found

    def merges(self, family: Family) -> dict[str, Merge]:
        """How the states of a family merge."""
        return {state.name: state.merge for state in self.families[family]}

    @property
    def customer_zones(self) -> bool:
        """Whether any window follows the customer's own calendar."""
        return any(reading.customer_zone for reading in self.readings.values())


def plan(definitions: model.Definitions, pool: Pool, models: Families = MappingProxyType({})) -> Plan:
    """The plan of checked definitions. Raises DefinitionError for what aggregates or models lack or do not take."""
    readings: dict[str, Reading] = {}
    traits: dict[str, Family] = {}
    families: dict[Family, dict[str, State]] = {}
    foreign: dict[str, str] = {}
    scorings: dict[str, Scoring] = {}
    for name, attribute in definitions.attributes.items():
        if isinstance(attribute, model.Aggregate):
            reading = readings[name] = _reading(attribute, pool)
            families.setdefault(reading.family, {}).update({st.name: st for st in reading.aggregate.states()})
            if attribute.foreign is not None:
                foreign[name] = attribute.foreign
        elif isinstance(attribute, model.Trait):
            traits[name] = _trait_family(attribute.path, attribute.type)
        elif isinstance(attribute, model.Score):
            scorings[name] = scoring_of(attribute, definitions, models)
    if any(reading.customer_zone for reading in readings.values()):
        families[ZONES] = {LAST.name: LAST}
    families.update({family: {LAST.name: LAST} for family in traits.values()})
    derived = tuple(formula_order(definitions))
    made = Plan(
        definitions,
        {family: tuple(states[name] for name in sorted(states)) for family, states in families.items()},
        readings,
        traits,
        tuple(name for name in derived if name not in scorings),
        _wanted(definitions, families),
        foreign,
        scorings,
        derived,
    )
    _check_lists(made)
    return made


def _check_lists(made: Plan) -> None:
    """Raises DefinitionError for a formula that asks for an entry of what is no list."""
    for name in made.formulas:
        formula = made.definitions.attributes[name]
        if isinstance(formula, model.Formula) and formula.entry is not None and formula.entry[0] not in made.lists:
            raise DefinitionError(
                said(
                    "{other} is no list; name an attribute with list, first_list, top or unique_list",
                    other=formula.entry[0],
                ),
                subject=said("{kind} {name}", kind=said("attribute"), name=name),
            )


def _reading(a: model.Aggregate, pool: Pool) -> Reading:
    kind = _kind(a)
    accepts = _accepts(a, kind)
    key: CellKey | None = None
    if kind.keyed == "by or value":
        key = "by" if a.by is not None else "value"
    elif kind.keyed is not None:
        key = kind.keyed
    family = Family(
        Source(frozenset(a.events), a.each),
        a.where,
        a.value,
        accepts,
        a.by,
        key,
        _bucket(a),
        foreign=a.name if a.foreign is not None else None,
    )
    of = None if a.of is None else _tagged(a.of, pool)
    made = kind(weighted=a.value is not None, k=a.k, q=a.q, of=of)
    return Reading(a.name, family, made, a.window, a.zone == "customer" and a.window is not None and a.window.calendar)


def _kind(a: model.Aggregate) -> type[Aggregate]:
    if a.aggregate not in AGGREGATES:
        near = get_close_matches(a.aggregate, list(AGGREGATES), 3) or list(AGGREGATES)
        raise _wrong(
            a, said("no aggregate is called {aggregate!r}; write {near}", aggregate=a.aggregate, near=", ".join(near))
        )
    kind = AGGREGATES[a.aggregate]
    given = {name for name in ("k", "q", "of", "by") if getattr(a, name) is not None}
    if missing := sorted(kind.needs - given):
        raise _wrong(a, said("{aggregate} needs `{missing}`", aggregate=a.aggregate, missing="`, `".join(missing)))
    if extra := sorted(given - kind.needs - kind.may):
        raise _wrong(
            a, said("{aggregate} takes no `{extra}`; leave it out", aggregate=a.aggregate, extra="`, `".join(extra))
        )
    needs_value = kind.takes != "nothing" and not ("by" in kind.may and a.by is not None)
    if needs_value and a.value is None:
        raise _wrong(a, said("{aggregate} needs a `value`, such as properties.total", aggregate=a.aggregate))
    if a.foreign is not None and (a.aggregate not in ("count", "sum", "min", "max", "first", "last") or a.window):
        raise _wrong(a, said("with `foreign` write one of count, sum, min, max, first, last, without a window"))
    return kind


def _wrong(a: model.Aggregate, told: Said) -> DefinitionError:
    return DefinitionError(told, subject=said("{kind} {name}", kind=said("attribute"), name=a.name))


def _accepts(a: model.Aggregate, kind: type[Aggregate]) -> Accepts:
    if a.value is None:
        return "nothing"
    timed = isinstance(a.value, s.Name) and a.value.path in TIMES
    if timed and kind.takes not in ("ordered", "any"):
        raise _wrong(
            a, said("{aggregate} takes numbers; {value} is a time", aggregate=a.aggregate, value=text_of(a.value))
        )
    if timed:
        return "time"
    if a.as_text:
        if kind.takes != "any" or not isinstance(a.value, s.Name):
            raise _wrong(
                a, said("`type: text` goes with a path and first, last, list, first_list, distinct, unique_list")
            )
        return "text"
    return "any" if kind.takes == "any" else "number"


def _bucket(a: model.Aggregate) -> Bucket | None:
    if a.window is None:
        return None
    if not a.window.calendar:
        return "minute"
    return "quarter" if a.zone == "customer" else "day"


def _tagged(key: str | int | bool, pool: Pool) -> int:
    if isinstance(key, str):
        kind, data = TEXT, pool.code(key)
    else:
        kind, data = (BOOLEAN if isinstance(key, bool) else NUMBER), int(key)
    return int(Column.full(1, kind, data).tagged()[0])


def _trait_family(path: str, kind: model.ValueType | None = None) -> Family:
    source = Source(frozenset({model.Selector("identify")}))
    return Family(source, accepts={"text": "text", "time": "time"}.get(kind or "", "any"), trait=path)  # type: ignore[arg-type]


TRAIT_MODES: dict[Accepts, Mode] = {"any": "trait", "text": "trait text", "time": "trait time"}
"""How the messages of a trait's family are decoded."""
ZONES = _trait_family(TIMEZONE)
"""The family of the customers' zones."""


def _wanted(definitions: model.Definitions, families: Iterable[Family]) -> Wanted:
    """What must be decoded from messages for these families, their lookups and the facts' keys."""
    root: set[tuple[str, Mode]] = {("event", "value")}
    lines: dict[str, set[tuple[str, Mode]]] = {}
    for family in families:
        if family.trait is not None:
            root.add((family.trait, TRAIT_MODES[family.accepts]))
            continue
        asked = set(_asked(family, definitions))
        root |= asked
        if family.source.each is not None:
            lines.setdefault(family.source.each, set()).update(asked)
    for rule in definitions.events.values():
        if rule.key is not None:
            root.add((rule.key, "key"))
        if rule.revision is not None:
            root.add((rule.revision, "revision"))
        if rule.currency is not None:
            root.add((rule.currency, "value"))
    return Wanted(frozenset(root), {each: frozenset(asked) for each, asked in lines.items()})


def _asked(family: Family, definitions: model.Definitions) -> Iterator[tuple[str, Mode]]:
    names = [name for e in (family.where, family.value) if e is not None for name in names_in(e)]
    names += [family.by] if family.by else []
    for path in names:
        lookup = definitions.lookups.get(path.split(".", 1)[0])
        if lookup is not None and "." in path:
            yield lookup.source, "text"
        elif not of_times(path):
            yield path, "value"
    if family.accepts == "text" and isinstance(family.value, s.Name):
        yield family.value.path, "text"
