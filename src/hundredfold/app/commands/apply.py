"""`hf apply`: the written definitions come into force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from hundredfold.app.commands.asking import DIFFERS, AsJson, Asked, answer, say, warn

if TYPE_CHECKING:
    from rich.console import Console

NAME: Final = "apply"


def run(
    context: typer.Context,
    check: Annotated[bool, typer.Option("--check", help="Only tell; exit code 3 when something differs.")] = False,
    preview: Annotated[
        bool, typer.Option("--preview", help="Only show what values would change, for a sample of customers.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Bring definitions/**/*.yaml into force."""
    asked: Asked = context.obj
    if preview:
        _preview(asked, json)
        return
    from hundredfold.app.applying import planned, sentences

    # Checked here too, before anybody is asked: a mistake is told with its place, whoever has the workspace open.
    plan = planned(asked.workspace())
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

        document = asked.done(NAME, work.apply)
    answer(document, as_json=json, shown=lambda out: out.print(_summary(document)))
    if check and plan.differs:
        raise typer.Exit(DIFFERS)


def _preview(asked: Asked, as_json: bool) -> None:
    from hundredfold.app import work
    from hundredfold.app.remote import Refused

    try:
        document = asked.done("apply --preview", work.preview, task="preview")
    except Refused:
        from hundredfold.app.applying import planned

        planned(asked.workspace())  # tells a mistake with its place
        raise
    answer(document, as_json=as_json, shown=lambda out: _show(out, document))


def _show(out: Console, document: dict[str, Any]) -> None:
    from rich.markup import escape

    out.print(escape("\n".join(["definitions:", *document["plan"]])))
    out.print(
        f"{document['customers']:,} of {document['of']:,} customers, exact at {document['at']}; nothing was applied"
    )
    for one in document["leaving"]:
        out.print(escape(f"! {one['sentence']}: {', '.join((*one['attributes'], *one['segments']))}"))
    for name, one in document["attributes"].items():
        nulls = f"{one['nulls']:,} null" + ("" if one["new"] else f" (before: {one['nulls_before']:,})")
        spread = "" if one["min"] is None else f"; min {one['min']}, median {one['median']}, max {one['max']}"
        out.print(escape(f"{name}: {one['changed']:,} {'have a value' if one['new'] else 'change'}, {nulls}{spread}"))
        for example in one["examples"]:
            out.print(escape(f"  {example['customer_id']}: {_cell(example['old'])} -> {_cell(example['new'])}"))


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_cell, value))
    return "null" if value is None else str(value)


def _summary(document: dict[str, Any]) -> str:
    counts = ", ".join(f"{len(document[name])} {name}" for name in ("added", "changed", "removed"))
    return f"{counts}; {'in force' if document['applied'] else 'nothing was applied'}"
