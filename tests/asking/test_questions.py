"""The next question: what settles most is asked first, what cannot matter never, and it ends."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

import huiqi
from huiqi.asking.questions import QuestionKind, Who
from huiqi.cli.asking import answered
from huiqi.errors import InputError, UsageError
from huiqi.telling.asked import options_of
from huiqi.words import Outcome

ON = date(2026, 6, 30)
CASES = Path(__file__).parents[2] / "cases"
BOOKS = ("national-startup-loan", "zhongshan-service-trade", "national-sme-size")
START = "企业: 甲（虚构）\n审核日期: 2026-06-30\n"


def decided(book: huiqi.Rulebook, text: str) -> huiqi.Decision:
    case = huiqi.api.read_case_text(text, "案例")
    return book.decide(case, on=ON)


def test_the_thing_most_measures_hang_on_is_asked_first() -> None:
    decision = huiqi.load("datong-outsourcing").decide({"企业": "甲"}, on=ON, year=2026)
    counts = [len(q.measures) for q in decision.questions()]
    assert counts == sorted(counts, reverse=True)
    assert decision.questions()[0].name == "申报主体类型"


def test_each_question_names_open_measures_that_lack_it() -> None:
    decision = huiqi.load("datong-outsourcing").decide(huiqi.read_case(CASES / "认证-云中数据.yaml"), on=ON)
    judgement = decision.judgement
    assert judgement is not None
    outcomes = {m.spec.id: m.outcome for m in judgement.measures.values()}
    missing = {m.spec.id: m.missing for m in judgement.measures.values()}
    for question in decision.questions():
        assert question.measures
        assert {outcomes[m] for m in question.measures} <= {Outcome.UNDETERMINED, Outcome.ELIGIBLE}
        assert set(question.alone) <= set(question.measures)
        assert all(missing[m] for m in question.measures)


def test_a_refused_measure_asks_for_nothing_more() -> None:
    book = huiqi.load("datong-outsourcing")
    before = {m for q in book.decide({"注册地县区": "太原市小店区"}, on=ON).questions() for m in q.measures}
    assert "certification.international" not in before


def test_who_has_to_act_is_said() -> None:
    questions = huiqi.load("datong-outsourcing").decide({"企业": "甲"}, on=ON).questions()
    platform = next(q for q in questions if q.name == "报送状态")
    assert (platform.who, platform.office, platform.who.label) == (Who.DEPARTMENT, "市商务局", "部门核实")
    assert next(q for q in questions if q.name == "注册地县区").who is Who.APPLICANT


def test_what_was_read_back_from_json_is_not_asked_further() -> None:
    decision = huiqi.load("datong-outsourcing").decide({"企业": "甲"}, on=ON)
    with pytest.raises(UsageError, match="huiqi ask"):
        huiqi.Decision.from_dict(decision.to_dict()).questions()


FORMS = {"money": "10万元", "ratio": "20%", "date": "2026-01-05", "period": "12个月", "year": "2025", "industry": "6513", "uscc": "91140200MA0ABCDE12"}


def plausible(question: Any, book: huiqi.Rulebook, turn: int) -> list[str]:
    """Answers to try, the first that the rulebook reads is taken."""
    specs = book.compiled
    match question.kind:
        case QuestionKind.YEAR:
            return ["2025"]
        case QuestionKind.LIST:
            return ["无"] if turn % 3 == 0 else [f"甲{turn}"]
        case QuestionKind.REST:
            return ["是"]
    key = specs.names[question.name]
    spec = specs.facts[key] if question.kind is QuestionKind.FACT else specs.records[key].fields[question.column]
    if options := options_of(spec):
        return [options[turn % len(options)]]
    return [FORMS[spec.kind]] if spec.kind in FORMS else ["5", "5人", "5席", "5件", "5家", "5平方米", "5个月", "5万元", "甲"]


@pytest.mark.parametrize("name", BOOKS)
@pytest.mark.parametrize("seed", range(4))
def test_asking_ends_and_the_case_it_leaves_says_what_was_answered(name: str, seed: int) -> None:
    book = huiqi.load(name)
    text, asked = START, set[Any]()
    decision = decided(book, text)
    for turn in range(seed, seed + 200):
        left = [q for q in decision.questions() if q.place not in asked]
        if not left:
            break
        question = left[0]
        asked.add(question.place)
        for answer in plausible(question, book, turn):
            try:
                tried = answered(text, question, book, answer, [decision])
                decision = decided(book, tried)
            except InputError:
                continue
            text = tried
            break
    else:
        pytest.fail("还在问")
    again = book.decide(huiqi.api.read_case_text(text, "案例"), on=ON)
    assert again.to_dict() == decision.to_dict()
    open_now = {m for q in decision.questions() for m in q.measures}
    assert all(q.place in asked for q in decision.questions())
    assert open_now <= {m.id for m in decision.measures.values()}


def test_of_what_settles_as_much_a_number_is_asked_after_what_may_make_it_needless() -> None:
    """Which trade it is says which of revenue, assets and staff count: nobody is asked for assets that do not."""
    book = huiqi.load("national-sme-size")
    told = {"申报主体类型": "企业"}
    assert [q.name for q in book.decide(told, on="2026-06-30", year=2025).questions()] == ["划型行业", "营业收入", "资产总额", "从业人员"]
    trade = {**told, "划型行业": "软件和信息技术服务业"}
    assert [q.name for q in book.decide(trade, on="2026-06-30", year=2025).questions()] == ["营业收入", "从业人员"]


@pytest.mark.parametrize("name", ["datong-outsourcing", "national-sme-size"])
def test_the_year_of_application_is_asked_before_anything_that_is_told_of_a_year(name: str) -> None:
    """Once, where something that is asked hangs on it, and not where the case tells it."""
    book = huiqi.load(name)
    without, told = (book.decide({"申报主体类型": "企业"}, on=ON, year=year).questions() for year in (None, 2025))
    assert [q.kind for q in without].count(QuestionKind.YEAR) == 1 and without[0].kind is QuestionKind.YEAR and without[0].measures
    assert not [q for q in told if q.kind is QuestionKind.YEAR]


def test_the_year_of_application_is_not_asked_where_nothing_asked_is_of_a_year() -> None:
    questions = huiqi.load("datong-outsourcing").decide({"企业": "甲"}, on=ON, measures=["certification.international"]).questions()
    assert questions and not [q for q in questions if q.kind is QuestionKind.YEAR]
