import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hundredfold.definition.edit import dump, remove_attribute, remove_entry, set_attribute, set_entry
from hundredfold.definition.load import load_text, read_document
from hundredfold.definition.source import read_source
from hundredfold.errors import DefinitionError

SHOP = """\
# The shop's numbers.
events: {Order Completed:   {key: properties.order_id,
                             also: [Order Updated]}}

attributes:   # what a profile holds

  # Everything ever paid.
  total:            # before refunds
    event: Order Completed   # not Order Paid
    value: 'properties.total'
    aggregate: sum

  today: {event: Order Completed, value: properties.total,
          aggregate: sum, window: today}   # since midnight
  # by the law of 2019
  story:
    formula: >-
      case when total > 5
      then 'a' else 'b' end

segments:
  # the good ones
  rich: {where: total > 5}
"""
TOTAL = {"event": "Order Completed", "value": "properties.total", "aggregate": "sum"}


def edited(before, after, text=SHOP):
    """The text with one piece replaced; the piece must be there."""
    assert before in text
    return text.replace(before, after, 1)


def test_a_changed_field_changes_its_line_and_no_other():
    text = set_attribute(SHOP, "total", {**TOTAL, "aggregate": "mean"})

    assert text == edited("    aggregate: sum\n\n", "    aggregate: mean\n\n")


def test_fields_are_added_and_removed_in_place():
    text = set_attribute(SHOP, "total", {"event": "Order Completed", "aggregate": "count", "window": "30 days"})

    assert text == edited(
        "    value: 'properties.total'\n    aggregate: sum\n\n", "    aggregate: count\n    window: 30 days\n\n"
    )


def test_a_compact_entry_stays_compact():
    text = set_attribute(SHOP, "today", {**TOTAL, "window": "7 days"})

    assert "  today: {event: Order Completed, value: properties.total, aggregate: sum, window: 7 days}" in text
    assert "# since midnight" in text
    assert text.startswith(SHOP[: SHOP.index("  today")])
    assert text.endswith(SHOP[SHOP.index("  # by the law") :])


def test_a_block_text_stays_a_block_text():
    text = set_attribute(SHOP, "story", {"formula": "total + 1"})

    assert load_text(text).attributes["story"] != load_text(SHOP).attributes["story"]
    assert text == edited("case when total > 5\n      then 'a' else 'b' end\n", "total + 1\n")


def test_quotes_stay_but_for_those_of_a_text_that_was_empty():
    empty, quoted = (f"attributes:\n  a: {{formula: '{text}'}}\n" for text in ("", "b"))

    assert set_attribute(empty, "a", {"formula": "c"}) == "attributes:\n  a: {formula: c}\n"
    assert set_attribute(empty, "a", {"formula": "5"}) == "attributes:\n  a: {formula: '5'}\n"
    assert set_attribute(quoted, "a", {"formula": "c"}) == "attributes:\n  a: {formula: 'c'}\n"


def test_a_new_attribute_comes_last_in_its_section():
    text = set_attribute(SHOP, "country", {"trait": "address.country"})

    assert text == edited("then 'a' else 'b' end\n", "then 'a' else 'b' end\n  country:\n    trait: address.country\n")


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("", "attributes:\n  a:\n    trait: x\n"),
        ("# none yet", "# none yet\nattributes:\n  a:\n    trait: x\n"),
        ("attributes:\n# none yet\n", "attributes:\n  a:\n    trait: x\n# none yet\n"),
        ("segments:\n  s: {where: true}\n", "segments:\n  s: {where: true}\nattributes:\n  a:\n    trait: x\n"),
        ("attributes:\n    b: {trait: y}", "attributes:\n    b: {trait: y}\n    a:\n      trait: x\n"),
    ],
)
def test_a_first_attribute_finds_its_place(text, after):
    assert set_attribute(text, "a", {"trait": "x"}) == after


def test_a_section_in_braces_is_written_anew_with_its_comments():
    text = set_attribute("# mine\nattributes: {a: {trait: x}} # short\n", "b", {"trait": "y"})

    assert text == "# mine\nattributes: {a: {trait: x}, b: {trait: y}} # short\n"


def test_a_removed_attribute_takes_the_comment_right_above_it():
    assert remove_attribute(SHOP, "story") == edited(SHOP[SHOP.index("  # by the law") : SHOP.index("\nsegments")], "")
    assert remove_attribute(SHOP, "today") == edited(SHOP[SHOP.index("  today") : SHOP.index("  # by the law")], "")


def test_removing_everything_leaves_a_text_that_loads():
    text = remove_entry(SHOP, "segments", "rich")
    for name in ("total", "story", "today"):
        text = remove_attribute(text, name)

    assert load_text(text).attributes == {}
    assert "# The shop's numbers." in text


def test_what_is_not_there_cannot_be_removed():
    with pytest.raises(DefinitionError, match="there is no 'nothing' in `attributes`"):
        remove_attribute(SHOP, "nothing")


def test_other_sections_are_edited_alike():
    text = set_entry(SHOP, "segments", "rich", {"where": "total > 6"})

    assert text == edited("rich: {where: total > 5}", "rich: {where: total > 6}")


def test_lines_that_end_as_on_windows_stay_so():
    text = set_attribute(SHOP.replace("\n", "\r\n"), "total", {**TOTAL, "aggregate": "mean"})

    assert load_text(text) == load_text(SHOP.replace("aggregate: sum\n\n", "aggregate: mean\n\n"))
    assert text.startswith(SHOP[: SHOP.index("  total")].replace("\n", "\r\n"))


def test_a_document_is_written_as_it_stands_and_definitions_in_canonical_form():
    document = read_document("attributes: {a: {formula: (B) + 1.0}, B: {trait: x}}")

    assert dump(document) == "attributes:\n  a:\n    formula: (B) + 1.0\n  B:\n    trait: x\n"
    assert "formula: B + 1\n" in dump(load_text(dump(document)))
    assert dump(load_text("")) == ""


# -- laws

words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=10) | st.sampled_from(
    [
        "yes",
        "null",
        "1",
        "1e3",
        "- a",
        "a: b",
        "#",
        "{",
        "'",
        '"',
        "|",
        " x ",
        "~",
        "%",
        "&a",
        "*a",
        "true",
        "2020-01-01",
    ]
)
values = st.recursive(
    words | st.booleans() | st.none() | st.integers(-(10**9), 10**9) | st.floats(-1e6, 1e6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=5,
)
names = st.sampled_from(["total", "today", "story", "fresh", "other"])


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(names, st.dictionaries(words, values, max_size=3)), min_size=1, max_size=3))
def test_an_edited_text_says_what_was_asked_and_all_else_as_before(edits):
    text, wanted = SHOP, read_source(SHOP, "").data

    for name, fields in edits:
        text = set_attribute(text, name, fields)
        wanted["attributes"][name] = fields

    assert read_source(text, "").data == wanted
    assert all(
        comment in text for comment in ("# The shop's", "# what a profile", "# Everything ever", "# the good ones")
    )
    assert text.startswith(SHOP[: SHOP.index("  total")])


@settings(deadline=None)
@given(words)
def test_any_text_in_definitions_is_written_so_that_it_reads_the_same(word):
    document = {"attributes": {"a": {"event": word, "aggregate": "count", "label": {"en": word}}}}
    text = set_attribute("", "a", document["attributes"]["a"])

    assert load_text(text).attributes["a"].events[0].name == word
    assert load_text(dump(load_text(text))) == load_text(text)
