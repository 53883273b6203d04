"""Rules over all applicants and what they come to, in words: the rule, each step of a share, why it is not settled, a target's progress.

What must stay true: a share that others may still change is told with both ends and never as an amount of support; nothing is
worked out here.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from ..language.types import Quantity
from ..language.units import show_amount
from ..reasoning.pooled import Part, Pool, PoolStep, PoolStepKind, Portion, Shared, Span
from ..rulebook.compiled import Edge, LeftOver, PoolSpec, ProgressSpec, Remainder, Share, TargetSpec, Ties
from ..words import Verdict
from .amounts import cents_amount
from .spoken import spoken

BEFORE_POOL = "此为汇总以前的测算，不是拟支持额"
_TIES = {Ties.ALL: "并列的都进", Ties.NONE: "并列而容不下的都不进", Ties.SPLIT: "并列而余额不够的按比例分", Ties.OPEN: "并列而容不下的由审定机关定"}
_TIES_IN_ORDER = {**_TIES, Ties.NONE: "并列而余额不够的都不给，排在后面的也不给"}
_EDGES = {Edge.REST: "余额不够一户足额的给余额", Edge.STOP: "余额不够一户足额的不给，其后的也不给"}
_LEFT = {LeftOver.AGAIN: "用不完的份额在其余各户里再分，直到不再变动", LeftOver.KEEP: "用不完的份额不分"}
_REMAINDERS = {
    Remainder.LARGEST: "舍到分，余下的每分给舍去最多的，一样多而不够分的不给",
    Remainder.FIRST: "舍到分，余下的给第一名",
    Remainder.KEEP: "舍到分，余下的不分",
}
_REACHED = {Verdict.HOLDS: "已达到", Verdict.FAILS: "未达到", Verdict.UNKNOWN: "还不能说"}


# -- the rule ------------------------------------------------------------------------------------------


def pool_words(spec: PoolSpec) -> str:
    """The rule in one sentence, in the order in which it is carried out."""
    return "；".join(_rule(spec))


def _rule(spec: PoolSpec) -> Iterator[str]:
    if spec.cap_before is not None:
        yield f"每户先封顶 {spoken(spec.cap_before)}"
    if spec.order:
        by = "、".join(f"{'测算额' if o.by is None else spoken(o.by)}（{'大的' if o.highest else '小的'}在前）" for o in spec.order)
        yield f"名次按{by}"
    if spec.places is not None:
        assert spec.ties is not None
        yield f"取前 {spoken(spec.places)} 名，{_TIES[spec.ties]}"
    if spec.budget is not None:
        total = f"总额 {spoken(spec.budget)}"
        if spec.share is Share.PRO_RATA:
            base = "测算额" if spec.base is None else spoken(spec.base)
            left = f"，{_LEFT[spec.left_over]}" if spec.base is not None or spec.cap_after is not None else ""
            cap = f"，每户不超过 {spoken(spec.cap_after)}" if spec.cap_after is not None else ""
            yield f"{total}，按{base}的比例分，不超过各户的测算额{cap}{left}"
        else:
            assert spec.ties is not None and spec.edge is not None
            yield f"{total}，按名次足额给到用完为止，{_EDGES[spec.edge]}，{_TIES_IN_ORDER[spec.ties]}"
    if spec.share is Share.PRO_RATA or spec.ties is Ties.SPLIT:
        yield _REMAINDERS[spec.remainder]


def pooled_note(spec: PoolSpec) -> str:
    """On the page of one enterprise, which shows what is due before the rule."""
    return f"{spec.title}：{pool_words(spec)}；须全部申报汇总后确定，{BEFORE_POOL}"


# -- what it comes to ----------------------------------------------------------------------------------


def span_words(span: Span, unit: str) -> str:
    """Money in 分, as far as it is known."""
    if span.settled and span.low is not None:
        return cents_amount(span.low, unit)
    low = cents_amount(span.low or 0, unit)
    return f"至少{low}，上限不详" if span.high is None else f"{low}至{cents_amount(span.high, unit)}"


def portion_words(portion: Portion, unit: str = "元") -> str:
    """A share: one amount only where nobody's turning out changes it."""
    if portion.part is Part.OUT:
        return "不参加汇总"
    if portion.settled:
        return cents_amount(portion.low, unit)
    return f"待定，{span_words(Span(portion.low, portion.high), unit)}"


def rank_words(portion: Portion) -> str:
    """Its place, or between which two; empty where the pool has no order."""
    if portion.rank is None:
        return ""
    first, last = portion.rank
    return f"第 {first} 名" if first == last else f"第 {first} 至 {last} 名之间"


def step_words(step: PoolStep, unit: str = "元") -> str:
    """One step: what was done, by which figures, and what it left."""
    return f"{_done(step, unit)} → {span_words(step.after, unit)}"


def _done(step: PoolStep, unit: str) -> str:
    def told(name: str) -> str:
        return span_words(step.figures[name], unit)

    match step.kind:
        case PoolStepKind.CLAIM:
            return "汇总以前的测算额"
        case PoolStepKind.CAP_BEFORE:
            return f"每户先封顶 {told('cap')}"
        case PoolStepKind.PLACES:
            return f"{_number(step.figures['rank'])}名，取前 {_number(step.figures['places'])} 名"
        case PoolStepKind.PRO_RATA:
            if "amount" in step.figures:
                return f"总额 {told('budget')}，按测算额 {told('amount')} / 合计 {told('amounts')} 分"
            return f"总额 {told('budget')}，按 {_number(step.figures['base'])} / 合计 {_number(step.figures['bases'])} 分"
        case PoolStepKind.IN_ORDER:
            return f"总额 {told('budget')}，排在前面的 {told('before')}"
        case PoolStepKind.CAPPED:
            cap = f"，不超过分后封顶（{told('cap')}）" if "cap" in step.figures else ""
            return f"不超过自己的测算额（{told('claimed')}）{cap}"
        case PoolStepKind.AGAIN:
            return "用不完的份额再分，直到不再变动"
        case PoolStepKind.CENTS:
            return "舍到分"
        case PoolStepKind.REMAINDER:
            return f"余下 {told('over')} 里分得" if "over" in step.figures else "余下的几分，分给谁待定"


def _number(span: Span) -> str:
    """A base, a rank: as it is, without a unit."""

    def one(x: Fraction | int | None) -> str:
        return "不详" if x is None else show_amount(Fraction(x), ())

    return one(span.low) if span.settled else f"{one(span.low)}至{one(span.high)}"


def shared_words(shared: Shared, unit: str = "元") -> Iterator[str]:
    """The rule's own lines: how much goes out, how much stays, whether anything is open."""
    pool: Pool = shared.pool
    if pool.budget is not None:
        yield f"总额 {'未定' if pool.budget.high is None and not pool.budget.low else span_words(pool.budget, unit)}"
    yield f"分出 {span_words(shared.given, unit)}"
    if shared.left is not None:
        yield f"余下 {span_words(shared.left, unit)}"
    open_ones = sum(not x.settled for x in shared.portions)
    if open_ones:
        yield f"{open_ones} 户的份额待定：还有申报主体没有定下来，或并列的要由人定"


# -- targets -------------------------------------------------------------------------------------------


def target_words(target: TargetSpec) -> str:
    """How a register is held against the target."""
    return "按名录数：" + "、".join(progress_rule(one) for one in target.progress)


def progress_rule(one: ProgressSpec) -> str:
    """One way of counting towards a target: a sum over the applicants, or how many of them."""
    if one.total is not None:
        return f"{one.label}（各户 {spoken(one.total)} 相加）"
    return f"{one.label}（{'全部' if one.count is None else spoken(one.count) + ' 的'}户数）"


def reached_words(target: TargetSpec, span: Span, verdict: Verdict) -> str:
    """The count, and whether it comes up to the target; a register that is not the whole city's says nothing of the city."""
    assert isinstance(target.unit, Quantity)
    dims = target.unit.dims
    low = show_amount(Fraction(span.low or 0), dims)
    told = low if span.settled else f"至少 {low}" if span.high is None else f"{low}至{show_amount(Fraction(span.high), dims)}"
    return f"{told}，目标 {target.value}：按本名录{_REACHED[verdict]}"
