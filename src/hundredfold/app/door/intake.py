"""What becomes of what was read: made durable in the log, held back in quarantine, or kept among the refused."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from sqlite3 import Error as DatabaseError
from typing import Any, Protocol

from structlog.typing import FilteringBoundLogger

from hundredfold.app.door.limits import Backlog
from hundredfold.app.door.logbook import fault
from hundredfold.app.door.metrics import Metrics
from hundredfold.app.door.problem import Problem
from hundredfold.app.door.reception import DELETE, Outcome, Sender, refused_whole
from hundredfold.errors import LogError, LogFull, MessageRejected
from hundredfold.store.quarantine import Quarantine
from hundredfold.store.rejections import Rejections
from hundredfold.words.message import Entry


class Appender(Protocol):
    """The side of a log that the door needs."""

    def submit(self, entries: Sequence[Entry]) -> Future[Any]:
        """Stores messages, all or none; the future is done when they are durable, or has LogFull or LogError."""


Erasure = Callable[[Entry], Entry]
"""Completes a deletion at its acceptance: its payload gets the linked sent ids and the positions (semantics 12, S5)."""


@dataclass(frozen=True)
class Intake:
    """The stores behind the door. `now` gives microseconds UTC.

    `erasure` is called for a deletion, in a thread, when everything before it is durable; it may read the log.
    """

    log: Appender
    rejections: Rejections
    quarantine: Quarantine
    metrics: Metrics
    logbook: FilteringBoundLogger
    now: Callable[[], int]
    backlog: Backlog
    retry_after: int
    """So many seconds a client is asked to wait when nothing can be stored just now."""
    erasure: Erasure | None = None

    async def settle(self, outcome: Outcome, sender: Sender, *, keep: bool = True, hold: bool = True) -> None:
        """Makes durable what is to be stored and held back, and keeps what was refused. Raises Problem 503 and 507."""
        await self._append(outcome.entries)
        if hold and outcome.held:
            await self._hold(outcome)
        if keep and outcome.rejections:
            await self._keep(outcome)
        self.metrics.outcome(outcome, sender.trust)

    async def refuse_whole(self, body: bytes, sender: Sender, error: MessageRejected) -> None:
        """Keeps a body that could not be read at all."""
        outcome = Outcome(rejections=[refused_whole(body, sender, self.now(), error)])
        await self._keep(outcome)
        self.metrics.outcome(outcome, sender.trust)

    async def _append(self, entries: list[Entry]) -> None:
        """Submits messages and waits until they are durable. A deletion waits for what stands before it."""
        start = 0
        if self.erasure is not None:
            for index, entry in enumerate(entries):
                if entry.kind == DELETE:
                    await self._durable(entries[start:index])
                    await self._durable([await asyncio.to_thread(self.erasure, entry)])
                    start = index + 1
        await self._durable(entries[start:])

    async def _durable(self, entries: list[Entry]) -> None:
        if not entries:
            return
        wait = {"Retry-After": str(self.retry_after)}
        try:
            # Shielded: a request that is given up must not cancel what the log is writing.
            await asyncio.shield(asyncio.wrap_future(self.log.submit(entries)))
        except LogFull:
            self.logbook.error("log full", count=len(entries))
            self.backlog.failed("the disk of the log is full", self.now())
            detail = "the disk is full, nothing was stored; send the same again when the operator has made room"
            raise Problem(507, "disk_full", detail, wait) from None
        except LogError as error:
            self.logbook.error("log failed", count=len(entries), **fault(error))
            self.backlog.failed("the log cannot be written", self.now())
            detail = "the log cannot be written, nothing was stored; send the same again later"
            raise Problem(503, "log_failed", detail, wait) from None
        self.backlog.stored()

    async def _hold(self, outcome: Outcome) -> None:
        try:
            await asyncio.to_thread(self.quarantine.add, outcome.held)
        except DatabaseError as error:
            self.logbook.error("quarantine failed", held=len(outcome.held), **fault(error))
            detail = "messages against the tracking plan could not be kept; send the same again later"
            wait = {"Retry-After": str(self.retry_after)}
            raise Problem(503, "quarantine_failed", detail, wait) from None

    async def _keep(self, outcome: Outcome) -> None:
        """Keeps what was refused. The sender is told in any case, so a failure here is the operator's alone."""
        try:
            await asyncio.to_thread(self.rejections.add, outcome.rejections)
        except DatabaseError as error:
            self.logbook.error("rejections not kept", rejected=len(outcome.rejections), **fault(error))
