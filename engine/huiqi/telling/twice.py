"""One thing for which two rulebooks of a case both give money: said, and left to a person.

Within a rulebook the rules of stacking see to it; across rulebooks nothing does. What must stay true: nothing is refused by it,
and mere places in a list (1, 2, 3) are no numbers of a document.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..language.levelling import level_id
from ..words import Outcome
from .decision import Decision

_RUNNING = 3  # a number of so few digits may be a place in a list


def twice(decisions: Sequence[Decision]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each record, as told, for which measures of more than one of these rulebooks give money; and those measures' titles."""
    found: dict[str, tuple[str, dict[str, str]]] = {}
    for d in decisions:
        for m in d.measures.values():
            live = m.outcome in (Outcome.ELIGIBLE, Outcome.UNDETERMINED) and m.award.monetary and m.award.high != 0
            for record in dict.fromkeys(x.record for x in m.award.lines if x.record) if live else ():
                same = level_id(record)
                if not (same.isdigit() and len(same) <= _RUNNING):
                    found.setdefault(same, (record, {}))[1].setdefault(m.title, d.rulebook_id)
    for record, titles in found.values():
        if len(set(titles.values())) > 1:
            yield record, tuple(titles)


__all__ = ["twice"]
