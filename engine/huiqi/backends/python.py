"""A plan as one generated Python function: answers of slots in; verdicts, outcomes and amounts out.

Each slot is read once, each distinct question asked once. Verdicts are bytes (0 fails < 1 unknown < 2 holds), money whole
分, everything between exact integers, or fractions where one divides. What must stay true: no text of a rulebook enters the
code, only numbers; a verdict is what the reference says of the same answers; where a term has no value here (an answer not
told that bounds may matter to, a divisor of zero, a row nobody wrote) the reference is asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

from ..language.levelling import same_word
from ..plain import dataclass
from ..program import program as p
from ..program.bind import Folded, Plan
from ..rulebook.compiled import Direction, RowSpec, Test
from ..values import ABSENT

Ask = Callable[[int, Any], int]  # the number of what is asked, and the answers that decide it (None: ask every time)
INELIGIBLE, UNDETERMINED, ELIGIBLE, NOT_IN_FORCE = range(4)
UNTOLD, TOLD_EMPTY, TOLD = range(3)  # the history of support: nothing told, told to be none, otherwise


class Result(NamedTuple):
    """`outcomes` and `amounts` in the order of the measures asked for; amounts are pairs of 分, None where nothing is measured,
    False where the reference works it out. `nodes` is every verdict and row on the way, in the order of the kernel's `trace`."""

    outcomes: tuple[int, ...]
    amounts: tuple[Any, ...]
    nodes: tuple[Any, ...]
    checks: tuple[int, ...]


class Strange(Exception):
    """An answer that is not of its kind: what is only supposed, a range."""


# -- reading -----------------------------------------------------------------------------------------------


def _number(scale: int) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if type(value) is not Fraction:
            return _odd(value)
        above, below = value.numerator * scale, value.denominator
        return above if below == 1 else above // below if above % below == 0 else Fraction(above, below)

    return read


def _of(kind: type, turn: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: turn(value) if type(value) is kind else _odd(value)


def _odd(value: Any) -> Any:
    if value is ABSENT:
        return ABSENT
    raise Strange


def reader(slot: p.Slot) -> Callable[[Any], Any]:
    """How the answer of a slot is read."""
    match slot.kind:
        case p.Kind.NUMBER:
            return _number(slot.scale)
        case p.Kind.DAY:
            return _of(date, date.toordinal)
        case p.Kind.YEAR:
            return _of(int, int)
        case p.Kind.FLAG:
            return _of(bool, lambda yes: 2 if yes else 0)
    return _of(str, str)


# -- helpers of the code -----------------------------------------------------------------------------------


def _down(above: Any, below: int, step: int) -> int:
    """To whole steps of 分, of above / below 元."""
    return int(above * 100 // (below * step)) * step


def _half_up(above: Any, below: int, step: int) -> int:
    return int((above * 200 + below * step) // (2 * below * step)) * step


def _up(above: Any, below: int, step: int) -> int:
    return -int(-above * 100 // (below * step)) * step


def in_steps(above: Any, below: int, way: p.Rounding | None) -> int:
    """Above / below 元 in 分, rounded so; cut down to the 分 where nothing says how."""
    rounding, step = (_ROUNDED[way.direction], int(way.step * 100)) if way is not None else (_down, 1)
    return rounding(above, below, step)


_ROUNDED = {Direction.DOWN: _down, Direction.HALF_UP: _half_up, Direction.UP: _up}
_WAYS = {Direction.DOWN: "down", Direction.HALF_UP: "half_up", Direction.UP: "up"}


# -- generating --------------------------------------------------------------------------------------------


class _NoCode(Exception):
    """A term that has no code here: the reference is asked."""


@dataclass(frozen=True)
class Code:
    """A number as Python text over `below`; it has a value where none of the variables `needs` is None.

    `transparent`: nothing at all is known of it where one of its slots is not told.
    """

    text: str
    below: int
    needs: frozenset[str] = frozenset()
    transparent: bool = True
    value: Fraction | None = None  # where it is a figure


class Kernel:
    """The generated function of some measures of a plan (`keys`), with what it hands over."""

    def __init__(self, plan: Plan, keys: Sequence[str], *, also: Iterable[int] = (), checks: bool = True) -> None:
        self.plan, self.keys = plan, tuple(keys)
        self.lines: list[str] = []
        self.names: dict[Any, str] = {}
        self.trace: list[str] = []
        self.slots: dict[int, str] = {}
        self.constants: dict[str, Any] = {"F": Fraction, "down": _down, "half_up": _half_up, "up": _up, "Result": Result}
        self.asks: set[int] = set()
        self.parts: dict[str, tuple[str, ...]] = {}  # of each measure, the variables on the way to its outcome and amount
        self.met: dict[str, None] = {}
        self.behind: dict[str, dict[str, None]] = {}  # of a node's variable, those on the way to it
        self.reading: set[int] = set()
        self.read_in: dict[str, frozenset[int]] = {}  # the slots a node reads, with those of what is on the way to it
        self.read_by: dict[str, frozenset[int]] = {}
        self.always: dict[str, int] = {}  # nodes of which the reference is asked in every decision, and what it is asked
        self.tabled: set[int] = set()  # slots the reference is asked about by their answer
        self.leaves: dict[str, tuple[str, ...]] = {}
        self.pricing: dict[str, tuple[tuple[str, ...], frozenset[int]]] = {}  # of each measure, what its amount alone reads: variables, slots
        self.below: dict[str, int] = {}  # of a measure for each record, over what a record's amount stands
        outcomes, amounts = [], []
        for n, key in enumerate(self.keys):
            self.met, self.reading = {}, set()
            outcome, amount = self._measure(n, key)
            self.read_by[key] = frozenset(self.reading).union(*(self.read_in[name] for name in self.met if name in self.read_in))
            outcomes.append(outcome)
            amounts.append(amount)
            self.parts[key] = tuple(self.met)
        told = [self.node(n) for n in plan.checks] if checks else []
        for n in also:
            self.node(n)
        self.reads = tuple(self.slots)
        self.run: Callable[[Sequence[Any], Ask, int], Result] = self._compiled(outcomes, amounts, told)
        self.readers = tuple(reader(plan.places[s].slot) for s in self.reads)
        self.places = tuple((plan.places[s].key, plan.places[s].year) for s in self.reads)

    def answers(self, facts: Mapping[str, Mapping[int | None, Any]]) -> list[Any]:
        """What is told of each slot. Raises `Strange`."""
        out = []
        for (key, year), read in zip(self.places, self.readers, strict=True):
            years = facts.get(key)  # type: ignore[arg-type]
            given = years.get(year) if years else None
            value = None if given is None else given.value
            out.append(value if value is None else read(value))
        return out

    def where(self, node: int) -> int:
        """Where in `Result.nodes` a node's verdict is."""
        return self.trace.index(self.names["node", node])

    def slots_of(self, key: str) -> tuple[int, ...]:
        """The slots a measure reads."""
        return tuple(s for s in self.slots if s in self.read_by[key])

    def tabled_of(self, key: str) -> tuple[int, ...]:
        """Those of them whose very answer counts: the reference is asked of it."""
        return tuple(s for s in self.slots if s in self.read_by[key] and s in self.tabled)

    def asks_always(self, key: str) -> bool:
        """Whether a part of a measure is the reference's in every decision."""
        return bool(self.asked_always(key))

    def asked_always(self, key: str) -> list[int]:
        """What it is asked of a measure in every decision."""
        return [self.always[x] for x in self.parts[key] if x in self.always]

    def _compiled(self, outcomes: list[str], amounts: list[str], checks: list[str]) -> Any:
        def listed(parts: Iterable[str]) -> str:
            return "(" + "".join(f"{x}, " for x in parts) + ")"

        head = [f"{listed(self.slots.values())} = X"] if self.slots else []
        body = [*head, *self.lines, f"return Result({listed(outcomes)}, {listed(amounts)}, {listed(self.trace)}, {listed(checks)})"]
        source = "def kernel(X, ask, S):\n" + "".join(f" {line}\n" for line in body)
        exec(compile(source, "<plan>", "exec"), self.constants)  # noqa: S102 - our own text, made of numbers only
        return self.constants["kernel"]

    # -- names ---------------------------------------------------------------------------------------

    def hold(self, value: Any) -> str:
        name = f"k{len(self.constants)}"
        self.constants[name] = value
        return name

    def put(self, key: Any, text: str, *, traced: bool = True) -> str:
        """A variable of that text, made once."""
        name = self.names[key] = f"v{len(self.names)}"
        self.lines.append(f"{name} = {text}")
        if traced:
            self.trace.append(name)
        return name

    def slot(self, number: int) -> str:
        self.reading.add(number)
        return self.slots.setdefault(number, f"x{number}")

    # -- verdicts ------------------------------------------------------------------------------------

    def node(self, number: int) -> str:
        """The variable (or the digit) of a node's verdict."""
        key = ("node", number)
        found = self.names.get(key)
        if found is not None:
            self.met |= self.behind[found]
            return found
        around, self.met = self.met, {}
        outside, self.reading = self.reading, set()
        match self.plan.nodes[number]:
            case p.Always(verdict=verdict):
                text = str(verdict)
            case p.Fixed(figure=figure, asked=asked):
                text = self._fixed(self.plan.figures[figure], asked)
            case p.Told(slot=slot, asked=asked):
                x = self.slot(slot)
                absent = f"{self.ask(asked, (slot,))} if {x} is N else " if self._optional(slot) else ""
                text = f"{absent}1 if {x} is None else {x}"
            case p.Joined(every=every, items=items):
                inner = [self.node(i) for i in items]
                text = inner[0] if len(inner) == 1 else f"{'min' if every else 'max'}({', '.join(inner)})"
            case p.Inverse(item=item):
                text = f"2 - {self.node(item)}"
            case p.AtMost(verdict=verdict, item=item):
                text = f"min({verdict}, {self.node(item)})"
            case p.Recognised(recognition=recognition):
                text = self.node(self.plan.recognitions[recognition])
            case p.Tabled(slots=slots, asked=asked):
                text = self.ask(asked, slots)
            case p.Handed(asked=asked):
                text = self.ask(asked, None)
            case p.Comparison() as comparison:
                text = self._comparison(comparison)
        name = self.put(key, text)
        if every_time := _EVERY_TIME.fullmatch(text):
            self.always[name] = int(every_time[1])
        self.behind[name] = self.met | {name: None}
        self.read_in[name] = frozenset(self.reading).union(*(self.read_in[x] for x in self.met if x in self.read_in))
        self.met, self.reading = around | self.behind[name], outside
        return name

    def ask(self, asked: int, slots: Sequence[int] | None) -> str:
        self.asks.add(asked)
        self.tabled.update(slots or ())
        key = "None" if slots is None else "(" + "".join(f"{self.slot(s)}, " for s in slots) + ")"
        return f"ask({asked}, {key})"

    def _fixed(self, figure: Any, asked: int) -> str:
        if figure is Folded.OPEN:
            return "1"
        return str(figure) if isinstance(figure, int) else self.ask(asked, None)

    def _optional(self, slot: int) -> bool:
        if self.plan.places[slot].slot.optional:
            self.constants["N"] = ABSENT
            return True
        return False

    def _comparison(self, node: p.Comparison) -> str:
        if any(self._always_open(one) and self._plain(other) for one, other in ((node.left, node.right), (node.right, node.left))):
            for slot in self._slots(node.left, node.right):
                self.slot(slot)  # no part in the verdict, but in why it is open
            return "1"
        slots = self._slots(node.left, node.right)
        single = len(slots) == 1 and isinstance(node.left, p.Read | p.Figure) and isinstance(node.right, p.Read | p.Figure)
        alone = slots if single else None  # so few answers, once told or not, that they are remembered
        try:
            left, right = self.term(node.left), self.term(node.right)
        except _NoCode:
            return self.ask(node.asked, None)
        common = _common(left.below, right.below)
        a, b = _times(left.text, right.below // common), _times(right.text, left.below // common)
        compared = f"2 if {a} {_SIGNS[node.op]} {b} else 0"
        needs, optional = sorted(left.needs | right.needs), [s for s in slots if self._optional(s)]
        absent = " or ".join(f"{self.slot(s)} is N" for s in optional)
        missing = " or ".join(f"{x} is None" for x in needs)
        head = f"{self.ask(node.asked, alone)} if {absent} else " if absent else ""
        if not missing:
            return head + compared
        if left.transparent and right.transparent:
            return f"{head}1 if {missing} else {compared}"
        return f"{head}{self.ask(node.asked, alone)} if {missing} else {compared}"

    def _slots(self, *terms: p.Term) -> list[int]:
        """The slots read as they stand: those inside a variable have been looked at there."""
        out: list[int] = []
        for term in terms:
            match term:
                case p.Read(slot=slot):
                    out.append(slot)
                case p.Sum(left=left, right=right) | p.Product(left=left, right=right):
                    out += self._slots(left, right)
                case p.Extreme(items=items):
                    out += self._slots(*items)
        return list(dict.fromkeys(out))

    def _always_open(self, term: p.Term) -> bool:
        """Whether nothing is known of a term whatever is told."""
        match term:
            case p.Figure(number=number):
                return self.plan.figures[number] is Folded.OPEN
            case p.Sum(left=left, right=right):
                return (self._always_open(left) and self._plain(right)) or (self._always_open(right) and self._plain(left))
        return False

    def _plain(self, term: p.Term) -> bool:
        """Whether a term is a number, or open, whatever is told: never undefined, never 无."""
        match term:
            case p.Figure(number=number):
                return self.plan.figures[number] is not Folded.OTHER
            case p.Read(slot=slot):
                return not self.plan.places[slot].slot.optional
            case p.Sum(left=left, right=right):
                return self._plain(left) and self._plain(right)
        return False

    # -- numbers -------------------------------------------------------------------------------------

    def _read(self, *terms: p.Term | None) -> None:
        """Note all that terms read, where there is no code for them: whoever works them out goes by that."""
        for term in terms:
            match term:
                case p.Read(slot=slot):
                    self.slot(slot)
                case p.Sum(left=left, right=right) | p.Product(left=left, right=right) | p.Quotient(left=left, right=right):
                    self._read(left, right)
                case p.Extreme(items=items) | p.Row(inputs=items):
                    self._read(*items)
                case p.Pick(node=node, then=then, otherwise=otherwise):
                    self.node(node)
                    self._read(then, otherwise)
                case p.Figure() | None:
                    pass

    def term(self, term: p.Term) -> Code:
        """The code of a number. Raises `_NoCode`."""
        match term:
            case p.Figure(number=number):
                figure = self.plan.figures[number]
                if isinstance(figure, Folded):
                    raise _NoCode
                value = Fraction(figure)
                return Code(_literal(value.numerator), value.denominator, value=value)
            case p.Read(slot=slot):
                x, one = self.slot(slot), self.plan.places[slot].slot
                return Code(x, one.scale, frozenset([x]), one.open)
            case p.Sum(left=left, right=right, sign=sign):
                a, b = self.term(left), self.term(right)
                text = f"({_times(a.text, b.below)} {'+' if sign > 0 else '-'} {_times(b.text, a.below)})"
                if a.below == b.below:
                    return Code(f"({a.text} {'+' if sign > 0 else '-'} {b.text})", a.below, a.needs | b.needs, a.transparent and b.transparent)
                return Code(text, a.below * b.below, a.needs | b.needs, a.transparent and b.transparent)
            case p.Product(left=left, right=right):
                a, b = self.term(left), self.term(right)
                clear = any(x.value is not None and x.value != 0 and y.transparent for x, y in ((a, b), (b, a)))
                return Code(f"({a.text} * {b.text})", a.below * b.below, a.needs | b.needs, clear)
            case p.Quotient(left=left, right=right):
                return self._quotient(left, right)
            case p.Extreme(greatest=greatest, items=items):
                codes = [self.term(i) for i in items]
                below = 1
                for code in codes:
                    below *= code.below
                texts = ", ".join(_times(c.text, below // c.below) for c in codes)
                return Code(f"{'max' if greatest else 'min'}({texts})", below, _needs(codes), not _needs(codes))
            case p.Pick():
                return self._pick(term)
            case p.Row():
                return self._row(term)

    def _guarded(self, key: Any, needs: Iterable[str], terms: Sequence[p.Term], text: str) -> str:
        """A variable that is None where a part of it has no value."""
        found = self.names.get(key)
        if found is None:
            absent = [f"{self.slot(s)} is N" for s in self._slots(*terms) if self._optional(s)]
            tests = [*absent, *(f"{x} is None" for x in sorted(needs))]
            found = self.put(key, f"None if {' or '.join(tests)} else {text}" if tests else text)
        self.met[found] = None
        return found

    def _quotient(self, left: p.Term, right: p.Term) -> Code:
        a, b = self.term(left), self.term(right)
        if b.value is not None and b.value != 0:
            return Code(f"({_times(a.text, b.below)} * {1 if b.value > 0 else -1})", a.below * abs(int(b.value * b.below)), a.needs, a.transparent)
        above, below = _times(a.text, b.below), _times(b.text, a.below)
        name = self._guarded(("quotient", left, right), a.needs | b.needs, (left, right), f"None if {b.text} == 0 else F({above}) / ({below})")
        return Code(name, 1, frozenset([name]), transparent=False)

    def _pick(self, term: p.Pick) -> Code:
        node = self.node(term.node)
        a, b = self.term(term.then), self.term(term.otherwise)
        below = a.below * b.below
        text = f"None if {node} == 1 else {_times(a.text, b.below)} if {node} == 2 else {_times(b.text, a.below)}"
        name = self._guarded(("pick", term, below), a.needs | b.needs, (term.then, term.otherwise), text)
        return Code(name, below, frozenset([name]), transparent=False)

    def _row(self, term: p.Row) -> Code:
        """The cell, in a variable; which row it was, in another."""
        codes = [self.term(i) for i in term.inputs]
        choices = [self._options(i) for i in term.inputs]
        known = [f"{c.text} not in {self.hold(frozenset(o))}" for c, o in zip(codes, choices, strict=True) if o]
        below = 1
        for row in term.rows:
            below *= 1 if row.value is None else row.value.denominator // _common(below, row.value.denominator)
        cells = tuple(None if r.value is None else int(r.value * below) for r in term.rows)

        def applies(row: RowSpec) -> str:
            cells = (self._chosen(t, c, o) if o else _cell(t, c) for t, c, o in zip(row.tests, codes, choices, strict=True))
            return " and ".join(filter(None, cells)) or "True"

        tests = [applies(r) for r in term.rows]
        odd = f"None if {' or '.join(known)} else " if known else ""
        key = ("row", id(term.rows), term.inputs)
        if term.highest:
            rows = self._guarded(key, _needs(codes), term.inputs, f"{odd}({''.join(f'{t}, ' for t in tests)})")
            cell = f"{self.hold(_highest(cells))}({rows})"
        else:
            rows = self._guarded(key, _needs(codes), term.inputs, odd + "".join(f"{n} if {test} else " for n, test in enumerate(tests)) + "None")
            cell = f"{self.hold(cells)}[{rows}]"
        name = self.names.get(("cell", *key)) or self.put(("cell", *key), f"None if {rows} is None else {cell}", traced=False)
        return Code(name, below, frozenset([name]), transparent=False)

    def _options(self, term: p.Term) -> tuple[str, ...]:
        return self.plan.places[term.slot].slot.options if isinstance(term, p.Read) else ()

    def _chosen(self, test: Test, code: Code, options: Sequence[str]) -> str:
        """A cell's test of a choice: which of the options pass it. Raises `_NoCode` where it asks of their order."""
        if test.op == "any":
            return ""
        if test.op not in ("in", "=", "!="):
            raise _NoCode
        passing = frozenset(o for o in options if any(same_word(o, word) for word in test.values) != (test.op == "!="))
        return f"{code.text} in {self.hold(passing)}"

    # -- measures ------------------------------------------------------------------------------------

    def _measure(self, n: int, key: str) -> tuple[str, str]:
        """The variables of a measure's outcome and of its amount."""
        one = self.plan.judged[key]
        top = self.node(one.conditions)
        leaves = tuple(self.node(leaf) for leaf in one.leaves)
        window = None if one.window is None or one.lapse is not None else self.node(one.window)
        reached = UNDETERMINED if one.unread else ELIGIBLE
        if one.lapse is not None:
            outcome, verdict = str(NOT_IN_FORCE), "0"
        else:
            verdict = top if window is None else self.put(("verdict", n), f"min({top}, {window})", traced=False)
            text = f"{reached} if {verdict} == 2 else {verdict}" if one.unread else verdict
            if window is not None:
                text = f"{NOT_IN_FORCE} if {window} == 0 else 1 if {window} == 1 else {text}"
            outcome = text if text.isidentifier() else self.put(("outcome", n), text, traced=False)
        self.leaves[key] = leaves
        met, self.met, reading, self.reading = self.met, {}, self.reading, set()
        amount = self._amount(n, key, verdict)
        self.pricing[key] = tuple(self.met), frozenset(self.reading).union(*(self.read_in[x] for x in self.met if x in self.read_in))
        self.met, self.reading = met | self.met, reading | self.reading
        return outcome, amount

    def _amount(self, n: int, key: str, verdict: str) -> str:
        amount = self.plan.priced[key].amount
        if amount is p.Nothing.MEASURED:
            return "None"
        award = self.plan.judged[key].scheme.award
        nothing = "(0, 0)" if award is not None and award.sums else "None"  # what is no money stays none, whoever works the rest out
        if verdict == "0":
            return nothing
        name = f"a{n}"
        if isinstance(amount, p.Amount):
            try:
                steps = list(self._pipeline(n, key, amount, verdict))
            except _NoCode:
                self._read(amount.term, amount.low, *(c.term for c in (*amount.item_caps, *amount.caps)))
                steps = [f"{name} = False"]
        else:
            steps = [f"{name} = False"]
        self.lines.append(f"{name} = {nothing}")
        self.lines.append(f"if {verdict}:")
        self.lines += [f" {step}" for step in steps]
        return name

    def _pipeline(self, n: int, key: str, amount: p.Amount, verdict: str) -> Iterable[str]:
        """Its two ends, h and l over one denominator until they are whole 分."""
        name, h, l = f"a{n}", f"h{n}", f"l{n}"  # noqa: E741
        main = self.term(amount.term)
        low = None if amount.low is None else self.term(amount.low)
        together = amount.caps if amount.whole else ()  # of records among others the caps are of their sum
        caps = [(c, self.term(c.term)) for c in (*amount.item_caps, *together)]
        codes = [main, *([low] if low else []), *(c for _, c in caps)]
        terms = [amount.term, *([amount.low] if amount.low else []), *(c.term for c, _ in caps)]
        absent = [f"{self.slot(s)} is N" for s in self._slots(*terms) if self._optional(s)]
        tests = [*absent, *(f"{x} is None" for x in sorted(_needs(codes)))]
        if amount.taken is p.Counted.RIVALS:
            tests.append(f"S != {TOLD_EMPTY}")
        elif amount.taken is p.Counted.EARLIER or any(c.counted is p.Counted.EARLIER for c, _ in caps):
            tests.append(f"S == {TOLD}")
        below = 1
        for code in codes:
            below *= code.below // _common(below, code.below)

        def scaled(code: Code) -> str:
            return f"max(0, {_times(code.text, below // code.below)})" if code.value is None else _literal(max(0, int(code.value * below)))

        steps = [f"{h} = {scaled(main)}"]
        least = f"min({h}, {scaled(low)})" if low is not None else "0" if amount.discretionary else h
        steps.append(f"{l} = {least}")

        def capped(pairs: Sequence[tuple[p.Cap, Code]]) -> Iterable[str]:
            for cap, code in pairs:
                yield f"{h} = min({h}, {scaled(code)})"
                yield f"{l} = {f'min({l}, {h})' if cap.counted is p.Counted.NOT else f'min({l}, {h}) if S else 0'}"

        def fen(way: p.Rounding | None) -> Iterable[str]:
            """Whole steps of 分, as a multiple of the denominator over a hundred."""
            if way is not None:
                for end in (h, l):
                    yield f"{end} = F({_WAYS[way.direction]}({end}, {below}, {int(way.step * 100)}) * {below}, 100)"

        inside: list[str] = list(fen(amount.first))
        inside.append(f"if {verdict} == 1{' or not S' if amount.taken is p.Counted.EARLIER else ''}: {l} = 0")
        inside += capped(caps[: len(amount.item_caps)])
        inside += fen(amount.each)
        inside += capped(caps[len(amount.item_caps) :])
        if amount.unread:
            inside.append(f"{l} = 0")
        if amount.whole:
            final = amount.last or amount.cents
            way, step = (_WAYS[final.direction], int(final.step * 100)) if final is not None else ("down", 1)
            inside.append(f"{name} = ({way}({l}, {below}, {step}), {way}({h}, {below}, {step}))")
        else:
            self.below[key] = below
            inside.append(f"{name} = ({l}, {h})")
        if tests:
            return [f"if {' or '.join(tests)}: {name} = False", "else:", *(f" {s}" for s in (*steps, *inside))]
        return [*steps, *inside]


_EVERY_TIME = re.compile(r"ask\((\d+), None\)")
_SIGNS = {"=": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


def _literal(number: int) -> str:
    return str(number) if number >= 0 else f"({number})"


def _times(text: str, factor: int) -> str:
    if factor == 1:
        return text
    return _literal(int(text.strip("()")) * factor) if text.strip("()").lstrip("-").isdigit() else f"{text} * {factor}"


def _needs(codes: Iterable[Code]) -> frozenset[str]:
    return frozenset[str]().union(*(c.needs for c in codes))


def _common(a: int, b: int) -> int:
    while b:
        a, b = b, a % b
    return a


def _cell(test: Test, code: Code) -> str:
    """A cell's test of a number as Python text; nothing where it asks nothing."""

    def against(sign: str, value: Any) -> str:
        value = Fraction(value)
        return f"{_times(code.text, value.denominator)} {sign} {_literal(value.numerator * code.below)}"

    match test.op:
        case "any":
            return ""
        case "in":
            return "(" + " or ".join(against("==", x) for x in test.values) + ")"
        case "range":
            low, high = test.values
            ends = [against(">=" if test.closed[0] else ">", low)] if low is not None else []
            ends += [against("<=" if test.closed[1] else "<", high)] if high is not None else []
            return " and ".join(ends)
    return against(_SIGNS[test.op], test.values[0])


def _highest(cells: tuple[int | None, ...]) -> Callable[[Sequence[bool]], int | None]:
    """The greatest cell of the rows that apply; None where one of them has none, or none applies."""

    def best(tests: Sequence[bool]) -> int | None:
        held = [cell for cell, test in zip(cells, tests, strict=True) if test]
        return None if not held or None in held else max(x for x in held if x is not None)

    return best
