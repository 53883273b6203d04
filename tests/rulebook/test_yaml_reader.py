"""The YAML reader keeps every word as written, with its place, and converts nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from huiqi.errors import InputError, Position
from huiqi.rulebook import yamltree
from huiqi.rulebook.yamltree import MAX_DEPTH, locate, parse_yaml
from tests.making import examples

LOADERS = [found for name in ("CSafeLoader", "SafeLoader") if (found := getattr(yaml, name, None))]


@pytest.fixture(scope="module")
def loader(request) -> Iterator[None]:
    """libyaml's parser or PyYAML's own, whichever huiqi finds where it runs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yamltree, "_Loader", request.param)
        yield


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


@pytest.mark.parametrize("loader", LOADERS, indirect=True)
@pytest.mark.parametrize("typed", ["1,800万", "1,800万元", "￥300,000.00", "1,234,567.89元", "RMB1,800", "12,50 万元"])
def test_a_number_typed_with_commas_between_braces_is_one_value(loader: None, typed: str) -> None:
    """To YAML the comma begins another key; no key is the rest of a number."""
    rows = parse_yaml(f"- {{号: C-1, 费用: {typed}, 年: 2}}\n- {{费用: {typed} }}\n- {{费: {{申报: {typed}}}}}\n", "f.yaml")
    assert rows == [{"号": "C-1", "费用": typed, "年": "2"}, {"费用": typed}, {"费": {"申报": typed}}]
    assert rows[0]["费用"].at == Position("f.yaml", 1, 16)


@pytest.mark.parametrize("loader", LOADERS, indirect=True)
@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("{2024: 100,2025: 200}", {"2024": "100", "2025": "200"}), ("{甲: 1, 800: }", {"甲": "1", "800": ""}), ("{甲: '1',800: 2}", {"甲": "1", "800": "2"}),
        ("[1,800]", ["1", "800"]), ("{甲: 1,乙: 2}", {"甲": "1", "乙": "2"}),
    ],
)  # fmt: skip
def test_a_comma_that_ends_a_value_still_does(loader: None, text: str, read: object) -> None:
    assert parse_yaml(text, "f.yaml") == read


def test_every_duplicate_key_is_told_with_its_first_place() -> None:
    with pytest.raises(InputError) as error:
        parse_yaml("甲: 1\n乙: 1\n甲: 2\n乙: 2\n", "f.yaml")
    assert [(p.at.line, p.message) for p in error.value.problems] == [(3, "键重复（第 1 行已写过）"), (4, "键重复（第 2 行已写过）")]


def test_many_nodes_are_refused_before_memory_is() -> None:
    with pytest.raises(InputError, match="文件内容过多"):
        parse_yaml("[" + "a," * 250_000 + "]", "f.yaml")


@pytest.mark.parametrize("loader", LOADERS, indirect=True)
@settings(max_examples=examples(60))
@given(
    blocks=st.lists(st.just("- "), max_size=60),
    flows=st.lists(st.sampled_from(["[", "{a: ", "[a, ", "[\n  ", '{"甲": ']), min_size=1, max_size=8),
    more=st.sampled_from([0, 1, 30, 300, 2_000]),
    tail=st.sampled_from(["", "x", "@", "]", "\n}", ": - "]),
)
def test_depth_is_refused_in_our_words_before_the_parser_refuses_it(loader: None, blocks: list[str], flows: list[str], more: int, tail: str) -> None:
    """libyaml 0.2.6 has a limit of its own and meets it while it looks ahead for a key's colon."""
    openings = (blocks + flows * (MAX_DEPTH + 1 + more))[: MAX_DEPTH + 1 + more]
    before = "".join(openings[:MAX_DEPTH])
    with pytest.raises(InputError) as error:
        parse_yaml("".join(openings) + tail, "f.yaml")
    (problem,) = error.value.problems
    assert problem.message == f"嵌套太深（超过 {MAX_DEPTH} 层）"
    assert problem.at == Position("f.yaml", before.count("\n") + 1, len(before) - before.rfind("\n"))


@pytest.mark.parametrize("loader", LOADERS, indirect=True)
@settings(max_examples=examples(60))
@given(blocks=st.integers(0, MAX_DEPTH), flows=st.integers(0, MAX_DEPTH))
def test_depth_within_the_limit_is_read(loader: None, blocks: int, flows: int) -> None:
    flows = min(flows, MAX_DEPTH - blocks)
    tree = parse_yaml("- " * blocks + "[" * flows + "甲" + "]" * flows, "f.yaml")
    for _ in range(blocks + flows):
        (tree,) = tree
    assert tree == "甲"


@pytest.mark.parametrize("loader", LOADERS, indirect=True)
@pytest.mark.parametrize(
    ("text", "words"),
    [("{" * 20_000, "f.yaml:1:2: 键必须是文字"), ("? " * 20_000, "f.yaml:1:3: 键必须是文字"), ("甲: " + "[&a " * 5_000, "f.yaml:1:5: 不接受锚点（&）"),
     ("[!t " * 5_000, "f.yaml:1:2: 不接受标签（!）")],
    ids=["braces", "question marks", "anchors", "tags"],
)  # fmt: skip
def test_what_is_refused_before_the_depth_is_refused_so_by_every_parser(loader: None, text: str, words: str) -> None:
    with pytest.raises(InputError) as error:
        parse_yaml(text, "f.yaml")
    assert str(error.value).startswith(words)


@pytest.mark.parametrize("loader", LOADERS, indirect=True)
@pytest.mark.parametrize(("text", "place"), [("\x80", (1, 1)), ("甲: 乙\n丙: \ufffe", (2, 4)), ("甲: '\x9f'", (1, 5)), ("甲: \ud800", (1, 4))])
def test_character_that_no_parser_reads_is_refused_at_its_place(loader: None, text: str, place: tuple[int, int]) -> None:
    with pytest.raises(InputError) as error:
        parse_yaml(text, "f.yaml")
    assert [(p.message, p.at) for p in error.value.problems] == [("文本里有控制字符", Position("f.yaml", *place))]


@pytest.mark.parametrize("loader", LOADERS, indirect=True)
def test_complaint_of_the_parser_does_not_hide_the_duplicate_keys_before_it(loader: None) -> None:
    with pytest.raises(InputError) as error:
        parse_yaml("甲: 1\n甲: 2\n乙: @\n", "f.yaml")
    assert [(p.message, p.at.line) for p in error.value.problems] == [("键重复（第 1 行已写过）", 2), ("YAML 写法有误", 3)]
