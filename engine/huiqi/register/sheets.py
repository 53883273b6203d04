"""The results of a round as tables of plain cells, in the order in which a bureau reads them.

What must stay true: 初审测算 stands first on every sheet, a list of support holds only what may be published, a ceiling is never added to
what is settled, what is open has two ends; every row that was read is counted once: decided, in error, or left out with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction

from ..documents.workbook.read import StrayKind
from ..errors import is_suggestion
from ..plain import dataclass
from ..rulebook.compiled import Standing
from ..rulebook.literals import CHOOSE
from ..telling.explain import DISCLAIMER
from ..telling.simulated import OPEN_ENDED
from ..words import OFFICER, Outcome
from .duplicates import HEADINGS, KEPT, Doubted, Suspicion, doubted_of, owned
from .entries import Item, Screened, Want
from .rows import UNREAD, Fault, FaultKind, Register
from .tables import Cell, Sheet, count, money, text

_DOUBTED = "有重复疑点，核清以前不列入"
LISTED = "有的，在名录的这类明细里逐条写，写全后注明“已列全”；没有的，注明“一条也没有”；已经注明了的，核对有没有哪一条写成了别的企业名称"
_HANDLED = {FaultKind.DOUBT: "这一户照算，这一格按待核实", FaultKind.LOOK: "这一户照算，照读到的算"}
ANY = "能证明该项内容的材料"
_SAID = 6  # notes that stand above 汇总: what is above the table does not scroll away
_YUAN = "元"
_ENACTED = Standing.ENACTED.label


@dataclass(frozen=True, kw_only=True)
class RoundTerms:
    """How the round was decided, for the head of the results."""

    on: tuple[date, ...]
    rulebooks: tuple[str, ...]  # title, version and digest of each, in words
    chosen: tuple[str, ...] = ()  # schemes and readings given for the whole round


@dataclass(frozen=True, kw_only=True)
class RowCount:
    """Rows read = decided + in error + left out."""

    read: int
    decided: int
    wrong: int
    left: int

    @property
    def words(self) -> str:
        return f"读到 {self.read} 行 = 已测算 {self.decided} 行 + 有错 {self.wrong} 行 + 跳过 {self.left} 行"


def counted(register: Register, rows: Sequence[Screened]) -> RowCount:
    """The rows of the register by what became of them; their sum is checked."""
    decided = sum(len(r.rows) for r in rows if r.done)
    dropped = sum(len(r.rows) for r in rows if r.dropped)
    wrong = sum(len(r.rows) for r in rows if not r.done and not r.dropped)
    found = RowCount(read=register.rows, decided=decided, wrong=wrong + register.lost, left=dropped + sum(register.left.values()))
    assert found.read == found.decided + found.wrong + found.left, "every row is accounted for"
    return found


def faults_in(register: Register, rows: Sequence[Screened]) -> int:
    """How many lines 错误行 has."""
    return len(_fault_lines(register, rows))


def head_of(register: Register, asked: RoundTerms) -> tuple[str, ...]:
    """What stands above every table."""
    return DISCLAIMER, f"{register.file}；审核日期 {'、'.join(map(str, asked.on)) or '（没有）'}；{'；'.join(asked.rulebooks)}"


def results(register: Register, rows: Sequence[Screened], asked: RoundTerms, doubts: Sequence[Suspicion], shared: Iterable[Sheet] = ()) -> tuple[Sheet, ...]:
    """All sheets; `rows` are the applicants of the register, in its order, `shared` what they get together."""
    head, doubted = head_of(register, asked), doubted_of(doubts)
    done = [r for r in rows if r.done]
    return (
        _summary(head, register, rows, asked, doubted, len(doubts)),
        _list(head, done, doubted),
        *shared,
        _each(head, done, doubted),
        _refused(head, done),
        _supply(head, rows),
        _others(head, [r for r in rows if not r.dropped]),
        _doubts(head, doubts),
        _four(head, done),
        _based(head, done),
        _readings(head, done),
        _faults(head, register, rows),
        _kept(rows),
    )


def _held_back(item: Item, row: Screened, doubted: Doubted) -> bool:
    return doubted.holds(row.name, [f"{item.rulebook}/{item.id}"])


def why_not(item: Item, row: Screened, doubted: Doubted) -> str:
    """Why what is eligible is on no list of support; empty where it is on it."""
    return "；".join(filter(None, (item.withheld, _DOUBTED if _held_back(item, row, doubted) else "")))


# -- 汇总 --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class _Sum:
    """Of one measure, county and channel: how many, and what it comes to."""

    title: str
    county: str
    channel: str
    items: tuple[tuple[Item, bool, bool], ...]  # each, whether it is on the list, and whether a suspicion touches it

    def count(self, *outcomes: Outcome) -> int:
        return sum(i.outcome in outcomes for i, *_ in self.items)

    @property
    def enacted(self) -> int:
        return sum(i.outcome == Outcome.ELIGIBLE and i.standing == _ENACTED for i, *_ in self.items)

    def listed(self) -> Fraction:
        return sum((Fraction(i.listed) for i, on, _ in self._money() if on), Fraction(0))

    def ceilings(self) -> Fraction:
        return sum((Fraction(i.capped) for i, _, doubted in self._money() if i.capped and not doubted), Fraction(0))

    def rest(self) -> tuple[Fraction, Fraction | None]:
        """Least and most of all that is neither on the list nor a settled ceiling."""
        left = [i for i, on, doubted in self._money() if not on and not (i.capped and not doubted)]
        most = None if any(not i.most for i in left) else sum((Fraction(i.most) for i in left), Fraction(0))
        return sum((Fraction(i.least) for i in left), Fraction(0)), most

    def _money(self) -> list[tuple[Item, bool, bool]]:
        return [x for x in self.items if x[0].money and x[0].unit == _YUAN and x[0].least and not x[0].hint]


def _sums(rows: Sequence[Screened], doubted: Doubted) -> list[_Sum]:
    found: dict[tuple[str, str, str], list[tuple[Item, bool, bool]]] = {}
    order: dict[str, int] = {}
    for row in rows:
        for item in row.items:
            order.setdefault(item.title, len(order))
            on = bool(item.listed) and not why_not(item, row, doubted)
            found.setdefault((item.title, row.county, item.channel), []).append((item, on, _held_back(item, row, doubted)))
    keys = sorted(found, key=lambda k: (order[k[0]], k[1], k[2]))
    return [_Sum(title=t, county=c or "（没有填或待核实）", channel=ch, items=tuple(found[t, c, ch])) for t, c, ch in keys]


def _summary(head: tuple[str, ...], register: Register, rows: Sequence[Screened], asked: RoundTerms, doubted: Doubted, doubts: int) -> Sheet:
    done = [r for r in rows if r.done]
    sums = [s for s in _sums(done, doubted) if s.count(Outcome.ELIGIBLE, Outcome.INELIGIBLE, Outcome.UNDETERMINED)]
    wrong = [r for r in rows if not r.done and not r.dropped]
    about = (
        *head,
        counted(register, rows).words + "".join(f"；{why} {n} 行" for why, n in register.left.items()),
        f"申报主体 {len([r for r in rows if not r.dropped])} 户：已测算 {len(done)} 户，没有测算 {len(wrong)} 户"
        + (f"（{'、'.join(r.name or '没有名称' for r in wrong[:8])}{'…' if len(wrong) > 8 else ''}）" if wrong else ""),
        f"错误行 {faults_in(register, rows)} 处，重复疑点 {doubts} 处",
        *(f"取定：{x}" for x in asked.chosen),
        *register.said[:_SAID],
        *([f"另有 {len(register.said) - _SAID} 条说明，写在“错误行”最后"] if len(register.said) > _SAID else []),
        *(["受汇总规则控制的事项，本表写的是汇总以前的测算，汇总以后见“拟支持额”。"] if any(r.claims for r in done) else []),
        "名单金额是依据已施行、金额已算定、可以公示的；“不超过”的（依据同样已施行的）另列，不与它相加；其余（金额待定、依据不足、有疑点的）写最少与最多，上限不算在最少里。提示事项不计金额。",
    )
    lines = []
    for s in sums:
        least, most = s.rest()
        unread = most is None
        lines.append(
            (
                s.title, s.county, s.channel, len(s.items), s.count(Outcome.ELIGIBLE), s.enacted, s.count(Outcome.INELIGIBLE), s.count(Outcome.UNDETERMINED),
                s.count(Outcome.NOT_IN_FORCE), s.listed(), s.ceilings(), least, OPEN_ENDED if unread else most,
            )
        )  # fmt: skip
    unknown = any(s.rest()[1] is None for s in sums)
    total: tuple[Cell, ...] = (
        "合计", "", "", None, None, None, None, None, None, _added(s.listed() for s in sums), _added(s.ceilings() for s in sums),
        _added(s.rest()[0] for s in sums), OPEN_ENDED if unknown else _added(s.rest()[1] or Fraction(0) for s in sums),
    )  # fmt: skip
    columns = (
        text("支持事项", 34), text("县区", 11), text("渠道", 13), count("户数"), count(Outcome.ELIGIBLE.counted), count("其中依据现行"), count(Outcome.INELIGIBLE.counted),
        count(Outcome.UNDETERMINED.counted),
        count(Outcome.NOT_IN_FORCE.counted), money("名单金额（元）"), money("不超过（元）"), money("其余最少（元）"), money("其余最多（元）"),
    )  # fmt: skip
    return Sheet(title="汇总", about=about, columns=columns, rows=tuple(lines), total=total if lines else ())


def _added(values: Iterable[Fraction]) -> Fraction:
    return sum(values, Fraction(0))


# -- 名单, 逐户逐项, 核减及不符合 ------------------------------------------------------------------------------


def _list(head: tuple[str, ...], rows: Sequence[Screened], doubted: Doubted) -> Sheet:
    found = [(row, item) for row in rows for item in row.items if item.listed and not why_not(item, row, doubted) and item.unit == _YUAN]
    lines = tuple(
        (n, row.name, row.code, item.title, item.clause, Fraction(item.listed), "" if item.standing == _ENACTED else f"依据{item.standing}")
        for n, (row, item) in enumerate(found, 1)
    )
    about = (*head, "只列条件满足、依据已施行或待核、金额已算定的；审定以前不得公布。备注“依据待核”的，公示以前须与文件原文核对。")
    columns = (
        count("序号"),
        text("单位全称", 32),
        text("统一社会信用代码", 22),
        text("支持事项", 32),
        text("依据条款", 20),
        money("测算支持金额（元）"),
        text("备注", 12),
    )
    total = ("合计", "", "", "", "", _added(Fraction(i.listed) for _, i in found), "") if lines else ()
    return Sheet(title="拟支持名单", about=about, columns=columns, rows=lines, total=total)


def _each(head: tuple[str, ...], rows: Sequence[Screened], doubted: Doubted) -> Sheet:
    shared = any(i.share for row in rows for i in row.items)
    lines = tuple(
        (
            row.name, row.code, row.county, i.title, i.words, i.standing, i.amount, _yuan(i, i.least), _yuan(i, i.most),
            why_not(i, row, doubted) if i.outcome == Outcome.ELIGIBLE else "", i.lacking or "；".join(i.refused) or i.reason, i.clause, i.channel, i.scheme, i.rulebook,
            *([_yuan(i, x) for x in (i.granted, *(i.share or ("", "")))] if shared else ()),
        )
        for row in rows
        for i in row.items
    )  # fmt: skip
    columns = (
        text("单位全称", 22), text("统一社会信用代码", 20), text("县区", 8), text("支持事项", 22), text("结论", 12), text("依据状态", 9), text("测算额", 18),
        money("最少（元）", 15), money("最多（元）", 15), text("未列入名单的原因", 18), text("尚缺，或为什么", 34), text("条款", 12), text("渠道", 10), text("参照方案", 10), text("规则库", 12),
        *((money("拟支持额（元）"), money("汇总后最少（元）"), money("汇总后最多（元）")) if shared else ()),
    )  # fmt: skip
    return Sheet(title="逐户逐项", about=head, columns=columns, rows=lines)


def _yuan(item: Item, amount: str) -> Cell:
    return Fraction(amount) if amount and item.unit == _YUAN and item.money else None


def _refused(head: tuple[str, ...], rows: Sequence[Screened]) -> Sheet:
    lines: list[tuple[Cell, ...]] = []
    for row in rows:
        lines += [(row.name, "", "核减", text, "", "") for text in row.disallowed]
        lines += [(row.name, i.title, "核验审定", f"{text}；测算额 {i.amount or '—'}", i.words, i.clause) for i in row.items for text in i.revised]
        read = {text for i in row.items for text in i.revised}
        lines += [(row.name, "", "核验审定", f"{text}；测算的支持事项没有用到", "", "") for text in row.revised if text not in read]
        lines += [
            (row.name, i.title, "核减后", f"申报额 {i.claimed or '—'}，核减额 {i.less}，测算额 {i.amount}", i.words, i.clause) for i in row.items if i.less
        ]
        lines += [(row.name, i.title, "不满足", why, i.words, i.clause) for i in row.items for why in i.refused]
        lines += [(row.name, i.title, "这条不计", why, i.words, i.clause) for i in row.items for why in i.uncounted]
    about = (*head, "对不符合、不满足的结论，申报主体可以陈述、申辩。“这条不计”的，是有别的明细可以满足（或还未定），这一条没有满足。")
    columns = (text("单位全称", 28), text("支持事项", 30), text("类别", 9), text("内容", 62), text("结论", 18), text("条款", 18))
    return Sheet(title="核减及不符合", about=about, columns=columns, rows=tuple(lines))


# -- 补正, 联审 ---------------------------------------------------------------------------------------------


def _supply(head: tuple[str, ...], rows: Sequence[Screened]) -> Sheet:
    """A page for each applicant: what it has to supply, and which cells of the register to put right; a cell of which something is lacking once."""
    lines: list[tuple[Cell, ...]] = []
    pages: list[int] = []
    for row in rows:
        faults = list(dict.fromkeys(f for f in row.faults if not f.acts))
        told = {f.at for f in row.faults if f.kind is not FaultKind.LOOK}
        mine: list[tuple[str, ...]] = []
        for f in faults:
            asked = next((w for w in row.wants if w.own and f.at in w.at), None)
            mine.append((written_there(f), (asked.evidence or ANY) if asked else "", mended(f, asked), asked.measures if asked else ""))
        mine += [(words, "", "补填后重报", "") for at, words in row.supply if at not in told]
        mine += [(w.what, w.evidence or ANY, w.answer or LISTED, w.measures) for w in row.wants if w.own and not told & set(w.at)]
        if mine:
            pages += [len(lines)] if lines else []
            lines += [(row.name, n, *line) for n, line in enumerate(mine, 1)]
    about = (*head, "一户一页，一次性告知：只列申报主体自己能补的；没有的事项写明“无”，不适用的请说明。")
    columns = (
        text("单位全称", 26),
        count("序号"),
        text("需补正的内容", 34),
        text("请提供的材料", 28),
        text("怎样填写", 42),
        text("关系到的支持事项", 40),
    )
    return Sheet(title="补正清单", about=about, columns=columns, rows=tuple(lines), pages=tuple(pages))


def written_there(fault: Fault) -> str:
    """A cell that could not be read, as it is told to whoever has to put it right."""
    return f"表格 {fault.at}：{fault.message}" + (f"（写的是“{fault.found}”）" if fault.found else "")


def _asked_there(fault: Fault) -> str:
    """The same for an officer, who is told too what settles a word that may be another."""
    return written_there(fault) + (f"；{fault.mend}" if fault.kind is FaultKind.DOUBT else "")


def _officers_cell(fault: Fault) -> str:
    """A cell that the officer has to put right, by which something of the applicant's is open."""
    return f"{written_there(fault)}{'，可能是这一户的' if fault.stray else ''}" + (f"；{fault.mend}" if fault.mend else "")


def mended(fault: Fault, asked: Want | None) -> str:
    """How it is put right: of options all are named, of a question about the table where the officer answers it, and with what."""
    if fault.mend == CHOOSE:
        options = asked.answer if asked is not None and asked.answer else fault.expected
        return f"{CHOOSE}：{options}" if options else CHOOSE
    if fault.kind is FaultKind.OPEN and fault.expected:  # the officer answers it, where it was asked
        return f"{fault.mend}：{fault.expected}"
    if fault.kind is FaultKind.CLASH and fault.expected:  # what is asked for only where one alternative was written is no requirement
        return fault.mend if fault.expected in fault.mend else f"{fault.mend}；要求：{fault.expected}"
    if fault.kind is FaultKind.WRONG and fault.expected and is_suggestion(fault.mend):  # the nearest word is not what has to be written
        return f"写：{fault.expected}；{fault.mend}"
    return fault.mend


def _others(head: tuple[str, ...], rows: Sequence[Screened]) -> Sheet:
    found: list[tuple[str, str, str, str, str]] = []
    for row in rows:
        faults = list(dict.fromkeys(f for f in row.faults if f.acts and f.acts != OFFICER))
        cells = {f.at: f for f in faults}
        officers = {f.at: _officers_cell(f) for f in (*row.maybe, *row.faults) if f.stray or (f.acts == OFFICER and f.kind is not FaultKind.LOOK)}
        for w in row.wants:
            if not w.own:
                told = [officers[at] if at in officers else _asked_there(cells.pop(at)) for at in w.at if at in officers or at in cells]
                found.append((whom(w.acts, w.office), row.name, "；".join([w.what, *told]), w.evidence, w.measures))
        found += [(whom(f.acts, f.office), row.name, _asked_there(f), "", "") for f in cells.values()]
    order = {who: n for n, who in enumerate(sorted({x[0] for x in found}))}
    lines = sorted(found, key=lambda x: order[x[0]])
    pages = tuple(n for n in range(1, len(lines)) if lines[n][0] != lines[n - 1][0])
    columns = (text("由谁", 30), text("单位全称", 30), text("内容", 36), text("材料", 30), text("关系到的支持事项", 44))
    about = (*head, "按部门排列，不需申报主体补正。")
    return Sheet(title="联审清单", about=about, columns=columns, rows=tuple(lines), pages=pages)


def whom(acts: str, office: str) -> str:
    return acts + (f"：{office}" if office else "")


# -- 疑点与差异 ---------------------------------------------------------------------------------------------


def _doubts(head: tuple[str, ...], doubts: Sequence[Suspicion]) -> Sheet:
    lines = tuple(
        (
            d.kind, d.shown, "；".join(f"{o.owner}（{o.rows}）" for o in d.owners if not o.source),
            "；".join(f"{o.owner}（{o.source}）" for o in d.owners if o.source), f"核对原件；确认不是重复的，加 --cleared {d.shown}",
        )
        for d in doubts
    )  # fmt: skip
    columns = (text("类别", 22), text("编号", 26), text("本轮涉及", 50), text("以往", 40), text("怎样处理", 40))
    return Sheet(
        title="重复疑点",
        about=(
            *head,
            "同一编号（全角、大小写、空格照齐后）不止一户有，或以往已经用过，或同一户在两个规则库里都计了金额；疑点不是结论，核清以前，用到这个编号的支持事项不列入名单（统一社会信用代码相同的，或没有事项用到它的，全部不列入）。只有一至三位数字的编号像是序号，不比。",
        ),
        columns=columns,
        rows=lines,
    )


def _four(head: tuple[str, ...], rows: Sequence[Screened]) -> Sheet:
    names = list(dict.fromkeys(name for row in rows for name, _ in row.compared))
    lines = tuple((row.name, *(dict(row.compared).get(n, "") for n in names), row.apart, "请申报主体说明" if row.apart else "") for row in rows if row.compared)
    columns = (text("单位全称", 32), *(text(n, 22) for n in names), text("差异", 44), text("处理", 18))
    return Sheet(title="四数差异", about=(*head, "执行额、收汇、审计收入并列；币种不同的不相减。有差异要说明，不等于不符合。"), columns=columns, rows=lines)


def _based(head: tuple[str, ...], rows: Sequence[Screened]) -> Sheet:
    figures: dict[tuple[str, ...], int] = {}
    for row in rows:
        for b in row.based:
            figures[b.figure, b.value, b.standing, b.document] = figures.get((b.figure, b.value, b.standing, b.document), 0) + 1
        for i in row.items:
            if i.scheme:
                key = (f"{i.title}（整套参照）", i.scheme, "参照", i.document)
                figures[key] = figures.get(key, 0) + 1
    columns = (text("标准", 38), text("数值", 30), text("依据状态", 10), text("文件", 50), count("用到的户数"))
    about = (*head, "用到的标准里，依据不是现行的。整套参照别处标准测算的，不构成支持承诺。")
    return Sheet(title="参照与假定", about=about, columns=columns, rows=tuple((*k, n) for k, n in figures.items()))


def _readings(head: tuple[str, ...], rows: Sequence[Screened]) -> Sheet:
    asked = {name: (question, options, clause) for row in rows for name, question, options, clause in row.readings}
    many: Mapping[str, int] = {name: sum(any(x[0] == name for x in row.readings) for row in rows) for name in asked}
    lines: list[tuple[Cell, ...]] = [(name, clause, question, options, f"{many[name]} 户", "", "") for name, (question, options, clause) in asked.items()]
    lines += [("", i.clause, "", "", row.name, i.title, way) for row in rows for i in row.items for way in i.ways]
    columns = (
        text("读法", 20),
        text("条款", 16),
        text("问题", 40),
        text("可取", 28),
        text("单位全称", 28),
        text("支持事项", 28),
        text("各种读法下", 60),
    )
    return Sheet(title="读法", about=(*head, "条文有不止一种读法、尚未取定的；取定用 --reading 名称=选项（假定）。"), columns=columns, rows=tuple(lines))


def _fault_lines(register: Register, rows: Sequence[Screened]) -> list[tuple[Cell, ...]]:
    """The faults of the register and of its applicants; why one is held, where no fault of its own says it."""

    def line(f: Fault, handled: str) -> tuple[Cell, ...]:
        return f.at, f.applicant, f.kind, f.found, f.message, f.expected, f.mend, handled

    lines = [line(f, _stray_words(f)) for f in register.faults]
    for row in rows:
        handled = "这一户不计" if row.dropped else "这一户照算，这一格当作没有告诉" if row.done else "这一户没有测算"
        lines += [line(f, _HANDLED.get(f.kind, handled) if row.done and not f.untold else handled) for f in row.faults]
        told = [f for f in row.faults if f.kind is not FaultKind.OPEN]  # a cell that stops the applicant is its own reason
        why = [] if row.done or row.dropped else [x for x in row.held if not any(x in f.message for f in row.faults) and not (x == UNREAD and told)]
        if why:
            lines.append(("、".join(row.rows), row.name, "有错", "", "；".join(why), "", "改好后重新筛查", handled))
    return lines


def _stray_words(fault: Fault) -> str:
    """What was done with a row or a cell that is nobody's."""
    match fault.stray:
        case StrayKind.TOTAL:
            return "合计不算在任何一户，也不当作一条明细；没有改变哪一户的测算"
        case StrayKind.CELL:
            return "这一格没有读，同一行的别的格照读"
        case StrayKind.ROW:
            return "不算在任何一户；可能另是一户，“目标进度”按最少、最多计"
        case StrayKind.RECORD if fault.near:
            return f"不算在任何一户；{_near_words(fault.near)}的这类明细按没列全测算"
        case StrayKind.VERIFIED if fault.near:
            return f"不算在任何一户；{_near_words(fault.near)}没有测算"
        case _:
            return "不算在任何一户；没有改变哪一户的测算"


def _near_words(near: int) -> str:
    return "可能是某一户的，那一户" if near == 1 else f"可能属于 {near} 户之一，这 {near} 户"


def _faults(head: tuple[str, ...], register: Register, rows: Sequence[Screened]) -> Sheet:
    columns = (
        text("位置", 20),
        text("单位全称", 24),
        text("类别", 6),
        text("写的是", 22),
        text("错在哪里", 40),
        text("应为", 26),
        text("改法", 34),
        text("怎样处理的", 22),
    )
    more = tuple(("", "", "说明", "", x, "", "", "") for x in register.said[_SAID:])
    return Sheet(title="错误行", about=head, columns=columns, rows=(*_fault_lines(register, rows), *more))


def _kept(rows: Sequence[Screened]) -> Sheet:
    lines = tuple((o.kind, o.shown, o.same, o.owner, o.year, " ".join(o.touches or ())) for o in owned(rows))
    return Sheet(title=KEPT, about=(), columns=tuple(text(t, 20) for t in HEADINGS), rows=lines, hidden=True)


__all__ = ["ANY", "LISTED", "RoundTerms", "RowCount", "counted", "faults_in", "head_of", "mended", "results", "whom", "why_not", "written_there"]
