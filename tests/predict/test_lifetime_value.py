"""Orders in somebody's own frame become what each customer is worth."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import narwhals as nw
import polars as pl
import pyarrow as pa
import pytest
from polars.testing import assert_frame_equal

import hundredfold as hf
from benchmarks import cdnow
from hundredfold.errors import CannotFit, FrameError
from hundredfold.family import UnknownVariant
from hundredfold.predict.histories import Histories
from hundredfold.predict.transactions import read

NAMES = {"customer": "customer", "time": "day", "amount": "value"}
DAY = 86_400_000_000
WHO = ["b", "a", "b", "b", "a", "c"]
WHEN = [datetime(2026, 1, day, hour, tzinfo=UTC) for day, hour in ((1, 9), (2, 8), (1, 23), (11, 7), (2, 9), (20, 0))]
WORTH = [5.0, 0.1, 7.0, 0.2, 0.2, 3.0]


@pytest.fixture(scope="module")
def orders():
    return cdnow.orders(sample=True)


@pytest.fixture(scope="module")
def expected(orders):
    return hf.lifetime_value(orders, **NAMES, until=cdnow.LEARNT, horizon_days=cdnow.HELD)


def small(**other):
    return pl.DataFrame({"customer": WHO, "day": WHEN, "value": WORTH, **other})


def histories(frame, until=None):
    return Histories.of(*read(nw.from_native(frame), "customer", "day", "value", until))


def test_orders_become_whole_numbers_in_order_of_the_first_rows():
    found = histories(small(), datetime(2026, 1, 21, 12, tzinfo=UTC))

    assert found.customer.to_list() == ["b", "a", "c"]
    assert found.frequency.tolist() == [1, 0, 0]
    assert found.recency.tolist() == [10 * DAY, 0, 0]
    assert found.age.tolist() == [20 * DAY, 19 * DAY, DAY]
    assert found.value.tolist() == [200_000, 0, 0]
    assert {a.dtype.name for a in (found.frequency, found.recency, found.age, found.value)} == {"int64"}


def test_orders_after_the_clock_do_not_count_and_those_at_it_do():
    before = histories(small(), datetime(2026, 1, 11, 6, 59, tzinfo=UTC))
    at = histories(small(), "2026-01-11T07:00:00+00:00")
    on = histories(small(), date(2026, 1, 20))

    assert before.frequency.tolist() == [0, 0]
    assert at.frequency.tolist() == [1, 0]
    assert len(on) == 3
    assert histories(small()).age.tolist() == on.age.tolist()


def test_days_are_those_of_the_columns_own_zone():
    late = [datetime(2026, 1, 1, 22, 30, tzinfo=UTC), datetime(2026, 1, 1, 23, 30, tzinfo=UTC)]
    frame = pl.DataFrame({"customer": [1, 1], "day": late, "value": [1, 2]})
    moved = frame.with_columns(pl.col("day").dt.convert_time_zone("Europe/Berlin"))

    assert histories(frame).frequency.tolist() == [0]
    assert histories(moved).frequency.tolist() == [1]
    assert histories(moved, "2026-01-05").age.tolist() == [4 * DAY]


def test_amounts_of_every_kind_are_the_same_exact_millionths():
    kinds = [pl.Float64, pl.Decimal(12, 2)]
    found = [histories(small().with_columns(pl.col("value").cast(kind))).value.tolist() for kind in kinds]
    many = pl.DataFrame({"customer": [1] * 1_001, "day": [date(2026, 1, 1), *[date(2026, 1, 2)] * 1_000], "value": 0.1})

    assert found[0] == found[1] == [200_000, 0, 0]
    assert histories(many).value.tolist() == [100_000_000]
    assert histories(small(value=pl.Series([1] * 6))).value.tolist() == [1_000_000, 0, 0]


@pytest.mark.parametrize("kind", ["pandas", "arrow", "polars"])
def test_the_answer_is_a_frame_of_the_kind_that_came_in(kind, orders, expected):
    exact = orders.cast({"value": pl.Float64})
    given = {
        "pandas": exact.cast({"day": pl.Datetime("ns")}).to_pandas,
        "arrow": exact.to_arrow,
        "polars": exact.clone,
    }[kind]()

    found = hf.lifetime_value(given, **NAMES, until="1997-09-30", horizon_days=273)

    assert type(found) is type(given)
    assert found.shape == (2_357, 4) if kind != "arrow" else isinstance(found, pa.Table)
    assert_frame_equal(nw.from_native(found, eager_only=True).to_polars(), expected, check_dtypes=False)


def test_a_year_of_everybody_is_worth_what_held_out_orders_say(orders, expected):
    real = cdnow.held_out(orders)

    judged = expected.join(real.rename({"orders": "really", "value": "paid"}), on="customer", validate="1:1")

    assert expected.columns == ["customer", "p_alive", "expected_orders", "expected_value"]
    assert (judged["expected_orders"] - judged["really"]).abs().mean() == pytest.approx(0.755, abs=0.001)
    assert (judged["expected_value"] - judged["paid"]).abs().mean() == pytest.approx(29.45, abs=0.01)


def test_the_other_model_can_be_asked_for(orders):
    found = hf.lifetime_value(orders, **NAMES, until=cdnow.LEARNT, horizon_days=273, model="bg_nbd")

    real = cdnow.held_out(orders)
    assert (found["expected_orders"] - real["orders"]).abs().mean() == pytest.approx(0.786, abs=0.001)
    with pytest.raises(UnknownVariant, match="pareto_nbd"):
        hf.lifetime_value(orders, **NAMES, model="pareto")


def test_rows_in_another_order_say_the_same(orders, expected):
    mixed = orders.sample(fraction=1, shuffle=True, seed=5)

    found = hf.lifetime_value(mixed, **NAMES, until=cdnow.LEARNT, horizon_days=cdnow.HELD)

    assert_frame_equal(found.sort("customer"), expected.sort("customer"), rel_tol=1e-5)


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ({"day": ["yesterday"] * 6}, "column 'day' is String; expected dates or times. Parse them first"),
        ({"value": ["1"] * 6}, "column 'value' is String; expected numbers"),
        ({"value": [1.0, 2, -3, 4, 5, -6]}, "2 amounts below 0 or above one billion, the first in row 2"),
        ({"value": [1.0, 2, 3, 4, 5, 2e9]}, "above one billion, the first in row 5"),
        ({"value": [1.0, None, 3, 4, 5, 6]}, "column 'value' is empty in 1 of 6 rows"),
        ({"value": [1.0, float("nan"), 3, 4, 5, 6]}, "column 'value' is empty in 1 of 6 rows"),
        (
            {"customer": [None, "a", "b", "c", None, "d"]},
            "column 'customer' is empty in 2 of 6 rows. Leave those rows out",
        ),
    ],
)
def test_a_frame_with_what_cannot_be_meant_is_refused_with_the_next_step(broken, says):
    with pytest.raises(FrameError, match=says):
        hf.lifetime_value(small(**broken), **NAMES)


def test_other_wrong_questions_are_refused_too():
    with pytest.raises(
        FrameError, match="no column 'customer_id', 'time', 'amount'; it has 'customer', 'day', 'value'"
    ):
        hf.lifetime_value(small())
    with pytest.raises(FrameError, match=r"transactions is a LazyFrame; expected .* Collect a lazy frame first"):
        hf.lifetime_value(small().lazy(), **NAMES)
    with pytest.raises(FrameError, match="until is 'soon'"):
        hf.lifetime_value(small(), **NAMES, until="soon")
    with pytest.raises(FrameError, match="no order is from before"):
        hf.lifetime_value(small(), **NAMES, until=WHEN[0] - timedelta(days=9))
    with pytest.raises(FrameError, match="the frame has no orders"):
        hf.lifetime_value(small().clear(), **NAMES)
    with pytest.raises(FrameError, match="horizon_days is -1"):
        hf.lifetime_value(small(), **NAMES, horizon_days=-1)
    with pytest.raises(FrameError, match="too much for exact sums"):
        histories(pl.DataFrame({"customer": 1, "day": [date(2026, 1, 1)] * 10_000, "value": Decimal(10**9)}))
    with pytest.raises(CannotFit, match="1 customers came back"):
        hf.lifetime_value(small(), **NAMES)
