"""`hf rates`: what other currencies are worth, day by day."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from hundredfold.app.commands.asking import AsJson, Asked, Misuse, answer

if TYPE_CHECKING:
    from rich.console import Console

NAME: Final = "rates"
app = typer.Typer(help="What other currencies are worth, day by day.", no_args_is_help=True)

Currency = Annotated[str, typer.Argument(metavar="CURRENCY", help="Its code, such as USD.")]
Day = Annotated[str, typer.Argument(metavar="DAY", help="The day from which it counts, such as 2026-01-31.")]
Check = Annotated[bool, typer.Option("--check", help="Only tell what would change.")]


@app.command(name="list")
def everything(context: typer.Context, json: AsJson = False) -> None:
    """List the rates as their file says them."""
    from hundredfold.app.rates import written
    from hundredfold.app.tables import rate_text
    from hundredfold.words.calendar import iso_date

    asked: Asked = context.obj
    found = written(asked.workspace())
    lines = [
        {"currency": code, "day": iso_date(day), "rate": rate_text(rate)}
        for code, days in sorted(found.rates.items())
        for day, rate in sorted(days.items())
    ]

    def shown(out: Console) -> None:
        for one in lines:
            out.print(f"{one['day']}  {one['currency']}  {one['rate']}", markup=False)

    answer({"file": found.file, "rates": lines}, as_json=json, shown=shown)


@app.command(name="set")
def put(
    context: typer.Context,
    currency: Currency,
    day: Day,
    rate: Annotated[str, typer.Argument(metavar="RATE", help="What one unit is worth in the workspace's currency.")],
    check: Check = False,
    json: AsJson = False,
) -> None:
    """Add or correct one rate. It counts until the next one, and all sums are counted anew."""
    _change(context.obj, check=check, as_json=json, line=(currency, day, rate))


@app.command()
def remove(context: typer.Context, currency: Currency, day: Day, check: Check = False, json: AsJson = False) -> None:
    """Take one rate away. The one before it counts instead."""
    _change(context.obj, check=check, as_json=json, line=(currency, day, None))


@app.command()
def load(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV with the columns date, currency, rate.")],
    check: Check = False,
    json: AsJson = False,
) -> None:
    """Add and correct the rates that a CSV file has; others stay."""
    try:
        table = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Misuse(f"{file} cannot be read: {error}; give a CSV file in UTF-8") from None
    _change(context.obj, check=check, as_json=json, table=table)


def _change(
    asked: Asked,
    *,
    check: bool,
    as_json: bool,
    line: tuple[str, str, str | None] | None = None,
    table: str | None = None,
) -> None:
    from hundredfold.app import work
    from hundredfold.app.rates import Wanted, written

    wanted = [] if line is None else [Wanted(*line)]
    version = written(asked.workspace()).version
    document = asked.done(
        "rates",
        lambda opened: work.rates(opened, lines=wanted, table=table, version=version, check=check),
        task="settings/rates",
        lines=[one._asdict() for one in wanted],
        table=table,
        version=version,
        check=check,
    )
    answer(document, as_json=as_json, shown=lambda out: _show(out, document))


def _show(out: Console, document: dict[str, Any]) -> None:
    for one in document["changes"]:
        before, after = (one[when] or "none" for when in ("before", "after"))
        out.print(f"{one['day']}  {one['currency']}  {before} -> {after}", markup=False)
    counts = ", ".join(f"{document[what]} {what}" for what in ("added", "corrected", "removed"))
    out.print(f"{counts}; {'written' if document['written'] else 'nothing was written'}")
