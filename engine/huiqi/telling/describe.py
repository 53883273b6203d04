"""What a condition compared: the actual value, what was required, and how much is lacking.

Read off the typed tree and the reference values; used for every reader's explanation. A gap is
given in the unit the enterprise can act on: for a quotient, in the numerator's unit (how much more
offshore revenue, the total unchanged), in the smallest unit that satisfies it. What must stay true:
no gap is printed that `remedy` has not verified.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

from ..language import typed as t
from ..language.types import DATE, YEAR, Date, Quantity, Text, Type, Year
from ..language.units import decimal_text, is_money, show_amount, unit_text
from ..plain import dataclass
from ..reasoning.evaluate import Evaluator
from ..reasoning.told import Entry
from ..reasoning.uses import Env
from ..rulebook.compiled import WindowSpec
from ..rulebook.literals import Span, endless, plain_value, show_value
from ..values import ABSENT, Items, Known, Number, Truth, Value
from .amounts import amount_text, number_text, shown, why
from .changes import Change, Kind, Source, sources, told_alone
from .decision import Gap, Shown
from .remedy import holds_with, nearest, outright
from .spoken import spoken

_WORDS = {">=": "不低于", "<=": "不超过", ">": "超过", "<": "低于", "=": "等于", "!=": "不等于"}
_DAYS = {">=": "不早于", "<=": "不晚于", ">": "晚于", "<": "早于", "=": "等于", "!=": "不等于"}
NOT_SETTLED = "尚未能判断"
_JUST = {"=": "", "!=": "不是"}  # of words to choose from
_FLIP = {">=": "<=", "<=": ">=", ">": "<", "<": ">", "=": "=", "!=": "!="}

Triple = tuple[Shown | None, Shown | None, Gap | None]


def describe(expr: t.Expr, evaluator: Evaluator, env: Env, truth: Truth) -> Triple:
    """(actual, required, gap) of a condition, each None where it has no single value."""
    match expr:
        case t.Compared(op=op, left=left, right=right):
            return _compared(expr, op, left, right, evaluator, env, truth)
        case t.Member(value=value, target=target):
            found = evaluator.value(value, env)
            actual = shown(found, value.type)
            required = _target(target, evaluator, env)
            gap = _range_gap(expr, found, evaluator, env) if truth.value is False else None
            return actual, required, gap
        case t.Inverse(operand=operand) if isinstance(operand, t.FactRef | t.Field | t.RecognitionRef | t.ConclusionRef | t.DefinitionRef):
            return _verdict(operand, evaluator, env), Shown("否", "", "否"), None
        case t.FactRef() | t.Field() | t.RecognitionRef() | t.ConclusionRef():
            return _verdict(expr, evaluator, env), Shown("是", "", "是"), None
        case t.DefinitionRef() if expr.base is None:
            spec = evaluator.book.definitions[expr.definition]
            return describe(spec.expr, evaluator, env, truth)
        case t.DefinitionRef(base=base) if base is not None:
            spec = evaluator.book.definitions[expr.definition]
            entry = evaluator.value(base, env)
            assert isinstance(entry, Known) and isinstance(entry.value, Entry)
            return describe(spec.expr, evaluator, Env(env.day, env.document, {"§本条": entry.value}, env.since), truth)
        case t.All(items=items) | t.AnyOf(items=items):
            return _composite(expr, items, evaluator, env, truth)
        case t.Choice(condition=condition, then=then, otherwise=otherwise) if (taken := evaluator.truth(condition, env).value) is not None:
            # what was asked of this enterprise, and what sent it there; how far it is from holding is not: the way may change
            branch = then if taken else otherwise
            told = [_called(condition, evaluator, env), _called(branch, evaluator, env)]
            texts = [x for x in dict.fromkeys(told) if x and not any(x in y and x != y for y in told)]
            return Shown("", "", "，".join(texts)) if texts else None, describe(branch, evaluator, env, truth)[1], None
    return None, None, None


def _verdict(expr: t.Expr, evaluator: Evaluator, env: Env) -> Shown:
    """Yes or no as told; of what is concluded and not yet settled nothing is 未提供: that is what it hangs on."""
    found = evaluator.value(expr, env)
    if isinstance(expr, t.RecognitionRef | t.ConclusionRef) and not isinstance(found, Known):
        return Shown("", "", NOT_SETTLED)
    return shown(found, expr.type)


def described_window(window: WindowSpec, evaluator: Evaluator, env: Env, truth: Truth) -> Triple:
    """The day that was compared and the days on which applications are taken."""
    if window.days is None:
        return describe(window.expr, evaluator, env, truth)
    return shown(evaluator.value(window.expr, env), window.expr.type), Shown("", "", f"在{window.days.text}"), None


def composite(expr: t.Expr, evaluator: Evaluator) -> t.All | t.AnyOf | None:
    """The and / or that a condition is, by its own name too; None where it is neither."""
    while isinstance(expr, t.DefinitionRef) and expr.base is None:
        expr = evaluator.book.definitions[expr.definition].expr
    return expr if isinstance(expr, t.All | t.AnyOf) else None


def _composite(expr: t.All | t.AnyOf, items: tuple[t.Expr, ...], evaluator: Evaluator, env: Env, whole: Truth) -> Triple:
    """What was told and what is required, part by part; where the whole fails, the gaps of the parts that do."""
    gaps: list[tuple[str, Gap | None]] = []
    if whole.value is False:
        for item in items:
            truth = evaluator.truth(item, env)
            if truth.value is False:
                name = "" if composite(item, evaluator) else spoken(_subject(item))
                gaps.append((name, describe(item, evaluator, env, truth)[2]))
    told = _each_needed(expr, gaps, evaluator, env) if isinstance(expr, t.All) else _each_enough(expr, gaps, evaluator, env)
    texts = list(dict.fromkeys(f"{name} {gap.text}".lstrip() for name, gap in told))
    changes = [c for _, gap in told for c in gap.changes] if isinstance(expr, t.All) else list(told[0][1].changes) if told else []
    gap = Gap("", "", _join(expr).join(texts), changes=tuple(dict.fromkeys(changes))) if texts else None
    actuals = list(dict.fromkeys(_found(expr, evaluator, env)))
    return Shown("", "", "，".join(actuals)) if actuals else None, Shown("", "", _wanted(expr, evaluator, env)), gap


def _join(expr: t.All | t.AnyOf) -> str:
    return "，且" if isinstance(expr, t.All) else "，或"


def _found(expr: t.All | t.AnyOf, evaluator: Evaluator, env: Env) -> list[str]:
    """What was told of each part, each by its name; where one part is enough and holds, of no other; where one refuses, of none that is open."""
    out = []
    settled = evaluator.truth(expr, env).value
    enough = isinstance(expr, t.AnyOf) and settled is True
    failed = isinstance(expr, t.All) and settled is False
    for item in expr.items:
        if enough and evaluator.truth(item, env).value is not True:
            continue
        if failed and evaluator.truth(item, env).value is None:
            continue  # what is still open did not refuse it
        if (inner := composite(item, evaluator)) is not None:
            out += _found(inner, evaluator, env)
        elif text := _called(item, evaluator, env):
            out.append(text)
    return out


def _wanted(expr: t.All | t.AnyOf, evaluator: Evaluator, env: Env) -> str:
    """What each part requires, by its name; a part of which that cannot be said, as it is written."""
    out: dict[tuple[str, ...], list[str]] = {}  # one part a key; the words that any of will do, under the name they are of
    for item in expr.items:
        inner = composite(item, evaluator)
        if inner is not None:
            text = _wanted(inner, evaluator, env)
            out[(text if type(inner) is type(expr) or _join(inner) not in text else f"（{text}）",)] = []
            continue
        required = None if isinstance(item, t.Choice) else describe(item, evaluator, env, Truth(None))[1]
        if required and isinstance(expr, t.AnyOf) and _one_word(item):
            words = out.setdefault((spoken(_subject(item)), "one of"), [])
            words += [required.text] if required.text not in words else []
            continue
        out[(f"{spoken(_subject(item))} {required.text}" if required else spoken(item),)] = []
    return _join(expr).join(f"{name} {'或'.join(x for x in ('、'.join(words[:-1]), words[-1]) if x)}" if words else name for (name, *_), words in out.items())


def _one_word(expr: t.Expr) -> bool:
    """Asks for one of the words that a column or an item may have."""
    return isinstance(expr, t.Compared) and expr.op == "=" and isinstance(expr.right, t.Const) and isinstance(expr.right.type, Text)


def _each_needed(expr: t.All, gaps: list[tuple[str, Gap | None]], evaluator: Evaluator, env: Env) -> list[tuple[str, Gap]]:
    """The gaps of the parts of a conjunction, where all together do and none may be less."""
    told = [(name, gap) for name, gap in gaps if gap is not None]
    changes = list(dict.fromkeys(c for _, gap in told for c in gap.changes))
    if not told or len(told) < len(gaps) or not holds_with(expr, changes, evaluator, env):
        return []
    less = ([*changes[:n], c.shorter(), *changes[n + 1 :]] for n, c in enumerate(changes))
    return [] if any(holds_with(expr, x, evaluator, env) for x in less) else told


def _each_enough(expr: t.AnyOf, gaps: list[tuple[str, Gap | None]], evaluator: Evaluator, env: Env) -> list[tuple[str, Gap]]:
    """The gaps of the parts of a disjunction that are also the nearest at which the whole holds."""
    out = []
    for name, gap in gaps:
        if gap is None:
            continue
        changes = gap.changes
        if len(changes) != 1:
            continue
        source, steps = replace(changes[0].source, listed=True), changes[0].steps  # another part may read its list
        found = nearest(expr, source, evaluator, env, abs(steps))
        if found is not None and found.steps == steps:
            out.append((name, gap))
    return out


def _subject(expr: t.Expr) -> t.Expr:
    """What a comparison is about: its left side."""
    if isinstance(expr, t.Compared):
        return expr.left
    if isinstance(expr, t.Member):
        return expr.value
    return expr.operand if isinstance(expr, t.Inverse) else expr


def _compared(whole: t.Expr, op: str, left: t.Expr, right: t.Expr, evaluator: Evaluator, env: Env, truth: Truth) -> Triple:
    if isinstance(left, t.Const | t.ParameterRef) and not isinstance(right, t.Const | t.ParameterRef):
        left, right, op = right, left, _FLIP[op]
    a, b = evaluator.value(left, env), evaluator.value(right, env)
    threshold = b.low if isinstance(b, Number) and b.exact else None
    words = _DAYS if isinstance(left.type, Date | Year) else _WORDS
    wanted = shown(b, right.type)
    if (
        isinstance(right, t.Const | t.ParameterRef | t.Lookup)
        and threshold is not None
        and isinstance(right.type, Quantity)
        and not right.type.dims
        and endless(threshold)
    ):
        wanted = replace(wanted, text=show_value(threshold, right.type))  # 1/3, as the figure was written
    kind = left.type
    if isinstance(kind, Quantity) and isinstance(right.type, Quantity) and right.type.percent and not kind.dims:
        kind = Quantity(percent=True)
    actual = shown(a, kind, threshold)
    actual, wanted = _from_told(actual, left, evaluator, env), _from_told(wanted, right, evaluator, env)
    if isinstance(right.type, Text) and op in _JUST and wanted.value:
        required = Shown(wanted.value, wanted.unit, _JUST[op] + wanted.text)
    elif wanted.value and isinstance(b, Number) and not b.exact and not isinstance(right, t.Const | t.ParameterRef):
        required = Shown(wanted.value, wanted.unit, _beside(f"{words[op]} {spoken(right)}", wanted.text))
    elif wanted.value:
        required = Shown(wanted.value, wanted.unit, words[op] + wanted.text)
    else:
        required = Shown("", wanted.unit, _beside(f"{words[op]} {spoken(right)}", wanted.text))
    gap = _gap(whole, op, left, a, b, kind, evaluator, env) if truth.value is False else None
    return actual, required, gap


def _beside(name: str, text: str) -> str:
    """A name with its value in brackets; brackets in the value's own words are a comma there."""
    return f"{name}（{text.removesuffix('）').replace('（', '，') if text.endswith('）') and text.count('（') == 1 else text}）"


def _called(expr: t.Expr, evaluator: Evaluator, env: Env) -> str:
    """What was found of it, by name; nothing of what is always so."""
    operand = expr.operand if isinstance(expr, t.AbsentTest) else None
    found = shown(evaluator.value(operand, env), operand.type) if operand is not None else describe(expr, evaluator, env, Truth(None))[0]
    if found is None:
        return ""
    return found.text if isinstance(expr, t.All | t.AnyOf | t.Choice) else f"{spoken(operand or _subject(expr))} {found.text}"


def _from_told(found: Shown, expr: t.Expr, evaluator: Evaluator, env: Env) -> Shown:
    """A day that was worked out stands on no paper: with the days it was worked out from."""
    told = _days(expr, evaluator, env) if isinstance(expr.type, Date) and not isinstance(expr, t.FactRef | t.Field) else {}
    if not told:
        return found
    (name, day), *more = told.items()
    return replace(
        found, text=f"{found.text}（{name}）" if not more and day == found.text else f"{found.text}（{'，'.join(f'{n} {d}' for n, d in told.items())}）"
    )


def _days(expr: t.Expr, evaluator: Evaluator, env: Env) -> dict[str, str]:
    """The told days of an expression, on the way that was taken, by name."""
    match expr:
        case t.FactRef() | t.Field() if isinstance(expr.type, Date):
            value = evaluator.value(expr, env)
            return {spoken(expr): shown(value, expr.type).text} if isinstance(value, Known) else {}
        case t.Choice(condition=condition, then=then, otherwise=otherwise):
            taken = evaluator.truth(condition, env).value
            return {} if taken is None else _days(then if taken else otherwise, evaluator, env)
        case t.DefinitionRef(base=None):
            return _days(evaluator.book.definitions[expr.definition].expr, evaluator, env)
        case t.Calculated(left=left, right=right):
            return _days(left, evaluator, env) | _days(right, evaluator, env)
    return {}


def _gap(whole: t.Expr, op: str, left: t.Expr, a: Value, b: Value, kind: Type, evaluator: Evaluator, env: Env) -> Gap | None:
    """How far `whole` is from holding: `left op bound` is what of it fails.

    The difference of the two sides is printed where changing one told thing by just that much does and
    nothing less does; else the change that does, with the name of what must change; else no number.
    """
    lack = _lack(op, left, a, b, kind, evaluator, env)
    found: list[tuple[Change, bool]] = []  # and whether it is the difference itself
    alike = True
    if lack is not None and isinstance(b, Number) and b.exact and (plainly := outright(whole, evaluator, env)) is not None and lack.fits(plainly[0]):
        source, sign = plainly
        steps = int(lack.least(Fraction(source.step)) / source.step)
        fixed = _fixed(whole)
        among = [] if fixed and not lack.divided else [s for s in sources(whole, evaluator, env) if s.place != source.place]
        if all(s.kind is not Kind.DAY and (lack.divided or not lack.fits(s)) for s in among):
            if 1 <= steps <= source.room(sign):
                change = Change(source, sign * steps)
                return replace(lack.shown(change.amount), changes=(change,))
            if not among:
                return None
    for source in sources(whole, evaluator, env):
        likely = int(lack.least(Fraction(source.step)) / source.step) if lack is not None and lack.fits(source) else None
        moved = nearest(whole, source, evaluator, env, likely)
        if moved is not None:
            plain = likely == abs(moved.steps)
            found.append((moved, plain))
            alike = alike and (plain or likely is None or source.kind is Kind.DAY)
    usable = [(c, plain) for c, plain in found if c.source.kind is not Kind.DAY] or found
    if not usable:
        return None
    # the difference itself if it does; what has not happened yet before what has; the fewest days; the order of the text
    change, plain = min(usable, key=lambda x: (not x[1], x[0].past(evaluator.on), x[0].amount if x[0].source.stepwise else 0))
    later = next((c.value for c, _ in found if c.source.kind is Kind.DAY and c.upward), None)
    if plain and lack is not None and (alike or lack.divided):  # else one could take it for another's
        return replace(lack.shown(change.amount), changes=(change,), later=later)
    return replace(_named(op, left, change), changes=(change,), later=later)


def _fixed(whole: t.Expr) -> bool:
    """Whether one side of a comparison is a figure of the rulebook on the governing day, and the other nothing but a told thing."""
    assert isinstance(whole, t.Compared)
    sides = [s for s in (whole.left, whole.right) if not isinstance(s, t.Const) and not (isinstance(s, t.ParameterRef) and s.day is None)]
    return len(sides) == 1 and isinstance(sides[0], t.FactRef | t.Field)


@dataclass(frozen=True)
class _Lack:
    """The difference between the two sides of a comparison that fails, in a unit of its own."""

    op: str
    exact: Fraction
    kind: Type
    divided: bool = False  # a quotient: it is the numerator that lacks it

    def fits(self, source: Source) -> bool:
        """Whether the source is counted in the same unit, so that the difference may be what it lacks."""
        if isinstance(self.kind, Quantity) and isinstance(source.type, Quantity):
            return self.kind.dims == source.type.dims
        return type(self.kind) is type(source.type) and isinstance(self.kind, Date | Year)

    def least(self, step: Fraction) -> Fraction:
        """The difference in whole steps, one more where equality is not enough."""
        count = self.exact / step
        whole = -(-count.numerator // count.denominator)
        return (whole + (self.op in ("<", ">") and whole == count)) * step

    def shown(self, amount: Fraction) -> Gap:
        """In words; `amount` is the difference in the steps of what must change."""
        if isinstance(self.kind, Date) and not self.exact:
            return Gap(str(amount), "天", "须晚于当天" if self.op == ">" else "须早于当天")
        words = ("早了 ", "晚了 ") if isinstance(self.kind, Date) else ("还差 ", "超出 ")
        return _counted(words[self.op in ("<", "<=")], amount, self.kind)


def _lack(op: str, left: t.Expr, a: Value, b: Value, kind: Type, evaluator: Evaluator, env: Env) -> _Lack | None:
    """For a quotient, in the numerator's unit: how much more of it, the divisor unchanged."""
    if isinstance(a, Known) and isinstance(b, Known) and type(a.value) is type(b.value) and op not in ("=", "!="):
        if isinstance(a.value, date):
            return _Lack(op, Fraction(abs((a.value - b.value).days)), DATE)
        if isinstance(left.type, Year):
            return _Lack(op, Fraction(abs(a.value - b.value)), YEAR)
    if not (isinstance(a, Number) and isinstance(b, Number) and isinstance(kind, Quantity)) or op in ("=", "!="):
        return None
    quotient = _quotient(left, evaluator, env)
    if quotient is not None and b.exact and b.low is not None:
        top, bottom, top_kind = quotient
        return _Lack(op, abs(b.low * bottom - top), top_kind, divided=True)
    near, bound = (a.high, b.low) if op in (">", ">=") else (a.low, b.high)
    return None if near is None or bound is None else _Lack(op, abs(near - bound), kind)


def _quotient(expr: t.Expr, evaluator: Evaluator, env: Env) -> tuple[Fraction, Fraction, Quantity] | None:
    """(numerator, positive divisor, numerator's type) where the left side is a quotient of knowns."""
    while isinstance(expr, t.DefinitionRef) and expr.base is None:
        expr = evaluator.book.definitions[expr.definition].expr
    if not (isinstance(expr, t.Calculated) and expr.op == "/" and isinstance(expr.left.type, Quantity)):
        return None
    top, bottom = evaluator.value(expr.left, env), evaluator.value(expr.right, env)
    if isinstance(top, Number) and isinstance(bottom, Number) and top.exact and bottom.exact and top.low is not None and bottom.low:
        if bottom.low > 0:
            return top.low, bottom.low, expr.left.type
    return None


def _counted(word: str, amount: Fraction, kind: Type) -> Gap:
    """An amount of a unit, as an officer writes it."""
    if isinstance(kind, Year):
        return Gap(str(amount), "年", f"{word}{amount} 年")
    if not isinstance(kind, Quantity):
        return Gap(str(amount), "天", f"{word}{amount} 天")
    if not kind.dims and kind.percent:
        return Gap(plain_value(amount, kind), "", f"{word}{decimal_text(amount * 100, 12)} 个百分点")
    if is_money(kind.dims):
        return Gap(plain_value(amount, kind), unit_text(kind.dims), f"{word}{amount_text(amount, kind.dims, places=12)}")
    unit = unit_text(kind.dims)
    return Gap(plain_value(amount, kind), unit, f"{word}{show_amount(amount, (), places=12)}{' ' if unit else ''}{unit}")


def _named(op: str, left: t.Expr, change: Change) -> Gap:
    """A change of one thing named, where the difference of the two sides is not what it takes."""
    source, up = change.source, change.upward
    kind = source.type.required()
    if isinstance(source.value, date):
        verb = "推迟到" if up else "提前到"
        target = str(change.value)
    else:
        verb = "增加到" if up else "减少到"
        target = (
            show_value(change.value, kind) if isinstance(kind, Year) else number_text(change.value, kind) if isinstance(kind, Quantity) else str(change.value)
        )
    if isinstance(left.type, Date):
        word = "早了 " if op in (">", ">=") else "晚了 " if op in ("<", "<=") else "相差 "
    elif isinstance(source.value, date):
        word = "还差 " if op in (">", ">=") else "超出 " if op in ("<", "<=") else "相差 "
    else:
        word = "还差 " if up and op in (">", ">=") else "超出 " if not up and op in ("<", "<=") else "相差 "
    gap = _counted(word, change.amount, kind)
    return replace(gap, text=f"{gap.text}（{source.name}须{verb} {target}）")


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
    return Shown("", "", why(value))


def _range_gap(expr: t.Member, found: Value, evaluator: Evaluator, env: Env) -> Gap | None:
    """Below the lower end or above the upper one."""
    target = evaluator.value(expr.target, env)
    if not (isinstance(target, Known) and isinstance(target.value, Span)):
        return None
    span, value = target.value, found.low if isinstance(found, Number) and found.exact else found.value if isinstance(found, Known) else None
    if value is None or value is ABSENT:
        return None
    if span.low is not None and (value < span.low or (value == span.low and not span.low_closed)):
        op, bound = (">=" if span.low_closed else ">"), span.low
    elif span.high is not None:
        op, bound = ("<=" if span.high_closed else "<"), span.high
    else:
        return None
    end = Number.of(bound) if isinstance(bound, Fraction) else Known(bound)
    source = told_alone(expr.value, evaluator, env) if isinstance(expr.target, t.ParameterRef) and expr.target.day is None else None
    # a date that may be the governing one moves the range with it
    if source is not None and source.value != env.day and (lack := _lack(op, expr.value, found, end, expr.value.type, evaluator, env)) and lack.fits(source):
        sign, steps = 1 if op in (">=", ">") else -1, int(lack.least(Fraction(source.step)) / source.step)
        if 1 <= steps <= source.room(sign) and source.at(sign * steps) in span:
            change = Change(source, sign * steps)
            return replace(lack.shown(change.amount), changes=(change,))
    return _gap(expr, op, expr.value, found, end, expr.value.type, evaluator, env)
