"""`rules check --sources`: the rulebooks held against the sheets they were read from."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ..documents.audit import audit
from ..documents.renewal import renew
from ..errors import UsageError
from ..visible import visible_line
from .rim import say


def folder_of_sheets(given: str | None, *, renewing: bool) -> Path | None:
    if given is None:
        if renewing:
            raise UsageError("--renew 要写明资料文件夹", mend="加上 --sources 资料文件夹")
        return None
    folder = Path(given)
    if not folder.is_dir():
        raise UsageError(f"没有这个资料文件夹：“{given}”", mend="写放着各份资料（.md、.txt）的文件夹")
    return folder


def renewed(folder: Path, sources: Path) -> None:
    done = renew(folder, sources)
    if done:
        say(visible_line(f"已写下 {len(done)} 份文件所据资料的摘要：{'、'.join(done)}"))


def audited(books: Iterable[Any], sources: Path) -> int:
    """Print what was found of each rulebook; how many findings."""
    failed = figures = conditions = none = 0
    for book in books:
        found = audit(book, sources)
        for finding in found.findings:
            say(visible_line(str(finding)), err=True)
        failed += len(found.findings)
        figures, conditions = figures + found.unquoted_figures, conditions + found.unquoted_conditions
        none += found.wordless_figures + found.wordless_conditions
        said = "，都对得上" if not found.findings else f"，{len(found.findings)} 处不符"
        lacking = f"；没有引文的标准 {found.unquoted_figures} 个、条件 {found.unquoted_conditions} 条"
        if found.wordless_figures or found.wordless_conditions:
            lacking += f"，另有资料没有原话的标准 {found.wordless_figures} 个、条件 {found.wordless_conditions} 条"
        say(f"{book.id}：{found.figures} 个有文件的标准、{found.conditions} 条有文件的条件与 {found.sheets} 份资料对过{said}{lacking}")
    say(f"没有引文的共 {figures + conditions} 处（标准 {figures}、条件 {conditions}），只应减少；写明资料没有原话的 {none} 处")
    return failed
