"""`letter`: a paper written whole or not at all, and a wrong call answered with what to type."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from huiqi.documents.papers import pdf
from tests.making import SMALL, invoke

CASE = str(Path(__file__).parent / "fixtures" / "small_case.yaml")
CALL = ("letter", CASE, "-r", SMALL)


@pytest.mark.parametrize(
    ("kind", "title"),
    [((), "初审测算表"), (("--kind", "测算表"), "初审测算表"), (("--kind", "补正告知"), "补正告知书"), (("--kind", "公示"), "公示表（测算稿）")],
)
@pytest.mark.parametrize("ending", ["docx", "html", "HTML"])
def test_each_paper_is_written_in_each_form(tmp_path: Path, kind: tuple[str, ...], title: str, ending: str) -> None:
    if ending == "docx":
        pytest.importorskip("docx")
    path = tmp_path / f"文书.{ending}"
    lacking = tmp_path / "案例.yaml"  # a notice asks for what the case does not tell
    lacking.write_text(Path(CASE).read_text(encoding="utf-8").replace("  席位数: 300席\n", "  员工数: 11人\n"), encoding="utf-8")
    result = invoke("letter", str(lacking), "-r", SMALL, *kind, "-o", str(path))
    assert result.exit_code == 0, result.output
    assert f"已写出{title}到 {path}；测算校验码 " in result.output
    assert path.read_bytes().startswith(b"PK" if ending == "docx" else b"<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("-o", "文书.doc"), "“文书.doc”不是能写的格式；文件名以 .docx、.pdf、.html 结尾，如 -o 文书.docx"),
        (("-o", "文书"), "“文书”不是能写的格式"),
        (("-o", "文书.html", "--until", "7月15日"), "--until 不是日期：“7月15日”；写成 --until 2026-06-30"),
        (("-o", "文书.html", "--until", "2026-02-30"), "--until 不是日期：“2026-02-30”"),
        (("-o", "文书.html", "--until", "2024-06-29"), "期限 2024-06-29 早于审核日期 2024-06-30；--until 写审核日期或以后的日期；不写则留空待填"),
        (("-o", "没有的文件夹/文书.html"), "“没有的文件夹/文书.html”写不了：它的文件夹要已经有"),
        (("-o", "文书.html", "--measure", "没有的"), "没有支持事项“没有的”"),
        (("-o", "文书.html", "--kind", "通知"), "--kind 没有“通知”；写 测算表、补正告知、公示"),
        ((), "-o"),
    ],
)
def test_a_wrong_call_writes_nothing_and_says_what_to_type(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], said: str) -> None:
    monkeypatch.chdir(tmp_path)
    result = invoke(*CALL, *options)
    assert result.exit_code == 2 and said in result.output, result.output
    assert list(tmp_path.iterdir()) == []


def test_without_a_chinese_font_nothing_is_written_and_the_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("typst")
    monkeypatch.setattr(pdf, "FAMILIES", ("没有这种字体",))
    result = invoke(*CALL, "-o", str(tmp_path / "文书.pdf"))
    assert result.exit_code == 2 and "没有中文字体" in result.output and "apt-get install fonts-noto-cjk" in result.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("library", "ending"), [("docx", "docx"), ("typst", "pdf")])
def test_a_library_that_is_not_installed_is_named_with_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: str, ending: str) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    result = invoke(*CALL, "-o", str(tmp_path / f"文书.{ending}"))
    assert result.exit_code == 2 and f"写 .{ending} 所用的 {library} 没有安装；pip install 'huiqi[office]'" in result.output
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_fonts_that_is_not_there_is_said(tmp_path: Path) -> None:
    pytest.importorskip("typst")
    result = invoke(*CALL, "-o", str(tmp_path / "文书.pdf"), "--fonts", str(tmp_path / "字体"))
    assert result.exit_code == 2 and "--fonts 写放字体的文件夹" in result.output


def test_a_document_that_somebody_edited_is_not_overwritten(tmp_path: Path) -> None:
    pytest.importorskip("docx")
    path = tmp_path / "文书.docx"
    assert invoke(*CALL, "-o", str(path)).exit_code == 0
    assert invoke(*CALL, "-o", str(path)).exit_code == 0  # the same again
    path.write_bytes(edited := path.read_bytes() + b"edited")
    result = invoke(*CALL, "-o", str(path))
    assert result.exit_code == 2 and "也许有人改过，不覆盖；换一个文件名，或先把它移开" in result.output
    assert path.read_bytes() == edited


def test_what_is_left_out_of_the_published_table_is_said_to_the_officer_alone(tmp_path: Path) -> None:
    path = tmp_path / "公示.html"
    result = invoke("letter", str(Path(__file__).parents[2] / "cases" / "认证-云中数据.yaml"), "--kind", "公示", "-o", str(path))
    assert result.exit_code == 0 and "没有列入公示表：国际资质认证支持：依据状态为“参照”，不构成支持承诺" in result.output
    assert "国际资质认证支持" not in path.read_text(encoding="utf-8")


def test_a_notice_that_asks_for_nothing_says_so_and_the_officer_is_told_not_to_send_it(tmp_path: Path) -> None:
    case = str(Path(__file__).parents[2] / "cases" / "认证-失信情况待核实.yaml")
    path = tmp_path / "告知书.html"
    result = invoke("letter", case, "--measure", "certification.international", "--kind", "补正告知", "-o", str(path))
    assert result.exit_code == 0
    assert "没有需要企业补正的内容，这份告知书不必发出；尚缺的不由企业补：部门核实 1 项，逐项列在初审测算表里\n" in result.output
    assert "没有需要你单位补正的内容" in path.read_text(encoding="utf-8")
