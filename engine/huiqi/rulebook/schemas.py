"""JSON Schemas of the rulebook's files, for editors that complete and check YAML as it is typed."""

from __future__ import annotations

from functools import cache
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
    "readings": (list[m.Choice], "读法 readings.yaml"),
    "pools": (list[m.Pool], "汇总规则 pools.yaml"),
}  # fmt: skip


def modeline(file: str, folder: str = ".schemas") -> str:
    """The first line of a rule file by which VS Code's YAML extension finds its schema; `folder` is where `rules schema` wrote them, from the file."""
    kind = "measures" if file.startswith("measures") else file.removesuffix(".yaml")
    return f"# yaml-language-server: $schema={folder}/{kind}.schema.json"


@cache
def schemas() -> dict[str, dict[str, Any]]:
    """File name -> JSON Schema (draft 2020-12), keys as written in YAML. They follow from the models alone: made once, not to be changed."""
    out = {}
    for name, (kind, title) in _FILES.items():
        schema = TypeAdapter(kind).json_schema(by_alias=True)
        schema = _with_short_forms(name, schema)
        out[f"{name}.schema.json"] = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title, **schema}
    return out


# -- short forms (see `shorthand`): what may stand in an entry's place, and what need not be written -----------

_TEXT: dict[str, Any] = {"type": "string"}
_NOT_NEEDED = {
    "Document": ("jurisdiction", "sheet"), "Clause": ("document", "title", "disposition", "id"), "Fact": ("id", "kind"), "Record": ("id", "key", "fields"),
    "Parameter": ("id",), "TableEntry": ("id",), "Choice": ("id", "question", "options", "clause"), "Measure": ("id", "clause"),
    "Group": ("id", "rule", "per"),
}  # fmt: skip
_AS_TEXT = {"Measure": ("award", "limits", "evidence"), "Scheme": ("award", "limits", "evidence")}  # written as one sentence
_BY_NAME = {"TableEntry": ("inputs", "rows", "uncovered")}  # written as 名称: 内容
_CAP = {"type": "string", "description": "合计封顶写成一句，如 每申报年度 合计上限，计入已获支持；就是 rule: cap 与 per、amount、counting"}


def _with_short_forms(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    parts: dict[str, Any] = schema.get("$defs", {})
    for part, keys in _NOT_NEEDED.items():
        if part in parts:
            parts[part]["required"] = [x for x in parts[part].get("required", []) if x not in keys]
    for part, keys in (*_AS_TEXT.items(), *_BY_NAME.items()):
        for key in keys if part in parts else ():
            held = parts[part]["properties"][key]
            told = {k: held.pop(k) for k in ("description", "default", "title") if k in held}
            if "items" in held:
                held["items"] = {"anyOf": [held["items"], _TEXT]}
            parts[part]["properties"][key] = {"anyOf": [*held.pop("anyOf", [held]), {"type": "object"} if part in _BY_NAME else _TEXT], **told}
    for part, key in (("Record", "fields"), ("Vocabulary", "facts")):
        held = parts.get(part, schema)["properties"].get(key) if part in parts or part == schema.get("title") else None
        if held is not None:
            held["additionalProperties"] = {"anyOf": [held["additionalProperties"], _TEXT, {"type": "array"}]}
    if "Record" in parts:
        parts["Record"]["additionalProperties"] = {"anyOf": [{"$ref": "#/$defs/Fact"}, _TEXT, {"type": "array"}]}
    if "Choice" in parts:
        parts["Choice"]["additionalProperties"] = _TEXT
    if "Group" in parts:
        parts["Group"]["properties"]["cap"] = _CAP
    match name:
        case "rulebook":
            held = schema["properties"]["uses"]
            told = {k: held.pop(k) for k in ("description", "default", "title") if k in held}
            schema["properties"]["uses"] = {"anyOf": [{**held, "items": {"anyOf": [held["items"], _TEXT]}}, _TEXT], **told}
        case "clauses":
            return {
                "anyOf": [
                    {k: x for k, x in schema.items() if k != "$defs"},
                    {"type": "object", "additionalProperties": {"anyOf": [{"$ref": "#/$defs/Clause"}, _TEXT]}},
                ],
                "$defs": parts,
            }
        case "definitions":
            schema["additionalProperties"] = {"anyOf": [schema["additionalProperties"], _TEXT]}
        case "parameters":  # under a clause: 名称: 值
            schema["additionalProperties"] = {"anyOf": [schema["additionalProperties"], {"type": "object", "not": {"required": ["values"]}}]}
    return schema
