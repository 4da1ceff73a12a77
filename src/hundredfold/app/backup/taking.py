"""Taking a backup: the files are fixed in a moment, then copied and written down, beside the server when one serves."""

from __future__ import annotations

import shutil
from dataclasses import astuple
from pathlib import Path
from typing import Final

from hundredfold.app.backup.copying import must_be_free, unfinished
from hundredfold.app.backup.fixing import fixed
from hundredfold.app.backup.writing import written
from hundredfold.app.documents import Document, positions
from hundredfold.app.opened import OpenWorkspace
from hundredfold.app.runbook import Runbook
from hundredfold.batch.process import Progress
from hundredfold.errors import WorkspaceError

STAGED: Final = "staged"
"""The folder in the workspace's scratch in which the files are held fast."""


def taken(opened: OpenWorkspace, target: Path) -> Document:
    """Takes a backup into a new folder. Raises WorkspaceError, and leaves nothing there then.

    Messages come in and batches run meanwhile: the backup is the workspace as it was at the beginning.
    """
    target = target.absolute()
    workspace = opened.workspace
    _must_lie_outside(target, workspace.folder)
    must_be_free(target, "the backup")
    # The run is noted behind the moment: a restored workspace has no run in its book that never ended.
    with (
        opened.copying.turn(),
        fixed(opened, workspace.scratch / STAGED) as found,
        Runbook(workspace.runbook, workspace.now).run("backup") as running,
    ):
        asked = {
            "folder": str(workspace.folder.absolute()),
            "target": str(target),
            "made": workspace.now(),
            "position": positions(found.position),
            "items": [astuple(item) for item in found.items],
        }
        done = _done(opened, asked, running.tell, unfinished(target))
        running.outcome |= {"files": done["files"], "bytes": done["bytes"]}
    return done


def _done(opened: OpenWorkspace, asked: Document, progress: Progress, left: Path) -> Document:
    if not opened.serves:
        return written(asked, progress)
    try:
        return opened.copying.run("backup", asked, progress)
    finally:
        shutil.rmtree(left, ignore_errors=True)  # of a process that was killed


def _must_lie_outside(target: Path, folder: Path) -> None:
    inside, outside = target.resolve(), folder.resolve()
    if inside == outside or outside in inside.parents:
        raise WorkspaceError(f"{target} lies in the workspace itself. Name a folder outside, best on another disk.")
