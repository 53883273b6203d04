"""Verdicts put together: what a group of conditions comes to, what it turned on, and which of them made it fail.

Kleene, by the tree. What must stay true: this is the meaning that every other way of combining is held to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from .. import values as v
from ..rulebook.compiled import (
    Standing,
)
from ..values import Truth
from .judged import (
    RECORDS,
    Leaf,
    Node,
    Tree,
)

# Gives the verdict of every Tree node (by identity path) of a batch of owners.
Combine = Callable[[Sequence[tuple[str, Tree]]], Mapping[str, Node]]


def combine_reference(batch: Sequence[tuple[str, Tree]]) -> Mapping[str, Node]:
    """Kleene, recursively: the meaning the other reasoner is held to."""
    return {owner: combined(tree) for owner, tree in batch}


def combined(tree: Tree) -> Node:
    items = tuple(combined(i) if isinstance(i, Tree) else i for i in tree.items)
    return concluded(tree, items, kleene(tree.op, tree.role, items))


def concluded(tree: Tree, items: tuple[Leaf | Node, ...], truth: Truth) -> Node:
    return Node(tree.op, tree.role, truth, items, tree.place, tree.owner, tree.group, tree.record)


def counted(item: Leaf | Node, role: str) -> Truth:
    """What an item counts for in its group: in the overall `all`, an exclusion counts by its opposite."""
    return v.negation(item.truth) if item.role == "unless" and role != "unless" else item.truth


def kleene(op: str, role: str, items: Sequence[Leaf | Node]) -> Truth:
    truths = [counted(i, role) for i in items]
    if op == "all":
        return v.conjunction(truths)
    if op == "any":
        return v.disjunction(truths)
    return v.negation(truths[0])


def turned_on(item: Leaf | Node, wanted: bool | None) -> Standing:
    """The weakest standing among what made the item come out as it did.

    A conjunction that holds turned on all its items, one that fails on the firmest that fails; a
    disjunction the other way round; what is open turned on everything that is open.
    """
    if isinstance(item, Leaf):
        return item.standing
    pairs = [(i, counted(i, item.role).value) for i in item.items]
    if item.op == "not":
        return turned_on(item.items[0], None if wanted is None else not wanted)
    matching = [turned_on(i, i.truth.value) for i, value in pairs if value is wanted]
    if not matching:
        return Standing.ENACTED
    every = wanted is None or (item.op == "all") == wanted
    return max(matching) if every else min(matching)


def deciding(item: Node) -> list[Leaf]:
    """The leaves that made a group fail."""
    out: list[Leaf] = []
    for child in item.items:
        if counted(child, item.role).value is not False and item.op != "not":
            continue
        if isinstance(child, Leaf):
            out.append(child)
        else:
            inner = deciding(child)
            out += inner or list(child.leaves())
    return out


def shaped(group: Node) -> Node:
    """One record only: an `any` of one is itself, so its items stand beside the others."""
    if not any(isinstance(item, Node) and item.place == RECORDS for item in group.items):
        return group
    items: list[Leaf | Node] = []
    for item in group.items:
        if isinstance(item, Node) and item.place == RECORDS and len(item.items) == 1:
            only = item.items[0]
            if isinstance(only, Node):
                items += only.items
                continue
        items.append(item)
    return replace(group, items=tuple(items))


__all__ = ["Combine", "combine_reference", "combined", "concluded", "counted", "deciding", "kleene", "shaped", "turned_on"]
