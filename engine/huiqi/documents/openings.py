"""The readings nobody has decided, and what each costs: which measures turn on it, and how results differ.

Results are those of cases that were decided for the book; without any, only the measures are named and the
page says so. What must stay true: no option is preferred; a reading that changes no case is not called harmless,
only unseen in these cases; where several readings are open, options are compared with the others held alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from ..plain import dataclass
from ..rulebook.compiled import ChoiceSpec, CompiledRulebook
from ..rulebook.readings import readings_behind
from ..telling.amounts import amount_words
from ..telling.decision import MeasureResult, WayResult
from ..words import Outcome
from . import parts as p


@dataclass(frozen=True, kw_only=True)
class Tried:
    """A case as decided: what its measures came to under each way of reading."""

    case: str
    measures: Mapping[str, MeasureResult]


def behind_open(book: CompiledRulebook) -> list[str]:
    """Ids of the measures that turn on a reading nobody has decided."""
    still = {k for k, r in book.readings.items() if r.open}
    return [m.id for key, m in book.measures.items() if readings_behind(book).get(key, frozenset()) & still]


def openings(book: CompiledRulebook, tried: Sequence[Tried] | None) -> Iterator[str]:
    """The whole page."""
    found = [r for r in book.readings.values() if r.open]
    yield "<h1>未定的读法及后果</h1>"
    if not found:
        yield '<p class="note">没有未定的读法。</p>'
        return
    yield "<p>条文可以有不止一种读法、又没有部门取定的，列在这里：问题是什么，有哪几种读法，牵动哪些事项，在随附的案例里结论差在哪里。先列出的读法并不优先；由主管部门取定后写进规则库。</p>"
    if tried:
        yield f'<p class="note">下面的比较用 {len(tried)} 份案例（{escape("、".join(x.case for x in tried))}），每份按各种读法分别测算；金额都是测算。案例里没有遇到差别，不等于没有差别。</p>'
    else:
        why = "编印时没有测算案例" if tried is None else "没有找到用这个规则库的案例"
        yield f'<p class="note">{why}，只列牵动的事项，不列结论的差别。</p>'
    yield p.table(["读法", "牵动的事项", "案例里有差别的"], (_summary(book, r, tried) for r in found), "openings")
    for reading in found:
        yield from _reading(book, reading, tried)


def _behind(book: CompiledRulebook, reading: ChoiceSpec) -> list[str]:
    known = readings_behind(book)
    return [p.link(p.file_of(m), m.title) for key, m in book.measures.items() if reading.key in known.get(key, frozenset())]


def _summary(book: CompiledRulebook, reading: ChoiceSpec, tried: Sequence[Tried] | None) -> list[str]:
    differing = {(x.case, m.id) for x in tried or () for m in x.measures.values() if any(_apart(reading.name, m))}
    cases = len({case for case, _ in differing})
    seen = "" if not tried else f"{cases} 份案例、{len({m for _, m in differing})} 个事项" if differing else "没有遇到"
    return [p.link(p.place("o", reading.name), reading.name), str(len(_behind(book, reading))), seen]


def _reading(book: CompiledRulebook, reading: ChoiceSpec, tried: Sequence[Tried] | None) -> Iterator[str]:
    yield f'<h2 id="{p.anchor("o", reading.name)}">{escape(reading.name)}</h2><p><b>{escape(reading.question)}</b></p>'
    clauses = "、".join(p.link(p.place("c", c), c) if c in book.clauses else escape(c) for c in reading.basis.clauses)
    yield p.pairs((
        ("条款", clauses), ("可取", "；".join(f"“{escape(o)}”" for o in reading.options)), ("牵动", "、".join(_behind(book, reading)) or "没有事项用到"),
        ("说明", escape(reading.note)),
    ))  # fmt: skip
    yield p.table(
        ["案例", "事项", *(f"读作“{o}”" for o in reading.options)], (row for x in tried or () for m in x.measures.values() for row in _rows(x.case, m, reading))
    )
    behind = {m.id for key, m in book.measures.items() if reading.key in readings_behind(book).get(key, frozenset())}
    many = [f"{escape(x.case)}“{escape(m.title)}”有 {m.beyond} 种" for x in tried or () for m in x.measures.values() if m.beyond and m.id in behind]
    if many:
        yield f'<p class="note">连同别的读法合起来太多、没有逐一测算的：{"；".join(many)}。</p>'


def _rows(case: str, result: MeasureResult, reading: ChoiceSpec) -> Iterator[list[str]]:
    """A row for each way of the other readings under which the options of this one come to different things."""
    for others, ways in _apart(reading.name, result):
        under = f'<div class="note">另读作：{escape("；".join(f"{n}“{o}”" for n, o in others))}</div>' if others else ""
        yield [escape(case), escape(result.title) + under, *(escape(_came_to(ways[o])) if o in ways else "" for o in reading.options)]


def _apart(name: str, result: MeasureResult) -> Iterator[tuple[tuple[tuple[str, str], ...], dict[str, WayResult]]]:
    """The ways of the other readings, each with what every option of this one comes to, where that differs."""
    found: dict[tuple[tuple[str, str], ...], dict[str, WayResult]] = {}
    for way in result.readings:
        taken = dict(way.under)
        if name in taken:
            found.setdefault(tuple(x for x in way.under if x[0] != name), {})[taken[name]] = way
    yield from ((others, ways) for others, ways in found.items() if len(set(map(_came_to, ways.values()))) > 1)


def _came_to(way: WayResult) -> str:
    """As a decision says it: an amount only where it is due."""
    amount = f"测算{amount_words(way.award, str(way.outcome))}" if way.award.monetary and way.outcome is Outcome.ELIGIBLE else ""
    return "，".join([way.words, *([amount] if amount else []), *(f"{i.label} {i.amount}" for i in way.award.instalments)])


__all__ = ["Tried", "behind_open", "openings"]
