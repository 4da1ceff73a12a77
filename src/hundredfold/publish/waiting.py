"""Who waits for his newest profile to be published.

Customers wait in a set, not in a queue: whoever changes ten times before his turn comes is published once, and a broker
that is slow or away costs a number for each customer, never the engine's time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Final

import numpy as np
import numpy.typing as npt

from hundredfold.attribute.column import Ints

AT_ONCE: Final = 2048
"""Customers that are taken together."""
_COMPACT: Final = 64


class Waiting:
    """Who waits, as numbers of sent ids of one engine: the loud have changed, the quiet are published again.

    The engine's thread adds, another one takes. With another engine another one of these begins: numbers of sent ids
    mean something else then.
    """

    def __init__(self) -> None:
        self.over = False
        """Whether another engine has taken over, so that nothing of this counts any more."""
        self._lock = Lock()
        self._loud: list[Ints] = []
        self._times: list[npt.NDArray[np.float64]] = []
        """Since when each of the loud ones waits."""
        self._quiet: Ints = np.empty(0, np.int64)
        self._gone: dict[int, bool] = {}
        self._again = False
        self._owed: float | None = None
        """Since when somebody may wait who is one of the quiet ones now."""

    def __bool__(self) -> bool:
        """Whether anything is to be done."""
        return bool(self._loud or len(self._quiet) or self._gone or self._again)

    def add(self, names: Ints, gone: Mapping[int, bool] | None = None, *, since: float | None = None) -> None:
        """Customers have changed; `gone` are names that stand for nobody now, and whether the customer was erased.

        `since`, a time of the monotonic clock, is when they did if it was not just now.
        """
        with self._lock:
            self._loud.append(names)
            self._times.append(np.full(len(names), time.monotonic() if since is None else since))
            if len(self._loud) > _COMPACT:
                names, times = self._changed()
                self._loud, self._times = [names], [times]
            self._gone.update(gone or {})

    def add_everybody(self, *, since: float | None = None) -> None:
        """Everybody is to be published again, behind whoever has changed; somebody may have waited `since` then."""
        with self._lock:
            self._again = True
            self._owed = since if self._owed is None else self._owed

    def take_in(self, everybody: Callable[[], Ints]) -> None:
        """Where everybody is to be published again, looks who that is."""
        with self._lock:
            again, self._again = self._again, False
        if again:
            names = everybody()  # waits for the engine, whose thread may be adding somebody: not under the lock
            with self._lock:
                self._quiet = names

    def take(self, ready: Callable[[Ints], npt.NDArray[np.bool_]]) -> tuple[Ints, dict[int, bool]]:
        """Takes out who is published now, and every name that is gone, as in `add`.

        `ready` tells of those who have changed whether they may be published yet; whoever may not waits on. However
        many have changed, some of the quiet ones come along.
        """
        with self._lock:
            loud, times = self._changed()
            due = ready(loud)
            first, later = loud[due][:AT_ONCE], np.concatenate([loud[~due], loud[due][AT_ONCE:]])
            waited = np.concatenate([times[~due], times[due][AT_ONCE:]])
            self._loud, self._times = ([later], [waited]) if len(later) else ([], [])
            room = max(AT_ONCE - len(first), AT_ONCE // 8)
            quiet, self._quiet = self._quiet[:room], self._quiet[room:]
            if not (self._again or len(self._quiet)):
                self._owed = None
            gone, self._gone = self._gone, {}
        return np.union1d(first, quiet), gone

    def measure(self) -> tuple[int, float]:
        """How many wait, and for how many seconds whoever has changed has waited, at most."""
        with self._lock:
            count = sum(map(len, self._loud)) + len(self._quiet)
            since = [float(times.min()) for times in self._times if len(times)]
            since += [] if self._owed is None else [self._owed]
            return count, time.monotonic() - min(since) if since else 0.0

    def _changed(self) -> tuple[Ints, npt.NDArray[np.float64]]:
        """The loud ones, each once, and since when each waits."""
        if not self._loud:
            return np.empty(0, np.int64), np.empty(0)
        names, times = np.concatenate(self._loud), np.concatenate(self._times)
        earliest = np.argsort(times, kind="stable")
        found, first = np.unique(names[earliest], return_index=True)
        return found, times[earliest][first]
