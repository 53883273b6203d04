"""Which measures may stand together: components and maximal compatible sets of exclusive groups.

Shared by the compiler (which refuses rulebooks beyond the bound) and the readers (which enumerate
among the measures at hand). Pure combinatorics over names; no amounts here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..errors import TooComplex

MAX_SETS = 4096


def components(keys: Sequence[str], groups: Sequence[Sequence[str]]) -> Iterator[list[str]]:
    """Names connected through a common group, each component sorted, in order of first name."""
    left = sorted(keys)
    while left:
        component: list[str] = []
        frontier = [left[0]]
        while frontier:
            key = frontier.pop()
            if key in left:
                left.remove(key)
                component.append(key)
                frontier += [m for g in groups if key in g for m in g if m in left]
        yield sorted(component)


def compatible_sets(component: Sequence[str], groups: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """All maximal sets with no two members of one group. Raises `TooComplex` beyond `MAX_SETS`."""
    rivals = {k: {m for g in groups if k in g for m in g if m != k} for k in component}
    found: list[tuple[str, ...]] = []

    def grow(chosen: tuple[str, ...], open_: list[str], closed: set[str]) -> None:
        if not open_ and not closed:
            if len(found) == MAX_SETS:
                raise TooComplex(f"互斥的支持事项组合超过 {MAX_SETS} 种：{'、'.join(component[:6])}…；请把互斥组拆小")
            found.append(tuple(sorted(chosen)))
            return
        # the pivot has most friends among the open: only it and its rivals need be tried
        pivot = max((*open_, *sorted(closed)), key=lambda p: sum(1 for o in open_ if o != p and o not in rivals[p]))
        for key in [o for o in open_ if o == pivot or o in rivals[pivot]]:
            grow((*chosen, key), [o for o in open_ if o not in rivals[key] and o != key], {x for x in closed if x not in rivals[key]})
            open_.remove(key)
            closed.add(key)

    grow((), list(component), set())
    return sorted(found)
