"""Small wrong versions of a compiled rulebook: one change each.

Every figure one minor unit up and down, every table edge, every comparison, every condition and
limit left out, every cap without what was received before, every all/any exchanged, the rounding to
the 分 turned the other way. A scenario that still passes with such a change does not
pin what it should. Mutants are made on the compiled rulebook, so nothing of the files is touched.
What must stay true: no two of one rulebook have the same name, and the order depends on the rules alone.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from itertools import product
from math import prod
from types import MappingProxyType
from typing import Any

from ..errors import Position
from ..language import typed as t
from ..language.types import Date, Period, Quantity, Type
from ..language.units import is_money
from ..plain import dataclass
from ..rulebook import compiled as c
from ..rulebook.compiled import Op, Role
from ..rulebook.literals import show_value
from ..rulebook.reach import references, roots_of, roots_of_recognition
from ..rulebook.readings import readings_behind, rechosen
from ..rulebook.tablecheck import Column, Piece, pieces
from .cents import divides
from .excepted import excepted

_MOST_PLACES = 20_000
WITHOUT_WINDOW = "去掉受理期"
FLIPS = {">=": ">", ">": ">=", "<=": "<", "<": "<=", "=": "!=", "!=": "="}


@dataclass(frozen=True)
class Mutant:
    """`name` says what was changed, `subjects` which measures and recognitions may notice."""

    name: str
    subjects: frozenset[str]
    book: c.CompiledRulebook
    at: Position = Position()  # of the measure or recognition that was changed
    entry: tuple[str, str] = ("", "")  # else the file's name and the entry in it: parameters, 补助比例


def mutants(book: c.CompiledRulebook) -> Iterator[Mutant]:
    """Every mutant of a rulebook's own rules, in a fixed order, each under a name of its own.

    The same change at two places of one rule is told apart by 第 2 处: an equivalence is of one place.
    """
    seen: Counter[str] = Counter()
    for mutant in _all(book):
        seen[mutant.name] += 1
        yield mutant if seen[mutant.name] == 1 else replace(mutant, name=f"{mutant.name}（第 {seen[mutant.name]} 处）")


def _all(book: c.CompiledRulebook) -> Iterator[Mutant]:
    users = _users(book)
    own = f"{book.id}/"
    behind = readings_behind(book)
    for key, reading in book.readings.items():
        if key.startswith(own):
            known: dict[str, Any] = {**book.measures, **book.recognitions}
            subjects = frozenset(known[k].id for k, named in behind.items() if key in named and k in known)
            for option in reading.options:
                if option != reading.chosen:
                    yield Mutant(
                        f"读法 {reading.name}［{reading.chosen or '未定'}］改为取定“{option}”",
                        subjects,
                        rechosen(book, key, option),
                        entry=("readings", reading.name),
                    )
    for key, parameter in book.parameters.items():
        if not key.startswith(own) or key in book.readings:
            continue
        for index, version in enumerate(parameter.versions):
            for word, value in _nearby(version.value, parameter.type):
                versions = list(parameter.versions)
                versions[index] = replace(version, value=value)
                changed = _with(book, "parameters", key, replace(parameter, versions=tuple(versions)))
                yield Mutant(f"标准 {parameter.name}［{version.text}］{word}", users.get(key, frozenset()), changed, entry=("parameters", parameter.name))
    for key, table in book.tables.items():
        if key.startswith(own):
            for word, rows in _rows(table):
                yield Mutant(
                    f"标准表 {table.name} {word}",
                    users.get(key, frozenset()),
                    _with(book, "tables", key, replace(table, rows=rows)),
                    entry=("tables", table.name),
                )
    for key, definition in book.definitions.items():
        if key.startswith(own):
            for word, expr in _expressions(definition.expr):
                yield Mutant(
                    f"口径 {definition.name} {word}",
                    users.get(key, frozenset()),
                    _with(book, "definitions", key, replace(definition, expr=expr)),
                    entry=("definitions", definition.name),
                )
    for kind in ("recognitions", "measures"):
        for key, spec in getattr(book, kind).items():
            if key.startswith(own):
                for word, changed, at in _varied(book, kind, key, spec):
                    yield Mutant(f"{spec.title} {word}", frozenset({spec.id}), changed, at or _at(spec))
    yield from forgotten(book)
    for n, group in enumerate(book.stacking):
        if group.counting.earlier is not None:
            changed_groups = (*book.stacking[:n], replace(group, counting=c.Counting()), *book.stacking[n + 1 :])
            yield Mutant(f"叠加“{group.title}”不计以往", frozenset(book.measures[m].id for m in group.members), replace(book, stacking=changed_groups))
    paying = frozenset(
        s.id
        for k, s in book.measures.items()
        if k.startswith(own) and any(x.award is not None and x.award.sums for x in (s.base, *s.schemes.values())) and divides(s, book)
    )
    for direction, word in ((c.Direction.DOWN, "舍去"), (c.Direction.HALF_UP, "四舍五入"), (c.Direction.UP, "进位")) if paying else ():
        if direction != book.cents.direction:
            yield Mutant(f"取整到分改为{word}", paying, replace(book, cents=replace(book.cents, direction=direction)))


def _at(spec: Any) -> Position:
    at: Position = getattr(spec, "at", Position())
    return at


def forgotten(book: c.CompiledRulebook) -> Iterator[Mutant]:
    """Each measure that what is shared does not hold for, as if nobody had excepted it."""
    for label, key, at, change in excepted(book):
        spec = book.measures[key]
        variants = book.variants.get(key, ())
        changed = _with(book, "measures", key, change(spec))
        if variants:
            varied = tuple(replace(x, spec=change(x.spec)) for x in variants if isinstance(x.spec, c.MeasureSpec))
            changed = replace(changed, variants=MappingProxyType({**book.variants, key: varied}))
        name = f"{spec.title} 也加上共用的“{label}”（忘了 except）"
        # it has more nodes than were registered for the rulebook's digest
        changed = replace(changed, digest=f"sha256:{hashlib.sha256(f'{book.digest} {name}'.encode()).hexdigest()}")
        yield Mutant(name, frozenset({spec.id}), changed, at or Position())


def _varied(book: c.CompiledRulebook, kind: str, key: str, spec: Any) -> Iterator[tuple[str, c.CompiledRulebook, Position | None]]:
    """Each change of an entry; of one with parts that stand under readings, made in every variant that has the part."""
    variants = book.variants.get(key, ())
    if not variants:
        yield from ((word, _with(book, kind, key, changed), at) for word, changed, at in _spec(spec))
        return
    made: dict[tuple[str, int], dict[int, Any]] = {}
    places: dict[tuple[str, int], Position | None] = {}
    for n, variant in enumerate(variants):
        met: Counter[str] = Counter()
        for word, changed, at in _spec(variant.spec):
            met[word] += 1
            places.setdefault((word, met[word]), at)
            made.setdefault((word, met[word]), {})[n] = changed
    base = next(n for n, x in enumerate(variants) if x.spec is spec)
    for (word, count), changes in made.items():
        varied = tuple(replace(x, spec=changes.get(n, x.spec)) for n, x in enumerate(variants))
        yield word, replace(_with(book, kind, key, varied[base].spec), variants=MappingProxyType({**book.variants, key: varied})), places[word, count]


def _with(book: c.CompiledRulebook, field: str, key: str, value: Any) -> c.CompiledRulebook:
    changed: c.CompiledRulebook = _put(book, field, MappingProxyType({**getattr(book, field), key: value}))
    return changed


def _put(spec: Any, field: str, value: Any) -> Any:
    return replace(spec, **{field: value})


def _users(book: c.CompiledRulebook) -> dict[str, frozenset[str]]:
    """Which measures and recognitions read a parameter, table or definition, under whichever reading; what every case must meet, all of them."""
    found: dict[str, set[str]] = {}
    specs: list[Any] = [*book.measures.values(), *book.recognitions.values()]
    specs += [x.spec for variants in book.variants.values() for x in variants if isinstance(x.spec, c.MeasureSpec | c.RecognitionSpec)]
    read = [*((roots(spec), {spec.id}) for spec in specs), ((check.expr for check in book.checks), {s.id for s in specs})]
    for expressions, ids in read:
        for node in references(list(expressions), book):
            for attribute in ("parameter", "table", "definition", "recognition"):
                if (name := getattr(node, attribute, None)) is not None:
                    found.setdefault(name, set()).update(ids)
    groups = [*book.stacking, *(x.spec for variants in book.variants.values() for x in variants if isinstance(x.spec, c.StackingSpec))]
    for group in groups:
        for node in references([x for x in (group.amount, group.counting.earlier) if x is not None], book):
            if isinstance(node, t.ParameterRef):
                found.setdefault(node.parameter, set()).update(book.measures[m].id for m in group.members)
    return {k: frozenset(v) for k, v in found.items()}


def roots(spec: Any) -> Iterator[t.Expr]:
    return roots_of_recognition(spec) if isinstance(spec, c.RecognitionSpec) else roots_of(spec)


def _step(kind: Type) -> Fraction:
    if isinstance(kind, Quantity) and is_money(kind.dims):
        return Fraction(1, 100)
    if isinstance(kind, Quantity) and kind.dims and all(e > 0 for _, e in kind.dims):
        return Fraction(1)
    if isinstance(kind, Quantity) and kind.dims:
        return Fraction(1, 100)  # a price: 0.01元/人
    return Fraction(1, 10000)


def _nearby(value: Any, kind: Type) -> Iterator[tuple[str, Any]]:
    """The values next to a figure; each member of a list left out."""
    if isinstance(value, bool):
        yield "取反", not value
    elif isinstance(value, Fraction):
        step = _step(kind)
        yield "多一个最小单位", value + step
        if value >= step:
            yield "少一个最小单位", value - step
    elif isinstance(kind, Date):
        yield "晚一天", value + timedelta(days=1)
        yield "早一天", value - timedelta(days=1)
    elif isinstance(kind, Period):
        yield "多一个月", value + 1
        yield "少一个月", value - 1
    elif isinstance(value, tuple) and len(value) > 1:
        for member in value:
            yield f"去掉“{member}”", tuple(x for x in value if x != member)


def _rows(table: c.TableSpec) -> Iterator[tuple[str, tuple[c.RowSpec, ...]]]:
    def put(index: int, row: c.RowSpec) -> tuple[c.RowSpec, ...]:
        return (*table.rows[:index], row, *table.rows[index + 1 :])

    for index, row in enumerate(table.rows):
        for word, value in _nearby(row.value, table.value_type):
            yield f"第 {index + 1} 行值 {show_value(row.value, table.value_type)} {word}", put(index, replace(row, value=value))
        for column, test in enumerate(row.tests):
            kind = table.inputs[column][1]
            for word, changed in _tests(test, kind):
                tests = (*row.tests[:column], changed, *row.tests[column + 1 :])
                if not _same_rows(table, put(index, replace(row, tests=tests))):
                    yield f"第 {index + 1} 行“{test.text}”{word}", put(index, replace(row, tests=tests))


def _same_rows(table: c.TableSpec, rows: tuple[c.RowSpec, ...]) -> bool:
    """Whether the first row that applies is the same one, whatever is looked up: an edge within what earlier rows have taken is no change."""
    changing = table.worked_out or table.dated or table.learnt or len({row.basis.document for row in rows}) > 1
    if table.match is not c.Match.FIRST or changing:
        return False
    cut = [pieces(Column(name, kind), [row.tests[n] for row in (*table.rows, *rows)]) for n, (name, kind) in enumerate(table.inputs)]
    if prod(map(len, cut)) > _MOST_PLACES:
        return False

    def winner(of: tuple[c.RowSpec, ...], place: tuple[Piece, ...]) -> int | None:
        return next((row.number for row in of if all(piece.meets(test) for piece, test in zip(place, row.tests, strict=True))), None)

    return all(winner(table.rows, place) == winner(rows, place) for place in product(*cut))


def _tests(test: c.Test, kind: Type) -> Iterator[tuple[str, c.Test]]:
    if test.op == "range":
        for end in (0, 1):
            if test.values[end] is None:
                continue
            closed = list(test.closed)
            closed[end] = not closed[end]
            yield f"{'下' if end == 0 else '上'}端开闭互换", replace(test, closed=(closed[0], closed[1]))
            for word, value in _nearby(test.values[end], kind):
                values = list(test.values)
                values[end] = value
                yield f"{'下' if end == 0 else '上'}端{word}", replace(test, values=tuple(values))
    elif test.op in FLIPS:
        yield "端点开闭互换", replace(test, op=FLIPS[test.op])
        for word, value in _nearby(test.values[0], kind):
            yield word, replace(test, values=(value,))


def _expressions(expr: t.Expr) -> Iterator[tuple[str, t.Expr]]:
    """Each operator of an expression changed, one at a time."""
    if isinstance(expr, t.Compared):
        yield f"“{expr.op}”改为“{FLIPS[expr.op]}”", replace(expr, op=FLIPS[expr.op])
    if isinstance(expr, t.All):
        yield "且改为或", t.AnyOf(expr.type, expr.source, expr.items)
    if isinstance(expr, t.AnyOf):
        yield "或改为且", t.All(expr.type, expr.source, expr.items)
    if isinstance(expr, t.Inverse):
        yield "去掉并非", expr.operand
    if isinstance(expr, t.Calculated) and expr.op in "+-" and isinstance(expr.left.type, Quantity) and isinstance(expr.right.type, Quantity):
        yield "加减互换", replace(expr, op="-" if expr.op == "+" else "+")
    if isinstance(expr, t.Applied) and expr.function in ("min", "max"):
        yield "最小最大互换", replace(expr, function="max" if expr.function == "min" else "min")
    for name in ("left", "right", "operand", "value", "condition", "then", "otherwise", "base", "body"):
        child = getattr(expr, name, None)
        if isinstance(child, t.Expr) and not (isinstance(expr, t.DefinitionRef) and name == "base"):
            for word, changed in _expressions(child):
                yield word, _put(expr, name, changed)
    for name in ("items", "arguments"):
        children = getattr(expr, name, None)
        if isinstance(children, tuple):
            for n, child in enumerate(children):
                for word, changed in _expressions(child):
                    yield word, _put(expr, name, (*children[:n], changed, *children[n + 1 :]))


Varied = tuple[str, Any, Position | None]  # what was changed in words, the changed thing, and where that stands, if not where the rule does


def _group(group: c.Group, *, top: bool = True) -> Iterator[Varied]:
    """`top`: it is all that is asked, and no group within."""
    if not top and group.op in (Op.ALL, Op.ANY) and len(group.items) > 1:
        yield f"{group.label or group.id} all/any 互换", replace(group, op=c.Op.ANY if group.op is c.Op.ALL else c.Op.ALL), None
    for n, item in enumerate(group.items):
        rest = (*group.items[:n], *group.items[n + 1 :])
        word = "情形" if group.role == Role.UNLESS else "条件"
        if rest or top:
            yield f"去掉{word}“{item.label or item.id}”", replace(group, items=rest), getattr(item, "at", None)
        if isinstance(item, c.Condition):
            for change, expr in _expressions(item.expr):
                yield f"{word}“{item.label}”{change}", replace(group, items=(*group.items[:n], replace(item, expr=expr), *group.items[n + 1 :])), item.at
        else:
            for change, inner, at in _group(item, top=False):
                yield change, replace(group, items=(*group.items[:n], inner, *group.items[n + 1 :])), at


def _spec(spec: Any) -> Iterator[Varied]:
    for name in ("when", "unless", "lapses"):
        for word, group, at in _group(getattr(spec, name)) if hasattr(spec, name) else ():
            yield word, _put(spec, name, group), at
    if isinstance(spec, c.MeasureSpec):
        if spec.window is not None:
            yield WITHOUT_WINDOW, replace(spec, window=None), spec.window.at
        for n, reduction in enumerate(spec.reductions):
            rest = (*spec.reductions[:n], *spec.reductions[n + 1 :])
            yield f"去掉减额“{reduction.label}”", replace(spec, reductions=rest), reduction.condition.at
            moved = replace(reduction, after=not reduction.after)
            if not reduction.condition.per_record:
                yield (
                    f"减额“{reduction.label}”封顶前后互换",
                    replace(spec, reductions=(*spec.reductions[:n], moved, *spec.reductions[n + 1 :])),
                    reduction.condition.at,
                )
        if spec.counting.earlier is not None:
            yield "同一件以往已获的不扣除", replace(spec, counting=c.Counting()), None
        for word, base in _scheme(spec.base):
            yield word, replace(spec, base=base), None
        for name, scheme in spec.schemes.items():
            for word, changed, at in (*((w, x, None) for w, x in _scheme(scheme)), *_conditions(scheme)):
                yield f"方案“{name}”{word}", replace(spec, schemes=MappingProxyType({**spec.schemes, name: changed})), at


def _conditions(scheme: c.SchemeSpec) -> Iterator[Varied]:
    for word, group, at in _group(scheme.when):
        yield word, replace(scheme, when=group), at
    for word, group, at in _group(scheme.unless):
        yield word, replace(scheme, unless=group), at


def _scheme(scheme: c.SchemeSpec) -> Iterator[tuple[str, c.SchemeSpec]]:
    for n, limit in enumerate(scheme.limits):
        rest = (*scheme.limits[:n], *scheme.limits[n + 1 :])
        yield f"去掉封顶“{limit.label or limit.per}”", replace(scheme, limits=rest)
        if limit.counting.earlier is not None:
            forgetful = replace(limit, counting=c.Counting())
            yield f"封顶“{limit.label or limit.per}”不计以往", replace(scheme, limits=(*scheme.limits[:n], forgetful, *scheme.limits[n + 1 :]))
        if limit.count is not None:
            other = c.Keep.FIRST if limit.keep is c.Keep.HIGHEST else c.Keep.HIGHEST
            yield f"件数上限 {limit.keep} 改为 {other}", replace(scheme, limits=(*scheme.limits[:n], replace(limit, keep=other), *scheme.limits[n + 1 :]))
    if scheme.floor is not None:
        yield "去掉起付线", replace(scheme, floor=None)
    if scheme.award is not None and scheme.award.expr is not None:
        for word, expr in _expressions(scheme.award.expr):
            yield f"金额{word}", replace(scheme, award=replace(scheme.award, expr=expr))
