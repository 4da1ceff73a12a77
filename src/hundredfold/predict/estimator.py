"""What an estimator is, and the two kinds that a lifetime value is made of: how often somebody buys, for how much.

A new estimator is one new file in `estimators/` with one subclass of `Buying` or `Spending`, found by its name. Its
fields are its parameters, all positive; fitting comes from here.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, fields
from typing import ClassVar, Final, Self

import numpy as np

from hundredfold.errors import CannotFit
from hundredfold.family import Family
from hundredfold.predict.likelihood import Floats, distinct, most_likely
from hundredfold.said import Said, said

FEWEST: Final = 10
"""With fewer customers who came back, parameters say more of chance than of customers."""


@dataclass(frozen=True)
class Estimator(ABC):
    """A model of customers with its parameters. The same parameters, rows and clock always give the same answer."""

    name: ClassVar[str]
    start: ClassVar[tuple[float, ...]]
    """Where the search for the parameters begins, in units in which the mean of what was observed is 1."""
    units: ClassVar[tuple[bool, ...]]
    """Which parameters are in the unit of the data (time or money), and so grow with it."""

    @property
    def parameters(self) -> dict[str, float]:
        """The parameters by name, in the order of the fields: plain data that a version is stored as."""
        return {field.name: float(getattr(self, field.name)) for field in fields(self)}

    @classmethod
    def _fitted(cls, columns: list[Floats], times: Floats, unit: float) -> Self:
        found = most_likely(lambda p: cls._terms(p, *columns), times, cls.start)
        return cls(*(float(value) for value in np.where(cls.units, found * unit, found)))

    @staticmethod
    @abstractmethod
    def _terms(parameters: Floats, *columns: Floats) -> tuple[Floats, Floats]:
        """The log likelihood of each row, and its derivatives by the parameters, one row each."""


class Buying(Estimator):
    """How often customers buy, and whether they still do.

    Rows are three arrays of one length: `frequency`, how many days with an order came after the first one; `recency`,
    the time from the first to the last one; `age`, the time from the first one to now. Times are in any one unit, which
    the parameters and the horizon then are in, too.
    """

    @classmethod
    def fit(cls, frequency: Floats, recency: Floats, age: Floats) -> Self:
        """The parameters that make these customers most likely.

        Raises CannotFit when fewer than 10 of them came back, or when rows contradict themselves.
        """
        frequency, recency, age = checked(frequency, recency, age)
        enough(int(np.count_nonzero(frequency)), said("customers came back after the day of their first order"))
        unit = float(age.mean())
        (x, last, now), times = distinct(frequency, recency, age)
        return cls._fitted([x, last / unit, now / unit], times, unit)

    def log_likelihood(self, frequency: Floats, recency: Floats, age: Floats) -> float:
        """The log likelihood of these customers, densities of times included."""
        rows, times = distinct(*checked(frequency, recency, age))
        return float(times @ self._terms(np.array([*self.parameters.values()]), *rows)[0])

    @abstractmethod
    def p_alive(self, frequency: Floats, recency: Floats, age: Floats) -> Floats:
        """The chance that each customer still buys, between 0 and 1."""

    @abstractmethod
    def expected_orders(self, horizon: float, frequency: Floats, recency: Floats, age: Floats) -> Floats:
        """How many days with an order each customer is expected to have in the next `horizon`."""


class Spending(Estimator):
    """How much an order is worth.

    Rows are two arrays of one length: `frequency` as for `Buying`, and `value`, the mean value of those orders.
    """

    @classmethod
    def fit(cls, frequency: Floats, value: Floats) -> Self:
        """The parameters that make these customers most likely; only those who came back and paid count.

        Raises CannotFit when fewer than 10 came back for money, or when the values have no finite mean.
        """
        frequency, value = np.asarray(frequency, float), np.asarray(value, float)
        paid = (frequency > 0) & (value > 0)
        enough(int(np.count_nonzero(paid)), said("customers came back and paid something"))
        unit = float(value[paid].mean())
        (x, mean), times = distinct(frequency[paid], value[paid])
        return cls._fitted([x, mean / unit], times, unit)

    def log_likelihood(self, frequency: Floats, value: Floats) -> float:
        """The log likelihood of the customers who came back and paid something."""
        frequency, value = np.asarray(frequency, float), np.asarray(value, float)
        paid = (frequency > 0) & (value > 0)
        rows, times = distinct(frequency[paid], value[paid])
        return float(times @ self._terms(np.array([*self.parameters.values()]), *rows)[0])

    @abstractmethod
    def expected_value(self, frequency: Floats, value: Floats) -> Floats:
        """What the next order of each customer is worth on average."""


def checked(frequency: Floats, recency: Floats, age: Floats) -> tuple[Floats, Floats, Floats]:
    """The rows as floats. Raises CannotFit where they contradict themselves."""
    x, last, now = (np.asarray(column, float) for column in (frequency, recency, age))
    sound = (x >= 0) & (last >= 0) & (last <= now) & np.isfinite(now) & ((x > 0) == (last > 0))
    if not sound.all():
        row = int(np.argmin(sound))
        raise CannotFit(
            f"{np.count_nonzero(~sound)} customers contradict themselves; the first, in row {row}, has frequency "
            f"{x[row]:g}, recency {last[row]:g} and age {now[row]:g}. Expected 0 <= recency <= age, and a recency of 0 "
            "exactly for those who did not come back: take them from one table of orders, up to one clock."
        )
    return x, last, now


def enough(found: int, who: Said) -> None:
    """Raises CannotFit when too few customers did what the parameters are learnt from."""
    if found < FEWEST:
        advice = said("Give a longer history or more customers.")
        raise CannotFit(
            said(
                "{found} {who}, and at least {needed} are needed. {advice}",
                found=found,
                who=who,
                needed=FEWEST,
                advice=advice,
            )
        )


BUYING: Final[Family[Buying]] = Family(Buying, "hundredfold.predict.estimators")  # type: ignore[type-abstract]
SPENDING: Final[Family[Spending]] = Family(Spending, "hundredfold.predict.estimators")  # type: ignore[type-abstract]
