"""Random rulebooks and random facts for them, shared by every property of the decision.

A *book* is a rulebook as a folder of YAML text, made by `book_of(seed)` from a small vocabulary of its
own; a *case* is what is told about an enterprise, as text. Both are made by plain functions of a
`random.Random`: the long runs give it a seed, the Hypothesis strategies below give it
`st.randoms(use_true_random=False)`, so that a failing case still shrinks.

Compiling a rulebook costs some forty times as much as deciding a case. A run therefore makes
`BOOKS` rulebooks from fixed seeds (kept, so that a failure names a seed) and many cases for each: every
rulebook is tried on a dozen enterprises each day, which finds more than as many rulebooks tried once each. What must stay true: the same
seeds give the same pairs, and the counted coverage (`Coverage`) is of the pairs, not of the wishes.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from huiqi.errors import RulebookError
from huiqi.language import typed as t
from huiqi.language.types import Date, Quantity
from huiqi.language.units import is_money
from huiqi.reasoning.facts import read_facts
from huiqi.reasoning.judged import Leaf, Node
from huiqi.rulebook.compiled import CompiledRulebook, FactSpec
from huiqi.rulebook.literals import decimal_string
from huiqi.rulebook.reach import references
from huiqi.telling.decision import Decision
from huiqi.telling.phrases import step_words
from huiqi.telling.results import decide, decide_with
from huiqi.words import Outcome
from tests.making import compile_files, examples, yaml_text

BOOKS = 80
PAIRS = int(os.environ.get("HUIQI_PAIRS", examples(960)))
YEAR = 2025
DAY = date(2026, 6, 30)
Tree = dict[str, Any]

# -- vocabulary: the same words in every book; what is made of them differs ---------------------------

_MONEY = {"kind": "money", "unit": "元", "min": "0元", "max": "100亿元"}
FACTS: Tree = {
    "守约": {"id": "honest", "kind": "boolean"},
    "失信": {"id": "discredited", "kind": "boolean", "verified by": "市场监管局"},
    "评审通过": {"id": "passed_review", "kind": "boolean", "judgement": "是"},
    "评分": {"id": "score", "kind": "quantity", "unit": "分", "min": "0分", "max": "100分", "judgement": "是"},
    "收入": {"id": "revenue", **_MONEY, "per": "year"},
    "成本": {"id": "cost", **_MONEY},
    "研发": {"id": "research", **_MONEY, "verified by": "税务局"},
    "利润": {"id": "profit", "kind": "money", "unit": "元", "min": "-10亿元", "max": "10亿元"},
    "外汇": {"id": "foreign", "kind": "money", "unit": "美元", "min": "0美元", "max": "10亿美元"},
    "上年收入": {"id": "last_revenue", **_MONEY, "optional": "是"},
    "人数": {"id": "staff", "kind": "quantity", "unit": "人", "min": "0人", "max": "100000人", "per": "year"},
    "大专": {"id": "graduates", "kind": "quantity", "unit": "人", "min": "0人", "max": "100000人"},
    "席数": {"id": "seats", "kind": "quantity", "unit": "席", "min": "1席", "max": "100000席"},
    "用地": {"id": "land", "kind": "quantity", "unit": "亩", "decimals": 2, "min": "0亩", "max": "100000亩"},
    "增速": {"id": "growth", "kind": "ratio", "min": "-100%", "max": "1000%", "decimals": 4},
    "行业": {"id": "trade", "kind": "choice", "options": ["甲业", "乙业", "丙业"]},
    "区县": {"id": "district", "kind": "text"},
    "成立日": {"id": "founded", "kind": "date"},
    "申请日": {"id": "applied", "kind": "date"},
    "归还日": {"id": "repaid", "kind": "date", "optional": "是"},
}
UNITS: Tree = {"亩": {}, "公顷": {"equals": "15亩"}}
RECORDS: Tree = {
    "项目": {
        "id": "projects", "noun": "项", "key": "编号",
        "fields": {
            "编号": {"id": "number", "kind": "text"},
            "金额": {"id": "amount", **_MONEY},
            "费用": {"id": "fee", **_MONEY},
            "日期": {"id": "day", "kind": "date"},
            "合格": {"id": "fit", "kind": "boolean"},
            "类型": {"id": "sort", "kind": "choice", "options": ["甲类", "乙类"]},
            "负责人": {"id": "person", "kind": "text"},
        },
    },
    "贷款": {
        "id": "loans", "noun": "笔", "key": "合同号",
        "fields": {
            "合同号": {"id": "contract", "kind": "text"},
            "本金": {"id": "principal", **_MONEY},
            "利率": {"id": "rate", "kind": "ratio", "min": "0%", "max": "100%", "decimals": 4},
            "放款日": {"id": "paid_on", "kind": "date"},
            "还清": {"id": "settled", "kind": "boolean", "verified by": "银行"},
            "还清日": {"id": "settled_on", "kind": "date", "optional": "是"},
        },
    },
    "资格证书": {
        "id": "certificates", "noun": "张", "key": "证号",
        "fields": {
            "证号": {"id": "number", "kind": "text"},
            "名称": {"id": "title", "kind": "text"},
            "发证日": {"id": "issued_on", "kind": "date"},
            "有效期止": {"id": "valid_to", "kind": "date"},
            "撤销日": {"id": "revoked_on", "kind": "date", "optional": "是"},
        },
    },
    "已获支持": {
        "id": "support", "noun": "份", "key": "文号",
        "fields": {
            "文号": {"id": "document", "kind": "text"},
            "事项": {"id": "measure", "kind": "text"},
            "层级": {"id": "level", "kind": "choice", "options": ["国家", "省", "市"]},
            "年度": {"id": "year", "kind": "year"},
            "金额": {"id": "amount", **_MONEY},
            "对象": {"id": "subject", "kind": "text", "personal": "是"},
        },
    },
}  # fmt: skip
DOCUMENTS = [
    {"id": "own", "title": "本市办法", "issuer": "市政府", "jurisdiction": "中国/甲省/乙市", "from": "2020-01-01", "sheet": "own", "letter": "A"},
    {"id": "own-2", "title": "本市办法修订", "issuer": "市政府", "jurisdiction": "中国/甲省/乙市", "from": "2025-07-01", "amends": "own", "sheet": "own", "letter": "B"},
    {"id": "far", "title": "外市办法", "issuer": "外市政府", "jurisdiction": "中国/丙省/丁市", "from": "2022-01-01", "sheet": "far", "letter": "B"},
    {"id": "old", "title": "旧指南", "issuer": "部", "jurisdiction": "中国", "from": "2013-01-01", "to": "2013-12-31", "sheet": "old", "letter": "C"},
]  # fmt: skip
CLAUSES = [
    {"id": "办法·1", "document": "own", "title": "支持", "says": "支持", "disposition": "measure"},
    {"id": "办法·2", "document": "own", "title": "资格", "says": "资格", "disposition": "recognition"},
    {"id": "办法·3", "document": "own", "title": "未读", "says": "未读", "disposition": "unread", "why": "附件未取得"},
]
CHANGE = "2026-01-01"  # the day on which figures with history change


def wan(r: random.Random, *choices: int) -> str:
    return f"{r.choice(choices or (5, 10, 20, 50, 100, 200, 500))}万元"


class Maker:
    """Makes one book. Every choice is the random source's; every figure is a parameter."""

    def __init__(self, r: random.Random) -> None:
        self.r = r
        self.serial = 0
        self.negative = False  # inside a not or an unless block
        self.recognitions: list[tuple[str, bool]] = []  # titles usable so far; conferred or not
        self.tables: dict[str, str] = {}  # name -> kind of result
        self.columns = False

    def chance(self, percent: int) -> bool:
        return self.r.randrange(100) < percent

    # -- figures --

    def versions(self, make: Callable[[], Any], unit: Tree) -> Tree:
        """A history of one to three versions, sometimes with a gap, sometimes not enacted yet."""

        def one(value: Any, **span: str) -> Tree:
            document = "own-2" if self.chance(20) else "own"
            return {"value": value, "document": document, **span}

        kind = self.r.choices(["plain", "dated", "change", "three", "gap", "ended"], [6, 2, 4, 1, 1, 1])[0]
        match kind:
            case "plain":
                values = [one(make())]
            case "dated":
                values = [one(make(), **{"from": "2020-01-01"})]
            case "change":
                values = [one(make(), to="2025-12-31"), one(make(), **{"from": CHANGE})]
            case "three":
                values = [one(make(), to="2024-12-31"), one(make(), **{"from": "2025-01-01", "to": "2025-12-31"}), one(make(), **{"from": CHANGE})]
            case "gap":
                values = [one(make(), to="2025-06-30"), one(make(), **{"from": "2026-07-01"})]
            case _:
                values = [one(make(), **{"from": "2020-01-01", "to": "2025-12-31"})]
        return {**unit, "values": values}

    def parameters(self) -> Tree:
        r, unset = self.r, {"value": "未定", "document": "own", "basis": "未定"}
        out: Tree = {}
        for name in ("门槛甲", "门槛乙", "门槛丙", "定额甲", "定额乙", "单项上限", "年度上限", "总上限", "合计上限", "起付线"):
            out[name] = self.versions(lambda: wan(r), {"unit": "元"})
        for name in ("比例甲", "比例乙"):
            out[name] = self.versions(lambda: f"{r.choice((5, 10, 35, 50, 100))}%", {"kind": "ratio"})
        out |= {
            "人数线": self.versions(lambda: f"{r.choice((1, 10, 50, 200))}人", {"unit": "人"}),
            "席数线": self.versions(lambda: f"{r.choice((20, 200))}席", {"unit": "席"}),
            "评分线": self.versions(lambda: f"{r.choice((60, 80))}分", {"unit": "分"}),
            "件数线": self.versions(lambda: f"{r.choice((1, 2, 3))}项", {"unit": "项"}),
            "单价": self.versions(lambda: f"{r.choice((1000, 5000, 20000))}元/人", {"unit": "元/人"}),
            "汇率": self.versions(lambda: f"{r.choice(('6.9', '7.1234'))}元/美元", {"unit": "元/美元"}),
            "行业目录": self.versions(lambda: r.sample(["甲业", "乙业", "丙业"], r.choice((1, 2))), {}),
            "区县目录": self.versions(lambda: ["东县", "西县"], {}),
            "类型目录": self.versions(lambda: r.sample(["甲类", "乙类"], r.choice((1, 2))), {}),
            "截止日": self.versions(lambda: r.choice(("2026-06-30", "2025-12-31")), {"kind": "date"}),
            "受理期": self.versions(lambda: r.choice(("[2025-01-01..2025-12-31]", "[2026-01-01..2026-07-01)")), {"kind": "date"}),
            "期限": self.versions(lambda: r.choice(("6个月", "3年")), {"kind": "period"}),
            "用地线": self.versions(lambda: r.choice(("30亩", "2公顷", "0.5公顷")), {}),
            "比例丙": self.versions(lambda: r.choice(("1/3", "三分之二", "万分之五")), {}),
            "公示期": self.versions(lambda: r.choice(("30天", "90天")), {"kind": "period"}),
            "每年截止": self.versions(lambda: r.choice(("4月1日", "2月末日", "12月31日")), {}),
            "首付": {"kind": "ratio", "values": [{"value": "30%", "document": "own"}]},
            "尾款": {"kind": "ratio", "values": [{"value": "70%", "document": "own"}]},
            "未定额": {"unit": "元", **({"bounds": ["5万元", "50万元"]} if self.chance(50) else {}), "values": [unset]},
            "方案比例": {"kind": "ratio", "values": [{"value": f"{r.choice((10, 30, 50))}%", "document": "old"}]},
            "方案上限": {"unit": "元", "values": [{"value": wan(r), "document": "old"}]},
            "方案线": {"unit": "元", "values": [{"value": wan(r), "document": "old"}]},
        }
        for name, make in (("方案比例", lambda: f"{r.choice((10, 40))}%"), ("方案上限", lambda: wan(r)), ("方案线", lambda: wan(r))):
            if self.chance(50):
                out[name]["values"].append({"value": make(), "document": "far"})
            else:
                out[name]["values"] += [{"value": make(), "document": "far", "to": "2025-12-31"}, {"value": make(), "document": "far", "from": CHANGE}]
        for n, name in enumerate(out):
            out[name] = {"id": f"p{n}", **out[name]}
        return out

    def table_files(self) -> Tree:
        r, money = self.r, {"name": "额", "kind": "money", "unit": "元"}
        low, high = r.choice((5, 10, 20)), r.choice((50, 100))
        top = r.choice((f">= {high}万元", f">= {high}万元", f"[{high}万元..{high * 10}万元]"))
        rows = lambda *values: [  # noqa: E731
            {"when": w, "value": x} for w, x in zip((f"< {low}万元", f"[{low}万元..{high}万元)", top), values, strict=True)
        ]
        base = {"document": "own"}
        open_top = {} if top.startswith(">=") else {"uncovered": [{"when": f"> {high * 10}万元", "why": "办法只写到这一档"}]}
        unread = lambda x: "未读" if self.chance(8) else x  # noqa: E731
        out: Tree = {
            "分档奖": {"id": "t1", "match": "first", "inputs": [money], "unit": "元", **base, "rows": rows("1万元", unread("5万元"), "20万元"), **open_top},
            "套档奖": {"id": "t2", "match": "slab", "inputs": [money], "kind": "ratio", **base, "rows": rows("0%", unread("1%"), "2%"), **open_top},
            "累进奖": {"id": "t3", "match": "marginal", "inputs": [money], "kind": "ratio", **base, "rows": rows("1%", unread("2%"), "5%"), **open_top},
            "就高奖": {
                "id": "t4", "match": "highest", "inputs": [money, {"name": "业", "kind": "choice"}], "unit": "元", **base,
                "rows": [{"when": [f">= {low}万元", "-"], "value": "3万元"}, {"when": [f">= {high}万元", "甲业、乙业"], "value": "8万元"},
                         *([{"when": ["-", "丙业"], "value": unread("1万元")}] if self.chance(50) else [])],
                "uncovered": [{"when": [f"< {low}万元", "-"], "why": "办法从这一档写起"}],
            },
            "行业线": {
                "id": "t5", "match": "first", "inputs": [{"name": "业", "kind": "choice"}], "unit": "元", **base,
                "rows": [{"when": "甲业", "value": wan(r)}, {"when": "乙业", "value": wan(r)}, *([{"when": "-", "value": wan(r)}] if self.chance(60) else [])],
            },
            "比例奖": {
                "id": "t6", "match": "first", "inputs": [{"name": "比", "kind": "ratio"}], "unit": "元", **base,
                "rows": [{"when": "<= 10%", "value": "2万元"}, {"when": "-", "value": "6万元"}],
            },
        }  # fmt: skip
        edge, own = "门槛甲", {"document": "own"}
        out |= {
            "界线奖": {
                "id": "t7", "match": "first", "inputs": [money], "unit": "元", **own,
                "rows": [{"when": f"< {edge}", "value": "定额甲"}, {"when": f">= {edge}", "value": "定额甲 + 定额乙"}],
            },
            "累加奖": {
                "id": "t8", "match": "collect", "collect": r.choice(("sum", "max")), "inputs": [money, {"name": "业", "kind": "choice"}], "unit": "元", **own,
                "rows": [{"when": ["-", "-"], "value": "1万元"}, {"when": [f">= {low}万元", "-"], "value": "2万元", "from": "2020-01-01"},
                         {"when": [">= 门槛乙", "甲业、乙业"], "value": "3万元"}, {"when": ["-", {"expr": "守约 and 席数 >= 席数线"}], "value": "4万元"}],
            },
            "先后奖": {
                "id": "t9", "match": "first", "inputs": [money], "unit": "元", **own,
                "rows": [{"when": "-", "value": "2万元", "to": "2025-12-31"}, {"when": f"< {high}万元", "value": "3万元", "from": CHANGE},
                         {"when": f">= {high}万元", "value": "4万元", "from": CHANGE}],
            },
            "自比奖": {
                "id": "t10", "match": "first", "inputs": [money], "unit": "元", **own,
                "rows": [{"when": "> 研发", "value": "1万元"}, {"when": "[0元..研发]", "value": "2万元"}, {"when": "-", "value": "3万元"}],
            },
        }  # fmt: skip
        return out

    def definitions(self) -> Tree:
        # a definition may come to stand under a not, where 不符合 is refused
        zero = lambda: {"分母为零": "待核"}  # noqa: E731
        out: Tree = {
            "净收入": {"expr": "收入 - 成本"},
            "研发占比": {"expr": "研发 / 收入", **zero()},
            "人均收入": {"expr": "收入 / 人数", **zero()},
            "合格合计": {"expr": "sum(项目[合格].金额)"},
            "合格件数": {"expr": "count(项目[合格])"},
            "计奖额": {"expr": 'if 行业 = "甲业" then 收入 else 成本'},
            "贷款余额": {"expr": "sum(贷款[not(还清)].本金)"},
            "净额": {"on": "项目", "expr": "金额 - 费用"},
            "费用率": {"on": "项目", "expr": "费用 / 金额", **zero()},
        }
        for n, name in enumerate(out):
            out[name] = {"id": f"d{n}", **out[name]}
        return out

    # -- expressions: text, and whether they divide --

    def money(self, var: str = "") -> str:
        if var == "件" and self.chance(75):
            return self.r.choice(["件.金额", "件.费用", "件.净额", "min(件.金额, 件.费用)", "件.金额 - 件.费用"])
        if var == "款" and self.chance(75):
            return self.r.choice(["款.本金", "款.本金 * 款.利率"])
        return self.r.choice([
            "收入", "成本", "研发", "利润", "净收入", "计奖额", "合格合计", "贷款余额", "sum(项目.金额)", "sum(项目[日期 in 受理期].费用)",
            "收入 at 申报年度 - 1年", "max(研发, 成本)", "min(收入, 成本)", "外汇 * 汇率", "人数 * 单价", "收入 - 成本", "abs(利润)",
            "(if 上年收入 is 无 then 成本 else 上年收入)", "(if 守约 then 收入 else 研发)", "sum(for 某 in 项目 return if 某.合格 then 某.金额 else 某.费用)",
            "分档奖(收入)", "界线奖(收入)", "累加奖(成本, 行业)", "先后奖(收入)", "自比奖(成本)", "套档奖(成本)", "累进奖(收入)", "就高奖(成本, 行业)", "成本 * 比例甲",
            "max(项目.金额)", "mean(项目.金额)", "max(净收入, 0)", "round down(收入, 门槛甲)",
            "成本 * (1 + 比例甲) ** 件数线", "研发 * 比例乙 ** min(合格件数, 件数线)", "研发 * 比例丙",
            "sum(for 业 in 行业目录 return min(成本, 行业线(业)))", "round half even(收入, 门槛甲)", "round half down(成本, 门槛乙)",
        ])  # fmt: skip

    def threshold(self) -> str:
        return self.r.choices(["门槛甲", "门槛乙", "门槛丙", "未定额", "行业线(行业)", "value at(门槛甲, 成立日)"], [6, 6, 6, 1, 2, 1])[0]

    def atom(self, var: str = "", top: int = 0) -> str:
        """One comparison or fact; may divide (then the condition says 分母为零)."""
        r, sign = self.r, self.r.choice([">=", ">", "<", "<=", ">=", ">="])
        if var == "件" and self.chance(70):
            return r.choice([
                "件.合格", "not(件.合格)", '件.类型 = "甲类"', f"件.金额 {sign} 门槛甲", f"件.净额 {sign} 门槛乙", "件.日期 in 受理期", "件.日期 <= 截止日",
                f"件.费用率 {sign} 比例甲", "件.费用 / 件.金额 >= 比例乙", "件.日期 + 期限 <= 审核日期",
            ])  # fmt: skip
        if var == "款" and self.chance(70):
            return r.choice(["款.还清", f"款.本金 {sign} 门槛甲", "款.还清日 is 无 or 款.还清日 <= 截止日", "款.放款日 in 受理期", f"款.利率 {sign} 比例甲"])
        choices = [
            "守约", "守约", "not(失信)", "not(失信)", "失信", "评审通过", "成本 < 门槛丙 or 收入 > 门槛甲", f"评分 {sign} 评分线", f"席数 {sign} 席数线", f"人数 {sign} 人数线", f"增速 {sign} 比例甲",
            "行业 in 行业目录", '行业 = "甲业"', '行业 != "乙业"', "区县 in 区县目录", "成立日 + 期限 <= 审核日期", "申请日 in 受理期", "申请日 <= 截止日",
            "归还日 is 无 or 归还日 <= 截止日", "合格件数 >= 件数线", "count(项目) >= 件数线", "some 某 in 项目 satisfies 某.合格",
            "every 某 in 项目 satisfies 某.金额 >= 门槛甲", f"some 某 in 贷款 satisfies 某.本金 {sign} 门槛乙", "months between(成立日, 审核日期) >= months between(申请日, 审核日期)",
            "distinct count(项目.负责人) >= 件数线", "every 业 in 行业目录 satisfies 收入 >= 行业线(业)", "some 业 in 行业目录 satisfies 行业 = 业 and 守约",
            "(count 类 in 类型目录 satisfies count(项目[类型 = 类]) > 0) >= 件数线", "every 类 in 类型目录 satisfies some 某 in 项目 satisfies 某.类型 = 类 and 某.合格",
            "(count 某 in 项目 satisfies 某.金额 >= 门槛甲) < 件数线", "some 县 in 区县目录 satisfies 区县 = 县", "sum(贷款.本金) between 门槛甲 and 门槛乙", '"东县" in 项目.负责人',
            f"研发 / 收入 {sign} 比例甲", f"大专 / 人数 {sign} 比例乙", f"研发占比 {sign} 比例乙", f"人均收入 {sign} 单价", "净收入 / 成本 >= 比例甲",
            "比例奖(研发占比) >= 门槛甲", "收入 介于 门槛甲 (含) 至 门槛乙 (不含)", "year of(申请日) = 申报年度",
            "quarter of(申请日) = quarter of(审核日期)", "date(申报年度, month of(成立日), day of(成立日)) <= 截止日",
            "years through(成立日, 审核日期) > years between(申请日, 审核日期)", "weekday of(申请日) <= day of(成立日)",
            f"用地 {sign} 用地线", "申请日 <= 每年截止 at 申报年度", "每年截止 at 申报年度 - 1年 < 申请日 - 1天", "审核日期 - 申请日 >= 公示期", f"研发 / 收入 {sign} 比例丙",
            "收入 >= 收入 at 申报年度 - 1年",
            f"{self.money()} {sign} {self.threshold()}", f"{self.money()} {sign} {self.threshold()}", f"{self.money()} {sign} {self.money()}",
        ]  # fmt: skip
        if self.recognitions:
            title, conferred = r.choice(self.recognitions)
            choices += [title] * 4
            if conferred:
                choices += [f"meets({title})"] * 3
        return r.choice(choices)

    def boolean(self, var: str = "", depth: int = 2) -> str:
        if depth == 0 or self.chance(65):
            return self.atom(var)
        a, b = self.boolean(var, depth - 1), self.boolean(var, depth - 1)
        return self.r.choice([f"({a}) and ({b})", f"({a}) or ({b})", f"not({a})", f"(if {self.atom(var)} then ({a}) else ({b}))"])

    def condition(self, var: str = "", force: str = "") -> Tree:
        self.serial += 1
        expr = force or self.boolean(var)
        out: Tree = {f"条件{self.serial}": expr}
        if "/" in expr:
            # 不符合 is refused where failing would count in favour: under not, in an if, in unless
            plain = "not(" not in expr and "(if" not in expr and not self.negative
            out["分母为零"] = self.r.choice(("不符合", "待核")) if plain else "待核"
        if self.chance(8):
            out |= self.r.choice([{"from": CHANGE}, {"to": "2025-12-31"}])
        if self.chance(5):
            out["basis"] = "假定"
        return out

    def block(self, count: int, var: str = "", depth: int = 2, first: str = "") -> list[Tree]:
        out: list[Tree] = [self.condition(var, first)] if first else []
        for _ in range(count):
            if depth and self.chance(30):
                op = self.r.choice(("all", "any", "any", "not"))
                before, self.negative = self.negative, self.negative or op == "not"
                inner = self.block(1 if op == "not" else self.r.randint(2, 3), var, depth - 1)
                self.negative = before
                self.serial += 1
                out.append({f"并列{self.serial}": {op: inner}} if self.chance(60) else {op: inner})
            else:
                out.append(self.condition(var))
        return out

    def exclusions(self, count: int, var: str, depth: int) -> list[Tree]:
        self.negative = True
        out = self.block(count, var, depth)
        self.negative = False
        return out

    # -- recognitions --

    def recognition_files(self) -> list[Tree]:
        """A chain of two or three, a conferred one, and what rests on it."""
        out: list[Tree] = []

        def add(title: str, conferred: bool, first: str = "", **more: Any) -> None:
            n = len(out) + 1
            entry: Tree = {"id": f"r{n}", "title": title, "kind": "conferred" if conferred else "derived", "document": "own", "clause": "办法·2"}
            if conferred:
                entry |= {"certificate": title, "authority": "省厅"}
            entry |= more
            entry["when"] = self.block(self.r.randint(0 if first else 1, 2), depth=1, first=first)
            if self.chance(35):
                entry["unless"] = self.exclusions(1, "", 0)
            if self.chance(6):
                entry["incomplete"] = ["办法·3"]
            if self.chance(15):
                entry["governed by"] = self.r.choice(["申请日", "成立日"])
            out.append(entry)
            self.recognitions.append((title, conferred))

        add("初级", False)
        if self.chance(85):
            add("中级", False, self.r.choice(["初级", "not(初级)", "初级"]))
        if self.chance(50):
            add("高级", False, self.r.choice(["中级", "中级 or 守约"]) if len(out) > 1 else "初级")
        if self.chance(80):
            add("示范", True, self.r.choice(["", "初级"]))
            if self.chance(50):
                add("重点", False, self.r.choice(["示范", "meets(示范)", "示范 or 初级"]))
        return out

    # -- measures --

    def award(self, var: str) -> Tree:
        r, money = self.r, self.money(var)
        kind = r.choices(["amount", "expr", "up to", "rate", "discretion", "unset"], [5, 4, 6, 4, 2, 1])[0]
        match kind:
            case "amount":
                return {"amount": r.choice(["定额甲", "定额乙"])}
            case "expr":
                return {"amount": money}
            case "up to":
                return {"up to": f"{money} * {r.choice(['比例甲', '比例乙'])}"}
            case "rate":
                return {"up to": money, "lines": {"基数": money}}
            case "discretion":
                return {"discretion": r.choice([{"to": "定额甲"}, {"from": "起付线", "to": "定额甲"}])}
        return {"up to": "未定额"}

    def limits(self, var: str, dated: bool) -> list[Tree]:
        """`dated`: records governed by their own dates have no common date for a common cap."""
        out: list[Tree] = []
        count = lambda **x: {**x, **({"counting": self.r.choice(["已获支持", '已获支持[层级 = "市"]', "已获支持[金额 >= 门槛甲]"])} if self.chance(50) else {})}  # noqa: E731
        if var and self.chance(45):
            out.append({"amount": "单项上限", "per": var})
        if var and not dated and self.chance(35):
            limit = {"count": "件数线", "per": "申报年度", "keep": self.r.choice(["highest", "first"])}
            out.append(count(**limit) if self.chance(30) else limit)
        if var == "件" and self.chance(25):
            out.append({"amount": "单项上限", "per": self.r.choice(["负责人", "类型", "year of(件.日期)"])})
        if not dated and self.chance(50):
            out.append(count(amount="年度上限", per="申报年度"))
        if not dated and self.chance(25):
            out.append(count(amount="总上限", per="企业"))
        return out

    def measure(self, n: int) -> Tree:
        r = self.r
        var = r.choices(["", "件", "款"], [5, 4, 2])[0]
        out: Tree = {"id": f"m{n}", "title": f"支持{n}", "clause": "办法·1"}
        if var:
            base = {"件": "项目", "款": "贷款"}[var]
            out["each"] = f"{var} in {base}" + (r.choice(["[合格]", "[金额 >= 门槛甲]"]) if var == "件" and self.chance(25) else "")
        out["when"] = self.block(r.choice((1, 1, 2, 3)), var)
        if self.chance(45):
            out["unless"] = self.exclusions(r.randint(1, 2), var, 1)
        if self.chance(15):
            out["governed by"] = f"{var}.{'日期' if var == '件' else '放款日'}" if var and self.chance(50) else r.choice(["申请日", "成立日"])
        if self.chance(8):
            out["window"] = r.choice(["申请日 in 受理期", "审核日期 <= 截止日"])
        if self.chance(8):
            out |= r.choice([{"from": CHANGE}, {"to": "2025-12-31"}])
        if self.chance(6):
            out["incomplete"] = ["办法·3"]
        if self.chance(5):
            out["hint"] = "是"
        if self.chance(8):
            out["difference"] = 'sum(已获支持[层级 = "省"].金额)'
        out["evidence"] = ["申请书", {"text": "承诺书", "when": "守约"}]
        body = out
        if self.chance(18):
            out["schemes"] = {}
            for name, document in (("外市", "far"), ("旧", "old"))[: r.randint(1, 2)]:
                self.serial += 1
                money = {"件": "件.金额", "款": "款.本金", "": "成本"}[var]
                per = var if "." in out.get("governed by", "") else "申报年度"
                out["schemes"][name] = {
                    "document": document, "award": {"up to": f"{money} * 方案比例"}, "limits": [{"amount": "方案上限", "per": per}],
                    **({"when": [{f"方案条件{self.serial}": f"{money} >= 方案线"}]} if self.chance(60) else {}),
                }  # fmt: skip
            return out
        if self.chance(8):
            out["award"] = r.choice([{"relief": "减免", "rate": "比例甲"}, {"service": "辅导"}])
            return out
        body["award"] = self.award(var)
        if limits := self.limits(var, "." in out.get("governed by", "")):
            body["limits"] = limits
        if self.chance(18):
            body["floor"] = "起付线"
        if self.chance(35):
            body["rounding"] = {
                "to": r.choice(["分", "元", "百元", "千元", "万元"]),
                "direction": r.choice(["down", "down", "half up", "half even", "half down", "up"]),
            }
        if self.chance(15):
            body["pay"] = [{"share": "首付", "label": "首付"}, {"share": "尾款", "label": "尾款", "when": "守约"}]
        return out

    def asking(self, measures: list[Tree]) -> list[Tree]:
        """Up to two measures that ask after the others' conclusions, the second after the first's too."""
        r, out = self.r, list[Tree]()
        paying = [m for m in measures if not {"relief", "service"} & set(m.get("award", {}))]
        of_each = [m for m in measures if m.get("each", "").startswith("件")]
        for n in range(len(measures) + 1, len(measures) + 1 + r.choices([0, 1, 2], [2, 3, 5])[0]):
            var = r.choice(["件", ""]) if of_each else ""
            known = [m["id"] for m in (*measures, *out)]
            asked = r.choice(
                [f"granted({r.choice(known)})", f"granted({known[-1]})", f"not(granted({r.choice(known)}))", f"granted({r.choice(known)}) or 守约"]
            )
            if paying and self.chance(30):
                asked = f"amount({r.choice(paying)['id']}) >= {r.choice(['门槛甲', '定额甲'])}"
            if var and self.chance(70):
                asked = f"granted({r.choice(of_each)['id']}, 件)"
            award = {"up to": f"amount({r.choice(paying)['id']}) * 比例甲"} if paying and not var and self.chance(70) else {"amount": "定额甲"}
            out.append({
                "id": f"m{n}", "title": f"支持{n}", "clause": "办法·1", **({"each": "件 in 项目"} if var else {}),
                "when": [self.condition(var, asked), *self.block(r.choice((0, 1)), var, 0)], "award": award,
            })  # fmt: skip
        return out

    def grouping(self, n: int) -> list[Tree]:
        """Sometimes a measure that judges groups of records."""
        r = self.r
        if self.chance(40):
            return []
        by = r.choice(["类型", "类型", "负责人"])
        conditions = [
            "sum(组.金额) >= 门槛甲",
            "count(组[合格]) >= 件数线",
            "some 某 in 组 satisfies 某.合格",
            "every 某 in 组 satisfies 某.金额 >= 门槛甲",
            "守约",
        ]
        if by == "类型":
            conditions.append('组.类型 = "甲类"')
        limits = [{"amount": "单项上限", "per": "组"}] * self.chance(50) + [{"count": "件数线", "per": "申报年度", "keep": "highest"}] * self.chance(30)
        return [{
            "id": f"m{n}", "title": f"支持{n}", "clause": "办法·1", "each": f"组 in group({r.choice(['项目', '项目', '项目[合格]'])}, by {by})",
            "when": [self.condition("", r.choice(conditions)), *self.block(r.choice((0, 1)), "", 0)],
            **({"unless": [self.condition("", "sum(组.费用) > 门槛丙")]} if self.chance(30) else {}),
            "award": r.choice([{"up to": "sum(组.金额) * 比例甲"}, {"amount": "sum(组.费用)"}, {"amount": "定额甲"}]), **({"limits": limits} if limits else {}),
        }]  # fmt: skip

    def with_reductions(self, measure: Tree) -> None:
        """Reductions and yearly windows, from a source of their own: the rest of a seed's book stays what it is."""
        own = Maker(random.Random(yaml_text(measure)))
        own.negative, var = True, measure.get("each", "").partition(" in ")[0]
        if own.chance(20) and "window" not in measure:
            measure["window"] = own.r.choice(["申请日 in 每年4月1日至9月30日", "成立日 in 每年11月1日至次年3月31日"])
        if not {"amount", "up to", "discretion"} & set(measure.get("award", {})) and "schemes" not in measure:
            return
        rows = []
        for n in range(1, own.r.choices((0, 1, 2), (60, 30, 10))[0] + 1):
            item = own.condition(var if own.chance(40) else "")
            text = next(x for k, x in item.items() if k.startswith("条件"))
            row = {f"减额{n}": text, "share": own.r.choice(("首付", "尾款", "比例甲", "比例乙")), **{k: x for k, x in item.items() if not k.startswith("条件")}}
            if not var and own.chance(35):
                row["applies"] = "after limits"
            rows.append(row)
        if rows:
            measure["reductions"] = rows

    def stacking(self, measures: list[Tree]) -> list[Tree]:
        """One or two groups of enterprises' measures, and sometimes one of persons; caps lie inside one another."""
        r, ids = self.r, [m["id"] for m in measures]
        out: list[Tree] = []

        def group(rule: str, members: list[str], **more: Any) -> None:
            out.append({"id": f"g{len(out)}", "title": f"组{len(out)}", "rule": rule, "members": members, "per": "企业", "document": "own", **more})

        for n in range(r.choices([0, 1, 2], [1, 5, 5])[0]):
            members = sorted(r.sample(ids, min(len(ids), r.randint(2, 5) if n else r.randint(3, 5))))
            rule = r.choice(["highest", "choose", "cap", "cap"])
            if rule != "cap":
                group(rule, members)
                continue
            inside = [g for g in out if g["rule"] == "cap"]
            more = {"counting": "已获支持"} if self.chance(30) else {}
            group("cap", inside[0]["members"][: r.randint(2, 3)] if inside else members, amount="总上限" if inside else "合计上限", **more)
        persons = [m["id"] for m in measures if m.get("each", "").startswith("件")]
        if len(persons) > 1 and self.chance(60):
            group(r.choice(["highest", "order"]), persons, per="人", key="负责人")
        return out

    def say_of_what_was_received(self, measures: list[Tree], groups: list[Tree]) -> None:
        """Most rules say nothing of the same record, or another member, received before; some do."""
        for one in [*(m for m in measures if m.get("each", "").startswith("件")), *(g for g in groups if g["rule"] != "cap")]:
            if self.chance(6):
                one["counting"] = self.r.choice(["已获支持", '已获支持[层级 = "市"]', {"不计以往": "每次重新计算"}])

    def files(self) -> Tree:
        recognitions = self.recognition_files()
        measures = [self.measure(n) for n in range(1, self.r.randint(4, 6) + 1)]
        for measure in measures:
            self.with_reductions(measure)
        out = {
            "rulebook.yaml": {"id": "tried", "title": "随机规则库", "version": "1", "jurisdiction": "中国/甲省/乙市"},
            "documents.yaml": DOCUMENTS, "clauses.yaml": CLAUSES, "vocabulary.yaml": {"units": UNITS, "facts": FACTS, "records": RECORDS},
            "parameters.yaml": self.parameters(), "tables.yaml": self.table_files(), "definitions.yaml": self.definitions(),
            "recognitions.yaml": recognitions, "measures/all.yaml": measures,
        }  # fmt: skip
        if groups := self.stacking(measures):
            out["stacking.yaml"] = groups
        self.say_of_what_was_received(measures, groups)
        shared = {m for g in groups if g["rule"] == "cap" for m in g["members"]}
        for measure in measures:  # the compiler takes no other rounding under a common cap
            if measure["id"] in shared and "rounding" in measure:
                measure["rounding"]["direction"] = "down"
        measures += self.asking(measures)
        measures += self.grouping(len(measures) + 1)
        return out


# -- compiling -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Book:
    """A rulebook as text, compiled, with the values worth trying on either side of its thresholds."""

    name: str
    files: Mapping[str, Any] = field(repr=False, hash=False, compare=False)
    compiled: CompiledRulebook = field(repr=False, hash=False, compare=False)
    edges: Mapping[str, tuple[Any, ...]] = field(repr=False, hash=False, compare=False)  # unit (or "date") -> thresholds
    ratios: tuple[tuple[str, str], ...] = field(repr=False, hash=False, compare=False)  # numerator, denominator


def make_book(files: Mapping[str, Any], name: str = "") -> Book:
    compiled = compile_files(files)
    return Book(name, files, compiled, _edges(compiled), _ratios(compiled))


refused: dict[str, str] = {}  # seeds whose rulebook the compiler did not take, and why


@functools.cache
def book_of(seed: int) -> Book:
    """The book of a seed. The compiler may refuse what a maker could not foresee; then the next try counts."""
    for attempt in range(8):
        name = f"{seed}" + (f"·{attempt}" if attempt else "")
        try:
            return make_book(Maker(random.Random(f"规则库{name}")).files(), name)
        except RulebookError as error:
            refused[name] = str(error)
    raise AssertionError(f"规则库种子 {seed} 八次都不能编译：{refused[name]}")


def _edges(book: CompiledRulebook) -> dict[str, tuple[Any, ...]]:
    out: dict[str, set[Any]] = {}

    def add(value: Any, kind: Any) -> None:
        if isinstance(value, Fraction) and isinstance(kind, Quantity):
            out.setdefault(str(kind.dims), set()).add(value)
        elif isinstance(value, date) and isinstance(kind, Date):
            out.setdefault("date", set()).add(value)
        elif hasattr(value, "low_closed"):
            add(value.low, kind.item)
            add(value.high, kind.item)

    for parameter in book.parameters.values():
        for version in parameter.versions:
            add(version.value, parameter.type)
    for table in book.tables.values():
        for row in table.rows:
            for test, (_, kind) in zip(row.tests, table.inputs, strict=True):
                for value in test.values:
                    add(value, kind)
    return {k: tuple(sorted(v)) for k, v in out.items()}


def _ratios(book: CompiledRulebook) -> tuple[tuple[str, str], ...]:
    """Quotients of two facts: their thresholds are met by choosing the numerator."""
    specs: list[Any] = [*book.measures.values(), *book.recognitions.values()]
    roots = [c.expr for s in specs for g in (s.when, s.unless) for c in g.conditions()]
    found = set()
    for node in references(roots, book):
        if isinstance(node, t.Calculated) and node.op == "/" and isinstance(node.left, t.FactRef) and isinstance(node.right, t.FactRef):
            found.add((book.facts[node.left.fact].name, book.facts[node.right.fact].name))
    return tuple(sorted(found))


# -- cases ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """What is told about an enterprise, as a case file would say it, and when it is decided."""

    on: date
    year: int | None
    facts: Mapping[str, Any]
    records: Mapping[str, Any]  # name -> list of rows, or {完整: 否, 清单: rows}
    schemes: Mapping[str, str] = field(default_factory=dict)

    def rows(self, name: str) -> list[Tree]:
        listing = self.records.get(name, [])
        return list(listing["清单"]) if isinstance(listing, Mapping) else list(listing)


def value_text(r: random.Random, spec: FactSpec, book: Book) -> str:
    """A value of the fact's kind, often a threshold or one minor unit beside it."""
    kind = spec.type.required()
    if spec.optional and r.randrange(3) == 0:
        return "无"
    if isinstance(kind, Quantity):
        step = Fraction(1, 100) if is_money(kind.dims) else Fraction(1, 10000) if not kind.dims else Fraction(1)
        low, high = spec.bounds
        edges = book.edges.get(str(kind.dims), ())
        if edges and r.randrange(100) < 55:
            value = r.choice(edges) + r.choice((-1, 0, 1)) * step
        else:
            value = r.choice(
                (Fraction(0), Fraction(1), Fraction(r.randrange(1, 300)) * (10000 if is_money(kind.dims) else 1), Fraction(r.randrange(10**7), 100))
            )
            value = (value / step).__floor__() * step if kind.dims else min(value, Fraction(1)) * Fraction(r.randrange(10000), 10000)
        if low is not None and low < 0 and r.randrange(3) == 0:
            value = -value
        value = max(low, min(high, value)) if low is not None and high is not None else value
        value = (value / step).__floor__() * step
        return decimal_string(value) + kind.dims[0][0] if kind.dims else decimal_string(value * 100) + "%"
    match spec.kind:
        case "boolean":
            return r.choice(("是", "否"))
        case "choice":
            return r.choice(spec.options)
        case "year":
            return r.choice(("2025", "2025", "2024"))
        case "date":
            edges = book.edges.get("date", ()) or (DAY,)
            day = (
                r.choice(edges) + timedelta(days=r.choice((-1, 0, 1)))
                if r.randrange(100) < 60
                else date(r.randint(2019, 2026), r.randint(1, 12), r.randint(1, 28))
            )
            return day.isoformat()
    return r.choice(("东县", "西县", "南县"))


def draw_case(r: random.Random, book: Book) -> Told:
    """One enterprise: sometimes told in full, sometimes hardly at all."""
    known = r.choice((97, 97, 85, 60, 30))
    year = YEAR if r.randrange(100) < 94 else None
    on = r.choice((DAY, DAY, DAY, date(2025, 12, 31), date(2026, 1, 1), date(2025, 6, 30), date(2026, 7, 1)))
    facts: Tree = {}

    def told(spec: FactSpec) -> str | None:
        if r.randrange(100) >= known:
            return None
        return "待核实" if spec.kind != "text" and r.randrange(100) < 3 else value_text(r, spec, book)

    for spec in book.compiled.facts.values():
        if spec.yearly and r.randrange(100) < 60:
            years = {str(y): x for y in (YEAR, YEAR - 1) if (x := told(spec)) is not None}
            if years:
                facts[spec.name] = years
        elif (value := told(spec)) is not None:
            facts[spec.name] = value
    for top, bottom in book.ratios:
        if r.randrange(100) < 30:
            _meet(r, book, facts, top, bottom)
    records: Tree = {}
    for record in book.compiled.records.values():
        state = r.choices(["unknown", "none", "partial", "complete"], [max(8, (100 - known) // 2), 10, 14, 70])[0]
        if state == "unknown":
            continue
        rows = [] if state == "none" else [_row(r, record, n, book, told) for n in range(r.randint(0 if state == "partial" else 1, 4))]
        records[record.name] = {"完整": "否", "清单": rows} if state == "partial" else rows
    schemes = {}
    for measure in book.compiled.measures.values():
        if measure.schemes and r.randrange(2):
            schemes[measure.id] = r.choice(sorted(measure.schemes))
    return Told(on, year, facts, records, schemes)


def _row(r: random.Random, record: Any, n: int, book: Book, told: Callable[[FactSpec], str | None]) -> Tree:
    row = {record.key_field: f"{record.noun}{n + 1}"}
    for name, spec in record.fields.items():
        if name == record.key_field or (value := told(spec)) is None:
            continue
        if record.name == "资格证书":
            value = {"名称": r.choice(("示范", "示范", "别的")), "发证日": r.choice(("2024-01-01", "2026-07-01")), "有效期止": r.choice(("2026-06-29", "2026-06-30", "2027-12-31")),
                     "撤销日": r.choice(("无", "无", "无", "2026-06-30"))}.get(name, value)  # fmt: skip
        elif record.name == "已获支持" and name == "事项":
            value = r.choice(("m1", "m2", "m3", "支持1", "支持2", "别的"))
        elif record.name == "已获支持" and name == "对象":  # the number of a record, or a person
            if r.randrange(3):
                continue  # most grants say nothing of whom
            value = r.choice(("项1", "项2", "项 1", "笔1", "甲", "乙", "别的"))
        row[name] = value
    return row


def _meet(r: random.Random, book: Book, facts: Tree, top: str, bottom: str) -> None:
    """Set the numerator so that the quotient is a threshold, or a minor unit beside it."""
    specs = {s.name: s for s in book.compiled.facts.values()}
    base = facts.get(bottom)
    text = base.get(str(YEAR)) if isinstance(base, dict) else base
    edges = book.edges.get("()", ())
    if text is None or text in ("待核实", "无") or not edges or top not in facts or isinstance(facts[top], dict):
        return
    unit = specs[top].type.dims[0][0]  # type: ignore[attr-defined]
    step = Fraction(1, 100) if is_money(specs[top].type.dims) else Fraction(1)  # type: ignore[attr-defined]
    number = Fraction(text.removesuffix(specs[bottom].type.dims[0][0]))  # type: ignore[attr-defined]
    value = (number * r.choice(edges) / step).__floor__() * step + r.choice((-1, 0, 0, 1)) * step
    facts[top] = decimal_string(max(Fraction(0), value)) + unit


def decide_case(book: Book, told: Told, **how: Any) -> Decision:
    """The reference decision on a case."""
    facts = read_facts(book.compiled, told.facts, told.records, told.year)
    return decide(book.compiled, facts, on=told.on, schemes=told.schemes, **how)


def readers() -> tuple[str, ...]:
    """Who can reason here: `rete` only where durable_rules installs (CPython 3.11, 3.12)."""
    return ("reference", "rete") if importlib.util.find_spec("durable_rules_engine") else ("reference",)


def decided_by(reader: str, book: Book, told: Told) -> Decision:
    """The decision of one reader on a case."""
    facts = read_facts(book.compiled, told.facts, told.records, told.year)
    return decide_with(reader, book.compiled, facts, on=told.on, schemes=told.schemes)


def shown(decision: Decision) -> Tree:
    """The public decision, without who reasoned."""
    out: Tree = decision.to_dict()
    out["receipt"].pop("reasoner")
    out.pop("derivation", None)
    return out


# -- strategies ----------------------------------------------------------------------------------------

_random = st.randoms(use_true_random=False)


def books() -> st.SearchStrategy[Book]:
    """One of the run's rulebooks."""
    return st.integers(0, BOOKS - 1).map(book_of)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Book, Told]:
    """A rulebook and a case for it."""
    book = draw(books())
    return book, draw_case(draw(_random), book)


def of_book(seed: int, count: int, start: int = 0) -> Iterator[tuple[Book, Told]]:
    """`count` cases for the rulebook of a seed."""
    book = book_of(seed)
    for n in range(start, start + count):
        yield book, draw_case(random.Random(f"案例{seed}·{n}"), book)


def corpus(count: int, start: int = 0) -> Iterator[tuple[Book, Told]]:
    """`count` pairs, the same for the same numbers, rulebook by rulebook."""
    per = -(-count // BOOKS)
    for seed in range(BOOKS):
        yield from of_book(seed, max(0, min(per, count - seed * per)), start)


# -- telling less --------------------------------------------------------------------------------------


def told_less(told: Told) -> Iterator[tuple[str, Told]]:
    """Every way to tell one thing less, with what it was."""
    if told.year is not None:
        yield "申报年度", replace(told, year=None)
    for name, value in told.facts.items():
        rest = {k: v for k, v in told.facts.items() if k != name}
        yield name, replace(told, facts=rest)
        if isinstance(value, Mapping) and len(value) > 1:
            for year in value:
                yield f"{name} {year}", replace(told, facts={**told.facts, name: {k: v for k, v in value.items() if k != year}})
    for name, listing in told.records.items():
        yield f"明细 {name}", replace(told, records={k: v for k, v in told.records.items() if k != name})
        rows, partial = told.rows(name), isinstance(listing, Mapping)
        if not partial:
            yield f"{name} 已列全", replace(told, records={**told.records, name: {"完整": "否", "清单": rows}})
        for n, row in enumerate(rows):
            yield f"{name}[{n}]", replace(told, records={**told.records, name: {"完整": "否", "清单": rows[:n] + rows[n + 1 :]}})
            for column in list(row)[1:]:
                less = {k: v for k, v in row.items() if k != column}
                changed: Any = [*rows[:n], less, *rows[n + 1 :]]
                yield f"{name}[{n}].{column}", replace(told, records={**told.records, name: {"完整": "否", "清单": changed} if partial else changed})


REFUSED = ("ineligible", "not_in_force")


def overturned(less: Decision, more: Decision, stacked: frozenset[str]) -> list[str]:
    """What `more` contradicts of what `less`, told less, had settled. `stacked`: ids in stacking groups. Nothing is worded for it."""
    out: list[str] = []
    first, then = less.judgement, more.judgement
    assert first is not None and then is not None
    first.work_out()
    then.work_out()
    for key, before in first.measures.items():
        after, name = then.measures[key], before.spec.id
        # a refusal may still be restated as 不在有效期, never turned into anything else
        same = before.outcome == after.outcome or (before.outcome in REFUSED and after.outcome in REFUSED)
        if before.outcome != "undetermined" and not same:
            out.append(f"{name}: {before.outcome} → {after.outcome}（{after.reason.kind}）")
        out += [f"{name} {x}" for x in _verdicts(before.conditions, after.conditions)]
        if name not in stacked and before.award.low is not None and after.award.low is not None:
            out += [f"{name} {x}" for x in _widened(before.award.low, before.award.high, after.award.low, after.award.high)]
    for where, was in first.recognitions.items():
        if where not in then.recognitions:  # asked after by a measure, on a day that only one of them knows
            continue
        now = then.recognitions[where]
        for word, a, b in (("持有", was.truth, now.truth), ("测评", was.meets, now.meets)):
            if a.value is not None and a.value is not b.value:
                out.append(f"{where[0]} {word}: {a.verdict} → {b.verdict}")
        out += [f"{where[0]} {x}" for x in _verdicts(was.conditions, now.conditions)]
    out += [f"合计 {x}" for x in _widened(first.total.low, first.total.high, then.total.low, then.total.high)]
    return out


def _widened(low: Fraction, high: Fraction | None, new_low: Fraction, new_high: Fraction | None) -> list[str]:
    out = []
    if new_low < low:
        out.append(f"已定 {low} → {new_low}")
    if high is not None and (new_high is None or new_high > high):
        out.append(f"最多 {high} → {new_high}")
    return out


def _verdicts(before: Node, after: Node) -> list[str]:
    now = {_which(leaf): leaf for leaf in after.leaves()}
    out = []
    for leaf in before.leaves():
        other = now.get(_which(leaf))
        if other is not None and leaf.truth.value is not None and leaf.truth.value is not other.truth.value:
            out.append(f"条件“{_which(leaf)}”: {leaf.truth.verdict} → {other.truth.verdict}")
    if before.truth.value is not None and before.truth.value is not after.truth.value:
        out.append(f"全部条件: {before.truth.verdict} → {after.truth.verdict}")
    return out


def _which(leaf: Leaf) -> tuple[Any, str | None]:
    return getattr(leaf.asked, "id", leaf.asked), leaf.record


def stacked_ids(book: CompiledRulebook) -> frozenset[str]:
    return frozenset(book.measures[m].id for g in book.stacking for m in g.members)


# -- counted coverage ----------------------------------------------------------------------------------


@dataclass
class Coverage:
    """What the pairs of a run actually were; printed, and asserted on."""

    pairs: int = 0
    seen: Counter[str] = field(default_factory=Counter)  # pairs in which it occurred
    verdicts: Counter[str] = field(default_factory=Counter)  # condition verdicts, all of them
    outcomes: Counter[str] = field(default_factory=Counter)

    def count(self, book: Book, told: Told, decision: Decision) -> None:
        self.pairs += 1
        features = set()
        names = [r.name for r in book.compiled.records.values()]
        features |= {"明细未提供" for n in names if n not in told.records}
        features |= {"明细未列全" for n in names if isinstance(told.records.get(n), Mapping)}
        features |= {"明细为零条" for n in names if told.records.get(n) == []}
        judgement = decision.judgement
        assert judgement is not None
        measures = {m.spec.id: m for m in judgement.measures.values()}
        live = {
            k
            for k, m in measures.items()
            if m.outcome in (Outcome.ELIGIBLE, Outcome.UNDETERMINED) and m.award.monetary and (m.award.high is None or m.award.high > 0)
        }
        for group in book.compiled.stacking:
            if not group.column and len(live & {book.compiled.measures[m].id for m in group.members}) >= 3:
                features |= {"叠加三项以上", f"叠加三项以上·{group.rule}"}
        layers = len([x for x in book.compiled.strata if set(x) <= set(book.compiled.recognitions)])
        features |= {f"分组 {measures[m.id].outcome}" for m in book.compiled.measures.values() if m.by}
        features |= {f"问及结论 {measures[m.id].outcome}" for m in book.compiled.measures.values() if m.asks}
        features |= {f"资格链{n}层" for n in range(2, layers + 1)}
        if any(_at_edge(book, spec, value) for spec, value in _told_values(book, told)):
            features.add("边界值")
        for measure in measures.values():
            self.outcomes[measure.outcome] += 1
            features.add(f"结论 {measure.outcome}")
            # of the words only those of the steps: everything else is counted by what was judged
            steps = (*(s for s in measure.award.steps if s.change), *measure.notes)
            features |= {"调整：" + _step(step_words(s, measure.award, book.compiled)) for s in steps}
            for leaf in measure.conditions.leaves():
                self.verdicts[leaf.truth.verdict] += 1
                features.add(f"条件 {leaf.truth.verdict}")
                features |= {f"原因 {c.kind}" for c in leaf.truth.causes}
        for result in judgement.recognitions.values():
            features.add(f"资格 {result.spec.kind} {result.truth.verdict}")
        self.seen.update(features)

    def share(self, feature: str) -> Fraction:
        return Fraction(self.seen[feature], self.pairs)

    def __str__(self) -> str:
        lines = [f"{self.pairs} 对"]
        lines += [f"  {name:<24}{n:>8}  {100 * n / self.pairs:5.1f}%" for name, n in sorted(self.seen.items())]
        for word, counter in (("条件判定", self.verdicts), ("事项结论", self.outcomes)):
            total = sum(counter.values())
            lines += [f"  {word} {k:<14}{n:>8}  {100 * n / total:5.1f}%" for k, n in sorted(counter.items())]
        return "\n".join(lines)


def _step(rule: str) -> str:
    return rule.split("：", maxsplit=1)[0].split("（", maxsplit=1)[0].replace("每一", "每")[:8]


def _told_values(book: Book, told: Told) -> Iterator[tuple[FactSpec, str]]:
    specs = {s.name: s for s in book.compiled.facts.values()}
    for name, value in told.facts.items():
        for text in value.values() if isinstance(value, Mapping) else (value,):
            yield specs[name], text
    for record in book.compiled.records.values():
        for row in told.rows(record.name):
            for column, text in row.items():
                yield record.fields[column], text


def _at_edge(book: Book, spec: FactSpec, text: str) -> bool:
    kind = spec.type.required()
    if not isinstance(kind, Quantity) or text in ("无", "待核实"):
        return False
    step = Fraction(1, 100) if is_money(kind.dims) else Fraction(1, 10000) if not kind.dims else Fraction(1)
    value = Fraction(text.removesuffix(kind.dims[0][0])) if kind.dims else Fraction(text.removesuffix("%")) / 100
    return any(abs(value - edge) <= step for edge in book.edges.get(str(kind.dims), ()))


__all__ = [
    "BOOKS", "PAIRS", "Book", "Coverage", "Maker", "Told", "book_of", "books", "compile_files", "corpus", "decide_case", "decided_by", "draw_case", "make_book", "of_book", "overturned",
    "pairs", "readers", "refused", "shown", "stacked_ids", "told_less", "yaml_text",
]  # fmt: skip
