"""The files of a rulebook's folder, read and shaped; nothing resolved yet.

One folder is one rulebook: `rulebook.yaml` (the manifest) and beside it documents, clauses,
vocabulary, parameters, tables, definitions, recognitions, stacking, pools, targets, shared, and `measures/*.yaml`.
Every file's problems are collected, so that one run of `rules check` shows them all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import Code, InputError, Position, Problem, UsageError, suggestion
from ..files import reading, write_folder
from . import models as m
from .migrate import wrong_language
from .places import PLAIN_NAME, bundle_folder, find_folder
from .shorthand import File, manifest_of, written_out
from .variants import every, guarded
from .yamltree import Rows, Table, Word, located, parse_tree, parse_yaml, read_tree, read_yaml, wide_colons

FILES: dict[str, tuple[type[m.Entry], type | None]] = {
    "documents": (m.Document, list), "clauses": (m.Clause, list), "vocabulary": (m.Vocabulary, None),
    "parameters": (m.Parameter, dict), "tables": (m.TableEntry, dict), "definitions": (m.Definition, dict),
    "recognitions": (m.Recognition, list), "readings": (m.Choice, list), "stacking": (m.Group, list), "targets": (m.Target, list), "pools": (m.Pool, list),
    "shared": (m.Shared, None),
}  # fmt: skip
BY_READING = ("measures", "recognitions", "stacking")  # entries whose parts may stand only under a reading


@dataclass
class Source:
    """Shaped entries, with the tree each came from (for places)."""

    folder: Path
    manifest: m.Manifest
    entries: dict[str, list[tuple[str, Any, Any]]] = field(default_factory=dict)  # kind -> (name, model, tree)
    trees: list[tuple[str, Any]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def of(self, kind: str) -> list[tuple[str, Any, Any]]:
        return self.entries.get(kind, [])


def read_source(folder: Path, texts: Mapping[str, str] | None = None) -> Source:
    """Read and shape every file. Raises only where the manifest itself cannot be read.

    `texts` are files, by their path, as they are being written in an editor.
    """
    texts = texts or {}
    shown = folder
    first = str(folder / "rulebook.yaml")
    manifest_tree = parse_yaml(texts[first], first) if first in texts else read_yaml(folder / "rulebook.yaml")
    if (problem := wrong_language(manifest_tree)) is not None:
        raise InputError([problem])  # what another version calls a key is no misspelling
    manifest_tree, unread = manifest_of(manifest_tree)
    if unread:
        raise InputError(unread)
    manifest = m.validate(m.Manifest, manifest_tree)
    source = Source(shown, manifest)
    source.trees.append(("rulebook.yaml", manifest_tree))
    known = {f"{n}.yaml" for n in FILES} | {"rulebook.yaml"}
    with reading(folder):
        paths = sorted({*folder.rglob("*"), *(Path(x) for x in texts if Path(x).is_relative_to(folder))})
    for path in paths:
        # a file that is silently not read is a rule that silently does not hold
        if path.suffix.lower() in (".yaml", ".yml") and path.suffix != ".yaml" and path.is_file():
            source.problems.append(
                Problem(
                    Position(str(path)),
                    f"规则文件的扩展名应是 .yaml，{path.suffix} 的不读",
                    path.name,
                    f"{path.stem}.yaml",
                    f"改名为 {path.stem}.yaml",
                    Code.UNREADABLE_FILE,
                )
            )
    files: list[File] = []
    for path in (p for p in paths if p.suffix == ".yaml"):
        relative = path.relative_to(folder).as_posix()
        if relative.startswith("features/"):
            continue  # what its scenarios are excused from stands beside them
        if relative == "rulebook.yaml":
            continue
        kind = "measures" if relative.startswith("measures/") or relative == "measures.yaml" else relative.removesuffix(".yaml")
        if kind != "measures" and kind not in FILES:
            near = suggestion(relative, known)
            source.problems.append(
                Problem(Position(str(path)), "不认识的规则文件", relative, "、".join(sorted(known)), near or "移出规则库文件夹", Code.UNKNOWN_KEY)
            )
            continue
        tree, problems = parse_tree(texts[str(path)], str(path)) if str(path) in texts else read_tree(path)
        source.problems += problems
        if tree is None:
            continue
        files.append(File(relative, kind, tree))
    files, complaints = written_out(files, manifest)
    source.problems += complaints
    for relative, kind, tree in files:
        source.trees.append((relative, tree))
        for name, raw in _split(kind, tree, source.problems):
            model: type[m.Entry] = m.Measure if kind == "measures" else FILES[kind][0]
            try:
                entry: m.Entry = m.validate(model, every(raw) if kind in BY_READING and guarded(raw) else raw)
            except InputError as error:
                source.problems += error.problems
                continue
            source.entries.setdefault(kind, []).append((name, entry, raw))
    return source


def in_files(problems: list[Problem], source: Source) -> list[Problem]:
    """Problems with the keys and indexes that lead to each in its file."""
    for _, tree in source.trees:
        problems = located(problems, tree)
    return problems


def _split(kind: str, tree: Any, problems: list[Problem]) -> Iterator[tuple[str, Any]]:
    shape = list if kind == "measures" else FILES[kind][1]
    if shape is None:
        yield kind, tree
    elif shape is list:
        if not isinstance(tree, Rows):
            problems.append(Problem(getattr(tree, "at", Position()), "这个文件应是清单", "", "每项以 - 开头", "在每项前加 - ", Code.WRONG_SHAPE))
            return
        for item in tree:
            if not isinstance(item, Table):
                problems += wide_colons(item) or [Problem(getattr(item, "at", tree.at), "每项应写键值", str(item), "- id: …", "", Code.WRONG_SHAPE)]
                continue
            yield str(item.get("id", "")), item
    else:
        if not isinstance(tree, Table):
            problems.append(Problem(getattr(tree, "at", Position()), "这个文件应写 名称: 内容", "", "名称: {…}", "", Code.WRONG_SHAPE))
            return
        for name, item in tree.items():
            if not isinstance(item, Table):
                problems += wide_colons(item) or [
                    Problem(name.at if isinstance(name, Word) else tree.at, "名称下应写键值", str(name), "名称: {…}", "", Code.WRONG_SHAPE)
                ]
                continue
            yield name, item


# -- bundles ------------------------------------------------------------------------------------------


def used_folders(folder: Path) -> dict[str, Path]:
    """The folders of the rulebooks a rulebook uses, and those they use, by the name they are used under."""
    out: dict[str, Path] = {}
    todo = [folder]
    while todo:
        here = todo.pop()
        for use in m.validate(m.Manifest, manifest_of(read_yaml(here / "rulebook.yaml"))[0]).uses:
            if use.rulebook in out:
                continue
            sibling = here.parent / use.rulebook
            out[use.rulebook] = sibling if (sibling / "rulebook.yaml").is_file() else find_folder(use.rulebook)
            todo.append(out[use.rulebook])
    return out


def write_bundle(folder: Path, rulebook: str, digest: str, bundles: Path) -> Path:
    """Copy a rulebook and those it uses into a folder of bundles, whole or not at all."""
    target = bundle_folder(bundles, rulebook, digest)
    used = used_folders(folder)
    odd = [name for name in (rulebook, *used) if PLAIN_NAME.fullmatch(name) is None]
    if target is None or odd:
        raise UsageError(f"打不了包：规则库按路径引用了“{'、'.join(odd)}”；改用并列文件夹的名称引用")
    if target.parent.exists():
        return target
    copies: dict[str, str] = {}
    for one, place in {**used, rulebook: folder}.items():
        with reading(place):
            for path in sorted(place.rglob("*.yaml")):
                copies[f"{one}/{path.relative_to(place).as_posix()}"] = path.read_bytes().decode()
    write_folder(target.parent, copies)
    return target
