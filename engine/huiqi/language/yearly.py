"""A day of every year, as a policy writes it: `4月1日`, `2月末日`.

It becomes a date with a year (`申请截止日 at 申报年度`). What must stay true: it exists in every year, so
29 February is a question and not a day.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from ..plain import dataclass
from .units import FULL_WIDTH, QuantityError

_MONTH_DAY = re.compile(r"(\d{1,2})月(?:(\d{1,2})[日号]|末日?|底)")
_LEAP = 2000


@dataclass(frozen=True, order=True)
class MonthDay:
    """The last day of a month is the most it may have: 29 of February is its last one, whichever that is."""

    month: int
    day: int

    def of(self, year: int) -> date:
        return date(year, self.month, min(self.day, monthrange(year, self.month)[1]))

    def __str__(self) -> str:
        return "2月末日" if (self.month, self.day) == (2, 29) else f"{self.month}月{self.day}日"


def is_month_day(text: str) -> bool:
    return _MONTH_DAY.fullmatch(text.strip().translate(FULL_WIDTH)) is not None


def parse_month_day(text: str) -> MonthDay:
    """Read `4月1日`, `6月30日`, `2月末日`, `2月底`. Raises `QuantityError`."""
    match = _MONTH_DAY.fullmatch(text.strip().translate(FULL_WIDTH))
    if not match:
        raise QuantityError("不是每年的一天", "写作 4月1日、2月末日")
    month, day = int(match[1]), int(match[2] or 0)
    if not 1 <= month <= 12:
        raise QuantityError("没有这个月", "月份写 1 至 12")
    last = monthrange(_LEAP, month)[1]
    if match[2] is None:
        return MonthDay(month, last)
    if (month, day) == (2, 29):
        raise QuantityError("不是每年都有2月29日", "2月28日还是2月末日？写明")
    if not 1 <= day <= last:
        raise QuantityError("没有这一天", f"{month}月有 {last} 天")
    return MonthDay(month, day)
