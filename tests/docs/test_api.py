"""The API reference: its examples run, it leaves out nothing public, and the documents build."""

from __future__ import annotations

import doctest
import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

import huiqi

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
API = (DOCS / "api.md").read_text(encoding="utf-8")
PAGES = sorted(p for p in DOCS.rglob("*.md") if "_build" not in p.parts)


def test_the_examples_of_the_reference_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the order of the page, one after the other, from the top of the repository."""
    monkeypatch.chdir(ROOT)
    done = doctest.testfile(str(DOCS / "api.md"), module_relative=False, encoding="utf-8")
    assert done.failed == 0
    assert done.attempted == API.count("\n>>> ")


def test_the_reference_leaves_out_nothing_public() -> None:
    described = set(re.findall(r"^\.\. auto\w+:: huiqi\.(\w+)", API, re.M))
    assert set(huiqi.__all__) - described == {"__version__"}
    assert all(getattr(huiqi, name).__doc__ for name in described - {"NONE"})


def test_every_public_field_of_a_description_says_what_it_is() -> None:
    """The names of a fact, record and measure are no explanation of their units."""
    source = (ROOT / "engine" / "huiqi" / "about.py").read_text(encoding="utf-8")
    bare = re.findall(r'^    (\w+): [^\n]+\n(?!    """)', source.partition("class Described")[0], re.M)
    assert bare == []


def test_every_page_is_in_the_table_of_contents() -> None:
    listed = set()
    for page in PAGES:
        for block in re.findall(r"```\{toctree\}\n(.*?)```", page.read_text(encoding="utf-8"), re.S):
            entries = [line.strip() for line in block.splitlines() if line.strip() and not line.startswith(":")]
            found = [match.resolve() for entry in entries for match in page.parent.glob(f"{entry}.md")]
            listed |= set(found) - {page.resolve()}
    assert {p.resolve() for p in PAGES} - listed == {DOCS / "index.md"}


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(DOCS)))
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.S)
    targets = [t.partition("#")[0] for t in re.findall(r"\]\(([^)\s]+)\)", text) if not re.match(r"[a-z]+:", t)]
    assert [t for t in targets if t and not (page.parent / t).exists()] == []


@pytest.mark.skipif(importlib.util.find_spec("sphinx") is None or importlib.util.find_spec("myst_parser") is None, reason="Sphinx is not installed")
def test_the_documents_build_without_a_warning(tmp_path: Path) -> None:
    built = subprocess.run(
        [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", "-d", str(tmp_path / "trees"), str(DOCS), str(tmp_path / "html")],
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert built.stderr == ""
    assert (tmp_path / "html" / "api.html").stat().st_size > 20_000
