"""What the compiler makes of a rulebook as a whole: order, titles, exclusive groups, rulebooks that meet."""

from __future__ import annotations

import shutil
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import huiqi
from huiqi.errors import RulebookError
from huiqi.rulebook.compiler import load_compiled
from huiqi.rulebook.plans import compatible_sets, components
from tests.making import SMALL, examples


def book(folder: Path, **files: str) -> Path:
    """A copy of the small rulebook with text added to its files (`measures/two.yaml` as `two`)."""
    place = folder / "small"
    shutil.copytree(SMALL, place)
    for name, text in files.items():
        path = place / ("measures/two.yaml" if name == "two" else f"{name}.yaml")
        path.write_text((path.read_text(encoding="utf-8") if path.exists() else "") + text, encoding="utf-8")
    return place


DEFINITIONS = {
    "甲口径": "{expr: sum(设备.丙栏) + 乙口径, document: d1}",
    "乙口径": "{expr: 'sum(设备[丙栏 > 丁口径].价格)', document: d1}",
    "丙栏": "{on: 设备, expr: 戊栏 + 价格, document: d1}",
    "丁口径": "{expr: 投资额 / 在岗人数 * 在岗人数, document: d1}",
    "戊栏": "{on: 设备, expr: 价格 + 丁口径, document: d1}",
}


@pytest.mark.parametrize("order", list(permutations(DEFINITIONS))[::7], ids="、".join)
def test_definitions_and_columns_compile_in_any_order(order: tuple[str, ...], tmp_path: Path) -> None:
    text = "".join(f"{name}: {DEFINITIONS[name]}\n" for name in order)
    compiled = load_compiled(str(book(tmp_path, definitions=text)))
    assert {k.partition("/")[2] for k in compiled.definitions} >= {"甲口径", "乙口径", "设备.丙栏", "丁口径", "设备.戊栏"}


def test_definitions_named_again_and_again_compile_and_decide(tmp_path: Path) -> None:
    """Sixty layers, each naming the one below twice, under a zero that counts as 不符合."""
    layers = "层0: {expr: 利润 / 席位数, 分母为零: 不符合, document: d1}\n"
    layers += "".join(f"层{n}: {{expr: 层{n - 1} + 层{n - 1}, document: d1}}\n" for n in range(1, 60))
    two = "- {id: m2, title: 二, clause: 甲·1, award: {service: 服务}, when: [{够: 层59 >= 每席标准}]}\n"
    decision = huiqi.load(book(tmp_path, definitions=layers, two=two)).decide({"利润": "1元", "席位数": "1席"}, on="2024-06-30")
    assert decision.measures["m2"].outcome == "eligible"


TITLES = ["“专精特新”企业奖励", '"专精特新"企业奖励', "甲” or 事项 = “乙", '甲" or true or "', "奖励) + sum(已获支持.金额", "]甲[", "\\甲\\"]


@pytest.mark.parametrize("title", TITLES)
def test_a_title_is_data_whatever_stands_in_it(title: str, tmp_path: Path) -> None:
    """本事项已获 counts the support named by id or by exactly this title, and no other."""
    quoted = title.replace("'", "''")
    two = f"- {{id: m2, title: '{quoted}', clause: 甲·1, award: {{up to: 投资额 - 本事项已获}}, when: [{{备案: 已备案}}]}}\n"
    key = load_compiled("common").records["common/已获支持"].key_field
    rows = [(title, "1万元"), ("m2", "2万元"), ("乙", "4万元")]
    history = [{key: f"文{n}", "事项": what, "年度": 2022, "层级": "市", "金额": amount} for n, (what, amount) in enumerate(rows)]
    award = (
        huiqi.load(book(tmp_path, two=two))
        .decide({"投资额": "10万元", "已备案": "是"}, records={"已获支持": history}, on="2024-06-30", year=2023)
        .measures["m2"]
        .award
    )
    assert str(award.at_most) == "70000.00"


@pytest.mark.parametrize("others", [20, 60])
def test_one_measure_that_excludes_many_makes_two_sets(others: int) -> None:
    groups = [["甲", f"其{n}"] for n in range(others)]
    [component] = components(sorted({m for g in groups for m in g}), groups)
    assert compatible_sets(component, groups) == sorted([("甲",), tuple(sorted(f"其{n}" for n in range(others)))])


@settings(max_examples=examples(150))
@given(st.integers(1, 7).flatmap(lambda n: st.tuples(st.just(n), st.sets(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1))))))
def test_the_sets_are_all_that_nothing_can_join(graph: tuple[int, set[tuple[int, int]]]) -> None:
    count, edges = graph
    names = [str(n) for n in range(count)]
    groups = [[str(a), str(b)] for a, b in edges if a != b]
    free = [
        frozenset(names[i] for i in range(count) if mask >> i & 1)
        for mask in range(1 << count)
        if not any({a, b} <= {names[i] for i in range(count) if mask >> i & 1} for a, b in groups)
    ]
    assert compatible_sets(names, groups) == sorted(tuple(sorted(s)) for s in free if not any(s < t for t in free))


def rulebook(folder: Path, name: str, *uses: str, **files: str) -> Path:
    place = folder / name
    place.mkdir()
    used = "".join(f'  - {{rulebook: {u}, version: "1", same: 全部}}\n' for u in uses)
    (place / "rulebook.yaml").write_text(f'id: {name}\ntitle: 例\nversion: "1"\njurisdiction: 中国\n' + (f"uses:\n{used}" if uses else ""), encoding="utf-8")
    for file, text in files.items():
        (place / f"{file}.yaml").write_text(text, encoding="utf-8")
    return place


LOANS = "records:\n  贷: {id: loans, noun: 笔, key: 号, fields: {号: {id: no, kind: text}, 额: {id: x, kind: money, unit: 元, min: 0元, max: 9元}}}\n"
DOCUMENT = "- {id: d, title: 文件, issuer: 机关, jurisdiction: 中国, from: 2000-01-01, sheet: none, letter: A}\n"


def complaint(folder: Path) -> str:
    with pytest.raises(RulebookError) as error:
        load_compiled(str(folder))
    return str(error.value)


def test_two_record_types_of_one_name_do_not_meet_in_silence(tmp_path: Path) -> None:
    rulebook(tmp_path, "one", vocabulary=LOANS)
    place = rulebook(tmp_path, "two", vocabulary=LOANS)
    with (place / "rulebook.yaml").open("a", encoding="utf-8") as file:
        file.write('uses: [{rulebook: one, version: "1"}]\n')
    assert "明细与引用的“one/贷”同名，筛选时会认错" in complaint(place)


def test_two_rulebooks_may_not_give_one_record_the_same_column(tmp_path: Path) -> None:
    rulebook(tmp_path, "base", vocabulary=LOANS)
    rulebook(tmp_path, "one", "base", definitions="倍: {on: 贷, expr: 额 + 额}\n")
    rulebook(tmp_path, "two", "base", definitions="倍: {on: 贷, expr: 额}\n")
    assert "两个规则库都给明细“贷”定义了“倍”一栏" in complaint(rulebook(tmp_path, "all", "base", "one", "two"))


def test_a_document_id_that_two_rulebooks_give_is_refused_where_it_is_named(tmp_path: Path) -> None:
    rulebook(tmp_path, "one", documents=DOCUMENT)
    rulebook(tmp_path, "two", documents=DOCUMENT)
    told = complaint(rulebook(tmp_path, "all", "one", "two", parameters="甲: {id: a, values: [{value: 1元, document: d}]}\n"))
    assert "这个文件编号不止一份文件在用；写的是“d”；应为：one/d、two/d" in told


def test_two_rulebooks_of_one_id_are_refused(tmp_path: Path) -> None:
    rulebook(tmp_path, "one")
    (tmp_path / "sub").mkdir()
    other = rulebook(tmp_path / "sub", "one", documents=DOCUMENT)
    place = rulebook(tmp_path, "all")
    (place / "rulebook.yaml").write_text(
        f'id: all\ntitle: 例\nversion: "1"\njurisdiction: 中国\nuses:\n  - {{rulebook: one, version: "1", as: 甲}}\n  - {{rulebook: {other}, version: "1", as: 乙}}\n',
        encoding="utf-8",
    )
    assert "引用的规则库重复；写的是“one”；应为：先见" in complaint(place)


def test_an_amending_document_is_of_the_family_of_what_it_amends() -> None:
    atse = load_compiled("national-atse")
    amendments = ["cs-2014-59", "cs-2017-79"]  # each amends the one before; 44号 only leans on 79号
    assert {atse.family(f"national-atse/{x}") for x in ["cs-2009-63", *amendments]} == {"national-atse/cs-2009-63"}
    assert atse.family("national-atse/cs-2018-44") == "national-atse/cs-2018-44"
    startup = load_compiled("national-startup-loan")
    assert all(startup.family(key) == key for key in startup.documents if not key.startswith("national-sme-size/"))
