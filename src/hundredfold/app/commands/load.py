"""`hf load`: what is new in other systems."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from hundredfold.app.commands.asking import AsJson, Asked, Counter, Misuse, answer

if TYPE_CHECKING:
    from rich.console import Console

NAME: Final = "load"


def run(
    context: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="Sources; hf sources lists them.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Load all sources.")] = False,
    full: Annotated[
        bool, typer.Option("--full", help="Read everything, not only what is new; nothing counts twice.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Load what is new from other systems; what is loaded counts at once, and loading twice changes nothing."""
    if bool(names) == everything:
        raise Misuse("name the sources to load, or say --all; hf sources lists them")
    from hundredfold.app import work

    asked: Asked = context.obj
    chosen = list(names or ())
    document = asked.done(
        NAME,
        lambda opened: work.load(opened, names=chosen, full=full, progress=Counter("rows read")),
        names=chosen,
        full=full,
    )
    answer(document, as_json=json, shown=lambda out: _show(out, document))


def _show(out: Console, document: dict[str, Any]) -> None:
    from hundredfold.app.commands.import_ import show

    for name, one in document["sources"].items():
        since = "" if one["from"] is None else f" (from {one['from']} on)"
        out.print(f"{name}{since}: ", end="", markup=False)
        show(out, one)
