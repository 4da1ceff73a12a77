"""What the guesser makes of single files: kinds, amounts, times, answers; and the forms of mappings."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from hundredfold.errors import ImportFailed
from hundredfold.ingest.guess.form import form_of
from hundredfold.ingest.guess.form import written as as_text
from hundredfold.ingest.guess.guess import guess
from hundredfold.ingest.guess.known import shipped
from hundredfold.ingest.mapping_file import load_mapping, parse_mapping
from hundredfold.ingest.preview import previewed
from ingest_files.shelf import STARTED, imported, written

FILES = Path(__file__).parents[1] / "fixtures" / "imports"


def payloads(path, **known):
    found = guess(path, **known)
    assert found.questions == ()
    report, shelf = imported(path, found.text)
    assert report.rejected == 0, report
    return shelf.payloads


@pytest.mark.parametrize(
    ("name", "header", "row", "kind"),
    [
        ("a.csv", "order_id,customer_id,total", "1,c,5", "orders"),
        ("devolucoes.csv", "Encomenda,Cliente,Valor", "1,c,5", "refunds"),
        ("a.csv", "refund_id,order_id,customer_id,amount", "r,1,c,5", "refunds"),
        ("a.csv", "user,event,time", "c,Seen,2026-01-01", "events"),
        ("a.csv", "date,customer,amount", "2026-01-01,c,5", "events"),
        ("a.csv", "Nome,E-mail,Telefone", "Ana,a@x.example,1", "customers"),
        ("a.csv", "contact,who", "a@x.example,1", "customers"),
        ("a.csv", "SKU,Nome do produto,Preço", "A,Hat,9.90", "products"),
    ],
)
def test_the_kind_of_a_table(tmp_path, name, header, row, kind):
    found = guess(written(tmp_path, name, f"{header}\n{row}\n"))

    assert (found.form.kind, found.questions) == (kind, ())


def test_a_total_that_differs_within_an_order_is_that_of_a_line(tmp_path):
    path = written(tmp_path, "a.csv", "order_id,customer_id,sku,qty,total\n1,c,A,2,10\n1,c,B,1,4.50\n")

    (order,) = payloads(path)

    assert order["properties"]["total"] == 14.5
    assert order["properties"]["products"] == [
        {"sku": "A", "price": 10, "units": 2},
        {"sku": "B", "price": 4.5, "units": 1},
    ]


def test_a_total_that_repeats_or_stands_in_the_first_row_is_that_of_the_order(tmp_path):
    repeated = "order_id,customer_id,sku,price,qty,total\n1,c,A,5,2,16\n1,c,B,4.50,1,16\n"
    first = repeated.replace("1,c,B,4.50,1,16", "1,c,B,4.50,1,")

    for text in (repeated, first):
        (order,) = payloads(written(tmp_path, "a.csv", text))
        assert order["properties"]["total"] == 16


def test_a_point_before_three_digits_is_asked_for(tmp_path):
    path = written(tmp_path, "a.csv", "order_id;customer_id;total\n1;c;1.250\n2;c;17\n")

    (question,) = guess(path).questions

    assert (question.about, question.column, question.example) == ("numbers", "total", "1.250")
    assert {choice.value: choice.reading for choice in question.choices} == {".": "1.25", ",.": "1250"}
    assert payloads(path, answers={"numbers": ",."})[0]["properties"]["total"] == 1250


def test_one_cell_far_down_settles_the_whole_column(tmp_path):
    rows = "".join(f"{number},c,03/04/2026,1.000\n" for number in range(30_000))
    path = written(tmp_path, "a.csv", f'order_id,customer_id,date,total\n{rows}x,c,25/04/2026,"2.000,5"\n')

    found = guess(path)

    assert (found.questions, found.rows) == ((), 30_001)
    assert (found.form.decimal, found.form.thousands) == (",", ".")
    assert next(part.format for part in found.form.parts if part.target == "timestamp") == "%d/%m/%Y"


def test_a_column_that_is_settled_settles_its_neighbour(tmp_path):
    path = written(tmp_path, "a.csv", "user,event,date,paid at\nc,x,03/04/2026,25/04/2026\n")

    (message,) = payloads(path)

    assert message["timestamp"] == "2026-04-03T00:00:00Z"


def test_a_day_that_equals_the_month_is_not_asked_for(tmp_path):
    (message,) = payloads(written(tmp_path, "a.csv", "user,event,date\nc,x,03/03/2026\n"))

    assert message["timestamp"] == "2026-03-03T00:00:00Z"


@pytest.mark.parametrize(
    ("cell", "time", "zoneless"),
    [
        ("1790000000", "2026-09-21T14:13:20Z", False),
        ("1790000000123", "2026-09-21T14:13:20.123000Z", False),
        ("20260131", "2026-01-31T00:00:00Z", True),
        ("31 Jan 2026", "2026-01-31T00:00:00Z", True),
        ("January 31, 2026", "2026-01-31T00:00:00Z", True),
        ("2026-01-31 10:00:00 +0200", "2026-01-31T08:00:00Z", False),
        ("2026-01-31T10:00+02:00", "2026-01-31T08:00:00Z", False),
        ("31/01/2026 10:00 GMT", "2026-01-31T10:00:00Z", False),
        ("01/31/2026 01:05:09 PM", "2026-01-31T13:05:09Z", True),
        ("31-01-2026 10:00:00,250", "2026-01-31T10:00:00.250000Z", True),
    ],
)
def test_spellings_of_times(tmp_path, cell, time, zoneless):
    path = written(tmp_path, "a.csv", f'user,event,timestamp\nc,x,"{cell}"\n')

    assert payloads(path)[0]["timestamp"] == time
    assert guess(path).zoneless == zoneless


def test_codes_are_no_numbers_and_persons_stay_out_of_orders(tmp_path):
    path = written(
        tmp_path,
        "a.csv",
        "order_id,customer_id,total,warehouse,card,weight,express,first name,contact\n"
        "1,c,5,007,1234567890123456,1.5,yes,Ana,a@x.example\n",
    )

    (order,) = payloads(path)

    assert order["properties"] == {
        "order_id": "1", "total": 5, "warehouse": "007", "card": "1234567890123456", "weight": 1.5, "express": True,
    }  # fmt: skip


def test_typed_columns_of_parquet_need_no_dialect(tmp_path):
    path = tmp_path / "a.parquet"
    frame = {"order_id": [1], "customer_id": [7], "total": [1.25], "date": [datetime(2026, 1, 31, 10)]}
    pl.DataFrame(frame).write_parquet(path)

    (order,) = payloads(path)

    assert (order["userId"], order["timestamp"], order["properties"]["total"]) == ("7", "2026-01-31T10:00:00Z", 1.25)
    assert guess(path).zoneless


def test_lines_of_messages_need_no_mapping(tmp_path):
    path = written(tmp_path, "a.ndjson", '{"type":"track","event":"x","userId":"c"}\n')

    assert guess(path).form.kind == "messages"
    assert payloads(path) == [{"type": "track", "event": "x", "userId": "c"}]


def test_who_the_customer_is_and_what_the_order_are_asked_for(tmp_path):
    path = written(tmp_path, "a.csv", "alpha,beta,total\nx,y,5\n")

    first = guess(path, kind="orders")
    answered = guess(path, kind="orders", answers={"customer": "beta", "order": "alpha"})

    assert [question.about for question in first.questions] == ["customer", "order"]
    assert answered.questions == ()
    assert (answered.form.column("userId"), answered.form.column("order_id")) == ("beta", "alpha")


def test_a_preset_keeps_what_the_file_has_and_takes_its_dialect(tmp_path):
    text = (FILES / "woocommerce_orders.csv").read_text(encoding="utf-8")
    rows = [
        line.rsplit(",", 1)[0] for line in text.replace("Caneca", "Caneca –").splitlines()
    ]  # without the column of coupons
    path = written(tmp_path, "a.csv", "\n".join(rows) + "\n", "cp1252")

    found = guess(path)

    assert (found.preset, found.form.encoding) == ("woocommerce-orders", "cp1252")
    assert found.form.column("properties.coupon") is None
    assert found.form.column("properties.payment_method") == "Payment Method Title"


@pytest.mark.parametrize(
    ("file", "column"),
    [
        ("shopify_orders.csv", "Currency"),
        ("vtex_orders.csv", "Currency Code"),
        ("woocommerce_orders.csv", None),
        ("magento_orders.csv", None),
    ],
)
def test_a_preset_takes_the_currency_of_each_order_where_the_export_names_it(file, column):
    assert guess(FILES / file).form.column("currency") == column


def test_the_currency_that_woocommerce_may_export_is_taken(tmp_path):
    head, *rows = (FILES / "woocommerce_orders.csv").read_text(encoding="utf-8").splitlines()
    path = written(tmp_path, "a.csv", "\n".join([f"{head},Currency", *(f"{row},USD" for row in rows)]) + "\n")

    found = guess(path)

    assert (found.preset, found.form.column("currency")) == ("woocommerce-orders", "Currency")


def test_every_shipped_preset_is_a_form_and_back(tmp_path):
    known = shipped()

    assert len(known) == 6
    for one in known:
        assert form_of(parse_mapping(as_text(one.form))) == one.form


@pytest.mark.parametrize(
    "text",
    [
        "tables: [{kind: messages}, {kind: messages}]",
        "{kind: events, userId: a, event: {join: [b, c]}}",
        "{kind: events, type: page, userId: a}",
        "{kind: customers, userId: a, empty: delete, traits: {b: c}}",
        "{kind: customers, userId: {column: a, missing: ['0']}, traits: {b: c}}",
        "{kind: customers, files: 'a*', userId: a, traits: {b: c}}",
    ],
)
def test_a_mapping_that_says_more_than_a_form_is_no_form(text):
    assert form_of(parse_mapping(text)) is None


def test_the_online_retail_preset_is_no_form():
    assert form_of(load_mapping("online-retail-ii")) is None


def test_a_preview_tells_what_is_wrong_in_the_first_rows(tmp_path):
    rows = "1,c,5\n2,,5\n3,c,x\n4,c,5,6\n5,c,7\n"
    path = written(tmp_path, "a.csv", f"order_id,customer_id,total\n{rows}")
    mapping = parse_mapping("{kind: orders, order_id: order_id, userId: customer_id, total: total}")

    found = previewed(path, mapping, zone=UTC, now=STARTED)
    first = previewed(path, mapping, zone=UTC, now=STARTED, rows=2)

    assert (found.read, found.messages, found.whole) == (5, 2, True)
    assert [(one.reason, one.rows, one.row) for one in found.troubles] == [
        ("no_id", 1, 2),
        ("bad_number", 1, 3),
        ("bad_row", 1, 4),
    ]
    assert [(one.row, one.fields["properties"]["total"]) for one in found.parsed] == [(1, 5), (5, 7)]
    assert (first.read, first.messages, first.whole) == (2, 1, False)


def test_a_preview_of_a_lookup_table_shows_its_rows(tmp_path):
    path = written(tmp_path, "a.csv", "sku,category,price\nA,hats,9.9\nA,shoes,9.9\n7,socks,1\n")
    found = guess(path)

    seen = previewed(path, parse_mapping(found.text), zone=UTC, now=STARTED)

    assert [one.fields for one in seen.parsed] == [
        {"sku": "A", "category": "hats", "price": 9.9},
        {"sku": "7", "category": "socks", "price": 1},
    ]
    assert [(one.reason, one.row) for one in seen.troubles] == [("two_truths", 2)]


def test_a_preview_accounts_for_rows_left_out(tmp_path):
    path = written(tmp_path, "a.csv", "order_id,customer_id,state\n1,c,ok\n2,c,void\n")
    mapping = parse_mapping(
        "{kind: orders, order_id: order_id, userId: customer_id, skip: [{reason: void, column: state, in: [void]}]}"
    )

    found = previewed(path, mapping, zone=UTC, now=STARTED)

    assert (found.messages, found.skipped) == (1, {"void": 1})


def test_a_preview_of_a_column_that_is_not_there_fails(tmp_path):
    path = written(tmp_path, "a.csv", "a,b\n1,2\n")

    with pytest.raises(ImportFailed, match="has no column 'c'; it has: a, b"):
        previewed(path, parse_mapping("{kind: orders, order_id: c, userId: a}"), zone=UTC, now=STARTED)
