"""What a reader of a table asks an officer, once: with the choices, and a suggestion only where there is one.

A question has a key that does not depend on where in the table it arose, so that last year's answer is found again. What must stay
true: a suggestion is never an answer; an answer is a choice's mark, or free words where a choice is open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from typing import Any

from ..language.levelling import level
from ..plain import dataclass

MARKS = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


class Answer(str):
    """An answer with the choices that it was given among: another reader may offer more of them, in another order."""

    listed: tuple[str, ...] = ()

    @classmethod
    def among(cls, answer: str, listed: Sequence[str]) -> Answer:
        out = cls(answer)
        out.listed = tuple(listed)
        return out

    @property
    def words(self) -> str:
        """In words, for when the choices no longer stand beside it."""
        place = MARKS.find(self[0]) if self else -1
        if not 0 <= place < len(self.listed):
            return str(self)
        return self[1:].strip(" ：:") or self.listed[place].removeprefix(self[0]).strip()


@dataclass(frozen=True, kw_only=True)
class Choice:
    text: str
    value: Any = None
    open: bool = False  # the officer writes what it is


@dataclass(frozen=True, kw_only=True)
class Question:
    """`mapping`: settled with the mapping, so that cells are shown as they read under its suggestion."""

    key: str
    words: str
    choices: tuple[Choice, ...]
    suggested: bool = False  # choice ① is the reader's suggestion
    mapping: bool = False
    cells: tuple[str, ...] = ()
    columns: tuple[int, ...] = ()
    said: tuple[str, ...] = ()
    answer: str = ""
    number: str = ""
    about: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def told(self) -> tuple[str, ...]:
        """The choices as they are shown."""
        marks = MARKS if self.suggested or self.mapping or len(self.choices) > 1 else ""
        return tuple(f"{marks[n]} {c.text}" if marks else c.text for n, c in enumerate(self.choices))

    @property
    def chosen(self) -> Choice | None:
        """What was answered; an open answer comes as a choice with the words as its value."""
        answer = self.answer.strip()
        if not answer:
            return None
        if (place := self._place(answer[0])) is not None:
            choice, rest = self.choices[place], answer[1:].strip(" ：:")
            return choice if not choice.open else Choice(text=rest, value=rest, open=True) if rest and level(rest) != level(choice.text) else None
        for choice in self.choices:
            if level(answer) == level(choice.text) and not choice.open:
                return choice
        opened = [c for c in self.choices if c.open]
        if not opened or level(answer) in {level(c.text) for c in opened}:  # 其他, and not a word of what
            return None
        return Choice(text=answer, value=answer, open=True)

    def _place(self, mark: str) -> int | None:
        """Of the choice that a mark stands for: the one whose words stood beside it when it was answered, wherever that stands now."""
        if mark not in MARKS:
            return None
        place, listed = MARKS.index(mark), self.answer.listed if isinstance(self.answer, Answer) else ()
        if place < len(listed):
            words = level(listed[place].removeprefix(mark))
            place = next((n for n, c in enumerate(self.choices) if level(c.text) == words), place)
        return place if place < len(self.choices) else None

    @property
    def restated(self) -> str:
        """The answer as it has to stand beside the choices of today."""
        answer = self.answer.strip()
        place = self._place(answer[0]) if answer else None
        return answer if place is None else MARKS[place] + answer[1:]

    @property
    def supposed(self) -> Choice | None:
        """What holds while the mapping stands as proposed."""
        return self.chosen or (self.choices[0] if self.suggested and self.mapping else None)
