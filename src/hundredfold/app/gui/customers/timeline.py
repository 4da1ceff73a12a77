"""What happened to a customer: every stored message of his, newest first, with what has become of it."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from typing import Annotated, Final

from fastapi import APIRouter, Query
from pydantic import BaseModel

from hundredfold.app.gui.desk import Customer, Desk, Reading
from hundredfold.app.gui.messages import MessageShown, named, paged, shown
from hundredfold.app.times import Time
from hundredfold.profile.dossier import Dossier, Fate, Spoken
from hundredfold.words.calendar import DAY, iso

PAGE: Final = 50
MOST: Final = 500
BARS: Final = 60
_STEPS: Final = tuple(days * DAY for days in (1, 7, 14, 30, 61, 91, 182, 365, 730, 1461, 3653))


class Happened(BaseModel):
    """A message and what has become of it."""

    message: MessageShown
    fate: Fate
    by: str | None
    """The id of the message because of which it does not count as it stands."""
    since_batch: bool


class MessageCount(BaseModel):
    """How many messages there are of a kind, and of an event."""

    kind: str
    event: str | None
    count: int


class ActivityBar(BaseModel):
    """How many messages that count, or would without another report of the same, lie in a stretch of time."""

    start: str
    end: str
    count: int


class CustomerTimeline(BaseModel):
    """A page of what happened. `kinds` and `bars` are of everything, whatever the filters."""

    customer_id: str
    at: str
    messages: int
    first: str | None
    last: str | None
    kinds: list[MessageCount]
    fates: dict[str, int]
    bars: list[ActivityBar]
    fits: int
    """So many messages fit the filters."""
    happened: list[Happened]
    next: str | None
    """Where the next page begins, to be sent as `before`."""


def routes(desk: Desk) -> APIRouter:
    """The route `/customers/timeline`."""
    router = APIRouter(prefix="/customers", tags=["customers"])

    @router.get("/timeline")
    def customer_timeline(
        customer: Customer,
        grant: Reading,
        kind: Annotated[list[str] | None, Query(description="Only these types of messages.")] = None,
        event: Annotated[list[str] | None, Query(description="Only these events.")] = None,
        fate: Annotated[list[str] | None, Query(description="Only what has become this.")] = None,
        until: Annotated[str | None, Query(description="Only what happened before this time.")] = None,
        before: str | None = None,
        limit: Annotated[int, Query(ge=1, le=MOST)] = PAGE,
        at: Time = None,
        known_at: Time = None,
    ) -> CustomerTimeline:
        """What happened to a customer, newest first."""
        dossier = desk.dossier(customer, at, known_at)
        end = desk.time("until", until)
        everything = sorted(dossier.spoken, key=lambda one: one.order, reverse=True)
        fitting = [one for one in everything if _fits(one, kind, event, fate) and (end is None or one.heard.time < end)]
        page, follows = paged(fitting, lambda one: one.order, before, limit)
        covers = dossier.evidence.covers is not None
        return CustomerTimeline(
            customer_id=dossier.person.customer_id,
            at=iso(dossier.evidence.at),
            messages=len(everything),
            first=iso(everything[-1].heard.time) if everything else None,
            last=iso(everything[0].heard.time) if everything else None,
            kinds=_kinds(everything),
            fates=dict(Counter(one.fate for one in everything).most_common()),
            bars=_bars(dossier),
            fits=len(fitting),
            happened=[
                Happened(
                    message=shown(one.heard, personal_data=grant.personal_data),
                    fate=one.fate,
                    by=None if one.by is None else one.by.message.message_id,
                    since_batch=covers and not one.covered,
                )
                for one in page
            ],
            next=follows,
        )

    return router


def _fits(one: Spoken, kinds: list[str] | None, events: list[str] | None, fates: list[str] | None) -> bool:
    wanted = (kinds is None and events is None) or one.heard.kind in (kinds or ()) or named(one.heard) in (events or ())
    return wanted and (fates is None or one.fate in fates)


def _kinds(everything: list[Spoken]) -> list[MessageCount]:
    counted = Counter((one.heard.kind, named(one.heard) if one.heard.kind == "track" else None) for one in everything)
    return [MessageCount(kind=kind, event=event, count=count) for (kind, event), count in counted.most_common()]


def _bars(dossier: Dossier) -> list[ActivityBar]:
    """Bars of equal width over everything that is no copy and not void, at most `BARS` of them."""
    times = sorted(one.heard.time for one in dossier.spoken if one.fate not in ("duplicate", "erased", "void"))
    if not times:
        return []
    reach = times[-1] - times[0]
    step = next((step for step in _STEPS if reach < step * BARS), _STEPS[-1])
    start = times[0] // DAY * DAY
    edges = range(start, times[-1] + step, step)
    ends = [bisect_right(times, edge - 1) for edge in edges]
    found = [
        ActivityBar(start=iso(edge), end=iso(edge + step), count=end - begin)
        for edge, begin, end in zip(edges, ends, [*ends[1:], len(times)], strict=True)
    ]
    return found[:-1] if len(found) > 1 and found[-1].count == 0 else found
