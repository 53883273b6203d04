"""The words an expression may use, how strict to be with it, and what types its parts.

Three contracts and no code: `Scope` is kept by the rulebook compiler, `Typer` by the checker, so that a function or an
operator is typed in a file of its own (`calls`, `arithmetic`). What must stay true: nothing here knows a rulebook.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import KW_ONLY
from enum import StrEnum
from typing import Protocol

from ..errors import Code, Position
from ..plain import dataclass
from . import syntax as s
from . import typed as t
from .types import Bound, Type
from .units import Nouns


class Kind(StrEnum):
    """What kinds of things a name can stand for."""

    FACT = "fact"
    PARAMETER = "parameter"
    TABLE = "table"
    DEFINITION = "definition"
    RECOGNITION = "recognition"
    RECORDS = "records"
    DATE = "date"
    MACRO = "macro"  # an expression of the rulebook compiler's own


@dataclass(frozen=True)
class Symbol:
    """What a name stands for, and what is known of that kind of thing."""

    kind: Kind
    id: str
    type: Type
    _: KW_ONLY
    yearly: bool = False
    bounds: Bound = (None, None)
    inputs: tuple[Type, ...] = ()
    on: str = ""
    macro: s.Node | None = None
    members: tuple[tuple[str, ...], ...] = ()  # words of a list; of a table, those of each input
    whole: bool = False  # of a quantity: it is a whole number, whatever is told
    personal: bool = False  # of a text: it comes as a stand-in, see `persons`


class Scope(Protocol):
    """The words an expression may use; provided by the rulebook compiler."""

    def find(self, name: str) -> Symbol | None: ...

    def field(self, record: str, name: str) -> Symbol | None: ...

    def fields_of(self, record: str) -> Iterable[str]: ...

    def noun(self, record: str) -> str: ...

    def words(self) -> Iterable[str]: ...

    @property
    def nouns(self) -> Nouns: ...

    def is_prefix(self, name: str) -> bool: ...

    def conclusion(self, name: str, node: s.Call, at: Position, record: str) -> tuple[str, str] | None:
        """The key and the title of the measure of that id or title, whose conclusion is asked after (of a `record`, if one is named)."""
        ...

    def measure_words(self) -> Iterable[str]: ...

    def same_thing(self, record: str, column: str, word: str) -> tuple[str, ...]:
        """Every word under which a column may name what `word` names there; nothing where that is the word alone."""
        ...


@dataclass(frozen=True)
class Rules:
    """How strict to be. `figures`: literals allowed; `zero_fails`: what 分母为零 says, if it does."""

    figures: bool = False
    zero_fails: bool | None = None


class Typer(Protocol):
    """What types one expression and collects its complaints; as much of the checker as a function or an operator asks."""

    scope: Scope
    at: Position
    rules: Rules

    def wrong(self, node: s.Node, message: str, *, expected: str = "", mend: str = "", code: Code = Code.WRONG_TYPE) -> t.Expr:
        """A complaint at its place, and a tree of no type, so that nothing more is said of it."""
        ...

    def expr(self, node: s.Node, wanted: Type | None = None) -> t.Expr: ...

    def maybe(self, node: s.Node, wanted: Type | None = None) -> t.Expr:
        """As `expr`; the value may be 无."""
        ...

    def quantity(self, node: s.Node) -> t.Expr: ...

    def records(self, node: s.Node) -> t.Expr | None: ...

    def both(self, left: s.Node, right: s.Node, wanted: Type | None = None) -> tuple[t.Expr, t.Expr]: ...

    def pair(self, node: s.Node, left: s.Node, right: s.Node, what: str, wanted: Type | None = None) -> tuple[t.Expr, t.Expr]: ...

    def options(self, node: s.Node, words: tuple[str, ...], options: tuple[str, ...]) -> None: ...
