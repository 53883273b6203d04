"""A table gone through as a whole: rows that never apply, repeat or miss one another, in every period.

Rows of one document by themselves, on each stretch of days within which the same rows exist and the
figures in their cells are constant. What must stay true: nothing is called proved that a case could
refute; a row of which only a case tells is left out of the proof and said to be (`unproved`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from ...errors import Position
from ...language import typed as t
from ...language.levelling import level
from .. import compiled as c
from .. import models as m
from ..tablecheck import Finding, findings
from ..yamltree import Table, locate
from .cells import BANDS, Waiting, case_told, folded, periods, type_cells
from .session import Session


def read_cells(session: Session) -> None:
    """The tables of which a cell waited for the definitions."""
    for waiting in session.cells:
        spec = type_cells(session, waiting)
        if spec is not None:
            session.tables[spec.key] = prove(session, replace(waiting, spec=spec))


def prove(session: Session, waiting: Waiting) -> c.TableSpec:
    """The table, with what is in doubt about it; complains of what is wrong."""
    spec, table, tree = waiting.spec, waiting.entry, waiting.tree
    opaque = tuple(r.number for r in spec.rows if any(case_told(session, x) for test in r.tests for x in test.values if isinstance(x, t.Expr)))
    sources: dict[str, list[int]] = {}
    for n, row in enumerate(spec.rows):
        sources.setdefault(session.family(row.basis.document), []).append(n)
    named = [(family, numbers) for family, numbers in sources.items() if family]
    groups = named if len(named) > 1 else [("", list(range(len(spec.rows))))]
    stale: list[set[int]] = []
    told: set[Any] = set()
    doubtful = False
    ways = [(family, tuple(spec.rows[n] for n in numbers), None) for family, numbers in groups]
    for family, own, day in [*ways, *((x, of, before) for x, of, _ in ways for before in _before_learnt(of))]:
        for when, there, rows in _by_period(session, own if day is None else c.rows_known_on(own, day), family):
            if table.match in BANDS and len(there) == len(rows):
                before = len(session.problems)
                check_contiguous(session, spec.name, rows, tree.at, when)
                if len(session.problems) > before:
                    return spec
            found = findings(
                waiting.columns,
                [_one_spelling(r.tests) for r in rows],
                [_one_spelling(x) for x in waiting.meant],
                table.match or "first",
                [r.value for r in rows],
            )
            whole = len(there) == len(rows) and day is None  # of rows left out, or not known yet, nobody knows what they cover
            if day is None:
                stale.append({f.row for f in found if f.kind == "stale" and f.row is not None} if whole else set())
            for finding in found:
                if finding.kind == "stale" or (finding.kind == "gap" and (not whole or spec.adds_up)):
                    continue
                doubtful = doubtful or finding.kind in ("hidden", "repeated", "overlap")
                mark = (
                    (finding.kind, finding.where)
                    if finding.row is None
                    else (finding.kind, rows[finding.row].number, tuple(rows[n].number for n in finding.others))
                )
                if mark not in told:
                    told.add(mark)
                    complain(session, spec.name, table, tree, spec.rows, [r.number for r in rows], finding, when)
    for n in sorted(set.intersection(*stale)) if stale else ():
        session.doubt(
            locate(tree, ("uncovered", n)),
            f"标准表“{spec.name}”的 uncovered 第 {n + 1} 条已被各行包括",
            "，".join(x.text for x in waiting.meant[n]),
            "没有一行的范围",
            "删去这一条，或改正范围",
        )
    return replace(spec, doubtful=doubtful, unproved=opaque)


def _before_learnt(rows: Sequence[c.RowSpec]) -> Iterator[date]:
    """A day of each time at which less was known of the rows than is now."""
    yield from sorted({r.known - timedelta(days=1) for r in rows if r.known})


def _by_period(session: Session, rows: Sequence[c.RowSpec], family: str) -> Iterator[tuple[str, list[c.RowSpec], list[c.RowSpec]]]:
    """The period in words (none where there is but one), the rows that exist in it, and those of them whose cells are known."""
    spans = list(periods(session, rows))
    for start, end in spans:
        ends = f"{'' if start == date.min else start}至{'' if end == date.max else end}"
        there = [r for r in rows if r.on(start)]
        known = [x for r in there if (x := folded(session, r, start, family)) is not None]
        yield f"（{ends}）" if len(spans) > 1 else "", there, known


def complain(
    session: Session, name: str, table: m.TableEntry, tree: Table, rows: Sequence[c.RowSpec], numbers: Sequence[int], finding: Finding, when: str = ""
) -> None:
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
                f"标准表“{name}”{when}的行重复：{here}与{others}相同",
                rows[numbers[finding.row or 0]].text,
                "每行的条件不同",
                "删去一行；两行的值不同的，问清政策起草人",
            )
        case "never":
            tell(at, f"标准表“{name}”{when}的{here}永远用不上：指标不会有这样的值", here, "指标可能有的值", "核对这一格，或核对指标的 min、max、options")
        case "hidden" if table.match == "highest":
            tell(at, f"标准表“{name}”{when}的{here}永远用不上：{others}的值总是更高", here, "至少有一处最高的行", "删去这一行，或核对各行的值")
        case "hidden":
            tell(at, f"标准表“{name}”{when}的{here}永远用不上：排在前面的{others}已经包括它", here, "范围小的行在前", f"把这一行移到{others}的前面，或删去")
        case "overlap":
            tell(
                at,
                f"标准表“{name}”{when}的{here}与{others}重叠：{finding.where}",
                here,
                "各行不重叠",
                "改正边界（一边含、一边不含）；问清政策起草人：重叠处归哪一行？",
            )
        case "gap":
            tell(at, f"标准表“{name}”{when}没有一行对应 {finding.where}", "", "各行首尾相接，连同两头",
                       "补一行（资料没有标准的写 value: 未定，没读到的写 value: 未读）；有意不覆盖的写 uncovered: [{when: …, why: 理由}]")  # fmt: skip
        case "large":
            session.wrong(at, f"标准表“{name}”{when}的格子太多，查不完", name, "少一些指标或边界", "拆成几张表")


def check_contiguous(session: Session, name: str, rows: Sequence[c.RowSpec], at: Position, when: str) -> None:
    edge: Any = None
    closed = False
    for index, row in enumerate(rows):
        test = row.tests[0]
        low, high = _interval(test)
        if index and (low is None or low != edge):
            session.wrong(at, f"标准表“{name}”{when}的档次不相接", test.text, "上一档的上限是下一档的下限", "补齐或改正各档边界")
        if index and low is not None and low == edge and closed == _closed(test)[0]:
            word = "两档都含" if closed else "两档都不含"
            session.wrong(at, f"标准表“{name}”{when}的边界 {test.text} {word}这一点", test.text, "一边含、一边不含", "问清政策起草人：端点归哪一档？")
        edge, closed = high, _closed(test)[1]


def _one_spelling(tests: tuple[c.Test, ...]) -> tuple[c.Test, ...]:
    """The cells of a row as a case meets them: wide or narrow letters are one word, and a second row for it is never reached."""
    return tuple(replace(x, values=tuple(level(w) if isinstance(w, str) else w for w in x.values)) if x.op == "in" else x for x in tests)


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
