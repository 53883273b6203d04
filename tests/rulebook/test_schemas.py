"""The JSON Schemas of a rulebook's files: every key described in Chinese, and the same keys as the language reference lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from huiqi.rulebook import models as m
from huiqi.rulebook.schemas import schemas
from tests.making import ROOT

SCHEMAS = schemas()
PROVENANCE = "出处各键"
# Tables of the reference (section, first cell of the head; in a section the first head named `键` is its file's) and their models.
TABLES: dict[tuple[str, str], type[m.Entry]] = {
    ("出处（许多条目共用的键）", "键"): m.Sourced, ("rulebook.yaml", "键"): m.Manifest, ("rulebook.yaml", "`uses` 的键"): m.Use,
    ("documents.yaml", "键"): m.Document, ("clauses.yaml", "键"): m.Clause, ("vocabulary.yaml", "数据项的键"): m.Fact,
    ("vocabulary.yaml", "明细的键"): m.Record, ("parameters.yaml", "键"): m.Parameter, ("parameters.yaml", "版本的键"): m.Version,
    ("tables.yaml", "键"): m.TableEntry, ("tables.yaml", "`uncovered` 的键"): m.Uncovered, ("tables.yaml", "`rows` 的键"): m.Row, ("definitions.yaml", "键"): m.Definition,
    ("recognitions.yaml", "键"): m.Recognition, ("measures/*.yaml", "键"): m.Measure, ("measures/*.yaml", "`award` 只写一种方式"): m.Award,
    ("measures/*.yaml", "`limits` 的每一条"): m.Limit, ("stacking.yaml", "键"): m.Group, ("targets.yaml", "键"): m.Target,
    ("targets.yaml", "`progress` 的每一条"): m.Progress, ("pools.yaml", "键"): m.Pool, ("shared.yaml", "键"): m.Shared, ("shared.yaml", "每一条另有的键"): m.Applied,
    ("readings.yaml", "键"): m.Choice,
}  # fmt: skip
# Written in running text: the sentence that lists the keys, and the model.
SENTENCES: dict[str, type[m.Entry]] = {
    r"`schemes` 的每个方案\*\*是一套完整的办法：(.*?)。": m.Scheme,
    r"\| `inputs` \| 指标：(.*?) \|": m.Input,
    r"文件本身写 (.*?)。": m.Vocabulary,
    r"\| `departments` \| (.*?) \|": m.Departments,
}
# Written as a structure `{key: form, …}`: the pattern of the place, and the model.
STRUCTURES: dict[str, type[m.Entry]] = {
    r"\| `rounding` \| `\{(.*?)\}` \|": m.Rounding,
    r"\| `pay` 的每期 \| `\{(.*?)\}`；": m.Instalment,
    r"\| `funded` 的每份 \| `\{(.*?)\}`；": m.Funding,
    r"\| `readings` 的每条 \| `\{(.*?)\}`": m.Reading,
    r"\| `discretion` \| `\{(.*?)\}`": m.Discretion,
    r"`order` \| .*?`\{(.*?)\}`；`by`": m.Order,
}
REFERENCE = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")


def properties(node: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every property of a schema, by its path."""
    if isinstance(node, dict):
        if isinstance(node.get("properties"), dict):
            yield from ((f"{path}/{name}", part) for name, part in node["properties"].items())
        for name, part in node.items():
            yield from properties(part, f"{path}/{name}")


def test_every_rulebook_file_has_a_schema_with_properties() -> None:
    assert {name for name, schema in SCHEMAS.items() if len(list(properties(schema))) > 3} == set(SCHEMAS)


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_key_of_a_rulebook_file_is_described_in_chinese(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name])
    assert [path for path, part in properties(SCHEMAS[name]) if not re.search("[\u4e00-\u9fff]", part.get("description", ""))] == []


@pytest.mark.parametrize("name", SCHEMAS)
def test_no_maintainers_docstring_is_shown_to_a_writer(name: str) -> None:
    definitions = {**SCHEMAS[name].get("$defs", {}), "itself": SCHEMAS[name]}
    assert [title for title, part in definitions.items() if "description" in part] == []


def keys(model: type[m.Entry]) -> set[str]:
    return {info.alias or name for name, info in model.model_fields.items()}


def reference_tables() -> Iterator[tuple[str, str, list[str]]]:
    """Section, first cell of the head (or, where that is a plain `键`, the bold words above it) and first cells of a table."""
    section, above, head, rows = "", "", "", list[str]()
    for line in [*REFERENCE.splitlines(), ""]:
        if line.startswith("#"):
            section, above = line.lstrip("# "), ""
        if line.startswith("|---"):
            continue
        if line.startswith("| "):
            cell = line.split("|")[1].strip()
            if not head:
                head = cell
            else:
                rows.append(cell)
            continue
        if head:
            yield section, above if head == "键" and above else head, rows
            head, rows, above = "", [], ""
        if line:
            above = bold[1] if (bold := re.match(r"\*\*(.*?)\*\*：$", line)) else ""


def listed(rows: list[str]) -> set[str]:
    """The keys that first cells name, those of the provenance spelt out."""
    found = {key for row in rows for key in re.findall("`(.*?)`", row)}
    return found | (keys(m.Sourced) if PROVENANCE in rows else set())


@pytest.mark.parametrize("place", TABLES, ids=" ".join)
def test_the_reference_and_the_models_have_the_same_keys(place: tuple[str, str]) -> None:
    found = {(section, head): listed(rows) for section, head, rows in reference_tables()}
    assert found[place] == keys(TABLES[place])


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_of_the_reference_lists_the_keys_of_its_model(sentence: str) -> None:
    (text,) = re.findall(sentence, REFERENCE)
    assert set(re.findall("`(.*?)`", text)) == keys(SENTENCES[sentence])


@pytest.mark.parametrize("structure", STRUCTURES)
def test_a_structure_of_the_reference_has_the_keys_of_its_model(structure: str) -> None:
    (text,) = re.findall(structure, REFERENCE)
    assert set(re.findall(r"(?:^|, )([a-z ]+|读法):", text)) == keys(STRUCTURES[structure])
