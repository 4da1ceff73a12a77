"""Entries are written beside what somebody has, and change nothing of it."""

import pytest

from hundredfold.catalogue.adding import addition, unconverted
from hundredfold.catalogue.book import book
from hundredfold.definition.load import load_sources
from hundredfold.definition.mistakes import DefinitionErrors
from hundredfold.definition.source import read_source

BOOK = book()


def added(names, *, from_lines=False, **files):
    """What is to be written beside some files, and the definitions that come of it."""
    sources = [read_source(text, f"definitions/{name}.yaml") for name, text in files.items()]
    found = addition(BOOK, BOOK.named(names), sources, prefix="definitions/", from_lines=from_lines)
    after = {f"{name}.yaml": text for name, text in files.items()} | dict(found.texts)
    return found, load_sources([read_source(text, name) for name, text in after.items()])


def test_an_entry_comes_with_all_that_it_stands_on():
    found, after = added(["net_revenue", "favorite_category"])

    assert list(found.added) == ["gross_revenue", "net_revenue", "favorite_category", "refund_total"]
    assert set(found.texts) == {f"catalogue/{name}.yaml" for name in ("orders", "products", "service", "events")}
    assert list(found.shared) == ["events.Order Completed", "events.Order Refunded", "lookups.product"]
    assert after.events == BOOK.definitions.events
    assert after.attributes["net_revenue"] == BOOK.definitions.attributes["net_revenue"]


def test_everything_added_says_what_the_catalogue_says():
    _, after = added(["all"])

    assert after == BOOK.definitions


def test_what_is_there_stays_as_it_is():
    own = "events:\n  Order Completed: {key: properties.number}\nattributes:\n  GROSS_revenue: {formula: 7}\n"

    found, after = added(["gross_revenue", "order_count"], own=own)

    assert list(found.kept) == ["gross_revenue"]
    assert list(found.added) == ["order_count"]
    assert "own.yaml" not in found.texts
    assert after.events["Order Completed"].key == "properties.number"


def test_a_second_time_adds_what_is_new_behind_what_was_changed():
    first, _ = added(["order_count"])
    mine = (
        first.texts["catalogue/orders.yaml"].replace("label: {en: Orders", "label: {en: My orders")
        + "segments:\n  a: {where: order_count > 1}\n"
    )

    again, after = added(
        ["orders"], **{"catalogue/orders": mine, "catalogue/events": first.texts["catalogue/events.yaml"]}
    )

    assert after.labels["order_count"]["en"] == "My orders"
    assert after.attributes.keys() >= BOOK.groups["orders"].entries.keys()
    assert "a" in after.segments
    assert "order_count" in again.kept
    assert again.shared == ["events.Order Refunded", "lookups.product"]


def test_category_and_the_like_may_stand_in_the_lines_of_orders():
    found, after = added(["favorite_category", "margin_total"], from_lines=True)

    assert after.attributes["favorite_category"].by == "category"
    assert "price - cost" in found.texts["catalogue/orders.yaml"]
    assert not after.lookups


def test_what_does_not_fit_together_is_told_and_nothing_is_written():
    with pytest.raises(DefinitionErrors, match="Order Updated"):
        added(["order_count"], own="events:\n  Order Updated: {key: properties.order_id}\n")


def test_amounts_that_the_own_rule_does_not_convert_are_told():
    own = "events:\n  Order Completed: {currency: properties.currency, money: [properties.total]}\n"

    found, after = added(["shipping_total", "gross_revenue", "product_revenue"], own=own)

    assert unconverted(after, found.added, BOOK.definitions) == [
        "Order Completed: products.price",
        "Order Completed: properties.shipping",
    ]
