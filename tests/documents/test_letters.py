"""The papers of a case: what stands on them, in every form alike; what is never said on them.

`HUIQI_UPDATE_GOLDEN=1` writes letters/ anew; otherwise it is compared word by word. Printing needs a Chinese
font (Debian: fonts-noto-cjk; or its folder in HUIQI_TEST_FONTS): where there is none those tests are skipped and say so.
"""

from __future__ import annotations

import functools
import html
import os
import re
import zipfile
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import huiqi
from huiqi.documents.papers import pdf
from huiqi.documents.papers.amounts import capitals, figures
from huiqi.documents.papers.blocks import Grid, Heading, Paper, Para, Signatures, plain_text
from huiqi.documents.papers.kinds import SUFFIXES, Kind
from huiqi.documents.papers.letters import letter, remarks, written
from huiqi.documents.papers.parts import wanted
from huiqi.errors import UsageError
from huiqi.telling.decision import Decision
from tests.documents.letter_book import PERSON, TOLD, decided
from tests.making import ROOT, decide_each, examples

GOLDEN = Path(__file__).parent / "letters"
CASES = ROOT / "cases"
UNTIL = date(2026, 7, 15)


def words(kind: Kind, decisions: Sequence[Decision], **how: Any) -> str:
    return "\n".join(plain_text(letter(kind, decisions, **how)))


@functools.cache
def shipped(name: str) -> tuple[Decision, ...]:
    return tuple(decide_each(huiqi.read_case(str(CASES / f"{name}.yaml"))))


def part(text: str, title: str) -> str:
    """Of a calculation: what stands under a heading."""
    return re.split(r"^[一二三四五六七八九十]+、", text.split(f"、{title}\n")[1], maxsplit=1, flags=re.MULTILINE)[0]


def loans(*overdue: Any) -> Decision:
    """An enterprise with a loan of each version of the loan acts, told to be overdue or not."""
    common = {
        "银行": "大同银行",
        "属经办银行": True,
        "用途合规": True,
        "结清日": "无",
        "利率": "3.5%",
        "实付利息": "1万元",
        "地方贴息率": "0%",
        "已获其他中央贴息": False,
    }
    days = (("DK-1", "2025-10-08", "2026-10-08"), ("DK-2", "2026-02-01", "2027-01-31"))
    rows = [
        {"合同号": key, "签订日": start, "发放日": start, "到期日": end, "本金": "50万元", "贷款种类": "流动资金贷款", **common}
        | ({} if late is None else {"逾期或不良": late})
        for (key, start, end), late in zip(days, overdue, strict=True)
    ]
    return huiqi.load("national-service-loan-interest").decide(
        {"行业代码": "6210", "服务业经营主体": True, "申报贴息领域": "餐饮住宿"}, records={"已获支持": [], "贷款明细": rows}, year=2025, on=date(2026, 6, 30)
    )


def test_what_was_found_of_two_loans_names_the_loan_and_stands_on_no_clause_nobody_read() -> None:
    said = part(words(Kind.CALCULATION, [loans(False, None)]), "信用与重复").replace("\n", "｜")
    assert "｜［DK-1］贷款逾期或不良｜无此情形｜待核，81号·逾期、5号·逾期不良｜" in said
    assert "｜［DK-2］贷款逾期或不良｜此情形待定｜待核，81号·逾期、5号·逾期不良｜" in said
    same = part(words(Kind.CALCULATION, [loans(False, False)]), "信用与重复")
    assert same.count("贷款逾期或不良") == 1 and "［DK-1、DK-2］贷款逾期或不良\n无此情形" in same


def test_days_that_interest_is_reckoned_by_say_from_when_to_when_and_by_which_rule() -> None:
    lines = [x for x in part(words(Kind.CALCULATION, [loans(False, False)]), "计算").splitlines() if "贴息天数：" in x and "365" in x]
    assert (
        len(lines) == 2
        and "［DK-1］贴息天数：贷款的贴息天数，2025-10-08（含）至2026-10-08（不含）；到期日、结清日、发放日加贴息期限上限，取最早；发放日当日计、止日当日不计"
        in lines[0]
    )


def test_two_figures_of_one_name_say_which_clause_each_is_from() -> None:
    line = next(x for x in part(words(Kind.CALCULATION, [loans(False, False)]), "计算").splitlines() if "［DK-1］最小值" in x)
    assert "单户贷款规模上限 1,000万元（5号·标准），单户贷款规模上限 100万元（81号·标准）" in line and "年贴息比例 1%，" in line


# -- what they say --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", Kind)
def test_a_paper_says_word_for_word_what_was_read_and_signed(kind: Kind) -> None:
    text = words(kind, [decided()], until=UNTIL)
    text = re.sub(r"[0-9A-F]{4}(-[0-9A-F]{4}){3}", "校验码", re.sub(r"\b[0-9a-f]{12}\b", "摘要", text)).replace(f"huiqi {huiqi.__version__}", "huiqi") + "\n"
    golden = GOLDEN / f"{kind}.txt"
    if os.environ.get("HUIQI_UPDATE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    assert golden.read_text(encoding="utf-8") == text


def test_the_calculation_follows_the_order_a_bureau_reads_in() -> None:
    paper = letter(Kind.CALCULATION, [decided()])
    titles = [b.text.partition("、")[2] for b in paper.blocks if isinstance(b, Heading) and b.level == 1]
    assert titles == [
        "申报主体与事项", "测算结论", "各支持事项", "条件", "计算", "信用与重复", "一次性补正", "待核实、待评审与待定标准", "参照、假定与提醒", "签署", "版本与校验",
    ]  # fmt: skip
    assert paper.blocks[0] == Para("系统测算，供初审参考，不作为拨付依据；以审定、公示和下达文件为准。")
    assert Signatures(("经办", "复核", "科长", "分管领导", "县区")) in paper.blocks


def test_an_enacted_settled_amount_stands_in_figures_and_capitals_and_goes_to_review() -> None:
    said = part(words(Kind.CALCULATION, [decided()]), "测算结论")
    assert (
        "“设备补助”：经初审测算，符合（办法·1），测算支持金额86,419.75元（大写：捌万陆仟肆佰壹拾玖元柒角伍分），拟提请复核；以审定、公示和下达文件为准。"
        in said
    )


def test_a_ceiling_is_never_printed_as_an_entitlement() -> None:
    text = words(Kind.CALCULATION, [decided(measure="ceiling")])
    assert "不超过300,000.00元（大写：不超过叁拾万元整），是上限，不是应得数" in text
    for place in re.finditer("300,000|30万|叁拾万", text):
        before = text[: place.start()]
        assert before.rstrip(" ").endswith("不超过") or before.endswith("定额 "), text[place.start() - 20 : place.end() + 10]  # the figure itself, by its name


def test_an_open_amount_has_no_capitals_and_says_why_it_is_open() -> None:
    for measure, said in (
        ("read", "金额待定（读法未定）"),
        ("unset", "标准未定"),
        ("hired", "待补充（需补正）"),
        ("verified", "待补充（待核实）"),
        ("judged", "待补充（待评审）"),
    ):
        text = part(words(Kind.CALCULATION, [decided(measure=measure)]), "测算结论")
        assert said in text and "待定" in text and "大写" not in text


def test_what_an_assumption_carries_is_no_plain_conclusion_and_no_promise() -> None:
    text = words(Kind.CALCULATION, [decided(measure="assumed")])
    assert "按假定条件满足" in text and "依据状态为“假定”，不构成支持承诺。" in text and "拟提请复核" not in text


def test_a_benchmark_is_said_to_be_taken_whole_from_elsewhere() -> None:
    text = words(Kind.CALCULATION, decide_each(huiqi.read_case(str(CASES / "认证-云中数据.yaml")), measure="certification.international"))
    assert "我市未规定标准，整套参照《山西省2023年度外经贸发展专项资金（推动服务贸易创新发展事项）》" in text
    assert "不超过126,000.00元（大写：不超过壹拾贰万陆仟元整），是上限，不是应得数" in text


def test_a_refusal_names_clause_requirement_value_and_gap_and_leaves_room_to_answer() -> None:
    said = part(words(Kind.CALCULATION, [decided()]), "测算结论")
    assert "不符合（办法·1）：未满足“投资额达到下限”（要求：不低于1,000万元；核验值：1,234,567.89元；还差 8,765,432.11元；办法·1）。" in said
    assert "申报主体可于　　　日内陈述、申辩" in said


def test_claimed_and_verified_values_stand_side_by_side() -> None:
    text = part(words(Kind.CALCULATION, [decided()]), "条件")
    assert "投资额\n2,000,000元\n1,234,567.89元\n审计报告 p.3\n" in text


def test_what_was_disallowed_stands_in_the_sums_line_by_line() -> None:
    text = words(Kind.CALCULATION, shipped("认证-核减咨询差旅费"))
    assert "国际资质认证支持\n不超过161,000.00元\n不超过126,000.00元\n35,000.00元\n" in text
    assert "合格费用［G-001］：申报 20万元 = 核减 5万元 + 核减后 15万元；理由：含咨询费和差旅费；材料：发票与付款回单 p.3-5；李某，2026-06-20" in text
    assert "国际资质认证支持（不超过）：申报额 16.1万元 = 核减额 3.5万元 + 测算额 12.6万元" in text and "不是企业自报的金额" in text
    assert "由经办填写" not in text


def test_support_received_that_was_not_told_is_not_none() -> None:
    assert "已获支持：没有提供，不当作没有" in words(Kind.CALCULATION, [decided()])
    case = huiqi.read_case(str(CASES / "认证-云中数据.yaml"))
    assert "已获支持：告知为没有。" in words(Kind.CALCULATION, decide_each(case, measure="certification.international"))


def test_what_the_paper_leaves_out_is_counted_on_it_and_can_be_had() -> None:
    brief, whole = (letter(Kind.CALCULATION, shipped("认证-云中数据"), everything=x) for x in (False, True))
    listed = [len(next(b.rows for b in paper.blocks if isinstance(b, Grid) and b.head[0] == "支持事项")) for paper in (brief, whole)]
    measures = len(shipped("认证-云中数据")[0].measures)
    assert listed[1] == measures and f"另有 {measures - listed[0]} 项没有列出" in "\n".join(plain_text(brief))
    assert "没有列出" not in "\n".join(plain_text(whole))


@pytest.mark.parametrize("suffix", [".docx", ".html"])
def test_a_hostile_name_is_written_out_and_can_end_nothing(suffix: str) -> None:
    if suffix == ".docx":
        pytest.importorskip("docx")
    made = written(letter(Kind.CORRECTION, [decided({**TOLD, "企业": "甲\u202e\x1b[31m</td><script>&amp;"})]), suffix)
    text = docx_text(made) if isinstance(made, bytes) else html_text(made)
    assert any("甲〔U+202E〕〔U+001B〕[31m</td><script>&amp;" in line for line in text)
    assert isinstance(made, bytes) or "<script>" not in made


# -- what is asked of whom ------------------------------------------------------------------------------


def test_only_what_the_enterprise_can_bring_is_asked_of_it_with_the_evidence() -> None:
    told = {k: x for k, x in TOLD.items() if k not in ("失信", "投资额")}
    text = words(Kind.CORRECTION, [decided(told)], until=UNTIL)
    for asked in ("失信\n信用查询截图\n是 / 否\n设备补助", "投资额\n审计报告、付款凭证\n金额，写单位，如 18万元，0元 至 100亿元；设备投资，不含税", "毕业证"):
        assert asked in text
    for other in ("环保达标", "水平先进", "口径", "未定额", "生态环境局"):
        assert other not in text
    assert "尚缺下列 3 项内容" in text and "请于2026年7月15日前一并补正" in text
    others = part(words(Kind.CALCULATION, [decided(told)]), "待核实、待评审与待定标准")
    assert "部门核实：生态环境局\n环保达标\n核查意见\n绿色奖励" in others and "失信" not in others


def test_no_time_limit_is_made_up() -> None:
    assert "请于　　　　年　　月　　日前一并补正" in words(Kind.CORRECTION, [decided()])


def test_only_what_is_applied_for_is_asked() -> None:
    told = {k: x for k, x in TOLD.items() if k != "失信"}
    assert "失信" not in words(Kind.CORRECTION, [decided(told, applied=["hired"])])
    text = words(Kind.CORRECTION, [decided(told, applied=["fixed"])])
    assert "申报的“设备补助”" in text and "失信" in text and "毕业日" not in text


def test_nothing_lacking_is_said_and_nothing_is_asked() -> None:
    decisions = [decided(measure="ceiling")]
    assert "没有需要你单位补正的内容" in words(Kind.CORRECTION, decisions)
    assert remarks(Kind.CORRECTION, decisions) == ["没有需要企业补正的内容，这份告知书不必发出"]
    assert remarks(Kind.CALCULATION, decisions) == []


def test_a_fact_that_two_rulebooks_lack_is_asked_once() -> None:
    decisions = shipped("空白-只有主体类型")
    rows = [row for b in letter(Kind.CORRECTION, decisions).blocks if isinstance(b, Grid) for row in b.rows]
    assert rows and len({row[1] for row in rows}) == len(rows)
    assert all(d.rulebook_title in words(Kind.CORRECTION, decisions) for d in decisions)


# -- what is published ----------------------------------------------------------------------------------


def test_only_enacted_settled_amounts_are_published() -> None:
    (grid,) = (b for b in letter(Kind.NOTICE, [decided()]).blocks if isinstance(b, Grid))
    assert [(row[2], row[4]) for row in grid.rows] == [("设备补助", "86,419.75")]
    assert remarks(Kind.NOTICE, [decided()]) == [
        "没有列入公示表：场地补助：测算的是上限（不超过30万元），金额待审定", "没有列入公示表：建设补助：读法未定",
        "没有列入公示表：产业补助：依据状态为“未定”，不构成支持承诺", "没有列入公示表：房租补助：依据状态为“假定”，不构成支持承诺",
    ]  # fmt: skip


def test_what_is_published_comes_to_what_the_decision_says_in_figures_and_capitals() -> None:
    text = words(Kind.NOTICE, shipped("中山-市级与省级择一"))
    assert "合计：测算支持金额400,000.00元（大写：肆拾万元整）。" in text and "备注“依据待核”的，公示以前须与文件原文核对。" in text


def test_no_benchmark_is_ever_published() -> None:
    text = words(Kind.NOTICE, shipped("认证-云中数据"))
    assert "没有可以公示的支持事项" in text and not re.search(r"\d元|,\d{3}\.", text)


def test_persons_stand_by_name_for_the_officer_and_the_enterprise_and_not_at_all_before_the_public() -> None:
    said = {kind: words(kind, [decided()]) for kind in Kind}
    assert PERSON in said[Kind.CALCULATION] and PERSON in said[Kind.CORRECTION]
    assert PERSON not in said[Kind.NOTICE] and not any("化名" in x for x in said.values())


# -- every case, every form -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["综合-四个规则库", "贴息-跨年两笔", "划型-正好到线", "认证-方案施行之前", "技先-2015年标准未定"])
@pytest.mark.parametrize("kind", Kind)
def test_a_paper_can_be_made_of_every_kind_of_case_and_says_on_each_page_what_it_is(name: str, kind: Kind) -> None:
    paper = letter(kind, shipped(name))
    assert "测算" in paper.head and "测算" in paper.foot
    assert not any("应得" in line.replace("不是应得数", "") for line in plain_text(paper))


def docx_text(data: bytes) -> list[str]:
    """Every paragraph of the body, of tables cell by cell, then of head and foot."""
    with zipfile.ZipFile(BytesIO(data)) as parts:
        found = ["word/document.xml", *sorted(n for n in parts.namelist() if re.fullmatch(r"word/(header|footer)\d+\.xml", n))]
        paragraphs = [p for n in found for p in re.findall(r"<w:p[ >].*?</w:p>", parts.read(n).decode(), re.DOTALL)]
    return [html.unescape("".join(re.findall(r"<w:t[^>]*>(.*?)</w:t>", p))) for p in paragraphs]


def html_text(data: str) -> list[str]:
    body = re.sub(r"<style>.*?</style>", "", data, flags=re.DOTALL)
    return [html.unescape(x) for x in re.split(r"<[^>]*>\n?", body)]


@pytest.mark.parametrize("kind", Kind)
def test_docx_and_page_say_all_of_a_paper_and_nothing_else(kind: Kind) -> None:
    pytest.importorskip("docx")
    paper = letter(kind, [decided()])
    wanted = {x for x in plain_text(paper) if x}
    as_docx, as_page = written(paper, ".docx"), written(paper, ".html")
    assert isinstance(as_docx, bytes) and isinstance(as_page, str)
    told = {re.sub(r"^\d+\. ", "", x) for x in docx_text(as_docx) if x} | {x for x in docx_text(as_docx) if x}
    assert wanted - told <= {paper.foot}
    assert {x for x in docx_text(as_docx) if x} - wanted - {f"{n}. {x}" for n in range(1, 30) for x in wanted} == {f"{paper.foot}　第 1 页，共 1 页"}
    assert {x for x in html_text(as_page) if x.strip()} == wanted


def test_the_docx_has_real_styles_with_chinese_fonts_and_heads_that_repeat() -> None:
    docx = pytest.importorskip("docx")
    data = written(letter(Kind.CALCULATION, [decided()]), ".docx")
    assert isinstance(data, bytes)
    document = docx.Document(BytesIO(data))
    used = {p.style.name for p in document.paragraphs} | {p.style.name for t in document.tables for row in t.rows for c in row.cells for p in c.paragraphs}
    assert {"Title", "Heading 1", "Heading 3", "Body Text", "表格文字", "表格标题", "说明"} <= used and "Normal" not in used
    east = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}eastAsia"
    for name in used:
        fonts = document.styles[name].element.rPr.rFonts
        assert fonts.get(east) in ("宋体", "黑体") and not any("Theme" in key for key in fonts.attrib)
    assert document.styles.element.xpath("string(w:docDefaults//w:lang/@w:eastAsia)") == "zh-CN"  # else 。 and ： stand as another country has them
    xml = document.element.xml
    assert xml.count("<w:tblHeader/>") == sum(t.rows[0].cells[0].paragraphs[0].style.name == "表格标题" and len(t.columns) > 2 for t in document.tables)
    assert xml.count("<w:cantSplit/>") == sum(len(t.rows) for t in document.tables)
    assert "PAGE" in document.sections[0].footer._element.xml and "测算" in document.sections[0].header.paragraphs[0].text


@pytest.mark.parametrize("kind", Kind)
def test_behind_the_words_of_every_page_of_a_docx_lies_that_it_is_only_worked_out(kind: Kind) -> None:
    """In the one head there is, which no first, even or later page replaces; a drawing behind the text, not a word of it."""
    docx = pytest.importorskip("docx")
    data = written(letter(kind, [decided()]), ".docx")
    assert isinstance(data, bytes)
    document = docx.Document(BytesIO(data))
    (section,) = document.sections
    assert not section.different_first_page_header_footer and not document.settings.odd_and_even_pages_header_footer
    vml = "{urn:schemas-microsoft-com:vml}"
    (shape,) = section.header._element.iter(f"{vml}shape")
    (text,) = shape.iter(f"{vml}textpath")
    style = dict(x.split(":") for x in shape.get("style").split(";"))
    assert text.get("string") == "测算" and int(style["z-index"]) < 0 and style["rotation"] == "330"
    assert shape.get("type") == f"#{next(section.header._element.iter(f'{vml}shapetype')).get('id')}"
    assert "测算" not in section.header.paragraphs[0].text.removeprefix("初审测算")  # no word more for who reads it aloud


def test_a_page_in_print_has_the_mark_behind_it() -> None:
    page = written(letter(Kind.NOTICE, [decided()]), ".html")
    assert isinstance(page, str) and 'body::before{content:"测算";position:fixed;' in page and "MARK" not in page


@pytest.mark.parametrize("suffix", [".docx", ".html"])
def test_the_same_decision_is_the_same_file(suffix: str) -> None:
    if suffix == ".docx":
        pytest.importorskip("docx")
    assert written(letter(Kind.CALCULATION, [decided()]), suffix) == written(letter(Kind.CALCULATION, [decided()]), suffix)


def test_another_fact_is_another_check_code() -> None:
    codes = {letter(Kind.NOTICE, [decided(told)]).foot for told in (TOLD, {**TOLD, "建成": False}, TOLD)}
    assert len(codes) == 2


@pytest.mark.parametrize("suffix", [".doc", ".txt", ""])
def test_an_ending_that_cannot_be_written_is_refused_with_those_that_can(suffix: str) -> None:
    with pytest.raises(UsageError, match="、".join(SUFFIXES)):
        written(letter(Kind.NOTICE, [decided()]), suffix)


def test_a_time_limit_that_is_past_is_refused() -> None:
    with pytest.raises(UsageError, match="期限 2026-06-29 早于审核日期 2026-06-30"):
        letter(Kind.CORRECTION, [decided()], until=date(2026, 6, 29))


# -- capitals -------------------------------------------------------------------------------------------

_DIGITS = {c: n for n, c in enumerate("零壹贰叁肆伍陆柒捌玖")}


def read_capitals(text: str) -> Fraction:
    """The amount that capital numerals say."""
    yuan, _, rest = text.partition("元") if "元" in text else ("", "", text)
    cents = Fraction(0)
    for digit, unit in re.findall("([零壹贰叁肆伍陆柒捌玖])([角分])", rest):
        cents += Fraction(_DIGITS[digit], 10 if unit == "角" else 100)
    whole = section = current = 0
    for c in yuan:
        if c in _DIGITS:
            current = _DIGITS[c]
        elif c in "拾佰仟":
            section, current = section + current * 10 ** ("拾佰仟".index(c) + 1), 0
        else:
            size = 10**4 if c == "万" else 10**8
            whole, section, current = (whole + section + current) * size if c == "亿" else whole + (section + current) * size, 0, 0
    return whole + section + current + cents


@settings(max_examples=examples(200))
@given(st.integers(0, 10**12))
def test_capitals_say_the_very_amount_of_the_figures(cents: int) -> None:
    pytest.importorskip("cn2an")
    value = Fraction(cents, 100)
    assert read_capitals(capitals(value)) == value == Fraction(figures(value).replace(",", ""))


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("0", "零元整"), ("0.05", "伍分"), ("1409.50", "壹仟肆佰零玖元伍角"), ("6007.14", "陆仟零柒元壹角肆分"), ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("100000.05", "壹拾万元零伍分"), ("126000", "壹拾贰万陆仟元整"), ("100200000", "壹亿零贰拾万元整"), ("10000000000", "壹佰亿元整"),
    ],
)  # fmt: skip
def test_capitals_are_written_as_on_a_bill(amount: str, said: str) -> None:
    pytest.importorskip("cn2an")
    assert capitals(Fraction(amount)) == said


def test_a_page_in_print_has_head_foot_and_page_number_in_its_margins() -> None:
    page = written(letter(Kind.CALCULATION, [decided()]), ".html")
    assert isinstance(page, str)
    style = page[page.index("<style>") : page.index("</style>")]
    assert '@top-center{content:"初审测算' in style and '@bottom-left{content:"测算校验码 ' in style and 'counter(page) " 页，共 " counter(pages)' in style
    assert "thead{display:table-header-group}tr{break-inside:avoid}" in style and "src=" not in page and "href=" not in page and "<script" not in page


def test_an_amount_finer_than_a_cent_has_no_figures_and_no_capitals() -> None:
    for write in (figures, capitals):
        with pytest.raises(AssertionError):
            write(Fraction(1, 3))


# -- in print -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def fonts() -> str | None:
    typst, folder = pytest.importorskip("typst"), os.environ.get("HUIQI_TEST_FONTS")
    found = typst.Fonts(include_embedded_fonts=False, font_paths=[folder] if folder else []).families()
    if not set(pdf.FAMILIES) & set(found):
        pytest.skip("没有中文字体，不印 PDF：apt-get install fonts-noto-cjk，或 HUIQI_TEST_FONTS=文件夹")
    return folder


def pages(data: bytes) -> list[str]:
    reader = pytest.importorskip("pypdf").PdfReader(BytesIO(data))
    return [re.sub(r"\s", "", page.extract_text()) for page in reader.pages]


@pytest.mark.parametrize("kind", Kind)
def test_every_printed_page_says_what_it_is_and_its_number(kind: Kind, fonts: str | None) -> None:
    paper = letter(kind, shipped("认证-云中数据"))
    found = pages(pdf.to_pdf(paper, fonts))
    for number, text in enumerate(found, 1):
        assert text.startswith("测算初审测算")  # the mark is drawn before the words
        assert f"第{number}页，共{len(found)}页" in text and re.sub(r"\s", "", paper.foot) in text


def test_a_long_table_has_its_head_on_every_page_and_no_row_over_two(fonts: str | None) -> None:
    rows = tuple((str(n), f"甲{n}甲" * 12, f"乙{n}乙" * 12) for n in range(1, 90))
    paper = Paper(title="长表", head="测算", foot="测算校验码", day=date(2026, 6, 30), blocks=(Grid(("序号", "左栏标题", "右栏标题"), rows, (10, 45, 45)),))
    found = pages(pdf.to_pdf(paper, fonts))
    assert len(found) > 3 and all("左栏标题" in text and "右栏标题" in text for text in found)
    for n, *_ in rows:
        assert [(text.count(f"甲{n}甲"), text.count(f"乙{n}乙")) for text in found if f"甲{n}甲" in text or f"乙{n}乙" in text] == [(12, 12)]


def test_the_font_is_embedded_and_the_same_decision_prints_the_same_bytes(fonts: str | None) -> None:
    pypdf = pytest.importorskip("pypdf")
    paper = letter(Kind.CALCULATION, [decided()])
    one, other = pdf.to_pdf(paper, fonts), pdf.to_pdf(paper, fonts)
    assert one == other
    used = [f.get_object() for page in pypdf.PdfReader(BytesIO(one)).pages for f in page["/Resources"]["/Font"].values()]
    assert used
    for font in used:
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert "CJK" in str(font["/BaseFont"]) and {"/FontFile2", "/FontFile3"} & set(descriptor)


def test_a_character_the_font_lacks_is_an_error_and_not_an_empty_box(fonts: str | None) -> None:
    with pytest.raises(UsageError, match=r"没有这些字：😀（U\+1F600）；写成 .docx 或 .html"):
        written(letter(Kind.NOTICE, [decided({**TOLD, "企业": "甲😀"})]), ".pdf", fonts)


def test_without_a_chinese_font_the_error_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("typst")
    monkeypatch.setattr(pdf, "FAMILIES", ("没有这种字体",))
    with pytest.raises(UsageError, match="apt-get install fonts-noto-cjk"):
        written(letter(Kind.NOTICE, [decided()]), ".pdf")


def test_rows_to_fill_in_stay_on_one_page_and_a_head_on_that_of_what_it_heads() -> None:
    docx = pytest.importorskip("docx")
    data = written(letter(Kind.CORRECTION, [decided()]), ".docx")
    assert isinstance(data, bytes)
    tables = docx.Document(BytesIO(data)).tables
    held = {t.rows[0].cells[0].text: [bool(r.cells[0].paragraphs[0].paragraph_format.keep_with_next) for r in t.rows] for t in tables}
    assert held["联系人及电话"] == [True] * (len(held["联系人及电话"]) - 1) + [False]
    assert held["序号"] == [True] + [False] * (len(held["序号"]) - 1)


# -- told at once, of recognitions too --------------------------------------------------------------------


def asked_of(rulebook: str, told: dict[str, Any], **how: Any) -> list[str]:
    decision = huiqi.load(rulebook).decide({"企业": "新办企业（虚构）", **told}, on="2026-06-30", year=2026, **how)
    grids = [b for b in letter(Kind.CORRECTION, [decision]).blocks if isinstance(b, Grid)]
    return [row[1] for grid in grids for row in grid.rows]


def test_what_being_a_small_enterprise_hangs_on_is_asked_for_before_any_loan_is_told() -> None:
    """小微企业 is asked after on the day of each loan: no loan, no day, and yet the enterprise is to be told once."""
    assert asked_of("national-startup-loan", {"申报主体类型": "企业"}, measure="startup-loan.enterprise") == ["划型行业", "现有职工数", "贷款明细"]
    asked = asked_of("national-startup-loan", {"申报主体类型": "企业", "划型行业": "软件和信息技术服务业"}, measure="startup-loan.enterprise")
    assert {"从业人员", "营业收入"} <= set(asked) and "资产总额" not in asked and "划型行业" not in asked


def test_who_is_refused_is_asked_for_nothing_that_a_recognition_lacks() -> None:
    """个人 borrows under another measure: whether it is a small enterprise is nobody's question."""
    assert asked_of("national-startup-loan", {"申报主体类型": "个人"}, measure="startup-loan.enterprise") == []


def test_where_there_are_no_loans_the_size_is_not_asked_for() -> None:
    assert "划型行业" not in asked_of("national-startup-loan", {"申报主体类型": "企业"}, records={"贷款明细": []}, measure="startup-loan.enterprise")


@pytest.mark.parametrize("certificates", [None, []])
def test_a_rulebook_that_only_recognises_asks_for_what_its_criteria_lack(certificates: list[Any] | None) -> None:
    """高新技术企业 is applied for by who does not hold it: that no certificate was told, or none is held, asks for the criteria all the same."""
    records = {} if certificates is None else {"资格证书": certificates}
    asked = asked_of("national-hnte", {"申报主体类型": "企业"}, records=records)
    assert {"拥有核心知识产权", "近三年研发费用合计", "高企申请日"} <= set(asked)
    assert ("高新技术企业证书（明细“资格证书”）" in asked) is (certificates is None)
    assert not any("得分" in x or "重大事故" in x for x in asked)  # for experts and departments to say
    decision = huiqi.load("national-hnte").decide({"企业": "新办企业（虚构）", "申报主体类型": "企业"}, on="2026-06-30", year=2026, records=records)
    others = part(words(Kind.CALCULATION, [decision]), "待核实、待评审与待定标准")
    assert "近一年有重大事故或严重环境违法" in others and "应急、市场监管、生态环境部门" in others and "知识产权得分" in others
    assert {x.fact for x in decision.missing} >= set(asked)


def test_a_notice_on_several_measures_names_those_that_lack_something() -> None:
    """国际资质认证支持 is decided already: of it nothing is said to be undecided."""
    told = {
        "企业": "甲软件（虚构）", "申报主体类型": "企业", "注册地县区": "平城区", "从事服务外包业务": True, "报送状态": "审核通过", "严重失信主体": False,
        "经市商务局认定的服务外包企业": True,
    }  # fmt: skip
    certificate = {"证号": "G-1", "种类": "ISO27001", "发证日": "2025-05-01", "有效期止": "2028-04-30", "合格费用": "12万元"}
    both = ["国际资质认证支持", "吸纳大中专毕业生就业支持"]
    decision = huiqi.load("datong-outsourcing").decide(told, on="2026-06-30", year=2025, records={"已获支持": [], "资质认证": [certificate]}, applied=both)
    said = words(Kind.CORRECTION, [decision])
    assert "你单位申报的“国际资质认证支持”、“吸纳大中专毕业生就业支持”，经初审测算，其中“吸纳大中专毕业生就业支持”尚缺下列 1 项内容，还不能作出判断。" in said
    assert "其中" not in words(Kind.CORRECTION, decide_each(huiqi.read_case(str(CASES / "认证-缺失信查询.yaml")), measure="certification.international"))
    page = decision.explain()
    assert "新录用人员明细" in page and "划型行业" not in page  # the size of an enterprise matters under another scheme alone


def test_where_only_a_clause_was_not_read_nothing_is_said_to_be_for_the_enterprise_to_supply() -> None:
    """All conditions known of the loan hold; the chapter of 75号 was not read: the sentence says so, and not 待补充."""
    decisions = [d for d in shipped("创业贷款-初创小微企业") if d.rulebook_id == "national-startup-loan"]
    decision = decisions[0]
    unread = [r for r in decision.measures.values() if r.reason == "尚有未读条款"]
    said = part(words(Kind.CALCULATION, decisions), "测算结论").splitlines()[0]
    assert unread and f"{len(unread)} 项已知条件均满足、尚有未读条款" in said and f"{len(unread)} 项待补充" not in said


def test_of_recognitions_the_paper_says_those_that_what_is_applied_for_asks_after() -> None:
    """小微企业 decides the loan; that the enterprise is no 中型企业 is of no use to anybody, and stands on the whole paper only."""
    told = {"申报主体类型": "企业", "划型行业": "软件和信息技术服务业", "从业人员": {"2026": "20人"}, "营业收入": {"2026": "300万元"}}
    decision = huiqi.load("national-startup-loan").decide(told, on="2026-06-30", year=2026, records={"贷款明细": []}, applied=["小微企业创业担保贷款贴息"])
    brief, whole = (part(words(Kind.CALCULATION, [decision], everything=x), "测算结论") for x in (False, True))
    assert "小微企业：满足" in brief and "中型企业" not in brief and "中型企业：不满足" in whole


def test_the_paper_lists_the_readings_its_measures_hang_on_and_money_received_as_the_form_asks_for_it() -> None:
    """How wide the net of training institutions is read changes nothing for who applied for hiring."""
    told = {
        "企业": "甲软件（虚构）", "申报主体类型": "企业", "注册地县区": "平城区", "从事服务外包业务": True, "报送状态": "审核通过", "严重失信主体": False,
    }  # fmt: skip
    hired = {"人员编号": "甲", "学历": "大专", "录用日": "2025-08-01", "培训费用": "5000元", "毕业年度内毕业生": False}
    received = {"层级": "市", "文号": "商发〔2024〕1号", "金额": "3万元", "年度": "2024", "事项": "certification.international"}
    decision = huiqi.load("datong-outsourcing").decide(
        told, on="2026-06-30", year=2025, records={"已获支持": [received], "新录用人员": [hired]}, applied=["吸纳大中专毕业生就业支持"]
    )
    said = words(Kind.CALCULATION, [decision])
    assert [line.partition("〔")[0] for line in said.splitlines() if line.startswith("读法“") and "〔" in line] == ["读法“毕业生口径”"]
    assert "已获支持：文号 商发〔2024〕1号，事项 国际资质认证支持，层级 市，年度 2024，金额 30000元。" in said


@pytest.mark.parametrize("measures", [["certification.international"], ["certification.international", "landing.new-enterprise"]])
def test_of_measures_that_are_asked_for_by_name_what_only_an_amount_lacks_is_told_at_once_too(measures: list[str]) -> None:
    """Whoever supplies what the conditions lack is not sent for the invoice afterwards: of two measures no more than of one."""
    told = {"注册地县区": "平城区", "申报主体类型": "企业", "从事服务外包业务": True, "报送状态": "审核通过"}
    records = {"资质认证": [{"证号": "C-007", "种类": "CMMI", "发证日": "2025-07-01"}], "已获支持": []}
    decision = huiqi.load("datong-outsourcing").decide(told, records=records, on="2026-06-30", year=2025, measures=measures)
    assert {"严重失信主体", "C-007的合格费用"} <= {x.what for x in wanted([decision])}
