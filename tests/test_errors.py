"""Which firm a wrong name may have meant: one really near, whatever all firms' names end with."""

from __future__ import annotations

import pytest

from huiqi.errors import firm_suggestion, suggestion

LISTED = ["大同云中数据服务有限公司（虚构）", "大同御河呼叫服务有限公司（虚构）", "大同北岳数智服务股份有限公司（虚构）"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("大同云中数据服务有限公司", "大同云中数据服务有限公司（虚构）"),  # without the note
        ("大同云中数据服务有限责任公司（虚构）", "大同云中数据服务有限公司（虚构）"),  # another form
        ("大同云中数居服务有限公司（虚构）", "大同云中数据服务有限公司（虚构）"),  # one slip
        ("大同云中据数服务有限公司（虚构）", "大同云中数据服务有限公司（虚构）"),  # two the other way round
        ("云中数据", "大同云中数据服务有限公司（虚构）"),  # short for it
        ("大同平城软件服务有限公司（虚构）", ""),  # another firm, which only ends alike
        ("大同御河数据服务有限公司（虚构）", ""),  # between two of them
        ("大同", ""),  # any of them
        ("有限公司（虚构）", ""),
        ("", ""),
    ],
)
def test_a_firm_not_listed_is_offered_only_one_that_is_really_near(written: str, meant: str) -> None:
    assert firm_suggestion(written, LISTED) == (f"是否“{meant}”？" if meant else "")


@pytest.mark.parametrize(
    ("written", "options", "offered"),
    [
        ("审核未通过", ["审核通过", "待审"], ""),
        ("审核不通过", ["审核通过", "审核未通过"], "审核未通过"),
        ("审合通过", ["审核通过", "审核未通过"], "审核通过"),
        ("未参保", ["已参保", "参保"], ""),
        ("非企业单位", ["企业单位"], ""),
        ("无失信记录", ["有失信记录", "失信记录"], ""),
        ("撤销认定", ["认定"], ""),
        ("境外注册", ["境内注册"], ""),
        ("不动产登计", ["不动产登记"], "不动产登记"),
    ],
)
def test_the_opposite_of_what_was_written_is_never_offered_for_it(written: str, options: list[str], offered: str) -> None:
    assert suggestion(written, options) == (f"是否“{offered}”？" if offered else "")
