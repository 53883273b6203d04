"""What was received before, for reminders: of which measures of a row the row's own reader has to be asked.

The kernels know what earlier support takes off, not what is said of it. What must stay true: wherever the row's own reader would remind
of a measure that pays, or may, it is asked; of what was received nothing is read twice.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..rulebook.compiled import SUPPORT_MEASURE, CompiledRulebook
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
