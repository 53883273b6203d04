"""What is told that the reader of a decision has to look at again: a day that has not come, a record in another's name.

A certificate dated next year, a certificate of the parent company: no rule reads either, and whoever signs has to have seen it. What must
stay true: nothing here changes an outcome, since a case may be decided as of an earlier day on purpose; what an officer verified is nobody's
question; a case without a name reminds of no other.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ..errors import clip
from ..language.levelling import bare
from ..reasoning.told import VERIFIED, Facts, Given
from ..rulebook.compiled import CompiledRulebook, FactSpec


def reminders(book: CompiledRulebook, facts: Facts, *, on: date, applicant: str) -> tuple[str, ...]:
    """What there is to say of a case as a whole: of how it was read, and of what is to be looked at again."""
    return (*facts.warnings, *doubtful(book, facts, on=on, applicant=applicant))


def doubtful(book: CompiledRulebook, facts: Facts, *, on: date, applicant: str) -> Iterator[str]:
    """A sentence for each value to look at again, in the order of the vocabulary, with its place where it has one."""
    for key, spec in book.facts.items():
        if spec.event or spec.holder:
            for given in facts.facts.get(key, {}).values():
                yield from _of(spec, "", given, on, applicant)
    for key, record in book.records.items():
        columns = {n: s for n, s in record.fields.items() if s.event or s.holder}
        if columns and key in facts.records:
            for entry in facts.records[key].entries:
                for name, spec in columns.items():
                    if name in entry.values:
                        yield from _of(spec, f"{record.name} {clip(entry.key)} 的", entry.values[name], on, applicant)


def _of(spec: FactSpec, where: str, given: Given, on: date, applicant: str) -> Iterator[str]:
    if given.stage in VERIFIED or given.disallowed is not None:
        return
    place, told = f"{given.at}: " if given.at.line else "", given.value
    if spec.event and isinstance(told, date) and told > on:
        yield f"{place}{where}“{spec.name}”写的是 {told}，晚于审核日期 {on}：那天还没有到，请核对"
    if spec.holder and not spec.personal and isinstance(told, str) and applicant and bare(told) != bare(applicant):  # （北京） in a name is another company
        yield f"{place}{where}“{spec.name}”写的是“{clip(told)}”，不是申报主体“{clip(applicant)}”，是不是本单位的，请核对"


__all__ = ["doubtful", "reminders"]
