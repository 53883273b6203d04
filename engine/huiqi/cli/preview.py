"""`rules preview`: a folder looked at again on each save: problems, the measures that changed in Chinese, what became of the cases.

`look` is one look, told what was seen at the last; the command only repeats it. What must stay true:
a rulebook that does not compile shows its problems and nothing of an older one passed for now; what
changed is said against the last look that compiled.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from pathlib import Path

import click

from ..api import Rulebook, load, read_case
from ..documents.coverage import hints, own_specs
from ..documents.text import show_rulebook
from ..errors import HuiqiError, InputError, UsageError
from ..files import reading
from ..plain import dataclass
from ..telling.amounts import amount_words
from ..visible import visible_line
from ..words import Outcome
from .places import place
from .rim import say
from .scenarios import loader, shown
from .zh import ChineseCommand

PAUSE = 0.5  # seconds between two glances at the folder


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What the last look that compiled showed: the rulebook, each measure's and recognition's text, each case's results."""

    book: Rulebook
    texts: Mapping[str, str] = field(default_factory=dict)
    cases: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def look(folder: str, cases: Sequence[Path], before: Seen | None) -> tuple[Seen | None, list[str]]:
    """One look: what is seen now (before, where nothing can be), and the lines that say so."""
    try:
        book = load(folder)
    except InputError as error:
        return before, [*str(error).splitlines(), f"共 {len(error.problems)} 处问题，先改好。"]
    findings = [str(x) for x in book.compiled.findings]
    now = Seen(book=book, texts=dict(_texts(book)), cases={shown(path): _results(folder, book, path) for path in cases})
    lines = [*findings, *(f"提示：{hint}" for hint in hints(book.compiled))]
    lines += _changed_figures(now, before)
    lines += _changed_texts(now, before)
    lines += _changed_cases(now, before)
    return now, lines or ["没有变化。"]


def _texts(book: Rulebook) -> Iterator[tuple[str, str]]:
    yield from ((spec.id, show_rulebook(book.compiled, spec.id).rstrip()) for spec in own_specs(book.compiled))


def _changed_texts(now: Seen, before: Seen | None) -> Iterator[str]:
    old = before.texts if before is not None else {}
    for name, text in now.texts.items():
        if old.get(name) != text:
            yield from text.splitlines()
    yield from (f"“{name}”没有了" for name in old if name not in now.texts)


def _changed_figures(now: Seen, before: Seen | None) -> Iterator[str]:
    """What a measure's text only names: figures and tables; whatever else changed where no text shows it."""
    if before is None or before.book.digest == now.book.digest:
        return
    from ..proving.diff import change_lines, changes
    from ..proving.entries import Of

    for change in changes(before.book.compiled, now.book.compiled):
        if change.key[0] in (Of.FIGURE, Of.TABLE) or now.texts == before.texts:
            yield " ".join(line.strip() for line in change_lines(change))


def _results(folder: str, book: Rulebook, path: Path) -> Mapping[str, str]:
    """Title -> outcome and amount, of the case as it stands; or the reason why it cannot be taken."""
    try:
        of, _ = loader(folder)
        case = read_case(path)
        # a case calls the rulebook by its id or by its folder
        books = [book if _is(str(name), folder, book) else of(str(name)) for name in case.rulebooks]
        if not any(b is book for b in books):
            return {}
        others = [b for b in books if b is not book and isinstance(b, Rulebook)]
        decision = book.decide(case, on=case.on, others=others)
    except HuiqiError as error:
        return {"": "；".join(str(error).splitlines())}
    return {m.title: m.words + (f"，{amount_words(m.award, m.outcome)}" if m.outcome is Outcome.ELIGIBLE else "") for m in decision.measures.values()}


def _is(name: str, folder: str, book: Rulebook) -> bool:
    return name == book.id or Path(name).resolve() == Path(folder).resolve()


def _changed_cases(now: Seen, before: Seen | None) -> Iterator[str]:
    for path, results in now.cases.items():
        old = before.cases.get(path, {}) if before is not None else {}
        if "" in results:
            yield f"案例 {path} 不能受理：{results['']}"
            continue
        for title, said in results.items():
            if before is None:
                yield f"案例 {path}　{title}：{said}"
            elif old.get(title) != said:
                yield f"案例 {path}　{title}：{old.get(title, '（没有）')} → {said}"
        yield from (f"案例 {path}　{title}：{said} → （没有）" for title, said in old.items() if title and title not in results)


def cases_beside(folder: Path) -> list[Path]:
    """The cases of a rulebook's own: in its folder, beside it, or beside the folder of rulebooks."""
    here = folder.resolve()
    found = next((p / "cases" for p in (here, here.parent, here.parent.parent) if (p / "cases").is_dir()), None)
    return [] if found is None else sorted(found.glob("*.yaml"))


def stamp(folder: Path, cases: Sequence[Path]) -> str:
    """Of all that a look depends on, as it lies on the disk."""
    digest = hashlib.sha256()
    with reading(folder):
        files = sorted(p for p in folder.rglob("*") if p.suffix.lower() in (".yaml", ".yml") and p.is_file())
    for path in (*files, *cases):
        try:
            digest.update(f"{path}\0".encode("utf-8", "surrogateescape") + path.read_bytes() + b"\0")
        except OSError:  # between two saves a file may be gone: the next glance sees it
            digest.update(f"{path}\0gone".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


@click.command("preview", cls=ChineseCommand)
@click.argument("folder", callback=place, metavar="文件夹")
@click.option("--case", "chosen", multiple=True, callback=place, metavar="案例", help="看这些案例的变化；不写则是规则库里面、旁边的 cases。")
@click.option("--once", is_flag=True, help="只看一次就结束；有问题退出码为 1。")
def rules_preview(folder: str, chosen: tuple[str, ...], once: bool) -> None:
    """边写边看：每次存盘，列出问题、改了的事项的中文、案例的结论和金额变了什么。按 Ctrl-C 结束。"""
    root = Path(folder)
    if not (root / "rulebook.yaml").is_file():
        raise UsageError(f"“{folder}”里没有 rulebook.yaml；写规则库的文件夹")
    for one in chosen:
        if not Path(one).is_file():
            raise UsageError(f"没有案例文件“{one}”")
    seen: Seen | None = None
    last = ""
    while True:
        cases = [Path(c) for c in chosen] or _own(folder, cases_beside(root))
        now = stamp(root, cases)
        if now != last:
            if last:
                say("─" * 40)
            last = now
            after, lines = look(folder, cases, seen)
            for line in lines:
                say(visible_line(line))
            if once:
                raise SystemExit(1 if after is None else 0)
            seen = after
            say("（存盘后再看；Ctrl-C 结束）", err=True)
        time.sleep(PAUSE)


def _own(folder: str, cases: Sequence[Path]) -> list[Path]:
    """Those that name this rulebook; by the text, so that one with a mistake in it is seen too."""
    name = Path(folder).resolve().name
    return [c for c in cases if any(word in c.read_text(encoding="utf-8", errors="replace") for word in (name, folder))]
