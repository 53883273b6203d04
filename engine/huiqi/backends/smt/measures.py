"""Measures as formulas: who meets them, what they give before and after each cap.

`without` leaves one condition out, `Amounts` keeps what each limit was given and what it left, so that a
question about a condition or a cap is one formula. What the pipeline does that is not here (what a jury
settles, instalments on conditions …) is said in `Amounts.missing`, never passed over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field, replace
from datetime import date
from fractions import Fraction
from typing import Any

from ...language import typed as t
from ...plain import dataclass
from ...rulebook.compiled import (
    CERTIFICATES,
    SUPPORT,
    SUPPORT_MEASURE,
    AwardBasis,
    CompiledRulebook,
    Condition,
    DocumentSpec,
    Group,
    LimitSpec,
    MeasureSpec,
    Op,
    Per,
    RecognitionKind,
    RecognitionSpec,
    Role,
    RoundingSpec,
    SchemeSpec,
    Scope,
    WindowSpec,
    name_of,
)
from .env import Env, Together, kind_of
from .expressions import ALL, Translator
from .figures import within
from .functions import Listed, any_amount, rounded
from .terms import (
    FAILS,
    HOLDS,
    OPEN,
    Flag,
    Sym,
    Tri,
    Untranslatable,
    added,
    all_of,
    any_of,
    chosen,
    compared,
    conj,
    disj,
    extreme,
    inverse,
    is_plain,
    multiplied,
    neg,
    number,
    ordered,
    plus,
    times,
    truth,
    when,
)  # fmt: skip
from .world import RECORDS, Row, World

Item = tuple[Flag, Env, Sym]  # what a record (or the enterprise) gives, for whom, and what it is read under


@dataclass(frozen=True)
class Counted:
    """One item of a group: its verdict as it counts there, and when it is in force."""

    truth: Tri
    active: Flag = True


@dataclass(frozen=True)
class Member:
    """One record of a measure that pays by the record."""

    row: Row
    truth: Tri
    env: Env


@dataclass(frozen=True)
class Met:
    """Who meets a measure: in force and the conditions hold. Both also apart."""

    truth: Tri
    conditions: Tri
    in_force: Tri
    members: tuple[Member, ...] = ()
    overall: Tri = HOLDS  # the conditions that are not of a record


@dataclass
class Amounts:
    """What a measure gives; of each limit, what came to it, what it left and the room there was."""

    amount: Sym
    asked: Sym | str = ""  # what other measures may ask of it: before floor and coarser rounding; else why that is not known here
    limits: list[tuple[LimitSpec, Flag, Sym, Sym]] = field(default_factory=list)  # (limit, for whom, before, room)
    missing: list[str] = field(default_factory=list)  # why `amount` is not what is paid
    unset: bool = False  # nobody has set what it is


class Measures:
    """The measures of a rulebook over one world."""

    def __init__(self, book: CompiledRulebook, on: date, year: int, *, records: int = RECORDS, abstract: bool = False, beside: Measures | None = None) -> None:
        self.book, self.on = book, on
        self.world: World = World(book, on, year, records, None if beside is None else beside.world)
        self.reader = Translator(self.world, self.recognised, self.concluded)
        self.reader.abstract = abstract
        self._known: dict[Any, Tri] = {}
        self._any: dict[str, Sym] = {}
        self._filling: dict[str, Measures] = {}
        self._met: dict[str, Met] = {}  # of measures whose conclusions are asked after
        self.each: list[str] = []  # record types, one for each time that some record was asked for which a measure pays

    def filling(self, table: str) -> Measures:
        """The same enterprises, with an answer wherever a table has no row."""
        if table not in self._filling:
            self._filling[table] = self._with_answers(table)
        return self._filling[table]

    def _with_answers(self, table: str) -> Measures:
        other = Measures(self.book, self.on, self.world.year)
        other.world = self.world
        other.reader = Translator(self.world, other.recognised, other.concluded)
        other.reader.tables.filled = table
        other.reader.witnesses, other.each = self.reader.witnesses, self.each
        return other

    def needed(self) -> int | None:
        """With how many records of a type nothing that was asked so far is missed; None where no number is known to be enough.

        What asks whether there is some record is shown by one of them, or by there being none; it says nothing of sums and counts.
        """
        wanted = Counter(self.each)
        wanted.update({kind: len(asking) for kind, asking in self.reader.witnesses.items()})
        most = max(wanted.values(), default=0)
        return None if self.reader.endless or (self.reader.nested and most > self.world.records) else most

    @property
    def short(self) -> bool:
        """Whether something may be missed for want of records."""
        most = self.needed()
        return most is None or most > self.world.records

    # -- conditions -------------------------------------------------------------------------------

    def _group(self, group: Group, env: Env, *, per_record: bool | None, without: Condition | None) -> list[Counted]:
        """The items of a group, each as it counts at the top; those of records or those not, as asked."""
        out = []
        for item in group.items:
            if per_record is not None and item.per_record is not per_record:
                continue
            found = self._item(item, env, without)
            if found is not None:
                out.append(replace(found, truth=inverse(found.truth)) if item.role is Role.UNLESS else found)
        return out

    def _item(self, item: Condition | Group, env: Env, without: Condition | None) -> Counted | None:
        if isinstance(item, Condition):
            if item is without:
                return None
            active = within(env.ordinal, item.start, item.end)
            return None if active is False else Counted(self.reader.tri(item.expr, env), active)
        inner = [x for i in item.items if (x := self._inner(i, item.role, env, without)) is not None]
        if not inner:
            return None
        active = disj(*(i.active for i in inner))
        if item.op is Op.NOT:
            return Counted(inverse(inner[0].truth), active)
        join, idle = (all_of, HOLDS) if item.op is Op.ALL else (any_of, FAILS)
        return Counted(join(when(i.active, i.truth, idle) for i in inner), active)

    def _inner(self, item: Condition | Group, role: Role, env: Env, without: Condition | None) -> Counted | None:
        found = self._item(item, env, without)
        if found is not None and item.role is Role.UNLESS and role is not Role.UNLESS:
            return replace(found, truth=inverse(found.truth))
        return found

    @staticmethod
    def _joined(items: list[Counted]) -> Tri:
        return all_of(when(i.active, i.truth, HOLDS) for i in items)

    # -- recognitions -----------------------------------------------------------------------------

    def recognised(self, key: str, meets: bool, env: Env) -> Tri:
        where = (key, meets, env.key)
        if where not in self._known:
            spec = self.book.recognitions[key]
            self._known[where] = self.held(spec, env) if spec.kind is RecognitionKind.CONFERRED and not meets else self.meets(spec, env)
        return self._known[where]

    def meets(self, spec: RecognitionSpec, env: Env, without: Condition | None = None) -> Tri:
        """Whether the criteria are satisfied."""
        if spec.key in self.book.variants:
            raise Untranslatable("随读法而变的条件")
        governed = replace(env, day=self.reader.day(spec.governed_by, env)) if spec.governed_by is not None else env
        whens = self._group(spec.when, governed, per_record=None, without=without)
        if not any(i.active is not False for i in whens):
            whens = [Counted(OPEN)]
        criteria = self._joined([*whens, *self._group(spec.unless, governed, per_record=None, without=without)])
        documents = [self.book.documents[d] for d in spec.basis.documents]
        if documents:
            criteria = when(disj(*(self.in_force(d, env) for d in documents)), criteria, OPEN)
        if spec.incomplete:
            criteria = Tri(False, criteria.f)
        return criteria

    def cell(self, row: Row, name: str) -> Sym:
        """A column that is no yes-or-no."""
        found = self.world.column(row, name).value
        assert isinstance(found, Sym)
        return found

    def held(self, spec: RecognitionSpec, env: Env) -> Tri:
        """A certificate of that title, issued, within validity, not revoked; and nothing that ends it."""
        key = next((k for k in self.book.records if name_of(k) == CERTIFICATES), None)
        if key is None:
            return OPEN
        day, code = Sym(env.ordinal), Sym(self.world.code(spec.certificate))
        certificates = []
        for row in self.world.rows(key):
            cell = {n: self.cell(row, n) for n in ("名称", "发证日", "有效期止", "撤销日")}
            revoked = cell["撤销日"]
            tests = [
                truth(row.present), ordered("=", cell["名称"], code), ordered("<=", cell["发证日"], day), ordered("<=", day, cell["有效期止"]),
                any_of([truth(revoked.absent), ordered("<", day, replace(revoked, absent=False))]),
            ]  # fmt: skip
            certificates.append(all_of(tests))
        self.reader.witness(spec.key, [(row, HOLDS) for row in self.world.rows(key)], env)
        lapses = self._group(spec.lapses, env, per_record=None, without=None)
        return all_of([any_of(certificates), self._joined(lapses)])

    # -- conclusions of other measures ---------------------------------------------------------------

    def first_scheme(self, spec: MeasureSpec) -> SchemeSpec:
        """The scheme of a measure that is not itself the one asked about; of another the enterprise may choose nothing is said."""
        if len(spec.schemes) > 1:
            self.world.loose[f"“{spec.title}”还有别的方案可选"] = None
        return next(iter(spec.schemes.values()), spec.base)

    def concluded(self, asked: t.ConclusionRef, row: Row | None) -> Tri | Sym:
        """Whether another measure is granted (of one record, where one is named), or what it gives before it meets others."""
        spec = self.book.measures[asked.measure]
        scheme = self.first_scheme(spec)
        if spec.key not in self._met:
            self._met[spec.key] = self.met(spec, scheme)
        met = self._met[spec.key]
        if asked.amount:
            return self._given(spec, scheme, met)
        if row is not None:
            member = next((m for m in met.members if m.row is row), None)
            found = FAILS if member is None else all_of([met.overall, met.in_force, member.truth])
        elif spec.governed_per_record and not met.overall.settled:
            raise Untranslatable("另一事项的结论：逐条定日期，条件又可能未定")
        else:  # who is refused either way, of a measure that may not be in force, is not refused yet
            found = Tri(met.truth.t, disj(met.in_force.f, conj(met.conditions.f, met.in_force.t)))
            found = truth(found.t) if met.conditions.settled and met.in_force.settled else found
        return Tri(False, found.f) if spec.incomplete else found

    def _given(self, spec: MeasureSpec, scheme: SchemeSpec, met: Met) -> Sym:
        """What another measure gives; any amount, where sums are any number they could be."""
        sums = bool(spec.each) or any(x.counting.earlier is not None for x in scheme.limits)
        if sums and self.reader.abstract:
            if spec.key not in self._any:
                self._any[spec.key] = any_amount(self.world.limits)
            return self._any[spec.key]
        self.reader.aggregated = self.reader.aggregated or sums
        amounts = self.amounts(spec, scheme, met)
        if amounts is None or isinstance(amounts.asked, str):
            raise Untranslatable(f"另一事项的金额：{'没有金额' if amounts is None else amounts.asked}")
        # what is paid for an open verdict, or for a record of one, is open
        of_each = [all_of([m.truth, met.overall, met.in_force]) for m in met.members]
        settled = disj(met.truth.f, conj(met.truth.t, *(disj(x.t, x.f) for x in of_each)))
        if met.truth.settled and all(x.settled for x in of_each):
            settled = True
        known = False if spec.incomplete else conj(amounts.asked.known, settled)
        if known is not True:  # the reference may know the least or the most of it
            self.world.loose[f"“{spec.title}”的金额可能未定"] = None
        return replace(amounts.asked, known=known, failing=False, nonneg=True)

    # -- measures ---------------------------------------------------------------------------------

    def in_force(self, document: DocumentSpec, env: Env, since: date | None = None) -> Flag:
        if isinstance(env.day, date):
            return document.in_force(env.day, on=self.on, since=since)
        if document.start is not None and document.start > self.on:
            return False
        usual = within(env.ordinal, document.start, document.end)
        if since is None or document.start is None:
            return usual
        return disj(usual, within(env.ordinal, since, document.end))

    def ahead(self, spec: MeasureSpec) -> bool:
        documents = [self.book.documents[d] for d in spec.documents]
        early = bool(documents) and all(d.start is not None and d.start > self.on for d in documents)
        return early or not self.book.learnt(spec.clauses, self.on)

    def force(self, spec: MeasureSpec, env: Env) -> Tri:
        if self.ahead(spec):
            return FAILS
        documents = [self.book.documents[d] for d in spec.documents]
        held = True if not documents else disj(*(self.in_force(d, env, spec.start) for d in documents))
        return truth(conj(within(env.ordinal, spec.start, spec.end), held))

    def env_of(self, spec: MeasureSpec) -> Env:
        start = Env(self.on)
        if spec.governed_by is None or spec.governed_per_record:
            return start
        return Env(self.reader.day(spec.governed_by, start))

    def records(self, spec: MeasureSpec) -> Iterator[tuple[Row, Tri, Env]]:
        assert spec.records is not None
        env = self.env_of(spec)
        rows = self.reader.listed(spec.records, env)
        for row, belongs in rows if not spec.by else self._groups(spec, rows):
            inner = env.bind(spec.each, row)
            if spec.governed_per_record and spec.governed_by is not None:
                inner = replace(inner, day=self.reader.day(spec.governed_by, inner))
            yield row.row if isinstance(row, Together) else row, belongs, inner

    def _groups(self, spec: MeasureSpec, rows: Listed) -> Iterator[tuple[Together, Tri]]:
        """One for each record that is the first of its group; of a record whose group is not told nothing is settled."""

        def alike(one: Row, other: Row) -> Tri:
            a, b = (self.world.column(x, spec.by).value for x in (one, other))
            if not (isinstance(a, Sym) and isinstance(b, Sym)):
                raise Untranslatable("按是否分组")
            return ordered("=", a, b)

        for n, (row, belongs) in enumerate(rows):
            mine = [(other, all_of([there, alike(row, other)])) for other, there in rows]
            yield Together(row, mine), all_of([belongs, alike(row, row), inverse(any_of([FAILS, *(x for _, x in mine[:n])]))])

    def met(self, spec: MeasureSpec, scheme: SchemeSpec, without: Condition | None = None) -> Met:
        if spec.key in self.book.variants:
            raise Untranslatable("随读法而变的条件")
        env, schemed = self.env_of(spec), bool(spec.schemes)

        def under(one: Env, own: bool) -> Env:
            return replace(one, document=scheme.document) if own and schemed else one

        groups = [(spec.when, False), (spec.unless, False)] + ([(scheme.when, True), (scheme.unless, True)] if schemed else [])
        each = bool(spec.each)
        items: list[Counted] = []
        positive = False
        for group, own in groups:
            found = self._group(group, under(env, own), per_record=False if each else None, without=without)
            positive = positive or (group.role is not Role.UNLESS and bool(found))
            items += found
        if not each and not positive:
            items.append(Counted(OPEN))
        overall = self._joined(items)
        window = HOLDS if spec.window is None else self._taking(spec.window, env)
        # by each record's own day, unless the day of decision alone puts it out of force
        force = (FAILS if self.ahead(spec) else HOLDS) if spec.governed_per_record else self.force(spec, env)
        in_force = all_of([force, window])
        conditions, members = overall, []
        if each:
            for row, belongs, inner in self.records(spec):
                own_force = self.force(spec, inner) if spec.governed_per_record else HOLDS
                asked = [x for group, own in groups for x in self._group(group, under(inner, own), per_record=True, without=without)]
                members.append(Member(row, all_of([belongs, own_force, self._joined(asked)]), under(inner, True)))
            conditions = all_of([overall, any_of(m.truth for m in members)])
            self.each += [kind_of(m.row) for m in members[:1]]
        return Met(all_of([conditions, in_force]), conditions, in_force, tuple(members), overall)

    def _taking(self, window: WindowSpec, env: Env) -> Tri:
        """Whether applications are taken; outside its own dates a window is not asked."""
        active = within(env.ordinal, window.start, window.end)
        if active is False:
            return HOLDS
        if window.days is None:
            return when(active, self.reader.tri(window.expr, env), HOLDS)
        day = self.reader.sym(window.expr, env)
        _, month, dom = self.world.calendar.parts(day.value)
        start, end = (100 * (m - 1) + d for m, d in (window.days.start, window.days.end))
        at = plus(times(100, month), dom)
        after, before = compared(">=", at, start), compared("<=", at, end)
        inside = conj(after, before) if start <= end else disj(after, before)
        return when(active, Tri(conj(day.known, inside), conj(day.known, neg(inside))), HOLDS)

    def _reduced(self, spec: MeasureSpec, amount: Sym, env: Env, *, after: bool) -> Sym:
        """What reductions leave, those before the caps or those after them."""
        own = replace(env, document=None)
        for reduction in spec.reductions:
            condition = reduction.condition
            active = within(own.ordinal, condition.start, condition.end)
            if reduction.after is not after or active is False:
                continue
            share = extreme("min", [_above(self.reader.sym(reduction.share, own)), number(Fraction(1))])
            amount = chosen(when(active, self.reader.tri(condition.expr, own), FAILS), multiplied(amount, share), amount)
        return amount

    # -- amounts ----------------------------------------------------------------------------------

    def amounts(self, spec: MeasureSpec, scheme: SchemeSpec, met: Met) -> Amounts | None:
        """None where the measure pays no money."""
        award = scheme.award
        if award is None or award.expr is None or not award.sums:
            return None
        out = Amounts(number(Fraction(0)))
        env = replace(self.env_of(spec), document=scheme.document if spec.schemes else None)
        if award.low is not None or award.basis is AwardBasis.DISCRETIONARY:
            out.missing.append("金额由评审核定")
        if spec.each:
            self.each += [kind_of(m.row) for m in met.members[:1]]
            scope = [(all_of([m.truth, met.overall, met.in_force]).t, m.env) for m in met.members]
        else:
            scope = [(met.truth.t, env)]
        items: list[Item] = []
        for counts, inner in scope:
            amount = _above(self.reader.sym(award.expr, inner))
            if scheme.rounding is not None and scheme.rounding.per == Per.RECORD:
                amount = self._rounded(amount, scheme.rounding)
            if any(not r.after for r in spec.reductions):
                amount = self._reduced(spec, amount, inner, after=False)
                if scheme.rounding is not None and scheme.rounding.per == Per.RECORD:
                    amount = self._rounded(amount, scheme.rounding)
            for limit in scheme.limits:
                if limit.amount is not None and limit.scope is Scope.RECORD:
                    room = _above(self.reader.sym(limit.amount, inner))
                    out.limits.append((limit, counts, amount, room))
                    amount = extreme("min", [amount, room])
            if self.book.cents.per == Per.RECORD and scheme.rounding is None:
                amount = self._rounded(amount, self.book.cents)
            items.append((counts, inner, amount))
        out.unset = bool(items) and all(amount.known is False for _, _, amount in items)
        if spec.counting.earlier is not None:
            raise Untranslatable("同一件以往已获的要扣除")
        for limit in scheme.limits:
            if limit.scope is not Scope.RECORD and limit.counting.earlier is not None:
                self.reader.listed(limit.counting.earlier, env)  # whoever is asked tells what was received before
        grouped = any(x.scope is Scope.GROUP and x.amount is not None for x in scheme.limits)
        for limit in scheme.limits:
            if limit.count is not None:
                items = self._counted(spec, limit, items, env, out, grouped=grouped)
        for limit in scheme.limits:
            if limit.amount is not None and limit.scope is Scope.GROUP:
                items = self._grouped(spec, limit, items, out)
        total = _together(items)
        if not out.missing:  # what comes to a cap of the whole is known only where nothing before it is left out
            for limit in scheme.limits:
                if limit.amount is not None and limit.scope in (Scope.YEAR, Scope.ENTERPRISE):
                    room = self._room(spec, limit, env, out)
                    out.limits.append((limit, met.truth.t, total, room))
                    total = extreme("min", [total, room])
        total = self._reduced(spec, total, env, after=True)
        if spec.difference is not None:
            total = _above(added(total, _above(self.reader.sym(spec.difference, env)), -1))
        own = scheme.rounding if scheme.rounding is not None and scheme.rounding.per == Per.MEASURE else None
        out.asked = out.missing[0] if out.missing else self._exactly(chosen(met.truth, total, number(Fraction(0))), own)
        total = self._rounded(total, own or self.book.cents)
        if scheme.floor is not None:
            floor = _above(self.reader.sym(scheme.floor, env))
            total = chosen(ordered(">=", total, floor), total, number(Fraction(0)))
        if any(p.when is not None for p in scheme.pay):
            out.missing.append("分期兑现各有条件")
        out.amount = chosen(met.truth, total, number(Fraction(0)))
        return out

    def _alike(self, limit: LimitSpec, one: Env, other: Env) -> Flag:
        """Whether two records are of one group."""
        if limit.key is None or one is other:
            return True
        return ordered("=", self.reader.sym(limit.key, one), self.reader.sym(limit.key, other)).t

    def _told(self, limit: LimitSpec, env: Env) -> Flag:
        """Whether it is told of which group a record is."""
        if limit.key is None:
            return True
        key = self.reader.sym(limit.key, env)
        return conj(key.known, neg(key.absent))

    def _counted(self, spec: MeasureSpec, limit: LimitSpec, items: list[Item], env: Env, out: Amounts, *, grouped: bool) -> list[Item]:
        """What a limit on the number of records leaves of each: those that stand within it keep what they have.

        Which of those that share a place across the limit are kept is open; where they give the same it matters only to a cap of
        groups that comes after. A record that gives nothing takes a place too.
        """
        name = f"件数限额“{limit.label or f'每{limit.per}'}”"
        _few(items, name)
        if limit.keep != "highest" and limit.by is None and spec.records is not None:
            self._in_order_of_keys(items, name)
        none, one = number(Fraction(0)), number(Fraction(1))
        left: list[Item] = []
        for n, (mine, inner, amount) in enumerate(items):
            room = self._room(spec, limit, inner if limit.key is not None else env, out)
            known, same, ahead, level, tied = conj(room.known, self._told(limit, inner)), True, none, none, none
            for m, (there, other, worth) in enumerate(items):
                if m == n:
                    continue
                counts = conj(there, self._alike(limit, inner, other))
                before, beside, placed = self._standing(limit, (n, inner, amount), (m, other, worth))
                known = conj(known, disj(neg(counts), placed))
                ahead = added(ahead, chosen(truth(conj(counts, before)), one, none))
                level = added(level, chosen(truth(conj(counts, beside)), one, none))
                tied = added(tied, chosen(truth(conj(counts, beside)), one, none)) if m < n else tied
                same = conj(same, disj(neg(conj(counts, beside)), conj(amount.known, worth.known, ordered("=", amount, worth).t)))
            within_it, perhaps, kept = (ordered("<=", added(x, one), room).t for x in (added(ahead, level), ahead, added(ahead, tied)))
            settled = disj(within_it, neg(perhaps), False if grouped else same)
            if known is not True:
                self.world.loose[f"{name}之下的金额可能未定"] = None
            elif grouped and settled is not True:
                self.world.loose[f"{name}之后还有按组的限额，并列时留哪一条不定"] = None
            after = chosen(truth(kept), amount, none)
            left.append((mine, inner, replace(after, known=conj(after.known, known, settled))))
        out.limits.append((limit, disj(*(mine for mine, _, _ in items)), _together(items), _together(left)))
        return left

    def _standing(self, limit: LimitSpec, mine: tuple[int, Env, Sym], other: tuple[int, Env, Sym]) -> tuple[Flag, Flag, Flag]:
        """Whether another record stands before one, whether it stands where it does, and whether that is known."""
        if limit.keep == "highest":
            a, b = other[2], mine[2]
            return ordered(">", a, b).t, ordered("=", a, b).t, conj(a.known, b.known)
        if limit.by is None:
            return other[0] < mine[0], False, True
        a, b = (self.reader.sym(limit.by, x[1]) for x in (other, mine))
        return ordered("<", a, b).t, ordered("=", a, b).t, conj(a.known, b.known, neg(a.absent), neg(b.absent))

    def _grouped(self, spec: MeasureSpec, limit: LimitSpec, items: list[Item], out: Amounts) -> list[Item]:
        """What a cap of each group leaves: where it cuts, all of it stands with the first record of the group."""
        assert limit.amount is not None
        name = f"按“{limit.per}”的限额“{limit.label or limit.per}”"
        _few(items, name)
        none = number(Fraction(0))
        left: list[Item] = []
        for n, (mine, inner, amount) in enumerate(items):
            cap, together, first, known = _above(self.reader.sym(limit.amount, inner)), none, mine, self._told(limit, inner)
            for m, (there, other, worth) in enumerate(items):
                counts = conj(there, self._alike(limit, inner, other))
                together = added(together, chosen(truth(counts), worth, none))
                if m < n:
                    first = conj(first, neg(counts))
                if m != n and not _one_cap(beside := _above(self.reader.sym(limit.amount, other)), cap):
                    known = conj(known, disj(neg(counts), conj(beside.known, cap.known, ordered("=", beside, cap).t)))
            room = self._room(spec, limit, inner, out)
            if conj(known, room.known) is not True:
                self.world.loose[f"{name}之下的金额可能未定"] = None
            out.limits.append((limit, mine, together, room))
            cut = ordered(">", together, room).t
            after = chosen(truth(cut), chosen(truth(first), room, none), amount)
            left.append((mine, inner, replace(after, known=conj(after.known, together.known, room.known, known))))
        return left

    def _in_order_of_keys(self, items: list[Item], name: str) -> None:
        """That records stand in the order of their keys, which they are named by where nothing asks for these; a key that is asked for is a word."""
        held = [x for _, env, _ in items for x in env.variables.values()]
        if len(items) > 9 or any(isinstance(x, Together) for x in held):
            raise Untranslatable(f"{name}按编号的先后，{'明细多于 9 条' if len(items) > 9 else '逐组'}")
        for row in (x for x in held if isinstance(x, Row)):
            self.world.by_key[row.record.key] = f"{name}按编号的先后，条件又看编号"
            if row.record.key_field in row.columns:
                self.world.loose[self.world.by_key[row.record.key]] = None

    def _room(self, spec: MeasureSpec, limit: LimitSpec, env: Env, out: Amounts) -> Sym:
        """What a limit leaves after earlier support: money, or a number of records."""
        stated = limit.amount if limit.amount is not None else limit.count
        assert stated is not None
        cap, counting = _above(self.reader.sym(stated, env)), limit.counting
        if not counting.stated:
            out.missing.append(f"“{limit.label or f'每{limit.per}'}”没有写以往支持怎样计")
        if counting.earlier is None:
            return cap
        if limit.key is not None and not limit.column:
            out.missing.append(f"以往支持看不出属于哪一个{limit.per}")
            return cap
        received = self.reader.listed(counting.earlier, env)
        prior = number(Fraction(0))
        for row, belongs in received:
            tests = [belongs]
            if isinstance(counting.earlier, t.RecordsRef):
                cell = self.cell(row, SUPPORT_MEASURE)
                tests.append(any_of(ordered("=", cell, Sym(self.world.code(w))) for w in (spec.id, spec.title)))
            if limit.scope is Scope.YEAR:
                tests.append(ordered("=", self.cell(row, "年度"), Sym(self.world.year)))
            if limit.key is not None:
                tests.append(ordered("=", self.cell(row, limit.column), self.reader.sym(limit.key, env)))
            one = number(Fraction(1)) if limit.count is not None else self.world.column(row, "金额").value
            assert isinstance(one, Sym)
            counted = all_of(tests)
            prior = added(prior, chosen(truth(counted.t), one, number(Fraction(0))))
        return _above(added(cap, prior, -1))

    def _rounded(self, amount: Sym, rounding: RoundingSpec) -> Sym:
        if not amount.whole:
            return amount  # less than a step off: whoever says what is paid is the reference
        return replace(rounded(f"round {rounding.direction}", amount, number(rounding.step)), known=amount.known, failing=amount.failing)

    def _exactly(self, amount: Sym, own: RoundingSpec | None) -> Sym | str:
        """An amount as it is before measures meet: to the 分; what is rounded more coarsely is rounded at the end."""
        if own is not None and own.step != Fraction(1, 100):
            return amount
        return self._rounded(amount, own or self.book.cents) if amount.whole else "除出来的金额取整到分"

    def no_prior(self) -> list[Any]:
        """That nothing was received before, where lists of it are read at all."""
        key = next((k for k in self.book.records if name_of(k) == SUPPORT), None)
        import z3

        return [z3.Not(self.world.lists[key][0].present)] if key in self.world.lists else []

    def uniform(self) -> list[Any]:
        """That all records of a list are there and alike: where only their number matters."""
        from .terms import lifted

        out: list[Any] = []
        for rows in self.world.lists.values():
            out.append(rows[-1].present)
            for row in rows[1:]:
                for name, answer in row.columns.items():
                    if name != row.record.key_field and name in rows[0].columns:
                        out.append(answer.var == rows[0].columns[name].var)
                        out.append(lifted(answer.absent) == lifted(rows[0].columns[name].absent))
        return out

    # -- what every case must be --------------------------------------------------------------------

    def limits(self) -> list[Any]:
        """What the vocabulary says of what was read, and the cross-checks that are about nothing else."""
        from .terms import lifted

        out = []
        for check in self.book.checks:
            try:
                if check.record:
                    key = next((k for k, r in self.world.lists.items() if r[0].record.name == check.record), None)
                    for row in self.world.lists.get(key or "", ()):
                        names = {n.name for n in t.walk(check.expr) if isinstance(n, t.Field)}
                        if names <= set(row.columns) and self.world.by_check(check.expr):
                            said = self.reader.tri(check.expr, Env(self.on, variables={"§本条": row}))
                            out.append(lifted(disj(_not(row.present), _not(said.f))))
                elif self.world.by_check(check.expr) and not any(isinstance(n, t.RecordsRef | t.DefinitionRef) for n in t.walk(check.expr)):
                    out.append(lifted(_not(self.reader.tri(check.expr, Env(self.on)).f)))
            except Untranslatable:
                continue
        return [*self.world.limits, *self.world.assumed, *out]


def _few(items: Sequence[Item], name: str) -> None:
    if len(items) > ALL:
        raise Untranslatable(f"{name}，明细多于 {ALL} 条")


def _together(items: Iterable[Item]) -> Sym:
    """What records come to."""
    total = number(Fraction(0))
    for counts, _, amount in items:
        total = added(total, chosen(truth(counts), amount, number(Fraction(0))))
    return total


def _one_cap(a: Sym, b: Sym) -> bool:
    """Whether two caps are the same figure, as far as can be seen."""
    if is_plain(a.value, a.den, b.value, b.den):
        return bool(a.value == b.value and a.den == b.den and a.known is b.known is True)
    return a is b


def _not(flag: Flag) -> Flag:
    from .terms import neg

    return neg(flag)


def _above(value: Sym) -> Sym:
    """Money is never below nothing."""
    return value if value.nonneg else extreme("max", [value, number(Fraction(0))])
