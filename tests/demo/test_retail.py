"""Online Retail II: every line is accounted for, and the totals are exact."""

import json
from collections import Counter
from datetime import date

import polars as pl
import pytest

from hundredfold.demo.retail import extracts, import_retail, products, retail_messages

STARTED = 1_790_000_000_000_000


class Shop:
    """Messages by id."""

    def __init__(self):
        self.messages = {}

    def __call__(self, table):
        fresh = 0
        for name, payload in zip(table["message_id"].to_pylist(), table["payload"].to_pylist(), strict=True):
            fresh += name not in self.messages
            self.messages.setdefault(name, json.loads(payload))
        return fresh, table.num_rows - fresh


@pytest.fixture(scope="module")
def imported():
    shop, told = Shop(), []
    report = import_retail(shop, started=STARTED, progress=lambda *step: told.append(step))
    return report, shop, told


def millionths(messages):
    return sum(round(message["properties"]["total"] * 1_000_000) for message in messages)


def test_every_line_is_imported_skipped_or_rejected(imported):
    report, shop, _ = imported

    assert report.read == 1_067_367
    assert (report.stored, report.duplicates) == (44_870, 772)
    assert report.reasons == {"no_id": 236_487, "no_key": 352}
    assert report.skipped == {"free of charge": 6_141, "in the other extract": 393}
    assert len(shop.messages) == report.stored


def test_the_business_key_makes_one_fact_of_what_only_differs_in_its_order_of_lines(imported):
    _, shop, _ = imported
    orders = [message for message in shop.messages.values() if message["event"] == "Order Completed"]
    twice = {key for key, count in Counter(order["properties"]["order_id"] for order in orders).items() if count > 1}

    assert len(twice) == 4
    for key in twice:
        one, other = (order["properties"] for order in orders if order["properties"]["order_id"] == key)
        assert one["products"] != other["products"]
        assert one["total"] == other["total"]


def test_orders_and_refunds_add_up_to_the_published_money(imported):
    _, shop, _ = imported
    orders = {m["properties"]["order_id"]: m for m in shop.messages.values() if m["event"] == "Order Completed"}
    refunds = {m["properties"]["refund_id"]: m for m in shop.messages.values() if m["event"] == "Order Refunded"}

    assert (len(orders), millionths(orders.values())) == (36_969, 17_431_533_178_000)
    assert len({order["userId"] for order in orders.values()}) == 5_878
    assert (len(refunds), millionths(refunds.values())) == (7_897, 1_087_882_140_000)
    assert len({m["userId"] for m in shop.messages.values()}) == 5_939
    assert all(m["properties"]["total"] > 0 for m in shop.messages.values())


def test_the_lines_themselves_say_the_same():
    first, second, _ = extracts().values()
    sold = (pl.col("Quantity") > 0) & (pl.col("Price") > 0) & pl.col("Customer ID").is_not_null()
    before = first.filter(sold & (pl.col("InvoiceDate") < pl.datetime(2010, 12, 1)))
    lines = pl.concat([before, second.filter(sold)])

    def figures(frame):
        thousandths = (frame["Price"] * 1_000).round().cast(pl.Int64) * frame["Quantity"].cast(pl.Int64)
        return frame["Customer ID"].n_unique(), frame["Invoice"].n_unique(), thousandths.sum()

    # The figures that are usually quoted count "customer 0", who stands for nobody in the second extract.
    assert figures(lines) == (5_879, 38_396, 19_175_747_758)
    assert figures(lines.filter(pl.col("Customer ID") != 0)) == (5_878, 36_969, 17_431_533_178)


def test_what_is_imported_up_to_a_day_and_what_is_replayed_after_it_are_the_whole(imported):
    report, _, _ = imported
    day = date(2011, 12, 1)

    until = import_retail(Shop(), started=STARTED, until=day)
    replay = retail_messages(since=day)

    assert until.stored + len(replay) == report.stored
    times = [message["timestamp"] for message in replay]
    assert times == sorted(times)
    assert times[0] >= "2011-12-01T00:00:00Z"
    assert set(replay[0]) == {"messageId", "type", "event", "userId", "timestamp", "properties"}


def test_progress_runs_over_all_extracts(imported):
    _, _, told = imported

    assert told[-1] == (1_067_367, 1_067_367)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_products_have_a_name_and_a_price():
    table = products()

    assert table["sku"].is_unique().all()
    assert table.row(by_predicate=pl.col("sku") == "85123A")[1] == "WHITE HANGING HEART T-LIGHT HOLDER"
