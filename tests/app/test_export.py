"""Columns become Arrow's types exactly: decimals, UTC times, nulls."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from hundredfold.app.export import AMOUNT, MOMENT, array, lists, table_of, write
from hundredfold.attribute.aggregate import Lists
from hundredfold.attribute.column import Column, Pool, column_of
from hundredfold.attribute.plan import plan
from hundredfold.definition.load import from_document
from hundredfold.words.amount import INT64


def test_amounts_are_exact_to_the_ends_of_their_range():
    column = Column.numbers(np.array([0, 1, -1, INT64, -INT64 - 1, 1_241_500_000]))

    found = array(column, Pool(), AMOUNT)

    assert found.type == pa.decimal128(38, 6)
    expected = [0, 1, -1, INT64, -INT64 - 1, 1_241_500_000]
    assert found.to_pylist() == [Decimal(n).scaleb(-6) for n in expected]


def test_what_is_no_value_is_null_and_never_nan():
    pool = Pool()
    column = column_of([1.5, None, 2e9, float("nan"), {}, -3], pool)

    assert array(column, pool).to_pylist() == [Decimal("1.5"), None, None, None, None, Decimal(-3)]


def test_counts_are_whole_numbers():
    column = Column.numbers(np.array([3_000_000, 0]))

    found = array(column, Pool(), pa.int64())

    assert (found.type, found.to_pylist()) == (pa.int64(), [3, 0])


def test_times_are_utc():
    found = array(Column.times(np.array([1_500_000, -1])), Pool())

    assert found.type == MOMENT
    assert found.to_pylist()[0] == datetime(1970, 1, 1, 0, 0, 1, 500_000, tzinfo=UTC)


def test_texts_keep_their_places():
    pool = Pool()
    column = column_of(["b", "a", None, "b", ""], pool)

    assert array(column, pool).to_pylist() == ["b", "a", None, "b", ""]


def test_values_of_several_kinds_are_texts_of_any_size():
    pool = Pool()
    column = column_of(["x", 17.5, True, None, 9e8], pool)
    big = Column.concatenate([column, Column.numbers(np.array([INT64]))])

    found = array(big, pool)

    assert found.to_pylist() == ["x", "17.5", "true", None, "900000000", "9223372036854.775807"]


def test_lists_are_lists_and_empty_ones_are_null():
    pool = Pool()
    found = lists(Lists(np.array([0, 2, 2, 3]), column_of(["a", "b", "c"], pool)), pool)

    assert found.to_pylist() == [["a", "b"], None, ["c"]]


def test_declared_types_hold_where_nobody_has_a_value(tmp_path):
    document = {
        "attributes": {
            "orders": {"event": "E", "aggregate": "count"},
            "spent": {"event": "E", "value": "total", "aggregate": "sum"},
            "last": {"event": "E", "value": "timestamp", "aggregate": "max"},
            "best": {"event": "E", "value": "total", "aggregate": "max"},
            "since": {"trait": "since", "type": "time"},
            "mail": {"trait": "mail"},
        }
    }
    pool = Pool()
    made = plan(from_document(document), pool)
    nothing = {name: Column.full(1, 1) for name in document["attributes"]}

    table = table_of(["c1"], nothing, made, pool)
    write(table, tmp_path / "out" / "p.parquet")

    assert [field.type for field in table.schema] == [
        pa.string(), pa.int64(), AMOUNT, MOMENT, AMOUNT, MOMENT, pa.string(),
    ]  # fmt: skip
    assert pq.read_table(tmp_path / "out" / "p.parquet").equals(table)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["p.parquet"]
