"""The conditions and recognitions of one enterprise on one day, each judged once.

A condition becomes a leaf: its verdict, the figures it rested on, its standing. What must stay true: conditions that say
the same are one question, whoever asks it; what is not in force, or was not known then, is not asked.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from .. import values as v
from ..language import typed as t
from ..language.levelling import same_word
from ..plain import dataclass
from ..rulebook.compiled import (
    CERTIFICATES,
    Basis,
    CompiledRulebook,
    Condition,
    Group,
    MeasureSpec,
    RecognitionSpec,
    Standing,
    name_of,
)
from ..values import Causes, Subject, Topic, Truth, cause
from ..words import CauseKind
from .combining import Combine, turned_on
from .evaluate import Evaluator
from .judged import (
    CERTIFICATE,
    HELD,
    TOP,
    Leaf,
    Made,
    Node,
    RecognitionJudged,
    Tree,
)
from .told import Entry, Facts
from .uses import Env, Use


@dataclass(frozen=True, slots=True)
class _Atom:
    """One question answered: its verdict, which figures it rested on, at which stage its facts are."""

    truth: Truth
    uses: frozenset[Use]
    standing: Standing
    stage: str


class Conditions:
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
        basis = self.standing(self.book.recognitions[key].basis, day)
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
        envs = {spec.key: Env(self.governing(spec.governed_by, Env(day)) if spec.governed_by else day) for spec in todo}
        batch: list[tuple[str, Tree]] = []
        for spec in todo:
            items = self.items(spec, spec.when, envs[spec.key], None)
            if not items:
                items = [self.nothing(spec, envs[spec.key])]
            items += self.items(spec, spec.unless, envs[spec.key], None)
            batch.append((f"{spec.key}#meets", Tree("all", "", tuple(items), TOP, spec)))
            if spec.kind == "conferred":
                lapses = self.items(spec, spec.lapses, envs[spec.key], None)
                batch.append((f"{spec.key}#held", Tree("all", "", (self._certificate(spec, day), *lapses), HELD, spec)))
        results = self.combine(batch)
        for spec in todo:
            self.recognised[(spec.key, day)] = self._recognition(spec, results[f"{spec.key}#meets"], results.get(f"{spec.key}#held"), day)

    @staticmethod
    def nothing(owner: MeasureSpec | RecognitionSpec, env: Env) -> Leaf:
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
        basis = self.standing(spec.basis, day)
        decided = criteria if held is None else held
        standing = max(turned_on(decided, decided.truth.value), basis)
        uses = frozenset[Use]().union(*(c.uses for c in criteria.leaves()))
        return RecognitionJudged(spec=spec, truth=truth, meets=meets, standing=standing, conditions=criteria, held=held, uses=uses)

    def _certificate(self, spec: RecognitionSpec, day: date | Causes) -> Tree:
        """Held on the day: a certificate of that title, issued, within validity, not revoked."""
        key = next((k for k in self.book.records if name_of(k) == CERTIFICATES), None)
        listing = self.facts.records.get(key) if key else None
        leaves: list[Leaf | Tree] = []
        standing, env = self.standing(spec.basis, day), Env(day)

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

    def standing(self, basis: Basis, day: date | Causes, since: date | None = None) -> Standing:
        return self.evaluator.standing(basis, Env(day), since)

    def governing(self, expr: t.Expr, env: Env) -> date | Causes:
        value = self.evaluator.value(expr, env)
        return value.value if isinstance(value, v.Known) else v.causes_of(value)

    def items(self, owner: MeasureSpec | RecognitionSpec, group: Group, env: Env, record: Entry | None, *, per_record: bool | None = None) -> list[Leaf | Tree]:
        """The group's items judged; those for records, or those not, as asked."""
        out: list[Leaf | Tree] = []
        for item in group.items:
            if per_record is not None and item.per_record is not per_record:
                continue
            if isinstance(item, Condition):
                if (found := self._judge(owner, item, env, record)) is not None:
                    out.append(found)
            else:
                inner = tuple(self.items(owner, item, env, record))
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
                standing = max(standing, self.standing(Basis(env.document), env.day, env.since))
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
