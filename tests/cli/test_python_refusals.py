"""What the Python interface refuses, and that every refusal is a `HuiqiError`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

import huiqi
from tests.making import SMALL

BOOK = huiqi.load(SMALL)
ON = date(2024, 6, 30)


def decide(facts: Any, **more: Any) -> huiqi.Decision:
    return BOOK.decide(facts, **{"on": ON, "reasoner": "reference", **more})


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"席位数": 300.0}, "不接受浮点数（会有误差）"),
        ({"席位数": {"核验": 300, "材料": "\ud800"}}, "“材料”有不成字的编码"),
        ({"席位数": True}, "True、False 不能当数字"),
        ({"席位数": Decimal("NaN")}, "不是有限的数"),
        ({"席位数": Decimal("sNaN")}, "不是有限的数"),
        ({"席位数": Decimal("Infinity")}, "不是有限的数"),
        ({"投资额": Decimal("1e400")}, "超出允许范围"),
        ({"席位数": huiqi.NONE}, "不会是“无”"),
        ({"席位数": "300人"}, "单位不对"),
        ({"席位数": -1}, "不能为负"),
        ({"席位数": b"300"}, "不能用 bytes 填写"),
        ({"席位数": 3 + 0j}, "不能用 complex 填写"),
        ({"席位数": [300]}, "写的是清单"),
        ({"投资额": "80"}, "金额没有写单位"),
        ({"投资额": "1,000万元"}, "数字里有逗号"),
        ({"投资额": Decimal("0.005")}, "最多到分"),
        ({"开业日": 20240630}, "要的不是数字"),
        ({"开业日": "2024-06-30T00:00"}, "不是日期"),
        ({"合同期": 6}, "要的不是数字"),
        ({"已备案": 1}, "要的不是数字"),
        ({"地址": 5}, "要的不是数字"),
        ({"席位": 300}, "是否“席位数”？"),
        ({"seats": 1, "席位数": 1}, "写了两次"),
        ({"年营收": {2023: "1万元", "2023": "2万元"}}, "同一年度写了两次"),
        ({"年营收": {2023: "1万元", "２０２３": "2万元"}}, "同一年度写了两次"),
        ({"席位数": {}}, "没有写值"),
        ({"席位数": {"核验": 1, "核 验": 2}}, "同一个键写了两次"),
        ({"地址": "无"}, "不会是“无”"),
        ({1: 1}, "没有这一项"),
        ({"在岗人数": 5, "员工数": 3}, "数据互相矛盾"),
    ],
    ids=lambda x: str(x) if isinstance(x, dict) else "",
)
def test_fact_that_cannot_be_taken_is_a_case_error(facts: dict[Any, Any], words: str) -> None:
    with pytest.raises(huiqi.CaseError, match=words):
        decide(facts)


@pytest.mark.parametrize("seats", [300, Decimal(300), "300席", "300", "０.０３万席"])
def test_integer_in_the_declared_unit_decimal_and_text_mean_the_same(seats: Any) -> None:
    assert decide({"席位数": seats}).measures["seats.support"].award.settled == "900000.00"


@pytest.mark.parametrize("word", ["不详", "待查", "/", "N/A", "—", " 不 详 "])
def test_word_for_not_told_is_none_and_said(word: str) -> None:
    untold, none = decide({"席位数": word, "地址": "甲"}), decide({"席位数": None, "地址": "甲"})
    assert untold.measures == none.measures
    assert [w for w in untold.warnings if "按未提供处理" in w] == [f"“席位数”写的是“{word}”，按未提供处理"]


@pytest.mark.parametrize(
    ("records", "words"),
    [
        ({"设备": [{"编号": "a-1"}, {"编号": "Ａ－１"}]}, "“设备”的“编号”重复"),
        ({"设备": [{"编号": "无"}]}, "不会是“无”"),
        ({"设备": [{"编号": "不详"}]}, "缺少“编号”"),
        ({"设备": [{"编号": None}]}, "缺少“编号”"),
        ({"设备": [{"编号": "1", "价格": "1元", "price": "2元"}]}, "同一栏写了两次"),
        ({"设备": [], "machines": []}, "同一类明细写了两次"),
        ({"设备": {}}, "没有写清单"),
        ({"设备": {"完整": "否", "清单": "无"}}, "既说没有列全"),
    ],
    ids=str,
)
def test_records_told_twice_or_without_a_number_are_refused(records: Any, words: str) -> None:
    with pytest.raises(huiqi.CaseError, match=words):
        decide({}, records=records)


def test_every_thing_told_twice_is_named_at_once() -> None:
    with pytest.raises(huiqi.CaseError) as error:
        decide({"seats": 1, "席位数": 1}, records={"设备": [{"编号": "1"}, {"编号": "１"}], "machines": []})
    assert len(error.value.problems) == 3


def test_id_and_chinese_name_mean_the_same_fact() -> None:
    assert decide({"seats": 300}).to_dict() == decide({"席位数": 300}).to_dict()


def test_none_is_unknown_not_zero() -> None:
    result = decide({"席位数": None}).measures["seats.support"]
    assert (result.outcome, result.missing) == ("undetermined", ("席位数",))


def test_known_absence_is_taken_where_the_vocabulary_allows_it() -> None:
    assert decide({"上年投资": huiqi.NONE}).to_dict()["input"]["数据"] == {"上年投资": "无"}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"on": None}, "on（审核日期）没有给"),
        ({"on": "2024-02-30"}, "on 不是日期"),
        ({"year": "2024"}, "year 应是四位年份的整数"),
        ({"year": True}, "year 应是四位年份的整数"),
        ({"year": 24}, "year 应是四位年份的整数"),
        ({"scheme": {"没有": "甲"}}, "没有支持事项“没有”"),
        ({"scheme": {"seats.support": "甲"}}, "没有方案“甲”"),
        ({"measure": "seats.suport"}, "是否“seats.support”？"),
        ({"reasoner": "magic"}, "没有推理方式“magic”；可用：rete、python、reference"),
    ],
    ids=str,
)
def test_wrong_argument_is_a_usage_error_naming_it(more: dict[str, Any], words: str) -> None:
    with pytest.raises(huiqi.UsageError, match=words):
        decide({}, **more)


@pytest.mark.parametrize("case", [None, [], "case.yaml", 5])
def test_case_of_another_type_is_a_usage_error(case: Any) -> None:
    with pytest.raises(huiqi.UsageError, match="case 应是 Case 或映射"):
        decide(case)


def test_the_day_must_be_given() -> None:
    with pytest.raises(TypeError, match="on"):
        BOOK.decide({})  # type: ignore[call-arg]


@pytest.mark.parametrize(("name", "near"), [("datong-outsorcing", "是否“datong-outsourcing”？"), ("/none", "写规则库的名称或文件夹路径"), ("\0", "写规则库")])
def test_unknown_rulebook_names_those_there_are(name: str, near: str) -> None:
    with pytest.raises(huiqi.UnknownRulebook, match=near):
        huiqi.load(name)


def test_every_error_derives_from_one_base() -> None:
    errors = [huiqi.CaseError, huiqi.ExpressionError, huiqi.InputError, huiqi.RulebookError, huiqi.TooComplex, huiqi.UnknownRulebook, huiqi.UsageError]
    assert all(issubclass(e, huiqi.HuiqiError) for e in errors)
