"""The mapping of a table: a small YAML file that an officer edits, and that is read again, this year and the next.

Columns are found by their headers, answers by their questions' keys. What must stay true: an answer that belongs to one table (its
year, its signs, its cells) is taken only for a table of the same title; every text of the table stands quoted, so that nothing in a
cell can be more than text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from pathlib import Path

from ..errors import Code, InputError, Position, Problem, column_letters, suggestion
from ..plain import dataclass
from ..rulebook.compiled import CompiledRulebook
from ..rulebook.yamltree import Rows, Table, read_yaml
from ..visible import visible_line
from .layout import unit_named
from .propose import Column, Use, find_target, unmapped
from .questions import Answer, Question

LASTING = ("写法:", "单位:", "对应:", "两种:")  # answers that hold for the next table too, unless they name a cell
VERSION = "1"
_NONE = ("不对应", "", "无")
_FIXED = {*_NONE, "企业", "申报年度", "序号", "个人信息", "核对", "核对用"}


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a mapping file says."""

    rulebook: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)  # header → what it stands for
    units: Mapping[str, str] = field(default_factory=dict)  # header → unit
    answers: Mapping[str, str] = field(default_factory=dict)  # that last
    own: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # title of a table → answers of that table

    def answers_for(self, title: str) -> dict[str, str]:
        return {**self.answers, **self.own.get(title, {})}


EMPTY = Told()


def lasts(key: str) -> bool:
    return key.startswith(LASTING) and "!" not in key


# -- reading -------------------------------------------------------------------------------------------------


def read_mapping(path: Path) -> Told:
    tree = read_yaml(path)
    at = Position(str(path), 1, 1)
    if not isinstance(tree, Table) or "对应表" not in tree:
        raise InputError([Problem(at, "这不是对应表", path.name, "第一项是 对应表: 1", "用 huiqi map 写出对应表，再改它", Code.WRONG_SHAPE)])
    if str(tree["对应表"]) != VERSION:
        raise InputError([Problem(at, "对应表的版本不认识", str(tree["对应表"]), VERSION, "用 huiqi map 重新写出", Code.WRONG_VALUE)])
    columns, units, lasting, own = dict[str, str](), dict[str, str](), dict[str, str](), dict[str, dict[str, str]]()
    problems = list[Problem]()
    for sheet in _rows(tree.get("工作表"), path, problems):
        title = str(sheet.get("标题", ""))
        for column in _rows(sheet.get("列"), path, problems):
            head = str(column.get("表头", ""))
            columns[head] = str(column.get("对应", ""))
            if column.get("单位"):
                units[head] = str(column["单位"])
        for question in _rows(sheet.get("问"), path, problems):
            answer = str(question.get("答", "") or "").strip()
            if answer:
                key = str(question.get("钥匙", ""))
                listed = question.get("选")
                given = Answer.among(answer, [str(x) for x in listed] if isinstance(listed, Rows) else ())
                (lasting if lasts(key) else own.setdefault(title, {}))[key] = given
    for kept in _rows(tree.get("旧答"), path, problems):
        lasting.setdefault(str(kept.get("钥匙", "")), str(kept.get("答", "")))
    if problems:
        raise InputError(problems)
    return Told(rulebook=str(tree.get("规则库", "")), columns=columns, units=units, answers=lasting, own=own)


def _rows(found: object, path: Path, problems: list[Problem]) -> Sequence[Table]:
    if found is None or found == "":
        return ()
    if isinstance(found, Rows) and all(isinstance(x, Table) for x in found):
        return found
    problems.append(
        Problem(
            getattr(found, "at", Position(str(path), 1, 1)),
            "这里应是清单，每项有名称",
            str(found)[:40],
            "- {列: A, 表头: …, 对应: …}",
            "照 huiqi map 写出的样子改",
            Code.WRONG_SHAPE,
        )
    )
    return ()


def mapping_problems(book: CompiledRulebook, told: Told, path: Path) -> list[Problem]:
    """What a mapping says that the vocabulary does not know."""
    at, out = Position(str(path)), list[Problem]()
    known = ["企业", "申报年度", *(f.name for f in book.facts.values()), *(f"{r.name}.{s.name}" for r in book.records.values() for s in r.fields.values())]
    for head, word in told.columns.items():
        if word not in _FIXED and find_target(book, word) is None:
            out.append(
                Problem(at, f"“{head}”对应的数据项没有", word, "词汇表里的数据项，或 明细.栏", suggestion(word, known) or "写 不对应", Code.UNKNOWN_NAME)
            )
    for head, unit in told.units.items():
        if unit_named(unit) is None:
            out.append(Problem(at, f"“{head}”的单位不认识", unit, "如 万元、万美元、人、%", "照表头或单位行写", Code.WRONG_UNIT))
    return out


def answer_problems(questions: Sequence[Question], path: Path | None) -> list[Problem]:
    """Answers that are none of a question's choices."""
    return [
        Problem(Position(str(path or "")), f"{q.number}的答不在选项里", q.answer, "、".join(q.told), "写 ①、② …；可以自填的写出内容", Code.NOT_AN_OPTION)
        for q in questions
        if q.answer.strip() and q.chosen is None
    ]


# -- writing -------------------------------------------------------------------------------------------------


def quoted(text: str) -> str:
    """A text as YAML: plain where it is but a word, else in quotes."""
    plain = visible_line(text)
    if re.fullmatch(r"[\u4e00-\u9fffA-Za-z][\u4e00-\u9fffA-Za-z0-9._]*", plain) and plain not in (
        "是",
        "否",
        "无",
        "true",
        "false",
        "null",
        "yes",
        "no",
        "on",
        "off",
        "y",
        "n",
    ):
        return plain
    return json.dumps(plain, ensure_ascii=False)


@dataclass(frozen=True, kw_only=True)
class SheetMapped:
    name: str
    title: str
    columns: tuple[Column, ...]
    questions: tuple[Question, ...]


def written(file: str, rulebook: str, sheets: Sequence[SheetMapped], skipped: Sequence[tuple[str, str]], kept: Mapping[str, str]) -> str:
    lines = [
        "# 对应表：表格的每一列对应哪个数据项、用什么单位，以及要经办人回答的问题。由 huiqi map 写出，可以改。",
        "#   列：“对应”写数据项（如 执行额）或 明细.栏（如 资质认证.发证日）；企业名称写 企业，申报年度写 申报年度；不用的写 不对应；",
        "#       只用来核对合计的数写 核对；联系人、电话一类写 个人信息。",
        "#   问：在“答”后面写 ①、②……；选项是“其他”一类的，直接写内容。不知道就空着：没有答的，按没有告诉处理。",
        "#   建议只是建议，不写“答”就不算数。改好以后用同一条命令再跑一遍，答过的会保留；明年的表可以用 --mapping 接着用。",
        f"对应表: {VERSION}",
        f"规则库: {quoted(rulebook)}",
        f"表格: {quoted(file)}",
        "工作表:",
    ]
    for sheet in sheets:
        lines += [f"  - 名称: {quoted(sheet.name)}", f"    标题: {quoted(sheet.title)}", "    列:"]
        lines += [f"      - {_column(c)}" for c in sheet.columns]
        if free := unmapped(sheet.columns):
            lines.append(f"    # 没有对应数据项的列：{'、'.join(free)}")
        lines.append("    问:" if sheet.questions else "    问: []")
        for question in sheet.questions:
            lines += [
                f"      - 编号: {question.number}",
                f"        问: {quoted(question.words)}",
                *([f"        # {visible_line(s)}" for s in question.said]),
                f"        选: [{', '.join(quoted(t) for t in question.told)}]",
                *(["        建议: ①"] if question.suggested else []),
                *([f"        格: {quoted('、'.join(question.cells))}"] if question.cells else []),
                f"        答: {quoted(question.restated) if question.answer else chr(34) * 2}",
                f"        钥匙: {quoted(question.key)}",
            ]
    if not sheets:
        lines[-1] = "工作表: []"
    lines += [f"# 没有数据、跳过的工作表：{visible_line(name)}（{visible_line(why)}）" for name, why in skipped]
    if kept:
        lines.append("旧答:  # 以前答过、这次没有问到的，留给以后")
        lines += [f"  - {{钥匙: {quoted(k)}, 答: {quoted(v.words if isinstance(v, Answer) else v)}}}" for k, v in kept.items()]
    return "\n".join(lines) + "\n"


def _column(column: Column) -> str:
    target = (
        column.target
        if column.use in (Use.FACT, Use.NAME, Use.YEAR)
        else {Use.ORDER: "序号", Use.PERSONAL: "个人信息", Use.COMPARED: "核对"}.get(column.use, "不对应")
    )
    unit = f", 单位: {quoted(column.unit.word)}" if column.unit is not None and column.numeric else ""
    ground = column.ground.value if column.use is Use.FACT else ""
    near = f"可能是 {'、'.join(column.known)}" if column.known and column.use is not Use.FACT else ""
    parts = [ground, f"单位见{column.unit_from}" if column.unit_from and unit else "", "隐藏列" if column.head.hidden else "", near]
    why = "；".join(p for p in parts if p)
    return f"{{列: {column_letters(column.number)}, 表头: {quoted(column.head.title)}, 对应: {quoted(target)}{unit}}}" + (f"  # {why}" if why else "")
