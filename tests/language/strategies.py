"""Hypothesis strategies for syntax trees: any tree the grammar can produce, names and all.

A tree outside the grammar's image (an `And` of one part, a binder that is no name) cannot be written
and is not drawn. Literals are spelt canonically, because their text is part of the tree.
"""

from __future__ import annotations

import re
from datetime import date

from hypothesis import strategies as st

from huiqi.language import syntax as s
from huiqi.language.units import parse_quantity
from huiqi.language.yearly import MonthDay

HEADS = "甲乙丙丁戊价营abxY_"
RESERVED = frozenset(
    "if then else some every satisfies for return or and not in between is at true false 如果 那么 否则 存在 每个 满足 对 取 或 或者 "
    "且 并且 并非 属于 介于 至 在 与 之间 为 无 于 是 否 不低于 不少于 不早于 不超过 不晚于 不等于 等于 超过 晚于 低于 少于 早于 的 次方 date 日期".split()
)
UNITS = (
    "",
    "元",
    "万元",
    "亿元",
    "美元",
    "人",
    "席",
    "台",
    "%",
    "‰",
    "个百分点",
    "个月",
    "年",
    "天",
    "个工作日",
    "平方米",
    "㎡",
    "元/人·月",
    "元/平方米·月",
    "元/美元",
)

names = st.builds(lambda a, b: a + b, st.sampled_from(HEADS), st.text("甲乙量率1ab·_", max_size=4)).filter(lambda n: n not in RESERVED)


@st.composite
def literals(draw: st.DrawFn) -> s.Literal:
    digits = draw(st.integers(0, 10**9).map(str))
    fraction = draw(st.sampled_from(["", ".5", ".05", ".10"]))
    text = digits + fraction + draw(st.sampled_from(UNITS))
    try:
        return s.Literal(text, parse_quantity(text))
    except ValueError:
        return s.Literal(text, None)  # type: ignore[arg-type]


def writable(text: str) -> bool:
    """A text has some marks of quotation it does not itself break: straight ones, or “ ” where its own pair up."""
    depth, paired = 0, True
    for char in text:
        depth += (char == "“") - (char == "”")
        paired = paired and depth >= 0
    return not re.search('["＂]', text) or (paired and depth == 0)


years = st.integers(0, 30).map(lambda n: s.Literal(f"{n}年", parse_quantity(f"{n}年")))
strings = (
    st.one_of(st.text(st.characters(exclude_characters="\n", exclude_categories=("Cs", "Cc", "Co")), max_size=8), st.text('“”"＂甲1,，(（[E or', max_size=8))
    .filter(writable)
    .map(s.String)
)
days = st.dates(date(1900, 1, 1), date(2200, 1, 1)).map(s.Day)
anniversaries = st.dates(date(2001, 1, 1), date(2001, 12, 31)).map(lambda d: s.Anniversary(MonthDay(d.month, d.day + (d.month == 2 and d.day == 28))))
leaves = st.one_of(names.map(s.Name), literals(), strings, st.booleans().map(s.Truth), days, anniversaries)
functions = st.one_of(st.sampled_from(sorted(set(s.FUNCTIONS) - {"date"})), names.filter(lambda n: n not in s.FROM_CHINESE and n not in s.FUNCTIONS))


year_names = names.map(s.Name)
at_years = st.one_of(
    year_names,
    st.builds(s.Arithmetic, st.sampled_from("+-"), year_names, years),
    literals().filter(lambda x: not x.text[-1].isdigit()),
)


_PARTS = {
    s.Filter: 2, s.Between: 3, s.In: 2, s.Not: 1, s.If: 3, s.IsAbsent: 1, s.Negate: 1, s.Path: 1, s.Arithmetic: 2, s.Compare: 2,
    s.Range: 2, s.Listing: None, s.And: None, s.Or: None, s.Call: None, s.Quantified: 2, s.For: 2, s.At: 1,
}  # fmt: skip
_KINDS = sorted(_PARTS, key=lambda k: k.__name__)


@st.composite
def trees(draw: st.DrawFn, depth: int = 5) -> s.Node:
    """A tree at most `depth` nodes deep. (`st.recursive` would print its whole expansion: gigabytes.)"""

    def node(left: int) -> s.Node:
        kind = draw(st.sampled_from([None, *_KINDS])) if left > 1 else None
        if kind is None:
            return draw(leaves)
        fewest = 2 if kind in (s.And, s.Or) else 0
        count = _PARTS[kind]
        parts = tuple(node(left - 1) for _ in range(draw(st.integers(fewest, 3)) if count is None else count))
        if kind in (s.And, s.Or, s.Listing):
            return kind(parts)
        if kind is s.Call:
            return s.Call("date" if len(parts) == 3 and draw(st.booleans()) else draw(functions), parts)
        if kind is s.Path:
            return s.Path(parts[0], draw(names))
        if kind is s.Arithmetic:
            return s.Arithmetic(draw(st.sampled_from(["+", "-", "*", "/", "**"])), *parts)
        if kind is s.Compare:
            return s.Compare(draw(st.sampled_from([">=", "<=", ">", "<", "=", "!="])), *parts)
        if kind is s.Range:
            return s.Range(parts[0], parts[1], draw(st.booleans()), draw(st.booleans()))
        if kind is s.Quantified:
            return s.Quantified(draw(st.sampled_from(["some", "every"])), draw(names), *parts)
        if kind is s.For:
            return s.For(draw(names), *parts)
        if kind is s.At:
            return s.At(parts[0], draw(at_years))
        return kind(*parts)

    return node(depth)
