"""A rulebook with one fault of each kind, and one measure that has none."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import huiqi
from tests.making import write

DOCUMENTS = """\
- {id: d, title: 办法, issuer: 测试市, jurisdiction: 中国/测试省/测试市, from: 2024-01-01, sheet: 样本, letter: A}
- {id: old, title: 旧办法, issuer: 测试市, jurisdiction: 中国/测试省/测试市, from: 2020-01-01, to: 2020-12-31, sheet: 样本, letter: A}
- {id: gone, title: 更旧的办法, issuer: 测试市, jurisdiction: 中国/测试省/测试市, to: 2018-12-31, sheet: 样本, letter: A}
"""
CLAUSES = """\
- {id: 办法·1, document: d, title: 支持, says: 给予支持, disposition: measure}
- {id: 旧·1, document: old, title: 旧支持, says: 给予支持, disposition: measure}
"""
VOCABULARY = """\
facts:
  营收: {id: revenue, kind: money, unit: 元, min: 0元, max: 100亿元}
  研发: {id: research, kind: money, unit: 元, min: 0元, max: 100亿元}
  员工: {id: staff, kind: quantity, unit: 人, min: 0人, max: 10000人}
  成立日: {id: founded, kind: date, min: 1950-01-01, max: 2090-12-31}
  上市日: {id: listed, kind: date, min: 1950-01-01, max: 2090-12-31}
  份数: {id: parts, kind: number, decimals: 0, min: 0, max: 100}
  类型: {id: kind, kind: choice, options: [企业, 园区, 个人]}
  失信: {id: discredit, kind: boolean}
  受理日: {id: accepted, kind: date, min: 2020-01-01, max: 2025-12-01}
  期数: {id: terms, kind: number, decimals: 0, min: 0, max: 9}
records:
  证书:
    id: certificates
    noun: 张
    key: 证号
    fields:
      证号: {id: number, kind: text}
      费用: {id: cost, kind: money, unit: 元, min: 0元, max: 1亿元}
      发证日: {id: issued, kind: date, min: 1990-01-01, max: 2090-12-31}
"""
PARAMETERS = """\
百万: {id: million, unit: 元, values: [{value: 100万元, document: d}]}
百万少一分: {id: nearly, unit: 元, values: [{value: 99.999999万元, document: d}]}
五十万: {id: half, unit: 元, values: [{value: 50万元, document: d}]}
十万: {id: hundred, unit: 元, values: [{value: 10万元, document: d}]}
五万: {id: fifty, unit: 元, values: [{value: 5万元, document: d}]}
六成: {id: sixty, kind: ratio, values: [{value: 60%, document: d}]}
五成: {id: fifty_percent, kind: ratio, values: [{value: 50%, document: d}]}
一成: {id: ten, kind: ratio, values: [{value: 10%, document: d}]}
某日: {id: day, values: [{value: 2024-06-01, document: d}]}
前一日: {id: day_before, values: [{value: 2024-05-31, document: d}]}
半年: {id: half_year, kind: period, values: [{value: 6个月, document: d}]}
两类: {id: kinds, values: [{value: [企业, 园区], document: d}]}
三类: {id: all_kinds, values: [{value: [企业, 园区, 个人], document: d}]}
未来线: {id: unset, unit: 元, values: [{value: 未定, basis: 未定}]}
百人: {id: hundred_people, unit: 人, values: [{value: 100人, document: d}]}
两类数: {id: two, values: [{value: 2项, document: d}]}
二: {id: twice, kind: number, values: [{value: "2", document: d}]}
三: {id: thrice, kind: number, values: [{value: "3", document: d}]}
二月末: {id: february, values: [{value: 2月末日, document: d}]}
二十七日: {id: twenty_seventh, kind: number, values: [{value: "27", document: d}]}
五个工作日: {id: five_days, values: [{value: 5个工作日, document: d}]}
十二天: {id: twelve_days, unit: 天, values: [{value: 12天, document: d}]}
二十天: {id: twenty_days, unit: 天, values: [{value: 20天, document: d}]}
十万零一分: {id: cent_over, unit: 元, values: [{value: 10.000001万元, document: d}]}
三张: {id: three, unit: 张, values: [{value: 3张, document: d}]}
"""
TABLES = """\
缺一分的档:
  id: gap
  match: first
  inputs: [{name: 营收, kind: money, unit: 元}]
  kind: money
  unit: 元
  document: d
  rows:
    - {when: "(100万元..1000万元)", value: 5万元}
    - {when: ">= 1000万元", value: 8万元}
  uncovered:
    - {when: "<= 100万元", why: 达不到下限}
全额套档:
  id: slab
  match: slab
  inputs: [{name: 营收, kind: money, unit: 元}]
  kind: ratio
  document: d
  rows:
    - {when: "[0元..100万元]", value: 10%}
    - {when: "> 100万元", value: 5%}
缺相等的档:
  id: unequal
  match: first
  inputs: [{name: 营收, kind: money, unit: 元}]
  kind: money
  unit: 元
  document: d
  rows:
    - {when: {expr: 营收 > 研发}, value: 五万}
    - {when: {expr: 营收 < 研发}, value: 十万}
两行都说的档:
  id: twice
  match: first
  inputs: [{name: 营收, kind: money, unit: 元}]
  kind: money
  unit: 元
  document: d
  rows:
    - {when: {expr: 营收 >= 研发}, value: 五万}
    - {when: {expr: 研发 >= 营收}, value: 十万}
各算各的档:
  id: apart
  match: first
  inputs: [{name: 营收, kind: money, unit: 元}]
  kind: money
  unit: 元
  document: d
  rows:
    - {when: {expr: 营收 >= 研发}, value: 五万}
    - {when: {expr: 研发 > 营收}, value: 营收 * 一成}
合起来的档:
  id: together
  match: collect
  collect: sum
  inputs: [{name: 营收, kind: money, unit: 元}]
  kind: money
  unit: 元
  document: d
  rows:
    - {when: ">= 百万", value: 五万}
    - {when: {expr: 营收 >= 研发}, value: 五万}
"""
STACKING = """\
- id: never-both
  title: 择一
  rule: highest
  members: [only.company, only.park]
  per: 企业
  document: d
- id: both
  title: 就高
  rule: highest
  members: [sound, slab]
  per: 企业
  document: d
"""


def measure(name: str, *when: str, award: str = "{service: 服务}", unless: str = "", more: str = "") -> str:
    lines = [f"- id: {name}", f"  title: 事项{name}", "  clause: 办法·1", "  when:", *(f"    - 条件{n}: {x}" for n, x in enumerate(when, 1))]
    lines += ["  unless:", f"    - 排除: {unless}"] if unless else []
    lines += [f"  award: {award}", *(f"  {x}" for x in more.splitlines())]
    return "\n".join(lines) + "\n"


MEASURES = "".join([
    measure("sound", "营收 >= 百万", "类型 in 两类", award="{amount: 营收 * 一成}", unless="失信",
            more="limits:\n  - {amount: 五十万, per: 企业, counting: {不计以往: 一次给清}, label: 封顶}"),
    measure("ratio", "研发 / 营收 >= 六成\n      分母为零: 不符合", "研发 <= 营收 * 五成"),
    measure("dates", "成立日 >= 某日", "成立日 <= 前一日"),
    measure("months", "成立日 + 半年 <= 某日", "上市日 >= 某日", "上市日 < 成立日 + 半年"),
    measure("records", "证.费用 >= 十万", "证.费用 < 十万", more="each: 证 in 证书"),
    measure("sums", "sum(证书.费用) >= 五十万", "sum(证书.费用) < 十万"),
    measure("every", "some 证 in 证书 satisfies 证.发证日 < 某日", "every 证 in 证书 satisfies 证.发证日 >= 某日"),
    measure("barred", "类型 = \"企业\"", unless="类型 in 两类"),
    measure("redundant", "营收 >= 百万", "营收 >= 五十万"),
    measure("minor", "营收 >= 百万", "营收 > 百万少一分"),
    measure("choices", "类型 in 三类", "营收 >= 百万"),
    measure("term", "成立日 + 半年 <= 某日", "成立日 < 某日"),
    measure("gap", "营收 >= 百万", award="{amount: 缺一分的档(营收)}"),
    measure("slab", "营收 >= 十万", award="{amount: 全额套档(营收)}"),
    measure("idle-cap", "营收 >= 百万", award="{amount: \"min(营收 * 一成, 五万)\"}", more="limits:\n  - {amount: 十万, per: 企业, counting: {不计以往: 一次给清}, label: 用不上的封顶}"),
    measure(
        "six", "证.费用 >= 五万", award="{amount: 证.费用}",
        more="each: 证 in 证书\nlimits:\n  - {amount: 十万, per: 证, label: 每张}\n  - {amount: 五十万, per: 企业, counting: {不计以往: 一次给清}, label: 合计}",
    ),
    measure("only.company", "类型 = \"企业\"", award="{amount: 五万}"),
    measure("only.park", "类型 = \"园区\"", award="{amount: 十万}"),
    measure("unset", "营收 >= 未来线", "营收 >= 百万"),
    measure("all-kinds", "every 类 in 两类 satisfies 类型 = 类"),
    measure("two-kinds", "(count 类 in 三类 satisfies 类型 = 类) >= 两类数", "营收 >= 百万"),
    measure("one-kind", "some 类 in 三类 satisfies 类型 = 类", "营收 >= 百万"),
    measure("both-ways", "granted(sound)", "not(granted(sound))"),
    measure("above-cap", "amount(sound) > 五十万"),
    measure("said-twice", "granted(sound)", "营收 >= 百万"),
    measure("each-asked", "granted(six, 证)", "证.费用 < 五万", more="each: 证 in 证书"),
    measure("unequal", "营收 >= 百万", award="{amount: 缺相等的档(营收)}"),
    measure("twice", "营收 >= 百万", award="{amount: 两行都说的档(营收)}"),
    measure("apart", "营收 >= 百万", award="{amount: 各算各的档(营收)}"),
    measure("together", "合起来的档(营收) > 十万"),
    measure("no-half", "份数 * 二 = 三"),
    measure("short-month", "day of(二月末 at 申报年度) <= 二十七日"),
    measure("made-day", "date(year of(成立日), month of(成立日), day of(成立日)) < 成立日"),
    measure("means", "mean(营收, 研发) > max(营收, 研发)"),
    measure("grown", "营收 * (1 + 一成) ** 二 >= 百万", "营收 * (1 + 一成) >= 百万"),
    measure("holidays", "working day after(受理日, 五个工作日) >= 受理日 + 十二天"),
    measure("no-holiday", "working day after(受理日, 五个工作日) > 受理日 + 二十天"),
    measure("before-itself", "working day after(成立日, 五个工作日) < 成立日"),
    measure("years-to-come", "working day after(成立日, 五个工作日) > 成立日 + 二十天"),
    measure("annuity", "(1 + 一成) ** 期数 >= (1 + 一成) ** 三", "期数 >= 三"),
    measure("shrunk", "(1 + 一成) ** 期数 < 1"),
    measure("counted-idle", "证.费用 > 五万", award="{amount: \"min(证.费用, 十万)\"}", more="each: 证 in 证书\nlimits:\n"
            "  - {count: 三张, per: 本次申报, keep: highest, label: 三张为限}\n  - {amount: 五十万, per: 企业, counting: {不计以往: 一次给清}, label: 够不到的合计}"),
    measure("counted", "证.费用 > 五万", award="{amount: \"min(证.费用, 五十万)\"}", more="each: 证 in 证书\nlimits:\n"
            "  - {count: 三张, per: 本次申报, keep: first, by: 证.发证日, label: 三张为限}\n  - {amount: 百万, per: 企业, counting: {不计以往: 一次给清}, label: 合计}"),
    measure("by-year", "证.费用 > 五万", award="{amount: 证.费用}", more="each: 证 in 证书\nlimits:\n"
            "  - {amount: 十万, per: year of(证.发证日), counting: {不计以往: 一次给清}, label: 每年}\n  - {amount: 十万零一分, per: 企业, counting: {不计以往: 一次给清}, label: 各年合计}"),
    measure("past", "营收 >= 百万", more="from: 2021-01-01\nto: 2021-12-31").replace("办法·1", "旧·1"),
])  # fmt: skip


def files() -> dict[str, str]:
    return {
        "documents": DOCUMENTS, "clauses": CLAUSES, "vocabulary": VOCABULARY, "parameters": PARAMETERS, "tables": TABLES, "stacking": STACKING,
        "measures": MEASURES,
    }  # fmt: skip


@cache
def folder(top: str) -> str:
    return str(write(Path(top) / "planted", **files()))


def book(top: Path) -> tuple[huiqi.Rulebook, str]:
    name = folder(str(top))
    return huiqi.load(name), name
