"""What a simulation is asked, from names and words: figures, schemes, readings, another rulebook.

What must stay true: everything that cannot be taken is told at once, each where it was asked; a figure with one value is supposed
together with the other choices, one with several is tried value after value, its own among them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from ..errors import Code, InputError, Position, Problem, suggestion
from ..rulebook.called import meant, not_one
from ..rulebook.compiled import CompiledRulebook
from ..rulebook.readings import decided
from ..rulebook.supposed import Supposition, supposing, suppositions
from ..rulebook.taken import reading_named
from ..telling.simulated import supposed_words
from .known import COUNTY
from .plans import Plan, Tried, Wanted

POINTS = 60  # values of one figure


class Figure(NamedTuple):
    """A figure by its name and the values to suppose, in words."""

    name: str
    values: tuple[str, ...]
    at: Position = Position()


class Chosen(NamedTuple):
    """A scheme of a measure, or an option of a reading."""

    name: str
    option: str
    at: Position = Position()


def wanted_of(
    book: CompiledRulebook, *, on: date, figures: Sequence[Figure] = (), schemes: Sequence[Chosen] = (), readings: Sequence[Chosen] = (),
    against: Sequence[CompiledRulebook] = (), only: tuple[str, ...] | None = None, facts: Sequence[str] = (COUNTY,),
) -> Wanted:  # fmt: skip
    """The plans to judge by. Raises `InputError` with all that is wrong."""
    problems: list[Problem] = list(_twice(figures))
    read: list[tuple[Supposition, ...]] = []
    for figure in figures:
        try:
            read.append(suppositions(book, [(figure.name, v, figure.at) for v in figure.values], on))
        except InputError as error:
            problems += error.problems
    taken_schemes, wrong = _schemes(book, schemes)
    taken_readings, more = _readings(book, readings)
    problems += [*wrong, *more]
    problems += [
        Problem(
            Position(f"（--by {f}）"), "申报数据项目录里没有这一项", f, "数据项的名称", suggestion(f, [x.name for x in book.facts.values()]), Code.UNKNOWN_NAME
        )
        for f in facts
        if f != COUNTY and book.names.get(f) not in book.facts
    ]
    if problems:
        raise InputError(problems)
    fixed = tuple(s for found in read if len(found) == 1 for s in found)
    swept = [found for found in read if len(found) > 1]
    base = Plan(label="现行规则库", book=book)
    plan = _plan(book, fixed, taken_schemes, taken_readings)
    plans = [plan] if fixed or taken_schemes or taken_readings else []
    plans += [Plan(label=f"{b.title} {b.version}", book=b, assumed=(f"改用规则库 {b.id}@{b.version}（{b.digest[:19]}）",), other=True) for b in against]
    sweeps = tuple(Tried(points=tuple(_points(book, found, fixed, taken_schemes, taken_readings))) for found in swept)
    return Wanted(base=base, plans=tuple(plans), sweeps=sweeps, only=only, facts=tuple(f for f in facts if book.names.get(f) in book.facts))


def _plan(book: CompiledRulebook, supposed: tuple[Supposition, ...], schemes: dict[str, str], readings: dict[str, str]) -> Plan:
    """The rulebook with figures supposed, readings it has decided itself decided otherwise, the open ones as assumptions."""
    made = supposing(book, supposed)
    titles = {s.id: s.title for s in book.measures.values()}
    again = {k: o for k, o in readings.items() if not book.readings[k].open}
    words = [supposed_words(s) for s in supposed]
    words += [f"“{titles[i]}”按方案“{name}”" for i, name in schemes.items()]
    words += [f"读法“{book.readings[k].name}”：{f'规则库取定的“{book.readings[k].chosen}”' if k in again else '未定'} → “{o}”" for k, o in readings.items()]
    return Plan(
        label="假定", book=decided(made, again) if again else made, schemes=schemes, readings={k: o for k, o in readings.items() if k not in again},
        assumed=tuple(words), supposed=supposed, reread=tuple(readings),
    )  # fmt: skip


def _points(
    book: CompiledRulebook, found: Sequence[Supposition], fixed: tuple[Supposition, ...], schemes: dict[str, str], readings: dict[str, str],
) -> Iterable[tuple[Supposition, Plan]]:  # fmt: skip
    """In the order of the values; the one there is now among them."""
    first = found[0]
    values = {s.after: s for s in found}
    if first.before not in values:
        values[first.before] = replace(first, after=first.before, value=first.was)

    def order(s: Supposition) -> tuple[int, Fraction, str]:
        return (1, Fraction(s.value), "") if isinstance(s.value, Fraction | int) else (0, Fraction(0), str(s.value or ""))

    for one in sorted(values.values(), key=order):
        tried = fixed if one.after == first.before else (*fixed, one)
        yield one, replace(_plan(book, tried, schemes, readings), label=one.after)


def _twice(figures: Sequence[Figure]) -> Iterable[Problem]:
    seen: set[str] = set()
    for one in figures:
        if one.name in seen:
            yield Problem(one.at, "同一个标准写了两次", one.name, "每个标准一次", f"几个值写在一起：{one.name}=甲,乙", Code.DUPLICATE)
        if len(one.values) > POINTS:
            yield Problem(one.at, "一次试的值太多", str(len(one.values)), f"最多 {POINTS} 个", "分几次试", Code.TOO_COMPLEX)
        seen.add(one.name)


def _schemes(book: CompiledRulebook, given: Sequence[Chosen]) -> tuple[dict[str, str], list[Problem]]:
    titles = {s.id: s.title for s in book.measures.values()}
    out: dict[str, str] = {}
    problems: list[Problem] = []
    for one in given:
        ids = meant(one.name, titles)
        if len(ids) != 1:
            mend = not_one(one.name, titles) if ids else suggestion(one.name, [*titles, *titles.values()])
            problems.append(Problem(one.at, "没有这个支持事项" if not ids else "名称不止一个支持事项", one.name, "事项编号或名称", mend, Code.UNKNOWN_NAME))
            continue
        known = next(s for s in book.measures.values() if s.id == ids[0]).schemes
        if one.option not in known:
            listed = "、".join(known) or "（没有参照方案）"
            problems.append(Problem(one.at, f"“{titles[ids[0]]}”没有这个方案", one.option, listed, suggestion(one.option, known), Code.UNKNOWN_SCHEME))
        elif out.setdefault(ids[0], one.option) != one.option:
            problems.append(Problem(one.at, f"“{titles[ids[0]]}”写了两个方案", one.option, "一个方案", "各方案的比较不写 --scheme 也会列出", Code.DUPLICATE))
    return out, problems


def _readings(book: CompiledRulebook, given: Sequence[Chosen]) -> tuple[dict[str, str], list[Problem]]:
    names = [r.name for r in book.readings.values()]
    out: dict[str, str] = {}
    problems: list[Problem] = []
    for one in given:
        reading = reading_named(book, one.name)
        if reading is None:
            problems.append(Problem(one.at, "没有这个读法", one.name, "、".join(names) or "（没有读法）", suggestion(one.name, names), Code.UNKNOWN_NAME))
        elif one.option not in reading.options:
            mend = suggestion(one.option, reading.options)
            problems.append(Problem(one.at, f"“{one.name}”没有这种读法", one.option, "、".join(reading.options), mend, Code.UNKNOWN_NAME))
        elif out.setdefault(reading.key, one.option) != one.option:
            problems.append(Problem(one.at, f"“{one.name}”写了两种读法", one.option, "一种", "各读法的代价不写 --reading 也会列出", Code.DUPLICATE))
    return out, problems


__all__ = ["Chosen", "Figure", "wanted_of"]
