"""The live stream: messages as they are stored, as many as anybody can look at.

Whoever follows it looks at the log himself, beside those who write to it, a few times a second; all of them together
take at most a quarter of a processor's time. In a burst not every message is looked at, and of those that fit not every
one is shown; how many were left out is told. Nothing is ever left out of the log.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any, Final

import pyarrow as pa

from hundredfold.app.gui.stream.between import between
from hundredfold.app.gui.stream.fit import Judge
from hundredfold.app.gui.stream.row import row_of
from hundredfold.app.gui.stream.wanted import Wanted
from hundredfold.app.opened import OpenWorkspace
from hundredfold.log.base import within
from hundredfold.log.stored import Positions
from hundredfold.profile.dossier import heard_of
from hundredfold.store.tokens import Grant

EVERY: Final = 0.15
"""Seconds between two looks."""
SHARE: Final = 4
"""After a look it rests so many times as long as that took to work out, times the number of followers."""
LOOKED_AT: Final = 2_000
SHOWN: Final = 25


class Tail:
    """The end of a workspace's log, for any number of followers."""

    def __init__(self, opened: OpenWorkspace, judge: Judge) -> None:
        self._opened, self._judge = opened, judge
        self._followers = 0

    def topic(self, query: str, grant: Grant) -> AsyncIterator[dict[str, Any]]:
        """What is stored from this call on and fits a query, as records.

        A record has `messages` (newest first), how many more fitted (`left_out`), and how many were not even looked at
        (`passed_by`). Raises Problem for a query that is none, or that is not allowed.
        """
        wanted = Wanted.said(query, grant)
        return self._follow(dict(self._opened.log.end()), wanted, grant.personal_data)

    async def _follow(self, position: Positions, wanted: Wanted, personal_data: bool) -> AsyncIterator[dict[str, Any]]:
        log, rest = self._opened.log, EVERY
        self._followers += 1
        try:
            while True:
                await asyncio.sleep(rest)
                rest, end = EVERY, dict(log.end())
                if within(end, position):
                    continue
                found, took = await asyncio.to_thread(self._look, position, end, wanted, personal_data)
                rest = max(EVERY, SHARE * self._followers * took)
                position = end
                if found is not None:
                    yield found
        finally:
            self._followers -= 1

    def _look(
        self, after: Positions, end: Positions, wanted: Wanted, personal_data: bool
    ) -> tuple[dict[str, Any] | None, float]:
        """What is to be told, and how many seconds of a processor that took."""
        began = time.thread_time()
        found = self._found(after, end, wanted, personal_data)
        return found, time.thread_time() - began

    def _found(self, after: Positions, end: Positions, wanted: Wanted, personal_data: bool) -> dict[str, Any] | None:
        table, passed_by = self._newest(after, end)
        # What has just come no undo has withdrawn and no erasure has voided, so nothing is asked of the engine.
        fitting, setup = wanted.columns(table).sort_by([("received", "descending")]), self._opened.served_setup
        rows, fits, zone = [], 0, self._opened.workspace.zone
        for place, (heard, flagged) in enumerate(zip(heard_of(fitting), fitting["flagged"].to_pylist(), strict=True)):
            if not wanted.fits(heard):
                continue
            fits += 1
            if fits <= SHOWN:
                misfits = self._judge.misfits(fitting.slice(place, 1), setup)
                rows.append(row_of(heard, misfits, zone, flagged=flagged, personal_data=personal_data).model_dump())
        if not rows and not passed_by:
            return None
        return {"messages": rows, "left_out": fits - len(rows), "passed_by": passed_by}

    def _newest(self, after: Positions, end: Positions) -> tuple[pa.Table, int]:
        """The newest messages between two positions, and how many before them there is no time for."""
        log = self._opened.log
        share, start = max(1, LOOKED_AT // len(end)), log.start()
        begin = {p: max(start.get(p, 0), after.get(p, 0), offset - share) for p, offset in end.items()}
        passed_by = sum(max(0, offset - max(after.get(p, 0), start.get(p, 0))) for p, offset in begin.items())
        return between(log, begin, end, limit_rows=LOOKED_AT), passed_by
