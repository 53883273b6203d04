"""An expression in the words of a letter: `证书的合格费用 × 补助比例 70%`, `申报年度前一年的从业人员`.

`printer.sentence` prints what can be read back, for whoever writes rules. An officer has to sign what stands
here: no dots, no binders, no `于`; a name of another rulebook by its last part; and, where they are given, the
figures beside their names, of what goes by a reading only the way taken, and what has a line of its own by that
line's name. What must stay true: nothing reads this back, and no figure is left out or put in that the
expression does not name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field

from ..language import syntax as s
from ..language import typed as t
from ..language.named import named_in
from ..language.printer import Printer
from ..language.types import Date, Year
from ..plain import dataclass

KEPT = 10_000
_SAID: dict[int, tuple[t.Expr, str]] = {}  # of what stands in a rulebook, found by the frozen tree itself
_YEARS = {"1": "一", "2": "两", "3": "三", "4": "四", "5": "五"}


def spoken(expr: t.Expr | s.Node) -> str:
    """In words."""
    if not isinstance(expr, t.Expr):
        return _Spoken((), Known()).text(expr, 0)
    found = _SAID.get(id(expr))
    if found is not None and found[0] is expr:
        return found[1]
    if len(_SAID) >= KEPT:
        _SAID.clear()
    return _SAID.setdefault(id(expr), (expr, _Spoken(t.walk(expr), Known()).text(expr.source, 0)))[1]


@dataclass(frozen=True)
class Known:
    """What is known where an expression is said."""

    figures: Mapping[str, str] = field(default_factory=dict)  # to stand beside their names
    taken: Mapping[str, str] = field(default_factory=dict)  # the option of each reading
    lines: Mapping[s.Node, str] = field(default_factory=dict)  # what was worked out on a line above, by its name


def spoken_with(expr: t.Expr, known: Known) -> tuple[str, frozenset[str]]:
    """In words, with what is known; and the names of the figures that stand in them."""
    voice = _Spoken(t.walk(expr), known)
    return voice.text(expr.source, 0), frozenset(voice.used)


class _Spoken(Printer):
    def __init__(self, nodes: Iterable[t.Expr], known: Known) -> None:
        nodes = tuple(nodes)
        compared, foreign, columns, figures = set[int](), set[int](), set[int](), set[int]()
        for node in nodes:
            if isinstance(node, t.ParameterRef):
                figures.add(id(node.source.arguments[0] if isinstance(node.source, s.Call) else node.source))
            if isinstance(node, t.Compared) and isinstance(node.left.type, Date | Year):
                compared.add(id(node.source))
            if isinstance(node, t.Field | t.Projection) or (isinstance(node, t.DefinitionRef) and node.base is not None):
                columns.add(id(node.source))
            elif isinstance(node.source, s.Path):
                foreign.add(id(node.source))
        super().__init__(chinese=True, days=frozenset(compared), named=named_in(nodes))
        self.foreign = foreign - columns
        self.known, self.used = known, set[str]()
        self.figures = figures  # what looks like one inside a list may be a column of it
        self.inner: list[str] = []  # the binders one is inside of

    def text(self, node: s.Node, level: int) -> str:
        if self.known.lines and not self.inner and (line := self.known.lines.get(node)):
            return line
        return super().text(self._taken(node), level)

    def _term(self, node: s.Node, level: int) -> str:
        return self.text(node, level)

    def _body(self, node: s.Node) -> str:
        match node:
            case s.Name(name=name) | s.Path(field=name) if id(node) in self.figures:
                if name not in self.known.figures:
                    return name
                self.used.add(name)
                return f"{name} {self.known.figures[name]}"
            case s.Name(name=name) if self.inner and name == self.inner[-1]:
                return "这一条"
            case s.Path() if id(node) in self.foreign:
                return node.field
            case s.Filter(base=base, condition=condition):
                return f"{self.text(base, 9)}【{self._within('', condition)}】"
            case s.Path(base=s.Name(name=name), field=field) if self.inner and name == self.inner[-1]:
                return field
            case s.Path(base=base, field=field):
                return f"{self.text(base, 9)}的{field}"
            case s.At(value=value, year=s.Arithmetic(op="-", left=year, right=s.Literal(text=text))) if (n := text.removesuffix("年")).isdigit():
                return f"{self.text(year, 9)}前{_YEARS.get(n, n)}年的{self.text(value, 9)}"
            case s.At(value=value, year=year):
                return f"{self.text(year, 9)}的{self.text(value, 9)}"
            case s.And(items=items) | s.Or(items=items):
                left = tuple(i for i in items if self._settled(i) is not isinstance(node, s.And))
                if 0 < len(left) < len(items):
                    return self._body(type(node)(left)) if len(left) > 1 else self.text(left[0], self._level(node))
            case s.Call(function="value at", arguments=(figure, day)):
                return f"{self.text(day, 9)}当日的{self.text(figure, 9)}"
            case s.Not(operand=s.Quantified(kind="some") as some):
                return self._body(some).replace(f"{self.text(some.source, 9)}里有", f"{self.text(some.source, 9)}里没有", 1)
            case s.Quantified(kind=kind, variable=variable, source=source, condition=condition):
                whole, inner = self.text(source, 9), self._within(variable, condition)
                inner = f"“{inner}”" if isinstance(condition, s.Path | s.Name) else f" {inner} "
                return {"some": f"{whole}里有{inner}的", "every": f"{whole}里每一条都满足{inner}".rstrip(), "count": f"{whole}里{inner}的条数"}[kind]
            case s.For(variable=variable, source=source, body=body):
                return f"{self.text(source, 9)}逐条的 {self._within(variable, body)}"
        return super()._body(node)

    def _level(self, node: s.Node) -> int:
        return 9 if isinstance(node, s.At) else super()._level(node)

    def _within(self, variable: str, node: s.Node) -> str:
        self.inner.append(variable)
        text = self.text(node, 0)
        self.inner.pop()
        return text

    # -- readings ------------------------------------------------------------------------------------

    def _taken(self, node: s.Node) -> s.Node:
        """Of what goes by a reading, the way taken."""
        while isinstance(node, s.If) and (met := self._settled(node.condition)) is not None:
            node = node.then if met else node.otherwise
        return node

    def _settled(self, node: s.Node) -> bool | None:
        """What the readings taken say of a condition by themselves."""
        match node:
            case s.Compare(op="=" | "!=" as op, left=s.Name(name=name) as left, right=s.String(value=option)) if (
                name in self.known.taken and id(left) in self.figures
            ):
                return (self.known.taken[name] == option) is (op == "=")
            case s.Not(operand=operand):
                inner = self._settled(operand)
                return None if inner is None else not inner
            case s.And(items=items) | s.Or(items=items):
                found, decisive = [self._settled(i) for i in items], isinstance(node, s.Or)
                return decisive if decisive in found else None if None in found else not decisive
        return None


__all__ = ["Known", "spoken", "spoken_with"]
