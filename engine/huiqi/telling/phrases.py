"""The words for what was judged: causes, steps of a calculation, reasons, conditions made beside the rules.

One function for each kind of thing, from ids and numbers to a phrase. What must stay true: every kind
has its words (a kind without them does not type-check), and no phrase is ever read back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import assert_never

from ..caching import Cache
from ..language import typed as t
from ..language.types import RATIO, Quantity, Text
from ..language.units import unit_text
from ..reasoning.judged import AwardJudged, Leaf, Made, Node, Reason, ReasonKind, Step, StepKind
from ..reasoning.uses import Use, UseKind
from ..rulebook.compiled import (
    SUPPORT,
    AwardBasis,
    AwardSpec,
    CompiledRulebook,
    Condition,
    Counting,
    FundingSpec,
    Keep,
    LimitSpec,
    Match,
    MeasureSpec,
    Part,
    RecognitionSpec,
    ReductionSpec,
    Role,
    RoundingSpec,
    RowSpec,
    Rule,
    SchemeSpec,
    Scope,
    StackingSpec,
    Standing,
    TableSpec,
    Test,
    WindowSpec,
    listing_word,
    name_of,
)
from ..rulebook.literals import show_value
from ..rulebook.readings import GROUP
from ..values import Cause, Number, Subject, Topic, Value
from ..words import READING_OPEN, CauseKind, Lapse
from .amounts import ceiling_text, line_text, pair_text, shown
from .spoken import Known, spoken, spoken_with

# -- causes -------------------------------------------------------------------------------------------

UNREAD = "未读条款"


def subject_words(what: Subject, book: CompiledRulebook) -> str:
    """What a cause is about, as it is asked for."""
    match what.topic:
        case Topic.FACT:
            name = book.facts[what.id].name
            return name if what.year is None else f"{name}（{what.year}年度）"
        case Topic.FIELD:
            return f"{what.record}的{what.part}"
        case Topic.GRANT:
            return f"{SUPPORT} {what.record} 的{what.part}"
        case Topic.YEAR:
            return "申报年度"
        case Topic.LIST:
            return listing_word(name_of(what.id)) if what.id in book.records else name_of(what.id)
        case Topic.REST:
            return f"{listing_word(name_of(what.id))}（未列全）"
        case Topic.CERTIFICATE:
            return f"{book.recognitions[what.id].title}证书（明细“资格证书”）"
        case Topic.FIGURE:
            return book.parameters[what.id].name
        case Topic.ROW:
            return f"{book.tables[what.id].name}（{what.part}）"
        case Topic.NO_ROW:
            return f"{book.tables[what.id].name}里对应的一行"
        case Topic.NO_BAND:
            return f"{book.tables[what.id].name}里对应的一档"
        case Topic.ROW_ORDER:
            return f"{book.tables[what.id].name}（各行的次序）"
        case Topic.CLAUSE:
            return f"{UNREAD} {what.id}"
        case Topic.UNREAD:
            return f"{book.recognitions[what.id].title}的{UNREAD}"
        case Topic.CONDITIONS:
            return "当日适用的条件"
        case Topic.DOCUMENT:
            cited = "、".join(book.documents[d].cite for d in book.recognitions[what.id].basis.documents)
            return f"在 {what.node} 有效的认定依据（{cited}不在有效期）"
        case Topic.AMOUNT:
            return f"{book.measures[what.id].title}的金额"
        case Topic.READING:
            return f"读法“{book.readings[what.id].name}”"
        case Topic.COUNTING:
            return f"{owner_title(what.id, book)}的封顶是否计入以往支持"
        case Topic.RIVALS:
            return f"{owner_title(what.id, book)}内其他事项的金额"
        case Topic.GROUP:
            return f"{what.part or spoken(what.node)}（同一组的明细写得不一致）"
        case Topic.EXPRESSION:
            return spoken(what.node)
        case Topic.ABSENT:
            return "无"
        case Topic.SUPPOSED:
            return what.part
    assert_never(what.topic)


def column_words(what: Subject, book: CompiledRulebook) -> str:
    """The same without the record it is of: what many applicants may lack alike."""
    match what.topic:
        case Topic.FIELD:
            return f"{what.id}的{what.part}"
        case Topic.GRANT:
            return f"{SUPPORT}的{what.part}"
    return subject_words(what, book)


def owner_title(key: str, book: CompiledRulebook) -> str:
    """The title of a measure or of a stacking group, also of one that only some readings have."""
    found = book.measures.get(key)
    if found is not None:
        return found.title
    varied = (x.spec for x in book.variants.get(key + GROUP, ()))
    return next(g.title for g in (*book.stacking, *varied) if isinstance(g, StackingSpec) and g.key == key)


def subjects(causes: Iterable[Cause], book: CompiledRulebook) -> list[str]:
    """What causes are about, each once, in order."""
    return sorted({subject_words(c.what, book) for c in causes})


# -- conditions ---------------------------------------------------------------------------------------


def leaf_label(leaf: Leaf) -> str:
    match leaf.asked:
        case Condition(label=label):
            return label
        case Made.NO_CONDITIONS:
            return "当日有适用的条件"
        case Made.BELONGS:
            return "属于申报范围"
        case Made.IN_FORCE:
            when = f"适用日期 {leaf.env.day}" if isinstance(leaf.env.day, date) else "适用日期未知"
            lapse = f"，{leaf.seen.label}" if isinstance(leaf.seen, Lapse) else ""
            return f"在政策有效期内（{when}{lapse}）"
        case Made.LISTING:
            return listing_word(_record(leaf))
        case Made.NO_RECORD:
            return f"有{_record(leaf)}"
        case Made.CERTIFICATE:
            dates = "，".join(f"{name} {day}" for name, day in leaf.seen)
            return f"{_certificate(leaf)}证书 {leaf.record}（{dates}）"
        case Made.OTHER_CERTIFICATES:
            return "其他证书"
        case Made.NO_CERTIFICATE:
            return f"没有{_certificate(leaf)}证书"
        case Made.WINDOW:
            return _window(leaf).label or "受理期"
    assert_never(leaf.asked)


def leaf_text(leaf: Leaf) -> str:
    match leaf.asked:
        case Condition(expr=expr):
            return spoken(expr)
        case Made.NO_CONDITIONS:
            return "各条条件都不在适用期内"
        case Made.BELONGS:
            assert isinstance(leaf.owner, MeasureSpec) and leaf.owner.records is not None
            return spoken(leaf.owner.records)
        case Made.IN_FORCE:
            return "适用日期在文件有效期内"
        case Made.LISTING:
            return "明细未提供或未列全"
        case Made.NO_RECORD:
            return "已列全的明细里没有一条"
        case Made.CERTIFICATE:
            return f"{leaf.env.day} 在有效期内"
        case Made.OTHER_CERTIFICATES:
            return "证书清单未提供或未列全"
        case Made.NO_CERTIFICATE:
            return "已列全的证书里没有这一项"
        case Made.WINDOW:
            window = _window(leaf)
            return spoken(window.expr) + (f" 在{window.days.text}" if window.days else "")
    assert_never(leaf.asked)


def leaf_id(leaf: Leaf) -> str:
    at = f"@{leaf.record}" if leaf.record is not None else ""
    match leaf.asked:
        case Condition(id=name):
            return name + at
        case Made.NO_CONDITIONS:
            return f"{leaf.owner.id}:适用条件"
        case Made.CERTIFICATE | Made.OTHER_CERTIFICATES | Made.NO_CERTIFICATE:
            return f"{leaf.owner.id}:证书:{leaf.record or '清单'}"
    return f"{leaf.owner.id}:{leaf_label(leaf)}{at}"


def leaf_clause(leaf: Leaf) -> str:
    if isinstance(leaf.asked, Condition):
        return leaf.asked.basis.clause
    if leaf.asked is Made.WINDOW and (basis := _window(leaf).basis) is not None:
        return basis.clause
    return leaf.owner.clauses[0] if isinstance(leaf.owner, MeasureSpec) else leaf.owner.clause


def _window(leaf: Leaf) -> WindowSpec:
    assert isinstance(leaf.owner, MeasureSpec) and leaf.owner.window is not None
    return leaf.owner.window


def _record(leaf: Leaf) -> str:
    assert isinstance(leaf.owner, MeasureSpec)
    return leaf.owner.record


def _certificate(leaf: Leaf) -> str:
    assert isinstance(leaf.owner, RecognitionSpec)
    return leaf.owner.certificate


def node_label(node: Node) -> str:
    """A group of the rulebook by its own label; one made beside it by what it gathers."""
    if node.group is not None:
        return node.group.label
    if node.place == "§certificate":
        return "持有证书"
    if node.record is not None:
        assert isinstance(node.owner, MeasureSpec)
        return f"{node.owner.by or node.owner.record} {node.record}"
    if node.place == "§records":
        assert isinstance(node.owner, MeasureSpec)
        return f"{node.owner.record}（按{node.owner.by}分组，有一组满足即可）" if node.owner.by else f"{node.owner.record}（有一条满足即可）"
    return ""


def row_value(table: TableSpec, row: RowSpec) -> str:
    """What a row gives: its figure, or as it is written where that is worked out or was cut off."""
    if isinstance(row.value, t.Expr):
        return spoken(row.value)
    return "未读" if row.value is None else show_value(row.value, table.value_type)


def _cell(test: Test) -> str:
    """A cell of a table as it is read: a sign of comparison in words, of a range its ends."""
    if found := _BETWEEN.fullmatch(test.text):
        left, low, high, right = found.groups()
        ends = ["（含）" if sign in "[]［］" else "（不含）" for sign in (left, right)]
        return f"{low.strip()}{ends[0]}至{high.strip()}{ends[1]}"
    return f"{_SIGNS[test.op]} {test.text.lstrip('<>=≤≥ ')}" if test.op in _SIGNS else test.text


_BETWEEN = re.compile(r"([\[(（［])(.+?)\.\.(.+?)([\])）］])")
_SIGNS = {"<=": "不超过", ">=": "不低于", "<": "低于", ">": "超过"}


# -- figures ------------------------------------------------------------------------------------------


def use_words(use: Use, book: CompiledRulebook) -> tuple[str, str]:
    """A figure's name and its value."""
    match use.kind:
        case UseKind.PARAMETER:
            spec = book.parameters[use.key]
            return spec.name, "未定" if use.value is None else show_value(use.value, spec.type)
        case UseKind.TABLE:
            table = book.tables[use.key]
            if use.value is None:
                if table.adds_up:
                    return table.name, "没有一行符合，计 0"
                return table.name, "没有对应的一档" if table.match in (Match.SLAB, Match.MARGINAL) else "没有对应的一行"
            row = table.rows[use.value]
            told = [f"{name} {_cell(test)}" for (name, _), test in zip(table.inputs, row.tests, strict=True) if test.op != "any"]
            return table.name, f"{'，'.join(told) or '不论'}：{row_value(table, row)}"
        case UseKind.DEFINITION:
            return name_of(use.key), spoken(book.definitions[use.key].expr)
        case UseKind.RECOGNITION:
            meets, verdict = use.value
            return book.recognitions[use.key].title + ("（条件测评）" if meets else ""), verdict.label
        case UseKind.MEASURE:
            title = book.measures[use.key].title
            return (f"“{title}”的测算金额（叠加前）", pair_text(use.value, "元")) if isinstance(use.value, Number) else (f"“{title}”符合", use.value.concluded)
        case UseKind.READING:
            return f"不计以往：{use.value}", use.value
        case UseKind.REDUCTION:
            return use.key.partition(":")[2], use.value.label
    assert_never(use.kind)


# -- steps --------------------------------------------------------------------------------------------


def earlier_text(counting: Counting) -> str:
    """What a cap's line says of support received before."""
    if counting.earlier is not None:
        return f"，计入{spoken(counting.earlier)}"
    if counting.ignored:
        standing = "〔假定〕" if counting.basis is None or counting.basis.hand is not None else f"（{counting.basis.clause}）"
        return f"，不计以往：{counting.ignored}{standing}"
    return "" if counting.stated else "，计不计以往已获的支持没有写"


def again_text(counting: Counting, received: str, *, by_parts: bool = False) -> str:
    """What a rule says of the same thing received before; `by_parts`: which may be some of the instalments."""
    if counting.ignored:
        return f"{f' {received}' if received else ''}{earlier_text(counting)}"
    if counting.earlier is not None:
        which = "，是哪几期没有写" if by_parts else ""
        return f" {received}，扣除{which}" if received else f"，不再给{which}"
    return f"{f' {received}' if received else ''}，{'是哪几期、' if by_parts else ''}能不能再给没有写"


RULES = {Rule.HIGHEST: "就高不重复", Rule.CHOOSE: "择一申报", Rule.ORDER: "同一对象只计一次"}


def step_words(step: Step, award: AwardJudged, book: CompiledRulebook) -> str:
    """What a step did, by which rule."""
    unit, rule = award.unit, step.rule

    def money(value: Number | None) -> str:
        assert value is not None
        return pair_text(value, unit)

    match step.kind:
        case StepKind.RATE | StepKind.PART:
            assert isinstance(rule, Part)
            return f"{rule.label}：{spoken(rule.expr)}"
        case StepKind.ITEM:
            assert isinstance(rule, AwardSpec) and rule.expr is not None
            return _worked(rule, step.figures, book)
        case StepKind.REDUCTION:
            assert isinstance(rule, ReductionSpec) and step.limit is not None
            share = show_value(step.limit.low, RATIO) if step.limit.exact else spoken(rule.share)
            return (
                f"{rule.label}：{'如有此情形，' if step.provisional else ''}减按 {share}{'〔假定〕' if rule.condition.basis.hand is Standing.ASSUMED else ''}"
            )
        case StepKind.ITEM_CAP:
            assert isinstance(rule, LimitSpec)
            return f"单项封顶：{_name(rule)} {money(step.limit)}"
        case StepKind.AGAIN:
            assert isinstance(rule, MeasureSpec)
            by_parts = len(award.instalments) > 1
            before = "同一件以往" if step.record else "以往" if by_parts else "本申报年度"
            return f"{before}已获本事项支持{again_text(rule.counting, money(step.limit), by_parts=by_parts)}"
        case StepKind.COUNT:
            return _count_words(step)
        case StepKind.GROUP_CAP:
            assert isinstance(rule, LimitSpec) and rule.key is not None
            columns = [e.name for e in t.walk(rule.key) if isinstance(e, t.Field)]
            name = rule.label or f"每一{columns[-1] if columns else spoken(rule.key)}封顶"
            return f"{name}（{'未填' if step.group is None else step.group}）"
        case StepKind.TOTAL:
            return f"合计（{step.count} 项）"
        case StepKind.CAP:
            assert isinstance(rule, LimitSpec) and step.limit is not None and step.left is not None
            scope = "本申报年度" if rule.scope == Scope.YEAR else "本次申报" if rule.per == "本次申报" else "同一企业"
            left = f"，余 {money(step.left)}" if (step.left.low, step.left.high) != (step.limit.low, step.limit.high) else ""
            return f"{scope}封顶：{_name(rule)} {money(step.limit)}{earlier_text(rule.counting)}{left}"
        case StepKind.DIFFERENCE:
            assert isinstance(rule, MeasureSpec)
            return f"{rule.difference_label} {money(step.limit)}"
        case StepKind.CENTS:
            assert isinstance(rule, RoundingSpec)
            stated = rule.basis is not None and rule.basis.hand is None
            return f"取整：{rule.text}" + ("" if stated else "〔假定〕")
        case StepKind.OWN_CENTS | StepKind.ROUNDING:
            assert isinstance(rule, RoundingSpec)
            return f"取整：{rule.text}"
        case StepKind.FLOOR:
            assert isinstance(rule, SchemeSpec) and rule.floor is not None
            return f"起付线：不足 {money(step.limit)}（{spoken(rule.floor)}）不予支持"
        case StepKind.CUT:
            return "舍去不足一分的部分"
        case StepKind.INSTALMENTS:
            return "分期：未到条件的部分不计入已确定数"
        case StepKind.FUNDING:
            assert isinstance(rule, FundingSpec)
            return f"资金分担：{rule.by}"
        case StepKind.SHARED | StepKind.CONTESTED:
            assert isinstance(rule, StackingSpec)
            once = f"同一{rule.per}只计一次（{rule.title}）：{step.group}"
            if step.kind is StepKind.SHARED:
                return f"{once} 已计入{_titles(step, book)}"
            return f"{once} 是否计入{_titles(step, book)}未定，计入的不在此重复"
        case StepKind.TAKEN_BEFORE:
            assert isinstance(rule, StackingSpec)
            before = f"以往已获{_titles(step, book)}" if step.group is None else f"同一{rule.per}以往已获{_titles(step, book)}"
            return f"{RULES[rule.rule]}（{rule.title}）：{before}{again_text(rule.counting, '')}"
        case StepKind.OPEN_RIVAL | StepKind.TAKEN:
            assert isinstance(rule, StackingSpec)
            word = RULES[rule.rule]
            if step.kind is StepKind.TAKEN:
                return f"{word}（{rule.title}）：已取{_titles(step, book)}"
            return f"{word}（{rule.title}）：{_titles(step, book)}尚未确定，若其更高则改取"
        case StepKind.COMMON_CAP:
            assert isinstance(rule, StackingSpec)
            return f"合计封顶（{rule.title}）：不超过 {money(step.limit)}"
    assert_never(step.kind)


def _name(limit: LimitSpec) -> str:
    assert limit.amount is not None
    return limit.label or spoken(limit.amount)


def _titles(step: Step, book: CompiledRulebook) -> str:
    return "、".join(f"“{book.measures[k].title}”" for k in step.measures)


def _count_words(step: Step) -> str:
    limit, allowed = step.rule, step.limit
    assert isinstance(limit, LimitSpec) and limit.count is not None and allowed is not None
    name = limit.label or spoken(limit.count)
    unit = unit_text(limit.count.type.dims) if isinstance(limit.count.type, Quantity) else "件"
    kept = "取金额高的" if limit.keep == Keep.HIGHEST else "取在前的"
    which = limit.per if step.group is None else f"{limit.per}（{step.group}）"
    number = str(allowed.low) if allowed.exact else f"{allowed.low or 0}至{'不详' if allowed.high is None else allowed.high}"
    dropped = f"：{'、'.join(step.dropped)} 不计" if step.dropped else ""
    return f"件数上限：{which}不超过 {number} {unit}（{name}，{kept}）{earlier_text(limit.counting)}{dropped}"


def after_words(step: Step, award: AwardJudged) -> str:
    """The amount a step left, as it may be said on a line of the calculation."""
    match step.kind:
        case StepKind.RATE:
            return shown(step.after, step.rule.expr.type).text
        case StepKind.PART:
            return line_text(step.after, step.rule.expr.type)
        case StepKind.SHARED:
            return _pair(step.after, award)
        case StepKind.ITEM if award.spec.basis is AwardBasis.DISCRETIONARY:
            return "由审定机关在此范围内酌定 " + _pair(step.after, award)
    return _ceiling(step.after, award) if award.spec.basis is AwardBasis.CEILING else _pair(step.after, award)


def _pair(value: Value, award: AwardJudged) -> str:
    assert isinstance(value, Number)
    return pair_text(value, award.unit)


def _ceiling(value: Value, award: AwardJudged) -> str:
    assert isinstance(value, Number)
    return ceiling_text(value, award.unit)


def _worked(award: AwardSpec, uses: Iterable[Use], book: CompiledRulebook) -> str:
    """What an amount was worked out from, each figure beside its name; after that those that stand behind a name.

    Said once for the same figures: of most measures they are those of every enterprise.
    """
    key = (book.digest, id(award), tuple(uses))
    kept = _WORKED.get(key)
    if kept is None or kept[0] is not award:
        kept = (award, _work_of(award, key[2], book))
        _WORKED.replace(key, kept)
    return kept[1]


_WORKED: Cache[tuple[str, int, tuple[Use, ...]], tuple[AwardSpec, str]] = Cache(4_096)


def _work_of(award: AwardSpec, uses: tuple[Use, ...], book: CompiledRulebook) -> str:
    assert award.expr is not None
    found: dict[str, dict[str, None]] = {}
    for name, value in (use_words(u, book) for u in uses):
        found.setdefault(name, {})[value] = None
    beside = {name: next(iter(values)) for name, values in found.items() if len(values) == 1}
    kinds = {spec.name: spec.type for u in uses if u.kind is UseKind.PARAMETER for spec in [book.parameters[u.key]]}
    asked = [e for e in t.walk(award.expr) if isinstance(e, t.ConclusionRef)]
    others = {
        e.source: use_words(u, book)
        for e in asked
        for u in uses
        if u.kind is UseKind.MEASURE and u.key == e.measure and isinstance(u.value, Number) is isinstance(e.type, Quantity)
    }
    said, there = spoken_with(award.expr, Known(
        figures={n: x for n, x in beside.items() if isinstance(kinds.get(n), Quantity)},
        taken={n: x for n, x in beside.items() if isinstance(kinds.get(n), Text)},
        lines={part.expr.source: part.label for part in award.parts if part.expr.source != award.expr.source}
        | {node: " ".join(said) for node, said in others.items()},
    ))  # fmt: skip
    readings = {name for name, kind in kinds.items() if isinstance(kind, Text)}
    told_apart = _sources(uses, book)
    behind = sorted(
        f"{name}取“{value}”" if name in readings else f"{name} {_in_short(value)}{told_apart.get((name, value), '')}"
        for name, values in found.items()
        for value in values
        if name not in there and (name, value) not in others.values()
    )
    return said + (f"；其中 {'，'.join(behind)}" if behind else "")


def _sources(uses: Iterable[Use], book: CompiledRulebook) -> dict[tuple[str, str], str]:
    """Of a figure that was read in several versions, what tells each apart: the clauses, and where they are the same the day it is from."""
    read: dict[str, dict[str, list[Use]]] = {}
    for use in uses:
        if use.kind is UseKind.PARAMETER:
            name, value = use_words(use, book)
            read.setdefault(name, {}).setdefault(value, []).append(use)
    out = {}
    for name, values in read.items():
        clauses = {value: "、".join(sorted({u.basis.clause for u in mine if u.basis is not None and u.basis.clause})) for value, mine in values.items()}
        for value, mine in values.items() if len(values) > 1 else ():
            said = [clauses[value]] if clauses[value] else []
            if list(clauses.values()).count(clauses[value]) > 1:
                said += sorted({f"自{x.start}起" for u in mine for x in book.parameters[u.key].versions if x.value == u.value and x.start})
            out[name, value] = f"（{'，'.join(said)}）" if said else ""
    return out


def _in_short(value: str) -> str:
    """A catalogue by its first entries."""
    entries = value.split("、")
    return value if len(entries) <= CATALOGUE else f"{'、'.join(entries[:CATALOGUE])}…（共 {len(entries)} 项）"


CATALOGUE = 3


# -- reasons ------------------------------------------------------------------------------------------


def refusal_words(reason: Reason, conditions: Node) -> str:
    """What refuses, so that it cannot be read as what was found: a condition not met, an exclusion that applies.

    What stands only under a reading nobody has decided refuses under that one: the others have their own.
    """
    under = {leaf_id(x): x.under for x in conditions.leaves() if x.under}

    def named(leaf: Leaf) -> str:
        taken = "、".join(f"取“{option}”" for _, option in under.get(leaf_id(leaf), ()))
        return f"“{leaf_label(leaf)}”" + (f"（{taken}时）" if taken else "")

    unmet, barred = (list(dict.fromkeys(named(x) for x in reason.leaves if (x.role == Role.UNLESS) is bar)) for bar in (False, True))
    return "；".join(x for x in (f"未满足{'、'.join(unmet)}" if unmet else "", f"有{'、'.join(barred)}情形" if barred else "") if x)


def reason_words(reason: Reason, award: AwardJudged, book: CompiledRulebook) -> str:
    match reason.kind:
        case ReasonKind.SATISFIED:
            return "条件均满足"
        case ReasonKind.FAILING:
            return "、".join(dict.fromkeys(leaf_label(x) for x in reason.leaves))
        case ReasonKind.LAPSED:
            return reason.lapse.label if reason.lapse else ""
        case ReasonKind.OPEN:
            assert reason.cause is not None
            return READING_OPEN if reason.readings and reason.cause is CauseKind.JUDGEMENT else reason.cause.reason
        case ReasonKind.UNREAD:
            return "尚有未读条款"
        case ReasonKind.ZERO:
            rule = step_words(reason.step, award, book) if reason.step is not None else ""
            return f"测算金额为零{'（' + rule + '）' if rule else ''}"
        case ReasonKind.AMOUNT_OPEN:
            assert reason.cause is not None
            if reason.readings and reason.cause is CauseKind.JUDGEMENT:
                return f"金额待定，{READING_OPEN}"
            return f"金额{reason.cause.reason}"
    assert_never(reason.kind)
