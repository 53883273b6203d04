"""补正告知书: everything that the enterprise itself can still bring, told at once, with what to bring and by when.

What must stay true: what is not for the enterprise is not asked of it; nothing that was told is repeated
as if it were lacking; the day is the one that was given, else a line to fill in: no time limit is made up.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ...telling.decision import Decision
from ...words import Outcome
from .blocks import Block, Grid, Manner, Pairs, Paper, Para
from .parts import HEAD, TO_FILL, Wanted, considered, day_words, enterprise_of, foot, of_enterprise, of_others, titles_words, wanted


def correction(decisions: Sequence[Decision], code: str, *, until: date | None = None) -> Paper:
    items = of_enterprise(wanted(decisions))
    return Paper(title="补正告知书", head=HEAD, foot=foot(code), day=decisions[0].on, blocks=tuple(_blocks(decisions, code, items, until)))


def _blocks(decisions: Sequence[Decision], code: str, items: Sequence[Wanted], until: date | None) -> list[Block]:
    return [
        Para("（一次性告知）　　编号：", Manner.CLOSING),
        Para(f"{enterprise_of(decisions)}：", Manner.ADDRESS),
        *(_asked(decisions, items, until) if items else [Para(f"你单位{_applied(decisions)}，经初审测算，现有资料没有需要你单位补正的内容。")]),
        Para("本告知书据初审测算作出，不是审定结果，也不构成支持承诺；以审定、公示和下达文件为准。"),
        Pairs((("联系人及电话", ""), ("材料送达地点", ""))),
        Para("（单位盖章）", Manner.CLOSING),
        Para(TO_FILL, Manner.CLOSING),
        Para("送达回执", Manner.ADDRESS),
        Pairs((("签收人", ""), ("签收日期", ""))),
        Para(f"审核日期 {decisions[0].on}；{'；'.join(f'{d.rulebook_title}（{d.rulebook_id} {d.rulebook_version}）' for d in decisions)}；{foot(code)}", Manner.NOTE),
    ]  # fmt: skip


def _asked(decisions: Sequence[Decision], items: Sequence[Wanted], until: date | None) -> list[Block]:
    return [
        Para(
            f"你单位{_applied(decisions)}，经初审测算，{_of_which(decisions, items)}尚缺下列 {len(items)} 项内容，{_undecided(decisions, items)}。现一次性告知，"
            f"请于{day_words(until)}前一并补正；没有的事项请写明“无”，不适用的请说明。"
        ),
        correction_grid(items),
        *([Para("待部门核实或认定、专家评审，以及标准、读法尚未确定的内容，不需你单位提供。", Manner.NOTE)] if of_others(wanted(decisions)) else []),
    ]


def _undecided(decisions: Sequence[Decision], items: Sequence[Wanted]) -> str:
    """What cannot be said yet: where the conditions are met already, only how much, and nobody is told that nothing is decided."""
    lacking = {title for item in items for title in item.measures}
    outcomes = {r.outcome for d in decisions for r in considered(d) if r.title in lacking}
    if outcomes == {Outcome.ELIGIBLE}:
        return "条件已经满足，金额还不能算定"
    return "有的还不能作出判断，有的金额还不能算定" if Outcome.ELIGIBLE in outcomes else "还不能作出判断"


def _of_which(decisions: Sequence[Decision], items: Sequence[Wanted]) -> str:
    """Those of what was applied for that lack something, where others lack nothing."""
    applied = [r.title for d in decisions for r in considered(d) if r.applied]
    lacking = {title for item in items for title in item.measures}
    named = [t for t in applied if t in lacking]
    return f"其中{'、'.join(f'“{t}”' for t in named)}" if named and len(named) < len(applied) else ""


def correction_grid(items: Sequence[Wanted]) -> Grid:
    """What is asked of the enterprise, with what to bring."""
    rows = tuple(
        (str(n), x.what, "、".join(x.evidence) or "能证明该项内容的材料", x.answer, titles_words(x.measures)) for n, x in enumerate(items, 1)
    )  # fmt: skip
    return Grid(("序号", "需补正的内容", "请提供的材料", "怎样填写", "关系到的支持事项"), rows, (6, 21, 18, 33, 22))


def _applied(decisions: Sequence[Decision]) -> str:
    titles = [r.title for d in decisions for r in considered(d) if r.applied]
    return f"申报的{'、'.join(f'“{t}”' for t in titles)}" if titles else "的申报"
