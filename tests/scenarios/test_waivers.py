"""Waivers: a reason, an owner, an end, a fingerprint; a stale or lapsed one is a problem."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from huiqi.errors import InputError
from huiqi.rulebook.compiled import CompiledRulebook
from huiqi.rulebook.compiler import load_compiled
from huiqi.scenarios.mutants import mutants
from huiqi.scenarios.waivers import Waiver, complaints, mark_of_mutant, mark_of_subject, of_book, read_waivers
from tests.making import FEATURES, guide_example, invoke

ONE = '- 理由: 因为\n  负责: 甲局\n  到期: 2027-12-31\n  列举:\n    "库: 改错": abc\n'
ROLE = "- 角色: {改规则的人: 谁改了所指的规则，谁重新核对}\n"
FILE, BOOK = "features/equivalents.yaml", "rules/sample-city"
WHAT = "sample-city: 取整到分改为进位"


@pytest.fixture
def guide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CompiledRulebook:
    monkeypatch.chdir(guide_example(tmp_path))
    return load_compiled(BOOK)


def edit(path: str, old: str, new: str) -> None:
    text = Path(path).read_text(encoding="utf-8")
    assert old in text
    Path(path).write_text(text.replace(old, new), encoding="utf-8")


def mark() -> str:
    book = load_compiled(BOOK)
    return mark_of_mutant(book, next(m for m in mutants(book) if m.name == "取整到分改为进位"))


def test_a_waiver_is_read_with_all_it_must_say(tmp_path: Path) -> None:
    path = tmp_path / "equivalents.yaml"
    path.write_text(ONE, encoding="utf-8")
    (one,) = read_waivers(path)
    assert (one.what, one.mark, one.reason, one.owner, one.until, one.at.line) == ("库: 改错", "abc", "因为", "甲局", date(2027, 12, 31), 5)
    assert read_waivers(tmp_path / "没有.yaml") == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("等价: {理由: [a]}\n", "应写成清单，一项一个理由"),
        (ONE.replace("  负责: 甲局\n", ""), "每项写 理由、负责、到期、列举，不多不少"),
        (ONE.replace("因为", '""'), "理由"),
        (ONE.replace("2027-12-31", "2027-13-31"), ":3:3: 到期写日期；写的是“2027-13-31”"),
        (ONE.replace("2027-12-31", "永远"), "到期写日期；写的是“永远”"),
        (ROLE + ONE, ":3:3: “角色”里没有说这是谁；写的是“甲局”；应为：改规则的人；改法：在“角色”里写明"),
        ("- 角色: 改规则的人\n" + ONE, "“角色”写 角色: 是谁、做什么"),
        ("- 角色: {改规则的人: ''}\n" + ONE, "“角色”写 角色: 是谁、做什么"),
        (ONE + ONE, "列了两次；写的是“库: 改错”"),
    ],
)
def test_one_that_does_not_say_it_all_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "equivalents.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"equivalents\.yaml:") as error:
        read_waivers(path)
    assert said in str(error.value)


def test_an_owner_by_role_is_told_with_what_the_file_says_of_it(tmp_path: Path) -> None:
    path = tmp_path / "equivalents.yaml"
    path.write_text(ROLE + ONE.replace("甲局", "改规则的人"), encoding="utf-8")
    ((_, said),) = complaints(read_waivers(path), lambda _: "abc", date(2028, 1, 1))
    assert said == "“库: 改错”的理由 2027-12-31 到期，由改规则的人（谁改了所指的规则，谁重新核对）重新核对后改期或删去"


@pytest.mark.parametrize("name", ["equivalents.yaml", "undecidable.yaml"])
def test_nobody_is_named_for_a_shipped_one_of_whom_the_file_does_not_say_who_that_is(name: str) -> None:
    assert all(one.who for one in read_waivers(FEATURES / name))


@pytest.mark.parametrize(
    ("mark_now", "today", "said"),
    [
        ("abc", date(2027, 12, 31), []),
        ("abc", date(2028, 1, 1), ["“库: 改错”的理由 2027-12-31 到期，由甲局重新核对后改期或删去"]),
        ("def", date(2027, 1, 1), ["“库: 改错”所指的规则改过了（指纹写的是 abc，现在是 def）；理由仍然成立，就改指纹，不成立就删去"]),
        (None, date(2027, 1, 1), ["“库: 改错”已经没有了，删去或改成现在的名称"]),
    ],
)
def test_a_stale_or_lapsed_one_is_a_problem_with_its_line(tmp_path: Path, mark_now: str | None, today: date, said: list[str]) -> None:
    path = tmp_path / "equivalents.yaml"
    path.write_text(ONE, encoding="utf-8")
    assert [f"{at.file}:{at.line}: {x}" for at, x in complaints(read_waivers(path), lambda _: mark_now, today)] == [f"{path}:5: {x}" for x in said]


def test_a_rulebook_is_asked_about_its_own_only() -> None:
    named = [Waiver(what=x, mark="", reason="", owner="", until=date.max, at=None) for x in ("甲: 乙", "甲/丙: 丁", "甲乙: 丙")]  # type: ignore[arg-type]
    assert [w.what for w in of_book(named, "甲")] == ["甲: 乙", "甲/丙: 丁"]


def test_the_fingerprint_is_of_the_words_of_the_rules_and_not_of_their_layout(guide: CompiledRulebook) -> None:
    before = mark()
    edit(f"{BOOK}/parameters.yaml", "展位费年度上限:\n", "# 说明\n\n展位费年度上限:\n")
    assert mark() == before
    edit(f"{BOOK}/clauses.yaml", "展位费补助\n", "展位费的补助\n")
    assert mark() == before  # nothing it reads
    edit(f"{BOOK}/parameters.yaml", "3万元", "4万元")
    assert mark() != before


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("measures/fairs.yaml", "<=", "<"),
        ("measures/fairs.yaml", "evidence: [参展合同, 发票及付款回单]", "evidence: [参展合同]"),
        ("parameters.yaml", "50%", "40%"),
        ("parameters.yaml", "服务贸易交易会", "别的展会"),
        ("rulebook.yaml", "uses:", "rounding: {to: 分, direction: up}\nuses:"),
    ],
)
def test_whatever_the_excused_rule_reads_changes_its_fingerprint(guide: CompiledRulebook, file: str, old: str, new: str) -> None:
    before, subject = mark(), mark_of_subject(guide, "fairs.booth")
    edit(f"{BOOK}/{file}", old, new)
    assert mark_of_subject(load_compiled(BOOK), "fairs.booth") != subject
    assert mark_of_subject(load_compiled(BOOK), "没有") is None
    if file != "rulebook.yaml":
        assert mark() != before


def test_rules_test_fails_on_one_of_each_kind(guide: CompiledRulebook) -> None:
    edit(FILE, "0440b6f1c366", "0")
    wrong = invoke("rules", "test", BOOK, "--sample", "1")
    assert (wrong.exit_code, f"  {FILE}:5: “{WHAT}”还没有指纹：核对过理由成立，就把 0 改成 {mark()}\n" in wrong.stdout) == (1, True)
    edit(FILE, '": 0', f'": {mark()}')
    assert invoke("rules", "test", BOOK, "--sample", "1").exit_code == 0
    edit(FILE, "2027-12-31", "2020-12-31")
    assert f"  {FILE}:5: “{WHAT}”的理由 2020-12-31 到期，由示例市商务局重新核对后改期或删去\n" in invoke("rules", "test", BOOK, "--sample", "1").stdout


def test_a_link_listed_as_one_nothing_moves_is_a_problem_once_a_scenario_moves_it(guide: CompiledRulebook) -> None:
    subject = mark_of_subject(guide, "fairs.booth")
    listed = ONE.replace(
        '"库: 改错": abc', f'"sample-city/fairs.booth: 金额 ← 参展的展位费": "{subject}"\n    "sample-city/fairs.booth: 金额 ← 没有": "{subject}"'
    )
    Path("features/undecidable.yaml").write_text(listed, encoding="utf-8")
    result = invoke("rules", "test", BOOK, "--sample", "1")
    assert result.exit_code == 1
    assert "3 处用到数据的地方，1 处有理由（undecidable.yaml），2 处换一个值有场景发现，0 处没有\n" in result.stdout
    assert "  features/undecidable.yaml:5: “sample-city/fairs.booth: 金额 ← 参展的展位费”：场景发现得了，删去\n" in result.stdout
    assert "  features/undecidable.yaml:6: “sample-city/fairs.booth: 金额 ← 没有”：没有这样用到数据的地方了，删去\n" in result.stdout


def test_coverage_looks_at_them_too(guide: CompiledRulebook) -> None:
    shutil.copy(FILE, "features/undecidable.yaml")
    edit("features/undecidable.yaml", "0440b6f1c366", "0")
    edit("features/undecidable.yaml", WHAT, "sample-city/fairs.booth: 展会在目录内")
    result = invoke("rules", "coverage", BOOK, "--brief")
    assert result.exit_code == 1
    assert "问题：features/undecidable.yaml:5: “sample-city/fairs.booth: 展会在目录内”还没有指纹：核对过理由成立，就把 0 改成 " in result.stdout
    assert "列为不能单独决定，却有场景“只因展会不在目录内，不予补助”" in result.stdout
