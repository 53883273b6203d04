"""How many records more it takes: found however many they are, told as a case and decided again; one less does not do."""

from __future__ import annotations

import functools
from typing import Any

import pytest

import huiqi
from huiqi.asking.remedies import ChangeKind, Limit, Search
from huiqi.reasoning.receipt import show_plain
from huiqi.values import ABSENT
from tests.making import compile_files

FIGURES = {"线份": ("份", "{}份"), "线额": ("元", "{}万元"), "顶": ("份", "260份")}
SHAPES: dict[str, list[dict[str, Any]]] = {
    "人数": [{"人数": "count(人员) >= 线份"}],
    "合格人数": [{"人数": 'count(人员[学历 = "本科" and 录用日 in 本期 and 工资 >= 工资线]) >= 线份'}],
    "工资合计": [{"合计": "sum(人员.工资) >= 线额"}],
    "占比": [{"占比": 'count(人员[学历 = "本科"]) / count(人员) >= 半', "分母为零": "不符合"}, {"人数": "count(人员) >= 线份"}],
    "有上限": [{"人数": "count(人员) >= 线份"}, {"不多于": "count(人员) <= 顶"}],
}
FIRST = {"编号": "A", "学历": "大专", "录用日": "2025-03-01", "工资": "1万元"}


def _figure(key: str, value: str, **kind: str) -> dict[str, Any]:
    return {"id": key, **kind, "values": [{"value": value, "document": "d"}]}


@functools.cache
def book(shape: str, line: int) -> huiqi.Rulebook:
    fields = {
        "编号": {"id": "number", "kind": "text"}, "学历": {"id": "degree", "kind": "choice", "options": ["大专", "本科"]}, "录用日": {"id": "hired", "kind": "date"},
        "工资": {"id": "wage", "kind": "money", "unit": "元", "min": "0元", "max": "1万元"},
    }  # fmt: skip
    figures = {name: _figure(f"f{n}", value.format(line), unit=unit) for n, (name, (unit, value)) in enumerate(FIGURES.items())}
    return huiqi.Rulebook(compile_files({
        "rulebook.yaml": {"id": "many", "title": "试验", "version": "1", "jurisdiction": "中国/甲省/乙市"},
        "documents.yaml": [{"id": "d", "title": "办法", "issuer": "市政府", "jurisdiction": "中国/甲省/乙市", "from": "2020-01-01", "sheet": "s", "letter": "A"}],
        "clauses.yaml": [{"id": "办法·1", "document": "d", "title": "支持", "says": "支持", "disposition": "measure"}],
        "vocabulary.yaml": {"records": {"人员": {"id": "staff", "noun": "份", "key": "编号", "fields": fields}}},
        "parameters.yaml": {
            **figures, "工资线": _figure("w", "3000元", unit="元"), "半": _figure("h", "50%", kind="ratio"), "本期": _figure("t", "[2025-01-01..2025-12-31]", kind="date"),
        },
        "measures/all.yaml": [{"id": "m", "title": "事项", "clause": "办法·1", "when": SHAPES[shape], "award": {"service": "服务"}}],
    }))  # fmt: skip


def decided(shape: str, line: int, more: list[dict[str, Any]]) -> huiqi.Decision:
    return book(shape, line).decide({}, on="2025-06-30", year=2025, records={"人员": [FIRST, *more]}, reasoner="reference")


# the line, and how many records more than the one there is reach it
@pytest.mark.parametrize("count", [1, 12, 13, 14, 24, 25, 50, 99])
@pytest.mark.parametrize("shape", SHAPES)
def test_as_many_records_as_it_takes_do_and_one_less_does_not(shape: str, count: int) -> None:
    line = count if shape == "合格人数" else count + 1  # the one told is no graduate
    answer = decided(shape, line, []).remedies("m")
    (remedy,) = [r for r in answer.remedies if r.changes[0].kind is ChangeKind.ROWS]
    (change,) = remedy.changes
    assert (answer.search, change.count) == (Search.FOUND, count)
    fields = {c: "无" if x is ABSENT else show_plain(x, change.specs[c]) for c, x in change.fields.items()}
    rows = [{"编号": f"新{n}", **fields} for n in range(count)]
    assert decided(shape, line, rows).measures["m"].outcome == "eligible"
    assert decided(shape, line, rows[:-1]).measures["m"].outcome == "ineligible"


def test_more_records_than_are_tried_are_no_proof_that_there_is_no_way() -> None:
    answer = decided("人数", 1500, []).remedies("m")
    assert (answer.search, answer.limits, answer.complete) == (Search.NOT_FOUND, (Limit.ROWS,), False)


def test_where_too_many_are_refused_too_none_is_found() -> None:
    assert decided("有上限", 300, []).remedies("m").search is not Search.FOUND
