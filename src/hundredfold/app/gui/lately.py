"""What the newest messages of a log tell: who has been quiet since the batch, who is lively, what is being bought."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

import orjson
from pydantic import BaseModel

from hundredfold.app.gui.standing import standing
from hundredfold.app.opened import OpenWorkspace
from hundredfold.words.message import KINDS

BEFORE: Final = 500
"""So many messages of each partition that the batch covers are looked at, the newest."""
MOST: Final = 20_000
"""So many at most of each partition that came since."""
LOOKED_INTO: Final = 200
"""So many messages, the newest, are looked through for goods: orders may have hundreds of lines."""
GOODS: Final = 30
_TRACK: Final = KINDS.index("track")


class Good(BaseModel):
    """Something that can be bought."""

    sku: str
    name: str | None
    price: float


class Tracked(NamedTuple):
    """A track message of a user: whose, from where, what, and whether a batch covers it."""

    user: str
    source: str
    stored: str | bytes
    covered: bool

    @property
    def payload(self) -> dict[str, Any]:
        """What it says, read anew each time: hardly any of them are."""
        found: dict[str, Any] = orjson.loads(self.stored)
        return found


class Lately(NamedTuple):
    """Users who were lively until the batch and have done nothing since; those livelier since; goods; all messages."""

    quiet: list[str]
    lively: list[str]
    goods: list[Good]
    tracked: list[Tracked]


def lately(opened: OpenWorkspace, customers: int) -> Lately:
    """What the newest messages tell; so many customers of each kind."""
    tracked = list(_tracked(opened))
    since = Counter(one.user for one in tracked if not one.covered)
    before = Counter(one.user for one in tracked if one.covered and one.user not in since)
    lines: Counter[str] = Counter()
    goods: dict[str, Good] = {}
    for one in tracked[-LOOKED_INTO:]:
        for good in _goods(one.payload):
            lines[good.sku] += 1
            goods[good.sku] = good
    return Lately(
        [user for user, _ in before.most_common(customers)],
        [user for user, _ in since.most_common(customers)],
        [goods[sku] for sku, _ in lines.most_common(GOODS)],
        tracked,
    )


def _tracked(opened: OpenWorkspace) -> Iterator[Tracked]:
    run = opened.published.newest()
    covers: Mapping[int, int] = {} if run is None else run.covers
    after = {
        partition: max(0, min(covers.get(partition, end), end) - BEFORE, end - MOST)
        for partition, end in opened.log.end().items()
    }
    stands = standing(opened)
    columns = ("partition", "offset", "kind", "key", "source", "payload")
    for table in map(stands, opened.log.read(after)):
        for partition, offset, kind, key, source, payload in zip(
            *(table[name].to_pylist() for name in columns), strict=True
        ):
            if kind == _TRACK and key.startswith("u:"):
                covered = offset < covers.get(partition, 0)
                yield Tracked(key[2:], source, payload, covered)


def _goods(payload: dict[str, Any]) -> list[Good]:
    """The lines of an order that can be bought again."""
    properties = payload.get("properties")
    lines = properties.get("products") if isinstance(properties, dict) else None
    return [
        Good(sku=line["sku"], name=_text(line.get("name")), price=line["price"])
        for line in (lines if isinstance(lines, list) else ())
        if isinstance(line, dict)
        and isinstance(line.get("sku"), str)
        and isinstance(line.get("price"), int | float)
        and line["price"] > 0
    ]


def _text(found: object) -> str | None:
    return found if isinstance(found, str) else None
