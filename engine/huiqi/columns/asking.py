"""What the reference is asked of a row, remembered: by the answers that decide it, or by all that the question reads of the row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..language import typed as t
from ..reasoning.alike import one_spelling
from ..reasoning.kernel import Asking, Bound
from ..reasoning.told import Entry, Facts
from ..rulebook.reach import facts_and_records, references
from .cells import Lists, Reading

MANY = 50_000  # ways through a measure that are remembered


class Asked(Exception):
    """The kernel asks what is not known of this row."""


def facts_of(bound: Bound, reading: Reading, lists: Lists, number: int) -> Facts:
    """What one row tells, as whoever reads it alone would have it."""
    if reading.row is None or reading.row[0] != number:
        facts = reading.facts(number)
        whole = one_spelling(facts.instead(facts.facts, lists.told(number)), bound.book)
        reading.row = number, whole
    return reading.row[1]


class RowAsking:
    """What the reference says of answers, remembered; what no answers of the kernel decide, by what it reads of the row, lists among it."""

    def __init__(self, bound: Bound, reading: Reading, lists: Lists, binder: str = "") -> None:
        """`binder`: of the record that is judged, `entry`."""
        self.bound, self.reading, self.lists, self.number, self.binder = bound, reading, lists, 0, binder
        self.anew = False  # whether something was asked, of the row that is looked at, that no answers of the kernel decide
        self.always: frozenset[int] = frozenset()  # what is so in every row is looked up before
        self.entry: Entry | None = None
        self._met: dict[Any, int] = {}
        self._askable: dict[int, bool] = {}
        self._reads: dict[int, tuple[list[Sequence[Any]], tuple[str, ...]]] = {}

    def ask(self, number: int, told: Any) -> int:
        if told is None and self.entry is None:
            if number not in self.always:
                self.anew = True
            where = (number, self.read(number))
            known = self._met.get(where)
            if known is None:
                if len(self._met) > MANY:
                    self._met.clear()
                known = self._met[where] = self._asked(number, told)
            return known
        found = self.bound.answers.get(number, _NONE).get(told) if told is not None else None
        return self._asked(number, told) if found is None else found

    def _asked(self, number: int, told: Any) -> int:
        if number not in self._askable:
            self._askable[number] = askable(self.bound, number)
        if not self._askable[number]:
            raise Asked
        facts = facts_of(self.bound, self.reading, self.lists, self.number)
        return Asking(self.bound, facts, {} if self.entry is None else {self.binder: self.entry}).ask(number, told)

    def read(self, number: int) -> tuple[Any, ...]:
        """What of the row decides a question: the words told, which list it is."""
        found = self._reads.get(number)
        if found is None:
            facts, records = facts_and_records(self.bound.book, [self.bound.plan.asked[number][0]])
            found = self._reads[number] = self.reading.words(facts), tuple(sorted(records))
        n = self.number
        return (*(words[n] for words in found[0]), *(self.lists.list(record, n)[::2] for record in found[1]))


def askable(bound: Bound, number: int) -> bool:
    """Whether what a question reads is known: whoever asks after another measure's conclusion reads all that does."""
    expr, _ = bound.plan.asked[number]
    return not any(isinstance(x, t.ConclusionRef) for x in references([expr], bound.book))


NO_ENTRY = Entry("", {})


_NONE: dict[Any, int] = {}
