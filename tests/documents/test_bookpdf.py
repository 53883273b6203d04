"""The print edition as PDF: what is lacking is said by the name under which it is installed; page numbers stand in the contents."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from huiqi.documents.bookpdf import printer, write_pdf
from huiqi.errors import UsageError


def test_without_the_library_the_message_names_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(UsageError, match="weasyprint 没有安装") as refused:
        printer()
    assert "pip install 'weasyprint>=67'" in str(refused.value)


def test_a_library_that_says_nothing_of_characters_without_a_shape_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", SimpleNamespace(__version__="65.1"))
    with pytest.raises(UsageError, match=r"weasyprint 65\.1 太旧"):
        printer()


def test_a_folder_of_fonts_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="没有文件夹"):
        printer(tmp_path / "无")


def test_the_contents_say_on_which_page(tmp_path: Path) -> None:
    weasyprint = pytest.importorskip("weasyprint")
    if not os.environ.get("HUIQI_TEST_FONTS"):
        pytest.skip("没有说字体在哪里（HUIQI_TEST_FONTS）")
    page = "<style>h2{break-before:page}a::after{content:' ' target-counter(attr(href url),page)}</style><a href='#b'>B</a><h2>A</h2><h2 id='b'>B</h2>"
    (tmp_path / "all.html").write_text(page, encoding="utf-8")
    assert write_pdf(tmp_path, tmp_path / "x.pdf", weasyprint) == 3
