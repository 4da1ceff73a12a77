"""Avro by columns says exactly what the values are, to readers that know nothing of us."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import fastavro
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.publish.making import FIELDS, STAMP, portion, read

from hundredfold.publish import pieces
from hundredfold.publish.avro import Avro
from hundredfold.publish.schema import schema_of
from hundredfold.words.value import Moment, Number

EXTREMES = [0, 1, -1, 63, 64, -64, -65, 127, 128, -128, -129, 2**55 - 1, 2**55, -(2**55), 2**63 - 1, -(2**63)]
INT64 = st.integers(-(2**63), 2**63 - 1) | st.sampled_from(EXTREMES) | st.integers(-300, 300)
COUNTS = st.integers(0, (2**63 - 1) // 1_000_000).map(lambda n: Number(n * 1_000_000))
NUMBERS = INT64.map(Number)
MOMENTS = st.integers(-62_135_596_800_000_000, 253_402_300_799_999_999).map(Moment)  # the years 1 to 9999
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.just("ž" * 5000)
ANYTHING = st.booleans() | NUMBERS | MOMENTS | TEXTS
ROWS = st.fixed_dictionaries(
    {
        "any": st.none() | ANYTHING,
        "anys": st.lists(ANYTHING, max_size=5).map(tuple),
        "count": st.none() | COUNTS,
        "flag": st.none() | st.booleans(),
        "moment": st.none() | MOMENTS,
        "moments": st.lists(MOMENTS, max_size=3).map(tuple),
        "number": st.none() | NUMBERS,
        "numbers": st.lists(NUMBERS, max_size=70).map(tuple),
        "text": st.none() | TEXTS,
        "texts": st.lists(TEXTS, max_size=3).map(tuple),
    }
)
PEOPLE = st.lists(
    st.tuples(st.sampled_from("ua"), st.text(min_size=1, max_size=12), st.lists(st.text(max_size=6), max_size=3), ROWS),
    max_size=12,
)


def differences(people: list[tuple[str, str, list[str], dict[str, Any]]]) -> list[Any]:
    """What a reader of the records gets that is not what the values are."""
    keys, ids = [f"{space}:{name}" for space, name, *_ in people], [[name, *more] for _, name, more, _ in people]
    written = list(Avro(FIELDS, 0x01020304).encode(portion(keys, ids, [row for *_, row in people]), STAMP))
    assert len(written) == len(people)
    schema = fastavro.parse_schema(schema_of(FIELDS))
    wrong = []
    for record, own, (space, name, _, row) in zip(written, ids, people, strict=True):
        body = BytesIO(record[5:])
        try:
            found: Any = fastavro.schemaless_reader(body, schema, None)
        except Exception as error:  # a wrong length makes the rest unreadable in any way
            wrong.append(error)
            continue
        expected = {
            "customer_id": name,
            "anonymous": space == "a",
            "ids": own,
            "at": read(Moment(STAMP.at)),
            "run": None,
            "published": read(Moment(STAMP.published)),
            "known_at": read(Moment(STAMP.known_at)),
            "definition_version": "f00d",
            "covers": {"0": 812, "3": 2**40, "11": 0},
            "values": {
                field.name: row[field.name].millionths // 1_000_000
                if field.name == "count" and row["count"] is not None
                else read(row[field.name])
                for field in FIELDS
            },
            "state": None,
        }
        if found != expected or record[:5] != b"\x00\x01\x02\x03\x04" or body.read():
            wrong.append((found, expected))
    return wrong


@given(PEOPLE.map(lambda people: [(s, n.encode("utf-8", "replace").decode(), [], r) for s, n, _, r in people]))
def test_a_stock_reader_gets_exactly_the_values(people: Any) -> None:
    assert differences(people) == []


@given(PEOPLE)
def test_a_customer_has_all_his_ids(people: Any) -> None:
    def sent(text: str) -> str:
        return text.encode("utf-8", "replace").decode()

    assert differences([(s, sent(n), [sent(one) for one in more], r) for s, n, more, r in people]) == []


def test_int64_extremes_survive() -> None:
    row = {field.name: () if field.many else None for field in FIELDS}
    people = [
        ("u", f"c{n}", [], row | {"number": Number(n), "any": Number(n), "numbers": (Number(n), Number(-1), Number(n))})
        for n in EXTREMES
    ]

    assert differences(people) == []


FAULTS = {
    "zigzag": lambda values: (values << 1).view(np.uint64) ^ np.uint64(1) * (values < 0),
    "decimals": lambda millionths: pieces.longs(millionths),
    "nullable": lambda piece, there: pieces.branch(piece, 1),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = {field.name: () if field.many else None for field in FIELDS}
    some = nothing | {"count": Number(3_000_000), "number": Number(-1), "moment": Moment(-5)}
    people = [("u", "c1", [], some), ("u", "c2", [], nothing)]
    assert differences(people) == []

    monkeypatch.setattr(pieces, name, FAULTS[name])

    assert differences(people) != []
