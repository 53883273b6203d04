"""The digests of the sheets, written into documents.yaml; nothing else of the file is touched.

What must stay true: what is written reads back as the same documents with their digests, or nothing is
written.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..errors import InputError, Position, Problem
from ..files import write_file
from ..rulebook.yamltree import Table, Word, parse_yaml
from ..texts import read_text
from .sheets import Sheet, read_sheet

FILE, KEY = "documents.yaml", "sheet digest"


def renewed(text: str, file: str, sheets: dict[str, Sheet]) -> tuple[str, list[str]]:
    """The text with every digest as the sheets now are, and the ids of the documents that changed."""
    lines = text.split("\n")
    done = []
    for entry in reversed(list(parse_yaml(text, file) or [])):
        named = _named(entry)
        if named is None:
            continue
        key, word = named
        sheet, said = sheets.get(str(word)), entry.get(KEY)
        if sheet is None or (said is not None and str(said) == sheet.digest):
            continue
        if isinstance(said, Word):
            line, start, end = _span(said)
            lines[line] = lines[line][:start] + sheet.digest + lines[line][end:]
        else:
            line, _, end = _span(word)
            rest = lines[line][end:]
            if rest.lstrip().startswith((",", "}")):
                lines[line] = f"{lines[line][:end]}, {KEY}: {sheet.digest}{rest}"
            else:
                indent = " " * (entry.key(key).column - 1)
                lines.insert(line + 1, f"{indent}{KEY}: {sheet.digest}" + ("\r" if lines[line].endswith("\r") else ""))
        done.append(str(entry.get("id", "")))
    out = "\n".join(lines)
    _check(parse_yaml(text, file), parse_yaml(out, file), sheets, file)
    return out, done[::-1]


def _named(entry: Any) -> tuple[str, Word] | None:
    """The key and word that name a document's sheet: its id, where it has no other."""
    found = ((key, entry.get(key)) for key in ("sheet", "id")) if isinstance(entry, Table) else ()
    return next(((key, word) for key, word in found if isinstance(word, Word)), None)


def _span(word: Word) -> tuple[int, int, int]:
    line, start = word.at.line - 1, word.at.column - 1
    length = len(word) + (2 if word.style in ("'", '"') else 0)
    return line, start, start + length


def _check(before: Any, after: Any, sheets: dict[str, Sheet], file: str) -> None:
    plain = [{k: str(v) for k, v in x.items() if k != KEY} for x in before or []]
    now = [{k: str(v) for k, v in x.items() if k != KEY} for x in after or []]
    held = all(str(x.get(KEY)) == sheets[str(n[1])].digest for x in after or [] if (n := _named(x)) is not None and str(n[1]) in sheets)
    if plain != now or not held:
        raise InputError([Problem(Position(file, 1, 1), "摘要写不进这个文件", "", f"每份文件一行 {KEY}", "把 sheet 写成普通的一行“sheet: 名称”再运行")])


def renew(folder: Path, sources: Path) -> list[str]:
    """Write the digests of a rulebook's documents; the ids of those that changed."""
    path = folder / FILE
    if not path.is_file():
        return []
    text = read_text(path)
    names = {str(n[1]) for x in parse_yaml(text, str(path)) or [] if (n := _named(x)) is not None}
    sheets = {name: sheet for name in sorted(names) if (sheet := read_sheet(sources, name)) is not None}
    out, done = renewed(text, str(path), sheets)
    if done:
        write_file(path, out)
    return done
