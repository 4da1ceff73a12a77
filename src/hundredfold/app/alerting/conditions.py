"""What can be wrong: the audit differs, the live side is late, a source is silent or sends odd data, a run failed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Protocol

import msgspec

from hundredfold.app.alerting.settings import Alerts
from hundredfold.app.runbook import Runbook
from hundredfold.log.base import Log, advanced, within
from hundredfold.log.stored import Positions
from hundredfold.words.calendar import HOUR, SECOND
from hundredfold.words.message import EVENT_KINDS, TRUSTS

_IMPORT: Final = TRUSTS.index("import")


@dataclass(frozen=True)
class Wrong:
    """Something that is wrong now: its kind, what it is about, and how far beyond which limit."""

    kind: str
    name: str = ""
    value: float = 0
    limit: float = 0

    @property
    def key(self) -> str:
        """What distinguishes it from everything else that can be wrong."""
        return f"{self.kind}:{self.name}" if self.name else self.kind


class Memory(msgspec.Struct):
    """What must be known of earlier to tell what is wrong; it outlives the process."""

    position: dict[int, int] | None = None
    """How far the log was looked through for what sources send."""
    heard: dict[str, int] = msgspec.field(default_factory=dict)
    """When each source that is watched was heard of last, or first waited for; microseconds UTC."""
    mismatch_at: int = -1
    """The newest run when the audit in production last found a difference."""


class Served(Protocol):
    """What the conditions ask of a server."""

    def positions(self) -> Positions:
        """How far the live side is."""

    def mismatches(self) -> int:
        """How many differences the audit in production has found since the server began."""


class Conditions:
    """Looks at a server. `now` is microseconds UTC."""

    def __init__(
        self, settings: Alerts, log: Log, served: Served, book: Runbook, now: Callable[[], int], memory: Memory
    ) -> None:
        self._settings, self._log, self._served, self._book, self._now = settings, log, served, book, now
        self.memory = memory
        self._mark: tuple[Positions, int] = ({}, now())
        self._mismatches = 0

    def look(self) -> list[Wrong]:
        """Everything that is wrong now."""
        return [*self._lag(), *self._stale(), *self._mismatch(), *self._odd(), *self._failed()]

    def _lag(self) -> Iterator[Wrong]:
        """How long what the log held at some time has been waiting; so it is told of a live side that is dead, too."""
        limit = self._settings.lag_seconds
        end, since = self._mark
        now = self._now()
        if within(end, self._served.positions()):
            self._mark = dict(self._log.end()), now
        elif limit is not None and now - since > limit * SECOND:
            yield Wrong("lag", value=(now - since) // SECOND, limit=limit)

    def _stale(self) -> Iterator[Wrong]:
        if not self._settings.stale_hours:
            return
        now, heard = self._now(), self.memory.heard
        self._listen(now)
        for source, hours in self._settings.stale_hours.items():
            silent = now - heard.setdefault(source, now)
            if silent > hours * HOUR:
                yield Wrong("stale", source, silent // HOUR, hours)

    def _listen(self, now: int) -> None:
        """Looks through what has come since the last time."""
        if self.memory.position is None:
            self.memory.position = dict(self._log.end())
        start = self._log.start()
        after = {p: max(offset, self.memory.position.get(p, 0)) for p, offset in start.items()}
        for table in self._log.read(after):
            after = advanced(after, table)
            columns = (table[name].to_pylist() for name in ("kind", "source", "trust", "received"))
            for kind, source, trust, received in zip(*columns, strict=True):
                if source in self._settings.stale_hours and kind < len(EVENT_KINDS):
                    # A file may tell when its rows were received elsewhere; that it came is what counts here.
                    at = now if trust == _IMPORT else received
                    self.memory.heard[source] = max(at, self.memory.heard.get(source, 0))
        self.memory.position = after

    def _mismatch(self) -> Iterator[Wrong]:
        """A difference counts until an audit that was begun later finds none."""
        if not self._settings.mismatch:
            return
        found, runs = self._served.mismatches(), self._book.runs()
        if found > self._mismatches:
            self.memory.mismatch_at = max((run["number"] for run in runs), default=0)
        self._mismatches = found
        audits = (run for run in runs if run["kind"] == "audit" and run.get("mismatches") is not None)
        newest = next(audits, {"number": 0, "mismatches": 0})
        if newest["mismatches"] or newest["number"] <= self.memory.mismatch_at:
            yield Wrong("mismatch")

    def _odd(self) -> Iterator[Wrong]:
        """What the newest look at the data's quality has found."""
        runs = self._book.runs() if self._settings.quality else ()
        found = next((run["problems"] for run in runs if run["kind"] == "quality" and "problems" in run), 0)
        if found:
            yield Wrong("quality", value=found)

    def _failed(self) -> Iterator[Wrong]:
        for run in self._book.failed() if self._settings.failed_run else ():
            yield Wrong("failed", run["kind"], run["number"])
