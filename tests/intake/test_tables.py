"""Tables as they come: where things stand in them, what is asked of them once, and what follows for applicants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import yaml

from tests.intake.making import Error, Formula, sheet

TOP: list[list[Any]] = [
    ["附件1"],
    ["某县2024年度服务外包企业申报汇总表"],
    ["报送单位：云州区商务局", None, None, None, None, None, None, None, None, "单位：万元、万美元、人"],
    ["序号", "企业名称", "统一社会信用代码", "注册地", "服务外包执行额（万美元）", None, "国际资质认证", None, None, "申请金额", "初审意见", "备注"],
    [None, None, None, None, "合计", "其中：离岸", "认证名称", "发证日期", "认证费用", None, None, None],
    ["栏次", "1", "2", "3", "4", "5=≤4", "6", "7", "8", "9=8×0.5", None, None],
]
MERGED = ["A2:L2", "E4:F4", "G4:I4", *(f"{c}4:{c}5" for c in "ABCDJKL")]
ROWS: list[list[Any]] = [
    [1, "甲数据有限公司", "91140200MA0K1XY77R", "云州区", 100, "90万", "ISO27001", "2024.5.1", 20, 10, "同意", None],
    [2, "乙软件有限公司", None, "大同市平城区", "-", "—", "CMMI3", "2024年6月", "30万元", "15", None, None],
    [None, None, None, None, None, None, "ISO20000", 45444, 8, 4, None, "第二张"],
    [3, "甲 数据有限公司", "91140200ma0k1xy77r", "云州区", 100, 90, "ISO27001", "2024-05-01", 20, 9, "重复？", "与序号1同一家"],
    [4, "丙呼叫中心（分公司）", "无", "云冈区", None, None, None, None, None, "约5", None, "总部在外省"],
]
FOOT: list[list[Any]] = [
    ["合计", None, None, None, Formula("SUM(E7:E11)"), None, None, None, "78", "38", None, None],
    ["注：1.以平台数为准；2.“—”表示没有离岸业务。"],
    ["填表人：李某", None, "审核人：", None, "填表日期：2025年2月1日"],
]
DOWN = [f"{c}8:{c}9" for c in "ABCDEF"]


def _table() -> list[list[Any]]:
    return [*TOP, *ROWS, *FOOT]


@pytest.fixture
def summary(cells: Callable[..., Any]) -> Any:
    return cells(_table(), merged=[*MERGED, *DOWN], hidden_columns=[11])


@pytest.fixture
def whole(mapped: Callable[..., Any]) -> Any:
    return mapped(_table(), merged=[*MERGED, *DOWN], hidden_columns=[11])


def test_every_row_is_accounted_for(whole: Any) -> None:
    rows = whole.cells["sheets"][0]["rows"]
    assert rows == {"read": 14, "title": 3, "header": 2, "栏次": 1, "data": 5, "total": 1, "note": 1, "signature": 1}


def test_every_column_is_proposed_or_listed(whole: Any) -> None:
    told = whole.cells["sheets"][0]
    assert [(c["column"], c["fact"]) for c in told["columns"] if c["fact"]] == [
        ("B", "企业"), ("C", "统一社会信用代码"), ("D", "注册地县区"), ("E", "执行额"), ("F", "离岸执行额"),
        ("G", "资质认证.种类"), ("H", "资质认证.发证日"), ("I", "资质认证.合格费用"),
    ]  # fmt: skip
    assert told["unmapped"] == ["J 申请金额", "K 初审意见", "L 备注"]


def test_what_a_table_is_asked_once(whole: Any) -> None:
    asked = [(q["words"].split("，")[0], q["suggestion"]) for q in whole.cells["questions"]]
    assert asked[:6] == [
        ("标题写“2024年度”", "①"), ("“认证费用”“申请金额”没有写单位", "①"), ("“认证费用”是不是“合格费用”（认证费与评估费；不含咨询、差旅、税款）？", "①"),
        ("“国际资质认证”栏是否列全了各企业本次申报的证书？", "①"), ("本表的“—”（F8）读作什么？表注2写：“—”表示没有离岸业务", "①"), ("本表的“-”（E8）读作什么？表注2写：“—”表示没有离岸业务", "①"),
    ] or asked[4][0].startswith("本表的")  # fmt: skip


def test_merged_cells_speak_for_the_rows_they_cover(summary: Any) -> None:
    assert summary["B9"]["value"] == "乙软件有限公司"
    assert summary["B9"]["under"] == "B8"
    assert summary["G9"]["as"] == "资质认证.种类"
    assert (summary["E8"]["verdict"], summary["E9"]["verdict"], summary["E9"]["said"]) == ("question", "read", ["与E8合并，同E8"])


def test_two_records_under_one_merged_name_are_one_applicant_and_get_stand_ins(whole: Any) -> None:
    second = next(a for a in whole.cells["sheets"][0]["applicants"] if a["name"].startswith("乙"))
    assert second["rows"] == [8, 9]
    assert [e["证号"] for e in second["明细"]["资质认证"]] == ["申报第8行（证号未填）", "申报第9行（证号未填）"]
    assert "第9行 资质认证.证号" in second["missing"]


def test_suspected_duplicates_are_held_until_answered(mapped: Callable[..., Any], whole: Any) -> None:
    first = [a for a in whole.cells["sheets"][0]["applicants"] if a["held"]]
    assert [a["rows"] for a in first] == [[7], [10]]
    question = next(q for q in whole.cells["questions"] if "是否同一家" in q["words"])
    assert question["choices"] == ["① 同一家，第10行不计", "② 同一家，证书不同", "③ 不是同一家"]
    assert any("与序号1同一家" in s for s in question["said"])
    again = mapped(_table(), merged=[*MERGED, *DOWN], hidden_columns=[11], answers={question["id"]: "①"})
    now = again.cells["sheets"][0]["applicants"]
    assert [(a["rows"], a["dropped"], a["held"]) for a in now if a["rows"] in ([7], [10])] == [([7], False, []), ([10], True, [])]


def test_hidden_columns_and_a_branch_are_said(summary: Any) -> None:
    assert summary["K7"]["said"] == ["在隐藏列"]
    assert "分公司" in summary["B11"]["said"][0]
    assert "总部在外省" in summary["B11"]["said"][0]


def test_totals_are_compared_and_never_applicants(summary: Any, whole: Any) -> None:
    assert summary["E12"]["verdict"] == "error"
    assert summary["E12"]["said"][:2] == ["读到的合计 200万美元（E7、E10）", "没有加进：E8"]
    assert summary["I12"]["said"][0] == "与读到的各行相加相等"
    assert summary["J12"]["said"][1] == "没有加进：J11"
    assert "合计" not in {a["name"] for a in whole.cells["sheets"][0]["applicants"]}


def test_relations_beside_the_numbers_are_checked(summary: Any, whole: Any) -> None:
    relation = next(r for r in whole.cells["sheets"][0]["relations"] if r["column"] == "J")
    assert relation["rows"] == {"7": True, "8": True, "9": True, "10": False, "11": None}
    assert "不符" in summary["J10"]["said"][0]


def test_people_and_the_table_s_own_day_stay_out(summary: Any) -> None:
    assert "李某" not in str(summary)
    assert summary["C14"]["said"] == ["审核人未签"]
    assert summary["E14"]["said"] == ["不是审核日期"]


def test_no_code_is_repaired_and_equal_codes_are_found(summary: Any) -> None:
    assert summary["C10"]["value"] == "91140200MA0K1XY77R"
    assert "照齐后与第7行相同" in summary["C10"]["said"]


def test_a_district_that_reports_others_is_said(summary: Any) -> None:
    assert summary["A3"]["said"] == ["D8、D11 不是云州区"]


def test_the_mapping_is_yaml_with_text_as_text(whole: Any) -> None:
    told = yaml.safe_load(whole.mapping)
    assert told["工作表"][0]["列"][4] == {"列": "E", "表头": "服务外包执行额（万美元）·合计", "对应": "执行额", "单位": "万美元"}
    assert all(q["答"] == "" for q in told["工作表"][0]["问"])


def test_answers_are_kept_when_the_mapping_is_read_again(mapped: Callable[..., Any], whole: Any) -> None:
    numbers = {q["words"][:6]: q["id"] for q in whole.cells["questions"]}
    year, day = numbers["标题写“20"], next(q["id"] for q in whole.cells["questions"] if "哪一天" in q["words"])
    again = mapped(_table(), merged=[*MERGED, *DOWN], hidden_columns=[11], answers={year: "②2023", day: "2024-06-18"})
    found = {c["cell"]: c for c in again.cells["cells"]}
    assert found["E7"]["as"] == "执行额 2023"
    assert "supposes" in found["E7"]
    assert found["E7"]["supposes"] == []
    assert found["H8"]["value"] == "2024-06-18"


def test_an_answer_that_is_no_choice_is_refused(mapped: Callable[..., Any], whole: Any) -> None:
    from huiqi import HuiqiError

    number = next(q["id"] for q in whole.cells["questions"] if "列全" in q["words"])
    with pytest.raises(HuiqiError, match="不在选项里"):
        mapped(_table(), merged=[*MERGED, *DOWN], answers={number: "也许"})


def test_the_year_of_one_table_is_not_the_next_one_s(mapped: Callable[..., Any], whole: Any) -> None:
    rows = _table()
    rows[1] = ["某县2025年度服务外包企业申报汇总表"]
    year = next(q["id"] for q in whole.cells["questions"] if q["words"].startswith("标题写"))
    mapped(_table(), merged=[*MERGED, *DOWN], answers={year: "①"})
    again = mapped(rows, merged=[*MERGED, *DOWN])
    assert next(q for q in again.cells["questions"] if q["words"].startswith("标题写"))["answer"] is None


LOANS: list[list[Any]] = [
    ["2025年第二季度贷款贴息申请表"],
    ["经办银行：甲银行乙支行", None, None, None, None, None, "单位：元、%"],
    ["序号", "借款企业", "合同编号", "贷款金额（万元）", "放款日", "年利率", "申请贴息（元）", "备注"],
    [1, "甲餐饮有限公司", "A-1", 50, "2025-04-01", 3.5, 1000, None],
    [2, "乙养老院", "0012", "200", "2025.5.6", "3.45%", 2000, None],
    [3, "甲餐饮有限公司", "A-3", "1200万", "2025-07-01", 0.035, "0.3", "展期不贴"],
    ["合计", None, None, None, None, None, Error("#REF!"), None],
]


def test_a_table_of_loans_joins_the_loans_of_one_name(mapped: Callable[..., Any]) -> None:
    told = mapped(LOANS, rulebook="national-service-loan-interest").cells
    assert told["sheets"][0]["records"] == "贷款明细"
    first = told["sheets"][0]["applicants"][0]
    assert first["rows"] == [4, 6]
    assert first["明细"]["贷款明细"]["完整"] == "否"
    assert first["明细"]["贷款明细"]["清单"][0] == {"合同号": "A-1", "银行": "甲银行乙支行", "本金": "50万元", "发放日": "2025-04-01", "利率": "3.5%"}


def test_header_and_unit_line_of_two_scales_are_a_question_for_the_column(mapped: Callable[..., Any]) -> None:
    told = mapped(LOANS, rulebook="national-service-loan-interest").cells
    assert told["questions"][0]["words"].startswith("“贷款金额”表头写万元，单位行写元")
    assert told["questions"][0]["choices"] == ["① 万元（表头）", "② 元（单位行）"]
    cells = {c["cell"]: c for c in told["cells"]}
    assert cells["D4"]["supposes"] == ["问1"]
    assert cells["D6"]["said"] == ["格内的“万”与表头的“万”是同一个"]


def test_a_number_ten_thousand_times_off_its_column_is_asked(cells: Callable[..., Any]) -> None:
    found = cells(LOANS, rulebook="national-service-loan-interest")["G6"]
    assert found["choices"] == ["① 0.3万元", "② 0.3元", "③ 不申请"]


def test_a_hidden_row_is_held_and_a_day_outside_the_quarter_said(mapped: Callable[..., Any]) -> None:
    told = mapped(LOANS, rulebook="national-service-loan-interest", hidden_rows=[6]).cells
    cells = {c["cell"]: c for c in told["cells"]}
    assert cells["A6"]["said"] == ["第6行是隐藏行"]
    assert "不在2025年第二季度" in cells["E6"]["said"]
    first = told["sheets"][0]["applicants"][0]
    assert first["held"] == ["第6行是隐藏行"]
    assert [e["合同号"] for e in first["明细"]["贷款明细"]["清单"]] == ["A-1"]


def test_sheets_without_data_are_said_and_skipped(mapped: Callable[..., Any]) -> None:
    told = mapped(LOANS, rulebook="national-service-loan-interest", sheets={"说明": sheet([["请勿改动表头"]]), "Sheet3": sheet([])}).cells
    assert [(s["name"], s["said"]) for s in told["sheets"] if not s["read"]] == [("说明", ["没有数据"]), ("Sheet3", ["没有数据"])]
    assert next(c for c in told["cells"] if c["sheet"] == "说明")["as"] == "layout"


def test_a_formula_typed_as_a_name_stays_text(mapped: Callable[..., Any]) -> None:
    rows = [*LOANS[:3], [1, "=cmd|' /C calc'!A0", "+A1", 50, "2025-04-01", 3.5, 1000, "@SUM(A1)"]]
    told = mapped(rows, rulebook="national-service-loan-interest")
    cells = {c["cell"]: c for c in told.cells["cells"]}
    assert cells["B4"]["value"] == "=cmd|' /C calc'!A0"
    assert cells["C4"]["value"] == "+A1"
    assert yaml.safe_load(told.mapping)["对应表"] == 1


def test_header_rows_without_merged_blocks_and_parts_of_a_table(cells: Callable[..., Any]) -> None:
    rows = [
        ["2024年服务外包企业情况", None, None, None, "（金额单位：万美元）"],
        ["备注", "单位名称", "所在县区", "执行额", None],
        [None, None, None, "合计", "其中：离岸"],
        ["一、平城区"],
        [None, "甲公司", "平城区", "1,200.5", 1100],
        ["小  计", None, None, 1200.5, None],
        ["二、云州区"],
        ["备注", "单位名称", "所在县区", "执行额", None],
        [None, "乙公司", "云州区", 300, "*"],
        ["合 计", None, None, 1500.5, None],
        ["说明：“*”为未统计。"],
    ]
    found = cells(rows)
    assert found["E5"]["as"] == "离岸执行额 2024"
    assert found["D5"]["value"] == "1200.5万美元"
    assert found["E9"]["choices"] == ["① 没有告诉", "② 读作 0美元"]
    assert [found[a]["said"][0] for a in ("D6", "D10")] == ["与读到的各行相加相等"] * 2
    assert found["A4"]["as"] == found["B8"]["as"] == "layout"


def test_what_contradicts_itself_is_read_and_stops_its_applicant(mapped: Callable[..., Any]) -> None:
    rows: list[list[Any]] = [
        ["2025年度名单"],
        ["序号", "企业名称", "职工总数（人）", "大专以上职工（人）", "备注"],
        [1, "甲公司", 10, 40, "电话13900000000"],
        [2, "乙公司", 40, 10, None],
        [3, None, None, None, None],
    ]
    told = mapped(rows)
    found = {c["cell"]: c for c in told.cells["cells"]}
    assert found["D3"]["value"] == "40人"
    assert "13900000000" not in str(told.cells)
    first, second = told.cells["sheets"][0]["applicants"]
    assert "大专以上职工不超过职工总数" in first["problems"][0]
    assert second["problems"] == []
    assert told.cells["sheets"][0]["said"] == ["第5行只有序号，没有内容"]


def test_years_in_headers_go_before_the_title_s(cells: Callable[..., Any]) -> None:
    rows: list[list[Any]] = [["企业名录"], ["序号", "企业名称", "2023年执行额（万美元）", "2024年执行额（万美元）", "职工总数（人）"], [1, "甲公司", 5, 6, 7]]
    found = cells(rows)
    assert (found["C3"]["as"], found["D3"]["as"]) == ("执行额 2023", "执行额 2024")
    assert found["E3"]["verdict"] == "question"
    assert "标题没有写年度" in found["E3"]["words"]


def test_money_without_any_unit_is_asked_and_read_by_the_answer(mapped: Callable[..., Any]) -> None:
    rows: list[list[Any]] = [["2025年度名单"], ["序号", "企业名称", "执行额", "备注"], [1, "甲公司", 5, None], [2, "乙公司", "6万美元", None]]
    told = mapped(rows)
    found = {c["cell"]: c for c in told.cells["cells"]}
    assert found["C3"]["verdict"] == "question"
    assert found["C4"]["value"] == "6万美元"
    question = next(q for q in told.cells["questions"] if "没有写单位" in q["words"])
    again = {c["cell"]: c for c in mapped(rows, answers={question["id"]: "万美元"}).cells["cells"]}
    assert (again["C3"]["value"], again["C3"]["exact"]) == ("5万美元", "50000")
