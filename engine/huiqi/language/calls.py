"""The functions of the language and the tables of a rulebook, as they are called: what each takes and what comes of it.

A function is one function here and one line of `FUNCTIONS`; its words are in `syntax.FUNCTIONS`, its meaning in the evaluators. What
must stay true: a call that is typed can be evaluated whatever is told; every other is a complaint that names what was expected.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..errors import Code, suggestion
from . import syntax as s
from . import typed as t
from .persons import PERSONAL, kinds_of
from .printer import sentence
from .proved import bounds, whole
from .scope import Symbol, Typer
from .types import (
    BOOLEAN,
    COUNTED_DAYS,
    COUNTED_MONTHS,
    COUNTED_YEARS,
    DATE,
    INVALID,
    NUMBER,
    TEXT,
    YEAR,
    Date,
    Invalid,
    ListOf,
    Period,
    Quantity,
    RangeOf,
    RecordOf,
    Text,
    Type,
    Year,
    alike,
)


def lookup(c: Typer, node: s.Call, symbol: Symbol) -> t.Expr:
    if len(node.arguments) != len(symbol.inputs):
        return c.wrong(node, f"标准表“{node.function}”要 {len(symbol.inputs)} 个指标，写了 {len(node.arguments)} 个")
    arguments: list[t.Expr] = []
    for source, wanted in zip(node.arguments, symbol.inputs, strict=True):
        argument = c.expr(source, wanted)
        if not alike(argument.type, wanted):
            c.wrong(source, f"标准表“{node.function}”这里要{wanted}，写的是{argument.type}")
        if PERSONAL in kinds_of(argument, c.scope):
            c.wrong(source, f"“{sentence(source)}”是个人信息，测算时换成化名，与标准表“{node.function}”里的词永远不相等", mend="查表的指标不用个人信息")
        if isinstance(argument.type, Text) and len(arguments) < len(symbol.members):
            c.options(source, symbol.members[len(arguments)], argument.type.options)
        arguments.append(argument)
    return t.Lookup(symbol.type, node, symbol.id, tuple(arguments))


def _arity(c: Typer, node: s.Call, count: int) -> bool:
    if len(node.arguments) == count:
        return True
    places = "，".join("甲乙丙丁"[:count])
    mend = f"写作 {node.function}({'标准，日期' if node.function == 'value at' else places})"
    c.wrong(node, f"{s.FUNCTIONS[node.function]} {node.function} 要 {count} 个参数，写了 {len(node.arguments)} 个", mend=mend)
    return False


def _invalid(node: s.Node) -> t.Expr:
    return t.Const(INVALID, node, False)


def _count(c: Typer, node: s.Call, args: tuple[s.Node, ...]) -> t.Expr:
    if not _arity(c, node, 1) or (base := c.records(args[0])) is None:
        return _invalid(node)
    assert isinstance(base.type, ListOf) and isinstance(base.type.item, RecordOf)
    return t.Applied(Quantity(dims=((c.scope.noun(base.type.item.record), 1),)), node, "count", (base,))


def _distinct_count(c: Typer, node: s.Call, args: tuple[s.Node, ...]) -> t.Expr:
    if not _arity(c, node, 1):
        return _invalid(node)
    base = c.expr(args[0])
    if not isinstance(base, t.Projection) or isinstance(base.base, t.ParameterRef):
        return c.wrong(args[0], "不重复件数要一栏，例如 distinct count(人员.人员键)")
    record = base.base.type
    assert isinstance(record, ListOf) and isinstance(record.item, RecordOf)
    return t.Applied(Quantity(dims=((c.scope.noun(record.item.record), 1),)), node, "distinct count", (base,))


def _sum(c: Typer, node: s.Call, args: tuple[s.Node, ...]) -> t.Expr:
    if not _arity(c, node, 1):
        return _invalid(node)
    base = c.expr(args[0])
    if isinstance(base.type, Invalid):
        return base
    if not isinstance(base, t.Projection) or not isinstance(base.type, ListOf) or not isinstance(base.type.item, Quantity):
        return c.wrong(args[0], "合计要一栏数量，例如 sum(贷款.本金) 或 sum(for 笔 in 贷款 return …)")
    low = bounds(base.body, c.scope)[0]
    return t.Applied(base.type.item, node, "sum", (base,), nonnegative=low is not None and low >= 0)


def extreme(c: Typer, node: s.Call, args: tuple[s.Node, ...], wanted: Type | None = None) -> t.Expr:
    if len(args) == 1:
        base = c.expr(args[0])
        if isinstance(base.type, Invalid):
            return base
        if not isinstance(base, t.Projection) or not isinstance(base.type, ListOf) or not isinstance(base.type.item, Quantity | Date):
            return c.wrong(args[0], "要一栏数量或日期，或两个以上的值")
        if node.function == "mean" and isinstance(base.type.item, Date):
            return c.wrong(node, "日期不能求平均")
        return t.Applied(base.type.item, node, node.function, (base,))
    if not args:
        return c.wrong(node, "要至少一个参数")
    # the first that has a unit of its own gives it to a bare 0 or 6个月
    lead = min(range(len(args)), key=lambda n: (s.bare(args[n]), n))
    first = c.expr(args[lead], wanted)
    parts = [first if n == lead else c.pair(node, args[lead], source, "几个值", wanted)[1] for n, source in enumerate(args)]
    kind = next((p.type for p in parts if not isinstance(p, t.Const)), first.type)
    if not isinstance(kind, Quantity | Date | Period | Invalid):
        return c.wrong(node, f"{kind}不能比大小")
    if node.function == "mean" and isinstance(kind, Date | Period):
        return c.wrong(node, f"{kind}不能求平均")
    return t.Applied(kind, node, node.function, tuple(parts))


def _magnitude(c: Typer, node: s.Call, args: tuple[s.Node, ...]) -> t.Expr:
    if not _arity(c, node, 1):
        return _invalid(node)
    a = c.quantity(args[0])
    return t.Applied(a.type, node, node.function, (a,))


def _rounding(c: Typer, node: s.Call, args: tuple[s.Node, ...]) -> t.Expr:
    if not _arity(c, node, 2):
        return _invalid(node)
    value, step = c.pair(node, args[0], args[1], "被舍入的数与步长")
    low = bounds(step, c.scope)[0]
    if low is None or low <= 0:
        return c.wrong(args[1], "舍入的步长必须大于零", mend="步长写成支持标准，例如 取整单位: 1万元")
    return t.Applied(value.type, node, node.function, (value, step))


def _dates(c: Typer, node: s.Call, args: tuple[s.Node, ...], count: int, kind: Type) -> t.Expr:
    if not _arity(c, node, count):
        return _invalid(node)
    parts = tuple(c.expr(a) for a in args)
    for part, source in zip(parts, args, strict=True):
        if not isinstance(part.type, Date | Invalid):
            c.wrong(source, f"这里需要日期，写的是{part.type}")
    return t.Applied(kind, node, node.function, parts)


def _date_part(c: Typer, node: s.Call, args: tuple[s.Node, ...]) -> t.Expr:
    return _dates(c, node, args, 1, NUMBER)


def _date(c: Typer, node: s.Call, args: tuple[s.Node, ...]) -> t.Expr:
    """A day by its year, month and day; a day that the month may lack is its last one, as where a period is added."""
    year, month, day = c.expr(args[0]), c.expr(args[1]), c.expr(args[2])
    if not isinstance(year.type, Year | Invalid):
        return c.wrong(args[0], f"这里需要年度，写的是{year.type}", mend='例如 date(申报年度, …, …) 或 date(year of(…), …, …)；固定的一天写 date("2026-01-01")')
    ends = []
    for part, source, word, most in ((month, args[1], "月", 12), (day, args[2], "日", 31)):
        if isinstance(part.type, Invalid):
            return part
        if not isinstance(part.type, Quantity) or part.type.dims:
            return c.wrong(source, f"这里需要{word}（1 至 {most} 的整数），写的是{part.type}", mend="例如 month of(…)、day of(…)")
        low, high = bounds(part, c.scope)
        if not whole(part, c.scope) or low is None or high is None or low < 1 or high > most:
            return c.wrong(source, f"{word}可能不是 1 至 {most} 的整数", mend="每年的一天写成支持标准（例如 4月1日），用 名称 at 申报年度")
        ends.append((low, high))
    (first, last), (lowest, _) = ends
    if first == last and lowest > (29 if first == 2 else 30 if first in (4, 6, 9, 11) else 31):
        return c.wrong(node, "没有这一天", mend="核对月与日")
    return t.Applied(DATE, node, "date", (year, month, day))


def _months_between(c: Typer, node: s.Call, args: tuple[s.Node, ...]) -> t.Expr:
    return _dates(c, node, args, 2, COUNTED_MONTHS)


def _years_between(c: Typer, node: s.Call, args: tuple[s.Node, ...]) -> t.Expr:
    return _dates(c, node, args, 2, COUNTED_YEARS)


def _days_between(c: Typer, node: s.Call, args: tuple[s.Node, ...]) -> t.Expr:
    return _dates(c, node, args, 2, COUNTED_DAYS)


def _year_of(c: Typer, node: s.Call, args: tuple[s.Node, ...]) -> t.Expr:
    return _dates(c, node, args, 1, YEAR)


def _of_year(c: Typer, node: s.Call, args: tuple[s.Node, ...]) -> t.Expr:
    if not _arity(c, node, 1):
        return _invalid(node)
    year = c.expr(args[0])
    if not isinstance(year.type, Year | Invalid):
        return c.wrong(args[0], f"这里需要年度，写的是{year.type}")
    return t.Applied(DATE, node, node.function, (year,))


def _of_range(c: Typer, node: s.Call, args: tuple[s.Node, ...]) -> t.Expr:
    if not _arity(c, node, 1):
        return _invalid(node)
    span = c.expr(args[0])
    if not isinstance(span.type, RangeOf):
        return c.wrong(args[0], f"这里需要区间，写的是{span.type}")
    return t.Applied(span.type.item, node, node.function, (span,))


def _working_day_after(c: Typer, node: s.Call, args: tuple[s.Node, ...]) -> t.Expr:
    if not _arity(c, node, 2):
        return _invalid(node)
    day, steps = c.expr(args[0]), c.expr(args[1])
    if not isinstance(day.type, Date | Invalid):
        c.wrong(args[0], f"这里需要日期，写的是{day.type}")
    if not alike(steps.type, Quantity(dims=(("工作日", 1),))):
        c.wrong(args[1], f"这里需要工作日数，写的是{steps.type}", mend="例如 5个工作日")
    elif not isinstance(steps.type, Invalid) and not whole(steps, c.scope):
        c.wrong(args[1], "半个工作日不能加到日期上：这个数可能不是整数", mend="写整数，或用 floor(…)、ceiling(…) 写明向下还是向上取整")
    return t.Applied(DATE, node, node.function, (day, steps))


def _starts_with(c: Typer, node: s.Call, args: tuple[s.Node, ...]) -> t.Expr:
    if not _arity(c, node, 2):
        return _invalid(node)
    text, prefix = c.expr(args[0]), c.expr(args[1])
    inner = prefix.type.item if isinstance(prefix.type, ListOf) else prefix.type
    if not alike(text.type, TEXT) or not alike(inner, TEXT):
        return c.wrong(node, "开头为 要文字与文字（或文字目录）")
    if PERSONAL in kinds_of(text, c.scope) | kinds_of(prefix, c.scope):
        return c.wrong(node, f"“{sentence(args[0])}”是个人信息，测算时换成化名，没有开头可看", mend="个人信息只能比是不是同一个：=、in、distinct count")
    return t.Applied(BOOLEAN, node, node.function, (text, prefix))


def _value_at(c: Typer, node: s.Call, args: tuple[s.Node, ...]) -> t.Expr:
    if not _arity(c, node, 2):
        return _invalid(node)
    parameter, day = c.expr(args[0]), c.expr(args[1])
    if not isinstance(parameter, t.ParameterRef):
        return c.wrong(args[0], "value at 的第一个参数应是支持标准的名称")
    if not isinstance(day.type, Date | Invalid):
        return c.wrong(args[1], f"value at 的第二个参数应是日期，写的是{day.type}")
    return t.ParameterRef(parameter.type, node, parameter.parameter, day)


def _meets(c: Typer, node: s.Call, args: tuple[s.Node, ...]) -> t.Expr:
    if not _arity(c, node, 1):
        return _invalid(node)
    recognition = c.expr(args[0])
    if not isinstance(recognition, t.RecognitionRef):
        return c.wrong(args[0], "meets（条件测评）要资格的名称，例如 meets(高新技术企业)")
    return t.RecognitionRef(BOOLEAN, node, recognition.recognition, True)


def _granted(c: Typer, node: s.Call, args: tuple[s.Node, ...]) -> t.Expr:
    """`granted(ID)`, `granted(ID, record)`, `amount(ID)`: an id or title, written as a name or as a text."""
    most = 2 if node.function == "granted" else 1
    if not 1 <= len(args) <= most:
        return c.wrong(node, f"{s.FUNCTIONS[node.function]} {node.function} 要{'支持事项，可再写一条明细' if most == 2 else '一个支持事项'}")
    record = c.expr(args[1]) if len(args) > 1 else None
    if record is not None and not isinstance(record.type, RecordOf | Invalid):
        return c.wrong(args[1], f"这里需要一条明细，写的是{record.type}", mend="写 each 的变量，例如 granted(展位费补助, 展)")
    word = _spelled(args[0])
    if word is None:
        return c.wrong(args[0], "这里写支持事项的编号或名称", mend="例如 granted(展位费补助)；有括号、横线等符号的加引号")
    meant = c.scope.conclusion(word, node, c.at.shifted(node.span[0]), record.type.record if record and isinstance(record.type, RecordOf) else "")
    if meant is None:
        known = list(c.scope.measure_words())
        mend = suggestion(word, known) or "写本规则库里支持事项的编号或名称"
        return c.wrong(args[0], f"没有支持事项“{word}”", mend=mend, code=Code.UNKNOWN_NAME)
    kind = BOOLEAN if node.function == "granted" else Quantity(dims=(("元", 1),))
    key, title = meant
    return t.ConclusionRef(kind, node, key, node.function == "amount", record, title)


def _spelled(node: s.Node) -> str | None:
    """An id or title written as a name (`a.b` too) or as a text."""
    match node:
        case s.Name(name=name) | s.String(value=name):
            return name
        case s.Path(base=s.Name() | s.Path() as base, field=field):
            before = _spelled(base)
            return None if before is None else f"{before}.{field}"
    return None


# The functions that take their arguments as written; min, max and mean are `extreme`, 日期 is read by the parser.
FUNCTIONS: Mapping[str, Callable[[Typer, s.Call, tuple[s.Node, ...]], t.Expr]] = {
    "count": _count, "distinct count": _distinct_count, "sum": _sum,
    "abs": _magnitude, "floor": _magnitude, "ceiling": _magnitude,
    **dict.fromkeys(s.ROUNDINGS, _rounding), **dict.fromkeys(s.DATE_PARTS, _date_part), "date": _date,
    "months through": _months_between, "years through": _years_between, "days through": _days_between,
    "value at": _value_at, "meets": _meets, "starts with": _starts_with,
    "months between": _months_between, "years between": _years_between, "days between": _days_between,
    "year of": _year_of, "start of year": _of_year, "end of year": _of_year,
    "start of": _of_range, "end of": _of_range, "working day after": _working_day_after,
    "granted": _granted, "amount": _granted,
}  # fmt: skip
