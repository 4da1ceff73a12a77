"""Made-up expressions: every form of the grammar, nested in every way that a formula or a `where` allows."""

from hypothesis import strategies as st

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

LIMIT = 10**15
texts = st.text(max_size=8)
plain_names = st.from_regex(r"[a-z_$][a-z0-9_$]{0,5}", fullmatch=True)
parts = plain_names | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters=".\n"), min_size=1, max_size=5
)
paths = st.lists(parts, min_size=1, max_size=3).map(".".join)
numbers = st.integers(-LIMIT, LIMIT).map(Number)
leaves = numbers | texts.map(Text) | st.booleans().map(Boolean) | st.just(Null()) | paths.map(Name)
times = st.just(Call("time", (Text("2026-01-31T08:00Z"),)))


def grown(inner):
    """Expressions with `inner` ones as parts; a condition is asked for where the grammar asks for one."""
    conditions = inner.filter(may_be_true)
    return st.one_of(
        st.builds(Binary, st.sampled_from("+-*/"), inner, inner),
        st.builds(Compare, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), inner, inner),
        st.builds(Negative, inner.filter(lambda part: not isinstance(part, Number) or part.millionths >= 0)),
        st.builds(In, inner, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(Like, inner, texts),
        st.builds(IsNull, inner),
        st.builds(Not, conditions),
        st.builds(And, st.lists(conditions, min_size=2, max_size=3).map(tuple)),
        st.builds(Or, st.lists(conditions, min_size=2, max_size=3).map(tuple)),
    )


def grown_formulas(inner):
    conditions = inner.filter(may_be_true)
    return grown(inner) | st.one_of(
        st.builds(Case, st.lists(st.tuples(conditions, inner), min_size=1, max_size=2).map(tuple), inner),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: Call("coalesce", tuple(parts))),
        inner.map(lambda part: Call("days_since", (part,))),
        st.tuples(inner, texts.filter(bool), st.integers(1, 100)).map(
            lambda part: Call("split_part", (part[0], Text(part[1]), Number(part[2] * 10**6)))
        ),
        st.tuples(inner, st.integers(0, 6)).map(lambda both: Call("round", (both[0], Number(both[1] * 10**6)))),
        st.tuples(inner, st.integers(2, 100)).map(lambda both: Call("tier", (both[0], Number(both[1] * 10**6)))),
    )


def may_be_true(expression):
    values = isinstance(expression, Number | Text | Binary | Negative)
    return not values and not (isinstance(expression, Call) and expression.function != "coalesce")


conditions = st.recursive(leaves | times, grown, max_leaves=12).filter(may_be_true)
formula_names = st.from_regex(r"[A-Z][a-z0-9_]{0,5}9", fullmatch=True).map(Name)
formulas = st.recursive(
    numbers | texts.map(Text) | st.booleans().map(Boolean) | st.just(Null()) | formula_names | times,
    grown_formulas, max_leaves=12,
)  # fmt: skip
