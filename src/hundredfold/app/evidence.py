"""The raw messages that can touch some customers' values: theirs, and those of whoever they share something with."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import UTC

import numpy as np
import pyarrow as pa

from hundredfold.audit.facts import EventRules
from hundredfold.audit.messages import Heard
from hundredfold.audit.persons import statements
from hundredfold.definition.model import Definitions
from hundredfold.ingest.sent import as_sent
from hundredfold.words.message import EVENT_KINDS, KINDS, Message

Stored = Callable[[], Iterable[pa.Table]]
"""Every stored message, from the first to the last, each time it is called."""

_DELETE, _MARKER = KINDS.index("delete"), KINDS.index("marker")
_SPEAKING = tuple(KINDS.index(kind) for kind in ("track", "identify", "alias", "unmerge"))
"""Messages that may join a sent id with something else: a business key, another id."""


def everything(stored: Stored) -> Iterator[Message]:
    """All stored messages, markers apart."""
    for table in stored():
        yield from as_sent(table.filter(pa.array(table["kind"].to_numpy() != _MARKER)))


def evidence(stored: Stored, definitions: Definitions, keys: Collection[str]) -> list[Message]:
    """All messages that can touch the values of the persons with these sent ids (`u:c17`).

    Whatever two ids have in common (a message id, a business key, a statement about both) joins them into one circle;
    what lies in the circles of `keys` is taken, with every deletion.
    """
    circles = _Circles()
    for table in stored():
        _join(circles, table, EventRules(definitions.events, UTC))
    for one, other in _copies(stored):
        circles.join(one, other)
    wanted = {circles.root(key) for key in keys}
    found: list[Message] = []
    for table in stored():
        kinds = table["kind"].to_numpy()
        own = np.fromiter((circles.root(key) in wanted for key in table["key"].to_pylist()), np.bool_, table.num_rows)
        found += as_sent(table.filter(pa.array((own | (kinds == _DELETE)) & (kinds != _MARKER))))
    return found


class _Circles:
    """Names that belong together."""

    def __init__(self) -> None:
        self._parent: dict[object, object] = {}

    def root(self, name: object) -> object:
        way = []
        while (parent := self._parent.get(name, name)) != name:
            way.append(name)
            name = parent
        for passed in way:
            self._parent[passed] = name
        return name

    def join(self, one: object, other: object) -> None:
        a, b = self.root(one), self.root(other)
        if a != b:
            self._parent[a] = b


def _join(circles: _Circles, table: pa.Table, rules: EventRules) -> None:
    speaking = np.isin(table["kind"].to_numpy(), _SPEAKING)
    some = table.filter(pa.array(speaking))
    kinds, keys = some["kind"].to_pylist(), some["key"].to_pylist()
    for message, kind, key in zip(as_sent(some), kinds, keys, strict=True):
        heard = Heard(message, KINDS[kind], key, 0)
        for pair, _ in statements(heard):
            one, other = pair
            circles.join(key, one)
            circles.join(one, other)
        if KINDS[kind] in EVENT_KINDS:
            for fact in (rules.key(heard), *rules.removes(heard)):
                if fact is not None:
                    circles.join(key, fact)


def _copies(stored: Stored) -> Iterator[tuple[str, str]]:
    """Pairs of sent ids that have sent messages with one id."""
    tables = [table.select(["hash", "key"]) for table in stored()]
    if not tables:
        return
    together = pa.concat_tables(tables)
    counted = together["hash"].value_counts()
    twice = counted.filter(pa.compute.greater(counted.field("counts"), 1)).field("values")
    some = together.filter(pa.compute.is_in(together["hash"], twice))
    first: dict[bytes, str] = {}
    for own, key in zip(some["hash"].to_pylist(), some["key"].to_pylist(), strict=True):
        if first.setdefault(own, key) != key:
            yield first[own], key
