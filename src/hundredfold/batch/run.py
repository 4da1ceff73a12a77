"""Batch runs: what each covered and published, kept for time travel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import orjson

from hundredfold.errors import WorkspaceError, newer
from hundredfold.log.disk import replace_file

FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Run:
    """A batch run: the clock of its cut, when it was published, what it covers, and the cut points of its tiers.

    `version` is the fingerprint of the definitions; `tiers` gives a `tier` expression's text its ascending cut points.
    """

    cut: int
    published: int
    covers: Mapping[int, int]
    tiers: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    version: str = ""
    customers: int = 0
    events: int = 0

    def document(self) -> dict[str, Any]:
        """The run as JSON has it."""
        return {
            "format": FORMAT,
            "cut": self.cut,
            "published": self.published,
            "covers": {str(partition): offset for partition, offset in self.covers.items()},
            "tiers": {name: list(cuts) for name, cuts in self.tiers.items()},
            "version": self.version,
            "customers": self.customers,
            "events": self.events,
        }

    @staticmethod
    def of(found: Mapping[str, Any]) -> Run:
        """The inverse of `document`. Raises ValueError, KeyError, AttributeError."""
        return Run(
            found["cut"],
            found["published"],
            {int(partition): offset for partition, offset in found["covers"].items()},
            {name: tuple(cuts) for name, cuts in found["tiers"].items()},
            found["version"],
            found["customers"],
            found["events"],
        )


class RunBook:
    """The published runs of a workspace, a file each; a run is published when its file gets its name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[str, Run] = {}

    def publish(self, run: Run) -> None:
        """Publishes a run."""
        self.folder.mkdir(parents=True, exist_ok=True)
        replace_file(self.folder / f"{run.cut:020d}-{run.published:020d}.json", orjson.dumps(run.document()))

    def runs(self) -> list[Run]:
        """All published runs, by cut, then by publication."""
        paths = sorted(self.folder.glob("*.json"))
        for path in paths:
            if path.name not in self._read:  # a published run never changes
                self._read[path.name] = _read(path)
        return [self._read[path.name] for path in paths]

    def newest(self) -> Run | None:
        """The newest run."""
        runs = self.runs()
        return runs[-1] if runs else None


def _read(path: Path) -> Run:
    try:
        found = orjson.loads(path.read_bytes())
        if found.get("format", 1) > FORMAT:
            raise WorkspaceError(newer(path, "batch run", found["format"], FORMAT))
        return Run.of(found)
    except (ValueError, KeyError, AttributeError) as error:
        raise WorkspaceError(f"{path.name} is no batch run ({error}). Remove the file and run `hf batch`.") from error
