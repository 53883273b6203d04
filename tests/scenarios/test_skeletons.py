"""Skeletons: facts by which one condition alone decides, or by which a changed rule shows; decided before they are shown."""

from __future__ import annotations

from pathlib import Path

import pytest

import huiqi
from huiqi.documents.coverage import own_specs
from huiqi.scenarios.feature_text import feature_text
from huiqi.scenarios.lint import lint_text
from huiqi.scenarios.models import Feature
from huiqi.scenarios.mutants import Mutant, mutants
from huiqi.scenarios.parse import parse_feature, read_features
from huiqi.scenarios.run import run_feature
from huiqi.scenarios.sensitivity import links
from huiqi.scenarios.skeletons import Memory, Skeleton, deciding, noticing
from huiqi.scenarios.story import Draft
from tests.making import SMALL, VOCABULARY, guide_example, invoke, load


@pytest.fixture
def guide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> huiqi.Rulebook:
    monkeypatch.chdir(guide_example(tmp_path))
    return huiqi.load("rules/sample-city")


@pytest.fixture(scope="module")
def small() -> huiqi.Rulebook:
    return huiqi.load(SMALL)


def mutant(book: huiqi.Rulebook, name: str) -> Mutant:
    return next(m for m in mutants(book.compiled) if m.name == name)


def disagreements(skeletons: list[Skeleton], book: huiqi.Rulebook) -> list[str]:
    """What fails of the skeletons as a feature file, linted and run."""
    text = feature_text("甲", skeletons)
    assert lint_text(text.encode(), "甲.feature") == []
    _, failures = run_feature(parse_feature(text, Path("甲.feature")), lambda _: book)
    return [str(f) for f in failures]


@pytest.mark.parametrize("label", ["展会在目录内", "上年收入不高于上限"])
@pytest.mark.parametrize("begun", [True, False], ids=["from scenarios", "from the rules alone"])
def test_a_condition_nobody_decides_by_gets_facts_by_which_it_alone_decides(guide, label: str, begun: bool) -> None:
    features = read_features(Path("features")) if begun else []
    (spec,) = own_specs(guide.compiled)
    found = deciding(guide.compiled, features, spec, "when", label, "", lambda _: guide)
    assert found.claims == ("“展位费补助”的结论是“不符合”", f"“展位费补助”只因条件“{label}”不满足")
    assert disagreements([found], guide) == []


@pytest.mark.parametrize(
    "change",
    [
        "标准 展位费年度上限［3万元］少一个最小单位",
        "标准 参展企业收入上限［2亿元］多一个最小单位",
        "展位费补助 条件“上年收入不高于上限”“<=”改为“<”",
        "取整到分改为舍去",
    ],
)
def test_a_change_nobody_notices_gets_facts_by_which_it_shows(guide, change: str) -> None:
    wrong = mutant(guide, change)
    found = noticing(guide.compiled, [], wrong, lambda _: guide, huiqi.Rulebook)
    assert found.claims
    assert disagreements([found], guide) == []
    assert disagreements([found], huiqi.Rulebook(wrong.book)) != []


def test_what_no_case_can_tell_apart_is_said_and_no_scenario_is_made_up(guide) -> None:
    found = noticing(guide.compiled, [], mutant(guide, "取整到分改为进位"), lambda _: guide, huiqi.Rulebook)
    assert (found.claims, found.why) == ((), "改成这样没有场景发现：取整到分改为进位，没有找到能分辨的数据")
    text = feature_text("甲", [found])
    assert "  # 改成这样没有场景发现：取整到分改为进位，没有找到能分辨的数据\n" in text
    assert "场景:" not in text


def test_one_scenario_serves_all_that_its_facts_show(small) -> None:
    features: list[Feature] = []
    found = [noticing(small.compiled, features, m, lambda _: small, huiqi.Rulebook) for m in mutants(small.compiled)]
    text = feature_text("席位", found)
    assert disagreements(found, small) == []
    assert text.count("  # 改成这样没有场景发现") == len(found) > text.count("  场景: 待写标题") > 0


def test_the_title_is_left_to_the_author_and_the_figures_are_to_be_checked(small) -> None:
    found = noticing(small.compiled, [], next(mutants(small.compiled)), lambda _: small, huiqi.Rulebook)
    text = feature_text("席位", [found])
    assert "场景: 待写标题 1\n" in text
    assert "# 结论和金额是程序按现在的规则算的：按条文手算核对，不符就是规则写错了，不要照抄。\n" in text


def test_what_all_skeletons_tell_is_told_once_in_the_background(guide) -> None:
    (spec,) = own_specs(guide.compiled)
    found = [deciding(guide.compiled, [], spec, "when", label, "", lambda _: guide) for label in ("展会在目录内", "上年收入不高于上限")]
    text = feature_text("甲", found)
    background, *scenarios = text.split("  场景: ")
    assert "  背景:\n    假如 政策规则库“sample-city”\n" in background and background.count("审核日期是") == 1
    assert len(scenarios) == 2 and not any("政策规则库" in x or "审核日期" in x for x in scenarios)
    assert all("    假如 " in x for x in scenarios)
    assert disagreements(found, guide) == []


def test_a_rulebook_without_a_scenario_gets_its_first_skeletons(guide, tmp_path: Path) -> None:
    for path in Path("features").glob("*.feature"):
        path.unlink()
    result = invoke("rules", "test", "rules/sample-city", "--skeletons", "架子.feature", "--sample", "3")
    assert result.exit_code == 1 and "还没有场景文件，先写架子" in result.output and "处写好场景的架子，在 架子.feature" in result.output
    assert run_feature(parse_feature(Path("架子.feature").read_text(encoding="utf-8"), Path("架子.feature")), lambda _: guide)[1] == ()


def test_a_number_of_months_is_not_written_like_a_month_of_the_year(tmp_path: Path) -> None:
    book = load(
        tmp_path / "made",
        vocabulary="facts:\n  社保月数: {id: months, kind: quantity, unit: 月, min: 0月, max: 600月}\n",
        parameters="起点: {id: least, unit: 月, values: [{value: 12月, document: d}]}\n",
        measures="- {id: m, title: 补贴, clause: 办法·1, when: [{够月数: 社保月数 >= 起点}], award: {service: 服务}}\n",
    )
    found = deciding(book.compiled, [], own_specs(book.compiled)[0], "when", "够月数", "", lambda _: book)
    assert found.draft.data["社保月数"].endswith("个月")
    assert disagreements([found], book) == []


WINDOWS = {
    "a date told": ("  申报日: {id: applied_on, kind: date, min: 2020-01-01, max: 2100-12-31}\n", "申报日 in 每年4月1日至5月31日"),
    "the day of decision": ("", "审核日期 in 每年4月1日至5月31日"),
    "a judgement": ("  受理中: {id: accepting, kind: boolean}\n", "受理中"),
}


@pytest.mark.parametrize(("fact", "window"), WINDOWS.values(), ids=WINDOWS)
def test_facts_by_which_a_condition_decides_lie_within_the_window(tmp_path: Path, fact: str, window: str) -> None:
    """Outside it no condition decides: what the window asks is told so that applications are taken."""
    measure = f"- {{id: m, title: 补助, clause: 办法·1, window: '{window}', when: [{{核查: 核查通过}}], award: {{amount: 额}}}}\n"
    figures = "额: {id: sum, unit: 元, values: [{value: 1万元, document: d}]}\n"
    book = load(tmp_path / "made", vocabulary=VOCABULARY.replace("facts:\n", f"facts:\n{fact}"), parameters=figures, measures=measure)
    one = deciding(book.compiled, [], book.compiled.measures["made/m"], "when", "核查", "", lambda _: book)
    assert one.claims == ("“补助”的结论是“不符合”", "“补助”只因条件“核查”不满足")
    assert disagreements([one], book) == []


FAIRS = {
    "rulebook": 'id: fairs\ntitle: 参展\nversion: "1"\njurisdiction: 中国/测试省/测试市\nuses:\n  - {rulebook: common, version: "1", same: 全部}\n',
    "vocabulary": "facts:\n  申报日: 日期\n  参保月数: 0个月至600个月\nrecords:\n  参展:\n    noun: 次\n    展会: 文字\n    展位费: 0元至1000万元\n",
    "parameters": "办法·1:\n  比例: 50%\n  单次: 5万元\n  全年: 12万元\n  定额: 8万元\n  增幅: 10%\n  合计: 15万元\n  半年: 累计6个月\n  一年: 累计12个月\n",
    "readings": "- 口径: 宽 还是 严\n  clause: 办法·1\n",
    "measures": """\
- title: 展位费补助
  clause: 办法·1
  each: 展 in 参展
  window: 申报日 in 每年4月1日至5月31日
  when:
    - 有展位费: 展.展位费 > 0元
  award: 不超过 展.展位费 * 比例
  limits:
    - 每展 单次
    - 每申报年度 全年，计入已获支持
- title: 增长奖励
  clause: 办法·1
  when:
    - 增长: (营业收入 at 申报年度) >= (营业收入 at 申报年度 - 1年) * (1 + 增幅)
    - 参保满半年: 参保月数 >= 半年
    - 参保满一年: 参保月数 >= 一年
      读法: 口径=严
  award: 定额 定额
""",
    "stacking": "- title: 合计封顶\n  members: all\n  cap: 每申报年度 合计，计入已获支持\n  clause: 办法·1\n",
}


@pytest.fixture(scope="module")
def fairs(tmp_path_factory: pytest.TempPathFactory) -> huiqi.Rulebook:
    return load(tmp_path_factory.mktemp("fairs"), **FAIRS)


@pytest.fixture(scope="module")
def memory() -> Memory:
    """What is found for one is kept for the next, as `rules test` does."""
    return Memory()


@pytest.mark.parametrize(
    "change",
    [
        "标准 全年［12万元］多一个最小单位",  # only several fairs together meet it
        "展位费补助 封顶“申报年度”不计以往",  # only with support received before
        "标准 合计［15万元］少一个最小单位",  # only with the other measure beside it
        "展位费补助 去掉受理期",
        "标准 增幅［10%］多一个最小单位",  # only at a tenth above what is told of the year before
        "读法 口径［未定］改为取定“宽”",
    ],
)
def test_what_shows_only_by_several_things_together_gets_them_all(fairs: huiqi.Rulebook, memory: Memory, change: str) -> None:
    wrong = mutant(fairs, change)
    found = noticing(fairs.compiled, [], wrong, lambda _: fairs, huiqi.Rulebook, memory=memory)
    assert found.claims
    assert disagreements([found], fairs) == []
    assert disagreements([found], huiqi.Rulebook(wrong.book)) != []


def test_a_condition_that_decides_alone_under_one_reading_only_is_read_so(fairs: huiqi.Rulebook, memory: Memory) -> None:
    spec = next(s for s in own_specs(fairs.compiled) if s.title == "增长奖励")
    found = deciding(fairs.compiled, [], spec, "when", "参保满半年", "", lambda _: fairs, memory=memory)
    assert found.draft.readings == {"口径": "宽"}
    assert disagreements([found], fairs) == []


def test_everything_a_scenario_told_stands_in_its_skeleton(fairs: huiqi.Rulebook) -> None:
    draft = Draft(rulebooks=("fairs",), readings={"口径": "宽"}, applied=("增长奖励",), statement={"结论": "未发现", "由": "张三", "日期": "2026-06-20"})
    text = feature_text("甲", [Skeleton(why="乙", draft=draft, claims=("“增长奖励”的结论是“符合”",))])
    assert all(x in text for x in ("读法“口径”取“宽”", "申报事项是“增长奖励”", "“张三”于“2026-06-20”说明其余不予支持情形未发现"))


TWO = {
    "vocabulary": "facts: {独立法人: {id: legal, kind: boolean}, 甲业务: {id: a, kind: boolean}, 乙业务: {id: b, kind: boolean}, 申报日: {id: asked, kind: date}}\n",
    "shared": "when: [{在本市登记: 独立法人, for: all, clause: 办法·1}]\nwindow: [{受理期: 申报日 in 每年4月1日至5月31日, for: all, clause: 办法·1}]\n",
    "readings": "- {口径: 只看甲 还是 也看乙, clause: 办法·1}\n",
    "measures": "- {id: m, title: 甲补贴, clause: 办法·1, when: [{做甲: 甲业务}, {也做乙: 乙业务, 读法: 口径=也看乙}], award: {service: 服务}}\n"
    "- {id: n, title: 乙补贴, clause: 办法·1, when: [{做乙: 乙业务}], award: {service: 服务}}\n",
}


def skeletons_of(folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[huiqi.Rulebook, str, str]:
    book = load(folder / "made", **TWO)
    monkeypatch.chdir(folder)
    said = invoke("rules", "test", "made", "--skeletons", "架子.feature", "--sample", "0").output
    text = Path("架子.feature").read_text(encoding="utf-8")
    assert lint_text(text.encode(), "甲.feature") == [] and run_feature(parse_feature(text, Path("甲.feature")), lambda _: book)[1] == ()
    return book, said, text


def test_what_is_written_once_gets_one_scenario_for_all_it_stands_in_and_what_stands_under_a_reading_its_own(tmp_path: Path, monkeypatch) -> None:
    book, said, text = skeletons_of(tmp_path, monkeypatch)
    assert "5 条条件、9 处改错还没有场景\n" in said and "  # 没有场景只由条件“也做乙”决定\n" in text
    scenarios = text.split("  场景: ")[1:]
    (alone,) = (x for x in scenarios if "“甲补贴”只因条件“在本市登记”不满足" in x)
    assert "“乙补贴”只因条件“在本市登记”不满足" in alone
    (late,) = (x for x in scenarios if "“甲补贴”的结论是“不在有效期”" in x)
    assert "“乙补贴”的结论是“不在有效期”" in late
    (read,) = (x for x in scenarios if "“甲补贴”只因条件“也做乙”不满足" in x)
    assert "读法“口径”取“也看乙”" in read
    assert ("when", "也做乙", "乙业务") in {(x.role, x.label, x.fact) for x in links(book.compiled)}


def test_an_edge_within_what_an_earlier_row_has_taken_is_no_change(tmp_path: Path) -> None:
    book = load(
        tmp_path / "made",
        vocabulary="facts: {独立法人: {id: legal, kind: boolean}, 收入: {id: i, kind: money, unit: 元, min: 0元, max: 1亿元}}\n",
        tables='档: {id: t, match: first, inputs: [{name: 收入, kind: money, unit: 元}], unit: 元, document: d, rows: [{when: "< 10元", value: 1元}, {when: ">= 10元", value: 2元}]}\n',
        measures="- {id: m, title: 补贴, clause: 办法·1, when: [{法人: 独立法人}], award: {amount: 档(收入)}}\n",
    )
    edges = [m.name.removeprefix("标准表 档 第 ") for m in mutants(book.compiled) if "行“" in m.name]
    assert edges == [
        "1 行“< 10元”端点开闭互换",
        "1 行“< 10元”多一个最小单位",
        "1 行“< 10元”少一个最小单位",
        "2 行“>= 10元”端点开闭互换",
        "2 行“>= 10元”多一个最小单位",
    ]


LEASES = {
    "vocabulary": """\
facts:
  独立法人: 是否
  出口额: 0元至10亿元，按年度
records:
  租用:
    noun: 份
    合同号: 文字
    合同起: 日期
    入驻日: 日期
    面积: 0平方米至10000平方米
  获奖:
    noun: 项
    证书号: 文字
    作品: 文字
    奖项: 文字
""",
    "parameters": "办法·1:\n  满: 期限1年\n  起点: 50万元\n  每平方米: 12元/平方米\n  目录: 金奖、银奖\n  一项: 1项\n  定额: 5万元\n",
    "readings": "- {口径: 合同 还是 入驻, clause: 办法·1}\n- {基数: 全部 还是 新增, clause: 办法·1}\n",
    "definitions": """\
租用.起日: if 口径 = "合同" then 合同起 else 入驻日
上年: 出口额 at 申报年度 - 1年
前年: 出口额 at 申报年度 - 2年
所奖: if 基数 = "全部" then 上年 else 上年 - 前年
""",
    "measures": """\
- {title: 场地补贴, clause: 办法·1, each: 租 in 租用, when: [{满一年: 租.起日 + 满 <= 审核日期}], award: 定额 租.面积 * 每平方米}
- {title: 奖项奖励, clause: 办法·1, each: 奖 in 获奖, when: [{在目录内: 奖.奖项 in 目录}], award: 定额 定额, limits: "每作品 一项，留金额高的"}
- {title: 出口奖励, clause: 办法·1, when: [{达到起点: 上年 >= 起点}, {有增长: 上年 > 前年}], award: 定额 所奖}
""",
}


@pytest.fixture(scope="module")
def leases(tmp_path_factory: pytest.TempPathFactory) -> huiqi.Rulebook:
    return load(tmp_path_factory.mktemp("leases") / "made", **LEASES)


@pytest.mark.parametrize(("title", "label"), [("场地补贴", "满一年"), ("出口奖励", "达到起点"), ("出口奖励", "有增长")])
def test_two_dates_under_an_open_reading_and_two_years_compared_with_one_another_are_changed_together(leases, title: str, label: str) -> None:
    """一年以前起租而且一年以前入驻；上年不到起点而且比前年多。"""
    (spec,) = (s for s in own_specs(leases.compiled) if s.title == title)
    found = deciding(leases.compiled, [], spec, "when", label, "", lambda _: leases)
    assert found.claims and disagreements([found], leases) == []


@pytest.mark.parametrize(
    "change", ["标准 每平方米［12元/平方米］多一个最小单位", "奖项奖励 去掉封顶“作品”", "口径 所奖 “=”改为“!=”", "标准 起点［50万元］少一个最小单位"]
)
def test_a_change_behind_a_period_a_column_of_a_cap_or_a_reading_shows(leases, change: str) -> None:
    found = noticing(leases.compiled, [], mutant(leases, change), lambda _: leases, huiqi.Rulebook)
    assert found.claims and disagreements([found], leases) == []


def test_a_text_is_of_the_catalogue_it_is_compared_with_and_else_of_none(leases) -> None:
    """作品 is compared with nothing: it is not called after a prize."""
    found = noticing(leases.compiled, [], mutant(leases, "奖项奖励 去掉封顶“作品”"), lambda _: leases, huiqi.Rulebook)
    row = found.draft.records["获奖"][0]
    assert (row["作品"], row["奖项"], row["证书号"]) == ("甲", "金奖", "甲")
