"""The policy book: every item of the plan can be found, schemes stay apart, nothing comes from outside."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import cache
from html import unescape

import pytest

from huiqi.documents.book import site as make_site
from huiqi.documents.coverage import own_specs, owned_conditions
from huiqi.documents.parts import anchor, file_of
from huiqi.documents.text import show_rulebook
from huiqi.rulebook.compiled import Basis, name_of
from huiqi.rulebook.compiler import load_compiled
from huiqi.scenarios.models import Feature, Kind, Result, Scenario, Step

pytestmark = pytest.mark.xdist_group("policy book")  # made once, in one process
BOOKS = ["datong-outsourcing", "national-service-loan-interest"]
CLAIM = Step(kind=Kind.THEN, text="“国际资质认证支持”的结论是“符合”")
SCENARIO = Scenario(title="费用的一半<&>", text="当 测算", result=Result.FAILED, rule="谁", line=3, steps=(CLAIM,))
DAY = date(2026, 6, 30)
FEATURE = Feature(title="国际资质认证支持", description="说明", text="", scenarios=(SCENARIO,), background="假如 背景")


@cache
def made(name):
    """The book and its rulebook, made once."""
    book = load_compiled(name)
    return book, make_site(book, [FEATURE], on=DAY)


@pytest.fixture(scope="module", params=BOOKS)
def pages(request):
    return made(request.param)


@pytest.fixture(scope="module")
def datong():
    return made("datong-outsourcing")[1]


def test_every_clause_measure_and_recognition_has_its_place(pages):
    """27 items, the targets, each measure and recognition with a page of its own."""
    book, site = pages
    assert [c for c in book.clauses if f'id="{anchor("c", c)}"' not in site["clauses.html"]] == []
    assert [c.id for c in book.clauses.values() if c.says not in unescape(site["clauses.html"])] == []
    assert [s.id for s in own_specs(book) if file_of(s) not in site] == []


def test_every_link_leads_to_a_place_in_the_folder_and_nothing_is_fetched(pages):
    """Self-contained: no address outside the folder, no place that is not there."""
    _, site = pages
    places = {name: {"", *re.findall(r'id="([^"]+)"', text)} for name, text in site.items()}
    for name, text in site.items():
        assert re.findall(r"https?:|@import|url\(|<link|src=", text) == []
        for target, place in re.findall(r'href="([^"#]*)#?([^"]*)"', text):
            assert unescape(place) in {unescape(x) for x in places[target or name]}, (name, target, place)


def test_every_condition_and_exclusion_stands_on_its_page_with_its_standing(pages):
    """Those of schemes too: label, sentence, then the mark."""
    book, site = pages
    for spec in own_specs(book):
        text = unescape(site[file_of(spec)])
        for owned in owned_conditions(spec):
            condition = owned.condition
            assert re.search(rf'<b>{re.escape(condition.label)}</b>(（.*?）)?：{re.escape(condition.text)} <span class="s s\d">', text), condition.label


def test_every_figure_stands_in_the_table_of_figures_with_its_standing(pages):
    """Each version once; the name is the place links lead to. A reading is no figure: it stands where it decides."""
    book, site = pages
    for key, parameter in book.parameters.items():
        if key.startswith(f"{book.id}/") and key not in book.readings:
            assert f'id="f-{parameter.name}" rowspan="{len(parameter.versions)}"' in site["figures.html"]


def test_what_is_not_encoded_is_listed_with_the_reason(pages):
    """Clauses unread or left to the government, unset figures, assumptions."""
    book, site = pages
    text = unescape(site["gaps.html"])
    assert [c.id for c in book.clauses.values() if c.disposition in ("unread", "duty") and c.why not in text] == []
    for key, parameter in book.parameters.items():
        if key.startswith(f"{book.id}/") and any(v.value is None for v in parameter.versions):
            assert parameter.name in text


def test_the_whole_book_is_one_page_with_links_inside_it(pages):
    """For paper: every page a section, no link to another file except the navigation's."""
    _, site = pages
    text = site["all.html"]
    assert [name for name in site if name != "all.html" and f'id="p-{name}"' not in text] == []
    assert "#p-" in text.partition("<main>")[2]
    assert re.findall(r'href="[^"#]+\.html', text.partition("<main>")[2]) == []


def test_every_page_turns_to_the_next(pages):
    """The book can be read from start to end."""
    _, site = pages
    name, seen = "index.html", []
    while name:
        seen.append(name)
        found = re.search(r'<span><a href="([^"]+)">[^<]*</a> →</span>', site[name])
        name = found.group(1) if found else ""
    assert set(seen) == set(site) - {"all.html"}


def test_the_head_says_how_amounts_are_rounded_and_on_whose_word(pages):
    """In the book and in `rules show`; assumed unless a clause says it."""
    book, site = pages
    assert "取整：四舍五入到分〔假定〕" in site["index.html"]
    assert "取整：四舍五入到分〔假定〕" in show_rulebook(book).split("\n【文件】", 1)[0]
    clause = next(iter(book.clauses.values()))
    stated = replace(book, cents=replace(book.cents, per="record", basis=Basis(clause.document, clauses=(clause.id,), letter="B")))
    assert f"取整：四舍五入到分（逐条取整）〔现行，{name_of(clause.document)} {clause.id}，B〕" in show_rulebook(stated)


def test_a_rulebook_that_works_out_no_amount_says_nothing_of_rounding():
    assert "取整：" not in show_rulebook(load_compiled("national-hnte"))


def test_schemes_stand_side_by_side_each_with_its_own_figures(datong):
    """The 2013 scheme shows its own cap and its unset rate, not another city's rate."""
    text = datong["m-certification.international.html"]
    row = text[text.index("<th>计算</th>") :]
    cells = re.findall(r"<td>(.*?)</td>", row, re.S)[:4]
    assert "70%" in cells[0]
    assert "30万元" in cells[0]
    assert "50%" in cells[1]
    assert "10万元" in cells[1]
    assert "未定" in cells[2]
    assert "50%" not in cells[2]
    assert "20万元" in cells[3]


def test_a_lapsed_guide_is_shown_as_a_benchmark(datong):
    """The head of the 2013 scheme says 参照 and when the guide lapsed."""
    text = datong["m-certification.international.html"]
    head = re.findall(r"<td>(.*?)</td>", text[text.index("<th>出处</th>") :], re.S)[2]
    assert "参照" in head
    assert "2013-12-31" in head


def test_scenarios_show_their_result_and_what_they_begin_with(datong):
    """A scenario that disagrees is marked; one that did not run would say so; text is escaped."""
    text = datong["m-certification.international.html"]
    assert "费用的一半〈&amp;〉" in text
    assert "✗ 与测算不一致" in text
    assert "假如 背景" in re.sub("<[^>]+>", "", text)
    assert "没有场景" in datong["m-talent.hiring.html"]


def test_the_search_index_knows_measures_by_their_conditions(datong):
    """By title, material, department, or the words of a condition."""
    index = datong["index.html"].partition("const INDEX=")[2]
    assert '["事项","国际资质认证支持","m-certification.international.html"' in index
    assert "证书在支持目录内" in index
    assert "const INDEX" not in datong["by.html"]


def test_printed_pages_carry_the_title_and_number(pages):
    """The page's head names the book and its version; rows are not cut."""
    book, site = pages
    for text in site.values():
        assert f'@top-left{{content:"{book.title}：政策手册"' in text
        assert "counter(page)" in text
        assert "break-inside:avoid" in text


def test_only_what_of_a_document_is_assumed_is_called_assumed() -> None:
    """A number from memory makes no date an assumption."""
    shown = [x for x in show_rulebook(load_compiled("national-hnte")).splitlines() if "国科发火" in x and "资料" in x]
    assert [("文号为假定" in x, "施行日、文号为假定" in x) for x in shown] == [(True, False), (True, True)]
