"""What is slightly wrong is told once, with the mend; what only follows from it is not told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.making import invoke, write

RIGHT = {
    "vocabulary": "facts:\n  营收: {id: revenue, kind: money, unit: 元, min: 0元, max: 100亿元}\n  成立日: {id: founded, kind: date}\n  某年: {id: year, kind: year}\n"
    "  通过: {id: passed, kind: boolean}\nrecords:\n  证书: {id: certificates, noun: 张, key: 证号, fields: {证号: {id: number, kind: text},"
    " 费用: {id: cost, kind: money, unit: 元, min: 0元, max: 1亿元}}}\n",
    "parameters": "办法·1:\n  奖励: 10万元\n  线: 100万元\n  三张: 3张\n",
    "measures": "- title: 甲\n  clause: 办法·1\n  each: 证 in 证书\n  when:\n    - 够线: 营收 >= 线\n    - 有费用: 证.费用 > 0元\n  award: 定额 奖励\n"
    "- title: 乙\n  clause: 办法·1\n  when:\n    - 通过: 通过\n  award: 定额 奖励\n",
    "stacking": "- title: 合计\n  members: all\n  cap: 每申报年度 线，不计以往（条文说的是当年）\n  clause: 办法·1\n",
    "readings": "- 口径: 全部 还是 主营\n  clause: 办法·1\n",
    "shared": "when:\n  - 营收达标: 营收 >= 线\n    成立满: 成立日 < 审核日期\n    for: all（办法·1）\n",
}
WRONG = {
    "a list that is none": ("measures", "证 in 证书", "证 in 证件", ["没有“证件”这个名称", "是否“证书”？"]),
    "a clause that is not there": ("measures", "  clause: 办法·1\n  when:\n    - 通过", "  clause: 办法·11\n  when:\n    - 通过", ["没有这一条款", "办法·11", "是否“办法·1”？"]),
    "a reading that has no such option": (
        "measures", "    - 通过: 通过\n", "    - 通过: 通过\n      读法: 口径=主要\n", ["“口径”没有这种读法", "全部、主营"],
    ),
    "a figure that is no number": ("parameters", "奖励: 10万元", "奖励: 1e5元", ["不接受科学计数法", "100万元"]),
    "a day and a year": ("measures", "- 通过: 通过", "- 通过: 成立日 = 某年", ["日期 与 年度", "year of(成立日)"]),
    "a yes-or-no as a number": ("measures", "- 通过: 通过", "- 通过: 通过 > 0", ["是否 与 数", "直接写 通过"]),
    "a bracket left open": ("measures", "- 通过: 通过", "- 通过: not(通过", ["中断", "左括号比右括号多 1 个", "写的是“not(通过”"]),
    "a table that is none": ("measures", "  award: 定额 奖励\n- title: 乙", "  award: 定额 分档(营收)\n- title: 乙", ["没有函数或标准表“分档”", "tables.yaml"]),
    "a clause of several conditions that is not there": ("shared", "（办法·1）", "（办法·11）", ["shared.yaml:4:14: 没有这一条款", "办法·11", "是否“办法·1”？"]),
    "a title written twice": ("measures", "- title: 乙\n", "- title: 甲\n", ["支持事项的名称重复", "先见"]),
    "options told apart by commas in a line": ("vocabulary", "facts:\n", "facts:\n  等次: 甲等，乙等\n", ["几个选项之间写顿号“、”：甲等、乙等"]),
    "options run together in a list": (
        "vocabulary", "facts:\n", "facts:\n  等次: {id: rank, kind: choice, options: [甲等，乙等, 丙等]}\n", ["几个词连成了一个", "甲等、乙等"],
    ),
    "a window as a figure": ("parameters", "奖励: 10万元", "奖励: 10万元\n  受理期: 每年4月1日至5月31日", ["window", "申请日 in 每年4月1日至5月31日"]),
    "versions under a clause": (
        "parameters", "奖励: 10万元", "奖励:\n    - {value: 10万元, from: 2026-01-01}\n    - {value: 8万元, from: 2027-01-01}", ["条款下只写一版", "移到条款外面写全"],
    ),
    "a number of records as money": (
        "measures", "  award: 定额 奖励\n- title: 乙", "  award: 定额 奖励\n  limits: 每申报年度 三张，不计以往（每次申报）\n- title: 乙", ["这里应是金额", "留金额高的"],
    ),
}  # fmt: skip


def _checked(folder: Path, **changed: str) -> tuple[int, list[str], str]:
    told = invoke("rules", "check", str(write(folder, **{**RIGHT, **changed})))
    return told.exit_code, [x for x in told.stderr.splitlines() if str(folder) in x], told.stdout


def test_what_is_right_compiles_and_a_reading_nothing_asks_is_pointed_at(tmp_path: Path) -> None:
    code, problems, said = _checked(tmp_path / "book")
    assert (code, problems) == (0, []) and "读法“口径”没有一处用到" in said


@pytest.mark.parametrize("kind", WRONG)
def test_a_mistake_is_told_once_with_its_mend(kind: str, tmp_path: Path) -> None:
    file, old, new, wanted = WRONG[kind]
    assert old in RIGHT[file]
    code, problems, _ = _checked(tmp_path / "book", **{file: RIGHT[file].replace(old, new, 1)})
    assert code == 1 and len(problems) == 1, problems
    assert all(x in problems[0] for x in wanted), problems[0]


def test_a_figure_without_a_unit_is_told_once_where_it_stands(tmp_path: Path) -> None:
    code, problems, _ = _checked(tmp_path / "book", parameters=RIGHT["parameters"].replace("线: 100万元", "线: 100万"))
    assert code == 1 and len(problems) == 1 and "“100万”没有单位，数要写明单位" in problems[0] and "100万元" in problems[0]


def test_a_figure_of_a_wrong_unit_is_told_with_where_the_unit_stands(tmp_path: Path) -> None:
    """Told at each use, where the amount is none; what is to be mended is the figure."""
    code, problems, _ = _checked(tmp_path / "book", parameters=RIGHT["parameters"].replace("奖励: 10万元", "奖励: 10人"))
    assert code == 1 and len(problems) == 2
    assert all("这里应是金额" in x and "；标准的单位写在：“奖励”是人（" in x and x.endswith("parameters.yaml:2:3）") for x in problems)
