"""Tables as spreadsheets write them: every encoding, separator and mark."""

from __future__ import annotations

import pytest
from dhcp_failover.sources import columns, tables
from dhcp_failover.sources.tables import TableError

TEXT = "Name,MAC,IP\nTür,00:00:5e:00:53:01,192.0.2.20\n"
CELLS = ["Tür", "00:00:5e:00:53:01", "192.0.2.20"]


def read(content: bytes) -> list[list[str]]:
    """The cells of a table."""
    return [list(it.cells) for it in tables.rows(content, "r.csv", columns.is_known)]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "iso-8859-1"]
)
def test_a_table_is_read_in_the_encodings_of_spreadsheets(encoding: str) -> None:
    """With a mark at the beginning or without one."""
    assert read(TEXT.encode(encoding))[1] == CELLS


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_table_is_read_with_any_separator_and_line_end(separator: str, end: str) -> None:
    """Nobody has to say which."""
    text = TEXT.replace(",", separator).replace("\n", end)
    assert read(text.encode())[1] == CELLS


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ('"MAC";"Name, place"\r\n"a;b";" c "\r\n', ["a;b", "c"]),
        ("sep=;\r\nMAC;Name\r\na,1;b\r\n", ["a,1", "b"]),
        ("\n\n,,\nMAC,Name\n,\n\na,b\n,,\n", ["a", "b"]),
        ('MAC,Name\n\'00,="01"\n', ["00", "01"]),
        ("MAC,Name\n\u200ba\u00a0,b\t\n", ["a", "b"]),
        ('MAC,Name\n"a ""b""",c\n', ['a "b"', "c"]),
    ],
)
def test_what_only_a_spreadsheet_needs_is_left_out(text: str, cells: list[str]) -> None:
    """Blank rows, blanks around, marks of a text, a line that names the separator."""
    assert read(text.encode())[1:] == [cells]


def test_a_row_has_the_number_of_its_first_line() -> None:
    """As an editor counts, whatever blank lines and cells of several lines are before it."""
    text = 'sep=,\nMAC,Name\n\na,"two\nlines"\nb,c\n'
    found = list(tables.rows(text.encode(), "r.csv", columns.is_known))
    assert [it.line.number for it in found] == [2, 4, 6]
    assert str(found[2].cells[0].line) == "r.csv, line 6"


@pytest.mark.parametrize(
    ("content", "reason", "where"),
    [
        (b"PK\3\4....", "in the format of a spreadsheet program; save it as CSV", "r.csv"),
        (b"MAC\n\0\0\n", "not a text in UTF-8, UTF-16 or Windows-1252", "r.csv"),
        (b'MAC,Name\na,b\nc,"d\n', "a cell begins with a quotation mark", "r.csv, line 3"),
        (b'MAC,Name\n"a"b,c\n', "a quotation mark inside a cell", "r.csv, line 2"),
    ],
)
def test_what_is_no_table_is_refused(content: bytes, reason: str, where: str) -> None:
    """With the line, if one is to blame."""
    with pytest.raises(TableError, match=reason) as refused:
        read(content)
    assert str(refused.value.line) == where
