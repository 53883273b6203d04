"""What a measure lacks behind what it lacks: the recognitions it asks after on a day that is not told yet.

Whether an applicant is a small enterprise is asked on the day of each loan; while no loan is told it is asked on no
day, and nothing of it is among the causes of the measure. Who is told once of all that is wanted has to be told of it
all the same: it is looked up on the day of decision. What must stay true: verdicts and causes are left as they were
judged, and nothing is asked of a measure that asked after the recognition on a day that is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from ..language import typed as t
from ..reasoning.judged import MeasureJudged, RecognitionJudged
from ..rulebook.compiled import CompiledRulebook, Condition, MeasureSpec
from ..rulebook.reach import references
from ..values import NONE_KNOWN, Causes, Topic
from ..words import Outcome
from .later import Later


def behind_untold(m: MeasureJudged, book: CompiledRulebook, on: date, recognition: Callable[[str, Any], RecognitionJudged], later: Later) -> Causes:
    """What these recognitions lack on the day of decision; nothing where every one was asked after, or the measure is settled."""
    if m.outcome is not Outcome.UNDETERMINED:
        return NONE_KNOWN
    leaves = [(x.asked, x.env.day) for x in m.conditions.leaves() if isinstance(x.asked, Condition)]
    judged = set(_asked((c.expr for c, day in leaves if isinstance(day, date)), book))
    causes = NONE_KNOWN
    for key, meets in set(_asked((c.expr for c in _conditions(book.measures.get(m.spec.key, m.spec), m.scheme.name)), book)) - judged:
        found = recognition(key, on)
        lacks = (found.meets if meets else found.truth).causes - later.of_recognition(found)
        causes |= frozenset(c for c in lacks if c.what.topic is not Topic.READING)  # which way to read it is asked once the day is told
    return causes


def _conditions(spec: MeasureSpec, scheme: str) -> Iterator[Condition]:
    for group in (spec.when, spec.unless, *(g for part in (spec.base, *(x for n, x in spec.schemes.items() if n == scheme)) for g in (part.when, part.unless))):
        yield from group.conditions()


def _asked(roots: Iterable[t.Expr], book: CompiledRulebook) -> Iterator[tuple[str, bool]]:
    return ((x.recognition, x.meets) for x in references(roots, book) if isinstance(x, t.RecognitionRef))


__all__ = ["behind_untold"]
