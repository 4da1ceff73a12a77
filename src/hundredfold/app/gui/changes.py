"""The control API's part for the book of who changed what."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from hundredfold.app.door.access import requires
from hundredfold.store.changes import FILE, Change, Changes, Way
from hundredfold.words.calendar import iso


class Changed(BaseModel):
    """Something that was changed."""

    id: int
    at: str
    who: str = Field(description="A user, whom a token is for, the command line, or the server itself.")
    way: Way
    what: str = Field(description="Such as user.added: what kind of thing, and what was done to it.")
    object: str
    before: str | None
    after: str | None


def changes(store: Path) -> APIRouter:
    """The route `/changes`; `store` is the folder of the workspace's SQLite files."""
    router = APIRouter(prefix="/changes", tags=["changes"], dependencies=[requires("admin")])

    @router.get("")
    def list_changes(
        limit: Annotated[int, Query(ge=1, le=1000, description="How many, newest first.")] = 100,
        before: Annotated[int | None, Query(description="Only those behind this id: the last one of a page.")] = None,
    ) -> list[Changed]:
        """Who changed what, newest first."""
        with closing(Changes(store / FILE)) as book:
            return [_changed(change) for change in book.newest(limit, before)]

    return router


def _changed(change: Change) -> Changed:
    return Changed(
        id=change.id or 0,
        at=iso(change.at),
        who=change.who,
        way=change.way,
        what=change.what,
        object=change.object,
        before=change.before,
        after=change.after,
    )
