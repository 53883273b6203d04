"""What an officer's statement on the exclusions not listed settles, and what contradicts it.

It settles an exclusion of a measure that is open only because nobody has told (or confirmed) a fact. What
must stay true: it never settles what asks for a judgement, a figure or a text nobody has, nor another
measure's conclusion, nor the same fact elsewhere; a told fact wins; kept with the exclusions it covered,
it covers no other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..rulebook.compiled import CompiledRulebook, Condition, Op, Role
from ..rulebook.reach import asked_after
from ..values import NONE_KNOWN, Truth
from ..words import CauseKind
from .choices import Statement
from .judged import Leaf, Node, Tree

_SETTLED = frozenset({CauseKind.MISSING, CauseKind.UNVERIFIED})


def covered(item: Leaf | Tree, truth: Truth, statement: Statement, book: CompiledRulebook) -> Leaf | Tree:
    """An exclusion of a measure, settled by the statement where it may be; `truth` is the exclusion's own verdict.

    Of a group every condition that is open is taken on the side on which the group does not hold.
    """
    if truth.value is not None or any(c.kind not in _SETTLED for c in truth.causes) or not all(_may(x, statement, book) for x in undecided(item)):
        return item
    return _settled(item, holds=False)


def undecided(item: Leaf | Tree) -> Iterator[Leaf]:
    """The conditions of an exclusion that are open."""
    if isinstance(item, Tree):
        for inner in item.items:
            yield from undecided(inner)
    elif item.truth.value is None:
        yield item


def _may(leaf: Leaf, statement: Statement, book: CompiledRulebook) -> bool:
    """None that asks another measure's conclusion, or that was added since."""
    if (
        not isinstance(leaf.asked, Condition)
        or any(c.kind not in _SETTLED for c in leaf.truth.causes)
        or any(asked_after([leaf.asked.expr], book.definitions, book.tables))
    ):
        return False
    return statement.covers is None or exclusion_id(leaf) in statement.covers


def _settled(item: Leaf | Tree, *, holds: bool) -> Leaf | Tree:
    if isinstance(item, Tree):
        inner = not holds if item.op == Op.NOT else holds
        return replace(item, items=tuple(_settled(x, holds=inner) for x in item.items))
    if item.truth.value is not None:
        return item
    return replace(item, truth=Truth(holds, NONE_KNOWN), stated=True)


def exclusion_id(leaf: Leaf) -> str:
    """As a receipt lists it: the condition's id, of a record with its key."""
    assert isinstance(leaf.asked, Condition)
    return leaf.asked.id + (f"@{leaf.record}" if leaf.record is not None else "")


def contradicting(node: Node) -> Iterator[Leaf]:
    """The exclusions of a measure that hold by what was told, whatever is stated of the rest."""
    for item in node.items:
        if item.role == Role.UNLESS and item.truth.value is True:
            yield from ([item] if isinstance(item, Leaf) else (x for x in item.leaves() if x.truth.value is True and not x.stated))
        elif isinstance(item, Node) and item.role != Role.UNLESS:
            yield from contradicting(item)
