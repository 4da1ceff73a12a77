"""Publishing the newest profiles of one engine's customers, from one opening of the outlet on."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Final, cast

import numpy as np
import numpy.typing as npt

from hundredfold.attribute.column import Ints
from hundredfold.attribute.plan import Plan
from hundredfold.live.grown import grown
from hundredfold.log.kafka.client import BATCH_PROFILES, PROFILES
from hundredfold.publish.metrics import Metrics
from hundredfold.publish.outlet import Outlet
from hundredfold.publish.reading import Reading
from hundredfold.publish.records import Encoder
from hundredfold.publish.waiting import Waiting
from hundredfold.store.sent import Sent

APART: Final = 0.1
"""Seconds between two records of one customer, at least."""
SWEEP_EVERY: Final = 5.0
"""Seconds between two looks whether a batch was published."""


class Course:
    """Sends whoever waits to the topic of newest profiles, and takes out of both topics who is gone.

    Call `begin` once, then `round` again and again, from one thread. Both raise Over when another engine has taken
    over, and NotPublished and LogUnavailable like the outlet; then this is of no use any more.
    """

    def __init__(
        self,
        reading: Reading,
        waiting: Waiting,
        outlet: Outlet,
        encoder: Callable[[Plan], Encoder],
        sent: Sent,
        metrics: Metrics,
    ) -> None:
        self._reading, self._waiting, self._outlet = reading, waiting, outlet
        self._sent, self._metrics = sent, metrics
        self._newest, self._batch = outlet.topic(PROFILES), outlet.topic(BATCH_PROFILES)
        self._encoder = encoder(reading.plan)
        self._finished, self._look_again = -1, 0.0
        self._last: npt.NDArray[np.float64] = np.empty(0)
        """When each customer was sent last."""
        self._noted = np.empty(0, np.uint8)
        """1 for customers whose keys are in the store."""

    def begin(self, since: float | None = None) -> None:
        """Everybody waits, some perhaps `since` then; keys that name nobody are taken out."""
        known = {key[2:] for key in self._reading.texts(self._reading.everybody())}
        self._remove(self._newest, sorted(self._sent.keys(self._newest) - known))
        self._waiting.add_everybody(since=since)

    def round(self) -> None:
        """Sends the next customers, and looks what has arrived."""
        self._sweep()
        self._waiting.take_in(self._reading.everybody)
        names, gone = self._waiting.take(self._ready)
        if len(names):
            self._publish(names)
        if gone:
            self._say_goodbye(gone)
        self._outlet.poll()
        self._send_again()
        self._measure()

    # --- who is there ------------------------------------------------------------------------------------------------

    def _ready(self, names: Ints) -> npt.NDArray[np.bool_]:
        self._last = cast("npt.NDArray[np.float64]", grown(self._last, self._reading.size, 0))
        self._noted = cast("npt.NDArray[np.uint8]", grown(self._noted, self._reading.size, 0))
        return self._last[names] <= time.monotonic() - APART

    def _publish(self, names: Ints) -> None:
        sids, portion, stamp = self._reading.newest(names)
        keys = portion.customers.names
        new = np.flatnonzero(self._noted[sids] == 0)
        if len(new):
            self._sent.add(self._newest, [keys[place] for place in new.tolist()])
            self._noted[sids] = 1
        for key, record in zip(keys, self._encoder.encode(portion, stamp), strict=True):
            if not self._outlet.send(self._newest, key, record):
                self._metrics.too_large.inc()
        self._last[sids] = time.monotonic()
        self._metrics.published.labels(self._newest).inc(len(keys))

    def _send_again(self) -> None:
        """What did not arrive waits once more."""
        failed, self._outlet.failed = self._outlet.failed, []
        if not failed:
            return
        if self._outlet.fatal:
            raise RuntimeError("the producer has ended")
        self._waiting.add(self._reading.numbers(one.key for one in failed), since=min(one.since for one in failed))

    def _measure(self) -> None:
        count, _ = self._waiting.measure()
        self._metrics.waiting.set(count + self._outlet.poll())

    # --- who is gone -------------------------------------------------------------------------------------------------

    def _sweep(self) -> None:
        """Takes out of the batch's topic who was erased while it was being published."""
        if time.monotonic() < self._look_again:
            return
        self._look_again = time.monotonic() + SWEEP_EVERY
        finished = self._sent.finished(self._batch) or 0
        if finished != self._finished:
            self._remove(self._batch, self._reading.vanished(self._sent.keys(self._batch)))
            self._finished = finished

    def _say_goodbye(self, gone: Mapping[int, bool]) -> None:
        """Takes out names that stand for nobody now; of the batch's topic only those who were erased."""
        names = list(gone)
        keys = {name: text[2:] for name, text in zip(names, self._reading.texts(np.array(names)), strict=True)}
        taken = self._reading.successors(keys.values())
        self._noted[names] = 0
        if taken:
            self._waiting.add(np.unique(np.array(list(taken.values()))))
        for topic, leaving in ((self._newest, names), (self._batch, [name for name in names if gone[name]])):
            free = sorted({keys[name] for name in leaving} - taken.keys())
            self._remove(topic, [key for key in free if self._sent.known(topic, key)])

    def _remove(self, topic: str, keys: list[str]) -> None:
        """Tombstones; the keys are let go of when these have arrived."""
        if not keys:
            return
        for key in keys:
            self._outlet.send(topic, key, None)
        self._outlet.settled()
        self._sent.remove(topic, keys)
        self._metrics.removed.labels(topic).inc(len(keys))
