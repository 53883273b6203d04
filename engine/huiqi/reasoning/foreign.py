"""Values of numpy and pandas, taken for what they are; neither is needed, neither is ever imported.

A column of whole numbers, of booleans or of dates holds scalars of those libraries' own types. Here
they become `int`, `bool` and `date`, and their words for “nothing here” (`NA`, `NaT`) become None,
which is not told. What must stay true: nothing is rounded, guessed or filled up: a float stays a
float (and is refused by name), a month is no day, a moment is no day unless it is midnight without
a time zone, and NaN is a float that somebody may have computed, never “not told”.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from numbers import Integral, Rational, Real
from typing import Any

_OWN = frozenset({str, int, bool, float, date, Decimal, Fraction, type(None), dict, list, tuple})
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T00(?::00(?::00(?:\.0+)?)?)?)?")  # how numpy writes a day, and a day's midnight


def plain(value: Any) -> Any:
    """A scalar of numpy or pandas as Python's own; whatever else it is, as it was given."""
    kind = type(value)
    if kind in _OWN or kind.__module__.startswith("huiqi."):  # the words of a file among them
        return value
    match kind.__module__.partition(".")[0], kind.__name__:
        case "pandas", "NAType" | "NaTType":
            return None
        case "pandas", "Timestamp":
            return _day_of(value)
        case "numpy", "bool" | "bool_":
            return bool(value)
        case "numpy", "str_":
            return str(value)
        case "numpy", "datetime64":
            return _day_written(value)
    return int(value) if isinstance(value, Integral) and not isinstance(value, int) else value


def is_float(value: Any) -> bool:
    """A binary floating-point number, of Python or of any library that registers its own."""
    return isinstance(value, Real) and not isinstance(value, Rational)


def not_a_number(value: Any) -> bool:
    """NaN, which is how a float column holds its empty cells."""
    return bool(value != value)


def _day_of(moment: Any) -> Any:
    """pandas has no type for days: a naive Timestamp at midnight is one."""
    bare = isinstance(moment, datetime) and moment.tzinfo is None and moment.time() == time() and getattr(moment, "nanosecond", 0) == 0
    return date(moment.year, moment.month, moment.day) if bare else moment


def _day_written(moment: Any) -> Any:
    text = str(moment)
    if text == "NaT":
        return None
    found = _DAY.fullmatch(text)
    try:
        return date.fromisoformat(found[1]) if found else moment
    except ValueError:  # a year that Python's calendar has not
        return moment
