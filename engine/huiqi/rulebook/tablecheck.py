"""What is wrong with a table as a whole: rows that never apply, repeated rows, gaps, overlaps.

Each column is cut at every edge its cells name, into pieces within which no cell tells two values
apart; a row is a set of pieces, and all columns together are gone through (their cross product,
bounded). What must stay true: exact (no sampling), pure, and it judges rows only within the values
the column can take, so that nothing possible is ever called covered.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import product
from math import floor
from typing import Any

from ..language.types import Boolean, Date, Period, Quantity, Text, Type, Year
from ..plain import dataclass
from .compiled import Test
from .literals import show_value

MAX_PIECES = 200_000
MAX_TOLD = 3
OTHER = "（其他）"


@dataclass(frozen=True)
class Column:
    """One input: its values' type, the least and the most it can be, the step between two values."""

    name: str
    type: Type
    low: Any = None
    high: Any = None
    step: Fraction | None = None  # None: anything in between

    @property
    def ordered(self) -> bool:
        return isinstance(self.type, Quantity | Date | Year | Period)


@dataclass(frozen=True)
class Piece:
    """Values no cell tells apart: one value, an open stretch between two edges, or one word."""

    low: Any
    high: Any
    point: bool

    def meets(self, test: Test) -> bool:
        if test.op == "any":
            return True
        if test.op == "in":
            return self.point and self.low in test.values
        low, high = (test.values[0], test.values[1]) if test.op == "range" else (
            (test.values[0], None) if test.op in (">", ">=") else (None, test.values[0])
        )  # fmt: skip
        low_in, high_in = test.closed if test.op == "range" else (test.op == ">=", test.op == "<=")
        above = low is None or (self.low is not None and (self.low > low or (self.low == low and (low_in or not self.point))))
        below = high is None or (self.high is not None and (self.high < high or (self.high == high and (high_in or not self.point))))
        return above and below


def _edges(test: Test) -> Iterator[Any]:
    yield from (x for x in test.values if x is not None)


def _holds_a_value(low: Any, high: Any, step: Fraction | None) -> bool:
    """Whether a value of the column lies strictly between two edges."""
    if low is None or high is None:
        return True
    if isinstance(low, date):
        return bool(high - low > timedelta(days=1))
    if step is None:
        return True
    return bool((floor(Fraction(low) / step) + 1) * step < high)


def _on_grid(value: Any, step: Fraction | None) -> bool:
    return step is None or isinstance(value, date) or Fraction(value) / step == floor(Fraction(value) / step)


def pieces(column: Column, tests: Sequence[Test]) -> list[Piece]:
    """The column's values, cut where any cell may change its mind."""
    if isinstance(column.type, Boolean):
        return [Piece(x, x, True) for x in (True, False)]
    if not column.ordered:
        words = list(dict.fromkeys(x for test in tests if test.op == "in" for x in test.values))
        options = list(column.type.options) if isinstance(column.type, Text) else []
        return [Piece(w, w, True) for w in (options or [*words, OTHER])]
    step = Fraction(1) if isinstance(column.type, Year | Period) else column.step
    marks = {x for test in tests for x in _edges(test)} | {x for x in (column.low, column.high) if x is not None}
    inside = sorted(x for x in marks if (column.low is None or x >= column.low) and (column.high is None or x <= column.high))
    out: list[Piece] = []
    if column.low is None:
        out.append(Piece(None, inside[0] if inside else None, False))
    for n, mark in enumerate(inside):
        if _on_grid(mark, step):
            out.append(Piece(mark, mark, True))
        after = inside[n + 1] if n + 1 < len(inside) else None
        if (after is not None or column.high is None) and _holds_a_value(mark, after, step):
            out.append(Piece(mark, after, False))
    return out


def stretch(first: Piece, last: Piece, kind: Type) -> str:
    """Consecutive pieces as a cell that could be pasted: < 100万元, 100万元, (100万元..1000万元)."""
    if isinstance(first.low, bool):
        return "是" if first.low else "否"
    if not isinstance(kind, Quantity | Date | Year | Period):
        return str(first.low)
    low, high = (None if x is None else _plain(x, kind) for x in (first.low, last.high))
    if low is None and high is None:
        return "-"
    if low is None:
        return f"{'<=' if last.point else '<'} {high}"
    if high is None:
        return f"{'>=' if first.point else '>'} {low}"
    if low == high:
        return low
    return f"{'[' if first.point else '('}{low}..{high}{']' if last.point else ')'}"


def _plain(value: Any, kind: Type) -> str:
    """A value as a cell writes it: without thousands marks, a year as its number."""
    return str(value) if isinstance(kind, Year) else show_value(value, kind).replace(",", "")


@dataclass(frozen=True)
class Finding:
    """One thing wrong: `kind` says what, `row` where (or the table), `others` the rows it lies with."""

    kind: str  # never | repeated | hidden | overlap | gap | stale | large
    row: int | None = None
    others: tuple[int, ...] = ()
    where: str = ""


def findings(
    columns: Sequence[Column], rows: Sequence[tuple[Test, ...]], meant: Sequence[tuple[Test, ...]], match: str, values: Sequence[Any]
) -> list[Finding]:
    """Every finding of one table, `meant` being the stretches it leaves uncovered on purpose."""
    cut = [pieces(c, [r[n] for r in (*rows, *meant)]) for n, c in enumerate(columns)]
    size = 1
    for p in cut:
        size *= len(p)
    if size > MAX_PIECES:
        return [Finding("large")]
    masks = [[sum(1 << i for i, r in enumerate(rows) if piece.meets(r[n])) for piece in p] for n, p in enumerate(cut)]
    excused = [[sum(1 << i for i, r in enumerate(meant) if piece.meets(r[n])) for piece in p] for n, p in enumerate(cut)]
    every = (1 << len(rows)) - 1
    met, wins, used = 0, 0, 0
    before: dict[int, int] = {}  # row -> the rows that come before it where it would apply
    both: dict[tuple[int, int], tuple[int, ...]] = {}
    open_at: set[tuple[int, ...]] = set()
    worded = [n for n, c in enumerate(columns) if not c.ordered]
    covered_words: set[tuple[int, ...]] = set()
    for place in product(*(range(len(p)) for p in cut)):
        mask, let = every, (1 << len(meant)) - 1
        for n, k in enumerate(place):
            mask &= masks[n][k]
            let &= excused[n][k]
        if not mask:
            if let:
                used |= let
            else:
                open_at.add(place)
            continue
        met |= mask
        covered_words.add(tuple(place[n] for n in worded))
        winner = _winner(mask, match, values)
        wins |= winner
        for i in _bits(mask & ~winner):
            before[i] = before.get(i, 0) | winner
        if match in ("slab", "marginal"):
            if mask & (mask - 1):
                pair = tuple(_bits(mask))[:2]
                both.setdefault((pair[0], pair[1]), place)
    out: list[Finding] = []
    for i, row in enumerate(rows):
        twin = next((j for j in range(i) if _same(rows[j], row)), None)
        if twin is not None and (match != "highest" or not wins >> i & 1 or values[i] == values[twin]):
            out.append(Finding("repeated", i, (twin,)))
        elif not met >> i & 1:
            out.append(Finding("never", i))
        elif not wins >> i & 1:
            out.append(Finding("hidden", i, tuple(_bits(before.get(i, 0)))))
    if match == "first":
        for i, j, where in _unclear(columns, rows, values):
            if not any(f.row in (i, j) for f in out):
                out.append(Finding("overlap", j, (i,), where))
    told = {(f.row, *f.others) for f in out}
    for (i, j), place in both.items():
        if (j, i) not in told and (i, j) not in told:
            out.append(Finding("overlap", j, (i,), "，".join(stretch(cut[n][k], cut[n][k], columns[n].type) for n, k in enumerate(place))))
    # words no row names are no gap: a table need not have a row for every word there is
    gaps = sorted(p for p in open_at if tuple(p[n] for n in worded) in covered_words)
    out += [Finding("gap", None, (), words) for words in _runs(columns, cut, gaps)]
    out += [Finding("stale", i) for i in range(len(meant)) if not used >> i & 1]
    return out


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def _winner(mask: int, match: str, values: Sequence[Any]) -> int:
    """The rows whose value is taken where all of `mask` match."""
    if match == "first":
        return mask & -mask
    if match != "highest":
        return mask
    known = [i for i in _bits(mask) if values[i] is not None]
    if len(known) < mask.bit_count() or not known:
        return mask  # a row without a figure hides nothing and is hidden by nothing
    top = max(values[i] for i in known)
    return 1 << next(i for i in known if values[i] == top)


def _same(a: tuple[Test, ...], b: tuple[Test, ...]) -> bool:
    return all(
        (x.op, frozenset(x.values) if x.op == "in" else x.values, x.closed) == (y.op, frozenset(y.values) if y.op == "in" else y.values, y.closed)
        for x, y in zip(a, b, strict=True)
    )


def _unclear(columns: Sequence[Column], rows: Sequence[tuple[Test, ...]], values: Sequence[Any]) -> Iterator[tuple[int, int, str]]:
    """Pairs that differ in one ordered column and overlap there without one lying in the other."""
    for j, b in enumerate(rows):
        for i, a in enumerate(rows[:j]):
            if values[i] is not None and values[i] == values[j]:
                continue
            differ = [n for n in range(len(columns)) if not _same((a[n],), (b[n],))]
            if len(differ) != 1 or not columns[differ[0]].ordered:
                continue
            n = differ[0]
            cut = pieces(columns[n], [a[n], b[n]])
            in_a, in_b = [p.meets(a[n]) for p in cut], [p.meets(b[n]) for p in cut]
            shared = [p for p, x, y in zip(cut, in_a, in_b, strict=True) if x and y]
            only_a = any(x and not y for x, y in zip(in_a, in_b, strict=True))
            only_b = any(y and not x for x, y in zip(in_a, in_b, strict=True))
            if shared and only_a and only_b:
                yield i, j, stretch(shared[0], shared[-1], columns[n].type)


def _runs(columns: Sequence[Column], cut: Sequence[list[Piece]], places: Sequence[tuple[int, ...]]) -> list[str]:
    """Uncovered places in words, neighbours along one ordered column taken together."""
    along = max((n for n, c in enumerate(columns) if c.ordered), default=None)
    if along is None or not places:
        return []
    lines: dict[tuple[int, ...], list[int]] = {}
    for place in places:
        lines.setdefault((*place[:along], *place[along + 1 :]), []).append(place[along])
    grouped: dict[tuple[int, int], list[tuple[int, ...]]] = {}
    for rest, found in lines.items():
        start = last = found[0]
        for k in [*found[1:], -1]:
            if k != last + 1:
                grouped.setdefault((start, last), []).append(rest)
                start = k
            last = k
    out = []
    others = [n for n in range(len(columns)) if n != along]
    for (first, last), rests in grouped.items():
        here = stretch(cut[along][first], cut[along][last], columns[along].type)
        text = here if len(columns) == 1 else f"{columns[along].name} {here}"
        if others:
            shown = [
                "、".join(f"{columns[n].name} {stretch(cut[n][k], cut[n][k], columns[n].type)}" for n, k in zip(others, rest, strict=True)) for rest in rests
            ]
            text += f"（{'；'.join(shown[:MAX_TOLD])}{'……' if len(shown) > MAX_TOLD else ''}）"
        out.append(text)
    return out


def step_of(decimals: int | None) -> Fraction | None:
    return None if decimals is None else Fraction(1, 10**decimals)


__all__ = ["Column", "Finding", "findings", "step_of"]
