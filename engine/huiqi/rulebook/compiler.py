"""A rulebook by its id or folder, compiled with all it uses; kept by content.

The passes themselves are in `compile/`, which is imported only where something is to be compiled: a
rulebook whose files have not changed is read back as it was kept (`saved`). What must stay true:
rulebooks never use one another in a circle, an edit within a process is noticed, what was kept is of
exactly these files, and of two rulebooks of one id only one is in play.
"""

from __future__ import annotations

import hashlib
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..caching import Cache
from ..errors import InputError, Problem, RulebookError, UnknownRulebook
from ..files import reading
from . import compiled as c
from . import saved
from .places import PLAIN_NAME, find_folder, installed_folder, rules_folder

COMPILER = f"{__package__}.compile"
_cache: Cache[tuple[str, str], c.CompiledRulebook] = Cache(256)  # by folder and what its files are
_USED = re.compile(r"""rulebook["']?\s*:\s*["']?([\w./-]+)""")  # of a manifest: the rulebooks it names, as most are written
_LARGEST = 1_000_000  # bytes of a manifest looked into for the rulebooks it names


def load_compiled(name: str, _trail: tuple[str, ...] = ()) -> c.CompiledRulebook:
    """Compile the rulebook of an id or folder, or read it back as it was kept."""
    with reading(name):
        return _loaded(find_folder(name), _trail)[0]


def _loaded(folder: Path, _trail: tuple[str, ...]) -> tuple[c.CompiledRulebook, frozenset[Path]]:
    """The rulebook, and the folders of all it was made of."""
    folders = _with_used(folder)
    stamp, whole = _stamp(folders), frozenset(folders)
    if (found := _cache.get((str(folder), stamp))) is not None:
        return found, whole
    content = _content(folders)
    if (kept := saved.recall(str(folder), content)) is not None:
        return _cache.put((str(folder), stamp), kept), whole
    fetched = COMPILER not in sys.modules
    made, read = _compiled(folder, _trail)
    # nothing is kept under what it was not made of: a used rulebook the manifest names in a way not seen
    # here (the edit of which would go unnoticed), a file that was changed while it was read
    if read <= whole and _stamp(_with_used(folder)) == stamp and _content(folders) == content:
        saved.keep(made, str(folder), content, however_small=fetched)  # fetching the compiler takes longer than most rulebooks do
        made = _cache.put((str(folder), stamp), made)
    return made, read


def _compiled(folder: Path, _trail: tuple[str, ...]) -> tuple[c.CompiledRulebook, frozenset[Path]]:
    from .compile import compile_rulebook
    from .source import in_files, read_source

    source = read_source(folder)
    used, problems, read = used_by(source, folder, _trail)
    if problems := [*source.problems, *problems]:
        raise RulebookError(in_files(problems, source))
    return compile_rulebook(source, used), read


def used_by(source: Any, folder: Path, _trail: tuple[str, ...] = ()) -> tuple[list[tuple[Any, c.CompiledRulebook]], list[Problem], frozenset[Path]]:
    """The rulebooks that a source names, what is wrong with its manifest, and the folders read."""
    from .compile.manifest import manifest_problems
    from .names import Once
    from .yamltree import locate

    place = str(folder.resolve())
    used: list[tuple[Any, c.CompiledRulebook]] = []
    read = frozenset({folder})
    problems = list(manifest_problems(source))
    once = Once("引用的规则库")
    behind: dict[str, tuple[str, str]] = {}  # id -> digest, and through which use it came
    for index, use in enumerate(source.manifest.uses):
        at = locate(source.trees[0][1], ("uses", index))
        sibling = folder.parent / use.rulebook
        target = sibling if (sibling / "rulebook.yaml").is_file() else Path(use.rulebook)
        if use.rulebook == source.manifest.id or str(target.resolve()) in (*_trail, place):
            circle = " → ".join([*(Path(p).name for p in _trail), source.manifest.id, use.rulebook])
            problems.append(Problem(at, "规则库互相引用成环", circle, "不成环的引用", "把共用部分移到第三个规则库"))
            continue
        try:
            with reading(str(target)):
                book, more = _loaded(find_folder(str(target)), (*_trail, place))
            read |= more
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
    return used, problems, read


# -- what the files are -------------------------------------------------------------------------------


def _with_used(folder: Path) -> list[Path]:
    """The folder and those of the rulebooks it names, and that those name: where an edit may change it."""
    found = [folder]
    for here in found:
        manifest = here / "rulebook.yaml"
        text = manifest.read_bytes().decode("utf-8", errors="replace") if manifest.stat().st_size < _LARGEST else ""
        for name in _USED.findall(text):
            used = next((x for x in (here.parent / name, rules_folder() / name, Path(name)) if (x / "rulebook.yaml").is_file()), None) or _offered(name)
            if used is not None and used not in found:
                found.append(used)
    return found


def _offered(name: str) -> Path | None:
    """As `find_folder` finds it; what is wrong with it is said when it is loaded."""
    try:
        return installed_folder(name) if PLAIN_NAME.fullmatch(name) else None
    except UnknownRulebook:
        return None


def _files(folder: Path) -> list[Path]:
    """What the compiler looks at: what is named like a rule file and is none (a folder, a dead link) it complains of."""
    return [p for p in sorted(folder.rglob("*")) if p.suffix.lower() in (".yaml", ".yml")]


def _stamp(folders: list[Path]) -> str:
    """Enough to notice an edit within a process: a file put in place of another may be as old and as long."""
    parts = [f"{p}:{_about(p)}" for folder in folders for p in _files(folder)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _about(path: Path) -> str:
    if not path.is_file():
        return "no file"
    about = path.stat()
    return f"{about.st_mtime_ns}:{about.st_ctime_ns}:{about.st_dev}:{about.st_ino}:{about.st_size}"


def _content(folders: list[Path]) -> str:
    """What the files say, wherever and whenever they were written."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in _files(folder):
            data = path.read_bytes() if path.is_file() else None
            length = "no file" if data is None else len(data)
            digest.update(f"{folder.name}/{path.relative_to(folder).as_posix()}\0{length}\0".encode("utf-8", "surrogateescape"))
            digest.update(data or b"")
    return "sha256:" + digest.hexdigest()
