"""The call of `letter` checked before long work, and its file written: a document that somebody may have edited is not overwritten."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from ..documents.papers.kinds import SUFFIXES, Kind
from ..errors import UsageError, clip
from ..files import reading, write_file


def letter_path(output: str) -> Path:
    path = Path(output)
    if path.suffix.lower() not in SUFFIXES:
        raise UsageError(f"“{output}”不是能写的格式", mend=f"文件名以 {'、'.join(SUFFIXES)} 结尾，如 -o 文书{SUFFIXES[0]}", argument="output")
    return path


def letter_day(until: str | None) -> date | None:
    if until is None:
        return None
    try:
        if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", until):
            raise ValueError
        return date.fromisoformat(until)
    except ValueError:
        raise UsageError(f"--until 不是日期：“{clip(until)}”", mend="写成 2026-07-15", argument="until") from None


def write_letter(path: Path, data: str | bytes) -> None:
    """Whole or not at all; a DOCX that is there already and says something else may hold somebody's work."""
    if path.suffix.lower() == ".docx" and path.is_file():
        with reading(path):
            if path.read_bytes() == data:
                return
        raise UsageError(f"“{path}”已经有了，内容不同，也许有人改过，不覆盖", mend="换一个文件名，或先把它移开", argument="output")
    write_file(path, data)


__all__ = ["Kind", "letter_day", "letter_path", "write_letter"]
