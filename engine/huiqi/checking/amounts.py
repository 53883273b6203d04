"""Lines that add up, caps that hold, amounts that are what their calculation came to, a total that is their sum.

Amounts are read back from the words the lines print: what was printed is what an officer signs. A line that
is no amount of money (a rate, a number of days) is passed over, and what is passed over is counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from .read import NOTHING, Range, amount, last_amount, money, span, yuan
from .report import AWARDS, CAPS, LINES, STANDING, TOTAL, Report

CENT = Fraction(1, 100)
_WEAKER = ("enacted", "unverified", "assumed", "benchmark", "unset")
_LIVE = ("eligible", "undetermined")
_JOINED = ("就高不重复（", "择一申报（", "合计封顶（", "只计一次（")
_SUM = re.compile(r"合计（(\d+) 项）")
_CAPPED = re.compile(r"(?:本申报年度|本次申报|同一企业)封顶：")
_ROUNDED = ("取整：", "舍去不足一分")
_COMMON = re.compile(r"合计封顶（.*）：不超过 (.+)")
_TAKEN = re.compile(r"(?:就高不重复|择一申报)（.*）：已取(.+)")
_DROPPED = re.compile(r"：([^：]+) 不计$")


def monetary(award: Mapping[str, Any]) -> bool:
    return award["kind"] in ("grant", "interest")


def check_award(
    award: Mapping[str, Any], adjustments: Sequence[Mapping[str, Any]], outcome: str, place: str, report: Report, *, whole_story: bool = True
) -> None:
    """One calculation, and the amount it came to; without the `whole_story`, others may have taken of it unseen."""
    whole = span(award)
    if whole is None:
        report.check(AWARDS, award["at_most"] is None and not award["pending"], place, "没有已确定的金额，却写了最多或待定")
        return
    check_ends(award, whole, place, report)
    for a in adjustments:
        _adjusted(a, place, report)
    for n, line in enumerate(award["lines"], 1):
        report.check(LINES, bool(line["text"].strip() and line["amount"].strip()), f"{place} / 计算第{n}步", "空着")
    if not monetary(award):
        return
    _manner(award, outcome, place, report, whole_story=whole_story)
    if outcome == "ineligible":
        report.check(AWARDS, whole == NOTHING, place, f"不符合，金额却是 {whole}")
        return
    shared = any("只计一次（" in text for text in (*(x["text"] for x in award["lines"]), *(a["rule"] for a in adjustments)))
    worked = _walk(award["lines"], place, report, bounded=shared)
    first = next((x for x in adjustments if x["rule"].startswith(_JOINED)), None)  # the rest stand in the calculation
    if first is not None and worked is not None and worked.exact and (before := amount(first["from"])) is not None:
        report.check(AWARDS, follows(before, worked), place, f"计算得 {worked}，调整却从 {before} 开始")
    last = [x for x in (amount(adjustments[-1]["to"]) if adjustments else None, worked) if x is not None]
    if award["lines"] and last and outcome in _LIVE:
        wanted = [Range(Fraction(0), x.high) if outcome == "undetermined" else x for x in last]
        if award.get("instalments"):  # of what is not due yet nothing is certain
            wanted = [Range(min(x.low, whole.low), x.high) for x in wanted]
        message = f"计算最后得 {'或 '.join(map(str, last))}，这一项的金额却是 {whole}"
        fits = any(follows(whole, x) or (not whole_story and _no_more(whole, x)) for x in wanted)
        report.check(AWARDS, fits, place, message)
    parts = [x for i in award.get("instalments", ()) if i["verdict"] == "holds" and (x := amount(i["amount"])) is not None]
    if parts:
        most = sum((p.low for p in parts), Fraction(0))
        report.check(AWARDS, whole.high is None or most <= whole.high, place, f"已到条件的各期合起来至少 {yuan(most)}，多于这一项最多的 {yuan(whole.high)}")


def check_ends(part: Mapping[str, Any], whole: Range, place: str, report: Report) -> None:
    report.check(AWARDS, whole.high is None or whole.low <= whole.high, place, f"已确定的多于最多的：{whole}")
    report.check(AWARDS, part["pending"] or whole.exact, place, f"写着不待定，两头却不一样：{whole}")
    report.check(AWARDS, not (part["pending"] and whole.exact), place, f"写着待定，两头却一样：{whole}")
    report.check(AWARDS, whole.low >= 0, place, f"金额为负：{whole}")


_MANNERS = {"ceiling": "不超过", "discretionary": "由审定机关在此范围内酌定", "fixed": ""}
_CALLED = {"ceiling": "不超过", "discretionary": "酌定", "fixed": "定额"}


def _manner(award: Mapping[str, Any], outcome: str, place: str, report: Report, *, whole_story: bool) -> None:
    """不超过 is not 应得: what is paid is what the calculation is printed as. 待定 is printed alike for both."""
    lines = [
        x for x in award["lines"] if amount(x["amount"]) is not None and not x["text"].startswith(("基数：", "资金分担：")) and "只计一次（" not in x["text"]
    ]
    printed = {k for x in lines for k, v in _MANNERS.items() if v and x["amount"].startswith(v)}
    strange = printed - {award["basis"]}
    report.check(
        AWARDS, not strange, place, f"计算里写的是“{'、'.join(_CALLED[k] for k in strange)}”，这一项却写成{_CALLED.get(award['basis'], award['basis'])}"
    )
    plain = bool(lines) and not lines[-1]["amount"].startswith("待定") and award["basis"] == "ceiling" and not printed
    report.check(AWARDS, not plain, place, f"计算里写的是“{lines[-1]['amount'] if lines else ''}”，这一项却写成{_CALLED.get(award['basis'], award['basis'])}")
    for line in lines if award["basis"] == "ceiling" and not plain else ():
        said = line["amount"].startswith(("不超过", "待定")) or amount(line["amount"]) == NOTHING
        report.check(AWARDS, said, place, f"这一项写成不超过，计算里有一步却写的是“{line['amount']}”")
    paid = outcome == "eligible" and whole_story and award["settled"] not in (None, "0.00")
    report.check(AWARDS, bool(award["lines"]) or not paid, place, "有金额，却没有一步计算")


def follows(said: Range, worked: Range) -> bool:
    """Whether what is said is what was worked out; wider where more is open than the lines show, never another number.

    Below the 分 a number is cut where it is printed.
    """
    slack = Fraction(0) if worked.to_the_cent else CENT
    if said.exact:
        return worked.high is not None and abs(said.low - worked.low) <= slack and abs(said.low - worked.high) <= slack
    return said.low <= worked.low + slack and (said.high is None or (worked.high is not None and said.high >= worked.high - slack))


def _no_more(said: Range, worked: Range) -> bool:
    return worked.high is None or (said.high is not None and said.high < worked.high + CENT)


def _adjusted(a: Mapping[str, Any], place: str, report: Report) -> None:
    before, after = amount(a["from"]), amount(a["to"])
    rule = f"{place} / “{a['rule']}”"
    if not (a["from"].strip() and a["to"].strip()):
        report.check(LINES, False, rule, "没有写从多少调到多少")
        return
    if before is None or after is None:
        report.skip("不是金额的调整")
        return
    if a["rule"].startswith(_ROUNDED):
        near = "分" not in a["rule"] or _rounded(before, after)
        report.check(LINES, near, rule, f"取整前 {before}，取整后 {after}，差了一分以上")
        return
    fewer = (after.high is not None and (before.high is None or after.high <= before.high)) or after.high == before.high
    report.check(LINES, fewer and after.low <= before.low, rule, f"从 {before} 调到 {after}，反而多了")
    if (common := _COMMON.fullmatch(a["rule"])) and (cap := amount(common[1])) is not None:
        report.check(CAPS, after.low <= cap.low, rule, f"合计封顶 {cap}，调整后还有 {after}")
    if _TAKEN.fullmatch(a["rule"]):
        report.check(CAPS, after.low == 0, rule, f"已取别的一项，这一项却还定有 {after}")


# -- the lines ----------------------------------------------------------------------------------------


def _walk(lines: Sequence[Mapping[str, Any]], place: str, report: Report, *, bounded: bool) -> Range | None:
    """What the lines come to; None where that cannot be followed. `bounded`: of some record no line says what is left of it."""
    each: dict[str, Range] = {}
    dropped: set[str] = set()
    now: Range | None = None
    for n, line in enumerate(lines, 1):
        text, record, here = line["text"], line["record"], f"{place} / 计算第{n}步"
        if text.startswith("资金分担："):  # who bears which part of the amount, beside the calculation
            continue
        after = amount(line["amount"])
        if after is None:
            report.skip("不是金额的计算步")
            continue
        if record is not None:
            if text.startswith("单项封顶："):
                _capped(each.get(record), last_amount(text), after, here, report)
            each[record] = after
            now = after
        elif (total := _SUM.fullmatch(text)) is not None:
            _summed(int(total[1]), each, dropped, after, here, report, bounded=bounded)
            now = after
        elif text.startswith("件数上限："):
            bounded, now = True, after
            found = _DROPPED.search(text)
            dropped |= set(found[1].split("、")) if found else set()
            rest = _plus(x for k, x in each.items() if k not in dropped)
            if found and after.exact and rest.exact:
                report.check(LINES, after == rest, here, f"除去不计的应为 {rest}，写的是 {after}")
            report.check(LINES, after.low <= rest.low or not found, here, f"件数之内至多 {rest}，写的是 {after}")
        elif _CAPPED.match(text):
            if now is not None:
                _capped(now, last_amount(text), after, here, report)
            now = after
        elif text.startswith(_ROUNDED):
            if now is not None and "分" in text:
                report.check(LINES, _rounded(now, after), here, f"取整前 {now}，取整后 {after}，差了一分以上")
            now = after
        else:
            bounded = bounded or bool(each)
            now = after
    return now


def _rounded(before: Range, after: Range) -> bool:
    if before.high is None or after.high is None:
        return after.high is None
    return abs(before.high - after.high) < CENT and after.low < before.low + CENT and (not after.exact or before.low < after.low + CENT)


def _plus(parts: Iterator[Range]) -> Range:
    total = NOTHING
    for part in parts:
        total = total.plus(part)
    return total


def _capped(before: Range | None, cap: Range | None, after: Range, place: str, report: Report) -> None:
    if cap is None:
        report.skip("没有写明数的封顶")
        return
    report.check(LINES, cap.high is None or (after.high is not None and after.high <= cap.high), place, f"封顶 {cap}，写的却是 {after}")
    if before is not None:
        wanted = before.least(cap)
        report.check(LINES, follows(after, wanted), place, f"{before} 与封顶 {cap} 取低的应为 {wanted}，写的是 {after}")


def _summed(count: int, each: Mapping[str, Range], dropped: set[str], after: Range, place: str, report: Report, *, bounded: bool) -> None:
    total = _plus(x for k, x in each.items() if k not in dropped)
    if bounded:
        fewer = not after.exact or total.high is None or after.low <= total.high
        report.check(LINES, fewer and after.low <= total.low, place, f"各条加起来才 {total}，合计却写 {after}")
        return
    report.check(LINES, count == len(each), place, f"写着 {count} 项，列出的有 {len(each)} 项")
    report.check(LINES, follows(after, total), place, f"各条加起来是 {total}，合计却写 {after}")


# -- across measures ----------------------------------------------------------------------------------


def check_total(d: Mapping[str, Any], report: Report) -> None:
    """The total against the measures in it."""
    total, place = d["total"], "合计"
    whole = span(total)
    if not report.check(TOTAL, whole is not None, place, "合计没有数") or whole is None:
        return
    check_ends(total, whole, place, report)
    by_id = {m["id"]: m for m in d["measures"]}
    listed = [by_id[x["id"]] for x in total["measures"] if x["id"] in by_id]
    for x in total["measures"]:
        m = by_id.get(x["id"])
        if not report.check(TOTAL, m is not None, place, f"列入的“{x['id']}”不在各事项里") or m is None:
            continue
        report.check(TOTAL, _counts(m), place, f"“{m['title']}”不该计入合计")
        report.check(TOTAL, x["standing"] == m["standing"], place, f"“{m['title']}”的依据状态与事项里的不一样")
    left_out = [m["title"] for m in d["measures"] if _counts(m) and m not in listed and m["award"]["at_most"] != "0.00"]
    report.check(TOTAL, not left_out, place, f"没有列入：{'、'.join(left_out)}")
    weakest = max((m["standing"] for m in listed), key=_WEAKER.index, default="enacted")
    report.check(TOTAL, total["standing"] == weakest, place, f"依据状态最弱的是{STANDING[weakest]}，写的是{STANDING[total['standing']]}")
    parts = [s for m in listed if (s := span(m["award"])) is not None]
    added = _plus(iter(parts))
    slack = CENT * len(parts) if any(not to_the_cent(m) for m in listed) else Fraction(0)
    report.check(TOTAL, whole.low >= added.low or whole.low == whole.high, place, f"各项已确定的加起来 {yuan(added.low)}，合计却只写 {yuan(whole.low)}")
    more = any(joined(m) for m in d["measures"] if monetary(m["award"])) or whole.low <= added.low + slack
    report.check(TOTAL, more, place, f"各项已确定的加起来才 {yuan(added.low)}，合计却写 {yuan(whole.low)}")
    # a floor, or what is not due yet, may still lower what a measure pays; the total is before it
    later = any(m["award"].get("instalments") or any("起付线：" in x for x in _texts(m)) for m in d["measures"] if monetary(m["award"]))
    most = later or added.high is None or (whole.high is not None and whole.high <= added.high + slack)
    report.check(TOTAL, most, place, f"各项最多的加起来 {yuan(added.high)}，合计却写最多 {yuan(whole.high)}")
    if added.exact and not any(m.get("readings") or m.get("combinations") for m in listed):
        report.check(TOTAL, added.low <= whole.low <= added.low + slack, place, f"各项加起来是 {added}，合计却写 {whole}")
    _across(d, report)


def joined(m: Mapping[str, Any]) -> bool:
    """Whether of rivals, of what is capped together or of ways of reading the best may be certain though none of them alone is."""
    return bool(m.get("readings") or m.get("combinations") or any(w in x for w in _JOINED for x in _texts(m)))


def _counts(m: Mapping[str, Any]) -> bool:
    return in_total(m) and m["outcome"] in _LIVE


def in_total(m: Mapping[str, Any]) -> bool:
    """Whether what a measure gives belongs to the total, once it gives anything."""
    a = m["award"]
    return monetary(a) and a["unit"] == "元" and not m["hint"] and m.get("applied") is not False


def _texts(m: Mapping[str, Any]) -> list[str]:
    return [x["text"] for x in m["award"]["lines"]] + [x["rule"] for x in m["adjustments"]]


def to_the_cent(m: Mapping[str, Any]) -> bool:
    words = [x["amount"] for x in m["award"]["lines"]][-1:] + [x["to"] for x in m["adjustments"]][-1:]
    return all(x is None or x.to_the_cent for x in map(amount, words))


def _across(d: Mapping[str, Any], report: Report) -> None:
    """What exclusive measures and common caps leave of one another."""
    titles = {m["title"]: m for m in d["measures"]}
    common: dict[str, Fraction] = {}
    for m in d["measures"]:
        for a in m["adjustments"]:
            if found := _TAKEN.fullmatch(a["rule"]):
                for title in re.findall("“([^“”]+)”", found[1]):
                    if title not in titles:
                        report.skip("已取的一项不在这份决定里")
                        continue
                    report.check(CAPS, titles[title]["outcome"] == "eligible", f"事项“{m['title']}”", f"已取“{title}”，它却没有符合")
            elif _COMMON.fullmatch(a["rule"]) and m["outcome"] == "eligible":
                common[a["rule"]] = common.get(a["rule"], Fraction(0)) + (money(m["award"]["settled"]) or 0)
    for rule, together in common.items():
        cap = last_amount(rule)
        if cap is not None and cap.high is not None:
            report.check(CAPS, together <= cap.high, f"“{rule}”", f"受它限制的几项合起来还有 {yuan(together)}")
