"""Sphinx: the language reference, the words, the decision records. Build as requirements.txt says."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, ClassVar

from pygments.lexer import RegexLexer, words
from pygments.token import Keyword, Name, Number, String, Text

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "engine"))
from huiqi import __version__ as release

project = "惠企 huiqi"
author = "huiqi 贡献者"
project_copyright = "huiqi 贡献者，Apache-2.0"
language = "zh_CN"
extensions = ["myst_parser", "sphinx.ext.autodoc"]
autodoc_typehints_format = "short"
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build", "requirements.txt"]
html_title = f"惠企 huiqi {release}"
html_search_language = "zh"
try:
    import furo  # noqa: F401

    html_theme = "furo"
except ImportError:
    html_theme = "alabaster"


class Feel(RegexLexer):
    """The rule language, for colour only; `engine/huiqi/language/grammar.lark` is the grammar."""

    name, aliases, filenames = "FEEL", ["feel"], []
    tokens: ClassVar[dict[str, Any]] = {
        "root": [
            (r'"[^"\n]*"', String),
            (
                words(("and", "or", "not", "in", "if", "then", "else", "between", "some", "every", "satisfies", "for", "return", "at", "is"), suffix=r"\b"),
                Keyword,
            ),
            (r"\d[\d.]*(?:%|‰|[\u3400-\u9fff]+)?", Number),
            (r"[A-Za-z_\u3400-\u9fff][\w·]*", Name),
            (r"[\s\S]", Text),
        ]
    }


class Sentence(RegexLexer):
    """The same expression as printed in Chinese."""

    name, aliases, filenames = "中文规则", ["zh"], []
    tokens: ClassVar[dict[str, Any]] = {"root": [(r"“[^”]*”", String), (r"[\s\S]", Text)]}


def setup(app: Any) -> None:
    app.add_lexer("feel", Feel)
    app.add_lexer("zh", Sentence)
