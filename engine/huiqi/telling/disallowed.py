"""核减 told: the same case judged once more on the values as claimed, and the two held against one another.

申报额 is what the rules give on what was claimed, never a sum the enterprise wrote down. Only the 核减 are
put aside for it: what was verified without one stays verified. What must stay true: a case without a 核减
costs nothing here, and 申报额 = 核减额 + 测算额 on every line where both are settled.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from ..language.types import Quantity
from ..language.units import unit_text
from ..reasoning.judged import AwardJudged, Judgement, MeasureJudged, StepKind
from ..reasoning.reasoners import judge_reference
from ..reasoning.told import Facts
from ..rulebook.compiled import AwardBasis, CompiledRulebook
from ..rulebook.literals import in_cents, show_value
from ..values import Number
from ..words import Outcome
from .amounts import money
from .claimed import ClaimedLine, ClaimedMeasure, Disallowance, DisallowedValue, Span

_OF_ONE = frozenset({StepKind.ITEM, StepKind.ITEM_CAP, StepKind.REDUCTION})
_LIVE = (Outcome.ELIGIBLE, Outcome.UNDETERMINED)
_NOTHING = Span(Fraction(0), Fraction(0))
NOTE = "申报额是按核减前的值照同样的规则测算的，不是企业自报的金额"


def disallowance(judgement: Judgement) -> Disallowance | None:
    """What was disallowed and what it comes to; None where nothing was."""
    j, book = judgement, judgement.book
    values = tuple(_values(j.facts, book))
    if not values:
        return None
    claimed = judge_reference(
        book, j.facts.as_claimed(), on=j.on, schemes=j.schemes, only=j.only, readings=j.taken if book.readings else None, hindsight=j.hindsight
    )
    measures = tuple(_measures(j.measures, claimed.measures))
    total = ClaimedLine(Span(claimed.total.low, claimed.total.high), Span(j.total.low, j.total.high))
    return Disallowance(values, measures, total)


def _values(facts: Facts, book: CompiledRulebook) -> Iterator[DisallowedValue]:
    for key, year, record, column, given in facts.disallowed():
        cut = given.disallowed
        assert cut is not None
        listing = book.records[key] if record is not None else None
        spec = listing.fields[column] if listing is not None else book.facts[key]
        kind = spec.type.required()
        assert isinstance(kind, Quantity)
        yield DisallowedValue(
            fact=spec.name, listing=listing.name if listing is not None else "", record=record or "", year=year, unit=unit_text(kind.dims),
            claimed=cut.claimed, value=cut.value, reason=cut.reason, material=cut.material, by=cut.by, on=cut.on,
            texts=(show_value(cut.claimed, kind), show_value(cut.less, kind), show_value(cut.value, kind)),
        )  # fmt: skip


def _measures(now: Mapping[str, MeasureJudged], before: Mapping[str, MeasureJudged]) -> Iterator[ClaimedMeasure]:
    """Those that give money, or did on what was claimed; and every one whose outcome changed."""
    for key, m in now.items():
        old = before[key]
        changed = old.outcome is not m.outcome
        paid = m.award.monetary and any(x.outcome in _LIVE and (x.award.high is None or x.award.high > 0) for x in (old, m))
        moved = paid and (old.award.low, old.award.high) != (m.award.low, m.award.high)
        whole = ClaimedLine(_span(old), _span(m))
        # of an amount that is open and reads nothing that was disallowed there is nothing to say: what was disallowed of it is none
        told = whole.less is not None or (old.award, old.conditions) != (m.award, m.conditions)
        if changed or moved or (paid and told and Outcome.ELIGIBLE in (old.outcome, m.outcome)):
            yield ClaimedMeasure(
                id=m.spec.id, outcome=old.outcome, unit=m.award.unit, whole=whole, lines=tuple(_lines(old, m)),
                title=m.spec.title, ceiling=m.award.spec.basis is AwardBasis.CEILING, now=m.outcome,
                counted=m.applied is not False and not m.spec.hint and m.award.unit == "元",
            )  # fmt: skip


def _span(m: MeasureJudged) -> Span:
    """What a measure gives, as far as it is settled."""
    if not m.award.monetary or m.outcome not in _LIVE:
        return _NOTHING
    low = m.award.low or Fraction(0)
    if m.outcome is Outcome.UNDETERMINED:
        return Span(Fraction(0), m.award.high) if m.award.high != 0 else _NOTHING
    return Span(low, m.award.high)


def _lines(old: MeasureJudged, new: MeasureJudged) -> Iterator[ClaimedLine]:
    """Of each record, its amount before what counts and caps them together; one that is in neither calculation has no line."""
    if not all(m.award.monetary and m.outcome in _LIVE for m in (old, new)):
        return
    before, after = _of_each(old.award), _of_each(new.award)
    for record in sorted(before.keys() | after.keys()):
        if record in before and record in after:
            yield ClaimedLine(before[record], after[record], record)


def _of_each(award: AwardJudged) -> dict[str, Span]:
    out: dict[str, Span] = {}
    for step in award.steps:
        if step.record is not None and step.kind in _OF_ONE and isinstance(step.after, Number) and step.after.low is not None:
            out[step.record] = Span(step.after.low, step.after.high)
    return out


# -- in words -----------------------------------------------------------------------------------------


def value_words(v: DisallowedValue) -> str:
    """合格费用［F-001］：申报 20万元 = 核减 5万元 + 核减后 15万元；why, on which paper, by whom and when."""
    where = f"［{v.record}］" if v.record else f"（{v.year}年）" if v.year is not None else ""
    claimed, less, value = v.texts
    return f"{v.fact}{where}：申报 {claimed} = 核减 {less} + 核减后 {value}；理由：{v.reason}；材料：{v.material}；{v.by}，{v.on}"


def sums_of(d: Disallowance) -> Iterator[str]:
    """Each 核减, then the sums of each measure with its records, then the total."""
    yield from map(value_words, d.values)
    for m in d.measures:
        yield measure_words(m)
        yield from (f"［{line.record}］{line_words(line, m.unit)}" for line in m.lines)
        if len(m.lines) > 1:
            yield "（各条是合计与合计封顶以前的数）"
    yield total_words(d)


def measure_words(m: ClaimedMeasure) -> str:
    """国际资质认证：申报额 14万元 = 核减额 3.5万元 + 测算额 10.5万元; a ceiling says that it is one."""
    turned = "" if m.counted else "（不计入合计）"
    turned += f"；核减前{m.outcome.label}，核减后{m.now.label}" if m.now is not None and m.now is not m.outcome else ""
    return f"{m.title}{'（不超过）' if m.ceiling else ''}：{line_words(m.whole, m.unit)}{turned}"


def total_words(d: Disallowance) -> str:
    """The total; where it is open, what the measures come to together of which both sums are settled."""
    if d.measures and not any(m.counted for m in d.measures):
        return "合计：没有计入合计的事项"  # 0 元 beside a sum that is paid elsewhere would be read as nothing granted
    settled = [m for m in d.measures if m.counted and m.whole.less is not None]
    if d.total.less is not None or not settled:
        return f"合计：{line_words(d.total, '元')}"
    claimed, measured = (sum((in_cents(x.low) for x in side), Fraction(0)) for side in _sides(settled))
    manner = "（不超过）" if any(m.ceiling for m in settled) else ""
    return f"合计待定；已定的 {len(settled)} 项{manner}：{line_words(ClaimedLine(Span(claimed, claimed), Span(measured, measured)), '元')}"


def _sides(measures: Sequence[ClaimedMeasure]) -> tuple[list[Span], list[Span]]:
    return [m.whole.claimed for m in measures], [m.whole.measured for m in measures]


def line_words(line: ClaimedLine, unit: str) -> str:
    """A sum that balances; or both ends as far as they are known, and that the difference is open."""
    less = line.less
    claimed, measured = _words(line.claimed, unit), _words(line.measured, unit)
    if less is None:
        return f"申报额 {claimed}，测算额 {measured}，核减额待定"
    more = f"（数据核减后测算额反而多 {money(-less, unit)}）" if less < 0 else ""
    return f"申报额 {claimed} = 核减额 {money(less, unit)} + 测算额 {measured}{more}"


def _words(span: Span, unit: str) -> str:
    if span.exact:
        return money(span.low, unit)
    known = f"已确定 {money(span.low, unit)}，" if span.low else ""
    return f"待定（{known}{'上限不详' if span.high is None else '最多 ' + money(span.high, unit)}）"


__all__ = ["NOTE", "disallowance", "line_words", "measure_words", "sums_of", "total_words", "value_words"]
