"""`hf segment`: how many customers are in a segment, or who they are, now or at any time, also as a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from hundredfold.app.commands.asking import AsJson, Asked, AtTime, KnownAtTime, Misuse, answer, instant, warn

if TYPE_CHECKING:
    from rich.console import Console

NAME: Final = "segment"


def run(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The segment's name, as the definitions have it.")],
    members: Annotated[bool, typer.Option("--members", help="List the members by their customer ids.")] = False,
    at: AtTime = None,
    known_at: KnownAtTime = None,
    sizes: Annotated[bool, typer.Option("--sizes", help="How many it had at the last midnights, and has now.")] = False,
    days: Annotated[int, typer.Option(min=1, max=750, help="With --sizes: so many midnights.")] = 30,
    hours: Annotated[int | None, typer.Option(min=1, max=750, help="With --sizes: so many full hours instead.")] = None,
    to: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Write the members into a file: CSV or Parquet, by its ending."),
    ] = None,
    attribute: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="With --to: a column of this attribute, too. May be given again."),
    ] = None,
    json: AsJson = False,
) -> None:
    """Count a segment's members, list them, write them into a file, or tell its sizes over time."""
    asked: Asked = context.obj
    then, known = instant(asked, "--at", at), instant(asked, "--known-at", known_at)
    from hundredfold.app import work
    from hundredfold.app.remote import RemoteWorkspace
    from hundredfold.words.calendar import iso

    if sizes:
        from hundredfold.app.segment_history import recorded_sizes

        if members or to is not None or then is not None or known is not None:
            raise Misuse("--sizes goes with --days or --hours only")
        with asked.reached(NAME) as reached:
            if isinstance(reached, RemoteWorkspace):
                document = reached.segment_sizes(name, days=days, hours=hours)
            else:
                document = recorded_sizes(reached, name, days=days, hours=hours)
        answer(document, as_json=json, shown=lambda out: _show_sizes(out, document))
        return
    if to is not None:
        if members:
            raise Misuse("--to writes the members into a file, --members lists them; say one of them")
        document = _written(asked, name, Path(to), attribute or [], then, known)
        answer(document, as_json=json, shown=lambda out: _show_file(out, document))
        return
    if attribute:
        raise Misuse("--attribute goes with --to")
    with asked.reached(NAME) as reached:
        if isinstance(reached, RemoteWorkspace):
            texts = [None if time is None else iso(time) for time in (then, known)]
            document = reached.segment(name, members=members, at=texts[0], known_at=texts[1])
        else:
            document = work.segment(reached, name, at=then, known_at=known, members=members)
    answer(document, as_json=json, shown=lambda out: _show(out, document))


def _written(
    asked: Asked, name: str, to: Path, attributes: list[str], at: int | None, known_at: int | None
) -> dict[str, Any]:
    kind = to.suffix.removeprefix(".")
    if kind not in ("csv", "parquet") or to.is_dir():
        raise Misuse(f"{to} is no name of a file that can be written; let it end in .csv or .parquet")
    from hundredfold.app.export import whole
    from hundredfold.app.member_files import content_of, members_table
    from hundredfold.app.remote import RemoteWorkspace
    from hundredfold.words.calendar import iso

    with asked.reached(NAME) as reached:
        if isinstance(reached, RemoteWorkspace):
            times = {"at": None if at is None else iso(at), "known_at": None if known_at is None else iso(known_at)}
            head, content = reached.members_file(name, kind=kind, attributes=attributes, **times)
            count, as_of, parts = int(head["X-Count"]), head["X-As-Of"], iter([content])
        else:
            table, now = members_table(reached, name, attributes, at=at, known_at=known_at)
            count, as_of, parts = table.num_rows, iso(now), content_of(table, "csv" if kind == "csv" else "parquet")
        with whole(to) as fresh, fresh.open("wb") as file:
            file.writelines(parts)
    return {"segment": name, "count": count, "file": str(to.resolve()), "as_of": as_of}


def _show_file(out: Console, document: dict[str, Any]) -> None:
    told = f"{document['count']:,} members of {document['segment']}, as of {document['as_of']}"
    out.print(f"{told}, written to {document['file']}", markup=False, highlight=False)


def _show(out: Console, document: dict[str, Any]) -> None:
    if document["count"] is None:
        told = f"{document['segment']}: {document['why']}"
        warn(told) if "members" in document else out.print(told, markup=False, highlight=False)
        return
    if "members" in document:
        for customer in document["members"]:
            out.print(customer, markup=False, highlight=False)
        return
    share = f" ({document['count'] / document['of']:.1%})" if document["of"] else ""
    count = f"{document['count']:,} of {document['of']:,} customers{share}"
    out.print(f"{document['segment']}: {count}, as of {document['as_of']}", markup=False, highlight=False)


def _show_sizes(out: Console, document: dict[str, Any]) -> None:
    ((name, sizes),) = document["sizes"].items()
    if all(size is None for size in sizes):
        told = f"{name}: nothing is recorded yet; sizes are recorded while hf serve runs. Now: hf segment {name}"
        out.print(told, markup=False, highlight=False)
        return
    for at, size in zip(document["at"], sizes, strict=True):
        out.print(f"{at}  {'-' if size is None else f'{size:,}'}", markup=False, highlight=False)
