"""The names a rulebook gives: each can be read back, is given once, and means one thing.

Used by every pass that reads a named entry. What must stay true: no word of an expression, id,
option or alias has two meanings, and none stands for “not told”.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ...errors import ExpressionError, Position, suggestion
from ...language.levelling import level
from ...language.parser import normalise, parse
from ...language.scope import Kind, Symbol
from ...language.syntax import FROM_CHINESE, FUNCTIONS, Name
from ...language.syntax import RESERVED as RESERVED_WORDS
from ...language.units import BASE_UNITS
from ..names import ID_RULE, Once, untold, wrong_id
from .session import Session


def namesake(session: Session, key: str, name: str) -> str | None:
    """Another rulebook's record type of the same name."""
    return next((k for k, r in session.records.items() if r.name == name and k != key), None)


def check_word(session: Session, name: str, at: Position, *, called: bool = False) -> bool:
    """Whether a name can stand in an expression and be read back as itself. `called`: with brackets."""
    if not re.fullmatch(r"[A-Za-z_\u3400-\u9fff][\w·]*", name):
        session.wrong(at, "名称只能用汉字、字母、数字、下划线，且不以数字开头", name, "", "改名")
        return False
    try:
        if name in RESERVED_WORDS or (called and (name in FUNCTIONS or name in FROM_CHINESE)) or parse(name) != Name(name):
            raise ExpressionError([])
    except ExpressionError:
        if name != normalise(name):
            session.wrong(at, "名称里有全角字母或数字", name, normalise(name), "写半角")
        else:
            session.wrong(at, "名称是规则语言的保留词", name, "", "换一个词")
        return False
    return True


def declare(session: Session, name: str, symbol: Symbol, at: Position) -> None:
    """Give a word its meaning; a word has one."""
    if not check_word(session, name, at, called=symbol.kind is Kind.TABLE):
        return
    if name in BASE_UNITS or name in session.units or (name in session.all_nouns and symbol.kind is not Kind.RECORDS):
        session.wrong(at, "名称与计量单位同名", name, "", "换一个更具体的词")
    if name in session.prefixes:
        session.wrong(at, "名称与引用的规则库的前缀相同", name, "一个名称一个意思", "改名，或在 rulebook.yaml 的 uses 里写 as: 另一个前缀")
    if name in session.symbols or name in session.waiting:
        first = session.places.get(name)
        session.wrong(at, "名称已有所指", name, "一个名称一个意思", f"先见 {first}" if first else "来自引用的规则库；要沿用就不再声明")
        return
    near = session.levels.setdefault(level(name), name)
    if near != name:
        session.wrong(at, f"名称与“{near}”只差大小写", name, "一个名称一个意思", f"先见 {session.places.get(near, '引用的规则库')}")
    session.symbols[name] = symbol
    session.symbols.setdefault(symbol.id, symbol)
    session.places[name] = at


def give_identifier(session: Session, word: str, seen: Once, at: Position, name: str = "") -> None:
    """The English id of a fact, parameter, table or definition; or its name, where it has no other."""
    if word != name and not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", word):
        session.wrong(at, "id 用小写英文字母、数字、下划线，以字母开头", word, "例如 offshore_executed", "改用英文小写，例如 offshore_executed")
    session.problems += seen.given(word, at)


def give_id(session: Session, word: str, seen: Once, at: Position, what: str = "") -> None:
    """The id of a document, clause, recognition, measure, stacking group or target."""
    if wrong_id(word):
        session.wrong(at, f"{what or seen.what}的写法不对", word, ID_RULE, "去掉空格与其他符号")
    session.problems += seen.given(word, at, what=what)


def check_telling(session: Session, word: str, at: Position, what: str) -> None:
    """A title is an entry that a case's words are compared with: one for “not told” would be met by whoever told nothing."""
    if untold(word):
        session.wrong(at, f"{what}不能是“{word}”：这个词等于没有告诉", word, "确定的名称", "改一个名称")


def apart(word: Any) -> list[str]:
    """The words that one of a list was meant to be: 甲，乙 without quotes is two."""
    return [str(word)] if getattr(word, "style", "") in ("'", '"') else re.split(r"[，、；,;]\s*", word)


def check_catalogued(session: Session, word: Any, at: Position, what: str) -> None:
    """One option or entry: a word, and one that tells something."""
    if not str(word).strip():
        session.wrong(at, f"{what}是空的", "（空）", "一个词", "删去这一项")
    elif untold(word):
        session.wrong(at, f"{what}里不能有“{word}”：这个词等于没有告诉", word, "确定的词", "删去；没有告诉的，系统自会按待补正处理")
    elif len(words := apart(word)) > 1:
        session.wrong(at, f"{what}里的几个词连成了一个", word, "、".join(words), "用半角逗号加空格分开：甲, 乙；本来就是一个词的，加引号")


def check_order(session: Session, low: Any, high: Any, at: Any, low_key: str, high_key: str) -> None:
    if low is not None and high is not None and low > high:
        session.wrong(at, f"{low_key} 大于 {high_key}", "", f"{low_key} 不大于 {high_key}", "核对两个数是否写反")


def alias_pairs(session: Session, aliases: Mapping[str, Sequence[str]], words: Sequence[str], tree: Any, what: str) -> tuple[tuple[str, str], ...]:
    """Declared spellings of options or entries: each of one word, and no word itself."""
    taken: dict[str, str] = {}
    for word in words:
        if (other := taken.setdefault(level(word), word)) != word:
            session.wrong(getattr(tree, "at", Position()), f"{what}里有两个只差写法的词", f"{other}、{word}", "每个意思一个词", "另一个写在 aliases 里")
    out = []
    for word, spellings in aliases.items():
        at = getattr(word, "at", None) or getattr(tree, "at", Position())
        if word not in words:
            session.wrong(
                at, f"aliases 里的词不在{what}里", word, "、".join(words[:12]), suggestion(word, words) or f"aliases 的键写{what}里的词，别的写法列在它后面"
            )
        for spelling in spellings:
            if taken.setdefault(level(spelling), word) != word:
                session.wrong(getattr(spelling, "at", at), "一个写法只能指一个词", spelling, "", f"它已是“{taken[level(spelling)]}”或其写法")
            elif untold(spelling) or level(spelling) == level("无"):
                session.wrong(getattr(spelling, "at", at), "这个词的意思是“没有提供”，不能作别的写法", spelling)
            out.append((spelling, word))
    return tuple(out)
