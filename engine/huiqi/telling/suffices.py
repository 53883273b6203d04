"""What would make a measure eligible, as lines: what refuses it first, then what is only not told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import assert_never

from ..asking.lacking import Lacking, Whose, lacking_behind
from ..reasoning.judged import Node, ReasonKind
from ..rulebook.compiled import CompiledRulebook, RecognitionKind
from ..words import CauseKind, Outcome, taken_words
from .decision import ConditionResult, Decision, Lack
from .explain import hanging_readings
from .page import Page, page, text_of, wrap
from .phrases import UNREAD, leaf_id
from .results import Teller
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
    telling = _Telling(console, decision, _conditions(decision, measure), hanging=frozenset(hanging_readings(r)))
    if r.conditions.truth.value is True:
        console.print("  各条件已满足。")
        if left := records_left(r):
            console.print("  下列明细未计入，要计入各须：")
            for one in left:
                telling.need(one, 4)
    refused = replace(need, parts=tuple(p for p in need.parts if not p.open))
    rest = replace(need, parts=tuple(p for p in need.parts if p.open))
    telling.parts(refused, 2)
    if refused.parts and rest.parts:
        wrap(console, "以上已决定不满足；以下尚缺的，在以上满足之后才有用：", indent=2, hang=2)
    telling.parts(rest, 2)
    for again in retried(book, decision, measure, need):
        wrap(console, _again(again), indent=2, hang=2)
    if r.outcome == Outcome.UNDETERMINED and not need.parts:
        unread = r.why is ReasonKind.UNREAD  # for whoever writes the rules to read, nobody else's to supply
        more = "规则编写者读全以后才能下结论，企业无从补充" if unread else "补齐以后才能下结论"
        lacking = [x for x in r.lacking if UNREAD in x] if unread else r.lacking  # what its amount lacks decides nothing
        for line in _causes(r.open) or ([f"尚缺 {'、'.join(lacking)}，{more}"] if lacking else [r.words] if r.words else []):
            wrap(console, f"· {line}", indent=2, hang=2)
    return text_of(out)


def _conditions(decision: Decision, measure: str) -> Node | None:
    judgement = decision.judgement
    return None if judgement is None else next((m.conditions for m in judgement.measures.values() if m.spec.id == measure), None)


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
    telling = _Telling(console, decision, decision.told.named[name].conditions if isinstance(decision.told, Teller) else None)
    need = needs(r)
    refused = replace(need, parts=tuple(p for p in need.parts if not p.open))
    rest = replace(need, parts=tuple(p for p in need.parts if p.open))
    if r.conditions.truth.value is True:
        wrap(console, "条件各条都已满足。" if not conferred else "条件测评各条都已满足，可以申请认定。", indent=2)
    else:
        either = "满足以下一项即可" if need.either else "要使以下各条都满足"
        wrap(console, f"{'条件测评' if conferred else '条件'}：{either}：", indent=2)
        telling.parts(refused, 4)
        if refused.parts and rest.parts and not need.either:
            wrap(console, "以上已决定不满足；以下尚缺的，在以上满足之后才有用：", indent=4, hang=2)
        telling.parts(rest, 4)
    for line in r.incomplete:
        wrap(console, f"· 尚有未读的：{line}", indent=2, hang=2)
    wrap(console, "资格只逐条列出差什么，没有推算几条一起最少改多少，也没有照改后的值重新测算；改好数据后再 check。", indent=2)
    return text_of(out)


class _Telling:
    """The parts on lines; under a condition that asks after a recognition, what that lacks and whose it is."""

    def __init__(
        self, console: Page, decision: Decision, conditions: Node | None, said: list[tuple[Lacking, Need]] | None = None, hanging: frozenset[str] | None = None
    ) -> None:  # fmt: skip
        """`said`: what was told of already on this page, with what it needs; `hanging` as of `_ask`."""
        self.console, self.decision, self.hanging = console, decision, hanging
        self.teller = decision.told if isinstance(decision.told, Teller) else None
        self.leaves = {} if conditions is None else {leaf_id(leaf): leaf for leaf in conditions.leaves()}
        self.said = list[tuple[Lacking, Need]]() if said is None else said

    def parts(self, need: Need, indent: int) -> None:
        """Each part on a line; where all are needed, the second and later ones say so."""
        for n, part in enumerate(need.parts):
            apart = isinstance(part, Obstacle) and part.condition.under  # of another reading: not needed beside the others
            also = "还须　" if n and not need.either and not apart else ""
            if isinstance(part, Obstacle):
                behind = self.behind(part)
                wrap(self.console, f"· {also}{_ask(part, self.decision.on, behind, self.hanging)}", indent=indent, hang=2)
                for one in behind:
                    self.lacking(one, indent + 2)
            else:
                self.need(part, indent, also)

    def need(self, need: Need, indent: int, also: str = "") -> None:
        title = need.label or ("其中一项" if need.either else "各项")
        wrap(self.console, f"· {also}{title}（{'满足以下一项即可' if need.either else '以下都要满足'}）：", indent=indent, hang=2)
        self.parts(need, indent + 2)

    def behind(self, ask: Obstacle) -> tuple[Lacking, ...]:
        leaf = self.leaves.get(ask.condition.id)
        return () if leaf is None or self.teller is None or ask.open or not ask.wanted else lacking_behind(leaf, self.teller.evaluator)

    def lacking(self, one: Lacking, indent: int) -> None:
        """Which is lacking and whose it is; what follows from the facts, condition by condition, once."""
        if one.whose is Whose.MEASURE:
            said = f"须先符合事项“{one.title}”；它还差什么，看它的 explain --what-if"
            wrap(self.console, said, indent=indent, hang=2)
            return
        assert self.teller is not None
        judged = self.teller.engine.recognition(one.key, one.on)
        found = self.teller.recognition(judged)
        if one.whose is Whose.CONFERRED:
            wrap(self.console, _to_be_conferred(one, found.certificate), indent=indent, hang=2)
            return
        need = needs(found)
        when = "" if one.on == self.decision.on else f"（按 {one.on}）"
        if any((x.key, x.whose) == (one.key, one.whose) and n == need for x, n in self.said):
            wrap(self.console, f"“{one.title}”{when}不成立，缘由同上", indent=indent, hang=2)
            return
        self.said.append((one, need))
        derived = one.whose is Whose.DERIVED
        wrap(self.console, f"“{one.title}”{when}{'按条件得出，不由谁发证；现在不成立' if derived else '的认定条件没有达到'}：", indent=indent, hang=2)
        _Telling(self.console, self.decision, judged.conditions, self.said).parts(need, indent + 2)


def _to_be_conferred(one: Lacking, certificate: str) -> str:
    """A title is no fact of the enterprise's own: what of it there is, who confers it."""
    there = certificate if certificate.startswith("没有") else f"在 {one.on} 没有有效的（{certificate}）"
    return f"“{one.title}”由{one.authority or '认定机关'}认定发证，企业自己定不了：{there}；取得以后填进明细“资格证书”。条件达到不等于认定"


def _ask(ask: Obstacle, on: date, behind: tuple[Lacking, ...] = (), hanging: frozenset[str] | None = None) -> str:
    """`hanging`: the readings that the whole turns on; of others a single condition may not be settled, and nothing follows from it."""
    c = ask.condition
    subject = (f"［{c.record}］" if c.record else "") + c.label + (f"（只在{taken_words(c.under, '、')}时）" if c.under else "")
    if ask.open:
        turning = [x for x in c.open if not x.reading or hanging is None or x.reading in hanging] or c.open
        return f"{subject}：{'；'.join(_causes(turning))}" + ("" if ask.wanted else "，并且没有此情形")
    if not ask.wanted:
        return f"{subject}：消除此情形后才可能支持"
    if behind and _said_by_name(c):
        return f"{subject}：要求{_wanted(behind[0])}"
    plain = c.required is None or (c.required.text == "否" and c.text != c.label)  # 否 says no more than the label, which may be a denial itself
    parts = [c.text if c.required is None else f"要求 {c.text if plain else c.required.text}"]
    if c.gap is not None:
        parts.append(c.gap.text + ("（日期已过，不能再改）" if any(x.past(on) for x in c.gap.changes) else ""))
        if c.gap.later is not None:
            parts.append(f"其他不变，到 {c.gap.later} 即满足")
    return f"{subject}：{'，'.join(parts)}"


def _said_by_name(c: ConditionResult) -> bool:
    """Whether a condition is the recognition and nothing else, so that 是 says nothing."""
    return c.required is not None and c.required.text == "是" and not c.parts


def _wanted(one: Lacking) -> str:
    match one.whose:
        case Whose.CONFERRED:
            return f"持有有效的“{one.title}”证书"
        case Whose.CRITERIA:
            return f"达到“{one.title}”的认定条件"
        case Whose.DERIVED:
            return f"是“{one.title}”"
        case Whose.MEASURE:
            return f"符合事项“{one.title}”"
    assert_never(one.whose)


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
