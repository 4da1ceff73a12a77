"""Profiles as JSON, one document each: for whoever looks on with a console. Numbers are exact decimals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import orjson

from hundredfold.attribute.kinds import Field
from hundredfold.attribute.values import column_values
from hundredfold.publish.records import Portion, Stamp
from hundredfold.words.amount import MILLION
from hundredfold.words.calendar import iso
from hundredfold.words.value import Moment, Number, Value, amount_text


class Json:
    """Writes profiles with some fields as JSON documents, whose fields have the names of the Avro schema."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self._names: Final = [field.name for field in fields]
        self._counts: Final = frozenset(field.name for field in fields if field.kinds == ("count",))

    def encode(self, portion: Portion, stamp: Stamp) -> Iterator[bytes]:
        """The records of the customers, in their order."""
        shared = {
            "at": iso(stamp.at),
            "run": None if stamp.run is None else iso(stamp.run),
            "published": iso(stamp.published),
            "known_at": iso(stamp.known_at),
            "definition_version": stamp.version,
            "covers": {str(partition): offset for partition, offset in sorted(stamp.covers.items())},
        }
        customers, offsets = portion.customers, portion.customers.offsets.tolist()
        columns = [column_values(portion.values[name], portion.texts) for name in self._names]
        for place, (key, *values) in enumerate(zip(customers.keys, *columns, strict=True)):
            head = {
                "customer_id": key[2:],
                "anonymous": not key.startswith("u:"),
                "ids": list(customers.ids[offsets[place] : offsets[place + 1]]),
            }
            shown = {name: self._shown(name, value) for name, value in zip(self._names, values, strict=True)}
            yield orjson.dumps({**head, **shared, "values": shown})

    def _shown(self, name: str, value: Value) -> Any:
        if isinstance(value, Number):
            if name in self._counts:
                return value.millionths // MILLION
            text = amount_text(value.millionths)
            return orjson.Fragment(text if "." in text else f"{text}.0")
        if isinstance(value, Moment):
            return iso(value.micros)
        return [self._shown("", item) for item in value] if isinstance(value, tuple) else value
