import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from definition.expressions import conditions, formulas
from hundredfold.definition.functions import FUNCTIONS
from hundredfold.definition.mistakes import ExpressionError
from hundredfold.definition.parser import (
    parse_condition,
    parse_formula,
    parse_key,
    parse_path,
    parse_segment,
    parse_value,
    text_of,
)  # fmt: skip
from hundredfold.definition.spelling import MAX_DEPTH, depth, names_in
from hundredfold.definition.syntax import (
    And,
    Binary,
    Boolean,
    Call,
    Case,
    Compare,
    In,
    IsNull,
    Like,
    Name,
    Negative,
    Not,
    Null,
    Number,
    Or,
    Text,
)  # fmt: skip
from hundredfold.definition.tokens import KEYWORDS, MAX_LENGTH

A, B, C = Name("a"), Name("b"), Name("c")
ONE, TWO = Number(1_000_000), Number(2_000_000)
READERS = (parse_condition, parse_value, parse_formula, parse_segment, parse_path)


# -- the grammar


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a or b and not c = 1", Or((A, And((B, Not(Compare("=", C, ONE))))))),
        ("a and b and c", And((A, B, C))),
        ("(a and b) and c", And((And((A, B)), C))),
        ("NOT a Or TRUE", Or((Not(A), Boolean(True)))),
        ("a + b * c > 2", Compare(">", Binary("+", A, Binary("*", B, C)), TWO)),
        ("a - b - c = 1", Compare("=", Binary("-", Binary("-", A, B), C), ONE)),
        ("a - (b - c) = 1", Compare("=", Binary("-", A, Binary("-", B, C)), ONE)),
        ("-a * -1 < 2", Compare("<", Binary("*", Negative(A), Number(-1_000_000)), TWO)),
        ("-(1) < 2", Compare("<", Negative(ONE), TWO)),
        ("a in (1, 'x', null)", In(A, (ONE, Text("x"), Null()))),
        ("a not in (1)", Not(In(A, (ONE,)))),
        ("not a in (1)", Not(In(A, (ONE,)))),
        ("a like 'x%'", Like(A, "x%")),
        ("a not like 'x_'", Not(Like(A, "x_"))),
        ("a is null", IsNull(A)),
        ("a is not null", Not(IsNull(A))),
        ("a = 'it''s'", Compare("=", A, Text("it's"))),
        ('a = "say ""yes"" or \'no\'"', Compare("=", A, Text("say \"yes\" or 'no'"))),
        ("a <= .5", Compare("<=", A, Number(500_000))),
        ("a >= 1e3", Compare(">=", A, Number(1_000_000_000))),
        ("a != 0.0000005", Compare("!=", A, Number(0))),
        ("(a = b) = true", Compare("=", Compare("=", A, B), Boolean(True))),
        ("properties.`my field`.`it``s` = 1", Compare("=", Name("properties.my field.it`s"), ONE)),
        ("`case` = properties.case", Compare("=", Name("case"), Name("properties.case"))),
        ("preço.$set.30d = 1", Compare("=", Name("preço.$set.30d"), ONE)),
        ("timestamp >= time('2026-01-31')", Compare(">=", Name("timestamp"), Call("time", (Text("2026-01-31"),)))),
        ("a\n  and\tb", And((A, B))),
    ],
)
def test_a_condition_reads_as_its_tree(text, tree):
    assert parse_condition(text) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("properties.total", Name("properties.total")),
        ("price * quantity", Binary("*", Name("price"), Name("quantity"))),
        ("-(a + 1) / 2", Binary("/", Negative(Binary("+", A, ONE)), TWO)),
        ("1", ONE),
    ],
)
def test_a_value_is_arithmetic_of_paths_and_numbers(text, tree):
    assert parse_value(text) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("coalesce(a, 1)", Call("coalesce", (A, ONE))),
        ("Round(a, 2)", Call("round", (A, TWO))),
        ("now()", Call("now", ())),
        ("tier(a / b, 3)", Call("tier", (Binary("/", A, B), Number(3_000_000)))),
        ("if(a > 1, b, c)", Case(((Compare(">", A, ONE), B),), C)),
        ("case when a then 1 when b then 2 end", Case(((A, ONE), (B, TWO)), Null())),
        ("case when a then 1 else 2 end + 1", Binary("+", Case(((A, ONE),), TWO), ONE)),
        ("a > 1", Compare(">", A, ONE)),
    ],
)
def test_a_formula_reads_as_its_tree(text, tree):
    assert parse_formula(text) == tree


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_can_be_called_as_its_form_says_and_with_no_other_number_of_arguments(name):
    function = FUNCTIONS[name]
    fitting = [ONE] * function.least
    if function.literal:
        fitting[function.literal[0] :] = [TWO]
    if name == "split_part":
        fitting[1] = Text("@")
    called = ", ".join(["a", *map(text_of, fitting[1:])][: function.least])

    parse = (lambda text: parse_segment(f"{text} is null")) if function.of_segments else parse_formula

    assert parse(f"{name}({called})")
    for count in {function.least - 1, (function.most or 10**6) + 1} & set(range(10)):
        with pytest.raises(ExpressionError, match=f"`{name}` got {count} argument"):
            parse(f"{name}({', '.join('a' * count)})")


def test_functions_and_dotted_names_stay_where_they_belong():
    assert parse_segment("days_since(last_order_at) > 60")
    for reader, text in [
        (parse_condition, "lower(a) = 'x'"), (parse_condition, "case when a then b end"),
        (parse_condition, "now() > a"),
        (parse_segment, "tier(a, 3) = 1"), (parse_value, "abs(a)"), (parse_value, "a > 1"), (parse_value, "'x'"),
        (parse_value, "true"), (parse_value, "not a"), (parse_formula, "properties.total"), (parse_formula, "now"),
    ]:  # fmt: skip
        with pytest.raises(ExpressionError):
            reader(text)


def test_a_path_is_one_name_and_nothing_else():
    assert parse_path(" properties.`Order ID` ") == "properties.Order ID"
    for text in ("", "a b", "a +", "1", "'a'", "null", "a(b)", "a..b", "a.", ".a", "`a.b`", "``"):
        with pytest.raises(ExpressionError):
            parse_path(text)


def test_a_key_may_be_a_part_of_a_time_and_other_paths_are_not_held_to_be_one():
    assert parse_key("timestamp.weekday") == "timestamp.weekday"
    assert parse_path("timestamp.weekdy") == "timestamp.weekdy"  # of a trait, say


# -- what a person is told


@pytest.mark.parametrize(
    ("reader", "text", "position", "told"),
    [
        (parse_formula, "1 + coalesc(a, 0)", 5, "no function is called `coalesc`. Did you mean `coalesce`?"),
        (parse_formula, "case whn a then b end", 6, "Did you mean `when`?"),
        (parse_formula, "case a when 1 then 2 end", 6, "expected `when` behind `case`"),
        (parse_formula, "case when a > 1 then 2", 23, "found the end; expected `end` at the end of `case`"),
        (parse_formula, "round(a, 7)", 10, "a whole number from 0 to 6, written out"),
        (parse_formula, "tier(a, b)", 9, "a whole number from 2 to 100, written out"),
        (parse_formula, "tier(a, 2.5)", 9, "a whole number from 2 to 100, written out"),
        (parse_formula, "abs()", 1, "`abs` got 0 arguments; expected 1 argument: abs(x)"),
        (parse_formula, "abs(a", 6, "found the end; expected `)` or a comma"),
        (parse_formula, "now + 1", 1, "`now` is a function; expected its arguments: now()"),
        (parse_formula, "a.b", 1, "is a path, and a formula speaks of attributes"),
        (parse_formula, "if(a + 1, 2, 3)", 4, "a condition is needed here"),
        (parse_formula, "time('31.1.2026')", 6, "`'31.1.2026'` is no time"),
        (parse_condition, "timestamp > time(a)", 18, "only a text can be read as a time here"),
        (parse_condition, "price + 1", 1, "a condition is needed here, and this is a value"),
        (parse_condition, "a = 1 and 2", 11, "a condition is needed here"),
        (parse_condition, "1 or a", 1, "`or` joins conditions, and this is a value"),
        (parse_condition, "not 1", 5, "a condition is needed here"),
        (parse_condition, "a = not b", 5, "Write (not ...)"),
        (parse_condition, "1 < a < 2", 7, "comparisons do not chain. Write a < b and b < c"),
        (parse_condition, "a in ()", 7, "`in ()` holds nothing"),
        (parse_condition, "a in 1", 6, "expected a list in parentheses"),
        (parse_condition, "a in (1,)", 9, "found `)`"),
        (parse_condition, "a like b", 8, "expected a pattern in quotes"),
        (parse_condition, "a is true", 6, "expected `null` behind `is`"),
        (parse_condition, "a not b", 7, "expected `in` or `like` behind `not`"),
        (parse_condition, "a == 1", 3, "Equality is one `=`"),
        (parse_condition, "a <> 1", 3, "Write `!=`"),
        (parse_condition, "a = ‘x’", 5, "Write straight quotes"),
        (parse_condition, "a between 1 and 2", 3, "Write x >= a and x <= b"),
        (parse_condition, "a = 'x", 5, "the text in quotes that begins here does not end"),
        (parse_condition, "a = 1 anf b", 7, "Did you mean `and`?"),
        (parse_condition, "a = 2000000000", 5, "expected a number up to 1,000,000,000"),
        (parse_condition, "2nd = 1", 1, "is neither a number nor a name"),
        (parse_condition, "a. = 1", 2, "expected a name behind the point"),
        (parse_condition, "`a.b` = 1", 1, "holds a point"),
        (parse_condition, "  ", 3, "a `where` is empty"),
        (parse_value, "a and b", 3, "`and` does not belong in a `value`; expected + - * / of paths and numbers"),
        (parse_path, "Order ID", 7, "in backquotes: properties.`my field`"),
        (parse_key, "Order ID", 7, "in backquotes: properties.`my field`"),
        (parse_key, "timestamp.weekdy", 1, "`timestamp.weekdy` is no part of a time. Did you mean `weekday`?"),
        (parse_condition, "a or sentAt.hour.x > 1", 6, "is no part of a time. Did you mean `hour`?"),
        (parse_formula, "1 + nth(a, 2)", 5, "`nth` is a formula of its own. Write nth(a, 2) as an attribute"),
        (parse_formula, "nth(a + 1, 2)", 5, "expected the name of an attribute: nth(x, n)"),
        (parse_formula, "nth(a, b)", 8, "argument 2 of `nth` is wrong; expected a whole number from 1 to 1000"),
        (parse_segment, "nth(a, 1) = 2", 1, "the function `nth` does not belong in a segment's `where`"),
        (parse_formula, "split_part(a, b, 1)", 15, "argument 2 of `split_part` is wrong; expected a text in quotes"),
        (parse_formula, "split_part(a, '', 1)", 15, "argument 2 of `split_part` is wrong"),
        (parse_value, "receivedAt.hours", 1, "Did you mean `hour`?"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_what_to_write_instead(reader, text, position, told):
    with pytest.raises(ExpressionError) as raised:
        reader(text)

    assert told in str(raised.value)
    assert (raised.value.position, raised.value.column) == (position, position)


def test_a_caret_stands_under_the_mistake():
    with pytest.raises(ExpressionError) as raised:
        parse_condition("日本 = 1\nand b = anf + coalesc(1)")

    assert str(raised.value).splitlines()[1:] == ["    and b = anf + coalesc(1)", "                  ^^^^^^^"]


def test_a_long_expression_is_shown_only_around_its_mistake():
    with pytest.raises(ExpressionError) as raised:
        parse_condition(f"a in ({', '.join(map(str, range(1000)))}) annd b = 1")

    line, carets = str(raised.value).splitlines()[1:]
    assert len(line) < 110
    assert line[carets.index("^") : carets.rindex("^") + 1] == "annd"


# -- limits


@pytest.mark.parametrize(
    "text",
    ["(" * 5000 + "a" + ")" * 5000, "not " * 5000 + "a", "-" * 5000 + "a", " + ".join("a" * 5000), "abs(" * 5000 + "a",
     "case when " * 3000, "a = (" * 5000, "a or b and not c = d + e * (" * 1000, "a in ((" * 3000],
)  # fmt: skip
def test_what_is_nested_too_deep_is_refused_and_never_exhausts_the_stack(text):
    with pytest.raises(ExpressionError, match=f"deeper than {MAX_DEPTH} levels"):
        parse_formula(text)


def test_the_deepest_tree_that_is_read_can_be_written_and_read_again():
    text = "(" * (MAX_DEPTH - 1) + "a" + " * a + a)" * ((MAX_DEPTH - 1) // 2) + ")" * (MAX_DEPTH // 2)

    tree = parse_formula(text)

    assert depth(tree) == 1 + 2 * ((MAX_DEPTH - 1) // 2)
    assert parse_formula(text_of(tree)) == tree


def test_an_expression_that_is_too_long_is_refused():
    with pytest.raises(ExpressionError, match="at most 50,000"):
        parse_condition("a" * (MAX_LENGTH + 1))


# -- laws


@settings(deadline=None)
@given(conditions)
@example(IsNull(Negative(Negative(A))))
@example(Not(Not(In(A, (Number(-1),)))))
@example(Compare("=", Not(A), Null()))
def test_the_canonical_text_of_a_condition_reads_as_the_same_condition(tree):
    assert parse_condition(text_of(tree)) == tree


@settings(deadline=None)
@given(formulas)
def test_the_canonical_text_of_a_formula_reads_as_the_same_formula(tree):
    assert parse_formula(text_of(tree)) == tree


def test_equal_conditions_have_equal_texts_however_they_were_written():
    written = ["a=1 AND (b NOT IN (2.0))", "a = 1.000 and not b in (2)", "((a = 1)) and (b) not in ( 2 )"]

    assert {text_of(parse_condition(text)) for text in written} == {"a = 1 and b not in (2)"}


def test_the_names_of_an_expression_come_once_each_in_reading_order():
    assert names_in(parse_formula("case when b > a then coalesce(c, b) else -d end")) == ["b", "a", "c", "d"]


words = st.sampled_from(
    [*sorted(KEYWORDS), *sorted(FUNCTIONS), *"()+-*/=<>!,.`'\"$ \n", "a", "b.c", "1", "2.5", "1e9", "é"]
)


@settings(deadline=None)
@given(st.lists(words, max_size=30).map(" ".join) | st.lists(words, max_size=30).map("".join) | st.text(max_size=40))
def test_any_text_is_read_or_refused_with_a_place_inside_it(text):
    for reader in READERS:
        position = refused_at(reader, text)
        assert position is None or 1 <= position <= len(text) + 1


def refused_at(reader, text):
    try:
        reader(text)
    except ExpressionError as error:
        return error.position
    return None
