"""What the passes share: the words so far, what has been compiled, and every problem found.

Each pass reads one kind of entry from the source and leaves what it made here; problems are
collected in the order in which they are met, and raised together. To the language's checker a
session is the scope that says what a word means. What must stay true: a pass adds and never
changes what another left; a session is used once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from ...errors import SEE, Code, Position, Problem
from ...language import syntax
from ...language import typed as t
from ...language.levelling import level
from ...language.scope import Kind, Symbol
from ...language.units import Nouns, Unit
from ...plain import dataclass
from .. import compiled as c
from .. import models as m
from ..names import Once
from ..source import Source

S = TypeVar("S", c.MeasureSpec, c.RecognitionSpec)


@dataclass(frozen=True)
class Excluding:
    """One exclusion as compiled: where it stands, on what, and whether that is only its measure's."""

    owner: str
    label: str
    expr: t.Expr
    basis: c.Basis
    inherited: bool
    at: Position


class Session:
    """One compilation of one rulebook."""

    def __init__(self, source: Source, used: list[tuple[m.Use, c.CompiledRulebook]], define: Callable[[Session, str], None]) -> None:
        """`define` reads a definition that waits, when an expression first names it."""
        self.source, self.used, self._define = source, used, define
        self.id = source.manifest.id
        self.problems: list[Problem] = []
        self.findings: list[Problem] = []
        self.symbols: dict[str, Symbol] = {}  # every word of an expression
        self.places: dict[str, Position] = {}
        self.prefixes: dict[str, c.CompiledRulebook] = {}
        self.documents: dict[str, c.DocumentSpec] = {}
        self.document_keys: dict[str, str] = {}
        self.unclear_documents: dict[str, set[str]] = {}  # ids that several rulebooks give to documents
        self.clauses: dict[str, c.ClauseSpec] = {}
        self.facts: dict[str, c.FactSpec] = {}
        self.records: dict[str, c.RecordSpec] = {}
        self.record_names: dict[str, str] = {}
        self.parameters: dict[str, c.ParameterSpec] = {}
        self.readings: dict[str, c.ChoiceSpec] = {}
        self.variants: dict[str, tuple[c.Variant, ...]] = {}  # of entries with parts that stand only under a reading
        self.tables: dict[str, c.TableSpec] = {}
        self.cells: list[Any] = []  # tables with expressions, which wait for the definitions
        self.definitions: dict[str, c.DefinitionSpec] = {}
        self.atoms: dict[t.Expr, t.Expr] = {}
        self.recognitions: dict[str, c.RecognitionSpec] = {}
        self.measures: dict[str, c.MeasureSpec] = {}
        self.checks: list[c.CheckSpec] = []
        self.stacking: list[c.StackingSpec] = []
        self.targets: list[c.TargetSpec] = []
        self.pools: list[c.PoolSpec] = []
        self.columns: dict[tuple[str, str], Symbol] = {}  # computed columns of record types
        self.waiting: dict[str, tuple[m.Definition, Any]] = {}  # definitions not read yet, and where each stands
        self.open: list[str] = []  # definitions being read, outermost first
        self.canonical: dict[Position, str] = {}  # expressions as the digest sees them
        self.all_nouns: set[str] = set()
        self.units: dict[str, Unit] = {}  # declared, by every word for them
        self.synonyms: list[tuple[str, ...]] = []  # of the rulebooks used, then its own
        self.owners = Once("支持事项或资格的编号")  # one space: conditions are numbered after their owner
        self.titles = Once("支持事项的名称")  # 已获支持 may name a measure by its title
        self.condition_ids = Once("条件的 id")
        self.levels: dict[str, str] = {}  # levelled name -> the name
        self.conclusions: dict[int, tuple[syntax.Call, Position, str, str]] = {}  # by identity of what asks: itself, where, whose conclusion, of which record
        self.shared: dict[Position, Any] = {}  # rows of shared.yaml, each by its place
        self.windows: dict[Position, Any] = {}  # the same, by the place of the judgement of a shared window
        self.exclusions: list[Excluding] = []
        self.reducing: set[Position] = set()  # reductions that some amount is reduced by
        self.dated = False  # within a measure governed by a date of each record

    def under_readings(self, spec: S) -> list[S]:
        """A measure or recognition as it is under every reading: its variants, or itself where it has none."""
        return [x.spec for x in self.variants.get(spec.key, ()) if isinstance(x.spec, type(spec))] or [spec]

    # -- the scope the checker asks -------------------------------------------------------------

    @property
    def nouns(self) -> Nouns:
        return frozenset((*self.all_nouns, *self.units.values()))

    def find(self, name: str) -> Symbol | None:
        if name in self.symbols:
            return self.symbols[name]
        if name in self.waiting:
            self._define(self, name)
            return self.symbols.get(name)
        return None

    def field(self, record: str, name: str) -> Symbol | None:
        spec = self.records.get(self.record_names.get(record, record))
        if spec and name in spec.fields:
            f = spec.fields[name]
            return Symbol(Kind.FACT, name, f.type, bounds=f.bounds, whole=f.whole, personal=f.personal)
        if (record, name) in self.columns:
            return self.columns[(record, name)]
        waiting = next((k for k, (d, _) in self.waiting.items() if d.on == record and k == f"{record}.{name}"), None)
        if waiting:
            self._define(self, waiting)
        return self.columns.get((record, name))

    def fields_of(self, record: str) -> Iterable[str]:
        spec = self.records.get(self.record_names.get(record, record))
        return [*(spec.fields if spec else ()), *(n for r, n in self.columns if r == record)]

    def noun(self, record: str) -> str:
        spec = self.records.get(self.record_names.get(record, record))
        return spec.noun if spec else "件"

    def words(self) -> Iterable[str]:
        return [*(k for k in self.symbols if "/" not in k), *self.waiting]

    def is_prefix(self, name: str) -> bool:
        return name in self.prefixes

    def conclusion(self, name: str, node: syntax.Call, at: Position, record: str) -> tuple[str, str] | None:
        """The key and title of the measure of that id or title; that its conclusion is asked after is kept for `check_conclusions`."""
        wanted = level(name)
        found = next(((m.id, m.title) for _, m, _ in self.source.of("measures") if wanted in (level(m.id), level(m.title))), None)
        if found is None:
            return None
        key = self.key(found[0])
        self.conclusions[id(node)] = node, at, key, record
        return key, found[1]

    def measure_words(self) -> Iterable[str]:
        return [x for _, m, _ in self.source.of("measures") for x in (m.id, m.title)]

    def same_thing(self, record: str, column: str, word: str) -> tuple[str, ...]:
        if record != c.SUPPORT or column != c.SUPPORT_MEASURE:
            return ()
        wanted = level(word)
        return next(((m.id, m.title) for _, m, _ in self.source.of("measures") if wanted in (level(m.id), level(m.title))), ())

    # -- what every pass needs ------------------------------------------------------------------

    def wrong(self, at: Any, message: str, found: str = "", expected: str = "", mend: str = "", code: Code | None = None) -> None:
        place = at if isinstance(at, Position) else getattr(at, "at", Position())
        self.problems.append(Problem(place, message, found, expected, mend or ("" if expected else SEE), code))

    def doubt(self, at: Any, message: str, found: str = "", expected: str = "", mend: str = "") -> None:
        """What `rules check` fails by although the rulebook can be read: a decision keeps open what hangs on it."""
        place = at if isinstance(at, Position) else getattr(at, "at", Position())
        self.findings.append(Problem(place, message, found, expected, mend))

    def key(self, name: str) -> str:
        return f"{self.id}/{name}"

    def family(self, document: str | None) -> str:
        """The key of the document at the root of its amendments; "" for none, or one that is not known."""
        return c.family_of(document, self.documents)
