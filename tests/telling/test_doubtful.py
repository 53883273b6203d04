"""What whoever signs has to look at again: a day that has not come, a record in another's name. Both are said, and change nothing."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from huiqi import Case, Rulebook, load
from huiqi.errors import RulebookError
from huiqi.rulebook.compiled import FactKind
from huiqi.rulebook.taken import Taken
from huiqi.telling.replay import replay_file
from tests.making import RECEIVED, SMALL, VOCABULARY, write

BOOK = load("datong-outsourcing")
DAY = date(2026, 6, 30)
MEASURE = "certification.international"
DATA = {"注册地县区": "平城区", "申报主体类型": "企业", "从事服务外包业务": "是", "报送状态": "审核通过", "严重失信主体": "否", "离岸执行额": "120万美元"}


def certificate(issued: Any, **more: Any) -> dict[str, Any]:
    return {"已获支持": [], "资质认证": [{"证号": "C-001", "种类": "CMMI", "发证日": issued, "合格费用": "18万元", **more}]}


def decided(issued: Any, *, year: int = 2026, enterprise: str = "", **more: Any) -> Any:
    case = Case(enterprise, (BOOK.id,), DAY, year, DATA, certificate(issued, **more))
    return BOOK.decide(case, on=DAY, measures=[MEASURE])


def test_a_day_that_has_not_come_is_said_and_changes_nothing() -> None:
    today, tomorrow = (decided(str(DAY + timedelta(n))) for n in (0, 1))
    assert not today.warnings
    assert any("“发证日”写的是 2026-07-01，晚于审核日期 2026-06-30" in w for w in tomorrow.warnings)
    assert today.measures[MEASURE].outcome == tomorrow.measures[MEASURE].outcome == "eligible"


def test_every_day_of_what_has_happened_is_looked_at() -> None:
    """What the vocabulary calls no event may lie ahead: the end of a period, the day a loan is due, a revocation, the day an application is planned."""
    ahead = {n for r in BOOK.compiled.records.values() for n, s in r.fields.items() if s.kind is FactKind.DATE and not s.event}
    assert ahead == {"有效期止", "到期日", "撤销日"}
    assert {s.name for s in BOOK.compiled.facts.values() if s.kind is FactKind.DATE and not s.event} == {"高企申请日"}


def test_a_day_that_an_officer_verified_is_nobodys_question() -> None:
    later = str(DAY + timedelta(1))
    assert not decided({"申报": later, "核验": later}).warnings


def test_a_receipt_read_again_says_the_same(tmp_path: Path) -> None:
    receipt = tmp_path / "决定.json"
    receipt.write_text(json.dumps(decided("2026-07-01", enterprise="甲", 持证人="乙").to_dict()), encoding="utf-8")
    assert not replay_file(receipt, None).differences


def test_only_a_date_is_an_event_and_only_a_text_a_holder(tmp_path: Path) -> None:
    book = Path(shutil.copytree(SMALL, tmp_path / "small"))
    words = book / "vocabulary.yaml"
    words.write_text(re.sub(r"kind: boolean", "kind: boolean, event: 是, holder: 是", words.read_text(encoding="utf-8"), count=1), encoding="utf-8")
    with pytest.raises(RulebookError) as refused:
        load(str(book))
    assert {p.message for p in refused.value.problems} == {"只有日期才写 event", "只有文字才写 holder"}


def test_a_certificate_in_another_name_is_said_and_changes_nothing() -> None:
    own, other, none = (
        decided("2025-03-01", year=2025, enterprise=name, 持证人="云中数据有限公司") for name in ("云中数据有限公司", "云中数据（北京）有限公司", "")
    )
    assert not own.warnings and not none.warnings
    assert any("“持证人”写的是“云中数据有限公司”，不是申报主体“云中数据（北京）有限公司”" in w for w in other.warnings)
    assert own.measures[MEASURE].outcome == other.measures[MEASURE].outcome == "eligible"


def test_a_name_that_an_officer_verified_is_nobodys_question() -> None:
    assert not decided("2025-03-01", year=2025, enterprise="甲", 持证人={"核验": "乙"}).warnings


def received(*, measure: str = MEASURE, on: date = DAY, **row: Any) -> Any:
    grant = {"文号": "甲-1", "事项": measure, "年度": 2024, "金额": "1万元", "对象": "别的证书", **row}
    case = Case("", (BOOK.id,), on, 2026, DATA, {"已获支持": [grant], "资质认证": certificate("2026-03-01")["资质认证"]})
    return BOOK.decide(case, on=on, measures=[MEASURE])


def test_a_grant_of_the_state_booked_under_a_measure_that_the_city_pays_is_said_and_changes_nothing() -> None:
    """A measure with a channel is paid from that one, whoever below paid it out; a level above is asked about, by whichever spelling."""
    city, county, silent = received(层级="市"), received(层级="县区"), received()
    assert not city.warnings and not county.warnings and not silent.warnings
    for written, read in (("国家", "国家"), ("中央", "国家"), ("省", "省")):
        other = received(层级=written)
        assert any(f"“层级”写的是“{read}”，而“国际资质认证支持”由市级财政资金（未明确）支付：" in w for w in other.warnings), written
        assert other.measures[MEASURE].to_dict() == city.measures[MEASURE].to_dict()
    assert received(measure="国际资质认证支持", 层级="国家").warnings


def test_a_grant_of_a_level_below_is_paid_out_for_whoever_pays_or_wrote_the_measure() -> None:
    """The channel of a province's money leaves the city as who paid it out, and not the state."""
    province = next(m for m in BOOK.compiled.measures.values() if m.channel == ("省级财政专项资金",))
    assert [x for x in ("国家", "省", "市") if any("层级" in w for w in received(measure=province.id, 层级=x).warnings)] == ["国家"]
    own = next(m for m in BOOK.compiled.measures.values() if not m.channel and not m.hint)
    above, below = (received(measure=own.id, 层级=x).warnings for x in ("省", "县区"))
    assert any(f"“层级”写的是“省”，而“{own.title}”是大同市的支持事项：" in w for w in above)
    assert not any("层级" in w for w in below)


def test_of_a_measure_that_others_pay_no_level_is_called_wrong() -> None:
    others = [m for m in BOOK.compiled.measures.values() if m.hint]
    assert others
    for hint in others:
        for level in ("国家", "省", "市", "县区"):
            assert not any("“层级”写的是" in w for w in received(measure=hint.id, 层级=level).warnings), hint.id


def test_a_level_that_an_officer_verified_is_nobodys_question() -> None:
    assert not received(层级={"核验": "国家"}).warnings


CUT = {"原值": "18万元", "改为": "15万元", "理由": "含差旅费", "材料": "发票 p.3", "由": "李某"}


@pytest.mark.parametrize(
    ("cell", "what"),
    [
        ({"申报": "18万元", "核减": {**CUT, "日期": "{day}"}}, "“合格费用”的核减日期"),
        ({"申报": "18万元", "核验": "15万元", "材料": "发票", "日期": "{day}"}, "“合格费用”的核验日期"),
        ({"申报": "18万元", "审定": "15万元", "理由": "含差旅费", "日期": "{day}"}, "“合格费用”的审定日期"),
    ],
)
def test_what_an_officer_dates_after_the_decision_is_said_and_changes_nothing(cell: dict[str, Any], what: str, tmp_path: Path) -> None:
    def on(day: str) -> Any:
        said = json.loads(json.dumps(cell).replace("{day}", day))
        return decided("2026-03-01", 合格费用=said)

    same, later = on("2026-06-30"), on("2026-07-01")
    assert not same.warnings
    (said,) = later.warnings
    assert f"资质认证 C-001 的{what}写的是 2026-07-01，晚于审核日期 2026-06-30" in said
    assert same.measures[MEASURE].to_dict() == later.measures[MEASURE].to_dict()
    receipt = tmp_path / "决定.json"
    receipt.write_text(json.dumps(later.to_dict()), encoding="utf-8")
    assert not replay_file(receipt, None).differences


def test_a_fact_verified_after_the_decision_is_said_by_its_name() -> None:
    data = {**DATA, "离岸执行额": {2026: {"申报": "130万美元", "核验": "120万美元", "日期": "2026-07-01"}}}
    case = Case("", (BOOK.id,), DAY, 2026, data, certificate("2026-03-01"))
    assert any("2026年度“离岸执行额”的核验日期写的是 2026-07-01" in w for w in BOOK.decide(case, on=DAY, measures=[MEASURE]).warnings)


def test_a_reading_taken_after_the_decision_is_said() -> None:
    reading = next(r for r in BOOK.compiled.readings.values() if r.open)

    def said(day: date) -> str:
        taken = {reading.name: Taken(reading.options[0], "李某", str(day))}
        case = Case("", (BOOK.id,), DAY, 2026, {}, {}, readings=taken)
        return "\n".join(BOOK.decide(case, on=DAY).warnings)

    assert "晚于" not in said(DAY)
    assert f"读法“{reading.name}”的日期写的是 2026-07-01，晚于审核日期 2026-06-30" in said(DAY + timedelta(1))


# -- a grant of 0元 ---------------------------------------------------------------------------------------

ONCE = """\
- id: once
  title: 一次性奖励
  clause: 办法·1
  when: [{营收够: 营收 >= 定额}]
  unless: [{已经获过: 'some 笔 in 已获支持 satisfies 笔.事项 = "once"'}]
  award: {amount: 定额}
- id: one
  title: 甲奖
  clause: 办法·1
  when: [{营收够: 营收 >= 定额}]
  award: {amount: 定额}
- id: other
  title: 乙奖
  clause: 办法·1
  when: [{营收够: 营收 >= 定额}]
  award: {amount: 定额}
- id: counted
  title: 逐张补助
  clause: 办法·1
  each: 证 in 证书
  when: [{营收够: 营收 >= 定额}]
  award: {amount: 证.费用}
  limits: [{count: 张数, per: 企业, keep: highest, counting: 已获支持}]
- id: capped
  title: 合计补助
  clause: 办法·1
  when: [{营收够: 营收 >= 定额}]
  award: {up to: 营收}
  limits: [{amount: 上限, per: 企业, counting: 已获支持}]
"""
FIGURES = """\
定额: {id: fixed, unit: 元, values: [{value: 3万元, document: d}]}
上限: {id: cap, unit: 元, values: [{value: 5万元, document: d}]}
张数: {id: most, unit: 张, values: [{value: 1张, document: d}]}
"""
GROUP = """\
- {id: either, title: 择一, per: 企业, rule: choose, members: [one, other], clause: 办法·1, counting: 已获支持}
"""


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Rulebook:
    words = VOCABULARY + RECEIVED
    return load(write(tmp_path_factory.mktemp("once") / "made", vocabulary=words, parameters=FIGURES, measures=ONCE, stacking=GROUP))


def test_a_grant_of_nothing_counts_where_it_is_asked_whether_and_how_often_and_takes_nothing_off_an_amount(once: Rulebook) -> None:
    def after(*measures: str, amount: str = "0元") -> Any:
        grants = [{"文号": f"甲-{m}", "事项": m, "年度": 2025, "金额": amount} for m in measures]
        return once.decide({"营收": "9万元"}, on=DAY, year=2025, records={"已获支持": grants, "证书": [{"证号": "A", "费用": "1万元"}]})

    none, nothing = after(), after("once", "other", "counted", "capped")
    assert [none.measures[m].outcome for m in ("once", "counted", "capped")] == ["eligible"] * 3
    assert nothing.measures["once"].outcome == "ineligible"  # received once already
    assert (none.measures["counted"].award.at_most, nothing.measures["counted"].award.at_most) == ("10000.00", "0.00")  # the one that may be supported was
    assert (none.measures["one"].award.at_most, nothing.measures["one"].award.at_most) == ("30000.00", "0.00")  # the other of the two was received
    assert none.measures["capped"].award.to_dict() | {"steps": 0} == nothing.measures["capped"].award.to_dict() | {"steps": 0}
    said = [w for w in nothing.warnings if "“金额”是 0元，这一笔仍按已获支持计" in w]
    assert len(said) == 4 and not any("0元" in w for w in after("once", amount="0.01元").warnings)


def test_a_grant_of_nothing_that_no_rule_counts_is_not_said_to_count(once: Rulebook) -> None:
    grant = {"文号": "甲", "事项": "别处的奖励", "年度": 2025, "金额": "0元"}
    said = once.decide({}, on=DAY, year=2025, records={"已获支持": [grant]}).warnings
    assert any("不当作其中任何一项已获的支持" in w for w in said) and not any("仍按已获支持计" in w for w in said)
    verified = {**grant, "事项": "once", "金额": {"核验": "0元"}}
    assert not once.decide({}, on=DAY, year=2025, records={"已获支持": [verified]}).warnings
    untold = {"文号": "甲", "年度": 2025, "金额": "0元"}
    assert any("仍按已获支持计" in w for w in once.decide({}, on=DAY, year=2025, records={"已获支持": [untold]}).warnings)
