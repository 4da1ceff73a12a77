import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hundredfold.definition.document import Document
from hundredfold.definition.load import from_document, load_folder, load_text, read_document
from hundredfold.definition.mistakes import DefinitionErrors
from hundredfold.definition.model import (
    Aggregate,
    Definitions,
    EventRule,
    Formula,
    LookupRule,
    Segment,
    Selector,
    Trait,
)  # fmt: skip
from hundredfold.definition.parser import parse_condition, parse_formula, parse_segment, parse_value
from hundredfold.definition.source import MAX_BYTES
from hundredfold.definition.syntax import Boolean, Number
from hundredfold.errors import DefinitionError
from hundredfold.words.calendar import Window


def told(text, file="shop.yaml"):
    """Every mistake of a text."""
    with pytest.raises(DefinitionErrors) as raised:
        load_text(text, file)
    assert isinstance(raised.value, DefinitionError)
    return [str(error) for error in raised.value.errors]


def told_of(attribute):
    """Every mistake of one attribute."""
    with pytest.raises(DefinitionErrors) as raised:
        from_document({"attributes": {"x": attribute}})
    return [error.message.splitlines()[0] for error in raised.value.errors]


# -- what a document means


def test_a_document_reads_as_its_declarations():
    definitions = load_text("""
events:
  Order Completed: {key: properties.order_id, also: Order Updated, removed_by: [Order Cancelled], revision: sentAt,
                    currency: properties.currency, money: [properties.total]}
lookups:
  product: {file: tables/products.parquet, key: sku, from: properties.sku}
attributes:
  units:
    label: {en: Units, pt: Unidades}
    group: Value
    event: [Order Completed, {type: page}]
    each: properties.`line items`
    where: price >= 10
    value: price * 2
    by: product.category
    aggregate: share
    of: 2.5
    window: previous 7 days
    zone: customer
  p90: {event: {type: track}, value: 1, aggregate: quantile, q: 0.9, where: true}
  country: {trait: address.country, type: text, description: {en: Where to., pt: Para onde.}}
  flag: {formula: true}
  big: {formula: units > 5, description: More than five.}
  points: {foreign: crm, aggregate: last, event: Points, value: properties.p, type: text}
segments:
  some: {where: big and units < 9, label: {en: Some}}
""")

    assert definitions == Definitions(
        events={"Order Completed": EventRule(
            "Order Completed", key="properties.order_id", also=("Order Updated",), removed_by=("Order Cancelled",),
            revision="sentAt", currency="properties.currency", money=("properties.total",),
        )},
        lookups={"product": LookupRule("product", "tables/products.parquet", "sku", "properties.sku")},
        attributes={
            "units": Aggregate(
                "units", (Selector("track", "Order Completed"), Selector("page")), "share",
                each="properties.line items", where=parse_condition("price >= 10"), value=parse_value("price * 2"),
                by="product.category", of=2_500_000, window=Window("previous days", 7), zone="customer",
            ),
            "p90": Aggregate(
                "p90", (Selector("track"),), "quantile", value=Number(1_000_000), q=900_000,
                where=Boolean(True),
            ),
            "country": Trait("country", "address.country", "text"),
            "flag": Formula("flag", Boolean(True)),
            "big": Formula("big", parse_formula("units > 5")),
            "points": Aggregate(
                "points", (Selector("track", "Points"),), "last", value=parse_value("properties.p"), as_text=True,
                foreign="crm",
            ),
        },
        segments={"some": Segment("some", parse_segment("big and units < 9"))},
        labels={"units": {"en": "Units", "pt": "Unidades"}, "some": {"en": "Some"}},
        descriptions={"country": {"en": "Where to.", "pt": "Para onde."}, "big": "More than five."},
        groups={"units": "Value"},
    )  # fmt: skip


def test_yaml_means_what_version_1_2_says():
    definitions = load_text(
        "attributes: {a: {event: yes, aggregate: count}, b: {event: '404', aggregate: share, of: on}}"
    )

    assert [definitions.attributes[name].events[0].name for name in "ab"] == ["yes", "404"]
    assert definitions.attributes["b"].of == "on"


@pytest.mark.parametrize(
    ("written", "of"), [("shoes", "shoes"), ("true", True), ("'true'", "true"), ("17", 17_000_000)]
)
def test_the_key_of_a_share_keeps_its_kind(written, of):
    definitions = load_text(f"attributes: {{a: {{event: X, aggregate: share, by: b, of: {written}}}}}")

    assert definitions.attributes["a"].of == of
    assert type(definitions.attributes["a"].of) is type(of)


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "attributes:\n", "attributes: {}\nsegments:\n"])
def test_nothing_declared_is_nothing_defined(text):
    assert load_text(text) == Definitions()


def test_a_document_of_the_api_means_what_its_yaml_means():
    text = "attributes: {a: {event: X, aggregate: count}}\nlookups: {p: {file: p.csv, key: k, from: sku}}"
    document = read_document(text)

    assert from_document(document) == from_document(document.plain()) == load_text(text)
    assert Document.model_validate(document.plain()) == document


# -- folders


def test_the_files_of_a_folder_are_one_document(tmp_path):
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "a.yaml").write_text("attributes: {a: {formula: b + 1}}")
    (tmp_path / "deep" / "er" / "b.yaml").write_bytes(b"\xef\xbb\xbfattributes: {b: {trait: x}}\r\n")
    (tmp_path / ".draft.yaml").write_text("this: is not read")
    (tmp_path / "notes.txt").write_text("nor this")

    assert list(load_folder(tmp_path).attributes) == ["a", "b"]


def test_a_name_declared_twice_names_both_places(tmp_path):
    folder = tmp_path / "definitions"
    folder.mkdir()
    (folder / "a.yaml").write_text("attributes:\n  total: {trait: x}\n")
    (folder / "b.yaml").write_text("attributes:\n\n  total: {trait: y}\n")

    with pytest.raises(DefinitionErrors) as raised:
        load_folder(folder)

    assert [str(error) for error in raised.value.errors] == [
        "definitions/b.yaml:3:3: attribute total: it is already declared in definitions/a.yaml:2:3; "
        "remove one of the two"
    ]


def test_what_is_wrong_in_all_files_is_told_at_once(tmp_path):
    (tmp_path / "a.yaml").write_text("attributes: {a: {formula: b +}}")
    (tmp_path / "b.yaml").write_bytes(b"attributes: {b: \xff}")
    (tmp_path / "c.yaml").write_text("attributes: {c: [}")
    (tmp_path / "d.yml").write_text("")
    (tmp_path / "e.yaml").write_text("#" * (MAX_BYTES + 1))
    (tmp_path / "f.yaml").write_text("segments: {f: {where: d}}")

    with pytest.raises(DefinitionErrors) as raised:
        load_folder(tmp_path)

    assert {error.file.rsplit("/")[-1] for error in raised.value.errors} == {
        "a.yaml", "b.yaml", "c.yaml", "d.yml", "e.yaml", "f.yaml"
    }  # fmt: skip


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(DefinitionErrors, match="there is no folder"):
        load_folder(tmp_path / "nowhere")


# -- what a person is told


def test_all_mistakes_of_a_text_are_told_in_its_order_each_with_its_place():
    assert told("""\
evnts: {}
attributes:
  a: {event: X, agregate: sum, aggregate: sum}
  b: {formla: a + 1}
  c:
    event: X
    where: price >= 10 and
      lower(a) = 1
    value: "price +"
    aggregate: sum
    window: 30d
  d: {formula: b + cc}
segments:
  s: {where: 'a > 1 and ab'}
""") == [
        "shop.yaml:1:1: unknown section `evnts`. Did you mean `events`?",
        "shop.yaml:3:17: attribute a: unknown field `agregate`. Did you mean `aggregate`?",
        "shop.yaml:4:7: attribute b: unknown field `formla`. Did you mean `formula`?",
        "shop.yaml:7:12: attribute c, `where`: the function `lower` does not belong in a `where`. Write it as an "
        "attribute with `formula`\n    price >= 10 and lower(a) = 1\n                    ^^^^^",
        "shop.yaml:9:20: attribute c, `value`: found the end; expected a name, a number, a text or a parenthesis\n"
        "    price +\n           ^",
        "shop.yaml:11:13: attribute c, `window`: '30d' is no window; expected one of: today, this week, this month, "
        "this year, N days, previous N days, same N days last year, N hours, N minutes. Did you mean `30 days`?",
        "shop.yaml:12:20: attribute d, `formula`: no attribute is called `cc`. Did you mean `c`?\n"
        "    b + cc\n        ^^",
        "shop.yaml:14:25: segment s, `where`: no attribute is called `ab`. Did you mean `b`?\n"
        "    a > 1 and ab\n              ^^",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("a: {b: x, b: y}", "shop.yaml:1:11: 'b' stands here twice; the first is in line 1. Remove one"),
        ("a: &x 1\nb: *x", "shop.yaml:1:4: anchors (&x) are not read"),
        ("a: !!python/object:os.system x", "tags ("),
        ("a: {<<: {b: 1}}", "merge keys (<<) are not read"),
        ("? [a]\n: 1", "a key must be a text"),
        ("attributes: {7: {trait: x}}", "the key 7 is no text here; write it in quotes: '7'"),
        ("--- {}\n--- {}", "shop.yaml:2:5: a second document (---) begins here"),
        ("a: [1", "shop.yaml:1:6: this is no YAML"),
        ("attributes: {a: {trait: `x y`}}", "no value can begin with `. Put the whole value into quotes"),
        ("attributes:\n  a: {formula: round(b, 2)}", "A value that holds a comma needs quotes inside braces"),
        ("a: \x07", "cannot stand in YAML"),
        ("[" * 500, "levels; split the file"),
        ("- a", "a document has the sections events, lookups, attributes, segments"),
        ("attributes: [a]", "`attributes` holds names with fields below each"),
        ("attributes: {a: sum}", "attribute a: fields are expected here"),
        ("attributes: {a b: {trait: x}}", "shop.yaml:1:14: attribute a b: this is no name; expected a letter"),
        ("attributes: {min: {trait: x}}", "`min` is a function of formulas"),
        ("attributes: {End: {trait: x}}", "`End` is a word of the language"),
        ("attributes: {customer_id: {trait: x}}", "is a column of every table of profiles"),
        ("attributes: {a: {trait: x}}\nsegments: {A: {where: a}}", "the name clashes with attribute a"),
        ("segments: {t: {where: 1 = 1}}\nattributes: {a: {formula: t}}", "`t` is a segment; write its condition here"),
        ("segments: {s: {where: t}, t: {where: not u}, u: {where: s}}", "segments go in a circle: s -> t -> u -> s"),
        ("segments: {s: {where: left(s) is null}}", "segments go in a circle: s -> s"),
        (
            "segments: {s: {where: entered(t) is null or true}, t: {where: not s}}",
            "segments go in a circle: s -> t -> s",
        ),
        ("segments: {vips: {where: true}, s: {where: left(vip) = 1}}", "no segment is called `vip`. Did you mean"),
        (
            "{attributes: {a: {event: E, aggregate: count}}, segments: {b: {where: true}, s: {where: left(a) = 1}}}",
            "`a` is an attribute, and `left` asks for a segment",
        ),
        ("segments: {s: {where: left(1) is null}}", "`1` is no segment; expected the name of a segment: left(s)"),
        (
            "{attributes: {a: {formula: left(s)}}, segments: {s: {where: true}}}",
            "the function `left` does not belong in a formula. Only segments may ask when somebody entered or left one",
        ),
        ("events: {E: {also: F}}", "`also` needs a business key"),
        ("events: {E: {key: k, also: [E]}}", "'E' cannot stand in its own `also`"),
        ("events: {E: {key: k, also: [F, F]}}", "'F' stands twice in `also`"),
        ("events: {E: {key: k, also: [F], removed_by: F}}", "'F' stands in `also` and in `removed_by`"),
        ("events: {E: {key: k, also: F}, F: {key: k}}", "'F' has a `key` of its own and cannot stand in `also`"),
        ("events: {E: {key: k, also: F}, G: {key: k, also: F}}", "'F' already stands in `also` of 'E'"),
        ("events: {E: {currency: c}}", "name them: `money: [properties.total]`"),
        ("events: {E: {money: [a, 'b c']}}", "shop.yaml:1:28: event E, `money`: `c` does not belong to a path"),
        ("lookups: {properties: {file: a.csv, key: k, from: f}}", "which this lookup would hide"),
        ("lookups: {p: {file: ../a.csv, key: k, from: f}}", "leaves the workspace"),
        ("lookups: {p: {file: a.csv, key: k}}", "`from` is missing"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place(text, mistake):
    assert any(mistake in error for error in told(text)), told(text)


@pytest.mark.parametrize("condition", ["{one} or not {one} and spent > 3", "not {one} and spent > 3"])
def test_segments_that_become_too_much_by_naming_others_are_mistakes(condition):
    chain = {f"s{n + 1}": {"where": condition.format(one=f"s{n}")} for n in range(300)}
    segments = {"s0": {"where": "spent > 0"}, **chain}

    mistakes = told(json.dumps({"attributes": {"spent": {"trait": "spent"}}, "segments": segments}))

    (mistake,) = [one for one in mistakes if "the condition is too long" in one]
    assert re.search(r"segment s\d+, `where`: with all the segments that are named in it", mistake)


@pytest.mark.parametrize(
    ("attribute", "mistake"),
    [
        ({"aggregate": "count"}, "attribute x: `event` is missing"),
        ({"event": 7, "aggregate": "count"}, "attribute x: `event` cannot be read: found the number 7"),
        ({"event": [], "aggregate": "count"}, "`event` cannot be read: found a list"),
        ({"event": {"type": "delete"}, "aggregate": "count"}, "`event` cannot be read: found a mapping"),
        ({"event": ["E", "E"], "aggregate": "count"}, "'E' stands twice in `event`"),
        (
            {"event": "E", "aggregate": "list", "k": 0},
            "`k`: it should be greater than or equal to 1, found the number 0",
        ),
        ({"event": "E", "aggregate": "list", "k": True}, "`k`: it should be a valid integer, found the boolean true"),
        ({"event": "E", "aggregate": "quantile", "q": 90}, "`q`: it should be less than or equal to 1"),
        ({"event": "E", "aggregate": "sum", "zone": "customer"}, "add a `window`, or leave `zone` out"),
        ({"event": "E", "aggregate": "sum", "zone": "customer", "window": "3 hours"}, "the same in every zone"),
        ({"event": "E", "aggregate": "sum", "value": float("inf")}, "too large"),
        ({"event": "E", "aggregate": "share", "of": 2e9}, "too large"),
        ({"event": "E", "aggregate": "sum", "type": "number"}, "`type`: it should be 'text'"),
        ({"trait": "x", "formula": "1"}, "`trait` does not belong to a formula"),
        ({"trait": "x", "type": "date"}, "`type`: it should be 'number', 'text', 'boolean' or 'time'"),
        ({"foreign": "crm", "event": "E", "aggregate": "sum", "window": "today"}, "it is lifetime only"),
        ({"trait": "x", "label": {"EN": "X"}}, "`label` cannot be read"),
        ({"trait": "x", "description": {"EN": "X."}}, "`description` cannot be read: found a mapping. It says: What"),
        ({"trait": "x", 5: "y"}, "the field 5 is no text"),
        ({"event": "\ud800", "aggregate": "count"}, "`event` cannot be read"),
        ({"formula": "'\ud800'"}, "this text holds half a character"),
        (None, "fields are expected here"),
    ],
)
def test_what_does_not_fit_an_attribute_is_told(attribute, mistake):
    assert any(mistake in problem for problem in told_of(attribute)), told_of(attribute)


def test_a_misspelt_kind_is_the_only_mistake_that_is_told():
    assert told_of({"triat": "x"}) == ["attribute x: unknown field `triat`. Did you mean `trait`?"]


def test_a_broken_attribute_still_counts_as_declared():
    assert len(told("attributes: {a: {formula: 1 +}, b: {formula: a + 1}}")) == 1


# -- laws

pieces = st.sampled_from(
    ["attributes", "segments", ": ", "{", "}", "[", "]", ",", "\n", "  ", "- ", "a", "event", "formula", "where", "&x",
     "*x",
     "!!", "'", '"', "|", ">", "#", "%", "?", "---", "...", "\t", "null", "1", "<<", "\ufeff", "`", "@", "\\", "é"]
)  # fmt: skip
fields = st.sampled_from(["event", "aggregate", "formula", "trait", "where", "label", "x"]) | st.integers()
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.characters(categories=["Cs"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(fields, inner),
    max_leaves=10,
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(pieces, max_size=25).map("".join) | st.text(max_size=40))
def test_any_text_is_loaded_or_refused(text):
    assert loaded(lambda: load_text(text)) is not None


sections = st.sampled_from(["events", "lookups", "attributes", "segments", "x"])


@settings(deadline=None)
@given(st.dictionaries(sections, plain | st.dictionaries(st.text(max_size=3), plain)))
def test_any_data_is_loaded_or_refused(data):
    assert loaded(lambda: from_document(data)) is not None


def loaded(load):
    """The definitions, or what a person is told; any other error rises."""
    try:
        return load()
    except DefinitionErrors as mistakes:
        return str(mistakes)
