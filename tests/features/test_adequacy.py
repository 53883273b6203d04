"""The adequacy check's own rules: one name for each mutant, no stale equivalence, no senseless change."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import adequacy
import pytest

from huiqi.documents.coverage import waiver_problems
from huiqi.language import typed as t
from huiqi.language.types import Quantity
from huiqi.rulebook.compiled import MeasureSpec
from huiqi.rulebook.compiler import load_compiled
from huiqi.rulebook.places import available
from huiqi.scenarios import mutants as m
from huiqi.scenarios.waivers import EQUIVALENTS, UNDECIDABLE, complaints, mark_of_mutant, of_book, read_waivers
from tests.making import FEATURES

BOOKS = [name for name in available() if name != "common"]


@cache
def names(book: str) -> tuple[str, ...]:
    return tuple(mutant.name for mutant in m.mutants(load_compiled(book)))


def listed(file: str = EQUIVALENTS) -> set[str]:
    return {w.what for w in read_waivers(FEATURES / file)}


# what is excused today: the numbers only ever go down
EXCUSED = {EQUIVALENTS: 17, UNDECIDABLE: 8}


@pytest.mark.parametrize("file", EXCUSED)
def test_what_is_excused_only_becomes_less(file: str) -> None:
    assert len(listed(file)) == EXCUSED[file], "少了就把这里的数改小；多了，先想办法写场景"


@pytest.mark.parametrize("book", BOOKS)
def test_every_mutant_has_a_name_of_its_own(book: str) -> None:
    assert len(names(book)) == len(set(names(book)))


@pytest.mark.parametrize("book", BOOKS)
def test_every_equivalence_still_names_a_mutant_of_the_rules_as_they_are(book: str) -> None:
    """Its fingerprint says so; the end is another matter, which the command looks at."""
    compiled = load_compiled(book)
    named = {f"{book}: {x.name}": x for x in m.mutants(compiled)}
    waivers = of_book(read_waivers(FEATURES / EQUIVALENTS), book)
    assert list(complaints(waivers, lambda what: mark_of_mutant(compiled, named[what]) if what in named else None, date.min)) == []


@pytest.mark.parametrize("book", BOOKS)
def test_every_condition_that_cannot_decide_is_of_the_rules_as_they_are(book: str) -> None:
    assert waiver_problems(load_compiled(book), FEATURES / UNDECIDABLE, date.min) == []


def test_every_equivalence_is_of_a_rulebook_there_is() -> None:
    assert adequacy.strangers(listed()) == []


def test_an_equivalence_of_no_rulebook_is_named() -> None:
    assert adequacy.strangers({"没有这个库: 去掉条件“乙”"}) == ["没有这个库: 去掉条件“乙”"]


def test_plus_and_minus_are_exchanged_between_quantities_only() -> None:
    """A date less a date is a number of days; a date plus a date is nothing."""
    found = set()
    for book in BOOKS:
        compiled = load_compiled(book)
        for spec in [*compiled.measures.values(), *compiled.recognitions.values()]:
            for root in m.roots(spec):
                for node in t.walk(root):
                    if isinstance(node, t.Calculated) and node.op in "+-":
                        exchanged = any(word == "加减互换" for word, _ in m._expressions(node)) and _itself(node)
                        quantities = isinstance(node.left.type, Quantity) and isinstance(node.right.type, Quantity)
                        assert exchanged == quantities
                        found.add(quantities)
    assert found == {True, False}


def _itself(node: t.Calculated) -> bool:
    """Whether the node's own sign, not one inside it, is what some mutant exchanges."""
    other = "-" if node.op == "+" else "+"
    return any(isinstance(changed, t.Calculated) and changed.op == other for _, changed in m._expressions(node))


@pytest.mark.parametrize("book", BOOKS)
def test_every_cap_that_counts_earlier_support_is_tried_without_it(book: str) -> None:
    """Of measures, of each scheme and of groups: a scenario must notice that earlier support takes room."""
    rules = load_compiled(book)
    # a cap of one name that stands differently under the options of a reading is one: its mutants are tried under each
    own = [s for s in rules.measures.values() if s.key.startswith(f"{book}/")]
    specs = [*own, *(v.spec for s in own for v in rules.variants.get(s.key, ()) if isinstance(v.spec, MeasureSpec))]
    limits = {(s.key, scheme, x.label or str(x.per)): x
              for s in specs for scheme, y in (("", s.base), *s.schemes.items()) for x in y.limits}  # fmt: skip
    counts: list[Any] = [*limits.values(), *rules.stacking]
    counting = [x.counting for x in counts if x.counting.earlier is not None]
    assert sum("不计以往" in name for name in names(book)) == len(counting)
