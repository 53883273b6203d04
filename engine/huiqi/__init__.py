"""huiqi 惠企: enterprise-support policy as data, decided exactly and explained in Chinese.

    book = huiqi.load("datong-outsourcing")
    decision = book.decide(huiqi.read_case("cases/….yaml"), on=date(2026, 6, 30))

Importing this package imports neither durable_rules nor any heavy library; the names below are
loaded when first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ._version import __version__
from .errors import (
    CaseError,
    Code,
    ExpressionError,
    HuiqiError,
    InputError,
    NotThere,
    Position,
    Problem,
    RulebookError,
    TooComplex,
    UnknownRulebook,
    UsageError,
)

if TYPE_CHECKING:
    from .about import AwardForm, Fact, Measure, Reading, Record
    from .api import Rulebook, load
    from .asking.questions import Question
    from .asking.remedies import FactChange, Margin, NotMoved, Remedies, Remedy, Search
    from .reasoning.casefile import Case, read_case
    from .telling.decision import Decision
    from .telling.simulated import Simulated
    from .values import ABSENT as NONE

_LAZY = {
    "load": (".api", "load"), "Rulebook": (".api", "Rulebook"), "read_case": (".reasoning.casefile", "read_case"),
    "Case": (".reasoning.casefile", "Case"), "Decision": (".telling.decision", "Decision"), "NONE": (".values", "ABSENT"),
    "AwardForm": (".about", "AwardForm"), "Fact": (".about", "Fact"), "Measure": (".about", "Measure"), "Record": (".about", "Record"),
    "Reading": (".about", "Reading"), "Simulated": (".telling.simulated", "Simulated"), "Question": (".asking.questions", "Question"),
    **{name: (".asking.remedies", name) for name in ("FactChange", "Margin", "NotMoved", "Remedies", "Remedy", "Search")},
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        module, attribute = _LAZY[name]
        value = getattr(import_module(module, __name__), attribute)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'huiqi' has no attribute {name!r}")


__all__ = [
    "NONE", "AwardForm", "Case", "CaseError", "Code", "Decision", "ExpressionError", "Fact", "FactChange", "HuiqiError", "InputError", "Margin",
    "Measure", "NotMoved", "NotThere", "Position", "Problem", "Question", "Reading", "Record", "Remedies", "Remedy", "Rulebook", "RulebookError", "Search", "Simulated",
    "TooComplex", "UnknownRulebook", "UsageError", "__version__", "load", "read_case",
]  # fmt: skip
