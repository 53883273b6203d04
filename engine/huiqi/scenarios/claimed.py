"""What the facts of a draft come to, in the sentences of scenarios; and whether such sentences hold of it."""

from __future__ import annotations

from collections.abc import Iterable

from ..errors import HuiqiError
from ..rulebook.compiled import CompiledRulebook, MeasureSpec, Spec
from ..telling.decision import MeasureResult
from ..words import Outcome
from .models import Kind
from .steps import take
from .story import Draft, Load, Measured, Result, Story
from .tries import groups_of


def mates_of(book: CompiledRulebook, spec: Spec) -> list[MeasureSpec]:
    """The other measures of its groups."""
    keys = dict.fromkeys(m for g in groups_of(book, spec) for m in g.members)
    return [book.measures[m] for m in keys if book.measures[m].id != spec.id]


def measured_of(draft: Draft, load: Load) -> Measured | None:
    try:
        return take(Story(draft=draft), Kind.WHEN, "测算", None, load).measured
    except HuiqiError:
        return None


def holds(draft: Draft, claims: Iterable[str], load: Load) -> bool:
    try:
        story = take(Story(draft=draft), Kind.WHEN, "测算", None, load)
        for claim in claims:
            take(story, Kind.THEN, claim, None, load)
    except HuiqiError:
        return False
    except Exception:  # noqa: BLE001 - changed rules may crash, and do not hold then
        return False
    return True


def outcome_of(draft: Draft, spec: Spec, load: Load) -> str:
    measured = measured_of(draft, load)
    assert measured is not None
    return _conclusion(measured.result(spec.id))


def _conclusion(result: Result) -> str:
    return result.outcome.label if isinstance(result, MeasureResult) else result.truth.verdict.label


def claims_of(book: CompiledRulebook, measured: Measured | None, spec: Spec) -> tuple[str, ...]:
    """What the rules as they are come to, as claims."""
    if measured is None or measured.refused is not None:
        return ()
    result = measured.result(spec.id)
    claims = [f"“{spec.title}”的结论是“{_conclusion(result)}”"]
    if isinstance(result, MeasureResult) and result.award.monetary and result.outcome is Outcome.ELIGIBLE and result.award.settled is not None:
        settled, most = result.award.settled, result.award.at_most
        if settled == most:
            claims.append(f"“{spec.title}”的测算金额是“{settled}{result.award.unit}”")
        elif most is not None:
            claims += [f"“{spec.title}”已确定的金额是“{settled}{result.award.unit}”", f"“{spec.title}”的金额最多是“{most}{result.award.unit}”"]
    elif not isinstance(result, MeasureResult):
        claims = [f"“{spec.title}”的条件测评是“{result.meets.verdict.label}”"]
    return (*claims, *_totals(book, measured, spec))


def _totals(book: CompiledRulebook, measured: Measured | None, spec: Spec) -> tuple[str, ...]:
    """What all measures come to together, where this one stacks with others."""
    if measured is None or measured.refused is not None or not mates_of(book, spec):
        return ()
    decisions = measured.taken()
    total = decisions[0].total.to_dict() if len(decisions) == 1 else None
    result = measured.result(spec.id)
    own = (result.award.settled, result.award.at_most) if isinstance(result, MeasureResult) else None
    if total is None or total["settled"] is None or own == (total["settled"], total["at_most"]):
        return ()
    return (f"合计已确定“{total['settled']}元”，最多“{'不详' if total['at_most'] is None else total['at_most'] + '元'}”",)
