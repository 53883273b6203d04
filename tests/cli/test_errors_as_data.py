"""Errors as plain data: `.errors()` says where, which kind, what, and how to mend it, ready for JSON."""

from __future__ import annotations

import copy
import json
import pickle
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import huiqi
from huiqi.errors import Code

SMALL = huiqi.load(Path(__file__).parents[1] / "rulebook" / "books" / "small")
BOOK = Path(__file__).parents[1] / "rulebook" / "books" / "small"
KEYS = {"loc", "code", "message", "mend", "found", "expected", "file", "line", "column"}


def refused(call: Any) -> list[dict[str, Any]]:
    with pytest.raises(huiqi.HuiqiError) as caught:
        call()
    found = caught.value.errors()
    assert json.loads(json.dumps(found))
    assert all(set(e) == KEYS for e in found)
    assert {e["code"] for e in found} <= {c.value for c in Code}
    return found


def decided(facts: Any, **more: Any) -> list[tuple[Any, str]]:
    errors = refused(lambda: SMALL.decide(facts, **{"on": date(2024, 6, 30), "reasoner": "reference", **more}))
    return [(e["loc"], e["code"]) for e in errors]


@pytest.mark.parametrize(
    ("facts", "loc", "code"),
    [
        ({"席位": 300}, ("数据", "席位"), "unknown_name"),
        ({"席位数": 300.0}, ("数据", "席位数"), "float"),
        ({"seats": 300.0}, ("数据", "seats"), "float"),
        ({"席位数": True}, ("数据", "席位数"), "wrong_type"),
        ({"席位数": "三百"}, ("数据", "席位数"), "wrong_type"),
        ({"席位数": "300人"}, ("数据", "席位数"), "wrong_unit"),
        ({"席位数": "300里"}, ("数据", "席位数"), "wrong_unit"),
        ({"席位数": -1}, ("数据", "席位数"), "out_of_bounds"),
        ({"席位数": 10**40}, ("数据", "席位数"), "out_of_bounds"),
        ({"席位数": "3.5席"}, ("数据", "席位数"), "too_precise"),
        ({"席位数": huiqi.NONE}, ("数据", "席位数"), "not_absent"),
        ({"席位数": [300]}, ("数据", "席位数"), "wrong_shape"),
        ({"席位数": {"核验": 300, "复核": 1}}, ("数据", "席位数", "复核"), "unknown_key"),
        ({"席位数": {"核验": 300.5}}, ("数据", "席位数", "核验"), "float"),
        ({"席位数": {}}, ("数据", "席位数"), "missing"),
        ({"投资额": "80"}, ("数据", "投资额"), "missing_unit"),
        ({"开业日": "2024-02-30"}, ("数据", "开业日"), "wrong_value"),
        ({"开业日": 20240630}, ("数据", "开业日"), "wrong_type"),
        ({"年营收": {2023: "1万元", 2022: 2.5}}, ("数据", "年营收", "2022"), "float"),
        ({"年营收": {23: "1万元"}}, ("数据", "年营收", "23"), "wrong_type"),
        ({"seats": 1, "席位数": 1}, ("数据", "席位数"), "duplicate"),
        ({"在岗人数": 5, "员工数": 3}, ("数据", "在岗人数"), "contradictory"),
    ],
    ids=str,
)
def test_a_fact_is_named_by_its_place_and_the_complaint_by_its_kind(facts: dict[Any, Any], loc: tuple[Any, ...], code: str) -> None:
    assert decided(facts) == [(loc, code)]


@pytest.mark.parametrize(
    ("records", "loc", "code"),
    [
        ({"器": []}, ("明细", "器"), "unknown_name"),
        ({"设备": "三台"}, ("明细", "设备"), "wrong_shape"),
        ({"设备": ["A"]}, ("明细", "设备", 0), "wrong_shape"),
        ({"设备": [{"编号": "A"}, {"编号": "B", "价": 1}]}, ("明细", "设备", 1, "价"), "unknown_name"),
        ({"设备": [{"编号": "A"}, {"编号": "B", "价格": 1.5}]}, ("明细", "设备", 1, "价格"), "float"),
        ({"设备": [{"编号": "A"}, {"价格": "1元"}]}, ("明细", "设备", 1, "编号"), "missing"),
        ({"设备": [{"编号": "A"}, {"编号": "A"}]}, ("明细", "设备", 1), "duplicate"),
        ({"设备": {"完整": "否", "清单": [{"编号": "A", "价格": {"核验": 1.5}}]}}, ("明细", "设备", "清单", 0, "价格", "核验"), "float"),
        ({"设备": {"完整": "否"}}, ("明细", "设备"), "missing"),
    ],
    ids=str,
)
def test_a_record_is_named_by_its_row_and_column(records: Any, loc: tuple[Any, ...], code: str) -> None:
    assert decided({}, records=records) == [(loc, code)]


def test_the_same_mistake_in_two_rows_is_two_errors_and_one_line_of_text() -> None:
    rows = [{"编号": n, "价格": "-1元"} for n in "AB"]
    with pytest.raises(huiqi.CaseError) as caught:
        SMALL.decide({}, on="2024-06-30", records={"设备": rows})
    assert [e["loc"] for e in caught.value.errors()] == [("明细", "设备", 0, "价格"), ("明细", "设备", 1, "价格")]
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("more", "loc"),
    [({"on": None}, ("on",)), ({"on": "昨天"}, ("on",)), ({"year": 24}, ("year",)), ({"scheme": "甲"}, ("scheme",)), ({"records": 5}, ("records",)), ({"others": 5}, ("others",)),
     ({"measure": 5}, ("measure",)), ({"measure": "none"}, ("measure",)), ({"measures": ["none"]}, ("measures",)), ({"reasoner": "magic"}, ("reasoner",))],
    ids=str,
)  # fmt: skip
def test_an_argument_that_cannot_be_taken_is_named(more: dict[str, Any], loc: tuple[str]) -> None:
    assert decided({}, **more) == [(loc, "invalid_call")]


CASE = "企业: 甲\n政策规则库: [BOOK]\n审核日期: 2024-06-30\n数据:\n  席位数: 300席\n明细:\n  设备:\n    - {编号: A, 价格: 3}\n期望:\n  seats.support: {结果: 符合}\n"


def test_an_error_of_a_case_file_has_its_keys_and_its_line(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(CASE.replace("BOOK", str(BOOK)), encoding="utf-8")
    errors = refused(lambda: huiqi.read_case(path))
    assert [(e["loc"], e["code"], e["line"], e["column"], e["file"]) for e in errors] == [
        (("明细", "设备", 0, "价格"), "missing_unit", 8, 19, str(path)),
        (("期望", "seats.support", "结果"), "unknown_key", 10, 19, str(path)),
    ]
    assert errors[0]["found"] == "3"
    assert errors[0]["mend"] == "3元还是3万元？写明单位"


@pytest.mark.parametrize(
    ("text", "loc", "code"),
    [
        ("企业: [甲\n", (), "yaml_syntax"),
        ("企业：甲\n", (), "yaml_syntax"),
        ("企业: 甲\n企业: 乙\n", ("企业",), "duplicate"),
        ("企业: 甲\n审核日期: 2024-13-01\n", ("审核日期",), "wrong_value"),
        ("企业: 甲\n政策规则库: [甲乙丙]\n审核日其: 2024-06-30\n", ("审核日其",), "unknown_key"),
        ("企业: [甲]\n", ("企业",), "wrong_shape"),
        ("", (), "unreadable_file"),
    ],
    ids=str,
)
def test_each_way_to_spoil_a_case_file_has_its_code(text: str, loc: tuple[str, ...], code: str, tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(text, encoding="utf-8")
    assert (loc, code) in [(e["loc"], e["code"]) for e in refused(lambda: huiqi.read_case(path))]


def test_a_file_and_a_rulebook_that_are_not_there_have_their_codes(tmp_path: Path) -> None:
    assert [e["code"] for e in refused(lambda: huiqi.read_case(tmp_path / "none.yaml"))] == ["unreadable_file"]
    assert [(e["code"], e["found"]) for e in refused(lambda: huiqi.load("datong-outsorcing"))] == [("unknown_rulebook", "datong-outsorcing")]


@pytest.mark.parametrize(
    ("line", "loc", "code"),
    [
        ("席位數量 >= 席位数", (0, "when", 0, "甲"), "unknown_name"),
        ("席位数 >= 投资额", (0, "when", 0, "甲"), "wrong_type"),
        ("席位数 >= ", (0, "when", 0, "甲"), "expression"),
        ("席位数 >= 3席", (0, "when", 0, "甲"), "expression"),
        ("行业 = “农业”", (0, "when", 0, "甲"), "not_an_option"),
    ],
)
def test_an_error_of_a_rulebook_has_the_keys_of_its_file(line: str, loc: tuple[Any, ...], code: str, tmp_path: Path) -> None:
    shutil.copytree(BOOK, tmp_path / "book")
    file = tmp_path / "book" / "measures" / "two.yaml"
    file.write_text(f"- id: m2\n  title: 二\n  clause: 甲·1\n  when:\n    - 甲: '{line}'\n  award: {{service: 服务}}\n", encoding="utf-8")
    assert [(e["loc"], e["code"], e["line"]) for e in refused(lambda: huiqi.load(tmp_path / "book"))] == [(loc, code, 5)]


def test_what_a_personal_word_was_is_in_no_error() -> None:
    errors = refused(lambda: SMALL.decide({"席位数": 3.5, "地址": "甲"}, on="2024-06-30"))
    assert [e["found"] for e in errors] == ["3.5"]


def test_a_recorded_decision_that_is_none_names_the_part() -> None:
    recorded = SMALL.decide({}, on="2024-06-30", reasoner="reference").to_dict()
    errors = refused(lambda: huiqi.Decision.from_dict({**recorded, "on": "昨天", "total": 5}))
    assert sorted(e["loc"] for e in errors) == [("on",), ("total",)]


def test_errors_carry_their_data_between_processes() -> None:
    with pytest.raises(huiqi.UsageError) as caught:
        SMALL.decide({}, on=None)
    for again in (pickle.loads(pickle.dumps(caught.value)), copy.copy(caught.value)):  # noqa: S301 - our own
        assert again.errors() == caught.value.errors()
        assert str(again) == str(caught.value)


def test_words_that_no_json_file_could_hold_are_written_out() -> None:
    errors = refused(lambda: SMALL.decide({"\ud800": 1, "长" * 1000: 1}, on="2024-06-30"))
    json.dumps(errors, ensure_ascii=False).encode("utf-8")
    assert max(len(step) for e in errors for step in e["loc"]) <= 60


def test_complaints_of_one_place_come_in_one_order_whatever_set_they_are_taken_from() -> None:
    """Two rulebooks suggest another word each for the same mistake."""
    at = huiqi.errors.Position("甲.yaml", 9, 3)
    problems = [huiqi.errors.Problem(at, "没有这一项", "软件收入", mend=mend) for mend in ("是否“销售收入”？", "是否“软件及相关服务收入”？")]
    problems += [huiqi.errors.Problem(at, "没有这一项", found, expected) for found in ("甲", "乙") for expected in ("", "丙")]
    assert {str(huiqi.CaseError(problems[n:] + problems[:n])) for n in range(len(problems))} == {str(huiqi.CaseError(problems[::-1]))}
    for _ in range(3):
        assert huiqi.CaseError(problems).problems == tuple(sorted(huiqi.CaseError(problems).problems, key=lambda p: (p.found, p.expected, p.mend)))


@pytest.mark.parametrize("scheme", [{"没有这项": "甲"}, {"certification.international": "没有这个方案"}])
def test_a_scheme_that_is_none_names_its_argument(scheme: dict[str, str]) -> None:
    book = huiqi.load("datong-outsourcing")
    assert [one["loc"] for one in refused(lambda: book.decide({}, on=date(2026, 6, 30), scheme=scheme))] == [("scheme",)]
