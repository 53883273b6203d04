"""Digests worked out anew, what is missing, and 核减 held against the facts and the sums."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from .amounts import CENT, check_ends, follows, in_total, joined, monetary, to_the_cent
from .read import NOTHING, Range, amount, money, span, yuan
from .report import DIGESTS, DISALLOWED, MISSING, Report

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:/[0-9]+)?")


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
    """The table of the whole against each measure and recognition: what is open hangs on something, and both say so."""
    owners = {x["id"]: x for x in (*d["measures"], *d["recognitions"])}
    hang = set()
    for x in owners.values():
        if _hanging(x):
            report.check(MISSING, bool(x["missing"]), f"{'事项' if 'outcome' in x else '资格'}“{x['title']}”", "待定，却没有说缺什么")
    for row in d["missing"]:
        place = f"尚缺“{row['fact']}”"
        report.check(MISSING, bool(row["unlocks"]), place, "没有写由它可继续判断什么")
        for one in row["unlocks"]:
            found = owners.get(one) or owners.get(one.partition("#")[0].rpartition("/")[2])
            if report.check(MISSING, found is not None, place, f"可继续判断的“{one}”不在这份决定里") and found is not None:
                hang.add(found["id"])
                report.check(MISSING, row["fact"] in found["missing"], place, f"“{found['title']}”的尚缺里却没有它")
    for key, x in owners.items():
        if _hanging(x):
            place = f"{'事项' if 'outcome' in x else '资格'}“{x['title']}”"
            report.check(MISSING, key in hang or not x["missing"], place, "待定，尚缺的总表里却没有一件可以使它继续判断")
    recognised = d["recognitions"]
    if recognised and not d["measures"] and all(x["meets"] == "unknown" and x["missing"] for x in recognised):
        # applied under for its own recognitions; another rulebook's stand beside them and are not told apart here
        report.check(MISSING, any(x["id"] in hang for x in recognised), "资格", "条件测评待定，尚缺的总表里却没有一件可以使它继续判断")


def _hanging(x: Mapping[str, Any]) -> bool:
    """Open, and more than a clause that was not read keeps it so: that is nothing to bring."""
    return x.get("outcome", x.get("verdict")) in ("undetermined", "unknown") and "未读条款" not in x["reason"]


# -- 核减 ---------------------------------------------------------------------------------------------


def check_disallowed(d: Mapping[str, Any], report: Report) -> None:
    told = Counter(x[1] for x in _told(d["input"]))
    if "disallowed" not in d:
        report.check(DISALLOWED, not told, "核减", "所记数据里有核减，决定里没有")
        return
    part = d["disallowed"]
    said = Counter(_of(v) for v in part["values"])
    report.check(DISALLOWED, said == told, "核减", "与所记数据里的核减不一样")
    _owned(d, part["values"], report)
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
            report.check(DISALLOWED, one["unit"] == m["award"]["unit"], place, f"单位是“{one['unit']}”，事项里是“{m['award']['unit']}”")
            _each_line(one, m, d["input"], part["values"], place, report)
            report.check(DISALLOWED, span(one["measured"]) == _gives(m), place, f"测算额与事项里的不一样：{span(one['measured'])}，{_gives(m)}")
    listed = {one["id"] for one in part["measures"]}
    for m in d["measures"]:
        given = _gives(m)
        gives = m["outcome"] == "eligible" and given.exact and given != NOTHING
        report.check(DISALLOWED, not gives or m["id"] in listed, f"核减 / 事项“{m['title']}”", "有测算额，核减里却没有列它的申报额与核减额")
    _balanced(part["total"], "核减 / 合计", report)
    report.check(DISALLOWED, span(part["total"]["measured"]) == span(d["total"]), "核减 / 合计", "测算额与合计不一样")
    _claimed_together(d, part, report)


def _claimed_together(d: Mapping[str, Any], part: Mapping[str, Any], report: Report) -> None:
    """The total of what was claimed differs from the total by what the measures differ; those without a line give the same on both."""
    by_id = {m["id"]: m for m in d["measures"]}
    moved = [(one, by_id[one["id"]]) for one in part["measures"] if one["id"] in by_id and in_total(by_id[one["id"]])]
    before, now = span(part["total"]["claimed"]), span(d["total"])
    if before is None or now is None:
        return
    if any(one["less"] is None or one["outcome"] != m["outcome"] or joined(m) for one, m in moved):
        report.skip("申报额的合计：有核减的一项没有定下来，或与别的一起封顶、择一")
        return
    less = sum((money(one["less"]) or Fraction(0) for one, _ in moved), Fraction(0))
    slack = Fraction(0) if all(to_the_cent(m) for m in d["measures"]) else CENT
    ends = [(before.low, now.low), *([(before.high, now.high)] if before.high is not None and now.high is not None else [])]
    for claimed, measured in ends:
        message = f"各项核减额加起来是 {yuan(less)}，合计的申报额 {yuan(claimed)}却与合计 {yuan(measured)}差 {yuan(claimed - measured)}"
        report.check(DISALLOWED, abs(claimed - measured - less) <= slack, "核减 / 合计", message)
    report.check(DISALLOWED, (before.high is None) == (now.high is None), "核减 / 合计", "申报额与测算额只有一头的上限不详")


def _gives(m: Mapping[str, Any]) -> Range:
    """What a measure gives as far as it is settled: nothing where it is refused, nothing certain where it is open."""
    whole = span(m["award"])
    if not monetary(m["award"]) or m["outcome"] not in ("eligible", "undetermined"):
        return NOTHING
    if whole is None:
        return Range(Fraction(0), None)
    return whole if m["outcome"] == "eligible" else Range(Fraction(0), whole.high)


def _balanced(line: Mapping[str, Any], place: str, report: Report) -> None:
    for part in (line["claimed"], line["measured"]):
        if (whole := span(part)) is not None:
            check_ends(part, whole, place, report)
    claimed, measured, less = span(line["claimed"]), span(line["measured"]), money(line["less"])
    open_ = line["claimed"]["pending"] or line["measured"]["pending"]
    if open_ or claimed is None or measured is None:
        report.check(DISALLOWED, line["less"] is None, place, "申报额或测算额没有定下来，核减额却写了数")
        return
    balanced = less is not None and claimed.low == less + measured.low
    report.check(DISALLOWED, balanced, place, f"申报额 {claimed} 不等于核减额 {line['less']}元 加测算额 {measured}")


def _of(v: Mapping[str, Any]) -> tuple[str, ...]:
    return (v["fact"], v["claimed"], v["value"], v["reason"], v["material"], v["by"], v["when"])


def _owned(d: Mapping[str, Any], values: Sequence[Mapping[str, Any]], report: Report) -> None:
    """Each 核减 stands at the fact, or at the record of the list, that it was made of; a record is told by a word of its row."""
    left = list(_told(d["input"]))
    for v in sorted(values, key=lambda v: not v.get("record")):
        place = f"核减“{v['fact']}”{v.get('record', '')}"
        found = next((x for x in left if x[1] == _of(v) and x[0] == v.get("list", "") and (not x[0] or v.get("record", "") in _words(x[2]))), None)
        if report.check(DISALLOWED, found is not None, place, "所记数据里，这一笔核减不在这一条上") and found is not None:
            left.remove(found)


def _words(row: Mapping[str, Any]) -> set[str]:
    """The texts of a row, as told and at each stage."""
    stages = [x for x in row.values() if isinstance(x, Mapping)]
    return {x for x in (*row.values(), *(y for s in stages for y in s.values())) if isinstance(x, str)}


def _each_line(one: Mapping[str, Any], m: Mapping[str, Any], told: Mapping[str, Any], values: Sequence[Mapping[str, Any]], place: str, report: Report) -> None:
    """Of each record: what the calculation came to, and that what is disallowed of it was disallowed of it."""
    last: dict[str, Any] = {}
    how: dict[str, list[str]] = {}
    for line in m["award"]["lines"]:
        if line["record"] is not None and not line["text"].startswith(_BESIDE):
            how.setdefault(line["record"], []).append(line["text"])
            if (after := amount(line["amount"])) is not None:
                last[line["record"]] = after
    cut = {v.get("record", "") for v in values}
    for line in one["lines"]:
        here = f"{place}［{line['record']}］"
        if not report.check(DISALLOWED, line["record"] in how, here, "计算里没有这一条明细"):
            continue
        if (worked := last.get(line["record"])) is not None and (measured := span(line["measured"])) is not None:
            near = follows(measured, worked)
            report.check(DISALLOWED, near, here, f"计算里这一条是 {worked}，测算额却写 {measured}")
        if line["record"] in cut or "" in cut or line["less"] in (None, "0.00"):
            continue
        if all(_of_its_own(text, told) for text in how[line["record"]]):
            report.check(DISALLOWED, False, here, f"这一条没有核减，核减额却写 {line['less']}元")
        else:
            report.skip("核减额可能来自别条明细的核减")


_BESIDE = ("基数：", "资金分担：")
_PART = re.compile(r"[×÷+\-（）()，、；]")


def _of_its_own(text: str, told: Mapping[str, Any]) -> bool:
    """Whether a step is made of columns of its own record and of figures alone: what was disallowed of another cannot move it."""
    if "减按" in text:  # whether it is reduced may hang on anything
        return False
    columns = {c for rows in map(_rows, told.get("明细", {}).values()) for row in rows for c in row}
    parts = [p.strip() for p in _PART.split(text.partition("：")[2] or text) if p.strip()]
    return all(re.search(r"\d\S*$", p) or p.partition("的")[2] in columns for p in parts)


def _rows(listing: Any) -> list[Mapping[str, Any]]:
    return listing.get("清单", []) if isinstance(listing, Mapping) else listing if isinstance(listing, list) else []


def _told(told: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...], Mapping[str, Any]]]:
    """Every 核减 of the recorded facts: of which list (none: of the enterprise), each by its fact or column, and the row it stands in."""
    for name, value in told.get("数据", {}).items():
        inner = value.values() if isinstance(value, Mapping) else ()
        yield from (("", x, {}) for part in (value, *inner) for x in _cut(name, part))
    for name, listing in told.get("明细", {}).items():
        yield from ((name, x, row) for row in _rows(listing) for column, value in row.items() for x in _cut(column, value))


def _cut(name: str, value: Any) -> Iterator[tuple[str, ...]]:
    if isinstance(value, Mapping) and isinstance(cut := value.get("核减"), Mapping):
        yield (name, _plain(cut["原值"]), _plain(cut["改为"]), cut["理由"], cut["材料"], cut["由"], cut["日期"])


def _plain(text: str) -> str:
    """The number without its unit."""
    found = _NUMBER.match(text)
    return found[0] if found else text
