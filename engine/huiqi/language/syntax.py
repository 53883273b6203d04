"""The syntax tree of the rule language: what was written, before names and types are resolved.

Frozen dataclasses; `span` (offsets into the expression's text) takes no part in equality, so that
printing and parsing back can be compared with `==`. `Node` is closed. Nothing here knows vocabularies or values.
"""

from __future__ import annotations

from dataclasses import field
from datetime import date
from typing import TypeGuard

from ..plain import dataclass
from .units import Amount
from .yearly import MonthDay

Span = tuple[int, int]


@dataclass(frozen=True)
class Written:
    """Where in the text a node stands."""

    span: Span = field(default=(0, 0), compare=False, kw_only=True)


@dataclass(frozen=True)
class Literal(Written):
    """A number with its unit as written (`50万元`); `text` is the canonical spelling."""

    text: str
    amount: Amount = field(compare=False)


@dataclass(frozen=True)
class String(Written):
    value: str


@dataclass(frozen=True)
class Truth(Written):
    value: bool


@dataclass(frozen=True)
class Day(Written):
    value: date


@dataclass(frozen=True)
class Anniversary(Written):
    """A day of every year: `4月1日`."""

    value: MonthDay


@dataclass(frozen=True)
class Name(Written):
    name: str


@dataclass(frozen=True)
class Path(Written):
    base: Node
    field: str


@dataclass(frozen=True)
class Filter(Written):
    base: Node
    condition: Node


@dataclass(frozen=True)
class Negate(Written):
    operand: Node


@dataclass(frozen=True)
class Arithmetic(Written):
    op: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Compare(Written):
    op: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Between(Written):
    value: Node
    low: Node
    high: Node


@dataclass(frozen=True)
class In(Written):
    value: Node
    target: Node


@dataclass(frozen=True)
class Range(Written):
    low: Node
    high: Node
    low_closed: bool
    high_closed: bool


@dataclass(frozen=True)
class Listing(Written):
    items: tuple[Node, ...]


@dataclass(frozen=True)
class And(Written):
    items: tuple[Node, ...]


@dataclass(frozen=True)
class Or(Written):
    items: tuple[Node, ...]


@dataclass(frozen=True)
class Not(Written):
    operand: Node


@dataclass(frozen=True)
class If(Written):
    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True)
class Call(Written):
    """`function` is the English (FEEL) name, or the name of a table."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True)
class Quantified(Written):
    """`some`, `every` or `count` (how many) variable in source satisfies condition."""

    kind: str
    variable: str
    source: Node
    condition: Node


@dataclass(frozen=True)
class For(Written):
    variable: str
    source: Node
    body: Node


@dataclass(frozen=True)
class At(Written):
    """A yearly fact in another year, `营业收入 at 申报年度 - 1年`; a day of every year in one, `4月1日 at 申报年度`."""

    value: Node
    year: Node


@dataclass(frozen=True)
class IsAbsent(Written):
    operand: Node


# Every node there is: who goes through them by `match` is told by the type checker of one left out.
Node = (
    Literal | String | Truth | Day | Anniversary | Name | Path | Filter | Negate | Arithmetic | Compare | Between | In |
    Range | Listing | And | Or | Not | If | Call | Quantified | For | At | IsAbsent
)  # fmt: skip


def is_node(thing: object) -> TypeGuard[Node]:
    """Cheaper than asking for each class of the union."""
    return isinstance(thing, Written)


def bare(node: Node) -> int:
    """How much a part leaves its meaning to what stands beside it: 0 not at all, 1 a number as
    written (6个月 may be a period), 2 a bare zero. A sum, a choice or the largest of several is as bare as its firmest part."""
    match node:
        case Literal(text=text):
            return 1 if text.strip("0.") else 2
        case Negate(operand=operand):
            return bare(operand)
        case Arithmetic(op="+" | "-", left=left, right=right) | If(then=left, otherwise=right):
            return min(bare(left), bare(right))
        case Call(function="min" | "max" | "mean", arguments=arguments) if arguments:
            return min(map(bare, arguments))
    return 0


# English (FEEL) name -> Chinese name. Both are read; the printer chooses.
FUNCTIONS: dict[str, str] = {
    "count": "件数", "distinct count": "不重复件数", "sum": "合计", "min": "最小值", "max": "最大值", "mean": "平均值",
    "abs": "绝对值", "floor": "向下取整", "ceiling": "向上取整", "round down": "舍去",
    "round up": "进位", "round half up": "四舍五入", "value at": "当日标准", "meets": "条件测评",
    "starts with": "开头为", "months between": "相隔足月", "years between": "相隔足年",
    "days between": "相隔天数", "year of": "所在年度", "date": "日期", "start of": "起日",
    "end of": "止日", "working day after": "工作日后", "start of year": "年初",
    "end of year": "年末", "month of": "所在月份", "day of": "所在日", "weekday of": "星期", "quarter of": "所在季度",
    "years through": "首尾足年", "months through": "首尾足月", "days through": "首尾天数",
    "round half even": "四舍六入五成双", "round half down": "过半进位",
    "granted": "符合", "amount": "测算金额",
}  # fmt: skip
ROUNDINGS = frozenset({"round down", "round up", "round half up", "round half even", "round half down"})
SPANS = frozenset({"days between", "months between", "years between", "days through", "months through", "years through"})
# the most that a part of a date may be, from 1: January, the first day, Monday, the first quarter
DATE_PARTS = {"month of": 12, "day of": 31, "weekday of": 7, "quarter of": 4}
FROM_CHINESE = {v: k for k, v in FUNCTIONS.items()}
# Words of the grammar: nothing may be called so.
RESERVED = frozenset([
    "if", "then", "else", "some", "every", "satisfies", "for", "return", "or", "and", "not", "in", "between", "is", "at", "true", "false",
    "如果", "那么", "否则", "存在", "每个", "满足", "对", "取", "或", "或者", "且", "并且", "并非", "属于", "介于", "至", "在", "与", "之间", "为", "无", "于",
    "是", "否", "不低于", "不少于", "不早于", "不超过", "不晚于", "不等于", "等于", "超过", "晚于", "低于", "少于", "早于", "null", "的", "次方",
])  # fmt: skip
