"""`hf demo`: the main job on real orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from hundredfold.app.commands.asking import DIFFERS, AsJson, Counter, answer, say, warn

if TYPE_CHECKING:
    from rich.console import Console

NAME: Final = "demo"


def run(
    directory: Annotated[str, typer.Argument(metavar="[DIR]", help="The workspace to make.")] = "demo-shop",
    serve: Annotated[bool, typer.Option(help="Stay up with the tour at the end, or end.")] = True,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8080,
    days: Annotated[int, typer.Option(min=1, max=39, help="How many days are replayed.")] = 39,
    json: AsJson = False,
) -> None:
    """Set up a shop with real orders, run the main job, and report; exit code 3 when the audit finds a difference."""
    from pathlib import Path

    from rich.console import Console

    from hundredfold.app import demo

    out = Console(highlight=False, soft_wrap=True)
    if not json:
        out.print("[bold]hundredfold[/] on Online Retail II: two years of a British wholesaler of gifts\n")
    document = demo.run(
        Path(directory),
        days=days,
        port=port if serve else 0,
        step=lambda name, figures: None if json else _STEPS[name](out, figures),
        progress=Counter,
        tell=warn,
        stay=(lambda document: _stay(out, document, directory, as_json=json)) if serve else None,
    )
    if json and not serve:
        answer(document, as_json=True, shown=lambda out: None)
    if document["audit"]["mismatches"]:
        raise typer.Exit(DIFFERS)


def _stay(out: Console, document: dict[str, Any], directory: str, *, as_json: bool) -> None:
    from hundredfold.app.demo import wait_for_ever

    if as_json:
        answer(document, as_json=True, shown=lambda out: None)
    else:
        customer = document["customer"]["customer_id"]
        out.print(f"\n[bold]Buy something yourself:[/] [bold cyan]{document['url']}/tour[/]")
        out.print(f"Or ask, in another window:  hf -w {directory} profile {customer}")
    say("press Ctrl-C to end")
    wait_for_ever()


# --- the report ------------------------------------------------------------------------------------------------------


def _import(out: Console, found: dict[str, Any]) -> None:
    _title(out, "Import", found["seconds"], "three extracts; two of them overlap")
    reasons, skipped = found["reasons"], found["skipped"]
    _figures(
        out,
        ("lines read", found["read"], ""),
        ("messages stored", found["stored"], "orders and refunds; an order's lines are one message"),
        ("duplicates by id", found["duplicates"], "the same order in both extracts"),
        ("duplicates by key", found["duplicates_by_key"], "the same order number, lines in another order"),
        ("lines rejected", found["rejected"], "without a customer: " + _listed(reasons)),
        ("lines skipped", sum(skipped.values()), _listed(skipped)),
    )


def _known(out: Console, found: dict[str, Any]) -> None:
    out.print(
        f"  At once, before any batch: [bold]{found['customers']:,}[/] customers, [bold]{found['orders']:,}[/] orders, "
        f"revenue [bold]{found['revenue']:,} GBP[/], refunds {found['refunded']:,} GBP\n"
    )


def _batch(out: Console, found: dict[str, Any]) -> None:
    _title(out, "Batch", found["seconds"], "the thinking brain: all history, folded and published")
    _figures(
        out,
        ("customers", found["customers"], f"{found['attributes']} attributes each"),
        ("messages covered", found["events"], f"up to {found['cut'][:19]}Z"),
    )
    out.print()


def _replay(out: Console, found: dict[str, Any]) -> None:
    _title(
        out, "Replay", found["seconds"], "the feeling brain: what came after, through the HTTP API, on a replay clock"
    )
    _figures(
        out,
        ("messages", found["events"], f"{found['from'][:10]} to {found['to'][:10]}, in order of time"),
        (
            "messages a second",
            found["events_per_second"],
            f"{found['requests']:,} requests one after the other, each durable",
        ),
    )
    out.print()


def _customer(out: Console, found: dict[str, Any]) -> None:
    from rich.table import Table

    out.print(f"  [bold]Customer {found['customer_id']}[/] on {found['day']}, in GBP")
    table = Table(box=None, pad_edge=False, padding=(0, 2))
    for heading in ("  time", "until batch", "+ since", "= now", "today"):
        table.add_column(heading, justify="left" if "time" in heading else "right")
    for row in found["rows"]:
        money = [f"{row[name]:,.2f}" for name in ("until_batch", "since", "now", "today")]
        table.add_row(f"  {row['local']}", *money[:2], f"[bold]{money[2]}[/]", money[3])
    out.print(table)
    out.print()


def _totals(out: Console, found: dict[str, Any]) -> None:
    out.print(
        f"  The whole: {found['customers']:,} customers ({found['with_orders']:,} with orders), "
        f"{found['orders']:,} orders, revenue [bold]{found['revenue']:,} GBP[/], refunds {found['refunded']:,} GBP\n"
    )


def _audit(out: Console, found: dict[str, Any]) -> None:
    _title(out, "Audit", found["seconds"], "everybody recomputed from raw messages, row by row, by code of its own")
    wrong = found["mismatches"]
    verdict = "[bold green]0 mismatches[/]" if not wrong else f"[bold red]{wrong:,} mismatches[/]"
    out.print(f"  {found['checked']:,} of {found['customers']:,} customers: {verdict}")


def _people(out: Console, found: dict[str, Any]) -> None:
    out.print(f"  {found['simulated']:,} customers have simulated names and addresses; the data set has numbers only\n")


_STEPS: Final = {
    "import": _import,
    "people": _people,
    "known": _known,
    "batch": _batch,
    "replay": _replay,
    "customer": _customer,
    "totals": _totals,
    "audit": _audit,
}


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.items())


def _title(out: Console, name: str, seconds: float, words: str) -> None:
    out.print(f"[bold]{name}[/]  [dim]{words}; {seconds:.1f} s[/]")


def _figures(out: Console, *rows: tuple[str, int, str]) -> None:
    for name, number, words in rows:
        out.print(f"  {name:<20}[bold]{number:>10,}[/]  [dim]{words}[/]")
