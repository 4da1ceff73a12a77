"""Everything of the control API that the builders of attributes and segments and the tracking plan need."""

from __future__ import annotations

from fastapi import APIRouter

from hundredfold.app.gui.attributes.listed import listed
from hundredfold.app.gui.attributes.ready import ready
from hundredfold.app.gui.attributes.routes import attributes
from hundredfold.app.gui.attributes.versions import versions
from hundredfold.app.gui.definitions.writing import Writing
from hundredfold.app.gui.planned import PlanBesideSeen, planned
from hundredfold.app.gui.plans import Plans
from hundredfold.app.gui.seen import Seeing, seen
from hundredfold.app.gui.segments.drafts import segment_drafts
from hundredfold.app.opened import OpenWorkspace
from hundredfold.app.trying import Trying


def builder(opened: OpenWorkspace, plans: Plans) -> list[APIRouter]:
    """Everything under `/definitions`, `/catalogue`, `/seen` and `/tracking-plan`."""
    writing, seeing = Writing(opened), Seeing(opened)
    return [
        attributes(writing, Trying(opened)),
        listed(writing),
        ready(writing, seeing),
        segment_drafts(Writing(opened, "segments")),
        versions(opened),
        seen(opened, seeing),
        planned(PlanBesideSeen(plans, seeing, writing)),
    ]
