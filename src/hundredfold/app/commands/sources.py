"""`hf sources`: the other systems that are loaded, and how far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import typer

from hundredfold.app.commands.asking import FAILED, AsJson, Asked, answer

if TYPE_CHECKING:
    from rich.console import Console

NAME: Final = "sources"


def run(context: typer.Context, json: AsJson = False) -> None:
    """List the sources: what each is, its last load, how far it is; exit code 1 when one's file is wrong."""
    from hundredfold.app.sources.loading import listed

    asked: Asked = context.obj
    document = listed(asked.workspace())
    answer(document, as_json=json, shown=lambda out: _show(out, document))
    if any(one["error"] for one in document["sources"]):
        raise typer.Exit(FAILED)


def _show(out: Console, document: dict[str, Any]) -> None:
    if not document["sources"]:
        out.print("no sources yet: write what one says into sources/NAME.yaml; see docs/databases.md", markup=False)
    for one in document["sources"]:
        last = one["last"]
        told = f"{one['name']} ({one['kind'] or 'its file is wrong'}): "
        if last is None:
            told += "not loaded yet"
        else:
            told += f"{last['at']} run {last['run']}, {last['read']:,} rows read, {last['stored']:,} stored"
            if last["cursor"] is not None:
                told += f", up to {one['incremental']} {last['cursor']}"
        out.print(told, markup=False, highlight=False)
        if one["going"]:
            told = f"  run {one['going']['run']} goes on: {one['going']['read']:,} rows read"
            out.print(told, markup=False, highlight=False)
        # Of a file that is wrong this is what the load has said, too.
        if one["failed"] and not one["error"]:
            told = f"  run {one['failed']['run']} failed at {one['failed']['at']}: {one['failed']['error']}"
            out.print(told, markup=False, highlight=False)
        if one["error"]:
            out.print(f"  {one['error']}", markup=False, highlight=False)
