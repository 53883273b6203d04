"""How far an answer counts: as it is, or only by which side of which figures it stands on.

Most conditions hold one number against one figure. Two enterprises that stand on the same side of every such figure, and say the
same otherwise, get the same verdicts, whatever their numbers are. What must stay true: an answer that is in any other term of a
condition counts as it is; what amounts read is not looked at here.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import assert_never

from ..plain import dataclass
from . import program as p
from .bind import Folded, Plan

Number = Fraction | int


@dataclass(frozen=True, kw_only=True)
class Sides:
    """Of the slots that conditions read: those whose answers count as they are, and the figures others are held against, ascending, in the slot's own scale."""

    whole: frozenset[int]
    cuts: Mapping[int, tuple[Number, ...]]


def sides(plan: Plan, nodes: Iterable[int]) -> Sides:
    """How answers count in the verdicts of these nodes."""
    seen, whole, cuts = set[int](), set[int](), dict[int, set[Number]]()
    todo = list(nodes)

    def reads(*terms: p.Term) -> None:
        for term in terms:
            match term:
                case p.Figure():
                    pass
                case p.Read(slot=slot):
                    whole.add(slot)
                case p.Sum(left=left, right=right) | p.Product(left=left, right=right) | p.Quotient(left=left, right=right):
                    reads(left, right)
                case p.Extreme(items=items):
                    reads(*items)
                case p.Pick(node=node, then=then, otherwise=otherwise):
                    todo.append(node)
                    reads(then, otherwise)
                case p.Row(inputs=inputs):
                    reads(*inputs)
                case _:
                    assert_never(term)

    while todo:
        number = todo.pop()
        if number in seen:
            continue
        seen.add(number)
        match plan.nodes[number]:
            case p.Comparison(left=p.Read(slot=slot), right=p.Figure(number=n)) | p.Comparison(left=p.Figure(number=n), right=p.Read(slot=slot)):
                figure = plan.figures[n]
                if isinstance(figure, Folded):
                    whole.add(slot)
                else:
                    cuts.setdefault(slot, set()).add(figure * plan.places[slot].slot.scale)
            case p.Comparison(left=left, right=right):
                reads(left, right)
            case p.Told(slot=slot):
                whole.add(slot)
            case p.Tabled(slots=slots):
                whole.update(slots)
            case p.Joined(items=items):
                todo += items
            case p.Inverse(item=item) | p.AtMost(item=item):
                todo.append(item)
            case p.Recognised(recognition=recognition):
                todo.append(plan.recognitions[recognition])
            case p.Fixed() | p.Handed() | p.Always():
                pass
            case node:
                assert_never(node)
    return Sides(whole=frozenset(whole), cuts={slot: tuple(sorted(at)) for slot, at in cuts.items() if slot not in whole})


def side(number: Number, cuts: Sequence[Number]) -> int:
    """On which side of which figures a number stands: even between two of them, odd on one."""
    place = bisect_left(cuts, number)
    return 2 * place + (place < len(cuts) and cuts[place] == number)
