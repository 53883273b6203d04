"""What several commands ask of a call: files and folders as named, and where a rulebook's scenarios lie."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from ..errors import UsageError, clip
from ..rulebook.places import find_folder, rules_folder

_CHINESE = re.compile("[\u4e00-\u9fff]")


def today() -> date:
    """Of whoever runs the command: reasons that run out are looked at again; no decision depends on it."""
    return datetime.now().astimezone().date()


def place(context: click.Context, parameter: click.Parameter, value: Any) -> Any:
    """A file or folder as named: an empty name (an unset variable of a script) is no name, above all not the folder we are in."""
    if value is not None and any(not one.strip() for one in ((value,) if isinstance(value, str) else value)):
        name = max(parameter.opts, key=len) if isinstance(parameter, click.Option) else parameter.make_metavar(context).strip("[].")
        raise UsageError(f"{name} 是空的；写明是哪一个，本文件夹写 .")
    return value


def day(_context: click.Context, parameter: click.Parameter, value: str | None) -> date | None:
    """A day as people write it, as in a case: 2026-06-30, 2026年6月30日."""
    if value is None:
        return None
    from ..telling.asked import day_of

    if (found := day_of(value)) is None:
        name = max(parameter.opts, key=len)
        raise UsageError(f"{name} 不是日期：“{clip(value)}”", mend=f"写成 {name} 2026-06-30", argument=str(parameter.name))
    return found


def rulebook(context: click.Context, parameter: click.Parameter, value: Any) -> Any:
    """Rulebooks as named; a title, or a part that no other title has, is one of its ids. Whatever is there under the name itself goes first."""
    value = place(context, parameter, value)
    if value is None:
        return None
    return tuple(_rulebook(one) for one in value) if not isinstance(value, str) else _rulebook(value)


def _rulebook(name: str) -> str:
    if not _CHINESE.search(name) or "/" in name or "\\" in name or Path(name).exists():
        return name
    from ..telling.called import meant, not_one

    titles = {folder.parent.name: _title(folder) for folder in rules_folder().glob("*/rulebook.yaml")}
    found = meant(name, titles)
    if len(found) > 1:
        raise UsageError(not_one(name, titles, "政策规则库"))
    return found[0] if found else name


def _title(path: Path) -> str:
    """Of a rulebook without compiling it."""
    match = re.search(r"^title:\s*(.+)$", path.read_text(encoding="utf-8"), re.M)
    return match[1].strip().strip("\"'") if match else ""


def features_folder(given: str | None, name: str | None) -> Path | None:
    """The folder of scenarios: as given, else a rulebook's own (in its folder or beside it), else the one beside all rulebooks."""
    if given is not None:
        if not Path(given).is_dir():
            raise UsageError(f"没有场景文件夹“{given}”")
        return Path(given)
    folder = rules_folder().resolve() / "…" if name is None else find_folder(name).resolve()
    places = (f / "features" for f in (folder, folder.parent, folder.parent.parent))
    return next((f for f in places if f.is_dir()), None)


def case_folders(given: Sequence[str], names: Sequence[str]) -> list[Path]:
    """Folders of cases: as given, else those beside the rulebooks, else the one beside all rulebooks."""
    if given:
        wrong = [g for g in given if not Path(g).is_dir()]
        if wrong:
            raise UsageError(f"没有案例文件夹“{wrong[0]}”")
        return [Path(g) for g in given]
    folders = [rules_folder().resolve() / "…", *(find_folder(n).resolve() for n in names if "@" not in n)]
    beside = [f / "cases" for folder in folders for f in (folder.parent, folder.parent.parent)]
    return list(dict.fromkeys(f for f in beside if f.is_dir()))


features_option = click.option("--features", callback=place, metavar="文件夹", help="场景文件夹；缺省为规则库里面、旁边或 rules 旁边的 features。")
