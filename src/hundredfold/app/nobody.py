"""Why a segment has no count: what it asks for has no values, or the count would tell of persons."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from hundredfold.app.models import off_models
from hundredfold.batch.run import Run, cuts_of, models_of
from hundredfold.definition.effects import personal
from hundredfold.definition.model import Definitions
from hundredfold.profile.awaiting import awaiting
from hundredfold.said import Said, joined, said
from hundredfold.store.tokens import Grant


def why_nobody(
    definitions: Definitions, asked: Collection[str], runs: Sequence[Run], *, past: bool = False
) -> str | None:
    """What lacks of the attributes that a condition asks for, after some runs; None: all can have values.

    It is a reason only where nobody is in the segment: `or` may let somebody in all the same.
    """
    waiting = awaiting(definitions, asked, cuts_of(runs), models_of(runs))
    if waiting:
        names = ", ".join(waiting)
        if past:
            return said(
                "no batch had worked out {names} by then, so nobody is known to have been in it. Ask for a later time.",
                names=names,
            )
        return said(
            "no batch has worked out {names} yet, so nobody is known to be in it. Say hf batch, or wait for the next "
            "one.",
            names=names,
        )
    off = [_off(name, why, past) for name, why in off_models(definitions, asked, runs).items()]
    return joined(off) if off else None


def why_hidden() -> Said:
    """Why whoever may not see personal data is told no count of what tells of persons."""
    return said(
        "it follows from personal data, and a count could tell whether somebody is a customer. Ask an admin for the "
        "right to see personal data."
    )


def hidden_from(grant: Grant, definitions: Definitions) -> frozenset[str]:
    """The segments of which somebody is told no numbers, for they would tell of persons."""
    return frozenset() if grant.personal_data else personal(definitions)


def _off(name: str, why: str, past: bool) -> str:
    if past:
        return said("the model {name} was off then, so nobody is known to have been in it: {why}", name=name, why=why)
    return said("the model {name} is off, so nobody is known to be in it: {why}", name=name, why=why)
