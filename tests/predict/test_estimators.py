"""What must hold for every estimator, and what was published of each on the CDNOW orders."""

import doctest
import importlib
import pkgutil
from dataclasses import astuple, replace
from datetime import date
from functools import cache
from itertools import pairwise

import narwhals as nw
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import gammaln, hyp2f1
from scipy.stats import beta
from tests.predict.crowd import crowd

import hundredfold.predict
from benchmarks import cdnow
from hundredfold.errors import CannotFit
from hundredfold.family import UnknownVariant
from hundredfold.predict.estimator import BUYING, SPENDING
from hundredfold.predict.histories import Histories
from hundredfold.predict.transactions import read

BG, PARETO, GG = BUYING["bg_nbd"], BUYING["pareto_nbd"], SPENDING["gamma_gamma"]
KNOWN = {"bg_nbd": BG(0.243, 4.414, 0.793, 2.426), "pareto_nbd": PARETO(0.553, 10.578, 0.606, 11.669)}
ODD = (
    np.array([0.0, 0, 0, 1, 5_000, 5_000, 40]),
    np.array([0, 0, 0, 1e-3, 2_000, 1, 39]),
    np.array([0, 1e-3, 9e3, 9e3, 2e3, 9e3, 39]),
)
"""New today, silent for ever, daily for years, once busy and gone, here until this moment."""
BUYERS = sorted(BUYING)
numbers = st.floats(0.05, 20)


@cache
def histories(sample=True):
    orders = cdnow.orders(sample=sample)
    return Histories.of(*read(nw.from_native(orders), "customer", "day", "value", cdnow.LEARNT))


@pytest.mark.parametrize(
    ("name", "published", "likelihood"),
    [
        ("bg_nbd", (0.243, 4.414, 0.793, 2.426), -9_582.4),
        ("pareto_nbd", (0.553, 10.578, 0.606, 11.669), -9_595.0),
    ],
)
def test_models_of_buying_find_the_published_parameters(name, published, likelihood):
    rows = histories().buying

    found = BUYING[name].fit(*rows)

    # The published log likelihoods stand to one digit; the last published digit is within one.
    assert astuple(found) == pytest.approx(published, abs=0.001)
    assert found.log_likelihood(*rows) == pytest.approx(likelihood, abs=0.1)


def test_the_model_of_spending_finds_the_published_parameters():
    found = GG.fit(*histories().spending)

    assert astuple(found) == pytest.approx((6.25, 3.74, 15.44), abs=0.005)
    assert astuple(found) == pytest.approx((6.249, 3.744, 15.444), abs=0.001)


def test_everybody_of_the_master_file_gives_what_other_programs_find():
    everybody = histories(sample=False)

    bg, spending = BG.fit(*everybody.buying), GG.fit(*everybody.spending)

    assert astuple(bg) == pytest.approx((0.2516, 4.789, 0.7234, 2.1611), abs=0.0005)
    assert bg.log_likelihood(*everybody.buying) == pytest.approx(-95_368.4, abs=0.1)
    assert astuple(spending) == pytest.approx((6.275, 3.625, 14.985), abs=0.002)


@given(st.sampled_from(BUYERS), st.tuples(numbers, numbers, numbers, numbers))
def test_slopes_are_those_of_the_log_likelihood(name, parameters):
    there = np.array(parameters)
    rows = [np.array(c, float) for c in ([0, 0, 1, 7, 90], [0, 0, 2, 30.5, 49], [0, 30, 2, 30.5, 50])]

    _, slopes = BUYING[name]._terms(there, *rows)

    for place in range(4):
        step = np.eye(4)[place] * there[place] * 1e-5
        higher, lower = (BUYING[name]._terms(there + way * step, *rows)[0] for way in (1, -1))
        assert slopes[place] == pytest.approx((higher - lower) / (2 * step[place]), rel=1e-4, abs=1e-4)


@given(st.tuples(numbers, numbers, numbers))
def test_slopes_of_spending_are_those_of_the_log_likelihood(parameters):
    there = np.array(parameters)
    rows = [np.array([1.0, 3, 500]), np.array([0.01, 35.0, 4_000])]

    _, slopes = GG._terms(there, *rows)

    for place in range(3):
        step = np.eye(3)[place] * there[place] * 1e-5
        higher, lower = (GG._terms(there + way * step, *rows)[0] for way in (1, -1))
        assert slopes[place] == pytest.approx((higher - lower) / (2 * step[place]), rel=1e-4, abs=1e-4)


@pytest.mark.parametrize("name", BUYERS)
def test_the_unit_of_time_does_not_matter(name):
    frequency, recency, age = histories().buying

    weeks, days = BUYING[name].fit(frequency, recency, age), BUYING[name].fit(frequency, recency * 7, age * 7)

    grown = np.where(BUYING[name].units, 7, 1)
    assert astuple(days) == pytest.approx(astuple(weeks) * grown, rel=1e-6)
    assert days.expected_orders(280, frequency, recency * 7, age * 7) == pytest.approx(
        weeks.expected_orders(40, frequency, recency, age), rel=1e-5
    )


def test_the_currency_does_not_matter():
    frequency, value = histories().spending

    dollars, cents = GG.fit(frequency, value), GG.fit(frequency, value * 100)

    assert astuple(cents) == pytest.approx(astuple(dollars) * np.array([1, 1, 100]), rel=1e-6)


@pytest.mark.parametrize("name", BUYERS)
def test_the_same_customers_twice_teach_the_same_in_any_order(name):
    rows = histories().buying
    order = np.random.default_rng(0).permutation(2 * len(rows[0]))

    once, twice = BUYING[name].fit(*rows), BUYING[name].fit(*(np.tile(column, 2)[order] for column in rows))

    assert astuple(twice) == pytest.approx(astuple(once), rel=1e-5)
    assert twice.log_likelihood(*rows) == pytest.approx(once.log_likelihood(*rows), abs=1e-5)


@pytest.mark.parametrize("name", BUYERS)
def test_silence_speaks_against_a_customer_and_a_late_order_for_him(name):
    model = KNOWN[name]
    ages = np.linspace(30, 300, 50)
    for orders in (1.0, 4.0, 60.0):
        same = np.full(50, orders)
        silent = model.p_alive(same, np.full(50, 30.0), ages)
        recent = model.p_alive(same, np.linspace(1, 300, 50), np.full(50, 300.0))
        assert (np.diff(silent) <= 0).all()
        assert silent[0] > silent[-1]
        assert (np.diff(recent) >= 0).all()
        assert recent[0] < recent[-1]
        assert ((silent >= 0) & (silent <= 1)).all()


@pytest.mark.parametrize("name", BUYERS)
def test_a_longer_horizon_brings_more_orders_but_ever_fewer_a_week(name):
    rows = histories().buying
    horizons = (0.001, 1.0, 4.0, 39.0, 520.0)

    found = [KNOWN[name].expected_orders(horizon, *rows) for horizon in horizons]

    for (short, fewer), (long, more) in pairwise(zip(horizons, found, strict=True)):
        assert (more > fewer).all()
        assert (more / long <= fewer / short * (1 + 1e-4)).all()


@pytest.mark.parametrize(
    "model", [*KNOWN.values(), BG(0.5, 2.0, 1.0, 1.5), BG(0.2, 1.0, 0.4, 0.6), PARETO(2.0, 8.0, 1.0, 8.0)]
)
def test_the_oddest_customers_have_finite_answers(model):
    alive, orders = model.p_alive(*ODD), model.expected_orders(52, *ODD)

    assert ((alive >= 0) & (alive <= 1)).all()
    assert np.isfinite(orders).all()
    assert (orders >= 0).all()
    assert np.isfinite(model.log_likelihood(*ODD))
    assert alive[4] > 0.9
    assert alive[5] < 1e-6
    assert model.p_alive(*(c[:1] for c in ODD)) == pytest.approx(1)


@pytest.mark.parametrize(
    "model", [KNOWN["bg_nbd"], BG(0.5, 2.0, 1.0, 1.5), BG(0.2, 1.0, 0.4, 0.6), BG(3.0, 0.1, 2.0, 0.2)]
)
@pytest.mark.parametrize("horizon", [0.01, 39.0, 5_000.0])
def test_bg_nbd_expects_what_integrating_over_all_chances_to_stop_gives(model, horizon):
    rows = (np.array([0.0, 0, 3, 80, 900]), np.array([0, 0, 9, 300, 900.0]), np.array([0, 30, 40, 300, 900.0]))

    found = model.expected_orders(horizon, *rows) / model.p_alive(*rows)

    for x, age, orders in zip(rows[0], rows[2], found, strict=True):
        reach, chance = horizon / (model.alpha + age), beta(model.a, model.b + x)

        def given(u, x=x, reach=reach, chance=chance):
            p = max(chance.ppf(u), 1e-300)
            return -np.expm1(-(model.r + x) * np.log1p(p * reach)) / p

        # Over the ranks of the chances, where their density has no poles.
        assert orders == pytest.approx(quad(given, 0, 1, limit=500)[0], rel=2e-4)


@pytest.mark.parametrize("model", [KNOWN["pareto_nbd"], PARETO(2.0, 8.0, 0.5, 3.0), PARETO(0.8, 5.0, 1.5, 5.0)])
def test_pareto_nbd_has_the_likelihood_of_the_published_formula(model):
    r, alpha, s, late = astuple(model)
    x, recency, age = (column[:400] for column in histories().buying)
    most, power = max(alpha, late), s + 1 if alpha >= late else r + x

    def part(time):
        whole = hyp2f1(r + s + x, power, r + s + x + 1, abs(alpha - late) / (most + time))
        return whole / (most + time) ** (r + s + x)

    alive = (alpha + age) ** -(r + x) * (late + age) ** -s
    chance = alive + s / (r + s + x) * (part(recency) - part(age))
    published = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(late) + np.log(chance)

    assert model.log_likelihood(x, recency, age) == pytest.approx(published.sum(), rel=1e-9)
    assert model.p_alive(x, recency, age) == pytest.approx(alive / chance, rel=1e-7)


@pytest.mark.parametrize("name", BUYERS)
def test_whoever_buys_as_the_model_says_orders_as_often_as_it_expects(name):
    assert farthest_off(KNOWN[name], KNOWN[name]) < 4


@pytest.mark.parametrize("name", BUYERS)
def test_the_simulation_notices_a_model_that_forgets_who_is_gone(name):
    class Faithful(BUYING[name]):
        def p_alive(self, frequency, recency, age):
            return np.ones(len(frequency))

    assert farthest_off(KNOWN[name], Faithful(*astuple(KNOWN[name]))) > 10


def farthest_off(truth, model, horizon=30.0):
    """How many standard errors expected orders are off at most, of customers with none, few and many orders."""
    people = crowd(truth, 20_000, horizon)
    off = people.later - model.expected_orders(horizon, *people.rows)
    groups = [off[(people.frequency >= low) & (people.frequency < high)] for low, high in ((0, 1), (1, 4), (4, 1_000))]
    return max(abs(group.mean()) / (group.std() / len(group) ** 0.5) for group in groups)


@pytest.mark.parametrize("name", BUYERS)
def test_parameters_come_back_from_customers_who_have_them(name):
    people = crowd(KNOWN[name], 20_000, 1.0)

    found = BUYING[name].fit(*people.rows)

    assert found.log_likelihood(*people.rows) >= KNOWN[name].log_likelihood(*people.rows)
    assert astuple(found)[:2] == pytest.approx(astuple(KNOWN[name])[:2], rel=0.12)


def test_the_expected_value_lies_between_a_customers_mean_and_everybodys():
    model = GG(6.25, 3.74, 15.44)
    orders = np.array([0.0, 1, 5, 100, 100_000])

    found = model.expected_value(orders, np.array([0, 90.0, 90, 90, 90]))

    assert found[0] == pytest.approx(6.25 * 15.44 / 2.74)
    assert (np.diff(found) > 0).all()
    assert found[-1] == pytest.approx(90, rel=1e-3)


def test_orders_for_nothing_do_not_stop_the_model_of_spending():
    frequency, value = histories().spending
    free = np.concatenate([value, np.zeros(200)])
    more = np.concatenate([frequency, np.full(200, 3.0)])

    found = GG.fit(more, free)

    assert found == GG.fit(frequency, value)
    assert np.isfinite(found.expected_value(more, free)).all()


def test_orders_that_all_cost_the_same_are_expected_to_go_on_so():
    found = GG.fit(np.full(40, 3.0), np.full(40, 20.0))

    assert found.expected_value(np.array([0.0, 4.0]), np.array([0.0, 20.0])) == pytest.approx(20, rel=0.01)


@pytest.mark.parametrize("name", BUYERS)
@pytest.mark.parametrize("customers", [0, 1, 9, 500])
def test_with_nobody_who_came_back_there_is_nothing_to_learn(name, customers):
    rows = np.zeros(customers), np.zeros(customers), np.full(customers, 30.0)

    with pytest.raises(CannotFit, match=r"0 customers came back after .* at least 10 .* longer history"):
        BUYING[name].fit(*rows)
    with pytest.raises(CannotFit, match="came back and paid something"):
        GG.fit(rows[0], rows[1])


def test_rows_that_contradict_themselves_are_named():
    with pytest.raises(CannotFit, match="1 customers contradict themselves; the first, in row 1, has frequency 2"):
        BG.fit(np.array([1.0, 2]), np.array([3.0, 50]), np.array([4.0, 40]))
    with pytest.raises(CannotFit, match="row 0"):
        PARETO.fit(np.array([1.0]), np.array([np.nan]), np.array([4.0]))


def test_values_without_a_bounded_mean_are_refused():
    wild = 1 / np.random.default_rng(1).random(4_000) ** 2.5

    with pytest.raises(CannotFit, match="mean is not bounded"):
        GG.fit(np.ones(4_000), wild)


def test_parameters_are_plain_data_that_make_the_model_again():
    model = KNOWN["bg_nbd"]

    assert BUYING[model.name](**model.parameters) == model
    assert replace(model, r=0.3).parameters == {"r": 0.3, "alpha": 4.414, "a": 0.793, "b": 2.426}
    with pytest.raises(UnknownVariant, match=r"known: .*bg_nbd"):
        BUYING["bg_nbt"]


def test_one_clock_later_than_all_orders_only_ages():
    orders = cdnow.orders(sample=True)
    frame = nw.from_native(orders)

    then, later = (
        Histories.of(*read(frame, "customer", "day", "value", until)) for until in (date(1998, 6, 30), "1999-06-30")
    )

    assert (then.frequency == later.frequency).all()
    assert (then.value == later.value).all()
    assert set(later.age - then.age) == {365 * 86_400_000_000}


@pytest.mark.parametrize(
    "module", [m.name for m in pkgutil.walk_packages(hundredfold.predict.__path__, "hundredfold.predict.")]
)
def test_examples_hold(module):
    assert doctest.testmod(importlib.import_module(module)).failed == 0
