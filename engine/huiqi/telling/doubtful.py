"""What is told that the reader of a decision has to look at again: days that do not fit, a record in another's name, a grant that says two things.

A certificate dated next year, a certificate of the parent company, money of the state booked under a measure of the city, a 核减 dated after
the decision: no rule reads any of them so, and whoever signs has to have seen it. What must stay true: nothing here changes an outcome, since
a case may be decided as of an earlier day on purpose; what an officer verified is nobody's question, but for the day of it; a case without a
name reminds of no other; of a measure of which the rulebook does not say who pays it, no level is called wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from ..caching import Derived
from ..errors import Position, clip
from ..language.levelling import bare, level
from ..plain import dataclass
from ..reasoning.disallowed import WORD as DISALLOWED
from ..reasoning.told import STAGES, VERIFIED, Entry, Facts, Given
from ..rulebook.compiled import SUPPORT, SUPPORT_MEASURE, CompiledRulebook, FactSpec, MeasureSpec, RecordSpec, name_of
from ..rulebook.lexicon import RECEIVED, lexicons
from ..rulebook.literals import day_in
from ..rulebook.taken import Taken

AMOUNT = "金额"  # of 已获支持
LEVEL = "层级"  # of 已获支持: the state, a province, a city or a county gave it
_TIERS = 4  # of a vocabulary that has a level, the widest first, for each step of 中国/山西省/大同市/平城区


@dataclass(frozen=True, kw_only=True)
class Look:
    """Something to look at again: of which fact or record type (its key; empty: of neither), where it stands, and in words."""

    of: str
    at: Position
    words: str

    def __str__(self) -> str:
        return f"{self.at}: {self.words}" if self.at.line else self.words


def reminders(book: CompiledRulebook, facts: Facts, *, on: date, applicant: str, taken: Mapping[str, Taken]) -> tuple[str, ...]:
    """What there is to say of a case as a whole: of how it was read, and of what is to be looked at again; `taken`: the readings decided, by name."""
    return (*facts.warnings, *map(str, doubtful(book, facts, on=on, applicant=applicant, taken=taken)))


def doubtful(book: CompiledRulebook, facts: Facts, *, on: date, applicant: str, taken: Mapping[str, Taken]) -> Iterator[Look]:
    """Each value to look at again, in the order of the vocabulary; `taken`: the readings decided, by name."""
    watched = _WATCHED.of(book)
    for key, spec in watched.facts.items():
        for given in facts.facts.get(key, {}).values():
            yield from _of(spec, key, "", given, on, applicant)
    for key, columns in watched.columns.items():
        if key in facts.records:
            for entry in facts.records[key].entries:
                for name, spec in columns.items():
                    if name in entry.values:
                        yield from _of(spec, key, _where(book.records[key], entry), entry.values[name], on, applicant)
    for key, listing in facts.records.items():
        if name_of(key) == SUPPORT:
            yield from _received(book, book.records[key], listing.entries)
    yield from _officers(book, facts, on, taken)


@dataclass(frozen=True)
class _Watched:
    facts: Mapping[str, FactSpec]
    columns: Mapping[str, Mapping[str, FactSpec]]  # by record type, where there are any


_WATCHED: Derived[CompiledRulebook, _Watched] = Derived(
    lambda book: _Watched(
        {k: s for k, s in book.facts.items() if s.event or s.holder},
        {k: found for k, r in book.records.items() if (found := {n: s for n, s in r.fields.items() if s.event or s.holder})},
    ),
    key=lambda book: book.digest,
    size=64,
)


def _where(record: RecordSpec, entry: Entry) -> str:
    return f"{record.name} {clip(entry.key)} 的"


def _of(spec: FactSpec, key: str, where: str, given: Given, on: date, applicant: str) -> Iterator[Look]:
    if given.stage in VERIFIED or given.disallowed is not None:
        return
    told = given.value
    if spec.event and isinstance(told, date) and told > on:
        yield Look(of=key, at=given.at, words=f"{where}“{spec.name}”写的是 {told}，晚于审核日期 {on}：那天还没有到，请核对")
    if spec.holder and not spec.personal and isinstance(told, str) and applicant and bare(told) != bare(applicant):  # （北京） in a name is another company
        yield Look(of=key, at=given.at, words=f"{where}“{spec.name}”写的是“{clip(told)}”，不是申报主体“{clip(applicant)}”，是不是本单位的，请核对")


# -- what officers say, and when --------------------------------------------------------------------------


def _officers(book: CompiledRulebook, facts: Facts, on: date, taken: Mapping[str, Taken]) -> Iterator[Look]:
    """Whatever an officer dated later than the decision that goes by it; a statement on exclusions dated so is refused before."""
    for key, years in facts.facts.items():
        spec = book.facts[key]
        for year, given in years.items():
            yield from _said_later(spec, key, f"{year}年度" if spec.yearly and year is not None else "", given, on)
    for key, listing in facts.records.items():
        record = book.records[key]
        for entry in listing.entries:
            for name, given in entry.values.items():
                yield from _said_later(record.fields[name], key, _where(record, entry), given, on)
    for name, one in taken.items():
        when = day_in(one.when)
        if when is not None and when > on:
            yield Look(of="", at=Position(), words=_later(f"读法“{name}”的日期", when, on))


def _said_later(spec: FactSpec, key: str, where: str, given: Given, on: date) -> Iterator[Look]:
    cut = given.disallowed
    if cut is None and given.when is None:
        return
    for stage, when in ((DISALLOWED, cut.on if cut is not None else None), (given.stage if given.stage in VERIFIED else "", given.when)):
        if stage and when is not None and when > on:
            yield Look(of=key, at=given.at, words=_later(f"{where}“{spec.name}”的{stage}日期", when, on))


def _later(what: str, when: date, on: date) -> str:
    return f"{what}写的是 {when}，晚于审核日期 {on}：审核那天还没有这样说，请核对是哪一个日期写错了"


# -- what was received before -----------------------------------------------------------------------------


def _received(book: CompiledRulebook, record: RecordSpec, grants: Sequence[Entry]) -> Iterator[Look]:
    if not grants:
        return
    called = {w: m for m in book.measures.values() for w in (m.id, m.title)}
    for entry in grants:
        tier, measure, amount = (entry.values.get(name) for name in (LEVEL, SUPPORT_MEASURE, AMOUNT))
        if amount is not None and amount.value == 0 and amount.stage == STAGES[-1] and _any_of(book, measure):
            yield Look(
                of=record.key, at=amount.at,
                words=f"{_where(record, entry)}“{AMOUNT}”是 0元，这一笔仍按已获支持计：看有没有获过、获过几次的规则照样算，只是按金额扣减的不扣；"
                f"没有给过的，删去这一笔，请核对",
            )  # fmt: skip
        spec = called.get(measure.value) if measure is not None and isinstance(measure.value, str) else None
        if spec is not None and tier is not None and isinstance(tier.value, str) and tier.stage not in VERIFIED and LEVEL in record.fields:
            who, tiers = _paid_by(book, spec, record.fields[LEVEL])
            if tier.value not in tiers:
                words = f"{_where(record, entry)}“{LEVEL}”写的是“{clip(tier.value)}”，而“{spec.title}”{who}：是层级写错了，还是另一项支持，请核对"
                yield Look(of=record.key, at=tier.at, words=words)


def _any_of(book: CompiledRulebook, measure: Given | None) -> bool:
    """Whether a rule may count the grant: what is none of ours, and nothing that a rule looks for, was said to count as none."""
    if measure is None or not isinstance(measure.value, str):
        return True  # not told, or to be verified: it may be any
    lexicon = lexicons(book).get(RECEIVED)
    return lexicon is None or lexicon.entry(measure.value) is not None


def _paid_by(book: CompiledRulebook, spec: MeasureSpec, column: FactSpec) -> tuple[str, tuple[str, ...]]:
    """Who pays a measure, in words; and the levels that it can have been received from: all of them where nobody can say.

    The channel says it where the rulebook has one, else whoever wrote the document. Those below may have paid it out for them; nobody above did.
    """
    if spec.channel:
        tiers = [{n for n, tier in enumerate(column.options) if _names(column, tier, level(said))} for said in spec.channel]
        return f"由{'、'.join(spec.channel)}支付", column.options[min(set[int]().union(*tiers)) if all(tiers) else 0 :]
    document = book.documents.get(spec.document)
    place = (document.jurisdiction if document is not None else ()) or book.jurisdiction
    if spec.hint or len(column.options) != _TIERS or not 0 < len(place) <= _TIERS:
        return "", column.options
    return f"是{place[-1]}的支持事项", column.options[len(place) - 1 :]


def _names(column: FactSpec, tier: str, said: str) -> bool:
    """Whether a channel is money of a level: 省级 is found in 省级财政专项资金, but a lone 市 is part of other words (市场)."""
    words = (tier, *(alias for alias, option in column.aliases if option == tier))
    return any(said == level(w) or (len(w) > 1 and level(w) in said) for w in words)


__all__ = ["Look", "doubtful", "reminders"]
