"""`hf restore`: a new workspace from a backup."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from hundredfold.app.commands.asking import AsJson, Asked, Counter, answer, warn

NAME: Final = "restore"


def run(
    context: typer.Context,
    source: Annotated[Path, typer.Argument(metavar="FROM", help="The folder that hf backup has made.")],
    embedded: Annotated[
        bool, typer.Option("--embedded", help="A log that was on Kafka becomes a folder of files: the topic is gone.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Make the workspace that -w names of a backup: every file is compared, none that is there is overwritten."""
    from hundredfold.app.backup.restoring import restored

    asked: Asked = context.obj
    document = restored(source, asked.folder, Counter("files restored"), embedded=embedded)
    if document["topic"] is not None:
        warn(
            f"what the topic {document['topic']} holds behind {document['position']} is not in the backup: it is read "
            "when the workspace is opened. Is the topic gone, restore with --embedded."
        )
    answer(
        document,
        as_json=json,
        shown=lambda out: out.print(
            f"{document['workspace']} is a workspace now, as it was at {document['made']}: {document['files']:,} files",
            markup=False,
        ),
    )
