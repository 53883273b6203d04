"""The rulebook under decided readings: an ordinary rulebook, which every reader takes as it is.

A rulebook with open readings stands for the set of rulebooks in which each is decided; `decided` makes
one of them. What must stay true: nothing else of the rulebook changes (conditions that say the same
are still one object), what is decided by assumption is never firmer than one, and the same decision
of the same rulebook is the same object.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from ..caching import WAYS, Cache, Derived
from ..language import typed as t
from ..language.types import Text
from . import compiled as c
from .reach import expressions_in, references

GROUP = "#group"  # behind the key of a stacking group among the variants: a measure may have the same

_books: Cache[tuple[str, int, tuple[tuple[str, str, bool], ...]], tuple[c.CompiledRulebook, c.CompiledRulebook]] = Cache(WAYS)


def parameter_of(reading: c.ChoiceSpec, taken: str, basis: c.Basis) -> c.ParameterSpec:
    """The reading as the parameter it is in expressions; without a value where nothing is taken."""
    version = c.ParameterVersion(value=taken or None, start=None, end=None, basis=basis, text=taken or "未定")
    kind = Text(options=reading.options)
    return c.ParameterSpec(key=reading.key, name=reading.name, type=kind, versions=(version,), bounds=(None, None), note=reading.question)


def decided(book: c.CompiledRulebook, taken: Mapping[str, str], *, tried: frozenset[str] = frozenset()) -> c.CompiledRulebook:
    """The rulebook with these readings taken, by key; the rest as the rulebook has it.

    `tried`: readings only looked at under this option, one after another. What holds under each option
    turned on none, so that such an option weakens nothing; one that somebody decided is an assumption.
    """
    if not taken:
        return book
    key = (book.digest, id(book), tuple((k, o, k in tried) for k, o in sorted(taken.items())))
    kept = _books.get(key)
    if kept is None or kept[0] is not book:
        kept = (book, _decided(book, taken, tried))
        _books.replace(key, kept)
    return kept[1]


def _decided(book: c.CompiledRulebook, taken: Mapping[str, str], tried: frozenset[str]) -> c.CompiledRulebook:
    whole = {k: taken.get(k) or r.chosen or r.options[0] for k, r in book.readings.items()}
    parameters = dict(book.parameters)
    for key, option in taken.items():
        reading = book.readings[key]
        if reading.chosen != option:
            hand = c.Standing.ENACTED if key in tried else c.Standing.ASSUMED
            parameters[key] = parameter_of(reading, option, replace(reading.basis, hand=hand))
    changed = {k: variant_under(found, whole) for k, found in book.variants.items() if any(key in taken for key, _ in found[0].under)}
    stacking = [changed.get(g.key + GROUP, g) for g in book.stacking]
    present = {g.key for g in book.stacking}
    stacking += [spec for k, spec in changed.items() if k.endswith(GROUP) and k.removesuffix(GROUP) not in present]
    name = "|".join(f"{k}={o}{'?' if k in tried else ''}" for k, o in sorted(taken.items()))
    digest = "sha256:" + hashlib.sha256(f"{book.digest}|{name}".encode()).hexdigest()  # readers keep what they derive by it
    return replace(
        book,
        digest=digest,
        parameters=MappingProxyType(parameters),
        recognitions=MappingProxyType({k: changed.get(k) or r for k, r in book.recognitions.items()}),
        measures=MappingProxyType({k: changed.get(k) or m for k, m in book.measures.items()}),
        stacking=tuple(g for g in stacking if g is not None),
    )


def rechosen(book: c.CompiledRulebook, key: str, option: str) -> c.CompiledRulebook:
    """Another rulebook: one that has itself decided this reading so, on the same basis."""
    reading = replace(book.readings[key], chosen=option)
    made = _decided(book, {key: option}, frozenset())
    parameters = {**made.parameters, key: parameter_of(reading, option, reading.basis)}
    return replace(made, parameters=MappingProxyType(parameters), readings=MappingProxyType({**book.readings, key: reading}))


def variant_under(found: Iterable[c.Variant], whole: Mapping[str, str]) -> Any:
    """The one variant that holds under a decision of all readings."""
    return next(x.spec for x in found if all(whole[k] == option for k, option in x.under))


# -- which readings an entry turns on ------------------------------------------------------------------


def readings_behind(book: c.CompiledRulebook) -> Mapping[str, frozenset[str]]:
    """By key of a measure or recognition (a stacking group's with `GROUP` behind): the readings it may turn on. Worked out once."""
    return _BEHIND.of(book).found(None, lambda: _readings_behind(book, None))


def readings_in_play(book: c.CompiledRulebook, schemes: Mapping[str, str]) -> Mapping[str, frozenset[str]]:
    """The same where these schemes are chosen, by measure id: a reading of a clause of another scheme touches nothing that is judged."""
    return _BEHIND.of(book).found(tuple(sorted(schemes.items())), lambda: _readings_behind(book, schemes))


def _readings_behind(book: c.CompiledRulebook, schemes: Mapping[str, str] | None) -> Mapping[str, frozenset[str]]:
    known: dict[str, frozenset[str]] = {}

    def behind(key: str, specs: Iterable[Any]) -> frozenset[str]:
        if key in known:
            return known[key]
        known[key] = frozenset()  # a circle is refused when it is compiled
        variants = [(x.under, _chosen(x.spec, schemes)) for x in book.variants.get(key, ())]
        found = _turning(variants)
        roots = expressions_in(*(_chosen(x, schemes) for x in specs), *(spec for _, spec in variants))
        for node in references(roots, book):
            if isinstance(node, t.ParameterRef) and node.parameter in book.readings:
                found.add(node.parameter)
            elif isinstance(node, t.RecognitionRef):
                found |= behind(node.recognition, (book.recognitions[node.recognition],))
            elif isinstance(node, t.ConclusionRef):
                found |= behind(node.measure, (book.measures[node.measure],))
        known[key] = frozenset(found)
        return known[key]

    for key, recognition in book.recognitions.items():
        behind(key, (recognition,))
    for key, measure in book.measures.items():
        behind(key, (measure,))
    for group in book.stacking:
        behind(group.key + GROUP, (group,))
    for key in book.variants:
        if key.endswith(GROUP):
            behind(key, ())
    return known


def _chosen(spec: Any, schemes: Mapping[str, str] | None) -> Any:
    """A measure with the one scheme by which it is judged; with all of them where none is chosen."""
    if schemes is None or not isinstance(spec, c.MeasureSpec) or len(spec.schemes) < 2:
        return spec
    name = schemes.get(spec.id, next(iter(spec.schemes)))
    return spec if name not in spec.schemes else replace(spec, schemes={name: spec.schemes[name]})


def _turning(variants: list[tuple[c.Choices, Any]]) -> set[str]:
    """The readings under two options of which an entry is not the same, whatever is taken of the others."""
    specs = {frozenset(under): spec for under, spec in variants}
    found = set[str]()
    for under, spec in specs.items():
        for key, option in under:
            rest = under - {(key, option)}
            found |= {key for other, as_well in specs.items() if other - under and not rest - other and as_well != spec}
    return found


_BEHIND: Derived[c.CompiledRulebook, Cache[Any, Mapping[str, frozenset[str]]]] = Derived(lambda _: Cache(64), key=lambda book: book.digest, size=WAYS)

__all__ = ["GROUP", "decided", "parameter_of", "readings_behind", "readings_in_play", "rechosen", "variant_under"]
