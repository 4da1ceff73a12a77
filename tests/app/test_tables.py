"""Lookups and rates are read from files, and a row that could mean two things is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hundredfold.app.tables import load_lookup, load_rates, load_tables
from hundredfold.definition.load import from_document
from hundredfold.definition.model import LookupRule
from hundredfold.errors import DefinitionError
from hundredfold.words.calendar import local_day, parse_time

LISBON = ZoneInfo("Europe/Lisbon")


def lookup(path, key="sku"):
    return load_lookup(path, LookupRule("product", path.name, key, "sku"), LISBON)


def test_cells_of_a_csv_file_are_numbers_where_the_whole_column_is(tmp_path):
    path = tmp_path / "products.csv"
    path.write_text("sku,price,code,active,note\n0017,9.5,007,true,\n18,10,8,false,x\n")

    first, second = lookup(path)

    assert first == {"sku": "0017", "price": 9.5, "code": "007", "active": True, "note": None}
    assert second == {"sku": "18", "price": 10, "code": "8", "active": False, "note": "x"}


def test_a_date_of_validity_is_local_midnight_and_an_empty_one_is_always(tmp_path):
    path = tmp_path / "products.csv"
    path.write_text("sku,valid_from\na,\na,2026-07-01\na,2026-07-01T12:00Z\n")

    rows = lookup(path)

    midnight, noon = parse_time("2026-06-30T23:00Z"), parse_time("2026-07-01T12:00Z")
    assert [row["valid_from"] for row in rows] == [None, midnight, noon]


def test_all_formats_give_the_same_rows(tmp_path):
    frame = pa.table({"sku": ["a", "b"], "price": [1.5, None], "valid_from": [None, date(2026, 7, 1)]})
    pq.write_table(frame, tmp_path / "p.parquet")
    (tmp_path / "p.csv").write_text("sku,price,valid_from\na,1.5,\nb,,2026-07-01\n")
    (tmp_path / "p.ndjson").write_text(
        '{"sku":"a","price":1.5,"valid_from":null}\n{"sku":"b","price":null,"valid_from":"2026-07-01"}\n'
    )

    rows = [lookup(tmp_path / name) for name in ("p.parquet", "p.csv", "p.ndjson")]

    assert rows[0] == rows[1] == rows[2]


def test_times_of_a_parquet_file_are_instants_with_a_zone_and_local_without(tmp_path):
    moments = {
        "naive": pa.array([datetime(2026, 7, 1)], pa.timestamp("ns")),
        "aware": pa.array([datetime(2026, 7, 1, tzinfo=UTC)], pa.timestamp("us", "UTC")),
    }
    found = {}
    for name, column in moments.items():
        pq.write_table(pa.table({"sku": ["a"], "valid_from": column}), tmp_path / f"{name}.parquet")
        found[name] = lookup(tmp_path / f"{name}.parquet")[0]["valid_from"]

    assert found == {"naive": parse_time("2026-06-30T23:00Z"), "aware": parse_time("2026-07-01T00:00Z")}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sku\na\nb\na\n", "row 3: a second row with the key 'a'"),
        ("sku,valid_from\na,2026-07-01\na,2026-06-30T23:00Z\n", "one valid_from"),
        ("code\na\n", "no column 'sku'; it has: code"),
        ("sku,valid_from\na,soon\n", "row 1: valid_from is no time"),
        ("sku,price\na\n", "row 1 has 1 cells"),
    ],
)
def test_a_table_that_breaks_its_rule_is_refused(tmp_path, text, said):
    path = tmp_path / "products.csv"
    path.write_text(text)

    with pytest.raises(DefinitionError, match=said):
        lookup(path)


def test_a_row_without_key_is_never_found_and_never_doubled(tmp_path):
    path = tmp_path / "products.csv"
    path.write_text("sku,brand\n,x\n,y\na,z\n")

    assert len(lookup(path)) == 3


def test_a_table_that_is_not_there_yet_has_no_rows(tmp_path):
    definitions = from_document({"lookups": {"product": {"file": "p.parquet", "key": "sku", "from": "sku"}}})

    tables = load_tables(tmp_path, definitions, None, LISBON)

    assert tables.lookups == {"product": []}
    assert tables.absent == ("p.parquet",)


def test_rates_are_billionths_by_local_day(tmp_path):
    path = tmp_path / "rates.csv"
    path.write_text("date,currency,rate\n2026-01-31,GBP,1.1523456785\n2026-02-01,usd,0.9\n")

    rates = load_rates(path)

    day = local_day(parse_time("2026-01-31"), UTC)
    assert rates == {"GBP": {day: 1_152_345_678}, "USD": {day + 1: 900_000_000}}


@pytest.mark.parametrize("row", ["soon,GBP,1", "2026-01-31,,1", "2026-01-31,GBP,0", "2026-01-31,GBP,x"])
def test_a_rate_that_is_none_is_refused_with_its_row(tmp_path, row):
    path = tmp_path / "rates.csv"
    path.write_text(f"date,currency,rate\n{row}\n")

    with pytest.raises(DefinitionError, match="row 1"):
        load_rates(path)
