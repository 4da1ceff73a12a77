"""`hf quality`: how good the data is, source by source."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

from hundredfold.app.commands.asking import AsJson, Asked, answer

if TYPE_CHECKING:
    from rich.console import Console

NAME: Final = "quality"


def run(
    context: typer.Context,
    html: Annotated[str | None, typer.Option(metavar="FILE", help="Write the report as a page into this file.")] = None,
    language: Annotated[
        Literal["en", "pt"] | None, typer.Option(help="The language of the page; default: the workspace's.")
    ] = None,
    json: AsJson = False,
) -> None:
    """Report on each source and event: what is rejected, repeated, missing, against the plan, drifted, late."""
    from hundredfold.app.door.language import LANGUAGES
    from hundredfold.app.export import whole
    from hundredfold.app.quality import Examiner
    from hundredfold.app.quality_page import page
    from hundredfold.app.remote import RemoteWorkspace

    asked: Asked = context.obj
    workspace = asked.workspace()
    spoken = language or workspace.settings.language
    with asked.reached(NAME) as reached:
        if isinstance(reached, RemoteWorkspace):
            document = reached.quality(spoken if html is not None else "en")
        else:
            document = Examiner(reached).report()
    if html is not None:
        text = page(document, LANGUAGES[spoken], language=spoken, workspace=workspace.folder.resolve().name)
        with whole(Path(html)) as fresh:
            fresh.write_text(text, encoding="utf-8")
        document |= {"file": html}
    answer(document, as_json=json, shown=lambda out: _show(out, document))


def _show(out: Console, document: dict[str, Any]) -> None:
    def tell(text: str) -> None:
        out.print(text, markup=False, highlight=False)

    for source in document["sources"]:
        tell(
            f"{source['name']}: {source['messages']:,} messages, newest {source['received'] or '-'}; "
            f"{source['read']:,} rows read, {source['duplicates']:,} duplicates, {source['rejected']:,} rejected"
        )
    for one in document["facts"]:
        tell(
            f"{one['event']}: {one['facts']:,} facts, told again {one['told_again']:,} times, "
            f"{one['of_several_sources']:,} told by several sources"
        )
    for one in document["problems"]:
        where = one["source"] if one["event"] is None else f"{one['source']}, {one['event']}"
        tell(f"! {where}: {one['sentence']}")
    if not document["problems"]:
        tell("nothing to look at: what came is as it was planned, and as it used to be")
    if "file" in document:
        tell(f"written to {document['file']}")
