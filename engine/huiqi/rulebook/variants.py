"""What of an entry stands under which reading: `读法: {NAME: OPTION}` beside any item of it.

Works on the tree as written, before it is shaped: an item (of a list, or a mapping under a name) that
carries `读法` is there only under those options, and a key whose one value depends on the reading is
written as a list of `{读法: …, 取: 值}`. What must stay true: nothing else of the tree changes, every
word keeps its place, and a condition keeps its number among its neighbours whichever of them stand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .yamltree import Rows, Table

GUARD, VALUE = "读法", "取"
CONDITIONS = frozenset({"when", "unless", "lapses", "all", "any", "not"})
LISTS = CONDITIONS | {
    "members", "clause", "channel", "relies on", "incomplete", "limits", "pay", "funded", "obligations", "evidence", "readings", "population", "lead",
    "with", "aliases", "instead of", "reductions",
}  # fmt: skip

Wanted = Callable[[Table], bool]  # whether an item with this guard stands


class Gone(str):
    """In the place of a condition that does not stand under the reading looked at."""

    __slots__ = ()


def guards(tree: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[Table, tuple[str, ...]]]:
    """Every item that carries `读法`, and the keys it is found under."""
    if isinstance(tree, Table):
        if GUARD in tree:
            yield tree, path
        for key, value in tree.items():
            if key != GUARD:
                yield from guards(value, (*path, str(key)))
    elif isinstance(tree, Rows):
        for value in tree:
            yield from guards(value, path)


def guarded(tree: Any) -> bool:
    return next(guards(tree), None) is not None


def every(tree: Any) -> Any:
    """The tree with all items as if each stood; of values by reading, the first."""
    return under(tree, lambda _: True)


def under(tree: Any, wanted: Wanted) -> Any:
    """The tree with those items only whose reading is wanted."""
    if isinstance(tree, Table):
        out = Table()
        out.at = tree.at
        for key, value in tree.items():
            if key == GUARD:
                continue
            if isinstance(value, Table) and GUARD in value and not wanted(value[GUARD]):
                continue
            if isinstance(value, Rows):
                rows = _rows(value, wanted, str(key))
                if key not in LISTS and value and all(isinstance(x, Table) and GUARD in x for x in value):
                    if rows:
                        out[key] = rows[0]
                    continue
                out[key] = rows
            else:
                out[key] = under(value, wanted)
        return out
    return _rows(tree, wanted, "") if isinstance(tree, Rows) else tree


def _rows(rows: Rows, wanted: Wanted, key: str) -> Rows:
    out = Rows()
    out.at = rows.at
    for item in rows:
        if not (isinstance(item, Table) and GUARD in item):
            out.append(under(item, wanted))
        elif wanted(item[GUARD]):
            kept = under(item, wanted)
            value = kept.get(VALUE, kept)
            out.extend(value) if isinstance(value, Rows) else out.append(value)
        elif key in CONDITIONS:
            out.append(Gone())
    return out


def options_of(guard: Any) -> Mapping[Any, Any]:
    """What a `读法` names: readings and the option of each; nothing where it is not written so."""
    return guard if isinstance(guard, Table) else {}


__all__ = ["GUARD", "VALUE", "Gone", "every", "guarded", "guards", "options_of", "under"]
