"""Which reasoner judges: generated Python with durable_rules combining (`rete`), alone (`python`), or the reference.

`rete` is the default where durable_rules imports (CPython 3.11, 3.12); elsewhere the reference, with
a notice once. The receipt always says which it was. All judge the same on everything.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping
from datetime import date

from ..errors import UsageError, clip, told
from ..rulebook.compiled import CompiledRulebook
from .decide import judge
from .facts import Facts
from .judged import Judgement
from .kernel import judge_python

NAMES = ("rete", "python", "reference")
_noticed = False


def judge_with(
    reasoner: str | None, book: CompiledRulebook, facts: Facts, *, on: date, schemes: Mapping[str, str] | None = None,
    only: Collection[str] | None = None,
) -> Judgement:  # fmt: skip
    """Judge with the reasoner named, or with the default one."""
    if reasoner not in (None, *NAMES):
        raise UsageError(f"没有推理方式“{clip(told(reasoner))}”", mend=f"可用：{'、'.join(NAMES)}", argument="reasoner")
    if reasoner == "reference":
        return judge(book, facts, on=on, schemes=schemes, only=only)
    if reasoner == "python":
        return judge_python(book, facts, on=on, schemes=schemes, only=only)
    if not _importable(required=reasoner == "rete"):
        return judge(book, facts, on=on, schemes=schemes, only=only)
    from .inference import judge_rete

    return judge_rete(book, facts, on=on, schemes=schemes, only=only)


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
        from . import inference  # noqa: F401
    except ImportError:
        if required:
            raise UsageError("推理引擎 durable_rules 不可用（没有安装）；改用 --reasoner reference，或按文档安装") from None
        if not _noticed:
            _noticed = True
            sys.stderr.write("提示：推理引擎 durable_rules 不可用，改用参照实现（结论相同）\n")
        return False
    return True


__all__ = ["NAMES", "judge_with", "verify_inference"]
