"""Every example of the language reference compiles, in the rulebook (or case) its section describes."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

import huiqi
from huiqi.language.checker import check
from huiqi.language.parser import parse
from huiqi.language.scope import Rules
from huiqi.language.types import RecordOf
from huiqi.rulebook import models
from huiqi.rulebook.compile import compiled_with_words
from huiqi.rulebook.compiler import load_compiled
from huiqi.rulebook.source import read_source
from huiqi.telling.expected import compare_expected
from tests.making import ROOT

LANGUAGE = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
SHIPPED = ("common", "national-atse", "national-hnte", "national-sme-size", "datong-outsourcing")
MANIFEST = 'id: example\ntitle: 语言参考的例子\nversion: "1"\njurisdiction: 中国/山西省/大同市\n'
USES = "uses:\n" + "".join(f'  - {{rulebook: {name}, version: "{load_compiled(name).version}", same: 全部}}\n' for name in SHIPPED)
STUBS = "".join(
    f"- {{id: {name}, title: 文件, issuer: 机关, jurisdiction: {'中国/江苏省/南通市' if name.startswith('nt') else '中国'}, from: 2000-01-01, sheet: none, letter: C}}\n"
    for name in ("nt-2022-19", "nat-2013-guide", "gkfh-2016-32", "zs-2019-38", "d")
)
CLAUSES = """
- {id: 办法·11, document: gkfh-2016-32, title: 十一, says: 条件, disposition: recognition}
- {id: 方案·4, document: d, title: 四, says: 不重复, disposition: condition}
- {id: 方案·6, document: d, title: 六, says: 支持, disposition: measure}
"""
# of 高新技术企业认定, without the title itself: the example defines it
HNTE = """
facts:
  高企申请日: {id: applied_on, kind: date}
  成立日期: {id: founded_on, kind: date}
"""
TERM = "高企注册年限: {id: age, kind: period, values: [{value: 1年, document: gkfh-2016-32}]}\n"
EDGES = "".join(
    f"{name}: {{id: {english}, {kind}, values: [{{value: {value}, document: zs-2019-38}}]}}\n"
    for name, english, kind, value in (("起点", "least", "unit: 美元", "200万美元"), ("大额起点", "large", "unit: 美元", "1000万美元"),
                                  ("大额奖励", "prize", "unit: 元", "20万元"), ("折半", "half", "kind: ratio", "50%"))
)  # fmt: skip
CERTIFICATION = (
    "- {id: certification.international, title: 国际资质认证支持, clause: 方案·6, when: [{小: 小型企业}], award: {service: 服务}}\n"
    "- {id: training.hiring, title: 新录用人员支持, clause: 方案·6, when: [{微: 微型企业}], award: {service: 服务}}\n"
)
SHARES = "".join(
    f"{name}: {{id: {key}, values: [{{value: {value}, clause: 方案·4}}]}}\n"
    for name, key, value in (("减半比例", "half", "50%"), ("减后比例", "left", "80%"), ("规模下限", "large", "300人"))
)
PAYING = (
    "- {id: certification.international, title: 国际资质认证支持, family: 认证, clause: 方案·6, each: 证书 in 资质认证, when: [{小: 小型企业}], award: {up to: 证书.合格费用}}\n"
    "- {id: training.hiring, title: 新录用人员支持, clause: 方案·6, when: [{微: 微型企业}], award: {up to: 营业收入}}\n"
)


SHARED_OUT = (
    "认证资金总额: {id: certification_budget, unit: 元, values: [{value: 100万元, clause: 方案·4}]}\n"
    "认证单户上限: {id: certification_most, unit: 元, values: [{value: 10万元, clause: 方案·4}]}\n"
    '录用支持名额: {id: hiring_places, kind: number, values: [{value: "10", clause: 方案·4}]}\n'
)


def blocks() -> list[tuple[str, str]]:
    """Each YAML example with the title of its section."""
    out, title = [], ""
    for match in re.finditer(r"^#+ ([^\n]+)$|```yaml\n(.*?)```", LANGUAGE, re.M | re.S):
        title = match.group(1) or title
        if match.group(2):
            out.append((title.split("：")[0].strip(), match.group(2)))
    return out


def files_of(title: str, block: str) -> dict[str, str]:
    """The rulebook in which an example stands: the example, and stubs of what it names."""
    if title.startswith("14"):  # one rulebook, a file a block
        return {text.splitlines()[0].removeprefix("# "): text for t, text in blocks() if t == title}
    base = {"rulebook.yaml": MANIFEST, "documents.yaml": STUBS, "clauses.yaml": CLAUSES}
    if title == "rulebook.yaml":
        return {"rulebook.yaml": block}
    if title == "documents.yaml":
        return {"rulebook.yaml": MANIFEST, "documents.yaml": block}
    if title == "clauses.yaml":
        return {"rulebook.yaml": MANIFEST, "documents.yaml": STUBS.replace("id: d,", "id: dt-plan,"), "clauses.yaml": block}
    if title == "recognitions.yaml":
        return base | {"vocabulary.yaml": HNTE, "parameters.yaml": TERM, title: block}
    shared = {"rulebook.yaml": MANIFEST + USES, "clauses.yaml": CLAUSES.replace("document: d,", "document: dt-plan,")}
    if title == "条件":
        whole = f"- id: example\n  title: 例\n  clause: 方案·6\n  award: {{service: 服务}}\n{re.sub('(?m)^', '  ', block)}"
        return shared | {"measures/a.yaml": whole}
    if block.startswith("limits:"):  # each on a measure of its own: one award's figures come from one document
        whole = "".join(
            f"- {{id: example{n}, title: 例{n}, clause: 方案·6, when: [{{甲: 严重失信主体}}], award: {{up to: {re.search('amount: ([^,]+)', line)[1]}}}, limits: [{line[4:]}]}}\n"  # type: ignore[index]
            for n, line in enumerate(block.splitlines()[1:])
        )  # fmt: skip
        more = {"readings.yaml": next(b for t, b in blocks() if t == "readings.yaml")} if "读法" in block else {}
        return shared | more | {"measures/a.yaml": whole}
    if block.startswith("reductions:"):
        whole = f"- id: example\n  title: 例\n  clause: 方案·6\n  when: [{{甲: 小型企业}}]\n  award: {{up to: 营业收入}}\n{re.sub('(?m)^', '  ', block)}"
        return shared | {"parameters.yaml": SHARES, "measures/a.yaml": whole}
    if title == "shared.yaml":
        return shared | {"parameters.yaml": SHARES, "measures/a.yaml": PAYING, title: block}
    if title.startswith("measures/"):
        return shared | {"measures/a.yaml": block}
    if title in ("pools.yaml", "targets.yaml"):
        return shared | {"parameters.yaml": SHARED_OUT, "measures/a.yaml": PAYING, title: block}
    if title == "stacking.yaml":
        return shared | {"measures/a.yaml": CERTIFICATION, title: block}
    if "分行业奖励" in block:
        return base | {"vocabulary.yaml": "facts: {有研发机构: {id: lab, kind: boolean}}\n", "parameters.yaml": EDGES, title: block}
    return base | {title: block}


@pytest.mark.parametrize(("title", "block"), [b for b in blocks() if not b[0].startswith("12")], ids=[t for t, _ in blocks() if not t.startswith("12")])
def test_each_rulebook_example_of_the_reference_compiles(title: str, block: str, tmp_path: Path) -> None:
    for name, text in files_of(title, block).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert load_compiled(str(tmp_path)).title


def test_the_case_example_of_the_reference_decides_as_it_says(tmp_path: Path) -> None:
    [(_, block)] = [b for b in blocks() if b[0].startswith("12")]
    path = tmp_path / "case.yaml"
    path.write_text(block, encoding="utf-8")
    case = huiqi.read_case(path)
    decision = huiqi.load(case.rulebooks[0]).decide(case, on=case.on)
    assert compare_expected(case, [decision]) == []


@cache
def words() -> Any:
    """A rulebook that takes over every name of the shipped ones, as a scope for expressions."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        for name, text in files_of("measures/", CERTIFICATION).items():
            (Path(folder) / name).parent.mkdir(exist_ok=True)
            (Path(folder) / name).write_text(text, encoding="utf-8")
        source = read_source(Path(folder))
        return compiled_with_words(source, [(use, load_compiled(use.rulebook)) for use in source.manifest.uses])[1]


EXPRESSIONS = [line for block in re.findall(r"```feel\n(.*?)```", LANGUAGE, re.S) for line in block.strip().split("\n")]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_each_expression_of_the_reference_compiles_with_the_names_of_the_shipped_rulebooks(expression: str) -> None:
    """`证书` is an `each` variable; the examples of 无 stand in a filter of 资格证书."""
    certificate, title = RecordOf(record="资质认证"), ("本条", RecordOf(record="资格证书"))
    _, problems, _ = check(
        parse(expression), words(), rules=Rules(figures=True, zero_fails=False), variables={"证书": certificate},
        inside=title if "撤销日" in expression else None, optional=expression == "撤销日 is 无",
    )  # fmt: skip
    assert problems == []


def test_the_reference_names_every_key_a_file_may_use() -> None:
    """And no file takes a key by another name than the one written here."""
    spans = {word for span in re.findall(r"`([^`\n]+)`", LANGUAGE) for word in (span, *span.split(), *re.findall(r"([\w ]+):", span.strip("{}")))}
    keys = {
        info.alias or name
        for kind in vars(models).values()
        if isinstance(kind, type) and issubclass(kind, BaseModel) and kind.__module__ == models.__name__
        for name, info in kind.model_fields.items()
    }
    assert sorted(k for k in keys if k not in {s.strip() for s in spans}) == []
