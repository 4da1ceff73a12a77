"""What predictive models say of persons: the inputs of their roles from profiles, and scores as values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, TypeAlias, cast

import numpy as np

from hundredfold.attribute.aggregate import Lists as ListColumn
from hundredfold.attribute.column import BOOLEAN, NULL, NUMBER, TEXT, TIME, Column, Ints, Mask, Pool
from hundredfold.definition.check import model_key, named_by, with_what_they_need
from hundredfold.definition.mistakes import did_you_mean
from hundredfold.definition.model import Definitions, Score
from hundredfold.errors import DefinitionError
from hundredfold.said import Said, said, without_places
from hundredfold.words.amount import MILLION
from hundredfold.words.calendar import DAY
from hundredfold.words.model import Inputs, Kind, Lists, Model, Numbers, Texts, Version

Families: TypeAlias = Mapping[str, Model]
"""The families of models by name."""
_LARGEST: Final = 1e9
_SCALARS: Final = {"number": NUMBER, "boolean": BOOLEAN, "time": TIME, "text": TEXT}


@dataclass(frozen=True)
class Scoring:
    """How an attribute is scored: `key` is the name under which runs keep what was learnt, `inputs` role to attribute.

    `needs` are the attributes that the inputs go back to; behind other scores nothing is looked for.
    """

    name: str
    key: str
    family: Model
    inputs: Mapping[str, str]
    options: Mapping[str, Any]
    needs: frozenset[str]


def scoring_of(score: Score, definitions: Definitions, families: Families) -> Scoring:
    """How an attribute is scored. Raises DefinitionError for a family, a role or an option that cannot be so."""
    family = families.get(score.model)
    if family is None:
        hint = did_you_mean(score.model, families, said("Models"))
        raise _wrong(score.name, said("no model is called {model!r}. {hint}", model=score.model, hint=hint))
    for role in score.inputs:
        if role not in family.roles:
            hint = did_you_mean(role, family.roles, said("Roles"))
            told = said("the model {model} has no role `{role}`. {hint}", model=family.name, role=role, hint=hint)
            raise _wrong(score.name, told)
    for role, asked in family.roles.items():
        if asked.needed and role not in score.inputs:
            raise _wrong(
                score.name,
                said(
                    "the model {model} needs an attribute for the role `{role}`: {meaning}. Write it below `inputs`",
                    model=family.name,
                    role=role,
                    meaning=said(without_places(asked.meaning)),
                ),
            )
    try:
        options = family.checked(score.options)
    except ValueError as error:
        raise _wrong(
            score.name, said("`options` of the model {model}: {problem}", model=family.name, problem=str(error))
        ) from None
    needs = frozenset(with_what_they_need(definitions, named_by(score), scores=False))
    return Scoring(score.name, model_key(score), family, score.inputs, options, needs)


def wrong_kind(name: str, scoring: Scoring, role: str, found: str) -> DefinitionError:
    """The mistake of an input whose values are never of the kind that its role takes."""
    return _wrong(
        name,
        said(
            "the role `{role}` takes a {kind}, and `{attribute}` is a {found}: {meaning}. Take another attribute",
            role=role,
            kind=scoring.family.roles[role].kind,
            attribute=scoring.inputs[role],
            found=found,
            meaning=said(without_places(scoring.family.roles[role].meaning)),
        ),
    )


def _wrong(name: str, told: Said) -> DefinitionError:
    return DefinitionError(told, subject=said("{kind} {name}", kind=said("attribute"), name=name))


# --- inputs ----------------------------------------------------------------------------------------------------------


def inputs_of(
    scoring: Scoring, persons: int, values: Mapping[str, Column | ListColumn], at: Ints, pool: Pool
) -> Inputs:
    """The inputs of persons by role, from attributes' values that were read with the clock at `at` (one or each).

    A role that no attribute takes has no value for anybody.
    """
    found: dict[str, Numbers | Texts | Lists] = {}
    for role, asked in scoring.family.roles.items():
        column = values[scoring.inputs[role]] if role in scoring.inputs else Column.full(persons, NULL)
        found[role] = _input(asked.kind, column, at, pool)
    return found


def _input(kind: Kind, found: Column | ListColumn, at: Ints, pool: Pool) -> Numbers | Texts | Lists:
    if kind == "list":
        return list(_lists(found, pool)) if isinstance(found, ListColumn) else [None] * len(found)
    if isinstance(found, ListColumn):
        found = Column.full(len(found.offsets) - 1, NULL)
    fits: Mask = found.kind == _SCALARS[kind]
    match kind:
        case "text":
            codes = np.where(fits, found.data, -1).tolist()
            return [pool.text(code) if code >= 0 else None for code in codes]
        case "time":
            return np.where(fits, (at - found.data) / DAY, np.nan)
        case "boolean":
            return np.where(fits, found.data.astype(np.float64), np.nan)
        case _:
            return np.where(fits, found.data / MILLION, np.nan)


def _lists(found: ListColumn, pool: Pool) -> Iterator[tuple[str, ...] | None]:
    codes = np.where(found.items.kind == TEXT, found.items.data, -1).tolist()
    for first, end in pairwise(found.offsets.tolist()):
        yield tuple(pool.text(code) for code in codes[first:end] if code >= 0) if end > first else None


# --- scores ----------------------------------------------------------------------------------------------------------


def scored(scoring: Scoring, version: Version | None, inputs: Inputs, persons: int, pool: Pool) -> Column | ListColumn:
    """The scores of persons as values; without a version everybody's is null."""
    listed = scoring.family.result == "list"
    if version is None or persons == 0:
        return _list_column([None] * persons, pool) if listed else Column.full(persons, NULL)
    found = scoring.family.apply(version, inputs)
    match scoring.family.result:
        case "list":
            return _list_column(cast(Lists, found), pool)
        case "text":
            return _texts(cast(Texts, found), pool)
        case "boolean":
            truth = np.asarray(found, np.float64)
            return Column.where(~np.isnan(truth), BOOLEAN, np.nan_to_num(truth).astype(np.int64))
        case _:
            return _numbers(np.asarray(found, np.float64))


def _numbers(found: Numbers) -> Column:
    fits = np.abs(found) <= _LARGEST  # not so for NaN
    return Column.where(fits, NUMBER, np.rint(np.where(fits, found, 0.0) * MILLION).astype(np.int64))


def _texts(found: Sequence[str | None], pool: Pool) -> Column:
    there = np.fromiter((text is not None for text in found), np.bool_, len(found))
    data = np.zeros(len(found), np.int64)
    data[there] = pool.codes([text for text in found if text is not None])
    return Column.where(there, TEXT, data)


def _list_column(found: Lists, pool: Pool) -> ListColumn:
    ends = np.cumsum([0, *(len(texts or ()) for texts in found)])
    codes = pool.codes([text for texts in found for text in texts or ()])
    return ListColumn(ends, Column(np.full(len(codes), TEXT, np.uint8), codes))
