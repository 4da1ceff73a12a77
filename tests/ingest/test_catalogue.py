"""What is really sent: every message is counted, and fields are told with types, lines and values."""

from __future__ import annotations

import orjson
import pyarrow as pa
import pytest

from hundredfold.ingest.catalogue import MOST_EVENTS, MOST_FIELDS, MOST_VALUES, Catalogue
from hundredfold.words.message import KINDS


def stored(*messages):
    """Rows as they are stored; a message is (type, event, sender, time, its own fields)."""
    rows = [
        {
            "kind": KINDS.index(kind),
            "key": f"u:{sender}",
            "time": time,
            "received": time + 1,
            "payload": orjson.dumps({"type": kind, **({"event": event} if event else {}), **fields}),
        }
        for kind, event, sender, time, fields in messages
    ]
    return pa.Table.from_pylist(rows)


def bought(n, sender=None, **properties):
    return "track", "Order Completed", sender or f"c{n}", n, {"properties": properties}


def test_every_message_is_counted_and_fields_are_of_a_sample():
    catalogue = Catalogue()

    catalogue.take(stored(*(bought(n, total=n) for n in range(5_000))))
    catalogue.take(stored(*(bought(n, total=n) for n in range(5_000, 10_000))))
    catalogue.take(stored(*(bought(n, total=n, late=True) for n in range(10_000, 11_000))))

    event = catalogue.events["track", "Order Completed"]
    assert (event.count, event.first, event.last, event.received) == (11_000, 0, 10_999, 11_000)
    assert event.sampled == event.fields[None, "properties.total"].present < 4_000
    assert event.fields[None, "properties.late"].present == 20


def test_fields_of_lines_and_of_objects_have_their_paths():
    catalogue = Catalogue()

    lines = [{"sku": "a", "tags": ["x"]}, {"sku": "b", "in stock": True}]
    catalogue.take(stored(bought(1, products=lines, ship={"to": {"city": "Lisboa"}}, at="2026-03-01T10:00:00Z")))

    found = catalogue.events["track", "Order Completed"].fields.values()
    assert {(one.each, one.path): dict(one.types) for one in found} == {
        (None, "properties.products"): {"list": 1},
        ("properties.products", "sku"): {"text": 2},
        ("properties.products", "tags"): {"list": 1},
        ("properties.products", "`in stock`"): {"boolean": 1},
        (None, "properties.ship.to.city"): {"text": 1},
        (None, "properties.at"): {"time": 1},
    }


def test_true_and_one_are_two_values():
    catalogue = Catalogue()

    catalogue.take(stored(*(bought(n, x=value) for n, value in enumerate((True, 1, 1, False, 0, "1")))))

    told = catalogue.events["track", "Order Completed"].fields[None, "properties.x"].told(personal_data=True)
    assert [(value, type(value), count) for value, count in told] == [
        (1, int, 2), (0, int, 1), ("1", str, 1), (False, bool, 1), (True, bool, 1),
    ]  # fmt: skip


def test_a_value_of_few_senders_is_for_those_who_see_persons():
    catalogue = Catalogue()

    rows = [bought(n, sender=f"c{n % 4}", few=n % 2, traits="x") for n in range(40)]
    rows += [bought(n, common="web", own=f"o{n}") for n in range(40, 46)]
    catalogue.take(stored(*rows))

    fields = catalogue.events["track", "Order Completed"].fields
    told = {path: [value for value, _ in one.told(personal_data=False)] for (_, path), one in fields.items()}
    assert told == {"properties.few": [], "properties.traits": [], "properties.common": ["web"], "properties.own": []}


@pytest.mark.parametrize("many", [MOST_VALUES, MOST_VALUES + 1])
def test_many_values_are_not_told_one_by_one(many):
    catalogue = Catalogue()

    catalogue.take(stored(*(bought(n, x=n % many) for n in range(2 * many))))

    field = catalogue.events["track", "Order Completed"].fields[None, "properties.x"]
    assert len(field.told(personal_data=True)) == (many if many == MOST_VALUES else 0)


def test_a_sender_of_everything_fills_no_memory():
    catalogue = Catalogue()

    catalogue.take(stored(*(("track", f"E{n}", "c", n, {}) for n in range(MOST_EVENTS + 5))))
    catalogue.take(stored(bought(1, **{f"f{n}": 1 for n in range(MOST_FIELDS + 50)})))
    catalogue.take(stored(("track", "E1", "c", 1, {"properties": {"a.b": 1, "x" * 200: 1, "deep": deep(50)}})))

    assert (len(catalogue.events), catalogue.unnamed) == (MOST_EVENTS, 6)
    assert list(catalogue.events["track", "E1"].fields) == []


def deep(levels):
    return {"d": deep(levels - 1)} if levels else 1
