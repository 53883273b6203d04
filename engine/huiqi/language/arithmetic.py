"""Sums, differences, products, quotients and powers: what two types make together, and what must be proved first.

What must stay true: units multiply and divide, only like is added to like; a divisor that may be zero, half a day added to a
date and a power nobody can write out are refused before anything runs.
"""

from __future__ import annotations

from dataclasses import replace

from . import syntax as s
from . import typed as t
from .hints import of_sums
from .powers import MAX_EXPONENT
from .printer import sentence, show
from .proved import bounds, whole
from .scope import Typer
from .types import COUNTED_DAYS, COUNTED_YEARS, DATE, INVALID, PERIOD, YEAR, Date, Invalid, Period, Quantity, Type, Year
from .units import BASE_UNITS, is_money, multiply

_TIMES = frozenset({"月", "年", "天", "次", "件", "笔", "项", "个", "份"})  # what may be counted as times something is done again


def arithmetic(c: Typer, node: s.Arithmetic, wanted: Type | None = None) -> t.Expr:
    if node.op == "**":
        return _power(c, node)
    # a factor has a unit of its own; only sums give a bare 0 or 6个月 the other side's
    rules, c.rules = c.rules, replace(c.rules, figures=True) if _year_before(node) else c.rules
    a, b = c.both(node.left, node.right, wanted) if node.op in "+-" else (c.maybe(node.left), c.maybe(node.right))
    c.rules = rules
    for part, source in ((a, node.left), (b, node.right)):
        if part.type.optional:
            return c.wrong(
                source, "这个数据项可能为“无”，不能直接计算", mend=f"if {show(source)} is 无 then … else …（如果 {sentence(source)} 为 无 那么 … 否则 …）"
            )
    if isinstance(a.type, Invalid) or isinstance(b.type, Invalid):
        return t.Const(INVALID, node, False)
    kind = _result(node.op, a.type, b.type)
    if kind is None:
        verb = {"+": "相加", "-": "相减", "*": "相乘", "/": "相除"}[node.op]
        return c.wrong(
            node,
            f"{a.type} 与 {b.type} 不能{verb}",
            mend=of_sums(node.op, a.type, b.type, sentence(node.left), sentence(node.right)),
        )
    if isinstance(a.type, Date | Year) and isinstance(b.type, Quantity) and not whole(b, c.scope):
        what, unit = ("日期", "天") if isinstance(a.type, Date) else ("年度", "年")
        return c.wrong(
            node.right,
            f"半{unit}不能加到{what}上：这个数可能不是整数",
            expected=f"整{unit}数",
            mend="写整数，或用 floor(…)、ceiling(…) 写明向下还是向上取整",
        )
    zero = None
    if node.op == "/":
        low, high = bounds(b, c.scope)
        if not ((low is not None and low > 0) or (high is not None and high < 0)):
            if c.rules.zero_fails is None:
                return c.wrong(node, "除数可能为零，规则须说明那时怎么办", mend=f"在这一条写 分母为零: 不符合 或 待核；除数是 {sentence(node.right)}")
            zero = c.rules.zero_fails
    return t.Calculated(kind, node, node.op, a, b, zero)


def _power(c: Typer, node: s.Arithmetic) -> t.Expr:
    """A whole power of a plain number; the exponent is proved to be whole, not below zero and no larger than can be written out."""
    base, exponent = c.expr(node.left), c.expr(node.right)
    if isinstance(base.type, Invalid) or isinstance(exponent.type, Invalid):
        return t.Const(INVALID, node, False)
    if not isinstance(base.type, Quantity) or base.type.dims:
        return c.wrong(node.left, f"乘方的底要不带单位的数，写的是{base.type}", mend="例如 (1 + 月利率) ** 还款期数；金额乘在外面")
    if any(isinstance(x, t.Applied) and x.function == "power" for part in (base, exponent) for x in t.walk(part)):
        return c.wrong(node, "乘方里不能再套乘方", mend="指数先相乘，或问清政策起草人：算式写错了吗？")
    counted = isinstance(exponent.type, Quantity) and (not exponent.type.dims or (len(exponent.type.dims) == 1 and exponent.type.dims[0][1] == 1))
    if not counted or (isinstance(exponent.type, Quantity) and is_money(exponent.type.dims)):
        return c.wrong(
            node.right, f"乘方的指数要是次数（期数、月数），写的是{exponent.type}", mend="写不带单位的数（kind: number），或以 月、年、次、期 计的数量"
        )
    assert isinstance(exponent.type, Quantity)
    if exponent.type.dims and (unit := exponent.type.dims[0][0]) in BASE_UNITS and unit not in _TIMES:
        return c.wrong(
            node.right,
            f"乘方的指数要是次数（期数、月数），写的是{exponent.type}",
            mend=f"写不带单位的数（kind: number），或以 月、年、次、期 计的数量；{unit} 不是次数",
        )
    if not whole(exponent, c.scope):
        return c.wrong(node.right, "乘方的指数可能不是整数", expected="整数", mend="写整数，或用 floor(…)、ceiling(…) 写明向下还是向上取整")
    low, high = bounds(exponent, c.scope)
    if low is None or low < 0:
        return c.wrong(node.right, "乘方的指数可能小于零", mend="给数据项写 min，或用 max(0, …)；负的次方写成 1 / (… ** …)")
    if high is None or high > MAX_EXPONENT:
        return c.wrong(
            node.right,
            "乘方可能大得算不了：指数最多是多少？",
            expected=f"不超过 {MAX_EXPONENT}",
            mend="给数据项写 max（标准写 bounds），或用 min(…, 最多期数)",
        )
    return t.Applied(Quantity(percent=base.type.percent), node, "power", (base, exponent))


def _result(op: str, a: Type, b: Type) -> Type | None:
    if isinstance(a, Quantity) and isinstance(b, Quantity):
        if op in "+-":
            return Quantity(dims=a.dims, percent=a.percent or b.percent) if a.dims == b.dims else None
        dims = multiply(a.dims, b.dims, 1 if op == "*" else -1)
        return Quantity(dims=dims, percent=not dims and ((op == "/" and bool(a.dims)) or (a.percent and b.percent)))
    if isinstance(a, Date):
        if isinstance(b, Period) or (isinstance(b, Quantity) and b.dims == COUNTED_DAYS.dims):
            return DATE if op in "+-" else None
        if isinstance(b, Date):
            return COUNTED_DAYS if op == "-" else None
    if isinstance(a, Period) and isinstance(b, Period):
        return PERIOD if op in "+-" else None
    if isinstance(a, Year):
        if isinstance(b, Quantity) and b.dims == COUNTED_YEARS.dims:
            return YEAR if op in "+-" else None
        if isinstance(b, Year):
            return COUNTED_YEARS if op == "-" else None
    return None


def _year_before(node: s.Arithmetic) -> bool:
    """申报年度 - 1年: 上年, the name of a year and no figure of the policy."""
    return node.op == "-" and node.left == s.Name("申报年度") and isinstance(node.right, s.Literal) and node.right.text == "1年"
