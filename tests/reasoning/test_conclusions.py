"""A measure may ask after another's conclusion: `granted(ID)`, `granted(ID, record)`, `amount(ID)`.

One small rulebook: a measure for the enterprise (`base`), one for each certificate (`each`), one whose
scheme is another city's (`model`), and those that ask after them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import huiqi
from huiqi.errors import RulebookError
from huiqi.reasoning.reasoners import NAMES
from tests.making import as_json, load

DOCUMENTS = """\
- {id: d, title: 办法, issuer: 测试市, jurisdiction: 中国/测试省/测试市, sheet: 样本, letter: A}
- {id: e, title: 外地办法, issuer: 外地市, jurisdiction: 中国/外省/外地市, sheet: 样本, letter: A}
- {id: late, title: 新办法, issuer: 测试市, jurisdiction: 中国/测试省/测试市, from: 2030-01-01, sheet: 样本, letter: A}
"""
CLAUSES = """\
- {id: 办法·1, document: d, title: 支持, says: 给予支持, disposition: measure}
- {id: 新办法·1, document: late, title: 支持, says: 给予支持, disposition: measure}
- {id: 办法·9, document: d, title: 未读, says: 没有读到, disposition: unread, why: 原文没有}
"""
PARAMETERS = """\
比例: {id: rate, values: [{value: 50%, document: d}]}
门槛: {id: threshold, unit: 元, values: [{value: 100万元, document: d}]}
外地比例: {id: there, values: [{value: 10%, document: e}]}
上限: {id: cap, unit: 元, values: [{value: 10万元, document: d}]}
定额: {id: fixed, unit: 元, values: [{value: 3万元, document: d}]}
"""
MEASURES = """\
- id: base
  title: 基本支持
  clause: 办法·1
  when:
    - 营收够: 营收 >= 门槛
  unless:
    - 核查未过: not(核查通过)
  award: {amount: 营收 * 比例}
  limits: [{amount: 上限, per: 本次申报}]
- id: each
  title: 证书支持
  clause: 办法·1
  each: 证 in 证书
  when:
    - 费用够: 证.费用 >= 定额
    - 通过: 核查通过
  award: {amount: 定额}
- id: model
  title: 参照支持
  clause: 办法·1
  when:
    - 营收够: 营收 >= 门槛
  schemes:
    外地: {document: e, award: {amount: 营收 * 外地比例}}
- id: service
  title: 服务
  clause: 办法·1
  when:
    - 营收够: 营收 >= 门槛
  award: {service: 上门服务}
- id: later
  title: 以后的支持
  clause: 新办法·1
  when:
    - 营收够: 营收 >= 门槛
  award: {amount: 定额}
- id: unread
  title: 未读完的支持
  clause: 办法·1
  when:
    - 营收够: 营收 >= 门槛
  award: {amount: 定额}
  incomplete: [办法·9]
- id: on.base
  title: 配套
  clause: 办法·1
  when:
    - 已符合基本支持: granted(base)
  award: {amount: amount(base) * 比例}
- id: on.on
  title: 再配套
  clause: 办法·1
  when:
    - 符合配套: 符合（配套）
  award: {amount: 定额}
- id: instead
  title: 兜底
  clause: 办法·1
  when:
    - 不符合基本支持: not(granted(base))
  award: {amount: 定额}
- id: on.record
  title: 逐证配套
  clause: 办法·1
  each: 证 in 证书
  when:
    - 此证符合: granted(each, 证)
  award: {amount: 证.费用 * 比例}
- id: on.any
  title: 有证即可
  clause: 办法·1
  when:
    - 有证符合: granted("证书支持")
  award: {amount: amount(each)}
- id: on.model
  title: 参照之上
  clause: 办法·1
  when:
    - 参照符合: granted(model)
  award: {service: 推荐}
- id: on.later
  title: 新办法之上
  clause: 办法·1
  when:
    - 新办法符合: granted(later)
  award: {service: 推荐}
- id: on.unread
  title: 未读之上
  clause: 办法·1
  when:
    - 未读符合: granted(unread)
  award: {service: 推荐}
"""
STACKING = """\
- {id: once, title: 不重复, rule: highest, per: 企业, members: [base, each], clause: 办法·1}
"""
FILES = {"documents": DOCUMENTS, "clauses": CLAUSES, "parameters": PARAMETERS, "measures": MEASURES, "stacking": STACKING}
ALONE = {k: x for k, x in FILES.items() if k != "stacking"}
YES = {"营收": "120万元", "核查通过": True}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> huiqi.Rulebook:
    return load(tmp_path_factory.mktemp("conclusions") / "made", **FILES)


def certificates(*rows: tuple[str, str | None]) -> dict[str, Any]:
    return {"证书": [{"证号": n, **({"费用": cost} if cost else {})} for n, cost in rows]}


def outcome(decision: huiqi.Decision, name: str) -> tuple[str, str | None, str | None]:
    found = decision.measures[name]
    return found.outcome.label, found.award.settled, found.award.at_most


@pytest.mark.parametrize("reader", NAMES)
@pytest.mark.parametrize(
    ("data", "base", "on_base", "on_on", "instead"),
    [
        pytest.param(YES, "符合", ("符合", "50000.00"), "符合", "不符合", id="符合的，配套按其叠加前的金额"),
        pytest.param({"营收": "90万元", "核查通过": True}, "不符合", ("不符合", "0.00"), "不符合", "符合", id="不符合的，配套不符合，兜底符合"),
        pytest.param({"营收": "120万元", "核查通过": False}, "不符合", ("不符合", "0.00"), "不符合", "符合", id="有不予支持情形的也是不符合"),
        pytest.param({"核查通过": True}, "待补充", ("待补充", "0.00"), "待补充", "待补充", id="没有结论的，都待补充"),
    ],
)
def test_a_measure_is_granted_as_the_one_it_asks_after_was_judged(
    book: huiqi.Rulebook, data: Any, base: str, on_base: tuple[str, str], on_on: str, instead: str, reader: str
) -> None:
    decision = book.decide(data, on="2026-06-30", reasoner=reader)
    assert outcome(decision, "base")[0] == base
    assert outcome(decision, "on.base")[:2] == on_base or outcome(decision, "on.base")[0] == on_base[0] == "符合"
    assert outcome(decision, "on.on")[0] == on_on
    assert outcome(decision, "instead")[0] == instead


def test_the_amount_is_the_one_before_stacking(book: huiqi.Rulebook) -> None:
    """`each` (6万) and `base` (10万) exclude each other: what stacking takes from `each` is still its amount."""
    decision = book.decide(YES, on="2026-06-30", records=certificates(("甲", "5万元"), ("乙", "4万元")))
    assert outcome(decision, "each") == ("符合", "0.00", "0.00")
    assert outcome(decision, "on.any") == ("符合", "60000.00", "60000.00")


def test_what_keeps_the_other_open_keeps_this_one_open_with_the_same_causes(book: huiqi.Rulebook) -> None:
    decision = book.decide({"核查通过": True}, on="2026-06-30", records=certificates())
    one, other = decision.measures["base"], decision.measures["on.base"]
    assert [(x.what, x.kind) for x in one.open] == [(x.what, x.kind) for x in other.open] == [("营收", "missing")]
    assert {"on.base", "on.on", "instead"} <= set(next(m for m in decision.missing if m.fact == "营收").unlocks)


def test_an_open_amount_leaves_the_outcome_settled_and_bounds_what_rests_on_it(book: huiqi.Rulebook) -> None:
    """One certificate is good, of the other the cost is not told."""
    decision = book.decide(YES, on="2026-06-30", records=certificates(("甲", "5万元"), ("乙", None)))
    assert outcome(decision, "on.any") == ("符合", "30000.00", "60000.00")
    assert [(x.what, x.kind) for x in decision.measures["on.any"].award.open] == [("乙的费用", "missing")]


def test_each_record_is_asked_after_for_itself(book: huiqi.Rulebook) -> None:
    decision = book.decide(YES, on="2026-06-30", records=certificates(("甲", "5万元"), ("乙", "2万元"), ("丙", None)))
    assert outcome(decision, "on.record") == ("符合", "25000.00", None)


def test_a_measure_not_in_force_is_not_granted(book: huiqi.Rulebook) -> None:
    decision = book.decide(YES, on="2026-06-30")
    assert outcome(decision, "later")[0] == "不在有效期"
    assert outcome(decision, "on.later")[0] == "不符合"


def test_a_clause_nobody_has_read_keeps_what_rests_on_it_open(book: huiqi.Rulebook) -> None:
    found = book.decide(YES, on="2026-06-30").measures["on.unread"]
    assert (found.outcome.label, found.reason) == ("待补充", "尚有未读条款")


def test_standing_is_inherited(book: huiqi.Rulebook) -> None:
    decision = book.decide(YES, on="2026-06-30")
    assert decision.measures["model"].standing.label == decision.measures["on.model"].standing.label == "参照"
    assert decision.measures["on.base"].standing.label == "现行"


@pytest.mark.parametrize("reader", NAMES)
def test_what_is_asked_after_is_judged_where_only_one_measure_is_wanted(book: huiqi.Rulebook, reader: str) -> None:
    rows = certificates(("甲", "5万元"), ("乙", None))
    whole = as_json(book.decide(YES, on="2026-06-30", records=rows, reasoner=reader).to_dict())
    for name in ("on.on", "on.record", "on.any", "instead"):
        part = as_json(book.decide(YES, on="2026-06-30", records=rows, measures=[name], reasoner=reader).to_dict())
        assert part["measures"] == [m for m in whole["measures"] if m["id"] == name]


def test_readers_tell_the_same_and_a_receipt_decides_the_same(book: huiqi.Rulebook) -> None:
    told = [as_json(book.decide(YES, on="2026-06-30", records=certificates(("甲", None)), reasoner=r).to_dict()) for r in NAMES]
    for one in told:
        one["receipt"].pop("reasoner")
        one.pop("derivation", None)
    assert told[0] == told[1] == told[2]
    assert (
        as_json(huiqi.Decision.from_dict(json.loads(json.dumps(told[0] | {"receipt": {**told[0]["receipt"], "reasoner": "reference"}}))).to_dict())["measures"]
        == told[0]["measures"]
    )


def test_the_page_names_the_measure_asked_after_and_gives_no_gap(book: huiqi.Rulebook) -> None:
    page = book.decide(YES, on="2026-06-30").explain("on.base")
    assert "“基本支持”的测算金额（叠加前） 10万元" in page
    failing = book.decide({"营收": "90万元", "核查通过": True}, on="2026-06-30").explain("on.base")
    assert "已符合基本支持" in failing and "还差" not in failing


def test_what_a_measure_reads_includes_what_those_it_asks_after_read(book: huiqi.Rulebook) -> None:
    assert set(book.measures["on.on"].facts) == {"营收", "核查通过"}
    assert book.measures["on.any"].records == ("证书",)


# -- what is refused -------------------------------------------------------------------------------------

ONE = "- id: x\n  title: 甲\n  clause: 办法·1\n  when:\n    - 条件: {0}\n  award: {1}\n"
SERVICE = "{service: 服务}"


@pytest.mark.parametrize(
    ("condition", "award", "wanted"),
    [
        ("granted(bas)", SERVICE, "没有支持事项“bas”；写的是“bas”；改法：是否“base”？"),
        ("granted(基本支特)", SERVICE, "没有支持事项“基本支特”；写的是“基本支特”；改法：是否“基本支持”？"),
        ("granted(营收 >= 门槛)", SERVICE, "这里写支持事项的编号或名称"),
        ("granted()", SERVICE, "符合 granted 要支持事项，可再写一条明细"),
        ("granted(base, 证书)", SERVICE, "这里需要一条明细，写的是一条证书清单"),
        ("amount(service) >= 定额", SERVICE, "“服务”没有以元计的金额；写的是“amount(service)”；应为：给钱的支持事项"),
        ("amount(base, 证书) >= 定额", SERVICE, "测算金额 amount 要一个支持事项"),
        ("some 证 in 证书 satisfies granted(base, 证)", SERVICE, "“基本支持”不是逐条判断的，不能问其中一条“证书”"),
        ("granted(x)", SERVICE, "支持事项的结论互相引用成环；写的是“甲 → 甲”；应为：不成环"),
        ("amount(base) >= 3", SERVICE, "政策数字不能写在表达式里"),
        ("granted(base) >= 定额", SERVICE, "比较的两边不是同一类"),
    ],
)
def test_a_conclusion_that_cannot_be_had_is_refused(condition: str, award: str, wanted: str, tmp_path: Path) -> None:
    text = MEASURES.split("- id: on.base", maxsplit=1)[0] + ONE.format(condition, award)
    with pytest.raises(RulebookError) as error:
        load(tmp_path / "made", **{**ALONE, "measures": text})
    assert wanted in str(error.value)


def test_a_circle_is_refused_with_its_path(tmp_path: Path) -> None:
    text = "".join(
        f"- {{id: {a}, title: {t}, clause: 办法·1, when: [{{条件: {c}}}], award: {SERVICE}}}\n"
        for a, t, c in (("a", "甲", "granted(b)"), ("b", "乙", "granted(丙)"), ("c", "丙", "granted(a)"))
    )
    with pytest.raises(RulebookError) as error:
        load(tmp_path / "made", **{**ALONE, "measures": text})
    assert "支持事项的结论互相引用成环；写的是“甲 → 乙 → 丙 → 甲”；应为：不成环；改法：去掉其中一处 granted 或 amount" in str(error.value)


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        (
            "recognitions",
            "- {id: r, title: 示范企业, kind: derived, clause: 办法·1, when: [{条件: granted(base)}]}\n",
            "资格“示范企业”不能以支持事项的结论为依据",
        ),
        (
            "stacking",
            "- {id: s, title: 合计, rule: cap, per: 企业, members: [base, each], amount: amount(model), clause: 办法·1}\n",
            "叠加规则“合计”不能以支持事项的结论为依据",
        ),
    ],
)
def test_only_measures_ask_after_measures(name: str, text: str, wanted: str, tmp_path: Path) -> None:
    with pytest.raises(RulebookError) as error:
        load(tmp_path / "made", **{**FILES, name: text})
    assert wanted in str(error.value)


def test_a_definition_may_ask_and_stays_where_its_measures_are(tmp_path: Path) -> None:
    files = {**FILES, "definitions": "有基本支持: {expr: granted(base)}\n", "measures": MEASURES.replace("granted(base)", "有基本支持", 1)}
    made = load(tmp_path / "made", **files)
    assert made.decide(YES, on="2026-06-30", measures=["on.base"]).measures["on.base"].outcome.label == "符合"
    other = 'id: user\ntitle: 引用者\nversion: "1"\njurisdiction: 中国/测试省/测试市\nuses: [{rulebook: made, version: "1", same: 全部}]\n'
    text = "- {id: x, title: 甲, clause: 乙·1, when: [{条件: 有基本支持}], award: {service: 服务}}\n"
    with pytest.raises(RulebookError) as error:
        load(tmp_path / "user", rulebook=other, documents="- {id: o, title: 乙办法, issuer: 测试市, jurisdiction: 中国/测试省/测试市, sheet: 样本, letter: A}\n",
             clauses="- {id: 乙·1, document: o, title: 支持, says: 给予支持, disposition: measure}\n",
             vocabulary="facts:\n  自报: {id: said, kind: boolean}\n", measures=text)  # fmt: skip
    assert "没有“有基本支持”这个名称" in str(error.value)
