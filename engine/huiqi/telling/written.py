"""A decision as JSON text, put together from pieces that are ready: byte for byte what `to_dict` gives.

Most of the text of a decision follows from the rulebook: labels, texts, clauses, documents to hand in.
Of each condition, group, measure and recognition that part is written once, with holes for verdicts,
values and amounts. The pieces are made by the very `to_dict` they stand for, so that the shape of the
JSON is told in one place. What must stay true: `json_of(decision)` equals `json_text(to_dict())`,
whatever was decided; and what is kept is bounded, and kept by content.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol, TypeVar

from ..caching import Cache, Derived
from ..reasoning.judged import AwardJudged, Judgement, Leaf, Made, MeasureJudged, Node, RecognitionJudged
from ..reasoning.parts import ROWS
from ..reasoning.uses import Env
from ..rulebook.compiled import CompiledRulebook, Condition, MeasureSpec, Standing
from ..values import HOLDS, Causes, Truth, leading
from ..visible import json_text
from . import decision as d
from .lasting import Compared
from .phrases import leaf_id, node_label

WRITTEN = 4_096  # measures and recognitions written whole, of all rulebooks: those of parts that enterprises have in common come again
KEPT = 20_000  # pieces of one rulebook; beyond that they are made anew
J = TypeVar("J", MeasureJudged, RecognitionJudged)
_PIECES: Derived[CompiledRulebook, dict[Any, Any]] = Derived(lambda _: {}, key=lambda book: book.digest, size=16)

_WRITTEN: Cache[int, tuple[Any, str]] = Cache(WRITTEN)

LEAF = ("id", "verdict", "cause", "actual", "required", "gap", "standing", "record")
GROUP = ("verdict", "items")
MEASURE = (
    "standing",
    "outcome",
    "reason",
    "words",
    "award",
    "conditions",
    "adjustments",
    "missing",
    "evidence",
    "notes",
    "warnings",
    "readings",
    "combinations",
    "window",
)
RECOGNITION = ("verdict", "meets", "cause", "standing", "certificate", "reason", "conditions", "missing")


def text_of(value: Any) -> str:
    return json_text(value, None)


def listed(texts: Iterable[str]) -> str:
    return f"[{', '.join(texts)}]"


class Pattern:
    """The text of an object, with holes in the places of some of its values, in the order they have there."""

    def __init__(self, shape: Mapping[str, Any], holes: Iterable[str]) -> None:
        wanted = set(holes)
        members = (f"{text_of(k)}: {'%s' if k in wanted else text_of(x).replace('%', '%%')}" for k, x in shape.items())
        self.text = "{" + ", ".join(members) + "}"

    def of(self, *values: str) -> str:
        return self.text % values


_VERDICTS = {value: text_of(Truth(value).verdict) for value in (True, False, None)}
_STANDINGS = {s: text_of(s.code) for s in Standing}
_SHOWN = Pattern(d.Shown("", "", "").to_dict(), ("value", "unit", "text"))
_NO_CONDITIONS = d.GroupResult("all", "", "", HOLDS, ())


def _cause(causes: Causes) -> str:
    return text_of(d._code(leading(causes))) if causes else "null"


def _shown(value: d.Shown | None) -> str:
    return "null" if value is None else _SHOWN.of(text_of(value.value), text_of(value.unit), text_of(value.text))


def _compared(compared: Compared) -> tuple[str, str, str]:
    """Its JSON, written once for all measures that ask it."""
    if compared.written is None:
        actual, required, gap = compared.triple
        compared.written = (_shown(actual), _shown(required), _shown(gap))
    return compared.written


class Words(Protocol):
    """Who words what was judged (`results.Teller`)."""

    book: CompiledRulebook
    judgement: Judgement

    @property
    def named(self) -> Mapping[str, RecognitionJudged]: ...
    def condition(self, leaf: Leaf) -> d.ConditionResult: ...
    def described(self, condition: Condition, leaf: Leaf) -> Compared: ...
    def measure_with(self, m: MeasureJudged, conditions: d.GroupResult) -> d.MeasureResult: ...
    def recognition_with(self, r: RecognitionJudged, conditions: d.GroupResult) -> d.RecognitionResult: ...
    def award(self, a: AwardJudged, envs: Iterable[Env] = ()) -> d.Award: ...
    def reason(self, m: MeasureJudged) -> str: ...
    def words(self, m: MeasureJudged, reason: str) -> str: ...
    def adjustments(self, m: MeasureJudged) -> tuple[d.Adjustment, ...]: ...
    def lacking(self, m: MeasureJudged) -> tuple[str, ...]: ...
    def evidence(self, m: MeasureJudged) -> tuple[str, ...]: ...
    def notes(self, m: MeasureJudged) -> tuple[str, ...]: ...
    def warnings(self, m: MeasureJudged) -> tuple[str, ...]: ...
    def ways(self, m: MeasureJudged) -> tuple[d.WayResult, ...]: ...


class Writer:
    """Writes one decision. What is kept of a specification is kept with it: another may come to lie at its address."""

    def __init__(self, teller: Words) -> None:
        self.teller = teller
        self.pieces = _PIECES.of(teller.book)
        if len(self.pieces) > KEPT:
            self.pieces.clear()

    def kept(self, key: tuple[Any, ...], thing: Any, make: Callable[[], Any]) -> Any:
        """The piece of a specification under a key that says what else it depends on."""
        key = (id(thing), *key)
        found = self.pieces.get(key)
        if found is None or found[0] is not thing:
            found = self.pieces[key] = (thing, make())
        return found[1]

    def decision(self, decision: d.Decision) -> str:
        measures = listed([self.whole(m, self.measure) for m in self.teller.judgement.measures.values()])
        recognitions = listed([self.whole(r, self.recognition) for r in self.teller.named.values()])
        return Pattern(decision.shape(measures=[], recognitions=[]), ("measures", "recognitions")).of(measures, recognitions)

    def whole(self, judged: J, write: Callable[[J], str]) -> str:
        """What was judged once is written once: the very same object says the same, of whichever enterprise."""
        if self.teller.judgement.reasoner == "reference" or len(getattr(judged, "envs", ())) > ROWS:
            return write(judged)  # the reference judges everything anew; so many records are nobody else's
        found = _WRITTEN.get(id(judged))
        if found is None or found[0] is not judged:
            found = (judged, write(judged))
            _WRITTEN.replace(id(judged), found)
        return found[1]

    # -- conditions ------------------------------------------------------------------------------

    def group(self, node: Node) -> str:
        items = listed([self.leaf(i) if isinstance(i, Leaf) else self.group(i) for i in node.items])

        def pattern() -> Pattern:
            return Pattern(d.GroupResult(str(node.op), str(node.role), node_label(node), node.truth, (), node.record).to_dict(), GROUP)

        # of a record it is made anew: there is no end of them
        found = self.kept(("group", node.place, node.op, node.role), node.group or node.owner, pattern) if node.record is None else pattern()
        return str(found.of(_VERDICTS[node.truth.value], items))

    def leaf(self, leaf: Leaf) -> str:
        asked, truth, record = leaf.asked, leaf.truth, leaf.record
        if not isinstance(asked, Condition):
            return self._made(leaf)
        key = (id(asked), "leaf", leaf.role, record is None, leaf.under, leaf.stated)
        found = self.pieces.get(key)
        if found is None or found[0] is not asked:
            found = self.pieces[key] = (asked, Pattern(self.teller.condition(leaf).to_dict(), LEAF if record is not None else LEAF[1:]).text)
        actual, required, gap = _compared(self.teller.described(asked, leaf))
        verdict, cause, standing = _VERDICTS[truth.value], _cause(truth.causes), _STANDINGS[leaf.standing]
        if record is None:
            return str(found[1] % (verdict, cause, actual, required, gap, standing))
        return str(found[1] % (text_of(leaf_id(leaf)), verdict, cause, actual, required, gap, standing, text_of(record)))

    def _made(self, leaf: Leaf) -> str:
        """What stands beside the conditions of the rulebook; of records, and of what is compared with something told, it is written for each."""

        def text() -> str:
            return text_of(self.teller.condition(leaf).to_dict())

        if leaf.record is not None or leaf.asked is Made.WINDOW:
            return text()
        key = ("made", leaf.asked, leaf.role, leaf.truth.value, leading(leaf.truth.causes), leaf.standing, leaf.env.day, leaf.seen, leaf.under)
        return str(self.kept(key, leaf.owner, text))

    # -- measures and recognitions ---------------------------------------------------------------

    def measure(self, m: MeasureJudged) -> str:
        teller, reason, ways = self.teller, self.teller.reason(m), self.teller.ways(m)
        key = ("measure", m.scheme.name, bool(ways), bool(m.beyond), m.window is not None, m.applied)
        pattern = self.kept(key, m.spec, lambda: Pattern(teller.measure_with(m, _NO_CONDITIONS).to_dict(), MEASURE))
        more = [listed([text_of(w.to_dict()) for w in ways])] if ways else []
        more += [text_of(m.beyond)] if m.beyond else []
        more += [self._made(m.window)] if m.window is not None else []
        adjustments = teller.adjustments(m)
        return str(pattern.of(
            _STANDINGS[m.standing], text_of(str(m.outcome)), text_of(reason), text_of(teller.words(m, reason)), self._award(m.award, m.envs),
            self.group(m.conditions), listed([text_of(a.to_dict()) for a in adjustments]) if adjustments else "[]", self._words(teller.lacking(m), m.spec),
            self._words(teller.evidence(m), m.spec), self._words(teller.notes(m), m.spec), self._words(teller.warnings(m), m.spec), *more,
        ))  # fmt: skip

    def _award(self, a: AwardJudged, envs: Iterable[Env]) -> str:
        def text() -> str:
            return text_of(self.teller.award(a, envs).to_dict())

        if a.steps or a.instalments or a.rate is not None:
            return text()
        return str(self.kept(("award", a.low, a.high, a.causes and leading(a.causes), a.unit), a.spec, text))

    def _words(self, texts: tuple[str, ...], spec: MeasureSpec) -> str:
        return str(self.kept(("words", *texts), spec, lambda: text_of(list(texts)))) if texts else "[]"

    def recognition(self, r: RecognitionJudged) -> str:
        told = self.teller.recognition_with(r, _NO_CONDITIONS)
        pattern = self.kept(("recognition",), r.spec, lambda: Pattern(told.to_dict(), RECOGNITION))
        return str(pattern.of(
            _VERDICTS[told.truth.value], _VERDICTS[told.meets.value], _cause(told.truth.causes), _STANDINGS[told.standing], text_of(told.certificate),
            text_of(told.reason), self.group(r.conditions), text_of(list(told.missing)),
        ))  # fmt: skip


__all__ = ["Pattern", "Writer"]
