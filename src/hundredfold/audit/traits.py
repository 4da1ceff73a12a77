"""Traits: the newest thing that was said about a path."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import tzinfo
from typing import Any

from hundredfold.audit.facts import Fact
from hundredfold.audit.messages import Heard, read_time
from hundredfold.audit.paths import MISSING, as_text, parts, text_number, walk
from hundredfold.definition.model import ValueType
from hundredfold.words.amount import millionths
from hundredfold.words.value import Moment, Number, Scalar


def said(identifies: Iterable[Fact], path: str) -> Any:
    """Rule 21: what the newest message that speaks about a path says there; MISSING when nobody did."""
    speaking = [fact.winner for fact in identifies if speaks(traits_of(fact.winner), path)]
    if not speaking:
        return MISSING
    return walk(traits_of(max(speaking, key=lambda one: one.order)), path)


def traits_of(heard: Heard) -> Mapping[str, Any] | None:
    """S19, S36: `traits`, or `context.traits` where that is absent; what is no object says nothing."""
    traits = walk(heard.message.payload, "traits")
    if traits is MISSING:
        traits = walk(heard.message.payload, "context.traits")
    return traits if isinstance(traits, dict) else None


def speaks(traits: Mapping[str, Any] | None, path: str) -> bool:
    """S19: whether anything is said at a path, or at a part before its end something that is no object."""
    here: Any = traits
    if here is None:
        return False
    for part in parts(path):
        if not isinstance(here, dict):
            return True
        if part not in here:
            return False
        here = here[part]
    return True


def typed(raw: Any, wanted: ValueType | None, zone: tzinfo) -> Scalar | None:
    """S19: a trait's value, converted to the declared type or none."""
    match wanted:
        case "text":
            return as_text(raw)
        case "time":
            micros = read_time(raw, zone)
            return None if micros is None else Moment(micros)
        case "boolean":
            return raw if isinstance(raw, bool) else None
        case "number" if isinstance(raw, str):
            number = text_number(raw)
            return None if number is None else _number(number)
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return _number(raw)
    return raw if wanted is None and isinstance(raw, str | bool) else None


def _number(raw: int | float) -> Number | None:
    amount = millionths(raw)
    return None if amount is None else Number(amount)
