"""A judgement by the plan's kernel: outcomes and amounts at once, all that explains them when it is asked for.

The kernel says of every measure its outcome and what it gives; conditions, causes, standings and steps come from `judge`, on
the same facts, when somebody looks at them. What must stay true: both say the same of everything (the differential tests hold
them to it); what the kernel does not know it hands over, an expression, a measure or a whole component of stacking.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import field, fields, replace
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any

from ..backends import python as backend
from ..caching import Cache, Derived
from ..errors import HuiqiError, UsageError
from ..language import typed as t
from ..plain import dataclass
from ..program import Plan, bind, lower
from ..program.known import later, says
from ..rulebook.compiled import SUPPORT, AwardSpec, Choices, CompiledRulebook, MeasureSpec, SchemeSpec, name_of
from ..values import Value
from ..words import Outcome
from .combining import combine_reference
from .decide import Engine, judge
from .generated import Generated
from .judged import AwardJudged, Fired, Judgement, MeasureJudged
from .needed import refuse_choices, shown_recognitions
from .parts import InParts, as_kept
from .readings import Asked, Once, Opened, Reader, judge_readings, opened
from .shared import Shared
from .told import Facts
from .uses import Env

PLANS = 64  # days, years and choices of schemes, of each rulebook: a simulation goes through every scheme for each applicant
ANSWERS = 20_000  # answers remembered of one question
APART = 2  # measures looked at one by one before all are judged
_FACTS = "facts records year warnings real key passing unkept untold unlisted"
_OUTCOMES = {
    backend.INELIGIBLE: Outcome.INELIGIBLE, backend.UNDETERMINED: Outcome.UNDETERMINED, backend.ELIGIBLE: Outcome.ELIGIBLE,
    backend.NOT_IN_FORCE: Outcome.NOT_IN_FORCE,
}  # fmt: skip
_PAYING = (backend.ELIGIBLE, backend.UNDETERMINED)
OUTCOMES = tuple(_OUTCOMES[n] for n in range(4))


class Bound:
    """A rulebook's plan of one day, with the kernels made of it and what the reference answered."""

    def __init__(self, book: CompiledRulebook, on: date, year: int | None, schemes: Mapping[str, str]) -> None:
        self.book, self.on, self.year, self.schemes = book, on, year, schemes
        nobody = self.engine(Facts({}, {}, year))

        def fold(expr: t.Expr, document: str | None) -> Value | None:
            try:
                return nobody.evaluator.value(expr, Env(on, document))
            except UsageError:
                return None  # refused when it is asked, as it would be

        self.plan: Plan = bind(book, lower(book), on=on, year=year, schemes=schemes, fold=fold)
        self.support = next((k for k in book.records if name_of(k) == SUPPORT), None)
        self.answers: dict[int, dict[Any, int]] = {}
        self.kernels: Cache[tuple[str, ...], Kernel] = Cache(32)
        self._last: tuple[Facts, Engine] | None = None
        self._records: dict[str, backend.Kernel | None] = {}
        self.under: dict[Choices, Bound] = {}  # the same with readings decided, for who tries their ways

    def engine(self, facts: Facts) -> Engine:
        return Engine(self.book, facts, self.on, self.schemes, combine_reference, Generated)

    def engine_of(self, facts: Facts) -> Engine:
        """The same engine for as long as the same facts are asked about: what it has judged it knows again."""
        last = self._last  # once: another thread may ask about others
        if last is None or last[0] is not facts:
            last = self._last = facts, self.engine(facts)
        return last[1]

    def kernel(self, keys: tuple[str, ...]) -> Kernel:
        return self.kernels.found(keys, lambda: Kernel(self, keys))

    def of_records(self, key: str) -> backend.Kernel | None:
        """The kernel of a measure for each record, as it judges one record; None where there is none, or the reference is asked of each anew."""
        if key not in self._records:
            one, made = self.plan.listed.get(key), None
            if one is not None and one.all.lapse is None:
                plan = replace(self.plan, judged={key: one.all}, priced={key: one.pricing})
                made = backend.Kernel(plan, (key,), also=(one.overall, one.each), checks=False)
            self._records[key] = None if made is None or made.asks_always(key) else made
        return self._records[key]


class Kernel:
    """The kernel of the measures asked for: those it judges, and those that are the reference's whatever is told."""

    def __init__(self, bound: Bound, keys: tuple[str, ...]) -> None:
        plan, book = bound.plan, bound.book
        handed = {k for k in keys if k in plan.handed}
        self.bound, self.keys = bound, keys
        self.own = tuple(k for k in keys if k not in handed)
        shown = shown_recognitions(book, None if len(keys) == len(book.measures) else keys)
        company = [m for k in self.own for m in sorted(plan.joined[k]) if m in plan.judged]
        self.judged = tuple(dict.fromkeys([*self.own, *company]))  # whom stacking joins to them is judged, too
        self.code = backend.Kernel(plan, self.judged, also=[n for r, n in plan.recognitions.items() if r in shown])
        self.handed = tuple(k for k in keys if k in handed)
        self.extra: dict[Any, Any] = {}  # what a reader beside the kernel works out from it, once
        self.shown = shown
        self.makings = [(plan.judged[k].spec, plan.judged[k].scheme, plan.judged[k].scheme.award) for k in self.own]
        # whom stacking joins to others: two that pay meet, and so may one with another that is the reference's
        mixed = {k for k in self.judged if plan.joined[k] & plan.handed.keys()}
        self.joined = [(n, plan.joined[k], 2 if k in mixed or k in plan.capped else 1) for n, k in enumerate(self.judged) if len(plan.joined[k]) > 1]

    def run(self, facts: Facts) -> tuple[backend.Result, Asking] | None:
        """None where something told is strange to it."""
        try:
            answers = self.code.answers(facts.facts)
        except backend.Strange:
            return None
        asking = Asking(self.bound, facts)
        support = facts.records.get(self.bound.support) if self.bound.support is not None else None
        told = backend.UNTOLD if support is None else backend.TOLD if support.entries or not support.complete else backend.TOLD_EMPTY
        return self.code.run(answers, asking.ask, told), asking

    def left(self, result: backend.Result) -> set[str]:
        """Measures whose amounts are the reference's in this decision, or where stacking has something to settle."""
        plan = self.bound.plan
        out = {k for k, amount in zip(self.judged, result.amounts, strict=True) if amount is False}
        if self.joined:
            counted: dict[frozenset[str], int] = {}
            for n, together, weight in self.joined:
                # what may be paid at all: nothing else meets another measure
                if result.outcomes[n] in _PAYING and result.amounts[n] not in (None, (0, 0)):
                    counted[together] = counted.get(together, 0) + weight
            out |= {m for together, number in counted.items() if number > 1 for m in together}
        if out:
            out = {m for k in out for m in plan.joined[k]}
        return out


@dataclass
class Asking:
    """What the kernel asks of the reference in one decision."""

    bound: Bound
    facts: Facts
    variables: Mapping[str, Any] = field(default_factory=dict)
    asked: int = 0

    @cached_property
    def engine(self) -> Engine:
        return self.bound.engine_of(self.facts)

    def ask(self, number: int, answers: Any) -> int:
        if answers is None:
            return self._asked(number)
        known = self.bound.answers.get(number)
        if known is None:
            known = self.bound.answers.setdefault(number, {})
        found = known.get(answers)
        if found is None:
            found = self._asked(number)
            if len(known) < ANSWERS:
                known[answers] = found
        return found

    def _asked(self, number: int) -> int:
        self.asked += 1
        expr, document = self.bound.plan.asked[number]
        value = self.engine.evaluator.truth(expr, Env(self.bound.on, document, self.variables)).value
        return 1 if value is None else 2 if value else 0


_BOUND: Derived[CompiledRulebook, Cache[Any, Bound]] = Derived(lambda _: Cache(PLANS), key=lambda book: book.digest, size=64)


def bound_for(book: CompiledRulebook, on: date, year: int | None, schemes: Mapping[str, str]) -> Bound:
    """The plan of a rulebook for a day, a year and a choice of schemes, made once."""
    return _BOUND.of(book).found((on, year, frozenset(schemes.items())), lambda: Bound(book, on, year, dict(schemes)))


# -- the judgement, filled on demand -----------------------------------------------------------------------


class Filling:
    """All of a judgement, when somebody asks for what the kernel does not say.

    A measure reads the same alone and in the whole: who looks at one or two has those judged, with
    whom readings join to them; who looks at more has the whole.
    """

    def __init__(self, only: tuple[str, ...] | None, judged: Callable[[tuple[str, ...] | None], Judgement], opened: Opened | None) -> None:
        self.only, self.judged, self.opened = only, judged, opened
        self._parts: list[Mapping[str, MeasureJudged]] = []

    @cached_property
    def whole(self) -> Judgement:
        return self.judged(self.only)

    @property
    def filled(self) -> bool:
        return "whole" in self.__dict__

    def measure(self, spec: MeasureSpec) -> MeasureJudged:
        if not self.filled:
            for part in self._parts:
                if spec.key in part:
                    return part[spec.key]
            if len(self._parts) < APART:
                ids = [spec.id]
                if self.opened is not None:
                    ids = [m.id for k in self.opened.together[spec.key] if (m := self.opened.book.measures[k]) and (self.only is None or m.id in self.only)]
                self._parts.append(self.judged(tuple(ids)).measures)
                return self._parts[-1][spec.key]
        return self.whole.measures[spec.key]


def _carried(full: Any) -> Any:
    """Between processes a light part goes as the full one."""
    return full


class KernelError(HuiqiError):
    """The kernel concluded otherwise than the reference: a defect, never a verdict."""


class _Light:
    """A part that is as good as the full one: equal to it, printed as it, and carried between processes as it."""

    __slots__ = ()

    @property
    def full(self) -> Any:
        raise NotImplementedError

    def __eq__(self, other: object) -> bool:
        return bool(self.full == (other.full if isinstance(other, _Light) else other))

    def __hash__(self) -> int:
        return hash(self.full)

    def __repr__(self) -> str:
        return repr(self.full)

    def __reduce_ex__(self, protocol: Any) -> Any:
        return _carried, (self.full,)


class LightMeasure(_Light, MeasureJudged):
    """A measure whose outcome and amount are there; its other parts are filled when one is looked at."""

    __slots__ = ("filling",)

    def __getattr__(self, name: str) -> Any:
        return _filled(self, MeasureJudged, self.full, name)

    @property
    def full(self) -> MeasureJudged:
        """What explains it, held against what the kernel said."""
        full: MeasureJudged = self.filling.measure(self.spec)
        if full.outcome is not self.outcome or (full.award.low, full.award.high) != (self.award.low, self.award.high):
            kernel, found = (self.outcome, self.award.low, self.award.high), (full.outcome, full.award.low, full.award.high)
            raise KernelError(f"生成的代码与参照不一致：{self.spec.key} 得出 {kernel}，应为 {found}")
        return full


class LightAward(_Light, AwardJudged):
    """The amount alone, in whole 分 until it is read."""

    __slots__ = ("fen", "filling", "of")

    def __getattr__(self, name: str) -> Any:
        if name == "low" or name == "high":
            low, high = (None, None) if self.fen is None else self.fen
            _LOW(self, least := _yuan(low))
            _HIGH(self, most := least if high == low else _yuan(high))
            return least if name == "low" else most
        return _filled(self, AwardJudged, self.full, name)

    @property
    def full(self) -> AwardJudged:
        found: AwardJudged = self.filling.measure(self.of).award
        return found


class LightJudgement(Judgement):
    """A judgement whose measures are light; whatever else is asked of it is filled."""

    def __getattr__(self, name: str) -> Any:
        if name not in _PARTS:
            raise AttributeError(name)
        found = self.__dict__[name] = getattr(self.__dict__["filling"].whole, name)
        return found

    @property
    def worked_out(self) -> bool:
        found: bool = self.__dict__["filling"].filled
        return found

    def work_out(self) -> None:
        """All of it, each measure held against what the kernel said; from then on this is the full one."""
        whole = self.__dict__["filling"].whole
        for light in self.measures.values():
            if isinstance(light, LightMeasure):
                _ = light.full
        self.__dict__["measures"] = whole.measures

    @property
    def derivation(self) -> tuple[Fired, ...]:  # the class has an empty one, which would be found first
        found: tuple[Fired, ...] = self.__dict__["filling"].whole.derivation
        return found


_PARTS = frozenset(f.name for f in fields(Judgement))


def _filled(light: Any, kind: type[Any], full: Any, name: str) -> Any:
    """Every part of `full`, put into the light one; then the part asked for."""
    if name not in _NAMES[kind]:
        raise AttributeError(name)
    for part in _NAMES[kind]:
        object.__setattr__(light, part, getattr(full, part))
    return getattr(full, name)


_NAMES = {kind: tuple(f.name for f in fields(kind)) for kind in (MeasureJudged, AwardJudged)}
_make = object.__new__
_SPEC, _SCHEME, _MEASURE_OUTCOME, _AWARD = (getattr(MeasureJudged, n).__set__ for n in ("spec", "scheme", "outcome", "award"))
_FILLING = LightMeasure.filling.__set__  # type: ignore[attr-defined]
_LOW, _HIGH = (getattr(AwardJudged, n).__set__ for n in ("low", "high"))
_ZERO = Fraction(0)


def _yuan(fen: int | None) -> Fraction | None:
    return fen if fen is None else Fraction(fen // 100) if fen % 100 == 0 and fen else Fraction(fen, 100) if fen else _ZERO


_AWARD_SPEC = getattr(AwardJudged, "spec").__set__  # noqa: B009 - the descriptor of the slot
_AWARD_FILLING, _OF, _FEN = (getattr(LightAward, n).__set__ for n in ("filling", "of", "fen"))


def _light(spec: MeasureSpec, scheme: SchemeSpec, award: AwardSpec | None, outcome: Outcome, fen: Any, filling: Filling) -> MeasureJudged:
    given = _make(LightAward)
    _AWARD_SPEC(given, award)
    _AWARD_FILLING(given, filling)
    _OF(given, spec)
    _FEN(given, fen)
    made = _make(LightMeasure)
    _SPEC(made, spec)
    _SCHEME(made, scheme)
    _MEASURE_OUTCOME(made, outcome)
    _AWARD(made, given)
    _FILLING(made, filling)
    return made


@dataclass(frozen=True)
class Reasoning:
    """Who reasons beside the kernel: `parts` judges all or some in full, `concluding` combines the kernel's verdicts."""

    parts: InParts
    concluding: Callable[[Kernel, backend.Result, Collection[str]], None] | None = None


def judge_light(
    book: CompiledRulebook, facts: Facts, *, on: date, schemes: Mapping[str, str], only: Collection[str] | None, by: Reasoning, opened: Opened | None = None
) -> Judgement:  # fmt: skip
    """Judge by the kernel; by `by.judged` alone where something told is strange to it.

    `opened`: the readings of the rulebook, of which `book` is then the plain one.
    """
    refuse_choices(book, schemes, only)
    asked = None if only is None else tuple(dict.fromkeys(only))
    if (kept := by.parts.kept(asked)) is not None:
        return kept
    facts = by.parts.facts
    filling = Filling(asked, by.parts.judged, opened)
    if any(says(facts, part) for part in later(Facts, _FACTS)):
        return filling.whole
    bound = bound_for(book, on, facts.year, schemes)
    keys = tuple(book.measures) if asked is None else tuple(s.key for s in book.measures.values() if s.id in asked)
    kernel = bound.kernel(keys)
    if not kernel.own:
        return filling.whole
    run = kernel.run(facts)
    if run is None:
        return filling.whole
    result, _ = run
    left = kernel.left(result) if kernel.joined or False in result.amounts else set()
    if opened is not None:
        left |= _unsettled(kernel, result, opened)
        left = set[str]().union(*(opened.together[k] for k in (*left, *kernel.handed)))
    handed = [k for k in keys if k in left or k in kernel.handed] if left or kernel.handed else []
    if len(handed) == len(keys):
        return filling.whole
    part: Mapping[str, MeasureJudged] = by.parts.judged(tuple(book.measures[k].id for k in handed)).measures if handed else {}
    if by.concluding is not None:
        by.concluding(kernel, result, left)
    made = {
        spec.key: _light(spec, scheme, award, OUTCOMES[outcome], fen, filling)
        for (spec, scheme, award), outcome, fen in zip(kernel.makings, result.outcomes, result.amounts, strict=False)
        if spec.key not in left
    }
    measures = {k: part[k] if k in part else made[k] for k in keys} if handed else made
    light = _make(LightJudgement)
    whose = {"book": book} if opened is None else {"book": opened.book, "taken": opened.taken, "meant": None if opened.meant is opened.book else opened.meant}
    light.__dict__.update(whose, facts=facts, on=on, reasoner=by.parts.reasoner, schemes=schemes, only=asked, measures=measures, filling=filling)
    return light


def _unsettled(kernel: Kernel, result: backend.Result, opened: Opened) -> set[str]:
    """Measures that deciding a reading may still settle, or that stand or fall with one."""
    out = set(opened.split)
    for key, outcome, amount in zip(kernel.judged, result.outcomes, result.amounts, strict=True):
        if key in opened.hanging and (outcome == backend.UNDETERMINED or (amount and amount[0] != amount[1])):
            out.add(key)
    return out


def judge_python(
    book: CompiledRulebook, facts: Facts, *, on: date, schemes: Mapping[str, str] | None = None, only: Collection[str] | None = None,
    readings: Mapping[str, str] | None = None,
) -> Judgement:  # fmt: skip
    """Judge by the generated code alone; `readings`, by key, are decided for this case."""
    chosen = dict(schemes or {})

    def reading(told: Facts) -> Reader:
        def judging(one: CompiledRulebook, /, *, only: Collection[str] | None, recognising: Collection[Asked] = (), shared: Shared | None = None) -> Judgement:
            return judge(one, told, on=on, schemes=chosen, only=only, reasoner="python", evaluator=Generated, recognising=recognising, shared=shared)

        return judging

    found, plain, parts = before(book, facts, readings, reading, on=on, schemes=chosen, reasoner="python")
    return judge_light(plain, facts, on=on, schemes=chosen, only=only, by=Reasoning(parts), opened=found)


def plain_of(book: CompiledRulebook, readings: Mapping[str, str] | None) -> CompiledRulebook:
    """The rulebook without its readings, by which a kernel goes."""
    return opened(book, readings or {}, {}).plain if book.readings else book


def before(
    book: CompiledRulebook, facts: Facts, readings: Mapping[str, str] | None, reading: Callable[[Facts], Reader], *, on: date, schemes: Mapping[str, str],
    reasoner: str, within: Hashable = None,
) -> tuple[Opened | None, CompiledRulebook, InParts]:  # fmt: skip
    """What a kernel goes by: the rulebook's readings, the rulebook without them, and how all or some of it is judged in full.

    `reading` is the reader of an enterprise that told these facts; `within`: what else it goes by.
    """
    taken = (readings or {}) if book.readings else {}
    found = opened(book, taken, schemes) if book.readings else None

    def judging(told: Facts, only: Collection[str] | None, recognising: Collection[Asked]) -> Judgement:
        if found is None:
            return reading(told)(book, only=only, recognising=recognising)
        return judge_readings(book, taken, Once(book, reading(told)), only=None if only is None else tuple(only), recognising=recognising)

    kept, lists = as_kept(facts)
    parts = InParts(
        book=book, facts=kept, lists=lists, judging=judging, on=on, schemes=schemes, taken=taken, reasoner=reasoner, within=within,
        meant=None if found is None or found.meant is book else found.meant,
    )  # fmt: skip
    return found, plain_of(book, readings), parts


__all__ = ["Bound", "Kernel", "KernelError", "Reasoning", "before", "bound_for", "judge_light", "judge_python", "plain_of"]
