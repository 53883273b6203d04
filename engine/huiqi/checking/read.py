"""A decision file read strictly, and amounts read back from the words they are printed in.

What must stay true: JSON that two readers could read differently is no decision, and words that are no
amount are None, never zero.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

SCHEMA = "huiqi.decision/1"


class Unreadable(Exception):
    """A file that is no decision file: where, and what is wrong."""


def read(path: Path) -> list[dict[str, Any]]:
    """The decisions of a file. Raises `Unreadable`."""
    try:
        tree = json.loads(path.read_text(encoding="utf-8-sig"), object_pairs_hook=_once, parse_float=_refused, parse_constant=_refused)
    except FileNotFoundError:
        raise Unreadable("没有这个文件") from None
    except IsADirectoryError:
        raise Unreadable("这是文件夹，不是文件") from None
    except OSError as error:
        raise Unreadable(f"读不了这个文件：{error.strerror or '系统不许'}") from None
    except UnicodeDecodeError:
        raise Unreadable("不是 UTF-8 文字，不是决定文件") from None
    except json.JSONDecodeError as error:
        raise Unreadable(f"第 {error.lineno} 行第 {error.colno} 列：不是 JSON") from None
    except RecursionError:
        raise Unreadable("嵌套太深，不是决定文件") from None
    except ValueError as error:
        raise Unreadable(str(error)) from None
    items = tree if isinstance(tree, list) else [tree]
    if not items:
        raise Unreadable("文件里一份决定也没有")
    for n, one in enumerate(items, 1):
        if not isinstance(one, dict) or one.get("schema") != SCHEMA:
            raise Unreadable(f"第 {n} 份不是决定（“schema”应为“{SCHEMA}”）")
    return items


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out = dict(pairs)
    if len(out) != len(pairs):
        raise ValueError("同一个键写了两次，不知取哪一个")
    return out


def _refused(digits: str) -> Any:
    raise ValueError(f"决定里没有这样的数：{digits[:40]}")


# -- amounts ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Range:
    """At least, and at most (None: no bound is known)."""

    low: Fraction
    high: Fraction | None

    @property
    def exact(self) -> bool:
        return self.low == self.high

    @property
    def to_the_cent(self) -> bool:
        return all(x is None or (x * 100).denominator == 1 for x in (self.low, self.high))

    def within(self, other: Range) -> bool:
        return self.low >= other.low and (other.high is None or (self.high is not None and self.high <= other.high))

    def plus(self, other: Range) -> Range:
        return Range(self.low + other.low, None if self.high is None or other.high is None else self.high + other.high)

    def least(self, other: Range) -> Range:
        highs = [h for h in (self.high, other.high) if h is not None]
        return Range(min(self.low, other.low), min(highs) if highs else None)

    def __str__(self) -> str:
        return yuan(self.low) if self.exact else f"{yuan(self.low)}至{yuan(self.high)}"


def yuan(x: Fraction | None) -> str:
    """An amount in words; never through a float."""
    if x is None:
        return "不详"
    if (x * 10**6).denominator != 1:
        return f"{x}元"
    whole, part = divmod(abs(int(x * 10**6)), 10**6)
    return f"{'-' if x < 0 else ''}{whole:,}{f'.{part:06d}'.rstrip('0') if part else ''}元"


NOTHING = Range(Fraction(0), Fraction(0))
_SIZES = {"": 1, "万": 10**4, "亿": 10**8}
_NUMBER = r"-?[0-9]{1,3}(?:,[0-9]{3})*(?:\.[0-9]+)?|-?[0-9]+(?:\.[0-9]+)?"  # of other scripts' digits and of wide ones no amount is made
_ONE = re.compile(rf"({_NUMBER})([万亿]?)(元|美元|欧元|日元|港元|英镑)")

_OPEN = re.compile(r"待定(?:，最多 (?P<most>[^（）]+))?(?:（(?:上限不详，)?其中已确定(?:不超过)? ?(?P<least>[^（）]+)）)?")


def amount(words: str) -> Range | None:
    """`待定，最多 12.6万元（其中已确定不超过 9元）`, `9元至12.6万元`, `至少3元，上限不详`, `待定`: as a range; None of what is no amount of money."""
    text = words
    for manner in ("由审定机关在此范围内酌定", "不超过"):
        text = text.removeprefix(manner).strip()
    if text == "待定":
        return Range(Fraction(0), None)
    if (open_ := _OPEN.fullmatch(text)) is not None:
        least, most = (None if x is None else _single(x) for x in (open_["least"], open_["most"]))
        if (least is None) != (open_["least"] is None) or (most is None) != (open_["most"] is None):
            return None
        return Range(least or Fraction(0), most)
    if text.startswith("至少") and text.endswith("，上限不详"):
        return None if (low := _single(text[2:-5])) is None else Range(low, None)
    low_words, to, high_words = text.partition("至")
    low = _single(low_words)
    if low is None:
        return None
    if not to:
        return Range(low, low)
    if high_words == "不详":
        return Range(low, None)
    high = _single(high_words)
    return None if high is None else Range(low, high)


def _single(text: str) -> Fraction | None:
    found = _ONE.fullmatch(text)
    return None if found is None else _value(found)


def _value(found: re.Match[str]) -> Fraction:
    return Fraction(found[1].replace(",", "")) * _SIZES[found[2]]


def last_amount(text: str) -> Range | None:
    """The last amount that a sentence names, with both its ends."""
    found = list(_ONE.finditer(text))
    if not found:
        return None
    high = _value(found[-1])
    if len(found) > 1 and text[found[-2].end() : found[-1].start()] == "至":
        return Range(_value(found[-2]), high)
    return Range(high, high)


def money(text: Any) -> Fraction | None:
    """`90000.00`; None of null, or of anything else."""
    return Fraction(text) if isinstance(text, str) and re.fullmatch(r"-?[0-9]+\.[0-9][0-9]", text) else None


def span(part: Any) -> Range | None:
    """`settled` and `at_most` of an award or total; None where there is no amount."""
    low = money(part.get("settled"))
    return None if low is None else Range(low, money(part.get("at_most")))
