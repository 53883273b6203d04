"""The files of a rulebook's folder, read and shaped; nothing resolved yet.

One folder is one rulebook: `rulebook.yaml` (the manifest) and beside it documents, clauses,
vocabulary, parameters, tables, definitions, recognitions, stacking, targets, and `measures/*.yaml`.
Every file's problems are collected, so that one run of `rules check` shows them all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from ..errors import InputError, Position, Problem, UnknownRulebook, suggestion
from . import models as m
from .yamltree import Rows, Table, Word, read_yaml

FILES: dict[str, tuple[type[m.Entry], type | None]] = {
    "documents": (m.Document, list), "clauses": (m.Clause, list), "vocabulary": (m.Vocabulary, None),
    "parameters": (m.Parameter, dict), "tables": (m.TableEntry, dict), "definitions": (m.Definition, dict),
    "recognitions": (m.Recognition, list), "stacking": (m.Group, list), "targets": (m.Target, list),
}  # fmt: skip


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


def rules_folder() -> Path:
    """Where the shipped rulebooks lie: the installed package `huiqi.rules`, else the source tree."""
    try:
        with as_file(files("huiqi.rules")) as folder:
            if (Path(folder) / "common").is_dir():
                return Path(folder)
    except ModuleNotFoundError:
        pass
    return Path(__file__).resolve().parents[3] / "rules"


def available() -> list[str]:
    """Ids of the shipped rulebooks, sorted."""
    return sorted(p.parent.name for p in rules_folder().glob("*/rulebook.yaml"))


def find_folder(name: str) -> Path:
    """The folder of a shipped rulebook's id, or of a path to a folder."""
    shipped = rules_folder() / name
    if "/" not in name and "\\" not in name and not name.startswith(".") and (shipped / "rulebook.yaml").is_file():
        return shipped
    path = Path(name)
    if (path / "rulebook.yaml").is_file():
        return path
    if path.is_dir():
        near = next((p.name for p in sorted(path.iterdir()) if p.name.lower() in ("rulebook.yml", "rulebook.yaml")), "")
        raise UnknownRulebook([Problem(Position(str(path)), "这个文件夹里没有 rulebook.yaml", near or name, "规则库文件夹", f"把 {near} 改名为 rulebook.yaml" if near else "参照 rules/ 下的规则库")])
    near = suggestion(name, available())
    raise UnknownRulebook([Problem(Position(), "没有这个政策规则库", name, "、".join(available()), near or "写规则库的名称或文件夹路径")])


def read_source(folder: Path) -> Source:
    """Read and shape every file. Raises only where the manifest itself cannot be read."""
    shown = folder
    manifest_tree = read_yaml(folder / "rulebook.yaml")
    manifest = m.validate(m.Manifest, manifest_tree)
    source = Source(shown, manifest)
    source.trees.append(("rulebook.yaml", manifest_tree))
    known = {f"{n}.yaml" for n in FILES} | {"rulebook.yaml"}
    for path in sorted(folder.rglob("*")):
        # a file that is silently not read is a rule that silently does not hold
        if path.is_file() and path.suffix.lower() in (".yaml", ".yml") and path.suffix != ".yaml":
            source.problems.append(Problem(Position(str(path)), f"规则文件的扩展名应是 .yaml，{path.suffix} 的不读", path.name, f"{path.stem}.yaml", f"改名为 {path.stem}.yaml"))
    for path in sorted(folder.rglob("*.yaml")):
        relative = path.relative_to(folder).as_posix()
        if relative == "rulebook.yaml":
            continue
        kind = "measures" if relative.startswith("measures/") or relative == "measures.yaml" else relative.removesuffix(".yaml")
        if kind != "measures" and kind not in FILES:
            near = suggestion(relative, known)
            source.problems.append(Problem(Position(str(path)), "不认识的规则文件", relative, "、".join(sorted(known)), near or "移出规则库文件夹"))
            continue
        try:
            tree = read_yaml(path)
        except InputError as error:
            source.problems += error.problems
            continue
        source.trees.append((relative, tree))
        for name, raw in _split(kind, tree, source.problems):
            model: type[m.Entry] = m.Measure if kind == "measures" else FILES[kind][0]
            try:
                entry: m.Entry = m.validate(model, raw)
            except InputError as error:
                source.problems += error.problems
                continue
            source.entries.setdefault(kind, []).append((name, entry, raw))
    return source


def _split(kind: str, tree: Any, problems: list[Problem]) -> Iterator[tuple[str, Any]]:
    shape = list if kind == "measures" else FILES[kind][1]
    if shape is None:
        yield kind, tree
    elif shape is list:
        if not isinstance(tree, Rows):
            problems.append(Problem(getattr(tree, "at", Position()), "这个文件应是清单", "", "每项以 - 开头", "在每项前加 - "))
            return
        for item in tree:
            if not isinstance(item, Table):
                problems.append(Problem(getattr(item, "at", tree.at), "每项应写键值", str(item), "- id: …", ""))
                continue
            yield str(item.get("id", "")), item
    else:
        if not isinstance(tree, Table):
            problems.append(Problem(getattr(tree, "at", Position()), "这个文件应写 名称: 内容", "", "名称: {…}", ""))
            return
        for name, item in tree.items():
            if not isinstance(item, Table):
                problems.append(Problem(name.at if isinstance(name, Word) else tree.at, "名称下应写键值", str(name), "名称: {…}", ""))
                continue
            yield name, item
