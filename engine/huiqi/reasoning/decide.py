"""One enterprise, one rulebook, one day: the decision.

Conditions are judged, verdicts combined stratum by stratum (by the reasoner asked for), amounts
and stacking follow, standings are derived. The two reasoners differ only in who combines verdicts:
`reference` here, by Kleene; `rete` in `inference`, on durable_rules. Everything else is shared, so
that an explanation has one source. There is no clock: `on` is given.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from .._version import __version__
from ..errors import CaseError, Problem, UsageError, clip, suggestion
from ..language import typed as t
from ..language.levelling import same_word
from ..language.printer import sentence
from ..rulebook.compiled import (
    CERTIFICATES, Basis, CompiledRulebook, Condition, DocumentSpec, Group, MeasureSpec, RecognitionSpec, SchemeSpec, Standing, listing_word, name_of, versions_under,
)  # fmt: skip
from ..rulebook.reach import references
from . import values as v
from .awards import Account, finish, gate, itemise, settle, to_the_cent
from .decision import (
    REASONS, Asked, Award, BasisLine, ConditionResult, Decision, GroupResult, Line, MeasureResult, Missing, RecognitionResult, Shown,
)  # fmt: skip
from .describe import Triple, describe, shown
from .evaluate import Env, Evaluator, Recognise, Use
from .facts import Entry, Facts
from .pseudonyms import key_words
from .receipt import asked_of, digest_of, input_of
from .values import Causes, Truth, leading


@dataclass(frozen=True)
class Tree:
    """A group of judged conditions whose own verdict is still to be combined.

    `place` names the node of the rulebook it is an instance of: a compiled group's position, or one
    of `TOP`, `RECORDS`, `RECORD`, `HELD`, `CERTIFICATE`, which no position can equal.
    """

    id: str
    op: str
    role: str
    label: str
    items: tuple[ConditionResult | Tree, ...]
    place: str
    record: str | None = None


UNREAD = REASONS["unread"]
TOP, RECORDS, RECORD, HELD, CERTIFICATE = "§top", "§records", "§record", "§held", "§certificate"

# Gives the verdict of every Tree node (by identity path) of a batch of owners.
Combine = Callable[[Sequence[tuple[str, Tree]]], Mapping[str, GroupResult]]


def combine_reference(batch: Sequence[tuple[str, Tree]]) -> Mapping[str, GroupResult]:
    """Kleene, recursively: the meaning the other reasoner is held to."""
    return {owner: combined(tree) for owner, tree in batch}


def combined(tree: Tree) -> GroupResult:
    items = tuple(combined(i) if isinstance(i, Tree) else i for i in tree.items)
    return concluded(tree, items, kleene(tree.op, tree.role, items))


def concluded(tree: Tree, items: tuple[ConditionResult | GroupResult, ...], truth: Truth) -> GroupResult:
    return GroupResult(tree.id, tree.op, tree.role, tree.label, truth, items, tree.place, tree.record)


def counted(item: ConditionResult | GroupResult, role: str) -> Truth:
    """What an item counts for in its group: in the overall `all`, an exclusion counts by its opposite."""
    return v.negation(item.truth) if item.role == "unless" and role != "unless" else item.truth


def kleene(op: str, role: str, items: Sequence[ConditionResult | GroupResult]) -> Truth:
    truths = [counted(i, role) for i in items]
    if op == "all":
        return v.conjunction(truths)
    if op == "any":
        return v.disjunction(truths)
    return v.negation(truths[0])


def turned_on(item: ConditionResult | GroupResult, wanted: bool | None) -> Standing:
    """The weakest standing among what made the item come out as it did.

    A conjunction that holds turned on all its items, one that fails on the firmest that fails; a
    disjunction the other way round; what is open turned on everything that is open.
    """
    if isinstance(item, ConditionResult):
        return item.standing
    pairs = [(i, counted(i, item.role).value) for i in item.items]
    if item.op == "not":
        return turned_on(item.items[0], None if wanted is None else not wanted)
    matching = [turned_on(i, i.truth.value) for i, value in pairs if value is wanted]
    if not matching:
        return Standing.ENACTED
    every = wanted is None or (item.op == "all") == wanted
    return max(matching) if every else min(matching)


def _undescribed(*_asked: object) -> Triple:
    return None, None, None


@dataclass(frozen=True, slots=True)
class _Atom:
    """One question answered: its verdict, what was compared, which figures it rested on."""

    truth: Truth
    described: Triple
    uses: frozenset[Use]
    standing: Standing
    stage: str


class Engine:
    """Decides one enterprise. Holds only what one decision needs; make a new one for each."""

    def __init__(
        self, book: CompiledRulebook, facts: Facts, on: date, schemes: Mapping[str, str], combine: Combine, judge: type[Evaluator],
        *, described: bool = True,
    ) -> None:  # fmt: skip
        self.book, self.facts, self.on, self.combine = book, facts, on, combine
        self.schemes = schemes
        self.evaluator = judge(book, facts, on, self._recognised)
        if described:  # what is only tried is judged, not described
            self.evaluator.renew = self._renewed
        self.describe: Callable[[t.Expr, Evaluator, Env, Truth], Triple] = describe if described else _undescribed
        self.recognised: dict[tuple[str, Any], RecognitionResult] = {}
        self.atoms: dict[Any, _Atom] = {}

    def _renewed(self, facts: Facts, on: date) -> Recognise:
        return Engine(self.book, facts, on, self.schemes, combine_reference, Evaluator, described=False)._recognised

    # -- recognitions ---------------------------------------------------------------------------

    def _recognised(self, key: str, meets: bool, day: date | Causes) -> tuple[Truth, Standing]:
        result = self.recognition(key, day)
        if not meets or result.kind != "conferred":
            return (result.meets if meets else result.truth), result.standing
        # whether the criteria are met turns on the criteria, whatever the certificate says
        basis = self._standing(self.book.recognitions[key].basis, day)
        return result.meets, max(turned_on(result.conditions, result.conditions.truth.value), basis)

    def recognition(self, key: str, day: date | Causes) -> RecognitionResult:
        if (key, day) not in self.recognised:
            for layer in self.book.strata[:-1]:
                self._layer(layer, day)
                if key in layer:
                    break
        return self.recognised[(key, day)]

    def _layer(self, keys: Iterable[str], day: date | Causes) -> None:
        """Conclude a stratum; its conclusions are facts for the next."""
        todo = [self.book.recognitions[k] for k in keys if (k, day) not in self.recognised]
        if not todo:
            return
        envs = {spec.key: Env(self._governing(spec.governed_by, Env(day)) if spec.governed_by else day) for spec in todo}
        batch: list[tuple[str, Tree]] = []
        for spec in todo:
            items = self._items(spec.when, envs[spec.key], None)
            if not items:
                items = [self._nothing(spec.id, spec.clause)]
            items += self._items(spec.unless, envs[spec.key], None)
            batch.append((f"{spec.key}#meets", Tree(spec.id, "all", "", "", tuple(items), TOP)))
            if spec.kind == "conferred":
                lapses = self._items(spec.lapses, envs[spec.key], None)
                batch.append((f"{spec.key}#held", Tree(f"{spec.id}:持有", "all", "", "", (self._certificate(spec, day), *lapses), HELD)))
        results = self.combine(batch)
        for spec in todo:
            self.recognised[(spec.key, day)] = self._recognition(spec, results[f"{spec.key}#meets"], results.get(f"{spec.key}#held"), day)

    @staticmethod
    def _nothing(owner: str, clause: str) -> ConditionResult:
        """No condition is in force on the day: nobody qualifies by that."""
        truth = Truth(None, frozenset({v.Cause("unset", "当日适用的条件")}))
        return ConditionResult(f"{owner}:适用条件", "when", "当日有适用的条件", truth, "各条条件都不在适用期内", None, None, None, clause, Standing.UNSET, None)

    def _recognition(self, spec: RecognitionSpec, criteria: GroupResult, held: GroupResult | None, day: Any) -> RecognitionResult:
        meets = criteria.truth
        documents = [self.book.documents[d] for d in spec.basis.documents]
        if documents and isinstance(day, frozenset):
            if all(d.start or d.end for d in documents):
                meets = Truth(None, day)
        elif documents and not any(d.in_force(day, on=self.on) for d in documents):
            meets = Truth(None, frozenset({v.Cause("unset", f"{'、'.join(d.cite for d in documents)}在 {day} 不在有效期")}))
        if meets.value is True and spec.incomplete:
            meets = Truth(None, frozenset({v.Cause("unread", f"{spec.title}的未读条款")}))
        truth = held.truth if held is not None else meets
        basis = self._standing(spec.basis, day)
        decided = criteria if held is None else held
        standing = max(turned_on(decided, decided.truth.value), basis)
        reason = ""
        if held is not None:
            reason = {True: "持有有效证书", False: "未持有在该日有效的证书", None: "证书待核"}[truth.value]
        uses = frozenset().union(*(c.uses for c in criteria.leaves()))
        shown = GroupResult(criteria.id, criteria.op, "", "", criteria.truth, criteria.items + (held,) if held else criteria.items, TOP)
        if held is not None:
            shown = criteria
        certificate = "；".join(c.label for c in held.leaves()) if held else ""
        return RecognitionResult(
            spec.id, spec.title, spec.kind, truth, meets, standing, shown, certificate, reason, spec.authority, spec.clause,
            spec.rulebook, spec.incomplete, uses, tuple(e.text for e in spec.evidence),
        )  # fmt: skip

    def _certificate(self, spec: RecognitionSpec, day: date | Causes) -> Tree:
        """Held on the day: a certificate of that title, issued, within validity, not revoked."""
        key = next((k for k in self.book.records if name_of(k) == CERTIFICATES), None)
        listing = self.facts.records.get(key) if key else None
        leaves: list[ConditionResult | Tree] = []
        standing = self._standing(spec.basis, day)

        def leaf(label: str, truth: Truth, record: str | None, text: str) -> ConditionResult:
            return ConditionResult(f"{spec.id}:证书:{record or '清单'}", "when", label, truth, text, None, None, None, spec.clause, standing, record)

        missing = frozenset({v.Cause("missing", f"{spec.title}证书（明细“{CERTIFICATES}”）")})
        for entry in listing.entries if listing else ():
            get = {n: (g.value if (g := entry.values.get(n)) else None) for n in ("名称", "发证日", "有效期止", "撤销日")}
            name = entry.values.get("名称")
            if (get["名称"] is not None and not same_word(get["名称"], spec.certificate)) or (name and name.near and spec.certificate not in name.near):
                continue
            why = "missing" if name is None else "unverified"
            named = Truth(True) if get["名称"] else Truth(None, frozenset({v.Cause(why, f"{entry.key}的名称")}))
            tests = [named]
            for column in ("发证日", "有效期止", "撤销日"):
                value = get[column]
                if isinstance(day, frozenset):
                    tests.append(Truth(None, day))
                elif isinstance(value, date):
                    tests.append(Truth({"发证日": value <= day, "有效期止": day <= value, "撤销日": day < value}[column]))
                elif value is None:
                    # untold is not "not revoked": 没有被撤销 is told as 无
                    kind = "unverified" if column == "撤销日" else "missing"
                    tests.append(Truth(None, frozenset({v.Cause(kind, f"{entry.key}的{column}")})))
            truth = v.conjunction(tests)
            dates = "，".join(f"{n} {get[n]}" for n in ("发证日", "有效期止", "撤销日") if isinstance(get[n], date))
            leaves.append(leaf(f"{spec.certificate}证书 {entry.key}（{dates}）", truth, entry.key, f"{day} 在有效期内"))
        if listing is None or not listing.complete:
            leaves.append(leaf("其他证书", Truth(None, missing), None, "证书清单未提供或未列全"))
        elif not leaves:
            leaves.append(leaf(f"没有{spec.certificate}证书", v.FAILS, None, "已列全的证书里没有这一项"))
        return Tree(f"{spec.id}:证书", "any", "when", "持有证书", tuple(leaves), CERTIFICATE)

    # -- conditions -----------------------------------------------------------------------------

    def _standing(self, basis: Basis, day: date | Causes, since: date | None = None) -> Standing:
        return self.evaluator.standing(basis, Env(day), since)

    def _governing(self, expr: t.Expr, env: Env) -> date | Causes:
        value = self.evaluator.value(expr, env)
        return value.value if isinstance(value, v.Known) else v.causes_of(value)

    def _items(self, group: Group, env: Env, record: Entry | None, *, per_record: bool | None = None) -> list[ConditionResult | Tree]:
        """The group's items judged; those for records, or those not, as asked."""
        out: list[ConditionResult | Tree] = []
        for item in group.items:
            if per_record is not None and item.per_record is not per_record:
                continue
            if isinstance(item, Condition):
                if (found := self._judge(item, env, record)) is not None:
                    out.append(found)
            else:
                inner = tuple(self._items(item, env, record))
                if inner:
                    out.append(Tree(item.id, item.op, item.role, item.label, inner, item.place, record.key if record and item.per_record else None))
        return out

    def _judge(self, condition: Condition, env: Env, record: Entry | None) -> ConditionResult | None:
        """None where the condition is not in force on the governing day."""
        if isinstance(env.day, date) and ((condition.start and env.day < condition.start) or (condition.end and env.day > condition.end)):
            return None
        key = record.key if record is not None and condition.per_record else None
        atom = self._atom(condition.expr, env, record if condition.per_record else None)
        truth = atom.truth
        if isinstance(env.day, frozenset) and (condition.start or condition.end):
            truth = Truth(None, env.day)
            atom = _Atom(truth, self.describe(condition.expr, self.evaluator, env, truth), atom.uses, self._relied(atom.uses, truth, env), atom.stage)
        actual, required, gap = atom.described
        standing = max(self.evaluator.standing(condition.basis, env, condition.start), atom.standing)
        if env.document is not None:  # what a scheme asks is never firmer than the document it is taken from
            standing = max(standing, self._standing(Basis(env.document), env.day))
        return ConditionResult(
            condition.id if key is None else f"{condition.id}@{key}", condition.role, condition.label, truth, condition.text, actual, required, gap,
            condition.basis.clause, standing, key, atom.stage, condition.note, atom.uses,
        )  # fmt: skip

    def _atom(self, expr: t.Expr, env: Env, record: Entry | None) -> _Atom:
        """What a condition asks, judged and described once, however many measures ask it.

        The compiler gives conditions that say the same one expression object.
        """
        where = (id(expr), env.day, env.document, env.since, id(record))
        found = self.atoms.get(where)
        if found is None:
            value, uses, touched = self.evaluator.traced(expr, env)
            truth = Truth(value.value) if isinstance(value, v.Known) else Truth(None, v.causes_of(value))
            found = _Atom(truth, self.describe(expr, self.evaluator, env, truth), uses, self._relied(uses, truth, env), self._stage(touched))
            self.atoms[where] = found
        return found

    def _relied(self, uses: Iterable[Use], truth: Truth, env: Env) -> Standing:
        """The weakest standing among the figures read."""
        return self.evaluator.relied(uses, settled=truth.value is not None, env=env)

    def _stage(self, touched: Iterable[str]) -> str:
        stages = [g.stage for key in touched for g in self.facts.facts.get(key, {}).values()]
        if not stages:
            return ""
        return next(s for s in ("申报", "核验", "审定") if s in stages)

    # -- measures -------------------------------------------------------------------------------

    def measures(self) -> tuple[dict[str, MeasureResult], dict[str, tuple[Account, Any]]]:
        specs = list(self.book.measures.values())
        for layer in self.book.strata[:-1]:
            self._layer(layer, self.on)
        prepared = {s.key: _Prepared(self, s) for s in specs}
        results = self.combine([(key, p.tree()) for key, p in prepared.items()])
        for key, one in prepared.items():
            one.conclude(results[key])
        from .stacking import share_records

        share_records(self.book, {key: p.account for key, p in prepared.items() if p.account is not None}, prepared)
        return {key: p.result() for key, p in prepared.items()}, {key: p.kept for key, p in prepared.items() if p.kept}

    def scheme_of(self, spec: MeasureSpec) -> SchemeSpec:
        if not spec.schemes:
            return spec.base
        name = self.schemes.get(spec.id)
        return spec.schemes[name] if name is not None else next(iter(spec.schemes.values()))


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
        self.kept: tuple[Account, Any] | None = None
        self.account: Account | None = None
        self.steps: tuple[Any, ...] = ()
        if spec.records is not None:
            items = engine.evaluator.value(spec.records, self.env)
            assert isinstance(items, v.Items)
            self.open_list = items.causes if not items.complete else v.NONE_KNOWN
            for entry, belongs in items.items:
                env = self.env.bind(spec.each, entry)
                if spec.governed_per_record and spec.governed_by is not None:
                    env = self._dated(replace(env, day=engine._governing(spec.governed_by, env)), env)
                self.records.append((entry, belongs, env))

    @property
    def limited(self) -> bool:
        """Whether what its records give may still be cut after they are added up."""
        capped = any(g.rule == "cap" and self.spec.key in g.members for g in self.engine.book.stacking)
        scheme = self.scheme
        return bool(
            capped or scheme.floor or scheme.pay or self.spec.difference or self.spec.incomplete
            or scheme.rounding or any(x.scope != "record" for x in scheme.limits)
        )  # fmt: skip

    def _scheme_env(self, env: Env) -> Env:
        return replace(env, document=self.scheme.document) if self.schemed else env

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

    def force(self, day: date | Causes) -> tuple[Truth, str]:
        """Whether the measure is in force on its governing day, and the word if not."""
        spec, on = self.spec, self.engine.on
        if isinstance(day, frozenset):
            return Truth(None, day), ""
        if spec.start is not None and day < spec.start:
            return v.FAILS, "尚未施行"
        if spec.end is not None and day > spec.end:
            return v.FAILS, "已失效"
        documents = self.documents
        if not documents or any(d.in_force(day, on=on, since=spec.start) for d in documents):
            return v.HOLDS, ""
        begun = any(d.start is None or d.start <= min(day, on) for d in documents)
        return v.FAILS, "已失效" if begun else "尚未施行"

    @property
    def documents(self) -> list[DocumentSpec]:
        """The documents of the measure's own clauses: each governs its own period."""
        return [self.engine.book.documents[d] for d in self.spec.documents]

    def tree(self) -> Tree:
        engine, spec, scheme = self.engine, self.spec, self.scheme
        each = bool(spec.each)
        items: list[ConditionResult | Tree] = []
        groups = [(spec.when, False), (spec.unless, False)]
        if self.schemed:
            groups += [(scheme.when, True), (scheme.unless, True)]
        for group, schemed in groups:
            env = self._scheme_env(self.env) if schemed else self.env
            items += engine._items(group, env, None, per_record=False if each else None)
        if not each and not any(i.role != "unless" for i in items):
            items.append(engine._nothing(spec.id, spec.clauses[0]))
        if each:
            members: list[Tree | ConditionResult] = []
            for entry, belongs, env in self.records:
                inner: list[ConditionResult | Tree] = []
                if belongs.value is None:
                    inner.append(self._leaf("属于申报范围", belongs, entry.key, sentence(spec.records.source) if spec.records else ""))
                if spec.governed_per_record:
                    truth, word = self.force(env.day)
                    when = f"适用日期 {env.day}" if isinstance(env.day, date) else "适用日期未知"
                    inner.append(self._leaf(f"在政策有效期内（{when}{'，' + word if word else ''}）", truth, entry.key, "适用日期在文件有效期内"))
                for group, schemed in groups:
                    inner += engine._items(group, self._scheme_env(env) if schemed else env, entry, per_record=True)
                members.append(Tree(f"{spec.id}:{entry.key}", "all", "when", f"{spec.record} {entry.key}", tuple(inner), RECORD, entry.key))
            if self.open_list:
                members.append(self._leaf(listing_word(spec.record), Truth(None, self.open_list), None, "明细未提供或未列全"))
            elif not members:
                members.append(replace(self._leaf(f"有{spec.record}", v.FAILS, None, "已列全的明细里没有一条"), standing=self._asked_of_records(groups)))
            items.append(Tree(f"{spec.id}:{spec.each}", "any", "when", f"{spec.record}（有一条满足即可）", tuple(members), RECORDS))
        return Tree(spec.id, "all", "", "", tuple(items), TOP)

    def _asked_of_records(self, groups: Iterable[tuple[Group, bool]]) -> Standing:
        """With no record, whatever is asked of one fails: the firmest of it decides. Nothing asked: our reading."""
        asked = [c for group, _ in groups for c in group.conditions() if c.per_record and c.role != "unless"]
        return min((self.engine._standing(c.basis, self.day) for c in asked), default=Standing.ASSUMED)

    def _leaf(self, label: str, truth: Truth, record: str | None, text: str) -> ConditionResult:
        return ConditionResult(
            f"{self.spec.id}:{label}" + (f"@{record}" if record else ""), "when", label, truth, text, None, None, None,
            self.spec.clauses[0], Standing.ENACTED, record,
        )  # fmt: skip

    def conclude(self, group: GroupResult) -> None:
        """Force, verdict and the amounts of the single records; caps need the other measures."""
        engine, spec = self.engine, self.spec
        self.group = group
        in_force, word = self.force(self.day) if not spec.governed_per_record else (v.HOLDS, "")
        if spec.governed_per_record and self.records and not self.open_list:
            forces = [self.force(env.day) for _, _, env in self.records]
            whole = v.conjunction([kleene("all", "", [i for i in group.items if not (isinstance(i, GroupResult) and i.place == RECORDS)])])
            if whole.value is not False and not any(f.value for f, _ in forces):
                # none is in force: not a refusal of the enterprise, unless that is refused itself
                in_force, word = v.disjunction(f for f, _ in forces), forces[0][1]
                if in_force.value is False and whole.value is None:
                    in_force = Truth(None, whole.causes)
        if in_force.value is True and spec.window is not None:
            inside = engine.evaluator.truth(spec.window, self.env)
            if inside.value is False:
                in_force, word = v.FAILS, "不在受理期"
            elif inside.value is None:
                in_force = inside
        self.in_force, self.word = in_force, word
        self.verdict = v.conjunction([group.truth, in_force]) if in_force.value is not False else v.FAILS
        award = self.scheme.award
        assert award is not None
        if award.expr is not None and award.kind in ("grant", "interest") and self.verdict.value is not False:
            self.account = self._items_of_award()

    def result(self) -> MeasureResult:
        engine, spec, scheme, group = self.engine, self.spec, self.scheme, self.group
        verdict, in_force, word, top = self.verdict, self.in_force, self.word, self.group.truth
        causes = in_force.causes if verdict.value is False and in_force.value is None else verdict.causes
        standing = turned_on(group, top.value)
        account, award, uses = self._award()
        outcome, reason = self._outcome(verdict, in_force, word, group, award)
        if outcome in ("eligible", "undetermined"):
            standing = max(standing, award.standing, self._source_standing())
            if self.schemed:
                standing = max(standing, engine._standing(Basis(scheme.document), self.day))
            for reading in (*spec.base.readings, *(scheme.readings if self.schemed else ())):
                standing = max(standing, reading.standing)
        used = uses.union(*(c.uses for c in group.leaves()))
        changed = self._changed({u.key for u in (used if outcome != "ineligible" else _uses(_deciding(group)))})
        if changed and outcome != "not_in_force":
            standing = max(standing, Standing.ASSUMED)  # which day's figure holds is our choice
        if outcome == "not_in_force":
            standing = max(self._source_standing(lapsed=True), Standing.ENACTED)
        missing = tuple(sorted({c.subject for c in causes | (award.causes if outcome != "ineligible" and award.pending else frozenset())}))
        if account is not None and outcome in ("eligible", "undetermined"):
            self.kept = (account, lambda amount: (self.finish(account, amount)[0], self.steps))
        return MeasureResult(
            spec.id, spec.title, spec.clauses, scheme.name or None, standing, outcome, reason, award, shaped(group),
            self.steps, missing, self._evidence(), (*spec.base.obligations, *(scheme.obligations if self.schemed else ())),
            causes, spec.hint, spec.family, engine.book.documents[spec.document].cite if spec.document else "", spec.channel, spec.departments,
            tuple(spec.schemes), self._scheme_cite() if self.schemed else "", self._notes(), (*self._warnings(), *changed), used,
        )  # fmt: skip

    def _changed(self, read: Collection[str]) -> tuple[str, ...]:
        """Figures read that changed inside the period looked at, where nothing says which day's holds."""
        book, on, out = self.engine.book, self.engine.on, []
        start = self._looked_at()
        for key in self.spec.changing:
            if key not in read:
                continue
            parameter = book.parameters[key]
            versions = versions_under(parameter, self.scheme.document if self.schemed else None, book.documents)
            seen = [x for x in versions if (x.start is None or x.start <= on) and (x.end is None or x.end >= start)]
            if len({str(x.value) for x in seen}) > 1:
                spans = "；".join(f"{x.start or ''}至{x.end or ''} {x.text}" for x in sorted(seen, key=lambda x: x.start or date.min))
                out.append(f"标准“{parameter.name}”在{start}至{on}之间有变化（{spans}）；没有写按哪一天的标准，此处按审核日期当日的一版，为假定")
        return tuple(out)

    def _looked_at(self) -> date:
        """The first day of what the measure looks at: the application year, or the earliest date of a record of it."""
        engine = self.engine
        year = engine.facts.year if engine.facts.year is not None else engine.on.year
        dates = [g.value for entry, _, _ in self.records for g in entry.values.values() if isinstance(g.value, date)]
        return min([date(year, 1, 1), *(d for d in dates if d <= engine.on)], default=engine.on)

    def _source_standing(self, *, lapsed: bool = False) -> Standing:
        """Of the measure's own document: its direction is enacted even where its figures are not."""
        documents = self.spec.documents
        if not documents:
            return Standing.ENACTED
        if lapsed:
            return Standing.ASSUMED if any(d.assumed for d in self.documents) else Standing.ENACTED
        basis, evaluator = Basis(documents[0], also=documents[1:]), self.engine.evaluator
        # by each record's own date: the document may have lapsed since, and still govern what it saw
        governed = [env for _, _, env in self.records if self.force(env.day)[0].value is True] if self.spec.governed_per_record else []
        return max((evaluator.standing(basis, env) for env in governed), default=evaluator.standing(basis, self.env))

    def _award(self) -> tuple[Account | None, Award, frozenset[Use]]:
        engine, spec, scheme = self.engine, self.spec, self.scheme
        award = scheme.award
        assert award is not None
        if award.expr is None or award.kind in ("relief", "service", "recommendation"):
            unit, text, uses = "", award.text, frozenset[Use]()
            if award.expr is not None:
                value, uses, _ = engine.evaluator.traced(award.expr, self._scheme_env(self.env))
                shown_rate: Shown = shown(value, award.expr.type)
                text = f"{text}（{shown_rate.text}）"
            lines = []
            standing = max((u.standing for u in uses), default=Standing.ENACTED)
            for part in award.parts:  # shown for information: nothing turns on it
                value, more, _ = engine.evaluator.traced(part.expr, self._scheme_env(self.env))
                uses |= more
                lines.append(Line(f"{part.label}：{sentence(part.expr.source)}", shown(value, part.expr.type).text))
            return None, Award(award.kind, award.basis, unit, None, None, frozenset(), text, tuple(lines), standing=standing), uses
        account = self.account
        if account is None:
            zero = Fraction(0)
            return None, Award(award.kind, award.basis, "元", zero, zero), frozenset()
        env = self._scheme_env(self.env)
        settle(spec, scheme, engine.evaluator, env, self.open_list, account)
        to_the_cent(account, scheme, engine.book.cents)
        if spec.incomplete:
            # what an unread clause may take away is not settled
            unread = frozenset({v.Cause("unread", f"未读条款 {name}") for name in spec.incomplete})
            account.amount = gate(account.amount, Truth(None, unread))
        shown_award, uses = self.finish(account)
        return account, shown_award, uses

    def _items_of_award(self) -> Account:
        engine, spec, scheme, group = self.engine, self.spec, self.scheme, self.group
        env = self._scheme_env(self.env)
        if not spec.each:
            account = itemise(spec, scheme, engine.evaluator, env, self.verdict, ())
            for item in account.items:
                item.amount = gate(item.amount, self.verdict)
            return account
        rest = [i for i in group.items if not (isinstance(i, GroupResult) and i.place == RECORDS)]
        overall = v.conjunction([kleene("all", "", rest), self.in_force])  # also the window, where records have their own dates
        verdicts = self._record_truths(group)
        records = [(entry, v.conjunction([belongs, verdicts[entry.key]]), self._scheme_env(inner)) for entry, belongs, inner in self.records]
        return itemise(spec, scheme, engine.evaluator, env, overall, records)

    def finish(self, account: Account, amount: v.Number | None = None) -> tuple[Award, frozenset[Use]]:
        """Floor, rounding and instalments on a copy; `amount` as stacking and caps left it."""
        own = Account(
            amount or account.amount, account.unit, list(account.lines), list(account.adjustments), set(account.uses), set(account.shown), word=account.word
        )
        award, uses = finish(own, self.scheme, self.engine.evaluator, self._scheme_env(self.env))
        self.steps = tuple(own.adjustments)
        return award, uses

    def _record_truths(self, group: GroupResult) -> dict[str, Truth]:
        for item in group.items:
            if isinstance(item, GroupResult) and item.place == RECORDS:
                return {i.record: i.truth for i in item.items if isinstance(i, GroupResult) and i.record is not None}
        return {}

    def _outcome(self, verdict: Truth, in_force: Truth, word: str, group: GroupResult, award: Award) -> tuple[str, str]:
        if in_force.value is False:
            return "not_in_force", word
        if verdict.value is False and in_force.value is None:
            # refused either way, but 不符合 or 不在有效期 hangs on what is not told: no settled outcome yet
            return "undetermined", REASONS[leading(in_force.causes) or "missing"]
        if verdict.value is False:
            failing = [c.label for c in _deciding(group)]
            return "ineligible", "、".join(dict.fromkeys(failing))
        if verdict.value is None:
            return "undetermined", REASONS[leading(verdict.causes) or "missing"]
        if self.spec.incomplete:
            return "undetermined", UNREAD
        if award.monetary and award.high == 0:
            rule = next((a.rule for a in reversed(self.steps)), "")
            return "eligible", f"测算金额为零{'（' + rule + '）' if rule else ''}"
        if award.monetary and award.pending:
            return "eligible", f"金额{REASONS[leading(award.causes) or 'missing']}"
        return "eligible", "条件均满足"

    def _evidence(self) -> tuple[str, ...]:
        specs = [*self.spec.base.evidence, *(self.scheme.evidence if self.schemed else ())]
        out = []
        for item in specs:
            if item.when is None:
                out.append(item.text)
                continue
            envs = [env for _, _, env in self.records] or [self.env]
            names = {x.name for x in t.walk(item.when) if isinstance(x, t.Variable)}
            if names and not self.records:
                continue
            truths = [self.engine.evaluator.truth(item.when, env) for env in envs]
            verdict = v.disjunction(truths)
            if verdict.value is not False:
                out.append(item.text + ("" if verdict.value else "（视情形）"))
        return tuple(dict.fromkeys(out))

    def _notes(self) -> tuple[str, ...]:
        spec, scheme = self.spec, self.scheme
        notes = [*spec.population, spec.note, scheme.note if self.schemed else "", f"公平竞争审查提示：{spec.fairness}" if spec.fairness else ""]
        notes += [
            f"读法：{r.question} 取“{r.chosen}”" + (f"，不取“{'”“'.join(r.instead_of)}”" if r.instead_of else "")
            for r in (*spec.base.readings, *(scheme.readings if self.schemed else ()))
        ]
        for group in self.engine.book.stacking:
            if group.rule == "cumulate" and spec.key in group.members:
                others = "、".join(f"“{self.engine.book.measures[k].title}”" for k in group.members if k != spec.key)
                notes.append(f"明示可与{others}叠加（{group.basis.clause or group.title}）")
        notes += [f"未读条款：{name}（{self.engine.book.clauses[name].title}）" for name in spec.incomplete]
        return tuple(n for n in notes if n)

    def _scheme_cite(self) -> str:
        """The scheme's document, said to have lapsed where it has: others' past policy is weaker still as a model."""
        book, day = self.engine.book, self.day if isinstance(self.day, date) else self.engine.on
        document = book.documents[self.scheme.document]
        lapsed = document.end is not None and day > document.end
        return document.cite + (f"（已于 {document.end} 期满）" if lapsed else "")

    def _warnings(self) -> tuple[str, ...]:
        """A superior document that lapsed warns all who rely on it."""
        book, spec = self.engine.book, self.spec
        day = self.day if isinstance(self.day, date) else self.engine.on
        out = []
        keys = list(spec.relies_on)
        if spec.document:
            keys += list(book.documents[spec.document].relies_on)
        for key in dict.fromkeys(keys):
            document = book.documents[key]
            if document.end is not None and day > document.end:
                out.append(f"所依据的{document.cite}已于 {document.end} 期满，引用它的条款须复核")
        return tuple(out)


def _uses(leaves: Iterable[ConditionResult]) -> frozenset[Use]:
    return frozenset().union(*(c.uses for c in leaves))


def _deciding(item: GroupResult) -> list[ConditionResult]:
    """The leaves that made a group fail."""
    out: list[ConditionResult] = []
    for child in item.items:
        if counted(child, item.role).value is not False and item.op != "not":
            continue
        if isinstance(child, ConditionResult):
            out.append(child)
        else:
            inner = _deciding(child)
            out += inner or list(child.leaves())
    return out


def shaped(group: GroupResult) -> GroupResult:
    """One record only: an `any` of one is itself, so its items stand beside the others."""
    items: list[ConditionResult | GroupResult] = []
    for item in group.items:
        if isinstance(item, GroupResult) and item.place == RECORDS and len(item.items) == 1:
            only = item.items[0]
            if isinstance(only, GroupResult):
                items += only.items
                continue
        items.append(item)
    return replace(group, items=tuple(items))


# -- the decision -----------------------------------------------------------------------------------


def decide(
    book: CompiledRulebook, facts: Facts, *, on: date, enterprise: str = "", schemes: Mapping[str, str] | None = None,
    only: str | None = None, combine: Combine = combine_reference, reasoner: str = "reference", judge: type[Evaluator] = Evaluator,
) -> Decision:  # fmt: skip
    """Decide one enterprise on day `on`.

    `schemes` chooses a scheme by measure id; `only` restricts to one measure. Raises `CaseError`
    where the facts contradict the vocabulary's cross-checks, `UsageError` for a wrong choice.
    """
    schemes = dict(schemes or {})
    by_id = {s.id: s for s in book.measures.values()}
    for measure, name in schemes.items():
        if measure not in by_id:
            raise UsageError(f"没有支持事项“{clip(measure)}”；{suggestion(measure, by_id) or '可用：' + '、'.join(by_id)}")
        if name not in by_id[measure].schemes:
            raise UsageError(f"“{measure}”没有方案“{clip(name)}”；可用：{'、'.join(by_id[measure].schemes) or '（没有参照方案）'}")
    if only is not None and only not in by_id:
        raise UsageError(f"没有支持事项“{clip(only)}”；{suggestion(only, by_id) or '可用：' + '、'.join(by_id)}")
    engine = Engine(book, facts, on, schemes, combine, judge)
    problems = cross_check(book, facts, engine.evaluator)
    if problems:
        raise CaseError(problems)
    measures, accounts = engine.measures()
    from .stacking import stack, total_of

    measures, total, adjustments = stack(book, measures, accounts, engine)
    ordered = {r.id: r for r in measures.values()}
    if only is not None:
        # the others still take part in stacking, so that one measure reads the same alone and in the whole
        ordered = {only: ordered[only]}
        total = total_of(ordered[only])
        roots = [x.expr for g in _groups_of(by_id[only]) for x in g.conditions()]
        keep = {n.recognition for n in references(roots, book) if isinstance(n, t.RecognitionRef)}
        engine.recognised = {k: r for k, r in engine.recognised.items() if k[0] in keep}
    recognitions = {
        result.id if result.rulebook == book.id else f"{result.rulebook}/{result.id}": result
        for (key, day), result in sorted(engine.recognised.items(), key=lambda kv: kv[0][0]) if day == on
    }  # fmt: skip
    used = {u for r in ordered.values() for u in r.uses}
    payload = input_of(book, facts, on)
    digest = digest_of(payload)
    return Decision(
        enterprise, book.id, book.title, book.version, book.digest, book.uses, on, facts.year, payload, total, ordered, recognitions,
        _missing(ordered, recognitions), _basis(book, used), digest, f"huiqi {__version__}", reasoner, facts.warnings, adjustments,
        asked=Asked(only, schemes, asked_of(enterprise, on, only, schemes, digest, facts.warnings, key_words(facts.key, facts.passing))),
        key=facts.key, passing=facts.passing, unkept=facts.unkept, real=facts.real,
    )  # fmt: skip


def _groups_of(spec: MeasureSpec) -> list[Group]:
    return [spec.when, spec.unless, *(g for s in spec.schemes.values() for g in (s.when, s.unless))]


def cross_check(book: CompiledRulebook, facts: Facts, evaluator: Evaluator) -> list[Problem]:
    """Relations every case must meet, where all their facts are told."""
    problems = []
    for check in book.checks:
        entries: list[Entry | None] = [None]
        if check.record:
            key = next((k for k in facts.records if name_of(k) == check.record), None)
            entries = list(facts.records[key].entries) if key else []
        for entry in entries:
            env = Env(evaluator.on, variables={"§本条": entry} if entry else {})
            truth = evaluator.truth(check.expr, env)
            if truth.value is False:
                places = [g.at for ref in t.walk(check.expr) if isinstance(ref, t.FactRef) for g in facts.facts.get(ref.fact, {}).values()]
                at = entry.at if entry else min((p for p in places if p.line), default=check.at)
                actual, required, _ = describe(check.expr, evaluator, env, truth)
                found = f"{actual.text}（要求{required.text}）" if actual and required else ""
                where = f"（{entry.key}）" if entry else ""
                problems.append(Problem(at, f"数据互相矛盾：{check.label}{where}", found, sentence(check.expr.source), "核对这几项数据"))
    return problems


def _missing(measures: Mapping[str, MeasureResult], recognitions: Mapping[str, RecognitionResult]) -> tuple[Missing, ...]:
    """What would settle more if it were told: fact, cause, and the measures it opens."""
    unlocks: dict[tuple[str, str], list[str]] = {}
    for result in measures.values():
        causes = set(result.causes)
        settled = result.outcome == "eligible" or (result.outcome == "undetermined" and not causes)  # but for a clause not read
        if settled and result.award.pending:
            causes |= result.award.causes
        for cause in causes:
            unlocks.setdefault((cause.subject, cause.kind), []).append(result.id)
    for name, recognition in recognitions.items():
        for cause in recognition.truth.causes:
            unlocks.setdefault((cause.subject, cause.kind), []).append(name)
    order = {k: n for n, k in enumerate(v.CAUSES)}
    rows = sorted(unlocks.items(), key=lambda kv: (order.get(kv[0][1], 9), -len(kv[1]), kv[0][0]))
    return tuple(Missing(fact, cause, tuple(sorted(set(ids)))) for (fact, cause), ids in rows)


def _basis(book: CompiledRulebook, uses: Iterable[Use]) -> tuple[BasisLine, ...]:
    lines = set()
    for use in uses:
        if use.kind in ("parameter", "table"):
            document = book.documents[use.basis.document].cite if use.basis and use.basis.document else ""
            lines.add((use.name, use.text, use.standing, document))
    return tuple(BasisLine(*line) for line in sorted(lines))


__all__ = ["Combine", "Engine", "Tree", "combine_reference", "combined", "decide", "kleene"]
