"""The JSON Schemas that are shipped: of the case file, true to its reader; and every part of each described."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import huiqi
from huiqi.reasoning.casefile import EXPECTED, KEYS
from huiqi.reasoning.told import STAGES
from huiqi.rulebook.compiled import Standing
from huiqi.rulebook.yamltree import read_tree
from huiqi.words import Outcome
from tests.properties.hostile_files import _cases, _decide, broken

ROOT = Path(__file__).parents[2]
SMALL = ROOT / "tests" / "rulebook" / "books" / "small"
SCHEMAS = {name: json.loads((files("huiqi.telling") / f"{name}.schema.json").read_text(encoding="utf-8")) for name in ("case", "decision")}
VALIDATOR = jsonschema.Draft202012Validator(SCHEMAS["case"])
GOOD = {
    "企业": "甲公司（虚构）", "政策规则库": f"[{SMALL}]", "审核日期": "2024-06-30", "申报年度": "2023", "数据": "{席位数: 300席}", "明细": "{}", "方案": "{}",
    "期望": "{seats.support: {结论: 符合, 金额: 90万元}}",
}  # fmt: skip


def written(folder: Path, **parts: str) -> Path:
    path = folder / "case.yaml"
    path.write_text("".join(f"{key}: {text}\n" for key, text in {**GOOD, **parts}.items()), encoding="utf-8")
    return path


def valid(path: Path) -> bool:
    tree, problems = read_tree(path)
    assert not problems
    return VALIDATOR.is_valid(tree)


@pytest.mark.parametrize("path", sorted((ROOT / "cases").glob("*.yaml")), ids=lambda p: p.stem)
def test_every_shipped_case_is_valid(path: Path) -> None:
    tree, _ = read_tree(path)
    assert [error.message for error in VALIDATOR.iter_errors(tree)] == []


@pytest.mark.parametrize(
    "parts",
    [
        {}, {"数据": "", "明细": "", "方案": "", "期望": ""}, {"审核日期": "2024年6月30日"}, {"审核日期": "２０２４－０６－３０"}, {"申报年度": "2023年"}, {"申报年度": "２０２3"},
        {"数据": "{席位数: {申报: 320席, 核 验: 300席, 材料: [甲, 乙]}}"}, {"数据": "{席位数: 300席, 年营收: {2023: 1万元, ２０２2: {核验: 2万元}}}"},
        {"数据": "{席位数: 300席, 开业日: }"}, {"明细": "{设备: [{编号: A, 价格: {核验: 3元}}]}"}, {"明细": "{设备: 无}"}, {"明细": "{设备: 不详}"},
        {"明细": "{设备: {完整: 否, 清单: [{编号: A}]}}"}, {"明细": "{设备: {清单: 无}}"}, {"政策规则库": str(SMALL)}, {"说明": "{随便: [写]}"},
        {"期望": "{seats.support: {最多: 900000元, 依据状态: 现行}}"}, {"申报事项": "[seats.support]"}, {"申报事项": "席位补贴"}, {"申报事项": "", "其余不予支持情形": ""},
        {"其余不予支持情形": "{结论: 未发现, 由: 张三, 日期: 2024年6月1日}"},
        {"数据": "{席位数: {申报: 320席, 核 减: {原值: 320席, 改为: 300席, 理由: 有空席, 材料: 照片, 由: 李某, 日期: 2024-06-01}}}"},
    ],
    ids=str,
)  # fmt: skip
def test_what_the_reader_takes_is_valid(parts: dict[str, str], tmp_path: Path) -> None:
    path = written(tmp_path, **parts)
    _decide(path)
    assert valid(path)


@pytest.mark.parametrize(
    "parts",
    [
        {"审核日起": "2024-06-30"}, {"席位数": "300席"}, {"企业": "[甲]"}, {"政策规则库": "{甲: 乙}"}, {"政策规则库": "[small, small]"}, {"政策规则库": "[[small]]"},
        {"审核日期": "20240630"}, {"审核日期": "六月三十日"}, {"审核日期": "[2024-06-30]"}, {"申报年度": "23"}, {"申报年度": "1979"}, {"申报年度": "2023年度"},
        {"数据": "[席位数]"}, {"数据": "席位数"}, {"数据": "{席位数: [300席]}"}, {"数据": "{席位数: []}"}, {"数据": "{席位数: {}}"}, {"数据": "{席位数: {材料: 甲}}"},
        {"数据": "{席位数: {申报: 300席, 复核: 1席}}"}, {"数据": "{席位数: {申报: {核验: 300席}}}"}, {"数据": "{年营收: {23: 1万元}}"}, {"数据": "{年营收: {2023: 1万元, 核验: 2万元}}"},
        {"数据": "{席位数: {申报: 320席, 核减: 300席}}"}, {"数据": "{席位数: {申报: 320席, 核减: {原值: 320席, 改为: 300席, 材料: 照片, 由: 李某, 日期: 2024-06-01}}}"},
        {"数据": "{席位数: {核减: {原值: 320席, 改为: 300席, 理由: 有空席, 材料: 照片, 由: 李某, 日期: 2024-06-01}}}"},
        {"明细": "[设备]"}, {"明细": "{设备: {编号: A}}"}, {"明细": "{设备: {完整: 否}}"}, {"明细": "{设备: {完整: 也许, 清单: []}}"}, {"明细": "{设备: [A]}"},
        {"明细": "{设备: [{}]}"}, {"明细": "{设备: [{编号: [A]}]}"}, {"明细": "{设备: [{编号: A, 价格: {2023: 3元}}]}"}, {"明细": "{设备: [[{编号: A}]]}"},
        {"申报事项": "[]"}, {"申报事项": "{seats.support: 是}"}, {"申报事项": "[[seats.support]]"}, {"其余不予支持情形": "未发现"},
        {"其余不予支持情形": "{结论: 未发现, 由: 张三}"}, {"其余不予支持情形": "{结论: 没有, 由: 张三, 日期: 2024-06-01}"},
        {"其余不予支持情形": "{结论: 未发现, 由: 张三, 日期: 六月}"}, {"其余不予支持情形": "{结论: 未发现, 由: [张三], 日期: 2024-06-01}"},
        {"方案": "南通2022"}, {"方案": "{seats.support: [甲]}"}, {"期望": "{seats.support: 符合}"}, {"期望": "{seats.support: {}}"}, {"期望": "{seats.support: {结果: 符合}}"},
        {"期望": "{seats.support: {结论: 符和}}"}, {"期望": "{seats.support: {金额: 9万}}"}, {"期望": "{seats.support: {金额: 900000}}"}, {"期望": "{seats.support: {依据状态: 有效}}"},
    ],
    ids=str,
)  # fmt: skip
def test_a_typical_mistake_is_refused_by_schema_and_reader(parts: dict[str, str], tmp_path: Path) -> None:
    path = written(tmp_path, **parts)
    assert not valid(path)
    with pytest.raises(huiqi.InputError):
        _decide(path)


@pytest.mark.parametrize("start", range(0, 600, 150))
def test_what_the_schema_refuses_the_reader_refuses(start: int, tmp_path: Path) -> None:
    """Shipped cases, broken as text: an editor never marks what huiqi takes."""
    refused = 0
    for number in range(start, start + 150):
        rng = random.Random(f"schema/{number}")
        path = tmp_path / "case.yaml"
        path.write_bytes(broken(rng, rng.choice(_cases())).encode("utf-8", "surrogatepass"))
        try:
            tree, problems = read_tree(path)
        except huiqi.InputError:
            continue
        if problems or VALIDATOR.is_valid(tree):
            continue
        refused += 1
        with pytest.raises(huiqi.HuiqiError):
            _decide(path)
    assert refused > 5


def test_the_words_of_the_schema_are_the_readers() -> None:
    case = SCHEMAS["case"]
    assert tuple(case["properties"]) == KEYS
    expected = case["$defs"]["expected"]["properties"]
    assert set(expected) == set(EXPECTED)
    assert set(expected["依据状态"]["enum"]) == {s.label for s in Standing}
    assert {x.label for x in Outcome} < set(expected["结论"]["enum"])
    assert set(STAGES) < set(case["$defs"]["staged"]["properties"])


def undescribed(node: Any, path: str = "") -> Iterator[str]:
    if isinstance(node, dict):
        for group in ("properties", "patternProperties"):
            for name, part in node.get(group, {}).items() if isinstance(node.get(group), dict) else ():
                if not any("\u4e00" <= c <= "\u9fff" for c in part.get("description", "")):
                    yield f"{path}/{name}"
        for name, part in node.items():
            yield from undescribed(part, f"{path}/{name}")
    elif isinstance(node, list):
        for index, part in enumerate(node):
            yield from undescribed(part, f"{path}/{index}")


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_property_is_described_in_chinese(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name])
    assert list(undescribed(SCHEMAS[name])) == []
