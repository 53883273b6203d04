"""JSON Schemas of the rulebook's files, for editors that complete and check YAML as it is typed."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from . import models as m

_FILES: dict[str, tuple[Any, str]] = {
    "rulebook": (m.Manifest, "规则库说明 rulebook.yaml"), "documents": (list[m.Document], "文件 documents.yaml"),
    "clauses": (list[m.Clause], "条款 clauses.yaml"), "vocabulary": (m.Vocabulary, "数据项目录 vocabulary.yaml"),
    "parameters": (dict[str, m.Parameter], "支持标准 parameters.yaml"), "tables": (dict[str, m.TableEntry], "标准表 tables.yaml"),
    "definitions": (dict[str, m.Definition], "指标口径 definitions.yaml"), "recognitions": (list[m.Recognition], "资格 recognitions.yaml"),
    "measures": (list[m.Measure], "支持事项 measures/*.yaml"), "stacking": (list[m.Group], "叠加规则 stacking.yaml"),
    "targets": (list[m.Target], "目标 targets.yaml"), "shared": (m.Shared, "共用的条件 shared.yaml"),
    "pools": (list[m.Pool], "汇总规则 pools.yaml"),
}  # fmt: skip


def modeline(file: str, folder: str = ".schemas") -> str:
    """The first line of a rule file by which VS Code's YAML extension finds its schema; `folder` is where `rules schema` wrote them, from the file."""
    kind = "measures" if file.startswith("measures") else file.removesuffix(".yaml")
    return f"# yaml-language-server: $schema={folder}/{kind}.schema.json"


def schemas() -> dict[str, dict[str, Any]]:
    """File name -> JSON Schema (draft 2020-12), keys as written in YAML."""
    out = {}
    for name, (kind, title) in _FILES.items():
        schema = TypeAdapter(kind).json_schema(by_alias=True)
        out[f"{name}.schema.json"] = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title, **schema}
    return out
