"""The fixture files, each block a test: spelling, refusals, types and values of the rule language."""

from __future__ import annotations

from datetime import date
from typing import Any, get_args

import pytest

from huiqi.errors import ExpressionError, Position
from huiqi.language import syntax as s
from huiqi.language.parser import parse
from huiqi.language.printer import sentence, show
from huiqi.reasoning.evaluate import Evaluator
from huiqi.rulebook.yamltree import parse_yaml
from tests.blocks import Block, all_blocks
from tests.small_book import evaluated, typed

try:
    from huiqi.reasoning.generated.atoms import Generated
except ImportError:  # where durable_rules does not install there is one evaluator
    EVALUATORS: list[type[Evaluator]] = [Evaluator]
else:
    EVALUATORS = [Evaluator, Generated]


@pytest.mark.parametrize("block", all_blocks("canonical.txt"), ids=str)
def test_expression_has_one_canonical_spelling_and_one_sentence(block: Block) -> None:
    tree = parse(block.given)
    assert (show(tree), sentence(tree)) == block.expected
    assert parse(show(tree)) == tree
    assert parse(sentence(tree)) == tree


@pytest.mark.parametrize("block", all_blocks("parse_errors.txt"), ids=str)
def test_unreadable_expression_is_refused_at_its_place(block: Block) -> None:
    column, _, fragment = block.expected[0].partition(" ")
    with pytest.raises(ExpressionError) as error:
        parse("" if "empty" in block.options else block.given, Position("f.yaml", 3, 1))
    [problem] = error.value.problems
    assert problem.at == Position("f.yaml", 3, 1 + int(column))
    assert fragment in str(problem)


@pytest.mark.parametrize("block", all_blocks("type_errors.txt"), ids=str)
def test_wrongly_typed_expression_is_refused_with_the_mend(block: Block) -> None:
    _, problems = typed(block.given, figures="figures" in block.options, zero=block.options.get("zero"))
    for line in block.expected:
        column, _, fragments = line.partition(" ")
        told = "\n".join(str(p) for p in problems if p.at.column == int(column))
        for fragment in fragments.split(" | "):
            assert fragment in told


@pytest.mark.parametrize("evaluator", EVALUATORS)
@pytest.mark.parametrize("block", all_blocks("values.txt"), ids=str)
def test_expression_has_this_value_on_these_facts(block: Block, evaluator: type[Evaluator]) -> None:
    text, _, told = block.given.partition("\n")
    data: dict[str, Any] = parse_yaml(told, "facts") if told else {}
    records = data.pop("明细", {})
    on = date.fromisoformat(block.options.get("on", "2024-06-30"))
    year = block.options.get("year", "2024")
    actual = evaluated(
        text, data, records, on=on, year=int(year) if year else None,
        figures="figures" in block.options, zero=block.options.get("zero"), judge=evaluator,
    )  # fmt: skip
    assert actual == block.expected[0]


def test_every_function_has_a_spelling_fixture_and_a_value_fixture() -> None:
    spelt = "\n".join(b.expected[0] for b in all_blocks("canonical.txt"))
    assert [f for f in s.FUNCTIONS if f"{f}(" not in spelt] == []
    valued = "\n".join(b.given for b in all_blocks("values.txt"))
    # working days need the optional calendar; another measure is judged with its rulebook (tests/reasoning)
    assert [f for f in s.FUNCTIONS if f"{f}(" not in valued] == [f for f in s.FUNCTIONS if f in ("working day after", "granted", "amount")]


def test_every_kind_of_node_has_a_spelling_fixture() -> None:
    seen: set[str] = set()

    def walk(node: s.Node) -> None:
        seen.add(type(node).__name__)
        for value in vars(node).values():
            for child in value if isinstance(value, tuple) else (value,):
                if isinstance(child, s.Node):
                    walk(child)

    for block in all_blocks("canonical.txt"):
        walk(parse(block.given))
    kinds = {c.__name__ for c in s.Written.__subclasses__()}
    assert kinds == {c.__name__ for c in get_args(s.Node)}, "a node that is not in the union"
    assert kinds - seen == set()
