"""Decisions broken on purpose, one thing each: what `docs/checking.md` shows, and what the checker must name."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import huiqi
from tests.making import ROOT, as_json, decide_each, shipped_decisions

Json = dict[str, Any]


@cache
def _decided(stem: str) -> tuple[huiqi.Decision, ...]:
    return tuple(decide_each(huiqi.read_case(ROOT / "cases" / f"{stem}.yaml"), reading=READ[stem])) if stem in READ else shipped_decisions(stem)


def recorded(stem: str, place: int = 0) -> Json:
    """The JSON of a shipped case, a fresh copy each time."""
    out: Json = as_json(_decided(stem)[place].to_dict())
    return out


def measure(d: Json, name: str) -> Json:
    found: Json = next(m for m in d["measures"] if m["id"] == name)
    return found


CUT, CITY, PARK, LOAN = "认证-核减咨询差旅费", "中山-市级与省级择一", "园区-示范园区", "贴息-跨年两笔"
UNSURE = "认证-多张证书一张待核"
READ = {PARK: {"烟台支持额": "不超过实际支出"}}  # of what is broken on the lines of a calculation, which a reading left open tells for each option
CERTIFIED, PARKED = "certification.international", "carrier.park-support"


def _set(*path: Any, to: Any) -> Callable[[Json], None]:
    def change(d: Json) -> None:
        at: Any = d
        for step in path[:-1]:
            at = measure(d, step[1:]) if isinstance(step, str) and step.startswith("@") else at[step]
        at[path[-1]] = to

    return change


def _refused_condition(d: Json) -> None:
    conditions = measure(d, CERTIFIED)["conditions"]["items"]
    conditions[0]["verdict"] = "fails"


def _granted(d: Json) -> None:
    one = next(m for m in d["measures"] if m["outcome"] == "ineligible")
    one.update(outcome="eligible", words="符合", reason="条件均满足", standing="enacted")


def _left_out(d: Json) -> None:
    d["total"]["measures"] = [x for x in d["total"]["measures"] if x["id"] != CERTIFIED]


def _both_kept(d: Json) -> None:
    one = measure(d, "service-trade.cultivation")
    one["adjustments"][-1]["to"] = one["adjustments"][-1]["from"]
    one["award"].update(settled="200000.00", at_most="200000.00")


def _one_way_less(d: Json) -> None:
    del measure(d, "service-loan.interest")["readings"][0]


def _one_reading_chosen(d: Json) -> None:
    measure(d, "service-loan.interest")["award"].update(settled="110000.00", pending=False)


def _another_reason(d: Json) -> None:
    next(m for m in d["measures"] if m["outcome"] == "ineligible")["reason"] = "严重失信"


def _silent(d: Json) -> None:
    next(m for m in d["measures"] if m["outcome"] == "undetermined")["missing"] = []


def _no_cut(d: Json) -> None:
    del d["disallowed"]


def _claimed_more(d: Json) -> None:
    total = d["disallowed"]["total"]
    total["claimed"]["settled"] = "171000.00"


def _certain_though_open(d: Json) -> None:
    way = next(w for m in d["measures"] for w in m.get("readings", ()) if w["outcome"] == "undetermined" and w["award"]["settled"] == "0.00")
    way["award"]["settled"] = "0.01"


def _shifted(d: Json) -> None:
    cut, whole = d["disallowed"]["measures"][0]["lines"]
    for line, claimed, less in ((cut, "120000.00", "15000.00"), (whole, "41000.00", "20000.00")):
        line["claimed"].update(settled=claimed, at_most=claimed)
        line["less"] = less


def _exchanged(d: Json) -> None:
    one, other = d["disallowed"]["measures"][0]["lines"]
    one["record"], other["record"] = other["record"], one["record"]


# What was changed, in which case, how. The first fault named is the one the page of the documentation shows.
BROKEN: dict[str, tuple[str, Callable[[Json], None]]] = {
    "一条条件由满足改成不满足，别的不动": (CUT, _refused_condition),
    "不符合的一项改成符合": (CITY, _granted),
    "按参照条件满足的改口说“符合”": (CUT, _set("@" + CERTIFIED, "words", to="符合")),
    "各条明细的合计多写一万元": (CUT, _set("@" + CERTIFIED, "award", "lines", 2, "amount", to="不超过 13.6万元")),
    "漏掉一条明细的计算": (CUT, lambda d: measure(d, CERTIFIED)["award"]["lines"].pop(1)),
    "封顶之后写得比封顶还多": (PARK, _set("@" + PARKED, "award", "lines", 3, "amount", to="不超过 120万元")),
    "不计的一件又算进来": (PARK, _set("@" + PARKED, "award", "lines", 5, "amount", to="不超过 280万元")),
    "这一项的金额改大，计算不动": (CUT, _set("@" + CERTIFIED, "award", "settled", to="130000.00")),
    "合计改大": (CITY, _set("total", "settled", to="600000.00")),
    "合计里漏掉一项": (CUT, _left_out),
    "合计的依据状态改成现行": (CUT, _set("total", "standing", to="enacted")),
    "择一的两项都留着": (CITY, _both_kept),
    "删去一种读法的结果": (LOAN, _one_way_less),
    "替人取了一种读法，金额写成定了": (LOAN, _one_reading_chosen),
    "核减额改小": (CUT, _set("disallowed", "measures", 0, "less", to="5000.00")),
    "一条的核减额移到另一条上，两条各自还相等": (CUT, _shifted),
    "两条核减的编号对调": (CUT, _exchanged),
    "核减记到另一条明细上": (CUT, _set("disallowed", "values", 0, "record", to="G-002")),
    "删去决定里的核减": (CUT, _no_cut),
    "改了所记的数据，决定不动": (CUT, _set("input", "数据", "注册地县区", to="平城区")),
    "换了申报主体的名称": (CUT, _set("enterprise", to="别的公司（虚构）")),
    "不超过改成定额": (CUT, _set("@" + CERTIFIED, "award", "basis", to="fixed")),
    "尚缺的总表清空": (CUT, _set("missing", to=[])),
    "待定的金额写成不待定": (LOAN, _set("@service-loan.interest", "award", "pending", to=False)),
    "不符合的原因换成别的条件": (CITY, _another_reason),
    "用了没有的词": (CUT, _set("@" + CERTIFIED, "standing", to="sure")),
    "待定的一项，删去缺什么": (CUT, _silent),
    "申报额的合计改大": (CUT, _claimed_more),
    "核减里漏掉有金额的一项": (CUT, _set("disallowed", "measures", to=[])),
    "没有持证的资格，原因改成持有证书": (PARK, _set("recognitions", 0, "reason", to="持有有效证书")),
    "一种读法的贴息改成服务": (LOAN, _set("@service-loan.interest", "readings", 0, "award", "kind", to="service")),
    "一种读法的金额去掉单位": (LOAN, _set("@service-loan.interest", "readings", 0, "award", "unit", to="")),
    "还待定的一种读法写上已确定的金额": (UNSURE, _certain_though_open),
    "择一之前的金额改大": (CITY, _set("@service-trade.cultivation", "adjustments", 0, "from", to="21万元")),
    "金额写成全角数字": (CUT, _set("@" + CERTIFIED, "award", "settled", to="１２6000.00")),
}
