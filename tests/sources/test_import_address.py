"""`hf import` of a database's address: a table or a query through the log, once, without a source's file."""

from __future__ import annotations

import json
import os

import pytest
from tests.app.serving import opened_for_serving
from tests.app.shop import hf, shop_in
from tests.sources.databases import in_postgres, in_sqlite

from hundredfold.app.serving import in_background

MAP = """\
kind: orders
order_id: number
userId: customer
timestamp: at
lines: {sku: sku, price: price, quantity: quantity}
"""
LINES = [
    ("A1", "c1", "2026-03-01 10:00:00", "s1", 10, 2),
    ("A1", "c1", "2026-03-01 10:00:00", "h1", 2.5, 1),
    ("A2", "c2", "2026-03-02 10:00:00", "s1", "10", 1),
]
COLUMNS = "(number, customer, at, sku, price, quantity)"


@pytest.fixture
def shop(tmp_path, monkeypatch):
    folder = shop_in(tmp_path / "shop")
    in_sqlite(tmp_path / "till.db", f"CREATE TABLE orders {COLUMNS}")
    in_sqlite(tmp_path / "till.db", "INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?)", LINES)
    (tmp_path / "orders.map.yaml").write_text(MAP)
    monkeypatch.chdir(tmp_path)
    return folder


def imported(shop, address, *options):
    said = hf("import", address, "--map", "orders.map.yaml", "--json", *options, folder=shop)
    assert said.code == 0, said.err
    return {count: said.json[count] for count in ("read", "stored", "duplicates", "rejected")}


def total(shop, customer):
    return hf("profile", customer, "--json", folder=shop).json["attributes"]["total_purchase_value"]


def test_the_only_table_counts_at_once_and_importing_twice_changes_nothing(shop, tmp_path):
    first = imported(shop, "sqlite:///till.db")
    second = imported(shop, f"sqlite:///{tmp_path / 'till.db'}")

    assert first == {"read": 3, "stored": 2, "duplicates": 0, "rejected": 0}
    assert second == {"read": 3, "stored": 0, "duplicates": 2, "rejected": 0}
    assert (total(shop, "c1"), total(shop, "c2")) == (22.5, 10.0)


def test_of_several_tables_one_is_named_or_a_query_says_what_is_read(shop, tmp_path):
    in_sqlite(tmp_path / "till.db", "CREATE TABLE staff (name)")

    unsaid = hf("import", "sqlite:///till.db", "--map", "orders.map.yaml", folder=shop)
    assert unsaid.code == 1
    assert "till.db has several tables; say which one with --table: orders, staff" in unsaid.err
    (tmp_path / "one.sql").write_text("SELECT * FROM orders WHERE customer = 'c2'")
    assert imported(shop, "sqlite:///till.db", "--query", "one.sql")["stored"] == 1
    assert imported(shop, "sqlite:///till.db", "--table", "orders") == {
        "read": 3,
        "stored": 1,
        "duplicates": 1,
        "rejected": 0,
    }


def test_a_running_server_reads_the_same_file(shop):
    with opened_for_serving(shop) as opened, in_background(opened):
        assert imported(shop, "sqlite:///till.db")["stored"] == 2


@pytest.mark.parametrize(
    ("asked", "code", "says"),
    [
        (["sqlite:///none.db"], 1, "there is no SQLite file"),
        (["sqlite://till.db"], 1, "sqlite:///FILE"),
        (["mysql://u:secret@localhost/shop"], 1, "mysql:// is no address that can be read"),
        (["postgresql://u:secret@localhost:1/shop"], 1, "shop: PostgreSQL does not answer"),
        (["postgresql://u:secret@shop.example/shop"], 1, "egress"),
        (["sqlite:///till.db", "--table", "none"], 1, "no such table"),
        (["sqlite:///till.db", "--query", "none.sql"], 1, "the query cannot be read"),
        (["sqlite:///till.db", "--query", "a.sql", "--table", "b"], 2, "not both"),
        (["orders.map.yaml", "--table", "orders"], 2, "of databases only"),
    ],
)
def test_what_cannot_be_read_is_said_without_the_address_and_nothing_is_stored(shop, asked, code, says):
    said = hf("import", *asked, "--map", "orders.map.yaml", folder=shop)

    assert said.code == code
    assert says in said.err
    assert "secret" not in said.out + said.err
    runs = json.dumps(hf("runs", "--json", folder=shop).json)
    assert "secret" not in runs
    assert hf("profile", "c1", folder=shop).code == 1


def test_a_table_of_a_postgresql(shop, postgres):
    in_postgres(
        postgres,
        "DROP SCHEMA IF EXISTS till CASCADE",
        "CREATE SCHEMA till",
        "CREATE TABLE till.orders (number text, customer text, at timestamp, sku text, price numeric, quantity int)",
        "INSERT INTO till.orders VALUES ('A1', 'c1', '2026-03-01 10:00', 's1', 10, 2)",
    )

    assert imported(shop, postgres, "--table", "till.orders")["stored"] == 1
    assert imported(shop, postgres, "--table", "till.orders")["stored"] == 0
    assert total(shop, "c1") == 20.0
    written = b"".join(path.read_bytes() for path in shop.rglob("*") if path.is_file() and os.access(path, os.R_OK))
    assert postgres.encode() not in written
    in_postgres(postgres, "DROP SCHEMA till CASCADE")
