"""Customers found and shown: the search, and the profile as what the batch knew and what has come since."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, BackgroundTasks, Query
from pydantic import BaseModel

from hundredfold.app.gui.attributes_shown import Attributes, AttributeShown, Measure
from hundredfold.app.gui.customers import behind, person, timeline
from hundredfold.app.gui.desk import Customer, Desk, Reading, Value, address_of, as_json
from hundredfold.app.opened import OpenWorkspace
from hundredfold.app.times import Time
from hundredfold.definition.model import Attribute, Definitions, Trait
from hundredfold.live.engine import Engine
from hundredfold.live.following import Following
from hundredfold.log.undone import without_withdrawn
from hundredfold.profile.answers import Answers
from hundredfold.profile.find import ID, Finder, Hit
from hundredfold.words.calendar import iso

MOST: Final = 50
LATELY: Final = 300
"""Of so many newest messages of each partition the senders are shown before anything is typed."""
FIGURES: Final = 3
NAMING: Final = frozenset(
    {"email", "mail", "phone", "company", "name", "firstname", "lastname", "fullname", "givenname", "familyname"}
    | {"surname", "nickname", "username"}
)
"""Traits by which people look for a customer, by the last part of their path without marks between words."""


class CustomerFigure(BaseModel):
    """An attribute that is shown of everybody who is found."""

    name: str
    label: dict[str, str]


class CustomerFound(BaseModel):
    """A customer: `address` leads to him; `by` is `id`, `linked id` or the name of the attribute that fits."""

    customer_id: str
    address: str
    anonymous: bool
    by: str
    text: str
    naming: dict[str, Value]
    values: dict[str, Value]
    measures: dict[str, Measure]


class CustomerSearch(BaseModel):
    """Who was found; before anything is typed, who did something lately. `traits` are searched beside ids."""

    customers: list[CustomerFound]
    figures: list[CustomerFigure]
    traits: list[CustomerFigure]
    more: bool
    known: int | None
    """How many customers there are, when nothing was typed."""
    at: str


class CustomerBatch(BaseModel):
    """The newest batch run: when its cut was, and when it was published."""

    cut: str
    published: str


class CustomerProfile(BaseModel):
    """A customer's profile. Without personal data `ids` is null and there are no traits."""

    customer_id: str
    address: str
    anonymous: bool
    exists: bool
    ids: list[str] | None
    at: str
    known_at: str
    now: bool
    batch: CustomerBatch | None
    attributes: list[AttributeShown]
    personal_data: bool
    currency: str
    timezone: str


def customers(opened: OpenWorkspace, new_id: Callable[[], str]) -> list[APIRouter]:
    """Everything under `/customers`."""
    desk = Desk(opened)
    return [routes(desk), behind.routes(desk), timeline.routes(desk), person.routes(desk, new_id)]


def routes(desk: Desk) -> APIRouter:
    """The routes `/customers/search` and `/customers/profile`."""
    router = APIRouter(prefix="/customers", tags=["customers"])
    opened, finder = desk.opened, Finder()
    held: list[Attributes] = []

    def attributes(definitions: Definitions) -> Attributes:
        if not held or held[0].definitions is not definitions:
            held[:] = [Attributes(definitions)]
        return held[0]

    @router.get("/search")
    def search_customers(
        grant: Reading,
        afterwards: BackgroundTasks,
        q: Annotated[str, Query(max_length=256, description="The beginning of an id, of an e-mail, of a name.")] = "",
        limit: Annotated[int, Query(ge=1, le=MOST)] = 20,
    ) -> CustomerSearch:
        """Customers by the beginning of an id or, for those who may see personal data, of an e-mail or a name."""
        typed = unicodedata.normalize("NFC", q.strip())
        with opened.guard:
            engine = opened.engine()
        traits = _naming(engine.compiled.setup.definitions) if grant.personal_data else []
        ready = partial(finder.fitting, engine.sids, engine.compiled.pool)
        fitting = ready(typed) if typed else None
        if fitting is None:  # so that the first letter that is typed finds everything ready
            afterwards.add_task(ready, "")
        with opened.guard:
            hits = (
                finder.find(engine, fitting, typed, traits, limit + 1, personal_data=grant.personal_data)
                if fitting is not None
                else _lately(engine, opened.log, limit)
            )
            shown = attributes(engine.compiled.setup.definitions)
            figures = _figures(shown.definitions)
            people = [_found(engine, hit, traits, figures, shown) for hit in hits[:limit]]
            known = len(engine.state.people.everybody()) if fitting is None else None
            at = engine.state.clock
        told = shown.definitions
        return CustomerSearch(
            customers=people,
            figures=[_figure(told, name) for name in figures],
            traits=[_figure(told, name) for name in traits],
            more=fitting is not None and len(hits) > limit,
            known=known,
            at=iso(at),
        )

    @router.get("/profile")
    def customer_profile(customer: Customer, grant: Reading, at: Time = None, known_at: Time = None) -> CustomerProfile:
        """A customer's profile, every attribute with its label and, where it has them, its parts."""
        when = {"at": desk.time("at", at), "known_at": desk.time("known_at", known_at)}
        with opened.clock_held():
            answers, engine = opened.answers(), opened.engine()
            found = answers.profile(customer, **when)
            label = engine.state.people.label(answers.sid(customer))
            exists, name = engine.state.people.exists(label), engine.state.people.customer(label)
            sid = answers.sid(customer) if name is None else name
            key, address = engine.sids.text(sid), address_of(engine, answers, sid)
            definitions = engine.compiled.setup.definitions
        settings = opened.workspace.settings
        return CustomerProfile(
            customer_id=found.customer_id,
            address=address,
            anonymous=key.startswith("a:"),
            exists=exists,
            ids=list(found.ids) if grant.personal_data else None,
            at=iso(found.at),
            known_at=iso(found.known_at),
            now=at is None and known_at is None,
            batch=None
            if found.run is None
            else CustomerBatch(cut=iso(found.run.cut), published=iso(found.run.published)),
            attributes=attributes(definitions).shown(found, personal_data=grant.personal_data),
            personal_data=grant.personal_data,
            currency=settings.currency,
            timezone=settings.timezone,
        )

    return router


def _found(engine: Engine, hit: Hit, traits: list[str], figures: list[str], shown: Attributes) -> CustomerFound:
    key, values = engine.sids.text(hit.customer), {}
    if isinstance(engine.follower, Following):
        values = engine.follower.current.values(hit.customer)
    return CustomerFound(
        customer_id=key[2:],
        address=address_of(engine, Answers(engine), hit.customer),
        anonymous=key.startswith("a:"),
        by=hit.by,
        text=hit.text,
        naming={name: as_json(values[name]) for name in traits if values.get(name) is not None},
        values={name: as_json(values.get(name)) for name in figures},
        measures={name: shown.measure(name, values.get(name)) for name in figures},
    )


def _lately(engine: Engine, log: Any, most: int) -> list[Hit]:
    """Who sent the newest messages of the log, the newest first."""
    since = {partition: max(0, end - LATELY) for partition, end in log.end().items()}
    newest: dict[str, int] = {}
    for table in log.read(since):
        counting = without_withdrawn(table, engine.compiled.setup.undone)
        for key, received in zip(counting["key"].to_pylist(), counting["received"].to_pylist(), strict=True):
            newest[key] = max(newest.get(key, received), received)
    return list(_customers(engine, sorted(newest, key=lambda key: (-newest[key], key)), most))


def _customers(engine: Engine, keys: list[str], most: int) -> Iterator[Hit]:
    people, told = engine.state.people, set[int]()
    for key in keys:
        sid = engine.sids.known(key)
        label = None if sid is None else people.label(sid)
        customer = people.customer(label) if label is not None and people.exists(label) else None
        if customer is not None and customer not in told and len(told) < most:
            told.add(customer)
            yield Hit(customer, ID, engine.sids.text(customer)[2:])


def _naming(definitions: Definitions) -> list[str]:
    return [name for name, one in definitions.attributes.items() if _names(one)]


def _names(attribute: Attribute) -> bool:
    if not isinstance(attribute, Trait) or attribute.type not in (None, "text"):
        return False
    last = attribute.path.rpartition(".")[2]
    return "".join(part for part in last.lower() if part.isalpha()) in NAMING


def _figures(definitions: Definitions) -> list[str]:
    """A few attributes that tell most about anybody: the first ones that are no traits."""
    of_all = [name for name, one in definitions.attributes.items() if not isinstance(one, Trait)]
    return of_all[:FIGURES]


def _figure(definitions: Definitions, name: str) -> CustomerFigure:
    return CustomerFigure(name=name, label=dict(definitions.labels.get(name, {})))
