"""The rulebook as a whole: its entries by key, what they are under each reading, and how firm a basis is on a day.

What must stay true: the order of every mapping is that of the files, so that one source has one rulebook.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from types import MappingProxyType

from ...errors import Problem
from ...language.units import Unit
from ...plain import dataclass
from .figures import DefinitionSpec, ParameterSpec, TableSpec
from .kinds import Standing
from .measures import MeasureSpec, RecognitionSpec, RoundingSpec
from .rounds import PoolSpec, StackingSpec, TargetSpec
from .sources import Basis, ClauseSpec, DocumentSpec
from .vocabulary import CheckSpec, FactSpec, RecordSpec


@dataclass(frozen=True, kw_only=True)
class ChoiceSpec:
    """A named choice between readings of a clause (`readings.yaml`): open until somebody decides it.

    In expressions it is a parameter of the same key, whose value is the option taken. `chosen` is the
    rulebook's own decision, resting on `basis`; empty where the reading is open.
    """

    key: str
    name: str
    question: str
    options: tuple[str, ...]
    chosen: str
    basis: Basis
    note: str = ""

    @property
    def open(self) -> bool:
        return not self.chosen

    @property
    def clause(self) -> str:
        """The clauses as cited."""
        return self.basis.clause


Choices = tuple[tuple[str, str], ...]  # (key of a reading, the option taken), in the order of the rulebook


@dataclass(frozen=True, kw_only=True)
class Variant:
    """What an entry is under these options; None: it does not exist under them.

    Of an entry any part of which stands only under a reading (`读法:`). The variants of an entry are
    one for each combination of the options its parts name, so that exactly one holds under any decision.
    """

    under: Choices
    spec: MeasureSpec | RecognitionSpec | TableSpec | StackingSpec | None


@dataclass(frozen=True, kw_only=True)
class CompiledRulebook:
    id: str
    title: str
    version: str
    jurisdiction: tuple[str, ...]
    summary: str
    note: str
    digest: str
    uses: tuple[tuple[str, str, str], ...]  # id, version, digest
    documents: Mapping[str, DocumentSpec]
    clauses: Mapping[str, ClauseSpec]
    facts: Mapping[str, FactSpec]
    records: Mapping[str, RecordSpec]
    checks: tuple[CheckSpec, ...]
    parameters: Mapping[str, ParameterSpec]
    tables: Mapping[str, TableSpec]
    definitions: Mapping[str, DefinitionSpec]
    recognitions: Mapping[str, RecognitionSpec]
    measures: Mapping[str, MeasureSpec]
    stacking: tuple[StackingSpec, ...]
    targets: tuple[TargetSpec, ...]
    pools: tuple[PoolSpec, ...] = ()
    strata: tuple[tuple[str, ...], ...]
    names: Mapping[str, str]  # every word a case may use -> key of a fact or record type
    path: str = ""
    canonical: str = field(default="", repr=False)
    behind: tuple[tuple[str, str], ...] = ()  # id and digest of itself and of every rulebook it rests on
    cents: RoundingSpec
    readings: Mapping[str, ChoiceSpec] = field(default_factory=lambda: MappingProxyType({}))
    variants: Mapping[str, tuple[Variant, ...]] = field(default_factory=lambda: MappingProxyType({}))  # by key of the entry
    units: frozenset[Unit] = frozenset()  # declared by it and by those it uses
    synonyms: tuple[tuple[str, ...], ...] = ()  # words a reader may look for in place of one another; no decision asks after them
    findings: tuple[Problem, ...] = ()  # what compiles and must be settled with the policy's author

    def learnt(self, clauses: tuple[str, ...], day: date) -> bool:
        """Whether what rests on these clauses was known on a day: one known clause carries it."""
        learnt = True
        for name in clauses:
            if (clause := self.clauses.get(name)) is not None:
                if clause.known is None or clause.known <= day:
                    return True
                learnt = False
        return learnt

    def family(self, document: str) -> str:
        """The key of the document at the root of a document's amendments: what it amends speaks with its voice."""
        return self.documents[document].family

    def basis_standing(self, basis: Basis, day: date, *, on: date, since: date | None = None) -> Standing:
        """现行, 待核, 参照 from the documents, the deciding jurisdiction and the days; or by hand.

        `day` is the governing date, `on` the day of decision, `since` the day the text reaches back to.
        """
        if basis.hand is not None:
            return basis.hand
        if basis.document is None:
            return Standing.ASSUMED
        standing = self._under(basis, self.documents[basis.document], day, on, since)
        for document in basis.also:
            standing = min(standing, self._under(basis, self.documents[document], day, on, since))
        return standing

    def _under(self, basis: Basis, document: DocumentSpec, day: date, on: date, since: date | None) -> Standing:
        ours = self.jurisdiction[: len(document.jurisdiction)] == document.jurisdiction
        if not ours or not document.in_force(day, on=on, since=since):
            return Standing.BENCHMARK
        letter = basis.letter or document.letter
        return Standing.UNVERIFIED if letter == "C" or basis.cut or document.open_ended else Standing.ENACTED


def told_as(book: CompiledRulebook, key: str) -> str:
    """The name by which a case tells a fact or a record type: its own, or with the rulebook's prefix where another's is called the same."""
    name = (book.facts.get(key) or book.records[key]).name
    return name if book.names.get(name) == key else next((word for word, k in book.names.items() if k == key), key)


Spec = MeasureSpec | RecognitionSpec


def own_specs(book: CompiledRulebook) -> list[Spec]:
    """The measures of a rulebook, then the recognitions it defines itself."""
    return [*book.measures.values(), *(r for r in book.recognitions.values() if r.rulebook == book.id)]
