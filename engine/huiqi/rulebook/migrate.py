"""The version of the language a rulebook is written in, and carrying an older one over to today's.

A step from one version to the next names places of the files and what to write there instead; the
rest of each file, comments and layout, stays as it is. What must stay true: a rulebook of a version
not known here is refused with that word, never read as if it were of this one; what is migrated is
read back before anything is written, and all files are written or none; a second run changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ..errors import Code, InputError, Position, Problem, UsageError
from ..files import reading, write_folder
from ..plain import dataclass
from ..texts import read_text
from .yamltree import Table, Word, parse_yaml, read_yaml

LANGUAGE = 1  # the version this engine reads
MANIFEST = "rulebook.yaml"


@dataclass(frozen=True)
class Change:
    """One place of a file: what stood there, what stands there now, and why."""

    file: str
    line: int
    column: int
    old: str
    new: str
    why: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.why}"


Trees = Mapping[str, Any]  # path within the folder -> tree
Step = Callable[[Trees], Iterable[Change]]
STEPS: dict[int, Step] = {}  # version -> what carries it over to the next


def version_of(manifest: Any) -> int | None:
    """The version a manifest says; None for what is no version."""
    said = manifest.get("language", "1") if isinstance(manifest, Table) else "1"
    return int(said) if isinstance(said, str) and said.isascii() and said.isdigit() and 0 < len(said) < 5 and said[0] != "0" else None


def wrong_language(manifest: Any) -> Problem | None:
    """Why a rulebook cannot be read by its language; None where it can."""
    said = version_of(manifest)
    if said == LANGUAGE:
        return None
    at = getattr(manifest["language"], "at", manifest.at) if isinstance(manifest, Table) and "language" in manifest else Position()
    found = str(manifest["language"]) if isinstance(manifest, Table) and "language" in manifest else "1"
    if said is None:
        return Problem(at, "规则语言的版本写得不对", found, f"整数，现在是 {LANGUAGE}", f"写 language: {LANGUAGE}，或不写", Code.WRONG_VALUE)
    if said > LANGUAGE:
        mend = "升级 huiqi；或用写这个规则库的那一版程序"
        return Problem(at, f"规则库是用第 {said} 版规则语言写的，这里只认得到第 {LANGUAGE} 版", found, f"不超过 {LANGUAGE}", mend, Code.WRONG_VALUE)
    mend = "运行 huiqi rules migrate 文件夹，改写成现在的版本"
    return Problem(at, f"规则库是用第 {said} 版规则语言写的，现在是第 {LANGUAGE} 版", found, str(LANGUAGE), mend, Code.WRONG_VALUE)


def migrate(folder: Path) -> list[Change]:
    """Carry a rulebook over, in place. Raises where it cannot be, and then nothing is changed."""
    if not (folder / MANIFEST).is_file():
        raise UsageError(f"“{folder}”里没有 {MANIFEST}；写规则库的文件夹")
    first = read_yaml(folder / MANIFEST)
    version = version_of(first)
    if version is None or version > LANGUAGE:
        problem = wrong_language(first)
        raise InputError([problem] if problem else [])
    with reading(folder):
        paths = {p.relative_to(folder).as_posix(): p for p in sorted(folder.rglob("*.yaml"))}
    before = {name: read_text(path) for name, path in paths.items()}
    texts, done = dict(before), list[Change]()
    for number in range(version, LANGUAGE):
        changes = list(STEPS[number](_trees(folder, texts)))
        texts = _changed(texts, changes)
        done += changes
    stated = list(_stated(_trees(folder, texts)[MANIFEST], texts[MANIFEST]))
    texts = _changed(texts, stated)
    _trees(folder, texts)  # it reads back
    changed = {name: text for name, text in texts.items() if text != before[name]}
    if changed:
        write_folder(folder, changed)
    return [*done, *stated]


def _trees(folder: Path, texts: Mapping[str, str]) -> dict[str, Any]:
    return {name: parse_yaml(text, str(folder / name)) for name, text in texts.items()}


def _stated(manifest: Any, text: str) -> Iterator[Change]:
    """The version, said in the manifest."""
    said = manifest.get("language")
    if isinstance(said, Word):
        if said != str(LANGUAGE):
            old = f"{said.style}{said}{said.style}" if said.style in ("'", '"') else str(said)
            yield Change(MANIFEST, said.at.line, said.at.column, old, str(LANGUAGE), f"规则语言的版本改为 {LANGUAGE}")
        return
    why = f"写明规则语言的版本：language: {LANGUAGE}"
    key = next(iter(manifest))
    lines = text.split("\n")
    if lines[manifest.at.line - 1][manifest.at.column - 1 : manifest.at.column] == "{":
        yield Change(MANIFEST, manifest.at.line, manifest.at.column, "{", f"{{language: {LANGUAGE}, ", why)
        return
    end = "\r\n" if "\r\n" in text else "\n"
    yield Change(MANIFEST, key.at.line, key.at.column, "", f"language: {LANGUAGE}{end}{' ' * (key.at.column - 1)}", why)


def rename_key(file: str, key: Any, new: str) -> Change:
    """For a step: a key by another name."""
    return Change(file, key.at.line, key.at.column, str(key), new, f"“{key}”改名为“{new}”")


def _changed(texts: Mapping[str, str], changes: Iterable[Change]) -> dict[str, str]:
    """The texts with the changes made, the last place first; what does not stand where it is said to is refused."""
    out = dict(texts)
    for one in sorted(changes, key=lambda c: (c.file, c.line, c.column), reverse=True):
        lines = out[one.file].split("\n")
        line, start = lines[one.line - 1], one.column - 1
        if line[start : start + len(one.old)] != one.old:
            at = Position(one.file, one.line, one.column)
            raise InputError([Problem(at, "这一处改不了：与读到的不同", line[start : start + 40], one.old, "照直写成普通的写法再运行", Code.WRONG_SHAPE)])
        lines[one.line - 1] = line[:start] + one.new + line[start + len(one.old) :]
        out[one.file] = "\n".join(lines)
    return out


__all__ = ["LANGUAGE", "STEPS", "Change", "Step", "Trees", "migrate", "rename_key", "version_of", "wrong_language"]
