"""One person's ids: the links between them, parting and joining them, taking everything out, erasing everything."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from hundredfold.app import work
from hundredfold.app.acting import note
from hundredfold.app.answers import profile_document
from hundredfold.app.control import Exact
from hundredfold.app.door.access import requires
from hundredfold.app.door.problem import Problem
from hundredfold.app.erasure import key_of
from hundredfold.app.gui.desk import Customer, Desk
from hundredfold.app.gui.messages import place_of
from hundredfold.audit.messages import Heard
from hundredfold.audit.persons import Pair, active_links, statements, usable
from hundredfold.errors import MessageRejected, NotFound
from hundredfold.ingest.message import entry
from hundredfold.profile.dossier import Dossier, Spoken
from hundredfold.said import said
from hundredfold.words.calendar import iso

SOURCE: Final = "gui"


class _Asked(BaseModel):
    """A request that says nothing beside what is asked for."""

    model_config = ConfigDict(extra="forbid")


class SentId(BaseModel):
    """An id under which messages were sent."""

    id: str
    kind: Literal["user", "anonymous"]
    names_customer: bool
    messages: int
    first: str | None
    last: str | None


class IdLink(BaseModel):
    """What was last said of two ids: that they are, or are not, one person.

    `off`: why a link joins nobody: it was taken back (`parted`), an id has too many neighbours (`shared`), or an
    anonymous id belongs to several persons (`ambiguous`).
    """

    user: str
    other: str
    other_kind: Literal["user", "anonymous"]
    joined: bool
    off: Literal["parted", "shared", "ambiguous"] | None
    said_by: str
    source: str
    time: str
    message_id: str
    statements: int


class CustomerLinks(BaseModel):
    """The ids of a person, and every link that bears on him."""

    customer_id: str
    ids: list[SentId]
    links: list[IdLink]
    at: str


class IdPair(_Asked):
    """Two ids, one of them a user's."""

    user: str
    other: str
    other_kind: Literal["user", "anonymous"]


class IdsStated(BaseModel):
    """A statement lies in the log, and this is what has become of the two ids."""

    message_id: str
    joined: bool


class CustomerErase(_Asked):
    """A customer to be erased; `typed` is his id once more, as whoever asks has typed it."""

    customer: str
    typed: str


class CustomerErased(BaseModel):
    """Who was erased."""

    customer_id: str
    ids: list[str]
    held_back: int


def routes(desk: Desk, new_id: Callable[[], str]) -> APIRouter:
    """The routes for one person's ids under `/customers`."""
    router = APIRouter(prefix="/customers", tags=["customers"])
    opened = desk.opened

    def state(pair: IdPair, kind: Literal["unmerge", "identify", "alias"]) -> IdsStated:
        message: dict[str, Any] = {"type": kind, "userId": pair.user, "messageId": new_id()}
        message["anonymousId" if pair.other_kind == "anonymous" else "previousId"] = pair.other
        now = opened.workspace.now()
        try:
            stated = entry(message, received=now, trust="server", source=SOURCE, zone=opened.workspace.zone)
        except MessageRejected as error:
            raise Problem(
                422, "bad_id", said("{told}. Take the ids as /customers/links tells them.", told=str(error))
            ) from None
        with opened.guard:
            engine, keys = opened.engine(), (f"u:{pair.user}", f"{pair.other_kind[0]}:{pair.other}")
            if None in (engine.sids.known(keys[0]), engine.sids.known(keys[1])):
                raise NotFound(said("one of the two ids was never sent. Take them as /customers/links tells them."))
            opened.log.append([stated])
            note(opened.workspace.store, "customer.parted" if kind == "unmerge" else "customer.joined", "2 ids")
            engine = opened.engine()
            one, other = engine.state.people.labels(engine.sids.codes(keys)).tolist()
        return IdsStated(message_id=stated.message_id, joined=one == other)

    @router.get("/links", dependencies=[requires("read", personal_data=True)])
    def customer_links(customer: Customer) -> CustomerLinks:
        """The ids of a customer, and what was said of which of them belong together."""
        return _links(desk.dossier(customer))

    @router.post("/unmerge", dependencies=[requires("write", personal_data=True)])
    def unmerge_ids(pair: IdPair) -> IdsStated:
        """Takes a link back: from now on the two ids are not joined by it, at any time from now on."""
        return state(pair, "unmerge")

    @router.post("/join", dependencies=[requires("write", personal_data=True)])
    def join_ids(pair: IdPair) -> IdsStated:
        """Joins two ids: what takes an unmerge back."""
        return state(pair, "identify" if pair.other_kind == "anonymous" else "alias")

    @router.get("/export", dependencies=[requires("read", personal_data=True)], response_model=dict[str, Any])
    def export_customer(customer: Customer) -> Exact:
        """Everything that is stored about a person, as one JSON document: ids, links, messages, profile."""
        with opened.clock_held() as now:
            answers = opened.answers()
            profile = profile_document(answers.profile(customer), answers.attributes)
            dossier = desk.dossier(customer, iso(now))
        document = Exact(
            {
                "format": "hundredfold customer 1",
                "exported_at": iso(now),
                "customer_id": dossier.person.customer_id,
                **_links(dossier).model_dump(include={"ids", "links"}),
                "profile": profile,
                "messages": [_stored(one) for one in sorted(dossier.spoken, key=lambda one: one.order)],
            }
        )
        note(opened.workspace.store, "customer.exported", f"{len(dossier.spoken)} messages")
        document.headers["Content-Disposition"] = 'attachment; filename="customer.json"'
        return document

    @router.post("/erase", dependencies=[requires("admin", personal_data=True)])
    def erase_customer(asked: CustomerErase) -> CustomerErased:
        """Erases a person and everything that is linked to him now. It cannot be undone."""
        dossier = desk.dossier(asked.customer)
        if asked.typed != dossier.person.customer_id:
            raise Problem(422, "not_confirmed", said("what was typed is not the customer's id; nothing was erased"))
        found = work.forget(opened, customer=_unmistakable(desk, dossier), new_id=new_id)
        return CustomerErased(customer_id=dossier.person.customer_id, ids=found["ids"], held_back=found["held_back"])

    return router


def _unmistakable(desk: Desk, dossier: Dossier) -> str:
    """An id of a person that means nobody else, though a user and a visitor may have ids of one text."""
    with desk.opened.guard:
        engine = desk.opened.engine()
        for key in dossier.person.ids:
            with suppress(NotFound):
                if key_of(engine, key[2:]) == key:
                    return key[2:]
    raise Problem(
        409, "ambiguous_id", said("every id of this visitor is also a user's; send a delete with its anonymousId")
    )


def _stored(one: Spoken) -> dict[str, Any]:
    message = one.heard.message
    return {
        "message_id": message.message_id,
        "time": iso(one.heard.time),
        "received": iso(message.received),
        "source": message.source,
        "trust": message.trust,
        "place": place_of(one.heard),
        "counts": one.fate,
        "message": message.payload,
    }


def _links(dossier: Dossier) -> CustomerLinks:
    counting = [one for one in dossier.circle if one.fate not in ("duplicate", "unknown", "erased", "later")]
    heard = [one.heard for one in counting]
    active = active_links(heard)
    shared_over = dossier.evidence.setup.shared_over
    use, own = usable(active, shared_over), set(dossier.person.ids)
    newest: dict[Pair, Heard] = {}
    said: dict[Pair, int] = {}
    for one in heard:
        for pair, _ in statements(one):
            said[pair] = said.get(pair, 0) + 1
            newest[pair] = max(newest.get(pair, one), one, key=lambda each: each.order)
    links = [
        _link(pair, one, said[pair], active, use, shared_over)
        for pair, one in sorted(newest.items(), key=lambda found: found[1].order, reverse=True)
        if pair & own
    ]
    return CustomerLinks(
        customer_id=dossier.person.customer_id,
        ids=[_sent_id(dossier, key) for key in dossier.person.ids],
        links=links,
        at=iso(dossier.evidence.at),
    )


def _link(pair: Pair, last: Heard, said: int, active: set[Pair], use: set[Pair], shared_over: int) -> IdLink:
    user, other = sorted(pair, key=lambda key: (key[0] != "u", key))
    off: Literal["parted", "shared", "ambiguous"] | None = None
    if pair not in use:
        neighbours = {end: sum(end in each for each in active) for end in pair}
        off = "parted" if pair not in active else "ambiguous"
        off = "shared" if pair in active and max(neighbours.values()) > shared_over else off
    return IdLink(
        user=user[2:],
        other=other[2:],
        other_kind="user" if other.startswith("u:") else "anonymous",
        joined=pair in use,
        off=off,
        said_by=last.kind,
        source=last.message.source,
        time=iso(last.time),
        message_id=last.message.message_id,
        statements=said,
    )


def _sent_id(dossier: Dossier, key: str) -> SentId:
    times = [one.heard.time for one in dossier.spoken if one.key == key and one.fate not in ("duplicate", "erased")]
    return SentId(
        id=key[2:],
        kind="user" if key.startswith("u:") else "anonymous",
        names_customer=key == dossier.person.key,
        messages=len(times),
        first=iso(min(times)) if times else None,
        last=iso(max(times)) if times else None,
    )
