"""Charts as SVG inside a page: spans of amounts as bars, a figure tried under several values as a curve.

Nothing is fetched and nothing runs. What must stay true: a span that is open is drawn as one, its certain part solid and what may come
on top of it pale; where no end is known the bar runs out of the picture and says so; the numbers stand beside the drawing, exact.
Positions are rounded to what a screen shows, which decides nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from html import escape
from typing import NamedTuple

from ..telling.amounts import brief_amount
from ..telling.simulated import Amount

_WIDTH, _LABEL, _ROW, _TEXT = 860, 200, 30, 260
_COLOURS = ("#5f7f9f", "#a4161a", "#1b6e3c", "#8a4b00", "#6a4c93", "#2f6f6f")
_FONT = 'font-family="Noto Sans CJK SC,Source Han Sans SC,PingFang SC,Microsoft YaHei,SimHei,sans-serif"'


class Bar(NamedTuple):
    label: str
    amounts: tuple[Amount, ...]  # of each series


def bars(series: Sequence[str], rows: Sequence[Bar], title: str) -> str:
    """For each row a bar of each series, on one scale; the least solid, up to the most pale."""
    most = max((x for r in rows for a in r.amounts for x in (a.least, a.high or a.low)), default=Fraction(0)) or Fraction(1)
    room = _WIDTH - _LABEL - _TEXT
    thick = 14
    heights = [max(_ROW, (thick + 3) * len(r.amounts) + 10) for r in rows]
    out = [_legend(series)]
    top = 34
    for row, height in zip(rows, heights, strict=True):
        out.append(_text(_LABEL - 8, top + height // 2 + 4, _short(row.label, 15), anchor="end"))
        for n, amount in enumerate(row.amounts):
            y, colour = top + 4 + n * (thick + 3), _COLOURS[n % len(_COLOURS)]
            low = _at(amount.least, most, room)
            high = room if amount.high is None else _at(amount.high, most, room)
            if high > low:
                dash = ' stroke-dasharray="4 3"' if amount.high is None else ""
                out.append(
                    f'<rect x="{_LABEL + low}" y="{y}" width="{max(1, high - low)}" height="{thick}" fill="{colour}" fill-opacity=".22" stroke="{colour}"{dash}/>'
                )
            out.append(f'<rect x="{_LABEL}" y="{y}" width="{max(1, low)}" height="{thick}" fill="{colour}"/>')
            end = _LABEL + max(low, high) + 6
            out.append(_text(end, y + thick - 3, brief(amount), size=11))
        top += height
    out.append(f'<line x1="{_LABEL}" y1="30" x2="{_LABEL}" y2="{top}" stroke="#888"/>')
    return _svg(_WIDTH, top + 8, title, out)


class Dot(NamedTuple):
    text: str
    value: Fraction | None
    amount: Amount
    now: bool


def curve(dots: Sequence[Dot], title: str, figure: str) -> str:
    """Least and most over the values of one figure; without numbers on the axis the values stand side by side."""
    left, right, top, bottom, height = 110, 30, 30, 60, 320
    room, tall = _WIDTH - left - right, height - top - bottom
    values = [d.value for d in dots]
    lowest = min((v for v in values if v is not None), default=Fraction(0))
    highest = max((v for v in values if v is not None), default=Fraction(1))
    scaled = None not in values and highest > lowest
    most = max((x for d in dots for x in (d.amount.least, d.amount.high or d.amount.low)), default=Fraction(0)) or Fraction(1)

    def x(n: int) -> int:
        if scaled:
            value = values[n]
            assert value is not None
            return left + int((value - lowest) / (highest - lowest) * room)
        return left + (room * n // max(1, len(dots) - 1) if len(dots) > 1 else room // 2)

    def y(amount: Fraction) -> int:
        return top + tall - int(amount / most * tall)

    out = []
    for n in range(5):
        level = most * n / 4
        out.append(f'<line x1="{left}" y1="{y(level)}" x2="{_WIDTH - right}" y2="{y(level)}" stroke="#ddd"/>')
        out.append(_text(left - 8, y(level) + 4, brief_amount(level), anchor="end", size=11))
    known = [(n, d) for n, d in enumerate(dots) if d.amount.high is not None]
    if known and any(d.amount.least != d.amount.high for d in dots):
        band = [f"{x(n)},{y(d.amount.high or d.amount.low)}" for n, d in known] + [f"{x(n)},{y(d.amount.least)}" for n, d in reversed(known)]
        out.append(f'<polygon points="{" ".join(band)}" fill="{_COLOURS[0]}" fill-opacity=".18"/>')
        out.append(_line([(x(n), y(d.amount.high or d.amount.low)) for n, d in known], _COLOURS[0], dashed=True))
    out.append(_line([(x(n), y(d.amount.least)) for n, d in enumerate(dots)], _COLOURS[1]))
    for n, d in enumerate(dots):
        out.append(
            f'<circle cx="{x(n)}" cy="{y(d.amount.least)}" r="{5 if d.now else 3.5}" fill="{"#fff" if d.now else _COLOURS[1]}" stroke="{_COLOURS[1]}" stroke-width="2"/>'
        )
        if len(dots) <= 12 or n in (0, len(dots) - 1) or d.now:
            out.append(_text(x(n), top + tall + 18, d.text + ("（现行）" if d.now else ""), anchor="middle", size=11))
    out.append(_text(_WIDTH // 2, height - 22, _short(figure, 40), anchor="middle"))
    open_ = "；虚线是至多，实线是至少" if any(d.amount.least != d.amount.high for d in dots) else ""
    unknown = "；有的点上限不详，没有画" if len(known) < len(dots) else ""
    out.append(_text(left, 16, f"合计（元）{open_}{unknown}", size=12))
    return _svg(_WIDTH, height, title, out)


def brief(amount: Amount) -> str:
    """An amount beside its bar; the exact one stands in the table."""
    if amount.settled and not amount.ceiling:
        return brief_amount(amount.low)
    if not amount.least and amount.high is not None:
        return f"{'不超过' if amount.settled else '至多'} {brief_amount(amount.high)}"
    return f"{brief_amount(amount.least)} 至 {'不详' if amount.high is None else brief_amount(amount.high)}"


def _at(value: Fraction, most: Fraction, room: int) -> int:
    return int(max(Fraction(0), value) / most * room)


def _line(points: Sequence[tuple[int, int]], colour: str, *, dashed: bool = False) -> str:
    path = " ".join(f"{a},{b}" for a, b in points)
    dash = ' stroke-dasharray="5 4"' if dashed else ""
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>'


def _legend(series: Sequence[str]) -> str:
    out, at = [], _LABEL
    for n, name in enumerate(series):
        shown = _short(name, 16)
        out.append(f'<rect x="{at}" y="8" width="12" height="12" fill="{_COLOURS[n % len(_COLOURS)]}"/>')
        out.append(_text(at + 17, 18, shown, size=12))
        at += 34 + 12 * len(shown)
    out.append(_text(at, 18, "深色：至少；浅色：到至多为止", size=11, colour="#666"))
    return "".join(out)


def _text(x: int, y: int, text: str, *, anchor: str = "start", size: int = 12, colour: str = "#222") -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" font-size="{size}" fill="{colour}">{escape(text)}</text>'


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _svg(width: int, height: int, title: str, parts: Sequence[str]) -> str:
    return (
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(title, quote=True)}" {_FONT} preserveAspectRatio="xMinYMin meet">'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )


__all__ = ["Bar", "Dot", "bars", "brief", "curve"]
