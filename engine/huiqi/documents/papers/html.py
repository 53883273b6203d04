"""A paper as one web page that prints: nothing is fetched, no script, the running head and page numbers by the style.

What must stay true: every text is escaped; what it is stands on every printed page, in the margin where a
browser prints margins (as it does page numbers), and as a mark behind the text where it does not.
"""

from __future__ import annotations

from html import escape

from .blocks import MARK, SIGNED, Block, Grid, Heading, Items, Manner, Pairs, Paper, Para, Signatures

_CSS = """
@page{size:A4;margin:24mm 16mm 20mm;@top-center{content:HEAD;font-size:8pt;color:#555}@bottom-left{content:FOOT;font-size:8pt;color:#555}
@bottom-right{content:"第 " counter(page) " 页，共 " counter(pages) " 页";font-size:8pt;color:#555}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:52rem;padding:1rem 1.2rem 3rem;color:#111;line-height:1.7;line-break:strict;overflow-wrap:anywhere;
font-family:"Noto Sans CJK SC","Source Han Sans SC","PingFang SC","Microsoft YaHei",SimHei,sans-serif;font-size:15px}
.head,.foot{color:#555;font-size:.8rem;text-align:center;border-bottom:1px solid #bbb;padding-bottom:.2rem}
.foot{border:0;text-align:left;margin-top:1.5rem}
h1{text-align:center;font-size:1.5rem;margin:1rem 0 .8rem;letter-spacing:.1em}
h2{font-size:1.08rem;margin:1.4rem 0 .4rem}h3{font-size:1rem;margin:1rem 0 .3rem}h4{font-size:.95rem;margin:.8rem 0 .2rem}
h2,h3,h4{break-after:avoid}
p{margin:.4rem 0;text-indent:2em}p.note{font-size:.86rem;color:#444;text-indent:0}p.address{text-indent:0}p.closing{text-indent:0;text-align:right;margin-right:2em}
ol{margin:.3rem 0;padding-left:2em}
table{border-collapse:collapse;width:100%;table-layout:fixed;font-size:.86rem;line-height:1.5;margin:.4rem 0}
th,td{border:1px solid #888;padding:.25rem .4rem;text-align:left;vertical-align:top;white-space:pre-wrap}
th{background:#f0f0ec;font-weight:600}td.r{text-align:right;font-variant-numeric:tabular-nums}
thead{display:table-header-group}tr{break-inside:avoid}
table.sign{break-inside:avoid}table.sign td{height:4.2rem}
@media print{body{max-width:none;padding:0;font-size:10pt}.head,.foot{display:none}
body::before{content:"MARK";position:fixed;top:40%;left:0;right:0;text-align:center;font-size:120pt;letter-spacing:.3em;color:#000;opacity:.05;transform:rotate(-30deg);z-index:-1}}
"""


def to_html(paper: Paper) -> str:
    css = _CSS.replace("MARK", MARK).replace("HEAD", _quoted(paper.head)).replace("FOOT", _quoted(paper.foot))
    body = "\n".join(_block(b) for b in paper.blocks)
    return (
        f'<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n<title>{escape(paper.title)}</title>\n<style>{css}</style>\n</head>\n<body>\n'
        f'<div class="head">{escape(paper.head)}</div>\n<h1>{escape(paper.title)}</h1>\n{body}\n<div class="foot">{escape(paper.foot)}</div>\n</body>\n</html>\n'
    )


def _quoted(text: str) -> str:
    """As a string of the style sheet, which nothing in it can end."""
    return '"' + "".join(c if c.isalnum() or c in " -·；，、（）" else f"\\{ord(c):x} " for c in text) + '"'


def _block(block: Block) -> str:
    match block:
        case Heading():
            tag = f"h{block.level + 1}"
            return f"<{tag}>{escape(block.text)}</{tag}>"
        case Para():
            kind = "" if block.manner is Manner.BODY else f' class="{block.manner}"'
            return f"<p{kind}>{escape(block.text)}</p>"
        case Items():
            return "<ol>" + "".join(f"<li>{escape(x)}</li>" for x in block.lines) + "</ol>"
        case Grid():
            return _grid(block)
        case Pairs():
            rows = "".join(f"<tr><th>{escape(a)}</th><td>{escape(b)}</td></tr>" for a, b in block.rows)
            return f'<table><colgroup><col style="width:22%"><col></colgroup><tbody>{rows}</tbody></table>'
        case Signatures():
            rows = "".join(f"<tr><th>{escape(x)}</th><td></td><td></td><td></td></tr>" for x in block.who)
            return f'<table class="sign"><thead><tr><th></th>{"".join(f"<th>{x}</th>" for x in SIGNED)}</tr></thead><tbody>{rows}</tbody></table>'


def _grid(grid: Grid) -> str:
    columns = "".join(f'<col style="width:{100 * w / sum(grid.widths):.1f}%">' for w in grid.widths)
    head = "".join(f"<th>{escape(x)}</th>" for x in grid.head)
    rows = "".join("<tr>" + "".join(_cell(x, right=n in grid.right) for n, x in enumerate(row)) + "</tr>\n" for row in grid.rows)
    return f"<table><colgroup>{columns}</colgroup><thead><tr>{head}</tr></thead><tbody>\n{rows}</tbody></table>"


def _cell(text: str, *, right: bool) -> str:
    kind = ' class="r"' if right else ""
    return f"<td{kind}>{escape(text)}</td>"
