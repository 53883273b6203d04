"""A filled template: decided as the same facts in a case file are, or refused by the address of the cell."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment

import huiqi
from huiqi.api import read_case_text
from huiqi.cli.workbooks import cases_of
from huiqi.errors import CaseError
from tests.making import ROOT, SMALL, decide_each, examples, invoke, shipped_decisions, yaml_text

from .filling import FIRST, filled, headings, put, template

COVERING = (
    "综合-四个规则库",
    "认证-云中数据",
    "贴息-核验与申报不一致",
    "数据标注-260席一席不清",
    "认证-正好到企业上限",
    "贴息-跨年两笔",
    "认证-核减咨询差旅费",
)


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A template of the small rulebook, for many enterprises."""
    return template(tmp_path_factory.mktemp("blank") / "a.xlsx", [SMALL])


@pytest.fixture
def book(blank: Path) -> Workbook:
    return load_workbook(blank)


def _applicant(book: Workbook, row: int = FIRST, name: str = "甲公司", **cells: Any) -> None:
    for heading, value in {"企业": name, "审核日期": "2024-06-30", "申报年度": "2023", **cells}.items():
        put(book["申报企业"], row, heading, value)


def _machine(book: Workbook, row: int = FIRST, name: str | None = "甲公司", **cells: Any) -> None:
    for heading, value in {"企业": name, **cells}.items():
        put(book["设备"], row, heading, value)


def _read(book: Workbook, folder: Path) -> list[huiqi.Case]:
    book.save(folder / "x.xlsx")
    return cases_of(str(folder / "x.xlsx"))


def _decided(case: huiqi.Case) -> list[Any]:
    return [d.to_dict() for d in decide_each(case, reasoner="reference")]


def _refused(book: Workbook, folder: Path) -> list[str]:
    """What is said of a workbook that is not taken, a line each, without the path."""
    path = folder / "x.xlsx"
    book.save(path)
    result = invoke("check", str(path))
    assert (result.exit_code, result.stdout) == (2, "")
    return [x.removeprefix(f"{path}:") for x in result.stderr.splitlines() if not x.startswith("提示：")]


# -- the same facts, the same decision ------------------------------------------------------------------


@pytest.mark.parametrize("stem", COVERING)
@pytest.mark.parametrize("single", [False, True], ids=["一行一户", "竖排一户"])
def test_a_shipped_case_written_into_the_template_is_decided_alike(stem: str, single: bool, tmp_path: Path) -> None:
    case = huiqi.read_case(ROOT / "cases" / f"{stem}.yaml")
    (again,) = filled(tmp_path / "x.xlsx", case.rulebooks, [case], single=single)
    assert _decided(again) == [d.to_dict() for d in shipped_decisions(stem)]


def test_several_enterprises_each_get_their_own_rows(tmp_path: Path) -> None:
    cases = [huiqi.read_case(ROOT / "cases" / f"{s}.yaml") for s in ("认证-正好到企业上限", "认证-期间外取得", "认证-费用凭证待核实")]
    again = filled(tmp_path / "x.xlsx", cases[0].rulebooks, cases)
    assert [c.enterprise for c in again] == [c.enterprise for c in cases]
    assert [_decided(c) for c in again] == [_decided(c) for c in cases]


_money = st.integers(0, 10**11).map(lambda fen: f"{fen // 100}.{fen % 100:02}")
_count = st.integers(0, 100000).map(str)
_days = st.dates(date(2000, 1, 1), date(2100, 12, 31))
_untold = st.sampled_from([("待核实", "待核实"), ("不详", "不详"), (None, None), (None, "  ")])
Told = tuple[Any, Any]  # the word of a case file, and what stands in the cell


def _number(text: str, unit: str, how: int) -> Told:
    return f"{text}{unit}", [float(text), text, f"{text}{unit}", int(text) if text.isdigit() else float(text)][how]


def _amounts(numbers: st.SearchStrategy[str], unit: str) -> st.SearchStrategy[Told]:
    return st.tuples(numbers, st.integers(0, 3)).map(lambda x: _number(x[0], unit, x[1])) | _untold


def _day(day: date, how: int) -> Told:
    return day.isoformat(), [day, day.isoformat(), datetime.combine(day, time()), f"{day.year}年{day.month}月{day.day}日"][how]


_dates = st.tuples(_days, st.integers(0, 3)).map(lambda x: _day(*x)) | _untold
_truth = st.sampled_from([("是", "是"), ("否", "否"), ("是", True), ("否", False)]) | _untold
_choice = st.sampled_from([(x, x) for x in ("软件", "制造", "物流")]) | _untold
_none = st.just(("无", "无"))
FACTS: dict[str, st.SearchStrategy[Told]] = {
    "投资额": _amounts(_money, "元"), "外汇额": _amounts(_count, "美元"), "席位数": _amounts(_count, "席"), "系数": _amounts(st.integers(0, 100).map(str), ""),
    "增速": st.integers(-99, 999).map(lambda n: (f"{n}%", f"{n}%")) | _untold, "已备案": _truth, "外部核实": _truth, "行业": _choice,
    "地址": st.sampled_from([("=cmd", "=cmd"), ("+1", "+1"), ("0012", "0012"), ("@某", "@某"), ("20250001", 20250001)]) | _untold,
    "开业日": _dates, "关闭日": _dates | _none, "上年投资": _amounts(_money, "元") | _none, "合同期": st.sampled_from([("12个月", "12个月"), ("3年", "3年")]) | _untold,
}  # fmt: skip
COLUMNS: dict[str, st.SearchStrategy[Told]] = {
    "价格": _amounts(st.integers(0, 10**8).map(str), "元"), "类型": st.sampled_from([("新", "新"), ("旧", "旧")]) | _untold, "购入日": _dates, "报废日": _dates | _none,
}  # fmt: skip


@st.composite
def _enterprises(draw: st.DrawFn) -> tuple[dict[str, Told], dict[str, Told], list[dict[str, Told]], str]:
    """Facts, turnover by year, machines, and what the officer says of the list."""
    facts = {k: draw(x) for k, x in FACTS.items() if draw(st.booleans())}
    years = {y: draw(_amounts(_money, "元")) for y in draw(st.sampled_from([[], ["2023"], ["2022", "2023"], ["2021"]]))}
    rows = [{"编号": (f"机-{n}", f"机-{n}"), **{k: draw(x) for k, x in COLUMNS.items() if draw(st.booleans())}} for n in range(draw(st.integers(0, 3)))]
    said = draw(st.sampled_from(["已列全", "没列全"] if rows else ["一条也没有", "没列全", ""]))
    return facts, years, rows, said


@settings(max_examples=examples(12), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_enterprises(), min_size=1, max_size=4))
def test_told_in_cells_or_in_a_case_file_the_decision_is_the_same(blank: Path, tmp_path: Path, told: list[Any]) -> None:
    """Whatever a cell may hold for a word: a number, a text with or without its unit, a date, TRUE."""
    book, machines, turnover = load_workbook(blank), FIRST, FIRST
    cases = []
    for number, (facts, years, rows, said) in enumerate(told):
        name = f"第{number}公司"
        _applicant(book, FIRST + number, name, **{k: cell for k, (_, cell) in facts.items()}, **({"设备·是否列全": said} if said else {}))
        for year, (_, cell) in years.items():
            for heading, value in {"企业": name, "年度": year, "年营收": cell}.items():
                put(book["分年度数据"], turnover, heading, value)
            turnover += 1
        for row in rows:
            _machine(book, machines, name, **{k: cell for k, (_, cell) in row.items()})
            machines += 1
        listed = [{k: word for k, (word, _) in row.items() if word is not None} for row in rows]
        data = {k: word for k, (word, _) in facts.items() if word is not None}
        turned = {y: word for y, (word, _) in years.items() if word is not None}
        lists = {"已列全": listed, "没列全": {"完整": "否", "清单": listed}, "一条也没有": [], "": None}[said]
        tree = {
            "企业": name, "政策规则库": [SMALL], "审核日期": "2024-06-30", "申报年度": "2023", "数据": data | ({"年营收": turned} if turned else {}),
            "明细": {} if lists is None else {"设备": lists},
        }  # fmt: skip
        cases.append(read_case_text(yaml_text(tree), "甲.yaml"))
    again = _read(book, tmp_path)
    assert [_or_why(c) for c in again] == [_or_why(c) for c in cases]


def _or_why(case: huiqi.Case) -> Any:
    """The decision, else what is wrong, without the places."""
    try:
        found = _decided(case)
    except CaseError as error:
        return sorted((p.message, p.code or "") for p in error.problems)
    for decision in found:
        decision["receipt"].pop("asked")  # a digest that the places of the reminders go into
        decision["warnings"] = sorted(w.partition(": ")[2] for w in decision.get("warnings", []))
    return found


# -- blank, zero, 无, and what the officer says of a list --------------------------------------------------


def test_blank_is_not_told_zero_is_zero_and_none_is_none(book: Workbook, tmp_path: Path) -> None:
    _applicant(book, 投资额=0, 关闭日="无", 席位数=" ")
    (case,) = _read(book, tmp_path)
    assert dict(case.data) == {"投资额": "0元", "关闭日": "无"}
    assert not case.records


@pytest.mark.parametrize(
    ("said", "rows", "records"),
    [("一条也没有", 0, []), ("无", 0, []), ("已列全", 1, [{"编号": "机-1"}]), ("没列全", 1, {"完整": "否", "清单": [{"编号": "机-1"}]}),
     (None, 1, {"完整": "否", "清单": [{"编号": "机-1"}]}), ("不详", 0, None), (None, 0, None), ("没列全", 0, {"完整": "否", "清单": []})],
)  # fmt: skip
def test_a_list_is_complete_or_empty_only_where_the_officer_says_so(said: str | None, rows: int, records: Any, book: Workbook, tmp_path: Path) -> None:
    _applicant(book, 设备·是否列全=said)
    for n in range(rows):
        _machine(book, FIRST + n, 编号=f"机-{n + 1}")
    (case,) = _read(book, tmp_path)
    assert case.records.get("设备") == records


def test_a_share_is_read_as_it_is_shown(book: Workbook, tmp_path: Path) -> None:
    for row, (value, shown) in enumerate([(0.355, "0.0%"), ("35.5%", "@"), ("0", "@"), (0, "0%")], FIRST):
        _applicant(book, row, f"第{row}公司", 增速=value)
        book["申报企业"].cell(row, headings(book["申报企业"])["增速"]).number_format = shown
    assert [c.data["增速"] for c in _read(book, tmp_path)] == ["35.5%", "35.5%", "0", "0%"]


def test_one_cell_at_the_far_end_is_no_sheet_full_of_cells(book: Workbook, tmp_path: Path) -> None:
    _applicant(book)
    book["设备"].cell(1048576, 16384).number_format = "0"
    (case,) = _read(book, tmp_path)
    assert case.enterprise == "甲公司"


def test_rows_of_the_only_enterprise_need_not_name_it(book: Workbook, tmp_path: Path) -> None:
    _applicant(book, 设备·是否列全="已列全")
    _machine(book, name=None, 编号="机-1")
    (case,) = _read(book, tmp_path)
    assert case.records["设备"] == [{"编号": "机-1"}]


def test_a_blank_year_is_that_of_the_application(book: Workbook, tmp_path: Path) -> None:
    _applicant(book)
    put(book["分年度数据"], FIRST, "企业", "甲公司")
    put(book["分年度数据"], FIRST, "年营收", 5)
    put(book["分年度数据"], FIRST + 1, "企业", "甲公司")
    put(book["分年度数据"], FIRST + 1, "年度", 2022)
    put(book["分年度数据"], FIRST + 1, "年营收", "4万元")
    (case,) = _read(book, tmp_path)
    assert case.data["年营收"] == {"2023": "5元", "2022": "4万元"}


def test_a_verified_value_stands_beside_the_one_applied_for(book: Workbook, tmp_path: Path) -> None:
    _verified(数据项="投资额（元）", 核验="7万元", 理由="发票少一张")(book)
    for heading, value in {"企业": "甲公司", "明细": "设备", "编号": "机-1", "数据项": "价格", "审定": "3元"}.items():
        put(book["核验与审定"], FIRST + 1, heading, value)
    (case,) = _read(book, tmp_path)
    assert case.data["投资额"] == {"申报": "80000元", "核验": "7万元", "理由": "发票少一张"}
    assert case.records["设备"] == [{"编号": "机-1", "价格": {"申报": "5元", "审定": "3元"}}]


CUT = {"核减·原值": "8万元", "核减·改为": "7万元", "核减·理由": "含差旅费", "核减·材料": "发票 p.3", "核减·由": "李某", "核减·日期": date(2024, 6, 20)}


def test_a_disallowed_amount_written_in_the_workbook_is_the_one_of_a_case_file(book: Workbook, tmp_path: Path) -> None:
    """Beside what was verified and its day, each under its own heading; a year's value too."""
    _verified(数据项="投资额（元）", 核验="7.5万元", 材料="发票", 日期=date(2024, 6, 19), **CUT)(book)
    put(book["分年度数据"], FIRST, "年度", 2023)
    put(book["分年度数据"], FIRST, "年营收", 9)
    for heading, value in {"数据项": "年营收", "年度": 2023, **CUT, "核减·原值": "9元", "核减·改为": "8元"}.items():
        put(book["核验与审定"], FIRST + 1, heading, value)
    (case,) = _read(book, tmp_path)
    cut = {k.removeprefix("核减·"): str(x) for k, x in CUT.items()}
    assert case.data["投资额"] == {"申报": "80000元", "核验": "7.5万元", "材料": "发票", "日期": "2024-06-19", "核减": cut}
    assert case.data["年营收"] == {"2023": {"申报": "9元", "核减": {**cut, "原值": "9元", "改为": "8元"}}}


def test_a_workbook_made_before_there_were_columns_for_it_is_read_as_ever(book: Workbook, tmp_path: Path) -> None:
    page = book["核验与审定"]
    page.delete_cols(headings(page)["日期"], 7)
    _verified(数据项="投资额", 核验="7万元", 理由="发票少一张")(book)
    assert [str(c.value) for c in page[2]][-1] == "理由"
    (case,) = _read(book, tmp_path)
    assert case.data["投资额"] == {"申报": "80000元", "核验": "7万元", "理由": "发票少一张"}


def test_columns_may_be_moved_left_out_and_remarked_upon(book: Workbook, tmp_path: Path) -> None:
    page = book["申报企业"]
    page.move_range(f"{page.cell(1, headings(page)['投资额']).column_letter}2:{page.cell(1, headings(page)['投资额']).column_letter}4", cols=60)
    page.delete_cols(headings(page)["利润"])
    _applicant(book, 投资额=80000, 备注="电话里说的")
    (case,) = _read(book, tmp_path)
    assert dict(case.data) == {"投资额": "80000元"}


# -- what is not taken ---------------------------------------------------------------------------------------


def _with(**cells: Any) -> Callable[[Workbook], None]:
    return lambda book: _applicant(book, **cells)


# what it is, the column, what stands in its cell, the cell's number format, what is said of it
SPOILT: list[tuple[str, str, Any, str | None, str]] = [
    ("公式没有存下值", "投资额", "=1+1", None, "没有存下算出的值"),
    ("公式出错", "地址", "#REF!", "General", "公式出错"),
    ("号码成了数", "地址", 911402001234567890, None, "后面几位已经丢了"),
    ("号码前有零", "地址", 7, "000", "前面的 0"),
    ("号码带小数", "地址", 1.5, None, "小数"),
    ("号码成了日期", "地址", date(2025, 3, 1), None, "变成了日期"),
    ("数成了日期", "投资额", date(2025, 3, 1), None, "变成了日期"),
    ("只到月", "开业日", datetime.fromisoformat("2025-06-01"), 'yyyy"年"m"月"', "只显示到月"),
    ("只写到月", "开业日", "2025年6月", None, "不是日期"),
    ("带钟点", "开业日", datetime.fromisoformat("2025-06-01T09:30"), "yyyy-mm-dd hh:mm", "钟点"),
    ("日期是数", "开业日", 20250601, None, "是一个数，不是日期"),
    ("一还是百分之一", "增速", 1, None, "1% 还是 100%"),
    ("百分号漏写", "增速", 35, None, "35% 还是 3500%"),
    ("零点几", "增速", "0.8", None, "0.8% 还是 80%"),
    ("格式里的万", "投资额", 18, '0"万元"', "万元"),
    ("按千显示", "投资额", 180000, "#,##0,", "不是一个数"),
    ("万位的点", "投资额", 180000, "0!.0000", "不是一个数"),
    ("逻辑值", "地址", True, None, "TRUE"),
    ("不在选项里", "行业", "农业", None, "选项"),
    ("约数", "投资额", "约80", None, "不是数字"),
    ("别的币种", "投资额", "80美元", None, "单位不对"),
    ("太细", "投资额", 0.005, None, "最多到分"),
    ("为负", "投资额", -1, None, "不能为负"),
    ("申报年度", "申报年度", "去年", None, "年度"),
    ("审核日期", "审核日期", "六月", None, "日期"),
]  # fmt: skip


@pytest.fixture(scope="module")
def spoilt(blank: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What is said of a workbook in which each row holds one thing that cannot be taken."""
    book = load_workbook(blank)
    page = book["申报企业"]
    for row, (what, heading, value, shown, _) in enumerate(SPOILT, FIRST):
        _applicant(book, row, what, **{heading: value})
        if shown is not None:
            page.cell(row, headings(page)[heading]).number_format = shown
    return _refused(book, tmp_path_factory.mktemp("spoilt"))


@pytest.mark.parametrize(("row", "heading", "words"), [(n, x[1], x[4]) for n, x in enumerate(SPOILT, FIRST)], ids=[x[0] for x in SPOILT])
def test_what_cannot_be_taken_is_refused_by_the_address_of_its_cell(row: int, heading: str, words: str, spoilt: list[str], book: Workbook) -> None:
    letter = book["申报企业"].cell(FIRST, headings(book["申报企业"])[heading]).column_letter
    (said,) = (x for x in spoilt if x.startswith(f"申报企业!{letter}{row}: "))
    assert words in said
    assert len(spoilt) == len(SPOILT) + 1  # and how many there are


def test_everything_wrong_in_every_row_and_sheet_is_said_at_once(book: Workbook, tmp_path: Path) -> None:
    _applicant(book, 投资额="约80", 行业="农业")
    _applicant(book, FIRST + 1, "乙公司", 席位数="三百", 设备·是否列全="一条也没有")
    _machine(book, FIRST, "乙公司", 编号="机-1", 购入日="昨天")
    _machine(book, FIRST + 1, "丙公司", 编号="机-2")
    _machine(book, FIRST + 2, None, 编号="机-3")
    _machine(book, FIRST + 3, "甲公司", 价格=3)
    said = "\n".join(_refused(book, tmp_path))
    for words in ("约80", "农业", "三百", "却填了 1 条", "没有这一户", "没有写是哪一户", "缺少“编号”"):
        assert words in said
    assert "设备!B6" in said


def _totals(book: Workbook) -> None:
    _applicant(book)
    _applicant(book, FIRST + 1, "合计")


def _twice(book: Workbook) -> None:
    _applicant(book)
    _applicant(book, FIRST + 1, "甲　公司")


def _unit_altered(book: Workbook) -> None:
    _applicant(book)
    book["申报企业"].cell(2, headings(book["申报企业"])["投资额"]).value = "投资额（万元）"


def _foreign_column(book: Workbook) -> None:
    _applicant(book)
    book["申报企业"].cell(2, 90).value = "信用评级"


def _no_heading(book: Workbook) -> None:
    _applicant(book)
    book["申报企业"].cell(FIRST, 90).value = "漏在外面"


def _renamed_sheet(book: Workbook) -> None:
    _applicant(book)
    book["设备"].title = "设备2026"


def _merged(book: Workbook) -> None:
    _applicant(book)
    _machine(book, 编号="机-1")
    book["设备"].merge_cells(f"B{FIRST}:B{FIRST + 1}")


def _example_changed(book: Workbook) -> None:
    put(book["申报企业"], 4, "企业", "甲公司")


def _nobody(book: Workbook) -> None:
    _machine(book, 编号="机-1")


def _two_years(book: Workbook) -> None:
    _applicant(book)
    for row, year in ((FIRST, None), (FIRST + 1, 2023)):
        for heading, value in {"企业": "甲公司", "年度": year, "年营收": 5}.items():
            put(book["分年度数据"], row, heading, value)


def _verified(**cells: Any) -> Callable[[Workbook], None]:
    def change(book: Workbook) -> None:
        _applicant(book, 投资额=80000, 设备·是否列全="已列全")
        _machine(book, 编号="机-1", 价格=5)
        for row in (FIRST, FIRST + 1)[: cells.pop("行", 1)]:
            for heading, value in {"企业": "甲公司", **cells}.items():
                put(book["核验与审定"], row, heading, value)

    return change


SHAPES: list[tuple[str, Callable[[Workbook], None], str]] = [
    ("合计行", _totals, "像是合计"), ("同一户两行", _twice, "写了两行"), ("表头单位改过", _unit_altered, "表头的单位"), ("多出一栏", _foreign_column, "没有这一栏"),
    ("写在表外", _no_heading, "没有表头"), ("工作表改名", _renamed_sheet, "少了一张工作表"), ("合并单元格", _merged, "合并"), ("改了示例", _example_changed, "改过了"),
    ("没有填企业", _nobody, "没有填是哪一户"), ("没填", lambda _: None, "一户企业也没有填"), ("同一年度两行", _two_years, "没有写年度"),
    ("已列全而空", _with(设备·是否列全="已列全"), "却一条也没有填"), ("列全看不懂", _with(设备·是否列全="差不多"), "看不懂"),
    ("核验的不知是哪一项", _verified(数据项="投资", 核验="7万元"), "看不出是哪一项"),
    ("核验的没有这一条", _verified(明细="设备", 编号="机-9", 数据项="价格", 核验="3元"), "没有这一条"),
    ("核验的写了年度", _verified(数据项="投资额", 年度=2023, 核验="7万元"), "不写年度"),
    ("核验的没有单位", _verified(数据项="投资额", 核验="70000"), "金额没有写单位"),
    ("核减没有写由谁", _verified(数据项="投资额", **{**CUT, "核减·由": None}), "“投资额”的核减没有写“由”"),
    ("核减的没有单位", _verified(数据项="投资额", **{**CUT, "核减·改为": 70000}), "金额没有写单位"),
    ("核减的原值不是申报的", _verified(数据项="投资额", **{**CUT, "核减·原值": "9万元"}), "与申报的不一致"),
    ("核减的日期只到月", _verified(数据项="投资额", **{**CUT, "核减·日期": "2024年6月"}), "“日期”"),
    ("核验写了两行", _verified(行=2, 数据项="投资额", 核验="7万元"), "写了两行"),
    ("没有名称", _with(企业=None, 投资额=3), "没有写企业名称"), ("没有日期", _with(审核日期=None), "没有审核日期"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "words"), [x[1:] for x in SHAPES], ids=[x[0] for x in SHAPES])
def test_a_sheet_that_is_not_as_it_must_be_is_refused(change: Callable[[Workbook], None], words: str, book: Workbook, tmp_path: Path) -> None:
    change(book)
    said = _refused(book, tmp_path)
    assert [x for x in said if words in x], said


def test_the_example_and_how_to_answer_are_nobodys_data(blank: Path, book: Workbook, tmp_path: Path) -> None:
    marks = [(s.title, n, s.cell(n, 1).value) for s in book.worksheets for n in (3, 4) if s.title in ("申报企业", "设备", "分年度数据")]
    assert {m for _, _, m in marks} == {"填法", "示例"}
    _applicant(book)
    (case,) = _read(book, tmp_path)
    assert (case.enterprise, dict(case.data), dict(case.records)) == ("甲公司", {}, {})


def test_the_example_may_be_left_out(book: Workbook, tmp_path: Path) -> None:
    book["申报企业"].delete_rows(3, 2)
    _applicant(book, 3)
    (case,) = _read(book, tmp_path)
    assert case.enterprise == "甲公司"


# -- what is read in a way one might not expect is said --------------------------------------------------------


def test_hidden_rows_saved_formulas_comments_and_foreign_sheets_are_said(book: Workbook, tmp_path: Path) -> None:
    page = book["申报企业"]
    _applicant(book, 投资额=5)
    _applicant(book, FIRST + 1, "乙公司")
    page.row_dimensions[FIRST + 1].hidden = True
    page.cell(FIRST, headings(page)["投资额"]).comment = Comment("暂估", "甲")
    page.column_dimensions[page.cell(1, headings(page)["投资额"]).column_letter].hidden = True
    book.create_sheet("草稿")["A1"] = 3
    _machine(book, 编号="机-1")
    book["设备"].sheet_state = "hidden"
    path = tmp_path / "x.xlsx"
    book.save(path)
    result = invoke("check", str(path), "--json")
    assert result.exit_code == 0, result.stderr
    for words in (
        f"B{FIRST + 1}：这一行是隐藏的，也读了",
        "有批注，没有读",
        "是隐藏的，也读了",
        "草稿：不是模板里的工作表",
        "设备：这张工作表是隐藏的，也读了",
        "没有说“设备”是否列全，按没列全处理",
    ):
        assert words in result.stderr, words


def test_a_formula_is_taken_at_its_saved_value(blank: Path, book: Workbook, tmp_path: Path) -> None:
    """No library here works formulas out: the value is put into the file as a spreadsheet would."""
    _applicant(book, 投资额="=40000*2")
    book.save(tmp_path / "x.xlsx")
    with zipfile.ZipFile(tmp_path / "x.xlsx") as old, zipfile.ZipFile(tmp_path / "y.xlsx", "w") as new:
        for item in old.namelist():
            new.writestr(item, re.sub(rb"(<f>40000\*2</f>)<v ?/?>(?:</v>)?", rb"\1<v>80000</v>", old.read(item)))
    (case,) = cases_of(str(tmp_path / "y.xlsx"))
    assert case.data["投资额"] == "80000元"
    assert "是公式，按存下的值 80000 读" in invoke("check", str(tmp_path / "y.xlsx")).stderr


# -- the command ---------------------------------------------------------------------------------------------


def test_one_of_several_enterprises_is_checked_and_explained_by_name(book: Workbook, tmp_path: Path) -> None:
    _applicant(book, 席位数=300)
    _applicant(book, FIRST + 1, "乙公司", 席位数=3)
    path = str(tmp_path / "x.xlsx")
    book.save(path)
    both, one = invoke("check", path), invoke("check", path, "--enterprise", "乙")
    assert both.exit_code == one.exit_code == 0, both.stderr
    assert "甲公司" in both.stdout
    assert "乙公司" in both.stdout
    assert "甲公司" not in one.stdout
    hint = next(x for x in both.stdout.splitlines() if "huiqi explain" in x and "乙公司" in x)
    assert invoke(*hint.partition("huiqi ")[2].split()).exit_code == 0
    unnamed = invoke("explain", path, "--measure", "席位补贴")
    assert (unnamed.exit_code, "--enterprise" in unnamed.stderr) == (2, True)
    assert invoke("check", path, "--enterprise", "丙").exit_code == 2


def test_a_letter_is_written_for_one_enterprise_of_a_workbook(book: Workbook, tmp_path: Path) -> None:
    _applicant(book, 席位数=300)
    _applicant(book, FIRST + 1, "乙公司", 席位数=3)
    path, paper = str(tmp_path / "x.xlsx"), tmp_path / "文书.html"
    book.save(path)
    unnamed = invoke("letter", path, "-o", str(paper))
    assert (unnamed.exit_code, "--enterprise" in unnamed.stderr, paper.exists()) == (2, True, False)
    assert invoke("letter", path, "--enterprise", "乙", "-o", str(paper)).exit_code == 0
    assert "乙公司" in paper.read_text(encoding="utf-8")


def test_problems_of_a_workbook_as_data_name_the_cell(book: Workbook, tmp_path: Path) -> None:
    _applicant(book, 投资额=date(2025, 3, 1))
    book.save(tmp_path / "x.xlsx")
    with pytest.raises(CaseError) as refused:
        cases_of(str(tmp_path / "x.xlsx"))
    (problem,) = refused.value.errors()
    assert problem["cell"].startswith("申报企业!")
    assert (problem["line"], problem["code"]) == (FIRST, "wrong_type")


def _zip(folder: Path, *names: str) -> Path:
    path = folder / "a.xlsx"
    with zipfile.ZipFile(path, "w") as packed:
        for name in names:
            packed.writestr(name, "x")
    return path


def _bytes(folder: Path, data: bytes) -> Path:
    (folder / "a.xlsx").write_bytes(data)
    return folder / "a.xlsx"


def _foreign(folder: Path) -> Path:
    book = Workbook()
    book.active["A1"] = "企业名称"
    book.save(folder / "a.xlsx")
    return folder / "a.xlsx"


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda f: _bytes(f, b"PK\x03\x04"), "工作簿的结构坏了"),
        (lambda f: _bytes(f, b"\xd0\xcf\x11\xe0" + b"0" * 600), "加了密码"),
        (lambda f: _zip(f, "a.txt"), "不是 .xlsx 工作簿"),
        (lambda f: _zip(f, "xl/workbook.xml", "xl/vbaProject.bin"), "有宏"),
        (lambda f: _zip(f, "xl/workbook.xml"), "结构坏了"),
        (_foreign, "不是 huiqi template 写出的"),
        (lambda f: f / "没有.xlsx", "没有这个文件"),
    ],
)
def test_a_file_that_is_no_template_is_refused_in_words(make: Callable[[Path], Path], words: str, tmp_path: Path) -> None:
    result = invoke("check", str(make(tmp_path)))
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr


def test_a_workbook_is_opened_in_a_child_that_takes_no_declarations(blank: Path, tmp_path: Path) -> None:
    """Where every foreign file is opened: what is refused there is said here."""
    with zipfile.ZipFile(blank) as old, zipfile.ZipFile(tmp_path / "x.xlsx", "w") as new:
        for item in old.namelist():
            data = old.read(item)
            new.writestr(item, b'<!DOCTYPE x [<!ENTITY a "b">]>' + data if item == "xl/workbook.xml" else data)
    result = invoke("check", str(tmp_path / "x.xlsx"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "DOCTYPE" in result.stderr
