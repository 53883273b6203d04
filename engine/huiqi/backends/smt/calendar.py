"""Days as whole numbers (as `date.toordinal`), and the calendar over days that are not known.

Every fourth year is a leap year here, which is so from 1901 to 2099: days are bounded to these.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import z3

from .terms import Flag, Term, compared, conj, is_plain, ite, minus, neg, plus

FIRST, LAST = date(1901, 1, 1).toordinal(), date(2099, 12, 31).toordinal()
_BEFORE = [(date(1901, m, 1) - date(1901, 1, 1)).days for m in range(1, 13)]
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class Calendar:
    """Years, months and days of days, by equations added to `constraints`."""

    def __init__(self, constraints: list[Any]) -> None:
        self.constraints = constraints
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
