"""Units that a rulebook declares: read in every spelling, checked like 元 and 美元, exact."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import huiqi
from huiqi.errors import RulebookError
from huiqi.language.units import Unit, parse_quantity, parse_unit
from tests.making import CLAUSES, DOCUMENTS, VOCABULARY, load

UNITS = """\
units:
  亩: {}
  公顷: {equals: 15亩, aliases: [顷]}
  平方公里: {equals: 100公顷, aliases: [平方千米]}
  台: {}
  吋: {equals: 2000/3平方米}
"""
FACTS = """\
facts:
  用地: {id: land, kind: quantity, unit: 亩, decimals: 2, min: 0亩, max: 100000亩}
  设备数: {id: machines, kind: quantity, unit: 台, min: 0台, max: 10000台}
  席数: {id: seats, kind: quantity, unit: 席, min: 0席, max: 10000席}
  公示: {id: notice, kind: period, unit: 天, min: 0天, max: 365天}
"""
PARAMETERS = """\
用地线: {id: line, values: [{value: 2公顷, document: d}]}
每亩标准: {id: per_mu, unit: 元/亩, values: [{value: 1000元/亩, document: d}]}
每台标准: {id: per_machine, values: [{value: 5000元/台, document: d}]}
公示线: {id: notice_line, kind: period, values: [{value: 30天, document: d}]}
"""
MEASURES = """\
- {id: a, title: 用地支持, clause: 办法·1, when: [{够: 用地 >= 用地线}], award: {amount: 用地 * 每亩标准}}
- {id: b, title: 设备支持, clause: 办法·1, when: [{有: 设备数 > 0}], award: {amount: 设备数 * 每台标准}}
- {id: c, title: 公示支持, clause: 办法·1, when: [{够: 公示 >= 公示线}], award: {service: 服务}}
"""


def book(folder: Path, **files: str) -> huiqi.Rulebook:
    return load(folder, **({"vocabulary": UNITS + FACTS, "parameters": PARAMETERS, "measures": MEASURES} | files))


@pytest.mark.parametrize(
    ("told", "mu"),
    [
        ("30亩", 30), ("30 亩", 30), ("３０亩", 30), ("30", 30), ("0.003万亩", 30), ("2公顷", 30), ("2顷", 30), ("0.02平方公里", 30), ("0.02平方千米", 30),
        ("1.5百亩", 150), ("30.01亩", Fraction(3001, 100)), ("1平方公里", 1500),
    ],
)  # fmt: skip
def test_a_declared_unit_is_read_in_every_spelling_that_the_built_in_ones_have(told: str, mu: Any, tmp_path: Path) -> None:
    award = book(tmp_path).decide({"用地": told}, on="2026-06-30").measures["a"].award
    assert award.low == mu * 1000


@pytest.mark.parametrize(("told", "outcome"), [("30亩", "eligible"), ("29.99亩", "ineligible"), ("2公顷", "eligible"), ("1.99公顷", "ineligible")])
def test_a_threshold_in_hectares_judges_what_is_told_in_mu(told: str, outcome: str, tmp_path: Path) -> None:
    assert book(tmp_path).decide({"用地": told}, on="2026-06-30").measures["a"].outcome == outcome


@pytest.mark.parametrize(("told", "outcome"), [("30天", "eligible"), ("29天", "ineligible"), ("30日", "eligible"), ("30", "eligible")])
def test_a_period_by_the_day_is_told_in_days(told: str, outcome: str, tmp_path: Path) -> None:
    assert book(tmp_path).decide({"公示": told}, on="2026-06-30").measures["c"].outcome == outcome


@pytest.mark.parametrize(
    ("fact", "told"),
    [
        ("用地", "30平方米"),
        ("用地", "30台"),
        ("设备数", "30人"),
        ("用地", "30亩亩"),
        ("用地", "1.001亩"),
        ("设备数", "1.5台"),
        ("公示", "1个月"),
        ("公示", "1.5天"),
    ],
)
def test_another_unit_or_a_part_of_one_is_refused(fact: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(huiqi.InputError):
        book(tmp_path).decide({fact: told}, on="2026-06-30")


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("用地 + 设备数 > 0", "数量（亩） 与 数量（台） 不能相加"),
        ("设备数 >= 席数", "单位不同：台 与 席"),
        ("用地 * 每台标准 > 0", "不是同一类|比较"),
        ("亩", "没有“亩”这个名称"),
    ],
)
def test_declared_units_are_checked_as_yuan_and_dollars_are(expression: str, message: str, tmp_path: Path) -> None:
    measure = f"- {{id: a, title: 甲, clause: 办法·1, when: [{{够: {expression}}}], award: {{service: 服务}}}}\n"
    if expression == "用地 * 每台标准 > 0":  # a product has a unit of its own; a bare zero takes it
        assert book(tmp_path, measures=measure)
        return
    with pytest.raises(RulebookError, match=message):
        book(tmp_path, measures=measure)


@pytest.mark.parametrize(
    ("units", "message"),
    [
        ("{公顷: {equals: 15亩}, 亩: {equals: 1公顷}}", "不认识的单位“亩”"),
        ("{元: {}}", "内置的单位"),
        ("{个月: {}}", "内置的单位"),
        ("{台: {}, 万台: {}}", "会读成“台”的 10000 倍"),
        ("{千克: {}, 克: {}}", "会读成“克”的 1000 倍"),
        ("{万人: {}}", "会读成数"),
        ("{mu: {}}", "用汉字"),
        ("{金: {equals: 7元}}", "没有固定的折合"),
        ("{季: {equals: 3个月}}", "没有固定的折合"),
        ("{垧: {equals: 15}}", "大于零的数加单位"),
        ("{垧: {equals: 0平方米}}", "大于零的数加单位"),
        ("{垧: {equals: 1/0平方米}}", "分母是零"),
        ("{亩: {}, 顷: {equals: 100亩, aliases: [亩]}}", "单位已有所指"),
        ("{亩: {equal: 1平方米}}", "没有这个键"),
        ("{张: {equals: 2平方米}}", "内置的单位"),
    ],
)
def test_what_cannot_be_a_unit_is_refused(units: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(RulebookError, match=message):
        load(tmp_path, vocabulary=f"units: {units}\nfacts: {{}}\n")


def test_a_fact_is_declared_in_the_base_unit(tmp_path: Path) -> None:
    with pytest.raises(RulebookError, match=r"写基准单位.*unit: 亩"):
        book(tmp_path, vocabulary=UNITS + FACTS.replace("unit: 亩", "unit: 公顷"))


def test_a_name_is_not_a_unit(tmp_path: Path) -> None:
    with pytest.raises(RulebookError, match="与计量单位同名"):
        book(tmp_path, parameters=PARAMETERS + "公顷: {id: ha, values: [{value: 15亩, document: d}]}\n")


def test_a_counting_word_may_be_declared_too_and_not_be_so_many_of_another(tmp_path: Path) -> None:
    assert load(tmp_path / "a", vocabulary=VOCABULARY.replace("noun: 张", "noun: 台") + "units: {台: {}}\n")
    with pytest.raises(RulebookError, match="与明细的计数词同名"):
        load(tmp_path / "b", vocabulary=VOCABULARY.replace("noun: 张", "noun: 台") + "units: {台: {equals: 2件}}\n")


def test_units_of_a_used_rulebook_are_units_here(tmp_path: Path) -> None:
    (documents, clauses) = (x.replace("id: d", "id: e").replace("document: d", "document: e") for x in (DOCUMENTS, CLAUSES))
    load(
        tmp_path / "land",
        documents=documents,
        clauses=clauses,
        rulebook='id: land\ntitle: 土地\nversion: "1"\njurisdiction: 中国\n',
        vocabulary=UNITS + FACTS,
        measures="[]\n",
    )
    uses = 'uses: [{rulebook: land, version: "1", same: 全部}]\n'
    base = 'id: made\ntitle: 样本\nversion: "1"\njurisdiction: 中国/测试省/测试市\n' + uses
    ours = load(tmp_path / "made", rulebook=base, vocabulary="facts: {}\n", parameters=PARAMETERS, measures=MEASURES)
    assert ours.decide({"用地": "2公顷"}, on="2026-06-30").measures["a"].outcome == "eligible"
    with pytest.raises(RulebookError, match="折合不同"):
        load(
            tmp_path / "other",
            rulebook=base.replace("made", "other"),
            vocabulary="units: {亩: {equals: 2000/3平方米}}\nfacts: {}\n",
            parameters="{}\n",
            measures="[]\n",
        )


def test_the_same_word_of_two_rulebooks_is_never_mixed_up() -> None:
    """What was read once is kept by the units it was read with."""
    small, large = frozenset({Unit("垧", Fraction(10), (("亩", 1),))}), frozenset({Unit("垧", Fraction(15), (("亩", 1),))})
    assert [parse_unit("垧", x)[0] for x in (small, large, small)] == [10, 15, 10]
    assert parse_quantity("2元/垧", large).value == Fraction(2, 15)
    assert parse_quantity("2元/垧", large).dims == (("亩", -1), ("元", 1))


def test_a_ratio_that_is_a_fraction_is_exact() -> None:
    assert parse_quantity("3亩", frozenset({Unit("亩", Fraction(2000, 3), (("平方米", 1),))})).value == 2000
