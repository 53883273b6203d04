"""Every fixed Chinese word of a decision, once: what verdicts, outcomes and causes are called.

The codes are the ones of the JSON; the words are those of `docs/words.md`. What must stay true: no other module has a
table of its own for these, and nothing here knows any other module.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Verdict(StrEnum):
    HOLDS = "holds"
    FAILS = "fails"
    UNKNOWN = "unknown"

    @property
    def truth(self) -> bool | None:
        return _TRUTHS[self]

    @property
    def label(self) -> str:
        """Of a condition."""
        return _CONDITION[self]

    @property
    def excluded(self) -> str:
        """Of an exclusion."""
        return _EXCLUSION[self]

    @property
    def concluded(self) -> str:
        """Of a rule that fired."""
        return _CONCLUSION[self]

    @property
    def held(self) -> str:
        """Of a certificate."""
        return _CERTIFICATE[self]


_TRUTHS = {Verdict.HOLDS: True, Verdict.FAILS: False, Verdict.UNKNOWN: None}
_CONDITION = {Verdict.HOLDS: "满足", Verdict.FAILS: "不满足", Verdict.UNKNOWN: "待定"}
_EXCLUSION = {Verdict.HOLDS: "有此情形，不予支持", Verdict.FAILS: "无此情形", Verdict.UNKNOWN: "待定"}
_CONCLUSION = {Verdict.HOLDS: "成立", Verdict.FAILS: "不成立", Verdict.UNKNOWN: "待定"}
_CERTIFICATE = {Verdict.HOLDS: "持有有效证书", Verdict.FAILS: "未持有有效证书", Verdict.UNKNOWN: "证书待核"}


class Outcome(StrEnum):
    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"
    UNDETERMINED = "undetermined"
    NOT_IN_FORCE = "not_in_force"

    @property
    def label(self) -> str:
        return _OUTCOMES[self]

    @property
    def counted(self) -> str:
        """Where many are counted, whatever each of them turned on."""
        return _COUNTED[self]


_COUNTED = {
    Outcome.ELIGIBLE: "条件满足", Outcome.INELIGIBLE: "条件不满足", Outcome.UNDETERMINED: "待补充", Outcome.NOT_IN_FORCE: "不在有效期",
}  # fmt: skip
_OUTCOMES = {Outcome.ELIGIBLE: "符合", Outcome.INELIGIBLE: "不符合", Outcome.UNDETERMINED: "待补充", Outcome.NOT_IN_FORCE: "不在有效期"}


class CauseKind(StrEnum):
    """Why something is not known. In this order a kind decides the words shown: what the applicant can mend comes first."""

    MISSING = "missing"
    UNVERIFIED = "unverified"
    UNDEFINED = "undefined"
    JUDGEMENT = "judgement"
    UNREAD = "unread"
    UNSET = "unset"

    @property
    def label(self) -> str:
        """Beside what is missing."""
        return _CAUSES[self]

    @property
    def reason(self) -> str:
        """Of an open outcome."""
        return _REASONS[self]

    @property
    def stead(self) -> str:
        """In the place of a value."""
        return _STEADS[self]

    @property
    def mend(self) -> str:
        """What settles it; `{}` stands for the things."""
        return _MENDS[self]

    @property
    def acts(self) -> str:
        """Who has to act on what is missing, or why nobody can yet."""
        return _ACTS[self]


_CAUSES = {
    CauseKind.MISSING: "缺材料", CauseKind.UNVERIFIED: "待部门核实", CauseKind.UNDEFINED: "分母为零", CauseKind.JUDGEMENT: "待评审判断",
    CauseKind.UNREAD: "条款未读", CauseKind.UNSET: "标准未定",
}  # fmt: skip
_REASONS = {
    CauseKind.MISSING: "需补正", CauseKind.UNVERIFIED: "待核实", CauseKind.UNDEFINED: "待核实", CauseKind.JUDGEMENT: "待评审",
    CauseKind.UNREAD: "尚有未读条款", CauseKind.UNSET: "标准未定",
}  # fmt: skip
_STEADS = {
    CauseKind.MISSING: "未提供", CauseKind.UNVERIFIED: "待核实", CauseKind.UNDEFINED: "分母为零", CauseKind.JUDGEMENT: "待评审",
    CauseKind.UNREAD: "未读", CauseKind.UNSET: "未定",
}  # fmt: skip
_ACTS = {
    CauseKind.MISSING: "企业补正", CauseKind.UNVERIFIED: "部门核实", CauseKind.UNDEFINED: "核对数据（分母为零）", CauseKind.JUDGEMENT: "专家评审",
    CauseKind.UNREAD: "条款未读（待规则编写者读全）", CauseKind.UNSET: "标准未定（待政策制定部门）",
}  # fmt: skip
_MENDS = {
    CauseKind.MISSING: "先补 {}", CauseKind.UNVERIFIED: "先由部门核实 {}", CauseKind.UNDEFINED: "{} 为零，比值没有意义", CauseKind.JUDGEMENT: "先经评审判断 {}",
    CauseKind.UNREAD: "{}，读了才能判断", CauseKind.UNSET: "{} 标准未定，申报主体无从补充",
}  # fmt: skip


def acts_words(kind: CauseKind, office: str) -> str:
    """Who has to act, where it is known which office it is for: what one of them finds by itself is no review by experts."""
    return "部门认定" if kind is CauseKind.JUDGEMENT and office else kind.acts


READING_OPEN = "读法未定"  # of a clause that can be read in more than one way, and nobody has decided
READING_MENDS = "先定 {}"
OFFICER = "经办人"  # who answers what is asked of no enterprise and of no office
READING_ACTS = "读法未定（待有权机关解释）"


def taken_words(taken: Iterable[tuple[str, str]], between: str = "，") -> str:
    """Readings with the option taken of each: 增长额口径取“全部增长额”."""
    return between.join(f"{name}取“{option}”" for name, option in taken)


class Lapse(StrEnum):
    """Why a measure is not in force."""

    NOT_YET = "not_yet"
    OVER = "over"
    WINDOW = "window"
    NOT_KNOWN = "not_known"

    @property
    def label(self) -> str:
        return {Lapse.NOT_YET: "尚未施行", Lapse.OVER: "已失效", Lapse.WINDOW: "不在受理期", Lapse.NOT_KNOWN: "当时尚未知悉"}[self]
