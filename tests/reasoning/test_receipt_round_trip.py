"""Facts come back from a receipt as they were decided on, whatever their kind; so do decisions from JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from stdnum.cn import uscc

import huiqi
from huiqi.language.levelling import level, level_id, untold, unverified
from huiqi.reasoning.facts import read_facts
from huiqi.reasoning.receipt import digest_of, facts_of, input_of
from huiqi.reasoning.told import STAGES, Facts, Given
from huiqi.rulebook.compiled import CompiledRulebook
from huiqi.rulebook.compiler import load_compiled
from huiqi.rulebook.literals import decimal_string, exact_string, read_exact
from huiqi.telling.recording import leaves
from tests.making import CASES, as_json, examples, shipped_decisions

pytestmark = pytest.mark.xdist_group("shipped cases")  # decided once, in one process

ON = date(2026, 6, 30)
MOST = 10**36

VOCABULARY = f"""\
facts:
  金额: {{id: money, kind: money, unit: 元, min: -{10**20}亿元, max: {10**20}亿元}}
  外汇: {{id: foreign, kind: money, unit: 美元, min: 0美元, max: {10**18}万美元, optional: 是}}
  人数: {{id: people, kind: quantity, unit: 人, min: 0人, max: {10**20}人}}
  密度: {{id: density, kind: quantity, unit: 1/人, decimals: 12, min: 0/人, max: 1000/人}}
  月租: {{id: rent, kind: quantity, unit: 元/平方米·月, decimals: 12, min: 0元/平方米·月, max: 10000元/平方米·月}}
  比率: {{id: ratio, kind: ratio, min: -100000%, max: 100000%}}
  系数: {{id: factor, kind: number, min: "-100000", max: "100000", decimals: 12}}
  备案: {{id: filed, kind: boolean, optional: 是}}
  行业: {{id: trade, kind: choice, options: ["软件", "软件（含外包）", "1/3"]}}
  说明: {{id: note, kind: text}}
  别名: {{id: alias, kind: text, optional: 是}}
  姓名: {{id: person, kind: text, personal: 是}}
  代码: {{id: code, kind: uscc, personal: 是}}
  成立日: {{id: founded, kind: date, min: 1000-01-01, max: 9999-12-31}}
  期限: {{id: term, kind: period}}
  起始年: {{id: since, kind: year}}
  营收: {{id: revenue, kind: money, unit: 元, min: 0元, max: {10**20}亿元, per: year}}
records:
  人员:
    id: staff
    noun: 份
    key: 编号
    fields:
      编号: {{id: number, kind: text, personal: 是}}
      工资: {{id: pay, kind: money, unit: 元, min: 0元, max: {10**20}亿元}}
      占比: {{id: share, kind: ratio, min: 0%, max: 100%}}
      离职日: {{id: left, kind: date, min: 1900-01-01, max: 9999-12-31, optional: 是}}
      备注: {{id: note, kind: text}}
  期次:
    id: terms
    noun: 期
    key: 日期
    fields:
      日期: {{id: day, kind: date, min: 1900-01-01, max: 9999-12-31}}
      期限: {{id: term, kind: period}}
"""


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> CompiledRulebook:
    """A rulebook with a fact of every kind and no measure."""
    folder = tmp_path_factory.mktemp("kinds")
    (folder / "rulebook.yaml").write_text('id: kinds\ntitle: 各类\nversion: "1"\njurisdiction: 中国/测试省/测试市\n', encoding="utf-8")
    (folder / "vocabulary.yaml").write_text(VOCABULARY, encoding="utf-8")
    return load_compiled(str(folder))


def scaled(low: int, high: int, places: int) -> st.SearchStrategy[Fraction]:
    return st.integers(low * 10**places, high * 10**places).map(lambda n: Fraction(n, 10**places))


ODD = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).filter(lambda s: level(s) not in ("", "无"))
WORDS = ODD | st.sampled_from(["化名", "化名0123456789", "1/3", "3元", "是", "2026-06-30", "~", "null", "“引”，号", "\u202e反", "a\nb"])
PERIODS = st.integers(0, 4000).map(lambda n: f"{n}个月") | st.integers(0, 300).map(lambda n: f"{n}年")
DATES = st.dates(date(1900, 1, 1), date(9999, 12, 31))
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "金额": scaled(-(10**28), 10**28, 2),
    "外汇": scaled(0, 10**20, 2) | st.just(huiqi.NONE),
    "人数": st.integers(0, 10**20),
    "密度": scaled(0, 1000, 12),
    "月租": scaled(0, 10000, 12),
    "比率": st.fractions(-1000, 1000),
    "系数": scaled(-100, 100, 12),
    "备案": st.booleans() | st.just(huiqi.NONE),
    "行业": st.sampled_from(["软件", "软件（含外包）", "1/3"]),
    "说明": WORDS,
    "别名": WORDS | st.just(huiqi.NONE),
    "姓名": WORDS,
    "代码": st.sampled_from(["91140200MA0GTWQH0", "911101080000000HX"]).map(lambda base: base + uscc.calc_check_digit(base)),
    "成立日": st.dates(date(1000, 1, 1), date(9999, 12, 31)),
    "期限": PERIODS,
    "起始年": st.integers(1980, 2100),
}
MAYBE = st.sampled_from(["待核实", None, "不详", "Ｎ／Ａ"])


def told(value: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """As a value, as 待核实, as nothing, or by stages."""
    one = value | MAYBE
    stages = st.fixed_dictionaries({}, optional={"申报": one, "核验": one, "审定": one, "材料": st.just("第 2 页"), "理由": st.just("核减")})
    return one | stages.filter(lambda x: not x.keys().isdisjoint(STAGES))


def rows(columns: Mapping[str, st.SearchStrategy[Any]], key: str, keys: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    row = st.fixed_dictionaries({key: keys}, optional={k: told(x) for k, x in columns.items()})
    listed = st.lists(row, max_size=4, unique_by=lambda r: level_id(str(r[key])))
    return listed | st.just("不详") | st.builds(lambda x, whole: {"完整": whole, "清单": x}, listed, st.sampled_from(["是", "否"]))


MONEY = scaled(0, 10**28, 2)
DATA = st.fixed_dictionaries(
    {}, optional={**{k: told(x) for k, x in VALUES.items()}, "营收": st.dictionaries(st.integers(1980, 2100).map(str), told(MONEY), min_size=1, max_size=3) | told(MONEY)},
)  # fmt: skip
RECORDS = st.fixed_dictionaries({}, optional={
    "人员": rows({"工资": MONEY, "占比": st.fractions(0, 1), "离职日": DATES | st.just(huiqi.NONE), "备注": WORDS}, "编号", WORDS.filter(lambda s: not untold(s) and not unverified(s))),
    "期次": rows({"期限": PERIODS}, "日期", DATES),
})  # fmt: skip


def plain(facts: Facts) -> Any:
    """What deciding sees: values with their stages; not places and notes."""

    def one(g: Given) -> Any:
        return g.value, g.stage, dict(g.stages)

    return (
        {k: {y: one(g) for y, g in years.items()} for k, years in facts.facts.items() if years},
        {k: (x.complete, [(e.key, {n: one(g) for n, g in e.values.items()}) for e in x.entries]) for k, x in facts.records.items()},
        facts.year,
    )


@settings(max_examples=examples(400))
@given(data=DATA, records=RECORDS, year=st.none() | st.integers(1980, 2100))
@example(data={"比率": Fraction(1, 3), "系数": Fraction("0.350000000001"), "密度": 5}, records={}, year=None)
@example(data={"比率": Fraction(3, 2), "金额": Fraction(-(10**24) + 1)}, records={"人员": {"完整": "否", "清单": []}}, year=2025)
def test_facts_come_back_from_the_receipt_exactly(kinds: CompiledRulebook, data: Any, records: Any, year: int | None) -> None:
    """Decided on again, they are the same values, and give the same receipt."""
    facts = read_facts(kinds, data, records, year)
    written = json.loads(json.dumps(input_of(kinds, facts, ON), ensure_ascii=False))
    back = facts_of(kinds, written)
    assert plain(back) == plain(facts)
    assert sorted(back.warnings) == sorted(facts.warnings)
    assert input_of(kinds, back, ON) == written
    assert digest_of(written) == digest_of(input_of(kinds, facts, ON))


def test_a_personal_code_comes_back_as_its_stand_in(kinds: CompiledRulebook) -> None:
    """The stand-in is no longer a code with a check digit, and need not be."""
    base = "91140200MA0GTWQH0"
    written = input_of(kinds, read_facts(kinds, {"代码": base + uscc.calc_check_digit(base)}, {}, None), ON)
    assert base not in written["数据"]["代码"]
    assert input_of(kinds, facts_of(kinds, written), ON) == written


@given(st.fractions())
def test_exact_text_reads_back_to_the_same_number(value: Fraction) -> None:
    assert read_exact(exact_string(value)) == value


@given(st.integers(-(10**30), 10**30), st.integers(0, 40))
def test_a_decimal_that_ends_is_never_cut(digits: int, places: int) -> None:
    value = Fraction(digits, 10**places)
    assert Fraction(decimal_string(value)) == value


@pytest.mark.parametrize("text", ["", "1/0", "1.", ".5", "1e5", "１", "+1", "1/-3", "--1", "1/3/4", " 1", "9" * 5000])
def test_text_that_is_no_exact_number_is_left_to_the_reader(text: str) -> None:
    assert read_exact(text) is None


# -- decisions ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped() -> list[dict[str, Any]]:
    recorded: list[dict[str, Any]] = as_json([d.to_dict() for path in CASES for d in shipped_decisions(path.stem)])
    return recorded


def test_a_decision_comes_back_from_its_json(shipped: list[dict[str, Any]]) -> None:
    assert len(shipped) > 40
    for recorded in shipped:
        assert huiqi.Decision.from_dict(recorded).to_dict() == recorded


def test_what_came_back_has_the_figures(shipped: list[dict[str, Any]]) -> None:
    back = next(huiqi.Decision.from_dict(d) for d in shipped if "云中" in d["enterprise"])
    result = back.measures["certification.international"]
    assert (result.award.low, result.outcome, result.standing.label, back.on, back.year) == (126000, "eligible", "参照", date(2026, 6, 30), 2025)


def test_a_decision_of_the_first_version_comes_back(shipped: list[dict[str, Any]]) -> None:
    recorded = as_json(shipped[0])
    for key in ("measure", "schemes", "asked"):
        del recorded["receipt"][key]
    assert huiqi.Decision.from_dict(recorded).to_dict() == recorded


def test_parts_of_later_versions_are_left_out(shipped: list[dict[str, Any]]) -> None:
    recorded = as_json(shipped[0])
    recorded["forecasts"] = [{"新": 1}]
    recorded["measures"][0]["award"]["later"] = None
    assert huiqi.Decision.from_dict(recorded).to_dict() == shipped[0]


def test_explaining_what_came_back_is_refused(shipped: list[dict[str, Any]]) -> None:
    """Its JSON has not all that an explanation says."""
    with pytest.raises(huiqi.UsageError, match="从 JSON 读回的决定"):
        huiqi.Decision.from_dict(shipped[0]).explain()


@pytest.mark.parametrize("recorded", [None, [], 5, "甲", {}, {"schema": "huiqi.decision/1"}, {1: 2}], ids=str)
def test_what_is_no_decision_is_an_input_error(recorded: Any) -> None:
    with pytest.raises(huiqi.InputError):
        huiqi.Decision.from_dict(recorded)


def test_a_leaf_that_contradicts_others_is_refused_by_name(shipped: list[dict[str, Any]]) -> None:
    recorded = next(as_json(d) for d in shipped if "云中" in d["enterprise"])
    one = next(m for m in recorded["measures"] if m["id"] == "certification.international")
    one["words"] = "符合"
    one["award"]["pending"] = "是"
    recorded["total"]["standing"] = "firm"
    with pytest.raises(huiqi.InputError) as error:
        huiqi.Decision.from_dict(recorded)
    assert "测算 / 是否待定：类型不对" in str(error.value)
    assert "合计 / 依据状态：不认识的值；写的是“firm”" in str(error.value)
    one["award"]["pending"], recorded["total"]["standing"] = False, "benchmark"
    with pytest.raises(huiqi.InputError, match="表述：与别处矛盾"):
        huiqi.Decision.from_dict(recorded)


@settings(max_examples=examples(300))
@given(pick=st.integers(0, 10**6), value=st.sampled_from([None, True, 5, 1.5, "", "改", [], {}, ["改"], {"改": None}, float("nan"), 10**5000]))
def test_whatever_stands_in_a_leaf_is_read_or_refused(shipped: list[dict[str, Any]], pick: int, value: Any) -> None:
    recorded = as_json(shipped[0])
    places = [p for p, _ in leaves(recorded)]
    place = places[pick % len(places)]
    owner = recorded
    for step in place[:-1]:
        owner = owner[step]
    owner[place[-1]] = value
    try:
        assert huiqi.Decision.from_dict(recorded).to_dict() == recorded
    except huiqi.InputError as error:
        assert error.problems
