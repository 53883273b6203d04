"""The YAML reader keeps every word as written, with its place, and converts nothing."""

from __future__ import annotations

import pytest

from huiqi.errors import InputError, Position
from huiqi.rulebook.yamltree import locate, parse_yaml


@pytest.mark.parametrize("word", ["010", "0x1F", "no", "on", "12:30", "1e400", ".nan", "1_000", "2024-06-30", "~", "0.1", "true"])
def test_scalar_is_never_converted(word: str) -> None:
    value = parse_yaml(f"甲: {word}", "f.yaml")["甲"]
    assert (str(value), value.at) == (word, Position("f.yaml", 1, 4))


def test_key_is_never_converted() -> None:
    assert list(parse_yaml("010: a\nno: b\n2023: c\n", "f.yaml")) == ["010", "no", "2023"]


def test_content_of_quoted_word_starts_after_the_quote() -> None:
    assert parse_yaml('甲: "乙"', "f.yaml")["甲"].start == Position("f.yaml", 1, 5)


def test_place_of_a_path_of_keys_and_indexes() -> None:
    tree = parse_yaml("甲:\n  - {乙: 一}\n  - {乙: 二}\n", "f.yaml")
    assert locate(tree, ("甲", 1, "乙")) == Position("f.yaml", 3, 9)
    assert locate(tree, ("甲", 1, "乙"), key=True) == Position("f.yaml", 3, 6)


def test_every_duplicate_key_is_told_with_its_first_place() -> None:
    with pytest.raises(InputError) as error:
        parse_yaml("甲: 1\n乙: 1\n甲: 2\n乙: 2\n", "f.yaml")
    assert [(p.at.line, p.message) for p in error.value.problems] == [(3, "键重复（第 1 行已写过）"), (4, "键重复（第 2 行已写过）")]


def test_many_nodes_are_refused_before_memory_is() -> None:
    with pytest.raises(InputError, match="文件内容过多"):
        parse_yaml("[" + "a," * 250_000 + "]", "f.yaml")
