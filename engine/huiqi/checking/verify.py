"""One decision checked, and the page that says what was established and what was not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from .amounts import check_award, check_total
from .read import read
from .readings import check_ways
from .receipt import check_digests, check_disallowed, check_missing
from .report import KINDS, NOT_ESTABLISHED, OUTCOMES, READINGS, Report
from .shape import check_shape
from .verdicts import check_group, check_outcome, check_recognition, leaves


def verify(decision: Mapping[str, Any]) -> Report:
    """What of a decision agrees with itself, and what does not. A part that is not there is a fault, never an error."""
    report = Report()
    check_shape(decision, report)
    if report.faults:  # a word that no column knows cannot be combined with others
        return report
    options = {r["name"]: r["options"] for r in decision.get("readings", ())}
    open_ = any(r["taken"] is None for r in decision.get("readings", ()))  # then what stacking took of a measure is listed only where all readings agree
    hang = {i for row in decision["missing"] if "reading" in row for i in row["unlocks"]}
    for m in decision["measures"]:
        place = f"事项“{m['title']}”"
        touched = bool(m.get("readings") or m.get("combinations") or m["id"] in hang)
        check_group(m["conditions"], f"{place} / 条件", report, touched=touched)
        check_outcome(m, place, report)
        check_award(m["award"], m["adjustments"], m["outcome"], place, report, whole_story=not open_ and not any(x.startswith("计算按") for x in m["notes"]))
        check_ways(m, options, decision["total"], place, report)
    for one in decision.get("readings", ()):
        taken = one["taken"]
        report.check(READINGS, taken is None or taken in one["options"], f"读法“{one['name']}”", f"取的“{taken}”不在各种读法里")
    for r in decision["recognitions"]:
        check_recognition(r, f"资格“{r['title']}”", report, touched=_hangs(r, hang))
    check_total(decision, report)
    check_disallowed(decision, report)
    check_digests(decision, report)
    check_missing(decision, report)
    return report


def _hangs(r: Mapping[str, Any], hang: set[str]) -> bool:
    """Whether an open reading is below a recognition."""
    below = any("under" in x or x["cause"] == "judgement" for x in leaves(r["conditions"]))
    return below or any(x.startswith("读法“") for x in r["missing"]) or any(i.partition("#")[0].rpartition("/")[2] == r["id"] for i in hang)


def verified(decision: Mapping[str, Any]) -> Report:
    """The same of whatever a JSON file holds: what has not the shape of a decision is one fault."""
    try:
        return verify(decision)
    except (KeyError, TypeError, AttributeError, IndexError, ValueError, RecursionError) as error:
        report = Report()
        report.check(OUTCOMES, False, "整份决定", f"不是决定的样子：{type(error).__name__} {str(error)[:80]}")
        return report


def verify_file(path: Path) -> tuple[list[str], bool]:
    """The page of a file of decisions, line by line, and whether all of it holds. Raises `Unreadable`."""
    decisions = read(path)
    reports = [verified(d) for d in decisions]
    return list(_page(decisions, reports)), not any(r.faults for r in reports)


def _page(decisions: list[dict[str, Any]], reports: list[Report]) -> Iterator[str]:
    faults = 0
    for n, (d, report) in enumerate(zip(decisions, reports, strict=True), 1):
        owner = f"第{n}份 " if len(decisions) > 1 else ""
        for place, message in report.faults:
            faults += 1
            yield f"不成立：{owner}{d.get('enterprise') or '（未写名称）'} / {place}：{message}"
    yield f"核对 {len(decisions)} 份决定：{'前后一致' if not faults else f'{faults} 处不成立'}"
    yield "只凭这份 JSON 核对了（不用规则库，也不用测算的程序）："
    for kind in KINDS:
        yield f"  · {kind}（{sum(r.checked[kind] for r in reports)} 处）"
    skipped = {why: sum(r.skipped[why] for r in reports) for r in reports for why in r.skipped}
    if skipped:
        yield f"  跳过：{'；'.join(f'{why} {count} 处' for why, count in sorted(skipped.items()))}"
    yield "没有核对，这里也看不出："
    yield from (f"  · {x}" for x in NOT_ESTABLISHED)


__all__ = ["verified", "verify", "verify_file"]
