"""`each: 展 in group(参展, by 展会)`: one award for a group of records, whatever is told of which group each is of."""

from __future__ import annotations

import itertools
import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import huiqi
from huiqi.errors import RulebookError
from huiqi.reasoning.reasoners import NAMES
from tests.making import as_json, load

DAY = date(2026, 6, 30)
VOCABULARY = """\
facts:
  守约: {id: honest, kind: boolean}
records:
  参展:
    id: booths
    noun: 个
    key: 展位号
    fields:
      展位号: {id: booth, kind: text}
      展会: {id: fair, kind: text}
      费用: {id: cost, kind: money, unit: 元, min: 0元, max: 1亿元}
      合格: {id: fit, kind: boolean}
      备注名: {id: remark, kind: text, optional: 是}
  补助:
    id: grants
    noun: 笔
    key: 单号
    fields:
      单号: {id: number, kind: text}
      展会: {id: fair_of, kind: text}
      金额: {id: money_of, kind: money, unit: 元, min: 0元, max: 1亿元}
"""
PARAMETERS = """\
起点: {id: start, unit: 元, values: [{value: 3万元, document: d}]}
每展上限: {id: cap, unit: 元, values: [{value: 5万元, document: d}]}
展会数: {id: fairs, unit: 个, values: [{value: 2个, document: d}]}
展位数: {id: booths_least, unit: 个, values: [{value: 2个, document: d}]}
比例: {id: rate, values: [{value: 50%, document: d}]}
展会目录: {id: listed, values: [{value: [春展, 夏展, 秋展], document: d}]}
"""
MEASURES = """\
- id: fair
  title: 展会支持
  clause: 办法·1
  each: 展 in group(参展[合格], by 展会)
  when:
    - 展会在目录内: 展.展会 in 展会目录
    - 展位费合计够: sum(展.费用) >= 起点
  unless:
    - 已有补助: sum(补助[展会 = 展.展会].金额) >= 起点
  award: {amount: sum(展.费用)}
  limits:
    - {amount: 每展上限, per: 展}
- id: best
  title: 取两展
  clause: 办法·1
  each: 展 属于 分组（参展，按 展会）
  when:
    - 有合格展位: count(展[合格]) >= 展位数 or 守约
  award: {amount: sum(展.费用) * 比例}
  limits:
    - {count: 展会数, per: 本次申报, keep: highest}
"""
FILES = {"vocabulary": VOCABULARY, "parameters": PARAMETERS, "measures": MEASURES}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> huiqi.Rulebook:
    return load(tmp_path_factory.mktemp("groups") / "made", **FILES)


def rows(*told: tuple[str, str | None, str | None], fit: str | None = "是") -> list[dict[str, str]]:
    return [
        {"展位号": n, **({"展会": fair} if fair else {}), **({"费用": cost} if cost else {}), **({"合格": fit} if fit else {})}
        for n, fair, cost in told
    ]  # fmt: skip


def decided(book: huiqi.Rulebook, listing: Any, reader: str = "reference", **more: Any) -> huiqi.Decision:
    return book.decide({"守约": "是", **more}, on=DAY, records={"参展": listing, "补助": []}, reasoner=reader)


@pytest.mark.parametrize("reader", NAMES)
@pytest.mark.parametrize(
    ("listing", "outcome", "settled", "at_most"),
    [
        pytest.param(
            rows(("1", "春展", "2万元"), ("2", "春展", "2万元"), ("3", "夏展", "1万元")), "eligible", "40000.00", "40000.00", id="同一展会的展位合在一起算"
        ),
        pytest.param(rows(("1", "春展", "4万元"), ("2", "春展", "4万元"), ("3", "夏展", "6万元")), "eligible", "100000.00", "100000.00", id="一组一个封顶"),
        pytest.param(rows(("1", "冬展", "9万元")), "ineligible", "0.00", "0.00", id="组的一栏可以直接说"),
        pytest.param(
            rows(("1", "春展", "3万元"), ("2", None, "1万元")),
            "eligible",
            "30000.00",
            "40000.00",
            id="不知道是哪个展会的，可能在任何一组，也可能自成一组不够起点",
        ),
        pytest.param(rows(("1", "春展", "2万元"), ("2", None, "1万元")), "undetermined", "0.00", "30000.00", id="要靠它才够的，未定"),
        pytest.param(rows(("1", None, "2万元"), ("2", None, "2万元")), "undetermined", "0.00", "80000.00", id="都不知道的，可能同组"),
        pytest.param(rows(("1", "春展", None)), "undetermined", "0.00", "50000.00", id="费用不知道的，至多封顶"),
        pytest.param({"完整": "否", "清单": rows(("1", "春展", "3万元"))}, "eligible", "30000.00", None, id="没有列全的，还可能更多"),
        pytest.param(rows(("1", "春 展", "2万元"), ("2", "春展", "1万元")), "eligible", "30000.00", "30000.00", id="只差空格的是一组"),
        pytest.param(rows(("春展", None, "1万元"), ("2", "春展", "3万元")), "eligible", "30000.00", "40000.00", id="编号与别的组同名的，不混"),
        pytest.param([], "ineligible", "0.00", "0.00", id="一条也没有"),
    ],
)
def test_each_group_has_one_award(book: huiqi.Rulebook, listing: Any, outcome: str, settled: str, at_most: str | None, reader: str) -> None:
    found = decided(book, listing, reader).measures["fair"]
    assert (found.outcome, found.award.settled, found.award.at_most) == (outcome, settled, at_most)


def test_the_best_groups_are_kept(book: huiqi.Rulebook) -> None:
    listing = rows(("1", "春展", "2万元"), ("2", "夏展", "6万元"), ("3", "秋展", "2万元"), ("4", "秋展", "3万元"))
    assert decided(book, listing).measures["best"].award.settled == "55000.00"


def test_a_column_of_the_same_name_in_two_lists_is_told_apart(book: huiqi.Rulebook) -> None:
    """补助 has a 展会 too: the group's own is 展.展会."""
    listing = rows(("1", "春展", "4万元"), ("2", "夏展", "4万元"))
    found = book.decide({"守约": "是"}, on=DAY, records={"参展": listing, "补助": [{"单号": "a", "展会": "春展", "金额": "3万元"}]}).measures["fair"]
    assert {i.record: i.truth.verdict for i in found.conditions.items[0].items} == {"春展": "fails", "夏展": "holds"}  # type: ignore[union-attr]
    assert found.award.settled == "40000.00"


def test_the_page_speaks_of_groups(book: huiqi.Rulebook) -> None:
    page = decided(book, rows(("1", "春展", "4万元"), ("2", None, "4万元"))).explain("fair")
    assert "参展（按展会分组，有一组满足即可）" in page and "展会 春展" in page and "2的展会（缺材料）" in page


@pytest.mark.law
@pytest.mark.parametrize("seed", range(60))
def test_telling_more_never_overturns_and_readers_agree(book: huiqi.Rulebook, seed: int) -> None:
    """Which group, what cost, whether it is fit: told one after the other, in any order."""
    r = random.Random(f"分组{seed}")
    full = [
        {"展位号": str(n), "展会": r.choice(("春展", "夏展", "冬展")), "费用": f"{r.choice((1, 2, 3, 6))}万元", "合格": r.choice(("是", "是", "否"))}
        for n in range(r.randint(1, 4))
    ]  # fmt: skip
    cells = [(n, c) for n in range(len(full)) for c in ("展会", "费用", "合格")]
    r.shuffle(cells)
    told: list[dict[str, str]] = [{"展位号": row["展位号"]} for row in full]
    before = decided(book, told)
    for n, column in cells:
        told[n] = {**told[n], column: full[n][column]}
        after = decided(book, r.sample(told, len(told)))
        for key, was in before.measures.items():
            now = after.measures[key]
            assert was.outcome in ("undetermined", now.outcome)
            low, high = was.award.low or 0, was.award.high
            assert (now.award.low or 0) >= low and (high is None or (now.award.high is not None and now.award.high <= high)), (key, told)
        before = after
    shown = [as_json(decided(book, told, reader).to_dict()["measures"]) for reader in NAMES]
    assert shown[0] == shown[1] == shown[2]


@pytest.mark.parametrize("seed", range(25))
def test_what_is_not_told_is_bounded_by_all_that_it_may_be(book: huiqi.Rulebook, seed: int) -> None:
    """Brute force over the fairs of records whose fair is not told: no completion leaves the bounds."""
    r = random.Random(f"补全{seed}")
    listing = [
        {"展位号": str(n), "费用": f"{r.choice((1, 2, 3, 4))}万元", "合格": "是", **({"展会": r.choice(("春展", "夏展"))} if r.random() < 0.5 else {})}
        for n in range(3)
    ]
    found = decided(book, listing).measures
    open_ = [row for row in listing if "展会" not in row]
    for fairs in itertools.product(("春展", "夏展", "秋展", "冬展"), repeat=len(open_)):
        names = iter(fairs)
        whole = decided(book, [row if "展会" in row else {**row, "展会": next(names)} for row in listing]).measures
        for key, one in whole.items():
            low, high = found[key].award.low, found[key].award.high
            assert low is not None and one.award.low is not None and low <= one.award.low and (high is None or one.award.low <= high)
            assert found[key].outcome in ("undetermined", one.outcome)


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("by 展会)", "by 展馆)", "明细“参展”没有“展馆”一栏，不能按它分组"),
        ("by 展会)", "by 备注名)", "“备注名”可能为“无”，不能按它分组"),
        ("group(参展[合格], by 展会)", "group(参展)", "分组写作 group(明细, by 栏)"),
        ("group(参展[合格], by 展会)", "group(守约, by 展会)", "each 的右边应是明细"),
        ("per: 展}", "per: 展会}", "per 不认识"),
        ("sum(展.费用) >= 起点", "展.费用 >= 起点", "比较的两边不是同一类"),
    ],
)
def test_a_group_that_cannot_be_made_is_refused(old: str, new: str, wanted: str, tmp_path: Path) -> None:
    with pytest.raises(RulebookError) as error:
        load(tmp_path / "made", **{**FILES, "measures": MEASURES.replace(old, new, 1)})
    assert wanted in str(error.value)


def test_one_of_a_group_is_no_conclusion_to_ask_after(tmp_path: Path) -> None:
    more = "- id: x\n  title: 甲\n  clause: 办法·1\n  each: 位 in 参展\n  when:\n    - 条件: granted(fair, 位)\n  award: {service: 服务}\n"
    with pytest.raises(RulebookError) as error:
        load(tmp_path / "made", **{**FILES, "measures": MEASURES + more})
    assert "“展会支持”是按“展会”分组判断的，不能问其中一条“参展”" in str(error.value)


@pytest.mark.parametrize("reasoner", NAMES)
@pytest.mark.parametrize(("word", "outcome"), [("秋季展", "符合"), ("秋展证书", "待补充"), ("冬天的会", "不符合")], ids=["alias", "near", "another word"])
def test_how_a_word_of_a_group_is_written_is_no_reason_to_refuse(word: str, outcome: str, reasoner: str, tmp_path: Path) -> None:
    """A group's column is read as its records' is: an alias is the entry, what is merely near is a question."""
    aliases = PARAMETERS.replace("展会目录: {id: listed, ", "展会目录: {id: listed, aliases: {秋展: [秋季展]}, ")
    rules = MEASURES.split("- id: best", maxsplit=1)[0].split("  unless:")
    only = f"{rules[0]}  award:{rules[1].split('  award:')[1]}"
    book = load(tmp_path / "made", vocabulary=VOCABULARY, parameters=aliases, measures=only)
    rows = [{"展位号": "1", "展会": word, "费用": "4万元", "合格": True}]
    result = book.decide({}, on=DAY, records={"参展": rows, "补助": []}, reasoner=reasoner).measures["fair"]
    assert result.outcome.label == outcome, result.outcome.label
