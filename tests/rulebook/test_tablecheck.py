"""A table's rows, gone through by hand: every value of a small whole-number column and every word.

What the compiler finds by intervals is what brute force over all values finds.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from huiqi.language.types import Quantity, Text
from huiqi.rulebook.compiled import Test as Cell
from huiqi.rulebook.tablecheck import Column, findings
from tests.making import examples

SIZE = 6
WORDS = ("甲", "乙", "丙")
NUMBERS = Column("数", Quantity(), Fraction(0), Fraction(SIZE), Fraction(1))
CHOICE = Column("类", Text(options=WORDS))


@st.composite
def cells(draw: st.DrawFn) -> Cell:
    low, high = sorted((Fraction(draw(st.integers(0, SIZE))), Fraction(draw(st.integers(0, SIZE)))))
    closed = (draw(st.booleans()), draw(st.booleans()))
    return draw(st.sampled_from([
        Cell("any"), Cell(">=", (low,)), Cell(">", (low,)), Cell("<=", (high,)), Cell("<", (high,)), Cell("in", (low,)), Cell("range", (low, high), closed),
    ]))  # fmt: skip


words = st.one_of(st.just(Cell("any")), st.lists(st.sampled_from(WORDS), min_size=1, max_size=2, unique=True).map(lambda w: Cell("in", tuple(w))))
rows = st.tuples(cells(), words)


def holds(test: Cell, value: object) -> bool:
    match test.op:
        case "any":
            return True
        case "in":
            return value in test.values
        case "range":
            low, high = test.values
            return bool((value > low or (test.closed[0] and value == low)) and (value < high or (test.closed[1] and value == high)))
    bound = test.values[0]
    return bool({">=": value >= bound, ">": value > bound, "<=": value <= bound, "<": value < bound}[test.op])


@settings(max_examples=examples(300))
@given(st.lists(rows, min_size=1, max_size=5), st.lists(rows, max_size=2))
def test_what_is_found_is_what_going_through_every_value_finds(table: list[tuple[Cell, Cell]], meant: list[tuple[Cell, Cell]]) -> None:
    values = [Fraction(n) for n in range(len(table))]
    found = findings([NUMBERS, CHOICE], table, meant, "first", values)
    wins: set[int] = set()
    met: set[int] = set()
    gaps, excused = [], set[int]()
    covered = set()
    for place in product((Fraction(n) for n in range(SIZE + 1)), WORDS):
        matching = [n for n, row in enumerate(table) if all(holds(t, x) for t, x in zip(row, place, strict=True))]
        let = [n for n, row in enumerate(meant) if all(holds(t, x) for t, x in zip(row, place, strict=True))]
        met.update(matching)
        wins.update(matching[:1])
        if matching:
            covered.add(place[1])
        elif let:
            excused.update(let)
        else:
            gaps.append(place)
    dead = {f.row for f in found if f.kind in ("never", "hidden", "repeated")}
    assert dead == {n for n in range(len(table)) if n not in wins}
    assert {f.row for f in found if f.kind == "never"} <= {n for n in range(len(table)) if n not in met}
    assert bool([f for f in found if f.kind == "gap"]) == any(word in covered for _, word in gaps)
    assert {f.row for f in found if f.kind == "stale"} == set(range(len(meant))) - excused


def test_a_point_between_two_open_bands_is_a_gap_unless_no_value_can_lie_there() -> None:
    table = [(Cell("<", (Fraction(2),)),), (Cell(">", (Fraction(2),)),)]
    assert [f.where for f in findings([Column("数", Quantity())], table, [], "first", [1, 2])] == ["2"]
    whole = [(Cell("<=", (Fraction(2),)),), (Cell(">=", (Fraction(3),)),)]
    assert findings([Column("数", Quantity(), step=Fraction(1))], whole, [], "first", [1, 2]) == []
    assert [f.where for f in findings([Column("数", Quantity())], whole, [], "first", [1, 2])] == ["(2..3)"]


def test_bands_that_share_an_end_are_told_and_a_narrow_row_before_a_wide_one_is_not() -> None:
    column = [Column("数", Quantity())]
    shared = [(Cell("<=", (Fraction(2),)),), (Cell(">=", (Fraction(2),)),)]
    assert [(f.kind, f.row, f.where) for f in findings(column, shared, [], "first", [1, 2])] == [("overlap", 1, "2")]
    nested = [(Cell(">=", (Fraction(9),)),), (Cell("any"),)]
    assert findings(column, nested, [], "first", [2, 1]) == []
    assert [(f.kind, f.row) for f in findings(column, nested, [], "highest", [1, 2])] == [("hidden", 0)]


def test_a_table_too_large_to_go_through_says_so() -> None:
    table = [tuple(Cell("<", (Fraction(n),)) for _ in range(4)) for n in range(40)]
    assert [f.kind for f in findings([Column("数", Quantity())] * 4, table, [], "first", [1] * 40)] == ["large"]
