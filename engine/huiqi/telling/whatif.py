"""What would make a measure eligible: read off the judged conditions, decided again before it is said.

What already decides comes before what is merely not told: while a told fact refuses, no document helps.
What must stay true: nothing is asked for that does not bear on the outcome (an alternative already met
asks for nothing, a condition under `not` is asked the other way round), and where the changes that are
named do not suffice together, what then still fails is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice, product

from ..errors import CaseError, HuiqiError
from ..plain import dataclass
from ..reasoning.receipt import facts_of
from ..rulebook.compiled import CompiledRulebook, Op, Role
from ..rulebook.taken import Taken
from ..words import Outcome
from .changes import Change, Kind, told_instead
from .decision import ConditionResult, Decision, GroupResult, MeasureResult, RecognitionResult
from .results import decide

WAYS = 8  # how many choices among alternatives are decided again


@dataclass(frozen=True)
class Obstacle:
    """One condition that must come out otherwise: as `wanted`; `open` where it is not settled yet."""

    condition: ConditionResult
    wanted: bool

    @property
    def open(self) -> bool:
        return self.condition.truth.value is None

    @property
    def changes(self) -> tuple[Change, ...]:
        """The verified changes that do, if any were found."""
        gap = self.condition.gap
        return gap.changes if gap is not None and self.wanted and not self.open else ()


@dataclass(frozen=True)
class Need:
    """Every part, or any one of them (`either`)."""

    parts: tuple[Obstacle | Need, ...]
    either: bool = False
    label: str = ""

    @property
    def open(self) -> bool:
        """Whether telling more could be enough."""
        states = [p.open for p in self.parts]
        return any(states) if self.either else all(states)


def needs(result: MeasureResult | RecognitionResult) -> Need:
    """What the conditions of a measure or a recognition still ask for; no parts where all hold."""
    found = _of(result.conditions, True)
    return found if isinstance(found, Need) and not found.either else Need(() if found is None else (found,))


def records_left(result: MeasureResult) -> list[Need]:
    """What each record asks for that earns nothing, of a measure some record is already enough for."""
    groups = [g for g in result.conditions.items if isinstance(g, GroupResult) and g.role == Role.WHEN and g.op == Op.ANY and g.truth.value is True]
    records = [r for g in groups for r in g.items if isinstance(r, GroupResult) and r.record is not None]
    found = [(r, _of(r, True)) for r in records]
    return [n if isinstance(n, Need) else Need((n,), label=r.label) for r, n in found if n is not None]


def _of(item: ConditionResult | GroupResult, wanted: bool) -> Obstacle | Need | None:
    """What must change for an item to come out as wanted; None where it does already."""
    if item.truth.value is wanted:
        return None
    if isinstance(item, ConditionResult):
        return Obstacle(item, wanted)
    if item.op == Op.NOT:
        return _of(item.items[0], not wanted)
    parts = []
    for child in item.items:
        turned = child.role == Role.UNLESS and item.role != Role.UNLESS  # as `counted` counts it
        if (found := _of(child, wanted is not turned)) is not None:
            parts.append(found)
    either = (item.op == Op.ANY) is wanted
    if len(parts) == 1 and not item.record:
        return parts[0]
    # what decides first, then what is only open; among alternatives, what only has to be told
    return Need(tuple(sorted(parts, key=lambda p: p.open is not either)), either, item.label)


def asks(need: Need) -> Iterator[Obstacle]:
    for part in need.parts:
        if isinstance(part, Obstacle):
            yield part
        else:
            yield from asks(part)


def ways(need: Need) -> Iterator[tuple[Obstacle, ...]]:
    """The choices among alternatives: what each of them asks for, all together."""
    options = [((p,),) if isinstance(p, Obstacle) else tuple(islice(ways(p), WAYS)) for p in need.parts]
    if need.either:
        yield from (w for option in options for w in option)
    else:
        yield from (tuple(a for chosen in combined for a in chosen) for combined in product(*options))


@dataclass(frozen=True)
class Retried:
    """What came of deciding again with the changes named for some conditions."""

    asked: tuple[Obstacle, ...]
    eligible: bool
    failing: tuple[str, ...]  # labels of conditions that then fail
    contradictions: tuple[str, ...]  # with other data as told


def retried(book: CompiledRulebook, decision: Decision, measure: str, need: Need) -> list[Retried]:
    """Each way whose settled refusals all have a change to be made, decided again."""
    out = []
    for way in islice(ways(need), WAYS):
        refused = tuple(a for a in way if not a.open)
        changes = tuple(dict.fromkeys(c for a in refused for c in a.changes))
        possible = all(a.changes for a in refused) and all(c.source.kind is not Kind.TOTAL and not c.past(decision.on) for c in changes)
        if refused and possible and (found := _retry(book, decision, measure, refused, changes)) is not None:
            out.append(found)
    return out


def _retry(book: CompiledRulebook, decision: Decision, measure: str, asked: tuple[Obstacle, ...], changes: Sequence[Change]) -> Retried | None:
    values = {c.source: c.value for c in changes}
    wanted = {(s.place, x) for s, x in values.items()}  # one thing may be read in two ways, by itself and through its list
    if len({place for place, _ in wanted}) < len(wanted):  # two conditions want different values of one thing
        return Retried(asked, False, tuple(a.condition.label for a in asked), ())
    on = next((x for x in values.values() if isinstance(x, date) and any(s.kind is Kind.DAY and values[s] is x for s in values)), decision.on)
    asked_for = decision.asked
    schemes = {k: s for k, s in asked_for.schemes.items() if k == measure} if asked_for else {}
    readings = {k: Taken.from_dict(x) for k, x in asked_for.readings.items()} if asked_for else {}
    try:
        facts = facts_of(book, decision.input, decision.key)
        new = decide(book, told_instead(facts, values), on=on, schemes=schemes, only=[measure], readings=readings).measures[measure]
    except CaseError as error:
        return Retried(asked, False, (), tuple(p.message for p in error.problems))
    except HuiqiError:
        return None
    failing = tuple(dict.fromkeys(a.condition.label for a in asks(needs(new)) if not a.open)) if new.conditions.truth.value is False else ()
    if new.outcome == Outcome.NOT_IN_FORCE:
        failing = (new.words,)
    return Retried(asked, new.outcome == Outcome.ELIGIBLE, failing, ())


__all__ = ["Need", "Obstacle", "Retried", "asks", "needs", "records_left", "retried", "ways"]
