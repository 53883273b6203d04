"""What several commands ask of a call: files and folders as named, and where a rulebook's scenarios lie."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from ..errors import UsageError
from ..rulebook.places import find_folder, rules_folder


def today() -> date:
    """Of whoever runs the command: reasons that run out are looked at again; no decision depends on it."""
    return datetime.now().astimezone().date()


def place(context: click.Context, parameter: click.Parameter, value: Any) -> Any:
    """A file or folder as named: an empty name (an unset variable of a script) is no name, above all not the folder we are in."""
    if value is not None and any(not one.strip() for one in ((value,) if isinstance(value, str) else value)):
        name = max(parameter.opts, key=len) if isinstance(parameter, click.Option) else parameter.make_metavar(context).strip("[].")
        raise UsageError(f"{name} 是空的；写明是哪一个，本文件夹写 .")
    return value


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
