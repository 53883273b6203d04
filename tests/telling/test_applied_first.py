"""The page of a case that says what is applied for: that comes first, and is never among what is only counted."""

from __future__ import annotations

from datetime import date

import pytest

import huiqi
from huiqi.telling.explain import FEW, open_shown, render

APPLIED = ("国际资质认证支持", "服务外包项目贷款贴息")


@pytest.fixture(scope="module")
def decision() -> huiqi.Decision:
    told = {"申报主体类型": "企业", "注册地县区": "平城区", "从事服务外包业务": True, "报送状态": "审核通过"}
    return huiqi.load("datong-outsourcing").decide(told, year=2025, on=date(2026, 6, 30), applied=APPLIED)


def test_what_is_applied_for_stands_at_the_head_of_the_page_though_much_is_missing(decision: huiqi.Decision) -> None:
    ranked, hidden = open_shown(decision, everything=False)
    assert {r.title for r in ranked[:2]} == set(APPLIED)
    assert len(hidden) > FEW
    assert not {r.title for r in hidden} & set(APPLIED)


def _missing(page: str) -> str:
    return page[page.index("尚缺（补齐后可继续判断）") :].replace("\n", "").replace(" ", "")


def test_what_only_others_lack_is_counted(decision: huiqi.Decision) -> None:
    missing = _missing(render(decision))
    assert "·严重失信主体" in missing and "·贷款明细" in missing
    assert "·划型行业" not in missing
    assert "项，没有申报的事项才要" in missing


def test_what_the_measures_applied_for_lack_comes_before_what_others_lack(decision: huiqi.Decision) -> None:
    missing = _missing(render(decision, everything=True))
    assert missing.index("·严重失信主体") < missing.index("·划型行业")
    assert missing.index("·贷款明细") < missing.index("·划型行业")


def test_measures_written_in_one_line_are_said_to_be_a_list() -> None:
    with pytest.raises(huiqi.HuiqiError, match=r"几项写成清单：\[国际资质认证支持, 服务外包项目贷款贴息\]"):
        huiqi.load("datong-outsourcing").decide({}, year=2025, on=date(2026, 6, 30), applied=["国际资质认证支持、服务外包项目贷款贴息"])
