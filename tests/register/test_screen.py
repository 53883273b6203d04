"""A whole round: what every applicant gets is what a check of it alone gives, and what is wrong with one stops no other.

`HUIQI_UPDATE_GOLDEN=1` writes round.txt anew; otherwise it is compared word by word.
"""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

import huiqi
from huiqi.cli.progress import Progress
from huiqi.cli.workbooks import cases_of
from huiqi.errors import UsageError
from huiqi.files import unfinished
from huiqi.register.rows import ONLY, Register
from huiqi.register.sheets import RoundTerms, faults_in, results
from huiqi.screens import Choice, ScreenedRound, screen
from huiqi.simulations import WhatIf, simulate_register
from tests.documents.workbook.filling import FIRST, put, template
from tests.intake.making import sheet, write
from tests.making import SMALL, invoke, stopping

GOLDEN = Path(__file__).parent / "round.txt"
EARLIER = "上一轮.xlsx"


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return template(tmp_path_factory.mktemp("blank") / "a.xlsx", [SMALL])


Filling = Callable[[Workbook], None]


@pytest.fixture
def register(blank: Path, tmp_path: Path) -> Callable[[Filling], Path]:
    def made(fill: Filling, name: str = "名录.xlsx") -> Path:
        book = load_workbook(blank)
        fill(book)
        book.save(tmp_path / name)
        return tmp_path / name

    return made


def _applicant(book: Workbook, row: int, name: str, **cells: Any) -> None:
    told = {"企业": name, "审核日期": "2024-06-30", "申报年度": "2023", "席位数": "300", "设备·是否列全": "没列全", **cells}
    for heading, value in told.items():
        if value is not None:
            put(book["申报企业"], row, heading, value)


def _machine(book: Workbook, row: int, name: str, **cells: Any) -> None:
    for heading, value in {"企业": name, **cells}.items():
        put(book["设备"], row, heading, value)


def usual_mistakes(book: Workbook) -> None:
    """Nine rows as people fill them in."""
    _applicant(book, FIRST, "甲公司")
    _applicant(book, FIRST + 1, "乙公司", 席位数="一百")  # no number
    _applicant(book, FIRST + 2, "丙公司", 席位数="9")  # below what is asked
    _applicant(book, FIRST + 3, "丁公司", 在岗人数="12", 员工数="11")  # contradict each other
    _applicant(book, FIRST + 4, "戊公司", 申报年度="去年")  # of which year all is asked
    _applicant(book, FIRST + 5, "己公司", 席位数=None)  # not told
    _applicant(book, FIRST + 6, "=cmd|calc")
    _applicant(book, FIRST + 7, "丙 公司")  # the same enterprise once more
    put(book["申报企业"], FIRST + 8, "企业", "合计")
    _machine(book, FIRST, "甲公司", 编号="A-0001", 价格="18万", 类型="新")
    _machine(book, FIRST + 1, "丁公司", 编号="ａ-0001", 价格="18万", 类型="新")  # the same machine, in full width
    _machine(book, FIRST + 2, "己公司", 编号="B-0001", 价格="十八万")
    _machine(book, FIRST + 3, "已公司", 编号="B-0002", 价格="1万")  # 己 misspelt


def _screened(path: Path, name: str = "结果.xlsx", **how: Any) -> ScreenedRound:
    return screen(path, path.with_name(name), processes=1, **how)


def _tables(path: Path) -> dict[str, list[tuple[str, ...]]]:
    """Every sheet of results, as text."""
    return {s.title: [tuple("" if x is None else str(x) for x in row) for row in s.iter_rows(values_only=True)] for s in load_workbook(path).worksheets}


# -- the usual mistakes --------------------------------------------------------------------------------------


def test_the_results_of_a_round_read_as_kept(register: Any) -> None:
    path = register(usual_mistakes)
    _screened(path)
    told = _tables(path.with_name("结果.xlsx"))
    text = "".join(f"== {title}\n" + "".join(" | ".join(row).rstrip(" |") + "\n" for row in rows) for title, rows in told.items())
    text = text.replace(str(path.parent), "").replace(huiqi.load(SMALL).digest[7:19], "（摘要）")
    if os.environ.get("HUIQI_UPDATE_GOLDEN"):
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")


def test_every_row_that_was_read_is_decided_or_in_error(register: Any) -> None:
    found = _screened(register(usual_mistakes)).counted
    assert (found.read, found.decided + found.wrong + found.left) == (13, 13)


def test_an_applicant_gets_in_a_round_what_a_check_of_it_gives(register: Any) -> None:
    def two(book: Workbook) -> None:
        _applicant(book, FIRST, "甲公司", 席位数="257")
        _applicant(book, FIRST + 1, "乙公司", 席位数=None)

    path = register(two)
    rows = _screened(path).rows
    decisions = [huiqi.load(SMALL).decide(case, on=case.on) for case in cases_of(str(path))]
    told = [(i.outcome, i.words, i.least, i.most) for row in rows for i in row.items]
    checked = [m for d in decisions for m in d.measures.values()]
    assert told == [(str(m.outcome), m.words, m.award.settled if m.outcome == "eligible" else "0.00", m.award.at_most or "") for m in checked]
    assert told[0][2] == "771000.00"


def test_a_cell_that_cannot_be_read_is_told_by_nobody_and_the_rest_of_its_row_is_decided(register: Any) -> None:
    rows = {r.name: r for r in _screened(register(usual_mistakes)).rows}
    seats = next(i for i in rows["乙公司"].items if i.id == "seats.support")
    assert (rows["乙公司"].done, seats.outcome, seats.lacking) == (True, "undetermined", "席位数")
    assert [f.found for f in rows["乙公司"].faults] == ["一百"]


def test_facts_that_contradict_one_another_stop_their_applicant_only(register: Any) -> None:
    rows = {r.name: r for r in _screened(register(usual_mistakes)).rows}
    assert not rows["丁公司"].done
    assert any("在岗人数不超过员工数" in why for why in rows["丁公司"].held)
    assert rows["甲公司"].done


def test_of_an_applicant_with_two_rows_neither_is_decided(register: Any) -> None:
    rows = [r for r in _screened(register(usual_mistakes)).rows if "丙" in r.name]
    assert [(len(r.rows), r.done) for r in rows] == [(2, False)]


def test_a_row_that_names_nobody_leaves_the_list_of_whom_it_may_mean_incomplete(register: Any) -> None:
    path = register(usual_mistakes)
    applicants = {a.name: a for a in _screened(path).register.applicants}
    listed = applicants["己公司"].case
    assert listed is not None
    assert listed.records["设备"]["完整"] == "否"
    assert any(f[0] == "设备!B8" and "没有这一户" in f[4] for f in _tables(path.with_name("结果.xlsx"))["错误行"])


def test_what_would_be_a_formula_comes_out_as_text(register: Any) -> None:
    path = register(lambda book: _applicant(book, FIRST, "=cmd|calc"))
    found = _screened(path)
    assert load_workbook(path.with_name("结果.xlsx"))["逐户逐项"].cell(5, 1).data_type == "s"
    read = list(csv.reader(io.StringIO(found.to_bytes(".csv").decode("utf-8-sig"))))
    assert read[1][0] == "'=cmd|calc"


# -- the same thing twice ------------------------------------------------------------------------------------


def test_one_machine_of_two_applicants_is_a_doubt_and_both_stay_off_the_list(register: Any) -> None:
    path = register(usual_mistakes)
    found = _screened(path)
    assert [(d.kind, [o.owner for o in d.owners]) for d in found.doubts] == [("设备·编号", ["甲公司", "丁公司"])]
    assert [row[1] for row in _tables(path.with_name("结果.xlsx"))["拟支持名单"] if row[1] == "甲公司"] == []


def test_a_doubt_an_officer_has_cleared_holds_nobody_back(register: Any) -> None:
    path = register(usual_mistakes)
    assert _screened(path, cleared=["A-0001"]).doubts == ()
    assert [row[5] for row in _tables(path.with_name("结果.xlsx"))["拟支持名单"] if row[1] == "甲公司"] == ["900000"]


@pytest.mark.parametrize("earlier", [EARLIER, "决定.json"])
def test_what_an_earlier_round_had_is_a_doubt_in_this_one(register: Any, earlier: str) -> None:
    def one(name: str, key: str) -> Filling:
        def fill(book: Workbook) -> None:
            _applicant(book, FIRST, name)
            _machine(book, FIRST, name, 编号=key, 价格="1万")

        return fill

    before = register(one("旧公司", "M-1000"), "去年.xlsx")
    if earlier == EARLIER:
        _screened(before, EARLIER)
    else:
        told = [huiqi.load(SMALL).decide(c, on=c.on).to_dict() for c in cases_of(str(before))]
        told[0]["rulebook"]["id"] = SMALL  # as found by its folder
        before.with_name(earlier).write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    found = _screened(register(one("新公司", "m-1000 ")), history=[before.with_name(earlier)])
    assert [[o.owner for o in d.owners] for d in found.doubts] == [["新公司", "旧公司"]]


def _earlier(register: Any, kind: str, year: str) -> Path:
    """An earlier round of 甲公司 and 乙公司, that have a machine each."""

    def fill(book: Workbook) -> None:
        for row, (name, key) in enumerate((("甲公司", "M-1000"), ("乙公司", "M-2000")), FIRST):
            _applicant(book, row, name, 申报年度=year)
            _machine(book, row, name, 编号=key, 价格="1万")

    before = register(fill, "上次.xlsx")
    if kind == EARLIER:
        _screened(before, EARLIER)
    else:
        told = [huiqi.load(SMALL).decide(c, on=c.on).to_dict() for c in cases_of(str(before))]
        for one in told:
            one["rulebook"]["id"] = SMALL  # as found by its folder
        before.with_name(kind).write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    return before.with_name(kind)


def _same_again(book: Workbook) -> None:
    for row, (name, key) in enumerate((("甲公司", "m-1000"), ("丙公司", "M-2000")), FIRST):
        _applicant(book, row, name)
        _machine(book, row, name, 编号=key, 价格="1万")


@pytest.mark.parametrize("kind", [EARLIER, "决定.json"])
def test_an_application_that_is_screened_once_more_is_no_doubt_against_itself(register: Any, kind: str) -> None:
    """乙公司's machine, which 丙公司 has this time, is one all the same."""
    found = _screened(register(_same_again), history=[_earlier(register, kind, "2023")])
    assert [[o.owner for o in d.owners] for d in found.doubts] == [["丙公司", "乙公司"]]
    assert len([said for said in found.register.said if "里有 1 个编号（1 户）与本轮是同一户、同一申报年度、同样的支持事项" in said]) == 1


def test_the_same_machine_for_another_year_is_a_doubt(register: Any) -> None:
    found = _screened(register(_same_again), history=[_earlier(register, EARLIER, "2022")])
    assert [[o.owner for o in d.owners] for d in found.doubts] == [["甲公司", "甲公司"], ["丙公司", "乙公司"]]


def test_an_older_result_that_says_no_year_is_compared_as_before(register: Any) -> None:
    path = _earlier(register, EARLIER, "2023")
    book = load_workbook(path)
    book["_huiqi"].delete_cols(5, 2)
    book.save(path)
    assert len(_screened(register(_same_again), history=[path]).doubts) == 2


def test_an_earlier_file_that_is_none_is_refused_before_anything_is_decided(register: Any, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("[1]", encoding="utf-8")
    result = invoke("screen", str(register(usual_mistakes)), "-o", str(tmp_path / "r.xlsx"), "--history", str(tmp_path / "x.json"))
    assert (result.exit_code, "这不是以往的结果" in result.stderr, (tmp_path / "r.xlsx").exists()) == (2, True, False)


# -- stopped and resumed, here and elsewhere -----------------------------------------------------------------


def test_a_run_that_was_stopped_leaves_no_result_and_is_resumed_to_the_same_bytes(register: Any) -> None:
    path = register(usual_mistakes)
    whole = _screened(path, "一次.xlsx")
    with pytest.raises(KeyboardInterrupt):
        _screened(path, "两次.xlsx", tick=stopping(after=2))
    assert not path.with_name("两次.xlsx").exists()
    again = _screened(path, "两次.xlsx", resume=True)
    assert (again.resumed, again.rows) == (2, whole.rows)
    assert path.with_name("两次.xlsx").read_bytes() == path.with_name("一次.xlsx").read_bytes()
    assert list(path.parent.glob(".*")) == []


def _stopped(path: Path) -> Path:
    """A run stopped after its first applicant; what it left."""
    with pytest.raises(KeyboardInterrupt):
        _screened(path, "断.xlsx", tick=stopping())
    return unfinished(path.with_name("断.xlsx"))


def test_who_stops_a_round_is_told_how_to_go_on_with_it(register: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    path = register(usual_mistakes)
    monkeypatch.setattr(Progress, "tick", lambda _: stopping()())
    result = invoke("screen", str(path), "-o", str(path.with_name("断.xlsx")))
    assert (result.exit_code, [x for x in result.stderr.splitlines() if x]) == (130, ["做完的留着：同一条命令加上 --resume 接着做。", "已中止。"])


def test_a_run_killed_within_a_character_is_resumed_and_what_follows_the_cut_line_is_kept(register: Any) -> None:
    path = register(usual_mistakes)
    whole, left = _screened(path, "一次.xlsx"), _stopped(path)
    name = whole.rows[0].name.encode()
    left.write_bytes(left.read_bytes() + b'{"key": "x", "row": {"name": "' + name[:1])
    with pytest.raises(KeyboardInterrupt):
        _screened(path, "断.xlsx", resume=True, tick=stopping(after=2))
    again = _screened(path, "断.xlsx", resume=True)
    assert (again.resumed, again.rows) == (3, whole.rows)  # one before the cut, two after it


@pytest.mark.parametrize("line", ["[1]", "1", '{"key": "x", "row": {}}', '{"key": "x", "row": {"items": null}}', '{"key": "x", "row": null}'])
def test_what_is_no_result_in_the_file_of_a_stopped_run_is_passed_over(register: Any, line: str) -> None:
    path = register(usual_mistakes)
    left = _stopped(path)
    left.write_text(line + "\n" + left.read_text(encoding="utf-8"), encoding="utf-8")
    assert _screened(path, "断.xlsx", resume=True).resumed == 1


def test_only_what_is_used_again_is_said_to_be_known(register: Any) -> None:
    path = register(usual_mistakes)
    _stopped(path)
    told: list[tuple[int, int]] = []
    again = _screened(path, "断.xlsx", resume=True, choose=lambda _: Choice(on="2024-07-01"), started=lambda todo, known: told.append((todo, known)))
    assert (again.resumed, [known for _, known in told]) == (0, [0])


def test_of_two_runs_at_once_the_later_does_not_write_over_the_result_of_the_first(register: Any) -> None:
    path = register(usual_mistakes)
    target = path.with_name("结果.xlsx")
    with pytest.raises(UsageError, match="已经有了，不覆盖"):
        _screened(path, tick=lambda: target.write_text("另一轮的", encoding="utf-8") and None)
    assert target.read_text(encoding="utf-8") == "另一轮的"
    target.unlink()
    assert _screened(path, resume=True).resumed > 0  # what was decided is not lost


def test_what_was_decided_by_other_choices_is_not_taken_up_again(register: Any) -> None:
    path = register(usual_mistakes)

    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _screened(path, tick=stop)
    assert _screened(path, resume=True, choose=lambda _: Choice(on="2024-07-01")).rows[0].done
    assert "2024-07-01" in _tables(path.with_name("结果.xlsx"))["汇总"][2][0]


def test_a_round_is_decided_by_the_rulebook_as_it_stands_and_not_as_an_earlier_round_found_it(register: Any, tmp_path: Path) -> None:
    book = Path(shutil.copytree(SMALL, tmp_path / "small"))
    path = register(usual_mistakes)
    how: dict[str, Any] = {"rulebooks": [str(book)]}
    assert _outcome(_screened(path, "前.csv", **how)) == "eligible"
    figures = book / "parameters.yaml"
    figures.write_text(figures.read_text(encoding="utf-8").replace("{value: 200席", "{value: 301席"), encoding="utf-8")
    assert _outcome(_screened(path, "后.csv", **how)) == "ineligible"


def _outcome(found: ScreenedRound) -> str:
    return next(i.outcome for i in found.rows[0].items if i.id == "seats.support")


def test_several_processes_decide_as_one_does(register: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huiqi.screens._APART", 2)
    path = register(usual_mistakes)
    assert screen(path, path.with_name("二.csv"), processes=2).rows == _screened(path, "一.csv").rows


# -- other people's tables, and wrong calls ------------------------------------------------------------------


@pytest.fixture
def table(tmp_path: Path) -> Path:
    rows: list[list[Any]] = [
        ["席位申报表（2023年度）"],
        ["序号", "企业名称", "席位数（席）", "场地面积（平方米）", "年营收（万元）"],
        [1, "甲公司", 300, 20, 3],
        [2, "乙公司", "约90", 30, 4],
        [3, "丙公司", 1, 40, 5],
    ]
    return write(tmp_path / "表.xlsx", {"表": sheet(rows)})


def test_another_table_without_its_mapping_is_refused_with_the_command_that_makes_one(table: Path) -> None:
    result = invoke("screen", str(table), "-o", str(table.with_name("r.xlsx")), "-r", SMALL)
    assert (result.exit_code, f"huiqi map {table} -o" in result.stderr) == (2, True)


def test_an_unanswered_question_of_the_mapping_stops_the_round(table: Path) -> None:
    mapping = table.with_name("对应表.yaml")
    assert invoke("map", str(table), "-o", str(mapping), "--rulebook", SMALL).exit_code == 0
    call = ("screen", str(table), "--mapping", str(mapping), "-o", str(table.with_name("r.xlsx")), "--on", "2024-06-30")
    result = invoke(*call)
    assert (result.exit_code, "对应表还没有答完" in result.stderr) == (2, True)
    mapping.write_text(mapping.read_text(encoding="utf-8").replace('答: ""', '答: "①"'), encoding="utf-8")
    assert invoke(*call).exit_code == 0
    told = _tables(table.with_name("r.xlsx"))
    assert [row[:3] for row in told["错误行"][4:]] == [("表!C4", "乙公司", "有错")]


def test_a_mapping_that_answers_for_a_table_of_another_title_is_kept_and_the_command_for_this_one_is_printed(tmp_path: Path) -> None:
    """Whether the certificates of a table are all there is answered of that table alone."""
    last, mapping, this = tmp_path / "去年.csv", tmp_path / "对应表.yaml", tmp_path / "今年.csv"
    last.write_text("2024年度汇总表,,,\n企业名称,证号,发证日,合格费用（万元）\n甲公司,C-001,2025-03-01,18\n乙公司,C-002,2025-03-02,6\n", encoding="utf-8")
    this.write_text(last.read_text(encoding="utf-8").replace("2024", "2025"), encoding="utf-8")
    assert invoke("map", str(last), "-o", str(mapping), "--rulebook", "datong-outsourcing").exit_code == 0
    mapping.write_text(mapping.read_text(encoding="utf-8").replace('答: ""', '答: "①"'), encoding="utf-8")
    result = invoke("screen", str(this), "--mapping", str(mapping), "-o", str(tmp_path / "r.xlsx"), "--on", "2026-06-30")
    assert result.exit_code == 2
    assert f"里答的是标题为“2024年度汇总表”的表，这张表要另答：huiqi map {this} --mapping {mapping} -o {tmp_path / '今年-对应表.yaml'}" in result.stderr


def test_a_table_of_other_people_is_not_told_to_fill_in_a_column_it_has_not(table: Path) -> None:
    mapping = table.with_name("对应表.yaml")
    assert invoke("map", str(table), "-o", str(mapping), "--rulebook", SMALL).exit_code == 0
    mapping.write_text(mapping.read_text(encoding="utf-8").replace('答: ""', '答: "①"'), encoding="utf-8")
    result = invoke("screen", str(table), "--mapping", str(mapping), "-o", str(table.with_name("r.xlsx")))
    assert (result.exit_code, "--on 2026-06-30" in result.stderr, "一栏" in result.stderr) == (2, True, False)


@pytest.mark.parametrize(
    ("output", "said"), [("r.txt", "不是能写的格式"), ("有.xlsx", "已经有了，不覆盖")]
)  # fmt: skip
def test_a_wrong_output_is_refused_before_long_work(register: Any, output: str, said: str) -> None:
    path = register(usual_mistakes)
    path.with_name("有.xlsx").write_bytes(b"x")
    result = invoke("screen", str(path), "-o", str(path.with_name(output)))
    assert (result.exit_code, said in result.stderr) == (2, True)
    assert path.with_name("有.xlsx").read_bytes() == b"x"


def test_a_round_takes_a_day_as_people_write_it(register: Any) -> None:
    output = register(lambda b: _applicant(b, FIRST, "甲公司", 审核日期=None)).with_name("o.xlsx")
    result = invoke("screen", str(output.with_name("名录.xlsx")), "-o", str(output), "--on", "2024年6月30日")
    assert (result.exit_code, _tables(output)["汇总"][2][0].count("2024-06-30")) == (0, 1)
    result = invoke("screen", str(output.with_name("名录.xlsx")), "-o", str(output.with_name("p.xlsx")), "--on", "2024-13-01")
    assert (result.exit_code, "--on 不是日期：“2024-13-01”；写成 --on 2026-06-30" in result.stderr) == (2, True)


def test_a_round_without_a_day_is_refused_with_the_option_that_says_it(register: Any) -> None:
    path = register(lambda book: _applicant(book, FIRST, "甲公司", 审核日期=None))
    result = invoke("screen", str(path), "-o", str(path.with_name("r.xlsx")))
    assert (result.exit_code, "--on 2026-06-30" in result.stderr) == (2, True)


# -- what the template asks about, how its cells are read ------------------------------------------------------


def test_a_template_of_some_measures_is_decided_for_those_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "名录.xlsx"
    assert invoke("template", SMALL, "--measure", "席位补贴", "-o", str(path)).exit_code == 0
    book = load_workbook(path)
    _applicant(book, FIRST, "甲公司", 设备·是否列全=None)
    book.save(path)
    found = _screened(path)
    assert (found.asked.chosen, ONLY.format("席位补贴") in found.summary) == (("只测算“席位补贴”",), True)


def test_cells_of_numbers_are_read_where_they_say_one_and_told_by_their_own_cell_where_not(register: Any) -> None:
    def fill(book: Workbook) -> None:
        _applicant(book, FIRST, "甲公司", 席位数="1,300", 设备·是否列全="已列全")
        _applicant(book, FIRST + 1, "乙公司", 席位数="300（含备用20席）")
        _machine(book, FIRST, "甲公司", 编号="A-0001", 价格="￥18,000.00", 类型="新")
        _machine(book, FIRST + 1, "甲公司", 价格="1万", 类型="新")  # without a number

    first, second = _screened(register(fill)).rows
    assert [(i.outcome, i.least) for i in first.items] == [("eligible", "3900000.00")]
    assert [f.at for f in first.faults] == ["设备!B6"]
    assert [(f.found, f.mend) for f in second.faults] == [("300（含备用20席）", "这一格只写数，要说明的写在“备注”")]


def test_a_file_that_cannot_be_written_is_told_before_anything_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huiqi.register.written.find_spec", lambda _: None)
    nowhere = tmp_path / "没有.xlsx"
    with pytest.raises(UsageError, match="要先装 XlsxWriter"):
        screen(nowhere, tmp_path / "结果.xlsx")
    with pytest.raises(UsageError, match="要先装 pyarrow"):
        screen(nowhere, tmp_path / "结果.parquet")
    with pytest.raises(UsageError, match="要先装 XlsxWriter"):
        simulate_register(nowhere, [tmp_path / "推演.xlsx"], asked=WhatIf())


def test_many_notes_do_not_push_the_table_off_the_screen(tmp_path: Path) -> None:
    notes = tuple(f"说明{n}" for n in range(40))
    register = Register(file="a.xlsx", rulebooks=(), applicants=(), rows=0, left={}, said=notes)
    sheets = {s.title: s for s in results(register, (), RoundTerms(on=(), rulebooks=()), ())}
    assert len(sheets["汇总"].about) < 15
    assert {*sheets["汇总"].about, *(row[4] for row in sheets["错误行"].rows)} >= set(notes)
    assert faults_in(register, ()) == 0
