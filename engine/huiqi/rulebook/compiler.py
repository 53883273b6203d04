"""A rulebook by its id or folder, compiled with all it uses; cached by content.

The passes themselves are in `compile/`. What must stay true: rulebooks never use one another in a
circle, an edit within a process is noticed, and of two rulebooks of one id only one is in play.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from pathlib import Path

from ..caching import Cache
from ..errors import InputError, Problem, RulebookError
from ..files import reading
from . import compiled as c
from . import models as m
from .compile import compile_rulebook
from .compile.manifest import manifest_problems
from .names import Once
from .source import find_folder, in_files, read_source, rules_folder
from .yamltree import MAX_BYTES, locate

_cache: Cache[tuple[str, str], c.CompiledRulebook] = Cache(256)  # by folder and what its files are


def load_compiled(name: str, _trail: tuple[str, ...] = ()) -> c.CompiledRulebook:
    """Compile the rulebook of an id or folder; cached by content."""
    with reading(name):
        return _loaded(find_folder(name), _trail)


def _loaded(folder: Path, _trail: tuple[str, ...]) -> c.CompiledRulebook:
    place = str(folder.resolve())
    stamp = _fingerprint(folder, set())
    if (found := _cache.get((str(folder), stamp))) is not None:
        return found
    source = read_source(folder)
    used: list[tuple[m.Use, c.CompiledRulebook]] = []
    problems = [*source.problems, *manifest_problems(source)]
    once = Once("引用的规则库")
    behind: dict[str, tuple[str, str]] = {}  # id -> digest, and through which use it came
    for index, use in enumerate(source.manifest.uses):
        at = locate(source.trees[0][1], ("uses", index))
        sibling = folder.parent / use.rulebook
        target = sibling if (sibling / "rulebook.yaml").is_file() else Path(use.rulebook)
        if use.rulebook == source.manifest.id or str(target.resolve()) in (*_trail, place):
            problems.append(
                Problem(
                    at,
                    "规则库互相引用成环",
                    " → ".join([*(Path(p).name for p in _trail), source.manifest.id, use.rulebook]),
                    "不成环的引用",
                    "把共用部分移到第三个规则库",
                )
            )
            continue
        try:
            book = load_compiled(str(target), (*_trail, place))
        except InputError as error:
            problems += [replace(p, at=p.at if p.at.line else at, code=p.code or error.stage, loc=()) for p in error.problems]
            continue
        if book.version != use.version:
            problems.append(Problem(at, f"引用的“{use.rulebook}”版本对不上", use.version, book.version, "核对该规则库的变化后改版本号"))
            continue
        repeated = list(once.given(book.id, at, "删去一处；同一规则库只引用一次"))
        problems += repeated
        for name, digest in book.behind:
            known, through = behind.setdefault(name, (digest, use.rulebook))
            if name == source.manifest.id:
                problems.append(Problem(at, "引用的规则库与本规则库编号相同", name, "每个规则库一个编号", "改一个规则库的 id"))
            elif known != digest and not repeated:
                problems.append(
                    Problem(at, f"经“{through}”与“{use.rulebook}”引用的“{name}”不是同一个规则库", name, "编号相同的规则库只有一个", "改一个规则库的 id")
                )
        used.append((use, book))
    if problems:
        raise RulebookError(in_files(problems, source))
    return _cache.put((str(folder), stamp), compile_rulebook(source, used))


def _fingerprint(folder: Path, seen: set[Path]) -> str:
    """Of a folder's files and of the rulebooks it names: enough to notice an edit within a process."""
    seen.add(folder)
    parts = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix.lower() in (".yaml", ".yml"):
            stat = path.stat()
            parts.append(f"{path}:{stat.st_mtime_ns}:{stat.st_size}")
    manifest = folder / "rulebook.yaml"
    text = manifest.read_bytes().decode("utf-8", errors="replace") if manifest.stat().st_size < MAX_BYTES else ""
    for name in re.findall(r"rulebook:\s*([\w.-]+)", text):
        for used in (folder.parent / name, rules_folder() / name):
            if used not in seen and (used / "rulebook.yaml").is_file():
                parts.append(_fingerprint(used, seen))
                break
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
