"""What the peers are measured with gives right values, or the comparison means nothing."""

import math
from collections import Counter

import numpy as np
import pytest
from benchmarks.definitions import document
from benchmarks.files import write_parquet
from benchmarks.rules import rules
from benchmarks.workload import ENDS, Workload

from benchmarks import brute, peers_duckdb, peers_numpy, peers_polars

WORKLOAD = Workload(events=2_000, customers=60, seed=3, buckets=2)
RULES = rules(document(), ENDS)
TIED = "browsed_most_frequent"


@pytest.fixture(scope="module")
def events():
    return WORKLOAD.in_order_of_time()


@pytest.fixture(scope="module")
def truth(events):
    return brute.profiles(events, RULES, ENDS)


@pytest.mark.parametrize("way", [peers_duckdb.filtered, peers_duckdb.by_family])
def test_sql_in_memory_agrees_with_the_brute_force(way, events, truth):
    database = peers_duckdb.in_memory(events, threads=1)

    found = asked(database, way)

    assert differences(found, truth) == []
    assert len(found) == len(truth)


@pytest.mark.parametrize("way", [peers_duckdb.filtered, peers_duckdb.by_family])
def test_sql_on_the_parquet_files_agrees_with_the_brute_force(way, truth, tmp_path):
    write_parquet(WORKLOAD, tmp_path)

    found = asked(peers_duckdb.on_parquet(tmp_path, threads=1), way)

    assert differences({int(key.removeprefix("u:c")): values for key, values in found.items()}, truth) == []
    assert len(found) == len(truth)


def test_the_mode_of_sql_and_polars_is_as_frequent_as_any_key(events):
    (rule,) = [rule for rule in RULES if rule.name == TIED]
    keys = {}
    for event in brute.rows(events):
        if brute.counts(rule, event):
            keys.setdefault(event["customer"], Counter())[event["category"]] += 1
    database = peers_duckdb.in_memory(events, threads=1)

    by_sql = asked(database, lambda rules, at: peers_duckdb.filtered((rule,), at))
    by_polars = peers_polars.profiles(peers_polars.frame(events).lazy(), (rule,), ENDS).to_dicts()

    for row in [*by_sql.values(), *by_polars]:
        own = keys.get(row["customer"], Counter())
        assert own[row[TIED]] == max(own.values(), default=0)


def test_polars_agrees_with_the_brute_force(events, truth):
    frame = peers_polars.frame(events).lazy()

    found = {row["customer"]: row for row in peers_polars.profiles(frame, RULES, ENDS).to_dicts()}

    assert differences(found, truth) == []
    assert len(found) == len(truth)


def test_the_scatter_limit_agrees_with_the_brute_force(events, truth):
    arrays = peers_numpy.profiles(events, RULES, WORKLOAD.customers, ENDS)
    unkeyed = [rule for rule in RULES if not rule.keyed]

    found = {who: {rule.name: plain(rule, arrays[rule.name][who]) for rule in unkeyed} for who in truth}

    assert differences(found, truth) == []


def test_the_scatter_limit_counts_every_key_of_a_keyed_family(events, truth):
    (rule,) = [rule for rule in RULES if rule.name == "browsed_distinct"]

    cells, _ = peers_numpy.profiles(events, (rule,), WORKLOAD.customers, ENDS)[rule.name]

    assert Counter((cells >> 32).tolist()) == {who: n for who, own in truth.items() if (n := own[rule.name])}


def asked(database, way):
    for statement in way(RULES, ENDS):
        database.execute(statement)
    table = database.sql("SELECT * FROM profiles").to_arrow_table().to_pylist()
    return {row["customer"]: row for row in table}


def differences(found, truth):
    """Where values differ by more than the rounding of doubles; the peers settle ties of frequency at will."""
    return [
        (who, name, values[name], truth[who][name])
        for who, values in found.items()
        for name in truth[who]
        if name in values and name != TIED and not same(values[name], truth[who][name])
    ]


def same(x, y):
    if y is None or isinstance(y, str):
        return (None if x == [] else x) == y
    if x is None:
        return False
    if isinstance(y, list):
        return list(x) == y
    return math.isclose(x, y, rel_tol=1e-9, abs_tol=1e-6)


def plain(rule, number):
    """The scatter's number as the brute force says it: units, not millionths; None for what the column holds empty."""
    extremes = {np.iinfo(np.int64).max, np.iinfo(np.int64).min, -1}
    if math.isnan(number) or (rule.aggregate in {"min", "max", "first", "last"} and number in extremes):
        return None
    return number / 1e6 if rule.aggregate in {"sum", "mean", "min", "max", "first", "last"} else float(number)
