"""YAML read as text with places: every scalar keeps its words, its file, line and column.

Only structure is taken from YAML; no scalar is ever converted (`010`, `no`, `12:30`, `1e400` stay
as written), and what YAML would swallow is refused: duplicate keys, anchors and aliases, tags,
several documents, a BOM, other encodings than UTF-8, excessive size or depth. The parser's events
are read one by one, so that hostile nesting cannot exhaust the stack. What is refused is the same,
in the same words and at the same place, with libyaml of any release and with PyYAML's own parser:
limits of theirs (characters, nesting) are never met before ours.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import accumulate, islice
from pathlib import Path
from typing import Any, NoReturn

import yaml

from ..errors import Code, InputError, Loc, Position, Problem
from ..texts import read_text, unprintable

MAX_DEPTH = 40
MAX_NODES = 200_000
_ESCAPED = {'"': re.compile(r"\\(?:x..|u....|U.{8}|.)|.", re.S), "'": re.compile("''|.", re.S)}
# `企业：甲公司`: a short word, a full-width colon, and before it nothing that a half-width one could follow
_WIDE_COLON = re.compile(r"[ ]*(?:- +)*(?P<key>[^\s\"'#:：{}\[\],&*!|>%@`-][^\"'#:：{}\[\],]{0,39})：")
# `1,800万元` without quotes between braces: to YAML the comma ends the value, and `800万元` is a key that has none
_GROUPED = re.compile(r"[^\s\d,:{}\[\]\"'#]{0,5}[0-9]+(?:,[0-9]+)+(?:\.[0-9]+)?[^\d,:{}\[\]\"'#\n]*?(?=\s*[,}])")
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Word(str):
    """A scalar as written, with its place. `plain` is False for quoted text."""

    at: Position
    style: str
    lines: int
    raw: str = ""  # as it stands in the file, where that differs in a way that matters

    @classmethod
    def make(cls, text: str, at: Position, style: str = "", lines: int = 1) -> Word:
        word = cls(text)
        word.at, word.style, word.lines = at, style, lines
        return word

    @property
    def start(self) -> Position:
        """Where the first character of the content stands (after an opening quote)."""
        if self.style not in ("'", '"'):
            return self.at
        start = self.at.shifted(1)
        if not self.raw or self.lines > 1:
            return start
        # an escape is several characters of the file and one of the content
        widths = [len(m.group()) for m in _ESCAPED[self.style].finditer(self.raw[1:-1])]
        return replace(start, columns=tuple(start.column + n for n in accumulate(widths, initial=0)))


class Table(dict[str, Any]):
    """A mapping with its place; its keys are `Word`s."""

    at: Position

    @classmethod
    def made(cls, at: Position, items: Mapping[Any, Any] | None = None) -> Table:
        """One that no file has; a key that is no word yet stands where it stands."""
        table = cls({k if isinstance(k, Word) else Word.make(k, at): v for k, v in (items or {}).items()})
        table.at = at
        return table

    def __str__(self) -> str:
        return "（键值）" if self else "{}"  # in messages: Python's own form says nothing to an officer

    def key(self, name: str) -> Position:
        return next((k.at for k in self if k == name and isinstance(k, Word)), self.at)


class Rows(list[Any]):
    """A sequence with its place."""

    at: Position

    @classmethod
    def made(cls, at: Position, items: Iterable[Any] = ()) -> Rows:
        """One that no file has."""
        rows = cls(items)
        rows.at = at
        return rows

    def __str__(self) -> str:
        return "（清单）" if self else "[]"


def read_yaml(path: Path, shown: str | None = None) -> Any:
    """`Table`, `Rows` or `Word` with places. Raises `InputError` with every problem at once."""
    return _raised(parse_tree(read_text(path), shown or str(path)))


def read_tree(path: Path) -> tuple[Any, list[Problem]]:
    """The tree as far as it can be read, None if it cannot, and what is wrong with it: so that the
    caller can complain of the rest too.
    """
    try:
        return parse_tree(read_text(path), str(path))
    except InputError as error:
        return None, list(error.problems)


def parse_yaml(text: str, name: str) -> Any:
    return _raised(parse_tree(text, name))


def _raised(found: tuple[Any, list[Problem]]) -> Any:
    tree, problems = found
    if problems:
        raise InputError(problems)
    return tree


def parse_tree(text: str, name: str) -> tuple[Any, list[Problem]]:
    """As `read_tree`, of a text."""
    if problems := unprintable(text, name) or _tabs(text, name):
        return None, problems
    while True:
        builder = _Builder(name)
        try:
            builder.read(text)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
            if mark:
                # The parser looks up to 1,024 characters ahead for the colon of a key before it yields an event;
                # what it complains of there (libyaml since 0.2.6 has a limit of nesting) comes before the events
                # of what stands before. Read as if the file ended at that place, they come first.
                try:
                    with suppress(yaml.YAMLError):
                        _Builder(name).read(text[: mark.index])
                except InputError as refused:
                    return None, [*problems, *refused.problems]
            lines = text.split("\n")
            wide = _wide_lines(lines, mark.line) if mark else []
            if wide:
                # named, then read as if it had been written right, so that the rest is complained of too
                for number in wide:
                    found = _WIDE_COLON.match(lines[number])
                    assert found is not None
                    problems.append(_wide_colon(Position(name, number + 1, found.end()), found["key"]))
                    lines[number] = f"{lines[number][: found.end() - 1]}: {lines[number][found.end() :].lstrip()}"
                text = "\n".join(lines)
                continue
            at = Position(name, mark.line + 1, mark.column + 1) if mark else Position(name, 1, 1)
            words = lines[mark.line].strip() if mark and mark.line < len(lines) else ""
            problem = str(getattr(error, "problem", "") or "")
            return None, [*problems, *builder.problems, Problem(at, "YAML 写法有误", words, "键: 值，或以 - 开头的清单", _mend(problem), Code.YAML_SYNTAX)]
        except InputError as error:
            return None, [*problems, *error.problems]
        problems += builder.problems
        if builder.root is None and not problems:
            problems.append(Problem(Position(name, 1, 1), "文件是空的", "（空）", "YAML 内容", "参照 cases 里的例子填写", Code.UNREADABLE_FILE))
        return builder.root, problems


def _tabs(text: str, name: str) -> list[Problem]:
    found = ((n, line, re.match(r"[ ]*\t", line)) for n, line in enumerate(text.split("\n"), 1))
    return [
        Problem(Position(name, n, indent.end()), "缩进里有制表符（Tab）", "⇥" + line.strip()[:30], "空格", "用空格缩进", Code.YAML_SYNTAX)
        for n, line, indent in islice((x for x in found if x[2]), 20) if indent
    ]  # fmt: skip


def _wide_lines(lines: list[str], at: int) -> list[int]:
    """The lines at and directly above a mistake that have a full-width colon where a key's belongs."""
    wide = [at] if at < len(lines) and _WIDE_COLON.match(lines[at]) else []
    number = at - 1
    while number >= 0 and (_WIDE_COLON.match(lines[number]) or not lines[number].strip()):
        wide += [number] if lines[number].strip() else []
        number -= 1
    return wide


def _wide_colon(at: Position, key: str) -> Problem:
    return Problem(at, "这里是全角冒号（：）", f"{key.strip()}：", "半角冒号加空格", f"改成 {key.strip()}: （英文冒号，后面空一格）", Code.YAML_SYNTAX)


def wide_colons(word: Any) -> list[Problem]:
    """The full-width colons of a text that stands where keys and values belong."""
    if not isinstance(word, Word) or word.style or "：" not in word:
        return []
    found = []
    for number, line in enumerate((word.raw or word).split("\n")):
        if match := _WIDE_COLON.match(line):
            column = match.end() + (word.at.column - 1 if number == 0 else 0)
            found.append(_wide_colon(Position(word.at.file, word.at.line + number, column), match["key"]))
    return found


def _mend(problem: str) -> str:
    table = {
        "could not find expected ':'": "键后面要有英文冒号和空格",
        "mapping values are not allowed": "一行里有两个冒号，或缩进不齐；含冒号的文字加引号",
        "did not find expected": "括号或引号没有配对，或缩进不齐",
        "found character that cannot start any token": "以 @、%、` 等开头的文字加引号",
    }
    return next((v for k, v in table.items() if k in problem), "核对缩进、冒号与括号")


class _Builder:
    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []
        self.root: Any = None

    def _at(self, event: Any) -> Position:
        return Position(self.name, event.start_mark.line + 1, event.start_mark.column + 1)

    def _note(self, event: Any, message: str, found: str, mend: str) -> None:
        self.problems.append(Problem(self._at(event), message, found, "普通的键与值", mend, Code.YAML_SYNTAX))

    def _stop(self, event: Any, message: str, found: str, mend: str) -> NoReturn:
        self._note(event, message, found, mend)
        raise InputError(self.problems)

    def read(self, text: str) -> None:
        """All events, into `root` and `problems`; what can only be refused at once is raised."""
        stack: list[Any] = []
        pending: list[Word | None] = []  # the key waiting for its value, per open mapping
        documents = 0
        last: tuple[Table, Word, int] | None = None  # the plain word that was told last between braces: of which table, under which key, where it begins
        remainder = Word.make("", Position())  # a key that is the rest of the number before it

        def add(value: Any, event: Any) -> None:
            if not stack:
                self.root = value
                return
            top = stack[-1]
            if isinstance(top, Rows):
                top.append(value)
                return
            key = pending[-1]
            if key is None:
                if not isinstance(value, Word):
                    self._stop(event, "键必须是文字", "（复合键）", "写成 键: 值")
                pending[-1] = value
                if "：" in value and not value.style and text[event.end_mark.index :].lstrip()[:1] in (",", "}"):
                    # {申报：130万元}: YAML reads a key without a value; the rest is complained of as if it were one
                    self.problems += wide_colons(value)
                    name, _, rest = value.partition("：")
                    value = Word.make(name, value.at)
                    top.setdefault(value, Word.make(rest.strip(), value.at.shifted(len(name) + 1)))
                    pending[-1] = value
                    return
                if value in top:
                    first = next(k.at for k in top if k == value)
                    self.problems.append(Problem(value.at, f"键重复（第 {first.line} 行已写过）", value, "每个键只写一次", "删去一处，或改名", Code.DUPLICATE))
                return
            if key not in top and key is not remainder:
                top[key] = value
            pending[-1] = None

        events: Iterator[Any] = yaml.parse(text, Loader=_Loader)
        for count, event in enumerate(events, 1):
            if count > MAX_NODES:
                self._stop(event, "文件内容过多", "", "拆成几个文件")
            if isinstance(event, yaml.AliasEvent):
                self._stop(event, "不接受引用（*）", f"*{event.anchor}", "把内容写全")
            if getattr(event, "anchor", None):
                self._stop(event, "不接受锚点（&）", f"&{event.anchor}", "把内容写全")
            if getattr(event, "tag", None):
                self._note(event, "不接受标签（!）", str(event.tag), "删去标签")
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._stop(event, "一个文件只写一份内容", "---", "删去 ---，或分成两个文件")
            elif isinstance(event, yaml.ScalarEvent):
                start: Any = event.start_mark
                end: Any = event.end_mark
                lines = end.line - start.line + 1
                word = Word.make(event.value, self._at(event), event.style or "", lines)
                if ("：" in word and not event.style) or (event.style in ("'", '"') and end.index - start.index != len(word) + 2):
                    word.raw = text[start.index : end.index]
                top = stack[-1] if stack else None
                if isinstance(top, Table) and not event.style and pending[-1] is None and last is not None and last[0] is top:
                    # a number as it was typed is for whoever reads the value to take or to refuse, in one piece
                    whole = _GROUPED.match(text, last[2])
                    if whole is not None and last[2] < start.index < whole.end():
                        top[last[1]] = Word.make(whole.group(), top[last[1]].at)
                        pending[-1] = remainder
                        continue
                key = pending[-1] if pending else None
                if isinstance(top, Table) and key is not None and key is not remainder:
                    last = (top, key, start.index) if not event.style and key not in top else None
                add(word, event)
            elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
                node = Table() if isinstance(event, yaml.MappingStartEvent) else Rows()
                node.at = self._at(event)
                add(node, event)
                stack.append(node)
                pending.append(None)
                if len(stack) > MAX_DEPTH:
                    self._stop(event, f"嵌套太深（超过 {MAX_DEPTH} 层）", "", "核对括号与缩进")
            elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                stack.pop()
                pending.pop()


def locate(tree: Any, path: tuple[int | str, ...], *, key: bool = False) -> Position:
    """The place of a path of keys and indexes (as pydantic reports them) in a tree."""
    at = getattr(tree, "at", Position())
    for depth, step in enumerate(path):
        if isinstance(tree, Table) and step in tree:
            at = tree.key(str(step)) if key and depth == len(path) - 1 else getattr(tree[str(step)], "at", tree.key(str(step)))
            tree = tree[str(step)]
        elif isinstance(tree, list) and isinstance(step, int) and step < len(tree):
            tree = tree[step]
            at = getattr(tree, "at", at)
    return at


def located(problems: Iterable[Problem], tree: Any) -> list[Problem]:
    """Problems of one file's tree, with the keys and indexes that lead to each; those that have them keep them."""
    places = sorted(_places(tree, ()), key=lambda p: p[0])
    starts = [at for at, _ in places]
    out = []
    for problem in problems:
        index = bisect_right(starts, (problem.at.line, problem.at.column)) - 1
        ours = not problem.loc and index >= 0 and problem.at.line and not problem.at.sheet and problem.at.file == tree.at.file
        out.append(replace(problem, loc=places[index][1]) if ours else problem)
    return out


def _places(tree: Any, path: Loc) -> Iterator[tuple[tuple[int, int], Loc]]:
    """Where each key and value begins, and its path. A problem inside a text belongs to the last that began."""
    if (at := getattr(tree, "at", None)) is not None:
        yield (at.line, at.column), path
    for step, item in tree.items() if isinstance(tree, Table) else enumerate(tree) if isinstance(tree, Rows) else ():
        inner = (*path, step if isinstance(step, int) else str(step))
        if (at := getattr(step, "at", None)) is not None:
            yield (at.line, at.column), inner
        yield from _places(item, inner)


def locate_tree(tree: Any, path: tuple[Any, ...]) -> Any:
    """What stands at a path that is there."""
    for step in path:
        tree = tree[step]
    return tree
