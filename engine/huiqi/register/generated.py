"""A register made up: realistic enterprises from a rulebook's own vocabulary, the same for the same seed.

Nobody in it exists. Size drives heads, revenue and what was executed; years hang together; relations every case must meet are met;
hardly any row is fully told; some values lie on a figure of the rulebook, or one minor unit beside it. What must stay true: exact
(no float anywhere), enterprise n does not depend on how many are made, and every row is one that the reader of cases takes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from random import Random
from typing import Any, NamedTuple

from ..language import typed as t
from ..language.types import Quantity
from ..language.units import unit_text
from ..rulebook.compiled import SUPPORT, CompiledRulebook, FactKind, FactSpec, RecordSpec, told_as
from ..rulebook.lexicon import lexicons
from ..rulebook.literals import exact_string
from ..rulebook.reach import read_by
from ..values import ABSENT
from .figures import Slot, Watched, slot_of, slots, watched

YEARS = 3  # of application and before it
_SIZES = (1, 2, 2, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 6, 6, 7, 7, 8, 9, 11)  # powers of two: most are small
_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # of GB 32100
_NOWHERE = "91149999MA"  # begins the codes: no district has the number, so that a code is nobody's
_PLACES, _TRADES, _KINDS = (
    ("恒岳", "北岳", "塞外", "云州", "平型", "桑干", "采凉", "方山"),
    ("软件", "数据", "信息", "外包", "智能", "呼叫"),
    ("有限公司", "科技有限公司", "服务有限公司"),
)
_OTHER = ("其他一", "其他二", "未列名")
_INDUSTRIES = ("6513", "6560", "6550", "6450", "7272", "8299", "3911", "5910", "7440")


class Made(NamedTuple):
    """One enterprise, as `Rulebook.decide` takes it: facts by name, records by type; what is not there is not told."""

    name: str
    facts: dict[str, Any]
    records: dict[str, Any]


class Relations(NamedTuple):
    """What must hold between facts, or between the columns of a record: pairs in order, sums, facts of which only one side may be told; a yes or no."""

    ordered: tuple[tuple[Slot, Slot, bool], ...]  # the first is at most the second; strictly
    sums: tuple[tuple[Slot, Slot, Slot], ...]  # the first two are the third
    never_both: tuple[tuple[frozenset[Slot], frozenset[Slot]], ...]
    answers: tuple[tuple[t.Expr, Slot], ...]  # a check of words with the one yes or no that makes it hold


def generated(
    book: CompiledRulebook, *, seed: int, count: int, year: int, measures: Collection[str] | None = None, start: int = 0,
) -> Iterator[Made]:  # fmt: skip
    """`count` enterprises applying for `year`, from number `start` on; facts and records are those that `measures` (ids; None: all) read."""
    maker = Maker(book, seed=seed, year=year, measures=measures)
    return (maker.made(n) for n in range(start, start + count))


class Maker:
    """What does not change from one enterprise to the next."""

    def __init__(self, book: CompiledRulebook, *, seed: int, year: int, measures: Collection[str] | None = None) -> None:
        self.book, self.seed, self.year = book, seed, year
        facts, records = set[str](), set[str]()
        for spec in book.measures.values():
            if measures is None or spec.id in measures:
                read = read_by(book, spec)
                facts.update(read[0])
                records.update(read[1])
        if not book.measures:  # a rulebook of recognitions or of words: all that can be told
            facts, records = {told_as(book, k) for k in book.facts}, {told_as(book, k) for k in book.records}
        self.facts = [(told_as(book, k), s) for k, s in book.facts.items() if told_as(book, k) in facts]
        self.records = [(told_as(book, k), r) for k, r in book.records.items() if told_as(book, k) in records]
        self.watched: Watched = watched(book)
        self.relations = relations_of(book)
        self.entries = {slot: x.entries for slot, x in lexicons(book).items()}
        stable = {key: Random(f"{seed}/{key}") for key in book.facts}  # noqa: S311 (chance, no secret)
        self.shares = {key: Fraction(r.randrange(3, 101), 100) for key, r in stable.items()}

    def made(self, number: int) -> Made:
        return _Enterprise(self, number).made()


class _Enterprise:
    def __init__(self, maker: Maker, number: int) -> None:
        self.maker, self.number = maker, number
        self.random = Random(f"{maker.seed}#{number}")  # noqa: S311 (likewise)
        power = self.random.choice(_SIZES)
        self.power, self.heads = power, (1 << power) + self.random.randrange(1 << power)
        self.worth = self.heads * self.random.randrange(60_000, 500_000)  # a year's revenue, in 元
        self.growth = Fraction(self.random.randrange(80, 136), 100)
        self.blank = self.random.choice((0, 2, 4, 4, 7, 10, 15, 25))  # of a hundred answers

    def one_in(self, n: int) -> bool:
        return self.random.randrange(n) == 0

    def made(self) -> Made:
        m = self.maker
        name = f"{self.random.choice(_PLACES)}{self.random.choice(_TRADES)}{self.number:06d}{self.random.choice(_KINDS)}"
        years: dict[int | None, dict[Slot, Any]] = {y: {} for y in (None, *range(m.year, m.year - YEARS, -1))}
        for _, spec in m.facts:
            slot = ("", spec.key)
            if not spec.yearly:
                years[None][slot] = self.value(spec, slot)
                continue
            now = self.value(spec, slot)
            for year in range(m.year, m.year - YEARS, -1):
                years[year][slot] = self.fitted(spec, now)
                now = now / self.growth if isinstance(now, Fraction) else now
        for when, values in years.items():
            whole = values if when is None else {**years[None], **values}
            settle(whole, m.relations)
            for slot, value in whole.items():
                (values if slot in values else years[None])[slot] = value
        facts: dict[str, Any] = {}
        for word, spec in m.facts:
            slot = ("", spec.key)
            if spec.yearly:
                told = {str(y): v for y in range(m.year, m.year - YEARS, -1) if (v := self.told(spec, years[y][slot])) is not None}
                if told:
                    facts[word] = told
            elif (value := self.told(spec, years[None][slot])) is not None:
                facts[word] = value
        return Made(name, facts, {word: rows for word, record in m.records if (rows := self.listed(record)) is not None})

    # -- values ----------------------------------------------------------------------------------------

    def value(self, spec: FactSpec, slot: Slot) -> Any:
        """A value as it is: `Fraction` in the base unit, a date, a word, a bool, `ABSENT`; never None."""
        edges = self.maker.watched.edges.get(slot, ())
        if edges and self.one_in(6):
            edge = self.random.choice(edges)
            if isinstance(edge, date):
                return self.within(spec, edge + timedelta(days=self.random.randrange(-1, 2)))
            return self.fitted(spec, edge + spec.step(edge) * self.random.randrange(-1, 2))
        if spec.optional and self.one_in(2):
            return ABSENT
        match spec.kind:
            case FactKind.MONEY:
                return self.fitted(spec, self.money(spec, slot))
            case FactKind.QUANTITY:
                return self.fitted(spec, self.quantity(spec, slot))
            case FactKind.RATIO | FactKind.NUMBER:
                low, high = (u if u is not None else b for u, b in zip(spec.usual, spec.bounds, strict=True))
                low, high = low or Fraction(0), Fraction(1) if high is None or (spec.kind == FactKind.RATIO and high > 1) else high
                return self.fitted(spec, low + (high - low) * self.random.randrange(0, 1001) / 1000)
            case FactKind.BOOLEAN:
                return self.one_in(12) if slot in self.maker.watched.bars else not self.one_in(6)
            case FactKind.CHOICE:
                return self.random.choice(self.wanted(slot, spec.options))
            case FactKind.DATE:
                back = self.random.choice((0, 0, 0, 1, 2, 6)) if not slot[0] else 0
                return self.within(spec, date(self.maker.year - back, 1, 1) + timedelta(days=self.random.randrange(365)))
            case FactKind.YEAR:
                return self.maker.year - self.random.choice((0, 0, 1, 1, 2))
            case FactKind.PERIOD:
                return f"{self.random.choice((6, 12, 24, 36))}个月"
            case FactKind.USCC:
                return code(self.number)
            case FactKind.INDUSTRY:
                return self.random.choice(_INDUSTRIES)
            case _:
                entries = self.maker.entries.get(slot, ())
                return self.random.choice(entries if entries and not self.one_in(8) else _OTHER)

    def wanted(self, slot: Slot, options: Sequence[str]) -> Sequence[str]:
        """Three in four as some rule asks for it, where one does."""
        asked = [x for x in self.maker.watched.words.get(slot, ()) if x in options]
        return asked if asked and not self.one_in(4) else options

    def money(self, spec: FactSpec, slot: Slot) -> Fraction:
        kind = spec.type.required()
        foreign = isinstance(kind, Quantity) and kind.dims != (("元", 1),)
        if slot[0]:  # of one record: by the usual span, larger for the larger
            low, high = (u if u is not None else b for u, b in zip(spec.usual, spec.bounds, strict=True))
            most = min(high if high is not None else Fraction(5_000_000), Fraction(100_000_000)) / (1 << max(0, self.random.randrange(3, 12) - self.power))
            amount = max(low or Fraction(0), most * self.random.randrange(20, 101) / 100)
        else:
            share = self.maker.shares[spec.key] * self.random.randrange(70, 131) / 100
            amount = self.worth * share / (7 if foreign else 1)
        return amount if self.one_in(4) else Fraction(int(amount / 100) * 100)

    def quantity(self, spec: FactSpec, slot: Slot) -> Fraction:
        kind = spec.type.required()
        unit = unit_text(kind.dims) if isinstance(kind, Quantity) else ""
        if unit in ("月", "天", "年"):
            return Fraction(self.random.choice((1, 3, 6, 6, 12, 12, 12, 24, 36)))
        if slot[0]:
            return Fraction(self.random.randrange(1, 13))
        share = self.maker.shares[spec.key] * self.random.randrange(80, 121) / 100
        return self.heads * (share if unit == "人" else Fraction(self.random.randrange(1, 9)))

    def fitted(self, spec: FactSpec, value: Any) -> Any:
        """Within the fact's bounds, with no more decimals than it takes."""
        if not isinstance(value, Fraction):
            return value
        places = 4 if spec.places is None else spec.places
        value = Fraction(int(value * 10**places), 10**places)
        low, high = spec.bounds
        value = max(value, low) if low is not None else value
        return min(value, high) if high is not None else value

    def within(self, spec: FactSpec, day: date) -> date:
        low, high = spec.date_bounds
        return min(max(day, low or date.min), high or date.max)

    def told(self, spec: FactSpec, value: Any) -> Any:
        """As a case tells it; None where it is left blank."""
        return None if value is None or self.random.randrange(100) < self.blank else written(spec, value)

    # -- records ---------------------------------------------------------------------------------------

    def listed(self, record: RecordSpec) -> Any:
        """A list in full, in part, none at all, or nothing told of it."""
        state = self.random.choices(("whole", "none", "part", "untold"), (60, 18, 8, 14))[0]
        if state == "untold":
            return None
        if state == "none":
            return []
        few = (1, 1, 1, 2, 2, 3) if record.name == SUPPORT else (1, 1, 2, 2, 3, 3, 4, 6)
        rows = [self.row(record, n) for n in range(self.random.choice(few))]
        return rows if state == "whole" else {"完整": "否", "清单": rows}

    def row(self, record: RecordSpec, n: int) -> dict[str, Any]:
        values: dict[Slot, Any] = {}
        day: date | None = None
        for name, spec in record.fields.items():
            if name == record.key_field:
                continue
            value = self.value(spec, (record.name, name))
            if isinstance(value, date) and day is not None and value < day:  # days of one record follow one another
                value = self.within(spec, day + timedelta(days=self.random.choice((0, 30, 365, 366, 1095))))
            day = value if isinstance(value, date) else day
            values[record.name, name] = value
        settle(values, self.maker.relations)
        out: dict[str, Any] = {record.key_field: f"{record.id.upper()}-{self.number:06d}-{n + 1}"}
        for name, spec in record.fields.items():
            if name != record.key_field and (value := self.told(spec, values.get((record.name, name)))) is not None:
                out[name] = value
        return out


def written(spec: FactSpec, value: Any) -> Any:
    """A value in a case's words: `1234.56元`, `3.5%`, 12 (heads), `2025-03-01`, 无."""
    if value is ABSENT:
        return "无"
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, Fraction):
        return value
    kind = spec.type.required()
    unit = unit_text(kind.dims) if isinstance(kind, Quantity) else ""
    if spec.kind == FactKind.RATIO:
        return f"{exact_string(value * 100)}%"
    if spec.kind == FactKind.QUANTITY and spec.places == 0:
        return value.numerator
    return exact_string(value) + unit


def code(number: int) -> str:
    """A code of the right form, with its check digit, of a district that does not exist: nobody's."""
    digits, rest = "", number
    for _ in range(7):
        rest, n = divmod(rest, len(_SIGNS))
        digits = _SIGNS[n] + digits
    plain = _NOWHERE + digits
    worth = sum(_SIGNS.index(c) * pow(3, n, 31) for n, c in enumerate(plain))
    return plain + _SIGNS[-worth % 31]


# -- what must hold between them ------------------------------------------------------------------------


def relations_of(book: CompiledRulebook) -> Relations:
    """The cross-checks of the vocabulary, as what can be arranged. What is none of the known forms is never told on both sides."""
    ordered: list[tuple[Slot, Slot, bool]] = []
    sums: list[tuple[Slot, Slot, Slot]] = []
    never: list[tuple[frozenset[Slot], frozenset[Slot]]] = []
    answers: list[tuple[t.Expr, Slot]] = []
    for check in book.checks:
        compared = list(_parts(check.expr))
        rest = frozenset(slots([check.expr], book)) - frozenset(slots([x for node in compared for x in (node.left, node.right)], book))
        if len(rest) == 1 and _of_words(check.expr):  # a yes or no beside a comparison (以企业身份申报的登记为企业)
            answers.append((check.expr, next(iter(rest))))
            continue
        if rest:
            never.append((rest, frozenset(slots([check.expr], book)) - rest))
            continue
        for node in compared:
            left, right = slot_of(node.left), slot_of(node.right)
            if left and right and node.op in ("<=", "<", ">=", ">"):
                ordered.append((left, right, node.op == "<") if node.op[0] == "<" else (right, left, node.op == ">"))
            elif node.op == "=" and right and isinstance(node.left, t.Calculated) and node.left.op == "+" and (two := _two(node.left)):
                sums.append((*two, right))
            else:
                sides = frozenset(slots([node.left], book)), frozenset(slots([node.right], book))
                never.append(sides)
    return Relations(tuple(ordered), tuple(sums), tuple(never), tuple(answers))


def _of_words(expr: t.Expr) -> bool:
    """Whether `_holds` can say of it whether it holds."""
    match expr:
        case t.AnyOf(items=items) | t.All(items=items):
            return all(map(_of_words, items))
        case t.Inverse(operand=operand):
            return _of_words(operand)
        case t.Compared(op="=" | "!=", left=left, right=t.Const(value=str())):
            return slot_of(left) is not None
        case _:
            return slot_of(expr) is not None


def _holds(expr: t.Expr, values: Mapping[Slot, Any]) -> bool | None:
    """Of a check of words, with these values; None where what it asks is not told."""
    match expr:
        case t.AnyOf(items=items) | t.All(items=items):
            end, found = isinstance(expr, t.AnyOf), [_holds(x, values) for x in items]
            return end if end in found else None if None in found else not end
        case t.Inverse(operand=operand):
            inner = _holds(operand, values)
            return None if inner is None else not inner
        case t.Compared(op=op, left=left, right=t.Const(value=word)):
            told = values.get(slot_of(left) or ("", ""))
            return None if told is None else (told == word) is (op == "=")
        case _:
            return values.get(slot_of(expr) or ("", ""))


def _parts(expr: t.Expr) -> Iterator[t.Compared]:
    """The comparisons that together, or each for itself, make a check hold."""
    if isinstance(expr, t.Compared):
        yield expr
    elif isinstance(expr, t.All | t.AnyOf):
        for item in expr.items:
            yield from _parts(item)


def _two(sum_: t.Calculated) -> tuple[Slot, Slot] | None:
    left, right = slot_of(sum_.left), slot_of(sum_.right)
    return (left, right) if left and right else None


def settle(values: dict[Slot, Any], relations: Relations) -> None:
    """Values made to agree, in place; what cannot be is not told."""
    for left, right, whole in relations.sums:
        a, c = values.get(left), values.get(whole)
        if isinstance(a, Fraction) and isinstance(c, Fraction) and right in values:
            values[left] = min(a, c)
            values[right] = c - values[left]
    for _ in range(3):
        for low, high, strictly in relations.ordered:
            a, b = values.get(low), values.get(high)
            if a is None or b is None or a is ABSENT or b is ABSENT or a < b or (a == b and not strictly):
                continue
            if isinstance(a, date):
                values[high] = a + timedelta(days=365)
            elif any(low in (x, y) for x, y, _ in relations.sums):
                values[low] = None
            else:
                values[low] = b if not strictly else None
    for low, high, strictly in relations.ordered:
        a, b = values.get(low), values.get(high)
        if a is not None and b is not None and a is not ABSENT and b is not ABSENT and (a > b or (a == b and strictly)):
            values[low] = None
    for expr, slot in relations.answers:
        if isinstance(values.get(slot), bool) and _holds(expr, values) is False:
            other = {**values, slot: not values[slot]}
            values[slot] = other[slot] if _holds(expr, other) is not False else None
    for sides in relations.never_both:
        if all(any(values.get(s) is not None for s in side) for side in sides):
            values.update(dict.fromkeys(sides[0] & values.keys()))


# -- as a table ---------------------------------------------------------------------------------------------


def columns_of(book: CompiledRulebook, rows: Iterable[Made]) -> dict[str, list[Any]]:
    """The columns of a table for `decide_many`: `名称`, `名称.年度`, lists of structs with all their columns, `名称.完整`."""
    made = list(rows)
    out: dict[str, list[Any]] = {"企业": [m.name for m in made]}
    for key, spec in book.facts.items():
        word = told_as(book, key)
        if spec.yearly:
            years = sorted({y for m in made for y in m.facts.get(word, ())})
            out |= {f"{word}.{y}": [m.facts.get(word, {}).get(y) for m in made] for y in years}
        elif any(word in m.facts for m in made):
            out[word] = [m.facts.get(word) for m in made]
    for key, record in book.records.items():
        word = told_as(book, key)
        lists = [m.records.get(word) for m in made]
        if any(x is not None for x in lists):
            given = [x["清单"] if isinstance(x, Mapping) else x for x in lists]
            out[word] = [None if x is None else [{n: row.get(n) for n in record.fields} for row in x] for x in given]
            if any(isinstance(x, Mapping) for x in lists):
                out[f"{word}.完整"] = [None if x is None else not isinstance(x, Mapping) for x in lists]
    return out


__all__ = ["Made", "Maker", "columns_of", "generated"]
