"""A rulebook of a few lines, written to a folder and loaded: for what the big one must not contain."""

from __future__ import annotations

from pathlib import Path

import huiqi.api as huiqi

RULEBOOK = """\
id: made
title: 临时样本
version: "1"
jurisdiction: 中国/测试省/测试市
"""
DOCUMENTS = """\
- {id: d, title: 办法, issuer: 测试市, jurisdiction: 中国/测试省/测试市, sheet: 样本, letter: A}
"""
CLAUSES = """\
- {id: 办法·1, document: d, title: 支持, says: 给予支持, disposition: measure}
"""
VOCABULARY = """\
facts:
  营收: {id: revenue, kind: money, unit: 元, min: 0元, max: 100亿元}
  面积: {id: area, kind: quantity, unit: 平方米, decimals: 2, min: 0平方米, max: 100000平方米}
  核查通过: {id: checked, kind: boolean}
records:
  证书:
    id: certificates
    noun: 张
    key: 证号
    fields:
      证号: {id: number, kind: text}
      费用: {id: cost, kind: money, unit: 元, min: 0元, max: 1亿元}
"""


def write(folder: Path, **files: str) -> Path:
    """The default files with those given in their place; `measures` is measures/all.yaml."""
    defaults = {"rulebook": RULEBOOK, "documents": DOCUMENTS, "clauses": CLAUSES, "vocabulary": VOCABULARY}
    for name, text in {**defaults, **files}.items():
        path = folder / ("measures/all.yaml" if name == "measures" else f"{name}.yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def load(folder: Path, **files: str) -> huiqi.Rulebook:
    return huiqi.load(write(folder, **files))
