"""The tracking plan finds what is not as planned, and says where its own document is wrong."""

from __future__ import annotations

import pytest

from hundredfold.errors import DefinitionError
from hundredfold.ingest.tracking_plan import (
    Finding,
    TrackingPlan,
    Violation,
    parse_tracking_plan,
    read_violation,
)

PLAN = """
mode: warn
unplanned: observe
events:
  Order Completed:
    mode: quarantine
    properties:
      order_id: {required: true, type: text}
      total: {required: true, type: number}
      currency: {values: [EUR, GBP]}
      gift: {type: boolean}
      shipped: {type: time}
      address.country: {type: text}
      products: {type: list}
      paid: {values: [1]}
  Viewed:
    properties:
      sku: {required: true}
"""
ORDER = {"order_id": "o1", "total": 3}


def order(**properties):
    return {"type": "track", "event": "Order Completed", "properties": {**ORDER, **properties}}


@pytest.mark.parametrize(
    ("properties", "violation"),
    [
        ({}, None),
        (
            {"currency": "EUR", "gift": True, "shipped": "2026-01-01", "address": {"country": "PT"}, "products": []},
            None,
        ),
        ({"currency": None}, None),
        ({"total": None}, "properties.total is missing"),
        ({"total": "3"}, "properties.total is no number"),
        ({"total": True}, "properties.total is no number"),
        ({"order_id": 7}, "properties.order_id is no text"),
        ({"currency": "USD"}, "properties.currency has a value that the plan does not list"),
        ({"shipped": "soon"}, "properties.shipped is no time"),
        ({"address": {"country": 3}}, "properties.address.country is no text"),
        ({"paid": True}, "properties.paid has a value that the plan does not list"),
    ],
)
def test_an_order_is_held_against_its_plan(properties, violation):
    finding = parse_tracking_plan(PLAN).check(order(**properties))

    assert finding == (None if violation is None else Finding("quarantine", (violation,)))


def test_what_is_found_can_be_read_in_parts():
    plan = parse_tracking_plan("""
unplanned: warn
events:
  A:
    properties:
      ' is no text is missing': {required: true, type: number}
      b.c: {type: time}
      d: {values: [1]}
""")

    properties = {" is no text is missing": "1", "b": {"c": 3}, "d": 2}
    found = [plan.check({"type": "track", "event": "A", "properties": one}) for one in (properties, {})]
    found.append(plan.check({"type": "track", "event": "B"}))

    assert [[read_violation(text) for text in one.violations] for one in found] == [
        [
            Violation("type", "properties. is no text is missing", "number"),
            Violation("type", "properties.b.c", "time"),
            Violation("value", "properties.d"),
        ],
        [Violation("missing", "properties. is no text is missing")],
        [Violation("event", "event")],
    ]
    assert read_violation("of another version") == Violation("other")


def test_the_mode_of_the_plan_holds_for_events_without_their_own():
    plan = parse_tracking_plan(PLAN)

    assert plan.check({"type": "track", "event": "Viewed", "properties": None}).mode == "warn"
    assert plan.check({"type": "track", "event": "Other"}).mode == "observe"
    assert plan.check({"type": "page", "name": "Viewed"}) is None


def test_an_empty_plan_expects_nothing():
    assert parse_tracking_plan("") == TrackingPlan()
    assert not TrackingPlan().expects_something


@pytest.mark.parametrize(
    ("document", "place", "words"),
    [
        ("mode: loud", "plan.yaml:1:1", "observe, warn, quarantine"),
        ("events:\n  A:\n    properties:\n      x: {type: money}", "plan.yaml:4:11", "type must be one of"),
        ("events:\n  A: {colour: red}", "plan.yaml:2:7", "no colour"),
        ("events: [A]", "plan.yaml:1:1", "events must be an object"),
        ("events:\n  A:\n    properties: {x: {required: 3}}", "plan.yaml:3:22", "true or false"),
        ("events:\n  A:\n    properties: {x: {values: 3}}", "plan.yaml:3:22", "a list"),
        ("a: [", "plan.yaml:1", "no YAML"),
        ("- 1", "plan.yaml", "must be an object"),
    ],
)
def test_a_wrong_plan_is_told_with_its_place(document, place, words):
    with pytest.raises(DefinitionError) as wrong:
        parse_tracking_plan(document, "plan.yaml")

    assert str(wrong.value).startswith(place)
    assert words in str(wrong.value)
