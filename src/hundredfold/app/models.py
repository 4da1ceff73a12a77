"""The predictive models of a workspace: which run's version each uses, how good it is, and why it may be off."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, Literal

from pydantic import BaseModel, Field

from hundredfold.app.grouped import learnt
from hundredfold.app.workspace import Workspace
from hundredfold.batch.run import Run, RunBook, Training
from hundredfold.definition.check import model_key, with_what_they_need
from hundredfold.definition.model import Definitions, Score
from hundredfold.predict.models import FAMILIES
from hundredfold.said import Said, said, without_places
from hundredfold.words.calendar import iso
from hundredfold.words.model import Kind

VERSIONS: Final = 30
"""So many of its newest runs are told of a model."""
State = Literal["waiting", "on", "kept", "worse", "lacking"]
_MEASURED: Final = (
    said("log loss"),
    said("mean absolute error of money"),
    said("mean absolute error in days"),
    said("share of wrong guesses"),
    said("share more than an hour off"),
    said("share without a hit"),
    said("share of later spending's variance left unexplained"),
    said("recency only"),
    said("BG/NBD"),
    said("BG/NBD, weighed"),
    said("everybody's median interval"),
    said("everybody's most bought category"),
    said("everybody's best hour"),
    said("bestsellers"),
    said("bestsellers of late"),
    said("stages alone"),
    said("root mean squared error of orders"),
    said("as much as in the period before"),
)
_NAMES: Final = {str(one): one for one in _MEASURED}
"""What the families here measure, and beside what; a family of somebody's own says it in its own words."""


class RoleShown(BaseModel):
    """What a family asks of an input."""

    name: str
    kind: Kind
    meaning: str
    needed: bool


class OptionShown(BaseModel):
    """What a definition may say to a family; see `Option`. Without `usual` it follows from other options."""

    name: str
    kind: Literal["whole", "share", "word", "texts", "numbers"]
    meaning: str
    usual: Any
    least: float
    most: float
    words: list[str]


class FamilyShown(BaseModel):
    """A family of models: what its scores say, and of what they are made."""

    name: str
    answers: str
    result: Kind
    roles: list[RoleShown]
    options: list[OptionShown]


class Trial(BaseModel):
    """What came of a model at a run. `error` and `baseline` are the same `measure`, out of sample; smaller is better.

    `trained` is the run whose version counts from then on; null: there is none. `why` says why it is off, or why there
    is no newer version.
    """

    run: str
    trained: str | None
    state: State
    measure: str | None
    error: float | None
    baseline: float | None
    baseline_name: str | None
    customers: int | None
    why: str | None


class ModelShown(BaseModel):
    """A score and its model. `error` and `baseline` are the same `measure`, out of sample; smaller is better.

    `run` is the cut of the run that counts, `trained` that of the run whose version it uses. `state`: `waiting` for its
    first run; `on`; `kept`: on with an older version, for there is no newer one; `worse` than the baseline, and so
    off; `lacking` what it needs, and so off.
    """

    attribute: str
    label: dict[str, str]
    model: str
    answers: str
    inputs: dict[str, str]
    options: dict[str, Any]
    state: State
    run: str | None
    trained: str | None
    on: bool
    measure: str | None
    error: float | None
    baseline: float | None
    baseline_name: str | None
    customers: int | None
    figures: dict[str, float]
    why: str | None = Field(description="Why scores are null, or why there is no newer version.")
    history: list[Trial] = Field(description="The newest 30 runs, newest first.")


class ModelsShown(BaseModel):
    """The models in force, in the order of their declaration."""

    models: list[ModelShown]


Say = Callable[[str], str]
"""Says a sentence in somebody's language."""


def families(say: Say) -> list[FamilyShown]:
    """Every family, in some language."""
    return [
        FamilyShown(
            name=family.name,
            answers=_meant(family.answers, say),
            result=family.result,
            roles=[
                RoleShown(name=name, kind=role.kind, meaning=_meant(role.meaning, say), needed=role.needed)
                for name, role in family.roles.items()
            ],
            options=[
                OptionShown(
                    name=name,
                    kind=one.kind,
                    meaning=_meant(one.meaning, say),
                    usual=one.usual,
                    least=one.least,
                    most=one.most,
                    words=list(one.words),
                )
                for name, one in family.options.items()
            ],
        )
        for family in FAMILIES.values()
    ]


def models_of(workspace: Workspace, say: Say = str) -> list[ModelShown]:
    """The models in force, in the order of their declaration, told in some language; English unless said."""
    runs = RunBook(workspace.runs_folder).runs()
    definitions = workspace.in_force().definitions
    scores = [one for one in definitions.attributes.values() if isinstance(one, Score)]
    return [_shown(one, definitions, runs, say) for one in scores]


def _shown(score: Score, definitions: Definitions, runs: Sequence[Run], say: Say) -> ModelShown:
    key = model_key(score)
    own = [run for run in runs if key in run.models]
    trials = [_trial(run, run.models[key], say) for run in reversed(own[-VERSIONS:])]
    training = own[-1].models[key] if own else Training(None)
    newest = trials[0] if trials else None
    report = training.report
    return ModelShown(
        attribute=score.name,
        label=dict(definitions.labels.get(score.name, {})),
        model=score.model,
        answers=_meant(FAMILIES[score.model].answers, say) if score.model in FAMILIES else "",
        inputs=dict(score.inputs),
        options=dict(score.options),
        state="waiting" if newest is None else newest.state,
        run=None if newest is None else newest.run,
        trained=None if newest is None else newest.trained,
        on=training.on,
        measure=None if newest is None else newest.measure,
        error=None if report is None else report.error,
        baseline=None if report is None else report.baseline,
        baseline_name=None if newest is None else newest.baseline_name,
        customers=None if report is None else report.customers,
        figures={} if report is None else dict(report.figures),
        why=newest.why if newest is not None else say(why_not(training, trained_ever=False) or ""),
        history=trials,
    )


def switched_off(definitions: Definitions, names: Iterable[str], runs: Sequence[Run]) -> list[Said]:
    """What some attributes lack of models that are off; see `off_models`."""
    off = off_models(definitions, names, runs)
    return [said("a training of {name} that is used: {why}", name=name, why=why) for name, why in off.items()]


def off_models(definitions: Definitions, names: Iterable[str], runs: Sequence[Run]) -> dict[str, str]:
    """Why models that some attributes go back to are off, of those that a run has trained, or tried to, by name.

    Of one whose inputs are scores of another that is off, only that other is told.
    """
    off: dict[str, str] = {}
    for name in sorted(with_what_they_need(definitions, names)):
        score = definitions.attributes[name]
        if isinstance(score, Score):
            known = learnt(score, runs)
            if known.run is not None and not known.training.on:
                off[name] = why_not(known.training, trained_ever=True) or ""
    return {name: why for name, why in off.items() if len(with_what_they_need(definitions, [name]) & off.keys()) == 1}


def _trial(run: Run, training: Training, say: Say) -> Trial:
    report, why = training.report, why_not(training, trained_ever=True)
    return Trial(
        run=iso(run.cut),
        trained=None if training.trained is None else iso(training.trained),
        state=_state(training),
        measure=None if report is None else say(_name(report.measure)),
        error=None if report is None else report.error,
        baseline=None if report is None else report.baseline,
        baseline_name=None if report is None else say(_name(report.baseline_name)),
        customers=None if report is None else report.customers,
        why=None if why is None else say(why),
    )


def _state(training: Training) -> State:
    if training.on:
        return "on" if training.why is None else "kept"
    return "lacking" if training.version is None else "worse"


def why_not(training: Training, *, trained_ever: bool) -> str | None:
    """Why a model is off, or has no newer version."""
    if not trained_ever:
        return said("no batch has run since it was declared. Say hf batch, or wait for the next one.")
    report = training.report
    if training.why is not None or training.on or report is None:
        return training.why
    return said(
        "it does not beat {baseline}: {measure} {error:.4g} against {least:.4g}. Give it more history or other inputs.",
        baseline=_name(report.baseline_name),
        measure=_name(report.measure),
        error=report.error,
        least=report.baseline,
    )


def _name(text: str) -> str:
    return _NAMES.get(text, text)


def _meant(text: str, say: Say) -> str:
    return say(_meaning(text))


def _meaning(text: str) -> Said:
    return said(without_places(text))
