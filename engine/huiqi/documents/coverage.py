"""Coverage: every clause with its disposition, what stands on what, which scenario decides what.

A report (plain data) and its text. Problems are what must not be: a clause said to be a measure
that no measure carries, a figure or condition without document or hand-written standing, a
condition that no scenario shows deciding alone (unless it is listed, with the reason, as one that
cannot). Scenarios are read, not run: that they hold is the business of the test run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from ..errors import Code, Position, Problem
from ..language import typed as t
from ..plain import dataclass
from ..rulebook.compiled import (
    Basis,
    CompiledRulebook,
    Condition,
    Disposition,
    Group,
    Match,
    MeasureSpec,
    RecognitionSpec,
    Rule,
    SchemeSpec,
    Spec,
    name_of,
    own_specs,
)
from ..rulebook.lexicon import misnamed
from ..rulebook.readings import readings_behind
from ..scenarios.adequacy import subjects_of
from ..scenarios.models import Decider, Feature, deciders
from ..scenarios.waivers import MOVES, UNDECIDABLE, complaints, mark_of_subject, of_book, read_waivers, reasons
from ..telling.called import meant
from .text import standing_of

_DISPOSITION = {
    "measure": "支持事项", "recognition": "资格", "condition": "条件", "channel": "资金渠道", "target": "目标", "duty": "政府职责", "unread": "未读", "todo": "未处置",
}  # fmt: skip


@dataclass(frozen=True)
class Owned:
    """A condition with whose it is; `scheme` is empty for what every scheme shares."""

    spec: Spec
    scheme: str
    condition: Condition

    def name(self, book: CompiledRulebook) -> str:
        """As `undecidable.yaml` lists it."""
        return f"{book.id}/{self.spec.id}: {self.condition.label}" + (f"（{self.scheme}）" if self.scheme else "")


def owned_conditions(spec: Spec) -> Iterator[Owned]:
    """Every condition and exclusion, those of each scheme too."""
    groups: list[tuple[str, Group]] = [("", spec.when), ("", spec.unless)]
    if isinstance(spec, MeasureSpec):
        groups += [(scheme.name, group) for scheme in spec.schemes.values() for group in (scheme.when, scheme.unless)]
    for scheme, group in groups:
        yield from (Owned(spec, scheme, condition) for condition in group.conditions())


def every_condition(book: CompiledRulebook, spec: Spec) -> Iterator[Owned]:
    """Those too that stand only under another reading than the one the specification is of."""
    seen = set[tuple[str, str]]()
    for one in (spec, *(x.spec for x in book.variants.get(spec.key, ()))):
        if isinstance(one, MeasureSpec | RecognitionSpec):
            for owned in owned_conditions(one):
                if (name := (owned.scheme, owned.condition.id)) not in seen:
                    seen.add(name)
                    yield Owned(spec, owned.scheme, owned.condition)


def figures(book: CompiledRulebook) -> Iterator[tuple[str, Basis]]:
    """Every version of the rulebook's own parameters and every row of its tables."""
    own = f"{book.id}/"
    for key, parameter in book.parameters.items():
        if key.startswith(own) and key not in book.readings:
            yield from ((parameter.name, version.basis) for version in parameter.versions)
    for key, table in book.tables.items():
        if key.startswith(own):
            yield from ((table.name, row.basis) for row in table.rows)


def findings(book: CompiledRulebook) -> tuple[Problem, ...]:
    """What compiles and must be settled before anybody is decided by it."""
    return (*book.findings, *misnamed(book), *_hints_among(book))


def _hints_among(book: CompiledRulebook) -> Iterator[Problem]:
    """A hint's money is in no total: in a group nothing would be taken from it, nor from the others for its sake, and nobody would be told."""
    for group in book.stacking:
        for key in group.members if group.rule is not Rule.CUMULATE else ():
            if (spec := book.measures[key]).hint:
                message = f"“{spec.title}”只作提示（hint），不计入合计，不参加“{group.title}”"
                yield Problem(spec.at, message, spec.id, "本级给钱的支持事项", "从 members 里删去；不能同享的写成不予支持情形，看 已获支持", Code.WRONG_VALUE)


def hints(book: CompiledRulebook) -> Iterator[str]:
    """What compiles and should still be asked of the policy's author."""
    for clause in book.clauses.values():
        if clause.disposition is Disposition.TODO:
            yield f"条款“{clause.id}”（{clause.title}）还没有处置：写出引用它的事项、条件或标准；写不成规则的，在 clauses.yaml 里写 disposition: duty（或 unread、channel）和 why"
    asked = frozenset[str]().union(*readings_behind(book).values())
    for key, reading in book.readings.items():
        if key.startswith(f"{book.id}/") and reading.open and key not in asked:
            yield f"读法“{reading.name}”没有一处用到，怎样读都一样：在表达式里，或在随它而变的条件、金额、封顶上写 读法: {reading.name}=…；与规则无关的删去"
    for key, table in book.tables.items():
        if key.startswith(f"{book.id}/") and table.unproved:
            rows = "、".join(str(n + 1) for n in table.unproved)
            several = "，几行同时符合而值不同的是待定" if table.match == Match.FIRST else ""
            yield f"标准表“{table.name}”第 {rows} 行的格子要看申报数据，各行是否重叠、有无空档编译时证明不了；测算时没有一行符合的按标准未定{several}"
    for spec in book.measures.values():
        for key in spec.changing:
            if key in book.tables:
                yield f"{spec.at}: 标准表“{book.tables[key].name}”的行先后不同，“{spec.title}”没有写按哪一天的，会按审核日期当日的各行；问清政策起草人：按哪一天？写 governed by: 日期"
                continue
            name = book.parameters[key].name
            yield f"{spec.at}: 标准“{name}”有先后几版，“{spec.title}”没有写按哪一天的标准，会按审核日期当日的一版；问清政策起草人：按哪一天？写 governed by: 日期，或 value at({name}, 日期)"


def carried_clauses(book: CompiledRulebook) -> dict[str, list[str]]:
    """Clause -> the measures and recognitions that carry it: as theirs, by a scheme, by a condition or limit."""
    carried: dict[str, list[str]] = {}
    for spec in own_specs(book):
        for clause in dict.fromkeys(_clauses_of(spec)):
            carried.setdefault(clause, []).append(spec.id)
    return carried


def standing_on(book: CompiledRulebook) -> dict[str, list[str]]:
    """Clause -> whatever rests on it: who carries it, and whose window, reduction, obligation or stacking it is."""
    found = {clause: list(ids) for clause, ids in carried_clauses(book).items()}

    def put(clauses: Iterable[str], name: str) -> None:
        for clause in clauses:
            if name not in found.setdefault(clause, []):
                found[clause].append(name)

    for spec in book.measures.values():
        put(spec.window.basis.clauses if spec.window is not None and spec.window.basis is not None else (), spec.id)
        for reduction in spec.reductions:
            put(reduction.condition.basis.clauses, spec.id)
        for scheme in (spec.base, *spec.schemes.values()):
            put(scheme.obliged, spec.id)
    for group in book.stacking:
        put(group.basis.clauses, group.id)
    for pool in book.pools:
        put(pool.basis.clauses, pool.id)
    return found


def _clauses_of(spec: Spec) -> Iterator[str]:
    yield from spec.clauses
    for owned in owned_conditions(spec):
        yield from owned.condition.basis.clauses
    if isinstance(spec, MeasureSpec):
        for scheme in (spec.base, *spec.schemes.values()):
            yield from scheme.clauses
            for limit in scheme.limits:
                yield from limit.basis.clauses


# -- which scenario decides what ------------------------------------------------------------------------


def read_undecidable(path: Path) -> dict[str, str]:
    """Condition -> why no scenario can let it decide alone; empty without the file."""
    return reasons(read_waivers(path))


def waiver_problems(book: CompiledRulebook, path: Path, today: date) -> list[tuple[Position, str]]:
    """What is wrong with the rulebook's entries in `undecidable.yaml`; of a condition that is not there `coverage` says so."""
    own = {w.what: mark_of_subject(book, w.what.partition(": ")[0].partition("/")[2]) for w in of_book(read_waivers(path), book.id)}
    return list(complaints((w for w in read_waivers(path) if own.get(w.what) or (w.what in own and MOVES in w.what)), own.get, today))


def decided_by(found: Sequence[Decider], owned: Owned) -> list[Decider]:
    """The scenarios in which this condition alone decides."""
    return [d for d in found if d.name == owned.spec.id and _is(d, owned)]


def _is(decider: Decider, owned: Owned) -> bool:
    if decider.label != owned.condition.label or decider.role != owned.condition.role:
        return False
    if not owned.scheme or not isinstance(owned.spec, MeasureSpec):
        return True
    return decider.schemes.get(owned.spec.id, next(iter(owned.spec.schemes))) == owned.scheme  # the first is the default


def _using(book: CompiledRulebook, features: Iterable[Feature]) -> list[Decider]:
    """Those of this rulebook, each under the id of what it names."""
    titles = {i: title for title, i in subjects_of(book).items()}

    def called(name: str) -> str:
        found = meant(name, titles)
        return found[0] if len(found) == 1 else name

    return [replace(d, name=called(d.name), schemes={called(k): x for k, x in d.schemes.items()}) for d in deciders(features) if book.id in d.rulebooks]


def _deciding(book: CompiledRulebook, features: Iterable[Feature], excused: Mapping[str, str]) -> list[dict[str, Any]]:
    """Per condition: the scenarios that refuse by it alone, those it alone leaves open, or why there is none."""
    found = _using(book, features)
    rows = []
    for spec in own_specs(book):
        for owned in every_condition(book, spec):
            mine = decided_by(found, owned)
            rows.append({
                "owner": spec.id, "scheme": owned.scheme, "role": owned.condition.role, "condition": owned.condition.label, "name": owned.name(book),
                "settled": list(dict.fromkeys(d.scenario for d in mine if d.settled)),
                "open": list(dict.fromkeys(d.scenario for d in mine if not d.settled)),
                "excused": excused.get(owned.name(book), ""),
            })  # fmt: skip
    return rows


def _deciding_problems(book: CompiledRulebook, rows: Sequence[Mapping[str, Any]], excused: Mapping[str, str]) -> Iterator[str]:
    for row in rows:
        if not row["settled"] and not row["excused"]:
            only_open = "，只有它单独待定的" if row["open"] else ""
            yield f"没有场景只由它决定（不满足）{only_open}：{row['name']}"
        elif row["settled"] and row["excused"]:
            yield f"{UNDECIDABLE} 列为不能单独决定，却有场景“{row['settled'][0]}”：{row['name']}"
    known = {row["name"] for row in rows}
    for name in excused:
        if name.startswith(f"{book.id}/") and name not in known and MOVES not in name:
            yield f"{UNDECIDABLE} 里的条件不存在：{name}"


# -- the report -----------------------------------------------------------------------------------------


def coverage(book: CompiledRulebook, features: Sequence[Feature] | None = None, excused: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The report: clauses by disposition; measures, conditions, figures by standing and letter.

    With `features` also the scenarios that decide by each condition alone (`deciding`); without,
    `deciding` is None. `excused` names the conditions that cannot, with the reason.
    """
    specs = own_specs(book)
    carried, resting = carried_clauses(book), standing_on(book)
    conditions = [owned for spec in specs for owned in every_condition(book, spec)]
    found = list(figures(book))
    deciding = None if features is None else _deciding(book, features, excused or {})
    return {
        "rulebook": book.id, "version": book.version, "digest": book.digest,
        "clauses": [
            {"id": x.id, "title": x.title, "disposition": x.disposition, "why": x.why, "lead": list(x.lead), "with": list(x.support), "carried_by": resting.get(x.id, [])}
            for x in book.clauses.values()
        ],
        "dispositions": dict(sorted(Counter(x.disposition for x in book.clauses.values()).items())),
        "measures": len(book.measures), "recognitions": len(specs) - len(book.measures), "conditions": len(conditions), "figures": len(found),
        "conditions_by_standing": _count(book, [x.condition.basis for x in conditions]),
        "figures_by_standing": _count(book, [b for _, b in found]),
        "figures_by_letter": dict(sorted(Counter(_letter(book, b) for _, b in found).items())),
        "targets": [{"id": x.id, "title": x.title, "value": x.value} for x in book.targets],
        "deciding": deciding,
        "problems": [
            *_without_carrier(book, carried),
            *_without_use(book),
            *_unused_readings(book),
            *(f"标准“{name}”没有出处" for name, basis in found if basis.document is None and basis.hand is None),
            *(f"“{x.spec.id}”的条件“{x.condition.label}”没有出处" for x in conditions if x.condition.basis.document is None and x.condition.basis.hand is None),
            *(_deciding_problems(book, deciding, excused or {}) if deciding is not None else ()),
        ],
    }  # fmt: skip


def _without_carrier(book: CompiledRulebook, carried: Mapping[str, list[str]]) -> Iterator[str]:
    for clause in book.clauses.values():
        if clause.disposition in (Disposition.MEASURE, Disposition.RECOGNITION) and not carried.get(clause.id):
            yield f"条款“{clause.id}”列为{_DISPOSITION[clause.disposition]}，却没有事项或资格引用它"
        elif clause.disposition is Disposition.TODO:
            yield f"条款“{clause.id}”还没有处置"


def _without_use(book: CompiledRulebook) -> Iterator[str]:
    """A clause that sets a condition and that nothing rests on: what it asks is asked of nobody, unless it says why."""
    used = set(cited(book))
    for clause in book.clauses.values():
        if clause.disposition == Disposition.CONDITION and clause.id not in used and not clause.why:
            yield f"条款“{clause.id}”列为条件，却没有条件、标准、口径或封顶引用它；由别处承担的，在条款里写 why"


def cited(book: CompiledRulebook) -> Iterator[str]:
    """Every clause that something of the rulebook's own names as its source."""
    own = f"{book.id}/"
    specs: list[Any] = [*own_specs(book), *book.stacking, *book.pools, *book.targets, book.cents, *(x.spec for found in book.variants.values() for x in found)]
    for table in (book.parameters, book.tables, book.definitions, book.readings):
        specs += [spec for key, spec in table.items() if key.startswith(own)]
    for spec in specs:
        yield from _sources(spec)


def _sources(spec: Any) -> Iterator[str]:
    """Of a specification and its parts, whatever they are; an expression rests on what it names, not on a clause."""
    if isinstance(spec, Basis | MeasureSpec | RecognitionSpec | SchemeSpec):
        yield from spec.clauses
    if isinstance(spec, SchemeSpec):
        yield from spec.obliged
    if isinstance(spec, MeasureSpec | RecognitionSpec):
        yield from spec.incomplete
    if isinstance(spec, Mapping):
        for part in spec.values():
            yield from _sources(part)
    elif isinstance(spec, tuple):
        for part in spec:
            yield from _sources(part)
    elif is_dataclass(spec) and not isinstance(spec, t.Expr):
        for one in fields(spec):
            yield from _sources(getattr(spec, one.name))


def _unused_readings(book: CompiledRulebook) -> Iterator[str]:
    """A reading that nothing turns on says that a clause is open and decides nothing."""
    used = set[str]().union(*readings_behind(book).values())
    for key, reading in book.readings.items():
        if key.startswith(f"{book.id}/") and key not in used:
            yield f"读法“{reading.name}”没有一处用到"


def _letter(book: CompiledRulebook, basis: Basis) -> str:
    return basis.letter or (book.documents[basis.document].letter if basis.document else "手写")


def _count(book: CompiledRulebook, bases: list[Basis]) -> dict[str, int]:
    """By standing as of each document's own time (a benchmark stays one; lapse is shown per case)."""
    counts: Counter[str] = Counter()
    for basis in bases:
        counts[standing_of(book, basis).label] += 1
    return dict(sorted(counts.items()))


def render_coverage(report: Mapping[str, Any], *, brief: bool = False) -> str:
    """The report as text; `brief` leaves out the clauses one by one, never a problem."""
    lines = [
        f"{report['rulebook']} {report['version']}：{report['measures']} 项支持、{report['recognitions']} 项资格、{report['conditions']} 条条件、{report['figures']} 个标准"
    ]
    for row in [] if brief else report["clauses"]:
        by = f" ← {'、'.join(row['carried_by'])}" if row["carried_by"] else ""
        why = f"：{row['why']}" if row["why"] else ""
        lines.append(f"  {row['id']}　{row['title']}〔{_DISPOSITION[row['disposition']]}〕{by}{why}")
    for name, key in (("处置", "dispositions"), ("条件依据", "conditions_by_standing"), ("标准依据", "figures_by_standing"), ("标准字母", "figures_by_letter")):
        shown = "、".join(f"{_DISPOSITION.get(k, k)} {n}" for k, n in report[key].items())
        lines.append(f"  {name}：{shown or '无'}")
    lines += _deciding_lines(report["deciding"], brief)
    lines += [f"  问题：{p}" for p in report["problems"]]
    return "\n".join(lines) + "\n"


def _deciding_lines(rows: Sequence[Mapping[str, Any]] | None, brief: bool) -> list[str]:
    if rows is None:
        return ["  场景：没有找到场景文件夹，没有核对哪个场景决定哪条条件"]
    shown = sum(bool(r["settled"]) for r in rows)
    excused = [r for r in rows if r["excused"]]
    lines = [f"  场景：{len(rows)} 条条件中 {shown} 条有只由它决定的场景" + (f"，{len(excused)} 条不能单独决定" if excused else "")]
    return lines + [f"    不能单独决定：{r['name']}（{r['excused']}）" for r in excused if not brief]


__all__ = ["UNDECIDABLE", "Spec", "coverage", "name_of", "own_specs", "render_coverage"]
