"""What a round keeps of one applicant's decisions: plain texts and exact amounts, small enough to hold thousands, ready to be stored.

What must stay true: every word is the decision's; an amount is for a list of support only where `documents.papers.notice` would publish it;
least and most are the decision's own; nobody's personal words stand here in full.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, fields, replace
from fractions import Fraction
from typing import Any, Self

from ..caching import Derived
from ..documents.papers.amounts import amount_cell, claimed_cell, less_cell, settled
from ..documents.papers.calculation import failing, uncounted
from ..documents.papers.notice import withheld
from ..documents.papers.parts import Wanted, considered, of_enterprise, real_words, wanted
from ..documents.workbook.read import StrayKind
from ..errors import Position
from ..language.levelling import level_id
from ..language.types import Quantity
from ..language.units import unit_text
from ..plain import dataclass
from ..reasoning.facts import Reader
from ..reasoning.pseudonyms import is_stand_in, shown
from ..reasoning.told import Entry, Facts
from ..rulebook.compiled import APPLICATION_YEAR, SUPPORT, AwardBasis, CompiledRulebook, RecordSpec, Standing
from ..rulebook.literals import exact_money, money_string
from ..rulebook.reach import read_by
from ..telling.amounts import amount_words
from ..telling.decision import Decision, MeasureResult
from ..telling.disallowed import value_words
from ..telling.explain import ways_of
from ..telling.twice import twice
from ..visible import visible_line
from ..words import OFFICER, Outcome
from .doubtful import doubtful
from .known import CODE, COUNTY
from .looks import looks
from .round import Counted, PoolClaim, claims_of, progress_of
from .rows import Applicant, Fault, FaultKind, fault_of

# 执行额, 收汇, 审计收入: what an applicant says of its business to four offices (开票 has no fact of its own yet)
COMPARED = ("executed", "receipts", "audited_revenue", "revenue")
_RUNNING = 3  # digits of a number that is only a place in a list


@dataclass(frozen=True, kw_only=True)
class Item:
    """One measure of one applicant. `least` and `most` are decimal texts of `unit`, empty: none is known; `listed`: the amount to be published."""

    rulebook: str
    id: str
    title: str
    family: str
    clause: str
    channel: str
    outcome: str
    words: str
    reason: str
    standing: str
    amount: str
    least: str = ""  # of a ceiling nothing: it promises nothing
    most: str = ""
    capped: str = ""  # a ceiling that is settled, and that nothing but its being one keeps off the list
    unit: str = ""
    ceiling: bool = False
    money: bool = False
    hint: bool = False
    listed: str = ""
    withheld: str = ""
    scheme: str = ""
    document: str = ""
    claimed: str = ""
    less: str = ""
    refused: tuple[str, ...] = ()
    uncounted: tuple[str, ...] = ()  # records that do not count, though the measure may be met by others
    revised: tuple[str, ...] = ()  # what it reads that was verified or approved as something else than was claimed
    lacking: str = ""
    ways: tuple[str, ...] = ()
    granted: str = ""  # after its pool: 拟支持额, where that is certain
    share: tuple[str, str] | None = None  # the same: least and most


@dataclass(frozen=True, kw_only=True)
class Want:
    """Something that is lacking, who has to act, what it opens."""

    acts: str
    office: str
    what: str
    evidence: str
    answer: str
    measures: str
    own: bool  # for the applicant to supply
    at: tuple[str, ...] = ()  # cells that tell it and could not be read


@dataclass(frozen=True, kw_only=True)
class Based:
    """A figure used that is not in force."""

    figure: str
    value: str
    standing: str
    document: str


@dataclass(frozen=True, kw_only=True)
class Mark:
    """Something that only one applicant can have: a number of a certificate, an invoice, a person, a contract."""

    kind: str
    shown: str
    same: str  # levelled; a person's stand-in
    touches: tuple[str, ...] = ()  # the measures, by rulebook and id, on which it has a say; none: nobody can tell
    at: str = ""  # the cells it stands in, where it is told in a workbook


@dataclass(frozen=True, kw_only=True)
class Screened:
    """One applicant of a round. Not `done`: decided nowhere, `held` says why."""

    name: str
    code: str
    county: str
    rows: tuple[str, ...]
    done: bool
    held: tuple[str, ...] = ()
    dropped: bool = False
    items: tuple[Item, ...] = ()
    wants: tuple[Want, ...] = ()
    faults: tuple[Fault, ...] = ()
    maybe: tuple[Fault, ...] = ()  # of rows that are nobody's, and for which something is lacking
    supply: tuple[tuple[str, str], ...] = ()  # in which cell, and in words
    based: tuple[Based, ...] = ()
    compared: tuple[tuple[str, str], ...] = ()  # name, as told
    apart: str = ""  # how what is compared differs
    marks: tuple[Mark, ...] = ()
    twice: tuple[Mark, ...] = ()  # for which two rulebooks both give money
    disallowed: tuple[str, ...] = ()
    revised: tuple[str, ...] = ()  # verified or approved as something else than was claimed, without a 核减
    readings: tuple[tuple[str, str, str, str], ...] = ()  # open: name, question, options, clause
    claims: tuple[PoolClaim, ...] = ()  # on what all applicants share
    counted: tuple[Counted, ...] = ()  # towards the policy's targets
    key: str = ""  # id of the key of the persons' stand-ins, where there are any
    year: str = ""  # applied for

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, d: Mapping[str, Any]) -> Self:
        kinds = {"items": Item, "wants": Want, "based": Based, "marks": Mark, "twice": Mark, "claims": PoolClaim, "counted": Counted}
        told: dict[str, Any] = {k: tuple(_made(kinds[k], x) for x in v) if k in kinds else _tuples(v) for k, v in d.items()}
        for name in ("faults", "maybe"):
            told[name] = tuple(replace(_made(Fault, x), kind=FaultKind(x["kind"]), stray=(kind := x.get("stray")) and StrayKind(kind)) for x in d.get(name, ()))
        return cls(**told)


def _made(kind: Any, d: Mapping[str, Any]) -> Any:
    return kind(**{f.name: _tuples(d[f.name]) for f in fields(kind) if f.name in d})  # what an older version did not keep has its default


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list | tuple) else value


def held(applicant: Applicant, books: Sequence[CompiledRulebook], key: Any = None, why: Sequence[str] = (), faults: Sequence[Fault] = ()) -> Screened:
    """An applicant that is decided nowhere; what it shares with others is looked for all the same, and so is what else is wrong with it, unless it does not count."""
    facts, found, case = [], list[Fault](), None if applicant.dropped else applicant.case
    told = {(f.at, f.message): f for f in (*applicant.faults, *faults, *(() if applicant.dropped else applicant.looks))}
    if case is not None:
        for book in books:
            reader = Reader(book, need_unit=True, others=[b for b in books if b is not book], key=key)
            facts.append((book, reader.read(case.data, case.records, case.year)))  # what it cannot take is not in it
            found += [fault_of(p, applicant.name, books, case) for p in reader.problems]
        for more in (*found, *doubtful(facts, applicant)):  # all is put right in one go
            told.setdefault((more.at, more.message), more)
    return Screened(
        name=visible_line(applicant.name), code=_told(facts, CODE), county=_told(facts, COUNTY), rows=applicant.rows, done=False,
        held=(*applicant.held, *why), dropped=applicant.dropped, faults=_kept(told.values()), supply=applicant.supply, marks=tuple(_marks(facts)),
        key=_key(facts), year=_year(case.year if case is not None else None),
    )  # fmt: skip


def screened(applicant: Applicant, decisions: Sequence[Decision], faults: Sequence[Fault] = ()) -> Screened:
    """What is kept of an applicant's decisions, one for each rulebook."""
    facts = [(d.judgement.book, d.judgement.facts) for d in decisions if d.judgement is not None]
    compared, marks = _compared(facts), tuple(_marks(facts))
    told = (*applicant.faults, *faults, *doubtful(facts, applicant))
    return Screened(
        name=visible_line(applicant.name),
        code=_told(facts, CODE),
        county=_told(facts, COUNTY),
        rows=applicant.rows,
        done=True,
        items=tuple(_item(d, r) for d in decisions for r in considered(d)),
        wants=tuple(_wants(decisions, told, applicant)),
        faults=_kept((*told, *applicant.looks, *looks(decisions, applicant))),
        maybe=_kept(applicant.maybe),
        supply=applicant.supply,
        based=tuple(_based(decisions)),
        compared=tuple((name, text) for name, text, _, _ in compared),
        apart=_apart(compared),
        marks=marks,
        twice=tuple(
            Mark(
                kind=f"同一户两处：{'、'.join(titles)}",
                shown=_public(r),
                same=level_id(r),
                touches=_called(decisions, titles),
                at="、".join(dict.fromkeys(x.at for x in marks if x.at and x.same == level_id(r))),
            )
            for r, titles in twice(decisions)
        ),
        disallowed=tuple(_public(value_words(v)) for d in decisions if d.disallowed is not None for v in d.disallowed.values),
        revised=tuple(dict.fromkeys(_public(x) for d in decisions for x in d.revised)),
        readings=tuple(dict.fromkeys((x.name, x.question, "、".join(x.options), x.clause) for d in decisions for x in d.readings if not x.taken)),
        claims=tuple(x for d in decisions if d.judgement is not None for x in claims_of(d.judgement)),
        counted=tuple(x for d in decisions if d.judgement is not None for x in progress_of(d.judgement)),
        key=_key(facts),
        year=_year(applicant.case.year if applicant.case is not None else None),
    )


def _year(year: int | None) -> str:
    return "" if year is None else str(year)


def _key(facts: Sequence[tuple[CompiledRulebook, Facts]]) -> str:
    return next((told.key for _, told in facts if told.key), "")


def _public(text: str) -> str:
    """A line without hidden characters and with stand-ins in short: a result leaves the house."""
    return visible_line(shown(text, {}))


def _item(decision: Decision, r: MeasureResult) -> Item:
    award, sums = r.award, {m.id: m for m in decision.disallowed.measures}.get(r.id) if decision.disallowed is not None else None
    eligible = r.outcome is Outcome.ELIGIBLE
    why_not = withheld(r, decision) if eligible else ""
    listed = settled(award) if eligible and not why_not else None
    known = r.outcome in (Outcome.ELIGIBLE, Outcome.UNDETERMINED)
    return Item(
        rulebook=decision.rulebook_id, id=r.id, title=r.title, family=r.family, clause="、".join(r.clause), channel="、".join(r.channel),
        outcome=r.outcome.value, words=r.words, reason=_public(r.refusal if r.outcome is Outcome.INELIGIBLE else r.reason), standing=max(r.standing, award.standing if eligible else r.standing).label,
        amount=_public(amount_cell(r) if eligible or r.outcome is Outcome.UNDETERMINED else amount_words(award, r.outcome)),
        least=_money(award.low if eligible and award.basis is not AwardBasis.CEILING else Fraction(0)) if known and award.monetary else "",
        most=_money(award.high) if known and award.monetary else "", capped=_capped(r),
        unit=award.unit, ceiling=award.basis is AwardBasis.CEILING, money=award.monetary, hint=r.hint,
        listed="" if listed is None else money_string(listed), withheld=why_not, scheme=r.scheme or "",
        document=r.scheme_document if r.scheme else r.document,
        claimed=_public(claimed_cell(sums)) if sums else "", less=_public(less_cell(sums)) if sums else "",
        refused=tuple(map(_public, failing(r.conditions))) if r.outcome is Outcome.INELIGIBLE else (),
        uncounted=tuple(_uncounted(decision, r)) if known or r.outcome is Outcome.INELIGIBLE else (),
        revised=tuple(map(_public, decision.told.revised(r.id))) if decision.revised else (),
        lacking="、".join(map(_public, r.lacking)) if r.outcome is Outcome.UNDETERMINED or award.pending else "",
        ways=tuple(map(_public, ways_of(r))),
    )  # fmt: skip


def _uncounted(decision: Decision, r: MeasureResult) -> Iterator[str]:
    """In words, a person by the row of the workbook."""
    found = list(uncounted(r.conditions))
    rows = dict(_rows_of_persons([decision])) if found else {}
    yield from (_public(why) + (f"（表格 {rows[record]}）" if record in rows else "") for record, why in found)


def _capped(r: MeasureResult) -> str:
    sound = r.outcome is Outcome.ELIGIBLE and not r.hint and not r.hangs and max(r.standing, r.award.standing) < Standing.ASSUMED
    value = settled(r.award) if r.award.basis is AwardBasis.CEILING and sound and not any(a.provisional for a in r.adjustments) else None
    return "" if value is None else money_string(value)


def _money(value: Fraction | None) -> str:
    return "" if value is None else exact_money(value)


def _kept(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """As they are kept: the names of what they are about may be personal, and have served."""
    return tuple(replace(f, items=()) for f in faults)


def _wants(decisions: Sequence[Decision], faults: Sequence[Fault], applicant: Applicant) -> Iterator[Want]:
    """What is lacking. Of a list that was told in full only the cells are asked for that could not be read.

    A row that names nobody and may be one more of its records, and what the officer says of a list, are for the officer to mend: they stand
    beside what is lacking for them.
    """
    by_officer: dict[tuple[str, bool], list[str]] = {}
    said = [f for f in faults if f.acts == OFFICER and f.record and not f.items]
    open_ = {f.record for f in said}  # of which what was said does not hold, and nothing is told at all
    for f in (*(f for f in applicant.maybe if f.record in applicant.lost or f.record in open_), *said):
        for rest in (True, *([] if f.stray and f.record not in open_ else [False])):  # where nobody could tell the list it is lacking altogether
            by_officer.setdefault((f.record, rest), []).append(f.at)
    asked = [x for x in wanted(decisions) if not (x.rest and x.listing in applicant.lost) or (x.listing, x.rest) in by_officer]
    for x, one in zip(asked, wants_of(asked, decisions, faults), strict=True):
        if cells := by_officer.get((x.listing, x.rest)):
            yield replace(one, acts=OFFICER, office="", evidence="", own=False, at=tuple(dict.fromkeys(cells)))
        else:
            yield replace(one, acts=OFFICER, office="", evidence="", own=False) if _officers(one, faults) else one


def _officers(one: Want, faults: Sequence[Fault]) -> bool:
    """Whether a cell that an officer fills in is why it is lacking."""
    return any(f.acts == OFFICER and f.at in one.at for f in faults)


def wants_of(asked: Sequence[Wanted], decisions: Sequence[Decision], faults: Sequence[Fault]) -> Iterator[Want]:
    """Each as it is kept, with the cells that tell it and could not be read."""
    real, own = real_words(decisions), {id(x) for x in of_enterprise(asked)}
    cells: dict[str, list[str]] = {}
    for f in faults:
        for item in f.items:
            cells.setdefault(item, []).append(f.at)
    rows = dict(_rows_of_persons(decisions))
    for x in asked:
        row = next((f"（表格 {at}）" for k, at in rows.items() if k in x.what), "")
        row = f"（四位年份；写在名录的“{APPLICATION_YEAR}”一栏，或命令加 --year）" if x.year else row
        yield Want(
            acts=x.acts, office=x.office, what=_public(x.what) + row, evidence="、".join(x.evidence), answer=_public(x.answer), measures="、".join(x.measures),
            own=id(x) in own, at=tuple(cells.get(shown(x.what, real), ())),
        )  # fmt: skip


def _rows_of_persons(decisions: Sequence[Decision]) -> Iterator[tuple[str, str]]:
    """In which row of the workbook a person is told: who has to supply something knows no stand-in, and the result has no names."""
    for decision in decisions:
        for listing in decision.judgement.facts.records.values() if decision.judgement is not None else ():
            yield from ((e.key, f"{e.at.sheet}第{e.at.line}行") for e in listing.entries if e.at.sheet and is_stand_in(e.key))


def _based(decisions: Sequence[Decision]) -> Iterator[Based]:
    for decision in decisions:
        for b in decision.basis:
            if b.standing is not Standing.ENACTED:
                yield Based(figure=b.parameter, value=_public(b.value), standing=b.standing.label, document=b.document)


def _told(facts: Sequence[tuple[CompiledRulebook, Facts]], name: str) -> str:
    for book, told in facts:
        for given in told.facts.get(book.names.get(name, ""), {}).values():
            if isinstance(given.value, str):
                return _public(given.value)
    return ""


def _compared(facts: Sequence[tuple[CompiledRulebook, Facts]]) -> list[tuple[str, str, str, Fraction]]:
    """Name, as told, currency and amount of what the applicant told of its business in the year of application."""
    out: dict[str, tuple[str, str, str, Fraction]] = {}
    for book, told in facts:
        for key, spec in book.facts.items():
            given = told.facts.get(key, {}).get(told.year) if spec.id in COMPARED and spec.yearly else None
            if given is not None and isinstance(given.value, Fraction) and spec.name not in out:
                kind = spec.type.required()
                unit = unit_text(kind.dims) if isinstance(kind, Quantity) else ""
                out[spec.name] = spec.name, f"{money_string(given.value)}{unit}", unit, given.value
    return list(out.values())


def _apart(compared: Sequence[tuple[str, str, str, Fraction]]) -> str:
    """How those of one currency differ; of two currencies nothing is subtracted, since no rate is stated here."""
    said = []
    for number, (name, _, unit, value) in enumerate(compared):
        for other, _, same, amount in compared[number + 1 :]:
            if unit == same and value != amount:
                said.append(f"{name}比{other}{'多' if value > amount else '少'}{money_string(abs(value - amount))}{unit}")
    return "；".join(said)


def _called(decisions: Sequence[Decision], titles: Collection[str]) -> tuple[str, ...]:
    return tuple(f"{d.rulebook_id}/{m.id}" for d in decisions for m in d.measures.values() if m.title in titles)


def touched(book: CompiledRulebook, record: str) -> tuple[str, ...]:
    """The measures that read a type of records, and what this office pays that is stacked with one of those it pays."""
    reading = [m for m in book.measures.values() if record in _READING.of(book)[m.key]]
    own = {m.key for m in reading if not m.hint}
    beside = [k for s in book.stacking if own & set(s.members) for k in s.members]
    return tuple(dict.fromkeys([*(m.key for m in reading), *beside]))


_READING: Derived[CompiledRulebook, dict[str, frozenset[str]]] = Derived(
    lambda book: {m.key: frozenset(read_by(book, m)[1]) for m in book.measures.values()}, key=lambda book: book.digest, size=8
)


def _marks(facts: Sequence[tuple[CompiledRulebook, Facts]]) -> Iterator[Mark]:
    """Keys of records, other than of support received, whose document may be of many, and than mere places in a list."""
    found: dict[tuple[str, str], tuple[Mark, dict[str, None]]] = {}
    for book, told in facts:
        for key, listing in told.records.items():
            spec = book.records[key]
            touches = touched(book, spec.name) if spec.name != SUPPORT and listing.entries else ()
            for entry in listing.entries if spec.name != SUPPORT else ():
                same = entry.key.strip() if spec.exact else level_id(entry.key)
                if same.isdigit() and len(same) <= _RUNNING:
                    continue
                mark = Mark(kind=f"{spec.name}·{spec.key_field}", shown=_public(entry.key), same=same, touches=touches)
                cells = found.setdefault((spec.name, same), (mark, {}))[1]
                cells.update({at.cell: None for at in [_key_at(entry, spec)] if at.sheet})
    yield from (replace(mark, at="、".join(cells)) for mark, cells in found.values())


def _key_at(entry: Entry, spec: RecordSpec) -> Position:
    """Where the number itself stands; else where its row begins."""
    given = entry.values.get(spec.key_field)
    return given.at if given is not None and given.at.line else entry.at


__all__ = ["Based", "Item", "Mark", "Screened", "Want", "held", "screened", "touched", "wants_of"]
