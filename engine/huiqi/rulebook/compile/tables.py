"""Pass: standard tables, cell by cell and as a whole.

What must stay true: a cell is never read as something it does not plainly say; bands of slab and
marginal tables meet; rows that hide, repeat or miss one another are told (see `tablecheck`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ...errors import Position
from ...language.checker import Kind
from ...language.levelling import level
from ...language.types import INVALID, Boolean, Date, Invalid, Period, Quantity, RangeOf, Text, Type, Year, alike
from ...language.units import multiply
from .. import compiled as c
from .. import models as m
from ..names import Once, untold
from ..tablecheck import Column, Finding, findings, step_of
from ..yamltree import Rows, Table, Word, locate
from .expressions import guess_kind, kind_of, value_of
from .naming import check_order, declare, give_identifier
from .session import Session
from .sources import basis_of
from .symbols import table_symbol


def read_tables(session: Session) -> None:
    ids = Once("标准表的 id")
    for name, table, tree in session.source.of("tables"):
        give_identifier(session, table.id, ids, tree.at)
        if table.match is None:
            session.wrong(
                tree.at,
                "标准表没有写 match",
                name,
                "first / highest / slab（全额套档）/ marginal（超额累进）",
                "问清政策起草人：超出部分按高档，还是全额按高档？",
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
        rows = []
        default = None
        if table.document or table.basis:
            default = basis_of(session, table, tree.at, figure=f"标准表“{name}”")
        for index, row in enumerate(table.rows):
            at = locate(tree, ("rows", index))
            tests = row_tests(session, row.when, columns, name, at)
            basis = basis_of(session, row, at, default, figure=f"标准表“{name}”第 {index + 1} 行")
            if row.value == "未读":
                value: Any = None
            elif row.value == "未定":
                value, basis = None, replace(basis, hand=c.Standing.UNSET)
            else:
                kind = kind or guess_kind(session, row.value, at)
                value = value_of(session, row.value, kind, at)
            rows.append(c.RowSpec(tests=tests, value=value, basis=basis, text=str(row.value), note=row.note or ""))
        meant = [row_tests(session, x.when, columns, name, locate(tree, ("uncovered", n))) for n, x in enumerate(table.uncovered)]
        if kind is None:
            session.wrong(tree.at, "标准表要写 kind 或 unit", name)
            kind = INVALID
        result = kind
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
                if len(session.problems) == before:
                    check_contiguous(session, name, rows, tree.at)
        doubtful = len(session.problems) == before and check_covered(session, name, table, tree, columns, rows, meant)
        spec = c.TableSpec(
            key=session.key(name),
            name=name,
            match=c.Match(table.match),
            inputs=inputs,
            type=result,
            value_type=kind,
            rows=tuple(rows),
            note=table.note or "",
            doubtful=doubtful,
        )
        session.tables[spec.key] = spec
        declare(session, name, table_symbol(spec), tree.at)


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


def check_covered(
    session: Session, name: str, table: m.TableEntry, tree: Table, columns: Sequence[Column], rows: Sequence[c.RowSpec], meant: Sequence[tuple[c.Test, ...]]
) -> bool:
    """Rows that can never apply, repeated rows, gaps and overlaps; rows of one document by themselves.

    Whether it is in doubt which of its rows apply.
    """
    sources: dict[str, list[int]] = {}
    for n, row in enumerate(rows):
        sources.setdefault(session.family(row.basis.document), []).append(n)
    named = [numbers for family, numbers in sources.items() if family]
    groups = named if len(named) > 1 else [list(range(len(rows)))]
    stale: list[set[int]] = []
    doubtful = False
    for numbers in groups:
        found = findings(
            columns,
            [_one_spelling(rows[n].tests) for n in numbers],
            [_one_spelling(x) for x in meant],
            table.match or "first",
            [rows[n].value for n in numbers],
        )
        stale.append({f.row for f in found if f.kind == "stale" and f.row is not None})
        for finding in found:
            complain(session, name, table, tree, rows, numbers, finding)
            doubtful = doubtful or finding.kind in ("hidden", "repeated", "overlap")
    for n in sorted(set.intersection(*stale)) if stale else ():
        session.doubt(
            locate(tree, ("uncovered", n)),
            f"标准表“{name}”的 uncovered 第 {n + 1} 条已被各行包括",
            "，".join(x.text for x in meant[n]),
            "没有一行的范围",
            "删去这一条，或改正范围",
        )
    return doubtful


def complain(session: Session, name: str, table: m.TableEntry, tree: Table, rows: Sequence[c.RowSpec], numbers: Sequence[int], finding: Finding) -> None:
    def cells(n: int) -> str:
        return f"第 {numbers[n] + 1} 行（{'，'.join(x.text for x in rows[numbers[n]].tests)}）"

    at = locate(tree, ("rows", numbers[finding.row])) if finding.row is not None else tree.at
    here = cells(finding.row) if finding.row is not None and finding.kind != "stale" else ""
    others = "、".join(cells(n) for n in finding.others) if finding.kind != "stale" else ""
    # bands add up only where they meet; elsewhere rows in doubt stay open between them
    tell = session.wrong if table.match in ("slab", "marginal") else session.doubt
    match finding.kind:
        case "repeated":
            tell(
                at,
                f"标准表“{name}”的行重复：{here}与{others}相同",
                rows[numbers[finding.row or 0]].text,
                "每行的条件不同",
                "删去一行；两行的值不同的，问清政策起草人",
            )
        case "never":
            tell(at, f"标准表“{name}”的{here}永远用不上：指标不会有这样的值", here, "指标可能有的值", "核对这一格，或核对指标的 min、max、options")
        case "hidden" if table.match == "highest":
            tell(at, f"标准表“{name}”的{here}永远用不上：{others}的值总是更高", here, "至少有一处最高的行", "删去这一行，或核对各行的值")
        case "hidden":
            tell(at, f"标准表“{name}”的{here}永远用不上：排在前面的{others}已经包括它", here, "范围小的行在前", f"把这一行移到{others}的前面，或删去")
        case "overlap":
            tell(
                at,
                f"标准表“{name}”的{here}与{others}重叠：{finding.where}",
                here,
                "各行不重叠",
                "改正边界（一边含、一边不含）；问清政策起草人：重叠处归哪一行？",
            )
        case "gap":
            tell(at, f"标准表“{name}”没有一行对应 {finding.where}", "", "各行首尾相接，连同两头",
                       "补一行（资料没有标准的写 value: 未定，没读到的写 value: 未读）；有意不覆盖的写 uncovered: [{when: …, why: 理由}]")  # fmt: skip
        case "large":
            session.wrong(at, f"标准表“{name}”的格子太多，查不完", name, "少一些指标或边界", "拆成几张表")


def check_contiguous(session: Session, name: str, rows: Sequence[c.RowSpec], at: Position) -> None:
    edge: Any = None
    closed = False
    for index, row in enumerate(rows):
        test = row.tests[0]
        low, high = _interval(test)
        if index and (low is None or low != edge):
            session.wrong(at, f"标准表“{name}”的档次不相接", test.text, "上一档的上限是下一档的下限", "补齐或改正各档边界")
        if index and low is not None and low == edge and closed == _closed(test)[0]:
            word = "两档都含" if closed else "两档都不含"
            session.wrong(at, f"标准表“{name}”的边界 {test.text} {word}这一点", test.text, "一边含、一边不含", "问清政策起草人：端点归哪一档？")
        edge, closed = high, _closed(test)[1]


def cell_test(session: Session, cell: Any, column: Column, at: Position) -> c.Test:
    """One cell. What it may say depends on its column: words are never read as signs, nor signs as words."""
    kind, place = column.type, getattr(cell, "at", at)
    if isinstance(cell, Rows):
        words = [w for w in cell if isinstance(w, Word)]
        if len(words) != len(cell) or not words:
            session.wrong(place, "一格里的清单只写值", "", "[甲, 乙]", "清单里不再套清单")
            return c.Test("any")
        return c.Test("in", tuple(cell_entry(session, w, kind) for w in words), text="、".join(words))
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
        value = value_of(session, Word.make(match.group(2), place), kind, place)
        return c.Test("any") if value is None else c.Test(sign, (value,), text=text)
    if re.match(r"[\[(].*\.\..*[\])]$", text):
        span = value_of(session, cell, RangeOf(item=kind), place)
        if span is None:
            return c.Test("any")
        return c.Test("range", (span.low, span.high), (span.low_closed, span.high_closed), text)
    return c.Test("in", tuple(cell_entry(session, Word.make(w.strip(), place), kind) for w in text.split("、")), text=text)


def cell_entry(session: Session, word: Word, kind: Type) -> Any:
    """One word or value of a cell; a word for “not told” is none."""
    if not word.strip() or (isinstance(kind, Text) and untold(word)):
        session.wrong(word, "格子里的这个词等于没有告诉，不能作为条件", word or "（空）", "一个确定的词，或 -（不限）", "不限写 -；没有标准的写 value: 未定")
        return None
    return value_of(session, word, kind, word.at)


def _one_spelling(tests: tuple[c.Test, ...]) -> tuple[c.Test, ...]:
    """The cells of a row as a case meets them: abc and ＡＢＣ are one word, and a second row for it is never reached."""
    return tuple(replace(x, values=tuple(level(w) if isinstance(w, str) else w for w in x.values)) if x.op == "in" else x for x in tests)


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


def _closed(test: c.Test) -> tuple[bool, bool]:
    """Whether the lower and the upper end belong to the band."""
    return test.closed if test.op == "range" else (test.op == ">=", test.op == "<=")


def _interval(test: c.Test) -> tuple[Any, Any]:
    if test.op == "range":
        return test.values
    if test.op in (">=", ">"):
        return test.values[0], None
    if test.op in ("<", "<="):
        return None, test.values[0]
    return None, None
