"""From a measure's award and limits to an amount, every step a line.

The order is fixed: reductions, item cap, count, measure cap less prior support, reductions that come
after caps, difference; stacking
and cross caps follow in `stacking`; then floor, rounding, instalments. Amounts are pairs: what is
certain and what is possible. What must stay true: the certain part never contains a record that is
not certain, and telling more narrows the pair, never moves it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from fractions import Fraction
from typing import Any

from .. import values as v
from ..language import typed as t
from ..language.types import Quantity
from ..language.units import unit_text
from ..plain import dataclass
from ..rulebook.compiled import SUPPORT, Counting, Direction, LimitSpec, MeasureSpec, Per, ReductionSpec, RoundingSpec, SchemeSpec, Standing
from ..values import Number, Topic, Truth, Undefined, Value, cause
from ..words import CauseKind
from .evaluate import Evaluator
from .facts import Entry
from .judged import AwardJudged, InstalmentJudged, Step, StepKind
from .reductions import reduced
from .rounding import round_to
from .uses import Env, Use, UseKind

ZERO = Number.of(0)
CENT = Fraction(1, 100)
_CUT = RoundingSpec(step=CENT, direction=Direction.DOWN, per=Per.MEASURE, text="舍去到分")


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
    steps: list[Step] = field(default_factory=list)
    uses: set[Use] = field(default_factory=set)
    shown: set[Use] = field(default_factory=set)  # of lines for information: named as a basis, no standing taken from them
    items: list[Item] = field(default_factory=list)
    joint: Number | None = None  # what a count limit leaves of all records together
    movable: Fraction = Fraction(0)  # certain, but an open rival may take it over: certain in the total only
    moved_by: v.Causes = v.NONE_KNOWN

    def change(self, kind: StepKind, after: Number, rule: Any, clause: str, **read: Any) -> None:
        """Put a step on record if it changed anything; `read` as in `Step`."""
        if (after.low, after.high) != (self.amount.low, self.amount.high):
            self.steps.append(Step(kind=kind, rule=rule, before=self.amount, after=after, clause=clause, **read))
        self.amount = after

    def copy(self) -> Account:
        """Another that nobody has written into yet."""
        return replace(self, steps=list(self.steps), uses=set(self.uses), shown=set(self.shown), items=[replace(i) for i in self.items])

    def again(self, amount: Number) -> Account:
        """A copy with another amount, for floor, rounding and instalments."""
        return Account(amount, self.unit, list(self.steps), set(self.uses), set(self.shown))

    def unmoved(self, amount: Number) -> Number:
        """Of `amount`, what stays with this measure whatever its open rivals turn out to take over."""
        if not self.movable:
            return amount
        return Number.pair(max(Fraction(0), (amount.low or Fraction(0)) - self.movable), amount.high, amount.causes | self.moved_by)


def as_amount(value: Value) -> Number:
    """A value as an amount of money: never below zero; undefined or unknown is open."""
    if isinstance(value, Undefined):
        return Number(Fraction(0), None, value.causes)
    pair = v.number(value)
    assert isinstance(pair, Number)
    if pair.exact and pair.low is not None and pair.low.numerator >= 0:
        return pair
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
            _cap_items(limit, items, evaluator, account)
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
            cap_by_count = _cap_count_of_each if limit.scope == "group" else _cap_count
            account.joint = cap_by_count(spec, limit, items, evaluator, env, open_list, account, grouped=grouped)
    worth, taken = _sum(items), False
    for limit in scheme.limits:
        if limit.amount is not None and limit.scope == "group":
            _cap_groups(spec, limit, items, evaluator, account)
            taken = taken or bool(open_list) or (x := _sum(items)).low != worth.low or x.high != worth.high
    total = _sum(items)
    if account.joint is not None:
        # caps per group came after: they may take of what the count left, and unlisted records may add to it
        total = _within(total, Number(None if taken else account.joint.low, None if open_list else account.joint.high, account.joint.causes))
    if open_list and spec.each:
        total = Number(total.low, _most(scheme, evaluator, env), total.causes | open_list)
    account.amount = total
    if len(items) > 1:
        account.steps.append(Step(kind=StepKind.TOTAL, after=total, change=False, count=len(items)))
    for limit in scheme.limits:
        if limit.amount is not None and limit.scope in ("year", "enterprise"):
            _cap_total(spec, limit, evaluator, env, account)
    for reduction in spec.reductions:
        if reduction.after:
            reduce_total(reduction, evaluator, env, account)
    if spec.difference is not None:
        value, uses, _ = evaluator.traced(spec.difference, env)
        account.uses |= uses
        received = as_amount(value)
        account.change(StepKind.DIFFERENCE, positive(v.add(account.amount, v.negate(received))), spec, scheme.clause, limit=received)


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


def rounded(amount: Number, rounding: RoundingSpec) -> Number:
    """Both ends to the step: rounding never changes their order."""
    if amount.exact and amount.low is not None:
        at = round_to(amount.low, rounding.step, rounding.direction)
        return amount if at is amount.low else Number.of(at)
    ends = [None if e is None else round_to(e, rounding.step, rounding.direction) for e in (amount.low, amount.high)]
    return Number.pair(ends[0], ends[1], amount.causes)


def cut(amount: Number) -> Number:
    """What caps and shares leave is cut down to the 分: money that is not paid takes no room."""
    return rounded(amount, _CUT)


def _within(total: Number, joint: Number) -> Number:
    """A sum bounded jointly as well as by its parts."""
    low = joint.low if total.low is None or (joint.low is not None and joint.low > total.low) else total.low
    high = joint.high if total.high is None or (joint.high is not None and joint.high < total.high) else total.high
    return Number.pair(low, high, total.causes | joint.causes)


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


def positive(value: Number) -> Number:
    return v.greatest([value, ZERO])


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


def _cap_items(limit: LimitSpec, items: list[Item], evaluator: Evaluator, account: Account) -> None:
    assert limit.amount is not None
    for item in items:
        value, uses, _ = evaluator.traced(limit.amount, item.env)
        account.uses |= uses
        cap = as_amount(value)
        after = v.least([item.amount, cap])
        if (after.low, after.high) != (item.amount.low, item.amount.high):
            key = item.entry.key if item.entry else None
            account.steps.append(Step(kind=StepKind.ITEM_CAP, rule=limit, before=item.amount, after=after, record=key, clause=limit.basis.clause, limit=cap))
        item.amount = after


def _cap_count_of_each(
    spec: MeasureSpec, limit: LimitSpec, items: list[Item], evaluator: Evaluator, env: Env, open_list: v.Causes, account: Account, *, grouped: bool
) -> Number | None:
    """At most N records of each value of a column.

    A record whose value is not told may take a place in any group: those told keep only what they keep
    with it there, and its own place is open.
    """
    groups, loose, causes = _grouped(limit, items, evaluator, account)
    if len(loose) == len(items) == 1 and limit.counting == Counting() and not open_list:
        return _cap_count(spec, limit, items, evaluator, env, open_list, account, grouped=grouped)
    before, joint = account.joint, ZERO
    for key, members in sorted(groups.items(), key=lambda kv: str(kv[0])):
        anyones = [Item(i.entry, v.conjunction([i.truth, Truth(None, causes)]), gate(i.amount, Truth(None, causes)), i.env) for i in loose]
        account.joint = None
        left = _cap_count(spec, limit, [*members, *anyones], evaluator, members[0].env, open_list, account, grouped=grouped, group=key)
        joint = v.add(joint, left if left is not None else _sum(members))
    account.joint = before
    for item in loose:
        item.amount = gate(item.amount, Truth(None, causes))
    return before if loose else joint if before is None else _within(joint, Number(None, before.high, before.causes))


def _cap_count(
    spec: MeasureSpec, limit: LimitSpec, items: list[Item], evaluator: Evaluator, env: Env, open_list: v.Causes, account: Account, *,
    grouped: bool, group: object = None,
) -> Number | None:  # fmt: skip
    """At most N records: the N best, or the first N in the order stated. What it leaves of all of them together.

    The pair of a record says whether it keeps its place in every, or in some, way things may turn
    out; `account.joint` bounds their sum, which is often known where the places are not (two records
    of one day and one amount). A record that gives nothing takes a place too. Records of one date
    have no order between them: which comes first is open.
    """
    assert limit.count is not None
    value, uses, _ = evaluator.traced(limit.count, env)
    account.uses |= uses
    pair = v.number(value)
    allowed = pair if isinstance(pair, Number) else Number(Fraction(0), None, v.causes_of(value))
    left, _ = _left_of(spec, limit, allowed, evaluator, env, account, Number.of(len(items)), count=True, group=group)
    fewest = max(0, int(left.low)) if left.low is not None else 0
    most = None if left.high is None else max(0, int(left.high))
    before = _sum(items)
    ranks = _by_amount(items, open_list) if limit.keep == "highest" else _by_order(limit, items, evaluator, open_list)
    if len(items) <= fewest and (not open_list or (limit.keep == "highest" and not grouped)):
        return account.joint
    causes = left.causes.union(ranks.causes, *(i.truth.causes for i in items), *(i.amount.causes for i in items))
    certain = [i for i in items if ranks.certain(i, fewest, separately=grouped)]
    possible = [i for i in items if most is None or ranks.possible(i, most)]
    others = [i for i in possible if i not in certain]
    # their sum: at least what is certain and the worst of what must fill the places left, at most the best
    settled = sum(1 for i in others if i.truth.value is True)
    places = 0 if open_list and limit.keep == "first" else max(0, min(fewest - len(certain), settled))
    if limit.keep == "highest":
        low = sum(sorted((_low(i) for i in items), reverse=True)[:fewest], Fraction(0))
    else:
        low = sum((_low(i) for i in certain), Fraction(0)) + sum(sorted(_low(i) for i in others)[:places], Fraction(0))
    # one that is certain of its place but open itself may yet leave it to another
    taken = [i for i in certain if i.truth.value is True]
    room = None if most is None else max(0, most - len(taken))
    rest = [i for i in possible if not any(i is j for j in taken)]
    best = sorted(rest, key=lambda i: (i.amount.high is not None, -(i.amount.high or 0)))[:room]
    highs = [i.amount.high for i in (*taken, *best)]
    high = None if any(h is None for h in highs) else sum((h for h in highs if h is not None), Fraction(0))
    dropped = []
    for item in items:
        stays = Number.pair(
            item.amount.low if any(item is i for i in certain) else Fraction(0),
            item.amount.high if any(item is i for i in possible) else Fraction(0), item.amount.causes | causes,
        )  # fmt: skip
        if stays.high == 0 and item.amount.high != 0:
            dropped.append(item.entry.key if item.entry else "")
        item.amount = stays
    if account.joint is not None and account.joint.high is not None:
        high = account.joint.high if high is None else min(high, account.joint.high)
    joint = Number.pair(low, high, causes)
    after = _within(_sum(items), joint)
    if (after.low, after.high) != (before.low, before.high):
        account.steps.append(
            Step(
                kind=StepKind.COUNT, rule=limit, before=before, after=after, clause=limit.basis.clause, provisional=not after.exact,
                limit=allowed, group=group, dropped=tuple(d for d in dropped if d),
            )
        )  # fmt: skip
    return joint


@dataclass(frozen=True)
class _Ranks:
    """How many records stand before each: for certain, and at the most; None where any number may."""

    surely: Mapping[int, int]
    perhaps: Mapping[int, int | None]
    alone: Mapping[int, int | None]  # at the most, ties counted against it
    causes: v.Causes = v.NONE_KNOWN

    def certain(self, item: Item, places: int, *, separately: bool) -> bool:
        ahead = (self.alone if separately else self.perhaps)[id(item)]
        return ahead is not None and ahead < places

    def possible(self, item: Item, places: int) -> bool:
        return self.surely[id(item)] < places


def _by_amount(items: Sequence[Item], open_list: v.Causes) -> _Ranks:
    """The highest first; equal ones by their order in the list, since either gives the same sum.

    One not listed yet may be higher: the sum is no less for it, but each alone has no place for certain.
    """
    order = {id(i): n for n, i in enumerate(sorted(items, key=_order))}

    def ahead(item: Item, other: Item) -> bool:
        return _low(other) > _high(item) or (_low(other) == _high(item) and other.amount.exact and item.amount.exact and order[id(other)] < order[id(item)])

    def may(item: Item, other: Item) -> bool:
        return not ahead(other, item)

    rest = {id(i): [j for j in items if j is not i] for i in items}
    surely = {id(i): sum(1 for j in rest[id(i)] if ahead(i, j)) for i in items}
    perhaps: dict[int, int | None] = {id(i): sum(1 for j in rest[id(i)] if may(i, j)) for i in items}
    alone: dict[int, int | None] = {id(i): None if open_list else sum(1 for j in rest[id(i)] if _high(j) >= _low(i)) for i in items}
    return _Ranks(surely, perhaps, alone, open_list)


def _by_order(limit: LimitSpec, items: Sequence[Item], evaluator: Evaluator, open_list: v.Causes) -> _Ranks:
    """By the order stated; who shares a date, or has none told, may stand either side. Unlisted ones may come first."""
    causes = open_list
    places: dict[int, Any] = {}
    for item in items:
        value = evaluator.value(limit.by, item.env) if limit.by is not None else v.Known(_order(item))
        plain = value.value if isinstance(value, v.Known) else value.low if isinstance(value, Number) and value.exact else None
        places[id(item)] = plain
        if plain is None:
            causes |= v.causes_of(value)
    surely, perhaps = {}, dict[int, int | None]()
    for item in items:
        mine = places[id(item)]
        others = [(j, places[id(j)]) for j in items if j is not item]
        surely[id(item)] = sum(1 for j, p in others if j.truth.value is True and p is not None and mine is not None and p < mine)
        perhaps[id(item)] = None if open_list else sum(1 for _, p in others if p is None or mine is None or p <= mine)
    return _Ranks(surely, perhaps, perhaps, causes)


def _low(item: Item) -> Fraction:
    return item.amount.low or Fraction(0)


def _high(item: Item) -> Fraction:
    return Fraction(10**30) if item.amount.high is None else item.amount.high


def _order(item: Item) -> str:
    return item.entry.key if item.entry else ""


def _grouped(limit: LimitSpec, items: Sequence[Item], evaluator: Evaluator, account: Account) -> tuple[dict[object, list[Item]], list[Item], v.Causes]:
    """Records by the value of the limit's column, and those whose value is not told."""
    assert limit.key is not None
    groups: dict[object, list[Item]] = {}
    loose: list[Item] = []
    causes: v.Causes = v.NONE_KNOWN
    for item in items:
        value, uses, _ = evaluator.traced(limit.key, item.env)
        account.uses |= uses
        plain = value.value if isinstance(value, v.Known) else value.low if isinstance(value, Number) and value.exact else None
        if plain is None:
            loose.append(item)
            causes |= v.causes_of(value)
        else:
            groups.setdefault(plain, []).append(item)
    return groups, loose, causes


def _cap_groups(spec: MeasureSpec, limit: LimitSpec, items: list[Item], evaluator: Evaluator, account: Account) -> None:
    """A cap for each value of a column (per person, per contract, per year of a date).

    A record whose value is not told may share a group with any other: at least, all such records
    crowd into the fullest group; at most, each has a group of its own.
    """
    stated = limit.amount
    assert stated is not None
    groups, loose, causes = _grouped(limit, items, evaluator, account)

    def cap_of(item: Item) -> Number:
        value, uses, _ = evaluator.traced(stated, item.env)
        account.uses |= uses
        return as_amount(value)

    def common(members: Sequence[Item]) -> Number:
        """One cap for the group. Records that each state another leave it open between them."""
        caps = [cap_of(m) for m in members]
        if all(x == caps[0] for x in caps):
            return caps[0]
        apart = cause(CauseKind.UNVERIFIED, Topic.GROUP, part=limit.label, node=stated.source)
        low, high = v.least(caps), v.greatest(caps)
        return Number.pair(low.low, high.high, low.causes | high.causes | apart)

    told: dict[object, Fraction] = {}  # of each group, what its told records take for certain
    for key, members in sorted(groups.items(), key=lambda kv: str(kv[0])):
        total = _sum(members)
        cap, _ = _left_of(spec, limit, common(members), evaluator, members[0].env, account, total, group=key)
        told[key] = min(total.low or Fraction(0), cap.low or Fraction(0))
        _share_out(limit, key, members, total, v.least([total, cap]), account)
    if loose:
        cap = v.least([cap_of(i) for i in loose])
        total = _sum(loose)
        # at the worst all of them are of the group with the least room, told records and earlier support taken off
        anyones = [*told, *_subjects(limit, evaluator, loose[0].env), _NOBODYS]
        rooms = []
        for key in anyones:
            left, _ = _left_of(spec, limit, cap, evaluator, loose[0].env, account, total, group=key)
            rooms.append((left.low or Fraction(0)) - told.get(key, Fraction(0)))
            causes |= left.causes
        low = min(total.low or Fraction(0), max(Fraction(0), min(rooms)))
        highs = [v.least([i.amount, cap_of(i)]).high for i in loose]
        high = None if any(h is None for h in highs) else sum((h for h in highs if h is not None), Fraction(0))
        _share_out(limit, None, loose, total, Number.pair(low, high, total.causes | causes), account)


def _sum(items: Sequence[Item]) -> Number:
    total = ZERO
    for item in items:
        total = v.add(total, item.amount)
    return total


def _share_out(limit: LimitSpec, key: object, members: list[Item], total: Number, after: Number, account: Account) -> None:
    if (after.low, after.high) == (total.low, total.high):
        return
    account.steps.append(
        Step(kind=StepKind.GROUP_CAP, rule=limit, before=total, after=after, clause=limit.basis.clause, provisional=not after.exact, group=key)
    )
    members[0].amount = after
    for item in members[1:]:
        item.amount = ZERO


def _cap_total(spec: MeasureSpec, limit: LimitSpec, evaluator: Evaluator, env: Env, account: Account) -> None:
    assert limit.amount is not None
    value, uses, _ = evaluator.traced(limit.amount, env)
    account.uses |= uses
    cap = as_amount(value)
    left, by_reading = _left_of(spec, limit, cap, evaluator, env, account, account.amount)
    after = v.least([account.amount, left])
    if by_reading and (after.low, after.high) == (account.amount.low, account.amount.high):
        account.steps.append(Step(kind=StepKind.CAP, rule=limit, after=after, clause=limit.basis.clause, change=False, limit=cap, left=left))
    account.change(StepKind.CAP, after, limit, limit.basis.clause, limit=cap, left=left)


@dataclass(frozen=True)
class Left:
    """What a cap leaves after earlier support; `otherwise` under the reading that was not taken."""

    room: Number
    otherwise: Number | None = None


def left_of(
    cap: Number, counting: Counting, own: set[str], evaluator: Evaluator, env: Env, *, owner: str,
    year: bool = False, count: bool = False, column: str | None = None, group: object = None,
) -> Left:  # fmt: skip
    """What a cap leaves once earlier support is counted as the policy says; both ways where it says nothing.

    `owner` is the key of the measure or group whose cap it is. `own` names the measures whose earlier support counts where the rule names no filter, `group` the
    value of the limit's column (a project, a person, a year), which 已获支持 tells in `column`.
    """
    if counting.stated and counting.earlier is None and not counting.ignored:
        return Left(cap)
    earlier = counting.earlier
    value = evaluator.support() if earlier is None else evaluator.value(earlier, env)
    assert isinstance(value, v.Items)
    named = own if earlier is None or isinstance(earlier, t.RecordsRef) else set()
    prior = prior_support(value, evaluator, named, year=year, count=count, column=column, group=group)
    after = positive(v.add(cap, v.negate(prior)))
    if earlier is not None:
        return Left(after)
    if counting.ignored:
        return Left(cap, after)
    silent = cause(CauseKind.UNSET, Topic.COUNTING, owner)
    return Left(Number.pair(after.low, cap.high, cap.causes | prior.causes | silent))


def _left_of(
    spec: MeasureSpec,
    limit: LimitSpec,
    cap: Number,
    evaluator: Evaluator,
    env: Env,
    account: Account,
    reach: Number,
    *,
    count: bool = False,
    group: object = None,
) -> tuple[Number, bool]:
    """What a limit leaves for `reach` to pass; whether a reading decided it, which then goes on record."""
    column = None if limit.key is None else limit.column
    left = left_of(
        cap, limit.counting, {spec.id, spec.title}, evaluator, env, owner=spec.key, year=limit.scope == "year", count=count, column=column, group=group
    )
    if left.otherwise is None or v.least([reach, left.room]) == v.least([reach, left.otherwise]):
        return left.room, False
    counting = limit.counting
    assert counting.basis is not None
    account.uses.add(Use(UseKind.READING, spec.key, counting.ignored, counting.basis, evaluator.standing(counting.basis, env)))
    return left.room, True


_NOBODYS = object()  # a group no told record and no grant is of


def _subjects(limit: LimitSpec, evaluator: Evaluator, env: Env) -> list[object]:
    """The groups earlier support names, which a record of no told group may be of."""
    assert limit.key is not None
    if limit.counting.stated and limit.counting.earlier is None and not limit.counting.ignored:
        return []
    value = evaluator.support() if limit.counting.earlier is None else evaluator.value(limit.counting.earlier, env)
    assert isinstance(value, v.Items)
    named = [entry.values[limit.column].value for entry, _ in value.items if isinstance(entry, Entry) and limit.column in entry.values]
    return sorted({x for x in named if x is not None}, key=str)


def prior_support(
    items: v.Items, evaluator: Evaluator, own: set[str], *, year: bool = False, count: bool = False, column: str | None = None, group: object = None
) -> Number:
    """Money (or the number) of earlier grants: of the measures named `own` if any, of the application year, of one group.

    A grant that does not say what it was for, or when, counts as possible; so does every grant where no
    column ("") can say of which group it was.
    """
    tests: list[tuple[str, set[object]]] = []
    if own:
        tests.append(("事项", set(own)))
    if column is not None and group is not None:
        tests.append((column, {group}))
    untold: list[Truth] = []
    if year:
        told = evaluator.facts.year
        tests += [("年度", {told})] if told is not None else []
        untold = [] if told is not None else [Truth(None, cause(CauseKind.MISSING, Topic.YEAR))]
    total = ZERO
    for entry, belongs in items.items:
        assert isinstance(entry, Entry)
        verdicts = [belongs, *untold, *(_equals(entry, name, wanted) for name, wanted in tests)]
        one: Number = Number.of(1)
        if not count:
            given = entry.values.get("金额")
            untold_amount = cause(CauseKind.MISSING, Topic.GRANT, SUPPORT, part="金额", record=entry.key)
            one = Number(Fraction(0), None, untold_amount) if given is None or given.value is None else Number.of(given.value)
        total = v.add(total, gate(one, v.conjunction(verdicts)))
    if not items.complete:
        total = Number(total.low, None, total.causes | items.causes)
    return total


def _equals(entry: Entry, column: str, wanted: set[object]) -> Truth:
    given = entry.values.get(column)
    if given is None or given.value is None:
        kind = CauseKind.MISSING if given is None else CauseKind.UNVERIFIED
        return Truth(None, cause(kind, Topic.GRANT, SUPPORT, part=column, record=entry.key))
    return Truth(given.value in wanted)


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
