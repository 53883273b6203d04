"""金额的性质：每档边界上下一个最小单位、可选项越多不会越少、封顶越高不会越少。

各自另写一遍算法来对照，不用引擎的任何函数。
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import chain, combinations
from pathlib import Path
from typing import Any

import pytest

import huiqi.api as huiqi
from huiqi.telling.decision import Decision
from tests.making import load

ON, YEAR = "2026-06-30", 2025
COMMON = """\
id: made
title: 临时样本
version: "1"
jurisdiction: 中国/测试省/测试市
"""

# -- 档次 -----------------------------------------------------------------------------------------

BANDS: dict[str, tuple[str, str, Fraction, tuple[int, ...], tuple[Fraction, ...]]] = {
    # fact, its unit, its smallest unit, edges, what each band pays per unit
    "面积": ("面积", "平方米", Fraction(1, 100), (500, 1000, 3000), (Fraction(20), Fraction(10), Fraction(12), Fraction(5))),
    "金额": ("营收", "元", Fraction(1, 100), (20_000, 50_000, 200_000), (Fraction(5, 100), Fraction(3, 100), Fraction(8, 100), Fraction(1, 100))),
}


def banded(name: str, upper: bool) -> str:
    """One slab and one marginal table on the same bands; `upper`: an edge belongs to the band below."""
    _, unit, _, edges, rates = BANDS[name]
    left, right = ("(", "]") if upper else ("[", ")")
    rows = []
    for n, rate in enumerate(rates):
        value = f"{float(rate * 100):g}%" if unit == "元" else f"{int(rate)}元/{unit}"
        if n == 0:
            when = f"{'<=' if upper else '<'} {edges[0]}{unit}"
        elif n == len(edges):
            when = f"{'>' if upper else '>='} {edges[-1]}{unit}"
        else:
            when = f"{left}{edges[n - 1]}{unit}..{edges[n]}{unit}{right}"
        rows.append(f'    - {{when: "{when}", value: {value}}}')
    kind = "money" if unit == "元" else "quantity"
    out = "kind: ratio" if unit == "元" else f"unit: 元/{unit}"
    return "".join(
        f"{title}:\n  id: {match}\n  match: {match}\n  inputs: [{{name: 数, kind: {kind}, unit: {unit}}}]\n  {out}\n  document: d\n  rows:\n"
        + "\n".join(rows)
        + "\n"
        for title, match in (("套档", "slab"), ("累进", "marginal"))
    )


def by_hand(name: str, amount: Fraction, upper: bool) -> tuple[Fraction, Fraction]:
    """What the slab and the marginal table give, half up to the cent."""
    _, _, _, edges, rates = BANDS[name]
    band = sum(1 for e in edges if (amount > e if upper else amount >= e))
    ends = [Fraction(0), *map(Fraction, edges)]
    parts = [(min(amount, ends[n + 1]) if n + 1 < len(ends) else amount) - low for n, low in enumerate(ends) if amount > low]
    marginal = sum((p * rates[n] for n, p in enumerate(parts)), Fraction(0))
    return cents(amount * rates[band]), cents(marginal)


def cents(value: Fraction) -> Fraction:
    return Fraction((value * 100 + Fraction(1, 2)).__floor__(), 100)


def told(value: Fraction, unit: str) -> str:
    whole, rest = divmod(int(value * 100), 100)
    assert Fraction(whole * 100 + rest, 100) == value
    return f"{whole}.{rest:02d}{unit}"


@pytest.mark.parametrize("upper", [True, False], ids=["边界归低档", "边界归高档"])
@pytest.mark.parametrize("name", BANDS)
def test_slab_and_marginal_at_every_edge_and_one_unit_either_side(name: str, upper: bool, tmp_path: Path) -> None:
    """At an edge the whole slab changes rate; the marginal amount goes on from where it was."""
    fact, unit, step, edges, _ = BANDS[name]
    measures = "".join(
        f"- {{id: {i}, title: {w}奖, clause: 办法·1, when: [{{有数{i}: {fact} > 0}}], award: {{amount: {w}({fact})}}}}\n"
        for i, w in (("slab", "套档"), ("marginal", "累进"))
    )
    book = load(tmp_path / "made", tables=banded(name, upper), measures=measures)
    jumped = 0
    for edge in edges:
        found: list[tuple[Fraction, Fraction]] = []
        for amount in (edge - step, Fraction(edge), edge + step):
            decision = book.decide({fact: told(amount, unit)}, on=ON, year=YEAR)
            slab, marginal = (decision.measures[k].award.low for k in ("slab", "marginal"))
            assert (slab, marginal) == by_hand(name, amount, upper), (amount, upper)
            found.append((slab or Fraction(0), marginal or Fraction(0)))
        below, at, above = found
        assert below[1] <= at[1] <= above[1] and above[1] - below[1] <= 1, "累进在边界上不跳"
        jumped += abs((above if upper else at)[0] - (at if upper else below)[0]) > 100
        assert abs((at if upper else above)[0] - (below if upper else at)[0]) <= 1, "边界本身归哪一档，就与那一档相接"
    assert jumped == len(edges), "套档在每个边界上都跳"


# -- 叠加 -----------------------------------------------------------------------------------------

Choice = Mapping[str, Any]


def drawn(seed: int) -> Choice:
    """Measures with amounts (some conditions untold), exclusive groups, nested caps."""
    rng = random.Random(f"叠加{seed}")
    names = [chr(ord("a") + n) for n in range(rng.randint(3, 6))]
    groups = [sorted(rng.sample(names, rng.randint(2, min(3, len(names))))) for _ in range(rng.randint(1, 2))]
    inner = sorted(rng.sample(names, rng.randint(1, len(names))))
    outer = sorted({*inner, *rng.sample(names, rng.randint(1, len(names)))})
    return {
        "amounts": {n: rng.randint(1, 40) * 5_000 for n in names}, "untold": [n for n in names if rng.random() < 0.25],
        "groups": [(rng.choice(["highest", "choose"]), g) for g in groups],
        "caps": [(inner, rng.randint(2, 30) * 10_000), *([] if rng.random() < 0.5 else [(outer, rng.randint(2, 40) * 10_000)])],
    }  # fmt: skip


def built(folder: Path, choice: Choice) -> Decision:
    """The drawn rulebook, decided."""
    names = list(choice["amounts"])
    facts = "".join(f"  条件{n}: {{id: f_{n}, kind: boolean}}\n" for n in names)
    parameters = "".join(f"额{n}: {{id: p_{n}, values: [{{value: {v}元, document: d}}]}}\n" for n, v in choice["amounts"].items())
    parameters += "".join(f"顶{n}: {{id: c_{n}, values: [{{value: {v}元, document: d}}]}}\n" for n, (_, v) in enumerate(choice["caps"]))
    measures = "".join(f"- {{id: {n}, title: 项{n}, clause: 办法·1, when: [{{有{n}: 条件{n}}}], award: {{amount: 额{n}}}}}\n" for n in names)
    stacking = "".join(
        f"- {{id: g{i}, title: 组{i}, rule: {rule}, members: [{', '.join(m)}], per: 申报年度, document: d}}\n"
        for i, (rule, group) in enumerate(choice["groups"]) if len(m := [x for x in group if x in names]) > 1
    ) + "".join(
        f"- {{id: k{i}, title: 顶{i}, rule: cap, members: [{', '.join(m)}], per: 申报年度, amount: 顶{i}, counting: {{不计以往: 例子, document: d}}, document: d}}\n"
        for i, (group, _) in enumerate(choice["caps"]) if (m := [x for x in group if x in names])
    )  # fmt: skip
    book = load(folder, rulebook=COMMON, vocabulary=f"facts:\n{facts}", parameters=parameters, measures=measures, stacking=stacking or "[]\n")
    return book.decide({f"条件{n}": "是" for n in names if n not in choice["untold"]}, on=ON, year=YEAR)


def best(choice: Choice, *, possible: bool) -> Fraction:
    """The best total by trying every set with no two of one exclusive group."""
    names = [n for n in choice["amounts"] if possible or n not in choice["untold"]]
    sets: Iterable[tuple[str, ...]] = chain.from_iterable(combinations(names, k) for k in range(len(names) + 1))
    return max(worth(choice, s) for s in sets if all(len(set(s) & set(g)) <= 1 for _, g in choice["groups"]))


def worth(choice: Choice, chosen: Sequence[str]) -> Fraction:
    parts = [({n}, Fraction(choice["amounts"][n])) for n in chosen]
    for group, cap in sorted(choice["caps"], key=lambda c: len(c[0])):
        inside = [p for p in parts if p[0] <= set(group)]
        if inside:
            parts = [p for p in parts if p not in inside] + [
                (set().union(*(s for s, _ in inside)), min(Fraction(cap), sum((v for _, v in inside), Fraction(0))))
            ]
    return sum((v for _, v in parts), Fraction(0))


def without(choice: Choice, name: str) -> Choice:
    return {**choice, "amounts": {n: v for n, v in choice["amounts"].items() if n != name}}


SEEDS = range(40)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_best_total_is_the_best_of_all_compatible_sets(seed: int, tmp_path: Path) -> None:
    """What is certain and what is possible, each against every set tried out."""
    choice = drawn(seed)
    decision = built(tmp_path / "made", choice)
    assert (decision.total.low, decision.total.high) == (best(choice, possible=False), best(choice, possible=True))
    if not choice["untold"]:
        assert sum((r.award.low or Fraction(0) for r in decision.measures.values()), Fraction(0)) == decision.total.low


@pytest.mark.parametrize("seed", SEEDS)
def test_an_added_option_never_lowers_the_best_total(seed: int, tmp_path: Path) -> None:
    choice = drawn(seed)
    whole = built(tmp_path / "whole", choice).total
    for name in choice["amounts"]:
        less = built(tmp_path / f"less_{name}", without(choice, name)).total
        assert less.low <= whole.low, name
        assert less.high is not None and whole.high is not None and less.high <= whole.high, name


@pytest.mark.parametrize("seed", SEEDS)
def test_raising_a_common_cap_never_lowers_the_total(seed: int, tmp_path: Path) -> None:
    choice = drawn(seed)
    before = built(tmp_path / "before", choice).total
    for n, (group, cap) in enumerate(choice["caps"]):
        caps = [(group, cap + 10_000) if i == n else c for i, c in enumerate(choice["caps"])]
        after = built(tmp_path / f"after_{n}", {**choice, "caps": caps}).total
        assert before.low <= after.low
        assert before.high is not None and after.high is not None and before.high <= after.high


# -- 一个事项里的封顶 -----------------------------------------------------------------------------

LIMITED = """\
- id: m
  title: 支持
  clause: 办法·1
  each: 证 in 证书
  when: [{有费用: 证.费用 > 0}]
  award: {amount: 证.费用}
  limits:
"""
KINDS = {
    "件": ("{amount: 顶件, per: 证}", "元"), "件数": ("{count: 顶件数, per: 申报年度, keep: highest, counting: {不计以往: 例子, document: d}}", "张"),
    "类": ("{amount: 顶类, per: 类}", "元"), "年": ("{amount: 顶年, per: 申报年度, counting: {不计以往: 例子, document: d}}", "元"),
}  # fmt: skip
# 件+件数+类 is left out: which N are the highest is settled before the group cap, so that a higher item cap
# may bring two of one group in and a third of another out (README)
MIXES = (("件",), ("件数",), ("类",), ("年",), ("件", "年"), ("件数", "年"), ("件数", "类", "年"), ("件", "类", "年"), ("件", "件数", "年"))
VOCABULARY = """\
facts:
  营收: {id: revenue, kind: money, unit: 元, min: 0元, max: 100亿元}
records:
  证书:
    id: certificates
    noun: 张
    key: 证号
    fields:
      证号: {id: number, kind: text}
      类: {id: sort, kind: choice, options: [甲, 乙]}
      费用: {id: cost, kind: money, unit: 元, min: 0元, max: 1亿元}
"""


def limited(folder: Path, mix: Sequence[str], caps: Mapping[str, int]) -> huiqi.Rulebook:
    parameters = "".join(f"顶{k}: {{id: p{n}, unit: {KINDS[k][1]}, values: [{{value: {caps[k]}{KINDS[k][1]}, document: d}}]}}\n" for n, k in enumerate(mix))
    return load(folder, vocabulary=VOCABULARY, parameters=parameters, measures=LIMITED + "".join(f"    - {KINDS[k][0]}\n" for k in mix))


@pytest.mark.parametrize("mix", MIXES, ids="+".join)
def test_raising_a_cap_never_lowers_the_amount(mix: tuple[str, ...], tmp_path: Path) -> None:
    """Untold costs and groups among the records: both ends of the pair go up or stay."""
    rng = random.Random("+".join(mix))
    for turn in range(6):
        caps = {k: rng.randint(1, 4) if k == "件数" else rng.randint(1, 30) * 1_000 for k in mix}
        rows: list[dict[str, str]] = []
        for n in range(rng.randint(1, 6)):
            row = {"证号": f"C{n}", "类": rng.choice(["甲", "乙"]), "费用": f"{rng.randint(1, 20)}000元"}
            rows.append({k: x for k, x in row.items() if k == "证号" or rng.random() > 0.15})
        before = limited(tmp_path / f"{turn}", mix, caps).decide({}, on=ON, year=YEAR, records={"证书": rows}).measures["m"].award
        for k in mix:
            raised = {**caps, k: caps[k] + (1 if k == "件数" else 1_000)}
            after = limited(tmp_path / f"{turn}{k}", mix, raised).decide({}, on=ON, year=YEAR, records={"证书": rows}).measures["m"].award
            assert (before.low or 0) <= (after.low or 0), (k, caps, rows)
            assert after.high is None or (before.high is not None and before.high <= after.high), (k, caps, rows)
