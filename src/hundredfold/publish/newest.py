"""Everybody's newest profile, on its topic: what the feed tells of in changes is published here whole.

After a start, when definitions, tables or the batch run that counts have changed, and when a day has turned, everybody
is published again, behind whoever has just changed; so the topic gets to everybody's newest profile however the process
ended.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from threading import Event, Thread
from typing import Final

from prometheus_client import CollectorRegistry

from hundredfold.attribute.plan import Plan
from hundredfold.errors import HundredfoldError
from hundredfold.live.changes import Changes
from hundredfold.live.loop import Logbook
from hundredfold.publish.course import Course
from hundredfold.publish.metrics import Metrics
from hundredfold.publish.outlet import Outlet
from hundredfold.publish.reading import Over, Reading, Side
from hundredfold.publish.records import Encoder
from hundredfold.publish.waiting import Waiting
from hundredfold.store.sent import Sent

ROUND: Final = 0.01
"""Seconds between two looks at who waits, at least."""
IDLE: Final = 0.25
"""The same, with nobody waiting."""
FIRST_REST: Final = 1.0
LONGEST_REST: Final = 60.0
"""Seconds before it is tried again what failed; doubled each time."""
LAST_WORDS: Final = 5.0
"""Seconds that what is on its way may take at the end."""


class Newest:
    """Publishes everybody's newest profile in a thread of its own. It is told like a feed; `follow` begins.

    `outlet` opens one, anew after every fault, and `encoder` gives the form of a plan's profiles. `now` is the clock in
    microseconds UTC, `run` the cut of the newest batch run.
    """

    def __init__(
        self,
        *,
        outlet: Callable[[Callable[[], bool]], Outlet],
        encoder: Callable[[Plan], Encoder],
        sent: Sent,
        logbook: Logbook,
        fault: Callable[[BaseException], dict[str, str]],
        now: Callable[[], int],
        run: Callable[[], int | None],
        registry: CollectorRegistry,
    ) -> None:
        self._outlet, self._encoder, self._sent = outlet, encoder, sent
        self._logbook, self._fault, self._now, self._run_cut = logbook, fault, now, run
        self._metrics = Metrics(registry)
        self._metrics.lag.set_function(self._lag)
        self._waiting, self._open = Waiting(), False
        self._current: Outlet | None = None
        """The outlet in use, or the last one that was: what was on its way there may never have arrived."""
        self._bell, self._stop = Event(), Event()
        self._thread: Thread | None = None

    # --- the engine's side: told like a feed -------------------------------------------------------------------------

    def publish(self, changes: Changes, at: int, positions: Mapping[int, int]) -> None:
        """Customers have changed."""
        gone = zip(changes.gone.tolist(), changes.into.tolist(), strict=True)
        self._waiting.add(changes.customers, {sid: into < 0 for sid, into in gone})
        self._bell.set()

    def turn(self, day: str, zone: str | None, at: int, positions: Mapping[int, int]) -> None:
        """A day has begun: anybody's windows may have moved."""
        self._waiting.add_everybody()
        self._bell.set()

    def restart(self, at: int, positions: Mapping[int, int]) -> None:
        """From here on changes are told without gaps, perhaps of another engine."""
        self._waiting.over = True
        self._waiting, self._open = Waiting(), True
        self._bell.set()

    # --- the thread --------------------------------------------------------------------------------------------------

    def follow(self, side: Side) -> None:
        """Begins."""
        self._thread = Thread(target=self._run, args=(side,), name="publish", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends; what is on its way has a moment to arrive."""
        self._stop.set()
        self._bell.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self, side: Side) -> None:
        rest = FIRST_REST
        while not self._stop.is_set():
            began = time.monotonic()
            try:
                self._bell.wait(1.0)
                if self._open:
                    self._publish_from(side)
            except Exception as error:  # noqa: BLE001 - it must be seen, and it must stop nothing
                self._metrics.faults.inc()
                why = {"why": str(error)} if isinstance(error, HundredfoldError) else {}  # other texts may quote data
                self._logbook.error("publishing failed", **why, **self._fault(error))
                rest = FIRST_REST if time.monotonic() - began > LONGEST_REST else min(2 * rest, LONGEST_REST)
                self._stop.wait(rest)

    def _publish_from(self, side: Side) -> None:
        """Publishes until something ends it: a fault, another engine, or the process's end."""
        outlet = self._outlet(self._stop.is_set)
        since = None if self._current is None else self._current.since
        self._current = outlet
        engine, waiting = side.ask(lambda engine: (engine, self._waiting))
        reading = Reading(side, engine, waiting, self._now, self._run_cut)
        with suppress(Over):
            course = Course(reading, waiting, outlet, self._encoder, self._sent, self._metrics)
            course.begin(since)
            while not (self._stop.is_set() or waiting.over):
                course.round()
                self._bell.wait(ROUND if waiting else IDLE)
                self._bell.clear()
        outlet.settle(LAST_WORDS)

    def _lag(self) -> float:
        """Asked for when the numbers are read: also while this thread waits for the broker."""
        _, seconds = self._waiting.measure()
        since = None if self._current is None else self._current.since
        return seconds if since is None else max(seconds, time.monotonic() - since)
