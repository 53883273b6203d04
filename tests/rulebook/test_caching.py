"""What is worked out once is kept by content, within bounds, and never served for anything else."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import MappingProxyType
from typing import get_args

import pytest

from huiqi.caching import Cache, Derived
from huiqi.rulebook import compiled as c
from huiqi.rulebook import models as m
from huiqi.rulebook.compiler import load_compiled
from huiqi.rulebook.lexicon import lexicons


def test_a_full_cache_forgets_what_was_least_recently_asked_for() -> None:
    cache: Cache[str, int] = Cache(2)
    cache.put("甲", 1)
    cache.put("乙", 2)
    assert cache.get("甲") == 1
    cache.put("丙", 3)
    assert (cache.get("甲"), cache.get("乙"), cache.get("丙")) == (1, None, 3)
    assert len(cache) == 2


def test_threads_that_ask_at_once_are_given_one_and_the_same_value() -> None:
    cache: Cache[str, object] = Cache(4)
    with ThreadPoolExecutor(8) as pool:
        values = list(pool.map(lambda _: cache.found("甲", object), range(200)))
    assert len({id(v) for v in values}) == 1


def test_what_is_derived_is_made_once_and_anew_for_a_thing_that_only_bears_the_same_digest() -> None:
    made: list[tuple[str, int]] = []

    def make(thing: tuple[str, int]) -> int:
        made.append(thing)
        return thing[1]

    derived: Derived[tuple[str, int], int] = Derived(make, key=lambda thing: thing[0], size=4)
    one, other = ("sha256:甲", 1), ("sha256:甲", 2)
    assert [derived.of(x) for x in (one, one, other, one)] == [1, 1, 2, 1]
    assert made == [one, other, one]


def test_a_rulebook_with_another_option_has_another_lexicon_although_it_bears_the_same_digest() -> None:
    book = load_compiled("datong-outsourcing")
    key = next(k for k, f in sorted(book.facts.items()) if f.options)
    other = replace(book, facts=MappingProxyType({**book.facts, key: replace(book.facts[key], options=("另一个词",), aliases=())}))
    assert other.digest == book.digest
    before = lexicons(book)["", key]
    assert lexicons(other)["", key].entries == ("另一个词",)
    assert lexicons(book)["", key] == before


@pytest.mark.parametrize(
    ("model", "field", "kind"),
    [
        (m.Clause, "disposition", c.Disposition), (m.TableEntry, "match", c.Match), (m.Recognition, "kind", c.RecognitionKind),
        (m.Limit, "keep", c.Keep), (m.Rounding, "direction", c.Direction), (m.Rounding, "per", c.Per), (m.Cents, "direction", c.Direction),
        (m.Cents, "per", c.Per), (m.Group, "rule", c.Rule),
    ],
)  # fmt: skip
def test_every_word_a_file_may_use_has_its_member_and_no_member_is_without_a_word(model, field, kind) -> None:
    def words(annotation):
        inner = get_args(annotation)
        return {annotation} if not inner and isinstance(annotation, str) else set().union(*(words(x) for x in inner)) if inner else set()

    assert words(model.model_fields[field].annotation) == {str(x) for x in kind}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="不能 fork 的系统")
def test_a_child_forked_while_another_thread_looked_is_not_held_up() -> None:
    """Its lock was another thread's, who is not there to let it go."""
    cache: Cache[str, int] = Cache(4)
    with cache._lock:
        child = os.fork()
        if child == 0:
            os._exit(0 if cache._lock.acquire(timeout=5) else 1)
    assert os.waitpid(child, 0)[1] == 0
