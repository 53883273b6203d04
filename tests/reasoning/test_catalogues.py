"""A catalogue gone through, each entry asked once: every, some and how many, in a rulebook of its own.

Seven kinds of duties, each told in a record of its kind. The oracle asks each entry by itself.
"""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import pytest

import huiqi
from huiqi.errors import RulebookError
from tests.making import load

KINDS = ("安全生产", "环境保护", "依法纳税")
VOCABULARY = """\
facts:
  营收: {id: revenue, kind: money, unit: 元, min: 0元, max: 100亿元}
records:
  义务履行:
    id: duties
    noun: 条
    key: 编号
    fields:
      编号: {id: number, kind: text}
      种类: {id: sort, kind: text}
      已履行: {id: done, kind: boolean, verified by: 主管部门}
"""
PARAMETERS = f"""\
义务种类:
  id: duties
  aliases: {{环境保护: [环保]}}
  values:
    - {{value: [{"、".join(KINDS[:2]).replace("、", ", ")}], from: 2020-01-01, to: 2025-12-31, document: d}}
    - {{value: [{"、".join(KINDS).replace("、", ", ")}], from: 2026-01-01, document: d}}
最少项数: {{id: least, values: [{{value: 2项, document: d}}]}}
"""
ASKED = "some 条 in 义务履行 satisfies 条.种类 = 义务 and 条.已履行"
MEASURES = f"""\
- {{id: every, title: 每一种都履行, clause: 办法·1, when: [{{都: "every 义务 in 义务种类 satisfies ({ASKED})"}}], award: {{service: 服务}}}}
- {{id: some, title: 有一种履行, clause: 办法·1, when: [{{有: "some 义务 in 义务种类 satisfies ({ASKED})"}}], award: {{service: 服务}}}}
- {{id: least, title: 至少两种, clause: 办法·1, when: [{{够: "(count 义务 in 义务种类 satisfies ({ASKED})) >= 最少项数"}}], award: {{service: 服务}}}}
"""
OUTCOMES = {True: "eligible", False: "ineligible", None: "undetermined"}


def made(folder: Path) -> huiqi.Rulebook:
    return load(folder, vocabulary=VOCABULARY, parameters=PARAMETERS, measures=MEASURES)


def decided(book: huiqi.Rulebook, duties: Any, on: str = "2026-06-30") -> list[dict[str, str]]:
    records = None if duties is None else {"义务履行": duties}
    return [{k: m.outcome for k, m in book.decide({}, records=records, on=on, reasoner=r).measures.items()} for r in ("reference", "rete")]


def duty(n: int, kind: str, done: str | None) -> dict[str, str]:
    return {"编号": str(n), "种类": kind, **({} if done is None else {"已履行": done})}


@pytest.mark.parametrize("told", list(product(["是", "否", None, "没有"], repeat=3)), ids=lambda x: "·".join(map(str, x)))
def test_each_entry_is_asked_once_and_the_answers_are_put_together_three_valued(told: tuple[str | None, ...], tmp_path: Path) -> None:
    """An entry with no record is not done where the list is complete."""
    rows = [duty(n, kind, done) for n, (kind, done) in enumerate(zip(KINDS, told, strict=True)) if done != "没有"]
    truths = [{"是": True, "否": False, "没有": False}.get(str(x)) for x in told]
    sure, may = truths.count(True), truths.count(True) + truths.count(None)
    wanted = {
        "every": OUTCOMES[False if False in truths else None if None in truths else True],
        "some": OUTCOMES[True if True in truths else None if None in truths else False],
        "least": OUTCOMES[True if sure >= 2 else False if may < 2 else None],
    }
    for found in decided(made(tmp_path), rows):
        assert found == wanted


@pytest.mark.parametrize(
    ("duties", "wanted"),
    [
        (None, (None, None, None)),
        ([], (False, False, False)),
        ({"完整": "否", "清单": [duty(1, "安全生产", "是")]}, (None, True, None)),
        ({"完整": "否", "清单": [duty(1, "安全生产", "否")]}, (None, None, None)),
        ([duty(1, "安全生产", "是"), duty(2, "环保", "是"), duty(3, " 依法 纳税 ", "是")], (True, True, True)),  # an alias; spaces
        ([duty(1, "安全生产", "是"), duty(2, "环境保获", "是"), duty(3, "依法纳税", "是")], (None, True, True)),  # nearly an entry: a question
        ([duty(1, "安全生产", "是"), duty(2, "别的", "是"), duty(3, "依法纳税", "是")], (False, True, True)),
        ([duty(1, "安全生产", "是"), duty(2, "待核实", "是"), duty(3, "依法纳税", "是")], (None, True, True)),
    ],
)
def test_what_is_not_told_is_not_taken_for_not_done(duties: Any, wanted: tuple[bool | None, ...], tmp_path: Path) -> None:
    for found in decided(made(tmp_path), duties):
        assert tuple(found.values()) == tuple(OUTCOMES[x] for x in wanted)


@pytest.mark.parametrize(("on", "wanted"), [("2025-12-31", "eligible"), ("2026-01-01", "ineligible"), ("2019-12-31", "undetermined")])
def test_the_catalogue_of_the_day_is_gone_through(on: str, wanted: str, tmp_path: Path) -> None:
    """Two kinds until the end of 2025, a third from 2026; before 2020 nobody had set them."""
    rows = [duty(1, "安全生产", "是"), duty(2, "环境保护", "是")]
    for found in decided(made(tmp_path), rows, on):
        assert found["every"] == wanted


def test_a_list_that_is_not_told_says_so_and_a_catalogue_nobody_set_says_so(tmp_path: Path) -> None:
    book = made(tmp_path)
    [condition] = book.decide({}, on="2026-06-30").measures["every"].conditions.leaves()
    assert {c.kind for c in condition.truth.causes} == {"missing"}
    [condition] = book.decide({}, on="2019-12-31").measures["every"].conditions.leaves()
    assert {c.kind for c in condition.truth.causes} == {"unset"}


def test_a_quotient_that_fails_where_it_has_no_value_does_not_count_for_fewer(tmp_path: Path) -> None:
    """Fewer may be better: 分母为零: 不符合 would then count in favour."""
    condition = '{少: "(count 义务 in 义务种类 satisfies 营收 / 营收 >= 1) < 最少项数", 分母为零: 不符合}'
    measure = f"- {{id: a, title: 甲, clause: 办法·1, when: [{condition}], award: {{service: 服务}}}}\n"
    with pytest.raises(RulebookError, match="分母为零"):
        load(tmp_path / "a", vocabulary=VOCABULARY, parameters=PARAMETERS, measures=measure)
    assert load(tmp_path / "b", vocabulary=VOCABULARY, parameters=PARAMETERS, measures=measure.replace("分母为零: 不符合", "分母为零: 待核"))
