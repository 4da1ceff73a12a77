"""`hf refold`: customers folded anew, for doubts about what was received lately."""

from __future__ import annotations

from typing import Annotated, Any, Final

import typer

from hundredfold.app.commands.asking import DIFFERS, AsJson, Asked, Counter, Misuse, answer, instant

NAME: Final = "refold"


def run(
    context: typer.Context,
    customer: Annotated[str | None, typer.Option(metavar="ID", help="Only this customer.")] = None,
    since: Annotated[
        str | None, typer.Option(metavar="TIME", help="Only who sent something that was received since. ISO 8601.")
    ] = None,
    json: AsJson = False,
) -> None:
    """Fold customers anew from raw messages, and mend what differs; exit code 3 when something did."""
    if customer is not None and since is not None:
        raise Misuse("say --customer or --since, not both")
    from hundredfold.app import work

    asked: Asked = context.obj
    time = instant(asked, "--since", since)
    document = asked.done(
        NAME,
        lambda opened: work.refold(opened, customer=customer, since=time, progress=Counter("ids folded")),
        customer=customer,
        since=since,
    )
    answer(document, as_json=json, shown=lambda out: out.print(_summary(document)))
    if document["differed"]:
        raise typer.Exit(DIFFERS)


def _summary(document: dict[str, Any]) -> str:
    differed = document["differed"]
    found = f"customers that differed and are mended: {differed:,}" if differed else "no difference"
    return f"{document['ids']:,} ids folded anew: {found}"
