"""What each sentence of a scenario means: facts told, a decision taken, a claim about it checked.

A scenario tells facts as a case file does (the same text values), decides as the library does, and
compares in the words of a case's 期望; nothing here knows a policy. `take` goes one step further in
a story; whoever runs scenarios (`run`, pytest-bdd in features/) only calls it. `features/README.md`
lists every sentence; a sentence nobody defined is refused with the nearest one that exists.
What must stay true: no default for anything; nothing is rounded or converted on the way in; a claim
is never checked against a decision taken before the last fact was told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import field, replace
from difflib import get_close_matches
from functools import cache
from typing import Any, Protocol

from ..errors import HuiqiError, InputError, suggestion
from ..language.units import QuantityError, parse_quantity
from ..plain import dataclass
from ..reasoning.facts import pseudonym
from ..reasoning.pseudonyms import Key
from ..rulebook.compiled import Role
from ..rulebook.literals import ValueProblem, money_string
from ..telling.amounts import amount_words
from ..telling.called import meant, not_one
from ..telling.decision import ConditionResult, Decision, MeasureResult, RecognitionResult
from ..telling.disallowed import line_words
from ..telling.expected import difference
from ..words import Outcome, Verdict
from .models import Kind, spoken_of

EXCLUSIONS = {Verdict.HOLDS: "有", Verdict.FAILS: "无", Verdict.UNKNOWN: "待定"}
# the persons of scenarios are made up: their stand-ins need no key of the installation, and leave none behind
_WHOLE = {verdict.truth: verdict.label for verdict in Verdict}
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


def _must(holds: object, message: str) -> None:
    if not holds:
        raise Misuse(message)


def _same(expected: str, actual: str, more: str = "") -> None:
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
        _must(found, f"明细“{record}”里没有“{key}”（每条以第一栏为编号）")
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
            _must(found, f"规则库里没有“{name}”；{suggestion(name, [w for _, *words in self.titles for w in words])}")
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
            raise Unmet(word, actual, _page(found))


@dataclass(frozen=True, kw_only=True)
class Story:
    """A scenario under way. `measured` is of exactly these facts: told anything more, it is gone."""

    draft: Draft = field(default_factory=Draft)
    measured: Measured | None = None


def take(story: Story, kind: Kind, text: str, table: Sequence[Sequence[str]] | None, load: Load) -> Story:
    """The story after one more step. Raises `Unmet`, `Misuse`, or what the library raises."""
    subject = story.draft.subject
    sentence, words = _find(kind, spoken_of(kind, text, subject) if subject else text)
    _must(sentence.tabled or table is None, "这一句后面不接表格")
    _must(not sentence.tabled or table, "这一句后面要接表格")
    extra = {"table": table} if sentence.tabled else {}
    match kind:
        case Kind.GIVEN:
            return Story(draft=sentence.apply(story.draft, **words, **extra))
        case Kind.WHEN:
            return replace(story, measured=sentence.apply(story.draft, load))
        case Kind.THEN:
            if story.measured is None:
                raise Misuse("还没有测算，或测算之后又改了数据；先写“当 测算”")
            sentence.apply(story.measured, **words)
            return story


# -- sentences ---------------------------------------------------------------------------------------

_WORD = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """One sentence of the vocabulary: its keyword, its pattern, as it is shown, what it does."""

    kind: Kind
    regex: re.Pattern[str]
    shown: str
    tabled: bool
    apply: Callable[..., Any] = field(compare=False, repr=False)


_defined: list[Sentence] = []


def _sentence(kind: Kind, text: str, *, tabled: bool = False) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Define `“{name}”没有提供`: each `{word}` stands between “ and ” or （ and ）, and is handed on by name."""

    def define(apply: Callable[..., Any]) -> Callable[..., Any]:
        _defined.append(Sentence(kind=kind, regex=re.compile(_pattern(text)), shown=_WORD.sub("…", text), tabled=tabled, apply=apply))
        return apply

    return define


def _pattern(text: str) -> str:
    """A sentence with `{word}` slots as a regular expression; a slot holds no quotation marks."""
    parts = _WORD.split(text)
    slots = [rf"(?P<{name}>[^“”（）]*)" if after.startswith("）") else rf"(?P<{name}>[^“”]*)" for name, after in zip(parts[1::2], parts[2::2], strict=True)]
    return "".join(a + b for a, b in zip(map(re.escape, parts[::2]), [*slots, ""], strict=True))


def given(text: str, *, tabled: bool = False) -> Callable[[Callable[..., Draft]], Callable[..., Draft]]:
    return _sentence(Kind.GIVEN, text, tabled=tabled)


def then(text: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return _sentence(Kind.THEN, text)


def skeleton(step: str) -> str:
    """A step without what it speaks of: `“离岸执行额”没有提供` -> `“…”没有提供`."""
    return re.sub(r"“[^“”]*”", "“…”", step)


def known(kind: Kind, step: str) -> bool:
    """Whether there is such a sentence, of its own or of what a `看事项` named."""
    return any(s.kind is kind and (s.regex.fullmatch(step) or s.regex.fullmatch(spoken_of(kind, step, "…"))) for s in SENTENCES)


def nearest(kind: Kind, step: str) -> str:
    """`是否“…”？` with the nearest sentence, or where the list of them is."""
    for s in SENTENCES:
        if s.regex.fullmatch(step):
            return f"这一句要写在“{s.kind.value}”下，不在“{kind.value}”下"
    near = get_close_matches(skeleton(step), [s.shown for s in SENTENCES if s.kind is kind], n=1, cutoff=0.3)
    return f"是否“{near[0]}”？" if near else "可用的句式见 features/README.md"


def unknown(kind: Kind, step: str) -> str:
    """What to say of a sentence nobody defined."""
    return f"没有这个句式：“{step}”；{nearest(kind, step)}"


def _find(kind: Kind, step: str) -> tuple[Sentence, dict[str, str]]:
    for s in SENTENCES:
        if s.kind is kind and (m := s.regex.fullmatch(step)):
            return s, m.groupdict()
    _must(not known(kind, step), f"没有说看哪个事项：“{step}”；在背景里写“假如 看事项“…””，或在句首写明事项")
    raise Misuse(unknown(kind, step))


Cells = Sequence[Sequence[str]]


def _rows(table: Cells) -> tuple[dict[str, str], ...]:
    """Rows by column; an empty cell tells nothing."""
    header, *rows = table
    twice = {h for h in header if header.count(h) > 1}
    _must(not twice, f"表头重复：{'、'.join(sorted(twice))}")
    return tuple({k: cell for k, cell in zip(header, row, strict=True) if cell} for row in rows)


# -- 假如：讲清楚一户企业 ------------------------------------------------------------------------------


@given("政策规则库“{names}”")
def _rulebooks(draft: Draft, names: str) -> Draft:
    return replace(draft, rulebooks=tuple(names.split("、")))


@given("企业“{name}”")
def _enterprise(draft: Draft, name: str) -> Draft:
    return replace(draft, enterprise=name)


@given("看事项“{name}”")
def _subject(draft: Draft, name: str) -> Draft:
    """What the sentences below speak of, where they name nothing."""
    return replace(draft, subject=name)


@given("看资格“{name}”")
def _subject_recognition(draft: Draft, name: str) -> Draft:
    return replace(draft, subject=name)


@given("审核日期是“{day}”")
def _on(draft: Draft, day: str) -> Draft:
    return replace(draft, on=day)


@given("申报年度是“{year}”")
def _year(draft: Draft, year: str) -> Draft:
    _must(re.fullmatch("[0-9]{4}", year), f"申报年度写四位年份，写的是“{year}”")
    return replace(draft, year=int(year))


@given("申报数据如下", tabled=True)
def _data(draft: Draft, table: Cells) -> Draft:
    """Columns 数据项 and 值, or 申报, 核验, 审定 beside each other; 年度 for facts by year."""
    strange = set(table[0]) - {"数据项", "值", "申报", "核验", "审定", "年度"}
    _must("数据项" in table[0] and not strange, f"申报数据的表头写 数据项、值（或 申报、核验、审定），可加 年度；不认识：{_list(sorted(strange))}")
    data = dict(draft.data)
    for row in _rows(table):
        _must("数据项" in row, "申报数据里有一行没有写数据项")
        name, year = row["数据项"], row.get("年度")
        value: Any = row.get("值", {k: x for k, x in row.items() if k not in ("数据项", "年度")})
        if year is None:
            data[name] = value
            continue
        before = data.get(name, {})
        _must(isinstance(before, Mapping), f"数据项“{name}”前面没有按年度给，这里写了年度“{year}”")
        data[name] = {**before, year: value}
    return replace(draft, data=data)


@given("“{fact}”改为“{value}”")
def _changed(draft: Draft, fact: str, value: str) -> Draft:
    draft.told(fact)
    return draft.with_fact(fact, value)


@given("“{fact}”申报“{claimed}”，核验“{verified}”")
def _verified(draft: Draft, fact: str, claimed: str, verified: str) -> Draft:
    return draft.with_fact(fact, {"申报": claimed, "核验": verified})


def _one_row(table: Cells) -> dict[str, str]:
    rows = _rows(table)
    _must(len(rows) == 1, f"一笔核减写一行，写了 {len(rows)} 行")
    return rows[0]


def _beside(told: Any, cut: dict[str, str]) -> dict[str, Any]:
    """A 核减 beside what is claimed, and beside what is verified where that is told."""
    return {**(told if isinstance(told, Mapping) else {"申报": told}), "核减": cut}


@given("“{fact}”核减如下", tabled=True)
def _disallowed(draft: Draft, fact: str, table: Cells) -> Draft:
    """Columns 原值, 改为, 理由, 材料, 由, 日期; 年度 for a fact by year."""
    draft.told(fact)
    told, cut = draft.data[fact], _one_row(table)
    year = cut.pop("年度", None)
    if year is None:
        return draft.with_fact(fact, _beside(told, cut))
    _must(isinstance(told, Mapping) and year in told, f"数据项“{fact}”前面没有给过年度“{year}”")
    return draft.with_fact(fact, {**told, year: _beside(told[year], cut)})


@given("明细“{record}”里“{key}”的“{column}”核减如下", tabled=True)
def _disallowed_cell(draft: Draft, record: str, key: str, column: str, table: Cells) -> Draft:
    row = draft.rows(record)[draft.place(record, key)]
    _must(column in row, f"“{key}”前面没有给过“{column}”；{suggestion(column, row)}")
    changed: dict[str, Any] = {**row, column: _beside(row[column], _one_row(table))}
    return draft.with_row(record, key, changed)


@given("“{fact}”没有提供")
def _untold(draft: Draft, fact: str) -> Draft:
    draft.told(fact)
    return replace(draft, data={k: x for k, x in draft.data.items() if k != fact})


@given("明细“{record}”如下", tabled=True)
def _records(draft: Draft, record: str, table: Cells) -> Draft:
    return draft.with_rows(record, _rows(table))


@given("明细“{record}”增加", tabled=True)
def _more_records(draft: Draft, record: str, table: Cells) -> Draft:
    return draft.with_rows(record, (*draft.rows(record), *_rows(table)))


@given("明细“{record}”照“{key}”再列“{count}”条")
def _copies(draft: Draft, record: str, key: str, count: str) -> Draft:
    """The same record again, under keys of its own (`S-1` gives `S-1·1`, `S-1·2`, …)."""
    _must(re.fullmatch("[0-9]{1,6}", count), f"条数写数字，写的是“{count}”")
    rows = draft.rows(record)
    first, *rest = rows[draft.place(record, key)].items()
    return draft.with_rows(record, (*rows, *({first[0]: f"{key}·{n}", **dict(rest)} for n in range(1, int(count) + 1))))


@given("明细“{record}”没有提供")
def _no_list(draft: Draft, record: str) -> Draft:
    draft.rows(record)
    return replace(draft, records={k: rows for k, rows in draft.records.items() if k != record})


@given("明细“{record}”一条也没有")
def _empty_list(draft: Draft, record: str) -> Draft:
    return draft.with_rows(record, ())


@given("明细“{record}”未列全")
def _partial_list(draft: Draft, record: str) -> Draft:
    draft.rows(record)
    return replace(draft, partial=draft.partial | {record})


@given("明细“{record}”里“{key}”的“{column}”改为“{value}”")
def _cell(draft: Draft, record: str, key: str, column: str, value: str) -> Draft:
    return draft.with_row(record, key, {**draft.rows(record)[draft.place(record, key)], column: value})


@given("明细“{record}”里“{key}”的“{column}”没有提供")
def _no_cell(draft: Draft, record: str, key: str, column: str) -> Draft:
    row = draft.rows(record)[draft.place(record, key)]
    if column not in row:
        raise Misuse(f"“{key}”前面没有给过“{column}”；{suggestion(column, row)}")
    return draft.with_row(record, key, {k: x for k, x in row.items() if k != column})


@given("明细“{record}”里删去“{key}”")
def _no_row(draft: Draft, record: str, key: str) -> Draft:
    return draft.with_row(record, key, None)


@given("“{measure}”选用方案“{scheme}”")
def _scheme(draft: Draft, measure: str, scheme: str) -> Draft:
    """By id or title, which is known once a rulebook is loaded."""
    return replace(draft, schemes={**draft.schemes, measure: scheme})


@given("读法“{reading}”取“{option}”")
def _reading(draft: Draft, reading: str, option: str) -> Draft:
    """Decides a reading the rulebook leaves open, as a case does."""
    return replace(draft, readings={**draft.readings, reading: option})


@given("申报事项是“{measures}”")
def _applied(draft: Draft, measures: str) -> Draft:
    """By id or title, several with 、 between them."""
    return replace(draft, applied=tuple(x.strip() for x in measures.split("、")))


@given("“{by}”于“{day}”说明其余不予支持情形未发现")
def _statement(draft: Draft, by: str, day: str) -> Draft:
    return replace(draft, statement={"结论": "未发现", "由": by, "日期": day})


# -- 当：测算 ---------------------------------------------------------------------------------------


@_sentence(Kind.WHEN, "测算")
def _decide(draft: Draft, load: Load) -> Measured:
    """A rulebook that cannot be loaded is no case that cannot be taken: its error goes on."""
    _must(draft.rulebooks, "没有说用哪个政策规则库")
    books = [load(name) for name in draft.rulebooks]
    titles = {m: spec.title for b in books for m, spec in b.measures.items()} if draft.schemes else {}
    for name in draft.schemes:
        _must(len(meant(name, titles)) == 1, not_one(name, titles))
    schemes = {meant(m, titles)[0]: s for m, s in draft.schemes.items()}
    unread = books[0].reading_problems(draft.readings, books[1:]) if draft.readings else []
    _must(not unread, "；".join(map(str, unread)))
    records = {
        name: {"完整": "否", "清单": [dict(r) for r in rows]} if name in draft.partial else [dict(r) for r in rows] for name, rows in draft.records.items()
    }
    numbers = {next(iter(row.values())) for rows in draft.records.values() for row in rows if row}

    def decided(book: Book, measures: Sequence[str] | None) -> Decision:
        return book.decide(
            {"企业": draft.enterprise, **draft.data}, on=draft.on, year=draft.year, records=records, measures=measures,
            scheme={m: s for m, s in schemes.items() if m in book.measures}, others=[o for o in books if o is not book], key=KEY,
            applied=draft.applied, statement=draft.statement,
            **({"reading": {n: o for n, o in draft.readings.items() if n in book.readings}} if draft.readings else {}),
        )  # fmt: skip

    @cache
    def whole() -> tuple[Decision, ...]:
        return tuple(decided(book, None) for book in books)

    named = tuple((n, key, title) for n, b in enumerate(books) for key, title in b.titles.items())
    ids = meant(draft.subject, {key: title for _, key, title in named}) if draft.subject else ()
    found = [(n, books[n], key) for n, key, _ in named if key in ids]
    asking = [(n, m) for n, b, key in found for m in ([key] if key in b.measures else [m for m in b.measures if key in b.measures[m].recognitions][:1])]
    subject = None
    try:
        if len(found) == len(asking) == 1:
            ((place, measure),) = asking
            subject = decided(books[place], [measure])
            for book in books[:place] + books[place + 1 :]:
                decided(book, list(book.measures)[:1] or None)  # every rulebook takes the case, or refuses it
        else:
            whole()
    except InputError as error:
        return Measured(refused=error)
    return Measured(whole=whole, subject=subject, titles=named, stand_ins={pseudonym(number, KEY): number for number in numbers})


# -- 那么：结论、金额、依据 ----------------------------------------------------------------------------


def _expectation(text: str, key: str) -> None:
    """A sentence that compares one key of 期望."""

    def compare(measured: Measured, name: str, word: str) -> None:
        measured.expect(name, key, word)

    then(text)(compare)


_expectation("“{name}”的结论是“{word}”", "结论")
_expectation("“{name}”的原因是“{word}”", "原因")
_expectation("“{name}”的依据状态是“{word}”", "依据状态")
_expectation("“{name}”的持有情况是“{word}”", "持有")
_expectation("“{name}”的条件测评是“{word}”", "条件测评")
_expectation("“{name}”的方案是“{word}”", "方案")
_expectation("“{name}”已确定的金额是“{word}”", "金额")
_expectation("“{name}”的金额最多是“{word}”", "最多")


@then("“{name}”的测算金额是“{amount}”")
def _amount(measured: Measured, name: str, amount: str) -> None:
    """The whole amount is settled, and is this."""
    measured.expect(name, "金额", amount)
    measured.expect(name, "最多", amount)


@then("“{name}”的表述是“{words}”")
def _words(measured: Measured, name: str, words: str) -> None:
    """The conclusion as it is printed: never a bare 符合 beyond enacted conditions."""
    _same(words, measured.measure(name).words)


@then("“{name}”的金额写作“{words}”")
def _amount_words(measured: Measured, name: str, words: str) -> None:
    """As printed: a ceiling is 不超过."""
    found = measured.measure(name)
    _same(words, amount_words(found.award, found.outcome))


@then("“{name}”的内容是“{words}”")
def _content(measured: Measured, name: str, words: str) -> None:
    """What a service, a recommendation or a tax relief gives, its rate in brackets."""
    _same(words, measured.measure(name).award.text or "（没有）")


@then("“{name}”只作提示，不计入合计")
def _hint(measured: Measured, name: str) -> None:
    if not measured.measure(name).hint:
        raise Unmet("只作提示", "计入合计的支持事项")


@then("“{name}”提醒“{words}”")
def _warns(measured: Measured, name: str, words: str) -> None:
    found = measured.measure(name).warnings
    if not any(words in w for w in found):
        raise Unmet(f"提醒“{words}”", _list(found, "；"))


@then("“{name}”没有提醒")
def _no_warning(measured: Measured, name: str) -> None:
    if found := measured.measure(name).warnings:
        raise Unmet("没有提醒", _list(found, "；"))


@then("“{name}”受“{limit}”限制")
def _limited(measured: Measured, name: str, limit: str) -> None:
    rules = [a.rule for a in measured.measure(name).adjustments]
    if not any(limit in rule for rule in rules):
        raise Unmet(f"受“{limit}”限制", f"起作用的限制：{_list(rules, '；')}")


@then("“{name}”不受“{limit}”限制")
def _unlimited(measured: Measured, name: str, limit: str) -> None:
    rules = [a.rule for a in measured.measure(name).adjustments]
    if any(limit in rule for rule in rules):
        raise Unmet(f"不受“{limit}”限制", f"起作用的限制：{_list(rules, '；')}")


@then("“{name}”的分期“{label}”是“{amount}”")
def _instalment(measured: Measured, name: str, label: str, amount: str) -> None:
    """As printed; a part of an amount that is not settled has two ends."""
    found = {i.label: i.amount for i in measured.measure(name).award.instalments}
    _must(label in found, f"没有分期“{label}”；{suggestion(label, found)}")
    _same(amount, found[label])


@then("“{name}”的计算“{label}”是“{amount}”")
def _line(measured: Measured, name: str, label: str, amount: str) -> None:
    """One step of the calculation as printed, called by what stands before its ：, or by the whole of it."""
    lines = measured.measure(name).award.lines
    found = [x for x in lines if label in (x.text, x.text.partition("：")[0])]
    steps = dict.fromkeys(x.text.partition("：")[0] for x in lines)
    _must(found, f"没有计算“{label}”；{suggestion(label, steps)}")
    many = _list(measured.told(f"{x.record or ''} {x.text}".strip()) for x in found)
    _must(len(found) == 1, f"“{label}”有 {len(found)} 处：{many}")
    _same(amount, found[0].amount)


@then("“{name}”的申报材料有“{text}”")
def _evidence(measured: Measured, name: str, text: str) -> None:
    if text not in (found := measured.measure(name).evidence):
        raise Unmet(f"有“{text}”", f"列出的有：{_list(found)}")


@then("“{name}”的申报材料没有“{text}”")
def _no_evidence(measured: Measured, name: str, text: str) -> None:
    if text in (found := measured.measure(name).evidence):
        raise Unmet(f"没有“{text}”", f"列出的有：{_list(found)}")


@then("“{name}”的申报额是“{claimed}”，核减额是“{less}”")
def _claimed(measured: Measured, name: str, claimed: str, less: str) -> None:
    """By the values as claimed; what is left of it is the 测算金额."""
    found = measured.measure(name)
    all_ = [x for decision in measured.taken() for x in (decision.disallowed.measures if decision.disallowed else ()) if x.id == found.id]
    _must(all_, "没有核减，或这一项没有金额")
    whole = all_[0].whole.to_dict()
    same = not whole["claimed"]["pending"] and (whole["claimed"]["settled"], whole["less"]) == (_yuan(claimed), _yuan(less))
    if not same:
        raise Unmet(f"申报额 {claimed}，核减额 {less}", line_words(all_[0].whole, all_[0].unit))


@then("合计已确定“{low}”，最多“{high}”")
def _total(measured: Measured, low: str, high: str) -> None:
    """Of all measures of the one rulebook, stacking and hints minded."""
    decisions = measured.taken()
    _must(len(decisions) == 1, "合计只对一个规则库")
    total = decisions[0].total.to_dict()
    expected = (_yuan(low), None if high == "不详" else _yuan(high))
    if (found := (total["settled"], total["at_most"])) != expected:
        raise Unmet(f"已确定 {low}，最多 {high}", f"已确定 {found[0]}元，最多 " + ("不详" if found[1] is None else f"{found[1]}元"))


def _yuan(words: str) -> str:
    try:
        return money_string(parse_quantity(words).value)
    except QuantityError as error:
        raise Misuse(f"“{words}”不是金额：{error}") from None


def _list(words: Iterable[str], between: str = "、") -> str:
    return between.join(words) or "（无）"


# -- 那么：条件 -------------------------------------------------------------------------------------


def _leaf(result: Result, label: str, role: str, record: str | None = None) -> ConditionResult:
    """The condition (or exclusion) of that label, of one record where several have it."""
    leaves = list(result.conditions.leaves())
    named = [c for c in leaves if c.label == label]
    _must(named, f"“{result.title}”没有条件“{label}”；{suggestion(label, [c.label for c in leaves])}")
    other = {"when": "不予支持情形", "unless": "条件"}[role]
    _must(named[0].role == role, f"“{label}”应写作{other}“{label}”")
    if record is not None:
        named = [c for c in named if c.record == record]
        _must(named, f"“{result.title}”里没有“{record}”的“{label}”")
    _must(len(named) == 1, f"“{label}”有 {len(named)} 处，请写明是哪一条：{'、'.join(str(c.record) for c in named)}")
    return named[0]


def _counted(c: ConditionResult) -> bool | None:
    """Towards eligibility: an exclusion counts by its opposite."""
    value = c.truth.value
    return value if c.role != Role.UNLESS or value is None else not value


def _page(result: Result) -> str:
    """Every condition with its verdict and what was found, then the calculation, for whoever mends the scenario or the rule."""
    lines = [
        f"{c.record or ''} {c.label}：{c.truth.verdict.label if c.role != Role.UNLESS else EXCLUSIONS[c.truth.verdict]} {c.actual.text if c.actual else ''}".strip()
        for c in result.conditions.leaves()
    ]
    if isinstance(result, MeasureResult):
        lines += [f"计算 {line.record or ''} {line.text}：{line.amount}".replace("  ", " ") for line in result.award.lines]
        lines += [f"计算 {a.rule}：{a.before} → {a.after}" for a in result.adjustments if not a.on_line]
    return "\n".join(lines)


def _only(result: Result, label: str, role: str, *, value: bool | None) -> None:
    """`label` came out as `value`, and every other condition holds."""
    leaf = _leaf(result, label, role)
    expected = f"只因“{label}”{_WHOLE[value]}"
    if _counted(leaf) is not value:
        raise Unmet(expected, f"“{label}”是{_WHOLE[_counted(leaf)]}", _page(result))
    if others := [c.label for c in result.conditions.leaves() if c is not leaf and _counted(c) is not True]:
        raise Unmet(expected, f"另有未满足或待定的条件：{'、'.join(others)}", _page(result))
    whole = result.meets.value if isinstance(result, RecognitionResult) else {"eligible": True, "ineligible": False}.get(result.outcome)
    if whole is not value:
        raise Unmet(expected, f"整体没有因此改变，仍是{_WHOLE[whole]}", _page(result))


@then("“{name}”的条件“{label}”的判断是“{word}”")
def _condition(measured: Measured, name: str, label: str, word: str) -> None:
    _same(word, _leaf(measured.result(name), label, "when").truth.verdict.label)


@then("“{name}”里“{record}”的条件“{label}”的判断是“{word}”")
def _record_condition(measured: Measured, name: str, record: str, label: str, word: str) -> None:
    stand_in = next((k for k, number in measured.stand_ins.items() if number == record), record)
    found = measured.result(name)
    key = stand_in if any(c.record == stand_in for c in found.conditions.leaves()) else record
    _same(word, _leaf(found, label, "when", key).truth.verdict.label)


@then("“{name}”的不予支持情形“{label}”的判断是“{word}”")
def _exclusion(measured: Measured, name: str, label: str, word: str) -> None:
    _same(word, EXCLUSIONS[_leaf(measured.result(name), label, "unless").truth.verdict])


@then("“{name}”没有条件“{label}”")
def _no_condition(measured: Measured, name: str, label: str) -> None:
    """The version in force does not ask for it."""
    if label in [c.label for c in measured.result(name).conditions.leaves()]:
        raise Unmet(f"没有条件“{label}”", "有这一条")


@then("“{name}”的条件“{label}”的差额是“{gap}”")
def _gap(measured: Measured, name: str, label: str, gap: str) -> None:
    found = _leaf(measured.result(name), label, "when").gap
    _same(gap, found.text if found else "（没有）")


@then("“{name}”各条件均满足")
def _all_hold(measured: Measured, name: str) -> None:
    found = measured.result(name)
    if lacking := [c.label for c in found.conditions.leaves() if _counted(c) is not True]:
        raise Unmet("各条件均满足", f"未满足或待定：{'、'.join(lacking)}", _page(found))


@then("“{name}”只因条件“{label}”不满足")
def _only_fails(measured: Measured, name: str, label: str) -> None:
    _only(measured.result(name), label, "when", value=False)


@then("“{name}”只因条件“{label}”待定")
def _only_open(measured: Measured, name: str, label: str) -> None:
    _only(measured.result(name), label, "when", value=None)


@then("“{name}”只因不予支持情形“{label}”不满足")
def _only_excluded(measured: Measured, name: str, label: str) -> None:
    _only(measured.result(name), label, "unless", value=False)


@then("“{name}”只因不予支持情形“{label}”待定")
def _only_exclusion_open(measured: Measured, name: str, label: str) -> None:
    _only(measured.result(name), label, "unless", value=None)


@then("“{name}”只因有“{label}”情形而不予支持")
def _only_barred(measured: Measured, name: str, label: str) -> None:
    _only(measured.result(name), label, "unless", value=False)


@then("“{name}”只因不知有无“{label}”情形而待定")
def _only_maybe_barred(measured: Measured, name: str, label: str) -> None:
    _only(measured.result(name), label, "unless", value=None)


# -- 那么：尚缺 -------------------------------------------------------------------------------------


def _lacking(measured: Measured, name: str) -> dict[str, str]:
    """What is lacking, and the word for why; a person's number under its stand-in."""
    result = measured.result(name)
    causes = result.open if isinstance(result, RecognitionResult) else (*result.open, *result.award.open)
    return {lack.what: lack.label for lack in causes}


def _pairs(lacking: Mapping[str, str]) -> str:
    return _list(f"{k}（{x}）" for k, x in sorted(lacking.items()))


@then("“{name}”尚缺“{fact}”（{cause}）")
def _missing(measured: Measured, name: str, fact: str, cause: str) -> None:
    found = _lacking(measured, name)
    told = {measured.told(what): label for what, label in found.items()}
    if cause not in (told.get(fact), told.get(f"读法“{fact}”")):  # a reading's name holds no quotes of its own
        raise Unmet(f"{fact}（{cause}）", f"尚缺的是：{_pairs(found)}")


@then("“{name}”读法“{reading}”取“{option}”时“{outcome}”")
def _way(measured: Measured, name: str, reading: str, option: str, outcome: str) -> None:
    """What one way of reading comes to: the outcome, and of what is granted the amount behind a comma."""
    result = measured.result(name)
    found = [w for w in getattr(result, "readings", ()) if dict(w.under).get(reading) == option]
    if not found:
        raise Unmet(outcome, "结论与金额不随这个读法变")
    word, _, amount = outcome.partition("，")
    asked = word + (f"，{_yuan(amount)}" if amount else "")
    told = {w.outcome.label + (f"，{w.award.settled}" if amount and w.award.monetary and not w.award.pending else "") for w in found}
    shown = {w.outcome.label + (f"，{amount_words(w.award, w.outcome)}" if w.outcome is Outcome.ELIGIBLE and w.award.monetary else "") for w in found}
    if told != {asked}:
        raise Unmet(outcome, "、".join(sorted(shown)))


@then("“{name}”不缺材料")
def _nothing_missing(measured: Measured, name: str) -> None:
    if found := _lacking(measured, name):
        raise Unmet("不缺材料", f"尚缺的是：{_pairs(found)}")


@then("这份数据不能受理，因为“{reason}”")
def _refused(measured: Measured, reason: str) -> None:
    if measured.refused is None:
        raise Unmet("不能受理", "可以受理")
    if reason not in str(measured.refused):
        raise Unmet(f"因为“{reason}”", str(measured.refused))


SENTENCES = tuple(_defined)
