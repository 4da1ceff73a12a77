"""`hf profile`: one customer, with what the thinking brain knew, what the feeling brain felt since, and both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from hundredfold.app.commands.asking import AsJson, Asked, AtTime, KnownAtTime, answer, instant, warn

if TYPE_CHECKING:
    from rich.console import Console

NAME: Final = "profile"


def run(
    context: typer.Context,
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER", help="A user id, or else an anonymous id.")],
    at: AtTime = None,
    known_at: KnownAtTime = None,
    json: AsJson = False,
) -> None:
    """Show a customer's combined profile."""
    asked: Asked = context.obj
    when, known = instant(asked, "--at", at), instant(asked, "--known-at", known_at)
    from hundredfold.app import work
    from hundredfold.app.remote import RemoteWorkspace
    from hundredfold.words.calendar import iso

    with asked.reached("profile") as reached:
        if isinstance(reached, RemoteWorkspace):
            given = {"at": when, "known_at": known}
            document = reached.profile(customer, **{n: None if t is None else iso(t) for n, t in given.items()})
        else:
            document = work.profile(reached, customer, at=when, known_at=known)
    if known is not None and not any(document["attributes"].values()):
        warn(f"nothing was known by {document['known_at']}; what is imported is known from its import on")
    answer(document, as_json=json, shown=lambda out: _show(out, document))


def _show(out: Console, document: dict[str, Any]) -> None:
    from rich.table import Table
    from rich.text import Text

    ids = ", ".join(document["ids"] or ())
    out.print(Text(f"{document['customer_id']}  ({ids})" if ids else document["customer_id"], "bold"))
    batch = document["batch"]
    run = "no batch run yet" if batch is None else f"batch of {batch['run']}"
    out.print(Text(f"at {document['at']}, known at {document['known_at']}; {run}", "dim"))
    table = Table(box=None, pad_edge=False)
    table.add_column("attribute")
    parts = document["parts"] or {}
    for heading in ("thinking brain", "+ feeling brain", "= now") if parts else ("now",):
        table.add_column(heading, justify="right", overflow="fold")
    for name, value in document["attributes"].items():
        part = parts.get(name)
        both = [_text(part["until_batch"]), _text(part["since"])] if part else ["", ""]
        table.add_row(Text(name), *(map(Text, both) if parts else ()), Text(_text(value)))
    out.print(table)
    for name, problem in document["errors"].items():
        out.print(Text(f"{name}: {problem}", "red"))


def _text(value: Any) -> str:
    from decimal import Decimal

    match value:
        case None:
            return "-"
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
        case Decimal():
            return f"{value:,}"
        case list():
            return ", ".join(map(_text, value))
        case _:
            return str(value)
