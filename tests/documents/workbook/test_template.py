"""`template` and `new case -o x.xlsx`: the workbook to fill in, as a spreadsheet shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

import huiqi
from huiqi.cli.workbooks import cases_of
from huiqi.documents.workbook.layout import Kind, Tellable, sheets_of
from huiqi.documents.workbook.write import Cover, workbook_bytes
from huiqi.rulebook.places import available
from tests.making import CLAUSES, DOCUMENTS, SMALL, VOCABULARY, invoke, load

from .filling import FIRST, headings, template

BOOK = "datong-outsourcing"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    path = tmp_path_factory.mktemp("whole") / "申报.xlsx"
    result = invoke("template", BOOK, "-o", str(path))
    assert result.exit_code == 0, result.stderr
    assert f"huiqi check {path}" in result.stdout
    return load_workbook(path)


def _texts(book: Workbook) -> Iterator[str]:
    yield from (str(cell.value) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None)


def test_there_is_a_page_of_instructions_a_sheet_of_applicants_and_one_of_each_record_type(whole: Workbook) -> None:
    book = huiqi.load(BOOK)
    asked = {r for m in book.measures.values() for r in m.records}
    assert whole.sheetnames[:3] == ["填写说明", "申报企业", "分年度数据"]
    assert {s.title for s in whole.worksheets[3:] if s.sheet_state == "visible"} == {*asked, "核验与审定"}
    assert whole["_huiqi"].sheet_state == "veryHidden"
    said = "\n".join(str(row[1].value) for row in whole["填写说明"].iter_rows(min_row=2) if row[1].value)
    for words in ("不当作“否”", "写 无", "一条也没有", "huiqi check", book.title, "国际资质认证支持"):
        assert words in said


def test_headings_name_the_fact_and_its_unit(whole: Workbook) -> None:
    assert {"企业", "审核日期", "申报年度", "独立法人", "平台总投入（元）", "成立日期（年-月-日）", "资质认证·是否列全"} <= set(headings(whole["申报企业"]))
    assert {"离岸执行额（美元）", "年度"} <= set(headings(whole["分年度数据"]))
    assert {"企业", "合格费用（元）", "证号"} <= set(headings(whole["资质认证"]))


def test_every_fact_the_measures_read_has_its_column(whole: Workbook) -> None:
    book = huiqi.load(BOOK)
    columns = {*headings(whole["申报企业"]), *headings(whole["分年度数据"])}
    assert {f for m in book.measures.values() for f in m.facts} <= columns


def test_what_a_spreadsheet_would_spoil_is_a_text_cell_and_numbers_are_not(whole: Workbook) -> None:
    page, lists = whole["申报企业"], whole["资质认证"]

    def column_format(sheet: Any, heading: str) -> str:
        letter = sheet.cell(2, headings(sheet)[heading]).column_letter
        found = next(d for d in sheet.column_dimensions.values() if d.min <= sheet[f"{letter}1"].column <= d.max)
        return str(found.number_format)

    for heading in ("企业", "成立日期", "审核日期", "独立法人", "注册地县区"):
        assert column_format(page, heading) == "@"
    for heading in ("证号", "种类", "发证日"):
        assert column_format(lists, heading) == "@"
    assert column_format(page, "平台总投入") == "#,##0.00"
    assert column_format(page, "知识产权得分") == "#,##0"


def test_choices_drop_down_and_numbers_are_checked_as_a_warning(whole: Workbook) -> None:
    page = whole["申报企业"]
    rules = {str(r.sqref).split(":")[0]: r for r in page.data_validations.dataValidation}

    def of(heading: str) -> Any:
        return rules[f"{page.cell(2, headings(page)[heading]).column_letter}{FIRST}"]

    assert of("独立法人").formula1 == '"是,否"'
    assert of("资质认证·是否列全").formula1 == '"已列全,没列全,一条也没有"'
    assert (of("平台总投入").type, of("平台总投入").formula1) == ("decimal", "0")
    assert of("知识产权得分").type == "whole"
    assert {r.errorStyle for r in rules.values() if r.showErrorMessage} == {"warning"}  # 无 and 待核实 may be written anywhere
    assert not of("注册地县区").showErrorMessage  # the words that rules compare it with, and whatever else it is
    assert "平城区" in of("注册地县区").formula1
    names = next(r for r in whole["资质认证"].data_validations.dataValidation if str(r.sqref).startswith("B"))
    assert names.formula1 == "'申报企业'!$B$5:$B$1004"


def test_comments_say_what_counts_what_to_bring_and_who_verifies(whole: Workbook) -> None:
    page = whole["申报企业"]
    notes = {h: page.cell(2, n).comment for h, n in headings(page).items()}
    for spec in huiqi.load(BOOK).facts.values():
        if spec.name not in notes or not (spec.explain or spec.evidence or spec.verified_by):
            continue
        note = notes[spec.name].text
        assert spec.explain in note
        assert all(paper in note for paper in spec.evidence)
        assert spec.verified_by in note


def test_only_some_measures_ask_for_only_what_they_read(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    assert invoke("template", "-r", BOOK, "--measure", "国际资质", "-o", str(path)).exit_code == 0
    book = load_workbook(path)
    measure = next(m for m in huiqi.load(BOOK).measures.values() if m.title == "国际资质认证支持")
    found = set(headings(book["申报企业"]))
    assert set(measure.facts) <= found | set(headings(book["分年度数据"]) if "分年度数据" in book.sheetnames else ())
    assert "平台总投入（元）" not in found
    assert {s.title for s in book.worksheets[2:] if s.sheet_state == "visible" and s.title not in ("分年度数据", "核验与审定")} == set(measure.records)


def test_a_workbook_made_for_some_measures_prints_the_command_that_looks_at_those_alone(tmp_path: Path) -> None:
    path = tmp_path / "申报.xlsx"
    said = invoke("template", BOOK, "--measure", "国际资质认证", "--measure", "校企合作对接", "-o", str(path))
    assert said.stdout.endswith(f"填好后：huiqi screen {path} -o 结果.xlsx\n")
    book = load_workbook(path)
    assert any("填好后：huiqi screen 本文件 -o 结果.xlsx（所用的规则库和只看的事项已经记在里面" in x for x in _texts(book))


def test_a_drop_down_too_long_for_a_cell_stands_on_a_hidden_sheet(tmp_path: Path) -> None:
    options = [f"第{n:03}类产品与服务，含配套" for n in range(40)]
    words = VOCABULARY.replace("  核查通过:", f"  产品: {{id: product, kind: choice, options: [{'、'.join(options)}]}}\n  核查通过:".replace("、", ", "))
    words = words.replace("，含配套", "·含配套")
    book = load(tmp_path / "made", vocabulary=words, documents=DOCUMENTS, clauses=CLAUSES).compiled
    spec = next(f for f in book.facts.values() if f.name == "产品")
    asked = Tellable(facts={"产品": (book, spec)}, records={}, counts=Counter(产品=1))
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook_bytes(sheets_of(asked), Cover(rulebooks=(("made", "样本"),), measures=())))
    found = load_workbook(path)
    rule = next(r for r in found["申报企业"].data_validations.dataValidation if "选项" in str(r.formula1))
    assert rule.formula1 == "'_选项'!$A$1:$A$40"
    assert [c.value for c in found["_选项"]["A"]] == list(spec.options)
    assert found["_选项"].sheet_state == "hidden"


def test_words_of_a_rulebook_that_begin_like_a_formula_are_text(tmp_path: Path) -> None:
    hostile = VOCABULARY.replace("id: revenue,", 'id: revenue, label: "=cmd|calc", explain: "=HYPERLINK(1)",')
    hostile = hostile.replace("  核查通过:", '  档: {id: level, kind: choice, options: ["=1+1", "+2", "@三", "-四"]}\n  核查通过:')
    book = load(tmp_path / "made", vocabulary=hostile, documents=DOCUMENTS, clauses=CLAUSES).compiled
    asked = Tellable(facts={f.name: (book, f) for f in book.facts.values()}, records={}, counts=Counter())
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook_bytes(sheets_of(asked), Cover(rulebooks=(("made", "=样本"),), measures=("=支持",))))
    found = load_workbook(path)
    assert "=1+1" in set(_texts(found))
    assert {c.data_type for s in found.worksheets for row in s.iter_rows() for c in row if c.value is not None} == {"s"}


def test_the_same_rulebook_gives_the_same_bytes(tmp_path: Path) -> None:
    assert template(tmp_path / "a.xlsx", [SMALL]).read_bytes() == template(tmp_path / "b.xlsx", [SMALL]).read_bytes()


def test_one_enterprise_is_asked_from_top_to_bottom(tmp_path: Path) -> None:
    path = tmp_path / "甲.xlsx"
    result = invoke("new", "case", "-r", BOOK, "--measure", "国际资质", "-o", str(path))
    assert result.exit_code == 0, result.stderr
    page = load_workbook(path)["申报企业"]
    assert [page.cell(1, n).value for n in range(1, 5)] == ["序号", "填法", "示例", "填在这一列"]
    assert {"企业", "审核日期", "注册地县区"} <= set(headings(page, upright=True))
    assert page.cell(headings(page, upright=True)["注册地县区"], 4).number_format == "@"


@pytest.mark.parametrize("call", [("template", BOOK), ("new", "case", "-r", BOOK)])
def test_a_workbook_that_is_there_is_not_overwritten(call: tuple[str, ...], tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"there")
    result = invoke(*call, "-o", str(path))
    assert result.exit_code == 2
    assert "已经有了，不覆盖" in result.stderr
    assert path.read_bytes() == b"there"


def test_a_template_is_a_workbook_and_names_its_rulebook(tmp_path: Path) -> None:
    other = invoke("template", BOOK, "-o", str(tmp_path / "a.csv"))
    assert (other.exit_code, "a.xlsx" in other.stderr) == (2, True)
    none = invoke("template", "-o", str(tmp_path / "a.xlsx"))
    assert (none.exit_code, "没有写政策规则库" in none.stderr) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_sheets_are_named_as_a_workbook_allows_and_apart_from_one_another(tmp_path: Path) -> None:
    long = "证书" * 15
    more = "".join(
        f"  {name}: {{id: {i}, noun: 张, key: 证号, fields: {{证号: {{id: number, kind: text}}}}}}\n"
        for i, name in zip("abc", ("申报企业", f"{long}甲", f"{long}乙"), strict=True)
    )
    words = VOCABULARY.replace("  证书:", f"{more}  证书:")
    book = load(tmp_path / "made", vocabulary=words, documents=DOCUMENTS, clauses=CLAUSES).compiled
    asked = Tellable(facts={}, records={r.name: (book, r) for r in book.records.values()}, counts=Counter())
    sheets = sheets_of(asked)
    titles = [s.title for s in sheets]
    assert len(set(titles)) == len(titles)
    assert max(map(len, titles)) <= 31
    assert [s.record for s in sheets if s.kind is Kind.RECORD] == list(asked.records)


def _example(sheet: Worksheet) -> dict[str, str]:
    return {str(heading.value): str(cell.value or "") for heading, cell in zip(sheet[2], sheet[4], strict=True) if heading.value}


@pytest.mark.parametrize("name", [b for b in available() if b != "common"])
def test_the_example_rows_read_as_the_data_of_a_firm_without_a_complaint(name: str, tmp_path: Path) -> None:
    """Every check between facts (离岸与在岸之和等于执行额, 到期日晚于发放日, 划型行业与行业代码相符) holds of them, too."""
    path = template(tmp_path / "a.xlsx", [name])
    book = load_workbook(path)
    for sheet in book.worksheets:
        if sheet.title.startswith("_") or sheet.title == "填写说明":
            continue
        row = [cell.value for cell in sheet[4]]
        for column, value in enumerate(row, 1):
            if value not in (None, "", "示例"):
                sheet.cell(FIRST, column).value = value
    book.save(path)
    (case,) = cases_of(str(path))
    decision = huiqi.load(name).decide(case, on=case.on)
    assert decision.warnings == ()


def test_an_example_says_nothing_that_a_department_or_a_judge_says_and_nothing_against_the_firm(whole: Workbook) -> None:
    page, loans, titles = _example(whole["申报企业"]), _example(whole["贷款"]), _example(whole["资格证书"])
    assert (page["申报主体类型"], page["严重失信主体"], page["分支机构按企业对待"], page["一年期报价利率（写上%）"]) == ("企业", "否", "", "")
    assert (loans["年利率（写上%）"], loans["签约时中长期报价利率（写上%）"]) == ("3.5%", "")  # what 填法 shows; and the department's
    assert (titles["发证日（年-月-日）"], titles["有效期止（年-月-日）"], titles["撤销日（年-月-日）"]) == ("2024-11-06", "2027-11-05", "无")
    for spec in huiqi.load(BOOK).facts.values():
        if spec.judgement or spec.verified_by:
            assert not next((x for h, x in page.items() if h.partition("（")[0] == spec.name), ""), spec.name


def test_a_list_that_another_kind_of_applicant_fills_in_has_no_example(whole: Workbook) -> None:
    """园区项目 is a park's, and the example is an enterprise."""
    assert set(_example(whole["园区项目"]).values()) == {"示例", ""}
    assert _example(whole["申报企业"])["园区项目·是否列全"] == "一条也没有"
    assert _example(whole["申报企业"])["平台名称"] == ""


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("kind: money, unit: 元, min: 0元, max: 1亿元, example: 2亿元", "示例在上下限以外"),
        ("kind: money, unit: 元, min: 0元, max: 1亿元, example: 2万美元", "单位不对"),
        ("kind: choice, options: [甲, 乙], example: 丙", "示例不是它的选项"),
        ("kind: boolean, example: 有", "示例不是它的选项"),
        ("kind: date, max: 2020-12-31, example: 2021-01-01", "示例在上下限以外"),
    ],
)
def test_an_example_that_a_case_could_not_tell_is_complained_of(written: str, said: str, tmp_path: Path) -> None:
    words = VOCABULARY.replace("  核查通过:", f"  样例: {{id: sample, {written}}}\n  核查通过:")
    with pytest.raises(huiqi.HuiqiError, match=said):
        load(tmp_path / "made", vocabulary=words, documents=DOCUMENTS, clauses=CLAUSES)
