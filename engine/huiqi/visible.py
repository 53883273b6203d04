"""Text made safe to show: what cannot be seen, or moves what is seen, is written out as 〔U+202E〕.

Names, keys, titles and notes come from files that others wrote. A control character could recolour
a terminal or rewrite a line already printed, a bidi control could turn 10万元 around, a zero-width
character could make two names look alike. Everything printed goes through `visible`, every JSON text
through `json_text`, every page through `visible` after escaping. What must stay true: ordinary text
(and CJK variants written with a variation selector) passes unchanged, and nothing is dropped in
silence.
"""

from __future__ import annotations

import codecs
import json
import re
import shlex
from typing import Any

_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 but tab and line feed, DEL, C1
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"  # soft hyphen, joiners, fillers
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f"  # zero width, line and paragraph separators, bidi controls
    "\u3164\ufeff\uffa0\ufff0-\ufffb\ufdd0-\ufdef\ufffe\uffff"
    "\ud800-\udfff"  # lone surrogates (file names that are not UTF-8)
    "\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]"
    # a variation selector only after the ideograph it chooses a form of
    "|(?<![\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])[\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)  # fmt: skip

# none of these is hidden: the common case, told apart at a sixtieth of the price
_ORDINARY = re.compile("[\t\n -~\u4e00-\u9fff\u2010-\u2027\u3000-\u3163\u3165-\u4dff\uff01-\uff5e\xa0-\xac\xae-\u034e\u2030-\u205f\u2070-\u2fff]*")

_LINE = json.JSONEncoder(ensure_ascii=False).encode


def _written_out(match: re.Match[str]) -> str:
    return f"〔U+{ord(match.group()):04X}〕"


def visible(text: str) -> str:
    """`text` with every hidden character written out; line feeds and tabs stay."""
    return text if _ORDINARY.fullmatch(text) else _HIDDEN.sub(_written_out, text)


def visible_line(text: str) -> str:
    """`visible`, and all on one line: nobody's words can begin a line of ours."""
    return visible(re.sub(r"[\r\n\t]+", " ", text))


def typed(word: str) -> str:
    """A word as it is typed at a shell: quoted only where it must be."""
    return word if re.fullmatch(r"[\w./:=@%+,（）〔〕-]+", word) else shlex.quote(word)


def json_text(value: Any, indent: int | None = 2) -> str:
    """JSON for people to read: Chinese as it is, hidden characters as `\\u` escapes."""
    text = _LINE(value) if indent is None else json.dumps(value, ensure_ascii=False, indent=indent)
    return text if _ORDINARY.fullmatch(text) else _HIDDEN.sub(lambda m: json.dumps(m.group())[1:-1], text)


def _unencodable(error: UnicodeError) -> tuple[str | bytes, int]:
    """For terminals that lack a character (GBK and 𠮷): written out, never a crash."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    shown = "".join(f"[U+{ord(c):04X}]" for c in error.object[error.start : error.end])
    return shown, error.end


WRITTEN_OUT = "huiqi.written-out"  # the name of the error handler, for streams
codecs.register_error(WRITTEN_OUT, _unencodable)
