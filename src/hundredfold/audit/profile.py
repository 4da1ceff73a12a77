"""One person's profile: every attribute's value from his facts, at one clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import tzinfo
from functools import cached_property

from hundredfold.audit import foreign
from hundredfold.audit.aggregates import Counted, ResultTooLargeError, SumTooLargeError, aggregated, kinds_of_value
from hundredfold.audit.expressions import OTHER, Operand, Other, evaluate
from hundredfold.audit.facts import Fact
from hundredfold.audit.functions import Clock
from hundredfold.audit.messages import Heard
from hundredfold.audit.persons import Person
from hundredfold.audit.reading import PathReader, Row, RowScope, rows
from hundredfold.audit.scores import score
from hundredfold.audit.setting import Run
from hundredfold.audit.traits import said, typed
from hundredfold.audit.windows import inside
from hundredfold.definition import syntax
from hundredfold.definition.check import model_key
from hundredfold.definition.model import Aggregate, Attribute, Formula, Score, Trait
from hundredfold.definition.parser import text_of
from hundredfold.definition.syntax import Call, Expression, Name
from hundredfold.words.amount import MILLION
from hundredfold.words.calendar import zone_named
from hundredfold.words.model import Model
from hundredfold.words.value import Moment, Number, Scalar, Value, of_count


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that was no value for an attribute, and why."""

    attribute: str
    message_id: str
    reason: str


@dataclass
class AuditedProfile:
    """What the audit finds for one person.

    `key` is the tagged form of `customer_id`, `ids` are all of the person's sent ids, tagged and sorted. `errors` names
    attributes that could not be computed; `problems` what was there but was no value.
    """

    customer_id: str
    key: str
    ids: tuple[str, ...]
    values: dict[str, Value] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class Question:
    """What is asked of every person: which attributes, read how, after which batch runs."""

    attributes: Mapping[str, Attribute]
    reader: PathReader
    runs: Sequence[Run]
    """Those that count at (T, K), newest first."""
    models: Mapping[str, Model]
    """The families of predictive models by name."""

    @cached_property
    def families(self) -> dict[str, int]:
        """Aggregate to a number that it shares with all others that count the same rows."""
        numbers: dict[object, int] = {}
        found = {}
        for how in self.attributes.values():
            if isinstance(how, Aggregate):
                kinds = None if how.value is None else kinds_of_value(how)
                same = (how.events, how.each, how.where, how.value, how.by, how.as_text, kinds)
                found[how.name] = numbers.setdefault(same, len(numbers))
        return found


def profile_of(
    person: Person, facts: Sequence[Fact], profiles: Sequence[Heard], moved: int | None, question: Question
) -> AuditedProfile:
    """The profile of a person from the facts and the profile messages of all of his sent ids.

    `moved` is the time of his last event.
    """
    profile = AuditedProfile(person.customer_id, person.key, person.ids)
    reading = _Reading(person, facts, profiles, moved, question, profile)
    for name in question.attributes:
        profile.values[name] = reading.value(name)
    profile.problems = list(dict.fromkeys(profile.problems))
    return profile


class _Reading:
    """One person's attributes, each computed once; formulas ask for others by name."""

    def __init__(
        self,
        person: Person,
        facts: Sequence[Fact],
        profiles: Sequence[Heard],
        moved: int | None,
        question: Question,
        into: AuditedProfile,
    ) -> None:
        self.person, self.profiles, self.moved, self.question, self.into = person, profiles, moved, question, into
        self.clock = question.reader.clock
        self.facts: dict[tuple[str, str | None], list[Fact]] = {}
        for fact in facts:
            self.facts.setdefault((fact.kind, None), []).append(fact)
            if fact.name is not None:
                self.facts.setdefault((fact.kind, fact.name), []).append(fact)
        self.gathered: dict[int, tuple[list[tuple[Fact, Counted]], list[tuple[str, str]]]] = {}

    def value(self, name: str) -> Value:
        """The value of an attribute."""
        if name not in self.into.values:
            self.into.values[name] = self._computed(self.question.attributes[name])
        return self.into.values[name]

    def _computed(self, attribute: Attribute) -> Value:
        match attribute:
            case Trait():
                return typed(self._trait(attribute.path), attribute.type, self.clock.zone)
            case Formula(_, Call("nth", (Name(listed), syntax.Number(place)))):
                return self._entry(listed, place // MILLION)
            case Formula():
                return formula_value(evaluate(attribute.expression, _FormulaScope(self, attribute.name)))
            case Aggregate():
                return self._aggregate(attribute)
            case Score():
                return self._score(attribute)

    def _entry(self, listed: str, place: int) -> Value:
        """S49: an entry of a list, from 1; null where there are fewer."""
        entries = self.value(listed)
        return entries[place - 1] if isinstance(entries, tuple) and place <= len(entries) else None

    def _score(self, how: Score) -> Value:
        """Rule 28, S43: what the newest run's version says of the inputs at its cut, or at his last event."""
        key = model_key(how)
        run = next((run for run in self.question.runs if key in run.models), None)
        version = None if run is None else run.models[key]
        if run is None or version is None:
            return None
        at = run.cut if self.moved is None else max(run.cut, self.moved)
        frozen = self._at(at)
        values = {role: frozen.value(name) for role, name in how.inputs.items()}
        return score(self.question.models[how.model], version, values, at)

    def _at(self, at: int) -> _Reading:
        """The same person with another clock; scores stay what they are."""
        frozen = copy(self)
        frozen.clock = Clock(at, self.clock.zone)
        frozen.into = AuditedProfile(self.person.customer_id, self.person.key, self.person.ids)
        scores = [name for name, one in self.question.attributes.items() if isinstance(one, Score)]
        frozen.into.values = {name: self.into.values[name] for name in scores if name in self.into.values}
        return frozen

    def _trait(self, path: str) -> object:
        return said(self.facts.get(("identify", None), ()), path)

    def _aggregate(self, how: Aggregate) -> Value:
        try:
            if how.foreign is not None:
                return self._foreign(how)
            zone = self._zone() if how.zone == "customer" else self.clock.zone
            lies = inside(how.window, self.clock.at, zone, of_customer=how.zone == "customer")
            return aggregated(how, [row for _, row in self._rows(how) if lies(row.time)], self.clock.at)
        except SumTooLargeError:
            self.into.errors[how.name] = "the sum leaves the range of exact numbers; narrow its window or its events"
        except ResultTooLargeError:
            self.into.problems.append(Problem(how.name, "", "the result leaves the range of exact numbers"))
        return None

    def _zone(self) -> tzinfo:
        """Rule 25: the person's own zone, else the workspace's."""
        name = self._trait("timezone")
        zone = zone_named(name) if isinstance(name, str) else None
        return self.clock.zone if zone is None else zone

    def _foreign(self, how: Aggregate) -> Value:
        """Rule 29: for each sent id the newest batch value and the rows after it."""
        of_source = [(fact, row) for fact, row in self._rows(how) if fact.winner.message.source == how.foreign]
        parts = []
        for sent_id in self.person.ids:
            batch = foreign.published(how, [one for one in self.profiles if one.key == sent_id], self.clock.zone)
            parts.append((batch, [row for fact, row in of_source if fact.winner.key == sent_id]))
        return foreign.combined(how, parts, self.clock.at)

    def _rows(self, how: Aggregate) -> list[tuple[Fact, Counted]]:
        """The rows that count whatever the window, in rule 19's order; found once for all that share them."""
        family = self.question.families[how.name]
        if family not in self.gathered:
            found: list[tuple[Fact, Counted]] = []
            problems: list[tuple[str, str]] = []
            for fact in self._chosen(how):
                for row in rows(fact, how.each):
                    counted = counts(how, row, self.question.reader, problems)
                    if counted is not None:
                        found.append((fact, counted))
            self.gathered[family] = sorted(found, key=lambda one: one[1].order), problems
        found, problems = self.gathered[family]
        self.into.problems += [Problem(how.name, message_id, reason) for message_id, reason in problems]
        return found

    def _chosen(self, how: Aggregate) -> list[Fact]:
        """The facts of an attribute's events, each once though two selectors may name it."""
        chosen: dict[int, Fact] = {}
        for selector in how.events:
            chosen.update((id(fact), fact) for fact in self.facts.get((selector.kind, selector.name), ()))
        return list(chosen.values())


def counts(how: Aggregate, row: Row, reader: PathReader, problems: list[tuple[str, str]]) -> Counted | None:
    """Rule 16: the row as an aggregate counts it; None when the condition is not true, or value or key are missing."""
    seen: list[str] = []
    counted = _counted(how, row, reader, seen)
    problems += [(row.order[1], reason) for reason in seen]
    return counted


def _counted(how: Aggregate, row: Row, reader: PathReader, seen: list[str]) -> Counted | None:
    if how.where is not None and evaluate(how.where, RowScope(reader, row, False, seen)) is not True:
        return None
    value = key = None
    if how.value is not None:
        value = _wanted(_value(how, how.value, RowScope(reader, row, True, seen)), kinds_of_value(how), "value", seen)
        if value is None:
            return None
    if how.by is not None:
        key = _wanted(RowScope(reader, row, False, seen).named(how.by), None, "by", seen)
        if key is None:
            return None
    return Counted(row.order, value, key)


def _value(how: Aggregate, expression: Expression, scope: RowScope) -> Operand:
    """S14: the `value`; as text where `type: text` asks for it."""
    return scope.text(expression.path) if how.as_text and isinstance(expression, Name) else evaluate(expression, scope)


def _wanted(found: Operand, kinds: tuple[type[Scalar], ...] | None, what: str, seen: list[str]) -> Scalar | None:
    """Rule 14: a value of a wrong type is none, and listed."""
    if found is None:
        return None
    if isinstance(found, Other) or (kinds is not None and type(found) not in kinds):
        seen.append(f"the {what} has a type that does not count here")
        return None
    return found


class _FormulaScope:
    """Names in a formula: the person's attributes."""

    def __init__(self, reading: _Reading, formula: str) -> None:
        self.clock = reading.clock
        self._reading, self._formula = reading, formula

    def named(self, path: str) -> Operand:
        """The value of an attribute; a list cannot be compared or added."""
        value = self._reading.value(path)
        return OTHER if isinstance(value, tuple) else value

    def tier(self, call: Call, x: Number | Moment) -> Number | None:
        """Rule 24, S25, S33: 1 + the cut points below x, by the newest run that holds any for this expression."""
        name = text_of(call)
        run = next((run for run in self._reading.question.runs if name in run.tiers), None)
        if run is None or not run.tiers[name]:
            return None
        place = x.millionths if isinstance(x, Number) else x.micros
        return of_count(1 + sum(cut < place for cut in run.tiers[name]))

    def beyond(self) -> None:
        """Take note of a number beyond the limit."""
        self._reading.into.problems.append(Problem(self._formula, "", "a number beyond one billion"))


def formula_value(found: Operand) -> Value:
    """S32: a formula has one value; a list is none."""
    return None if isinstance(found, Other) else found
