"""The policy book: every item of the plan can be found, schemes stay apart, nothing comes from outside."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from huiqi.cli.main import main
from huiqi.rulebook.compiler import load_compiled


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("book")
    result = CliRunner().invoke(main, ["rules", "book", "datong-outsourcing", "-o", str(folder), "--no-run", "--features", "features"], standalone_mode=False)
    assert result.exception is None
    return folder


def test_every_clause_measure_and_recognition_has_its_place(site):
    """27 items, the targets, each measure and recognition with a page of its own."""
    book = load_compiled("datong-outsourcing")
    clauses = (site / "clauses.html").read_text(encoding="utf-8")
    assert [c for c in book.clauses if f'id="{c}"' not in clauses] == []
    assert [s.id for s in book.measures.values() if not (site / f"m-{s.id}.html").exists()] == []
    assert [r.id for r in book.recognitions.values() if r.rulebook == book.id and not (site / f"r-{r.id}.html").exists()] == []


def test_every_link_leads_to_a_page_and_nothing_is_fetched(site):
    """Self-contained: no address outside the folder."""
    for page in site.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert re.findall(r'(?:src|href)="https?:', text) == []
        for target in re.findall(r'href="([^"#]+)', text):
            assert (site / target).exists(), (page.name, target)


def test_schemes_stand_side_by_side_each_with_its_own_figures(site):
    """The 2013 scheme shows its own cap and its unset rate, not another city's rate."""
    text = (site / "m-certification.international.html").read_text(encoding="utf-8")
    row = text[text.index("<th>计算</th>") :]
    cells = re.findall(r"<td>(.*?)</td>", row, re.S)[:3]
    assert "50%" in cells[0]
    assert "10万元" in cells[0]
    assert "未定" in cells[1]
    assert "50%" not in cells[1]
    assert "20万元" in cells[2]
