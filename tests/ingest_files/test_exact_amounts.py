"""Amounts of files are exact: decimal text becomes whole millionths, rounded half-even once, without a double."""

import json
from decimal import ROUND_HALF_EVEN, Context, Decimal
from zoneinfo import ZoneInfo

import polars as pl
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hundredfold.errors import MessageRejected
from hundredfold.ingest import cell as cells
from hundredfold.ingest import columns
from hundredfold.ingest.cell import Cell
from hundredfold.ingest.message import canonical
from hundredfold.ingest.written import plainly_written
from ingest_files.shelf import imported, written

WIDE = Context(prec=100)
STYLES = [(".", None), (",", None), (".", ","), (",", "."), (",", " "), (",", "\u202f"), (".", "'")]


def cell_of(style, signs=(), missing=()):
    ranked = tuple(sorted(signs, key=len, reverse=True))
    return Cell(("x",), "", None, "number", None, *style, ZoneInfo("UTC"), frozenset(missing), False, ranked)


def as_people_write(number, style, grouped):
    """A decimal number's digits with a decimal sign and thousands."""
    sign, thousands = style
    whole, _, rest = f"{abs(number):f}".partition(".")
    if grouped and thousands is not None:
        whole = f"{int(whole):,}".replace(",", thousands)
    return whole + (sign + rest if rest else "")


digits = st.integers(-(10**24), 10**24)
numbers = st.builds(lambda whole, places: Decimal(whole).scaleb(-places, WIDE), digits, st.integers(0, 24))
small = st.builds(lambda whole, places: Decimal(whole).scaleb(-places), st.integers(-(10**9), 10**9), st.integers(0, 9))
around = st.sampled_from(["{}", "€{}", "€ {}", "{} EUR", "{}\u00a0€", "R$ {}"])


def expected(number):
    if number.copy_abs() > 10**9:
        return None
    return int(number.quantize(Decimal("0.000001"), ROUND_HALF_EVEN, WIDE).scaleb(6, WIDE))


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(numbers | small, around, st.booleans(), st.sampled_from(["-", "\u2212", "()"])), max_size=8),
    st.sampled_from(STYLES),
)
@example([(Decimal("1.0000005"), "{}", False, "-"), (Decimal("999999999.9999995"), "{}", False, "-")], (".", None))
def test_every_amount_is_what_decimals_say(said, style):
    cell, texts = cell_of(style, ("€", "EUR", "R$")), []
    for number, frame, grouped, minus in said:
        text = frame.format(as_people_write(number, style, grouped))
        below = number < 0
        texts.append(f"({text})" if below and minus == "()" else minus + text if below else text)

    read = columns.amounts(pl.DataFrame({"x": texts}, schema={"x": pl.String}), cell)

    found = [None if odd else value for value, odd in zip(read.values, read.odd, strict=True)]
    assert found == [expected(number) for number, *_ in said]


anything = (
    st.text("0123456789.,- ()+€eE\u2212\u202f'R$", max_size=14)
    | small.map(str)
    | st.sampled_from(["", " ", "n/a", "0", "-0", "1.", ".5", "1e3", "0.00001", "٣", "9007199254.740993", None])
)


@settings(max_examples=400, deadline=None)
@given(
    st.lists(anything, max_size=8), st.sampled_from(STYLES), st.sampled_from([(), ("€",), ("R$", "€")]),
    st.sampled_from([(), ("n/a", "0")]),
)  # fmt: skip
def test_whole_columns_mean_what_each_cell_means(texts, style, signs, missing):
    cell = cell_of(style, signs, missing)
    frame = pl.DataFrame({"x": texts}, schema={"x": pl.String})

    exact, said = columns.amounts(frame, cell), columns.json(frame, cell)

    for place, raw in enumerate(texts):
        try:
            amount, value = cells.amount(cell, {"x": raw}), cells.value_of(cell, raw, "number")
        except MessageRejected:
            assert exact.odd[place]
            continue
        assert not exact.odd[place]
        assert exact.values[place] == amount
        assert said.values[place] == (None if value is None else canonical({"": value})[4:-1].decode())


def test_ordinary_amounts_are_read_all_at_once():
    texts = ["1.234,56", "-7", "0,000001", "€ 999.999.999,5", "12,50 €", "1000000000"]

    found = plainly_written(pl.Series(texts), cell_of((",", "."), ("€",)))

    assert found.to_list() == [1_234_560_000, -7_000_000, 1, 999_999_999_500_000, 12_500_000, 10**15]


def test_a_total_of_an_import_is_exact_where_a_double_is_not(tmp_path):
    # By its nearest double the first one would be a millionth more.
    prices = ["1.0000005", "2.0000015", "1000000.0000005"]
    lines = "".join(f"{number},c,{price},1\n" for number, price in enumerate(prices))
    path = written(tmp_path, "o.csv", f"o,who,p,q\n{lines}")

    _, shelf = imported(path, "{kind: orders, order_id: o, userId: who, lines: {price: p, quantity: q}}")

    totals = [json.loads(row["payload"], parse_float=Decimal)["properties"]["total"] for row in shelf.rows]
    assert [Decimal(total) for total in totals] == [Decimal(1), Decimal("2.000002"), Decimal(1_000_000)]
