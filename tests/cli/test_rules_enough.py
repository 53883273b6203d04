"""`huiqi rules test`: whether scenarios are enough, in the words of whoever writes them; folders and packages of one's own.

Held on the example of the guide, which is green: each test takes one thing away from it.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import Result

from huiqi.rulebook.compiler import load_compiled
from huiqi.rulebook.places import find_folder, installed
from tests.making import SMALL, guide_example, invoke

BOOK = "rules/sample-city"
FEATURE = "features/展位费补助.feature"


@pytest.fixture(autouse=True)
def _example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(guide_example(tmp_path))


def run(*arguments: str) -> Result:
    return invoke("rules", "test", *arguments)


def without(title: str) -> None:
    """The scenario of that title struck out."""
    head, *scenarios = Path(FEATURE).read_text(encoding="utf-8").split("\n  场景: ")
    kept = [s for s in scenarios if not s.startswith(title)]
    assert len(kept) == len(scenarios) - 1
    Path(FEATURE).write_text("\n  场景: ".join([head, *kept]), encoding="utf-8")


def edit(path: str, old: str, new: str) -> None:
    text = Path(path).read_text(encoding="utf-8")
    assert old in text
    Path(path).write_text(text.replace(old, new), encoding="utf-8")


def test_a_condition_no_scenario_decides_is_named_with_its_place() -> None:
    without("只因展会不在目录内")
    result = run(BOOK)
    assert result.exit_code == 1
    assert "覆盖：2 条条件中 1 条有只由它决定的场景\n" in result.stdout
    assert f"  {BOOK}/measures/fairs.yaml:6: 没有场景只由它决定（不满足）：sample-city/fairs.booth: 展会在目录内\n" in result.stdout
    assert "Traceback" not in result.output


def test_a_change_nobody_notices_is_named_with_the_place_of_the_figure() -> None:
    without("一年合计不超过年度上限")
    result = run(BOOK)
    assert result.exit_code == 1
    assert f"  {BOOK}/parameters.yaml:6: 改成这样没有场景发现：标准 展位费年度上限［3万元］少一个最小单位\n" in result.stdout
    assert result.stdout.endswith(" 处要补。\n")


def test_a_fact_that_no_scenario_changes_the_result_by_is_named_with_what_reads_it() -> None:
    """The condition has its deciding scenario no more, and the amount is nowhere pinned."""
    without("只因展会不在目录内")
    result = run(BOOK, "--sample", "1")
    assert "逐项敏感：3 处用到数据的地方，3 处换一个值有场景发现，0 处没有\n" in result.stdout  # another catalogue entry still pays
    edit(FEATURE, "    那么 “展位费补助”的测算金额是“2.8万元”\n    并且 “展位费补助”受“展位费年度上限”限制", "    那么 “展位费补助”的结论是“符合”")
    edit(FEATURE, "    那么 “展位费补助”的测算金额是“25000.01元”\n", "    那么 “展位费补助”的结论是“符合”\n")
    edit(FEATURE, "    并且 “展位费补助”的测算金额是“2.5万元”\n", "")
    result = run(BOOK, "--sample", "1")
    assert f"  {BOOK}/measures/fairs.yaml:1: “参展的展位费”换一个值，没有场景发现它改变了“展位费补助”的金额\n" in result.stdout


def test_a_claim_that_differs_shows_the_calculation_and_asks_nothing_more() -> None:
    edit(FEATURE, "“2.8万元”", "“2.9万元”")
    result = run(BOOK)
    assert result.exit_code == 1
    assert "：期望 2.9万元，测算 2.8万元\n" in result.stdout
    assert "    计算 数字服务博览会 " in result.stdout
    assert "    计算 本申报年度封顶：展位费年度上限 3万元，计入已获支持，余 2.8万元：不超过 2.8万元\n" in result.stdout
    assert "场景还有不符或写法要改的，先改好；场景够不够这次没有查\n" in result.stdout
    assert "改错抽查" not in result.stdout


def test_an_equivalence_with_a_reason_is_counted_and_not_asked_again() -> None:
    assert "15 处，1 处有理由（equivalents.yaml），14 处改错有场景发现，0 处没有" in run(BOOK).stdout
    Path("features/equivalents.yaml").unlink()
    assert "改成这样没有场景发现：取整到分改为进位\n" in run(BOOK).stdout


def test_a_sample_says_how_much_it_is_a_sample_of() -> None:
    assert "改错抽查：15 处，1 处有理由（equivalents.yaml），抽 3 处，3 处改错有场景发现，0 处没有\n" in run(BOOK, "--sample", "3").stdout


def test_what_there_was_no_time_for_is_said_and_never_counted_as_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(0, 10**9, 10**3))
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    result = run(BOOK, "--seconds", "1")
    assert "0 处改错有场景发现，0 处没有，14 处没有来得及查（加长 --seconds）\n" in result.stdout
    assert "0 处换一个值有场景发现，0 处没有，3 处没有来得及查完（加长 --seconds）\n" in result.stdout


def test_without_a_rulebook_named_it_says_what_was_not_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huiqi.cli.places.rules_folder", lambda: Path("rules"))
    Path(FEATURE).write_text(
        "# language: zh-CN\n功能: 甲\n\n  场景: 什么也没有告诉\n    假如 政策规则库“national-hnte”\n    并且 审核日期是“2026-06-30”\n"
        "    当 测算\n    那么 “高新技术企业”的条件测评是“待定”\n",
        encoding="utf-8",
    )
    result = run()
    assert result.exit_code == 0
    assert result.stdout.endswith("1 个场景：全部一致\n场景够不够（覆盖、改错抽查、逐项敏感）要写明规则库才查：huiqi rules test 编号\n")


# -- a package of one's own -------------------------------------------------------------------------------


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example as an installed package: its folder on the path, its metadata beside it."""
    site = tmp_path / "site"
    city = site / "sample_policies" / "city"
    city.parent.mkdir(parents=True)
    Path(BOOK).rename(city)
    Path("features").rename(city.parent / "features")
    (city.parent / "__init__.py").write_text('raise AssertionError("no code of a package of rulebooks is run")\n')
    about = site / "sample_policies-1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: sample-policies\nVersion: 1\n")
    (about / "entry_points.txt").write_text("[huiqi.rulebooks]\nsample-city = sample_policies.city\n")
    monkeypatch.setattr(sys, "path", [str(site), *sys.path])
    return site


def test_a_rulebook_of_an_installed_package_is_called_by_its_id(package: Path) -> None:
    assert installed() == ["sample-city"]
    assert find_folder("sample-city") == package / "sample_policies" / "city"
    assert load_compiled("sample-city").title == "示例市展会支持"
    assert "sample-city" in invoke("rules", "list").stdout


def test_rules_test_works_there(package: Path) -> None:
    result = run("sample-city")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "1 个场景文件、6 个场景：全部一致\n" in result.stdout
    assert "14 处改错有场景发现，0 处没有\n" in result.stdout


def test_another_rulebook_may_use_it(package: Path, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "rulebook.yaml").write_text(
        'id: mine\ntitle: 我的\nversion: "1"\njurisdiction: 中国\nuses:\n  - {rulebook: sample-city, version: "1"}\n', encoding="utf-8"
    )
    assert "sample-city" in dict(load_compiled(str(folder)).behind)


def test_what_a_package_registers_and_does_not_have_is_said(package: Path) -> None:
    (package / "sample_policies-1.dist-info" / "entry_points.txt").write_text("[huiqi.rulebooks]\nsample-city = sample_policies.nowhere\n")
    result = run("sample-city")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "安装包登记的规则库“sample-city”在“sample_policies.nowhere”里找不到 rulebook.yaml" in result.stderr


def test_two_packages_that_offer_one_id_are_refused(package: Path) -> None:
    other = package / "other-1.dist-info"
    other.mkdir()
    (other / "METADATA").write_text("Metadata-Version: 2.1\nName: other\nVersion: 1\n")
    (other / "entry_points.txt").write_text("[huiqi.rulebooks]\nsample-city = other.city\n")
    result = run("sample-city")
    assert result.exit_code == 2
    assert (
        "不止一个安装包提供这个规则库；写的是“sample-city”；应为：编号相同的规则库只装一个；改法：卸载一个：other.city、sample_policies.city" in result.stderr
    )


def test_a_shipped_id_stays_the_shipped_rulebook(package: Path) -> None:
    (package / "sample_policies-1.dist-info" / "entry_points.txt").write_text("[huiqi.rulebooks]\ncommon = sample_policies.city\n")
    assert load_compiled("common").id == "common"


def test_a_folder_of_ones_own_is_no_less_than_a_shipped_rulebook() -> None:
    """Nothing of it is looked for among the shipped."""
    assert run(SMALL, "--quick").exit_code == 2  # no scenarios beside it
    assert run(BOOK, "--quick").exit_code == 0


# -- skeletons ---------------------------------------------------------------------------------------------


def test_skeletons_are_written_for_what_is_lacking_and_mend_it_once_moved_in() -> None:
    without("只因展会不在目录内")
    result = run(BOOK, "--skeletons", "架子.feature")
    assert "已为 2 处写好场景的架子，在 架子.feature\n" in result.stdout
    assert "再放进 features\n" in result.stdout
    Path("架子.feature").rename("features/架子.feature")
    bare = run(BOOK)
    assert bare.exit_code == 1 and "features/架子.feature:8: 1 个场景还没有标题（第 8 行）：各写一句话" in bare.stdout
    titled("features/架子.feature")
    assert run(BOOK).exit_code == 0


def titled(path: str) -> None:
    """The author's part: a sentence for each."""
    Path(path).write_text(Path(path).read_text(encoding="utf-8").replace("待写标题", "县里的展会不补助，之"), encoding="utf-8")


def test_without_a_scenario_the_call_that_begins_them_is_told_and_what_no_case_can_tell_is_laid_out_for_a_reason() -> None:
    for path in Path("features").iterdir():
        path.unlink()
    first = run(BOOK)
    call = "rules/sample-city --skeletons rules/sample-city/features/场景.feature"
    assert first.exit_code == 2 and f"先写架子：huiqi rules test {call}" in first.stderr
    Path("features").rmdir()
    begun = run(*call.split())
    assert "2 条条件、15 处改错还没有场景\n" in begun.stdout and "没有场景发现：" not in begun.stdout
    assert "逐个场景写好标题，按条文核对结论和金额\n" in begun.stdout
    said, _, entry = begun.stdout.partition("- 理由:\n")
    assert said.rstrip().splitlines()[-1].startswith("1 处改错，没有找到哪个案例能分辨。") and "照抄到 rules/sample-city/features/equivalents.yaml" in said
    entry = "- 理由: 差半分\n" + entry.partition("共 ")[0].replace("  负责:\n", "  负责: 示例市商务局\n")
    assert '    "sample-city: 取整到分改为进位": 0440b6f1c366\n' in entry
    titled("rules/sample-city/features/场景.feature")
    Path("rules/sample-city/features/equivalents.yaml").write_text(entry, encoding="utf-8")
    assert run(BOOK, "--sample", "0").exit_code == 0


def test_skeletons_overwrite_nothing_and_want_a_rulebook() -> None:
    Path("架子.feature").write_text("我的")
    assert "已经有了，不覆盖" in run(BOOK, "--skeletons", "架子.feature").stderr
    assert "--skeletons 要写明规则库" in run("--skeletons", "别的.feature").stderr
    assert Path("架子.feature").read_text() == "我的"
    assert not Path("别的.feature").exists()


# -- only what changed -------------------------------------------------------------------------------------


def git(*arguments: str) -> None:
    subprocess.run(["git", "-c", "user.name=甲", "-c", "user.email=a@example.org", *arguments], check=True, capture_output=True)


def test_what_was_noticed_is_not_tried_again_until_its_rules_or_its_scenarios_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIQI_CACHE", str(tmp_path / "kept"))
    assert "15 处，1 处有理由（equivalents.yaml），0 处没有变，14 处改错有场景发现" in run(BOOK, "--changed").stdout
    assert "15 处，1 处有理由（equivalents.yaml），14 处没有变，0 处改错有场景发现，0 处没有\n" in run(BOOK, "--changed").stdout
    edit(f"{BOOK}/parameters.yaml", "展位费年度上限:", "# 说明\n展位费年度上限:")
    assert "14 处没有变" in run(BOOK, "--changed").stdout
    edit(f"{BOOK}/clauses.yaml", "title: 展位费补助", "title: 补助展位费")
    assert "14 处没有变" in run(BOOK, "--changed").stdout
    edit(FEATURE, "场景: 算出半分，进到一分", "场景: 半分进到一分")
    assert "，0 处没有变，14 处改错有场景发现" in run(BOOK, "--changed").stdout


def test_what_no_scenario_noticed_is_tried_again_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIQI_CACHE", str(tmp_path / "kept"))
    Path("features/equivalents.yaml").unlink()
    for unchanged in (0, 14):
        result = run(BOOK, "--changed")
        assert f"15 处，{unchanged} 处没有变，" in result.stdout
        assert "改成这样没有场景发现：取整到分改为进位\n" in result.stdout


def test_where_nothing_is_kept_everything_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIQI_CACHE", "no")
    for _ in range(2):
        assert "，0 处没有变，14 处改错有场景发现" in run(BOOK, "--changed").stdout


def test_since_a_revision_only_what_its_change_touches_is_tried() -> None:
    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "甲")
    assert "14 处没有变，0 处改错有场景发现，0 处没有\n" in run(BOOK, "--since", "HEAD").stdout
    edit(f"{BOOK}/measures/fairs.yaml", "  evidence: [参展合同, 发票及付款回单]", "  evidence: [参展合同]")
    result = run(BOOK, "--since", "HEAD")
    assert "，0 处没有变，14 处改错有场景发现" in result.stdout  # every figure of this small book is this measure's


def test_a_revision_there_is_not_is_a_wrong_call() -> None:
    git("init", "-q")
    result = run(BOOK, "--since", "没有")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "没有版本“没有”" in result.stderr
    assert run("--changed").exit_code == 2
