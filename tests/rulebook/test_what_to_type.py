"""What a clerk writes first, and the words the message tells to type instead; typed, they compile."""

from __future__ import annotations

from pathlib import Path

import pytest

import huiqi
from huiqi.errors import RulebookError
from tests.making import load

VOCABULARY = """\
units:
  公顷: {equals: 15亩}
  亩: {}
facts:
  营收: {id: revenue, kind: money, unit: 元, min: 0元, max: 100亿元}
  撤销日: {id: revoked, kind: date, optional: 是}
  成立日期: {id: founded, kind: date}
"""
PARAMETERS = """\
定额: {id: fixed, unit: 元, values: [{value: 3万元, document: d}]}
年限: {id: term, kind: period, values: [{value: 3年, document: d}]}
年数: {id: years, unit: 年, values: [{value: 3年, document: d}]}
期数: {id: times, unit: 月, values: [{value: 12月, document: d}]}
人数: {id: people, unit: 人, values: [{value: 2人, document: d}]}
利率: {id: rate, kind: ratio, values: [{value: 一半, document: d}]}
一半: {id: half, kind: ratio, values: [{value: 50%, document: d}]}
起日: {id: opens, kind: monthday, values: [{value: 4月1日, document: d}]}
止日: {id: closes, kind: monthday, values: [{value: 5月31日, document: d}]}
"""
STACKING = "- {{id: s, title: 一项, rule: {rule}, members: [{members}], per: 企业, document: d}}\n"


def compiled(folder: Path, when: str = "营收 > 0元", award: str = "{amount: 定额}", stacking: str = "", parameters: str = "") -> huiqi.Rulebook:
    quoted = when.replace('"', '\\"')
    measures = f'- {{id: m, title: 甲, clause: 办法·1, when: [{{条: "{quoted}"}}], award: {award}}}\n'
    measures += "- {id: n, title: 乙, clause: 办法·1, when: [{条: 营收 > 0元}], award: {amount: 定额}}\n"
    return load(folder, vocabulary=VOCABULARY, parameters=PARAMETERS + parameters, measures=measures, **({"stacking": stacking} if stacking else {}))


@pytest.mark.parametrize(
    ("written", "said", "typed"),
    [
        ("撤销日 is not 无", "写 not(撤销日 is 无)（并非（撤销日 为 无））", "not(撤销日 is 无)"),
        ("撤销日 为 不无", "写 not(撤销日 is 无)（并非（撤销日 为 无））", "并非（撤销日 为 无）"),
        ("撤销日 is not null", "写 not(撤销日 is 无)", "not(撤销日 is 无)"),
        ("撤销日 <= 审核日期", "先写 撤销日 is 无 or …（撤销日 为 无 或 …）", "撤销日 为 无 或 撤销日 <= 审核日期"),
        (
            "撤销日 + 年限 <= 审核日期",
            "if 撤销日 is 无 then … else …（如果 撤销日 为 无 那么 … 否则 …）",
            "如果 撤销日 为 无 那么 是 否则 撤销日 + 年限 <= 审核日期",
        ),
        ("years between(成立日期, 审核日期) >= 年限", "写 较早的一天 + 年限 <= 较晚的一天", "成立日期 + 年限 <= 审核日期"),
        ("years between(成立日期, 审核日期) >= 年限", "或把标准 年限 写成 unit: 年（不写 kind: period）", "years between(成立日期, 审核日期) >= 年数"),
        ("成立日期 + 年数 <= 审核日期", "年数 是数量，不是期限：标准写 kind: period（不写 unit: 年）", "成立日期 + 年限 <= 审核日期"),
        ("审核日期 - 成立日期 >= 年限", "写 较早的一天 + 年限 <= 较晚的一天", "成立日期 + 年限 <= 审核日期"),
        ("营收不超过定额", "比较的词两边各空一格：营收 不超过 定额", "营收 不超过 定额"),
        ("营收 不超过定额", "比较的词两边各空一格：不超过 定额", "营收 不超过 定额"),
        ("营收 大于 定额", "“大于”写作“超过”，两边各空一格", "营收 超过 定额"),
        ("营收大于定额", "比较的词两边各空一格：营收 超过 定额", "营收 超过 定额"),
        (
            "审核日期 in 每年4月1日至5月31日",
            "写 申报日 in [起日的标准 at 申报年度..止日的标准 at 申报年度]",
            "审核日期 in [起日 at 申报年度..止日 at 申报年度]",
        ),
        ("营收 * 半数 >= 定额", "这里照写 半数", "营收 * 一半 >= 定额"),
        ("定额 * (1 + 利率) ** 人数 >= 定额", "写不带单位的数（kind: number），或以 月、年、次、期 计的数量；人 不是次数", "定额 * (1 + 利率) ** 期数 >= 定额"),
    ],
)
def test_a_condition_is_refused_with_the_words_that_compile(tmp_path: Path, written: str, said: str, typed: str) -> None:
    with pytest.raises(RulebookError) as raised:
        compiled(tmp_path / "wrong", when=written)
    assert said in str(raised.value)
    assert compiled(tmp_path / "right", when=typed).measures


@pytest.mark.parametrize(
    ("written", "said", "typed"),
    [
        ({"stacking": STACKING.format(rule="就高", members="m, n")}, "写 rule: highest", {"stacking": STACKING.format(rule="highest", members="m, n")}),
        ({"stacking": STACKING.format(rule="择一", members="m, n")}, "写 rule: choose", {"stacking": STACKING.format(rule="choose", members="m, n")}),
        ({"stacking": STACKING.format(rule="highest", members="m, 乙")}, "写编号 n", {"stacking": STACKING.format(rule="highest", members="m, n")}),
        ({"award": "[]"}, "写一种支持方式，如 award: {amount: 标准的名称}", {"award": "{amount: 定额}"}),
        ({"award": "{}"}, "写一种，如 award: {amount: 标准的名称}", {"award": "{up to: 定额}"}),
        (
            {"parameters": "价: {id: p, unit: 元/公里, values: [{value: 3元/公里, document: d}]}\n"},
            "别的单位先在 vocabulary.yaml 写 units: {公里: {}}",
            {"parameters": "价: {id: p, unit: 元/亩, values: [{value: 3元/亩, document: d}]}\n"},
        ),
        (
            {"parameters": "甲数: {id: p, kind: 比例, values: [{value: 50%, document: d}]}\n"},
            "写 kind: ratio",
            {"parameters": "甲数: {id: p, kind: ratio, values: [{value: 50%, document: d}]}\n"},
        ),
    ],
)
def test_an_entry_is_refused_with_the_words_that_compile(tmp_path: Path, written: dict[str, str], said: str, typed: dict[str, str]) -> None:
    with pytest.raises(RulebookError) as raised:
        compiled(tmp_path / "wrong", **written)
    assert said in str(raised.value)
    assert compiled(tmp_path / "right", **typed).measures
