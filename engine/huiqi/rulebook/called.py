"""What a word for a measure or recognition means: its id, its title, or a part of one that no other has.

For whoever types a word at a terminal, in a case file or in a scenario. What must stay true: a word that
may mean two is never taken for one of them.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..errors import UsageError, clip, suggestion
from ..language.levelling import level

SHOWN = 12  # titles named where none was meant


def meant(word: str, titles: Mapping[str, str]) -> tuple[str, ...]:
    """The ids it may mean; `titles` are those there are, by id. A whole id or title comes before any part."""
    return whole(word, titles) or part(word, titles)


def whole(word: str, titles: Mapping[str, str]) -> tuple[str, ...]:
    """The ids of those that are called just so."""
    if word in titles:
        return (word,)
    wanted = level(word)
    return tuple(i for i, title in titles.items() if wanted in _names(i, title))


def part(word: str, titles: Mapping[str, str]) -> tuple[str, ...]:
    """The ids of those with the word in a name."""
    wanted = level(word)
    return tuple(i for i, title in titles.items() if wanted and any(wanted in x for x in _names(i, title)))


def _names(i: str, title: str) -> tuple[str, ...]:
    return level(i), level(i.rpartition("/")[2]), level(title)


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
        return f"“{clip(word)}”不止一个{what}：{'、'.join(f'{titles[i]}（{i}）' for i in found)}；写全名称或编号"
    words = [x for pair in titles.items() for x in pair]
    likest = sorted(titles.values(), key=lambda title: -_in_common(level(word), level(title)))  # of equals the first
    some = "、".join(likest[:SHOWN]) + (f" 等 {len(titles)} 项" if len(titles) > SHOWN else "")
    return f"没有{what}“{clip(word)}”；{suggestion(word, words) or '可用：' + some}"


def _in_common(one: str, other: str) -> int:
    """How many pairs of neighbouring characters two names share."""
    return sum(one[n : n + 2] in other for n in range(len(one) - 1))
