"""Open readings as they are told: the page, the JSON, who decided what, and what a call gets wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import huiqi
from huiqi.checking.verify import verify
from huiqi.rulebook.compiled import Standing
from huiqi.telling.decision import Decision
from huiqi.telling.replay import replay_file
from tests.making import as_json, invoke, shipped_decisions

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
    assert (growth.outcome, growth.words) == ("eligible", "条件满足，金额待定（读法未定）")
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
    assert "  · 失信口径〔办法·3〕：失信是否不予支持？本次取“不作要求”（市商务局，\n      2026-05-01，假定）\n" in page
    assert "  读法未定（待有权机关解释）\n    · 读法“增长额口径” → 增长奖励" in page


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
    assert (row["growth.settled"], row["growth.at_most"], row["growth.reason"]) == ("20000.00", "30000.00", "金额待定，读法未定")
    row = book.decide_many(frame, on=ON, reading={"增长额口径": "全部增长额"}).iloc[0]
    assert (row["growth.settled"], row["growth.at_most"]) == ("30000.00", "30000.00")


SHOWN = """\
  读法：失信口径取“不予支持”时
    不予支持情形：
      · 有失信：失信　〔现行，d1 办法·3，A〕
  读法：封顶口径取“二万元”时
    封顶：本次申报 高顶
  读法：封顶口径取“一万元”时
    封顶：本次申报 低顶
"""


def test_the_rules_in_chinese_list_what_stands_under_each_reading() -> None:
    shown = invoke("rules", "show", BOOK).stdout
    assert SHOWN in shown
    assert "  失信口径（办法·3）：失信是否不予支持？未定；可取：不予支持、不作要求\n" in shown


# -- every place a reading may stand -------------------------------------------------------------------


def made(tmp_path: Path, **more: str) -> huiqi.Rulebook:
    """The rulebook with other files, or with its measures or stacking written anew."""
    files = {p.relative_to(BOOK).as_posix(): p.read_text(encoding="utf-8") for p in Path(BOOK).rglob("*.yaml")}
    names = {"measures": "measures/a.yaml", "stacking": "stacking.yaml", "recognitions": "recognitions.yaml", "documents": "documents.yaml"}
    files |= {names[k]: text for k, text in more.items()}
    if "stacking" not in more:
        del files["stacking.yaml"]
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return huiqi.load(tmp_path)


GIVEN = "- id: a\n  title: 甲\n  clause: 办法·3\n  when:\n    - 有境外收入: 境外收入 > 0元\n"
BY = "{{读法: {{失信口径: 不予支持}}, 取: {}}}, {{读法: {{失信口径: 不作要求}}, 取: {}}}"


@pytest.mark.parametrize(
    ("body", "outcome", "amounts"),
    [
        (f"  award: [{BY.format('{amount: 高顶}', '{amount: 低顶}')}]\n", "eligible", ("10000.00", "20000.00")),
        (f"  award: {{amount: [{BY.format('高顶', '低顶')}]}}\n", "eligible", ("10000.00", "20000.00")),
        (f"  award: {{amount: 高顶}}\n  floor: [{BY.format('增长起点', '低顶')}]\n", "eligible", ("0.00", "20000.00")),
        (f"  award: {{amount: 境外收入 / 增长起点 * 低顶}}\n  rounding: [{BY.format('{to: 百元, direction: down}', '{to: 万元, direction: down}')}]\n", "eligible", ("0.00", "9000.00")),
        (f"  award: {{amount: 高顶}}\n  window: [{BY.format('失信', 'not(失信)')}]\n", "undetermined", ("0.00", "20000.00")),
        ("  award: {amount: 高顶}\n  pay:\n    - {share: 100%, label: 一次, 读法: {失信口径: 不予支持}}\n", "eligible", ("20000.00", "20000.00")),
    ],
)  # fmt: skip
def test_a_reading_may_stand_at_any_item_or_value_of_a_measure(body: str, outcome: str, amounts: tuple[str, str], tmp_path: Path) -> None:
    found = made(tmp_path, measures=GIVEN + body).decide(TOLD, on=ON).measures["a"]
    assert (str(found.outcome), found.award.settled, found.award.at_most) == (outcome, *amounts)


def test_a_scheme_may_be_taken_by_reading_and_one_chosen_by_name_wins(tmp_path: Path) -> None:
    schemes = (
        "  schemes:\n    甲案: {document: d1, award: {amount: 高顶}, 读法: {失信口径: 不予支持}}\n"
        "    乙案: {document: d1, award: {amount: 低顶}, 读法: {失信口径: 不作要求}}\n"
    )
    book = made(tmp_path, measures=GIVEN + schemes)
    assert [(w.under[0][1], w.award.settled) for w in book.decide(TOLD, on=ON).measures["a"].readings] == [("不予支持", "20000.00"), ("不作要求", "10000.00")]
    chosen = book.decide(TOLD, on=ON, scheme={"a": "乙案"}).measures["a"]
    assert (chosen.scheme, chosen.award.settled, chosen.readings) == ("乙案", "10000.00", ())


def test_members_and_rule_of_a_stacking_group_may_be_by_reading(tmp_path: Path) -> None:
    two = GIVEN + "  award: {amount: 高顶}\n" + GIVEN.replace("id: a", "id: b").replace("甲", "乙") + "  award: {amount: 低顶}\n"
    rule = f"- {{id: g, title: 组, rule: [{BY.format('highest', 'cumulate')}], members: [a, b], per: 企业, clause: 办法·3}}\n"
    assert [(str(x.total.settled), x.total.high) for x in [made(tmp_path / "1", measures=two, stacking=rule).decide(TOLD, on=ON)]] == [("20000.00", 30000)]
    cap = f"- {{id: g, title: 组, rule: cap, members: [{BY.format('[a, b]', '[a]')}], per: 企业, amount: 低顶, counting: {{不计以往: 首次}}, clause: 办法·3}}\n"
    found = made(tmp_path / "2", measures=two, stacking=cap).decide(TOLD, on=ON)
    assert (found.total.settled, found.total.high) == ("10000.00", 20000)


def test_a_reading_that_matters_only_where_another_drops_an_exclusion_is_found(tmp_path: Path) -> None:
    measure = GIVEN + '  unless:\n    - 失信: 失信\n      读法: {失信口径: 不予支持}\n  award: {amount: if 增长额口径 = "全部增长额" then 高顶 else 低顶}\n'
    found = made(tmp_path, measures=measure).decide({**TOLD, "失信": "是"}, on=ON).measures["a"]
    assert [(str(w.outcome), w.award.settled) for w in found.readings] == [
        ("ineligible", "0.00"), ("eligible", "20000.00"), ("ineligible", "0.00"), ("eligible", "10000.00"),
    ]  # fmt: skip
    assert (found.award.settled, found.award.at_most) == ("0.00", "20000.00")


def test_a_recognition_may_turn_on_a_reading(tmp_path: Path) -> None:
    recognition = "- id: good\n  title: 良好企业\n  kind: derived\n  clause: 办法·3\n  when:\n    - 有收入: 境外收入 > 0元\n    - 无失信: not(失信)\n      读法: {失信口径: 不予支持}\n"
    measure = "- {id: a, title: 甲, clause: 办法·3, when: [{良好: 良好企业}], award: {amount: 高顶}}\n"
    decision = made(tmp_path, measures=measure, recognitions=recognition).decide({"境外收入": "1元", "失信": "是"}, on=ON)
    assert (decision.recognitions["good"].truth.value, str(decision.measures["a"].outcome)) == (None, "undetermined")
    assert [str(w.outcome) for w in decision.measures["a"].readings] == ["ineligible", "eligible"]


def test_beyond_sixty_four_combinations_it_is_open_within_bounds_and_says_so(tmp_path: Path) -> None:
    names = [f"口径{n}" for n in range(7)]
    files = {p.relative_to(BOOK).as_posix(): p.read_text(encoding="utf-8") for p in Path(BOOK).rglob("*.yaml")}
    files["readings.yaml"] = "".join(f"- {{id: {n}, clause: 办法·3, question: 怎样？, options: [甲, 乙]}}\n" for n in names)
    files["measures/a.yaml"] = (
        GIVEN + "  award: {amount: " + " + ".join(f'(if {n} = "甲" then 高顶 else 低顶)' for n in names) + "}\n"
        + GIVEN.replace("id: a", "id: b").replace("甲", "乙") + "  award: {amount: 低顶}\n"
    )  # fmt: skip
    files["stacking.yaml"] = "- {id: g, title: 组, rule: highest, members: [a, b], per: 企业, clause: 办法·3}\n"
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    decision = huiqi.load(tmp_path).decide(TOLD, on=ON)
    found, rival = decision.measures["a"], decision.measures["b"]
    assert (str(found.outcome), found.words, found.beyond) == ("eligible", "条件满足，金额待定（读法未定）", 128)
    assert (found.award.settled, found.award.at_most) == ("70000.00", "140000.00")
    assert (rival.award.settled, rival.award.at_most) == ("0.00", "0.00")  # whatever is read, the other gives more
    assert (decision.total.settled, decision.total.high) == ("70000.00", 140000)
    assert "读法未定，合起来有 128 种，没有逐一测算" in decision.explain().replace("\n  ", "")
    decided = huiqi.load(tmp_path).decide(TOLD, on=ON, reading={names[0]: "甲"}).measures["a"]
    assert (str(decided.outcome), decided.award.settled, decided.award.at_most) == ("eligible", "80000.00", "140000.00")


def test_beyond_that_what_stands_or_falls_with_a_reading_is_open_and_what_it_may_cut_is_bounded(tmp_path: Path) -> None:
    names = [f"口径{n}" for n in range(7)]
    files = {p.relative_to(BOOK).as_posix(): p.read_text(encoding="utf-8") for p in Path(BOOK).rglob("*.yaml")}
    files["readings.yaml"] = "".join(f"- {{id: {n}, clause: 办法·3, question: 怎样？, options: [甲, 乙]}}\n" for n in names)
    barred = "".join(f"    - 失信{n}: 失信\n      读法: {{{n}: 甲}}\n" for n in names[:6])
    files["measures/a.yaml"] = (
        GIVEN + f'  unless:\n{barred}  award: {{amount: if {names[6]} = "甲" then 高顶 else 低顶}}\n'
        + GIVEN.replace("id: a", "id: b").replace("甲", "乙") + "  award: {amount: 低顶}\n"
    )  # fmt: skip
    files["stacking.yaml"] = "- {id: g, title: 组, rule: highest, members: [a, b], per: 企业, clause: 办法·3}\n"
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    decision = huiqi.load(tmp_path).decide({**TOLD, "失信": "是"}, on=ON)
    found, rival = decision.measures["a"], decision.measures["b"]
    assert (str(found.outcome), found.words, found.award.high) == ("undetermined", "待补充（读法未定）", None)
    assert (str(rival.outcome), rival.award.settled, rival.award.at_most) == ("eligible", "0.00", "10000.00")
    assert (decision.total.settled, decision.total.high) == ("0.00", None)


def test_what_would_help_is_tried_under_the_readings_decided_for_the_case(tmp_path: Path) -> None:
    facts = "  增长额: 0元\n  境外收入: 0元\n  失信: 是\n"
    open_page = invoke("explain", case(tmp_path, facts=facts), "--measure", "abroad", "--what-if")
    decided_page = invoke("explain", case(tmp_path, facts=facts), "--measure", "abroad", "--what-if", "--reading", "失信口径=不作要求")
    assert (open_page.exit_code, decided_page.exit_code) == (0, 0)
    assert "重新测算：各条件满足" not in open_page.stdout
    assert "重新测算：各条件满足" in decided_page.stdout


def test_each_way_of_reading_has_the_standing_that_its_conclusion_turned_on(tmp_path: Path) -> None:
    """A way in which an assumed condition decides says so for itself; a decision recorded before ways had one is decided again as ever."""
    decision = decided()
    ways = [w for m in shipped_decisions("贴息-跨年两笔")[0].to_dict()["measures"] for w in m.get("readings", ())]
    met = {(w["standing"], w["words"]) for w in ways if w["outcome"] == "eligible"}
    assert met and met <= {("enacted", "符合"), ("unverified", "按待核条件满足"), ("assumed", "按假定条件满足"), ("benchmark", "按参照条件满足")}
    assert {w.standing for w in decision.measures["growth"].readings} == {Standing.ENACTED}
    assert as_json(Decision.from_dict(decision.to_dict()).to_dict()) == as_json(decision.to_dict())
    before = as_json(decision.to_dict())
    for m in before["measures"]:
        for way in m.get("readings", ()):
            del way["standing"]
    for name, tree in (("now", as_json(decision.to_dict())), ("before", before)):
        (tmp_path / name).write_text(json.dumps(tree), encoding="utf-8")
        assert not replay_file(tmp_path / name, None, [BOOK]).differences
        assert verify(tree).faults == []
    before["measures"][0]["readings"][0]["standing"] = "benchmark"
    (tmp_path / "x").write_text(json.dumps(before), encoding="utf-8")
    assert replay_file(tmp_path / "x", None, [BOOK]).differences
    assert any("表述却是" in message for _, message in verify(before).faults)
