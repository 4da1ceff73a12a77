"""`hf apply`: the written definitions come into force."""

from __future__ import annotations

from typing import Annotated, Any, Final

import typer

from hundredfold.app.commands.asking import DIFFERS, AsJson, Asked, answer, say, warn

NAME: Final = "apply"


def run(
    context: typer.Context,
    check: Annotated[bool, typer.Option("--check", help="Only tell; exit code 3 when something differs.")] = False,
    json: AsJson = False,
) -> None:
    """Bring definitions/**/*.yaml into force."""
    from hundredfold.app.applying import planned, sentences

    asked: Asked = context.obj
    workspace = asked.workspace()
    # Checked here too, before anybody is asked: a mistake is told with its place, whoever has the workspace open.
    plan = planned(workspace)
    say("\n".join(["definitions:", *sentences(plan.difference)]))
    if check:
        document: dict[str, Any] = {
            "added": list(plan.difference.added),
            "changed": list(plan.difference.changed),
            "removed": list(plan.difference.removed),
            "fingerprint": plan.fingerprint,
            "applied": False,
        }
        for file in plan.absent:
            warn(f"the lookup table {file} is not there yet; its fields are missing until it is")
    else:
        from hundredfold.app import work
        from hundredfold.app.remote import RemoteWorkspace

        with asked.reached("apply") as reached:
            document = reached.work("apply") if isinstance(reached, RemoteWorkspace) else work.apply(reached)
    answer(document, as_json=json, shown=lambda out: out.print(_summary(document)))
    if check and plan.differs:
        raise typer.Exit(DIFFERS)


def _summary(document: dict[str, Any]) -> str:
    counts = ", ".join(f"{len(document[name])} {name}" for name in ("added", "changed", "removed"))
    return f"{counts}; {'in force' if document['applied'] else 'nothing was applied'}"
