"""What attacks on whole rounds found: rows of nobody, values verified in the wrong place, runs resumed, earlier rounds, ceilings in sums.

Each test says what a careless reading would have taken for settled.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from openpyxl import Workbook, load_workbook

import huiqi
from huiqi.batches import BatchTerms
from huiqi.cli.workbooks import cases_of
from huiqi.errors import InputError
from huiqi.register.rows import UNREAD
from huiqi.screens import Choice, ScreenedRound, screen
from huiqi.simulations import WhatIf, simulated
from tests import making
from tests.documents.workbook.filling import FIRST, fill, put, template
from tests.intake.making import sheet, write
from tests.making import SMALL, invoke
from tests.register.test_simulation import FILES, case

VERIFIED = "核验与审定"
LONG = "某某市某某某信息技术服务有限公司"


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return template(tmp_path_factory.mktemp("blank") / "a.xlsx", [SMALL])


Filling = Callable[[Workbook], None]


@pytest.fixture
def register(blank: Path, tmp_path: Path) -> Callable[..., Path]:
    def made(fill: Filling, name: str = "名录.xlsx") -> Path:
        book = load_workbook(blank)
        fill(book)
        book.save(tmp_path / name)
        return tmp_path / name

    return made


def _row(book: Workbook, title: str, row: int, **cells: Any) -> None:
    for heading, value in cells.items():
        put(book[title], row, heading.replace("_", "·"), value)


def _two(book: Workbook, **cells: Any) -> None:
    for row, name in enumerate(("甲公司", LONG), FIRST):
        _row(book, "申报企业", row, 企业=name, 审核日期="2024-06-30", 申报年度="2023", 席位数="300", 设备_是否列全="已列全", **cells)
        _row(book, "设备", row, 企业=name, 编号=f"A-100{row}", 价格="1万")


def _screened(path: Path, name: str = "结果.xlsx", **how: Any) -> ScreenedRound:
    return screen(path, path.with_name(name), processes=1, **how)


def _whole(found: ScreenedRound) -> list[str]:
    """Whose list of machines is taken for complete."""
    return [a.name for a in found.register.applicants if a.case is not None and isinstance(a.case.records["设备"], list)]


# -- rows of nobody ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "whole"),
    [(None, []), ("#REF!", []), ("某某某公司", []), ("甲公可", [LONG]), ("毫不相干厂", ["甲公司", LONG])],
    ids=["no name", "a name that is an error", "a short name", "a misspelt name", "somebody else"],
)
def test_a_record_that_names_nobody_leaves_no_list_complete_whose_it_may_be(register: Any, name: str | None, whole: list[str]) -> None:
    def fill_in(book: Workbook) -> None:
        _two(book)
        _row(book, "设备", FIRST + 2, 编号="A-1009", 价格="1万", **({"企业": name} if name else {}))

    assert _whole(_screened(register(fill_in))) == whole


def test_a_record_written_over_the_example_leaves_the_list_of_its_owner_incomplete(register: Any) -> None:
    def fill_in(book: Workbook) -> None:
        _two(book)
        _row(book, "设备", FIRST - 1, 企业="甲公司", 编号="A-1009")

    found = _screened(register(fill_in))
    assert _whole(found) == [LONG]
    assert (found.counted.read, found.counted.wrong) == (5, 1)


def _read(folder: Path, rows: list[list[Any]], granted: list[list[Any]]) -> ScreenedRound:
    """A sheet of applicants and one of what they were granted."""
    return _mapped(
        folder,
        {
            "企业": [["企业申报表（2025年度）"], ["序号", "企业名称", "统一社会信用代码", "执行额（万美元）"], *rows],
            "已获支持": [["已获支持明细（2025年度）"], ["序号", "企业名称", "统一社会信用代码", "文号", "事项", "金额（万元）", "年度"], *granted],
        },
    )


def _mapped(folder: Path, tables: dict[str, list[list[Any]]]) -> ScreenedRound:
    """Sheets of other people's, every question answered by its first choice."""
    path, mapping = write(folder / "表.xlsx", {k: sheet(v) for k, v in tables.items()}), folder / "对应表.yaml"
    invoke("map", str(path), "-o", str(mapping), "--rulebook", "datong-outsourcing")
    mapping.write_text(mapping.read_text(encoding="utf-8").replace('答: ""', '答: "①"'), encoding="utf-8")
    return _screened(path, mapping=mapping, choose=lambda _: Choice(on="2026-06-30", measures=("certification.international",)))


def _granted(found: ScreenedRound, name: str) -> Any:
    (case_,) = [a.case for a in found.register.applicants if a.name == name]
    assert case_ is not None
    return case_.records["已获支持"]


CODE = "91110000600037341L"


def test_a_record_of_another_table_that_names_nobody_leaves_the_list_of_whom_it_may_mean_incomplete(tmp_path: Path) -> None:
    granted = [
        [1, "某市甲科技有限公司", "", "文1号", "资质认证", 5, 2025], [2, "某市甲科技有限公同", "", "文2号", "资质认证", 9, 2025],
        [3, "毫不相干厂", "", "文3号", "资质认证", 9, 2025],
    ]  # fmt: skip
    found = _read(tmp_path, [[1, "某市甲科技有限公司", CODE, 300], [2, "毫不相干厂", "", 200]], granted)
    assert _granted(found, "某市甲科技有限公司")["完整"] == "否"
    assert isinstance(_granted(found, "毫不相干厂"), list)


def test_a_record_with_the_name_of_one_and_the_code_of_another_settles_neither(tmp_path: Path) -> None:
    granted = [[1, "某市甲科技有限公司", CODE, "文1号", "资质认证", 5, 2025], [2, "毫不相干厂", "", "文2号", "资质认证", 9, 2025]]
    rows = [[1, "某市甲科技有限公司", CODE, 300], [2, "毫不相干厂", "", 200]]
    assert isinstance(_granted(_read(tmp_path, rows, granted), "某市甲科技有限公司"), list)
    granted = [[1, "某市甲科技有限公司", "", "文1号", "资质认证", 5, 2025], [2, "毫不相干厂", CODE, "文2号", "资质认证", 9, 2025]]
    (tmp_path / "二").mkdir()
    found = _read(tmp_path / "二", rows, granted)
    assert _granted(found, "某市甲科技有限公司")["完整"] == "否"
    assert [r.held for r in found.rows if not r.done] == [("明细里的名称是这一户，统一社会信用代码不是",)]


def test_rows_of_one_applicant_that_differ_are_decided_by_neither(tmp_path: Path) -> None:
    rows: list[list[Any]] = [[1, "某市甲科技有限公司", "", 300], [None, None, None, 5], [2, "毫不相干厂", "", 200]]  # the second is answered to be the first's
    found = _read(tmp_path, rows, [[1, "毫不相干厂", "", "文1号", "资质认证", 9, 2025]])
    assert [r.held for r in found.rows if not r.done] == [("“执行额”在几行里不一样（300万美元、5万美元）",)]


def test_sheets_of_different_years_are_said(tmp_path: Path) -> None:
    head = ["序号", "企业名称", "统一社会信用代码", "执行额（万美元）"]
    found = _mapped(tmp_path, {y: [[f"企业申报表（{y}年度）"], head, [1, "某市甲科技有限公司", "", 300]] for y in ("2025", "2024")})
    assert len([x for x in found.summary if "各工作表的年度不一样（“2025”2025、“2024”2024）" in x]) == 1


def test_a_row_without_a_name_is_on_no_list(register: Any) -> None:
    def fill_in(book: Workbook) -> None:
        _two(book)
        put(book["申报企业"], FIRST, "企业", None)

    first = _screened(register(fill_in)).rows[0]
    assert (first.done, first.held) == (False, (UNREAD,))


# -- values verified -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [{"核验": "#REF!"}, {"核验": "五席"}, {"数据项": "席位"}, {"企业": "甲公可"}, {"企业": None}, {"年度": "去年"}, {"明细": "设备", "编号": "Z-1", "数据项": "价格"}],
    ids=str,
)  # fmt: skip
def test_what_was_applied_for_does_not_stand_in_for_what_was_verified_and_cannot_be_placed(register: Any, wrong: dict[str, Any]) -> None:
    def fill_in(book: Workbook) -> None:
        _two(book)
        _row(book, VERIFIED, FIRST, **{k: x for k, x in {"企业": "甲公司", "数据项": "席位数", "核验": "5席", **wrong}.items() if x is not None})

    first = _screened(register(fill_in)).rows[0]
    assert [i.listed for i in first.items if i.listed] == []
    assert first.held or first.items[0].outcome == "undetermined"


@pytest.mark.parametrize("cells", [{"方案": "席位补贴 南通"}, {"读法": "席位口径 甲"}], ids=str)
def test_a_choice_that_cannot_be_read_decides_nothing_by_another(register: Any, cells: dict[str, str]) -> None:
    found = _screened(register(lambda book: _two(book, **cells)))
    assert [(r.done, r.held) for r in found.rows] == [(False, (UNREAD,))] * 2


def test_what_is_chosen_for_the_whole_round_is_said_to_overrule_an_applicant(book: huiqi.Rulebook, tmp_path: Path) -> None:
    path = _filled(book, tmp_path / "名录.xlsx", 方案="核查支持=邻市", 读法="奖励口径=全部")
    choose = lambda _: Choice(on="2026-07-01", schemes={"lump": "本市"}, readings={"奖励口径": "超过部分"})  # noqa: E731
    said = [x for x in _screened(path, choose=choose).summary if "一律按" in x]
    assert [x.split("户在")[0] + x.rpartition("，")[2] for x in said] == ["有 2 一律按 --on", "有 1 一律按 --scheme", "有 1 一律按 --reading"]


# -- resumed -------------------------------------------------------------------------------------------------


def _stopped(path: Path, after: int, **how: Any) -> None:
    seen: list[int] = []

    def stop() -> None:
        seen.append(1)
        if len(seen) == after:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _screened(path, tick=stop, **how)


@pytest.mark.parametrize("mended", [True, False], ids=["a cell mended", "a cell spoilt"])
def test_what_is_resumed_has_the_faults_and_rows_of_the_register_there_is_now(register: Any, mended: bool) -> None:
    spoilt: Filling = lambda book: _two(book, 场地面积="#REF!")  # noqa: E731
    first, second = (spoilt, _two) if mended else (_two, spoilt)
    _stopped(register(first, "先.xlsx"), 2)
    again = _screened(register(second), resume=True)
    assert again.rows == _screened(register(second), "另.xlsx").rows
    assert [len(r.faults) for r in again.rows] == ([0, 0] if mended else [1, 1])


def test_persons_are_not_resumed_under_another_key(register: Any) -> None:
    key = register(_persons("甲公司")).with_name("k")
    key.write_text("11" * 32, encoding="ascii")
    choose = lambda _: Choice(key=str(key))  # noqa: E731
    _stopped(register(_persons("甲公司")), 1, choose=choose)
    key.write_text("22" * 32, encoding="ascii")
    again = _screened(register(_persons("甲公司")), resume=True, choose=choose)
    assert again.rows == _screened(register(_persons("甲公司")), "另.xlsx", choose=choose).rows


def test_what_another_kind_of_run_left_is_taken_away(register: Any) -> None:
    path = register(_two)
    path.with_name(".结果.xlsx.未完").mkdir()
    assert len(_screened(path).rows) == 2


# -- the same thing twice ------------------------------------------------------------------------------------


def _persons(name: str) -> Filling:
    def fill_in(book: Workbook) -> None:
        _row(book, "申报企业", FIRST, 企业=name, 审核日期="2024-06-30", 申报年度="2023", 席位数="300")
        _row(book, "新录用人员", FIRST, 企业=name, 人员编号="P-100001")

    return fill_in


def test_persons_of_a_round_with_another_key_are_said_not_to_be_comparable(register: Any) -> None:
    keys = [register(_persons("甲公司")).with_name(f"k{n}") for n in (1, 2)]
    for n, key in enumerate(keys, 1):
        key.write_text(f"{n}{n}" * 32, encoding="ascii")
    _screened(register(_persons("旧公司")), "去年.xlsx", choose=lambda _: Choice(key=str(keys[0])))
    same, other = (
        _screened(register(_persons("新公司")), f"{n}.xlsx", history=[keys[0].with_name("去年.xlsx")], choose=lambda _, k=key: Choice(key=str(k)))
        for n, key in enumerate(keys)
    )
    assert (len(same.doubts), [x for x in same.summary if "密钥" in x]) == (1, [])
    assert len([x for x in other.summary if "另一把密钥" in x]) == 1


def test_a_template_is_no_earlier_round(register: Any) -> None:
    with pytest.raises(InputError, match="这不是以往的结果"):
        _screened(register(_two), history=[register(_two, "去年名录.xlsx")])


def test_a_key_that_was_verified_is_found_in_an_earlier_decision(register: Any) -> None:
    def verified(book: Workbook) -> None:
        _two(book)
        _row(book, VERIFIED, FIRST, 企业="甲公司", 明细="设备", 编号="A-1005", 数据项="编号", 核验="A-1005")
        _row(book, "申报企业", FIRST, 申报年度="2022")  # of the same year it would be the same application

    before = register(verified, "去年.xlsx")
    told = [huiqi.load(SMALL).decide(c, on=c.on).to_dict() for c in cases_of(str(before))][:1]
    before.with_name("决定.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    assert [d.shown for d in _screened(register(_two), history=[before.with_name("决定.json")]).doubts] == ["A-1005"]


@pytest.mark.parametrize("what", ["another rulebook", "a number that is no text", "a key written twice"])
def test_an_earlier_decision_that_cannot_be_compared_is_refused_and_not_passed_over(register: Any, what: str) -> None:
    before = register(_two, "去年.xlsx")
    told = huiqi.load(SMALL).decide(next(iter(cases_of(str(before)))), on="2024-06-30").to_dict()
    text = json.dumps(told, ensure_ascii=False)
    if what == "another rulebook":
        text, said = text.replace('"id": "small"', '"id": "elsewhere"', 1), "决定.json: 这份决定的规则库不在这里.*elsewhere.*用 -r 指明"
    elif what == "a number that is no text":
        told["input"]["明细"]["设备"] = {"清单": [{"编号": 1005}]}
        text, said = json.dumps(told, ensure_ascii=False), "决定.json: 所记数据 / 明细 / 设备"
    else:
        text, said = text.replace('"input": {', '"input": {}, "input": {', 1), "决定.json: .*写了两次|重复"
    before.with_name("决定.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        _screened(register(_two), history=[before.with_name("决定.json")])


def test_what_an_applicant_shares_is_found_though_nothing_is_decided_of_it(register: Any) -> None:
    def fill_in(book: Workbook) -> None:
        _two(book)
        _row(book, "申报企业", FIRST, 审核日期="六月")
        _row(book, "设备", FIRST + 1, 编号="A-1005")

    assert [[o.owner for o in d.owners] for d in _screened(register(fill_in)).doubts] == [["甲公司", LONG]]


@pytest.mark.parametrize(
    ("number", "left", "said"), [("a-1005 ", 0, "按已核清、不是重复处理（设备·编号：甲公司、"), ("A-1006", 1, "没有这个编号的疑点，没有起作用")]
)
def test_what_was_cleared_is_said_and_a_number_of_nothing_too(register: Any, number: str, left: int, said: str) -> None:
    def fill_in(book: Workbook) -> None:
        _two(book)
        _row(book, "设备", FIRST + 1, 编号="A-1005")

    found = _screened(register(fill_in), cleared=[number])
    assert len(found.doubts) == left
    assert any(said in x for x in found.summary)


# -- amounts -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def capped(tmp_path_factory: pytest.TempPathFactory) -> huiqi.Rulebook:
    """A measure that gives 不超过 what is worked out, with nothing open."""
    growth = FILES["measures"].replace('award: {amount: if 奖励口径 = "全部" then 营收 * 比例 else (营收 - 起点) * 比例}', "award: {up to: 营收 * 比例}")
    growth = growth.replace('    - 本数: if 已定口径 = "含" then 营收 >= 起点 else 营收 > 起点\n', "")
    return making.load(tmp_path_factory.mktemp("capped"), **{k: x for k, x in FILES.items() if k != "readings"} | {"measures": growth})


def _filled(book: huiqi.Rulebook, path: Path, **cells: str) -> Path:
    template(path, [str(book.compiled.path)])
    workbook = load_workbook(path)
    fill(workbook, [case("甲", "平城区", 营收="100万元"), case("乙", "平城区", 营收="250万元")])
    _row(workbook, "申报企业", FIRST, **cells)
    workbook.save(path)
    return path


def test_a_ceiling_promises_nothing_and_is_added_to_no_least(capped: huiqi.Rulebook, tmp_path: Path) -> None:
    found = _screened(_filled(capped, tmp_path / "名录.xlsx"))
    growth = [i for r in found.rows for i in r.items if i.id == "growth"]
    assert [(i.least, i.most, i.capped, i.listed) for i in growth] == [("0.00", "100000.00", "100000.00", ""), ("0.00", "200000.00", "200000.00", "")]
    lines = {row[0].value: [c.value for c in row[9:13]] for row in load_workbook(tmp_path / "结果.xlsx")["汇总"].iter_rows()}
    assert lines["增长奖励"] == [0, 300000, 0, 0]
    assert lines["合计"] == [100000, 300000, 0, 0]


def test_a_ceiling_is_called_one_in_the_columns_and_in_the_sums_of_a_simulation(capped: huiqi.Rulebook) -> None:
    table = pa.table({"企业": ["甲"], "营收": ["250万元"], "注册地县区": ["平城区"], "核查通过": [True]})
    told = BatchTerms(rulebook=str(capped.compiled.path), on="2026-06-30").decide(table).to_pylist()[0]
    assert (told["growth.at_most"], told["growth.basis"], told["lump.basis"]) == ("200000.00", "ceiling", "fixed")
    assert any(
        "只计入合计的上端，是至多支出，不是应得：增长奖励" in x
        for x in simulated(capped.compiled, [case("甲", "平城区", 营收="250万元")], asked=WhatIf()).notes
    )


# -- simulated as screened -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> huiqi.Rulebook:
    return making.load(tmp_path_factory.mktemp("book"), **FILES)


@pytest.mark.parametrize("cells", [{"方案": "核查支持=临市"}, {"方案": "核查支撑=邻市"}, {"读法": "奖励口径=全都"}, {"读法": "已定口径=不含"}], ids=str)
def test_a_choice_that_there_is_none_of_is_simulated_by_no_other(book: huiqi.Rulebook, tmp_path: Path, cells: dict[str, str]) -> None:
    path = _filled(book, tmp_path / "名录.xlsx", **cells)
    found = simulated(book.compiled, cases_of(str(path)), asked=WhatIf())
    assert ([f.enterprise for f in found.failed], found.before.total.applicants) == (["甲"], 1)
    assert [r.name for r in _screened(path).rows if not r.done] == ["甲"]


def test_what_was_not_applied_for_is_in_no_table_and_two_schemes_are_both_named(book: huiqi.Rulebook, tmp_path: Path) -> None:
    cases = cases_of(str(_filled(book, tmp_path / "名录.xlsx", 申报事项="核查支持", 方案="核查支持=邻市")))
    lines = {m.id: m for m in simulated(book.compiled, cases, asked=WhatIf()).before.measures}
    assert sum(lines["growth"].outcomes.values()) == 1  # of 乙 alone
    assert lines["lump"].scheme == "邻市、本市"


def _spelt(folder: Path, head: list[Any], cells: list[Any]) -> ScreenedRound:
    """One certificate, and what was granted before for what is nearly its number; more columns beside."""
    return _mapped(
        folder,
        {
            "企业": [["企业申报表（2025年度）"], ["序号", "企业名称", "统一社会信用代码", "执行额（万美元）", "注册地"], [1, "甲公司", CODE, 100, "平城区"]],
            "资质认证": [["资质认证明细（2025年度）"], ["序号", "企业名称", "证号", "种类", "发证日期", "费用（万元）"], [1, "甲公司", "ISO-0001", "ISO27001", "2025-03-01", 8]],
            "已获支持": [
                ["已获支持明细（2025年度）"], ["序号", "企业名称", "文号", "事项", "对象", "金额（万元）", "年度", *head],
                [1, "甲公司", "文1号", "资质认证支持", "ISO-0001号", 5, 2025, *cells],
            ],
        },
    )  # fmt: skip


def test_a_word_of_another_table_that_may_be_something_is_told_with_its_cell_and_what_settles_it(tmp_path: Path) -> None:
    (row,) = _spelt(tmp_path, [], []).rows
    assert [(f.at, f.kind, f.found, f.mend) for f in row.faults if f.kind == "待核"] == [
        (
            "已获支持!D3", "待核", "资质认证支持",
            "是，这一格改成“国际资质认证支持”；不是，在右边加一列“事项（核验）”，这一行写“资质认证支持”",
        ),
        ("已获支持!E3", "待核", "ISO-0001号", "是，这一格改成“ISO-0001”；不是，在右边加一列“对象（核验）”，这一行写“ISO-0001号”"),
    ]  # fmt: skip


def test_a_column_of_what_an_officer_verified_settles_it(tmp_path: Path) -> None:
    found = _spelt(tmp_path, ["事项（核验）", "对象（核验）"], ["资质认证支持", "ISO-0001号"])
    (row,) = found.rows
    assert _granted(found, "甲公司")[0]["事项"] == {"申报": "资质认证支持", "核验": "资质认证支持"}
    assert [f.at for f in row.faults if f.kind == "待核"] == []


def test_a_verified_cell_that_cannot_be_read_leaves_nothing_told_and_is_the_officers(tmp_path: Path) -> None:
    found = _spelt(tmp_path, ["金额（核验）"], ["约五"])
    (row,) = found.rows
    assert "金额" not in _granted(found, "甲公司")[0]
    assert [(f.at, f.acts) for f in row.faults if f.found == "约五"] == [("已获支持!H3", "经办人")]


def test_rows_of_records_that_say_of_the_applicant_what_no_other_sheet_does_are_heard(tmp_path: Path) -> None:
    """One row a certificate, the enterprise's own answers repeated beside it: 严重失信 in it is no less said."""
    own = "平城区,企业,是,审核通过,{},"
    head = "单位全称,统一社会信用代码,注册地县区,申报主体类型,从事服务外包业务,报送状态,严重失信主体,证号,种类,发证日,合格费用（元）"
    rows = [
        "甲一公司,91140200MA0HQ00011," + own.format("是") + "C-001,CMMI,2025-03-01,180000", "乙二公司,91140200MA0HQ00024," + own.format("否") + "C-002,CMMI,2025-03-01,180000",
    ]  # fmt: skip
    table, mapping, out = tmp_path / "证书.csv", tmp_path / "对应.yaml", tmp_path / "结果.csv"
    table.write_text("\n".join([head, *rows]), encoding="utf-8")
    invoke("map", str(table), "-r", "datong-outsourcing", "-o", str(mapping))
    text = mapping.read_text(encoding="utf-8")
    mapping.write_text(re.sub(r'答: *("")?$', '答: "①"', text, flags=re.MULTILINE), encoding="utf-8")
    args = ("--on", "2026-06-30", "--measure", "certification.international", "-o", str(out))
    result = invoke("screen", str(table), "--mapping", str(mapping), *args)
    assert result.exit_code == 0, result.output
    found = list(csv.DictReader(out.read_text(encoding="utf-8-sig").splitlines()))
    assert [(r["企业"], r["统一社会信用代码"], r["县区"]) for r in found] == [
        ("甲一公司", "91140200MA0HQ00011", "平城区"),
        ("乙二公司", "91140200MA0HQ00024", "平城区"),
    ]
    assert found[0]["outcome"] == "ineligible" and "严重失信" in found[0]["原因"]
    assert found[1]["outcome"] != "ineligible" and "严重失信" not in found[1]["原因"]
