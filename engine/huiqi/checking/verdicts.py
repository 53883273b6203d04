"""Verdicts: three values, combined anew; outcomes held against them.

Where a reading is open, a group was decided under each of its options and merged: it may be more settled
than its items are (A or not A), or open though an item that stands under one option only would settle it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .report import OUTCOME, OUTCOMES, STANDING, VERDICTS, Report

_VALUES = {"fails": 0, "unknown": 1, "holds": 2}  # all is the least, any the greatest, not the mirror
_NAMES = {0: "不满足", 1: "待定", 2: "满足"}
_JOINED = {"all": "各条都要满足", "any": "满足一条即可", "not": "不应成立"}
_EXTENTS = {"unverified": "按待核条件", "assumed": "按假定条件", "benchmark": "按参照条件", "unset": "已知条件"}


def check_group(group: Mapping[str, Any], place: str, report: Report, *, touched: bool) -> None:
    """Every group below this one, and itself."""
    for item in group["items"]:
        if "items" in item:
            check_group(item, f"{place} / {_name(item)}", report, touched=touched)
        else:
            check_condition(item, f"{place} / {_name(item)}", report)
    found, said = combined(group), _VALUES[group["verdict"]]
    loose = touched or any(_of_reading(x) for x in leaves(group))
    holds = found == said or (loose and 1 in (found, said))
    report.check(VERDICTS, holds, place, f"各条合起来应为{_NAMES[found]}，写的是{_NAMES[said]}（{_JOINED[group['op']]}）")


def check_condition(leaf: Mapping[str, Any], place: str, report: Report) -> None:
    open_ = leaf["verdict"] == "unknown"
    report.check(VERDICTS, open_ == (leaf["cause"] is not None), place, "待定的要有缘由，不待定的没有")
    if leaf.get("stated"):
        report.check(VERDICTS, not open_, place, "据说明认定的不会还待定")


def combined(group: Mapping[str, Any]) -> int:
    values = [_counted(i, group) for i in group["items"]]
    match group["op"]:
        case "all":
            return min(values, default=2)
        case "any":
            return max(values, default=0)
        case _:
            return 2 - values[0] if values else 1


def _counted(item: Mapping[str, Any], group: Mapping[str, Any]) -> int:
    value = _VALUES[item["verdict"]]
    return 2 - value if item.get("role") == "unless" and group.get("role") != "unless" else value


def leaves(group: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for item in group["items"]:
        yield from leaves(item) if "items" in item else [item]


def _of_reading(leaf: Mapping[str, Any]) -> bool:
    return "under" in leaf or leaf["cause"] == "judgement"


def _name(item: Mapping[str, Any]) -> str:
    return f"“{item.get('label') or item.get('record') or item.get('op')}”"


def check_outcome(m: Mapping[str, Any], place: str, report: Report) -> None:
    """The outcome against the verdict of its conditions, the window and the words it is told in."""
    outcome, verdict, reason = m["outcome"], m["conditions"]["verdict"], m["reason"]
    allowed = {
        "eligible": verdict == "holds",
        "ineligible": verdict == "fails",
        "not_in_force": True,
        "undetermined": verdict != "holds" or "未读条款" in reason or bool(m["missing"]),  # the window, or the day it is judged on, may be open
    }[outcome]
    report.check(OUTCOMES, allowed, place, f"条件合起来是{_NAMES[_VALUES[verdict]]}，结论却是{OUTCOME[outcome]}")
    report.check(OUTCOMES, (reason == "条件均满足") <= (outcome == "eligible"), place, f"原因是“{reason}”，结论却是{OUTCOME[outcome]}")
    window = m.get("window")
    if window is not None:
        report.check(OUTCOMES, (window["verdict"] == "fails") <= (outcome == "not_in_force"), place, f"受理期不满足，结论却是{OUTCOME[outcome]}")
        report.check(
            OUTCOMES, (window["verdict"] == "unknown") <= (outcome in ("undetermined", "not_in_force")), place, f"受理期待定，结论却是{OUTCOME[outcome]}"
        )
    if outcome in ("eligible", "ineligible"):
        extent = _EXTENTS.get(m["standing"], "")
        firm = m["words"].startswith(("符合", "不符合"))
        report.check(OUTCOMES, not (firm and extent), place, f"依据状态是{STANDING[m['standing']]}，不能直说“{m['words']}”")
        report.check(OUTCOMES, m["words"].startswith(extent), place, f"依据状态是{STANDING[m['standing']]}，表述“{m['words']}”没有说“{extent}”")
        refused = "不符合" in m["words"] or "不满足" in m["words"]
        report.check(OUTCOMES, refused == (outcome == "ineligible"), place, f"表述“{m['words']}”与结论{OUTCOME[outcome]}相反")

    check_words(outcome, m["standing"], reason, m["words"], place, report)
    if outcome == "ineligible":
        named = list(_failing(m["conditions"]))
        strange = [x for x in reason.split("、") if x not in named]
        report.check(OUTCOMES, not strange or reason in named, place, f"原因里的“{'、'.join(strange)}”不在判为不满足的各条里")


def _failing(group: Mapping[str, Any]) -> Iterator[str]:
    """What may be named as the reason: a condition of its own that is settled against the applicant; of what is joined, any."""
    for item in group["items"]:
        if "items" in item:
            yield from (x["label"] for x in (item, *leaves(item)) if x.get("label"))
        elif item["verdict"] == ("holds" if item["role"] == "unless" else "fails"):
            yield item["label"]


def check_words(outcome: str, standing: str | None, reason: str | None, words: str, place: str, report: Report) -> None:
    """The words that outcome is told in; under one reading (no standing, no reason) by how they begin and end."""
    stem, _, tail = words.partition("（")
    extents = [_EXTENTS.get(standing, "")] if standing is not None else ["", *_EXTENTS.values()]
    wanted = {
        "eligible": [f"{x}满足" if x else "符合" for x in extents],
        "ineligible": [f"{x}不满足" if x else "不符合" for x in extents],
        "undetermined": ["待补充", "已知条件均满足，尚有未读条款"],
        "not_in_force": ["不在有效期"],
    }.get(outcome, [])
    wanted += ["条件满足"] if outcome == "eligible" and "" in extents else []
    fits = any(stem == x or (outcome == "eligible" and stem.startswith(f"{x}，")) for x in wanted)
    report.check(OUTCOMES, fits, place, f"结论是{OUTCOME.get(outcome, outcome)}，表述却是“{words}”")
    if reason is not None and outcome in ("undetermined", "not_in_force"):
        report.check(OUTCOMES, tail == f"{reason}）" or words.endswith(reason), place, f"原因是“{reason}”，表述却是“{words}”")
    if outcome == "eligible" and reason == "条件均满足":
        report.check(OUTCOMES, words.removesuffix("，标准未定") in wanted, place, f"原因是“{reason}”，表述却是“{words}”")


_CERTIFIED = {"holds": "持有有效证书", "fails": "未持有在该日有效的证书", "unknown": "证书待核"}


def check_recognition(r: Mapping[str, Any], place: str, report: Report, *, touched: bool) -> None:
    check_group(r["conditions"], f"{place} / 条件", report, touched=touched)
    said = r["meets"] if r["kind"] == "conferred" else r["verdict"]
    open_ = said == "unknown" and bool(r["missing"])  # its document is not in force, or a clause was not read
    report.check(OUTCOMES, open_ or said == r["conditions"]["verdict"], place, "条件测评与条件合起来的判定不一样")
    report.check(OUTCOMES, (r["verdict"] == "unknown") == (r["cause"] is not None), place, "待定的要有缘由，不待定的没有")
    report.check(OUTCOMES, r["kind"] == "conferred" or r["meets"] == r["verdict"], place, "按条件认定的资格，条件测评就是它的判定")
    wanted = _CERTIFIED[r["verdict"]] if r["kind"] == "conferred" else ""
    report.check(OUTCOMES, r["reason"] == wanted, place, f"判定是{_NAMES[_VALUES[r['verdict']]]}，原因应为“{wanted}”，写的是“{r['reason']}”")
