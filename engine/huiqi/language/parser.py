"""Text of the rule language to its syntax tree.

The grammar is `grammar.lark` (LALR); this module normalises full-width punctuation (one character
to one, so that positions hold), guards size and depth, builds the tree, and turns the parser's
complaints into Chinese with the mend. What must stay true: nothing is ever misread silently, and
`parse(show(tree)) == tree` (see `printer`).
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken, VisitError

from ..errors import Code, ExpressionError, Position, Problem, suggestion
from . import syntax as s
from .hints import at_syntax
from .units import FULL_WIDTH, QuantityError, parse_quantity
from .yearly import parse_month_day

MAX_LENGTH = 4_000
MAX_DEPTH = 48
MAX_TREE = 100

_PUNCTUATION = FULL_WIDTH | {
    ord("（"): "(", ord("）"): ")", ord("［"): "[", ord("］"): "]", ord("【"): "[", ord("】"): "]",
    ord("〔"): "[", ord("〕"): "]", ord("、"): ",", ord("＝"): "=", ord("＜"): "<", ord("＞"): ">",
    ord("×"): "*", ord("÷"): "/", ord("−"): "-", ord("＊"): "*", ord("／"): "/", ord("“"): '"',
    ord("”"): '"', ord("＂"): '"', ord("\t"): " ",
}  # fmt: skip
_PUNCTUATION |= {ord("Ａ") + i: ord("A") + i for i in range(26)}
_PUNCTUATION |= {ord("ａ") + i: ord("a") + i for i in range(26)}
_COMPARE = {
    "不低于": ">=", "不少于": ">=", "不早于": ">=", "不超过": "<=", "不晚于": "<=", "不等于": "!=",
    "等于": "=", "超过": ">", "晚于": ">", "低于": "<", "少于": "<", "早于": "<",
    "≥": ">=", "≤": "<=", "≠": "!=",
}  # fmt: skip
_EXPECTED = {
    "NAME": "名称", "QUANTITY": "数字加单位", "NUMBER": "数字", "MONTH_DAY": "4月1日", "STRING": "“文字”", "COMPARE": "比较（>= <= = …）",
    "AND": "and（且）", "OR": "or（或）", "IN": "in（属于）", "PLUS": "+", "MINUS": "-", "TIMES": "*",
    "DIVIDED": "/", "POWER": "**（的 … 次方）", "TH_POWER": "次方", "LPAR": "（", "RPAR": "）", "LSQB": "[", "RSQB": "]", "THEN": "then（那么）",
    "ELSE": "else（否则）", "$END": "到此结束", "DOT": ".", "COMMA": "，", "NOTHING": "无",
    "SATISFIES": "satisfies（满足）", "RETURN": "return（取）", "CLOSE_IN": "]", "CLOSE_OUT": ")",
    "__ANON_0": "..",
}  # fmt: skip
_MENDS = {
    "==": "相等写一个等号 =", "&&": "写 and（且）", "||": "写 or（或）", "!": "写 not(…)（并非）",
    "**": "乘方两边的负数和乘方加括号，例如 -(甲 ** 乙)", "^": "乘方写 **（的 … 次方）", "%": "百分号紧跟数字，例如 35%", "'": "文字用双引号", "null": "没有 null：已知没有写“is 无”",
    "。": "表达式里不用句号", "；": "一条条件只写一个表达式", ":": "表达式里没有冒号",
}  # fmt: skip


_QUOTES = {'"': "\ue000", "“": "\ue001", "”": "\ue002", "＂": "\ue003"}  # how a mark within a text travels
_UNQUOTE = {ord(v): k for k, v in _QUOTES.items()}


def _strings(text: str) -> list[tuple[int, int]]:
    """Where texts stand: from the opening mark to the closing one, both counted.

    A straight mark is closed by a straight one; “ by the ” that pairs with it, so that a text may
    hold quoted words: "“专精特新”企业", “甲“乙”丙”. One left open runs to the end.
    """
    spans, start = [], 0
    while (opening := re.search('["“”＂]', text[start:])) is not None:
        begin = start + opening.start()
        end, depth = begin + 1, 1
        curved = text[begin] == "“" and "”" in text[end:]
        while end < len(text):
            char = text[end]
            if curved:
                depth += (char == "“") - (char == "”")
            elif text[begin] in '"＂':
                depth -= char in '"＂' or (char in "“”" and not any(m in text[end:] for m in '"＂'))
            else:
                depth -= char in _QUOTES
            end += 1
            if depth == 0:
                break
        spans.append((begin, end))
        start = end
    return spans


def normalise(text: str) -> str:
    """Full-width punctuation and digits to ASCII outside texts; every position is kept.

    Within a text every mark of quotation becomes a private character, put back when the tree is built.
    """
    out, last = [], 0
    for begin, end in _strings(text):
        closed = end > begin + 1 and text[end - 1] in _QUOTES
        inner = text[begin + 1 : end - closed]
        out += [text[last:begin].translate(_PUNCTUATION), '"', "".join(_QUOTES.get(x, x) for x in inner), '"' if closed else ""]
        last = end
    return "".join([*out, text[last:].translate(_PUNCTUATION)])


class _Failure(Exception):
    def __init__(self, span: s.Span, message: str, mend: str = "", found: str = "") -> None:
        super().__init__(message)
        self.span, self.message, self.mend, self.found = span, message, mend, found


def _span(items: list[Any]) -> s.Span:
    spans: list[s.Span] = [(i.start_pos or 0, i.end_pos or 0) if isinstance(i, Token) else i.span for i in items if isinstance(i, Token) or s.is_node(i)]
    return (min(a for a, _ in spans), max(b for _, b in spans)) if spans else (0, 0)


def _nodes(items: list[Any]) -> list[s.Node]:
    return [i for i in items if s.is_node(i)]


class _Build(Transformer[Token, s.Node]):
    """Grammar productions to tree nodes; called bottom-up by the parser, so never recursive."""

    def start(self, c: list[Any]) -> s.Node:
        return c[0]  # type: ignore[no-any-return]

    def conditional(self, c: list[Any]) -> s.Node:
        a, b, d = _nodes(c)
        return s.If(a, b, d, span=_span(c))

    def quantified(self, c: list[Any]) -> s.Node:
        kind = {"SOME": "some", "EVERY": "every", "HOW_MANY": "count"}[c[0].type]
        source, condition = _nodes(c)
        return s.Quantified(kind, str(c[1]), source, condition, span=_span(c))

    def iteration(self, c: list[Any]) -> s.Node:
        source, body = _nodes(c)
        return s.For(str(c[1]), source, body, span=_span(c))

    def disjunction(self, c: list[Any]) -> s.Node:
        return s.Or(tuple(_nodes(c)), span=_span(c))

    def conjunction(self, c: list[Any]) -> s.Node:
        return s.And(tuple(_nodes(c)), span=_span(c))

    def compare(self, c: list[Any]) -> s.Node:
        return s.Compare(_COMPARE.get(str(c[1]), str(c[1])), c[0], c[2], span=_span(c))

    def membership(self, c: list[Any]) -> s.Node:
        return s.In(c[0], c[2], span=_span(c))

    def within(self, c: list[Any]) -> s.Node:
        closed = [t.type == "INCLUDED" for t in c if isinstance(t, Token) and t.type in ("INCLUDED", "EXCLUDED")]
        value, low, high = _nodes(c)
        bounds = s.Range(low, high, closed[0], closed[1], span=(low.span[0], high.span[1]))
        return s.In(value, bounds, span=_span(c))

    def between(self, c: list[Any]) -> s.Node:
        value, low, high = _nodes(c)
        return s.Between(value, low, high, span=_span(c))

    between_zh = between

    def is_absent(self, c: list[Any]) -> s.Node:
        return s.IsAbsent(c[0], span=_span(c))

    def arithmetic(self, c: list[Any]) -> s.Node:
        return s.Arithmetic(str(c[1]), c[0], c[2], span=_span(c))

    def power_zh(self, c: list[Any]) -> s.Node:
        return s.Arithmetic("**", c[0], c[2], span=_span(c))

    def negate(self, c: list[Any]) -> s.Node:
        return s.Negate(c[1], span=_span(c))

    def at_year(self, c: list[Any]) -> s.Node:
        year: s.Node = s.Name(str(c[2]), span=_span(c[2:3]))
        if len(c) > 3:
            sign, digits = c[3][0], re.sub(r"\D", "", c[3])
            step = s.Literal(f"{int(digits)}年", parse_quantity(f"{digits}年"), span=_span(c[3:]))
            year = s.Arithmetic(sign, year, step, span=_span(c[2:]))
        return s.At(c[0], year, span=_span(c))

    def at_literal(self, c: list[Any]) -> s.Node:
        return s.At(c[0], self.literal(c[2:]), span=_span(c))

    def path(self, c: list[Any]) -> s.Node:
        return s.Path(c[0], str(c[1]), span=_span(c))

    def filter(self, c: list[Any]) -> s.Node:
        return s.Filter(c[0], c[1], span=_span(c))

    def literal(self, c: list[Any]) -> s.Node:
        # The unit may be a record type's noun, known only to the vocabulary: the checker reads it.
        return s.Literal(str(c[0]), _amount(str(c[0])), span=_span(c))

    def anniversary(self, c: list[Any]) -> s.Node:
        try:
            return s.Anniversary(parse_month_day(str(c[0])), span=_span(c))
        except QuantityError as error:
            raise _Failure(_span(c), error.message, error.mend, str(c[0])) from None

    def string(self, c: list[Any]) -> s.Node:
        return s.String(str(c[0])[1:-1].translate(_UNQUOTE), span=_span(c))

    def truth(self, c: list[Any]) -> s.Node:
        return s.Truth(c[0].type == "TRUE", span=_span(c))

    def name(self, c: list[Any]) -> s.Node:
        return s.Name(str(c[0]), span=_span(c))

    def negation(self, c: list[Any]) -> s.Node:
        return s.Not(c[1], span=_span(c))

    def call(self, c: list[Any]) -> s.Node:
        name = s.FROM_CHINESE.get(str(c[0]), re.sub(r"\s+", " ", str(c[0])))
        arguments = tuple(_nodes(c))
        if name == "date":
            if len(arguments) == 3:
                return s.Call(name, arguments, span=_span(c))
            if len(arguments) != 1 or not isinstance(arguments[0], s.String):
                raise _Failure(_span(c), '日期写作 date("2026-01-01")，或 date(年度, 月, 日)')
            try:
                if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", arguments[0].value):
                    raise ValueError
                return s.Day(date.fromisoformat(arguments[0].value), span=_span(c))
            except ValueError:
                raise _Failure(_span(c), "没有这个日期", '写成 date("2026-01-01")', arguments[0].value) from None
        return s.Call(name, arguments, span=_span(c))

    def listing(self, c: list[Any]) -> s.Node:
        return s.Listing(tuple(_nodes(c)), span=_span(c))

    def range(self, c: list[Any]) -> s.Node:
        low, high = _nodes(c)
        return s.Range(low, high, c[0] == "⟦", c[-1] == "]", span=_span(c))


def _amount(text: str) -> Any:
    try:
        return parse_quantity(text)
    except QuantityError:
        return None


@cache
def grammar_text() -> str:
    return (files("huiqi.language") / "grammar.lark").read_text(encoding="utf-8")


@cache
def _parser() -> Lark:
    return Lark(grammar_text(), parser="lalr", transformer=_Build(), maybe_placeholders=False)


@lru_cache(maxsize=4096)
def _tree(plain: str) -> s.Node:
    """Of a text alone, wherever it stands: the words of a vocabulary and the expressions of variants are read many times over."""
    tree: s.Node = _parser().parse(plain)  # type: ignore[assignment]
    return tree


def parse(text: str, at: Position = Position()) -> s.Node:
    """Parse one expression; `at` is where its first character stands.

    Raises `ExpressionError` with one problem (a text that does not parse has one first mistake).
    """

    def fail(offset: int, message: str, *, found: str = "", expected: str = "", mend: str = "") -> ExpressionError:
        return ExpressionError(
            [Problem(at.shifted(offset), message, found or text[offset : offset + 20] or text.rstrip()[-20:], expected, mend, Code.EXPRESSION)]
        )

    if not text.strip():
        raise fail(0, "表达式是空的", found="（空）", mend="写出条件，例如 离岸执行额 / 执行额 >= 离岸占比下限")
    if len(text) > MAX_LENGTH:
        raise fail(0, f"表达式超过 {MAX_LENGTH} 个字符", mend="把部分内容写成指标口径（definition）再引用")
    plain = normalise(text)
    bare = re.sub(r'"[^"]*"', lambda m: '"' + "_" * (len(m.group()) - 2) + '"', plain)  # what stands in quotes is no syntax
    if mark := re.search("[⟦⦅⟪]", bare):
        raise fail(mark.start(), "这里读不懂", mend="区间写作 [下限..上限)")
    depth = 0
    for offset, char in enumerate(bare):
        depth += (char in "([") - (char in ")]")
        if depth > MAX_DEPTH:
            raise fail(offset, f"括号套得太深（超过 {MAX_DEPTH} 层）", mend="把内层写成指标口径再引用")
    if len(re.findall(r"(?:^|[-*/+(,])\s*(?=-)", bare)) > MAX_DEPTH or len(re.findall(r"\b(?:if|如果)\b", bare)) > MAX_DEPTH:
        raise fail(0, "表达式嵌套太深", mend="把部分内容写成指标口径再引用")
    if grouped := re.search(r"(?<![\d.])\d{1,3}(?:,\d{3})+(?!\d)", bare):
        raise fail(
            grouped.start(), "数字里的逗号可能读错位", found=grouped.group(), mend=f"去掉逗号写 {grouped.group().replace(',', '')}；若是清单，逗号后加空格"
        )
    if doubled := next((m for m in re.finditer(r"\*\*", bare) if "×" in text[m.start() : m.end()]), None):
        raise fail(doubled.start(), "两个乘号连在一起", mend="相乘写一个 ×，乘方写 的 … 次方（**）")
    if scientific := re.search(r"(?<!\w)\d+(?:\.\d+)?[eE][+-]?\d+", bare):
        raise fail(scientific.start(), "不接受科学计数法", found=scientific.group(), mend="写出完整数字，例如 100万元")
    try:
        tree = _tree(_mark_ranges(plain))
    except VisitError as error:
        cause = error.orig_exc
        if isinstance(cause, _Failure):
            raise fail(cause.span[0], cause.message, found=cause.found, mend=cause.mend) from None
        raise
    except _Failure as error:
        raise fail(error.span[0], error.message, found=error.found, mend=error.mend) from None
    except UnexpectedToken as error:
        offset = len(plain) if error.token.type == "$END" else (error.token.start_pos or 0)
        raise fail(offset, *_unexpected(plain, offset, error.accepts or error.expected)) from None
    except UnexpectedCharacters as error:
        offset = error.pos_in_stream or 0
        raise fail(offset, *_unexpected(plain, offset, error.allowed or set())) from None
    except UnexpectedInput as error:  # pragma: no cover - lark has no further kinds today
        raise fail(error.pos_in_stream or 0, "读不懂") from None
    if _too_deep(tree):
        raise fail(0, f"表达式嵌套太深（超过 {MAX_TREE} 层）", mend="把部分内容写成指标口径再引用")
    return tree


def _too_deep(tree: s.Node) -> bool:
    """Whether a tree nests deeper than the readers may recurse (long sums nest leftwards)."""
    level: list[s.Node] = [tree]
    for _ in range(MAX_TREE):
        below: list[s.Node] = []
        for node in level:
            for value in vars(node).values():
                if s.is_node(value):
                    below.append(value)
                elif isinstance(value, tuple):
                    below += [v for v in value if s.is_node(v)]
        if not below:
            return False
        level = below
    return True


def _mark_ranges(plain: str) -> str:
    """Brackets that open a range (`..` directly inside) become ⟦ or ⦅, of an empty list ⟪; strings are left alone."""
    out, stack, quoted = list(plain), [], False
    for index, char in enumerate(plain):
        if char == '"':
            quoted = not quoted
        elif quoted:
            continue
        elif char == "[" and re.match(r"\[\s*\]", plain[index:]) and not re.match(r"[\w)\]]", plain[index - 1 : index]):
            out[index] = "⟪"  # an empty list has nothing in it to say where it stands
            stack.append(index)
        elif char in "[(":
            stack.append(index)
        elif char in "])" and stack:
            stack.pop()
        elif plain.startswith("..", index) and stack:
            out[stack[-1]] = {"[": "⟦", "(": "⦅"}.get(plain[stack[-1]], out[stack[-1]])
    return "".join(out)


def _unexpected(plain: str, offset: int, expected: Any) -> tuple[str]:
    rest = plain[offset:]
    names = [_EXPECTED[e] for e in sorted(expected) if e in _EXPECTED]
    message = "表达式到这里中断" if not rest else "这里读不懂"
    if names:
        message += f"，可以接：{'、'.join(names[:8])}"
    if not rest and plain.count("(") > plain.count(")"):
        return (f"{message}；改法：左括号比右括号多 {plain.count('(') - plain.count(')')} 个，补上右括号",)
    for sign, mend in _MENDS.items():
        if rest.startswith(sign) or plain[max(0, offset - 1) : offset + 1] == sign:
            message += f"；改法：{mend}"
            break
    if typed := at_syntax(plain, offset):
        return (f"{message}；改法：{typed}",)
    word = re.match(r"\w+", rest)
    if word and (near := suggestion(word.group(), s.FUNCTIONS)):
        message += f"；{near}"
    return (message,)
