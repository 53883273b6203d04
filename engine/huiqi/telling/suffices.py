"""What would make a measure eligible, as lines: what refuses it first, then what is only not told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from ..rulebook.compiled import CompiledRulebook, RecognitionKind
from ..words import CauseKind, Outcome
from .decision import Decision, Lack
from .page import Page, page, text_of, wrap
from .whatif import Need, Obstacle, Retried, needs, records_left, retried


def render_what_if(decision: Decision, measure: str, book: CompiledRulebook) -> str:
    """What would make a measure eligible: what refuses it first, then what is only not told."""
    r = decision.measures[measure]
    console, out = page(decision)
    console.print("怎样才会满足")
    if r.outcome == Outcome.NOT_IN_FORCE:
        wrap(console, f"在适用日期，本事项{r.words}；改变其他数据不能使其满足。", indent=2)
        return text_of(out)
    need = needs(r)
    if r.conditions.truth.value is True:
        console.print("  各条件已满足。")
        if left := records_left(r):
            console.print("  下列明细未计入，要计入各须：")
            for one in left:
                _need(console, one, 4, decision.on)
    refused = replace(need, parts=tuple(p for p in need.parts if not p.open))
    rest = replace(need, parts=tuple(p for p in need.parts if p.open))
    _parts(console, refused, 2, decision.on)
    if refused.parts and rest.parts:
        wrap(console, "以上已决定不满足；以下尚缺的，在以上满足之后才有用：", indent=2, hang=2)
    _parts(console, rest, 2, decision.on)
    for again in retried(book, decision, measure, need):
        wrap(console, _again(again), indent=2, hang=2)
    if r.outcome == Outcome.UNDETERMINED and not need.parts:
        for line in _causes(r.open) or ([f"尚缺 {'、'.join(r.lacking)}，补齐以后才能下结论"] if r.lacking else [r.words] if r.words else []):
            wrap(console, f"· {line}", indent=2, hang=2)
    return text_of(out)


def render_recognised_if(decision: Decision, name: str) -> str:
    """What would make the criteria of a recognition met, condition by condition; that nothing was tried, and who confers it, in words."""
    r = decision.recognitions[name]
    console, out = page(decision)
    conferred = r.kind == RecognitionKind.CONFERRED
    console.print("怎样才会认定")
    if conferred and r.truth.value is True:
        wrap(console, "已持有有效证书。", indent=2)
        return text_of(out)
    if conferred:
        office = f"由{r.authority}认定发证" if r.authority else "由认定机关认定发证"
        wrap(console, f"· 认定看证书：{office}；证书在有效期内、没有撤销，填进明细“资格证书”。条件达到不等于认定。", indent=2, hang=2)
    need = needs(r)
    refused = replace(need, parts=tuple(p for p in need.parts if not p.open))
    rest = replace(need, parts=tuple(p for p in need.parts if p.open))
    if r.conditions.truth.value is True:
        wrap(console, "条件各条都已满足。" if not conferred else "条件测评各条都已满足，可以申请认定。", indent=2)
    else:
        either = "满足以下一项即可" if need.either else "要使以下各条都满足"
        wrap(console, f"{'条件测评' if conferred else '条件'}：{either}：", indent=2)
        _parts(console, refused, 4, decision.on)
        if refused.parts and rest.parts and not need.either:
            wrap(console, "以上已决定不满足；以下尚缺的，在以上满足之后才有用：", indent=4, hang=2)
        _parts(console, rest, 4, decision.on)
    for line in r.incomplete:
        wrap(console, f"· 尚有未读的：{line}", indent=2, hang=2)
    wrap(console, "资格只逐条列出差什么，没有推算几条一起最少改多少，也没有照改后的值重新测算；改好数据后再 check。", indent=2)
    return text_of(out)


def _parts(console: Page, need: Need, indent: int, on: date) -> None:
    """Each part on a line; where all are needed, the second and later ones say so."""
    for n, part in enumerate(need.parts):
        also = "还须　" if n and not need.either else ""
        if isinstance(part, Obstacle):
            wrap(console, f"· {also}{_ask(part, on)}", indent=indent, hang=2)
        else:
            _need(console, part, indent, on, also)


def _need(console: Page, need: Need, indent: int, on: date, also: str = "") -> None:
    title = need.label or ("其中一项" if need.either else "各项")
    wrap(console, f"· {also}{title}（{'满足以下一项即可' if need.either else '以下都要满足'}）：", indent=indent, hang=2)
    _parts(console, need, indent + 2, on)


def _ask(ask: Obstacle, on: date) -> str:
    c = ask.condition
    subject = (f"［{c.record}］" if c.record else "") + c.label
    if ask.open:
        return f"{subject}：{'；'.join(_causes(c.open))}" + ("" if ask.wanted else "，并且没有此情形")
    if not ask.wanted:
        return f"{subject}：消除此情形后才可能支持"
    plain = c.required is None or (c.required.text == "否" and c.text != c.label)  # 否 says no more than the label, which may be a denial itself
    parts = [c.text if c.required is None else f"要求 {c.text if plain else c.required.text}"]
    if c.gap is not None:
        parts.append(c.gap.text + ("（日期已过，不能再改）" if any(x.past(on) for x in c.gap.changes) else ""))
        if c.gap.later is not None:
            parts.append(f"其他不变，到 {c.gap.later} 即满足")
    return f"{subject}：{'，'.join(parts)}"


def _causes(causes: Iterable[Lack]) -> list[str]:
    """What is open, by who can settle it; readings nobody has decided last."""
    kinds: dict[tuple[bool, CauseKind], list[Lack]] = {}
    for lack in causes:
        kinds.setdefault((bool(lack.reading), lack.kind), []).append(lack)
    order = [(reading, kind) for reading in (False, True) for kind in CauseKind]
    return [kinds[one][0].mend.format("、".join(dict.fromkeys(x.what for x in kinds[one]))) for one in order if one in kinds]


def _again(again: Retried) -> str:
    asked = "、".join(dict.fromkeys(a.condition.label for a in again.asked))
    if again.eligible:
        return f"“{asked}”照此改变后重新测算：各条件满足。"
    if again.contradictions:
        return f"“{asked}”只照此改变，会使{'；'.join(again.contradictions)}；有关数据须一并改变。"
    if again.failing:
        return f"“{asked}”只照此改变还不够，届时仍不满足：{'、'.join(again.failing)}。"
    return f"“{asked}”照此改变后重新测算：不再有不满足的条件，尚缺的仍须补充。"
