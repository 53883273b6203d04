"""A decision as an officer reads it: plain Chinese text, 80 columns, no colour.

One renderer for every reader's decision. `render` is the page for ten seconds (what, how much, how
firm, what is missing); `render_measure` is the working paper of one measure. What must stay true:
it says 测算, never 应得; a ceiling is 不超过; nothing beyond enacted conditions is a bare 符合.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from ..reasoning.choices import STATEMENT
from ..reasoning.judged import ReasonKind
from ..rulebook.compiled import AwardBasis, AwardKind, RecognitionKind, Role, Standing
from ..rulebook.reach import recognised_by
from ..values import Number
from ..visible import typed
from ..words import CauseKind, Outcome, Verdict, taken_words
from .amounts import amount_words, ceiling_text, pair_text, total_words
from .called import recognition_name
from .claimed import Disallowance
from .decision import Award, ConditionResult, Decision, Fired, GroupResult, MeasureResult, Missing, ReadingResult, RecognitionResult, WayResult
from .disallowed import NOTE, line_words, measure_words, value_words
from .disallowed import total_words as claimed_total
from .page import Page, grid, page, text_of, wrap
from .revised import HEADING as REVISED

STAGES = {"申报": "申报值，未核验", "核验": "核验值", "核减": "核减后的值", "审定": "审定值"}
DISCLAIMER = "系统测算，供初审参考，不作为拨付依据；以审定、公示和下达文件为准。"

OF_EACH = 6  # what is missing is listed up to this many for each who has to act


def reminders_of(decision: Decision) -> list[str]:
    """What the facts as told call for, and that the stand-ins are of this run only."""
    passing = ["化名密钥存不下来，本次用临时密钥：下次运行化名会不同，不能与别的名单核对；可用 --key 指定密钥文件"] if decision.passing else []
    return [*decision.warnings, *passing]


def sentence_of(decision: Decision) -> str:
    """One sentence of conclusion."""
    results = [r for r in decision.measures.values() if r.applied is not False]
    rest = [r for r in decision.measures.values() if r.unclaimed and r.outcome == Outcome.ELIGIBLE]
    money_results = [r for r in results if r.outcome == Outcome.ELIGIBLE and r.award.monetary and not r.hint]
    total = decision.total
    parts = []
    eligible = [r for r in results if r.outcome == Outcome.ELIGIBLE]
    open_ = [r for r in results if r.outcome == Outcome.UNDETERMINED]
    unread = sum(1 for r in open_ if r.why is ReasonKind.UNREAD)  # nobody can supply that
    if eligible:
        parts.append(f"{len(eligible)} 项条件满足")
    if unread:
        parts.append(f"{unread} 项已知条件均满足、尚有未读条款")
    if len(open_) > unread:
        parts.append(f"{len(open_) - unread} 项待补充")
    refused = sum(1 for r in results if r.outcome == Outcome.INELIGIBLE)
    if refused:
        parts.append(f"{refused} 项不满足")
    lapsed = sum(1 for r in results if r.outcome == Outcome.NOT_IN_FORCE)
    if lapsed:
        parts.append(f"{lapsed} 项不在有效期")
    if not results and decision.measures:
        parts.append("没有申报本规则库的事项")
    if rest:
        parts.append(f"{'' if not results else '另'}有 {len(rest)} 项可申报而未申报")
    if not decision.measures:
        return "；".join(recognition_words(r) for r in decision.recognitions.values()) + "。" if decision.recognitions else "没有可判断的支持事项。"
    text = "，".join(parts)
    if money_results or total.low or (total.pending and open_):
        ceiling = any(r.award.basis is not AwardBasis.FIXED for r in money_results)
        text += f"；测算支持金额{'不超过' if ceiling and not total.pending else '：'}{total_words(total, ceiling=ceiling)}"
        text += _weakest(total.standing)
    elif eligible:  # no sum is named that would carry it
        text += _weakest(max(r.standing for r in eligible))
    return text + "。"


def _weakest(standing: Standing) -> str:
    if standing is Standing.ENACTED:
        return ""
    return f"（依据状态最弱为“{standing.label}”{'，不构成支持承诺' if standing >= Standing.ASSUMED else ''}）"


FEW = 6  # how many open measures the page lists; the rest are counted


def open_shown(decision: Decision, *, everything: bool) -> tuple[list[MeasureResult], list[MeasureResult]]:
    """The measures, what is applied for first, what is settled before what is open; and those that are open for too many reasons to be listed.

    What is applied for is always listed: it is what the officer has to answer.
    """
    ranked = sorted(decision.measures.values(), key=lambda r: (not r.applied, rank_of(r), r.clause, r.id))
    open_ = sorted((r for r in ranked if r.outcome == Outcome.UNDETERMINED), key=lambda r: (not r.applied, len(r.missing), rank_of(r)))
    return ranked, [] if everything or len(open_) <= FEW else [r for r in open_[FEW:] if not r.applied]


def render(decision: Decision, *, everything: bool = False, call: str = "案例文件", beside: Sequence[Decision] = ()) -> str:
    """The page of one case: conclusion, measures, recognitions, what is missing.

    `call`: the case and the options it was decided with, as they are typed, so that what the page suggests can be pasted;
    `beside`: the decisions of the same case by its other rulebooks, whose titles may be the same.

    Measures that are open for many reasons are counted, not listed, unless `everything`: what is
    settled must be found in ten seconds.
    """
    console, out = page(decision)
    wrap(console, f"初审测算表　{DISCLAIMER}")
    console.print()
    wrap(console, f"申报主体：{decision.enterprise or '（未写名称）'}", hang=10)
    wrap(console, f"政策规则库：{decision.rulebook_title}（{decision.rulebook_id} {decision.rulebook_version}）", hang=12)
    year = f"　申报年度：{decision.year}" if decision.year is not None else ""
    console.print(f"审核日期：{decision.on}{year}")
    console.print()
    below = bool(decision.recognitions) and not decision.measures  # each on its own line, once, with who confers it
    wrap(console, f"结论：{f'{len(decision.recognitions)} 项资格，见下。' if below else sentence_of(decision)}", hang=6)
    console.print()
    ranked, hidden = open_shown(decision, everything=everything)
    rest = [] if everything else [r for r in ranked if r.applied is False]
    hidden = [r for r in hidden if r not in rest]
    shown = [r for r in ranked if r not in hidden and r not in rest]
    if shown:
        rows = []
        for r in shown:
            live = r.outcome in (Outcome.ELIGIBLE, Outcome.UNDETERMINED)
            rows.append((
                r.title,
                (f"{r.unclaimed}：" if r.unclaimed and live else "") + r.words + reason_of(r),
                (amount_words(r.award, r.outcome) if live else "—") + ("（不计入合计）" if live and (r.hint or (r.unclaimed and r.award.monetary)) else ""),
                r.standing.label,
                r.clause[0] if r.clause else "",
            ))  # fmt: skip
        grid(console, ("支持事项", "结论", "测算金额", "依据", "条款"), rows, (24, 20, 16, -4, 8))
        console.print()
    if hidden:
        wrap(console, f"另有 {len(hidden)} 项因资料尚缺未能判断。")
        console.print()
    if rest:
        _unclaimed(console, rest)
        console.print()
    for r in shown:
        for line in ways_of(r):
            wrap(console, line, hang=2)
    if any(r.readings or r.beyond for r in shown):
        console.print()
    schemes = [r for r in shown if r.scheme and r.outcome == Outcome.ELIGIBLE]
    for r in schemes:
        wrap(console, f"“{r.title}”：我市未规定标准，整套参照{r.scheme_document}测算（方案“{r.scheme}”），不构成支持承诺。", hang=2)
    if schemes:
        console.print()
    if decision.disallowed is not None:
        _disallowed(console, decision.disallowed)
        console.print()
    if lines := decision.revised:
        _revised(console, lines)
        console.print()
    if said := statement_words(decision):
        wrap(console, said, hang=2)
        console.print()
    _recognitions(console, decision, everything=everything)
    _readings(console, decision, everything=everything)
    _missing(console, decision, everything=everything)
    for warning in dict.fromkeys([*reminders_of(decision), *(w for r in shown for w in r.warnings)]):
        wrap(console, f"提醒：{warning}", hang=6)
    console.print()
    if not everything and (hidden or rest or len(_wanted(decision)) > len(_listed(decision, everything=False))):
        console.print(f"全部列出：huiqi check {call} --all", soft_wrap=True)
    if _said(decision) and any(x.acts == CauseKind.MISSING.acts for x in _listed(decision, everything=everything)):
        console.print(f"一次告知：huiqi letter {call} --kind 补正告知 -o 补正告知书.docx", soft_wrap=True)
    first = _called((shown or rest)[0], (decision, *beside)) if shown or rest else next((typed(r.title) for r in decision.recognitions.values()), "事项编号")
    console.print(f"逐条理由：huiqi explain {call} --measure {first}", soft_wrap=True)  # a command is not broken over lines
    wrap(console, f"校验：规则库 {decision.digest[7:19]}　数据 {decision.facts_digest[7:19]}　{decision.engine}　推理 {decision.reasoner}", hang=2)
    return re.sub(r"\n{3,}", "\n\n", text_of(out))  # where a part has nothing to say


def _unclaimed(console: Page, rest: Sequence[MeasureResult]) -> None:
    """What is not applied for, by what it comes to: titles, what could be had first; of the others so many, and nothing of what they lack."""
    console.print("没有申报的（不参加叠加，不计入合计；逐项看用 --all）")
    groups: dict[str, list[MeasureResult]] = {}
    for r in rest:
        groups.setdefault(f"{r.unclaimed}，{r.words if r.outcome is Outcome.ELIGIBLE else _UNCLAIMED[r.outcome]}", []).append(r)
    for said, found in groups.items():
        had = found[0].outcome is Outcome.ELIGIBLE
        few = found if had else found[:OF_EACH]
        titles = [r.title + (f"，{amount_words(r.award, r.outcome)}" if had and r.award.monetary else "") for r in few]
        between = "；" if any(had and r.award.monetary for r in few) else "、"
        more = f" 等 {len(found)} 项" if len(found) > len(few) else ""
        wrap(console, f"· {said}：{between.join(titles)}{more}", indent=2, hang=2)


_UNCLAIMED = {Outcome.UNDETERMINED: "待补充", Outcome.INELIGIBLE: "不满足", Outcome.NOT_IN_FORCE: "不在有效期"}


def _called(result: MeasureResult, decisions: Sequence[Decision]) -> str:
    """A measure as it is typed: by its title, where no other is called so."""
    called = {m.id for d in decisions for m in d.measures.values() if m.title == result.title}
    return typed(result.title) if called <= {result.id} else result.id


def _disallowed(console: Page, d: Disallowance, measure: str | None = None) -> None:
    """What was disallowed, and the sums line by line; of one measure with its records, else with the total."""
    console.print("核减（申报额 = 核减额 + 测算额）")
    for v in d.values:
        wrap(console, f"· {value_words(v)}", indent=2, hang=2)
    for m in d.measures:
        if measure in (None, m.id):
            wrap(console, f"· {measure_words(m)}", indent=2, hang=2)
            for line in m.lines:
                wrap(console, f"［{line.record}］{line_words(line, m.unit)}", indent=4, hang=2)
            if len(m.lines) > 1:
                wrap(console, "（各条是合计与合计封顶以前的数）", indent=4, hang=2)
    if measure is None:
        wrap(console, f"· {claimed_total(d)}", indent=2, hang=2)
    wrap(console, f"{NOTE}。", indent=2, hang=2)


FEW_REVISED = 12  # a list of a hundred employees may be verified cell by cell


def _revised(console: Page, lines: Sequence[str]) -> None:
    console.print(REVISED)
    for line in lines[:FEW_REVISED]:
        wrap(console, f"· {line}", indent=2, hang=2)
    if len(lines) > FEW_REVISED:
        wrap(console, f"· 另有 {len(lines) - FEW_REVISED} 处，全部列在初审测算表里（huiqi letter）", indent=2, hang=2)


def statement_words(decision: Decision) -> str:
    """The officer's statement on the exclusions not listed, with name and date; nothing where there is none."""
    said = decision.input.get(STATEMENT)
    if said is None:
        return ""
    count = len(decision.asked.covers or ()) if decision.asked else 0
    return f"{STATEMENT}：{said['结论']}（{said['由']}，{said['日期']}），据此认定 {count} 条无此情形；不代替评审判断，也不涉及标准未定、条款未读的"


def _joined(way: WayResult) -> str:
    """What all measures joined to one come to, one way; where the measure itself has only a ceiling, so has the sum."""
    pair = Number.pair(way.total_low, way.total_high, frozenset())
    return ceiling_text(pair, "元") if way.total_high != 0 and way.award.basis is not AwardBasis.FIXED else pair_text(pair, "元")


def ways_of(r: MeasureResult) -> list[str]:
    """What each way of reading the clauses comes to, a line for each."""
    if r.beyond:
        return [f"“{r.title}”读法未定，合起来有 {r.beyond} 种，没有逐一测算；先定其中几种（案例里写“读法”，或 --reading 名称=选项）。"]
    lines = []
    for way in r.readings:
        taken = taken_words(way.under)
        amount = f"，测算{amount_words(way.award, way.outcome)}" if way.award.monetary and way.outcome == Outcome.ELIGIBLE else ""
        total = "" if not way.award.monetary else "（提示，不计入合计）" if r.hint else f"；有关事项合计 {_joined(way)}"
        if way.outcome == Outcome.ELIGIBLE and not way.award.monetary and way.award.text:
            amount = f"，{way.award.text}"
        if way.award.instalments:
            amount += "，" + "，".join(f"{i.label} {i.amount}" for i in way.award.instalments)
        lines.append(f"“{r.title}”{taken}：{way.words}{amount}{total}")
    return lines


def _readings(console: Page, decision: Decision, *, everything: bool) -> None:
    """The readings that matter here, each with its question; who decided those that were decided for this case.

    Where it was said what is applied for, those that it hangs on.
    """
    rows = decision.readings if everything else readings_of(decision, [r for r in decision.measures.values() if r.applied])
    if not rows:
        return
    console.print("读法（条文有不止一种读法）")
    for one in rows:
        if one.taken:
            who = "，".join(x for x in (one.by, one.when) if x)
            said = f"本次取“{one.taken}”（{who + '，' if who else ''}假定）"
        else:
            said = f"未定；可取：{'、'.join(one.options)}"
        wrap(console, f"· {one.name}〔{one.clause}〕：{one.question}{said}", indent=2, hang=4)
    console.print()


def readings_of(decision: Decision, shown: Iterable[MeasureResult]) -> Sequence[ReadingResult]:
    """Where it was said what is applied for, the readings taken for this case and those that what is shown hangs on; else all."""
    if not _said(decision):
        return decision.readings
    hang = {name for r in shown for name in hanging_readings(r)}
    return [one for one in decision.readings if one.taken or one.name in hang]


def hanging_readings(r: MeasureResult) -> Iterator[str]:
    """Names of the readings that a measure hangs on."""
    yield from (name for way in r.readings for name, _ in way.under)
    yield from (lack.reading for lack in (*r.open, *r.award.open) if lack.reading)


def rank_of(result: MeasureResult) -> int:
    order = {"eligible": 0, "undetermined": 2, "ineligible": 4, "not_in_force": 5}[result.outcome]
    return order + (1 if order < 4 and (not result.award.monetary or result.hint) else 0)


def reason_of(result: MeasureResult) -> str:
    if result.outcome == Outcome.INELIGIBLE:
        return f"：{result.refusal}"
    if result.why is ReasonKind.ZERO:
        return f"，{result.reason}"
    if result.why is ReasonKind.AMOUNT_OPEN and not result.hangs:
        return f"（{result.reason}）" if result.standing is not Standing.UNSET else ""
    return ""


def recognitions_shown(decision: Decision, *, everything: bool = False) -> list[RecognitionResult]:
    """Those that are settled; where it was said what is applied for, of these what that asks after."""
    rows = list(decision.recognitions.values())
    if everything or not decision.measures:
        return rows
    settled = [r for r in rows if r.truth.value is not None or r.meets.value is not None]
    if not _said(decision):
        return settled
    asked = {name for r in decision.measures.values() if r.applied for name in _recognised(decision, r.id)}
    return [r for name, r in decision.recognitions.items() if name in asked and r in settled]


def _recognitions(console: Page, decision: Decision, *, everything: bool) -> None:
    rows = recognitions_shown(decision, everything=everything)
    if not rows:
        return
    console.print("资格（条件测评只是预判，认定权在认定机关）" if any(r.kind is RecognitionKind.CONFERRED for r in rows) else "资格")
    for r in rows:
        wrap(console, recognition_words(r), indent=2, hang=4)
    console.print()


def _because(r: RecognitionResult) -> str:
    """Why it is open whether the criteria are met."""
    if r.meets.value is not None:
        return ""
    leaves = list(_undecided(r.conditions))
    lacks = sorted({lack for leaf in leaves for lack in leaf.open}, key=lambda x: (list(CauseKind).index(x.kind), x.what))
    if lacks:
        return f"，因为 {_some([f'{x.what}未定' if x.reading else f'{x.what}（{x.label}）' for x in lacks])}"
    return "，因为尚有未读条款" if r.incomplete else ""


def _undecided(group: GroupResult) -> Iterator[ConditionResult]:
    """The conditions that keep a group open."""
    for item in group.items:
        if item.truth.value is None:
            yield from (item,) if isinstance(item, ConditionResult) else _undecided(item)


def _some(words: Sequence[str], few: int = 2) -> str:
    return "、".join(words[:few]) + (f" 等 {len(words)} 项" if len(words) > few else "")


def recognition_words(r: RecognitionResult) -> str:
    """A conferred title is held or not; meeting its criteria is only a 预判."""
    word = r.meets.verdict.label + _because(r)
    if r.kind is RecognitionKind.CONFERRED:
        return f"{r.title}：{r.truth.verdict.held}；条件测评：{word}〔{r.standing.label}〕"
    return f"{r.title}：{word}〔{r.standing.label}〕"


def _missing(console: Page, decision: Decision, *, everything: bool) -> None:
    wanted = _wanted(decision)
    if not wanted:
        return
    titles = {r.id: r.title for r in decision.measures.values()} | {k: r.title for k, r in decision.recognitions.items()}
    listed, pressing = _listed(decision, everything=everything), _pressing(decision)
    if not listed:
        return
    console.print("尚缺（补齐后可继续判断）")
    for who in dict.fromkeys(item.acts for item in listed):
        console.print(f"  {who}")
        for item in (x for x in listed if x.acts == who):
            # what is applied for before what is not; titles that others hang on come after
            opens = [i for i in item.unlocks if everything or not _said(decision) or i in pressing]
            names = [titles.get(i, i) for i in sorted(opens, key=lambda i: (i not in decision.measures, not _claimed(decision, i)))]
            more = f" 等 {len(names)} 项" if len(names) > 2 else ""
            wrap(console, f"· {item.fact}{of_another_year(decision, item.fact)}{_shown_by(item)}→ {'、'.join(names[:2])}{more}", indent=4, hang=2)
    if not _said(decision) and (left := len(wanted) - len(listed)):
        console.print(f"  ……另有 {left} 项")
    if after := _told_later(decision, listed):
        wrap(console, f"……要企业补正的还有 {after} 项，看上列的怎样答才用得上；补正告知书一次列全", indent=2, hang=2)


def _told_later(decision: Decision, listed: Sequence[Missing]) -> int:
    """How many more a notice asks of who applied, who is told once: what matters only after something that is listed."""
    if not _said(decision):
        return 0
    pressing, shown = _pressing(decision), {x.fact for x in listed}
    mine = (x for x in decision.told.at_once if x.acts == CauseKind.MISSING.acts and not x.later)
    return len({x.fact for x in mine if not pressing.isdisjoint(x.unlocks)} - shown)


def of_another_year(decision: Decision, fact: str) -> str:
    """Where a thing is told, but of other years than the one that is asked for: else whoever told it reads that it was not."""
    told = decision.input.get("数据", {}).get(fact)
    if decision.year is None or not isinstance(told, Mapping) or not told or not all(re.fullmatch("[0-9]{4}", str(y)) for y in told):
        return ""
    return "" if str(decision.year) in map(str, told) else f"（要 {decision.year} 年度的，填的是 {'、'.join(map(str, told))} 年度）"


def _wanted(decision: Decision) -> list[Missing]:
    """What is missing, but for what matters only after something else that is missing; first what a measure applied for lacks."""
    pressing = _pressing(decision)
    return sorted((item for item in decision.missing if not item.later), key=lambda item: pressing.isdisjoint(item.unlocks))


def _said(decision: Decision) -> bool:
    """Whether it was said what is applied for."""
    return any(r.applied is not None for r in decision.measures.values())


def _claimed(decision: Decision, measure: str) -> bool:
    return measure in decision.measures and bool(decision.measures[measure].applied)


def _pressing(decision: Decision) -> set[str]:
    """What is applied for, and the recognitions that it asks after while it is open."""
    claimed = [r for r in decision.measures.values() if r.applied]
    return {r.id for r in claimed} | {name for r in claimed if r.outcome is Outcome.UNDETERMINED for name in _recognised(decision, r.id, r.scheme)}


def _listed(decision: Decision, *, everything: bool) -> list[Missing]:
    """What is missing as far as the page lists it: what a measure applied for lacks; where nothing was said, so many of each who has to act."""
    found = []
    wanted, pressing = _wanted(decision), _pressing(decision)
    for who in dict.fromkeys(item.acts for item in wanted):
        mine = [item for item in wanted if item.acts == who]
        found += mine if everything else [x for x in mine if not pressing.isdisjoint(x.unlocks)] if _said(decision) else mine[:OF_EACH]
    return found


def _shown_by(item: Missing) -> str:
    """Which office says it, what to bring."""
    said = [item.office if item.cause in (CauseKind.UNVERIFIED, CauseKind.JUDGEMENT) else "", f"材料：{'、'.join(item.evidence)}" if item.evidence else ""]
    return f"（{'；'.join(x for x in said if x)}）" if any(said) else " "


def render_measure(decision: Decision, measure: str) -> str:
    """The working paper of one measure: conditions, calculation, adjustments, evidence."""
    r = decision.measures[measure]
    console, out = page(decision)
    wrap(console, f"{r.title}（{r.id}）")
    wrap(console, f"条款：{'、'.join(r.clause)}　{r.document}", hang=6)
    if r.departments[0] or r.departments[1]:
        support = f"　配合：{'、'.join(r.departments[1])}" if r.departments[1] else ""
        wrap(console, f"牵头：{'、'.join(r.departments[0])}{support}", hang=6)
    if r.channel:
        wrap(console, f"资金渠道：{'、'.join(r.channel)}", hang=10)
    if r.scheme:
        others = [s for s in r.schemes if s != r.scheme]
        more = f"；另有方案：{'、'.join(others)}" if others else ""
        wrap(console, f"参照方案：{r.scheme}，整套取自{r.scheme_document}{more}", hang=10)
    console.print()
    wrap(console, f"结论：{r.words}{reason_of(r)}〔依据状态：{r.standing.label}〕", hang=6)
    if r.unclaimed:
        wrap(console, f"申报：{r.unclaimed}；不参加叠加，不计入合计", hang=6)
    if r.outcome in (Outcome.ELIGIBLE, Outcome.UNDETERMINED):
        counted = "" if not r.hint else "（不计入合计）" if r.award.kind is AwardKind.RELIEF else "（提示，不计入合计）"
        wrap(console, f"测算：{amount_words(r.award, r.outcome)}{counted}", hang=6)
        if r.award.text:
            wrap(console, f"内容：{r.award.text}", hang=6)
    for said in ways_of(r):
        wrap(console, said, indent=2, hang=2)
    for way in r.readings if not r.award.lines else ():
        _calculation(console, f"计算（{taken_words(way.under)}）", way.award, way.outcome)
    console.print()
    if r.window is not None:
        console.print("受理期")
        _condition(console, r.window, 2)
        console.print()
    console.print("条件")
    _group(console, r.conditions, 2)
    if any(c.stated for c in r.conditions.leaves()):
        said = decision.input[STATEMENT]
        wrap(console, f"* 据“{STATEMENT}：{said['结论']}”（{said['由']}，{said['日期']}）", indent=2, hang=2)
    _calculation(console, "计算", r.award, r.outcome)
    if decision.disallowed is not None:
        console.print()
        _disallowed(console, decision.disallowed, measure)
    if lines := decision.told.revised(measure):
        console.print()
        _revised(console, lines)
    changes = [a for a in r.adjustments if not a.on_line]
    if changes:
        console.print()
        console.print("调整")
        for a in changes:
            wrap(console, f"· {a.rule}：{a.before} → {a.after}{'（暂定）' if a.provisional else ''}", indent=2, hang=2)
    for title, items in (
        ("分期", [f"{i.label}：{i.amount}{'（' + i.due + '）' if i.due else ''}{'' if i.verdict == Verdict.HOLDS else '［条件' + Verdict(i.verdict).label + '］'}" for i in r.award.instalments]),
        ("尚缺", list(r.lacking)), ("申报材料", list(r.evidence)), ("获支持后的义务", list(r.obligations)),
        ("说明", list(r.notes)), ("提醒", [*reminders_of(decision), *r.warnings]),
    ):  # fmt: skip
        if items:
            console.print()
            console.print(title)
            for item in items:
                wrap(console, f"· {item}", indent=2, hang=2)
    return text_of(out)


def _calculation(console: Page, title: str, award: Award, outcome: str) -> None:
    if award.lines:
        console.print()
        wrap(console, title)
        if outcome == Outcome.UNDETERMINED:
            wrap(console, "结论待定，以下只是条件满足时的算法，不是测算额。", indent=2)
        for n, line in enumerate(award.lines, 1):
            record = f"［{line.record}］" if line.record else ""
            clause = f"〔{line.clause}〕" if line.clause else ""
            wrap(console, f"{n}. {record}{line.text} → {line.amount}{clause}", indent=2, hang=3)


def render_recognition(decision: Decision, name: str) -> str:
    """The working paper of one recognition: certificate and criteria."""
    r = decision.recognitions[name]
    console, out = page(decision)
    wrap(console, f"{r.title}（{r.id}）")
    if r.clause:
        wrap(console, f"条款：{r.clause}", hang=6)
    console.print()
    wrap(console, f"结论：{recognition_words(r)}", hang=6)
    if r.kind is RecognitionKind.CONFERRED:
        wrap(console, f"证书：{r.certificate}", hang=6)
    console.print()
    console.print("条件测评（预判）" if r.kind is RecognitionKind.CONFERRED else "条件")
    _group(console, r.conditions, 2)
    for title, items in (("尚缺", list(r.lacking)), ("材料", list(r.evidence)), ("提醒", reminders_of(decision))):
        if items:
            console.print()
            console.print(title)
            for item in items:
                wrap(console, f"· {item}", indent=2, hang=2)
    return text_of(out)


JOINS = {"all": "以下各条都要满足", "any": "以下满足一条即可", "not": "以下情形不应成立"}


def _group(console: Page, group: GroupResult, indent: int) -> None:
    for item in group.items:
        if isinstance(item, GroupResult):
            word = verdict_word(item.role, item.truth.verdict)
            label = item.label or JOINS[item.op]
            extra = f"（{JOINS[item.op]}）" if item.label and item.record is None and "满足" not in item.label else ""
            wrap(console, f"［{word}］{label}{extra}", indent=indent, hang=2)
            _group(console, item, indent + 4)
        else:
            _condition(console, item, indent)


def verdict_word(role: str, verdict: Verdict) -> str:
    """Of a condition or an exclusion: what is open of an exclusion is not whether something is met."""
    if role != "unless":
        return verdict.label
    return "此情形待定" if verdict is Verdict.UNKNOWN else verdict.excluded


def _condition(console: Page, c: ConditionResult, indent: int) -> None:
    word = verdict_word(c.role, c.truth.verdict)
    clause = f"，{c.clause}" if c.clause else ""
    under = f"（只在{taken_words(c.under, '、')}时）" if c.under else ""
    wrap(console, f"［{word}］{c.label}{under}〔{c.standing.label}{clause}〕{'*' if c.stated else ''}", indent=indent, hang=2)
    details = []
    if c.actual:
        stage = f"（{STAGES[c.stage]}）" if c.stage and c.actual.value and c.stage != "申报" else ""
        details.append(f"实际 {c.actual.text}{stage}")
    if c.role == Role.UNLESS:  # what bars is no requirement; that it is so needs no more words
        if c.required and c.required.text not in ("是", "否") and c.truth.value is not False:
            details.append(f"此情形指 {c.required.text}")
    elif c.required:
        details.append(f"要求 {c.required.text}")
    if c.gap and c.role != Role.UNLESS:
        details.append(c.gap.text)
    if c.truth.value is None:
        names = sorted({f"{lack.what}（{lack.label}）" for lack in c.open})
        details.append("尚缺 " + "、".join(names))
    if details:
        wrap(console, "；".join(details), indent=indent + 2, hang=2)
    settled = c.truth.value is (c.role != Role.UNLESS)
    said = c.text in (c.label, *(lack.what for lack in c.open))  # a fact's name alone, said already
    if (not settled and not c.parts and not said) or not details:
        wrap(console, c.text, indent=indent + 2, hang=2)
    if c.note:
        wrap(console, f"注：{c.note}", indent=indent + 2, hang=2)


_CONCLUDED = {"grant": "条件全部满足，没有排除情形，成立", "bar": "有排除情形，不成立", "refuse": "有条件不满足，不成立", "open": "尚有未定的，待定"}


def fired_words(fired: Fired) -> str:
    """A rule that fired, as a sentence."""
    given = "，".join(f"{label} {verdict.concluded}" for label, verdict in fired.facts if label)
    record = f"［{fired.record}］" if fired.record else ""
    concluded = _CONCLUDED.get(fired.conclusion) or Verdict(fired.conclusion).concluded
    return f"{fired.title}{record}：{given + '；' if given else ''}所以{concluded}"


def _recognised(decision: Decision, measure: str, scheme: str | None = None) -> set[str]:
    """Names of the recognitions a measure asks after (under a scheme alone, where one is named); of a recognition its own too; all of them where the rules are not at hand."""
    book = decision.judgement.book if decision.judgement is not None else None
    spec = None if book is None else next((m for m in book.measures.values() if m.id == measure), None)
    if book is None or spec is None:
        return set(decision.recognitions)
    if scheme is not None:
        spec = replace(spec, schemes={k: x for k, x in spec.schemes.items() if k == scheme})
    return {recognition_name(book, book.recognitions[key]) for key in recognised_by(book, spec)}


def render_derivation(decision: Decision, measure: str) -> str:
    """Which rules fired for a measure, on which facts, stratum by stratum."""
    console, out = page(decision)
    console.print("推理过程（触发的规则，按层）")
    before = len(out.getvalue())
    lines: dict[str, None] = {}  # what fires alike for several days is said once
    recognised = _recognised(decision, measure)
    for step in decision.derivation:
        if step.measure == measure or (not step.measure and step.recognition in recognised):
            lines[f"第 {step.stratum + 1} 层　{fired_words(step)}"] = None
    for line in lines:
        wrap(console, line, indent=2, hang=8)
    if len(out.getvalue()) == before:
        wrap(console, "本事项牵涉的读法不止一种，每种读法各自推理，这里不逐一列出；取定读法后可以看到。", indent=2)
    return text_of(out)
