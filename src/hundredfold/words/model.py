"""What a predictive model is: a family that the batch trains, and whose versions score profiles.

A score is a pure function of (version, the combined profile's inputs, the clock at which they were read). One customer
scored alone gives the same bits as among a million: families compute element by element, in a fixed order, and leave
out whatever adds up across customers (matrix products, means) when they apply a version.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Kind = Literal["number", "time", "boolean", "text", "list"]
Numbers: TypeAlias = NDArray[np.float64]
Texts: TypeAlias = Sequence[str | None]
Lists: TypeAlias = Sequence[Sequence[str] | None]
Inputs: TypeAlias = Mapping[str, Numbers | Texts | Lists]
"""The inputs of n customers by role: numbers as they are, booleans as 0 and 1, times in days before the clock (later
ones negative), NaN where there is none; texts and lists of texts, None where there is none."""
Version: TypeAlias = Mapping[str, Any]
"""What a training has found, as plain JSON: texts, finite numbers, booleans, lists and objects of these."""


@dataclass(frozen=True, slots=True)
class Role:
    """What a family asks of one of its inputs."""

    kind: Kind
    meaning: str
    """For people, in English: what the attribute that takes the role should say."""
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Option:
    """What a definition may say to a family beside its inputs.

    `whole` is a whole number from `least` to `most`, `share` a number between them that is neither, `word` one of
    `words`; `texts` and `numbers` are lists. `usual` counts where nothing is said; None: it follows from other options.
    """

    kind: Literal["whole", "share", "word", "texts", "numbers"]
    meaning: str
    """For people, in English."""
    usual: Any = None
    least: float = 0
    most: float = 1
    words: tuple[str, ...] = ()


class Past(Protocol):
    """What customers were, as known at the cut of a batch run."""

    @property
    def cut(self) -> int:
        """The instant up to which everything is known, in microseconds."""

    def at(self, instant: int) -> tuple[NDArray[np.int64], Inputs]:
        """The customers of that time, ascending numbers that mean the same customer at every instant, and their inputs
        read with the clock at that instant (microseconds, not after the cut)."""


@dataclass(frozen=True, slots=True)
class Report:
    """How good a version is out of sample, against the naive baseline: the same error of both; smaller is better."""

    measure: str
    """Which error it is, for example `log loss`."""
    error: float
    baseline: float
    baseline_name: str
    customers: int
    """Of how many customers it was measured."""
    figures: Mapping[str, float] = field(default_factory=dict)
    """Whatever else tells how good it is, by name."""

    @property
    def better(self) -> bool:
        """Whether the version beats the baseline; if not, it is not used."""
        return self.error < self.baseline


@dataclass(frozen=True, slots=True)
class Trained:
    """A version, and how good it is; families that predict nothing, but describe, have no report."""

    version: Version
    report: Report | None = None


@dataclass(frozen=True, slots=True)
class Fitted:
    """What scores are made with: the cut of the run that counts, and its version; None: scores are null."""

    cut: int
    version: Version | None


UNFITTED: Final = Fitted(0, None)
"""What stands for a model before the first run."""


class TooLittle(Exception):
    """There is too little data to train on; the text says what there is, what is needed, and what to do next."""


class Model(Protocol):
    """A family of models; to add one, write a file in `predict/models`."""

    @property
    def name(self) -> str:
        """The name that definitions say, for example `churn`."""

    @property
    def answers(self) -> str:
        """What a score says of a customer; for people, in English."""

    @property
    def roles(self) -> Mapping[str, Role]:
        """The inputs by role; a definition says which attribute takes each of them."""

    @property
    def result(self) -> Kind:
        """What a score is: `number`, `boolean`, `text` or `list`."""

    @property
    def options(self) -> Mapping[str, Option]:
        """What a definition may say beside, by name."""

    @property
    def horizons(self) -> int:
        """How many times `horizon_days` ago there must have been customers to learn from; 0: none need have been."""

    def checked(self, options: Mapping[str, object]) -> Mapping[str, Any]:
        """The options that a definition may say, with defaults filled in.

        Raises:
            ValueError: an option is unknown or cannot be so; the text says what was expected.
        """

    def train(self, past: Past, options: Mapping[str, Any], before: Version | None = None) -> Trained:
        """A new version; of the same past, options and version before always the same one.

        `before` is the newest version of this model that was trained, None for the first. Families that keep ids from
        one version to the next need it, the others leave it.

        Raises:
            TooLittle: there is too little data.
        """

    def apply(self, version: Version, inputs: Inputs) -> Numbers | Texts | Lists:
        """The scores of n customers; NaN or None where the inputs allow none. Numbers are rounded to millionths by
        whoever keeps them, booleans are 0 and 1."""
