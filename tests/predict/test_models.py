"""What must hold for every family of models, and what each of them is for."""

import json
from dataclasses import replace
from functools import cache
from itertools import combinations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.ensemble import HistGradientBoostingClassifier
from tests.predict.made_up import MadeUp, made_up
from threadpoolctl import threadpool_limits

from hundredfold.predict import trees
from hundredfold.predict.clusters import cuts
from hundredfold.predict.judged import calibration
from hundredfold.predict.lifts import ROOTS
from hundredfold.predict.models import FAMILIES
from hundredfold.predict.span import Span, only
from hundredfold.words.calendar import DAY
from hundredfold.words.model import TooLittle

NAMES = sorted(FAMILIES)
DESCRIBE = {"basket_level", "lifecycle", "microsegment", "rfm"}
"""What says how a customer is, and foresees nothing."""
PREDICT = sorted(FAMILIES.keys() - DESCRIBE)
ALONE = 60
"""Customers who are scored alone, too."""


@cache
def trained(name):
    model = FAMILIES[name]
    return model.train(made_up(), model.checked({}))


@cache
def now():
    return made_up().at(made_up().cut)[1]


def bits(scores):
    return scores.tobytes() if isinstance(scores, np.ndarray) else list(scores)


def alone_and_among(model, version, inputs):
    """The bits of some customers' scores among all and each alone."""
    places = np.linspace(0, len(inputs["orders"]) - 1, ALONE).astype(int)
    among = bits(only({"score": model.apply(version, inputs)}, places)["score"])
    each = [model.apply(version, only(inputs, np.array([place]))) for place in places]
    alone = bits(np.concatenate(each) if isinstance(each[0], np.ndarray) else [score for one in each for score in one])
    return alone, among


@pytest.mark.parametrize("name", NAMES)
def test_a_customer_alone_has_the_same_bits_as_among_many(name):
    alone, among = alone_and_among(FAMILIES[name], trained(name).version, now())

    assert alone == among


def test_a_family_that_looks_at_the_others_is_caught():
    class Centred:
        def apply(self, version, inputs):
            return inputs["spent"] - inputs["spent"].mean()

    alone, among = alone_and_among(Centred(), {}, now())

    assert alone != among


WILD = st.sampled_from(
    [0.0, -0.0, 1.0, -1.0, 0.5, 3.0, 24.0, 90.0, 1e-6, -1e-6, 730.0, 1e5, -1e5, 9.2e12, -9.2e12, np.nan]
)
"""What attributes may hold: amounts up to the ends of their integers, times in days before and after now."""
WORDS = st.sampled_from([None, "", "bags", "toys", "BAGS", "\u202eé\x00", "x" * 300])
COLUMNS = {"text": WORDS, "list": st.one_of(st.none(), st.lists(WORDS.filter(bool), max_size=4).map(tuple))}


@st.composite
def wild(draw):
    """A family, and what some customers are who cannot be."""
    name = draw(st.sampled_from(NAMES))
    size = draw(st.integers(1, 6))
    told = {}
    for role, asked in FAMILIES[name].roles.items():
        column = draw(st.lists(COLUMNS.get(asked.kind, WILD), min_size=size, max_size=size))
        told[role] = column if asked.kind in COLUMNS else np.array(column)
    return name, told


@given(wild())
def test_whatever_attributes_hold_a_customer_is_scored_as_if_he_were_alone(made):
    name, inputs = made
    model, version = FAMILIES[name], trained(name).version

    among = model.apply(version, inputs)

    size = len(next(iter(inputs.values())))
    alone = [model.apply(version, only(inputs, np.array([place]))) for place in range(size)]
    assert len(among) == size
    if model.result in ("number", "boolean"):
        assert not np.isinf(among).any()
        assert bits(among) == bits(np.concatenate(alone))
    else:
        assert list(among) == [score for one in alone for score in one]


@pytest.mark.parametrize("name", NAMES)
def test_a_version_is_plain_json_and_scores_the_same_when_read_back(name):
    version = trained(name).version

    kept = json.loads(json.dumps(version, allow_nan=False))

    assert kept == version
    assert bits(FAMILIES[name].apply(kept, now())) == bits(FAMILIES[name].apply(version, now()))


@pytest.mark.parametrize("name", NAMES)
def test_of_the_same_past_comes_the_same_version(name):
    model = FAMILIES[name]

    assert model.train(made_up(), model.checked({})) == trained(name)


@pytest.mark.parametrize("name", NAMES)
def test_of_whom_nothing_is_known_nothing_is_said(name):
    nobody = {
        role: np.full(3, np.nan) if isinstance(values, np.ndarray) else [None] * 3 for role, values in now().items()
    }

    scores = FAMILIES[name].apply(trained(name).version, nobody)

    assert len(scores) == 3
    assert all(score is None or score != score for score in scores)


@pytest.mark.parametrize("name", NAMES)
def test_nobody_at_all_is_scored_too(name):
    nobody = only(now(), np.array([], int))

    assert len(FAMILIES[name].apply(trained(name).version, nobody)) == 0


@pytest.mark.parametrize("name", NAMES)
def test_too_few_customers_are_told_with_what_is_needed(name):
    shop = made_up()
    few = pl.col("customer") < 12
    shopping = replace(shop.shopping, orders=shop.shopping.orders.filter(few), lines=shop.shopping.lines.filter(few))

    with pytest.raises(TooLittle, match=r"needed.*\. [A-Z].*\."):
        FAMILIES[name].train(MadeUp(shopping, shop.sold.filter(few)), FAMILIES[name].checked({}))


@pytest.mark.parametrize("name", NAMES)
def test_a_family_needs_customers_of_as_many_horizons_ago_as_it_says(name):
    model, shop, days = FAMILIES[name], made_up(), 60
    options = model.checked({"horizon_days": days} if "horizon_days" in model.options else {})
    long_enough, too_short = (young(shop, days * model.horizons + more) for more in (120, -1))

    model.train(long_enough, options)

    if model.horizons:
        with pytest.raises(TooLittle):
            model.train(too_short, options)


def young(shop, days):
    """A shop that had its first order so many days ago."""
    there = pl.col("time") >= shop.cut - days * DAY
    orders, lines, sold = (table.filter(there) for table in (shop.shopping.orders, shop.shopping.lines, shop.sold))
    return MadeUp(replace(shop.shopping, orders=orders, lines=lines), sold)


@pytest.mark.parametrize("name", NAMES)
def test_an_unknown_option_is_refused(name):
    with pytest.raises(ValueError, match="wrong"):
        FAMILIES[name].checked({"wrong": 1})


@pytest.mark.parametrize("name", [name for name in PREDICT if "horizon_days" in FAMILIES[name].checked({})])
def test_a_horizon_is_a_number_of_days(name):
    assert FAMILIES[name].checked({"horizon_days": 30})["horizon_days"] == 30
    for wrong in (0, 1_001, "30", 30.0, True):
        with pytest.raises(ValueError, match=r"horizon_days is .*expected a whole number"):
            FAMILIES[name].checked({"horizon_days": wrong})


@pytest.mark.parametrize("name", PREDICT)
def test_what_predicts_is_judged_beside_a_baseline(name):
    report = trained(name).report

    assert report.customers >= 50
    assert report.error > 0
    assert report.baseline > 0


@pytest.mark.parametrize("name", ["alive", "churn", "expected_orders", "value", "propensity", "send_hour"])
def test_where_customers_have_habits_the_baseline_is_beaten(name):
    assert trained(name).report.better


@pytest.mark.parametrize("name", ["propensity", "send_hour"])
def test_where_outcomes_are_by_chance_the_baseline_is_not_beaten_by_much(name):
    shop, random = made_up(), np.random.default_rng(1)
    by_chance = [pl.Series(column, random.permutation(shop.sold[column])) for column in ("kind", "hour")]

    report = (
        FAMILIES[name].train(replace(shop, sold=shop.sold.with_columns(by_chance)), FAMILIES[name].checked({})).report
    )

    assert report.error > 0.93 * report.baseline


def test_expected_orders_are_as_many_on_average_as_come_and_more_the_further_one_looks():
    shop, days = made_up(), 90
    early = MadeUp(replace(shop.shopping, cut=shop.cut - days * DAY), shop.sold)
    near, far = (
        FAMILIES["expected_orders"].train(early, FAMILIES["expected_orders"].checked({"horizon_days": ahead})).version
        for ahead in (days, 2 * days)
    )

    later = Span.last(shop, days)

    came = later.after["orders"] - later.before["orders"]
    expected = FAMILIES["expected_orders"].apply(near, later.before)
    assert expected.sum() == pytest.approx(came.sum(), rel=0.15)
    assert (FAMILIES["expected_orders"].apply(far, later.before) > expected).all()


def test_chances_of_churn_are_as_often_right_as_they_say():
    shop, days = made_up(), 90
    early = MadeUp(replace(shop.shopping, cut=shop.cut - days * DAY), shop.sold)
    version = FAMILIES["churn"].train(early, FAMILIES["churn"].checked({"horizon_days": days})).version

    later = Span.last(shop, days)

    gone = later.after["last_order"] >= days
    assert calibration(FAMILIES["churn"].apply(version, later.before), gone) < 0.04


@pytest.mark.parametrize("loss", ["log_loss", "poisson"])
def test_trees_are_walked_as_the_library_walks_them(loss):
    random = np.random.default_rng(5)
    columns = [random.normal(size=2_000) for _ in range(4)]
    columns[1][::3] = np.nan
    target = (columns[0] + np.nan_to_num(columns[1]) > 0).astype(float)

    version = trees.grown(columns, target, loss)

    if loss == "log_loss":
        how = {"learning_rate": trees.RATE, "max_iter": trees.TREES, "max_leaf_nodes": trees.LEAVES}
        how |= {"min_samples_leaf": trees.SMALLEST, "l2_regularization": 1.0}
        with threadpool_limits(1):
            library = HistGradientBoostingClassifier(**how, early_stopping=False, random_state=0)
            library.fit(np.column_stack(columns), target)
            expected = library.decision_function(np.column_stack(columns))
        assert trees.walked(version, columns) == pytest.approx(expected)
    assert np.corrcoef(trees.walked(version, columns), target)[0, 1] > 0.8


def test_complements_find_what_is_bought_together_and_not_what_one_has():
    told = FAMILIES["complements"].apply(trained("complements").version, now())

    assert any(told)
    for products, has in zip(told, now()["bought"], strict=True):
        assert set(products or ()).isdisjoint(has)
        assert len(products or ()) <= 3
    one = {"bought": [["lamps 1", "lamps 2"]]}
    assert {name.split()[0] for name in FAMILIES["complements"].apply(trained("complements").version, one)[0]} == {
        "lamps"
    }


def test_complements_are_weighed_by_the_root_that_hit_more():
    figures = trained("complements").report.figures

    ways = [figures[f"hit rate of {root}"] for root in ROOTS]
    assert ways[0] != ways[1]
    assert figures["hit rate"] == max(ways)


def test_the_next_order_is_counted_from_now_and_may_be_overdue():
    model, version = FAMILIES["next_order"], {"usual": 30.0, "strength": 1.0}
    inputs = {
        "first_order": np.array([5.0, 45.0, 1_009.0]),
        "last_order": np.array([5.0, 45.0, 9.0]),
        "orders": np.array([1.0, 1.0, 101.0]),
    }

    days = model.apply(version, inputs)

    assert days[:2] == pytest.approx([25, -15])
    assert 1 < days[2] < 1.2


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, ["low", "low", "medium", "medium", "high", "high", None]),
        ({"by": "thresholds", "thresholds": [2, 50]}, ["low", "medium", "medium", "medium", "high", "high", None]),
        ({"by": "clusters"}, ["low", "low", "low", "low", "medium", "high", None]),
        (
            {"by": "clusters", "levels": ["small", "great"], "groups": [1, 2]},
            ["small", "small", "small", "small", "great", "great", None],
        ),
    ],
)
def test_baskets_have_levels_by_shares_by_thresholds_or_by_clusters(options, expected):
    class Baskets:
        cut = 0

        def at(self, instant):
            return np.arange(len(basket)), {"basket": basket}

    values = np.array([1.0, 2.0, 3.0, 4.0, 50.0, 90.0])
    basket = np.append(np.tile(values, 10), np.nan)
    model = FAMILIES["basket_level"]

    version = model.train(Baskets(), model.checked(options)).version

    assert model.apply(version, {"basket": np.append(values, np.nan)}) == expected


@pytest.mark.parametrize(
    "options",
    [
        {"levels": ["one"]},
        {"levels": ["low", "low"]},
        {"by": "thresholds"},
        {"by": "thresholds", "thresholds": [3, 2]},
        {"by": "thresholds", "thresholds": [1, float("nan")]},
        {"by": "clusters", "groups": [1, 1]},
        {"by": "clusters", "groups": [0, 1, 1]},
        {"by": "chance"},
        {"groups": [1, 1, 1]},
    ],
)
def test_levels_that_cannot_be_are_refused(options):
    with pytest.raises(ValueError, match="expected"):
        FAMILIES["basket_level"].checked(options)


@given(st.lists(st.integers(0, 60), min_size=4, max_size=9, unique=True), st.integers(2, 4))
def test_clusters_on_a_line_are_the_best_there_are(values, clusters):
    values = np.array(sorted(values), float)

    found = cuts(values, clusters)

    parts = np.split(values, np.searchsorted(values, found))
    best = min(squares(np.split(values, ends)) for ends in combinations(range(1, len(values)), clusters - 1))
    assert len(parts) == clusters
    assert squares(parts) == pytest.approx(best)


def squares(parts):
    return sum(((part - part.mean()) ** 2).sum() for part in parts)
