"""The rows of `docs/benchmarks.md` from result documents: `python -m benchmarks.table results/*.json > rows.md`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

HEAD = "| benchmark | figure | measured | bar | | peers in the same run | ours is better by |\n" + "|---" * 7 + "|"


def table(results: Iterable[dict[str, Any]]) -> str:
    """A Markdown table: one row a figure, beside its bar and the peers' figure of the same name."""
    found = list(results)
    rows = [row(result, figure) for result in found for figure in result["figures"]]
    return "\n".join([HEAD, *rows, "", *dict.fromkeys(measured_on(result) for result in found)])


def row(result: dict[str, Any], figure: str) -> str:
    """The row of one figure."""
    bar: dict[str, Any] = next((bar for bar in result["bars"] if bar["figure"] == figure), {})
    wanted = " ".join(f"{sign} {spelt(bar[key])}" for key, sign in (("least", "≥"), ("most", "≤")) if key in bar)
    verdict = {True: "reached", False: "**missed**", None: ""}[bar.get("reached")]
    peers = {peer: figures[figure] for peer, figures in result["peers"].items() if figure in figures}
    ratios = {peer: ratio[figure] for peer, ratio in result["ratios"].items() if figure in ratio}
    name = result["name"] + (" (quick)" if result.get("quick") else "")
    theirs = "; ".join(f"{peer} {spelt(number)}" for peer, number in peers.items())
    better = "; ".join(f"{peer} {ratio:.2f} x" for peer, ratio in ratios.items())
    cells = [
        name,
        figure,
        f"{spelt(result['figures'][figure])} {bar.get('unit', '')}".strip(),
        wanted,
        verdict,
        theirs,
        better,
    ]
    return f"| {' | '.join(cells)} |"


def measured_on(result: dict[str, Any]) -> str:
    """The machine in one line."""
    on = result["machine"]
    libraries = ", ".join(f"{name} {version}" for name, version in on["libraries"].items())
    hardware = f"{on['cores']} cores of {on['processor']}, {on['memory_gib']} GiB"
    return f"Measured on {hardware}, Python {on['python']}, {libraries}."


def spelt(number: float) -> str:
    """Three significant digits, thousands apart.

    >>> spelt(4_123_456), spelt(0.012345), spelt(37.25)
    ('4,120,000', '0.0123', '37.2')
    """
    if abs(number) >= 1000:
        return f"{float(f'{number:.3g}'):,.0f}"
    return f"{number:.3g}"


def main() -> None:
    """Print the table of the files named on the command line."""
    print(table(json.loads(Path(file).read_text()) for file in sys.argv[1:]))


if __name__ == "__main__":
    main()
