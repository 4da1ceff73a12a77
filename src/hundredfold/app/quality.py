"""The report on the data's quality: of each source and event what people should know, what is wrong first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from threading import Lock
from typing import Any, Final

import pyarrow as pa

from hundredfold.app.documents import Document
from hundredfold.app.gui.standing import standing
from hundredfold.app.importing import pricing_of
from hundredfold.app.opened import OpenWorkspace
from hundredfold.app.runbook import Runbook
from hundredfold.app.sources.loading import loads_by_source
from hundredfold.app.tracking_plan import tracking_plan
from hundredfold.attribute.zones import local_days
from hundredfold.ingest.catalogue import Event
from hundredfold.ingest.drift import Drift, drifts
from hundredfold.ingest.quality import COLUMNS, OfSource, Quality, missing_share
from hundredfold.ingest.tracking_plan import TrackingPlan, read_violation
from hundredfold.log.base import advanced
from hundredfold.log.stored import Positions
from hundredfold.said import Said, said
from hundredfold.store.quarantine import Quarantine
from hundredfold.store.rejections import Rejections
from hundredfold.words.calendar import iso, iso_date, local_day

_ROWS: Final = 16_384
_COUNTS: Final = ("read", "stored", "duplicates", "rejected")
_TYPES: Final[dict[str, str]] = {
    "number": said("number"),
    "text": said("text"),
    "boolean": said("boolean"),
    "time": said("time"),
    "list": said("list"),
    "object": said("object"),
    "null": said("null"),
}
_MANY_REJECTED: Final = 0.01
"""With this share of its rows rejected a source is told of."""


class Examiner:
    """Looks at a workspace's messages; when asked again, at new ones only. Any thread may ask."""

    def __init__(self, opened: OpenWorkspace) -> None:
        self._opened, self._lock = opened, Lock()
        self._made: object = None
        self._quality: Quality | None = None
        self._positions: Positions = {}

    def report(self) -> Document:
        """The report as it stands. Raises DefinitionError for a plan that cannot be read."""
        with self._lock:
            opened, plan = self._opened, tracking_plan(self._opened.workspace)
            with opened.guard:
                engine = opened.engine()
                setup = engine.compiled.setup
                made = len(engine.state.deletions), setup.undone, plan, setup.definitions, setup.rates
                numbers = opened.workspace
            today = local_day(numbers.now(), numbers.zone)
            if self._quality is None or made != self._made:
                self._made, self._positions = made, {}
                self._quality = Quality(
                    partial(local_days, zone=numbers.zone), plan, setup.definitions.events, pricing_of(opened)
                )
            counts = standing(opened)
            for table in self._unread():
                self._quality.take(counts(table), today)
            return _document(opened, self._quality, plan, today)

    def _unread(self) -> Iterator[pa.Table]:
        opened = self._opened
        if not self._positions:
            history = opened.history
            for bucket in range(history.buckets):
                yield from history.pieces(bucket, COLUMNS, _ROWS)
            self._positions = dict(history.positions)
        for table in opened.log.read(self._positions, limit_rows=_ROWS):
            self._positions = advanced(self._positions, table)
            yield table


def _document(opened: OpenWorkspace, quality: Quality, plan: TrackingPlan, today: int) -> Document:
    workspace, now = opened.workspace, opened.workspace.now()
    brought, refused, held = _brought(opened), Counter[str](), Counter[str]()
    with closing(Rejections(workspace.store / "rejections.sqlite")) as rejections:
        for one in rejections.tally():
            refused[one.source] += one.count
    with closing(Quarantine(workspace.store / "quarantine.sqlite")) as quarantine:
        for one in quarantine.tally():
            held[one.source] += one.count
    sources = []
    spoken_of = {name for name, of in quality.sources.items() if of.catalogue.messages}  # marks of the log have none
    for name in sorted({*spoken_of, *brought, *refused, *held}):
        of, heard = quality.sources.get(name), quality.senders.sources.get(name)
        until = None if heard is None else heard.quiet_until()
        sources.append(
            {
                "name": name,
                "messages": 0 if of is None else of.catalogue.messages,
                "received": None if heard is None else iso(heard.last),
                "quiet": until is not None and now > until,
                **{count: brought.get(name, Counter())[count] for count in _COUNTS},
                "refused": refused[name],
                "quarantined": held[name],
                "unpriced": [
                    {"currency": code, "rows": lacking.rows, "since": iso_date(lacking.since)}
                    for code, lacking in (of.unpriced if of is not None else {}).items()
                ],
                "events": [] if of is None else [_event(one, of, plan, today) for one in _ordered(of)],
            }
        )
    facts = [
        {"event": name, "facts": len(one.sources), "told_again": one.again, "of_several_sources": one.of_several}
        for name, one in quality.facts.items()
        if one.messages
    ]
    return {"at": iso(now), "problems": list(_problems(sources)), "sources": sources, "facts": facts}


def _ordered(of: OfSource) -> list[Event]:
    return sorted(of.catalogue.events.values(), key=lambda one: (-one.count, one.kind, one.name or ""))


def _event(one: Event, of: OfSource, plan: TrackingPlan, today: int) -> Document:
    planned = plan.events.get(one.name or "") if one.kind == "track" else None
    found = {text: count for (name, text), count in of.against.items() if name == one.name}
    return {
        "type": one.kind,
        "name": one.name,
        "mode": None if planned is None else planned.mode,
        "messages": one.count,
        "first": iso(one.first),
        "last": iso(one.last),
        "sampled": one.sampled,
        "fields": [
            {"path": field.path, "each": field.each, "missing": round(missing_share(one, each, field), 4)}
            for (each, _), field in one.fields.items()
        ],
        "against_plan": [
            {"what": what.what, "path": what.path, "type": what.type, "messages": count}
            for text, count in sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
            for what in [read_violation(text)]
        ],
        "drifts": [_drift(drift) for drift in drifts(one, today)],
    }


def _drift(one: Drift) -> Document:
    path = one.path if one.each is None else f"{one.each}.{one.path}"
    return {
        "what": one.what,
        "path": path,
        "type": one.type,
        "before": round(one.before, 4),
        "now": round(one.now, 4),
        "days": [{"day": iso_date(of.day), "before": round(of.before, 4), "now": round(of.now, 4)} for of in one.days],
        "sentence": _drifted(one, path),
    }


def _drifted(one: Drift, path: str | None) -> Said:
    shares = {"before": one.before, "now": one.now}
    match one.what:
        case "volume":
            return said(
                "{now:,.0f} messages on the last 3 days; {before:,.0f} on these weekdays of the weeks before", **shares
            )
        case "appeared":
            return said("{path} is new, in {now:.0%} of the messages", path=path, now=one.now)
        case "vanished":
            return said(
                "{path} is no longer sent; it was in {before:.0%} of the messages", path=path, before=one.before
            )
        case "filled":
            return said("{path} has a value in {now:.0%} of the messages; before in {before:.0%}", path=path, **shares)
        case "type_new":
            return said("{path} is sometimes {type} now ({now:.0%})", path=path, type=_typed(one.type), now=one.now)
        case "type_gone":
            kind = _typed(one.type)
            return said(
                "{path} is never {type} any more; before it was in {before:.0%}",
                path=path,
                type=kind,
                before=one.before,
            )


def _typed(name: str | None) -> str:
    return _TYPES.get(name or "", name or "")


def _problems(sources: list[Document]) -> Iterator[Document]:
    """What people should look at first, each as a sentence."""
    for source in sources:
        for sentence in _of_source(source):
            yield {"source": source["name"], "event": None, "sentence": sentence}
        for event in source["events"]:
            for sentence in _of_event(event):
                yield {"source": source["name"], "event": event["name"] or event["type"], "sentence": sentence}


def _of_source(source: Document) -> Iterator[Said]:
    if source["quiet"]:
        yield said("nothing has come since {time}, longer than usual", time=source["received"])
    if source["read"] and source["rejected"] >= _MANY_REJECTED * source["read"]:
        rejected, read = source["rejected"], source["read"]
        yield said(
            "{rejected:,} of {read:,} rows were rejected ({share:.1%})",
            rejected=rejected,
            read=read,
            share=rejected / read,
        )
    if source["quarantined"]:
        yield said("{quarantined:,} messages wait in quarantine", quarantined=source["quarantined"])
    if source["refused"]:
        yield said("{refused:,} messages were refused", refused=source["refused"])
    for one in source["unpriced"]:
        yield said(
            "{rows:,} messages with money in {currency} count 0: there is no rate from {since} on",
            rows=one["rows"],
            currency=one["currency"] or "?",
            since=one["since"],
        )


def _of_event(event: Document) -> Iterator[Said]:
    for one in event["against_plan"]:
        messages = one["messages"]
        match one["what"]:
            case "missing":
                yield said(
                    "{path} is missing in {messages:,} messages; the plan requires it",
                    path=one["path"],
                    messages=messages,
                )
            case "type":
                kind = _typed(one["type"])
                yield said(
                    "{path} is no {type} in {messages:,} messages", path=one["path"], type=kind, messages=messages
                )
            case "value":
                yield said(
                    "{path} has values that the plan does not list in {messages:,} messages",
                    path=one["path"],
                    messages=messages,
                )
            case _:
                yield said("the plan does not name this event; it came {messages:,} times", messages=messages)
    for drift in event["drifts"]:
        yield drift["sentence"]


def _brought(opened: OpenWorkspace) -> dict[str, Counter[str]]:
    """What imports and loads have counted, by source; those that were undone are among them."""
    found: dict[str, Counter[str]] = {}

    def add(source: str, counts: Any) -> None:
        found.setdefault(source, Counter()).update({count: int(counts.get(count) or 0) for count in _COUNTS})

    for run in Runbook(opened.workspace.runbook, opened.workspace.now).runs():
        if run["kind"] == "import":
            add(run.get("source") or "import", run)
    for source, counts in loads_by_source(opened.workspace):
        add(source, counts)
    return found
