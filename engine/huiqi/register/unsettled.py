"""What leaves the sums of a register open: which data item, of how many applicants, where, and how much money hangs on it.

Asked in the words in which a round asks for it (补正清单, 联审清单): there is no second wording. What must stay true: every open amount
that enters the sum has something here that it lacks; a cell that was written and could not be read is told apart from one that was not
written; an amount that lacks several things counts at each, so that those of several things are never added.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass as mutable
from dataclasses import field
from fractions import Fraction

from ..documents.papers.parts import Wanted, lacking
from ..errors import Position, Problem
from ..reasoning.casefile import Case
from ..reasoning.judged import Judgement
from ..telling.results import tell
from ..telling.simulated import Lacked, Unsettled
from .doubtful import doubtful
from .entries import Want, wants_of
from .rows import Applicant, Fault, FaultKind, fault_of, field_items
from .sheets import ANY, LISTED, mended, whom, written_there
from .tally import amount_of, pays


class Open:
    """Counted applicant after applicant."""

    def __init__(self, applicants: Mapping[Position, Applicant], *, hints: bool) -> None:
        """`applicants` as they were read, by where each begins; `hints`: those are counted that others pay."""
        self.applicants, self.hints = applicants, hints
        self.found: dict[tuple[str, str], _Found] = {}

    def add(self, case: Case, judged: Judgement, problems: Sequence[Problem]) -> None:
        """What this applicant's open amounts lack; `problems` is what could not be taken of its case."""
        widths: dict[str, Fraction | None] = {}
        for m in judged.measures.values():
            own = amount_of(m) if pays(m, judged.facts, self.hints) else None
            if own is not None and not own.settled:
                widths[m.spec.id] = None if own.high is None else own.high - own.low
        if not widths:
            return
        decision = tell(judged, case.enterprise)
        asked = lacking(decision, {m.spec.id: m.spec.title for m in judged.measures.values() if m.spec.id in widths})
        applicant = self.applicants.get(case.start, Applicant(name=case.enterprise, rows=(), case=case))
        told = (*applicant.faults, *(fault_of(p, case.enterprise, [judged.book], case) for p in problems))
        faults = list({(f.at, f.message): f for f in (*told, *doubtful([(judged.book, judged.facts)], applicant))}.values())
        whole = applicant.rows[:1] or ((case.path,) if case.path else ())
        rows, mine = dict(_rows(judged)), dict[tuple[str, str], list[tuple[Lacked, dict[str, Fraction | None]]]]()
        for x, want in zip(asked, wants_of(asked, [decision], faults), strict=True):
            there = whole if want.own or want.answer else ()  # a reading, a figure stands in no cell
            unread = [f for f in faults if f.at in want.at or (x.rest and x.listing == f.record)]
            at = tuple(dict.fromkeys(f.at for f in unread)) or rows.get(x.what, there)
            one = Lacked(
                enterprise=case.enterprise, what="；".join([want.what, *map(written_there, unread)]), at=at,
                unread=any(f.kind is not FaultKind.DOUBT for f in unread), answer="；".join(_answers(want, unread)),
                evidence=want.evidence or (ANY if want.own else ""), money=_together(widths[i] for i in x.opens), measures=x.measures,
            )  # fmt: skip
            mine.setdefault(_key(x), []).append((one, {i: widths[i] for i in x.opens}))
        for key, lacked in mine.items():
            self.found.setdefault(key, _Found()).add(lacked, alone=len(mine) == 1)

    def done(self) -> tuple[Unsettled, ...]:
        """The thing on which most money hangs first."""
        return tuple(sorted((x.told(column, acts) for (column, acts), x in self.found.items()), key=_most_first))


@mutable
class _Found:
    """One thing that is lacking, over the applicants."""

    applicants: int = 0
    unread: int = 0
    alone: int = 0
    money: Fraction = Fraction(0)
    boundless: int = 0
    lacked: list[Lacked] = field(default_factory=list)

    def add(self, mine: Sequence[tuple[Lacked, Mapping[str, Fraction | None]]], *, alone: bool) -> None:
        """Of one applicant: a measure that lacks it of several records counts once."""
        money = _together({i: w for _, widths in mine for i, w in widths.items()}.values())
        self.applicants += 1
        self.unread += any(one.unread for one, _ in mine)
        self.alone += alone
        self.boundless += money is None
        self.money += money or 0
        self.lacked += [one for one, _ in mine]

    def told(self, column: str, acts: str) -> Unsettled:
        return Unsettled(
            column=column, acts=acts, applicants=self.applicants, unread=self.unread, alone=self.alone, money=self.money, boundless=self.boundless,
            lacked=tuple(sorted(self.lacked, key=lambda x: (x.money is not None, -(x.money or 0)))),
        )  # fmt: skip


def _together(widths: Iterable[Fraction | None]) -> Fraction | None:
    found = list(widths)
    return None if None in found else sum((w for w in found if w is not None), Fraction(0))


def _key(x: Wanted) -> tuple[str, str]:
    return x.column or x.what, whom(x.acts, x.office)


def _answers(want: Want, unread: Sequence[Fault]) -> Iterator[str]:
    if unread:
        yield from dict.fromkeys(mended(f, want) for f in unread)
    elif want.answer or want.own:
        yield want.answer or LISTED


def _rows(judged: Judgement) -> Iterator[tuple[str, tuple[str, ...]]]:
    """In which row a record stands, by what its columns may be asked for as."""
    for key, listing in judged.facts.records.items():
        record = judged.book.records[key]
        for entry in listing.entries:
            if entry.at.line:
                yield from ((item, (entry.at.within,)) for column in record.fields for item in field_items(record, entry.key, column))


def _most_first(x: Unsettled) -> tuple[int, Fraction, int, str]:
    return -x.boundless, -x.money, -x.applicants, x.column


__all__ = ["Open"]
