"""Caps on records and money: what is printed holds in every way things may turn out.

A small rulebook is decided on partly told records; every completion of what is not told is then
decided in full by hand, and the amount must lie between what was settled and what was possible.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import permutations, product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import huiqi
from huiqi.rulebook.compiler import load_compiled
from tests.making import RECEIVED, examples

HEAD = {
    "documents.yaml": "- {id: d, title: 文件, issuer: 某机关, jurisdiction: 中国, sheet: test, letter: A}\n",
    "clauses.yaml": "- {id: 一, document: d, title: 条, says: 条, disposition: measure}\n",
    "vocabulary.yaml": """
facts:
  甲: {id: yes, kind: boolean}
  费: {id: fee, kind: money, unit: 元, min: 0元, max: 100万元}
records:
  项目明细:
    id: items
    noun: 件
    key: 号
    fields:
      号: {id: no, kind: text}
      日: {id: day, kind: date, min: 2024-01-01, max: 2026-12-31}
      费用: {id: cost, kind: money, unit: 元, min: 0元, max: 100万元}
      合格: {id: good, kind: boolean}
      项目: {id: project, kind: text}
""",
    "parameters.yaml": "".join(
        f"{name}: {{id: {key}, {kind}, values: [{{value: {value}, document: d}}]}}\n"
        for name, key, kind, value in (
            ("两件", "two", "unit: 件", "2件"),
            ("万元", "ten", "unit: 元", "1万元"),
            ("三成", "share", "kind: ratio", "30%"),
            ("四成", "rest", "kind: ratio", "40%"),
        )
    ),
}
SUPPORT = f"\nrecords:\n{RECEIVED}"


def book_of(folder: Path, measures: str, **more: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "measures").mkdir(exist_ok=True)
    vocabulary = HEAD["vocabulary.yaml"] + SUPPORT.replace("\nrecords:\n", "")
    files = {"rulebook.yaml": "id: small\ntitle: 小\nversion: '1'\njurisdiction: 中国\n", **HEAD, "vocabulary.yaml": vocabulary, "measures/all.yaml": measures}
    for name, text in {**files, **{f"{k}.yaml": x for k, x in more.items()}}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def each(limits: str, more: str = "") -> str:
    return f"- {{id: m, title: 事项, clause: 一, each: 某 in 项目明细, when: [{{合格: 某.合格}}], award: {{amount: 某.费用}}, limits: [{limits}]{more}}}\n"


def award(book: huiqi.Rulebook, rows: list[Any], complete: bool = True, **facts: object) -> tuple[Fraction, Fraction | None]:
    listing: Any = rows if complete else {"完整": "否", "清单": rows}
    got = book.decide(facts, on="2026-06-30", year=2025, records={"项目明细": listing, "已获支持": []}, reasoner="reference").measures["m"].award
    assert got.low is not None
    return got.low, got.high


# -- the number of records ---------------------------------------------------------------------------

ROW = st.fixed_dictionaries({
    "日": st.sampled_from(["2025-01-01", "2025-02-01", None]),
    "费用": st.sampled_from(["1元", "2元", "5元"]),
    "合格": st.sampled_from(["是", "否", None]),
})  # fmt: skip


def completions(rows: list[dict[str, str | None]], first: bool) -> set[int]:
    """What two records at most may give, over all that is not told and every order of one day's records."""
    out = set()
    days = [[r["日"]] if r["日"] else ["2025-01-01", "2025-02-01"] for r in rows]
    goods = [[r["合格"] == "是"] if r["合格"] else [True, False] for r in rows]
    costs = [int((r["费用"] or "")[:-1]) for r in rows]
    for chosen, good in product(product(*days), product(*goods)):
        counted = [n for n in range(len(rows)) if good[n]]
        orders = [sorted(counted, key=lambda n: -costs[n])]
        if first:
            orders = [list(p) for p in permutations(counted) if list(p) == sorted(p, key=lambda n: chosen[n] or "")]
        out |= {sum(costs[n] for n in order[:2]) for order in orders}
    return out


@pytest.mark.parametrize("keep", ["first, by: 某.日", "highest"])
@settings(max_examples=examples(150), suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROW, max_size=4), complete=st.booleans())
def test_the_first_or_the_best_two_records_are_bounded_by_every_way_they_may_turn_out(tmp_path_factory, keep, rows, complete):
    """Untold dates and verdicts, records of one day, a list that is not complete: never more than two, never a sum that cannot be."""
    book = keeping(tmp_path_factory, keep)
    told = [{"号": f"r{n}", **{k: x for k, x in row.items() if x is not None}} for n, row in enumerate(rows)]
    low, high = award(book, told, complete)
    possible = completions(rows, "first" in keep)
    assert low <= min(possible)
    if complete:
        assert high is not None
        assert high >= max(possible)
        if all(r["合格"] for r in rows):
            assert (low, high) == (min(possible), max(possible))  # with verdicts told the bounds are attained
    elif "first" in keep:
        assert low == 0  # who is not listed may come first


BOOKS: dict[str, huiqi.Rulebook] = {}


def keeping(tmp_path_factory: pytest.TempPathFactory, keep: str) -> huiqi.Rulebook:
    """A rulebook that keeps two records so; made once in a process, whichever test asks first."""
    if keep not in BOOKS:
        BOOKS[keep] = huiqi.load(book_of(tmp_path_factory.mktemp("count") / "b", each(f"{{count: 两件, per: 本次申报, keep: {keep}}}")))
    return BOOKS[keep]


def test_two_records_of_one_day_and_one_amount_need_no_order(tmp_path_factory):
    """Three qualify on one day at one amount: which two is open, what they give is not."""
    rows = [{"号": f"r{n}", "日": "2025-01-01", "费用": "5元", "合格": "是"} for n in range(3)]
    assert completions([{k: str(x) for k, x in r.items()} for r in rows], first=True) == {10}
    assert award(keeping(tmp_path_factory, "first, by: 某.日"), rows) == (10, 10)


# -- so many of each person, project, year -------------------------------------------------------------------


def of(*rows: tuple[str, str | None, str]) -> list[dict[str, object]]:
    """Records as (key, project, cost), all of one day and all qualifying; a project of None is not told."""
    return [{"号": key, "费用": cost, "合格": "是", "日": "2025-01-01", **({"项目": project} if project else {})} for key, project, cost in rows]


@pytest.mark.parametrize("keep", ["first", "highest", "first, by: 某.日"])
def test_a_number_of_records_per_project_is_counted_for_each_project(tmp_path, keep):
    """Two of P and one of Q: the third is not refused for what belongs to another project."""
    book = huiqi.load(book_of(tmp_path / "b", each(f"{{count: 两件, per: 某.项目, keep: {keep}, counting: {{不计以往: 每次申报}}}}")))
    assert award(book, of(("a", "P", "5元"), ("b", "P", "5元"), ("c", "Q", "2元"))) == (12, 12)
    assert award(book, of(("a", "P", "5元"), ("b", "P", "5元"), ("c", "P", "5元"), ("d", "Q", "2元"))) == (12, 12)


def test_earlier_grants_take_places_of_their_own_project_only(tmp_path):
    book = huiqi.load(book_of(tmp_path / "b", each("{count: 两件, per: 某.项目, keep: highest, counting: 已获支持}")))
    grants = [{"文号": f"h{n}", "事项": "m", "项目": "P", "金额": "1元"} for n in range(2)]
    rows = of(("a", "P", "5元"), ("b", "Q", "2元"))
    got = book.decide({}, on="2026-06-30", year=2025, records={"项目明细": rows, "已获支持": grants}).measures["m"].award
    assert (got.low, got.high) == (2, 2)


def test_a_record_of_an_untold_project_may_take_a_place_in_any(tmp_path):
    """It may be of P, where it takes a place of the first two, or of Q, where it takes none."""
    book = huiqi.load(book_of(tmp_path / "b", each("{count: 两件, per: 某.项目, keep: first, counting: {不计以往: 每次申报}}")))
    low, high = award(book, of(("a", None, "0元"), ("b", "P", "5元"), ("c", "P", "2元")))
    assert low <= 5
    assert high is not None
    assert high >= 7


def test_a_number_of_records_per_record_is_refused(tmp_path):
    with pytest.raises(huiqi.HuiqiError, match="件数上限不能按每一件"):
        huiqi.load(book_of(tmp_path / "b", each("{count: 两件, per: 某, keep: first}")))


@pytest.mark.parametrize("keep", ["first", "highest"])
def test_a_place_is_not_certain_in_a_list_that_is_not_complete_where_a_cap_per_group_follows(tmp_path, keep):
    """Records not listed may come first, or be higher and then lose it all to the cap of their own group."""
    limits = f"{{count: 两件, per: 本次申报, keep: {keep}}}, {{amount: 万元, per: 某.项目, counting: 已获支持}}"
    book = huiqi.load(book_of(tmp_path / "b", each(limits)))
    rows = of(("k", "P", "5元"))
    assert award(book, rows) == (5, 5)
    assert award(book, rows, complete=False)[0] == 0


def test_records_equal_in_what_they_give_are_settled_where_the_cap_per_group_takes_nothing(tmp_path):
    """Three of one amount, two places, caps far away: which two is open, what they give is not."""
    book = huiqi.load(book_of(tmp_path / "b", each("{count: 两件, per: 本次申报, keep: highest}, {amount: 万元, per: 某.项目, counting: {不计以往: 每次}}")))
    assert award(book, of(("a", "P", "5元"), ("b", "Q", "5元"), ("c", "P", "5元"))) == (10, 10)


# -- support received before -----------------------------------------------------------------------------


def capped(tmp_path: Path, counting: str) -> huiqi.Rulebook:
    more = f", counting: {counting}" if counting else ""
    measure = f"- {{id: m, title: 事项, clause: 一, when: [{{甲: 甲}}], award: {{amount: 费}}, limits: [{{amount: 万元, per: 申报年度{more}}}]}}\n"
    return huiqi.load(book_of(tmp_path / "b", measure))


def after(book: huiqi.Rulebook, grants: list[dict[str, object]] | None, year: int | None = 2025) -> tuple[str | None, str | None]:
    records = {} if grants is None else {"已获支持": grants}
    got = book.decide({"甲": True, "费": "9000元"}, on="2026-06-30", year=year, records=records).measures["m"].award
    return got.settled, got.at_most


def grant(**more: object) -> dict[str, object]:
    return {"文号": "甲1", "事项": "事项", "年度": 2025, "金额": "8000元", **more}


def test_earlier_support_of_the_year_takes_room_of_the_cap(tmp_path):
    book = capped(tmp_path, "已获支持")
    assert after(book, [grant()]) == ("2000.00", "2000.00")
    assert after(book, [grant(事项="m")]) == ("2000.00", "2000.00")
    assert after(book, [grant(年度=2024)]) == ("9000.00", "9000.00")
    assert after(book, [grant(事项="别的事项")]) == ("9000.00", "9000.00")
    assert after(book, []) == ("9000.00", "9000.00")


@pytest.mark.parametrize("untold", ["事项", "年度", "金额"])
def test_a_grant_that_does_not_say_what_it_was_for_counts_as_possible(tmp_path, untold):
    """Neither forgotten nor deducted in silence."""
    given = {k: x for k, x in grant().items() if k != untold}
    low = "0.00" if untold == "金额" else "2000.00"
    assert after(capped(tmp_path, "已获支持"), [given]) == (low, "9000.00")


def test_untold_earlier_support_leaves_the_amount_open(tmp_path):
    assert after(capped(tmp_path, "已获支持"), None) == ("0.00", "9000.00")
    assert after(capped(tmp_path, "已获支持"), [grant()], year=None) == ("2000.00", "9000.00")


def test_a_cap_that_says_nothing_of_earlier_support_is_a_finding_and_stays_open(tmp_path):
    """Both readings stand: what is settled holds in either, and where nothing was received they agree."""
    book = capped(tmp_path, "")
    assert [p.mend for p in book.compiled.findings] == ["问清政策起草人：以往已获的支持占不占这个上限？"]
    assert after(book, [grant()]) == ("2000.00", "9000.00")
    assert after(book, None) == ("0.00", "9000.00")
    assert after(book, []) == ("9000.00", "9000.00")


def test_not_counting_earlier_support_is_said_with_its_reason_and_is_an_assumption_only_where_it_decides(tmp_path):
    book = capped(tmp_path, "{不计以往: 每年重新计算}")
    assert book.compiled.findings == ()
    decided = [book.decide({"甲": True, "费": "9000元"}, on="2026-06-30", year=2025, records={"已获支持": g}).measures["m"] for g in ([grant()], [])]
    assert [(m.award.settled, m.standing.label) for m in decided] == [("9000.00", "假定"), ("9000.00", "现行")]
    assert "不计以往：每年重新计算〔假定〕" in " ".join(x.text for x in decided[0].award.lines)


def test_a_cap_of_this_application_needs_no_word_of_earlier_support(tmp_path):
    measure = "- {id: m, title: 事项, clause: 一, when: [{甲: 甲}], award: {amount: 费}, limits: [{amount: 万元, per: 本次申报}]}\n"
    assert load_compiled(str(book_of(tmp_path / "b", measure))).findings == ()


@pytest.mark.parametrize("counting", ["counting: 已获支持", ""])
def test_earlier_support_of_any_project_may_have_filled_the_cap_of_a_record_whose_project_is_not_told(tmp_path, counting):
    """P was paid to the full: a record that may be of P is not certain of anything."""
    book = huiqi.load(book_of(tmp_path / "b", each("{amount: 万元, per: 某.项目" + (", " + counting if counting else "") + "}")))
    grants = [{"文号": "h", "事项": "m", "项目": "P", "金额": "10000元"}]
    for project, expected in (("P", Fraction(0)), ("Q", Fraction(5)), (None, Fraction(0))):
        got = book.decide({}, on="2026-06-30", year=2025, records={"项目明细": of(("a", project, "5元")), "已获支持": grants}).measures["m"].award
        assert got.low == expected
        assert got.high == (0 if project == "P" and counting else 5)


# -- shares ------------------------------------------------------------------------------------------------


def test_instalments_add_up_to_the_award_and_the_first_takes_what_cutting_left(tmp_path):
    """Three parts of 40万元 and of 1 分 more: each later part cut down, the sum exactly the award."""
    pay = ", pay: [{share: 三成, label: 一}, {share: 三成, label: 二}, {share: 四成, label: 三}]"
    measure = f"- {{id: m, title: 事项, clause: 一, when: [{{甲: 甲}}], award: {{amount: 费}}{pay}}}\n"
    book = huiqi.load(book_of(tmp_path / "b", measure))
    for fee, parts in (("100.01元", ["30.01元", "30元", "40元"]), ("0.01元", ["0.01元", "0元", "0元"]), ("400000元", ["12万元", "12万元", "16万元"])):
        assert [i.amount for i in book.decide({"甲": True, "费": fee}, on="2026-06-30").measures["m"].award.instalments] == parts


def test_instalments_of_an_amount_not_yet_known_claim_no_more_than_the_award(tmp_path):
    """The first of three is said to be the rest: no range of it would add up with the others'."""
    pay = ", pay: [{share: 三成, label: 一}, {share: 三成, label: 二}, {share: 四成, label: 三}]"
    measure = f"- {{id: m, title: 事项, clause: 一, when: [{{甲: 甲}}], award: {{up to: 'min(费, 万元)'}}{pay}}}\n"
    award = huiqi.load(book_of(tmp_path / "b", measure)).decide({"甲": True}, on="2026-06-30").measures["m"].award
    assert [i.amount for i in award.instalments] == ["其余各期以外的余额", "待定，最多 3,000元", "待定，最多 4,000元"]
    assert award.at_most == "10000.00"


# -- rounding ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("declared", "expected"), [("", "0.02"), ("rounding: {to: 分, direction: down}\n", "0.01"), ("rounding: {to: 分, direction: up}\n", "0.02")]
)
def test_rounding_to_the_fen_is_declared_once_and_half_up_where_it_is_not(tmp_path, declared, expected):
    """0.05元 at 30% is 0.015元; the rounding stands on its own line and weakens nothing."""
    folder = book_of(tmp_path / "b", "- {id: m, title: 事项, clause: 一, when: [{甲: 甲}], award: {amount: 费 * 三成}}\n")
    (folder / "rulebook.yaml").write_text(f"id: small\ntitle: 小\nversion: '1'\njurisdiction: 中国\n{declared}", encoding="utf-8")
    got = huiqi.load(folder).decide({"甲": True, "费": "0.05元"}, on="2026-06-30").measures["m"]
    assert (got.award.settled, got.standing.label) == (expected, "现行")
    assert any(x.text.startswith("取整：") and x.text.endswith("到分〔假定〕") and not x.clause for x in got.award.lines)


def test_each_record_is_rounded_where_the_rulebook_says_so(tmp_path):
    """Two records of 0.015元: 0.04元 rounded one by one, 0.03元 rounded together."""
    measure = "- {id: m, title: 事项, clause: 一, each: 某 in 项目明细, when: [{合格: 某.合格}], award: {amount: 某.费用 * 三成}}\n"
    rows = [{"号": f"r{n}", "费用": "0.05元", "合格": "是"} for n in range(2)]
    for per, expected in (("record", Fraction(4, 100)), ("measure", Fraction(3, 100))):
        folder = book_of(tmp_path / per, measure)
        (folder / "rulebook.yaml").write_text(
            f"id: small\ntitle: 小\nversion: '1'\njurisdiction: 中国\nrounding: {{to: 分, direction: half up, per: {per}}}\n", encoding="utf-8"
        )
        assert award(huiqi.load(folder), rows) == (expected, expected)


@pytest.mark.parametrize(
    ("own", "expected"),
    [("", "0.02"), (", rounding: {to: 分, direction: down, per: measure}", "0.01"), (", rounding: {to: 元, direction: down, per: measure}", "0.00")],
)
def test_a_measures_own_rounding_takes_the_place_of_the_rulebooks_of_each_record(tmp_path, own, expected):
    """0.015元 is rounded once, as the measure says; not up to 0.02元 before."""
    folder = book_of(tmp_path / "b", f"- {{id: m, title: 事项, clause: 一, when: [{{甲: 甲}}], award: {{amount: 费 * 三成}}{own}}}\n")
    (folder / "rulebook.yaml").write_text(
        "id: small\ntitle: 小\nversion: '1'\njurisdiction: 中国\nrounding: {to: 分, direction: up, per: record}\n", encoding="utf-8"
    )
    assert huiqi.load(folder).decide({"甲": True, "费": "0.05元"}, on="2026-06-30").measures["m"].award.settled == expected


# -- several measures ----------------------------------------------------------------------------------------


def two(tmp_path: Path, stacking: str, *, first: str = "", second: str = "", rate: str = "", **files: str) -> huiqi.Rulebook:
    """m gives 费 once 乙 is told, n gives 费 as it stands; `stacking` says what they do to each other."""
    vocabulary = (HEAD["vocabulary.yaml"] + SUPPORT.replace("\nrecords:\n", "")).replace("facts:\n", "facts:\n  乙: {id: other, kind: boolean}\n")
    measures = (
        f"- {{id: m, title: 事项, clause: 一, when: [{{乙: 乙}}], award: {{amount: 费{rate}}}{first}}}\n"
        f"- {{id: n, title: 另一事项, clause: 一, when: [{{甲: 甲}}], award: {{amount: 费 * 三成}}{second}}}\n"
    )
    return huiqi.load(book_of(tmp_path / "b", measures, vocabulary=vocabulary, stacking=stacking, **files))


def amounts(book: huiqi.Rulebook, facts: dict[str, Any], **records: Any) -> dict[str, tuple[Fraction | None, Fraction | None]]:
    got = book.decide(facts, on="2026-06-30", year=2025, records={"已获支持": [], **records}, reasoner="reference")
    return {**{k: (m.award.low, m.award.high) for k, m in got.measures.items()}, "合计": (got.total.low, got.total.high)}


HIGHEST = "- {id: g, title: 就高, rule: highest, members: [m, n], per: 企业, clause: 一}\n"


def test_a_common_cap_settles_nothing_that_an_open_rival_may_take_over(tmp_path):
    """n pays 30元 unless m, which excludes it and gives more, is told to hold: a cap over both does not change that."""
    book = two(tmp_path, HIGHEST + "- {id: c, title: 合计, rule: cap, members: [m, n], per: 企业, amount: 万元, counting: {不计以往: 每次}, clause: 一}\n")
    facts = {"甲": True, "费": "100元"}
    assert amounts(book, facts)["n"] == (0, 30)
    assert amounts(book, {**facts, "乙": False})["n"] == (30, 30)
    assert amounts(book, {**facts, "乙": True}) == {"m": (100, 100), "n": (0, 0), "合计": (100, 100)}


def test_a_rival_whose_instalment_is_open_may_take_over_too(tmp_path):
    """m is worth more than n, and pays less unless its second instalment is told to be due: n is not settled."""
    parameters = HEAD["parameters.yaml"] + "七成: {id: seven, kind: ratio, values: [{value: 70%, document: d}]}\n"
    pay = ", pay: [{share: 三成, label: 一}, {share: 七成, label: 二, when: 甲}]"
    vocabulary = (HEAD["vocabulary.yaml"] + SUPPORT.replace("\nrecords:\n", "")).replace("facts:\n", "facts:\n  乙: {id: other, kind: boolean}\n")
    measures = (
        f"- {{id: m, title: 事项, clause: 一, when: [{{乙: 乙}}], award: {{amount: 费 * 七成}}{pay}}}\n"
        "- {id: n, title: 另一事项, clause: 一, when: [{乙: 乙}], award: {amount: 费 * 四成}}\n"
    )
    book = huiqi.load(book_of(tmp_path / "b", measures, vocabulary=vocabulary, parameters=parameters, stacking=HIGHEST))
    facts = {"乙": True, "费": "100元"}
    assert amounts(book, facts)["n"] == (0, 40)
    assert amounts(book, facts)["合计"] == (40, 70)
    assert amounts(book, {**facts, "甲": True}) == {"m": (70, 70), "n": (0, 0), "合计": (70, 70)}
    assert amounts(book, {**facts, "甲": False}) == {"m": (0, 0), "n": (40, 40), "合计": (40, 40)}


def test_a_settled_award_is_not_lowered_by_a_rival_that_comes_to_equal_it_and_is_named_before(tmp_path):
    """Equal amounts: the one named first is kept. While m is open, n, which m may tie, is not settled; the total is."""
    book = two(tmp_path, HIGHEST, first=", limits: [{amount: 万元, per: 企业, counting: 已获支持}]", rate=" * 三成")
    facts = {"甲": True, "乙": True, "费": "100元"}
    untold = book.decide(facts, on="2026-06-30", year=2025, reasoner="reference")
    assert (untold.measures["n"].award.low, untold.measures["n"].award.high) == (0, 30)
    assert (untold.total.low, untold.total.high) == (30, 30)
    assert amounts(book, facts) == {"m": (30, 30), "n": (0, 0), "合计": (30, 30)}


@pytest.mark.parametrize("first", [", floor: 万元", ", rounding: {to: 元, direction: down, per: measure}"])
def test_what_a_floor_or_a_coarser_step_does_not_pay_takes_no_room_of_a_common_cap_that_is_open(tmp_path, first):
    """m is worth 0.90元 and pays nothing: of the cap, open for want of earlier support, all is left for n."""
    parameters = HEAD["parameters.yaml"] + "一元: {id: cap, unit: 元, values: [{value: 1元, document: d}]}\n"
    stacking = "- {id: c, title: 合计, rule: cap, members: [m, n], per: 企业, amount: 一元, counting: 已获支持, clause: 一}\n"
    book = two(tmp_path, stacking, first=first, parameters=parameters, rate=" * 三成")
    facts = {"甲": True, "乙": True, "费": "3元"}
    assert amounts(book, facts) == {"m": (0, 0), "n": (Fraction(9, 10), Fraction(9, 10)), "合计": (Fraction(9, 10), Fraction(9, 10))}
    untold = book.decide(facts, on="2026-06-30", year=2025, reasoner="reference")
    assert (untold.measures["n"].award.low, untold.measures["n"].award.high) == (0, Fraction(9, 10))


@pytest.mark.parametrize(
    "more", [", floor: 万元", ", rounding: {to: 元, direction: down, per: measure}", ", pay: [{share: 三成, label: 一}, {share: 七成, label: 二, when: 乙}]"]
)
def test_a_total_of_settled_amounts_is_settled(tmp_path, more):
    """A floor, a coarser step, an instalment not paid: the total is what the measures pay, to the 分."""
    parameters = HEAD["parameters.yaml"] + "七成: {id: seven, kind: ratio, values: [{value: 70%, document: d}]}\n"
    measure = f"- {{id: m, title: 事项, clause: 一, when: [{{甲: 甲}}], award: {{amount: 费 * 三成}}{more}}}\n"
    vocabulary = (HEAD["vocabulary.yaml"] + SUPPORT.replace("\nrecords:\n", "")).replace("facts:\n", "facts:\n  乙: {id: other, kind: boolean}\n")
    book = huiqi.load(book_of(tmp_path / "b", measure, vocabulary=vocabulary, parameters=parameters))
    got = amounts(book, {"甲": True, "乙": False, "费": "33.33元"})
    assert got["合计"] == got["m"]
    assert got["m"][0] == got["m"][1]


# -- documents and days -----------------------------------------------------------------------------------------


def dated(tmp_path: Path, more: str = "", second: str = "", **files: str) -> huiqi.Rulebook:
    documents = (
        "- {id: d, title: 老办法, issuer: 某机关, jurisdiction: 中国, sheet: test, letter: A, from: 2020-01-01, to: 2023-12-31}\n"
        "- {id: e, title: 新办法, issuer: 某机关, jurisdiction: 中国, sheet: test, letter: A, from: 2023-02-08, amends: d}\n"
    )
    clauses = HEAD["clauses.yaml"] + "- {id: 二, document: e, title: 条, says: 条, disposition: measure}\n"
    measure = f"- {{id: m, title: 事项, clause: {second or '二'}, when: [{{甲: 甲}}], award: {{service: 服务}}{more}}}\n"
    return huiqi.load(book_of(tmp_path / "b", measure, documents=documents, clauses=clauses, **files))


@pytest.mark.parametrize(("on", "words"), [("2023-02-07", "不在有效期（尚未施行）"), ("2023-02-08", "符合")])
def test_an_amending_document_is_not_in_force_before_its_own_day(tmp_path, on, words):
    assert dated(tmp_path).decide({"甲": True}, on=on).measures["m"].words == words


@pytest.mark.parametrize(
    ("on", "words"), [("2019-12-31", "不在有效期（尚未施行）"), ("2020-01-01", "符合"), ("2023-12-31", "符合"), ("2024-01-01", "不在有效期（已失效）")]
)
def test_an_amended_document_ends_on_its_own_day(tmp_path, on, words):
    assert dated(tmp_path, second="一").decide({"甲": True}, on=on).measures["m"].words == words


@pytest.mark.parametrize("on", ["2022-06-30", "2024-06-30"])
def test_a_clause_of_both_documents_is_carried_by_whichever_is_in_force(tmp_path, on):
    assert dated(tmp_path, second="[一, 二]").decide({"甲": True}, on=on).measures["m"].words == "符合"


@pytest.mark.parametrize(("on", "words"), [("2023-02-07", "不在有效期（尚未施行）"), ("2023-02-08", "符合"), ("2026-01-01", "符合")])
def test_a_measure_that_reaches_back_does_so_once_its_document_is_in_force(tmp_path, on, words):
    """The text reaches back to 2022-01-01: a day of 2022 is governed by it, if it is decided after 2023-02-08."""
    vocabulary = HEAD["vocabulary.yaml"].replace("facts:\n", "facts:\n  申请日: {id: applied, kind: date, min: 2020-01-01, max: 2030-12-31}\n")
    book = dated(tmp_path, ", from: 2022-01-01, governed by: 申请日", vocabulary=vocabulary)
    assert book.decide({"甲": True, "申请日": "2022-06-30"}, on=on).measures["m"].words == words


def _certified(measure: str) -> huiqi.Decision:
    return huiqi.load("datong-outsourcing").decide(
        {"注册地县区": "平城区", "申报主体类型": "企业", "经市商务局认定的服务外包企业": True, "从事服务外包业务": True, "报送状态": "审核通过", "严重失信主体": False},
        on="2026-06-30", year=2025, reasoner="reference", measure="certification.international",
        scheme={"certification.international": "南通2022"},
        records={
            "已获支持": [{"文号": "A", "事项": measure, "层级": "市", "年度": 2025, "金额": "45万元"}],
            "资质认证": [{"证号": "C-1", "种类": "CMMI", "发证日": date(2025, 3, 1), "合格费用": "18万元"}],
        },
    )  # fmt: skip


@pytest.mark.parametrize("measure", ["国际认证支持", "认证补助", "certification"])
def test_earlier_support_named_in_part_may_have_taken_room_and_is_asked_about(measure: str) -> None:
    decision = _certified(measure)
    award = decision.measures["certification.international"].award
    assert (award.settled, award.at_most) == ("50000.00", "90000.00")
    assert [w for w in decision.warnings if f"“事项”写的是“{measure}”，是否" in w and f"写 事项: {{核验: {measure}}}" in w]


def test_a_word_that_is_no_measure_is_asked_about_with_the_measure_that_looks_for_it() -> None:
    asked = [w for w in _certified("技术创新补助").warnings if "是否" in w]
    assert [w for w in asked if "是否“技术创新”（“服务外包研发创新支持”看它）？" in w] == asked != []


@pytest.mark.parametrize("measure", ["技术创新资金", "技术创新专项资金"])
def test_a_declared_name_of_a_grant_is_taken_as_it_and_said(measure: str) -> None:
    assert [w for w in _certified(measure).warnings if f"“{measure}”，按“技术创新”处理" in w]


@pytest.mark.parametrize("measure", ["稳岗返还", "人才公寓补贴", "ISO"])
def test_earlier_support_of_no_measure_of_the_rulebook_is_said(measure: str) -> None:
    decision = _certified(measure)
    assert decision.measures["certification.international"].award.settled == "90000.00"
    assert [w for w in decision.warnings if f"“{measure}”，不是“大同市服务外包支持”的支持事项" in w]


@pytest.mark.parametrize("measure", ["国际资质认证支持", "certification.international"])
def test_earlier_support_of_a_measure_takes_room_and_is_asked_after_only_for_whom_it_was(measure: str) -> None:
    decision = _certified(measure)
    assert decision.measures["certification.international"].award.settled == "50000.00"
    (said,) = decision.warnings
    assert "没有写对象" in said


def test_what_is_certain_of_a_ceiling_is_still_a_ceiling() -> None:
    decision = huiqi.load("datong-outsourcing").decide(
        {"注册地县区": "平城区", "申报主体类型": "企业", "从事服务外包业务": True, "报送状态": "审核通过", "严重失信主体": False},
        on="2026-06-30", year=2025, reasoner="reference", measure="certification.international",
        records={"已获支持": [], "资质认证": [{"证号": n, "种类": "CMMI", "发证日": day, "合格费用": "18万元"} for n, day in (("C-1", date(2025, 3, 1)), ("C-2", None))]},
    )  # fmt: skip
    assert "测算：待定，最多25.2万元（其中已确定不超过12.6万元）" in decision.explain("certification.international")


def test_the_dearest_of_each_project_are_kept(tmp_path):
    """Two of each project: three of 甲 and one of 乙 give the best two of 甲 and the one of 乙."""
    limits = "{count: 两件, per: 项目, keep: highest, counting: {不计以往: 例子, document: d}}"
    book = huiqi.load(book_of(tmp_path / "b", each(limits)))
    rows = [{"号": f"r{n}", "项目": p, "费用": f"{c}元", "合格": "是"} for n, (p, c) in enumerate([("甲", 5), ("甲", 2), ("甲", 1), ("乙", 1)])]
    assert award(book, rows) == (8, 8)
    untold = [{k: x for k, x in row.items() if k != "项目" or row["号"] != "r3"} for row in rows]
    low, high = award(book, untold)
    assert low <= 7 <= 8 <= (high or 0)
