"""What was judged and worked out: verdicts, amounts, causes and steps, by ids and numbers.

Plain frozen data, the same whichever reader produced it. What must stay true: nothing here is worded
(`telling` makes every sentence, on demand), nothing is computed here, and everything a sentence needs
is either here or in the rulebook and facts that were decided on.
"""

from __future__ import annotations

import copyreg
import io
import pickle
from collections.abc import Iterator, Mapping
from dataclasses import field, fields
from datetime import date
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from ..plain import dataclass
from ..rulebook.compiled import (
    AwardSpec,
    Choices,
    CompiledRulebook,
    Condition,
    Group,
    InstalmentSpec,
    MeasureSpec,
    ParameterVersion,
    RecognitionSpec,
    RowSpec,
    SchemeSpec,
    Standing,
)
from ..values import NONE_KNOWN, Causes, Number, Truth, Value
from ..words import CauseKind, Lapse, Outcome, Verdict
from .told import Facts
from .uses import Conclusion, Env, Use

# -- conditions ---------------------------------------------------------------------------------------


class Made(StrEnum):
    """Leaves that no rulebook writes down: what stands beside its conditions."""

    NO_CONDITIONS = "no_conditions"  # none is in force on the day
    BELONGS = "belongs"  # the record is among those applied for
    IN_FORCE = "in_force"  # the measure on the record's own date
    LISTING = "listing"  # the list is not told, or not complete
    NO_RECORD = "no_record"  # a complete list without a record
    CERTIFICATE = "certificate"
    OTHER_CERTIFICATES = "other_certificates"  # the list of them is not told, or not complete
    NO_CERTIFICATE = "no_certificate"
    WINDOW = "window"  # when applications are taken; beside the conditions, not among them


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One condition judged, for the enterprise or for one record.

    `asked` is the rulebook's condition, or what was made beside it; `owner` the measure's or
    recognition's specification; `env` what it was asked under. Of a made leaf, `seen` says what it
    was judged by: the governing day and why it is not in force, the dates of a certificate.
    """

    owner: MeasureSpec | RecognitionSpec
    asked: Condition | Made
    role: str
    truth: Truth
    standing: Standing
    env: Env
    record: str | None = None
    stage: str = ""
    uses: frozenset[Use] = frozenset()
    seen: Any = None
    under: Choices = ()  # it stands only where these readings are taken
    stated: bool = False  # settled by an officer's statement, not by what was told


@dataclass(frozen=True, slots=True)
class Tree:
    """A group of judged conditions whose own verdict is still to be combined.

    `place` names the node of the rulebook it is an instance of: a compiled group's position, or one
    of `TOP`, `RECORDS`, `RECORD`, `HELD`, `CERTIFICATE`, which no position can equal.
    """

    op: str
    role: str
    items: tuple[Leaf | Tree, ...]
    place: str
    owner: MeasureSpec | RecognitionSpec
    group: Group | None = None
    record: str | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """The same, combined. An `unless` item counts by its opposite in an `all`."""

    op: str
    role: str
    truth: Truth
    items: tuple[Leaf | Node, ...]
    place: str
    owner: MeasureSpec | RecognitionSpec
    group: Group | None = None
    record: str | None = None

    def leaves(self) -> Iterator[Leaf]:
        for item in self.items:
            if isinstance(item, Leaf):
                yield item
            else:
                yield from item.leaves()


TOP, RECORDS, RECORD, HELD, CERTIFICATE = "§top", "§records", "§record", "§held", "§certificate"


# -- amounts ------------------------------------------------------------------------------------------


class StepKind(StrEnum):
    """What a step of a calculation did; in this order they come."""

    RATE = "rate"  # a figure shown for information
    PART = "part"  # a named part of the amount
    ITEM = "item"  # the amount of the enterprise or of one record
    REDUCTION = "reduction"  # to a share; of a record before its cap, of the measure after all caps
    ITEM_CAP = "item_cap"
    AGAIN = "again"  # a record that was given support by the measure before
    COUNT = "count"  # at most so many records
    GROUP_CAP = "group_cap"  # a cap for each value of a column
    TOTAL = "total"  # of the records
    CAP = "cap"  # of the measure: a year, an enterprise, this application
    DIFFERENCE = "difference"
    SHARED = "shared"  # a record that counts under another measure
    CONTESTED = "contested"  # a record that an open measure may take over
    CENTS = "cents"  # rounding to the 分, declared once
    OWN_CENTS = "own_cents"  # the measure's own
    FLOOR = "floor"
    ROUNDING = "rounding"  # more coarsely than to the 分
    CUT = "cut"
    INSTALMENTS = "instalments"
    FUNDING = "funding"
    TAKEN_BEFORE = "taken_before"  # another member of an exclusive group was received before
    TAKEN = "taken"  # a rival of an exclusive group is taken instead
    OPEN_RIVAL = "open_rival"  # a rival may turn out to be worth more
    COMMON_CAP = "common_cap"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: of which kind, by which rule, and the amount before and after.

    `rule` is the specification it carries out; `line`: it stands in the calculation, `change`: it
    changed the amount. The rest is what the rule read: `limit` its figure, `left` what of it is left,
    `group` the value of its column, `dropped` the records without a place, `measures` the keys of the
    other measures concerned, `figures` the figures read, `count` the number of records.
    """

    kind: StepKind
    after: Value
    rule: Any = None
    before: Number | None = None
    clause: str = ""
    record: str | None = None
    line: bool = True
    change: bool = True
    provisional: bool = False
    limit: Number | None = None
    left: Number | None = None
    group: Any = None
    dropped: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    figures: frozenset[Use] = frozenset()
    count: int = 0


@dataclass(frozen=True, slots=True)
class InstalmentJudged:
    """One instalment: its part of the amount (None: nothing can be said of it), whether it is due."""

    spec: InstalmentSpec
    amount: Number | None
    truth: Truth
    rest: bool  # what the others leave, which is not known yet


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardJudged:
    """A measured amount. `high` None: no upper bound is known. `low` never exceeds what is certain."""

    spec: AwardSpec
    unit: str
    low: Fraction | None
    high: Fraction | None
    causes: Causes = NONE_KNOWN
    steps: tuple[Step, ...] = ()
    instalments: tuple[InstalmentJudged, ...] = ()
    standing: Standing = Standing.ENACTED
    rate: Value | None = None  # of what is no money

    @property
    def pending(self) -> bool:
        return self.low is not None and self.low != self.high

    @property
    def monetary(self) -> bool:
        return self.spec.kind in ("grant", "interest")


# -- outcomes -----------------------------------------------------------------------------------------


class ReasonKind(StrEnum):
    SATISFIED = "satisfied"
    FAILING = "failing"  # leaves
    LAPSED = "lapsed"  # lapse
    OPEN = "open"  # cause
    UNREAD = "unread"  # a clause nobody has read
    ZERO = "zero"  # step: what brought the amount to nothing
    AMOUNT_OPEN = "amount_open"  # cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a measure came out as it did."""

    kind: ReasonKind
    cause: CauseKind | None = None
    lapse: Lapse | None = None
    leaves: tuple[Leaf, ...] = ()
    step: Step | None = None
    readings: tuple[str, ...] = ()  # keys of the open readings it hangs on, where it does


@dataclass(frozen=True, slots=True)
class Changed:
    """A figure read that changed inside the period looked at, where nothing says which day's holds."""

    figure: str  # key of a parameter, or of a table whose rows have days of their own
    start: date
    versions: tuple[ParameterVersion | RowSpec, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """What one combination of open readings comes to: of a measure, and of all that is joined to it.

    `under` are the readings that matter and the option of each; `total` what the measures that hang
    together give under them (least and most, None: unknown), whatever the readings that matter only there.
    """

    under: Choices
    judged: MeasureJudged
    total: tuple[Fraction, Fraction | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureJudged:
    spec: MeasureSpec
    scheme: SchemeSpec
    standing: Standing
    outcome: Outcome
    reason: Reason
    award: AwardJudged
    conditions: Node
    notes: tuple[Step, ...] = ()  # what other measures did to it
    causes: Causes = NONE_KNOWN  # of the verdict
    missing: Causes = NONE_KNOWN  # of the verdict and of the amount
    changed: tuple[Changed, ...] = ()
    day: date | Causes = NONE_KNOWN
    envs: tuple[Env, ...] = ()  # of its records, else its own
    uses: frozenset[Use] = frozenset()  # of the amount; those of the conditions are the leaves' own
    ways: tuple[Way, ...] = ()  # where open readings matter: what each combination of them comes to
    listed: Choices = ()  # the calculation is listed under these options; under others it comes to the same
    beyond: int = 0  # so many combinations of open readings are too many: it is open within bounds
    applied: bool | None = None  # whether it is applied for; None: nothing was said
    window: Leaf | None = None  # when applications are taken, where that is asked on its day
    reminds: bool = False  # of several ways: in one of them something received before is in the way, which the steps listed need not show

    @property
    def given_before(self) -> bool:
        """Whether something of it was received before, of which the rulebook does not say what holds then, or which instalments it was."""
        steps = [s for s in (*self.award.steps, *self.notes) if s.kind in (StepKind.AGAIN, StepKind.TAKEN_BEFORE) and not s.rule.counting.ignored]
        by_parts = len(self.award.instalments) > 1
        return self.reminds or any(s.rule.counting.earlier is None or (by_parts and s.kind is StepKind.AGAIN) for s in steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecognitionJudged:
    spec: RecognitionSpec
    truth: Truth  # held (conferred) or satisfied (derived)
    meets: Truth  # the criteria
    standing: Standing
    conditions: Node
    held: Node | None = None
    uses: frozenset[Use] = frozenset()


@dataclass(frozen=True, slots=True)
class Total:
    """What all measures give together; `measures` are the keys of those in it, each with its standing.

    `pieces`: what it is the sum of, each with the keys of the measures that touch one another.
    """

    low: Fraction
    high: Fraction | None
    standing: Standing
    measures: tuple[tuple[str, Standing], ...] = ()
    pieces: tuple[tuple[frozenset[str], Total], ...] = field(default=(), compare=False, repr=False)

    @property
    def pending(self) -> bool:
        return self.low != self.high


@dataclass(frozen=True, slots=True)
class Fired:
    """One rule of the inference engine that fired: on which node, on which verdicts, what it concluded."""

    stratum: int
    rule: str
    title: str
    record: str
    facts: tuple[tuple[Leaf | Node, Verdict], ...]
    conclusion: str
    owner: str  # key of the measure; "" for a recognition
    recognition: str = ""  # key of the recognition; "" for a measure


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """One enterprise judged under one rulebook on one day."""

    book: CompiledRulebook
    facts: Facts
    on: date
    reasoner: str
    schemes: Mapping[str, str]  # chosen, by id of the measure
    only: tuple[str, ...] | None  # ids of the measures asked for
    measures: Mapping[str, MeasureJudged]  # by key
    recognitions: Mapping[tuple[str, date | Causes], RecognitionJudged]  # by key and day
    total: Total
    derivation: tuple[Fired, ...] = ()
    taken: Mapping[str, str] = field(default_factory=dict)  # readings decided for this case: key -> option
    meant: CompiledRulebook | None = None  # the rulebook with those taken, where there are any
    conclusions: Mapping[str, Conclusion] = field(default_factory=dict)  # of the measures others ask after, by key
    hindsight: bool = False  # by all that is known of the rules now, not as on the day of decision
    covers: tuple[str, ...] = ()  # ids of the exclusions that a statement settled, whichever measures were asked for

    @property
    def worked_out(self) -> bool:
        """Whether all of it is there, or some only when it is looked at."""
        return True

    def work_out(self) -> None:
        """For who is going to look at all of it: at once, not measure by measure."""

    def __deepcopy__(self, memo: Any) -> Judgement:
        return self  # nothing of it changes

    def __reduce__(self) -> tuple[Any, ...]:
        return _carried, (_carrying({f.name: getattr(self, f.name) for f in fields(self)}),)


# -- between processes --------------------------------------------------------------------------------


def _read_only(mapping: dict[Any, Any]) -> Mapping[Any, Any]:
    return MappingProxyType(mapping)


def _carrying(parts: Mapping[str, Any]) -> bytes:
    """With a rulebook's read-only mappings, which Python does not carry of itself."""
    data = io.BytesIO()
    carrier = pickle.Pickler(data, protocol=pickle.HIGHEST_PROTOCOL)
    carrier.dispatch_table = {**copyreg.dispatch_table, MappingProxyType: lambda mapping: (_read_only, (dict(mapping),))}
    carrier.dump(parts)
    return data.getvalue()


def _carried(data: bytes) -> Judgement:
    return Judgement(**pickle.loads(data))  # noqa: S301 (inside a pickle already: whoever reads that one trusts it)
