"""Open readings as they are told: the page, the JSON, who decided what, and what a call gets wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import huiqi
from huiqi.telling.decision import Decision
from tests.making import as_json, invoke

BOOK = str(Path(__file__).parent / "readings")
ON = "2026-06-01"
TOLD = {"增长额": "300万元", "境外收入": "90万元", "失信": "否"}


def decided(told: dict[str, Any] = TOLD, **how: Any) -> Decision:
    return huiqi.load(BOOK).decide(told, on=ON, **how)


def case(folder: Path, readings: str = "", facts: str = "  增长额: 300万元\n  境外收入: 90万元\n  失信: 是\n") -> str:
    path = folder / "case.yaml"
    path.write_text(f"企业: 测试公司（虚构）\n政策规则库: [{BOOK}]\n审核日期: {ON}\n申报年度: 2026\n数据:\n{facts}{readings}", encoding="utf-8")
    return str(path)


def test_an_amount_that_hangs_on_a_reading_is_never_said_to_be_met_without_a_word() -> None:
    growth = decided().measures["growth"]
    assert (growth.outcome, growth.words) == ("eligible", "条件满足，金额待评审（读法未定）")
    assert (growth.award.settled, growth.award.at_most) == ("20000.00", "30000.00")
    assert [(dict(w.under), w.words, w.award.settled) for w in growth.readings] == [
        ({"增长额口径": "全部增长额"}, "符合", "30000.00"),
        ({"增长额口径": "超过起点的部分"}, "符合", "20000.00"),
    ]


def test_an_outcome_that_hangs_on_a_reading_is_open_and_says_which() -> None:
    abroad = decided({"境外收入": "50万元", "失信": "是", "增长额": "0元"}).measures["abroad"]
    assert (abroad.outcome, abroad.words) == ("undetermined", "待补充（读法未定）")
    assert [(dict(w.under), str(w.outcome)) for w in abroad.readings] == [
        ({"失信口径": "不予支持"}, "ineligible"),
        ({"失信口径": "不作要求"}, "eligible"),
    ]
    (barred,) = [c for c in abroad.conditions.leaves() if c.label == "有失信"]
    assert (barred.truth.value, barred.under) == (True, (("失信口径", "不予支持"),))


def test_what_no_reading_can_change_is_settled_as_if_there_were_none() -> None:
    decision = decided({"境外收入": "50万元", "失信": "否", "增长额": "0元"})
    assert [(m.outcome, m.words, m.readings) for m in decision.measures.values()] == [("ineligible", "不符合", ()), ("eligible", "符合", ())]
    assert (decision.total.settled, decision.total.pending, decision.readings) == ("10000.00", False, ())


def test_exclusive_readings_are_never_added() -> None:
    """全部增长额：增长 3万元压过境外；超过起点：境外 1.8万元让给增长 2万元。没有一种读法给 5万元。"""
    assert (decided().total.settled, decided().total.high) == ("20000.00", 30000)


def test_a_reading_decided_for_the_case_settles_it_as_an_assumption() -> None:
    growth = decided(reading={"增长额口径": "超过起点的部分"}).measures["growth"]
    assert (growth.award.settled, growth.award.at_most, growth.standing.label, growth.readings) == ("20000.00", "20000.00", "假定", ())


def test_a_reading_that_only_drops_an_exclusion_still_makes_the_outcome_an_assumption() -> None:
    told = {"境外收入": "50万元", "失信": "是", "增长额": "0元"}
    assert decided(told, reading={"失信口径": "不作要求"}).measures["abroad"].words == "按假定条件满足"
    assert decided({**told, "失信": "否"}, reading={"失信口径": "不作要求"}).measures["abroad"].words == "符合"


def test_open_readings_stand_beside_what_is_missing_and_neither_hides_the_other() -> None:
    decision = decided({"境外收入": "50万元", "增长额": "0元"})
    assert {(m.fact, m.label) for m in decision.missing if "abroad" in m.unlocks} == {("失信", "缺材料"), ("读法“失信口径”", "读法未定")}


def test_a_decision_over_readings_reads_back_and_replays(tmp_path: Path) -> None:
    path = case(tmp_path, "读法:\n  失信口径: {取: 不作要求, 由: 市商务局, 日期: 2026-05-01}\n")
    printed = invoke("check", path, "--json")
    recorded = json.loads(printed.stdout)
    assert recorded[0]["receipt"]["readings"] == {"失信口径": {"option": "不作要求", "by": "市商务局", "when": "2026-05-01"}}
    assert as_json(Decision.from_dict(recorded[0]).to_dict()) == recorded[0]
    (tmp_path / "d.json").write_text(printed.stdout, encoding="utf-8")
    assert invoke("replay", str(tmp_path / "d.json"), "-r", BOOK).exit_code == 0
    recorded[0]["receipt"]["readings"]["失信口径"]["option"] = "不予支持"
    (tmp_path / "d.json").write_text(json.dumps(recorded), encoding="utf-8")
    again = invoke("replay", str(tmp_path / "d.json"), "-r", BOOK)
    assert again.exit_code == 1
    assert "结论" in again.stdout


PAGE = """\
“增长奖励”增长额口径取“全部增长额”：符合，测算3万元；有关事项合计 3万元
“增长奖励”增长额口径取“超过起点的部分”：符合，测算2万元；有关事项合计 2万元
"""


def test_the_page_has_a_line_for_each_way_of_reading_and_says_who_decided(tmp_path: Path) -> None:
    page = invoke("check", case(tmp_path, "读法:\n  失信口径: {取: 不作要求, 由: 市商务局, 日期: 2026-05-01}\n")).stdout
    assert PAGE in page
    assert "  · 增长额口径〔办法·4〕：按全部增长额还是只按超过起点的部分奖励？未定；可取：全\n      部增长额、超过起点的部分\n" in page
    assert "  · 失信口径〔办法·3〕：失信是否不予支持？本次取“不作要求”（市商务局，2026-05-01，\n      假定）\n" in page
    assert "· 读法“增长额口径”（读法未定）→ 增长奖励" in page


def test_the_command_decides_readings(tmp_path: Path) -> None:
    page = invoke("check", case(tmp_path), "--reading", "失信口径=不作要求", "--reading", "增长额口径=全部增长额")
    assert (page.exit_code, "按假定条件满足" in page.stdout, "读法未定" in page.stdout) == (0, True, False)


@pytest.mark.parametrize(
    ("readings", "arguments", "message"),
    [
        ("读法: {失信口经: 不作要求}\n", (), "没有这个读法；写的是“失信口经”；应为：增长额口径、失信口径、封顶口径；改法：是否“失信口径”？"),
        ("读法: {失信口径: 不要求}\n", (), "“失信口径”没有这种读法；写的是“不要求”；应为：不予支持、不作要求；改法：是否“不作要求”？"),
        ("读法: {失信口径: {取: 不作要求, 谁: 张三}}\n", (), "读法里没有这个键；写的是“谁”；应为：取、由、日期"),
        ("读法: {失信口径: [不作要求]}\n", (), "读法写作 名称: 选项"),
        ("", ("--reading", "失信口径"), "--reading 写作 名称=选项；写的是“失信口径”"),
        ("", ("--reading", "失信口径=不作要求", "--reading", "失信口径=不予支持"), "--reading 的读法重复"),
        ("", ("--reading", "失信口径=算了"), "“失信口径”没有这种读法；写的是“算了”"),
    ],
)
def test_a_reading_wrongly_decided_is_refused_with_what_to_write(readings: str, arguments: tuple[str, ...], message: str, tmp_path: Path) -> None:
    result = invoke("check", case(tmp_path, readings), *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


def test_a_reading_the_rulebook_has_decided_is_not_the_cases_to_change(tmp_path: Path) -> None:
    files = {p.relative_to(BOOK).as_posix(): p.read_text(encoding="utf-8") for p in Path(BOOK).rglob("*.yaml")}
    files["readings.yaml"] = files["readings.yaml"].replace("[不予支持, 不作要求]", "[不予支持, 不作要求]\n  chosen: 不予支持\n  by: document")
    for name, text in files.items():
        (tmp_path / "book" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "book" / name).write_text(text, encoding="utf-8")
    book = huiqi.load(tmp_path / "book")
    told = {"境外收入": "50万元", "失信": "是", "增长额": "0元"}
    assert book.decide(told, on=ON).measures["abroad"].words == "不符合"
    with pytest.raises(huiqi.UsageError, match="规则库已经取定"):
        book.decide(told, on=ON, reading={"失信口径": "不作要求"})


def test_the_library_describes_its_readings() -> None:
    reading = huiqi.load(BOOK).readings["失信口径"]
    assert (reading.question, reading.options, reading.clauses, reading.chosen) == ("失信是否不予支持？", ("不予支持", "不作要求"), ("办法·3",), "")


def test_a_table_of_enterprises_is_decided_over_all_readings() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"增长额": ["300万元"], "境外收入": ["90万元"], "失信": ["否"]})
    book = huiqi.load(BOOK)
    row = book.decide_many(frame, on=ON).iloc[0]
    assert (row["growth.settled"], row["growth.at_most"], row["growth.reason"]) == ("20000.00", "30000.00", "金额待评审，读法未定")
    row = book.decide_many(frame, on=ON, reading={"增长额口径": "全部增长额"}).iloc[0]
    assert (row["growth.settled"], row["growth.at_most"]) == ("30000.00", "30000.00")


SHOWN = """\
  读法：失信口径取“不予支持”时
    不予支持情形：
      · 有失信：失信　〔现行，d1 办法·3，A〕
  读法：封顶口径取“二万元”时
    封顶：每本次申报 高顶
  读法：封顶口径取“一万元”时
    封顶：每本次申报 低顶
"""


def test_the_rules_in_chinese_list_what_stands_under_each_reading() -> None:
    shown = invoke("rules", "show", BOOK).stdout
    assert SHOWN in shown
    assert "  失信口径（办法·3）：失信是否不予支持？未定；可取：不予支持、不作要求\n" in shown
