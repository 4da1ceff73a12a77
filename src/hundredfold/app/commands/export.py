"""`hf export`: everything, as open files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from hundredfold.app.commands.asking import AsJson, Asked, answer, warn

NAME: Final = "export"


def run(
    context: typer.Context,
    to: Annotated[Path, typer.Option(metavar="FOLDER", help="The new folder to write.")],
    json: AsJson = False,
) -> None:
    """Write everything as Parquet and YAML, with a page that documents every column. It holds personal data."""
    from hundredfold.app import work

    asked: Asked = context.obj
    target = str(to.absolute())
    document = asked.done(
        NAME, lambda opened: work.export_everything(opened, to=target), task="export/everything", to=target
    )
    warn(f"{target}: {document['warning']}")
    answer(
        document,
        as_json=json,
        shown=lambda out: out.print(
            f"{document['customers']:,} customers and {document['events']:,} messages written to {target}", markup=False
        ),
    )
