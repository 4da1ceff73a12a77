"""Sources that are SQLite files: read as text, incrementally, by mappings as those of files."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from tests.app.shop import hf, shop_in
from tests.sources.databases import in_sqlite, lay_source

TILL = """\
kind: sqlite
path: ../till.db
table: orders
incremental: {column: changed}
map:
  kind: orders
  order_id: number
  userId: customer
  timestamp: at
  lines: {sku: sku, price: price, quantity: quantity}
  properties: {changed: changed}
"""
LINES = [
    # The types of SQLite's cells differ from row to row.
    ("A1", "c1", "2026-03-01 10:00:00", "s1", 10, 2, "2026-03-01 10:00:00"),
    ("A1", "c1", "2026-03-01 10:00:00", "h1", 2.5, 1, "2026-03-01 10:00:00"),
    (7, "c2", "2026-03-02 10:00:00", "s1", "10", 1, "2026-03-02 10:00:00"),
]


@pytest.fixture
def shop(tmp_path):
    folder = shop_in(tmp_path / "shop")
    in_sqlite(tmp_path / "till.db", "CREATE TABLE orders (number, customer, at, sku, price, quantity, changed)")
    in_sqlite(tmp_path / "till.db", "INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?)", LINES)
    lay_source(folder, "till", TILL)
    return folder


def total(shop, customer):
    return hf("profile", customer, "--json", folder=shop).json["attributes"]["total_purchase_value"]


def loaded(shop, *options):
    said = hf("load", "till", "--json", *options, folder=shop)
    assert said.code == 0, said.err
    return said.json["sources"]["till"]


def test_its_lines_become_orders_and_loading_twice_changes_nothing(shop):
    first, second = loaded(shop), loaded(shop, "--full")

    assert (first["read"], first["stored"], first["rejected"]) == (3, 2, 0)
    assert (second["read"], second["stored"], second["duplicates"]) == (3, 0, 2)
    assert (total(shop, "c1"), total(shop, "c2")) == (22.5, 10.0)
    assert hf("sources", "--json", folder=shop).json["sources"][0]["last"]["cursor"] == "2026-03-02 10:00:00"


def test_when_one_line_of_an_order_has_changed_the_whole_order_is_read(shop):
    loaded(shop)
    in_sqlite(shop.parent / "till.db", "UPDATE orders SET price = 4, changed = '2026-03-05 09:00:00' WHERE sku = 'h1'")

    again = loaded(shop)

    assert (again["from"], again["read"], again["stored"]) == ("2026-03-02 10:00:00", 3, 1)
    # Without a revision the order that was received later counts.
    assert total(shop, "c1") == 24.0
    assert hf("audit", "--all", "--json", folder=shop).json["mismatches"] == 0


def test_a_row_from_the_future_hides_none_that_come_until_then(shop):
    in_sqlite(shop.parent / "till.db", "UPDATE orders SET changed = '2199-01-01 00:00:00' WHERE number = 7")
    assert loaded(shop)["cursor"] < "2199"

    in_sqlite(
        shop.parent / "till.db",
        "INSERT INTO orders SELECT 8, 'c3', '2026-03-03', 's1', 5, 1, datetime('now', '+1 minute')",
    )

    assert loaded(shop)["stored"] == 1
    assert total(shop, "c3") == 5.0


def test_what_was_undone_is_read_again(shop):
    run = hf("load", "--all", "--json", folder=shop).json["run"]
    assert hf("import", "--undo", run, folder=shop).code == 0
    assert hf("profile", "c1", folder=shop).code == 1

    assert loaded(shop)["from"] is None
    assert total(shop, "c1") == 22.5


def test_bytes_and_numbers_beyond_reason_are_rejected_alone(shop):
    in_sqlite(
        shop.parent / "till.db",
        "INSERT INTO orders VALUES (?, ?, '2026-03-03', 's1', ?, 1, '2026-03-03')",
        [(9, b"\xff", 1), (10, "c9", 9e999), (11, "c9", 3)],
    )

    found = loaded(shop)

    assert found["reasons"] == {"bad_number": 1, "bad_row": 1}
    assert total(shop, "c9") == 3.0


WRONG = [
    ("properties: {changed: changed}", "", "map changed, too"),
    ("table: orders", "query: sources/none.sql", "the query cannot be read from sources/none.sql"),
    ("table: orders", "table: order", "no such table: order"),
    ("table: orders", "table: orders\norder: [gone]", "till has no column 'gone'; it has: number, customer"),
    ("order_id: number", "order_id: nummer", "till has no column 'nummer'"),
    ("path: ../till.db", "path: ../none.db", "there is no SQLite file"),
    ("kind: sqlite", "kind: sqlit", "sources/till.yaml:1:1: `kind`"),
    ("path: ../till.db", "pfad: ../till.db", "sources/till.yaml:2:1: `pfad` is not known here"),
    ("kind: orders", "kind: order", "sources/till.yaml:5:1: `kind` is one of"),
    ("order_id: number", "timezone: UTC", "`map.order_id` is missing"),
    (TILL[TILL.index("map:") :], "map: shopify\n", "sources/till.yaml: there is no mapping file shopify"),
]


def test_what_is_wrong_with_a_source_is_told_with_its_place(shop):
    for wrong, right, told in WRONG:
        lay_source(shop, "till", TILL.replace(wrong, right))

        said = hf("load", "till", folder=shop)

        assert said.code == 1
        assert told in said.err


def test_nothing_is_written_into_the_file_whatever_the_query_says(shop):
    lay_source(shop, "till", TILL.replace("table: orders", "query: sources/till.sql"))
    for text in ("DELETE FROM orders RETURNING *", "SELECT 1) AS x; DELETE FROM orders; SELECT * FROM (SELECT 1"):
        (shop / "sources" / "till.sql").write_text(text)
        assert hf("load", "till", folder=shop).code == 1

    with closing(sqlite3.connect(shop.parent / "till.db")) as database:
        assert database.execute("SELECT count(*) FROM orders").fetchone() == (3,)
    (shop / "sources" / "till.sql").write_text("SELECT * FROM orders -- of all customers;")
    assert loaded(shop)["stored"] == 2


def test_a_statement_that_takes_too_long_is_ended(shop):
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT orders.* FROM orders, n"
    (shop / "sources" / "till.sql").write_text(endless)
    lay_source(shop, "till", TILL.replace("table: orders", "query: sources/till.sql\ntimeout: 1"))

    assert "took more than 1 s" in hf("load", "till", folder=shop).err


def test_one_that_fails_keeps_none_from_being_loaded_and_doctor_names_it(shop):
    lay_source(shop, "mail", TILL.replace("../till.db", "../mail.db"))
    lay_source(shop, "odd", "kind: files\n")

    said = hf("load", "--all", folder=shop)

    assert said.code == 1
    assert "mail.db" in said.err
    assert "`map` is missing" in said.err
    assert total(shop, "c1") == 22.5
    listed = {one["name"]: one for one in hf("sources", "--json", folder=shop).json["sources"]}
    assert (listed["till"]["last"]["stored"], listed["mail"]["last"]) == (2, None)
    assert listed["till"]["failed"] is None
    assert "mail.db; check `path`" in listed["mail"]["failed"]["error"]
    checks = {one["name"]: one["ok"] for one in hf("doctor", "--json", folder=shop).json["checks"]}
    assert [checks[f"source {name}"] for name in ("till", "mail", "odd")] == [True, False, False]

    (shop.parent / "till.db").rename(shop.parent / "mail.db")
    assert hf("load", "mail", folder=shop).code == 0
    assert hf("load", "till", folder=shop).code == 1
    listed = {one["name"]: one for one in hf("sources", "--json", folder=shop).json["sources"]}
    assert listed["mail"]["failed"] is None
    assert "till.db; check `path`" in listed["till"]["failed"]["error"]
    assert listed["till"]["last"]["stored"] == 2
