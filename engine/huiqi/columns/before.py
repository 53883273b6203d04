"""What was received before, measure by measure: to which measures of a row it is something, and what there is to remind of.

The kernels know whether anything was received, not by which measure; and what it takes off, not what is said of it. What must stay true:
wherever the row's own reader would remind of a measure that pays, or may, it is asked; a grant that may be of a measure, or of one that
excludes it, is never nothing to it; of what was received nothing is read twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..backends import python as backend
from ..language import typed as t
from ..rulebook.compiled import SUPPORT_MEASURE, CompiledRulebook, Counting
from .cells import Lists


class Before:
    """Of each row the measures of which something may have been received before, itself or another that excludes it."""

    def __init__(self, book: CompiledRulebook, keys: Sequence[str], lists: Lists) -> None:
        self.keys, self.lists = keys, lists
        self._found: dict[int, tuple[str, ...]] = {}  # by distinct list
        beside: dict[str, set[str]] = {key: {key} for key in keys}
        for group in book.stacking:
            for key in beside.keys() & set(group.members):
                beside[key] |= set(group.members)
        self._called = {key: {x for m in them for x in (book.measures[m].id, book.measures[m].title)} for key, them in beside.items()}

    def measures(self, number: int) -> tuple[str, ...]:
        """Their keys; where a record does not say of which measure it is, all."""
        history = self.lists.history
        if history is None:
            return ()
        which, listing, _ = self.lists.list(history, number)
        if listing is None or not listing.entries:
            return ()
        found = self._found.get(which)
        if found is None:
            words = {None if (given := e.values.get(SUPPORT_MEASURE)) is None else given.value for e in listing.entries}
            found = self._found[which] = tuple(key for key in self.keys if None in words or self._called[key] & words)
        return found


class Support:
    """Row by row, how much is told of earlier support as far as some measures are concerned, for a kernel of just these.

    A history told in full, every grant of which is by name of another measure, takes off as little as none at all. Where a rulebook
    counts grants by a rule of its own, it may count those too: there what is told is what is told.
    """

    def __init__(self, book: CompiledRulebook, keys: Sequence[str], lists: Lists) -> None:
        self.lists, self.before = lists, Before(book, keys, lists)
        self.by_name = all(map(_by_name, _countings(book, keys)))

    def __getitem__(self, number: int) -> int:
        told = self.lists.support[number]
        if told != backend.TOLD or not self.by_name or self.lists.history is None:
            return told
        _, _, complete = self.lists.list(self.lists.history, number)
        return backend.TOLD if not complete or self.before.measures(number) else backend.TOLD_EMPTY


def _countings(book: CompiledRulebook, keys: Sequence[str]) -> Iterable[Counting]:
    """What counts against these measures, under whichever scheme, and against what they share a stacking rule with."""
    for spec in (book.measures[key] for key in keys):
        yield spec.counting
        yield from (limit.counting for scheme in (spec.base, *spec.schemes.values()) for limit in scheme.limits)
    yield from (group.counting for group in book.stacking if set(group.members) & set(keys))


def _by_name(counting: Counting) -> bool:
    return counting.earlier is None or isinstance(counting.earlier, t.RecordsRef)
