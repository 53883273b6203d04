"""Printing and parsing back is the identity on every tree, in FEEL and in Chinese."""

from __future__ import annotations

from hypothesis import HealthCheck, assume, example, given, settings

from huiqi.language import syntax as s
from huiqi.language.parser import MAX_LENGTH, parse
from huiqi.language.printer import sentence, show
from tests.language.strategies import trees
from tests.making import examples

often = settings(max_examples=examples(400), suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])


@often
@given(trees())
@example(s.Arithmetic("-", s.Name("甲"), s.Arithmetic("-", s.Name("乙"), s.Name("丙"))))
@example(s.Negate(s.Negate(s.Name("甲"))))
def test_feel_text_parses_back_to_the_same_tree(tree: s.Node) -> None:
    text = show(tree)
    assume(len(text) <= MAX_LENGTH)
    assert parse(text) == tree


@often
@given(trees())
def test_chinese_sentence_parses_back_to_the_same_tree(tree: s.Node) -> None:
    text = sentence(tree)
    assume(len(text) <= MAX_LENGTH)
    assert parse(text) == tree


@often
@given(trees())
def test_printing_twice_gives_the_same_text(tree: s.Node) -> None:
    text = show(tree)
    assume(len(text) <= MAX_LENGTH)
    assert show(parse(text)) == text
