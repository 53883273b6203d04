"""What an open condition lacks only under some answers to a choice that is itself not told: asked for after the choice.

Whether a branch counts as an enterprise is nobody's question while it is not known that a branch applies. A cause is
*later* in a condition where an untold choice decides whether the condition hangs on it at all, and where no answer to
it could settle the condition before the choice is told. So is the row a table may not have, while what chooses the row is
not told. What must stay true: every open condition keeps something that is asked for now; what is later here and wanted
at once by another condition or by the amount is wanted at once; and verdicts and causes are left as they were judged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ..language import typed as t
from ..reasoning.evaluate import Evaluator
from ..reasoning.judged import Leaf, MeasureJudged, RecognitionJudged
from ..reasoning.uses import Env
from ..rulebook.compiled import Condition
from ..rulebook.reach import references, roots_of
from ..values import NONE_KNOWN, Cause, Causes, Topic, Truth


class Later:
    """The causes that are asked for later, of one judgement: worked out by the reference on the facts that were judged."""

    def __init__(self, evaluator: Evaluator, recognition: Callable[[str, Any], RecognitionJudged]) -> None:
        """`recognition` says what one was judged to be on a day, by its key."""
        self.evaluator, self.recognition = evaluator, recognition
        self._found: dict[Any, Causes] = {}

    def of(self, leaf: Leaf) -> Causes:
        """What this condition lacks only after a choice is told."""
        if not isinstance(leaf.asked, Condition) or leaf.truth.value is not None or len(leaf.truth.causes) < 2:
            return NONE_KNOWN
        expr, env = leaf.asked.expr, leaf.env
        key = id(expr), env.day, env.document, env.since, leaf.record, leaf.truth.causes
        found = self._found.get(key)
        if found is None:
            met = self.evaluator.untold_choices(expr, env)
            answers = [
                (causes, [self.evaluator.truth_given(expr, env, {slot: option}) for option in options])
                for slot, (options, causes) in met.items()
                if causes <= leaf.truth.causes
            ]
            found = self._found[key] = _later(leaf.truth.causes, answers) | self._behind(expr, env, leaf.truth.causes)
        return found if found < leaf.truth.causes else NONE_KNOWN

    def _behind(self, expr: t.Expr, env: Env, lacking: Causes) -> Causes:
        """What the recognitions it asks after lack only later, and it does not ask itself."""
        nodes = list(references([expr], self.evaluator.book))
        asked = {x.fact for x in nodes if isinstance(x, t.FactRef)}
        later, now = set[Cause](), set[Cause]()
        for key in {x.recognition for x in nodes if isinstance(x, t.RecognitionRef)}:
            found = self.recognition(key, env.day)
            after = self.of_recognition(found)
            later |= after
            now |= (found.truth.causes | found.meets.causes) - after
        return frozenset(c for c in later - now if c in lacking and not (c.what.topic is Topic.FACT and c.what.id in asked))

    def of_measure(self, m: MeasureJudged) -> Causes:
        found = self._in(m.conditions.leaves(), m.missing)
        found -= self._of_amount(m, found & m.award.causes)
        return found | self._rows_not_chosen(m, (m.causes | m.missing | m.award.causes) - found)

    def _rows_not_chosen(self, m: MeasureJudged, lacking: Causes) -> Causes:
        """Of tables of which no row may apply: those of which it is not told yet which row is asked for. Nobody has to set one until it is."""
        without = {c for c in lacking if c.what.topic in (Topic.NO_ROW, Topic.NO_BAND)}
        if not without:
            return NONE_KNOWN
        book = self.evaluator.book
        lookups = [x for x in references(roots_of(book.measures.get(m.spec.key, m.spec)), book) if isinstance(x, t.Lookup)]
        later = set[Cause]()
        for cause in without:
            read = list(references((a for x in lookups if x.table == cause.what.id for a in x.arguments), book))
            facts, columns = {x.fact for x in read if isinstance(x, t.FactRef)}, {x.name for x in read if isinstance(x, t.Field)}
            if any((c.what.topic is Topic.FACT and c.what.id in facts) or (c.what.topic is Topic.FIELD and c.what.part in columns) for c in lacking - without):
                later.add(cause)
        return frozenset(later)

    def of_recognition(self, r: RecognitionJudged) -> Causes:
        leaves = [*r.conditions.leaves(), *(r.held.leaves() if r.held is not None else ())]
        return self._in(leaves, r.truth.causes | r.meets.causes)

    def _of_amount(self, m: MeasureJudged, causes: Causes) -> Causes:
        """Those of the causes that the amount may hang on by itself: an amount has those of its conditions too."""
        if not causes:
            return NONE_KNOWN
        book = self.evaluator.book
        spec = book.measures.get(m.spec.key, m.spec)
        groups = [spec.when, spec.unless, *(g for part in (spec.base, *spec.schemes.values()) for g in (part.when, part.unless))]
        conditions = {id(c.expr) for g in groups for c in g.conditions()}
        facts, columns = set[str](), set[str]()
        for node in references((x for x in roots_of(spec) if id(x) not in conditions), book):
            match node:
                case t.FactRef(fact=key):
                    facts.add(key)
                case t.Field(name=column):
                    columns.add(column)
                case t.RecognitionRef() | t.ConclusionRef():
                    return causes  # what these hang on is not gone into
        return frozenset(c for c in causes if (c.what.id in facts if c.what.topic is Topic.FACT else c.what.topic is not Topic.FIELD or c.what.part in columns))

    def _in(self, leaves: Iterable[Leaf], lacking: Causes) -> Causes:
        """Of what is lacking, what every condition that hangs on it asks for later."""
        if not lacking:
            return NONE_KNOWN
        later, now = set[Cause](), set[Cause]()
        for leaf in leaves:
            if leaf.truth.value is None:
                after = self.of(leaf)
                later |= after
                now |= leaf.truth.causes - after
        return lacking & (later - now)


def _later(lacking: Causes, answers: list[tuple[Causes, list[Truth]]]) -> Causes:
    """`answers`: of each untold choice why it is not known, and what its answers come to, one by one."""
    after = {(cause, causes) for causes, truths in answers for cause in lacking - causes if _only_after(cause, truths)}
    # where each of two would wait for the other, neither does
    found = frozenset(c for c, causes in after if not any((one, other) in after for one in causes for other, _ in answers if c in other))
    return found if found < lacking else NONE_KNOWN


def _only_after(cause: Cause, truths: list[Truth]) -> bool:
    """Some answers leave it out and some do not; and what they leave is not one verdict, which telling it could have reached alone."""
    without = [t.value for t in truths if cause not in t.causes]
    return 0 < len(without) < len(truths) and (None in without or len(set(without)) > 1)


__all__ = ["Later"]
