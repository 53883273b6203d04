"""写法含混就不编译：指出地方，并说出要问政策起草人的那一句。"""

from __future__ import annotations

from pathlib import Path

import pytest

from huiqi.errors import RulebookError
from tests.making import load

ASK = "问清政策起草人"
PARAMETERS = """\
比例: {id: rate, values: [{value: 50%, document: d}]}
三成: {id: third, values: [{value: 30%, document: d}]}
上限: {id: cap, unit: 元, values: [{value: 10万元, document: d}]}
件数: {id: number, unit: 张, values: [{value: 3张, document: d}]}
两版上限: {id: two, unit: 元, values: [{value: 10万元, document: d, to: 2025-12-31}, {value: 20万元, document: d, from: 2026-01-01}]}
"""
AWARD = "award: {amount: 营收 * 比例}"
PLAIN = "- {id: %s, title: %s, clause: 办法·1, when: [{有营收%s: 营收 > 0}], award: {amount: 营收 * 比例}}\n"
THREE = "".join(PLAIN % (k, k, k) for k in "abc")


def measure(rest: str) -> str:
    lines = [f"  {line}" for line in rest.strip("\n").split("\n")]
    return "- id: m\n  title: 支持\n  clause: 办法·1\n" + "\n".join(lines) + "\n"


EACH = "each: 证 in 证书\nwhen: [{有费用: 证.费用 > 0}]\naward: {amount: 证.费用}\n"
WHEN = "when: [{有营收: 营收 > 0}]\n" + AWARD + "\n"
GROUP = "- {id: %s, title: %s, rule: %s, members: [%s], per: 申报年度, document: d%s}\n"
TABLE = """\
单价:
  id: t
  inputs: [{name: 面积, kind: quantity, unit: 平方米}]
  unit: 元/平方米
  document: d
  rows:
    - {when: "<= 1000平方米", value: 20元/平方米}
    - {when: "> 1000平方米", value: 10元/平方米}
"""

# what is ambiguous: the files, what the complaint says, what it asks or offers
CASES = {
    "标准表没有写 match": ({"tables": TABLE, "measures": measure(WHEN)}, "标准表没有写 match", f"{ASK}：超出部分按高档，还是全额按高档？"),
    "封顶没有写 per": ({"measures": measure(WHEN + "limits: [{amount: 上限}]")}, "封顶没有写 per", f"{ASK}：按件、按年度还是按企业累计？"),
    "件数封顶没有写 keep": ({"measures": measure(EACH + "limits: [{count: 件数, per: 申报年度}]")}, "件数封顶没有写 keep", f"{ASK}：超出件数时留哪几件？"),
    "两个合计封顶部分重叠": (
        {"measures": THREE, "stacking": GROUP % ("x", "甲", "cap", "a, b", ", amount: 上限") + GROUP % ("y", "乙", "cap", "b, c", ", amount: 上限")},
        "两个合计封顶部分重叠", ASK,
    ),
    "各按自己日期的明细共用一个有几版的封顶": (
        {
            "measures": measure("governed by: 证.发证日\n" + EACH + "limits: [{amount: 两版上限, per: 申报年度}]"),
            "vocabulary": """\
facts:
  营收: {id: revenue, kind: money, unit: 元, min: 0元, max: 100亿元}
records:
  证书:
    id: certificates
    noun: 张
    key: 证号
    fields:
      证号: {id: number, kind: text}
      发证日: {id: day, kind: date, min: 2000-01-01, max: 2100-12-31}
      费用: {id: cost, kind: money, unit: 元, min: 0元, max: 1亿元}
""",
        },
        "共同封顶却没有共同的日期", f"{ASK}：跨版本的明细合计时用哪一版封顶？",
    ),
    "分期合计不是一": (
        {"measures": measure(WHEN + "pay: [{share: 比例, label: 先}, {share: 三成, label: 后}]")},
        "分期的各份合计不是 100%", "原文缺的一份写未定的标准",
    ),
    "资金分担合计不是一": (
        {"measures": measure(WHEN + "funded: [{by: 省, share: 比例}, {by: 市, share: 三成}]")},
        "资金分担的各份合计不是 100%", "原文缺的一份写未定的标准",
    ),
    "既互斥又叠加": (
        {"measures": THREE, "stacking": GROUP % ("x", "甲", "highest", "a, b", "") + GROUP % ("y", "乙", "cumulate", "a, b, c", "")},
        "既写可以叠加又写互斥", "二者之一",
    ),
    "没有任何条件": ({"measures": measure(AWARD)}, "没有任何条件", "写出适用对象"),
    "除数可能为零": ({"measures": measure("when: [{占比: 营收 / 营收 >= 比例}]\n" + AWARD)}, "除数可能为零", "分母为零: 不符合 或 待核"),
    "按人的规则写成了择一": (
        {"measures": THREE, "stacking": "- {id: x, title: 甲, rule: choose, members: [a, b], per: 人, key: 证号, document: d}\n"},
        "按人或按项目的规则只有 highest、order", "按企业的写 per: 企业",
    ),
    "本次申报的封顶不能扣以往": (
        {"measures": measure("each: 证 in 证书\nwhen: [{有费用: 证.费用 > 0}]\naward: {amount: 证.费用}\nlimits: [{amount: 上限, per: 本次申报, counting: 已获支持}]"),
         "rulebook": 'id: made\ntitle: 临时样本\nversion: "1"\njurisdiction: 中国/测试省/测试市\nuses: [{rulebook: common, version: "1", same: [已获支持]}]\n'},
        "本次申报的封顶不计以往支持", "申报年度 或 企业",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_ambiguous_notation_is_refused_with_the_question_to_ask(name: str, tmp_path: Path) -> None:
    files, complaint, question = CASES[name]
    with pytest.raises(RulebookError) as caught:
        load(tmp_path / "made", parameters=PARAMETERS, **files)
    found = [str(p) for p in caught.value.problems]
    assert any(complaint in f and question in f for f in found), found
    assert all(p.at.line for p in caught.value.problems if complaint in str(p)) or name in ("两个合计封顶部分重叠", "既互斥又叠加")


def test_the_same_notation_with_the_answer_written_in_compiles(tmp_path: Path) -> None:
    """Each refusal goes away with the one word it asks for."""
    files = {
        "tables": TABLE.replace("  inputs", "  match: marginal\n  inputs"),
        "measures": measure(EACH + "limits:\n  - {count: 件数, per: 申报年度, keep: highest}\n  - {amount: 上限, per: 企业}") + THREE,
        "stacking": GROUP % ("x", "甲", "cap", "a, b", ", amount: 上限") + GROUP % ("y", "乙", "cap", "a, b, c", ", amount: 上限"),
    }
    assert set(load(tmp_path / "made", parameters=PARAMETERS, **files).measures) == {"m", "a", "b", "c"}
