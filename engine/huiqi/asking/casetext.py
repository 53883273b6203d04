"""Answers put into the text of a case file, which keeps every other character: comments, order, spelling.

Where a thing goes is found in YAML's own marks, so flow and block style are both edited as they stand.
What must stay true: the text read again says what it said before, and the answer; nothing else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

Scalar = str
Rows = Sequence[Mapping[str, str]] | Sequence[str]

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# what YAML reads as one plain text in either style: it neither begins like a mark nor holds one
_PLAIN = re.compile(
    r"(?!%|-(?:\s|$))[\w\u3400-\u9fff（）()《》〔〕“”￥$%+./-](?:[\w\u3400-\u9fff（）()《》〔〕“”、；。￥$%+./ -]*[\w\u3400-\u9fff（）()《》〔〕“”、；。￥$%+./-])?"
)
_INDENT = 2


def written(word: str) -> str:
    """A text as a YAML scalar on one line."""
    return word if _PLAIN.fullmatch(word) else json.dumps(word, ensure_ascii=False)


def put(text: str, path: Sequence[str | int], value: Scalar | Rows) -> str:
    """The text with a value at `path`: keys of mappings and places of rows; the last is a key.

    An empty or scalar value there is replaced; what is not there is added at the end of its mapping,
    with the mappings that lack on the way. Raises `KeyError` where something of another shape stands.
    """
    root: Any = yaml.compose(text, Loader=_Loader)
    if root is None:
        root = yaml.MappingNode("", [], _mark(len(text)), _mark(len(text)), flow_style=False)
    node = root
    for depth, step in enumerate(path[:-1]):
        found = _at(node, step)
        if found is None or _empty(found):
            return _added(text, node, found, path[depth:], value)
        node = found
    if not isinstance(node, yaml.MappingNode):
        raise KeyError(path[-1])
    return _added(text, node, _at(node, path[-1]), path[-1:], value)


def rows_below(text: str, path: Sequence[str]) -> tuple[str, ...]:
    """Where the rows of a list stand below its name: in 清单, where it says whether it is 完整."""
    node: Any = yaml.compose(text, Loader=_Loader)
    for step in path:
        node = _at(node, step)
    return ("清单",) if isinstance(node, yaml.MappingNode) else ()


def _mark(index: int) -> Any:
    return yaml.Mark("", index, 0, 0, None, 0)


def _at(node: Any, step: str | int) -> Any:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
        return node.value[step]
    if not isinstance(node, yaml.MappingNode):
        raise KeyError(step)
    return next((value for key, value in node.value if key.value == step), None)


def _empty(node: Any) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.value == "" and not node.style


def _added(text: str, node: Any, there: Any, path: Sequence[str | int], value: Scalar | Rows) -> str:
    """`path` below `node`, whose first step has `there` (nothing, or what is to be replaced)."""
    flow = bool(node.flow_style)
    column = node.value[0][0].start_mark.column if node.value else 0
    if there is not None:
        if not isinstance(there, yaml.ScalarNode):
            raise KeyError(path[0])
        said = _said(path[1:], value, column + _INDENT, flow)
        start, end = there.start_mark.index, there.end_mark.index
        before = "" if said.startswith("\n") or text[:start].endswith(" ") else " "
        return text[:start] + before + said + text[end:]
    key, said = written(str(path[0])), _said(path[1:], value, column + _INDENT, flow)
    pair = f"{key}:{said}" if said.startswith("\n") else f"{key}: {said}"
    if flow:
        end = node.end_mark.index - 1
        inner = text[node.start_mark.index + 1 : end].rstrip()
        return text[:end].rstrip() + (", " if inner and not inner.endswith(",") else " " if inner else "") + pair + text[end:]
    end = text.find("\n", _end(node)) if node.value else len(text)
    head = text if end < 0 else text[:end]
    tail = "\n" if end < 0 else text[end:]
    return f"{head}{chr(10) if head and not head.endswith(chr(10)) else ''}{' ' * column}{pair}{tail or chr(10)}"


def _end(node: Any) -> int:
    """Where the content of a node ends; a block's own mark stands behind the comments that follow it."""
    if isinstance(node, yaml.ScalarNode) or node.flow_style or not node.value:
        # a text of several lines ends with its newline
        return int(node.end_mark.index) - (1 if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">") else 0)
    last = node.value[-1]
    return _end(last[1] if isinstance(last, tuple) else last)


def _said(path: Sequence[str | int], value: Scalar | Rows, column: int, flow: bool) -> str:
    """The value below the rest of the path: on the same line, or on lines of its own that start with a newline."""
    if path:
        inner = _said(path[1:], value, column + _INDENT, flow)
        if flow:
            return f"{{{written(str(path[0]))}: {inner}}}"
        return f"\n{' ' * column}{written(str(path[0]))}:{inner if inner.startswith(chr(10)) else ' ' + inner}"
    if isinstance(value, str):
        return written(value)
    rows = [written(row) if isinstance(row, str) else f"{{{', '.join(f'{written(k)}: {written(x)}' for k, x in row.items())}}}" for row in value]
    if flow or not rows or isinstance(value[0], str):
        return f"[{', '.join(rows)}]"
    return "".join(f"\n{' ' * column}- {row}" for row in rows)


__all__ = ["put", "rows_below", "written"]
