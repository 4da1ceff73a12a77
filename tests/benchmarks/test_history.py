"""Ours on typed files gives what the brute force gives; only then its speed means something."""

import pytest
from benchmarks.definitions import document
from benchmarks.files import write_parquet
from benchmarks.rules import rules
from benchmarks.workload import ENDS, Workload

from benchmarks import brute, engine

WORKLOAD = Workload(events=2_000, customers=60, seed=3, buckets=1)
EXACT = {"count", "sum", "min", "max", "first", "last", "distinct"}


@pytest.fixture(scope="module")
def truth():
    return brute.profiles(WORKLOAD.in_order_of_time(), rules(document(), ENDS), ENDS)


def test_ours_on_columns_in_memory_agrees_with_the_brute_force(truth):
    one = engine.engine(document())

    state = one.fold(one.blocks(WORKLOAD.in_order_of_time(), 700))

    profiles = one.read(state, WORKLOAD.customers, ENDS)
    assert wrong(profiles, {who: who for who in truth}, truth) == []


def test_ours_on_the_parquet_files_agrees_with_the_brute_force(truth, tmp_path):
    write_parquet(WORKLOAD, tmp_path)
    (file,) = tmp_path.rglob("*.parquet")
    one = engine.engine(document())

    profiles = one.read(one.fold(one.typed(file)), one.known(), ENDS)

    assert one.known() == len(truth)
    assert wrong(profiles, {who: one.sids.code(f"u:c{who:07d}") for who in truth}, truth) == []


def wrong(profiles, row_of, truth):
    """Exact aggregates that differ from the truth, to the last millionth."""
    names = [rule.name for rule in rules(document(), ENDS) if rule.aggregate in EXACT]
    columns = {name: profiles.column(name) for name in names}
    return [
        (who, name)
        for who, own in truth.items()
        for name in names
        if (None if own[name] is None else round(own[name] * 1e6)) != number(columns[name], row_of[who])
    ]


def number(column, row):
    return int(column.data[row]) if column.kind[row] == 3 else None
