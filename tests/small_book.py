"""The small test rulebook, its words as a scope, and expressions evaluated against it."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from huiqi import values as v
from huiqi.errors import Problem
from huiqi.language.checker import check
from huiqi.language.parser import parse
from huiqi.language.scope import Rules
from huiqi.language.types import Type
from huiqi.reasoning.combining import combine_reference
from huiqi.reasoning.decide import Engine
from huiqi.reasoning.evaluate import Evaluator
from huiqi.reasoning.facts import Reader
from huiqi.reasoning.uses import Env
from huiqi.rulebook.compile import compiled_with_words
from huiqi.rulebook.compiled import CompiledRulebook
from huiqi.rulebook.compiler import load_compiled
from huiqi.rulebook.literals import Span, show_value
from huiqi.rulebook.source import read_source
from huiqi.telling.phrases import subject_words
from tests.making import SMALL

ZERO = {None: None, "不符合": True, "待核": False}


@cache
def small() -> tuple[CompiledRulebook, Any]:
    """The compiled small rulebook and the scope its expressions are checked in."""
    source = read_source(Path(SMALL))
    return compiled_with_words(source, [(use, load_compiled(use.rulebook)) for use in source.manifest.uses])


def typed(text: str, *, figures: bool = False, zero: str | None = None) -> tuple[Any, list[Problem]]:
    """The typed tree of an expression and every complaint about it."""
    tree, problems, _ = check(parse(text), small()[1], rules=Rules(figures=figures, zero_fails=ZERO[zero]))
    return tree, problems


def evaluated(
    text: str, data: Any = None, records: Any = None, *, on: date = date(2024, 6, 30), year: int | None = 2024,
    figures: bool = False, zero: str | None = None, judge: type[Evaluator] = Evaluator,
) -> str:  # fmt: skip
    """The value of an expression on the facts told, as text."""
    book, _ = small()
    tree, problems = typed(text, figures=figures, zero=zero)
    assert problems == []
    reader = Reader(book, need_unit=True)
    facts = reader.read(data, records, year)
    assert reader.problems == []
    engine = Engine(book, facts, on, {}, combine_reference, judge)
    return shown(engine.evaluator.value(tree, Env(on)), tree.type)


def shown(value: Any, kind: Type) -> str:
    """`9万元`, `0元 至 1万元；missing 类型`, `未知；missing 投资额`, `没有意义；待核；undefined 员工数`."""
    match value:
        case v.Number(low=low, high=high) if value.exact:
            return show_value(low, kind)
        case v.Number(low=low, high=high):
            ends = " 至 ".join("不限" if e is None else show_value(e, kind) for e in (low, high))
            return f"{ends}；{_causes(value)}"
        case v.Unknown():
            return f"未知；{_causes(value)}"
        case v.Undefined(fails=fails):
            return f"没有意义；{'不符合' if fails else '待核'}；{_causes(value)}"
        case v.Known(value=inner):
            if inner is v.ABSENT:
                return "无"
            return show_value(inner, kind) if isinstance(inner, bool | Span | tuple | int) else str(inner)
    return repr(value)


def _causes(value: Any) -> str:
    return "，".join(f"{kind} {what}" for kind, what in sorted((c.kind, subject_words(c.what, small()[0])) for c in value.causes))
