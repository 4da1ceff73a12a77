"""Which column is what, by its name and its look; what kind of table follows; and the parts of its mapping."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from hundredfold.ingest.guess.form import Kind, MappingPart
from hundredfold.ingest.guess.looks import Look
from hundredfold.ingest.guess.words import PERSONAL, REFUNDS, ROLES, TRAITS, UPDATED, VALID_FROM, plain, rank, slug

Roles = Mapping[str, str]
"""The column of each role."""

_NUMBERS: Final = ("total", "lines.price", "lines.quantity")
_HEADS: Final = ("userId", "anonymousId", "timestamp", "messageId", "currency")
_LINE_TEXTS: Final = ("lines.sku", "lines.name", "lines.category", "lines.brand")
_AS_PROPERTIES: Final = {
    "order_id": "order_id",
    "refund_id": "refund_id",
    "total": "total",
    "currency": "currency",
    **{role: role.removeprefix("lines.") for role in ROLES if role.startswith("lines.")},
}
"""Where a role goes in an event."""


def roles_of(looks: Mapping[str, Look]) -> dict[str, str]:
    """The column of each role; a column has one role at most."""
    found: dict[str, str] = {}
    for role, phrases in ROLES.items():
        ranked = [(rank(name, phrases), name) for name in looks if name not in found.values()]
        fitting = [
            (not looks[name].filled, place, name)
            for place, name in ranked
            if place is not None and _may_be(role, looks[name])
        ]
        if fitting:
            found[role] = min(fitting)[2]
    if "userId" not in found:
        emails = [name for name, look in looks.items() if look.is_email and name not in found.values()]
        if len(emails) == 1:
            found["userId"] = emails[0]
    return found


def kind_of(roles: Roles, looks: Mapping[str, Look], file: str) -> Kind | None:
    """What the table seems to be; None where nothing says whose its rows are."""
    whose = roles.keys() & {"userId", "anonymousId"}
    names = plain(file), *(plain(name) for name in looks)
    if whose and ("refund_id" in roles or any(word in names[0] for word in REFUNDS)) and _sells(roles):
        return "refunds"
    if whose and "order_id" in roles and _sells(roles):
        return "orders"
    if whose and ("event" in roles or ("timestamp" in roles and "total" in roles)):
        return "events"
    if not whose and "lines.sku" in roles and "order_id" not in roles:
        return "products"
    return "customers" if "userId" in roles else None


def parts_of(kind: Kind, roles: Roles, looks: Mapping[str, Look], *, line_total: bool) -> tuple[MappingPart, ...]:
    """What is read of a table of a kind. With `line_total` the column for the total says that of a line."""
    match kind:
        case "orders" | "refunds":
            parts = _grouped(kind, roles, looks, line_total=line_total)
        case "events":
            parts = _events(roles, looks)
        case "customers":
            parts = _customers(roles, looks)
        case "products":
            parts = _products(roles, looks)
        case "messages":
            return ()
    return tuple(_once(parts))


def is_time(name: str, look: Look) -> bool:
    """Whether a column is called as if it held times."""
    words = plain(name).split()
    asked = {"date", "time", "data", "hora", "timestamp", "at", "datetime", "em", "dia", "day", "desde", "since"}
    return "time" in look.kind or bool(asked.intersection(words))


def _may_be(role: str, look: Look) -> bool:
    if not look.filled:
        return True
    if role == "timestamp":
        return look.may_be_time or look.is_number
    if role in _NUMBERS:
        return look.kind == "number" or bool(look.number_shapes)
    return not look.is_flag if role == "userId" else True


def _sells(roles: Roles) -> bool:
    return bool(roles.keys() & {"total", "lines.price", "lines.sku", "lines.name"})


def _grouped(kind: Kind, roles: Roles, looks: Mapping[str, Look], *, line_total: bool) -> Iterator[MappingPart]:
    heads = ("order_id" if kind == "orders" else "refund_id", *_HEADS)
    for role in (*heads, *_LINE_TEXTS):
        if role in roles:
            yield MappingPart(target=role, column=roles[role])
    yield from _amounts(roles, line_total=line_total)
    used = (*heads, *_LINE_TEXTS, *_NUMBERS)
    yield from _rest(roles, looks, {roles[role] for role in used if role in roles})


def _amounts(roles: Roles, *, line_total: bool) -> Iterator[MappingPart]:
    """The total as the order states it; that of a line is its price, unless price and quantity are there, too."""
    total, price = roles.get("total"), roles.get("lines.price")
    quantity = roles.get("lines.quantity")
    if total is not None and line_total and price is None:
        yield MappingPart(target="lines.price", column=total)
        if quantity is not None:
            yield MappingPart(target="lines.units", column=quantity, type="number")
        return
    if total is not None and line_total:
        yield MappingPart(target="lines.total", column=total, type="number")
    elif total is not None:
        yield MappingPart(target="total", column=total)
    if price is not None:
        yield MappingPart(target="lines.price", column=price)
    if quantity is not None:
        yield MappingPart(target="lines.quantity", column=quantity)


def _events(roles: Roles, looks: Mapping[str, Look]) -> Iterator[MappingPart]:
    own = ("userId", "anonymousId", "timestamp", "event", "messageId")
    for role in own:
        if role in roles:
            yield MappingPart(target=role, column=roles[role])
    for role, name in _AS_PROPERTIES.items():
        if role in roles:
            kind = "number" if role in _NUMBERS else None
            yield MappingPart(target=f"properties.{name}", column=roles[role], type=kind)
    yield from _rest(roles, looks, set(roles.values()))


def _customers(roles: Roles, looks: Mapping[str, Look]) -> Iterator[MappingPart]:
    user = roles.get("userId")
    if user is not None:
        yield MappingPart(target="userId", column=user)
        if looks[user].is_email:
            yield MappingPart(target="traits.email", column=user)
    changed = next((name for name in looks if rank(name, UPDATED) is not None and looks[name].may_be_time), None)
    if changed is not None:
        yield MappingPart(target="timestamp", column=changed)
    for name, look in looks.items():
        if name not in (user, changed):
            trait = _trait(name) or slug(name)
            yield _typed(MappingPart(target=f"traits.{trait}", column=name), look)


def _products(roles: Roles, looks: Mapping[str, Look]) -> Iterator[MappingPart]:
    lines = {column: role.removeprefix("lines.") for role, column in roles.items() if role.startswith("lines.")}
    since = next((name for name in looks if rank(name, VALID_FROM) is not None and looks[name].may_be_time), None)
    for name, look in looks.items():
        if name == since:
            yield MappingPart(target="valid_from", column=name)
        else:
            field = lines.get(name) or slug(name)
            part = MappingPart(target=f"columns.{field}", column=name)
            yield part if field == "sku" else _typed(part, look)


def _rest(roles: Roles, looks: Mapping[str, Look], used: Collection[str]) -> Iterator[MappingPart]:
    """The other columns as properties; what only a person needs to be known by stays out."""
    taken = {"total", "currency", "products", "order_id", "refund_id"}
    for name, look in looks.items():
        trait = _trait(name)
        if name in used or look.is_email or (trait in PERSONAL and rank(name, ROLES["lines.name"]) is None):
            continue
        field = slug(name)
        if roles.get("order_id") == name:
            field = "order_id"
            if "refund_id" not in roles:
                continue
        elif field in taken:
            field = f"{field}_of_row"
        yield _typed(MappingPart(target=f"properties.{field}", column=name), look)


def _typed(part: MappingPart, look: Look) -> MappingPart:
    """With the type of a column that is not text; whether its numbers and times can be read is settled later."""
    if look.kind != "text":
        return part
    if look.is_flag:
        return part.model_copy(update={"type": "boolean"})
    if look.may_be_time and not look.is_number:
        return part.model_copy(update={"type": "time"})
    if look.is_number and not look.is_code and _trait(part.column) not in ("phone", "address.postalCode"):
        return part.model_copy(update={"type": "number"})
    return part


def _trait(name: str) -> str | None:
    return next((trait for trait, phrases in TRAITS.items() if rank(name, phrases) is not None), None)


def _once(parts: Iterator[MappingPart]) -> Iterator[MappingPart]:
    """No two parts go to one place, and none lies inside another."""
    taken: set[str] = set()
    for part in parts:
        target, number = part.target, 2
        while target in taken:
            target, number = f"{part.target}_{number}", number + 1
        taken.add(target)
        yield part if target == part.target else part.model_copy(update={"target": target})
