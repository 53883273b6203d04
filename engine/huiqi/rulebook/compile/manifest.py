"""First pass: the manifest, how the rulebook is called, where it holds and how it rounds to the 分.

What must stay true: an id can become part of a path and of a key; a rounding nobody states stands
as an assumption.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from ...errors import InputError, Problem
from .. import compiled as c
from .. import models as m
from ..names import wrong_jurisdiction
from ..source import Source
from ..yamltree import Table
from .session import Session
from .sources import basis_of


def manifest_problems(source: Source) -> Iterator[Problem]:
    tree, manifest = source.trees[0][1], source.manifest
    if not re.fullmatch(r"[A-Za-z0-9\u3400-\u9fff](?:[\w-]{0,62}\w)?", manifest.id):
        yield Problem(
            tree.key("id"), "规则库编号的写法不对", manifest.id, "汉字、字母、数字、下划线，中间可用 -，不留空格，不超过 64 字", "例如 datong-outsourcing"
        )
    if re.search(r"\s", manifest.version) or len(manifest.version) > 64:
        yield Problem(tree.key("version"), "版本的写法不对", manifest.version, "不留空格，不超过 64 字", '例如 "1"')
    if complaint := wrong_jurisdiction(manifest.jurisdiction):
        yield Problem(tree.key("jurisdiction"), f"辖区的写法不对：{complaint}", manifest.jurisdiction, "中国/省/市", "例如 中国/山西省/大同市")


def cents_of(session: Session) -> c.RoundingSpec:
    """The rounding to the 分: as the rulebook declares it once; half up, on nobody's word, where it does not."""
    raw, tree = session.source.manifest.rounding, session.source.trees[0][1]
    entry = m.Cents.model_validate({})
    if raw is not None and not isinstance(raw, Table):
        session.wrong(raw, "rounding 写作 {to: 分, direction: half up}", str(raw)[:40])
    elif raw is not None:
        try:
            entry = m.validate(m.Cents, raw)
        except InputError as error:
            session.problems += error.problems
    stated = entry.clause or entry.document or entry.basis or entry.quote
    basis = basis_of(session, entry, getattr(raw, "at", tree.at), figure="取整") if stated else c.Basis(None, hand=c.Standing.ASSUMED)
    direction = c.Direction(entry.direction)
    return c.RoundingSpec(step=Fraction(1, 100), direction=direction, per=c.Per(entry.per), text=f"{direction.word}到分", basis=basis)
