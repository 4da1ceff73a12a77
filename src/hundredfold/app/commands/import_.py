"""`hf import`: files through the log."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from hundredfold.app.commands.asking import AsJson, Asked, Counter, Misuse, answer

if TYPE_CHECKING:
    from rich.console import Console

NAME: Final = "import"


def run(
    context: typer.Context,
    path: Annotated[str, typer.Argument(metavar="PATH", help="A file (NDJSON, CSV, Parquet) or a folder of them.")],
    source: Annotated[str | None, typer.Option(help="The name of where it comes from; default: import.")] = None,
    mapping: Annotated[
        str | None, typer.Option("--map", metavar="FILE", help="What the rows become: a mapping file, or a preset.")
    ] = None,
    json: AsJson = False,
) -> None:
    """Import events; what is imported counts at once, and importing twice changes nothing."""
    if "://" in path:
        raise Misuse(
            f"{path} is a database's address; databases are not read directly yet. "
            "Export the table as Parquet or CSV, and import that file."
        )
    if not Path(path).exists():
        raise Misuse(f"there is no file or folder {path}; check the path")
    from hundredfold.app import work
    from hundredfold.app.remote import RemoteWorkspace

    asked: Asked = context.obj
    full = str(Path(path).resolve())
    if mapping is not None and Path(mapping).is_file():
        mapping = str(Path(mapping).resolve())
    with asked.reached("import") as reached:
        if isinstance(reached, RemoteWorkspace):
            document = reached.work("import", path=full, source=source, map=mapping)
        else:
            document = work.import_data(
                reached, path=full, source=source, mapping=mapping, progress=Counter("rows read")
            )
    answer(document, as_json=json, shown=lambda out: _show(out, document))


def _show(out: Console, document: dict[str, Any]) -> None:
    out.print(
        f"{document['read']:,} rows read: {document['stored']:,} messages stored, "
        f"{document['duplicates']:,} duplicates, {document['rejected']:,} rows rejected"
    )
    for reason, count in document["skipped"].items():
        out.print(f"  left out: {count:,} ({reason})")
    for reason, count in document["reasons"].items():
        examples = [one for one in document["rejections"] if one["reason"] == reason]
        out.print(f"  rejected: {count:,} ({reason})", end="\n" if not examples else "")
        for example in examples[:1]:
            out.print(f", first in {example['file']} row {example['row']}: ", end="")
            out.print(example["message"], markup=False)
    for name in document["lookups"]:
        out.print(f"  lookup table written: {name}")
