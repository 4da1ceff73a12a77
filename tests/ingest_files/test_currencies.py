"""Amounts as people write them: with signs and codes of currencies, in brackets, with all kinds of spaces."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hundredfold.ingest import cell as cells
from hundredfold.ingest.guess import numbers
from hundredfold.ingest.guess.guess import guess
from hundredfold.words.amount import millionths
from ingest_files.shelf import imported, written

WRITTEN = [
    ("R$ 1.234,56", "BRL", 1234.56),
    ("€12.50", "EUR", 12.5),
    ("12,50 EUR", "EUR", 12.5),
    ("£1,234.50", "GBP", 1234.5),
    ("(€12.50)", "EUR", -12.5),
    ("€(12.50)", "EUR", -12.5),
    ("-R$ 5,00", "BRL", -5),
    ("1 234,56 €", "EUR", 1234.56),
    ("1\u202f234,56\u00a0€", "EUR", 1234.56),
    ("CHF 1’234.50", "CHF", 1234.5),
    ("CHF 1'234.50", "CHF", 1234.5),
    ("\u22127,25 zł", "PLN", -7.25),
    ("(12,50)", None, -12.5),
]


def orders(tmp_path, cell, second="1"):
    text = f'order_id;customer_id;date;total\n1;c1;2026-03-01;"{cell}"\n2;c2;2026-03-01;"{second}"\n'
    return written(tmp_path, "orders.csv", text)


@pytest.mark.parametrize(("cell", "currency", "value"), WRITTEN)
def test_amounts_are_guessed_explained_and_read_with_their_currency(tmp_path, cell, currency, value):
    path = orders(tmp_path, cell, cell)

    found = guess(path)
    report, shelf = imported(path, found.text)

    assert (found.questions, found.form.currency) == ((), currency)
    assert [(one.example, one.value, one.currency) for one in found.amounts] == [(cell, value, currency)]
    assert report.reasons == {}
    assert [one["properties"]["total"] for one in shelf.payloads] == [value, value]
    assert [one["properties"].get("currency") for one in shelf.payloads] == [currency, currency]


def test_a_sign_of_several_currencies_is_asked_for(tmp_path):
    path = orders(tmp_path, "$1,234.50")

    asked = guess(path).questions[0]
    found = guess(path, answers={"currency": "CAD"})

    assert (asked.about, asked.example, asked.choices[0].value) == ("currency", "$1,234.50", "USD")
    assert (found.questions, found.form.currency) == ((), "CAD")


def test_amounts_of_several_currencies_are_told_and_never_become_one(tmp_path):
    path = orders(tmp_path, "€12.50", "£12.50")

    report, shelf = imported(path, guess(path).text)

    assert report.reasons == {"bad_number": 2}
    assert shelf.payloads == []


def test_codes_that_are_no_currencies_stay_texts(tmp_path):
    path = written(tmp_path, "people.csv", "customer_id,shelf\nc1,ABC 123\nc2,XYZ 450\n")

    assert guess(path).form.signs == ()


@given(
    st.integers(-(10**9) * 10**6, 10**9 * 10**6),
    st.sampled_from(numbers.STYLES),
    st.sampled_from(["", "€", "R$", "EUR"]),
    st.booleans(),
    st.booleans(),
)
def test_every_amount_is_read_to_its_last_digit(exact, style, sign, behind, brackets):
    whole, fraction = divmod(abs(exact), 10**6)
    digits = f"{whole:,}".replace(",", style.thousands or "") + f"{style.decimal}{fraction:06}"
    marked = (f"{digits}\u00a0{sign}" if behind else f"{sign} {digits}").strip()
    text = (f"({marked})" if brackets else f"-{marked}") if exact < 0 else marked

    found = numbers.reading(text, style, (sign,) if sign else ())

    assert found is not None
    assert millionths(found) == exact == int(Decimal(exact))
    assert cells.decimal(exact) == found
