"""What a set of measures does to each other: 就高不重复, 择一申报, common caps.

Groups are data. Measures that exclude one another form a conflict graph; its maximal compatible
sets are enumerated (at most 4,096 per component, refused beyond), and the best total is the best
over those sets, exactly. Common caps must be nested or disjoint (the compiler's `check_plans`), so
that applying them from the inside out is exact. What must stay true: an added option never lowers
the best total; what an open rival may take over is certain in the total and open in the award that may
lose it, so that no settled figure is ever lowered by telling more.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any, Protocol

from .. import values as v
from ..rulebook.compiled import CompiledRulebook, SchemeSpec, StackingSpec, Standing
from ..rulebook.lexicon import earlier_column
from ..rulebook.plans import compatible_sets, components
from ..values import Number, Topic, Truth, cause
from ..words import CauseKind, Outcome
from .account import CENT, Account, Item, as_amount, cut
from .caps import left_of, received_before
from .evaluate import Evaluator
from .judged import AwardJudged, MeasureJudged, Reason, ReasonKind, Step, StepKind, Total
from .rounding import round_to
from .uses import Env

Finishing = Callable[[Number], AwardJudged]


class Paying:
    """What a measure pays of an amount, after its floor, rounding and instalments; worked out once for each."""

    def __init__(self, finishing: Finishing, scheme: SchemeSpec, amount: Number, award: AwardJudged) -> None:
        """`award`: what it pays of `amount`, which is worked out already."""
        coarse = scheme.rounding is not None and scheme.rounding.per == "measure" and scheme.rounding.step > CENT
        self.finishing, self.plain = finishing, scheme.floor is None and not scheme.pay and not coarse
        self.known: dict[tuple[Fraction | None, Fraction | None], tuple[Fraction | None, Fraction | None]] = {
            (amount.low, amount.high): (award.low, award.high)
        }

    def ends(self, amount: Number) -> tuple[Fraction | None, Fraction | None]:
        if self.plain:
            paid = cut(amount)
            return paid.low, paid.high
        where = (amount.low, amount.high)
        found = self.known.get(where)
        if found is None:
            finished = self.finishing(amount)
            found = self.known[where] = (finished.low, finished.high)
        return found


EXCLUSIVE = ("highest", "choose")  # for an enterprise or a year
Cap = tuple[StackingSpec, Number]


class Listing(Protocol):
    """What sharing records asks of a measure on its way: may records yet be listed, may what they give be cut."""

    @property
    def open_list(self) -> v.Causes: ...

    @property
    def limited(self) -> bool: ...


def share_records(book: CompiledRulebook, accounts: Mapping[str, Account], prepared: Mapping[str, Listing], evaluator: Evaluator) -> None:
    """Groups per person, project or invoice: what one key gives under several measures.

    `highest`: the best of its amounts counts; `order`: the first measure named that it is settled
    for. What is not settled stays possible; where it would take the place of what is, and may pay
    less, the latter is not certain either.
    """
    for group in book.stacking:
        if not group.column:
            continue
        members = [m for m in group.members if m in accounts]
        claims: dict[Any, list[tuple[str, Item]]] = {}
        loose: list[tuple[str, Item]] = []  # a record whose key is not told, or not listed yet, may be anyone's
        before: v.Causes = v.NONE_KNOWN  # why an earlier measure may yet claim anyone
        active = [m for m in members if accounts[m].items or prepared[m].open_list]
        for key in members:
            seen = before if group.rule == "order" else v.NONE_KNOWN
            before |= prepared[key].open_list
            for item in accounts[key].items:
                given = item.entry.values.get(group.column) if item.entry else None
                why = seen
                if given is not None and given.value is not None:
                    claims.setdefault(given.value, []).append((key, item))
                else:
                    untold = cause(CauseKind.MISSING, Topic.FIELD, "", part=group.column, record=item.entry.key if item.entry else "")
                    before |= untold
                    why |= untold if len(active) > 1 else v.NONE_KNOWN
                    loose.append((key, item))
                if why:
                    item.amount = Number.pair(Fraction(0), item.amount.high, item.amount.causes | why)
        _had_elsewhere(book, group, claims, accounts, evaluator)
        unlisted = {m for m in members if prepared[m].open_list}
        for value, rivals in sorted(claims.items(), key=lambda kv: str(kv[0])):
            first = _share(group, value, rivals, accounts)
            if first is not None:
                _contest(group, value, first, rivals, loose, unlisted, accounts, prepared)


def _had_elsewhere(
    book: CompiledRulebook, group: StackingSpec, claims: Mapping[Any, Sequence[tuple[str, Item]]], accounts: Mapping[str, Account], evaluator: Evaluator
) -> None:  # fmt: skip
    """Of a person or thing for whom another measure of the group was received before."""
    if not claims or group.counting.ignored or (support := _history(group, evaluator)) is None:
        return
    column = earlier_column(book, group.column)
    for value, rivals in claims.items():
        for key, item in rivals:
            had = _received(book, group, key, support, evaluator, column=column, value=value)
            if had is None:
                continue
            others, truth = had
            after = _after_another(group, item.amount, truth)
            accounts[key].steps.append(
                Step(
                    kind=StepKind.TAKEN_BEFORE, rule=group, before=item.amount, after=after, change=(after.low, after.high) != (item.amount.low, item.amount.high),
                    clause=group.basis.clause, provisional=not after.exact,
                    record=item.entry.key if item.entry else None, group=value, measures=others,
                )
            )  # fmt: skip
            item.amount = after


def _history(group: StackingSpec, evaluator: Evaluator) -> v.Items | None:
    """What a group looks at: what is told, or, where it says that it counts, also what is not."""
    return evaluator.support() if group.counting.earlier is not None else evaluator.history()


def _received(
    book: CompiledRulebook, group: StackingSpec, key: str, support: v.Items, evaluator: Evaluator, *, column: str | None = None, value: object = None
) -> tuple[tuple[str, ...], Truth] | None:  # fmt: skip
    """Which other members of an exclusive group were, or may have been, received before, and whether one surely was.

    Of a person the measure itself counts too, where that is not what tells its records apart (`less_what_it_had` sees to that).
    """
    apart = {r.key_field for r in book.records.values() if r.name == book.measures[key].record}
    counting, env = group.counting, Env(evaluator.on)
    earlier = support if counting.earlier is None else evaluator.value(counting.earlier, env)
    assert isinstance(earlier, v.Items)
    found, truths = list[str](), list[Truth]()
    for member in group.members:
        own = {book.measures[member].id, book.measures[member].title}
        if member != key or (column is not None and group.column not in apart):
            _, truth = received_before(earlier, evaluator, own, year=group.per == "申报年度", column=column, group=value, untold=counting.earlier is not None)
            if counting.earlier is not None and truth.value is False and not earlier.complete:
                truth = Truth(None, earlier.causes)
            if truth.value is not False:
                found.append(member)
                truths.append(truth)
    return (tuple(found), v.disjunction(truths)) if found else None


def _after_another(group: StackingSpec, amount: Number, truth: Truth) -> Number:
    """What is left of an amount once another member was received: nothing where the group says so; where nobody says, what it is, and that is said."""
    if group.counting.earlier is not None:
        return Number.pair(Fraction(0), Fraction(0) if truth.value is True else amount.high, amount.causes | truth.causes)
    return amount


def _share(group: StackingSpec, value: Any, rivals: Sequence[tuple[str, Item]], accounts: Mapping[str, Account]) -> str | None:
    """The measure one key counts under for now; under the others it counts for nothing."""
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
        if (after.low, after.high) != (item.amount.low, item.amount.high):
            accounts[key].steps.append(
                Step(
                    kind=StepKind.SHARED, rule=group, before=item.amount, after=after, clause=group.basis.clause, provisional=not after.exact,
                    record=item.entry.key if item.entry else None, group=value, measures=(winner[0],),
                )
            )  # fmt: skip
        item.amount = after
    return None if winner is None else winner[0]


def _contest(
    group: StackingSpec, value: Any, first: str, rivals: Sequence[tuple[str, Item]], loose: Sequence[tuple[str, Item]], unlisted: Collection[str],
    accounts: Mapping[str, Account], prepared: Mapping[str, Listing],
) -> None:  # fmt: skip
    """What counts for now loses its certainty to an open rival that would take its place and may pay less.

    A rival is open if its verdict or amount is, if it may be anyone's, or if it is not listed yet.
    """
    least = max(_low(i.amount) for k, i in rivals if k == first)
    place = group.members.index

    def displaces(key: str, item: Item) -> bool:
        if key == first or item.amount.exact:
            return False
        if group.rule == "order":
            return place(key) < place(first)
        return item.amount.high is None or item.amount.high > least or (item.amount.high == least and place(key) < place(first))

    open_rivals = [(k, i) for k, i in (*rivals, *loose) if displaces(k, i)]
    listed_later = [k for k in unlisted if k != first and (place(k) < place(first) or group.rule == "highest")]
    taking = {*(k for k, _ in open_rivals), *listed_later}
    if not taking:
        return
    causes = frozenset().union(*(i.amount.causes for _, i in open_rivals), *(prepared[k].open_list for k in listed_later))
    # the best of a key is paid under one measure or the other: the total keeps it, unless what takes it over pays less
    kept_in_total = group.rule == "highest" and not any(prepared[k].limited for k in taking)
    for key, item in rivals:
        if key != first or _low(item.amount) <= 0:
            continue
        account = accounts[key]
        after = Number.pair(Fraction(0), item.amount.high, item.amount.causes | causes)
        account.steps.append(
            Step(
                kind=StepKind.CONTESTED, rule=group, before=item.amount, after=after, clause=group.basis.clause, provisional=True, line=False,
                group=value, measures=tuple(sorted(taking, key=place)),
            )
        )  # fmt: skip
        if kept_in_total:
            account.movable += _low(item.amount)
            account.moved_by |= causes
        else:
            item.amount = after


def stack(
    book: CompiledRulebook, results: Mapping[str, MeasureJudged], accounts: Mapping[str, tuple[Account, Finishing]], evaluator: Evaluator
) -> tuple[dict[str, MeasureJudged], Total]:
    """Adjusted results and the total."""
    amounts = {k: accounts[k][0].amount for k, r in results.items() if k in accounts and _counts(r)}
    notes: dict[str, list[Step]] = {}
    _less_others_before(book, amounts, notes, evaluator)
    specs = {k: results[k].scheme for k in amounts}
    pay = {k: Paying(accounts[k][1], specs[k], accounts[k][0].amount, results[k].award) for k in amounts}
    steps = {k: x.rounding.step if x.rounding and x.rounding.per == "measure" else CENT for k, x in specs.items()}
    plain = {k for k, x in specs.items() if x.floor is None and not x.pay}
    adjusted = dict(amounts)
    groups = [g for g in book.stacking if not g.column and sum(m in amounts for m in g.members) > 1]
    exclusive = [g for g in groups if g.rule in EXCLUSIVE]
    caps = [(g, _limit(g, book, evaluator)) for g in book.stacking if g.rule == "cap" and any(m in amounts for m in g.members)]
    caps.sort(key=lambda c: (len(c[0].members), sorted(c[0].members), c[0].key))
    rivals = [g.members for g in exclusive]
    ends: list[tuple[Collection[str], Fraction, Fraction | None]] = []  # of what stacks with nothing else: least and most of it together
    grouped = {m for members in (*rivals, *(g.members for g, _ in caps)) for m in members}
    for key, amount in amounts.items():
        if key in grouped:
            continue
        # nothing it shares with another: what it pays at either end
        least = (None if amount.low is None else _finished(pay[key], amount.low, "low")) or Fraction(0)
        most = _finished(pay[key], amount.high, "high") if amount.exact and amount.high is not None else pay[key].ends(amount)[1]
        ends.append(((key,), least, most))
    for component in components([k for k in sorted(amounts) if k in grouped], [*rivals, *(g.members for g, _ in caps)]):
        sets = compatible_sets(component, [[m for m in g if m in component] for g in rivals])
        lows = {s: _surely(amounts, s, _company(s, component, rivals, amounts), caps, pay, steps, plain) for s in sets}
        highs = {s: _most(amounts, s, caps, pay, steps) for s in sets}
        known = [h for h in highs.values() if h is not None]
        ends.append((component, max(lows.values()), max(known) if len(known) == len(highs) else None))
        best: tuple[str, ...] = tuple(component)
        certain = True
        if len(sets) > 1:
            best, certain = _choose(component, lows, highs, amounts, adjusted, exclusive, notes, results)
        binding = [cap for g, cap in caps if set(g.members) & set(component)]
        # what an open rival may take over is not settled by the caps either
        if certain and all(amounts[m].exact for m in best) and all(cap.exact for cap in binding):
            _, shares = _paid(amounts, best, caps, pay, steps, "low")
            _take(best, shares, caps, adjusted, notes)
        else:
            for group, cap in caps:
                if set(group.members) & set(component):
                    _cap(group, cap, adjusted, notes, pay, steps)
    out = dict(results)
    for key, result in results.items():
        if key in adjusted:
            stays = accounts[key][0].unmoved(adjusted[key])
            if stays != amounts[key] or key in notes:
                out[key] = _changed(result, stays, notes.get(key, []), accounts[key][1])
    return out, _total(out, amounts, ends)


def _less_others_before(book: CompiledRulebook, amounts: dict[str, Number], notes: dict[str, list[Step]], evaluator: Evaluator) -> None:
    """Of measures that exclude one another for an enterprise or a year: another of them that was received before."""
    for group in book.stacking:
        members = [m for m in group.members if m in amounts]
        if not members or group.rule not in EXCLUSIVE or group.column or group.counting.ignored:
            continue
        support = _history(group, evaluator)
        for key in members if support is not None else ():
            assert support is not None
            had = _received(book, group, key, support, evaluator)
            if had is not None:
                before, others = amounts[key], had[0]
                amounts[key] = _after_another(group, before, had[1])
                open_ = not amounts[key].exact
                notes.setdefault(key, []).append(_note(StepKind.TAKEN_BEFORE, group, before, amounts[key], provisional=open_, measures=others))


def _shares(amounts: Mapping[str, Number], members: Sequence[str], caps: Sequence[Cap], steps: Mapping[str, Fraction], end: str) -> dict[str, Fraction] | None:
    """Room taken in the order named, in whole steps of what each pays: money not paid takes no room."""
    left = {id(g): (cap.low if end == "low" else cap.high) for g, cap in caps}
    shares: dict[str, Fraction] = {}
    order = [m for g, _ in reversed(caps) for m in g.members if m in members]
    for key in dict.fromkeys([*order, *members]):
        value = amounts[key].low if end == "low" else amounts[key].high
        rooms = [left[id(g)] for g, _ in caps if key in g.members and left[id(g)] is not None]
        if value is None and not rooms:
            return None
        take = min(x for x in (value, *rooms) if x is not None)
        shares[key] = round_to(take, steps[key], "down") if rooms else take
        for g, _ in caps:
            if key in g.members and (room := left[id(g)]) is not None:
                left[id(g)] = room - shares[key]
    return shares


def _paid(
    amounts: Mapping[str, Number], chosen: Sequence[str], caps: Sequence[Cap], pay: Mapping[str, Paying], steps: Mapping[str, Fraction], end: str
) -> tuple[Fraction | None, dict[str, Fraction]]:
    """What a set gives together at one end: nested caps in the order named, then floors and the rest.

    A measure that its floor leaves with nothing takes no room of the others.
    """
    members = list(chosen)
    while True:
        shares = _shares(amounts, members, caps, steps, end)
        if shares is None:
            return None, {}
        paid: dict[str, Fraction | None] = {k: _finished(pay[k], x, end) for k, x in shares.items()}
        lost = [k for k in members if shares[k] > 0 and paid[k] == 0]
        if not lost or not caps:
            known = [x for x in paid.values() if x is not None]
            return (None if len(known) < len(paid) else sum(known, Fraction(0))), shares
        members = [m for m in members if m not in lost]


def _surely(
    amounts: Mapping[str, Number], chosen: Sequence[str], company: Sequence[str], caps: Sequence[Cap], pay: Mapping[str, Paying],
    steps: Mapping[str, Fraction], plain: Collection[str],
) -> Fraction:  # fmt: skip
    """The least a set gives together, whatever its open amounts turn out to be.

    Where a cap is shared, an open amount may take room of a settled one: the cap is still paid out but
    for what rounding leaves, unless a floor or an instalment may swallow what was taken. If an open
    member of the set falls away, a rival of it may come in and take room too.
    """
    total = Fraction(0)
    for block in components(sorted(chosen), [g.members for g, _ in caps]):
        inside = [(g, cap) for g, cap in caps if set(g.members) & set(block)]
        sharing = [m for m in company if any(m in g.members for g, _ in inside)]
        settled = set(sharing) <= set(block) and all(amounts[m].exact for m in block) and all(cap.exact for _, cap in inside)
        if settled or not inside:
            total += _paid(amounts, block, inside, pay, steps, "low")[0] or Fraction(0)
            continue
        least = sum((_finished(pay[m], _left_over(m, sharing, amounts, inside), "low") or Fraction(0) for m in block), Fraction(0))
        if all(m in plain for m in sharing):
            shares = _shares(amounts, block, inside, steps, "low")
            wasted = max((steps[m] for m in sharing), default=CENT)
            given = sum((shares or {}).values(), Fraction(0)) - (len(inside) * wasted if wasted > CENT else 0)
            least = max(least, round_to(given, CENT, "down"))
        total += least
    return total


def _company(chosen: Sequence[str], component: Sequence[str], rivals: Sequence[Sequence[str]], amounts: Mapping[str, Number]) -> list[str]:
    """Who may stand beside what is certain of a set: its members, and whoever excludes none of the certain ones."""
    certain = [m for m in chosen if _low(amounts[m]) > 0]
    return [m for m in component if m in chosen or not any(m in g and c in g for g in rivals for c in certain)]


def _left_over(key: str, sharing: Sequence[str], amounts: Mapping[str, Number], caps: Sequence[Cap]) -> Fraction:
    """What is left for one if all who take room before it, in the order named, reach their most."""
    least = _low(amounts[key])
    order = list(dict.fromkeys([*(m for g, _ in reversed(caps) for m in g.members if m in sharing), *sharing]))
    ahead = order[: order.index(key)]
    for group, cap in caps:
        if key in group.members:
            others = [amounts[m].high for m in ahead if m in group.members]
            taken = None if any(x is None for x in others) else sum((x for x in others if x is not None), Fraction(0))
            least = min(least, Fraction(0) if taken is None or cap.low is None else max(Fraction(0), cap.low - taken))
    return least


def _most(
    amounts: Mapping[str, Number], chosen: Sequence[str], caps: Sequence[Cap], pay: Mapping[str, Paying], steps: Mapping[str, Fraction]
) -> Fraction | None:  # fmt: skip
    """No set gives more than this: what it gives, where all is settled; else the common caps alone, for floors may leave room to others."""
    binding = [(g, cap) for g, cap in caps if set(g.members) & set(chosen)]
    if all(amounts[m].exact for m in chosen) and all(cap.exact for _, cap in binding):
        return _paid(amounts, chosen, binding, pay, steps, "high")[0]
    parts: list[tuple[frozenset[str], Fraction | None]] = []
    for key in chosen:
        amount = amounts[key]
        if any(key in g.members for g, _ in binding):
            amount = cut(Number.pair(Fraction(0), amount.high, amount.causes))  # a cap may leave it anything less
        high: Fraction | None = pay[key].ends(amount)[1]
        if amount is not amounts[key] and high is not None and amount.high is not None:
            high = min(high, amount.high)
        parts.append((frozenset([key]), high))
    for group, cap in binding:
        inside = [p for p in parts if p[0] <= frozenset(group.members)]
        if not inside or cap.high is None:
            continue
        known = [x for _, x in inside if x is not None]
        capped = cap.high if len(known) < len(inside) else min(sum(known, Fraction(0)), cap.high)
        parts = [p for p in parts if p not in inside] + [(frozenset().union(*(s for s, _ in inside)), round_to(capped, CENT, "down"))]
    known = [x for _, x in parts if x is not None]
    return None if len(known) < len(parts) else sum(known, Fraction(0))


def _finished(paying: Paying, amount: Fraction, end: str) -> Fraction | None:
    low, high = paying.ends(Number.of(amount))
    return low if end == "low" else high


def _take(
    chosen: Sequence[str],
    shares: Mapping[str, Fraction],
    caps: Sequence[tuple[StackingSpec, Number]],
    adjusted: dict[str, Number],
    notes: dict[str, list[Step]],
) -> None:
    """Settled amounts as the caps leave them."""
    for key in chosen:
        amount, after = adjusted[key], Number.of(shares.get(key, Fraction(0)))
        binding = next(((g, x) for g, x in caps if key in g.members), None)
        if after.low == amount.low or binding is None:
            continue
        group, cap = binding
        adjusted[key] = after
        notes.setdefault(key, []).append(_note(StepKind.COMMON_CAP, group, amount, after, limit=cap))


def _note(kind: StepKind, group: StackingSpec, before: Number, after: Number, *, provisional: bool = False, clause: str | None = None, **read: Any) -> Step:
    """What a group did to a measure's amount."""
    told = group.basis.clause if clause is None else clause
    return Step(kind=kind, rule=group, before=before, after=after, clause=told, provisional=provisional, line=False, **read)


def _limit(group: StackingSpec, book: CompiledRulebook, evaluator: Evaluator) -> Number:
    """A common cap, less the earlier support that counts against it."""
    assert group.amount is not None
    env = Env(evaluator.on)
    value, _, _ = evaluator.traced(group.amount, env)
    cap = as_amount(value)
    own = {word for k in group.members for word in (book.measures[k].id, book.measures[k].title)}
    return left_of(cap, group.counting, own, evaluator, env, owner=group.key, year=group.per == "申报年度").room


def _counts(result: MeasureJudged) -> bool:
    """Whether a measure's money enters the total: paid by those who decide, in yuan, not ruled out."""
    award = result.award
    return (
        result.applied is not False
        and award.monetary
        and not result.spec.hint
        and award.unit == "元"
        and result.outcome in (Outcome.ELIGIBLE, Outcome.UNDETERMINED)
    )


def _low(amount: Number) -> Fraction:
    return amount.low or Fraction(0)


def _choose(
    component: Sequence[str], lows: Mapping[tuple[str, ...], Fraction], highs: Mapping[tuple[str, ...], Fraction | None],
    amounts: Mapping[str, Number], adjusted: dict[str, Number], groups: Sequence[StackingSpec], notes: dict[str, list[Step]],
    results: Mapping[str, MeasureJudged],
) -> tuple[tuple[str, ...], bool]:  # fmt: skip
    """The best compatible set, which is kept, and whether that is settled; what was given up is noted."""

    def spread(s: tuple[str, ...]) -> int:
        return sum(1 for m in s if _low(amounts[m]) > 0)

    ranked = sorted(lows, key=lambda s: (-lows[s], -spread(s), s))
    best = ranked[0]

    def beats(s: tuple[str, ...]) -> bool:
        """Whether a set may yet be the one kept: by more, or by as much if it then comes first."""
        high = highs[s]
        if s == best or (high is not None and high < lows[best]):
            return False
        most = sum(1 for m in s if amounts[m].high != 0)
        return high is None or high > lows[best] or (lows[s] < high and (-most, s) < (-spread(best), best))

    certain = not any(beats(s) for s in ranked)
    for key in component:
        amount = amounts[key]
        mine = [g for g in groups if key in g.members]
        rivals = sorted({m for g in mine for m in g.members if m in component and m != key})
        kept = [m for m in rivals if m in best and _low(amounts[m]) > 0]
        if not mine:
            continue
        group = next((g for g in mine if any(m in g.members for m in kept)), mine[0])
        clause = group.basis.clause or group.title
        if key in best:
            better = [s for s in ranked if key not in s and beats(s)]
            others = {m for s in better for m in s if m not in best}
            # open in what it is worth, or in what of it is paid; else the room of a common cap is
            rising = sorted({m for m in others if not amounts[m].exact or results[m].award.pending} or others)
            if rising and _low(amount) > 0:
                # the total keeps what is certain of the best set; which measure pays it is open
                causes = frozenset[v.Cause]().union(*(amounts[m].causes | results[m].award.causes for m in rising))
                after = Number.pair(Fraction(0), amount.high, amount.causes | causes)
                note = _note(StepKind.OPEN_RIVAL, group, amount, after, provisional=True, clause=clause, measures=tuple(rising))
                notes.setdefault(key, []).append(note)
                adjusted[key] = after
            continue
        if not kept:
            continue
        possible = any(key in s and beats(s) for s in ranked)
        after = Number.pair(Fraction(0), amount.high if possible else Fraction(0), amount.causes)
        notes.setdefault(key, []).append(_note(StepKind.TAKEN, group, amount, after, provisional=not certain, clause=clause, measures=tuple(kept)))
        adjusted[key] = after
    return best, certain


def _cap(
    group: StackingSpec, cap: Number, adjusted: dict[str, Number], notes: dict[str, list[Step]], pay: Mapping[str, Paying], steps: Mapping[str, Fraction]
) -> None:  # fmt: skip
    """A cap over several measures, room taken in the order named.

    What is settled for one is what is left even if all named before it reach their most; what is
    possible for one is what is left if they give only their least, in whole steps of what each pays:
    what a floor or a step does not pay takes no room.
    """
    taken_low = taken_high = Fraction(0)
    unbounded = False
    for key in (m for m in group.members if m in adjusted):
        amount = adjusted[key]
        most = None if cap.high is None else max(Fraction(0), cap.high - taken_low)
        least = Fraction(0) if cap.low is None or unbounded else max(Fraction(0), cap.low - taken_high)
        if cap.high is None and cap.low is None:
            least = _low(amount)
        low = min(_low(amount), least)
        high = amount.high if most is None else most if amount.high is None else min(amount.high, most)
        after = cut(Number.pair(low, high, amount.causes | cap.causes))
        low, high = after.low or Fraction(0), after.high
        if (after.low, after.high) != (amount.low, amount.high):
            if not after.exact and not after.causes:
                after = Number(low, high, cause(CauseKind.MISSING, Topic.RIVALS, group.key))
            adjusted[key] = after
            notes.setdefault(key, []).append(_note(StepKind.COMMON_CAP, group, amount, after, provisional=not after.exact, limit=cap))
        if _finished(pay[key], low, "low"):
            taken_low += round_to(low, steps[key], "down")
        if high is None:
            unbounded = True
        else:
            taken_high += high


def _changed(result: MeasureJudged, amount: Number, notes: Sequence[Step], finishing: Finishing) -> MeasureJudged:
    award = finishing(amount)
    reason = result.reason
    if result.outcome is Outcome.ELIGIBLE and award.high == 0:
        changes = [s for s in award.steps if s.change]
        reason = Reason(kind=ReasonKind.ZERO, step=notes[-1] if notes else changes[-1] if changes else None)
    elif result.outcome is Outcome.ELIGIBLE and award.pending and any(s.kind is StepKind.TAKEN_BEFORE for s in notes):
        reason = Reason(kind=ReasonKind.AMOUNT_OPEN, cause=v.leading(award.causes) or CauseKind.UNSET)
    missing = result.missing | award.causes if award.pending else result.missing
    return replace(result, award=award, notes=tuple(notes), reason=reason, missing=missing)


def total_of(measures: Mapping[str, MeasureJudged]) -> Total:
    """The total of some measures alone, each as stacking with the others left it."""
    counted = {k: m for k, m in measures.items() if _counts(m) and m.award.high != 0}
    pieces = ((frozenset({k}), Total(m.award.low or Fraction(0), m.award.high, m.standing, ((k, m.standing),))) for k, m in counted.items())
    return summed_up(tuple(pieces), list(counted))


def _total(
    results: Mapping[str, MeasureJudged], amounts: Mapping[str, Number], ends: Iterable[tuple[Collection[str], Fraction, Fraction | None]]
) -> Total:  # fmt: skip
    """The pairs of the best compatible sets; floors and instalments may still lower what a measure pays.

    Each by itself: a total is the sum of what does not touch, however much of it is asked for.
    """
    pieces = []
    for keys, least, most in ends:
        sure = max(least, sum((results[k].award.low or Fraction(0) for k in keys), Fraction(0)))
        contained = tuple((k, r.standing) for k in keys if (r := results[k]).award.high is None or r.award.high > 0)
        standing = max((s for _, s in contained), default=Standing.ENACTED)
        pieces.append((frozenset(keys), Total(sure if most is None else min(sure, most), most, standing, contained)))
    return summed_up(tuple(pieces), [k for k in results if k in amounts])


def among(total: Total, measures: Mapping[str, MeasureJudged], keys: Collection[str]) -> Total:
    """The total of some of the measures: together where all that touch them are among these, else each as stacking left it."""
    whole = [p for p in total.pieces if p[0].issubset(keys)]
    told = {k for p in whole for k in p[0]}
    apart = total_of({k: m for k, m in measures.items() if k in keys and k not in told})
    return summed_up((*whole, *apart.pieces), [k for k in measures if k in keys])


def summed_up(pieces: tuple[tuple[frozenset[str], Total], ...], order: Sequence[str]) -> Total:
    """What pieces that do not touch one another give together; its measures in this order."""
    low, high, standing, found = Fraction(0), Fraction(0), Standing.ENACTED, dict[str, Standing]()
    unknown = False
    for _, one in pieces:
        low += one.low
        unknown |= one.high is None
        high += one.high or 0
        standing = max(standing, one.standing)
        found.update(one.measures)
    return Total(low, None if unknown else high, standing, tuple((k, found[k]) for k in order if k in found), pieces)
