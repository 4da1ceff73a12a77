"""The way of the data on the command line: definitions, files in, exact profiles out."""

from __future__ import annotations

import json
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.app.shop import hf, hf_process, order, write_lines

MARCH = "2026-03-10T12:00:00Z"


@pytest.fixture
def sold(shop, tmp_path):
    """A shop with three orders of two customers, one of them under an anonymous id first."""
    messages = [
        order(1, "c17", "2026-03-09T10:00:00Z", 1200.5),
        order(2, "c17", "2026-03-10T00:30:00Z", 41),
        order(3, "c18", "2026-03-10T09:00:00Z", 0.1),
        {"type": "page", "messageId": "p1", "anonymousId": "anon-9", "timestamp": "2026-03-08T10:00:00Z"},
        {
            "type": "identify", "messageId": "i1", "userId": "c17", "anonymousId": "anon-9",
            "timestamp": "2026-03-09T09:00:00Z", "traits": {"email": "c17@shop.example"},
        },
    ]  # fmt: skip
    done = hf("import", write_lines(tmp_path / "orders.ndjson", messages), "--json", folder=shop)
    assert done.code == 0, done.err
    assert {name: done.json[name] for name in ("read", "stored", "duplicates", "rejected")} == {
        "read": 5, "stored": 5, "duplicates": 0, "rejected": 0,
    }  # fmt: skip
    return shop


def profile(folder, customer="c17", *arguments):
    said = hf("profile", customer, "--json", *arguments, folder=folder)
    assert said.code == 0, said.err
    return said.json


def test_what_was_imported_counts_at_once(sold):
    found = profile(sold, "c17", "--at", MARCH)

    assert found["customer_id"] == "c17"
    assert found["ids"] == ["c17", "anon-9"]
    assert found["at"] == MARCH
    assert found["attributes"] == {
        "total_purchase_value": 1241.5,
        "orders": 2,
        "last_order_at": "2026-03-10T00:30:00Z",
        "purchase_value_today": 41.0,
        "favourite_category": "shoes",
        "categories": ["hats", "shoes"],
        "email": "c17@shop.example",
        "average": 620.75,
    }


def test_every_id_of_a_person_leads_to_the_profile(sold):
    assert profile(sold, "anon-9")["customer_id"] == "c17"


def test_the_present_and_the_same_instant_asked_for_agree(sold):
    now = profile(sold)
    then = profile(sold, "c17", "--at", now["at"])

    assert now["attributes"] == then["attributes"]
    assert sum(now["position"].values()) == 5


def test_the_clock_can_be_set_back_and_times_without_zone_are_local(sold):
    before = profile(sold, "c17", "--at", "2026-03-09T23:59:59")

    assert before["attributes"]["orders"] == 1
    assert before["attributes"]["purchase_value_today"] == 1200.5


def test_before_anything_was_received_the_profile_is_empty_and_says_so(sold):
    empty = hf("profile", "c17", "--known-at", "2026-03-12", "--json", folder=sold)

    assert empty.code == 0
    assert empty.json["attributes"]["orders"] == 0
    assert empty.json["parts"] is None
    assert "nothing was known" in empty.err


def test_a_known_at_before_a_later_reception_leaves_that_out(shop, tmp_path):
    first = order(1, "c1", "2026-03-01T00:00:00Z", 10) | {"receivedAt": "2026-03-02T00:00:00Z"}
    second = order(2, "c1", "2026-03-01T06:00:00Z", 5) | {"receivedAt": "2026-03-04T00:00:00Z"}
    hf("import", write_lines(tmp_path / "a.ndjson", [first, second]), folder=shop)

    then = profile(shop, "c1", "--known-at", "2026-03-03")

    assert then["attributes"]["orders"] == 1
    assert then["known_at"] == "2026-03-03T00:00:00Z"
    assert profile(shop, "c1")["attributes"]["orders"] == 2


def test_importing_twice_changes_nothing(sold, tmp_path):
    before = profile(sold, "c17", "--at", MARCH)

    again = hf("import", tmp_path / "orders.ndjson", "--json", folder=sold)

    assert (again.json["stored"], again.json["duplicates"]) == (0, 5)
    assert profile(sold, "c17", "--at", MARCH) | {"known_at": ""} == before | {"known_at": ""}


def test_a_copy_that_was_received_earlier_takes_the_place_of_the_stored_one(shop, tmp_path):
    late = order(1, "c1", "2026-03-01T00:00:00Z", 10) | {"receivedAt": "2026-03-05T00:00:00Z"}
    early = order(1, "c1", "2026-03-01T00:00:00Z", 7) | {"receivedAt": "2026-03-02T00:00:00Z"}
    hf("import", write_lines(tmp_path / "late.ndjson", [late]), folder=shop)

    done = hf("import", write_lines(tmp_path / "early.ndjson", [early, early]), "--json", folder=shop)

    assert (done.json["stored"], done.json["duplicates"]) == (0, 2)
    assert profile(shop, "c1")["attributes"]["total_purchase_value"] == 7.0


def test_orders_of_a_csv_file_come_in_by_a_mapping(shop, tmp_path):
    (tmp_path / "orders.csv").write_text(
        "order,customer,at,sku,price,quantity\n"
        "A1,c5,2026-03-01 10:00,s1,5.10,2\n"
        "A1,c5,2026-03-01 10:00,h1,3,1\n"
        "A2,c6,2026-03-02 11:00,h1,3,x\n"
    )
    (tmp_path / "orders.yaml").write_text(
        "kind: orders\norder_id: order\nuserId: customer\ntimestamp: at\n"
        "lines: {sku: sku, price: price, quantity: quantity}\n"
    )

    done = hf("import", tmp_path / "orders.csv", "--map", tmp_path / "orders.yaml", "--json", folder=shop)

    assert done.code == 0
    assert (done.json["read"], done.json["stored"], done.json["rejected"]) == (3, 1, 1)
    assert profile(shop, "c5")["attributes"]["total_purchase_value"] == 13.2


def test_amounts_print_exactly_where_a_double_could_not(shop, tmp_path):
    messages = [order(n, "c1", "2026-03-01T00:00:00Z", 999_999_999.999999) for n in range(1, 1001)]
    hf("import", write_lines(tmp_path / "a.ndjson", messages), folder=shop)

    said = hf("profile", "c1", "--json", folder=shop)

    assert json.loads(said.out, parse_float=Decimal)["attributes"]["total_purchase_value"] == Decimal(
        "999999999999.999"
    )


def test_profiles_of_everybody_are_one_typed_table(sold, tmp_path):
    done = hf("profiles", "--to", tmp_path / "all.parquet", "--at", MARCH, "--json", folder=sold)

    table = pq.read_table(tmp_path / "all.parquet")
    assert done.json["customers"] == 2
    assert {field.name: field.type for field in table.schema} == {
        "customer_id": pa.string(),
        "total_purchase_value": pa.decimal128(38, 6),
        "orders": pa.int64(),
        "last_order_at": pa.timestamp("us", "UTC"),
        "purchase_value_today": pa.decimal128(38, 6),
        "favourite_category": pa.string(),
        "categories": pa.list_(pa.string()),
        "email": pa.string(),
        "average": pa.decimal128(38, 6),
    }
    rows = {row["customer_id"]: row for row in table.to_pylist()}
    assert rows["c17"]["total_purchase_value"] == Decimal("1241.500000")
    assert rows["c18"]["email"] is None


def test_the_table_of_now_is_the_table_of_this_instant(sold, tmp_path):
    now = hf("profiles", "--to", tmp_path / "now.parquet", "--json", folder=sold).json
    hf("profiles", "--to", tmp_path / "then.parquet", "--at", now["at"], folder=sold)

    tables = [pq.read_table(tmp_path / name).sort_by("customer_id") for name in ("now.parquet", "then.parquet")]
    assert tables[0].equals(tables[1])


@pytest.mark.parametrize("arguments", [("--sample", "1"), ("--all",), ()])
def test_the_audit_finds_no_difference(sold, arguments):
    done = hf("audit", *arguments, "--json", folder=sold)

    assert done.code == 0, done.out
    assert done.json["mismatches"] == 0
    assert done.json["checked"] == (1 if "1" in arguments else 2)


def test_a_changed_lookup_table_changes_the_values(sold):
    (sold / "products.csv").write_text("sku,category\ns1,boots\nh1,hats\n")

    assert profile(sold)["attributes"]["categories"] == ["boots", "hats"]


def test_a_forgotten_customer_is_gone_and_his_import_is_refused(sold, tmp_path):
    done = hf("forget", "anon-9", "--json", folder=sold)

    assert done.code == 0, done.err
    assert done.json["ids"] == ["anon-9", "c17"]
    assert profile(sold, "c17")["attributes"]["orders"] == 0
    assert profile(sold, "c17")["ids"] == ["c17"]
    new = order(9, "c17", "2026-03-11T00:00:00Z", 5)
    again = hf("import", write_lines(tmp_path / "new.ndjson", [new]), "--json", folder=sold)
    assert again.json["reasons"] == {"erased": 1}
    assert hf("audit", "--all", folder=sold).code == 0


def test_people_read_a_table_and_problems_end_with_a_code(sold, tmp_path):
    shown = hf("profile", "c17", folder=sold)

    assert "1,241.5" in shown.out
    assert "favourite_category" in shown.out
    assert hf("profile", "nobody", folder=sold).code == 1
    assert hf("profile", "c17", "--at", "yesterday", folder=sold).code == 2
    assert hf("profiles", "--to", "x.csv", folder=sold).code == 2
    assert hf("import", tmp_path / "nothing.ndjson", folder=sold).code == 2


def test_processes_end_with_the_codes_and_print_only_the_document(sold, tmp_path):
    found = hf_process("-w", sold, "profile", "c17", "--json", cwd=tmp_path)
    missing = hf_process("-w", sold, "profile", "nobody", "--json", cwd=tmp_path)
    outside = hf_process("profile", "c17", cwd=tmp_path)
    differs = hf_process("-w", sold, "apply", "--check", "--json", cwd=tmp_path)

    assert (found.code, found.json["attributes"]["orders"]) == (0, 2)
    assert (missing.code, outside.code, differs.code) == (1, 2, 0)
    assert "hf init" in outside.err
    assert "Traceback" not in missing.err + outside.err
