"""A program bound to a day: figures folded, conditions and documents not in force left out, schemes chosen.

What must stay true: whatever a plan leaves out or fixes follows from the day, the year of application and the choice of
schemes alone; figures are the reference's own (`fold`), never read a second way here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from enum import Enum, auto
from fractions import Fraction

from .. import values as v
from ..language import typed as t
from ..plain import dataclass
from ..rulebook.compiled import CompiledRulebook, Condition, Group, MeasureSpec, RecognitionSpec, Rule, SchemeSpec
from ..words import Lapse
from . import program as p

Fold = Callable[[t.Expr, "str | None"], "v.Value | None"]  # what the reference says of an expression; None where it refuses


class Folded(Enum):
    """A figure that is no single number."""

    OPEN = auto()  # nothing is known of it: whatever is compared with it stays open
    OTHER = auto()


Bound = Fraction | int | Folded


@dataclass(frozen=True, kw_only=True)
class Place:
    """A slot bound to where its answer stands in what is told; `key` None: it cannot be told."""

    slot: p.Slot
    key: str | None
    year: int | None


@dataclass(frozen=True, kw_only=True)
class Gate:
    """A place where verdicts combine: its own node, and the nodes it combines, each with its role; `place` "" is the top."""

    place: str
    op: str
    role: str
    node: int
    items: tuple[tuple[int, str], ...]


@dataclass(frozen=True, kw_only=True)
class Verdicts:
    """A measure's verdict: the node of its conditions, that of its window, whether it is in force on the day."""

    spec: MeasureSpec
    scheme: SchemeSpec
    conditions: int
    gates: tuple[Gate, ...]  # inner ones first
    leaves: tuple[int, ...]  # in the order in which they are told
    window: int | None
    lapse: Lapse | None
    unread: bool


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A measure for each record, as one record is judged: `all` has its conditions and the enterprise's, `before` of its leaves the enterprise's."""

    all: Verdicts
    overall: int  # the node of the enterprise's conditions
    each: int  # that of the record's own
    before: int
    record: str  # the record type, by key
    pricing: Pricing


@dataclass(frozen=True, kw_only=True)
class Pricing:
    """What a measure gives: its pipeline, nothing that is measured, or why the reference works it out."""

    amount: p.Amount | p.Nothing | p.Why


@dataclass(frozen=True, kw_only=True)
class Plan:
    """`handed`: measures that are the reference's; `joined`: whom stacking joins to a measure; `capped`: by a common cap."""

    on: date
    year: int | None
    places: tuple[Place, ...]
    figures: tuple[Bound, ...]
    asked: tuple[p.Asked, ...]
    nodes: tuple[p.Node, ...]
    judged: Mapping[str, Verdicts]
    priced: Mapping[str, Pricing]
    handed: Mapping[str, p.Why]
    joined: Mapping[str, frozenset[str]]
    capped: frozenset[str]
    checks: tuple[int, ...]
    unchecked: bool  # a relation every case must meet is not lowered
    checked: frozenset[str]  # record types with a relation of their own
    recognitions: Mapping[str, int]  # whose criteria are lowered
    listed: Mapping[str, Listed]  # of the measures handed over those for each record, where one record can be judged


class Binding:
    def __init__(self, book: CompiledRulebook, program: p.Program, on: date, year: int | None, schemes: Mapping[str, str], fold: Fold) -> None:
        self.book, self.program, self.on, self.year, self.schemes, self.fold = book, program, on, year, schemes, fold
        self.nodes: list[p.Node] = list(program.nodes)
        self.numbers = {node: n for n, node in enumerate(self.nodes)}
        self.recognised: dict[str, int] = {}

    def node(self, node: p.Node) -> int:
        found = self.numbers.get(node)
        if found is None:
            found = self.numbers[node] = len(self.nodes)
            self.nodes.append(node)
        return found

    # -- figures and slots ---------------------------------------------------------------------------

    def figure(self, asked: p.Asked) -> Bound:
        match self.fold(*asked):
            case v.Number(low=Fraction() as low) as number if number.exact:
                return low
            case v.Number(low=None, high=None) | v.Unknown():
                return Folded.OPEN
            case v.Known(value=date() as day):
                return day.toordinal()
            case v.Known(value=bool() as holds):
                return 2 if holds else 0
            case v.Known(value=int() as year):
                return year
        return Folded.OTHER

    def place(self, slot: p.Slot, figures: tuple[Bound, ...]) -> Place:
        if slot.record:
            return Place(slot=slot, key=None, year=None)
        if slot.year is None:
            return Place(slot=slot, key=slot.fact, year=self.year if slot.yearly else None)
        year = figures[slot.year]
        return Place(slot=slot, key=slot.fact if isinstance(year, int) else None, year=year if isinstance(year, int) else None)

    # -- where verdicts combine ----------------------------------------------------------------------

    def items(
        self, group: Group, document: str | None, leaves: list[int] | None = None, gates: list[Gate] | None = None
    ) -> list[tuple[int, str]]:  # fmt: skip
        """The nodes of a group's items in force, each with its role; its conditions and inner groups, too, one after the other."""
        out: list[tuple[int, str]] = []
        for item in group.items:
            if isinstance(item, Condition):
                if (item.start and self.on < item.start) or (item.end and self.on > item.end):
                    continue
                out.append((self.program.of[item.expr, document], item.role))
                if leaves is not None:
                    leaves.append(out[-1][0])
            elif inner := self.items(item, document, leaves, gates):
                out.append((self.combined(item.op, item.role, inner), item.role))
                if gates is not None:
                    gates.append(Gate(place=item.place, op=item.op, role=item.role, node=out[-1][0], items=tuple(inner)))
        return out

    def combined(self, op: str, role: str, items: list[tuple[int, str]]) -> int:
        counted = [self.node(p.Inverse(n)) if own == "unless" and role != "unless" else n for n, own in items]
        if op == "not":
            return self.node(p.Inverse(counted[0]))
        return counted[0] if len(counted) == 1 else self.node(p.Joined(op == "all", tuple(counted)))

    def recognition(self, spec: RecognitionSpec) -> int:
        """The node of a recognition's criteria, on the day of decision."""
        found = self.recognised.get(spec.key)
        if found is not None:
            return found
        documents = [self.book.documents[d] for d in spec.basis.documents]
        items = self.items(spec.when, None) or [(self.node(p.Always(1)), "when")]
        whole = self.combined("all", "", [*items, *self.items(spec.unless, None)])
        if documents and not any(d.in_force(self.on, on=self.on) for d in documents):
            whole = self.node(p.Always(1))
        elif spec.incomplete:
            whole = self.node(p.AtMost(1, whole))
        self.recognised[spec.key] = whole
        return whole

    # -- measures ------------------------------------------------------------------------------------

    def scheme(self, spec: MeasureSpec) -> SchemeSpec:
        if not spec.schemes:
            return spec.base
        return spec.schemes[self.schemes[spec.id]] if spec.id in self.schemes else next(iter(spec.schemes.values()))

    def lapse(self, spec: MeasureSpec) -> Lapse | None:
        """Why the measure is not in force on the day, if it is not."""
        on = self.on
        if spec.start is not None and on < spec.start:
            return Lapse.NOT_YET
        if spec.end is not None and on > spec.end:
            return Lapse.OVER
        documents = [self.book.documents[d] for d in spec.documents]
        if not documents or any(d.in_force(on, on=on, since=spec.start) for d in documents):
            return None
        return Lapse.OVER if any(d.start is None or d.start <= on for d in documents) else Lapse.NOT_YET

    def measure(self, spec: MeasureSpec) -> Verdicts:
        scheme, leaves, gates = self.scheme(spec), list[int](), list[Gate]()
        groups = [(spec.when, None), (spec.unless, None), *([(g, scheme.document) for g in (scheme.when, scheme.unless)] if spec.schemes else [])]
        items = [one for group, document in groups for one in self.items(group, document, leaves, gates)]
        if not any(role != "unless" for _, role in items):
            items.append((self.node(p.Always(1)), "when"))
            leaves.append(items[-1][0])
        top = self.combined("all", "", items)
        gates.append(Gate(place="", op="all", role="", node=top, items=tuple(items)))
        return Verdicts(
            spec=spec, scheme=scheme, conditions=top, gates=tuple(gates), leaves=tuple(leaves),
            window=None if spec.window is None else self.program.of[spec.window.expr, None], lapse=self.lapse(spec), unread=bool(spec.incomplete),
        )  # fmt: skip

    def listed(self, spec: MeasureSpec) -> Listed:
        scheme, leaves, gates = self.scheme(spec), list[int](), list[Gate]()
        groups = [(spec.when, None), (spec.unless, None), *([(g, scheme.document) for g in (scheme.when, scheme.unless)] if spec.schemes else [])]

        def asked(*, per_record: bool) -> list[tuple[int, str]]:
            parts = [(replace(g, items=tuple(i for i in g.items if i.per_record is per_record)), document) for g, document in groups]
            return [one for g, document in parts for one in self.items(g, document, leaves, gates)]

        own = asked(per_record=False)
        before = len(leaves)
        each = asked(per_record=True)
        holds = self.node(p.Always(2))
        nodes = [self.combined("all", "", some) if some else holds for some in (own, each)]
        top = self.node(p.Joined(True, tuple(nodes)))
        gates.append(Gate(place="", op="all", role="", node=top, items=(*own, *each)))
        assert isinstance(spec.records, t.RecordsRef)
        verdicts = Verdicts(
            spec=spec, scheme=scheme, conditions=top, gates=tuple(gates), leaves=tuple(leaves), window=None, lapse=self.lapse(spec), unread=False,
        )  # fmt: skip
        return Listed(
            all=verdicts, overall=nodes[0], each=nodes[1], before=before, record=spec.records.record,
            pricing=Pricing(amount=self.program.listed[spec.key, scheme.name]),
        )  # fmt: skip

    def company(self) -> dict[str, frozenset[str]]:
        """Whom stacking joins to each measure, directly or through others."""
        out = {key: frozenset([key]) for key in self.book.measures}
        for group in self.book.stacking:
            whole = frozenset[str]().union(*(out[m] for m in group.members))
            out |= dict.fromkeys(whole, whole)
        return out


def bind(book: CompiledRulebook, program: p.Program, *, on: date, year: int | None, schemes: Mapping[str, str], fold: Fold) -> Plan:
    """The plan of a program on a day."""
    one = Binding(book, program, on, year, schemes, fold)
    figures = tuple(map(one.figure, program.figures))
    each = dict.fromkeys(key for key, _ in program.listed)
    listed = {key: one.listed(book.measures[key]) for key in each}
    judged = {key: one.measure(book.measures[key]) for key, why in program.measures.items() if why is None}
    criteria = {node.recognition: one.recognition(book.recognitions[node.recognition]) for node in program.nodes if isinstance(node, p.Recognised)}
    rules = (Rule.HIGHEST, Rule.CHOOSE, Rule.CUMULATE, Rule.ORDER)
    return Plan(
        on=on, year=year, places=tuple(one.place(s, figures) for s in program.slots), figures=figures, asked=program.asked, nodes=tuple(one.nodes),
        judged=judged, priced={key: Pricing(amount=program.amounts[key, x.scheme.name]) for key, x in judged.items()},
        handed={key: why for key, why in program.measures.items() if why is not None}, joined=one.company(),
        capped=frozenset(m for g in book.stacking if g.rule not in rules for m in g.members),
        checks=tuple(program.of[c.expr, None] for c in book.checks if not c.record and (c.expr, None) in program.of),
        unchecked=any(not c.record and (c.expr, None) not in program.of for c in book.checks),
        checked=frozenset(c.record for c in book.checks if c.record), recognitions=criteria,
        listed=listed,
    )  # fmt: skip
