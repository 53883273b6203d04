"""Wherever a measure's id is asked for, its title does, and any part that no other measure has; a part of two does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from huiqi.api import load, read_case
from huiqi.documents.coverage import coverage
from huiqi.scenarios.adequacy import features_by_subject
from huiqi.scenarios.parse import parse_feature
from huiqi.scenarios.run import run_feature
from tests.making import guide_example, invoke

OTHER = """\
- id: fairs.travel
  title: 展位费以外的补助
  clause: 办法·3
  when: [{上年收入不高于上限: (营业收入 at 申报年度 - 1年) <= 参展企业收入上限}]
  award: {amount: 展位费年度上限}
"""


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    guide_example(tmp_path)
    path = tmp_path / "rules" / "sample-city" / "measures" / "fairs.yaml"
    path.write_text(path.read_text(encoding="utf-8") + OTHER, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("word", ["fairs.booth", "展位费补助", "位费补", "booth"])
@pytest.mark.parametrize("command", [("check", "--json"), ("explain", "--json"), ("explain",)])
def test_a_measure_is_asked_for_by_id_title_or_a_part_of_its_own(made: Path, word: str, command: tuple[str, ...]) -> None:
    result = invoke(command[0], "cases/示例参展.yaml", "--measure", word, *command[1:])
    assert result.exit_code == 0, result.output
    assert "fairs.booth" in result.output and "fairs.travel" not in result.output


@pytest.mark.parametrize("command", ["check", "explain"])
@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("展位费", "“展位费”不止一个支持事项：展位费补助（fairs.booth）、展位费以外的补助（fairs.travel）；写全名称或编号"),
        ("展位费补贴", "没有支持事项“展位费补贴”；是否“展位费补助”？"),
    ],
)
def test_a_part_of_two_is_none_and_a_wrong_word_gets_the_nearest(made: Path, command: str, word: str, said: str) -> None:
    result = invoke(command, "cases/示例参展.yaml", "--measure", word)
    assert result.exit_code == 2 and said in result.output


@pytest.mark.parametrize(
    ("name", "said"), [("展位费补助", "全部一致"), ("位费补", "全部一致"), ("展位费", "期望里的名称不止一个事项或资格"), ("展位费补贴", "是否“展位费补助”？")]
)
@pytest.mark.parametrize("more", [(), ("--measure", "booth")])
def test_a_case_expects_by_title_too(made: Path, name: str, said: str, more: tuple[str, ...]) -> None:
    path = made / "cases" / "示例参展.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("fairs.booth: {结论", f"{name}: {{结论"), encoding="utf-8")
    result = invoke("check", str(path), "--expect", *(more if said == "全部一致" else ()))
    assert said in result.output, result.output


def test_a_case_chooses_a_scheme_by_a_part_of_the_title(tmp_path: Path) -> None:
    book, path = load("datong-outsourcing"), tmp_path / "case.yaml"
    path.write_text("政策规则库: [datong-outsourcing]\n审核日期: 2026-06-30\n方案: {国际资质认证: 南通2022}\n", encoding="utf-8")
    assert book.decide(read_case(path), on="2026-06-30").measures["certification.international"].scheme == "南通2022"


CHOSEN_TWICE = {
    "方案": ("certification.international: 南通2022", "国际资质认证支持: 泉州"),
    "读法": ("泉州认证上限: 每张证书", "datong-outsourcing/泉州认证上限: 一家企业一年合计"),
}


@pytest.mark.parametrize("what", list(CHOSEN_TWICE))
def test_one_measure_has_one_scheme_and_one_reading_is_read_one_way_by_whichever_names(tmp_path: Path, what: str) -> None:
    # the later of the two would be taken in silence, and the other is 9万元 less or more
    path = tmp_path / "case.yaml"
    path.write_text(f"政策规则库: [datong-outsourcing]\n审核日期: 2026-06-30\n{what}: {{{', '.join(CHOSEN_TWICE[what])}}}\n", encoding="utf-8")
    result = invoke("check", str(path))
    assert result.exit_code and f"在“{what}”里写了两次" in result.output
    path.write_text("政策规则库: [datong-outsourcing]\n审核日期: 2026-06-30\n", encoding="utf-8")
    option = "--scheme" if what == "方案" else "--reading"
    result = invoke("check", str(path), *(x for word in CHOSEN_TWICE[what] for x in (option, word.replace(": ", "="))))
    assert result.exit_code and ("重复" in result.output or "写了两次" in result.output) and f"第 2 个 {option}" in result.output


def test_a_scenario_that_calls_a_measure_by_a_part_of_its_title_counts_for_it(made: Path) -> None:
    path = made / "features" / "展位费补助.feature"
    feature = parse_feature(path.read_text(encoding="utf-8").replace("“展位费补助”", "“位费补”"), path)
    book = load(made / "rules" / "sample-city")
    assert run_feature(feature, lambda _: book)[1] == ()
    assert features_by_subject(book.compiled, [feature])["fairs.booth"] == [feature]
    rows = {r["condition"]: r for r in coverage(book.compiled, [feature])["deciding"] if r["owner"] == "fairs.booth"}
    assert rows["展会在目录内"]["settled"] and rows["上年收入不高于上限"]["settled"]


def test_a_fair_called_by_its_edition_is_one_to_be_verified_and_not_one_outside_the_catalogue(made: Path) -> None:
    # 3万元 of booth at half, if 第三届数字服务博览会 is the 数字服务博览会 of the catalogue; its name is what tells the record from others
    case = {"营业收入": {2024: "1亿元"}}
    book = load(made / "rules" / "sample-city")
    for fair, wanted in (("第三届数字服务博览会", ("0.00", "15000.00")), ("数字服务博览会", ("15000.00", "15000.00")), ("县里的展会", ("0.00", "0.00"))):
        rows = {"参展": [{"展会": fair, "开展日": "2025-03-01", "展位费": "3万元"}], "已获支持": []}
        award = book.decide(case, on="2026-06-30", year=2025, records=rows).measures["fairs.booth"].award
        assert (award.settled, award.at_most) == wanted, fair
