"""A paper as a document to edit: real styles, Chinese fonts named for Chinese text, heads of tables repeated, fields for page numbers.

What must stay true: the same paper gives the same bytes (no clock: the document's dates are the day of
decision), and nothing but what the paper says stands in it.
"""

from __future__ import annotations

import zipfile
from datetime import datetime, time
from io import BytesIO
from typing import Any

from .blocks import MARK, SIGNED, Block, Grid, Heading, Items, Manner, Pairs, Paper, Para, Signatures

BODY_FONT, HEADING_FONT, LATIN_FONT = "宋体", "黑体", "Times New Roman"
_LINE = 9638  # twentieths of a point between the margins of A4
_STYLES = {Manner.BODY: "Body Text", Manner.NOTE: "说明", Manner.ADDRESS: "抬头", Manner.CLOSING: "落款"}
CELL, CELL_RIGHT, CELL_HEAD = "表格文字", "表格数字", "表格标题"


def to_docx(paper: Paper) -> bytes:
    import docx

    document = docx.Document()
    _styles(document)
    _page(document, paper)
    _properties(document, paper)
    document.add_paragraph(paper.title, style="Title")
    for block in paper.blocks:
        _block(document, block)
    out = BytesIO()
    document.save(out)
    return _same_every_time(out.getvalue())


def _same_every_time(data: bytes) -> bytes:
    """The same parts in the same order under one date: the library stamps each with the time of day."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 3, 0o600 << 16
            target.writestr(info, source.read(name))
    return out.getvalue()


def _properties(document: Any, paper: Paper) -> None:
    known, day = document.core_properties, datetime.combine(paper.day, time())
    known.title, known.author, known.last_modified_by, known.comments = paper.title, "huiqi", "huiqi", paper.head
    known.created = known.modified = day
    known.revision = 1


# -- styles -------------------------------------------------------------------------------------------


def _styles(document: Any) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
    from docx.oxml.ns import qn
    from docx.shared import Pt

    styles = document.styles
    _font(styles["Normal"], BODY_FONT, 10.5)
    styles["Normal"].paragraph_format.space_after = Pt(0)
    for language in styles.element.xpath("w:docDefaults//w:lang"):  # else a program takes the forms of characters and points that another country writes
        language.set(qn("w:eastAsia"), "zh-CN")
    for name, size, align in (("Title", 18.0, ALIGN.CENTER), ("Heading 1", 13, None), ("Heading 2", 12, None), ("Heading 3", 11, None)):
        style = styles[name]
        _font(style, HEADING_FONT, size)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(8), Pt(4)
        style.paragraph_format.keep_with_next = True
        if align is not None:
            style.paragraph_format.alignment = align
        for border in style.element.xpath("w:pPr/w:pBdr"):
            border.getparent().remove(border)
    for name in ("Body Text", "List Number", "Header", "Footer"):
        _font(styles[name], BODY_FONT, 9 if name in ("Header", "Footer") else 10.5)
    styles["Body Text"].paragraph_format.first_line_indent = Pt(21)
    styles["Body Text"].paragraph_format.space_after = Pt(4)
    for name, size, align in (
        ("说明", 9, None), ("抬头", 10.5, None), ("落款", 10.5, ALIGN.RIGHT), (CELL, 9, None), (CELL_RIGHT, 9, ALIGN.RIGHT), (CELL_HEAD, 9, None),
    ):  # fmt: skip
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = styles["Normal"]
        _font(style, HEADING_FONT if name == CELL_HEAD else BODY_FONT, size)
        if align is not None:
            style.paragraph_format.alignment = align
        room = Pt(4) if name in ("说明", "抬头", "落款") else Pt(2)  # text of a cell stands off its border, whatever font is put in for one that is missing
        style.paragraph_format.space_before = style.paragraph_format.space_after = room


def _font(style: Any, chinese: str, size: float) -> None:
    """Chinese text in one font, digits and Latin in another of even width; what the template's theme says is taken out."""
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    style.font.name, style.font.size = LATIN_FONT, Pt(size)
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(name), None)
    fonts.set(qn("w:eastAsia"), chinese)
    fonts.set(qn("w:hint"), "eastAsia")  # what both scripts have (“ ” — …) is of the Chinese font


def _page(document: Any, paper: Paper) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin, section.bottom_margin = Mm(24), Mm(20)
    head = section.header.paragraphs[0]
    head.text, head.alignment = paper.head, WD_ALIGN_PARAGRAPH.CENTER
    head.add_run()._r.append(_mark())
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    foot.add_run(f"{paper.foot}　第 ")
    _field(foot, "PAGE")
    foot.add_run(" 页，共 ")
    _field(foot, "NUMPAGES")
    foot.add_run(" 页")


# what Word calls a watermark and offers to take out again: a shape of text behind what the page says. It is of the head, so it is on every page.
_MARK = """
<w:pict xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml"
  xmlns:o="urn:schemas-microsoft-com:office:office">
 <v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" path="m@7,l@8,m@5,21600l@6,21600e">
  <v:formulas>
   <v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/>
   <v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/><v:f eqn="mid @5 @6"/>
   <v:f eqn="mid @8 @5"/><v:f eqn="mid @7 @8"/><v:f eqn="mid @6 @7"/><v:f eqn="sum @6 0 @5"/>
  </v:formulas>
  <v:path textpathok="t" o:connecttype="custom" o:connectlocs="@9,0;@10,10800;@11,21600;@12,10800" o:connectangles="270,180,90,0"/>
  <v:textpath on="t" fitshape="t"/>
  <v:handles><v:h position="#0,bottomRight" xrange="6629,14971"/></v:handles>
  <o:lock v:ext="edit" text="t" shapetype="t"/>
 </v:shapetype>
 <v:shape id="PowerPlusWaterMarkObject1" o:spid="_x0000_s2049" type="#_x0000_t136" alt="%(mark)s"
  style="position:absolute;margin-left:0;margin-top:0;width:300pt;height:120pt;rotation:330;z-index:-251658752;mso-position-horizontal:center;mso-position-horizontal-relative:margin;mso-position-vertical:center;mso-position-vertical-relative:margin"
  o:allowincell="f" fillcolor="#d9d9d9" stroked="f">
  <v:fill opacity=".5"/>
  <v:textpath style="font-family:'%(font)s';font-size:1pt" string="%(mark)s"/>
 </v:shape>
</w:pict>
"""


def _mark() -> Any:
    """That it is only worked out, across every page, as the other forms have it."""
    from docx.oxml import parse_xml

    return parse_xml(_MARK % {"mark": MARK, "font": HEADING_FONT})


def _field(paragraph: Any, instruction: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for kind in ("begin", instruction, "separate", "1", "end"):
        run = paragraph.add_run()
        if kind == instruction:
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = f" {instruction} "
        elif kind == "1":
            run.text = kind
            continue
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        run._r.append(element)


# -- blocks -------------------------------------------------------------------------------------------


def _block(document: Any, block: Block) -> None:
    match block:
        case Heading():
            document.add_paragraph(block.text, style=f"Heading {block.level}")
        case Para():
            document.add_paragraph(block.text, style=_STYLES[block.manner])
        case Items():
            for number, line in enumerate(block.lines, 1):
                document.add_paragraph(f"{number}. {line}", style="Body Text")
        case Grid():
            rows = [[(x, CELL_RIGHT if n in block.right else CELL) for n, x in enumerate(row)] for row in block.rows]
            _table(document, [[(x, CELL_HEAD) for x in block.head], *rows], block.widths, headed=True)
        case Pairs():
            _table(document, [[(a, CELL_HEAD), (b, CELL)] for a, b in block.rows], (22, 78), headed=False, together=True)
        case Signatures():
            boxes = [[(x, CELL_HEAD), *[("", CELL)] * len(SIGNED)] for x in block.who]
            _table(document, [[(x, CELL_HEAD) for x in ("", *SIGNED)], *boxes], (16, 42, 22, 20), headed=True, high=True, together=True)


def _table(document: Any, rows: list[list[tuple[str, str]]], widths: tuple[int, ...], *, headed: bool, high: bool = False, together: bool = False) -> None:
    """`high`: rows with room to write in; `together`: on one page. A head is on the page of what it heads. Widths are fixed, else each program
    lays it out its own way.
    """
    from docx.oxml import OxmlElement
    from docx.shared import Mm, Twips

    table = document.add_table(rows=len(rows), cols=len(widths), style="Table Grid")
    table.autofit = False
    columns = [Twips(_LINE * w // sum(widths)) for w in widths]
    for column, width in zip(table._tbl.tblGrid.gridCol_lst, columns, strict=True):
        column.w = width
    for number, (element, cells) in enumerate(zip(table._tbl.tr_lst, rows, strict=True)):
        made = element.get_or_add_trPr()
        made.append(OxmlElement("w:cantSplit"))
        if headed and number == 0:
            made.append(OxmlElement("w:tblHeader"))
        if high and number:
            element.trHeight_val = Mm(16)
        for cell, (text, style), width in zip(element.tc_lst, cells, columns, strict=True):
            cell.width = width
            paragraph = cell.p_lst[0]
            _styled(paragraph, document.styles[style].style_id)
            if (together or (headed and number == 0)) and number + 1 < len(rows):
                paragraph.get_or_add_pPr().get_or_add_keepNext()
            run = paragraph.add_r()
            run.text = text
    last = document.add_paragraph(style="说明").paragraph_format  # a table is never joined to the next one
    last.space_before = last.space_after = Mm(0)


def _styled(paragraph: Any, style: str) -> None:
    paragraph.get_or_add_pPr().get_or_add_pStyle().val = style
