"""The formulas and the reference, held to one another on made-up enterprises: who meets a measure and what it pays.

An example that is found is decided again wherever it is shown; that there is none rests on the formulas alone,
so they are held to the reference here, on figures of the rulebook and one minor unit either side.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import huiqi
from huiqi.language.types import Boolean, Date, Quantity, Text, Year
from huiqi.rulebook.compiled import CompiledRulebook, MeasureSpec, SchemeSpec
from tests.making import examples, load

from . import planted

z3 = pytest.importorskip("z3", reason="证明器 z3-solver 没有安装（extra: verify）")

from huiqi.backends.smt.measures import Measures  # noqa: E402
from huiqi.backends.smt.owners import days_of  # noqa: E402
from huiqi.backends.smt.terms import Untranslatable, lifted  # noqa: E402
from huiqi.proving.claims import alone, settled  # noqa: E402
from huiqi.proving.example import Example  # noqa: E402

EACH = 3  # enterprises of a measure under a scheme


def _figures(book: CompiledRulebook) -> list[Any]:
    values = [x.value for p in book.parameters.values() for x in p.versions]
    values += [y for table in book.tables.values() for row in table.rows for test in row.tests for y in test.values]
    return [v for v in values if v is not None]


def _some(answer: Any, figures: list[Any], measures: Measures, dice: random.Random) -> Any:
    """A value for an answer: mostly near a figure of the rulebook."""
    match answer.spec.type:
        case Boolean():
            return answer.var == dice.choice([True, False])
        case Text():
            return answer.var == dice.choice(answer.words)
        case Quantity():
            near = [f for f in figures if isinstance(f, Fraction)] or [Fraction(1)]
            scale = answer.scale or 10000
            value = int(dice.choice(near) * scale) + dice.choice([-1, 0, 0, 1]) if dice.random() < 0.7 else dice.randrange(0, 100) * scale // 10
            return answer.var == (value if answer.scale is not None else z3.Q(value, scale))
        case Date():
            days = [f.toordinal() for f in figures if hasattr(f, "toordinal")]
            middle = dice.choice([measures.on.toordinal(), *days])
            return answer.var == middle + dice.choice([-366, -30, -1, 0, 0, 1, 31, 365])
        case Year():
            return answer.var == measures.world.year - dice.choice([0, 0, 1])
    return True


def _enterprise(measures: Measures, goal: Any, figures: list[Any], dice: random.Random) -> Any:
    """A model near the goal, answers rolled one after another as far as they may be."""
    solver = z3.Solver()
    solver.set("rlimit", 2_000_000)
    solver.add(measures.limits())
    if goal is not None:
        solver.add(goal)
    if solver.check() != z3.sat:
        return None
    held: list[Any] = []
    for answer, asked in measures.world.answers():
        rolls = [_some(answer, figures, measures, dice), *([dice.choice([asked, z3.Not(asked)])] if asked is not True else [])]
        for roll in rolls:
            if roll is not True and solver.check(*held, roll) == z3.sat:
                held.append(roll)
    held += measures.world.finite()
    return solver.model() if solver.check(*held) == z3.sat else None


def _held(book: CompiledRulebook, name: str, spec: MeasureSpec, scheme: SchemeSpec, dice: random.Random, seen: Counter[str]) -> None:
    figures = _figures(book)
    day = dice.choice(days_of(book, spec, scheme)[:4])
    measures = Measures(book, day, day.year)
    try:
        met = measures.met(spec, scheme)
        amounts = measures.amounts(spec, scheme, met)
    except Untranslatable:
        seen["untranslatable"] += 1
        return
    for number in range(EACH):
        goal = (lifted(met.truth.t), None, z3.Not(lifted(met.truth.t)))[number % 3]
        model = _enterprise(measures, goal, figures, dice)
        if model is None and number % 3 == 0:  # what nobody read keeps a measure from ever being met: its conditions then
            model = _enterprise(measures, lifted(met.conditions.t), figures, dice)
        if model is None:
            continue
        schemes = {spec.id: scheme.name} if spec.schemes else {}
        example = Example(told=measures.world.told(model), on=day, year=day.year, rulebook=name, schemes=schemes)
        judgement = example.decided(book, (spec.id,))
        assert judgement is not None, example.text
        judged = judgement.measures[spec.key]
        said = judged.conditions.truth.value
        holds, fails = (z3.is_true(model.eval(lifted(x), model_completion=True)) for x in (met.conditions.t, met.conditions.f))
        if not spec.governed_per_record:  # there the measure's force is part of each record's verdict
            expected = {True: (True, False), False: (False, True), None: (False, False)}[said]
            loose = said is not None and not holds and not fails and measures.world.loose  # less is said of what nobody set, never more
            assert (holds, fails) == expected or loose, (spec.id, scheme.name, example.text)
        seen[str(said)] += 1
        if amounts is None or amounts.missing or said is not True or judged.award.low != judged.award.high or judged.award.high is None or spec.incomplete:
            continue
        if z3.is_true(model.eval(lifted(amounts.amount.known), model_completion=True)):
            value, under = (model.eval(lifted(x), model_completion=True) for x in (amounts.amount.value, amounts.amount.den))
            paid = Fraction(str(value)) / Fraction(str(under))
            if z3.is_true(model.eval(lifted(met.truth.t), model_completion=True)):
                assert abs(paid - judged.award.high) <= Fraction(1, 100), (spec.id, scheme.name, example.text)
                seen["paid"] += 1


@pytest.mark.parametrize("name", ["datong-outsourcing", "zhongshan-service-trade", "national-startup-loan", "national-outsourcing-fund", "datong-data-call"])
def test_who_meets_a_measure_and_what_it_pays_is_what_the_reference_says(name: str) -> None:
    shipped, dice, seen = huiqi.load(name).compiled, random.Random(name), Counter[str]()
    # one way of reading what is open, drawn: the formulas are asked of each way by itself
    book = alone(settled(shipped, {k: dice.choice(r.options) for k, r in shipped.readings.items() if r.open}))
    for _ in range(examples(1)):
        for spec in dice.sample(list(book.measures.values()), min(12, len(book.measures))):
            for scheme in spec.schemes.values() or (spec.base,):
                _held(book, name, spec, scheme, dice, seen)
    assert seen["True"] and seen["False"], seen


def test_the_same_of_the_planted_rulebook(tmp_path: Path) -> None:
    loaded, name = planted.book(tmp_path)
    book, dice, seen = alone(loaded.compiled), random.Random("planted"), Counter[str]()
    for _ in range(examples(5)):
        for spec in book.measures.values():
            for scheme in spec.schemes.values() or (spec.base,):
                _held(book, name, spec, scheme, dice, seen)
    assert min(seen["True"], seen["False"]) >= 20 and seen["paid"] >= 5, seen


CALENDAR = {
    "vocabulary": "facts: {甲日: {id: a, kind: date, min: 2020-01-01, max: 2030-12-31}, 乙日: {id: b, kind: date, min: 2020-01-01, max: 2030-12-31}}\n",
    "parameters": "闰日: {id: leap, kind: date, values: [{value: 2024-02-29, document: d}]}\n月末: {id: late, kind: date, values: [{value: 2026-05-31, document: d}]}\n"
    "一年: {id: y, unit: 年, values: [{value: 1年, document: d}]}\n几月: {id: m, unit: 月, values: [{value: 3个月, document: d}]}\n"
    "几天: {id: n, unit: 天, values: [{value: 30天, document: d}]}\n第几: {id: k, kind: number, values: [{value: \"2\", document: d}]}\n",
    "measures": "\n".join(
        f"- {{id: m{n}, title: 补贴{n}, clause: 办法·1, when: [{{甲: '{x}'}}, {{乙: 甲日 <= 月末 or 乙日 >= 闰日}}], award: {{service: 服务}}}}"
        for n, x in enumerate((
            "years through(甲日, 乙日) >= 一年", "years between(甲日, 审核日期) = 一年", "months through(甲日, 乙日) >= 几月", "months through(乙日, 审核日期) < 几月",
            "days through(甲日, 乙日) <= 几天", "month of(甲日) = 第几", "day of(甲日) <= 第几", "weekday of(甲日) = 第几", "quarter of(乙日) = 第几",
        ))
    ),
}  # fmt: skip


GROUPS = {
    "vocabulary": "records: {农机: {id: machine, noun: 台, key: 编号, fields: {编号: {id: no, kind: text}, 机型: {id: kind, kind: text},"
    " 购置额: {id: cost, kind: money, unit: 元, min: 0元, max: 100万元}}}}\n",
    "parameters": "一台: {id: one, values: [{value: 1台, document: d}]}\n线: {id: line, values: [{value: 10万元, document: d}]}\n"
    "比例: {id: r, kind: ratio, values: [{value: 1/3, document: d}]}\n机型线: {id: kinds, values: [{value: [甲, 乙], document: d}]}\n",
    "measures": "- {id: m, title: 农机补助, clause: 办法·1, each: \"机 in group(农机, by 机型)\", when: [{够线: 'sum(机.购置额) >= 线'}, {目录内: 机.机型 in 机型线}],"
    " award: {amount: sum(机.购置额) * 比例}, limits: [{amount: 线, per: 机}]}\n"
    "- {id: n, title: 成套补助, clause: 办法·1, each: \"机 in group(农机, by 机型)\", when: [{两台: 'count(机[购置额 > 0元]) > 一台'}], award: {amount: max(机.购置额) * 比例}}\n",
}


ASKED = "some 条 in 义务履行 satisfies 条.种类 = 义务 and 条.已履行"
CATALOGUES = {
    "vocabulary": "facts: {申请日: {id: day, kind: date, min: 2020-01-01, max: 2030-12-31}, 主业: {id: trade, kind: text}}\n"
    "records: {义务履行: {id: duties, noun: 条, key: 编号, fields: {编号: {id: no, kind: text}, 种类: {id: sort, kind: text}, 已履行: {id: done, kind: boolean}}}}\n",
    "parameters": "义务种类: {id: duties, values: [{value: [安全, 环保], from: 2020-01-01, to: 2025-12-31, document: d},"
    " {value: [安全, 环保, 纳税], from: 2026-01-01, to: 2027-12-31, document: d}, {value: 未定, from: 2028-01-01, basis: 未定}]}\n"
    "两项: {id: two, values: [{value: 2项, document: d}]}\n行业: {id: trades, values: [{value: [软件, 外包], document: d}]}\n",
    "measures": "\n".join(
        f"- {{id: m{n}, title: 补贴{n}, clause: 办法·1, {day}when: [{{能: '{x}'}}], award: {{service: 服务}}}}"
        for n, (day, x) in enumerate((day, x) for day in ("", "governed by: 申请日, ") for x in (
            f"every 义务 in 义务种类 satisfies ({ASKED})", f"some 义务 in 义务种类 satisfies ({ASKED})",
            f"(count 义务 in 义务种类 satisfies ({ASKED})) >= 两项", "every 义务 in 义务种类 satisfies count(义务履行[种类 = 义务]) > 0",
            "some 业 in 行业 satisfies 业 = 主业",
        ))
    ),
}  # fmt: skip


# measures that ask after others: a base with a cap and an exclusion, one by the record, one with a figure nobody set, one not read to its end
CONCLUSIONS = {
    "vocabulary": "facts:\n  营收: {id: revenue, kind: money, unit: 元, min: 0元, max: 100亿元}\n  核查通过: {id: checked, kind: boolean}\n"
    "  受理: {id: day, kind: date, min: 2020-01-01, max: 2030-12-31}\n"
    "records: {证书: {id: certificates, noun: 张, key: 证号, fields: {证号: {id: number, kind: text}, 费用: {id: cost, kind: money, unit: 元, min: 0元, max: 1亿元}}}}\n",
    "clauses": "- {id: 办法·1, document: d, title: 支持, says: 给予支持, disposition: measure}\n- {id: 办法·9, document: d, title: 未读, says: 没有读到, disposition: unread, why: 原文没有}\n",
    "parameters": "比例: {id: rate, values: [{value: 33.37%, document: d}]}\n门槛: {id: threshold, unit: 元, values: [{value: 100万元, document: d}]}\n"
    "上限: {id: cap, unit: 元, values: [{value: 40万元, document: d}]}\n定额: {id: fixed, unit: 元, values: [{value: 3万元, document: d}]}\n"
    "未来线: {id: unset, unit: 元, values: [{value: 未定, basis: 未定}]}\n一成: {id: ten, kind: ratio, values: [{value: 10%, document: d}]}\n"
    "那天: {id: then, values: [{value: 2026-03-01, document: d}]}\n",
    "measures": """\
- {id: base, title: 基本, clause: 办法·1, when: [{够: 营收 >= 门槛}], unless: [{未过: not(核查通过)}], award: {amount: 营收 * 比例}, limits: [{amount: 上限, per: 本次申报}]}
- {id: each, title: 逐证, clause: 办法·1, each: 证 in 证书, when: [{费用够: 证.费用 >= 定额}, {通过: 核查通过}], award: {amount: 证.费用 * 比例}, limits: [{amount: 定额, per: 证}]}
- {id: unset, title: 未定, clause: 办法·1, when: [{够: 营收 >= 未来线 or 核查通过}], award: {amount: 定额}}
- {id: unread, title: 未读完, clause: 办法·1, when: [{够: 营收 >= 门槛}], award: {amount: 定额}, incomplete: [办法·9]}
- {id: coarse, title: 取整, clause: 办法·1, when: [{过: 核查通过}], award: {amount: 营收 * 比例}, rounding: {to: 万元, direction: down}, floor: 定额}
- {id: dated, title: 有期, clause: 办法·1, from: 2026-02-01, governed by: 受理, when: [{过: 核查通过}], award: {amount: 定额}}
- {id: a, title: 甲, clause: 办法·1, when: [{都: granted(base) and not(granted(unread))}], award: {amount: amount(base) * 一成}}
- {id: b, title: 乙, clause: 办法·1, each: 证 in 证书, when: [{那张: "granted(each, 证)"}, {高: amount(each) > 定额}], award: {amount: 定额}}
- {id: c, title: 丙, clause: 办法·1, when: [{或: granted(unset) or granted(each)}, {不: not(granted(base))}], award: {amount: 定额}}
- {id: d, title: 丁, clause: 办法·1, when: [{低: amount(coarse) < 上限}, {有: granted(dated) or amount(dated) >= 定额}], award: {amount: amount(coarse)}}
- {id: e, title: 戊, clause: 办法·1, when: [{链: granted(a) and amount(a) >= 定额}], award: {amount: amount(a) + amount(base)}}
""",
}  # fmt: skip


def _table(
    name: str, rows: str, match: str = "first", inputs: str = "{name: 营收, kind: money, unit: 元, min: 0元}", more: str = "", unit: str = "unit: 元"
) -> str:
    lines = "".join(f"    - {{{r}}}\n" for r in rows.split("\n"))
    return f"{name}:\n  id: t{ord(name)}\n  match: {match}\n  inputs: [{inputs}]\n  {unit}\n  document: d\n{more}  rows:\n{lines}"


TWO = "{name: 营收, kind: money, unit: 元, min: 0元}, {name: 类别, kind: choice, options: [甲, 乙, 丙]}"
EACH_ROW = 'when: [">= 低", "-"], value: 1万元\nwhen: ["-", 甲、乙], value: 多\nwhen: ["< 高", 乙], value: 营收 * 比\nwhen: [">= 高", 丙], value: 4万元'
# edges, conditions and values that are worked out, rows that are collected, figures that change with a day that is told, one that nobody has set
TABLES = {
    "vocabulary": "facts:\n  营收: {id: revenue, kind: money, unit: 元, min: 0元, max: 100亿元}\n  类别: {id: kind, kind: choice, options: [甲, 乙, 丙]}\n"
    "  成本: {id: spent, kind: money, unit: 元, min: 0元, max: 100亿元}\n  核查通过: {id: checked, kind: boolean}\n"
    "  受理: {id: day, kind: date, min: 2020-01-01, max: 2030-12-31}\n",
    "parameters": "低: {id: low, unit: 元, values: [{value: 5万元, document: d, to: 2025-12-31}, {value: 9万元, document: d, from: 2026-01-01}]}\n"
    "高: {id: high, unit: 元, values: [{value: 20万元, document: d}]}\n多: {id: much, unit: 元, values: [{value: 7万元, document: d}]}\n"
    "比: {id: share, kind: ratio, values: [{value: 10%, document: d}]}\n线: {id: line, unit: 元, values: [{value: 2万元, document: d}]}\n"
    "未来线: {id: unset, unit: 元, values: [{value: 未定, basis: 未定}]}\n率: {id: rate, kind: ratio, values: [{value: 30%, document: d}]}\n"
    "两行: {id: two, kind: number, values: [{value: \"2\", document: d}]}\n",
    "tables": _table("档", 'when: "< 低", value: 1万元\nwhen: "[低..高)", value: 多\nwhen: ">= 高", value: 营收 * 比')
    + _table("条", 'when: {expr: 营收 > 成本}, value: 3万元\nwhen: {expr: 核查通过}, value: 多\nwhen: "-", value: 1万元')
    + _table("叠", 'when: {expr: 营收 > 成本}, value: 3万元\nwhen: "[低..高]", value: 多')
    + _table("合", EACH_ROW, "collect", TWO, "  collect: sum\n") + _table("数", re.sub("value: .*", 'value: "-"', EACH_ROW), "collect", TWO, "  collect: count\n", "kind: number")
    + _table("少", EACH_ROW, "collect", TWO, "  collect: min\n") + _table("最", EACH_ROW, "collect", TWO, "  collect: max\n") + _table("顶", EACH_ROW, "highest", TWO)
    + _table("套", 'when: "[0元..低]", value: 比\nwhen: "(低..高]", value: 率\nwhen: "> 高", value: 5%', "slab", unit="kind: ratio")
    + _table("累", 'when: "[0元..低]", value: 比\nwhen: "(低..高]", value: 率\nwhen: "> 高", value: 5%', "marginal", unit="kind: ratio")
    + _table("期", 'when: "< 高", value: 1万元, to: 2025-12-31\nwhen: ">= 高", value: 多, to: 2025-12-31\nwhen: "-", value: 3万元, from: 2026-01-01, to: 2027-12-31')
    + _table("未", 'when: "< 未来线", value: 多\nwhen: ">= 未来线", value: 7万元')
    + _table("偏", 'when: "< 低", value: 1万元\nwhen: ">= 低", value: 未来线'),
    "measures": "\n".join(
        f"- {{id: m{n}{'d' if day else ''}, title: 补贴{n}{'按日' if day else ''}, clause: 办法·1, {day}when: [{{能: '{x}'}}, {{或: 核查通过 or 成本 > 线}}], award: {{{award}}}}}"
        for day in ("", "governed by: 受理, ") for n, (x, award) in enumerate((
            ("档(营收) >= 多", "amount: 档(营收)"), ("条(营收) > 线", "amount: 条(营收)"), ("叠(营收) > 线", "amount: 叠(营收)"),
            ("合(营收, 类别) >= 多", "amount: '合(营收, 类别)'"), ("数(营收, 类别) >= 两行", "service: 服务"), ("少(营收, 类别) <= 线", "amount: '少(营收, 类别)'"),
            ("最(营收, 类别) > 多", "amount: '最(营收, 类别)'"), ("顶(营收, 类别) > 多", "amount: '顶(营收, 类别)'"), ("套(营收) > 线", "amount: 套(营收)"),
            ("累(营收) > 线", "amount: 累(营收)"), ("未(营收) > 线", "amount: 未(营收)"), ("偏(营收) < 线", "amount: 偏(营收)"),
            ("期(营收) > 线", "amount: 期(营收)"),
        ))
    ),
}  # fmt: skip


# days made of parts, days of every year, means, powers, halves to the even one, a number that is whole
NUMBERS = {
    "vocabulary": "facts:\n  甲日: {id: a, kind: date, min: 2020-01-01, max: 2030-12-31}\n  乙日: {id: b, kind: date, min: 2020-01-01, max: 2030-12-31}\n"
    "  份数: {id: n, kind: number, decimals: 0, min: 0, max: 20}\n  某年: {id: y, kind: year}\n  率: {id: r, kind: ratio, min: 0%, max: 50%}\n"
    "records: {证书: {id: certificates, noun: 张, key: 证号, fields: {证号: {id: number, kind: text}, 费用: {id: cost, kind: money, unit: 元, min: -10元, max: 1000元},"
    " 发证: {id: day, kind: date, min: 2020-01-01, max: 2030-12-31}}}}\n",
    "parameters": "月末: {id: end, values: [{value: 2月末日, document: d, to: 2025-12-31}, {value: 3月31日, document: d, from: 2026-01-01}]}\n"
    "线: {id: line, unit: 元, values: [{value: 2.5元, document: d}]}\n五角: {id: half, unit: 元, values: [{value: 0.5元, document: d}]}\n"
    "两期: {id: terms, kind: number, values: [{value: \"2\", document: d}]}\n二十四: {id: many, kind: number, values: [{value: \"24\", document: d}]}\n"
    "月率: {id: monthly, kind: ratio, values: [{value: 0.35%, document: d}]}\n三: {id: three, kind: number, values: [{value: \"3\", document: d}]}\n"
    "一块: {id: one, unit: 元, values: [{value: 1元, document: d}]}\n",
    "measures": "\n".join(
        f"- {{id: m{n}, title: 补贴{n}, clause: 办法·1, when: [{{能: '{x}'}}, {{或: 份数 <= 三 or 甲日 >= 乙日}}], award: {{{award}}}}}"
        for n, (x, award) in enumerate((
            ("date(某年, month of(甲日), day of(乙日)) <= 乙日", "service: 服务"), ("date(申报年度, month of(甲日), day of(甲日)) >= 甲日", "service: 服务"),
            ("甲日 <= (月末 at 申报年度)", "service: 服务"), ("乙日 > (月末 at 某年)", "service: 服务"), ("mean(证书.费用) >= 线", "amount: mean(证书.费用)"),
            ("mean(证书[费用 > 0元].费用) < 线", "service: 服务"), ("(1 + 率) ** 两期 <= (1 + 月率) ** 二十四", "amount: 一块 * (1 + 月率) ** 二十四"),
            ("(三 - 份数) ** 两期 > 三", "amount: 一块 * 份数 ** 三"), ("every 证 in 证书 satisfies round half even(证.费用, 一块) >= 线", "amount: '一块 * 份数'"),
            ("some 证 in 证书 satisfies round half even(证.费用, 一块) != round half up(证.费用, 一块)", "service: 服务"),
            ("some 证 in 证书 satisfies round half down(证.费用, 五角) < 证.费用", "service: 服务"), ("份数 * 两期 > 三", "amount: 'mean(一块, 线, 一块 * 份数)'"),
        ))
    ),
}  # fmt: skip


# working days about holidays, an exponent that is told, so many records at most, caps of years and of projects, what was given before
LIMITS = {
    "vocabulary": "facts:\n  受理: {id: day, kind: date, min: 2024-09-01, max: 2026-03-01}\n  期数: {id: n, kind: number, decimals: 0, min: 0, max: 12}\n"
    "records:\n  证书: {id: certificates, noun: 张, key: 证号, fields: {证号: {id: number, kind: text}, 费用: {id: cost, kind: money, unit: 元, min: 0元, max: 10万元},"
    " 发证: {id: day, kind: date, min: 2024-12-25, max: 2025-01-06}, 项目: {id: project, kind: text}}}\n"
    "  已获支持: {id: support, noun: 笔, key: 文号, fields: {文号: {id: no, kind: text}, 事项: {id: what, kind: text}, 年度: {id: year, kind: year},"
    " 项目: {id: project, kind: text}, 金额: {id: money, kind: money, unit: 元, min: 0元, max: 10万元}}}\n",
    "parameters": "五天: {id: five, values: [{value: 5个工作日, document: d}]}\n退三天: {id: back, values: [{value: -3个工作日, document: d}]}\n"
    "节日: {id: feast, kind: date, values: [{value: 2025-10-09, document: d}]}\n率: {id: rate, kind: ratio, values: [{value: 3.5%, document: d}]}\n"
    "倍: {id: times, kind: ratio, values: [{value: 120%, document: d}]}\n线: {id: line, unit: 元, values: [{value: 2万元, document: d}]}\n"
    "多: {id: much, unit: 元, values: [{value: 5万元, document: d}]}\n两张: {id: two, values: [{value: 2张, document: d}]}\n一张: {id: one, values: [{value: 1张, document: d}]}\n"
    "立项: {id: projects, values: [{value: [甲, 乙], document: d}]}\n",
    "measures": "\n".join((
        *(f"- {{id: m{n}, title: 补贴{n}, clause: 办法·1, when: [{{能: '{x}'}}], award: {{{award}}}}}" for n, (x, award) in enumerate((
            ("working day after(受理, 五天) <= 节日", "service: 服务"), ("working day after(受理, 退三天) >= 节日", "service: 服务"),
            ("working day after(受理, 五天) - 受理 > working day after(受理, 退三天) - working day after(受理, 退三天)", "service: 服务"),
            ("(1 + 率) ** 期数 >= 倍", "amount: 线 * (1 + 率) ** 期数"),
        ))),
        *(f"- {{id: c{n}, title: 限额{n}, clause: 办法·1, each: 证 in 证书, when: [{{有: 证.费用 > 0元}}, {{内: 证.项目 in 立项 or 证.费用 > 线}}], award: {{amount: 证.费用}}, limits: [{x}]}}"
          for n, x in enumerate((
            "{count: 两张, per: 本次申报, keep: highest}", "{count: 一张, per: 本次申报, keep: first, by: 证.发证}", "{count: 两张, per: 本次申报, keep: first}",
            "{count: 一张, per: year of(证.发证), keep: highest, counting: {不计以往: 每次申报}}", "{amount: 多, per: 项目, counting: 已获支持}",
            "{amount: 多, per: year of(证.发证), counting: {不计以往: 每次申报}}, {amount: 线, per: 证}, {amount: 多, per: 企业, counting: 已获支持}",
            "{count: 两张, per: 企业, keep: highest, counting: 已获支持}, {amount: 线, per: 项目, counting: {不计以往: 每次申报}}",
            "{count: 一张, per: 项目, keep: first, by: 证.发证, counting: 已获支持}, {amount: 多, per: 申报年度, counting: 已获支持}",
        ))),
    )),
}  # fmt: skip


@pytest.mark.parametrize(
    ("files", "rounds", "least", "opened", "paid"),
    [
        (CALENDAR, 1, 6, 0, 0),
        (GROUPS, 4, 4, 0, 4),
        (CATALOGUES, 2, 8, 3, 0),
        (CONCLUSIONS, 2, 8, 4, 12),
        (TABLES, 2, 20, 8, 20),
        (NUMBERS, 2, 16, 1, 8),
        (LIMITS, 6, 20, 0, 24),
    ],
    ids=["days", "groups", "catalogues", "conclusions", "tables", "numbers", "limits"],
)
def test_what_the_language_has_is_what_the_reference_says(files: dict[str, str], rounds: int, least: int, opened: int, paid: int, tmp_path: Path) -> None:
    book, dice, seen = load(tmp_path / "made", **files).compiled, random.Random("made"), Counter[str]()
    for _ in range(examples(rounds)):
        for spec in book.measures.values():
            _held(book, str(tmp_path / "made"), spec, spec.base, dice, seen)
    assert min(seen["True"], seen["False"]) >= least and seen["None"] >= opened and seen["paid"] >= paid and not seen["untranslatable"], seen
