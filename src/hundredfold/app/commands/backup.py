"""`hf backup`: a consistent copy of everything, also while the workspace is served."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from hundredfold.app.commands.asking import AsJson, Asked, answer, warn

NAME: Final = "backup"


def run(
    context: typer.Context,
    to: Annotated[Path, typer.Argument(metavar="TO", help="A new folder, best on another disk.")],
    json: AsJson = False,
) -> None:
    """Copy the whole workspace as it is now into a new folder; a server goes on meanwhile."""
    from hundredfold.app import work

    asked: Asked = context.obj
    target = str(to.absolute())
    document = asked.done(NAME, lambda opened: work.backup(opened, to=target), to=target)
    warn(f"{target}: {document['warning']}")
    answer(
        document,
        as_json=json,
        shown=lambda out: out.print(
            f"{document['files']:,} files, {document['bytes']:,} bytes, at {document['position']}", markup=False
        ),
    )
