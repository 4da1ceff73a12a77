"""What families of models let a definition say: each option with its bounds and its default, and what is made of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from hundredfold.said import said
from hundredfold.words.model import Option

HORIZON = "horizon_days"
"""What families that look ahead call how far."""


def whole(meaning: str, usual: int, least: int, most: int) -> Option:
    """A whole number from `least` to `most`."""
    return Option("whole", meaning, usual, least, most)


def horizon(meaning: str, usual: int = 90) -> Mapping[str, Option]:
    """How many days a family looks ahead, by its name."""
    return {HORIZON: whole(meaning, usual, 1, 1_000)}


def checked(declared: Mapping[str, Option], options: Mapping[str, object]) -> dict[str, Any]:
    """The options that a definition says, and the defaults of others. Lists are looked into by who declares them.

    Raises ValueError for one that is not declared, or cannot be so.
    """
    for name in options:
        if name not in declared:
            raise ValueError(
                said("there is no option {name!r}; expected one of: {takes}", name=name, takes=", ".join(declared))
            )
    found = {name: options.get(name, one.usual) for name, one in declared.items()}
    for name, one in declared.items():
        if name in options and not _fits(one, found[name]):
            raise _wrong(name, one, found[name])
    return {name: value for name, value in found.items() if value is not None}


def _fits(one: Option, found: object) -> bool:
    number = isinstance(found, int | float) and not isinstance(found, bool)
    match one.kind:
        case "whole":
            return number and isinstance(found, int) and one.least <= found <= one.most
        case "share":
            return number and one.least < found < one.most  # type: ignore[operator]
        case "word":
            return isinstance(found, str) and found in one.words
        case _:
            return isinstance(found, list)


def _wrong(name: str, one: Option, found: object) -> ValueError:
    shown = repr(found) if isinstance(found, str) else json.dumps(found, default=str)
    told = {"name": name, "found": shown, "least": f"{one.least:g}", "most": f"{one.most:g}"}
    match one.kind:
        case "whole":
            return ValueError(said("{name} is {found}; expected a whole number from {least} to {most}", **told))
        case "share":
            return ValueError(said("{name} is {found}; expected a number between 0 and 1", **told))
        case "word":
            takes = ", ".join(one.words)
            return ValueError(said("{name} is {found}; expected one of: {takes}", **told, takes=takes))
        case _:
            return ValueError(said("{name} is {found}; expected a list", **told))
