"""A decision as recorded, `huiqi.decision/1`: its shape checked, its leaves named and compared.

The JSON Schema that is shipped is the one description of the shape; `flaws` reads as much of JSON
Schema as it uses. What must stay true: nothing raises on whatever a JSON file may hold, every leaf is
compared, and every complaint names its place in words an officer knows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from enum import Enum
from functools import cache
from importlib.resources import files
from typing import Any

from ..errors import clip
from ..plain import dataclass

SCHEMA = "huiqi.decision/1"
LONGEST = 100  # characters of a value in a message: a digest is shown whole
Path = tuple[str | int, ...]

LABELS: Mapping[str, str] = {
    "schema": "格式", "enterprise": "申报主体", "rulebook": "政策规则库", "id": "编号", "title": "名称", "version": "版本", "digest": "摘要",
    "uses": "所用规则库", "on": "审核日期", "input": "所记数据", "total": "合计", "settled": "已确定金额", "at_most": "最多", "pending": "是否待定",
    "unit": "单位", "standing": "依据状态", "measures": "事项", "recognitions": "资格", "missing": "尚缺", "basis": "所依据", "warnings": "提醒",
    "receipt": "回执", "facts": "数据摘要", "engine": "引擎版本", "reasoner": "推理方式", "key": "化名密钥编号", "passing": "化名密钥只用这一次", "measure": "只看的事项", "schemes": "选用的方案",
    "asked": "申请摘要", "clause": "条款", "scheme": "方案", "outcome": "结论", "reason": "原因", "words": "表述", "award": "测算",
    "conditions": "条件", "op": "组合方式", "verdict": "判定", "items": "各条", "label": "条件名", "role": "条件种类", "record": "所属明细",
    "adjustments": "调整", "rule": "规则", "from": "调整前", "to": "调整后", "provisional": "是否暂定", "evidence": "申报材料", "obligations": "义务",
    "hint": "是否提示", "channel": "资金渠道", "departments": "部门", "lead": "牵头", "with": "配合", "notes": "说明", "kind": "种类", "lines": "计算",
    "text": "文字", "amount": "金额", "instalments": "分期", "due": "支付时间", "cause": "待定缘由", "actual": "实际", "required": "要求", "gap": "差距",
    "value": "数值", "meets": "条件测评", "authority": "认定机关", "certificate": "证书", "fact": "数据项", "unlocks": "可继续判断的", "parameter": "标准",
    "document": "文件", "under": "读法下", "readings": "读法", "combinations": "读法种数", "reading": "读法", "name": "名称", "question": "疑问",
    "options": "各种读法", "taken": "所取", "by": "取定人", "when": "取定日期", "option": "所取",
    "applied": "是否申报", "stated": "是否据说明认定", "covers": "说明所涉及的不予支持情形", "window": "受理期",
    "remedies": "最小的改变", "search": "试到什么程度", "complete": "是否都在这里", "changes": "改变", "margins": "离不符合多远", "limits": "没有试完的",
    "lacking": "所缺的资格", "whose": "由谁",
    "held": "没有去改的", "why": "缘由", "row": "明细编号", "column": "栏", "count": "增加条数", "fields": "各栏", "told": "申报的值",
    "others": "其他选项", "past": "是否已过", "refused": "是否不符合", "unread": "未读条款",
    "disallowed": "核减", "values": "各笔核减", "claimed": "申报", "less": "核减数", "measured": "测算额", "material": "材料", "list": "所属明细种类", "year": "年度",
}  # fmt: skip


class Flaw(Enum):
    SHAPE = "shape"  # a wrong type or a missing part: this is no decision
    VALUE = "value"  # a word or form that this version does not know
    EXTRA = "extra"  # a part this version does not know


@dataclass(frozen=True)
class Found:
    """One departure from the schema: which kind, where, and in words."""

    flaw: Flaw
    path: Path
    message: str
    found: str = ""
    expected: str = ""


@cache
def schema() -> dict[str, Any]:
    text = (files("huiqi.telling") / "decision.schema.json").read_text(encoding="utf-8")
    out: dict[str, Any] = json.loads(text)
    return out


_TYPES = {"string": "文字", "boolean": "true 或 false", "array": "清单", "object": "键与值", "null": "null", "number": "数", "integer": "整数"}


def _type_of(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    for kind, name in ((str, "string"), (int, "integer"), (float, "number"), (list, "array"), (dict, "object")):
        if isinstance(value, kind):
            return name
    return "null" if value is None else "?"  # nothing JSON has; never by its own name, which may be object


def shown(value: Any) -> str:
    """A recorded value for a message, short."""
    if isinstance(value, dict | list):
        return f"{'清单' if isinstance(value, list) else '键与值'}（{len(value)} 项）"
    if isinstance(value, str):
        return clip(value, LONGEST)
    try:
        return json.dumps(value) if isinstance(value, bool | None) else clip(repr(value), LONGEST)
    except ValueError:  # more digits than this Python prints
        return "（很长的数）"


def flaws(value: Any) -> list[Found]:
    """Where a value departs from the shape of one decision."""
    return list(_check(value, {"$ref": "#/$defs/decision"}, ()))


def _check(value: Any, rule: Mapping[str, Any], path: Path) -> Iterator[Found]:
    if (name := rule.get("$ref")) is not None:
        rule = schema()["$defs"][name.rpartition("/")[2]]
    if (choices := rule.get("oneOf")) is not None:
        found = [list(_check(value, one, path)) for one in choices]
        yield from min(found, key=_badness)
        return
    kinds = rule.get("type")
    if kinds is not None:
        kinds = [kinds] if isinstance(kinds, str) else kinds
        if _type_of(value) not in kinds:
            yield Found(Flaw.SHAPE, path, "类型不对", shown(value), " 或 ".join(_TYPES[k] for k in kinds))
            return
    allowed = [rule["const"]] if "const" in rule else rule.get("enum")
    if allowed is not None and not any(value is a or (isinstance(value, str) and value == a) for a in allowed):
        yield Found(Flaw.VALUE if isinstance(value, str | None) else Flaw.SHAPE, path, "不认识的值", shown(value), "、".join(shown(a) for a in allowed))
    if isinstance(value, str):
        yield from _check_text(value, rule, path)
    elif isinstance(value, dict):
        yield from _check_object(value, rule, path)
    elif isinstance(value, list) and "items" in rule:
        for index, item in enumerate(value):
            yield from _check(item, rule["items"], (*path, index))


def _badness(found: list[Found]) -> tuple[int, int]:
    return sum(f.flaw is Flaw.SHAPE for f in found), len(found)


def _check_text(value: str, rule: Mapping[str, Any], path: Path) -> Iterator[Found]:
    if "pattern" in rule and re.search(rule["pattern"].removesuffix("$") + r"\Z", value) is None:
        yield Found(Flaw.VALUE, path, "写法不对", shown(value), rule["pattern"])
    if rule.get("format") == "date" and not _is_date(value):
        yield Found(Flaw.VALUE, path, "不是日期", shown(value), "2026-06-30")


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _check_object(value: Mapping[str, Any], rule: Mapping[str, Any], path: Path) -> Iterator[Found]:
    properties, more = rule.get("properties", {}), rule.get("additionalProperties", True)
    for key in rule.get("required", ()):
        if key not in value:
            yield Found(Flaw.SHAPE, path, f"缺少“{_label(key)}”（{key}）")
    for key, item in value.items():
        if key in properties:
            yield from _check(item, properties[key], (*path, key))
        elif more is False:
            yield Found(Flaw.EXTRA, (*path, key), "不认识的部分", shown(item))
        elif isinstance(more, dict):
            yield from _check(item, more, (*path, key))


def known(value: Any, extras: frozenset[Path], path: Path = ()) -> Any:
    """A copy without the parts this version does not know."""
    if isinstance(value, dict):
        return {k: known(x, extras, (*path, k)) for k, x in value.items() if (*path, k) not in extras}
    if isinstance(value, list):
        return [known(x, extras, (*path, i)) for i, x in enumerate(value)]
    return value


# -- leaves, named ------------------------------------------------------------------------------------


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every scalar with its path; an empty list or object is a leaf too."""
    if isinstance(value, dict | list) and value:
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(item, (*path, key))
    else:
        yield path, value


def _label(key: str) -> str:
    return LABELS.get(key, key)


def place(path: Path, document: Any) -> str:
    """`事项 dt.one / 条件 / 第2条“主体” / 判定`: a path in words."""
    parts: list[str] = []
    value = document
    for depth, step in enumerate(path):
        inside = path[0] == "input" and depth > 0  # there the words are the officer's own
        if isinstance(step, str):
            parts.append(clip(step) if inside else _label(step))
            value = value.get(step) if isinstance(value, dict) else None
            continue
        value = value[step] if isinstance(value, list) and step < len(value) else None
        name = _named(value)
        parts.append(f"第{step + 1}条" + (f"“{clip(name)}”" if name else ""))
    return " / ".join(parts) or "整份决定"


def _named(value: Any) -> str:
    if not isinstance(value, dict):
        return ""
    return next((value[k] for k in ("id", "parameter", "fact", "label", "text", "rule") if isinstance(value.get(k), str) and value[k]), "")


# -- compared -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    path: Path
    place: str
    was: str | None  # None: not recorded
    now: str | None  # None: not there now
    parts: tuple[tuple[Any, Any], ...] = ()  # of a whole part that only one has: the part, and the decision it is of

    def leaves(self) -> Iterator[Difference]:
        """Each leaf of such a part."""
        for part, document in self.parts:
            for path, value in leaves(part, self.path) if isinstance(part, dict | list) and part else ():
                text = shown(value)
                recorded = self.was is not None and (self.now is None or part is self.parts[0][0])
                yield Difference(path, place(path, document), text if recorded else None, None if recorded else text)

    def __str__(self) -> str:
        if self.was is None:
            return f"{self.place}：所记没有，重算有（{self.now}）"
        if self.now is None:
            return f"{self.place}：所记有（{self.was}），重算没有"
        return f"{self.place}：原为 {self.was}，重算为 {self.now}"


def differences(was: Any, now: Any, *, each: bool = False) -> list[Difference]:
    """Every leaf in which two decisions differ, and every part only one of them has; with `each`, every leaf of such a part after it."""
    found = _differences(was, now, (), was, now)
    return [x for one in found for x in (one, *(one.leaves() if each else ()))]


def _differences(was: Any, now: Any, path: Path, old: Any, new: Any) -> Iterator[Difference]:
    if isinstance(was, dict) and isinstance(now, dict):
        for key in [*was, *(k for k in now if k not in was)]:
            yield from _pair(was, now, key, key, (*path, key), old, new)
        return
    if isinstance(was, list) and isinstance(now, list):
        yield from _lists(was, now, path, old, new)
        return
    if _type_of(was) != _type_of(now) or was != now:
        yield Difference(path, place(path, old), shown(was), shown(now), ((was, old), (now, new)))


def _pair(was: Any, now: Any, i: Any, j: Any, path: Path, old: Any, new: Any) -> Iterator[Difference]:
    """The parts at `i` and `j` of two objects or lists; either may have none."""
    has, has_now = (i in was, j in now) if isinstance(was, dict) else (i is not None, j is not None)
    if has and has_now:
        yield from _differences(was[i], now[j], path, old, new)
    elif has:
        yield Difference(path, place(path, old), shown(was[i]), None, ((was[i], old),))
    else:
        yield Difference(path, place(path, new), None, shown(now[j]), ((now[j], new),))


def _ids(items: list[Any]) -> list[str] | None:
    """The ids of a list's items, where each has its own."""
    ids = [x.get("id") if isinstance(x, dict) else None for x in items]
    return ids if all(isinstance(i, str) for i in ids) and len(set(ids)) == len(ids) else None  # type: ignore[return-value]


def _lists(was: list[Any], now: list[Any], path: Path, old: Any, new: Any) -> Iterator[Difference]:
    before, after = _ids(was), _ids(now)
    if before is None or after is None or before == after:
        for n in range(max(len(was), len(now))):
            yield from _pair(was, now, n if n < len(was) else None, n if n < len(now) else None, (*path, n), old, new)
        return
    for n, name in enumerate(before):
        yield from _pair(was, now, n, after.index(name) if name in after else None, (*path, n), old, new)
    for n, name in enumerate(after):
        if name not in before:
            yield from _pair(was, now, None, n, (*path, n), old, new)
    common = [x for x in before if x in after]
    if common != [x for x in after if x in before]:
        yield Difference(path, place(path, old) + " 的次序", "、".join(common), "、".join(x for x in after if x in before))


__all__ = ["LABELS", "SCHEMA", "Difference", "Flaw", "Found", "differences", "flaws", "known", "leaves", "place", "schema", "shown"]
