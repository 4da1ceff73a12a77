"""The events behind an attribute of a customer: what counts in it, and what does not and why."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel

from hundredfold.app.door.problem import Problem
from hundredfold.app.gui.desk import Customer, Desk, Reading, Value, as_json
from hundredfold.app.gui.messages import MessageShown, paged, shown
from hundredfold.app.times import Time
from hundredfold.definition.model import Trait
from hundredfold.errors import NotFound
from hundredfold.profile.behind import behind
from hundredfold.profile.dossier import Dossier
from hundredfold.profile.proof import LeftOut, Meaning, Part, Reason
from hundredfold.said import said
from hundredfold.words.calendar import iso
from hundredfold.words.value import Number

PAGE: Final = 50
MOST: Final = 500


class PartShown(BaseModel):
    """A row that counts: what it `adds` (count, sum), what its value or key is, whether it decides."""

    message: MessageShown
    time: str
    """The fact's time; of an order that was reported again, that of the first report."""
    line: int | None
    value: Value
    key: Value
    adds: Value
    decides: bool
    since_batch: bool
    other_system: bool
    """It is another system's own value, and no event."""


class LeftOutShown(BaseModel):
    """A message, or a line of it, that does not count, and why."""

    message: MessageShown
    time: str
    line: int | None
    reason: Reason
    detail: str | None
    by: MessageShown | None
    """The message because of which: the copy that counts, the newer report, the cancellation."""


class BehindShown(BaseModel):
    """What is behind a value, newest first; `value` is worked out once more from all the parts."""

    attribute: str
    meaning: Meaning
    value: Value
    error: str | None
    at: str
    exact: bool
    """Whether the parts make the value by adding them up, or are it."""
    names: list[str]
    """The attributes that a formula is worked out of."""
    counted: int
    sum: Value
    """What all parts add up to, where they do."""
    left_out: int
    reasons: dict[str, int]
    parts: list[PartShown]
    others: list[LeftOutShown]
    next: str | None
    """Where the next page begins, to be sent as `before`."""


def routes(desk: Desk) -> APIRouter:
    """The route `/customers/behind`."""
    router = APIRouter(prefix="/customers", tags=["customers"])

    @router.get("/behind")
    def events_behind(
        customer: Customer,
        attribute: str,
        grant: Reading,
        of: Annotated[Literal["counted", "left_out"], Query(description="Which of the two lists.")] = "counted",
        reason: Annotated[str | None, Query(description="Only what is left out for this reason.")] = None,
        before: str | None = None,
        limit: Annotated[int, Query(ge=1, le=MOST)] = PAGE,
        at: Time = None,
        known_at: Time = None,
    ) -> BehindShown:
        """The messages that count in an attribute, with what each adds or is, or those that do not, with why."""
        dossier = desk.dossier(customer, at, known_at)
        setup = dossier.evidence.setup
        declared = setup.definitions.attributes.get(attribute)
        if declared is None:
            raise NotFound(said("no attribute has this name. The profile names all that are in force."))
        if isinstance(declared, Trait) and not grant.personal_data:
            raise Problem(403, "not_allowed", said("traits are personal data; ask an admin for the right to see it"))
        found = behind(dossier, declared, desk.reader(setup))
        rows: list[Part] | list[LeftOut] = found.parts if of == "counted" else found.left_out
        if of == "left_out" and reason is not None:
            rows = [one for one in found.left_out if one.reason == reason]
        page, follows = paged([*rows], _order, before, limit)
        personal = grant.personal_data
        return BehindShown(
            attribute=attribute,
            meaning=found.meaning,
            value=as_json(found.value),
            error=found.error,
            at=iso(dossier.evidence.at),
            exact=found.meaning in ("adds", "decides", "says"),
            names=list(found.names),
            counted=len(found.parts),
            sum=_sum(found.parts) if found.meaning == "adds" else None,
            left_out=len(found.left_out),
            reasons=dict(Counter(one.reason for one in found.left_out).most_common()),
            parts=[_part(one, dossier, personal) for one in page if isinstance(one, Part)],
            others=[_left_out(one, personal) for one in page if isinstance(one, LeftOut)],
            next=follows,
        )

    return router


def _order(one: Part | LeftOut) -> tuple[int, str, int, int]:
    message = one.heard.message
    return one.time, message.message_id, one.line or 0, message.offset


def _sum(parts: list[Part]) -> Value:
    return as_json(Number(sum(one.adds.millionths for one in parts if one.adds is not None)))


def _part(one: Part, dossier: Dossier, personal: bool) -> PartShown:
    return PartShown(
        message=shown(one.heard, personal_data=personal),
        time=iso(one.time),
        line=one.line,
        value=as_json(one.value),
        key=as_json(one.key),
        adds=as_json(one.adds),
        decides=one.decides,
        since_batch=dossier.evidence.covers is not None and not one.covered,
        other_system=one.batch,
    )


def _left_out(one: LeftOut, personal: bool) -> LeftOutShown:
    # Whose the message is because of which an event counts for somebody else is nobody's business here.
    by = None if one.by is None or one.reason == "elsewhere" else one.by
    return LeftOutShown(
        message=shown(one.heard, personal_data=personal),
        time=iso(one.time),
        line=one.line,
        reason=one.reason,
        detail=one.detail,
        by=None if by is None else shown(by, personal_data=personal),
    )
