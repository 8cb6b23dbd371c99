"""Tables: CSV as spreadsheets and inventory systems write it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from ..site.origins import Line, Text

SEPARATORS = (",", ";", "\t", "|")
INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u200e\u200f\u2060"))
"""Invisible characters that remain after copying between programs."""


class Row(NamedTuple):
    """A row that is not empty."""

    line: Line
    cells: list[Text]


class TableError(ValueError):
    """A table that cannot be read: the sentence, and the line."""

    def __init__(self, reason: str, line: Line) -> None:
        super().__init__(reason)
        self.line = line


def rows(content: bytes, file: str, known: Callable[[str], bool]) -> Iterator[Row]:
    """The rows of a table, the row with the headings first.

    ``known`` says whether a text is a known heading: the separator that gives most of them is used.
    Raises :class:`TableError`.
    """
    text = _text(content, file)
    separator, text, skipped = _separator(text, known)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        line = Line(file, reader.line_num + 1 + skipped)
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise TableError(_words(error), line) from None
        row = Row(line, [Text(_plain(it), line) for it in cells])
        if any(row.cells):
            yield row


def _text(content: bytes, file: str) -> str:
    if content.startswith((b"PK\3\4", b"\xd0\xcf\x11\xe0")):
        raise TableError("in the format of a spreadsheet program; save it as CSV", Line(file))
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif content[1:2] == b"\0":
        encodings = ["utf-16-le"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise TableError("not a text in UTF-8, UTF-16 or Windows-1252", Line(file))


def _separator(text: str, known: Callable[[str], bool]) -> tuple[str, str, int]:
    """The separator, the text without a line that names it, and the number of such lines."""
    if found := re.match(r"sep=(.)\r?\n", text):  # as Excel reads and writes it
        return found[1], text[found.end() :], 1
    head = next((it for it in text.splitlines() if it.strip()), "")

    def names(separator: str) -> int:
        return sum(known(_plain(it)) for it in next(csv.reader([head], delimiter=separator)))

    return max(SEPARATORS, key=lambda it: (names(it), head.count(it))), text, 0


def _plain(cell: str) -> str:
    """A cell without blanks around it, and without the marks of spreadsheets for a text."""
    text = cell.translate(INVISIBLE).strip()
    if found := re.fullmatch('="(.*)"', text, re.DOTALL):
        text = found[1]
    return text.removeprefix("'").strip()


def _words(error: csv.Error) -> str:
    if "unexpected end" in str(error):
        return "a cell begins with a quotation mark that is not closed"
    if "expected after" in str(error):
        return (
            "a quotation mark inside a cell; write it twice, and put quotation marks around the"
            " cell"
        )
    return f"not CSV: {error}"
