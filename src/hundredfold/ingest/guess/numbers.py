"""How numbers are written: which decimal sign and thousands all cells of some columns allow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC
from typing import Final, Literal

from hundredfold.errors import MessageRejected
from hundredfold.ingest import cell as cells
from hundredfold.ingest.cell import Cell


@dataclass(frozen=True, slots=True)
class Style:
    """A way to write numbers."""

    decimal: Literal[".", ","]
    thousands: str | None = None


STYLES: Final = (
    Style("."),
    Style(","),
    Style(".", ","),
    Style(",", "."),
    Style(",", " "),
    Style(",", "\u00a0"),
    Style(",", "\u202f"),
    Style(".", " "),
    Style(".", "\u00a0"),
    Style(".", "'"),
    Style(".", "\u2019"),
)
"""The plainest first: of those that read the same, the first one counts."""


def value(shape: str, style: Style) -> float | None:
    """The number that a shape (digits as zeros) would be, each digit a one; None where it is none."""
    return reading(shape.replace("0", "1"), style)


def reading(text: str, style: Style, signs: tuple[str, ...] = ()) -> float | None:
    """The number that a text is under a style, with signs of currencies around it; None where it is none."""
    try:
        return cells.number(_cell(style, signs), text)
    except MessageRejected:
        return None


def readings(shapes: Iterable[str]) -> list[Style]:
    """The styles under which all shapes are numbers, one for each different meaning; none for no shapes."""
    known = list(shapes)
    found: dict[tuple[float, ...], Style] = {}
    for style in STYLES:
        values = tuple(number for shape in known if (number := value(shape, style)) is not None)
        if len(values) == len(known) and values:
            found.setdefault(values, style)
    return list(found.values())


def best(shapes: Iterable[str]) -> Style:
    """The style under which the most shapes are numbers."""
    known = list(shapes)
    return max(STYLES, key=lambda style: sum(value(shape, style) is not None for shape in known))


def _cell(style: Style, signs: tuple[str, ...]) -> Cell:
    ranked = tuple(sorted(signs, key=len, reverse=True))
    return Cell((), "", None, "number", None, style.decimal, style.thousands, UTC, frozenset(), False, ranked)
