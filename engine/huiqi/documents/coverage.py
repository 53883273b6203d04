"""Coverage: every clause with its disposition, and what stands on what.

A report (plain data) and its text. Problems are what must not be: a clause said to be a measure
that no measure carries, a figure or condition without document or hand-written standing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from ..rulebook.compiled import Basis, CompiledRulebook, Condition, MeasureSpec, RecognitionSpec, name_of
from .text import standing_of

_DISPOSITION = {
    "measure": "支持事项", "recognition": "资格", "condition": "条件", "channel": "资金渠道", "target": "目标", "duty": "政府职责", "unread": "未读",
}  # fmt: skip


def _conditions(spec: MeasureSpec | RecognitionSpec) -> Iterator[Condition]:
    groups = [spec.when, spec.unless]
    if isinstance(spec, MeasureSpec):
        for scheme in spec.schemes.values():
            groups += [scheme.when, scheme.unless]
    for group in groups:
        yield from group.conditions()


def _figures(book: CompiledRulebook) -> Iterator[tuple[str, Basis]]:
    own = f"{book.id}/"
    for key, parameter in book.parameters.items():
        if key.startswith(own):
            for version in parameter.versions:
                yield parameter.name, version.basis
    for key, table in book.tables.items():
        if key.startswith(own):
            for row in table.rows:
                yield table.name, row.basis


def coverage(book: CompiledRulebook) -> dict[str, Any]:
    """The report: clauses by disposition; measures, conditions, figures by standing and letter."""
    recognitions = [r for r in book.recognitions.values() if r.rulebook == book.id]
    carried: dict[str, list[str]] = {}
    conditions: list[tuple[str, Condition]] = []
    specs: list[MeasureSpec | RecognitionSpec] = [*book.measures.values(), *recognitions]
    for spec in specs:
        clauses = spec.clauses if isinstance(spec, MeasureSpec) else (spec.clause,)
        for clause in clauses:
            carried.setdefault(clause, []).append(spec.id)
        for condition in _conditions(spec):
            conditions.append((spec.id, condition))
            for clause in condition.basis.clause.split("、"):
                if clause and spec.id not in carried.get(clause, []):
                    carried.setdefault(clause, []).append(spec.id)
    problems: list[str] = []
    for clause_spec in book.clauses.values():
        if clause_spec.disposition in ("measure", "recognition") and not carried.get(clause_spec.id):
            problems.append(f"条款“{clause_spec.id}”列为{_DISPOSITION[clause_spec.disposition]}，却没有事项或资格引用它")
    figures = list(_figures(book))
    for name, basis in figures:
        if basis.document is None and basis.hand is None:
            problems.append(f"标准“{name}”没有出处")
    for owner, condition in conditions:
        if condition.basis.document is None and condition.basis.hand is None:
            problems.append(f"“{owner}”的条件“{condition.label}”没有出处")
    return {
        "rulebook": book.id, "version": book.version, "digest": book.digest,
        "clauses": [
            {"id": x.id, "title": x.title, "disposition": x.disposition, "why": x.why, "lead": list(x.lead), "with": list(x.support), "carried_by": carried.get(x.id, [])}
            for x in book.clauses.values()
        ],
        "dispositions": dict(sorted(Counter(x.disposition for x in book.clauses.values()).items())),
        "measures": len(book.measures), "recognitions": len(recognitions), "conditions": len(conditions), "figures": len(figures),
        "conditions_by_standing": _count(book, [x.basis for _, x in conditions]),
        "figures_by_standing": _count(book, [b for _, b in figures]),
        "figures_by_letter": dict(sorted(Counter(_letter(book, b) for _, b in figures).items())),
        "targets": [{"id": x.id, "title": x.title, "value": x.value} for x in book.targets],
        "problems": problems,
    }  # fmt: skip


def _letter(book: CompiledRulebook, basis: Basis) -> str:
    return basis.letter or (book.documents[basis.document].letter if basis.document else "手写")


def _count(book: CompiledRulebook, bases: list[Basis]) -> dict[str, int]:
    """By standing as of each document's own time (a benchmark stays one; lapse is shown per case)."""
    counts: Counter[str] = Counter()
    for basis in bases:
        counts[standing_of(book, basis).label] += 1
    return dict(sorted(counts.items()))


def render_coverage(report: dict[str, Any]) -> str:
    lines = [f"{report['rulebook']} {report['version']}：{report['measures']} 项支持、{report['recognitions']} 项资格、{report['conditions']} 条条件、{report['figures']} 个标准"]
    for row in report["clauses"]:
        by = f" ← {'、'.join(row['carried_by'])}" if row["carried_by"] else ""
        why = f"：{row['why']}" if row["why"] else ""
        lines.append(f"  {row['id']}　{row['title']}〔{_DISPOSITION[row['disposition']]}〕{by}{why}")
    for name, key in (("处置", "dispositions"), ("条件依据", "conditions_by_standing"), ("标准依据", "figures_by_standing"), ("标准字母", "figures_by_letter")):
        shown = "、".join(f"{_DISPOSITION.get(k, k)} {n}" for k, n in report[key].items())
        lines.append(f"  {name}：{shown or '无'}")
    lines += [f"  问题：{p}" for p in report["problems"]]
    return "\n".join(lines) + "\n"


__all__ = ["coverage", "name_of", "render_coverage"]
