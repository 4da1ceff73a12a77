"""Whether whoever reads with a new schema understands what was written with the one before (the rule BACKWARD).

Stricter than Avro in one thing: a type must stay what it means. An instant that becomes a plain number could be read,
but not understood.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from hundredfold.errors import HundredfoldError


class Incompatible(HundredfoldError):
    """A schema with which older records could not be read; the text names the field and what to do."""


def check(old: str, new: str) -> None:
    """Raises Incompatible when records written with the old schema cannot be read with the new one."""
    problems = list(_problems(orjson.loads(old), orjson.loads(new), ""))
    if problems:
        raise Incompatible(
            f"the new schema cannot read what was published before: {'; '.join(problems)}. "
            "Give a changed attribute a new name, so that the old one ends and a new one begins."
        )


def _problems(old: Any, new: Any, place: str) -> Iterator[str]:
    """What stands in the way, by the place of the field."""
    if isinstance(old, list) or isinstance(new, list):
        readable = new if isinstance(new, list) else [new]
        for branch in old if isinstance(old, list) else [old]:
            if all(list(_problems(branch, other, place)) for other in readable):
                yield f"`{place}` was {_named(branch)} and is now {_named(new)}"
        return
    match _kind(old), _kind(new):
        case "record", "record" if _full_name(old) == _full_name(new):
            yield from _fields(old, new, place)
        case "array", "array":
            yield from _problems(old["items"], new["items"], place)
        case "map", "map":
            yield from _problems(old["values"], new["values"], place)
        case _ if _plain(old) != _plain(new):
            yield f"`{place}` was {_named(old)} and is now {_named(new)}"


def _fields(old: Any, new: Any, place: str) -> Iterator[str]:
    before = {field["name"]: field for field in old["fields"]}
    for field in new["fields"]:
        name = f"{place}.{field['name']}".lstrip(".")
        known = before.get(field["name"])
        if known is not None:
            yield from _problems(known["type"], field["type"], name)
        elif "default" not in field:
            yield f"`{name}` is new and has no default"


def _kind(schema: Any) -> Any:
    found = schema["type"] if isinstance(schema, dict) else schema
    return _kind(found) if isinstance(found, dict) else found


def _plain(schema: Any) -> Any:
    """A schema without what does not bear on its meaning."""
    if not isinstance(schema, dict):
        return schema
    meant = {key: value for key, value in schema.items() if key in _MEANT}
    return meant["type"] if meant.keys() == {"type"} else meant


_MEANT = frozenset({"type", "logicalType", "precision", "scale", "symbols", "size", "name", "namespace"})


def _full_name(schema: Any) -> str:
    return f"{schema.get('namespace', '')}.{schema['name']}"


def _named(schema: Any) -> str:
    if isinstance(schema, list):
        return " or ".join(_named(branch) for branch in schema)
    if isinstance(schema, dict):
        if schema.get("type") == "array":
            return f"a list of {_named(schema['items'])}"
        return str(schema.get("logicalType", schema["type"]))
    return str(schema)
