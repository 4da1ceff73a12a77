"""What a server tells Prometheus of its workspace beside what it counts: memory, the newest snapshot, the last runs.

Everything is read when it is asked for, from the disk and the kernel: nobody has to wait for the engine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from hundredfold.app.runbook import Runbook
from hundredfold.app.workspace import Workspace, real_clock
from hundredfold.errors import WorkspaceError
from hundredfold.live.manifest import MANIFEST, Manifest, snapshots
from hundredfold.words.calendar import SECOND

_PROCESS: Final = Path("/proc/self/status")
_KINDS_OF_MEMORY: Final = {"RssAnon": "anonymous", "RssFile": "mapped files", "RssShmem": "shared"}
_PARTS: Final = ("cells", "duplicates", "indexes")


class Telemetry(Collector):
    """A collector for a registry."""

    def __init__(self, workspace: Workspace, *, process: Path = _PROCESS, now: Callable[[], int] = real_clock) -> None:
        self._workspace, self._process, self._now = workspace, process, now
        self._weighed: tuple[Path | None, dict[str, int]] = (None, {})
        self._read: tuple[Any, list[dict[str, Any]]] = (None, [])

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """The gauges as they stand now."""
        yield from self._memory()
        yield from self._snapshot()
        yield from self._runs()

    def _memory(self) -> Iterator[GaugeMetricFamily]:
        gauge = GaugeMetricFamily("hf_memory_bytes", "Memory of the process, by kind.", labels=["part"])
        with suppress(OSError):  # a system without /proc
            for line in self._process.read_text().splitlines():
                name, _, value = line.partition(":")
                if name in _KINDS_OF_MEMORY:
                    gauge.add_metric([_KINDS_OF_MEMORY[name]], int(value.split()[0]) * 1024)
        yield gauge

    def _snapshot(self) -> Iterator[GaugeMetricFamily]:
        age = GaugeMetricFamily("hf_snapshot_age_seconds", "How old the newest snapshot is.")
        state = GaugeMetricFamily("hf_state_bytes", "The state in the newest snapshot, by part.", labels=["part"])
        for folder in reversed(snapshots(self._workspace.snapshots)):
            with suppress(OSError, WorkspaceError):  # it may go while it is looked at
                written = int((folder / MANIFEST).stat().st_mtime * SECOND)
                for part, size in self._weights(folder).items():
                    state.add_metric([part], size)
                age.add_metric([], (self._now() - written) / SECOND)
                break
        yield age
        yield state

    def _weights(self, folder: Path) -> dict[str, int]:
        if self._weighed[0] != folder:
            weights = dict.fromkeys(_PARTS, 0)
            for name, note in Manifest.read(folder).files.items():
                weights["cells" if name.startswith("cells-") else _PARTS[1 if name.startswith("seen/") else 2]] += (
                    note.size
                )
            self._weighed = (folder, weights)
        return self._weighed[1]

    def _runs(self) -> Iterator[GaugeMetricFamily]:
        count = GaugeMetricFamily("hf_runs", "Runs in the book, by kind and outcome.", labels=["kind", "outcome"])
        age = GaugeMetricFamily("hf_run_age_seconds", "How long ago the last run ended well.", labels=["kind"])
        took = GaugeMetricFamily("hf_run_seconds", "How long the last run took that ended.", labels=["kind"])
        failed = GaugeMetricFamily("hf_run_failed", "1 when the last run that ended failed.", labels=["kind"])
        ended: dict[str, dict[str, Any]] = {}
        well: dict[str, dict[str, Any]] = {}
        outcomes: Counter[tuple[str, str]] = Counter()
        for run in self._book():
            kind, over, error = str(run["kind"]), "ended" in run or "error" in run, run.get("error")
            outcomes[kind, "running" if not over else "failed" if error else "done"] += 1
            if over:
                ended.setdefault(kind, run)
            if over and not error:
                well.setdefault(kind, run)
        for (kind, outcome), times in sorted(outcomes.items()):
            count.add_metric([kind, outcome], times)
        for kind, run in sorted(ended.items()):
            failed.add_metric([kind], 1 if run.get("error") else 0)
            took.add_metric([kind], run.get("seconds", 0))
        for kind, run in sorted(well.items()):
            then = self._workspace.time(str(run["ended"]))
            if then is not None:
                age.add_metric([kind], (self._workspace.now() - then) / SECOND)
        yield from (count, age, took, failed)

    def _book(self) -> list[dict[str, Any]]:
        """The runs, newest first; the file only grows, so its size says whether it is another."""
        path = self._workspace.runbook
        size = path.stat().st_size if path.exists() else 0
        if self._read[0] != size:
            self._read = (size, Runbook(path, self._workspace.now).runs())
        return self._read[1]
