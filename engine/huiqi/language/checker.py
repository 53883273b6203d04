"""Names, types and units, checked before anything runs.

`check` turns a syntax tree into a typed tree and collects *all* complaints of an expression, each
at its own place: names, literals, lists, comparison and logic here, what is calculated in `arithmetic`, what is called in `calls`.
It relies on a `Scope` for the words of a rulebook. What must stay true: no typed tree compares two units, reads an optional
value without handling 无, or divides by something that may be zero without the rule saying what then happens.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import assert_never

from ..errors import SEE, Code, Position, Problem, suggestion
from . import syntax as s
from . import typed as t
from .arithmetic import arithmetic
from .calls import FUNCTIONS, extreme, lookup
from .hints import of_kinds, of_name
from .persons import PERSONAL, PLAIN, kinds_of
from .printer import sentence, show
from .proved import bounds
from .scope import Kind, Rules, Scope, Symbol
from .types import (
    BOOLEAN,
    COUNTED_DAYS,
    COUNTED_MONTHS,
    COUNTED_YEARS,
    DATE,
    INVALID,
    PERIOD,
    TEXT,
    YEAR,
    YEARLY,
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
from .units import QuantityError, Unit, parse_quantity, unit_text


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
                return arithmetic(self, node, wanted)
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

    def _symbol(self, symbol: Symbol, node: s.Name | s.Path) -> t.Expr:
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
                name = node.field if isinstance(node, s.Path) else node.name
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

    def records(self, node: s.Node) -> t.Expr | None:
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
        base = self.records(node.base)
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
        lead = min(range(len(node.items)), key=lambda n: s.bare(node.items[n]))
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
        low, high = self.pair(node, node.low, node.high, "区间两端", wanted.item if isinstance(wanted, RangeOf) else wanted)
        return t.Ranged(RangeOf(item=low.type), node, low, high, node.low_closed, node.high_closed)

    # -- arithmetic -----------------------------------------------------------------------------

    def _negate(self, node: s.Negate, wanted: Type | None = None) -> t.Expr:
        operand = self.expr(node.operand, wanted)
        if not isinstance(operand.type, Quantity | Invalid):
            return self.wrong(node.operand, f"这里需要数量，写的是{operand.type}")
        return t.Negated(operand.type, node, operand)

    def both(self, left: s.Node, right: s.Node, wanted: Type | None = None) -> tuple[t.Expr, t.Expr]:
        """Both sides; a bare 0, 6个月 or 3年 takes the meaning the other side gives it, else the place."""
        if s.bare(left) > s.bare(right):
            b = self.maybe(right, wanted)
            return self.maybe(left, b.type), b
        a = self.maybe(left, wanted)
        return a, self.maybe(right, a.type if wanted is None or not s.bare(left) else wanted)

    def pair(self, node: s.Node, left: s.Node, right: s.Node, what: str, wanted: Type | None = None) -> tuple[t.Expr, t.Expr]:
        a, b = self.both(left, right, wanted)
        for part, source in ((a, left), (b, right)):
            if part.type.optional:
                self.wrong(source, "这个数据项可能为“无”，须先处理无的情形", mend=f"先写 {show(source)} is 无 or …（{sentence(source)} 为 无 或 …）")
        if not alike(a.type, b.type):
            mend = ""
            if isinstance(a.type, Quantity) and isinstance(b.type, Quantity):
                mend = f"单位不同：{unit_text(a.type.dims) or '无单位'} 与 {unit_text(b.type.dims) or '无单位'}；"
                bare = next((x for x, kind in ((left, a.type), (right, b.type)) if not kind.dims), None)
                mend += "先折算成同一单位" if bare is None else f"“{sentence(bare)}”没有单位，数要写明单位（100万元）；本来是比率、倍数的，另一边也应是"
            if {type(a.type), type(b.type)} == {Date, Yearly}:
                mend = "每年的一天先写明是哪一年的：… at 申报年度"
            mend = mend or of_kinds(a.type, b.type, sentence(left), sentence(right))
            self.wrong(node, f"{what}不是同一类：{a.type} 与 {b.type}", mend=mend)
        options = next((x.type.options for x in (a, b) if isinstance(x.type, Text) and x.type.options), ())
        for part, source in ((a, left), (b, right)):
            if options and isinstance(part, t.Const) and isinstance(part.value, str) and part.value not in options:
                self.wrong(source, f"选项里没有“{part.value}”", expected="、".join(options), mend=suggestion(part.value, options), code=Code.NOT_AN_OPTION)
            if isinstance(part, t.Variable):
                self.options(source, self.entries.get(part.name, ()), options)
        return a, b

    # -- comparison and logic -------------------------------------------------------------------

    def _compare(self, node: s.Compare) -> t.Expr:
        a, b = self.pair(node, node.left, node.right, "比较的两边")
        if not alike(a.type, b.type) and not isinstance(a.type, Invalid) and not isinstance(b.type, Invalid):
            return t.Const(INVALID, node, False)  # what is not of one kind was told
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
        if s.bare(node.value):
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
        self.options(node.target, words, options)
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

    def options(self, node: s.Node, words: tuple[str, ...], options: tuple[str, ...]) -> None:
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

        if s.bare(node.then) > s.bare(node.otherwise):
            otherwise = branch(node.otherwise, False, wanted)
            then = branch(node.then, True, otherwise.type)
        else:
            then = branch(node.then, True, wanted)
            otherwise = branch(node.otherwise, False, then.type if wanted is None or not s.bare(node.then) else wanted)
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
            return extreme(self, node, args, wanted)
        if name not in s.FUNCTIONS:
            symbol = self.scope.find(name)
            if symbol and symbol.kind is Kind.TABLE:
                return lookup(self, node, symbol)
            tables = [w for w in self.scope.words() if (x := self.scope.find(w)) is not None and x.kind is Kind.TABLE]
            mend = suggestion(name, [*s.FUNCTIONS, *s.FROM_CHINESE, *tables]) or "标准表先写在 tables.yaml；不是表的，名称后面不加括号"
            return self.wrong(node, f"没有函数或标准表“{name}”", mend=mend, code=Code.UNKNOWN_NAME)
        typed = FUNCTIONS.get(name)
        return self.wrong(node, f"函数“{name}”不能用在这里") if typed is None else typed(self, node, args)


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
    return result, checker.problems, bounds(result, scope) if isinstance(result.type, Quantity) else (None, None)
