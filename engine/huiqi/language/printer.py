"""A syntax tree back to text: as FEEL, or as a Chinese sentence.

Both print to something the parser reads back to the equal tree (`parse(show(t)) == t`); brackets
are written only where precedence needs them. Documents, explanations and the canonical rulebook
text all print through here, so that there is one wording.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import assert_never

from . import syntax as s

_NO_NAMES: Mapping[int, str] = MappingProxyType({})
_LEVEL = {s.If: 0, s.Quantified: 0, s.For: 0, s.Or: 1, s.And: 2, s.Compare: 3, s.Between: 3, s.In: 3, s.IsAbsent: 3}
_WORDS = {
    ">=": "不低于", "<=": "不超过", ">": "超过", "<": "低于", "=": "等于", "!=": "不等于",
}  # fmt: skip

_DAYS = {">=": "不早于", "<=": "不晚于", ">": "晚于", "<": "早于", "=": "等于", "!=": "不等于"}


def show(node: s.Node) -> str:
    """FEEL with units, canonical spacing: the form that is digested into receipts."""
    return Printer(chinese=False).text(node, 0)


def sentence(node: s.Node, days: frozenset[int] = frozenset(), named: Mapping[int, str] = _NO_NAMES) -> str:
    """The same tree in Chinese words: `离岸执行额 ÷ 执行额 不低于 35%`.

    `days` are the ids of comparisons between dates (from the typed tree), which read 不早于, 晚于…; `named` what
    parts of it are called (see `named`), by their ids: with either it is for reading only.
    """
    found = None if days or named else _SAID.get(id(node))
    if found is not None and found[0] is node:
        return found[1]
    text = Printer(chinese=True, days=days, named=named).text(node, 0)
    if not days and not named:
        if len(_SAID) >= KEPT:
            _SAID.clear()
        _SAID[id(node)] = (node, text)
    return text


KEPT = 10_000
_SAID: dict[int, tuple[s.Node, str]] = {}  # sentences of a rulebook's trees: found by the tree itself, which is frozen


def _quoted(text: str, chinese: bool) -> str:
    """A text in marks that it does not itself break: “…” where its own pair up, else straight ones."""
    depth = 0
    for char in text:
        depth += (char == "“") - (char == "”")
        if depth < 0:
            break
    straight = '"' not in text and "＂" not in text
    return f"“{text}”" if depth == 0 and (chinese or not straight) else f'"{text}"'


class Printer:
    def __init__(self, *, chinese: bool, days: frozenset[int] = frozenset(), named: Mapping[int, str] = _NO_NAMES) -> None:
        self.zh, self.days, self.named = chinese, days, named

    def text(self, node: s.Node, level: int) -> str:
        if self.named:
            if (name := self.named.get(id(node))) is not None:
                return name
            if isinstance(node, s.Or) and len(said := tuple(i for i in node.items if self.named.get(id(i)) != "")) < len(node.items):
                return self.text(said[0] if len(said) == 1 else s.Or(said), level)
        own = self._level(node)
        body = self._body(node)
        return self._brackets(body) if own < level else body

    def _term(self, node: s.Node, level: int) -> str:
        """An operand; `x at y` is bracketed, or a following `- 1年` would belong to the year."""
        return self._brackets(self._body(node)) if isinstance(node, s.At) else self.text(node, level)

    def _list(self, items: tuple[s.Node, ...]) -> str:
        """Separated so that two numbers never read as one with a thousands mark."""
        parts = [self.text(i, 0) for i in items]
        if not self.zh:
            return ", ".join(parts)
        return "".join(("" if n == 0 else "， " if p[:1].isdigit() else "，") + p for n, p in enumerate(parts))

    def _brackets(self, body: str) -> str:
        return f"（{body}）" if self.zh else f"({body})"

    def _level(self, node: s.Node) -> int:
        if isinstance(node, s.Arithmetic):
            return {"+": 4, "-": 4, "*": 5, "/": 5, "**": 6}[node.op]
        if isinstance(node, s.Negate):
            return 7
        if isinstance(node, s.At):
            return 8
        return _LEVEL.get(type(node), 10)

    def _body(self, node: s.Node) -> str:
        zh, t = self.zh, self.text
        match node:
            case s.Literal():
                return node.text
            case s.String():
                return _quoted(node.value, zh)
            case s.Truth():
                return ("是" if node.value else "否") if zh else ("true" if node.value else "false")
            case s.Day():
                return f"日期（“{node.value}”）" if zh else f'date("{node.value}")'
            case s.Anniversary():
                return str(node.value)
            case s.Name():
                return node.name
            case s.Path():
                return f"{t(node.base, 9)}.{node.field}"
            case s.Filter():
                inner = t(node.condition, 0)
                return f"{t(node.base, 9)}【{inner}】" if zh else f"{t(node.base, 9)}[{inner}]"
            case s.Negate():
                return f"-{t(node.operand, 7)}"
            case s.Arithmetic(op="**", left=base, right=exponent):
                parts = self._term(base, 9), self._term(exponent, 9)
                return "{} 的 {} 次方".format(*parts) if zh else "{} ** {}".format(*parts)
            case s.Arithmetic():
                level = self._level(node)
                sign = {"*": "×", "/": "÷"}.get(node.op, node.op) if zh else node.op
                return f"{self._term(node.left, level)} {sign} {self._term(node.right, level + 1)}"
            case s.Compare():
                sign = (_DAYS if id(node) in self.days else _WORDS)[node.op] if zh else node.op
                return f"{t(node.left, 4)} {sign} {t(node.right, 4)}"
            case s.Between():
                if zh:
                    return f"{t(node.value, 4)} 在 {t(node.low, 4)} 与 {t(node.high, 4)} 之间"
                return f"{t(node.value, 4)} between {t(node.low, 4)} and {t(node.high, 4)}"
            case s.In():
                if zh and isinstance(node.target, s.Range):
                    r = node.target
                    ends = ["（含）" if closed else "（不含）" for closed in (r.low_closed, r.high_closed)]
                    return f"{t(node.value, 4)} 介于 {t(r.low, 4)}{ends[0]} 至 {t(r.high, 4)}{ends[1]}"
                return f"{t(node.value, 4)} {'属于' if zh else 'in'} {t(node.target, 4)}"
            case s.Range():
                left, right = "[" if node.low_closed else "(", "]" if node.high_closed else ")"
                return f"{left}{t(node.low, 0)}..{t(node.high, 0)}{right}"
            case s.Listing():
                return f"[{self._list(node.items)}]"
            case s.And():
                return (" 且 " if zh else " and ").join(t(i, 3) for i in node.items)
            case s.Or():
                # that 且 binds before 或 is a rule of the language: who reads the sentence need not know it
                return (" 或 " if zh else " or ").join(t(i, 3 if zh else 2) for i in node.items)
            case s.Not():
                return f"并非（{t(node.operand, 0)}）" if zh else f"not({t(node.operand, 0)})"
            case s.If():
                words = ("如果", "那么", "否则") if zh else ("if", "then", "else")
                return " ".join(
                    f"{w} {t(n, 1 if w not in ('否则', 'else') else 0)}" for w, n in zip(words, (node.condition, node.then, node.otherwise), strict=True)
                )
            case s.Call():
                name = s.FUNCTIONS.get(node.function, node.function) if zh else node.function
                inner = self._list(node.arguments)
                return f"{name}（{inner}）" if zh else f"{name}({inner})"
            case s.Quantified():
                word = {"some": "存在", "every": "每个", "count": "件数"}[node.kind] if zh else node.kind
                inside, holds = ("属于", "满足") if zh else ("in", "satisfies")
                return f"{word} {node.variable} {inside} {t(node.source, 9)} {holds} {t(node.condition, 0)}"
            case s.For():
                words2 = ("对", "属于", "取") if zh else ("for", "in", "return")
                return f"{words2[0]} {node.variable} {words2[1]} {t(node.source, 9)} {words2[2]} {t(node.body, 0)}"
            case s.At():
                return f"{t(node.value, 9)} {'于' if zh else 'at'} {t(node.year, 4)}"
            case s.IsAbsent():
                return f"{t(node.operand, 4)} {'为' if zh else 'is'} 无"
        assert_never(node)
