"""The control API's part for segments as they are written: checked, drafted, compared, published, renamed."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from hundredfold.app.gui.definitions.drafting import Drafting, Listed, Named, draft_routes
from hundredfold.app.gui.definitions.writing import Entry, Looked, Name, Writing
from hundredfold.app.gui.desk import Reading, Writer
from hundredfold.app.gui.segments.renaming import rename


class Rename(BaseModel):
    """The name that a segment is to have."""

    to: Name


class Renamed(BaseModel):
    """A segment that has another name now, and the segments that name it."""

    name: str
    followers: list[str]


def segment_drafts(writing: Writing) -> APIRouter:
    """The routes `/definitions/segments/...`."""
    router = APIRouter(prefix="/definitions/segments", tags=["definitions"])
    desk = Drafting(writing)

    @router.get("")
    def list_written_segments(grant: Reading) -> list[Listed]:
        """All segments: those in force, those that are only written, those that are drafts."""
        return [one for one, _ in desk.listed(grant)]

    @router.post("/check")
    def check_segment(entry: Entry, _: Reading) -> Looked:
        """A segment's lines of YAML, the same as rows, and what is wrong. With `sentence` the lines follow."""
        return writing.looked(entry)[0]

    draft_routes(router, desk)

    @router.post("/{name}/rename")
    def rename_segment(name: Named, asked: Rename, _: Writer) -> Renamed:
        """Gives a segment another name, in the conditions of other segments, too, and brings that into force."""
        with desk.publishing:
            followers = rename(writing, name, asked.to)
        return Renamed(name=asked.to, followers=followers)

    return router
