"""A rulebook as it stands in an editor: its problems, and what the words of its expressions mean.

The compiler itself reads the files, with those being written in place of those on the disk. What must
stay true: a problem shown is one `rules check` would tell, at its place; what is said of a word is
what the compiler takes it for; nothing here knows an editor's protocol. Lines and columns are counted
from 0, columns in characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, assert_never

from ..errors import InputError, Position, Problem
from ..language.printer import sentence
from ..language.scope import Kind
from ..language.syntax import FROM_CHINESE, FUNCTIONS
from ..language.types import Quantity, Type
from ..language.units import unit_text
from ..plain import dataclass
from ..rulebook import compiled as c
from ..rulebook.compile import Session, passed
from ..rulebook.compiler import used_by
from ..rulebook.literals import show_value
from ..rulebook.source import Source, read_source
from ..rulebook.yamltree import Rows, Table, Word
from ..telling.asked import said_by

KEYWORDS = (
    "and",
    "or",
    "in",
    "between",
    "if",
    "then",
    "else",
    "some",
    "every",
    "satisfies",
    "for",
    "return",
    "is 无",
    "at",
    "value at",
    "且",
    "或",
    "属于",
    "如果",
    "那么",
    "否则",
)
_WORD = re.compile(r"[\w·]+")
_BINDER = r"(?<![\w·]){name}\s+(?:in|属于)\s+([\w·.]+)"
Spec = c.FactSpec | c.RecordSpec | c.ParameterSpec | c.TableSpec | c.DefinitionSpec | c.RecognitionSpec


@dataclass(frozen=True)
class Mark:
    """A problem, and the stretch of a line it is about. `doubt`: the rulebook can be read all the same."""

    file: str
    line: int
    start: int
    end: int
    message: str
    doubt: bool = False


@dataclass(frozen=True)
class Item:
    """A word that may be written at a place."""

    label: str
    kind: str  # of `Kind`, or field, function, keyword
    detail: str = ""


@dataclass(frozen=True)
class Meaning:
    """What a word stands for; `record` where it is a column of that."""

    spec: Spec
    record: c.RecordSpec | None = None


@dataclass(frozen=True)
class Examined:
    """What the compiler made of a rulebook's files: its problems, and its words where it came so far."""

    folder: Path
    marks: tuple[Mark, ...]
    session: Session | None


def folder_of(path: Path) -> Path | None:
    """The rulebook a file belongs to."""
    return next((p for p in path.parents if (p / "rulebook.yaml").is_file()), None)


def examine(folder: Path, texts: Mapping[str, str]) -> Examined:
    """The rulebook of a folder, `texts` standing in place of the files of those paths."""
    try:
        source = read_source(folder, texts)
    except InputError as error:
        return Examined(folder, tuple(_marks(error.problems, texts)), None)
    used, problems, _ = used_by(source, folder)
    if problems := [*source.problems, *problems]:
        return Examined(folder, tuple(_marks(problems, texts)), None)
    session = passed(source, used)
    return Examined(folder, (*_marks(session.problems, texts), *_marks(session.findings, texts, doubt=True)), session)


def _marks(problems: Sequence[Problem], texts: Mapping[str, str], *, doubt: bool = False) -> Iterator[Mark]:
    for one in problems:
        words = [one.message, *([f"应为：{one.expected}"] if one.expected else []), *([f"改法：{one.mend}"] if one.mend else [])]
        line, start = max(one.at.line - 1, 0), max(one.at.column - 1, 0)
        text = _line(one.at.file, line, texts)
        end = start + len(one.found) if one.found and text[start:].startswith(one.found) else len(text.rstrip())
        yield Mark(one.at.file, line, min(start, len(text)), max(end, min(start, len(text))), "；".join(words), doubt)


def _line(file: str, number: int, texts: Mapping[str, str]) -> str:
    try:
        lines = (texts[file] if file in texts else Path(file).read_text(encoding="utf-8")).splitlines()
    except (OSError, ValueError):
        return ""
    return lines[number] if number < len(lines) else ""


# -- words ----------------------------------------------------------------------------------------------


def word_at(text: str, line: int, column: int) -> tuple[int, int, str, str]:
    """The word around a place: from, to, the word, and what stands before its dot."""
    lines = text.splitlines()
    here = lines[line] if line < len(lines) else ""
    found = next((m for m in _WORD.finditer(here) if m.start() <= column <= m.end()), None)
    start, end = (found.start(), found.end()) if found else (column, column)
    base = re.search(r"([\w·]+)(?:\[[^\]]*\])?\.$", here[:start])
    return start, end, here[start:end], base.group(1) if base else ""


def completions(session: Session, text: str, line: int, column: int) -> list[Item]:
    """The words that may stand at a place: after a dot the columns or the prefixed names, else all."""
    start, _, _, base = word_at(text, line, column)
    here = text.splitlines()[line] if line < len(text.splitlines()) else ""
    if not base and (after := re.search(r"([\w·]+)(?:\[[^\]]*\])?\.$", here[:column])):
        base, start = after.group(1), column
    typed = here[start:column]
    if base:
        found = list(_after(session, text, base))
    else:
        symbols = {n: s for n, s in session.symbols.items() if "/" not in n and "." not in n}
        found = [
            Item(n, str(s.kind.value), detail(spec)) for n, s in symbols.items() if (spec := _spec(session, s.kind, s.id)) is not None or s.kind is Kind.DATE
        ]
        found += [Item(x, "function") for x in (*FUNCTIONS, *FROM_CHINESE)] + [Item(x, "keyword") for x in KEYWORDS]
    return sorted((x for x in dict.fromkeys(found) if x.label.startswith(typed)), key=lambda x: (x.kind in ("function", "keyword"), x.label))


def _after(session: Session, text: str, base: str) -> Iterator[Item]:
    if session.is_prefix(base):
        for name, symbol in session.symbols.items():
            if name.startswith(f"{base}."):
                yield Item(name.removeprefix(f"{base}."), str(symbol.kind.value), detail(_spec(session, symbol.kind, symbol.id)))
    elif record := _record(session, text, base):
        for name, fact in record.fields.items():
            yield Item(name, "field", detail(fact))
        for (owner, name), symbol in session.columns.items():
            if owner == record.name:
                yield Item(name, "field", detail(_spec(session, symbol.kind, symbol.id)))


def _record(session: Session, text: str, base: str) -> c.RecordSpec | None:
    """The record type a word stands for: its name, or a binder (`证书 in 资质认证`) of this file."""
    bound = re.search(_BINDER.format(name=re.escape(base)), text)
    name = base if base in session.record_names else bound.group(1) if bound else ""
    return session.records.get(session.record_names.get(name, ""))


def meanings(session: Session, text: str, line: int, column: int) -> list[Meaning]:
    """What the word at a place means; a column named alone may be of several record types."""
    _, _, word, base = word_at(text, line, column)
    if not word:
        return []
    if base and session.is_prefix(base):
        symbol = session.find(f"{base}.{word}")
    elif base and (record := _record(session, text, base)):
        return list(_column(session, record, word))
    else:
        symbol = session.find(word)
    if symbol is not None:
        return [Meaning(x)] if (x := _spec(session, symbol.kind, symbol.id)) else []
    return [] if base else [x for record in session.records.values() for x in _column(session, record, word)]


def _column(session: Session, record: c.RecordSpec, word: str) -> Iterator[Meaning]:
    if word in record.fields:
        yield Meaning(record.fields[word], record)
    elif (symbol := session.columns.get((record.name, word))) and (spec := _spec(session, symbol.kind, symbol.id)):
        yield Meaning(spec)


def _spec(session: Session, kind: Kind, key: str) -> Spec | None:
    match kind:
        case Kind.FACT:
            return session.facts.get(key)
        case Kind.RECORDS:
            return session.records.get(key)
        case Kind.PARAMETER:
            return session.parameters.get(key)
        case Kind.TABLE:
            return session.tables.get(key)
        case Kind.DEFINITION:
            return session.definitions.get(key)
        case Kind.RECOGNITION:
            return session.recognitions.get(key)
        case Kind.DATE | Kind.MACRO:
            return None
    assert_never(kind)


# -- what is said of a word -----------------------------------------------------------------------------


def detail(spec: Spec | None) -> str:
    """What a word is, in a few words: kind, unit, the figure of today's version."""
    match spec:
        case None:
            return ""
        case c.FactSpec():
            return f"申报数据项　{_type(spec.type)}"
        case c.RecordSpec():
            return f"明细　{spec.noun}"
        case c.ParameterSpec():
            return f"标准　{'未定' if spec.versions and spec.versions[-1].value is None else show_value(spec.versions[-1].value, spec.type) if spec.versions else ''}"
        case c.TableSpec():
            return f"标准表（{'、'.join(n for n, _ in spec.inputs)}）　{_type(spec.type)}"
        case c.DefinitionSpec():
            return f"指标口径　{_type(spec.expr.type)}"
        case c.RecognitionSpec():
            return "资格"
    assert_never(spec)


def told(session: Session, spec: Spec) -> str:
    """What a word means, as Markdown: kind and unit, values with their days and sources, explanation."""
    return "\n\n".join(x for x in (f"**{getattr(spec, 'name', '') or getattr(spec, 'title', '')}**　{detail(spec)}", *_body(session, spec)) if x)


def _body(session: Session, spec: Spec) -> Iterator[str]:
    match spec:
        case c.FactSpec():
            yield spec.explain
            yield "选项：" + "、".join(spec.options) if spec.options else ""
            low, high = spec.bounds
            yield f"范围：{_end(low, spec.type)} 至 {_end(high, spec.type)}" if low is not None or high is not None else ""
            yield "按年度填报" if spec.yearly else ""
            yield said_by(spec)
            yield "材料：" + "、".join(spec.evidence) if spec.evidence else ""
        case c.RecordSpec():
            yield spec.label if spec.label != spec.name else ""
            yield "各栏：" + "、".join(spec.fields)
        case c.ParameterSpec():
            yield _lines(
                f"{'未定' if v.value is None else show_value(v.value, spec.type)}{_days(v.start, v.end)}{f'（{v.known} 才知道）' if v.known else ''}　{_source(session, v.basis)}"
                for v in spec.versions
            )
            yield spec.note
        case c.TableSpec():
            yield _lines(
                f"{'，'.join(x.text for x in row.tests)} → {row.text}{_days(row.start, row.end)}{f'（{row.known} 才知道）' if row.known else ''}　{_source(session, row.basis)}"
                for row in spec.rows
            )
            yield spec.note
        case c.DefinitionSpec():
            yield f"`{sentence(spec.expr.source)}`"
            yield spec.explain
        case c.RecognitionSpec():
            yield f"由{spec.authority}认定，看证书" if spec.authority else "按条件计算"
            yield _source(session, spec.basis)


def _type(kind: Type) -> str:
    return unit_text(kind.dims) or "比率或数" if isinstance(kind, Quantity) else str(kind)


def _end(value: Any, kind: Type) -> str:
    return "不限" if value is None else show_value(value, kind)


def _days(start: Any, end: Any) -> str:
    return f"　{start or ''} 至 {end or ''}" if start or end else ""


def _lines(rows: Iterator[str]) -> str:
    return "\n".join(f"- {x}" for x in rows)


def _source(session: Session, basis: c.Basis) -> str:
    document = session.documents.get(basis.document or "")
    letter = basis.letter or (document.letter if document else "")
    hand = f"〔{basis.hand.label}〕" if basis.hand is not None and basis.hand is not c.Standing.ENACTED else ""
    return "".join((document.cite if document else "", f" {basis.clause}" if basis.clause else "", f"（资料 {letter}）" if letter else "", hand))


# -- where a word is written ----------------------------------------------------------------------------


def written(session: Session, meaning: Meaning) -> Position | None:
    """The place where a word is given its meaning, in the rulebook that gives it."""
    spec, record = meaning.spec, meaning.record
    trees = dict(_home(session, (record or spec).key.partition("/")[0]).trees)
    match spec:
        case c.FactSpec():
            place = _key(
                _part(trees.get("vocabulary.yaml"), "records", record.name, "fields") if record else _part(trees.get("vocabulary.yaml"), "facts"), spec.name
            )
        case c.RecordSpec():
            place = _key(_part(trees.get("vocabulary.yaml"), "records"), spec.name)
        case c.ParameterSpec():
            place = _key(trees.get("parameters.yaml"), spec.name)
        case c.TableSpec():
            place = _key(trees.get("tables.yaml"), spec.name)
        case c.DefinitionSpec():
            place = _key(trees.get("definitions.yaml"), spec.name)
        case c.RecognitionSpec():
            place = _key(trees.get("recognitions.yaml"), spec.title)
        case _:
            assert_never(spec)
    return place


def _home(session: Session, owner: str) -> Source:
    """The files of the rulebook of an id: this one, one it uses, or one beside those."""
    if owner == session.id:
        return session.source
    used = [Path(b.path) for _, b in session.used]
    near = [p for p in used if p.name == owner] + [p.parent / owner for p in used]
    own = next((Path(b.path) for _, b in session.used if b.id == owner), None) or next((p for p in near if (p / "rulebook.yaml").is_file()), None)
    return read_source(own) if own is not None else session.source


def _part(tree: Any, *steps: str) -> Any:
    for step in steps:
        tree = tree.get(step) if isinstance(tree, Table) else None
    return tree


def _key(tree: Any, name: str) -> Position | None:
    """Of a mapping the key of that name; of a list the item of that title."""
    if isinstance(tree, Rows):
        return next((x["title"].at for x in tree if isinstance(x, Table) and isinstance(x.get("title"), Word) and x["title"] == name), None)
    return next((k.at for k in tree if isinstance(k, Word) and k == name), None) if isinstance(tree, Table) else None


__all__ = ["Examined", "Item", "Mark", "Meaning", "completions", "detail", "examine", "folder_of", "meanings", "told", "word_at", "written"]
