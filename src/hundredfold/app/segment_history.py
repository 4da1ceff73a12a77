"""What was recorded of segments, as documents: their sizes over time, for commands and pages alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

from hundredfold.app.documents import Document
from hundredfold.app.opened import OpenWorkspace
from hundredfold.app.workspace import Workspace
from hundredfold.definition.mistakes import did_you_mean
from hundredfold.errors import NotFound
from hundredfold.said import said
from hundredfold.segment.history import sizes
from hundredfold.segment.kept import Kept
from hundredfold.store.movements import FILE, Movements
from hundredfold.words.calendar import HOUR, day_start, iso, local_day

DAYS = 30


def open_movements(workspace: Workspace) -> Movements:
    """What a workspace records of segments."""
    workspace.store.mkdir(parents=True, exist_ok=True)
    return Movements(workspace.store / FILE)


@contextmanager
def recorded_by(opened: OpenWorkspace, kept: Kept | None) -> Iterator[Movements]:
    """What is recorded, by the server that keeps the members, if one does."""
    if kept is not None:
        yield kept.recorded()[1]
        return
    with closing(open_movements(opened.workspace)) as store:
        yield store


def recorded_sizes(opened: OpenWorkspace, name: str, *, days: int = DAYS, hours: int | None = None) -> Document:
    """A segment's sizes where no server runs, up to when the last one did. Raises NotFound."""
    must_be_known(opened.served_setup.definitions.segments, [name])
    with recorded_by(opened, None) as store:
        stood = store.stand()
        return sizes_document(store, opened.now() if stood is None else stood[0], opened.workspace, [name], days, hours)


def sizes_document(
    store: Movements, as_of: int, workspace: Workspace, names: Sequence[str], days: int, hours: int | None
) -> Document:
    """The sizes of segments at the last so many midnights, or full hours, and at `as_of`; null where none is known."""
    at = [*_steps(as_of, workspace, days, hours), as_of]
    found: dict[str, Any] = dict(sizes(store, at, names))
    return {"as_of": iso(as_of), "at": [iso(one) for one in at], "sizes": found}


def must_be_known(known: Iterable[str], names: Iterable[str]) -> None:
    """Raises NotFound for a segment that there is none of."""
    for name in names:
        if name not in known:
            near = did_you_mean(name, known, said("Segments"))
            raise NotFound(said("no segment in force is called `{name}`. {near}", name=name, near=near))


def _steps(as_of: int, workspace: Workspace, days: int, hours: int | None) -> list[int]:
    if hours is not None:
        newest = as_of // HOUR
        return [hour * HOUR for hour in range(newest - hours + 1, newest + 1) if hour * HOUR < as_of]
    today = local_day(as_of, workspace.zone)
    starts = [day_start(day, workspace.zone) for day in range(today - days + 1, today + 1)]
    return [start for start in starts if start < as_of]
