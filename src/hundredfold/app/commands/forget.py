"""`hf forget`: a customer is erased."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from hundredfold.app.commands.asking import AsJson, Asked, answer

NAME: Final = "forget"


def run(
    context: typer.Context,
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER", help="A user id, or else an anonymous id.")],
    json: AsJson = False,
) -> None:
    """Erase a customer: no message of the ids that are linked now counts any more."""
    from uuid import uuid4

    from hundredfold.app import work

    asked: Asked = context.obj
    document = asked.done(
        NAME,
        lambda opened: work.forget(opened, customer=customer, new_id=lambda: f"erasure-{uuid4()}"),
        customer=customer,
    )
    answer(
        document,
        as_json=json,
        shown=lambda out: out.print(
            f"{document['customer_id']} is erased, with {len(document['ids'])} ids", markup=False
        ),
    )
