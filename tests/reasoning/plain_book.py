"""A rulebook of what the kernel knows in full, and enterprises that stand on its edges."""

from __future__ import annotations

import functools
import random
from datetime import date
from fractions import Fraction
from typing import Any

from huiqi.rulebook.compiled import CompiledRulebook
from tests.making import compile_files

ON, YEAR = date(2026, 6, 30), 2025
_CENTS = Fraction(1, 100)


def _figure(key: str, value: Any, **kind: str) -> dict[str, Any]:
    return {"id": key, **kind, "values": [{"value": value, "document": "d"}]}


@functools.cache
def plain_book() -> CompiledRulebook:
    yuan, money = {"unit": "元"}, {"kind": "money", "unit": "元", "min": "0元", "max": "100亿元"}
    facts: dict[str, Any] = {
        "收入": {"id": "revenue", **money, "per": "year"}, "成本": {"id": "cost", **money}, "利润": {"id": "profit", **money, "min": "-1亿元"},
        "上年收入": {"id": "before", **money, "optional": "是"}, "人数": {"id": "staff", "kind": "quantity", "unit": "人", "min": "0人", "max": "100000人"},
        "评分": {"id": "score", "kind": "quantity", "unit": "分", "min": "0分", "max": "100分", "judgement": "是"},
        "增速": {"id": "growth", "kind": "ratio", "min": "-100%", "max": "1000%"}, "守约": {"id": "honest", "kind": "boolean"},
        "失信": {"id": "barred", "kind": "boolean", "verified by": "市场监管局"}, "行业": {"id": "trade", "kind": "choice", "options": ["甲业", "乙业", "丙业"]},
        "区县": {"id": "district", "kind": "text"}, "成立日": {"id": "founded", "kind": "date"},
    }  # fmt: skip
    tier = [{"when": "< 10万元", "value": "1万元"}, {"when": "[10万元..50万元)", "value": "2.5万元"}, {"when": ">= 50万元", "value": "7万元"}]
    measures: list[dict[str, Any]] = [
        {"id": "fixed", "when": [{"甲": "收入 >= 门槛"}, {"乙": "成立日 >= 起始日"}], "unless": [{"丙": "失信"}], "award": {"amount": "定额"}},
        {"id": "rate", "when": [{"甲": "收入 - 成本 > 门槛 or 行业 in 目录"}, {"乙": "not(失信)"}], "award": {"up to": "(收入 - 成本) * 比例"}, "limits": [{"amount": "上限", "per": "企业"}]},
        {"id": "table", "when": [{"甲": "人数 >= 人数线"}, {"any": [{"乙": "守约"}, {"丙": '区县 = "东县"'}]}], "award": {"amount": "分档(收入)"}},
        {"id": "score", "when": [{"甲": "评分 >= 评分线"}, {"乙": "增速 >= 比例"}], "award": {"discretion": {"to": "min(收入 * 比例, 上限)"}}},
        {"id": "part", "when": [{"甲": "成本 / 收入 <= 比例", "分母为零": "待核"}, {"not": [{"乙": "利润 < 门槛"}]}], "award": {"amount": "成本 * 比例 / 三"}},
        {"id": "optional", "when": [{"甲": "上年收入 is 无 or 收入 > 上年收入"}], "award": {"amount": "if 行业 = \"甲业\" then 定额 else 收入 * 比例"}},
        {"id": "capped", "when": [{"甲": "守约"}], "award": {"amount": "收入 * 比例"}, "limits": [{"amount": "上限", "per": "企业", "counting": "已获支持"}]},
        {"id": "one", "when": [{"甲": "守约"}], "award": {"amount": "定额"}}, {"id": "two", "when": [{"甲": "人数 > 人数线"}], "award": {"amount": "收入 * 比例"}},
        {"id": "trade", "when": [{"甲": "收入 >= 行业线(行业)"}], "award": {"amount": "成本 * 比例"}},
        {"id": "unset", "when": [{"甲": "收入 >= 未定线"}], "award": {"amount": "未定线"}},
        {"id": "window", "when": [{"甲": "小微"}], "award": {"amount": "定额"}},
    ]  # fmt: skip
    support = {
        "文号": {"id": "document", "kind": "text"},
        "事项": {"id": "measure", "kind": "text"},
        "年度": {"id": "year", "kind": "year"},
        "金额": {"id": "amount", **money},
    }
    return compile_files({
        "rulebook.yaml": {"id": "plain", "title": "全在编号里", "version": "1", "jurisdiction": "中国"},
        "documents.yaml": [{"id": "d", "title": "文件", "issuer": "机关", "jurisdiction": "中国", "sheet": "t", "letter": "A"}],
        "clauses.yaml": [{"id": "一", "document": "d", "title": "条", "says": "条", "disposition": "measure"},
                         {"id": "二", "document": "d", "title": "条", "says": "条", "disposition": "recognition"}],
        "vocabulary.yaml": {"facts": facts, "records": {"已获支持": {"id": "support", "noun": "份", "key": "文号", "fields": support}}},
        "parameters.yaml": {
            "门槛": _figure("t", "20万元", **yuan), "定额": _figure("f", "3万元", **yuan), "上限": _figure("c", "50万元", **yuan),
            "比例": _figure("r", "7%", kind="ratio"), "人数线": _figure("n", "10人", unit="人"), "评分线": _figure("s", "60分", unit="分"), "三": _figure("three", "3", kind="number"),
            "目录": _figure("l", ["甲业", "丙业"]), "起始日": _figure("d", "2020-02-29", kind="date"), "未定线": {"id": "u", **yuan, "values": [{"value": "未定", "document": "d", "basis": "未定"}]},
        },
        "tables.yaml": {"分档": {"id": "tier", "match": "first", "inputs": [{"name": "额", "kind": "money", "unit": "元"}], "unit": "元", "document": "d", "rows": tier},
                        "行业线": {"id": "line", "match": "first", "inputs": [{"name": "业", "kind": "choice"}], "unit": "元", "document": "d",
                                "rows": [{"when": "甲业", "value": "10万元"}, {"when": "-", "value": "50万元"}]}},
        "recognitions.yaml": [{"id": "small", "title": "小微", "kind": "derived", "clause": "二", "when": [{"人": "人数 <= 人数线"}, {"收": "收入 < 上限"}]}],
        "measures/all.yaml": [{"title": m["id"], "clause": "一", **m} for m in measures],
        "stacking.yaml": [{"id": "best", "title": "就高", "clause": "一", "rule": "highest", "members": ["one", "two"], "per": "企业"}],
    })  # fmt: skip


def draw(r: random.Random) -> tuple[dict[str, Any], dict[str, Any]]:
    """Facts and records on an edge of the rulebook, one smallest unit beside it, or untold."""

    def edge(*edges: Any, unit: Fraction = _CENTS) -> Fraction:
        return Fraction(r.choice(edges)) + r.choice((-1, 0, 0, 1)) * unit

    def money() -> Fraction:
        return edge(*(10_000 * x for x in (10, 20, 50, 100)), Fraction(1_000_000_000, 7) // _CENTS * _CENTS)

    all_of: dict[str, Any] = {
        "收入": lambda: r.choice([money(), money(), Fraction(0)]), "成本": lambda: money() * r.choice((7, 100, 60)) // 100, "利润": money, "上年收入": lambda: r.choice((money(), "无")),
        "人数": lambda: edge(10, unit=Fraction(1)), "评分": lambda: edge(60, 60, unit=Fraction(1)), "增速": lambda: edge(Fraction(7, 100), unit=Fraction(1, 10**9)),
        "守约": lambda: r.random() < 0.7, "失信": lambda: r.random() < 0.3, "行业": lambda: r.choice(("甲业", "乙业", "丙业", "丁业")),
        "区县": lambda: r.choice(("东县", "东 县", "西县")), "成立日": lambda: date(2020, 2, r.choice((28, 29))),
    }  # fmt: skip
    told = {name: make() for name, make in all_of.items() if r.random() < 0.85}
    if told.get("行业") == "丁业":
        told["行业"] = "待核实"
    grant = {"文号": "1", "事项": r.choice(("capped", "别的")), "金额": money()}
    return told, r.choice(({}, {"已获支持": []}, {"已获支持": [grant]}))
