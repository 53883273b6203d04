"""Of the shipped rulebooks everything refuted is explained, and what is quickly proved is proved."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

import pytest
from click.testing import Result

from tests.making import ROOT, invoke, write

z3 = pytest.importorskip("z3", reason="证明器 z3-solver 没有安装（extra: verify）")
pytestmark = pytest.mark.xdist_group("proofs of the shipped rulebooks")  # each proved once, in one process


@functools.cache
def verified(name: str) -> tuple[Result, dict[str, str]]:
    """What is said of a shipped rulebook, the sum on the last line but one, and the examples written."""
    with tempfile.TemporaryDirectory() as folder:
        result = invoke("rules", "verify", name, "-o", folder)
        return result, {p.name: p.read_text(encoding="utf-8") for p in Path(folder).rglob("*.yaml")}


@pytest.mark.parametrize(
    "name", ["national-sme-size", "datong-data-call", "national-atse", "datong-ai", "national-outsourcing-fund", "national-service-loan-interest"]
)
def test_a_shipped_rulebook_has_no_finding_that_is_not_explained(name: str) -> None:
    result, _ = verified(name)
    assert result.exit_code == 0, result.stdout
    # a seat filled by three people at most asks for more rows than are tried
    # nobody has set, or read, what two questions of 2015 and the group that holds its two measures apart turn on
    left = {"datong-data-call": 1, "national-outsourcing-fund": 3}.get(name, 0)
    assert f"未证明 {left}" in result.stdout.splitlines()[-2]


def test_nothing_of_the_size_standards_is_refuted_and_the_page_says_so_of_the_shipped_ones() -> None:
    """What is no enterprise is refused by 属于中小微企业 alone, whatever it employs: it decides in all three classes."""
    page = (ROOT / "docs" / "verify.md").read_text(encoding="utf-8")
    result, _ = verified("national-sme-size")
    assert "已否定 0" in result.stdout and "已说明：" not in result.stdout and "随附的规则库现在没有已否定的" in page


def test_a_person_named_in_two_lists_may_be_one_and_the_same() -> None:
    """An exclusion that compares a person of one list with one of another decides."""
    result = invoke("rules", "verify", str(ROOT / "tests" / "shapes" / "book"), "--measure", "shape.64-expansion")
    assert result.exit_code == 0 and "未证明 0" in result.stdout, result.stdout


def test_what_measures_do_to_one_another_is_asked_under_each_way_of_reading() -> None:
    result = invoke("rules", "verify", str(ROOT / "tests" / "telling" / "readings"))
    assert "已证明 7、已否定 0、未证明 0" in result.stdout and "growth、abroad 可以都符合" in result.stdout


def test_what_the_formulas_have_no_words_for_is_counted_and_never_called_proved(tmp_path: Path) -> None:
    write(
        tmp_path / "made",
        vocabulary="facts: {期数: {id: n, kind: quantity, unit: 月, min: 0月, max: 90月}}\n",
        parameters="增长: {id: rise, kind: ratio, values: [{value: 10%, document: d}]}\n",
        measures="- {id: m, title: 补贴, clause: 办法·1, when: [{多: (1 + 增长) ** 期数 >= 1 + 增长}], award: {service: 服务}}\n",
    )
    result = invoke("rules", "verify", str(tmp_path / "made"))
    assert "已证明 0、已否定 0、未证明 2" in result.stdout and "证明器还不会的写法：由数据决定的指数可能是 0 至 90（2 处）" in result.stdout, result.output


def test_what_hangs_on_an_open_reading_is_shown_by_an_enterprise_under_one_way_that_it_names() -> None:
    """Somebody meets it, or a condition decides, under one way of reading: the example says under which."""
    result, texts = verified("national-atse")
    ours = [x for x in texts.values() if "大专以上员工占比" in x]
    assert result.exit_code == 0 and ours, texts.keys()
    assert all("读法:\n  技先总收入口径: " in x and "  技先职工口径: " in x for x in ours)
