"""Pairs that convicted the engine once: telling more overturned what was said to be settled.

Named by the seeds the long run printed, with what was wrong. Where the maker of rulebooks changes,
the seeds mean other pairs: replace them by what the long run then finds, or drop them.
"""

from __future__ import annotations

import random

import pytest

from .strategies import book_of, decide_case, draw_case, overturned, stacked_ids, told_less

FOUND = {
    "同一人：在先事项未定时，在后事项的金额不算已定": (56, 144, "席数"),
    "合计封顶：未定的成员占了额度，取整的余数可能付不出去": (112, 137, "项目[1]"),
    "分期：最后一期取其余，最多数不少于它": (177, 97, "守约"),
    "件数取在前的：金额为零而是否计入未定的一条也占位置": (219, 160, "项目[0].合格"),
    "同一人：未列全的明细可能是任何人": (248, 110, "项目[1]"),
    "件数之后还有分组封顶：要看留下的是哪几条": (256, 237, "区县"),
    "受理期未定：各条明细按自己的日期适用时也不算已定": (272, 24, "申请日"),
    "合计封顶的额度还没有定": (326, 117, "已获支持 已列全"),
    "合计封顶：起付线可能使占了额度的一分不付": (354, 87, "项目[0]"),
    "择一申报：未定的一项落空，与它互斥的一项就可能进来占额度": (167, 221, "贷款 已列全"),
    "择一申报：与已定的一项互斥的，不会来占它的额度": (355, 247, "明细 已获支持"),
    "合计封顶：排在前的先占额度，后面的不能使它减少": (1, 61, "项目 已列全"),
    "同一人：没有写是谁的明细可能是任何人": (391, 109, "项目[2].负责人"),
}


@pytest.mark.parametrize("what", FOUND)
def test_telling_more_no_longer_overturns(what: str) -> None:
    seed, case, untold = FOUND[what]
    book = book_of(seed)
    told = draw_case(random.Random(f"长{seed}·{case}"), book)
    less = dict(told_less(told))[untold]
    assert overturned(decide_case(book, less), decide_case(book, told), stacked_ids(book.compiled)) == []
