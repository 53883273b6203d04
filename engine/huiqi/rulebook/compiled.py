"""A compiled rulebook: everything the readers need, resolved and typed; nothing they can change.

Keys are global: `rulebook-id/name`, so that a rulebook and those it uses live in one namespace and
a reader never asks where a word came from. What must stay true: frozen, self-contained, ordered
deterministically, and independent of any reader.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import KW_ONLY, field, replace
from datetime import date, timedelta
from enum import IntEnum, StrEnum
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType
from typing import Any

from ..errors import Position, Problem
from ..language import typed as t
from ..language.syntax import FUNCTIONS
from ..language.types import Bound, Quantity, Type
from ..language.units import Unit
from ..plain import dataclass

SUPPORT = "已获支持"  # the built-in history of support
CERTIFICATES = "资格证书"  # the built-in certificates of conferred recognitions
DECISION_DAY = "审核日期"
APPLICATION_YEAR = "申报年度"


class Standing(IntEnum):
    """How firm a figure or a condition is; the larger, the weaker.

    A benchmark is weaker than an assumption: an assumption is about how *our* policy will be
    handled, a benchmark is another authority's policy altogether.
    """

    ENACTED = 0
    UNVERIFIED = 1
    ASSUMED = 2
    BENCHMARK = 3
    UNSET = 4

    @property
    def code(self) -> str:
        return self.name.lower()

    @property
    def label(self) -> str:
        return {"ENACTED": "现行", "UNVERIFIED": "待核", "ASSUMED": "假定", "BENCHMARK": "参照", "UNSET": "未定"}[self.name]


class Disposition(StrEnum):
    """What a clause has become in the rulebook."""

    MEASURE = "measure"
    RECOGNITION = "recognition"
    CONDITION = "condition"
    CHANNEL = "channel"
    TARGET = "target"
    DUTY = "duty"
    UNREAD = "unread"
    TODO = "todo"


class Match(StrEnum):
    """Which rows of a table count."""

    FIRST = "first"
    HIGHEST = "highest"
    SLAB = "slab"  # the whole at the rate of the band it falls in
    MARGINAL = "marginal"  # each part at the rate of its band
    COLLECT = "collect"  # all rows that apply, taken together


class Collect(StrEnum):
    """What is made of all the rows of a `collect` table that apply."""

    SUM = "sum"
    MIN = "min"
    MAX = "max"
    COUNT = "count"


class Op(StrEnum):
    """What makes a group hold."""

    ALL = "all"
    ANY = "any"
    NOT = "not"


class Role(StrEnum):
    """Whether a condition opens the way or bars it."""

    WHEN = "when"
    UNLESS = "unless"


class RecognitionKind(StrEnum):
    DERIVED = "derived"
    CONFERRED = "conferred"


class AwardKind(StrEnum):
    GRANT = "grant"
    INTEREST = "interest"
    RELIEF = "relief"
    SERVICE = "service"
    RECOMMENDATION = "recommendation"


class AwardBasis(StrEnum):
    """How firmly a rule promises its amount."""

    FIXED = "fixed"
    CEILING = "ceiling"
    DISCRETIONARY = "discretionary"


class Scope(StrEnum):
    """Over what a cap holds."""

    RECORD = "record"
    YEAR = "year"
    ENTERPRISE = "enterprise"
    GROUP = "group"  # records alike in one column


class Keep(StrEnum):
    """Which records a cap on their number leaves."""

    HIGHEST = "highest"
    FIRST = "first"


class Direction(StrEnum):
    DOWN = "down"
    HALF_DOWN = "half down"
    HALF_EVEN = "half even"
    HALF_UP = "half up"
    UP = "up"

    @property
    def word(self) -> str:
        return FUNCTIONS[f"round {self}"]


class Per(StrEnum):
    """Of what the amount is rounded."""

    MEASURE = "measure"
    RECORD = "record"


class Rule(StrEnum):
    """What a stacking group does to its members."""

    HIGHEST = "highest"
    CHOOSE = "choose"
    CAP = "cap"
    ORDER = "order"
    CUMULATE = "cumulate"


class Share(StrEnum):
    """How a budget is shared among all applicants of a round."""

    PRO_RATA = "pro rata"
    IN_ORDER = "in order"  # each its whole amount, until the budget is used up


class Ties(StrEnum):
    """What becomes of applicants of one rank where not all of them fit."""

    ALL = "all"  # places: every one of them is in
    NONE = "none"  # none of them
    SPLIT = "split"  # in order: they share the rest of the budget pro rata
    OPEN = "open"  # the rule does not say: people decide


class Edge(StrEnum):
    """What the first gets whose amount the rest of a budget no longer covers."""

    REST = "rest"
    STOP = "stop"  # nothing, and nobody behind it gets anything


class LeftOver(StrEnum):
    """What becomes of a share that its applicant may not take, for its own amount or its cap."""

    AGAIN = "again"  # shared again among the others, until nothing moves
    KEEP = "keep"


class Remainder(StrEnum):
    """Who gets the 分 that cutting down to the 分 leaves."""

    LARGEST = "largest"  # whom cutting took most from
    FIRST = "first"  # the first by rank
    KEEP = "keep"  # nobody


def name_of(key: str) -> str:
    """The word a person uses, without the owner."""
    return key.partition("/")[2] or key


def listing_word(record: str) -> str:
    """A list of records in words: 新录用人员明细, but 贷款明细 as it is."""
    return record if record.endswith("明细") else f"{record}明细"


@dataclass(frozen=True, kw_only=True)
class DocumentSpec:
    key: str
    title: str
    number: str
    issuer: str
    jurisdiction: tuple[str, ...]
    start: date | None
    end: date | None
    sheet: str
    letter: str
    family: str  # key of the document it amends, at the root; else its own
    relies_on: tuple[str, ...]
    assumed: tuple[str, ...]
    note: str
    digest: str = ""  # of the sheet as it was when it was read
    at: Position = field(default=Position(), compare=False)

    @property
    def cite(self) -> str:
        return f"《{self.title}》" + (f"（{self.number}）" if self.number else "")

    @property
    def open_ended(self) -> bool:
        """Nobody can say whether it still holds: `assumed: to`, and no end to assume."""
        return "to" in self.assumed and self.end is None

    def in_force(self, day: date, *, on: date, since: date | None = None) -> bool:
        """Whether it governs `day`, as seen on the day of decision `on`.

        Its own period, whatever it amends. Where the text reaches back (`since` before its start) it
        governs those days too, but only once it is in force itself.
        """
        if self.end is not None and day > self.end:
            return False
        if self.start is None or self.start <= day:
            return True
        return since is not None and since <= day and self.start <= on


@dataclass(frozen=True, kw_only=True)
class ClauseSpec:
    id: str
    document: str
    title: str
    says: str
    disposition: Disposition
    why: str
    lead: tuple[str, ...]
    support: tuple[str, ...]
    known: date | None = None  # when it was learnt, where that is later than it applies


@dataclass(frozen=True)
class Basis:
    """What a condition or figure rests on; its standing follows from the day (see `standing`)."""

    document: str | None
    _: KW_ONLY
    clauses: tuple[str, ...] = ()
    letter: str = ""
    cut: bool = False
    hand: Standing | None = None
    also: tuple[str, ...] = ()  # documents of further clauses it rests on: whichever is in force carries it
    quote: str = ""  # the few words of the text it rests on
    wordless: bool = False  # looked for, and the sheet has no words to quote: `quote: 无`
    at: Position = field(default=Position(), compare=False)

    @property
    def clause(self) -> str:
        """The clauses as cited."""
        return "、".join(self.clauses)

    @property
    def documents(self) -> tuple[str, ...]:
        return (self.document, *self.also) if self.document is not None else ()


@dataclass(frozen=True, kw_only=True)
class FactSpec:
    key: str
    name: str
    id: str
    kind: str
    type: Type
    bounds: Bound
    usual: Bound
    options: tuple[str, ...]
    decimals: int | None
    yearly: bool
    personal: bool
    judgement: bool
    verified_by: str
    label: str
    explain: str
    evidence: tuple[str, ...]
    date_bounds: tuple[date | None, date | None] = (None, None)
    aliases: tuple[tuple[str, str], ...] = ()  # (other spelling, option)
    fixed: bool = False  # what is so already, or not for the enterprise to decide: no remedy changes it

    @property
    def optional(self) -> bool:
        return self.type.optional

    @property
    def places(self) -> int | None:
        """Most decimals in the base unit; None where any number of them is taken."""
        return self.decimals if self.decimals is not None else 2 if self.kind == "money" else 0 if self.whole else None

    @property
    def whole(self) -> bool:
        """Whether only whole numbers are taken."""
        return (self.kind == "quantity" or (self.kind == "period" and isinstance(self.type, Quantity))) and (self.decimals or 0) == 0

    def step(self, told: Fraction = Fraction(0)) -> Fraction:
        """The least by which two values of it differ; without declared decimals 0.0001 (a ratio's 0.01%), or finer where `told` is finer."""
        places = self.places
        if places is None:
            places = next((n for n in range(4, 13) if (told * 10**n).denominator == 1), 4)
        return Fraction(1, 10**places)

    @property
    def cause(self) -> str:
        """Why an untold fact is unknown."""
        return "judgement" if self.judgement else "unverified" if self.verified_by else "missing"


@dataclass(frozen=True, kw_only=True)
class RecordSpec:
    key: str
    name: str
    id: str
    noun: str
    key_field: str
    label: str
    fields: Mapping[str, FactSpec]
    exact: bool = False  # keys are told apart as written, not after levelling
    fixed: bool = False  # no remedy adds to it or changes it


@dataclass(frozen=True)
class CheckSpec:
    """A cross-check every case must meet, e.g. 离岸 + 在岸 = 执行额."""

    label: str
    expr: t.Expr
    record: str  # "" or the record type it is checked for
    at: Position


@dataclass(frozen=True, kw_only=True)
class ParameterVersion:
    value: Any  # Fraction | str | bool | date | int | tuple, None where unset or unread
    start: date | None
    end: date | None
    basis: Basis
    text: str
    note: str = ""
    known: date | None = None  # when it was learnt, where that is later than it applies


def known_on(versions: tuple[ParameterVersion, ...], day: date) -> tuple[ParameterVersion, ...]:
    """A history as it was known on a day: where one was not known yet, the version right before it was taken to run on."""
    if all(v.known is None or v.known <= day for v in versions):
        return versions
    out: list[ParameterVersion] = []
    for version in sorted(versions, key=lambda v: v.start or date.min):
        if version.known is None or version.known <= day:
            out.append(version)
            continue
        before = next(
            (
                n
                for n, v in enumerate(out)
                if v.end and version.start and v.end + timedelta(days=1) == version.start and v.basis.document == version.basis.document
            ),
            None,
        )
        if before is None and version.start:
            ended = [n for n, v in enumerate(out) if v.end and v.end + timedelta(days=1) == version.start]
            before = ended[0] if len(ended) == 1 else None
        if before is not None:
            out[before] = replace(out[before], end=version.end)
    return tuple(out)


@dataclass(frozen=True, kw_only=True)
class ParameterSpec:
    key: str
    name: str
    type: Type
    versions: tuple[ParameterVersion, ...]
    bounds: Bound  # what all its values prove, for the type checker
    declared: Bound = (None, None)  # what the policy itself bounds an unset figure by
    note: str = ""
    aliases: tuple[tuple[str, str], ...] = ()  # (other spelling, entry of the catalogue)

    @property
    def whole(self) -> bool:
        """Whether every value it has had is a whole number; an unset one may be anything."""
        return all(isinstance(v.value, Fraction) and v.value.denominator == 1 for v in self.versions)


@dataclass(frozen=True)
class Test:
    """One cell of a table row. `op`: any, in, range, a comparison sign, or expr (a whole condition).

    A value is what the cell says, or the expression of an edge that is a figure of its own.
    """

    op: str
    values: tuple[Any, ...] = ()
    closed: tuple[bool, bool] = (True, True)
    text: str = "-"


@dataclass(frozen=True, kw_only=True)
class RowSpec:
    number: int
    tests: tuple[Test, ...]
    value: Any  # None: unread; an expression where it is worked out
    basis: Basis
    text: str
    note: str = ""
    start: date | None = None  # its own days: outside them there is no such row
    end: date | None = None
    known: date | None = None  # when it was learnt, where that is later than it applies

    @property
    def expressions(self) -> Iterator[t.Expr]:
        """What of it is worked out: edges, conditions, its value."""
        yield from (x for test in self.tests for x in test.values if isinstance(x, t.Expr))
        if isinstance(self.value, t.Expr):
            yield self.value

    def on(self, day: date) -> bool:
        """Whether there is such a row on a day."""
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)


def rows_known_on(rows: tuple[RowSpec, ...], day: date) -> tuple[RowSpec, ...]:
    """A table as it was known on a day: where rows that took over were not known yet, those they took over from ran on.

    What takes over on one day is learnt on one day (`compile.tables` holds that), so that is the whole set or nothing.
    """
    late = {(r.basis.document, r.start): r for r in rows if r.known is not None and r.known > day}
    out = [r for r in rows if r.known is None or r.known <= day]
    for (document, start), row in sorted(late.items(), key=lambda kv: (kv[0][1] or date.min, kv[0][0] or "")):
        ended = [n for n, r in enumerate(out) if r.end and start and r.end + timedelta(days=1) == start]
        same = [n for n in ended if out[n].basis.document == document]
        for n in same or (ended if len({out[n].basis.document for n in ended}) == 1 else ()):
            out[n] = replace(out[n], end=row.end)
    return tuple(out)


def family_of(document: str | None, documents: Mapping[str, DocumentSpec]) -> str:
    """The key of the document at the root of a document's amendments; "" for none, or one that is not known."""
    return documents[document].family if document is not None and document in documents else ""


def versions_under(parameter: ParameterSpec, document: str | None, documents: Mapping[str, DocumentSpec]) -> tuple[ParameterVersion, ...]:
    """The history that counts: under a scheme, that of its document's source, where it has one."""
    if document is None:
        return parameter.versions
    family = family_of(document, documents)
    own = tuple(v for v in parameter.versions if v.basis.document and family_of(v.basis.document, documents) == family)
    return own or parameter.versions


def known_under(parameter: ParameterSpec, document: str | None, documents: Mapping[str, DocumentSpec], day: date) -> tuple[ParameterVersion, ...]:
    """The history that counts, as it was known on a day: what a scheme's own source was not known to say is not taken from another's."""
    return known_on(versions_under(parameter, document, documents), day)


@dataclass(frozen=True, kw_only=True)
class TableSpec:
    key: str
    name: str
    match: Match
    inputs: tuple[tuple[str, Type], ...]
    type: Type  # of the result
    value_type: Type  # of a cell (differs for slab and marginal: a rate per unit)
    rows: tuple[RowSpec, ...]
    note: str = ""
    doubtful: bool = False  # `first`, and its rows hide or repeat one another: any that applies may be meant
    collect: Collect | None = None  # match: collect
    unproved: tuple[int, ...] = ()  # rows of which only a case tells whether they meet others
    uncovered: tuple[tuple[Test, ...], ...] = ()  # where it has no row, and is meant to have none

    @property
    def expressions(self) -> Iterator[t.Expr]:
        for row in self.rows:
            yield from row.expressions

    @cached_property
    def worked_out(self) -> bool:
        """Whether any cell is an expression."""
        return any(True for _ in self.expressions)

    @cached_property
    def dated(self) -> bool:
        """Whether its rows change with the day."""
        return any(row.start or row.end for row in self.rows)

    @cached_property
    def learnt(self) -> bool:
        """Whether any row was learnt later than it applies."""
        return any(row.known for row in self.rows)

    @property
    def adds_up(self) -> bool:
        """Whether no row that applies is nothing, and not the lack of a figure."""
        return self.collect in (Collect.SUM, Collect.COUNT)

    @property
    def rest(self) -> int | None:
        """The number of the row for the rest: the last, if it asks nothing."""
        last = self.rows[-1]
        return last.number if all(x.op == "any" for x in last.tests) else None


@dataclass(frozen=True, kw_only=True)
class DefinitionSpec:
    key: str
    name: str
    on: str
    expr: t.Expr
    basis: Basis
    explain: str
    bounds: Bound = (None, None)  # what declared bounds prove about it, for the type checker
    whole: bool = False  # of a quantity: always a whole number
    personal: bool = False  # of a text: it comes as a stand-in


@dataclass(frozen=True, kw_only=True)
class Condition:
    id: str
    label: str
    expr: t.Expr
    text: str
    role: Role
    basis: Basis
    start: date | None = None
    end: date | None = None
    per_record: bool = False
    at: Position = Position()
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Group:
    """`all`, `any` or `not` over conditions and groups.

    `place` is its position within its measure or recognition, by numbers: the one name that no two
    groups share. `id` is for reading.
    """

    op: Op
    items: tuple[Condition | Group, ...]
    id: str
    role: Role
    place: str
    label: str = ""
    per_record: bool = False

    def conditions(self) -> Iterator[Condition]:
        for item in self.items:
            if isinstance(item, Condition):
                yield item
            else:
                yield from item.conditions()


@dataclass(frozen=True)
class Part:
    """A named step of a calculation."""

    label: str
    expr: t.Expr


@dataclass(frozen=True, kw_only=True)
class AwardSpec:
    kind: AwardKind
    basis: AwardBasis
    expr: t.Expr | None = None
    low: t.Expr | None = None
    text: str = ""
    label: str = ""
    parts: tuple[Part, ...] = ()
    quote: str = ""  # the few words of the text that promise it
    at: Position = field(default=Position(), compare=False)

    @property
    def sums(self) -> bool:
        """Whether it comes to an amount of money; a service, a rate and a recommendation do not."""
        return self.expr is not None and self.kind in (AwardKind.GRANT, AwardKind.INTEREST)


@dataclass(frozen=True)
class Counting:
    """What a cap says of support received before.

    `earlier` is the grants that count against it; `ignored` why none does, on `basis`. Neither, where
    `stated` is False: nobody has said, and both readings stand.
    """

    earlier: t.Expr | None = None
    ignored: str = ""
    basis: Basis | None = None
    stated: bool = True


@dataclass(frozen=True, kw_only=True)
class LimitSpec:
    """A cap on money (`amount`) or on the number of records (`count`)."""

    amount: t.Expr | None
    count: t.Expr | None
    keep: Keep
    scope: Scope
    key: t.Expr | None  # scope group: what groups the records
    column: str  # the same: which column of 已获支持 says of which group a grant was; empty where none can
    per: str
    counting: Counting
    by: t.Expr | None  # keep first: what orders the records; their key where not stated
    label: str
    basis: Basis


@dataclass(frozen=True, kw_only=True)
class RoundingSpec:
    step: Fraction
    direction: Direction
    per: Per
    text: str
    basis: Basis | None = None  # of the rounding to the 分: where it stands


@dataclass(frozen=True)
class InstalmentSpec:
    share: t.Expr
    label: str
    when: t.Expr | None
    due: str


@dataclass(frozen=True)
class FundingSpec:
    """Who bears which share of an award: 中央财政 90%, 省级财政 10%."""

    by: str
    share: t.Expr


@dataclass(frozen=True)
class EvidenceSpec:
    text: str
    when: t.Expr | None = None


@dataclass(frozen=True)
class ReadingSpec:
    question: str
    chosen: str
    instead_of: tuple[str, ...]
    standing: Standing


@dataclass(frozen=True, kw_only=True)
class ChoiceSpec:
    """A named choice between readings of a clause (`readings.yaml`): open until somebody decides it.

    In expressions it is a parameter of the same key, whose value is the option taken. `chosen` is the
    rulebook's own decision, resting on `basis`; empty where the reading is open.
    """

    key: str
    name: str
    question: str
    options: tuple[str, ...]
    chosen: str
    basis: Basis
    note: str = ""

    @property
    def open(self) -> bool:
        return not self.chosen

    @property
    def clause(self) -> str:
        """The clauses as cited."""
        return self.basis.clause


Choices = tuple[tuple[str, str], ...]  # (key of a reading, the option taken), in the order of the rulebook


@dataclass(frozen=True, kw_only=True)
class Variant:
    """What an entry is under these options; None: it does not exist under them.

    Of an entry any part of which stands only under a reading (`读法:`). The variants of an entry are
    one for each combination of the options its parts name, so that exactly one holds under any decision.
    """

    under: Choices
    spec: MeasureSpec | RecognitionSpec | TableSpec | StackingSpec | None


@dataclass(frozen=True, kw_only=True)
class SchemeSpec:
    """One complete alternative: conditions, award and limits of one document."""

    name: str
    document: str
    clauses: tuple[str, ...]
    when: Group
    unless: Group
    award: AwardSpec | None
    limits: tuple[LimitSpec, ...]
    floor: t.Expr | None
    rounding: RoundingSpec | None
    pay: tuple[InstalmentSpec, ...]
    funded: tuple[FundingSpec, ...]
    obligations: tuple[str, ...]
    evidence: tuple[EvidenceSpec, ...]
    readings: tuple[ReadingSpec, ...]
    note: str
    obliged: tuple[str, ...] = ()  # clauses of obligations that stand on their own

    @property
    def clause(self) -> str:
        """The clauses as cited."""
        return "、".join(self.clauses)


@dataclass(frozen=True)
class YearDays:
    """Days that come back every year, both ends within: (month, day); over the turn of the year where the end comes first."""

    start: tuple[int, int]
    end: tuple[int, int]

    def holds(self, day: date) -> bool:
        at = (day.month, day.day)
        return self.start <= at <= self.end if self.start <= self.end else at >= self.start or at <= self.end

    @staticmethod
    def last(month: int) -> tuple[int, int]:
        """The last day of a month: of February one that is never past, whatever the year."""
        return month, {2: 31, 4: 30, 6: 30, 9: 30, 11: 30}.get(month, 31)

    @property
    def text(self) -> str:
        after = "次年" if self.start > self.end else ""
        end = "2月末日" if self.end == self.last(2) else f"{self.end[0]}月{self.end[1]}日"
        return f"每年{self.start[0]}月{self.start[1]}日至{after}{end}"


@dataclass(frozen=True, kw_only=True)
class WindowSpec:
    """When applications are taken: a judgement, or (with `days`) a date that must lie in them.

    `basis` is of a shared one, `start` and `end` when it is asked at all; a measure's own window rests on the measure.
    """

    expr: t.Expr
    days: YearDays | None = None
    label: str = ""
    basis: Basis | None = None
    start: date | None = None
    end: date | None = None
    at: Position | None = field(default=None, compare=False)  # of a shared one


@dataclass(frozen=True, kw_only=True)
class ReductionSpec:
    """Where `condition` holds only a share of the amount is given; before its caps, or after them."""

    condition: Condition
    share: t.Expr
    after: bool = False

    @property
    def label(self) -> str:
        return self.condition.label


@dataclass(frozen=True, kw_only=True)
class MeasureSpec:
    key: str
    id: str
    title: str
    family: str
    clauses: tuple[str, ...]
    document: str
    channel: tuple[str, ...]
    governed_by: t.Expr | None
    governed_per_record: bool
    start: date | None
    end: date | None
    window: WindowSpec | None
    each: str  # binder, "" if the measure is per enterprise
    records: t.Expr | None
    record: str
    when: Group
    unless: Group
    schemes: Mapping[str, SchemeSpec]
    base: SchemeSpec  # what holds under every scheme (and alone, where there are none)
    difference: t.Expr | None
    difference_label: str
    population: tuple[str, ...]  # whole-population rules in words: the amount is what is due before them
    departments: tuple[tuple[str, ...], tuple[str, ...]]
    incomplete: tuple[str, ...]
    hint: bool
    fairness: str
    note: str
    relies_on: tuple[str, ...]
    at: Position
    also: tuple[str, ...] = ()  # documents of further clauses than `document`
    changing: tuple[str, ...] = ()  # figures with a history that no date is stated for: read as of the day of decision
    by: str = ""  # the column whose values make the groups that are judged, where it is not each record
    asks: tuple[str, ...] = ()  # keys of the measures whose conclusions it asks after
    reductions: tuple[ReductionSpec, ...] = ()

    @property
    def documents(self) -> tuple[str, ...]:
        return tuple(d for d in (self.document, *self.also) if d)


@dataclass(frozen=True, kw_only=True)
class RecognitionSpec:
    key: str
    id: str
    title: str
    kind: RecognitionKind
    certificate: str
    authority: str
    governed_by: t.Expr | None
    when: Group
    unless: Group
    lapses: Group  # conferred: what ends the title although the certificate runs
    incomplete: tuple[str, ...]
    evidence: tuple[EvidenceSpec, ...]
    basis: Basis
    clauses: tuple[str, ...]
    rulebook: str
    aliases: tuple[str, ...] = ()  # other spellings of the certificate's title

    @property
    def clause(self) -> str:
        """The clauses as cited."""
        return "、".join(self.clauses)


@dataclass(frozen=True, kw_only=True)
class StackingSpec:
    key: str
    id: str
    title: str
    rule: Rule
    members: tuple[str, ...]
    per: str
    column: str  # shared by the members' records; "" for groups per enterprise or year
    amount: t.Expr | None
    counting: Counting
    basis: Basis
    note: str = ""


@dataclass(frozen=True)
class OrderSpec:
    """What applicants are ordered by; `by` None: the amount."""

    by: t.Expr | None
    highest: bool


@dataclass(frozen=True, kw_only=True)
class PoolSpec:
    """A rule over all applicants of a round (`pools.yaml`): a budget that they share, or a number of places.

    Its figures (`budget`, `places`, the caps) read no enterprise; `base` (None: the amount) and what it is ordered by do.
    """

    key: str
    id: str
    title: str
    members: tuple[str, ...]
    unit: str  # of the members' amounts
    budget: t.Expr | None
    share: Share | None
    base: t.Expr | None
    order: tuple[OrderSpec, ...]
    places: t.Expr | None
    ties: Ties | None
    edge: Edge | None
    cap_before: t.Expr | None
    cap_after: t.Expr | None
    left_over: LeftOver
    remainder: Remainder
    basis: Basis
    note: str = ""

    @property
    def figures(self) -> tuple[t.Expr, ...]:
        return tuple(x for x in (self.budget, self.places, self.cap_before, self.cap_after) if x is not None)

    @property
    def asked(self) -> tuple[t.Expr, ...]:
        """What it asks of each applicant."""
        return tuple(x for x in (self.base, *(o.by for o in self.order)) if x is not None)


@dataclass(frozen=True, kw_only=True)
class ProgressSpec:
    """A count of what a target measures over a register: a sum over all its enterprises, or how many of them meet a condition."""

    label: str
    total: t.Expr | None
    count: t.Expr | None


@dataclass(frozen=True, kw_only=True)
class TargetSpec:
    """A target; `goal` (in `unit`) and `progress` where a register can be held against it, `beyond`: it is to be exceeded."""

    id: str
    title: str
    value: str
    measure: str
    by: date | None
    basis: Basis
    note: str = ""
    goal: Fraction | None = None
    unit: Type | None = None
    beyond: bool = False
    progress: tuple[ProgressSpec, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CompiledRulebook:
    id: str
    title: str
    version: str
    jurisdiction: tuple[str, ...]
    summary: str
    note: str
    digest: str
    uses: tuple[tuple[str, str, str], ...]  # id, version, digest
    documents: Mapping[str, DocumentSpec]
    clauses: Mapping[str, ClauseSpec]
    facts: Mapping[str, FactSpec]
    records: Mapping[str, RecordSpec]
    checks: tuple[CheckSpec, ...]
    parameters: Mapping[str, ParameterSpec]
    tables: Mapping[str, TableSpec]
    definitions: Mapping[str, DefinitionSpec]
    recognitions: Mapping[str, RecognitionSpec]
    measures: Mapping[str, MeasureSpec]
    stacking: tuple[StackingSpec, ...]
    targets: tuple[TargetSpec, ...]
    pools: tuple[PoolSpec, ...] = ()
    strata: tuple[tuple[str, ...], ...]
    names: Mapping[str, str]  # every word a case may use -> key of a fact or record type
    path: str = ""
    canonical: str = field(default="", repr=False)
    behind: tuple[tuple[str, str], ...] = ()  # id and digest of itself and of every rulebook it rests on
    cents: RoundingSpec
    readings: Mapping[str, ChoiceSpec] = field(default_factory=lambda: MappingProxyType({}))
    variants: Mapping[str, tuple[Variant, ...]] = field(default_factory=lambda: MappingProxyType({}))  # by key of the entry
    units: frozenset[Unit] = frozenset()  # declared by it and by those it uses
    synonyms: tuple[tuple[str, ...], ...] = ()  # words a reader may look for in place of one another; no decision asks after them
    findings: tuple[Problem, ...] = ()  # what compiles and must be settled with the policy's author

    def learnt(self, clauses: tuple[str, ...], day: date) -> bool:
        """Whether what rests on these clauses was known on a day: one known clause carries it."""
        found = [self.clauses[x].known for x in clauses if x in self.clauses]
        return not found or any(known is None or known <= day for known in found)

    def family(self, document: str) -> str:
        """The key of the document at the root of a document's amendments: what it amends speaks with its voice."""
        return self.documents[document].family

    def basis_standing(self, basis: Basis, day: date, *, on: date, since: date | None = None) -> Standing:
        """现行, 待核, 参照 from the documents, the deciding jurisdiction and the days; or by hand.

        `day` is the governing date, `on` the day of decision, `since` the day the text reaches back to.
        """
        if basis.hand is not None:
            return basis.hand
        if basis.document is None:
            return Standing.ASSUMED
        standing = self._under(basis, self.documents[basis.document], day, on, since)
        for document in basis.also:
            standing = min(standing, self._under(basis, self.documents[document], day, on, since))
        return standing

    def _under(self, basis: Basis, document: DocumentSpec, day: date, on: date, since: date | None) -> Standing:
        ours = self.jurisdiction[: len(document.jurisdiction)] == document.jurisdiction
        if not ours or not document.in_force(day, on=on, since=since):
            return Standing.BENCHMARK
        letter = basis.letter or document.letter
        return Standing.UNVERIFIED if letter == "C" or basis.cut or document.open_ended else Standing.ENACTED


def told_as(book: CompiledRulebook, key: str) -> str:
    """The name by which a case tells a fact or a record type: its own, or with the rulebook's prefix where another's is called the same."""
    name = (book.facts.get(key) or book.records[key]).name
    return name if book.names.get(name) == key else next((word for word, k in book.names.items() if k == key), key)


Spec = MeasureSpec | RecognitionSpec


def own_specs(book: CompiledRulebook) -> list[Spec]:
    """The measures of a rulebook, then the recognitions it defines itself."""
    return [*book.measures.values(), *(r for r in book.recognitions.values() if r.rulebook == book.id)]
