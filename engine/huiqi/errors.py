"""Every error huiqi raises on purpose, and the one shape a complaint about input takes.

A `Problem` names the place (file, line, column), the words found, what was expected and how to
mend it; an `InputError` carries *all* problems of a file, so that nobody mends one line at a time.
Messages are Chinese, because officers and policy writers read them; class names and codes are for
programs: `.errors()` has the same problems as plain data, as pydantic gives them. What must stay
true: everything raised on purpose derives from `HuiqiError`, and a `Code`, once given out, keeps its
meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, ClassVar

from .plain import dataclass
from .visible import visible_line


class Code(StrEnum):
    """What kind of complaint it is, for programs; new ones may come, none changes its meaning."""

    # a file as a file
    UNREADABLE_FILE = "unreadable_file"  # not there, not allowed, too large, empty, another encoding
    YAML_SYNTAX = "yaml_syntax"  # not the YAML that is read here: colons, tabs, anchors, nesting
    # its shape
    WRONG_SHAPE = "wrong_shape"  # a list where a value belongs, a value where keys belong
    UNKNOWN_KEY = "unknown_key"
    MISSING = "missing"  # a part that must be there is not
    # names
    UNKNOWN_NAME = "unknown_name"  # a fact, column, figure, measure … that nobody declared
    UNKNOWN_SCHEME = "unknown_scheme"
    UNKNOWN_RULEBOOK = "unknown_rulebook"
    DUPLICATE = "duplicate"  # told, or declared, twice
    # values
    WRONG_TYPE = "wrong_type"  # a number where a date belongs
    WRONG_VALUE = "wrong_value"  # of the right kind, and yet nothing it can be: no such day, a wrong check digit
    FLOAT = "float"  # a binary floating-point number
    MISSING_UNIT = "missing_unit"
    WRONG_UNIT = "wrong_unit"
    NOT_AN_OPTION = "not_an_option"
    OUT_OF_BOUNDS = "out_of_bounds"
    TOO_PRECISE = "too_precise"  # more decimals than it can have
    NOT_ABSENT = "not_absent"  # 无 where there must be something
    CONTRADICTORY = "contradictory"  # each part may be, not all together
    # the rest of each stage
    EXPRESSION = "expression"  # an expression that cannot be read, or says what expressions may not
    INVALID_RULEBOOK = "invalid_rulebook"
    INVALID_CASE = "invalid_case"
    INVALID_INPUT = "invalid_input"
    INVALID_CALL = "invalid_call"  # an argument of the library or an option of the command
    TOO_COMPLEX = "too_complex"
    INTERNAL = "internal"  # none of these: a `HuiqiError` of no kind


Loc = tuple[str | int, ...]


def column_letters(column: int) -> str:
    """A column, from 1, as a spreadsheet calls it: A, Z, AA."""
    out = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        out = chr(ord("A") + rest) + out
    return out


@dataclass(frozen=True, order=True)
class Position:
    """A place in a text: file name as the user gave it, 1-based line and column; with a sheet, a cell of a workbook."""

    file: str = ""
    line: int = 0
    column: int = 0
    columns: tuple[int, ...] = field(default=(), compare=False, repr=False)  # of each character, where escapes make them uneven
    sheet: str = field(default="", repr=False)

    def __str__(self) -> str:
        if not self.line:
            return self.file or "（输入）"
        if self.sheet:
            return f"{self.file or '（输入）'}:{self.cell}"
        return f"{self.file or '（输入）'}:{self.line}:{self.column}"

    @property
    def cell(self) -> str:
        """`申报企业!A7`, as a spreadsheet calls it; only where there is a sheet."""
        return f"{self.sheet}!{column_letters(self.column)}{self.line}"

    @property
    def within(self) -> str:
        """As whoever has the file open calls it: the cell of a workbook, else file, line and column; empty where there is none."""
        return self.cell if self.sheet else str(self) if self.line else ""

    def shifted(self, columns: int) -> Position:
        """So many columns further on; a cell of a workbook is one place."""
        if self.sheet:
            return self  # a cell is one place
        if self.columns:
            return Position(self.file, self.line, self.columns[max(0, min(columns, len(self.columns) - 1))])
        return Position(self.file, self.line, self.column + columns)


@dataclass(frozen=True)
class Problem:
    """One complaint: where, what is wrong, the words found, what was expected, the mend.

    `loc` is where it stands in what was given, by keys and indexes; `code` its kind, where the site
    knows better than the stage it was found in (`InputError.stage`).
    """

    at: Position
    message: str
    found: str = ""
    expected: str = ""
    mend: str = ""
    code: Code | None = None
    loc: Loc = ()

    def to_dict(self, stage: Code) -> dict[str, Any]:
        """Plain data; lines and columns are counted from 1, None where there is no place in a text."""
        return {
            "loc": tuple(step if isinstance(step, int) else clip(step) for step in self.loc), "code": (self.code or stage).value,
            "message": visible_line(self.message), "mend": visible_line(self.mend), "found": clip(self.found), "expected": visible_line(self.expected),
            "file": visible_line(self.at.file), "line": self.at.line or None, "column": self.at.column or None,
        } | ({"cell": visible_line(self.at.cell)} if self.at.sheet else {})  # fmt: skip

    def __str__(self) -> str:
        parts = [f"{self.at}: {self.message}"]
        if self.found:
            parts.append(f"写的是“{clip(self.found)}”")
        if self.expected:
            parts.append(f"应为：{self.expected}")
        if self.mend:
            parts.append(f"改法：{self.mend}")
        return visible_line("；".join(parts))


SEE = "照 docs/language.md 里这一项的写法改"  # where what is wrong already says what belongs there


def clip(text: str, limit: int = 60) -> str:
    """The user's own words, short enough for one line of an error."""
    text = visible_line(text[: 4 * limit])
    return text if len(text) <= limit else text[: limit - 1] + "…"


def told(value: Any) -> str:
    """What was given, as text; also where Python itself refuses to write it out."""
    try:
        return str(value)
    except (ValueError, RecursionError):
        return "（太长，写不出来）"


_SUGGESTED = "是否“"


def suggestion(word: str, known: Iterable[str]) -> str:
    """`是否“…”？` with the nearest known word, or nothing."""
    near = nearest(word, known)
    return f"{_SUGGESTED}{near[0]}”？" if near else ""


def nearest(word: str, known: Iterable[str]) -> list[str]:
    """The nearest known word, where one is near."""
    if len(word) > 80:  # no name; and comparing would take long
        return []
    return get_close_matches(word, [k for k in known if not opposite(word, k)], n=1, cutoff=0.5)


def is_suggestion(mend: str) -> bool:
    """Whether what is advised is the nearest known word and nothing else."""
    return mend.startswith(_SUGGESTED)


_DENIED = re.compile(r"没有|未|不|非|无|没|否|勿|免|拒|撤|驳|退回|取消|停|失效")
_ALIKE = re.compile(r"不动产|不锈钢|无人机|无形资产|非物质文化遗产|无线|非遗|不断|无偿|非营利|免费")  # names: nothing is denied
_FACING = ("内外", "上下", "高低", "大小", "增减", "进出", "前后", "正副", "男女", "新旧", "多少", "有无", "是否", "收付", "买卖", "入出", "学专")


def opposite(word: str, entry: str) -> bool:
    """Whether one of two words denies what the other says, or says the other of a pair (境内, 境外; 大学, 大专): no slip of the pen, never to be offered for it."""
    denied = [len(_DENIED.findall(_ALIKE.sub("", w))) % 2 for w in (word, entry)]
    if denied[0] != denied[1]:
        return True
    if len(word) != len(entry):
        return False
    differing = [(a, b) for a, b in zip(word, entry, strict=True) if a != b]
    return bool(differing) and all(any(a in pair and b in pair for pair in _FACING) for a, b in differing)


_NOTE = re.compile(r"[（(\[［〔][^（）()\[\]［］〔〕]*[)）\]］〕]")  # （虚构）, （普通合伙）
_LEGAL_FORM = re.compile(r"(?:股份有限公司|有限责任公司|有限公司|集团|公司|合伙企业|事务所)+$")


def firm_suggestion(name: str, known: Iterable[str]) -> str:
    """`是否“…”？` with the firm whose own name is the same but for its form, one slip away, or longer; what all firms end with counts for nothing."""
    own = _own_name(name)
    if not 1 < len(own) <= 80:
        return ""
    names = {k: _own_name(k) for k in dict.fromkeys(known)}
    for near in (lambda k: k == own, lambda k: _a_slip_apart(own, k), lambda k: own in k or (len(k) > 1 and k in own)):
        found = [k for k, core in names.items() if near(core)]
        if found:
            return f"是否“{found[0]}”？" if len(found) == 1 else ""
    return ""


def _own_name(name: str) -> str:
    """Of a firm: its name without notes in brackets and without its legal form."""
    plain = re.sub(r"\s", "", name)
    while (less := _LEGAL_FORM.sub("", _NOTE.sub("", plain))) != plain:
        plain = less
    return plain


def _a_slip_apart(a: str, b: str) -> bool:
    """Whether one character too many, one too few, another one, or two the other way round make one of the other."""
    if abs(len(a) - len(b)) > 1 or a == b:
        return False
    start = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    x, y = a[start:], b[start:]
    return x[1:] == y or x == y[1:] or x[1:] == y[1:] or (x[2:] == y[2:] and x[:2] == y[1::-1])


class HuiqiError(Exception):
    """Base of everything huiqi raises on purpose."""

    stage: ClassVar[Code] = Code.INTERNAL  # the code of whatever names none of its own

    def errors(self) -> list[dict[str, Any]]:
        """Every complaint as plain data, ready for `json.dumps`, with the keys pydantic uses and more.

        `loc`: keys and indexes that lead to it in what was given, e.g. `("明细", "设备", 0, "价格")`, or
        the argument; `code`: a value of `Code`; `message`, `mend`, `found` (the words given) and
        `expected`: Chinese, for people, "" where there is nothing to say; `file`, `line`, `column`:
        its place in a text, "" and None where it has none; `cell` (申报企业!A7) only of a workbook.
        """
        return [Problem(Position(), str(self)).to_dict(self.stage)]


def _in_order(problem: Problem) -> tuple[Any, ...]:
    """By place; of one place always in the same order, whatever set they come from."""
    at, loc = problem.at, [str(x).zfill(9) for x in problem.loc]
    return at.file, at.sheet, at, problem.message, loc, problem.found, problem.expected, problem.mend, problem.code or ""


class InputError(HuiqiError):
    """Input that cannot be taken: all its problems at once, in the order of the text."""

    stage = Code.INVALID_INPUT

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(set(problems), key=_in_order))
        super().__init__("\n".join(dict.fromkeys(str(p) for p in self.problems)))

    def errors(self) -> list[dict[str, Any]]:
        return [p.to_dict(self.stage) for p in self.problems]

    def __reduce__(self) -> tuple[Any, ...]:
        # exceptions are rebuilt from `args`, which here is the text; carried between processes and copied whole
        return type(self), (self.problems,)


class ExpressionError(InputError):
    """An expression of the rule language that cannot be read or does not type-check."""

    stage = Code.EXPRESSION


class RulebookError(InputError):
    """A rulebook that does not compile."""

    stage = Code.INVALID_RULEBOOK


class CaseError(InputError):
    """A case or register that cannot be taken."""

    stage = Code.INVALID_CASE


class UnknownRulebook(InputError):
    """No rulebook of that name or folder."""

    stage = Code.UNKNOWN_RULEBOOK


class UsageError(HuiqiError):
    """A call of the library that cannot be carried out: the argument and the mend are named."""

    stage = Code.INVALID_CALL

    def __init__(self, message: str, *, mend: str = "", argument: str = "") -> None:
        self.message, self.mend, self.argument = message, mend, argument
        super().__init__(f"{message}；{mend}" if mend else message)

    def errors(self) -> list[dict[str, Any]]:
        loc = (self.argument,) if self.argument else ()
        return [Problem(Position(), self.message, mend=self.mend, loc=loc).to_dict(self.stage)]


class NotThere(UsageError, KeyError):
    """What is looked up by name is not there: also a `KeyError`, so that a mapping's `get` and `in` mean what they mean everywhere."""

    def __init__(self, name: object, known: Iterable[str], *, titles: Mapping[str, str] | None = None) -> None:
        """`titles`: of those known, so that who looks one up by title is told its id."""
        wanted, names = str(name), list(known)
        by_title = next((i for i, title in (titles or {}).items() if title == wanted), None)
        mend = (
            f"写编号：{by_title}"
            if by_title is not None
            else suggestion(wanted, names) or ("有的是：" + "、".join(names[:6]) + ("……" if len(names) > 6 else "") if names else "")
        )
        super().__init__(f"没有“{clip(wanted)}”", mend=mend)

    def __str__(self) -> str:
        return Exception.__str__(self)  # a KeyError's is the repr of its key


class TooComplex(HuiqiError):
    """A computation refused because it would leave the stated bounds (size, combinations)."""

    stage = Code.TOO_COMPLEX
