"""A reader of the feed who believes it: everybody's values, put together from records alone."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import numpy as np

from hundredfold.attribute.read import Clock
from hundredfold.attribute.values import profile_values
from hundredfold.live.engine import Engine
from hundredfold.words.value import to_json

Everybody = dict[str, dict[str, Any]]


class Shadow:
    """Follows a reader; `read` gives everybody's values, for when the feed says that they must be read anew."""

    def __init__(self, reader, read: Callable[[], Everybody], running=frozenset()) -> None:
        self.reader, self.read, self.running = reader, read, running
        self.profiles: Everybody = {}
        self.records: list[dict[str, Any]] = []

    def catch_up(self) -> None:
        while (record := self.reader.take()) is not None:
            self.records.append(record)
            if "reset" in record or "day" in record:
                self.profiles = self.read()
                continue
            key = ("a:" if record.get("anonymous") else "u:") + record["customer_id"]
            if "gone" in record:
                del self.profiles[key]
            else:
                mine = self.profiles.setdefault(key, {})
                for name, change in record["changes"].items():
                    assert name in self.running or same(mine.get(name), change["old"])
                    mine[name] = change["new"]


def same(one: Any, other: Any) -> bool:
    """Whether two values of JSON are one value: 1 and 1.0 are, 1 and true are not."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def read_everybody(engine: Engine, known: dict[str, Any]) -> Everybody:
    """Everybody's values as JSON, from the engine's state."""
    people = engine.state.people
    labels = people.everybody()
    values = profile_values(engine.read(labels, Clock(engine.state.clock, **known)), engine.compiled.pool)
    names = [engine.sids.text(people.customer(label)) for label in labels.tolist()]
    return {
        name: {a: to_json(v) for a, v in value.items() if v is not None}
        for name, value in zip(names, values, strict=True)
    }


def steady(profiles: Everybody, running: Collection[str]) -> Everybody:
    """The profiles without nulls and without the attributes that run with the clock."""
    return {
        name: {a: v for a, v in sorted(values.items()) if v is not None and a not in running}
        for name, values in profiles.items()
    }


def current(following, engine: Engine) -> Everybody:
    """Everybody's values in the table behind the engine."""
    table = following.current
    return {
        engine.sids.text(sid): {a: to_json(v) for a, v in table.values(sid).items()}
        for sid in np.sort(table.everybody()).tolist()
    }
