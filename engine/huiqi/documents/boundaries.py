"""On which side of a boundary the boundary itself lies: as a text says it, and as a rule compares.

不低于, 以上, 满 and what is below them split at the same point (the boundary is above), 超过 and 不超过 at
another (it is below). What must stay true: where a text has no word of a boundary, or two that differ,
nothing is said of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum

from ..errors import Position
from ..language import typed as t
from ..plain import dataclass
from ..rulebook.compiled import AwardBasis, CompiledRulebook, Condition, Group, MeasureSpec, Op, RecognitionSpec, Role, SchemeSpec, Spec, own_specs
from ..rulebook.quotes import Told

_FILL = r'(?:为|是|的|约|人民币|合计|累计|实际|["(:]|给予|补助|奖励|支持){0,3}'


class Way(Enum):
    """How what is asked of lies to the boundary."""

    LEAST = ">="
    ABOVE = ">"
    MOST = "<="
    BELOW = "<"

    @property
    def above(self) -> bool:
        """Whether the boundary belongs to what lies above it."""
        return self in (Way.LEAST, Way.BELOW)

    @property
    def word(self) -> str:
        return {">=": "不低于", ">": "超过", "<=": "不超过", "<": "低于"}[self.value]


_BEFORE = (
    (Way.MOST, re.compile(rf"(?:不(?:得)?(?:超过|高于|大于|多于)|最(?:高|多|大)|至多|上限|限额|≤|<=){_FILL}$")),
    (Way.MOST, re.compile(r"不(?:得)?超过[^,。;、:\d\"()]{1,10}$")),
    (Way.LEAST, re.compile(rf"(?:不(?:得)?(?:低于|少于|小于)|至少|最(?:低|少)|达到?|≥|>=|(?<![不未])满){_FILL}$")),
    (Way.BELOW, re.compile(rf"(?:低于|少于|小于|不足|不满|未满|不到|未达到?|<){_FILL}$")),
    (Way.ABOVE, re.compile(rf"(?:超过|超出|高于|大于|多于|>){_FILL}$")),
)
_AFTER = (
    (Way.ABOVE, re.compile(r"(?:以上)?\(不含(?!税)[^)]*\)(?:以上)|以上\(不含(?!税)[^)]*\)")),
    (Way.LEAST, re.compile(r"(?:\(含[^)]*\))?及?以上|\(含[^)]*\)以上")),
    (Way.BELOW, re.compile(r"\(不含(?!税)[^)]*\)以下|以下\(不含(?!税)[^)]*\)")),
    (Way.MOST, re.compile(r"(?:\(含[^)]*\)及?以下|及以下|以下\(含[^)]*\)|以内|为(?:上)?限|封顶)")),
)
_AMOUNT = r"(?:元|人|个|件|家|项|名)?"


def said_of(text: str, told: Told, *, excludes: bool = False) -> Way | None:
    """The word of a boundary beside a number in a (levelled) text; None where there is none, or it may mean either.

    `excludes`: the text says somewhere that its 以下 leaves its number out; in law 以下 holds it.
    """
    before, after = text[max(0, told.start - 14) : told.start], text[told.end : told.end + 16]
    behind = next((way for way, pattern in _AFTER if re.match(_AMOUNT + pattern.pattern, after)), None)
    if behind is not None:
        return behind
    if re.match(_AMOUNT + "以下", after):
        return Way.BELOW if excludes else Way.MOST
    front = next((way for way, pattern in _BEFORE if pattern.search(before)), None)
    if front in (Way.BELOW, Way.ABOVE) and re.match(_AMOUNT + r"\(含", after):
        return Way.MOST if front is Way.BELOW else Way.LEAST
    return front


def with_this_one(text: str, told: Told) -> bool:
    """Whether a text counts the time applied for among the times: 累计不超过3次 leaves fewer than three before it."""
    return told.unit == "次" and "累计" in text[max(0, told.start - 14) : told.start]


@dataclass(frozen=True)
class Compared:
    """One use of a figure as a boundary. `plain`: a condition that must hold, read as it stands."""

    figure: str  # key of the parameter or table
    way: Way
    plain: bool
    what: str
    at: Position
    text: str


_FLIP = {">=": "<=", "<=": ">=", ">": "<", "<": ">"}


def comparisons(book: CompiledRulebook) -> Iterator[Compared]:
    """Every comparison of a rulebook with a figure by itself (or a share of it), in its own conditions."""
    for spec, condition, plain in _conditions(book):
        yield from _of(book, condition.expr, plain, f"“{spec.title}”的条件“{condition.label}”", condition.at, condition.text)
    for key, table in book.tables.items():
        if key.startswith(f"{book.id}/"):
            for row in table.rows:
                for test in row.tests:
                    if test.op in _FLIP and isinstance(test.values[0], t.ParameterRef):
                        yield Compared(test.values[0].parameter, Way(test.op), False, f"标准表“{table.name}”第 {row.number + 1} 行", row.basis.at, test.text)


def _of(book: CompiledRulebook, expr: t.Expr, plain: bool, what: str, at: Position, text: str) -> Iterator[Compared]:
    match expr:
        case t.All(items=items):
            for item in items:
                yield from _of(book, item, plain, what, at, text)
        case t.AnyOf(items=items):
            for item in items:
                yield from _of(book, item, plain, what, at, text)
        case t.Inverse(operand=inner):
            yield from _of(book, inner, False, what, at, text)
        case t.Compared(op=op, left=left, right=right) if op in _FLIP:
            for side, sign in ((right, op), (left, _FLIP[op])):
                if (figure := _figure(side)) is not None:
                    yield Compared(figure, Way(sign), plain, what, at, text)
        case t.Member(target=t.Ranged(low=low, high=high, low_closed=lc, high_closed=hc)):
            for side, sign in ((low, ">=" if lc else ">"), (high, "<=" if hc else "<")):
                if (figure := _figure(side)) is not None:
                    yield Compared(figure, Way(sign), plain, what, at, text)
        case _:
            for part in t.walk(expr):
                if part is not expr and isinstance(part, t.Compared | t.Member):
                    yield from _of(book, part, False, what, at, text)


def _figure(side: t.Expr) -> str | None:
    match side:
        case t.ParameterRef(parameter=key):
            return key
        case t.Lookup(table=key):
            return key
        case t.Calculated(op="*", left=left, right=right):
            found = [x for x in (_figure(left), _figure(right)) if x is not None]
            return found[0] if len(found) == 1 else None
        case _:
            return None


def _conditions(book: CompiledRulebook) -> Iterator[tuple[Spec, Condition, bool]]:
    def within(group: Group, plain: bool) -> Iterator[tuple[Condition, bool]]:
        for item in group.items:
            if isinstance(item, Group):
                yield from within(item, plain and item.op is not Op.NOT)
            else:
                yield item, plain and item.role is Role.WHEN

    own = own_specs(book)
    own += [v.spec for found in book.variants.values() for v in found if isinstance(v.spec, MeasureSpec | RecognitionSpec)]
    for spec in own:
        groups = [spec.when, spec.unless]
        if isinstance(spec, MeasureSpec):
            groups += [g for s in spec.schemes.values() for g in (s.when, s.unless)]
        for group in groups:
            for condition, plain in within(group, True):
                yield spec, condition, plain


def capped(scheme: SchemeSpec) -> Iterator[str]:
    """The figures that cap what a scheme gives."""
    for limit in scheme.limits:
        for side in (limit.amount, limit.count):
            if side is not None and (key := _figure(side)) is not None:
                yield key


def promised(scheme: SchemeSpec) -> str | None:
    """The figure by itself that a scheme gives as what is due: no ceiling, and no rate of a relief."""
    award = scheme.award
    if award is None or award.basis is not AwardBasis.FIXED or not award.sums:
        return None
    return award.expr.parameter if isinstance(award.expr, t.ParameterRef) else None


__all__ = ["Compared", "Way", "capped", "comparisons", "promised", "said_of", "with_this_one"]
