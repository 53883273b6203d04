"""The ways through a measure: what standing and reason follow from, of a kernel's nodes and answers.

What must stay true: two rows with the same sign are worded alike by their own reader; where that cannot be said of a measure there is no way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum, auto
from typing import Any

from ..backends import python as backend
from ..language import typed as t
from ..plain import dataclass
from ..program import Gate, Verdicts
from ..program import program as p
from ..reasoning.kernel import Bound, Kernel
from ..reasoning.told import Facts
from ..rulebook.compiled import Op, Role
from ..rulebook.reach import references
from .asking import askable
from .composed import Composer, One, Picking, Said, picking


class Counts(Enum):
    """When a leaf has a part in it that a measure's conditions fail, and may be passed over otherwise."""

    FAILING = auto()
    HOLDING = auto()
    ALWAYS = auto()


@dataclass(frozen=True)
class Way:
    """Where to look for the way the kernel took through a measure: its nodes, the answers' states, answers that count as they are.

    `leaves`: of each where its verdict is, when it counts for a refusal, whether it stands in the overall `all`, and what it read itself;
    `rest`: what window and amount read. What a refusal says follows from the leaves that made it; what an open outcome says, from
    all but those that hold in the overall `all`.
    """

    whole: Picking
    leaves: tuple[tuple[int, Counts, bool, Picking], ...]
    rest: Picking
    brief: bool  # an open outcome says nothing of what holds
    words: dict[Any, tuple[str, str]]

    def sign(self, outcome: int, told: int, nodes: Sequence[Any], states: Sequence[int], answers: Sequence[Any]) -> Any:
        """What standing and reason follow from."""
        if outcome == backend.INELIGIBLE:
            out: list[Any] = [outcome]
            for n, (place, counts, _, (a, b, c)) in enumerate(self.leaves):
                if counts is Counts.ALWAYS or nodes[place] == (0 if counts is Counts.FAILING else 2):
                    out.append((n, a(nodes), b(states), c(answers)))
            return tuple(out)
        if outcome == backend.UNDETERMINED and self.brief:
            a, b, c = self.rest
            out = [outcome, told, a(nodes), b(states), c(answers)]
            for n, (place, counts, outer, (a, b, c)) in enumerate(self.leaves):
                if not outer or nodes[place] != (2 if counts is Counts.FAILING else 0):
                    out.append((n, a(nodes), b(states), c(answers)))
            return tuple(out)
        a, b, c = self.whole
        return outcome, told, a(nodes), b(states), c(answers)


def way_of(kernel: Kernel, key: str) -> Way | None:
    """None where the way does not say all that standing and reason follow from."""
    code, one = kernel.code, kernel.bound.plan.judged[key]
    if not follows(kernel.bound, one, kernel.bound.plan.priced[key].amount):
        return None
    at = {name: n for n, name in enumerate(code.trace)}
    counts, outer = counting(one)
    leaves = []
    for node in dict.fromkeys(one.leaves):
        name = code.names["node", node]
        leaves.append((at[name], counts[node], node in outer, picking(code, code.behind[name], code.read_in[name])))
    names, slots = code.pricing[key]
    if one.window is not None and one.lapse is None:
        window = code.names["node", one.window]
        names, slots = (*code.behind[window], *names), slots | code.read_in[window]
    brief = not one.spec.changing and not one.unread
    return Way(picking(code, code.parts[key], code.slots_of(key)), tuple(leaves), picking(code, names, slots), brief, {})


def follows(bound: Bound, one: Verdicts, amount: p.Amount | p.Nothing | p.Why, *, from_least: bool = False) -> bool:
    """Whether what is said of an award follows from the kernel's way through it; `from_least`: also where it is a range whose lower end is stated."""
    award = one.scheme.award
    assert award is not None

    def constant(expr: t.Expr) -> bool:
        return not any(isinstance(x, _TOLD) for x in references([expr], bound.book))

    shown = [part.expr for part in award.parts] if one.spec.changing or amount is p.Nothing.MEASURED else []
    if amount is p.Nothing.MEASURED and award.expr is not None:
        shown.append(award.expr)
    if isinstance(amount, p.Why) or (isinstance(amount, p.Amount) and amount.low is not None and not from_least) or not all(map(constant, shown)):
        return False
    return not any(limit.counting.ignored for limit in one.scheme.limits)  # whether that decided it turns on the amount


def told_by(kernel: Kernel, key: str) -> bool:
    """Whether what is said of a measure follows from what the kernel went through; what is asked anew of each row, only where words are put together."""
    if composer_of(kernel, key) is not None:
        return all(askable(kernel.bound, n) for n in kernel.code.asked_always(key))
    return way_of(kernel, key) is not None and not kernel.code.asks_always(key)


def composer_of(kernel: Kernel, key: str) -> Composer | None:
    """Kept with the kernel: a register is many tables."""
    made: dict[str, Composer | None] = kernel.extra.setdefault("composers", {})
    if key not in made:
        made[key] = _composer(kernel, key)
    return made[key]


def _composer(kernel: Kernel, key: str) -> Composer | None:
    """Who puts a measure's words together from its conditions'; None where more than they, and the award, is in them."""
    one, amount = kernel.bound.plan.judged[key], kernel.bound.plan.priced[key].amount
    if one.lapse is not None or one.window is not None or one.unread or one.spec.changing:
        return None
    if not isinstance(amount, p.Why) and not follows(kernel.bound, one, amount, from_least=True):  # else nothing is said of it but that it is refused
        return None
    own = amount if isinstance(amount, p.Amount) and len(kernel.bound.plan.joined[key]) == 1 else None
    return Composer(kernel.bound, kernel.code, one, measured=amount is not p.Nothing.MEASURED, amount=own)


def filled(
    result: backend.Result, composers: Iterable[tuple[int, Composer | None]], states: Sequence[int], answers: Sequence[Any],
    asked: Callable[[int], Any], support: int, told: Callable[[], Facts],
) -> backend.Result:  # fmt: skip
    """A result of which the reference has worked out what the kernel does not, as far as that follows from what the kernel read."""
    if False not in result.amounts:
        return result
    amounts = list(result.amounts)
    for n, composer in composers:
        if amounts[n] is False and composer is not None:
            found = composer.ends(One(result.nodes, states, answers, asked=asked), result.outcomes[n], support, told)
            amounts[n] = False if found is None else found
    return result._replace(amounts=tuple(amounts))


def counting(one: Verdicts) -> tuple[Mapping[int, Counts], frozenset[int]]:
    """Of each leaf's node when it counts for a refusal; and those that stand nowhere but in the overall `all`."""
    inner = {gate.node: gate for gate in one.gates[:-1]}
    found: dict[int, set[Counts]] = {}
    outer, deeper = set[int](), set[int]()

    def walk(gate: Gate, top: bool, plain: bool, around: frozenset[int]) -> None:
        for node, role in gate.items:
            within = inner.get(node)
            if within is not None and node not in around:
                walk(within, False, plain and role == Role.WHEN and within.op != Op.NOT, around | {node})
            if within is None or node in one.leaves:
                known = {Role.WHEN: Counts.FAILING, Role.UNLESS: Counts.HOLDING}.get(role)  # type: ignore[call-overload]
                found.setdefault(node, set()).add(known if plain and known is not None and (top or role == Role.WHEN) else Counts.ALWAYS)
                (outer if top and within is None else deeper).add(node)

    walk(one.gates[-1], True, True, frozenset())
    counts = {node: next(iter(x)) if len(x := found.get(node, {Counts.ALWAYS})) == 1 else Counts.ALWAYS for node in one.leaves}
    return counts, frozenset(n for n in outer - deeper if counts[n] is not Counts.ALWAYS)


def said_of(composer: Composer, one: One, outcome: int, ends: Any, support: int, told: Callable[[], Facts]) -> Said:
    """A measure for the enterprise in words."""
    composer.forget()
    mine = composer.numbers(one, told, of_record=False)
    worked = None if outcome == backend.INELIGIBLE else composer.worked(one, outcome, outcome, support, told, mine)
    return composer.said(outcome, mine, worked, ends is not None and ends[0] != ends[1])


_TOLD = (t.FactRef, t.RecordsRef, t.RecognitionRef, t.Variable)
