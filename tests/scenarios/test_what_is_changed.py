"""Which changes of a rulebook scenarios are held to: each says where it was made, and none is asked for that cannot matter."""

from __future__ import annotations

from pathlib import Path

import pytest

from huiqi.scenarios.mutants import Mutant, mutants
from tests.making import VOCABULARY, load

PARAMETERS = """\
定额: {id: fixed, unit: 元, values: [{value: 3万元, document: d}]}
半数: {id: half, kind: ratio, values: [{value: 50%, document: d}]}
营收线: {id: line, unit: 元, values: [{value: 100万元, document: d}]}
"""
SHARED = """\
when:
  - 营收达标: 营收 >= 营收线
    for: all
    except: [b, 丙类]
    clause: 办法·1
  - 有费用: 费用 > 0元
    for: d
    on: 证书
    clause: 办法·1
window:
  - 受理: 审核日期 in 每年4月1日至6月30日
    for: all
    except: b
    clause: 办法·1
reductions:
  - 小面积减半: 面积 < 面积线
    share: 半数
    for: [a, c]
    except: c
    clause: 办法·1
"""
AREA = "面积线: {id: area_line, unit: 平方米, values: [{value: 10平方米, document: d}]}\n"
MEASURES = """\
- {id: a, title: 甲, clause: 办法·1, when: [{已核查: 核查通过}], award: {amount: 定额}}
- {id: b, title: 乙, clause: 办法·1, when: [{已核查: 核查通过}], award: {amount: 定额}}
- {id: c, title: 丙, family: 丙类, clause: 办法·1, when: [{已核查: 核查通过}], award: {amount: 定额}}
- {id: d, title: 丁, clause: 办法·1, each: 证 in 证书, when: [{证已核查: 核查通过}], award: {amount: 证.费用}}
"""


@pytest.fixture
def made(tmp_path: Path) -> list[Mutant]:
    book = load(tmp_path / "made", vocabulary=VOCABULARY, parameters=PARAMETERS + AREA, shared=SHARED, measures=MEASURES)
    return list(mutants(book.compiled))


def test_an_except_that_is_forgotten_is_a_change_of_its_own(made: list[Mutant]) -> None:
    found = {(m.name, *m.subjects, m.at.line) for m in made if "忘了 except" in m.name}
    assert found == {
        ("乙 也加上共用的“营收达标”（忘了 except）", "b", 2), ("丙 也加上共用的“营收达标”（忘了 except）", "c", 2),
        ("乙 也加上共用的“受理”（忘了 except）", "b", 11), ("丙 也加上共用的“小面积减半”（忘了 except）", "c", 16),
    }  # fmt: skip


def test_what_is_shared_and_excepted_judges_the_excepted_measure_too_once_it_is_forgotten(tmp_path: Path) -> None:
    book = load(tmp_path / "made", vocabulary=VOCABULARY, parameters=PARAMETERS + AREA, shared=SHARED, measures=MEASURES)
    told = {"核查通过": "是", "营收": "1元", "面积": "5平方米"}

    def came(of: object) -> dict[str, tuple[str, str | None]]:
        decision = type(book)(of).decide(told, on="2026-07-01", records={"证书": []})  # type: ignore[arg-type]
        return {k: (str(m.outcome), m.award.settled) for k, m in decision.measures.items()}

    before = came(book.compiled)
    assert before["b"][0] == "eligible"
    after = {m.name: came(m.book)["b"][0] for m in mutants(book.compiled) if "忘了 except" in m.name and "b" in m.subjects}
    assert after == {"乙 也加上共用的“营收达标”（忘了 except）": "ineligible", "乙 也加上共用的“受理”（忘了 except）": "not_in_force"}


def test_a_change_of_what_is_shared_is_told_at_its_line_in_the_shared_file(made: list[Mutant]) -> None:
    at = {m.name: (Path(m.at.file).name, m.at.line) for m in made}
    assert at["甲 去掉条件“营收达标”"] == ("shared.yaml", 2) and at["甲 去掉受理期"] == ("shared.yaml", 11)
    assert at["甲 去掉减额“小面积减半”"] == ("shared.yaml", 16) and at["甲 去掉条件“已核查”"] == ("all.yaml", 1)


@pytest.mark.parametrize(
    ("award", "asked"), [("{amount: 定额}", False), ("{amount: 'min(营收, 定额)'}", False), ("{amount: 营收 * 半数}", True), ("{amount: 营收 / 2}", True)]
)
def test_no_excuse_is_asked_for_rounding_an_amount_that_is_always_whole(tmp_path: Path, award: str, asked: bool) -> None:
    parameters = PARAMETERS + "二: {id: two, kind: number, values: [{value: 2, document: d}]}\n"
    measures = f"- {{id: a, title: 甲, clause: 办法·1, when: [{{已核查: 核查通过}}], award: {award.replace('/ 2', '/ 二')}}}\n"
    book = load(tmp_path / "made", parameters=parameters, measures=measures)
    assert any("取整到分" in m.name for m in mutants(book.compiled)) is asked
