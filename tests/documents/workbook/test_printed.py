"""A wide template on paper: the list of all columns is a list, and a sheet is no smaller than can be read."""

from __future__ import annotations

import pytest
from openpyxl import Workbook, load_workbook

from huiqi.documents.workbook.layout import APPLICANTS, GUIDE
from huiqi.documents.workbook.write import _SMALLEST
from tests.documents.workbook.filling import template


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    return load_workbook(template(tmp_path_factory.mktemp("wide") / "a.xlsx", ["datong-outsourcing"]))


def _sheets(book: Workbook) -> list[str]:
    return [s.title for s in book.worksheets if s.sheet_state == "visible" and s.title != GUIDE]


def _fitted(book: Workbook, title: str) -> bool:
    setup = book[title].sheet_properties.pageSetUpPr
    return setup is not None and bool(setup.fitToPage)


def test_every_column_to_fill_in_stands_in_one_list_that_prints_to_the_width_of_a_page(wide: Workbook) -> None:
    listed = {(row[1], row[2]) for row in wide[GUIDE].iter_rows(values_only=True) if row[1] in _sheets(wide)}
    told = {(title, str(c.value)) for title in _sheets(wide) for c in wide[title][2]}
    left = {(t, h) for t, h in told - listed if h not in ("序号", "备注") and not (h == "企业" and t != APPLICANTS)}
    assert (left, listed <= told) == (set(), True)
    assert (_fitted(wide, GUIDE), wide[GUIDE].page_setup.fitToHeight) == (True, 0)


def test_a_sheet_wider_than_a_page_repeats_whose_row_it_is_and_can_still_be_read(wide: Workbook) -> None:
    page = wide[APPLICANTS]
    assert (page.page_setup.scale, _fitted(wide, APPLICANTS)) == (_SMALLEST, False)
    assert (page.print_title_cols, page.print_title_rows, page.page_setup.pageOrder) == ("$A:$B", "$2:$2", "overThenDown")


def test_a_sheet_that_a_page_holds_is_fitted_to_it(wide: Workbook) -> None:
    fitted = [t for t in _sheets(wide) if _fitted(wide, t)]
    widths = {t: sum(d.width * (d.max - d.min + 1) for d in wide[t].column_dimensions.values()) for t in _sheets(wide)}
    assert fitted and max(widths[t] for t in fitted) < min(widths[t] for t in _sheets(wide) if t not in fitted)
