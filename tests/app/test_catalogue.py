"""The catalogue as a command, and what real orders make of it without any writing by hand."""

import polars as pl
import pytest
from tests.app.shop import hf, orders_of_march, shop_in

from hundredfold.app.workspace import Workspace
from hundredfold.catalogue.book import book
from hundredfold.demo.catalogue import catalogue
from hundredfold.demo.retail import PRESET, TIMEZONE, extracts
from hundredfold.words.calendar import parse_time

AFTER_THE_DATA = parse_time("2011-12-09T18:00Z")


def test_the_list_says_of_every_entry_what_it_needs():
    listed = hf("catalogue", "--json").json
    shown = hf("catalogue")

    assert [one["name"] for one in listed["entries"]] == list(book().group_of)
    assert next(one for one in listed["entries"] if one["name"] == "open_rate_90d")["needs"] == [
        "Email Delivered events",
        "Email Opened events",
    ]
    assert listed["later"]["predicted"]["attributes"]
    assert all(name in shown.out for name in ("net_revenue", "Orders, lifetime", "churn_risk"))


def test_the_list_is_in_the_language_of_the_terminal(monkeypatch):
    monkeypatch.setenv("LC_ALL", "pt_PT.UTF-8")
    shown, one = hf("catalogue"), hf("catalogue", "order_count")

    assert all(
        name in shown.out
        for name in (
            "Encomendas, desde sempre",
            "Receita líquida",
            "eventos Order Completed",
            "Previsões",
            "palpite",
        )
    )
    assert "Orders" not in shown.out
    assert "precisa de eventos Order Completed" in one.err
    assert "pt: Quantas encomendas o cliente concluiu." in one.out


def test_an_entry_is_shown_as_lines_to_copy(tmp_path):
    shown = hf("catalogue", "order_count", "is_repeat_buyer")
    (tmp_path / "copied.yaml").write_text(shown.out.replace("attributes:\n", ""))

    assert shown.code == 0
    assert "    event: Order Completed\n    aggregate: count\n" in shown.out
    assert "order_count >= 2" in shown.out
    assert hf("catalogue", "ordercount").code == 1
    assert hf("catalogue", "--add").code == 2
    assert hf("catalogue", "orders", "--filled").code == 2


def test_what_is_added_comes_into_force_beside_what_is_there(tmp_path):
    shop = shop_in(tmp_path / "shop", orders_of_march())
    before = (shop / "definitions" / "shop.yaml").read_bytes()

    added = hf("catalogue", "vip", "shipping_total", "--add", "--json", folder=shop)
    again = hf("catalogue", "vip", "--add", "--json", folder=shop)
    applied = hf("apply", "--json", folder=shop)

    assert added.json["added"] == [
        "shipping_total",
        "gross_revenue_365d",
        "refund_total_365d",
        "net_revenue_365d",
        "revenue_twentieth_365d",
        "vip",
    ]
    assert "properties.shipping is not among its `money`" in added.err
    assert again.json["added"] == again.json["files"] == []
    assert "segments.vip" in applied.json["added"]
    assert (shop / "definitions" / "shop.yaml").read_bytes() == before


def test_the_fill_report_tells_what_is_lacking_before_anything_is_added(tmp_path):
    shop = shop_in(tmp_path / "shop", orders_of_march())

    told = hf("catalogue", "--filled", "--json", folder=shop).json
    shown = hf("catalogue", "--filled", folder=shop)

    found = told["attributes"]
    assert (told["customers"], told["of"]) == (5, 5)
    assert found["gross_revenue"] == {
        "group": "orders", "in_force": False, "filled": 5, "share": 1.0, "distinct": 5, "needs": [], "same_as": None,
    }  # fmt: skip
    assert (found["net_revenue"]["needs"], found["net_revenue"]["same_as"]) == ([], "gross_revenue")
    assert found["refund_rate"]["needs"] == ["Order Refunded events"]
    assert found["emails_opened_30d"]["needs"] == ["Email Opened events"]
    assert found["last_coupon"]["needs"] == ["properties.coupon in Order Completed"]
    assert found["favorite_brand"]["needs"] == ["the column brand in the table products.parquet"]
    assert found["phone"]["needs"] == ["the trait phone"]
    assert found["most_ordered_product"]["filled"] == 0
    assert "100.0%" in shown.out
    assert hf("apply", "--check", folder=shop).code == 0


def test_the_fill_report_tells_what_a_batch_said_of_models(tmp_path):
    shop = shop_in(tmp_path / "shop", orders_of_march())
    assert hf("catalogue", "p_buy_30d", "--add", folder=shop).code == hf("apply", folder=shop).code == 0

    before = hf("catalogue", "--filled", "--json", folder=shop).json["attributes"]
    assert hf("batch", folder=shop).code == 0
    after = hf("catalogue", "--filled", "--json", folder=shop).json["attributes"]

    assert before["p_buy_30d"]["needs"] == [
        "a batch run on customers of 60 days ago (off where a naive guess is as good)"
    ]
    (why,) = after["p_buy_30d"]["needs"]
    assert why.startswith("a training of churn_risk_30d that is used: 5 customers did not order again within 30 days")
    assert after["p_alive"]["needs"] == before["p_alive"]["needs"]


@pytest.mark.parametrize(
    "one_in",
    [
        pytest.param(240, id="some customers"),
        pytest.param(1, id="everybody", marks=[pytest.mark.slow, pytest.mark.timeout(3600)]),
    ],
)
def test_real_orders_fill_over_a_hundred_attributes_each_otherwise_and_all_proved(one_in, tmp_path):
    shop = tmp_path / "shop"
    assert hf("init", shop, "--timezone", TIMEZONE, "--currency", "GBP").code == 0
    Workspace.open(shop).set_clock(AFTER_THE_DATA)
    catalogue().write_parquet(shop / "products.parquet")
    assert hf("catalogue", "all", "--add", folder=shop).code == 0
    assert hf("apply", folder=shop).code == 0
    for name, frame in extracts().items():
        part = frame.filter(pl.col("Customer ID").cast(pl.Int64) % one_in == one_in - 1) if one_in > 1 else frame
        part.write_parquet(tmp_path / f"{name}.parquet")
        assert hf("import", tmp_path / f"{name}.parquet", "--map", PRESET, folder=shop).code == 0
    assert hf("batch", folder=shop).code == 0

    told = hf("catalogue", "--filled", "--json", folder=shop).json
    audit = hf("audit", "--all", "--json", folder=shop).json

    found = told["attributes"]
    proved = [name for name, one in found.items() if one["filled"] and not one["needs"] and one["same_as"] is None]
    lacking = {name: one for name, one in found.items() if one["needs"]}
    assert len(proved) >= 100
    assert len(proved) + len(lacking) >= len(found) - 20
    assert found["emails_delivered_30d"]["needs"] == ["Email Delivered events"]
    assert {"net_revenue", "favorite_category", "rfm_cell", "revenue_trend_90d", "most_returned_product"} <= set(proved)
    assert audit["checked"] == told["customers"] == told["of"] > 10
    assert audit["mismatches"] == 0
