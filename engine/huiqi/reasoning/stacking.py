"""What a set of measures does to each other: 就高不重复, 择一申报, common caps.

Groups are data. Measures that exclude one another form a conflict graph; its maximal compatible
sets are enumerated (at most 4,096 per component, refused beyond), and the best total is the best
over those sets, exactly. Common caps must be nested or disjoint (the compiler's `check_caps`), so
that applying them from the inside out is exact. What must stay true: an added option never lowers
the best total; a member that is not settled never makes a settled award shrink silently (the
adjustment is then provisional, and the award stays).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ..rulebook.compiled import CompiledRulebook, StackingSpec, Standing
from ..rulebook.plans import compatible_sets, components
from . import values as v
from .awards import Account, Item, as_amount, pair_text, positive
from .decision import Adjustment, Award, Line, MeasureResult, Total
from .evaluate import Env
from .values import Number

if TYPE_CHECKING:
    from .decide import Engine

EXCLUSIVE = ("highest", "choose")


def share_records(book: CompiledRulebook, accounts: Mapping[str, Account], prepared: Mapping[str, Any]) -> None:
    """Groups per person, project or invoice: what one key gives under several measures.

    `highest`: the best of its amounts counts; `order`: the first measure named that it is settled
    for. What is not settled stays possible and takes nothing from what is.
    """
    for group in book.stacking:
        if not group.column:
            continue
        members = [m for m in group.members if m in accounts]
        claims: dict[Any, list[tuple[str, Item]]] = {}
        for key in members:
            for item in accounts[key].items:
                given = item.entry.values.get(group.column) if item.entry else None
                if given is not None and given.value is not None:
                    claims.setdefault(given.value, []).append((key, item))
        for value, rivals in sorted(claims.items(), key=lambda kv: str(kv[0])):
            if len({k for k, _ in rivals}) > 1:
                _share(group, value, rivals, accounts, prepared)


def _share(group: StackingSpec, value: Any, rivals: Sequence[tuple[str, Item]], accounts: Mapping[str, Account], prepared: Mapping[str, Any]) -> None:
    if group.rule == "order":
        ranked = sorted(rivals, key=lambda r: group.members.index(r[0]))
        winner = next(((k, i) for k, i in ranked if _low(i.amount) > 0), None)
        ahead = {id(i) for k, i in ranked if winner and group.members.index(k) < group.members.index(winner[0])}
    else:
        ranked = sorted(rivals, key=lambda r: (-_low(r[1].amount), group.members.index(r[0])))
        winner = ranked[0] if _low(ranked[0][1].amount) > 0 else None
        ahead = set()
    for key, item in rivals:
        if winner is None or key == winner[0]:
            continue
        possible = id(item) in ahead or (group.rule == "highest" and (item.amount.high is None or item.amount.high > _low(winner[1].amount)))
        after = Number.pair(Fraction(0), item.amount.high if possible and not item.amount.exact else Fraction(0), item.amount.causes)
        title = prepared[winner[0]].spec.title
        rule = f"同一{group.per}只计一次（{group.title}）：{value} 已计入“{title}”"
        before, now = pair_text(item.amount, accounts[key].unit), pair_text(after, accounts[key].unit)
        if (after.low, after.high) != (item.amount.low, item.amount.high):
            accounts[key].adjustments.append(Adjustment(rule, before, now, group.basis.clause, not after.exact))
            accounts[key].lines.append(Line(rule, now, item.entry.key if item.entry else None, group.basis.clause))
        item.amount = after


def stack(
    book: CompiledRulebook, results: Mapping[str, MeasureResult], accounts: Mapping[str, tuple[Account, Any]], engine: Engine
) -> tuple[dict[str, MeasureResult], Total, tuple[Any, ...]]:
    """Adjusted results, the total, and the compared combinations (for explanation)."""
    amounts = {k: _pair(r.award) for k, r in results.items() if k in accounts and _counts(r)}
    adjusted = dict(amounts)
    notes: dict[str, list[Adjustment]] = {}
    groups = [g for g in book.stacking if not g.column and sum(m in amounts for m in g.members) > 1]
    exclusive = [g for g in groups if g.rule in EXCLUSIVE]
    best_high = Fraction(0)
    open_high = False
    combos: list[Any] = []
    rivals = [g.members for g in exclusive]
    for component in components(sorted(amounts), rivals):
        sets = compatible_sets(component, [[m for m in g if m in component] for g in rivals])
        highs = [_sum_high(amounts, s) for s in sets]
        if any(h is None for h in highs):
            open_high = True
        else:
            best_high += max(h for h in highs if h is not None)
        if len(component) > 1:
            combos.append(_choose(component, sets, amounts, adjusted, exclusive, notes, results))
    caps = [g for g in book.stacking if g.rule == "cap" and any(m in adjusted for m in g.members)]
    for group in sorted(caps, key=lambda g: len(g.members)):
        _cap(group, adjusted, notes, engine)
    out = {}
    for key, result in results.items():
        if key in adjusted and (adjusted[key] != amounts[key] or key in notes):
            result = _changed(result, adjusted[key], notes.get(key, []), accounts[key][1])
        out[key] = result
    return out, _total(out, amounts, None if open_high else best_high), tuple(combos)


def _counts(result: MeasureResult) -> bool:
    """Whether a measure's money enters the total: paid by those who decide, in yuan, not ruled out."""
    return result.award.monetary and not result.hint and result.award.unit == "元" and result.outcome in ("eligible", "undetermined")


def _pair(award: Award) -> Number:
    return Number(award.low or Fraction(0), award.high, award.causes if award.pending else v.NONE_KNOWN)


def _low(amount: Number) -> Fraction:
    return amount.low or Fraction(0)


def _sum_high(amounts: Mapping[str, Number], keys: Sequence[str]) -> Fraction | None:
    highs = [amounts[k].high for k in keys]
    return None if any(h is None for h in highs) else sum((h for h in highs if h is not None), Fraction(0))


def _choose(
    component: Sequence[str], sets: Sequence[tuple[str, ...]], amounts: Mapping[str, Number],
    adjusted: dict[str, Number], groups: Sequence[StackingSpec], notes: dict[str, list[Adjustment]], results: Mapping[str, MeasureResult],
) -> Any:  # fmt: skip
    """Keep the best compatible set; say what was given up, and whether that is settled."""

    def worth(s: tuple[str, ...]) -> tuple[Fraction, int]:
        return sum((_low(amounts[m]) for m in s), Fraction(0)), sum(1 for m in s if _low(amounts[m]) > 0)

    ranked = sorted(sets, key=lambda s: (-worth(s)[0], -worth(s)[1], s))
    best = ranked[0]
    low = worth(best)[0]
    dominated = all(s == best or ((h := _sum_high(amounts, [m for m in s if m not in best])) is not None and
                    h <= sum((_low(amounts[m]) for m in best if m not in s), Fraction(0))) for s in sets)  # fmt: skip
    for key in component:
        amount = amounts[key]
        rivals = [m for g in groups if key in g.members for m in g.members if m in component and m != key]
        kept = [m for m in rivals if m in best and _low(amounts[m]) > 0]
        group = next((g for g in groups if key in g.members and any(m in g.members for m in kept or rivals)), groups[0])
        word = "就高不重复" if group.rule == "highest" else "择一申报"
        clause = group.basis.clause or group.title
        if key in best:
            rising = [m for m in rivals if amounts[m].high is None or _low(amounts[m]) < (amounts[m].high or 0)]
            if rising and _low(amount) > 0 and not dominated:
                names = "、".join(f"“{results[m].title}”" for m in rising)
                text = pair_text(amount, "元")
                notes.setdefault(key, []).append(Adjustment(f"{word}（{group.title}）：{names}尚未确定，若其更高则改取", text, text, clause, True))
            continue
        if not kept:
            continue
        winner = "、".join(f"“{results[m].title}”" for m in kept)
        possible = amount.high is None or amount.high > sum((_low(amounts[m]) for m in kept), Fraction(0))
        after = Number(Fraction(0), amount.high if possible else Fraction(0), amount.causes)
        if not possible or _low(amount) or amount.exact:
            if amount.exact:
                after = Number.of(0)
            notes.setdefault(key, []).append(
                Adjustment(f"{word}（{group.title}）：已取{winner}", pair_text(amount, "元"), pair_text(after, "元"), clause, not dominated)
            )
        adjusted[key] = after
    options = [{"measures": [results[m].id for m in s], "settled": worth(s)[0], "at_most": _sum_high(amounts, s), "chosen": s == best} for s in ranked]
    return {"options": options, "best": low, "certain": dominated}


def _cap(group: StackingSpec, adjusted: dict[str, Number], notes: dict[str, list[Adjustment]], engine: Engine) -> None:
    """A cap over several measures: reduced from the last member named."""
    assert group.amount is not None
    value, _, _ = engine.evaluator.traced(group.amount, Env(engine.on))
    cap = as_amount(value)
    if group.counting is not None:
        items = engine.evaluator.value(group.counting, Env(engine.on))
        assert isinstance(items, v.Items)
        prior = Number.of(0)
        for entry, belongs in items.items:
            given = entry.values.get("金额")
            one = Number.of(given.value) if given is not None and given.value is not None else Number(Fraction(0), None, frozenset({v.Cause("missing", "已获支持金额")}))
            prior = v.add(prior, one if belongs.value else Number(Fraction(0), one.high, one.causes | belongs.causes))
        if not items.complete:
            prior = Number(prior.low, None, prior.causes | items.causes)
        cap = positive(v.add(cap, v.negate(prior)))
    members = [m for m in group.members if m in adjusted]
    for end in ("low", "high"):
        limit = cap.low if end == "low" else cap.high
        if limit is None:
            continue
        room = limit
        for key in members:
            amount = adjusted[key]
            current = amount.low if end == "low" else amount.high
            take = room if current is None else min(current, room)
            room -= take
            before = amount
            low, high = (take, amount.high) if end == "low" else (amount.low, take)
            if low is not None and high is not None and high < low:
                high = low
            after = Number.pair(low, high, amount.causes | cap.causes)
            if (after.low, after.high) != (before.low, before.high):
                adjusted[key] = after
                rule = f"合计封顶（{group.title}）：不超过 {pair_text(cap, '元')}"
                notes.setdefault(key, []).append(Adjustment(rule, pair_text(before, "元"), pair_text(after, "元"), group.basis.clause, not after.exact))


def _changed(result: MeasureResult, amount: Number, notes: Sequence[Adjustment], finishing: Any) -> MeasureResult:
    award = replace(result.award, low=amount.low, high=amount.high, causes=amount.causes)
    if finishing is not None and callable(finishing):
        award = finishing(amount)
    return replace(result, award=award, adjustments=(*result.adjustments, *notes))


def _total(
    results: Mapping[str, MeasureResult], amounts: Mapping[str, Number], best_high: Fraction | None
) -> Total:
    contained = [(k, r) for k, r in results.items() if k in amounts and (r.award.high is None or r.award.high > 0)]
    low = sum((r.award.low or Fraction(0) for k, r in results.items() if k in amounts), Fraction(0))
    highs = [r.award.high for k, r in results.items() if k in amounts]
    high = None if any(h is None for h in highs) else sum((h for h in highs if h is not None), Fraction(0))
    if best_high is not None and (high is None or best_high < high):
        high = best_high
    if high is not None and high < low:
        high = low
    standing = max((r.standing for _, r in contained), default=Standing.ENACTED)
    return Total(low, high, standing, tuple((r.id, r.standing.code) for _, r in contained))
