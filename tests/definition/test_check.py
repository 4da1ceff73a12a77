import random

import pytest

from hundredfold.definition.canonical import document_of
from hundredfold.definition.check import Difference, check, difference, faults, fingerprint, formula_order
from hundredfold.definition.load import from_document, load_text
from hundredfold.definition.mistakes import DefinitionErrors
from hundredfold.definition.model import Definitions, Formula, Segment
from hundredfold.definition.parser import parse_formula, parse_segment
from hundredfold.errors import DefinitionError

SHOP = """
events: {Order Completed: {key: properties.`order id`, also: [Order Updated], money: [properties.total]}}
lookups: {product: {file: p.csv, key: sku, from: sku}}
attributes:
  revenue: {event: Order Completed, value: properties.total, aggregate: sum, window: 30 days, label: {en: Revenue}}
  share: {event: [A, {type: page}], by: properties.`x y`, aggregate: share, of: 2.5, where: a not in (1) and not b}
  p90: {event: A, value: a * 2, aggregate: quantile, q: 0.9, window: same 1 day last year, zone: customer}
  points: {foreign: crm, event: P, value: p, aggregate: last, type: text}
  country: {trait: address.country, type: text, description: Where he lives., group: Person}
  double: {formula: revenue * 2}
segments: {rich: {where: double > 5}}
"""


def formulas(**texts):
    return Definitions(attributes={name: Formula(name, parse_formula(text)) for name, text in texts.items()})


# -- between definitions


def test_formulas_that_go_in_a_circle_are_told_with_the_way_around():
    found = faults(formulas(d="a", c="a + 1", b="c + 1", a="b + 1", x="y", y="x", z="z"))

    assert [(fault.name, fault.problem, fault.word) for fault in found] == [
        ("a", "formulas go in a circle: a -> b -> c -> a. Break it", "b"),
        ("x", "formulas go in a circle: x -> y -> x. Break it", "y"),
        ("z", "formulas go in a circle: z -> z. Break it", "z"),
    ]


def test_names_that_nobody_declares_are_told_with_the_nearest():
    definitions = Definitions(
        attributes={"revenue": Formula("revenue", parse_formula("1"))},
        segments={"rich": Segment("rich", parse_segment("revenu > 1"))},
    )

    with pytest.raises(DefinitionErrors) as raised:
        check(definitions)

    assert raised.value.errors[0].message == "segment rich: no attribute is called `revenu`. Did you mean `revenue`?"


def test_definitions_without_faults_pass():
    assert faults(load_text(SHOP)) == []


# -- what follows from the whole


def test_every_formula_comes_behind_those_that_it_names():
    definitions = formulas(a="b + c", b="c", c="1", d="a", e="now()")

    order = formula_order(definitions)

    assert sorted(order) == ["a", "b", "c", "d", "e"]
    assert [name for name in order if name in "abcd"] == ["c", "b", "a", "d"]


def test_the_order_of_formulas_does_not_depend_on_the_order_of_files():
    texts = {f"f{i}": " + ".join(["1", *(f"f{j}" for j in range(i % 3, i, 3))]) for i in range(20)}
    names = list(texts)

    orders = set()
    for seed in range(5):
        random.Random(seed).shuffle(names)
        orders.add(tuple(formula_order(formulas(**{name: texts[name] for name in names}))))

    assert len(orders) == 1


def test_a_long_chain_of_formulas_has_an_order():
    chain = {"f0": "1"} | {f"f{i}": f"f{i - 1} + 1" for i in range(1, 3000)}

    assert formula_order(formulas(**chain)) == list(chain)


def test_formulas_in_a_circle_have_no_order():
    with pytest.raises(DefinitionError, match="circle: a -> b -> a"):
        formula_order(formulas(a="b", b="a"))


def test_the_canonical_document_reads_as_the_same_definitions():
    definitions = load_text(SHOP)

    assert from_document(document_of(definitions)) == definitions
    assert document_of(from_document(document_of(definitions))) == document_of(definitions)


def test_the_version_changes_with_every_value_and_with_nothing_else():
    version = fingerprint(load_text(SHOP))

    for before, after in [
        ("30 days", "31 days"), ("aggregate: sum", "aggregate: mean"), ("order id", "order no"),
        ("of: 2.5", "of: '2.5'"),
        ("q: 0.9", "q: 0.91"), ("p.csv", "q.csv"), ("double > 5", "double >= 5"), ("revenue * 2", "revenue * 3"),
        (", type: text, d", ", d"), (", zone: customer", ""), ("{type: page}", "page"), ("[properties.total]", "[]"),
    ]:  # fmt: skip
        assert fingerprint(load_text(SHOP.replace(before, after, 1))) != version
    for before, after in [
        ("Revenue", "Income"), ("Where he lives.", "There."), ("group: Person", "group: People"),
        ("double > 5", "(double) > 5.0"),
        ("a not in (1) and not b", "NOT a IN (1.0) AND NOT b"), ("30 days", "30  Days"), ("of: 2.5", "of: 2.50"),
        ("\nsegments", "\n# a comment\nsegments"), ("event: P, value: p", "value: p, event: [P]"),
    ]:  # fmt: skip
        assert fingerprint(load_text(SHOP.replace(before, after, 1))) == version


def test_the_difference_of_two_versions_names_what_to_do():
    old = load_text("attributes: {a: {trait: x}, b: {trait: x}, c: {trait: x}, d: {trait: x, label: {en: D}}}")
    new = load_text("attributes: {d: {trait: x}, b: {trait: x}, c: {trait: y}}\nevents: {E F: {key: k}}")

    assert difference(old, new) == Difference(
        added=("events.E F",), changed=("attributes.c", "attributes.d"), removed=("attributes.a",)
    )
    assert not difference(old, old)
