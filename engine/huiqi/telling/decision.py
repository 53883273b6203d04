"""A decision as it is told: outcomes, verdicts, amounts, and the words for everything that explains them.

Plain frozen data; `Decision.to_dict` is the public JSON (`huiqi.decision/1`), money a decimal string
in it. What must stay true: nothing here computes a verdict or an amount, nothing shown was not judged,
and a decision read back from its JSON is the same JSON.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import field
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple, Protocol, Self, TypeVar

from ..asking.questions import Question
from ..asking.remedies import Remedies
from ..errors import Code, InputError, NotThere, Position, Problem, UsageError, clip, suggestion, told
from ..plain import dataclass
from ..reasoning.judged import Judgement, ReasonKind
from ..reasoning.pseudonyms import key_words
from ..reasoning.receipt import asked_for, measures_asked
from ..rulebook.compiled import AwardBasis, AwardKind, FactSpec, RecognitionKind, Standing
from ..rulebook.literals import money_string
from ..values import Cause, Subject, Topic, Truth, leading
from ..visible import json_text
from ..words import READING_ACTS, READING_MENDS, READING_OPEN, CauseKind, Outcome, Verdict, acts_words
from .claimed import Disallowance
from .doubtful import Look
from .recording import Flaw, Path, differences, flaws, known, place


@dataclass(frozen=True, slots=True)
class Shown:
    """A value for reading: plain (decimal string in the base unit), unit, and as an officer writes it."""

    value: str
    unit: str
    text: str

    def to_dict(self) -> dict[str, str]:
        return {"value": self.value, "unit": self.unit, "text": self.text}

    @classmethod
    def from_dict(cls, d: Mapping[str, Any] | None) -> Self | None:
        return None if d is None else cls(d["value"], d["unit"], d["text"])


@dataclass(frozen=True)
class Gap(Shown):
    """What is lacking, with the changes it was verified by; `later`: the day from which it holds as told."""

    changes: tuple[Any, ...] = field(default=(), compare=False, repr=False)
    later: date | None = field(default=None, compare=False)


class Lack(NamedTuple):
    """What is not known, in words, and why; `reading` is the name where it is a reading nobody has decided."""

    what: str
    kind: CauseKind
    reading: str = ""

    @property
    def label(self) -> str:
        return READING_OPEN if self.reading else self.kind.label

    @property
    def mend(self) -> str:
        return READING_MENDS if self.reading else self.kind.mend


@dataclass(frozen=True, slots=True)
class ConditionResult:
    """One condition judged, for the enterprise or for one record."""

    id: str
    role: str
    label: str
    truth: Truth
    text: str
    actual: Shown | None
    required: Shown | None
    gap: Gap | None
    clause: str
    standing: Standing
    record: str | None
    stage: str = ""
    note: str = ""
    open: tuple[Lack, ...] = ()  # what is not known, and why
    under: tuple[tuple[str, str], ...] = ()  # it stands only under these readings: name, option
    stated: bool = False  # settled by an officer's statement on the exclusions not listed
    parts: bool = False  # an and / or, of which `required` says each part

    def to_dict(self) -> dict[str, Any]:
        out: dict[str, Any] = {
            "id": self.id, "role": self.role, "label": self.label, "verdict": str(self.truth.verdict),
            "cause": _code(leading(self.truth.causes)), "text": self.text,
            "actual": self.actual.to_dict() if self.actual else None,
            "required": self.required.to_dict() if self.required else None,
            "gap": self.gap.to_dict() if self.gap else None,
            "clause": self.clause, "standing": self.standing.code,
        }  # fmt: skip
        if self.record is not None:
            out["record"] = self.record
        if self.under:
            out["under"] = dict(self.under)
        if self.stated:
            out["stated"] = True
        return out

    @classmethod
    def from_dict(cls, d: Mapping[str, Any]) -> ConditionResult:
        return cls(
            d["id"], d["role"], d["label"], _truth(d["verdict"], d["cause"]), d["text"], Shown.from_dict(d["actual"]),
            Shown.from_dict(d["required"]), Gap.from_dict(d["gap"]), d["clause"], _standing(d["standing"]), d.get("record"),
            under=tuple(d.get("under", {}).items()),
            stated=d.get("stated", False),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class GroupResult:
    """`all`, `any` or `not` over results. An `unless` item counts by its opposite in an `all`."""

    op: str
    role: str
    label: str
    truth: Truth
    items: tuple[ConditionResult | GroupResult, ...]
    record: str | None = None

    def leaves(self) -> Iterator[ConditionResult]:
        for item in self.items:
            if isinstance(item, ConditionResult):
                yield item
            else:
                yield from item.leaves()

    def to_dict(self) -> dict[str, Any]:
        out: dict[str, Any] = {"op": self.op, "verdict": str(self.truth.verdict), "items": [i.to_dict() for i in self.items]}
        if self.label:
            out["label"] = self.label
        if self.role:
            out["role"] = self.role
        if self.record is not None:
            out["record"] = self.record
        return out

    @classmethod
    def from_dict(cls, d: Mapping[str, Any]) -> GroupResult:
        items = tuple(cls.from_dict(i) if "items" in i else ConditionResult.from_dict(i) for i in d["items"])
        return cls(d["op"], d.get("role", ""), d.get("label", ""), _truth(d["verdict"], None), items, d.get("record"))


@dataclass(frozen=True, slots=True)
class Line:
    """One step of a calculation, in words and as an amount."""

    text: str
    amount: str
    record: str | None = None
    clause: str = ""

    def to_dict(self) -> dict[str, Any]:
        return {"text": self.text, "amount": self.amount, "record": self.record, "clause": self.clause}

    @classmethod
    def from_dict(cls, d: Mapping[str, Any]) -> Line:
        return cls(d["text"], d["amount"], d["record"], d["clause"])


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A rule that changed an amount: cap, count, difference, stacking, floor, rounding."""

    rule: str
    before: str
    after: str
    clause: str
    provisional: bool = False
    on_line: bool = field(default=False, compare=False)  # a line of the calculation says the same

    def to_dict(self) -> dict[str, Any]:
        return {"rule": self.rule, "from": self.before, "to": self.after, "clause": self.clause, "provisional": self.provisional}

    @classmethod
    def from_dict(cls, d: Mapping[str, Any]) -> Adjustment:
        return cls(d["rule"], d["from"], d["to"], d["clause"], d["provisional"])


@dataclass(frozen=True, slots=True)
class Instalment:
    label: str
    amount: str
    due: str
    verdict: str

    def to_dict(self) -> dict[str, str]:
        return {"label": self.label, "amount": self.amount, "due": self.due, "verdict": str(self.verdict)}

    @classmethod
    def from_dict(cls, d: Mapping[str, Any]) -> Instalment:
        return cls(d["label"], d["amount"], d["due"], d["verdict"])


@dataclass(frozen=True, slots=True)
class Award:
    """A measured amount. `high` None: no upper bound is known. `settled` never exceeds what is certain."""

    kind: AwardKind
    basis: AwardBasis
    unit: str
    low: Fraction | None
    high: Fraction | None
    causes: frozenset[Cause] = frozenset()
    text: str = ""
    lines: tuple[Line, ...] = ()
    instalments: tuple[Instalment, ...] = ()
    standing: Standing = Standing.ENACTED
    open: tuple[Lack, ...] = ()  # what the amount lacks, and why

    @property
    def pending(self) -> bool:
        return self.low is not None and self.low != self.high

    @property
    def monetary(self) -> bool:
        return self.kind in (AwardKind.GRANT, AwardKind.INTEREST)

    @property
    def settled(self) -> str | None:
        return None if self.low is None else money_string(self.low)

    @property
    def at_most(self) -> str | None:
        return None if self.high is None else money_string(self.high)

    def to_dict(self) -> dict[str, Any]:
        out: dict[str, Any] = {
            "settled": self.settled, "at_most": self.at_most, "pending": self.pending, "unit": self.unit,
            "kind": str(self.kind), "basis": str(self.basis), "lines": [x.to_dict() for x in self.lines],
        }  # fmt: skip
        if self.text:
            out["text"] = self.text
        if self.causes and self.pending:
            out["cause"] = _code(leading(self.causes))
        if self.instalments:
            out["instalments"] = [i.to_dict() for i in self.instalments]
        return out

    @classmethod
    def from_dict(cls, d: Mapping[str, Any]) -> Award:
        low, high = _ends(d)
        return cls(
            AwardKind(d["kind"]), AwardBasis(d["basis"]), d["unit"], low, high, _causes(d.get("cause"), [""]), d.get("text", ""), tuple(map(Line.from_dict, d["lines"])),
            tuple(map(Instalment.from_dict, d.get("instalments", ()))),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class WayResult:
    """What a measure comes to where readings are decided so; `total` of all measures joined to it."""

    under: tuple[tuple[str, str], ...]  # name of a reading, the option taken
    outcome: Outcome
    words: str
    award: Award
    total_low: Fraction
    total_high: Fraction | None
    standing: Standing | None = None  # the weakest that its outcome turned on, read so; None of a decision recorded before it was

    def to_dict(self) -> dict[str, Any]:
        return {
            "under": dict(self.under), **({} if self.standing is None else {"standing": self.standing.code}),
            "outcome": str(self.outcome), "words": self.words, "award": self.award.to_dict(),
            "total": {"settled": money_string(self.total_low), "at_most": None if self.total_high is None else money_string(self.total_high),
                      "pending": self.total_low != self.total_high},
        }  # fmt: skip

    @classmethod
    def from_dict(cls, d: Mapping[str, Any]) -> WayResult:
        low, high = _ends(d["total"])
        assert low is not None
        standing = _standing(d["standing"]) if "standing" in d else None
        return cls(tuple(d["under"].items()), Outcome(d["outcome"]), d["words"], Award.from_dict(d["award"]), low, high, standing)


@dataclass(frozen=True, slots=True)
class ReadingResult:
    """A reading of a clause that matters here, or was decided for this case."""

    name: str
    question: str
    options: tuple[str, ...]
    clause: str
    taken: str = ""  # the option decided for this case; empty while it is open
    by: str = ""
    when: str = ""

    def to_dict(self) -> dict[str, Any]:
        out: dict[str, Any] = {"name": self.name, "question": self.question, "options": list(self.options), "clause": self.clause, "taken": self.taken or None}
        if self.by:
            out["by"] = self.by
        if self.when:
            out["when"] = self.when
        return out

    @classmethod
    def from_dict(cls, d: Mapping[str, Any]) -> ReadingResult:
        return cls(d["name"], d["question"], tuple(d["options"]), d["clause"], d["taken"] or "", d.get("by", ""), d.get("when", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureResult:
    id: str
    title: str
    clause: tuple[str, ...]
    scheme: str | None
    standing: Standing
    outcome: Outcome
    reason: str
    award: Award
    conditions: GroupResult
    adjustments: tuple[Adjustment, ...]
    missing: tuple[str, ...]
    evidence: tuple[str, ...]
    obligations: tuple[str, ...]
    causes: frozenset[Cause] = frozenset()
    why: ReasonKind | None = None
    open: tuple[Lack, ...] = ()  # what the verdict lacks, and why
    hint: bool = False
    family: str = ""
    document: str = ""
    channel: tuple[str, ...] = ()
    departments: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    schemes: tuple[str, ...] = ()
    scheme_document: str = ""
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    readings: tuple[WayResult, ...] = ()  # where open readings matter: what each combination of them comes to
    beyond: int = 0  # so many combinations were too many to try
    hangs: bool = False  # the amount of what is eligible hangs on an open reading
    applied: bool | None = None  # whether it is applied for; None: nothing was said
    window: ConditionResult | None = None  # when applications are taken, as judged
    refusal: str = ""  # of what is refused: the conditions not met, the exclusions that apply
    later: tuple[str, ...] = field(default=(), compare=False)  # what of `missing` matters only after a choice that is missing too; not in JSON
    again: bool = field(default=False, compare=False)  # received before, and nobody wrote whether it may be once more; not in JSON

    @property
    def lacking(self) -> tuple[str, ...]:
        """What of `missing` is asked for now."""
        return tuple(x for x in self.missing if x not in self.later)

    @property
    def unclaimed(self) -> str:
        """What may be said of a measure that is not applied for; nothing where it is, or nothing was said."""
        if self.applied is not False:
            return ""
        return "可申报而未申报" if self.outcome is Outcome.ELIGIBLE else "未申报"

    @property
    def words(self) -> str:
        """The conclusion as it may be said: never a bare 符合 or 不符合 beyond enacted conditions."""
        unread = self.why is ReasonKind.UNREAD
        return conclusion(self.outcome, self.reason, self.standing, unread=unread, hangs=self.hangs, monetary=self.award.monetary)

    def to_dict(self) -> dict[str, Any]:
        more: dict[str, Any] = {}
        if self.readings:
            more["readings"] = [w.to_dict() for w in self.readings]
        if self.beyond:
            more["combinations"] = self.beyond
        return {
            "id": self.id, "title": self.title, "clause": list(self.clause), "scheme": self.scheme,
            "standing": self.standing.code, "outcome": str(self.outcome), "reason": self.reason, "words": self.words,
            "award": self.award.to_dict(), "conditions": self.conditions.to_dict(),
            "adjustments": [a.to_dict() for a in self.adjustments], "missing": list(self.missing),
            "evidence": list(self.evidence), "obligations": list(self.obligations), "hint": self.hint,
            "channel": list(self.channel), "departments": {"lead": list(self.departments[0]), "with": list(self.departments[1])},
            "notes": list(self.notes), "warnings": list(self.warnings), **more,
            **({"applied": self.applied} if self.applied is not None else {}),
            **({"window": self.window.to_dict()} if self.window is not None else {}),
        }  # fmt: skip

    @classmethod
    def from_dict(cls, d: Mapping[str, Any]) -> MeasureResult:
        return cls(
            id=d["id"], title=d["title"], clause=tuple(d["clause"]), scheme=d["scheme"], standing=_standing(d["standing"]), outcome=Outcome(d["outcome"]),
            reason=d["reason"], award=Award.from_dict(d["award"]), conditions=GroupResult.from_dict(d["conditions"]),
            adjustments=tuple(map(Adjustment.from_dict, d["adjustments"])), missing=tuple(d["missing"]), evidence=tuple(d["evidence"]),
            obligations=tuple(d["obligations"]), why=ReasonKind.UNREAD if d["reason"] == CauseKind.UNREAD.reason else None, hint=d["hint"], channel=tuple(d["channel"]),
            departments=(tuple(d["departments"]["lead"]), tuple(d["departments"]["with"])), notes=tuple(d["notes"]), warnings=tuple(d["warnings"]),
            readings=tuple(map(WayResult.from_dict, d.get("readings", ()))), beyond=d.get("combinations", 0),
            hangs=READING_OPEN in d["words"] and d["outcome"] == Outcome.ELIGIBLE,
            applied=d.get("applied"), window=ConditionResult.from_dict(d["window"]) if "window" in d else None,
        )  # fmt: skip


_EXTENTS = {
    Standing.ENACTED: "", Standing.UNVERIFIED: "按待核条件", Standing.ASSUMED: "按假定条件", Standing.BENCHMARK: "按参照条件", Standing.UNSET: "已知条件",
}  # fmt: skip


def conclusion(outcome: Outcome, reason: str, standing: Standing, *, unread: bool, hangs: bool = False, monetary: bool = True) -> str:
    """The conclusion in words: the weakest standing it turned on qualifies it.

    `hangs`: what is given, the amount of it where it is `monetary`, hangs on an open reading.
    """
    if outcome is Outcome.UNDETERMINED:
        return "已知条件均满足，尚有未读条款" if unread else f"待补充（{reason}）"
    if outcome is Outcome.NOT_IN_FORCE:
        return f"不在有效期（{reason}）"
    extent = _EXTENTS[standing]
    if outcome is Outcome.ELIGIBLE and hangs:
        return f"{extent or '条件'}满足，{'金额' if monetary else '支持内容'}待定（{READING_OPEN}）"
    if outcome is Outcome.ELIGIBLE:
        return f"{extent}{'满足' if extent else '符合'}" + ("，标准未定" if standing is Standing.UNSET else "")
    return f"{extent}{'不满足' if extent else '不符合'}"


@dataclass(frozen=True, slots=True)
class RecognitionResult:
    id: str
    title: str
    kind: RecognitionKind
    truth: Truth  # held (conferred) or satisfied (derived)
    meets: Truth  # the criteria
    standing: Standing
    conditions: GroupResult
    certificate: str
    reason: str
    authority: str = ""
    clause: str = ""
    rulebook: str = ""
    incomplete: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    open: tuple[Lack, ...] = ()
    later: tuple[str, ...] = field(default=(), compare=False)  # as of a measure

    @property
    def lacking(self) -> tuple[str, ...]:
        """What of `missing` is asked for now."""
        return tuple(x for x in self.missing if x not in self.later)

    def to_dict(self) -> dict[str, Any]:
        return {
            "id": self.id, "title": self.title, "kind": str(self.kind), "verdict": str(self.truth.verdict), "meets": str(self.meets.verdict),
            "cause": _code(leading(self.truth.causes)), "standing": self.standing.code, "clause": self.clause, "authority": self.authority,
            "certificate": self.certificate, "reason": self.reason, "conditions": self.conditions.to_dict(),
            "missing": list(self.missing),
        }  # fmt: skip

    @classmethod
    def from_dict(cls, d: Mapping[str, Any]) -> RecognitionResult:
        told = "missing" if d["cause"] is None else d["cause"]  # the JSON has no cause of the 条件测评 of its own
        meets = Truth(Verdict(d["meets"]).truth, _causes(told, d["missing"]))
        return cls(
            d["id"], d["title"], RecognitionKind(d["kind"]), _truth(d["verdict"], d["cause"], d["missing"]), meets, _standing(d["standing"]),
            GroupResult.from_dict(d["conditions"]), d["certificate"], d["reason"], d["authority"], d["clause"], missing=tuple(d["missing"]),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Total:
    low: Fraction
    high: Fraction | None
    standing: Standing
    measures: tuple[tuple[str, str], ...] = ()  # id, standing of each contained

    @property
    def pending(self) -> bool:
        return self.low != self.high

    @property
    def settled(self) -> str:
        return money_string(self.low)

    def to_dict(self) -> dict[str, Any]:
        return {
            "settled": self.settled, "pending": self.pending,
            "at_most": None if self.high is None else money_string(self.high), "unit": "元", "standing": self.standing.code,
            "measures": [{"id": i, "standing": s} for i, s in self.measures],
        }  # fmt: skip

    @classmethod
    def from_dict(cls, d: Mapping[str, Any]) -> Total:
        low, high = _ends(d)
        assert low is not None
        return cls(low, high, _standing(d["standing"]), tuple((m["id"], m["standing"]) for m in d["measures"]))


@dataclass(frozen=True, slots=True)
class Missing:
    fact: str
    cause: CauseKind
    unlocks: tuple[str, ...]
    reading: str = ""  # its name, where it is a reading nobody has decided
    evidence: tuple[str, ...] = ()  # what shows it; for the page, not in JSON
    office: str = ""  # which verifies it; likewise
    spec: FactSpec | None = field(default=None, compare=False, repr=False)  # the fact or column it is about; likewise
    later: bool = field(default=False, compare=False)  # it matters only after a choice that is missing too: not asked for yet; likewise
    column: str = field(default="", compare=False)  # what it is called of whichever record it is; likewise
    year: bool = field(default=False, compare=False)  # it is which year is applied for, which an officer says; likewise
    listing: str = field(default="", compare=False)  # the record type of which it is the list; likewise
    rest: bool = field(default=False, compare=False)  # and only whether that is all of it; likewise

    @property
    def label(self) -> str:
        return READING_OPEN if self.reading else self.cause.label

    @property
    def acts(self) -> str:
        """Who has to act."""
        return READING_ACTS if self.reading else acts_words(self.cause, self.office)

    def to_dict(self) -> dict[str, Any]:
        more = {"reading": self.reading} if self.reading else {}
        return {"fact": self.fact, "cause": str(self.cause), "unlocks": list(self.unlocks), **more}

    @classmethod
    def from_dict(cls, d: Mapping[str, Any]) -> Missing:
        return cls(d["fact"], CauseKind(d["cause"]), tuple(d["unlocks"]), d.get("reading", ""))


@dataclass(frozen=True, slots=True)
class BasisLine:
    parameter: str
    value: str
    standing: Standing
    document: str

    def to_dict(self) -> dict[str, str]:
        return {"parameter": self.parameter, "value": self.value, "standing": self.standing.code, "document": self.document}

    @classmethod
    def from_dict(cls, d: Mapping[str, Any]) -> BasisLine:
        return cls(d["parameter"], d["value"], _standing(d["standing"]), d["document"])


@dataclass(frozen=True, slots=True)
class Asked:
    """What the caller chose, and a digest over everything asked (`receipt.asked_of`)."""

    measures: tuple[str, ...] | None
    schemes: Mapping[str, str]
    digest: str
    readings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # decided for this case: option, by, when
    covers: tuple[str, ...] | None = None  # exclusions a statement on those not listed settled; None: no statement

    def to_dict(self) -> dict[str, Any]:
        more: dict[str, Any] = {"readings": {k: dict(x) for k, x in self.readings.items()}} if self.readings else {}
        if self.covers is not None:
            more["covers"] = list(self.covers)
        return {**asked_for(self.measures), "schemes": dict(self.schemes), **more, "asked": self.digest}


@dataclass(frozen=True, slots=True)
class Fired:
    """One rule that fired: on which node, on which verdicts, what it concluded."""

    stratum: int
    rule: str
    title: str
    record: str
    facts: tuple[tuple[str, Verdict], ...]
    conclusion: str
    measure: str  # id; "" for a recognition
    recognition: str  # as `recognitions` has it; "" for a measure


class Told(Protocol):
    """The parts of a decision that are worded on demand, or read back from a recording."""

    @property
    def measures(self) -> Mapping[str, MeasureResult]: ...
    @property
    def recognitions(self) -> Mapping[str, RecognitionResult]: ...
    @property
    def titles(self) -> Mapping[str, str]: ...
    @property
    def missing(self) -> tuple[Missing, ...]: ...
    @property
    def at_once(self) -> tuple[Missing, ...]:
        """The same for who is told once of all that is wanted."""

    def lacking_of(self, measures: Collection[str]) -> tuple[Missing, ...]:
        """All that some measures lack, of their conditions and of their amounts, whatever has to be settled first."""

    @property
    def basis(self) -> tuple[BasisLine, ...]: ...
    @property
    def input(self) -> Mapping[str, Any]: ...
    @property
    def facts_digest(self) -> str: ...
    @property
    def asked(self) -> Asked | None: ...
    @property
    def derivation(self) -> tuple[Fired, ...]: ...
    @property
    def readings(self) -> tuple[ReadingResult, ...]: ...
    @property
    def disallowed(self) -> Disallowance | None: ...
    def revised(self, measure: str | None) -> tuple[str, ...]:
        """What was verified or approved as something else than was claimed; of what one measure reads."""

    def looks(self, measure: str | None) -> tuple[Look, ...]:
        """What is told that has to be looked at again before anybody signs; of what one measure reads."""

    def page(self, decision: Decision, name: str | None) -> str:
        """The decision as a page of text; of one measure or recognition, its working paper."""

    def json(self, decision: Decision) -> str:
        """Its `to_dict` as JSON text on one line."""

    def questions(self) -> tuple[Question, ...]: ...
    def remedies(self, measure: str) -> Remedies: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What a recording says; `asked` is None only where it had none."""

    measures: Mapping[str, MeasureResult]
    recognitions: Mapping[str, RecognitionResult]
    missing: tuple[Missing, ...]
    basis: tuple[BasisLine, ...]
    input: Mapping[str, Any]
    facts_digest: str
    asked: Asked | None
    derivation: tuple[Fired, ...] = ()
    readings: tuple[ReadingResult, ...] = ()
    disallowed: Disallowance | None = None

    @property
    def at_once(self) -> tuple[Missing, ...]:
        return self.missing  # a recording has no more

    def lacking_of(self, measures: Collection[str]) -> tuple[Missing, ...]:
        return tuple(x for x in self.missing if not set(measures).isdisjoint(x.unlocks))

    def revised(self, measure: str | None) -> tuple[str, ...]:
        return ()  # for pages, and a recording has none; what was told is in `input`

    def looks(self, measure: str | None) -> tuple[Look, ...]:
        return ()  # likewise: they stand in `warnings`

    @property
    def titles(self) -> Mapping[str, str]:
        return {k: m.title for k, m in self.measures.items()} | {k: r.title for k, r in self.recognitions.items()}

    def page(self, decision: Decision, name: str | None) -> str:
        raise UsageError("从 JSON 读回的决定没有说明所需的全部内容；用案例文件 huiqi explain，或先 huiqi replay 核对")

    def json(self, decision: Decision) -> str:
        return json_text(decision.to_dict(), None)

    def questions(self) -> tuple[Question, ...]:
        raise UsageError("从 JSON 读回的决定不能再问下去；用案例文件 huiqi ask，或先 huiqi replay 核对")

    def remedies(self, measure: str) -> Remedies:
        raise UsageError("从 JSON 读回的决定不能另行测算；用案例文件 huiqi explain --what-if，或先 huiqi replay 核对")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Decision:
    """The measured decision on one enterprise under one rulebook on one day (初审测算).

    Cheap to make: a measure is worded when it is first looked at (`measures[id]`, `to_dict`, `explain`).
    """

    enterprise: str
    rulebook_id: str
    rulebook_title: str
    rulebook_version: str
    digest: str
    uses: tuple[tuple[str, str, str], ...]
    on: date
    year: int | None
    total: Total
    engine: str
    reasoner: str
    told: Told
    warnings: tuple[str, ...] = ()
    key: str = ""  # id of the key of the stand-ins for personal words, if there are any
    passing: bool = False  # that key could not be kept: another run gives other stand-ins
    unkept: str = ""  # why; never in JSON
    real: Mapping[str, str] = field(default_factory=dict)  # whom they stand for; never in JSON
    judgement: Judgement | None = None  # what it tells; None where read back

    @property
    def measures(self) -> Mapping[str, MeasureResult]:
        """The results by measure id, in the order of the rulebook."""
        return self.told.measures

    @property
    def recognitions(self) -> Mapping[str, RecognitionResult]:
        """The recognitions that its measures ask after, by id (another rulebook's: `ID/…`)."""
        return self.told.recognitions

    @property
    def titles(self) -> Mapping[str, str]:
        """The titles of its measures and recognitions by id; nothing else of them is worded for it."""
        return self.told.titles

    @property
    def missing(self) -> tuple[Missing, ...]:
        """What would settle more if it were told."""
        return self.told.missing

    @property
    def basis(self) -> tuple[BasisLine, ...]:
        """The figures that were read, each with its value, its standing and its document."""
        return self.told.basis

    @property
    def input(self) -> Mapping[str, Any]:
        """The facts as decided on, readable back; personal ones as stand-ins."""
        return {k: _apart(x) for k, x in self.told.input.items()}

    @property
    def facts_digest(self) -> str:
        """`sha256:…` of the facts as decided on."""
        return self.told.facts_digest

    @property
    def asked(self) -> Asked | None:
        """What the caller chose: measures, schemes, readings; None only where a recording had none."""
        return self.told.asked

    @property
    def derivation(self) -> tuple[Fired, ...]:
        """The rules that fired, where a rule engine combined the verdicts."""
        return self.told.derivation

    @property
    def readings(self) -> tuple[ReadingResult, ...]:
        """The readings of clauses that matter here and are open, and those decided for this case."""
        return self.told.readings

    @property
    def disallowed(self) -> Disallowance | None:
        """What officers disallowed of what was claimed (核减), and 申报额 = 核减额 + 测算额 by measure; None where nothing was."""
        return self.told.disallowed

    @property
    def revised(self) -> tuple[str, ...]:
        """What was verified or approved as something else than was claimed, without a 核减: in words, for pages."""
        return self.told.revised(None)

    def __eq__(self, other: object) -> bool:
        return self.to_dict() == other.to_dict() if isinstance(other, Decision) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def to_dict(self) -> dict[str, Any]:
        """The public JSON, `huiqi.decision/1`."""
        return self.shape(measures=[x.to_dict() for x in self.measures.values()], recognitions=[x.to_dict() for x in self.recognitions.values()])

    def shape(self, *, measures: list[Any], recognitions: list[Any]) -> dict[str, Any]:
        """The same, with these in the places of its measures and recognitions."""
        readings = {"readings": [x.to_dict() for x in self.readings]} if self.readings else {}
        disallowed = {} if self.disallowed is None else {"disallowed": self.disallowed.to_dict()}
        return {
            "schema": "huiqi.decision/1",
            "enterprise": self.enterprise,
            "rulebook": {
                "id": self.rulebook_id, "title": self.rulebook_title, "version": self.rulebook_version, "digest": self.digest,
                "uses": [{"id": i, "version": ver, "digest": d} for i, ver, d in self.uses],
            },
            "on": self.on.isoformat(),
            "input": self.input,
            "total": self.total.to_dict(),
            **disallowed,
            "measures": measures,
            "recognitions": recognitions,
            "missing": [x.to_dict() for x in self.missing],
            **readings,
            "basis": [x.to_dict() for x in self.basis],
            "warnings": list(self.warnings),
            "receipt": {
                "facts": self.facts_digest, "engine": self.engine, "reasoner": self.reasoner,
                **key_words(self.key, self.passing), **(self.asked.to_dict() if self.asked else {}),
            },
        }  # fmt: skip

    def to_json(self, indent: int | None = None) -> str:
        """`to_dict` as JSON text, Chinese as it is; `indent`: spaces per level, None for one line."""
        return self.told.json(self) if indent is None else json_text(self.to_dict(), indent)

    def questions(self) -> tuple[Question, ...]:
        """What to ask next, the fact that settles most first; empty where no answer would settle anything.

        The order: on how many open measures it bears, then how little those lack besides, then the order of
        the vocabulary. What only a drafter or an authority can answer is not asked. Raises `UsageError` for a
        decision read back from JSON.
        """
        return self.told.questions()

    def remedies(self, measure: str) -> Remedies:
        """What would make a measure eligible; of an eligible one, how far it is from being refused.

        The smallest changes of the enterprise's own told facts: single ones first, then sets of which none can
        be spared. Each was decided again, and one step less (one person, one 分, one day, one row) does not do.
        What the vocabulary calls `fixed`, a day that has come, support received and what experts judge is not
        changed (`held` names it). No remedies means what `search` says, never more: `impossible` is proved,
        `not_found` is not. It takes longer than deciding. Raises `UsageError` for a measure that was not
        decided here, and for a decision read back from JSON.
        """
        if not isinstance(measure, str) or measure not in self.measures:
            known = "、".join(self.measures)
            raise UsageError(f"没有决定支持事项“{clip(told(measure))}”；{suggestion(told(measure), self.measures) or '可用：' + known}", argument="measure")
        return self.told.remedies(measure)

    def __repr__(self) -> str:
        """Short, and without what was told about the enterprise; `explain` and `to_dict` say everything."""
        return f"<Decision {self.rulebook_id} on {self.on} measures={len(self.measures)} settled={self.total.settled}>"

    @classmethod
    def from_dict(cls, recorded: Mapping[str, Any]) -> Decision:
        """The decision of a `huiqi.decision/1` object: `Decision.from_dict(d).to_dict() == d`.

        Parts of later versions that this one does not know are left out. What the JSON does not carry
        (documents, stages, the derivation) is not there, so `explain` is refused. Raises `InputError`
        with every place where the object is no decision or contradicts itself.
        """
        extras = _refuse(recorded)
        d = known(recorded, extras | {("remedies",)})  # what was tried beside it is no part of the decision
        book, receipt, year = d["rulebook"], d["receipt"], d["input"].get("申报年度")
        covers = tuple(receipt["covers"]) if "covers" in receipt else None
        chosen = (
            Asked(measures_asked(receipt), receipt["schemes"], receipt["asked"], receipt.get("readings", {}), covers)
            if {"measure", "schemes", "asked"} <= receipt.keys()
            else None
        )
        told = Recorded(
            measures=_keyed(MeasureResult.from_dict(m) for m in d["measures"]),
            recognitions=_keyed(RecognitionResult.from_dict(r) for r in d["recognitions"]),
            missing=tuple(map(Missing.from_dict, d["missing"])), basis=tuple(map(BasisLine.from_dict, d["basis"])),
            input=d["input"], facts_digest=receipt["facts"], asked=chosen, readings=tuple(map(ReadingResult.from_dict, d.get("readings", ()))),
            disallowed=Disallowance.from_dict(d["disallowed"]) if "disallowed" in d else None,
        )  # fmt: skip
        decision = cls(
            enterprise=d["enterprise"], rulebook_id=book["id"], rulebook_title=book["title"], rulebook_version=book["version"], digest=book["digest"],
            uses=tuple((u["id"], u["version"], u["digest"]) for u in book["uses"]), on=date.fromisoformat(d["on"]), year=None if year is None else int(year),
            total=Total.from_dict(d["total"]), engine=receipt["engine"], reasoner=receipt["reasoner"], told=told, warnings=tuple(d["warnings"]),
            key=receipt.get("key", ""), passing=receipt.get("passing", False),
        )  # fmt: skip
        if contradictions := differences(d, decision.to_dict()):
            message, none = "：与别处矛盾，或与它相关的部分不全", "（没有）"
            raise InputError(
                [Problem(Position("决定"), x.place + message, x.was or none, x.now or none, "", Code.CONTRADICTORY, x.path) for x in contradictions]
            )
        return decision

    def explain(self, measure: str | None = None) -> str:
        """The decision in Chinese, as `huiqi check` prints it; for a measure or recognition, as `explain`.

        Raises `UsageError` for an id that is neither.
        """
        if measure is not None and not isinstance(measure, str):
            raise UsageError(f"measure 应是事项编号，收到 {type(measure).__name__}", argument="measure")
        return self.told.page(self, measure)


# -- reading back -------------------------------------------------------------------------------------


def _refuse(recorded: Any) -> frozenset[Path]:
    """The parts not known here; raises where the rest is no decision."""
    try:
        found = flaws(recorded)
    except RecursionError:
        raise InputError([Problem(Position("决定"), "嵌套太深，不是决定")]) from None
    wrong = [f for f in found if f.flaw is not Flaw.EXTRA]
    if wrong:
        raise InputError([Problem(Position("决定"), f"{place(f.path, recorded)}：{f.message}", f.found, f.expected, loc=f.path) for f in wrong])
    return frozenset(f.path for f in found)


def _apart(data: Any) -> Any:
    """Plain data, sharing nothing with what it was made from: whoever changes it changes no decision."""
    if isinstance(data, Mapping):
        return {k: _apart(x) for k, x in data.items()}
    return [_apart(x) for x in data] if isinstance(data, list | tuple) else data


def _code(kind: CauseKind | None) -> str | None:
    return None if kind is None else str(kind)


def _standing(code: str) -> Standing:
    return Standing[code.upper()]


def _causes(kind: str | None, subjects: Iterable[str]) -> frozenset[Cause]:
    return frozenset() if kind is None else frozenset(Cause(CauseKind(kind), Subject(Topic.SUPPOSED, part=s)) for s in subjects)


def _truth(verdict: str, cause: str | None, subjects: Iterable[str] = ("",)) -> Truth:
    return Truth(Verdict(verdict).truth, _causes(cause, subjects))


def _ends(d: Mapping[str, Any]) -> tuple[Fraction | None, Fraction | None]:
    """The two ends of an amount. Ends that print the same and are yet open differ below the 分."""
    low, high = (None if d[k] is None else Fraction(d[k]) for k in ("settled", "at_most"))
    if d["pending"] and low is not None and low == high:
        high = low + Fraction(1, 1000)
    return low, high


_Result = TypeVar("_Result", MeasureResult, RecognitionResult)


class _Named(dict[str, _Result]):
    """Results by id, of a recording; who looks up another is told the nearest name."""

    def __missing__(self, name: str) -> _Result:
        raise NotThere(name, self, titles={i: x.title for i, x in self.items()})


def _keyed(results: Iterable[_Result]) -> dict[str, _Result]:
    """By id; the same id of another rulebook's recognition gets a number behind it."""
    out = _Named[_Result]()
    for one in results:
        name, n = one.id, 2
        while name in out:
            name, n = f"{one.id}#{n}", n + 1
        out[name] = one
    return out
