"""Values as they are written, compared and sorted."""

from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hundredfold.words.amount import INT64
from hundredfold.words.value import Moment, Number, amount_text, number_text, of_count, order, to_json


@given(st.integers(-(10**15), 10**15))
def test_a_number_within_the_limit_prints_exactly_its_decimal(millionths):
    assert Decimal(repr(to_json(Number(millionths)))) * 1_000_000 == millionths


@given(st.integers(-INT64, INT64))
def test_a_large_whole_number_stays_whole(millionths):
    whole = millionths // 1_000_000 * 1_000_000

    assert Decimal(repr(to_json(Number(whole)))) * 1_000_000 == whole


def test_values_as_json():
    values = (Number(37_000_000), Moment(1_500_000), "x", True, None, ("a", Number(500_000)))

    assert [to_json(value) for value in values] == [37.0, "1970-01-01T00:00:01.500000Z", "x", True, None, ["a", 0.5]]


@given(st.integers(-(10**15), 10**15))
def test_the_text_of_an_amount_is_that_of_the_number_it_came_from(millionths):
    text = amount_text(millionths)

    assert Decimal(text) * 1_000_000 == millionths
    assert "." not in text or not text.endswith(("0", "."))


@pytest.mark.parametrize(
    ("number", "text"),
    [(17, "17"), (17.0, "17"), (-0.0, "0"), (17.5, "17.5"), (10**20, "1" + "0" * 20), (1e16, "1e+16"), (1e-5, "1e-05")],
)
def test_a_json_number_has_one_text(number, text):
    assert number_text(number) == text


def test_values_of_all_kinds_have_one_order():
    ascending = [
        False,
        True,
        Number(-1),
        Number(0),
        of_count(1),
        Moment(-5),
        Moment(0),
        "",
        "B",
        "a",
        "\u00e9",
        "\U0001f45f",
    ]
    shuffled = list(ascending)
    Random(3).shuffle(shuffled)

    assert sorted(shuffled, key=order) == ascending


def test_numbers_and_times_are_never_equal():
    assert Number(1) != Moment(1)
    assert len({Number(1), Moment(1), Number(1)}) == 2
