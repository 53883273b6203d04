"""Whole columns say of every row what the reference says of it alone, under open readings, too; and they say much of it.

Random rulebooks, with readings and without, compiled from their text; tables of random enterprises, values on a rule's lines among
them. The coverage is counted: of what is drawn, how much was decided by columns, how much of it under several ways of reading.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

from huiqi import load
from huiqi.errors import CaseError, RulebookError
from huiqi.frames import decide_frame
from huiqi.reasoning.readings import opened
from huiqi.register.generated import columns_of, generated
from huiqi.rulebook.compiled import CompiledRulebook
from tests.making import examples
from tests.properties import law_of_columns
from tests.properties.readings import with_readings
from tests.properties.strategies import DAY, Book, Maker, Told, Tree, draw_case, make_book

pytestmark = pytest.mark.xdist_group("columns over the pairs")  # what was decided by columns is counted in one process
BOOKS = examples(10)
ROWS = 60
DATONG = examples(25)
ATOMS = (
    "守约", "评审通过", "人数 >= 人数线", "席数 >= 席数线", "评分 >= 评分线", "行业 in 行业目录", '行业 = "甲业"', "收入 >= 门槛甲", "成本 <= 门槛乙", "净收入 >= 门槛丙",
    "成立日 <= 截止日", "区县 in 区县目录", "用地 >= 用地线", "增速 >= 比例乙", "利润 > 门槛甲", "收入 > 上年收入", "归还日 is 无 or 归还日 <= 截止日",
    "守约 and 收入 >= 门槛甲", "人数 >= 人数线 or 研发 >= 门槛甲", "if 守约 then 席数 >= 席数线 else 失信", "研发 >= 收入 * 比例甲",
)  # fmt: skip
AWARDS = (
    {"amount": "定额甲"}, {"amount": "定额乙"}, {"up to": "研发 * 比例甲"}, {"up to": "成本 * 比例甲"}, {"discretion": {"to": "定额甲"}}, {"up to": "分档奖(成本)"},
    {"service": "辅导"}, {"up to": "(if 守约 then 研发 else 成本) * 比例甲"},
)  # fmt: skip
OF_PROJECT = (
    "件.合格", "not(件.合格)", '件.类型 = "甲类"', "件.类型 in 类型目录", "件.金额 >= 门槛甲", "件.费用 < 门槛乙", "件.净额 >= 门槛乙", "件.日期 in 受理期", "件.日期 <= 截止日",
    "件.合格 or 件.金额 >= 门槛甲", "件.金额 >= 成本", "if 件.合格 then 守约 else 件.金额 >= 门槛甲",
)  # fmt: skip
OF_LOAN = ("款.还清", "款.本金 >= 门槛甲", "款.还清日 is 无 or 款.还清日 <= 截止日", "款.放款日 <= 截止日", "款.利率 >= 比例甲")
FOR_EACH = {
    "件 in 项目": (OF_PROJECT, ({"up to": "件.金额 * 比例甲"}, {"amount": "定额甲"}, {"up to": "min(件.费用, 件.金额)"}, {"up to": "分档奖(件.金额)"}, {"service": "辅导"})),
    "款 in 贷款": (OF_LOAN, ({"up to": "款.本金 * 款.利率"}, {"amount": "定额乙"}, {"up to": "款.本金 * 比例丙"}, {"service": "辅导"})),
}  # fmt: skip
LIMITS = ({"amount": "年度上限", "per": "申报年度"}, {"amount": "总上限", "per": "企业"})
seen: Counter[str] = Counter()


def of_facts(files: Tree, r: random.Random) -> Tree:
    """The files with measures that ask after no list: so much of what is drawn otherwise does."""
    serial = iter(range(100, 1000))

    def condition() -> Tree:
        return {f"条件{next(serial)}": r.choice(ATOMS)}

    def block(depth: int = 0) -> Tree:
        if depth > 1 or r.randrange(100) < 65:
            return condition()
        op = r.choice(("any", "all", "any", "not"))
        return {f"并列{next(serial)}": {op: [block(depth + 1) for _ in range(1 if op == "not" else r.choice((2, 3)))]}}

    measures = []
    for n in range(5):
        one: Tree = {
            "id": f"m{n}",
            "title": f"支持{n}",
            "clause": "办法·1",
            "when": [block() for _ in range(r.choice((1, 2, 3)))],
            "award": dict(r.choice(AWARDS)),
        }
        if r.randrange(100) < 60:
            one["unless"] = [block() if r.randrange(100) < 20 else {f"条件{next(serial)}": "失信"}]
        if "service" not in one["award"] and r.randrange(100) < 50:
            one["limits"] = [dict(x) for x in r.sample(LIMITS, r.choice((1, 2)))]
        measures.append(one)
    joined = [{"id": "g0", "title": "组0", "document": "own", "members": ["m0", "m1"], "per": "企业", "rule": "highest"}]
    return {**files, "measures/all.yaml": measures, "stacking.yaml": joined if r.randrange(100) < 40 else []}


def of_lists(files: Tree, r: random.Random, *, changing: bool) -> Tree:
    """The same, and measures that are judged for each record of a list; `changing`: by figures that have a history."""
    out = of_facts(files, r)
    serial = iter(range(1000, 2000))

    def condition(among: tuple[str, ...]) -> Tree:
        return {f"条件{next(serial)}": r.choice(among)}

    def block(among: tuple[str, ...]) -> Tree:
        if r.randrange(100) < 75:
            return condition(among)
        op = r.choice(("any", "all", "not"))
        return {f"并列{next(serial)}": {op: [condition(among) for _ in range(1 if op == "not" else 2)]}}

    measures = out["measures/all.yaml"][:2]
    for n in range(2, 6):
        each = r.choice(tuple(FOR_EACH))
        asked, awards = FOR_EACH[each]
        one: Tree = {
            "id": f"m{n}",
            "title": f"支持{n}",
            "clause": "办法·1",
            "each": each,
            "when": [*(block(ATOMS) for _ in range(r.choice((0, 1, 1)))), *(block(asked) for _ in range(r.choice((0, 1, 2, 3))))] or [condition(asked)],
            "award": dict(r.choice(awards)),
        }
        if r.randrange(100) < 40:
            one["unless"] = [condition(r.choice(((*asked, "失信"), ("失信",))))]
        if "service" not in one["award"]:
            limits = [{"amount": "单项上限", "per": each[0]}] if r.randrange(100) < 50 else []
            one["limits"] = limits + ([dict(r.choice(LIMITS))] if r.randrange(100) < 25 else [])
        measures.append(one)
    if not changing:  # a figure with a history that no date is stated for is the row's own reader's
        out["parameters.yaml"] = {
            k: {**x, "values": [{n: y for n, y in x["values"][-1].items() if n not in ("from", "to")}]} for k, x in files["parameters.yaml"].items()
        }
    return {**out, "measures/all.yaml": measures, "stacking.yaml": []}


def book_with(seed: int, *, readings: bool, lists: bool = False) -> Book:
    """A random book of such measures. What the compiler refuses is drawn anew."""
    for attempt in range(40):
        r = random.Random(f"列{seed}·{attempt}·{readings}{'·明细' if lists else ''}")
        drawn = Maker(r).files()
        files = of_lists(drawn, r, changing=seed % 5 == 0) if lists else of_facts(drawn, r)
        try:
            return make_book(with_readings(files, r) if readings else files, f"列{seed}")
        except RulebookError as error:
            refused = error
    raise refused


def table_of(told: list[Told]) -> pl.DataFrame:
    """The facts of some enterprises, a row each; what a table has no column for is left out."""
    names = {name for one in told for name, value in one.facts.items() if isinstance(value, str)}
    return pl.DataFrame([{name: x if isinstance(x := one.facts.get(name), str) else None for name in sorted(names)} for one in told], infer_schema_length=None)


def with_lists(table: pl.DataFrame, told: list[Told], book: Book) -> pl.DataFrame:
    """… and their lists: not told, told in part, told to be none, told whole."""
    out = table
    for spec in book.compiled.records.values():
        kind = pl.List(pl.Struct(dict.fromkeys(spec.fields, pl.String)))
        some = [None if spec.name not in one.records else [{f: row.get(f) for f in spec.fields} for row in one.rows(spec.name)] for one in told]
        part = [False if isinstance(one.records.get(spec.name), dict) else None for one in told]
        out = out.with_columns(pl.Series(spec.name, some, dtype=kind), pl.Series(f"{spec.name}.完整", part, dtype=pl.Boolean))
    return out


def decided(book: CompiledRulebook, table: pl.DataFrame, like: Told, reasoner: str, **how: Any) -> Any:
    return decide_frame(
        book, table, on=like.on, year=like.year, records={}, key=None, measures=None, scheme=like.schemes, reasoner=reasoner, verdicts=False, **how
    )  # fmt: skip


def sound(book: CompiledRulebook, table: pl.DataFrame, like: Told) -> pl.DataFrame:
    """The rows that can be read and do not contradict themselves."""

    def rows() -> Iterator[int]:
        for n in range(len(table)):
            try:
                decided(book, table.slice(n, 1), like, "reference")
            except CaseError:
                continue
            yield n

    return table[list(rows())]


def met(book: Book, seed: int, *, lists: bool = False) -> tuple[pl.DataFrame, Told]:
    r = random.Random(f"表{seed}")
    told = [draw_case(r, book) for _ in range(ROWS)]
    table = table_of(told)
    return sound(book.compiled, with_lists(table, told, book) if lists else table, told[0]), told[0]


@pytest.mark.parametrize("seed", range(BOOKS))
@pytest.mark.parametrize("readings", [True, False])
def test_a_row_among_others_comes_out_as_the_reference_decides_it_alone(seed: int, *, readings: bool) -> None:
    book = book_with(seed, readings=readings)
    table, like = met(book, seed)
    apart: list[int] = []
    found, meant = decided(book.compiled, table, like, "python", apart=apart.append), decided(book.compiled, table, like, "reference")
    assert [row for row, other in zip(found.to_dicts(), meant.to_dicts(), strict=True) if row != other] == []
    assert found.equals(meant)
    seen[f"apart {readings}"] += sum(apart)
    seen[f"pairs {readings}"] += len(table) * len(book.compiled.measures)
    if readings:
        tried = opened(book.compiled, {}, {}).tried
        seen["measures with ways"] += len(tried)
        seen["ways"] += sum(len(opened(book.compiled, {}, {}).ways(x)) for x in tried.values())


@pytest.mark.parametrize("seed", range(BOOKS))
@pytest.mark.parametrize("readings", [True, False])
def test_a_row_with_lists_comes_out_as_the_reference_decides_it_alone(seed: int, *, readings: bool) -> None:
    book = book_with(seed, readings=readings, lists=True)
    table, like = met(book, seed, lists=True)
    apart: list[int] = []
    found, meant = decided(book.compiled, table, like, "python", apart=apart.append), decided(book.compiled, table, like, "reference")
    assert [row for row, other in zip(found.to_dicts(), meant.to_dicts(), strict=True) if row != other] == []
    seen[f"apart lists {readings}"] += sum(apart)
    seen[f"pairs lists {readings}"] += len(table) * len(book.compiled.measures)
    for spec in book.compiled.measures.values():
        seen.update(f"list {x}" for x in found.get_column(f"{spec.id}.outcome").to_list() if spec.each)


@pytest.mark.parametrize("measure", ["platform.construction", "platform.operation", "talent.hiring", "tax.atse"])
def test_a_measure_that_is_asked_for_alone_comes_out_as_among_all(measure: str) -> None:
    """Whom stacking joins to it is judged with it, and asked for by nobody."""
    book = load("datong-outsourcing").compiled
    rows = list(generated(book, seed=9, count=4 * DATONG, year=2025, measures=["platform.construction", "platform.operation"]))
    table = columns_of(book, rows)
    frame = pa.table({name: table[name] for name in table})
    found, meant = (
        decide_frame(book, frame, on=DAY, year=2025, records={}, key=None, measures=[measure], scheme={}, reasoner=who, verdicts=False)
        for who in ("python", "reference")
    )
    assert found.to_pylist() == meant.to_pylist()
    assert {x.split(".")[-1] for x in found.column_names} >= {"outcome", "settled"}


def test_made_up_rows_of_datong_come_out_as_the_reference_decides_them() -> None:
    """Measures for each record, certificates, measures whose caps count earlier support, under open readings."""
    book = load("datong-outsourcing").compiled
    table = columns_of(book, list(generated(book, seed=14, count=DATONG, year=2025)))
    frame = pa.table({name: table[name] for name in table})
    asked = [
        "carrier.park-support", "certification.international", "brand.building", "copyright.registration", "market.fair", "market.development",
        "talent.hiring", "talent.training-institution", "talent.attraction", "talent.fast-track", "finance.loan-interest", "finance.receipts-interest",
        "landing.demonstration-enterprise", "talent.training-base", "tax.hnte", "tax.atse", "platform.construction", "platform.operation",
    ]  # fmt: skip
    found, meant = (
        decide_frame(book, frame, on=DAY, year=2025, records={}, key=None, measures=asked, scheme={}, reasoner=who, verdicts=False)
        for who in ("python", "reference")
    )
    assert [row for row, other in zip(found.to_pylist(), meant.to_pylist(), strict=True) if row != other] == []


@pytest.mark.parametrize("share", range(4))
def test_registers_made_up_for_every_shipped_rulebook_come_out_as_the_reference_decides_them(share: int) -> None:
    """Of each rulebook all measures together and each alone; a million rows by hand, `tests.properties.law_of_columns`."""
    counted = Counter[str]()
    for number, (name, measures) in enumerate(law_of_columns.asked()):
        if number % 4 == share:
            _, differ = law_of_columns.compared(load(name).compiled, 7_000 + number, measures, counted, rows=examples(12))
            assert differ == [], (name, measures)
    assert counted["结论 eligible"] > 20
    assert counted["结论 ineligible"] > 50
    assert counted["明细未列全"] > 5


def test_what_was_tried_went_by_columns_often_enough() -> None:
    print(dict(seen))
    assert seen["measures with ways"] > BOOKS
    assert seen["ways"] > 2 * seen["measures with ways"]  # more than one way, and more than two of some
    for readings in (True, False):
        assert 10 * seen[f"apart {readings}"] < 9 * seen[f"pairs {readings}"]
        assert 10 * seen[f"apart lists {readings}"] < 6 * seen[f"pairs lists {readings}"]  # small tables: the first of each measure and outcome is among them
    for outcome in ("eligible", "ineligible", "undetermined"):
        assert seen[f"list {outcome}"] > 10 * BOOKS
