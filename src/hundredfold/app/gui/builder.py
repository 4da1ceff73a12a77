"""Everything of the control API that the attribute builder needs."""

from __future__ import annotations

from fastapi import APIRouter

from hundredfold.app.gui.attributes import attributes
from hundredfold.app.gui.drafts import drafts
from hundredfold.app.gui.seen import seen
from hundredfold.app.gui.versions import versions
from hundredfold.app.gui.writing import Writing
from hundredfold.app.opened import OpenWorkspace
from hundredfold.app.trying import Trying


def builder(opened: OpenWorkspace) -> list[APIRouter]:
    """Everything under `/definitions` and `/seen`."""
    writing = Writing(opened)
    return [attributes(writing, Trying(opened)), drafts(writing), versions(opened), seen(opened)]
