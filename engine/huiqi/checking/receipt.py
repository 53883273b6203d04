"""Digests worked out anew, what is missing, and 核减 held against the facts and the sums."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from .amounts import monetary
from .read import NOTHING, Range, money, span
from .report import DIGESTS, DISALLOWED, MISSING, Report

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:/\d+)?")


def canonical(value: Any) -> str:
    """RFC 8785 of strings, lists and objects: keys by UTF-16, nothing escaped that need not be."""
    if isinstance(value, Mapping):
        keys = sorted(value, key=lambda k: k.encode("utf-16-be"))
        return "{" + ",".join(f"{canonical(k)}:{canonical(value[k])}" for k in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _sha(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def check_digests(d: Mapping[str, Any], report: Report) -> None:
    receipt, told = d["receipt"], d["input"]
    report.check(DIGESTS, receipt["facts"] == _sha(canonical(told)), "回执 / 数据摘要", "与所记数据算出来的不一样")
    report.check(DIGESTS, told.get("审核日期") == d["on"], "审核日期", f"所记数据里是 {told.get('审核日期')}，决定上是 {d['on']}")
    if "asked" not in receipt:
        report.skip("较早版本的回执，没有申请摘要")
        return
    chosen = {k: receipt[k] for k in ("measure", "measures", "schemes", "key", "passing", "readings") if k in receipt}
    if not chosen.get("readings"):
        chosen.pop("readings", None)
    asked = {"enterprise": d["enterprise"], "on": d["on"], "facts": receipt["facts"], "warnings": d["warnings"], **chosen}
    report.check(
        DIGESTS, receipt["asked"] == _sha(json.dumps(asked, sort_keys=True, separators=(",", ":"))), "回执 / 申请摘要", "与名称、日期、选择、提醒算出来的不一样"
    )
    wanted = receipt.get("measures") or ([receipt["measure"]] if receipt.get("measure") else None)
    if wanted is not None:
        report.check(DIGESTS, {m["id"] for m in d["measures"]} == set(wanted), "事项", "与回执里要看的事项不一样")


def check_missing(d: Mapping[str, Any], report: Report) -> None:
    known = {x["id"] for x in (*d["measures"], *d["recognitions"])}
    for row in d["missing"]:
        for one in row["unlocks"]:
            report.check(
                MISSING, one.partition("#")[0].rpartition("/")[2] in known or one in known, f"尚缺“{row['fact']}”", f"可继续判断的“{one}”不在这份决定里"
            )
    for m in d["measures"]:
        if m["outcome"] == "undetermined":
            said = bool(m["missing"]) or "未读条款" in m["reason"] or "未读条款" in m["words"]
            report.check(MISSING, said, f"事项“{m['title']}”", "待定，却没有说缺什么")


# -- 核减 ---------------------------------------------------------------------------------------------


def check_disallowed(d: Mapping[str, Any], report: Report) -> None:
    told = Counter(_told(d["input"]))
    if "disallowed" not in d:
        report.check(DISALLOWED, not told, "核减", "所记数据里有核减，决定里没有")
        return
    part = d["disallowed"]
    said = Counter((v["fact"], v["claimed"], v["value"], v["reason"], v["material"], v["by"], v["when"]) for v in part["values"])
    report.check(DISALLOWED, said == told, "核减", "与所记数据里的核减不一样")
    for v in part["values"]:
        claimed, less, value = (Fraction(v[k]) for k in ("claimed", "less", "value"))
        place = f"核减“{v['fact']}”{v.get('record', '')}"
        report.check(DISALLOWED, claimed == less + value, place, f"申报 {v['claimed']} 不等于核减 {v['less']} 加核减后 {v['value']}")
        report.check(DISALLOWED, less > 0, place, "没有减少")
        report.check(DISALLOWED, all(v[k].strip() for k in ("reason", "material", "by")), place, "没有写明理由、材料或由谁")
    by_id = {m["id"]: m for m in d["measures"]}
    for one in part["measures"]:
        place = f"核减 / 事项“{one['id']}”"
        _balanced(one, place, report)
        for line in one["lines"]:
            _balanced(line, f"{place}［{line['record']}］", report)
        m = by_id.get(one["id"])
        if report.check(DISALLOWED, m is not None, place, "不在各事项里") and m is not None:
            report.check(DISALLOWED, span(one["measured"]) == _gives(m), place, f"测算额与事项里的不一样：{span(one['measured'])}，{_gives(m)}")
    _balanced(part["total"], "核减 / 合计", report)
    report.check(DISALLOWED, span(part["total"]["measured"]) == span(d["total"]), "核减 / 合计", "测算额与合计不一样")


def _gives(m: Mapping[str, Any]) -> Range | None:
    """What a measure gives as far as it is settled: nothing where it is refused, nothing certain where it is open."""
    whole = span(m["award"])
    if not monetary(m["award"]) or m["outcome"] not in ("eligible", "undetermined"):
        return NOTHING
    if whole is None:
        return Range(Fraction(0), None)
    return whole if m["outcome"] == "eligible" else Range(Fraction(0), whole.high)


def _balanced(line: Mapping[str, Any], place: str, report: Report) -> None:
    claimed, measured, less = span(line["claimed"]), span(line["measured"]), money(line["less"])
    open_ = line["claimed"]["pending"] or line["measured"]["pending"]
    if open_ or claimed is None or measured is None:
        report.check(DISALLOWED, line["less"] is None, place, "申报额或测算额没有定下来，核减额却写了数")
        return
    balanced = less is not None and claimed.low == less + measured.low
    report.check(DISALLOWED, balanced, place, f"申报额 {claimed} 不等于核减额 {line['less']}元 加测算额 {measured}")


def _told(told: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """Every 核减 of the recorded facts, each by its fact or column."""
    for name, value in told.get("数据", {}).items():
        yield from _cut(name, value)
        if isinstance(value, Mapping):
            for inner in value.values():
                yield from _cut(name, inner)
    for listing in told.get("明细", {}).values():
        rows = listing.get("清单", []) if isinstance(listing, Mapping) else listing if isinstance(listing, list) else []
        for row in rows:
            for column, value in row.items():
                yield from _cut(column, value)


def _cut(name: str, value: Any) -> Iterator[tuple[str, ...]]:
    if isinstance(value, Mapping) and isinstance(cut := value.get("核减"), Mapping):
        yield (name, _plain(cut["原值"]), _plain(cut["改为"]), cut["理由"], cut["材料"], cut["由"], cut["日期"])


def _plain(text: str) -> str:
    """The number without its unit."""
    found = _NUMBER.match(text)
    return found[0] if found else text
