"""How a fact is asked for: what an answer looks like, what to bring, who says it. One wording for forms and dialogue."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction

from ..asking.questions import Question, QuestionKind, Who
from ..language.levelling import level
from ..language.types import Quantity
from ..language.units import unit_text
from ..reasoning.pseudonyms import shown
from ..rulebook.compiled import CompiledRulebook, FactKind, FactSpec, RecordSpec
from ..rulebook.lexicon import Lexicon, lexicons
from ..rulebook.literals import ValueProblem, read_date, show_value

SHOWN = 12  # words that rules compare a text with, named in a line
YES_NO = ("是", "否")
NONE = ("无", "没有", "[]")  # of records
# 没有了, 不涉及, 从未获得, 一笔也没有, 零, 0, 否: no number of a document or of a person is made so
_NO_RECORD = re.compile(r"\W*(?:是|否|(?:没|无|未|零|〇|不|从未|从没|尚未|都没|均无|全无|一.[也都])[^0-9]*|0+[^0-9]?)\W*")
# 有, 是, 有的, 若干, 好几张: that there are some, and of none of them its number
_SOME = re.compile(r"\W*(?:有(?:的|啊|了|过|几.?|一些|若干|多.?|不少)?|是的?|对的?|若干.?|一些|几.|好几.?|很多|多.|不少)\W*")
_HOW_MANY = re.compile(r"[1-9][0-9]{0,2}[^\W0-9]?")  # 5, 5人; 0005 and 20250001 are numbers of something


def options_of(spec: FactSpec) -> tuple[str, ...]:
    """What can be chosen; empty where it is written freely."""
    return YES_NO if spec.kind == FactKind.BOOLEAN else spec.options


def answer_words(spec: FactSpec, entries: Sequence[str] = ()) -> str:
    """What an answer looks like: its options, or its form with unit and bounds; `entries`: the words rules compare it with."""
    if options := options_of(spec):
        return " / ".join(options) + ("；没有写 无" if spec.optional else "")  # all: who fills it in can write no other
    kind = spec.type.required()
    unit = unit_text(kind.dims) if isinstance(kind, Quantity) else ""
    match spec.kind:
        case FactKind.MONEY:
            form = f"金额，写单位，如 18万{unit}"
        case FactKind.RATIO:
            form = f"比例，如 {show_value(_within(spec, Fraction(35, 1000)), kind)}"
        case FactKind.DATE:
            form = "日期，如 2026-06-30"
        case FactKind.PERIOD:
            form = "期限，写单位，如 12个月、2年"
        case FactKind.YEAR:
            form = "四位年份"
        case FactKind.USCC:
            form = "18 位代码"
        case FactKind.INDUSTRY:
            form = "四位小类代码（GB/T 4754）"
        case FactKind.TEXT if entries:
            listed = "、".join(entries[:SHOWN])
            form = f"文字；规则里列着 {listed}{f' 等 {len(entries)} 个' if len(entries) > SHOWN else ''}，别的照实写"
        case FactKind.TEXT:
            form = "文字"
        case _:
            form = f"数，写单位，如 {show_value(_within(spec, Fraction(30)), kind)}" if unit else "数"
    between = _between(spec)
    return form + (f"，{between}" if between else "") + ("；没有写 无" if spec.optional else "")


def asked_of(question: Question, book: CompiledRulebook) -> tuple[FactSpec, RecordSpec | None]:
    """The fact, or the column and its record type, that a FACT or FIELD asks for."""
    key = book.names[question.name]
    if question.kind is QuestionKind.FACT:
        return book.facts[key], None
    return book.records[key].fields[question.column], book.records[key]


def _compared(book: CompiledRulebook, spec: FactSpec, record: RecordSpec | None) -> Lexicon | None:
    """The words a rule compares a text with; None where it compares it with none."""
    lexicon = lexicons(book).get(("", spec.key) if record is None else (record.name, spec.name))
    return lexicon if spec.kind == FactKind.TEXT and not spec.options and not spec.personal else None


def entries_of(book: CompiledRulebook, spec: FactSpec, record: RecordSpec | None = None) -> tuple[str, ...]:
    """Those words, to be shown; of what is called by a title its id is not."""
    lexicon = _compared(book, spec, record)
    ids = {m.id for m in book.measures.values()}
    return tuple(e for e in lexicon.entries if e not in ids) if lexicon is not None else ()


def listed(question: Question, book: CompiledRulebook, answer: str) -> bool:
    """Whether an answer is one of those words, or there are none: another word may be a spelling of one."""
    if question.kind not in (QuestionKind.FACT, QuestionKind.FIELD):
        return True
    lexicon = _compared(book, *asked_of(question, book))
    return lexicon is None or not lexicon.entries or lexicon.entry(answer) is not None


def no_number(question: Question, answer: str) -> str:
    """What an answer is rather than numbers of records: a word for none, yes or no, how many there are; taken as written each would be a record."""
    keys = keys_in(answer)
    if question.kind is not QuestionKind.LIST or answer in NONE:
        return ""
    if any(_NO_RECORD.fullmatch(level(k)) for k in keys):
        return "像是说没有，没有就答“无”"
    return "像是说有几条，这里要逐条的编号" if len(keys) == 1 and _HOW_MANY.fullmatch(level(keys[0])) else ""


def only_some(answer: str) -> bool:
    """Whether an answer says of records only that there are some: no record has that for its number, however often it is said."""
    return any(_SOME.fullmatch(level(k)) for k in keys_in(answer))


def keys_in(answer: str) -> list[str]:
    """The numbers of records that an answer lists."""
    return [k for k in re.split(r"[\s、，,；;]+", answer) if k]


def day_of(text: str) -> date | None:
    """A day as a case may write it; None where it is none."""
    try:
        return read_date(text.strip())
    except ValueProblem:
        return None


def _within(spec: FactSpec, example: Fraction) -> Fraction:
    """An example that the bounds allow."""
    low, high = spec.bounds
    return max(low, example) if low is not None and low > example else high if high is not None and high < example else example


def _between(spec: FactSpec) -> str:
    ends: tuple[Fraction | date | None, ...] = spec.date_bounds if spec.kind == FactKind.DATE else spec.bounds
    kind = spec.type.required()
    low, high = (None if end is None else show_value(end, kind) for end in ends)
    if low is not None and high is not None:
        return f"{low} 至 {high}"
    return f"不小于 {low}" if low is not None else f"不大于 {high}" if high is not None else ""


def details(spec: FactSpec) -> list[str]:
    """What counts, what to bring, who says it; a line each, where there is anything to say."""
    who = said_by(spec) + ("，不知道就空着" if spec.judgement else "")
    return [x for x in (spec.explain, f"材料：{'、'.join(spec.evidence)}" if spec.evidence else "", who) if x]


def said_by(spec: FactSpec) -> str:
    """Who says it, where that is not the applicant."""
    if spec.judgement:
        return f"由{spec.verified_by}认定" if spec.verified_by else "由评审判断"
    return f"由{spec.verified_by}核实" if spec.verified_by else ""


def asked_words(question: Question, book: CompiledRulebook, real: Mapping[str, str]) -> tuple[str, str, list[str]]:
    """Of a question: what it asks, what an answer looks like, and what else there is to say; `real`: whom stand-ins stand for."""
    match question.kind:
        case QuestionKind.YEAR:
            return "申报年度", "四位年份，如 2025", []
        case QuestionKind.FACT:
            spec, _ = asked_of(question, book)
            year = "" if question.year is None else f"（{question.year}年度）"
            return spec.label + year, answer_words(spec, entries_of(book, spec)), _by(question, details(spec))
        case QuestionKind.FIELD:
            column, record = asked_of(question, book)
            assert record is not None
            words = answer_words(column, entries_of(book, column, record))
            return f"{record.label} {shown(question.row, real)} 的{column.label}", words, _by(question, details(column))
        case QuestionKind.LIST:
            record = book.records[book.names[question.name]]
            key = record.fields[record.key_field]
            return f"{record.label}：逐{record.noun}的{key.label}", keys_words(record), _by(question, details(key))
        case QuestionKind.REST:
            record = book.records[book.names[question.name]]
            return f"{record.label}是否已经列全", " / ".join(YES_NO), []


def keys_words(record: RecordSpec) -> str:
    return f"用空格或顿号分开，其余各栏随后再问；一{record.noun}也没有写 无；还有没列的，末尾写 等"


def _by(question: Question, lines: Iterable[str]) -> list[str]:
    who = f"现在待{question.who.label}" if question.who is not Who.APPLICANT and not question.office else ""
    return [*lines, *([who] if who else [])]


__all__ = [
    "NONE",
    "YES_NO",
    "answer_words",
    "asked_of",
    "asked_words",
    "details",
    "entries_of",
    "keys_in",
    "keys_words",
    "listed",
    "no_number",
    "only_some",
    "options_of",
    "said_by",
]
