"""By which names measures and recognitions are called in a decision.

What a word for one means is asked of intake, too, and stands in `rulebook.called`; the doors see no rulebook, so it is handed on here.
"""

from __future__ import annotations

from collections.abc import Collection

from ..reasoning.needed import shown_recognitions
from ..rulebook.called import meant, not_one, the_one
from ..rulebook.compiled import CompiledRulebook, RecognitionSpec
from ..rulebook.reach import read_by_recognition


def titles_of(book: CompiledRulebook, keys: Collection[str] | None) -> dict[str, str]:
    """The titles of the measures of these keys (None: of all) by id, then of the recognitions that stand beside them in a decision."""
    measures = [m for k, m in book.measures.items() if keys is None or k in keys]
    beside = [book.recognitions[k] for k in sorted(shown_recognitions(book, keys))]
    return {m.id: m.title for m in measures} | {recognition_name(book, r): r.title for r in beside}


def recognition_name(book: CompiledRulebook, spec: RecognitionSpec) -> str:
    """Its id; of another rulebook's with that rulebook before it."""
    return spec.id if spec.rulebook == book.id else f"{spec.rulebook}/{spec.id}"


def read_of_recognitions(book: CompiledRulebook) -> list[tuple[str, str, tuple[str, ...]]]:
    """Id, title and the names of all that is read, of each recognition of this rulebook's own."""
    own = [r for r in book.recognitions.values() if r.rulebook == book.id]
    return [(r.id, r.title, tuple(x for names in read_by_recognition(book, r) for x in names)) for r in own]


__all__ = ["meant", "not_one", "read_of_recognitions", "recognition_name", "the_one", "titles_of"]
