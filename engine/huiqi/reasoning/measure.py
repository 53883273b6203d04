"""One measure on its way, stage by stage: prepared, judged, itemised, settled, paid.

Prepared: its scheme, the governing date, the records it looks at. Judged: whether it is in force and its conditions hold.
Itemised: what each record gives; measures that share records then share them out. Settled: caps and the order of the
steps. Paid: the outcome, with standing and reason. What must stay true: a stage is frozen and knows those before it; what
shares records writes into an account only between itemised and settled, and settling works on a copy.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from .. import values as v
from ..plain import dataclass
from ..rulebook.compiled import Basis, DocumentSpec, Group, MeasureSpec, SchemeSpec, Standing, WindowSpec, known_under, rows_known_on
from ..values import Causes, Subject, Topic, Truth, leading
from ..words import CauseKind, Lapse, Outcome
from .account import Account, gate
from .awards import finish, itemise, settle, to_the_cent
from .combining import combined, deciding, kleene, shaped, turned_on
from .conditions import Conditions
from .evaluate import Evaluator
from .exclusions import covered, exclusion_id, undecided
from .groups import Grouped, grouped
from .judged import RECORD, RECORDS, TOP, AwardJudged, Changed, Leaf, Made, MeasureJudged, Node, Reason, ReasonKind, Step, StepKind, Tree
from .stacking import Finishing
from .told import Entry
from .uses import Conclusion, Env, Use

Force = tuple[Truth, "Lapse | None"]  # whether it is in force, and why if not


@dataclass(frozen=True, slots=True)
class Prepared:
    """The measure as it is asked: under which scheme, on which governing date, of which records."""

    engine: Conditions
    spec: MeasureSpec
    scheme: SchemeSpec
    env: Env
    records: tuple[tuple[Entry, Truth, Env], ...] = ()
    open_list: Causes = v.NONE_KNOWN  # why there may be more of them

    @property
    def schemed(self) -> bool:
        return bool(self.spec.schemes)

    @property
    def day(self) -> date | Causes:
        return self.env.day

    @property
    def scheme_env(self) -> Env:
        return self.under_scheme(self.env)

    def under_scheme(self, env: Env) -> Env:
        return env.under(self.scheme.document) if self.schemed else env

    @property
    def limited(self) -> bool:
        """Whether what its records give may still be cut after they are added up."""
        capped = any(g.rule == "cap" and self.spec.key in g.members for g in self.engine.book.stacking)
        scheme = self.scheme
        return bool(
            capped or scheme.floor or scheme.pay or self.spec.difference or self.spec.incomplete
            or scheme.rounding or any(r.after for r in self.spec.reductions) or any(x.scope != "record" for x in scheme.limits)
        )  # fmt: skip

    @property
    def documents(self) -> list[DocumentSpec]:
        """The documents of the measure's own clauses: each governs its own period."""
        return [self.engine.book.documents[d] for d in self.spec.documents]

    def dated(self, env: Env, around: Env) -> Env:
        """Where the governing date is a fact not told: on any other day than those in force nothing is paid."""
        if isinstance(env.day, date) or self.spec.governed_by is None:
            return env
        governing = self.engine.evaluator.slot_of(self.spec.governed_by, around)
        return replace(env, governing=governing, spans=self._spans()) if governing is not None else env

    def _spans(self) -> tuple[tuple[date | None, date | None], ...]:
        """When the measure is in force."""
        spec = self.spec

        def earliest(*ends: date | None) -> date | None:
            return min((e for e in ends if e is not None), default=None)

        return tuple((spec.start or d.start, earliest(spec.end, d.end)) for d in self.documents) or ((spec.start, spec.end),)

    @property
    def ahead(self) -> Lapse | None:
        """Why the day of decision alone puts it out of force, whatever days there are to tell, and none told."""
        if not self.engine.book.learnt(self.spec.clauses, self.engine.known):
            return Lapse.NOT_KNOWN
        documents = self.documents
        return Lapse.NOT_YET if documents and all(d.start is not None and d.start > self.engine.on for d in documents) else None

    def force(self, day: date | Causes) -> Force:
        """Whether the measure is in force on its governing day, and why if not."""
        spec, on = self.spec, self.engine.on
        if (ahead := self.ahead) is not None:
            return v.FAILS, ahead
        if isinstance(day, frozenset):
            return Truth(None, day), None
        if spec.start is not None and day < spec.start:
            return v.FAILS, Lapse.NOT_YET
        if spec.end is not None and day > spec.end:
            return v.FAILS, Lapse.OVER
        documents = self.documents
        if not documents or any(d.in_force(day, on=on, since=spec.start) for d in documents):
            return v.HOLDS, None
        begun = any(d.start is None or d.start <= min(day, on) for d in documents)
        return v.FAILS, Lapse.OVER if begun else Lapse.NOT_YET

    def own_standing(self) -> Standing:
        """Of the measure itself, whatever its conditions come to: its document, that of its scheme, its readings."""
        spec, scheme, standing = self.spec, self.scheme, self.source_standing()
        if self.schemed:
            standing = max(standing, self.engine.standing(Basis(scheme.document), self.day, spec.start))
        return max([standing, *(r.standing for r in (*spec.base.readings, *(scheme.readings if self.schemed else ())))])

    # -- what is asked ----------------------------------------------------------------------------

    def tree(self) -> Tree:
        """Its conditions judged, group by group, of each record its own; whoever combines says what they come to."""
        engine, spec, scheme = self.engine, self.spec, self.scheme
        each = bool(spec.each)
        items: list[Leaf | Tree] = []
        groups = [(spec.when, False), (spec.unless, False)]
        if self.schemed:
            groups += [(scheme.when, True), (scheme.unless, True)]
        for group, schemed in groups:
            env = self.under_scheme(self.env) if schemed else self.env
            items += self._asked(group, env, None, per_record=False if each else None)
        if not each and not any(i.role != "unless" for i in items):
            items.append(engine.nothing(spec, self.env))
        if each:
            items.append(self._of_records(groups))
        return Tree("all", "", tuple(items), TOP, spec)

    def _of_records(self, groups: list[tuple[Group, bool]]) -> Tree:
        """One record that qualifies is enough; of one that may not belong, or not be in force, that is asked, too."""
        members: list[Leaf | Tree] = []
        for entry, belongs, env in self.records:
            inner: list[Leaf | Tree] = []
            if belongs.value is None:
                inner.append(self._leaf(Made.BELONGS, belongs, env, entry.key))
            if self.spec.governed_per_record:
                truth, lapse = self.force(env.day)
                inner.append(self._leaf(Made.IN_FORCE, truth, env, entry.key, lapse))
            for group, schemed in groups:
                inner += self._asked(group, self.under_scheme(env) if schemed else env, entry, per_record=True)
            members.append(Tree("all", "when", tuple(inner), RECORD, self.spec, None, entry.key))
        if self.open_list:
            members.append(self._leaf(Made.LISTING, Truth(None, self.open_list), self.env))
        elif not members:
            members.append(replace(self._leaf(Made.NO_RECORD, v.FAILS, self.env), standing=self._asked_of_records(groups)))
        return Tree("any", "when", tuple(members), RECORDS, self.spec)

    def _asked(self, group: Group, env: Env, record: Entry | None, *, per_record: bool | None) -> list[Leaf | Tree]:
        """The group's items; exclusions nobody has told of are settled by a statement, where there is one."""
        found, statement = self.engine.items(self.spec, group, env, record, per_record=per_record), self.engine.facts.statement
        if statement is None or group.role != "unless":
            return found
        out = [covered(i, combined(i).truth if isinstance(i, Tree) else i.truth, statement, self.engine.book) for i in found]
        self.engine.covers.update(exclusion_id(x) for was, now in zip(found, out, strict=True) if now is not was for x in undecided(was))
        return out

    def _asked_of_records(self, groups: Iterable[tuple[Group, bool]]) -> Standing:
        """With no record, whatever is asked of one fails: the firmest of it decides. Nothing asked: our reading."""
        asked = [c for group, _ in groups for c in group.conditions() if c.per_record and c.role != "unless"]
        return min((self.engine.standing(c.basis, self.day) for c in asked), default=Standing.ASSUMED)

    def _leaf(self, asked: Made, truth: Truth, env: Env, record: str | None = None, seen: Any = None) -> Leaf:
        return Leaf(owner=self.spec, asked=asked, role="when", truth=truth, standing=Standing.ENACTED, env=env, record=record, seen=seen)

    # -- its verdict ------------------------------------------------------------------------------

    def judged(self, group: Node) -> Judged:
        """Force and verdict, of what its conditions came to."""
        spec = self.spec
        in_force, lapse = self.force(self.day) if not spec.governed_per_record else (v.HOLDS, None)
        if spec.governed_per_record and (ahead := self.ahead) is not None:
            in_force, lapse = v.FAILS, ahead
        elif spec.governed_per_record and self.records and not self.open_list:
            forces = [self.force(env.day) for _, _, env in self.records]
            whole = v.conjunction([kleene("all", "", [i for i in group.items if not (isinstance(i, Node) and i.place == RECORDS)])])
            if whole.value is not False and not any(f.value for f, _ in forces):
                # none is in force: not a refusal of the enterprise, unless that is refused itself
                in_force, lapse = v.disjunction(f for f, _ in forces), forces[0][1]
                if in_force.value is False and whole.value is None:
                    in_force = Truth(None, whole.causes)
        window = self._taking(spec.window) if spec.window is not None else None
        taken = Standing.ENACTED
        if in_force.value is not False and window is not None:
            inside = window.truth
            if spec.window is not None and spec.window.basis is not None:
                taken = window.standing
            if inside.value is False:  # whatever the governing date turns out to be
                in_force, lapse = v.FAILS, Lapse.WINDOW
            elif inside.value is None and in_force.value is True:
                in_force = inside
        verdict = v.conjunction([group.truth, in_force]) if in_force.value is not False else v.FAILS
        return Judged(self, group, in_force, lapse, verdict, window, taken)

    def _taking(self, window: WindowSpec) -> Leaf | None:
        """Whether applications are taken, and what that stands on; None on a day on which that is not asked."""
        env, evaluator = self.env, self.engine.evaluator
        if isinstance(env.day, date) and ((window.start and env.day < window.start) or (window.end and env.day > window.end)):
            return None
        value, uses, _ = evaluator.traced(window.expr, env)
        if not isinstance(value, v.Known):
            truth = Truth(None, v.causes_of(value))
        else:
            truth = Truth(value.value if window.days is None else window.days.holds(value.value))
        if isinstance(env.day, frozenset) and (window.start or window.end):
            truth = Truth(None, env.day)
        if window.basis is None:
            return replace(self._leaf(Made.WINDOW, truth, env), role="window", standing=self.source_standing(), uses=uses)
        firmness = evaluator.relied(uses, settled=truth.value is not None, env=env)
        standing = max(evaluator.standing(window.basis, env, window.start), firmness)
        return replace(self._leaf(Made.WINDOW, truth, env), role="window", standing=standing, uses=uses)

    def source_standing(self, *, lapsed: bool = False) -> Standing:
        """Of the measure's own document: its direction is enacted even where its figures are not."""
        documents = self.spec.documents
        if not documents:
            return Standing.ENACTED
        if lapsed:
            return Standing.ASSUMED if any({"from", "to"} & set(d.assumed) for d in self.documents) else Standing.ENACTED
        basis, evaluator = Basis(documents[0], also=documents[1:]), self.engine.evaluator
        # by each record's own date: the document may have lapsed since, and still govern what it saw
        governed = [env for _, _, env in self.records if self.force(env.day)[0].value is True] if self.spec.governed_per_record else []
        return max((evaluator.standing(basis, env) for env in governed), default=evaluator.standing(basis, self.env))


def prepared(engine: Conditions, spec: MeasureSpec, scheme: SchemeSpec) -> Prepared:
    """The first stage: the governing date, and the records with a date of their own where they have one."""
    start = Env(engine.on)
    dated = spec.governed_by is not None and not spec.governed_per_record
    day = engine.governing(spec.governed_by, start) if spec.governed_by is not None and dated else engine.on
    one = Prepared(engine, spec, scheme, Env(day, since=spec.start))
    if dated:
        one = replace(one, env=one.dated(one.env, start))
    if spec.records is None:
        return one
    items = engine.evaluator.value(spec.records, one.env)
    assert isinstance(items, v.Items)
    records: list[tuple[Entry, Truth, Env]] = []
    for bound, belongs in _groups(engine, spec, items) if spec.by else items.items:
        env = one.env.bind(spec.each, bound)
        entry = bound.entry if isinstance(bound, Grouped) else bound
        if spec.governed_per_record and spec.governed_by is not None:
            env = one.dated(replace(env, day=engine.governing(spec.governed_by, env)), env)
        records.append((entry, belongs, env))
    return replace(one, records=tuple(records), open_list=items.causes if not items.complete else v.NONE_KNOWN)


def _groups(engine: Conditions, spec: MeasureSpec, items: v.Items) -> Iterator[tuple[Grouped, Truth]]:
    column = next(r for r in engine.book.records.values() if r.name == spec.record and spec.by in r.fields).fields[spec.by]
    return grouped(items, column, spec.record, spec.by)


@dataclass(frozen=True, slots=True)
class Judged:
    """Its conditions combined, whether it is in force, and the verdict of both."""

    prepared: Prepared
    group: Node
    in_force: Truth
    lapse: Lapse | None
    verdict: Truth
    window: Leaf | None  # whether applications are taken
    taken: Standing  # of the window, where it was asked and stands on its own clause

    def itemised(self) -> Itemised:
        """The amounts of the single records, where there is money and it is not refused; caps need the other measures."""
        award = self.prepared.scheme.award
        assert award is not None
        pays = award.expr is not None and award.kind in ("grant", "interest") and self.verdict.value is not False
        return Itemised(self, self._account() if pays else None)

    def _account(self) -> Account:
        one = self.prepared
        engine, spec, env = one.engine, one.spec, one.scheme_env
        if spec.each:
            overall, records = self.of_records()
            return itemise(spec, one.scheme, engine.evaluator, env, overall, records)
        account = itemise(spec, one.scheme, engine.evaluator, env, self.verdict, ())
        for item in account.items:
            item.amount = gate(item.amount, self.verdict)
        return account

    def of_records(self) -> tuple[Truth, list[tuple[Entry, Truth, Env]]]:
        """The verdict of the enterprise-level conditions, and of each record its own and its environment."""
        one = self.prepared
        rest = [i for i in self.group.items if not (isinstance(i, Node) and i.place == RECORDS)]
        overall = v.conjunction([kleene("all", "", rest), self.in_force])  # also the window, where records have their own dates
        verdicts = self._record_truths()
        return overall, [(entry, v.conjunction([belongs, verdicts[entry.key]]), one.under_scheme(inner)) for entry, belongs, inner in one.records]

    def _record_truths(self) -> dict[str, Truth]:
        for item in self.group.items:
            if isinstance(item, Node) and item.place == RECORDS:
                return {i.record: i.truth for i in item.items if isinstance(i, Node) and i.record is not None}
        return {}


@dataclass(frozen=True, slots=True)
class Itemised:
    """What each record gives. Whoever shares records among measures writes into the account (`stacking.share_records`)."""

    judged: Judged
    account: Account | None  # None where it gives no money, or is refused

    @property
    def open_list(self) -> Causes:
        return self.judged.prepared.open_list

    @property
    def limited(self) -> bool:
        return self.judged.prepared.limited

    def settled(self) -> Settled:
        """Its own caps and steps, on a copy of the account."""
        one, account = self.judged.prepared, self.account
        engine, spec, scheme = one.engine, one.spec, one.scheme
        award = scheme.award
        assert award is not None
        if award.expr is None or award.kind in ("relief", "service", "recommendation"):
            return Settled(self.judged, None, *self._shown())
        if account is None:
            zero = Fraction(0)
            return Settled(self.judged, None, AwardJudged(spec=award, unit="元", low=zero, high=zero), frozenset())
        account, env = account.copy(), one.scheme_env
        settle(spec, scheme, engine.evaluator, env, one.open_list, account)
        to_the_cent(account, scheme, engine.book.cents)
        if spec.incomplete:  # what an unread clause may take away is not settled
            account.amount = gate(account.amount, Truth(None, unread(spec)))
        return Settled(self.judged, account, *finish(account.again(account.amount), scheme, engine.evaluator, env))

    def _shown(self) -> tuple[AwardJudged, frozenset[Use]]:
        """What gives no money: its rate, and lines for information on which nothing turns."""
        one = self.judged.prepared
        award, evaluator, env = one.scheme.award, one.engine.evaluator, one.scheme_env
        assert award is not None
        rate, uses = None, frozenset[Use]()
        if award.expr is not None:
            rate, uses, _ = evaluator.traced(award.expr, env)
        standing = max((u.standing for u in uses), default=Standing.ENACTED)
        steps = []
        for part in award.parts:
            value, more, _ = evaluator.traced(part.expr, env)
            uses |= more
            steps.append(Step(kind=StepKind.RATE, rule=part, after=value, change=False))
        return AwardJudged(spec=award, unit="", low=None, high=None, steps=tuple(steps), standing=standing, rate=rate), uses


def unread(spec: MeasureSpec) -> Causes:
    """The clauses of it that nobody has read, as causes."""
    return frozenset(v.Cause(CauseKind.UNREAD, Subject(Topic.CLAUSE, name)) for name in spec.incomplete)


@dataclass(frozen=True, slots=True)
class Settled:
    """What it gives by itself; stacking may still cut it."""

    judged: Judged
    account: Account | None
    award: AwardJudged
    uses: frozenset[Use]

    def conclusion(self) -> Conclusion:
        """What other measures may ask of this one: as if nothing were stacked with it, its records shared with none."""
        paid, spec = self._judged(), self.judged.prepared.spec
        settled = {Outcome.ELIGIBLE: True, Outcome.INELIGIBLE: False, Outcome.NOT_IN_FORCE: False}.get(paid.outcome)
        granted = Truth(settled) if settled is not None else Truth(None, paid.causes or unread(spec))
        records = {}
        if spec.each:
            overall, of_each = self.judged.of_records()
            for entry, truth, _ in of_each:
                whole = v.conjunction([overall, truth])
                records[entry.key] = Truth(None, unread(spec)) if whole.value is True and spec.incomplete else whole
        amount = self.account.amount if self.account is not None else v.Number.of(0)
        return Conclusion(granted=granted, amount=amount, standing=paid.standing, records=records)

    def paid(self) -> Paid:
        one = self.judged.prepared
        return Paid(self._judged(), self.account, one.scheme, one.scheme_env)

    def _judged(self) -> MeasureJudged:
        """The outcome, with its standing and its reason."""
        held, award, uses = self.judged, self.award, self.uses
        one, group = held.prepared, held.group
        spec, scheme = one.spec, one.scheme
        verdict, in_force = held.verdict, held.in_force
        causes = in_force.causes if verdict.value is False and in_force.value is None else verdict.causes
        standing = turned_on(group, group.truth.value)
        outcome, reason = self._outcome()
        if outcome in (Outcome.ELIGIBLE, Outcome.UNDETERMINED):
            standing = max(standing, award.standing, one.own_standing(), held.taken)
        changed: tuple[Changed, ...] = ()
        if spec.changing:
            read = _uses(deciding(group)) if outcome is Outcome.INELIGIBLE else uses | _uses(group.leaves())
            changed = _changed(one, {u.key for u in read})
        if changed and outcome is not Outcome.NOT_IN_FORCE:
            standing = max(standing, Standing.ASSUMED)  # which day's figure holds is our choice
        if outcome is Outcome.NOT_IN_FORCE:
            standing = max(one.source_standing(lapsed=True), held.taken if held.lapse is Lapse.WINDOW else Standing.ENACTED)
        missing = causes | (award.causes if outcome is not Outcome.INELIGIBLE and award.pending else v.NONE_KNOWN)
        return MeasureJudged(
            spec=spec, scheme=scheme, standing=standing, outcome=outcome, reason=reason, award=award, conditions=shaped(group), causes=causes,
            missing=missing, changed=changed, day=one.day, envs=tuple(env for _, _, env in one.records) or (one.env,), uses=uses,
            window=held.window,
        )  # fmt: skip

    def _outcome(self) -> tuple[Outcome, Reason]:
        held, award = self.judged, self.award
        verdict, in_force = held.verdict, held.in_force
        if in_force.value is False:
            return Outcome.NOT_IN_FORCE, Reason(kind=ReasonKind.LAPSED, lapse=held.lapse)
        if verdict.value is False and in_force.value is None:
            # refused either way, but 不符合 or 不在有效期 hangs on what is not told: no settled outcome yet
            return Outcome.UNDETERMINED, open_reason(in_force.causes)
        if verdict.value is False:
            return Outcome.INELIGIBLE, Reason(kind=ReasonKind.FAILING, leaves=tuple(deciding(held.group)))
        if verdict.value is None:
            return Outcome.UNDETERMINED, open_reason(verdict.causes)
        if held.prepared.spec.incomplete:
            return Outcome.UNDETERMINED, Reason(kind=ReasonKind.UNREAD)
        if award.monetary and award.high == 0:
            return Outcome.ELIGIBLE, Reason(kind=ReasonKind.ZERO, step=next((s for s in reversed(award.steps) if s.change), None))
        if award.monetary and award.pending:
            return Outcome.ELIGIBLE, Reason(kind=ReasonKind.AMOUNT_OPEN, cause=leading(award.causes) or CauseKind.MISSING)
        return Outcome.ELIGIBLE, Reason(kind=ReasonKind.SATISFIED)


@dataclass(frozen=True, slots=True)
class Paid:
    """The measure as judged, and what stacking may still change. It holds no engine: that goes when the decision is made."""

    judged: MeasureJudged
    account: Account | None
    scheme: SchemeSpec
    env: Env

    def finishing(self, evaluator: Evaluator) -> Finishing:
        """The award of another amount, as stacking and caps left it."""
        account = self.account
        assert account is not None
        return lambda amount: finish(account.again(amount), self.scheme, evaluator, self.env)[0]


def _changed(one: Prepared, read: Collection[str]) -> tuple[Changed, ...]:
    """Figures read that changed inside the period looked at, where nothing says which day's holds."""
    book, on, known, out = one.engine.book, one.engine.on, one.engine.known, list[Changed]()
    start = _looked_at(one)
    for key in one.spec.changing:
        if key not in read:
            continue
        if key in book.tables:
            rows = [x for x in rows_known_on(book.tables[key].rows, known) if (x.start is None or x.start <= on) and (x.end is None or x.end >= start)]
            if any((x.start and x.start > start) or (x.end and x.end < on) for x in rows):
                out.append(Changed(key, start, tuple(x for x in rows if x.start or x.end)))
            continue
        versions = known_under(book.parameters[key], one.scheme.document if one.schemed else None, book.documents, known)
        seen = [x for x in versions if (x.start is None or x.start <= on) and (x.end is None or x.end >= start)]
        if len({str(x.value) for x in seen}) > 1:
            out.append(Changed(key, start, tuple(sorted(seen, key=lambda x: x.start or date.min))))
    return tuple(out)


def _looked_at(one: Prepared) -> date:
    """The first day of what the measure looks at: the application year, or the earliest date of a record of it."""
    engine = one.engine
    year = engine.facts.year if engine.facts.year is not None else engine.on.year
    inside = [x for _, _, env in one.records if isinstance(group := env.variables.get(one.spec.each), Grouped) for x, _ in group.items]
    entries = inside or [entry for entry, _, _ in one.records]
    dates = [g.value for entry in entries for g in entry.values.values() if isinstance(g.value, date)]
    return min([date(year, 1, 1), *(d for d in dates if d <= engine.on)], default=engine.on)


def open_reason(causes: Causes) -> Reason:
    """Of an outcome that these leave open."""
    kind = leading(causes) or CauseKind.MISSING
    return Reason(kind=ReasonKind.UNREAD) if kind is CauseKind.UNREAD else Reason(kind=ReasonKind.OPEN, cause=kind)


def _uses(leaves: Iterable[Leaf]) -> frozenset[Use]:
    return frozenset[Use]().union(*(c.uses for c in leaves))


__all__ = ["Itemised", "Judged", "Paid", "Prepared", "Settled", "open_reason", "prepared"]
