"""What breaks when something gets another name: told from the definitions, and proved by renaming it."""

from __future__ import annotations

import pytest
from tests.app.shop import hf, shop_in
from tests.sources.databases import ERP, lay_source

DEFINITIONS = """\
events:
  Order Completed: {key: properties.order_id, also: [Order Updated]}
lookups:
  product: {file: products.csv, key: sku, from: sku}
attributes:
  spent: {event: Order Completed, value: properties.total, aggregate: sum}
  spent_30d: {event: Order Completed, value: properties.total, aggregate: sum, window: 30 days}
  large_orders: {event: Order Completed, where: properties.total > 100, aggregate: count}
  hats: {event: Order Completed, each: properties.products, where: product.category = 'hats', value: price,
    aggregate: sum}
  opened: {event: Email Opened, aggregate: count}
  country: {trait: address.country}
  average: {formula: spent / 2}
  rich: {formula: average > 100 and opened > 0}
segments:
  rich_here: {where: rich and country = 'PT'}
  readers: {where: opened > 3}
  others: {where: not rich_here}
  late_readers: {where: days_since(entered(others)) > 3 and readers}
"""
CUSTOMERS = """\
kind: sqlite
path: ../c.db
table: customers
map: {kind: customers, userId: id, traits: {address.country: land}}
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = shop_in(tmp_path_factory.mktemp("lineage") / "shop", files={"definitions/shop.yaml": DEFINITIONS})
    lay_source(folder, "erp", ERP)
    lay_source(folder, "customers", CUSTOMERS)
    return folder


ABOUT_RICH = "rich_here others late_readers"
ALL = {
    "events.Order Completed.total": ("spent spent_30d large_orders average rich", ABOUT_RICH, "erp.total"),
    "events.Order Updated.total": ("spent spent_30d large_orders average rich", ABOUT_RICH, ""),
    "events.Email Opened": ("opened rich", "rich_here readers others late_readers", ""),
    "events.Email Opened.total": ("", "", ""),
    "properties.order_id": ("spent spent_30d large_orders hats average rich", ABOUT_RICH, "erp.number"),
    "properties.products": ("hats", "", ""),
    "properties.products.price": ("hats", "", ""),
    "product.category": ("hats", "", ""),
    "traits.address": ("country", ABOUT_RICH, ""),
    "traits.address.country": ("country", ABOUT_RICH, "customers.land"),
    "sources.erp.total": ("spent spent_30d large_orders average rich", ABOUT_RICH, ""),
    "sources.customers.land": ("country", ABOUT_RICH, ""),
    "average": ("rich", ABOUT_RICH, ""),
    "rich_here": ("", "others late_readers", ""),
    "readers": ("", "late_readers", ""),
    "late_readers": ("", "", ""),
}
READ = {
    "spent": ["events.Order Completed.total", "events.Order Completed.order_id"],
    "hats": [
        "events.Order Completed.products",
        "product.category",
        "events.Order Completed.products.price",
        "events.Order Completed.order_id",
        "events.Order Completed.products.sku",
    ],
    "opened": ["events.Email Opened"],
    "country": ["traits.address.country"],
    "rich": ["average", "opened"],
    "rich_here": ["rich", "country"],
    "late_readers": ["others", "readers"],
    "events.Order Completed.total": [],
}


@pytest.mark.parametrize("what", ALL)
def test_what_breaks_is_told_through_formulas_and_segments(shop, what):
    attributes, segments, filled = (text.split() for text in ALL[what])

    told = hf("lineage", what, "--json", folder=shop).json

    assert [one["name"] for one in told["attributes"]] == attributes
    assert [one["name"] for one in told["segments"]] == segments
    assert [f"{one['source']}.{one['column']}" for one in told["filled_by"]] == filled
    assert hf("lineage", what, folder=shop).out.startswith(
        f"renaming {what} breaks {len(attributes)} attributes, {len(segments)} segments"
        if attributes or segments
        else f"renaming {what} breaks nothing"
    )


@pytest.mark.parametrize("what", READ)
def test_what_an_attribute_or_a_segment_reads_is_told_and_leads_back_to_it(shop, what):
    told = hf("lineage", what, "--json", folder=shop).json

    assert sorted(one["what"] for one in told["reads"]) == sorted(READ[what])
    for one in told["reads"]:
        back = hf("lineage", one["what"], "--json", folder=shop).json
        assert what in [*(of["name"] for of in back["attributes"]), *(of["name"] for of in back["segments"])]
        assert f"  reads {one['what']}\n" in hf("lineage", what, folder=shop).out


def test_a_segment_that_names_others_depends_through_them(shop):
    told = hf("lineage", "traits.address.country", "--json", folder=shop).json

    assert {one["name"]: one["through"] for one in told["segments"]} == {
        "rich_here": ["country"],
        "others": ["rich_here"],
        "late_readers": ["others"],
    }
    assert "  segment others (through rich_here)\n" in hf("lineage", "rich_here", folder=shop).out


def test_what_is_not_known_is_told_with_what_is(shop):
    assert "known: Email Opened, Order Completed, Order Updated" in hf("lineage", "events.Ordr", folder=shop).err
    assert "sources.customers.land" in hf("lineage", "sources.erp.nothing", folder=shop).err
    assert "nothing is no field" in hf("lineage", "nothing", folder=shop).err


def test_what_it_says_is_what_changes_when_the_field_is_renamed(tmp_path):
    order = {"type": "track", "event": "Order Completed", "userId": "c1", "timestamp": "2026-03-01T10:00:00Z"}
    values = {}
    for total in ("total", "amount"):
        message = {**order, "messageId": "m1", "properties": {"order_id": "o1", total: 500}}
        folder = shop_in(tmp_path / total / "shop", [message], files={"definitions/shop.yaml": DEFINITIONS})
        values[total] = hf("profile", "c1", "--at", "2026-03-02", "--json", folder=folder).json["attributes"]
        said = hf("lineage", "events.Order Completed.total", "--json", folder=folder).json

    changed = {name for name, value in values["total"].items() if value != values["amount"][name]}
    assert changed == {"spent", "spent_30d", "large_orders", "average"}
    assert changed < {one["name"] for one in said["attributes"]}  # `rich` needs an e-mail, too
