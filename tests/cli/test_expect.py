"""`check --expect`: each 期望 is compared exactly and with its unit, or refused at its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result

import huiqi
from huiqi.reasoning.casefile import Case
from huiqi.telling.expected import compare_expected
from tests.making import ROOT, SMALL, invoke

FRAME = "企业: 甲公司（虚构）\n审核日期: 2024-06-30\n数据: {席位数: 300席, 投资额: 1元}\n明细: {}\n期望:\n"


def expect(folder: Path, body: str, *more: str) -> Result:
    """`check --expect` of a case under the small rulebook: seats.support is 符合 90万元, star is 待定."""
    path = folder / "甲.yaml"
    path.write_text(FRAME + "".join(f"  {line}\n" for line in body.split("\n")), encoding="utf-8")
    return invoke("check", str(path), "-r", SMALL, "--expect", "--reasoner", "reference", *more)


@pytest.mark.parametrize(
    "body",
    [
        "seats.support: {结论: 符合, 金额: 90万元, 最多: 90万元, 依据状态: 现行, 原因: 条件均满足}",
        "seats.support: {金额: 900000元}",
        "seats.support: {金额: 900000.00元}",
        "seats.support: {金额: 0.009亿元}",
        "seats.support: {金额: ９０万元}",
        "star: {结论: 待定, 持有: 待核, 条件测评: 满足, 依据状态: 现行}",
        "big: {结论: 不满足}",
        "seats.support: {结论: 符合}\nstar: {持有: 待核}",
    ],
)
def test_what_is_as_expected_agrees(body: str, tmp_path: Path) -> None:
    result = expect(tmp_path, body)
    assert result.stdout == f"核对 1 个案例、{body.count(chr(10)) + 1} 项期望：全部一致\n"
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("seats.support: {结论: 待补充}", "6:23: seats.support 的结论：期望 待补充，测算 符合"),
        ("seats.support: {金额: 90万美元}", "的金额：期望 90万美元，测算 90万元"),
        ("seats.support: {金额: 90.01万元}", "的金额：期望 90.01万元，测算 90万元"),
        ("seats.support: {金额: 900000.01元}", "测算 90万元"),
        ("seats.support: {金额: -90万元}", "测算 90万元"),
        ("seats.support: {最多: 不详}", "的最多：期望 不详，测算 90万元"),
        ("seats.support: {依据状态: 参照}", "的依据状态：期望 参照，测算 现行"),
        ("seats.support: {原因: 需补正}", "的原因：期望 需补正，测算 条件均满足"),
        ("star: {持有: 是}", "的持有：期望 是，测算 待核"),
        ("star: {条件测评: 不满足}", "的条件测评：期望 不满足，测算 满足"),
        ("big: {结论: 满足}", "的结论：期望 满足，测算 不满足"),
    ],
)
def test_what_is_otherwise_is_said_with_both_values(body: str, line: str, tmp_path: Path) -> None:
    result = expect(tmp_path, body)
    assert result.exit_code == 1
    assert line in result.stdout
    assert "1 项期望：1 处不一致" in result.stdout


@pytest.mark.parametrize(
    ("body", "place", "words"),
    [
        ("seats.support: {金额: 90万}", "6:23", "期望的“金额”金额没有写单位；写的是“90万”；应为：元，例如 90万元；改法：90万元还是90万美元？写明单位"),
        ("seats.support: {金额: 900000}", "6:23", "金额没有写单位"),
        ("seats.support: {最多: 90万}", "6:23", "期望的“最多”金额没有写单位"),
        ("seats.support: {金额: 900000人}", "6:23", "单位不对：这里要元，写的是人"),
        ("seats.support: {金额: 90%}", "6:23", "单位不对：这里要元，写的是比率"),
        ("seats.support: {金额: 90万元整}", "6:23", "不认识的单位“万元整”"),
        ("seats.support: {金额: 很多}", "6:23", "不是数字"),
        ('seats.support: {金额: "900,000元"}', "6:23", "数字里有逗号"),
        ("seats.support: {金额: 900000.001元}", "6:23", "最多到分"),
        ("seats.support: {金额: [90万元]}", "6:23", "期望的“金额”应写一个值"),
        ("seats.support: {金额: }", "6:", "期望的“金额”是空的"),
        (
            "seats.support: {结论: 符和}",
            "6:23",
            "期望的“结论”不是可能的值；写的是“符和”；应为：符合、不符合、待补充、不在有效期、尚未施行、已失效、不在受理期、当时尚未知悉；改法：是否“符合”？",
        ),
        ("seats.support: {结论: 满足}", "6:23", "不是可能的值"),
        ("seats.support: {依据状态: 现形}", "6:25", "改法：是否“现行”？"),
        ("seats.support: {依据状态: enacted}", "6:25", "现行、待核、假定、参照、未定"),
        ("seats.support: {方案: 泉州}", "6:23", "这一事项没有参照方案"),
        ("seats.support: {持有: 是}", "6:23", "期望的“持有”只用于资格"),
        ("seats.support: {条件测评: 满足}", "6:25", "只用于资格"),
        ('seats.support: {原因: ""}', "6:23", "期望的“原因”是空的"),
        ("seats.support: {}", "6:3", "期望是空的"),
        (
            "seats.suport: {结论: 符合}",
            "6:3",
            "期望里的事项或资格不在所测算的规则库里；写的是“seats.suport”；应为：事项或资格的编号、名称；改法：是否“seats.support”？",
        ),
        ("atse: {持有: 否}", "6:3", "不在所测算的规则库里"),
        ("star: {结论: 符合}", "6:14", "满足、不满足、待定"),
        ("star: {持有: 有}", "6:14", "是、否、待核"),
        ("star: {条件测评: 符合}", "6:16", "满足、不满足、待定"),
        ("star: {金额: 1元}", "6:14", "期望的“金额”只用于支持事项"),
        ("star: {原因: 甲}", "6:14", "只用于支持事项"),
        ("seats.support: {结沦: 符合}", "6:19", "期望里没有这个键；写的是“结沦”"),
        ("seats.support: {结论: 符合, 结论: 不符合}", "6:27", "键重复"),
        ("seats.support: {结论: 符合}\nseats.support: {结论: 不符合}", "7:3", "键重复"),
    ],
)
def test_what_no_decision_can_give_is_refused_at_its_place(body: str, place: str, words: str, tmp_path: Path) -> None:
    result = expect(tmp_path, body)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"甲.yaml:{place}" in result.stderr
    assert words in result.stderr


def test_every_mistake_of_the_expectations_is_named_at_once(tmp_path: Path) -> None:
    result = expect(tmp_path, "seats.support: {结论: 符和, 金额: 90万}\nstar: {持有: 有}\nnone: {结论: 符合}")
    assert result.stderr.count("甲.yaml:") == 4
    assert "共 4 处问题。" in result.stderr


def test_a_case_that_expects_nothing_is_said(tmp_path: Path) -> None:
    path = tmp_path / "乙.yaml"
    path.write_text(FRAME.removesuffix("期望:\n"), encoding="utf-8")
    result = invoke("check", str(path), "-r", SMALL, "--expect", "--reasoner", "reference")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "案例里没有“期望”，无从核对" in result.stderr


def test_what_one_measure_leaves_out_is_counted(tmp_path: Path) -> None:
    result = expect(tmp_path, "seats.support: {结论: 符合}\nbig: {结论: 满足}", "--measure", "seats.support")
    assert result.stdout == "核对 1 个案例、1 项期望：全部一致（另有 1 项期望不属于“seats.support”，没有核对）\n"
    nothing = expect(tmp_path, "big: {结论: 满足}", "--measure", "seats.support")
    assert (nothing.exit_code, nothing.stdout) == (2, "")
    assert "期望里没有“seats.support”，无从核对" in nothing.stderr


def test_with_json_the_comparison_is_said_beside_it(tmp_path: Path) -> None:
    result = expect(tmp_path, "seats.support: {结论: 不符合}", "--json")
    assert result.exit_code == 1
    assert result.stdout.startswith("[")
    assert "期望 不符合，测算 符合" in result.stderr
    assert "1 处不一致" in result.stderr


def test_a_scheme_is_one_of_the_measures(tmp_path: Path) -> None:
    """Compared where the measure has it; a name it has not is a mistake of the case."""
    case = huiqi.read_case(ROOT / "cases" / "认证-方案泉州.yaml")
    decision = huiqi.load(case.rulebooks[0]).decide(case, on=case.on, reasoner="reference", measure="certification.international")

    def compared(name: str) -> list[str]:
        return compare_expected(Case("", (), None, None, {}, {}, expected={"certification.international": {"方案": name}}), [decision])

    assert compared("泉州") == []
    assert compared("国家2013") == [": certification.international 的方案：期望 国家2013，测算 泉州"]
    with pytest.raises(huiqi.CaseError, match="不是可能的值；写的是“泉洲”"):
        compared("泉洲")


def test_each_rulebook_that_has_the_id_is_compared() -> None:
    """With two rulebooks of one id, the first that agrees does not hide the other."""
    seats = [huiqi.load(SMALL).decide({"席位数": n}, on="2024-06-30", reasoner="reference") for n in (300, 0)]
    lines = compare_expected(Case("", (), None, None, {}, {}, expected={"seats.support": {"结论": "符合"}}), seats)
    assert lines == [": seats.support 的结论：期望 符合，测算 不符合"]
