"""A text file that somebody wrote: its text, or everything that is wrong with it as a file, at its place.

Rule files, cases, scenarios and answers are read here before anything is made of them. What must stay true: a file that is none, is
too large, is binary or in another encoding is told in words; nothing is guessed.
"""

from __future__ import annotations

import re
from itertools import islice
from pathlib import Path

from .errors import Code, InputError, Position, Problem, suggestion
from .files import reading

MAX_BYTES = 2_000_000
_BINARY = {b"PK": " Excel 或压缩文件", b"\xd0\xcf\x11\xe0": "旧格式的 Excel 或 Word 文件", b"%PDF": " PDF 文件"}
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # YAML 1.1, 5.1


def read_text(path: Path) -> str:
    """The text of a file, or an `InputError` naming what is wrong with it as a file."""
    return decode(read_bytes(path), str(path))


def read_bytes(path: Path) -> bytes:
    """Its bytes; a folder, a device and what is too large are refused."""
    name, at = str(path), Position(str(path), 1, 1)
    with reading(path):
        if not path.exists():
            siblings = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
            near = suggestion(path.name, siblings)
            wanted = "一个 Excel 工作簿" if path.suffix.lower() == ".xlsx" else "一个 YAML 文件"
            raise InputError([Problem(Position(name), "没有这个文件", path.name, wanted, near or "核对路径", Code.UNREADABLE_FILE)])
        if path.is_dir():
            raise InputError([Problem(Position(name), "这是一个文件夹，不是文件", path.name, "一个 YAML 文件", "写出文件夹里的文件名", Code.UNREADABLE_FILE)])
        if not path.is_file():
            raise InputError([Problem(Position(name), "这不是普通文件", path.name, "一个 YAML 文件", "核对路径", Code.UNREADABLE_FILE)])
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise InputError(
                [
                    Problem(
                        at,
                        f"文件过大（{size:,} 字节）",
                        path.name,
                        f"不超过 {MAX_BYTES:,} 字节",
                        "核对是否选错文件；成批企业请用企业名录",
                        Code.UNREADABLE_FILE,
                    )
                ]
            )
        return path.read_bytes()


def decode(data: bytes, name: str) -> str:
    """The text of bytes that are to be UTF-8; `name` is what complaints call them."""
    at = Position(name, 1, 1)
    if data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise InputError([Problem(at, "文件开头有 BOM 标记", data[:3].hex(), "UTF-8（无 BOM）", "在编辑器里“另存为”UTF-8（无 BOM）", Code.UNREADABLE_FILE)])
    for start, what in _BINARY.items():
        if data.startswith(start):
            raise InputError(
                [
                    Problem(
                        at,
                        f"这是{what}，不是文本",
                        Path(name).name,
                        "YAML 文本",
                        "案例写成 .yaml 文本（参照 cases 里的例子），把表里的数逐项抄进去",
                        Code.UNREADABLE_FILE,
                    )
                ]
            )
    if b"\x00" in data:
        raise InputError([Problem(at, "这是二进制文件，不是文本", data[:8].hex(), "UTF-8 文本", "核对是否选错文件", Code.UNREADABLE_FILE)])
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        place = Position(name, line, column)
        bad = data[error.start : error.start + 12]
        try:
            guess = bad.decode("gbk", errors="strict")
        except UnicodeDecodeError:
            guess = bad.hex()
        raise InputError([Problem(place, "文件不是 UTF-8 编码（可能是 GBK）", guess, "UTF-8", "在编辑器里“另存为”UTF-8 编码", Code.UNREADABLE_FILE)]) from None
    if problems := unprintable(text, name):
        raise InputError(problems)
    if not text.strip():
        raise InputError([Problem(at, "文件是空的", "（空）", "有内容的文件", "参照 cases 里的例子填写", Code.UNREADABLE_FILE)])
    return text


def unprintable(text: str, name: str) -> list[Problem]:
    """Characters that no text file has; of many the first."""
    return [
        Problem(_place(text, name, found.start()), "文本里有控制字符", f"U+{ord(found.group()):04X}", "普通文字", "删去该字符", Code.YAML_SYNTAX)
        for found in islice(_UNPRINTABLE.finditer(text), 20)
    ]


def _place(text: str, name: str, index: int) -> Position:
    return Position(name, text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index))
