"""What a decision is: outcomes, verdicts, amounts, and everything that explains them.

Plain frozen data, the same whichever reader produced it. `Decision.to_dict` is the public JSON
(`huiqi.decision/1`); money is a decimal string there. What must stay true: nothing here computes a
verdict or an amount, and nothing shown was not put here by a reader.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from ..errors import UsageError, suggestion
from ..rulebook.compiled import Standing
from ..rulebook.literals import money_string
from .values import Cause, Truth, leading

OUTCOMES = {"eligible": "符合", "ineligible": "不符合", "undetermined": "待补充", "not_in_force": "不在有效期"}
REASONS = {"missing": "需补正", "unverified": "待核实", "undefined": "待核实", "judgement": "待评审", "unread": "尚有未读条款", "unset": "标准未定"}
CAUSE_WORDS = {"missing": "缺材料", "unverified": "待部门核实", "undefined": "分母为零", "judgement": "待评审判断", "unread": "条款未读", "unset": "标准未定"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A value for reading: plain (decimal string in the base unit), unit, and as an officer writes it."""

    value: str
    unit: str
    text: str

    def to_dict(self) -> dict[str, str]:
        return {"value": self.value, "unit": self.unit, "text": self.text}


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
    gap: Shown | None
    clause: str
    standing: Standing
    record: str | None
    stage: str = ""
    note: str = ""
    uses: frozenset[Any] = frozenset()

    def to_dict(self) -> dict[str, Any]:
        out = {
            "id": self.id, "role": self.role, "label": self.label, "verdict": self.truth.verdict,
            "cause": leading(self.truth.causes), "text": self.text,
            "actual": self.actual.to_dict() if self.actual else None,
            "required": self.required.to_dict() if self.required else None,
            "gap": self.gap.to_dict() if self.gap else None,
            "clause": self.clause, "standing": self.standing.code,
        }  # fmt: skip
        if self.record is not None:
            out["record"] = self.record
        return out


@dataclass(frozen=True, slots=True)
class GroupResult:
    """`all`, `any` or `not` over results. An `unless` item counts by its opposite in an `all`."""

    id: str
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
        out: dict[str, Any] = {"op": self.op, "verdict": self.truth.verdict, "items": [i.to_dict() for i in self.items]}
        if self.label:
            out["label"] = self.label
        if self.role:
            out["role"] = self.role
        if self.record is not None:
            out["record"] = self.record
        return out


@dataclass(frozen=True, slots=True)
class Line:
    """One step of a calculation, in words and as an amount."""

    text: str
    amount: str
    record: str | None = None
    clause: str = ""

    def to_dict(self) -> dict[str, Any]:
        return {"text": self.text, "amount": self.amount, "record": self.record, "clause": self.clause}


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A rule that changed an amount: cap, count, difference, stacking, floor, rounding."""

    rule: str
    before: str
    after: str
    clause: str
    provisional: bool = False

    def to_dict(self) -> dict[str, Any]:
        return {"rule": self.rule, "from": self.before, "to": self.after, "clause": self.clause, "provisional": self.provisional}


@dataclass(frozen=True, slots=True)
class Instalment:
    label: str
    amount: str
    due: str
    verdict: str

    def to_dict(self) -> dict[str, str]:
        return {"label": self.label, "amount": self.amount, "due": self.due, "verdict": self.verdict}


@dataclass(frozen=True, slots=True)
class Award:
    """A measured amount. `high` None: no upper bound is known. `settled` never exceeds what is certain."""

    kind: str
    basis: str
    unit: str
    low: Fraction | None
    high: Fraction | None
    causes: frozenset[Cause] = frozenset()
    text: str = ""
    lines: tuple[Line, ...] = ()
    instalments: tuple[Instalment, ...] = ()
    standing: Standing = Standing.ENACTED

    @property
    def pending(self) -> bool:
        return self.low is not None and self.low != self.high

    @property
    def monetary(self) -> bool:
        return self.kind in ("grant", "interest")

    @property
    def settled(self) -> str | None:
        return None if self.low is None else money_string(self.low)

    @property
    def at_most(self) -> str | None:
        return None if self.high is None else money_string(self.high)

    def to_dict(self) -> dict[str, Any]:
        out: dict[str, Any] = {
            "settled": self.settled, "at_most": self.at_most, "pending": self.pending, "unit": self.unit,
            "kind": self.kind, "basis": self.basis, "lines": [x.to_dict() for x in self.lines],
        }  # fmt: skip
        if self.text:
            out["text"] = self.text
        if self.causes and self.pending:
            out["cause"] = leading(self.causes)
        if self.instalments:
            out["instalments"] = [i.to_dict() for i in self.instalments]
        return out


@dataclass(frozen=True, slots=True)
class MeasureResult:
    id: str
    title: str
    clause: tuple[str, ...]
    scheme: str | None
    standing: Standing
    outcome: str
    reason: str
    award: Award
    conditions: GroupResult
    adjustments: tuple[Adjustment, ...]
    missing: tuple[str, ...]
    evidence: tuple[str, ...]
    obligations: tuple[str, ...]
    causes: frozenset[Cause] = frozenset()
    hint: bool = False
    family: str = ""
    document: str = ""
    channel: tuple[str, ...] = ()
    departments: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    schemes: tuple[str, ...] = ()
    scheme_document: str = ""
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    uses: frozenset[Any] = frozenset()

    @property
    def words(self) -> str:
        """The conclusion as it may be said: never a bare 符合 or 不符合 beyond enacted conditions."""
        return conclusion(self.outcome, self.reason, self.standing)

    def to_dict(self) -> dict[str, Any]:
        return {
            "id": self.id, "title": self.title, "clause": list(self.clause), "scheme": self.scheme,
            "standing": self.standing.code, "outcome": self.outcome, "reason": self.reason, "words": self.words,
            "award": self.award.to_dict(), "conditions": self.conditions.to_dict(),
            "adjustments": [a.to_dict() for a in self.adjustments], "missing": list(self.missing),
            "evidence": list(self.evidence), "obligations": list(self.obligations), "hint": self.hint,
            "channel": list(self.channel), "departments": {"lead": list(self.departments[0]), "with": list(self.departments[1])},
            "notes": list(self.notes), "warnings": list(self.warnings),
        }  # fmt: skip


def conclusion(outcome: str, reason: str, standing: Standing) -> str:
    """DOMAIN's wording: the weakest standing it turned on qualifies the conclusion."""
    if outcome == "undetermined":
        return "已知条件均满足，尚有未读条款" if reason == REASONS["unread"] else f"待补充（{reason}）"
    if outcome == "not_in_force":
        return f"不在有效期（{reason}）"
    word = {Standing.ENACTED: "", Standing.UNVERIFIED: "按待核条件", Standing.ASSUMED: "按假定条件", Standing.BENCHMARK: "按参照条件", Standing.UNSET: "已知条件"}[standing]
    if outcome == "eligible":
        return f"{word}{'满足' if word else '符合'}" + ("，标准未定" if standing is Standing.UNSET else "")
    return f"{word}{'不满足' if word else '不符合'}"


@dataclass(frozen=True, slots=True)
class RecognitionResult:
    id: str
    title: str
    kind: str
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
    uses: frozenset[Any] = frozenset()
    evidence: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return {
            "id": self.id, "title": self.title, "kind": self.kind, "verdict": self.truth.verdict, "meets": self.meets.verdict,
            "cause": leading(self.truth.causes), "standing": self.standing.code, "clause": self.clause, "authority": self.authority,
            "certificate": self.certificate, "reason": self.reason, "conditions": self.conditions.to_dict(),
            "missing": sorted({c.subject for c in self.truth.causes | self.meets.causes}),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Total:
    low: Fraction
    high: Fraction | None
    standing: Standing
    measures: tuple[tuple[str, str], ...] = ()  # id, standing of each contained

    @property
    def pending(self) -> bool:
        return self.low != self.high

    def to_dict(self) -> dict[str, Any]:
        return {
            "settled": money_string(self.low), "pending": self.pending,
            "at_most": None if self.high is None else money_string(self.high), "unit": "元", "standing": self.standing.code,
            "measures": [{"id": i, "standing": s} for i, s in self.measures],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Missing:
    fact: str
    cause: str
    unlocks: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        return {"fact": self.fact, "cause": self.cause, "unlocks": list(self.unlocks)}


@dataclass(frozen=True, slots=True)
class BasisLine:
    parameter: str
    value: str
    standing: Standing
    document: str

    def to_dict(self) -> dict[str, str]:
        return {"parameter": self.parameter, "value": self.value, "standing": self.standing.code, "document": self.document}


@dataclass(frozen=True)
class Decision:
    """The measured decision on one enterprise under one rulebook on one day (初审测算)."""

    enterprise: str
    rulebook_id: str
    rulebook_title: str
    rulebook_version: str
    digest: str
    uses: tuple[tuple[str, str, str], ...]
    on: date
    year: int | None
    input: Mapping[str, Any]
    total: Total
    measures: Mapping[str, MeasureResult]
    recognitions: Mapping[str, RecognitionResult]
    missing: tuple[Missing, ...]
    basis: tuple[BasisLine, ...]
    facts_digest: str
    engine: str
    reasoner: str
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    derivation: tuple[Any, ...] = ()
    combinations: tuple[Any, ...] = field(default=(), repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The public JSON, `huiqi.decision/1`."""
        return {
            "schema": "huiqi.decision/1",
            "enterprise": self.enterprise,
            "rulebook": {
                "id": self.rulebook_id, "title": self.rulebook_title, "version": self.rulebook_version, "digest": self.digest,
                "uses": [{"id": i, "version": ver, "digest": d} for i, ver, d in self.uses],
            },
            "on": self.on.isoformat(),
            "input": dict(self.input),
            "total": self.total.to_dict(),
            "measures": [x.to_dict() for x in self.measures.values()],
            "recognitions": [x.to_dict() for x in self.recognitions.values()],
            "missing": [x.to_dict() for x in self.missing],
            "basis": [x.to_dict() for x in self.basis],
            "warnings": list(self.warnings),
            "receipt": {"facts": self.facts_digest, "engine": self.engine, "reasoner": self.reasoner},
        }  # fmt: skip

    def explain(self, measure: str | None = None) -> str:
        """The decision in Chinese, as `huiqi check` prints it; for a measure or recognition, as `explain`.

        Raises `UsageError` for an id that is neither.
        """
        from .explain import render, render_measure, render_recognition

        if measure is None:
            return render(self)
        if measure in self.measures:
            return render_measure(self, measure)
        if measure in self.recognitions:
            return render_recognition(self, measure)
        known = [*self.measures, *self.recognitions]
        raise UsageError(f"没有支持事项或资格“{measure}”；{suggestion(measure, known) or '可用：' + '、'.join(known)}")
