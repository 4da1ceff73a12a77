"""The batch in an embedded workspace: marker, fold up to it, tiers, history, publication.

While a server serves, the batch is made in a process of its own, from what lies on the disk; the server's part is the
marker before and the publication afterwards.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from hundredfold.app.documents import Document, positions
from hundredfold.app.opened import OpenWorkspace, setup_of
from hundredfold.app.publishing import publish_batch, publishes
from hundredfold.app.runbook import Runbook, Running
from hundredfold.app.workspace import Workspace
from hundredfold.batch.erasure import erase_from_history
from hundredfold.batch.process import Batch, Progress, apply_up_to, finish, folded, keep_history
from hundredfold.batch.run import Run, RunBook, cuts_of
from hundredfold.errors import WorkspaceError
from hundredfold.live import manifest, snapshot
from hundredfold.live.engine import Engine
from hundredfold.log.embedded import EmbeddedLog
from hundredfold.log.history import History
from hundredfold.log.stored import Positions
from hundredfold.predict.training import with_models
from hundredfold.said import said
from hundredfold.words.calendar import SECOND, iso


def batched(opened: OpenWorkspace, *, full: bool = False, running: Running | None = None) -> Document:
    """Runs the batch: everything before the marker is covered when this returns. `full`: folded anew from all history.

    It is noted as a run, which may be one that goes on already. Messages may come in meanwhile; they lie behind the
    marker. Raises WorkspaceError when one runs already.
    """
    if not opened.batching.acquire(blocking=False):
        raise WorkspaceError(said("a batch runs already. Wait for it: hf runs tells how far it is."))
    try:
        book = Runbook(opened.workspace.runbook, opened.workspace.now)
        with book.within("batch", running) as running:
            began = opened.workspace.now()
            earlier = opened.published.newest()
            run = _beside(opened, full, running.tell) if opened.serves else _here(opened, full)
            if earlier is not None:  # the log reaches back behind the snapshot before this one's
                opened.log.trim(earlier.covers)
            outcome = running.outcome
            outcome |= {
                "customers": run.customers,
                "events": run.events,
                "covers": positions(run.covers),
                "cut": iso(run.cut),
                "full": full,
            }
            if publishes(opened.workspace):
                outcome["kafka"] = publish_batch(opened, running.tell)
            seconds = (opened.workspace.now() - began) / SECOND
    finally:
        opened.batching.release()
    return {**outcome, "seconds": round(seconds, 3)}


def _mark(opened: OpenWorkspace, cut: int) -> Positions:
    """Puts the marker into every partition; what lies before it is covered."""
    return opened.log.mark(f"batch-{cut}", {"batch": iso(cut)}, time=cut)


def _finished(engine: Engine, covers: Positions, cut: int, published: RunBook) -> Batch:
    """The run of an engine that has applied everything before `covers`: tiers ranked, then models trained."""
    earlier = [run for run in published.runs() if run.cut <= cut]
    # The newest cut points of every tier so far: what a formula that ranks ranks is read with.
    made = finish(engine, covers, cut, cuts_of(earlier))
    made.run = with_models(engine, made.run, earlier)
    return made


# --- in this process -------------------------------------------------------------------------------------------------


def _here(opened: OpenWorkspace, full: bool) -> Run:
    made = _anew(opened) if full else _onwards(opened)
    keep_history(opened.log, opened.history, made.run.covers, made.engine.compiled)
    erase_from_history(made.engine, opened.history)
    opened.publish(made.run)
    return made.run


def _onwards(opened: OpenWorkspace) -> Batch:
    """From where the engine stands: it is brought to the marker and no further, and goes on from there afterwards."""
    with opened.clock_held() as cut:
        engine = opened.engine()
        covers = _mark(opened, cut)
        apply_up_to(engine, opened.log, covers)
        made = _finished(engine, covers, cut, opened.published)
        opened.write(engine, canonical=True)
        return made


def _anew(opened: OpenWorkspace) -> Batch:
    """From nothing: all of history, then the log, in an engine of its own."""
    cut = opened.now()
    covers = _mark(opened, cut)
    scratch = opened.workspace.data / "scratch-batch"
    try:
        engine = folded(opened.setup(), opened.log, opened.history, covers, cut, scratch)
        made = _finished(engine, covers, cut, opened.published)
        opened.write(engine, canonical=True)
        return made
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


# --- beside the server -----------------------------------------------------------------------------------------------


def _beside(opened: OpenWorkspace, full: bool, progress: Progress) -> Run:
    """Has it done in a process of its own, and publishes what that has made."""
    with opened.beside.turn():
        cut = opened.workspace.now()
        opened.will_score_at(cut)
        covers = _mark(opened, cut)
        told = {"folder": str(opened.workspace.folder), "cut": cut, "covers": positions(covers), "full": full}
        said = opened.beside.run("batch", told, progress)
        run = replace(Run.of(said), published=opened.workspace.now())
        opened.take_over(opened.beside.place / "snapshot")
        with opened.guard:  # nobody is just reading history and log together
            opened.history.refresh()
        opened.publish(run)
    return run


def batch_beside(told: Document, progress: Progress) -> Document:
    """The batch in its own process: reads the log, writes a canonical snapshot and the history, and tells the run."""
    workspace, scratch = Workspace.open(Path(told["folder"])), Path(told["scratch"])
    cut, covers = int(told["cut"]), {int(partition): int(offset) for partition, offset in told["covers"].items()}
    setup, history = setup_of(workspace), History(workspace.history_folder)
    with EmbeddedLog(workspace.log_folder, read_only=True) as log:
        start = None if told["full"] else manifest.newest(workspace.snapshots, setup, clock=cut, upto=covers).folder
        if start is None:
            engine = folded(setup, log, history, covers, cut, scratch / "seen", progress)
        else:
            engine = snapshot.open_engine(start, setup, log, history, scratch / "seen", lambda: cut)
            apply_up_to(engine, log, covers, progress)
        made = _finished(engine, covers, cut, RunBook(workspace.runs_folder))
        snapshot.write(engine, scratch / "snapshot", canonical=True)
        keep_history(log, history, covers, engine.compiled)
        erase_from_history(engine, history)
    return made.run.document()
