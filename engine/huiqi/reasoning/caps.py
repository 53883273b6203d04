"""What limits leave: per record, per group, by count, in all; less what was received before, as the policy counts it.

What must stay true: the certain part never contains a record that is not certain; earlier support takes room only where
the policy says so, and where it says nothing the amount stays open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from .. import values as v
from ..language import typed as t
from ..plain import dataclass
from ..rulebook.compiled import SUPPORT, SUPPORT_MEASURE, CompiledRulebook, Counting, LimitSpec, MeasureSpec, SchemeSpec, Scope, name_of
from ..rulebook.lexicon import earlier_column
from ..rulebook.reach import references
from ..values import Number, Topic, Truth, cause
from ..words import CauseKind
from .account import ZERO, Account, Item, as_amount, gate, least_of, most_of, order_of, positive, summed, within
from .alike import SUBJECT
from .evaluate import Evaluator
from .judged import Step, StepKind
from .told import Entry
from .uses import Env, Use, UseKind


def cap_items(limit: LimitSpec, items: list[Item], evaluator: Evaluator, account: Account) -> None:
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


def cap_count_of_each(
    spec: MeasureSpec, limit: LimitSpec, items: list[Item], evaluator: Evaluator, env: Env, open_list: v.Causes, account: Account, *, grouped: bool
) -> Number | None:
    """At most N records of each value of a column.

    A record whose value is not told may take a place in any group: those told keep only what they keep
    with it there, and its own place is open.
    """
    groups, loose, causes = _grouped(limit, items, evaluator, account)
    if len(loose) == len(items) == 1 and limit.counting == Counting() and not open_list:
        return cap_count(spec, limit, items, evaluator, env, open_list, account, grouped=grouped)
    before, joint = account.joint, ZERO
    for key, members in sorted(groups.items(), key=lambda kv: str(kv[0])):
        anyones = [Item(i.entry, v.conjunction([i.truth, Truth(None, causes)]), gate(i.amount, Truth(None, causes)), i.env) for i in loose]
        account.joint = None
        left = cap_count(spec, limit, [*members, *anyones], evaluator, members[0].env, open_list, account, grouped=grouped, group=key)
        joint = v.add(joint, left if left is not None else summed(members))
    account.joint = before
    for item in loose:
        item.amount = gate(item.amount, Truth(None, causes))
    return before if loose else joint if before is None else within(joint, Number(None, before.high, before.causes))


def cap_count(
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
    before = summed(items)
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
        low = sum(sorted((least_of(i) for i in items), reverse=True)[:fewest], Fraction(0))
    else:
        low = sum((least_of(i) for i in certain), Fraction(0)) + sum(sorted(least_of(i) for i in others)[:places], Fraction(0))
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
    after = within(summed(items), joint)
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
    order = {id(i): n for n, i in enumerate(sorted(items, key=order_of))}

    def ahead(item: Item, other: Item) -> bool:
        return least_of(other) > most_of(item) or (
            least_of(other) == most_of(item) and other.amount.exact and item.amount.exact and order[id(other)] < order[id(item)]
        )

    def may(item: Item, other: Item) -> bool:
        return not ahead(other, item)

    rest = {id(i): [j for j in items if j is not i] for i in items}
    surely = {id(i): sum(1 for j in rest[id(i)] if ahead(i, j)) for i in items}
    perhaps: dict[int, int | None] = {id(i): sum(1 for j in rest[id(i)] if may(i, j)) for i in items}
    alone: dict[int, int | None] = {id(i): None if open_list else sum(1 for j in rest[id(i)] if most_of(j) >= least_of(i)) for i in items}
    return _Ranks(surely, perhaps, alone, open_list)


def _by_order(limit: LimitSpec, items: Sequence[Item], evaluator: Evaluator, open_list: v.Causes) -> _Ranks:
    """By the order stated; who shares a date, or has none told, may stand either side. Unlisted ones may come first."""
    causes = open_list
    places: dict[int, Any] = {}
    for item in items:
        value = evaluator.value(limit.by, item.env) if limit.by is not None else v.Known(order_of(item))
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


def cap_groups(spec: MeasureSpec, limit: LimitSpec, items: list[Item], evaluator: Evaluator, account: Account) -> None:
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
        total = summed(members)
        cap, _ = _left_of(spec, limit, common(members), evaluator, members[0].env, account, total, group=key)
        told[key] = min(total.low or Fraction(0), cap.low or Fraction(0))
        _share_out(limit, key, members, total, v.least([total, cap]), account)
    if loose:
        cap = v.least([cap_of(i) for i in loose])
        total = summed(loose)
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


def _share_out(limit: LimitSpec, key: object, members: list[Item], total: Number, after: Number, account: Account) -> None:
    if (after.low, after.high) == (total.low, total.high):
        return
    account.steps.append(
        Step(kind=StepKind.GROUP_CAP, rule=limit, before=total, after=after, clause=limit.basis.clause, provisional=not after.exact, group=key)
    )
    members[0].amount = after
    for item in members[1:]:
        item.amount = ZERO


def cap_total(spec: MeasureSpec, limit: LimitSpec, evaluator: Evaluator, env: Env, account: Account) -> None:
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


def received_before(
    items: v.Items, evaluator: Evaluator, own: set[str], *, year: bool = False, column: str | None = None, group: object = None, untold: bool = False
) -> tuple[Number, Truth]:  # fmt: skip
    """Of the grants that are told: the money, and whether there was one, of the measures named.

    What does not say of whom it was says nothing, unless the `untold` may be anyone's.
    """
    told = v.Items(tuple((e, b) for e, b in items.items if untold or column is None or (isinstance(e, Entry) and column in e.values)), True)
    count = prior_support(told, evaluator, own, year=year, count=True, column=column, group=group)
    if count.high == 0:
        return ZERO, v.FAILS
    money = prior_support(told, evaluator, own, year=year, column=column, group=group)
    return money, v.HOLDS if (count.low or 0) > 0 else Truth(None, count.causes)


def _by_record(spec: MeasureSpec, evaluator: Evaluator) -> str:
    """The column of 已获支持 that says which record a grant was for."""
    return earlier_column(evaluator.book, spec.by) if spec.by else SUBJECT


def had_by_record(spec: MeasureSpec, support: v.Items, evaluator: Evaluator, key: str) -> tuple[Number, Truth]:
    """What the measure gave the record of this key before, of the grants that are told, and whether it gave it anything.

    One that does not say of what it was may be of this: a reminder, since what stands is not opened by telling more.
    """
    return received_before(support, evaluator, {spec.id, spec.title}, column=_by_record(spec, evaluator), group=key, untold=True)


def less_what_it_had(spec: MeasureSpec, items: list[Item], evaluator: Evaluator, account: Account) -> None:
    """Of each record what this measure gave it before is taken off, where the rulebook says so; where it does not, that is put on record."""
    if not items or (spec.counting.earlier is None and (support := evaluator.history()) is None):
        return
    counting, own = spec.counting, {spec.id, spec.title}
    for item in items:
        assert item.entry is not None
        if counting.earlier is None:
            assert support is not None
            had, truth = had_by_record(spec, support, evaluator, item.entry.key)
            if truth.value is False:
                continue
            after = item.amount
            if counting.ignored:
                assert counting.basis is not None
                account.uses.add(Use(UseKind.READING, spec.key, counting.ignored, counting.basis, evaluator.standing(counting.basis, item.env)))
        else:
            left = left_of(item.amount, counting, own, evaluator, item.env, owner=spec.key, column=_by_record(spec, evaluator), group=item.entry.key).room
            after = Number.pair(left.low, left.high, item.amount.causes | left.causes)
            if (after.low, after.high) == (item.amount.low, item.amount.high):
                continue
            had = positive(v.add(item.amount, v.negate(after))) if item.amount.exact and after.exact else Number(Fraction(0), None, after.causes)
        account.steps.append(_again(spec, item.amount, after, had, record=item.entry.key))
        item.amount = after


def say_what_was_had(spec: MeasureSpec, scheme: SchemeSpec, evaluator: Evaluator, account: Account) -> None:
    """Of a measure for the enterprise that neither caps nor asks after what was given before: a grant of it of the same year is put on record.

    Of one paid by instalments every grant is, of whichever year and beside whichever cap: it may be an instalment of the very amount worked
    out here, and no cap says which of them is paid.
    """
    by_parts = len(scheme.pay) > 1
    if (not by_parts and accounts_for_earlier(spec, scheme, evaluator.book)) or (support := evaluator.history()) is None:
        return
    had, truth = received_before(support, evaluator, {spec.id, spec.title}, year=not by_parts)
    if truth.value is not False and account.amount.high != 0:
        account.steps.append(_again(spec, account.amount, account.amount, had))


def accounts_for_earlier(spec: MeasureSpec, scheme: SchemeSpec, book: CompiledRulebook) -> bool:
    """Whether what it pays takes its earlier support into account: by a cap, or by reading it. A condition may ask after others' only."""
    if any(x.scope is not Scope.RECORD for x in scheme.limits) or spec.counting.ignored:
        return True
    award = scheme.award
    paying = [x for x in (spec.difference, *(() if award is None else (award.expr, award.low))) if x is not None]
    return any(isinstance(x, t.RecordsRef) and name_of(x.record) == SUPPORT for x in references(paying, book))


def _again(spec: MeasureSpec, before: Number, after: Number, had: Number, record: str | None = None) -> Step:
    counting = spec.counting
    clause = counting.basis.clause if counting.basis is not None else spec.clauses[0] if counting.earlier is not None and spec.clauses else ""
    changed = (before.low, before.high) != (after.low, after.high)
    return Step(
        kind=StepKind.AGAIN, rule=spec, before=before, after=after, record=record, clause=clause, limit=had, change=changed, provisional=not after.exact
    )


def prior_support(
    items: v.Items, evaluator: Evaluator, own: set[str], *, year: bool = False, count: bool = False, column: str | None = None, group: object = None
) -> Number:
    """Money (or the number) of earlier grants: of the measures named `own` if any, of the application year, of one group.

    A grant that does not say what it was for, or when, counts as possible; so does every grant where no
    column ("") can say of which group it was.
    """
    tests: list[tuple[str, set[object]]] = []
    if own:
        tests.append((SUPPORT_MEASURE, set(own)))
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
        if given is not None and given.near and column != SUPPORT_MEASURE and not wanted & set(given.near):
            return v.FAILS  # a name like another's; what a support is called elsewhere may be any of ours
        kind = CauseKind.MISSING if given is None else CauseKind.UNVERIFIED
        return Truth(None, cause(kind, Topic.GRANT, SUPPORT, part=column, record=entry.key))
    return Truth(given.value in wanted)
