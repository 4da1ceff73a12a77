"""The control API's part for the tour of a demo: as whom one may buy what, and what was bought on it.

To buy, the page sends what any shop would, with a browser's write key, which may only append. The log only grows, so
taking a purchase back is a message, too: the one that the shop's definitions say removes an order.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from hundredfold.app.door.access import Requires
from hundredfold.app.door.problem import Problem
from hundredfold.app.gui.lately import Good, Tracked, lately
from hundredfold.app.opened import OpenWorkspace
from hundredfold.definition.model import Trait
from hundredfold.live.following import Following
from hundredfold.said import said
from hundredfold.store.tokens import Grant, Tokens

SOURCE: Final = "tour"
ORDER: Final = "Order Completed"
CUSTOMERS: Final = 4
"""So many of each kind are offered."""


class Bought(BaseModel):
    """An order that was bought on the tour and not taken back."""

    customer_id: str
    order_id: str
    total: float


class Tour(BaseModel):
    """What one may do on the tour.

    `quiet` have a history, and nothing since the batch; `lively` have done most since then. `undone_by` is the event
    that removes an order; null in a shop whose definitions name none.
    """

    write_key: str = Field(description="May append messages, and nothing else; it ends with the server.")
    undone_by: str | None
    quiet: list[str]
    lively: list[str]
    names: dict[str, str] = Field(description="What they are called, as far as it is known and may be seen.")
    goods: list[Good]
    bought: list[Bought]


@contextmanager
def open_tour(opened: OpenWorkspace) -> Iterator[APIRouter]:
    """The route `/tour`, with a write key of its own that ends with the block."""
    workspace = opened.workspace
    if not workspace.settings.page:
        yield tour(opened, None)
        return
    with closing(Tokens(workspace.store / "tokens.sqlite", now=workspace.now, random=os.urandom)) as tokens:
        for left in tokens.list():
            if (left.kind, left.name) == ("browser", SOURCE) and left.revoked is None:
                tokens.revoke(left.id)
        key, grant = tokens.create("browser", SOURCE)
        try:
            yield tour(opened, key)
        finally:
            tokens.revoke(grant.id)


def tour(opened: OpenWorkspace, key: str | None) -> APIRouter:
    """The route `/tour`; without a key there is no tour."""
    router = APIRouter(prefix="/tour", tags=["tour"])

    @router.get("")
    def offered_tour(grant: Annotated[Grant, Depends(Requires("write"))]) -> Tour:
        """As whom one may buy what, and what was bought here before."""
        if key is None:
            raise Problem(404, "no_tour", said("this workspace is no demo; hf demo makes one with a tour"))
        rule = opened.workspace.in_force().definitions.events.get(ORDER)
        removes = rule.removed_by if rule is not None and rule.key == "properties.order_id" else ()
        found = lately(opened, CUSTOMERS)
        return Tour(
            write_key=key,
            undone_by=removes[0] if removes else None,
            quiet=found.quiet,
            lively=found.lively,
            names=_names(opened, [*found.quiet, *found.lively]) if grant.personal_data else {},
            goods=found.goods,
            bought=bought(found.tracked, removes),
        )

    return router


def _names(opened: OpenWorkspace, customers: list[str]) -> dict[str, str]:
    """The trait `name` of customers, where an attribute tells it."""
    with opened.guard:
        engine = opened.engine()
        defined, people, told = engine.compiled.setup.definitions.attributes, engine.state.people, engine.follower
        attribute = next((name for name, one in defined.items() if isinstance(one, Trait) and one.path == "name"), None)
        if attribute is None or not isinstance(told, Following):
            return {}
        sids = {customer: engine.sids.known(f"u:{customer}") for customer in customers}
        named = {customer: people.customer(people.label(sid)) for customer, sid in sids.items() if sid is not None}
        found = {
            customer: told.current.values(sid).get(attribute) for customer, sid in named.items() if sid is not None
        }
    return {customer: name for customer, name in found.items() if isinstance(name, str)}


def bought(tracked: list[Tracked], removes: tuple[str, ...]) -> list[Bought]:
    """The orders that came from the tour and that no message has removed."""
    found: dict[str, Bought] = {}
    removed: set[str] = set()
    for one in tracked:
        if one.source != SOURCE:
            continue
        payload = one.payload
        properties: Any = payload.get("properties")
        order = properties.get("order_id") if isinstance(properties, dict) else None
        if not isinstance(order, str):
            continue
        if payload.get("event") in removes:
            removed.add(order)
        elif payload.get("event") == ORDER and isinstance(properties.get("total"), int | float):
            found[order] = Bought(customer_id=one.user, order_id=order, total=properties["total"])
    return [one for order, one in found.items() if order not in removed]
