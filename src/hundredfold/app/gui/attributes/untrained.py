"""A model that no batch has trained as it is written: it has no values yet, but who would have one is known."""

from __future__ import annotations

from typing import Final

from pydantic import BaseModel, Field

from hundredfold.app.opened import OpenWorkspace
from hundredfold.app.trying import Trial, Trying
from hundredfold.definition.check import model_key
from hundredfold.definition.model import Definitions, Score
from hundredfold.predict.models import FAMILIES

SHOWN: Final = 5
"""Customers that a preview shows."""


class Given(BaseModel):
    """A customer, and whether he has everything that a model needs."""

    customer_id: str
    has: bool


class Untrained(BaseModel):
    """A model that no batch has trained as it is written: `would` of the sample have everything that it needs."""

    would: int
    lacking: dict[str, int] = Field(description="Of how many each needed input has no value, by role.")
    examples: list[Given]


def is_trained(opened: OpenWorkspace, score: Score) -> bool:
    """Whether a run has a version of a model that is used."""
    key = model_key(score)
    return any(run.models[key].on for run in reversed(opened.runs()) if key in run.models)


def untrained(trying: Trying, definitions: Definitions, score: Score, trial: Trial) -> Untrained:
    """Who would be scored: whoever has a value of every input that the model needs."""
    needed = {role: score.inputs[role] for role, asked in FAMILIES[score.model].roles.items() if asked.needed}
    lacking = {
        role: {customer for customer, _, new in trying.tried(definitions, attribute).rows if new is None or new == ()}
        for role, attribute in needed.items()
    }
    customers = [customer for customer, _, _ in trial.rows]
    without = set[str]().union(*lacking.values())
    have = [one for one in customers if one not in without]
    some = have[: SHOWN - 1]
    shown = [*some, *[one for one in customers if one in without][: SHOWN - len(some)]]
    return Untrained(
        would=len(have),
        lacking={role: len(nobody) for role, nobody in lacking.items()},
        examples=[Given(customer_id=one[2:], has=one not in without) for one in shown],
    )
