"""The definitions that the workloads run: 200 attributes over 60 families, and 10 unwindowed ones.

A family is one (event, where, value, by); its attributes are written behind it as `aggregate` or `aggregate@window`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

EVENTS: Final = (
    "Product Viewed",
    "Product List Viewed",
    "Email Opened",
    "Products Searched",
    "Product Clicked",
    "Promotion Viewed",
    "Product Added",
    "Push Received",
    "Email Clicked",
    "Cart Viewed",
    "Article Read",
    "Product List Filtered",
    "Product Added to Wishlist",
    "Order Completed",
    "Checkout Started",
    "Push Opened",
    "Product Removed",
    "Video Watched",
    "Promotion Clicked",
    "Payment Info Entered",
    "Checkout Step Completed",
    "Product Shared",
    "Coupon Applied",
    "Product Reviewed",
    "Store Visited",
    "Points Earned",
    "Points Spent",
    "Support Contacted",
    "Order Refunded",
    "Subscription Renewed",
)
"""Event names, the most frequent first; an event's code is its index."""

ANY: Final[dict[str, str]] = {"type": "track"}
BROWSING: Final = [
    "Product Viewed",
    "Product List Viewed",
    "Products Searched",
    "Product Clicked",
    "Product List Filtered",
    "Article Read",
    "Video Watched",
]
MESSAGING: Final = [
    "Email Opened",
    "Email Clicked",
    "Push Received",
    "Push Opened",
    "Promotion Viewed",
    "Promotion Clicked",
]
CART: Final = ["Product Added", "Product Removed", "Cart Viewed", "Product Added to Wishlist", "Coupon Applied"]
BUYING: Final = [
    "Checkout Started",
    "Checkout Step Completed",
    "Payment Info Entered",
    "Order Completed",
    "Subscription Renewed",
]
LOYALTY: Final = ["Points Earned", "Points Spent", "Store Visited", "Product Shared", "Product Reviewed"]
PRODUCT: Final = ["Product Viewed", "Product Clicked", *CART, *BUYING, "Points Spent", "Order Refunded"]
"""Events about a product: they alone carry amount, quantity, category and brand."""

AMOUNT, QUANTITY, SECONDS = "properties.amount", "properties.quantity", "properties.seconds"
CATEGORY, BRAND = "properties.category", "properties.brand"
WEB, APP, STORE = (f"properties.channel = '{channel}'" for channel in ("web", "app", "store"))
MOBILE, DESKTOP = (f"properties.device = '{device}'" for device in ("mobile", "desktop"))
FASHION = "properties.category in ('category-00', 'category-01', 'category-02', 'category-03')"
HOME = "properties.category in ('category-04', 'category-05', 'category-06', 'category-07', 'category-08')"
DEAR = "properties.amount >= 50"


@dataclass(frozen=True, slots=True)
class Family:
    """One family and the attributes that read it; each is called `<family>_<aggregate>[_<window>]`."""

    name: str
    event: Any
    aggregates: str
    where: str | None = None
    value: str | None = None
    by: str | None = None


UNKEYED: Final = (
    Family(
        "events",
        ANY,
        "count time_since_first time_since_last mean_gap count@today count@7_days count@30_days count@90_days",
    ),
    Family("web", ANY, "count time_since_last", WEB),
    Family("app", ANY, "count count@30_days", APP),
    Family("mobile", ANY, "count count@7_days count@previous_30_days", MOBILE),
    Family("desktop", ANY, "count", DESKTOP),
    Family("mobile_web", ANY, "count", f"{MOBILE} and {WEB}"),
    Family("priced", ANY, "sum mean min max variance first last", None, AMOUNT),
    Family("priced_web", ANY, "sum mean max", WEB, AMOUNT),
    Family("priced_mobile", ANY, "sum mean max last", MOBILE, AMOUNT),
    Family("dear", ANY, "count sum", DEAR, AMOUNT),
    Family("cheap", ANY, "count sum", "properties.amount < 25", AMOUNT),
    Family("units", ANY, "sum mean max", None, QUANTITY),
    Family("several", ANY, "count sum", "properties.quantity > 1", QUANTITY),
    Family("attention", ANY, "sum mean max stddev sum@this_month", None, SECONDS),
    Family("long_attention", ANY, "count sum", "properties.seconds >= 60", SECONDS),
    Family("fashion", ANY, "count sum mean sum@90_days", FASHION, AMOUNT),
    Family("home", ANY, "count sum", HOME, AMOUNT),
    Family("browsing", BROWSING, "count time_since_last count@today count@7_days"),
    Family("browsing_web", BROWSING, "count time_since_last", WEB),
    Family("browsing_app", BROWSING, "count", APP),
    Family("browsing_mobile", BROWSING, "count", MOBILE),
    Family("browsing_seconds", BROWSING, "sum mean max variance sum@today sum@30_days mean@90_days", None, SECONDS),
    Family("browsing_seconds_web", BROWSING, "sum mean max", WEB, SECONDS),
    Family("browsing_seconds_mobile", BROWSING, "sum mean max", MOBILE, SECONDS),
    Family("browsing_long", BROWSING, "count sum max", "properties.seconds >= 30", SECONDS),
    Family("browsing_price", BROWSING, "sum mean min max first last max@30_days", None, AMOUNT),
    Family("browsing_price_app", BROWSING, "sum mean max last", APP, AMOUNT),
    Family("browsing_dear", BROWSING, "count sum max", DEAR, AMOUNT),
    Family("browsing_fashion", BROWSING, "count sum max last", FASHION, AMOUNT),
    Family("messages", MESSAGING, "count time_since_last count@previous_30_days"),
    Family("messages_mobile", MESSAGING, "count", MOBILE),
    Family("messages_app", MESSAGING, "count", APP),
    Family("messages_seconds", MESSAGING, "sum mean max last", None, SECONDS),
    Family("messages_seconds_web", MESSAGING, "sum mean max stddev", WEB, SECONDS),
    Family("carts", CART, "count time_since_last count@this_month"),
    Family("on_the_move", ANY, "count", "properties.device != 'desktop'"),
    Family("carts_amount", CART, "sum mean min max first last sum@7_days", None, AMOUNT),
    Family("carts_units", CART, "sum mean max", None, QUANTITY),
    Family("carts_fashion", CART, "count sum mean max", FASHION, AMOUNT),
    Family("carts_home", CART, "count sum mean max", HOME, AMOUNT),
    Family("carts_web_dear", CART, "count sum max", f"{WEB} and {DEAR}", AMOUNT),
    Family("buying", BUYING, "count time_since_last time_since_first"),
    Family(
        "buying_amount",
        BUYING,
        "sum mean min max variance first last sum@today sum@7_days max@previous_30_days",
        None,
        AMOUNT,
    ),
    Family("buying_units", BUYING, "sum mean min max", None, QUANTITY),
    Family("buying_mobile", BUYING, "sum mean max", MOBILE, AMOUNT),
    Family("buying_store", BUYING, "count sum last", STORE, AMOUNT),
    Family("loyalty", LOYALTY, "count"),
    Family("viewed_price", "Product Viewed", "mean min max last", None, AMOUNT),
    Family("elsewhere", ANY, "count", "properties.channel != 'web'"),
    Family("searched_seconds", "Products Searched", "sum mean max", None, SECONDS),
    Family("added_amount", "Product Added", "sum mean min max first last", None, AMOUNT),
    Family(
        "orders", "Order Completed", "count sum mean min max stddev first last sum@this_month sum@90_days", None, AMOUNT
    ),
    Family("dear_orders", "Order Completed", "count sum mean max@30_days", DEAR, AMOUNT),
    Family("refunds", "Order Refunded", "count sum max last sum@today", None, AMOUNT),
)
KEYED: Final = (
    Family("browsed", BROWSING, "distinct most_frequent unique_list", None, None, CATEGORY),
    Family("app_brands", ANY, "distinct", APP, None, BRAND),
    Family("bought", BUYING, "most_frequent top", None, AMOUNT, CATEGORY),
    Family("carted_brands", CART, "unique_list", None, None, BRAND),
    Family("ordered_units", [*CART, *BUYING], "median quantile", None, QUANTITY),
    Family("watched_seconds", ["Article Read", "Video Watched"], "median", None, SECONDS),
)
FAMILIES: Final = UNKEYED + KEYED

SMALL: Final = (
    Family("events", ANY, "count time_since_last"),
    Family("priced", ANY, "sum max", None, AMOUNT),
    Family("orders", "Order Completed", "count sum mean last", None, AMOUNT),
    Family("fashion", CART, "sum", FASHION, AMOUNT),
    Family("mobile", BROWSING, "count", MOBILE),
)

_PARAMETERS: Final[dict[str, dict[str, Any]]] = {"top": {"k": 3}, "quantile": {"q": 0.9}}


def document(families: tuple[Family, ...] = FAMILIES) -> dict[str, Any]:
    """The families' attributes as a definitions document, the data that `definitions/*.yaml` would hold."""
    return {"attributes": {name: rule for family in families for name, rule in _attributes(family)}}


def _attributes(family: Family) -> list[tuple[str, dict[str, Any]]]:
    found = []
    for spelt in family.aggregates.split():
        aggregate, _, window = spelt.partition("@")
        rule: dict[str, Any] = {"event": family.event, "aggregate": aggregate}
        parts = {"where": family.where, "value": family.value, "by": family.by}
        rule |= {part: said for part, said in parts.items() if said is not None}
        if window:
            rule["window"] = window.replace("_", " ")
        rule |= _PARAMETERS.get(aggregate, {})
        found.append((f"{family.name}_{spelt.replace('@', '_')}", rule))
    return found
