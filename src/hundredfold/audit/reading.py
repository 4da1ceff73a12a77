"""What a path means in an event or in one of its lines: fields, times, lookups, money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from hundredfold.audit.expressions import OTHER, Operand
from hundredfold.audit.facts import EventRules, Fact
from hundredfold.audit.functions import FUNCTIONS, Clock
from hundredfold.audit.lookups import Lookup, Rates
from hundredfold.audit.paths import MISSING, as_text, text_number, walk
from hundredfold.audit.setting import Setting, Tables
from hundredfold.definition import syntax
from hundredfold.definition.model import Definitions
from hundredfold.words.amount import LIMIT, MILLION, millionths
from hundredfold.words.value import Moment, Number, is_finite

PARTS: Final = frozenset({"year", "month", "day", "weekday", "hour", "part_of_day"})
"""S47: what may stand behind a time of the message."""


@dataclass(frozen=True, slots=True)
class Row:
    """An event, or one line of it (rule 20)."""

    fact: Fact
    each: str | None = None
    line: Any = None
    number: int = 0

    @property
    def order(self) -> tuple[int, str, int]:
        """Rule 19."""
        return self.fact.time, self.fact.winner.message.message_id, self.number

    def raw(self, path: str) -> tuple[Any, str]:
        """S10, S15: what lies at a path, in the line or else in the message, and the path's full form."""
        if self.each is not None:
            found = walk(self.line, path)
            if found is not MISSING:
                return found, f"{self.each}.{path}"
        return walk(self.fact.winner.message.payload, path), path


def rows(fact: Fact, each: str | None) -> list[Row]:
    """Rule 20, S10: the lines of an event; the event itself where nothing is unfolded."""
    if each is None:
        return [Row(fact)]
    lines = walk(fact.winner.message.payload, each)
    if not isinstance(lines, list):
        return []
    return [Row(fact, each, line, number) for number, line in enumerate(lines)]


@dataclass
class PathReader:
    """How the paths of one workspace are read."""

    setting: Setting
    rules: EventRules
    lookups: Mapping[str, Lookup]
    rates: Rates
    clock: Clock

    @classmethod
    def of(cls, definitions: Definitions, setting: Setting, tables: Tables, at: int) -> PathReader:
        """The reader of a workspace at a time; raises DefinitionError for a lookup table that is not one."""
        lookups = {
            name: Lookup(rule, tables.lookups.get(name, ()), setting.zone) for name, rule in definitions.lookups.items()
        }
        rates = Rates(tables.rates, setting.currency, setting.zone)
        return cls(setting, EventRules(definitions.events, setting.zone), lookups, rates, Clock(at, setting.zone))

    def raw(self, row: Row, path: str) -> tuple[Any, str]:
        """What lies at a path: JSON, MISSING, or a Moment; and the path's full form."""
        stamp = _stamp(row.fact, path)
        if stamp is not None:
            return stamp, path
        first, _, rest = path.partition(".")
        if rest in PARTS and (stamp := _stamp(row.fact, first)) is not None:
            return self._part(stamp, rest), path
        if rest and first in self.lookups:
            lookup = self.lookups[first]
            key = as_text(row.raw(lookup.source)[0])
            return lookup.field(key, rest, row.fact.time), path
        return row.raw(path)

    def _part(self, stamp: Any, part: str) -> Any:
        """S47: a part of a time of the message, as JSON would say it."""
        if stamp is MISSING:
            return MISSING
        found = FUNCTIONS[part](self.clock, [stamp])
        return found.millionths // MILLION if isinstance(found, Number) else found

    def is_money(self, fact: Fact, full: str) -> bool:
        """S15: whether the amounts at a path are money."""
        rule = self.rules.of_name.get(fact.name or "") if fact.kind == "track" else None
        return rule is not None and (full in rule.money or full.removeprefix("properties.") in rule.money)

    def converted(self, fact: Fact, amount: int) -> int | None:
        """Rule 15, S29: money in the workspace's currency; the currency is the message's, not the line's."""
        rule = self.rules.of_name[fact.name or ""]
        currency = MISSING if rule.currency is None else walk(fact.winner.message.payload, rule.currency)
        return self.rates.convert(amount, currency, fact.time)


def _stamp(fact: Fact, path: str) -> Any:
    """S10: the three times that always are the message's own; None for every other path."""
    message = fact.winner.message
    match path:
        case "timestamp":
            return Moment(fact.time)
        case "receivedAt":
            return Moment(message.received)
        case "sentAt":
            return MISSING if message.sent is None else Moment(message.sent)
        case _:
            return None


@dataclass(slots=True)
class RowScope:
    """Names in a `where`, a `value` or a `by`: paths of one row."""

    reader: PathReader
    row: Row
    parse_text: bool = False
    """Whether texts that are numbers count as numbers: in a `value` (rule 14)."""
    problems: list[str] = field(default_factory=list)

    @property
    def clock(self) -> Clock:
        """The time T and the workspace's zone."""
        return self.reader.clock

    def named(self, path: str) -> Operand:
        """The value at a path."""
        raw, full = self.reader.raw(self.row, path)
        if self.parse_text and isinstance(raw, str):
            number = text_number(raw)
            raw = raw if number is None else number
        match raw:
            case bool() | str() | Moment() | None:
                return raw
            case int() | float():
                return self._number(raw, full)
            case dict() | list():
                return OTHER
            case _:
                return None

    def _number(self, raw: int | float, full: str) -> Number | None:
        if raw != raw or (not self.parse_text and not is_finite(raw)):
            return None  # rule 14: NaN and Infinity are null
        amount = millionths(raw)
        if amount is not None and self.reader.is_money(self.row.fact, full):
            amount = self.reader.converted(self.row.fact, amount)
            if amount is None:
                self.problems.append("money without a rate for its day")
                return None
        if amount is None or abs(amount) > LIMIT:
            self.beyond()
            return None
        return Number(amount)

    def tier(self, call: syntax.Call, x: Number | Moment) -> Number | None:
        """Events have no tiers."""
        return None

    def beyond(self) -> None:
        """Take note of a number beyond the limit."""
        self.problems.append("a number beyond one billion")

    def text(self, path: str) -> Operand:
        """S14: the value at a path as it was sent, as text, for `type: text`; a time stays a time (S31)."""
        raw, _ = self.reader.raw(self.row, path)
        return raw if isinstance(raw, Moment) else as_text(raw)
