from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hundredfold.attribute.arithmetic import divided, multiplied_divided
from hundredfold.attribute.states import square_limbs
from hundredfold.words.amount import INT64, half_even

SMALL = st.integers(-9, 9)
WIDE = st.one_of(SMALL, st.integers(-(10**15), 10**15), st.integers(-INT64, INT64))
POSITIVE = st.one_of(st.integers(1, 9), st.integers(1, INT64))


@given(st.lists(st.tuples(WIDE, POSITIVE), max_size=20))
def test_quotients_are_rounded_half_even_as_of_plain_integers(pairs):
    numerators, denominators = (np.array([pair[i] for pair in pairs], np.int64) for i in (0, 1))

    found = divided(numerators, denominators)

    assert found.tolist() == [half_even(a, b) for a, b in pairs]


@given(st.lists(st.tuples(WIDE, WIDE, WIDE.filter(bool)), max_size=20))
def test_products_divided_are_exact_wherever_they_fit(triples):
    columns = [np.array([triple[i] for triple in triples], np.int64) for i in range(3)]

    found, fits = multiplied_divided(*columns)

    exact = [half_even(a * b, c) for a, b, c in triples]
    assert fits.tolist() == [abs(x) <= INT64 for x in exact]
    assert found[fits].tolist() == [x for x in exact if abs(x) <= INT64]


@given(st.lists(st.integers(-(2**53) + 1, 2**53 - 1), max_size=20))
def test_the_limbs_of_squares_add_up_to_the_squares(numbers):
    limbs = [limb.tolist() for limb in square_limbs(np.array(numbers, np.int64))]

    assert [sum(part << (32 * i) for i, part in enumerate(parts)) for parts in zip(*limbs, strict=True)] == [
        x * x for x in numbers
    ]
    assert all(0 <= part < 2**32 for limb in limbs for part in limb)
