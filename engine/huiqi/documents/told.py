"""A rulebook as it is told on one day: what has lapsed by then, what is not yet in force.

The policy book is read on a day, and a document that has lapsed by that day must not stand under 现行 however
firm its text once was. What must stay true: nothing of the rulebook is changed, no decision is made from this,
and the day is said wherever it made a difference.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import date

from ..plain import dataclass
from ..rulebook.compiled import Basis, CompiledRulebook, DocumentSpec, ParameterSpec, ParameterVersion, Standing, versions_under

NOT_YET, OVER = "尚未施行", "已过适用期间"


@dataclass(frozen=True, kw_only=True)
class Told(CompiledRulebook):
    """The rulebook with the day for which it is told."""

    on: date


def told(book: CompiledRulebook, on: date) -> Told:
    """The same rulebook, told for a day."""
    return Told(**{f.name: getattr(book, f.name) for f in fields(CompiledRulebook)}, on=on)


def lapsed(book: CompiledRulebook, document: DocumentSpec) -> bool:
    """By the day of telling; a rulebook told for no day has none."""
    return isinstance(book, Told) and document.end is not None and document.end < book.on


def coming(book: CompiledRulebook, document: DocumentSpec) -> bool:
    """Whether it is not yet in force on the day of telling."""
    return isinstance(book, Told) and document.start is not None and document.start > book.on


def not_now(book: CompiledRulebook, start: date | None, end: date | None) -> str:
    """Why what holds between two days does not hold on the day of telling; "" where it does."""
    if not isinstance(book, Told):
        return ""
    return NOT_YET if start is not None and start > book.on else OVER if end is not None and end < book.on else ""


def mark(book: CompiledRulebook, basis: Basis, standing: Standing) -> str:
    """The word over a standing that is firm but not of this day: its documents are all still to come; else ""."""
    if basis.hand is not None or not basis.documents or standing not in (Standing.ENACTED, Standing.UNVERIFIED):
        return ""
    return NOT_YET if all(coming(book, book.documents[k]) or lapsed(book, book.documents[k]) for k in basis.documents) else ""


def versions_now(book: CompiledRulebook, parameter: ParameterSpec, document: str | None) -> tuple[ParameterVersion, ...]:
    """The versions of a figure that hold on the day: under a scheme, of its document's own; several where several documents speak."""
    found = versions_under(parameter, document, book.documents)
    return tuple(v for v in found if not not_now(book, v.start, v.end))


def weakest(standings: Iterable[Standing]) -> Standing:
    """The least firm of them; 现行 where there are none."""
    return max(standings, default=Standing.ENACTED)


__all__ = ["NOT_YET", "OVER", "Told", "coming", "lapsed", "mark", "not_now", "told", "versions_now", "weakest"]
