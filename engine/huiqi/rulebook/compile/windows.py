"""When applications are taken: a judgement, or a date within days that come back every year.

`申报日 in 每年4月1日至5月31日` is the one place where days without a year stand: they are what the clause
of the window says, not a figure with a history. What must stay true: a window that runs over the turn of
the year says so, and a day that no year has is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ...language.types import BOOLEAN, DATE, Type
from .. import compiled as c
from .. import models as m
from ..yamltree import Table, Word
from .expressions import expression, read_day
from .session import Session
from .sources import basis_of

_YEARLY = re.compile(
    r"(?P<date>.+?)\s*(?:\bin\b|属于)\s*(?P<span>(?:每年)?\s*(?P<m1>\d{1,2})月(?P<d1>\d{1,2}日|末日|底|末)\s*(?:至|到|—|-|~)\s*(?P<next>次年)?\s*(?P<m2>\d{1,2})月(?P<d2>\d{1,2}日|末日|底|末))\s*"
)
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_LOOKS = re.compile(r"\d{1,2}月\d{1,2}日|每年.*月")


def window_spec(session: Session, word: Any, default: c.Basis, variables: Mapping[str, Type]) -> c.WindowSpec | None:
    shared = session.windows.get(word.at) if isinstance(word, Word) else None
    found = _judgement(session, word, variables)
    basis, start, end = None, None, None
    if shared is not None:
        keys = Table.made(shared.at, {k: x for k, x in shared.row.items() if k in m.Sourced.model_fields})
        basis = default if shared.own else basis_of(session, m.validate(m.Sourced, keys), shared.at)
        start, end = (read_day(session, shared.row.get(k)) for k in ("from", "to"))
    if found is None:
        return None
    expr, days = found
    return c.WindowSpec(expr=expr, days=days, label=shared.label if shared else "", basis=basis, start=start, end=end, at=shared.at if shared else None)


def _day(month: int, said: str) -> tuple[int, int]:
    return (month, int(said.removesuffix("日"))) if said[0].isdigit() else c.YearDays.last(month)


def _judgement(session: Session, word: Any, variables: Mapping[str, Type]) -> tuple[Any, c.YearDays | None] | None:
    match = _YEARLY.fullmatch(str(word)) if isinstance(word, Word) else None
    if match is None:
        if isinstance(word, Word) and _LOOKS.search(word):
            session.wrong(
                word,
                "每年的受理期读不出来",
                str(word),
                "申报日 in 每年4月1日至5月31日",
                "写明比较哪个日期、起止各是几月几日（月末写 2月末日）；跨年的写 至次年1月31日",
            )
            return None
        found = expression(session, word, BOOLEAN, variables=variables)
        return None if found is None else (found[0], None)
    start, end = (_day(int(match[f"m{n}"]), match[f"d{n}"]) for n in (1, 2))
    at = word.start.shifted(match.start("span"))
    if start == c.YearDays.last(2):
        session.wrong(at, "从2月末日起的受理期：平年、闰年不是同一天", match["span"], "2月28日 或 3月1日", "问清政策起草人：从哪一天起？")
        return None
    for month, day in (start, end):
        if (month, day) == c.YearDays.last(2):
            continue
        if not (1 <= month <= 12 and 1 <= day <= _DAYS[month - 1]):
            session.wrong(at, "没有这一天", f"{month}月{day}日", "", "核对月和日")
            return None
        if (month, day) == (2, 29):
            session.wrong(at, "不是每年都有2月29日", "2月29日", "2月28日 或 3月1日", "问清政策起草人：平年按2月28日还是3月1日？")
            return None
    if start > end and not match["next"]:
        session.wrong(at, "受理期的止日早于起日", match["span"], f"至次年{end[0]}月{end[1]}日", "跨年的写 次年；否则核对两个日期")
        return None
    if match["next"] and end >= start:
        session.wrong(at, "受理期到次年同日或以后，整年都在里面", match["span"], "不满一年", "核对两个日期；全年受理的不写受理期")
        return None
    one = Word.make(match["date"], word.start)
    found = expression(session, one, DATE, variables=variables)
    if found is None:
        return None
    days = c.YearDays(start, end)
    session.canonical[word.at] = f"{session.canonical.get(one.at, str(one))} in {days.text}"
    return found[0], days


__all__ = ["window_spec"]
