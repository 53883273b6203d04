"""Pass: what of a table's cells is an expression, once every word has a meaning; and its figures, day by day.

An edge or a value may be a figure by name, a cell a whole condition (`{expr: …}`), in which the
table's inputs have their names. What must stay true: a word for text is never read as a name; a
table never asks for itself; of figures alone, what a cell says on a day is known exactly; of
anything else it is not known here at all (`Told`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from ...errors import Position
from ...language import typed as t
from ...language.types import Invalid, Quantity, Text, Type
from ...plain import dataclass
from .. import compiled as c
from .. import models as m
from ..reach import reached
from ..tablecheck import Column
from ..yamltree import Table, Word
from .expressions import expression
from .session import Session

BANDS = ("slab", "marginal")


@dataclass(frozen=True)
class Later:
    """An expression of a cell or a row's value that waits for the definitions, and what it must be."""

    word: Word | None
    kind: Type


@dataclass(frozen=True)
class Waiting:
    """A table as read, of which the cells are not all typed yet."""

    spec: c.TableSpec
    entry: m.TableEntry
    tree: Table
    columns: tuple[Column, ...]
    meant: tuple[tuple[c.Test, ...], ...]

    @property
    def later(self) -> bool:
        rows = (*((*r.tests, r.value) for r in self.spec.rows), *self.meant)
        return any(isinstance(x, Later) or (isinstance(x, c.Test) and any(isinstance(v, Later) for v in x.values)) for row in rows for x in row)


class Told(Exception):
    """What a cell says depends on a case."""


def may_be_expression(text: str) -> bool:
    """Whether a cell of numbers or days is no literal: those begin with a digit or a sign."""
    return re.match(r"[A-Za-z_\u3400-\u9fff(（]", text.strip()) is not None


def condition_of(session: Session, raw: Table, at: Position) -> Word | None:
    """The expression of `{expr: …}`."""
    word = raw.get("expr")
    if set(raw) != {"expr"} or not isinstance(word, Word):
        session.wrong(raw if raw.at else at, "格子里的条件、算出来的值写作 {expr: 表达式}", "、".join(raw), "{expr: …}", "含逗号的表达式加引号")
        return None
    return word


def type_cells(session: Session, waiting: Waiting) -> c.TableSpec | None:
    """The table with its expressions typed; None where one is wrong."""
    before = len(session.problems)
    inputs = dict(waiting.spec.inputs)

    def typed(x: Any) -> Any:
        if not isinstance(x, Later):
            return x
        if x.word is None or isinstance(x.kind, Invalid):
            return None
        found = expression(session, x.word, x.kind, variables=inputs)
        named = next((n.name for n in t.walk(found[0]) if isinstance(n, t.Variable) and isinstance(inputs.get(n.name), Text)), None) if found else None
        if named is not None:
            session.wrong(x.word, f"文字指标“{named}”不能写在格子的表达式里", x.word, "写在它自己的一格里", f"把“{named}”的词写进这一行它那一格")
        return found[0] if found else None

    rows = tuple(replace(r, tests=tuple(replace(x, values=tuple(map(typed, x.values))) for x in r.tests), value=typed(r.value)) for r in waiting.spec.rows)
    spec = replace(waiting.spec, rows=rows)
    if any(isinstance(v, Later) for row in waiting.meant for x in row for v in x.values):
        session.wrong(waiting.tree.key("uncovered"), "uncovered 的范围写值，不写表达式", spec.name, "例如 < 200万美元", "写出数")
    if len(session.problems) > before:
        return None
    if loops(session, spec):
        session.wrong(waiting.tree.at, f"标准表“{spec.name}”的格子又要查这张表", spec.name, "不成环", "去掉其中一处引用")
        return None
    if spec.match in BANDS and any(case_told(session, x) for x in spec.expressions):
        session.wrong(
            waiting.tree.at,
            f"标准表“{spec.name}”是分档相加的，档次和比率须是标准",
            spec.name,
            "数或标准的名称",
            "边界取自申报数据的，写 match: first，逐档写条件",
        )
        return None
    return spec


def loops(session: Session, spec: c.TableSpec) -> bool:
    others = {**session.tables, spec.key: spec}
    return any(isinstance(n, t.Lookup) and n.table == spec.key for n in reached(spec.expressions, session.definitions, others))


# -- figures, day by day ------------------------------------------------------------------------------


def case_told(session: Session, expr: t.Expr) -> bool:
    """Whether an expression asks for anything but figures."""
    try:
        fold(session, expr, date.max, "")
    except Told:
        return True
    return False


def fold(session: Session, expr: t.Expr, day: date, family: str) -> Any:
    """What an expression of figures is on a day; None where no figure is set. Raises `Told` for any other expression."""
    match expr:
        case t.Const(value=value):
            return value
        case t.ParameterRef(parameter=key, day=None):
            versions = session.parameters[key].versions
            own = [v for v in versions if family and session.family(v.basis.document) == family]
            return next((v.value for v in own or versions if (v.start or date.min) <= day <= (v.end or date.max)), None)
        case t.DefinitionRef(definition=key, base=None) if key in session.definitions:
            return fold(session, session.definitions[key].expr, day, family)
        case t.Negated(operand=operand):
            value = fold(session, operand, day, family)
            return None if value is None else -value
        case t.Calculated(op=op, left=left, right=right) if isinstance(left.type, Quantity) and isinstance(right.type, Quantity):
            return _calculated(op, fold(session, left, day, family), fold(session, right, day, family))
        case t.Applied(function="min" | "max" as name, arguments=arguments) if len(arguments) > 1:
            values = [fold(session, x, day, family) for x in arguments]
            return None if None in values else (min if name == "min" else max)(values)
    raise Told


def _calculated(op: str, a: Any, b: Any) -> Any:
    if not isinstance(a, Fraction) or not isinstance(b, Fraction) or (op == "/" and not b):
        return None
    return {"+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b, "/": lambda: a / b}[op]()


def periods(session: Session, rows: Iterable[c.RowSpec]) -> Iterator[tuple[date, date]]:
    """Stretches of days within which the same rows exist and their figures are constant, and some row exists."""
    rows = list(rows)
    spans = [(r.start, r.end) for r in rows]
    figures: Mapping[str, c.ParameterSpec] = session.parameters
    for node in reached((x for r in rows for x in r.expressions), session.definitions):
        if isinstance(node, t.ParameterRef):
            spans += [(v.start, v.end) for v in figures[node.parameter].versions]
    starts = sorted({date.min, *(a for a, _ in spans if a), *(b + timedelta(days=1) for _, b in spans if b and b < date.max)})
    for n, start in enumerate(starts):
        if any(r.on(start) for r in rows):
            yield start, starts[n + 1] - timedelta(days=1) if n + 1 < len(starts) else date.max


def folded(session: Session, row: c.RowSpec, day: date, family: str) -> c.RowSpec | None:
    """A row as its figures make it on a day; None where a cell is not known then."""

    def value(x: Any) -> Any:
        if not isinstance(x, t.Expr):
            return x
        found = fold(session, x, day, family)
        if found is None:
            raise Told
        return found

    try:
        tests = tuple(replace(x, values=tuple(map(value, x.values))) for x in row.tests)
    except Told:
        return None
    if any(x.op == "expr" for x in tests):
        return None
    try:
        return replace(row, tests=tests, value=value(row.value))
    except Told:
        return replace(row, tests=tests, value=None)


__all__ = ["BANDS", "Later", "Told", "Waiting", "case_told", "condition_of", "folded", "may_be_expression", "periods", "type_cells"]
