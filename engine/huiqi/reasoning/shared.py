"""What the judgements of one enterprise under several ways of reading need to work out only once.

Rulebooks with a reading decided one way and another are alike but for what the reading touches. What
must stay true: something is shared only among ways that agree on every reading that may touch it, and
only for one enterprise on one day under one choice of schemes; what is shared is what each would have
worked out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..caching import WAYS, Derived
from ..language import typed as t
from ..rulebook.compiled import CompiledRulebook
from ..rulebook.reach import references
from ..rulebook.readings import readings_behind

Under = tuple[tuple[str, Any, Any], ...]  # readings, each as it is taken and how firmly


class Shared:
    """Made for one judgement over the readings of `book`, and handed to the evaluator of each way."""

    def __init__(self, book: CompiledRulebook) -> None:
        self.book = book
        self._known = _TOUCHED.of(book)
        self._stores: dict[tuple[str, Under], dict[Any, Any]] = {}

    def touched(self, expr: t.Expr) -> tuple[frozenset[str] | None, bool]:
        """The readings that may touch an expression or what it names (None where it asks after conclusions, which are never
        shared), and whether it asks after recognitions."""
        found = self._known.get(id(expr))
        if found is None or found[0] is not expr:
            found = self._known[id(expr)] = (expr, *self._touched(expr))
        return found[1:]

    def _touched(self, expr: t.Expr) -> tuple[frozenset[str] | None, bool]:
        behind, out, recognising = readings_behind(self.book), set[str](), False
        for node in references([expr], self.book):
            match node:
                case t.ConclusionRef():
                    return None, recognising
                case t.ParameterRef(parameter=key) if key in self.book.readings:
                    out.add(key)
                case t.RecognitionRef(recognition=key):
                    out |= behind.get(key, frozenset())
                    recognising = True
        return frozenset(out), recognising

    def store(self, name: str, under: Under = ()) -> dict[Any, Any]:
        """What an evaluator keeps under a name of its own, for those that take these readings so."""
        return self._stores.setdefault((name, under), {})


class Sharing:
    """The part of what is shared that one way of reading may take and leave: `book` is the rulebook so decided."""

    def __init__(self, shared: Shared, book: CompiledRulebook) -> None:
        self.shared, self.book = shared, book
        self._under: dict[frozenset[str], Under] = {}

    def common(self, name: str) -> dict[Any, Any]:
        """What no reading can touch."""
        return self.shared.store(name)

    def store(self, name: str, expr: t.Expr) -> dict[Any, Any] | None:
        """Where what is worked out for an expression is kept under that name; None where it is not shared."""
        touched, _ = self.shared.touched(expr)
        return None if touched is None else self._of(name, touched)

    def measure(self, name: str, key: str) -> dict[Any, Any]:
        """Where what is worked out of a measure is kept under that name."""
        return self._of(name, readings_behind(self.shared.book).get(key, frozenset()))

    def _of(self, name: str, touched: frozenset[str]) -> dict[Any, Any]:
        under = self._under.get(touched)
        if under is None:
            under = self._under[touched] = _under(touched, self.book.parameters)
        return self.shared.store(name, under)

    def recognising(self, expr: t.Expr) -> bool:
        """Whether an expression asks after recognitions: whoever asks has them concluded, too."""
        return self.shared.touched(expr)[1]


def _under(touched: frozenset[str], parameters: Mapping[str, Any]) -> Under:
    return tuple((key, x.value, x.basis.hand) for key in sorted(touched) for x in parameters[key].versions)


_TOUCHED: Derived[CompiledRulebook, dict[int, tuple[t.Expr, frozenset[str] | None, bool]]] = Derived(lambda _: {}, key=lambda book: book.digest, size=WAYS)

__all__ = ["Shared", "Sharing"]
