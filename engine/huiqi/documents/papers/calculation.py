"""初审测算表: what one enterprise comes to, in the order a bureau reads it, with lines for those who sign.

What must stay true: every word of it is the decision's; a conclusion beyond enacted conditions is never a
bare 符合, a ceiling never an entitlement; what the paper leaves out is counted on it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from ...language.units import grouped
from ...reasoning.choices import APPLIED
from ...rulebook.compiled import Op, RecognitionKind, Role, Standing
from ...telling.decision import ConditionResult, Decision, GroupResult, MeasureResult
from ...telling.disallowed import NOTE, sums_of
from ...telling.explain import (
    DISCLAIMER,
    JOINS,
    open_shown,
    readings_of,
    reason_of,
    recognition_words,
    recognitions_shown,
    reminders_of,
    sentence_of,
    statement_words,
    verdict_word,
    ways_of,
)
from ...telling.revised import HEADING as REVISED
from ...words import Outcome, Verdict, taken_words
from .amounts import amount_cell, amount_sentence, claimed_cell, less_cell
from .blocks import Block, Grid, Heading, Items, Manner, Pairs, Paper, Para, Signatures
from .correction import correction_grid
from .parts import HEAD, considered, day_words, enterprise_of, foot, of_all, of_enterprise, of_others, titles_words, wanted

SIGNERS = ("经办", "复核", "科长", "分管领导", "县区")
NONE = "无。"
USCC, PRIOR = "统一社会信用代码", "已获支持"
FEW = 4  # failing conditions named in a sentence, records before a row


def calculation(decisions: Sequence[Decision], code: str, *, until: date | None = None, everything: bool = False) -> Paper:
    shown = {id(d): _shown(d, everything=everything) for d in decisions}
    listed = {r.id for rows in shown.values() for r in rows}
    parts: tuple[tuple[str, Sequence[Block]], ...] = (
        ("申报主体与事项", [_applicant(decisions)]),
        ("测算结论", [*of_all(decisions, lambda d: _conclusion(d, shown[id(d)], everything=everything)), *_heard(shown.values())]),
        ("各支持事项", [*of_all(decisions, lambda d: _measures(d, shown[id(d)])), *_sums(decisions)]),
        ("条件", of_all(decisions, lambda d: _conditions(d, shown[id(d)]))),
        ("计算", of_all(decisions, lambda d: _calculations(shown[id(d)]))),
        ("信用与重复", [*of_all(decisions, lambda d: _credit(d, shown[id(d)])), *_prior(decisions)]),
        ("一次性补正", _correction(decisions, listed, until)),
        ("待核实、待评审与待定标准", _others(decisions, listed)),
        ("参照、假定与提醒", of_all(decisions, lambda d: _based(d, shown[id(d)], everything=everything))),
        ("签署", [Signatures(SIGNERS)]),
        ("版本与校验", _versions(decisions, code)),
    )
    blocks: list[Block] = [Para(DISCLAIMER)]
    for number, (title, found) in enumerate(parts):
        blocks += [Heading(f"{'一二三四五六七八九十'[number] if number < 10 else '十一'}、{title}"), *(found or [Para(NONE)])]
    return Paper(title="初审测算表", head=HEAD, foot=foot(code), day=decisions[0].on, blocks=tuple(blocks))


# -- what is shown ------------------------------------------------------------------------------------


def _shown(decision: Decision, *, everything: bool) -> list[MeasureResult]:
    """The measures that have a line of their own: as on the page of a check, those open for many reasons only counted."""
    rows, hidden = open_shown(decision, everything=everything)
    return [r for r in rows if r not in hidden and (everything or r.applied is not False or r.outcome is Outcome.ELIGIBLE)]


def _at_length(decision: Decision, shown: Iterable[MeasureResult]) -> list[MeasureResult]:
    """Those whose conditions stand on the paper one by one: what is refused only where it was applied for, or asked for alone."""
    alone = len(decision.measures) == 1
    return [
        r for r in shown
        if r.applied is not False and (r.outcome in (Outcome.ELIGIBLE, Outcome.UNDETERMINED) or ((r.applied or alone) and r.outcome is Outcome.INELIGIBLE))
    ]  # fmt: skip


# -- 一、二、三 -----------------------------------------------------------------------------------------


def _applicant(decisions: Sequence[Decision]) -> Pairs:
    first = decisions[0]
    data = first.input.get("数据", {})
    applied = [r.title for d in decisions for r in d.measures.values() if r.applied]
    only = [d.titles.get(i, i) for d in decisions if d.asked for i in d.asked.measures or ()]
    channels = dict.fromkeys(c for d in decisions for r in considered(d) if r.outcome is Outcome.ELIGIBLE and r.award.monetary for c in r.channel)
    return Pairs((
        ("申报主体", enterprise_of(decisions)),
        (USCC, str(data[USCC]) if isinstance(data.get(USCC), str) else ""),
        (APPLIED, ("、".join(applied) or "案例没有写明" + ("" if only else "，按规则库逐项测算")) + (f"；本次只测算{'、'.join(only)}" if only else "")),
        ("申报年度", "" if first.year is None else f"{first.year}年"),
        ("审核日期", day_words(first.on)),
        ("资金渠道", "、".join(channels)),
        ("政策规则库", "；".join(d.rulebook_title for d in decisions)),
    ))  # fmt: skip


def _conclusion(decision: Decision, shown: Sequence[MeasureResult], *, everything: bool) -> Iterator[Block]:
    yield Para(sentence_of(decision))
    lines = [_said(r) for r in shown]
    yield from [Items(tuple(lines))] if lines else []
    recognised = [r for r in recognitions_shown(decision, everything=everything) if r.truth.value is not None or r.meets.value is not None]
    if recognised and decision.measures:  # else the sentence says them
        yield Para("资格（条件测评只是预判，认定权在认定机关）：" if any(r.kind is RecognitionKind.CONFERRED for r in recognised) else "资格：")
        yield Items(tuple(map(recognition_words, recognised)))


def _heard(shown: Iterable[Sequence[MeasureResult]]) -> list[Block]:
    """Who is refused may answer; within how many days is for the bureau to write in."""
    refused = any(r.outcome is Outcome.INELIGIBLE and r.applied is not False for rows in shown for r in rows)
    return [Para("对不符合、不满足的结论，申报主体可于　　　日内陈述、申辩。", Manner.NOTE)] if refused else []


def _said(r: MeasureResult) -> str:
    """One sentence of conclusion on a measure."""
    clauses = f"（{'、'.join(r.clause)}）" if r.clause else ""
    name = f"“{r.title}”：" + (f"{r.unclaimed}；" if r.unclaimed and r.outcome is not Outcome.INELIGIBLE else "")
    match r.outcome:
        case Outcome.ELIGIBLE:
            support = amount_sentence(r) if r.award.monetary else f"支持内容：{r.award.text}" if r.award.text else amount_cell(r)
            return f"{name}经初审测算，{r.words}{reason_of(r)}{clauses}，{support}{_closing(r)}"
        case Outcome.INELIGIBLE:
            unmet = list(failing(r.conditions))
            more = f"等 {len(unmet)} 条" if len(unmet) > FEW else ""
            return f"{name}经初审测算，{r.words}{clauses}：{'；'.join(unmet[:FEW]) or r.reason}{more}。"
        case Outcome.UNDETERMINED:
            lacking = f"，尚缺 {titles_words(r.lacking, FEW)}" if r.lacking else ""
            return f"{name}{r.words}{clauses}{lacking}" + (f"；测算金额{amount_cell(r)}。" if r.award.monetary else "。")
        case Outcome.NOT_IN_FORCE:
            return f"{name}{r.words}{clauses}。"


def _closing(r: MeasureResult) -> str:
    """What follows from it, and no more."""
    hint = "（提示，不计入合计）" if r.hint else ""
    if r.scheme:
        return f"{hint}；我市未规定标准，整套参照{r.scheme_document}测算（方案“{r.scheme}”），不构成支持承诺。"
    if r.standing >= Standing.ASSUMED:
        return f"{hint}；依据状态为“{r.standing.label}”，不构成支持承诺。"
    if r.hint or r.award.pending or r.hangs or r.unclaimed:
        return f"{hint}；以审定、公示和下达文件为准。"
    return "，拟提请复核；以审定、公示和下达文件为准。"


def failing(group: GroupResult) -> Iterator[str]:
    """Why a measure is refused: each condition that is not met, each exclusion that applies, in words."""
    for item in group.items:
        if isinstance(item, GroupResult):
            if item.role == Role.UNLESS and item.truth.value:
                yield f"有“{item.label}”情形"
            elif item.role != Role.UNLESS and item.truth.value is False:
                yield from [f"没有满足“{item.label or JOINS[item.op]}”"] if item.op == Op.NOT else failing(item)
        elif item.role == Role.UNLESS and item.truth.value:
            yield f"有“{item.label}”情形" + (f"（{item.clause}）" if item.clause else "")
        elif item.role != Role.UNLESS and item.truth.value is False:
            yield _unmet(item)


def uncounted(group: GroupResult) -> Iterator[tuple[str, str]]:
    """Of what one record is enough for: each record that does not count, and why it does not."""
    for item in group.items:
        if not isinstance(item, GroupResult) or item.op != Op.ANY or item.role == Role.UNLESS or item.truth.value is False:
            continue
        for one in item.items:
            if one.record is not None and one.truth.value is False:
                whys = failing(one) if isinstance(one, GroupResult) else [_unmet(one)]
                yield from ((one.record, why if why.startswith("［") else f"［{one.record}］{why}") for why in whys)


def _unmet(c: ConditionResult) -> str:
    stage = f"{c.stage}值" if c.stage else "实际"
    told = [f"要求：{c.required.text}" if c.required else "", f"{stage}：{c.actual.text}" if c.actual else "", c.gap.text if c.gap else ""]
    record = f"［{c.record}］" if c.record else ""
    under = f"（只在{taken_words(c.under, '、')}时）" if c.under else ""
    return f"{record}未满足“{c.label}”{under}（{'；'.join(x for x in told if x) or c.text}{f'；{c.clause}' if c.clause else ''}）"


def _measures(decision: Decision, shown: Sequence[MeasureResult]) -> Iterator[Block]:
    sums = {m.id: m for m in decision.disallowed.measures} if decision.disallowed is not None else {}
    rows = tuple(
        (
            r.title, claimed_cell(sums.get(r.id)),
            amount_cell(r) + ("（不计入合计）" if r.hint or (r.unclaimed and r.award.monetary and r.outcome is Outcome.ELIGIBLE) else ""), less_cell(sums.get(r.id)),
            (f"{r.unclaimed}：" if r.unclaimed and r.outcome is not Outcome.INELIGIBLE else "") + r.words + reason_of(r), r.standing.label, "、".join(r.clause),
        )
        for r in shown
    )  # fmt: skip
    if rows:
        yield Grid(("支持事项", "申报额", "测算额", "核减额", "结论", "依据状态", "条款"), rows, (23, 11, 19, 11, 18, 7, 11))
    if left := len(decision.measures) - len(shown):
        yield Para(f"另有 {left} 项没有列出：资料尚缺未能判断，或者没有申报。", Manner.NOTE)
    if ways := [line for r in shown for line in ways_of(r)]:
        yield Para("条文有不止一种读法的，各种读法分别测算：")
        yield Items(tuple(ways))


def _sums(decisions: Sequence[Decision]) -> list[Block]:
    """What was disallowed, and the sums of it line by line; where nothing was, who writes them in."""
    lines = [line for d in decisions if d.disallowed is not None for line in sums_of(d.disallowed)]
    revised = tuple(dict.fromkeys(x for d in decisions for x in d.revised))
    more: list[Block] = [Para(f"{REVISED}："), Items(revised)] if revised else []
    if not lines:
        return [*more, Para("申报额、核减额由经办填写：申报额 = 核减额 + 测算额。", Manner.NOTE)]
    return [Para("核减（申报额 = 核减额 + 测算额）："), Items(tuple(lines)), Para(f"{NOTE}。", Manner.NOTE), *more]


# -- 四、五、六 -----------------------------------------------------------------------------------------


def _conditions(decision: Decision, shown: Sequence[MeasureResult]) -> Iterator[Block]:
    if told := _both_told(decision.input):
        yield Para("申报值与核验值：")
        yield Grid(("数据项", "申报值", "核验值", "材料与页码"), told, (28, 22, 22, 28))
    for r in _at_length(decision, shown):
        yield Heading(r.title, 3)
        window = list(_rows_of(r.window, 0)) if r.window else []
        yield _condition_grid([*window, *_condition_rows(r.conditions)])
        if any(c.stated for c in r.conditions.leaves()):
            yield Para(f"* {statement_words(decision)}", Manner.NOTE)
    if not decision.measures:
        for recognition in decision.recognitions.values():
            yield Heading(f"{recognition.title}（条件测评，预判）" if recognition.kind is RecognitionKind.CONFERRED else recognition.title, 3)
            yield _condition_grid(list(_condition_rows(recognition.conditions)))


def _condition_grid(rows: Sequence[tuple[str, ...]]) -> Grid:
    return Grid(("条件与要求", "申报值或算得", "核验值", "页码", "判断", "依据状态"), tuple(rows), (36, 17, 15, 7, 10, 15))


def _both_told(given: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
    """Facts told both as claimed and as verified, as they were told."""
    rows = []
    for name, value in given.get("数据", {}).items():
        years = value.items() if isinstance(value, Mapping) and not {"申报", "核验"} & value.keys() else [("", value)]
        for year, one in years:
            if isinstance(one, Mapping) and {"申报", "核验"} <= one.keys():
                rows.append((f"{name}（{year}年度）" if year else str(name), _spaced(str(one["申报"])), _spaced(str(one["核验"])), str(one.get("材料", ""))))
    return tuple(rows)


def _spaced(told: str) -> str:
    """An amount as told, with its thousands apart."""
    return re.sub(r"(?<![\d.])\d{4,}(?=(?:\.\d+)?(?:元|美元)$)", lambda m: grouped(m.group()), told)


def _condition_rows(group: GroupResult, depth: int = 0) -> Iterator[tuple[str, ...]]:
    for item in group.items:
        if isinstance(item, ConditionResult):
            yield from _rows_of(item, depth)
        else:
            word = verdict_word(item.role, item.truth.verdict)
            joined = f"（{JOINS[item.op]}）" if item.label and item.record is None and "满足" not in item.label else ""
            yield f"{_indent(depth)}{item.label or JOINS[item.op]}{joined}：", "", "", "", word, ""
            yield from _condition_rows(item, depth + 1)


def _rows_of(c: ConditionResult, depth: int) -> Iterator[tuple[str, ...]]:
    """A condition and what it asks for; the value in the column of its stage, what is not known with who must say it."""
    excluded = c.role == Role.UNLESS
    verdict = c.truth.verdict
    required = "" if excluded or c.required is None else f"：{c.required.text}"
    under = f"（只在{taken_words(c.under, '、')}时）" if c.under else ""
    value = c.actual.text if c.actual else ""
    if c.gap and verdict is Verdict.FAILS and not excluded:
        value += f"（{c.gap.text}）" if value else c.gap.text
    if verdict is Verdict.UNKNOWN:
        value = "尚缺 " + "、".join(sorted({f"{x.what}（{x.label}）" for x in c.open})) if c.open else value
    claimed = c.stage not in ("核验", "审定")
    basis = c.standing.label + (f"，{c.clause}" if c.clause else "")
    label = f"{_indent(depth)}{c.label}{under}{required}" + (f"（注：{c.note}）" if c.note else "")
    yield label, value if claimed else "", "" if claimed else value, "", verdict_word(c.role, verdict) + ("*" if c.stated else ""), basis


def _indent(depth: int) -> str:
    return "　" * depth


def _calculations(shown: Sequence[MeasureResult]) -> Iterator[Block]:
    for r in shown:
        if r.applied is False or r.outcome not in (Outcome.ELIGIBLE, Outcome.UNDETERMINED):
            continue
        ways = [(f"（{taken_words(w.under)}）", w.award) for w in r.readings] if not r.award.lines else []
        steps = [
            (f"{under}［{x.record}］{x.text}" if x.record else f"{under}{x.text}", x.amount, x.clause)
            for under, award in [("", r.award), *ways]
            for x in award.lines
        ]
        steps += [(a.rule, f"{a.before} → {a.after}{'（暂定）' if a.provisional else ''}", a.clause) for a in r.adjustments if not a.on_line]
        steps += [
            (f"分期：{i.label}{f'（{i.due}）' if i.due else ''}" + ("" if i.verdict == Verdict.HOLDS else f"［条件{Verdict(i.verdict).label}］"), i.amount, "")
            for i in r.award.instalments
        ]
        if steps:
            yield Heading(r.title, 3)
            if r.outcome is Outcome.UNDETERMINED:
                yield Para("结论待定，以下只是条件满足时的算法，不是测算额。", Manner.NOTE)
            rows = tuple((str(n), *step) for n, step in enumerate(steps, 1))
            yield Grid(("序号", "步骤", "得数", "条款"), rows, (7, 53, 24, 16))


def _credit(decision: Decision, shown: Sequence[MeasureResult]) -> Iterator[Block]:
    """Each exclusion once for what was found of it: two records of which that differs would else contradict each other."""
    found: dict[tuple[str, str, str], tuple[dict[str, None], dict[str, None]]] = {}
    for r in _at_length(decision, shown):
        for c in r.conditions.leaves():
            if c.role == Role.UNLESS:
                said = verdict_word(c.role, c.truth.verdict) + ("*" if c.stated else "")
                titles, records = found.setdefault((c.label, said, c.standing.label + (f"，{c.clause}" if c.clause else "")), ({}, {}))
                titles[r.title] = None
                records.update({c.record: None} if c.record else {})
    if found:
        rows = tuple(
            (f"［{_few_records(records)}］{label}" if records else label, said, basis, titles_words(tuple(titles)))
            for (label, said, basis), (titles, records) in found.items()
        )
        yield Grid(("不予支持情形", "判断", "依据状态", "关系到的支持事项"), rows, (34, 18, 18, 30))
    if said := statement_words(decision):
        yield Para(f"* {said}", Manner.NOTE)


def _few_records(records: Collection[str]) -> str:
    listed = tuple(records)
    return "、".join(listed[:FEW]) + (f" 等 {len(listed)} 条" if len(listed) > FEW else "")


def _prior(decisions: Sequence[Decision]) -> Iterator[Block]:
    """What the case tells of support received before, once for all its rulebooks."""
    books = [d.judgement.book for d in decisions if d.judgement is not None]
    titles = {m.id: m.title for book in books for m in book.measures.values()}
    columns = [name for book in books for listing in book.records.values() if listing.name == PRIOR for name in listing.fields]
    yield from map(Para, dict.fromkeys(_prior_words(d.input.get("明细", {}), titles, columns) for d in decisions))


def _prior_words(records: Mapping[str, Any], titles: Mapping[str, str], columns: Sequence[str]) -> str:
    """Not told is not none; a measure told by its id by its title; the columns in the order of the form."""
    given = records.get(PRIOR)
    if given is None:
        return f"{PRIOR}：没有提供，不当作没有；重复申报须另行核对。"
    rows = given if isinstance(given, list) else given.get("清单", []) if isinstance(given, Mapping) else []
    partial = "（没有列全）" if isinstance(given, Mapping) else ""
    if not rows:
        return f"{PRIOR}：{given if isinstance(given, str) else '告知为没有'}{partial}。"
    place = {name: n for n, name in reversed(list(enumerate(columns)))}
    ordered = [sorted(row.items(), key=lambda one: place.get(one[0], len(place))) for row in rows]
    listed = "；".join("，".join(f"{k} {titles.get(said := _told_words(x), said)}" for k, x in row) for row in ordered)
    return f"{PRIOR}{partial}：{listed}。"


def _told_words(value: Any) -> str:
    """A value as it was told: what was verified before what was claimed, what was disallowed with what is left."""
    if not isinstance(value, Mapping):
        return str(value)
    told = value.get("核验", value.get("申报", ""))
    return f"{told}（核减为 {value['核减']['改为']}）" if "核减" in value else str(told)


# -- 七至十一 ------------------------------------------------------------------------------------------


def _correction(decisions: Sequence[Decision], listed: Collection[str], until: date | None) -> list[Block]:
    items, all_ = of_enterprise(wanted(decisions, listed)), of_enterprise(wanted(decisions))
    more: list[Block] = [Para(f"没有列出的支持事项另缺 {len(all_) - len(items)} 项。", Manner.NOTE)] if len(all_) > len(items) else []
    if not items:
        return more
    return [Para(f"以下 {len(items)} 项由申报主体补正，一次性告知；补正期限：{day_words(until)}。"), correction_grid(items), *more]


def _others(decisions: Sequence[Decision], listed: Collection[str]) -> list[Block]:
    items = sorted(of_others(wanted(decisions, listed)), key=lambda x: x.acts)
    rows = tuple((x.acts + (f"：{x.office}" if x.office else ""), x.what, "、".join(x.evidence), titles_words(x.measures)) for x in items)
    return [Grid(("由谁", "内容", "材料", "关系到的支持事项"), rows, (22, 28, 22, 28))] if rows else []


def _based(decision: Decision, shown: Sequence[MeasureResult], *, everything: bool) -> Iterator[Block]:
    readings = [
        f"读法“{x.name}”〔{x.clause}〕：{x.question}"
        + (
            f"本次取“{x.taken}”（{'，'.join(y for y in (x.by, x.when) if y)}{'，' if x.by or x.when else ''}假定）"
            if x.taken
            else f"未定；可取：{'、'.join(x.options)}"
        )
        for x in (decision.readings if everything else readings_of(decision, shown))
    ]
    notes = [f"“{r.title}”：{n}" for r in _at_length(decision, shown) for n in r.notes]
    obligations = [
        f"“{r.title}”获支持后的义务：{'；'.join(r.obligations)}" for r in shown if r.outcome is Outcome.ELIGIBLE and r.applied is not False and r.obligations
    ]
    warned = [f"提醒：{w}" for w in dict.fromkeys([*reminders_of(decision), *(w for r in shown for w in r.warnings)])]
    if lines := [*readings, *notes, *obligations, *warned]:
        yield Items(tuple(lines))
    if rows := tuple((b.parameter, b.value, b.standing.label, b.document) for b in decision.basis if b.standing is not Standing.ENACTED):
        yield Para("用到的标准里，依据不是现行的" + ("（没有列出的支持事项所用的也在内）：" if len(shown) < len(decision.measures) else "："))
        yield Grid(("标准", "数值", "依据状态", "文件"), rows, (28, 26, 11, 35))


def _versions(decisions: Sequence[Decision], code: str) -> list[Block]:
    rows = [
        (d.rulebook_title, f"{d.rulebook_id} {d.rulebook_version}，规则库 {d.digest[7:19]}，数据 {d.facts_digest[7:19]}，{d.engine}，推理 {d.reasoner}")
        for d in decisions
    ]
    return [
        Pairs((*rows, ("测算校验码", code))),
        Para("同一案例、同一规则库再测算一次，校验码相同；数据、规则或所问的有一处不同，校验码就不同。", Manner.NOTE),
    ]


__all__ = ["calculation", "failing", "uncounted"]
