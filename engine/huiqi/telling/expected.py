"""What a case file expects, held against what was decided.

What must stay true: every 期望 is compared or refused with its place; none is passed over.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from ..errors import CaseError, Code, Position, Problem, suggestion
from ..language.types import Quantity
from ..language.units import QuantityError, is_money, parse_quantity
from ..reasoning.casefile import Case
from ..rulebook.compiled import Standing
from ..rulebook.literals import ValueProblem, read_value
from ..words import Lapse, Outcome, Verdict
from .amounts import money
from .called import meant, not_one
from .decision import Award, Decision, MeasureResult, RecognitionResult

_HELD = {Verdict.HOLDS: "是", Verdict.FAILS: "否", Verdict.UNKNOWN: "待核"}


def compare_expected(case: Case, decisions: Sequence[Decision], *, beyond: Container[str] = ()) -> list[str]:
    """Differences between a case's 期望 and the decisions, as lines to print.

    `beyond`: names that were left out on purpose (`--measure`), whose 期望 is not compared. Raises
    `CaseError` with every 期望 that cannot be compared: a measure nobody decided, a word that no
    decision can give, an amount without unit.
    """
    lines: list[str] = []
    problems: list[Problem] = []
    for name, wanted in case.expected.items():
        if name in beyond:
            continue
        at = getattr(name, "at", Position(case.path))
        titles = {i: title for d in decisions for i, title in d.titles.items()}
        ids = meant(str(name), titles)
        results = [r for i in ids for r in _results(i, decisions)]
        if len(ids) != 1:
            if ids:
                problems.append(
                    Problem(
                        at,
                        "期望里的名称不止一个事项或资格",
                        str(name),
                        "编号或全称",
                        not_one(str(name), titles, "事项或资格"),
                        Code.UNKNOWN_NAME,
                        ("期望", str(name)),
                    )
                )
            else:
                known = list(dict.fromkeys(x for pair in titles.items() for x in pair))
                problems.append(
                    Problem(
                        at,
                        "期望里的事项或资格不在所测算的规则库里",
                        str(name),
                        "事项或资格的编号、名称",
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
                    line = difference(result, str(key), word)
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


def difference(result: MeasureResult | RecognitionResult, key: str, word: Any) -> str | None:
    """None where one key of 期望 is as expected, else what it is. Raises `ValueProblem` where it never can be."""
    return _expected_measure(result, key, word) if isinstance(result, MeasureResult) else _expected_recognition(result, key, word)


def _expected_measure(result: MeasureResult, key: str, word: Any) -> str | None:
    """None where the result is as expected, else what it is. Raises `ValueProblem` where it never can be."""
    match key:
        case "结论":
            return _concluded(result, _word(word, [*(x.label for x in Outcome), *(x.label for x in Lapse)]))
        case "原因":
            return _same(result.reason, _word(word))
        case "依据状态":
            return _same(result.standing.label, _word(word, [x.label for x in Standing]))
        case "方案":
            if not result.schemes:
                raise ValueProblem("：这一事项没有参照方案", "（没有）", "删去“方案”")
            return _same(result.scheme or "", _word(word, result.schemes))
        case "金额" | "最多":
            return _expected_amount(
                result.award, result.award.settled if key == "金额" else result.award.at_most, _word(word, expected="金额加单位，例如 9万元")
            )
    raise ValueProblem("只用于资格", "结论、原因、依据状态、方案、金额、最多", "支持事项期望 结论 与 金额")


def _concluded(result: MeasureResult, word: str) -> str | None:
    """The outcome; of what is not in force also why: 不在受理期 says more than 不在有效期."""
    if word in [x.label for x in Outcome]:
        return _same(result.outcome.label, word)
    if result.outcome is not Outcome.NOT_IN_FORCE:
        return result.outcome.label
    return None if result.reason == word else f"{result.outcome.label}（{result.reason}）"


def _expected_recognition(result: RecognitionResult, key: str, word: Any) -> str | None:
    match key:
        case "结论":
            return _same(result.truth.verdict.label, _word(word, [x.label for x in Verdict]))
        case "持有":
            return _same(_HELD[result.truth.verdict], _word(word, _HELD.values()))
        case "条件测评":
            return _same(result.meets.verdict.label, _word(word, [x.label for x in Verdict]))
        case "依据状态":
            return _same(result.standing.label, _word(word, [x.label for x in Standing]))
    raise ValueProblem("只用于支持事项", "结论、持有、条件测评、依据状态", "资格期望 结论 或 持有")


def _expected_amount(award: Award, found: str | None, text: str) -> str | None:
    """Compared exactly and with its unit; 不详 is an end nobody knows."""
    if text == "不详":
        return None if found is None else money(Fraction(found), award.unit)
    unit = award.unit or "元"
    value = read_value(text, Quantity(dims=((unit, 1),))) if (other := _currency(text, unit)) is None else None
    if value is not None and (value * 100).denominator != 1:
        raise ValueProblem("最多到分", f"{unit}，两位小数以内", "写测算印出的金额", Code.TOO_PRECISE)
    if found is None:
        return "没有金额" if not award.monetary else "不详"
    return None if other is None and value == Fraction(found) else money(Fraction(found), unit)


def _currency(text: str, unit: str) -> str | None:
    """Another currency than the award's, which is a different amount and no mistake of writing."""
    try:
        dims = parse_quantity(text).dims
    except QuantityError:
        return None
    return dims[0][0] if is_money(dims) and dims != ((unit, 1),) else None
