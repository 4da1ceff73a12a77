"""What the newest messages of a log tell: who is lively, and what is being bought."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import Any, Final

import orjson

from hundredfold.app.documents import Document
from hundredfold.app.opened import OpenWorkspace
from hundredfold.log.undone import without_withdrawn
from hundredfold.words.message import KINDS

LOOKED_AT: Final = 500
"""So many messages of each partition, the newest."""
CUSTOMERS: Final = 8
GOODS: Final = 30
_TRACK: Final = KINDS.index("track")


def recent(opened: OpenWorkspace) -> Document:
    """The users who did most lately, and the goods (sku, name, price) that stand on most of the newest orders."""
    customers: Counter[str] = Counter()
    lines: Counter[str] = Counter()
    goods: dict[str, Document] = {}
    since = {partition: max(0, end - LOOKED_AT) for partition, end in opened.log.end().items()}
    with opened.guard:
        undone = opened.engine().compiled.setup.undone
    for table in (without_withdrawn(table, undone) for table in opened.log.read(since)):
        for kind, key, payload in zip(*(table[name].to_pylist() for name in ("kind", "key", "payload")), strict=True):
            if kind == _TRACK and key.startswith("u:"):
                customers[key[2:]] += 1
                for good in _goods(payload):
                    lines[good["sku"]] += 1
                    goods[good["sku"]] = good
    return {
        "customers": [customer for customer, _ in customers.most_common(CUSTOMERS)],
        "goods": [goods[sku] for sku, _ in lines.most_common(GOODS)],
    }


def beginning_with(opened: OpenWorkspace, begins: str) -> list[str]:
    """A few user ids that begin with a text."""
    with opened.guard:
        known = opened.engine().sids.all
        found = (key[2:] for key in known if key.startswith(f"u:{begins}"))
        return list(islice(found, CUSTOMERS))


def _goods(payload: str | bytes) -> list[Document]:
    """The lines of an order that can be bought again."""
    properties: Any = orjson.loads(payload).get("properties")
    lines = properties.get("products") if isinstance(properties, dict) else None
    return [
        {"sku": line["sku"], "name": line.get("name"), "price": line["price"]}
        for line in (lines if isinstance(lines, list) else ())
        if isinstance(line, dict)
        and isinstance(line.get("sku"), str)
        and isinstance(line.get("price"), int | float)
        and line["price"] > 0
    ]
