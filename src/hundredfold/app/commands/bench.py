"""`hf bench`: the benchmarks of a checkout."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from hundredfold.app.commands.asking import AsJson, Misuse, answer, say

if TYPE_CHECKING:
    from rich.console import Console

NAME: Final = "bench"
_ROOT: Final = Path(__file__).resolve().parents[4]


def run(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="One benchmark; default: all.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="A small size: does it run, not how fast.")] = False,
    json: AsJson = False,
) -> None:
    """Run a benchmark, with its peers in the same run."""
    if not (_ROOT / "benchmarks" / "harness.py").is_file():
        raise Misuse("the benchmarks are not part of the installed package; run hf bench from a checkout")
    sys.path.insert(0, str(_ROOT))
    importlib.util.find_spec("benchmarks")
    from benchmarks.harness import NAMES
    from benchmarks.harness import run as benchmark

    if name is not None and name not in NAMES:
        raise Misuse(f"no benchmark is called {name!r}; there are: {', '.join(NAMES)}")
    results = []
    for one in [name] if name else NAMES:
        say(f"running {one}")
        results.append(benchmark(one, quick=quick))
    document: Any = results[0] if name else {"benchmarks": results}
    answer(document, as_json=json, shown=lambda out: _show(out, results))


def _show(out: Console, results: list[dict[str, Any]]) -> None:
    from rich.table import Table

    for result in results:
        table = Table(title=result["name"], title_justify="left", box=None)
        table.add_column("figure")
        table.add_column("ours", justify="right")
        for figure, value in result["figures"].items():
            table.add_row(str(figure), f"{value:,.6g}" if isinstance(value, int | float) else str(value))
        out.print(table)
        for peer, figures in (result.get("peers") or {}).items():
            out.print(f"  {peer}: {figures}", markup=False)
        out.print(f"  ratios: {result.get('ratios')}", markup=False)
