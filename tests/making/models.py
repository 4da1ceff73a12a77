"""Families of models for made-up worlds, whose scores give away whatever goes into them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import numpy as np

from hundredfold.attribute.column import Pool
from hundredfold.attribute.kinds import fields
from hundredfold.attribute.plan import plan
from hundredfold.definition.load import from_document
from hundredfold.definition.model import Definitions
from hundredfold.words.model import Inputs, Kind, Model, Option, Past, Role, Trained, Version


@dataclass(frozen=True)
class Family:
    """Takes everything; a subclass says what comes out."""

    name: str
    result: Kind
    roles: Mapping[str, Role]
    answers: str = "what goes in"
    options: Mapping[str, Option] = field(default_factory=dict)

    def checked(self, options: Mapping[str, object]) -> Mapping[str, Any]:
        """Nothing can be said."""
        if options:
            raise ValueError("there are none")
        return {}

    def train(self, past: Past, options: Mapping[str, Any], before: Version | None = None) -> Trained:
        """Knows the population's size."""
        return Trained({"weight": len(past.at(past.cut)[0])})

    def apply(self, version: Version, inputs: Inputs) -> Any:
        """Shows the inputs."""
        weight = version["weight"]
        if self.result == "number":
            return weight * np.nan_to_num(inputs["amount"]) + np.nan_to_num(inputs["since"]) / 7
        if self.result == "boolean":
            return np.where(np.isnan(inputs["amount"]), np.nan, inputs["amount"] * weight > 3)
        shown: Sequence[Any] = [
            [f"{weight}", *(items or ()), *([text] if text else [])]
            for items, text in zip(inputs["items"], inputs["text"], strict=True)
        ]
        return [" ".join(each) for each in shown] if self.result == "text" else [each[1:] for each in shown]


_NUMBER, _TIME = Role("number", "an amount"), Role("time", "a time", needed=False)
_TEXT, _LIST = Role("text", "a text", needed=False), Role("list", "texts", needed=False)
_NUMBERS = {"amount": _NUMBER, "since": _TIME}
_TEXTS = {"text": _TEXT, "items": _LIST}
MODELS: Mapping[str, Model] = {
    family.name: family
    for family in (
        Family("weigh", "number", _NUMBERS),
        Family("much", "boolean", _NUMBERS),
        Family("show", "text", _TEXTS),
        Family("pick", "list", _TEXTS),
    )
}


FORMULAS = ("{0} + 1", "coalesce({0}, {1})", "tier({0}, 3)", "days_since({0})", "{0} = {1}", "concat({0}, 'x')")


def scores(random: Random, document: Mapping[str, Any]) -> dict[str, Any]:
    """Some scores over the attributes of a document, over each other, and formulas over them: s0, s1 ..."""
    found: dict[str, Any] = {}
    for number in range(random.choice((1, 1, 2, 3))):
        family = random.choice(list(MODELS.values()))
        kinds = fitting(from_document({**document, "attributes": {**document["attributes"], **found}}))
        inputs = {role: random.choice(kinds[asked.kind]) for role, asked in family.roles.items() if kinds[asked.kind]}
        if all(role in inputs for role, asked in family.roles.items() if asked.needed):
            found[f"s{number}"] = {"model": family.name, "inputs": inputs}
            if random.random() < 0.4:
                names = [f"s{number}", random.choice([*document["attributes"], f"s{number}"])]
                found[f"s{number}f"] = {"formula": random.choice(FORMULAS).format(*names)}
    return found


def fitting(definitions: Definitions) -> dict[Kind, list[str]]:
    """The attributes whose values may be of a kind."""
    found: dict[Kind, list[str]] = {"number": [], "time": [], "boolean": [], "text": [], "list": []}
    for each in fields(plan(definitions, Pool(), MODELS)):
        for kind in ("list",) if each.many else each.kinds:
            found["number" if kind == "count" else kind].append(each.name)
    return found


def version(random: Random) -> Version:
    """What a run may have learnt."""
    return {"weight": random.choice((0.5, 1, 3))}
