"""From a new case to a letter: sentences that an officer misread, or that stood against one another, on the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.making import invoke

LOAN = "{合同号: D-1, 创业担保贷款: 是, 签订日: 2026-03-01, 发放日: 2026-03-05, 到期日: 2028-03-05, 结清日: 无, 本金: 200万元, 利率: 3%, 展期: 否, 逾期: 否, 借新还旧: 否}"
STARTUP = """\
企业: 甲（虚构）
政策规则库: [national-startup-loan]
审核日期: 2026-06-30
申报年度: 2025
申报事项: [小微企业创业担保贷款贴息]
数据:
  申报主体类型: 企业
  划型行业: 软件和信息技术服务业
  从业人员: 30人
  营业收入: 200万元
  现有职工数: 30人
  新招用人数: 3人
  已享受创业贷款贴息次数: 0次
  拖欠职工工资: 否
  欠缴社会保险费: 否
明细:
  贷款明细:
    - %s
"""
SEATS = """\
企业: 甲（虚构）
政策规则库: [datong-data-call]
审核日期: 2026-06-30
申报年度: 2026
数据: {申报主体类型: 企业, 从事数据呼叫业务: 否, 从事数据标注业务: 是}
明细:
  坐席明细:
    - {席位号: S-1, 员工人数: 1人, 工资流水月数: 12月, 社保记录月数: 12月, 花名册齐全: 是, 审查合格: 是}
"""
SIZE = "企业: 甲（虚构）\n政策规则库: [national-sme-size]\n审核日期: 2026-06-30\n申报年度: 2026\n数据: {%s}\n"


def case(folder: Path, text: str) -> str:
    path = folder / "案例.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def told(*args: str) -> str:
    ran = invoke(*args)
    assert ran.exit_code == 0, ran.output
    return ran.stdout


def flat(text: str) -> str:
    return "".join(x.strip() for x in text.split("\n"))


def test_a_letter_asks_at_once_for_what_only_the_amount_lacks_and_names_the_clauses_not_read(tmp_path: Path) -> None:
    """The page asks first for what settles the conclusion; who is written to is asked once for all of it."""
    path = case(tmp_path, STARTUP % LOAN)
    page = told("check", path)
    assert "D-1的申请日" in page and "实付利息" not in page
    invoke("letter", path, "-o", str(tmp_path / "补正.html"), "--kind", "补正告知")
    asked = (tmp_path / "补正.html").read_text(encoding="utf-8")
    assert "尚缺下列 2 项内容" in asked and "D-1的申请日" in asked and "D-1的实付利息" in asked
    invoke("letter", path, "-o", str(tmp_path / "测算.html"))
    paper = (tmp_path / "测算.html").read_text(encoding="utf-8")
    assert "未读条款 75号·正文" in paper[paper.index("八、待核实") : paper.index("九、")]


def test_a_single_condition_names_no_reading_that_nothing_turns_on(tmp_path: Path) -> None:
    said = told("explain", case(tmp_path, STARTUP % LOAN), "--measure", "小微企业创业担保贷款贴息", "--what-if")
    assert "［D-1］申请人为小微企业：先补 D-1的申请日" in said
    assert "先定" not in said[said.index("怎样才会满足") :]


def test_a_figure_of_another_year_than_the_one_asked_for_says_so(tmp_path: Path) -> None:
    """Else who told it reads that it was not told."""
    said = told("check", case(tmp_path, SIZE % "申报主体类型: 企业, 划型行业: 软件和信息技术服务业, 从业人员: {2025: 30人}, 营业收入: {2026: 200万元}"))
    assert "· 从业人员（要 2026 年度的，填的是 2025 年度）（材料：" in flat(said)
    assert "营业收入（要" not in said


@pytest.mark.parametrize(("rulebook", "count", "head"), [("national-sme-size", 5, "资格"), ("national-hnte", 1, "资格（条件测评只是预判，认定权在认定机关）")])
def test_of_a_rulebook_without_measures_each_recognition_stands_once(tmp_path: Path, rulebook: str, count: int, head: str) -> None:
    said = told("check", case(tmp_path, (SIZE % "申报主体类型: 企业").replace("national-sme-size", rulebook)))
    assert f"结论：{count} 项资格，见下。\n\n{head}\n" in said
    lines = [x for x in said.split("\n") if x.startswith("  ") and "：" in x and "待定，因为" in x]
    assert len(lines) == count


def test_what_refuses_under_one_reading_each_is_not_said_to_be_needed_together(tmp_path: Path) -> None:
    path = case(tmp_path, SEATS)
    assert "未满足“有效坐席达到200席”（取“有效坐席”时）、“坐席达到200席”（取“全部坐席”时）" in flat(told("explain", path, "--measure", "坐席补贴"))
    said = told("explain", path, "--measure", "坐席补贴", "--what-if")
    part = said[said.index("怎样才会满足") :]
    assert "· 坐席达到200席（只在规模口径取“全部坐席”时）：要求 不低于200席，还差 199 席" in flat(part)
    assert "还须" not in part


def test_what_a_recognition_lacks_that_an_applied_measure_asks_after_is_asked_for_while_it_is_open(tmp_path: Path) -> None:
    path = case(tmp_path, STARTUP.replace("  划型行业: 软件和信息技术服务业\n", "").replace("    - %s\n", "").replace("明细:\n  贷款明细:\n", ""))
    said = told("check", path)
    assert "· 划型行业（材料：公示系统查询截图）→ 小微企业、中小微企业" in flat(said)
    refused = case(tmp_path, STARTUP.replace("新招用人数: 3人", "新招用人数: 2人").replace("  从业人员: 30人\n", "") % LOAN)
    assert "从业人员" not in told("check", refused)
