"""假如 and 当: the sentences that tell of an enterprise, as a case file does, and 测算, as the library decides.

What must stay true: no default for anything; nothing is rounded or converted on the way in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from ..errors import InputError, suggestion
from ..reasoning.facts import pseudonym
from ..telling.called import meant, not_one
from ..telling.decision import Decision
from .models import Kind
from .sentences import Cells, Vocabulary, listed, rows_of
from .story import KEY, Book, Draft, Load, Measured, Misuse, must

_PAGE = Vocabulary()
given, sentence = _PAGE.given, _PAGE.sentence


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
    must(re.fullmatch("[0-9]{4}", year), f"申报年度写四位年份，写的是“{year}”")
    return replace(draft, year=int(year))


@given("申报数据如下", tabled=True)
def _data(draft: Draft, table: Cells) -> Draft:
    """Columns 数据项 and 值, or 申报, 核验, 审定 beside each other; 年度 for facts by year."""
    strange = set(table[0]) - {"数据项", "值", "申报", "核验", "审定", "年度"}
    must("数据项" in table[0] and not strange, f"申报数据的表头写 数据项、值（或 申报、核验、审定），可加 年度；不认识：{listed(sorted(strange))}")
    data = dict(draft.data)
    for row in rows_of(table):
        must("数据项" in row, "申报数据里有一行没有写数据项")
        name, year = row["数据项"], row.get("年度")
        value: Any = row.get("值", {k: x for k, x in row.items() if k not in ("数据项", "年度")})
        if year is None:
            data[name] = value
            continue
        before = data.get(name, {})
        must(isinstance(before, Mapping), f"数据项“{name}”前面没有按年度给，这里写了年度“{year}”")
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
    rows = rows_of(table)
    must(len(rows) == 1, f"一笔核减写一行，写了 {len(rows)} 行")
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
    must(isinstance(told, Mapping) and year in told, f"数据项“{fact}”前面没有给过年度“{year}”")
    return draft.with_fact(fact, {**told, year: _beside(told[year], cut)})


@given("明细“{record}”里“{key}”的“{column}”核减如下", tabled=True)
def _disallowed_cell(draft: Draft, record: str, key: str, column: str, table: Cells) -> Draft:
    row = draft.rows(record)[draft.place(record, key)]
    must(column in row, f"“{key}”前面没有给过“{column}”；{suggestion(column, row)}")
    changed: dict[str, Any] = {**row, column: _beside(row[column], _one_row(table))}
    return draft.with_row(record, key, changed)


@given("“{fact}”没有提供")
def _untold(draft: Draft, fact: str) -> Draft:
    draft.told(fact)
    return replace(draft, data={k: x for k, x in draft.data.items() if k != fact})


@given("明细“{record}”如下", tabled=True)
def _records(draft: Draft, record: str, table: Cells) -> Draft:
    return draft.with_rows(record, rows_of(table))


@given("明细“{record}”增加", tabled=True)
def _more_records(draft: Draft, record: str, table: Cells) -> Draft:
    return draft.with_rows(record, (*draft.rows(record), *rows_of(table)))


@given("明细“{record}”照“{key}”再列“{count}”条")
def _copies(draft: Draft, record: str, key: str, count: str) -> Draft:
    """The same record again, under keys of its own (`S-1` gives `S-1·1`, `S-1·2`, …)."""
    must(re.fullmatch("[0-9]{1,6}", count), f"条数写数字，写的是“{count}”")
    rows = draft.rows(record)
    first, *rest = rows[draft.place(record, key)].items()
    return draft.with_rows(record, (*rows, *({first[0]: f"{key}·{n}", **dict(rest)} for n in range(1, int(count) + 1))))


@given("明细“{record}”没有提供")
def _nolisted(draft: Draft, record: str) -> Draft:
    draft.rows(record)
    return replace(draft, records={k: rows for k, rows in draft.records.items() if k != record})


@given("明细“{record}”一条也没有")
def _emptylisted(draft: Draft, record: str) -> Draft:
    return draft.with_rows(record, ())


@given("明细“{record}”未列全")
def _partiallisted(draft: Draft, record: str) -> Draft:
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


@sentence(Kind.WHEN, "测算")
def _decide(draft: Draft, load: Load) -> Measured:
    """A rulebook that cannot be loaded is no case that cannot be taken: its error goes on."""
    must(draft.rulebooks, "没有说用哪个政策规则库")
    books = [load(name) for name in draft.rulebooks]
    titles = {m: spec.title for b in books for m, spec in b.measures.items()} if draft.schemes else {}
    for name in draft.schemes:
        must(len(meant(name, titles)) == 1, not_one(name, titles))
    schemes = {meant(m, titles)[0]: s for m, s in draft.schemes.items()}
    unread = books[0].reading_problems(draft.readings, books[1:]) if draft.readings else []
    must(not unread, "；".join(map(str, unread)))
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


SENTENCES = tuple(_PAGE.sentences)
