"""What of an applicant was taken as told and has to be looked at again: the reminders of its decisions, as lines of 错误行.

What must stay true: the result of a round says of an applicant what its own decision would; nobody but the officer is asked, and no
amount waits for a line here but those that `withheld` names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ..documents.papers.parts import considered
from ..errors import Position, clip
from ..intake.texts import without_people
from ..language.levelling import level
from ..reasoning.told import VERIFIED, Given, Untold
from ..rulebook.compiled import FactSpec
from ..rulebook.literals import show_value
from ..telling.decision import Decision
from ..visible import visible_line
from ..words import OFFICER
from .rows import Applicant, Fault, FaultKind, fact_items, field_items

_NOTHING = re.compile(r"[-—/\\.…~*\s]*")  # a dash says that there is nothing to tell, and no more


def looks(decisions: Sequence[Decision], applicant: Applicant) -> Iterator[Fault]:
    """A line for each; one that several rulebooks remind of once."""
    seen = set[tuple[str, str]]()
    for decision in decisions:
        for fault in _of(decision, applicant):
            if (fault.at, fault.message) not in seen:
                seen.add((fault.at, fault.message))
                yield fault


def _of(decision: Decision, applicant: Applicant) -> Iterator[Fault]:
    for one in decision.told.looks(None):
        yield _fault(applicant, _place(one.at) or _rows(applicant), one.words, "核对；属实的，由经办人核验")
    for r in considered(decision):
        if r.again:
            yield _fault(applicant, _rows(applicant), r.warnings[0], "由经办人核清")
    if decision.judgement is None:
        return
    book, told = decision.judgement.book, decision.judgement.facts
    for key, years in told.facts.items():
        for year, given in years.items():
            yield from _value(book.facts[key], "", given, applicant, fact_items(book.facts[key], [year] if year else [], applicant.case))
    for key, blank in told.untold.items():
        for year, given in blank.items():
            yield from _blank(book.facts[key], "", given, applicant, fact_items(book.facts[key], [year] if year else [], applicant.case))
    for key, listing in told.records.items():
        record = book.records[key]
        for entry in listing.entries:
            where = f"{record.name} {clip(entry.key)} 的"
            for name, given in entry.values.items():
                yield from _value(record.fields[name], where, given, applicant, field_items(record, entry.key, name))
            for name, given in entry.untold.items():
                yield from _blank(record.fields[name], where, given, applicant, field_items(record, entry.key, name))


def _value(spec: FactSpec, where: str, given: Given, applicant: Applicant, items: Sequence[str]) -> Iterator[Fault]:
    if spec.unusual(given.value) and given.stage not in VERIFIED:
        words = f"{where}“{spec.name}”为 {show_value(given.value, spec.type)}，不在通常范围"
        yield _fault(applicant, _cell(given, applicant, items), words, "核对单位和位数")


def _blank(spec: FactSpec, where: str, given: Given, applicant: Applicant, items: Sequence[str]) -> Iterator[Fault]:
    word = next((x.word for x in given.stages.values() if isinstance(x, Untold)), "")
    if not _NOTHING.fullmatch(level(word)):
        yield _fault(applicant, _cell(given, applicant, items), f"{where}“{spec.name}”写的是“{clip(word)}”，按未提供处理", "知道就照实写；不知道就空着", word)


def _cell(given: Given, applicant: Applicant, items: Sequence[str]) -> str:
    return _place(given.at) or next((applicant.cells[i] for i in items if i in applicant.cells), "") or (items[0] if items else _rows(applicant))


def _place(at: Position) -> str:
    return at.cell if at.sheet else str(at) if at.line else ""


def _rows(applicant: Applicant) -> str:
    return "、".join(applicant.rows)


def _fault(applicant: Applicant, at: str, message: str, mend: str, found: str = "") -> Fault:
    said = visible_line(without_people(message))
    return Fault(
        at=at,
        applicant=applicant.name,
        kind=FaultKind.LOOK,
        found=visible_line(without_people(clip(found))),
        message=said,
        expected="",
        mend=mend,
        acts=OFFICER,
    )


__all__ = ["looks"]
