"""Entries with parts that stand only under a reading, compiled once for each way they can be read.

What must stay true: one variant for each combination of the options, so that exactly one holds
whatever is decided; what is wrong in several of them is told once; and an entry without readings is
compiled as if there were none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Any, TypeVar

from ...errors import Code, InputError, Position, suggestion
from ...words import taken_words
from .. import compiled as c
from .. import models as m
from ..variants import GUARD, LISTS, VALUE, guarded, guards, options_of, under
from ..yamltree import Table
from .session import Session

MOST = 64  # combinations of the readings that one entry names
E = TypeVar("E", bound=m.Entry)
S = TypeVar("S", c.MeasureSpec, c.RecognitionSpec, c.StackingSpec)


def variants_of(session: Session, key: str, model: type[E], entry: E, tree: Table, build: Callable[[E, Table], S | None], *, whole: bool) -> S | None:
    """What the entry is; its variants are left in the session. `whole`: the entry itself may stand under a reading only.

    Returned is the variant under what the rulebook has chosen, of open readings the first option.
    """
    if not guarded(tree):
        return build(entry, tree)
    named = _named(session, tree, whole=whole)
    if named is None:
        return None
    combinations = [tuple(zip(named, taken, strict=True)) for taken in product(*(session.readings[k].options for k in named))]
    if len(combinations) > MOST:
        names = "、".join(session.readings[k].name for k in named)
        session.wrong(tree.at, f"这一项牵涉的读法太多，合起来有 {len(combinations)} 种", names, f"不超过 {MOST} 种", "把能合并的读法合成一个，或拆成几项")
        return None
    made: list[c.Variant] = []
    found: S | None = None
    ids = dict(session.condition_ids.seen)
    for choices in combinations:
        session.condition_ids.seen = dict(ids)
        known = len(session.problems)
        taken = dict(choices)
        spec = _one(session, model, tree, taken, build)
        said = {(p.at, p.message, p.found) for p in session.problems[:known]}
        session.problems[known:] = [p for p in session.problems[known:] if (p.at, p.message, p.found) not in said]
        made.append(c.Variant(under=choices, spec=spec))
        if all(option == (session.readings[k].chosen or session.readings[k].options[0]) for k, option in choices):
            found = spec
    session.variants[key] = tuple(made)
    return found


def _one(session: Session, model: type[E], tree: Table, taken: Mapping[str, str], build: Callable[[E, Table], S | None]) -> S | None:
    def wanted(guard: Any) -> bool:
        return all(taken[_key(session, str(name))] == str(option) for name, option in options_of(guard).items())

    if GUARD in tree and not wanted(tree[GUARD]):
        return None
    shaped = under(tree, wanted)
    try:
        return build(m.validate(model, shaped), shaped)
    except InputError as error:
        session.problems += error.problems
        return None


def _key(session: Session, name: str) -> str:
    symbol = session.symbols.get(name)
    return symbol.id if symbol is not None and symbol.id in session.readings else ""


def _named(session: Session, tree: Table, *, whole: bool) -> tuple[str, ...] | None:
    """The readings an entry names, in the order of the rulebook; None where one is named wrongly."""
    before, found = len(session.problems), set[str]()
    values: dict[tuple[str, ...], list[tuple[Position, dict[str, str]]]] = {}
    for item, path in guards(tree):
        guard, at = item[GUARD], item.key(GUARD)
        if not path and not whole:
            session.wrong(
                at,
                "整个事项或资格不能只在一种读法下存在",
                "",
                f"在它的条件、封顶、方案里写 {GUARD}",
                f"写成一条条件，例如 - 适用本项: 读法名 = 选项，{GUARD} 删去",
            )
        if not isinstance(guard, Table) or not guard:
            session.wrong(at, f"{GUARD} 写作 {{名称: 选项}}", str(guard)[:40], f"{GUARD}: {{增长额口径: 全部增长额}}", "名称是 readings.yaml 里的 id")
            continue
        if VALUE in item and path and path[-1] not in LISTS and isinstance(guard, Table):
            values.setdefault(path, []).append((at, {str(k): str(o) for k, o in guard.items()}))
        if VALUE in item and set(item) != {GUARD, VALUE}:
            session.wrong(
                item.key(VALUE),
                f"写了 {VALUE} 的一项只有 {GUARD} 和 {VALUE} 两个键",
                "、".join(map(str, item)),
                f"{{{GUARD}: …, {VALUE}: 值}}",
                "其余的键写进取的值里，或删去",
            )
        for name, option in guard.items():
            key, place = _key(session, str(name)), getattr(name, "at", Position())
            names = [r.name for r in session.readings.values()]
            if not key:
                session.wrong(place, "没有这个读法", str(name), "、".join(names) or "readings.yaml 里的 id", suggestion(str(name), names), Code.UNKNOWN_NAME)
            elif str(option) not in session.readings[key].options:
                options = session.readings[key].options
                session.wrong(
                    getattr(option, "at", place), f"“{name}”没有这种读法", str(option), "、".join(options), suggestion(str(option), options), Code.UNKNOWN_NAME
                )
            else:
                found.add(key)
    for path, items in values.items():
        _once(session, path[-1], items)
    return None if len(session.problems) > before else tuple(k for k in session.readings if k in found)


NEEDED = frozenset({"award", "amount", "up to", "per", "rule", "share"})  # values that no reading may leave out


def _once(session: Session, key: str, items: Sequence[tuple[Position, Mapping[str, str]]]) -> None:
    """One value under each option: neither two nor, of what must be there, none."""
    named = list(dict.fromkeys(name for _, guard in items for name in guard if _key(session, name)))
    for taken in product(*(session.readings[_key(session, n)].options for n in named)):
        whole = dict(zip(named, taken, strict=True))
        standing = [at for at, guard in items if all(whole.get(n) == o for n, o in guard.items())]
        words = taken_words(whole.items())
        if len(standing) > 1:
            session.wrong(standing[1], f"{words}时，{key} 有 {len(standing)} 个值", "", "每种读法一个值", f"先见 {standing[0]}；删去一个，或改写它的 {GUARD}")
            return
        if not standing and key in NEEDED:
            session.wrong(items[0][0], f"{words}时，{key} 没有值", "", f"{{{GUARD}: …, {VALUE}: 值}}", "补上这种读法下的值")
            return
