"""Pass: recognitions layer by layer, then measures (`conclusions`). Run only where nothing is wrong.

What must stay true: a recognition tests only such as lie below it; a cycle is refused with its path.
"""

from __future__ import annotations

from ...errors import Position
from ...language import typed as t
from ..reach import reached
from .conclusions import measure_layers
from .session import Session


def strata_of(session: Session) -> tuple[tuple[str, ...], ...]:
    """Recognitions layer by layer, then measures layer by layer; a cycle is refused with its path."""
    edges: dict[str, set[str]] = {}
    for key, spec in session.recognitions.items():
        # under whichever reading: the layers are one for all of them
        roots = [x.expr for one in session.under_readings(spec) for g in (one.when, one.unless, one.lapses) for x in g.conditions()]
        edges[key] = {r.recognition for r in reached(roots, session.definitions, session.tables) if isinstance(r, t.RecognitionRef)}
    level: dict[str, int] = {}

    def depth(key: str, trail: tuple[str, ...]) -> int:
        if key in trail:
            path = " → ".join(session.recognitions[k].title for k in (*trail[trail.index(key) :], key))
            session.wrong(Position(str(session.source.folder)), "资格互相引用成环", path, "不成环", "去掉其中一处引用")
            return 0
        if key not in level:
            level[key] = 1 + max((depth(n, (*trail, key)) for n in sorted(edges.get(key, ()))), default=-1)
        return level[key]

    for key in sorted(edges):
        depth(key, ())
    layers: list[list[str]] = [[] for _ in range(max(level.values(), default=-1) + 1)]
    for key, value in sorted(level.items()):
        layers[value].append(key)
    return (*(tuple(layer) for layer in layers), *measure_layers(session))
