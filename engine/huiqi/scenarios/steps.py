"""What each sentence of a scenario means: facts told, a decision taken, a claim about it checked.

A scenario tells facts as a case file does (the same text values), decides as the library does, and
compares in the words of a case's 期望; nothing here knows a policy. `take` goes one step further in
a story; whoever runs scenarios (`run`, pytest-bdd in features/) only calls it. `features/README.md`
lists every sentence; a sentence nobody defined is refused with the nearest one that exists.
What must stay true: no default for anything; nothing is rounded or converted on the way in; a claim
is never checked against a decision taken before the last fact was told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches

from . import claims, told
from .models import Kind, spoken_of
from .sentences import Sentence
from .story import Load, Misuse, Story, must

SENTENCES = (*told.SENTENCES, *claims.SENTENCES)


def take(story: Story, kind: Kind, text: str, table: Sequence[Sequence[str]] | None, load: Load) -> Story:
    """The story after one more step. Raises `Unmet`, `Misuse`, or what the library raises."""
    subject = story.draft.subject
    sentence, words = _find(kind, spoken_of(kind, text, subject) if subject else text)
    must(sentence.tabled or table is None, "这一句后面不接表格")
    must(not sentence.tabled or table, "这一句后面要接表格")
    extra = {"table": table} if sentence.tabled else {}
    match kind:
        case Kind.GIVEN:
            return Story(draft=sentence.apply(story.draft, **words, **extra))
        case Kind.WHEN:
            return replace(story, measured=sentence.apply(story.draft, load))
        case Kind.THEN:
            if story.measured is None:
                raise Misuse("还没有测算，或测算之后又改了数据；先写“当 测算”")
            sentence.apply(story.measured, **words)
            return story


def skeleton(step: str) -> str:
    """A step without what it speaks of: `“离岸执行额”没有提供` -> `“…”没有提供`."""
    return re.sub(r"“[^“”]*”", "“…”", step)


def known(kind: Kind, step: str) -> bool:
    """Whether there is such a sentence, of its own or of what a `看事项` named."""
    return any(s.kind is kind and (s.regex.fullmatch(step) or s.regex.fullmatch(spoken_of(kind, step, "…"))) for s in SENTENCES)


def nearest(kind: Kind, step: str) -> str:
    """`是否“…”？` with the nearest sentence, or where the list of them is."""
    for s in SENTENCES:
        if s.regex.fullmatch(step):
            return f"这一句要写在“{s.kind.value}”下，不在“{kind.value}”下"
    near = get_close_matches(skeleton(step), [s.shown for s in SENTENCES if s.kind is kind], n=1, cutoff=0.3)
    return f"是否“{near[0]}”？" if near else "可用的句式见 features/README.md"


def unknown(kind: Kind, step: str) -> str:
    """What to say of a sentence nobody defined."""
    return f"没有这个句式：“{step}”；{nearest(kind, step)}"


def _find(kind: Kind, step: str) -> tuple[Sentence, dict[str, str]]:
    for s in SENTENCES:
        if s.kind is kind and (m := s.regex.fullmatch(step)):
            return s, m.groupdict()
    must(not known(kind, step), f"没有说看哪个事项：“{step}”；在背景里写“假如 看事项“…””，或在句首写明事项")
    raise Misuse(unknown(kind, step))
