"""The table of speeds: huiqi beside its peers, ratios of one run, every answer checked in the same run.

    ./huiqi python bench/run.py [--quick] [--write] [--suite] [--rounds N] [--peers FOLDER]
    ./huiqi python bench/run.py --install [--peers FOLDER]      the peers, into an environment of their own

Contestants take turns round by round, so that a busy machine disturbs all alike; what is printed is
the median of the rounds, in processor time. A peer that is not installed is named and counted. Nothing
here fails because of a time; it ends with 1 where an answer disagrees with the reference's.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any

import made_up
from ours import KEY, ONE_MEASURE, REASONERS, Way
from peers import PEERS
from work import MEASURES, ON, YEAR, Population, Work, asked, barred, datong_rows, grid_rows, rulebook, threshold

import huiqi

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
RESULT = ROOT / "docs" / "benchmarks.md"
OUTCOMES = ("eligible", "ineligible")
# measured elsewhere on the same 30 x 6 work, stated for comparison: µs a decision (refused, granted)
STATED = {"regelrecht (Rust, stops at the first failing condition; trace and receipt)": (156, 370), "Axiom's engine, with explanation": (860, 1170)}


@dataclass(frozen=True, kw_only=True)
class Size:
    rounds: int
    grid: int  # enterprises of a population
    datong: int
    seconds: float  # processor time a round may take; 0: one decision
    made_up: int  # rows of a made-up register
    warm: int  # untimed decisions before each round: another process has had the processor's caches


ROUND, FRAME = 30, 10_000  # enterprises of a round at most; rows of a frame
FULL = Size(rounds=9, grid=120, datong=60, seconds=0.15, made_up=10_000, warm=3)
QUICK = Size(rounds=1, grid=6, datong=2, seconds=0, made_up=0, warm=0)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Who takes part: what the worker is told, and which work it decides."""

    id: str
    work: Work
    command: Sequence[str]
    order: Mapping[str, Any]
    way: Way | None = None


@dataclass(kw_only=True)
class Result:
    """What one contestant did; per population where a mapping."""

    entry: Entry
    title: str
    version: str
    note: str
    bytes: dict[Population, int] = field(default_factory=dict)
    fields: dict[Population, int] = field(default_factory=dict)
    cells: int = 0  # verdicts compared
    amounts: int = 0  # amounts compared
    inexact: int = 0  # of these, floats that print otherwise than the exact amount
    fen: int = 0  # of the inexact, off by half a 分 or more
    wrong: list[str] = field(default_factory=list)
    counts: dict[Population, int] = field(default_factory=dict)  # enterprises a round
    rounds: dict[Population, list[float]] = field(default_factory=dict)

    def seconds(self, population: Population) -> float:
        return statistics.median(self.rounds[population])


class Missing(Exception):
    """A contestant that cannot take part here."""


def _environment() -> dict[str, str]:
    """This checkout's engine, whatever else is installed."""
    return {**os.environ, "PYTHONPATH": str(ROOT / "engine")}


class Process:
    """Contestants' process, spoken to in lines of JSON."""

    def __init__(self, command: Sequence[str]) -> None:
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=_environment())

    def ask(self, order: Mapping[str, Any]) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        try:
            self.process.stdin.write(json.dumps(order) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise Missing(f"its process ended with {self.process.wait()}")
        return dict(json.loads(line))

    def close(self) -> None:
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.wait()


@dataclass(frozen=True, kw_only=True)
class Worker:
    """One contestant in its process."""

    name: str
    process: Process

    def ask(self, order: Mapping[str, Any]) -> dict[str, Any]:
        return self.process.ask({"who": self.name, **order})


# -- who takes part ----------------------------------------------------------------------------------------


def entries(peers: Path, grid: Path) -> Iterator[Entry]:
    def ours(work: Work, way: Way) -> Entry:
        order = {"book": str(grid) if work is Work.GRID else "datong-outsourcing", "way": asdict(way), "site": _site(peers)}
        return Entry(id=f"{work} {way.name}", work=work, command=[sys.executable, str(HERE / "worker.py")], order=order, way=way)

    python = peers / "venv" / "bin" / "python"
    for name in PEERS:
        yield Entry(id=name, work=Work.GRID, command=[str(python if python.exists() else sys.executable), str(HERE / "worker.py")], order={})
    said = [{"id": f"m.{m}", "least": {f"f{n}": threshold(n) for n in asked(m)}, "barred": f"f{barred(m)}"} for m in range(MEASURES)]
    yield Entry(id="json-rules-engine", work=Work.GRID, command=["node", str(HERE / "json_rules_engine.mjs"), str(peers)], order={"work": said})
    for work in Work:
        for reasoner in REASONERS:
            for complete in (False, True):
                yield ours(work, Way(reasoner=reasoner, complete=complete))
    for reasoner in REASONERS:
        yield ours(Work.DATONG, Way(reasoner=reasoner, measures=(ONE_MEASURE,)))
    yield ours(Work.DATONG, Way(reasoner="python" if "python" in REASONERS else "reference", measures=(ONE_MEASURE,), frame=True))


def _site(peers: Path) -> str | None:
    return next((str(p) for p in sorted(peers.glob("venv/lib/python3*/site-packages"))), None)


def install(peers: Path) -> None:
    """The peers' own environment; nothing of it is a dependency of the project."""
    subprocess.run([sys.executable, "-m", "venv", str(peers / "venv")], check=True)
    subprocess.run([str(peers / "venv" / "bin" / "python"), "-m", "pip", "install", "--quiet", "-r", str(HERE / "peers.txt")], check=True)
    shutil.copy(HERE / "package.json", peers)
    if shutil.which("npm") is None:
        print("npm is not there: json-rules-engine is left out")
        return
    subprocess.run(["npm", "install", "--silent", "--prefix", str(peers)], check=True)


# -- enterprises and what is right for them ----------------------------------------------------------------


def enterprises(size: Size) -> dict[Work, dict[Population, list[Any]]]:
    return {
        Work.GRID: {p: grid_rows(p, size.grid) for p in Population},
        Work.DATONG: {p: _datong(p, size.datong) for p in Population},
    }


DRAWS = 2_000  # for each enterprise wanted, before it is given up


def _datong(population: Population, count: int) -> list[Any]:
    """Draws that do not contradict themselves."""
    book = huiqi.load("datong-outsourcing")
    best = json.loads((HERE / "datong.json").read_text(encoding="utf-8"))
    specs = book.compiled
    options = {s.name: list(s.options) for s in specs.facts.values() if s.options}
    options |= {f"{r.name}.{n}": list(s.options) for r in specs.records.values() for n, s in r.fields.items() if s.options}

    def read(row: Mapping[str, Any]) -> bool:
        try:
            book.decide(row["facts"], records=row["records"], on=ON, year=YEAR, measure=ONE_MEASURE, reasoner="reference", key=KEY)
        except huiqi.CaseError:
            return False
        return True

    strange = [n for n in best["facts"] if n not in book.facts]
    strange += [f"{r}.{c}" for r, rows in best["records"].items() for row in rows for c in row if c not in book.records[r].fields]
    if strange:
        raise SystemExit(f"bench/datong.json tells what the rulebook no longer asks: {', '.join(strange)}")
    drawn = list(islice(filter(read, islice(datong_rows(population, best, options), DRAWS * count)), count))
    if len(drawn) < count:
        raise SystemExit(f"of {DRAWS * count} draws of {population} only {len(drawn)} can be read; see bench/datong.json")
    return drawn


def compare(result: Result, told: Sequence[Mapping[str, Any]], right: Sequence[Mapping[str, Any]], population: Population) -> None:
    """Each verdict, and each amount the contestant has, against the reference's."""
    for n, (answers, expected) in enumerate(zip(told, right, strict=True)):
        for measure, (verdict, ends) in expected.items():
            if measure not in answers and (measure == "JSON" or (result.entry.way and result.entry.way.measures)):
                continue  # no JSON of ours, or one measure only
            # an amount "not more than": peers say what it is at most
            amount = ends.rpartition("..")[2] if ends is not None and result.entry.way is None else ends
            found, sum_ = answers.get(measure, (None, None))
            where = f"{result.title}, {population}, enterprise {n}, {measure}"
            result.cells += 1
            if found != verdict:
                result.wrong.append(f"{where}: {found}, not {verdict}")
            if sum_ is None or (verdict is not True and result.entry.way is None):
                continue  # computes none; of a refusal, a peer's nought is ours
            result.amounts += 1
            if isinstance(sum_, str) and ".." in sum_ + str(amount):
                if sum_ != amount:
                    result.wrong.append(f"{where}: {sum_}, not {amount}")
                continue
            if amount is None:
                result.wrong.append(f"{where}: {sum_}, where there is no amount")
                continue
            exact, said = Fraction(amount), Fraction(repr(sum_) if isinstance(sum_, float) else sum_)
            if said != exact:
                if isinstance(sum_, float) and abs(said - exact) <= abs(exact) / 10**6:
                    result.inexact += 1
                    result.fen += abs(said - exact) >= Fraction(1, 200)
                else:
                    result.wrong.append(f"{where}: {sum_}, not {amount}")


# -- measuring -----------------------------------------------------------------------------------------------


@dataclass(kw_only=True)
class Run:
    size: Size
    results: dict[str, Result] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    share: dict[tuple[Work, Population], dict[str, float]] = field(default_factory=dict)
    check: list[float] = field(default_factory=list)  # processor seconds of `huiqi check`
    imports: list[float] = field(default_factory=list)
    made_up: list[made_up.Line] = field(default_factory=list)
    suite: float | None = None  # seconds of `./huiqi test`
    load: tuple[float, float] = (0, 0)

    @property
    def wrong(self) -> list[str]:
        return [w for r in self.results.values() for w in r.wrong]


def measured(size: Size, peers: Path, *, only: str = "") -> Run:
    run = Run(size=size)
    before = os.getloadavg()[0]
    rows = enterprises(size)
    with tempfile.TemporaryDirectory() as temporary, _key(Path(temporary)), ExitStack() as stack:
        workers: dict[str, Worker] = {}
        processes: dict[str, Process] = {}
        for entry in entries(peers, rulebook(Path(temporary) / "bench")):
            # the reference always takes part: its complete JSON says what is right
            if only not in entry.id and not (entry.way and entry.way.complete and entry.way.reasoner == "reference"):
                continue
            home = f"huiqi, {entry.work}" if entry.way else entry.id  # a rulebook each, so that the larger does not weigh on the other's heap
            try:
                if home not in processes:
                    processes[home] = Process(entry.command)
                    stack.callback(processes[home].close)
                opened = processes[home].ask({**entry.order, "open": entry.id, "rows": rows[entry.work]})
                if "missing" in opened:
                    raise Missing(opened["missing"])
            except (Missing, OSError) as why:
                run.missing[entry.id] = str(why)
                continue
            workers[entry.id] = Worker(name=entry.id, process=processes[home])
            run.results[entry.id] = Result(entry=entry, **opened)
        _check(run, workers)
        _time(run, workers)
        _commands(run, size)
        run.made_up = made_up.measured_all("datong-outsourcing", made_up.MEASURES, size.made_up) if size.made_up else []
    run.load = (before, os.getloadavg()[0])
    return run


@contextmanager
def _key(folder: Path) -> Iterator[None]:
    """Stand-ins of personal words under a key of this run, never the installation's."""
    path = folder / "key"
    path.write_text("00" * 32 + "\n", encoding="ascii")
    path.chmod(0o600)
    before = os.environ.get("HUIQI_KEY_FILE")
    os.environ["HUIQI_KEY_FILE"] = str(path)
    try:
        yield
    finally:
        if before is None:
            del os.environ["HUIQI_KEY_FILE"]
        else:
            os.environ["HUIQI_KEY_FILE"] = before


def _check(run: Run, workers: Mapping[str, Worker]) -> None:
    """Every contestant's answers against the reference's complete JSON."""
    for population in Population:
        right: dict[Work, list[dict[str, Any]]] = {}
        told = {name: worker.ask({"check": population}) for name, worker in workers.items()}
        for name, result in run.results.items():
            way = result.entry.way
            if way is not None and way.reasoner == "reference" and way.complete:
                right[result.entry.work] = told[name]["answers"]
        for work, answers in right.items():
            cells = [verdict for one in answers for measure, (verdict, _) in one.items() if measure != "JSON"]
            names = {True: "eligible", False: "ineligible"}
            run.share[work, population] = {
                word: sum(names.get(v, v) == word for v in cells) / len(cells) for word in ("eligible", "ineligible", "undetermined", "not_in_force")
            }
        for name, result in run.results.items():
            answers = told[name]["answers"]
            expected = right[result.entry.work]
            compare(result, answers, [expected[i % len(expected)] for i in range(len(answers))], population)
            result.bytes[population], result.fields[population] = told[name]["bytes"], told[name]["fields"]


def _time(run: Run, workers: Mapping[str, Worker]) -> None:
    for name, worker in workers.items():
        result = run.results[name]
        for population in Population:
            result.counts[population] = 1
            if run.size.seconds and result.entry.way and result.entry.way.frame:
                result.counts[population] = FRAME  # always: what a table costs once would be all that is seen of a few rows
            elif run.size.seconds:
                guess = worker.ask({"time": population, "start": 0, "count": 2, "warm": 1})["seconds"]
                result.counts[population] = max(1, min(ROUND, int(run.size.seconds / max(guess, 1e-6))))
    for turn in range(run.size.rounds):
        for population in Population:
            for name, worker in workers.items():
                count = run.results[name].counts[population]
                order = {"time": population, "start": turn * count, "count": count, "warm": run.size.warm}
                run.results[name].rounds.setdefault(population, []).append(worker.ask(order)["seconds"])


def _commands(run: Run, size: Size) -> None:
    """`huiqi check` as a process, beside a process that only imports what it is built on.

    Both as they are once installed, with their bytecode kept, whatever the environment says of that: the first run of each is not counted.
    """
    case = next(p for p in sorted((ROOT / "cases").glob("认证*.yaml")))
    code = "import sys; sys.argv[0] = 'huiqi'; from huiqi.cli.main import main; main()"
    with tempfile.TemporaryDirectory() as kept:
        for turn in range(min(size.rounds, 7) + 1):
            check = _processor([sys.executable, "-c", code, "check", str(case)], kept)
            imports = _processor([sys.executable, "-c", "import pydantic, click, rich"], kept)
            if turn:
                run.check.append(check)
                run.imports.append(imports)


def _processor(command: Sequence[str], bytecode: str) -> float:
    environment = {**_environment(), "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": bytecode}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=ROOT, env=environment)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(command)}: ended with {process.returncode}")
    return used.ru_utime + used.ru_stime


def suite() -> float:
    """Minutes of the whole test command, after installation."""
    started = time.monotonic()
    subprocess.run([str(ROOT / "huiqi"), "test"], check=True, cwd=ROOT)
    return (time.monotonic() - started) / 60


# -- telling ---------------------------------------------------------------------------------------------------


def report(run: Run) -> str:
    return "\n".join([*_heading(run), *_aims(run), *_contestants(run), *_answers(run), *_left_out(run), ""])


def _heading(run: Run) -> list[str]:
    head = "# Speed\n"
    intro = (
        "Written by `./huiqi python bench/run.py --write`; what is measured and how, bench/README.md. Ratios of one run, medians of "
        f"{run.size.rounds} interleaved rounds, processor time."
    )
    where = f"{datetime.now(UTC).date().isoformat()}; engine {huiqi.__version__}, commit {_commit()}; Python {platform.python_version()}; {_machine()}; "
    load = f"load {run.load[0]:.1f} before, {run.load[1]:.1f} after."
    out = [head, intro, "", where + load, "", "| work | population | eligible | ineligible | undetermined | not in force |", "|---|---|---|---|---|---|"]
    for (work, population), share in run.share.items():
        out.append(f"| {work} | {population} | " + " | ".join(f"{x:.0%}" for x in share.values()) + " |")
    return [*out, ""]


def _commit() -> str:
    git = ["git", "-C", str(ROOT)]
    try:
        commit = subprocess.run([*git, "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True, check=True).stdout.strip()
        changed = subprocess.run([*git, "status", "--porcelain", "engine", "rules"], capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown (no checkout)"
    return commit + (" with uncommitted changes" if changed else "")


def _machine() -> str:
    name = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as told:
            name = next((line.split(":", 1)[1].strip() for line in told if line.startswith("model name")), name)
    except OSError:
        pass
    return f"{os.cpu_count()} processors ({name}), {platform.system()}"


def _find(run: Run, work: Work, reasoner: str, *, complete: bool = False, one: bool = False, frame: bool = False) -> Result | None:
    for result in run.results.values():
        way = result.entry.way
        if way and result.entry.work is work and (way.reasoner, way.complete, way.measures is not None, way.frame) == (reasoner, complete, one, frame):
            return result
    return None


def _aims(run: Run) -> list[str]:
    out = ["## What we hold ourselves to", "", "| | base | aim | mostly ineligible | mostly eligible |", "|---|---|---|---|---|"]
    zen, bare = run.results.get("zen"), run.results.get("durable_rules")
    both = tuple(Population)

    def row(what: str, base: str, aim: str, cells: Sequence[str]) -> None:
        out.append(f"| {what} | {base} | {aim} | " + " | ".join(cells) + " |")

    def beside(result: Result | None, least: float) -> list[str]:
        if result is None or zen is None:
            return ["not measured"] * 2
        ratios = [result.seconds(p) / zen.seconds(p) for p in both]
        return [f"{x:.2f} ({_against(x, least)})" for x in ratios]

    base = "zen-engine with trace 1.0"
    rete = _find(run, Work.GRID, "rete")
    row("30x6, outcomes and amounts, `rete`", base, "≤ 0.6", beside(rete, 0.6))
    if rete and bare:
        row(
            "same",
            "durable_rules alone 1.0",
            "≤ 1.5 (where that is more)",
            [f"{x:.2f} ({_against(x, 1.5)})" for x in (rete.seconds(p) / bare.seconds(p) for p in both)],
        )
    python = _find(run, Work.GRID, "python")
    row("30x6, outcomes and amounts, `python`", base, "≤ 0.3", beside(python, 0.3))
    regelrecht = next(iter(STATED.values()))
    if python:
        cells = [f"{x:.2f} ({_against(x, 1)})" for x in (python.seconds(p) * 1e6 / stated for p, stated in zip(both, regelrecht, strict=True))]
        row("same, every condition judged", f"regelrecht's {regelrecht[0]} / {regelrecht[1]} µs, stated", "≤ 1.0", cells)
    row("30x6, complete itemised JSON, `python`", base, "≤ 4", beside(_find(run, Work.GRID, "python", complete=True), 4))
    for reasoner in REASONERS:
        if found := _find(run, Work.DATONG, reasoner, complete=True):
            row(f"Datong, complete JSON, one core, `{reasoner}`", "-", "≥ 500 decisions/s", [f"{1 / found.seconds(p):,.0f}" for p in both])
    frame = next((r for r in run.results.values() if r.entry.way and r.entry.way.frame), None)
    best = frame or _find(run, Work.DATONG, "python", one=True) or _find(run, Work.DATONG, "reference", one=True)
    if best:
        row(
            f"Datong, one measure, {_frames(frame, run.size)}",
            "-",
            "≥ 100,000 rows/s",
            [f"{1 / best.seconds(p):,.0f}" for p in both],
        )
    for line in run.made_up:
        told = [f"{line.per_second:,.0f} rows/s ({line.first:,.0f} with what a process does once)", f"{line.apart:.1f}% one by one"]
        row(f"`{line.measure}`, a made-up register of {line.rows:,} rows by columns", "-", f"≥ {made_up.AIM:,} rows/s, ≤ {made_up.MOST:.0f}% one by one", told)
    check, imports = statistics.median(run.check), statistics.median(run.imports)
    ratio = check / imports
    row(
        "`huiqi check` as a process",
        f"importing pydantic, click, rich 1.0 ({imports * 1000:.0f} ms)",
        "≤ 3",
        [f"{ratio:.1f} ({check * 1000:.0f} ms; {_against(ratio, 3)})", "same"],
    )
    row("`./huiqi test` after installation", "-", "≤ 6 min", ["not measured (`--suite`)" if run.suite is None else f"{run.suite:.1f} min", ""])
    return [*out, ""]


def _frames(frame: Result | None, size: Size) -> str:
    if frame is None:
        return "row by row"
    rows = next(iter(frame.counts.values()))
    return f"frames of {rows:,} rows" + (f" ({size.datong} enterprises, again and again)" if rows > size.datong else "")


def _against(ratio: float, aim: float) -> str:
    return "met" if ratio <= aim else f"{ratio / aim:.1f} times the aim"


def _contestants(run: Run) -> list[str]:
    out: list[str] = []
    for work in Work:
        zen = run.results.get("zen") if work is Work.GRID else _find(run, work, "reference", complete=True)
        base = "zen-engine" if work is Work.GRID else "reference with JSON"
        out += [
            f"## {work}: who took part",
            "",
            f"| | version | µs, ineligible | µs, eligible | × {base}, ineligible | eligible | bytes | fields | remarks |",
            "|---|---|---|---|---|---|---|---|---|",
        ]
        for r in (r for r in run.results.values() if r.entry.work is work):
            times = [r.seconds(p) for p in Population]
            ratios = [f"{t / zen.seconds(p):.2f}" if zen else "" for t, p in zip(times, Population, strict=True)]
            sizes = [" / ".join(f"{x[p]:,}" for p in Population) for x in (r.bytes, r.fields)]
            out.append(f"| {r.title} | {r.version} | " + " | ".join([*(f"{t * 1e6:,.0f}" for t in times), *ratios, *sizes, r.note]) + " |")
        if work is Work.GRID:
            out += [f"| {what} | stated | {a} | {b} | | | | | measured elsewhere on the same work |" for what, (a, b) in STATED.items()]
        out.append("")
    return out


def _answers(run: Run) -> list[str]:
    out = ["## Whether they agree", "", "| | verdicts compared | amounts compared | inexact | by half a 分 or more | disagree |", "|---|---|---|---|---|---|"]
    out += [f"| {r.title} ({r.entry.work}) | {r.cells:,} | {r.amounts:,} | {r.inexact:,} | {r.fen:,} | {len(r.wrong):,} |" for r in run.results.values()]
    return [*out, "", *(f"- {w}" for w in run.wrong[:20]), ""]


def _left_out(run: Run) -> list[str]:
    return [f"Left out: {len(run.missing)}.", "", *(f"- {name}: {why}" for name, why in run.missing.items())]


def main() -> int:
    parser = argparse.ArgumentParser(description="huiqi beside its peers, as ratios of one run")
    parser.add_argument("--quick", action="store_true", help="a few enterprises, one round: whether it runs and the answers agree")
    parser.add_argument("--write", action="store_true", help=f"write {RESULT.relative_to(ROOT)}")
    parser.add_argument("--suite", action="store_true", help="time ./huiqi test too")
    parser.add_argument("--install", action="store_true", help="install the peers and end")
    parser.add_argument("--rounds", type=int, default=FULL.rounds)
    parser.add_argument("--only", default="", help="contestants whose name contains this (the reference always takes part)")
    parser.add_argument("--peers", type=Path, default=HERE / ".peers", help="where the peers are installed")
    asked_for = parser.parse_args()
    peers = asked_for.peers.resolve()
    if asked_for.install:
        install(peers)
        return 0
    size = QUICK if asked_for.quick else Size(**{**asdict(FULL), "rounds": asked_for.rounds})
    run = measured(size, peers, only=asked_for.only)
    if asked_for.suite:
        run.suite = suite()
    text = report(run)
    print(text)
    if asked_for.write:
        RESULT.write_text(text, encoding="utf-8")
    return 1 if run.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
