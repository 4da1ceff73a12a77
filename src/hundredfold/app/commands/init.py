"""`hf init`: a new workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from hundredfold.app.commands.asking import AsJson, Misuse, answer

NAME: Final = "init"


def run(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make; it may exist.")],
    timezone: Annotated[str, typer.Option(help="The zone of the shop's calendar, such as Europe/Lisbon.")] = "UTC",
    currency: Annotated[str, typer.Option(help="The currency in which money is kept (ISO 4217).")] = "EUR",
    json: AsJson = False,
) -> None:
    """Make a new workspace folder."""
    from hundredfold.app.workspace import Workspace
    from hundredfold.definition.mistakes import DefinitionErrors

    try:
        workspace = Workspace.create(directory, timezone, currency)
    except DefinitionErrors as mistakes:
        raise Misuse("; ".join(error.message for error in mistakes.errors)) from None
    folder = str(workspace.folder.resolve())
    document = {"workspace": folder, "timezone": timezone, "currency": currency}
    next_step = f"Write definitions into {directory}/definitions, then: hf -w {directory} apply"
    answer(
        document, as_json=json, shown=lambda out: out.print(f"{folder} is a workspace now. {next_step}", markup=False)
    )
