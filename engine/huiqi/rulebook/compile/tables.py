"""Pass: standard tables, cell by cell and as a whole.

What must stay true: a cell is never read as something it does not plainly say; what of it is an
expression waits for the definitions (see `cells`); every table is gone through as a whole (see
`tableproof`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from ...errors import Position
from ...language.scope import Kind
from ...language.types import BOOLEAN, INVALID, NUMBER, Boolean, Date, Invalid, Period, Quantity, RangeOf, Text, Type, Year, alike
from ...language.units import multiply
from .. import compiled as c
from .. import models as m
from ..names import Once, untold
from ..tablecheck import Column, step_of
from ..yamltree import Rows, Table, Word, locate
from .cells import Later, Waiting, condition_of, may_be_expression
from .expressions import guess_kind, kind_of, value_of
from .naming import check_order, declare, give_identifier
from .quotes import check_figure
from .session import Session
from .sources import basis_of
from .symbols import table_symbol
from .tableproof import prove


def read_tables(session: Session) -> None:
    ids = Once("标准表的 id")
    for name, table, tree in session.source.of("tables"):
        give_identifier(session, table.id, ids, tree.at, name)
        if table.match is None:
            session.wrong(
                tree.at,
                "标准表没有写 match",
                name,
                "first / highest / slab（全额套档）/ marginal（超额累进）/ collect（合起来）",
                "问清政策起草人：超出部分按高档，还是全额按高档？",
            )
            continue
        if (table.match == "collect") != (table.collect is not None):
            session.wrong(
                tree.at,
                "match: collect 要写怎样合起来，别的 match 不写 collect",
                name,
                "collect: sum / min / max / count",
                "问清政策起草人：几行都符合时怎样算？",
            )
            continue
        if not table.inputs or not table.rows:
            session.wrong(tree.at, "标准表要有指标和行", name, "inputs: […], rows: […]", "至少写一个指标、一行")
            continue
        before = len(session.problems)
        heads = Once(f"标准表“{name}”的指标")
        for n, entry in enumerate(table.inputs):
            session.problems += heads.given(entry.name, locate(tree, ("inputs", n)))
        columns = [column_of(session, entry, locate(tree, ("inputs", n))) for n, entry in enumerate(table.inputs)]
        inputs = tuple((x.name, x.type) for x in columns)
        kind: Type | None = kind_of(session, table.kind or "quantity", table.unit, (), tree.at) if table.kind or table.unit else None
        counted = table.collect == "count"
        kind = kind or (NUMBER if counted else None)
        rows = []
        default = None
        if table.document or table.basis:
            default = basis_of(session, table, tree.at, figure=f"标准表“{name}”")
        for index, row in enumerate(table.rows):
            at = locate(tree, ("rows", index))
            tests = row_tests(session, row.when, columns, name, at)
            basis = basis_of(session, row, at, default, figure=f"标准表“{name}”第 {index + 1} 行")
            if row.start and row.end and row.start > row.end:
                session.wrong(at, "起止日期颠倒", f"{row.start}—{row.end}", "from 不晚于 to", "核对两个日期")
            if counted:
                value: Any = Fraction(1)
                if row.value != "-":
                    session.wrong(at, "collect: count 数的是行，行没有值", str(row.value)[:40], "value: -", "改成 value: -；要合计各行的值，写 collect: sum")
            elif row.value == "未读":
                value = None
            elif row.value == "未定":
                value, basis = None, replace(basis, hand=c.Standing.UNSET)
            elif (later := value_later(session, row.value, kind, at)) is not None:
                value = later
            else:
                kind = kind or guess_kind(session, row.value, at)
                value = value_of(session, row.value, kind, at)
            if kind is not None and not counted:
                check_figure(session, basis, value, kind, str(row.value), f"标准表“{name}”第 {index + 1} 行")
            text = str(row.value["expr"]) if isinstance(row.value, Table) and "expr" in row.value else str(row.value)
            rows.append(
                c.RowSpec(number=index, tests=tests, value=value, basis=basis, text=text, note=row.note or "", start=row.start, end=row.end, known=row.known)
            )
        check_known(session, rows, tree, name)
        meant = [row_tests(session, x.when, columns, name, locate(tree, ("uncovered", n))) for n, x in enumerate(table.uncovered)]
        if kind is None:
            if len(session.problems) == before:
                session.wrong(tree.at, "标准表要写 kind 或 unit", name)
            kind = INVALID
        result = kind
        if table.match == "collect" and not isinstance(kind, Quantity | Invalid):
            session.wrong(tree.key("match"), f"{kind}不能合计、比高低", name, "数量", "写 match: first，按行的次序取")
        if table.collect in ("sum", "count") and table.uncovered:
            session.wrong(tree.key("uncovered"), "合计与行数没有空档：没有一行符合就是 0", name, "不写 uncovered", "没有标准的范围，补一行 value: 未定")
        if table.match == "highest" and not isinstance(kind, Quantity | Invalid):
            session.wrong(tree.key("match"), f"highest 取最高的，{kind}不能比高低", name, "数量", "写 match: first，按行的次序取")
        if table.match in ("slab", "marginal"):
            first = inputs[0][1] if inputs else INVALID
            if not (isinstance(kind, Quantity) and isinstance(first, Quantity)):
                session.wrong(tree.at, "套档与累进要以数量为指标、以单价或比率为值", name)
            elif len(inputs) != 1:
                session.wrong(tree.at, "套档与累进只用一个指标", name)
            else:
                result = Quantity(dims=multiply(kind.dims, first.dims))
        spec = c.TableSpec(
            key=session.key(name),
            name=name,
            match=c.Match(table.match),
            inputs=inputs,
            type=result,
            value_type=kind,
            rows=tuple(rows),
            note=table.note or "",
            collect=c.Collect(table.collect) if table.collect else None,
            uncovered=tuple(meant),
        )
        waiting = Waiting(spec, table, tree, tuple(columns), tuple(meant))
        if len(session.problems) == before and not waiting.later:
            spec = prove(session, waiting)
        elif len(session.problems) == before:
            session.cells.append(waiting)
        session.tables[spec.key] = spec
        declare(session, name, table_symbol(spec), tree.at)


def check_known(session: Session, rows: Sequence[c.RowSpec], tree: Table, name: str) -> None:
    """Rows learnt later: after they applied, and all that took over on one day on one day, or nobody knows which ran on."""
    for row in rows:
        at = locate(tree, ("rows", row.number))
        if row.known and not (row.start and row.start < row.known):
            session.wrong(
                at, f"标准表“{name}”第 {row.number + 1} 行：known from 只写在知道得比起日晚的行上", f"{row.start or '没有起日'}，{row.known}",
                "from 早于 known from", "一向知道的不写 known from",
            )  # fmt: skip
            continue
        apart = next(
            (r for r in rows if row.known and r.start == row.start and r.basis.document == row.basis.document and (r.known, r.end) != (row.known, row.end)),
            None,
        )
        if apart is not None:
            session.wrong(
                at, f"标准表“{name}”第 {row.number + 1} 行与第 {apart.number + 1} 行同一天起，known from、to 不同：不知道的那一段接着用哪几行，说不清", str(row.known),
                "同一份文件、同一天起的各行，known from、to 相同", "一起换上的各行写同一个 known from；先知道的几行另写起止日",
            )  # fmt: skip


def value_later(session: Session, raw: Any, kind: Type | None, at: Position) -> Later | None:
    """A row's value that is worked out: {expr: …}, or a name where no word can be meant."""
    if isinstance(raw, Table):
        word = condition_of(session, raw, at)
    elif isinstance(raw, Word) and may_be_expression(raw) and not isinstance(kind, Text | Boolean):
        word = raw
    else:
        return None
    if kind is None:
        session.wrong(at, "值是算出来的，标准表要写 kind 或 unit", str(word or "")[:40], "unit: 元", "写明值是什么、什么单位")
    return Later(word, kind or INVALID)


def column_of(session: Session, entry: m.Input, at: Position) -> Column:
    """A table's column, and what it can be: as it says, else as the fact of its name is declared."""
    symbol = session.find(entry.name)
    fact = session.facts.get(symbol.id) if symbol and symbol.kind is Kind.FACT else None
    options = entry.options or (list(fact.options) if fact and entry.kind in ("choice", "text") else [])
    if entry.options and entry.kind != "choice":
        session.wrong(at, "只有选项类的指标写 options", entry.name, "kind: choice", "改成 kind: choice，或删去 options")
    kind = kind_of(session, entry.kind, entry.unit, options, at)
    if isinstance(kind, Text):
        kind = Text(options=tuple(options))
    ordered = isinstance(kind, Quantity | Date | Year | Period)
    if not ordered and (entry.least or entry.most or entry.decimals is not None):
        session.wrong(at, "只有数量、日期、年度、期限类的指标写 min、max、decimals", entry.name)
        return Column(entry.name, kind)
    low = value_of(session, entry.least, kind, at) if entry.least else None
    high = value_of(session, entry.most, kind, at) if entry.most else None
    check_order(session, low, high, at, "min", "max")
    decimals = entry.decimals
    if fact and ordered and alike(fact.type, kind):
        bounds = fact.date_bounds if isinstance(kind, Date) else fact.bounds
        low, high = bounds[0] if low is None else low, bounds[1] if high is None else high
        fine = fact.decimals if fact.decimals is not None else {"money": 2, "quantity": 0}.get(fact.kind)
        decimals = fine if decimals is None else decimals
    return Column(entry.name, kind, low, high, step_of(decimals) if isinstance(kind, Quantity) else None)


def row_tests(session: Session, when: Any, columns: Sequence[Column], name: str, at: Position) -> tuple[c.Test, ...]:
    """The cells of one row; as many as there are columns."""
    cells = list(when) if isinstance(when, Rows) else [when]
    if len(cells) != len(columns):
        session.wrong(at, f"这一行有 {len(cells)} 格，标准表有 {len(columns)} 个指标", name, "每个指标一格", "一格里的几个值用顿号分开：甲、乙")
        return tuple(c.Test("any") for _ in columns)
    return tuple(cell_test(session, cell, column, at) for cell, column in zip(cells, columns, strict=True))


def cell_test(session: Session, cell: Any, column: Column, at: Position) -> c.Test:
    """One cell. What it may say depends on its column: words are never read as signs, nor signs as words."""
    kind, place = column.type, getattr(cell, "at", at)
    if isinstance(cell, Rows):
        words = [w for w in cell if isinstance(w, Word)]
        if len(words) != len(cell) or not words:
            session.wrong(place, "一格里的清单只写值", "", "[甲, 乙]", "清单里不再套清单")
            return c.Test("any")
        return c.Test("in", tuple(cell_entry(session, w, kind) for w in words), text="、".join(words))
    if isinstance(cell, Table):
        word = condition_of(session, cell, place)
        return c.Test("expr", (Later(word, BOOLEAN),), text=str(word))
    if not isinstance(cell, Word):
        session.wrong(place, "格子里写一个值、一个比较、一个区间或 -", str(cell)[:40])
        return c.Test("any")
    text = str(cell).strip()
    if text == "-":
        return c.Test("any")
    if complaint := _odd_cell(text, isinstance(kind, Text | Boolean)):
        session.wrong(place, complaint[0], text, complaint[1], complaint[2])
        return c.Test("any")
    if match := re.match(r"(>=|<=|>|<|≥|≤)\s*(.+)", text):
        sign = {"≥": ">=", "≤": "<="}.get(match.group(1), match.group(1))
        value = edge_of(session, match.group(2), kind, cell)
        return c.Test("any") if value is None else c.Test(sign, (value,), text=text)
    if re.match(r"[\[(].*\.\..*[\])]$", text):
        ends = [x.strip() for x in text[1:-1].split("..")]
        if len(ends) == 2 and any(may_be_expression(x) for x in ends):
            values = tuple(edge_of(session, x, kind, cell) if x else None for x in ends)
            return c.Test("range", values, (text[0] == "[", text[-1] == "]"), text)
        span = value_of(session, cell, RangeOf(item=kind), place)
        if span is None:
            return c.Test("any")
        return c.Test("range", (span.low, span.high), (span.low_closed, span.high_closed), text)
    if not isinstance(kind, Text | Boolean) and may_be_expression(text):
        return c.Test("in", (edge_of(session, text, kind, cell),), text=text)
    return c.Test("in", tuple(cell_entry(session, Word.make(w.strip(), place), kind) for w in text.split("、")), text=text)


def edge_of(session: Session, text: str, kind: Type, cell: Word) -> Any:
    """Where a band ends: a value, or a figure by name; its place is its own within the cell."""
    if not may_be_expression(text):
        return value_of(session, Word.make(text, cell.at), kind, cell.at)
    return Later(Word.make(text, cell.start.shifted(max(str(cell).rfind(text), 0))), kind)


def cell_entry(session: Session, word: Word, kind: Type) -> Any:
    """One word or value of a cell; a word for “not told” is none."""
    if not word.strip() or (isinstance(kind, Text) and untold(word)):
        session.wrong(word, "格子里的这个词等于没有告诉，不能作为条件", word or "（空）", "一个确定的词，或 -（不限）", "不限写 -；没有标准的写 value: 未定")
        return None
    return value_of(session, word, kind, word.at)


def _odd_cell(text: str, words: bool) -> tuple[str, str, str] | None:
    """Why a cell cannot be read as written: message, what was expected, the mend."""
    plain = unicodedata.normalize("NFKC", text)
    if re.fullmatch(r"[-‐-―−ー_/\\\s]*", plain):
        return "这一格读不懂", "-（不限）、比较、区间或值", "不限写半角的 -"
    if re.match(r"(?:not|非|并非|不是|不含|除)\s*\(", plain, re.I):
        return "格子里没有 not", "一个值，或顿号分开的几个值", "把其余的值列出来；或先写这几个值的行，后面一行写 -（不限）"
    if match := re.match(r"(?:==?|＝|!=|≠|<>|等于|不等于)\s*(.*)", plain):
        return "格子里不写等号", match.group(1) or "一个值", "不等于的，把其余的值列出来" if plain[0] in "!≠<不" else "只写值"
    if words:
        if re.match(r"(?:in|属于|不属于|介于|在)[\s(\[]", plain, re.I):
            return "格子里不写“属于”一类的词", "一个值，或顿号分开的几个值", "列出符合的值"
        if re.fullmatch(r"[\"“”'‘’「『].*[\"“”'’」』]", plain) and not re.search(r"[\"“”]", plain[1:-1]):
            return "格子里的文字不加引号", plain[1:-1], "去掉引号"
        if re.match(r"[<>≥≤]", plain):
            return "文字和是否不能比大小", "一个值，或顿号分开的几个值", "列出符合的值"
        if re.match(r"[\[(].*\.\..*[\])]$", plain):
            return "文字和是否没有区间", "一个值，或顿号分开的几个值", "列出符合的值"
    if re.search(r"[,;]", plain) and (words or not re.search(r"\d,\d{3}", plain)):
        return (
            "格子里的几个值用顿号分开",
            "、".join(x.strip() for x in re.split(r"[,;]", plain)),
            "逗号改顿号；一个词里本来就有逗号的，写成清单 [[“词”]] 并加引号",
        )
    return None
