"""From shaped source to a compiled rulebook: names resolved, types and units checked.

One pass a file, over one `Session`. A pass may rely on those before it: names before what uses
them, figures before definitions, definitions before conditions. Every problem of every file is
collected and raised at once, in the order of the passes. What must stay true: figures have a
document and a letter; one award's figures come from one document family; a scheme is whole; no
literal figure in an expression; no empty recognition; no cycle. It knows no enterprise and
evaluates nothing.
"""

from __future__ import annotations

from ...errors import RulebookError
from .. import compiled as c
from .. import models as m
from ..source import Source, in_files
from .conclusions import check_conclusions
from .definitions import define, read_definitions
from .digest import assemble
from .manifest import cents_of
from .measures import read_measures
from .parameters import read_parameters
from .pools import read_pools
from .readings import read_readings
from .recognitions import name_recognitions, read_recognitions
from .session import Session
from .shared import read_shared
from .sources import check_learnt, read_clauses, read_documents
from .stacking import read_stacking
from .strata import strata_of
from .tableproof import read_cells
from .tables import read_tables
from .targets import read_targets
from .uses import add_builtins, take_over
from .vocabulary import read_checks, read_vocabulary

__all__ = ["Session", "compile_rulebook", "compiled_with_words", "passed"]


def compile_rulebook(source: Source, used: list[tuple[m.Use, c.CompiledRulebook]]) -> c.CompiledRulebook:
    """The rulebook of a source over those it uses; raises every problem found."""
    return compiled_with_words(source, used)[0]


def compiled_with_words(source: Source, used: list[tuple[m.Use, c.CompiledRulebook]]) -> tuple[c.CompiledRulebook, Session]:
    """The rulebook, and the session as the scope of its words: for expressions from elsewhere."""
    session = passed(source, used)
    cents = cents_of(session)
    strata = strata_of(session) if not session.problems else ()
    if session.problems:
        raise RulebookError(in_files(session.problems, source))
    return assemble(session, strata, cents), session


def passed(source: Source, used: list[tuple[m.Use, c.CompiledRulebook]]) -> Session:
    """The session after all passes, with every problem they found: for an editor, which shows both."""
    session = Session(source, used, define)
    add_builtins(session)
    for use, book in used:
        take_over(session, use, book)
    for read in (
        read_documents, read_clauses, read_vocabulary, name_recognitions, read_readings, read_parameters, read_tables, read_definitions, read_cells,
        read_checks, read_recognitions, read_shared, read_measures, read_stacking, read_pools, read_targets, check_conclusions, check_learnt,
    ):  # fmt: skip
        read(session)
    return session
