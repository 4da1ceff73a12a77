"""What no batch run has worked out yet: tiers that were never ranked, models that were never trained."""

from __future__ import annotations

from collections.abc import Container, Iterable

from hundredfold.attribute.functions import tier_key
from hundredfold.definition import syntax as s
from hundredfold.definition.check import model_key, with_what_they_need
from hundredfold.definition.model import Attribute, Definitions, Formula, Score
from hundredfold.definition.spelling import walk


def awaiting(definitions: Definitions, names: Iterable[str], cuts: Container[str], models: Container[str]) -> list[str]:
    """Which of some attributes, and of what they go back to, have no values before a further run, in order.

    `cuts` are the tiers that were ranked, `models` the models that were tried, by the names under which runs keep them.
    """
    wanted = with_what_they_need(definitions, names)
    return sorted(name for name in wanted if _awaits(definitions.attributes[name], cuts, models))


def _awaits(how: Attribute, cuts: Container[str], models: Container[str]) -> bool:
    if isinstance(how, Score):
        return model_key(how) not in models
    return isinstance(how, Formula) and any(
        isinstance(part, s.Call) and part.function == "tier" and tier_key(part) not in cuts
        for part in walk(how.expression)
    )
