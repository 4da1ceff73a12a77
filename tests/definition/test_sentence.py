"""An attribute's document and its sentence are one thing: nothing is lost on the way there and back."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from tests.making import definitions as making

from hundredfold.definition.document import kind_of
from hundredfold.definition.edit import dump, entry_text
from hundredfold.definition.entry import checked, fields_in, with_sentence
from hundredfold.definition.load import from_document, load_text
from hundredfold.definition.sentence import Sentence, fields_of, read_sentence
from hundredfold.definition.source import read_source

WORDS = """\
attributes:
  # Above it.
  orders:  # beside it
    aggregate: count
    where: NOT (properties.total IN (1.50)) And ((properties.category = "it's"))   # in their words
    event: [Order Completed]
    window: "30  days"
    zone: workspace
    # within it
    label: {en: Orders}
  other: {formula: 'orders*2'}   # another
"""


def entries(text):
    return read_source(text, "").data["attributes"]


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=4))
def test_yaml_to_sentence_to_yaml_is_unchanged(seeds):
    document = making.document(seeds)
    text = dump(from_document(document))

    for name, fields in entries(text).items():
        sentence = Sentence.model_validate_json(read_sentence(fields).model_dump_json())
        entry = entry_text(text, "attributes", name)

        assert fields_of(sentence, fields) == fields
        assert with_sentence("attributes", entry, name, sentence) == entry


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=4))
def test_a_sentence_alone_says_the_same_attribute(seeds):
    document = making.document(seeds)
    alone = {name: fields_of(read_sentence(fields)) for name, fields in document["attributes"].items()}

    assert from_document({**document, "attributes": alone}) == from_document(document)


ROW = {"kind": "row", "left": {"kind": "path", "value": "b"}, "test": "is true"}
EDITS = {
    "description": {"en": "Said in a form.", "pt": "Dito num formulário."},
    "group": "Forms",
    "label": {"pt": "Dito"},
    "event": [{"type": "track", "name": "Order Completed"}, {"type": "page", "name": None}],
    "window": {"kind": "days", "n": 77},
    "where": {"kind": "any", "parts": [ROW, {"kind": "not", "part": {"kind": "all", "parts": [ROW, ROW]}}]},
    "each": "properties.lines",
    "trait": "somewhere.else",
    "formula": "1 + 1",
}


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=4))
def test_an_edit_of_one_thing_changes_only_that(seeds):
    text = dump(from_document(making.document(seeds)))

    for name, fields in entries(text).items():
        plain = entry_text(text, "attributes", name)
        entry = "".join(
            f"  # by hand\n{line}" if re.match("  [a-z]", line) else line for line in plain.splitlines(keepends=True)
        )
        said_so = read_sentence(fields).model_dump(mode="json")
        for part, value in EDITS.items():
            if part not in _parts(fields) or said_so[part] == value:
                continue
            sentence = Sentence.model_validate_json(json.dumps({**said_so, part: value}))

            changed = with_sentence("attributes", entry, name, sentence)

            now = fields_in("attributes", changed, name)
            assert {one for one in {*now, *fields} if now.get(one) != fields.get(one)} == {part}
            assert read_sentence(now) == sentence
            assert changed.count("# by hand") == entry.count("# by hand")


def _parts(fields):
    own = {"trait": {"trait"}, "formula": {"formula"}, "foreign": {"event", "where", "each"}}
    return {"description", "group", "label"} | own.get(kind_of(fields), {"event", "window", "where", "each"})


def test_what_means_the_same_keeps_its_words_and_comments():
    entry = entry_text(WORDS, "attributes", "orders")
    sentence = read_sentence(fields_in("attributes", entry, "orders"))

    changed = with_sentence(
        "attributes", entry, "orders", sentence.model_copy(update={"aggregate": "sum", "description": "All."})
    )

    assert with_sentence("attributes", entry, "orders", sentence) == entry
    assert changed == entry.replace("aggregate: count", "aggregate: sum") + "  description: All.\n"
    assert load_text("attributes:\n" + "".join(f"  {line}" for line in changed.splitlines(keepends=True)))


@pytest.mark.parametrize(
    ("where", "rows"),
    [
        ("a = 1", ("row", "=")),
        ("not a in (1, 2)", ("row", "not in")),
        ("a is not null", ("row", "is not null")),
        ("a", ("row", "is true")),
        ("not a", ("not", ("row", "is true"))),
        ("a > 1 and (b like 'x%' or c)", ("all", ("row", ">"), ("any", ("row", "like"), ("row", "is true")))),
        ("true", ("written", "true")),
        ("a > > 1", ("written", "a > > 1")),
    ],
)
def test_a_condition_is_rows(where, rows):
    sentence = read_sentence({"event": "X", "aggregate": "count", "where": where})

    assert shape(sentence.where) == rows
    assert fields_of(sentence, {"where": where})["where"] == where


def shape(condition):
    match condition.kind:
        case "row":
            return "row", condition.test
        case "not":
            return "not", shape(condition.part)
        case "written":
            return "written", condition.text
    return condition.kind, *map(shape, condition.parts)


def test_what_is_no_attribute_is_no_sentence():
    for fields in ({"event": "X"}, {"formula": []}, {"event": 3, "aggregate": "count"}, [], None, "count"):
        assert read_sentence(fields) is None


def test_hostile_texts_stay_texts():
    hostile = "it's ' or true -- \u202e🙂 `x` \n; drop"
    sentence = Sentence.model_validate(
        {
            "kind": "aggregate",
            "aggregate": "count",
            "event": [{"name": hostile}],
            "where": {
                "kind": "row",
                "left": {"kind": "path", "value": "properties.x"},
                "test": "=",
                "right": [{"kind": "text", "value": hostile}],
            },
        }
    )

    entry = with_sentence("attributes", "", "orders", sentence)
    found = checked("attributes", [], "orders", entry)

    assert found.mistakes == ()
    assert read_sentence(found.fields) == sentence
    assert YAML(typ="safe").load(entry)["orders"]["event"] == hostile
