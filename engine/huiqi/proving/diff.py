"""Two rulebooks compared: what changed, clause by clause, and whose outcome is another for it.

Changes are of entries (`entries`); flips are of enterprises: those of case files, and, where the prover is
installed and asked, one it looks for itself. Every flip is decided twice by the reference.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path

from ..errors import InputError
from ..plain import dataclass
from ..reasoning.casefile import Case, read_case
from ..reasoning.facts import Reader
from ..reasoning.judged import Leaf, MeasureJudged, ReasonKind
from ..reasoning.reasoners import judge_reference
from ..rulebook.compiled import CompiledRulebook, Condition, MeasureSpec, name_of
from ..rulebook.taken import reading_named
from ..telling.amounts import money
from ..words import Outcome, taken_words
from .entries import Entry, Key, Of, entries, reached_by

_KEY = b"huiqi proving: examples have no secrets"


class Sort(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True)
class Change:
    sort: Sort
    key: Key
    before: str
    after: str
    clause: str


@dataclass(frozen=True, kw_only=True)
class Flip:
    """One enterprise whose outcome or amount is another: where it is from, and what turned it."""

    source: str
    measure: str
    title: str
    before: str
    after: str
    because: tuple[str, ...]
    example: str = ""  # the case file of an example that was looked for
    brief: str = ""


@dataclass(frozen=True, kw_only=True)
class Difference:
    a: CompiledRulebook
    b: CompiledRulebook
    changes: tuple[Change, ...]
    flips: tuple[Flip, ...]
    decided: int  # cases decided under both
    unread: tuple[tuple[str, str], ...] = ()  # cases that one of them cannot read, and why
    sought: int | None = None  # measures for which examples were looked for
    unfound: tuple[tuple[str, str], ...] = ()  # measures of which it was not found out, and why


def changes(a: CompiledRulebook, b: CompiledRulebook) -> tuple[Change, ...]:
    """What one has and the other has not, or has otherwise."""
    old, new = entries(a), entries(b)
    out = [_change(k, old.get(k), new.get(k)) for k in dict.fromkeys((*old, *new)) if old.get(k) != new.get(k)]
    return tuple(_paired(out))


def _change(key: Key, old: Entry | None, new: Entry | None) -> Change:
    sort = Sort.ADDED if old is None else Sort.REMOVED if new is None else Sort.CHANGED
    return Change(sort, key, "" if old is None else old.text, "" if new is None else new.text, (new or old or Entry("")).clause)


def _paired(found: Sequence[Change]) -> Iterator[Change]:
    """One figure gone and one come under another period or document: a figure that changed, where there is but one of each."""
    gone = [c for c in found if c.sort is Sort.REMOVED and c.key[0] in (Of.FIGURE, Of.TABLE)]
    come = [c for c in found if c.sort is Sort.ADDED and c.key[0] in (Of.FIGURE, Of.TABLE)]
    pairs: dict[Key, Change] = {}
    skipped: set[Key] = set()
    for one in gone:
        mine = [c for c in come if c.key[:2] == one.key[:2]]
        if len(mine) == 1 and sum(c.key[:2] == one.key[:2] for c in gone) == 1:
            (other,) = mine
            pairs[one.key] = Change(Sort.CHANGED, one.key[:2], "，".join((*one.key[2:], one.before)), "，".join((*other.key[2:], other.after)), other.clause)
            skipped.add(other.key)
    for change in found:
        if change.key not in skipped:
            yield pairs.get(change.key, change)


def compare(a: CompiledRulebook, b: CompiledRulebook, cases: Iterable[Path], *, shown: Mapping[str, str]) -> Difference:
    """The changes, and the flips over the cases of either. `shown` is what a case's file is called."""
    found = changes(a, b)
    flips: list[Flip] = []
    unread: list[tuple[str, str]] = []
    decided = 0
    for path in cases:
        try:
            case = read_case(path)
        except InputError as error:
            unread.append((shown[str(path)], error.problems[0].message))
            continue
        if not {a.id, b.id, a.path, b.path} & set(case.rulebooks):
            continue
        both = [_judged(case, book) for book in (a, b)]
        wrong = next((x for x in both if isinstance(x, str)), None)
        if wrong is not None:
            unread.append((shown[str(path)], wrong))
            continue
        decided += 1
        flips += flipped(shown[str(path)], both[0], both[1], found, a, b)  # type: ignore[arg-type]
    return Difference(a=a, b=b, changes=found, flips=tuple(flips), decided=decided, unread=tuple(unread))


Judged = Mapping[str, MeasureJudged]  # by id of the measure


def _judged(case: Case, book: CompiledRulebook, on: date | None = None) -> Judged | str:
    """The measures of a case, or why it cannot be read."""
    day = on or case.on
    if day is None:
        return "没有审核日期"
    reader = Reader(book, need_unit=True, all_known=False, key=_KEY)
    facts = reader.read(case.data, case.records, case.year)
    if reader.problems:
        return reader.problems[0].message
    known = {m.id: m for m in book.measures.values()}
    schemes = {str(m): str(s) for m, s in case.schemes.items() if m in known and s in known[str(m)].schemes}
    named = [(reading_named(book, str(k)), x.option) for k, x in case.readings.items()]
    taken = {one.key: option for one, option in named if one is not None and not one.chosen and option in one.options}
    judgement = judge_reference(book, facts, on=day, schemes=schemes, readings=taken)
    return {m.spec.id: m for m in judgement.measures.values()}


def flipped(source: str, old: Judged, new: Judged, found: Sequence[Change], a: CompiledRulebook, b: CompiledRulebook) -> Iterator[Flip]:
    """The measures that come out otherwise."""
    for measure in dict.fromkeys((*old, *new)):
        before, after = old.get(measure), new.get(measure)
        said = tuple("没有这一项" if x is None else _said(x) for x in (before, after))
        if said[0] != said[1]:
            title = (after or before).spec.title  # type: ignore[union-attr]
            yield Flip(source=source, measure=measure, title=title, before=said[0], after=said[1], because=tuple(because(before, after, found, a, b)))


def _said(judged: MeasureJudged) -> str:
    """The outcome, and the amount where money is due; where readings are open, of each way of reading."""
    ways = "；".join(f"{taken_words((name_of(k), option) for k, option in way.under)}：{_came(way.judged)}" for way in judged.ways)
    return _came(judged) + (f"（{ways}）" if ways else "")


def _came(judged: MeasureJudged) -> str:
    award = judged.award
    if judged.outcome not in (Outcome.ELIGIBLE, Outcome.UNDETERMINED) or not award.monetary or award.unit != "元" or award.low is None:
        return judged.outcome.label
    if award.low == award.high:
        return f"{judged.outcome.label} {money(award.low)}"
    return f"{judged.outcome.label} {money(award.low)} 至 {'不限' if award.high is None else money(award.high)}"


def because(before: MeasureJudged | None, after: MeasureJudged | None, found: Sequence[Change], a: CompiledRulebook, b: CompiledRulebook) -> Iterator[str]:
    """By which clause: the conditions that refuse on one side only, else the changes that the measure reaches."""
    if before is None or after is None:
        return
    leaves = [_failing(x) for x in (before, after)]
    texts = [{(x.label, x.text, x.start, x.end) for x in side} for side in leaves]
    changed = {c.key: c for c in found}
    told: list[str] = []
    for side, others in ((leaves[1], texts[0]), (leaves[0], texts[1])):
        for condition in side:
            if (condition.label, condition.text, condition.start, condition.end) not in others:
                clause = f"（{condition.basis.clause}）" if condition.basis.clause else ""
                told.append(f"条件“{condition.label}”{clause}")
    reach = reached_by(a, before.spec) | reached_by(b, after.spec)
    for key, change in changed.items():
        if key[:2] in reach and key[0] not in (Of.FILE, Of.FACT):
            told.append(_named(key) + (f"（{change.clause}）" if change.clause else ""))
    yield from list(dict.fromkeys(told))[:4]


def _named(key: Key) -> str:
    if key[0] == Of.MEASURE:
        return "".join(key[2:])
    return f"{key[0]}“{key[1]}”" + "".join(key[2:3])


def _failing(judged: MeasureJudged) -> list[Condition]:
    if judged.reason.kind is not ReasonKind.FAILING:
        return []
    return [x.asked for x in judged.reason.leaves if isinstance(x, Leaf) and isinstance(x.asked, Condition)]


def touched(a: CompiledRulebook, b: CompiledRulebook, found: Sequence[Change]) -> list[tuple[MeasureSpec, MeasureSpec]]:
    """Measures of both that something changed reaches."""
    things = {c.key[:2] for c in found}
    new = {m.id: m for m in b.measures.values()}
    pairs = [(m, new[m.id]) for m in a.measures.values() if m.id in new]
    return [(x, y) for x, y in pairs if (reached_by(a, x) | reached_by(b, y)) & things]


# -- in words ---------------------------------------------------------------------------------------------


def render(diff: Difference) -> str:
    return "\n".join(_lines(diff)) + "\n"


def _lines(diff: Difference) -> Iterator[str]:
    a, b = diff.a, diff.b
    yield f"{a.id} {a.version}（{a.digest[:19]}）→ {b.id} {b.version}（{b.digest[:19]}）"
    if not diff.changes:
        yield "没有改动"
    clauses = dict.fromkeys(c.clause for c in diff.changes)
    for clause in sorted(clauses, key=lambda x: not x):
        if clause:
            spec = b.clauses.get(clause) or a.clauses.get(clause)
            yield f"【{clause}】{spec.title if spec is not None else ''}"
        else:
            yield "【没有写条款的】"
        for change in diff.changes:
            if change.clause == clause:
                yield from change_lines(change)
    yield f"共 {len(diff.changes)} 处改动"
    yield ""
    yield f"核对案例 {diff.decided} 份：{len(diff.flips) - sum(bool(f.example) for f in diff.flips)} 处结论或金额不同"
    for flip in diff.flips:
        if not flip.example:
            yield from _flip_lines(flip)
    for source, why in diff.unread:
        yield f"  没有核对：{source}（{why}）"
    if diff.sought is not None:
        made = [f for f in diff.flips if f.example]
        yield ""
        yield f"求证 {diff.sought} 个有改动的事项：{len(made)} 个找到结论或金额不同的样例"
        for flip in made:
            yield from _flip_lines(flip)
        for measure, why in diff.unfound:
            yield f"  没有找到：{measure}（{why}）"


def change_lines(change: Change) -> Iterator[str]:
    """One change in words: what was and, below, what is."""
    name = " ".join(change.key)
    match change.sort:
        case Sort.ADDED:
            yield f"  新增 {name}：{change.after}"
        case Sort.REMOVED:
            yield f"  删去 {name}：{change.before}"
        case Sort.CHANGED:
            yield f"  改动 {name}：{change.before}"
            yield f"    → {change.after}"


def _flip_lines(flip: Flip) -> Iterator[str]:
    yield f"  {flip.source}  {flip.measure} {flip.title}：{flip.before} → {flip.after}"
    if flip.because:
        yield f"    因：{'；'.join(flip.because)}"
    if flip.brief:
        yield f"    {flip.brief}"


def as_data(diff: Difference) -> dict[str, object]:
    return {
        "format": "huiqi.diff/1", "a": {"id": diff.a.id, "version": diff.a.version, "digest": diff.a.digest},
        "b": {"id": diff.b.id, "version": diff.b.version, "digest": diff.b.digest},
        "changes": [{"sort": c.sort.value, "what": list(c.key), "before": c.before, "after": c.after, "clause": c.clause} for c in diff.changes],
        "cases": diff.decided, "unread": [list(x) for x in diff.unread],
        "flips": [
            {"source": f.source, "measure": f.measure, "before": f.before, "after": f.after, "because": list(f.because), "case": f.example} for f in diff.flips
        ],
        "sought": diff.sought, "unfound": [list(x) for x in diff.unfound],
    }  # fmt: skip


__all__ = ["Difference", "Flip", "as_data", "change_lines", "changes", "compare", "name_of", "render", "touched"]
