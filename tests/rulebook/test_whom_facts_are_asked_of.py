"""Who is asked for a fact, and for what paper: a firm for what it knows, a department for what is public or its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from huiqi.rulebook.compiled import FactSpec
from huiqi.rulebook.compiler import load_compiled
from huiqi.rulebook.places import available

BOOKS = available()
PUBLIC = ("报价利率", "LPR", "示范城市", "名录", "经办银行", "重点企业")  # rates and lists that somebody else publishes or keeps
NO_PAPER = (
    "系统",
    "平台",
    "网",
    "查询",
    "公布",
    "登记",
    "代码",
    "账户",
    "申报",
    "名单内",
)  # a place to look at, or an act; a print or a certificate of it is material


def _facts(book: str) -> Iterator[tuple[str, FactSpec]]:
    compiled = load_compiled(book)
    yield from compiled.facts.items()
    yield from ((f"{record.name}.{name}", spec) for record in compiled.records.values() for name, spec in record.fields.items())


@pytest.mark.parametrize("book", BOOKS)
def test_a_published_rate_or_a_list_of_others_is_asked_of_a_department(book: str) -> None:
    asked_of_the_firm = [name for name, spec in _facts(book) if any(w in spec.name for w in PUBLIC) and not (spec.verified_by or spec.judgement)]
    assert asked_of_the_firm == []


@pytest.mark.parametrize("book", BOOKS)
def test_what_only_a_department_can_show_is_not_asked_of_the_firm(book: str) -> None:
    """A record of an inspection on the spot, an announcement of a rate, an opinion: none is a paper of the firm's."""
    others = ("核查记录", "利率公告", "中心公告", "审查意见", "核实意见", "审定意见")
    wrong = [name for name, spec in _facts(book) if any(x.endswith(others) for x in spec.evidence) and not (spec.verified_by or spec.judgement)]
    assert wrong == []


@pytest.mark.parametrize("book", BOOKS)
def test_material_is_something_that_can_be_brought(book: str) -> None:
    """公示系统 is a place; 公示系统查询截图 is a paper."""
    compiled = load_compiled(book)
    papers = {x for _, spec in _facts(book) for x in spec.evidence}
    papers |= {x.text for measure in compiled.measures.values() for scheme in (measure.base, *measure.schemes.values()) for x in scheme.evidence}
    papers |= {x.text for recognition in compiled.recognitions.values() for x in recognition.evidence}
    assert sorted(x for x in papers if x.endswith(NO_PAPER)) == []
