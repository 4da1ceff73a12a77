"""`hf audit`: is every value what the raw messages say?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from hundredfold.app.commands.asking import DIFFERS, AsJson, Asked, Counter, Misuse, answer

if TYPE_CHECKING:
    from rich.console import Console

NAME: Final = "audit"
DEFAULT: Final = 1_000


def run(
    context: typer.Context,
    sample: Annotated[int | None, typer.Option(min=1, help=f"How many customers; default {DEFAULT:,}.")] = None,
    everybody: Annotated[bool, typer.Option("--all", help="Every customer.")] = False,
    json: AsJson = False,
) -> None:
    """Recompute customers from raw messages and compare; exit code 3 when a value differs."""
    if everybody and sample is not None:
        raise Misuse("say --sample or --all, not both")
    from hundredfold.app import work

    asked: Asked = context.obj
    size = None if everybody else sample or DEFAULT
    document = asked.done(
        NAME,
        lambda opened: work.audit(opened, sample=size, progress=Counter("customers checked")),
        sample=size,
    )
    answer(document, as_json=json, shown=lambda out: _show(out, document))
    if document["mismatches"]:
        raise typer.Exit(DIFFERS)


def _show(out: Console, document: dict[str, Any]) -> None:
    out.print(
        f"{document['checked']:,} of {document['customers']:,} customers checked at {document['at']}: "
        + (f"{document['mismatches']:,} differ" if document["mismatches"] else "no difference")
    )
    for one in document["examples"]:
        for name, both in one["attributes"].items():
            text = f"  {one['customer_id']}  {name}: served {both['served']}, recomputed {both['recomputed']}"
            out.print(text, markup=False)
