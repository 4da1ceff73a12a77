"""The Avro schema of profiles: one record for every customer, with a nullable field for every attribute.

A new attribute is a field more whose default is null, which every registry's rule BACKWARD allows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson

from hundredfold.attribute.kinds import Field, Kind

Schema = dict[str, Any]

MOMENT: Final = {"type": "long", "logicalType": "timestamp-micros"}
NUMBER: Final = {"type": "bytes", "logicalType": "decimal", "precision": 38, "scale": 6}
_TYPES: Final[Mapping[Kind, Any]] = {
    "count": "long",
    "boolean": "boolean",
    "number": NUMBER,
    "time": MOMENT,
    "text": "string",
}


def schema_of(fields: Sequence[Field]) -> Schema:
    """The schema of profiles with these fields, as Avro's JSON."""
    values = {"type": "record", "name": "Values", "fields": [_field(field) for field in fields]}
    return {
        "type": "record",
        "name": "Profile",
        "namespace": "hundredfold",
        "fields": [
            {"name": "customer_id", "type": "string"},
            {"name": "anonymous", "type": "boolean"},
            {"name": "ids", "type": {"type": "array", "items": "string"}},
            {"name": "at", "type": MOMENT},
            {"name": "run", "type": ["null", MOMENT], "default": None},
            {"name": "published", "type": MOMENT},
            {"name": "known_at", "type": MOMENT},
            {"name": "definition_version", "type": "string"},
            {"name": "covers", "type": {"type": "map", "values": "long"}},
            {"name": "values", "type": values},
            {"name": "state", "type": ["null", "bytes"], "default": None},
        ],
    }


def text_of(schema: Schema) -> str:
    """A schema as a text; equal schemas have equal texts."""
    return orjson.dumps(schema).decode()


def _field(field: Field) -> Schema:
    types = [_TYPES[kind] for kind in field.kinds]
    if field.many:
        types = [{"type": "array", "items": types[0] if len(types) == 1 else types}]
    return {"name": field.name, "type": ["null", *types], "default": None}
