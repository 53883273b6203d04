"""Where rulebooks lie: the shipped ones, installed packages' own, folders, bundles. Nothing is read here.

A package offers a rulebook by an entry point of the group `huiqi.rulebooks`: its id = the package that is its folder.
What must stay true: a shipped id means the shipped rulebook, and an installed one the installed, whatever lies in the
working folder; no code of such a package is run to find it.
"""

from __future__ import annotations

import re
from importlib.metadata import entry_points
from importlib.resources import as_file, files
from importlib.util import find_spec
from pathlib import Path

from ..errors import Position, Problem, UnknownRulebook, suggestion
from ..files import reason

ENTRY_POINTS = "huiqi.rulebooks"
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


def installed() -> list[str]:
    """Ids of the rulebooks that installed packages offer, sorted."""
    return sorted({e.name for e in entry_points(group=ENTRY_POINTS)})


def installed_folder(name: str) -> Path | None:
    """The folder of a rulebook that an installed package offers under this id; None where none does.

    Raises `UnknownRulebook` where two offer it, or the package has no rulebook there.
    """
    values = sorted({e.value for e in entry_points(group=ENTRY_POINTS, name=name)})
    if not values:
        return None
    if len(values) > 1:
        raise UnknownRulebook([Problem(Position(), "不止一个安装包提供这个规则库", name, "编号相同的规则库只装一个", f"卸载一个：{'、'.join(values)}")])
    folder = _package_folder(values[0])
    if folder is None:
        raise UnknownRulebook([
            Problem(Position(), f"安装包登记的规则库“{name}”在“{values[0]}”里找不到 rulebook.yaml", name, "规则库文件夹", "重新安装，或请提供的人把规则文件装进包里")
        ])  # fmt: skip
    return folder


def _package_folder(package: str) -> Path | None:
    """The folder of a dotted package with a rulebook in it, found without importing any of it."""
    top, *below = package.split(".")
    try:
        spec = find_spec(top)
    except ValueError:
        return None
    places = [Path(place, *below) for place in (spec.submodule_search_locations if spec else None) or ()]
    return next((p for p in places if (p / "rulebook.yaml").is_file()), None)


def find_folder(name: str) -> Path:
    """The folder of a shipped rulebook's id, of one an installed package offers, or of a path to a folder."""
    try:
        shipped = rules_folder() / name
        if "/" not in name and "\\" not in name and not name.startswith(".") and (shipped / "rulebook.yaml").is_file():
            return shipped
        if PLAIN_NAME.fullmatch(name) and (offered := installed_folder(name)) is not None:
            return offered
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
        known = [*available(), *installed()]
    except (OSError, ValueError) as error:
        raise UnknownRulebook(
            [Problem(Position(), f"没有这个政策规则库（{reason(error)}）", name, "规则库的名称或文件夹", "写规则库的名称或文件夹路径")]
        ) from None
    raise UnknownRulebook([Problem(Position(), "没有这个政策规则库", name, "、".join(known), suggestion(name, known) or "写规则库的名称或文件夹路径")])
