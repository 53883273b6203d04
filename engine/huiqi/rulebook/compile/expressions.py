"""One expression, figure or date of the source, read and checked with the words known so far.

The one place where text of a rulebook becomes a typed tree. What must stay true: what is wrong is
complained of at its own place and comes back as None (or `INVALID`), never as a guess; 分母为零:
不符合 never counts in favour.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from ...errors import Code, ExpressionError, Position
from ...language import typed as t
from ...language.checker import check
from ...language.parser import parse
from ...language.printer import show
from ...language.scope import Rules
from ...language.shares import parse_share
from ...language.types import (
    BOOLEAN,
    DATE,
    INVALID,
    NUMBER,
    PERIOD,
    RATIO,
    TEXT,
    YEAR,
    YEARLY,
    Boolean,
    Bound,
    Invalid,
    ListOf,
    Quantity,
    RangeOf,
    RecordOf,
    Text,
    Type,
)
from ...language.units import QuantityError, is_money, multiply, parse_quantity, parse_unit, unit_text
from ...language.yearly import is_month_day
from .. import compiled as c
from ..literals import ValueProblem, read_date, read_value
from ..yamltree import Word
from .session import Session

ZERO = {"不符合": True, "待核": False}


def expression(
    session: Session, word: Any, wanted: Type | None = None, *, variables: Mapping[str, Type] | None = None,
    rules: Rules = Rules(), inside: tuple[str, Type] | None = None, optional: bool = False, condition: bool = False,
) -> tuple[t.Expr, Bound] | None:  # fmt: skip
    """Parse and check one expression of the source; None (and problems) if it is wrong."""
    if not isinstance(word, Word):
        session.wrong(word, "这里应写表达式", str(word)[:40])
        return None
    at = word.start
    if word.style == ">" or (word.style == "" and word.lines > 1):
        session.wrong(word.at, "表达式不能折行", word, "写在一行", "写在一行，或用指标口径拆开")
        return None
    if word.style == "|":
        at = Position(word.at.file, word.at.line + 1, 1)
        if "\n" in word.strip():
            session.wrong(word.at, "表达式写在一行", word, "一行", "用指标口径拆开")
            return None
    try:
        tree = parse(str(word).rstrip("\n"), at)
    except ExpressionError as error:
        session.problems += error.problems
        return None
    session.canonical[word.at] = show(tree)
    result, problems, bounds = check(tree, session, at=at, wanted=wanted, variables=variables, rules=rules, inside=inside, optional=optional)
    session.problems += problems
    if not problems and not condition and isinstance(result.type, Boolean) and negated_zero(result, session.definitions):
        # a condition is told so by `group_item`, which knows on which side it stands
        session.wrong(word.at, "not 或 if 的条件里，分母为零: 不符合 反而可能有利", word, "分母为零: 待核", "改写成不带 not 的表达式，或写 分母为零: 待核")
    return None if problems else (result, bounds)


_WINDOW = re.compile(r"\s*每年.+[至到].+")


def money(session: Session, word: Any, variables: Mapping[str, Type], rules: Rules = Rules(), *, counted: str = "") -> tuple[t.Expr, Bound] | None:
    """An amount of money. `counted`: the mend for a number of records where money belongs."""
    found = expression(session, word, variables=variables, rules=rules)
    if found and isinstance(found[0].type, Invalid):
        return None  # a figure it names is wrong, and that was told
    if found and isinstance(found[0], t.Const) and found[0].type == NUMBER and found[0].value == 0:
        return replace(found[0], type=Quantity(dims=(("元", 1),))), found[1]  # nothing is nothing in any unit
    record = next((x for x in variables.values() if isinstance(x, RecordOf)), None)
    if found and record and isinstance(found[0].type, Quantity):
        # within `each`, 4500元/人 is what one record gives: times one of its noun
        one = multiply(found[0].type.dims, ((session.noun(record.record), 1),))
        if is_money(one):
            return replace(found[0], type=Quantity(dims=one)), found[1]
    if found and not (isinstance(found[0].type, Quantity) and is_money(found[0].type.dims)):
        of_records = record is not None and isinstance(found[0].type, Quantity) and found[0].type.dims == ((session.noun(record.record), 1),)
        mend = "核对单位：人数乘“元/人”的标准才是金额；逐人判断的，明细的计数词（noun）写 人，标准就是每人的金额"
        session.wrong(
            word, f"这里应是金额，写的是{found[0].type}", str(word), "元", counted if of_records and counted else f"{mend}{_told_where(session, word)}"
        )
        return None
    return found


def _told_where(session: Session, word: Any) -> str:
    """Where the figures of an expression stand, each with its unit: it is there that a wrong unit was written."""
    known = {p.name: p for p in session.parameters.values()}
    named = [known[x] for x in dict.fromkeys(re.findall(r"\w+", str(word))) if x in known]
    said = [
        f"“{p.name}”是{unit_text(p.type.dims)}（{at}）" for p in named if isinstance(p.type, Quantity) and p.type.dims and (at := session.places.get(p.name))
    ]
    return f"；标准的单位写在：{'、'.join(said)}" if said else ""


def kind_of(session: Session, kind: str, unit: str | None, options: Sequence[str], at: Position) -> Type:
    if kind == "period" and unit == "天":
        return Quantity(dims=(("天", 1),))  # a period by the day is so many days
    if kind in ("money", "quantity"):
        if not unit:
            session.wrong(at, "数量要写单位", kind, "unit: 元（人、席…）", "补上 unit")
            return INVALID
        try:
            scale, dims = parse_unit(unit, session.nouns)
        except QuantityError as error:
            session.wrong(at, error.message, unit, "", error.mend, error.code)
            return INVALID
        if scale != 1 and unit in session.units:
            session.wrong(at, "数据项和标准的单位写基准单位", unit, unit_text(dims), f"unit: {unit_text(dims)}；值里照样可以写 {unit}")
        elif scale != 1:
            session.wrong(at, "单位不带 万、亿", unit, unit.lstrip("万亿"), "数值里可以写万元，单位只写元")
        if kind == "money" and not is_money(dims):
            session.wrong(at, "金额的单位应是币种", unit, "元、美元…", "改 unit，或改 kind: quantity")
        return Quantity(dims=dims)
    if unit and kind not in ("number", "ratio"):
        session.wrong(at, f"{kind} 不带单位", unit, "", "删去 unit")
    simple: dict[str, Type] = {
        "number": NUMBER, "ratio": RATIO, "boolean": BOOLEAN, "date": DATE, "period": PERIOD,
        "year": YEAR, "monthday": YEARLY, "text": TEXT, "uscc": TEXT, "industry": TEXT,
    }  # fmt: skip
    return Text(options=tuple(options)) if kind == "choice" else simple[kind]


def value_of(session: Session, word: Any, kind: Type, at: Position) -> Any:
    if isinstance(kind, Invalid) or (isinstance(kind, RangeOf | ListOf) and isinstance(kind.item, Invalid)):
        return None  # complained of where its kind or unit is written
    try:
        return read_value(str(word), kind, nouns=session.nouns, figure=True)
    except ValueProblem as error:
        session.wrong(word if isinstance(word, Word) else at, error.message, str(word), error.expected, error.mend, error.code)
        return None


def guess_kind(session: Session, raw: Any, at: Position) -> Type:
    text = str(raw)
    if re.match(r"[\[(](.*)\.\.", text):
        text = re.split(r"\.\.", text[1:])[0] or re.split(r"\.\.", text)[1][:-1]
    if text in ("是", "否"):
        return BOOLEAN
    try:
        read_date(text)
        return DATE
    except ValueProblem:
        pass
    if is_month_day(text):
        return YEARLY
    try:
        if parse_share(text) is not None:
            return RATIO
        amount = parse_quantity(text, session.nouns)
    except QuantityError as error:
        yearly = "受理期不写成标准，直接写在 window 里，写明比较哪个日期：申请日 in 每年4月1日至5月31日" if _WINDOW.match(text) else ""
        session.wrong(at, f"读不出这个值：{error.message}", text, "数字加单位、日期、是/否、清单", yearly or error.mend, error.code)
        return INVALID
    if amount.calendar is not None:
        session.wrong(at, "期限还是累计月（年）数？", text, "kind: period（期限）或 unit: 月（累计月数）", "写明 kind 或 unit")
        return INVALID
    if not amount.dims and not amount.percent:
        # a rate of 35 would pay thirty-five times the sum: what kind of number it is, only the author knows
        meant = f"{text}%、{text}元" if abs(amount.value) <= 100 else f"{text}元、{text}人"
        session.wrong(at, f"“{text}”没有单位，数要写明单位", text, f"{meant}…", f"写 {meant}…；确是不带单位的数，写 kind: number", Code.MISSING_UNIT)
        return INVALID
    return Quantity(dims=amount.dims, percent=amount.percent)


def read_day(session: Session, word: Any) -> date | None:
    if word is None:
        return None
    try:
        return read_date(str(word))
    except ValueProblem as error:
        session.wrong(word, error.message, str(word), error.expected, error.mend, error.code)
        return None


def negated_zero(expr: t.Expr, definitions: Mapping[str, c.DefinitionSpec], negated: bool = False, known: dict[tuple[str, bool], bool] | None = None) -> bool:
    """Whether a 分母为零: 不符合 stands where its failing would count in favour (under not, in an if).

    Each definition is gone into once (`known`), however often it is named.
    """
    known = {} if known is None else known
    if isinstance(expr, t.Calculated) and expr.zero_fails and negated:
        return True
    if isinstance(expr, t.DefinitionRef):
        inner, place = definitions.get(expr.definition), (expr.definition, negated)
        if inner is not None and place not in known:
            known[place] = negated_zero(inner.expr, definitions, negated, known)
        return known.get(place, False)
    if isinstance(expr, t.Inverse):
        return negated_zero(expr.operand, definitions, not negated, known)
    if isinstance(expr, t.Quantifier) and expr.kind == "count" and negated_zero(expr.condition, definitions, True, known):
        return True  # fewer may be better
    if isinstance(expr, t.Choice) and negated_zero(expr.condition, definitions, True, known):
        return True
    return any(negated_zero(child, definitions, negated, known) for child in t.children(expr))
