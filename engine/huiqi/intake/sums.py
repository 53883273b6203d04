"""What a table says of itself: totals against what was read, and the relations written beside the numbers of its columns.

What must stay true: the reader's own sum is of what was read, cells that could not be added are named, and nothing is corrected.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from ..language.levelling import level
from ..plain import dataclass
from .found import As, Found, Read, Wrong
from .grid import Cell, Kind, Place, address
from .layout import Head, Role, Table
from .numbers import plain_number_of, read_number
from .propose import Column
from .signs import sign_of
from .verdicts import Judged, shown_in


@dataclass(frozen=True, kw_only=True)
class Sum:
    """A cell of a row of totals."""

    at: str
    column: Column
    cell: Cell
    found: Found
    own: Fraction
    added: tuple[str, ...]
    left: tuple[str, ...]  # told, and not added
    agrees: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Relation:
    """A relation written beside a column's number, held against each row: True, False, None where it cannot be."""

    column: Column
    formula: str
    rows: Mapping[int, bool | None]


def totals(table: Table, columns: Sequence[Column], cells: Mapping[Place, Judged], suspected: Sequence[int] = ()) -> tuple[Sum, ...]:
    out = list[Sum]()
    for row in table.rows(Role.TOTAL):
        rows = [r for r in table.rows(Role.DATA) if table.sections.get(row, 0) <= r < row]
        for column in columns:
            cell = table.sheet.at(row, column.number)
            if cell.blank or (cell.kind is Kind.TEXT and re.fullmatch(r".*[合总小共累]计.*", level(cell.text))):
                continue
            if not column.numeric and cell.kind not in (Kind.UNSAVED, Kind.ERROR):
                continue
            out.append(_sum(row, column, cell, [cells[r, column.number] for r in rows if (r, column.number) in cells], suspected, table.sheet.hidden_rows))
    return tuple(out)


def _sum(row: int, column: Column, cell: Cell, judged: Sequence[Judged], suspected: Sequence[int], hidden_rows: frozenset[int]) -> Sum:
    own, added, left, numbers = Fraction(0), list[str](), list[str](), Fraction(0)
    held = Fraction(0)
    for one in judged:
        found = one.found
        if one.under:
            continue
        if isinstance(found, Read) and isinstance(found.value, Fraction):
            own += found.value
            added.append(one.at)
            if one.cell.kind is Kind.NUMBER:
                numbers += found.value
            if one.row in suspected:
                held += found.value
        elif not isinstance(found, Read) or found.what is not As.UNTOLD:
            left.append(one.at)
    said = [f"读到的合计 {shown_in(own, column)}（{'、'.join(added)}）" if column.numeric else ""]
    said += [f"没有加进：{'、'.join(left)}"] * bool(left)
    recalculated = [f"表格软件重算只加数字格，会得 {shown_in(numbers, column)}"] * (numbers != own)
    agrees: bool | None = None
    found = _total(column, cell)
    if isinstance(found, Read) and isinstance(found.value, Fraction):
        agrees = found.value == own
        said = [("与读到的各行相加相等" if agrees else f"与读到的各行相加不等：{said[0]}，相差 {shown_in(found.value - own, column)}"), *said[1:]]
    else:
        said += recalculated
    hidden = sum((j.found.value for j in judged if j.row in hidden_rows and isinstance(j.found, Read) and isinstance(j.found.value, Fraction)), Fraction(0))
    if hidden:
        said.append(f"其中含隐藏行的 {shown_in(hidden, column)}，除去为 {shown_in(own - hidden, column)}")
    if held:
        said.append(f"其中含疑似重复的 {shown_in(held, column)}，除去为 {shown_in(own - held, column)}")
    found = replace(found, said=(*found.said, *filter(None, said)))
    return Sum(at=address(row, column.number), column=column, cell=cell, found=found, own=own, added=tuple(added), left=tuple(left), agrees=agrees)


def _total(column: Column, cell: Cell) -> Found:
    if cell.kind is Kind.UNSAVED:
        return Wrong(message="合计公式没有保存的值，无法核对", mend="用 Excel 或 WPS 打开，重新计算后保存", expected="一个数")
    if cell.kind is Kind.ERROR:
        return Wrong(message=f"合计是错误值 {cell.text}，无法核对", mend="改好公式，重新计算后保存", expected="一个数")
    if sign_of(cell, column):
        return Read(what=As.UNTOLD, said=("合计没有填数",))
    if column.unit is None and column.unit_asked:
        return Read(what=As.COMPARED, shown=cell.text.strip(), said=("单位还没有定，没有核对",))
    found = read_number(cell, replace(column, spec=None))
    if isinstance(found, Read):
        return replace(found, what=As.COMPARED)
    return found if isinstance(found, Wrong) else Wrong(message=f"合计“{cell.text}”读不出来", mend="合计只填一个数", expected="一个数")


# -- relations -----------------------------------------------------------------------------------------------

_TOKEN = re.compile(r"\d+(?:\.\d+)?%?|[-+*/()]")


def relations(columns: Sequence[Column], cells: Mapping[Place, Judged], rows: Sequence[int]) -> tuple[tuple[Relation, ...], dict[Place, tuple[str, ...]]]:
    """The relations of a table's columns, and what is to be said at which cell."""
    numbered = {c.head.number: c for c in columns if c.head.number}
    out, said = list[Relation](), dict[Place, tuple[str, ...]]()
    for column in columns:
        parsed = parse_relation(column.head, numbered)
        if parsed is None:
            continue
        sign, tokens = parsed
        held = dict[int, bool | None]()
        for row in rows:
            judged = cells.get((row, column.number))
            mine = _value(judged)
            if judged is None or judged.under:
                continue
            other = _evaluate(tokens, {k: _value(cells.get((row, c.number))) for k, c in numbered.items()})
            if mine is None or other is None:
                held[row] = None
                if mine is not None and (tried := _tried(tokens, numbered, cells, row)):
                    said[row, column.number] = (tried,)
                continue
            held[row] = _compare(mine, sign, other)
            if not held[row]:
                said[row, column.number] = (
                    f"与栏次所写的关系“{column.head.number}{column.head.formula}”不符：按它应{sign if sign != '=' else '为'} {plain_number_of(other)}",
                )
        out.append(Relation(column=column, formula=f"{column.head.number}{column.head.formula}", rows=held))
    return tuple(out), said


def parse_relation(head: Head, numbered: Mapping[str, Column]) -> tuple[str, list[str]] | None:
    text = head.formula.replace("×", "*").replace("÷", "/").replace("＋", "+").replace("－", "-").replace("x", "*").replace("X", "*")
    match = re.fullmatch(r"=?(≤|≥|<=|>=|<|>|=)?(.+)", text)
    if not text or not match or not text.startswith(("=", "≤", "≥", "<", ">")):
        return None
    tokens = _TOKEN.findall(match[2])
    if "".join(tokens) != match[2].replace(" ", "") or not any(t in numbered for t in tokens):
        return None
    return {None: "=", "<=": "≤", ">=": "≥"}.get(match[1], match[1] or "="), tokens


def _value(judged: Judged | None) -> Fraction | None:
    """A cell's number in the unit of its column, as the relation means it."""
    if judged is None or not isinstance(judged.found, Read) or not isinstance(judged.found.value, Fraction):
        return None
    unit = judged.column.unit
    return judged.found.value / unit.scale if unit is not None else judged.found.value


def _compare(mine: Fraction, sign: str, other: Fraction) -> bool:
    return {"=": mine == other, "≤": mine <= other, "≥": mine >= other, "<": mine < other, ">": mine > other}[sign]


def _evaluate(tokens: Sequence[str], known: Mapping[str, Fraction | None]) -> Fraction | None:
    """Sums and products of columns and constants; None where one of them is not read."""
    rest = list(tokens)

    def factor() -> Fraction | None:
        word = rest.pop(0) if rest else ""
        if word == "(":
            value = total()
            if rest and rest[0] == ")":
                rest.pop(0)
            return value
        if word == "-":
            value = factor()
            return None if value is None else -value
        if word in known:
            return known[word]
        if word.endswith("%"):
            return Fraction(word[:-1]) / 100
        return Fraction(word) if word and word[0].isdigit() else None

    def product() -> Fraction | None:
        value = factor()
        while rest and rest[0] in "*/":
            sign, right = rest.pop(0), factor()
            value = None if value is None or right is None or (sign == "/" and not right) else value * right if sign == "*" else value / right
        return value

    def total() -> Fraction | None:
        value = product()
        while rest and rest[0] in "+-":
            sign, right = rest.pop(0), product()
            value = None if value is None or right is None else value + right if sign == "+" else value - right
        return value

    return total()


def _tried(tokens: Sequence[str], numbered: Mapping[str, Column], cells: Mapping[Place, Judged], row: int) -> str:
    """Where the other side is a cell of two numbers: what the relation gives with each, and with their difference."""
    unread = [t for t in tokens if t in numbered and _value(cells.get((row, numbered[t].number))) is None]
    if len(unread) != 1 or tokens.count("*") != 1 or len(tokens) != 3:
        return ""
    judged = cells.get((row, numbered[unread[0]].number))
    found = judged.found if judged else None
    if not isinstance(found, Wrong) or len(found.numbers) < 2:
        return ""
    first, second = found.numbers[:2]
    unit = numbered[unread[0]].unit
    word = unit.word if unit else ""
    constant = next((t for t in tokens if t not in numbered and t[0].isdigit()), "")
    if not constant:
        return ""
    parts = []
    for number in dict.fromkeys((first, first - second)):
        value = _evaluate(tokens, {unread[0]: number})
        if value is not None and number > 0:
            parts.append(f"{plain_number_of(number)}{word} × {constant} = {plain_number_of(value)}")
    return "，".join(parts)
