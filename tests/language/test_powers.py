"""Powers of pairs: every power within them lies within what is said, and the ends are reached.

The oracle is brute force over the whole exponents and over bases at and between the ends.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiqi.language.powers import MAX_BITS, MAX_EXPONENT, TooLarge, power, raised

STEPS = [Fraction(n, 2) for n in range(-6, 7)]
bases = st.sampled_from(STEPS)


@given(bases, bases, st.integers(0, 5), st.integers(0, 5))
def test_every_power_within_the_pairs_lies_within_the_answer_and_the_ends_are_reached(a: Fraction, b: Fraction, m: int, n: int) -> None:
    (a, b), (m, n) = sorted((a, b)), sorted((m, n))
    low, high = power((a, b), (Fraction(m), Fraction(n)))
    within = [x**k for x, k in product([x for x in STEPS if a <= x <= b], range(m, n + 1))]
    assert low is not None and high is not None
    assert all(low <= x <= high for x in within)
    if a >= 0 or (m == n and (m == 0 or m % 2 or b < 0 or 0 in within or a > 0)):
        assert (low, high) == (min(within), max(within))


@given(bases, st.integers(0, 5))
def test_a_base_and_an_exponent_that_are_known_give_the_power_itself(base: Fraction, exponent: int) -> None:
    assert power((base, base), (Fraction(exponent), Fraction(exponent))) == (base**exponent, base**exponent)


@pytest.mark.parametrize(
    ("base", "exponent", "expected"),
    [
        ((None, None), (2, 2), (0, None)),
        ((None, None), (3, 3), (None, None)),
        ((None, None), (0, 0), (1, 1)),
        ((None, -2), (2, 2), (4, None)),
        ((2, None), (1, 3), (2, None)),
        ((2, 3), (None, None), (1, None)),
        ((2, 3), (2, None), (4, None)),
        ((0, 1), (None, None), (0, 1)),
        (("1/2", "1/2"), (1, None), (0, "1/2")),
        ((0, None), (0, 0), (1, 1)),
        ((-3, 2), (1, 2), (-9, 9)),
        ((-3, None), (1, 2), (None, None)),
        ((1, 2), (3, 2), (None, None)),  # no such exponent: nothing is said
    ],
)
def test_open_ends(base: tuple[object, object], exponent: tuple[object, object], expected: tuple[object, object]) -> None:
    pair = lambda x: tuple(None if e is None else Fraction(e) for e in x)  # noqa: E731
    assert power(pair(base), pair(exponent)) == pair(expected)


def test_what_nobody_can_write_down_is_refused() -> None:
    assert raised(Fraction(10001, 10000), MAX_EXPONENT) > 1
    with pytest.raises(TooLarge):
        raised(Fraction(1 << (MAX_BITS // MAX_EXPONENT + 1)), MAX_EXPONENT)
