"""Everybody's newest profile, on its topic: what the feed tells of in changes is published here whole.

Customers wait in a set, not in a queue: whoever changes ten times before his turn comes is published once, and a broker
that is slow or away costs a number for each customer, never the engine's time. After a start, and when a day has
turned, everybody is published again, behind whoever has just changed; so the topic gets to everybody's newest profile
however the process ended.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import Final, Protocol, TypeVar, cast

import numpy as np
import numpy.typing as npt
from prometheus_client import CollectorRegistry, Counter, Gauge

from hundredfold.attribute.column import Ints
from hundredfold.attribute.plan import Plan
from hundredfold.definition.check import fingerprint
from hundredfold.errors import HundredfoldError
from hundredfold.live.current import Changes
from hundredfold.live.engine import Engine
from hundredfold.live.following import Feed, Following
from hundredfold.live.grown import grown
from hundredfold.live.loop import Logbook
from hundredfold.log.kafka.client import BATCH_PROFILES, PROFILES
from hundredfold.publish.batch import alive, vanished
from hundredfold.publish.outlet import Outlet
from hundredfold.publish.records import Encoder, Portion, Stamp, customers_of
from hundredfold.store.sent import Sent

AT_ONCE: Final = 2048
"""Customers that are taken from the engine together."""
APART: Final = 0.1
"""Seconds between two records of one customer, at least."""
ROUND: Final = 0.01
"""Seconds between two looks at who waits, at least."""
FIRST_REST: Final = 1.0
LONGEST_REST: Final = 60.0
"""Seconds before it is tried again what failed; doubled each time."""
IDLE: Final = 0.25
"""The same, with nobody waiting."""
SWEEP_EVERY: Final = 5.0
"""Seconds between two looks whether a batch was published."""
LAST_WORDS: Final = 5.0
"""Seconds that what is on its way may take at the end."""
_COMPACT: Final = 64

Answer = TypeVar("Answer")


class Side(Protocol):
    """The live side: whoever lets others use the engine."""

    def ask(self, question: Callable[[Engine], Answer]) -> Answer:
        """Answers a question while nobody else uses the engine."""

    @property
    def following(self) -> Following:
        """The current values behind the engine; to be used within `ask`."""


@dataclass
class _Waiting:
    """Who waits, as numbers of sent ids of one engine: `loud` have changed, `quiet` are published again."""

    loud: list[Ints] = field(default_factory=list)
    quiet: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    gone: dict[int, bool] = field(default_factory=dict)
    """Names that stand for nobody any more; whether the customer was erased."""
    since: float | None = None
    """When the first of the loud ones came."""
    again: bool = False
    """Whether everybody is to be published again."""

    def add(self, names: Ints) -> None:
        """Somebody has changed."""
        self.loud.append(names)
        self.since = time.monotonic() if self.since is None else self.since
        if len(self.loud) > _COMPACT:
            self.loud = [np.unique(np.concatenate(self.loud))]


class _Over(Exception):
    """Another engine has taken over: numbers of sent ids mean something else now."""


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
        self._lock, self._bell, self._stop = Lock(), Event(), Event()
        self._waiting, self._open = _Waiting(), False
        self._generation = 0
        self._thread: Thread | None = None
        self.published = Counter("hf_published", "Profiles that were sent to Kafka.", ["topic"], registry=registry)
        self.removed = Counter("hf_published_removed", "Tombstones sent to Kafka.", ["topic"], registry=registry)
        self.waiting = Gauge("hf_publish_waiting", "Customers whose newest profile is to be sent.", registry=registry)
        self.lag = Gauge(
            "hf_publish_lag_seconds", "How long whoever has changed has waited for it, at most.", registry=registry
        )
        self.too_large = Counter("hf_publish_too_large", "Profiles that no record can hold.", registry=registry)
        self.faults = Counter("hf_publish_faults", "Publications that failed and begin again.", registry=registry)

    # --- the engine's side: told like a feed -------------------------------------------------------------------------

    def publish(self, changes: Changes, at: int, positions: Mapping[int, int]) -> None:
        """Customers have changed."""
        with self._lock:
            self._waiting.add(changes.customers)
            for sid, into in zip(changes.gone.tolist(), changes.into.tolist(), strict=True):
                self._waiting.gone[sid] = into < 0
        self._bell.set()

    def turn(self, day: str, zone: str | None, at: int, positions: Mapping[int, int]) -> None:
        """A day has begun: anybody's windows may have moved."""
        with self._lock:
            self._waiting.again = True
        self._bell.set()

    def restart(self, at: int, positions: Mapping[int, int]) -> None:
        """From here on changes are told without gaps, perhaps of another engine."""
        with self._lock:
            self._generation += 1
            self._waiting, self._open = _Waiting(), True
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
                    _Course(self, side).run()
            except Exception as error:  # noqa: BLE001 - it must be seen, and it must stop nothing
                self.faults.inc()
                why = {"why": str(error)} if isinstance(error, HundredfoldError) else {}  # other texts may quote data
                self._logbook.error("publishing failed", **why, **self._fault(error))
                with self._lock:
                    self._waiting.again = True
                rest = FIRST_REST if time.monotonic() - began > LONGEST_REST else min(2 * rest, LONGEST_REST)
                self._stop.wait(rest)


class Both:
    """A feed for readers and what is published, told alike."""

    def __init__(self, feed: Feed, newest: Newest) -> None:
        self._feed, self._newest = feed, newest

    @property
    def readers(self) -> int:
        """How many read the feed."""
        return self._feed.readers

    @property
    def resets(self) -> int:
        """How often a reader had fallen too far behind."""
        return self._feed.resets

    def publish(self, changes: Changes, at: int, positions: Mapping[int, int]) -> None:
        """As for every feed."""
        self._feed.publish(changes, at, positions)
        self._newest.publish(changes, at, positions)

    def turn(self, day: str, zone: str | None, at: int, positions: Mapping[int, int]) -> None:
        """As for every feed."""
        self._feed.turn(day, zone, at, positions)
        self._newest.turn(day, zone, at, positions)

    def restart(self, at: int, positions: Mapping[int, int]) -> None:
        """As for every feed."""
        self._feed.restart(at, positions)
        self._newest.restart(at, positions)


class _Course:
    """From one opening of the outlet to its end: a fault, another engine, or the process's."""

    def __init__(self, owner: Newest, side: Side) -> None:
        self._own, self._side, self._sent = owner, side, owner._sent
        self._outlet = owner._outlet(owner._stop.is_set)
        self._generation, self._finished, self._look_again = -1, -1, 0.0
        self._last: npt.NDArray[np.float64] = np.empty(0)
        """When each customer was sent last."""
        self._noted = np.empty(0, np.uint8)
        """1 for customers whose keys are in the store."""

    def run(self) -> None:
        """Publishes until something ends it."""
        own = self._own
        self._newest, self._batch = map(self._outlet.topic, (PROFILES, BATCH_PROFILES))
        self._engine, self._generation, names = self._side.ask(
            lambda engine: (engine, own._generation, self._everybody())
        )
        self._encoder = own._encoder(self._engine.compiled.plan)
        self._version = fingerprint(self._engine.compiled.setup.definitions)
        with suppress(_Over):
            self._begin(names)
            while not own._stop.is_set():
                self._round()
                own._bell.wait(ROUND if self._busy() else IDLE)
                own._bell.clear()
        self._outlet.settle(LAST_WORDS)

    def _ask(self, question: Callable[[Engine], Answer]) -> Answer:
        """Asks the engine of this course. Raises _Over when another one has taken over."""

        def checked(engine: Engine) -> Answer:
            if self._generation != self._own._generation:
                raise _Over
            return question(engine)

        return self._side.ask(checked)

    def _everybody(self) -> Ints:
        return self._side.following.current.everybody()

    def _begin(self, names: Ints) -> None:
        """Everybody waits; keys that name nobody are taken out of both sent."""
        known = {key[2:] for key in self._engine.sids.texts(names)}
        self._remove(self._newest, sorted(self._sent.keys(self._newest) - known))
        with self._own._lock:
            self._own._waiting.again = True

    def _busy(self) -> bool:
        waiting = self._own._waiting
        return bool(waiting.loud or len(waiting.quiet) or waiting.gone or waiting.again)

    def _round(self) -> None:
        self._sweep()
        names, gone = self._next()
        if len(names):
            self._publish(names)
        if gone:
            self._say_goodbye(gone)
        self._outlet.poll()
        self._send_again()
        self._measure()

    def _sweep(self) -> None:
        """Takes out of the batch's topic who was erased while it was being published."""
        if time.monotonic() < self._look_again:
            return
        self._look_again = time.monotonic() + SWEEP_EVERY
        finished = self._sent.finished(self._batch) or 0
        if finished != self._finished:
            living = self._ask(alive)
            self._remove(self._batch, vanished(self._sent.keys(self._batch), self._engine.sids, living))
            self._finished = finished

    def _next(self) -> tuple[Ints, dict[int, bool]]:
        """Who is published now, and which names are gone."""
        own, now = self._own, time.monotonic()
        with own._lock:
            again, own._waiting.again = own._waiting.again, False
        everybody = self._ask(lambda _: self._everybody()) if again else None
        with own._lock:
            waiting = own._waiting
            if everybody is not None:
                waiting.quiet = everybody
            loud = np.unique(np.concatenate(waiting.loud)) if waiting.loud else np.empty(0, np.int64)
            self._grow(len(self._engine.sids))
            due = self._last[loud] <= now - APART
            first, later = loud[due][:AT_ONCE], np.concatenate([loud[~due], loud[due][AT_ONCE:]])
            waiting.loud = [later] if len(later) else []
            waiting.since = None if not len(later) else (now if waiting.since is None else waiting.since)
            room = max(AT_ONCE - len(first), AT_ONCE // 8)
            quiet, waiting.quiet = waiting.quiet[:room], waiting.quiet[room:]
            gone, waiting.gone = waiting.gone, {}
        return np.union1d(first, quiet), gone

    def _publish(self, names: Ints) -> None:
        sids, portion, stamp = self._ask(lambda engine: self._read(engine, names))
        keys = portion.customers.names
        new = np.flatnonzero(self._noted[sids] == 0)
        if len(new):
            self._sent.add(self._newest, [keys[place] for place in new.tolist()])
            self._noted[sids] = 1
        for key, record in zip(keys, self._encoder.encode(portion, stamp), strict=True):
            if not self._outlet.send(self._newest, key, record):
                self._own.too_large.inc()
        self._last[sids] = time.monotonic()
        self._own.published.labels(self._newest).inc(len(keys))

    def _read(self, engine: Engine, names: Ints) -> tuple[Ints, Portion, Stamp]:
        """What is to be sent of some customers; those that are about to be read again wait on."""
        following = self._side.following
        names = names[following.current.knows(names) & self._owns_key(names)]
        labels, read, profiles = following.profiles(names)
        stale = np.setdiff1d(names, read, assume_unique=True)
        if len(stale):
            with self._own._lock:
                self._own._waiting.add(stale)
        at = engine.state.clock
        stamp = Stamp(at, self._own._run_cut(), self._own._now(), at, self._version, dict(engine.positions))
        return read, Portion(customers_of(engine, labels, read), profiles.values, engine.compiled.pool), stamp

    def _owns_key(self, names: Ints) -> npt.NDArray[np.bool_]:
        """Of a user and a visitor whose ids have the same text, the user has the key."""
        sids, current = self._engine.sids, self._side.following.current
        owns = np.ones(len(names), np.bool_)
        for place, key in enumerate(sids.texts(names)):
            if not key.startswith("u:"):
                twin = sids.known(f"u:{key[2:]}")
                owns[place] = twin is None or not current.knows(np.array([twin]))[0]
        return owns

    # --- who is gone -------------------------------------------------------------------------------------------------

    def _say_goodbye(self, gone: dict[int, bool]) -> None:
        texts = dict(zip(gone, self._engine.sids.texts(np.array(list(gone), np.int64)), strict=True))
        taken = self._ask(lambda _: self._successors(list(texts.values())))
        self._noted[list(gone)] = 0
        if taken:
            with self._own._lock:
                self._own._waiting.add(np.unique(np.array(list(taken.values()), np.int64)))
        for topic, leaving in ((self._newest, gone), (self._batch, [sid for sid in gone if gone[sid]])):
            keys = sorted({texts[sid][2:] for sid in leaving} - taken.keys())
            self._remove(topic, [key for key in keys if self._sent.known(topic, key)])

    def _successors(self, keys: list[str]) -> dict[str, int]:
        """The plain ids among some that still name somebody: a user and a visitor may share one."""
        sids, current = self._engine.sids, self._side.following.current
        twins = ((key[2:], sids.known(f"{space}:{key[2:]}")) for key in keys for space in "au")
        return {plain: sid for plain, sid in twins if sid is not None and current.knows(np.array([sid]))[0]}

    def _remove(self, topic: str, keys: list[str]) -> None:
        """Tombstones; the keys are let go of when these have arrived."""
        if not keys:
            return
        for key in keys:
            self._outlet.send(topic, key, None)
        self._outlet.settled()
        self._sent.remove(topic, keys)
        self._own.removed.labels(topic).inc(len(keys))

    # --- what did not arrive -----------------------------------------------------------------------------------------

    def _send_again(self) -> None:
        failed, self._outlet.failed = self._outlet.failed, []
        if not failed:
            return
        if self._outlet.fatal:
            raise RuntimeError("the producer has ended")
        keys = [key for _, key in failed]
        found = [
            sid for key in keys for space in "ua" if (sid := self._engine.sids.known(f"{space}:{key}")) is not None
        ]
        with self._own._lock:
            self._own._waiting.add(np.unique(np.array(found, np.int64)))

    def _grow(self, size: int) -> None:
        self._last = cast("npt.NDArray[np.float64]", grown(self._last, size, 0))
        self._noted = cast("npt.NDArray[np.uint8]", grown(self._noted, size, 0))

    def _measure(self) -> None:
        waiting = self._own._waiting
        with self._own._lock:
            since = waiting.since
            count = sum(map(len, waiting.loud)) + len(waiting.quiet)
        self._own.waiting.set(count + self._outlet.poll())
        self._own.lag.set(0.0 if since is None else time.monotonic() - since)
