"""核减: what an officer disallows stands beside what is claimed, only lowers it, and balances line by line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import huiqi
from huiqi.errors import CaseError
from huiqi.reasoning.reasoners import NAMES
from huiqi.telling.recording import schema
from huiqi.telling.replay import replay_file
from tests.making import as_json, examples, write

DAY = date(2026, 6, 30)
VOCABULARY = """\
facts:
  投入: {id: invested, kind: money, unit: 元, min: 0元, max: 100亿元}
  执行额: {id: executed, kind: money, unit: 元, min: 0元, max: 100亿元, per: year}
  负债: {id: debt, kind: money, unit: 元, min: 0元, max: 100亿元}
  占比: {id: share, kind: ratio, min: 0%, max: 100%}
  地址: {id: address, kind: text}
  欠税: {id: owing, kind: boolean}
records:
  证书:
    id: certificates
    noun: 张
    key: 证号
    fields:
      证号: {id: number, kind: text}
      费用: {id: cost, kind: money, unit: 元, min: 0元, max: 100亿元}
"""
PARAMETERS = """\
比例: {id: rate, kind: ratio, values: [{value: 50%, document: d}]}
单项: {id: item_cap, unit: 元, values: [{value: 10万元, document: d}]}
总额: {id: cap, unit: 元, values: [{value: 12万元, document: d}]}
门槛: {id: threshold, unit: 元, values: [{value: 100万元, document: d}]}
上限: {id: debt_cap, unit: 元, values: [{value: 50万元, document: d}]}
定额: {id: fixed, unit: 元, values: [{value: 3万元, document: d}]}
"""
MEASURES = """\
- id: invested
  title: 投入补助
  clause: 办法·1
  when: [{投入够: 投入 >= 门槛}, {没有欠税: not(欠税)}]
  award: {amount: 投入 * 比例}
- id: certified
  title: 证书补助
  clause: 办法·1
  each: 证 in 证书
  when: [{没有欠税: not(欠税)}]
  award: {up to: 证.费用 * 比例}
  limits:
    - {amount: 单项, per: 证}
    - {amount: 总额, per: 本次申报}
- id: sound
  title: 稳健奖励
  clause: 办法·1
  when: [{负债不高: 负债 <= 上限}]
  award: {amount: 定额}
- id: yearly
  title: 业绩奖励
  clause: 办法·1
  when: [{业绩够: 执行额 >= 门槛}]
  award: {amount: 定额}
"""
WHO = {"理由": "含差旅费", "材料": "发票 p.3", "由": "李某", "日期": "2026-06-20"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("disallowed") / "made", vocabulary=VOCABULARY, parameters=PARAMETERS, measures=MEASURES)


@pytest.fixture(scope="module")
def book(folder: Path) -> huiqi.Rulebook:
    return huiqi.load(folder)


def cut(claimed: Any, value: Any, **more: Any) -> dict[str, Any]:
    return {"申报": claimed, "核减": {"原值": claimed, "改为": value, **WHO, **more}}


def told(**facts: Any) -> dict[str, Any]:
    return {"投入": "200万元", "欠税": "否", "负债": "10万元", "执行额": {2025: "150万元"}, **facts}


ROWS: dict[str, list[dict[str, Any]]] = {"证书": [{"证号": "A", "费用": cut("30万元", "16万元")}, {"证号": "B", "费用": "6万元"}]}


def sums(decision: huiqi.Decision, measure: str) -> tuple[str, str | None, str]:
    assert decision.disallowed is not None
    (found,) = (m for m in decision.disallowed.to_dict()["measures"] if m["id"] == measure)
    return found["claimed"]["settled"], found["less"], found["measured"]["settled"]


@pytest.mark.parametrize("reader", NAMES)
def test_every_reader_goes_by_what_is_left_and_keeps_what_was_claimed(book: huiqi.Rulebook, reader: str) -> None:
    decision = book.decide(told(投入=cut("200万元", "150万元")), on=DAY, year=2025, records=ROWS, reasoner=reader)
    assert decision.measures["invested"].award.settled == "750000.00"
    assert sums(decision, "invested") == ("1000000.00", "250000.00", "750000.00")
    assert decision.input["数据"]["投入"] == {"申报": "2000000元", "核减": {"原值": "2000000元", "改为": "1500000元", **WHO}}
    assert decision.input["明细"]["证书"][0]["费用"]["申报"] == "300000元"


def test_each_record_has_its_line_before_what_caps_them_together_and_the_measure_its_own(book: huiqi.Rulebook) -> None:
    decision = book.decide(told(), on=DAY, year=2025, records=ROWS)
    assert decision.disallowed is not None
    (certified,) = (m for m in decision.disallowed.measures if m.id == "certified")
    lines = {x.record: (x.claimed.low, x.less, x.measured.low) for x in certified.lines}
    assert lines == {"A": (100_000, 20_000, 80_000), "B": (30_000, 0, 30_000)}  # 15万 was capped at 10万 before
    assert sums(decision, "certified") == ("120000.00", "10000.00", "110000.00")  # 13万 was capped at 12万


def test_the_sums_of_the_measures_and_of_the_total_balance_on_paper(book: huiqi.Rulebook) -> None:
    page = book.decide(told(投入=cut("200万元", "150万元")), on=DAY, year=2025, records=ROWS).explain()
    text = "".join(page.split())
    assert "投入：申报200万元=核减50万元+核减后150万元；理由：含差旅费；材料：发票p.3；李某，2026-06-20" in text
    assert "费用［A］：申报30万元=核减14万元+核减后16万元" in text
    assert "投入补助：申报额100万元=核减额25万元+测算额75万元" in text
    assert "证书补助（不超过）：申报额12万元=核减额1万元+测算额11万元" in text
    assert "稳健奖励：申报额3万元=核减额0元+测算额3万元" in text
    assert "合计：申报额118万元=核减额26万元+测算额92万元" in text
    assert "不是企业自报的金额" in text


def test_the_working_paper_of_a_measure_has_its_own_lines_only(book: huiqi.Rulebook) -> None:
    page = book.decide(told(), on=DAY, year=2025, records=ROWS).explain("certified")
    assert "［A］申报额 10万元 = 核减额 2万元 + 测算额 8万元" in page and "稳健奖励" not in page


def test_a_measure_that_no_longer_qualifies_loses_all_of_its_amount_and_says_so(book: huiqi.Rulebook) -> None:
    decision = book.decide(told(投入=cut("200万元", "99万元")), on=DAY, year=2025)
    assert decision.measures["invested"].outcome == "ineligible"
    assert sums(decision, "invested") == ("1000000.00", "1000000.00", "0.00")
    assert "核减前符合，核减后不符合" in "".join(decision.explain().split())


def test_a_condition_says_that_it_goes_by_what_is_left(book: huiqi.Rulebook) -> None:
    page = book.decide(told(投入=cut("200万元", "99万元")), on=DAY, year=2025).explain("invested")
    assert "实际 99万元（核减后的值）；要求 不低于100万元" in page


def test_a_lower_figure_that_brings_more_is_said_to_bring_more(book: huiqi.Rulebook) -> None:
    """What is disallowed of a debt may open a measure: the sum still balances, and nobody takes it for a reduction."""
    decision = book.decide(told(负债=cut("80万元", "40万元")), on=DAY, year=2025)
    assert sums(decision, "sound") == ("0.00", "-30000.00", "30000.00")
    assert "数据核减后测算额反而多3万元" in "".join(decision.explain().split())


def test_nothing_is_subtracted_from_what_is_open(book: huiqi.Rulebook) -> None:
    facts = {k: x for k, x in told(投入=cut("200万元", "150万元")).items() if k != "欠税"}
    decision = book.decide(facts, on=DAY, year=2025)
    assert sums(decision, "invested") == ("0.00", None, "0.00")
    assert decision.disallowed is not None and decision.disallowed.total.less is None
    assert "核减额待定" in "".join(decision.explain().split())


def test_a_measure_of_which_nothing_was_disallowed_is_not_said_to_be_open_by_it(book: huiqi.Rulebook) -> None:
    """An amount that waits for something else: listed where a 核减 is among what it reads, and else not."""
    for first, listed in (("30万元", False), (cut("30万元", "16万元"), True)):
        rows: dict[str, list[dict[str, Any]]] = {"证书": [{"证号": "A", "费用": first}, {"证号": "B"}]}
        decision = book.decide(told(投入=cut("200万元", "150万元")), records=rows, on=DAY, year=2025)
        assert decision.measures["certified"].award.pending and decision.disallowed is not None
        assert [m.whole.less for m in decision.disallowed.measures if m.id == "certified"] == [None] * listed
        assert sums(decision, "invested") == ("1000000.00", "250000.00", "750000.00")


def test_a_year_of_a_yearly_fact_has_its_own(book: huiqi.Rulebook) -> None:
    decision = book.decide(told(执行额={2025: cut("150万元", "90万元"), 2024: "80万元"}), on=DAY, year=2025)
    assert sums(decision, "yearly") == ("30000.00", "30000.00", "0.00")
    assert decision.disallowed is not None and decision.disallowed.values[0].year == 2025


def test_what_was_verified_without_one_stays_verified_in_what_was_claimed(book: huiqi.Rulebook) -> None:
    rows = {"证书": [{"证号": "A", "费用": {"申报": "20万元", "核验": "10万元"}}]}
    decision = book.decide(told(投入=cut("200万元", "150万元")), on=DAY, year=2025, records=rows)
    assert sums(decision, "certified") == ("50000.00", "0.00", "50000.00")


def test_beside_a_verified_value_it_is_still_one_of_what_was_claimed(book: huiqi.Rulebook) -> None:
    both = {"申报": "200万元", "核验": "160万元", "核减": {"原值": "200万元", "改为": "150万元", **WHO}}
    decision = book.decide(told(投入=both), on=DAY, year=2025)
    assert sums(decision, "invested") == ("1000000.00", "250000.00", "750000.00")


def test_a_decision_without_one_says_nothing_of_it(book: huiqi.Rulebook) -> None:
    decision = book.decide(told(), on=DAY, year=2025)
    assert decision.disallowed is None
    assert "disallowed" not in decision.to_dict() and "核减" not in decision.explain()


def test_the_json_is_valid_reads_back_and_replays(book: huiqi.Rulebook, folder: Path, tmp_path: Path) -> None:
    decision = book.decide(
        told(企业="甲公司（虚构）", 投入=cut("200万元", "150万元"), 执行额={2025: cut("150万元", "140万元")}), on=DAY, year=2025, records=ROWS
    )
    recorded = as_json(decision.to_dict())
    jsonschema.Draft202012Validator(schema()).validate([recorded])
    assert json.loads(decision.to_json()) == recorded
    assert huiqi.Decision.from_dict(recorded).to_dict() == recorded
    path = tmp_path / "决定.json"
    path.write_text(json.dumps(recorded, ensure_ascii=False), encoding="utf-8")
    assert replay_file(path, None, [str(folder)]).differences == ()
    recorded["disallowed"]["measures"][0]["less"] = "1.00"
    path.write_text(json.dumps(recorded, ensure_ascii=False), encoding="utf-8")
    (found,) = replay_file(path, None, [str(folder)]).differences
    assert "核减 / 事项 / 第1条" in found and "原为 1.00，重算为 250000.00" in found


REFUSED = {
    "没有理由": ({"投入": {"申报": "9万元", "核减": {"原值": "9万元", "改为": "8万元", "材料": "发票", "由": "李某", "日期": "2026-06-20"}}}, ["没有写“理由”"]),
    "什么都没写": ({"投入": {"申报": "9万元", "核减": {}}}, [f"没有写“{x}”" for x in ("原值", "改为", "理由", "材料", "由", "日期")]),
    "敷衍的理由": ({"投入": cut("9万元", "8万元", 理由="无")}, ["没有写“理由”"]),
    "原值对不上": ({"投入": {"申报": "9万元", "核减": {"原值": "10万元", "改为": "8万元", **WHO}}}, ["原值与申报的不一致"]),
    "越核越多": ({"投入": cut("9万元", "10万元")}, ["核减后反而高于申报"]),
    "没有减少": ({"投入": cut("9万元", "9万元")}, ["核减后没有减少"]),
    "没有人申报": ({"投入": {"核减": {"原值": "9万元", "改为": "8万元", **WHO}}}, ["没有申报的数可以核减"]),
    "申报的待核实": ({"投入": {"申报": "待核实", "核减": {"原值": "9万元", "改为": "8万元", **WHO}}}, ["没有申报的数可以核减"]),
    "高于核验值": ({"投入": {"申报": "9万元", "核验": "7万元", "核减": {"原值": "9万元", "改为": "8万元", **WHO}}}, ["核减后高于核验值"]),
    "又写了审定": ({"投入": {**cut("9万元", "8万元"), "审定": "8万元"}}, ["既写了审定，又写了核减"]),
    "不是数": ({"地址": cut("平城区", "云冈区")}, ["不是数，不能核减"]),
    "只写一个值": ({"投入": {"申报": "9万元", "核减": "8万元"}}, ["的核减要写明原值、改为"]),
    "改为不是数": ({"投入": cut("9万元", "待核实")}, ["“改为”要写一个确定的数", ] ),
    "没写单位": ({"投入": {"申报": "9万元", "核减": {"原值": "9万元", "改为": "8万", **WHO}}}, ["金额没有写单位"]),
    "日期不是日期": ({"投入": cut("9万元", "8万元", 日期="六月")}, ["“日期”不是日期"]),
    "不认识的键": ({"投入": cut("9万元", "8万元", 备注="甲")}, ["核减里没有这个键"]),
    "申报的写错了": ({"投入": {"申报": "9万", "核减": {"原值": "9万元", "改为": "8万元", **WHO}}}, ["金额没有写单位"]),
}  # fmt: skip


@pytest.mark.parametrize(("facts", "said"), REFUSED.values(), ids=REFUSED)
def test_one_that_cannot_be_defended_is_refused(book: huiqi.Rulebook, facts: Mapping[str, Any], said: list[str]) -> None:
    with pytest.raises(CaseError) as caught:
        book.decide(facts, on=DAY, year=2025)
    assert len(caught.value.problems) == len(said)
    for problem, words in zip(sorted(caught.value.problems, key=lambda p: said.index(next(w for w in said if w in p.message))), said, strict=True):
        assert words in problem.message and problem.mend and problem.loc[:2] == ("数据", next(iter(facts)))


def test_all_that_is_wrong_is_said_at_once_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "案例.yaml"
    path.write_text(
        "企业: 甲公司（虚构）\n政策规则库: [datong-outsourcing]\n审核日期: 2026-06-30\n申报年度: 2025\n明细:\n  资质认证:\n"
        "    - {证号: A, 合格费用: {申报: 3万元, 核减: {原值: 4万元, 改为: 5万元, 由: 李某, 日期: 2026-06-01, 材料: 发票}}}\n"
        "    - {证号: B, 合格费用: {核减: {原值: 4万元, 改为: 3万元, 由: 李某, 日期: 2026-06-01, 材料: 发票, 理由: 差旅}}}\n"
        "    - {证号: {申报: C, 核减: {原值: C, 改为: D, 由: 李某, 日期: 2026-06-01, 材料: 发票, 理由: 差旅}}}\n",
        encoding="utf-8",
    )
    case, outsourcing = huiqi.read_case(path), huiqi.load("datong-outsourcing")
    with pytest.raises(CaseError) as caught:
        outsourcing.decide(case, on=None)
    said = [(p.at.line, p.message.partition("的核减")[2] or p.message) for p in caught.value.problems]
    assert said == [
        (7, "没有写“理由”"), (7, "所写的原值与申报的不一致"), (7, "：核减后反而高于申报（3万元）"), (8, "：没有申报的数可以核减"), (9, "“证号”是编号，不能核减"),
    ]  # fmt: skip


@settings(max_examples=examples(60), deadline=None)
@given(st.integers(1, 10**9), st.data())
def test_the_sum_balances_whatever_was_disallowed(book: huiqi.Rulebook, claimed: int, data: st.DataObject) -> None:
    left = data.draw(st.integers(0, claimed - 1))
    exact = {"申报": Fraction(claimed, 100), "核减": {"原值": Fraction(claimed, 100), "改为": Fraction(left, 100), **WHO}}
    decision = book.decide(told(投入=exact), on=DAY, year=2025, records={"证书": [{"证号": "A", "费用": exact}]})
    assert decision.disallowed is not None
    for line in [decision.disallowed.total, *(m.whole for m in decision.disallowed.measures), *(x for m in decision.disallowed.measures for x in m.lines)]:
        d = line.to_dict()
        assert Fraction(d["claimed"]["settled"]) == Fraction(d["less"]) + Fraction(d["measured"]["settled"])
    assert (
        decision.to_dict()["measures"]
        == book.decide(told(投入=Fraction(left, 100)), on=DAY, year=2025, records={"证书": [{"证号": "A", "费用": Fraction(left, 100)}]}).to_dict()["measures"]
    )
