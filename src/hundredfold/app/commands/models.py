"""`hf models`: the predictive models, how good they are, and whether they are used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import typer

from hundredfold.app.commands.asking import AsJson, Asked, answer

if TYPE_CHECKING:
    from rich.console import Console

NAME: Final = "models"
_COLUMNS: Final = ("model", "used", "error", "baseline", "customers", "trained")


def run(context: typer.Context, json: AsJson = False) -> None:
    """List the predictive models: error against the baseline, whether they are used, and why not."""
    from hundredfold.app import work

    asked: Asked = context.obj
    document = work.models(asked.workspace())
    answer(document, as_json=json, shown=lambda out: _show(out, document))


def _show(out: Console, document: dict[str, Any]) -> None:
    from rich.table import Table
    from rich.text import Text

    if not document["models"]:
        out.print("no models yet: declare an attribute with `model:`, then say hf apply and hf batch")
        return
    table = Table(box=None, pad_edge=False)
    table.add_column("attribute", no_wrap=True, overflow="fold")
    for heading in _COLUMNS:
        table.add_column(heading)
    for one in document["models"]:
        told = {**one, "used": "yes" if one["on"] else "no"}
        for figure in ("error", "baseline"):
            told[figure] = None if one[figure] is None else f"{one[figure]:.4g}"
        if one["trained"] is not None:
            told["trained"] = one["trained"][:10]
        row = (Text("" if told.get(name) is None else str(told[name])) for name in _COLUMNS)
        table.add_row(Text(one["attribute"]), *row)
    out.print(table)
    for one in document["models"]:  # sentences, which a column would break to pieces
        measured = None if one["measure"] is None else f"the error is the {one['measure']}"
        for sentence in filter(None, (measured, one["why"])):
            out.print(Text(f"{one['attribute']}: {sentence}"), soft_wrap=True)
