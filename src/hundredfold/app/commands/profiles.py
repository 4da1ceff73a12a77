"""`hf profiles`: everybody, as a Parquet file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from hundredfold.app.commands.asking import AsJson, Asked, AtTime, KnownAtTime, Misuse, answer, instant

NAME: Final = "profiles"


def run(
    context: typer.Context,
    to: Annotated[str, typer.Option(metavar="FILE", help="The Parquet file to write.")],
    at: AtTime = None,
    known_at: KnownAtTime = None,
    json: AsJson = False,
) -> None:
    """Write all profiles into a Parquet file: customer_id and one column for every attribute."""
    asked: Asked = context.obj
    if Path(to).suffix != ".parquet" or Path(to).is_dir():
        raise Misuse(f"{to} is no name of a Parquet file; let it end in .parquet")
    when, known = instant(asked, "--at", at), instant(asked, "--known-at", known_at)
    document = asked.export(to=str(Path(to).resolve()), at=when, known_at=known)
    answer(
        document,
        as_json=json,
        shown=lambda out: out.print(f"{document['customers']:,} customers written to {document['file']}"),
    )
