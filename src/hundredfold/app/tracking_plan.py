"""The tracking plan that a workspace names, as it stands in its file."""

from __future__ import annotations

from hundredfold.app.settings import FILE, read_settings
from hundredfold.app.workspace import Workspace
from hundredfold.errors import DefinitionError
from hundredfold.ingest.tracking_plan import TrackingPlan, parse_tracking_plan


def tracking_plan(workspace: Workspace) -> TrackingPlan:
    """The tracking plan that the workspace's file names now; an empty one without. Raises DefinitionError."""
    named = read_settings(workspace.folder / FILE).tracking_plan
    if named is None:
        return TrackingPlan()
    try:
        text = (workspace.folder / named).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        missing = "the tracking plan that hundredfold.yaml names is not there; write it, or say `tracking_plan: null`"
        raise DefinitionError(missing, file=named) from None
    return parse_tracking_plan(text, named)
