"""Where rulebooks lie: the shipped ones, folders, bundles. Nothing is read here.

What must stay true: a shipped id means the shipped rulebook, whatever lies in the working folder.
"""

from __future__ import annotations

import re
from importlib.resources import as_file, files
from pathlib import Path

from ..errors import Position, Problem, UnknownRulebook, suggestion
from ..files import reason

PLAIN_NAME = re.compile(r"\w[\w.-]*")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def bundle_folder(bundles: Path, rulebook: str, digest: str) -> Path | None:
    """Where a folder of bundles keeps the rulebook of that digest; None for words that are neither."""
    if _DIGEST.fullmatch(digest) is None or PLAIN_NAME.fullmatch(rulebook) is None:
        return None
    return bundles / digest.replace(":", "-") / rulebook


def rules_folder() -> Path:
    """Where the shipped rulebooks lie: the installed package `huiqi.rules`, else the source tree."""
    try:
        with as_file(files("huiqi.rules")) as folder:
            if (Path(folder) / "common").is_dir():
                return Path(folder)
    except ModuleNotFoundError:
        pass
    return Path(__file__).resolve().parents[3] / "rules"


def available() -> list[str]:
    """Ids of the shipped rulebooks, sorted."""
    return sorted(p.parent.name for p in rules_folder().glob("*/rulebook.yaml"))


def find_folder(name: str) -> Path:
    """The folder of a shipped rulebook's id, or of a path to a folder."""
    try:
        shipped = rules_folder() / name
        if "/" not in name and "\\" not in name and not name.startswith(".") and (shipped / "rulebook.yaml").is_file():
            return shipped
        path = Path(name)
        if (path / "rulebook.yaml").is_file():
            return path
        if path.is_dir():
            near = next((p.name for p in sorted(path.iterdir()) if p.name.lower() in ("rulebook.yml", "rulebook.yaml")), "")
            raise UnknownRulebook(
                [
                    Problem(
                        Position(str(path)),
                        "这个文件夹里没有 rulebook.yaml",
                        near or name,
                        "规则库文件夹",
                        f"把 {near} 改名为 rulebook.yaml" if near else "参照 rules/ 下的规则库",
                    )
                ]
            )
        if path.is_file():
            raise UnknownRulebook(
                [Problem(Position(str(path)), "这是一个文件，不是规则库", name, "规则库的名称或文件夹", "案例文件直接写在命令后面，规则库用 --rulebook")]
            )
        known = available()
    except (OSError, ValueError) as error:
        raise UnknownRulebook(
            [Problem(Position(), f"没有这个政策规则库（{reason(error)}）", name, "规则库的名称或文件夹", "写规则库的名称或文件夹路径")]
        ) from None
    raise UnknownRulebook([Problem(Position(), "没有这个政策规则库", name, "、".join(known), suggestion(name, known) or "写规则库的名称或文件夹路径")])
