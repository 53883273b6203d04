"""A case: one enterprise's facts in a YAML file, and what is expected of it.

Reading takes every word with its place; the facts are read only against a rulebook, whose
vocabulary says what they mean. Nothing is defaulted: no date, no rulebook, no fact.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from ..errors import CaseError, Code, HuiqiError, Position, Problem, UnknownRulebook, UsageError, suggestion
from ..language.levelling import level_id
from ..language.types import DATE, YEAR, Quantity
from ..language.units import QuantityError, is_money, parse_quantity, show_amount
from ..rulebook.literals import ValueProblem, read_value
from ..rulebook.yamltree import Rows, Table, Word, located, read_tree, wide_colons
from .decision import OUTCOMES, Award, Decision, MeasureResult, RecognitionResult

KEYS = ("企业", "政策规则库", "审核日期", "申报年度", "数据", "明细", "方案", "期望", "说明")
EXPECTED = ("结论", "金额", "最多", "依据状态", "原因", "持有", "条件测评", "方案")
STANDINGS = {"现行": "enacted", "待核": "unverified", "参照": "benchmark", "假定": "assumed", "未定": "unset"}
_VERDICTS = {"holds": "满足", "fails": "不满足", "unknown": "待定"}
_HELD = {"holds": "是", "fails": "否", "unknown": "待核"}


@dataclass(frozen=True)
class Case:
    """One enterprise as told. `data` and `records` are raw words, read by a rulebook."""

    enterprise: str
    rulebooks: tuple[str, ...]
    on: date | None
    year: int | None
    data: Mapping[str, Any]
    records: Mapping[str, Any]
    schemes: Mapping[str, str] = field(default_factory=dict)
    expected: Mapping[str, Any] = field(default_factory=dict)
    path: str = ""


def read_case(path: str | Path, rulebooks: Sequence[str] = ()) -> Case:
    """Read a case file. Raises `CaseError` with every problem, each at its place.

    `rulebooks`: those it will be decided by where not by its own, so that its facts are looked at too.
    """
    if not isinstance(path, str | Path):
        raise UsageError(f"read_case 要文件路径，收到 {type(path).__name__}", argument="path")
    tree, problems = read_tree(Path(path))
    if tree is None:
        raise CaseError(problems)
    return case_from_tree(tree, str(path), rulebooks, problems)


def case_from_tree(tree: Any, path: str, rulebooks: Sequence[str] = (), known: Sequence[Problem] = ()) -> Case:
    """A case from a tree; `known` are the problems already found in its text."""
    problems: list[Problem] = list(known)

    def wrong(at: Any, message: str, found: str = "", expected: str = "", mend: str = "", code: Code = Code.WRONG_SHAPE) -> None:
        problems.append(Problem(getattr(at, "at", Position(path, 1, 1)), message, found, expected, mend, code))

    if not isinstance(tree, Table):
        whole = Problem(getattr(tree, "at", Position(path, 1, 1)), "案例应写成键值", str(tree), "企业: …", "参照 cases 里的例子", Code.WRONG_SHAPE)
        raise CaseError([*problems, *(wide_colons(tree) or [whole])])
    for key in tree:
        if key not in KEYS:
            hint = "申报数据写在“数据”下" if not isinstance(tree[key], Table) else ""
            wrong(key, "案例里没有这个键", key, "、".join(KEYS), suggestion(key, KEYS) or hint, Code.UNKNOWN_KEY)

    def scalar(key: str, kind: Any) -> Any:
        word = tree.get(key)
        if word is None or (isinstance(word, Word) and not word.strip()):
            return None
        if not isinstance(word, Word):
            wrong(word, f"“{key}”应写一个值", str(word), "一个值")
            return None
        if kind is None:
            return str(word)
        try:
            return read_value(word, kind)
        except ValueProblem as error:
            wrong(word, f"“{key}”{error.message}", word, error.expected, error.mend, error.code)
            return None

    def mapping(key: str) -> Table:
        value = tree.get(key)
        if value is None or (isinstance(value, Word) and not value.strip()):
            return Table()
        if not isinstance(value, Table):
            if wide := wide_colons(value):
                problems.extend(wide)
            else:
                wrong(value, f"“{key}”应写成键值", str(value), "名称: 值", "每项写 名称: 值")
            return Table()
        return value

    raw_books = tree.get("政策规则库")
    listed = raw_books if isinstance(raw_books, Rows) else [raw_books] if raw_books else []
    for word in listed:
        if not isinstance(word, Word):
            wrong(word, "政策规则库写成清单", str(word), "[datong-outsourcing]", "每个规则库写一个编号")
    books = [w for w in listed if isinstance(w, Word)]
    for n, word in enumerate(books):
        if (first := next((b for b in books[:n] if level_id(b) == level_id(word)), None)) is not None:
            wrong(word, "同一个规则库写了两次", word, "每个规则库只写一次", f"第一次见 {first.at}；删去一处", Code.DUPLICATE)
    schemes = dict(mapping("方案").items())
    for name, word in schemes.items():
        if not isinstance(word, Word):
            wrong(name, "方案写作 事项编号: 方案名", str(word), "方案名", "只写一个方案名")
    expected = mapping("期望")
    for name, body in expected.items():
        if not isinstance(body, Table):
            wrong(name, "期望写成 {结论: …, 金额: …}", str(body), "{结论: …}", "写成 事项编号: {结论: …}")
            continue
        for key in body:
            if key not in EXPECTED:
                wrong(key, "期望里没有这个键", key, "、".join(EXPECTED), suggestion(key, EXPECTED), Code.UNKNOWN_KEY)
    enterprise, on, year = scalar("企业", None), scalar("审核日期", DATE), scalar("申报年度", YEAR)
    case = Case(enterprise or "", tuple(books), on, year, mapping("数据"), mapping("明细"), schemes, expected, path)
    if problems:
        # the facts are worth checking too, so that one run shows every mistake of the file
        places = {p.at for p in problems}  # of two complaints of one word the first says why
        raise CaseError(located([*problems, *(p for p in fact_problems(case, rulebooks) if p.at not in places)], tree))
    return case


def fact_problems(case: Case, rulebooks: Sequence[str] = ()) -> list[Problem]:
    """What is wrong with a case's facts, for a case that cannot be decided for another reason.

    Of rulebooks that do not load nothing is known: then no name is called unknown.
    """
    from ..rulebook.compiler import load_compiled
    from .facts import Reader

    books, all_known = [], True
    problems: list[Problem] = []
    for name in dict.fromkeys(rulebooks or case.rulebooks):
        try:
            books.append(load_compiled(str(name)))
        except UnknownRulebook as error:
            all_known = False
            problems += [replace(p, at=getattr(name, "at", p.at), code=p.code or error.stage) for p in error.problems]
        except HuiqiError:
            all_known = False
    for book in books:
        reader = Reader(book, need_unit=True, others=books, all_known=all_known)
        reader.read(case.data, case.records, case.year)
        problems += reader.problems
    return problems


def compare_expected(case: Case, decisions: Sequence[Decision], *, beyond: Container[str] = ()) -> list[str]:
    """Differences between a case's 期望 and the decisions, as lines to print.

    `beyond`: ids that were left out on purpose (`--measure`), whose 期望 is not compared. Raises
    `CaseError` with every 期望 that cannot be compared: a measure nobody decided, a word that no
    decision can give, an amount without unit.
    """
    lines: list[str] = []
    problems: list[Problem] = []
    for name, wanted in case.expected.items():
        results = _results(str(name), decisions)
        at = getattr(name, "at", Position(case.path))
        if not results:
            if name not in beyond:
                known = list(dict.fromkeys(i for d in decisions for i in (*d.measures, *d.recognitions)))
                problems.append(
                    Problem(
                        at,
                        "期望里的事项或资格不在所测算的规则库里",
                        str(name),
                        "事项或资格的编号",
                        suggestion(str(name), known) or "核对编号；它属于别的规则库的，把那个规则库也写进“政策规则库”",
                        Code.UNKNOWN_NAME,
                        ("期望", str(name)),
                    )
                )
            continue
        if not isinstance(wanted, Mapping) or not wanted:
            problems.append(Problem(at, "期望是空的", str(name), "{结论: …, 金额: …}", "写明期望什么，或删去这一项", Code.MISSING, ("期望", str(name))))
            continue
        for key, word in wanted.items():
            for result in results:
                try:
                    line = _expected_measure(result, str(key), word) if isinstance(result, MeasureResult) else _expected_recognition(result, str(key), word)
                except ValueProblem as error:
                    place = next((p for w in (word, key, name) if (p := getattr(w, "at", None)) is not None), at)
                    problems.append(
                        Problem(place, f"期望的“{key}”{error.message}", _raw(word), error.expected, error.mend, error.code, ("期望", str(name), str(key)))
                    )
                    continue
                if line is not None:
                    lines.append(f"{getattr(word, 'at', '')}: {name} 的{key}：期望 {word}，测算 {line}")
    if problems:
        raise CaseError(problems)
    return list(dict.fromkeys(lines))


def _results(name: str, decisions: Sequence[Decision]) -> list[MeasureResult | RecognitionResult]:
    """Every result of that id: with several rulebooks the 期望 is meant of each."""
    measures = [d.measures[name] for d in decisions if name in d.measures]
    return [*measures] or [d.recognitions[name] for d in decisions if name in d.recognitions]


def _raw(word: Any) -> str:
    return str(word) if isinstance(word, str) else "（清单）" if isinstance(word, list | tuple) else "（键值）" if isinstance(word, Mapping) else str(word)


def _word(word: Any, allowed: Iterable[str] | None = None, expected: str = "") -> str:
    """The word expected; one of `allowed` where they are given."""
    if isinstance(word, list | tuple | Mapping):
        raise ValueProblem("应写一个值", expected or "一个词", "每个键只期望一个值")
    text = str(word).strip()
    choices = None if allowed is None else list(allowed)
    if not text:
        raise ValueProblem("是空的", "、".join(choices or ()) or expected, "写明期望什么，或删去这一项")
    if choices is not None and text not in choices:
        raise ValueProblem("不是可能的值", "、".join(choices) or "（没有）", suggestion(text, choices) or "从可能的值里选一个", Code.NOT_AN_OPTION)
    return text


def _same(found: str, wanted: str) -> str | None:
    return None if found == wanted else found or "（没有）"


def _expected_measure(result: MeasureResult, key: str, word: Any) -> str | None:
    """None where the result is as expected, else what it is. Raises `ValueProblem` where it never can be."""
    match key:
        case "结论":
            return _same(OUTCOMES[result.outcome], _word(word, OUTCOMES.values()))
        case "原因":
            return _same(result.reason, _word(word))
        case "依据状态":
            return _same(result.standing.label, _word(word, STANDINGS))
        case "方案":
            if not result.schemes:
                raise ValueProblem("：这一事项没有参照方案", "（没有）", "删去“方案”")
            return _same(result.scheme or "", _word(word, result.schemes))
        case "金额" | "最多":
            return _expected_amount(
                result.award, result.award.settled if key == "金额" else result.award.at_most, _word(word, expected="金额加单位，例如 9万元")
            )
    raise ValueProblem("只用于资格", "结论、原因、依据状态、方案、金额、最多", "支持事项期望 结论 与 金额")


def _expected_recognition(result: RecognitionResult, key: str, word: Any) -> str | None:
    match key:
        case "结论":
            return _same(_VERDICTS[result.truth.verdict], _word(word, _VERDICTS.values()))
        case "持有":
            return _same(_HELD[result.truth.verdict], _word(word, _HELD.values()))
        case "条件测评":
            return _same(_VERDICTS[result.meets.verdict], _word(word, _VERDICTS.values()))
        case "依据状态":
            return _same(result.standing.label, _word(word, STANDINGS))
    raise ValueProblem("只用于支持事项", "结论、持有、条件测评、依据状态", "资格期望 结论 或 持有")


def _expected_amount(award: Award, found: str | None, text: str) -> str | None:
    """Compared exactly and with its unit; 不详 is an end nobody knows."""
    if text == "不详":
        return None if found is None else _money(Fraction(found), award.unit)
    unit = award.unit or "元"
    value = read_value(text, Quantity(dims=((unit, 1),))) if (other := _currency(text, unit)) is None else None
    if value is not None and (value * 100).denominator != 1:
        raise ValueProblem("最多到分", f"{unit}，两位小数以内", "写测算印出的金额", Code.TOO_PRECISE)
    if found is None:
        return "没有金额" if not award.monetary else "不详"
    return None if other is None and value == Fraction(found) else _money(Fraction(found), unit)


def _currency(text: str, unit: str) -> str | None:
    """Another currency than the award's, which is a different amount and no mistake of writing."""
    try:
        dims = parse_quantity(text).dims
    except QuantityError:
        return None
    return dims[0][0] if is_money(dims) and dims != ((unit, 1),) else None


def _money(value: Fraction, unit: str) -> str:
    return show_amount(value, ((unit, 1),))
