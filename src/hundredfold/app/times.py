"""Times that requests name."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from fastapi import Query

from hundredfold.app.door.problem import Problem
from hundredfold.app.workspace import Workspace
from hundredfold.said import said

Time: TypeAlias = Annotated[
    str | None, Query(description="ISO 8601; without zone in the workspace's.", examples=["2026-11-22T10:00Z"])
]


def asked_time(workspace: Workspace, name: str, text: str | None) -> int | None:
    """A time that was asked for under some name, in microseconds UTC. Raises Problem 422."""
    found = None if text is None else workspace.time(text)
    if text is not None and found is None:
        raise Problem(422, "bad_time", said("{name} is no time; write it like 2026-11-22T10:00:00Z", name=name))
    return found
