"""A 核减: what an officer disallows of a claimed number, for which reason, on which paper, by whom and when.

It stands beside the claimed value and is how the approved value (审定) came about; there is no fourth
stage. What must stay true: the claimed value is never written over, a 核减 names the value it was made
of (one made of another claim is refused, not applied), and it only ever lowers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import date
from fractions import Fraction
from typing import Any

from ..errors import Code, Position, suggestion, told
from ..language.levelling import filler, level, untold
from ..language.types import DATE
from ..plain import dataclass
from ..rulebook.compiled import FactSpec
from ..rulebook.literals import ValueProblem, read_value, show_value

WORD = "核减"
OLD, NEW, REASON, MATERIAL, BY, ON = PARTS = ("原值", "改为", "理由", "材料", "由", "日期")
_SHAPE = "{原值: …, 改为: …, 理由: …, 材料: …, 由: 姓名, 日期: 2026-06-30}"
_NUMBERS = frozenset({"money", "quantity", "number", "ratio"})
_MENDS = {
    OLD: "写企业申报的值，与“申报”一致",
    NEW: "写核减后的值",
    REASON: "写明为什么核减，企业要据此申辩",
    MATERIAL: "写凭哪一份材料、第几页",
    BY: "写核减人的姓名",
    ON: "写核减的日期，例如 2026-06-30",
}


@dataclass(frozen=True)
class Disallowed:
    """What was claimed, what is left of it, and who says so on which grounds."""

    claimed: Fraction
    value: Fraction
    reason: str
    material: str
    by: str
    on: date
    at: Position = field(default=Position(), compare=False)

    @property
    def less(self) -> Fraction:
        return self.claimed - self.value


def read_disallowed(
    spec: FactSpec, raw: Any, stages: Mapping[str, Any], *, value: Callable[[Any, Any], Any], wrong: Callable[..., None], at: Any, is_key: bool, said: bool
) -> Disallowed | None:
    """The 核减 written beside the other stages of a value; everything wrong with it is told to `wrong`, at once.

    `value` reads one value of the fact, at its place; it tells what is wrong with it itself. `said`: of what
    is claimed something was wrong already.
    """
    name = f"“{spec.name}”的{WORD}"
    if not isinstance(raw, Mapping):
        wrong(raw if hasattr(raw, "at") else at, f"{name}要写明原值、改为、理由、材料、由谁、哪一天", told(raw), _SHAPE, "只写一个改过的值，日后没有人说得清")
        return None
    faults = 0

    def fault(where: Any, message: str, found: Any = "", expected: str = _SHAPE, mend: str = "", code: Code = Code.WRONG_SHAPE) -> None:
        nonlocal faults
        faults += 1
        wrong(where if hasattr(where, "at") else at, message, found if isinstance(found, str) else told(found), expected, mend, code)

    parts: dict[str, Any] = {}
    places: dict[str, Any] = {}
    for key, part in raw.items():
        word = level(told(key))
        if word not in PARTS:
            fault(key, f"{name}里没有这个键", told(key), "、".join(PARTS), suggestion(told(key), PARTS) or "删去，或并进“理由”", Code.UNKNOWN_KEY)
        elif word in parts:
            fault(key, f"{name}里同一个键写了两次", told(key), "每项只写一次", "删去一处", Code.DUPLICATE)
        else:
            parts[word], places[word] = part, part if hasattr(part, "at") else key
    for part in PARTS:
        given = parts.get(part)
        if given is None or (isinstance(given, str) and (not given.strip() or (part in (REASON, MATERIAL, BY) and _says_nothing(given)))):
            fault(places.get(part, at), f"{name}没有写“{part}”", "" if given is None else told(given), f"{part}: …", _MENDS[part], Code.MISSING)
            parts.pop(part, None)
        elif part in (REASON, MATERIAL, BY) and not isinstance(given, str):
            fault(places[part], f"{name}的“{part}”要写文字", given, f"{part}: …", _MENDS[part])
            parts.pop(part)
    if spec.kind not in _NUMBERS or is_key:
        what = "是编号" if is_key else "不是数"
        fault(at, f"“{spec.name}”{what}，不能{WORD}", "", "金额、数量、比例才有核减额", "要改认定，写 审定: …, 理由: …", Code.WRONG_TYPE)
        return None
    on = _day(parts.get(ON), places.get(ON, at), name, fault)
    old, new = (_number(parts[k], places[k], f"{name}的“{k}”", value, fault) if k in parts else None for k in (OLD, NEW))
    _agree(spec, stages, old, new, places, at, name, fault, said=said)
    if said or faults or old is None or new is None or on is None:
        return None
    return Disallowed(old, new, str(parts[REASON]).strip(), str(parts[MATERIAL]).strip(), str(parts[BY]).strip(), on, getattr(places[NEW], "at", Position()))


def _says_nothing(word: str) -> bool:
    return filler(word) or untold(word) or level(word) == "无"


def _number(raw: Any, at: Any, name: str, value: Callable[[Any, Any], Any], fault: Callable[..., None]) -> Fraction | None:
    """A number; None where it is none, which has been said."""
    read = value(raw, at)
    if isinstance(read, Fraction) or read is None:
        return read
    fault(at, f"{name}要写一个确定的数", raw, "数，带单位", "没有核定下来就先不写核减", Code.WRONG_TYPE)
    return None


def _day(raw: Any, at: Any, name: str, fault: Callable[..., None]) -> date | None:
    if raw is None or isinstance(raw, date):
        return raw
    try:
        found: date = read_value(told(raw), DATE)
        return found
    except ValueProblem as error:
        fault(at, f"{name}的“{ON}”{error.message}", raw, error.expected, error.mend or _MENDS[ON], error.code)
        return None


def _agree(
    spec: FactSpec, stages: Mapping[str, Any], old: Fraction | None, new: Fraction | None, places: Mapping[str, Any], at: Any, name: str, fault: Callable[..., None],
    *, said: bool,
) -> None:  # fmt: skip
    """That the 核减 is one of what is claimed, lowers it, and is the only word on what is approved."""
    claimed, verified = stages.get("申报"), stages.get("核验")

    def text(number: Fraction) -> str:
        return show_value(number, spec.type.required())

    if "审定" in stages:
        fault(at, f"“{spec.name}”既写了审定，又写了{WORD}", "", "只写一样", f"{WORD}后的值就是审定值，删去“审定”", Code.CONTRADICTORY)
    if said:
        return
    if not isinstance(claimed, Fraction):
        found = "" if claimed is None else f"申报：{claimed.word if hasattr(claimed, 'word') else claimed!r}"
        fault(at, f"{name}：没有申报的数可以{WORD}", found, "申报: 企业申报的数", f"“申报”原样写在旁边；企业没有申报的，不写{WORD}", Code.MISSING)
    elif old is not None and old != claimed:
        fault(
            places[OLD], f"{name}所写的原值与申报的不一致", text(old), text(claimed), f"企业改过申报的，要重新{WORD}；写错的，照“申报”写", Code.CONTRADICTORY
        )  # fmt: skip
    base = claimed if isinstance(claimed, Fraction) else old
    if base is not None and new is not None and new >= base:
        what = f"核减后没有减少（{text(base)}）" if new == base else f"核减后反而高于申报（{text(base)}）"
        fault(places[NEW], f"{name}：{what}", text(new), f"低于 {text(base)}", f"没有减少就不写{WORD}；要认定得更高，写 审定: …, 理由: …", Code.CONTRADICTORY)
    elif isinstance(verified, Fraction) and new is not None and new > verified:
        fault(
            places[NEW], f"{name}：核减后高于核验值（{text(verified)}）", text(new), f"不高于 {text(verified)}",
            "核验有误的先改核验；要认定得更高，写 审定: …, 理由: …", Code.CONTRADICTORY,
        )  # fmt: skip


def input_of(one: Disallowed, text: Callable[[Any], str]) -> dict[str, str]:
    """As a receipt has it; `text` writes a value of the fact."""
    return {OLD: text(one.claimed), NEW: text(one.value), REASON: one.reason, MATERIAL: one.material, BY: one.by, ON: one.on.isoformat()}


__all__ = ["NEW", "OLD", "WORD", "Disallowed", "input_of", "read_disallowed"]
