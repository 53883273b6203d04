"""`new case` and `ask`: from nothing to a case, as a form to fill in or question by question.

What must stay true: an answer is taken only when the rulebooks read it without complaint, and is then
in the file at once; 返回 takes it back out; nothing is asked that cannot matter; it always ends, with
the decision and the case.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from ..errors import Code, InputError, Problem, UsageError
from ..files import write_file
from ..visible import typed, visible_line
from ..words import Outcome
from .places import place as _place
from .places import rulebook as _rulebook
from .places import today
from .rim import line_told, say
from .workbooks import fresh, titles_of, wanted_of, write_workbook
from .zh import ChineseCommand, ChineseGroup

Read = Callable[[str], Any]  # the text of a case to its decisions

BACK, QUIT, UNKNOWN = ("返回", "上一问"), ("退出", "存好退出"), ("不知道", "不清楚", "不详")
_WORDS = "不知道 · 返回（改上一问）· 退出（已答的都存着）"
_PLACED = re.compile(r"\A[^\n“]*?:\d+:\d+: ")  # the place of a reminder: the answer was given here and now


@click.group(cls=ChineseGroup)
def new() -> None:
    """新建：一份待填的案例。"""


@new.command("case", cls=ChineseCommand, examples=["./huiqi new case -r datong-outsourcing -o 案例.yaml", "./huiqi new case -r national-hnte -o 高企.xlsx"])
@click.option("--rulebook", "-r", multiple=True, callback=_rulebook, metavar="编号或文件夹", help="政策规则库；可写多次。")
@click.option("--measure", "measures", multiple=True, metavar="事项", help="只问这些支持事项要的：编号、标题，或其中独有的一段；可写多次。")
@click.option("-o", "--output", callback=_place, metavar="文件", help="写到这个文件（.yaml 或 .xlsx）；已经有了的不覆盖。")
def new_case(rulebook: tuple[str, ...], measures: tuple[str, ...], output: str | None) -> None:
    """新建一份待填的案例：要问的每一项，怎样填、带什么材料，值都空着。"""
    from ..api import load
    from ..documents.form import render_form

    if not rulebook or output is None:
        lacking = " 和 ".join(x for x, told in (("-r 政策规则库", rulebook), ("-o 文件", output)) if not told)
        raise UsageError(f"没有写 {lacking}", mend="huiqi new case -r datong-outsourcing -o 案例.yaml；有哪些规则库：huiqi rules list", argument="rulebook")
    path = fresh(output, (".yaml", ".yml", ".xlsx"))
    books = [load(name) for name in rulebook]
    asked, titles = wanted_of(books, measures)
    mine = [t for b in books if b.measures for t in titles_of(b, titles)]
    recognitions = [t for b in books if not b.measures for t in titles_of(b, titles)]
    claimed = mine if measures else []  # in the file, so that what follows needs no option
    said = f"；申报事项写的是 {'、'.join(claimed)}" if claimed else ""
    asks = f"已写出 {path}：{len(asked.facts)} 项数据、{len(asked.records)} 类明细，都空着{said}。填好后：huiqi check {typed(str(path))}"
    if path.suffix.lower() == ".xlsx":
        write_workbook(path, books, rulebook, asked, titles, claimed=claimed, single=True)
        say(asks)
        return
    names = [b.id if b.id == r else r for b, r in zip(books, rulebook, strict=True)]
    write_file(path, render_form(names, asked.facts, asked.records, asked.counts, mine, recognitions=recognitions, claimed=claimed))
    say(f"{asks}；或一项一项地问：huiqi ask {typed(str(path))}")


def _books_of(workbook: str) -> str:
    """The rulebooks a workbook was written by, as an option takes them; where it is no such workbook, what to write there."""
    from ..documents.workbook.read import rulebooks_named

    try:
        names = rulebooks_named(workbook)
    except (InputError, UsageError):
        names = ()
    return " -r ".join(map(typed, names)) or "政策规则库"


def _titles(books: Iterable[Any]) -> dict[str, str]:
    return {m.id: m.title for b in books for m in b.measures.values()}


@click.command("ask", cls=ChineseCommand, examples=["./huiqi ask -r datong-outsourcing -o 问答.yaml", "./huiqi ask cases/认证-缺失信查询.yaml -o 接着问.yaml"])
@click.argument("case", required=False, callback=_place, metavar="[案例]")
@click.option("--rulebook", "-r", multiple=True, callback=_rulebook, metavar="编号或文件夹", help="政策规则库；可写多次。不写则用案例里的。")
@click.option("--measure", metavar="事项", help="只问一个支持事项要的：编号、标题，或其中独有的一段。")
@click.option("-o", "--output", callback=_place, metavar="文件", help="回答存到这个文件；不写则存回案例。")
@click.option("--key", callback=_place, metavar="文件", help="化名用的密钥文件；不写则用 HUIQI_KEY_FILE 或本机自己的。")
def ask(case: str | None, rulebook: tuple[str, ...], measure: str | None, output: str | None, key: str | None) -> None:
    """一项一项地问，先问能定下最多事项的；每答一项就存下，答完印出测算与案例。"""
    from ..api import load, read_case_text
    from ..telling.called import the_one
    from ..telling.explain import render
    from ..telling.page import ruled
    from ..texts import read_text

    if case is None and output is None:
        raise UsageError("没有案例也没有 -o，回答没有地方存", mend="huiqi ask -r datong-outsourcing -o 案例.yaml", argument="output")
    if case is None and not rulebook:
        raise UsageError("没有案例，要用 -r 写明政策规则库", mend="huiqi ask -r datong-outsourcing -o 案例.yaml；有哪些：huiqi rules list", argument="rulebook")
    if case is not None and Path(case).suffix.lower() in (".xlsx", ".xlsm"):
        new = typed(str(Path(case).with_suffix(".yaml")))
        raise UsageError(
            "ask 不改工作簿，只接着 .yaml 案例问",
            mend=f"在表里填，还缺什么：huiqi check {typed(case)}；要一项一项地问，另起一份：huiqi ask -r {_books_of(case)} -o {new}", argument="case",
        )  # fmt: skip
    path = Path(output) if output is not None else Path(str(case))
    if output is not None and output != case:
        fresh(output, (".yaml", ".yml"))
    text = read_text(Path(case)) if case is not None else ""
    name = case if case is not None else str(path)
    dialogue = Dialogue(text, path)
    if not dialogue.opened(name, rulebook):
        say(f"\n没有写审核日期，还没有问；接着问：huiqi ask {typed(str(path))}" if dialogue.text.strip() else "\n没有答，什么也没有写。", err=True)
        return
    books = [load(one) for one in (rulebook or read_case_text(dialogue.text, name, rulebook).rulebooks)]
    if not books:
        raise UsageError(f"{name} 没有写“政策规则库”", mend="写在案例里，或用 -r 写明", argument="rulebook")
    only = the_one(measure, _titles(books)) if measure is not None else None
    asked = [b for b in books if only is None or only in b.measures]

    def decided(text: str) -> list[Any]:
        read = read_case_text(text, name, rulebook)
        return [b.decide(read, on=read.on, measure=only, others=[o for o in books if o is not b], key=key) for b in asked]

    decisions = dialogue.run(decided, {b.id: b for b in asked})
    say("")
    call = " ".join([typed(str(path)), *(f"-r {typed(r)}" for r in rulebook if case is not None)])
    say(ruled(render(d, call=call, beside=decisions) for d in decisions), end="")
    again = f"huiqi ask {typed(str(path))}" + (f" --measure {typed(_titles(books)[only])}" if only is not None else "")
    say(f"\n案例已存到 {path}；接着问：{again}")


class Dialogue:
    """One run of questions over the text of a case."""

    def __init__(self, text: str, path: Path) -> None:
        self.text, self.path = text, path
        self.before: list[tuple[str, frozenset[Any]]] = []  # the text and what was passed over, before each answer
        self.passed: frozenset[Any] = frozenset()  # what nobody here knows
        self.number = 0
        self.doubted: tuple[Any, str] | None = None  # the answer that no rule knows, given once
        self.said: frozenset[str] = frozenset()  # reminders already shown

    def opened(self, name: str, rulebooks: Sequence[str]) -> bool:
        """The head of a case: whom, by what, on which day. False where whoever answers leaves."""
        from ..api import read_case_text
        from ..asking.casetext import put

        head = read_case_text(self.text, name) if self.text.strip() else None
        if head is None or not head.enterprise:
            answer = line_told("企业名称：")
            if answer is None or answer.strip() in QUIT:
                return False
            self.text = put(self.text, ("企业",), answer.strip())
            self._save()
        if rulebooks and (head is None or not head.rulebooks):
            self.text = put(self.text, ("政策规则库",), list(rulebooks))
        while head is None or head.on is None:
            answer = line_told(f"审核日期（直接回车是今天 {today()}）：")
            if answer is None or answer.strip() in QUIT:
                return False
            try:
                text = put(self.text, ("审核日期",), answer.strip() or str(today()))
                head = read_case_text(text, name)
            except InputError as error:
                for problem in error.problems:
                    say(f"  {_complaint(problem)}", err=True)
                continue
            self.text = text
        return True

    def run(self, decided: Read, books: Mapping[str, Any]) -> list[Any]:
        """Ask until nothing is left that matters and is known; the decisions on what was told."""
        from ..telling.asked import listed, no_number

        decisions: list[Any] = decided(self.text)
        self._remind(decisions)
        self._save()
        say(f"回答“{'”“'.join((UNKNOWN[0], BACK[0], QUIT[0]))}”也可以；每答一项就存到 {self.path}。", err=True)
        while (following := _next(decisions, self.passed)) is not None:
            book, question, waiting = following
            open_now = sum(m.outcome == Outcome.UNDETERMINED and m.applied is not False for d in decisions for m in d.judgement.measures.values())
            open_now += sum(r.truth.value is None for d in decisions if not d.judgement.book.measures for r in d.recognitions.values())
            answer = self._asked(question, books[book], waiting, open_now, {k: x for d in decisions for k, x in d.real.items()})
            if answer is None:
                break
            if answer in BACK:
                if not self.before:
                    say("  已是第一问。", err=True)
                    continue
                self.text, self.passed = self.before.pop()
                self.number -= 1
                self._save()
                decisions = decided(self.text)
                continue
            if answer not in UNKNOWN and self.doubted != (question.place, answer):
                doubt = "" if listed(question, books[book].compiled, answer) else "不在规则所列的名称里"
                doubt = doubt or no_number(question, answer)
                if doubt:
                    self.doubted = (question.place, answer)
                    say(f"  “{visible_line(answer)}”{doubt}；确是这样就再答一次，写错了就重答。", err=True)
                    continue
            state = (self.text, self.passed)
            if answer in UNKNOWN:
                self.passed |= {(book, question.place)}
            else:
                try:
                    text = answered(self.text, question, books[book], answer, decisions)
                    decisions = decided(text)
                except InputError as error:
                    for problem in error.problems[:3]:
                        say(f"  {_complaint(problem)}", err=True)
                    continue
                except UsageError as error:
                    say(f"  {visible_line(str(error))}", err=True)
                    continue
                except KeyError:
                    say(f"  案例里“{question.name}”已经用别的写法写着，请直接改 {self.path}", err=True)
                    self.passed |= {(book, question.place)}
                    continue
                self.text = text
                if (taken := _taken(question, books[book], answer)) != answer:
                    say(f"  “{visible_line(answer)}”记作“{taken}”；不是就答“{BACK[0]}”重答。", err=True)
                self._remind(decisions)
                if question.place in {q.place for d in decisions if d.rulebook_id == book for q in d.questions()}:
                    self.passed |= {(book, question.place)}  # told, and still open: it waits for somebody else
                self._save()
            self.before.append(state)
            self.number += 1
        return decisions

    def _remind(self, decisions: Sequence[Any]) -> None:
        """How the answer was read, where there is something to say of it."""
        fresh = [w for d in decisions for w in d.warnings if w not in self.said]
        for warning in dict.fromkeys(_PLACED.sub("", w) for w in fresh):
            say(f"  提示：{visible_line(warning)}", err=True)
        self.said |= set(fresh)

    def _save(self) -> None:
        write_file(self.path, self.text)

    def _asked(self, question: Any, book: Any, waiting: int, open_now: int, real: Mapping[str, str]) -> str | None:
        from ..telling.asked import asked_words

        what, form, more = asked_words(question, book.compiled, real)
        say(f"\n第 {self.number + 1} 问（待定 {open_now} 项，这一问关系 {waiting} 项）　{visible_line(what)}", err=True)
        for line in more:
            say(f"  {line}", err=True)
        answer = line_told(f"  {form}：")
        while answer is not None and not answer.strip():
            answer = line_told(f"  直接回车不算回答（{_WORDS}）：")
        return None if answer is None or answer.strip() in QUIT else answer.strip()


def _complaint(problem: Problem) -> str:
    """Without the place: the answer was given here and now, and what is not known is answered, not left out."""
    mend = problem.mend.replace("不知道就不写", f"不知道就答“{UNKNOWN[0]}”")
    if problem.code is Code.WRONG_TYPE and UNKNOWN[0] not in mend:
        mend = "；".join(x for x in (mend, f"不知道就答“{UNKNOWN[0]}”") if x)
    parts = [problem.message, f"应为：{problem.expected}" if problem.expected and problem.expected not in mend else "", mend]
    return visible_line("；".join(p for p in parts if p))


def _next(decisions: Sequence[Any], passed: frozenset[Any]) -> tuple[str, Any, int] | None:
    """The year of application where one asks it; else the question on which most measures hang, over all rulebooks; what was passed over is not asked again."""
    from ..asking.questions import QuestionKind

    waiting = Counter[Any]()
    first: dict[Any, tuple[str, Any]] = {}
    for d in decisions:
        for q in d.questions():
            if (d.rulebook_id, q.place) not in passed:
                first.setdefault(q.place, (d.rulebook_id, q))
                waiting[q.place] += len(q.measures)
    if not first:
        return None
    place = max(first, key=lambda p: (first[p][1].kind is QuestionKind.YEAR, waiting[p]))  # the first among equals: each decision has its own in order
    return (*first[place], waiting[place])


def answered(text: str, question: Any, book: Any, answer: str, decisions: Sequence[Any]) -> str:
    """The text of the case with an answer in its place. Raises `UsageError` for an answer that is none."""
    from ..asking.casetext import put, rows_below
    from ..asking.questions import QuestionKind
    from ..telling.asked import YES_NO

    match question.kind:
        case QuestionKind.YEAR:
            return put(text, ("申报年度",), answer)
        case QuestionKind.FACT:
            year = () if question.year is None else (str(question.year),)
            return put(text, ("数据", question.name, *year), _taken(question, book, answer))
        case QuestionKind.FIELD:
            record = book.compiled.records[book.compiled.names[question.name]]
            rows = next((d.judgement.facts.records[record.key].entries for d in decisions if record.key in d.judgement.facts.records), ())
            # the rows of a decision are in the order of their keys, those of the file as they were written
            written = sorted(rows, key=lambda entry: (entry.at.line, entry.at.column))
            row = next(n for n, entry in enumerate(written) if entry.key == question.row)
            where = ("明细", question.name, *rows_below(text, ("明细", question.name)))
            return put(text, (*where, row, question.column), _taken(question, book, answer))
        case QuestionKind.LIST:
            return _listed(text, question.name, book.compiled.records[book.compiled.names[question.name]].key_field, answer)
        case QuestionKind.REST:
            if answer not in YES_NO:
                raise UsageError("答 是 或 否")
            return put(text, ("明细", question.name, "完整"), answer)
    raise AssertionError(question.kind)


def _listed(text: str, name: str, column: str, answer: str) -> str:
    from ..asking.casetext import put
    from ..telling.asked import NONE, keys_in

    if answer in NONE:
        return put(text, ("明细", name), [])
    keys = keys_in(answer)
    partial = bool(keys) and keys[-1] in ("等", "等等")
    keys = keys[:-1] if partial else keys
    if not keys:
        raise UsageError("没有写出一条的名称")
    rows = [{column: k} for k in keys]
    if not partial:
        return put(text, ("明细", name), rows)
    return put(put(text, ("明细", name, "完整"), "否"), ("明细", name, "清单"), rows)


def _taken(question: Any, book: Any, answer: str) -> str:
    """An answer as it is put into the case: an option by the word or by what it alone begins with; else as it was written."""
    from ..asking.questions import QuestionKind
    from ..telling.asked import asked_of, options_of

    if question.kind not in (QuestionKind.FACT, QuestionKind.FIELD):
        return answer
    options = options_of(asked_of(question, book.compiled)[0])
    if answer in options or not options:
        return answer
    found = [o for o in options if o.startswith(answer)]
    return found[0] if len(found) == 1 else answer


__all__ = ["answered", "ask", "new"]
