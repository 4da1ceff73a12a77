"""The batch in an embedded workspace: marker, fold up to it, tiers, history, publication."""

from __future__ import annotations

import shutil
from collections.abc import Mapping

from hundredfold.app.documents import Document, positions
from hundredfold.app.opened import OpenWorkspace
from hundredfold.app.runbook import Runbook
from hundredfold.batch.erasure import erase_from_history
from hundredfold.batch.process import Batch, apply_up_to, finish, keep_history, load_history
from hundredfold.live.engine import Engine
from hundredfold.log.stored import Positions
from hundredfold.words.calendar import SECOND, iso


def batched(opened: OpenWorkspace, *, full: bool = False) -> Document:
    """Runs the batch: everything before the marker is covered when this returns. `full`: folded anew from all history.

    Messages may come in meanwhile; they lie behind the marker.
    """
    book = Runbook(opened.workspace.runbook, opened.workspace.now)
    with book.run("batch") as outcome:
        began = opened.workspace.now()
        made = _anew(opened) if full else _onwards(opened)
        run = made.run
        keep_history(opened.log, opened.history, run.covers)
        erase_from_history(made.engine, opened.history)
        earlier = opened.published.newest()
        opened.published.publish(run)
        if earlier is not None:  # the log reaches back behind the snapshot before this one's
            opened.log.trim(earlier.covers)
        outcome |= {
            "customers": run.customers,
            "events": run.events,
            "covers": positions(run.covers),
            "cut": iso(run.cut),
            "full": full,
        }
        seconds = (opened.workspace.now() - began) / SECOND
    return {**outcome, "seconds": round(seconds, 3)}


def _onwards(opened: OpenWorkspace) -> Batch:
    """From where the engine stands: it is brought to the marker and no further, and goes on from there afterwards."""
    with opened.clock_held() as cut:
        engine = opened.engine()
        covers = _mark(opened, cut)
        apply_up_to(engine, opened.log, covers)
        made = finish(engine, covers, cut, _earlier(opened, cut))
        opened.write(engine, canonical=True)
        return made


def _anew(opened: OpenWorkspace) -> Batch:
    """From nothing: all of history, then the log, in an engine of its own; the serving one goes on meanwhile."""
    cut = opened.now()
    covers = _mark(opened, cut)
    scratch = opened.workspace.data / "scratch-batch"
    try:
        engine = Engine(opened.setup(), opened.log, opened.history, scratch, lambda: cut)
        load_history(engine, opened.history)
        apply_up_to(engine, opened.log, covers)
        made = finish(engine, covers, cut, _earlier(opened, cut))
        opened.write(engine, canonical=True)
        return made
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _mark(opened: OpenWorkspace, cut: int) -> Positions:
    """Puts the marker into every partition; what lies before it is covered."""
    return opened.log.mark(f"batch-{cut}", {"batch": iso(cut)}, time=cut)


def _earlier(opened: OpenWorkspace, cut: int) -> Mapping[str, tuple[int, ...]]:
    """The newest cut points of every tier so far: what a formula that ranks ranks is read with."""
    known: dict[str, tuple[int, ...]] = {}
    for run in opened.runs():
        if run.cut <= cut:
            known |= run.tiers
    return known
