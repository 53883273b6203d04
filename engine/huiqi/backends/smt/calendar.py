"""Days as whole numbers (as `date.toordinal`), and the calendar over days that are not known.

Every fourth year is a leap year here, which is so from 1901 to 2099: days are bounded to these. Working
days are looked up in the table of days off that the reference asks; beyond its years the reference decides
nothing, so that what is found stays within them (`assumed`) and “there is none” is asked without them as well.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import date
from functools import cache
from typing import Any

import z3

from .terms import Flag, Term, Untranslatable, compared, conj, disj, is_plain, ite, minus, neg, plus

FIRST, LAST = date(1901, 1, 1).toordinal(), date(2099, 12, 31).toordinal()
_BEFORE = [(date(1901, m, 1) - date(1901, 1, 1)).days for m in range(1, 13)]
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@cache
def working_days() -> tuple[int, ...]:
    """Every day that is worked, in the years whose days off are known. Raises `Untranslatable` where no table is installed."""
    try:
        from chinese_calendar import is_workday  # an optional dependency, and slow to import
        from chinese_calendar.constants import holidays
    except ImportError:
        raise Untranslatable("按工作日推算的日期（工作日历没有安装：pip install 'huiqi[working_days]'）") from None
    first, last = date(min(holidays).year, 1, 1), date(max(holidays).year, 12, 31)
    return tuple(n for n in range(first.toordinal(), last.toordinal() + 1) if is_workday(date.fromordinal(n)))


def years_of_working_days() -> tuple[int, int]:
    days = working_days()
    return date.fromordinal(days[0]).year, date.fromordinal(days[-1]).year


@cache
def _steps(count: int) -> tuple[tuple[int, int], ...]:
    """From which day on (the first is the first that is looked up) so many working days are how many days."""
    known, steps, last = working_days(), list[tuple[int, int]](), None
    for day in range(*_looked_up(count)):
        days = known[_place(day, count)] - day
        if days != last:
            steps.append((day, days))
            last = days
    return tuple(steps)


def _place(day: int, count: int) -> int:
    """Where among the working days the one is that is so many after a day, or before it."""
    return bisect_right(working_days(), day) + count - 1 if count > 0 else bisect_left(working_days(), day) + count


def _looked_up(count: int) -> tuple[int, int]:
    """The days from which so many working days are known: the first, and the one after the last."""
    known = working_days()
    first, last = (date(y, m, d).toordinal() for y, (m, d) in zip(years_of_working_days(), ((1, 1), (12, 31)), strict=True))
    if abs(count) > len(known):
        raise Untranslatable(f"按工作日推算的日期：工作日历没有 {abs(count)} 个工作日")
    return (first, known[-count]) if count > 0 else (known[-count - 1] + 1, last + 1)


class Calendar:
    """Years, months and days of days, by equations added to `constraints`."""

    def __init__(self, constraints: list[Any]) -> None:
        self.constraints = constraints
        self.assumed: list[Any] = []  # that days lie where the days off are known
        self._parts: dict[Any, tuple[Term, Term, Term]] = {}
        self._kept: list[Any] = []  # what is known by its number is kept, so that the number is not given again

    def _fresh(self, name: str, low: int, high: int) -> Any:
        made = z3.FreshInt(name)
        self.constraints += [made >= low, made <= high]
        return made

    def parts(self, day: Term) -> tuple[Term, Term, Term]:
        """(year, month from 0, day from 1)."""
        if is_plain(day):
            plain = date.fromordinal(day)
            return plain.year, plain.month - 1, plain.day
        key = day.get_id()
        if key not in self._parts:
            year, month, dom = self._fresh("year", 1901, 2099), self._fresh("month", 0, 11), self._fresh("dom", 1, 31)
            self.constraints += [dom <= self.length(year, month), day == self.start(year, month) + dom - 1]
            self._parts[key] = (year, month, dom)
            self._kept.append(day)
        return self._parts[key]

    def leap(self, year: Term) -> Flag:
        if is_plain(year):
            return year % 4 == 0
        return year % 4 == 0

    def length(self, year: Term, month: Term) -> Term:
        """Days of a month."""
        out: Term = 31
        for n, days in enumerate(_LENGTHS):
            if days < 31:
                out = ite(compared("=", month, n), ite(self.leap(year), 29, 28) if days == 28 else days, out)
        return out

    def start(self, year: Term, month: Term) -> Term:
        """The first day of a month."""
        if is_plain(year, month):
            return date(year, month + 1, 1).toordinal()
        before: Term = 0
        for n in range(11, 0, -1):
            days = _BEFORE[n]
            before = ite(compared("=", month, n), days, before)
        passed = minus(year, 1901)
        fourth = passed // 4 if is_plain(passed) else passed / 4  # whole division of whole numbers in z3
        late = conj(compared(">=", month, 2), self.leap(year))
        return plus(plus(plus(plus(passed * 365, fourth), FIRST), before), ite(late, 1, 0))

    def date(self, year: Term, month: Term, day: Term) -> Term:
        """A day by its year, month (from 0) and day; one that the month lacks is its last."""
        if not is_plain(year):
            self.constraints += [year >= 1901, year <= 2099]
        length = self.length(year, month)
        return plus(plus(self.start(year, month), ite(compared("<=", day, length), day, length)), -1)

    def moved(self, day: Term, months: Term) -> Term:
        """So many calendar months later; the last day of a shorter month."""
        if is_plain(months) and months == 0:
            return day
        year, month, dom = self.parts(day)
        index = plus(plus(year * 12, month), months)
        if is_plain(index):
            later, place = divmod(index, 12)
        elif is_plain(year, month):
            later, place = index / 12, index % 12
        else:
            later, place = self._split(index)
        length = self.length(later, place)
        return plus(plus(self.start(later, place), ite(compared("<=", dom, length), dom, length)), -1)

    def _split(self, index: Any) -> tuple[Any, Any]:
        key = ("index", index.get_id())
        if key not in self._parts:
            year, month = self._fresh("year", 1800, 2200), self._fresh("month", 0, 11)
            self.constraints.append(index == 12 * year + month)
            self._parts[key] = (year, month, index)
        return self._parts[key][0], self._parts[key][1]

    def full_months(self, start: Term, end: Term) -> Term:
        """Whole calendar months between; negative where the end is earlier."""

        def whole(a: Term, b: Term) -> Term:
            (y1, m1, d1), (y2, m2, d2) = self.parts(a), self.parts(b)
            length = self.length(y2, m2)
            short = conj(compared(">", d1, d2), compared("<", d2, length))  # a shorter month ends the term on its last day
            months = minus(plus(y2 * 12, m2), plus(y1 * 12, m1))
            return plus(months, ite(short, -1, 0))

        later = compared("<=", start, end)
        if is_plain(later):
            return whole(start, end) if later else -whole(end, start)
        return ite(later, whole(start, end), ite(neg(later), 0 - whole(end, start), 0))

    # -- working days -----------------------------------------------------------------------------

    def working_day(self, day: Term, count: Term) -> Term:
        """So many working days later (earlier, of a number below nought), as the reference counts them."""
        if not is_plain(count):
            raise Untranslatable("几个工作日由数据决定")
        if count == 0:
            return day
        first, end = _looked_up(count)
        if is_plain(day):
            if not first <= day < end:
                years = "至".join(f"{y} 年" for y in years_of_working_days())
                raise Untranslatable(f"按工作日推算的日期：工作日历只有{years}的放假安排")
            return working_days()[_place(day, count)]
        key = ("working", count, day.get_id())
        if key not in self._parts:
            steps = _steps(count)

            def days(low: int, high: int) -> Term:
                if high - low == 1:
                    return steps[low][1]
                middle = (low + high) // 2
                return ite(compared(">=", day, steps[middle][0]), days(middle, high), days(low, middle))

            found, inside = z3.FreshInt("workday"), conj(day >= first, day < end)
            least, most = min(n for _, n in steps), max(n for _, n in steps)  # said as well: they spare a look at every day
            looked_up = conj(found == plus(day, days(0, len(steps))), found >= day + least, found <= day + most)
            self.constraints += [disj(neg(inside), looked_up), found >= day + count if count > 0 else found <= day + count]
            self.assumed.append(inside)
            self._parts[key] = (found, day, count)
            self._kept.append(day)
        return self._parts[key][0]
