"""`hf lineage`: what depends on a field, an event, a column, an attribute or a segment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from hundredfold.app.commands.asking import AsJson, Asked, answer

if TYPE_CHECKING:
    from rich.console import Console

NAME: Final = "lineage"


def run(
    context: typer.Context,
    what: Annotated[
        str,
        typer.Argument(
            metavar="WHAT",
            help="events.NAME.FIELD, properties.FIELD, sources.NAME.COLUMN, an attribute or a segment.",
        ),
    ],
    json: AsJson = False,
) -> None:
    """Tell what breaks when something gets another name: attributes, formulas, segments; and what it reads."""
    from hundredfold.app.lineage import lineage

    asked: Asked = context.obj
    document = lineage(asked.workspace(), what)
    answer(document, as_json=json, shown=lambda out: _show(out, document))


def _show(out: Console, document: dict[str, Any]) -> None:
    def tell(text: str) -> None:
        out.print(text, markup=False, highlight=False)

    tell(document["sentence"])
    for one in document["attributes"]:
        tell(f"  {one['name']}" + (f" (through {', '.join(one['through'])})" if one["through"] else ""))
    for one in document["segments"]:
        tell(f"  segment {one['name']} (through {', '.join(one['through'])})")
    for one in document["reads"]:
        tell(f"  reads {one['what']}")
    for one in document["filled_by"]:
        tell(f"  filled by sources.{one['source']}.{one['column']}")
