"""`hf catalogue`: ready attributes and segments, to read, copy and change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from hundredfold.app.commands.asking import AsJson, Asked, Misuse, answer, language, say, warn
from hundredfold.said import said, without_places

if TYPE_CHECKING:
    from rich.console import Console

    from hundredfold.app.workspace import Workspace
    from hundredfold.catalogue.book import Book, Group, Later

NAME: Final = "catalogue"


def run(
    context: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="[GROUP|NAME]...", help="What to show or add.")] = None,
    add: Annotated[
        bool, typer.Option("--add", help="Write them, and what they need, into definitions/catalogue/; `all` is all.")
    ] = False,
    from_lines: Annotated[
        bool, typer.Option("--from-lines", help="With --add: category and the like stand in the lines of orders.")
    ] = False,
    filled: Annotated[
        bool,
        typer.Option("--filled", help="How far the messages fill them, for 10,000 customers, and what is lacking."),
    ] = False,
    json: AsJson = False,
) -> None:
    """List ready attributes and segments, show their lines, add them, or tell which your messages fill."""
    asked: Asked = context.obj
    if from_lines and not add:
        raise Misuse("--from-lines goes with --add")
    if filled and (add or names):
        raise Misuse("--filled is of the whole catalogue; leave out names and --add")
    if add and not names:
        raise Misuse("say what to add: groups or names, or `all`")
    from hundredfold.app.door.language import answering
    from hundredfold.catalogue.book import book

    with answering(language().encode()):
        if filled:
            from hundredfold.app import work

            document = asked.done(NAME, work.filled, task="catalogue/filled")
            answer(document, as_json=json, shown=lambda out: _show_filled(out, document, book()))
        elif add:
            document = _added(asked.workspace(), book(), names or [], from_lines=from_lines)
            answer(document, as_json=json, shown=lambda out: _show_added(out, document))
        else:
            document = _listed(book(), names or [])
            answer(document, as_json=json, shown=lambda out: _show(out, document, names or [], book()))


def _listed(book: Book, wanted: list[str]) -> dict[str, Any]:
    from hundredfold.catalogue.needs import needs
    from hundredfold.predict.models import FAMILIES

    definitions = book.definitions
    entries = []
    for name in book.named(wanted or book.groups):
        segment = definitions.segments.get(name)
        entries.append(
            {
                "name": name,
                "kind": "attribute" if segment is None else "segment",
                "group": book.group_of[name].name,
                "title": book.group_of[name].title,
                "label": dict(definitions.labels[name]),
                "description": dict(book.says(name)),
                "needs": [str(one) for one in needs(definitions, definitions.asked.get(name, [name]), FAMILIES)],
                "text": book.text(name),
            }
        )
    later = {
        name: {"why": one.why, "attributes": one.attributes, "segments": one.segments}
        for name, one in book.later.items()
    }
    return {"entries": entries, "later": {} if wanted else later}


def _added(workspace: Workspace, book: Book, wanted: list[str], *, from_lines: bool) -> dict[str, Any]:
    from hundredfold.catalogue.adding import addition, unconverted
    from hundredfold.definition.load import read_folder
    from hundredfold.log.disk import replace_file

    folder = workspace.definitions_folder
    found = addition(book, book.named(wanted), read_folder(folder), prefix=f"{folder.name}/", from_lines=from_lines)
    for file, text in found.texts.items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        replace_file(folder / file, text.encode())
    for amount in unconverted(workspace.written(), found.added, book.definitions):
        warn(f"{amount} is not among its `money`: amounts in other currencies would be added as they are")
    return {
        "added": list(found.added),
        "kept": list(found.kept),
        "shared": list(found.shared),
        "files": [f"{folder.name}/{file}" for file in found.texts],
    }


def _show(out: Console, document: dict[str, Any], wanted: list[str], book: Book) -> None:
    from rich.markup import escape
    from rich.table import Table

    from hundredfold.app.door.language import spoken
    from hundredfold.app.door.language import wanted as known

    entries, speaks = document["entries"], known(language())
    if wanted and not any(one in (*book.groups, "all") for one in wanted):
        for one in entries:
            out.print(one["text"], end="", markup=False)
            needed = "; ".join(map(spoken, one["needs"]))
            say(spoken(said("needs {what}", what=needed) if needed else said("needs nothing")))
        return
    for group in dict.fromkeys(one["group"] for one in entries):
        own = [one for one in entries if one["group"] == group]
        out.print(f"\n[bold]{escape(_title(book.groups[group]))}[/]  [dim]{group}, {len(own)}[/]")
        table = Table(box=None, pad_edge=False, show_header=False)
        for one in own:
            needed = "; ".join(map(spoken, one["needs"]))
            table.add_row(f"  {one['name']}", one["label"][speaks], needed, style=None)
        out.print(table, markup=False)
    for later in book.later.values() if document["later"] else ():
        out.print(f"\n[bold]{escape(_why(later))}[/]")
        out.print(f"  {', '.join((*later.attributes, *later.segments))}", markup=False)


def _title(group: Group) -> str:
    from hundredfold.app.door.language import spoken

    return spoken(said(without_places(group.title)))


def _why(one: Later) -> str:
    from hundredfold.app.door.language import spoken

    return spoken(said(without_places(one.why)))


def _show_added(out: Console, document: dict[str, Any]) -> None:
    out.print(f"{len(document['added'])} added, {len(document['kept'])} were there already and stay as they are")
    for file in document["files"]:
        out.print(f"  {file}", markup=False)
    if document["files"]:
        out.print("Bring them into force: hf apply")


def _show_filled(out: Console, document: dict[str, Any], book: Book) -> None:
    from rich.markup import escape
    from rich.table import Table

    from hundredfold.app.door.language import spoken

    attributes = document["attributes"]
    some = sum(one["filled"] > 0 and not one["needs"] for one in attributes.values())
    out.print(
        f"{some} of {len(attributes)} attributes say something of {document['customers']:,} of {document['of']:,} "
        f"customers, exact at {document['at']}; nothing was applied"
    )
    for group in book.groups.values():
        own = {name: attributes[name] for name in group.entries if name in attributes}
        if not own:
            continue
        out.print(f"\n[bold]{escape(_title(group))}[/]")
        table = Table(box=None, pad_edge=False)
        for heading, justify in (("  attribute", "left"), ("filled", "right"), ("values", "right"), ("needs", "left")):
            table.add_column(heading, justify=justify)  # type: ignore[arg-type]
        for name, one in own.items():
            lacks = "; ".join(map(spoken, one["needs"])) or (f"same as {one['same_as']}" if one["same_as"] else "")
            table.add_row(f"  {name}", f"{one['share']:.1%}", f"{one['distinct']:,}", escape(lacks))
        out.print(table)
