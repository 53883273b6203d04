"""A case: one enterprise's facts in a YAML file, and what is expected of it.

Reading takes every word with its place; the facts are read only against a rulebook, whose
vocabulary says what they mean. Nothing is defaulted: no date, no rulebook, no fact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from ..errors import CaseError, HuiqiError, InputError, Position, Problem, UsageError, suggestion
from ..language.levelling import level_id
from ..language.types import DATE, YEAR
from ..language.units import QuantityError, parse_quantity
from ..rulebook.literals import ValueProblem, read_value
from ..rulebook.yamltree import Rows, Table, Word, read_yaml
from .decision import OUTCOMES, Decision

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


def read_case(path: str | Path) -> Case:
    """Read a case file. Raises `CaseError` with every problem of its frame, each at its place."""
    if not isinstance(path, str | Path):
        raise UsageError(f"read_case 要文件路径，收到 {type(path).__name__}")
    try:
        tree = read_yaml(Path(path))
    except InputError as error:
        raise CaseError(error.problems) from None
    return case_from_tree(tree, str(path))


def case_from_tree(tree: Any, path: str) -> Case:
    problems: list[Problem] = []

    def wrong(at: Any, message: str, found: str = "", expected: str = "", mend: str = "") -> None:
        problems.append(Problem(getattr(at, "at", Position(path, 1, 1)), message, found, expected, mend))

    if not isinstance(tree, Table):
        raise CaseError([Problem(getattr(tree, "at", Position(path, 1, 1)), "案例应写成键值", str(tree)[:40], "企业: …", "参照 cases 里的例子")])
    for key in tree:
        if key not in KEYS:
            wrong(key, "案例里没有这个键", key, "、".join(KEYS), suggestion(key, KEYS) or ("申报数据写在“数据”下" if not isinstance(tree[key], Table) else ""))

    def scalar(key: str, kind: Any) -> Any:
        word = tree.get(key)
        if word is None or (isinstance(word, Word) and not word.strip()):
            return None
        if not isinstance(word, Word):
            wrong(word, f"“{key}”应写一个值", "", "一个值")
            return None
        if kind is None:
            return str(word)
        try:
            return read_value(word, kind)
        except ValueProblem as error:
            wrong(word, f"“{key}”{error.message}", word, error.expected, error.mend)
            return None

    def mapping(key: str) -> Table:
        value = tree.get(key)
        if value is None or (isinstance(value, Word) and not value.strip()):
            return Table()
        if not isinstance(value, Table):
            wrong(value if isinstance(value, Word) else tree, f"“{key}”应写成键值", str(value)[:40], "名称: 值", "每项写 名称: 值")
            return Table()
        return value

    raw_books = tree.get("政策规则库")
    listed = raw_books if isinstance(raw_books, Rows) else [raw_books] if raw_books else []
    for word in listed:
        if not isinstance(word, Word):
            wrong(word, "政策规则库写成清单", str(word)[:40], "[datong-outsourcing]")
    books = [w for w in listed if isinstance(w, Word)]
    for n, word in enumerate(books):
        if (first := next((b for b in books[:n] if level_id(b) == level_id(word)), None)) is not None:
            wrong(word, "同一个规则库写了两次", word, "每个规则库只写一次", f"第一次见 {first.at}；删去一处")
    schemes = dict(mapping("方案").items())
    for name, word in schemes.items():
        if not isinstance(word, Word):
            wrong(name, "方案写作 事项编号: 方案名", str(word)[:40])
    expected = mapping("期望")
    for name, body in expected.items():
        if not isinstance(body, Table):
            wrong(name, "期望写成 {结论: …, 金额: …}", str(body)[:40])
            continue
        for key in body:
            if key not in EXPECTED:
                wrong(key, "期望里没有这个键", key, "、".join(EXPECTED), suggestion(key, EXPECTED))
    enterprise, on, year = scalar("企业", None), scalar("审核日期", DATE), scalar("申报年度", YEAR)
    case = Case(enterprise or "", tuple(books), on, year, mapping("数据"), mapping("明细"), schemes, expected, path)
    if problems:
        # the facts are worth checking too, so that one run shows every mistake of the file
        raise CaseError([*problems, *_fact_problems(case)])
    return case


def _fact_problems(case: Case) -> list[Problem]:
    from ..rulebook.compiler import load_compiled
    from .facts import Reader

    try:
        books = [load_compiled(name) for name in case.rulebooks]
    except HuiqiError:
        return []
    problems: list[Problem] = []
    for book in books:
        reader = Reader(book, need_unit=True, others=books)
        reader.read(case.data, case.records, case.year)
        problems += reader.problems
    return problems


def compare_expected(case: Case, decisions: list[Decision]) -> list[str]:
    """Differences between a case's 期望 and the decisions, as lines to print."""
    lines = []
    for name, wanted in case.expected.items():
        results = [(d.measures.get(name), d.recognitions.get(name)) for d in decisions]
        measure = next((m for m, _ in results if m is not None), None)
        recognition = next((r for _, r in results if r is not None), None)
        if measure is None and recognition is None:
            known = [i for d in decisions for i in (*d.measures, *d.recognitions)]
            lines.append(f"{getattr(name, 'at', '')}: 期望的“{name}”不在规则库里；{suggestion(name, known)}")
            continue
        actual: dict[str, str] = {}
        if measure is not None:
            actual = {
                "结论": OUTCOMES[measure.outcome], "原因": measure.reason, "依据状态": measure.standing.label, "方案": measure.scheme or "",
                "金额": measure.award.settled or "", "最多": measure.award.at_most or "",
            }  # fmt: skip
        elif recognition is not None:
            actual = {
                "结论": _VERDICTS[recognition.truth.verdict], "持有": _HELD[recognition.truth.verdict],
                "条件测评": _VERDICTS[recognition.meets.verdict], "依据状态": recognition.standing.label,
            }  # fmt: skip
        for key, word in wanted.items():
            found = actual.get(key, "（没有这一项）")
            want = str(word)
            if key in ("金额", "最多"):
                want = _money(word) if str(word) != "不详" else ""
            if found != want:
                lines.append(f"{getattr(word, 'at', '')}: {name} 的{key}：期望 {word}，测算 {found or '不详'}")
    return lines


def _money(word: Any) -> str:
    from ..rulebook.literals import money_string

    try:
        return money_string(parse_quantity(str(word)).value)
    except QuantityError as error:
        raise CaseError([Problem(getattr(word, "at", Position()), error.message, str(word), "金额加单位", error.mend)]) from None
