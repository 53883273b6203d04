"""Where a rule comes from: documents, their clauses, and the `Basis` that a condition or figure rests on.

What must stay true: nothing here knows how firm a thing is; that follows from the days (`CompiledRulebook.basis_standing`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, field
from datetime import date

from ...errors import Position
from ...plain import dataclass
from .kinds import Disposition, Standing


@dataclass(frozen=True, kw_only=True)
class DocumentSpec:
    key: str
    title: str
    number: str
    issuer: str
    jurisdiction: tuple[str, ...]
    start: date | None
    end: date | None
    sheet: str
    letter: str
    family: str  # key of the document it amends, at the root; else its own
    relies_on: tuple[str, ...]
    assumed: tuple[str, ...]
    note: str
    digest: str = ""  # of the sheet as it was when it was read
    at: Position = field(default=Position(), compare=False)

    @property
    def cite(self) -> str:
        return f"《{self.title}》" + (f"（{self.number}）" if self.number else "")

    @property
    def open_ended(self) -> bool:
        """Nobody can say whether it still holds: `assumed: to`, and no end to assume."""
        return "to" in self.assumed and self.end is None

    def in_force(self, day: date, *, on: date, since: date | None = None) -> bool:
        """Whether it governs `day`, as seen on the day of decision `on`.

        Its own period, whatever it amends. Where the text reaches back (`since` before its start) it
        governs those days too. Decided before it is in force itself it governs none, not even days to come.
        """
        if self.end is not None and day > self.end:
            return False
        if self.start is None:
            return True
        return self.start <= on and (self.start <= day or (since is not None and since <= day))


@dataclass(frozen=True, kw_only=True)
class ClauseSpec:
    id: str
    document: str
    title: str
    says: str
    disposition: Disposition
    why: str
    lead: tuple[str, ...]
    support: tuple[str, ...]
    known: date | None = None  # when it was learnt, where that is later than it applies


@dataclass(frozen=True)
class Basis:
    """What a condition or figure rests on; its standing follows from the day (see `standing`)."""

    document: str | None
    _: KW_ONLY
    clauses: tuple[str, ...] = ()
    letter: str = ""
    cut: bool = False
    hand: Standing | None = None
    also: tuple[str, ...] = ()  # documents of further clauses it rests on: whichever is in force carries it
    quote: str = ""  # the few words of the text it rests on
    wordless: bool = False  # looked for, and the sheet has no words to quote: `quote: 无`
    at: Position = field(default=Position(), compare=False)

    @property
    def clause(self) -> str:
        """The clauses as cited."""
        return "、".join(self.clauses)

    @property
    def documents(self) -> tuple[str, ...]:
        return (self.document, *self.also) if self.document is not None else ()


def family_of(document: str | None, documents: Mapping[str, DocumentSpec]) -> str:
    """The key of the document at the root of a document's amendments; "" for none, or one that is not known."""
    return documents[document].family if document is not None and document in documents else ""
