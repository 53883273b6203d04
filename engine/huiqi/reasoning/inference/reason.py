"""Verdicts combined by the rule engine: judged conditions in, concluded groups out."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any, NamedTuple

from ...program import Gate
from ...rulebook.compiled import CompiledRulebook, Group, MeasureSpec, Op, RecognitionKind, RecognitionSpec, Role, Standing
from ...values import Causes, Truth
from ...words import Verdict
from ..combining import concluded, counted, kleene
from ..decide import judge
from ..generated import Generated
from ..judged import CERTIFICATE, HELD, RECORD, RECORDS, TOP, Fired, Judgement, Leaf, Made, Node, Tree
from ..told import Facts
from ..uses import Env
from .nodes import ARITY, CONCLUSIONS
from .rulesets import InferenceError, Rulesets, rulesets_for

POSTED = 100_000  # facts kept as text


class Combiner:
    """Gives the verdicts of a batch of trees; keeps the steps for the explanation."""

    def __init__(self, rulesets: Rulesets) -> None:
        self.rulesets = rulesets
        self.steps: list[Fired] = []

    def __call__(self, batch: Sequence[tuple[str, Tree]]) -> Mapping[str, Node]:
        levels: list[list[tuple[str, Tree]]] = []
        for owner, tree in batch:
            self._place(owner, tree, levels)
        done: dict[int, Node] = {}
        for level in levels:
            self._level(level, done)
        return {owner: done[id(tree)] for owner, tree in batch}

    def _place(self, owner: str, tree: Tree, levels: list[list[tuple[str, Tree]]]) -> int:
        """Each group at its height: what it combines is concluded before it."""
        height = max((self._place(owner, i, levels) + 1 for i in tree.items if isinstance(i, Tree)), default=0)
        while len(levels) <= height:
            levels.append([])
        levels[height].append((owner, tree))
        return height

    def _level(self, level: Sequence[tuple[str, Tree]], done: dict[int, Node]) -> None:
        work: list[tuple[str, Tree, list[Any], list[Verdict], list[Verdict]]] = []
        for owner, tree in level:
            items = [done[id(i)] if isinstance(i, Tree) else i for i in tree.items]
            top = tree.op == "all" and tree.role != "unless" and self._kind(owner, tree) == "top"
            whens, unlesses = list[Verdict](), list[Verdict]()
            for item in items:
                if top and item.role == "unless":
                    unlesses.append(item.truth.verdict)
                else:
                    whens.append(counted(item, tree.role).verdict)
            work.append((owner, tree, items, whens, unlesses))
        # wide nodes are folded by their own rules until one part is left
        verdicts: list[str | None] = [None] * len(work)
        while True:
            asked: list[tuple[int, str, list[Verdict], list[Verdict]]] = []
            for n, (owner, tree, _, whens, unlesses) in enumerate(work):
                if verdicts[n] is not None:
                    continue
                starts = range(0, max(len(whens), len(unlesses), 1), ARITY)
                asked += [(n, self._name(owner, tree), whens[i : i + ARITY], unlesses[i : i + ARITY]) for i in starts]
            if not asked:
                break
            answers = self._ask(asked)
            parts: dict[int, list[str]] = {}
            for (n, *_), conclusion in zip(asked, answers, strict=True):
                parts.setdefault(n, []).append(conclusion)
            for n, conclusions in parts.items():
                owner, tree, items, whens, unlesses = work[n]
                if len(conclusions) == 1:
                    verdicts[n] = CONCLUSIONS[conclusions[0]]
                    self._step(owner, tree, items, conclusions[0])
                else:
                    # an excluded part refuses the whole: it counts as a condition that fails
                    work[n] = (owner, tree, items, [Verdict(CONCLUSIONS[x]) for x in conclusions], [])
        for (owner, tree, items, _, _), verdict in zip(work, verdicts, strict=True):
            assert verdict is not None
            done[id(tree)] = self._result(self._name(owner, tree), tree, items, verdict)

    def _kind(self, owner: str, tree: Tree) -> str:
        return self.rulesets.nodes[self._name(owner, tree)].kind

    @staticmethod
    def _name(owner: str, tree: Tree) -> str:
        return f"{owner}|{tree.place}"

    def _ask(self, asked: Sequence[tuple[int, str, list[Verdict], list[Verdict]]]) -> list[str]:
        """Assert one fact per question; exactly one kind of rule must fire for each."""
        answers: list[str | None] = [None] * len(asked)
        by_shard: dict[int, list[int]] = {}
        for index, (_, name, _, _) in enumerate(asked):
            if name not in self.rulesets.of:
                raise InferenceError(f"规则节点未登记：{name}")
            by_shard.setdefault(id(self.rulesets.of[name]), []).append(index)
        for indexes in by_shard.values():
            shard = self.rulesets.of[asked[indexes[0]][1]]
            # several questions may concern one node (its records): one round each, so that a
            # fired rule names its question
            rounds: list[dict[str, int]] = []
            for index in indexes:
                code = shard.codes[asked[index][1]]
                for one in rounds:
                    if code not in one:
                        one[code] = index
                        break
                else:
                    rounds.append({code: index})
            for one in rounds:
                nodes = ((code, index, self.rulesets.nodes[asked[index][1]]) for code, index in one.items())
                facts = [_posted(code, tuple(asked[n][2]), tuple(asked[n][3]), node.kind, (node.whens, node.unlesses)) for code, n, node in nodes]
                for rule in shard.conclude(facts):
                    code, _, conclusion = rule.partition(".")
                    if code == "sentinel":
                        continue
                    index = one[code]
                    if answers[index] not in (None, conclusion):
                        raise InferenceError(f"规则冲突：{asked[index][1]} 同时得出 {answers[index]} 与 {conclusion}")
                    answers[index] = conclusion
        for (_, name, _, _), answer in zip(asked, answers, strict=True):
            if answer is None:
                raise InferenceError(f"推理没有得出结论：{name}（规则缺失）")
        return [a for a in answers if a is not None]

    def _step(self, owner: str, tree: Tree, items: Sequence[Any], conclusion: str) -> None:
        name = self._name(owner, tree)
        facts = tuple((i, i.truth.verdict) for i in items)
        node = self.rulesets.nodes[name]
        recognition = tree.owner.key if isinstance(tree.owner, RecognitionSpec) else ""
        self.steps.append(Fired(self.rulesets.stratum[name], f"{name}.{conclusion}", node.title, tree.record or "", facts, conclusion, owner, recognition))

    @staticmethod
    def _result(name: str, tree: Tree, items: Sequence[Any], verdict: str) -> Node:
        """What fired, held against what it must mean: an engine that concludes otherwise is an error, not a verdict."""
        truth = kleene(tree.op, tree.role, items)
        if truth.value is not Verdict(verdict).truth:
            raise InferenceError(f"推理结果与参照不一致：{name} 得出 {verdict}，应为 {truth.verdict}")
        return concluded(tree, tuple(items), truth)


_PAD = {"top": "holds", "all": "holds", "any": "fails", "not": "fails"}


def _fact(code: str, whens: Sequence[str], unlesses: Sequence[str], kind: str, widths: tuple[int, int]) -> dict[str, str]:
    fact = {"n": code, "sid": "huiqi", "id": code}
    pad = _PAD[kind]
    for i in range(widths[0] if kind != "not" else 1):
        fact[f"w{i}"] = whens[i] if i < len(whens) else pad
    if kind == "top":
        for i in range(widths[1]):
            fact[f"u{i}"] = unlesses[i] if i < len(unlesses) else "fails"
    return fact


@functools.lru_cache(maxsize=POSTED)
def _posted(code: str, whens: tuple[str, ...], unlesses: tuple[str, ...], kind: str, widths: tuple[int, int]) -> str:
    """The fact as it is asserted: the same verdicts of a node are the same text."""
    if len(whens) > widths[0] or (kind == "top" and len(unlesses) > widths[1]):
        raise InferenceError(f"规则节点放不下：{code} 有 {len(whens)}、{len(unlesses)} 个判断")
    return json.dumps(_fact(code, whens, unlesses, kind, widths), separators=(",", ":"))


# -- over a plan ---------------------------------------------------------------------------------------


class Posting(NamedTuple):
    """A node of a plan as it is posted: where its conditions' verdicts stand (and whether they count by their opposite), its exclusions', its own."""

    name: str
    kind: str
    widths: tuple[int, int]
    whens: tuple[tuple[int, bool], ...]
    unlesses: tuple[int, ...]
    own: int


def posting(rulesets: Rulesets, owner: str, gate: Gate, where: Callable[[int], int]) -> Posting:
    """How a gate is posted."""
    name = f"{owner}|{gate.place or TOP}"
    node = rulesets.nodes.get(name)
    if node is None:
        raise InferenceError(f"规则节点未登记：{name}")
    top = gate.op == "all" and gate.role != "unless" and node.kind == "top"
    unlesses = tuple(where(n) for n, role in gate.items if top and role == "unless")
    whens = tuple((where(n), role == "unless" and gate.role != "unless") for n, role in gate.items if not (top and role == "unless"))
    return Posting(name, node.kind, (node.whens, node.unlesses), whens, unlesses, where(gate.node))


def conclude(rulesets: Rulesets, postings: Sequence[Posting], verdicts: Sequence[int]) -> None:
    """Let the rules conclude each node of a plan from the verdicts it combines; each is held against the verdict the plan's kernel has of it.

    Raises `InferenceError` where a rule is missing, or concludes otherwise.
    """
    asked: dict[int, list[str]] = {}
    wanted: dict[int, dict[str, Posting]] = {}
    for one in postings:
        whens = tuple([_WORDS[2 - verdicts[n] if flipped else verdicts[n]] for n, flipped in one.whens])
        unlesses = tuple([_WORDS[verdicts[n]] for n in one.unlesses])
        if len(whens) > ARITY or len(unlesses) > ARITY:
            _held(one, verdicts, _folded(rulesets, one, whens, unlesses))
            continue
        shard = rulesets.of[one.name]
        code = shard.codes[one.name]
        asked.setdefault(id(shard), []).append(_posted(code, whens, unlesses, one.kind, one.widths))
        wanted.setdefault(id(shard), {})[code] = one
    for place, facts in asked.items():
        left = wanted[place]
        shard = rulesets.of[next(iter(left.values())).name]
        concluded_by: dict[str, str] = {}
        for rule in shard.conclude(facts):
            code, _, conclusion = rule.partition(".")
            if code != "sentinel" and concluded_by.setdefault(code, conclusion) != conclusion:
                raise InferenceError(f"规则冲突：{left[code].name} 同时得出 {concluded_by[code]} 与 {conclusion}")
        for code, one in left.items():
            _held(one, verdicts, concluded_by.get(code))


def _held(one: Posting, verdicts: Sequence[int], conclusion: str | None) -> None:
    if conclusion is None:
        raise InferenceError(f"推理没有得出结论：{one.name}（规则缺失）")
    if CONCLUSIONS[conclusion] != _WORDS[verdicts[one.own]]:
        raise InferenceError(f"推理结果与参照不一致：{one.name} 得出 {CONCLUSIONS[conclusion]}，应为 {_WORDS[verdicts[one.own]]}")


def _folded(rulesets: Rulesets, one: Posting, whens: Sequence[str], unlesses: Sequence[str]) -> str | None:
    """A wide node, by its own rules, part by part."""
    shard = rulesets.of[one.name]
    code = shard.codes[one.name]

    def part(some: Sequence[str], none: Sequence[str]) -> str | None:
        fired = {rule.partition(".")[2] for rule in shard.conclude([_posted(code, tuple(some), tuple(none), one.kind, one.widths)]) if rule != "sentinel"}
        if len(fired) > 1:
            raise InferenceError(f"规则冲突：{one.name} 同时得出 {'、'.join(sorted(fired))}")
        return next(iter(fired), None)

    while max(len(whens), len(unlesses)) > ARITY:
        parts = [part(whens[i : i + ARITY], unlesses[i : i + ARITY]) for i in range(0, max(len(whens), len(unlesses)), ARITY)]
        if None in parts:
            return None
        whens, unlesses = [CONCLUSIONS[x] for x in parts if x is not None], []
    return part(whens, unlesses)


_WORDS = ("fails", "unknown", "holds")


def verify(book: CompiledRulebook, rulesets: Rulesets | None = None) -> int:
    """Hold every node of a rulebook against the reference, on made-up verdicts; the number of trees held.

    Each condition is the odd one out among conditions that all hold, all fail, all are open. Raises
    `InferenceError` at the first node that concludes otherwise (`Combiner` compares each).
    """
    combiner = Combiner(rulesets or rulesets_for(book))
    held = 0
    for layer in book.strata:
        for key in layer:
            for owner, skeleton in _skeletons(book.recognitions[key] if key in book.recognitions else book.measures[key]):
                batch = list(skeleton)
                for tree in batch:
                    combiner([(owner, tree)])
                held += len(batch)
    return held


def _skeletons(spec: RecognitionSpec | MeasureSpec) -> Iterator[tuple[str, Iterator[Tree]]]:
    """The trees a decision may ask of a measure or recognition, filled with made-up verdicts."""
    if isinstance(spec, RecognitionSpec):
        yield f"{spec.key}#meets", _filled(spec, [*spec.when.items, *spec.unless.items], TOP)
        if spec.kind is RecognitionKind.CONFERRED:
            certificate = Group(op=Op.ANY, items=(_SAMPLE, _SAMPLE), id="", role=Role.WHEN, place=CERTIFICATE)
            yield f"{spec.key}#held", _filled(spec, [certificate, *spec.lapses.items], HELD)
        return
    for scheme in spec.schemes.values() or (spec.base,):
        items = [*spec.when.items, *spec.unless.items, *(() if scheme is spec.base else (*scheme.when.items, *scheme.unless.items))]
        if spec.each:
            record = Group(op=Op.ALL, items=tuple(i for i in items if i.per_record), id="", role=Role.WHEN, place=RECORD)
            items = [*(i for i in items if not i.per_record), Group(op=Op.ANY, items=(record, record), id="", role=Role.WHEN, place=RECORDS)]
        yield spec.key, _filled(spec, items, TOP)


class _Sample:
    """A leaf of a skeleton that is no condition of the rulebook: a certificate."""

    role, label, per_record = "when", "证书", False


_SAMPLE: Any = _Sample()


def _filled(spec: RecognitionSpec | MeasureSpec, items: Sequence[Any], place: str) -> Iterator[Tree]:
    count = sum(1 for _ in _leaves(items))
    for most, odd in product((True, False, None), repeat=2):
        for different in range(count) if odd is not most else (-1,):
            verdicts = iter([odd if n == different else most for n in range(count)])
            yield Tree("all", "", tuple(_tree(spec, i, verdicts) for i in items), place, spec)


def _leaves(items: Sequence[Any]) -> Iterator[Any]:
    for item in items:
        if isinstance(item, Group):
            yield from _leaves(item.items)
        else:
            yield item


def _tree(spec: RecognitionSpec | MeasureSpec, item: Any, verdicts: Iterator[bool | None]) -> Leaf | Tree:
    if isinstance(item, Group):
        return Tree(item.op, item.role, tuple(_tree(spec, i, verdicts) for i in item.items), item.place, spec, item)
    truth = Truth(next(verdicts))
    return Leaf(owner=spec, asked=Made.BELONGS, role=item.role, truth=truth, standing=Standing.ENACTED, env=Env(frozenset()))


def judge_rete(
    book: CompiledRulebook, facts: Facts, *, on: date, schemes: Mapping[str, str] | None = None, only: Collection[str] | None = None,
    rulesets: Rulesets | None = None, recognising: Collection[tuple[str, date | Causes]] = (),
    shared: Any = None,
) -> Judgement:  # fmt: skip
    """Judge with the rule engine carrying the inference. Same judgement as the reference."""
    combiner = Combiner(rulesets or rulesets_for(book))
    judged = judge(
        book, facts, on=on, schemes=schemes, only=only, combine=combiner, reasoner="rete", evaluator=Generated, recognising=recognising, shared=shared
    )
    steps = tuple(replace(s, owner=s.owner if s.owner in judged.measures else "") for s in combiner.steps)
    return replace(judged, derivation=steps)
