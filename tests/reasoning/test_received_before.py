"""What was received before, for the very thing applied for: found however it is written, never forgotten, never taken for another.

A grant may name the record it was for (对象), the project it was for, or another measure of an exclusive group. Where no rule says what
holds then, the amount stands as the text has it, that is said, and nothing of it is published until an officer has cleared it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import huiqi
from huiqi.documents.coverage import findings
from huiqi.documents.papers.notice import withheld
from huiqi.errors import RulebookError
from huiqi.rulebook.lexicon import misnamed
from huiqi.telling.replay import replay_file
from tests.reasoning.test_per_person import book_of

EACH = "- {{id: m, title: 事项甲, clause: 一, each: 某 in {each}, when: [{{合格: '某.费用 > 0'}}], award: {{amount: 某.费用}}{more}}}\n"
TWO = "".join(
    f'- {{id: {key}, title: {title}, clause: 一, when: [{{合格: 某词 = "是"}}], award: {{amount: {amount}}}}}\n'
    for key, title, amount in (("a", "事项甲", "万元"), ("b", "事项乙", "半万元"))
)
HALF = "".join(
    f"{name}: {{id: {key}, {kind}, values: [{{value: {value}, document: d}}]}}\n"
    for name, key, kind, value in (("万元", "ten", "unit: 元", "1万元"), ("半万元", "half", "unit: 元", "5000元"), ("半数", "part", "kind: ratio", "50%"))
)
GROUP = "- {{id: one, title: 择一, rule: {rule}, per: {per}, members: [a, b]{more}, clause: 一}}\n"


def loaded(folder: Path, each: str = "支出", more: str = "") -> huiqi.Rulebook:
    return huiqi.load(book_of(folder / "b", EACH.format(each=each, more=more)))


def ends(book: huiqi.Rulebook, records: dict[str, Any], key: str = "m", data: Any = None, year: int = 2025) -> tuple[str | None, str | None]:
    found = {
        reasoner: book.decide(data or {}, on="2026-06-30", year=year, records=records, reasoner=reasoner).measures[key].award
        for reasoner in ("reference", "python")
    }
    told = {(x.settled, x.at_most) for x in found.values()}
    assert len(told) == 1, told
    return told.pop()


def again(book: huiqi.Rulebook, records: dict[str, Any], key: str = "m", data: Any = None) -> bool:
    """Whether what was received before is in the way: then it is said, stands in the calculation or beside it, and is kept from publication."""
    decision = book.decide(data or {}, on="2026-06-30", year=2025, records=records)
    result = decision.measures[key]
    said = [x for x in result.warnings if "能不能再获" in x], [x for x in (*result.award.lines, *result.adjustments) if "能不能再给没有写" in str(x)]
    assert (bool(said[0]), bool(said[1])) == (result.again, result.again)
    assert not result.again or "没有核清" in withheld(result, decision) or result.standing.label != "现行"
    return result.again


def grant(**columns: str) -> dict[str, str]:
    return {"文号": "h", "事项": "m", "年度": "2024", "金额": "3000元", **columns}


@pytest.mark.parametrize(("each", "subject"), [("支出", "C-001"), ("支出", "c-001 "), ("支出", "Ｃ-001")], ids=["as told", "in other letters", "full width"])
def test_a_record_that_was_paid_for_before_is_said_and_kept_from_publication(tmp_path: Path, each: str, subject: str) -> None:
    book = loaded(tmp_path, each)
    rows = [{"号": "C-001", "费用": "5000元"}, {"号": "C-002", "费用": "2000元"}]
    for history, found in ([grant(对象=subject)], True), ([grant(对象="C-003")], False), ([], False):
        assert ends(book, {each: rows, "已获支持": history}) == ("7000.00", "7000.00")
        assert again(book, {each: rows, "已获支持": history}) == found
    assert not again(book, {each: rows})


def test_a_grant_of_another_measure_or_one_that_says_nothing_of_whom_settles_nothing_and_the_latter_is_said(tmp_path: Path) -> None:
    book = loaded(tmp_path)
    rows = [{"号": "C-001", "费用": "5000元"}]
    assert ends(book, {"支出": rows, "已获支持": [grant(事项="别处的支持", 对象="C-001")]}) == ("5000.00", "5000.00")
    decision = book.decide({}, on="2026-06-30", year=2025, records={"支出": rows, "已获支持": [grant()]})
    assert decision.measures["m"].award.settled == "5000.00"
    assert any("没有写对象" in x for x in decision.warnings)
    for silent in (grant(), grant(对象="不详"), grant(对象="待核实")):  # it may be this one: not told is no “another”
        assert again(book, {"支出": rows, "已获支持": [silent]}), silent


def test_two_records_whose_numbers_differ_in_signs_only_are_both_computed_and_asked_about(tmp_path: Path) -> None:
    book = loaded(tmp_path)
    for keys, asked in ((("C-001", "C001"), True), (("C-001", "Ｃ—001 号"), False), (("C-001", "C-002"), False)):
        decision = book.decide({}, on="2026-06-30", year=2025, records={"支出": [{"号": k, "费用": "5000元"} for k in keys], "已获支持": []})
        assert decision.measures["m"].award.settled == "10000.00"
        assert any("只差符号" in x and keys[0] in x and keys[1] in x for x in decision.warnings) == asked, keys


def test_two_persons_whose_numbers_differ_in_signs_only_are_asked_about_without_their_numbers() -> None:
    book = huiqi.load("datong-outsourcing")
    for keys, asked in ((("P-001", "P002", "P001"), True), (("P-001", "P-002", "P-003"), False)):
        decision = book.decide({}, on="2026-06-30", year=2025, records={"新录用人员": [{"人员编号": k} for k in keys]})
        said = [x for x in decision.warnings if "只差符号" in x]
        assert [("有另一条的人员编号" in x and "同一人" in x, any(k in x for k in keys)) for x in said] == [(True, False)] * asked, keys


@pytest.mark.parametrize("subject", ["C-001、C-002", "合同C-001", "（C-001）", "C001", "C-001等2件"])
def test_a_subject_that_may_be_the_record_is_asked_about(tmp_path: Path, subject: str) -> None:
    book, rows = loaded(tmp_path), [{"号": "C-001", "费用": "5000元"}]
    assert again(book, {"支出": rows, "已获支持": [grant(对象=subject)]})
    decision = book.decide({}, on="2026-06-30", year=2025, records={"支出": rows, "已获支持": [grant(对象=subject)]})
    assert any("是不是同一个" in x and "C-001" in x for x in decision.warnings)


def test_a_measure_for_the_enterprise_without_a_cap_that_was_received_the_same_year_is_said(tmp_path: Path) -> None:
    book = huiqi.load(book_of(tmp_path / "b", TWO))
    told = {"某词": "是"}
    assert again(book, {"已获支持": [grant(事项="事项甲", 年度="2025")]}, "a", told)
    assert again(book, {"已获支持": [{"文号": "h", "事项": "事项甲", "金额": "3000元"}]}, "a", told)
    assert not again(book, {"已获支持": [grant(事项="事项甲", 年度="2024")]}, "a", told)
    assert not again(book, {"已获支持": [grant(事项="事项乙", 年度="2025")]}, "a", told)


def test_that_nobody_wrote_whether_the_same_may_be_supported_again_stands_in_the_calculation(tmp_path: Path) -> None:
    decision = loaded(tmp_path).decide({}, on="2026-06-30", year=2025, records={"支出": [{"号": "C-001", "费用": "5000元"}], "已获支持": [grant(对象="C-001")]})
    assert "同一件以往已获本事项支持 3,000元，能不能再给没有写" in decision.explain("m")


@pytest.mark.parametrize(
    ("counting", "settled"),
    [("已获支持", "2000.00"), ("'已获支持[年度 = 申报年度]'", "5000.00"), ("{不计以往: 每年可以再申报}", "5000.00")],
    ids=["taken off", "taken off of the same year only", "not counted"],
)
def test_a_measure_may_say_what_the_same_record_had_before_counts_for(tmp_path: Path, counting: str, settled: str) -> None:
    book = loaded(tmp_path, more=f", counting: {counting}")
    assert ends(book, {"支出": [{"号": "C-001", "费用": "5000元"}], "已获支持": [grant(对象="C-001")]}) == (settled, settled)


def test_what_is_taken_off_is_open_while_the_history_is_not_told(tmp_path: Path) -> None:
    book, rows = loaded(tmp_path, more=", counting: 已获支持"), [{"号": "C-001", "费用": "5000元"}]
    assert ends(book, {"支出": rows}) == ("0.00", "5000.00")
    assert ends(book, {"支出": rows, "已获支持": [grant()]}) == ("2000.00", "5000.00")
    assert ends(book, {"支出": rows, "已获支持": {"完整": "否", "清单": [grant(对象="C-001")]}}) == ("0.00", "2000.00")


def test_counting_beside_a_measure_for_the_enterprise_is_refused_and_sent_to_its_limits(tmp_path: Path) -> None:
    text = '- {id: m, title: 事项甲, clause: 一, when: [{合格: 某词 = "是"}], award: {amount: 万元}, counting: 已获支持}\n'
    with pytest.raises(RulebookError) as raised:
        huiqi.load(book_of(tmp_path / "b", text))
    (problem,) = raised.value.problems
    assert "不是逐条的" in problem.message
    assert "limits" in problem.mend


def test_a_name_that_is_nearly_the_one_paid_for_before_is_asked_about_until_an_officer_has_said(tmp_path: Path) -> None:
    book = loaded(tmp_path, more=", limits: [{amount: 万元, per: 批次, counting: 已获支持}]")
    rows = [{"号": "1", "批次": "智能接包", "费用": "9000元"}]

    def left(batch: Any) -> tuple[str | None, str | None]:
        return ends(book, {"支出": rows, "已获支持": [{**grant(批次="x"), "批次": batch}]})

    assert left("智能接包") == ("7000.00", "7000.00")
    assert left("智能接包项目") == ("7000.00", "9000.00")
    assert left({"核验": "智能接包项目"}) == ("9000.00", "9000.00")
    assert left("智能接包二期") == ("7000.00", "9000.00")
    assert left("动漫出口") == ("9000.00", "9000.00")


def test_records_whose_groups_differ_in_nothing_but_the_word_for_their_kind_may_share_one_cap(tmp_path: Path) -> None:
    book = loaded(tmp_path, more=", limits: [{amount: 万元, per: 批次, counting: 已获支持}]")
    rows = [{"号": "1", "批次": "智能接包", "费用": "8000元"}, {"号": "2", "批次": "智能接包项目", "费用": "8000元"}]
    assert ends(book, {"支出": rows, "已获支持": []}) == ("10000.00", "16000.00")
    rows[1]["批次"] = "智能派包"
    assert ends(book, {"支出": rows, "已获支持": []}) == ("16000.00", "16000.00")


@pytest.mark.parametrize(("other", "ends_at"), [("云中数据公司", ("0.00", "5000.00")), ("云中数据有限责任公司", ("0.00", "5000.00")), ("御东数据公司", None)])
def test_records_of_one_customer_written_with_and_without_its_form_of_company_may_be_one_group(
    tmp_path: Path, other: str, ends_at: tuple[str, str] | None
) -> None:
    """8,000 and 4,000 yuan: the threshold of 10,000 yuan is reached only if the two are one customer's."""
    each = "- {id: m, title: 事项甲, clause: 一, each: '批 in group(支出, by 批次)', when: [{达到: sum(批.费用) >= 万元}], award: {amount: 半万元}}\n"
    book = huiqi.load(book_of(tmp_path / "b", each))
    rows = [{"号": "1", "批次": "云中数据有限公司", "费用": "8000元"}, {"号": "2", "批次": other, "费用": "4000元"}]
    decision = book.decide({}, on="2026-06-30", year=2025, records={"支出": rows, "已获支持": []})
    found = decision.measures["m"]
    assert str(found.outcome) == ("undetermined" if ends_at else "ineligible")
    assert ends_at is None or (found.award.settled, found.award.at_most) == ends_at
    assert any("是不是同一个" in x for x in decision.warnings) == (ends_at is not None)


@pytest.mark.parametrize("rule", ["choose", "highest"])
def test_a_rival_received_before_is_said_within_what_the_group_is_per(tmp_path: Path, rule: str) -> None:
    told = {"某词": "是"}
    yearly = huiqi.load(book_of(tmp_path / "y", TWO, stacking=GROUP.format(rule=rule, per="申报年度", more="")))
    assert again(yearly, {"已获支持": [grant(事项="事项乙", 年度="2025")]}, "a", told)
    assert not again(yearly, {"已获支持": [grant(事项="事项乙", 年度="2024")]}, "a", told)
    ever = huiqi.load(book_of(tmp_path / "e", TWO, stacking=GROUP.format(rule=rule, per="企业", more="")))
    assert again(ever, {"已获支持": [grant(事项="b", 年度="2019")]}, "a", told)


def test_a_group_may_say_that_a_rival_received_before_shuts_the_others_out_or_does_not_matter(tmp_path: Path) -> None:
    told, had = {"某词": "是"}, {"已获支持": [grant(事项="事项乙", 年度="2025")]}
    shut = huiqi.load(book_of(tmp_path / "s", TWO, stacking=GROUP.format(rule="choose", per="申报年度", more=", counting: 已获支持")))
    assert ends(shut, had, "a", told) == ("0.00", "0.00")
    free = huiqi.load(book_of(tmp_path / "f", TWO, stacking=GROUP.format(rule="choose", per="申报年度", more=", counting: {不计以往: 每次重选}")))
    assert ends(free, had, "a", told) == ("10000.00", "10000.00")


def test_a_person_for_whom_another_measure_of_the_group_was_received_before_is_said(tmp_path: Path) -> None:
    measures = "".join(
        f"- {{id: {key}, title: {title}, clause: 一, each: 某 in 支出, when: [{{合格: '某.费用 > 0'}}], award: {{amount: 某.费用}}}}\n"
        for key, title in (("a", "事项甲"), ("b", "事项乙"))
    )
    book = huiqi.load(book_of(tmp_path / "b", measures, stacking=GROUP.format(rule="highest", per="人", more="")))
    rows = [{"号": "1", "人": "张三", "费用": "5000元"}, {"号": "2", "人": "李四", "费用": "2000元"}]
    assert again(book, {"支出": rows, "已获支持": [grant(事项="事项乙", 对象="张三")]}, "a")
    assert not again(book, {"支出": rows, "已获支持": [grant(事项="事项乙", 对象="王五")]}, "a")


def test_a_decision_on_what_was_received_before_replays_as_it_was(tmp_path: Path) -> None:
    book = loaded(tmp_path, more=", limits: [{amount: 万元, per: 批次, counting: 已获支持}]")
    records = {
        "支出": [{"号": "C-001", "批次": "智能接包", "费用": "9000元"}],
        "已获支持": [grant(对象="C-001"), {**grant(批次="智能接包项目", 对象="张三"), "文号": "h2"}],
    }
    decision = book.decide({}, on="2026-06-30", year=2025, records=records)
    path = tmp_path / "决定.json"
    path.write_text(decision.to_json(), encoding="utf-8")
    assert replay_file(path, "reference", [str(tmp_path / "b")]).differences == ()


ZHONGSHAN = {"从事服务贸易业务": False, "申报主体类型": "企业", "从事服务外包业务": True, "已在统一平台相应系统填报": True, "省级示范或重点培育企业": False}


def test_what_was_received_before_is_said_although_the_readings_work_the_amount_out_differently() -> None:
    """Where ways differ no calculation stands for all of them, and the reminder is due all the same."""
    records = {
        "已获支持": [{"文号": "h", "事项": "国际认证支持", "年度": "2024", "金额": "3万元", "对象": "C-9"}],
        "资质认证": [{"证号": "C-9", "种类": "CMMI", "合格费用": "40万元"}],
    }
    decision = huiqi.load("zhongshan-service-trade").decide(ZHONGSHAN, records=records, year=2025, on="2026-06-30")
    result = decision.measures["service-trade.certification"]
    assert len(result.readings) == 3 and result.award.lines == ()
    assert result.again and any("能不能再获文件没有写" in x for x in result.warnings)
    elsewhere = {**records, "已获支持": [{**records["已获支持"][0], "对象": "C-1"}]}
    assert (
        not huiqi.load("zhongshan-service-trade").decide(ZHONGSHAN, records=elsewhere, year=2025, on="2026-06-30").measures["service-trade.certification"].again
    )


def test_of_a_calculation_of_the_only_reading_that_pays_it_is_not_said_that_others_come_to_the_same() -> None:
    told = {**ZHONGSHAN, "执行额": {"2024": "190万美元", "2025": "240万美元"}}
    result = huiqi.load("zhongshan-service-trade").decide(told, year=2025, on="2026-06-30", records={"已获支持": []}).measures["service-trade.cultivation"]
    assert [str(w.outcome) for w in result.readings] == ["ineligible", "eligible"]
    assert not any("结果一样" in x for x in result.notes)
    both = huiqi.load("zhongshan-service-trade").decide(
        {**told, "执行额": {"2024": "210万美元", "2025": "240万美元"}}, year=2025, on="2026-06-30", records={"已获支持": []}
    )
    assert "计算按上年口径取“申报年度的前一年”列出；按别的读法，结果一样" in both.measures["service-trade.cultivation"].notes


@pytest.mark.parametrize(("word", "wrong"), [("设备投资补贴", True), ("设备投资补肋", True), ("设备投资补助", False), ("m", False), ("厂房租金补贴", False)])
def test_a_rule_that_looks_for_support_by_nearly_the_name_of_a_measure_is_a_problem(tmp_path: Path, word: str, wrong: bool) -> None:
    """It would count nothing of what was received under the name itself."""
    limit = f"""limits: [{{amount: 万元, per: 企业, counting: '已获支持[事项 = "{word}"]'}}]"""
    rules = f'- {{id: m, title: 设备投资补助, clause: 一, when: [{{合格: 某词 = "是"}}], award: {{amount: 万元}}, {limit}}}\n'
    found = list(misnamed(huiqi.load(book_of(tmp_path / "b", rules)).compiled))
    assert [(p.found, "只差一点" in p.message) for p in found] == ([(word, True)] if wrong else [])


PARTS = "pay: [{share: 半数, label: 第一年}, {share: 半数, label: 第二年, when: '某词 = \"是\"'}]"


@pytest.mark.parametrize("year", ["2024", "2025"])
@pytest.mark.parametrize(
    "limit", ["", ", limits: [{amount: 万元, per: 企业, counting: 已获支持}]", ", limits: [{amount: 万元, per: 申报年度, counting: 已获支持}]"]
)
def test_an_instalment_that_was_paid_before_is_said_of_whichever_year_and_beside_a_cap(tmp_path: Path, limit: str, year: str) -> None:
    """The first year's half of 5,000 yuan is in hand: the two halves are not published as due once more."""
    measure = f"- {{id: m, title: 事项甲, clause: 一, when: [{{合格: '某词 = \"是\"'}}], award: {{amount: 半万元}}, {PARTS}{limit}}}\n"
    book = huiqi.load(book_of(tmp_path / "b", measure, parameters=HALF))
    told = {"某词": "是"}
    assert again(book, {"已获支持": [grant(年度=year, 金额="2500元")]}, data=told)
    assert not again(book, {"已获支持": [grant(事项="事项乙", 年度=year)]}, data=told)
    decision = book.decide(told, on="2026-06-30", year=2025, records={"已获支持": [grant(年度=year, 金额="2500元")]})
    assert "以往已获本事项支持 2,500元，是哪几期、能不能再给没有写" in decision.explain("m")


def test_an_instalment_paid_before_for_the_same_record_is_said_though_the_rest_is_worked_out_without_it(tmp_path: Path) -> None:
    """5,000 yuan less the 2,500 in hand, and that again in halves: which half the rest is nobody wrote."""
    book = huiqi.load(book_of(tmp_path / "b", EACH.format(each="支出", more=f", counting: 已获支持, {PARTS}"), parameters=HALF))
    decision = book.decide(
        {"某词": "是"}, on="2026-06-30", year=2025, records={"支出": [{"号": "C-001", "费用": "5000元"}], "已获支持": [grant(对象="C-001", 金额="2500元")]}
    )
    assert decision.measures["m"].again and any("是哪几期" in x for x in decision.measures["m"].warnings)


READ = '- {{id: m, title: 事项甲, clause: 一, when: [{{合格: 某词 = "是"}}], award: {{amount: 半万元}}, limits: [{{amount: 万元, per: 企业, counting: 已获支持, 读法: {{口径: {capped}}}}}]}}\n'
READINGS = "- {id: 口径, clause: 一, question: 封顶管不管这一项？, options: [管, 不管]}\n"


@pytest.mark.parametrize("capped", ["管", "不管"], ids=["capped under the reading listed", "capped under the other"])
def test_what_only_one_of_two_readings_leaves_in_the_way_is_said_although_both_pay_the_same(tmp_path: Path, capped: str) -> None:
    """Under one the cap counts what was received, under the other nothing does: the amount is the same, the calculation listed is that of the first."""
    book = huiqi.load(book_of(tmp_path / "b", READ.format(capped=capped), readings=READINGS))
    for reasoner in ("reference", "python"):
        for history, found in (([grant(年度="2025")], True), ([grant(年度="2024")], False), ([], False)):
            result = book.decide({"某词": "是"}, on="2026-06-30", year=2025, records={"已获支持": history}, reasoner=reasoner).measures["m"]
            assert (result.award.settled, result.readings) == ("5000.00", ())
            assert result.again is found and any("能不能再获" in x for x in result.warnings) is found


CAPPED = "- {id: total, title: 甲乙合计封顶, rule: cap, per: 申报年度, members: [a, b], amount: 万元, counting: 已获支持, clause: 一}\n"


@pytest.mark.parametrize("word", ["甲乙合计封顶", "total", "甲乙合计", {"核验": "甲乙合计封顶"}])
def test_what_was_received_under_the_name_of_a_common_cap_is_not_forgotten(tmp_path: Path, word: Any) -> None:
    # of 1万元 for both, 3000元 were received, and nobody has said for which of them
    book = huiqi.load(book_of(tmp_path / "b", TWO, stacking=CAPPED))
    rows = [{"文号": "h", "事项": word, "年度": "2025", "金额": "3000元"}]
    decision = book.decide({"某词": "是"}, on="2026-06-30", year=2025, records={"已获支持": rows})
    assert (decision.to_dict()["total"]["settled"], decision.to_dict()["total"]["at_most"]) == ("7000.00", "10000.00")
    assert all(decision.measures[key].again for key in ("a", "b"))
    assert any("“事项甲”" in x and "“事项乙”" in x and "按待核实处理" in x for x in decision.warnings)


PAID_BY = [
    "细则·5·2", "细则5·2", "第五条第二款", "细则第五条", "中商务服字〔2019〕38号", "中山市商务发展专项资金",
    "《中山市商务发展专项资金（促进服务贸易发展项目）实施细则》第五条", "促进服务贸易发展支持", "zhongshan-service-trade",
]  # fmt: skip


@pytest.mark.parametrize("word", PAID_BY)
def test_what_was_received_under_the_clause_or_the_document_it_was_paid_by_is_not_forgotten(word: str) -> None:
    # half of 50万元 of the province, at most 30万元 a year, of which 10万元 were received: 20万元 are left, or 25万元 if they were another's
    assert zhongshan(word) == ("200000.00", "250000.00"), word


@pytest.mark.parametrize("word", ["省里的水电费补贴", "第六条", "5", "2025年", "粤商务〔2024〕38号", {"核验": "细则·5·2"}])
def test_the_clause_of_something_else_and_what_an_officer_has_verified_leave_the_cap_alone(word: Any) -> None:
    assert zhongshan(word) == ("250000.00", "250000.00"), word


def zhongshan(word: Any) -> tuple[str | None, str | None]:
    told: dict[str, Any] = {
        "从事服务贸易业务": False,
        "从事服务外包业务": True,
        "申报主体类型": "企业",
        "已在统一平台相应系统填报": True,
        "省级示范或重点培育企业": True,
    }
    told |= {"执行额": {2024: "0美元", 2025: "0美元"}}  # no municipal award beside it
    match = {"文号": "粤商-1", "用途": "省级示范或重点培育", "层级": "省", "金额": "50万元"}
    records = {"已获支持": [{"文号": "h", "事项": word, "年度": 2025, "金额": "10万元"}], "上级资金": [match]}
    decision = huiqi.load("zhongshan-service-trade").decide(told, on="2026-06-30", year=2025, records=records, measure="service-trade.provincial-match")
    award = decision.measures["service-trade.provincial-match"].award
    return award.settled, award.at_most


@pytest.mark.parametrize(
    ("second", "money", "asked"), [("同商2025年1号", "3000元", True), ("同商〔2025〕2号", "3000元", False), ("同商〔2025〕1号", "2000元", False)]
)
def test_one_sum_under_two_spellings_of_its_document_is_asked_about(tmp_path: Path, second: str, money: str, asked: bool) -> None:
    book = loaded(tmp_path)
    rows = [grant(文号="同商〔2025〕1-号"), grant(文号=second, 事项="事项甲", 金额=money)]
    said = [x for x in book.decide({}, on="2026-06-30", year=2025, records={"支出": [], "已获支持": rows}).warnings if "是不是同一条" in x]
    assert bool(said) == asked


@pytest.mark.parametrize(
    ("word", "whom", "said"),
    [("sme-loan.interest", "K-1", True), ("中小微企业贷款贴息", "k-1", True), ("中小微企业贷款贴息", "K-2", False), ("service-loan.interest", "K-1", False)],
)
def test_interest_paid_by_another_policy_on_the_very_loan_is_said_though_nobody_told_of_it(word: str, whom: str, said: bool) -> None:
    # 服务业贷款贴息 is not to be had beside another of the state for one loan, and the fact that says so was told 否
    loan = {"合同号": "K-1", "已获其他中央贴息": False}
    records: dict[str, Any] = {"贷款明细": [loan], "已获支持": [{"文号": "h", "事项": word, "对象": whom, "金额": "5000元"}]}
    book = huiqi.load("national-service-loan-interest")
    decided = {r.name: next(iter(r.options)) for r in book.compiled.readings.values()}  # nothing here turns on them, and each doubles the work
    decision = book.decide({}, on="2026-06-30", records=records, reading=decided)
    assert any("能不能同享没有核对" in x and "K-1" in x for x in decision.warnings) == said


@pytest.mark.parametrize(("last", "asked"), [("1000元", True), ("6000元", True), ("6000.01元", False), ("0元", False), ("1000万元", False)])
def test_a_sum_some_ten_thousand_times_that_of_the_year_before_is_asked_about(last: str, asked: bool) -> None:
    decision = huiqi.load("datong-outsourcing").decide({"营业收入": {2024: last, 2025: "1200万元"}}, on="2026-06-30", year=2025)
    assert any("请核对单位" in x for x in decision.warnings) == asked


@pytest.mark.parametrize("number", ["合计", "本页小计", "总计：", "共3笔"])
@pytest.mark.parametrize("listed", ["支出", "已获支持"])
def test_a_row_of_totals_is_no_record(tmp_path: Path, number: str, listed: str) -> None:
    rows: dict[str, Any] = {"支出": [{"号": "一", "费用": "1元"}, {"号": number, "费用": "1元"}], "已获支持": [grant(文号=number)]}
    with pytest.raises(huiqi.CaseError, match="像是合计"):
        loaded(tmp_path).decide({}, on="2026-06-30", year=2025, records={listed: rows[listed]})


def test_an_officer_says_what_a_grant_under_a_common_cap_was_for(tmp_path: Path) -> None:
    book = huiqi.load(book_of(tmp_path / "b", TWO, stacking=CAPPED))
    for word, left in (("事项乙", "7000.00"), ("甲乙合计", "10000.00"), ("别处的支持", "10000.00")):
        rows = [{"文号": "h", "事项": {"申报": "甲乙合计封顶", "核验": word}, "年度": "2025", "金额": "3000元"}]
        assert book.decide({"某词": "是"}, on="2026-06-30", year=2025, records={"已获支持": rows}).to_dict()["total"]["settled"] == left


def test_a_hint_among_those_that_share_a_cap_is_named_by_the_check_of_rules(tmp_path: Path) -> None:
    """Its money is in no total: nothing would be taken of it, and the author is told so before anybody relies on it."""
    rules = "".join(
        f"- {{id: {i}, title: 事项{i}, clause: 一, when: [{{合格: '某词 = \"是\"'}}], award: {{amount: 半万元}}{more}}}\n"
        for i, more in (("m", ""), ("h", ", hint: 是"))
    )
    book = huiqi.load(
        book_of(tmp_path / "b", rules, parameters=HALF, stacking="- {id: s, rule: cap, title: 合计, members: [m, h], per: 企业, amount: 万元, clause: 一}\n")
    )
    found = [p for p in findings(book.compiled) if "只作提示" in p.message]
    assert [(p.found, "不参加“合计”" in p.message) for p in found] == [("h", True)]
