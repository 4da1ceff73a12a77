"""`hf import`: files, or a table of a database, through the log."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import quote

import typer

from hundredfold.app.commands.asking import AsJson, Asked, Counter, Misuse, answer

if TYPE_CHECKING:
    from rich.console import Console

NAME: Final = "import"


def run(
    context: typer.Context,
    path: Annotated[
        str | None,
        typer.Argument(
            metavar="PATH",
            help="A file (NDJSON, CSV, Parquet), a folder of them, or a database: sqlite:///FILE or "
            "postgresql://USER@HOST:PORT/NAME.",
        ),
    ] = None,
    source: Annotated[str | None, typer.Option(help="The name of where it comes from; default: import.")] = None,
    mapping: Annotated[
        str | None, typer.Option("--map", metavar="FILE", help="What the rows become: a mapping file, or a preset.")
    ] = None,
    table: Annotated[
        str | None, typer.Option(help="The table of a database; not needed where there is only one.")
    ] = None,
    query: Annotated[
        str | None, typer.Option(metavar="FILE", help="Instead of a table: a file with one SELECT.")
    ] = None,
    undo: Annotated[
        int | None, typer.Option("--undo", metavar="RUN", help="Take back what the import of a run has stored.")
    ] = None,
    json: AsJson = False,
) -> None:
    """Import events; what is imported counts at once, and importing twice changes nothing."""
    if undo is not None:
        if any(one is not None for one in (path, source, mapping, table, query)):
            raise Misuse("--undo takes the number of a run and nothing else; hf runs lists them")
        _undo(context.obj, undo, as_json=json)
        return
    if path is None:
        raise Misuse("name a file or folder to import, or undo an import with --undo RUN")
    from hundredfold.app import work

    if table is not None and query is not None:
        raise Misuse("say --table or --query, not both")
    asked: Asked = context.obj
    full = _whole_address(path) if "://" in path else str(Path(path).resolve())
    if "://" not in path:
        if not Path(path).exists():
            raise Misuse(f"there is no file or folder {path}; check the path")
        if table is not None or query is not None:
            raise Misuse("--table and --query are said of databases only")
    if mapping is not None and Path(mapping).is_file():
        mapping = str(Path(mapping).resolve())
    if query is not None:
        query = str(Path(query).resolve())
    document = asked.done(
        NAME,
        lambda opened: work.import_data(
            opened,
            path=full,
            source=source,
            mapping=mapping,
            table=table,
            query=query,
            progress=Counter("rows read"),
        ),
        path=full,
        source=source,
        map=mapping,
        table=table,
        query=query,
    )
    answer(document, as_json=json, shown=lambda out: show(out, document))


def _whole_address(address: str) -> str:
    """The address as it means the same for a server, which runs in another folder."""
    from hundredfold.app.sources.opening import sqlite_path

    path = sqlite_path(address)
    return address if path is None else f"sqlite:///{quote(str(Path(path).resolve()))}"


def _undo(asked: Asked, run: int, *, as_json: bool) -> None:
    from hundredfold.app import work

    document = asked.done(NAME, lambda opened: work.undo_import(opened, run=run), task="import/undo", run=run)
    answer(document, as_json=as_json, shown=lambda out: _show_undo(out, document))


def _show_undo(out: Console, document: dict[str, Any]) -> None:
    out.print(f"run {document['undone']} is undone: {document['withdrawn']:,} messages do not count any more")
    if document["returned"]:
        out.print(f"  stored instead: {document['returned']:,} that other imports had brought, too")
    for name in document["lookups"]:
        out.print(f"  lookup table as before: {name}")
    for name in document["lookups_kept"]:
        out.print(f"  lookup table left as it is, for it was changed since: {name}")


def show(out: Console, document: dict[str, Any]) -> None:
    """Prints what became of the rows."""
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
    for one in document["unpriced"]:
        what = f"in {one['currency']}" if one["currency"] else "in what is no currency"
        out.print(f"  rows without a rate: {one['rows']:,} {what}, from {one['since']} on", markup=False)
    if document["unpriced"]:
        out.print(
            "  These rows are stored, but count 0 in sums of money. Give their currencies rates with hf rates set or "
            "hf rates load, or in the settings. Nothing has to be imported again.",
            markup=False,
        )
