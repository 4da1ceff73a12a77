"""The plan: what the definitions ask of the engine, worked out once.

Attributes that count the same events share a *family*; each attribute keeps how it reads that family's cells.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cached_property
from typing import Literal, TypeAlias

from hundredfold.attribute.aggregate import AGGREGATES, Aggregate
from hundredfold.attribute.block import TIMES
from hundredfold.attribute.cells import Merge
from hundredfold.attribute.column import BOOLEAN, NUMBER, TEXT, Column, Pool
from hundredfold.attribute.decode import Mode, Wanted
from hundredfold.attribute.states import LAST, State
from hundredfold.attribute.zones import Bucket
from hundredfold.definition import model
from hundredfold.definition import syntax as s
from hundredfold.definition.check import formula_order
from hundredfold.definition.spelling import names_in, text_of
from hundredfold.errors import DefinitionError
from hundredfold.words.calendar import Window

Accepts: TypeAlias = Literal["nothing", "number", "time", "any", "text"]
"""Which values a family counts."""
CellKey: TypeAlias = Literal["by", "value", "time", "event"]
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

    def merges(self, family: Family) -> dict[str, Merge]:
        """How the states of a family merge."""
        return {state.name: state.merge for state in self.families[family]}

    @property
    def customer_zones(self) -> bool:
        """Whether any window follows the customer's own calendar."""
        return any(reading.customer_zone for reading in self.readings.values())


def plan(definitions: model.Definitions, pool: Pool) -> Plan:
    """The plan of checked definitions. Raises DefinitionError for what an aggregate lacks or does not take."""
    readings: dict[str, Reading] = {}
    traits: dict[str, Family] = {}
    families: dict[Family, dict[str, State]] = {}
    foreign: dict[str, str] = {}
    for name, attribute in definitions.attributes.items():
        if isinstance(attribute, model.Aggregate):
            reading = readings[name] = _reading(attribute, pool)
            families.setdefault(reading.family, {}).update({st.name: st for st in reading.aggregate.states()})
            if attribute.foreign is not None:
                foreign[name] = attribute.foreign
        elif isinstance(attribute, model.Trait):
            traits[name] = _trait_family(attribute.path, attribute.type)
    if any(reading.customer_zone for reading in readings.values()):
        families[ZONES] = {LAST.name: LAST}
    families.update({family: {LAST.name: LAST} for family in traits.values()})
    return Plan(
        definitions,
        {family: tuple(states[name] for name in sorted(states)) for family, states in families.items()},
        readings,
        traits,
        tuple(formula_order(definitions)),
        _wanted(definitions, families),
        foreign,
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
        raise DefinitionError(f"attribute {a.name}: no aggregate is called {a.aggregate!r}; write {', '.join(near)}")
    kind = AGGREGATES[a.aggregate]
    given = {name for name in ("k", "q", "of", "by") if getattr(a, name) is not None}
    if missing := sorted(kind.needs - given):
        raise DefinitionError(f"attribute {a.name}: {a.aggregate} needs `{'`, `'.join(missing)}`")
    if extra := sorted(given - kind.needs - kind.may):
        raise DefinitionError(f"attribute {a.name}: {a.aggregate} takes no `{'`, `'.join(extra)}`; leave it out")
    needs_value = kind.takes != "nothing" and not ("by" in kind.may and a.by is not None)
    if needs_value and a.value is None:
        raise DefinitionError(f"attribute {a.name}: {a.aggregate} needs a `value`, such as properties.total")
    if a.foreign is not None and (a.aggregate not in ("count", "sum", "min", "max", "first", "last") or a.window):
        raise DefinitionError(
            f"attribute {a.name}: with `foreign` write one of count, sum, min, max, first, last, without a window"
        )
    return kind


def _accepts(a: model.Aggregate, kind: type[Aggregate]) -> Accepts:
    if a.value is None:
        return "nothing"
    timed = isinstance(a.value, s.Name) and a.value.path in TIMES
    if timed and kind.takes not in ("ordered", "any"):
        raise DefinitionError(f"attribute {a.name}: {a.aggregate} takes numbers; {text_of(a.value)} is a time")
    if timed:
        return "time"
    if a.as_text:
        if kind.takes != "any" or not isinstance(a.value, s.Name):
            raise DefinitionError(
                f"attribute {a.name}: `type: text` goes with a path and first, last, list, distinct, unique_list"
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
        elif path not in TIMES:
            yield path, "value"
    if family.accepts == "text" and isinstance(family.value, s.Name):
        yield family.value.path, "text"
