"""The back-fill beside a server: a snapshot for new definitions, made in a process of its own from what is on the disk.

Where only attributes differ from the definitions that were served, the rest is taken over from a snapshot of those.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hundredfold.app.documents import Document
from hundredfold.app.opened import setup_of
from hundredfold.app.workspace import Workspace
from hundredfold.batch.backfill import extended, only_attributes_differ
from hundredfold.batch.process import Progress, folded
from hundredfold.definition.load import from_document
from hundredfold.live import manifest, snapshot
from hundredfold.live.setup import Setup
from hundredfold.log.embedded import EmbeddedLog
from hundredfold.log.history import History


def fill_beside(told: Document, progress: Progress) -> Document:
    """Writes a snapshot made with the definitions in force; tells how many families were folded, and whether all."""
    workspace, scratch = Workspace.open(Path(told["folder"])), Path(told["scratch"])
    now, setup = int(told["now"]), setup_of(workspace)
    served = replace(setup, definitions=from_document(told["served"]))
    history = History(workspace.history_folder)
    with EmbeddedLog(workspace.log_folder, read_only=True) as log:
        start = _start(workspace, served, setup, now)
        if start is None:
            engine = folded(setup, log, history, log.end(), now, scratch / "seen", progress)
            families = len(engine.compiled.plan.families)
        else:
            old = snapshot.open_engine(start, served, log, history, scratch / "seen", lambda: now)
            engine, fresh = extended(old, setup, scratch / "unused", progress)
            families = len(fresh)
        snapshot.write(engine, scratch / "snapshot", canonical=False)
    return {"families": families, "whole": start is None}


def _start(workspace: Workspace, served: Setup, setup: Setup, now: int) -> Path | None:
    """The snapshot of what was served from which it can go on; None when everything must be folded."""
    if not only_attributes_differ(served.definitions, setup.definitions):
        return None
    return manifest.newest(workspace.snapshots, served, clock=now).folder
