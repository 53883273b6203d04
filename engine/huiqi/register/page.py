"""A simulation as one page that works offline: tables and drawings, no script, nothing fetched; it prints on A4.

What must stay true: every text is escaped; 假定 stands at the head with old and new; what is cut of a long table is said, and where the
rest is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from ..documents.charts import Bar, Dot, bars, curve
from ..telling.simulated import DISCLAIMER, YUAN, Amount, MeasureLine, Simulated
from ..visible import visible_line
from .report import Part, about, printed, remarks, sheets_of, supposed
from .tables import Kind, Sheet

MOST = 200  # rows of a table on the page; the workbook has all
_DRAWN = 16  # bars of one drawing
_CSS = """
@page{size:A4 landscape;margin:14mm 12mm 16mm;@bottom-left{content:"测算推演，不作为拨付依据";font-size:8pt;color:#555}
@bottom-right{content:"第 " counter(page) " 页，共 " counter(pages) " 页";font-size:8pt;color:#555}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:72rem;padding:1rem 1.4rem 3rem;color:#1d1d1f;background:#fff;line-height:1.65;overflow-wrap:anywhere;font-size:15px;
font-family:"Noto Sans CJK SC","Source Han Sans SC","PingFang SC","Microsoft YaHei",SimHei,sans-serif}
h1{font-size:1.6rem;margin:.6rem 0}h2{font-size:1.15rem;border-left:.3rem solid #a4161a;padding-left:.6rem;margin:2rem 0 .5rem;break-after:avoid}
.warn{color:#9c0006;font-weight:600;margin:.2rem 0}.note{color:#555;font-size:.88rem;margin:.25rem 0}
.box{border:1px solid #d8b4b4;background:#fff7f5;padding:.5rem .9rem;margin:.6rem 0}.box p{margin:.2rem 0}
.s{font-size:.78em;border:1px solid #8a4b00;color:#8a4b00;border-radius:.25rem;padding:0 .35rem;margin-right:.4rem;white-space:nowrap}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.84rem;line-height:1.5;margin:.4rem 0}
th,td{border:1px solid #bbb;padding:.25rem .45rem;text-align:left;vertical-align:top}th{background:#eef2f7;white-space:nowrap}
td.r{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}thead{display:table-header-group}tr,svg{break-inside:avoid}
td.n{white-space:nowrap}h2+.note,.note+.note{break-after:avoid}svg{width:100%;height:auto;max-width:62rem;display:block;margin:.5rem 0}
@media print{body{max-width:none;padding:0;font-size:9.5pt}table{font-size:8pt}.wide{overflow:visible}td.r,td.n{white-space:normal}}
"""


def page_of(found: Simulated) -> str:
    """The whole page, as HTML."""
    sheets = sheets_of(found)
    title = f"推演：{found.title}"
    parts = [f"<h1>{_t(title)}</h1>", f'<p class="warn">{_t(DISCLAIMER)}</p>', *_head(found)]
    for sheet in sheets:
        if not sheet.rows and sheet.part is not Part.SUMMARY:
            continue
        parts.append(f"<h2>{_t(sheet.title)}</h2>")
        parts += [f'<p class="note">{_t(x)}</p>' for x in sheet.about if x != DISCLAIMER and sheet.part is not Part.SUMMARY]
        parts += _drawn(found, sheet)
        parts.append(_table(sheet))
    body = "\n".join(parts)
    return (
        f'<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n<title>{_t(title)}</title>\n'
        f"<style>{_CSS}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _t(text: str) -> str:
    return escape(visible_line(text))


def _head(found: Simulated) -> Iterator[str]:
    if lines := supposed(found):
        yield '<div class="box">' + "".join(f'<p><span class="s">假定</span>{_t(x)}</p>' for _, x in lines) + "</div>"
    yield from (f'<p class="note">{_t(x)}</p>' for x in (about(found), *remarks(found)))


def _table(sheet: Sheet) -> str:
    headings, rows = printed(sheet)
    classes = ["r" if c.kind in (Kind.MONEY, Kind.COUNT) else "n" if c.width <= 16 else "" for c in sheet.columns]
    head = "".join(f"<th>{_t(h)}</th>" for h in headings)
    lines = ["<tr>" + "".join(f'<td class="{k}">{_t(x)}</td>' for k, x in zip(classes, row, strict=True)) + "</tr>" for row in rows[:MOST]]
    more = f'<p class="note">共 {len(rows)} 行，这里列前 {MOST} 行；全部见工作簿（-o 推演.xlsx）。</p>' if len(rows) > MOST else ""
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{"".join(lines)}</tbody></table></div>{more}'


def _drawn(found: Simulated, sheet: Sheet) -> Iterator[str]:
    """The drawing that belongs to a table."""
    series = (found.before.label, *(c.after.label for c in found.compared))
    pictures = (found.before, *(c.after for c in found.compared))
    if sheet.part is Part.SUMMARY:
        yield bars(series, [Bar("合计", tuple(p.total.amount for p in pictures))], "合计：现行与假定")
    elif sheet.part is Part.MEASURES:
        found_ids = [m.id for m in found.before.measures if m.amount is not None and m.amount.unit == YUAN and (m.amount.low or m.amount.high != 0)]
        rows = [
            Bar(next(m.title for p in pictures for m in p.measures if m.id == i), tuple(_amount(p.measures, i) for p in pictures)) for i in found_ids[:_DRAWN]
        ]
        yield from [bars(series, rows, "按事项")] if rows else []
        yield from [f'<p class="note">图上是前 {_DRAWN} 项，其余见表。</p>'] if len(found_ids) > _DRAWN else []
    elif sheet.part is Part.GROUPS and sheet.of in found.before.groups:
        names = [g.name for g in found.before.groups[sheet.of]]
        rows = [Bar(n, tuple(next((g.amount for g in p.groups.get(sheet.of, ()) if g.name == n), Amount()) for p in pictures)) for n in names[:_DRAWN]]
        yield bars(series, rows, sheet.title)
        yield from [f'<p class="note">图上是前 {_DRAWN} 个，其余见表。</p>'] if len(names) > _DRAWN else []
    elif sheet.part is Part.RIVALS:
        for one in found.rivals:
            lines = [m for m in one.lines if m.amount is not None and m.amount.unit == YUAN]
            if lines and any(m.amount != lines[0].amount for m in lines):
                yield bars((one.title,), [Bar(m.scheme, (m.amount or Amount(),)) for m in lines], f"方案对标：{one.title}")
    elif sheet.part is Part.READINGS:
        for reading in found.readings:
            if len({o.amount for o in reading.options}) > 1:
                yield bars((f"读法：{reading.name}",), [Bar(o.option, (o.amount,)) for o in reading.options], f"读法代价：{reading.name}")
    elif sheet.part is Part.SWEEPS:
        for s in found.sweeps:
            dots = [Dot(p.text, p.value, p.total.amount, p.now) for p in s.points]
            yield curve(dots, f"曲线：{s.figure.name}", s.figure.name)


def _amount(lines: Iterable[MeasureLine], i: str) -> Amount:
    return next((m.amount for m in lines if m.line == (i, YUAN) and m.amount is not None), Amount())


__all__ = ["page_of"]
