"""A word decides by what it means, never by how it is written; a word for “not told” tells nothing.

Spellings are generated (width, case, spaces, invisible characters, traditional forms) of every option,
catalogue entry, title and alias that is shipped, and put into the shipped cases; words for “not told”
into every leaf of those and of generated pairs. Near misses are generated too: they are questions.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st
from opencc import OpenCC

from huiqi.api import read_case
from huiqi.language.levelling import level, near, untold
from huiqi.reasoning.casefile import Case
from huiqi.reasoning.told import STAGES
from huiqi.rulebook.compiled import CERTIFICATES, RecordSpec
from huiqi.rulebook.compiler import load_compiled
from huiqi.rulebook.lexicon import Lexicon, Slot, lexicons
from tests.making import ROOT, decide_each, examples

from .strategies import Book, Told, decide_case, pairs, told_less

BOOKS = sorted(p.parent.name for p in (ROOT / "rules").glob("*/rulebook.yaml"))
WORDS = [
    "不详",
    "待定",
    "待查",
    "待补",
    "未知",
    "暂无",
    "暂缺",
    "/",
    "／",
    "—",
    "——",
    "-",
    "N/A",
    "n/a",
    "NULL",
    "？",
    "…",
    "（不详）",
    "無數據",
    "#N/A",
    "尚未提供",
    "见附件",
    "查不到",
    "N.A.",
]
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\ufe0f"
# each example decides a shipped case twice with every rulebook it names
run = settings(max_examples=examples(25), derandomize=True, database=None, suppress_health_check=list(HealthCheck))

Leaf = tuple[str | int, ...]
compiled = functools.cache(load_compiled)  # asked for each of a thousand leaves; no file of theirs changes here


# -- spellings -------------------------------------------------------------------------------------------


@functools.cache
def traditional(word: str) -> str:
    return str(_converter().convert(word))


@functools.cache
def _converter() -> Any:
    return OpenCC("s2t")  # reads its dictionaries


@st.composite
def spellings(draw: st.DrawFn, word: str) -> str:
    """The word, written otherwise."""
    if draw(st.booleans()):
        word = traditional(word)
    out = []
    for char in word:
        written = char
        if char.isascii() and char.isalpha() and draw(st.booleans()):
            written = char.swapcase()
        if "!" <= written <= "~" and draw(st.booleans()):
            written = chr(ord(written) + 0xFEE0)
        out.append(written)
        if draw(st.integers(0, 3)) == 0:
            out.append(draw(st.sampled_from([*INVISIBLE, "\u3000", " "])))
    return "".join(out).strip()


@functools.cache
def shipped() -> list[tuple[str, Slot, Lexicon, str]]:
    """Every word a shipped rulebook knows for a fact or column."""
    return [(b, slot, lex, word) for b in BOOKS for slot, lex in sorted(lexicons(compiled(b)).items()) for word in (*lex.entries, *lex.spellings)]


def test_the_shipped_rulebooks_know_their_words() -> None:
    """Districts, certifications, titles, measures, options: the strategy below has something to spell."""
    found = {slot for _, slot, _, _ in shipped()}
    assert {("", "common/注册地县区"), ("资质认证", "种类"), ("资格证书", "名称"), ("已获支持", "事项"), ("新录用人员", "学历")} <= found


@pytest.mark.parametrize("book", BOOKS)
def test_no_word_of_a_catalogue_is_taken_for_not_told(book: str) -> None:
    assert [(slot, w) for b, slot, lex, w in shipped() if b == book for e in [lex.entry(w)] if untold(w) or e is None or lex.near(w)] == []


@pytest.mark.parametrize(
    ("slot", "word", "entry"),
    [
        (("", "common/注册地县区"), "平城御河西路1号", "平城区"), (("", "common/注册地县区"), "大同经济技术开发区湖东园区", "大同经开区"),
        (("资格证书", "名称"), "高企证书", "高新技术企业"), (("资格证书", "名称"), "高企（2025年）", "高新技术企业"),
        (("资格证书", "名称"), "国家高新技术企业2025年", "高新技术企业"), (("资质认证", "种类"), "ISO/IEC 27001:2013", "ISO27001"),
    ],
)  # fmt: skip
def test_another_way_to_write_an_entry_and_something_more_is_asked_about_as_an_entry_and_something_more_is(slot: Slot, word: str, entry: str) -> None:
    found = lexicons(compiled("datong-outsourcing"))[slot]
    assert (found.entry(word), entry in found.near(word)) == (None, True), found.near(word)


@run
@given(data=st.data())
def test_every_spelling_of_a_shipped_word_is_that_word(data: Any) -> None:
    _, slot, lexicon, word = data.draw(st.sampled_from(shipped()))
    other = data.draw(spellings(word))
    note(f"{slot} {word} {other}")
    assert lexicon.entry(other) == lexicon.entry(word)
    assert lexicon.near(other) == ()


# -- the shipped cases -----------------------------------------------------------------------------------


@functools.cache
def cases() -> tuple[Case, ...]:
    return tuple(read_case(p) for p in sorted((ROOT / "cases").rglob("*.yaml")))


def plainly(value: Any) -> Any:
    """A case's words without their places: Python values, told through the library."""
    if isinstance(value, Mapping):
        return {str(k): plainly(v) for k, v in value.items()}
    if isinstance(value, list):
        return [plainly(v) for v in value]
    return str(value)


def decided(case: Case, tree: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All decisions on a case told thus."""
    return [d.to_dict() for d in decide_each(replace(case, data=tree["数据"], records=tree["明细"]), reasoner="python")]


@functools.cache
def decided_plainly(n: int) -> list[dict[str, Any]]:
    """All decisions on a shipped case as it stands."""
    return decided(cases()[n], tree_of(n))


def judged(decisions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What was decided, without the words it was told in."""
    return [{k: x for k, x in d.items() if k not in ("input", "receipt")} for d in decisions]


def unsaid(decisions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same without the reminders, which say how a word was read."""
    return [{k: x for k, x in d.items() if k != "warnings"} for d in judged(decisions)]


def leaves(value: Any, path: Leaf = ()) -> Iterator[Leaf]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for n, inner in enumerate(value):
            yield from leaves(inner, (*path, n))
    else:
        yield path


def put(tree: Any, path: Leaf, value: Any) -> Any:
    """A copy with a leaf replaced; removed where `value` is None."""
    out = copy.deepcopy(tree)
    spot = out
    for step in path[:-1]:
        spot = spot[step]
    if value is None:
        del spot[path[-1]]
    else:
        spot[path[-1]] = value
    return out


def get(tree: Any, path: Leaf) -> Any:
    for step in path:
        tree = tree[step]
    return tree


def slot_of(case: Case, path: Leaf) -> tuple[Slot, RecordSpec | None] | None:
    """The fact or column that a leaf (数据 or 明细, then down) tells, in the first rulebook that has it."""
    for name in case.rulebooks:
        book = compiled(name)
        key = book.names.get(str(path[1]))
        if key in book.facts:
            return ("", str(key)), None
        if key in book.records:
            record = book.records[str(key)]
            column = next((str(s) for s in path[2:] if isinstance(s, str) and s in record.fields), "")
            return (record.name, column), record
    return None


@functools.cache
def told_leaves() -> list[tuple[int, Leaf, Slot]]:
    """Every value told in a shipped case that is no record's key and no remark beside a value."""
    out = []
    for n, case in enumerate(cases()):
        for path in leaves({"数据": plainly(case.data), "明细": plainly(case.records)}):
            found = slot_of(case, path)
            if found is None or path[-1] in ("完整", "材料", "理由") or (not isinstance(path[-1], str) and path[0] == "数据"):
                continue
            slot, record = found
            if record is None or (slot[1] and slot[1] != record.key_field):
                out.append((n, path, slot))
    return out


def of_a_case(told: Sequence[tuple[int, Leaf, Slot]]) -> st.SearchStrategy[tuple[int, Leaf, Slot]]:
    """One of them, of a case drawn first: a case of 260 seats has most of the leaves."""
    by: dict[int, list[tuple[int, Leaf, Slot]]] = {}
    for one in told:
        by.setdefault(one[0], []).append(one)
    return st.sampled_from(sorted(by)).flatmap(lambda n: st.sampled_from(by[n]))


def words_of(case: Case, slot: Slot) -> list[Lexicon]:
    return [lex for b in case.rulebooks if (lex := lexicons(compiled(b)).get(slot)) is not None]


@functools.cache
def told_words() -> list[tuple[int, Leaf, Slot]]:
    """The leaves that tell an option, a catalogue's entry, a title."""
    return [(n, p, s) for n, p, s in told_leaves() if (known := words_of(cases()[n], s)) and all(lex.entry(word_at(n, p)) == word_at(n, p) for lex in known)]


@functools.cache
def told_with_aliases() -> list[tuple[int, Leaf, Slot]]:
    return [(n, p, s) for n, p, s in told_words() if aliases_of(n, p, s)]


@functools.cache
def told_openly() -> list[tuple[int, Leaf, Slot]]:
    """Those of them that are no closed choice: a word that is no entry is a word of its own there."""
    return [(n, p, s) for n, p, s in told_words() if s != (CERTIFICATES, "名称") and not closed(cases()[n], s) and len(word_at(n, p)) > 2]


@functools.cache
def tree_of(n: int) -> dict[str, Any]:
    """What a case tells; never changed: `put` makes a copy."""
    return {"数据": plainly(cases()[n].data), "明细": plainly(cases()[n].records)}


def word_at(n: int, path: Leaf) -> str:
    return str(get(tree_of(n), path))


def aliases_of(n: int, path: Leaf, slot: Slot) -> list[str]:
    entry, known = word_at(n, path), words_of(cases()[n], slot)
    return [w for w, e in known[0].spellings.items() if e == entry and level(e) != w and all(lex.entry(w) == entry for lex in known)]


def closed(case: Case, slot: Slot) -> bool:
    books = [compiled(b) for b in case.rulebooks]
    facts = [b.facts[slot[1]] for b in books if not slot[0] and slot[1] in b.facts]
    return any(f.options for f in [*facts, *(r.fields[slot[1]] for b in books for r in b.records.values() if r.name == slot[0])])


@run
@given(data=st.data())
def test_spelling_a_told_word_otherwise_changes_nothing(data: Any) -> None:
    """Decision, causes, words and receipt: equal to the plainly written case; the receipt where the rulebook knows the word."""
    n, path, slot = data.draw(of_a_case(told_words()))
    case, tree = cases()[n], tree_of(n)
    other = put(tree, path, data.draw(spellings(word_at(n, path))))
    note(f"{case.path} {path} {get(other, path)!r}")
    one, two = decided(case, other), decided_plainly(n)
    assert judged(one) == judged(two)
    knowing = [k for k, b in enumerate(case.rulebooks) if slot in lexicons(compiled(b))]
    assert [one[k] for k in knowing] == [two[k] for k in knowing]


@run
@given(data=st.data())
def test_a_declared_alias_is_its_entry_and_said(data: Any) -> None:
    """The same decision, with a reminder of how the word was read."""
    n, path, slot = data.draw(of_a_case(told_with_aliases()))
    case, tree = cases()[n], tree_of(n)
    other = put(tree, path, data.draw(st.sampled_from(aliases_of(n, path, slot))))
    note(f"{case.path} {path} {get(other, path)!r}")
    one = decided(case, other)
    assert unsaid(one) == unsaid(decided_plainly(n))
    assert any(f"按“{get(tree, path)}”处理" in w for d in one for w in d["warnings"])


@run
@given(data=st.data())
def test_a_word_for_not_told_decides_as_if_nothing_was_written(data: Any) -> None:
    """In any fact, year, stage or column of a shipped case; and it is said."""
    n, path, _ = data.draw(of_a_case(told_leaves()))
    case, tree = cases()[n], tree_of(n)
    alone = path[-1] in STAGES and len([k for k in get(tree, path[:-1]) if k in STAGES]) == 1
    without = put(tree, path[:-1] if alone else path, None)
    written = put(tree, path, data.draw(st.sampled_from(WORDS)))
    note(f"{case.path} {path} {get(written, path)!r}")
    one = decided(case, written)
    assert unsaid(one) == unsaid(decided(case, without))
    assert any("按未提供处理" in w for d in one for w in d["warnings"])


@run
@given(data=st.data())
def test_a_near_miss_decides_as_unverified(data: Any) -> None:
    """One character of an open word taken out or changed: neither 符合 nor 不符合 by that word, and asked."""
    n, path, slot = data.draw(of_a_case(told_openly()))
    case, tree, word = cases()[n], tree_of(n), word_at(n, path)
    at = data.draw(st.integers(0, len(word) - 1))
    close = word[:at] + data.draw(st.sampled_from(["", "某", "Q", f"{word[at]}某"])) + word[at + 1 :]
    known = words_of(case, slot)
    assume(all(near(close, lex.entries) and lex.entry(close) is None for lex in known))
    asked, unsure = put(tree, path, close), put(tree, path, "待核实")
    note(f"{case.path} {path} {close!r}")
    one = decided(case, asked)
    assert unsaid(one) == unsaid(decided(case, unsure))
    assert any("是否“" in w for d in one for w in d["warnings"])


# -- generated rulebooks ---------------------------------------------------------------------------------


@settings(run, max_examples=examples(60))
@given(pair=pairs(), pick=st.randoms(use_true_random=False))
def test_a_word_for_not_told_is_untelling_on_any_rulebook(pair: tuple[Book, Told], pick: Any) -> None:
    """Every way to tell one thing less is also a word written in its place."""
    book, told = pair
    ways = dict(told_less(told))
    names = [n for n in told.facts if n in ways] + [f"明细 {n}" for n in told.records]
    if not names:
        return
    name, word = pick.choice(names), pick.choice(WORDS)
    if name.startswith("明细 "):
        written = replace(told, records={**told.records, name[3:]: word})
    else:
        written = replace(told, facts={**told.facts, name: word})
    one, two = decide_case(book, written), decide_case(book, ways[name])
    note(f"{book.name} {name} {word}")
    assert unsaid([one.to_dict()]) == unsaid([two.to_dict()])
    assert any("按未提供处理" in w for w in one.warnings)
