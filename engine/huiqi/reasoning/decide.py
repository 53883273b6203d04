"""One enterprise, one rulebook, one day: the judgement.

Conditions are judged, verdicts combined stratum by stratum, amounts and stacking follow, standings
are derived. Reasoners differ only in who judges a condition (`evaluator`: the reference, or
`generated`) and in who combines verdicts (`combine`: Kleene here, or durable_rules in `inference`).
Everything else is shared, so that an explanation has one source. There is no clock: `on` is given.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from .. import values as v
from ..caching import WAYS, Derived
from ..errors import UsageError, clip, suggestion
from ..language import typed as t
from ..language.levelling import same_word
from ..plain import dataclass
from ..rulebook.called import meant
from ..rulebook.compiled import (
    CERTIFICATES,
    Basis,
    CompiledRulebook,
    Condition,
    DocumentSpec,
    Group,
    MeasureSpec,
    RecognitionSpec,
    SchemeSpec,
    Standing,
    WindowSpec,
    known_under,
    name_of,
    rows_known_on,
)
from ..rulebook.reach import references, roots_of
from ..values import Causes, Subject, Topic, Truth, cause, leading
from ..words import CauseKind, Lapse, Outcome
from .awards import Account, finish, gate, itemise, settle, to_the_cent
from .evaluate import Evaluator
from .exclusions import covered, exclusion_id, undecided
from .facts import Entry, Facts
from .groups import Grouped, grouped
from .judged import (
    CERTIFICATE,
    HELD,
    RECORD,
    RECORDS,
    TOP,
    AwardJudged,
    Changed,
    Judgement,
    Leaf,
    Made,
    MeasureJudged,
    Node,
    Reason,
    ReasonKind,
    RecognitionJudged,
    Step,
    StepKind,
    Tree,
)
from .shared import Shared, Sharing
from .stacking import Finishing, among, share_records, stack
from .uses import Conclusion, Env, Use

# Gives the verdict of every Tree node (by identity path) of a batch of owners.
Combine = Callable[[Sequence[tuple[str, Tree]]], Mapping[str, Node]]


def combine_reference(batch: Sequence[tuple[str, Tree]]) -> Mapping[str, Node]:
    """Kleene, recursively: the meaning the other reasoner is held to."""
    return {owner: combined(tree) for owner, tree in batch}


def combined(tree: Tree) -> Node:
    items = tuple(combined(i) if isinstance(i, Tree) else i for i in tree.items)
    return concluded(tree, items, kleene(tree.op, tree.role, items))


def concluded(tree: Tree, items: tuple[Leaf | Node, ...], truth: Truth) -> Node:
    return Node(tree.op, tree.role, truth, items, tree.place, tree.owner, tree.group, tree.record)


def counted(item: Leaf | Node, role: str) -> Truth:
    """What an item counts for in its group: in the overall `all`, an exclusion counts by its opposite."""
    return v.negation(item.truth) if item.role == "unless" and role != "unless" else item.truth


def kleene(op: str, role: str, items: Sequence[Leaf | Node]) -> Truth:
    truths = [counted(i, role) for i in items]
    if op == "all":
        return v.conjunction(truths)
    if op == "any":
        return v.disjunction(truths)
    return v.negation(truths[0])


def turned_on(item: Leaf | Node, wanted: bool | None) -> Standing:
    """The weakest standing among what made the item come out as it did.

    A conjunction that holds turned on all its items, one that fails on the firmest that fails; a
    disjunction the other way round; what is open turned on everything that is open.
    """
    if isinstance(item, Leaf):
        return item.standing
    pairs = [(i, counted(i, item.role).value) for i in item.items]
    if item.op == "not":
        return turned_on(item.items[0], None if wanted is None else not wanted)
    matching = [turned_on(i, i.truth.value) for i, value in pairs if value is wanted]
    if not matching:
        return Standing.ENACTED
    every = wanted is None or (item.op == "all") == wanted
    return max(matching) if every else min(matching)


@dataclass(frozen=True, slots=True)
class _Atom:
    """One question answered: its verdict, which figures it rested on, at which stage its facts are."""

    truth: Truth
    uses: frozenset[Use]
    standing: Standing
    stage: str


class Engine:
    """Decides one enterprise. Holds only what one decision needs; make a new one for each."""

    def __init__(
        self, book: CompiledRulebook, facts: Facts, on: date, schemes: Mapping[str, str], combine: Combine, judge: type[Evaluator], *, hindsight: bool = False
    ) -> None:
        """`hindsight`: by all that is known of the rules now, not as on the day of decision."""
        self.known = date.max if hindsight else on
        self.book, self.facts, self.on, self.combine = book, facts, on, combine
        self.schemes = schemes
        me = weakref.ref(self)  # whoever asks holds the engine: it goes with the decision, not with the collector

        def recognise(key: str, meets: bool, day: date | Causes) -> tuple[Truth, Standing]:
            engine = me()
            assert engine is not None
            return engine.recognised_on(key, meets, day)

        self.evaluator = judge(book, facts, on, recognise)
        self.evaluator.known = self.known if hindsight else None
        self.recognised: dict[tuple[str, date | Causes], RecognitionJudged] = {}
        self.atoms: dict[Any, _Atom] = {}
        self.covers: set[str] = set()  # exclusions that a statement settled

    # -- recognitions ---------------------------------------------------------------------------

    def recognised_on(self, key: str, meets: bool, day: date | Causes) -> tuple[Truth, Standing]:
        result = self.recognition(key, day)
        if not meets or result.spec.kind != "conferred":
            return (result.meets if meets else result.truth), result.standing
        # whether the criteria are met turns on the criteria, whatever the certificate says
        basis = self._standing(self.book.recognitions[key].basis, day)
        return result.meets, max(turned_on(result.conditions, result.conditions.truth.value), basis)

    def recognition(self, key: str, day: date | Causes) -> RecognitionJudged:
        if (key, day) not in self.recognised:
            self._layer([key], day)  # what it asks after is concluded when it is asked
        return self.recognised[(key, day)]

    def _layer(self, keys: Iterable[str], day: date | Causes) -> None:
        """Conclude a stratum; its conclusions are facts for the next."""
        todo = [self.book.recognitions[k] for k in keys if (k, day) not in self.recognised]
        if not todo:
            return
        envs = {spec.key: Env(self._governing(spec.governed_by, Env(day)) if spec.governed_by else day) for spec in todo}
        batch: list[tuple[str, Tree]] = []
        for spec in todo:
            items = self._items(spec, spec.when, envs[spec.key], None)
            if not items:
                items = [self._nothing(spec, envs[spec.key])]
            items += self._items(spec, spec.unless, envs[spec.key], None)
            batch.append((f"{spec.key}#meets", Tree("all", "", tuple(items), TOP, spec)))
            if spec.kind == "conferred":
                lapses = self._items(spec, spec.lapses, envs[spec.key], None)
                batch.append((f"{spec.key}#held", Tree("all", "", (self._certificate(spec, day), *lapses), HELD, spec)))
        results = self.combine(batch)
        for spec in todo:
            self.recognised[(spec.key, day)] = self._recognition(spec, results[f"{spec.key}#meets"], results.get(f"{spec.key}#held"), day)

    @staticmethod
    def _nothing(owner: MeasureSpec | RecognitionSpec, env: Env) -> Leaf:
        """No condition is in force on the day: nobody qualifies by that."""
        truth = Truth(None, cause(CauseKind.UNSET, Topic.CONDITIONS))
        return Leaf(owner=owner, asked=Made.NO_CONDITIONS, role="when", truth=truth, standing=Standing.UNSET, env=env)

    def _recognition(self, spec: RecognitionSpec, criteria: Node, held: Node | None, day: date | Causes) -> RecognitionJudged:
        meets = criteria.truth
        documents = [self.book.documents[d] for d in spec.basis.documents]
        if isinstance(day, frozenset):
            if documents and all(d.start or d.end for d in documents):
                meets = Truth(None, day)
        elif documents and not any(d.in_force(day, on=self.on) for d in documents):
            meets = Truth(None, frozenset({v.Cause(CauseKind.UNSET, Subject(Topic.DOCUMENT, spec.key, node=day))}))
        if meets.value is True and spec.incomplete:
            meets = Truth(None, cause(CauseKind.UNREAD, Topic.UNREAD, spec.key))
        truth = held.truth if held is not None else meets
        basis = self._standing(spec.basis, day)
        decided = criteria if held is None else held
        standing = max(turned_on(decided, decided.truth.value), basis)
        uses = frozenset[Use]().union(*(c.uses for c in criteria.leaves()))
        return RecognitionJudged(spec=spec, truth=truth, meets=meets, standing=standing, conditions=criteria, held=held, uses=uses)

    def _certificate(self, spec: RecognitionSpec, day: date | Causes) -> Tree:
        """Held on the day: a certificate of that title, issued, within validity, not revoked."""
        key = next((k for k in self.book.records if name_of(k) == CERTIFICATES), None)
        listing = self.facts.records.get(key) if key else None
        leaves: list[Leaf | Tree] = []
        standing, env = self._standing(spec.basis, day), Env(day)

        def leaf(asked: Made, truth: Truth, record: str | None = None, seen: Any = None) -> Leaf:
            return Leaf(owner=spec, asked=asked, role="when", truth=truth, standing=standing, env=env, record=record, seen=seen)

        def untold(kind: CauseKind, entry: Entry, column: str) -> Truth:
            return Truth(None, cause(kind, Topic.FIELD, CERTIFICATES, part=column, record=entry.key))

        for entry in listing.entries if listing else ():
            get = {n: (g.value if (g := entry.values.get(n)) else None) for n in ("名称", "发证日", "有效期止", "撤销日")}
            name = entry.values.get("名称")
            if (get["名称"] is not None and not same_word(get["名称"], spec.certificate)) or (name and name.near and spec.certificate not in name.near):
                continue
            why = CauseKind.MISSING if name is None else CauseKind.UNVERIFIED
            tests = [v.HOLDS if get["名称"] else untold(why, entry, "名称")]
            for column in ("发证日", "有效期止", "撤销日"):
                value = get[column]
                if isinstance(day, frozenset):
                    tests.append(Truth(None, day))
                elif isinstance(value, date):
                    tests.append(Truth({"发证日": value <= day, "有效期止": day <= value, "撤销日": day < value}[column]))
                elif value is None:
                    # untold is not "not revoked": 没有被撤销 is told as 无
                    tests.append(untold(CauseKind.UNVERIFIED if column == "撤销日" else CauseKind.MISSING, entry, column))
            dates = tuple((n, get[n]) for n in ("发证日", "有效期止", "撤销日") if isinstance(get[n], date))
            leaves.append(leaf(Made.CERTIFICATE, v.conjunction(tests), entry.key, dates))
        if listing is None or not listing.complete:
            leaves.append(leaf(Made.OTHER_CERTIFICATES, Truth(None, cause(CauseKind.MISSING, Topic.CERTIFICATE, spec.key))))
        elif not leaves:
            leaves.append(leaf(Made.NO_CERTIFICATE, v.FAILS))
        return Tree("any", "when", tuple(leaves), CERTIFICATE, spec)

    # -- conditions -----------------------------------------------------------------------------

    def _standing(self, basis: Basis, day: date | Causes, since: date | None = None) -> Standing:
        return self.evaluator.standing(basis, Env(day), since)

    def _governing(self, expr: t.Expr, env: Env) -> date | Causes:
        value = self.evaluator.value(expr, env)
        return value.value if isinstance(value, v.Known) else v.causes_of(value)

    def _items(
        self, owner: MeasureSpec | RecognitionSpec, group: Group, env: Env, record: Entry | None, *, per_record: bool | None = None
    ) -> list[Leaf | Tree]:
        """The group's items judged; those for records, or those not, as asked."""
        out: list[Leaf | Tree] = []
        for item in group.items:
            if per_record is not None and item.per_record is not per_record:
                continue
            if isinstance(item, Condition):
                if (found := self._judge(owner, item, env, record)) is not None:
                    out.append(found)
            else:
                inner = tuple(self._items(owner, item, env, record))
                if inner:
                    out.append(Tree(item.op, item.role, inner, item.place, owner, item, record.key if record and item.per_record else None))
        return out

    def _judge(self, owner: MeasureSpec | RecognitionSpec, condition: Condition, env: Env, record: Entry | None) -> Leaf | None:
        """None where the condition is not in force on the governing day."""
        if isinstance(env.day, date) and ((condition.start and env.day < condition.start) or (condition.end and env.day > condition.end)):
            return None
        if not self.book.learnt(condition.basis.clauses, self.known):
            return None  # nobody knew of it then
        key = record.key if record is not None and condition.per_record else None
        atom = self._atom(condition.expr, env, record if condition.per_record else None)
        truth, firmness = atom.truth, atom.standing
        if isinstance(env.day, frozenset) and (condition.start or condition.end):
            truth = Truth(None, env.day)
            firmness = self._relied(atom.uses, truth, env)
        standing = max(self._firmness(condition, env), firmness)
        return Leaf(
            owner=owner, asked=condition, role=condition.role, truth=truth, standing=standing, env=env, record=key, stage=atom.stage, uses=atom.uses
        )  # fmt: skip

    def _firmness(self, condition: Condition, env: Env) -> Standing:
        """Of what a condition stands on; worked out once for a rulebook and a day."""
        where = (id(condition), env.day, env.document, env.since, self.on)
        found = self.evaluator.notes.get(where)
        if found is None or found[0] is not condition:
            standing = self.evaluator.standing(condition.basis, env, condition.start)
            if env.document is not None:  # what a scheme asks is never firmer than the document it is taken from
                standing = max(standing, self._standing(Basis(env.document), env.day, env.since))
            found = self.evaluator.notes[where] = (condition, standing)
        return found[1]

    def _atom(self, expr: t.Expr, env: Env, record: Entry | None) -> _Atom:
        """What a condition asks, judged once, however many measures ask it.

        The compiler gives conditions that say the same one expression object.
        """
        where = (id(expr), env.day, env.document, env.since, id(record))
        found = self.atoms.get(where)
        if found is None:
            sharing = self.evaluator.sharing
            common = sharing.store("atoms", expr) if sharing is not None and not sharing.recognising(expr) else None
            kept = None if common is None else common.get(where)
            if kept is not None and kept[0] is record:
                found = kept[1]
            else:
                value, uses, touched = self.evaluator.traced(expr, env)
                truth = Truth(value.value) if isinstance(value, v.Known) else Truth(None, v.causes_of(value))
                found = _Atom(truth, uses, self._relied(uses, truth, env), self._stage(touched))
                if common is not None:
                    common[where] = (record, found)
            self.atoms[where] = found
        return found

    def _relied(self, uses: Iterable[Use], truth: Truth, env: Env) -> Standing:
        """The weakest standing among the figures read."""
        return self.evaluator.relied(uses, settled=truth.value is not None, env=env)

    def _stage(self, touched: Iterable[str]) -> str:
        stages = [g.stage for key in touched for g in self.facts.facts.get(key, {}).values()]
        if not stages:
            return ""
        return next(s for s in ("申报", "核验", "核减", "审定") if s in stages)

    # -- measures -------------------------------------------------------------------------------

    def measures(self, wanted: Collection[str]) -> tuple[dict[str, MeasureJudged], dict[str, tuple[Account, Finishing]]]:
        """The measures of these keys, in the order of the rulebook; stacking is still to come. What is not applied for shares no record."""
        stores = self._stores(wanted)
        there = {k: found for k, store in stores.items() if (found := store.get(k)) is not None and found.judged.spec is self.book.measures[k]}
        ready = self._concluded(dependencies(self.book, [k for k in wanted if k not in there]))
        prepared = {k: ready[k] for k in self.book.measures if k in wanted and k not in there}
        share_records(self.book, {key: p.account for key, p in prepared.items() if p.account is not None and self.facts.applied_for(key)}, prepared)
        for key, p in prepared.items():
            there[key] = found = _Settled(p.result(), p.account, p.scheme, p.scheme_env)
            if key in stores:
                stores[key][key] = found
        judged = {k: there[k].judged for k in self.book.measures if k in wanted}
        # what stacking may still change is finished again; nothing settled holds the engine, so that it goes when it is done with
        kept: dict[str, tuple[Account, Finishing]] = {
            key: (account, there[key].finishing(self.evaluator))
            for key, m in judged.items()
            if (account := there[key].account) is not None and m.outcome in (Outcome.ELIGIBLE, Outcome.UNDETERMINED)
        }
        return judged, kept

    def _stores(self, wanted: Collection[str]) -> dict[str, dict[Any, Any]]:
        """Of measures that come out the same whatever else is judged beside them: where what they come to is kept for other ways of reading.

        Not where a rule engine has to conclude, or a statement may settle something; nor what asks after others or is asked after,
        shares its records, or may ask after a recognition that is not concluded already.
        """
        sharing = self.evaluator.sharing
        if sharing is None or self.combine is not combine_reference or self.facts.statement is not None:
            return {}
        alone = _ALONE.of(self.book)
        return {
            k: sharing.measure("measures", k) for k in wanted if (asked := alone.get(k)) is not None and all((r, self.on) in self.recognised for r in asked)
        }

    def verdict(self, key: str) -> Truth:
        """Whether the conditions of a measure hold and it is in force; nothing of what it gives is worked out."""
        self._concluded(dependencies(self.book, {key}), but=key)
        one = _Prepared(self, self.book.measures[key])
        one.settle(self.combine([(key, one.tree())])[key])
        return one.verdict

    def _concluded(self, needed: Collection[str], *, but: str = "") -> dict[str, _Prepared]:
        """These measures (`but` one that is only asked about), stratum by stratum; whom one of them asks after has a conclusion."""
        out, asked = dict[str, _Prepared](), {k for key in needed for k in self.book.measures[key].asks}
        for layer in self.book.strata:
            fresh = {k: _Prepared(self, self.book.measures[k]) for k in layer if k in needed and k != but}
            results = self.combine([(key, p.tree()) for key, p in fresh.items()]) if fresh else {}
            for key, one in fresh.items():
                one.conclude(results[key])
            self.evaluator.conclusions.update({k: one.conclusion() for k, one in fresh.items() if k in asked})
            out |= fresh
        return out

    def recognise_all(self, wanted: Collection[str]) -> None:
        """Conclude, stratum by stratum, the recognitions of these keys on the day of decision."""
        for layer in self.book.strata:
            self._layer([k for k in layer if k in wanted], self.on)

    def scheme_of(self, spec: MeasureSpec) -> SchemeSpec:
        if not spec.schemes:
            return spec.base
        name = self.schemes.get(spec.id)
        return spec.schemes[name] if name is not None else next(iter(spec.schemes.values()))


@dataclass(frozen=True, slots=True)
class _Settled:
    """A measure judged before stacking, with its amount."""

    judged: MeasureJudged
    account: Account | None
    scheme: SchemeSpec
    env: Env

    def finishing(self, evaluator: Evaluator) -> Finishing:
        """The award of another amount, as stacking and caps left it."""
        account = self.account
        assert account is not None
        return lambda amount: finish(account.again(amount), self.scheme, evaluator, self.env)[0]


class _Prepared:
    """One measure on its way: force, environment, judged records."""

    def __init__(self, engine: Engine, spec: MeasureSpec) -> None:
        self.engine, self.spec = engine, spec
        self.scheme = engine.scheme_of(spec)
        self.schemed = bool(spec.schemes)
        start = Env(engine.on)
        day: date | Causes = engine.on
        if spec.governed_by is not None and not spec.governed_per_record:
            day = engine._governing(spec.governed_by, start)
        self.env = Env(day, since=spec.start)
        self.day = day
        if spec.governed_by is not None and not spec.governed_per_record:
            self.env = self._dated(self.env, start)
        self.records: list[tuple[Entry, Truth, Env]] = []
        self.open_list: Causes = v.NONE_KNOWN
        self.account: Account | None = None
        self.window: Leaf | None = None
        self.taken = Standing.ENACTED  # of the window, where it was asked and stands on its own clause
        if spec.records is not None:
            items = engine.evaluator.value(spec.records, self.env)
            assert isinstance(items, v.Items)
            self.open_list = items.causes if not items.complete else v.NONE_KNOWN
            for bound, belongs in self._groups(items) if spec.by else items.items:
                env = self.env.bind(spec.each, bound)
                entry = bound.entry if isinstance(bound, Grouped) else bound
                if spec.governed_per_record and spec.governed_by is not None:
                    env = self._dated(replace(env, day=engine._governing(spec.governed_by, env)), env)
                self.records.append((entry, belongs, env))

    def _groups(self, items: v.Items) -> Iterator[tuple[Grouped, Truth]]:
        column = next(r for r in self.engine.book.records.values() if r.name == self.spec.record and self.spec.by in r.fields).fields[self.spec.by]
        return grouped(items, column, self.spec.record, self.spec.by)

    @property
    def limited(self) -> bool:
        """Whether what its records give may still be cut after they are added up."""
        capped = any(g.rule == "cap" and self.spec.key in g.members for g in self.engine.book.stacking)
        scheme = self.scheme
        return bool(
            capped or scheme.floor or scheme.pay or self.spec.difference or self.spec.incomplete
            or scheme.rounding or any(r.after for r in self.spec.reductions) or any(x.scope != "record" for x in scheme.limits)
        )  # fmt: skip

    def _scheme_env(self, env: Env) -> Env:
        return env.under(self.scheme.document) if self.schemed else env

    @property
    def scheme_env(self) -> Env:
        return self._scheme_env(self.env)

    @property
    def spans(self) -> tuple[tuple[date | None, date | None], ...]:
        """When the measure is in force."""
        spec = self.spec

        def earliest(*ends: date | None) -> date | None:
            return min((e for e in ends if e is not None), default=None)

        return tuple((spec.start or d.start, earliest(spec.end, d.end)) for d in self.documents) or ((spec.start, spec.end),)

    def _dated(self, env: Env, around: Env) -> Env:
        """Where the governing date is a fact not told: on any other day than those nothing is paid."""
        if isinstance(env.day, date) or self.spec.governed_by is None:
            return env
        governing = self.engine.evaluator.slot_of(self.spec.governed_by, around)
        return replace(env, governing=governing, spans=self.spans) if governing is not None else env

    def force(self, day: date | Causes) -> tuple[Truth, Lapse | None]:
        """Whether the measure is in force on its governing day, and why if not."""
        spec, on = self.spec, self.engine.on
        if not self.engine.book.learnt(spec.clauses, self.engine.known):
            return v.FAILS, Lapse.NOT_KNOWN
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

    @property
    def documents(self) -> list[DocumentSpec]:
        """The documents of the measure's own clauses: each governs its own period."""
        return [self.engine.book.documents[d] for d in self.spec.documents]

    def tree(self) -> Tree:
        engine, spec, scheme = self.engine, self.spec, self.scheme
        each = bool(spec.each)
        items: list[Leaf | Tree] = []
        groups = [(spec.when, False), (spec.unless, False)]
        if self.schemed:
            groups += [(scheme.when, True), (scheme.unless, True)]
        for group, schemed in groups:
            env = self._scheme_env(self.env) if schemed else self.env
            items += self._asked(group, env, None, per_record=False if each else None)
        if not each and not any(i.role != "unless" for i in items):
            items.append(engine._nothing(spec, self.env))
        if each:
            members: list[Leaf | Tree] = []
            for entry, belongs, env in self.records:
                inner: list[Leaf | Tree] = []
                if belongs.value is None:
                    inner.append(self._leaf(Made.BELONGS, belongs, env, entry.key))
                if spec.governed_per_record:
                    truth, lapse = self.force(env.day)
                    inner.append(self._leaf(Made.IN_FORCE, truth, env, entry.key, lapse))
                for group, schemed in groups:
                    inner += self._asked(group, self._scheme_env(env) if schemed else env, entry, per_record=True)
                members.append(Tree("all", "when", tuple(inner), RECORD, spec, None, entry.key))
            if self.open_list:
                members.append(self._leaf(Made.LISTING, Truth(None, self.open_list), self.env))
            elif not members:
                members.append(replace(self._leaf(Made.NO_RECORD, v.FAILS, self.env), standing=self._asked_of_records(groups)))
            items.append(Tree("any", "when", tuple(members), RECORDS, spec))
        return Tree("all", "", tuple(items), TOP, spec)

    def _asked(self, group: Group, env: Env, record: Entry | None, *, per_record: bool | None) -> list[Leaf | Tree]:
        """The group's items; exclusions nobody has told of are settled by a statement, where there is one."""
        found, statement = self.engine._items(self.spec, group, env, record, per_record=per_record), self.engine.facts.statement
        if statement is None or group.role != "unless":
            return found
        out = [covered(i, combined(i).truth if isinstance(i, Tree) else i.truth, statement, self.engine.book) for i in found]
        self.engine.covers.update(exclusion_id(x) for was, now in zip(found, out, strict=True) if now is not was for x in undecided(was))
        return out

    def _asked_of_records(self, groups: Iterable[tuple[Group, bool]]) -> Standing:
        """With no record, whatever is asked of one fails: the firmest of it decides. Nothing asked: our reading."""
        asked = [c for group, _ in groups for c in group.conditions() if c.per_record and c.role != "unless"]
        return min((self.engine._standing(c.basis, self.day) for c in asked), default=Standing.ASSUMED)

    def _leaf(self, asked: Made, truth: Truth, env: Env, record: str | None = None, seen: Any = None) -> Leaf:
        return Leaf(owner=self.spec, asked=asked, role="when", truth=truth, standing=Standing.ENACTED, env=env, record=record, seen=seen)

    def conclude(self, group: Node) -> None:
        """Force, verdict and the amounts of the single records; caps need the other measures."""
        self.settle(group)
        award = self.scheme.award
        assert award is not None
        if award.expr is not None and award.kind in ("grant", "interest") and self.verdict.value is not False:
            self.account = self._items_of_award()

    def settle(self, group: Node) -> None:
        """Force and verdict."""
        spec = self.spec
        self.group = group
        in_force, word = self.force(self.day) if not spec.governed_per_record else (v.HOLDS, None)
        if spec.governed_per_record and self.records and not self.open_list:
            forces = [self.force(env.day) for _, _, env in self.records]
            whole = v.conjunction([kleene("all", "", [i for i in group.items if not (isinstance(i, Node) and i.place == RECORDS)])])
            if whole.value is not False and not any(f.value for f, _ in forces):
                # none is in force: not a refusal of the enterprise, unless that is refused itself
                in_force, word = v.disjunction(f for f, _ in forces), forces[0][1]
                if in_force.value is False and whole.value is None:
                    in_force = Truth(None, whole.causes)
        self.window = self._taking(spec.window) if spec.window is not None else None
        if in_force.value is not False and self.window is not None:
            inside = self.window.truth
            if spec.window is not None and spec.window.basis is not None:
                self.taken = self.window.standing
            if inside.value is False:  # whatever the governing date turns out to be
                in_force, word = v.FAILS, Lapse.WINDOW
            elif inside.value is None and in_force.value is True:
                in_force = inside
        self.in_force, self.lapse = in_force, word
        self.verdict = v.conjunction([group.truth, in_force]) if in_force.value is not False else v.FAILS

    def conclusion(self) -> Conclusion:
        """What other measures may ask of this one: as if nothing were stacked with it, its records shared with none."""
        kept, nothing = self.account, v.Number.of(0)
        if kept is not None:
            self.account = replace(kept, steps=list(kept.steps), uses=set(kept.uses), shown=set(kept.shown), items=[replace(i) for i in kept.items])
        judged = self.result()
        amount, self.account = self.account.amount if self.account is not None else nothing, kept
        unread = frozenset(v.Cause(CauseKind.UNREAD, Subject(Topic.CLAUSE, name)) for name in self.spec.incomplete)
        settled = {Outcome.ELIGIBLE: True, Outcome.INELIGIBLE: False, Outcome.NOT_IN_FORCE: False}.get(judged.outcome)
        granted = Truth(settled) if settled is not None else Truth(None, judged.causes or unread)
        records = {}
        if self.spec.each:
            overall, of_each = self._records_judged()
            for entry, truth, _ in of_each:
                whole = v.conjunction([overall, truth])
                records[entry.key] = Truth(None, unread) if whole.value is True and unread else whole
        return Conclusion(granted=granted, amount=amount, standing=judged.standing, records=records)

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
            return replace(self._leaf(Made.WINDOW, truth, env), role="window", standing=self._source_standing(), uses=uses)
        firmness = evaluator.relied(uses, settled=truth.value is not None, env=env)
        standing = max(evaluator.standing(window.basis, env, window.start), firmness)
        return replace(self._leaf(Made.WINDOW, truth, env), role="window", standing=standing, uses=uses)

    def result(self) -> MeasureJudged:
        engine, spec, scheme, group = self.engine, self.spec, self.scheme, self.group
        verdict, in_force, top = self.verdict, self.in_force, self.group.truth
        causes = in_force.causes if verdict.value is False and in_force.value is None else verdict.causes
        standing = turned_on(group, top.value)
        award, uses = self._award()
        outcome, reason = self._outcome(award)
        judged = outcome in (Outcome.ELIGIBLE, Outcome.UNDETERMINED)
        if judged:
            standing = max(standing, award.standing, self._source_standing(), self.taken)
            if self.schemed:
                standing = max(standing, engine._standing(Basis(scheme.document), self.day, spec.start))
            for reading in (*spec.base.readings, *(scheme.readings if self.schemed else ())):
                standing = max(standing, reading.standing)
        changed: tuple[Changed, ...] = ()
        if spec.changing:
            read = _uses(deciding(group)) if outcome is Outcome.INELIGIBLE else uses | _uses(group.leaves())
            changed = self._changed({u.key for u in read})
        if changed and outcome is not Outcome.NOT_IN_FORCE:
            standing = max(standing, Standing.ASSUMED)  # which day's figure holds is our choice
        if outcome is Outcome.NOT_IN_FORCE:
            standing = max(self._source_standing(lapsed=True), self.taken if self.lapse is Lapse.WINDOW else Standing.ENACTED)
        missing = causes | (award.causes if outcome is not Outcome.INELIGIBLE and award.pending else v.NONE_KNOWN)
        return MeasureJudged(
            spec=spec, scheme=scheme, standing=standing, outcome=outcome, reason=reason, award=award, conditions=shaped(group), causes=causes,
            missing=missing, changed=changed, day=self.day, envs=tuple(env for _, _, env in self.records) or (self.env,), uses=uses,
            window=self.window,
        )  # fmt: skip

    def _changed(self, read: Collection[str]) -> tuple[Changed, ...]:
        """Figures read that changed inside the period looked at, where nothing says which day's holds."""
        book, on, out = self.engine.book, self.engine.on, []
        start = self._looked_at()
        for key in self.spec.changing:
            if key not in read:
                continue
            if key in book.tables:
                known = rows_known_on(book.tables[key].rows, self.engine.known)
                rows = [x for x in known if (x.start is None or x.start <= on) and (x.end is None or x.end >= start)]
                if any((x.start and x.start > start) or (x.end and x.end < on) for x in rows):
                    out.append(Changed(key, start, tuple(x for x in rows if x.start or x.end)))
                continue
            versions = known_under(book.parameters[key], self.scheme.document if self.schemed else None, book.documents, self.engine.known)
            seen = [x for x in versions if (x.start is None or x.start <= on) and (x.end is None or x.end >= start)]
            if len({str(x.value) for x in seen}) > 1:
                out.append(Changed(key, start, tuple(sorted(seen, key=lambda x: x.start or date.min))))
        return tuple(out)

    def _looked_at(self) -> date:
        """The first day of what the measure looks at: the application year, or the earliest date of a record of it."""
        engine = self.engine
        year = engine.facts.year if engine.facts.year is not None else engine.on.year
        inside = [x for _, _, env in self.records if isinstance(group := env.variables.get(self.spec.each), Grouped) for x, _ in group.items]
        entries = inside or [entry for entry, _, _ in self.records]
        dates = [g.value for entry in entries for g in entry.values.values() if isinstance(g.value, date)]
        return min([date(year, 1, 1), *(d for d in dates if d <= engine.on)], default=engine.on)

    def _source_standing(self, *, lapsed: bool = False) -> Standing:
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

    def _award(self) -> tuple[AwardJudged, frozenset[Use]]:
        engine, spec, scheme = self.engine, self.spec, self.scheme
        award = scheme.award
        assert award is not None
        if award.expr is None or award.kind in ("relief", "service", "recommendation"):
            rate, uses = None, frozenset[Use]()
            if award.expr is not None:
                rate, uses, _ = engine.evaluator.traced(award.expr, self._scheme_env(self.env))
            standing = max((u.standing for u in uses), default=Standing.ENACTED)
            steps = []
            for part in award.parts:  # shown for information: nothing turns on it
                value, more, _ = engine.evaluator.traced(part.expr, self._scheme_env(self.env))
                uses |= more
                steps.append(Step(kind=StepKind.RATE, rule=part, after=value, change=False))
            return AwardJudged(spec=award, unit="", low=None, high=None, steps=tuple(steps), standing=standing, rate=rate), uses
        account = self.account
        if account is None:
            zero = Fraction(0)
            return AwardJudged(spec=award, unit="元", low=zero, high=zero), frozenset()
        env = self._scheme_env(self.env)
        settle(spec, scheme, engine.evaluator, env, self.open_list, account)
        to_the_cent(account, scheme, engine.book.cents)
        if spec.incomplete:
            # what an unread clause may take away is not settled
            unread = frozenset(v.Cause(CauseKind.UNREAD, Subject(Topic.CLAUSE, name)) for name in spec.incomplete)
            account.amount = gate(account.amount, Truth(None, unread))
        return finish(account.again(account.amount), scheme, engine.evaluator, env)

    def _items_of_award(self) -> Account:
        engine, spec, scheme = self.engine, self.spec, self.scheme
        env = self._scheme_env(self.env)
        if not spec.each:
            account = itemise(spec, scheme, engine.evaluator, env, self.verdict, ())
            for item in account.items:
                item.amount = gate(item.amount, self.verdict)
            return account
        overall, records = self._records_judged()
        return itemise(spec, scheme, engine.evaluator, env, overall, records)

    def _records_judged(self) -> tuple[Truth, list[tuple[Entry, Truth, Env]]]:
        """The verdict of the enterprise-level conditions, and of each record its own and its environment."""
        rest = [i for i in self.group.items if not (isinstance(i, Node) and i.place == RECORDS)]
        overall = v.conjunction([kleene("all", "", rest), self.in_force])  # also the window, where records have their own dates
        verdicts = self._record_truths(self.group)
        return overall, [(entry, v.conjunction([belongs, verdicts[entry.key]]), self._scheme_env(inner)) for entry, belongs, inner in self.records]

    def _record_truths(self, group: Node) -> dict[str, Truth]:
        for item in group.items:
            if isinstance(item, Node) and item.place == RECORDS:
                return {i.record: i.truth for i in item.items if isinstance(i, Node) and i.record is not None}
        return {}

    def _outcome(self, award: AwardJudged) -> tuple[Outcome, Reason]:
        verdict, in_force, spec = self.verdict, self.in_force, self.spec
        if in_force.value is False:
            return Outcome.NOT_IN_FORCE, Reason(kind=ReasonKind.LAPSED, lapse=self.lapse)
        if verdict.value is False and in_force.value is None:
            # refused either way, but 不符合 or 不在有效期 hangs on what is not told: no settled outcome yet
            return Outcome.UNDETERMINED, _open(in_force.causes)
        if verdict.value is False:
            return Outcome.INELIGIBLE, Reason(kind=ReasonKind.FAILING, leaves=tuple(deciding(self.group)))
        if verdict.value is None:
            return Outcome.UNDETERMINED, _open(verdict.causes)
        if spec.incomplete:
            return Outcome.UNDETERMINED, Reason(kind=ReasonKind.UNREAD)
        if award.monetary and award.high == 0:
            return Outcome.ELIGIBLE, Reason(kind=ReasonKind.ZERO, step=next((s for s in reversed(award.steps) if s.change), None))
        if award.monetary and award.pending:
            return Outcome.ELIGIBLE, Reason(kind=ReasonKind.AMOUNT_OPEN, cause=leading(award.causes) or CauseKind.MISSING)
        return Outcome.ELIGIBLE, Reason(kind=ReasonKind.SATISFIED)


def _open(causes: Causes) -> Reason:
    kind = leading(causes) or CauseKind.MISSING
    return Reason(kind=ReasonKind.UNREAD) if kind is CauseKind.UNREAD else Reason(kind=ReasonKind.OPEN, cause=kind)


def _uses(leaves: Iterable[Leaf]) -> frozenset[Use]:
    return frozenset[Use]().union(*(c.uses for c in leaves))


def deciding(item: Node) -> list[Leaf]:
    """The leaves that made a group fail."""
    out: list[Leaf] = []
    for child in item.items:
        if counted(child, item.role).value is not False and item.op != "not":
            continue
        if isinstance(child, Leaf):
            out.append(child)
        else:
            inner = deciding(child)
            out += inner or list(child.leaves())
    return out


def shaped(group: Node) -> Node:
    """One record only: an `any` of one is itself, so its items stand beside the others."""
    if not any(isinstance(item, Node) and item.place == RECORDS for item in group.items):
        return group
    items: list[Leaf | Node] = []
    for item in group.items:
        if isinstance(item, Node) and item.place == RECORDS and len(item.items) == 1:
            only = item.items[0]
            if isinstance(only, Node):
                items += only.items
                continue
        items.append(item)
    return replace(group, items=tuple(items))


# -- the judgement ----------------------------------------------------------------------------------


def judge(
    book: CompiledRulebook, facts: Facts, *, on: date, schemes: Mapping[str, str] | None = None, only: Collection[str] | None = None,
    combine: Combine = combine_reference, reasoner: str = "reference", evaluator: type[Evaluator] = Evaluator, hindsight: bool = False,
    recognising: Collection[tuple[str, date | Causes]] = (), shared: Shared | None = None,
) -> Judgement:  # fmt: skip
    """Judge one enterprise on day `on`.

    `schemes` chooses a scheme by measure id; `only` restricts to measures by id: what those do not
    depend on is not judged. `recognising`: recognitions to conclude beside, each with its day. `shared`:
    with judgements of the same facts by the same reader under other readings. Raises `UsageError` for a wrong choice.
    """
    schemes = dict(schemes or {})
    refuse_choices(book, schemes, only)
    by_id = {s.id: s for s in book.measures.values()}
    engine = Engine(book, facts, on, schemes, combine, evaluator, hindsight=hindsight)
    if shared is not None:
        engine.evaluator.share(Sharing(shared, book))
    asked = None if only is None else tuple(dict.fromkeys(only))
    keys = set(book.measures) if asked is None else {by_id[m].key for m in asked}
    together = company(book, keys)
    shown = shown_recognitions(book, None if asked is None else keys)
    engine.recognise_all(shown)
    for key, day in recognising:
        engine.recognition(key, day)
    standing = {*((key, on) for key in shown), *recognising}
    judged, accounts = engine.measures(together)
    if facts.applied is not None:
        judged = {k: replace(m, applied=k in facts.applied) for k, m in judged.items()}
    stacked, total = stack(book, {k: m for k, m in judged.items() if facts.applied_for(k)}, accounts, engine.evaluator)
    measures = {k: stacked.get(k, m) for k, m in judged.items() if k in keys}
    if keys != together:
        total = among(total, stacked, keys)
    return Judgement(
        book=book, facts=facts, on=on, reasoner=reasoner, schemes=schemes, only=asked, measures=measures,
        recognitions={k: r for k, r in engine.recognised.items() if k in standing}, total=total, hindsight=hindsight,
        conclusions=dict(engine.evaluator.conclusions), covers=tuple(sorted(engine.covers)),
    )  # fmt: skip


def refuse_choices(book: CompiledRulebook, schemes: Mapping[str, str], only: Collection[str] | None) -> None:
    """Measures and schemes asked for that the rulebook has not. Raises `UsageError`."""
    by_id = {s.id: s for s in book.measures.values()}
    for measure, name in schemes.items():
        if measure not in by_id:
            raise UsageError(f"没有支持事项“{clip(measure)}”", mend=_by_its_id(measure, by_id), argument="scheme")
        if name not in by_id[measure].schemes:
            known = "、".join(by_id[measure].schemes) or "（没有参照方案）"
            raise UsageError(f"“{measure}”没有方案“{clip(name)}”", mend=f"可用：{known}", argument="scheme")
    for measure in only or ():
        if measure not in by_id:
            raise UsageError(f"没有支持事项“{clip(measure)}”", mend=_by_its_id(measure, by_id), argument="measures")


def _by_its_id(word: str, by_id: Mapping[str, MeasureSpec]) -> str:
    """What to write instead: here a measure is asked for by its id, whoever knows its title."""
    found = meant(word, {i: s.title for i, s in by_id.items()})
    if found:
        return "写编号：" + "、".join(f"{i}（{by_id[i].title}）" for i in found[:6])
    return suggestion(word, by_id) or "可用：" + "、".join(by_id)


def company(book: CompiledRulebook, keys: Collection[str]) -> frozenset[str]:
    """The measures that must be judged with these: whom stacking joins to them, directly or through others."""
    found, waiting = set(keys), list(keys)
    while waiting:
        key = waiting.pop()
        for group in book.stacking:
            if key in group.members:
                fresh = [m for m in group.members if m not in found]
                found.update(fresh)
                waiting += fresh
    return frozenset(found)


def dependencies(book: CompiledRulebook, keys: Collection[str]) -> frozenset[str]:
    """These measures and those whose conclusions they ask after, directly or through others."""
    found, waiting = set(keys), list(keys)
    while waiting:
        fresh = [k for k in book.measures[waiting.pop()].asks if k not in found]
        found.update(fresh)
        waiting += fresh
    return frozenset(found)


def shown_recognitions(book: CompiledRulebook, keys: Collection[str] | None) -> set[str]:
    """The recognitions that stand beside these measures in a decision; all of them where everything is decided."""
    return set(book.recognitions) if keys is None else {r for k in keys for r in recognitions_of(book, k)}


def recognitions_of(book: CompiledRulebook, key: str) -> frozenset[str]:
    """The recognitions the conditions of a measure ask after."""
    return _RECOGNITIONS.of(book)[key]


def _recognitions_of(book: CompiledRulebook, key: str) -> frozenset[str]:
    spec = book.measures[key]
    groups = [spec.when, spec.unless, *(g for s in spec.schemes.values() for g in (s.when, s.unless))]
    roots = [c.expr for g in groups for c in g.conditions()]
    return frozenset(n.recognition for n in references(roots, book) if isinstance(n, t.RecognitionRef))


_RECOGNITIONS: Derived[CompiledRulebook, dict[str, frozenset[str]]] = Derived(
    lambda book: {key: _recognitions_of(book, key) for key in book.measures}, key=lambda book: book.digest, size=WAYS
)


def _alone(book: CompiledRulebook) -> dict[str, frozenset[str]]:
    """The measures that are judged on the day of decision and by themselves, each with the recognitions it may ask after."""
    asked = {m for spec in book.measures.values() for m in spec.asks}
    sharing = {m for g in book.stacking if g.column for m in g.members}
    return {
        k: frozenset(n.recognition for n in references(roots_of(spec), book) if isinstance(n, t.RecognitionRef))
        for k, spec in book.measures.items()
        if not spec.asks and spec.governed_by is None and k not in asked and k not in sharing
    }


_ALONE: Derived[CompiledRulebook, dict[str, frozenset[str]]] = Derived(_alone, key=lambda book: book.digest, size=WAYS)

__all__ = [
    "Combine",
    "Engine",
    "combine_reference",
    "combined",
    "company",
    "counted",
    "deciding",
    "judge",
    "kleene",
    "recognitions_of",
    "refuse_choices",
    "shown_recognitions",
    "turned_on",
]
