"""What each customer of a table of orders is worth in the time to come: the estimators on plain frames."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import narwhals as nw
import polars as pl
from narwhals.typing import IntoDataFrameT

from hundredfold.errors import FrameError
from hundredfold.predict.estimator import BUYING, SPENDING, Buying, Spending
from hundredfold.predict.histories import WEEK, Histories
from hundredfold.predict.transactions import read
from hundredfold.words.calendar import DAY

USUAL: Final = "pareto_nbd"
"""The model of buying that errs least on held-out orders; `benchmarks/clv.py` compares them."""
SPENT: Final = "gamma_gamma"


@dataclass(frozen=True)
class Lifetime:
    """A model of buying and one of spending, fitted on the same customers, and what they foresee of anybody."""

    buying: Buying
    spending: Spending

    @classmethod
    def fit(cls, histories: Histories, buying: str = USUAL) -> Lifetime:
        """Both models of these customers.

        Raises UnknownVariant for a model that does not exist, and CannotFit when too few customers came back.
        """
        return cls(BUYING[buying].fit(*histories.buying), SPENDING[SPENT].fit(*histories.spending))

    def foreseen(self, histories: Histories, horizon_days: float) -> pl.DataFrame:
        """A row a customer: `customer`, `p_alive`, `expected_orders`, `expected_value` in the next `horizon_days`."""
        rows = histories.buying
        orders = self.buying.expected_orders(horizon_days * DAY / WEEK, *rows)
        value = orders * self.spending.expected_value(*histories.spending)
        return pl.DataFrame(
            {
                "customer": histories.customer,
                "p_alive": self.buying.p_alive(*rows),
                "expected_orders": orders,
                "expected_value": value,
            }
        )


def lifetime_value(
    transactions: IntoDataFrameT,
    *,
    customer: str = "customer_id",
    time: str = "time",
    amount: str = "amount",
    until: str | date | datetime | None = None,
    horizon_days: float = 365,
    model: str = USUAL,
) -> IntoDataFrameT:
    """What each customer is expected to buy in the `horizon_days` after `until`, learnt from all of their orders.

    `transactions` is a Polars, pandas or Arrow frame with a row an order: who, when (a date or a time), and how much (0
    or more). Orders after `until` do not count; without it the clock stands at the last order. Orders of one day are
    one, by the calendar of the column's own time zone.

    The answer is a frame of the same kind with a row a customer, in the order of their first rows: `customer`,
    `p_alive` (0 to 1), `expected_orders` (days with an order) and `expected_value` (money, in the unit of `amount`).

    `model` is `pareto_nbd` or `bg_nbd`. Raises FrameError for a frame that does not have this, UnknownVariant for
    another model, and CannotFit when fewer than 10 customers came back.

    >>> days = [date(2026, 1, 1 + who * visit % 28) for who in range(40) for visit in range(4)]
    >>> frame = pl.DataFrame({"customer_id": [row // 4 for row in range(160)], "time": days})
    >>> lifetime_value(frame.with_columns(amount=20), until="2026-03-01", horizon_days=30).columns
    ['customer', 'p_alive', 'expected_orders', 'expected_value']
    """
    if not 0 < horizon_days < 100_000:
        raise FrameError(f"horizon_days is {horizon_days!r}; expected a number of days above 0.")
    try:
        frame = nw.from_native(transactions, eager_only=True)
    except TypeError as unknown:
        kind = type(transactions).__name__
        raise FrameError(
            f"transactions is a {kind}; expected a Polars, pandas or Arrow frame. Collect a lazy frame first."
        ) from unknown
    orders, clock = read(frame, customer, time, amount, until)
    histories = Histories.of(orders, clock)
    found = Lifetime.fit(histories, model).foreseen(histories, horizon_days)
    answer: IntoDataFrameT = nw.from_arrow(found, backend=frame.implementation).to_native()
    return answer
