"""The call of `letter` checked before long work, and its file written: a document that somebody may have edited is not overwritten."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..documents.papers.kinds import SUFFIXES, Kind
from ..errors import UsageError, clip
from ..files import reading, suffix_of, write_file

HEADED = {Kind.CALCULATION: ("初审测算表",), Kind.CORRECTION: ("补正告知书", "补正"), Kind.NOTICE: ("公示表",)}


def letter_path(output: str) -> Path:
    """The file to be written, of a kind that letters have. Raises `UsageError`."""
    suffix_of(output, SUFFIXES, f"文书{SUFFIXES[0]}")
    return Path(output)


def letter_kind(_context: click.Context, _parameter: click.Parameter, value: Any) -> Kind:
    """A paper by its name or by what it is headed with: 补正告知, 补正告知书."""
    found = next((kind for kind in Kind if value.strip() in (str(kind), *HEADED[kind])), None)
    if found is None:
        raise UsageError(f"--kind 没有“{clip(value)}”", mend=f"写 {'、'.join(Kind)}", argument="kind")
    return found


def write_letter(path: Path, data: str | bytes) -> None:
    """Whole or not at all; a DOCX that is there already and says something else may hold somebody's work."""
    if path.suffix.lower() == ".docx" and path.is_file():
        with reading(path):
            if path.read_bytes() == data:
                return
        raise UsageError(f"“{path}”已经有了，内容不同，也许有人改过，不覆盖", mend="换一个文件名，或先把它移开", argument="output")
    write_file(path, data)


__all__ = ["Kind", "letter_kind", "letter_path", "write_letter"]
