"""What has to be judged for what is asked for, and whether it can be asked for at all.

Whom stacking joins to a measure, whose conclusions it asks after, which recognitions stand beside it. What must stay
true: it follows from the rulebook alone, so that it is worked out once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ..caching import WAYS, Derived
from ..errors import UsageError, clip, suggestion
from ..language import typed as t
from ..rulebook.called import meant
from ..rulebook.compiled import (
    CompiledRulebook,
    MeasureSpec,
)
from ..rulebook.reach import references, roots_of


def refuse_choices(book: CompiledRulebook, schemes: Mapping[str, str], only: Collection[str] | None) -> None:
    """Measures and schemes asked for that the rulebook has not. Raises `UsageError`."""
    if not schemes and not only:
        return
    by_id = {s.id: s for s in book.measures.values()}
    for measure, name in schemes.items():
        if measure not in by_id:
            raise UsageError(f"没有支持事项“{clip(measure)}”", mend=_by_its_id(measure, by_id), argument="scheme")
        if name not in by_id[measure].schemes:
            known = "、".join(by_id[measure].schemes) or "（没有参照方案）"
            raise UsageError(f"“{by_id[measure].title}”没有方案“{clip(name)}”", mend=f"可用：{known}", argument="scheme")
    for measure in only or ():
        if measure not in by_id:
            raise UsageError(f"没有支持事项“{clip(measure)}”", mend=_by_its_id(measure, by_id), argument="measures")


def _by_its_id(word: str, by_id: Mapping[str, MeasureSpec]) -> str:
    """What to write instead: here a measure is asked for by its id, whoever knows its title."""
    found = meant(word, {i: s.title for i, s in by_id.items()})
    if found:
        return "写编号：" + "、".join(f"{i}（{by_id[i].title}）" for i in found[:6])
    return suggestion(word, by_id) or "可用：" + "、".join(by_id)


def company(book: CompiledRulebook, keys: Collection[str]) -> frozenset[str]:
    """The measures that must be judged with these: whom stacking joins to them, directly or through others."""
    found, waiting = set(keys), list(keys)
    while waiting:
        key = waiting.pop()
        for group in book.stacking:
            if key in group.members:
                fresh = [m for m in group.members if m not in found]
                found.update(fresh)
                waiting += fresh
    return frozenset(found)


def dependencies(book: CompiledRulebook, keys: Collection[str]) -> frozenset[str]:
    """These measures and those whose conclusions they ask after, directly or through others."""
    found, waiting = set(keys), list(keys)
    while waiting:
        fresh = [k for k in book.measures[waiting.pop()].asks if k not in found]
        found.update(fresh)
        waiting += fresh
    return frozenset(found)


def shown_recognitions(book: CompiledRulebook, keys: Collection[str] | None) -> set[str]:
    """The recognitions that stand beside these measures in a decision; all of them where everything is decided."""
    return set(book.recognitions) if keys is None else {r for k in keys for r in recognitions_of(book, k)}


def recognitions_of(book: CompiledRulebook, key: str) -> frozenset[str]:
    """The recognitions the conditions of a measure ask after."""
    known = _RECOGNITIONS.of(book)
    if key not in known:
        known[key] = _recognitions_of(book, key)
    return known[key]


def _recognitions_of(book: CompiledRulebook, key: str) -> frozenset[str]:
    spec = book.measures[key]
    groups = [spec.when, spec.unless, *(g for s in spec.schemes.values() for g in (s.when, s.unless))]
    roots = [c.expr for g in groups for c in g.conditions()]
    return frozenset(n.recognition for n in references(roots, book) if isinstance(n, t.RecognitionRef))


# of the measures that were asked after: a way of reading is asked for few of them
_RECOGNITIONS: Derived[CompiledRulebook, dict[str, frozenset[str]]] = Derived(lambda _: {}, key=lambda book: book.digest, size=WAYS)


def asking_alone(book: CompiledRulebook, key: str) -> frozenset[str] | None:
    """The recognitions that a measure may ask after which is judged on the day of decision and by itself; None of one that is not."""
    known = _ALONE.of(book)
    if key not in known:
        spec = book.measures[key]
        with_others = spec.asks or spec.governed_by is not None or key in _JOINED.of(book)
        known[key] = None if with_others else frozenset(n.recognition for n in references(roots_of(spec), book) if isinstance(n, t.RecognitionRef))
    return known[key]


def _joined(book: CompiledRulebook) -> frozenset[str]:
    """The measures that others ask after, and those that share their records."""
    asked = {m for spec in book.measures.values() for m in spec.asks}
    return frozenset(asked | {m for g in book.stacking if g.column for m in g.members})


_JOINED: Derived[CompiledRulebook, frozenset[str]] = Derived(_joined, key=lambda book: book.digest, size=WAYS)
_ALONE: Derived[CompiledRulebook, dict[str, frozenset[str] | None]] = Derived(lambda _: {}, key=lambda book: book.digest, size=WAYS)

__all__ = ["asking_alone", "company", "dependencies", "recognitions_of", "refuse_choices", "shown_recognitions"]
