"""The boolean skeleton of a rulebook as rule-engine nodes.

A node is a place where verdicts combine: the top of a measure or recognition, a nested all/any/not,
the conditions of one record, the records of a measure, a certificate. Wider nodes are folded in
parts of at most `ARITY`, so that every rule's size is fixed however many records a case has. What
must stay true: the rules of a node are mutually exclusive and cover every combination of verdicts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...caching import Cache
from ...plain import dataclass
from ...rulebook.compiled import CompiledRulebook, Condition, Group, MeasureSpec, RecognitionKind, RecognitionSpec
from ..judged import CERTIFICATE, HELD, RECORD, RECORDS, TOP

ARITY = 8
VERDICTS = ("holds", "fails", "unknown")


@dataclass(frozen=True)
class Node:
    """`kind` is top (with exclusions), all, any or not; `name` (owner|place) is unique in its rulebook.

    `whens` and `unlesses`: how many verdicts a fact of it holds of each; the rest is padded, what is more is folded.
    """

    name: str
    kind: str
    owner: str
    title: str
    whens: int = ARITY
    unlesses: int = ARITY


def group_nodes(group: Group, owner: str, title: str) -> Iterator[Node]:
    for item in group.items:
        if isinstance(item, Condition):
            continue
        yield Node(f"{owner}|{item.place}", item.op, owner, f"{title}：{item.label or item.id.rsplit(':', 1)[-1]}", *_widths(len(item.items), 0))
        yield from group_nodes(item, owner, title)


def _widths(whens: int, unlesses: int) -> tuple[int, int]:
    """No wider than what can be asked; what is folded is folded in full parts."""
    return (ARITY, ARITY) if max(whens, unlesses) > ARITY else (max(1, whens), unlesses)


def nodes_of(spec: MeasureSpec | RecognitionSpec) -> tuple[Node, ...]:
    """Every node a decision may need for one measure or recognition; owners as the trees' batches name them.

    Made once of a specification: rulebooks that differ in a reading have nearly all of theirs in common.
    """
    found = _NODES.get(id(spec))
    if found is None or found[0] is not spec:
        found = (spec, tuple(_nodes_of(spec)))
        _NODES.replace(id(spec), found)
    return found[1]


_NODES: Cache[int, tuple[MeasureSpec | RecognitionSpec, tuple[Node, ...]]] = Cache(4_096)


def _nodes_of(spec: MeasureSpec | RecognitionSpec) -> Iterator[Node]:
    if isinstance(spec, MeasureSpec):
        owner = spec.key
        groups = [spec.when, spec.unless, *(g for scheme in spec.schemes.values() for g in (scheme.when, scheme.unless))]
        if spec.each:
            yield Node(f"{owner}|{RECORDS}", "any", owner, f"{spec.title}：{spec.record}有一条满足")
            yield Node(f"{owner}|{RECORD}", "top", owner, f"{spec.title}：一条{spec.record}")
    else:
        owner, groups = f"{spec.key}#meets", [spec.when, spec.unless]
        if spec.kind is RecognitionKind.CONFERRED:
            held = f"{spec.key}#held"
            yield Node(f"{held}|{HELD}", "top", held, f"{spec.title}：持有")
            yield Node(f"{held}|{CERTIFICATE}", "any", held, f"{spec.title}：证书在有效期内")
            yield from group_nodes(spec.lapses, held, spec.title)
    widths = (ARITY, ARITY)
    if isinstance(spec, MeasureSpec) and not spec.each:
        schemes = list(spec.schemes.values())
        whens = len(spec.when.items) + max((len(x.when.items) for x in schemes), default=0)
        widths = _widths(whens, len(spec.unless.items) + max((len(x.unless.items) for x in schemes), default=0))
    yield Node(f"{owner}|{TOP}", "top", owner, spec.title, *widths)
    for group in groups:
        yield from group_nodes(group, owner, spec.title)


def strata(book: CompiledRulebook) -> list[list[Node]]:
    """Nodes by stratum: recognitions layer by layer, then measures layer by layer."""
    return [[n for key in layer for n in nodes_of(book.recognitions.get(key) or book.measures[key])] for layer in book.strata]


def rules(node: Node, code: str) -> dict[str, Any]:
    """The node's rules, in the engine's own notation, keyed `code.conclusion`.

    A fact of node `code` has `w0…` (conditions) and, for a top, `u0…` (exclusions), padded with what
    does not matter. Where two exclusions both hold the engine fires a rule twice: conclusions are
    sets, so that is the same conclusion.
    """
    w, u = [f"w{i}" for i in range(node.whens)], [f"u{i}" for i in range(node.unlesses)]

    def match(*parts: Any) -> dict[str, Any]:
        return {"all": [{"m": {"$and": [{"n": code}, *parts]}}]}

    def some(names: list[str], verdict: str) -> dict[str, Any]:
        return {"$or": [{n: verdict} for n in names]} if len(names) > 1 else {names[0]: verdict}

    def none(names: list[str], verdict: str) -> list[dict[str, Any]]:
        return [{"$neq": {n: verdict}} for n in names]

    every = [{n: "holds"} for n in w]
    match node.kind:
        case "top":
            free = [{n: "fails"} for n in u]
            return {
                f"{code}.grant": match(*every, *free),
                **({f"{code}.bar": match(some(u, "holds"))} if u else {}),
                f"{code}.refuse": match(some(w, "fails"), *none(u, "holds")),
                f"{code}.open": match(some(w + u, "unknown"), *none(w, "fails"), *none(u, "holds")),
            }
        case "all":
            return {
                f"{code}.holds": match(*every),
                f"{code}.fails": match(some(w, "fails")),
                f"{code}.unknown": match(some(w, "unknown"), *none(w, "fails")),
            }
        case "any":
            return {
                f"{code}.holds": match(some(w, "holds")),
                f"{code}.fails": match(*[{n: "fails"} for n in w]),
                f"{code}.unknown": match(some(w, "unknown"), *none(w, "holds")),
            }
    return {
        f"{code}.holds": match({"w0": "fails"}),
        f"{code}.fails": match({"w0": "holds"}),
        f"{code}.unknown": match({"w0": "unknown"}),
    }


# What a rule's conclusion says about its node.
CONCLUSIONS = {
    "grant": "holds", "bar": "fails", "refuse": "fails", "open": "unknown", "holds": "holds", "fails": "fails", "unknown": "unknown",
}  # fmt: skip
