"""What is opened, what is refused in words, and that a file costs its child process only."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from huiqi import HuiqiError
from huiqi.cli.main import main
from huiqi.intake import xlsx
from huiqi.intake.grid import Kind, address, day_of, decimal_of, place_of
from huiqi.intake.opened import open_register, read_any
from tests.intake.making import Error, Formula, Number, sheet, write

ROWS: list[list[Any]] = [["2024年度名单"], ["序号", "企业名称", "注册地"], [1, "甲公司", "平城区"], [2, "乙公司", "云州区"]]


def test_opening_keeps_what_libraries_smooth_over(tmp_path: Path) -> None:
    rows: list[list[Any]] = [[Formula("SUM(A2)"), Error("#N/A"), "", Number("45931", 1), Number("0.035", 2)], ["合并", None, "0012"]]
    path = write(tmp_path / "a.xlsx", {"一": sheet(rows, merged=["A2:B2"], hidden_rows=[2], hidden_columns=[3])}, notes={"B1": "待核"})
    found = open_register(path).sheets[0]
    assert [found.at(1, c).kind for c in range(1, 6)] == [Kind.UNSAVED, Kind.ERROR, Kind.BLANK, Kind.DATE, Kind.NUMBER]
    assert found.at(1, 2).note == "待核"
    assert found.at(1, 5).percent
    assert (found.hidden_rows, found.hidden_columns) == ({2}, {3})
    assert found.spoken(2, 2).text == "合并"
    assert found.at(2, 3).text == "0012"


@pytest.mark.parametrize(("data", "name"), [
    ("序号,企业名称,注册地\n1,甲公司,平城区\n".encode(), "UTF-8"),
    ("序号,企业名称,注册地\n1,甲公司,平城区\n".encode("utf-8-sig"), "UTF-8（带 BOM）"),
    ("序号,企业名称,注册地\n1,甲公司,平城区\n".encode("gb18030"), "GB18030"),
    ("序号\t企业名称\t注册地\n1\t甲公司\t平城区\n".encode("utf-16"), "UTF-16"),
])  # fmt: skip
def test_opening_a_csv_says_its_encoding(tmp_path: Path, data: bytes, name: str) -> None:
    path = tmp_path / "名单.csv"
    path.write_bytes(data)
    found = open_register(path)
    assert found.said[0].startswith(f"按 {name} 编码")
    assert found.sheets[0].at(2, 2).text == "甲公司"


@pytest.mark.parametrize(("what", "words"), [
    ("macros", "宏"), ("encrypted", "密码"), ("declared", "DOCTYPE"), ("broken", "结构坏了"), ("empty", "空的"), ("binary", "编码|文本"), ("absent", "没有这个文件"),
])  # fmt: skip
def test_opening_refuses_in_words(tmp_path: Path, what: str, words: str) -> None:
    path = tmp_path / "表.xlsx"
    match what:
        case "macros":
            write(path, {"一": sheet(ROWS)}, extra={"xl/vbaProject.bin": "x"})
        case "encrypted":
            path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100 + "EncryptedPackage".encode("utf-16-le"))
        case "declared":
            write(path, {"一": '<!DOCTYPE x [<!ENTITY a "b">]>' + sheet(ROWS)})
        case "broken":
            write(path, {"一": sheet(ROWS)[:-20]})
        case "empty":
            path.write_bytes(b"")
        case "binary":
            path.write_bytes(bytes(range(256)) * 4)
        case "absent":
            pass
    with pytest.raises(HuiqiError, match=words):
        open_register(path)


def test_opening_stops_at_too_many_cells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MAX_CELLS", 5)
    with pytest.raises(xlsx.Refused, match="超过 5 个"):
        read_any(write(tmp_path / "a.xlsx", {"一": sheet(ROWS)}))


def test_opening_a_far_cell_costs_one_cell(tmp_path: Path) -> None:
    far = sheet(ROWS).replace("</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')
    found = open_register(write(tmp_path / "a.xlsx", {"一": far})).sheets[0]
    assert found.at(1_048_576, 16_384).text == "1"


@pytest.mark.parametrize(
    ("text", "value"), [("0.30000000000000004", "0.3"), ("131.49999999999999", "131.5"), ("9.11402e+17", "911402000000000000"), ("12", "12")]
)
def test_opening_reads_numbers_as_a_workbook_shows_them(text: str, value: str) -> None:
    assert decimal_of(text) == Decimal(value)


@pytest.mark.parametrize(("serial", "day"), [(1, "1900-01-01"), (59, "1900-02-28"), (60, None), (61, "1900-03-01"), (45901, "2025-09-01")])
def test_opening_counts_days_as_workbooks_do(serial: int, day: str | None) -> None:
    found = day_of(Decimal(serial), since_1904=False)
    assert (found.isoformat() if found else None) == day


def test_opening_finds_a_place_by_its_address() -> None:
    assert [place_of(address(r, c)) for r, c in ((1, 1), (7, 26), (7, 27), (9, 703))] == [(1, 1), (7, 26), (7, 27), (9, 703)]


def test_opening_by_the_command_writes_both_files_and_keeps_answers(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["2024年度名单"], ["序号", "企业名称", "执行额（万美元）"], [1, "甲公司", 5]]
    path = write(tmp_path / "表.xlsx", {"一": sheet(rows)})
    mapping, cells = tmp_path / "对应.yaml", tmp_path / "格.json"
    call = ["map", str(path), "-o", str(mapping), "--json", str(cells), "--rulebook", "datong-outsourcing"]
    run = CliRunner().invoke(main, call)
    assert "问1 标题写“2024年度”" in run.output, run.output
    assert '"schema": "huiqi.cells/1"' in cells.read_text(encoding="utf-8")
    mapping.write_text(mapping.read_text(encoding="utf-8").replace('答: ""', '答: "①"', 1), encoding="utf-8")
    again = CliRunner().invoke(main, call)
    assert "问1" not in again.output, again.output
    assert '答: "①"' in mapping.read_text(encoding="utf-8")


def test_opening_a_file_without_a_table_is_refused_and_writes_nothing(tmp_path: Path) -> None:
    path = write(tmp_path / "表.xlsx", {"一": sheet([["只有一句话"]])})
    run = CliRunner().invoke(main, ["map", str(path), "-o", str(tmp_path / "对应.yaml"), "--rulebook", "datong-outsourcing"])
    assert run.exit_code == 2
    assert not (tmp_path / "对应.yaml").exists()
