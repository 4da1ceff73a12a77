"""The control API's part for the event debugger: stored messages, newest first, and one of them with what it did."""

from __future__ import annotations

from datetime import tzinfo
from typing import Annotated, Final, Literal

import pyarrow as pa
from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from hundredfold.app.gui.desk import Desk, Reading, Value
from hundredfold.app.gui.messages import MessageShown, place_of, shown
from hundredfold.app.gui.stream.find import copies
from hundredfold.app.gui.stream.fit import Fit, Judge
from hundredfold.app.gui.stream.past import Pages, Place
from hundredfold.app.gui.stream.row import Mended, MessageRow, mended_of, row_of
from hundredfold.app.gui.stream.trace import AttributeTraced, Ending, OtherTraced, Traced, trace
from hundredfold.app.gui.stream.wanted import MOST_TEXT, Wanted
from hundredfold.audit.messages import Heard, read_time
from hundredfold.errors import NotFound
from hundredfold.profile.dossier import heard_of
from hundredfold.profile.feed import Feed
from hundredfold.profile.records import Wish
from hundredfold.said import said
from hundredfold.words.calendar import SECOND, iso

PAGE: Final = 50
MOST: Final = 200


class MessagePage(BaseModel):
    """Messages that fit, newest first. `looked` were looked at, back to one that came at `looked_to`."""

    messages: list[MessageRow]
    looked: int
    looked_to: str | None
    next: str | None = Field(description="Where the next page begins, to be sent as `before`; null at the end of all.")


class CopyStored(BaseModel):
    """A stored copy of a message."""

    place: str
    received: str
    source: str


class MessageTime(BaseModel):
    """How a message got its time.

    `received`: it stated none; `stated`: as it stated it; `corrected`: its sender's clock runs otherwise than ours, by
    `skew` seconds; `future`: it lay too far in the future, and was set to when it came.
    """

    way: Literal["received", "stated", "corrected", "future"]
    stated: str | None
    sent: str | None
    skew: float | None


class ChangeTold(BaseModel):
    """A value that was told to have changed."""

    old: Value
    new: Value


class RecordTold(BaseModel):
    """What the feed told of the customer with the message, or with the next that came."""

    sequence: int
    at: str
    changes: dict[str, ChangeTold]


class MessageDetail(BaseModel):
    """A stored message: as it lies there, how it was read, what has become of it, and what it updates.

    Without the right to personal data nothing that was sent and no id is told, and no trait.
    """

    message: MessageShown
    raw: str | None = Field(description="As it is stored: as it was sent, but for what had to be mended.")
    size: int = Field(description="Its bytes.")
    timing: MessageTime
    mended: list[Mended] = Field(description="What of it the door has mended, as far as that is known.")
    copies: list[CopyStored]
    customer_id: str | None
    fate: Ending
    by: str | None = Field(description="The id of the message because of which it does not count as it stands.")
    since_batch: bool
    fit: Fit | None = Field(description="Null where nothing of the message is left.")
    attributes: list[AttributeTraced]
    others: list[OtherTraced] = Field(description="Other customers whom it touches, 10 at most.")
    fed: RecordTold | None = Field(description="Null where nothing was told, or where it is no longer held.")


def stream(desk: Desk, judge: Judge, feed: Feed) -> APIRouter:
    """The routes `/messages` and `/messages/one`."""
    router = APIRouter(prefix="/messages", tags=["messages"])
    opened, pages = desk.opened, Pages(desk.opened)

    @router.get("")
    def stored_messages(
        grant: Reading,
        source: Annotated[list[str] | None, Query(description="Only of these sources.")] = None,
        kind: Annotated[list[str] | None, Query(description="Only these types.")] = None,
        event: Annotated[list[str] | None, Query(description="Only these events.")] = None,
        customer: Annotated[str | None, Query(max_length=MOST_TEXT, description="Only with this sent id.")] = None,
        text: Annotated[str | None, Query(max_length=MOST_TEXT, description="Only with this in the payload.")] = None,
        before: Annotated[str | None, Query(description="`next` of the page before.")] = None,
        limit: Annotated[int, Query(ge=1, le=MOST)] = PAGE,
    ) -> MessagePage:
        """Stored messages, newest first. Ids and texts of payloads can be looked for with the right to see them."""
        wanted = Wanted.of(grant, source or (), kind or (), event or (), customer, text)
        found = pages.page(wanted, None if before is None else Place.of(before), limit)
        setup = opened.served_setup
        return MessagePage(
            messages=[
                row_of(
                    one.heard,
                    judge.misfits(one.row, setup),
                    opened.workspace.zone,
                    flagged=one.row["flagged"][0].as_py(),
                    personal_data=grant.personal_data,
                )
                for one in found.found
            ],
            looked=found.looked,
            looked_to=None if found.to is None else iso(found.to),
            next=None if found.next is None else found.next.text(),
        )

    @router.get("/one")
    def stored_message(
        grant: Reading,
        message_id: str,
        place: Annotated[str | None, Query(description="Of several copies this one; else the one that counts.")] = None,
    ) -> MessageDetail:
        """A message, with what has become of it and what it updates."""
        found = copies(opened, message_id)
        if not found.num_rows:
            raise NotFound(said("no stored message has this id. It may have been refused or held back; look there."))
        row, traced = _chosen(desk, found, place)
        heard = next(heard_of(row))
        left = traced.fate != "erased"
        personal = grant.personal_data and left
        fit = judge.fit(row, traced.setup, personal_data=personal) if left else None
        return MessageDetail(
            message=shown(heard, personal_data=personal),
            raw=row["payload"][0].as_py().decode() if personal else None,
            size=len(row["payload"][0].as_py()),
            timing=_timing(heard, row, opened.workspace.zone),
            mended=list(mended_of(heard, opened.workspace.zone, flagged=row["flagged"][0].as_py())) if left else [],
            copies=[_copy(one) for one in heard_of(found)],
            customer_id=traced.dossier.person.customer_id if personal and traced.dossier is not None else None,
            fate=traced.fate,
            by=traced.by,
            since_batch=not traced.covered,
            fit=fit,
            attributes=traced.attributes([] if fit is None else fit.attributes, personal_data=personal) if left else [],
            others=traced.others(personal_data=personal),
            fed=_fed(feed, heard, traced, personal_data=personal),
        )

    return router


def _chosen(desk: Desk, found: pa.Table, place: str | None) -> tuple[pa.Table, Traced]:
    """The copy that was asked for, else the one that counts, else the first; and what it has done."""
    rows = [found.slice(number, 1) for number in range(found.num_rows)]
    named = [row for row in rows if f"{row['partition'][0]}/{row['offset'][0]}" == place]
    traced = [(row, trace(desk, row)) for row in named or rows]
    return next((one for one in traced if one[1].fate not in ("duplicate", "withdrawn")), traced[0])


def _copy(heard: Heard) -> CopyStored:
    message = heard.message
    return CopyStored(place=place_of(heard), received=iso(message.received), source=message.source)


def _timing(heard: Heard, row: pa.Table, zone: tzinfo) -> MessageTime:
    message = heard.message
    stated = read_time(message.payload.get("timestamp"), zone)
    skew = None if message.sent is None else message.received - message.sent
    way: Literal["received", "stated", "corrected", "future"] = "stated"
    if stated is None:
        way = "received"
    elif row["flagged"][0].as_py():
        way = "future"
    elif heard.time != stated:
        way = "corrected"
    return MessageTime(
        way=way,
        stated=None if stated is None else iso(stated),
        sent=None if message.sent is None else iso(message.sent),
        skew=None if skew is None else skew / SECOND,
    )


def _fed(feed: Feed, heard: Heard, traced: Traced, *, personal_data: bool) -> RecordTold | None:
    if traced.dossier is None or traced.fate in ("withdrawn", "erased"):
        return None
    wish = Wish.of([traced.dossier.person.customer_id], personal_data=personal_data)
    record = feed.told(heard.message.partition, heard.message.offset, wish)
    if record is None or "changes" not in record:
        return None
    changes = {name: ChangeTold(**change) for name, change in record["changes"].items()}
    return RecordTold(sequence=record["sequence"], at=record["at"], changes=changes)
