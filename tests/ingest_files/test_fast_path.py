"""The fast way from rows to messages gives, byte for byte, what the plain way gives."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hundredfold.ingest import columns
from hundredfold.ingest.assemble import assemble, assemble_groups, assemble_row_groups, assemble_rows, with_keys
from hundredfold.ingest.cell import decimal
from hundredfold.ingest.draft import ROW, Reception
from hundredfold.ingest.mapping_file import parse_mapping
from hundredfold.ingest.plain import plain_groups, plain_messages
from hundredfold.ingest.plan import plan_of

ZONE = ZoneInfo("Europe/London")
RECEPTION = Reception(1_700_000_000_000_000, "shop", ZONE)

words = st.text(max_size=8) | st.sampled_from(
    ["", " ", "x", 'a"b', "a\\b", "tab\t", "line\n", "é", "e\u0301", "\x7f", "n/a", "17", "€"]
)
doubles = (
    st.floats(width=64) | st.floats(-1e4, 1e4).map(lambda x: round(x, 2)) | st.sampled_from([-0.0, 1e16, 1e-5, 17.0])
)
integers = st.integers(-(2**63), 2**63 - 1) | st.integers(-5, 5)
moments = (
    st.datetimes(datetime(1880, 1, 1), datetime(2300, 1, 1))
    | st.datetimes(datetime(2026, 3, 29), datetime(2026, 3, 29, 3))
    | st.datetimes(datetime(2026, 10, 25), datetime(2026, 10, 25, 3))
)
texts_of_numbers = st.sampled_from(
    ["1,5", "1.5", "1.234,5", "-3", "0", "0,0", "7e3", "x", "", "1,2,3", "1234567890123", "+4"]
)
texts_of_times = st.sampled_from(
    ["2026-03-29T01:30", "2026-10-25 01:30:00", "2026-01-01", "2026-01-01T00:00:00.1234567Z", "31/12/2025", "", "x"]
)


def rows_of(**columns_):
    return st.lists(st.fixed_dictionaries({name: st.none() | values for name, values in columns_.items()}), max_size=12)


EVENTS = """
kind: events
event: {column: event, missing: [n/a]}
userId: user
anonymousId: number
timestamp: at
receivedAt: arrived
messageId: own
missing: [n/a, "17"]
properties:
  a.text: text
  a.double: double
  a.b.flag: flag
  whole: whole
  double_as_text: {column: double, type: text}
  whole_as_text: {column: whole, type: text}
  flag_as_text: {column: flag, type: text}
  day: day
  moment: at
  comma: {column: comma, type: number, decimal: ",", thousands: "."}
  written: {column: written, type: time}
  precise: precise
  both: {join: [text, whole], between: "-"}
  many: many
  "quote\\"d": text
  constant: {constant: 1.50}
context: {ip: text}
"""
EVENT_SCHEMA = {
    "event": pl.String,
    "user": pl.String,
    "number": pl.Float64,
    "at": pl.Datetime("us"),
    "arrived": pl.Datetime("us", "UTC"),
    "own": pl.String,
    "text": pl.String,
    "double": pl.Float64,
    "flag": pl.Boolean,
    "whole": pl.Int64,
    "day": pl.Date,
    "comma": pl.String,
    "written": pl.String,
    "precise": pl.Decimal(12, 3),
    "many": pl.List(pl.Int64),
}
event_rows = rows_of(
    event=words,
    user=words,
    number=doubles,
    at=moments,
    arrived=st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
    own=words,
    text=words,
    double=doubles,
    flag=st.booleans(),
    whole=integers,
    day=st.dates(date(1880, 1, 1), date(2300, 1, 1)),
    comma=texts_of_numbers,
    written=texts_of_times,
    precise=st.decimals(-1000, 1000, places=3),
    many=st.lists(st.integers(0, 3), max_size=2),
)

ORDERS = """
kind: {kind}
{key}_id: number
userId: {{column: user, type: integer, missing: ["0"]}}
timestamp: at
currency: currency
lines: {{sku: sku, name: name, price: price, quantity: quantity, extra.flag: flag}}
properties: {{country: name}}
"""
ORDER_SCHEMA = {
    "number": pl.Float64,
    "user": pl.Float64,
    "at": pl.Datetime("us"),
    "currency": pl.String,
    "sku": pl.String,
    "name": pl.String,
    "price": pl.Float64,
    "quantity": pl.Int64,
    "flag": pl.Boolean,
}
order_rows = rows_of(
    number=st.sampled_from([1.0, 2.0, 3.0, 4.5]),
    user=st.sampled_from([7.0, 7.0, 7.0, 8.0, 0.0, 8.5]),
    at=moments,
    currency=st.sampled_from(["GBP", "EUR", ""]),
    sku=words,
    name=words,
    price=st.sampled_from([2.55, 0.85, 1.005, 1e12, 19.99]) | st.floats(0, 100).map(lambda x: round(x, 3)),
    quantity=st.integers(-50, 50) | st.sampled_from([10**7]),
    flag=st.booleans(),
)


def framed(rows, schema):
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return frame.with_columns(pl.Series(ROW, range(1, len(frame) + 1), dtype=pl.Int64))


def sorted_drafts(drafts):
    return drafts.frame.sort("row").rows(), sorted(drafts.rejected, key=lambda rejection: rejection.row)


@settings(max_examples=60, deadline=None)
@given(event_rows)
def test_events_are_the_same_by_columns_and_by_rows(rows):
    frame = framed(rows, EVENT_SCHEMA)
    plan = plan_of(parse_mapping(EVENTS).tables[0], frame.columns, ZONE)

    by_columns = assemble(plan, frame, RECEPTION)

    assert sorted_drafts(by_columns) == sorted_drafts(assemble_rows(plan, frame, RECEPTION))


@settings(max_examples=60, deadline=None)
@given(rows=order_rows, kind=st.sampled_from(["orders", "refunds"]))
def test_orders_and_refunds_are_the_same_by_columns_and_by_rows(rows, kind):
    frame = framed(rows, ORDER_SCHEMA)
    document = ORDERS.format(kind=kind, key=kind.removesuffix("s"))
    plan = plan_of(parse_mapping(document).tables[0], frame.columns, ZONE)
    keyed, _ = with_keys(plan, frame)

    by_columns = assemble_groups(plan, keyed, RECEPTION)

    assert sorted_drafts(by_columns) == sorted_drafts(assemble_row_groups(plan, keyed, RECEPTION))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([1.0, 2.0, 3.0]), st.sampled_from([9.99, 0.1, None, 3.0]))))
def test_a_given_total_is_the_same_by_columns_and_by_rows(rows):
    frame = framed(rows, {"number": pl.Float64, "total": pl.Float64})
    document = "{kind: orders, order_id: number, userId: {constant: c}, total: total}"
    plan = plan_of(parse_mapping(document).tables[0], frame.columns, ZONE)
    keyed, _ = with_keys(plan, frame)

    by_columns = assemble_groups(plan, keyed, RECEPTION)

    assert sorted_drafts(by_columns) == sorted_drafts(assemble_row_groups(plan, keyed, RECEPTION))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(-(10**15), 10**15) | st.integers(-(10**9), 10**9), min_size=1))
def test_totals_in_millionths_are_written_without_noise(exact):
    read = columns.decimals(pl.Series(exact, dtype=pl.Int64))

    plain = [(text, value) for text, odd, value in zip(read.values, read.odd, exact, strict=True) if not odd]
    assert [text for text, _ in plain] == [repr(decimal(value)) for _, value in plain]


def test_ordinary_rows_do_take_the_fast_way():
    rows = [{"user": "c1", "event": "Seen", "at": datetime(2026, 1, 1, 12), "price": 19.99, "label": 'a "b" \\ é'}] * 3
    frame = framed(
        rows, {"user": pl.String, "event": pl.String, "at": pl.Datetime("us"), "price": pl.Float64, "label": pl.String}
    )
    document = "{kind: events, userId: user, event: event, timestamp: at, properties: {price: price, label: label}}"
    plan = plan_of(parse_mapping(document).tables[0], frame.columns, ZONE)

    drafts, odd = plain_messages(plan, frame, RECEPTION)

    assert len(drafts.frame) == 3
    assert not odd.any()


def test_ordinary_orders_do_take_the_fast_way():
    rows = [
        {"number": 1.0, "user": 7.0, "at": datetime(2026, 1, 1), "price": 2.55, "quantity": 3, "sku": "a", "name": "b"}
    ]
    frame = framed(rows, ORDER_SCHEMA)
    plan = plan_of(parse_mapping(ORDERS.format(kind="orders", key="order")).tables[0], frame.columns, ZONE)

    drafts, odd = plain_groups(plan, with_keys(plan, frame)[0], RECEPTION)

    assert b'"total":7.65}' in drafts.frame["payload"][0]
    assert not odd.any()


@pytest.mark.parametrize(
    "zone", ["Europe/London", "America/St_Johns", "Australia/Lord_Howe", "Europe/Amsterdam", "Africa/Monrovia"]
)
@given(wall=st.lists(st.datetimes(datetime(1900, 1, 2), datetime(2261, 12, 30)), min_size=1, max_size=20))
@settings(max_examples=20, deadline=None)
def test_local_times_are_the_same_in_every_zone(zone, wall):
    frame = framed([{"at": moment, "user": "c"} for moment in wall], {"at": pl.Datetime("us"), "user": pl.String})
    document = f"{{kind: events, userId: user, event: {{constant: x}}, timestamp: at, timezone: {zone}}}"
    plan = plan_of(parse_mapping(document).tables[0], frame.columns, UTC)

    by_columns = assemble(plan, frame, RECEPTION)

    assert by_columns.frame.rows() == assemble_rows(plan, frame, RECEPTION).frame.rows()
    assert len(by_columns.frame) == len(wall)


def test_times_with_a_zone_and_decimals_are_read():
    zoned = datetime(2026, 1, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    frame = framed(
        [{"at": zoned, "user": "c", "price": Decimal("9.90")}],
        {"at": pl.Datetime("us", "Asia/Tokyo"), "user": pl.String, "price": pl.Decimal(6, 2)},
    )
    document = "{kind: events, userId: user, event: {constant: x}, timestamp: at, properties: {price: price}}"
    plan = plan_of(parse_mapping(document).tables[0], frame.columns, UTC)

    drafts = assemble(plan, frame, RECEPTION)

    expected = (
        b'{"event":"x","properties":{"price":9.9},"timestamp":"2026-01-01T10:00:00Z","type":"track","userId":"c"}'
    )
    assert drafts.frame["payload"].to_list() == [expected]
