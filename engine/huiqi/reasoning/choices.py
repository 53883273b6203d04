"""What a case says beside its facts: what is applied for, and an officer's statement on the exclusions not listed.

`申报事项` is a choice: what it leaves out takes no part in stacking and totals, and is judged all the
same. `其余不予支持情形` is a statement by name and date; what it settles stands in `exclusions`. What must
stay true: nothing is taken for either that is not written out (who, when, which measure).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..errors import Code, Position, Problem, clip, suggestion, told
from ..language.levelling import filler, level
from ..language.types import DATE
from ..rulebook.called import part, whole
from ..rulebook.compiled import CompiledRulebook
from ..rulebook.literals import ValueProblem, read_value

APPLIED, STATEMENT = "申报事项", "其余不予支持情形"
VERDICT, BY, ON = "结论", "由", "日期"
NOT_FOUND = "未发现"
_SHAPE = "{结论: 未发现, 由: 姓名, 日期: 2026-06-30}"


@dataclass(frozen=True)
class Statement:
    """Who says, and when, that no exclusion was found beside those told. `covers`: only these ids, where it was kept with them."""

    by: str
    on: date
    covers: frozenset[str] | None = None

    def to_input(self) -> dict[str, str]:
        return {VERDICT: NOT_FOUND, BY: self.by, ON: self.on.isoformat()}


# -- reading --------------------------------------------------------------------------------------------


def read_statement(raw: Any, problems: list[Problem], at: Position = Position()) -> Statement | None:
    """The statement of a case file or a receipt; what is wrong with it is added to `problems`."""
    loc = (STATEMENT,)

    def wrong(where: Any, message: str, found: Any, expected: str = _SHAPE, mend: str = "", code: Code = Code.WRONG_SHAPE) -> None:
        problems.append(Problem(getattr(where, "at", at), message, clip(told(found)), expected, mend, code, loc))

    if not isinstance(raw, Mapping):
        wrong(raw, f"“{STATEMENT}”要写明是谁、哪一天说的", raw)
        return None
    before = len(problems)
    for key in raw:
        if key not in (VERDICT, BY, ON):
            wrong(key, f"“{STATEMENT}”里没有这个键", key, mend=suggestion(str(key), (VERDICT, BY, ON)), code=Code.UNKNOWN_KEY)
    said, by, day = (raw.get(k) for k in (VERDICT, BY, ON))
    if said is None or level(str(said)) != level(NOT_FOUND):
        wrong(
            said if said is not None else raw,
            f"“{STATEMENT}”只能写未发现",
            "（没有）" if said is None else said,
            NOT_FOUND,
            "有不予支持情形的，如实写在“数据”里",
        )
    if not isinstance(by, str) or not by.strip() or filler(by):
        wrong(by if by is not None else raw, f"“{STATEMENT}”没有写明由谁核查", "（没有）" if by is None else by, f"{BY}: 姓名")
    found: date | None = day if isinstance(day, date) else None
    if found is None:
        try:
            found = read_value(str(day) if day is not None else "", DATE)
        except ValueProblem as error:
            wrong(day if day is not None else raw, f"“{STATEMENT}”的日期{error.message}", "（没有）" if day is None else day, error.expected, error.mend)
    if len(problems) > before or not isinstance(by, str) or found is None:
        return None
    return Statement(str(by).strip(), found)


def applied_in(
    book: CompiledRulebook, wanted: Sequence[Any], others: Sequence[CompiledRulebook], at: Position = Position()
) -> tuple[tuple[str, ...], list[Problem]]:
    """Keys of this rulebook's measures among those applied for: by id, title or a part that no other measure of the case's rulebooks has.

    A name of none of them is a problem, and a part of several, with those it may mean.
    """
    problems: list[Problem] = []
    keys: dict[str, None] = {}
    loc = (APPLIED,)
    named = [(b.digest, {s.id: s.title for s in b.measures.values()}) for b in (book, *others)]

    def called(word: str, so: Callable[[str, Mapping[str, str]], tuple[str, ...]]) -> list[tuple[str, str]]:
        return [(b, i) for b, titles in named for i in so(word, titles)]

    for word in wanted:
        here = getattr(word, "at", at)
        if not isinstance(word, str):
            problems.append(Problem(here, f"“{APPLIED}”写支持事项的编号或名称", clip(told(word)), "编号或名称的清单", "", Code.WRONG_SHAPE, loc))
            continue
        exact = called(word, whole)
        found = exact or called(word, part)
        settled = bool(exact) or len(found) == 1
        own = [s.key for s in book.measures.values() if settled and (book.digest, s.id) in found]
        if own and own[0] in keys:
            problems.append(Problem(here, f"“{APPLIED}”里同一事项写了两次", word, "每项只写一次", "删去一处", Code.DUPLICATE, loc))
        keys.update(dict.fromkeys(own))
        if settled:
            continue
        if found:
            listed = "、".join(f"{title}（{i}）" for b, titles in named for i, title in titles.items() if (b, i) in found)
            problems.append(
                Problem(here, f"“{APPLIED}”里的“{clip(word)}”不止一个支持事项：{listed}", clip(word), "一个事项", "写全名称或编号", Code.UNKNOWN_NAME, loc)
            )
            continue
        known = [x for _, titles in named for pair in titles.items() for x in pair]
        parts = [x.strip() for x in re.split("[、，,；;]", word) if x.strip()]
        several = len(parts) > 1 and all(called(x, part) for x in parts)
        problems.append(
            Problem(
                here,
                f"“{APPLIED}”里的支持事项不存在",
                clip(word),
                "事项的编号或名称",
                f"几项写成清单：[{', '.join(parts)}]"
                if several
                else suggestion(word, known) or f"没有说申报哪几项就空着；事项的名称用 huiqi rules show {book.id} 查",
                Code.UNKNOWN_NAME,
                loc,
            )
        )
    return tuple(k for k in book.measures if k in keys), problems
