"""Whole powers of pairs, exact.

`(1 + 月利率) ** 期数` of an annuity is a fraction with a thousand digits and still exact; what could be
larger is refused before anything runs. One function of two pairs, for what declared bounds prove and
for what is evaluated. What must stay true: every power of a base and a whole exponent within the
pairs lies within the answer, and the answer is as tight as the pairs.
"""

from __future__ import annotations

from fractions import Fraction

from .types import Bound

MAX_EXPONENT = 600  # fifty years of months
MAX_BITS = 1 << 21  # of a numerator or denominator that is still written out


class TooLarge(ValueError):
    """A power nobody can write down."""


def raised(base: Fraction, exponent: int) -> Fraction:
    if max(base.numerator.bit_length(), base.denominator.bit_length()) * exponent > MAX_BITS:
        raise TooLarge
    return base**exponent


def power(base: Bound, exponent: Bound) -> Bound:
    """The least and the most; an exponent is never below zero."""
    least = max(0, -(-exponent[0] // 1)) if exponent[0] is not None else 0
    most = None if exponent[1] is None else exponent[1] // 1
    if most is not None and most < least:  # an exponent that cannot be: nothing is said
        return None, None
    low, high = base
    if low is not None and low >= 0:
        return _least(low, least, most), _most(high, least, most)
    if least == most == 0:
        return Fraction(1), Fraction(1)
    if least == most and least % 2:  # odd: order is kept
        return (None if low is None else raised(low, least)), (None if high is None else raised(high, least))
    if low is None or high is None:
        size = None
        if least == most and high is not None and high < 0:  # even, of what lies below zero
            return raised(high, least), None
    else:
        size = _most(max(-low, abs(high)), least, most)
    if least == most:  # even: never below zero
        return (raised(high, least) if high is not None and high < 0 else Fraction(0)), size
    return (None if size is None else -size), size


def _least(base: Fraction, least: int, most: int | None) -> Fraction:
    """Of a base not below zero: powers of less than one fall as the exponent grows."""
    if base >= 1:
        return raised(base, least)
    return Fraction(0) if most is None else raised(base, most)


def _most(base: Fraction | None, least: int, most: int | None) -> Fraction | None:
    if base is None:
        return Fraction(1) if most == 0 else None
    if base <= 1:
        return raised(base, least)
    return None if most is None else raised(base, most)
