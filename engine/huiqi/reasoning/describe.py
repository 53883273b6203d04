"""What a condition compared: the actual value, what was required, and how much is lacking.

Read off the typed tree and the reference values; used for every reader's explanation. A gap is
given in the unit the enterprise can act on: for a quotient, in the numerator's unit (how much more
offshore revenue, the total unchanged), rounded up to the smallest unit that would satisfy it.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from ..language import typed as t
from ..language.printer import sentence
from ..language.types import Boolean, Quantity, Type
from ..language.units import decimal_text, is_money, show_amount, unit_text
from ..rulebook.literals import Span, plain_value, show_value
from .decision import Shown
from .evaluate import Env, Evaluator
from .facts import Entry
from .values import ABSENT, Items, Known, Number, Truth, Undefined, Value, leading

_WORDS = {">=": "不低于", "<=": "不超过", ">": "超过", "<": "低于", "=": "等于", "!=": "不等于"}
_DAYS = {">=": "不早于", "<=": "不晚于", ">": "晚于", "<": "早于", "=": "等于", "!=": "不等于"}
_FLIP = {">=": "<=", "<=": ">=", ">": "<", "<": ">", "=": "=", "!=": "!="}
_UNKNOWN = {"missing": "未提供", "unverified": "待核实", "judgement": "待评审", "unread": "未读", "unset": "未定", "undefined": "分母为零"}

Triple = tuple[Shown | None, Shown | None, Shown | None]


def describe(expr: t.Expr, evaluator: Evaluator, env: Env, truth: Truth) -> Triple:
    """(actual, required, gap) of a condition, each None where it has no single value."""
    match expr:
        case t.Compared(op=op, left=left, right=right):
            return _compared(op, left, right, evaluator, env, truth)
        case t.Member(value=value, target=target):
            found = evaluator.value(value, env)
            actual = shown(found, value.type)
            required = _target(target, evaluator, env)
            return actual, required, _range_gap(found, value.type, target, evaluator, env, truth)
        case t.Inverse(operand=operand) if isinstance(operand, t.FactRef | t.Field | t.RecognitionRef | t.DefinitionRef):
            found = evaluator.value(operand, env)
            return shown(found, operand.type), Shown("否", "", "否"), None
        case t.FactRef() | t.Field() | t.RecognitionRef():
            found = evaluator.value(expr, env)
            return shown(found, expr.type), Shown("是", "", "是"), None
        case t.DefinitionRef() if expr.base is None:
            spec = evaluator.book.definitions[expr.definition]
            return describe(spec.expr, evaluator, env, truth)
        case t.DefinitionRef(base=base) if base is not None:
            spec = evaluator.book.definitions[expr.definition]
            entry = evaluator.value(base, env)
            assert isinstance(entry, Known) and isinstance(entry.value, Entry)
            return describe(spec.expr, evaluator, Env(env.day, env.document, {"§本条": entry.value}), truth)
        case t.All(items=items) | t.AnyOf(items=items):
            return _composite(expr, items, evaluator, env, truth)
    return None, None, None


def _composite(expr: t.Expr, items: tuple[t.Expr, ...], evaluator: Evaluator, env: Env, whole: Truth) -> Triple:
    """The parts of an and / or side by side; where the whole fails, the gaps of the parts that do."""
    actuals, wanted, gaps = [], [], []
    for item in items:
        truth = evaluator.truth(item, env)
        actual, required, gap = describe(item, evaluator, env, truth)
        name = sentence(_subject(item).source)
        if actual:
            actuals.append(f"{name} {actual.text}")
        if required:
            wanted.append(f"{name} {required.text}")
        if gap and truth.value is False and whole.value is False:
            gaps.append(f"{name} {gap.text}")
    join = "，且" if isinstance(expr, t.All) else "，或"

    def show(parts: list[str], word: str) -> Shown | None:
        return Shown("", "", word.join(dict.fromkeys(parts))) if parts else None

    return show(actuals, "，"), show(wanted, join), show(gaps, join)


def _subject(expr: t.Expr) -> t.Expr:
    """What a comparison is about: its left side."""
    if isinstance(expr, t.Compared):
        return expr.left
    if isinstance(expr, t.Member):
        return expr.value
    return expr.operand if isinstance(expr, t.Inverse) else expr


def shown(value: Value, kind: Type, distinct_from: Fraction | None = None) -> Shown:
    """A value for reading; unknown ones say why, pairs say both ends."""
    unit = unit_text(kind.dims) if isinstance(kind, Quantity) else ""
    if isinstance(value, Number) and isinstance(kind, Quantity):
        if value.exact:
            assert value.low is not None
            return Shown(plain_value(value.low, kind), unit, number_text(value.low, kind, distinct_from))
        if value.low is not None and value.high is not None:
            text = f"{number_text(value.low, kind)}至{number_text(value.high, kind)}"
            return Shown(f"{plain_value(value.low, kind)}..{plain_value(value.high, kind)}", unit, f"{text}（{_why(value)}）")
        if value.low is not None:
            return Shown(f"{plain_value(value.low, kind)}..", unit, f"至少{number_text(value.low, kind)}（{_why(value)}）")
        return Shown("", unit, _why(value))
    if isinstance(value, Known):
        if value.value is ABSENT:
            return Shown("无", "", "无")
        if isinstance(value.value, Entry):
            return Shown(value.value.key, "", value.value.key)
        return Shown(plain_value(value.value, kind), unit, show_value(value.value, kind))
    return Shown("", unit, _why(value))


def line_text(value: Value, kind: Type) -> str:
    """A value on a line of a calculation: what is known is written as it is, whatever its kind."""
    if isinstance(value, Number) and isinstance(kind, Quantity) and not value.exact:
        return f"{number_text(value.low, kind)}至{number_text(value.high, kind)}" if value.low is not None and value.high is not None else "待定"
    return shown(value, kind).text if isinstance(value, Known | Number) else "待定"


def _why(value: Value) -> str:
    if isinstance(value, Undefined):
        return "分母为零"
    causes = value.causes if not isinstance(value, Known) else frozenset()
    return _UNKNOWN.get(leading(causes) or "", "不明")


def number_text(value: Fraction, kind: Quantity, distinct_from: Fraction | None = None) -> str:
    """As written by officers; never rounded onto a threshold it does not equal."""
    places = 2 if not kind.dims else 6
    if distinct_from is not None and value != distinct_from:
        scale = 100 if kind.percent and not kind.dims else 1
        while places < 12 and decimal_text(value * scale, places) == decimal_text(distinct_from * scale, places):
            places += 2
    text = show_amount(value, kind.dims, percent=kind.percent, places=places)
    return text


def _compared(op: str, left: t.Expr, right: t.Expr, evaluator: Evaluator, env: Env, truth: Truth) -> Triple:
    if isinstance(left, t.Const | t.ParameterRef) and not isinstance(right, t.Const | t.ParameterRef):
        left, right, op = right, left, _FLIP[op]
    a, b = evaluator.value(left, env), evaluator.value(right, env)
    threshold = b.low if isinstance(b, Number) and b.exact else None
    words = _WORDS if isinstance(left.type, Quantity) else _DAYS if isinstance(a, Known) and isinstance(a.value, date) else _WORDS
    wanted = shown(b, right.type)
    kind = left.type
    if isinstance(kind, Quantity) and isinstance(right.type, Quantity) and right.type.percent and not kind.dims:
        kind = Quantity(percent=True)
    actual = shown(a, kind, threshold)
    if wanted.value:
        required = Shown(wanted.value, wanted.unit, words[op] + wanted.text)
    else:
        required = Shown("", wanted.unit, f"{words[op]}（{wanted.text}）")
    gap = None
    if truth.value is False:
        gap = _gap(op, left, a, b, kind, evaluator, env)
    return actual, required, gap


def _gap(op: str, left: t.Expr, a: Value, b: Value, kind: Type, evaluator: Evaluator, env: Env) -> Shown | None:
    if isinstance(a, Known) and isinstance(b, Known) and isinstance(a.value, date) and isinstance(b.value, date):
        days = (a.value - b.value).days
        if op in (">=", ">") and days <= 0:
            return Shown(str(-days), "天", f"早了 {-days} 天" if days else "须晚于当天")
        if op in ("<=", "<") and days >= 0:
            return Shown(str(days), "天", f"晚了 {days} 天" if days else "须早于当天")
        return None
    if not (isinstance(a, Number) and isinstance(b, Number) and isinstance(kind, Quantity)):
        return None
    quotient = _quotient(left, evaluator, env)
    if quotient is not None and b.exact and b.low is not None:
        top, bottom, top_type, places = quotient
        return _shortfall(op, top, b.low * bottom, top_type, places)
    places = _places(left, evaluator)
    if op in (">=", ">"):
        if a.high is None or b.low is None:
            return None
        return _shortfall(op, a.high, b.low, kind, places)
    if a.low is None or b.high is None:
        return None
    return _shortfall(op, a.low, b.high, kind, places)


def _places(expr: t.Expr, evaluator: Evaluator) -> int | None:
    """Decimals a fact is told with, where it is not its unit's usual number."""
    if isinstance(expr, t.FactRef):
        return evaluator.book.facts[expr.fact].decimals
    return None


def _quotient(expr: t.Expr, evaluator: Evaluator, env: Env) -> tuple[Fraction, Fraction, Quantity, int | None] | None:
    """(numerator, positive divisor, numerator's type) where the left side is a quotient of knowns."""
    while isinstance(expr, t.DefinitionRef) and expr.base is None:
        expr = evaluator.book.definitions[expr.definition].expr
    if not (isinstance(expr, t.Calculated) and expr.op == "/" and isinstance(expr.left.type, Quantity)):
        return None
    top, bottom = evaluator.value(expr.left, env), evaluator.value(expr.right, env)
    if isinstance(top, Number) and isinstance(bottom, Number) and top.exact and bottom.exact and top.low is not None and bottom.low:
        if bottom.low > 0:
            return top.low, bottom.low, expr.left.type, _places(expr.left, evaluator)
    return None


def _shortfall(op: str, actual: Fraction, threshold: Fraction, kind: Quantity, places: int | None = None) -> Shown | None:
    """How much is missing (or too much), in the smallest unit that would satisfy the comparison."""
    step = Fraction(1, 100) if is_money(kind.dims) else Fraction(1) if kind.dims else Fraction(1, 10000)
    if places is not None:
        step = Fraction(1, 10**places)
    if (op == ">=" and actual < threshold) or (op == ">" and actual <= threshold):
        lack = _ceil(threshold - actual, step, strict=op == ">")
        word = "还差 "
    elif (op == "<=" and actual > threshold) or (op == "<" and actual >= threshold):
        lack = _ceil(actual - threshold, step, strict=op == "<")
        word = "超出 "
    else:
        return None
    if not kind.dims and kind.percent:
        return Shown(plain_value(lack, kind), "", f"{word}{decimal_text(lack * 100, 4)} 个百分点")
    number, unit = show_amount(lack, ()), unit_text(kind.dims)
    if is_money(kind.dims):
        text = show_amount(lack, kind.dims)
        number, unit = text, ""
    return Shown(plain_value(lack, kind), unit_text(kind.dims), f"{word}{number}{' ' if unit else ''}{unit}")


def _ceil(value: Fraction, step: Fraction, *, strict: bool) -> Fraction:
    count = value / step
    whole = -(-count.numerator // count.denominator)
    if strict and whole == count:
        whole += 1
    return whole * step


def _target(target: t.Expr, evaluator: Evaluator, env: Env) -> Shown:
    value = evaluator.value(target, env)
    kind = target.type
    if isinstance(value, Known) and isinstance(value.value, tuple):
        text = "、".join(value.value)
        return Shown(text, "", f"属于：{text}" if len(text) <= 60 else f"属于：{text[:56]}…（共 {len(value.value)} 项）")
    if isinstance(value, Known) and isinstance(value.value, Span):
        return Shown(plain_value(value.value, kind), "", f"介于{show_value(value.value, kind)}")
    if isinstance(value, Items):
        return Shown("", "", "属于所列")
    return Shown("", "", _why(value))


def _range_gap(found: Value, kind: Type, target: t.Expr, evaluator: Evaluator, env: Env, truth: Truth) -> Shown | None:
    span = evaluator.value(target, env)
    if truth.value is not False or not (isinstance(span, Known) and isinstance(span.value, Span)):
        return None
    low, high = span.value.low, span.value.high
    if isinstance(found, Known) and isinstance(found.value, date):
        if low is not None and found.value < low:
            return Shown(str((low - found.value).days), "天", f"早了 {(low - found.value).days} 天")
        if high is not None and found.value > high:
            return Shown(str((found.value - high).days), "天", f"晚了 {(found.value - high).days} 天")
    if isinstance(found, Number) and found.exact and isinstance(kind, Quantity) and found.low is not None:
        if low is not None and (found.low < low or (found.low == low and not span.value.low_closed)):
            return _shortfall(">=" if span.value.low_closed else ">", found.low, low, kind)
        if high is not None:
            return _shortfall("<=" if span.value.high_closed else "<", found.low, high, kind)
    return None


__all__ = ["Boolean", "describe", "line_text", "number_text", "shown"]
