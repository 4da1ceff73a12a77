"""One attribute's own lines: taken out of a file and put back, with every comment, whatever the file looks like."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.making import definitions as making

from hundredfold.definition.edit import dump, entry_text, put_entry
from hundredfold.definition.entry import checked
from hundredfold.definition.load import from_document, load_text
from hundredfold.definition.source import read_source
from hundredfold.errors import DefinitionError

TEXT = """\
events: {X: {key: properties.id}}

attributes:
    # Above it.
    one:   # beside
        event: X
        # within
        aggregate: count   # how

    two: {formula: one + 1}   # a line
# The end.
"""
FLOW = "attributes: {one: {event: X, aggregate: count}, two: {formula: one + 1}}   # all\n"


def test_lines_are_taken_out_at_the_left_margin_and_put_back():
    one = entry_text(TEXT, "attributes", "one")

    assert one == "one:   # beside\n    event: X\n    # within\n    aggregate: count   # how\n"
    assert put_entry(TEXT, "attributes", "one", one) == TEXT
    assert put_entry(TEXT, "attributes", "one", one.replace("# within", "# inside")) == TEXT.replace("within", "inside")
    assert put_entry(TEXT, "attributes", "two", "two: {formula: one + 2}   # a line\n") == TEXT.replace("+ 1", "+ 2")


def test_a_new_entry_comes_behind_the_others_with_its_comments():
    found = put_entry(TEXT, "attributes", "three", "three:\n  # mine\n  formula: two")

    assert found == TEXT.replace("# a line\n", "# a line\n    three:\n      # mine\n      formula: two\n")
    assert put_entry("", "attributes", "a", "a: {event: X, aggregate: count}") == (
        "attributes:\n  a: {event: X, aggregate: count}\n"
    )


def test_entries_that_share_a_line_are_told_and_changed_too():
    one = entry_text(FLOW, "attributes", "one")

    found = put_entry(FLOW, "attributes", "one", one.replace("count", "max\n  value: properties.x"))

    assert load_text(f"attributes:\n  {one}".replace("\n  ", "\n    ").replace("    one", "  one", 1))
    assert read_source(found, "").data["attributes"]["one"] == {
        "event": "X", "aggregate": "max", "value": "properties.x",
    }  # fmt: skip
    assert "# all" in found


@pytest.mark.parametrize(
    "entry", ["", "other: {formula: 1}", "one: {formula: 1}\ntwo: {formula: 2}", "- one", "one: ["]
)
def test_what_is_not_that_entry_alone_is_refused(entry):
    with pytest.raises(DefinitionError):
        put_entry(TEXT, "attributes", "one", entry)


@given(st.lists(st.integers(1, 10**6), min_size=2, max_size=5))
def test_every_entry_of_a_file_can_be_put_back_where_it_was(seeds):
    text = dump(from_document(making.document(seeds)))

    for name in read_source(text, "").data["attributes"]:
        entry = entry_text(text, "attributes", name)

        assert put_entry(text, "attributes", name, entry) == text
        found = checked("attributes", [read_source(text, "a.yaml")], name, entry)
        assert found.mistakes == ()
        assert found.definitions.attributes == load_text(text).attributes


def test_what_other_entries_mean_is_read_once_as_long_as_their_lines_are_the_same():
    source = read_source(TEXT, "shop.yaml")

    first = checked("attributes", [source], "three", "three: {formula: two + 1}").definitions
    second = checked("attributes", [source], "two", "two: {formula: one + 2}").definitions
    third = checked("attributes", [source], "three", "three: {formula: two + 3}").definitions

    assert first.attributes["one"] is second.attributes["one"] is third.attributes["one"]
    assert first.attributes["two"] is third.attributes["two"]
    for found, lines in (
        (first, ["two: {formula: one + 1}", "three: {formula: two + 1}"]),
        (second, ["two: {formula: one + 2}"]),
        (third, ["two: {formula: one + 1}", "three: {formula: two + 3}"]),
    ):
        anew = "".join(f"  {line}\n" for line in ["one: {event: X, aggregate: count}", *lines])
        assert found == load_text(f"events: {{X: {{key: properties.id}}}}\nattributes:\n{anew}")


def test_mistakes_of_other_entries_are_told_every_time():
    source = read_source(TEXT.replace("one + 1", "one +"), "shop.yaml")

    first, second = (checked("attributes", [source], "three", "three: {formula: one}") for _ in range(2))

    assert first.definitions is None
    assert [(one.file, one.line) for one in first.mistakes] == [("shop.yaml", 10)]
    assert second == first
