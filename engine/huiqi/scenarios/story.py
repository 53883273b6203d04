"""A scenario under way: the facts told so far, and what 测算 gave of exactly these.

What must stay true: a claim is never checked against a decision taken before the last fact was told; claims compare as a
case's 期望 does, so that features and cases mean the same.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import field, replace
from typing import Any, Protocol

from ..errors import HuiqiError, InputError, suggestion
from ..plain import dataclass
from ..reasoning.pseudonyms import Key
from ..rulebook.compiled import Role
from ..rulebook.literals import ValueProblem
from ..telling.called import meant
from ..telling.decision import Decision, MeasureResult, RecognitionResult
from ..telling.expected import difference
from ..words import Verdict

EXCLUSIONS = {Verdict.HOLDS: "有", Verdict.FAILS: "无", Verdict.UNKNOWN: "待定"}
# the persons of scenarios are made up: their stand-ins need no key of the installation, and leave none behind
WHOLE = {verdict.truth: verdict.label for verdict in Verdict}
KEY = Key(b"huiqi scenarios: nobody real")
Result = MeasureResult | RecognitionResult
Records = Mapping[str, tuple[Mapping[str, str], ...]]


class Book(Protocol):
    """A rulebook that decides, as `huiqi.load` gives it."""

    @property
    def measures(self) -> Mapping[str, Any]: ...
    @property
    def readings(self) -> Container[str]: ...
    @property
    def titles(self) -> Mapping[str, str]: ...
    def reading_problems(self, given: Mapping[str, Any], others: Any = ()) -> list[Any]: ...

    def decide(
        self, case: Any, *, on: Any, records: Any = None, year: Any = None, scheme: Any = None, reading: Any = None, applied: Any = None,
        statement: Any = None, others: Any = (), key: Any = None, measures: Any = None,
    ) -> Decision: ...  # fmt: skip


Load = Callable[[str], Book]


class Misuse(HuiqiError):
    """A sentence that says nothing here: the scenario is to be mended, whatever the rules say."""


class Unmet(HuiqiError):
    """A claim that does not hold."""

    def __init__(self, expected: str, actual: str, more: str = "") -> None:
        super().__init__(f"期望 {expected}，测算 {actual}" + (f"\n{more}" if more else ""))
        self.expected, self.actual, self.more = expected, actual, more


def must(holds: object, message: str) -> None:
    if not holds:
        raise Misuse(message)


def same(expected: str, actual: str, more: str = "") -> None:
    if expected != actual:
        raise Unmet(expected, actual, more)


# -- a story -----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A case being told, sentence by sentence."""

    enterprise: str = ""
    rulebooks: tuple[str, ...] = ()
    on: str | None = None
    year: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    records: Records = field(default_factory=dict)
    partial: frozenset[str] = frozenset()
    schemes: Mapping[str, str] = field(default_factory=dict)
    readings: Mapping[str, str] = field(default_factory=dict)
    subject: str = ""  # what a sentence speaks of that names nothing
    applied: tuple[str, ...] | None = None  # measures applied for; None: nothing was said
    statement: Mapping[str, str] | None = None  # an officer's, on the exclusions not told

    def rows(self, record: str) -> tuple[Mapping[str, str], ...]:
        if record not in self.records:
            raise Misuse(f"前面没有给过明细“{record}”；{suggestion(record, self.records)}")
        return self.records[record]

    def place(self, record: str, key: str) -> int:
        """Where in its list the record of that key stands."""
        found = [n for n, r in enumerate(self.rows(record)) if next(iter(r.values()), None) == key]
        must(found, f"明细“{record}”里没有“{key}”（每条以第一栏为编号）")
        return found[0]

    def told(self, fact: str) -> None:
        if fact not in self.data:
            raise Misuse(f"前面没有给过数据项“{fact}”，改不了；{suggestion(fact, self.data)}")

    def with_fact(self, fact: str, value: Any) -> Draft:
        return replace(self, data={**self.data, fact: value})

    def with_rows(self, record: str, rows: Iterable[Mapping[str, str]]) -> Draft:
        return replace(self, records={**self.records, record: tuple(rows)})

    def with_row(self, record: str, key: str, row: Mapping[str, str] | None) -> Draft:
        """With one record changed, or struck out."""
        place, rows = self.place(record, key), self.rows(record)
        return self.with_rows(record, (*rows[:place], *([] if row is None else [row]), *rows[place + 1 :]))


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What 测算 gave: decisions, or the reasons why the case cannot be taken.

    `subject` is the decision on what the scenario speaks of alone (of a recognition: on a measure that
    asks after it), which reads the same in the whole;
    `whole` decides everything, when a sentence asks for anything else.
    """

    whole: Callable[[], tuple[Decision, ...]] = tuple
    subject: Decision | None = None
    refused: InputError | None = None
    titles: tuple[tuple[int, str, str], ...] = ()  # of which of the rulebooks, id, title
    stand_ins: Mapping[str, str] = field(default_factory=dict)  # 化名… of a person's number -> the number told

    def told(self, words: str) -> str:
        """Words of a decision with the numbers a scenario gave; personal ones are stood in for at intake."""
        for stand_in, number in self.stand_ins.items():
            words = words.replace(stand_in, number)
        return words

    def taken(self) -> tuple[Decision, ...]:
        if self.refused is not None:
            raise Unmet("可以受理", f"不能受理：{self.refused}")
        return self.whole()

    def result(self, name: str) -> Result:
        """A measure or recognition by title or id."""
        if self.refused is not None:
            self.taken()
        ids = meant(name, {key: title for _, key, title in self.titles})
        found = [(n, key) for n, key, _ in self.titles if key in ids]
        if len(found) != 1:
            must(found, f"规则库里没有“{name}”；{suggestion(name, [w for _, *words in self.titles for w in words])}")
            raise Misuse(f"“{name}”有 {len(found)} 个，请写编号：{'、'.join(key.rpartition('/')[2] for _, key in found)}")
        ((place, key),) = found
        decision = self.subject if self.subject is not None and key in self.subject.titles else self.taken()[place]
        return decision.measures[key] if key in decision.measures else decision.recognitions[key]

    def measure(self, name: str) -> MeasureResult:
        found = self.result(name)
        if not isinstance(found, MeasureResult):
            raise Misuse(f"“{name}”是资格，不是支持事项")
        return found

    def expect(self, name: str, key: str, word: str) -> None:
        """Compare as a case's 期望 is compared, so that features and cases mean the same."""
        found = self.result(name)
        try:
            actual = difference(found, key, word)
        except ValueProblem as error:
            raise Misuse("；".join(x for x in (f"“{key}”{error.message}", f"应为：{error.expected}" if error.expected else "", error.mend) if x)) from None
        if actual is not None:
            raise Unmet(word, actual, page(found))


@dataclass(frozen=True, kw_only=True)
class Story:
    """A scenario under way. `measured` is of exactly these facts: told anything more, it is gone."""

    draft: Draft = field(default_factory=Draft)
    measured: Measured | None = None


def page(result: Result) -> str:
    """Every condition with its verdict and what was found, then the calculation, for whoever mends the scenario or the rule."""
    lines = [
        f"{c.record or ''} {c.label}：{c.truth.verdict.label if c.role != Role.UNLESS else EXCLUSIONS[c.truth.verdict]} {c.actual.text if c.actual else ''}".strip()
        for c in result.conditions.leaves()
    ]
    if isinstance(result, MeasureResult):
        lines += [f"计算 {line.record or ''} {line.text}：{line.amount}".replace("  ", " ") for line in result.award.lines]
        lines += [f"计算 {a.rule}：{a.before} → {a.after}" for a in result.adjustments if not a.on_line]
    return "\n".join(lines)
