"""From a measure's award and limits to an amount, every step a line.

The order is fixed: reductions, item cap, count, measure cap less prior support, reductions that come
after caps, difference; stacking
and cross caps follow in `stacking`; then floor, rounding, instalments. Amounts are pairs: what is
certain and what is possible. What must stay true: the certain part never contains a record that is
not certain, and telling more narrows the pair, never moves it.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from .. import values as v
from ..language import typed as t
from ..language.types import Quantity
from ..language.units import unit_text
from ..rulebook.compiled import MeasureSpec, ReductionSpec, RoundingSpec, SchemeSpec, Standing
from ..values import Number, Topic, Truth, cause
from ..words import CauseKind
from .account import CENT, ZERO, Account, Item, as_amount, cut, gate, positive, rounded, summed, within
from .caps import cap_count, cap_count_of_each, cap_groups, cap_items, cap_total, less_what_it_had, say_what_was_had
from .evaluate import Evaluator
from .judged import AwardJudged, InstalmentJudged, Step, StepKind
from .reductions import reduced
from .told import Entry
from .uses import Env, Use, UseKind


def itemise(spec: MeasureSpec, scheme: SchemeSpec, evaluator: Evaluator, env: Env, overall: Truth, records: Sequence[tuple[Entry, Truth, Env]]) -> Account:
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
    for reduction in spec.reductions:
        for item in items if not reduction.after else ():
            reduce_item(scheme, reduction, item, evaluator, account)
    for limit in scheme.limits:
        if limit.amount is not None and limit.scope == "record":
            cap_items(limit, items, evaluator, account)
    if spec.each:
        less_what_it_had(spec, items, evaluator, account)
    if evaluator.book.cents.per == "record" and scheme.rounding is None:  # a measure's own takes the rulebook's place
        for item in items:
            item.amount = rounded(item.amount, evaluator.book.cents)
    return account


def settle(spec: MeasureSpec, scheme: SchemeSpec, evaluator: Evaluator, env: Env, open_list: v.Causes, account: Account) -> None:
    """From items to the measure's amount: counts, caps, difference. `open_list` as in `itemise`."""
    items = account.items
    grouped = any(x.scope == "group" and x.amount is not None for x in scheme.limits)
    for limit in scheme.limits:
        if limit.count is not None:
            cap_by_count = cap_count_of_each if limit.scope == "group" else cap_count
            account.joint = cap_by_count(spec, limit, items, evaluator, env, open_list, account, grouped=grouped)
    worth, taken = summed(items), False
    for limit in scheme.limits:
        if limit.amount is not None and limit.scope == "group":
            cap_groups(spec, limit, items, evaluator, account)
            taken = taken or bool(open_list) or (x := summed(items)).low != worth.low or x.high != worth.high
    total = summed(items)
    if account.joint is not None:
        # caps per group came after: they may take of what the count left, and unlisted records may add to it
        total = within(total, Number(None if taken else account.joint.low, None if open_list else account.joint.high, account.joint.causes))
    if open_list and spec.each:
        total = Number(total.low, _most(scheme, evaluator, env), total.causes | open_list)
    account.amount = total
    if len(items) > 1:
        account.steps.append(Step(kind=StepKind.TOTAL, after=total, change=False, count=len(items)))
    for limit in scheme.limits:
        if limit.amount is not None and limit.scope in ("year", "enterprise"):
            cap_total(spec, limit, evaluator, env, account)
    for reduction in spec.reductions:
        if reduction.after:
            reduce_total(reduction, evaluator, env, account)
    if spec.difference is not None:
        value, uses, _ = evaluator.traced(spec.difference, env)
        account.uses |= uses
        received = as_amount(value)
        account.change(StepKind.DIFFERENCE, positive(v.add(account.amount, v.negate(received))), spec, scheme.clause, limit=received)
    if not spec.each:
        say_what_was_had(spec, scheme, evaluator, account)


def _most(scheme: SchemeSpec, evaluator: Evaluator, env: Env) -> Fraction | None:
    """What records not told can give at most: so many records at so much each, where both are capped."""
    counts = [
        x.low
        for limit in scheme.limits
        if limit.count is not None and limit.scope != "group" and isinstance(x := evaluator.value(limit.count, env), Number) and x.exact
    ]
    caps = [
        x.low for limit in scheme.limits if limit.amount is not None and limit.scope == "record"
        and not any(isinstance(e, t.Variable) for e in t.walk(limit.amount)) and isinstance(x := evaluator.value(limit.amount, env), Number) and x.exact
    ]  # fmt: skip
    known = [(n, c) for n in counts for c in caps if n is not None and c is not None]
    return min((n * c for n, c in known), default=None)


def to_the_cent(account: Account, scheme: SchemeSpec, cents: RoundingSpec) -> None:
    """Rounding to the 分, before measures meet: the measure's own, else as the rulebook declares it once.

    It is arithmetic: its standing shows on its own line and enters nothing else's. A measure that
    rounds more coarsely does so at its end, once.
    """
    own = scheme.rounding if scheme.rounding is not None and scheme.rounding.per == "measure" else None
    if own is not None:
        if own.step == CENT:
            account.change(StepKind.OWN_CENTS, rounded(account.amount, own), own, scheme.clause)
        return
    basis = cents.basis
    stated = basis is not None and basis.hand is None
    account.change(StepKind.CENTS, rounded(account.amount, cents), cents, basis.clause if basis is not None and stated else "")


def _item(spec: MeasureSpec, scheme: SchemeSpec, evaluator: Evaluator, env: Env, entry: Entry | None, truth: Truth, account: Account) -> Item:
    award = scheme.award
    assert award is not None and award.expr is not None
    for part in award.parts:
        value, uses, _ = evaluator.traced(part.expr, env)
        account.shown |= uses
        account.steps.append(Step(kind=StepKind.PART, rule=part, after=value, record=entry.key if entry else None, change=False))
    value, uses, _ = evaluator.amount(award.expr, env)
    account.uses |= uses
    amount = as_amount(value)
    if award.low is not None:
        low_value, low_uses, _ = evaluator.traced(award.low, env)
        uses |= low_uses
        account.uses |= low_uses
        low = as_amount(low_value)
        least = low.low if amount.high is None or low.low is None else min(low.low, amount.high)
        amount = Number.pair(least, amount.high, low.causes | amount.causes | cause(CauseKind.JUDGEMENT, Topic.AMOUNT, spec.key))
    elif award.basis == "discretionary":
        amount = Number.pair(Fraction(0), amount.high, amount.causes | cause(CauseKind.JUDGEMENT, Topic.AMOUNT, spec.key))
    if scheme.rounding is not None and scheme.rounding.per == "record":
        amount = rounded(amount, scheme.rounding)
    account.steps.append(
        Step(
            kind=StepKind.ITEM, rule=award, after=amount, record=entry.key if entry else None, clause=scheme.clause, change=False,
            figures=frozenset(u for u in uses if u.kind in (UseKind.PARAMETER, UseKind.MEASURE)),
        )
    )  # fmt: skip
    gated = gate(amount, truth)
    return Item(entry, truth, gated, env)


def reduce_item(scheme: SchemeSpec, reduction: ReductionSpec, item: Item, evaluator: Evaluator, account: Account) -> None:
    found = reduced(reduction, item.amount, evaluator, item.env)
    account.uses |= found.uses
    account.shown |= found.read
    after = found.amount
    if scheme.rounding is not None and scheme.rounding.per == "record":
        after = rounded(after, scheme.rounding)
    if (after.low, after.high) != (item.amount.low, item.amount.high):
        key = item.entry.key if item.entry else None
        clause = reduction.condition.basis.clause
        account.steps.append(
            Step(kind=StepKind.REDUCTION, rule=reduction, before=item.amount, after=after, record=key, clause=clause, limit=found.share, provisional=found.open)
        )
    item.amount = after


def reduce_total(reduction: ReductionSpec, evaluator: Evaluator, env: Env, account: Account) -> None:
    found = reduced(reduction, account.amount, evaluator, env)
    account.uses |= found.uses
    account.shown |= found.read
    account.change(StepKind.REDUCTION, found.amount, reduction, reduction.condition.basis.clause, limit=found.share, provisional=found.open)


def finish(account: Account, scheme: SchemeSpec, evaluator: Evaluator, env: Env) -> tuple[AwardJudged, frozenset[Use]]:
    """Floor, rounding and instalments; then the award as it is shown."""
    award = scheme.award
    assert award is not None
    if scheme.floor is not None:
        value, uses, _ = evaluator.traced(scheme.floor, env)
        account.uses |= uses
        floor = as_amount(value)
        truth = v.compare(">=", account.amount, floor)
        kept = account.amount if truth.value is True else gate(account.amount, truth)
        account.change(StepKind.FLOOR, kept, scheme, scheme.clause, limit=floor)
    if scheme.rounding is not None and scheme.rounding.per == "measure" and scheme.rounding.step > CENT:
        account.change(StepKind.ROUNDING, rounded(account.amount, scheme.rounding), scheme.rounding, scheme.clause)
    account.change(StepKind.CUT, cut(account.amount), None, "")
    instalments = _instalments(account, scheme, evaluator, env)
    _funding(account, scheme, evaluator, env)
    standing = max((u.standing for u in account.uses), default=Standing.ENACTED)
    amount = account.amount
    return AwardJudged(
        spec=award, unit=account.unit, low=amount.low, high=amount.high, causes=amount.causes, steps=tuple(account.steps),
        instalments=instalments, standing=standing,
    ), frozenset(account.uses | account.shown)  # fmt: skip


def _instalments(account: Account, scheme: SchemeSpec, evaluator: Evaluator, env: Env) -> tuple[InstalmentJudged, ...]:
    """Shares of the amount, each cut down to the 分. Where they make up the whole, the first takes what that left.

    An instalment whose condition fails is not paid, one whose condition is open is pending: both
    leave the settled amount.
    """
    if not scheme.pay:
        return ()
    total = account.amount
    shares: list[v.Number] = []
    told: list[bool] = []  # a share with no figure and no bounds is shown as 待定, not as a range of ours
    for part in scheme.pay:
        value, uses, _ = evaluator.traced(part.share, env)
        account.uses |= uses
        told.append(as_amount(value).high is not None)
        shares.append(v.least([as_amount(value), Number.of(1)]))  # no share is more than the whole
    amounts = [cut(v.multiply(total, share)) for share in shares]
    if all(s.exact for s in shares) and sum((s.low or Fraction(0) for s in shares), Fraction(0)) == 1:
        later = ZERO
        for amount in amounts[1:]:
            later = v.add(later, amount)
        amounts[0] = _rest(total, later, len(shares))
        # the first of three or more moves by a 分 against the whole: no range of it adds up with the others'
        told[0] = told[0] and (total.exact or len(shares) < 3)
    paid = ZERO
    out: list[InstalmentJudged] = []
    for index, (part, amount) in enumerate(zip(scheme.pay, amounts, strict=True)):
        truth = evaluator.truth(part.when, env) if part.when is not None else v.HOLDS
        paid = v.add(paid, gate(amount, truth))
        rest = index == 0 and len(shares) > 2 and not total.exact
        out.append(InstalmentJudged(part, amount if told[index] else None, truth, rest))
    if any(i.truth.value is not True for i in out):
        low = None if paid.low is None else paid.low if total.low is None else min(paid.low, total.low)
        high = total.high if paid.high is None else paid.high if total.high is None else min(paid.high, total.high)
        account.change(StepKind.INSTALMENTS, Number.pair(low, high, paid.causes), scheme, scheme.clause)
    return tuple(out)


def _rest(total: Number, due: Number, parts: int) -> Number:
    """What is left for one of the parts, the others each cut down to the 分.

    One 分 more of the whole raises each cut part by 0 or 1 分: with two parts the rest never falls as
    the whole grows, with more it may by a 分 for each further part.
    """
    slack = Fraction(max(0, parts - 2), 100)
    ends = [None if t is None or d is None else t - d for t, d in ((total.low, due.low), (total.high, due.high))]
    if total.exact and due.exact:
        return Number.pair(ends[0], ends[1], v.NONE_KNOWN)
    low = None if ends[0] is None else max(Fraction(0), ends[0] - slack)
    high = None if ends[1] is None or total.high is None else min(total.high, ends[1] + slack)
    return Number.pair(low, high, total.causes | due.causes)


def _funding(account: Account, scheme: SchemeSpec, evaluator: Evaluator, env: Env) -> None:
    """Who bears what, shown after rounding, each cut down to the 分; the first bearer takes what that left."""
    parts = []
    for part in scheme.funded:
        value, uses, _ = evaluator.traced(part.share, env)
        account.uses |= uses
        parts.append(cut(v.multiply(account.amount, as_amount(value))))
    if parts and account.amount.exact and all(p.exact for p in parts):
        later = ZERO
        for amount in parts[1:]:
            later = v.add(later, amount)
        parts[0] = v.add(account.amount, v.negate(later))
    for spec, amount in zip(scheme.funded, parts, strict=True):
        account.steps.append(Step(kind=StepKind.FUNDING, rule=spec, after=amount, change=False))
