"""From the decisions of a round to what its pools share out, and to how far its targets are reached.

What is kept of one applicant's decision are bounds as plain texts (`PoolClaim`, `Counted`), small enough to store; the round puts them together. What
must stay true: whoever is not decided, is doubted or stands in no readable row is an open applicant, never one that takes
nothing; of a ceiling nothing is certain below it; a figure is the one of the applicants' own days; every share carries the weakest
standing of all it turned on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

from ..language import typed as t
from ..plain import dataclass
from ..reasoning.combining import combine_reference
from ..reasoning.decide import Engine
from ..reasoning.evaluate import Evaluator
from ..reasoning.judged import Judgement, MeasureJudged
from ..reasoning.pooled import Claim, Part, Pool, Portion, Shared, Span
from ..reasoning.uses import Env
from ..rulebook.compiled import AwardBasis, CompiledRulebook, PoolSpec, Standing, TargetSpec
from ..values import Known, Number
from ..words import Outcome, Verdict
from .pools import share_out

Ends = tuple[str, str]  # least and most as texts of fractions; empty: not known


@dataclass(frozen=True, kw_only=True)
class PoolClaim:
    """Of one applicant and one pool. Amounts and figures are in the pool's unit."""

    pool: str
    part: str
    amount: Ends
    base: Ends | None
    rank: tuple[Ends, ...]
    figures: tuple[tuple[str, Ends], ...]  # budget, places, cap_before, cap_after, as they are on its day
    standing: int


@dataclass(frozen=True, kw_only=True)
class Counted:
    """What one applicant counts for a target, by one way of counting."""

    target: str
    label: str
    amount: Ends


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One applicant of a round: by what it is called, and what is kept of it; `decided` and not `doubted`, with no measure of the pool `touched`, or it is open."""

    id: str
    claims: Sequence[PoolClaim] = ()
    decided: bool = True
    doubted: bool = False
    touched: frozenset[str] = frozenset()  # the measures, by rulebook and id, that a suspicion touches


@dataclass(frozen=True, kw_only=True)
class PoolShared:
    """What one pool of a round comes to, and the weakest standing of all that it turned on."""

    spec: PoolSpec
    shared: Shared
    standing: Standing

    def certain(self, portion: Portion) -> bool:
        """Whether the share may be called an amount of support: nobody can change it, and it rests on what is in force."""
        return portion.part is not Part.OUT and portion.settled and self.standing < Standing.ASSUMED


@dataclass(frozen=True, kw_only=True)
class Progressed:
    """How far a register reaches one target, counted one way; `unknown`: applicants of whom it is not known."""

    target: TargetSpec
    label: str
    amount: Span
    verdict: Verdict
    unknown: int


# -- of one applicant ----------------------------------------------------------------------------------


def claims_of(judgement: Judgement) -> tuple[PoolClaim, ...]:
    """What it claims of each pool all of whose measures were judged."""
    pools = [p for p in judgement.book.pools if all(k in judgement.measures for k in p.members)]
    if not pools:
        return ()
    asked = _Asked(judgement)
    return tuple(_claim(asked, judgement, pool) for pool in pools)


def _claim(asked: _Asked, judgement: Judgement, pool: PoolSpec) -> PoolClaim:
    judged = [m for m in (judgement.measures[k] for k in pool.members) if m.applied is not False]
    parts = {Part.IN if m.outcome is Outcome.ELIGIBLE else Part.OPEN if m.outcome is Outcome.UNDETERMINED else Part.OUT for m in judged}
    part = next((p for p in Part if p in parts), Part.OUT)
    amounts = [_amount(m) for m in judged]
    low = sum((a for a, _ in amounts), Fraction(0))
    high = None if any(b is None for _, b in amounts) else sum((b for _, b in amounts if b is not None), Fraction(0))
    named = {"budget": pool.budget, "places": pool.places, "cap_before": pool.cap_before, "cap_after": pool.cap_after}
    figures = tuple((name, _ends(asked(expr))) for name, expr in named.items() if expr is not None)
    rank = tuple((low, high) if o.by is None else asked(o.by) for o in pool.order)
    base = None if pool.base is None else _ends(asked(pool.base))
    own = judgement.book.basis_standing(pool.basis, judgement.on, on=judgement.on)
    standing = max([own, asked.standing, *(max(m.standing, m.award.standing) for m in judged if m.outcome is not Outcome.NOT_IN_FORCE)])
    return PoolClaim(
        pool=pool.key, part=part.value, amount=_ends((low, high)), base=base, rank=tuple(map(_ends, rank)), figures=figures, standing=int(standing)
    )


def _amount(judged: MeasureJudged) -> tuple[Fraction, Fraction | None]:
    """What is due for one measure: of a ceiling it may be anything below it, of an open outcome anything up to its most."""
    award = judged.award
    if judged.outcome not in (Outcome.ELIGIBLE, Outcome.UNDETERMINED):
        return Fraction(0), Fraction(0)
    certain = judged.outcome is Outcome.ELIGIBLE and award.spec.basis is AwardBasis.FIXED
    return (award.low or Fraction(0)) if certain else Fraction(0), award.high


def progress_of(judgement: Judgement) -> tuple[Counted, ...]:
    """What it counts for each target that says how to count."""
    targets = [x for x in judgement.book.targets if x.progress]
    if not targets:
        return ()
    asked = _Asked(judgement)
    out = []
    for target in targets:
        for one in target.progress:
            if one.total is not None:
                low, high = asked(one.total)
                found: tuple[Fraction | None, Fraction | None] = low or Fraction(0), high  # never negative: the compiler has proved it
            else:
                found = (Fraction(1), Fraction(1)) if one.count is None else asked.whether(one.count)
            out.append(Counted(target=f"{judgement.book.id}/{target.id}", label=one.label, amount=_ends(found)))
    return tuple(out)


class _Asked:
    """The reference, on the facts that were decided on; `standing` is the weakest of the figures it has read."""

    def __init__(self, judgement: Judgement) -> None:
        book = judgement.meant or judgement.book
        self._engine = Engine(book, judgement.facts, judgement.on, judgement.schemes, combine_reference, Evaluator, hindsight=judgement.hindsight)
        self._env = Env(judgement.on)
        self.standing = Standing.ENACTED

    def __call__(self, expr: t.Expr) -> tuple[Fraction | None, Fraction | None]:
        value, uses, _ = self._engine.evaluator.traced(expr, self._env)
        self.standing = max([self.standing, *(u.standing for u in uses)])
        match value:
            case Number(low=low, high=high):
                return low, high
            case Known(value=date() as day):
                return Fraction(day.toordinal()), Fraction(day.toordinal())
            case Known(value=int() as year):
                return Fraction(year), Fraction(year)
            case _:
                return None, None

    def whether(self, expr: t.Expr) -> tuple[Fraction, Fraction]:
        truth = self._engine.evaluator.truth(expr, self._env).value
        return Fraction(truth is True), Fraction(truth is not False)


def _ends(pair: tuple[Fraction | None, Fraction | None]) -> Ends:
    low, high = pair
    return "" if low is None else str(low), "" if high is None else str(high)


def _span(ends: Ends, scale: int = 1) -> Span:
    low, high = ends
    return Span(Fraction(low) * scale if low else None, Fraction(high) * scale if high else None)


# -- of the round --------------------------------------------------------------------------------------


def share_round(book: CompiledRulebook, entries: Sequence[Entry], *, lost: int = 0) -> tuple[PoolShared, ...]:
    """What each pool of a rulebook comes to over a round; `lost` rows belong to nobody that could be read.

    A pool that nobody was judged under (its measures were not asked for) is not among them.
    """
    return tuple(found for pool in book.pools if (found := _shared(pool, entries, lost)) is not None)


def _shared(spec: PoolSpec, entries: Sequence[Entry], lost: int) -> PoolShared | None:
    kept = {x.id: one for x in entries for one in x.claims if one.pool == spec.key and x.decided}
    if not kept:
        return None
    unknown = Claim(
        id="", amount=Span(0, None), part=Part.OPEN, base=Span(0, None) if spec.base is not None else None, rank=(Span(None, None),) * len(spec.order)
    )
    claims = []
    for x in entries:
        one = kept.get(x.id)
        claim = replace(unknown, id=x.id) if one is None else _told(one, doubted=x.doubted or not x.touched.isdisjoint(spec.members))
        claims.append(replace(claim, id=x.id))
    claims += [replace(unknown, id=f"\0{n}") for n in range(lost)]
    shared = share_out(_pool(spec, list(kept.values())), claims)
    shown = tuple(p for p in shared.portions if not p.id.startswith("\0"))
    return PoolShared(spec=spec, shared=replace(shared, portions=shown), standing=Standing(max(x.standing for x in kept.values())))


def _told(one: PoolClaim, *, doubted: bool) -> Claim:
    """In 分. What claims nothing for certain and whose verdict is open stays open."""
    part = Part(one.part)
    return Claim(
        id="", amount=_cents(_span(one.amount, 100)), part=Part.OPEN if doubted and part is Part.IN else part,
        base=None if one.base is None else _span(one.base), rank=tuple(map(_span, one.rank)),
    )  # fmt: skip


def _cents(span: Span) -> Span:
    """Whole 分: the least cut down, the most up."""
    return Span(int(span.low or 0), None if span.high is None else -int(-span.high // 1))


def _pool(spec: PoolSpec, claims: Sequence[PoolClaim]) -> Pool:
    """The rule with its figures; where applicants are decided on different days, or a figure is not set, they lie between two ends."""
    named: Mapping[str, list[Ends]] = {name: [e for x in claims for n, e in x.figures if n == name] for name in ("budget", "places", "cap_before", "cap_after")}
    found = {name: _hull(_span(e, 1 if name == "places" else 100) for e in ends) if ends else None for name, ends in named.items()}
    whole = {name: Span(span.low and int(span.low), span.high and int(span.high)) if span is not None else None for name, span in found.items()}
    return Pool(
        id=spec.id, budget=whole["budget"], share=spec.share, by_base=spec.base is not None, highest=tuple(o.highest for o in spec.order),
        places=whole["places"], ties=spec.ties, edge=spec.edge, cap_before=whole["cap_before"], cap_after=whole["cap_after"],
        left_over=spec.left_over, remainder=spec.remainder,
    )  # fmt: skip


def _hull(spans: Iterable[Span]) -> Span:
    found = list(spans)
    lows, highs = [x.low for x in found], [x.high for x in found]
    return Span(None if None in lows else min(x for x in lows if x is not None), None if None in highs else max(x for x in highs if x is not None))


def progress_round(book: CompiledRulebook, counted: Sequence[Sequence[Counted]]) -> Iterator[Progressed]:
    """How far the register reaches each target: `counted` of every applicant, empty of one that was not decided."""
    for target in book.targets:
        for one in target.progress:
            key = f"{book.id}/{target.id}"
            found = [next((c.amount for c in mine if (c.target, c.label) == (key, one.label)), None) for mine in counted]
            spans = [Span(0, None if one.total is not None else 1) if x is None else _span(x) for x in found]
            least, most = [x.low for x in spans], [x.high for x in spans]
            low = None if None in least else sum((Fraction(x) for x in least if x is not None), Fraction(0))
            high = None if None in most else sum((Fraction(x) for x in most if x is not None), Fraction(0))
            total = Span(low, high)
            unknown = sum(not x.settled for x in spans)
            yield Progressed(target=target, label=one.label, amount=total, verdict=_reached(target, total), unknown=unknown)


def _reached(target: TargetSpec, total: Span) -> Verdict:
    goal = target.goal
    assert goal is not None
    if total.low is not None and (total.low > goal or (total.low == goal and not target.beyond)):
        return Verdict.HOLDS
    if total.high is not None and (total.high < goal or (total.high == goal and target.beyond)):
        return Verdict.FAILS
    return Verdict.UNKNOWN
