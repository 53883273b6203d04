"""Ways of open readings: every combination once, and together what the measure says."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import product
from typing import Any

from .amounts import check_award, check_ends, monetary
from .read import Range, span, yuan
from .report import OUTCOME, READINGS, Report
from .verdicts import check_words

_MOST = 100_000  # combinations looked through one by one


def check_ways(m: Mapping[str, Any], options: Mapping[str, list[str]], total: Mapping[str, Any], place: str, report: Report) -> None:
    """The ways of one measure; `options` of each reading, `total` of the decision."""
    ways = m.get("readings", [])
    open_ = any(x.startswith("读法“") for x in m["missing"])
    report.check(READINGS, not open_ or bool(ways or m.get("combinations")), place, "尚缺里有读法没有定，却没有列出各种读法的结果")
    if not ways:
        return
    for way in ways:
        where = f"{place} / 读法 {'，'.join(f'{k}取{o}' for k, o in way['under'].items())}"
        check_award(way["award"], (), way["outcome"], where, report, whole_story=False)
        check_words(way["outcome"], way.get("standing"), None, way["words"], where, report)
        for key, word in (("kind", "种类"), ("unit", "单位")):
            report.check(READINGS, way["award"][key] == m["award"][key], where, f"支持的{word}是“{way['award'][key]}”，这一项却是“{m['award'][key]}”")
        given = span(way["award"])
        sure = way["outcome"] == "undetermined" and given is not None and given.low > 0
        report.check(READINGS, not sure, where, f"这样读还待定，却写着已确定 {yuan(given.low) if given else ''}")
        low, high = span(way["total"]), span(total)
        if low is not None:
            check_ends(way["total"], low, where, report)
        if low is not None and high is not None:
            report.check(READINGS, low.high is not None or high.high is None, where, "这种读法的合计上限不详，总的合计却有上限")
            report.check(
                READINGS,
                low.high is None or high.high is None or low.high <= high.high,
                where,
                f"这种读法最多 {yuan(low.high)}，总的合计最多才 {yuan(high.high)}",
            )
    _covered(ways, options, place, report)
    _merged(m, ways, place, report)


def _covered(ways: list[Any], options: Mapping[str, list[str]], place: str, report: Report) -> None:
    names = list(dict.fromkeys(k for w in ways for k in w["under"]))
    known = [n for n in names if n in options]
    if not report.check(READINGS, known == names, place, f"没有说明的读法：{'、'.join(n for n in names if n not in options)}"):
        return
    for w in ways:
        strange = [f"{k}取{o}" for k, o in w["under"].items() if o not in options[k]]
        report.check(READINGS, not strange, place, f"没有这种读法：{'、'.join(strange)}")
    count = 1
    for n in names:
        count *= len(options[n])
    if count > _MOST:
        report.skip("组合太多的读法")
        return
    for taken in product(*(options[n] for n in names)):
        one = dict(zip(names, taken, strict=True))
        found = sum(all(one[k] == o for k, o in w["under"].items()) for w in ways)
        said = "，".join(f"{k}取{o}" for k, o in one.items())
        report.check(READINGS, found == 1, place, f"{said}：{'没有说' if not found else f'说了 {found} 次'}")


def _merged(m: Mapping[str, Any], ways: list[Any], place: str, report: Report) -> None:
    """What all agree on is settled, at least the least and at most the most; the rest is open."""
    outcomes = {w["outcome"] for w in ways}
    wanted = next(iter(outcomes)) if len(outcomes) == 1 else "undetermined"
    report.check(
        READINGS,
        m["outcome"] == wanted,
        place,
        f"各种读法的结论是 {'、'.join(OUTCOME[o] for o in sorted(outcomes))}，合起来应为{OUTCOME[wanted]}，写的是{OUTCOME[m['outcome']]}",
    )
    live = [w["award"] for w in ways if w["outcome"] != "ineligible"]
    whole = span(m["award"])
    if not live or whole is None or not any(monetary(a) for a in live) or len({a["unit"] for a in live if monetary(a)}) > 1:
        return
    parts = [(span(a) if monetary(a) else None) or Range(Fraction(0), Fraction(0)) for a in live]
    low = min(p.low for p in parts)
    if len(outcomes) > 1 and "ineligible" in outcomes:
        low = Fraction(0)
    highs = [p.high for p in parts]
    high = None if None in highs else max(h for h in highs if h is not None)
    report.check(READINGS, whole == Range(low, high), place, f"各种读法合起来应为 {Range(low, high)}，写的是 {whole}")
