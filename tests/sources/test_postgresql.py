"""Sources that are tables of a real PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.app.shop import hf, shop_in
from tests.sources.databases import ERP, in_postgres, lay_source

from hundredfold.app.egress import Allowed, EgressError, Gate
from hundredfold.app.sources.address import checked_address
from hundredfold.errors import ImportFailed

WORKSPACE = """\
attributes:
  orders: {event: Order Completed, aggregate: count}
  spent: {event: Order Completed, value: properties.total, aggregate: sum}
  weights: {event: Order Completed, value: properties.weight, aggregate: sum}
  gifts: {event: Order Completed, where: properties.gift = true, aggregate: count}
  channel: {event: Order Completed, by: properties.more.channel, aggregate: most_frequent}
  last_at: {event: Order Completed, value: timestamp, aggregate: max}
  reference: {event: Order Completed, by: properties.reference, aggregate: most_frequent}
"""
TABLE = """CREATE TABLE erp.orders (
  number bigint, customer varchar(20), ordered_at timestamp, total numeric(12, 2), weight real, gift boolean,
  more jsonb, reference uuid, tags text[], updated_at timestamptz)"""
ROW = (
    "INSERT INTO erp.orders VALUES (1, 'c1', '2026-07-01 23:30', 10.10, 0.1, true, '{\"channel\": \"till\"}', "
    "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '{a,b}', '2026-07-02T00:00Z')"
)
MAP = """
  properties:
    updated_at: updated_at
    weight: weight
    gift: gift
    more: {column: more, type: json}
    tags: {column: tags, type: json}
    reference: reference
"""


@pytest.fixture
def shop(tmp_path, postgres, monkeypatch):
    monkeypatch.setenv("ERP_DATABASE", postgres)
    in_postgres(postgres, "DROP SCHEMA IF EXISTS erp CASCADE", "CREATE SCHEMA erp", TABLE, ROW)
    folder = shop_in(tmp_path / "shop", files={"definitions/shop.yaml": WORKSPACE})
    lay_source(folder, "erp", ERP.replace("  properties: {updated_at: updated_at}\n", MAP.lstrip("\n")))
    return folder


def test_each_type_comes_as_what_it_is(shop):
    said = hf("load", "erp", "--json", folder=shop)

    assert said.code == 0, said.err
    assert said.json["sources"]["erp"]["cursor"] == "2026-07-02 00:00:00+00"
    assert hf("profile", "c1", "--json", folder=shop).json["attributes"] == {
        "orders": 1,
        "spent": 10.1,
        "weights": 0.1,
        "gifts": 1,
        "channel": "till",
        # A time without a zone is the workspace's.
        "last_at": "2026-07-01T22:30:00Z",
        "reference": "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
    }


def test_the_next_load_reads_what_is_new_and_what_has_no_time_of_change(shop, postgres):
    assert hf("load", "erp", folder=shop).code == 0
    in_postgres(
        postgres,
        "INSERT INTO erp.orders (number, customer, ordered_at, total, updated_at) VALUES "
        "(2, 'c1', '2026-07-03', 5, '2026-07-03'), (3, 'c1', '2026-07-03', 1, NULL), "
        "(4, 'c1', '2026-07-03', 2, 'infinity'), (5, 'c1', '2026-07-03', 'NaN', '2026-07-03')",
        "DELETE FROM erp.orders WHERE number = 1",
    )

    found = hf("load", "erp", "--json", folder=shop).json["sources"]["erp"]

    # What the other system deletes stays here; `infinity` is no time, and an order without a total has none to add.
    assert (found["from"], found["read"], found["stored"]) == ("2026-07-02 00:00:00+00", 4, 3)
    assert found["reasons"] == {"bad_time": 1}
    assert found["cursor"] < "2199"
    assert hf("profile", "c1", "--json", folder=shop).json["attributes"]["spent"] == 16.1
    assert hf("audit", "--all", "--json", folder=shop).json["mismatches"] == 0


def test_statements_only_read_and_end_in_time(shop, postgres):
    source = (shop / "sources/erp.yaml").read_text().replace("table: erp.orders", "query: q.sql")
    lay_source(shop, "erp", source.replace("kind: postgresql", "kind: postgresql\ntimeout: 1"))
    query = shop / "q.sql"
    wrong = {
        "WITH gone AS (DELETE FROM erp.orders RETURNING *) SELECT * FROM gone": "PostgreSQL says: WITH clause cont",
        "SELECT * FROM erp.orders) x; DELETE FROM erp.orders; SELECT * FROM (SELECT 1": "PostgreSQL says: cannot ins",
        "SELECT orders.* FROM erp.orders, pg_sleep(30)": "a statement took more than 1 s",
        "SELECT * FROM erp.orders WHERE 1 / (number - 1) > 0": "PostgreSQL refused the query (SQLSTATE 22012)",
    }
    for text, told in wrong.items():
        query.write_text(text)
        said = hf("load", "erp", folder=shop)
        assert said.code == 1
        assert told in said.err

    query.write_text("SELECT * FROM erp.orders;\n")
    assert hf("load", "erp", "--json", folder=shop).json["sources"]["erp"]["stored"] == 1


def test_no_password_is_in_the_workspace_or_told(shop, postgres, monkeypatch):
    source, secret = (shop / "sources/erp.yaml").read_text(), shop.parent / "erp.address"
    by_file = source.replace("{env: ERP_DATABASE}", "{file: ../erp.address}")
    lay_source(shop, "erp", by_file)
    secret.write_text(postgres + "\n")
    assert hf("load", "erp", folder=shop).code == 0

    secret.write_text(postgres.replace(":hundredfold@", ":s3cret@"))
    said = hf("load", "erp", folder=shop)
    assert said.code == 1
    assert "PostgreSQL" in said.err
    lay_source(shop, "erp", source.replace("{env: ERP_DATABASE}", "{file: erp.address}"))
    assert "is in the workspace, which is kept in git" in hf("load", "erp", folder=shop).err
    lay_source(shop, "erp", source.replace("{env: ERP_DATABASE}", "{env: postgresql://u:s3cret@h/d}"))
    again = hf("load", "erp", folder=shop)
    assert "the name of an environment variable" in again.err
    monkeypatch.delenv("ERP_DATABASE")
    lay_source(shop, "erp", source)
    assert "the environment variable ERP_DATABASE is not set" in hf("load", "erp", folder=shop).err
    told = said.err + again.err + hf("runs", "--json", folder=shop).out
    assert "s3cret" not in told
    assert not any(b"s3cret" in path.read_bytes() for path in Path(shop, "data").rglob("*") if path.is_file())


def test_another_machine_is_reached_when_it_is_allowed_and_by_tls():
    allowed = Gate(Allowed(hosts=["9.9.9.9"], internal=["192.0.2.7"]))
    for here in ("postgresql://u:p@localhost/d", "postgresql://u:p@127.0.0.1:5433/d", "postgresql:///d"):
        assert "hostaddr" not in checked_address("erp", here, Gate(Allowed()))
    with pytest.raises(EgressError, match=r"erp\.example is not among egress\.hosts"):
        checked_address("erp", "postgresql://u:p@erp.example/d", allowed)
    assert checked_address("erp", "postgresql://u:p@192.0.2.7/d?sslmode=disable", allowed).endswith(
        "?sslmode=disable&connect_timeout=10&hostaddr=192.0.2.7"
    )
    for wrong in (
        "mysql://u:p@localhost/d",
        "postgresql://a,b/d",
        "postgresql://u:p@localhost/d?host=elsewhere.example",
        "postgresql://u:p@localhost:port/d",
        "host=localhost password=s3cret",
    ):
        with pytest.raises(ImportFailed) as told:
            checked_address("erp", wrong, allowed)
        assert "s3cret" not in str(told.value)


def test_a_public_host_is_proved_by_its_certificate():
    gate = Gate(Allowed(hosts=["9.9.9.9"]))

    address = checked_address("erp", "postgresql://u:p@9.9.9.9/d", gate)

    assert "hostaddr=9.9.9.9&sslmode=verify-full&sslrootcert=system" in address
    with pytest.raises(ImportFailed, match="sslmode=verify-full only"):
        checked_address("erp", "postgresql://u:p@9.9.9.9/d?sslmode=prefer", gate)
