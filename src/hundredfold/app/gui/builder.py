"""Everything of the control API that the attribute builder and the tracking plan need."""

from __future__ import annotations

from fastapi import APIRouter

from hundredfold.app.gui.attributes import attributes
from hundredfold.app.gui.drafts import drafts
from hundredfold.app.gui.planned import Standing, planned
from hundredfold.app.gui.plans import Plans
from hundredfold.app.gui.seen import Seeing, seen
from hundredfold.app.gui.versions import versions
from hundredfold.app.gui.writing import Writing
from hundredfold.app.opened import OpenWorkspace
from hundredfold.app.trying import Trying


def builder(opened: OpenWorkspace, plans: Plans) -> list[APIRouter]:
    """Everything under `/definitions`, `/seen` and `/tracking-plan`."""
    writing, seeing = Writing(opened), Seeing(opened)
    return [
        attributes(writing, Trying(opened)),
        drafts(writing),
        versions(opened),
        seen(opened, seeing),
        planned(Standing(plans, seeing, writing)),
    ]
