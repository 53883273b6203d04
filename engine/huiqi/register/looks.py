"""What of an applicant was taken as told and has to be looked at again: the reminders of its decisions, as lines of 错误行.

What must stay true: the result of a round says of an applicant what its own decision would; nobody but the officer is asked, and no
amount waits for a line here but those that `withheld` names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..documents.papers.parts import considered
from ..errors import clip
from ..intake.texts import without_people
from ..language.levelling import level
from ..reasoning.told import VERIFIED, Untold
from ..rulebook.compiled import SUPPORT, name_of
from ..rulebook.literals import show_value
from ..telling.decision import Decision
from ..visible import visible_line
from ..words import OFFICER
from .doubtful import ToldValue, cell_of, told_in
from .rows import Applicant, Fault, FaultKind

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
    for look in decision.told.looks(None):
        yield _fault(applicant, look.at.within or _rows(applicant), look.words, "核对；属实的，由经办人核验")
    for r in considered(decision):
        if r.again:
            yield _fault(applicant, _received(decision) or _rows(applicant), r.warnings[0], "由经办人核清")
    if decision.judgement is None:
        return
    book, told = decision.judgement.book, decision.judgement.facts
    blank = told.instead(told.untold, {k: replace(x, entries=tuple(replace(e, values=e.untold) for e in x.entries)) for k, x in told.records.items()})
    for one in told_in(book, told, applicant):
        if one.spec.unusual(one.given.value) and one.given.stage not in VERIFIED:
            words = f"{_where(one)}“{one.spec.name}”为 {show_value(one.given.value, one.spec.type)}，不在通常范围"
            yield _fault(applicant, cell_of(one, applicant), words, "核对单位和位数")
    for one in told_in(book, blank, applicant):
        word = next((x.word for x in one.given.stages.values() if isinstance(x, Untold)), "")
        if not _NOTHING.fullmatch(level(word)):
            words = f"{_where(one)}“{one.spec.name}”写的是“{clip(word)}”，按未提供处理"
            yield replace(_fault(applicant, cell_of(one, applicant), words, "知道就照实写；不知道就空着", word), untold=True)


def _where(one: ToldValue) -> str:
    return "" if one.record is None else f"{one.record.name} {clip(one.key)} 的"


def _received(decision: Decision) -> str:
    """Where it is told what was received before."""
    listings = () if decision.judgement is None else decision.judgement.facts.records.items()
    return "、".join(dict.fromkeys(e.at.within for k, listing in listings if name_of(k) == SUPPORT for e in listing.entries if e.at.sheet))


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
