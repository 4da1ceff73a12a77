"""The control API's part for segments: all of them with how many are in each, and whom some of them share."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from hundredfold.app.documents import positions
from hundredfold.app.door.language import heading, spoken
from hundredfold.app.gui.desk import Reading
from hundredfold.app.nobody import hidden_from, why_hidden, why_nobody
from hundredfold.app.opened import OpenWorkspace
from hundredfold.app.segment_history import must_be_known
from hundredfold.definition.spelling import text_of
from hundredfold.errors import NotFound
from hundredfold.said import said
from hundredfold.segment.kept import AsOf, Kept
from hundredfold.words.calendar import iso

MOST: Final = 60
"""Segments of an overlap, at most."""


class SegmentLine(BaseModel):
    """A segment in force."""

    name: str
    label: dict[str, str] = Field(description="By language; empty: only the name.")
    description: str | dict[str, str] | None
    group: str | None
    where: str = Field(description="The condition.")
    attributes: list[str] = Field(description="What the condition asks for.")
    count: int | None = Field(description="How many are in it; null while they are being counted, and where `why` is.")
    why: str | None = Field(
        description="Why nobody can be known to be in it, since what it asks for has no values; or why it is not told."
    )


class Segments(BaseModel):
    """All segments as of one state; without a time while they are being counted, after a start."""

    as_of: str | None
    position: dict[str, int] | None
    customers: int | None
    segments: list[SegmentLine]


class Overlaps(BaseModel):
    """How many customers each two segments share; a row for each segment, in their order.

    Null, with `why`, for those that tell of persons, without the right to personal data.
    """

    as_of: str
    position: dict[str, int]
    customers: int
    names: list[str]
    shared: list[list[int | None]]
    why: str | None = None


def segments(opened: OpenWorkspace, kept: Kept) -> APIRouter:
    """The routes of segments that are kept."""
    router = APIRouter(tags=["segments"])

    @router.get("/segments")
    def all_segments(grant: Reading) -> Segments:
        """Every segment in force, and how many are in it."""
        found = kept.counts()
        definitions, runs = opened.served_setup.definitions, opened.runs()
        counts = {} if found is None else found[1]
        untold = hidden_from(grant, definitions)

        def counted(name: str) -> dict[str, Any]:
            count = counts.get(name)
            why = why_nobody(definitions, definitions.asked[name], runs) if count == 0 else None
            why = why_hidden() if name in untold else why
            return {"count": count, "why": None} if why is None else {"count": None, "why": spoken(why)}

        lines = [
            SegmentLine(
                name=name,
                label=dict(definitions.labels.get(name, {})),
                description=definitions.descriptions.get(name),
                group=heading(definitions.groups.get(name)),
                where=text_of(one.where),
                attributes=definitions.asked[name],
                **counted(name),
            )
            for name, one in definitions.segments.items()
        ]
        return Segments(**_told(None if found is None else found[0]), segments=lines)

    @router.get("/segment-overlaps")
    def segment_overlaps(
        grant: Reading,
        names: Annotated[
            list[str], Query(alias="name", min_length=1, max_length=MOST, description="May be given again.")
        ],
    ) -> Overlaps:
        """How many customers segments share, two by two."""
        try:
            found = kept.overlaps(names)
        except KeyError as error:
            must_be_known(opened.served_setup.definitions.segments, [str(error.args[0])])
            found = None
        if found is None:
            raise NotFound(said("the segments are being counted. Ask again soon"))
        untold = hidden_from(grant, opened.served_setup.definitions)
        shared = [
            [None if untold & {row, column} else count for column, count in zip(names, counts, strict=True)]
            for row, counts in zip(names, found[1], strict=True)
        ]
        why = spoken(why_hidden()) if untold & set(names) else None
        return Overlaps(**_told(found[0]), names=names, shared=shared, why=why)

    return router


def _told(as_of: AsOf | None) -> dict[str, object]:
    if as_of is None:
        return {"as_of": None, "position": None, "customers": None}
    return {"as_of": iso(as_of.at), "position": positions(as_of.positions), "customers": as_of.customers}
