"""A feature file as data: features, scenarios, steps; and what can be asked of them without running any.

What must stay true: nothing here reads a file or decides a case; a scenario that was not run has no
result, and so is never shown as agreeing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from enum import Enum, StrEnum
from functools import cached_property
from pathlib import Path

from ..plain import dataclass
from ..telling.called import meant

_SLOT = re.compile(r"<([^<>]+)>")
_ALONE = re.compile(r"“(?P<name>[^“”]*)”只因(?P<role>条件|不予支持情形)“(?P<label>[^“”]*)”(?P<verdict>不满足|待定)")
_BARRED = re.compile(r"“(?P<name>[^“”]*)”只因(?P<known>有|不知有无)“(?P<label>[^“”]*)”情形而(?:不予支持|待定)")
_SUBJECT = re.compile(r"看(?:事项|资格)“([^“”]*)”")
# what is said of the subject with 的 before it; anything else follows its name at once
_OF = (
    "结论",
    "原因",
    "依据状态",
    "持有情况",
    "条件测评",
    "方案",
    "金额",
    "测算金额",
    "表述",
    "内容",
    "分期",
    "计算“",
    "申报材料",
    "申报额",
    "条件“",
    "不予支持情形“",
)
_WHOLE = ("“", "合计", "这份数据")  # sentences that name what they speak of, or speak of the whole
_BOOKS = re.compile(r"政策规则库“([^“”]*)”")
_SCHEME = re.compile(r"“([^“”]*)”选用方案“([^“”]*)”")

Table = tuple[tuple[str, ...], ...]


class Kind(Enum):
    """What a step does; `value` is the keyword it is written under."""

    GIVEN = "假如"
    WHEN = "当"
    THEN = "那么"


class Result(StrEnum):
    """Of a scenario; an outline has passed where every row of its examples has."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_RUN = ""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One sentence under its keyword, with the table below it."""

    kind: Kind
    text: str
    line: int = 0
    table: Table | None = None

    def filled(self, row: Mapping[str, str]) -> Step:
        """With the placeholders of an outline replaced, in the sentence and in its table."""
        if not row:
            return self
        table = None if self.table is None else tuple(tuple(filled(cell, row) for cell in cells) for cells in self.table)
        return replace(self, text=filled(self.text, row), table=table)


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One scenario; `text` as written, `steps` begin with those of the backgrounds above it."""

    title: str
    text: str
    result: Result = Result.NOT_RUN
    rule: str = ""
    line: int = 0
    steps: tuple[Step, ...] = ()
    rows: tuple[Mapping[str, str], ...] = ()  # 例子 of an outline

    def told(self) -> Iterator[tuple[str, tuple[Step, ...]]]:
        """Title and steps as they run, each saying whom it speaks of: once, or once for each row of the examples."""
        for row in self.rows or ({},):
            yield filled(self.title, row), tuple(with_subject([s.filled(row) for s in self.steps]))


def with_subject(steps: Iterable[Step]) -> Iterator[Step]:
    """The steps with the name of what they speak of, where a `看事项` above them has said it."""
    subject = ""
    for step in steps:
        subject = subject_of(step.text) or subject
        text = spoken_of(step.kind, step.text, subject) if subject else step.text
        yield step if text == step.text else replace(step, text=text)


def subject_of(text: str) -> str:
    """What a `看事项“…”` names; "" for any other sentence."""
    found = _SUBJECT.fullmatch(text)
    return found.group(1) if found else ""


def spoken_of(kind: Kind, text: str, subject: str) -> str:
    """`结论是“符合”` said of the subject; a sentence that names what it speaks of as it stands."""
    if kind is Kind.GIVEN:
        return f"“{subject}”{text}" if text.startswith("选用方案") else text
    if kind is not Kind.THEN or text.startswith(_WHOLE):
        return text
    return f"“{subject}”{'的' if text.startswith(_OF) else ''}{text}"


@dataclass(frozen=True, kw_only=True)
class Feature:
    """One feature file. `background` is the text every scenario begins with."""

    title: str
    description: str
    text: str
    scenarios: tuple[Scenario, ...]
    background: str = ""
    path: Path = field(default_factory=Path)

    @cached_property
    def rulebooks(self) -> frozenset[str]:
        """Ids of every rulebook its scenarios decide by. Asked again for each rulebook there is, and told by few sentences."""
        texts = {filled(s.text, row) for x in self.scenarios for row in x.rows or ({},) for s in x.steps if s.kind is Kind.GIVEN}
        return frozenset(name for text in texts for name in _named_books(text))


@dataclass(frozen=True, kw_only=True)
class Decider:
    """A scenario that states which one condition decides. `settled`: it refuses; else it leaves open."""

    feature: str
    scenario: str
    rulebooks: frozenset[str]
    name: str  # title or id of the measure or recognition
    role: str  # when | unless
    label: str
    settled: bool
    schemes: Mapping[str, str]  # chosen by the scenario: measure id -> scheme


def filled(text: str, row: Mapping[str, str]) -> str:
    """`text` with each `<column>` of the row replaced; others stay as they stand."""
    return _SLOT.sub(lambda m: row.get(m.group(1), m.group(0)), text)


def placeholders(text: str) -> list[str]:
    return _SLOT.findall(text)


def _named_books(text: str) -> list[str]:
    """The rulebooks a sentence says to decide by."""
    return m.group(1).split("、") if (m := _BOOKS.fullmatch(text)) else []


def _rulebooks(steps: Sequence[Step]) -> frozenset[str]:
    return frozenset(name for s in steps for name in _named_books(s.text))


def deciders(features: Iterable[Feature]) -> Iterator[Decider]:
    """Every sentence `只因条件“…”…` and `只因不予支持情形“…”…`, each row of an outline for itself."""
    for feature in features:
        for scenario in feature.scenarios:
            for title, steps in scenario.told():
                yield from _deciders(feature.title, title, steps)


def _deciders(feature: str, title: str, steps: Sequence[Step]) -> Iterator[Decider]:
    schemes = {m.group(1): m.group(2) for s in steps if (m := _SCHEME.fullmatch(s.text))}
    for step in steps:
        if m := _ALONE.fullmatch(step.text):
            yield Decider(
                feature=feature, scenario=title, rulebooks=_rulebooks(steps), name=m["name"], role="when" if m["role"] == "条件" else "unless",
                label=m["label"], settled=m["verdict"] == "不满足", schemes=schemes,
            )  # fmt: skip
        elif m := _BARRED.fullmatch(step.text):
            yield Decider(
                feature=feature, scenario=title, rulebooks=_rulebooks(steps), name=m["name"], role="unless", label=m["label"], settled=m["known"] == "有",
                schemes=schemes,
            )  # fmt: skip


def by_subject(features: Iterable[Feature], subjects: Mapping[str, str]) -> dict[str, list[Feature]]:
    """Features by the id of the measure or recognition they name anywhere; `subjects` maps title to id."""
    out: dict[str, list[Feature]] = {}
    titles = {i: t for t, i in subjects.items()}
    for feature in features:
        parts = {ids[0] for word in _named(feature) if len(ids := meant(word, titles)) == 1}
        found = [i for t, i in subjects.items() if i in parts or i in feature.text or f"“{t}”" in feature.text or feature.title.startswith(t)]
        for subject in found:
            out.setdefault(subject, []).append(feature)
    return out


def _named(feature: Feature) -> set[str]:
    """What its claims speak of, by whatever word."""
    told = (step for scenario in feature.scenarios for step in scenario.steps)
    return {w for s in told if (w := subject_of(s.text) or (s.kind is Kind.THEN and s.text.startswith("“") and s.text[1:].partition("”")[0]) or "")}


def scenarios_of(features: Iterable[Feature], subjects: Mapping[str, str]) -> dict[str, list[Feature]]:
    """What there is to read about each measure and recognition (id to title): its scenarios, others left out."""
    out: dict[str, list[Feature]] = {i: [] for i in subjects}
    for feature in features:
        texts = ["\n".join(step.text for _, steps in s.told() for step in steps) for s in feature.scenarios]
        for name, title in subjects.items():
            found = tuple(s for s, text in zip(feature.scenarios, texts, strict=True) if f"“{name}”" in text or f"“{title}”" in text)
            if found:
                out[name].append(replace(feature, scenarios=found))
    return out
