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


ALL = {
    "events.Order Completed.total": ("spent spent_30d large_orders average rich", "rich_here", "erp.total"),
    "events.Order Updated.total": ("spent spent_30d large_orders average rich", "rich_here", ""),
    "events.Email Opened": ("opened rich", "rich_here readers", ""),
    "events.Email Opened.total": ("", "", ""),
    "properties.order_id": ("spent spent_30d large_orders hats average rich", "rich_here", "erp.number"),
    "properties.products": ("hats", "", ""),
    "properties.products.price": ("hats", "", ""),
    "product.category": ("hats", "", ""),
    "traits.address": ("country", "rich_here", ""),
    "traits.address.country": ("country", "rich_here", "customers.land"),
    "sources.erp.total": ("spent spent_30d large_orders average rich", "rich_here", ""),
    "sources.customers.land": ("country", "rich_here", ""),
    "average": ("rich", "rich_here", ""),
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
