"""What a word for a measure or recognition means: its id, its title, or a part of one that no other has.

For whoever types a word at a terminal, in a case file or in a scenario. What must stay true: a word that
may mean two is never taken for one of them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ..errors import UsageError, clip, suggestion
from ..language.levelling import level
from ..reasoning.decide import shown_recognitions
from ..rulebook.compiled import CompiledRulebook, RecognitionSpec


def titles_of(book: CompiledRulebook, keys: Collection[str] | None) -> dict[str, str]:
    """The titles of the measures of these keys (None: of all) by id, then of the recognitions that stand beside them in a decision."""
    measures = [m for k, m in book.measures.items() if keys is None or k in keys]
    beside = [book.recognitions[k] for k in sorted(shown_recognitions(book, keys))]
    return {m.id: m.title for m in measures} | {recognition_name(book, r): r.title for r in beside}


def recognition_name(book: CompiledRulebook, spec: RecognitionSpec) -> str:
    """Its id; of another rulebook's with that rulebook before it."""
    return spec.id if spec.rulebook == book.id else f"{spec.rulebook}/{spec.id}"


def meant(word: str, titles: Mapping[str, str]) -> tuple[str, ...]:
    """The ids it may mean; `titles` are those there are, by id. A whole id or title comes before any part."""
    if word in titles:
        return (word,)
    wanted = level(word)
    names = {i: (level(i), level(i.rpartition("/")[2]), level(title)) for i, title in titles.items()}
    whole = tuple(i for i, known in names.items() if wanted in known)
    return whole or tuple(i for i, known in names.items() if wanted and any(wanted in x for x in known))


def the_one(word: str, titles: Mapping[str, str]) -> str:
    """The id it means. Raises `UsageError` where it means none of them, or more than one."""
    found = meant(word, titles)
    if len(found) != 1:
        raise UsageError(not_one(word, titles))
    return found[0]


def not_one(word: str, titles: Mapping[str, str], what: str = "支持事项") -> str:
    """What to say of a word that means none of them, or more than one."""
    found = meant(word, titles)
    if len(found) > 1:
        return f"“{clip(word)}”不止一个{what}：{'、'.join(f'{titles[i]}（{i}）' for i in found[:6])}；写全名称或编号"
    words = [x for pair in titles.items() for x in pair]
    return f"没有{what}“{clip(word)}”；{suggestion(word, words) or '可用：' + '、'.join(titles)}"
