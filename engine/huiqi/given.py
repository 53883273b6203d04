"""What a call of the library gives beside the facts: a day, a year, schemes, readings, measures, statements.

Each is refused by the name of its argument, in the words of whoever calls. What must stay true: nothing that is not understood is
passed over; what a case chooses itself is held against its rulebooks as if it had been given here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from .errors import Code, Position, Problem, UsageError, clip, suggestion, told
from .reasoning.casefile import Case
from .reasoning.choices import STATEMENT, Statement, applied_in, read_statement
from .reasoning.foreign import plain
from .reasoning.pseudonyms import Key, key_of
from .rulebook.compiled import CompiledRulebook
from .rulebook.taken import reading_problems
from .telling.called import meant, not_one


def day_given(on: date | str | None) -> date:
    """The day of decision, as a program gives it: a date, or text like 2026-06-30. Raises `UsageError`: none is taken for today."""
    if on is None:
        raise UsageError("on（审核日期）没有给", mend="没有默认的今天，写 on=date(2026, 6, 30)", argument="on")
    if isinstance(on, str):
        try:
            if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", on):  # Python takes 20260630 and 2026-W27-2 too
                raise ValueError
            return date.fromisoformat(on)
        except ValueError:
            raise UsageError(f"on 不是日期：“{clip(on)}”", mend='写 "2026-06-30" 或 date(2026, 6, 30)', argument="on") from None
    if not isinstance(on, date) or isinstance(on, datetime):
        raise UsageError(f"on 应是 date 或 2026-06-30 这样的文字，收到 {type(on).__name__}“{clip(told(on))}”", argument="on")
    return on


def year_given(year: Any) -> int | None:
    """The year of application: a whole number of four digits, numpy's too; None is not given. Raises `UsageError`."""
    year = plain(year)
    if year is not None and (isinstance(year, bool) or not isinstance(year, int) or not 1980 <= year <= 2100):
        raise UsageError(f"year 应是四位年份的整数，收到“{clip(told(year))}”", argument="year")
    return year


def refuse_scheme(scheme: Any) -> None:
    if scheme is not None and not (isinstance(scheme, Mapping) and all(isinstance(x, str) for x in (*scheme, *scheme.values()))):
        raise UsageError('scheme 应是 事项编号到方案名的映射，两边都是文字，例如 {"certification.international": "国家2013"}', argument="scheme")


def refuse_reading(reading: Any) -> None:
    if reading is not None and not (isinstance(reading, Mapping) and all(isinstance(x, str) for x in (*reading, *reading.values()))):
        raise UsageError("reading 应是 读法名称到选项的映射，两边都是文字，名称和选项见 Rulebook.readings", argument="reading")


def refuse_measures(measures: Any, *, alone: bool = True) -> None:
    """`alone`: no single measure is asked for beside them."""
    if measures is None:
        return
    listed = not isinstance(measures, str) and isinstance(measures, Sequence) and all(isinstance(m, str) for m in measures)
    if not (alone and listed and measures):
        raise UsageError("measures 应是事项编号的清单（至少一项），与 measure 只写一个", argument="measures")


def refuse_figures(figures: Any) -> None:
    """Values are words with their unit: 20万元. A number alone would be one in a unit that nobody said."""
    if figures is None:
        return
    if isinstance(figures, Mapping) and all(isinstance(name, str) and name for name in figures):
        tried = [[x] if isinstance(x, str) else list(x) if isinstance(x, list | tuple) else [] for x in figures.values()]
        if all(values and all(isinstance(v, str) and v.strip() for v in values) for values in tried):
            return
    raise UsageError(
        'figures 应是 标准名到值的映射，值是带单位的文字，一个或一串，例如 {"认证单项上限": "20万元"}、{"认证补助比例": ["30%", "40%"]}', argument="figures"
    )


def refuse_names(names: Any, argument: str) -> None:
    if isinstance(names, str) or not isinstance(names, Sequence) or not all(isinstance(n, str) for n in names):
        raise UsageError(f"{argument} 应是数据项名称的清单", argument=argument)


def refuse_key(key: Any) -> None:
    """Its kind only: a secret is read when a personal word asks for it."""
    if key is not None and not isinstance(key, Key | bytes | str | Path):
        key_of(key)  # says what it should be


def called(name: Any, books: Sequence[CompiledRulebook]) -> tuple[str, ...]:
    """Ids of the measures that a word of a case may mean in any of the rulebooks."""
    return meant(name, {s.id: s.title for b in books for s in b.measures.values()}) if isinstance(name, str) else ()


def chosen_problems(books: Sequence[CompiledRulebook], case: Case) -> list[Problem]:
    """What is wrong with the schemes and readings that a case itself chooses, of all rulebooks it is decided by."""
    return [*_scheme_problems(books, case), *reading_problems(books, case.readings, case.path)]


def _scheme_problems(books: Sequence[CompiledRulebook], case: Case) -> list[Problem]:
    """A 方案 for a measure nobody knows, a scheme the measure has not, or two for one measure must not pass unnoticed."""
    problems = []
    firsts: dict[str, Any] = {}
    titles = {s.id: s.title for b in books for s in b.measures.values()}
    for name, wanted in case.schemes.items():
        at = getattr(name, "at", Position(case.path))
        ids = called(name, books)
        if len(ids) != 1:
            wrong = (
                ("方案里的名称不止一个支持事项", not_one(told(name), titles))
                if ids
                else ("方案里的支持事项不存在", suggestion(told(name), [*titles, *titles.values()]))
            )
            problems.append(Problem(at, wrong[0], told(name), "事项编号或名称", wrong[1], Code.UNKNOWN_NAME, ("方案", told(name))))
            continue
        spec = next(s for b in books for s in b.measures.values() if s.id == ids[0])
        if firsts.setdefault(ids[0], name) is not name:
            twice = f"“{spec.title}”在“方案”里写了两次"
            problems.append(
                Problem(at, twice, f"{told(firsts[ids[0]])}、{told(name)}", "一个方案", "每个事项只写一次，编号或名称", Code.DUPLICATE, ("方案", told(name)))
            )
        if not isinstance(wanted, str) or wanted not in spec.schemes:
            at = getattr(wanted, "at", at)
            known_schemes, near = "、".join(spec.schemes) or "（没有参照方案）", suggestion(told(wanted), spec.schemes)
            problems.append(Problem(at, f"“{spec.title}”没有这个方案", told(wanted), known_schemes, near, Code.UNKNOWN_SCHEME, ("方案", told(name))))
    return problems


def beside(
    book: CompiledRulebook, case: Case | Mapping[str, Any], applied: Any, statement: Any, others: Sequence[CompiledRulebook], on: date
) -> tuple[tuple[str, ...] | None, Statement | None, list[Problem]]:
    """What is said beside the facts, given here or else in the case: the measures applied for, a statement; what is wrong with them."""
    problems: list[Problem] = []
    file = case if isinstance(case, Case) else None
    at = Position(file.path, 1, 1) if file else Position()
    words, keys = applied if applied is not None else file.applied if file else None, None
    if words is not None:
        if isinstance(words, str) or not isinstance(words, Sequence) or not words:
            raise UsageError("applied 应是事项编号或名称的清单（至少一项）；什么都没有说就不给", argument="applied")
        keys, problems = applied_in(book, words, others, at)
    said = read_statement(statement, problems, at) if statement is not None else file.statement if file else None
    if said is not None and said.on > on:
        message = f"“{STATEMENT}”的日期晚于审核日期"
        problems.append(Problem(at, message, said.on.isoformat(), f"不晚于 {on}", "按说明那天或以后的日期审核", Code.CONTRADICTORY, (STATEMENT,)))
    return keys, said, problems


__all__ = [
    "beside",
    "called",
    "chosen_problems",
    "day_given",
    "refuse_figures",
    "refuse_key",
    "refuse_measures",
    "refuse_names",
    "refuse_reading",
    "refuse_scheme",
    "year_given",
]
