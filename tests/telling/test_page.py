"""Pages that can be read: no line is wider than the terminal, none begins with what closes or ends with what opens."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from huiqi import load
from huiqi.api import read_case
from huiqi.folding import fit, folded
from huiqi.telling.explain import render
from tests.making import ROOT

PIECES = st.sampled_from(
    [*"大同市服务外包", "（", "）", "“", "”", "《", "》", "〔", "〕", "，", "。", "；", "、", " ", "12.6万元", "2026-06-30", "CMMI", "70%"]
)


@pytest.fixture
def narrow() -> Iterator[int]:
    fit(60)
    yield 60
    fit(None)


@given(st.lists(PIECES, max_size=80), st.integers(24, 80), st.integers(20, 24))
def test_a_folded_text_keeps_its_words_and_its_width(parts: list[str], width: int, further: int) -> None:
    text = "".join(parts)
    lines = folded(text, width, further)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(cell_len(line) <= (further if n else width) for n, line in enumerate(lines))


@given(st.lists(st.sampled_from(["大同市", "（中国）", "“服务”，", "外包。", "《方案》（2022）、", "12.6万元；"]), max_size=40), st.integers(30, 80))
def test_no_line_begins_with_what_closes_or_ends_with_what_opens(parts: list[str], width: int) -> None:
    lines = folded("".join(parts), width)
    assert not any(re.match("[）”》〕，。；、]", line) or re.search("[（“《〔]$", line) for line in lines)
    assert not any(re.search(r"[\d.]$", line) for line in lines), "a number stands with its unit"


def test_a_page_fits_a_narrow_terminal(narrow: int) -> None:
    case = read_case(ROOT / "cases" / "技先-证书已期满.yaml")
    decision = load(case.rulebooks[0]).decide(case, on=case.on)
    lines = [x for x in render(decision, everything=True).splitlines() if "huiqi explain" not in x]
    assert max(cell_len(x) for x in lines) == narrow
    assert not any(re.match(r"\s*[）”》〕，。；、]", x) or re.search("[（“《〔]$", x) for x in lines)


def test_what_bars_is_told_as_found_and_never_as_required() -> None:
    case = read_case(ROOT / "cases" / "贴息-中小微与服务业同一笔.yaml")
    book, *others = (load(name) for name in case.rulebooks)
    decision = book.decide(case, on=case.on, others=others)
    (measure,) = decision.measures.values()
    found = re.search(r"［有此情形，不予支持］[^［]*", decision.explain(measure.id))
    assert found is not None
    assert "实际 是\n" in found[0]
    assert "要求" not in found[0]


def test_a_refusal_names_what_is_not_met_and_what_bars() -> None:
    """“申报主体是企业” alone would read as what was found."""
    decision = load("datong-outsourcing").decide(
        {"申报主体类型": "个人", "注册地县区": "平城区", "从事服务外包业务": True, "严重失信主体": True},
        on="2026-06-30",
        year=2025,
        measures=["finance.listing"],
    )
    assert decision.measures["finance.listing"].refusal == "未满足“申报主体是企业”；有“严重失信”情形"
