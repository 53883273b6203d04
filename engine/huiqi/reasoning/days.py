"""Days as the rule language counts them: full months and years, both ends or one, the last day of a short month, working days.

What must stay true: nothing here knows a rule or an enterprise; what lies outside the calendar is refused in words.
"""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from .. import values as v
from ..errors import UsageError
from ..values import Number


def add_months(day: date, months: int) -> date:
    """Calendar months later; the last day of a shorter month where the day does not exist."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise UsageError(f"日期超出范围：{day} {months:+} 个月")


def full_months(start: date, end: date) -> int:
    """Whole calendar months from start to end (negative if end is earlier)."""
    if end < start:
        return -full_months(end, start)
    months = (end.year - start.year) * 12 + end.month - start.month
    return months if add_months(start, months) <= end else months - 1


def apart(name: str, start: date, end: date) -> int:
    """Full years or months, or days, from one day to another; `through`: with the last day counted too."""
    unit, _, kind = name.partition(" ")
    try:
        end += timedelta(days=kind == "through")
        months = 0 if unit == "days" else full_months(start, end)
    except OverflowError:
        raise UsageError(f"日期超出范围：{end} 的次日") from None
    match unit:
        case "days":
            return (end - start).days
        case "months":
            return months
    return -(-months // 12) if months < 0 else months // 12


def part_of(name: str, day: date) -> int:
    match name:
        case "month of":
            return day.month
        case "day of":
            return day.day
        case "weekday of":
            return day.isoweekday()
    return (day.month + 2) // 3


def day_of(year: int, month: int, day: int) -> date:
    """The day; the last one of a month that has fewer."""
    for last in (day, 30, 29, 28):
        try:
            return date(year, month, min(day, last))
        except ValueError:
            continue
    raise UsageError(f"日期超出范围：{year} 年 {month} 月 {day} 日")


def days_of(months: int, causes: v.Causes) -> Number:
    """How many days so many calendar months may have."""
    years, rest = divmod(months, 12)
    return Number.pair(Fraction(365 * years + 28 * rest), Fraction(366 * years + 31 * rest), causes)


def working_day(day: date, count: int) -> date:
    try:
        from chinese_calendar import is_workday  # an optional dependency, and slow to import
    except ImportError:
        raise UsageError("工作日历没有安装：pip install 'huiqi[working_days]'") from None
    step = 1 if count >= 0 else -1
    try:
        for _ in range(abs(count)):
            day += timedelta(days=step)
            while not is_workday(day):
                day += timedelta(days=step)
    except NotImplementedError:
        raise UsageError(f"工作日历里没有 {day.year} 年的放假安排；升级 chinesecalendar，或改用日历日") from None
    return day
