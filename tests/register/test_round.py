"""A round put together from decisions: shares by hand, what is certain while somebody is open, targets held against a register."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import huiqi
from huiqi.api import Rulebook
from huiqi.documents.text import show_rulebook
from huiqi.proving.diff import changes
from huiqi.reasoning.pooled import Part, Span
from huiqi.register import entries
from huiqi.register.duplicates import Doubted, cleared_of, doubted_of, suspicions
from huiqi.register.entries import Screened, screened
from huiqi.register.round import Entry, PoolShared, Progressed, claims_of, progress_of, progress_round, share_round
from huiqi.register.rows import Applicant
from huiqi.register.shares import landed, pools_of, shares
from huiqi.register.sheets import why_not
from huiqi.rulebook.compiled import Standing
from huiqi.rulebook.compiler import load_compiled
from huiqi.rulebook.saved import read, write
from huiqi.telling.pools import portion_words, step_words
from huiqi.telling.twice import twice
from huiqi.words import Verdict
from tests.making import shipped_decisions
from tests.making import write as write_book

VOCABULARY = """\
facts:
  营收: {id: revenue, kind: money, unit: 元, min: 0元, max: 100亿元}
  人数: {id: heads, kind: quantity, unit: 人, min: 0人, max: 100000人}
  申请日: {id: applied_on, kind: date, min: 2000-01-01, max: 2100-12-31}
  核查通过: {id: checked, kind: boolean}
"""
PARAMETERS = """\
奖励比例: {id: rate, values: [{value: 10%, document: d}]}
资金总额: {id: budget, unit: 元, values: [{value: 10万元, document: d}]}
户均上限: {id: cap, unit: 元, values: [{value: 5万元, document: d}]}
名额: {id: places, kind: number, values: [{value: "2", document: d}]}
"""
MEASURE = "- {id: reward, title: 营收奖励, clause: 办法·1, when: [{核查: 核查通过}], award: {amount: 营收 * 奖励比例}}\n"
RATA = "- {id: p, title: 奖励资金总额, members: [reward], budget: 资金总额, share: pro rata, remainder: largest, clause: 办法·1}\n"
TARGETS = """\
- {id: t, title: 营收目标, value: 500万元, progress: [{label: 营收合计, sum: 营收}], clause: 办法·1}
- {id: n, title: 户数目标, value: 超过3家, progress: [{label: 登记户数, count: 全部}, {label: 有营收的, count: 营收 > 0}], clause: 办法·1}
"""


def made(folder: Path, pools: str = RATA, **more: str) -> Rulebook:
    files = {
        "vocabulary": VOCABULARY,
        "parameters": PARAMETERS,
        "measures": MEASURE,
        "clauses": "- {id: 办法·1, document: d, title: 支持, says: 给予支持, disposition: measure}\n",
    }
    write_book(folder, **{**files, "pools": pools, "targets": TARGETS, **more})
    return huiqi.load(str(folder))


def told(revenue: str | None, checked: str | None = "是", **more: Any) -> Mapping[str, Any]:
    return {k: v for k, v in {"营收": revenue, "核查通过": checked, **more}.items() if v is not None}


def shared(book: Rulebook, *facts: Mapping[str, Any], lost: int = 0, doubted: str = "") -> PoolShared:
    judged = [book.decide(f, on="2026-06-30", year=2025).judgement for f in facts]
    entries = [Entry(id=str(n), claims=claims_of(j) if j is not None else (), doubted=str(n) == doubted) for n, j in enumerate(judged)]
    (found,) = share_round(book.compiled, entries, lost=lost)
    return found


def ends(found: PoolShared) -> list[tuple[int, int | None]]:
    return [(x.low, x.high) for x in found.shared.portions]


def test_a_budget_too_small_is_shared_pro_rata_to_the_cent(tmp_path: Path) -> None:
    # 10% of 100, 100 and 100万元 are 10万元 each: of 10万元 a third each, 33333.33, and the last 分 to nobody, since all three lost as much
    found = shared(made(tmp_path), told("100万元"), told("100万元"), told("100万元"))
    assert ends(found) == [(3333333, 3333333)] * 3
    assert found.shared.left == Span(1, 1)
    assert found.standing is Standing.ENACTED and all(found.certain(x) for x in found.shared.portions)


def test_the_last_cent_goes_to_whom_cutting_took_most_from(tmp_path: Path) -> None:
    # 10万 by 1:2 is 33333.333 and 66666.667 元
    assert ends(shared(made(tmp_path), told("100万元"), told("200万元"))) == [(3333333, 3333333), (6666667, 6666667)]


def test_a_budget_that_is_enough_cuts_nobody(tmp_path: Path) -> None:
    assert ends(shared(made(tmp_path), told("20万元"), told("30万元"))) == [(2_000_000,) * 2, (3_000_000,) * 2]


def test_an_open_applicant_makes_every_share_two_ends(tmp_path: Path) -> None:
    found = shared(made(tmp_path), told("100万元"), told("100万元", None))
    assert ends(found) == [(5_000_000, 10_000_000), (0, 5_000_000)]
    assert [x.part for x in found.shared.portions] == [Part.IN, Part.OPEN] and not any(map(found.certain, found.shared.portions))


def test_an_open_applicant_that_cannot_change_a_share_leaves_it_certain(tmp_path: Path) -> None:
    found = shared(made(tmp_path), told("40万元"), told("60万元", None))
    assert ends(found) == [(4_000_000, 4_000_000), (0, 6_000_000)]
    assert [found.certain(x) for x in found.shared.portions] == [True, False]


@pytest.mark.parametrize("more", [{"lost": 1}, {"doubted": "1"}])
def test_a_row_of_nobody_and_a_doubted_applicant_are_open_ones(tmp_path: Path, more: dict[str, Any]) -> None:
    found = shared(made(tmp_path), told("100万元"), told("100万元"), **more)
    assert not found.shared.portions[0].settled and len(found.shared.portions) == 2


def test_of_a_ceiling_nothing_is_certain(tmp_path: Path) -> None:
    book = made(tmp_path, measures=MEASURE.replace("amount:", "up to:"))
    assert ends(shared(book, told("40万元"), told("40万元"))) == [(0, 4_000_000)] * 2


def test_a_share_rests_on_the_weakest_of_what_everybody_rests_on(tmp_path: Path) -> None:
    book = made(tmp_path, parameters=PARAMETERS.replace("10万元, document: d", "10万元, basis: 假定"))
    found = shared(book, told("20万元"))
    assert found.shared.settled and found.standing is Standing.ASSUMED and not found.certain(found.shared.portions[0])


def test_an_unset_budget_leaves_nothing_certain_and_nobody_more_than_its_claim(tmp_path: Path) -> None:
    book = made(tmp_path, parameters=PARAMETERS.replace("value: 10万元, document: d", "value: 未定, basis: 未定"))
    assert ends(shared(book, told("20万元"))) == [(0, 2_000_000)]


BY_HEADS = "- {id: p, title: 按人数分, members: [reward], budget: 资金总额, share: pro rata, base: 人数, cap after: 户均上限, left over: LEFT, remainder: keep, clause: 办法·1}\n"


@pytest.mark.parametrize(("left", "wanted"), [("keep", [2_000_000, 2_000_000, 2_000_000]), ("again", [2_000_000, 4_000_000, 4_000_000])])
def test_what_one_may_not_take_is_shared_again_where_the_rule_says_so(tmp_path: Path, left: str, wanted: list[int]) -> None:
    # 10万 by 60:20:20 is 6, 2 and 2万; the first claims only 2万: 4万 are left, which go to the others by 1:1
    book = made(tmp_path, BY_HEADS.replace("LEFT", left))
    found = shared(book, told("20万元", 人数="60人"), told("90万元", 人数="20人"), told("90万元", 人数="20人"))
    assert ends(found) == [(x, x) for x in wanted]


FIRST_COME = "- {id: p, title: 先到先得, members: [reward], budget: 资金总额, share: in order, order: [{by: 申请日, first: lowest}], ties: TIES, edge: rest, REST clause: 办法·1}\n"


@pytest.mark.parametrize(
    ("ties", "rest", "wanted"),
    [("none", "", [(6_000_000, 6_000_000), (0, 0), (0, 0)]), ("split", "remainder: keep,", [(6_000_000, 6_000_000), (1_000_000,) * 2, (3_000_000,) * 2]),
     ("open", "", [(6_000_000, 6_000_000), (0, 2_000_000), (0, 4_000_000)])],
)  # fmt: skip
def test_first_come_first_served_with_equals_at_the_end(tmp_path: Path, ties: str, rest: str, wanted: list[tuple[int, int]]) -> None:
    book = made(tmp_path, FIRST_COME.replace("TIES", ties).replace("REST", rest))
    applied = ("2026-01-01", "2026-01-02", "2026-01-02")
    found = shared(book, *(told(x, 申请日=day) for x, day in zip(("60万元", "20万元", "60万元"), applied, strict=True)))
    assert ends(found) == wanted
    assert [x.rank for x in found.shared.portions] == [(1, 1), (2, 2), (2, 2)]


PLACES = (
    "- {id: p, title: 前两名, members: [reward], places: 名额, order: [{by: 营收, first: highest}, {by: 人数, first: highest}], ties: none, clause: 办法·1}\n"
)


def test_the_first_two_by_rank_and_one_enterprise_ranked_while_others_are_open(tmp_path: Path) -> None:
    book = made(tmp_path, PLACES)
    found = shared(book, told("90万元", 人数="9人"), told("70万元", 人数="9人"), told("70万元", 人数="8人"), told(None, 人数="1人"), told("10万元", 人数="1人"))
    assert [x.rank for x in found.shared.portions] == [(1, 2), (2, 3), (3, 4), (1, 5), (4, 5)]
    assert ends(found)[:3] == [(9_000_000, 9_000_000), (0, 7_000_000), (0, 0)]
    settled = shared(book, told("90万元", 人数="9人"), told("70万元", 人数="9人"), told("70万元", 人数="8人"))
    assert ends(settled) == [(9_000_000,) * 2, (7_000_000,) * 2, (0, 0)]


def test_every_step_of_a_share_is_told(tmp_path: Path) -> None:
    portion = shared(made(tmp_path), told("100万元"), told("200万元")).shared.portions[1]
    assert [step_words(x) for x in portion.steps] == [
        "汇总以前的测算额 → 200000.00元", "总额 100000.00元，按测算额 200000.00元 / 合计 300000.00元 分 → ≈66666.67元", "舍到分 → 66666.66元",
        "余下 0.01元 里分得 → 66666.67元",
    ]  # fmt: skip
    assert portion_words(portion) == "66666.67元"


def progressed(book: Rulebook, *facts: Mapping[str, Any] | None) -> list[Progressed]:
    judged = [None if f is None else book.decide(f, on="2026-06-30", year=2025).judgement for f in facts]
    return list(progress_round(book.compiled, [() if j is None else progress_of(j) for j in judged]))


def test_targets_are_held_against_the_register_and_open_where_it_is(tmp_path: Path) -> None:
    book = made(tmp_path)
    settled = progressed(book, told("300万元"), told("200万元"), told("0元"))
    assert [(x.label, x.amount.low, x.amount.high, x.verdict) for x in settled] == [
        ("营收合计", Fraction(5_000_000), Fraction(5_000_000), Verdict.HOLDS), ("登记户数", 3, 3, Verdict.FAILS), ("有营收的", 2, 2, Verdict.FAILS),
    ]  # fmt: skip
    open_ = progressed(book, told("300万元"), told(None), None, told("1元"))
    assert [(x.label, x.amount.low, x.verdict, x.unknown) for x in open_] == [
        ("营收合计", Fraction(3_000_001), Verdict.UNKNOWN, 2), ("登记户数", 3, Verdict.UNKNOWN, 1), ("有营收的", 2, Verdict.UNKNOWN, 2),
    ]  # fmt: skip


def test_the_rule_is_printed_and_a_single_decision_says_that_it_is_before_the_rule(tmp_path: Path) -> None:
    book = made(tmp_path, BY_HEADS.replace("LEFT", "again"))
    line = "总额 资金总额，按人数的比例分，不超过各户的测算额，每户不超过 户均上限，用不完的份额在其余各户里再分，直到不再变动；舍到分，余下的不分"
    assert f"按人数分：营收奖励　{line}" in show_rulebook(book.compiled)
    assert f"汇总：按人数分：营收奖励　{line}" in show_rulebook(book.compiled, "reward")
    notes = book.decide(told("20万元"), on="2026-06-30", year=2025).measures["reward"].notes
    assert f"按人数分：{line}；须全部申报汇总后确定，此为汇总以前的测算，不是拟支持额" in notes


def test_a_rulebook_with_pools_and_targets_is_read_back_as_it_was_saved(tmp_path: Path) -> None:
    compiled = load_compiled(made(tmp_path, PLACES).compiled.path)
    back = read(write(compiled, "x"), "x")
    assert (back.pools, back.targets) == (compiled.pools, compiled.targets)


def test_the_results_of_a_round_show_shares_and_targets(tmp_path: Path) -> None:
    book = made(tmp_path)
    rows: list[Screened] = []
    for name, facts in {"甲公司": told("40万元"), "乙公司": told("60万元", None), "丙公司": told("1元", "否")}.items():
        decision = book.decide(facts, on="2026-06-30", year=2025)
        row = screened(Applicant(name=name, rows=(f"表!A{len(rows)}",), case=None), [decision])
        assert Screened.from_dict(row.to_dict()) == row
        rows.append(row)
    pools = pools_of([book.compiled], rows, Doubted(), 0)
    amounts, progress = shares([book.compiled], rows, ("测算",), pools, 0)
    assert [(r.items[0].granted, r.items[0].share) for r in landed(pools, rows)] == [
        ("40000.00", ("40000.00",) * 2),
        ("", ("0.00", "60000.00")),
        ("", ("0.00", "0.00")),
    ]
    assert (amounts.title, progress.title) == ("拟支持额", "目标进度")
    assert [(r[1], r[4], r[5], r[6]) for r in amounts.rows] == [("甲公司", 40000, 40000, 40000), ("乙公司", None, 0, 60000)]
    assert rows[0].items[0].listed == "" and "奖励资金总额" in rows[0].items[0].withheld
    assert [r[3] for r in progress.rows][1] == "3家，目标 超过3家：按本名录未达到"


# -- another version -------------------------------------------------------------------------------------------


def test_a_rule_over_all_applicants_and_a_target_that_change_are_changes_of_the_rulebook(tmp_path: Path) -> None:
    first, kept = RATA.replace("remainder: largest", "cap after: 户均上限, left over: keep, remainder: keep"), TARGETS.replace("超过3家", "超过4家")
    old, new = (made(tmp_path / n / "made", **more).compiled for n, more in (("old", {}), ("new", {"pools": first, "targets": kept})))
    found = {c.key: (c.before, c.after) for c in changes(old, new)}
    assert sorted(found) == [("汇总", "p"), ("目标", "n")]
    assert ["每户不超过 户均上限" in x for x in found["汇总", "p"]] == [False, True]
    assert [("超过3家" in x, "超过4家" in x) for x in found["目标", "n"]] == [(True, False), (False, True)]


# -- one thing, two rulebooks of one applicant --------------------------------------------------------------


def test_one_loan_for_which_two_rulebooks_give_money_is_said_and_cleared_by_its_number() -> None:
    row = entries.Screened(
        name="甲公司（虚构）", code="", county="", rows=("申报主体!2",), done=True,
        twice=(entries.Mark(kind="同一户两处：中小微企业贷款贴息、服务业经营主体贷款贴息", shown="B-1", same="b-1"),),
    )  # fmt: skip
    found = suspicions([row])
    assert [(s.shown, [o.owner for o in s.owners]) for s in found] == [("B-1", ["甲公司（虚构）"])]
    assert cleared_of(found, ["B-1"])[0] == ()


def test_what_two_rulebooks_both_give_for_is_found_by_its_number_and_what_one_alone_gives_is_not() -> None:
    found = dict(twice(shipped_decisions("贴息-中小微与服务业同一笔")))
    assert found == {"B-1": ("中小微企业贷款贴息", "服务业经营主体贷款贴息")}
    assert dict(twice(shipped_decisions("贴息-同一笔贷款两个规则库"))) == {}


def test_applicants_that_are_no_enterprises_are_not_counted_among_the_enterprises_of_the_target() -> None:
    book = huiqi.load("datong-outsourcing")

    def counted(kind: str) -> dict[str, tuple[Any, Any]]:
        decision = book.decide({"申报主体类型": kind, "执行额": "5万美元"}, on="2026-06-30", year=2025)
        assert decision.judgement is not None
        return {x.label: x.amount for x in progress_of(decision.judgement) if "户数" in x.label}

    assert counted("企业") == {"登记户数": ("1", "1"), "有执行额的户数": ("1", "1")}
    assert counted("个人") == counted("社会组织") == {"登记户数": ("0", "0"), "有执行额的户数": ("0", "0")}


LOANS = """\
facts:
  核查通过: {id: checked, kind: boolean}
records:
  贷款: {id: loans, noun: 笔, key: 合同号, fields: {合同号: {id: number, kind: text}, 本金: {id: principal, kind: money, unit: 元, min: 0元, max: 1亿元}}}
"""
TWO = """\
- {id: reward, title: 一次性奖励, clause: 办法·1, when: [{核查: 核查通过}], award: {amount: 户均上限}}
- {id: bank, title: 银行办理的贴息, clause: 办法·1, hint: true, each: 笔 in 贷款, when: [{有本金: 笔.本金 > 0}], award: {amount: 笔.本金 * 奖励比例}}
"""


def test_a_number_that_two_have_holds_back_only_what_reads_it(tmp_path: Path) -> None:
    book = made(tmp_path, "[]", vocabulary=LOANS, measures=TWO, targets="[]")
    rows: list[Screened] = []
    for name in ("甲公司", "乙公司"):
        decision = book.decide({"核查通过": "是"}, records={"贷款": [{"合同号": "HT-2025-0001", "本金": "10万元"}]}, on="2026-06-30", year=2025)
        rows.append(screened(Applicant(name=name, rows=(f"表!A{len(rows)}",), case=None), [decision]))
    doubted = doubted_of(suspicions(rows))
    assert {i.title: why_not(i, rows[0], doubted) for i in rows[0].items} == {
        "一次性奖励": "",
        "银行办理的贴息": f"{rows[0].items[1].withheld}；有重复疑点，核清以前不列入",
    }
    assert [i.listed for i in rows[0].items if not i.hint] == ["50000.00"]


def test_a_suspicion_of_a_measure_of_a_pool_leaves_its_applicant_open_and_one_of_another_does_not(tmp_path: Path) -> None:
    book = made(tmp_path)
    judged = [book.decide(told("40万元"), on="2026-06-30", year=2025).judgement, book.decide(told("60万元"), on="2026-06-30", year=2025).judgement]

    def settled(touched: str) -> list[bool]:
        entries = [Entry(id=str(n), claims=claims_of(j), touched=frozenset([touched] * n)) for n, j in enumerate(judged) if j is not None]
        (one,) = share_round(book.compiled, entries)
        return [p.part.value == "in" for p in one.shared.portions]

    (member,) = book.compiled.pools[0].members
    assert (settled(member), settled("other")) == ([True, False], [True, True])
