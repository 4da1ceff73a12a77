"""The control API's part for the members of a segment as a file."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from hundredfold.app.door.access import requires
from hundredfold.app.gui.definitions.writing import Name
from hundredfold.app.member_files import Kind, content_of, members_table
from hundredfold.app.opened import OpenWorkspace
from hundredfold.app.times import Time, asked_time
from hundredfold.segment.kept import Kept
from hundredfold.words.calendar import iso

_TYPES: Final = {"csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet"}


def segment_files(opened: OpenWorkspace, kept: Kept) -> APIRouter:
    """The route of members as a file."""
    router = APIRouter(tags=["segments"])

    @router.get("/segments/{name}/members/file", dependencies=[requires("read", personal_data=True)])
    def segment_members_file(
        name: str,
        attributes: Annotated[list[Name], Query(alias="attribute", max_length=50)] = [],  # noqa: B006 - FastAPI copies it
        kind: Annotated[Kind, Query(alias="format")] = "csv",
        at: Time = None,
        known_at: Time = None,
    ) -> StreamingResponse:
        """All members of a segment, now or at a time, with the values of some attributes, as of one state."""
        times = {name: asked_time(opened.workspace, name, text) for name, text in (("at", at), ("known_at", known_at))}
        table, now = members_table(opened, name, attributes, **times, kept=kept)
        stamp = iso(now).replace("-", "").replace(":", "")
        shown = {
            "Content-Disposition": f'attachment; filename="{name}-{stamp}.{kind}"',
            "X-As-Of": iso(now),
            "X-Count": str(table.num_rows),
        }
        return StreamingResponse(content_of(table, kind), media_type=_TYPES[kind], headers=shown)

    return router
