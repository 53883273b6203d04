"""What ids and words may look like, when two of them are one, and where each was given.

Stated here once for every kind of entry. What must stay true: an id can never become a path, an
option or markup, and two spellings a person reads as one word are one word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..errors import Code, Position, Problem, clip
from ..language import levelling
from ..language.levelling import level
from ..language.units import ALIASES, BASE_UNITS, CURRENCIES, PREFIXES

_INNER = r"A-Za-z0-9_\u3400-\u9fff"
ID = re.compile(rf"(?=.{{1,64}}$)[{_INNER}](?:[{_INNER}.·-]*[{_INNER}])?")
ID_RULE = "汉字、字母、数字、下划线，中间可用 . - ·，不留空格，不超过 64 字"
_COUNTED = frozenset(BASE_UNITS) - {*CURRENCIES, "年", "天", "工作日", "小时", "分", "平方米", "千瓦时", "吨"}


def untold(text: str) -> bool:
    """A choice's options and a catalogue's entries may not be words for “not told”: who writes them has told nothing."""
    return levelling.plainly_untold(text) or levelling.plainly_unverified(text) or level(text) == "无"


@dataclass
class Once:
    """The words of one kind, each given once: a second one is a problem that names every place."""

    what: str  # “支持事项编号”
    seen: dict[str, tuple[str, Position]] = field(default_factory=dict)

    def given(self, word: str, at: Position, mend: str = "改一个名称，或删去一处", what: str = "") -> Iterator[Problem]:
        key = level(word)
        if key not in self.seen:
            self.seen[key] = (word, at)
            return
        first, place = self.seen[key]
        alike = "" if first == word else f"（“{first}”与“{word}”只差全半角、大小写或空格）"
        what = what or self.what
        yield Problem(at, f"{what}{' ' if what[-1].isascii() else ''}重复{alike}", word, f"先见 {place}", mend, Code.DUPLICATE)


def wrong_id(word: str) -> bool:
    return not ID.fullmatch(word)


def wrong_jurisdiction(text: str) -> str:
    """What is wrong with `中国/省/市`; nothing where it is well written."""
    if re.search(r"[／\\、，,>]", text):
        return "各级之间用半角斜线 / 分开"
    if any(not part for part in text.split("/")):
        return "开头、末尾和中间都不留空的一级"
    if re.search(r"\s", text):
        return "不留空格"
    if text.split("/", maxsplit=1)[0] != "中国":
        return f"从中国写起，一级不缺：中国/某省/{clip(text)}"
    return ""


def wrong_noun(noun: str) -> str:
    """What is wrong with the counting word of a record type; it becomes a unit."""
    if not re.fullmatch(r"[\u3400-\u9fff]{1,8}", noun):
        return "计数词用汉字，例如 件、笔、台"
    if noun in BASE_UNITS and noun not in _COUNTED:
        return "这是计量单位，不是计数词；写 件、笔、项 一类的词"
    if noun in ALIASES:
        return f"“{noun}”就是“{ALIASES[noun]}”，写 {ALIASES[noun]}"
    if noun in PREFIXES or any(noun.startswith(p) and noun[len(p) :] in (*BASE_UNITS, *ALIASES) for p in PREFIXES if p):
        return "计数词不能带 十、百、千、万、亿，会读成数"
    return ""


def wrong_unit(word: str) -> str:
    """What is wrong with the name of a unit that a rulebook declares."""
    if not re.fullmatch(r"[\u3400-\u9fff]{1,8}", word):
        return "用汉字，不带数、不带符号"
    if word in BASE_UNITS or word in ALIASES:
        return f"“{word}”是内置的单位"
    if word in PREFIXES or any(word.startswith(p) and word[len(p) :] in (*BASE_UNITS, *ALIASES) for p in PREFIXES if p):
        return "不能带 十、百、千、万、亿，会读成数"
    if word in ("分钱", "百分点", "个百分点", "个基点"):
        return "是数的写法"
    return ""
