"""Which reasoner judges: generated Python with durable_rules combining (`rete`), alone (`python`), or the reference.

`rete` is the default where durable_rules imports (CPython 3.11, 3.12); elsewhere the reference, with
a notice once. The receipt always says which it was. All judge the same on everything.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from ..errors import UsageError, clip, told
from ..rulebook.compiled import CompiledRulebook
from .decide import Engine, judge
from .generated import Generated
from .judged import Judgement
from .kernel import Kernel, Reasoning, before, judge_light, judge_python, plain_of
from .readings import Asked, Once, Reader, judge_readings
from .shared import Shared
from .told import Facts

NAMES = ("rete", "python", "reference")
_noticed = False


def judge_with(
    reasoner: str | None, book: CompiledRulebook, facts: Facts, *, on: date, schemes: Mapping[str, str] | None = None,
    only: Collection[str] | None = None, readings: Mapping[str, str] | None = None,
) -> Judgement:  # fmt: skip
    """Judge with the reasoner named, or with the default one; `readings`, by key, are decided for this case."""
    if reasoner not in (None, *NAMES):
        raise UsageError(f"没有推理方式“{clip(told(reasoner))}”", mend=f"可用：{'、'.join(NAMES)}", argument="reasoner")
    if reasoner not in ("reference", "python") and not _importable(required=reasoner == "rete"):
        reasoner = "reference"
    if reasoner == "reference":
        return judge_reference(book, facts, on=on, schemes=schemes, only=only, readings=readings)
    if reasoner == "python":
        return judge_python(book, facts, on=on, schemes=schemes, only=only, readings=readings)
    return _judge_rete(book, facts, on=on, schemes=dict(schemes or {}), only=only, readings=readings)


def judge_reference(
    book: CompiledRulebook, facts: Facts, *, on: date, schemes: Mapping[str, str] | None = None, only: Collection[str] | None = None,
    readings: Mapping[str, str] | None = None, hindsight: bool = False,
) -> Judgement:  # fmt: skip
    """Judge by the reference; with `hindsight` by all that is known of the rules now, not as on the day of decision."""

    def judging(one: CompiledRulebook, /, *, only: Collection[str] | None, recognising: Collection[Asked] = (), shared: Shared | None = None) -> Judgement:
        return judge(one, facts, on=on, schemes=schemes, only=only, hindsight=hindsight, recognising=recognising, shared=shared)

    if not book.readings:
        return judging(book, only=only)
    return judge_readings(book, readings or {}, Once(book, judging), only=None if only is None else tuple(only))


def _judge_rete(
    book: CompiledRulebook, facts: Facts, *, on: date, schemes: Mapping[str, str], only: Collection[str] | None, readings: Mapping[str, str] | None
) -> Judgement:  # fmt: skip
    """The kernel judges conditions and amounts; the rule engine concludes every recognition and every measure, stratum by stratum."""
    from .inference import Combiner, conclude, judge_rete, posting, rulesets_for

    def reading(told: Facts) -> Reader:
        def judging(one: CompiledRulebook, /, *, only: Collection[str] | None, recognising: Collection[Asked] = (), shared: Shared | None = None) -> Judgement:
            return judge_rete(one, told, on=on, schemes=schemes, only=only, recognising=recognising, shared=shared)

        return judging

    rulesets = rulesets_for(plain_of(book, readings))
    found, plain, parts = before(book, facts, readings, reading, on=on, schemes=schemes, reasoner="rete", within=rulesets.number)

    def concluding(kernel: Kernel, result: Any, left: Collection[str]) -> None:
        if kernel.shown:
            Engine(plain, facts, on, schemes, Combiner(rulesets), Generated).recognise_all(kernel.shown)
        postings = kernel.extra.get(id(rulesets))
        if postings is None:
            verdicts = kernel.bound.plan.judged
            postings = kernel.extra[id(rulesets)] = (rulesets, {k: [posting(rulesets, k, g, kernel.code.where) for g in verdicts[k].gates] for k in kernel.own})
        conclude(rulesets, [one for k, some in postings[1].items() if k not in left for one in some], result.nodes)

    return judge_light(plain, facts, on=on, schemes=schemes, only=only, by=Reasoning(parts, concluding), opened=found)


def verify_inference(book: CompiledRulebook) -> int | None:
    """How many made-up trees of verdicts the rule engine concluded as the reference does; None without the engine.

    Raises `InferenceError` where it concludes otherwise.
    """
    if not _importable(required=False):
        return None
    from .inference import verify

    return verify(book)


def _importable(*, required: bool) -> bool:
    """Whether `inference` imports, which asks for durable_rules; a notice, once, if it does not."""
    global _noticed
    try:
        from . import inference  # noqa: F401 (whether it can be loaded)
    except ImportError:
        if required:
            raise UsageError("推理引擎 durable_rules 不可用（没有安装）；改用 --reasoner reference，或按文档安装") from None
        if not _noticed:
            _noticed = True
            sys.stderr.write("提示：推理引擎 durable_rules 不可用，改用参照实现（结论相同）\n")
        return False
    return True


__all__ = ["NAMES", "judge_reference", "judge_with", "verify_inference"]
