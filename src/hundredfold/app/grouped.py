"""Which attributes of some definitions are micro-segments, the stage of life, and the first and the last order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from hundredfold.batch.run import Run, Training
from hundredfold.definition.check import model_key
from hundredfold.definition.mistakes import did_you_mean
from hundredfold.definition.model import Aggregate, Definitions, Score, Selector
from hundredfold.definition.syntax import Name
from hundredfold.errors import NotFound
from hundredfold.said import said
from hundredfold.words.calendar import iso

FAMILY: Final = "microsegment"
STAGES: Final = "lifecycle"
READY: Final = "lifecycle_stage"
"""The stage that the catalogue has."""
ORDERS: Final = "Order Completed"


@dataclass(frozen=True)
class Learnt:
    """A model's training that counts, and the cut of the run that it is of."""

    training: Training
    run: int | None

    @classmethod
    def nothing(cls) -> Self:
        """Of a model that was never trained."""
        return cls(Training(None), None)

    @property
    def version(self) -> str:
        """What tells the version apart from others."""
        return "" if self.training.trained is None else iso(self.training.trained)

    @property
    def names(self) -> dict[str, dict[str, str]]:
        """What the version's groups are called, by id, then by language."""
        version = self.training.version
        return {} if version is None else {group["id"]: group["name"] for group in version["groups"]}


def micro_segments(definitions: Definitions) -> list[Score]:
    """The attributes that are micro-segments."""
    found = definitions.attributes.values()
    return [one for one in found if isinstance(one, Score) and one.model == FAMILY]


def micro_segment(definitions: Definitions, name: str | None) -> Score | None:
    """The one of that name, or the first; None where there is none. Raises NotFound."""
    found = {one.name: one for one in micro_segments(definitions)}
    if name is not None and name not in found:
        near = did_you_mean(name, found, said("Micro-segments"))
        raise NotFound(
            said("no attribute `{name}` in force is a model of micro-segments. {near}", name=name, near=near)
        )
    return found[name] if name is not None else next(iter(found.values()), None)


def stage(definitions: Definitions) -> str | None:
    """The attribute that is the stage of life: what micro-segments keep apart, else a model's, else the catalogue's."""
    for one in micro_segments(definitions):
        if "stage" in one.inputs:
            return one.inputs["stage"]
    models = (n for n, a in definitions.attributes.items() if isinstance(a, Score) and a.model == STAGES)
    return next(models, READY if READY in definitions.attributes else None)


def learnt(score: Score, runs: Sequence[Run]) -> Learnt:
    """What the newest run that trained a model has of it; `runs` by cut, then by publication."""
    key = model_key(score)
    run = next((one for one in reversed(runs) if key in one.models), None)
    return Learnt.nothing() if run is None else Learnt(run.models[key], run.cut)


def first_and_last(definitions: Definitions) -> tuple[str, str] | None:
    """The attributes that are the times of a customer's first and last order, or whatever else the shop counts.

    Of several events that have both, orders come first.
    """
    found: dict[frozenset[Selector], dict[str, str]] = {}
    for name, one in definitions.attributes.items():
        if isinstance(one, Aggregate) and one.value == Name("timestamp") and one == _plain(one):
            end = {"min": "first", "first": "first", "max": "last", "last": "last"}.get(one.aggregate)
            if end is not None:
                found.setdefault(frozenset(one.events), {}).setdefault(end, name)
    both = [(events, ends["first"], ends["last"]) for events, ends in found.items() if len(ends) == 2]
    both.sort(key=lambda one: all(event.name != ORDERS for event in one[0]))
    return (both[0][1], both[0][2]) if both else None


def _plain(one: Aggregate) -> Aggregate:
    """The same of all of its events."""
    return Aggregate(one.name, one.events, one.aggregate, value=one.value)
