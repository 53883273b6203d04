"""By which names measures and recognitions are called in a decision.

What a word for one means is asked of intake, too, and stands in `rulebook.called`; the doors see no rulebook, so it is handed on here.
"""

from __future__ import annotations

from collections.abc import Collection

from ..reasoning.needed import shown_recognitions
from ..rulebook.called import meant, not_one, the_one
from ..rulebook.compiled import CompiledRulebook, RecognitionSpec


def titles_of(book: CompiledRulebook, keys: Collection[str] | None) -> dict[str, str]:
    """The titles of the measures of these keys (None: of all) by id, then of the recognitions that stand beside them in a decision."""
    measures = [m for k, m in book.measures.items() if keys is None or k in keys]
    beside = [book.recognitions[k] for k in sorted(shown_recognitions(book, keys))]
    return {m.id: m.title for m in measures} | {recognition_name(book, r): r.title for r in beside}


def recognition_name(book: CompiledRulebook, spec: RecognitionSpec) -> str:
    """Its id; of another rulebook's with that rulebook before it."""
    return spec.id if spec.rulebook == book.id else f"{spec.rulebook}/{spec.id}"


__all__ = ["meant", "not_one", "recognition_name", "the_one", "titles_of"]
