"""那么: the sentences that claim something of what 测算 gave, each with what was found instead where it does not hold.

What must stay true: a claim names what it is about; one that says nothing here is misuse, never a claim that holds.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..errors import suggestion
from ..language.units import QuantityError, parse_quantity
from ..rulebook.compiled import Role
from ..rulebook.literals import money_string
from ..telling.amounts import amount_words
from ..telling.decision import ConditionResult, RecognitionResult
from ..telling.disallowed import line_words
from ..words import Outcome
from .sentences import Vocabulary, listed
from .story import EXCLUSIONS, WHOLE, Measured, Misuse, Result, Unmet, must, page, same

_PAGE = Vocabulary()
then = _PAGE.then


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
    same(words, measured.measure(name).words)


@then("“{name}”的金额写作“{words}”")
def _amount_words(measured: Measured, name: str, words: str) -> None:
    """As printed: a ceiling is 不超过."""
    found = measured.measure(name)
    same(words, amount_words(found.award, found.outcome))


@then("“{name}”的内容是“{words}”")
def _content(measured: Measured, name: str, words: str) -> None:
    """What a service, a recommendation or a tax relief gives, its rate in brackets."""
    same(words, measured.measure(name).award.text or "（没有）")


@then("“{name}”只作提示，不计入合计")
def _hint(measured: Measured, name: str) -> None:
    if not measured.measure(name).hint:
        raise Unmet("只作提示", "计入合计的支持事项")


@then("“{name}”提醒“{words}”")
def _warns(measured: Measured, name: str, words: str) -> None:
    found = measured.measure(name).warnings
    if not any(words in w for w in found):
        raise Unmet(f"提醒“{words}”", listed(found, "；"))


@then("“{name}”没有提醒")
def _no_warning(measured: Measured, name: str) -> None:
    if found := measured.measure(name).warnings:
        raise Unmet("没有提醒", listed(found, "；"))


@then("“{name}”受“{limit}”限制")
def _limited(measured: Measured, name: str, limit: str) -> None:
    rules = [a.rule for a in measured.measure(name).adjustments]
    if not any(limit in rule for rule in rules):
        raise Unmet(f"受“{limit}”限制", f"起作用的限制：{listed(rules, '；')}")


@then("“{name}”不受“{limit}”限制")
def _unlimited(measured: Measured, name: str, limit: str) -> None:
    rules = [a.rule for a in measured.measure(name).adjustments]
    if any(limit in rule for rule in rules):
        raise Unmet(f"不受“{limit}”限制", f"起作用的限制：{listed(rules, '；')}")


@then("“{name}”的分期“{label}”是“{amount}”")
def _instalment(measured: Measured, name: str, label: str, amount: str) -> None:
    """As printed; a part of an amount that is not settled has two ends."""
    found = {i.label: i.amount for i in measured.measure(name).award.instalments}
    must(label in found, f"没有分期“{label}”；{suggestion(label, found)}")
    same(amount, found[label])


@then("“{name}”的计算“{label}”是“{amount}”")
def _line(measured: Measured, name: str, label: str, amount: str) -> None:
    """One step of the calculation as printed, called by what stands before its ：, or by the whole of it."""
    lines = measured.measure(name).award.lines
    found = [x for x in lines if label in (x.text, x.text.partition("：")[0])]
    steps = dict.fromkeys(x.text.partition("：")[0] for x in lines)
    must(found, f"没有计算“{label}”；{suggestion(label, steps)}")
    many = listed(measured.told(f"{x.record or ''} {x.text}".strip()) for x in found)
    must(len(found) == 1, f"“{label}”有 {len(found)} 处：{many}")
    same(amount, found[0].amount)


@then("“{name}”的申报材料有“{text}”")
def _evidence(measured: Measured, name: str, text: str) -> None:
    if text not in (found := measured.measure(name).evidence):
        raise Unmet(f"有“{text}”", f"列出的有：{listed(found)}")


@then("“{name}”的申报材料没有“{text}”")
def _no_evidence(measured: Measured, name: str, text: str) -> None:
    if text in (found := measured.measure(name).evidence):
        raise Unmet(f"没有“{text}”", f"列出的有：{listed(found)}")


@then("“{name}”的申报额是“{claimed}”，核减额是“{less}”")
def _claimed(measured: Measured, name: str, claimed: str, less: str) -> None:
    """By the values as claimed; what is left of it is the 测算金额."""
    found = measured.measure(name)
    all_ = [x for decision in measured.taken() for x in (decision.disallowed.measures if decision.disallowed else ()) if x.id == found.id]
    must(all_, "没有核减，或这一项没有金额")
    whole = all_[0].whole.to_dict()
    same = not whole["claimed"]["pending"] and (whole["claimed"]["settled"], whole["less"]) == (_yuan(claimed), _yuan(less))
    if not same:
        raise Unmet(f"申报额 {claimed}，核减额 {less}", line_words(all_[0].whole, all_[0].unit))


@then("合计已确定“{low}”，最多“{high}”")
def _total(measured: Measured, low: str, high: str) -> None:
    """Of all measures of the one rulebook, stacking and hints minded."""
    decisions = measured.taken()
    must(len(decisions) == 1, "合计只对一个规则库")
    total = decisions[0].total.to_dict()
    expected = (_yuan(low), None if high == "不详" else _yuan(high))
    if (found := (total["settled"], total["at_most"])) != expected:
        raise Unmet(f"已确定 {low}，最多 {high}", f"已确定 {found[0]}元，最多 " + ("不详" if found[1] is None else f"{found[1]}元"))


def _yuan(words: str) -> str:
    try:
        return money_string(parse_quantity(words).value)
    except QuantityError as error:
        raise Misuse(f"“{words}”不是金额：{error}") from None


# -- 那么：条件 -------------------------------------------------------------------------------------


def _leaf(result: Result, label: str, role: str, record: str | None = None) -> ConditionResult:
    """The condition (or exclusion) of that label, of one record where several have it."""
    leaves = list(result.conditions.leaves())
    named = [c for c in leaves if c.label == label]
    must(named, f"“{result.title}”没有条件“{label}”；{suggestion(label, [c.label for c in leaves])}")
    other = {"when": "不予支持情形", "unless": "条件"}[role]
    must(named[0].role == role, f"“{label}”应写作{other}“{label}”")
    if record is not None:
        named = [c for c in named if c.record == record]
        must(named, f"“{result.title}”里没有“{record}”的“{label}”")
    must(len(named) == 1, f"“{label}”有 {len(named)} 处，请写明是哪一条：{'、'.join(str(c.record) for c in named)}")
    return named[0]


def _counted(c: ConditionResult) -> bool | None:
    """Towards eligibility: an exclusion counts by its opposite."""
    value = c.truth.value
    return value if c.role != Role.UNLESS or value is None else not value


def _only(result: Result, label: str, role: str, *, value: bool | None) -> None:
    """`label` came out as `value`, and every other condition holds."""
    leaf = _leaf(result, label, role)
    expected = f"只因“{label}”{WHOLE[value]}"
    if _counted(leaf) is not value:
        raise Unmet(expected, f"“{label}”是{WHOLE[_counted(leaf)]}", page(result))
    if others := [c.label for c in result.conditions.leaves() if c is not leaf and _counted(c) is not True]:
        raise Unmet(expected, f"另有未满足或待定的条件：{'、'.join(others)}", page(result))
    whole = result.meets.value if isinstance(result, RecognitionResult) else {"eligible": True, "ineligible": False}.get(result.outcome)
    if whole is not value:
        raise Unmet(expected, f"整体没有因此改变，仍是{WHOLE[whole]}", page(result))


@then("“{name}”的条件“{label}”的判断是“{word}”")
def _condition(measured: Measured, name: str, label: str, word: str) -> None:
    same(word, _leaf(measured.result(name), label, "when").truth.verdict.label)


@then("“{name}”里“{record}”的条件“{label}”的判断是“{word}”")
def _record_condition(measured: Measured, name: str, record: str, label: str, word: str) -> None:
    stand_in = next((k for k, number in measured.stand_ins.items() if number == record), record)
    found = measured.result(name)
    key = stand_in if any(c.record == stand_in for c in found.conditions.leaves()) else record
    same(word, _leaf(found, label, "when", key).truth.verdict.label)


@then("“{name}”的不予支持情形“{label}”的判断是“{word}”")
def _exclusion(measured: Measured, name: str, label: str, word: str) -> None:
    same(word, EXCLUSIONS[_leaf(measured.result(name), label, "unless").truth.verdict])


@then("“{name}”没有条件“{label}”")
def _no_condition(measured: Measured, name: str, label: str) -> None:
    """The version in force does not ask for it."""
    if label in [c.label for c in measured.result(name).conditions.leaves()]:
        raise Unmet(f"没有条件“{label}”", "有这一条")


@then("“{name}”的条件“{label}”的差额是“{gap}”")
def _gap(measured: Measured, name: str, label: str, gap: str) -> None:
    found = _leaf(measured.result(name), label, "when").gap
    same(gap, found.text if found else "（没有）")


@then("“{name}”各条件均满足")
def _all_hold(measured: Measured, name: str) -> None:
    found = measured.result(name)
    if lacking := [c.label for c in found.conditions.leaves() if _counted(c) is not True]:
        raise Unmet("各条件均满足", f"未满足或待定：{'、'.join(lacking)}", page(found))


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
    return listed(f"{k}（{x}）" for k, x in sorted(lacking.items()))


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


SENTENCES = tuple(_PAGE.sentences)
