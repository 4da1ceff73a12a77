"""The control API's part for how customers move: sizes of stages of life by day, and cohorts by their first order."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from hundredfold.app.door.access import requires
from hundredfold.app.grouped import first_and_last, stage
from hundredfold.app.gui.microsegments.explorer import Explorer
from hundredfold.app.gui.microsegments.routes import Move, called, moves_shown
from hundredfold.app.opened import OpenWorkspace
from hundredfold.attribute.column import Ints, Pool
from hundredfold.attribute.zones import local_days
from hundredfold.predict.microsegments.migration import Migration
from hundredfold.predict.microsegments.naming import STAGES
from hundredfold.segment.crowd import Crowd
from hundredfold.segment.days import Days
from hundredfold.words.calendar import DAY, iso, local_day

MONTHS: Final = 13
"""Cohorts that are shown, the newest ones."""


class Stage(BaseModel):
    """A stage of life, and how many were in it at each instant."""

    stage: str
    called: dict[str, str]
    sizes: list[int]


class Movement(BaseModel):
    """How many were in which stage on which day, the last instant being now; without an attribute there is none."""

    attribute: str | None
    label: dict[str, str]
    as_of: str | None = Field(description="Null until everybody has been read since the start.")
    at: list[str]
    stages: list[Stage]
    since: str | None = Field(serialization_alias="from", description="Between which two days `moves` are.")
    until: str | None = Field(serialization_alias="to")
    moves: list[Move]


class Cohort(BaseModel):
    """Those who first ordered in a month."""

    month: str = Field(description="Such as 2026-11, in the workspace's zone.")
    customers: int
    again: list[float] = Field(description="The share who ordered one, two, ... months later, or after that.")


class Cohorts(BaseModel):
    """The newest months, the oldest of them first; the last share of each is of the month that still goes on."""

    first: str | None = Field(description="The attribute that is the time of the first order; null: there is none.")
    last: str | None
    as_of: str | None = Field(description="Null until everybody has been read since the start.")
    cohorts: list[Cohort]


def movement(opened: OpenWorkspace, explorer: Explorer, days: Days) -> APIRouter:
    """The routes `/movement` and `/cohorts`."""
    router = APIRouter(tags=["home"], dependencies=[requires("read")])

    @router.get("/movement")
    def stage_movement(
        back: Annotated[int, Query(alias="days", ge=1, le=730, description="How many days back.")] = 30,
    ) -> Movement:
        """How many customers were in which stage of life on which day, and who moved in the last one."""
        definitions = opened.served_setup.definitions
        name = stage(definitions)
        if name is None:
            return Movement(attribute=None, label={}, as_of=None, at=[], stages=[], since=None, until=None, moves=[])
        told = days.told(name, opened.workspace.now() - back * DAY)
        now = explorer.taken([name])
        entries = [(iso(at), dict(one.counts)) for at, one in told]
        if now is not None:
            entries.append((iso(now[0].at), _counts(now[0].codes(name), now[2])))
        newest = next((one for _, one in reversed(told) if one.since is not None), None)
        at = next((at for at, one in told if one is newest), None)
        order = sorted({text for _, counts in entries for text in counts}, key=_order)
        return Movement(
            attribute=name,
            label=dict(definitions.labels.get(name, {})),
            as_of=None if now is None else iso(now[0].at),
            at=[time for time, _ in entries],
            stages=[
                Stage(stage=text, called=called(text), sizes=[counts.get(text, 0) for _, counts in entries])
                for text in order
            ],
            since=None if newest is None or newest.since is None else iso(newest.since),
            until=None if at is None else iso(at),
            moves=[] if newest is None else moves_shown(_others(newest.moves)),
        )

    @router.get("/cohorts")
    def order_cohorts() -> Cohorts:
        """By month of the first order the share who ordered again, so many months later or after that."""
        both = first_and_last(opened.served_setup.definitions)
        found = None if both is None else explorer.taken(both)
        if both is None or found is None:
            first, last = both or (None, None)
            return Cohorts(first=first, last=last, as_of=None, cohorts=[])
        return Cohorts(first=both[0], last=both[1], as_of=iso(found[0].at), cohorts=cohorts(found[0], *both))

    def cohorts(people: Crowd, first: str, last: str) -> list[Cohort]:
        zone = opened.workspace.zone
        begins, ends = people.instants(first), people.instants(last)
        there = (begins >= 0) & (ends >= begins)
        begun, ended = (_months(local_days(times[there], zone)) for times in (begins, ends))
        today = int(_months(np.array([local_day(people.at, zone)]))[0])
        found = []
        for month in range(today - MONTHS + 1, today + 1):
            later = ended[begun == month] - month
            if not later.size:
                continue
            stayed = np.bincount(np.minimum(later, MONTHS), minlength=MONTHS + 1)[::-1].cumsum()[::-1]
            shares = (stayed[1 : today - month + 1] / later.size).tolist()
            found.append(Cohort(month=str(np.datetime64(month, "M")), customers=int(later.size), again=shares))
        return found

    return router


def _months(days: Ints) -> Ints:
    """Days since 1970-01-01 as months since then."""
    if not days.size:
        return days
    first = int(days.min())
    calendar = np.arange(first, int(days.max()) + 1).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    found: Ints = calendar[days - first]
    return found


def _counts(codes: Ints, pool: Pool) -> dict[str, int]:
    found = np.bincount(codes[codes >= 0])
    return {pool.text(code): int(found[code]) for code in np.flatnonzero(found).tolist()}


def _order(text: str) -> tuple[int, str]:
    """Stages as lives go, where the words are known; others behind them, by name."""
    known = [*STAGES]
    return known.index(text) if text in known else len(known), text


def _others(moves: Migration) -> Migration:
    """Only who is in another stage."""
    return Migration({pair: count for pair, count in moves.customers.items() if pair[0] != pair[1]})
