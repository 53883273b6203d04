"""Mere signs in a cell (—, /, *): asked once for each sign and table, with what a note of the table says of it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..errors import clip
from ..language.levelling import level
from ..language.units import unit_text
from ..rulebook.compiled import FactKind
from .grid import Cell, Kind
from .layout import Table
from .propose import Column
from .questions import Choice, Question

_SIGN = re.compile(r"(?:[^\w\s]|_|X){1,12}")
_HEAD = re.compile(r"^\s*(?:备?注|说明|附注|填表说明)\s*[:：]?")
_MEANS = "(?:表示|代表|意为|是指|指|系|为|即|=)"
_TICKS = "√✓✔☑■×✗X☐□"
ZERO, UNTOLD = "0", ""


def sign_of(cell: Cell, column: Column) -> str:
    """The sign that is all a cell holds, levelled; "" where it holds more."""
    plain = level(cell.text) if cell.kind is Kind.TEXT else ""
    if not _SIGN.fullmatch(plain):
        return ""
    if ticked(cell, column):
        return ""
    return plain[:1] if len(set(plain)) == 1 else plain


def ticked(cell: Cell, column: Column) -> bool:
    """Whether a cell of yes or no holds a tick or a cross: an answer in another hand, and no mere sign."""
    plain = level(cell.text) if cell.kind is Kind.TEXT else ""
    return bool(plain) and plain in _TICKS and column.spec is not None and column.spec.kind == FactKind.BOOLEAN


def sign_question(table: Table, sign: str, shown: str, found: Sequence[tuple[str, Column]]) -> Question:
    """`found`: the cells in which it stands, by address."""
    columns = [c for _, c in found]
    where = "、".join(a for a, _ in found[:6]) + ("…" if len(found) > 6 else "")
    words = f"本表的“{clip(shown)}”（{where}）读作什么？"
    zero = Choice(text=_zero(columns), value=ZERO)
    note = note_of(table, shown)
    if note is None:
        first = Choice(text=f"没有此项业务，{zero.text}" if any(c.numeric for c in columns) else zero.text, value=ZERO)
        missed = Choice(text="漏填，补数", open=True) if len(found) == 1 else Choice(text="漏填，在表里逐格补数", value=UNTOLD)
        choices: tuple[Choice, ...] = (first, Choice(text="不适用或没有告诉", value=UNTOLD), missed)
        return Question(key=f"符号:{sign}", words=words + "表内没有说明", choices=choices, cells=tuple(a for a, _ in found))
    number, text = note
    untold = Choice(text="没有告诉", value=UNTOLD)
    means_untold = bool(re.search(r"不详|未提供|未填|不适用|无法|没有数据|未统计|缺", text))
    choices = (untold, zero) if means_untold else (zero, untold)
    return Question(key=f"符号:{sign}", words=f"{words}表注{number}写：{clip(text)}", choices=choices, suggested=True, cells=tuple(a for a, _ in found))


def _zero(columns: Sequence[Column]) -> str:
    units = list(dict.fromkeys(unit_text(c.dims) for c in columns if c.numeric))
    if units:
        return f"读作 0{units[0] if len(units) == 1 else ''}"
    return "没有（读作 无）" if any(c.spec is not None and c.spec.optional for c in columns) else "没有此项"


def note_of(table: Table, sign: str) -> tuple[str, str] | None:
    """The number and text of the note that explains a sign."""
    for _, _, text in table.notes:
        items = [x for x in re.split(r"[；;。\n]|(?=\d{1,2}[.、．])|(?=[①-⑨])", _HEAD.sub("", text)) if x and x.strip()]
        for n, item in enumerate(items, 1):
            number = re.match(r"\s*(\d{1,2})[.、．]|\s*([①-⑨])", item)
            said = re.sub(r"^\s*(?:\d{1,2}[.、．]|[①-⑨])\s*", "", item).strip()
            if re.search(rf"[“\"'‘「]?{re.escape(sign.strip())}+[”\"'’」]?\s*(?:号|符号|线)?\s*{_MEANS}", said):
                shown = (number[1] or str("①②③④⑤⑥⑦⑧⑨".index(number[2]) + 1)) if number else str(n) if len(items) > 1 else ""
                return shown, said
    return None
