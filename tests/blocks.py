"""Fixture files anyone can extend without Python: blocks of `input`, a blank line, `expected`.

Blocks are parted by lines of `---`. A line starting with `# ` before the input says what the block
is about (it becomes the test's name); a line starting with `! ` gives an option (`! figures`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

FIXTURES = Path(__file__).parent / "language" / "fixtures"


@dataclass(frozen=True)
class Block:
    """One block: where it stands, its title, its options, and the two halves."""

    place: str
    title: str
    given: str
    expected: tuple[str, ...]
    options: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.place} {self.title}"


def read_blocks(path: Path) -> list[Block]:
    """Every block of a file. A block without an expected half is an error of the fixture."""
    blocks, start, lines = [], 1, []
    for number, line in enumerate([*path.read_text(encoding="utf-8").split("\n"), "---"], 1):
        if line != "---":
            lines.append(line)
            continue
        if any(x.strip() for x in lines):
            blocks.append(_block(f"{path.name}:{start}", lines))
        lines, start = [], number + 1
    return blocks


def _block(place: str, lines: list[str]) -> Block:
    titles, options = [], {}
    rest = list(lines)
    while rest and (not rest[0].strip() or rest[0].startswith(("# ", "! "))):
        head = rest.pop(0)
        if head.startswith("# "):
            titles.append(head[2:].strip())
        elif head.startswith("! "):
            name, _, value = head[2:].strip().partition(" ")
            options[name] = value
    gap = next((n for n, x in enumerate(rest) if not x.strip()), None)
    if gap is None:
        raise ValueError(f"{place}: no blank line between input and expected")
    expected = tuple(x for x in rest[gap:] if x.strip())
    if not expected:
        raise ValueError(f"{place}: nothing expected")
    return Block(place, " ".join(titles), "\n".join(rest[:gap]), expected, options)


def all_blocks(name: str, folder: Path = FIXTURES) -> list[Block]:
    return read_blocks(folder / name)
