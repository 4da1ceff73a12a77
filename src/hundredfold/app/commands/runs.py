"""`hf runs`: what ran, and what will."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import typer

from hundredfold.app.commands.asking import AsJson, Asked, answer

if TYPE_CHECKING:
    from rich.console import Console

NAME: Final = "runs"
_COLUMNS: Final = (
    "number",
    "kind",
    "scheduled",
    "attempt",
    "started",
    "seconds",
    "customers",
    "rows",
    "error",
    "retry",
)


def run(context: typer.Context, json: AsJson = False) -> None:
    """List scheduled and past runs: how long, how much, what went wrong."""
    from hundredfold.app import work

    asked: Asked = context.obj
    document = work.runs(asked.workspace())
    answer(document, as_json=json, shown=lambda out: _show(out, document))


def _show(out: Console, document: dict[str, Any]) -> None:
    from rich.table import Table
    from rich.text import Text

    for name, time in document["scheduled"].items():
        out.print(f"next {name}: {time}")
    if not document["runs"]:
        out.print("no runs yet")
        return
    told = [{**one, "rows": one.get("events", one.get("read"))} for one in document["runs"]]
    columns = [name for name in _COLUMNS if any(one.get(name) is not None for one in told)]
    table = Table(box=None, pad_edge=False)
    for name in columns:
        # A number or a time that is cut off tells nothing; a sentence may go on in the next line.
        table.add_column("run" if name == "number" else name, no_wrap=name != "error", overflow="fold")
    for one in told:
        table.add_row(*(Text("" if one.get(name) is None else str(one[name])) for name in columns))
    out.print(table)
