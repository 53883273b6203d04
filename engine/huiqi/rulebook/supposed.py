"""A rulebook with other figures than it has, for simulation only: compiled again from its own files.

`suppositions` reads what somebody supposes, by name and in words, with every complaint at once; `supposing` makes the rulebook. What
must stay true: exactly the named versions are others, everything the compiler holds still holds (units, bounds, shares that add up,
tables without gaps), and what is supposed rests on nobody's word (假定), whatever stood there before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from ..caching import Cache
from ..errors import Code, InputError, Position, Problem, RulebookError, clip, suggestion
from ..language.types import ListOf, Type
from ..language.units import Nouns
from ..plain import dataclass
from . import compiled as c
from .literals import ValueProblem, read_value, show_value
from .yamltree import Word

_AT = "@"  # behind a figure's name: of which document, where several have one


@dataclass(frozen=True, kw_only=True)
class Supposition:
    """One version of a figure, and what is supposed in its place; the texts as an officer writes them."""

    key: str
    index: int
    name: str
    before: str
    after: str
    raw: str  # the new one as a rule file has it
    was: Any  # the values themselves; None: unset
    value: Any
    document: str  # cited; empty where it rests on none
    start: date | None
    end: date | None
    left: tuple[str, ...]  # the other versions, which stay as they are
    at: Position = field(default=Position(), compare=False)


def suppositions(book: c.CompiledRulebook, wanted: Iterable[tuple[str, str, Position]], on: date) -> tuple[Supposition, ...]:
    """What (name, value) pairs mean. Raises `InputError` with every one that cannot be taken."""
    out: list[Supposition] = []
    problems: list[Problem] = []
    for name, value, at in wanted:
        found = _read(book, name, value, at, on)
        if isinstance(found, Problem):
            problems.append(found)
        else:
            out.append(found)
    if problems:
        raise InputError(problems)
    return tuple(out)


def _read(book: c.CompiledRulebook, name: str, value: str, at: Position, on: date) -> Supposition | Problem:
    word, _, where = name.partition(_AT)
    key = figure_named(book, word)
    if key is None:
        return _unknown(book, word, at)
    spec = book.parameters[key]
    if isinstance(spec.type, ListOf):
        return Problem(at, f"“{word}”是目录，不是一个数", clip(value), "", "改目录要另建一个版本的规则库，用 --against 比较", Code.WRONG_TYPE)
    index = _version(book, spec, where, at, on)
    if isinstance(index, Problem):
        return index
    nouns = book.units | {r.noun for r in book.records.values()}
    try:
        read = read_value(value, spec.type.required(), nouns=nouns, figure=True)
    except ValueProblem as error:
        return Problem(at, f"“{word}”{error.message}", clip(value), error.expected or str(spec.type), error.mend, error.code)
    version = spec.versions[index]
    if isinstance(read, Fraction) and read < 0 and not (isinstance(version.value, Fraction) and version.value < 0):
        return Problem(at, f"“{word}”不能是负数", clip(value), "0 或正数", "核对符号", Code.OUT_OF_BOUNDS)
    if ((low := spec.declared[0]) is not None and read < low) or ((high := spec.declared[1]) is not None and read > high):
        ends = " 至 ".join("不限" if x is None else show_value(x, spec.type.required()) for x in spec.declared)
        return Problem(at, f"“{word}”超出规则库写明的范围", clip(value), ends, "取范围以内的数", Code.OUT_OF_BOUNDS)
    return Supposition(
        key=key, index=index, name=word, before=text_of(spec, version), after=show_value(read, spec.type.required()),
        raw=_written(read, value.strip(), spec.type.required(), nouns), was=version.value, value=read, document=_cited(book, version), start=version.start, end=version.end,
        left=tuple(f"{text_of(spec, x)}（{_about(book, x)}）" for n, x in enumerate(spec.versions) if n != index), at=at,
    )  # fmt: skip


def _written(read: Any, said: str, kind: Type, nouns: Nouns) -> str:
    """A value as officers write it, where a rule file may have it so too; else as it was said."""
    shown = show_value(read, kind)
    try:
        return shown if read_value(shown, kind, nouns=nouns, figure=True) == read else said
    except ValueProblem:
        return said


def figure_named(book: c.CompiledRulebook, word: str) -> str | None:
    """The key of a figure by its name, its own rulebook's before another's, or by `规则库/名称`; a reading is none."""
    keys = [k for k in (f"{book.id}/{word}", word) if k in book.parameters]
    keys = keys or [k for k, spec in book.parameters.items() if spec.name == word]
    keys = [k for k in keys if k not in book.readings]
    return keys[0] if len(keys) == 1 else None


def _unknown(book: c.CompiledRulebook, word: str, at: Position) -> Problem:
    if any(word in (r.name, k) for k, r in book.readings.items()):
        return Problem(at, f"“{word}”是读法，不是标准", word, "标准的名称", f"--reading {word}=选项", Code.WRONG_TYPE)
    if any(word in (x.name, k) for k, x in book.tables.items()):
        return Problem(at, f"“{word}”是一张表，不能用一个数代替", word, "标准的名称", "改表要另建一个版本的规则库，用 --against 比较", Code.WRONG_TYPE)
    same = [k for k, spec in book.parameters.items() if spec.name == word and k not in book.readings]
    if same:
        return Problem(at, f"叫“{word}”的标准不止一个", word, "、".join(same), f"写全：{same[0]}", Code.UNKNOWN_NAME)
    if any(word in (f.name, k, f.id) for k, f in book.facts.items()):
        return Problem(at, f"“{word}”是申报数据项，不是标准", word, "标准的名称", "数据写在表里；这里只改政策的标准", Code.WRONG_TYPE)
    names = sorted({spec.name for k, spec in book.parameters.items() if k not in book.readings})
    near = suggestion(word, names) or (f"例如 {'、'.join(names[:3])}" if names else "")
    return Problem(at, f"规则库里没有标准“{word}”", word, "标准的名称（huiqi rules figures 列出全部）", near, Code.UNKNOWN_NAME)


def _version(book: c.CompiledRulebook, spec: c.ParameterSpec, where: str, at: Position, on: date) -> int | Problem:
    """Which version is meant: that of the document named, the one in force on the day, else the latest that has begun."""
    known = [n for n, v in enumerate(spec.versions) if v.known is None or v.known <= on]
    if where:
        documents = {d for d in book.documents if where in (d, c.name_of(d))} | {
            s.document for m in book.measures.values() for s in m.schemes.values() if s.name == where
        }
        known = [n for n in known if spec.versions[n].basis.document in documents]
        if not known:
            named = "、".join(_names(spec, range(len(spec.versions)))) or "（没有写明文件）"
            return Problem(at, f"“{spec.name}”没有出自“{where}”的版本", where, named, "", Code.UNKNOWN_NAME)
    current = [n for n in known if (spec.versions[n].start or date.min) <= on <= (spec.versions[n].end or date.max)]
    if not current:
        begun = [n for n in known if (spec.versions[n].start or date.min) <= on]
        latest = max(((spec.versions[n].start or date.min) for n in begun), default=None)
        current = [n for n in begun if (spec.versions[n].start or date.min) == latest] or known
    if len(current) == 1:
        return current[0]
    sources = _names(spec, current)
    said = "、".join(f"{text_of(spec, spec.versions[n])}（{_about(book, spec.versions[n])}）" for n in current)
    return Problem(
        at, f"“{spec.name}”在 {on} 有 {len(current)} 个出处，要写明改哪一个：{said}", spec.name, "、".join(sources), f"写作 {sources[0]}=…", Code.UNKNOWN_NAME
    )


def _names(spec: c.ParameterSpec, indexes: Iterable[int]) -> list[str]:
    documents = (spec.versions[n].basis.document for n in indexes)
    return [f"{spec.name}{_AT}{c.name_of(d)}" for d in dict.fromkeys(documents) if d is not None]


def text_of(spec: c.ParameterSpec, version: c.ParameterVersion) -> str:
    """A version's value as officers write it, with its unit; 未定 where nobody set one."""
    return "未定" if version.value is None else show_value(version.value, spec.type.required())


def _cited(book: c.CompiledRulebook, version: c.ParameterVersion) -> str:
    return book.documents[version.basis.document].cite if version.basis.document else ""


def _about(book: c.CompiledRulebook, version: c.ParameterVersion) -> str:
    days = f"{version.start or ''}—{version.end or ''}" if version.start or version.end else ""
    return "，".join(x for x in (_cited(book, version), days) if x) or "没有写明文件"


# -- the rulebook under them --------------------------------------------------------------------------------


def supposing(book: c.CompiledRulebook, supposed: Sequence[Supposition]) -> c.CompiledRulebook:
    """The rulebook, or one that it uses, compiled with these figures. Raises `InputError` where it does not stand with them."""
    if not supposed:
        return book
    asked = (book.digest, book.path, tuple((x.key, x.index, x.raw) for x in supposed))
    return _made.found(asked, lambda: _supposing(book, supposed))  # the same figures are the same rulebook: readers keep what they derive by it


_made: Cache[tuple[str, str, tuple[tuple[str, int, str], ...]], c.CompiledRulebook] = Cache(128)


def _supposing(book: c.CompiledRulebook, supposed: Sequence[Supposition]) -> c.CompiledRulebook:
    changes: dict[str, dict[str, list[Supposition]]] = {}
    for one in supposed:
        owner, _, name = one.key.partition("/")
        changes.setdefault(owner, {}).setdefault(name, []).append(one)
    try:
        made = _compiled(Path(book.path), changes)
    except RulebookError as error:
        words = "、".join(f"{x.name}={x.after}" for x in supposed)
        at = supposed[0].at
        raise InputError([replace(p, at=at, message=f"取 {words} 时规则库不成立：{p.message}") for p in error.problems]) from None
    if wrong := [x for x in supposed if made.parameters[x.key].type.required() != book.parameters[x.key].type.required()]:
        raise InputError(
            [Problem(x.at, f"“{x.name}”的单位变了", x.after, str(book.parameters[x.key].type), "照规则库的单位写", Code.WRONG_UNIT) for x in wrong]
        )
    return made


def _compiled(folder: Path, changes: Mapping[str, Mapping[str, Sequence[Supposition]]]) -> c.CompiledRulebook:
    from .compile import compile_rulebook
    from .compiler import used_by
    from .source import in_files, read_source

    source = read_source(folder)
    used, problems, _ = used_by(source, folder)
    if problems := [*source.problems, *problems]:
        raise RulebookError(in_files(problems, source))
    behind = [(use, _compiled(Path(one.path), changes) if any(i in changes for i, _ in one.behind) else one) for use, one in used]
    mine = changes.get(source.manifest.id, {})
    source.entries["parameters"] = [(n, _changed(entry, mine[n]) if n in mine else entry, tree) for n, entry, tree in source.of("parameters")]
    made = compile_rulebook(source, behind)
    # its files say otherwise: a digest of its own, by which readers keep what they derive, and no receipt takes it for the one there is
    said = "|".join(f"{x.key}#{x.index}={x.raw}" for by_name in changes.values() for some in by_name.values() for x in some)
    digest = "sha256:" + hashlib.sha256(f"{made.digest}|{said}".encode()).hexdigest()
    return replace(made, digest=digest, behind=tuple((i, digest if i == made.id else d) for i, d in made.behind))


def _changed(entry: Any, supposed: Sequence[Supposition]) -> Any:
    """The entry with other values, resting on nothing: no quote can say them."""
    values = list(entry.values)
    for one in supposed:
        word = Word.make(one.raw, one.at)
        values[one.index] = values[one.index].model_copy(update={"value": word, "basis": "假定", "quote": None, "cut": False})
    return entry.model_copy(update={"values": values})


__all__ = ["Supposition", "figure_named", "supposing", "suppositions", "text_of"]
