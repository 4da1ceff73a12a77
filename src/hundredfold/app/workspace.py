"""A workspace: one folder with everything of one shop, and its clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hundredfold.app.settings import FILE, Settings, first_text, read_settings, with_clock_offset
from hundredfold.errors import WorkspaceError
from hundredfold.log.disk import replace_file
from hundredfold.words.calendar import SECOND, parse_time, zone_named

if TYPE_CHECKING:
    from hundredfold.app.in_force import InForce
    from hundredfold.definition.model import Definitions

LAYOUT: Final = ("definitions", "data")
_IGNORED: Final = "# What the workspace writes itself; everything else here belongs in version control.\n/data/\n"


def real_clock() -> int:
    """The time, in microseconds UTC."""
    return time.time_ns() // 1_000


class NoWorkspace(WorkspaceError):
    """The folder that was named holds no workspace."""


class Workspace:
    """The folder, what its file says, and its clock. `real_now` gives the real time in microseconds UTC."""

    def __init__(self, folder: Path, settings: Settings, real_now: Callable[[], int] = real_clock) -> None:
        self.folder, self.settings, self._real_now = folder, settings, real_now
        zone = zone_named(settings.timezone)
        assert zone is not None, "the settings were checked"
        self.zone: tzinfo = zone
        self.data = folder / "data"

    @classmethod
    def create(cls, folder: Path, timezone: str = "UTC", currency: str = "EUR") -> Workspace:
        """Makes a new workspace. Raises WorkspaceError where there is one, DefinitionErrors for zone and currency."""
        if (folder / FILE).exists():
            raise WorkspaceError(f"{folder} is a workspace already; nothing was changed. Use it, or name a new folder.")
        text = first_text(timezone, currency)
        for part in LAYOUT:
            (folder / part).mkdir(parents=True, exist_ok=True)
        ignored = folder / ".gitignore"
        if not ignored.exists():
            ignored.write_text(_IGNORED, encoding="utf-8")
        # Written last: only a folder with this file is a workspace.
        replace_file(folder / FILE, text.encode())
        return cls.open(folder)

    @classmethod
    def open(cls, folder: Path, real_now: Callable[[], int] = real_clock) -> Workspace:
        """The workspace in a folder. Raises NoWorkspace, and DefinitionErrors for mistakes in its file."""
        if not (folder / FILE).is_file():
            shown = folder.resolve()
            raise NoWorkspace(
                f"{shown} is no workspace: it has no {FILE}. Make one with hf init {folder}, or name one with -w DIR."
            )
        return cls(folder, read_settings(folder / FILE), real_now)

    # What lies where.

    @property
    def definitions_folder(self) -> Path:
        """The files that people write."""
        return self.folder / "definitions"

    @property
    def log_folder(self) -> Path:
        """The embedded log, or the mirror of the one on Kafka, which is read in the same way."""
        return self.data / ("log-mirror" if self.settings.on_kafka else "log")

    @property
    def history_folder(self) -> Path:
        """The log compacted below a position."""
        return self.data / "history"

    @property
    def snapshots(self) -> Path:
        """What the live engine wrote down of its state."""
        return self.data / "snapshots"

    @property
    def runs_folder(self) -> Path:
        """The batch runs."""
        return self.data / "runs"

    @property
    def days(self) -> Path:
        """Where it is kept who was in which micro-segment on which day."""
        return self.data / "days"

    @property
    def imports(self) -> Path:
        """What imports stored and left out."""
        return self.data / "imports"

    @property
    def loads(self) -> Path:
        """How far each source is loaded."""
        return self.data / "sources"

    @property
    def runbook(self) -> Path:
        """What was run, and how it ended."""
        return self.data / "runs.ndjson"

    @property
    def schedule_folder(self) -> Path:
        """What the scheduler has done, and the lock of the one that runs."""
        return self.data / "schedule"

    @property
    def alerts(self) -> Path:
        """What was told to be wrong, and what is still to be told."""
        return self.data / "alerts.json"

    @property
    def store(self) -> Path:
        """The SQLite files: tokens, rejected messages, quarantine."""
        return self.data / "store"

    @property
    def scratch(self) -> Path:
        """What may be deleted whenever the workspace is closed."""
        return self.data / "scratch"

    @property
    def uploads(self) -> Path:
        """Dropped files: they outlive the server, are kept for a day, and are in no backup."""
        return self.data / "scratch-uploads"

    # The clock.

    def now(self) -> int:
        """The workspace's time, in microseconds UTC: the real one and the offset."""
        return self._real_now() + round(self.settings.clock_offset * SECOND)

    def set_clock(self, instant: int) -> None:
        """Sets the workspace's clock to an instant (microseconds UTC); it runs on from there at real speed."""
        self.run_clock(instant - self._real_now())

    def run_clock(self, offset: int, real_now: Callable[[], int] | None = None) -> None:
        """From now on the workspace's time is the real one and an offset (microseconds), here and in later commands.

        `real_now` takes the place of the clock by which this process has lived.
        """
        path = self.folder / FILE
        replace_file(path, with_clock_offset(path.read_text(encoding="utf-8-sig"), offset / SECOND).encode())
        self.settings = read_settings(path)
        self._real_now = real_now or self._real_now

    def time(self, text: str) -> int | None:
        """The time that a text says, in microseconds UTC: ISO 8601, without zone in the workspace's; `now`; or None."""
        return self.now() if text == "now" else parse_time(text, self.zone)

    # The definitions.

    def written(self) -> Definitions:
        """The definitions as they stand in the files. Raises DefinitionErrors."""
        from hundredfold.definition.load import load_folder

        return load_folder(self.definitions_folder)

    def in_force(self) -> InForce:
        """The definitions that count."""
        from hundredfold.app.in_force import read

        return read(self.data / "in-force")

    def bring_into_force(self, definitions: Definitions) -> InForce:
        """Makes checked definitions those that count, at the real time."""
        from hundredfold.app.in_force import put

        return put(self.data / "in-force", definitions, self._real_now())
