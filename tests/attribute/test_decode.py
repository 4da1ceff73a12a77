from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hundredfold.attribute.column import Column, Pool
from hundredfold.attribute.decode import Decoder, Wanted
from hundredfold.attribute.values import scalar
from hundredfold.words.amount import millionths
from hundredfold.words.value import Number

KEYS = ("a", "b", "properties", "é")
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 5),
    st.integers(10**9 - 2, 10**9 + 2),
    st.sampled_from([2**63, -(2**64), 10**30, 10**400, 1e300]),
    st.floats(-1e10, 1e10),
    st.text(max_size=3),
)
JSON = st.recursive(
    LEAVES,
    lambda below: st.one_of(st.lists(below, max_size=3), st.dictionaries(st.sampled_from(KEYS), below)),
    max_leaves=8,
)
OBJECTS = st.dictionaries(st.sampled_from(KEYS), JSON)
PATHS = st.lists(st.sampled_from(KEYS), min_size=1, max_size=3).map(".".join)
NOTHING, OTHER, BEYOND = "missing", "other", "beyond"


def walked(value: Any, path: str) -> Any:
    for step in path.split("."):
        if not isinstance(value, dict) or step not in value:
            return NOTHING, None
        value = value[step]
    match value:
        case dict() | list():
            return OTHER, None
        case bool() | str() | None:
            return "value", value
        case _:
            exact = millionths(value)
            return (BEYOND, None) if exact is None else ("value", Number(exact))


def found_in(column: Column, row: int, pool: Pool) -> Any:
    kind = int(column.kind[row])
    if kind in (0, 6, 7):
        return {0: NOTHING, 6: OTHER, 7: BEYOND}[kind], None
    return "value", scalar(kind, int(column.data[row]), pool)


@given(st.lists(OBJECTS, max_size=6), st.sets(PATHS, min_size=1, max_size=4))
def test_paths_hold_what_a_plain_walk_finds(messages, paths):
    pool = Pool()
    decoder = Decoder(Wanted(frozenset((path, "value") for path in paths)), pool)

    decoded = decoder.decode([json.dumps(message).encode() for message in messages])

    assert decoded.rows == len(messages)
    for path in paths:
        column = decoded.columns[path, "value"]
        assert [found_in(column, row, pool) for row in range(len(messages))] == [walked(m, path) for m in messages]


@given(st.lists(OBJECTS, max_size=6), st.sampled_from(["a", "properties", "properties.b"]), PATHS)
def test_lines_hold_what_a_plain_walk_finds(messages, each, path):
    pool = Pool()
    wanted = frozenset({(path, "value")})

    lines = Decoder(Wanted(wanted, {each: wanted}), pool).decode([json.dumps(m).encode() for m in messages]).lines[each]

    expected = [
        (row, n, walked(line, path)) for row, m in enumerate(messages) for n, line in enumerate(listed(m, each))
    ]
    column = lines.columns[path, "value"]
    assert expected == [
        (int(lines.parent[i]), int(lines.number[i]), found_in(column, i, pool)) for i in range(len(column))
    ]


def listed(message: Any, path: str) -> list[Any]:
    for step in path.split("."):
        message = message.get(step) if isinstance(message, dict) else None
    return message if isinstance(message, list) else []
