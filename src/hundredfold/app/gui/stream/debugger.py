"""Everything of the control API that the event debugger needs: the live stream, what is stored, and events to try."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import pyarrow as pa
from fastapi import APIRouter

from hundredfold.app.acting import note
from hundredfold.app.door.tracking import Tracking
from hundredfold.app.gui.desk import Desk
from hundredfold.app.gui.stream.fit import Fit, Judge
from hundredfold.app.gui.stream.routes import stream
from hundredfold.app.gui.stream.tail import Tail
from hundredfold.app.gui.stream.trial import trial
from hundredfold.app.opened import OpenWorkspace
from hundredfold.ingest.tracking_plan import TrackingPlan
from hundredfold.profile.feed import Feed


class Debugger:
    """The event debugger of a workspace; `plan` gives the tracking plan."""

    def __init__(self, opened: OpenWorkspace, feed: Feed, plan: Callable[[], TrackingPlan]) -> None:
        self._opened, self._feed = opened, feed
        self._desk = Desk(opened)
        self._judge = Judge(self._desk, plan)
        self.topics = {"messages": Tail(opened, self._judge).topic}
        """What can be followed on the WebSocket: the name of a topic, and what tells it."""

    def routes(self, tracking: Tracking) -> Sequence[APIRouter]:
        """Everything under `/messages`."""
        noted = partial(note, self._opened.workspace.store, "event.tested")
        return [stream(self._desk, self._judge, self._feed), trial(tracking, self._fit, noted)]

    def _fit(self, row: pa.Table) -> Fit:
        # Whoever sends an event knows what is in it.
        return self._judge.fit(row, self._opened.served_setup, personal_data=True)
