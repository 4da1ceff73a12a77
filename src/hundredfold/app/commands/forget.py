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
    from hundredfold.app.remote import RemoteWorkspace

    asked: Asked = context.obj
    with asked.reached("forget") as reached:
        if isinstance(reached, RemoteWorkspace):
            document = reached.work("forget", customer=customer)
        else:
            document = work.forget(reached, customer=customer, new_id=lambda: f"erasure-{uuid4()}")
    answer(
        document,
        as_json=json,
        shown=lambda out: out.print(
            f"{document['customer_id']} is erased, with {len(document['ids'])} ids", markup=False
        ),
    )
