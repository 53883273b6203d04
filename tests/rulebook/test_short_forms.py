"""Short forms of the rule files: the same rulebook as written out, to the digest; and what is no short form is said."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest

import huiqi
from huiqi.documents.renewal import renewed
from huiqi.documents.sheets import read_sheet
from huiqi.errors import HuiqiError, RulebookError
from huiqi.rulebook.schemas import schemas
from huiqi.rulebook.yamltree import parse_yaml

MANIFEST = 'id: short\ntitle: 短\nversion: "1"\njurisdiction: 中国/示例省/示例市\nuses:\n  - {rulebook: common, version: "1", same: 全部}\n'
SHORT = {
    "documents": "- {id: d, title: 办法（虚构）, issuer: 示例市, from: 2026-01-01, letter: A}\n",
    "clauses": "办法·1: 在本市登记的企业，可以申报\n办法·2: 展位费补助一半\n办法·3: {says: 解释, disposition: duty, why: 政府职责}\n办法·4: 没有人引用\n",
    "vocabulary": """\
facts:
  在本市: 是否
  出口: 0元至100亿元，按年度
  用途: 自用、出租
  纳统: 是否，由市统计局核实
  增幅: 0%至500%
records:
  参展:
    noun: 次
    展会: 文字
    展位费: 0元至1000万元
    参展人: 文字，个人信息
    面积: 0平方米至1万平方米
""",
    "parameters": "办法·2:\n  目录: 甲展、乙展\n  比例: 50%\n  单次: {value: 5万元, note: 每次}\n  全年: 12万元\n  件数: 3次\n  月数: 累计12个月\n  期: 期限6个月\n",
    "tables": '分档:\n  match: first\n  clause: 办法·2\n  inputs:\n    出口额: 0元至100亿元\n  rows:\n    "[1万元..1亿元)": 1万元\n    ">= 1亿元": 2万元\n  uncovered:\n    "< 1万元": 一万元起\n',
    "definitions": "出口额: 出口\n参展.费用: 展位费\n",
    "readings": "- 口径: 全部 还是 出口\n  clause: 办法·2\n",
    "shared": "when:\n  - 在本市登记: 在本市\n    已纳统: 纳统\n    for: all\n    clause: 办法·1\n",
    "measures/a": """\
- title: 展位费补助
  clause: 办法·2
  each: 展 in 参展
  when:
    - 目录内: 展.展会 in 目录
    - 自用的: 用途 = "自用"
      读法: 口径=出口
  award: 不超过 展.展位费 * 比例
  limits:
    - 每展 单次
    - 每申报年度 全年，计入已获支持
    - 每企业 件数，留在前的，不计以往（条文说的是每次）
  reductions:
    - 费用低的减半: 展.费用 <= 单次，减按 比例
  evidence: 参展合同、发票
- title: 出口奖励
  clause: 办法·2
  when:
    - 有出口: 出口额 > 0元
  award: 定额 分档(出口额)
  limits: 每申报年度 全年，计入已获支持
""",
    "stacking": "- title: 合计\n  members: all\n  cap: 每申报年度 全年，计入已获支持\n  clause: 办法·1\n",
}
LONG = {
    "documents": "- {id: d, title: 办法（虚构）, issuer: 示例市, from: 2026-01-01, letter: A, jurisdiction: 中国/示例省/示例市, sheet: d}\n",
    "clauses": """\
- {id: 办法·1, document: d, title: 在本市登记的企业, says: '在本市登记的企业，可以申报', disposition: condition}
- {id: 办法·2, document: d, title: 展位费补助一半, says: 展位费补助一半, disposition: measure}
- {id: 办法·3, document: d, title: 解释, says: 解释, disposition: duty, why: 政府职责}
- {id: 办法·4, document: d, title: 没有人引用, says: 没有人引用, disposition: todo}
""",
    "vocabulary": """\
facts:
  在本市: {id: 在本市, kind: boolean}
  出口: {id: 出口, kind: money, unit: 元, min: 0元, max: 100亿元, per: year}
  用途: {id: 用途, kind: choice, options: [自用, 出租]}
  纳统: {id: 纳统, kind: boolean, verified by: 市统计局}
  增幅: {id: 增幅, kind: ratio, min: 0%, max: 500%}
records:
  参展:
    id: 参展
    noun: 次
    key: 展会
    fields:
      展会: {id: 展会, kind: text}
      展位费: {id: 展位费, kind: money, unit: 元, min: 0元, max: 1000万元}
      参展人: {id: 参展人, kind: text, personal: 是}
      面积: {id: 面积, kind: quantity, unit: 平方米, min: 0平方米, max: 1万平方米}
""",
    "parameters": "".join(
        f"{name}: {{id: {name}, {kind}values: [{{value: {value}, from: 2026-01-01, clause: 办法·2{more}}}]}}\n"
        for name, kind, value, more in (("目录", "", "[甲展, 乙展]", ""), ("比例", "", "50%", ""), ("单次", "", "5万元", ", note: 每次"), ("全年", "", "12万元", ""),
                                        ("件数", "", "3次", ""), ("月数", "unit: 月, ", "12个月", ""), ("期", "kind: period, ", "6个月", ""))
    ),
    "tables": """\
分档:
  id: 分档
  match: first
  document: d
  clause: 办法·2
  inputs: [{name: 出口额, kind: money, unit: 元, min: 0元, max: 100亿元}]
  rows: [{when: "[1万元..1亿元)", value: 1万元}, {when: ">= 1亿元", value: 2万元}]
  uncovered: [{when: "< 1万元", why: 一万元起}]
""",
    "definitions": "出口额: {expr: 出口}\n费用: {on: 参展, expr: 展位费}\n",
    "readings": "- {id: 口径, clause: 办法·2, question: 全部还是出口？, options: [全部, 出口]}\n",
    "shared": "when:\n  - {在本市登记: 在本市, for: all, clause: 办法·1}\n  - {已纳统: 纳统, for: all, clause: 办法·1}\n",
    "measures/a": """\
- id: 展位费补助
  title: 展位费补助
  clause: 办法·2
  each: 展 in 参展
  when: [{目录内: 展.展会 in 目录}, {自用的: '用途 = "自用"', 读法: {口径: 出口}}]
  award: {up to: 展.展位费 * 比例}
  limits:
    - {amount: 单次, per: 展}
    - {amount: 全年, per: 申报年度, counting: 已获支持}
    - {count: 件数, keep: first, per: 企业, counting: {不计以往: 条文说的是每次}}
  reductions: [{费用低的减半: 展.费用 <= 单次, share: 比例}]
  evidence: [参展合同, 发票]
- id: 出口奖励
  title: 出口奖励
  clause: 办法·2
  when: [{有出口: 出口额 > 0元}]
  award: {amount: 分档(出口额)}
  limits: [{amount: 全年, per: 申报年度, counting: 已获支持}]
""",
    "stacking": "- {id: 合计, title: 合计, rule: cap, members: [展位费补助, 出口奖励], per: 申报年度, amount: 全年, counting: 已获支持, clause: 办法·1}\n",
}  # fmt: skip

CITED = {  # the clause where the name or the sentence ends
    "tables": SHORT["tables"].replace("分档:\n  match: first\n  clause: 办法·2\n", "分档（办法·2）:\n  match: first\n"),
    "readings": "- 口径: 全部 还是 出口（办法·2）\n",
    "shared": "when:\n  - 在本市登记: 在本市\n    已纳统: 纳统\n    for: all（办法·1）\n",
    "measures/a": SHORT["measures/a"].replace("\n  clause: 办法·2", "（办法·2）")
    .replace("  limits:\n    - 每展 单次\n    - 每申报年度 全年，计入已获支持\n    - 每企业", "  limits: 每展 单次；每申报年度 全年，计入已获支持；每企业"),
    "stacking": SHORT["stacking"].replace("\n  clause: 办法·1", "").replace("合计", "合计（办法·1）", 1),
}  # fmt: skip


def written(folder: Path, files: dict[str, str], manifest: str = MANIFEST) -> huiqi.Rulebook:
    (folder / "measures").mkdir(parents=True)
    (folder / "rulebook.yaml").write_text(manifest, encoding="utf-8")
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return huiqi.load(folder)


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> huiqi.Rulebook:
    return written(tmp_path_factory.mktemp("long") / "short", LONG)


def test_a_rulebook_in_short_forms_is_the_one_written_out(long: huiqi.Rulebook, tmp_path: Path) -> None:
    assert written(tmp_path / "short", SHORT).compiled.digest == long.compiled.digest


@pytest.mark.parametrize("name", SHORT)
def test_each_file_may_be_short_where_the_others_are_written_out(name: str, long: huiqi.Rulebook, tmp_path: Path) -> None:
    assert written(tmp_path / "short", {**LONG, name: SHORT[name]}).compiled.digest == long.compiled.digest


@pytest.mark.parametrize("name", CITED)
def test_a_clause_may_stand_in_brackets_where_the_name_or_the_sentence_ends(name: str, long: huiqi.Rulebook, tmp_path: Path) -> None:
    book = written(tmp_path / "short", {**SHORT, name: CITED[name]})
    assert book.compiled.digest == long.compiled.digest
    assert [c.disposition.value for c in book.compiled.clauses.values()] == ["condition", "measure", "duty", "todo"]
    jsonschema.validate(parse_yaml(CITED[name], name), schemas()[f"{name.removesuffix('/a')}.schema.json"])


def test_brackets_that_name_no_clause_are_part_of_the_name_and_a_clause_of_its_own_goes_first(tmp_path: Path) -> None:
    files = {**SHORT, "measures/a": SHORT["measures/a"].replace("title: 出口奖励", "title: 出口奖励（年度）\n  id: 出口奖励")}
    assert written(tmp_path / "one" / "short", files).compiled.measures["short/出口奖励"].title == "出口奖励（年度）"
    for n, (name, right, wrong) in enumerate((("readings", "（办法·2）", "（办法·22）"), ("measures/a", "出口奖励（办法·2）", "出口奖励（办法·22）"))):
        with pytest.raises(RulebookError, match="没有这一条款；写的是“办法·22”"):
            written(tmp_path / str(n) / "short", {**SHORT, name: CITED[name].replace(right, wrong)})


@pytest.mark.parametrize(
    ("name", "right", "wrong", "at", "said"),
    [
        ("documents", "- {id: d, title", "- {id: d2, title: 二, issuer: 甲, from: 2026-01-01, letter: A}\n- {id: d, title", "clauses.yaml:1:1", "条款“办法·1”没有写出自哪份文件；应为：document"),
        ("vocabulary", "出口: 0元至100亿元，按年度", "出口: 0元到100亿元，按年度", "vocabulary.yaml:3:7", "“出口”读不出是哪种数据：“0元到100亿元”不认识；写的是“0元到100亿元，按年度”"),
        ("vocabulary", "出口: 0元至100亿元，按年度", "出口: 0元至100亿元，按月", "vocabulary.yaml:3:7", "“按月”不认识；能写的有 按年度"),
        ("parameters", "办法·2:", "办法·22:", "parameters.yaml:1:1", "没有这一条款；写的是“办法·22”"),
        ("parameters", "月数: 累计12个月", "月数: 12个月", "parameters.yaml:7:7", "期限还是累计月（年）数？"),
        ("parameters", "全年: 12万元", "全年: {values: [{value: 12万元}]}", "parameters.yaml:5:3", "标准“全年”在条款下只写一版"),
        ("readings", "全部 还是 出口", "全部还是出口", "readings.yaml:1:7", "读法“口径”要写出各种读法；写的是“全部还是出口”；应为：甲 还是 乙；改法：各种读法之间写“ 还是 ”（前后空一格）"),
        ("shared", "for: all", "fro: all", "shared.yaml:4:5", "几条共用一组键的，名称不能像键；写的是“fro”"),
        ("shared", "clause: 办法·1", "clause: 办法·1\n    quote: 在本市登记", "shared.yaml:6:5", "quote 是一条自己的，几条写在一起的不写"),
        ("measures/a", "不超过 展", "最高 展", "a.yaml:8:10", "award：读不出是哪种支持方式；写的是“最高 展.展位费 * 比例”；应为：定额 标准"),
        ("measures/a", "- 每展 单次", "- 单次", "a.yaml:10:7", "封顶读不出：先写每什么，空一格，再写上限；写的是“单次”"),
        ("measures/a", "全年，计入已获支持\n    -", "全年，记入已获支持\n    -", "a.yaml:11:7", "封顶读不出：“记入已获支持”不认识"),
        ("measures/a", "全年，计入已获支持\n    -", "全年, 计入已获支持\n    -", "a.yaml:11:7", "封顶读不出：几段之间的逗号写全角的“，”"),
        ("measures/a", "，减按 比例", "，减按 比列", "a.yaml:14:29", "没有“比列”这个名称"),
        ("definitions", "参展.费用", "参会.费用", "definitions.yaml:2:1", "没有这类明细；写的是“参会”；改法：是否“参展”？"),
        ("measures/a", "每展 单次", "每展 单此", "a.yaml:10:10", "没有“单此”这个名称"),
        ("stacking", "cap:", "rule: highest\n  cap:", "stacking.yaml:4:8", "合计封顶读不出：rule写了两次"),
        ("stacking", "cap: 每申报年度 全年，计入已获支持", "rule: order\n  per: 企业", "stacking.yaml:2:12", "先后次序要逐个写出事项；写的是“all”"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_where_it_stands(name: str, right: str, wrong: str, at: str, said: str, tmp_path: Path) -> None:
    assert right in SHORT[name]
    with pytest.raises(RulebookError) as error:
        written(tmp_path / "short", {**SHORT, name: SHORT[name].replace(right, wrong, 1)})
    assert any(at in line and said in line for line in str(error.value).splitlines()), str(error.value)


@pytest.mark.parametrize("said", ["common 1", "[common 1]", "\n  - common 1"])
def test_what_is_used_may_be_a_sentence_of_its_id_and_version(said: str, long: huiqi.Rulebook, tmp_path: Path) -> None:
    manifest = f"{MANIFEST.partition('uses:')[0]}uses: {said}\n"
    assert written(tmp_path / "short", SHORT, manifest).compiled.digest == long.compiled.digest
    jsonschema.validate(parse_yaml(manifest, "rulebook.yaml"), schemas()["rulebook.schema.json"])


@pytest.mark.parametrize(
    ("said", "wrong"), [("common", "引用的规则库读不出是哪个、哪一版；写的是“common”；应为：编号 版本，如 common 1"), ("common 2", "版本")]
)
def test_what_is_used_in_no_version_or_in_another_is_refused(said: str, wrong: str, tmp_path: Path) -> None:
    with pytest.raises(HuiqiError, match=wrong):
        written(tmp_path / "short", SHORT, f"{MANIFEST.partition('uses:')[0]}uses: {said}\n")


def test_a_cap_in_a_sentence_that_says_nothing_of_earlier_support_stays_open(tmp_path: Path) -> None:
    """A short form leaves nothing out that the author has to state."""
    book = written(tmp_path / "short", {**SHORT, "measures/a": SHORT["measures/a"].replace("limits: 每申报年度 全年，计入已获支持", "limits: 每申报年度 全年")})
    (limit,) = next(x for x in book.compiled.measures.values() if x.id == "出口奖励").base.limits
    assert limit.counting.earlier is None and not limit.counting.ignored


def test_a_fact_without_an_id_of_its_own_is_told_by_its_name(long: huiqi.Rulebook) -> None:
    case = {"出口": {"2026": "1亿元"}, "在本市": True, "纳统": True}
    decided = long.decide(case, on="2026-06-30", year=2026, records={"已获支持": []})
    assert decided.measures["出口奖励"].award.settled is not None


@pytest.mark.parametrize("name", SHORT)
def test_an_editor_takes_short_forms_and_long_ones(name: str) -> None:
    schema = schemas()[f"{name.removesuffix('/a')}.schema.json"]
    for files in (SHORT, LONG):
        jsonschema.validate(parse_yaml(files[name], name), schema)


def test_the_digest_of_a_sheet_named_by_its_documents_id_is_written_below_it(tmp_path: Path) -> None:
    (tmp_path / "d.md").write_text("办法\n", encoding="utf-8")
    sheet = read_sheet(tmp_path, "d")
    assert sheet is not None
    text, done = renewed("- id: d\n  title: 办法\n", "documents.yaml", {"d": sheet})
    assert (text, done) == (f"- id: d\n  sheet digest: {sheet.digest}\n  title: 办法\n", ["d"])
    assert renewed(text, "documents.yaml", {"d": sheet}) == (text, [])
