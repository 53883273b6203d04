"""A case: one enterprise's facts in a YAML file, and what is expected of it.

Reading takes every word with its place; the facts are read only against a rulebook, whose
vocabulary says what they mean. Nothing is defaulted: no date, no rulebook, no fact.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace
from datetime import date
from pathlib import Path
from typing import Any

from ..errors import CaseError, Code, HuiqiError, Position, Problem, UnknownRulebook, UsageError, suggestion
from ..language.levelling import level_id
from ..language.types import DATE, YEAR
from ..plain import dataclass
from ..rulebook.literals import ValueProblem, read_value
from ..rulebook.taken import Taken
from ..rulebook.yamltree import Rows, Table, Word, located, parse_tree, read_tree, wide_colons
from .choices import APPLIED, STATEMENT, Statement, read_statement

KEYS = ("企业", "政策规则库", "审核日期", "申报年度", "数据", "明细", "方案", "读法", "申报事项", "其余不予支持情形", "期望", "说明")
_TAKEN = ("取", "由", "日期")
EXPECTED = ("结论", "金额", "最多", "依据状态", "原因", "持有", "条件测评", "方案")


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
    readings: Mapping[str, Taken] = field(default_factory=dict)  # decided for this case, by name
    applied: tuple[Any, ...] | None = None  # ids or titles of the measures applied for; None: nothing was said
    statement: Statement | None = None  # an officer's, on the exclusions not listed
    row: Position = Position()  # of a workbook: where the enterprise stands

    @property
    def start(self) -> Position:
        """Where it begins, for what is missing from it."""
        return self.row if self.row.line else Position(self.path, 1, 1)


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


def read_case_text(text: str, name: str, rulebooks: Sequence[str] = ()) -> Case:
    """As `read_case`, of the text itself; `name` is what its problems call it."""
    tree, problems = parse_tree(text, name)
    if tree is None:
        raise CaseError(problems)
    return case_from_tree(tree, name, rulebooks, problems)


def beside(word: Word, path: str) -> Word:
    """A folder as the case file calls it: from where the file lies, whatever folder one is in; else as it is written."""
    if not ("/" in word or "\\" in word or word.startswith(".")) or Path(word).is_absolute():
        return word
    folder = Path(path).parent / word
    return Word.make(str(folder), word.at, word.style, word.lines) if (folder / "rulebook.yaml").is_file() else word


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
    books = [beside(w, path) for w in listed if isinstance(w, Word)]
    for n, word in enumerate(books):
        if (first := next((b for b in books[:n] if level_id(b) == level_id(word)), None)) is not None:
            wrong(word, "同一个规则库写了两次", word, "每个规则库只写一次", f"第一次见 {first.at}；删去一处", Code.DUPLICATE)
    schemes = dict(mapping("方案").items())
    for name, word in schemes.items():
        if not isinstance(word, Word):
            wrong(name, "方案写作 事项编号: 方案名", str(word), "方案名", "只写一个方案名")
    readings = {}
    for name, word in mapping("读法").items():
        if isinstance(word, Word):
            readings[name] = Taken(word)
        elif isinstance(word, Table) and isinstance(word.get("取"), Word) and all(isinstance(x, Word) for x in word.values()):
            for key in word:
                if key not in _TAKEN:
                    wrong(key, "读法里没有这个键", key, "、".join(_TAKEN), suggestion(key, _TAKEN), Code.UNKNOWN_KEY)
            readings[name] = Taken(word["取"], str(word.get("由", "")), str(word.get("日期", "")))
        else:
            wrong(name, "读法写作 名称: 选项", str(word), "选项，或 {取: 选项, 由: 谁定的, 日期: 2026-06-01}", "谁定的、哪天定的可以不写")
    applied = _applied(tree, wrong)
    stated = tree.get(STATEMENT)
    statement = None if stated is None or (isinstance(stated, Word) and not stated.strip()) else read_statement(stated, problems, Position(path, 1, 1))
    expected = mapping("期望")
    for name, body in expected.items():
        if not isinstance(body, Table):
            wrong(name, "期望写成 {结论: …, 金额: …}", str(body), "{结论: …}", "写成 事项编号: {结论: …}")
            continue
        for key in body:
            if key not in EXPECTED:
                wrong(key, "期望里没有这个键", key, "、".join(EXPECTED), suggestion(key, EXPECTED), Code.UNKNOWN_KEY)
    enterprise, on, year = scalar("企业", None), scalar("审核日期", DATE), scalar("申报年度", YEAR)
    case = Case(enterprise or "", tuple(books), on, year, mapping("数据"), mapping("明细"), schemes, expected, path, readings, applied, statement)
    if problems:
        # the facts are worth checking too, so that one run shows every mistake of the file
        places = {p.at for p in problems}  # of two complaints of one word the first says why
        raise CaseError(located([*problems, *(p for p in fact_problems(case, rulebooks) if p.at not in places)], tree))
    return case


def _applied(tree: Table, wrong: Callable[..., None]) -> tuple[Any, ...] | None:
    """What is applied for: a list of measures, or one; a blank says nothing."""
    raw = tree.get(APPLIED)
    if raw is None or (isinstance(raw, Word) and not raw.strip()):
        return None
    words = list(raw) if isinstance(raw, Rows) else [raw]
    if not words or not all(isinstance(x, Word) and x.strip() for x in words):
        wrong(raw, f"“{APPLIED}”写支持事项的编号或名称", str(raw), "[事项, 事项]", "什么都没有说就不写这一项")
        return None
    return tuple(words)


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
