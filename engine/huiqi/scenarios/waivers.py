"""What is excused beside the features: mutants that no case can tell apart, links nothing can move."""

from __future__ import annotations

from pathlib import Path

from ..errors import InputError, Position, Problem
from ..rulebook.yamltree import Rows, Table, read_yaml

EQUIVALENTS = "equivalents.yaml"


def read_equivalents(path: Path) -> dict[str, str]:
    """Mutant (`规则库: 变异`) -> why no case can tell it; empty without the file."""
    if not path.is_file():
        return {}
    tree = read_yaml(path)
    reasons = tree.get("等价") if isinstance(tree, Table) else None
    if not isinstance(reasons, Table) or not all(isinstance(names, Rows) for names in reasons.values()):
        raise InputError([Problem(Position(str(path), 1, 1), "应写作 等价: {理由: [变异, …]}", "", "等价: {理由: [规则库: 变异, …]}", "照文件开头的说明改")])
    return {str(name): str(reason) for reason, names in reasons.items() for name in names}
