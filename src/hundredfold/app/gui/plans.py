"""The tracking plan's file: read, compared, and written event by event, so that comments stay."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Final

from hundredfold.app.acting import note
from hundredfold.app.door.problem import Problem
from hundredfold.app.leaving import keep_plan
from hundredfold.app.settings import FILE, read_settings, with_setting
from hundredfold.app.tracking_plan import tracking_plan
from hundredfold.app.workspace import Workspace
from hundredfold.definition.edit import remove_entry, set_entry
from hundredfold.ingest.proposal import entry_of
from hundredfold.ingest.tracking_plan import Planned, TrackingPlan, parse_tracking_plan
from hundredfold.log.disk import replace_file
from hundredfold.said import said

HOME: Final = "tracking-plan.yaml"
"""Where the first plan of a workspace is written."""
_SECTION: Final = "events"


@dataclass(frozen=True)
class Written:
    """The plan as it stands in its file; `text` is None while there is none."""

    file: str
    text: str | None
    plan: TrackingPlan

    @property
    def version(self) -> str | None:
        """The version of the text; None while there is none."""
        return None if self.text is None else hashlib.blake2b(self.text.encode(), digest_size=8).hexdigest()

    def with_event(self, name: str, planned: Planned | None) -> str:
        """The text with an event planned so, or, with None, without it. Raises DefinitionError."""
        text = self.text or ""
        if planned is None:
            return remove_entry(text, _SECTION, name, file=self.file)
        return set_entry(text, _SECTION, name, entry_of(planned, self.plan.usual), file=self.file)


@dataclass
class Plans:
    """A workspace's tracking plan. Its methods may be called from any thread."""

    workspace: Workspace
    in_force: TrackingPlan
    """The one by which messages are judged just now."""
    exchanged: Callable[[TrackingPlan], None] | None = None
    """Is told a plan that is in force from now on; None where no messages are taken in."""
    _writing: Lock = field(default_factory=Lock)

    def written(self) -> Written:
        """The plan as it stands. Raises DefinitionError for a file with mistakes."""
        named = read_settings(self.workspace.folder / FILE).tracking_plan
        path = self._path(named or HOME)
        text = path.read_text(encoding="utf-8-sig") if path.exists() else None
        # A file that nobody names is no plan, but it is not written over either.
        plan = TrackingPlan() if text is None else parse_tracking_plan(text, named or HOME)
        return Written(named or HOME, text, plan)

    def waits(self, written: Written) -> bool:
        """Whether the file was changed by hand, and says otherwise than what is in force."""
        named = read_settings(self.workspace.folder / FILE).tracking_plan
        return (TrackingPlan() if named is None else written.plan) != self.in_force

    def take_up(self) -> None:
        """Brings the plan into force as it stands in its file. Raises DefinitionError."""
        with self._writing:
            plan = tracking_plan(self.workspace)
            if plan != self.in_force:
                self._exchange(plan)
                note(self.workspace.store, "plan.applied", self.written().file)

    def write(self, name: str, planned: Planned | None, version: str | None) -> Written:
        """Writes an event's part, over the version that somebody has seen, and brings the plan into force.

        Raises Problem 409 when the file has changed since, DefinitionError when it would say something wrong.
        """
        with self._writing:
            before = self.written()
            if before.version != version:
                text = said(
                    "somebody else has changed the tracking plan since you looked; look at it again, then write"
                )
                raise Problem(409, "changed_meanwhile", text)
            after = before.with_event(name, planned)
            plan = parse_tracking_plan(after, before.file)
            replace_file(self._path(before.file), after.encode())
            self._name(before.file)
            self._exchange(plan)
            keep_plan(self.workspace)
            note(self.workspace.store, "plan.written", name, after="not planned" if planned is None else planned.mode)
            return Written(before.file, after, plan)

    def _exchange(self, plan: TrackingPlan) -> None:
        self.in_force = plan
        if self.exchanged is not None:
            self.exchanged(plan)

    def _path(self, named: str) -> Path:
        return self.workspace.folder / named

    def _name(self, file: str) -> None:
        """Has the workspace's own file name the plan."""
        path = self._path(FILE)
        if read_settings(path).tracking_plan != file:
            replace_file(path, with_setting(path.read_text(encoding="utf-8-sig"), "tracking_plan", file).encode())
            self.workspace.settings = read_settings(path)
