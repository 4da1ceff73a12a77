"""The rows behind an aggregate, each counted or left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final

from hundredfold.audit import foreign
from hundredfold.audit.aggregates import Counted, ResultTooLargeError, SumTooLargeError, aggregated, gaps, ranked
from hundredfold.audit.expressions import evaluate
from hundredfold.audit.facts import Fact, track_name
from hundredfold.audit.messages import Heard
from hundredfold.audit.profile import counts
from hundredfold.audit.reading import PathReader, Row, RowScope, rows
from hundredfold.audit.traits import said
from hundredfold.audit.windows import inside
from hundredfold.definition.model import Aggregate
from hundredfold.profile.dossier import Dossier, Spoken
from hundredfold.profile.proof import Behind, LeftOut, Meaning, Part, Reason, newest
from hundredfold.words.calendar import MINUTE, zone_named
from hundredfold.words.value import Moment, Number, Value, of_count, order

_MEANING: Final[dict[str, Meaning]] = {
    **dict.fromkeys(("count", "sum"), "adds"),
    **dict.fromkeys(("most_frequent", "least_frequent", "top", "share", "concentration"), "weighs"),
    **dict.fromkeys(("distinct", "unique_list"), "differs"),
    **dict.fromkeys(("mean", "median", "quantile", "stddev", "variance", "stddev_gap"), "among"),
}


@dataclass(frozen=True, slots=True)
class _Listed:
    row: Counted
    heard: Heard
    line: int | None
    batch: bool = False


class Counting:
    """The rows of an aggregate, each counted or left out."""

    def __init__(self, dossier: Dossier, how: Aggregate, reader: PathReader) -> None:
        self.dossier, self.how, self.reader = dossier, how, reader
        self.counted: list[tuple[Fact, Row, Counted]] = []
        self.found = Behind(_MEANING.get(how.aggregate, "decides"))

    def behind(self) -> Behind:
        """What is behind it."""
        at, found = self.dossier.evidence.at, self.found
        found.left_out = list(self._without_fact())
        for fact in self.dossier.facts:
            if self.how.selects(fact.kind, fact.name):
                self._look_at(fact)
        self.counted.sort(key=lambda one: one[2].order)
        batches = self._foreign() if self.how.foreign is not None else []
        try:
            found.value = self._value(batches, at)
        except SumTooLargeError:
            found.error = "the sum leaves the range of exact numbers; narrow its window or its events"
        except ResultTooLargeError:
            found.error = "the result leaves the range of exact numbers"
        listed = [_Listed(row, fact.winner, self._number(line)) for fact, line, row in self.counted]
        listed += [
            _Listed(batch.seen, heard, None, batch=True) for _, batch, heard in batches if batch.seen is not None
        ]
        listed.sort(key=lambda one: one.row.order)
        deciding = _deciding(self.how, [one.row for one in listed], found.value)
        found.parts = [self._part(one, place in deciding) for place, one in enumerate(listed)][::-1]
        found.left_out.sort(key=newest, reverse=True)
        return found

    def _part(self, one: _Listed, decides: bool) -> Part:
        row = one.row
        covered = self.dossier.covers(one.heard)
        return Part(
            one.heard, row.time, one.line, row.value, row.key, _adds(self.how, one), decides, covered, one.batch
        )

    def _number(self, line: Row) -> int | None:
        return line.number if self.how.each is not None else None

    def _without_fact(self) -> Iterator[LeftOut]:
        """The messages of its events that are no facts of this person."""
        speaking = {id(fact.winner) for fact in self.dossier.facts}
        for one in self.dossier.spoken:
            name = track_name(one.heard)
            rule = self.dossier.rules.of_name.get(name or "")
            if self.how.selects(one.heard.kind, name if rule is None else rule.name) and id(one.heard) not in speaking:
                yield LeftOut(one.heard, one.heard.time, None, self._reason(one), by=one.by)

    def _reason(self, one: Spoken) -> Reason:
        elsewhere = one.fate == "replaced" and one.by is not None and one.by.key not in self.dossier.person.ids
        return "elsewhere" if elsewhere else one.fate

    def _look_at(self, fact: Fact) -> None:
        lies = inside(self.how.window, self.dossier.evidence.at, self._zone, of_customer=self.how.zone == "customer")
        lines = rows(fact, self.how.each)
        if not lines:
            self._leave(fact, None, "no_lines")
        for line in lines:
            number = self._number(line)
            problems: list[tuple[str, str]] = []
            row = counts(self.how, line, self.reader, problems)
            if not lies(fact.time):
                self._leave(fact, number, "window")
            elif row is None:
                reason: Reason = "value" if self._chosen(line) else "condition"
                self._leave(fact, number, reason, problems[0][1] if problems else None)
            elif self.how.foreign is not None and fact.winner.message.source != self.how.foreign:
                self._leave(fact, number, "source")
            else:
                self.counted.append((fact, line, row))

    def _chosen(self, line: Row) -> bool:
        return self.how.where is None or evaluate(self.how.where, RowScope(self.reader, line)) is True

    def _leave(self, fact: Fact, line: int | None, reason: Reason, detail: str | None = None) -> None:
        self.found.left_out.append(LeftOut(fact.winner, fact.time, line, reason, detail))

    @property
    def _zone(self) -> tzinfo:
        """Rule 25: the person's own zone, else the workspace's."""
        zone = self.dossier.evidence.setup.zone
        if self.how.zone != "customer":
            return zone
        name = said([fact for fact in self.dossier.facts if fact.kind == "identify"], "timezone")
        return (zone_named(name) if isinstance(name, str) else None) or zone

    def _value(self, batches: Sequence[tuple[str, foreign.Published, Heard]], at: int) -> Value:
        if self.how.foreign is None:
            return aggregated(self.how, [row for _, _, row in self.counted], at)
        of = {key: one for key, one, _ in batches}
        parts = [
            (of.get(key), [row for fact, _, row in self.counted if fact.winner.key == key])
            for key in self.dossier.person.ids
        ]
        return foreign.combined(self.how, parts, at)

    # --- another system's values -------------------------------------------------------------------------------------

    def _foreign(self) -> list[tuple[str, foreign.Published, Heard]]:
        """The other system's newest value of each sent id; the rows that it covers are left out (rule 29)."""
        zone, found = self.dossier.evidence.setup.zone, []
        profiles = [one.heard for one in self.dossier.spoken if one.fate == "counts" and one.heard.kind == "profile"]
        for key in self.dossier.person.ids:
            own = [one for one in profiles if one.key == key]
            batch = foreign.published(self.how, own, zone)
            if batch is not None:
                speaking = (one for one in own if foreign.published(self.how, [one], zone) is not None)
                found.append((key, batch, max(speaking, key=lambda one: one.order)))
        until = {key: batch.covers_until for key, batch, _ in found}
        kept = []
        for fact, line, row in self.counted:
            if fact.winner.key in until and row.time <= until[fact.winner.key]:
                self._leave(fact, self._number(line), "covered")
            else:
                kept.append((fact, line, row))
        self.counted = kept
        return found


def _adds(how: Aggregate, one: _Listed) -> Number | None:
    if how.aggregate == "count" and not one.batch:
        return of_count(1)
    if how.aggregate in ("count", "sum") and isinstance(one.row.value, Number):
        return one.row.value
    return None


def _deciding(how: Aggregate, counted: Sequence[Counted], value: Value) -> set[int]:
    """The places of the rows, in rule 19's order, that are the value or a part of it."""
    last = len(counted) - 1
    match how.aggregate:
        case "min" | "max":
            return {place for place, row in enumerate(counted) if row.value == value}
        case "first" | "time_since_first":
            return {0}
        case "last" | "time_since_last":
            return {last}
        case "list":
            return set(range(last, max(-1, last - (10 if how.k is None else how.k)), -1))
        case "first_list":
            return set(range(min(last + 1, 10 if how.k is None else how.k)))
        case "last_new":
            return _new(counted, value)
        case "visits":
            quiet = (30 if how.k is None else how.k) * MINUTE
            begins = (place for place, gap in enumerate(gaps(counted), 1) if gap > quiet)
            return {0, *begins} if counted else set()
        case "mean_gap":
            return {0, last} if last > 0 else set()
        case "max_gap":
            between = gaps(counted)
            widest = between.index(max(between)) if between else -1
            return {widest, widest + 1} if between else set()
        case "most_frequent" | "least_frequent" | "top":
            keys = value if isinstance(value, tuple) else () if value is None else (value,)
            named = {order(key) for key in keys}
            return {place for place, row in enumerate(counted) if row.key is not None and order(row.key) in named}
        case "share" if how.of is None:
            heaviest = {order(ranked(how, counted)[-1][2])} if counted else set()
            return {place for place, row in enumerate(counted) if row.key is not None and order(row.key) in heaviest}
        case "share":
            of = Number(how.of) if isinstance(how.of, int) and not isinstance(how.of, bool) else how.of
            return {place for place, row in enumerate(counted) if type(row.key) is type(of) and row.key == of}
    return set()


def _new(counted: Sequence[Counted], value: Value) -> set[int]:
    """The places of the rows at a time whose keys no row before them has."""
    seen: set[tuple[int, int | str]] = set()
    new = set()
    for place, row in enumerate(counted):
        if row.key is not None and order(row.key) not in seen:
            seen.add(order(row.key))
            new |= {place} if Moment(row.time) == value else set()
    return new
