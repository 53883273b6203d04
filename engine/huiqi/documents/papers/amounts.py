"""Amounts as a paper has them: in figures to the 分, and in capital numerals (大写).

What must stay true: only an amount that is settled and comes out even to the 分 is written in figures or
capitals; a ceiling has 不超过 before either; what is open is worded by `telling.amounts` and has no capitals.
"""

from __future__ import annotations

from fractions import Fraction

from ...errors import UsageError
from ...language.units import grouped
from ...rulebook.compiled import AwardBasis
from ...rulebook.literals import money_string
from ...telling.amounts import amount_words
from ...telling.claimed import ClaimedMeasure
from ...telling.decision import Award, MeasureResult
from ...words import Outcome


def exact(value: Fraction | None) -> bool:
    """Whether it is known, and a whole number of 分."""
    return value is not None and 100 % value.denominator == 0


def figures(value: Fraction) -> str:
    """126,000.00: the value is a whole number of 分."""
    assert exact(value)
    return grouped(money_string(value))


def capitals(value: Fraction) -> str:
    """壹拾贰万陆仟元整: the value is a whole number of 分, not below nothing and below 10^16 yuan."""
    try:
        import cn2an
    except ModuleNotFoundError:
        raise UsageError("写大写金额所用的 cn2an 没有安装", mend="pip install 'huiqi[office]'") from None
    assert exact(value)
    return str(cn2an.an2cn(money_string(value), "rmb"))  # text in, already to the 分: a float would be rounded, a longer fraction cut


def settled(award: Award) -> Fraction | None:
    """The one amount it is, where it is one; of a ceiling that is no entitlement but the most there can be."""
    return award.low if award.monetary and not award.pending and exact(award.low) else None


def ceiling(award: Award) -> bool:
    return award.basis is not AwardBasis.FIXED


def amount_cell(r: MeasureResult) -> str:
    """In a table."""
    value = settled(r.award)
    if value is None or r.outcome is not Outcome.ELIGIBLE:
        return amount_words(r.award, r.outcome)
    return f"{_least(r.award)}{figures(value)}{r.award.unit}"


def amount_sentence(r: MeasureResult) -> str:
    """In a sentence, with capitals where it is settled."""
    value = settled(r.award)
    if value is None or r.outcome is not Outcome.ELIGIBLE:
        return f"测算支持金额{amount_words(r.award, r.outcome)}"
    least = _least(r.award)
    large = f"（大写：{least}{capitals(value)}）" if r.award.unit == "元" else ""
    return f"测算支持金额{least}{figures(value)}{r.award.unit}{large}" + ("，是上限，不是应得数" if least else "")


def _least(award: Award) -> str:
    return AwardBasis.CEILING.label if ceiling(award) else ""


def claimed_cell(m: ClaimedMeasure | None) -> str:
    """申报额 in a table; empty, to be written in, where nothing was disallowed."""
    if m is None:
        return ""
    span = m.whole.claimed
    return f"{'不超过' if m.ceiling and span.low else ''}{figures(span.low)}{m.unit}" if span.exact and exact(span.low) else "待定"


def less_cell(m: ClaimedMeasure | None) -> str:
    """核减额 in a table, likewise."""
    if m is None:
        return ""
    return "待定" if m.whole.less is None else f"{figures(m.whole.less)}{m.unit}"
