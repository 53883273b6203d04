"""The house: a room imports only rooms that stand above it; what knows Gherkin, what knows pytest."""

from __future__ import annotations

import ast
import functools
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
ENGINE = ROOT / "engine" / "huiqi"
# Files and folders of each room, from the ground up: those there are today, under the room they belong to; a room not built yet
# has no file. `asking` names facts by id and stands below telling, so that a decision can say what to ask next. `documents`
# (policy book, coverage, figures) shows scenarios beside rules, so it stands above both telling and them.
ROOMS = {
    "words": ["plain", "visible", "folding", "errors", "files", "texts", "caching", "_version", "words"], "values": ["values"], "language": ["language"], "rulebook": ["rulebook"],
    "program": ["program"], "backends": ["backends", "reasoning/inference"],
    "intake": ["intake", *(f"reasoning/{x}" for x in ("alike", "casefile", "choices", "disallowed", "facts", "foreign", "pseudonyms", "told"))],
    "reasoning": ["reasoning"], "asking": ["asking"], "telling": ["telling"], "scenarios": ["scenarios"], "documents": ["documents"],
    "checking": ["checking"], "proving": ["proving"], "register": ["register"], "editor": ["editor"],
    "api": ["api", "about", "given", "frames", "columns", "registers", "screens", "batches", "spark", "simulations"], "cli": ["cli"], "desk": ["desk"], "door": ["__init__"],
}  # fmt: skip
# What still points the wrong way, by importing module, with the reason. It only shrinks: what is not listed fails, and so does
# what is listed and no longer so.
WRONG: dict[str, tuple[set[str], str]] = {
    "reasoning/inference/nodes": ({"reasoning/judged"}, "back ends start from the typed tree until there is a program"),
    "reasoning/inference/reason": (
        {"reasoning/combining", "reasoning/decide", "reasoning/uses", "reasoning/generated", "reasoning/judged", "reasoning/told"},
        "the back end judges, where it should only combine",
    ),
}
NEIGHBOURS: dict[str, tuple[set[str], str]] = {}
DOORS = {"cli", "desk"}
DOORS_SEE = {"words", "checking", "asking", "telling", "scenarios", "documents", "editor", "proving", "api", "cli", "desk", "door"}
PAST_THE_DOORS: dict[str, tuple[set[str], str]] = {
    "cli/main": (
        {
            "reasoning/casefile",
            "reasoning/reasoners",
            "rulebook/compiler",
            "rulebook/migrate",
            "rulebook/names",
            "rulebook/places",
            "rulebook/schemas",
            "rulebook/source",
        },
        "the library does not yet offer what the commands print of rulebooks, cases and recordings",
    ),
    "cli/choices": ({"rulebook/names"}, "likewise: a choice made twice is complained of as a name given twice is"),
    "cli/places": ({"rulebook/places"}, "where a rulebook lies is asked of the rulebook's source, not of the library"),
    "cli/proofs": ({"rulebook/places"}, "likewise"),
    "cli/testing": ({"rulebook/places", "rulebook/saved"}, "likewise: which file holds a figure that no scenario pins, and where what was tried is kept"),
    "cli/scenarios": ({"rulebook/places"}, "where a rulebook lies is asked of the rulebook's source, not of the library"),
}


def _room(module: str) -> str:
    """Of a module as a path below engine/huiqi: the longest place that holds it."""
    places = [(len(p), room) for room, ps in ROOMS.items() for p in ps if module == p or module.startswith(p + "/")]
    return max(places)[1]


def _name(path: Path) -> str:
    return path.relative_to(ENGINE).with_suffix("").as_posix().removesuffix("/__init__")


def _target(parts: list[str]) -> str | None:
    """The module that `huiqi.a.b` names: itself, or the one that holds that name."""
    for end in range(len(parts), 0, -1):
        place = ENGINE.joinpath(*parts[:end])
        if place.with_suffix(".py").is_file() or (place / "__init__.py").is_file():
            return "/".join(parts[:end])
    return "__init__"


@functools.cache
def _imports(path: Path) -> tuple[tuple[list[str], bool], ...]:
    """Every name imported, dotted, wherever it stands; and whether only for type checking."""
    return tuple(_each_import(path))


def _each_import(path: Path) -> Iterator[tuple[list[str], bool]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = list(ast.walk(tree))
    checking = {id(n) for i in nodes if isinstance(i, ast.If) and "TYPE_CHECKING" in ast.dump(i.test) for s in i.body for n in ast.walk(s)}
    package = ["huiqi", *path.relative_to(ENGINE).parent.parts] if path.is_relative_to(ENGINE) else []
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from ((alias.name.split("."), id(node) in checking) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) + 1 - node.level] if node.level else []
            stem = [*base, *(node.module.split(".") if node.module else [])]
            yield from (([*stem, alias.name], id(node) in checking) for alias in node.names)


@functools.cache
def _arrows() -> tuple[tuple[str, str, bool], ...]:
    return tuple(_each_arrow())


def _each_arrow() -> Iterator[tuple[str, str, bool]]:
    for path in sorted(ENGINE.rglob("*.py")):
        for parts, checking in _imports(path):
            if parts[0] == "huiqi" and (target := _target(parts[1:])) is not None:
                yield _name(path), target, checking


def _listed(table: dict[str, tuple[set[str], str]]) -> set[tuple[str, str]]:
    return {(module, target) for module, (targets, reason) in table.items() for target in targets if reason}


def test_a_room_imports_only_rooms_above_it() -> None:
    order = list(ROOMS)
    assert {(a, b) for a, b, _ in _arrows() if order.index(_room(b)) > order.index(_room(a))} == _listed(WRONG)


def test_no_two_modules_import_one_another_and_none_reaches_another_behind_type_checking() -> None:
    arrows = set(_arrows())
    both = {(a, b) for a, b, _ in arrows for hidden in (True, False) if (b, a, hidden) in arrows and a != b}
    assert both | {(a, b) for a, b, checking in arrows if checking and a != "__init__"} == _listed(NEIGHBOURS)


def test_the_doors_see_what_the_library_gives_and_how_it_is_told() -> None:
    assert {(a, b) for a, b, _ in _arrows() if _room(a) in DOORS and _room(b) not in DOORS_SEE} == _listed(PAST_THE_DOORS)


def test_the_checker_of_decisions_imports_nothing_but_the_standard_library_and_itself() -> None:
    """It shares no code with what decides; nothing of huiqi imports it but the command."""
    found = {".".join(parts[:2]) for path in (ENGINE / "checking").rglob("*.py") for parts, _ in _imports(path)}
    assert {name for name in found if name.partition(".")[0] not in sys.stdlib_module_names} == {"huiqi.checking"}
    assert {a for a, b, _ in _arrows() if _room(b) == "checking" and _room(a) != "checking"} == {"cli/verifying"}


def test_gherkin_is_known_only_to_scenarios_and_pytest_only_to_features_and_tests() -> None:
    found = {(top, path.relative_to(ROOT).as_posix()) for path in _python() for (top, *_), _ in _imports(path) if top in {"gherkin", "pytest", "pytest_bdd"}}
    assert {path for top, path in found if top == "gherkin"} == {"engine/huiqi/scenarios/parse.py"}
    assert {path for top, path in found if top != "gherkin" and not path.startswith(("features/", "tests/"))} == set()


def test_no_step_registers_its_story_for_the_whole_run() -> None:
    """pytest-bdd makes a fixture of the session of what a step returns, and pytest compares each with all before it (decision 014)."""
    for path in sorted((ROOT / "features").glob("*.py")):
        given = [k.arg for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(call, ast.Call) for k in call.keywords]
        assert "target_fixture" not in given, path.name


def test_a_comment_cites_only_files_that_there_are() -> None:
    """As a path's end: `compile/tables.py`, `docs/words.md`. Names in capitals or of a case (`ID.yaml`) are examples."""
    there = [p.as_posix() for top in ("engine", "tests", "features", "bench", "docs", "rules", "install") for p in (ROOT / top).rglob("*.*")]
    cited = {
        (path.relative_to(ROOT).as_posix(), name)
        for path in ENGINE.rglob("*.py")
        for said in re.findall(r'""".*?"""|#[^\n]*', path.read_text(encoding="utf-8"), re.DOTALL)
        for name in re.findall(r"(?<![\w./…-])((?:[a-z_]+/)*[a-z_]+\.(?:py|md|lark))\b", said)
    }
    assert {(path, name) for path, name in cited if not any(p.endswith("/" + name) for p in there)} == set()


def _python() -> Iterator[Path]:
    for folder in ("engine", "features", "tests", "bench", "install", "docs", "rules"):
        yield from (p for p in (ROOT / folder).rglob("*.py") if not any(part.startswith(".") for part in p.relative_to(ROOT).parts))  # bench/.peers
