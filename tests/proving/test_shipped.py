"""Of the shipped rulebooks everything refuted is explained, and what is quickly proved is proved."""

from __future__ import annotations

import pytest

from tests.making import ROOT, invoke

z3 = pytest.importorskip("z3", reason="证明器 z3-solver 没有安装（extra: verify）")


@pytest.mark.parametrize("name", ["national-sme-size", "datong-data-call", "national-atse"])
def test_a_shipped_rulebook_has_no_finding_that_is_not_explained(name: str) -> None:
    result = invoke("rules", "verify", name)
    assert result.exit_code == 0, result.stdout
    assert "未证明 0" in result.stdout.splitlines()[-1]


def test_what_is_refuted_of_the_shipped_ones_is_named_in_the_page_that_explains_it() -> None:
    page = (ROOT / "docs" / "verify.md").read_text(encoding="utf-8")
    result = invoke("rules", "verify", "national-sme-size")
    assert result.stdout.count("已说明：") == 2 and "属于中小微企业" in page
