"""The vocabulary of scenarios: each sentence with its keyword, its pattern and what it does.

What must stay true: a slot holds no quotation mark, so that no sentence can be read as another.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import field
from typing import Any

from ..plain import dataclass
from .models import Kind
from .story import Draft, must

_WORD = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """One sentence of the vocabulary: its keyword, its pattern, as it is shown, what it does."""

    kind: Kind
    regex: re.Pattern[str]
    shown: str
    tabled: bool
    apply: Callable[..., Any] = field(compare=False, repr=False)


class Vocabulary:
    """The sentences of one page, in the order in which they are defined there."""

    def __init__(self) -> None:
        self.sentences: list[Sentence] = []

    def sentence(self, kind: Kind, text: str, *, tabled: bool = False) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Define `“{name}”没有提供`: each `{word}` stands between “ and ” or （ and ）, and is handed on by name."""

        def define(apply: Callable[..., Any]) -> Callable[..., Any]:
            self.sentences.append(Sentence(kind=kind, regex=re.compile(_pattern(text)), shown=_WORD.sub("…", text), tabled=tabled, apply=apply))
            return apply

        return define

    def given(self, text: str, *, tabled: bool = False) -> Callable[[Callable[..., Draft]], Callable[..., Draft]]:
        return self.sentence(Kind.GIVEN, text, tabled=tabled)

    def then(self, text: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
        return self.sentence(Kind.THEN, text)


def _pattern(text: str) -> str:
    """A sentence with `{word}` slots as a regular expression; a slot holds no quotation marks."""
    parts = _WORD.split(text)
    slots = [rf"(?P<{name}>[^“”（）]*)" if after.startswith("）") else rf"(?P<{name}>[^“”]*)" for name, after in zip(parts[1::2], parts[2::2], strict=True)]
    return "".join(a + b for a, b in zip(map(re.escape, parts[::2]), [*slots, ""], strict=True))


Cells = Sequence[Sequence[str]]


def rows_of(table: Cells) -> tuple[dict[str, str], ...]:
    """Rows by column; an empty cell tells nothing."""
    header, *rows = table
    twice = {h for h in header if header.count(h) > 1}
    must(not twice, f"表头重复：{'、'.join(sorted(twice))}")
    return tuple({k: cell for k, cell in zip(header, row, strict=True) if cell} for row in rows)


def listed(words: Iterable[str], between: str = "、") -> str:
    return between.join(words) or "（无）"
