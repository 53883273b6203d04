"""One judgement made of several: what a measure, or a recognition, comes to over all combinations of the readings it hangs on.

What must stay true: what is settled in the result is the same in every combination; an end is one of theirs; a reading is named as a
cause only where two of its options differ, whatever is taken of the others.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import Protocol

from ..rulebook.compiled import AwardBasis, AwardKind, AwardSpec, Choices
from ..values import Cause, Causes, Number, Subject, Topic, Truth, leading
from ..words import CauseKind, Outcome
from .judged import AwardJudged, Leaf, MeasureJudged, Node, Reason, ReasonKind, RecognitionJudged, Step, StepKind, Total, Way


def merge(ways: Sequence[tuple[Choices, MeasureJudged]], totals: Sequence[Total]) -> MeasureJudged:
    """One measure over all combinations; `totals` are those of its component, one for each."""
    unders, found = [u for u, _ in ways], [m for _, m in ways]
    first = found[0]
    if len(found) == 1:
        return first
    turning = matters(unders, [result_of(m) for m in found])
    why = frozenset(map(cause_of, turning))
    outcomes = {m.outcome for m in found}
    undecided = [m for m in found if m.outcome is Outcome.UNDETERMINED]
    outcome = first.outcome if len(outcomes) == 1 else Outcome.UNDETERMINED
    causes = frozenset[Cause]().union(*(m.causes for m in undecided)) | (why if len(outcomes) > 1 else frozenset())
    paying = [(u, m) for u, m in ways if m.outcome is not Outcome.INELIGIBLE] or ways[:1]  # a refused way works nothing out that is listed
    award = _award([m.award for _, m in paying], why)
    if award.monetary and any(m.outcome is Outcome.INELIGIBLE for m in found) and len(outcomes) > 1:
        award = replace(award, low=Fraction(0), causes=award.causes | why if award.high != 0 else frozenset())
    missing = frozenset[Cause]().union(*(m.missing for m in found if m.outcome is not Outcome.INELIGIBLE)) | why
    return replace(
        first,
        outcome=outcome,
        standing=max(m.standing for m in found),
        reason=reason_of(found, outcome, award, causes, turning),
        award=award,
        conditions=_node([(u, m.conditions) for u, m in ways]),
        notes=tuple(s for s in first.notes if all(any(map(partial(_leaves_the_same, s), m.notes)) for m in found)),
        causes=causes,
        missing=missing if outcome is not Outcome.INELIGIBLE else frozenset(),
        changed=tuple(dict.fromkeys(x for m in found for x in m.changed)),
        uses=frozenset().union(*(m.uses for m in found)),
        ways=_ways(ways, totals, turning),
        listed=_listed([u for u, _ in paying], [m for _, m in paying]) if award.steps else (),
        reminds=any(m.given_before for m in found),
        window=_leaf(taking, unders) if (taking := [(u, m.window) for u, m in ways if m.window is not None]) else None,
    )


def _leaves_the_same(one: Step, other: Step) -> bool:
    """Whether two steps of stacking are of one rule and leave the same, whatever there was before: what is listed is that of the first way."""
    if (one.kind, one.rule, one.measures, one.group, one.record) != (other.kind, other.rule, other.measures, other.group, other.record):
        return False
    a, b = one.after, other.after
    return isinstance(a, Number) and isinstance(b, Number) and (a.low, a.high) == (b.low, b.high)


def _listed(unders: Sequence[Choices], found: Sequence[MeasureJudged]) -> Choices:
    """The readings whose options work an amount out by other rules: the calculation listed is that of the first."""
    turning = matters(unders, [m.award.steps for m in found])
    return tuple((k, o) for k, o in unders[0] if k in turning)


def result_of(m: MeasureJudged) -> Hashable:
    """What an officer would call the result: two combinations that agree on it do not differ."""
    if m.outcome in (Outcome.INELIGIBLE, Outcome.NOT_IN_FORCE):
        return m.outcome, m.reason.lapse
    return m.outcome, m.award.low, m.award.high, m.award.rate, _form(m)


def _form(m: MeasureJudged) -> Hashable:
    """What is given, beside the number: of which kind and how firmly, by which document, in which instalments, borne by whom."""
    spec, award = m.award.spec, m.award
    due = tuple((i.spec.label, i.spec.due, i.amount, i.truth.value) for i in award.instalments)
    borne = tuple((getattr(s.rule, "by", ""), s.after) for s in award.steps if s.kind is StepKind.FUNDING)
    return spec.kind, spec.basis, award.unit, spec.text, m.scheme.name, m.scheme.document, due, borne


def matters(unders: Sequence[Choices], values: Sequence[Hashable]) -> tuple[str, ...]:
    """The readings two options of which give different values, whatever is taken of the others."""
    if all(v == values[0] for v in values):
        return ()
    out = []
    for n, (key, _) in enumerate(unders[0]):
        first: dict[Choices, Hashable] = {}  # by what is taken of the others
        if any(first.setdefault(u[:n] + u[n + 1 :], v) != v for u, v in zip(unders, values, strict=True)):
            out.append(key)
    return tuple(out)


def _ways(ways: Sequence[tuple[Choices, MeasureJudged]], totals: Sequence[Total], turning: Sequence[str]) -> tuple[Way, ...]:
    """One for each combination of the readings that matter to the measure."""
    out: dict[Choices, tuple[MeasureJudged, list[Total]]] = {}
    for (under, m), total in zip(ways, totals, strict=True):
        where = tuple((k, o) for k, o in under if k in turning)
        out.setdefault(where, (m, []))[1].append(total)
    if not turning:
        return ()
    made = []
    for where, (m, found) in out.items():
        high = None if any(t.high is None for t in found) else max(t.high for t in found if t.high is not None)
        made.append(Way(under=where, judged=m, total=(min(t.low for t in found), high)))
    return tuple(made)


def _award(awards: Sequence[AwardJudged], why: Causes) -> AwardJudged:
    first = next((a for a in awards if a.monetary), awards[0])
    spec = _spec([a.spec for a in awards])
    standing = max(a.standing for a in awards)
    if not first.monetary:
        rate = first.rate if all(a.rate == first.rate for a in awards) else None
        steps = first.steps if all(a.steps == first.steps for a in awards) else ()
        return replace(first, spec=replace(spec, expr=spec.expr if rate is not None else None), rate=rate, steps=steps, standing=standing)
    lows = [a.low if a.low is not None else Fraction(0) for a in awards]
    highs = [(a.high if a.monetary else Fraction(0)) for a in awards]
    low, high = min(lows), None if None in highs else max(h for h in highs if h is not None)
    if len({a.unit for a in awards if a.monetary}) > 1:
        low, high = Fraction(0), None  # two currencies have no number together
    causes = frozenset[Cause]().union(*(a.causes for a in awards))
    if low != high:
        causes |= why if len({(a.low, a.high, a.unit) for a in awards}) > 1 else frozenset()
    same = all(a.steps == first.steps for a in awards)
    due = first.instalments if all(a.instalments == first.instalments for a in awards) else ()
    # worked out by other rules, to the same amount; an open outcome makes 0 to the most of each, whatever the steps come to
    alike = len({(a.low, a.high, a.unit, a.spec.basis) for a in awards}) == 1 and (not why or len({_come_to(a) for a in awards}) == 1)
    return replace(
        first, spec=spec, low=low, high=high, causes=causes if low != high else frozenset(), steps=first.steps if same or alike else (), instalments=due,
        standing=standing,
    )  # fmt: skip


def _come_to(award: AwardJudged) -> Hashable:
    after = award.steps[-1].after if award.steps else None
    return (after.low, after.high) if isinstance(after, Number) else after


def _spec(specs: Sequence[AwardSpec]) -> AwardSpec:
    """What is promised under all of them: of two ways of promising an amount the weaker; of services, each."""
    first = next((s for s in specs if s.kind in (AwardKind.GRANT, AwardKind.INTEREST)), specs[0])
    bases = [s.basis for s in specs]
    basis = next((b for b in (AwardBasis.DISCRETIONARY, AwardBasis.CEILING) if b in bases), first.basis)
    text = "；或 ".join(dict.fromkeys(s.text for s in specs if s.text)) if first.text else first.text
    return first if (basis, text) == (first.basis, first.text) else replace(first, basis=basis, text=text)


class Reasoned(Protocol):
    """What of a judged measure its reason over several ways follows from."""

    @property
    def reason(self) -> Reason: ...


def reason_of(found: Sequence[Reasoned], outcome: Outcome, award: AwardJudged, causes: Causes, turning: tuple[str, ...]) -> Reason:
    first = found[0].reason
    if outcome is Outcome.UNDETERMINED:
        if all(m.reason.kind is ReasonKind.UNREAD for m in found):
            return first
        kind = leading(causes)
        return Reason(kind=ReasonKind.OPEN, cause=kind or CauseKind.JUDGEMENT, readings=alone(causes, turning)) if kind else Reason(kind=ReasonKind.UNREAD)
    if outcome is Outcome.ELIGIBLE and award.monetary and award.pending:
        return Reason(kind=ReasonKind.AMOUNT_OPEN, cause=leading(award.causes) or CauseKind.JUDGEMENT, readings=alone(award.causes, turning))
    if outcome is Outcome.ELIGIBLE and turning:  # what is given hangs on a reading though the number does not
        return Reason(kind=ReasonKind.AMOUNT_OPEN, cause=CauseKind.JUDGEMENT, readings=turning)
    if outcome is Outcome.INELIGIBLE:
        named = [{_leaf_key(x) for x in m.reason.leaves} for m in found]
        common = set[Hashable].intersection(*named)
        leaves = {_leaf_key(x): x for m in found for x in m.reason.leaves if not common or _leaf_key(x) in common}
        return replace(first, leaves=tuple(leaves.values()))
    return first


def alone(causes: Causes, turning: tuple[str, ...]) -> tuple[str, ...]:
    """The readings it hangs on, where nothing but readings is judged: a judgement of people is said as such."""
    judged = [c for c in causes if c.kind is CauseKind.JUDGEMENT]
    return turning if judged and all(c.what.topic is Topic.READING for c in judged) else ()


def _leaf_key(leaf: Leaf) -> Hashable:
    return getattr(leaf.asked, "id", leaf.asked), leaf.record


def _item_key(item: Leaf | Node) -> Hashable:
    return _leaf_key(item) if isinstance(item, Leaf) else ("node", item.place, item.record)


def _truth(unders: Sequence[Choices], truths: Sequence[Truth]) -> Truth:
    if len({t.value for t in truths}) == 1:
        value = truths[0].value
        return truths[0] if value is not None else Truth(None, frozenset[Cause]().union(*(t.causes for t in truths)))
    why = frozenset(map(cause_of, matters(unders, [t.value for t in truths]))) or frozenset(cause_of(k) for u in unders for k, _ in u)
    return Truth(None, frozenset[Cause]().union(*(t.causes for t in truths)) | why)


def _node(found: Sequence[tuple[Choices, Node]], ways: Sequence[Choices] = ()) -> Node:
    """One group over all `ways` in which there may be such a group; what is in it stands under those in which there is."""
    unders, nodes = [u for u, _ in found], [n for _, n in found]
    ways = ways or unders
    first = nodes[0]
    alike: dict[Hashable, list[tuple[Choices, Leaf | Node]]] = {}
    for under, node in found:
        for item in node.items:
            alike.setdefault(_item_key(item), []).append((under, item))
    items: list[Leaf | Node] = []
    for those in alike.values():
        inner = [(u, i) for u, i in those if isinstance(i, Node)]
        items.append(_node(inner, ways) if inner else _leaf([(u, i) for u, i in those if isinstance(i, Leaf)], ways))
    return replace(first, truth=_truth(unders, [n.truth for n in nodes]), items=tuple(items))


def _leaf(found: Sequence[tuple[Choices, Leaf]], unders: Sequence[Choices]) -> Leaf:
    present, leaves = [u for u, _ in found], [x for _, x in found]
    first = leaves[0]
    if len(present) == len(unders) and all(x is first for x in leaves):
        return first
    truth = _truth(present, [x.truth for x in leaves])
    standing = max(x.standing for x in leaves)
    uses = frozenset().union(*(x.uses for x in leaves))
    return replace(first, truth=truth, standing=standing, uses=uses, under=_present(present, unders))


def _present(present: Sequence[Choices], unders: Sequence[Choices]) -> Choices:
    """The options it stands under, where it does not stand under all; of several of one reading, as `甲、乙`."""
    if len(present) == len(unders):
        return ()
    turning = matters(unders, [u in present for u in unders])
    return tuple((key, "、".join(dict.fromkeys(dict(u)[key] for u in present))) for key in turning)


def cause_of(reading: str) -> Cause:
    """What is open because a reading is."""
    return Cause(CauseKind.JUDGEMENT, Subject(Topic.READING, reading))


def merge_recognitions(ways: Sequence[tuple[Choices, RecognitionJudged]]) -> RecognitionJudged:
    """One recognition over all combinations of its readings."""
    unders, found = [u for u, _ in ways], [r for _, r in ways]
    first = found[0]
    held = [(u, r.held) for u, r in ways if r.held is not None]
    return replace(
        first,
        truth=_truth(unders, [r.truth for r in found]),
        meets=_truth(unders, [r.meets for r in found]),
        standing=max(r.standing for r in found),
        conditions=_node([(u, r.conditions) for u, r in ways]),
        held=_node(held) if held else None,
        uses=frozenset().union(*(r.uses for r in found)),
    )


__all__ = ["alone", "cause_of", "matters", "merge", "merge_recognitions", "reason_of", "result_of"]
