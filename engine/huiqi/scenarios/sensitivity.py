"""Sensitivity: for each fact that a condition, a window or an amount reads, some scenario in which another value moves it.

Moves it means both: that very condition is judged otherwise (or that very amount is another), and a
claim of the scenario no longer holds. So what the checks hold is every node on the way, not the end
alone. What must stay true: a link that was not looked for is never counted as held.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from ..errors import HuiqiError, Position
from ..language import typed as t
from ..language.types import record_of
from ..plain import dataclass
from ..rulebook.compiled import CompiledRulebook, FactSpec, MeasureSpec, RecognitionSpec, Spec, own_specs
from ..rulebook.reach import references
from ..telling.decision import MeasureResult
from .models import Feature, Kind, Step
from .steps import take
from .story import Draft, Load, Measured, Misuse, Result, Story
from .variation import other_values
from .waivers import MOVES, Waiver, of_book

AMOUNT = "金额"
WINDOW = "受理期"
Change = Callable[[Draft], Draft]
ROWS = 12  # of a list of a scenario whose cells are changed: a scenario of more says nothing to who reads it


@dataclass(frozen=True, kw_only=True, order=True)
class Link:
    """A fact (or column) and one place that reads it: a condition by its label, the window, or the amount (no role)."""

    subject: str  # id of the measure or recognition
    title: str
    role: str  # when | unless | window | ""
    label: str
    record: str  # name of the record type; "" for a fact of the enterprise
    fact: str

    @property
    def told(self) -> str:
        return f"{self.record}的{self.fact}" if self.record else self.fact


def links(book: CompiledRulebook) -> dict[Link, Position]:
    """Every link of a rulebook's own measures and recognitions, with where it is written."""
    out: dict[Link, Position] = {}
    own = own_specs(book)
    for spec in own:
        variants = [x.spec for x in book.variants.get(spec.key, ()) if isinstance(x.spec, MeasureSpec | RecognitionSpec)]
        for role, label, at, roots in (node for one in (spec, *variants) for node in _nodes(one)):
            for record, fact in _read(book, roots, paid=not role):
                out.setdefault(Link(subject=spec.id, title=spec.title, role=role, label=label, record=record, fact=fact), at)
    return out


def _nodes(spec: Spec) -> Iterator[tuple[str, str, Position, list[t.Expr]]]:
    groups = [spec.when, spec.unless]
    schemes = [spec.base, *spec.schemes.values()] if isinstance(spec, MeasureSpec) else []
    for scheme in schemes:
        groups += [scheme.when, scheme.unless]
    for group in groups:
        yield from ((str(c.role), c.label, c.at, [c.expr]) for c in group.conditions())
    if isinstance(spec, MeasureSpec):
        if spec.window is not None:
            yield "window", WINDOW, spec.window.at or spec.at, [spec.window.expr]
        paying = [e for s in schemes if s.award is not None for e in (s.award.expr, s.award.low) if e is not None]
        yield "", AMOUNT, spec.at, [*paying, *(x for r in spec.reductions for x in (r.condition.expr, r.share))]


def _read(book: CompiledRulebook, roots: Iterable[t.Expr], *, paid: bool) -> Iterator[tuple[str, str]]:
    """Record type and fact, as cases call them."""
    columns = {(r.name, f) for r in book.records.values() for f in r.fields}
    keys = {(r.name, r.key_field) for r in book.records.values()}
    for node in references(roots, book):
        match node:
            case t.FactRef(fact=key):
                yield "", book.facts[key].name
            case t.Field(base=base, name=name) if ((record := record_of(base.type)), name) in columns:
                if not (paid and (record, name) in keys):  # in an amount a key only names its record
                    yield record, name
            case _:
                pass


def of_one_text(places: Mapping[Link, Position], found: Iterable[Link]) -> frozenset[Link]:
    """Those that were moved, and the others of the same shared condition: written once, it is one text, and moved in one measure it is moved."""
    moved_here = {(places[x], x.role, x.label, x.record, x.fact) for x in found if x in places and x.role}
    return frozenset(found) | {x for x, at in places.items() if (at, x.role, x.label, x.record, x.fact) in moved_here}


# -- what is left ---------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Sensitivity:
    """What the scenarios of a rulebook move: of `places`, those they must (`wanted`) and those `excused` by name; `whole`: all was gone through."""

    places: Mapping[Link, Position]
    wanted: frozenset[Link]
    excused: Mapping[str, Link]
    moved: frozenset[Link]
    whole: bool

    @property
    def held(self) -> frozenset[Link]:
        return self.wanted & self.moved

    @property
    def lost(self) -> list[Link]:
        """Those that no scenario moves; none is said to be while some scenario was not gone through."""
        return sorted(self.wanted - self.moved) if self.whole else []

    def stale(self, waivers: Iterable[Waiver]) -> Iterator[tuple[Waiver, Link | None]]:
        """Waivers of what a scenario does move, and of what is not read there (no link)."""
        for one in waivers:
            link = self.excused.get(one.what)
            if MOVES in one.what and (link is None or link in self.moved):
                yield one, link


def sensitivity(
    book: CompiledRulebook,
    features: Sequence[Feature],
    waivers: Iterable[Waiver],
    load: Load,
    *,
    until: float | None = None,
    tick: Callable[[], None] = lambda: None,
) -> Sensitivity:
    """For each fact that is read, whether a scenario notices when it is another. A condition listed as one that cannot decide is not asked."""
    named = {w.what for w in of_book(waivers, book.id)}
    undeciding = {name.split("（")[0] for name in named}
    places = links(book)
    excused = {name: x for x in places if (name := _named(book.id, x)) in named}
    wanted = frozenset(x for x in places if f"{book.id}/{x.subject}: {x.label}".split("（")[0] not in undeciding) - set(excused.values())
    found, whole = moved(book, features, [*wanted, *excused.values()], load, until=until, tick=tick)
    return Sensitivity(places=places, wanted=wanted, excused=excused, moved=of_one_text(places, found), whole=whole)


def _named(book: str, link: Link) -> str:
    """As `undecidable.yaml` lists it."""
    return f"{book}/{link.subject}: {link.label}{MOVES}{link.told}"


# -- which scenario moves what ---------------------------------------------------------------------------


def moved(
    book: CompiledRulebook,
    features: Sequence[Feature],
    wanted: Iterable[Link],
    load: Load,
    *,
    until: float | None = None,
    tick: Callable[[], None] = lambda: None,
) -> tuple[frozenset[Link], bool]:
    """The links that some scenario moves, and whether all scenarios were gone through before `until` (of `time.monotonic`)."""
    missing, found = set(wanted), set[Link]()
    for feature in features:
        for scenario in feature.scenarios:
            tick()
            tellings = [steps for _, steps in scenario.told()]
            mine = {x for x in missing if any(_speaks_of(steps, x) for steps in tellings)}
            if not mine:
                continue
            if _late(until):
                return frozenset(found), False
            for steps in tellings:
                mine -= (now := _moved_by(book, steps, mine, load, until))
                found |= now
                missing -= now
                if mine and _late(until):  # the links left may not have been gone through
                    return frozenset(found), False
    return frozenset(found), True


def _late(until: float | None) -> bool:
    return until is not None and time.monotonic() > until


def _speaks_of(steps: Iterable[Step], link: Link) -> bool:
    names = (f"“{link.title}”", f"“{link.subject}”")
    return any(s.kind is Kind.THEN and any(n in s.text for n in names) for s in steps)


def _moved_by(book: CompiledRulebook, steps: Sequence[Step], wanted: set[Link], load: Load, until: float | None) -> set[Link]:
    """What other values of the facts told move, at each 测算 of one telling."""
    found: set[Link] = set()
    story = Story()
    with suppress(HuiqiError):  # a scenario that does not pass moves nothing
        for place, step in enumerate(steps):
            if step.kind is not Kind.WHEN:
                story = take(story, step.kind, step.text, step.table, load)
                continue
            after = list(_claims(steps[place + 1 :]))
            before, story = story, take(story, step.kind, step.text, step.table, load)
            assert story.measured is not None
            if story.measured.refused is None and not _unheld(story, after, load):
                for links_, change in _changes(book, before.draft, wanted):
                    open_ = links_ - found
                    if open_ and not _late(until):
                        found |= _noticed(replace(before, draft=change(before.draft)), story.measured, step, after, open_, load)
    return found


def _claims(steps: Sequence[Step]) -> Iterator[Step]:
    for step in steps:
        if step.kind is not Kind.THEN:
            return
        yield step


def _unheld(story: Story, claims: Iterable[Step], load: Load) -> bool:
    """Whether some claim does not hold."""
    try:
        for step in claims:
            take(story, step.kind, step.text, step.table, load)
    except HuiqiError:
        return True
    return False


def _changes(book: CompiledRulebook, draft: Draft, wanted: set[Link]) -> Iterator[tuple[set[Link], Change]]:
    """Each told value that wanted links read, changed, one at a time."""
    for name, told in draft.data.items():
        spec = _fact(book, name)
        mine = {x for x in wanted if spec is not None and not x.record and x.fact == spec.name}
        if spec is not None and mine:
            yield from ((mine, with_told(name, value)) for value in other_values(spec, told))
    for record, rows in draft.records.items():
        kind = next((r for k, r in book.records.items() if book.names.get(record) == k or record == r.name), None)
        for column in {c for row in rows for c in row} if kind is not None else ():
            field = kind.fields.get(column) if kind is not None else None
            mine = {x for x in wanted if kind is not None and x.record == kind.name and x.fact == column}
            if field is None or not mine:
                continue
            for place, row in enumerate(rows[:ROWS]):
                if column in row:
                    yield from ((mine, _column(record, place, column, value)) for value in other_values(field, row[column]))


def _fact(book: CompiledRulebook, name: str) -> FactSpec | None:
    key = book.names.get(name)
    return book.facts.get(key) if key is not None else next((f for f in book.facts.values() if name in (f.name, f.id)), None)


def with_told(name: str, value: Any) -> Change:
    """The same case with another value told of one fact."""
    return lambda draft: draft.with_fact(name, value)


def _column(record: str, place: int, column: str, value: Any) -> Change:
    def change(draft: Draft) -> Draft:
        rows = draft.records[record]
        return draft.with_rows(record, (*rows[:place], {**rows[place], column: value}, *rows[place + 1 :]))

    return change


def _noticed(story: Story, before: Measured, step: Step, claims: Sequence[Step], wanted: set[Link], load: Load) -> set[Link]:
    """The links whose node came out otherwise, where some claim does not hold any more."""
    try:
        after = take(story, step.kind, step.text, step.table, load)
    except HuiqiError:
        return set()
    if after.measured is None or after.measured.refused is not None or not _unheld(after, claims, load):
        return set()
    return {x for x in wanted if _node(before, x) != _node(after.measured, x) and (x.role or _outcome(before, x) == _outcome(after.measured, x))}


def _node(measured: Measured, link: Link) -> Any:
    """What stands at the link's place: verdicts of the condition, record by record, or the amount."""
    result = _result(measured, link)
    if result is None:
        return None
    if link.role == "window":
        return str(result.window.truth.verdict) if isinstance(result, MeasureResult) and result.window is not None else None
    if link.role:
        return sorted((str(c.record), str(c.truth.verdict)) for c in result.conditions.leaves() if (str(c.role), c.label) == (link.role, link.label))
    return (result.award.settled, result.award.at_most) if isinstance(result, MeasureResult) else None


def _outcome(measured: Measured, link: Link) -> Any:
    """An amount that is another only because the outcome is holds nothing of how it is calculated."""
    result = _result(measured, link)
    return result.outcome if isinstance(result, MeasureResult) else None


def _result(measured: Measured, link: Link) -> Result | None:
    try:
        return measured.result(link.subject)
    except (Misuse, HuiqiError):
        return None
