"""The control API's part for what was recorded of segments: sizes over time, and who entered and left."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from hundredfold.app.documents import positions
from hundredfold.app.door.access import requires
from hundredfold.app.door.language import spoken
from hundredfold.app.door.problem import Problem
from hundredfold.app.gui.desk import Reading
from hundredfold.app.nobody import hidden_from, why_hidden
from hundredfold.app.opened import OpenWorkspace
from hundredfold.app.segment_history import DAYS, must_be_known, sizes_document
from hundredfold.app.times import Time, asked_time
from hundredfold.said import said
from hundredfold.segment.history import moves
from hundredfold.segment.kept import Kept
from hundredfold.words.calendar import iso

MOST_DAYS: Final = 750
MOST_HOURS: Final = 750
PAGE: Final = 100
MOST: Final = 1_000
"""Moves of a page."""


class SegmentSizes(BaseModel):
    """How many members segments had: at the midnights, or full hours, of `at`, and last as of now.

    Null where a segment was not recorded yet; and, with `why`, where it would tell of persons to somebody who has no
    right to personal data.
    """

    as_of: str
    at: list[str]
    sizes: dict[str, list[int | None]]
    why: str | None = None


class SegmentMove(BaseModel):
    """A customer entered a segment, or left it."""

    customer_id: str | None = Field(description="Null for somebody who was erased since.")
    move: Literal["entered", "left"]
    at: str
    position: dict[str, int]


class SegmentMoves(BaseModel):
    """Who entered a segment and left it, the newest first."""

    segment: str
    moves: list[SegmentMove]
    next: str | None = Field(description="Where the next page begins, to be sent as `before`.")


def segment_history(opened: OpenWorkspace, kept: Kept) -> APIRouter:
    """The routes of what is recorded."""
    router = APIRouter(tags=["segments"])

    @router.get("/segment-sizes")
    def segment_sizes(
        grant: Reading,
        names: Annotated[list[str] | None, Query(alias="name", description="May be given again; none: all.")] = None,
        days: Annotated[int, Query(ge=1, le=MOST_DAYS, description="So many midnights.")] = DAYS,
        hours: Annotated[int | None, Query(ge=1, le=MOST_HOURS, description="So many full hours instead.")] = None,
    ) -> SegmentSizes:
        """The sizes of segments over time."""
        definitions = opened.served_setup.definitions
        must_be_known(definitions.segments, names or ())
        as_of, store = kept.recorded()
        wanted = names or [*definitions.segments]
        found = SegmentSizes(**sizes_document(store, as_of, opened.workspace, wanted, days, hours))
        untold = hidden_from(grant, definitions) & set(wanted)
        if untold:
            nothing: dict[str, list[int | None]] = {name: [None] * len(found.at) for name in untold}
            found = found.model_copy(update={"sizes": found.sizes | nothing, "why": spoken(why_hidden())})
        return found

    @router.get("/segments/{name}/moves", dependencies=[requires("read", personal_data=True)])
    def segment_moves(
        name: str,
        since: Time = None,
        until: Time = None,
        before: Annotated[str | None, Query(description="The `next` of the page before.")] = None,
        limit: Annotated[int, Query(ge=1, le=MOST)] = PAGE,
    ) -> SegmentMoves:
        """Who entered a segment and left it, the newest first."""
        must_be_known(opened.served_setup.definitions.segments, [name])
        between = asked_time(opened.workspace, "since", since), asked_time(opened.workspace, "until", until)
        _, store = kept.recorded()
        found = moves(store, name, limit + 1, *between, before=None if before is None else _place(before))
        page = found[:limit]
        return SegmentMoves(
            segment=name,
            moves=[
                SegmentMove(
                    customer_id=None if one.key is None else one.key[2:],
                    move="entered" if one.entered else "left",
                    at=iso(one.at),
                    position=positions(one.positions),
                )
                for one in page
            ],
            next="{}-{}".format(*page[-1].place) if len(found) > limit else None,
        )

    return router


def _place(text: str) -> tuple[int, int]:
    block, _, row = text.partition("-")
    if not (block.isascii() and block.isdigit() and row.isascii() and row.isdigit()):
        raise Problem(422, "bad_place", said("before is no place; send the `next` of the page before, as it is"))
    return int(block), int(row)
