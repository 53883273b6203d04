"""A rulebook with one measure of each fate a paper must tell apart, and the enterprise the papers are about."""

from __future__ import annotations

import functools
from typing import Any

from huiqi.api import Rulebook
from huiqi.telling.decision import Decision
from tests.making import compile_files

PERSON = "身份证尾号7788"


def _figure(key: str, value: Any, **kind: Any) -> dict[str, Any]:
    return {"id": key, **kind, "values": [{"value": value, "document": "d"}]}


@functools.cache
def letter_book() -> Rulebook:
    money = {"kind": "money", "unit": "元", "min": "0元", "max": "100亿元"}
    facts: dict[str, Any] = {
        "统一社会信用代码": {"id": "uscc", "kind": "uscc"},
        "本地登记": {"id": "local", "kind": "boolean", "evidence": ["营业执照"]},
        "失信": {"id": "barred", "kind": "boolean", "evidence": ["信用查询截图"]},
        "投资额": {"id": "investment", **money, "evidence": ["审计报告", "付款凭证"], "explain": "设备投资，不含税"},
        "环保达标": {"id": "clean", "kind": "boolean", "verified by": "生态环境局", "evidence": ["核查意见"]},
        "水平先进": {"id": "advanced", "kind": "boolean", "judgement": "是"},
        "建成": {"id": "built", "kind": "boolean", "evidence": ["验收报告"]},
    }
    staff = {"人员编号": {"id": "person", "kind": "text", "personal": "是"}, "毕业日": {"id": "graduated", "kind": "date", "evidence": ["毕业证"]}}
    local = {"在本地登记": "本地登记"}
    measures: list[dict[str, Any]] = [
        {"id": "fixed", "title": "设备补助", "when": [local], "unless": [{"严重失信": "失信"}], "award": {"amount": "投资额 * 比例"}, "channel": ["市级"],
         "obligations": ["三年不迁出"]},
        {"id": "ceiling", "title": "场地补助", "when": [local], "award": {"up to": "定额"}},
        {"id": "hired", "title": "引才补助", "each": "人 in 新人", "when": [local, {"二〇二五年毕业": "人.毕业日 >= 起始日"}], "award": {"amount": "每人"}},
        {"id": "verified", "title": "绿色奖励", "when": [{"环保达标": "环保达标"}], "award": {"amount": "定额"}},
        {"id": "judged", "title": "创新奖励", "when": [{"水平先进": "水平先进"}], "award": {"amount": "定额"}},
        {"id": "read", "title": "建设补助", "when": [{"已建成": "建成"}], "award": {"amount": 'if 口径 = "高" then 定额 else 每人'}},
        {"id": "unset", "title": "产业补助", "when": [local], "award": {"amount": "未定额"}},
        {"id": "refused", "title": "大额补助", "when": [{"投资额达到下限": "投资额 >= 下限"}], "award": {"amount": "定额"}},
        {"id": "assumed", "title": "房租补助", "when": [{"按惯例": "本地登记", "basis": "假定"}], "award": {"amount": "定额"}},
    ]  # fmt: skip
    yuan = {"unit": "元"}
    return Rulebook(compile_files({
        "rulebook.yaml": {"id": "letters", "title": "测试市产业支持", "version": "1", "jurisdiction": "中国"},
        "documents.yaml": [{"id": "d", "title": "产业支持办法", "number": "测政〔2025〕1号", "issuer": "测试市", "jurisdiction": "中国", "sheet": "t", "letter": "A"}],
        "clauses.yaml": [{"id": "办法·1", "document": "d", "title": "支持", "says": "支持", "disposition": "measure"}],
        "vocabulary.yaml": {"facts": facts, "records": {"新人": {"id": "hire", "noun": "人", "key": "人员编号", "fields": staff}}},
        "readings.yaml": [{"id": "口径", "clause": "办法·1", "question": "按高的还是低的？", "options": ["高", "低"]}],
        "parameters.yaml": {
            "定额": _figure("f", "30万元", **yuan), "每人": _figure("p", "5000元", **yuan), "下限": _figure("m", "1000万元", **yuan), "比例": _figure("r", "7%", kind="ratio"),
            "起始日": _figure("s", "2025-01-01", kind="date"), "未定额": {"id": "u", **yuan, "values": [{"value": "未定", "document": "d", "basis": "未定"}]},
        },
        "measures/all.yaml": [{"clause": "办法·1", "document": "d", **m} for m in measures],
    }))  # fmt: skip


TOLD: dict[str, Any] = {
    "企业": "甲<乙>&公司（虚构）", "本地登记": True, "失信": False,
    "投资额": {"申报": "200万元", "核验": "123.456789万元", "材料": "审计报告 p.3"}, "建成": True,
}  # fmt: skip
ROWS: dict[str, Any] = {"新人": [{"人员编号": PERSON}]}


def decided(told: dict[str, Any] = TOLD, rows: dict[str, Any] = ROWS, **how: Any) -> Decision:
    return letter_book().decide(told, on="2026-06-30", year=2025, records=rows, reasoner="reference", **how)
