"""Bringing a workspace to the formats that this program writes: what is older is made anew from the log and history."""

from __future__ import annotations

import shutil

from hundredfold.app.documents import Document
from hundredfold.app.formats import looked_at, outdated
from hundredfold.app.opened import OpenWorkspace


def migrated(opened: OpenWorkspace) -> Document:
    """Makes anew what is older than this program reads. Today these are snapshots: the state is built again."""
    old = outdated(opened.workspace)
    if old:
        with opened.guard:
            opened.write(opened.engine(), canonical=False)
        for folder in old:
            shutil.rmtree(folder, ignore_errors=True)
    return {**looked_at(opened.workspace), "migrated": [folder.name for folder in old]}
