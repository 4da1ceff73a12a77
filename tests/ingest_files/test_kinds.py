"""What the rows of each kind of table become."""

import polars as pl
import pytest

from hundredfold.errors import ImportFailed
from ingest_files.shelf import imported, written

ORDERS = """
kind: orders
order_id: order
userId: customer
timestamp: at
currency: {constant: GBP}
lines: {sku: sku, price: {column: price, type: number}, quantity: {column: quantity, type: number}}
"""


def test_the_rows_of_one_order_are_one_message_with_an_exact_total(tmp_path):
    path = written(
        tmp_path,
        "orders.csv",
        "order,customer,at,sku,price,quantity\n"
        "7,c1,2026-01-02 10:00,A,2.55,3\n8,c2,2026-01-02 11:00,A,0.10,1\n7,c1,2026-01-02 09:59,B,0.1,3\n",
    )

    report, shelf = imported(path, ORDERS)

    assert (report.read, report.stored) == (3, 2)
    assert shelf.payloads[0] == {
        "type": "track",
        "event": "Order Completed",
        "userId": "c1",
        "timestamp": "2026-01-02T09:59:00Z",
        "properties": {
            "order_id": "7",
            "total": 7.95,
            "currency": "GBP",
            "products": [{"sku": "A", "price": 2.55, "quantity": 3}, {"sku": "B", "price": 0.1, "quantity": 3}],
        },
    }


@pytest.mark.parametrize(("price", "quantity", "total"), [("2.55", "3", 7.65), ("0.1", "3", 0.3), ("1.1", "1.1", 1.21)])
def test_totals_have_no_float_noise(tmp_path, price, quantity, total):
    path = written(tmp_path, "o.csv", f"order,customer,at,sku,price,quantity\n1,c,2026-01-01,A,{price},{quantity}\n")

    _, shelf = imported(path, ORDERS)

    assert shelf.payloads[0]["properties"]["total"] == total


def test_a_column_for_the_total_goes_before_the_lines(tmp_path):
    path = written(tmp_path, "o.csv", "order,customer,total,sku\n1,c,99.90,A\n1,c,99.90,B\n")

    _, shelf = imported(path, "{kind: orders, order_id: order, userId: customer, total: total, lines: {sku: sku}}")

    properties = shelf.payloads[0]["properties"]
    assert properties == {"order_id": "1", "total": 99.9, "products": [{"sku": "A"}, {"sku": "B"}]}


def test_one_bad_line_rejects_its_whole_order_and_no_other(tmp_path):
    path = written(
        tmp_path, "o.csv", "order,customer,at,sku,price,quantity\n1,c,,A,1,1\n2,c,,A,1,1\n1,c,,B,x,1\n,c,,B,1,1\n"
    )

    report, shelf = imported(path, ORDERS)

    assert [payload["properties"]["order_id"] for payload in shelf.payloads] == ["2"]
    assert (report.read, report.rejected, report.reasons) == (4, 3, {"bad_number": 2, "no_key": 1})
    assert {(rejection.row, rejection.reason) for rejection in report.rejections} == {(3, "bad_number"), (4, "no_key")}


def test_an_order_of_two_customers_is_rejected(tmp_path):
    path = written(tmp_path, "o.csv", "order,customer,at,sku,price,quantity\n1,c,,A,1,1\n1,d,,A,1,1\n")

    report, shelf = imported(path, ORDERS)

    assert report.reasons == {"mixed_customers": 2}
    assert shelf.rows == []


def test_a_refund_is_positive_and_has_its_own_key(tmp_path):
    path = written(tmp_path, "r.csv", "no,customer,price,quantity\nC1,c,2.55,-3\nC1,c,1.00,1\n")
    mapping = """
kind: refunds
refund_id: no
userId: customer
lines: {price: {column: price, type: number}, quantity: {column: quantity, type: number}}
"""

    _, shelf = imported(path, mapping)

    payload = shelf.payloads[0]
    assert payload["event"] == "Order Refunded"
    lines = [{"price": 2.55, "quantity": 3}, {"price": 1, "quantity": -1}]
    assert payload["properties"] == {"refund_id": "C1", "total": 6.65, "products": lines}


def test_refunds_without_a_key_are_one_message_a_row(tmp_path):
    path = written(tmp_path, "r.csv", "customer,total\nc,5\nc,5\n")

    report, shelf = imported(path, "{kind: refunds, userId: customer, total: total}")

    assert report.stored == 2
    assert [payload["properties"] for payload in shelf.payloads] == [{"total": 5}, {"total": 5}]


def test_customers_are_identified_and_an_empty_cell_deletes_nothing(tmp_path):
    path = written(tmp_path, "c.csv", "id,mail,city\nc1,a@b.example,\nc2,,Lisbon\n")

    _, shelf = imported(path, "{kind: customers, userId: id, traits: {email: mail, address.city: city}}")

    assert [payload["type"] for payload in shelf.payloads] == ["identify", "identify"]
    assert [payload["traits"] for payload in shelf.payloads] == [
        {"email": "a@b.example"},
        {"address": {"city": "Lisbon"}},
    ]


def test_an_empty_cell_is_a_null_where_the_mapping_says_so(tmp_path):
    path = written(tmp_path, "c.csv", "id,mail,city\nc1,,\n")
    mapping = "{kind: customers, userId: id, empty: delete, traits: {email: mail, city: {column: city, empty: ignore}}}"

    _, shelf = imported(path, mapping)

    assert shelf.payloads[0]["traits"] == {"email": None}


def test_events_take_their_name_and_properties_from_columns(tmp_path):
    path = written(tmp_path, "e.csv", "who,what,when,amount,ok\nc1,Seen,2026-01-01T00:00:00+02:00,12.50,yes\n")
    mapping = """
kind: events
userId: who
event: what
timestamp: when
properties: {amount: {column: amount, type: number}, ok: {column: ok, type: boolean}, source: {constant: erp}}
"""

    _, shelf = imported(path, mapping, source="erp")

    assert shelf.payloads == [
        {
            "type": "track",
            "event": "Seen",
            "userId": "c1",
            "timestamp": "2025-12-31T22:00:00Z",
            "properties": {"amount": 12.5, "ok": True, "source": "erp"},
        }
    ]
    assert shelf.rows[0]["source"] == "erp"


def test_pages_are_events_without_a_name(tmp_path):
    path = written(tmp_path, "p.csv", "who,title\na1,Home\n")

    _, shelf = imported(path, "{kind: events, type: page, anonymousId: who, name: title}")

    assert shelf.payloads == [{"type": "page", "anonymousId": "a1", "name": "Home"}]
    assert shelf.rows[0]["key"] == "a:a1"


def test_products_become_a_lookup_table(tmp_path):
    path = written(tmp_path, "p.csv", "code;kind;since\nA;shoes;2026-01-01\nA;hats;\nA;hats;\nB;;x\nA;socks;\n")
    mapping = "{kind: products, key: sku, columns: {sku: code, category: kind}, valid_from: since}"

    report, shelf = imported(path, mapping, lookups=tmp_path / "shop")

    table = pl.read_parquet(tmp_path / "shop" / "products.parquet")
    assert table.rows() == [("A", "hats", None), ("A", "shoes", "2026-01-01")]
    assert table.columns == ["sku", "category", "valid_from"]
    assert (report.stored, report.duplicates, report.reasons) == (2, 1, {"bad_time": 1, "two_truths": 1})
    assert shelf.rows == []


def test_several_tables_share_a_file_and_every_row_is_accounted_for(tmp_path):
    path = written(tmp_path, "all.csv", "no,customer,total,note\nC1,c,1,\n2,c,5,\n3,c,0,\n4,c,7,test\nX5,c,1,\n")
    mapping = """
tables:
  - kind: refunds
    rows: [{column: "no", starts_with: C}]
    refund_id: "no"
    userId: customer
    total: total
  - kind: orders
    rows: [{column: "no", starts_with: X, not: true}]
    skip:
      - {reason: free, column: total, at_most: 0}
      - {reason: a test, column: note, in: [test]}
    order_id: "no"
    userId: customer
    total: total
"""

    report, shelf = imported(path, mapping)

    assert sorted(payload["event"] for payload in shelf.payloads) == ["Order Completed", "Order Refunded"]
    assert report.skipped == {"free": 1, "a test": 1, "no table takes the row": 1}
    assert report.read == report.stored + report.rejected + sum(report.skipped.values())


def test_rows_are_told_apart_by_time_and_by_empty_cells(tmp_path):
    path = written(tmp_path, "e.csv", "who,when,gone\nc,2026-01-01,\nc,2026-01-02,\nc,2026-01-03,x\nc,never,\n")
    mapping = """
kind: events
userId: who
event: {constant: e}
timestamp: when
skip: [{reason: early, column: when, before: 2026-01-02}, {reason: gone, column: gone, empty: false}]
"""

    report, shelf = imported(path, mapping)

    assert [payload["timestamp"] for payload in shelf.payloads] == ["2026-01-02T00:00:00Z"]
    assert (report.skipped, report.reasons) == ({"early": 1, "gone": 1}, {"bad_time": 1})


def test_a_table_of_whole_messages_needs_no_mapping(tmp_path):
    frame = pl.DataFrame(
        {
            "user_id": ["c1", "c2"],
            "event": ["Seen", "Bought"],
            "timestamp": ["2026-01-01", None],
            "properties": [{"total": 1.5, "tags": ["a"]}, {"total": None, "tags": None}],
            "colour": ["red", None],
        }
    )
    frame.write_parquet(tmp_path / "events.parquet")

    _, shelf = imported(tmp_path / "events.parquet")

    assert shelf.payloads == [
        {
            "type": "track",
            "event": "Seen",
            "userId": "c1",
            "timestamp": "2026-01-01T00:00:00Z",
            "properties": {"total": 1.5, "tags": ["a"], "colour": "red"},
        },
        {"type": "track", "event": "Bought", "userId": "c2"},
    ]


def test_a_table_that_says_not_whose_its_rows_are_fails(tmp_path):
    path = written(tmp_path, "x.csv", "a,b\n1,2\n")

    with pytest.raises(ImportFailed, match="userId or anonymousId"):
        imported(path)
