"""Batch runs: what each covered and published, kept for time travel."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import orjson

from hundredfold.batch.versions import Kept, Versions
from hundredfold.errors import WorkspaceError, newer
from hundredfold.log.disk import replace_file
from hundredfold.said import kept, recalled
from hundredfold.words.model import Fitted, Report, Version

FORMAT: Final = 2
"""2: versions of models lie in files of their own; before, they were a part of the run."""


@dataclass(frozen=True, slots=True)
class Training:
    """What came of training a model: the version that counts, and how good it is.

    `trained` is the cut at which the version was trained, which may be that of an earlier run. `why` says why there is
    no new version; None: there is one, and it is used unless its error is not below that of the baseline.
    """

    version: Version | None
    trained: int | None = None
    report: Report | None = None
    why: str | None = None

    @property
    def on(self) -> bool:
        """Whether scores are made with the version."""
        return self.version is not None and (self.report is None or self.report.better)

    def document(self, keep: Callable[[Version], Any] = dict) -> dict[str, Any]:
        """The training as JSON has it; `keep` says what stands there for a version."""
        told = None if self.report is None else {**asdict(self.report), "figures": dict(self.report.figures)}
        why = None if self.why is None else kept(self.why)
        version = None if self.version is None else keep(self.version)
        return {"version": version, "trained": self.trained, "report": told, "why": why}

    @staticmethod
    def of(found: Mapping[str, Any], versions: Versions | None = None) -> Training:
        """The inverse of `document`; `versions` has those of which only the digest stands there."""
        report, why, version = found["report"], found["why"], found["version"]
        return Training(
            Kept(versions, version) if versions is not None and isinstance(version, str) else version,
            found["trained"],
            None if report is None else Report(**report),
            None if why is None else recalled(why),
        )


@dataclass(frozen=True, slots=True)
class Run:
    """A batch run: the clock of its cut, when it was published, what it covers, and the cut points of its tiers.

    `version` is the fingerprint of the definitions; `tiers` gives a `tier` expression's text its ascending cut points,
    `models` what came of training each model, by `model_key`; `events` is how many messages it knows, copies apart.
    """

    cut: int
    published: int
    covers: Mapping[int, int]
    tiers: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    version: str = ""
    customers: int = 0
    events: int = 0
    models: Mapping[str, Training] = field(default_factory=dict)

    def document(self, keep: Callable[[Version], Any] = dict) -> dict[str, Any]:
        """The run as JSON has it; see `Training.document`."""
        return {
            "format": FORMAT,
            "cut": self.cut,
            "published": self.published,
            "covers": {str(partition): offset for partition, offset in self.covers.items()},
            "tiers": {name: list(cuts) for name, cuts in self.tiers.items()},
            "models": {key: training.document(keep) for key, training in self.models.items()},
            "version": self.version,
            "customers": self.customers,
            "events": self.events,
        }

    @staticmethod
    def of(found: Mapping[str, Any], versions: Versions | None = None) -> Run:
        """The inverse of `document`. Raises ValueError, KeyError, AttributeError."""
        return Run(
            found["cut"],
            found["published"],
            {int(partition): offset for partition, offset in found["covers"].items()},
            {name: tuple(cuts) for name, cuts in found["tiers"].items()},
            found["version"],
            found["customers"],
            found["events"],
            {key: Training.of(one, versions) for key, one in found.get("models", {}).items()},
        )


def cuts_of(runs: Iterable[Run]) -> dict[str, tuple[int, ...]]:
    """The cut points of every tier that count after some runs, by cut, then by publication."""
    return {name: cuts for run in runs for name, cuts in run.tiers.items()}


def models_of(runs: Iterable[Run]) -> dict[str, Fitted]:
    """The models that count after some runs, by cut, then by publication."""
    return {
        key: Fitted(run.cut, training.version if training.on else None)
        for run in runs
        for key, training in run.models.items()
    }


class RunBook:
    """The published runs of a workspace, a file each; a run is published when its file gets its name.

    Versions of models lie below it, and are there before the run is.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._versions = Versions(folder / "versions")
        self._read: dict[str, Run] = {}

    def publish(self, run: Run) -> None:
        """Publishes a run."""
        self.folder.mkdir(parents=True, exist_ok=True)
        replace_file(
            self.folder / f"{run.cut:020d}-{run.published:020d}.json", orjson.dumps(run.document(self._versions.kept))
        )

    def runs(self) -> list[Run]:
        """All published runs, by cut, then by publication."""
        paths = sorted(self.folder.glob("*.json"))
        for path in paths:
            if path.name not in self._read:  # a published run never changes
                self._read[path.name] = _read(path, self._versions)
        return [self._read[path.name] for path in paths]

    def newest(self) -> Run | None:
        """The newest run."""
        runs = self.runs()
        return runs[-1] if runs else None


def _read(path: Path, versions: Versions) -> Run:
    try:
        found = orjson.loads(path.read_bytes())
        if found.get("format", 1) > FORMAT:
            raise WorkspaceError(newer(path, "batch run", found["format"], FORMAT))
        return Run.of(found, versions)
    except (ValueError, KeyError, AttributeError) as error:
        raise WorkspaceError(f"{path.name} is no batch run ({error}). Remove the file and run `hf batch`.") from error
