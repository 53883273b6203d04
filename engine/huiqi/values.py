"""Values with what is not known about them: three-valued truth, number pairs, partial lists, causes.

Kleene logic is normative. A number is a pair (least, most), `None` for open; it is known when the
two are equal. Everything unknown carries its causes, which name things by id. What must stay true:
every operation is monotone in information (narrowing an operand never moves a known result), and
exact; nothing here is a sentence.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from fractions import Fraction
from typing import Any, Self

from .plain import dataclass
from .words import CauseKind, Verdict


class Topic(StrEnum):
    """What kind of thing a cause is about; with `Subject.id` and its parts it names the thing."""

    FACT = "fact"  # id: key of the fact; year, where another than 申报年度 is meant
    FIELD = "field"  # id: name of the record type, record: the record's key, part: the column
    GRANT = "grant"  # as FIELD, of the history of support
    YEAR = "year"  # 申报年度
    LIST = "list"  # id: key of the record type
    REST = "rest"  # the same: what of the list is not listed
    CERTIFICATE = "certificate"  # id: key of the recognition
    FIGURE = "figure"  # id: key of the parameter
    ROW = "row"  # id: key of the table, part: the row as written
    NO_ROW = "no_row"  # id: key of the table
    NO_BAND = "no_band"
    ROW_ORDER = "row_order"
    CLAUSE = "clause"  # id: the clause
    UNREAD = "unread"  # id: key of the recognition that has unread clauses
    CONDITIONS = "conditions"  # that there are any in force on the day
    DOCUMENT = "document"  # ids: keys of documents, none of them in force on `node`, a day
    AMOUNT = "amount"  # id: key of the measure whose amount is at discretion
    READING = "reading"  # id: key of a reading that nobody has decided
    COUNTING = "counting"  # id: key of the measure or group whose cap says nothing of earlier support
    RIVALS = "rivals"  # id: key of the group whose other members are open
    GROUP = "group"  # node: the expression of a cap that records of one group tell differently; part: its label
    EXPRESSION = "expression"  # node: the expression that has no value
    ABSENT = "absent"  # 无, compared
    SUPPOSED = "supposed"  # a value only tried; part: its name


@dataclass(frozen=True, slots=True)
class Subject:
    """What a cause is about, by id: words are made by whoever tells it."""

    topic: Topic
    id: str = ""
    part: str = ""
    record: str = ""
    year: int | None = None
    node: Any = None


@dataclass(frozen=True, slots=True)
class Cause:
    """Why something is unknown: the kind, and the fact, figure, clause or expression it is about."""

    kind: CauseKind
    what: Subject


def cause(kind: CauseKind, topic: Topic, name: str = "", **more: Any) -> Causes:
    """One cause, as the set of causes it is."""
    return frozenset({Cause(kind, Subject(topic, name, **more))})


Causes = frozenset[Cause]
NONE_KNOWN: Causes = frozenset()


def leading(causes: Iterable[Cause]) -> CauseKind | None:
    """The kind of cause to name first, None if there is none."""
    kinds = {c.kind for c in causes}
    return next((k for k in CauseKind if k in kinds), None)


class _Absent:
    """无: known to be absent. A value of its own, not a lack of knowledge."""

    _instance: Any = None

    def __new__(cls) -> Self:
        cls._instance = cls._instance or super().__new__(cls)
        return cls._instance  # type: ignore[no-any-return]

    def __repr__(self) -> str:
        return "无"

    def __reduce__(self) -> str:
        return "ABSENT"


ABSENT = _Absent()


@dataclass(frozen=True, slots=True)
class Known:
    """A value that is no number: bool, text, date, period, year, range, tuple, record, 无."""

    value: Any


@dataclass(frozen=True, slots=True)
class Unknown:
    causes: Causes


@dataclass(frozen=True, slots=True)
class Undefined:
    """A division by zero. `fails`: the rulebook says a comparison with it is 不符合."""

    fails: bool
    divisor: Any  # the expression that is zero

    @property
    def causes(self) -> Causes:
        return cause(CauseKind.UNDEFINED, Topic.EXPRESSION, node=self.divisor)


@dataclass(frozen=True, slots=True)
class Number:
    """A pair (least, most); None is open. `causes` is empty exactly when least == most."""

    low: Fraction | None
    high: Fraction | None
    causes: Causes = NONE_KNOWN

    @property
    def exact(self) -> bool:
        return self.low is not None and (self.low is self.high or self.low == self.high)

    @classmethod
    def of(cls, value: Fraction | int) -> Number:
        exact = value if type(value) is Fraction else Fraction(value)
        return cls(exact, exact)

    @classmethod
    def pair(cls, low: Fraction | None, high: Fraction | None, causes: Causes) -> Number:
        """A pair that has closed is known, whatever was unknown on the way."""
        return cls(low, high, NONE_KNOWN if low is not None and low == high else causes)


@dataclass(frozen=True, slots=True)
class Items:
    """A list as far as it is known: each item with the truth of its belonging to it."""

    items: tuple[tuple[Any, Truth], ...]
    complete: bool
    causes: Causes = NONE_KNOWN


@dataclass(frozen=True, slots=True)
class Truth:
    """A verdict: True, False, or None with causes."""

    value: bool | None
    causes: Causes = NONE_KNOWN

    @property
    def verdict(self) -> Verdict:
        return _VERDICTS[self.value]


_VERDICTS = {True: Verdict.HOLDS, False: Verdict.FAILS, None: Verdict.UNKNOWN}
HOLDS = Truth(True)
FAILS = Truth(False)
ZERO = Number(Fraction(0), Fraction(0))

Value = Known | Unknown | Undefined | Number | Items


def conjunction(parts: Iterable[Truth]) -> Truth:
    """Kleene and: one False decides; else unknown if any is."""
    causes: set[Cause] = set()
    unknown = False
    for part in parts:
        if part.value is False:
            return FAILS
        if part.value is None:
            unknown = True
            causes |= part.causes
    return Truth(None, frozenset(causes)) if unknown else HOLDS


def disjunction(parts: Iterable[Truth]) -> Truth:
    """Kleene or: one True decides; else unknown if any is."""
    causes: set[Cause] = set()
    unknown = False
    for part in parts:
        if part.value is True:
            return HOLDS
        if part.value is None:
            unknown = True
            causes |= part.causes
    return Truth(None, frozenset(causes)) if unknown else FAILS


def negation(part: Truth) -> Truth:
    return part if part.value is None else Truth(not part.value)


def causes_of(value: Value | Truth) -> Causes:
    return NONE_KNOWN if isinstance(value, Known) else value.causes


# -- pairs ---------------------------------------------------------------------------------------


def number(value: Value) -> Number | Undefined:
    """A value used as a number; unknown is the open pair."""
    if isinstance(value, Number | Undefined):
        return value
    return Number(None, None, causes_of(value))


def add(a: Number, b: Number) -> Number:
    if a.exact and b.exact and a.low is not None and b.low is not None:
        return Number.of(a.low + b.low)
    low = None if a.low is None or b.low is None else a.low + b.low
    high = None if a.high is None or b.high is None else a.high + b.high
    return Number.pair(low, high, a.causes | b.causes)


def negate(a: Number) -> Number:
    return Number(None if a.high is None else -a.high, None if a.low is None else -a.low, a.causes)


def multiply(a: Number, b: Number) -> Number:
    """Product of pairs. A known zero times anything finite but unknown stays unknown: Kleene."""
    if a.exact and b.exact:
        assert a.low is not None and b.low is not None
        return Number.of(a.low * b.low)
    corners: list[Fraction] = []
    low_open = high_open = False
    for x, x_sign in ((a.low, -1), (a.high, 1)):
        for y, y_sign in ((b.low, -1), (b.high, 1)):
            if x is not None and y is not None:
                corners.append(x * y)
                continue
            # an open end: the sign of the product's infinity
            sx = x_sign if x is None else (x > 0) - (x < 0)
            sy = y_sign if y is None else (y > 0) - (y < 0)
            if sx * sy > 0:
                high_open = True
            elif sx * sy < 0:
                low_open = True
            else:
                corners.append(Fraction(0))
    low = None if low_open or not corners else min(corners)
    high = None if high_open or not corners else max(corners)
    return Number(low, high, a.causes | b.causes) if low != high or low is None else Number(low, high)


def divide(a: Number, b: Number, *, nonzero: bool = False) -> Number:
    """Quotient of pairs; b must not be exactly zero. A divisor that may be zero leaves it open.

    `nonzero`: proved not to be zero, so that a pair which only touches zero has a sign.
    """
    if b.exact:
        assert b.low is not None and b.low != 0
        return multiply(a, Number.of(1 / b.low))
    if b.low is not None and (b.low > 0 or (nonzero and b.low == 0)):
        return multiply(a, Number(Fraction(0) if b.high is None else 1 / b.high, 1 / b.low if b.low else None, b.causes))
    if b.high is not None and (b.high < 0 or (nonzero and b.high == 0)):
        return negate(divide(a, negate(b), nonzero=nonzero))
    return Number(None, None, a.causes | b.causes)


def absolute(a: Number) -> Number:
    """The size of a number: never below zero, and zero is reached only by a pair that has it."""
    if a.low is not None and a.low >= 0:
        return a
    if a.high is not None and a.high <= 0:
        return negate(a)
    return Number.pair(Fraction(0), greatest([a, negate(a)]).high, a.causes)


def hull(parts: Iterable[Number], causes: Causes = NONE_KNOWN) -> Number:
    """The least pair that holds them all: it is one of them, which is not known."""
    items = list(parts)
    if not items:
        return Number(None, None, causes)
    lows, highs = [p.low for p in items], [p.high for p in items]
    low = None if any(x is None for x in lows) else min(x for x in lows if x is not None)
    high = None if any(x is None for x in highs) else max(x for x in highs if x is not None)
    return Number.pair(low, high, causes.union(*(p.causes for p in items)))


def narrowed(a: Number, b: Number) -> Number:
    """What two true pairs of one number say together."""
    low = max((x for x in (a.low, b.low) if x is not None), default=None)
    high = min((x for x in (a.high, b.high) if x is not None), default=None)
    return Number.pair(low, high, a.causes | b.causes)


def least(parts: Iterable[Number]) -> Number:
    """min: the smallest upper end bounds it, whatever is unknown."""
    items = list(parts)
    if all(p.exact for p in items):
        return min(items, key=lambda p: p.low or 0)
    highs = [p.high for p in items if p.high is not None]
    low = None if any(p.low is None for p in items) else min(p.low for p in items if p.low is not None)
    high = min(highs) if highs else None
    return Number.pair(low, high, frozenset().union(*(p.causes for p in items)))


def greatest(parts: Iterable[Number]) -> Number:
    parts = list(parts)
    if all(p.exact for p in parts):
        return max(parts, key=lambda p: p.low or 0)
    return negate(least([negate(p) for p in parts]))


def compare(op: str, a: Number, b: Number) -> Truth:
    """a op b, three-valued: decided as soon as the pairs no longer overlap at the threshold."""
    if op in (">", ">="):
        return compare("<" if op == ">" else "<=", b, a)
    causes = a.causes | b.causes
    if op == "<":
        if a.high is not None and b.low is not None and a.high < b.low:
            return HOLDS
        if a.low is not None and b.high is not None and a.low >= b.high:
            return FAILS
        return Truth(None, causes)
    if op == "<=":
        if a.high is not None and b.low is not None and a.high <= b.low:
            return HOLDS
        if a.low is not None and b.high is not None and a.low > b.high:
            return FAILS
        return Truth(None, causes)
    if a.exact and b.exact:
        same = Truth(a.low == b.low)
    elif (a.high is not None and b.low is not None and a.high < b.low) or (a.low is not None and b.high is not None and a.low > b.high):
        same = FAILS
    else:
        same = Truth(None, causes)
    return same if op == "=" else negation(same)
