"""Names, types and units, checked before anything runs.

`check` turns a syntax tree into a typed tree and collects *all* complaints of an expression, each
at its own place. It relies on a `Scope` for the words of a rulebook. What must stay true: no typed
tree compares two units, reads an optional value without handling 无, or divides by something that
may be zero without the rule saying what then happens.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import KW_ONLY, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Protocol, assert_never

from ..errors import SEE, Code, Position, Problem, suggestion
from ..plain import dataclass
from . import syntax as s
from . import typed as t
from .hints import of_kinds, of_name, of_sums
from .persons import PERSONAL, PLAIN, kinds_of
from .powers import MAX_EXPONENT, TooLarge, power
from .printer import sentence, show
from .types import (
    ABSENT,
    BOOLEAN,
    DATE,
    INVALID,
    NUMBER,
    PERIOD,
    RATIO,
    TEXT,
    YEAR,
    YEARLY,
    Absent,
    Boolean,
    Bound,
    Date,
    GroupOf,
    Invalid,
    ListOf,
    Period,
    Quantity,
    RangeOf,
    RecordOf,
    Text,
    Type,
    Year,
    Yearly,
    alike,
    join,
    record_of,
)
from .units import BASE_UNITS, Nouns, QuantityError, Unit, is_money, multiply, parse_quantity, unit_text

_TIMES = frozenset({"月", "年", "天", "次", "件", "笔", "项", "个", "份"})  # what may be counted as times something is done again
COUNTED_DAYS = Quantity(dims=(("天", 1),))
COUNTED_YEARS = Quantity(dims=(("年", 1),))
COUNTED_MONTHS = Quantity(dims=(("月", 1),))


class Kind(StrEnum):
    """What kinds of things a name can stand for."""

    FACT = "fact"
    PARAMETER = "parameter"
    TABLE = "table"
    DEFINITION = "definition"
    RECOGNITION = "recognition"
    RECORDS = "records"
    DATE = "date"
    MACRO = "macro"  # an expression of the rulebook compiler's own


@dataclass(frozen=True)
class Symbol:
    """What a name stands for, and what is known of that kind of thing."""

    kind: Kind
    id: str
    type: Type
    _: KW_ONLY
    yearly: bool = False
    bounds: Bound = (None, None)
    inputs: tuple[Type, ...] = ()
    on: str = ""
    macro: s.Node | None = None
    members: tuple[tuple[str, ...], ...] = ()  # words of a list; of a table, those of each input
    whole: bool = False  # of a quantity: it is a whole number, whatever is told
    personal: bool = False  # of a text: it comes as a stand-in, see `persons`


class Scope(Protocol):
    """The words an expression may use; provided by the rulebook compiler."""

    def find(self, name: str) -> Symbol | None: ...

    def field(self, record: str, name: str) -> Symbol | None: ...

    def fields_of(self, record: str) -> Iterable[str]: ...

    def noun(self, record: str) -> str: ...

    def words(self) -> Iterable[str]: ...

    @property
    def nouns(self) -> Nouns: ...

    def is_prefix(self, name: str) -> bool: ...

    def conclusion(self, name: str, node: s.Call, at: Position, record: str) -> str | None:
        """The key of the measure of that id or title, whose conclusion is asked after (of a `record`, if one is named)."""
        ...

    def measure_words(self) -> Iterable[str]: ...

    def same_thing(self, record: str, column: str, word: str) -> tuple[str, ...]:
        """Every word under which a column may name what `word` names there; nothing where that is the word alone."""
        ...


@dataclass(frozen=True)
class Rules:
    """How strict to be. `figures`: literals allowed; `zero_fails`: what 分母为零 says, if it does."""

    figures: bool = False
    zero_fails: bool | None = None


class _Checker:
    def __init__(self, scope: Scope, at: Position, variables: Mapping[str, Type], rules: Rules) -> None:
        self.scope, self.at, self.rules = scope, at, rules
        self.variables = dict(variables)
        self.handled: frozenset[str] = frozenset()  # expressions known not to be 无 here
        self.item: list[tuple[str, Type]] = []  # filters we are inside: (variable, record type)
        self.entries: dict[str, tuple[str, ...]] = {}  # of variables that go through a catalogue: its words
        self.beside: frozenset[str] = frozenset()  # words compared with in the same `or`
        self.problems: list[Problem] = []
        self.serial = 0

    # -- complaints -----------------------------------------------------------------------------

    def wrong(self, node: s.Node, message: str, *, expected: str = "", mend: str = "", code: Code = Code.WRONG_TYPE) -> t.Expr:
        self.problems.append(Problem(self.at.shifted(node.span[0]), message, show(node), expected, mend or ("" if expected else SEE), code))
        return t.Const(INVALID, node, False)

    # -- entry ----------------------------------------------------------------------------------

    def expr(self, node: s.Node, wanted: Type | None = None) -> t.Expr:
        """Typed expression; optional values must have been handled."""
        result = self.maybe(node, wanted)
        if result.type.optional:
            return self.wrong(
                node, "这个数据项可能为“无”，须先处理无的情形",
                mend=f"例如 if {show(node)} is 无 then … else …（如果 {sentence(node)} 为 无 那么 … 否则 …），或 {show(node)} is 无 or …（{sentence(node)} 为 无 或 …）",
            )  # fmt: skip
        return result

    def boolean(self, node: s.Node) -> t.Expr:
        result = self.expr(node)
        if not isinstance(result.type, Boolean | Invalid):
            return self.wrong(node, f"这里需要判断（是/否），写的是{result.type}", mend="写成比较，例如 … >= …")
        return result

    def quantity(self, node: s.Node) -> t.Expr:
        result = self.expr(node)
        if not isinstance(result.type, Quantity | Invalid):
            return self.wrong(node, f"这里需要数量，写的是{result.type}")
        return result

    def maybe(self, node: s.Node, wanted: Type | None = None) -> t.Expr:
        result = self._typed(node, wanted)
        if result.type.optional and show(node) in self.handled:
            result = replace(result, type=result.type.required())
        return result

    def _typed(self, node: s.Node, wanted: Type | None) -> t.Expr:
        match node:
            case s.Literal():
                return self._literal(node, wanted)
            case s.String():
                return self._string(node)
            case s.Truth():
                return self._truth(node)
            case s.Day():
                return self._day(node)
            case s.Anniversary():
                return self._anniversary(node)
            case s.Name():
                return self._name(node)
            case s.Path():
                return self._path(node)
            case s.Filter():
                return self._filter(node)
            case s.Negate():
                return self._negate(node, wanted)
            case s.Arithmetic():
                return self._arithmetic(node, wanted)
            case s.Compare():
                return self._compare(node)
            case s.Between():
                return self._between(node)
            case s.In():
                return self._in(node)
            case s.Range():
                return self._range(node, wanted)
            case s.Listing():
                return self._listing(node, wanted)
            case s.And():
                return self._and(node)
            case s.Or():
                return self._or(node)
            case s.Not():
                return self._not(node)
            case s.If():
                return self._if(node, wanted)
            case s.Call():
                return self._call(node, wanted)
            case s.Quantified():
                return self._quantified(node)
            case s.For():
                return self._for(node)
            case s.At():
                return self._at(node)
            case s.IsAbsent():
                return self._isabsent(node)
        assert_never(node)

    # -- leaves ---------------------------------------------------------------------------------

    def _literal(self, node: s.Literal, wanted: Type | None = None) -> t.Expr:
        try:
            amount = parse_quantity(node.text, self.scope.nouns)
        except QuantityError as error:
            known = suggestion(node.text.lstrip("0123456789."), [x.word if isinstance(x, Unit) else x for x in self.scope.nouns])
            mend = "除法的 / 两边留空格；" if "/" in node.text else ""
            return self.wrong(node, error.message, mend=mend + known + error.mend, code=error.code)
        if amount.value == 0 and not amount.dims and not amount.percent:
            if isinstance(wanted, Quantity):
                return t.Const(wanted.required(), node, Fraction(0))  # nothing is nothing in any unit
            if isinstance(wanted, Period | Date):
                return t.Const(PERIOD, node, 0)
            if isinstance(wanted, Year):
                return t.Const(COUNTED_YEARS, node, Fraction(0))
        beside = isinstance(wanted, Date) and amount.dims == COUNTED_DAYS.dims and amount.value == 1  # the day before, the day after
        if not self.rules.figures and not beside and amount.value != 0 and (amount.value != 1 or amount.dims):
            self.wrong(node, "政策数字不能写在表达式里", mend="在 parameters.yaml 写成支持标准（带出处），这里引用名称", code=Code.EXPRESSION)
        if amount.calendar is not None:
            if isinstance(wanted, Date | Period):
                return t.Const(PERIOD, node, amount.calendar)
            if isinstance(wanted, Year) and amount.dims == COUNTED_YEARS.dims:
                return t.Const(COUNTED_YEARS, node, amount.value)
            if isinstance(wanted, Quantity) and wanted.dims == COUNTED_MONTHS.dims:
                return t.Const(COUNTED_MONTHS, node, Fraction(amount.calendar))
        return t.Const(Quantity(dims=amount.dims, percent=amount.percent), node, amount.value)

    def _string(self, node: s.String) -> t.Expr:
        return t.Const(TEXT, node, node.value)

    def _truth(self, node: s.Truth) -> t.Expr:
        return t.Const(BOOLEAN, node, node.value)

    def _day(self, node: s.Day) -> t.Expr:
        if not self.rules.figures:
            self.wrong(node, "政策日期不能写在表达式里", mend="写成支持标准（parameters.yaml，kind: 日期）", code=Code.EXPRESSION)
        return t.Const(DATE, node, node.value)

    def _anniversary(self, node: s.Anniversary) -> t.Expr:
        if not self.rules.figures:
            self.wrong(node, "政策日期不能写在表达式里", mend="写成支持标准（parameters.yaml，value: 4月1日），这里写 名称 at 年度", code=Code.EXPRESSION)
        return t.Const(YEARLY, node, node.value)

    def _name(self, node: s.Name) -> t.Expr:
        if node.name == "无":
            return self.wrong(node, "“无”只能用 is 无 检验", mend="写成 … is 无")
        if node.name in self.variables:
            return t.Variable(self.variables[node.name], node, node.name)
        for variable, record in reversed(self.item):
            if isinstance(record, RecordOf) and self.scope.field(record.record, node.name):
                return self._field_of(t.Variable(record, node, variable), node.name, node)
        symbol = self.scope.find(node.name)
        if symbol is None:
            if node.name in s.FUNCTIONS or node.name in s.FROM_CHINESE:
                return self.wrong(node, f"“{node.name}”是函数，后面要有括号", mend=f"{node.name}(…)")
            near = suggestion(node.name, [*self.scope.words(), *self.variables])
            return self.wrong(
                node,
                f"没有“{node.name}”这个名称",
                mend="；".join(x for x in (of_name(node.name), near) if x) or "在 vocabulary、parameters 或 definitions 里先写它",
                code=Code.UNKNOWN_NAME,
            )
        return self._symbol(symbol, node)

    def _symbol(self, symbol: Symbol, node: s.Node) -> t.Expr:
        match symbol.kind:
            case Kind.FACT:
                return t.FactRef(symbol.type, node, symbol.id)
            case Kind.PARAMETER:
                return t.ParameterRef(symbol.type, node, symbol.id)
            case Kind.DEFINITION:
                return t.DefinitionRef(symbol.type, node, symbol.id)
            case Kind.RECOGNITION:
                return t.RecognitionRef(BOOLEAN, node, symbol.id, False)
            case Kind.RECORDS:
                return t.RecordsRef(symbol.type, node, symbol.id)
            case Kind.DATE:
                return t.NamedDate(symbol.type, node, symbol.id)
            case Kind.MACRO:
                assert symbol.macro is not None
                return replace(self.maybe(symbol.macro), source=node)
            case Kind.TABLE:
                name = symbol.id.rpartition("/")[2]
                return self.wrong(node, f"“{name}”是标准表，要带括号查表", mend=f"{name}(…)")
        assert_never(symbol.kind)

    def _path(self, node: s.Path) -> t.Expr:
        if isinstance(node.base, s.Name) and self.scope.is_prefix(node.base.name):
            symbol = self.scope.find(f"{node.base.name}.{node.field}")
            if symbol is None:
                return self.wrong(
                    node, f"规则库“{node.base.name}”里没有“{node.field}”", mend=suggestion(show(node), self.scope.words()), code=Code.UNKNOWN_NAME
                )
            return self._symbol(symbol, node)
        base = self.expr(node.base)
        if isinstance(base.type, GroupOf) and isinstance(base.type.item, RecordOf) and node.field == base.type.by:
            column = self.scope.field(base.type.item.record, node.field)  # one for the whole group
            assert column is not None
            return t.Field(column.type, node, base, node.field)
        if isinstance(base.type, ListOf) and isinstance(base.type.item, RecordOf):
            variable = self._fresh()
            inner = self._field_of(t.Variable(base.type.item, node, variable), node.field, node)
            if inner.type.optional:
                return self.wrong(node, "清单里这一栏可能为“无”", mend="先筛选，例如 清单[栏 is 无 …]，或用 for … return if … is 无 …")
            noun = self.scope.noun(base.type.item.record)
            return t.Projection(ListOf(item=inner.type), node, base, variable, inner) if noun else inner
        if isinstance(base.type, RecordOf):
            return self._field_of(base, node.field, node)
        if isinstance(base.type, Invalid):
            return base
        return self.wrong(node, f"{base.type}没有下属的“{node.field}”", code=Code.UNKNOWN_NAME)

    def _field_of(self, base: t.Expr, name: str, node: s.Node) -> t.Expr:
        assert isinstance(base.type, RecordOf)
        symbol = self.scope.field(base.type.record, name)
        if symbol is None:
            fields = list(self.scope.fields_of(base.type.record))
            return self.wrong(
                node, f"明细“{base.type.record}”没有“{name}”一栏", mend=suggestion(name, fields) or f"有：{'、'.join(fields)}", code=Code.UNKNOWN_NAME
            )
        if symbol.kind is Kind.DEFINITION:
            return t.DefinitionRef(symbol.type, node, symbol.id, base)
        return t.Field(symbol.type, node, base, name)

    def _fresh(self) -> str:
        self.serial += 1
        return f"§{self.serial}"

    # -- lists ----------------------------------------------------------------------------------

    def _records(self, node: s.Node) -> t.Expr | None:
        base = self.expr(node)
        if isinstance(base.type, Invalid):
            return None
        if not (isinstance(base.type, ListOf) and isinstance(base.type.item, RecordOf)):
            catalogue = isinstance(base, t.ParameterRef) and isinstance(base.type, ListOf)
            mend = f"目录逐项来问：some、every 或 count 项 in {show(node)} satisfies …" if catalogue else ""
            self.wrong(node, f"这里需要明细清单，写的是{base.type}", mend=mend)
            return None
        return base

    def _filter(self, node: s.Filter) -> t.Expr:
        base = self._records(node.base)
        if base is None:
            return t.Const(INVALID, node, False)
        assert isinstance(base.type, ListOf)
        variable = self._fresh()
        self.item.append((variable, base.type.item))
        # a column may bear the name of a fact: what was settled outside says nothing about it
        before, self.handled = self.handled, frozenset()
        condition = self.boolean(node.condition)
        self.handled = before
        self.item.pop()
        kind = ListOf(item=base.type.item) if isinstance(base.type, GroupOf) else base.type  # some of a group are no group
        return t.Filtered(kind, node, base, variable, condition)

    def _gone_through(self, node: s.Node) -> t.Expr | None:
        """A list of records, or a catalogue whose entries are gone through one by one."""
        base = self.expr(node)
        if isinstance(base, t.ParameterRef) and isinstance(base.type, ListOf) and isinstance(base.type.item, Text):
            return base
        if isinstance(base.type, Invalid) or (isinstance(base.type, ListOf) and isinstance(base.type.item, RecordOf)):
            return None if isinstance(base.type, Invalid) else base
        self.wrong(node, f"这里需要明细清单，写的是{base.type}", mend="逐项来问的目录写成清单类的标准，这里引用名称")
        return None

    def _quantified(self, node: s.Quantified) -> t.Expr:
        base = self._gone_through(node.source)
        if base is None:
            return t.Const(INVALID, node, False)
        assert isinstance(base.type, ListOf)
        condition = self._with_variable(node.variable, base, lambda: self.boolean(node.condition), node)
        noun = self.scope.noun(base.type.item.record) if isinstance(base.type.item, RecordOf) else "项"
        return t.Quantifier(Quantity(dims=((noun, 1),)) if node.kind == "count" else BOOLEAN, node, node.kind, node.variable, base, condition)

    def _for(self, node: s.For) -> t.Expr:
        base = self._gone_through(node.source)
        if base is None:
            return t.Const(INVALID, node, False)
        body = self._with_variable(node.variable, base, lambda: self.expr(node.body), node)
        return t.Projection(ListOf(item=body.type), node, base, node.variable, body)

    def _with_variable(self, name: str, base: t.Expr, body: object, node: s.Node) -> t.Expr:
        if name in self.variables or name in s.RESERVED or self.scope.find(name):
            return self.wrong(node, f"“{name}”已有所指，不能再作变量名", mend="换一个名称", code=Code.DUPLICATE)
        assert isinstance(base.type, ListOf)
        self.variables[name] = base.type.item
        if isinstance(base, t.ParameterRef) and (catalogue := self.scope.find(base.parameter)):
            self.entries[name] = catalogue.members[0] if catalogue.members else ()
        result: t.Expr = body()  # type: ignore[operator]
        del self.variables[name]
        self.entries.pop(name, None)
        return result

    def _listing(self, node: s.Listing, wanted: Type | None = None) -> t.Expr:
        if not node.items:
            return self.wrong(node, "清单是空的")
        # the first that has a unit of its own gives it to a bare 0 or 6个月
        lead = min(range(len(node.items)), key=lambda n: _bare(node.items[n]))
        leader = self.expr(node.items[lead], wanted)
        given = leader.type.item if isinstance(leader.type, RangeOf) else leader.type
        items = tuple(leader if n == lead else self.expr(i, given) for n, i in enumerate(node.items))
        if not self.rules.figures and all(isinstance(i, t.Const) for i in items):
            self.wrong(node, "政策目录不能写在表达式里", mend="在 parameters.yaml 写成目录（带出处），这里引用名称", code=Code.EXPRESSION)
        first = items[0].type
        inner = first.item if isinstance(first, RangeOf) else first
        for item, source in zip(items, node.items, strict=True):
            if isinstance(item.type, ListOf):
                return self.wrong(source, "清单里不能再套清单", mend="把里面的各项直接写在清单里")
            if isinstance(item, t.Const) and isinstance(item.value, str) and (parts := re.split(r"[，、；,;]\s*", item.value))[1:]:
                self.wrong(source, "清单里的几个词连成了一个", mend="每个词各加引号，用逗号分开：" + "，".join(f"“{x}”" for x in parts))
            kind = item.type.item if isinstance(item.type, RangeOf) else item.type
            if not alike(kind, inner):
                self.wrong(source, f"清单里混了{kind}和{inner}")
        return t.Listed(ListOf(item=inner), node, items)

    def _range(self, node: s.Range, wanted: Type | None = None) -> t.Expr:
        low, high = self._pair(node, node.low, node.high, "区间两端", wanted.item if isinstance(wanted, RangeOf) else wanted)
        return t.Ranged(RangeOf(item=low.type), node, low, high, node.low_closed, node.high_closed)

    # -- arithmetic -----------------------------------------------------------------------------

    def _negate(self, node: s.Negate, wanted: Type | None = None) -> t.Expr:
        operand = self.expr(node.operand, wanted)
        if not isinstance(operand.type, Quantity | Invalid):
            return self.wrong(node.operand, f"这里需要数量，写的是{operand.type}")
        return t.Negated(operand.type, node, operand)

    def _both(self, left: s.Node, right: s.Node, wanted: Type | None = None) -> tuple[t.Expr, t.Expr]:
        """Both sides; a bare 0, 6个月 or 3年 takes the meaning the other side gives it, else the place."""
        if _bare(left) > _bare(right):
            b = self.maybe(right, wanted)
            return self.maybe(left, b.type), b
        a = self.maybe(left, wanted)
        return a, self.maybe(right, a.type if wanted is None or not _bare(left) else wanted)

    def _pair(self, node: s.Node, left: s.Node, right: s.Node, what: str, wanted: Type | None = None) -> tuple[t.Expr, t.Expr]:
        a, b = self._both(left, right, wanted)
        for part, source in ((a, left), (b, right)):
            if part.type.optional:
                self.wrong(source, "这个数据项可能为“无”，须先处理无的情形", mend=f"先写 {show(source)} is 无 or …（{sentence(source)} 为 无 或 …）")
        if not alike(a.type, b.type):
            mend = ""
            if isinstance(a.type, Quantity) and isinstance(b.type, Quantity):
                mend = f"单位不同：{unit_text(a.type.dims) or '无单位'} 与 {unit_text(b.type.dims) or '无单位'}；先折算成同一单位"
            if {type(a.type), type(b.type)} == {Date, Yearly}:
                mend = "每年的一天先写明是哪一年的：… at 申报年度"
            mend = mend or of_kinds(a.type, b.type, sentence(left), sentence(right))
            self.wrong(node, f"{what}不是同一类：{a.type} 与 {b.type}", mend=mend)
        options = next((x.type.options for x in (a, b) if isinstance(x.type, Text) and x.type.options), ())
        for part, source in ((a, left), (b, right)):
            if options and isinstance(part, t.Const) and isinstance(part.value, str) and part.value not in options:
                self.wrong(source, f"选项里没有“{part.value}”", expected="、".join(options), mend=suggestion(part.value, options), code=Code.NOT_AN_OPTION)
            if isinstance(part, t.Variable):
                self._options(source, self.entries.get(part.name, ()), options)
        return a, b

    def _arithmetic(self, node: s.Arithmetic, wanted: Type | None = None) -> t.Expr:
        if node.op == "**":
            return self._power(node)
        # a factor has a unit of its own; only sums give a bare 0 or 6个月 the other side's
        rules, self.rules = self.rules, replace(self.rules, figures=True) if _year_before(node) else self.rules
        a, b = self._both(node.left, node.right, wanted) if node.op in "+-" else (self.maybe(node.left), self.maybe(node.right))
        self.rules = rules
        for part, source in ((a, node.left), (b, node.right)):
            if part.type.optional:
                return self.wrong(
                    source, "这个数据项可能为“无”，不能直接计算", mend=f"if {show(source)} is 无 then … else …（如果 {sentence(source)} 为 无 那么 … 否则 …）"
                )
        if isinstance(a.type, Invalid) or isinstance(b.type, Invalid):
            return t.Const(INVALID, node, False)
        kind = self._result(node.op, a.type, b.type)
        if kind is None:
            verb = {"+": "相加", "-": "相减", "*": "相乘", "/": "相除"}[node.op]
            return self.wrong(
                node,
                f"{a.type} 与 {b.type} 不能{verb}",
                mend=of_sums(node.op, a.type, b.type, sentence(node.left), sentence(node.right)),
            )
        if isinstance(a.type, Date | Year) and isinstance(b.type, Quantity) and not self.whole(b):
            what, unit = ("日期", "天") if isinstance(a.type, Date) else ("年度", "年")
            return self.wrong(
                node.right,
                f"半{unit}不能加到{what}上：这个数可能不是整数",
                expected=f"整{unit}数",
                mend="写整数，或用 floor(…)、ceiling(…) 写明向下还是向上取整",
            )
        zero = None
        if node.op == "/":
            low, high = self.bounds(b)
            if not ((low is not None and low > 0) or (high is not None and high < 0)):
                if self.rules.zero_fails is None:
                    return self.wrong(node, "除数可能为零，规则须说明那时怎么办", mend=f"在这一条写 分母为零: 不符合 或 待核；除数是 {sentence(node.right)}")
                zero = self.rules.zero_fails
        return t.Calculated(kind, node, node.op, a, b, zero)

    def _power(self, node: s.Arithmetic) -> t.Expr:
        """A whole power of a plain number; the exponent is proved to be whole, not below zero and no larger than can be written out."""
        base, exponent = self.expr(node.left), self.expr(node.right)
        if isinstance(base.type, Invalid) or isinstance(exponent.type, Invalid):
            return self._invalid(node)
        if not isinstance(base.type, Quantity) or base.type.dims:
            return self.wrong(node.left, f"乘方的底要不带单位的数，写的是{base.type}", mend="例如 (1 + 月利率) ** 还款期数；金额乘在外面")
        if any(isinstance(x, t.Applied) and x.function == "power" for part in (base, exponent) for x in t.walk(part)):
            return self.wrong(node, "乘方里不能再套乘方", mend="指数先相乘，或问清政策起草人：算式写错了吗？")
        counted = isinstance(exponent.type, Quantity) and (not exponent.type.dims or (len(exponent.type.dims) == 1 and exponent.type.dims[0][1] == 1))
        if not counted or (isinstance(exponent.type, Quantity) and is_money(exponent.type.dims)):
            return self.wrong(
                node.right, f"乘方的指数要是次数（期数、月数），写的是{exponent.type}", mend="写不带单位的数（kind: number），或以 月、年、次、期 计的数量"
            )
        assert isinstance(exponent.type, Quantity)
        if exponent.type.dims and (unit := exponent.type.dims[0][0]) in BASE_UNITS and unit not in _TIMES:
            return self.wrong(
                node.right,
                f"乘方的指数要是次数（期数、月数），写的是{exponent.type}",
                mend=f"写不带单位的数（kind: number），或以 月、年、次、期 计的数量；{unit} 不是次数",
            )
        if not self.whole(exponent):
            return self.wrong(node.right, "乘方的指数可能不是整数", expected="整数", mend="写整数，或用 floor(…)、ceiling(…) 写明向下还是向上取整")
        low, high = self.bounds(exponent)
        if low is None or low < 0:
            return self.wrong(node.right, "乘方的指数可能小于零", mend="给数据项写 min，或用 max(0, …)；负的次方写成 1 / (… ** …)")
        if high is None or high > MAX_EXPONENT:
            return self.wrong(
                node.right,
                "乘方可能大得算不了：指数最多是多少？",
                expected=f"不超过 {MAX_EXPONENT}",
                mend="给数据项写 max（标准写 bounds），或用 min(…, 最多期数)",
            )
        return t.Applied(Quantity(percent=base.type.percent), node, "power", (base, exponent))

    @staticmethod
    def _result(op: str, a: Type, b: Type) -> Type | None:
        if isinstance(a, Quantity) and isinstance(b, Quantity):
            if op in "+-":
                return Quantity(dims=a.dims, percent=a.percent or b.percent) if a.dims == b.dims else None
            dims = multiply(a.dims, b.dims, 1 if op == "*" else -1)
            return Quantity(dims=dims, percent=not dims and ((op == "/" and bool(a.dims)) or (a.percent and b.percent)))
        if isinstance(a, Date):
            if isinstance(b, Period) or (isinstance(b, Quantity) and b.dims == COUNTED_DAYS.dims):
                return DATE if op in "+-" else None
            if isinstance(b, Date):
                return COUNTED_DAYS if op == "-" else None
        if isinstance(a, Period) and isinstance(b, Period):
            return PERIOD if op in "+-" else None
        if isinstance(a, Year):
            if isinstance(b, Quantity) and b.dims == COUNTED_YEARS.dims:
                return YEAR if op in "+-" else None
            if isinstance(b, Year):
                return COUNTED_YEARS if op == "-" else None
        return None

    def whole(self, expr: t.Expr) -> bool:
        """Whether a quantity is a whole number of its unit, whatever is told."""
        match expr:
            case t.Const(value=Fraction() as value):
                return value.denominator == 1
            case t.FactRef(fact=key) | t.ParameterRef(parameter=key) | t.DefinitionRef(base=None, definition=key):
                symbol = self.scope.find(key)
                return symbol is not None and symbol.whole
            case t.DefinitionRef(base=base, definition=key) if base is not None and isinstance(base.type, RecordOf):
                symbol = self.scope.field(base.type.record, key.rpartition(".")[2])
                return symbol is not None and symbol.whole
            case t.Field(base=base, name=name) if record := record_of(base.type):
                symbol = self.scope.field(record, name)
                return symbol is not None and symbol.whole
            case t.Calculated(op="+" | "-" | "*", left=left, right=right):
                return all(isinstance(x.type, Date | Year) or self.whole(x) for x in (left, right))
            case t.Negated(operand=operand):
                return self.whole(operand)
            case t.Choice(then=then, otherwise=otherwise):
                return self.whole(then) and self.whole(otherwise)
            case t.Projection(body=body):
                return self.whole(body)
            case t.Applied(function="count" | "distinct count" | "floor" | "ceiling") | t.Quantifier(kind="count"):
                return True
            case t.Applied(function=function) if function in s.DATE_PARTS or function in s.SPANS:
                return True
            case t.Applied(function="power", arguments=(base, _)):
                return self.whole(base)
            case t.Applied(function=function, arguments=(_, step)) if function in s.ROUNDINGS:
                return self.whole(step)
            case t.Applied(function="sum" | "max" | "min" | "abs", arguments=arguments):
                return all(self.whole(a) for a in arguments)
        return False

    def bounds(self, expr: t.Expr) -> Bound:
        """What declared bounds prove about a quantity: (at least, at most), None for open."""
        match expr:
            case t.Const(value=Fraction() as value):
                return value, value
            case t.FactRef(fact=key) | t.ParameterRef(parameter=key) | t.DefinitionRef(base=None, definition=key):
                symbol = self.scope.find(key)
                return symbol.bounds if symbol else (None, None)
            case t.Field(base=base, name=name) if record := record_of(base.type):
                symbol = self.scope.field(record, name)
                return symbol.bounds if symbol else (None, None)
            case t.DefinitionRef(definition=definition, base=t.Expr(type=RecordOf(record=record))):
                symbol = self.scope.field(record, definition.rsplit("/", 1)[-1].rsplit(".", 1)[-1])
                return symbol.bounds if symbol else (None, None)
            case t.Calculated(op=op, left=left, right=right) if isinstance(expr.type, Quantity):
                (a, b), (c, d) = self.bounds(left), self.bounds(right)
                if op == "+":
                    return (None if a is None or c is None else a + c), (None if b is None or d is None else b + d)
                if op == "-":
                    return (None if a is None or d is None else a - d), (None if b is None or c is None else b - c)
                if op == "*" and a is not None and c is not None and a >= 0 and c >= 0:
                    return a * c, (None if b is None or d is None else b * d)
                if op == "/" and a is not None and a >= 0 and c is not None and c >= 0:
                    return Fraction(0), None
                return None, None
            case t.Choice(then=then, otherwise=otherwise):
                (a, b), (c, d) = self.bounds(then), self.bounds(otherwise)
                return (None if a is None or c is None else min(a, c)), (None if b is None or d is None else max(b, d))
            case t.Projection(body=body):
                return self.bounds(body)
            case t.Applied(function="count" | "distinct count") | t.Quantifier(kind="count") | t.ConclusionRef():
                return Fraction(0), None
            case t.Applied(function=function) if function in s.DATE_PARTS:
                return Fraction(1), Fraction(s.DATE_PARTS[function])
            case t.Applied(function="power", arguments=(base, exponent)):
                try:
                    return power(self.bounds(base), self.bounds(exponent))
                except TooLarge:
                    return None, None
            case t.Applied(function="sum", nonnegative=True):
                return Fraction(0), None
            case t.Applied(function="max" | "min" as which, arguments=arguments):
                known = [self.bounds(a) for a in arguments]
                lows, highs = [k[0] for k in known], [k[1] for k in known]
                pick = max if which == "max" else min
                low = pick((x for x in lows if x is not None), default=None) if which == "max" or None not in lows else None
                high = pick((x for x in highs if x is not None), default=None) if which == "min" or None not in highs else None
                return low, high
        return None, None

    # -- comparison and logic -------------------------------------------------------------------

    def _compare(self, node: s.Compare) -> t.Expr:
        a, b = self._pair(node, node.left, node.right, "比较的两边")
        if node.op not in ("=", "!=") and isinstance(a.type, Boolean | Text | ListOf | RecordOf | RangeOf):
            return self.wrong(node, f"{a.type}不能比大小", mend="用 = 或 in")
        if isinstance(a.type, ListOf | RecordOf | RangeOf):
            return self.wrong(node, f"{a.type}不能直接比较", mend="用 in，或 some … in … satisfies …")
        self._one_kind(node, (node.left, a), (node.right, b))
        return self._named(node, a, b) or t.Compared(BOOLEAN, node, node.op, a, b)

    def _named(self, node: s.Compare, a: t.Expr, b: t.Expr) -> t.Expr | None:
        """A measure is meant by its id and by its title alike: support of before may be recorded by either."""
        column, word = (a, b) if isinstance(b, t.Const) else (b, a)
        if node.op not in ("=", "!=") or not (isinstance(word, t.Const) and isinstance(word.value, str)):
            return None
        own = record_of(column.base.type) if isinstance(column, t.Field) else ""
        words = self.scope.same_thing(own, column.name, word.value) if isinstance(column, t.Field) and own else ()
        if not words or set(words) <= {word.value, *self.beside}:
            return None
        target = t.Listed(ListOf(item=word.type), word.source, tuple(replace(word, value=w) for w in words))
        member = t.Member(BOOLEAN, node, column, target)
        return member if node.op == "=" else t.Inverse(BOOLEAN, node, member)

    def _between(self, node: s.Between) -> t.Expr:
        low = self._compare(s.Compare(">=", node.value, node.low, span=node.span))
        high = self._compare(s.Compare("<=", node.value, node.high, span=node.span))
        return t.All(BOOLEAN, node, (low, high))

    def _in(self, node: s.In) -> t.Expr:
        if _bare(node.value):
            target = self.expr(node.target)
            inner = target.type.item if isinstance(target.type, ListOf | RangeOf) else None
            value = self.expr(node.value, inner.item if isinstance(inner, RangeOf) else inner)
        else:
            value = self.expr(node.value)
            target = self.expr(node.target, value.type)
        if isinstance(target.type, Invalid) or isinstance(value.type, Invalid):
            return t.Const(INVALID, node, False)
        if not isinstance(target.type, ListOf | RangeOf):
            return self.wrong(node.target, f"in 的右边应是目录、清单或区间，写的是{target.type}", mend="相等写 =")
        options = value.type.options if isinstance(value.type, Text) else ()
        words: tuple[str, ...] = ()
        if isinstance(target, t.ParameterRef) and (found := self.scope.find(target.parameter)) and found.members:
            words = found.members[0]
        elif isinstance(target, t.Listed):
            words = tuple(i.value for i in target.items if isinstance(i, t.Const) and isinstance(i.value, str))
        self._options(node.target, words, options)
        inner = target.type.item.item if isinstance(target.type.item, RangeOf) else target.type.item
        if not alike(inner, value.type):
            return self.wrong(node, f"in 的两边不是同一类：{value.type} 与 {inner}")
        self._one_kind(node, (node.value, value), (node.target, target))
        return t.Member(BOOLEAN, node, value, target)

    def _one_kind(self, node: s.Node, *sides: tuple[s.Node, t.Expr]) -> None:
        """A stand-in never equals a plain word: to compare the two would be a no that nobody told."""
        kinds = [(sentence(source), kinds_of(expr, self.scope)) for source, expr in sides]
        if len(frozenset[bool]().union(*(k for _, k in kinds))) < 2:
            return
        persons = "、".join(f"“{word}”" for word, kind in kinds if PERSONAL in kind)
        plain = "、".join(f"“{word}”" for word, kind in kinds if PLAIN in kind)
        self.wrong(
            node, f"{persons}是个人信息，测算时换成化名；{plain}不是，两边永远不相等", expected="两边都是个人信息，或都不是",
            mend=f"与它比的若也指人或各人的编号，那一栏也写 personal: 是；不指人的，去掉{persons}的 personal",
        )  # fmt: skip

    def _options(self, node: s.Node, words: tuple[str, ...], options: tuple[str, ...]) -> None:
        """Words that can never be met because the choice does not offer them."""
        for word in words if options else ():
            if word not in options:
                self.wrong(node, f"目录里的“{word}”不在数据项的选项里", expected="、".join(options), mend=suggestion(word, options), code=Code.NOT_AN_OPTION)

    def _and(self, node: s.And) -> t.Expr:
        return t.All(BOOLEAN, node, self._chain(node.items, given=True))

    def _or(self, node: s.Or) -> t.Expr:
        before = self.beside
        self.beside = frozenset(x.value for i in node.items if isinstance(i, s.Compare) for x in (i.left, i.right) if isinstance(x, s.String))
        items = self._chain(node.items, given=False)
        self.beside = before
        return t.AnyOf(BOOLEAN, node, items)

    def _chain(self, items: tuple[s.Node, ...], *, given: bool) -> tuple[t.Expr, ...]:
        """Parts in turn; each may rely on what the earlier ones settled about 无."""
        before, out = self.handled, []
        for item in items:
            out.append(self.boolean(item))
            self.handled |= _settled(item, given)
        self.handled = before
        return tuple(out)

    def _not(self, node: s.Not) -> t.Expr:
        return t.Inverse(BOOLEAN, node, self.boolean(node.operand))

    def _if(self, node: s.If, wanted: Type | None = None) -> t.Expr:
        condition = self.boolean(node.condition)
        before = self.handled

        def branch(part: s.Node, holds: bool, wanted: Type | None) -> t.Expr:
            self.handled = before | _settled(node.condition, holds)
            result = self.maybe(part, wanted)
            self.handled = before
            return result

        if _bare(node.then) > _bare(node.otherwise):
            otherwise = branch(node.otherwise, False, wanted)
            then = branch(node.then, True, otherwise.type)
        else:
            then = branch(node.then, True, wanted)
            otherwise = branch(node.otherwise, False, then.type if wanted is None or not _bare(node.then) else wanted)
        kind = join(then.type, otherwise.type)
        if kind is None:
            return self.wrong(node, f"then 与 else 不是同一类：{then.type} 与 {otherwise.type}")
        self._one_kind(node, (node.then, then), (node.otherwise, otherwise))
        return t.Choice(kind, node, condition, then, otherwise)

    def _isabsent(self, node: s.IsAbsent) -> t.Expr:
        operand = self.maybe(node.operand)
        if not operand.type.optional and show(node.operand) not in self.handled and not isinstance(operand.type, Invalid):
            return self.wrong(node, "这个数据项不会为“无”", mend="若确有“无”的情形，在数据项目录写 optional: 是")
        return t.AbsentTest(BOOLEAN, node, operand)

    def _at(self, node: s.At) -> t.Expr:
        value = self.maybe(node.value)
        if isinstance(value.type, Invalid):
            return value
        if isinstance(value.type, Yearly):
            return t.Applied(DATE, node, "day at", (value, self._year(node)))
        if not isinstance(value, t.FactRef) or not (symbol := self.scope.find(value.fact)) or not symbol.yearly:
            return self.wrong(node.value, "at 只用于按年度填报的数据项，和每年的一天（4月1日）", mend="在数据项目录写 per: year")
        # Another year than the year of application may not exist for a young enterprise.
        year = self._year(node)
        return year if isinstance(year.type, Invalid) else t.FactRef(symbol.type, node, value.fact, year)

    def _year(self, node: s.At) -> t.Expr:
        figures, self.rules = self.rules, replace(self.rules, figures=True)
        year = self.expr(node.year)
        if isinstance(node.year, s.Literal) and isinstance(year, t.Const) and isinstance(year.value, Fraction) and year.type == COUNTED_YEARS:
            year = t.Const(YEAR, node.year, int(year.value))
        self.rules = figures
        if not isinstance(year.type, Year | Invalid):
            return self.wrong(node.year, f"at 后面应是年度，写的是{year.type}", mend="例如 at 申报年度 - 1年")
        return year

    # -- functions ------------------------------------------------------------------------------

    def _call(self, node: s.Call, wanted: Type | None = None) -> t.Expr:
        name, args = node.function, node.arguments
        if name in ("min", "max", "mean"):
            return self._extreme(node, args, wanted)
        if name not in s.FUNCTIONS:
            symbol = self.scope.find(name)
            if symbol and symbol.kind is Kind.TABLE:
                return self._lookup(node, symbol)
            known = [*s.FUNCTIONS, *s.FROM_CHINESE, *self.scope.words()]
            return self.wrong(node, f"没有函数或标准表“{name}”", mend=suggestion(name, known), code=Code.UNKNOWN_NAME)
        method = _FUNCTIONS.get(name)
        return self.wrong(node, f"函数“{name}”不能用在这里") if method is None else method(self, node, args)

    def _lookup(self, node: s.Call, symbol: Symbol) -> t.Expr:
        if len(node.arguments) != len(symbol.inputs):
            return self.wrong(node, f"标准表“{node.function}”要 {len(symbol.inputs)} 个指标，写了 {len(node.arguments)} 个")
        arguments: list[t.Expr] = []
        for source, wanted in zip(node.arguments, symbol.inputs, strict=True):
            argument = self.expr(source, wanted)
            if not alike(argument.type, wanted):
                self.wrong(source, f"标准表“{node.function}”这里要{wanted}，写的是{argument.type}")
            if PERSONAL in kinds_of(argument, self.scope):
                self.wrong(source, f"“{sentence(source)}”是个人信息，测算时换成化名，与标准表“{node.function}”里的词永远不相等", mend="查表的指标不用个人信息")
            if isinstance(argument.type, Text) and len(arguments) < len(symbol.members):
                self._options(source, symbol.members[len(arguments)], argument.type.options)
            arguments.append(argument)
        return t.Lookup(symbol.type, node, symbol.id, tuple(arguments))

    def _arity(self, node: s.Call, count: int) -> bool:
        if len(node.arguments) == count:
            return True
        self.wrong(node, f"{s.FUNCTIONS[node.function]} {node.function} 要 {count} 个参数，写了 {len(node.arguments)} 个")
        return False

    def _invalid(self, node: s.Node) -> t.Expr:
        return t.Const(INVALID, node, False)

    def _count(self, node: s.Call, args: tuple[s.Node, ...]) -> t.Expr:
        if not self._arity(node, 1) or (base := self._records(args[0])) is None:
            return self._invalid(node)
        assert isinstance(base.type, ListOf) and isinstance(base.type.item, RecordOf)
        return t.Applied(Quantity(dims=((self.scope.noun(base.type.item.record), 1),)), node, "count", (base,))

    def _distinct_count(self, node: s.Call, args: tuple[s.Node, ...]) -> t.Expr:
        if not self._arity(node, 1):
            return self._invalid(node)
        base = self.expr(args[0])
        if not isinstance(base, t.Projection) or isinstance(base.base, t.ParameterRef):
            return self.wrong(args[0], "不重复件数要一栏，例如 distinct count(人员.人员键)")
        record = base.base.type
        assert isinstance(record, ListOf) and isinstance(record.item, RecordOf)
        return t.Applied(Quantity(dims=((self.scope.noun(record.item.record), 1),)), node, "distinct count", (base,))

    def _sum(self, node: s.Call, args: tuple[s.Node, ...]) -> t.Expr:
        if not self._arity(node, 1):
            return self._invalid(node)
        base = self.expr(args[0])
        if isinstance(base.type, Invalid):
            return base
        if not isinstance(base, t.Projection) or not isinstance(base.type, ListOf) or not isinstance(base.type.item, Quantity):
            return self.wrong(args[0], "合计要一栏数量，例如 sum(贷款.本金) 或 sum(for 笔 in 贷款 return …)")
        low = self.bounds(base.body)[0]
        return t.Applied(base.type.item, node, "sum", (base,), nonnegative=low is not None and low >= 0)

    def _extreme(self, node: s.Call, args: tuple[s.Node, ...], wanted: Type | None = None) -> t.Expr:
        if len(args) == 1:
            base = self.expr(args[0])
            if isinstance(base.type, Invalid):
                return base
            if not isinstance(base, t.Projection) or not isinstance(base.type, ListOf) or not isinstance(base.type.item, Quantity | Date):
                return self.wrong(args[0], "要一栏数量或日期，或两个以上的值")
            if node.function == "mean" and isinstance(base.type.item, Date):
                return self.wrong(node, "日期不能求平均")
            return t.Applied(base.type.item, node, node.function, (base,))
        if not args:
            return self.wrong(node, "要至少一个参数")
        # the first that has a unit of its own gives it to a bare 0 or 6个月
        lead = min(range(len(args)), key=lambda n: (_bare(args[n]), n))
        first = self.expr(args[lead], wanted)
        parts = [first if n == lead else self._pair(node, args[lead], source, "几个值", wanted)[1] for n, source in enumerate(args)]
        kind = next((p.type for p in parts if not isinstance(p, t.Const)), first.type)
        if not isinstance(kind, Quantity | Date | Period | Invalid):
            return self.wrong(node, f"{kind}不能比大小")
        if node.function == "mean" and isinstance(kind, Date | Period):
            return self.wrong(node, f"{kind}不能求平均")
        return t.Applied(kind, node, node.function, tuple(parts))

    def _magnitude(self, node: s.Call, args: tuple[s.Node, ...]) -> t.Expr:
        if not self._arity(node, 1):
            return self._invalid(node)
        a = self.quantity(args[0])
        return t.Applied(a.type, node, node.function, (a,))

    def _rounding(self, node: s.Call, args: tuple[s.Node, ...]) -> t.Expr:
        if not self._arity(node, 2):
            return self._invalid(node)
        value, step = self._pair(node, args[0], args[1], "被舍入的数与步长")
        low = self.bounds(step)[0]
        if low is None or low <= 0:
            return self.wrong(args[1], "舍入的步长必须大于零", mend="步长写成支持标准，例如 取整单位: 1万元")
        return t.Applied(value.type, node, node.function, (value, step))

    def _dates(self, node: s.Call, args: tuple[s.Node, ...], count: int, kind: Type) -> t.Expr:
        if not self._arity(node, count):
            return self._invalid(node)
        parts = tuple(self.expr(a) for a in args)
        for part, source in zip(parts, args, strict=True):
            if not isinstance(part.type, Date | Invalid):
                self.wrong(source, f"这里需要日期，写的是{part.type}")
        return t.Applied(kind, node, node.function, parts)

    def _date_part(self, node: s.Call, args: tuple[s.Node, ...]) -> t.Expr:
        return self._dates(node, args, 1, NUMBER)

    def _date(self, node: s.Call, args: tuple[s.Node, ...]) -> t.Expr:
        """A day by its year, month and day; a day that the month may lack is its last one, as where a period is added."""
        year, month, day = self.expr(args[0]), self.expr(args[1]), self.expr(args[2])
        if not isinstance(year.type, Year | Invalid):
            return self.wrong(
                args[0], f"这里需要年度，写的是{year.type}", mend='例如 date(申报年度, …, …) 或 date(year of(…), …, …)；固定的一天写 date("2026-01-01")'
            )
        ends = []
        for part, source, word, most in ((month, args[1], "月", 12), (day, args[2], "日", 31)):
            if isinstance(part.type, Invalid):
                return part
            if not isinstance(part.type, Quantity) or part.type.dims:
                return self.wrong(source, f"这里需要{word}（1 至 {most} 的整数），写的是{part.type}", mend="例如 month of(…)、day of(…)")
            low, high = self.bounds(part)
            if not self.whole(part) or low is None or high is None or low < 1 or high > most:
                return self.wrong(source, f"{word}可能不是 1 至 {most} 的整数", mend="每年的一天写成支持标准（例如 4月1日），用 名称 at 申报年度")
            ends.append((low, high))
        (first, last), (lowest, _) = ends
        if first == last and lowest > (29 if first == 2 else 30 if first in (4, 6, 9, 11) else 31):
            return self.wrong(node, "没有这一天", mend="核对月与日")
        return t.Applied(DATE, node, "date", (year, month, day))

    def _months_between(self, node: s.Call, args: tuple[s.Node, ...]) -> t.Expr:
        return self._dates(node, args, 2, COUNTED_MONTHS)

    def _years_between(self, node: s.Call, args: tuple[s.Node, ...]) -> t.Expr:
        return self._dates(node, args, 2, COUNTED_YEARS)

    def _days_between(self, node: s.Call, args: tuple[s.Node, ...]) -> t.Expr:
        return self._dates(node, args, 2, COUNTED_DAYS)

    def _year_of(self, node: s.Call, args: tuple[s.Node, ...]) -> t.Expr:
        return self._dates(node, args, 1, YEAR)

    def _of_year(self, node: s.Call, args: tuple[s.Node, ...]) -> t.Expr:
        if not self._arity(node, 1):
            return self._invalid(node)
        year = self.expr(args[0])
        if not isinstance(year.type, Year | Invalid):
            return self.wrong(args[0], f"这里需要年度，写的是{year.type}")
        return t.Applied(DATE, node, node.function, (year,))

    def _of_range(self, node: s.Call, args: tuple[s.Node, ...]) -> t.Expr:
        if not self._arity(node, 1):
            return self._invalid(node)
        span = self.expr(args[0])
        if not isinstance(span.type, RangeOf):
            return self.wrong(args[0], f"这里需要区间，写的是{span.type}")
        return t.Applied(span.type.item, node, node.function, (span,))

    def _working_day_after(self, node: s.Call, args: tuple[s.Node, ...]) -> t.Expr:
        if not self._arity(node, 2):
            return self._invalid(node)
        day, steps = self.expr(args[0]), self.expr(args[1])
        if not isinstance(day.type, Date | Invalid):
            self.wrong(args[0], f"这里需要日期，写的是{day.type}")
        if not alike(steps.type, Quantity(dims=(("工作日", 1),))):
            self.wrong(args[1], f"这里需要工作日数，写的是{steps.type}", mend="例如 5个工作日")
        elif not isinstance(steps.type, Invalid) and not self.whole(steps):
            self.wrong(args[1], "半个工作日不能加到日期上：这个数可能不是整数", mend="写整数，或用 floor(…)、ceiling(…) 写明向下还是向上取整")
        return t.Applied(DATE, node, node.function, (day, steps))

    def _starts_with(self, node: s.Call, args: tuple[s.Node, ...]) -> t.Expr:
        if not self._arity(node, 2):
            return self._invalid(node)
        text, prefix = self.expr(args[0]), self.expr(args[1])
        inner = prefix.type.item if isinstance(prefix.type, ListOf) else prefix.type
        if not alike(text.type, TEXT) or not alike(inner, TEXT):
            return self.wrong(node, "开头为 要文字与文字（或文字目录）")
        if PERSONAL in kinds_of(text, self.scope) | kinds_of(prefix, self.scope):
            return self.wrong(node, f"“{sentence(args[0])}”是个人信息，测算时换成化名，没有开头可看", mend="个人信息只能比是不是同一个：=、in、distinct count")
        return t.Applied(BOOLEAN, node, node.function, (text, prefix))

    def _value_at(self, node: s.Call, args: tuple[s.Node, ...]) -> t.Expr:
        if not self._arity(node, 2):
            return self._invalid(node)
        parameter, day = self.expr(args[0]), self.expr(args[1])
        if not isinstance(parameter, t.ParameterRef):
            return self.wrong(args[0], "value at 的第一个参数应是支持标准的名称")
        if not isinstance(day.type, Date | Invalid):
            return self.wrong(args[1], f"value at 的第二个参数应是日期，写的是{day.type}")
        return t.ParameterRef(parameter.type, node, parameter.parameter, day)

    def _meets(self, node: s.Call, args: tuple[s.Node, ...]) -> t.Expr:
        if not self._arity(node, 1):
            return self._invalid(node)
        recognition = self.expr(args[0])
        if not isinstance(recognition, t.RecognitionRef):
            return self.wrong(args[0], "meets（条件测评）要资格的名称，例如 meets(高新技术企业)")
        return t.RecognitionRef(BOOLEAN, node, recognition.recognition, True)

    def _granted(self, node: s.Call, args: tuple[s.Node, ...]) -> t.Expr:
        """`granted(ID)`, `granted(ID, record)`, `amount(ID)`: an id or title, written as a name or as a text."""
        most = 2 if node.function == "granted" else 1
        if not 1 <= len(args) <= most:
            return self.wrong(node, f"{s.FUNCTIONS[node.function]} {node.function} 要{'支持事项，可再写一条明细' if most == 2 else '一个支持事项'}")
        record = self.expr(args[1]) if len(args) > 1 else None
        if record is not None and not isinstance(record.type, RecordOf | Invalid):
            return self.wrong(args[1], f"这里需要一条明细，写的是{record.type}", mend="写 each 的变量，例如 granted(展位费补助, 展)")
        word = _spelled(args[0])
        if word is None:
            return self.wrong(args[0], "这里写支持事项的编号或名称", mend="例如 granted(展位费补助)；有括号、横线等符号的加引号")
        key = self.scope.conclusion(word, node, self.at.shifted(node.span[0]), record.type.record if record and isinstance(record.type, RecordOf) else "")
        if key is None:
            known = list(self.scope.measure_words())
            mend = suggestion(word, known) or "写本规则库里支持事项的编号或名称"
            return self.wrong(args[0], f"没有支持事项“{word}”", mend=mend, code=Code.UNKNOWN_NAME)
        kind = BOOLEAN if node.function == "granted" else Quantity(dims=(("元", 1),))
        return t.ConclusionRef(kind, node, key, node.function == "amount", record)


# The functions that take their arguments as written; min, max and mean are `_extreme`, 日期 is read by the parser.
_FUNCTIONS: Mapping[str, Callable[[_Checker, s.Call, tuple[s.Node, ...]], t.Expr]] = {
    "count": _Checker._count, "distinct count": _Checker._distinct_count, "sum": _Checker._sum,
    "abs": _Checker._magnitude, "floor": _Checker._magnitude, "ceiling": _Checker._magnitude,
    **dict.fromkeys(s.ROUNDINGS, _Checker._rounding), **dict.fromkeys(s.DATE_PARTS, _Checker._date_part), "date": _Checker._date,
    "months through": _Checker._months_between, "years through": _Checker._years_between, "days through": _Checker._days_between,
    "value at": _Checker._value_at, "meets": _Checker._meets, "starts with": _Checker._starts_with,
    "months between": _Checker._months_between, "years between": _Checker._years_between, "days between": _Checker._days_between,
    "year of": _Checker._year_of, "start of year": _Checker._of_year, "end of year": _Checker._of_year,
    "start of": _Checker._of_range, "end of": _Checker._of_range, "working day after": _Checker._working_day_after,
    "granted": _Checker._granted, "amount": _Checker._granted,
}  # fmt: skip


def _spelled(node: s.Node) -> str | None:
    """An id or title written as a name (`a.b` too) or as a text."""
    match node:
        case s.Name(name=name) | s.String(value=name):
            return name
        case s.Path(base=s.Name() | s.Path() as base, field=field):
            before = _spelled(base)
            return None if before is None else f"{before}.{field}"
    return None


def _year_before(node: s.Arithmetic) -> bool:
    """申报年度 - 1年: 上年, the name of a year and no figure of the policy."""
    return node.op == "-" and node.left == s.Name("申报年度") and isinstance(node.right, s.Literal) and node.right.text == "1年"


def _bare(node: s.Node) -> int:
    """How much a part leaves its meaning to what stands beside it: 0 not at all, 1 a number as
    written (6个月 may be a period), 2 a bare zero. A sum, a choice or the largest of several is as bare as its firmest part."""
    match node:
        case s.Literal(text=text):
            return 1 if text.strip("0.") else 2
        case s.Negate(operand=operand):
            return _bare(operand)
        case s.Arithmetic(op="+" | "-", left=left, right=right) | s.If(then=left, otherwise=right):
            return min(_bare(left), _bare(right))
        case s.Call(function="min" | "max" | "mean", arguments=arguments) if arguments:
            return min(map(_bare, arguments))
    return 0


def _settled(node: s.Node, holds: bool) -> frozenset[str]:
    """Expressions that are not 无 once `node` is known to hold (or to fail)."""
    match node:
        case s.IsAbsent(operand=operand):
            return frozenset() if holds else frozenset({show(operand)})
        case s.Not(operand=operand):
            return _settled(operand, not holds)
        case s.And(items=items) if holds:
            return frozenset().union(*(_settled(i, True) for i in items))
        case s.Or(items=items) if not holds:
            return frozenset().union(*(_settled(i, False) for i in items))
    return frozenset()


def check(
    node: s.Node, scope: Scope, *, at: Position = Position(), wanted: Type | None = None,
    variables: Mapping[str, Type] | None = None, rules: Rules = Rules(), optional: bool = False,
    inside: tuple[str, Type] | None = None,
) -> tuple[t.Expr, list[Problem], Bound]:  # fmt: skip
    """Type one expression.

    `wanted` is the type the place needs (a condition: `BOOLEAN`), `variables` the binders in
    scope, `optional` whether the result may be 无, `inside` the record (variable, type) whose
    columns may be named without a prefix. Returns the typed tree, every problem found,
    and what the declared bounds prove about the value.
    """
    checker = _Checker(scope, at, variables or {}, rules)
    if inside:
        checker.item.append(inside)
    result = checker.maybe(node, wanted) if optional else checker.expr(node, wanted)
    if wanted is not None and not alike(result.type, wanted):
        checker.wrong(node, f"这里需要{wanted}，写的是{result.type}", mend="写成比较，例如 … >= …" if wanted == BOOLEAN else "核对单位")
    bounds = checker.bounds(result) if isinstance(result.type, Quantity) else (None, None)
    return result, checker.problems, bounds


def whole_number(expr: t.Expr, scope: Scope) -> bool:
    """Whether a typed quantity is a whole number of its unit, whatever is told."""
    return _Checker(scope, Position(), {}, Rules()).whole(expr)


__all__ = ["ABSENT", "NUMBER", "RATIO", "Absent", "Bound", "Kind", "Rules", "Scope", "Symbol", "check", "date"]
