"""What is asked once of a whole table, and the columns as they stand once that is answered, or supposed.

Year, unit, whether a column is what it may be, whether a list is complete, whose bank it is. What must stay true: what is supposed is
only shown; nothing goes into a case on a suggestion.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import field, replace

from ..errors import clip
from ..language.levelling import level
from ..language.units import is_money, unit_text
from ..plain import dataclass
from ..rulebook.compiled import FactSpec, RecordSpec
from . import headings as h
from .layout import Role, Table, unit_named
from .propose import Column, Ground, Use, bare
from .questions import Choice, Question

YEAR = "年度"
RECEIVED = "已获:"  # of the questions on columns that speak of money received
_NOTHING = ("", "0", "无", "没有", "否", "-", "—", "/", "未", "未享受", "未获得")
Ask = Callable[[Question], Question]
Rest = Callable[[Question, tuple[int, ...]], None]  # columns read by a question's suggestion


@dataclass(frozen=True, kw_only=True)
class Settled:
    """The columns under what is answered or supposed, and which questions each of them rests on."""

    columns: tuple[Column, ...]
    questions: tuple[Question, ...]
    rests: Mapping[int, tuple[str, ...]]  # column → keys of questions not answered yet, by whose suggestion it is read
    year: int | None
    last: tuple[Question, ...] = ()  # asked after all others: a case can be made without, and says then what it lacks
    each: frozenset[int] = frozenset()  # columns of which every cell is asked
    filled: tuple[tuple[RecordSpec, FactSpec, str, str], ...] = ()  # columns of records that the table's head fills: with what, on which question
    complete: Mapping[str, bool | None] = field(default_factory=dict)  # record type → whether its list is complete, as answered or supposed


def settle(
    table: Table, proposed: tuple[Column, ...], shared: RecordSpec | None, answers: Mapping[str, str], support: RecordSpec | None = None, *,
    year_needed: bool = False,
) -> Settled:  # fmt: skip
    """`support`: the record type of support received before, where the vocabulary has it; `year_needed`: what is judged by these rows asks which year."""
    columns = list(proposed)
    asked = list[Question]()
    rests: dict[int, list[str]] = {c.number: [] for c in columns}
    each = set[int]()

    def ask(question: Question) -> Question:
        question = replace(question, answer=answers.get(question.key, ""), mapping=True)
        asked.append(question)
        return question

    def rest(question: Question, numbers: tuple[int, ...]) -> None:
        if question.chosen is None and question.supposed is not None:
            for number in numbers:
                rests[number].append(question.key)

    year = _ask_year(table, columns, ask, rest)
    applied = _applied_for(table, columns, answers) if year_needed and not any(q.key == YEAR for q in asked) else None
    for n, column in enumerate(columns):
        if column.conflict is not None and column.unit is not None:
            question = ask(_conflict(table, column))
            chosen = question.supposed
            if chosen is not None:
                columns[n] = replace(column, unit=unit_named(str(chosen.value)) or column.unit, conflict=None)
                rest(question, (column.number,))
    for n, column in enumerate(columns):
        if column.doubted and column.use is Use.FACT and column.spec is not None and column.spec.kind != "uscc":
            question = ask(_doubted(column))
            chosen = question.supposed
            if chosen is None or chosen.value == "each":
                each.add(column.number)
            elif chosen.value == "none":
                columns[n] = replace(column, use=Use.KEPT, spec=None, record=None)
    _ask_units(table, columns, ask, rest)
    for n, column in enumerate(columns):
        if column.use is Use.FACT and column.spec is not None and not column.doubted and column.ground in (Ground.MAYBE, Ground.ALIKE):
            explained = f"（{column.spec.explain}）" if column.spec.explain else ""
            words = f"“{column.label}”是不是“{column.spec.name}”{explained}？"
            choices = (Choice(text="是", value=True), Choice(text="不是，不对应", value=False))
            question = ask(Question(key=f"对应:{column.head.title}", words=words, choices=choices, suggested=True, columns=(column.number,)))
            if question.supposed is not None and question.supposed.value is False:
                columns[n] = replace(column, use=Use.COMPARED if column.numeric else Use.KEPT, spec=None, record=None)
            else:
                rest(question, (column.number,))
    if support is not None:
        for name, mine in _receipts(table, columns).items():
            ask(_received(name, mine, support))
    filled = _ask_office(table, columns, shared, ask)
    complete = _ask_complete(table, columns, shared, any(q.key.endswith(f":{table.office[1]}") for q in asked), ask)
    return Settled(
        columns=tuple(columns),
        questions=tuple(asked),
        rests={n: tuple(k) for n, k in rests.items()},
        year=year if applied is None else _year_in(applied.chosen),
        last=() if applied is None else (applied,),
        each=frozenset(each),
        filled=filled,
        complete=complete,
    )


def tells_receipt(text: str) -> bool:
    """Whether a cell of such a column says that there was any."""
    plain = level(text).removesuffix("万元").removesuffix("元")
    return plain not in _NOTHING and re.fullmatch(r"[¥￥]?-?0+(?:\.0+)?", plain) is None


def _receipts(table: Table, columns: list[Column]) -> dict[str, list[Column]]:
    """The columns no fact is made of that say of some applicant that money was received already; those under one head together."""
    out = dict[str, list[Column]]()
    for column in columns:
        above = level("".join(column.head.parts[:-1]))
        grouped = bool(above) and h.RECEIVED.search(above) is not None and h.NOT_RECEIVED.search(above) is None
        words = level("".join(column.head.parts))
        speaks = grouped or (h.RECEIVED.search(words) is not None and h.NOT_RECEIVED.search(level(column.label)) is None)
        told = any(tells_receipt(table.sheet.at(r, column.number).text) for r in table.rows(Role.DATA))
        if column.use in (Use.COMPARED, Use.KEPT) and speaks and told:
            out.setdefault(bare("".join(column.head.parts[:-1])) if grouped else column.head.title, []).append(column)
    return out


def _received(name: str, mine: list[Column], support: RecordSpec) -> Question:
    own = [support.key_field, *(x.name for x in support.fields.values() if x.name != support.key_field and x.name in ("事项", "年度", "金额"))]
    label = name if len(mine) > 1 else mine[0].label
    words = (
        f"“{label}”说的是不是以往已经领到的支持资金？这{'几' if len(mine) > 1 else '一'}列不读作数据，封顶、扣除以往都不算它；"
        f"领到过的，在同一份表里加工作表“{support.name}”，逐{support.noun}写 {'、'.join(own)}"
    )
    choices = (
        Choice(text=f"是，已经逐{support.noun}写在工作表“{support.name}”里，这一列只用来核对", value="listed"),
        Choice(text="不是以往领到的支持资金，与封顶、扣除无关", value="other"),
    )
    return Question(key=f"{RECEIVED}{name}", words=words, choices=choices, columns=tuple(c.number for c in mine))


def _ask_year(table: Table, columns: list[Column], ask: Ask, rest: Rest) -> int | None:
    yearly = [c for c in columns if c.spec is not None and c.record is None and c.spec.yearly and c.year is None]
    if not yearly:
        return None
    first = yearly[0].spec.name if yearly[0].spec else ""
    other = Choice(text="其他年度", open=True)
    if table.year is None:
        words = f"标题没有写年度，{first}等按哪个年度读？"
        question = ask(Question(key=YEAR, words=words, choices=(other,), columns=tuple(c.number for c in yearly)))
    else:
        written = re.search(rf"{table.year}年度?", table.title)
        words = f"标题写“{written[0] if written else table.year}”，{first}等按哪个年度读？"
        question = ask(
            Question(
                key=YEAR,
                words=words,
                choices=(Choice(text=str(table.year), value=str(table.year)), other),
                suggested=True,
                columns=tuple(c.number for c in yearly),
            )
        )
    rest(question, tuple(c.number for c in yearly))
    return _year_in(question.supposed)


def _year_in(choice: Choice | None) -> int | None:
    match = re.search(r"(19|20)\d{2}", str(choice.value)) if choice else None
    return int(match[0]) if match else None


def _applied_for(table: Table, columns: list[Column], answers: Mapping[str, str]) -> Question | None:
    """Which year is applied for, where no column is of a year and none says it: the title may, and is never believed unasked.

    Nothing is read by it, so that a mapping without an answer is a mapping all the same.
    """
    if any(c.use is Use.YEAR for c in columns) or not any(c.use is Use.FACT for c in columns):
        return None
    other = Choice(text="其他年度", open=True)
    if table.year is None:
        choices = (Choice(text="筛查时用 --year 写明", value=""), other)
        return Question(key=YEAR, words="标题没有写年度，各户按哪个申报年度测算？", choices=choices, answer=answers.get(YEAR, ""))
    written = re.search(rf"{table.year}年度?", table.title)
    words = f"标题写“{written[0] if written else table.year}”，各户按哪个申报年度测算？"
    return Question(key=YEAR, words=words, choices=(Choice(text=str(table.year), value=str(table.year)), other), suggested=True, answer=answers.get(YEAR, ""))


def _conflict(table: Table, column: Column) -> Question:
    assert column.unit is not None
    assert column.conflict is not None
    cells = [table.sheet.at(r, column.number) for r in table.rows(Role.DATA)]
    example = next((c.text for c in cells if re.fullmatch(r"[\d.]+", c.text.strip())), "")
    words = f"“{column.label}”表头写{column.unit.word}，单位行写{column.conflict.word}。{f'{clip(example)} 是多少？' if example else '按哪个读？'}"
    choices = (Choice(text=f"{column.unit.word}（表头）", value=column.unit.word), Choice(text=f"{column.conflict.word}（单位行）", value=column.conflict.word))
    return Question(key=f"单位:{column.head.title}", words=words, choices=choices, suggested=True, columns=(column.number,))


def _doubted(column: Column) -> Question:
    assert column.spec is not None
    mine = next((d for d in column.doubted if level(d) == level(column.spec.name)), column.spec.name)
    others = "、".join(d for d in column.doubted if d != mine)
    kind = "日期" if column.dated else "数" if column.numeric else "内容"
    choices = (Choice(text=f"都是{mine}", value="all"), Choice(text=f"都是{others}，不对应", value="none"), Choice(text="逐格回答", value="each"))
    return Question(key=f"两种:{column.head.title}", words=f"“{column.head.parts[-1]}”一栏是哪种{kind}？", choices=choices, columns=(column.number,))


def _ask_units(table: Table, columns: list[Column], ask: Ask, rest: Rest) -> None:
    """Columns of money without a unit of their own, those that one unit of the unit line suits together."""
    groups = dict[str, list[int]]()
    for n, column in enumerate(columns):
        if column.unit_asked and column.numeric:
            groups.setdefault(column.unit.word if column.unit else f"?{unit_text(column.dims) or '元'}", []).append(n)
    line = "、".join(u.word for u in table.units)
    for word, places in groups.items():
        named = "".join(f"“{columns[n].label}”" for n in places)
        numbers = tuple(columns[n].number for n in places)
        key = "单位:" + "、".join(columns[n].head.title for n in places)
        other = Choice(text="其他", open=True)
        if word.startswith("?"):
            base = word[1:]
            words = f"{named}没有写单位{f'，单位行写“{line}”' if line else '，也没有单位行'}，按什么读？"
            question = ask(
                Question(key=key, words=words, choices=(Choice(text=base, value=base), Choice(text=f"万{base}", value=f"万{base}"), other), columns=numbers)
            )
        else:
            unit = unit_named(word)
            base = unit_text(unit.dims) if unit else "元"
            money = {u.word for u in table.units if is_money(u.dims)}
            only = f"，单位行里的金额单位只有{word}" if money == {word} else f"，单位行写“{line}”"
            words = f"{named}没有写单位{only}，按什么读？"
            choices = [Choice(text=word, value=word), *([Choice(text=base, value=base)] if base != word else []), other]
            question = ask(Question(key=key, words=words, choices=tuple(choices), suggested=True, columns=numbers))
            rest(question, numbers)
        found = unit_named(str(question.supposed.value)) if question.supposed else None
        for n in places:
            columns[n] = replace(columns[n], unit=found, unit_asked=found is None)


def _ask_office(table: Table, columns: list[Column], shared: RecordSpec | None, ask: Ask) -> tuple[tuple[RecordSpec, FactSpec, str, str], ...]:
    """A column of the records that the table's head fills for all rows: 经办银行."""
    what, name = table.office
    if shared is None or not name:
        return ()
    for spec in shared.fields.values():
        names = {level(x) for x in (spec.name, *h.SAME.get((shared.name, spec.name), ()))}
        if level(what) in names and not any(c.spec is spec for c in columns):
            choices = (Choice(text="是", value=True), Choice(text="否", value=False))
            question = ask(Question(key=f"{spec.name}:{name}", words=f"各行的{spec.name}是不是“{clip(name)}”？", choices=choices, suggested=True))
            return ((shared, spec, name, question.key),) if question.supposed is not None and question.supposed.value else ()
    return ()


def _ask_complete(table: Table, columns: list[Column], shared: RecordSpec | None, one_office: bool, ask: Ask) -> dict[str, bool | None]:
    out = dict[str, bool | None]()
    for record in dict.fromkeys(c.record.name for c in columns if c.record is not None and c.use is Use.FACT):
        mine = [c for c in columns if c.record is not None and c.record.name == record]
        noun = {"件": "证书", "笔": "贷款" if "贷款" in record else "各笔", "人": "人员"}.get(mine[0].record.noun if mine[0].record else "", record)
        if shared is not None and one_office:
            words = f"本表只有一家{'银行' if '银' in table.office[0] else '单位'}的{noun}。各企业的{noun}是否已列全？"
            choices = (Choice(text="否（完整: 否）", value=False), Choice(text="是，别处没有", value=True))
        else:
            title = mine[0].head.parts[0] if len(mine[0].head.parts) > 1 else record
            words = f"“{title}”栏是否列全了各企业本次申报的{noun}？"
            choices = (Choice(text="是", value=True), Choice(text="否（完整: 否）", value=False))
        question = ask(Question(key=f"列全:{record}", words=words, choices=choices, suggested=True, columns=tuple(c.number for c in mine)))
        out[record] = question.supposed.value if question.supposed else None
    return out
