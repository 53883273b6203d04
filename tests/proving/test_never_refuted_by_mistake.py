"""“Nobody can” is said of every day, every scheme that may be chosen, every way of reading, and of last year applied for too."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.making import load

z3 = pytest.importorskip("z3", reason="证明器 z3-solver 没有安装（extra: verify）")

from huiqi.proving.claims import Claim, Kind, Status, Why  # noqa: E402
from huiqi.proving.verify import verify  # noqa: E402

PARAMETERS = """\
线: {id: line, values: [{value: 100万元, document: d}]}
少: {id: less, values: [{value: 3万元, document: d}]}
多: {id: more, values: [{value: 30万元, document: d}]}
"""
ONCE = "- {id: once, title: 不重复, rule: highest, per: 企业, members: [a, b], clause: 办法·1}\n"


def _claim(folder: Path, kind: Kind, owner: str, measures: str, **more: str) -> Claim:
    report = verify(load(folder, parameters=PARAMETERS, measures=measures, **more).compiled, "made", seconds=30)
    (claim,) = [c for c in report.claims if c.kind is kind and c.owner == owner]
    return claim


def test_a_measure_that_has_ended_and_of_which_nothing_has_a_first_day_was_met_before(tmp_path: Path) -> None:
    ended = "- {id: a, title: 旧, clause: 办法·1, to: 2025-12-31, when: [{过: 营收 > 线}], award: {service: 服务}}\n"
    claim = _claim(tmp_path, Kind.MEETABLE, "a", ended)
    assert claim.status is Status.PROVED and claim.example is not None and str(claim.example.on) == "2025-12-31"


def test_a_condition_on_last_year_is_met_by_who_applies_for_last_year(tmp_path: Path) -> None:
    last = "- {id: a, title: 年, clause: 办法·1, when: [{过完的年度: end of year(申报年度) < 审核日期}], award: {service: 服务}}\n"
    claim = _claim(tmp_path, Kind.MEETABLE, "a", last)
    assert claim.status is Status.PROVED and claim.example is not None
    assert claim.example.year == claim.example.on.year - 1


@pytest.mark.parametrize("asked", ["granted(model)", "amount(model) >= 多"])
def test_what_asks_after_a_measure_of_several_schemes_is_not_refuted_for_the_first_of_them(asked: str, tmp_path: Path) -> None:
    made = f"""\
- id: model
  title: 参照
  clause: 办法·1
  when: [{{有: 营收 > 线}}]
  schemes:
    甲: {{document: d, when: [{{未核查: not(核查通过)}}], award: {{amount: 少}}}}
    乙: {{document: d, award: {{amount: 多}}}}
- {{id: a, title: 配套, clause: 办法·1, when: [{{参照: {asked}}}, {{核查: 核查通过}}], award: {{service: 服务}}}}
"""
    claim = _claim(tmp_path, Kind.MEETABLE, "a", made)
    assert (claim.status, claim.why) == (Status.OPEN, Why.LOOSE)


def test_two_measures_meet_on_a_day_within_a_stretch_of_the_one_that_is_cut_more_often(tmp_path: Path) -> None:
    made = """\
- {id: a, title: 甲, clause: 办法·1, when: [{过: 营收 > 线}, {过一: 营收 > 少, from: 2024-01-01}, {过二: 营收 > 多, from: 2025-01-01}, {过三: 营收 > 多, from: 2026-01-01}], award: {amount: 少}}
- {id: b, title: 乙, clause: 办法·1, from: 2025-06-01, to: 2025-06-30, when: [{过: 营收 > 线}], award: {amount: 少}}
"""
    assert _claim(tmp_path, Kind.TOGETHER, "once", made, stacking=ONCE).status is Status.PROVED


def test_two_measures_that_meet_under_another_scheme_are_not_said_never_to(tmp_path: Path) -> None:
    made = """\
- id: a
  title: 甲
  clause: 办法·1
  when: [{过: 营收 > 线}]
  schemes:
    一: {document: d, when: [{核查: 核查通过}], award: {amount: 少}}
    二: {document: d, award: {amount: 多}}
- {id: b, title: 乙, clause: 办法·1, when: [{未核查: not(核查通过)}], award: {amount: 少}}
"""
    claim = _claim(tmp_path, Kind.TOGETHER, "once", made, stacking=ONCE)
    assert claim.status is Status.PROVED and claim.example is not None
    assert claim.example.schemes == {"a": "二"}


def test_a_gap_that_only_the_second_way_of_reading_reaches_is_found(tmp_path: Path) -> None:
    made = "- {id: a, title: 甲, clause: 办法·1, when: [{过: 营收 > 少}, {小的: 营收 < 多, 读法: {口径: 小}}], award: {amount: 档(营收)}}\n"
    table = (
        '档: {id: t, match: first, inputs: [{name: 营收, kind: money, unit: 元, min: 0元}], unit: 元, document: d, rows: [{when: "< 100万元", value: 1万元}]}\n'
    )
    readings = "- {id: 口径, clause: 办法·1, question: 怎样算, options: [小, 大]}\n"
    claim = _claim(tmp_path, Kind.TABLE, "a", made, tables=table, readings=readings)
    assert claim.status is Status.REFUTED and claim.example is not None and claim.example.readings == {"口径": "大"}
