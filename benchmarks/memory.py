"""`memory`: what the server of 1 M customers x 200 attributes x 50 M events holds, and what its state weighs an event.

State is everything that a snapshot holds: cells, persons, indexes, texts, and the memory of duplicates. The server maps
most of it from the snapshot's files; anonymous memory is what it holds beside them.
"""

from __future__ import annotations

import signal
from collections import Counter
from pathlib import Path
from typing import Any, Final

from benchmarks.files import write_lines
from benchmarks.harness import Bar, BenchmarkFailed, result
from benchmarks.measure import anonymous, anonymous_pages
from benchmarks.past import copied, later
from hundredfold.app.workspace import Workspace
from hundredfold.attribute.column import Pool
from hundredfold.attribute.plan import plan
from hundredfold.live.manifest import Manifest, newest

BARS: Final = (
    Bar("anonymous_bytes", "bytes", most=6e9),
    Bar("state_bytes_an_event", "bytes/event", most=60),
)


def run(quick: bool) -> dict[str, Any]:
    """Batch, serve, send, look at the process; end it in order, look at the snapshot that it leaves."""
    events, customers, sent = (20_000, 1_000, 2_000) if quick else (50_000_000, 1_000_000, 100_000)
    patience = 240 if quick else 3600
    with copied(events, customers) as one:
        one.workspace("batch")
        one.serve(patience)
        served = anonymous(one.pid)
        write_lines([later(sent, customers)], one.folder / "later.ndjson")
        one.send(one.folder / "later.ndjson")
        one.applied(sent, patience)
        one.opened(patience)
        figures = {
            "anonymous_bytes": float(anonymous(one.pid)),
            "anonymous_bytes_in_pages": float(anonymous_pages(one.pid)),
            "anonymous_bytes_when_ready": float(served),
        }
        one.stop(signal.SIGTERM)
        weights, families = weighed(one.folder)
    figures |= {f"{part}_bytes_an_event": size / (events + sent) for part, size in weights.items()}
    figures["state_bytes_an_event"] = sum(weights.values()) / (events + sent)
    return result("memory", figures, {}, BARS, quick, events=events, sent=sent, families=families)


def weighed(folder: Path) -> tuple[dict[str, int], dict[str, int]]:
    """The bytes of the newest snapshot of a workspace: by part, and of the cells by family, the heaviest first.

    A family is named by the attributes that read it.
    """
    workspace = Workspace.open(folder)
    found = newest(workspace.snapshots).folder
    if found is None:
        raise BenchmarkFailed(f"{folder} has no snapshot")
    manifest = Manifest.read(found)
    readers: dict[str, list[str]] = {}
    for attribute, reading in plan(workspace.in_force().definitions, Pool()).readings.items():
        readers.setdefault(reading.family.name, []).append(attribute)
    family_of = {run.file: " ".join(readers[name]) for name, runs in manifest.cells.items() for run in runs}
    families: Counter[str] = Counter()
    weights: Counter[str] = Counter()
    for name, note in manifest.files.items():
        if name in family_of:
            families[family_of[name]] += note.size
        weights["cells" if name in family_of else "dedup" if name.startswith("seen/") else "indexes"] += note.size
    return dict(weights), dict(families.most_common())
