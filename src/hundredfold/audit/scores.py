"""Scores: a model's own function of one person's values (rule 28, S43, S44)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from hundredfold.words.amount import MILLION, millionths
from hundredfold.words.calendar import DAY
from hundredfold.words.model import Kind, Model, Version
from hundredfold.words.value import Moment, Number, Value

_NOTHING: Final = float("nan")


def score(model: Model, version: Version, values: Mapping[str, Value], at: int) -> Value:
    """The score of one person, whose values by role were read with the clock at `at`."""
    inputs = {role: _input(asked.kind, values.get(role), at) for role, asked in model.roles.items()}
    (found,) = model.apply(version, inputs)
    return _value(model.result, found)


def _input(kind: Kind, value: Value, at: int) -> Any:
    match kind, value:
        case "list", tuple():
            return [tuple(part for part in value if isinstance(part, str))]
        case "text", str():
            return [value]
        case (("list" | "text"), _):
            return [None]
        case "number", Number(amount):
            return np.array([amount / MILLION])
        case "time", Moment(micros):
            return np.array([(at - micros) / DAY])
        case "boolean", bool():
            return np.array([float(value)])
        case _:
            return np.array([_NOTHING])


def _value(kind: Kind, found: Any) -> Value:
    """S44: numbers as millionths, within the limit; what is nothing, or an empty list, is null."""
    if kind == "list":
        return tuple(found) or None if found is not None else None
    if kind == "text":
        return None if found is None else str(found)
    if np.isnan(found):
        return None
    if kind == "boolean":
        return bool(found)
    amount = millionths(float(found))
    return None if amount is None else Number(amount)
