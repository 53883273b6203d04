"""`new case` and `ask` as an officer uses them: from nothing to a decision and a case file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

import huiqi
from huiqi.cli.main import main
from tests.making import ROOT

BOOK = ("-r", "datong-outsourcing")
ONE = ("--measure", "国际资质认证")


def run(*words: str, told: str = "") -> Result:
    return CliRunner().invoke(main, list(words), input=told)


def refusal(result: Result) -> str:
    assert result.exit_code == 2
    return result.stderr


def test_a_form_says_what_is_asked_and_tells_nothing(tmp_path: Path) -> None:
    path = tmp_path / "案例.yaml"
    assert run("new", "case", *BOOK, *ONE, "-o", str(path)).exit_code == 0
    text = path.read_text(encoding="utf-8")
    for said in ("注册地县区:", "平城区、云冈区", "材料：营业执照", "金额，写单位，如 18万元", "严重失信主体:", "资质认证:", "用于 1 项"):
        assert said in text
    case = huiqi.read_case(path)
    assert not any(case.data.values())
    assert not any(case.records.values())
    decision = huiqi.load("datong-outsourcing").decide(case, on="2026-06-30")
    assert decision.input["数据"] == {}


def test_a_form_of_all_measures_has_every_fact_they_read(tmp_path: Path) -> None:
    path = tmp_path / "案例.yaml"
    assert run("new", "case", *BOOK, "-o", str(path)).exit_code == 0
    book, case = huiqi.load("datong-outsourcing"), huiqi.read_case(path)
    assert set(case.data) == {f for m in book.measures.values() for f in m.facts}
    assert set(case.records) == {r for m in book.measures.values() for r in m.records}


def test_a_form_never_overwrites_and_says_how_to_go_on(tmp_path: Path) -> None:
    path = tmp_path / "案例.yaml"
    path.write_text("企业: 甲\n", encoding="utf-8")
    assert "huiqi ask" in refusal(run("new", "case", *BOOK, "-o", str(path)))
    assert path.read_text(encoding="utf-8") == "企业: 甲\n"


def test_a_form_is_a_text_or_a_workbook_and_answers_go_into_a_text() -> None:
    assert ".xlsx" in refusal(run("new", "case", *BOOK, "-o", "案例.csv"))
    assert ".yaml" in refusal(run("ask", *BOOK, "-o", "案例.xlsx"))


@pytest.mark.parametrize(("word", "said"), [("认证", "不止一个支持事项"), ("国际资质人证", "国际资质认证支持"), ("没有的事", "可用")])
def test_a_measure_that_is_not_named_alone_is_asked_back(word: str, said: str, tmp_path: Path) -> None:
    assert said in refusal(run("new", "case", *BOOK, "--measure", word, "-o", str(tmp_path / "a.yaml")))


def test_question_by_question_to_the_decision(tmp_path: Path) -> None:
    path = tmp_path / "案例.yaml"
    told = "大同甲公司\n2026-06-30\n企业\n平城区\n" + "否\n" * 9
    result = run("ask", *BOOK, *ONE, "-o", str(path), told=told)
    assert result.exit_code == 0, result.output
    case = huiqi.read_case(path)
    assert (case.enterprise, str(case.on)) == ("大同甲公司", "2026-06-30")
    assert case.data["注册地县区"] == "平城区"
    assert "否" in case.data.values()
    assert "国际资质认证支持" in result.stdout
    assert f"huiqi ask {path}" in result.stdout


def test_a_form_is_filled_in_place_and_keeps_its_comments(tmp_path: Path) -> None:
    path = tmp_path / "案例.yaml"
    run("new", "case", *BOOK, *ONE, "-o", str(path))
    comments = [x for x in path.read_text(encoding="utf-8").splitlines() if "#" in x]
    assert run("ask", str(path), *ONE, told="大同甲公司\n2026-06-30\n企业\n平城区\n退出\n").exit_code == 0
    text = path.read_text(encoding="utf-8")
    assert [x for x in text.splitlines() if "#" in x] == comments
    assert "  注册地县区: 平城区" in text


def test_a_word_no_rule_knows_is_asked_twice_before_it_refuses(tmp_path: Path) -> None:
    path = tmp_path / "案例.yaml"
    run("ask", *BOOK, *ONE, "-o", str(path), told="甲\n2026-06-30\n企业\n平城路\n退出\n")
    assert "注册地县区" not in path.read_text(encoding="utf-8")
    run("ask", str(path), *ONE, told="太原市\n太原市\n退出\n")
    assert "注册地县区: 太原市" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("answer", "said"),
    [(x, "像是说没有") for x in ("没有了", "从未认证", "一张也没有", "不涉及", "否", "0", "无。", "0张", "无、等")]
    + [("5", "像是说有几条"), ("5张", "像是说有几条")],
)
def test_a_word_for_none_or_for_how_many_is_no_certificate_by_that_number(answer: str, said: str, tmp_path: Path) -> None:
    """Where records are counted, “没有了” taken for a number would be one of them, and “5” one in place of five."""
    path = tmp_path / "案例.yaml"
    head = "甲\n2026-06-30\n企业\n平城区\n是\n审核通过\n否\n"
    assert said in run("ask", *BOOK, *ONE, "-o", str(path), told=f"{head}{answer}\n退出\n").stderr
    assert "资质认证" not in path.read_text(encoding="utf-8")
    run("ask", str(path), *ONE, told="C-1、20250001\n退出\n")  # numbers are taken at once
    assert "证号: C-1" in path.read_text(encoding="utf-8")


def test_a_number_that_reads_like_a_word_for_none_is_taken_when_it_is_said_twice(tmp_path: Path) -> None:
    path = tmp_path / "案例.yaml"
    run("ask", *BOOK, *ONE, "-o", str(path), told="甲\n2026-06-30\n企业\n平城区\n是\n审核通过\n否\n无锡证\n无锡证\n退出\n")
    assert "证号: 无锡证" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("year", ["2025", "不知道"])
def test_the_year_of_application_comes_first_and_the_case_is_decided_as_it_was_asked(year: str, tmp_path: Path) -> None:
    path = tmp_path / "案例.yaml"
    told = f"甲\n2026-06-30\n{year}\n企业\n软件和信息技术服务业\n500万元\n20人\n"
    result = run("ask", "-r", "national-sme-size", "-o", str(path), told=told)
    assert result.exit_code == 0, result.output
    first = result.stderr.partition("第 1 问")[2].partition("第 2 问")[0]
    assert "申报年度" in first and "申报年度" not in result.stderr.partition("第 2 问")[2].partition("：")[0]
    case = huiqi.read_case(path)
    assert case.year == (2025 if year == "2025" else None)
    checked = [x for x in run("check", str(path)).stdout.splitlines() if x.strip()]
    assert len(checked) > 5 and set(checked) <= set(result.stdout.splitlines())


def test_back_takes_an_answer_out_again(tmp_path: Path) -> None:
    path = tmp_path / "案例.yaml"
    run("ask", *BOOK, *ONE, "-o", str(path), told="甲\n2026-06-30\n企业\n平城区\n返回\n云州区\n退出\n")
    assert "注册地县区: 云州区" in path.read_text(encoding="utf-8")


def test_what_nobody_knows_is_passed_over_and_stays_untold(tmp_path: Path) -> None:
    path = tmp_path / "案例.yaml"
    result = run("ask", *BOOK, *ONE, "-o", str(path), told="甲\n2026-06-30\n" + "不知道\n" * 30)
    assert result.exit_code == 0
    assert "数据" not in path.read_text(encoding="utf-8")
    assert "待补充" in result.stdout


def test_an_answer_that_cannot_be_read_is_asked_again_and_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "案例.yaml"
    result = run("ask", *BOOK, *ONE, "-o", str(path), told="甲\n2026-06-30\n企业\n平城区\n也许\n否\n退出\n")
    assert "是 或 否" in result.stderr
    text = path.read_text(encoding="utf-8")
    assert "也许" not in text
    assert ": 否\n" in text


def test_without_a_place_for_answers_nothing_is_asked() -> None:
    assert "-o" in refusal(run("ask", *BOOK))
    assert "-r" in refusal(run("ask", "-o", "没有.yaml"))


def test_a_date_for_an_amount_is_answered_with_what_to_write_and_not_with_how_units_are_declared(tmp_path: Path) -> None:
    path = tmp_path / "案例.yaml"
    told = "甲\n2026-06-30\n企业\n平城区\n是\n审核通过\n否\nC-1\n2025\n2025-03-01\n2026-01-01\n18只\n退出\n"
    result = run("ask", *BOOK, *ONE, "-o", str(path), told=told)
    assert "“合格费用”要的是数，写的是日期；应为：数量（元）；写数字和单位，例如 18万元" in result.stderr
    assert "不认识的单位“只”" in result.stderr
    assert "vocabulary.yaml" not in result.stderr
    assert f"huiqi ask {path} --measure 国际资质认证支持" in result.stdout


def test_what_is_no_decision_is_sent_to_where_one_is_recorded(tmp_path: Path) -> None:
    for command in ("replay", "verify-decision"):
        said = refusal(run(command, str(tmp_path / "申报.xlsx")))
        assert "不是存下的决定" in said
        assert f"huiqi check {tmp_path / '申报.xlsx'} --json > 决定.json，再 huiqi {command} 决定.json" in said


@pytest.mark.parametrize(("rulebook", "asked"), [("national-sme-size", "营业收入"), ("national-hnte", "拥有核心知识产权")])
def test_a_rulebook_of_recognitions_alone_asks_what_they_read(rulebook: str, asked: str, tmp_path: Path) -> None:
    path = tmp_path / "案例.yaml"
    assert "0 项数据" not in run("new", "case", "-r", rulebook, "-o", str(path)).stdout
    text = path.read_text(encoding="utf-8")
    assert f"\n  {asked}:\n" in text and "# 所问的资格：" in text and "申报事项" not in text
    assert "0 项数据" not in run("new", "case", "-r", rulebook, "-o", str(tmp_path / "案例.xlsx")).stdout
    assert "第 1 问" in run("ask", str(path), told="甲公司（虚构）\n2026-06-30\n退出\n").stderr


@pytest.mark.parametrize(
    ("case", "name", "said"),
    [
        ("高企-创新能力待评审", "hnte", ["认定看证书：由省级高新技术企业认定机构", "科技人员占比：先补 申报年度", "创新能力评价：先经评审判断"]),
        ("技先-核验值不达标", "atse", ["已持有有效证书"]),
        ("划型-正好到线", "micro", ["未达小型下限：要求 并非（达到小型下限）"]),
    ],
)
def test_what_would_make_it_recognised_is_said_condition_by_condition_and_that_nothing_was_tried(case: str, name: str, said: list[str]) -> None:
    result = run("explain", str(ROOT / "cases" / f"{case}.yaml"), "--measure", name, "--what-if")
    found = result.stdout.partition("怎样才会认定")[2].replace("\n", "").replace(" ", "")
    assert found and all(x.replace(" ", "") in found for x in said)
    assert "已持有" in found or "没有推算" in found


def test_an_open_exclusion_does_not_repeat_the_name_of_the_fact_it_lacks() -> None:
    result = run("explain", str(ROOT / "cases" / "认证-缺失信查询.yaml"), "--measure", "certification.international")
    assert "尚缺 严重失信主体（缺材料）" in result.stdout
    assert "严重失信主体" not in [x.strip() for x in result.stdout.splitlines()]


@pytest.mark.parametrize("word", ["园区", "培训"])
def test_a_part_of_several_titles_names_every_one_of_them(word: str, tmp_path: Path) -> None:
    path = tmp_path / "案例.yaml"
    path.write_text(f"企业: 甲（虚构）\n政策规则库: [datong-outsourcing]\n审核日期: 2026-06-30\n申报事项: [{word}]\n", encoding="utf-8")
    said = refusal(run("check", str(path))).replace("\n", "")
    titles = [m.title for m in huiqi.load("datong-outsourcing").measures.values() if word in m.title]
    assert len(titles) > 2 and all(t in said for t in titles)


def test_a_form_made_for_some_measures_says_so_itself_and_what_follows_needs_no_option(tmp_path: Path) -> None:
    path = tmp_path / "案例.yaml"
    said = run("new", "case", *BOOK, *ONE, "-o", str(path)).stdout
    assert "\n申报事项: [国际资质认证支持]\n" in path.read_text(encoding="utf-8")
    assert said.endswith(f"填好后：huiqi check {path}；或一项一项地问：huiqi ask {path}\n")
    assert "第 1 问（待定 1 项，这一问关系 1 项）" in run("ask", str(path), told="甲公司（虚构）\n2026-06-30\n退出\n").stderr


def test_what_is_lacking_is_listed_for_what_was_applied_for_and_for_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "案例.yaml"
    run("new", "case", *BOOK, *ONE, "-o", str(path))
    told = run("check", str(path), "--on", "2026-06-30").stdout
    lacking = told.partition("尚缺（补齐后可继续判断）")[2].partition("全部列出")[0]
    opened = ["".join(x.split("→")[1].split()) for x in lacking.split("·")[1:]]
    assert len(opened) > 4 and {x.removesuffix("部门核实") for x in opened} == {"国际资质认证支持"}


def test_a_workbook_of_one_enterprise_carries_what_it_is_made_for(tmp_path: Path) -> None:
    path = tmp_path / "案例.xlsx"
    said = run("new", "case", *BOOK, *ONE, "-o", str(path)).stdout
    page = load_workbook(path)["申报企业"]
    assert [row[3].value for row in page.iter_rows() if row[0].value == "申报事项"] == ["国际资质认证支持"]
    assert said.endswith(f"填好后：huiqi check {path}\n")


def test_who_asks_about_a_workbook_is_told_the_commands_that_work(tmp_path: Path) -> None:
    path = tmp_path / "案例.xlsx"
    run("new", "case", *BOOK, "-o", str(path))
    said = refusal(run("ask", str(path)))
    assert f"还缺什么：huiqi check {path}" in said
    assert f"另起一份：huiqi ask -r datong-outsourcing -o {tmp_path / '案例.yaml'}" in said


def test_measures_and_recognitions_that_ask_are_each_called_what_they_are(tmp_path: Path) -> None:
    path, book = tmp_path / "案例.yaml", tmp_path / "案例.xlsx"
    call = ("new", "case", *BOOK, "-r", "national-hnte", *ONE, "--measure", "高新技术企业", "-o")
    run(*call, str(path))
    run(*call, str(book))
    asked = "所问的支持事项：国际资质认证支持；所问的资格：高新技术企业"
    text = path.read_text(encoding="utf-8")
    assert f"# {asked}\n" in text and "\n申报事项: [国际资质认证支持]\n" in text
    assert asked in [row[1].value for row in load_workbook(book)["填写说明"].iter_rows()]


_APPLICANT = (
    "企业: 甲公司（虚构）\n政策规则库: [datong-outsourcing]\n审核日期: 2026-06-30\n申报年度: 2025\n"
    "数据: {申报主体类型: 企业, 注册地县区: 平城区, 从事服务外包业务: 是, 报送状态: 审核通过, 严重失信主体: 否}\n"
)
_LISTS = ("\n    - {证号: C-2}\n    - {证号: C-1}\n    - {证号: C-3}\n", " [{证号: C-2}, {证号: C-1}, {证号: C-3}]\n")


@pytest.mark.parametrize("listed", _LISTS, ids=["each-on-a-line", "all-on-one-line"])
def test_an_answer_about_one_certificate_is_written_to_that_certificate_whatever_their_order_in_the_file(listed: str, tmp_path: Path) -> None:
    path = tmp_path / "案例.yaml"
    path.write_text(f"{_APPLICANT}申报事项: [国际资质认证支持]\n明细:\n  资质认证:{listed}", encoding="utf-8")
    answers = {"发证日": "2025-06-0{}", "合格费用": "{}万元", "种类": "CMMI"}
    asked: list[tuple[str, str]] = []
    while len(asked) < 9:
        question = run("ask", str(path), told="退出\n").stderr.partition("　资质认证 ")[2].partition("\n")[0]
        certificate, _, column = question.partition(" 的")
        if not question:
            break
        run("ask", str(path), told=f"{answers[column].format(certificate[-1])}\n退出\n")
        asked.append((certificate, column))
    rows: Any = huiqi.read_case(path).records["资质认证"]
    assert {c for c, _ in asked} == {"C-1", "C-2", "C-3"} and len(asked) == len(set(asked))
    assert [str(row["证号"]) for row in rows] == ["C-2", "C-1", "C-3"]
    for row in rows:
        told = {c: answers[c].format(str(row["证号"])[-1]) for of, c in asked if of == row["证号"]}
        assert {k: str(x) for k, x in row.items()} == {"证号": str(row["证号"]), **told}


def test_answers_about_persons_are_written_to_those_persons(tmp_path: Path) -> None:
    """The rows of persons are kept in the order of stand-ins, which nobody who fills a file in can see."""
    path = tmp_path / "案例.yaml"
    people = "".join(f"    - {{人员编号: {who}}}\n" for who in "甲乙丙丁")
    path.write_text(f"{_APPLICANT}申报事项: [吸纳大中专毕业生就业支持]\n明细:\n  新录用人员:\n{people}", encoding="utf-8")
    for _ in range(4):
        question = run("ask", str(path), told="退出\n").stderr.partition("　新录用人员 ")[2].partition("\n")[0]
        who, _, column = question.partition(" 的")
        answer = {"培训费用": "100元", "学历": "本科", "录用日": "2025-08-01", "毕业年度内毕业生": "是"}[column]
        run("ask", str(path), told=f"{answer}\n退出\n")
        (row,) = (r for r in huiqi.read_case(path).records["新录用人员"] if str(r["人员编号"]) == who)
        assert str(row[column]) == answer


def test_what_an_abbreviated_answer_is_taken_for_is_said(tmp_path: Path) -> None:
    path = tmp_path / "案例.yaml"
    result = run("ask", *BOOK, *ONE, "-o", str(path), told="甲\n2026-06-30\n企业\n平城区\n是\n审核\n返回\n待审\n退出\n")
    assert "“审核”记作“审核通过”；不是就答“返回”重答。" in result.stderr
    assert "“待审”记作" not in result.stderr
    assert "报送状态: 待审" in path.read_text(encoding="utf-8")
