"""Other values than the one a scenario tells: what a fact is changed to, to see who notices.

Near and far: the next unit and the ends of what is taken, the other options, a day and ten years.
What must stay true: only told values are changed, never withdrawn: not knowing is no other value; and
what the library then refuses is nobody's business here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from ..errors import HuiqiError
from ..rulebook.compiled import FactKind, FactSpec
from ..rulebook.literals import ValueProblem, read_value, show_value

DAYS = (1, -1, 400, -400, 4000, -4000)
MONTHS = (1, -1, 12, -12, 120)
YEARS = (1, -1, 5, -5)
OPTIONS = 8  # of a choice


def other_values(spec: FactSpec, told: Any) -> Iterator[Any]:
    """The value of a fact or column as a case writes it, changed: of each year, or as it was verified, where it is told so."""
    if isinstance(told, Mapping):
        key = next((k for k in ("审定", "核验", "申报") if k in told), None)
        if isinstance(cut := told.get("核减"), Mapping) and "改为" in cut:  # what is claimed stands; what is left of it is another
            yield from ({**told, "核减": {**cut, "改为": value}} for value in other_values(spec, cut["改为"]))
            return
        for inner in told if key is None else [key]:
            yield from ({**told, inner: value} for value in other_values(spec, told[inner]))
    elif isinstance(told, str):
        yield from dict.fromkeys(v for v in _texts(spec, told) if v != told)
        if spec.optional and told != "无":
            yield "无"


def _texts(spec: FactSpec, told: str) -> Iterator[str]:
    match spec.kind:
        case FactKind.BOOLEAN:
            yield from ("是", "否")
        case FactKind.CHOICE:
            yield from spec.options[:OPTIONS]
            yield spec.options[-1]
        case FactKind.TEXT:
            yield f"别的{told}"
        case FactKind.INDUSTRY:
            yield from ("6510", "1311", "7810")
        case FactKind.USCC:
            return
        case FactKind.DATE:
            yield from _dates(told)
        case FactKind.PERIOD:
            with suppress(ValueProblem, HuiqiError):
                months = read_value(told, spec.type.required())
                yield from (show_value(months + n, spec.type.required()) for n in MONTHS if months + n > 0)
        case FactKind.YEAR:
            with suppress(ValueError):
                yield from (str(int(told.removesuffix("年度").removesuffix("年")) + n) for n in YEARS)
        case _:
            with suppress(ValueProblem, HuiqiError):
                yield from (number_text(spec, v) for v in _numbers(spec, read_value(told, spec.type.required(), need_unit=False)))


def _dates(told: str) -> Iterator[str]:
    with suppress(ValueError, OverflowError):
        day = date.fromisoformat(told)
        yield from (str(day + timedelta(n)) for n in DAYS)


def _numbers(spec: FactSpec, value: Fraction) -> Iterator[Fraction]:
    low, high = (x if isinstance(x, Fraction) else None for x in spec.bounds)
    step = spec.step()
    wanted = [value + step, value - step, low, high, value * 2, value / 2 if not spec.whole else Fraction(value // 2), value * 10, Fraction(0)]
    yield from (x for x in wanted if x is not None and (low is None or x >= low) and (high is None or x <= high))


def number_text(spec: FactSpec, value: Fraction) -> str:
    """A number of that kind as a case writes it; exactly: what is shown is cut."""
    kind: Any = spec.type.required()
    shown = show_value(Fraction(1), kind)
    unit = shown.removeprefix("100%").removeprefix("1")
    if shown.startswith("100"):
        return f"{_decimal(value * 100)}%"
    return f"{_decimal(value)}{'个月' if unit == '月' else unit}"  # 11月 would be a month of the year


def _decimal(value: Fraction) -> str:
    scaled = value * 10**12
    whole, part = divmod(abs(scaled.numerator // scaled.denominator), 10**12)
    return ("-" if value < 0 else "") + f"{whole}.{part:012d}".rstrip("0").rstrip(".")
