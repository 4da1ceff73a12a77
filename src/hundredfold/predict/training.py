"""Training every model of the definitions at the cut of a batch run, on what customers were before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import orjson

from hundredfold.attribute.column import Ints
from hundredfold.attribute.score import Scoring, inputs_of
from hundredfold.batch.run import Run, Training, cuts_of
from hundredfold.live.engine import Engine
from hundredfold.predict.known import Known
from hundredfold.predict.span import only
from hundredfold.said import said
from hundredfold.words.model import Inputs, TooLittle, Version


def with_models(engine: Engine, run: Run, earlier: Sequence[Run]) -> Run:
    """The run with every model trained at its cut; the engine has applied what the run covers, and nothing more.

    `earlier` are the runs before, by cut, then by publication. A model that cannot be trained keeps the version that it
    had, with the reason why: it never fails the run.
    """
    plan = engine.compiled.plan
    known = Known(engine, run.cut, {**cuts_of(one for one in earlier if one.cut <= run.cut), **run.tiers})
    found: dict[str, Training] = {}
    for name in plan.derived:  # a model that takes another's scores comes behind it
        if name in plan.models and plan.models[name].key not in found:
            scoring = plan.models[name]
            versions = {key: one.version for key, one in found.items() if one.on}
            found[scoring.key] = _trained(known, scoring, versions, _before(scoring, earlier))
    return replace(run, models=found)


def _before(scoring: Scoring, earlier: Sequence[Run]) -> Training:
    return next((run.models[scoring.key] for run in reversed(earlier) if scoring.key in run.models), Training(None))


def _trained(known: Known, scoring: Scoring, versions: Mapping[str, Version | None], before: Training) -> Training:
    try:
        population = Population(known, scoring, versions)
        made = scoring.family.train(population, scoring.options, before.version)
        # As it will be read again: what is applied in this process is what every other one applies.
        version = orjson.loads(orjson.dumps(dict(made.version)))
    except TooLittle as error:
        return replace(before, why=str(error))
    except Exception as error:  # noqa: BLE001 - a family that anybody may write must not fail the run
        kind = type(error).__name__
        return replace(
            before,
            why=said("the training failed with {kind}. Look at its inputs, or leave the attribute out", kind=kind),
        )
    return Training(version, known.cut, made.report)


class Population:
    """What customers were, as an engine knows it at the cut: the `Past` of one model.

    Customers are numbered by the texts of the ids that name them at the cut, so that no number depends on the order in
    which messages came.
    """

    def __init__(self, known: Known, scoring: Scoring, versions: Mapping[str, Version | None]) -> None:
        self._known, self._scoring, self._versions = known, scoring, versions

    @property
    def cut(self) -> int:
        """The instant up to which everything is known, in microseconds."""
        return self._known.cut

    def at(self, instant: int) -> tuple[Ints, Inputs]:
        """The customers of that time, ascending, and their inputs read with the clock at that instant."""
        wanted = dict.fromkeys(self._scoring.inputs.values())
        names, values = self._known.at(instant, wanted, self._versions)
        number = self._known.numbers(names)
        # Who are one customer at the cut may have been several: the one who names them stands for all.
        order = np.lexsort((names, self._known.named[names] != number, number))
        number = number[order]
        first = np.append(True, number[1:] != number[:-1])[: len(number)] & (number >= 0)
        given = inputs_of(self._scoring, len(names), values, np.array([instant]), self._known.pool)
        return number[first], only(given, order[first])
