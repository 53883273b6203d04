"""The table of figures: complete, with a source for each, and the committed one is current."""

from __future__ import annotations

import pytest

from huiqi.documents.figures import figure_rows, render_figures
from huiqi.documents.text import assumed_words, document_days
from huiqi.rulebook.compiled import Standing
from huiqi.rulebook.compiler import load_compiled
from huiqi.rulebook.places import available
from tests.making import ROOT, load

COMMITTED = ROOT / "docs" / "figures.md"
COMMAND = "./huiqi rules figures -o docs/figures.md"


def test_the_committed_table_is_what_the_rulebooks_give():
    """After a change of rules: run the command."""
    current = render_figures([load_compiled(name) for name in available()], COMMAND)
    assert COMMITTED.read_text(encoding="utf-8") == current, f"docs/figures.md 不是当前规则的，重新生成：{COMMAND}"


@pytest.mark.parametrize("name", [n for n in available() if n != "common"])
def test_every_figure_has_a_document_or_says_that_it_has_none(name):
    """Each version, each row; a benchmark and an enacted figure always name their document."""
    book = load_compiled(name)
    rows = list(figure_rows(book))
    own = f"{name}/"
    versions = sum(len(p.versions) for k, p in book.parameters.items() if k.startswith(own) and k not in book.readings) + sum(
        len(t.rows) for k, t in book.tables.items() if k.startswith(own)
    )
    assert len(rows) >= versions
    assert [r.name for r in rows if r.document is None and r.standing not in (Standing.ASSUMED, Standing.UNSET)] == []
    assert [r.name for r in rows if r.letter == "M" and r.standing is not Standing.ASSUMED] == []


def test_schemes_are_listed_condition_by_condition():
    """A benchmark's condition stands under its measure and its scheme, as a sentence."""
    row = next(r for r in figure_rows(load_compiled("datong-outsourcing")) if r.name == "国际资质认证支持［国家2013］条件：证书在2013年指南目录内")
    assert row.value == "证书.种类 属于 国家2013认证目录"
    assert row.document is not None
    assert (row.document.sheet, row.letter, str(row.lapse)) == ("nat-2013-fund-guide", "C", "2013-12-31")


def test_a_lapsed_national_guide_is_a_benchmark_to_a_later_plan():
    """It was the nation's own, and lapsed eleven years before the city's plan: never 现行 or 待核 here."""
    rows = [r for r in figure_rows(load_compiled("datong-outsourcing")) if r.document and r.document.key.endswith("nat-2013-guide")]
    assert {r.standing for r in rows} <= {Standing.BENCHMARK, Standing.UNSET, Standing.ASSUMED}
    assert rows


DOCUMENT = "- {{id: d, title: 办法, issuer: 测试市, jurisdiction: 中国/测试省/测试市, sheet: 样本, letter: A, {keys}}}\n"
FIGURE = "标准: {id: f, unit: 元, values: [{value: 10万元, from: 2024-05-06, document: d, quote: 最高10万元}]}\n"
MEASURE = "- {id: m, title: 支持, clause: 办法·1, when: [{够: 营收 > 0元}], award: {up to: 标准}}\n"


@pytest.mark.parametrize(
    ("keys", "words", "days", "told"),
    [
        ("number: 测政〔2024〕5号, from: 2024-05-06, to: 2027-05-05", "", "2024-05-06 至 2027-05-05", ("2024-05-06 起", "现行（2027-05-05 期满）", "《办法》（测政〔2024〕5号）")),
        (
            "number: 测政〔2024〕5号, from: 2024-05-06, to: 2027-05-05, assumed: [from, to, number]", "施行日、止日、文号为假定", "2024-05-06（假定） 至 2027-05-05（假定）",
            ("2024-05-06（假定） 起", "现行（2027-05-05（假定） 期满）", "《办法》（测政〔2024〕5号）（施行日、止日、文号为假定）"),
        ),
        (
            "from: 2024-05-06, assumed: [number, to]", "文号未取得，是否仍有效未知", "2024-05-06 至 今（是否仍有效未知）",
            ("2024-05-06 起", "待核", "《办法》（文号未取得，是否仍有效未知）"),
        ),
    ],
)  # fmt: skip
def test_a_date_or_number_that_we_assumed_is_shown_as_assumed(tmp_path, keys, words, days, told):
    """In the table and in the list of documents; and what the figure rests on is quoted."""
    book = load(tmp_path, documents=DOCUMENT.format(keys=keys), parameters=FIGURE, measures=MEASURE).compiled
    (document,) = (d for key, d in book.documents.items() if key.endswith("/d"))
    assert (assumed_words(document), document_days(document)) == (words, days)
    (line,) = (x for x in render_figures([book], COMMAND).split("\n") if x.startswith("| 标准"))
    assert [x for x in told if f"| {x} |" not in line] == []
    assert "| 样本（A）“最高10万元” |" in line


def test_the_text_is_safe_markdown():
    """A sign of the table or of emphasis inside a cell does not break it."""
    text = render_figures([load_compiled(name) for name in available()], COMMAND)
    rows = [line for line in text.split("\n") if line.startswith("| ")]
    assert {line.replace("\\|", "").count("|") for line in rows} == {9}
    assert "<" not in "".join(rows)
