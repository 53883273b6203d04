"""News fragments have the form that changes/README.md asks for, so that a release only has to collect them."""

from __future__ import annotations

import re

import pytest

from tests.making import ROOT

NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\.(?:added|changed|fixed|removed)\.md")


def flaws(name: str, text: str) -> list[str]:
    """What a fragment does otherwise than asked."""
    found = {
        "name": not NAME.fullmatch(name),
        "empty": not text.strip(),
        "several paragraphs": "\n\n" in text.strip(),
        "heading or list": text.lstrip().startswith(("#", "-", "*")),
        "no full stop": not text.strip().endswith("."),
    }
    return [word for word, wrong in found.items() if wrong]


@pytest.mark.parametrize(
    ("name", "text", "wrong"),
    [
        ("asked-alone.changed.md", "`decide(measures=…)` evaluates only what those measures depend on.\n", []),
        ("Asked.changed.md", "Said.\n", ["name"]),
        ("asked.news.md", "Said.\n", ["name"]),
        ("asked.added.md", "\n", ["empty", "no full stop"]),
        ("asked.added.md", "One.\n\nTwo.\n", ["several paragraphs"]),
        ("asked.added.md", "- One.\n", ["heading or list"]),
    ],
)
def test_a_fragment_is_one_paragraph_under_a_name_with_its_kind(name: str, text: str, wrong: list[str]) -> None:
    assert flaws(name, text) == wrong


def test_the_fragments_there_are_can_be_collected() -> None:
    fragments = sorted((ROOT / "changes").iterdir())
    assert ROOT / "changes" / "README.md" in fragments
    assert {p.name: flaws(p.name, p.read_text(encoding="utf-8")) for p in fragments if p.name != "README.md"} == {
        p.name: [] for p in fragments if p.name != "README.md"
    }
