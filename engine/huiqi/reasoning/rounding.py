"""Numbers taken to a multiple of a step: exactly, and of what is known only in bounds, the bounds."""

from __future__ import annotations

from fractions import Fraction

from .. import values as v
from ..values import Number, Unknown, Value


def round_to(value: Fraction, step: Fraction, direction: str) -> Fraction:
    """To a multiple of `step`: down (towards zero), up (away from zero), or to the nearest; a half up, down or to the even one."""
    if value.numerator * step.denominator % (value.denominator * step.numerator) == 0:
        return value
    count = abs(value) / step
    whole = count.numerator // count.denominator
    rest = count - whole
    half = Fraction(1, 2)
    match direction:
        case "up":
            whole += bool(rest)
        case "half up":
            whole += rest >= half
        case "half down":
            whole += rest > half
        case "half even":
            whole += rest > half or (rest == half and whole % 2)
    return whole * step if value >= 0 else -whole * step


def rounded(name: str, parts: list[Value]) -> Value:
    if not all(isinstance(p, Number) for p in parts):
        return Unknown(frozenset().union(*(v.causes_of(p) for p in parts)))
    value = parts[0]
    assert isinstance(value, Number)
    if name == "abs":
        return v.absolute(value)
    step = parts[1] if len(parts) > 1 else Number.of(1)
    assert isinstance(step, Number)
    if not step.exact:  # within one step of the number, on the side it is taken to
        size = step.high
        causes = value.causes | step.causes
        if size is None:
            return Number(None, None, causes)
        low = None if value.low is None else value.low if name == "round up" and value.low >= 0 else value.low - size
        high = None if value.high is None else value.high if name == "round down" and value.high >= 0 else value.high + size
        if value.low is not None and value.low >= 0 and low is not None:
            low = max(low, Fraction(0))
        return Number(low, high, causes)
    size = step.low
    assert size is not None

    def turn(x: Fraction | None) -> Fraction | None:
        if x is None:
            return None
        if name == "floor":
            return Fraction((x / size).__floor__()) * size
        if name == "ceiling":
            return Fraction((x / size).__ceil__()) * size
        return round_to(x, size, name.removeprefix("round "))

    return Number.pair(turn(value.low), turn(value.high), value.causes)
