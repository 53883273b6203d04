"""From a measure's award and limits to an amount, every step a line.

The order is fixed (DESIGN): item cap, count, measure cap less prior support, difference; stacking
and cross caps follow in `stacking`; then floor, rounding, instalments. Amounts are pairs: what is
certain and what is possible. What must stay true: the certain part never contains a record that is
not certain, and telling more narrows the pair, never moves it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from ..language.printer import sentence
from ..language.types import Quantity
from ..language.units import show_amount, unit_text
from ..rulebook.compiled import SUPPORT, LimitSpec, MeasureSpec, SchemeSpec, Standing
from . import values as v
from .decision import Adjustment, Award, Instalment, Line
from .describe import number_text
from .evaluate import Env, Evaluator, Use, round_to
from .facts import Entry
from .values import Number, Truth, Undefined, Value

ZERO = Number.of(0)


@dataclass
class Item:
    """One record's (or the enterprise's) amount on its way through the pipeline."""

    entry: Entry | None
    truth: Truth
    amount: Number
    env: Env


@dataclass
class Account:
    """An award being worked out: the amount so far, its steps, what it rested on."""

    amount: Number
    unit: str
    lines: list[Line] = field(default_factory=list)
    adjustments: list[Adjustment] = field(default_factory=list)
    uses: set[Use] = field(default_factory=set)
    items: list[Item] = field(default_factory=list)

    def change(self, rule: str, after: Number, clause: str, *, provisional: bool = False) -> None:
        """Put a step on record if it changed anything."""
        if (after.low, after.high) != (self.amount.low, self.amount.high):
            before, now = pair_text(self.amount, self.unit), pair_text(after, self.unit)
            self.adjustments.append(Adjustment(rule, before, now, clause, provisional))
            self.lines.append(Line(rule, now, None, clause))
        self.amount = after


def pair_text(value: Number, unit: str) -> str:
    dims = ((unit, 1),) if unit else ()

    def one(x: Fraction | None) -> str:
        return "不详" if x is None else show_amount(x, dims)

    if value.exact:
        return one(value.low)
    if value.high is None:
        return f"至少{one(value.low)}，上限不详" if value.low else "待定"
    return f"{one(value.low)}至{one(value.high)}"


def as_amount(value: Value) -> Number:
    """A value as an amount of money: never below zero; undefined or unknown is open."""
    if isinstance(value, Undefined):
        return Number(Fraction(0), None, value.causes)
    pair = v.number(value)
    assert isinstance(pair, Number)
    low = max(pair.low, Fraction(0)) if pair.low is not None else Fraction(0)
    high = None if pair.high is None else max(pair.high, Fraction(0))
    return Number.pair(low, high, pair.causes)


def gate(amount: Number, truth: Truth) -> Number:
    """The part of an amount that hangs on a verdict: open verdicts may also give nothing."""
    if truth.value is True:
        return amount
    if truth.value is False:
        return ZERO
    return Number.pair(Fraction(0), amount.high, amount.causes | truth.causes)


def itemise(
    spec: MeasureSpec, scheme: SchemeSpec, evaluator: Evaluator, env: Env, overall: Truth, records: Sequence[tuple[Entry, Truth, Env]]
) -> Account:
    """The amount of each record (or of the enterprise), item caps applied.

    `overall` is the verdict of the enterprise-level conditions, `records` each record with its own
    and the environment of its own date.
    """
    award = scheme.award
    assert award is not None and award.expr is not None
    unit = unit_text(award.expr.type.dims) if isinstance(award.expr.type, Quantity) else "元"
    account = Account(ZERO, unit)
    items = account.items
    scope: Sequence[tuple[Entry | None, Truth, Env]] = records if spec.each else [(None, v.HOLDS, env)]
    for entry, truth, inner in scope:
        if truth.value is False:
            continue
        items.append(_item(spec, scheme, evaluator, inner, entry, v.conjunction([overall, truth]), account))
    for limit in scheme.limits:
        if limit.amount is not None and limit.scope == "record":
            _cap_items(limit, items, evaluator, account)
    return account


def settle(spec: MeasureSpec, scheme: SchemeSpec, evaluator: Evaluator, env: Env, open_list: v.Causes, account: Account) -> None:
    """From items to the measure's amount: counts, caps, difference. `open_list` as in `itemise`."""
    items, unit = account.items, account.unit
    for limit in scheme.limits:
        if limit.count is not None:
            _cap_count(spec, limit, items, evaluator, env, account)
    for limit in scheme.limits:
        if limit.amount is not None and limit.scope.startswith("field:"):
            _cap_groups(limit, items, evaluator, env, account)
    total = ZERO
    for item in items:
        total = v.add(total, item.amount)
    if open_list and spec.each:
        total = Number(total.low, None, total.causes | open_list)
    account.amount = total
    if len(items) > 1:
        account.lines.append(Line(f"合计（{len(items)} 项）", pair_text(total, unit)))
    for limit in scheme.limits:
        if limit.amount is not None and limit.scope in ("year", "enterprise"):
            _cap_total(spec, limit, evaluator, env, account)
    if spec.difference is not None:
        value, uses, _ = evaluator.traced(spec.difference, env)
        account.uses |= uses
        received = as_amount(value)
        account.change(f"补足差额：扣除已按较低等级获得的 {pair_text(received, unit)}", positive(v.add(account.amount, v.negate(received))), scheme.clause)


def positive(value: Number) -> Number:
    return v.greatest([value, ZERO])


def _item(
    spec: MeasureSpec, scheme: SchemeSpec, evaluator: Evaluator, env: Env, entry: Entry | None, truth: Truth, account: Account
) -> Item:
    award = scheme.award
    assert award is not None and award.expr is not None
    for part in award.parts:
        value, uses, _ = evaluator.traced(part.expr, env)
        account.uses |= uses
        text = _value_text(value, part.expr.type)
        account.lines.append(Line(f"{part.label}：{sentence(part.expr.source)}", text, entry.key if entry else None))
    value, uses, _ = evaluator.traced(award.expr, env)
    account.uses |= uses
    amount = as_amount(value)
    if award.low is not None:
        low_value, low_uses, _ = evaluator.traced(award.low, env)
        account.uses |= low_uses
        low = as_amount(low_value)
        amount = Number.pair(low.low, amount.high, low.causes | amount.causes | {v.Cause("judgement", f"{spec.title}的金额")})
    elif award.basis == "discretionary":
        amount = Number.pair(Fraction(0), amount.high, amount.causes | {v.Cause("judgement", f"{spec.title}的金额")})
    figures = sorted({f"{u.name} {u.text}" for u in uses if u.kind == "parameter"})
    note = f"（{'，'.join(figures)}）" if figures else ""
    word = {"fixed": "", "ceiling": "不超过 ", "discretionary": "由审定机关在此范围内酌定 "}[award.basis]
    account.lines.append(Line(f"{sentence(award.expr.source)}{note}", word + pair_text(amount, account.unit), entry.key if entry else None, scheme.clause))
    gated = gate(amount, truth)
    return Item(entry, truth, gated, env)


def _value_text(value: Value, kind: object) -> str:
    if isinstance(value, Number) and isinstance(kind, Quantity) and value.exact and value.low is not None:
        return number_text(value.low, kind)
    if isinstance(value, Number) and isinstance(kind, Quantity) and value.low is not None and value.high is not None:
        return f"{number_text(value.low, kind)}至{number_text(value.high, kind)}"
    return "待定"


def _cap_items(limit: LimitSpec, items: list[Item], evaluator: Evaluator, account: Account) -> None:
    assert limit.amount is not None
    for item in items:
        value, uses, _ = evaluator.traced(limit.amount, item.env)
        account.uses |= uses
        cap = as_amount(value)
        after = v.least([item.amount, cap])
        if (after.low, after.high) != (item.amount.low, item.amount.high):
            name = limit.label or sentence(limit.amount.source)
            rule = f"{limit.per}封顶：{name} {pair_text(cap, account.unit)}"
            before, now = pair_text(item.amount, account.unit), pair_text(after, account.unit)
            key = item.entry.key if item.entry else None
            account.adjustments.append(Adjustment(rule + (f"（{key}）" if key else ""), before, now, limit.basis.clause))
            account.lines.append(Line(rule, now, key, limit.basis.clause))
        item.amount = after


def _cap_count(spec: MeasureSpec, limit: LimitSpec, items: list[Item], evaluator: Evaluator, env: Env, account: Account) -> None:
    """At most N records. The pair: the N best of what is certain, the N best of what is possible."""
    assert limit.count is not None
    value, uses, _ = evaluator.traced(limit.count, env)
    account.uses |= uses
    pair = v.number(value)
    if not isinstance(pair, Number) or not pair.exact or pair.low is None:
        causes = v.causes_of(value)
        for item in items:
            item.amount = Number.pair(Fraction(0), item.amount.high, item.amount.causes | causes)
        return
    allowed, already = int(pair.low), ZERO
    if limit.counting is not None:
        already = _prior(spec, limit, evaluator, env, account, count=True)
    keep_low = max(0, allowed - int(already.high)) if already.high is not None else 0
    keep_high = max(0, allowed - int(already.low or 0))
    if len(items) <= keep_low:
        return

    def ranked(end: str) -> list[Item]:
        if limit.keep == "first":
            return sorted(items, key=_order)
        return sorted(items, key=lambda i: (-_end(i, end), _order(i)))

    certain = {id(i) for i in ranked("low")[:keep_low]}
    possible = {id(i) for i in ranked("high")[:keep_high]} if not _vague(items) else {id(i) for i in items}
    name = limit.label or sentence(limit.count.source)
    rule = f"件数上限：{limit.per}不超过 {allowed} {unit_text(limit.count.type.dims) if isinstance(limit.count.type, Quantity) else '件'}（{name}，{'取金额高的' if limit.keep == 'highest' else '取在前的'}）"
    before = ZERO
    for item in items:
        before = v.add(before, item.amount)
    highs = [i.amount.high for i in ranked("high")[:keep_high]]
    top = None if any(h is None for h in highs) else sum((h for h in highs if h is not None), Fraction(0))
    causes = frozenset[v.Cause]().union(*(i.amount.causes | i.truth.causes for i in items)) | already.causes
    dropped = []
    for item in items:
        low = item.amount.low if id(item) in certain else Fraction(0)
        high = item.amount.high if id(item) in possible else Fraction(0)
        if limit.keep == "first" and _vague(items) and id(item) in certain and item.truth.value is None:
            low = Fraction(0)
        if high is not None and low is not None and high < low:
            high = low
        if high == 0 and item.amount.high != 0:
            dropped.append(item.entry.key if item.entry else "")
        item.amount = Number.pair(low, high, item.amount.causes | causes)
    after = ZERO
    for item in items:
        after = v.add(after, item.amount)
    if top is not None and (after.high is None or after.high > top):
        # jointly at most N: the sum of single upper bounds would overstate it
        spare = (after.high or top) - top
        for item in reversed(items):
            if after.high is not None and item.amount.high is not None and item.amount.low is not None and spare > 0:
                cut = min(spare, item.amount.high - item.amount.low)
                item.amount = Number.pair(item.amount.low, item.amount.high - cut, item.amount.causes | causes)
                spare -= cut
        after = ZERO
        for item in items:
            after = v.add(after, item.amount)
    if (after.low, after.high) != (before.low, before.high):
        note = f"：{'、'.join(d for d in dropped if d)} 不计" if dropped else ""
        account.adjustments.append(Adjustment(rule + note, pair_text(before, account.unit), pair_text(after, account.unit), limit.basis.clause, bool(causes)))
        account.lines.append(Line(rule + note, pair_text(after, account.unit), None, limit.basis.clause))


def _vague(items: Sequence[Item]) -> bool:
    return any(not i.amount.exact for i in items)


def _end(item: Item, end: str) -> Fraction:
    value = item.amount.low if end == "low" else item.amount.high
    return Fraction(10**30) if value is None else value


def _order(item: Item) -> str:
    return item.entry.key if item.entry else ""


def _cap_groups(limit: LimitSpec, items: list[Item], evaluator: Evaluator, env: Env, account: Account) -> None:
    """A cap for each value of a column (per person, per contract…)."""
    assert limit.amount is not None
    value, uses, _ = evaluator.traced(limit.amount, env)
    account.uses |= uses
    cap = as_amount(value)
    name = limit.scope.removeprefix("field:")
    groups: dict[object, list[Item]] = {}
    for item in items:
        given = item.entry.values.get(name) if item.entry else None
        groups.setdefault(given.value if given else None, []).append(item)
    for key, members in sorted(groups.items(), key=lambda kv: str(kv[0])):
        total = ZERO
        for item in members:
            total = v.add(total, item.amount)
        after = v.least([total, cap])
        if (after.low, after.high) == (total.low, total.high):
            continue
        rule = f"每{limit.per.split('.')[-1]}封顶：{key or '（未填）'} 不超过 {pair_text(cap, account.unit)}"
        account.adjustments.append(Adjustment(rule, pair_text(total, account.unit), pair_text(after, account.unit), limit.basis.clause))
        account.lines.append(Line(rule, pair_text(after, account.unit), None, limit.basis.clause))
        first, *rest = members
        first.amount = after
        for item in rest:
            item.amount = ZERO


def _cap_total(spec: MeasureSpec, limit: LimitSpec, evaluator: Evaluator, env: Env, account: Account) -> None:
    assert limit.amount is not None
    value, uses, _ = evaluator.traced(limit.amount, env)
    account.uses |= uses
    cap = as_amount(value)
    name = limit.label or sentence(limit.amount.source)
    scope = "本申报年度" if limit.scope == "year" else "同一企业"
    rule = f"{scope}封顶：{name} {pair_text(cap, account.unit)}"
    if limit.counting is not None:
        prior = _prior(spec, limit, evaluator, env, account, count=False)
        rule += f"，已获支持 {pair_text(prior, account.unit)}"
        cap = positive(v.add(cap, v.negate(prior)))
    account.change(rule, v.least([account.amount, cap]), limit.basis.clause)


def _prior(spec: MeasureSpec, limit: LimitSpec, evaluator: Evaluator, env: Env, account: Account, *, count: bool) -> Number:
    """Earlier support that counts: as the rule filters it; bare 已获支持 means this same measure."""
    assert limit.counting is not None
    value, uses, _ = evaluator.traced(limit.counting, env)
    account.uses |= uses
    assert isinstance(value, v.Items)
    bare = type(limit.counting).__name__ == "RecordsRef"
    total = ZERO
    for entry, belongs in value.items:
        assert isinstance(entry, Entry)
        tests = [belongs]
        if bare:
            tests.append(_equals(entry, "事项", {spec.id, spec.title}))
        if limit.scope == "year":
            year = evaluator.facts.year
            tests.append(Truth(None, frozenset({v.Cause("missing", "申报年度")})) if year is None else _equals(entry, "年度", {year}))
        truth = v.conjunction(tests)
        if count:
            one: Number = Number.of(1)
        else:
            given = entry.values.get("金额")
            cause = frozenset({v.Cause("missing", f"{SUPPORT} {entry.key} 的金额")})
            one = Number(Fraction(0), None, cause) if given is None or given.value is None else Number.of(given.value)
        total = v.add(total, gate(one, truth))
    if not value.complete:
        total = Number(total.low, None, total.causes | value.causes)
    return total


def _equals(entry: Entry, column: str, wanted: set[object]) -> Truth:
    given = entry.values.get(column)
    if given is None or given.value is None:
        return Truth(None, frozenset({v.Cause("missing", f"{SUPPORT} {entry.key} 的{column}")}))
    return Truth(given.value in wanted)


def finish(account: Account, scheme: SchemeSpec, evaluator: Evaluator, env: Env) -> tuple[Award, frozenset[Use]]:
    """Floor, rounding and instalments; then the award as it is shown."""
    award = scheme.award
    assert award is not None
    if scheme.floor is not None:
        value, uses, _ = evaluator.traced(scheme.floor, env)
        account.uses |= uses
        floor = as_amount(value)
        truth = v.compare(">=", account.amount, floor)
        name = sentence(scheme.floor.source)
        account.change(f"起付线：不足 {pair_text(floor, account.unit)}（{name}）不予支持", gate(account.amount, truth) if truth.value is not True else account.amount, scheme.clause)
    step, direction, words = Fraction(1, 100), "down", "舍去到分"
    if scheme.rounding:
        step, direction, words = scheme.rounding.step, scheme.rounding.direction, scheme.rounding.text
    ends = [None if e is None else round_to(e, step, direction) for e in (account.amount.low, account.amount.high)]
    account.change(f"取整：{words}", Number.pair(ends[0], ends[1], account.amount.causes), scheme.clause)
    instalments = _instalments(account, scheme, evaluator, env)
    standing = max((u.standing for u in account.uses), default=Standing.ENACTED)
    amount = account.amount
    return Award(
        award.kind, award.basis, account.unit, amount.low, amount.high, amount.causes, award.label, tuple(account.lines), instalments, standing
    ), frozenset(account.uses)


def _instalments(account: Account, scheme: SchemeSpec, evaluator: Evaluator, env: Env) -> tuple[Instalment, ...]:
    """Shares of the settled amount; the last takes what rounding left, so that the sum is exact."""
    out: list[Instalment] = []
    total = account.amount.low if account.amount.exact else None
    paid = Fraction(0)
    for index, part in enumerate(scheme.pay):
        value, uses, _ = evaluator.traced(part.share, env)
        account.uses |= uses
        share = v.number(value)
        verdict = evaluator.truth(part.when, env).verdict if part.when is not None else "holds"
        if total is None or not isinstance(share, Number) or not share.exact or share.low is None:
            out.append(Instalment(part.label, "待定", part.due, verdict))
            continue
        amount = total - paid if index == len(scheme.pay) - 1 else round_to(total * share.low, Fraction(1, 100), "down")
        paid += amount
        out.append(Instalment(part.label, show_amount(amount, ((account.unit, 1),)), part.due, verdict))
    return tuple(out)
