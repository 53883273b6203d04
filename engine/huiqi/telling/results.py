"""From a judgement to the decision as it is told: every measure worded when it is first looked at.

What must stay true: wording decides nothing (values shown are worked out again by the reference, on
the facts that were decided on), and a decision nobody looks into costs no words.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Any, TypeVar

from .. import values as v
from .._version import __version__
from ..asking.behind import behind_untold
from ..asking.later import Later
from ..asking.lifting import remedies_of
from ..asking.questions import Question, questions_of
from ..asking.remedies import Remedies
from ..errors import CaseError, Code, Loc, NotThere, Problem, UsageError, clip, suggestion
from ..language import typed as t
from ..language.types import COUNTED_DAYS
from ..reasoning.combining import combine_reference
from ..reasoning.decide import Engine
from ..reasoning.evaluate import Evaluator
from ..reasoning.exclusions import contradicting
from ..reasoning.judged import AwardJudged, Fired, Judgement, Leaf, Made, MeasureJudged, Node, ReasonKind, RecognitionJudged, Step, StepKind, Way
from ..reasoning.pseudonyms import key_words
from ..reasoning.reasoners import judge_reference, judge_with
from ..reasoning.receipt import asked_of, digest_of, input_of
from ..reasoning.told import Entry, Facts
from ..reasoning.uses import Env, UseKind
from ..rulebook.compiled import CERTIFICATES, AwardBasis, Choices, CompiledRulebook, Condition, FactSpec, MeasureSpec, Rule, name_of, told_as
from ..rulebook.reach import read_by
from ..rulebook.taken import Taken, reading_word, taken_readings
from ..words import CauseKind, Outcome, taken_words
from . import decision as d
from .amounts import ceiling_text, pair_text, shown
from .called import recognition_name, titles_of
from .claimed import Disallowance
from .describe import NOT_SETTLED, composite, describe, described_window
from .disallowed import disallowance
from .doubtful import Look, doubtful
from .explain import render, render_measure, render_recognition
from .lasting import Compared, Lasting
from .phrases import (
    after_words,
    column_words,
    leaf_clause,
    leaf_id,
    leaf_label,
    leaf_text,
    node_label,
    reason_words,
    refusal_words,
    step_words,
    subject_words,
    subjects,
    use_words,
)
from .pools import pooled_note
from .revised import revised
from .spans import span_of
from .spoken import spoken
from .written import Writer

Key = TypeVar("Key")
Told = TypeVar("Told")


class Lazily(Mapping[str, Told]):
    """A mapping whose values are made when they are first looked at. Raises `NotThere` with the nearest name."""

    def __init__(self, names: Mapping[str, Key], make: Callable[[Key], Told], made: dict[str, Told], titles: Callable[[], Mapping[str, str]]) -> None:
        self._names, self._make, self._made, self._titles = names, make, made, titles

    def __getitem__(self, name: str) -> Told:
        found = self._made.get(name)
        if found is None:
            if name not in self._names:
                raise NotThere(name, self._names, titles=self._titles())
            found = self._made.setdefault(name, self._make(self._names[name]))
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def get(self, name: str, default: Any = None) -> Any:
        return self[name] if name in self._names else default

    def __repr__(self) -> str:
        return f"<{'、'.join(self._names)}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (dict(self),)


class _Lacked:
    """What is lacking, by what it is called: what it opens, by which causes, and whether it is asked for now."""

    def __init__(self) -> None:
        self.unlocks: dict[d.Lack, list[str]] = {}
        self.about: dict[d.Lack, list[v.Cause]] = {}
        self.now: set[d.Lack] = set()


class Teller:
    """The words of one judgement."""

    def __init__(self, judgement: Judgement, enterprise: str, taken: Mapping[str, Taken] = MappingProxyType({})) -> None:
        """`taken` are the readings decided for this case, by key."""
        self.judgement, self.enterprise, self.taken = judgement, enterprise, dict(taken)
        self.book: CompiledRulebook = judgement.book
        self._triples: dict[Any, Compared] = {}
        # what was worded already: the views over it hold the teller, never the other way round
        self._measures: dict[str, d.MeasureResult] = {}
        self._recognitions: dict[str, d.RecognitionResult] = {}
        self._lacks: dict[v.Cause, d.Lack] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        return Teller, (self.judgement, self.enterprise, self.taken)  # words are made again where they are wanted

    @cached_property
    def engine(self) -> Engine:
        """The reference, on the facts that were decided on."""
        j = self.judgement
        engine = Engine(j.meant or j.book, j.facts, j.on, j.schemes, combine_reference, Evaluator, hindsight=j.hindsight)
        if not j.book.readings and j.worked_out:  # else what was concluded may stand for several readings, or would be concluded for this alone
            engine.recognised.update(j.recognitions)
        if any(m.asks for m in j.book.measures.values()):
            engine.evaluator.conclusions.update(j.conclusions)
        return engine

    @property
    def evaluator(self) -> Evaluator:
        return self.engine.evaluator

    @cached_property
    def later(self) -> Later:
        """What is asked for only after another choice is told."""
        return Later(self.evaluator, self.engine.recognition)

    # -- the parts of a decision -----------------------------------------------------------------

    @property
    def measures(self) -> Mapping[str, d.MeasureResult]:
        names = {m.spec.id: m for m in self.judgement.measures.values()}
        return Lazily(names, self.measure, self._measures, lambda: {i: m.spec.title for i, m in names.items()})

    @property
    def recognitions(self) -> Mapping[str, d.RecognitionResult]:
        return Lazily(self.named, self.recognition, self._recognitions, lambda: {i: r.spec.title for i, r in self.named.items()})

    @cached_property
    def named(self) -> Mapping[str, RecognitionJudged]:
        """The recognitions on the day of decision; another rulebook's go by its id too."""
        found = sorted(((key, r) for (key, day), r in self.judgement.recognitions.items() if day == self.judgement.on), key=lambda kv: kv[0])
        return {recognition_name(self.book, r.spec): r for _, r in found}

    @property
    def titles(self) -> Mapping[str, str]:
        return titles_of(self.judgement.meant or self.book, None if self.judgement.only is None else self.judgement.measures)

    @cached_property
    def missing(self) -> tuple[d.Missing, ...]:
        """What would settle more if it were told: fact, cause, and the measures it opens."""
        return self._missing(frozenset(), told_once=False)

    @property
    def at_once(self) -> tuple[d.Missing, ...]:
        """The same for who is told once of all that is wanted: of what is applied for (or asked for by name) also what only its amount lacks, and clauses not read."""
        measures, named = self.judgement.measures, self.judgement.only or ()
        return self._missing(frozenset(k for k, m in measures.items() if m.applied or m.spec.id in named or len(measures) == 1), told_once=True)

    def _missing(self, whole: frozenset[str], *, told_once: bool) -> tuple[d.Missing, ...]:
        """`whole`: keys of the measures of which all that is lacking counts, whatever has to be settled first; `told_once`: recognitions too, asked after on no day yet."""
        found = _Lacked()
        for result in self.judgement.measures.values():
            causes = set(result.causes)
            settled = result.outcome == Outcome.ELIGIBLE or (result.outcome == Outcome.UNDETERMINED and not causes)  # but for a clause not read
            if settled and result.award.pending:
                causes |= result.award.causes
            if result.spec.key in whole and result.outcome in (Outcome.ELIGIBLE, Outcome.UNDETERMINED):
                causes |= result.missing
            if told_once:
                causes |= self._behind(result)
            self._add(found, causes, result.spec.id, self.later.of_measure(result))
        for name, recognition in self.named.items():
            # a rulebook without measures is applied under for its recognitions: whether their criteria are met is what is asked
            causes = {*recognition.truth.causes, *(() if self.book.measures or recognition.spec.rulebook != self.book.id else recognition.meets.causes)}
            self._add(found, causes, name, self.later.of_recognition(recognition))
        return self._listed(found)

    def lacking_of(self, measures: Collection[str]) -> tuple[d.Missing, ...]:
        found = _Lacked()
        for result in self.judgement.measures.values():
            if result.spec.id in measures:
                self._add(found, {*result.causes, *result.missing, *self._behind(result)}, result.spec.id, self.later.of_measure(result))
        return self._listed(found)

    def _behind(self, m: MeasureJudged) -> v.Causes:
        return behind_untold(m, self.judgement.meant or self.book, self.judgement.on, self.engine.recognition, self.later)

    def _add(self, found: _Lacked, causes: Collection[v.Cause], name: str, later: v.Causes) -> None:
        for cause in causes:
            found.unlocks.setdefault(lack := self._lack(cause), []).append(name)
            found.about.setdefault(lack, []).append(cause)
            if cause not in later:
                found.now.add(lack)

    def _listed(self, found: _Lacked) -> tuple[d.Missing, ...]:
        order = {k: n for n, k in enumerate(CauseKind)}
        out = []
        for lack, ids in sorted(found.unlocks.items(), key=lambda kv: (order[kv[0][1]], -len(kv[1]), kv[0][0])):
            what = found.about[lack][0].what
            spec, columns = self._told_by(found.about[lack][0]), {column_words(c.what, self.book) for c in found.about[lack]}
            out.append(
                d.Missing(
                    lack[0], lack[1], tuple(sorted(set(ids))), lack[2], self._shown_by(spec), spec.verified_by if spec else "", spec, lack not in found.now,
                    "、".join(sorted(columns)), what.topic is v.Topic.YEAR,
                    listing=name_of(what.id) if what.topic in (v.Topic.LIST, v.Topic.REST) else "", rest=what.topic is v.Topic.REST,
                )
            )  # fmt: skip
        return tuple(out)

    def _shown_by(self, spec: FactSpec | None) -> tuple[str, ...]:
        """What to bring; for a whole list, whose key stands for it and asks for nothing, what its columns ask for."""
        if spec is None or spec.evidence:
            return spec.evidence if spec else ()
        record = next((r for r in self.book.records.values() if r.fields[r.key_field] is spec), None)
        return () if record is None else tuple(dict.fromkeys(x for c in record.fields.values() if not (c.verified_by or c.judgement) for x in c.evidence))

    def _told_by(self, cause: v.Cause) -> FactSpec | None:
        """The fact or column that a cause is about; a list is shown by what shows its rows."""
        what, book = cause.what, self.book
        match what.topic:
            case v.Topic.FACT:
                return book.facts[what.id]
            case v.Topic.FIELD:
                record = next((r for r in book.records.values() if r.name == what.id), None)
                return record.fields.get(what.part) if record else None
            case v.Topic.CERTIFICATE:
                listed = next(r for k, r in book.records.items() if name_of(k) == CERTIFICATES)
                return listed.fields[listed.key_field]
            case v.Topic.LIST if what.id in book.records:
                listed = book.records[what.id]
                return listed.fields[listed.key_field]
            case _:
                return None

    @cached_property
    def basis(self) -> tuple[d.BasisLine, ...]:
        """The figures read, with the documents they are from."""
        lines = set()
        judged = self.judgement.measures.values()
        for use in {u for m in judged for u in m.uses}.union(*(c.uses for m in judged for c in m.conditions.leaves())):
            if use.kind in (UseKind.PARAMETER, UseKind.TABLE):
                document = self.book.documents[use.basis.document].cite if use.basis and use.basis.document else ""
                lines.add((*use_words(use, self.book), use.standing, document))
        return tuple(d.BasisLine(*line) for line in sorted(lines))

    @cached_property
    def input(self) -> Mapping[str, Any]:
        return input_of(self.book, self.judgement.facts, self.judgement.on)

    @cached_property
    def facts_digest(self) -> str:
        return digest_of(self.input)

    @cached_property
    def asked(self) -> d.Asked:
        j, facts = self.judgement, self.judgement.facts
        readings = {reading_word(self.book, k): x.to_dict() for k, x in self.taken.items()}
        digest = asked_of(self.enterprise, j.on, j.only, j.schemes, self.facts_digest, self.reminders, key_words(facts.key, facts.passing), readings)
        return d.Asked(j.only, j.schemes, digest, readings, None if facts.statement is None else j.covers)

    @cached_property
    def disallowed(self) -> Disallowance | None:
        return disallowance(self.judgement)

    def revised(self, measure: str | None) -> tuple[str, ...]:
        return tuple(revised(self.judgement.facts, self.book, None if measure is None else self._read_by(measure)))

    def looks(self, measure: str | None) -> tuple[Look, ...]:
        if measure is None or not self._looks:
            return self._looks
        read = self._read_by(measure)
        return tuple(x for x in self._looks if x.of and told_as(self.book, x.of) in read)

    def _read_by(self, measure: str) -> frozenset[str]:
        """Facts and record types, by the names a case tells them by, that the measure of this id may read."""
        return frozenset(name for m in self.judgement.measures.values() if m.spec.id == measure for names in read_by(self.book, m.spec) for name in names)

    @cached_property
    def _looks(self) -> tuple[Look, ...]:
        taken = {reading_word(self.book, k): x for k, x in self.taken.items()}
        return tuple(doubtful(self.book, self.judgement.facts, on=self.judgement.on, applicant=self.enterprise, taken=taken))

    @cached_property
    def reminders(self) -> tuple[str, ...]:
        """Those of the facts as told; of what of them is to be looked at again; and of the exclusions that they show although an officer found none."""
        j = self.judgement
        said, told = j.facts.statement, (*j.facts.warnings, *map(str, self._looks))
        if said is None:
            return told
        found = ((m, x) for m in j.measures.values() for x in contradicting(m.conditions))
        shown = (f"{said.by}（{said.on}）说明其余不予支持情形未发现，但所告知的数据有“{leaf_label(x)}”（{m.spec.title}）：以数据为准" for m, x in found)
        return (*told, *dict.fromkeys(shown))

    @cached_property
    def derivation(self) -> tuple[d.Fired, ...]:
        return tuple(self._fired(f) for f in self.judgement.derivation)

    def _fired(self, fired: Fired) -> d.Fired:
        def name(item: Leaf | Node) -> str:
            label = leaf_label(item) if isinstance(item, Leaf) else node_label(item)
            return label or (f"［{item.record}］" if item.record else "一组条件")

        facts = tuple((name(item), verdict) for item, verdict in fired.facts)
        measure = self.book.measures[fired.owner].id if fired.owner else ""
        recognition = recognition_name(self.book, self.book.recognitions[fired.recognition]) if fired.recognition else ""
        return d.Fired(fired.stratum, fired.rule, fired.title, fired.record, facts, fired.conclusion, measure, recognition)

    def page(self, decision: d.Decision, name: str | None) -> str:
        """The decision as a page of text; of one measure or recognition, its working paper. Raises `UsageError` for an id that is neither."""
        if name is None:
            self.judgement.work_out()
            return render(decision)
        if name in self.measures:
            return render_measure(decision, name)
        if name in self.recognitions:
            return render_recognition(decision, name)
        known = [*self.measures, *self.recognitions]
        raise UsageError(f"没有支持事项或资格“{clip(name)}”；{suggestion(name, known) or '可用：' + '、'.join(known)}", argument="measure")

    def json(self, decision: d.Decision) -> str:
        self.judgement.work_out()
        return Writer(self).decision(decision)

    def questions(self) -> tuple[Question, ...]:
        return questions_of(self.judgement, {key: self.later.of_measure(m) for key, m in self.judgement.measures.items()})

    def remedies(self, measure: str) -> Remedies:
        found = remedies_of(self.judgement, next(m for m in self.judgement.measures.values() if m.spec.id == measure))
        return replace(found, remedies=tuple(replace(r, missing=tuple(subjects(r.causes, self.book))) for r in found.remedies))

    # -- conditions ------------------------------------------------------------------------------

    def group(self, node: Node) -> d.GroupResult:
        items = tuple(self.condition(i) if isinstance(i, Leaf) else self.group(i) for i in node.items)
        return d.GroupResult(str(node.op), str(node.role), node_label(node), node.truth, items, node.record)

    def condition(self, leaf: Leaf) -> d.ConditionResult:
        actual = required = gap = None
        note = ""
        if isinstance(leaf.asked, Condition):
            actual, required, gap = self.described(leaf.asked, leaf).triple
            note = leaf.asked.note
        elif leaf.asked is Made.WINDOW and isinstance(leaf.owner, MeasureSpec) and leaf.owner.window is not None:
            actual, required, gap = described_window(leaf.owner.window, self.evaluator, leaf.env, leaf.truth)
        return d.ConditionResult(
            leaf_id(leaf), str(leaf.role), leaf_label(leaf), leaf.truth, leaf_text(leaf), actual, required, gap, leaf_clause(leaf), leaf.standing,
            leaf.record, leaf.stage, note, self._open(leaf.truth.causes - self.later.of(leaf)), self._under(leaf.under), leaf.stated,
            parts=isinstance(leaf.asked, Condition) and composite(leaf.asked.expr, self.evaluator) is not None,
        )  # fmt: skip

    def _open(self, causes: v.Causes) -> tuple[d.Lack, ...]:
        """What is not known, in words, and why."""
        return tuple(sorted({self._lack(c) for c in causes}))

    def _lack(self, cause: v.Cause) -> d.Lack:
        found = self._lacks.get(cause)
        if found is None:
            reading = reading_word(self.book, cause.what.id) if cause.what.topic is v.Topic.READING else ""
            found = self._lacks[cause] = d.Lack(subject_words(cause.what, self.book), cause.kind, reading)
        return found

    # -- readings --------------------------------------------------------------------------------

    @cached_property
    def readings(self) -> tuple[d.ReadingResult, ...]:
        """The open readings that anything here hangs on, and those decided for this case."""
        j = self.judgement
        hang = {k for m in j.measures.values() for w in m.ways for k, _ in w.under}
        causes = [c for m in j.measures.values() for c in (*m.causes, *m.missing, *m.award.causes)] + [
            c for r in j.recognitions.values() for c in r.truth.causes
        ]
        hang |= {c.what.id for c in causes if c.what.topic is v.Topic.READING}
        out = []
        for key, reading in self.book.readings.items():
            if key in hang or key in self.taken:
                one = self.taken.get(key, Taken(""))
                out.append(d.ReadingResult(reading_word(self.book, key), reading.question, reading.options, reading.clause, one.option, one.by, one.when))
        return tuple(out)

    def _under(self, choices: Choices) -> tuple[tuple[str, str], ...]:
        return tuple((reading_word(self.book, key), option) for key, option in choices)

    def _way(self, way: Way) -> d.WayResult:
        m = way.judged
        reason = reason_words(m.reason, m.award, self.book)
        words = d.conclusion(m.outcome, reason, m.standing, unread=m.reason.kind is ReasonKind.UNREAD)
        return d.WayResult(self._under(way.under), m.outcome, words, self.award(m.award, m.envs), *way.total, m.standing)

    def described(self, condition: Condition, leaf: Leaf) -> Compared:
        """What was compared; once, however many measures ask it of the same record."""
        env, expr = leaf.env, condition.expr
        where = (id(expr), env.day, env.document, env.since, leaf.record, leaf.truth.value)
        found = self._triples.get(where)
        if found is None:
            lasting = self._lasting
            key = None if lasting is None else lasting.key(expr, env, leaf.truth)
            found = None if lasting is None or key is None else lasting.get(key, expr)
            if found is None:
                actual, required, gap = describe(expr, self.evaluator, env, leaf.truth)
                if leaf.truth.value is None and isinstance(expr, t.RecognitionRef | t.ConclusionRef):
                    actual = d.Shown("", "", NOT_SETTLED)  # whatever it is on the day taken for granted here: that day is open
                found = Compared((actual, required, gap))
                if lasting is not None and key is not None:
                    lasting.put(key, expr, found)
            self._triples[where] = found
        return found

    @cached_property
    def _lasting(self) -> Lasting | None:
        """Where readings are open or decided for this case, by the rulebook as decided: what a recognition came to is asked as a description would."""
        j = self.judgement
        if not j.worked_out:
            return None
        if not j.book.readings:
            return Lasting(j.book, j.facts, lambda key, day: j.recognitions.get((key, day)), j.on)
        return Lasting(j.meant or j.book, j.facts, self.engine.recognition, j.on)

    # -- measures --------------------------------------------------------------------------------

    def measure(self, m: MeasureJudged) -> d.MeasureResult:
        return self.measure_with(m, self.group(m.conditions))

    def measure_with(self, m: MeasureJudged, conditions: d.GroupResult) -> d.MeasureResult:
        spec, scheme, schemed = m.spec, m.scheme, bool(m.spec.schemes)
        return d.MeasureResult(
            id=spec.id, title=spec.title, clause=spec.clauses, scheme=scheme.name or None, standing=m.standing, outcome=m.outcome,
            reason=self.reason(m), award=self.award(m.award, m.envs), conditions=conditions,
            adjustments=self.adjustments(m), missing=self.lacking(m), evidence=self.evidence(m),
            obligations=(*spec.base.obligations, *(scheme.obligations if schemed else ())), causes=m.causes, why=m.reason.kind, hint=spec.hint,
            family=spec.family, document=self.book.documents[spec.document].cite if spec.document else "", channel=spec.channel,
            departments=spec.departments, schemes=tuple(spec.schemes), scheme_document=self._scheme_cite(m) if schemed else "",
            notes=self.notes(m), warnings=self.warnings(m),
            open=self._open(m.causes), readings=self.ways(m), beyond=m.beyond, hangs=_hangs(m), applied=m.applied,
            window=None if m.window is None else self.condition(m.window), refusal=refusal_words(m.reason, m.conditions), later=self._later(m.missing, self.later.of_measure(m)), again=m.given_before,
        )  # fmt: skip

    def reason(self, m: MeasureJudged) -> str:
        return reason_words(m.reason, m.award, self.book)

    def words(self, m: MeasureJudged, reason: str) -> str:
        return d.conclusion(m.outcome, reason, m.standing, unread=m.reason.kind is ReasonKind.UNREAD, hangs=_hangs(m), monetary=m.award.monetary)

    def adjustments(self, m: MeasureJudged) -> tuple[d.Adjustment, ...]:
        return tuple(self._adjustment(s, m.award) for s in (*(s for s in m.award.steps if s.change), *m.notes))

    def lacking(self, m: MeasureJudged) -> tuple[str, ...]:
        return tuple(subjects(m.missing, self.book))

    def _later(self, lacking: v.Causes, later: v.Causes) -> tuple[str, ...]:
        """The words of what is lacking and not asked for yet."""
        if not later:
            return ()
        now = subjects(lacking - later, self.book)
        return tuple(x for x in subjects(later, self.book) if x not in now)

    def ways(self, m: MeasureJudged) -> tuple[d.WayResult, ...]:
        return tuple(map(self._way, m.ways))

    def award(self, a: AwardJudged, envs: Iterable[Env] = ()) -> d.Award:
        """`envs`: what each record it was reckoned for was judged under."""
        lines = tuple(d.Line(step_words(s, a, self.book) + self._days(s, envs), after_words(s, a), s.record, s.clause) for s in a.steps if s.line)
        text = a.spec.label if a.monetary else a.spec.text
        if a.rate is not None and a.spec.expr is not None:
            text = f"{text}（{shown(a.rate, a.spec.expr.type).text}）"
        instalments = tuple(
            d.Instalment(
                i.spec.label, _manner(a)(i.amount, a.unit) if i.amount is not None else "其余各期以外的余额" if i.rest else "待定", i.spec.due, i.truth.verdict
            )
            for i in a.instalments
        )
        return d.Award(a.spec.kind, a.spec.basis, a.unit, a.low, a.high, a.causes, text, lines, instalments, a.standing, self._open(a.causes))

    def _days(self, step: Step, envs: Iterable[Env]) -> str:
        """Of a number of days: from when to when."""
        if step.kind is not StepKind.PART or step.rule.expr.type != COUNTED_DAYS:
            return ""
        env = next((e for e in envs if step.record is None or any(getattr(x, "key", None) == step.record for x in e.variables.values())), None)
        found = None if env is None else span_of(step.rule.expr, env, self.evaluator, step.after)
        return "" if found is None else f"，{found.words}"

    def _adjustment(self, step: Step, award: AwardJudged) -> d.Adjustment:
        assert step.before is not None and isinstance(step.after, v.Number)
        words = step_words(step, award, self.book)
        apart = step.record is not None and step.kind is StepKind.ITEM_CAP
        if apart:
            words += f"（{step.record}）"
        manner = _manner(award)
        before, after = manner(step.before, award.unit), manner(step.after, award.unit)
        return d.Adjustment(words, before, after, step.clause, step.provisional, step.line and not apart)

    def evidence(self, m: MeasureJudged) -> tuple[str, ...]:
        out = []
        for item in (*m.spec.base.evidence, *(m.scheme.evidence if m.spec.schemes else ())):
            if item.when is None:
                out.append(item.text)
                continue
            names = {x.name for x in t.walk(item.when) if isinstance(x, t.Variable)}
            envs = [e for e in m.envs if e.variables or not names]
            if names and not envs:
                continue
            verdict = v.disjunction([self.evaluator.truth(item.when, env) for env in envs])
            if verdict.value is not False:
                out.append(item.text + ("" if verdict.value else "（视情形）"))
        return tuple(dict.fromkeys(out))

    def notes(self, m: MeasureJudged) -> tuple[str, ...]:
        spec, scheme, schemed = m.spec, m.scheme, bool(m.spec.schemes)
        pooled = [pooled_note(x) for x in self.book.pools if spec.key in x.members]
        notes = [*spec.population, *pooled, spec.note, scheme.note if schemed else "", f"公平竞争审查提示：{spec.fairness}" if spec.fairness else ""]
        notes += [
            f"读法：{r.question} 取“{r.chosen}”" + (f"，不取“{'”“'.join(r.instead_of)}”" if r.instead_of else "")
            for r in (*spec.base.readings, *(scheme.readings if schemed else ()))
        ]
        for group in self.book.stacking:
            if group.rule == Rule.CUMULATE and spec.key in group.members:
                others = "、".join(f"“{self.book.measures[k].title}”" for k in group.members if k != spec.key)
                notes.append(f"明示可与{others}叠加（{group.basis.clause or group.title}）")
        if m.listed:
            others = "按别的读法，条件满足的" if any(w.judged.outcome is Outcome.INELIGIBLE for w in m.ways) else "按别的读法，"
            notes.append(f"计算按{taken_words(self._under(m.listed))}列出；{others}结果一样")
        notes += [f"未读条款：{name}（{self.book.clauses[name].title}）" for name in spec.incomplete]
        return tuple(n for n in notes if n)

    def _day(self, m: MeasureJudged) -> date:
        return m.day if isinstance(m.day, date) else self.judgement.on

    def _scheme_cite(self, m: MeasureJudged) -> str:
        """The scheme's document, said to have lapsed where it has: others' past policy is weaker still as a model."""
        document = self.book.documents[m.scheme.document]
        lapsed = document.end is not None and self._day(m) > document.end
        return document.cite + (f"（已于 {document.end} 期满）" if lapsed else "")

    def warnings(self, m: MeasureJudged) -> tuple[str, ...]:
        again = reminder_words(m)
        return (*((again,) if again else ()), *self._lapsed(m), *self._changed(m))

    def _lapsed(self, m: MeasureJudged) -> Iterator[str]:
        """A superior document that lapsed warns all who rely on it."""
        keys = list(m.spec.relies_on)
        if m.spec.document:
            keys += list(self.book.documents[m.spec.document].relies_on)
        for key in dict.fromkeys(keys):
            document = self.book.documents[key]
            if document.end is not None and self._day(m) > document.end:
                yield f"所依据的{document.cite}已于 {document.end} 期满，引用它的条款须复核"

    def _changed(self, m: MeasureJudged) -> Iterator[str]:
        on = self.judgement.on
        for one in m.changed:
            spans = "；".join(f"{x.start or ''}至{x.end or ''} {x.text}" for x in one.versions)
            named = f"标准表“{self.book.tables[one.figure].name}”" if one.figure in self.book.tables else f"标准“{self.book.parameters[one.figure].name}”"
            yield f"{named}在{one.start}至{on}之间有变化（{spans}）；没有写按哪一天的标准，此处按审核日期当日的一版，为假定"

    # -- recognitions ----------------------------------------------------------------------------

    def recognition(self, r: RecognitionJudged) -> d.RecognitionResult:
        return self.recognition_with(r, self.group(r.conditions))

    def recognition_with(self, r: RecognitionJudged, conditions: d.GroupResult) -> d.RecognitionResult:
        spec = r.spec
        reason = certificate = ""
        if r.held is not None:
            reason = {True: "持有有效证书", False: "未持有在该日有效的证书", None: "证书待核"}[r.truth.value]
            certificate = "；".join("证书清单未提供或未列全" if c.asked is Made.OTHER_CERTIFICATES else leaf_label(c) for c in r.held.leaves())
        return d.RecognitionResult(
            spec.id, spec.title, spec.kind, r.truth, r.meets, r.standing, conditions, certificate, reason, spec.authority, spec.clause,
            spec.rulebook, spec.incomplete, tuple(e.text for e in spec.evidence), tuple(subjects(r.truth.causes | r.meets.causes, self.book)),
            self._open(r.truth.causes | r.meets.causes), self._later(r.truth.causes | r.meets.causes, self.later.of_recognition(r)),
        )  # fmt: skip


class Totalled(d.Total):
    """What all measures give together, added up when it is looked at."""

    __slots__ = ("judgement",)

    def __init__(self, judgement: Judgement) -> None:
        object.__setattr__(self, "judgement", judgement)

    def __getattr__(self, name: str) -> Any:
        if name not in d.Total.__slots__:
            raise AttributeError(name)
        for part, value in zip(d.Total.__slots__, self._parts(), strict=True):
            object.__setattr__(self, part, value)
        return getattr(self, name)

    def _parts(self) -> tuple[Any, ...]:
        total, book = self.judgement.total, self.judgement.book
        return total.low, total.high, total.standing, tuple((book.measures[k].id, s.code) for k, s in total.measures)

    def __reduce__(self) -> tuple[Any, ...]:
        return d.Total, self._parts()


def reminder_words(m: MeasureJudged) -> str:
    """That somebody has to look before it is paid: what was received before, of which nobody wrote whether it may be once more."""
    if not m.given_before:
        return ""
    # where ways differ nothing is listed for all of them
    return again_words(m.spec, by_parts=any(len(one.award.instalments) > 1 for one in (m, *(w.judged for w in m.ways))))


def again_words(spec: MeasureSpec, *, by_parts: bool = False) -> str:
    """… of a measure of which something was received before; `by_parts`: it is paid by instalments."""
    what = "以往已获的（或以往已获不能同享的另一项的），能不能再获文件没有写"
    if by_parts:
        what = "是分期支持，以往已获的是哪几期、能不能再获没有写，这里算的是各期合计"
    return f"“{spec.title}”{what}：由经办人核清，核清以前不列入公示和拟支持名单"


def _manner(award: AwardJudged) -> Callable[[v.Number, str], str]:
    """How amounts of an award are said: of a ceiling every one of them is 不超过."""
    return ceiling_text if award.spec.basis is AwardBasis.CEILING else pair_text


def _hangs(m: MeasureJudged) -> bool:
    return m.reason.kind is ReasonKind.AMOUNT_OPEN and bool(m.reason.readings)


def tell(judgement: Judgement, enterprise: str = "", taken: Mapping[str, Taken] = MappingProxyType({})) -> d.Decision:
    """The decision of a judgement; `taken` are the readings decided for it, by key."""
    book, facts = judgement.book, judgement.facts
    teller = Teller(judgement, enterprise, taken)
    return d.Decision(
        enterprise=enterprise, rulebook_id=book.id, rulebook_title=book.title, rulebook_version=book.version, digest=book.digest, uses=book.uses,
        on=judgement.on, year=facts.year, total=Totalled(judgement),
        engine=f"huiqi {__version__}", reasoner=judgement.reasoner, told=teller, warnings=teller.reminders,
        key=facts.key, passing=facts.passing, unkept=facts.unkept, real=facts.real, judgement=judgement,
    )  # fmt: skip


def decide_with(
    reasoner: str | None, book: CompiledRulebook, facts: Facts, *, on: date, enterprise: str = "",
    schemes: Mapping[str, str] | None = None, only: Collection[str] | None = None, readings: Mapping[str, Taken] | None = None,
) -> d.Decision:  # fmt: skip
    """Decide with the reasoner named, or with the default one; `readings`, by name, are decided for this case.

    Raises `CaseError` where the facts contradict one another, `UsageError` for a wrong choice.
    """
    refuse_contradictions(book, facts, on)
    taken = taken_readings(book, readings or {})
    judged = judge_with(reasoner, book, facts, on=on, schemes=schemes, only=only, readings={k: x.option for k, x in taken.items()})
    return tell(judged, enterprise, taken)


def decide(
    book: CompiledRulebook, facts: Facts, *, on: date, enterprise: str = "", schemes: Mapping[str, str] | None = None, only: Collection[str] | None = None,
    readings: Mapping[str, Taken] | None = None, hindsight: bool = False,
) -> d.Decision:  # fmt: skip
    """Decide by the reference; with `hindsight` by all that is known of the rules now."""
    refuse_contradictions(book, facts, on)
    taken = taken_readings(book, readings or {})
    judged = judge_reference(book, facts, on=on, schemes=schemes, only=only, readings={k: x.option for k, x in taken.items()}, hindsight=hindsight)
    return tell(judged, enterprise, taken)


def refuse_contradictions(book: CompiledRulebook, facts: Facts, on: date, *, record: str | None = None) -> None:
    """Relations every case must meet, where all their facts are told; of one record type (its name), those its records must meet.

    Raises `CaseError` with all that are not met.
    """
    checks = [c for c in book.checks if record is None or c.record == record]
    if not checks:
        return
    engine = Engine(book, facts, on, {}, combine_reference, Evaluator)
    evaluator, problems = engine.evaluator, []
    for check in checks:
        entries: list[Entry | None] = [None]
        if check.record:
            key = next((k for k in facts.records if name_of(k) == check.record), None)
            entries = list(facts.records[key].entries) if key else []
        for number, entry in enumerate(entries):
            env = Env(on, variables={"§本条": entry} if entry else {})
            truth = evaluator.truth(check.expr, env)
            if truth.value is False:
                told = [(g.at, ref.fact) for ref in t.walk(check.expr) if isinstance(ref, t.FactRef) for g in facts.facts.get(ref.fact, {}).values()]
                at = entry.at if entry else min((p for p, _ in told if p.line), default=check.at)
                loc: Loc = ("明细", check.record, number) if entry else ("数据", book.facts[min(told, key=lambda x: not x[0].line)[1]].name) if told else ()
                actual, required, _ = describe(check.expr, evaluator, env, truth)
                found, expected = (actual.text, required.text) if actual and required else ("", spoken(check.expr))
                where = f"（{entry.key}）" if entry else ""
                said = f"数据互相矛盾：{check.label}{where}"
                problems.append(Problem(at, said, found, expected, "核对这几项数据", Code.CONTRADICTORY, loc))
    if problems:
        raise CaseError(problems)


__all__ = ["Teller", "again_words", "decide", "decide_with", "refuse_contradictions", "tell"]
