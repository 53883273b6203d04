"""One enterprise, one rulebook, one day: the judgement.

Conditions are judged (`conditions`), verdicts combined stratum by stratum (`combining`), amounts and
standings follow measure by measure (`measure`), then stacking. Reasoners differ only in who judges a
condition (`evaluator`: the reference, or `generated`) and in who combines verdicts (`combine`: Kleene,
or durable_rules in `inference`).
Everything else is shared, so that an explanation has one source. There is no clock: `on` is given.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from ..rulebook.compiled import (
    CompiledRulebook,
    MeasureSpec,
    SchemeSpec,
)
from ..values import Causes, Truth
from ..words import Outcome
from .account import Account
from .combining import Combine, combine_reference
from .conditions import Conditions
from .evaluate import Evaluator
from .judged import Judgement, MeasureJudged
from .measure import Itemised, Prepared, prepared
from .needed import asking_alone, company, dependencies, refuse_choices, shown_recognitions
from .shared import Shared, Sharing
from .stacking import Finishing, among, share_records, stack
from .told import Facts


class Engine(Conditions):
    """Decides one enterprise. Holds only what one decision needs; make a new one for each."""

    def measures(self, wanted: Collection[str]) -> tuple[dict[str, MeasureJudged], dict[str, tuple[Account, Finishing]]]:
        """The measures of these keys, in the order of the rulebook; stacking is still to come. What is not applied for shares no record."""
        stores = self._stores(wanted)
        there = {k: found for k, store in stores.items() if (found := store.get(k)) is not None and found.judged.spec is self.book.measures[k]}
        ready = self._concluded(dependencies(self.book, [k for k in wanted if k not in there]))
        itemised = {k: ready[k] for k in self.book.measures if k in wanted and k not in there}
        shared = {key: p.account for key, p in itemised.items() if p.account is not None and self.facts.applied_for(key)}
        share_records(self.book, shared, itemised, self.evaluator)
        for key, p in itemised.items():
            there[key] = found = p.settled().paid()
            if key in stores:
                stores[key][key] = found
        judged = {k: there[k].judged for k in self.book.measures if k in wanted}
        # what stacking may still change is finished again; nothing settled holds the engine, so that it goes when it is done with
        kept: dict[str, tuple[Account, Finishing]] = {
            key: (account, there[key].finishing(self.evaluator))
            for key, m in judged.items()
            if (account := there[key].account) is not None and m.outcome in (Outcome.ELIGIBLE, Outcome.UNDETERMINED)
        }
        return judged, kept

    def _stores(self, wanted: Collection[str]) -> dict[str, dict[Any, Any]]:
        """Of measures that come out the same whatever else is judged beside them: where what they come to is kept for other ways of reading.

        Not where a rule engine has to conclude, or a statement may settle something; nor what asks after others or is asked after,
        shares its records, or may ask after a recognition that is not concluded already.
        """
        sharing = self.evaluator.sharing
        if sharing is None or self.combine is not combine_reference or self.facts.statement is not None:
            return {}
        return {
            k: sharing.measure("measures", k)
            for k in wanted
            if (asked := asking_alone(self.book, k)) is not None and all((r, self.on) in self.recognised for r in asked)
        }

    def verdict(self, key: str) -> Truth:
        """Whether the conditions of a measure hold and it is in force; nothing of what it gives is worked out."""
        self._concluded(dependencies(self.book, {key}), but=key)
        one = self.prepared(key)
        return one.judged(self.combine([(key, one.tree())])[key]).verdict

    def prepared(self, key: str) -> Prepared:
        """A measure on its way, and nothing else judged."""
        spec = self.book.measures[key]
        return prepared(self, spec, self.scheme_of(spec))

    def _concluded(self, needed: Collection[str], *, but: str = "") -> dict[str, Itemised]:
        """These measures (`but` one that is only asked about), stratum by stratum; whom one of them asks after has a conclusion."""
        out, asked = dict[str, Itemised](), {k for key in needed for k in self.book.measures[key].asks}
        for layer in self.book.strata:
            fresh = {k: self.prepared(k) for k in layer if k in needed and k != but}
            results = self.combine([(key, p.tree()) for key, p in fresh.items()]) if fresh else {}
            there = {key: p.judged(results[key]).itemised() for key, p in fresh.items()}
            self.evaluator.conclusions.update({k: one.settled().conclusion() for k, one in there.items() if k in asked})
            out |= there
        return out

    def recognise_all(self, wanted: Collection[str]) -> None:
        """Conclude, stratum by stratum, the recognitions of these keys on the day of decision."""
        for layer in self.book.strata:
            self._layer([k for k in layer if k in wanted], self.on)

    def scheme_of(self, spec: MeasureSpec) -> SchemeSpec:
        if not spec.schemes:
            return spec.base
        name = self.schemes.get(spec.id)
        return spec.schemes[name] if name is not None else next(iter(spec.schemes.values()))


# -- the judgement ----------------------------------------------------------------------------------


def judge(
    book: CompiledRulebook, facts: Facts, *, on: date, schemes: Mapping[str, str] | None = None, only: Collection[str] | None = None,
    combine: Combine = combine_reference, reasoner: str = "reference", evaluator: type[Evaluator] = Evaluator, hindsight: bool = False,
    recognising: Collection[tuple[str, date | Causes]] = (), shared: Shared | None = None,
) -> Judgement:  # fmt: skip
    """Judge one enterprise on day `on`.

    `schemes` chooses a scheme by measure id; `only` restricts to measures by id: what those do not
    depend on is not judged. `recognising`: recognitions to conclude beside, each with its day. `shared`:
    with judgements of the same facts by the same reader under other readings. Raises `UsageError` for a wrong choice.
    """
    schemes = dict(schemes or {})
    refuse_choices(book, schemes, only)
    by_id = {s.id: s for s in book.measures.values()}
    engine = Engine(book, facts, on, schemes, combine, evaluator, hindsight=hindsight)
    if shared is not None:
        engine.evaluator.share(Sharing(shared, book))
    asked = None if only is None else tuple(dict.fromkeys(only))
    keys = set(book.measures) if asked is None else {by_id[m].key for m in asked}
    together = company(book, keys)
    shown = shown_recognitions(book, None if asked is None else keys)
    engine.recognise_all(shown)
    for key, day in recognising:
        engine.recognition(key, day)
    standing = {*((key, on) for key in shown), *recognising}
    judged, accounts = engine.measures(together)
    if facts.applied is not None:
        judged = {k: replace(m, applied=k in facts.applied) for k, m in judged.items()}
    stacked, total = stack(book, {k: m for k, m in judged.items() if facts.applied_for(k)}, accounts, engine.evaluator)
    measures = {k: stacked.get(k, m) for k, m in judged.items() if k in keys}
    if keys != together:
        total = among(total, stacked, keys)
    return Judgement(
        book=book, facts=facts, on=on, reasoner=reasoner, schemes=schemes, only=asked, measures=measures,
        recognitions={k: r for k, r in engine.recognised.items() if k in standing}, total=total, hindsight=hindsight,
        conclusions=dict(engine.evaluator.conclusions), covers=tuple(sorted(engine.covers)),
    )  # fmt: skip


__all__ = ["Engine", "judge"]
