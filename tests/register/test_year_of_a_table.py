"""A round from somebody else's table: which year is applied for, who has to say it, and which columns nobody reads."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from huiqi.intake.questions import Answer, Choice, Question
from huiqi.register.rows import read_rows
from huiqi.registers import map_register
from huiqi.screens import Choice as Chosen
from huiqi.screens import ScreenedRound, screen
from tests.making import invoke

HEAD = "企业名称,注册地县区,申报主体类型,从事服务外包业务,报送状态,严重失信主体,证书编号,证书种类,发证日期,合格费用（万元）,看法"
ROW = "{},平城区,企业,是,审核通过,否,{},CMMI,2025-03-01,18,"
MEASURE = "certification.international"


def _table(folder: Path, rows: list[str], *, title: str = "2025年度国际资质认证支持申报汇总表", head: str = HEAD) -> Path:
    path = folder / "汇总表.csv"
    path.write_bytes("\n".join([title, head, *rows, ""]).encode("gb18030"))
    return path


def _mapped(table: Path, *, answered: dict[str, str] | None = None) -> Path:
    """The mapping, its lists complete, and what else is `answered` by the key of its question."""
    mapping = table.with_suffix(".yaml")
    text = map_register(table, rulebook="datong-outsourcing").mapping
    for key, answer in {"列全:资质认证": "①", **(answered or {})}.items():
        text = re.sub(rf'答: ""(?=\n +钥匙: "?{re.escape(key)})', f'答: "{answer}"', text)
    mapping.write_text(text, encoding="utf-8")
    return mapping


def _round(table: Path, mapping: Path, *, year: int | None = None) -> ScreenedRound:
    chosen = Chosen(on="2026-06-30", measures=(MEASURE,))
    return screen(table, table.with_name(f"结果{len(list(table.parent.iterdir()))}.csv"), mapping=mapping, choose=lambda _: chosen, processes=1, year=year)


def _years(found: ScreenedRound) -> list[int | None]:
    return [a.case.year for a in found.register.applicants if a.case is not None]


def test_the_year_of_a_title_is_asked_where_a_cap_of_each_year_needs_it_though_no_column_is_of_a_year(tmp_path: Path) -> None:
    table = _table(tmp_path, [ROW.format("甲公司", "C-1")])
    asked = [q for q in map_register(table, rulebook="datong-outsourcing").cells["questions"] if q["key"] == "年度"]
    assert [(q["choices"], q["suggestion"]) for q in asked] == [(["① 2025", "② 其他年度"], "①")]
    assert _years(_round(table, _mapped(table, answered={"年度": "①"}))) == [2025]


def test_a_round_without_its_year_is_decided_and_says_where_an_officer_writes_it(tmp_path: Path) -> None:
    table = _table(tmp_path, [ROW.format("甲公司", "C-1")])
    found = _round(table, _mapped(table))
    assert _years(found) == [None]
    assert any("没有申报年度" in x and "--year" in x for x in found.summary)
    (want,) = [w for w in found.rows[0].wants if "申报年度" in w.what]
    assert (want.own, want.acts) == (False, "经办人")
    assert "明细" not in want.what and "--year" in want.what


def test_the_year_of_the_call_is_of_whoever_has_none_of_its_own(tmp_path: Path) -> None:
    table = _table(tmp_path, [ROW.format("甲公司", "C-1")])
    found = _round(table, _mapped(table), year=2025)
    assert _years(found) == [2025]
    assert not any("申报年度" in w.what for w in found.rows[0].wants)


def test_a_column_of_the_year_applied_for_is_read_and_goes_before_the_call_which_is_said(tmp_path: Path) -> None:
    table = _table(tmp_path, [ROW.format("甲公司", "C-1") + ",2025年度", ROW.format("乙公司", "C-2") + ","], head=f"{HEAD},申报年度")
    mapping = _mapped(table)
    assert "表头: 申报年度, 对应: 申报年度" in mapping.read_text(encoding="utf-8")
    found = _round(table, mapping, year=2024)
    assert _years(found) == [2025, 2024]
    assert any("甲公司，2025" in x and "不是 2024" in x for x in found.summary)


def test_a_mapping_that_says_which_column_is_the_year_is_followed(tmp_path: Path) -> None:
    table = _table(tmp_path, [ROW.format("甲公司", "C-1") + ",2025"], head=f"{HEAD},批次")
    mapping = _mapped(table)
    mapping.write_text(re.sub("表头: 批次, 对应: [^},]+", "表头: 批次, 对应: 申报年度", mapping.read_text(encoding="utf-8")), encoding="utf-8")
    assert [a.case.year for a in read_rows(table, mapping=mapping).applicants if a.case] == [2025]


def test_rows_of_one_applicant_that_apply_for_two_years_are_decided_by_neither(tmp_path: Path) -> None:
    table = _table(tmp_path, [ROW.format("甲公司", "C-1") + ",2025", ROW.format("甲公司", "C-2") + ",2024"], head=f"{HEAD},申报年度")
    (row,) = _round(table, _mapped(table)).rows
    assert not row.done and any("申报年度" in x for x in row.held)


@pytest.mark.parametrize("written", ["二五年", "20255", "2025-03"])
def test_what_is_no_year_is_the_officers_to_mend_and_nobody_is_asked_for_it(tmp_path: Path, written: str) -> None:
    table = _table(tmp_path, [ROW.format("甲公司", "C-1") + f",{written}"], head=f"{HEAD},申报年度")
    (row,) = _round(table, _mapped(table)).rows
    assert [(f.found, f.acts) for f in row.faults] == [(written, "经办人")]


def test_columns_of_which_no_data_item_is_made_are_named_on_the_screen(tmp_path: Path) -> None:
    table = _table(tmp_path, [ROW.format("甲公司", "C-1") + "很好"])
    assert any("没有读作数据的列：K 看法" in x for x in map_register(table, rulebook="datong-outsourcing").summary)
    assert any("没有读作数据的列：K 看法" in x for x in _round(table, _mapped(table)).summary)


def test_the_kind_of_a_certificate_is_known_by_what_a_table_calls_it(tmp_path: Path) -> None:
    assert "对应: 资质认证.种类" in _mapped(_table(tmp_path, [ROW.format("甲公司", "C-1")])).read_text(encoding="utf-8")


def test_a_total_that_is_wrong_is_told_with_both_sums_and_by_how_much(tmp_path: Path) -> None:
    table = _table(tmp_path, [ROW.format("甲公司", "C-1"), ROW.format("乙公司", "C-2").replace(",18,", ",约8万,"), "合计,,,,,,,,,26,"])
    (fault,) = read_rows(table, mapping=_mapped(table)).faults
    assert all(x in fault.message for x in ("26万元", "18万元", "多 8万元"))
    assert "18万元" in fault.expected and "J4" in fault.expected


def test_a_question_of_the_mapping_is_the_officers_and_not_asked_of_the_enterprise(tmp_path: Path) -> None:
    table = _table(tmp_path, [ROW.format("甲公司", "C-1").replace("2025-03-01", "2025年3月")])
    (row,) = _round(table, _mapped(table)).rows
    assert [(f.kind, f.acts) for f in row.faults] == [("待答", "经办人")]


@pytest.mark.parametrize("written", ["无", "1.23457E+17"])
def test_a_number_that_cannot_be_read_is_not_asked_for_a_second_time_by_its_row(tmp_path: Path, written: str) -> None:
    table = _table(tmp_path, [ROW.format("甲公司", written)])
    (row,) = _round(table, _mapped(table)).rows
    assert [at for at, _ in row.supply] == [f.at for f in row.faults] == ["汇总表!G3"]


def test_of_a_short_closed_list_all_options_are_offered_and_the_nearest_first(tmp_path: Path) -> None:
    table = _table(tmp_path, [ROW.format("甲公司", "C-1").replace("审核通过", "已审核")])
    (asked,) = [q for q in map_register(table, rulebook="datong-outsourcing").cells["questions"] if q["key"] == "写法:报送状态:已审核"]
    assert asked["choices"][0] == "① 审核通过" and {x[2:] for x in asked["choices"]} >= {"待审", "未报", "退回", "未注册", "其他"}
    assert asked["suggestion"] == "①"


def test_the_name_of_the_city_speaks_for_none_of_its_districts(tmp_path: Path) -> None:
    table = _table(tmp_path, [ROW.format("甲公司", "C-1").replace("平城区", "大同市")])
    (asked,) = [q for q in map_register(table, rulebook="datong-outsourcing").cells["questions"] if q["key"] == "写法:注册地县区:大同市"]
    assert asked["suggestion"] is None and len(asked["choices"]) == 12


@pytest.mark.parametrize(("listed", "mark", "meant"), [(("① 待审", "② 其他"), "①", "待审"), ((), "①", "审核通过"), (("① 审核通过", "② 待审"), "②", "待审")])
def test_an_answer_means_what_stood_beside_its_mark_when_it_was_given(listed: tuple[str, ...], mark: str, meant: str) -> None:
    choices = (Choice(text="审核通过", value="审核通过"), Choice(text="待审", value="待审"), Choice(text="其他", open=True))
    question = Question(key="写法:报送状态:已审核", words="", choices=choices, answer=Answer.among(mark, listed))
    assert question.chosen is not None and question.chosen.value == meant
    assert question.restated == ("②" if meant == "待审" else "①")


@pytest.mark.parametrize(("tick", "first"), [("√", "① 是"), ("×", "① 否")])
def test_a_tick_in_a_column_of_yes_and_no_is_asked_and_not_passed_over_as_untold(tmp_path: Path, tick: str, first: str) -> None:
    table = _table(tmp_path, [ROW.format("甲公司", "C-1").replace(",是,", f",{tick},")])
    asked = [q for q in map_register(table, rulebook="datong-outsourcing").cells["questions"] if q["key"].startswith("写法:从事服务外包业务")]
    assert [q["choices"][0] for q in asked] == [first]


def test_to_check_a_table_is_answered_with_the_commands_that_read_one(tmp_path: Path) -> None:
    result = invoke("check", str(_table(tmp_path, [ROW.format("甲公司", "C-1")])))
    assert result.exit_code != 0 and "huiqi map" in result.output and "UTF-8" not in result.output


def test_a_what_if_of_a_table_takes_the_year_for_whoever_has_none(tmp_path: Path) -> None:
    table = _table(tmp_path, [ROW.format("甲公司", "C-1")])
    call = ("simulate", str(table), "--mapping", str(_mapped(table)), "--on", "2026-06-30", "--measure", MEASURE)
    without, given = invoke(*call), invoke(*call, "--year", "2025")
    assert without.exit_code == given.exit_code == 0, without.output + given.output
    asked = re.compile("^申报年度 +经办人", re.MULTILINE)
    assert asked.search(without.output) and not asked.search(given.output)


def test_an_answer_kept_for_later_is_kept_in_words() -> None:
    assert [Answer.among(a, ("① 待审", "② 其他")).words for a in ("①", "② 退回", "审核通过")] == ["待审", "退回", "审核通过"]
