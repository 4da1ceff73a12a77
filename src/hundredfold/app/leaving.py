"""What would break when fields go from the tracking plan: told before the plan comes into force."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from hundredfold.app.settings import FILE, read_settings
from hundredfold.app.tracking_plan import tracking_plan
from hundredfold.app.workspace import Workspace
from hundredfold.definition.lineage import Lineage, of_event, of_field
from hundredfold.definition.model import Definitions, Selector
from hundredfold.errors import DefinitionError
from hundredfold.ingest.tracking_plan import TrackingPlan, parse_tracking_plan
from hundredfold.log.disk import replace_file
from hundredfold.said import Said, said

_KEPT: Final = "tracking-plan-in-force.yaml"


@dataclass(frozen=True)
class Leaving:
    """A field of an event, or a whole event, that the plan would not have any more, and what reads it."""

    event: str
    path: str | None
    lineage: Lineage

    @property
    def sentence(self) -> Said:
        """What goes, and how much breaks if it is not sent any more."""
        return said(
            "{what} goes from the tracking plan; if it is not sent any more, that breaks {attributes} attributes, "
            "{segments} segments",
            what=self.event if self.path is None else f"{self.event}: {self.path}",
            attributes=len(self.lineage.attributes),
            segments=len(self.lineage.segments),
        )


def leaving(definitions: Definitions, before: TrackingPlan, after: TrackingPlan) -> Iterator[Leaving]:
    """What goes from one plan to the next, and is read by something that counts."""
    for name, planned in before.events.items():
        event = Selector("track", name)
        if name not in after.events:
            found = Leaving(name, None, of_event(definitions, event))
            if found.lineage.attributes:
                yield found
            continue
        still = {one.path for one in after.events[name].properties}
        for path in (one.path for one in planned.properties if one.path not in still):
            found = Leaving(name, path, of_field(definitions, event, f"properties.{path}"))
            if found.lineage.attributes:
                yield found


def keep_plan(workspace: Workspace) -> None:
    """Keeps the plan that has come into force, so that the next one is compared with it."""
    named = read_settings(workspace.folder / FILE).tracking_plan
    text = "" if named is None else (workspace.folder / named).read_text(encoding="utf-8-sig")
    workspace.data.mkdir(parents=True, exist_ok=True)
    replace_file(workspace.data / _KEPT, text.encode())


def left_by_the_files(workspace: Workspace) -> list[Leaving]:
    """What goes from the plan that came into force last to the one in the file. Raises DefinitionError for the file."""
    kept = workspace.data / _KEPT
    if not kept.is_file():
        return []
    try:
        before = parse_tracking_plan(kept.read_text(encoding="utf-8"))
    except DefinitionError:
        return []  # kept by a version that could say other things: there is nothing to compare with
    return list(leaving(workspace.in_force().definitions, before, tracking_plan(workspace)))
