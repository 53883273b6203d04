"""Words of a rulebook and of scenarios that attack the page: script, markup, paths, control characters.

The policy book shows them as text; every id is the only one of its page, every page a file name of
its own that any system takes, every link leads inside the book.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from types import MappingProxyType

import pytest

from huiqi import visible as visible_module
from huiqi.documents.book import site
from huiqi.documents.parts import anchor, file_of
from huiqi.rulebook.compiled import CompiledRulebook
from huiqi.rulebook.compiler import load_compiled
from huiqi.scenarios.models import Feature, Kind, Result, Scenario, Step
from huiqi.visible import json_text, visible, visible_line
from tests.making import SMALL

DAY = date(2026, 6, 30)
HIDDEN = [
    "\x00",
    "\x07",
    "\x1b[31m",
    "\x7f",
    "\x85",
    "\x9b31m",
    "\u00ad",
    "\u200b",
    "\u200e",
    "\u200f",
    "\u2028",
    "\u202a",
    "\u202e",
    "\u2066",
    "\u2069",
    "\ufeff",
    "\ud800",
    "\U000e0041",
]
MARKUP = [
    "<script>alert(1)</script>",
    "</style><script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='x",
    "javascript:alert(1)",
    "</script><!--",
    "&lt;b&gt;",
    "]]>",
    "\\3c ",
]
IDS = [
    "../x",
    "a/b",
    "a-b",
    "CON",
    "con",
    "Con",
    "a:b",
    "a?b#c",
    "%2e%2e",
    "x" * 300,
    "x" * 301,
    ".",
    "甲",
    "乙",
    "javascript:alert(1)",
    "nul.",
    "m-a.html",
    "\u202e",
    "~",
    "a b",
]
NOT_IN_NAMES = re.compile(r'[\x00-\x20<>:"/\\|?*#%\x7f-\uffff]')


class _Seen(HTMLParser):
    """What a browser would make of a page: its tags, ids, links, and the text shown."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name == "id":
                self.ids.append(value or "")
            if name == "href":
                self.links.append(value or "")


def book_with(words: str, ids: list[str]) -> tuple[CompiledRulebook, list[Feature]]:
    """The small rulebook in which everything one can name is named `words`; a measure for each id."""
    book = load_compiled(SMALL)
    spec = next(iter(book.measures.values()))
    measures = {f"small/{i}": replace(spec, key=f"small/{i}", id=i, title=words, family=words, note=words, fairness=words, population=(words,)) for i in ids}
    clauses = {f"{words}{k}": replace(x, id=f"{words}{k}", title=words, says=words, why=words) for k, x in book.clauses.items()}
    documents = {k: replace(x, title=words, issuer=words, note=words, sheet=words) for k, x in book.documents.items()}
    changed = replace(
        book, title=words, summary=words, note=words, measures=MappingProxyType(measures), clauses=MappingProxyType(clauses), documents=MappingProxyType(documents)
    )  # fmt: skip
    claim = Step(kind=Kind.THEN, text=f"“{ids[0]}”的结论是“符合”")
    scenario = Scenario(title=words, text=words, result=Result.FAILED, rule=words, line=3, steps=(claim,))
    return changed, [Feature(title=words, description=words, text=words, scenarios=(scenario,), background=words)]


@pytest.mark.parametrize("words", [*MARKUP, "".join(HIDDEN)], ids=ascii)
def test_words_are_shown_as_words(words: str) -> None:
    quiet = {name: _Seen(page) for name, page in site(*book_with("平常", ["m"]), on=DAY).items()}
    pages = site(*book_with(words, ["m"]), on=DAY)
    for name, page in pages.items():
        seen = _Seen(page)
        assert seen.tags == quiet[name].tags, name
        assert seen.attributes == quiet[name].attributes
        assert len(seen.ids) == len(set(seen.ids))
        assert page == visible(page)
        page.encode("utf-8")
        assert all(re.match(r"(?:[^:/]+\.html)?(?:#.*)?$", link) for link in seen.links), seen.links


def test_every_id_has_a_page_of_its_own_under_a_name_any_system_takes() -> None:
    book, features = book_with("甲", IDS)
    pages = site(book, features, on=DAY)
    names = [file_of(m) for m in book.measures.values()]
    assert len({n.lower() for n in names}) == len(IDS)
    assert set(names) <= set(pages)
    assert [n for n in pages if NOT_IN_NAMES.search(n) or len(n) > 100 or n.startswith(".")] == []
    seen = {name: _Seen(page) for name, page in pages.items()}
    for name, page in seen.items():
        assert len(page.ids) == len(set(page.ids)), name
        for link in page.links:
            target, _, place = link.partition("#")
            assert target in {"", *pages}
            assert not place or place in seen[target or name].ids


@pytest.mark.parametrize("name", ["datong-outsourcing", "national-hnte", "common"])
def test_every_id_of_a_shipped_book_is_the_only_one_of_its_page(name: str) -> None:
    for page in site(load_compiled(name), [], on=DAY).values():
        ids = _Seen(page).ids
        assert [i for i in set(ids) if ids.count(i) > 1] == []


def test_anchors_of_different_names_differ() -> None:
    names = ["a b", "a_20_b", "a_b", "A b", "a.b", "a/b", "a%20b", "a\u200bb", "甲", "a"]
    assert len({anchor("f", n) for n in names} | {anchor("t", n) for n in names}) == 2 * len(names)


@pytest.mark.parametrize("hidden", HIDDEN, ids=ascii)
def test_a_hidden_character_is_written_out(hidden: str) -> None:
    text = f"甲{hidden}乙"
    assert f"〔U+{ord(hidden[0]):04X}〕" in visible(text)
    assert visible(visible(text)) == visible(text)
    assert hidden[0] not in json_text({"名": text})
    assert __import__("json").loads(json_text({"名": text})) == {"名": text}


def test_ordinary_text_is_left_as_it_is() -> None:
    text = "甲公司（虚构）𠮷 葛\U000e0100飾区 é 10万元\n\t“第一条”—…·①㎡"
    assert visible(text) == text


def test_a_line_of_ours_is_not_begun_by_words_of_others() -> None:
    assert visible_line("甲\n结论：符合\r乙") == "甲 结论：符合 乙"


def test_no_hidden_character_passes_for_an_ordinary_one() -> None:
    passing = [c for c in map(chr, range(0x110000)) if visible_module._ORDINARY.fullmatch(c) and visible_module._HIDDEN.search(c)]
    assert passing == []
    assert all(visible_module._ORDINARY.fullmatch(c) for c in "甲A9 ，。“”（）％·×÷—…㎡、〔〕")
