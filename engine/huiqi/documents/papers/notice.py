"""公示表: what may be put before the public once it is approved: whom, which measure, on which document, how much.

What must stay true: only measures whose conditions hold on what is enacted and whose amount is settled stand
in it. A figure taken from elsewhere, a ceiling, an open amount, one that another grant may still change:
none of these is published; what is left out is said to the officer with the reason. Nothing is told of records and persons.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction

from ...rulebook.compiled import Standing, name_of
from ...telling.amounts import amount_words
from ...telling.decision import Decision, MeasureResult
from ...telling.pools import BEFORE_POOL
from ...words import READING_OPEN, Outcome
from .amounts import capitals, ceiling, exact, figures, settled
from .blocks import Block, Grid, Manner, Pairs, Paper, Para
from .parts import HEAD, TO_FILL, considered, day_words, enterprise_of, foot


def notice(decisions: Sequence[Decision], code: str, *, until: date | None = None) -> Paper:
    return Paper(title="公示表（测算稿）", head=HEAD, foot=foot(code), day=decisions[0].on, blocks=tuple(_blocks(decisions, code, until)))


def withheld(r: MeasureResult, decision: Decision) -> str:
    """Why a measure whose conditions hold is not published; empty where it may be."""
    if r.hint or not r.award.monetary:
        return "不是本级资金支持"
    if r.hangs:
        return READING_OPEN
    open_ = "；".join(_to_clear(r, decision))
    if (weakest := max(r.standing, r.award.standing)) >= Standing.ASSUMED:
        return f"依据状态为“{weakest.label}”，不构成支持承诺" + (f"；{open_}" if open_ else "")
    if open_:
        return open_
    if any(a.provisional for a in r.adjustments):
        return "金额是暂定的"
    if r.award.pending:
        return f"金额{amount_words(r.award, r.outcome)}"
    if ceiling(r.award):
        return f"测算的是上限（{amount_words(r.award, r.outcome)}），金额待审定"
    if settled(r.award) is None:
        return "金额没有取整到分"
    if not r.award.low:
        return "测算金额为零"
    pools = decision.judgement.book.pools if decision.judgement is not None else ()
    return next((f"受“{x.title}”控制，{BEFORE_POOL}" for x in pools if any(name_of(k) == r.id for k in x.members)), "")


def _to_clear(r: MeasureResult, decision: Decision) -> Iterator[str]:
    """What somebody has to look at before it is published, whatever it comes to."""
    if r.again:
        yield "以往已获的能不能再获没有核清"
    if looks := decision.told.looks(r.id):
        yield looks[0].words + (f"（等 {len(looks)} 处）" if len(looks) > 1 else "")


def left_out(decisions: Sequence[Decision]) -> list[str]:
    """The measures whose conditions hold and that are not in the table, each with the reason."""
    return [f"{r.title}：{why}" for d in decisions for r in _eligible(d) if (why := withheld(r, d))]


def _eligible(decision: Decision) -> list[MeasureResult]:
    return [r for r in considered(decision) if r.outcome is Outcome.ELIGIBLE]


def _blocks(decisions: Sequence[Decision], code: str, until: date | None) -> list[Block]:
    found = [(d, r) for d in decisions for r in _eligible(d) if not withheld(r, d)]
    out: list[Block] = [Para("本表为初审测算稿，审定以前不得公布；测算支持金额以审定金额为准。")]
    if not found:
        out.append(Para("按现有依据和资料，没有可以公示的支持事项：依据尚未确定、金额未定或者只测算到上限的，不是本级资金支持的，均不列入。"))
    else:
        documents = "、".join(dict.fromkeys(r.document for _, r in found if r.document))
        based = f"根据{documents}，" if documents else ""
        out.append(Para(f"{based}经初审测算，下列支持事项条件满足、金额已算定。审定后予以公示，公示期自{TO_FILL}至{day_words(until)}。"))
        out.append(_grid(found))
        out += _total(found)
        if any(r.standing is not Standing.ENACTED for _, r in found):
            out.append(Para("备注“依据待核”的，公示以前须与文件原文核对。", Manner.NOTE))
        out.append(Para("对公示内容有异议的，请在公示期内以书面形式提出，并写明联系方式。"))
    return [
        *out,
        Pairs((("受理异议的单位", ""), ("联系人及电话", ""), ("地址", ""))),
        Para("（单位盖章）", Manner.CLOSING),
        Para(TO_FILL, Manner.CLOSING),
        Para(f"审核日期 {decisions[0].on}；{'；'.join(f'{d.rulebook_title} {d.rulebook_version}' for d in decisions)}；{foot(code)}", Manner.NOTE),
    ]


def _grid(found: Sequence[tuple[Decision, MeasureResult]]) -> Grid:
    rows = tuple(
        (
            str(n), enterprise_of([d]), r.title, "、".join(r.clause), f"{figures(r.award.low or Fraction(0))}{r.award.unit if r.award.unit != '元' else ''}",
            "" if r.standing is Standing.ENACTED else f"依据{r.standing.label}",
        )
        for n, (d, r) in enumerate(found, 1)
    )  # fmt: skip
    return Grid(("序号", "单位全称", "支持事项", "依据条款", "测算支持金额（元）", "备注"), rows, (7, 25, 24, 17, 17, 10), (4,))


def _total(found: Sequence[tuple[Decision, MeasureResult]]) -> list[Block]:
    """What they come to together, where the decision says that of these very measures."""
    if len({d.rulebook_id for d, _ in found}) > 1:
        return []
    decision = found[0][0]
    total, listed = decision.total, {r.id for _, r in found}
    whole = {i for i, _ in total.measures if decision.measures[i].award.low} == listed
    if total.pending or not whole or not exact(total.low):
        return []
    return [Para(f"合计：测算支持金额{figures(total.low)}元（大写：{capitals(total.low)}）。")]
