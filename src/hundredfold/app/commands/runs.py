"""`hf runs`: the batch runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import typer

from hundredfold.app.commands.asking import AsJson, Asked, answer

if TYPE_CHECKING:
    from rich.console import Console

NAME: Final = "runs"


def run(context: typer.Context, json: AsJson = False) -> None:
    """List scheduled and past runs: how long, how much, what went wrong."""
    from hundredfold.app.runbook import Runbook

    asked: Asked = context.obj
    workspace = asked.workspace()
    document = {"runs": Runbook(workspace.runbook, workspace.now).runs()}
    answer(document, as_json=json, shown=lambda out: _show(out, document["runs"]))


def _show(out: Console, runs: list[dict[str, Any]]) -> None:
    from rich.table import Table
    from rich.text import Text

    if not runs:
        out.print("no runs yet")
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("run", "kind", "started", "seconds", "customers", "events", "error"):
        table.add_column(heading)
    for one in runs:
        names = ("number", "kind", "started", "seconds", "customers", "events", "error")
        table.add_row(*(Text("" if one.get(name) is None else str(one[name])) for name in names))
    out.print(table)
