"""`hf migrate`: the workspace's formats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from hundredfold.app.commands.asking import DIFFERS, FAILED, AsJson, Asked, answer
from hundredfold.errors import WorkspaceError

if TYPE_CHECKING:
    from rich.console import Console

NAME: Final = "migrate"


def run(
    context: typer.Context,
    check: Annotated[bool, typer.Option("--check", help="Only tell; exit code 3 when something is to do.")] = False,
    json: AsJson = False,
) -> None:
    """Bring what is stored to the formats of this version; exit code 1 when something is newer than it knows."""
    from hundredfold.app.formats import looked_at

    asked: Asked = context.obj
    document = looked_at(asked.workspace()) if check else _migrated(asked)
    answer(document, as_json=json, shown=lambda out: _show(out, document))
    if document["newer"]:
        raise typer.Exit(FAILED)
    if check and document["older"]:
        raise typer.Exit(DIFFERS)


def _migrated(asked: Asked) -> dict[str, Any]:
    from hundredfold.app.migrating import migrated
    from hundredfold.app.remote import RemoteWorkspace

    with asked.reached(NAME) as reached:
        if isinstance(reached, RemoteWorkspace):
            raise WorkspaceError(
                "a server serves this workspace. Stop it, then migrate; --check may be asked any time."
            )
        return migrated(reached)


def _show(out: Console, document: dict[str, Any]) -> None:
    from rich.table import Table

    says = {
        "": "",
        "newer": "newer than this version knows: use a later one",
        "rebuild": "older: hf migrate rebuilds it",
    }
    table = Table(box=None, pad_edge=False)
    for heading in ("format", "found", "read", "written", ""):
        table.add_column(heading)
    for one in document["formats"]:
        found, reads = (", ".join(map(str, one[name])) for name in ("found", "reads"))
        table.add_row(one["name"], found or "-", reads, str(one["writes"]), says[one["todo"]])
    out.print(table)
    for name in document.get("migrated", ()):
        out.print(f"{name} was of an older format; the state was built anew")
