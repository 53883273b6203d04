"""What would make a measure eligible, and how far an eligible one is from being refused, as lines.

What must stay true: an empty answer says what stands behind it, in words of its own; what can only be put
right is not said as if it could still be done; and nothing is promised of values beyond those that were tried.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Any, assert_never

from ..asking.movable import Held
from ..asking.remedies import ChangeKind, FactChange, Limit, NotMoved, Remedies, Remedy, Search
from ..language.types import Quantity
from ..language.units import decimal_text, is_money, show_amount, unit_text
from ..rulebook.compiled import CERTIFICATES, FactSpec, RecognitionKind, listing_word
from ..rulebook.literals import show_value
from ..values import ABSENT
from ..words import Outcome
from .amounts import amount_text, number_text
from .asked import said_by
from .decision import Decision
from .page import Page, page, text_of, wrap

SHOWN = 6  # margins; options that do as well


def render_remedies(decision: Decision, found: Remedies) -> str:
    """The answer of `Decision.remedies`, for the officer's own screen."""
    console, out = page(decision)
    match found.search:
        case Search.MET:
            _margins(console, found)
        case Search.FOUND:
            _remedies(console, found, decision)
        case Search.IMPOSSIBLE:
            console.print("最小的改变")
            # not refused, but in one of the readings: nothing told so far makes it stand in all of them
            open_ = decision.measures[found.measure].outcome == Outcome.UNDETERMINED
            then = "在未定的读法里总有一种使本事项不符合；按别的读法，要补的见上" if open_ else "都不能使本事项符合"
            wrap(console, f"没有（已证明）：企业可以改变的数据，在允许填报的范围内无论改成什么，{then}。", indent=2, hang=2)
        case Search.NOT_FOUND:
            console.print("最小的改变")
            wrap(console, f"没有找到，但没有试完，不能说没有办法：{_limits(found.limits)}。", indent=2, hang=2)
        case Search.OPEN:
            console.print("最小的改变")
            wrap(console, "没有已填报的数据使本事项不符合，要补的是尚缺的；没有试改已填报的数据。", indent=2, hang=2)
        case Search.NOT_IN_FORCE:
            console.print("最小的改变")
            wrap(console, "本事项在适用日期不在有效期内或者不受理，没有试改数据。", indent=2, hang=2)
        case _:
            assert_never(found.search)
    if found.search in (Search.FOUND, Search.IMPOSSIBLE, Search.NOT_FOUND) and (line := _held(found.held)):
        wrap(console, line, indent=2, hang=2)
    return text_of(out)


def _remedies(console: Page, found: Remedies, decision: Decision) -> None:
    wrap(console, "最小的改变（其他数据不变，已逐一重新测算；其中任何一项少改一步都不够）", hang=2)
    several = len(found.remedies) > 1
    for n, remedy in enumerate(found.remedies, 1):
        head = f"{n}. " if several else "· "
        for m, change in enumerate(remedy.changes):
            wrap(console, f"{head if not m else '   并且 '}{change_words(change)}{_conferred(change, decision)}", indent=2, hang=3)
        wrap(console, _then(remedy), indent=5, hang=3)
    if several:
        wrap(console, f"以上 {len(found.remedies)} 种，做到一种即可。", indent=2, hang=2)
    if not found.complete:
        wrap(console, f"可能还有别的办法：{_limits(found.limits)}。", indent=2, hang=2)


def _conferred(change: FactChange, decision: Decision) -> str:
    """A title is not the enterprise's own to take: who confers it."""
    told = set(change.fields.values()) if change.kind is ChangeKind.ROWS and change.name == CERTIFICATES else set()
    whose = {r.authority or "认定机关" for r in decision.recognitions.values() if r.title in told and r.kind is RecognitionKind.CONFERRED}
    return f"（须由{'、'.join(sorted(whose))}认定发证，企业自己定不了）" if whose else ""


def _then(remedy: Remedy) -> str:
    if remedy.outcome is Outcome.ELIGIBLE:
        return "→ 重新测算：条件都满足"
    rest = [*(f"尚缺 {'、'.join(remedy.missing)}" for _ in remedy.missing[:1]), *(f"尚有未读条款 {'、'.join(remedy.unread)}" for _ in remedy.unread[:1])]
    return f"→ 重新测算：不再有不满足的条件{'；' if rest else ''}{'；'.join(rest)}"


def change_words(change: FactChange) -> str:
    """One change, with what it is now."""
    if change.kind is ChangeKind.ROWS:
        said = "，".join(f"{c} {_shown(x, change.specs[c])}{_or_later(change, c, x)}" for c, x in change.fields.items())
        late = "（其中的日期已过：漏报的可以补报，没有办的不能再办）" if change.past else ""
        return f"{listing_word(change.name)}增加 {change.count}{change.noun}" + (f"，例如{'各' if change.count > 1 else ''}为：{said}" if said else "") + late
    assert change.spec is not None
    spec = change.spec
    also = [_shown(x, spec) for x in change.others]
    others = ("（或 " + "、".join(also[:SHOWN]) + (f" 等 {len(also)} 种" if len(also) > SHOWN else "") + "）") if also else ""
    who = f"（{said}）" if (said := said_by(spec)) else ""
    late = "（已过的年度或已发生的明细：填错的可以更正，没有做到的不能再补）" if change.past else ""
    cut = "（要改变核减，由企业补材料申辩、经核减的机关复核）" if change.claimed is not None else ""
    return f"{_changed(change)}{others}{who}{cut or late}"


def _or_later(change: FactChange, column: str, value: Any) -> str:
    """A certificate that runs longer does as well."""
    return " 或更晚" if change.name == CERTIFICATES and column == "有效期止" and isinstance(value, date) else ""


def _changed(change: FactChange) -> str:
    assert change.spec is not None
    name = _place(change.name, change.year, change.row, change.column)
    cut = f"（核减后的值，企业申报 {_shown(change.claimed, change.spec)}）" if change.claimed is not None else ""
    return f"{name}由 {_shown(change.told, change.spec)}{cut} {_verb(change)} {_shown(change.value, change.spec)}{_by(change, change.spec)}"


def _verb(change: FactChange) -> str:
    if isinstance(change.value, date) and isinstance(change.told, date):
        return "推迟到" if change.upward else "提前到"
    if isinstance(change.value, Fraction):
        return "增加到" if change.upward else "减少到"
    return "改为"


def _by(change: FactChange, spec: FactSpec) -> str:
    if change.by is None:
        return ""
    if isinstance(change.value, date):
        return f"（{'晚' if change.upward else '早'} {change.by} 天）"
    return f"（{'多' if change.upward else '少'} {_amount(change.by, spec)}）"


def _amount(by: Fraction, spec: FactSpec) -> str:
    kind = spec.type.required()
    assert isinstance(kind, Quantity)
    if not kind.dims and kind.percent:
        return f"{decimal_text(by * 100, 12)} 个百分点"
    if is_money(kind.dims):
        return amount_text(by, kind.dims, places=12)
    unit = unit_text(kind.dims)
    return f"{show_amount(by, (), places=12)}{' ' if unit else ''}{unit}"


def _shown(value: Any, spec: FactSpec) -> str:
    kind = spec.type.required()
    if value is ABSENT:
        return "无"
    return number_text(value, kind) if isinstance(value, Fraction) and isinstance(kind, Quantity) else show_value(value, kind)


def _place(name: str, year: int | None, row: str, column: str) -> str:
    return f"［{row}］的{column}" if column else name + (f"（{year}年度）" if year is not None else "")


# -- margins --------------------------------------------------------------------------------------------


def _margins(console: Page, found: Remedies) -> None:
    console.print("离不符合还有多远（只改一项，其他数据不变）")
    for margin in found.margins[:SHOWN]:
        then = "不符合" if margin.refused else "条件转为待定"
        wrap(console, f"· {_changed(margin.change)} → {then}", indent=2, hang=2)
    if len(found.margins) > SHOWN:
        wrap(console, f"另有 {len(found.margins) - SHOWN} 项，离得更远，没有列出。", indent=2, hang=2)
    if not found.margins:
        wrap(console, "试过的数据里，没有哪一项单独改变会使本事项不符合。", indent=2, hang=2)
    if found.limits:
        wrap(console, f"没有试完：{_limits(found.limits, margins=True)}。", indent=2, hang=2)


# -- what was not tried -----------------------------------------------------------------------------------


def _limits(limits: Iterable[Limit], *, margins: bool = False) -> str:
    return "；".join(_limit(x, margins) for x in limits)


def _limit(limit: Limit, margins: bool) -> str:
    match limit:
        case Limit.SETS:
            return "同时改几项的组合太多，没有全试"
        case Limit.VALUES:
            return "有的数据（或几项相互牵连的数据）没有试遍所有的值"
        case Limit.DAYS:
            return f"日期逐日试，前后各 {31 if margins else 400} 天以内"
        case Limit.ROWS:
            return "明细增加的各条相同（12 条以内逐条试，再多的成倍试，至多 100 条），没有试删去已有的"
        case Limit.PLACES:
            return "涉及的数据太多，只试了一部分"
        case Limit.READINGS:
            return "未定的读法组合太多，没有试"
        case _:
            assert_never(limit)


def _held(held: Iterable[NotMoved]) -> str:
    """What was not moved, by why."""
    groups: dict[Held, list[str]] = {}
    for one in held:
        where = f"{listing_word(one.name)}的{one.column}" if one.column else f"已有的{one.name}" if one.name == CERTIFICATES else one.name
        groups.setdefault(one.why, []).append(where)
    parts = [f"{'、'.join(dict.fromkeys(groups[why]))}（{_why(why)}）" for why in Held if why in groups]
    return f"没有去改的：{'；'.join(parts)}。" if parts else ""


def _why(why: Held) -> str:
    match why:
        case Held.PAST:
            return "已经发生"
        case Held.FIXED:
            return "企业改变不了"
        case Held.JUDGED:
            return "由评审判断"
        case Held.UNTRIED:
            return "编码、年度、自由填写的文字、写“无”的，没有试"
        case _:
            assert_never(why)


__all__ = ["change_words", "render_remedies"]
