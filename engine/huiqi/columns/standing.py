"""Which rows of a table stand alike, so that they are worked out once (decision 029).

What must stay true: rows that may differ in outcome, in why, or in how firmly are told apart; an amount that reads anything told is
never one row's for another's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from ..backends import python as backend
from ..program import Verdicts, sides
from .asking import MANY, Asked, RowAsking, askable, facts_of
from .cells import Lists, Reading
from .composed import Composer, One, picking
from .ways import Counts, counting

_FEW = 64  # ways a condition's answers may stand that are looked at, however short the table


PAYING = (backend.ELIGIBLE, backend.UNDETERMINED)


class Judging(NamedTuple):
    """A kernel over a table: what it reads of each row, and who puts the words of its measures together."""

    code: backend.Kernel
    asking: RowAsking
    answers: Sequence[Sequence[Any]]
    states: Sequence[Sequence[int]]
    composers: Mapping[str, Composer | None]


class Standings:
    """Which rows of a table stand alike to all verdicts of some kernels: they come out alike, unless an amount turns on more than that.

    A condition that hangs on few answers is looked at once for each way these stand; where words are put together, what it says there is
    all that counts of it. Other conditions are worked out row by row, by a kernel of their own.
    """

    def __init__(self, reading: Reading, lists: Lists, some: Sequence[Judging]) -> None:
        self.known: dict[Any, Any] = {}
        self.some = some
        for one in some:
            one.asking.always = frozenset(one.code.always.values())
        self.anew = [(one.asking, n) for one in some for n in sorted(one.asking.always)]
        self.loose = [[bool(one.code.pricing[key][1]) for key in one.code.keys] for one in some]  # whether an amount reads anything told
        self.whole = all(askable(asking.bound, n) for asking, n in self.anew)
        self.rows: Sequence[Any] | dict[int, Any] = ()
        columns: list[Sequence[Any]] = []
        try:
            for one in some if self.whole else ():
                columns += _standing(one, reading, lists)
        except Asked:
            self.whole = False
        rows = list(zip(*columns, strict=True)) if len(columns) > 1 else columns[0] if columns else (0,) * len(reading.right)
        self.rows = rows if len(reading.right) == reading.count else dict(zip(reading.right, rows, strict=True))

    def key(self, number: int, support: int) -> Any:
        """What a row is known by."""
        if not self.anew:
            return self.rows[number], support
        return (self.rows[number], support, *(asking.read(n) for asking, n in self.anew))

    def alike(self, results: Sequence[backend.Result]) -> bool:
        """Whether rows that stand alike come to just this; to be asked right after the kernels were run."""
        return self.whole and not any(one.asking.anew for one in self.some) and not any(
            loose and outcome in PAYING and amount is not None
            for result, turns in zip(results, self.loose, strict=True) for outcome, amount, loose in zip(result.outcomes, result.amounts, turns, strict=True)
        )  # fmt: skip

    def keep(self, key: Any, found: Any) -> None:
        if len(self.known) > MANY:
            self.known.clear()
        self.known[key] = found


def _standing(one: Judging, reading: Reading, lists: Lists) -> Iterator[Sequence[Any]]:
    """Columns that tell apart all rows whose verdicts, or what is said of them, may differ. Raises `Asked`."""
    code, plan, asking = one.code, one.code.plan, one.asking
    ran: dict[int, One] = {}

    def run(number: int) -> One:
        asking.number = number
        if number not in ran:
            result = code.run(one.answers[number], asking.ask, lists.support[number])
            ran[number] = One(result.nodes, one.states[number], one.answers[number], asked=asking.read)
        return ran[number]

    checks = [node for node in plan.checks if ("node", node) in code.names]
    found = _Apart(one, reading, [*checks, *(node for key in code.keys for node in _asked_of(plan.judged[key]))])
    yield from (column for node in checks if (column := found.column(node)) is not None)
    for key in code.keys:
        judged, composer = plan.judged[key], one.composers.get(key)
        counts, outer = counting(judged)
        whole: list[Sequence[Any]] = []
        brief: list[Sequence[Any]] = []  # … of which only what makes a refusal is told apart
        refusing: list[frozenset[Any]] = []
        for n, node in enumerate(_asked_of(judged)):
            column = found.column(node)
            if column is None and (composer is None or n >= len(judged.leaves)):
                continue
            refuses = frozenset[Any]()
            if composer is not None and n < len(judged.leaves):
                firsts: dict[Any, int] = {}
                for number, stands in zip(reading.right, column or (0,), strict=False):
                    firsts.setdefault(stands, number)
                labels = {stands: composer.number(n, run(number), partial(facts_of, asking.bound, reading, lists, number)) for stands, number in firsts.items()}
                column = [labels[x] for x in column] if column is not None else [*labels.values()] * len(reading.right)
                if node in outer:
                    refuses = frozenset(x for x in labels.values() if composer.verdict(x) is (counts[node] is Counts.HOLDING))
                    brief.append([x if x in refuses else -1 for x in column])
            assert column is not None
            if node not in outer or composer is None:
                brief.append(column)
            refusing.append(refuses)
            whole.append(column)
        if not whole:
            continue
        rows, short = list(zip(*whole, strict=True)), list(zip(*brief, strict=True))
        refused = {x for x in set(short) if any(label in some for label, some in zip(x, refusing, strict=True))}
        yield [x if x in refused else row for x, row in zip(short, rows, strict=True)] if refused else rows


def _asked_of(judged: Verdicts) -> tuple[int, ...]:
    """The nodes on which a measure's outcome turns: its leaves, then its window."""
    return judged.leaves if judged.window is None or judged.lapse is not None else (*judged.leaves, judged.window)


class _Apart:
    """How rows stand to single nodes: by the answers these hang on where those are few, else as a kernel of them alone finds."""

    def __init__(self, one: Judging, reading: Reading, nodes: Sequence[int]) -> None:
        self._columns: dict[int, Sequence[Any] | None] = {}
        apart = list[int]()
        code, plan = one.code, one.code.plan
        for node in dict.fromkeys(nodes):
            column = reading.combined(code, sorted(code.read_in[code.names["node", node]]), sides(plan, [node]))
            if column is not None and len(set(column)) > max(_FEW, len(reading.right) // 8):
                apart.append(node)
            self._columns[node] = column
        if not apart:
            return
        mine = backend.Kernel(plan, (), also=apart, checks=False)
        answers, states = reading.answers(mine)
        found = []
        for number in reading.right:
            one.asking.number = number
            found.append(mine.run(answers[number], one.asking.ask, 0).nodes)
        for node in apart:
            name = mine.names["node", node]
            a, b, c = picking(mine, mine.behind[name], mine.read_in[name])
            told = ((b(states[n]), c(answers[n])) for n in reading.right)
            self._columns[node] = [(a(nodes), *x) for nodes, x in zip(found, told, strict=True)]

    def column(self, node: int) -> Sequence[Any] | None:
        """None where all rows stand alike."""
        return self._columns[node]
