"""The law of guessing: a table written in any dialect is read back as it was, or the question is asked."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hundredfold.ingest.guess import times
from hundredfold.ingest.guess.guess import guess
from ingest_files.shelf import imported

NUMBERS = [(".", None), (",", None), (".", ","), (",", "."), (",", " "), (".", "'"), (",", "\u00a0")]
TIMES = [
    "%Y-%m-%d",
    "%Y-%m-%dT%H:%M:%SZ",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d.%m.%Y %H:%M",
    "%d-%m-%Y %H:%M:%S",
    "%m/%d/%Y %I:%M %p",
    "%d/%m/%y",
    "%b %d, %Y %I:%M:%S %p",
    "%Y-%m-%d %H:%M:%S +0000",
    "%d/%m/%Y %H:%M UTC",
]
HEADERS = {
    "order": ["order_id", "Order Number", "N.º Encomenda", "Pedido", "invoiceNo"],
    "user": ["customer_id", "CustomerID", "Cliente", "Código cliente", "User Id"],
    "time": ["order_date", "Data da encomenda", "Data", "Created at", "purchase date"],
    "total": ["total", "Order Total", "Valor total", "Total do pedido"],
    "sku": ["sku", "Product Code", "Referência", "Código do produto"],
    "price": ["unit_price", "Price", "Preço unitário"],
    "quantity": ["qty", "Quantity", "Qtd.", "Quantidade"],
    "city": ["city", "Cidade", "Store"],
    "email": ["email", "E-mail", "Email address"],
    "event": ["event", "Event name", "Evento", "Ação"],
}
NUMBER = count()
some = settings(max_examples=max(settings().max_examples // 2, 10))
"""There are four laws, and every example writes and reads files."""


@dataclass(frozen=True)
class Dialect:
    separator: str
    encoding: str
    numbers: tuple[str, str | None]
    time: str
    end: str
    quoting: int

    def number(self, value: Decimal) -> str:
        """A number with the fewest decimals that say it, as a spreadsheet writes it."""
        decimal, thousands = self.numbers
        text = f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"
        whole, _, rest = text.partition(".")
        if thousands is not None:
            whole = f"{int(whole):,}".replace(",", thousands)
        return whole + (decimal + rest if rest else "")


texts = st.text(st.sampled_from("abcãçéÜ ;,|\"'\n\t.-"), max_size=6).map(lambda text: f"x{text}y")
amounts = st.decimals(0, 20_000, places=2) | st.integers(0, 5_000).map(Decimal)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2026, 11, 1)).map(lambda time: time.replace(microsecond=0))
dialects = st.builds(
    Dialect,
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16"]),
    st.sampled_from(NUMBERS),
    st.sampled_from(TIMES),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)


def tables(**columns):
    headers = st.fixed_dictionaries({name: st.sampled_from(HEADERS[name]) for name in columns})
    rows = st.lists(st.fixed_dictionaries(columns), min_size=1, max_size=6)
    return st.tuples(headers, rows)


def written(folder, dialect, table):
    """The table as a file in the dialect."""
    headers, rows = table
    out = io.StringIO()
    writer = csv.writer(out, delimiter=dialect.separator, lineterminator=dialect.end, quoting=dialect.quoting)
    writer.writerow(headers.values())
    for row in rows:
        writer.writerow([cell(dialect, row[name]) for name in headers])
    path = folder / f"table {next(NUMBER)}.csv"
    path.write_bytes(out.getvalue().encode(dialect.encoding))
    return path


def cell(dialect, value):
    if isinstance(value, datetime):
        return value.strftime(dialect.time)
    return dialect.number(value) if isinstance(value, Decimal) else value


def understood(path, dialect):
    """The messages of the file under its guess, when what was asked is answered by the truth."""
    truth = {
        "dates": "month" if dialect.time.startswith("%m") else "day",
        "numbers": dialect.numbers[0] + (dialect.numbers[1] or ""),
    }
    first = guess(path)
    for question in first.questions:
        assert len({choice.reading for choice in question.choices}) == len(question.choices) > 1, "nothing to ask"
        chosen = truth[question.about]
        if question.about == "numbers" and chosen not in [choice.value for choice in question.choices]:
            # Of styles that read all cells alike one stands for them.
            truth["numbers"] = next(one.value for one in question.choices if one.value[0] == chosen[0])
    answered = guess(path, answers=truth)
    assert answered.questions == ()
    if not first.questions:
        assert answered.text == first.text
    report, shelf = imported(path, answered.text)
    assert report.rejected == 0, (report, answered.text)
    return answered, shelf.payloads


def instant(dialect, moment):
    """What is left of a time in the dialect."""
    found = datetime.strptime(moment.strftime(dialect.time), dialect.time).replace(tzinfo=UTC)
    return found.isoformat().replace("+00:00", "Z")


def amount(value):
    return int(value) if value == value.to_integral_value() else float(value)


orders = tables(order=st.none(), user=st.integers(1, 99).map(str), time=moments, total=amounts, city=texts)


@some
@given(dialects, orders)
def test_orders_of_one_row(tmp_path_factory, dialect, table):
    rows = [{**row, "order": f"A{place}"} for place, row in enumerate(table[1])]

    answered, payloads = understood(written(tmp_path_factory.getbasetemp(), dialect, (table[0], rows)), dialect)

    assert answered.form.kind == "orders"
    assert [
        (one["userId"], one["timestamp"], one["properties"]["order_id"], one["properties"]["total"]) for one in payloads
    ] == [(row["user"], instant(dialect, row["time"]), row["order"], amount(row["total"])) for row in rows]
    assert [next(value for name, value in one["properties"].items() if name in ("city", "cidade", "store"))
            for one in payloads] == [row["city"] for row in rows]  # fmt: skip


@some
@given(
    dialects,
    tables(order=st.sampled_from(["A1", "A2"]), user=st.none(), sku=texts, price=amounts,
           quantity=st.integers(1, 3).map(Decimal)),
)  # fmt: skip
def test_orders_of_several_lines(tmp_path_factory, dialect, table):
    rows = [{**row, "user": f"c{row['order']}"} for row in table[1]]

    answered, payloads = understood(written(tmp_path_factory.getbasetemp(), dialect, (table[0], rows)), dialect)

    assert answered.form.kind == "orders"
    lines = {one["properties"]["order_id"]: one["properties"]["products"] for one in payloads}
    for key in lines:
        assert lines[key] == [
            {"sku": row["sku"], "price": amount(row["price"]), "quantity": amount(row["quantity"])}
            for row in rows
            if row["order"] == key
        ]


@some
@given(dialects, tables(user=st.none(), email=st.none(), city=texts))
def test_customers(tmp_path_factory, dialect, table):
    rows = [{**row, "user": f"0{place}", "email": f"p{place}@x.example"} for place, row in enumerate(table[1])]

    answered, payloads = understood(written(tmp_path_factory.getbasetemp(), dialect, (table[0], rows)), dialect)

    assert answered.form.kind == "customers"
    assert [(one["userId"], one["traits"]["email"]) for one in payloads] == [(r["user"], r["email"]) for r in rows]


@some
@given(dialects, tables(user=st.just("c1"), event=texts, time=moments))
def test_events(tmp_path_factory, dialect, table):
    answered, payloads = understood(written(tmp_path_factory.getbasetemp(), dialect, table), dialect)

    assert answered.form.kind == "events"
    found = sorted((one["event"], one["timestamp"]) for one in payloads)
    assert found == sorted((row["event"], instant(dialect, row["time"])) for row in table[1])


def test_the_law_catches_a_guesser_that_never_asks(tmp_path, monkeypatch):
    """The planted fault: the day is always taken to come first."""
    monkeypatch.setattr(times, "_decided", lambda found, firsts: found[:1])
    dialect = Dialect(",", "utf-8", (".", None), "%m/%d/%Y", "\n", csv.QUOTE_MINIMAL)
    headers = {"user": "customer_id", "event": "event", "time": "date"}
    rows = [{"user": "c1", "event": "x", "time": datetime(2026, 3, 4)}]

    _, payloads = understood(written(tmp_path, dialect, (headers, rows)), dialect)

    with pytest.raises(AssertionError):
        assert payloads[0]["timestamp"] == instant(dialect, rows[0]["time"])
