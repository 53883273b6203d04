"""Words that are nearly something, and so count as 待核实: what was written, in which cell, why, and what settles it.

What must stay true: every such word of an applicant is listed, whether or not anything hangs on it yet; where no cell is known the data
item is named; what is offered to type is taken as it stands, by the table it is typed into.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..documents.workbook.layout import VERIFIED as OFFICERS
from ..errors import clip
from ..intake.texts import without_people
from ..plain import dataclass
from ..reasoning.alike import officer_settles
from ..reasoning.told import VERIFIED, Facts, Given, Near
from ..rulebook.compiled import CompiledRulebook, FactSpec, RecordSpec
from ..visible import visible_line
from ..words import CauseKind, acts_words
from .rows import Applicant, Fault, FaultKind, fact_items, field_items, staged

_FEW, CHECKED = 3, VERIFIED[-1]


@dataclass(frozen=True, kw_only=True)
class ToldValue:
    """A value as told, and the fact or the column of a record that it is of."""

    spec: FactSpec
    given: Given
    items: tuple[str, ...]
    record: RecordSpec | None = None
    key: str = ""
    year: int | None = None


def doubtful(facts: Sequence[tuple[CompiledRulebook, Facts]], applicant: Applicant) -> Iterator[Fault]:
    """A line of 错误行 for each; one that several rulebooks ask about once."""
    seen = set[tuple[str, str]]()
    for book, told in facts:
        for one in (x for x in told_in(book, told, applicant) if x.given.near):
            record = one.record.name if one.record is not None else ""
            fault = _fault(one, applicant, settles=officer_settles(book, record, one.spec, one.given.near))
            if (fault.at, fault.found) not in seen:
                seen.add((fault.at, fault.found))
                yield fault


def told_in(book: CompiledRulebook, told: Facts, applicant: Applicant) -> Iterator[ToldValue]:
    """Every value an applicant tells, facts first."""
    for key, years in told.facts.items():
        spec = book.facts[key]
        for year, given in years.items():
            yield ToldValue(spec=spec, given=given, items=fact_items(spec, [year] if year else [], applicant.case), year=year if spec.yearly else None)
    for key, listing in told.records.items():
        record = book.records[key]
        for entry in listing.entries:
            for name, given in entry.values.items():
                yield ToldValue(spec=record.fields[name], given=given, items=field_items(record, entry.key, name), record=record, key=entry.key)


def cell_of(one: ToldValue, applicant: Applicant) -> str:
    """Where a value stands; where no cell is known, what it is of."""
    given = one.given
    cell = given.at.cell if given.at.sheet else next((applicant.cells[i] for i in staged(one.items, given.stage) if i in applicant.cells), "")
    return cell or (one.items[0] if one.items else one.spec.name)


def _fault(one: ToldValue, applicant: Applicant, *, settles: bool) -> Fault:
    given, name = one.given, one.spec.name
    near, entries = given.stages.get(given.stage), given.near
    word = visible_line(without_people(clip(near.word if isinstance(near, Near) else "")))
    named = "".join(f"“{x}”" for x in entries[:_FEW])
    meant = f"{named}等 {len(entries)} 个里的哪一个" if len(entries) > _FEW else f"{named}里的哪一个" if len(entries) > 1 else named
    verified = given.stage in VERIFIED
    same = f"是，这一格改成{meant}" if len(entries) == 1 else "这一格改成确切的那一个"
    if settles and not verified:
        mend = f"{same}；不是，{_officers(one, word, filled=bool(given.at.sheet))}"
    else:
        mend = f"{same}；都不是的，写不会与它们混淆的全称"
    return Fault(
        at=cell_of(one, applicant), applicant=applicant.name, kind=FaultKind.DOUBT, found=word,
        message=f"“{name}”{'是不是' if len(entries) == 1 else '是'}{meant}，看不出来，按待核实处理", expected="、".join(entries), mend=mend, items=one.items,
        record=one.record.name if one.record is not None else "",
        acts=acts_words(CauseKind.UNVERIFIED, one.spec.verified_by), office=one.spec.verified_by,
    )  # fmt: skip


def _officers(one: ToldValue, word: str, *, filled: bool) -> str:
    """Where an officer writes that it is another: on the template's own sheet, or in a column added to somebody's table."""
    if not filled:
        return f"在右边加一列“{one.spec.name}（{CHECKED}）”，这一行写“{word}”"
    which = ""
    if one.record is not None:
        whose = "" if one.record.fields[one.record.key_field].personal else f"、编号“{one.key}”"
        which = f"明细“{one.record.name}”{whose}、"
    year = f"、年度 {one.year}" if one.year is not None else ""
    return f"在“{OFFICERS}”加一行：{which}数据项“{one.spec.name}”{year}，{CHECKED}写“{word}”"


__all__ = ["ToldValue", "cell_of", "doubtful", "told_in"]
