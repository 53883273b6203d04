"""`huiqi rules check --sources`: a rulebook held against the sheets it was read from, each disagreement told at its line."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from huiqi.documents.audit import currencies, follows, unquoted, wordless
from huiqi.documents.boundaries import Way, said_of, with_this_one
from huiqi.documents.sheets import digest_of, read_sheet
from huiqi.language.types import RATIO, Period, Quantity, Type
from huiqi.rulebook.compiler import load_compiled
from huiqi.rulebook.literals import read_value
from huiqi.rulebook.places import available
from huiqi.rulebook.quotes import Said, levelled, numbers, says
from tests.making import invoke

HERE = Path(__file__).parent / "audited"
YUAN, DOLLAR, PEOPLE = (Quantity(dims=((x, 1),)) for x in ("元", "美元", "人"))
DAYS = Quantity(dims=(("天", 1),))

# Figures and conditions of the shipped rulebooks that name a document and quote nothing of it. It may only shrink: with a new
# figure comes its quote, and where there are fewer by now, write the smaller number here. Those that say their sheet has no words
# for them (`quote: 无`) are counted beside it, so that the one is not lowered by the other.
UNQUOTED = 0
WORDLESS = 3


def copied(folder: Path) -> tuple[Path, Path]:
    """The rulebook and its sheets, with the digests written."""
    for name in ("book", "sheets"):
        shutil.copytree(HERE / name, folder / name)
    book, sheets = folder / "book", folder / "sheets"
    assert invoke("rules", "check", str(book), "--sources", str(sheets), "--renew").exit_code == 0
    return book, sheets


def change(folder: Path, file: str, old: str, new: str) -> int:
    """One place of a file changed; its line."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def found(book: Path, sheets: Path) -> list[str]:
    """What is told, by line; the digests are written anew first, so that a changed sheet is not all there is to say."""
    result = invoke("rules", "check", str(book), "--sources", str(sheets), "--renew")
    told = [x.removeprefix(f"{book}/") for x in result.stderr.splitlines()]
    assert result.exit_code == (1 if told else 0)
    assert not told or told[-1] == f"共 {len(told) - 1} 处问题。"
    return told[:-1]


def test_a_rulebook_that_agrees_with_its_sheets_says_so_and_how_much_is_without_a_quote(tmp_path: Path) -> None:
    book, sheets = copied(tmp_path)
    result = invoke("rules", "check", str(book), "--sources", str(sheets))
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines()[1:] == [
        "audited：14 个有文件的标准、7 条有文件的条件与 2 份资料对过，都对得上；没有引文的标准 2 个、条件 5 条",
        "没有引文的共 7 处（标准 2、条件 5），只应减少；写明资料没有原话的 0 处",
    ]


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        # numbers and units
        ("parameters.yaml", "value: 500万元", "value: 600万元", "标准“收入线”：资料里没有这个数；写的是“600万元”；应为：资料 乙办法.txt"),
        ("parameters.yaml", "[软件外包, 呼叫中心]", "[软件外包, 动漫]", "标准“目录”里有的词资料里没有；写的是“动漫”"),
        # quotes
        ("parameters.yaml", "quote: 单个项目不超过10万元", "quote: 单个企业不超过10万元", "标准“单项上限”的引文资料里没有；写的是“单个企业不超过10万元”；应为：资料 甲办法.md 第 8 行最近"),
        ("measures/all.yaml", "quote: 从业人员超过50人的企业", "quote: 员工超过50人的企业", "“落户奖励”的条件“人数够”的引文资料里没有"),
        ("measures/all.yaml", "quote: 单个项目不超过10万元", "quote: 每个项目不超过10万元", "“认证补助”的封顶的引文资料里没有"),
        ("tables.yaml", "quote: 分三档给予30、20、10万元", "quote: 分别给予30、20、10万元", "标准表“培育分档”第 1 行的引文资料里没有"),
        # words of a boundary against the operator
        ("recognitions.yaml", "营业收入 < 小型线", "营业收入 <= 小型线", "（标准“小型线”）；写的是“营业收入 不超过 小型线”；应为：资料 乙办法.txt 第 2 行"),
        ("measures/all.yaml", "从业人员 > 人数起点", "从业人员 >= 人数起点", "“落户奖励”的条件“人数够”与资料的界限词不同（标准“人数起点”）"),
        ("measures/all.yaml", "研发占比 >= 研发起点", "研发占比 > 研发起点", "“研发奖励”的条件“研发够”与资料的界限词不同（标准“研发起点”）"),
        ("measures/all.yaml", "研发占比 >= 研发起点", "研发占比 < 研发起点", "：不低于；改法：改成不低于，或核对引文"),
        ("measures/all.yaml", "award: {up to: 费用 * 补助比例", "award: {amount: 费用 * 补助比例", "“认证补助”的支持方式资料里是上限，规则写成定额"),
        ("measures/all.yaml", "amount: 每人标准}", "amount: 单项上限}", "标准“单项上限”是上限，“落户奖励”写成了定额"),
        # letters
        ("parameters.yaml", "letter: C, quote: 给予每人5000元", "letter: B, quote: 给予每人5000元", "标准“每人标准”的字母比资料强；写的是“B”；应为：资料 甲办法.md 第 9 行"),
        ("parameters.yaml", "letter: C, quote: 软件业|100}", "letter: B, quote: 软件业|100}", "标准“软件业人数”的字母比资料强"),
        ("parameters.yaml", "letter: B, quote: 一次性奖励8万元", "letter: A, quote: 一次性奖励8万元", "标准“研发奖励”的字母比资料强；写的是“A”"),
        # dates and number
        ("documents.yaml", "from: 2023-03-01", "from: 2023-04-02", "文件“jia”的施行日在资料里没有；写的是“2023-04-02”"),
        ("documents.yaml", "to: 2028-02-29", "to: 2028-03-31", "文件“jia”的止日在资料里没有；写的是“2028-03-31”"),
        ("documents.yaml", "〔2023〕5号", "〔2023〕6号", "文件“jia”的文号在资料里没有；写的是“甲政发〔2023〕6号”"),
        ("parameters.yaml", "from: 2023-03-01, document: jia", "from: 2024-05-06, document: jia", "标准“研发奖励”的 from 在资料里没有；写的是“2024-05-06”"),
        ("documents.yaml", "sheet: 甲办法 ", "sheet: 丙办法 ", "文件“jia”的资料不在资料文件夹里；写的是“丙办法”；应为：丙办法.md 或 丙办法.txt"),
    ],
)  # fmt: skip
def test_what_a_rulebook_says_and_its_sheet_does_not_is_told(file: str, old: str, new: str, told: str, tmp_path: Path) -> None:
    book, sheets = copied(tmp_path)
    line = change(book, file, old, new)
    lines = [x for x in found(book, sheets) if told in x]
    assert lines != []
    assert all("；改法：" in x for x in lines)
    near = {"documents.yaml": 9, "tables.yaml": 5}.get(file, 12)  # the line of the entry, or of the condition that compares
    assert any(abs(int(x.split(":")[1]) - line) <= near for x in lines)


@pytest.mark.parametrize(
    ("sheet", "old", "new", "told"),
    [
        ("甲办法.md", "不超过实际发生费用的50%", "不超过实际发生费用的40%", "标准“补助比例”的引文资料里没有"),
        ("甲办法.md", "单个项目不超过10万元", "单个项目10万元以上", "标准“单项上限”的引文资料里没有"),
        ("甲办法.md", "从业人员超过50人的企业", "从业人员50人以上的企业", "“落户奖励”的条件“人数够”的引文资料里没有"),
        ("甲办法.md", "## 支持(B 节选)", "## 支持(C 转述)", "标准“补助比例”的字母比资料强；写的是“B”"),
        ("甲办法.md", "营收(万元)", "营收", "标准“软件业营收”的单位资料里看不出"),
        ("甲办法.md", "2023年3月1日", "2023年3月9日", "文件“jia”的施行日在资料里没有"),
        ("乙办法.txt", "500万元以上", "500万美元以上", "标准“收入线”：资料里只有别的单位的这个数"),
    ],
)
def test_a_sheet_that_says_otherwise_is_told(sheet: str, old: str, new: str, told: str, tmp_path: Path) -> None:
    book, sheets = copied(tmp_path)
    change(sheets, sheet, old, new)
    assert [x for x in found(book, sheets) if told in x] != []


def test_a_cap_that_the_sheet_has_as_a_threshold_is_told(tmp_path: Path) -> None:
    book, sheets = copied(tmp_path)
    change(sheets, "甲办法.md", "单个项目不超过10万元", "单个项目10万元以上")
    change(book, "parameters.yaml", "quote: 单个项目不超过10万元", "quote: 单个项目10万元")
    assert [x for x in found(book, sheets) if "标准“单项上限”是“认证补助”的封顶，资料里不是上限" in x] != []


def test_a_rate_of_a_relief_that_the_sheet_has_as_a_ceiling_is_no_amount_that_is_due(tmp_path: Path) -> None:
    book, sheets = copied(tmp_path)
    change(sheets, "甲办法.md", "研发人员占比不低于10%", "研发人员占比不低于10%；不超过工资总额10%的部分准予扣除")
    change(book, "parameters.yaml", "quote: 研发人员占比不低于10%", "quote: 不超过工资总额10%的部分")
    change(
        book,
        "measures/all.yaml",
        "    - 研发够: 研发占比 >= 研发起点\n  award: {amount: 研发奖励}",
        "    - 有业务: 营业收入 > 0元\n  award: {relief: 准予扣除, rate: 研发起点}",
    )
    assert found(book, sheets) == []


def test_a_condition_that_is_refused_the_other_way_round_stands_on_the_same_boundary(tmp_path: Path) -> None:
    book, sheets = copied(tmp_path)
    change(book, "measures/all.yaml", "    - 研发够: 研发占比 >= 研发起点\n", "    - 有业务: 营业收入 > 0元\n  unless:\n    - 研发不够: 研发占比 < 研发起点\n")
    assert found(book, sheets) == []


def test_what_is_assumed_is_not_held_against_the_sheet(tmp_path: Path) -> None:
    book, sheets = copied(tmp_path)
    change(book, "documents.yaml", "  from: 2023-03-01\n", "  from: 2023-08-08\n  assumed: [from]\n")
    change(book, "parameters.yaml", "from: 2023-03-01, document: jia", "document: jia")
    change(book, "parameters.yaml", "{value: 500万元, document: yi}", "{value: 700万元, basis: 假定}")
    assert found(book, sheets) == []


# -- digests -------------------------------------------------------------------------------------------------


def test_a_sheet_changed_since_it_was_read_is_told_until_the_digests_are_renewed(tmp_path: Path) -> None:
    book, sheets = copied(tmp_path)
    with (sheets / "乙办法.txt").open("a", encoding="utf-8") as file:
        file.write("  新增一段。\n")
    result = invoke("rules", "check", str(book), "--sources", str(sheets))
    assert result.exit_code == 1
    (line, total) = result.stderr.splitlines()
    assert line.startswith(f"{book}/documents.yaml:11:3: 文件“yi”的资料在读过以后改过")
    assert "huiqi rules check audited --sources 资料文件夹 --renew" in line
    assert total == "共 1 处问题。"
    renewed = invoke("rules", "check", str(book), "--sources", str(sheets), "--renew")
    assert (renewed.exit_code, renewed.stderr) == (0, "")
    assert renewed.stdout.splitlines()[0] == "已写下 1 份文件所据资料的摘要：yi"
    again = (book / "documents.yaml").read_text(encoding="utf-8")
    invoke("rules", "check", str(book), "--sources", str(sheets), "--renew")
    assert (book / "documents.yaml").read_text(encoding="utf-8") == again


def test_writing_the_digests_adds_one_line_or_one_key_and_touches_nothing_else(tmp_path: Path) -> None:
    book, sheets = copied(tmp_path)
    before = (HERE / "book" / "documents.yaml").read_text(encoding="utf-8").split("\n")
    after = (book / "documents.yaml").read_text(encoding="utf-8").split("\n")
    digests = [digest_of((sheets / x).read_text(encoding="utf-8")) for x in ("甲办法.md", "乙办法.txt")]
    before.insert(8, f"  sheet digest: {digests[0]}")
    before[10] = before[10].replace("sheet: 乙办法, ", f"sheet: 乙办法, sheet digest: {digests[1]}, ")
    assert after == before


def test_ends_of_lines_are_no_change_of_a_sheet(tmp_path: Path) -> None:
    book, sheets = copied(tmp_path)
    text = (sheets / "甲办法.md").read_bytes()
    (sheets / "甲办法.md").write_bytes(text.replace(b"\n", b"  \r\n") + b"\r\n")
    assert invoke("rules", "check", str(book), "--sources", str(sheets)).exit_code == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [(("--renew",), "--renew 要写明资料文件夹"), (("--sources", "没有的文件夹"), "没有这个资料文件夹：“没有的文件夹”")],
)
def test_a_call_without_a_folder_of_sheets_is_wrong_and_writes_nothing(options: tuple[str, ...], message: str, tmp_path: Path) -> None:
    shutil.copytree(HERE / "book", tmp_path / "book")
    before = (tmp_path / "book" / "documents.yaml").read_bytes()
    result = invoke("rules", "check", str(tmp_path / "book"), *options)
    assert result.exit_code == 2
    assert message in result.stderr
    assert (tmp_path / "book" / "documents.yaml").read_bytes() == before


# -- numbers and boundaries in running text ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value", "kind", "said"),
    [
        ("最高不超过10万元", "10万元", YUAN, Said.YES), ("１０万元", "10万元", YUAN, Said.YES), ("100,000元", "10万元", YUAN, Said.YES), ("五十万元", "50万元", YUAN, Said.YES),
        ("110万元", "10万元", YUAN, Said.NO), ("10.5万元", "10万元", YUAN, Said.NO), ("10万美元", "10万元", YUAN, Said.OTHER), ("10元", "10万元", YUAN, Said.NO),
        ("分别给予20/15/10万元", "15万元", YUAN, Said.YES), ("20、15、10万元", "15万美元", DOLLAR, Said.OTHER), ("8至10万元", "8万元", YUAN, Said.YES),
        ("20%、15%、10万元", "20万元", YUAN, Said.NO), ("300人且2000", "2000万元", YUAN, Said.BARE), ("1亿元", "1亿元", YUAN, Said.YES), ("2.5亿", "2.5亿元", YUAN, Said.BARE),
        ("按50%给予", "50%", RATIO, Said.YES), ("三分之一", "1/3", RATIO, Said.YES), ("百分之五十", "50%", RATIO, Said.YES), ("减半征收", "50%", RATIO, Said.YES),
        ("按1:0.5配套", "50%", RATIO, Said.YES), ("1个百分点", "1%", RATIO, Said.YES), ("加50个基点", "0.5%", RATIO, Said.YES), ("150BP", "1.5%", RATIO, Said.YES),
        ("减按八折", "80%", RATIO, Said.YES), ("50‰", "50%", RATIO, Said.NO),
        ("满一年", "1年", Period(), Said.YES), ("12个月", "1年", Period(), Said.YES), ("半年内", "6个月", Period(), Said.YES), ("1个月", "1年", Period(), Said.NO),
        ("365个日历天数", "365天", DAYS, Said.BARE), ("五十名", "50人", PEOPLE, Said.YES), ("50万元", "50人", PEOPLE, Said.NO),
        ("为单一员工发放", "1人", PEOPLE, Said.BARE), ("单一来源", "1人", PEOPLE, Said.NO),
    ],
)  # fmt: skip
def test_whether_a_text_says_a_number(text: str, value: str, kind: Type, said: Said) -> None:
    assert says(levelled(text), read_value(value, kind, figure=True), kind) is said


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("不低于100人", Way.LEAST), ("100人以上", Way.LEAST), ("100人及以上", Way.LEAST), ("100人(含)以上", Way.LEAST), ("达到100人", Way.LEAST), ("至少100人", Way.LEAST),
        ("≥100人", Way.LEAST), ("100人（含100人）以上", Way.LEAST),
        ("超过100人", Way.ABOVE), ("大于100人", Way.ABOVE), ("100人以上（不含100人）", Way.ABOVE), ("100人（不含）以上", Way.ABOVE), ("超过100人（含100人）", Way.LEAST),
        ("不超过100人", Way.MOST), ("最高100人", Way.MOST), ("100人以内", Way.MOST), ("100人以下", Way.MOST), ("100人（含）以下", Way.MOST), ("小于100人（含）", Way.MOST),
        ("以100人为限", Way.MOST), ("不超过实际人数的100人", Way.MOST),
        ("低于100人", Way.BELOW), ("不足100人", Way.BELOW), ("未满100人", Way.BELOW), ("<100人", Way.BELOW), ("100人（不含）以下", Way.BELOW),
        ("招用100人的", None), ("不超过三年，100人的", None), ("满三年的，100人", None),
    ],
)  # fmt: skip
def test_the_word_of_a_boundary_beside_a_number(text: str, way: Way | None) -> None:
    plain = levelled(text)
    (told,) = [x for x in numbers(plain) if x.plain == 100][:1]
    assert said_of(plain, told) is way


@pytest.mark.parametrize(
    ("start", "end", "text", "found"),
    [
        (None, date(2025, 12, 31), "2026年1月1日 废止", True), (None, date(2025, 12, 30), "2026年1月1日 废止", False), (None, date(2025, 12, 31), "2026年1月1日 施行", False),
        (date(2023, 10, 1), date(2028, 9, 30), "自2023年10月1日起施行,实施期限5年", True), (date(2023, 10, 1), date(2028, 9, 29), "自2023年10月1日起施行,实施期限5年", False),
        (date(2023, 10, 1), date(2028, 9, 30), "自2023年10月1日起施行,实施期限3年", False),
    ],
)  # fmt: skip
def test_a_last_day_may_follow_from_what_the_sheet_says(start: date | None, end: date, text: str, found: bool, tmp_path: Path) -> None:
    (tmp_path / "甲.md").write_text(text, encoding="utf-8")
    sheet = read_sheet(tmp_path, "甲")
    assert sheet is not None
    assert follows(sheet, start, end) is found


def test_below_leaves_its_number_out_only_where_the_text_says_so() -> None:
    plain = levelled("100人以下")
    (told,) = numbers(plain)
    assert (said_of(plain, told), said_of(plain, told, excludes=True)) == (Way.MOST, Way.BELOW)


def test_what_the_sheet_has_no_words_for_is_counted_apart_from_what_is_not_yet_quoted(tmp_path: Path) -> None:
    book, sheets = copied(tmp_path)
    change(
        book, "parameters.yaml", "[软件外包, 呼叫中心], document: jia, letter: B", "[软件外包, 呼叫中心], document: jia, letter: B, quote: 无, note: 从两处推出"
    )
    result = invoke("rules", "check", str(book), "--sources", str(sheets))
    assert result.stdout.splitlines()[1:] == [
        "audited：14 个有文件的标准、7 条有文件的条件与 2 份资料对过，都对得上；没有引文的标准 1 个、条件 5 条，另有资料没有原话的标准 1 个、条件 0 条",
        "没有引文的共 6 处（标准 1、条件 5），只应减少；写明资料没有原话的 1 处",
    ]


def test_a_number_of_times_in_all_counts_the_one_applied_for() -> None:
    for text, among in (("累计次数不超过3次", True), ("每年不超过3次", False), ("累计不超过3年", False)):
        (told,) = numbers(levelled(text))
        assert with_this_one(levelled(text), told) is among, text


@pytest.mark.parametrize(("text", "found"), [("最高400万元;个人30万", {"元"}), ("200万美元以上,奖30万元", {"元", "美元"}), ("带动5人", set())])
def test_what_money_a_sheet_speaks_of(text: str, found: set[str], tmp_path: Path) -> None:
    """Where it is one kind, a bare 30万 is of it."""
    (tmp_path / "甲.md").write_text(text, encoding="utf-8")
    sheet = read_sheet(tmp_path, "甲")
    assert sheet is not None
    assert currencies(sheet) == found


# -- the shipped rulebooks --------------------------------------------------------------------------------------


def test_no_figure_or_condition_of_a_shipped_rulebook_comes_without_a_quote_beyond_those_that_had_none() -> None:
    counts = {name: sum(unquoted(load_compiled(name))) for name in available()}
    assert sum(counts.values()) <= UNQUOTED, f"新的标准和条件要写 quote：{counts}"
    assert sum(sum(wordless(load_compiled(name))) for name in available()) <= WORDLESS


def test_the_build_has_no_sheets() -> None:
    named = {d.sheet for name in available() for key, d in load_compiled(name).documents.items() if key.startswith(f"{name}/")}
    rules = Path(__file__).parents[2] / "rules"
    assert named
    assert [p.name for p in rules.rglob("*") if p.stem in named and re.fullmatch(r"\.(md|txt)", p.suffix)] == []
