"""The sentences of short forms, word by word: a fact, a figure, an award, a cap, a reading's options.

What must stay true: a sentence is read only where it plainly says one thing; parts keep their places
in the file, so that a mistake inside one is shown where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from .yamltree import Rows, Table, Word

KINDS = {
    "是否": "boolean", "文字": "text", "日期": "date", "年度": "year", "期限": "period", "统一社会信用代码": "uscc", "行业代码": "industry",
}  # fmt: skip
MARKS = {
    "按年度": ("per", "year"),
    "个人信息": ("personal", "是"),
    "可以为无": ("optional", "是"),
    "评审判断": ("judgement", "是"),
    "已成事实": ("fixed", "是"),
}
LIMIT = "每展 单次上限、每申报年度 年度上限，计入已获支持、每申报年度 年度件数，留金额高的，计入已获支持"
AWARD = "定额 标准、不超过 展.展位费 * 补助比例、服务 文字、推荐 文字、减免 文字，或 {amount: …}"
WAYS = {"定额": "amount", "不超过": "up to", "服务": "service", "推荐": "recommendation", "减免": "relief"}
KEEPS = {"留金额高的": "highest", "留在前的": "first"}
_RANGE = re.compile(r"\s*(-?[\d.]+\D*?)\s*至\s*(-?[\d.]+)(\D*?)\s*")
_LIMIT = re.compile(r"每(\S+)\s+([^，]+)((?:，[^，]+)*)")
_COMMA = "几段之间的逗号写全角的“，”"
_SHOWN_UNIT = re.compile("[万亿]+")


def _part(said: Word, text: str, start: int) -> Word:
    return Word.make(text.strip(), said.start.shifted(start + len(text) - len(text.lstrip())))


def fact_of(said: Word, currencies: Iterable[str]) -> tuple[dict[str, Any], str]:
    """The keys of a fact that one line describes, and what of it cannot be read."""
    first, *marks = re.split("，", said)
    found: dict[str, Any] = {}
    for mark in map(str.strip, marks):
        if mark in MARKS:
            key, value = MARKS[mark]
            found[key] = Word.make(value, said.at)
        elif (by := re.fullmatch("由(.+)核实", mark)) is not None:
            found["verified by"] = Word.make(by[1], said.at)
        elif not found and first.strip() and first.strip() not in KINDS and _RANGE.fullmatch(first.strip()) is None and "、" not in first:
            options = Word.make("、".join(x.strip() for x in (first, *marks)), said.start)  # which they are is plain; how they are told apart is not
            return {"kind": Word.make("choice", said.at), "options": _list(options, options)}, f"几个选项之间写顿号“、”：{options}"
        else:
            return {"kind": Word.make("text", said.at), **found}, f"“{mark}”不认识；能写的有 {'、'.join(MARKS)}、由某部门核实"
    first = first.strip()
    if first in KINDS:
        return {"kind": Word.make(KINDS[first], said.at), **found}, ""
    if (between := _RANGE.fullmatch(first)) is not None:
        low, high, unit = between[1], between[2] + between[3], _SHOWN_UNIT.sub("", between[3])
        if not unit:
            return {"kind": Word.make("number", said.at), "min": Word.make(low, said.at), "max": Word.make(high, said.at), **found}, ""
        kind = "ratio" if unit in ("%", "‰") else "money" if unit in currencies else "quantity"
        own = {} if kind == "ratio" else {"unit": Word.make("月" if unit == "个月" else unit, said.at)}
        return {"kind": Word.make(kind, said.at), **own, "min": Word.make(low, said.at), "max": Word.make(high, said.at), **found}, ""
    if "、" in first and not re.search(r"\d+\D*至", first):
        return {"kind": Word.make("choice", said.at), "options": _list(said, first), **found}, ""
    return {"kind": Word.make("text", said.at), **found}, f"“{first}”不认识"


def _list(said: Word, text: str) -> Any:
    rows, start = Rows(), 0
    rows.at = said.at
    for part in text.split("、"):
        rows.append(_part(said, part, start))
        start += len(part) + 1
    return rows


def figure_of(said: Word) -> tuple[dict[str, str], Any]:
    """What kind a figure of one line says it is, where its value does not tell; and the value, a list where it names several."""
    if not said.style and "、" in said and ".." not in said:
        return {}, list(_list(said, said))
    if (months := re.fullmatch(r"(累计|期限)\s*(\d.*?(?:个?月|年|[天日]))", said)) is not None:
        value = _part(said, months[2], months.start(2))
        unit = "年" if months[2].endswith("年") else "月" if months[2].endswith("月") else "天"
        return ({"unit": unit} if months[1] == "累计" else {"kind": "period"}), value
    return {}, said


def award_of(said: Word) -> dict[str, Word] | None:
    way, _, rest = said.partition(" ")
    return {WAYS[way]: _part(said, rest, len(way) + 1)} if way in WAYS and rest.strip() else None


def limit_of(said: Word) -> tuple[dict[str, Any], str]:
    """The keys of a cap that is a sentence, and what of it cannot be read."""
    found = _LIMIT.fullmatch(said.strip())
    if found is None:
        return {}, "先写每什么，空一格，再写上限"
    if re.search(r",\s*(计入|不计以往|留)", found[2]):
        return {}, _COMMA
    keep: Word | None = None
    counting: Any = None
    place = found.start(3)
    for part in found[3].split("，")[1:]:
        place += 1
        if part in KEEPS and keep is None:
            keep = Word.make(KEEPS[part], said.at)
        elif part.startswith("计入") and counting is None:
            counting = _part(said, part[2:], place + 2)
        elif (why := re.fullmatch(r"不计以往[（(](.+)[）)]", part)) is not None and counting is None:
            counting = Table({Word.make("不计以往", said.at): Word.make(why[1], said.at)})
            counting.at = said.at
        else:
            return {}, f"“{part}”不认识"
        place += len(part)
    amount = _part(said, found[2], found.start(2))
    keys = {("amount" if keep is None else "count"): amount, "per": _part(said, found[1], found.start(1)), "keep": keep, "counting": counting}
    return {k: x for k, x in keys.items() if x is not None}, ""


def sentences_of(said: Word) -> list[Word]:
    """Caps written one after the other: 每展 单次上限；每申报年度 年度上限，计入已获支持."""
    out, start = [], 0
    for part in said.split("；"):
        out.append(_part(said, part, start))
        start += len(part) + 1
    return out


def listed(said: Word) -> Any:
    """Material named in one line, one thing at each 、."""
    return _list(said, said)


def reduced_of(said: Word) -> tuple[Word, Word] | None:
    """情形，减按 比例."""
    found = re.fullmatch(r"(.*\S)\s*，\s*减按\s+(\S.*)", said)
    return (_part(said, found[1], 0), _part(said, found[2], found.start(2))) if found is not None else None


def options_of(said: Word) -> list[Word]:
    out, start = [], 0
    for part in re.split("( 还是 )", said):
        if part != " 还是 ":
            out.append(_part(said, part.removesuffix("？").removesuffix("?"), start))
        start += len(part)
    return [x for x in out if x]


__all__ = ["AWARD", "LIMIT", "award_of", "fact_of", "figure_of", "limit_of", "listed", "options_of", "reduced_of", "sentences_of"]
