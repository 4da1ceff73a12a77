"""`hf doctor`: what is wrong here, and how to mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import typer

from hundredfold.app.commands.asking import FAILED, AsJson, Asked, answer

if TYPE_CHECKING:
    from rich.console import Console

NAME: Final = "doctor"


def run(context: typer.Context, json: AsJson = False) -> None:
    """Check this installation and the workspace; exit code 1 when something is wrong."""
    from hundredfold.app.doctor import examined

    asked: Asked = context.obj
    checks = examined(asked.folder)
    document = {"checks": checks, "healthy": all(check["ok"] for check in checks)}
    answer(document, as_json=json, shown=lambda out: _show(out, checks))
    if not document["healthy"]:
        raise typer.Exit(FAILED)


def _show(out: Console, checks: list[dict[str, Any]]) -> None:
    from rich.text import Text

    for check in checks:
        line = Text("  ok  " if check["ok"] else "WRONG ", "green" if check["ok"] else "bold red")
        out.print(line.append(f"{check['name']}: ", "bold").append(check["found"], "default"))
        if check["mend"]:
            out.print(Text(f"      {check['mend']}", "yellow"))
