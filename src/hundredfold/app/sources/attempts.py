"""How the newest load of each source stands, out of the book of runs: it goes on, it failed, or it ended well."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from hundredfold.app.documents import Document

NOTHING: Final[Document] = {"going": None, "failed": None}
"""What is told of a source whose newest load ended well, or that was never loaded."""


def newest_attempts(runs: Sequence[Document]) -> dict[str, Document]:
    """By source, of the runs in the book, newest first: `going` (with the rows read so far) or `failed` (with the
    error, and when it is tried again by itself); the other one is None.
    """
    found: dict[str, Document] = {}
    for run in runs:
        if run["kind"] == "load":
            for source, told in _told(run):
                found.setdefault(source, told)
    return found


def _told(run: Document) -> list[tuple[str, Document]]:
    begun = {"run": run["number"], "at": run["started"]}
    again = run.get("retry")
    failed = dict(run.get("failed", {}))
    found = [(source, NOTHING) for source in run.get("loaded", ())]
    if (at := run.get("loading")) is not None:
        if run.get("error") is None:
            going = {**begun, "read": run.get("done", 0), "of": run.get("of")}
            found.append((at, {**NOTHING, "going": going}))
        else:  # it ended in the midst of this one, and not by an error that loads know
            failed[at] = run["error"]
    return found + [
        (source, {**NOTHING, "failed": {**begun, "error": error, "again": again}}) for source, error in failed.items()
    ]
