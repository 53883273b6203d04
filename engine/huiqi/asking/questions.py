"""Which facts would settle more if they were told, the one that settles most first.

From a judgement alone: what its open measures hang on, as things a case can tell. The criterion is
stated and simple: the year of application before anything that is told of a year; then the more open measures hang on
a thing, the sooner it is asked; among equals, the one whose measures lack the least besides; then the order of the vocabulary. What must stay true:
nothing is asked that no open measure hangs on, nothing that only a drafter or an authority could
answer (figures, unread clauses, readings), nothing before the choice that decides whether it matters, and every question names what is told by the name that a
case file has for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from enum import StrEnum
from fractions import Fraction

from ..plain import dataclass
from ..reasoning.judged import Judgement
from ..rulebook.compiled import APPLICATION_YEAR, CERTIFICATES, SUPPORT, CompiledRulebook, FactKind, FactSpec, name_of, told_as
from ..values import NONE_KNOWN, Cause, Causes, Topic
from ..words import CauseKind, Outcome

_ASKABLE = (CauseKind.MISSING, CauseKind.UNVERIFIED, CauseKind.JUDGEMENT)


class QuestionKind(StrEnum):
    """What an answer is."""

    FACT = "fact"
    LIST = "list"  # the rows of a record type, by their keys; none is an answer
    REST = "rest"  # whether a list has all there is
    FIELD = "field"  # a column of one row
    YEAR = "year"  # 申报年度


class Who(StrEnum):
    """Who has to act."""

    APPLICANT = "applicant"
    DEPARTMENT = "department"
    EXPERTS = "experts"

    @property
    def label(self) -> str:
        return _OVER[self].acts


_OVER = {Who.APPLICANT: CauseKind.MISSING, Who.DEPARTMENT: CauseKind.UNVERIFIED, Who.EXPERTS: CauseKind.JUDGEMENT}


@dataclass(frozen=True, kw_only=True)
class Question:
    """One thing to ask for. `Rulebook.facts[name]` or `Rulebook.records[name]` describe its answer."""

    kind: QuestionKind
    name: str
    """Of the fact or of the record type, as a case file has it; 申报年度 for a year."""
    year: int | None = None
    """Where another year than that of application is meant."""
    row: str = ""
    """Key of the row, of a FIELD."""
    column: str = ""
    """Its column."""
    who: Who = Who.APPLICANT
    office: str = ""
    """Of DEPARTMENT: which, where the vocabulary says."""
    measures: tuple[str, ...] = ()
    """Ids of the open measures that hang on it, in the order of the rulebook."""
    alone: tuple[str, ...] = ()
    """Those of them that lack nothing else."""

    @property
    def place(self) -> tuple[QuestionKind, str, int | None, str, str]:
        """What is asked, whoever asks and however often."""
        return self.kind, self.name, self.year, self.row, self.column


def questions_of(judgement: Judgement, later: Mapping[str, Causes]) -> tuple[Question, ...]:
    """Every question whose answer may settle something, the one that settles most first; `later`: by measure, what waits for another answer."""
    book = judgement.book
    order = _order(book)
    found: dict[tuple[QuestionKind, str, int | None, str, str], Question] = {}
    weight: dict[tuple[QuestionKind, str, int | None, str, str], Fraction] = {}
    for owner, lacks, waiting in _open(judgement, later):
        asked = {q.place: q for c in sorted(lacks - waiting, key=_told_first) if (q := _question(c, judgement)) is not None}
        for place, question in asked.items():
            kept = found.setdefault(place, question)
            alone = (*kept.alone, owner) if len(lacks) == 1 else kept.alone
            found[place] = replace(kept, measures=(*kept.measures, owner), alone=alone)
            weight[place] = weight.get(place, Fraction(0)) + Fraction(1, len(lacks))
    if judgement.facts.year is None and (hanging := {m for q in found.values() if _of_a_year(q, book) for m in q.measures}):
        # of which year a yearly answer is has to be known before it is given
        year = Question(kind=QuestionKind.YEAR, name=APPLICATION_YEAR)
        owners = tuple(owner for owner, _, _ in _open(judgement, later) if owner in hanging)
        found[year.place] = replace(found.get(year.place, year), measures=owners)
        weight.setdefault(year.place, Fraction(0))
    rank = {
        p: (
            q.kind is not QuestionKind.YEAR,
            -len(q.measures),
            -weight[p],
            _measuring(q, book),
            order.get((q.kind in (QuestionKind.FACT, QuestionKind.YEAR), q.name), 0),
            q.row,
            q.column,
        )
        for p, q in found.items()
    }
    return tuple(found[p] for p in sorted(found, key=lambda p: rank[p]))


def _of_a_year(question: Question, book: CompiledRulebook) -> bool:
    """Whether it asks for the year of application, or for what is told of that year."""
    spec = book.facts.get(book.names.get(question.name, "")) if question.kind is QuestionKind.FACT and question.year is None else None
    return question.kind is QuestionKind.YEAR or (spec is not None and spec.yearly)


def _measuring(question: Question, book: CompiledRulebook) -> bool:
    """Whether the answer is a number: of what settles as much, that is asked last, for a choice may make it needless."""
    spec = book.facts.get(book.names.get(question.name, "")) if question.kind is QuestionKind.FACT else None
    return spec is not None and spec.kind in (FactKind.MONEY, FactKind.QUANTITY, FactKind.NUMBER, FactKind.RATIO)


def _open(judgement: Judgement, later: Mapping[str, Causes]) -> Iterator[tuple[str, Causes, Causes]]:
    """Id of each open measure, what it lacks, and what of that waits; of a rulebook without measures, of each recognition of its own."""
    for m in judgement.measures.values():
        if m.outcome in (Outcome.UNDETERMINED, Outcome.ELIGIBLE) and judgement.facts.applied_for(m.spec.key):
            yield m.spec.id, m.missing, later.get(m.spec.key, NONE_KNOWN)
    if not judgement.book.measures:
        for (_, on), r in judgement.recognitions.items():
            if on == judgement.on and r.spec.rulebook == judgement.book.id and (r.truth.value is None or r.meets.value is None):
                yield r.spec.id, r.truth.causes | r.meets.causes, NONE_KNOWN


def _told_first(c: Cause) -> tuple[int, str, str, str]:
    return list(CauseKind).index(c.kind), c.what.id, c.what.part, c.what.record


def _order(book: CompiledRulebook) -> dict[tuple[bool, str], int]:
    """Places in the vocabulary: facts before records."""
    facts = {(True, told_as(book, k)): n for n, k in enumerate(book.facts, 1)}
    return {**facts, **{(False, told_as(book, k)): n + len(facts) for n, k in enumerate(book.records, 1)}}


def _question(c: Cause, judgement: Judgement) -> Question | None:
    """None where no fact of the enterprise would answer it."""
    if c.kind not in _ASKABLE:
        return None
    what, book = c.what, judgement.book
    match what.topic:
        case Topic.FACT:
            spec = book.facts[what.id]
            return Question(kind=QuestionKind.FACT, name=told_as(book, what.id), year=what.year, who=_who(c, spec), office=spec.verified_by)
        case Topic.YEAR:
            return Question(kind=QuestionKind.YEAR, name=APPLICATION_YEAR)
        case Topic.LIST:
            return _list(QuestionKind.LIST, what.id, book)
        case Topic.REST:
            return _list(QuestionKind.REST, what.id, book)
        case Topic.CERTIFICATE:
            key = _record(CERTIFICATES, book)
            return None if key is None else _list(QuestionKind.REST if key in judgement.facts.records else QuestionKind.LIST, key, book)
        case Topic.FIELD | Topic.GRANT:
            key = _record(SUPPORT if what.topic is Topic.GRANT else what.id, book)
            column = None if key is None else book.records[key].fields.get(what.part)
            if key is None or column is None:
                return None
            name = told_as(book, key)
            return Question(kind=QuestionKind.FIELD, name=name, row=what.record, column=what.part, who=_who(c, column), office=column.verified_by)
        case _:
            return None


def _list(kind: QuestionKind, key: str, book: CompiledRulebook) -> Question | None:
    return Question(kind=kind, name=told_as(book, key)) if key in book.records else None


def _record(name: str, book: CompiledRulebook) -> str | None:
    """Key of the record type called so."""
    return next((k for k in book.records if name_of(k) == name or k == name), None)


def _who(c: Cause, spec: FactSpec) -> Who:
    if c.kind is CauseKind.JUDGEMENT or spec.judgement:
        return Who.EXPERTS
    return Who.DEPARTMENT if c.kind is CauseKind.UNVERIFIED or spec.verified_by else Who.APPLICANT


__all__ = ["Question", "QuestionKind", "Who", "questions_of"]
