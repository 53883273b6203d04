"""The policy book told for a day: the amount first, what has lapsed by then, what open readings cost, what is found, what is printed."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from html import unescape
from pathlib import Path

import pytest

import huiqi
from huiqi.documents.book import site
from huiqi.documents.finding import entries
from huiqi.documents.headline import condition_standings, headlines
from huiqi.documents.openings import Tried, behind_open, openings
from huiqi.documents.stories import told as told_story
from huiqi.documents.text import standing_of
from huiqi.documents.told import NOT_YET, Told, told
from huiqi.errors import InputError
from huiqi.rulebook.compiled import Basis, Standing
from huiqi.rulebook.compiler import load_compiled
from huiqi.scenarios.kept import again
from huiqi.scenarios.models import Feature, Result, Scenario
from tests.making import ROOT

DAY = date(2026, 6, 30)
CERTIFICATION = "datong-outsourcing/certification.international"


@cache
def book(on: date = DAY) -> Told:
    return told(load_compiled("datong-outsourcing"), on)


@cache
def pages(name: str, on: date) -> dict[str, str]:
    return site(load_compiled(name), [], on=on)


def plain(html: str) -> str:
    return unescape(re.sub("<[^>]+>", "", html))


def lines(key: str, on: date = DAY) -> list[tuple[str, str, str, str]]:
    return [(h.scheme, h.said, h.standing.label, h.lapse) for h in headlines(book(on), book(on).measures[key])]


# -- the amount and its standing ---------------------------------------------------------------------------


def test_the_headline_gives_every_scheme_with_its_figures_its_standing_and_when_it_lapsed() -> None:
    """A ceiling is called one; a rate nobody set stays 未定."""
    assert lines(CERTIFICATION) == [
        ("山西2023", "每证书：最多 证书的合格费用 × 70%；单项不超过 30万元", "参照", "2023-12-31（假定） 期满"),
        ("南通2022", "每证书：最多 证书的合格费用 × 50%；单项不超过 10万元；每申报年度不超过 50万元", "参照", ""),
        ("国家2013", "每证书：最多 证书的合格费用 × 认证补助比例（未定）；单项不超过 50万元；每申报年度最多 3件", "未定", "2013-12-31（假定） 期满"),
        ("泉州", "每证书：最多 证书的合格费用 × 50%；单项不超过 20万元", "参照", ""),
    ]


def test_what_our_own_superiors_enacted_is_a_benchmark_only_once_it_has_lapsed() -> None:
    assert lines(CERTIFICATION, date(2023, 12, 31))[0][2] == "待核"
    assert lines(CERTIFICATION, date(2024, 1, 1))[0][2] == "参照"


def test_a_headline_that_an_open_reading_changes_says_how_it_reads_otherwise() -> None:
    nantong = headlines(book(), book().measures[CERTIFICATION])[1]
    assert nantong.otherwise == (("“南通认证企业上限”读作“历年累计”", "每证书：最多 证书的合格费用 × 50%；单项不超过 10万元；每企业不超过 50万元"),)


def test_a_service_names_no_amount_and_a_table_says_from_how_little_to_how_much() -> None:
    assert lines("datong-outsourcing/finance.credit-docking")[0][1].startswith("服务事项，不列金额：")
    (brand,) = (k for k, m in book().measures.items() if m.title == "服务外包品牌建设支持")
    assert "标准表“南通荣誉奖励”各行 10万元 至 20万元" in lines(brand)[1][1]


def test_conditions_stand_as_weakly_as_the_figures_they_ask_after() -> None:
    """A condition of the plan that looks into a catalogue nobody closed is not firm."""
    found = condition_standings(book(), book().measures[CERTIFICATION])
    assert found == {Standing.ENACTED: 2, Standing.ASSUMED: 4, Standing.UNSET: 1}


def test_the_amount_stands_before_everything_else_on_the_page_and_in_the_index() -> None:
    page = plain(pages("datong-outsourcing", DAY)["m-certification.international.html"].partition("</h1>")[2])
    assert page.index("证书的合格费用 × 70%") < page.index("金额没有现行的标准，只供参照测算，不构成支持承诺") < page.index("方案·6")
    index = plain(pages("datong-outsourcing", DAY)["index.html"])
    assert "［山西2023］每证书：最多 证书的合格费用 × 70%；单项不超过 30万元 参照 2023-12-31（假定） 期满" in index


def test_only_the_schemes_of_others_are_called_a_benchmark_where_one_is_our_own() -> None:
    page = plain(pages("national-startup-loan", DAY)["m-startup-loan.enterprise.html"])
    assert "标“参照”“假定”“未定”的方案只供参照测算，不构成支持承诺" in page
    assert "金额没有现行的标准" not in page


# -- the day -----------------------------------------------------------------------------------------------


def test_no_document_that_has_lapsed_stands_under_a_firm_standing() -> None:
    later = book(date(2100, 1, 1))
    ended = [k for k, d in later.documents.items() if d.end is not None]
    assert ended
    assert {standing_of(later, Basis(k)) for k in ended} == {Standing.BENCHMARK}


def test_a_page_told_long_after_shows_nothing_lapsed_in_green() -> None:
    """By every link to a document that has an end: the mark behind it is not 现行."""
    name = "national-service-loan-interest"
    ended = {d.number or d.title for d in load_compiled(name).documents.values() if d.end is not None}
    text = "".join(pages(name, date(2100, 1, 1)).values())
    green = re.findall(r'<span class="s s0">现行</span> <span class="src"><a [^>]*>([^<]*)</a>', text)
    assert ended
    assert [x for x in green if unescape(x) in ended] == []
    assert "已失效" in text


def test_what_is_not_in_force_yet_is_not_called_in_force() -> None:
    text = pages("national-service-loan-interest", date(2000, 1, 1))
    assert NOT_YET in plain(text["m-service-loan.interest.html"])
    assert '<span class="s s0">现行</span> <span class="src"><a' not in "".join(v for k, v in text.items() if k.startswith("m-"))


def test_every_page_says_the_day() -> None:
    assert all("按 2026-06-30 编印" in text for text in pages("datong-outsourcing", DAY).values())


# -- open readings ---------------------------------------------------------------------------------------------


def test_an_open_reading_says_what_each_option_comes_to_in_a_case() -> None:
    """The branch that has a delivery centre and no settlement centre."""
    engine = huiqi.load("datong-outsourcing")
    path = ROOT / "cases" / "转移-北京总部的大同分支机构.yaml"
    decided = engine.decide(huiqi.read_case(path), on=None, measures=["transfer.order-delivery"], reasoner="python")
    text = "".join(openings(book(), [Tried(case=path.stem, measures=decided.measures)]))
    row = re.search(r"<tr><td>转移-北京总部的大同分支机构</td>(.*?)</tr>", text)
    assert row is not None
    assert re.findall("<td>(.*?)</td>", row[1])[1:] == ["按假定条件满足", "不符合"]
    assert "“设立交付中心和结算中心”要两者都设吗？" in text


def test_what_an_open_reading_decides_is_marked_as_open_and_leads_to_what_it_costs() -> None:
    """Not by how firm its clause stands."""
    text = pages("datong-outsourcing", DAY)["m-carrier.base-application.html"]
    assert re.search(r'读法“<a href="readings.html#o-基地申报主体">基地申报主体</a>” <span class="s d">读法未定</span>', text)
    assert not re.search(r"＝未定 <span class=\"s s[01]\">", text)


def test_without_cases_the_page_names_the_measures_and_says_why_no_results() -> None:
    text = plain("".join(openings(book(), None)))
    assert "编印时没有测算案例，只列牵动的事项" in text
    assert {m.title for m in book().measures.values() if m.id in behind_open(book()) if m.title not in text} == set()


# -- finding ---------------------------------------------------------------------------------------------------


def found(*words: str) -> list[str]:
    """Titles under which all the words stand, in any order: by title or by what it may be called."""
    return [e.title for e in entries(book(), []) if all(w in f"{e.title} {e.called}" for w in words)]


@pytest.mark.parametrize(("words", "title"), [
    (("认证", "补助"), "国际资质认证支持"), (("补助", "认证"), "国际资质认证支持"), (("大学生", "补贴"), "吸纳大中专毕业生就业支持"), (("高企",), "高新技术企业所得税优惠（提示）"),
])  # fmt: skip
def test_a_measure_is_found_by_words_in_any_order_and_by_synonyms(words: tuple[str, ...], title: str) -> None:
    assert title in found(*words)


def test_a_measure_is_found_by_what_its_catalogue_lists() -> None:
    (entry,) = (e for e in entries(book(), []) if e.title == "国际资质认证支持")
    assert "ISO27001" in entry.words


def test_every_place_that_is_found_is_there() -> None:
    text = pages("datong-outsourcing", DAY)
    for entry in entries(book(), []):
        name, _, place = entry.place.partition("#")
        assert not place or f'id="{place}"' in text[name], entry.place


@pytest.mark.parametrize(("synonyms", "message"), [
    ("[[支持]]", "一组近义词只有一个词"), ("[[支持, 补助], [补助, 补贴]]", "查找用的词重复"), ("[[支持, 支持]]", "查找用的词重复"),
])  # fmt: skip
def test_synonyms_that_say_nothing_or_twice_are_refused(synonyms: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "rulebook.yaml").write_text("id: words\ntitle: 词\nversion: '1'\nlanguage: 1\njurisdiction: 中国\n", encoding="utf-8")
    (tmp_path / "vocabulary.yaml").write_text(f"synonyms: {synonyms}\n", encoding="utf-8")
    with pytest.raises(InputError, match=message):
        load_compiled(str(tmp_path))


# -- scenarios and paper -----------------------------------------------------------------------------------------


def test_a_table_of_a_scenario_is_a_table() -> None:
    shown = told_story("假如 申报数据如下\n  | 数据项 | 值 |\n  | 甲 | 一\\|二 |\n当 测算\n\n例子:\n  | 结果 |\n  | <b> |")
    assert re.findall("<th>(.*?)</th>", shown) == ["数据项", "值", "结果"]
    assert re.findall("<td>(.*?)</td>", shown) == ["甲", "一|二", "&lt;b&gt;"]
    assert "<p><b>当</b> 测算</p>" in shown


def test_results_kept_of_other_scenarios_are_not_used() -> None:
    feature = Feature(title="一", description="", text="", scenarios=(Scenario(title="甲", text=""), Scenario(title="乙", text="")))
    assert again(feature, ["passed"]) is None
    assert again(feature, None) is None
    kept = again(feature, ["passed", "failed"])
    assert kept is not None
    assert [s.result for s in kept.scenarios] == [Result.PASSED, Result.FAILED]


def test_the_print_edition_has_contents_and_breaks_only_between_chapters() -> None:
    text = pages("datong-outsourcing", DAY)["all.html"]
    contents = text.partition('<nav class="contents">')[2].partition("</nav>")[0]
    assert {m.title for m in book().measures.values() if m.title not in unescape(contents)} == set()
    assert set(re.findall('href="#([^"]*)"', contents)) <= set(re.findall(' id="([^"]*)"', text))
    assert len(re.findall('<div class="chapter', text)) == 6
    assert "break-before:page" not in text


def test_the_print_edition_keeps_to_its_budget() -> None:
    """Some 1,450 characters go on a page: at most a hundred pages for this plan."""
    assert len(plain(re.sub("<style>.*?</style>", "", pages("datong-outsourcing", DAY)["all.html"], flags=re.S))) < 145_000


def test_on_paper_how_something_is_reckoned_stands_once_and_others_say_where() -> None:
    every = pages("datong-outsourcing", DAY)
    whole = re.compile('<div class="fig">其中 申报主体属企业＝')
    assert len(whole.findall(every["all.html"])) == 1
    where = re.findall('<div class="fig">其中 申报主体属企业：怎样算，见“<a href="#p-([^"]*)">([^<]*)</a>”</div>', every["all.html"])
    assert len(where) > 20 and len(set(where)) == 1
    ((file, title),) = set(where)
    assert f"<h1>{title}" in every[file] and whole.search(every[file])
    assert sum(bool(whole.search(text)) for name, text in every.items() if name != "all.html") > 20
