"""A simulation as tables: the same ones in the workbook, on the page and, the first of them, on the terminal.

What must stay true: an amount that is open stands in two columns, at least and at most; every row says under which policy it is; what
was supposed stands in the first table, old beside new.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import StrEnum
from fractions import Fraction

from ..documents.papers.amounts import exact, figures
from ..rulebook.compiled import Standing
from ..telling.simulated import (
    DISCLAIMER,
    OPEN_ENDED,
    YUAN,
    Amount,
    Compared,
    GroupLine,
    MeasureLine,
    Move,
    Picture,
    Simulated,
    Unsettled,
)
from ..words import Outcome
from .tables import Cell, Column, Sheet, count, money, text


class Part(StrEnum):
    """The tables of a simulation, in the order in which they are read."""

    SUMMARY = "summary"
    UNSETTLED = "unsettled"  # by what is lacking
    LACKED = "lacked"  # of whom
    MEASURES = "measures"
    GROUPS = "groups"  # of one dimension each
    CLAUSES = "clauses"
    WHOLES = "wholes"
    MOVED = "moved"
    RIVALS = "rivals"
    READINGS = "readings"
    SWEEPS = "sweeps"
    FAILED = "failed"


_LEAST, _MOST = money("至少（元）", 18), money("至多（元）", 18)
_UNDER = text("情形", 12)
_FEW, _PLACES = 3, 2  # applicants named in a cell, and places of each


def _count(title: str, width: int = 10, *, roomy: bool = False) -> Column:
    return count(title, width, roomy=roomy)


def ends(amount: Amount | None) -> tuple[Cell, Cell]:
    """The cells of the two columns of an amount; empty where there is none."""
    if amount is None:
        return None, None
    return amount.least, OPEN_ENDED if amount.high is None else amount.high


def _in_its_money(amount: Amount | None) -> tuple[Cell, Cell]:
    """The same; what is no yuan is written with its unit, in the columns that are headed by yuan."""
    return ends(amount) if amount is None or amount.unit == YUAN else (amount.text, "")


def sheets_of(found: Simulated) -> tuple[Sheet, ...]:
    """Every table, in the order in which they are read; those with nothing in them say so."""
    return (
        _summary(found), _unsettled(found), _lacked(found), _measures(found), *(_groups(found, d) for d in ("类别", *found.dimensions)), _clauses(found),
        _wholes(found), _moved(found), _rivals(found), _readings(found), _sweeps(found), _failed(found),
    )  # fmt: skip


def supposed(found: Simulated) -> tuple[tuple[bool, str], ...]:
    """All that is supposed, in words with what it replaces; and whether it is another rulebook, of which nothing is supposed."""
    out = [(c.other, f"{c.after.label}：{x}" if c.other else x) for c in found.compared for x in c.assumed]
    for s in found.sweeps:
        values = "、".join(p.text for p in s.points)
        out.append((False, f"{s.figure.name} 依次取 {values}（现行 {s.figure.before}）"))
    return tuple(dict.fromkeys(out))


def about(found: Simulated) -> str:
    """Which rulebook, which days, how many applicants."""
    return f"{found.title}（{found.rulebook} {found.version}，{found.digest[7:19]}）　审核日期 {found.days_text or '—'}　{found.account}"


def remarks(found: Simulated) -> tuple[str, ...]:
    """What else has to be known before the tables are read."""
    still = (f"按“{c.after.label}”测算，没有一户有变化" for c in found.compared if _still(c))
    return (*(f"没有改的版本：{s.name} {x}" for s in found.changed for x in s.left), *still, *found.notes, *found.said)


def _still(one: Compared) -> bool:
    """Whether nobody's conclusions and amounts are other than before: then sums that are open do not part either, though no end says so."""
    return not (one.moved or one.wholes or one.failed)


def _head(found: Simulated) -> tuple[str, ...]:
    return DISCLAIMER, about(found), *(x if other else f"假定 {x}" for other, x in supposed(found)), *remarks(found)


def _summary(found: Simulated) -> Sheet:
    columns = (
        _UNDER, _count("户数"), _count("条件满足的户", 14), _count("待定的户"), _LEAST, _MOST, text("与现行相差", 30), _count("得"), _count("失"), _count("说不准"),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [_line(found.before.label, found.before.total, "", (None, None, None))]
    for one in found.compared:
        gains = [w.gains for w in one.wholes]
        counts = tuple(gains.count(x) for x in (True, False, None))
        rows.append(_line(one.after.label, one.after.total, _apart(one.after.total, one.before.total, still=_still(one)), counts))
    return Sheet(part=Part.SUMMARY, title="汇总", about=_head(found), columns=columns, rows=tuple(rows))


def _line(label: str, line: GroupLine, apart: str, counts: tuple[Cell, ...]) -> tuple[Cell, ...]:
    least, most = ends(line.amount)
    return label, line.applicants, line.eligible, line.open, least, most, apart, *counts


def _apart(line: GroupLine, before: GroupLine | None, *, still: bool) -> str:
    """How far a sum is from what it was."""
    return "" if before is None else "没有变化" if still else line.amount.against(before.amount)


def _unsettled(found: Simulated) -> Sheet:
    columns = (
        text("缺什么", 34), text("由谁", 22), _count("户数"), _count("读不出的户", 12), _count("只差这一项的户", 16), money("未定金额（元）", 18),
        text("哪几户", 46), text("有关事项", 40, roomy=True),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (x.column, x.acts, x.applicants, x.unread, x.alone, OPEN_ENDED if x.boundless else x.money, _who(x), "、".join(x.measures)) for x in found.unsettled
    ]
    about = (
        DISCLAIMER,
        f"现行的合计：{found.before.total.amount.text}。未定金额是缺这一项的各事项上下限之差，多的在前，“上限不详”的更在前；一个事项缺几项的，各项都计，不能相加。",
        "“只差这一项的户”，眼下不缺别的；其余的户，补了这一项还要补别的。逐户、逐格见“未定原因逐户”。",
    )
    return Sheet(part=Part.UNSETTLED, title="未定原因", about=about, columns=columns, rows=tuple(rows))


def _who(x: Unsettled) -> str:
    """The first few applicants, each with where it has to be put right."""
    said = list(dict.fromkeys(f"{one.enterprise}（{'、'.join(one.at[:_PLACES])}）" if one.at else one.enterprise for one in x.lacked))
    return "、".join(said[:_FEW]) + (f"…共 {x.applicants} 户" if len(said) > _FEW else "")


def _lacked(found: Simulated) -> Sheet:
    columns = (
        text("缺什么", 30), text("企业", 28), text("需补的内容", 40), text("位置", 20), text("怎样填写", 42), text("请提供的材料", 28), text("由谁", 18),
        money("未定金额（元）", 18), text("有关事项", 36),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (x.column, y.enterprise, y.what, "、".join(y.at), y.answer, y.evidence, x.acts, OPEN_ENDED if y.money is None else y.money, "、".join(y.measures))
        for x in found.unsettled
        for y in x.lacked
    ]
    about = (DISCLAIMER, "位置是读不出的那一格；没有写的，是它该在的那一行。")
    return Sheet(part=Part.LACKED, title="未定原因逐户", about=about, columns=columns, rows=tuple(rows))


def _policies(found: Simulated) -> list[tuple[str, Picture, Picture | None]]:
    """Each policy, with the picture before where it is another."""
    return [(found.before.label, found.before, None), *((c.after.label, c.after, c.before) for c in found.compared)]


def _measures(found: Simulated) -> Sheet:
    columns = (
        text("支持事项", 30), _UNDER, text("方案", 12), text("方式", 8, roomy=True), text("依据状态", 10), _count("条件满足"), _count("待定"), _count("条件不满足", 12),
        _count("不在有效期", 12, roomy=True), _LEAST, _MOST, text("与现行相差", 28),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    moved = {id(c.after): {m.title for m in c.moved} for c in found.compared}  # sums that are open may be alike, and yet nobody's amount
    keys = list(dict.fromkeys(m.line for _, picture, _ in _policies(found) for m in picture.measures))
    for key in sorted(keys, key=lambda k: next(n for n, x in enumerate(keys) if x[0] == k[0])):  # one measure's, of several moneys, together
        for label, picture, before in _policies(found):
            line = next((m for m in picture.measures if m.line == key), None)
            old = None if before is None else next((m for m in before.measures if m.line == key), None)
            if line is None and old is not None:  # not there any more, which is no change not made
                rows.append(_measure(label, _none_of(old), old))
            elif line is not None and not (old is not None and _same(line, old) and line.title not in moved.get(id(picture), ())):
                rows.append(_measure(label, line, old))
    return Sheet(
        part=Part.MEASURES, title="按事项", about=(DISCLAIMER, "没有变化的事项只列现行。“不超过”的金额是上限，不是应得。"), columns=columns, rows=tuple(rows)
    )


def _same(a: MeasureLine, b: MeasureLine) -> bool:
    return (a.outcomes, a.amount, a.scheme) == (b.outcomes, b.amount, b.scheme)


def _none_of(old: MeasureLine) -> MeasureLine:
    """A line under a policy that has none such."""
    amount = None if old.amount is None else Amount(unit=old.amount.unit)
    return replace(old, scheme=_NO_SUCH, bases=(), outcomes={}, amount=amount, standing=Standing.ENACTED)


_NO_SUCH = "（没有）"


def _measure(label: str, m: MeasureLine, before: MeasureLine | None) -> tuple[Cell, ...]:
    refused, lapsed = m.outcomes.get(Outcome.INELIGIBLE, 0), m.outcomes.get(Outcome.NOT_IN_FORCE, 0)
    standing = m.standing.label if m.standing is not Standing.ENACTED or m.eligible or m.open else ""
    least, most = _in_its_money(m.amount)
    apart = m.amount.against(before.amount) if before is not None and m.amount is not None and before.amount is not None else ""
    return m.title, label, m.scheme, m.manner, standing, m.eligible, m.open, refused, lapsed, least, most, apart


def _groups(found: Simulated, dimension: str) -> Sheet:
    columns = (text(dimension, 24), _UNDER, _count("户数"), _count("条件满足的户", 14), _count("待定的户"), _LEAST, _MOST, text("与现行相差", 30))
    rows: list[tuple[Cell, ...]] = []
    names = list(dict.fromkeys(g.name for _, picture, _ in _policies(found) for g in picture.groups.get(dimension, ())))
    still = {id(c.after): _still(c) for c in found.compared}
    for name in names:
        for label, picture, before in _policies(found):
            line = next((g for g in picture.groups.get(dimension, ()) if g.name == name), None)
            old = None if before is None else next((g for g in before.groups.get(dimension, ()) if g.name == name), None)
            if line is None and old is not None:
                line = GroupLine(name=name, applicants=0, eligible=0, open=0, amount=Amount())
            if line is not None:
                least, most = ends(line.amount)
                apart = _apart(line, old, still=still.get(id(picture), False))
                rows.append((name, label, line.applicants, line.eligible, line.open, least, most, apart))
    return Sheet(part=Part.GROUPS, of=dimension, title=f"按{dimension}", about=(DISCLAIMER,), columns=columns, rows=tuple(rows))


def _each(found: Simulated) -> Iterator[tuple[str, Compared]]:
    yield from ((c.after.label, c) for c in found.compared)


def _clauses(found: Simulated) -> Sheet:
    moves = (Move.GRANTED, Move.LOST, Move.MORE, Move.LESS, Move.OPENED, Move.OTHER)
    columns = (_UNDER, text("支持事项", 26), text("因为", 56), _count("户次"), *(_count(m.label, 14) for m in moves))
    rows: list[tuple[Cell, ...]] = [
        (label, x.measure, x.turned.words, x.applicants, *(x.moves.get(m, 0) for m in moves)) for label, c in _each(found) for x in c.clauses
    ]
    about = (DISCLAIMER, "一户一项的变化可以因为几条，每条各计一次，户次不能相加。")
    return Sheet(part=Part.CLAUSES, title="因哪一条", about=about, columns=columns, rows=tuple(rows))


_WHEN_SAID = (
    "得失各户同一个说法：假定后的测算额整个高于（低于）现行的，应得的也没有反过来，才说得（失）；"
    "“不超过”是算定的上限，按这个数比；“至多”“至少”有未定，从最少到最多都可能，与另一边交叉的说不准。"
)


def _wholes(found: Simulated) -> Sheet:
    dimensions = found.dimensions
    columns = (
        _UNDER, text("企业", 30), *(text(d, 14) for d in dimensions), text("现行合计", 34), text("假定后合计", 34), text("相差", 30), text("得失", 10),
    )  # fmt: skip
    words = {True: "得", False: "失", None: "说不准"}
    rows: list[tuple[Cell, ...]] = [
        (label, w.enterprise, *(w.groups.get(d, "") for d in dimensions), w.before.text, w.after.text, w.after.against(w.before), words[w.gains])
        for label, c in _each(found)
        for w in c.wholes
    ]
    return Sheet(part=Part.WHOLES, title="得失", about=(DISCLAIMER, "只列合计有变化的户。", _WHEN_SAID), columns=columns, rows=tuple(rows))


def _moved(found: Simulated) -> Sheet:
    columns = (_UNDER, text("企业", 28), text("支持事项", 24), text("原来", 32), text("现在", 32), text("变化", 16), text("因为", 60))
    rows: list[tuple[Cell, ...]] = [
        (label, m.enterprise, m.title, m.before.words, m.after.words, m.move.label, "；".join(t.words for t in m.by))
        for label, c in _each(found)
        for m in c.moved
    ]
    return Sheet(part=Part.MOVED, title="逐户逐项变化", about=(DISCLAIMER,), columns=columns, rows=tuple(rows))


def _rivals(found: Simulated) -> Sheet:
    columns = (
        text("支持事项", 28),
        text("方案", 16),
        text("依据状态", 10),
        text("方式", 8, roomy=True),
        _count("条件满足"),
        _count("待定"),
        _LEAST,
        _MOST,
        _count("现用的户"),
    )
    rows: list[tuple[Cell, ...]] = []
    for one in found.rivals:
        for m in one.lines:
            least, most = _in_its_money(m.amount)
            rows.append((one.title, m.scheme, m.standing.label, m.manner, m.eligible, m.open, least, most, one.used.get(m.scheme, 0)))
    about = (DISCLAIMER, "各方案整套采用，一次换一个事项的，叠加规则照用。“现用的户”是现在按这个方案测算的户数，各户可以选不同的方案。")
    return Sheet(part=Part.RIVALS, title="方案对标", about=about, columns=columns, rows=tuple(rows))


def _readings(found: Simulated) -> Sheet:
    columns = (
        text("读法", 22), text("条款", 14, roomy=True), text("问题", 40, roomy=True), text("取法", 24), _count("条件满足的户", 14), _LEAST, _MOST, _count("牵涉的户"), text("代价", 34),
        text("有关事项", 40, roomy=True),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for one in found.readings:
        for n, option in enumerate(one.options):
            least, most = ends(option.amount)
            first = n == 0
            rows.append(
                (one.name, one.clause, one.question if first else "", option.option, option.eligible, least, most, one.touched, one.spread if first else "",
                 "、".join(one.measures) if first else "")
            )  # fmt: skip
    about = (DISCLAIMER, "每个未定的读法，有关事项在各种取法下的合计；其余读法仍未定。一种读法对所有的户是同一种，不逐户取有利的。")
    return Sheet(part=Part.READINGS, title="读法代价", about=about, columns=columns, rows=tuple(rows))


def _sweeps(found: Simulated) -> Sheet:
    columns = (text("标准", 26), text("取值", 16), _count("条件满足的户", 14), _count("待定的户"), _LEAST, _MOST, text("与现行相差", 30))
    rows: list[tuple[Cell, ...]] = []
    for s in found.sweeps:
        now = next((p for p in s.points if p.now), None)
        for p in s.points:
            least, most = ends(p.total.amount)
            apart = "" if now is None or p.now else p.total.amount.against(now.total.amount)
            rows.append((s.figure.name, p.text + ("（现行）" if p.now else ""), p.total.eligible, p.total.open, least, most, apart))
    return Sheet(
        part=Part.SWEEPS,
        title="曲线",
        about=(DISCLAIMER, "每条曲线只变这一个标准，其余按上面的假定；标着现行的，是它现在的值。"),
        columns=columns,
        rows=tuple(rows),
    )


def _failed(found: Simulated) -> Sheet:
    columns = (text("企业", 28), text("处理", 24), text("位置", 30), text("问题", 90))
    rows: list[tuple[Cell, ...]] = [(f.enterprise, "没有测算", f.place, p) for f in found.failed for p in f.problems]
    rows += [(f.enterprise, "这几处按没有告诉测算", f.place, p) for f in found.partly for p in f.problems]
    rows += [(f.enterprise or "（不是哪一户的）", "不算在任何一户", f.place, p) for f in found.astray for p in f.problems]
    rows += [(f.enterprise, f"按“{c.after.label}”读不出，两边都不计", f.place, p) for c in found.compared for f in c.failed for p in f.problems]
    return Sheet(part=Part.FAILED, title="错误行", about=(found.account,), columns=columns, rows=tuple(rows))


def shown(cell: Cell) -> str:
    """A cell as text: an amount to the 分, its thousands apart."""
    match cell:
        case None:
            return ""
        case Fraction():
            return figures(cell) if exact(cell) else str(cell)
        case _:
            return str(cell)


def printed(sheet: Sheet) -> tuple[Sequence[str], list[list[str]]]:
    """A table as text: its headings, its rows."""
    return [c.title for c in sheet.columns], [[shown(c) for c in row] for row in sheet.rows]


__all__ = ["Part", "about", "ends", "printed", "remarks", "sheets_of", "shown", "supposed"]
