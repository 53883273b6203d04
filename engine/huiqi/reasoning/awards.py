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

from ..language import typed as t
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
    ceiling: Fraction | None = None  # what a count limit leaves of all records together

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
            if open_list and limit.keep == "first":
                # a record not yet listed may come first
                for item in items:
                    item.amount = Number.pair(Fraction(0), item.amount.high, item.amount.causes | open_list)
            _cap_count(spec, limit, items, evaluator, env, account, grouped=any(x.scope == "group" for x in scheme.limits))
    for limit in scheme.limits:
        if limit.amount is not None and limit.scope == "group":
            _cap_groups(limit, items, evaluator, account)
    total = _sum(items)
    if account.ceiling is not None and not open_list and (total.high is None or total.high > account.ceiling):
        total = Number.pair(total.low, account.ceiling, total.causes)
    if open_list and spec.each:
        total = Number(total.low, _most(scheme, evaluator, env), total.causes | open_list)
    account.amount = total
    if len(items) > 1:
        word = "不超过 " if scheme.award is not None and scheme.award.basis == "ceiling" else ""
        account.lines.append(Line(f"合计（{len(items)} 项）", word + pair_text(total, unit)))
    for limit in scheme.limits:
        if limit.amount is not None and limit.scope in ("year", "enterprise"):
            _cap_total(spec, limit, evaluator, env, account)
    if spec.difference is not None:
        value, uses, _ = evaluator.traced(spec.difference, env)
        account.uses |= uses
        received = as_amount(value)
        account.change(f"{spec.difference_label} {pair_text(received, unit)}", positive(v.add(account.amount, v.negate(received))), scheme.clause)


def _most(scheme: SchemeSpec, evaluator: Evaluator, env: Env) -> Fraction | None:
    """What records not told can give at most: so many records at so much each, where both are capped."""
    counts = [x.low for limit in scheme.limits if limit.count is not None and isinstance(x := evaluator.value(limit.count, env), Number) and x.exact]
    caps = [
        x.low for limit in scheme.limits if limit.amount is not None and limit.scope == "record"
        and not any(isinstance(e, t.Variable) for e in t.walk(limit.amount)) and isinstance(x := evaluator.value(limit.amount, env), Number) and x.exact
    ]  # fmt: skip
    known = [(n, c) for n in counts for c in caps if n is not None and c is not None]
    return min((n * c for n, c in known), default=None)


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
    value, uses, _ = evaluator.amount(award.expr, env)
    account.uses |= uses
    amount = as_amount(value)
    if award.low is not None:
        low_value, low_uses, _ = evaluator.traced(award.low, env)
        uses |= low_uses
        account.uses |= low_uses
        low = as_amount(low_value)
        least = low.low if amount.high is None or low.low is None else min(low.low, amount.high)
        amount = Number.pair(least, amount.high, low.causes | amount.causes | {v.Cause("judgement", f"{spec.title}的金额")})
    elif award.basis == "discretionary":
        amount = Number.pair(Fraction(0), amount.high, amount.causes | {v.Cause("judgement", f"{spec.title}的金额")})
    if scheme.rounding is not None and scheme.rounding.per == "record":
        ends = [None if e is None else round_to(e, scheme.rounding.step, scheme.rounding.direction) for e in (amount.low, amount.high)]
        amount = Number.pair(ends[0], ends[1], amount.causes)
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


def _cap_count(spec: MeasureSpec, limit: LimitSpec, items: list[Item], evaluator: Evaluator, env: Env, account: Account, *, grouped: bool) -> None:
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

    places = {id(i): _place(limit, i, evaluator) for i in items}
    if limit.keep == "first" and any(p is None for p in places.values()):
        # who comes first is not known: nobody's place is certain, anybody's possible
        causes = frozenset({v.Cause("missing", sentence(limit.by.source))}) if limit.by is not None else v.NONE_KNOWN
        for item in items:
            item.amount = Number.pair(Fraction(0), item.amount.high, item.amount.causes | causes)
        return

    def ranked(end: str) -> list[Item]:
        if limit.keep == "first":
            return sorted(items, key=lambda i: (places[id(i)], _order(i)))
        return sorted(items, key=lambda i: (-_end(i, end), _order(i)))

    certain = {id(i) for i in ranked("low")[:keep_low]}
    if grouped and limit.keep == "highest" and _vague(items):
        # the sum of the best is sure, but the caps per group that follow ask which ones they are
        certain = {id(i) for i in items if sum(1 for j in items if j is not i and _end(j, "high") >= _end(i, "low")) < keep_low}
    possible = {id(i) for i in ranked("high")[:keep_high]} if not _vague(items) else {id(i) for i in items}
    name = limit.label or sentence(limit.count.source)
    rule = f"件数上限：{limit.per}不超过 {allowed} {unit_text(limit.count.type.dims) if isinstance(limit.count.type, Quantity) else '件'}（{name}，{'取金额高的' if limit.keep == 'highest' else '取在前的'}）"
    before = _sum(items)
    largest = sorted(items, key=lambda i: (-_end(i, "high"), _order(i))) if _vague(items) else ranked("high")
    highs = [i.amount.high for i in largest[:keep_high]]
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
    after = _sum(items)
    if top is not None and (after.high is None or after.high > top):
        # jointly at most N of them: the single upper bounds stay, their sum does not
        after = Number.pair(after.low, top, after.causes)
        account.ceiling = top if account.ceiling is None else min(account.ceiling, top)
    if (after.low, after.high) != (before.low, before.high):
        note = f"：{'、'.join(d for d in dropped if d)} 不计" if dropped else ""
        account.adjustments.append(Adjustment(rule + note, pair_text(before, account.unit), pair_text(after, account.unit), limit.basis.clause, bool(causes)))
        account.lines.append(Line(rule + note, pair_text(after, account.unit), None, limit.basis.clause))


def _place(limit: LimitSpec, item: Item, evaluator: Evaluator) -> object | None:
    """Where a record stands in the order stated (a date, a number); its key where none is stated."""
    if limit.by is None:
        return ""
    value = evaluator.value(limit.by, item.env)
    if isinstance(value, Number):
        return value.low if value.exact else None
    return value.value if isinstance(value, v.Known) else None


def _vague(items: Sequence[Item]) -> bool:
    """Whether it is open which records count, or how much: one that gives nothing takes a place too."""
    return any(not i.amount.exact or i.truth.value is None for i in items)


def _end(item: Item, end: str) -> Fraction:
    value = item.amount.low if end == "low" else item.amount.high
    return Fraction(10**30) if value is None else value


def _order(item: Item) -> str:
    return item.entry.key if item.entry else ""


def _cap_groups(limit: LimitSpec, items: list[Item], evaluator: Evaluator, account: Account) -> None:
    """A cap for each value of a column (per person, per contract, per year of a date).

    A record whose value is not told may share a group with any other: at least, all such records
    crowd into the fullest group; at most, each has a group of its own.
    """
    assert limit.amount is not None
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

    def cap_of(item: Item) -> Number:
        value, uses, _ = evaluator.traced(limit.amount, item.env)  # type: ignore[arg-type]
        account.uses |= uses
        return as_amount(value)

    def common(members: Sequence[Item]) -> Number:
        """One cap for the group. Records that each state another leave it open between them."""
        caps = [cap_of(m) for m in members]
        if all(x == caps[0] for x in caps):
            return caps[0]
        apart = frozenset({v.Cause("unverified", f"{limit.label or sentence(limit.amount.source)}（同一组的明细写得不一致）")})  # type: ignore[union-attr]
        low, high = v.least(caps), v.greatest(caps)
        return Number.pair(low.low, high.high, low.causes | high.causes | apart)

    fullest = Fraction(0)  # how much of one cap is taken for certain in the fullest group
    for key, members in sorted(groups.items(), key=lambda kv: str(kv[0])):
        cap = common(members)
        total = _sum(members)
        fullest = max(fullest, min(total.low or Fraction(0), cap.low or Fraction(0)))
        _share_out(limit, f"{key}", members, total, v.least([total, cap]), account)
    if loose:
        cap = v.least([cap_of(i) for i in loose])
        total = _sum(loose)
        low = min(total.low or Fraction(0), max(Fraction(0), (cap.low or Fraction(0)) - fullest))
        highs = [v.least([i.amount, cap_of(i)]).high for i in loose]
        high = None if any(h is None for h in highs) else sum((h for h in highs if h is not None), Fraction(0))
        _share_out(limit, "未填", loose, total, Number.pair(low, high, total.causes | causes), account)


def _sum(items: Sequence[Item]) -> Number:
    total = ZERO
    for item in items:
        total = v.add(total, item.amount)
    return total


def _share_out(limit: LimitSpec, key: str, members: list[Item], total: Number, after: Number, account: Account) -> None:
    if (after.low, after.high) == (total.low, total.high):
        return
    assert limit.key is not None
    name = limit.label or f"每一{sentence(limit.key.source).split('.')[-1].rstrip('）')}封顶"
    rule = f"{name}（{key}）"
    account.adjustments.append(Adjustment(rule, pair_text(total, account.unit), pair_text(after, account.unit), limit.basis.clause, not after.exact))
    account.lines.append(Line(rule, pair_text(after, account.unit), None, limit.basis.clause))
    members[0].amount = after
    for item in members[1:]:
        item.amount = ZERO


def _cap_total(spec: MeasureSpec, limit: LimitSpec, evaluator: Evaluator, env: Env, account: Account) -> None:
    assert limit.amount is not None
    value, uses, _ = evaluator.traced(limit.amount, env)
    account.uses |= uses
    cap = as_amount(value)
    name = limit.label or sentence(limit.amount.source)
    scope = "本申报年度" if limit.scope == "year" else "本次申报" if limit.per == "本次申报" else "同一企业"
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
    own = {spec.id, spec.title} if isinstance(limit.counting, t.RecordsRef) else set()
    year: Truth | int | None = None
    if limit.scope == "year":
        year = evaluator.facts.year if evaluator.facts.year is not None else Truth(None, frozenset({v.Cause("missing", "申报年度")}))
    return prior_support(value, year, own, count=count)


def prior_support(items: v.Items, year: Truth | int | None, own: set[str], *, count: bool = False) -> Number:
    """Money (or the number) of earlier grants: of one year if given, of the measures named `own` if any."""
    total = ZERO
    for entry, belongs in items.items:
        assert isinstance(entry, Entry)
        tests = [belongs]
        if own:
            tests.append(_equals(entry, "事项", set(own)))
        if isinstance(year, Truth):
            tests.append(year)
        elif year is not None:
            tests.append(_equals(entry, "年度", {year}))
        one: Number = Number.of(1)
        if not count:
            given = entry.values.get("金额")
            cause = frozenset({v.Cause("missing", f"{SUPPORT} {entry.key} 的金额")})
            one = Number(Fraction(0), None, cause) if given is None or given.value is None else Number.of(given.value)
        total = v.add(total, gate(one, v.conjunction(tests)))
    if not items.complete:
        total = Number(total.low, None, total.causes | items.causes)
    return total


def _equals(entry: Entry, column: str, wanted: set[object]) -> Truth:
    given = entry.values.get(column)
    if given is None or given.value is None:
        return Truth(None, frozenset({v.Cause("missing" if given is None else "unverified", f"{SUPPORT} {entry.key} 的{column}")}))
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
    if scheme.rounding and scheme.rounding.per == "measure":
        step, direction, words = scheme.rounding.step, scheme.rounding.direction, scheme.rounding.text
    ends = [None if e is None else round_to(e, step, direction) for e in (account.amount.low, account.amount.high)]
    account.change(f"取整：{words}", Number.pair(ends[0], ends[1], account.amount.causes), scheme.clause)
    instalments = _instalments(account, scheme, evaluator, env)
    _funding(account, scheme, evaluator, env)
    standing = max((u.standing for u in account.uses), default=Standing.ENACTED)
    amount = account.amount
    return Award(
        award.kind, award.basis, account.unit, amount.low, amount.high, amount.causes, award.label, tuple(account.lines), instalments, standing
    ), frozenset(account.uses)


def _instalments(account: Account, scheme: SchemeSpec, evaluator: Evaluator, env: Env) -> tuple[Instalment, ...]:
    """Shares of the amount. Where the shares make up the whole, the last takes what rounding left.

    An instalment whose condition fails is not paid, one whose condition is open is pending: both
    leave the settled amount.
    """
    if not scheme.pay:
        return ()
    out: list[Instalment] = []
    total = account.amount
    shares: list[v.Number] = []
    told: list[bool] = []  # a share with no figure and no bounds is shown as 待定, not as a range of ours
    for part in scheme.pay:
        value, uses, _ = evaluator.traced(part.share, env)
        account.uses |= uses
        told.append(as_amount(value).high is not None)
        shares.append(v.least([as_amount(value), Number.of(1)]))  # no share is more than the whole
    whole = all(s.exact for s in shares) and sum((s.low or Fraction(0) for s in shares), Fraction(0)) == 1
    paid = due = ZERO
    for index, (part, share) in enumerate(zip(scheme.pay, shares, strict=True)):
        truth = evaluator.truth(part.when, env) if part.when is not None else v.HOLDS
        if whole and index == len(scheme.pay) - 1:
            amount = _rest(total, due, len(shares))
        else:
            amount = v.multiply(total, share)
            ends = [None if e is None else round_to(e, Fraction(1, 100), "down") for e in (amount.low, amount.high)]
            amount = Number.pair(ends[0], ends[1], amount.causes)
        due = v.add(due, amount)
        paid = v.add(paid, gate(amount, truth))
        out.append(Instalment(part.label, pair_text(amount, account.unit) if told[index] else "待定", part.due, truth.verdict))
    if any(i.verdict != "holds" for i in out):
        account.change("分期：未到条件的部分不计入已确定数", paid, scheme.clause)
    return tuple(out)


def _rest(total: Number, due: Number, parts: int) -> Number:
    """What is left for the last of the parts, the others each rounded down to the 分.

    One 分 more of the whole raises each rounded part by 0 or 1 分: with two parts the rest never
    falls as the whole grows, with more it may by a 分 for each further part.
    """
    slack = Fraction(max(0, parts - 2), 100)
    ends = [None if t is None or d is None else t - d for t, d in ((total.low, due.low), (total.high, due.high))]
    if total.exact and due.exact:
        return Number.pair(ends[0], ends[1], v.NONE_KNOWN)
    low = None if ends[0] is None else max(Fraction(0), ends[0] - slack)
    high = None if ends[1] is None or total.high is None else min(total.high, ends[1] + slack)
    return Number.pair(low, high, total.causes | due.causes)


def _funding(account: Account, scheme: SchemeSpec, evaluator: Evaluator, env: Env) -> None:
    """Who bears what, shown after rounding; the last bearer takes what rounding left."""
    left = account.amount
    for index, part in enumerate(scheme.funded):
        value, uses, _ = evaluator.traced(part.share, env)
        account.uses |= uses
        share = as_amount(value)
        amount = left if index == len(scheme.funded) - 1 and account.amount.exact else v.multiply(account.amount, share)
        if amount.exact and amount.low is not None:
            amount = Number.of(round_to(amount.low, Fraction(1, 100), "down"))
        left = v.add(left, v.negate(amount))
        account.lines.append(Line(f"资金分担：{part.by}", pair_text(amount, account.unit)))
