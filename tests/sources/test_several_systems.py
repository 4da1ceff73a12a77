"""Five systems tell of one shop: orders of its web shop, corrected by the ERP, e-mails, web events, customers.

What must hold is told by a plain program that knows none of the product's code.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import polars as pl
import pytest
from tests.app.shop import hf, shop_in
from tests.sources.databases import ERP, in_postgres, in_sqlite, into_postgres, lay_source

from hundredfold.app.runbook import CUT_OFF

ORDERS, CORRECTED, CUSTOMERS = 10_500, 10_000, 400
DEFINITIONS = """\
events:
  Order Completed: {key: properties.order_id, revision: properties.updated_at}
attributes:
  orders: {event: Order Completed, aggregate: count}
  spent: {event: Order Completed, value: properties.total, aggregate: sum}
  totals: {event: Order Completed, value: properties.total, aggregate: list, k: 60}
  opened: {event: Email Opened, aggregate: count}
  views: {event: Product Viewed, aggregate: count}
  country: {trait: country}
"""
SOURCES = {
    "a-shop": """\
kind: files
path: ../shop.csv
map: {kind: orders, order_id: order, userId: customer, timestamp: at, total: total}
""",
    "customers": """\
kind: sqlite
path: ../customers.db
table: customers
map: {kind: customers, userId: id, traits: {country: country}}
""",
    "erp": ERP,
    "mail": """\
kind: sqlite
path: ../mail.db
table: opened
incremental: {column: id, overlap: 10}
map:
  kind: events
  event: {constant: Email Opened}
  userId: customer
  messageId: {join: [prefix, id], between: "-"}
  timestamp: at
""",
    "web": "kind: files\npath: ../web.ndjson\nmap: {kind: messages}\n",
}
KILLED_AFTER = """
import os
from hundredfold.app import importing, load_book
from hundredfold.app.cli import main
from hundredfold.ingest import bulk

bulk.CHUNK = 4_000
store, add, calls = importing.Shelf.store, load_book.LoadBook.add, []

def dying(self, table):
    done = store(self, table)
    calls.append(table)
    if len(calls) == {pieces}:
        os.kill(os.getpid(), 9)
    return done

def forgetting(self, load):
    os.kill(os.getpid(), 9)

importing.Shelf.store = dying
load_book.LoadBook.add = forgetting
main()
"""


def customer_of(number: int) -> str:
    return f"c{number * 7 % CUSTOMERS}"


def erp_row(number: int, total: float, changed: str | None = None) -> dict[str, object]:
    at = f"2026-03-{1 + number % 28:02} 12:00:00"
    who = customer_of(number)
    return {"number": str(number), "customer": who, "at": at, "total": total, "changed": changed or at}


def into_erp(address: str, rows: list[dict[str, object]]) -> None:
    """As an ERP does it: what is there is corrected, what is not is added."""
    into_postgres(address, "erp", "arrived", rows)
    in_postgres(
        address,
        "INSERT INTO erp.orders SELECT number, customer, at::timestamptz, total, changed::timestamptz FROM erp.arrived "
        "ON CONFLICT (number) DO UPDATE SET total = excluded.total, updated_at = excluded.updated_at",
        "TRUNCATE erp.arrived",
    )


@pytest.fixture
def systems(tmp_path, postgres, monkeypatch):
    """Each has its data; nothing is loaded."""
    monkeypatch.setenv("ERP_DATABASE", postgres)
    lines = (f"{n},{customer_of(n)},2026-03-{1 + n % 28:02}T12:00:00Z,{n % 90 + 0.25}" for n in range(1, ORDERS + 1))
    (tmp_path / "shop.csv").write_text("\n".join(["order,customer,at,total", *lines]) + "\n")
    in_postgres(
        postgres,
        "DROP SCHEMA IF EXISTS erp CASCADE",
        "CREATE SCHEMA erp",
        "CREATE TABLE erp.orders (number text PRIMARY KEY, customer text, ordered_at timestamptz, "
        "total numeric(12, 2), updated_at timestamptz)",
        "CREATE TABLE erp.arrived (number text, customer text, at text, total float8, changed text)",
    )
    # The ERP knows the same orders, of which it has corrected most, and some that were never in the web shop.
    into_erp(postgres, [erp_row(n, n % 90 + (0.75 if n <= CORRECTED else 0.25)) for n in range(1, ORDERS + 101)])
    in_sqlite(tmp_path / "customers.db", "CREATE TABLE customers (id, country)")
    people = [(f"c{n}", ("PT", "ES")[n % 2]) for n in range(CUSTOMERS)]
    in_sqlite(tmp_path / "customers.db", "INSERT INTO customers VALUES (?, ?)", people)
    in_sqlite(tmp_path / "mail.db", "CREATE TABLE opened (id INTEGER PRIMARY KEY, prefix, customer, at)")
    mails = [(n, "mail", customer_of(n), "2026-03-05 10:00") for n in range(1, 2_001)]
    in_sqlite(tmp_path / "mail.db", "INSERT INTO opened VALUES (?, ?, ?, ?)", mails)
    views = ({"type": "track", "event": "Product Viewed", "userId": customer_of(n)} for n in range(1_000))
    stamped = ({**view, "messageId": f"w{n}", "timestamp": "2026-03-06T10:00:00Z"} for n, view in enumerate(views))
    (tmp_path / "web.ndjson").write_text("".join(json.dumps(one) + "\n" for one in stamped))

    folder = shop_in(tmp_path / "shop", zone="UTC", files={"definitions/shop.yaml": DEFINITIONS})
    for name, text in SOURCES.items():
        lay_source(folder, name, text)
    return folder


def expected(totals: dict[int, float]) -> dict[str, tuple[int, float, list[float]]]:
    """Of each customer: how many orders, what they sum up to, and each total."""
    found: dict[str, list[float]] = defaultdict(list)
    for number, total in totals.items():
        found[customer_of(number)].append(total)
    return {who: (len(all_of), sum(all_of), sorted(all_of)) for who, all_of in found.items()}


def held(shop: Path) -> pl.DataFrame:
    to = shop.parent / "profiles.parquet"
    assert hf("profiles", "--to", to, folder=shop).code == 0
    return pl.read_parquet(to)


def must_be(shop: Path, totals: dict[int, float]) -> None:
    frame = held(shop)
    rows = frame.select("customer_id", "orders", "spent", "totals").iter_rows()
    assert {who: (n, float(spent), sorted(map(float, each))) for who, n, spent, each in rows} == expected(totals)


def test_each_order_counts_once_with_the_corrected_value_whenever_a_load_is_killed(systems, postgres):
    totals = {n: n % 90 + (0.75 if n <= CORRECTED else 0.25) for n in range(1, ORDERS + 101)}

    # Killed in the middle of the ERP's orders, and again when all are stored but nobody has noted how far.
    for pieces in (2, 99):
        killed = subprocess.run(
            [sys.executable, "-c", KILLED_AFTER.format(pieces=pieces), "-w", systems, "load", "erp"], check=False
        )
        assert killed.returncode == -signal.SIGKILL
    listed = {one["name"]: one for one in hf("sources", "--json", folder=systems).json["sources"]}
    assert listed["erp"]["last"] is None
    assert listed["erp"]["failed"]["error"] == CUT_OFF
    said = hf("load", "--all", "--json", folder=systems)
    assert said.code == 0, said.err
    loads = said.json["sources"]
    assert (loads["erp"]["read"], loads["erp"]["stored"], loads["erp"]["duplicates"]) == (10_600, 0, 10_600)
    assert (loads["a-shop"]["stored"], loads["customers"]["stored"]) == (ORDERS, CUSTOMERS)

    must_be(systems, totals)
    frame = held(systems)
    assert (frame["opened"].sum(), frame["views"].sum()) == (2_000, 1_000)
    assert sorted(frame["country"].unique().to_list()) == ["ES", "PT"]

    # The next day: corrections of corrections, new orders, new e-mails; only what is new is read.
    changed = {n: 500.0 + n % 7 for n in range(1, 301)} | dict.fromkeys(range(20001, 20051), 3.5)
    into_erp(postgres, [erp_row(n, total, "2026-04-02 08:00:00") for n, total in changed.items()])
    more = [(n, "mail", "c1", "2026-04-02 10:00") for n in range(2_001, 2_006)]
    in_sqlite(systems.parent / "mail.db", "INSERT INTO opened VALUES (?, ?, ?, ?)", more)

    loads = hf("load", "erp", "mail", "--json", folder=systems).json["sources"]

    again = sum(n % 28 == 27 and n not in changed for n in totals)  # those of the last hour are read once more
    assert (loads["erp"]["read"], loads["erp"]["stored"]) == (350 + again, 350)
    assert (loads["mail"]["from"], loads["mail"]["read"], loads["mail"]["stored"]) == (2_000, 16, 5)
    must_be(systems, totals | changed)
    assert held(systems)["opened"].sum() == 2_005

    audit = hf("audit", "--all", "--json", folder=systems).json
    assert (audit["checked"], audit["mismatches"]) == (CUSTOMERS, 0)


def test_the_comparison_finds_one_order_without_its_correction(systems):
    assert hf("load", "a-shop", "erp", folder=systems).code == 0
    totals = {n: n % 90 + (0.75 if n <= CORRECTED else 0.25) for n in range(1, ORDERS + 101)}

    with pytest.raises(AssertionError):
        must_be(systems, totals | {17: 17.25})
