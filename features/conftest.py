"""The words scenarios speak: one small zh-CN vocabulary over the public library.

A scenario tells facts as a case file does (the same text values), decides through
`huiqi.load(...).decide(...)`, and compares in the words of a case's 期望; nothing here knows a policy.
`README.md` lists every sentence; a sentence nobody defined fails with the nearest one that exists.
What must stay true: no default for anything, and nothing is rounded or converted on the way in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pytest
from lint import Definition, definitions, nearest, pattern
from pytest_bdd import given, parsers, then, when

import huiqi
from huiqi.errors import InputError, suggestion
from huiqi.language.units import parse_quantity
from huiqi.reasoning.casefile import Case
from huiqi.telling.expected import compare_expected
from huiqi.telling.decision import ConditionResult, Decision, MeasureResult, RecognitionResult
from huiqi.telling.explain import amount_words
from huiqi.reasoning.facts import pseudonym
from huiqi.rulebook.literals import money_string

VERDICTS = {"holds": "满足", "fails": "不满足", "unknown": "待定"}
EXCLUSIONS = {"holds": "有", "fails": "无", "unknown": "待定"}
Table = Sequence[Sequence[str]]
Result = MeasureResult | RecognitionResult


def _sentence(text: str) -> parsers.re:
    """`“{name}”没有提供` as a parser: each `{word}` stands between “ and ”."""
    return parsers.re(pattern(text))


@dataclass
class Draft:
    """A case being told, sentence by sentence."""

    enterprise: str = ""
    rulebooks: list[str] = field(default_factory=list)
    on: str | None = None
    year: int | None = None
    data: dict[str, Any] = field(default_factory=dict)
    records: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    partial: set[str] = field(default_factory=set)
    schemes: dict[str, str] = field(default_factory=dict)

    def rows(self, record: str) -> list[dict[str, Any]]:
        assert record in self.records, f"前面没有给过明细“{record}”；{suggestion(record, self.records)}"
        return self.records[record]

    def row(self, record: str, key: str) -> dict[str, Any]:
        found = [r for r in self.rows(record) if key in (next(iter(r.values()), None),)]
        assert found, f"明细“{record}”里没有“{key}”（每条以第一栏为编号）"
        return found[0]

    def told(self, fact: str) -> None:
        assert fact in self.data, f"前面没有给过数据项“{fact}”，改不了；{suggestion(fact, self.data)}"

    def decide(self) -> list[Decision]:
        assert self.rulebooks, "没有说用哪个政策规则库"
        books = [_load(name) for name in self.rulebooks]
        known = {m for b in books for m in b.measures}
        assert not set(self.schemes) - known, f"没有支持事项“{'、'.join(set(self.schemes) - known)}”；可用：{'、'.join(known)}"
        records: dict[str, Any] = {n: {"完整": "否", "清单": rows} if n in self.partial else rows for n, rows in self.records.items()}
        return [
            b.decide(
                {"企业": self.enterprise, **self.data}, on=self.on, year=self.year, records=records,
                scheme={m: s for m, s in self.schemes.items() if m in b.measures}, others=[o for o in books if o is not b],
            )
            for b in books
        ]  # fmt: skip


@cache
def _load(name: str) -> huiqi.Rulebook:
    return huiqi.load(name)


@dataclass
class Measured:
    """What 测算 gave: decisions, or the reasons why the case cannot be taken."""

    decisions: list[Decision]
    refused: InputError | None = None
    stand_ins: dict[str, str] = field(default_factory=dict)  # 化名… of a person's number -> the number told

    def told(self, words: str) -> str:
        """Words of a decision with the numbers a scenario gave; personal ones are stood in for at intake."""
        for stand_in, number in self.stand_ins.items():
            words = words.replace(stand_in, number)
        return words

    def result(self, name: str) -> Result:
        """A measure or recognition by title or id."""
        results: list[Result] = []
        for d in self._taken():
            results += [*d.measures.values(), *d.recognitions.values()]
        found = [r for r in results if name in (r.id, r.title)]
        assert found, f"规则库里没有“{name}”；{suggestion(name, [w for r in results for w in (r.id, r.title)])}"
        assert len(found) == 1, f"“{name}”有 {len(found)} 个，请写编号：{'、'.join(r.id for r in found)}"
        return found[0]

    def measure(self, name: str) -> MeasureResult:
        found = self.result(name)
        assert isinstance(found, MeasureResult), f"“{name}”是资格，不是支持事项"
        return found

    def expect(self, name: str, key: str, word: str) -> None:
        """Compare as a case's 期望 is compared, so that features and cases mean the same."""
        found = self.result(name)
        known = {k: r for d in self._taken() for k, r in [*d.measures.items(), *d.recognitions.items()]}
        wanted = {next(k for k, r in known.items() if r is found): {key: word}}  # another rulebook's is rulebook/id
        differences = compare_expected(Case("", (), None, None, {}, {}, expected=wanted), self._taken())
        assert not differences, "\n".join(differences) + "\n" + self._page(name)

    def _taken(self) -> list[Decision]:
        if self.refused is not None:
            raise self.refused
        return self.decisions

    def _page(self, name: str) -> str:
        found = self.result(name)
        return "\n".join(f"  {c.record or ''} {c.label}：{c.truth.verdict} {c.actual.text if c.actual else ''}" for c in found.conditions.leaves())


def _leaf(result: Result, label: str, role: str, record: str | None = None) -> ConditionResult:
    """The condition (or exclusion) of that label, of one record where several have it."""
    leaves = list(result.conditions.leaves())
    named = [c for c in leaves if c.label == label]
    assert named, f"“{result.title}”没有条件“{label}”；{suggestion(label, [c.label for c in leaves])}"
    other = {"when": "不予支持情形", "unless": "条件"}[role]
    assert named[0].role == role, f"“{label}”应写作{other}“{label}”"
    if record is not None:
        named = [c for c in named if c.record == record]
        assert named, f"“{result.title}”里没有“{record}”的“{label}”"
    assert len(named) == 1, f"“{label}”有 {len(named)} 处，请写明是哪一条：{'、'.join(str(c.record) for c in named)}"
    return named[0]


def _counted(c: ConditionResult) -> bool | None:
    """Towards eligibility: an exclusion counts by its opposite."""
    value = c.truth.value
    return value if c.role != "unless" or value is None else not value


def _only(result: Result, label: str, role: str, value: bool | None) -> None:
    """`label` came out as `value`, and every other condition holds."""
    leaf = _leaf(result, label, role)
    assert _counted(leaf) is value, f"“{label}”是{leaf.truth.verdict}"
    others = [c.label for c in result.conditions.leaves() if c is not leaf and _counted(c) is not True]
    assert not others, f"另有未满足或待定的条件：{'、'.join(others)}"
    whole = result.meets.value if isinstance(result, RecognitionResult) else {"eligible": True, "ineligible": False}.get(result.outcome)
    assert whole is value, f"整体没有因此改变：{whole}"


def _dicts(table: Table) -> list[dict[str, str]]:
    """Rows by column; an empty cell tells nothing."""
    header, *rows = table
    return [{k: cell for k, cell in zip(header, row, strict=True) if cell} for row in rows]


# -- 假如：讲清楚一户企业 ------------------------------------------------------------------------------


@pytest.fixture
def draft() -> Draft:
    return Draft()


@given(_sentence("政策规则库“{names}”"))
def _rulebooks(draft: Draft, names: str) -> None:
    draft.rulebooks = names.split("、")


@given(_sentence("企业“{name}”"))
def _enterprise(draft: Draft, name: str) -> None:
    draft.enterprise = name


@given(_sentence("审核日期是“{day}”"))
def _on(draft: Draft, day: str) -> None:
    draft.on = day


@given(_sentence("申报年度是“{year}”"))
def _year(draft: Draft, year: str) -> None:
    draft.year = int(year)


@given(_sentence("申报数据如下"))
def _data(draft: Draft, datatable: Table) -> None:
    """Columns 数据项 and 值, or 申报, 核验, 审定 beside each other; 年度 for facts by year."""
    unknown = set(datatable[0]) - {"数据项", "值", "申报", "核验", "审定", "年度"}
    assert "数据项" in datatable[0] and not unknown, f"申报数据的表头写 数据项、值（或 申报、核验、审定），可加 年度；不认识：{'、'.join(unknown)}"
    for row in _dicts(datatable):
        name, year = row.pop("数据项"), row.pop("年度", None)
        value = row.get("值", dict(row))
        if year is None:
            draft.data[name] = value
        else:
            draft.data.setdefault(name, {})[year] = value


@given(_sentence("“{fact}”改为“{value}”"))
def _changed(draft: Draft, fact: str, value: str) -> None:
    draft.told(fact)
    draft.data[fact] = value


@given(_sentence("“{fact}”申报“{claimed}”，核验“{verified}”"))
def _verified(draft: Draft, fact: str, claimed: str, verified: str) -> None:
    draft.data[fact] = {"申报": claimed, "核验": verified}


@given(_sentence("“{fact}”没有提供"))
def _untold(draft: Draft, fact: str) -> None:
    draft.told(fact)
    del draft.data[fact]


@given(_sentence("明细“{record}”如下"))
def _records(draft: Draft, record: str, datatable: Table) -> None:
    draft.records[record] = list(_dicts(datatable))


@given(_sentence("明细“{record}”增加"))
def _more_records(draft: Draft, record: str, datatable: Table) -> None:
    draft.rows(record).extend(_dicts(datatable))


@given(_sentence("明细“{record}”照“{key}”再列“{count}”条"))
def _copies(draft: Draft, record: str, key: str, count: str) -> None:
    """The same record again, under keys of its own (`S-1` gives `S-1·1`, `S-1·2`, …)."""
    first, *rest = draft.row(record, key).items()
    draft.rows(record).extend({first[0]: f"{key}·{n}", **dict(rest)} for n in range(1, int(count) + 1))


@given(_sentence("明细“{record}”没有提供"))
def _no_list(draft: Draft, record: str) -> None:
    draft.rows(record)
    del draft.records[record]


@given(_sentence("明细“{record}”一条也没有"))
def _empty_list(draft: Draft, record: str) -> None:
    draft.records[record] = []


@given(_sentence("明细“{record}”未列全"))
def _partial_list(draft: Draft, record: str) -> None:
    draft.rows(record)
    draft.partial.add(record)


@given(_sentence("明细“{record}”里“{key}”的“{column}”改为“{value}”"))
def _cell(draft: Draft, record: str, key: str, column: str, value: str) -> None:
    draft.row(record, key)[column] = value


@given(_sentence("明细“{record}”里“{key}”的“{column}”没有提供"))
def _no_cell(draft: Draft, record: str, key: str, column: str) -> None:
    row = draft.row(record, key)
    assert column in row, f"“{key}”前面没有给过“{column}”；{suggestion(column, row)}"
    del row[column]


@given(_sentence("明细“{record}”里删去“{key}”"))
def _no_row(draft: Draft, record: str, key: str) -> None:
    draft.rows(record).remove(draft.row(record, key))


@given(_sentence("“{measure}”选用方案“{scheme}”"))
def _scheme(draft: Draft, measure: str, scheme: str) -> None:
    """By id: titles are known only once a rulebook is loaded."""
    draft.schemes[measure] = scheme


# -- 当：测算 ---------------------------------------------------------------------------------------


@when(_sentence("测算"), target_fixture="measured")
def _decide(draft: Draft) -> Measured:
    numbers = {next(iter(row.values())) for rows in draft.records.values() for row in rows if row}
    try:
        return Measured(draft.decide(), stand_ins={pseudonym(number): number for number in numbers})
    except InputError as error:
        return Measured([], error)


# -- 那么：结论、金额、依据 ----------------------------------------------------------------------------


def _expectation(sentence: str, key: str) -> Callable[..., None]:
    """A sentence that compares one key of 期望."""

    def compare(measured: Measured, name: str, word: str) -> None:
        measured.expect(name, key, word)

    compare.__doc__ = key
    return then(_sentence(sentence), stacklevel=2)(compare)


_expectation("“{name}”的结论是“{word}”", "结论")
_expectation("“{name}”的原因是“{word}”", "原因")
_expectation("“{name}”的依据状态是“{word}”", "依据状态")
_expectation("“{name}”的持有情况是“{word}”", "持有")
_expectation("“{name}”的条件测评是“{word}”", "条件测评")
_expectation("“{name}”的方案是“{word}”", "方案")
_expectation("“{name}”已确定的金额是“{word}”", "金额")
_expectation("“{name}”的金额最多是“{word}”", "最多")


@then(_sentence("“{name}”的测算金额是“{amount}”"))
def _amount(measured: Measured, name: str, amount: str) -> None:
    """The whole amount is settled, and is this."""
    measured.expect(name, "金额", amount)
    measured.expect(name, "最多", amount)


@then(_sentence("“{name}”的表述是“{words}”"))
def _words(measured: Measured, name: str, words: str) -> None:
    """The conclusion as it is printed: never a bare 符合 beyond enacted conditions."""
    assert measured.measure(name).words == words


@then(_sentence("“{name}”的金额写作“{words}”"))
def _amount_words(measured: Measured, name: str, words: str) -> None:
    """As printed: a ceiling is 不超过."""
    found = measured.measure(name)
    assert amount_words(found.award, found.outcome) == words


@then(_sentence("“{name}”的内容是“{words}”"))
def _content(measured: Measured, name: str, words: str) -> None:
    """What a service, a recommendation or a tax relief gives, its rate in brackets."""
    assert measured.measure(name).award.text == words


@then(_sentence("“{name}”只作提示，不计入合计"))
def _hint(measured: Measured, name: str) -> None:
    assert measured.measure(name).hint


@then(_sentence("“{name}”提醒“{words}”"))
def _warns(measured: Measured, name: str, words: str) -> None:
    found = measured.measure(name).warnings
    assert any(words in w for w in found), f"没有这句提醒；有的是：{'；'.join(found) or '（无）'}"


@then(_sentence("“{name}”没有提醒"))
def _no_warning(measured: Measured, name: str) -> None:
    assert not measured.measure(name).warnings


@then(_sentence("“{name}”受“{limit}”限制"))
def _limited(measured: Measured, name: str, limit: str) -> None:
    rules = [a.rule for a in measured.measure(name).adjustments]
    assert any(limit in rule for rule in rules), f"没有这一限制起作用；起作用的有：{'；'.join(rules) or '（无）'}"


@then(_sentence("“{name}”不受“{limit}”限制"))
def _unlimited(measured: Measured, name: str, limit: str) -> None:
    rules = [a.rule for a in measured.measure(name).adjustments]
    assert not any(limit in rule for rule in rules), f"这一限制起了作用：{'；'.join(rules)}"


@then(_sentence("“{name}”的分期“{label}”是“{amount}”"))
def _instalment(measured: Measured, name: str, label: str, amount: str) -> None:
    """As printed; a part of an amount that is not settled has two ends."""
    found = {i.label: i.amount for i in measured.measure(name).award.instalments}
    assert label in found, f"没有分期“{label}”；{suggestion(label, found)}"
    assert found[label] == amount, f"测算 {found[label]}"


@then(_sentence("“{name}”的申报材料有“{text}”"))
def _evidence(measured: Measured, name: str, text: str) -> None:
    assert text in measured.measure(name).evidence, f"列出的有：{'、'.join(measured.measure(name).evidence)}"


@then(_sentence("“{name}”的申报材料没有“{text}”"))
def _no_evidence(measured: Measured, name: str, text: str) -> None:
    assert text not in measured.measure(name).evidence


@then(_sentence("合计已确定“{low}”，最多“{high}”"))
def _total(measured: Measured, low: str, high: str) -> None:
    """Of all measures of the one rulebook, stacking and hints minded."""
    decisions = measured._taken()
    assert len(decisions) == 1, "合计只对一个规则库"
    total = decisions[0].total.to_dict()
    found = (total["settled"], total["at_most"])
    assert found == (_yuan(low), None if high == "不详" else _yuan(high)), f"测算 {found}"


def _yuan(words: str) -> str:
    return money_string(parse_quantity(words).value)


# -- 那么：条件 -------------------------------------------------------------------------------------


@then(_sentence("“{name}”的条件“{label}”的判断是“{word}”"))
def _condition(measured: Measured, name: str, label: str, word: str) -> None:
    assert VERDICTS[_leaf(measured.result(name), label, "when").truth.verdict] == word


@then(_sentence("“{name}”里“{record}”的条件“{label}”的判断是“{word}”"))
def _record_condition(measured: Measured, name: str, record: str, label: str, word: str) -> None:
    stand_in = next((k for k, number in measured.stand_ins.items() if number == record), record)
    found = measured.result(name)
    key = stand_in if any(c.record == stand_in for c in found.conditions.leaves()) else record
    assert VERDICTS[_leaf(found, label, "when", key).truth.verdict] == word


@then(_sentence("“{name}”的不予支持情形“{label}”的判断是“{word}”"))
def _exclusion(measured: Measured, name: str, label: str, word: str) -> None:
    assert EXCLUSIONS[_leaf(measured.result(name), label, "unless").truth.verdict] == word


@then(_sentence("“{name}”没有条件“{label}”"))
def _no_condition(measured: Measured, name: str, label: str) -> None:
    """The version in force does not ask for it."""
    assert label not in [c.label for c in measured.result(name).conditions.leaves()]


@then(_sentence("“{name}”的条件“{label}”的差额是“{gap}”"))
def _gap(measured: Measured, name: str, label: str, gap: str) -> None:
    found = _leaf(measured.result(name), label, "when").gap
    assert (found.text if found else "（没有）") == gap


@then(_sentence("“{name}”各条件均满足"))
def _all_hold(measured: Measured, name: str) -> None:
    found = measured.result(name)
    open_ = [c.label for c in found.conditions.leaves() if _counted(c) is not True]
    assert not open_, f"未满足或待定：{'、'.join(open_)}"


@then(_sentence("“{name}”只因条件“{label}”不满足"))
def _only_fails(measured: Measured, name: str, label: str) -> None:
    _only(measured.result(name), label, "when", value=False)


@then(_sentence("“{name}”只因条件“{label}”待定"))
def _only_open(measured: Measured, name: str, label: str) -> None:
    _only(measured.result(name), label, "when", value=None)


@then(_sentence("“{name}”只因不予支持情形“{label}”不满足"))
def _only_excluded(measured: Measured, name: str, label: str) -> None:
    _only(measured.result(name), label, "unless", value=False)


@then(_sentence("“{name}”只因不予支持情形“{label}”待定"))
def _only_exclusion_open(measured: Measured, name: str, label: str) -> None:
    _only(measured.result(name), label, "unless", value=None)


# -- 那么：尚缺 -------------------------------------------------------------------------------------


def _causes(result: Result) -> dict[str, str]:
    """What is lacking, and the word for why."""
    causes = result.open if isinstance(result, RecognitionResult) else (*result.open, *result.award.open)
    return {what: kind.label for what, kind in causes}


@then(_sentence("“{name}”尚缺“{fact}”（{cause}）"))
def _missing(measured: Measured, name: str, fact: str, cause: str) -> None:
    found = {measured.told(k): x for k, x in _causes(measured.result(name)).items()}
    assert found.get(fact) == cause, f"尚缺的是：{'、'.join(f'{k}（{x}）' for k, x in found.items()) or '（无）'}"


@then(_sentence("“{name}”不缺材料"))
def _nothing_missing(measured: Measured, name: str) -> None:
    assert not _causes(measured.result(name))


@then(_sentence("这份数据不能受理，因为“{reason}”"))
def _refused(measured: Measured, reason: str) -> None:
    assert measured.refused is not None, "这份数据可以受理"
    assert reason in str(measured.refused)


# -- a sentence nobody defined ----------------------------------------------------------------------


def pytest_bdd_step_func_lookup_error(step: Any, scenario: Any, exception: Exception) -> None:
    """Fail with the nearest sentence of the vocabulary."""
    place = f"{scenario.feature.rel_filename}:{step.line_number}"
    raise LookupError(f"{place}: 没有这个句式：“{step.name}”；{nearest(step.name, step.type, _definitions())}") from exception


@cache
def _definitions() -> tuple[Definition, ...]:
    return definitions()
