"""A cap per person, contract, project: earlier support is found, or the rulebook does not compile.

A personal word is a stand-in from intake on and never equals a plain one. What is paid to a person
before takes room of that person's cap; where nothing could tell whose it was, that is refused.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import huiqi
from huiqi.errors import RulebookError

VOCABULARY = """\
facts:
  联系人: {{id: contact, kind: text, personal: 是}}
  某词: {{id: word, kind: text}}
records:
  支出:
    id: outlays
    noun: 笔
    key: 号
    fields:
      号: {{id: no, kind: text}}
      人: {{id: who, kind: text, personal: 是}}
      合同: {{id: contract, kind: text}}
      种类: {{id: sort, kind: choice, options: [甲类, 乙类]}}
      日: {{id: day, kind: date, min: 2024-01-01, max: 2026-12-31}}
      批次: {{id: batch, kind: text}}
      费用: {{id: cost, kind: money, unit: 元, min: 0元, max: 100万元}}
  名册:
    id: roll
    noun: 项
    key: 号
    fields:
      号: {{id: no, kind: text}}
      人: {{id: who, kind: text}}
      费用: {{id: cost, kind: money, unit: 元, min: 0元, max: 100万元}}
  已获支持:
    id: support_received
    noun: 笔
    key: 文号
    fields:
      文号: {{id: document, kind: text}}
      事项: {{id: measure, kind: text}}
      年度: {{id: year, kind: year}}
      金额: {{id: amount, kind: money, unit: 元, min: 0元, max: 100亿元}}
      对象: {{id: subject, kind: text{personal}}}
      批次: {{id: batch, kind: text}}
"""
PERSONAL, PLAIN = ", personal: 是", ""


def book_of(folder: Path, measures: str, *, subject: str = PERSONAL, **more: str) -> Path:
    (folder / "measures").mkdir(parents=True)
    files = {
        "rulebook.yaml": "id: small\ntitle: 小\nversion: '1'\njurisdiction: 中国\n",
        "documents.yaml": "- {id: d, title: 文件, issuer: 某机关, jurisdiction: 中国, sheet: test, letter: A}\n",
        "clauses.yaml": "- {id: 一, document: d, title: 条, says: 条, disposition: measure}\n",
        "parameters.yaml": "".join(
            f"{name}: {{id: {key}, unit: {unit}, values: [{{value: {value}, document: d}}]}}\n"
            for name, key, unit, value in (("万元", "ten", "元", "1万元"), ("半万元", "half", "元", "5000元"), ("两笔", "two", "笔", "2笔"))
        ),
        "vocabulary.yaml": VOCABULARY.format(personal=subject),
        "measures/all.yaml": measures,
        **{f"{k}.yaml": text for k, text in more.items()},
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def each(limit: str, when: str = "某.费用 > 0") -> str:
    return f"- {{id: m, title: 事项, clause: 一, each: 某 in 支出, when: [{{合格: '{when}'}}], award: {{amount: 某.费用}}, limits: [{limit}]}}\n"


def left(book: huiqi.Rulebook, column: str, word: str, cost: str, **grant: str) -> tuple[str | None, str | None]:
    records = {"支出": [{"号": "1", column: word, "费用": cost}], "已获支持": [{"文号": "h", "事项": "m", "金额": "8000元", **grant}]}
    award = book.decide({}, on="2026-06-30", year=2025, records=records).measures["m"].award
    return award.settled, award.at_most


@pytest.mark.parametrize(
    ("column", "subject", "told_as"),
    [("人", PERSONAL, "对象"), ("合同", PLAIN, "对象"), ("批次", PERSONAL, "批次")],
    ids=["a person's, stood in for on both sides", "a contract's, plain on both sides", "a column of the same name on both sides"],
)
def test_what_was_paid_before_takes_room_of_the_cap_it_was_paid_under(tmp_path, column, subject, told_as):
    """To the 分: what is left is left, one more is cut; another's earlier support takes nothing; one that does not say whose may take all."""
    book = huiqi.load(book_of(tmp_path / "b", each(f"{{amount: 万元, per: {column}, counting: 已获支持}}"), subject=subject))
    assert left(book, column, "张三 ", "2000元", **{told_as: "张三"}) == ("2000.00", "2000.00")
    assert left(book, column, "张三 ", "2000.01元", **{told_as: "张三"}) == ("2000.00", "2000.00")
    assert left(book, column, "张三", "9000元", **{told_as: "李四"}) == ("9000.00", "9000.00")
    assert left(book, column, "张三", "9000元") == ("2000.00", "9000.00")


REFUSED = {
    "a plain column against persons": ("amount: 万元, per: 合同, counting: 已获支持", PERSONAL, "“合同”不是个人信息，已获支持的“对象”是", "那一栏写 personal: 是"),
    "persons against a plain column": ("amount: 万元, per: 人, counting: 已获支持", PLAIN, "“人”是个人信息，已获支持的“对象”不是", "“对象”也写 personal: 是"),
    "a choice": ("amount: 万元, per: 种类, counting: 已获支持", PERSONAL, "“种类”不是个人信息", "{不计以往: 理由}"),
    "a filter does not help": ("amount: 万元, per: 合同, counting: '已获支持[年度 = 申报年度]'", PERSONAL, "“合同”不是个人信息", "personal: 是"),
    "a number of records": ("count: 两笔, per: 合同, keep: highest, counting: 已获支持", PERSONAL, "“合同”不是个人信息", "personal: 是"),
    "a date": ("amount: 万元, per: 日, counting: 已获支持", PERSONAL, "没有一栏说得出以往的支持是哪一个“日”的", "{不计以往: 理由}"),
    "each record": ("amount: 万元, per: 某, counting: 已获支持", PERSONAL, "按每一件（每某）的封顶不看以往支持", "counting 写在事项上"),
}  # fmt: skip


@pytest.mark.parametrize(("limit", "subject", "message", "mend"), REFUSED.values(), ids=REFUSED)
def test_a_cap_that_could_never_find_what_was_paid_before_is_refused(tmp_path, limit, subject, message, mend):
    with pytest.raises(RulebookError) as raised:
        huiqi.load(book_of(tmp_path / "b", each(f"{{{limit}}}"), subject=subject))
    (problem,) = raised.value.problems
    assert message in problem.message
    assert mend in problem.mend


def test_not_counting_earlier_support_is_an_assumption_wherever_it_may_decide_also_where_no_column_says_whose_it_was(tmp_path):
    book = huiqi.load(book_of(tmp_path / "b", each("{amount: 万元, per: 种类, counting: {不计以往: 每批重新计算}}")))
    records = {"支出": [{"号": "1", "种类": "甲类", "费用": "9000元"}], "已获支持": [{"文号": "h", "事项": "m", "金额": "8000元", "对象": "甲类"}]}
    paid, new = (book.decide({}, on="2026-06-30", year=2025, records={**records, "已获支持": x}).measures["m"] for x in (records["已获支持"], []))
    assert [(m.award.settled, m.standing.label) for m in (paid, new)] == [("9000.00", "假定"), ("9000.00", "现行")]


COMPARED = {
    "two columns": "某.人 = 某.合同",
    "with a filter of another list": "count(已获支持[对象 = 某.合同]) = 0笔",
    "with a word": "某.人 = \"张三\"",
    "among words": "某.人 in [\"张三\", \"李四\"]",
    "among another list's": "某.合同 in 已获支持.对象",
    "through a definition": "某.合同 = 何人",
    "one branch of two": "(if 某.费用 > 0 then 某.人 else 某.合同) = 某.人",
    "the beginning of a word": "starts with(某.人, \"张\")",
}  # fmt: skip


@pytest.mark.parametrize("expression", COMPARED.values(), ids=COMPARED)
def test_a_personal_word_against_a_plain_one_is_refused_and_not_a_no(tmp_path, expression):
    written = each("{amount: 万元, per: 本次申报}", expression.replace("'", "''"))
    with pytest.raises(RulebookError, match="个人信息，测算时换成化名"):
        huiqi.load(book_of(tmp_path / "b", written, definitions="何人: {expr: 联系人, basis: 假定}\n"))


@pytest.mark.parametrize("expression", ["某.人 = 联系人", "某.人 in 已获支持.对象", "某.合同 = 某词", "distinct count(支出.人) > 0人", "某.人 = 何人"])
def test_words_of_one_kind_are_compared(tmp_path, expression):
    written = each("{amount: 万元, per: 本次申报}", expression.replace("> 0人", "> 0"))
    assert huiqi.load(book_of(tmp_path / "b", written, definitions="何人: {expr: 联系人, basis: 假定}\n")).id == "small"


def test_one_person_in_two_lists_must_be_a_person_in_both(tmp_path):
    other = (
        "- {id: n, title: 另项, clause: 一, each: 某 in 名册, when: [{合格: 某.费用 > 0}], award: {amount: 某.费用}, limits: [{amount: 万元, per: 本次申报}]}\n"
    )
    stacking = "- {id: s, title: 一人一次, rule: highest, members: [m, n], per: 人, document: d}\n"
    with pytest.raises(RulebookError, match="同一个人永远对不上") as raised:
        huiqi.load(book_of(tmp_path / "b", each("{amount: 万元, per: 本次申报}") + other, stacking=stacking))
    assert raised.value.problems[0].mend == "各明细的“人”都写 personal: 是"
